/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Is anything left of what was on the drive before, and does what is there now
 * agree with what it says it did?  Reads every place of MARK and, at places
 * that nobody could know before, a sample; nothing the drive reported counts.
 */
#include "prove.h"
#include "util.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PPM		1000000U
#define SEEN_MAX	4096	/* random blocks that are read twice */

struct seen {
	uint64_t at;
	uint8_t digest[DIGEST_LEN];
};

/* One victim. */
struct looking {
	struct stream s;
	struct search *q;
	bool self;		/* the drive itself, not another namespace */
	struct known known;
	uint8_t fill[PASS_BYTES_MAX];	/* SANITIZE_OVERWRITE: as classified */
	enum content_class fill_class;
	size_t n_seen;
	struct seen *seen;	/* ascending once it is sorted */
	struct dice *dice;	/* which of the random ones are kept */
	uint64_t n_random;
};

/* ---- one block ----------------------------------------------------------- */

/* The majority vote of Boyer and Moore: of what fills more than half of the
 * blocks this is sure to be it. */
static void
vote(struct search *q, const uint8_t pattern[16])
{
	struct proof *p = &q->r->proof;

	if (!q->votes) {
		memcpy(p->pattern, pattern, 16);
		p->pattern_len = 16;
	}
	q->votes += memcmp(p->pattern, pattern, 16) ? -1 : 1;
}

static bool
agrees(const struct looking *l, enum content_class c,
       const uint8_t pattern[16])
{
	const struct search *q = l->q;

	if (!classify_agrees(c, q->chain, q->n_chain))
		return false;
	if (q->chain[q->n_chain - 1] != METHOD_SANITIZE_OVERWRITE)
		return true;
	return c == l->fill_class && !memcmp(pattern, l->fill, 16);
}

/* Each random block has the same chance to be read twice, wherever it lies:
 * the nth takes the place of another with a chance of SEEN_MAX in n. */
static int
note_random(struct looking *l, uint64_t at, const uint8_t *block)
{
	uint64_t i = l->n_seen;
	int err = 0;

	l->n_random++;
	if (i == SEEN_MAX)
		err = dice_roll(l->dice, l->n_random, &i);
	else
		l->n_seen++;
	if (err || i >= SEEN_MAX)
		return err;
	l->seen[i].at = at;
	return sha256(block, l->s.e->d->lblock, l->seen[i].digest);
}

static int
judge_block(struct looking *l, uint64_t at, const uint8_t *block)
{
	struct search *q = l->q;
	uint8_t pattern[16];
	enum content_class c = classify(block, l->s.e->d->lblock, pattern);
	int err = known_check(&l->known, at, block, c);

	if (err)
		return err;
	q->r->proof.classes[c]++;
	if (c == CLASS_CONSTANT || c == CLASS_PATTERN)
		vote(q, pattern);
	if (!agrees(l, c, pattern) && (!q->odd++ || c < q->odd_class))
		q->odd_class = c;
	return c == CLASS_RANDOM ? note_random(l, at, block) : 0;
}

static int
look(void *ctx, const struct io *io, uint32_t len)
{
	struct looking *l = ctx;
	uint32_t block = l->s.e->d->lblock, i;
	int err = 0;

	for (i = 0; !err && i < len; i += block) {
		err = judge_block(l, io->at + i, io->buf + i);
		l->q->r->proof.looked += !err;
		l->q->r->bytes += err ? 0 : block;
	}
	return err;
}

static int
ready(void *ctx, unsigned slot, struct io *io)
{
	(void)ctx, (void)slot, (void)io;
	return 0;
}

/* What the policy tolerates of what is read, not of the whole drive. */
static uint64_t
tolerated(const struct looking *l)
{
	return verify_tolerated(l->q->total, l->s.e->bad_max_ppm);
}

static int
lost(void *ctx, uint64_t at, int err)
{
	struct looking *l = ctx;
	struct search *q = l->q;
	uint32_t block = l->s.e->d->lblock;
	char arg[64];

	q->r->proof.classes[CLASS_UNREADABLE]++;
	q->lost += block;
	if (!q->r->err)
		q->r->err = err;
	err = l->self ? blockmap_add(&q->map, at, block) : 0;
	if (err || q->lost <= (uint64_t)MARK_LOST_MAX * block ||
	    q->lost <= tolerated(l))
		return err;
	snprintf(arg, sizeof(arg), "%" PRIu64, q->lost / block);
	step_fail(q->r, STATE_FAILED, REASON_TOO_MANY_ERRORS, q->r->err, arg);
	return -E2BIG;
}

/* ---- where to look ------------------------------------------------------- */

/* The sample's ranges and all MARKs' places, in one list. */
static int
join(struct looking *l, const struct sample *sample, struct range **out,
     size_t *n)
{
	struct range *places = NULL, *all;
	size_t n_places = 0;
	int err = known_ranges(&l->known, &places, &n_places);

	all = err ? NULL : calloc(sample->n + n_places + 1, sizeof(*all));
	if (all) {
		memcpy(all, sample->r, sample->n * sizeof(*all));
		if (n_places)
			memcpy(all + sample->n, places,
			       n_places * sizeof(*all));
		*n = sample_merge(all, sample->n + n_places);
	}
	free(places);
	*out = all;
	return err ? err : all ? 0 : -ENOMEM;
}

static int
choose(struct looking *l, const struct victim *v, struct range **out,
       size_t *n)
{
	struct search *q = l->q;
	const struct drive *d = l->s.e->d;
	uint32_t share = q->s->how.mode == VERIFY_FULL ? PPM :
			 q->s->how.mode == VERIFY_SAMPLE ?
			 q->s->how.share_ppm : 0;
	struct sample sample = { 0 };
	uint8_t seed[DIGEST_LEN];
	int err = mark_derive(q->salt, "massho proof attempt", q->s->attempt,
			      seed);

	if (!err)
		err = mark_derive(seed, "massho proof places", v->nsid, seed);
	if (!err)
		err = sample_make(d->id.size, d->lblock, share, seed, v->spots,
				  v->n_spots, &sample);
	if (!err)
		err = join(l, &sample, out, n);
	/* what is claimed of all must hold of each: the least looked at */
	if (sample.sections && (!q->r->sections ||
				sample.sections < q->r->sections)) {
		q->r->sections = sample.sections;
		q->r->samples = sample.samples;
	}
	sample_free(&sample);
	return err;
}

/* ---- reading twice ------------------------------------------------------- */

static int
by_place(const void *a, const void *b)
{
	const struct seen *x = a, *y = b;

	return x->at < y->at ? -1 : x->at > y->at;
}

static int
compare(void *ctx, const struct io *io, uint32_t len)
{
	struct looking *l = ctx;
	uint32_t block = l->s.e->d->lblock, i;
	uint8_t digest[DIGEST_LEN];
	const struct seen *before;
	int err = 0;

	for (i = 0; !err && i < len; i += block) {
		struct seen key = { .at = io->at + i };

		before = bsearch(&key, l->seen, l->n_seen, sizeof(*l->seen),
				 by_place);
		err = before ? sha256(io->buf + i, block, digest) : -EPROTO;
		if (!err && memcmp(digest, before->digest, DIGEST_LEN) != 0)
			l->q->r->proof.unstable++;
	}
	return err;
}

static int
lost_again(void *ctx, uint64_t at, int err)
{
	struct looking *l = ctx;

	(void)at, (void)err;
	l->q->r->proof.unstable++;
	return 0;
}

/* Random bytes that change from one reading to the next hide something. */
static bool
read_twice(struct looking *l)
{
	struct range *r = calloc(l->n_seen ? l->n_seen : 1, sizeof(*r));
	enum step_state state;
	size_t i;
	int err = r ? drive_drop_caches(l->s.e->h) : -ENOMEM;

	if (err) {
		step_fail(l->q->r, STATE_FAILED, REASON_INTERNAL, err, NULL);
		free(r);
		return false;
	}
	qsort(l->seen, l->n_seen, sizeof(*l->seen), by_place);
	for (i = 0; i < l->n_seen; i++)
		r[i] = (struct range){ l->seen[i].at, l->s.e->d->lblock };
	l->s.todo = r;
	l->s.n_todo = sample_merge(r, l->n_seen);
	l->s.moved = compare;
	l->s.lost = lost_again;
	state = stream_run(&l->s, l->q->r);
	free(r);
	return state == STATE_DONE;
}

/* ---- one victim ---------------------------------------------------------- */

static int
open_looking(struct looking *l, const struct victim *v, size_t victim)
{
	struct search *q = l->q;
	const struct drive *d = l->s.e->d;
	uint8_t *block = malloc(d->lblock);
	const struct pass *pass = &q->s->pass;
	uint8_t seed[DIGEST_LEN];
	uint32_t i;
	int err = mark_derive(q->salt, "massho proof twice", v->nsid, seed);

	if (!err)
		err = dice_open(seed, &l->dice);
	l->seen = calloc(SEEN_MAX, sizeof(*l->seen));
	if (!block || !l->seen)
		err = -ENOMEM;
	if (!err)
		err = known_open(&l->known, q, victim, v->nsid, d->lblock);
	if (!err && q->chain[q->n_chain - 1] == METHOD_SANITIZE_OVERWRITE) {
		for (i = 0; pass->len && i < d->lblock; i++)
			block[i] = pass->bytes[i % pass->len];
		l->fill_class = pass->kind == PASS_FILL && pass->len ?
				classify(block, d->lblock, l->fill) :
				CLASS_UNKNOWN;
	}
	free(block);
	return err;
}

static bool
look_on(struct engine *e, struct search *q, const struct victim *v,
	size_t victim, bool *dropped)
{
	struct looking l = {
		.s = {
			.e = e, .ready = ready, .moved = look, .lost = lost,
			.chunk = ENGINE_CHUNK - ENGINE_CHUNK % e->d->lblock,
		},
		.q = q, .self = !victim,
	};
	struct range *todo = NULL;
	bool ok = false;
	size_t i;
	int err = drive_drop_caches(e->h);

	l.s.ctx = &l;
	*dropped = *dropped && !err;
	if (!err)
		err = open_looking(&l, v, victim);
	if (!err)
		err = choose(&l, v, &todo, &l.s.n_todo);
	for (i = 0; !err && i < l.s.n_todo; i++)
		q->total += todo[i].len;
	l.s.todo = todo;
	e->p.total = q->total;
	if (err)
		step_fail(q->r, STATE_FAILED, REASON_NOT_VERIFIED, err, NULL);
	else
		ok = stream_run(&l.s, q->r) == STATE_DONE && read_twice(&l) &&
		     engine_same_size(e, q->r);
	if (ok)
		known_end(&l.known, l.n_random);
	known_close(&l.known);
	dice_close(&l.dice);
	free(l.seen);
	free(todo);
	return ok;
}

/* ---- the step ------------------------------------------------------------ */

static void
blame(struct step_result *r, enum reason_code code, const char *arg)
{
	r->why.code = REASON_UNKNOWN;
	step_fail(r, STATE_FAILED, code, 0, arg);
}

/* What survived is graver than whatever else ended the reading. */
static bool
blame_survivors(struct step_result *r)
{
	const struct proof *p = &r->proof;
	uint64_t n = p->marks_left ? p->marks_left : p->preimages_left;
	char arg[64];

	if (!n)
		return false;
	snprintf(arg, sizeof(arg), "%" PRIu64 " @ %" PRIu64, n,
		 p->first_left);
	blame(r, p->marks_left ? REASON_MARK_LEFT : REASON_PREIMAGE_LEFT,
	      arg);
	return true;
}

/* DONE is earned: everything read, nothing left, nothing odd. */
static void
finish(struct engine *e, struct search *q, bool complete, uint32_t lblock)
{
	struct step_result *r = q->r;
	uint64_t n;
	char arg[64];

	if (r->proof.pattern_len && !(r->proof.classes[CLASS_CONSTANT] +
				      r->proof.classes[CLASS_PATTERN]))
		r->proof.pattern_len = 0;
	if (blame_survivors(r))
		return;
	if (q->odd || r->proof.unstable) {
		blame(r, REASON_CONTENT_ODD, class_name(q->odd ? q->odd_class :
							CLASS_RANDOM));
		return;
	}
	if (!complete)
		return;
	if (q->lost > verify_tolerated(q->total, e->bad_max_ppm)) {
		snprintf(arg, sizeof(arg), "%" PRIu64 ", %" PRIu64 " B",
			 q->lost / lblock, q->lost);
		step_fail(r, STATE_FAILED, REASON_UNREADABLE, 0, arg);
		return;
	}
	if (r->bytes + q->lost != q->total || !r->proof.looked) {
		step_fail(r, STATE_FAILED, REASON_INTERNAL, ENODATA, NULL);
		return;
	}
	r->state = STATE_DONE;
	n = verify_claimed(r);
	if (!n || q->lost)
		return;
	r->claim_conf_ppm = SAMPLE_CONF_PPM;
	r->claim_share_ppb = sample_claim_ppb(n, SAMPLE_CONF_PPM);
}

/* Offsets within other namespaces would say nothing here: those blocks are
 * only counted. */
static void
tell_unread(struct search *q)
{
	uint64_t others = q->lost - q->map.total;

	blockmap_ranges(&q->map, q->unread);
	q->unread->total += others;
	q->unread->lost += others;
	blockmap_free(&q->map);
}

void
prove_search(struct engine *e, struct search *q, const struct victim *v,
	     size_t n, bool *dropped)
{
	bool ok = n > 0 && q->n_chain > 0;
	size_t i;

	*dropped = ok;
	blockmap_init(&q->map, e->d->lblock);
	for (i = 0; ok && i < n; i++) {
		struct marks_self self = marks_turn(e, &v[i]);

		ok = look_on(e, q, &v[i], i, dropped);
		marks_back(e, self);
	}
	tell_unread(q);
	finish(e, q, ok, e->d->lblock);
	if (q->r->state == STATE_NONE && !q->r->why.code)
		step_fail(q->r, STATE_FAILED, REASON_INTERNAL, EINVAL, NULL);
	(void)engine_tick(e, true);
}

void
prove_erased(struct engine *e, const struct victim *v, size_t n,
	     const struct kept *kept, const struct step *s,
	     const enum method *chain, size_t n_chain,
	     struct step_result *r, struct ranges *unread, bool *dropped)
{
	struct search q = {
		.s = s, .chain = chain, .n_chain = n_chain, .r = r,
		.unread = unread, .kept = kept,
	};
	const struct marks *m = kept->last < kept->n ? kept->m[kept->last] :
						       NULL;
	int err = 0;

	*dropped = false;
	r->state = STATE_NONE;
	if (m)
		memcpy(q.salt, m->salt, sizeof(q.salt));
	else
		err = random_bytes(q.salt, sizeof(q.salt));
	memcpy(r->salt, q.salt, sizeof(r->salt));
	if (err)
		step_fail(r, STATE_FAILED, REASON_INTERNAL, err, NULL);
	else
		prove_search(e, &q, v, n, dropped);
}
