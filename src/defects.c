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

int
defects_begin(struct flow *f)
{
	struct defects *d = &f->d;
	size_t i;
	int err = 0;

	blockmap_init(&d->todo, f->e->d->lblock);
	blockmap_init(&d->failed, f->e->d->lblock);
	leap_begin(&d->leap, f->e->d->id.size);
	d->len = f->s->chunk;
	d->heard_ms = engine_clock(f->e);
	for (i = 0; !err && i < f->s->n_todo; i++)
		err = add_wanted(&d->todo, &f->s->todo[i], f->s->skip);
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
	leap_begin(&d->leap, f->e->d->id.size);
}

int
defects_next(struct flow *f, uint32_t max, struct range *out)
{
	struct defects *d = &f->d;
	struct range within;
	bool back;
	int n = 0;

	if (!d->todo.n && round_ends(f))
		begin_round(f);
	if (d->round || max > d->len)
		max = d->len;
	while (!n && d->todo.n && leap_next(&d->leap, &within, &back)) {
		n = blockmap_take(&d->todo, &within, back, max, out);
		if (n >= 0)
			leap_took(&d->leap, out, back);
	}
	return n;
}

/* ---- what a failure costs ---------------------------------------------- */

static void
too_many(struct flow *f, uint64_t blocks)
{
	char arg[32];

	snprintf(arg, sizeof(arg), "%" PRIu64, blocks);
	step_fail(f->r, STATE_FAILED, REASON_TOO_MANY_ERRORS, 0, arg);
	stream_end(f, STATE_FAILED, REASON_TOO_MANY_ERRORS, 0);
}

/* The time since anything came back, if this one was out meanwhile. */
static void
charge(struct flow *f, uint64_t now, uint64_t took)
{
	struct engine *e = f->e;
	uint64_t max = e->trouble_max_ms ? e->trouble_max_ms :
		       ENGINE_TROUBLE_MS;
	uint64_t since = now - f->d.heard_ms;
	char arg[64];

	e->trouble_ms += since < took ? since : took;
	if (e->trouble_ms < max)
		return;
	snprintf(arg, sizeof(arg), "%" PRIu64, max / 60000);
	step_fail(f->r, STATE_FAILED, REASON_TROUBLE_TIME, 0, arg);
	stream_end(f, STATE_FAILED, REASON_TROUBLE_TIME, 0);
}

/* An answer of whoever keeps the books. */
static void
heed(struct flow *f, int err)
{
	uint64_t blocks = f->d.failed.total / f->e->d->lblock;

	if (err == -E2BIG)
		too_many(f, blocks + f->e->p.errors);
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
		too_many(f, d->failed.total / f->e->d->lblock);
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
		too_many(f, d->failed.total / f->e->d->lblock);
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
	sl->at = sl->end;
	f->d.probing = f->d.doubted = false;
	f->d.barren = 0;
	f->d.heard_ms = engine_clock(f->e);
}

/* What worked before does not either: it is not this part or that.  A bus that
 * is reset is given a moment. */
static void
probe_failed(struct flow *f, struct slot *sl, int err)
{
	if (sl->tries < RETRIES) {
		sl->not_before = engine_clock(f->e) + probe_ms[sl->tries++];
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
	charge(f, now, took);
	d->heard_ms = now;
	if (took >= QUICK_MS && !d->round)
		leap_away(&d->leap, sl->at, sl->end,
			  2ULL * f->n_slots * f->e->tune.chunk);
	if (f->ending)
		return;
	if (sl->probe)
		probe_failed(f, sl, err);
	else if (single && d->round && took < QUICK_MS && sl->tries < RETRIES) {
		sl->not_before = now + pause_ms[sl->tries++];
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
	f->d.good = (struct range){ sl->at, f->e->d->lblock };
	f->d.barren = 0;
	sl->at += n;
	sl->tries = 0;
	if (!f->d.moved && !f->d.round)
		f->d.len = f->s->chunk;
	f->d.moved = true;
	f->d.heard_ms = engine_clock(f->e);
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
}
