/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The nouns, then the verbs in flow order.
 *
 *   path -probe-> drive -plan-> plan -consent-> consent -execute-> run
 *        -verify-> verdict -certify-> certificate -log-> evidence line
 *
 * Nouns are plain data: fixed arrays, no pointers, every enum's zero is its
 * worst value, so zeroed memory never claims anything.  Strings are UTF-8,
 * NUL-terminated, without control characters.  All functions return 0 or a
 * negative errno unless their contract says otherwise.
 */
#ifndef MASSHO_H
#define MASSHO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MASSHO_VERSION "0.1.0"

#define MUST __attribute__((warn_unused_result))

#include "drive.h"	/* words every noun uses, reasons, the drive */

/* ---- policy and plan ---- */

enum pass_kind {
	PASS_NONE,
	PASS_FILL,		/* repeat bytes[len] from offset 0 */
	PASS_RANDOM,		/* AES-256-CTR, fresh key */
	PASS_CHAR,		/* a random byte, drawn from the plan's seed */
	PASS_COMPLEMENT,	/* of the last FILL or CHAR, bitwise */
	PASS_VERIFY		/* read back the write before it */
};

struct pass {
	enum pass_kind kind;
	uint8_t len;		/* FILL: 1..PASS_BYTES_MAX */
	uint8_t bytes[PASS_BYTES_MAX];
};

enum verify_mode { VERIFY_NONE, VERIFY_SAMPLE, VERIFY_FULL };

struct verify_how {
	enum verify_mode mode;
	uint32_t share_ppm;	/* SAMPLE: share of the drive read, 1e6 = all */
};

enum status_of_standard { STANDARD_WITHDRAWN, STANDARD_CURRENT };

struct policy {
	const char *name;	/* "dod-5220.22-m-3" */
	const char *title;	/* "DoD 5220.22-M (1995), 3 passes" */
	const char *title_ja;	/* 「米国国防総省方式(DoD 5220.22-M, 3回)」 */
	const char *source;	/* document and clause the passes come from */
	enum status_of_standard standing;
	enum level level;	/* wanted */
	enum level level_on_premises;	/* inside the 庁舎; NONE = same */
	bool lower_ok;		/* go on at a lower level, and say so */
	bool firmware;		/* the drive's own commands, strongest first;
				   the passes are what it may fall to */
	bool destroy_after;	/* 総務省 class 1: destruction must follow */
	uint32_t media;		/* bit per enum medium; 0 = any */
	uint64_t size_min;	/* bytes; 0 = any */
	uint32_t bad_max_ppm;	/* unwritten or unread blocks tolerated as
				   exceptions; 0 = none, then "failed" */
	struct verify_how verify;	/* of the last written pass */
	uint32_t n_passes;
	struct pass passes[STEPS_MAX];
};

enum step_kind {
	STEP_NONE,
	STEP_READY,		/* wait for a sanitize that runs, leave the
				   failure mode of one that failed */
	STEP_UNLOCK,		/* with `password`, then disable it */
	STEP_EXPOSE,		/* remove HPA, DCO and AMAC limits */
	STEP_MARK,		/* pre-images and, with `marks`, marks */
	STEP_MARK_AGAIN,	/* fresh ones: what stood before an earlier
				   FIRMWARE tells nothing of a later one */
	STEP_FIRMWARE,		/* the drive erases itself by `method` */
	STEP_PROVE,		/* nothing of MARK is left; what is there now
				   agrees with the FIRMWARE before it */
	STEP_OVERWRITE,		/* pass is FILL or RANDOM */
	STEP_VERIFY,		/* reads back the OVERWRITE before it */
	STEP_SIGNATURES,	/* libblkid must find nothing */
	STEP_KIND_COUNT
};

/* Passwords that a drive may be locked with.  They are documented, for
 * whoever must unlock a drive by hand; secrecy would gain nothing. */
enum password {
	PASSWORD_NONE, PASSWORD_MASSHO, PASSWORD_HDPARM, PASSWORD_IRONIC,
	PASSWORD_COUNT
};

struct step {
	enum step_kind kind;
	uint32_t attempt;	/* index into plan.attempts; UNLOCK, EXPOSE,
				   READY, MARK: 0, for all */
	enum method method;	/* FIRMWARE, PROVE: of this method */
	enum password password;	/* UNLOCK; FIRMWARE by SECURITY ERASE */
	bool marks;		/* MARK, MARK_AGAIN: writes */
	uint32_t pass_no;	/* among the OVERWRITEs; VERIFY: of which */
	struct pass pass;	/* OVERWRITE, VERIFY: FILL or RANDOM; FIRMWARE,
				   PROVE by SANITIZE_OVERWRITE: FILL of 4 */
	struct verify_how how;	/* VERIFY, PROVE */
	uint64_t len;		/* bytes of the drive it covers, from 0 */
	uint32_t est_s;		/* estimated seconds */
};

/* What the operator asked for; zero = defaults. */
struct request {
	char policy[48];	/* "" = "purge-or-clear" */
	char passes[256];	/* --passes; overrides policy's passes */
	char method[32];	/* "" = strongest the policy allows */
	bool verify_set;
	struct verify_how verify;	/* valid if verify_set */
	uint64_t verify_bytes;	/* SAMPLE: so much of each drive, whatever its
				   size; 0 = verify.share_ppm */
	bool seed_set;
	uint64_t seed;		/* for PASS_CHAR; default: from the identity */
	bool allow_network, allow_virtual, image;
	bool no_marks;		/* --marks none: write nothing before */
	enum password unlock;	/* --unlock; default: our own */
	bool on_premises;	/* place.on_premises of the case */
	uint8_t info_class;	/* 1..3, the gravest of the case; 0 = none */
	uint64_t rate_limit;	/* bytes/s per drive; 0 = none */
	uint32_t stuck_s;	/* a request that takes longer never comes
				   back; 0 = 10 minutes */
};

/* A method, what it is worth on this drive, and why not more. */
struct attempt {
	enum method method;	/* of its last erasing step */
	enum level level;
	struct reasons level_reasons;
};

/* A method that is stronger than the one used, or would be. */
struct passed_over {
	enum method method;
	struct reason why;
};

struct plan {
	struct identity id;
	char driver[16];	/* command set that carries it out */
	char path[PATH_LEN];
	char policy[48];
	char policy_title[96], policy_title_ja[128];
	enum status_of_standard standing;
	enum method method;	/* that of attempts[0] */
	uint64_t seed;
	uint64_t size_full;	/* bytes once EXPOSE is done; else id.size */
	uint32_t lblock;
	enum medium medium;
	bool image;
	enum level level;	/* reached if all goes well */
	struct reasons level_reasons;	/* why not higher */
	struct reasons refusals;	/* n > 0: must not be executed */
	bool destroy_after;
	uint32_t bad_max_ppm;
	uint32_t est_s;
	/* attempts[0] is the strongest; the next is begun only if every one
	 * before it failed.  level and level_reasons are attempts[0]'s. */
	uint32_t n_attempts;
	struct attempt attempts[ATTEMPTS_MAX];
	uint32_t n_passed;
	struct passed_over passed[METHOD_COUNT];
	/* what a shared method erases as well: named, guarded, consented */
	uint32_t n_spaces;
	struct space spaces[SPACES_MAX];
	char controllers[IDS_LEN];	/* whose hosts lose them; "" = one */
	uint32_t n_steps;
	struct step steps[STEPS_MAX];
	uint8_t digest[DIGEST_LEN];	/* over everything above but est_s */
	char token[TOKEN_LEN + 1];	/* what --confirm takes */
};

/* ---- consent ---- */

enum consent_how { CONSENT_NONE, CONSENT_TYPED, CONSENT_TOKEN, CONSENT_JOB };

struct consent {
	enum consent_how how;
	uint8_t plan_digest[DIGEST_LEN];
	char serial[64];
	char who[64];		/* operator of the case, or the login name */
	char at[TIME_LEN];
	bool has_receipt;
	uint8_t receipt[DIGEST_LEN];	/* hash of the fsynced INTENT line */
};

/* ---- run and verdict ---- */

struct range {
	uint64_t at, len;	/* bytes */
};

/* Merged, ascending ranges.  `lost` counts bytes that did not fit. */
struct ranges {
	uint32_t n;
	uint64_t total;		/* bytes, including `lost` */
	uint64_t lost;
	struct range r[RANGES_MAX];
};

/* The drive's own words, kept for the certificate. */
struct reply {
	int32_t err;		/* positive errno, 0 = none */
	uint32_t status;	/* ATA: ERROR << 8 | STATUS; NVMe: status
				   field; SCSI: key << 16 | ASC << 8 | ASCQ */
	uint32_t raw_len;
	uint8_t raw[REPLY_RAW];	/* sense data, or the status log */
};

/* A command that was sent, and what the drive answered. */
struct command {
	uint32_t step;		/* index of the plan's step */
	char name[40];		/* "SECURITY ERASE UNIT" */
	uint8_t sent_len;
	uint8_t sent[24];	/* CDB; NVMe: opcode, then NSID, CDW10, CDW11,
				   each little-endian */
	struct reply reply;
};

/* In the order in which they were sent; `lost` counts those left out. */
struct sent {
	uint32_t n, lost;
	struct command c[COMMANDS_MAX];
};

/* What a block holds, worst first. */
enum content_class {
	CLASS_UNKNOWN,
	CLASS_STRUCTURED,	/* none of those below */
	CLASS_UNREADABLE,
	CLASS_RANDOM,		/* looks it, and stays the same when re-read */
	CLASS_PATTERN,		/* repeats every 2, 4, 8 or 16 bytes */
	CLASS_CONSTANT,		/* one byte, neither 00 nor FF */
	CLASS_ONES, CLASS_ZEROS,
	CLASS_COUNT
};

/* What MARK left behind and PROVE found, in logical blocks. */
struct proof {
	uint64_t marks;		/* written, and read back */
	uint64_t preimages;	/* taken of blocks that say something */
	uint64_t looked;	/* read afterwards */
	uint64_t marks_left, preimages_left;	/* found again */
	uint64_t misplaced;	/* marks found where they were not put */
	uint64_t unstable;	/* read twice, differing */
	uint64_t first_left;	/* byte offset of the first survivor */
	uint64_t places;	/* PROVE: drawn marks and pre-images of the
				   last MARK that were read again; of several
				   namespaces, of the one with the fewest */
	uint64_t places_random;	/* of them, in all: RANDOM now */
	uint64_t classes[CLASS_COUNT];
	uint64_t thin;		/* MARK: namespaces (or the drive itself) with
				   too few of both to prove anything */
	uint8_t pattern[16];	/* the commonest CONSTANT or PATTERN */
	uint32_t pattern_len;
};

enum step_state {
	STATE_NONE, STATE_REFUSED, STATE_FAILED, STATE_INTERRUPTED,
	STATE_SKIPPED /* not needed: an attempt before it succeeded, or
	its own has failed */, STATE_DONE
};

#define EVIDENCE_BYTES 32	/* of expected and found shown at a mismatch */

struct mismatch {
	uint64_t at;		/* byte offset of the first differing byte */
	uint32_t len;		/* bytes shown, <= EVIDENCE_BYTES */
	uint8_t expected[EVIDENCE_BYTES], found[EVIDENCE_BYTES];
};

struct step_result {
	enum step_state state;
	struct reason why;	/* if not DONE */
	int32_t err;		/* errno behind it, positive; 0 = none */
	char started[TIME_LEN], finished[TIME_LEN];
	uint64_t ms;		/* monotonic duration */
	uint64_t bytes;		/* written or compared */
	uint64_t retries;	/* I/Os that succeeded only when repeated */
	bool flushed;		/* OVERWRITE: flush succeeded */
	bool carried;		/* by an earlier part of this erasure */
	bool restarted;		/* OVERWRITE: what earlier parts had written
				   was not there; begun anew */
	uint64_t reached;	/* OVERWRITE: bytes from 0 that are flushed */
	uint64_t resumed_at;	/* OVERWRITE: bytes that earlier parts wrote */
	uint64_t margin;	/* bytes before it, read back, as written */
	uint8_t key[KEY_LEN];	/* RANDOM: the stream's key; not a secret, it
				   lets anyone recompute what was written */
	uint64_t mismatches;	/* VERIFY: differing blocks */
	struct mismatch first;
	uint64_t samples, sections;	/* VERIFY_SAMPLE */
	uint64_t claim_share_ppb;	/* that an unerased share */
	uint32_t claim_conf_ppm;	/* would be found so surely */
	uint8_t salt[DIGEST_LEN];	/* SAMPLE: drawn from this */
	char signature[32];	/* SIGNATURES: what was still found */
	uint8_t commitment[DIGEST_LEN];	/* MARK: SHA-256 of PROVE's salt, on
				   record before the drive erases */
	struct proof proof;	/* MARK, MARK_AGAIN, PROVE */
	struct areas areas;	/* EXPOSE: before it */
	struct reply reply;	/* FIRMWARE, READY: the final status */
};

#include "resume.h"	/* an erasure in several parts */

struct run {
	uint8_t plan_digest[DIGEST_LEN];
	struct identity before, after;	/* read on the erasing handle */
	bool after_known;
	char started[TIME_LEN], finished[TIME_LEN];
	enum step_state state;	/* DONE only if every step is */
	struct reason why;
	int32_t err;
	bool cache_dropped;	/* before reading back */
	uint32_t n_results;
	struct step_result results[STEPS_MAX];
	struct ranges unwritten, unread;	/* of the last written pass */
	struct sent sent;	/* every command that changes something */
	struct areas areas;	/* as read at the end */
	struct health health_before, health_after;
	struct lock lock_after;
	struct run_parts parts;	/* earlier ones of the same erasure */
};

enum outcome {
	OUTCOME_FAILED, OUTCOME_INTERRUPTED, OUTCOME_EXCEPTIONS, OUTCOME_ERASED,
	OUTCOME_COUNT
};

struct verdict {
	enum outcome outcome;
	enum level level;
	struct reasons reasons;	/* why not better, or not higher */
};

/* ---- faces: what the core may ask and tell (ui.h has the functions) ---- */

struct progress {
	uint32_t step, n_steps;	/* index from 0 */
	enum step_kind kind;
	uint64_t done, total;	/* bytes of this step */
	uint64_t errors;	/* blocks given up so far */
	uint64_t rate;		/* bytes/s, recent */
	uint32_t slow_percent;	/* of its own best in this step, for a minute;
				   0 = not slow */
	uint32_t left_s;	/* of the whole plan; UINT32_MAX = unknown */
	uint64_t limit;		/* bytes/s it keeps to; 0 = none */
	uint32_t stalled_s;	/* since it last moved; 0 = moves */
	struct count celsius;
	bool paused;		/* too hot: waits until it has cooled */
};

/* ---- words.c: the vocabulary in both languages ---- */

enum lang { LANG_JA, LANG_EN };

/* Each returns a static string, never NULL.  _name: stable ASCII for JSON. */
const char *level_name(enum level l);
const char *level_text(enum level l, enum lang lang);
const char *level_gloss(enum level l, enum lang lang);
const char *medium_name(enum medium m);
const char *medium_text(enum medium m, enum lang lang);
const char *transport_name(enum transport t);
const char *transport_text(enum transport t, enum lang lang);
const char *outcome_name(enum outcome o);	/* "erased_with_exceptions" */
const char *outcome_text(enum outcome o, enum lang lang);
const char *use_name(enum use_kind k);
const char *use_text(enum use_kind k, enum lang lang);
const char *method_name(enum method m);
const char *method_text(enum method m, enum lang lang);
const char *step_name(enum step_kind k);
const char *step_state_name(enum step_state s);
const char *reason_name(enum reason_code c);	/* "mounted" */
const char *password_name(enum password p);	/* "massho" */
/* What is typed: at most 32 bytes, the rest of the field is zero. */
const char *password_text(enum password p);
const char *class_name(enum content_class c);
const char *class_text(enum content_class c, enum lang lang);
const char *answer_name(enum answer a);		/* "unknown" "no" "yes" */
const char *sanitize_name(enum sanitize_state s);
/* The command set's own name: "ata", METHOD_SANITIZE_BLOCK: "BLOCK ERASE
 * EXT"; never NULL. */
const char *method_command(enum method m, const char *driver);
/* The sentence with its argument; returns buf.  English: lower case, no full
 * stop, says how to release or what to do. */
const char *reason_text(const struct reason *r, enum lang lang, char *buf,
			size_t len);
/* Appends unless it is there already or the list is full (then the last
 * entry stays; the list never loses its first reasons). */
void reasons_add(struct reasons *rs, enum reason_code code, const char *arg);
/* "random", "0x00", "0x924924", "char", "complement", "verify". */
const char *pass_text(const struct pass *p, char *buf, size_t len);

/* ---- probe.c ---- */

/*
 * Every block device of the machine, whole disks only, in kernel-name order,
 * identified.  Read-only.  *n is how many were filled; -ENOSPC if more than
 * max exist (the first max are valid).
 */
int probe_all(struct drive *out, size_t max, size_t *n) MUST;
/*
 * One device or, with image, one regular file.  Read-only.  -ENOTBLK: no block
 * device, and not asked for as an image.  With image: -EISDIR: a folder;
 * -ENOTSUP: a block device; -EMEDIUMTYPE: nothing that could hold an image;
 * -EINVAL: its size is not a multiple of 512.
 */
int probe_one(const char *path, bool image, struct drive *out) MUST;

/* ---- identity.c: PURE ---- */

/*
 * What tells the two apart, in one word; NULL: the same drive, not unplugged in
 * between.  Firmware can be updated, so it tells nothing.
 */
const char *identity_differs(const struct identity *a,
			     const struct identity *b) MUST;
/*
 * Of two media that tell one serial: are they two all the same, as namespaces
 * of an NVMe drive or the halves of a disk with two actuators?  Then their
 * world-wide names, of one kind ("naa.", "eui.", "uuid."), differ, or the
 * numbers of their namespaces.  "" and "unknown" are no name, 0 is no number.
 */
bool identity_tells_apart(const char *wwn, uint32_t nsid, const char *other,
			  uint32_t other_nsid) MUST;
/* The number of the drive's own namespace; 0: it has none, or did not say. */
uint32_t identity_nsid(const struct scope *s) MUST;

/* ---- guard.c ---- */

/*
 * May this drive be touched?  Fills refusals with one reason for each thing
 * that speaks against it; n == 0 means nothing does.  Pure over *d.
 */
void guard_check(const struct drive *d, const struct request *rq,
		 struct reasons *refusals);
/* One refusal for each other namespace of the drive that is in use: a shared
 * method would erase it as well. */
void guard_spaces(const struct drive *d, struct reasons *refusals);
/* Do the two consist of the same, or do their names say that they are one? */
bool guard_same_medium(const struct drive *a, const struct drive *b) MUST;

/* ---- policy.c ---- */

extern const struct policy policies[];
extern const size_t n_policies;
const struct policy *policy_find(const char *name);	/* NULL if unknown */
/*
 * Parses "random,0x00,0xff,0x924924,char,complement,verify".  Up to STEPS_MAX
 * entries, patterns of 1..PASS_BYTES_MAX bytes.  -EINVAL: *bad is the offset
 * of the word that is wrong.
 */
int policy_parse_passes(const char *text, struct pass *out, uint32_t *n,
			size_t *bad) MUST;
/*
 * What a method is worth on a medium (IEEE 2883 and NIST SP 800-88 as read in
 * policy_level.c; on doubt the lower), and in *why what keeps it from more.
 */
enum level policy_level(enum method m, enum medium medium,
			enum reason_code *why);
/*
 * The methods of a drive with this medium, strongest first: chains of one or
 * two that follow each other ("crypto, then block erase").  Fills at most max,
 * returns how many there are.
 */
struct chain {
	uint32_t n;
	enum method m[2];
};
size_t policy_chains(enum medium medium, struct chain *out, size_t max);

/* ---- plan.c: PURE ---- */

/*
 * The same drive, request and policy give the same plan, byte for byte.
 * Refusals are data in *out, never an errno; -EINVAL only for a request that
 * names no known policy, method or passes (the caller prints usage).
 * guard_check's refusals are included.
 */
int plan_make(const struct drive *d, const struct request *rq,
	      struct plan *out) MUST;
/* What rq->verify is for a drive of this size; valid if verify_set. */
struct verify_how plan_verify(const struct request *rq, uint64_t size);
/* Recomputes digest and token; used by plan_make and to check a plan. */
void plan_seal(struct plan *p);

/* ---- consent.c ---- */

/* What the operator must type: last four characters of the serial, or of the
 * size in bytes where there is no serial.  Shorter serials whole. */
void consent_tail(const struct identity *id, char out[8]);
/* Binds a typed tail or a token to the plan.  -EACCES: it does not match;
 * -EPERM: the plan has refusals.  *out is zeroed on error. */
int consent_typed(const struct plan *p, const char *typed, const char *who,
		  struct consent *out) MUST;
int consent_token(const struct plan *p, const char *token, const char *who,
		  struct consent *out) MUST;

/* By a job file whose signature the caller has verified: it names this serial,
 * and nobody stands by.  -EACCES: it is another drive's, or the drive tells
 * none. */
int consent_job(const struct plan *p, const char *serial, const char *who,
		struct consent *out) MUST;

/* ---- execute.c ---- */

struct ui;	/* ui.h */

/*
 * Runs every step of the plan on the drive, verification included.  Needs a
 * consent for this plan's digest that holds the INTENT receipt: otherwise
 * -EPERM and nothing is opened.  The drive is opened exclusively, identified
 * again (-ESTALE) and guarded again (-EBUSY) before the first write.  Whatever
 * happened later is data in *out; 0 only says that *out is complete.
 */
int execute_plan(const struct plan *p, const struct consent *c,
		 const struct request *rq, struct ui *ui, struct run *out) MUST;
/* Goes on where an erasure was interrupted; from may be NULL. */
int execute_resume(const struct plan *p, const struct consent *c,
		   const struct request *rq, const struct resume *from,
		   struct ui *ui, struct run *out) MUST;

/* ---- verify.c ---- */

/* The only place that sets a verdict.  Pure over the records of the run. */
void verify_judge(const struct plan *p, const struct consent *c,
		  const struct run *r, struct verdict *out);
/*
 * Reads a device again, another day or on another machine, and compares it
 * with what was written last, but for the blocks in *except.  Read-only.
 * expect: the drive as just probed; -ESTALE if it is no longer the one that
 * opens.  What was found is data in *out and *unread.
 */
int verify_device(const char *path, bool image, const struct step *written,
		  const uint8_t key[KEY_LEN], const struct verify_how *how,
		  const struct ranges *except, struct ui *ui,
		  const struct drive *expect, struct step_result *out,
		  struct ranges *unread) MUST;

/* What a certificate says of a firmware erase that was proven. */
#define CHAIN_MAX	2	/* one command, and another after it */
#define MARKS_MAX	(CHAIN_MAX * ATTEMPTS_MAX)	/* before each */
struct proven {
	bool marks;		/* the last MARK wrote some: key is known */
	uint8_t key[KEY_LEN];	/* its */
	uint32_t n_earlier;	/* MARKs before it that wrote some */
	uint8_t earlier[MARKS_MAX][KEY_LEN];	/* their keys */
	uint8_t salt[DIGEST_LEN];	/* PROVE's: the same places; another
				   one: other places */
	uint32_t attempt;	/* the PROVE's */
	uint32_t n_chain;	/* FIRMWARE methods of it that are DONE */
	enum method chain[CHAIN_MAX];
	struct pass pass;	/* SANITIZE_OVERWRITE: its pattern */
	struct verify_how how;	/* SAMPLE: the places; FULL: every block */
};
/*
 * prove.c: reads a device again, another day or on another machine: no mark of
 * that run is left, and what its blocks hold agrees with the methods.
 * Read-only.  -EINVAL: nothing to hold against.  -ESTALE and the results as
 * verify_device; why of *out, if not DONE: MARK_LEFT, CONTENT_ODD, UNREADABLE
 * or what ended the reading.
 */
int prove_device(const char *path, bool image, const struct proven *what,
		 struct ui *ui, const struct drive *expect,
		 struct step_result *out, struct ranges *unread) MUST;

/* ---- classify.c: PURE ---- */

/* May a block of this class be there after these methods? */
bool classify_agrees(enum content_class c, const enum method *chain, size_t n);

/* ---- ranges.c (util) ---- */

/* Adds [at, at+len), merging with neighbours; keeps ascending order. */
void ranges_add(struct ranges *rs, uint64_t at, uint64_t len);
/* How many bytes of [at, at+len) are in it. */
uint64_t ranges_overlap(const struct ranges *rs, uint64_t at, uint64_t len);

#include "casefile.h"
#include "reach.h"

#endif
