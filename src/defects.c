/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What becomes of a piece that fails?
 *
 * It is set aside, and the rest of the drive comes first.  Then what was set
 * aside is gone over again in ever smaller pieces, down to single logical
 * blocks; these are repeated after pauses, and once more when all others have
 * been tried.  So a defect costs a bounded number of tries, good blocks are
 * done before time is spent on bad ones, and when the time or the errors that a
 * drive is allowed are used up, only what is bad or beside it is missing.
 */
#include "stream.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#define RETRIES		3	/* of a block, in each of two rounds */
#define QUICK_MS	1000	/* a drive that took longer has tried hard */
#define LATE_MS		10000	/* in flight for that long, a region hangs */
#define FINER		(64U << 10)	/* the second length */
#define FINE		4096U	/* the third, or a physical block */
#define BARREN		32	/* failures and nothing else: is it dead? */
#define SCOUT_AFTER	8	/* failures: is it only here? */
#define ENDS		16	/* of so many places, two are its ends */
#define GOLDEN		0.6180339887498949	/* its ratio */
#define KNOWN_MS	1000	/* of a round, before it tells how long */

static const uint32_t pause_ms[RETRIES] = { 1, 8, 64 };
static const uint32_t probe_ms[RETRIES] = { 50, 500, 5000 };

/* ---- which piece is next ----------------------------------------------- */

/* The part of todo that is not to be skipped. */
static int
add_wanted(struct blockmap *m, const struct range *r,
	   const struct blockmap *skip)
{
	uint64_t at = r->at, end = r->at + r->len;
	struct range no;
	size_t i = 0;
	int err = 0;

	while (!err && skip && blockmap_next(skip, &i, &no)) {
		if (no.at + no.len <= at)
			continue;
		if (no.at >= end)
			break;
		if (no.at > at)
			err = blockmap_add(m, at, no.at - at);
		at = no.at + no.len;
	}
	return err || at >= end ? err : blockmap_add(m, at, end - at);
}

static struct range
span(const struct range *r, size_t n)
{
	struct range out = { 0, 0 };

	if (n)
		out = (struct range){ r[0].at, r[n - 1].at + r[n - 1].len -
				      r[0].at };
	return out;
}

int
defects_begin(struct flow *f)
{
	const struct stream *s = f->s;
	struct defects *d = &f->d;
	size_t i;
	int err = 0;

	blockmap_init(&d->todo, f->e->d->lblock);
	blockmap_init(&d->failed, f->e->d->lblock);
	leap_begin(&d->leap, f->e->d->id.size);
	d->len = s->chunk;
	d->scope = span(s->todo, s->n_todo);
	d->good = s->good;
	d->moved = s->good.len != 0;
	d->heard_ms = engine_clock(f->e);
	for (i = 0; !err && i < s->n_todo; i++)
		err = add_wanted(&d->todo, &s->todo[i], s->skip);
	for (i = 0; !err && i < s->n_later; i++)
		err = add_wanted(&d->failed, &s->later[i], s->skip);
	if (d->failed.n)
		d->longest = d->len;
	return err;
}

/* A physical block, as long as it can be: a drive with 4 KiB sectors must read
 * a bad one before it can write an eighth of it. */
static uint32_t
unit_of(const struct drive *d)
{
	return d->pblock > d->lblock && d->pblock % d->lblock == 0 ?
	       d->pblock : d->lblock;
}

/* The length of the next round, for pieces of which the longest failed. */
static uint32_t
finer(const struct drive *d, uint32_t longest)
{
	uint32_t unit = unit_of(d), len[2], i;

	len[0] = FINER > unit ? FINER - FINER % unit : unit;
	len[1] = FINE > unit ? FINE - FINE % unit : unit;
	for (i = 0; i < 2; i++)
		if (len[i] < longest)
			return len[i];
	return d->lblock;
}

/* What is still out is not waited for, if it is late. */
static bool
round_ends(const struct flow *f)
{
	const struct slot *sl;

	for (sl = f->slots; sl < f->slots + f->n_slots; sl++)
		if (sl->busy && !(sl->flying && sl->late))
			return false;
	return f->d.failed.n != 0;
}

static void
begin_round(struct flow *f)
{
	struct defects *d = &f->d;
	struct blockmap done = d->todo;

	d->todo = d->failed;
	d->failed = done;
	d->round++;
	d->last = d->longest <= f->e->d->lblock;
	d->len = finer(f->e->d, d->longest);
	d->longest = 0;
	d->round_ms = engine_clock(f->e);
	d->round_total = d->todo.total;
	leap_begin(&d->leap, f->e->d->id.size);
}

/* The ith of many places: its ends, and in between so that none is far from all
 * of them, at no distance that a defect could repeat itself at. */
static uint64_t
place_of(const struct range *scope, unsigned i)
{
	double place = i * GOLDEN;

	if (i % ENDS == 0)
		return scope->at + scope->len - 1;
	if (i % ENDS == ENDS / 2)
		return scope->at;
	return scope->at + (uint64_t)((place - (unsigned)place) *
				      (double)scope->len);
}

/*
 * Nothing was moved yet: is it the drive, or only where it was tried?  Then any
 * place may tell, also one that failed at a greater length.
 */
static int
scout(struct flow *f, uint32_t max, struct range *out)
{
	struct defects *d = &f->d;
	uint32_t block = f->e->d->lblock;
	struct blockmap *m = &d->todo;
	struct range within = d->scope;
	uint64_t at;
	bool back;

	if (d->moved || d->failures < SCOUT_AFTER || !d->scope.len)
		return 0;
	back = d->scouted % ENDS == 0;
	at = place_of(&d->scope, d->scouted++);
	at -= at % block;
	if (d->len < d->longest && blockmap_overlap(&d->failed, at, block))
		m = &d->failed;
	if (!back)
		within = (struct range){ at, d->scope.at + d->scope.len - at };
	return blockmap_take(m, &within, back, max, out);
}

int
defects_next(struct flow *f, uint32_t max, struct range *out)
{
	struct defects *d = &f->d;
	struct range within;
	bool back;
	int n;

	if (!d->todo.n && round_ends(f))
		begin_round(f);
	if (d->round || max > d->len)
		max = d->len;
	n = scout(f, max, out);
	while (!n && d->todo.n && leap_next(&d->leap, &within, &back)) {
		n = blockmap_take(&d->todo, &within, back, max, out);
		if (n >= 0)
			leap_took(&d->leap, out, back);
	}
	return n;
}

/* ---- what a failure costs ---------------------------------------------- */

/* At least so many blocks failed: what is set aside counts once a place. */
static void
too_many(struct flow *f, uint64_t blocks)
{
	char arg[32];

	snprintf(arg, sizeof(arg), "%" PRIu64, blocks);
	step_fail(f->r, STATE_FAILED, REASON_TOO_MANY_ERRORS, 0, arg);
	stream_end(f, STATE_FAILED, REASON_TOO_MANY_ERRORS, 0);
}

static uint64_t
most_time(const struct engine *e)
{
	return e->trouble_max_ms ? e->trouble_max_ms : ENGINE_TROUBLE_MS;
}

/* The time since anything came back, if this one was out meanwhile, or waited
 * to be tried again. */
static void
charge(struct flow *f, struct slot *sl, uint64_t now)
{
	struct engine *e = f->e;
	uint64_t since = now - f->d.heard_ms;
	uint64_t cost = now - sl->sent_ms + sl->pause;
	char arg[64];

	sl->pause = 0;
	e->trouble_ms += since < cost ? since : cost;
	if (e->trouble_ms < most_time(e))
		return;
	snprintf(arg, sizeof(arg), "%" PRIu64, most_time(e) / 60000);
	step_fail(f->r, STATE_FAILED, REASON_TROUBLE_TIME, 0, arg);
	stream_end(f, STATE_FAILED, REASON_TROUBLE_TIME, 0);
}

/* An answer of whoever keeps the books. */
static void
heed(struct flow *f, int err)
{
	if (err == -E2BIG)
		too_many(f, f->d.failed.n + f->e->p.errors);
	else if (err)
		stream_end(f, STATE_FAILED, REASON_INTERNAL, err);
}

/*
 * Nothing succeeds.  If nothing ever did, not even blocks, then the drive is
 * dead, and nothing is gained by trying them all; if something did, that is
 * tried again.  Zones are not written twice.
 */
static void
doubt(struct flow *f)
{
	struct defects *d = &f->d;

	if (d->moved) {
		d->doubted = !f->e->d->zoned;
		d->barren = 0;
		return;
	}
	if (d->len <= f->e->d->lblock)
		too_many(f, d->failures);
	d->len = finer(f->e->d, d->len);
	d->barren = 0;
}

static void
set_aside(struct flow *f, struct slot *sl)
{
	struct defects *d = &f->d;
	uint64_t len = sl->end - sl->at;
	int err = blockmap_add(&d->failed, sl->at, len);

	if (len > d->longest)
		d->longest = (uint32_t)len;
	if (!err && f->s->aside)
		err = f->s->aside(f->s->ctx, sl->at, len);
	sl->at = sl->end;
	if (err)
		heed(f, err);
	else if (d->failed.n > ENGINE_PLACES_MAX)
		too_many(f, d->failed.n + f->e->p.errors);
	else if (++d->barren >= BARREN)
		doubt(f);
}

/* Blocks that may fail.  More than a policy tolerates, mostly: then the drive
 * is not erased, but as little as possible is left on it. */
static uint64_t
most_blocks(const struct engine *e)
{
	uint64_t n = verify_tolerated(e->d->id.size, e->bad_max_ppm) /
		     e->d->lblock;

	return n > ENGINE_PLACES_MAX ? n : ENGINE_PLACES_MAX;
}

static void
give_up(struct flow *f, struct slot *sl, int err)
{
	uint32_t block = f->e->d->lblock;

	sl->at += block;
	f->e->p.errors++;
	f->e->p.done += block;
	err = f->s->lost(f->s->ctx, sl->at - block, err);
	if (err)
		heed(f, err);
	else if (f->e->p.errors > most_blocks(f->e))
		too_many(f, f->e->p.errors);
	else if (f->d.moved && ++f->d.barren >= BARREN)
		doubt(f);
}

/* ---- is it the drive? ---------------------------------------------------- */

bool
defects_probe(struct flow *f, struct range *out)
{
	f->d.probing = f->d.doubted;
	f->d.doubted = false;
	*out = f->d.good;
	return f->d.probing;
}

void
defects_alive(struct flow *f, struct slot *sl)
{
	uint64_t now = engine_clock(f->e);

	sl->at = sl->end;
	if (sl->tries)
		charge(f, sl, now);
	f->d.probing = f->d.doubted = false;
	f->d.barren = 0;
	f->d.heard_ms = now;
}

static void
rest(struct flow *f, struct slot *sl, uint32_t ms)
{
	sl->pause = ms;
	sl->not_before = engine_clock(f->e) + ms;
}

/* What worked before does not either: it is not this part or that.  A bus that
 * is reset is given a moment. */
static void
probe_failed(struct flow *f, struct slot *sl, int err)
{
	if (sl->tries < RETRIES) {
		rest(f, sl, probe_ms[sl->tries++]);
		return;
	}
	step_fail(f->r, STATE_FAILED, REASON_DEVICE_LOST, err, NULL);
	stream_end(f, STATE_FAILED, REASON_DEVICE_LOST, err);
}

static bool
is_gone(int err)
{
	return err == ENODEV || err == ENXIO;
}

/* Has the drive failed, not only a part of it? */
static bool
is_fatal(struct flow *f, const struct slot *sl, int err)
{
	/* which is told by its size, if it still has one */
	if (!engine_same_size(f->e, f->r) || is_gone(err))
		stream_end(f, STATE_FAILED, REASON_DEVICE_LOST, err);
	/* of its recorded size, but what it stands on is full */
	else if (err == ENOSPC && sl->io->write)
		stream_end(f, STATE_FAILED, REASON_WRITE_FAILED, err);
	return f->ending;
}

void
defects_trouble(struct flow *f, struct slot *sl, int err)
{
	struct defects *d = &f->d;
	uint64_t now = engine_clock(f->e), took = now - sl->sent_ms;
	bool single = sl->end - sl->at == f->e->d->lblock;

	d->failures++;
	if (is_fatal(f, sl, err))
		return;
	charge(f, sl, now);
	d->heard_ms = now;
	if (took >= QUICK_MS && !d->round)
		leap_away(&d->leap, sl->at, sl->end,
			  2ULL * f->n_slots * f->e->tune.chunk);
	if (f->ending)
		return;
	if (sl->probe)
		probe_failed(f, sl, err);
	else if (single && d->round && took < QUICK_MS && sl->tries < RETRIES) {
		rest(f, sl, pause_ms[sl->tries++]);
		f->r->retries++;
	} else if (single && d->last) {
		give_up(f, sl, err);
	} else {
		set_aside(f, sl);
		f->r->retries++;
	}
}

void
defects_moved(struct flow *f, struct slot *sl, uint32_t n)
{
	uint64_t now = engine_clock(f->e);

	f->d.good = (struct range){ sl->at, f->e->d->lblock };
	f->d.barren = 0;
	sl->at += n;
	if (sl->tries)
		charge(f, sl, now);
	sl->tries = 0;
	if (!f->d.moved && !f->d.round)
		f->d.len = f->s->chunk;
	f->d.moved = true;
	f->d.heard_ms = now;
}

/*
 * Rounds of larger pieces do not tell how many blocks they will leave.  A round
 * of single blocks does: what becomes of a block takes as long as it took so
 * far, and those that fail in the last round but one are gone over once more,
 * which takes about as long as all of that round.
 */
static uint64_t
left_ms(const struct flow *f)
{
	const struct defects *d = &f->d;
	uint64_t took = engine_clock(f->e) - d->round_ms;
	uint64_t done = d->round_total - d->todo.total;
	uint64_t most = most_time(f->e) - f->e->trouble_ms;
	double left;

	if (d->len > f->e->d->lblock || took < KNOWN_MS || !done)
		return UINT64_MAX;
	left = (double)took * (double)d->todo.total / (double)done;
	if (!d->last)
		left += (double)took + left;
	return left < (double)most ? (uint64_t)left : most;
}

void
defects_estimate(struct flow *f)
{
	f->e->narrowing = f->d.round != 0;
	if (f->e->narrowing)
		f->e->narrow_ms = left_ms(f);
}

void
defects_watch(struct flow *f)
{
	uint64_t now = engine_clock(f->e);
	struct slot *sl;

	for (sl = f->slots; sl < f->slots + f->n_slots; sl++) {
		if (!sl->flying || sl->late || now - sl->sent_ms < LATE_MS)
			continue;
		sl->late = true;
		if (!f->d.round)
			leap_away(&f->d.leap, sl->at, sl->end,
				  2ULL * f->n_slots * f->e->tune.chunk);
	}
}

bool
defects_hang(const struct flow *f)
{
	const struct slot *sl;

	for (sl = f->slots; sl < f->slots + f->n_slots; sl++)
		if (sl->flying && sl->late)
			return true;
	return false;
}

void
defects_rested(struct flow *f)
{
	f->d.heard_ms = engine_clock(f->e);
}

/* ---- what was not done ------------------------------------------------- */

static void
tell(struct flow *f, const struct blockmap *m)
{
	struct range r;
	size_t i = 0;

	while (f->s->left && blockmap_next(m, &i, &r))
		f->s->left(f->s->ctx, r.at, r.len);
}

void
defects_end(struct flow *f)
{
	struct slot *sl;

	tell(f, &f->d.todo);
	tell(f, &f->d.failed);
	for (sl = f->slots; sl < f->slots + f->n_slots; sl++)
		if (sl->busy && !sl->probe && sl->at < sl->end && f->s->left)
			f->s->left(f->s->ctx, sl->at, sl->end - sl->at);
	blockmap_free(&f->d.todo);
	blockmap_free(&f->d.failed);
	f->e->narrowing = false;
}
