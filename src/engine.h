/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What overwriting, reading back and executing share: one open drive at work,
 * and the stream that moves bytes between it and a step.
 */
#ifndef ENGINE_H
#define ENGINE_H

#include "forecast.h"
#include "massho.h"
#include "pace.h"
#include "tune.h"
#include "ui.h"

#include "../drivers/driver.h"

#define ENGINE_DEPTH	TUNE_DEPTH_MAX	/* requests in flight, at most */
#define ENGINE_CHUNK	(1U << 20)	/* bytes of one request, mostly */
#define ENGINE_TICK_MS	200
#define ENGINE_WAIT_MS	1000	/* while only time passes */
#define ENGINE_STUCK_MS	(10 * 60 * 1000U)	/* no request comes back */
#define ENGINE_TROUBLE_MS	(4 * 3600 * 1000U)	/* lost to defects */
#define ENGINE_PLACES_MAX	(1U << 20)	/* that fail, apart */

/* One run on one open drive. */
struct engine {
	struct handle *h;
	const struct drive *d;
	struct ui *ui;
	uint64_t rate_limit;	/* bytes/s; 0 = none */
	uint32_t bad_max_ppm;
	uint64_t trouble_ms;	/* that defects have cost, in all steps since
				   the start */
	uint64_t trouble_max_ms;	/* 0 = ENGINE_TROUBLE_MS */
	uint64_t later;		/* bytes of the steps after this one */
	uint32_t later_s;	/* seconds of those that the drive does */
	struct progress p;
	enum stop stop;		/* the operator's gravest wish so far */
	bool stuck;		/* requests never came back: touch the handle
				   no more, only close it */
	uint64_t skew_ms;	/* of the clock, see engine_clock() */
	uint64_t ticked_ms, ticked_done;
	uint64_t moved_ms;	/* when ticked_done last grew */
	bool begun;		/* this step has told where it begins */
	struct pace pace;	/* what rate_limit or the face allows */
	struct tune tune;
	struct forecast forecast;
	bool narrowing;		/* only what failed is left of this stream */
	uint64_t narrow_ms;	/* that takes; UINT64_MAX = unknown */
	uint32_t stuck_ms;	/* 0 = ENGINE_STUCK_MS */
	uint64_t best_rate, slow_ms;	/* of this step; slow since, 0 = not */
	uint64_t asked_ms;	/* for its temperature; 0 = never yet */
	bool mute;		/* it has none to tell */
};

/* ---- engine.c ---------------------------------------------------------- */

/*
 * Milliseconds.  A reap that timed out counts as its whole timeout, however
 * long that took: so time passes in an emulated drive as well.
 */
uint64_t engine_clock(const struct engine *e);
/* Readies the progress of a step that moves total bytes; where it begins is
 * p.done at the first tick after this. */
void engine_begin(struct engine *e, uint32_t step, enum step_kind kind,
		  uint64_t total);
/* The same step goes on with something else: how fast it was, and how far, says
 * nothing any more. */
void engine_again(struct engine *e);
/* Tells the face where it is, at most once per ENGINE_TICK_MS unless forced,
 * and remembers whether the operator wants to stop.  True: it told. */
bool engine_tick(struct engine *e, bool force);
/* Milliseconds after which a request is taken never to come back. */
uint32_t engine_patience(const struct engine *e);
/* The end of a step that is not DONE; keeps the first reason given. */
void step_fail(struct step_result *r, enum step_state state,
	       enum reason_code code, int err, const char *arg);
/* False, and r failed, if the drive no longer has the size it had. */
bool engine_same_size(struct engine *e, struct step_result *r);

/*
 * Lets ms pass while the face is told and asked, once per ENGINE_WAIT_MS: many
 * drives that erase themselves are to cost next to nothing.  Ends early when
 * the operator wishes something graver than before.
 * True: the operator wants to stop (*e says how).
 */
bool engine_wait(struct engine *e, uint32_t ms);
/* Asks the drive for its temperature, at most twice a minute, and tells the
 * face.  True: it was asked, and is not too hot to go on. */
bool engine_heat_ask(struct engine *e);
/* Is it time to ask?  Then nothing new is to be started before engine_cool. */
bool engine_heat_due(const struct engine *e);
/* Too hot: waits until it has cooled.  Nothing may be in flight. */
void engine_cool(struct engine *e);

/* ---- blockmap.c -------------------------------------------------------- */

/* A set of logical blocks, exact however many ranges they are. */
struct blockmap {
	uint32_t block;		/* bytes of one */
	size_t first, n, room;	/* words in use, of those there are */
	uint64_t *e;
	uint64_t total;		/* bytes */
};

#define BLOCKMAP_MAX	(2U * ENGINE_PLACES_MAX) /* ranges: else -E2BIG */

/* Whole blocks everywhere: else -EINVAL.  n is 0 only if it is empty. */
void blockmap_init(struct blockmap *m, uint32_t block);
/* Empties it; it can be used again. */
void blockmap_free(struct blockmap *m);
int blockmap_add(struct blockmap *m, uint64_t at, uint64_t len) MUST;
int blockmap_remove(struct blockmap *m, uint64_t at, uint64_t len) MUST;
/*
 * Takes the first piece of it that lies within, or from the back the last one:
 * at most max bytes, that do not cross a multiple of max.  1, 0: there is
 * none, or -errno.
 */
int blockmap_take(struct blockmap *m, const struct range *within, bool back,
		  uint32_t max, struct range *out) MUST;
/* All ranges in turn, ascending and apart; *i is 0 at first. */
bool blockmap_next(const struct blockmap *m, size_t *i, struct range *out);
/* How many bytes of [at, at+len) are in it. */
uint64_t blockmap_overlap(const struct blockmap *m, uint64_t at, uint64_t len);
/* The longest of its ranges; what does not fit is counted as lost. */
void blockmap_ranges(const struct blockmap *m, struct ranges *out);
/* Makes it hold these, and no other. */
int blockmap_load(struct blockmap *m, const struct ranges *rs) MUST;

/* ---- stream.c ---------------------------------------------------------- */

/*
 * Moves every byte of todo through the queue once.  In order while all goes
 * well; what fails or hangs is gone round and comes last, see defects.c.
 */
struct stream {
	struct engine *e;
	const struct range *todo;	/* ascending, whole logical blocks */
	size_t n_todo;
	const struct range *later;	/* known to fail: after all of these */
	size_t n_later;
	struct range good;	/* a block that was moved earlier; empty: none
				   was */
	const struct blockmap *skip;	/* not these of either; NULL = none */
	uint32_t chunk;		/* bytes of a piece, at most */
	uint32_t unit;		/* pieces end at multiples of it, where they
				   can; 0 = a block */
	enum tune_use use;

	/* Each returns 0, or an error that ends the stream; one that has
	 * called step_fail() has given the reason already. */

	/* Makes slot's request ready: the data of a write.  It may be made
	 * shorter, by whole blocks: the rest follows. */
	int (*ready)(void *ctx, unsigned slot, struct io *io);
	/* All buffers are new, and nothing is in flight; or NULL. */
	void (*renewed)(void *ctx);
	/* The first len bytes of this request were transferred. */
	int (*moved)(void *ctx, const struct io *io, uint32_t len);
	/* This one logical block was given up; err is positive. */
	int (*lost)(void *ctx, uint64_t at, int err);
	/* These failed and will be tried again, in the end; or NULL. */
	int (*aside)(void *ctx, uint64_t at, uint64_t len);
	/* Never tried, or not to the end, when the stream ends; or NULL. */
	void (*left)(void *ctx, uint64_t at, uint64_t len);
	void *ctx;
};

/*
 * STATE_DONE: every byte was moved or reported as lost.  Otherwise r->why and
 * r->err say why not.  Counts r->retries.  Nothing is in flight afterwards
 * unless e->stuck.
 */
enum step_state stream_run(const struct stream *s,
			   struct step_result *r) MUST;

/* ---- firmware.c -------------------------------------------------------- */

/*
 * READY, UNLOCK, EXPOSE and FIRMWARE: start, poll until the status says that
 * it ended, settle on every path.  DONE only after an accepted start and a
 * status that said DONE after it.  *sent grows.
 */
void firmware_step(struct engine *e, const struct step *s,
		   struct step_result *r, struct sent *sent);

/* Seconds after which a FIRMWARE step is given up, whatever it shows. */
uint64_t firmware_patience(const struct drive *d, const struct step *s);

/* ---- marks.c ----------------------------------------------------------- */

/* One open namespace (or the drive itself) that a run erases. */
struct victim {
	struct handle *h;
	struct drive *d;
	uint32_t nsid;		/* 0 = a drive without namespaces */
	const struct range *spots;	/* old metadata */
	size_t n_spots;
};

#define MARK_SECTIONS	1000U	/* of a victim; one mark in each */
#define MARK_PROOF_MIN	300U	/* marks and pre-images that a victim needs */
#define MARK_REST_MS	10000U	/* for them to leave the drive's cache */

/* What MARK keeps for PROVE; NULL = nothing was kept. */
struct marks;
void marks_free(struct marks **m);
/*
 * Takes pre-images and, with s->marks, lays marks on every victim.  r->key is
 * the key of the marks, drawn by the caller and on record; r->commitment is
 * filled before the first write.  Fills state and proof of *r.
 */
int marks_lay(struct engine *e, const struct victim *v, size_t n,
	      const struct step *s, struct step_result *r,
	      struct marks **out) MUST;

/* ---- prove.c ----------------------------------------------------------- */

/* What all MARKs of a run kept, in their order. */
struct kept {
	size_t n, last;		/* last: the last one that is DONE; n: none */
	struct marks *m[MARKS_MAX];	/* NULL: it kept nothing */
};
/*
 * Reads all places of every MARK and new ones again, past every cache.  chain:
 * the FIRMWARE methods of the attempt; what the blocks hold must agree with
 * them.  r->salt is published here; its SHA-256 is the last MARK's commitment.
 */
void prove_erased(struct engine *e, const struct victim *v, size_t n,
		  const struct kept *kept, const struct step *s,
		  const enum method *chain, size_t n_chain,
		  struct step_result *r, struct ranges *unread, bool *dropped);

/* ---- classify.c: PURE -------------------------------------------------- */

/* What is in these len (a logical block) bytes?  pattern: of CONSTANT and
 * PATTERN, repeated to 16 bytes. */
enum content_class classify(const uint8_t *block, uint32_t len,
			    uint8_t pattern[16]);

/* ---- checkpoint.c ------------------------------------------------------ */

#define AHEAD_MAX	128

/* How far a pass is without a gap, and when to say so. */
struct checkpoint {
	struct engine *e;
	struct step_result *r;
	const struct ranges *unwritten;
	uint64_t upto;		/* all before it was written or given up */
	size_t n_ahead;
	struct range ahead[AHEAD_MAX];	/* what was so beyond it */
	uint64_t begun_ms, due_ms;
	bool off;		/* upto can not be known any more */
};

/* r and unwritten stay the pass's own; it goes on at r->resumed_at. */
void checkpoint_begin(struct checkpoint *c, struct engine *e,
		      struct step_result *r, const struct ranges *unwritten);
/* These bytes were written, or set aside and added to unwritten. */
void checkpoint_moved(struct checkpoint *c, uint64_t at, uint64_t len);
/* Is it time?  Then unwritten is to be what it is now. */
bool checkpoint_due(const struct checkpoint *c);
/* Flushes and tells the face, by the unwritten of this moment: it does not ask
 * again whether it is time.  An error ends the pass; the reason is in *r. */
int checkpoint_tell(struct checkpoint *c) MUST;
/* The pass has flushed by itself: r->reached is upto. */
int checkpoint_flushed(struct checkpoint *c) MUST;

/* ---- margin.c ---------------------------------------------------------- */

/*
 * Is what earlier parts of this pass wrote still there?  Reads len bytes before
 * `at` past every cache.  0: they are as written, but for what is unwritten;
 * r->margin is len, and some few blocks that cannot be read any more are added
 * to unwritten.  Otherwise they are not; unless r->why says something graver,
 * the pass can begin anew.
 */
int margin_holds(struct engine *e, const struct step *s,
		 const uint8_t key[KEY_LEN], uint64_t len, uint64_t at,
		 struct step_result *r, struct ranges *unwritten) MUST;
/* Are these bytes those of pass s, and readable, every block they touch? */
bool margin_is_pass(struct engine *e, const struct step *s,
		    const uint8_t key[KEY_LEN], uint64_t at,
		    uint64_t len) MUST;

/* ---- overwrite.c ------------------------------------------------------- */

/* One pass: s is FILL or RANDOM, r->key holds the key.  Fills state, numbers
 * and flushed of *r.  Goes on at r->resumed_at; what lies before it and was
 * given up is in unwritten, and tried again.  Every byte that this pass did not
 * write is in *exact then, whatever ended it, and in unwritten as far as there
 * is room. */
void overwrite_pass(struct engine *e, const struct step *s,
		    struct step_result *r, struct ranges *unwritten,
		    struct blockmap *exact);

/* ---- dice.c: PURE ------------------------------------------------------ */

/* Numbers that nobody can foresee who does not know the salt, and anyone can
 * draw again who does (docs/FORMATS.md, "Sampling"). */
struct dice;
int dice_open(const uint8_t salt[DIGEST_LEN], struct dice **out) MUST;
/* Uniform in [0, n).  -EINVAL: n is 0. */
int dice_roll(struct dice *d, uint64_t n, uint64_t *out) MUST;
void dice_close(struct dice **d);

/* ---- sample.c: PURE ---------------------------------------------------- */

#define SAMPLE_SECTIONS_MIN	1000U
#define SAMPLE_SECTIONS_MAX	10000U
#define SAMPLE_CONF_PPM		990000U

struct sample {
	uint64_t sections, section_len;	/* bytes; 0 = read everything */
	uint64_t samples, window_len;	/* two of window_len per section */
	size_t n;			/* ascending, never touching */
	struct range *r;		/* what to read; by malloc */
};

/*
 * Which parts of a drive to read (docs/FORMATS.md, "Sampling").  spots: ranges
 * whose starts and ends are of interest.  -EINVAL: no such drive or share.
 */
int sample_make(uint64_t size, uint32_t lblock, uint32_t share_ppm,
		const uint8_t salt[DIGEST_LEN], const struct range *spots,
		size_t n_spots, struct sample *out) MUST;
void sample_free(struct sample *s);
/* Sorts n ranges and merges those that meet; returns how many are left. */
size_t sample_merge(struct range *r, size_t n);
/* 1 - (1-c)^(1/n) in parts per billion, rounded up. */
uint64_t sample_claim_ppb(uint64_t n, uint32_t conf_ppm);

/* ---- attempts.c: PURE -------------------------------------------------- */

/* Do the steps stand in an order that can be followed and judged?  Each attempt
 * once, complete, and read back; the signatures last. */
bool attempts_sound(const struct plan *p);
/* A step of the whole run, not of one attempt. */
bool attempts_common(enum step_kind k);
/* Its failure fails neither the run nor its attempt. */
bool attempts_may_fail(const struct plan *p, uint32_t i);
/* The run goes on without it: that, or an UNLOCK that was not needed. */
bool attempts_forgiven(const struct plan *p, uint32_t i,
		       const struct step_result *r);
/* After this no next attempt is begun. */
bool attempts_ends_run(const struct step_result *r);
/* One that lays marks, or takes pre-images at least. */
bool attempts_marks(enum step_kind k);
/* The last such step before this one that is DONE; p->n_steps: none. */
uint32_t attempts_marked(const struct plan *p,
			 const struct step_result *results, uint32_t before);
/* FIRMWARE methods that are DONE among the steps before this one, of its own
 * attempt; returns how many. */
size_t attempts_chain(const struct plan *p, const struct step_result *results,
		      uint32_t before, enum method out[CHAIN_MAX]);
/* The first attempt that succeeded; p->n_attempts: none. */
uint32_t attempts_won(const struct plan *p,
		      const struct step_result *results);

/* ---- verify_judge.c: PURE ---------------------------------------------- */

/* Bytes that the policy tolerates as exceptions. */
uint64_t verify_tolerated(uint64_t size, uint32_t ppm);
/* Bytes that a pass or a reading may leave out if a later one makes up for it:
 * what is tolerated, but at least 64 blocks. */
uint64_t verify_bad_limit(uint64_t size, uint32_t lblock, uint32_t ppm);
/* Of how many places a PROVE may claim that they would have told: random bytes
 * tell nothing by themselves, only those that were known before do.  0: none,
 * or everything was read and everything tells. */
uint64_t verify_claimed(const struct step_result *r);

/* ---- verify.c ---------------------------------------------------------- */

/* What is read back against what. */
struct verify_job {
	const struct step *written;	/* the OVERWRITE step */
	const uint8_t *key;		/* its key */
	struct verify_how how;
	const struct range *spots;	/* old partitions and file systems */
	size_t n_spots;
	const struct blockmap *unwritten;	/* not read; NULL = none */
};

/* Fills all but times of *r.  Blocks that cannot be read go to unread.
 * *dropped: nothing could be answered from the page cache. */
void verify_back(struct engine *e, const struct verify_job *job,
		 struct step_result *r, struct ranges *unread, bool *dropped);
/*
 * Does libblkid still find something?  Random bytes look like some signature
 * once in ten thousands of drives: where what makes it one is, byte for byte,
 * the pass (NULL: none) with this key, nothing older is behind it.  all: every
 * byte of the drive was just seen to be.
 */
void verify_signatures(struct engine *e, const struct step *pass,
		       const uint8_t key[KEY_LEN], bool all,
		       struct step_result *r);

#endif
