/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How does every byte of a step get through the queue once, in spite of
 * errors, and when is it time to give up?
 *
 * A piece that fails is repeated, then narrowed down to single logical blocks;
 * each block that still fails is reported as lost and the next one tried.  A
 * short transfer is continued from where it stopped, by another request.
 */
#include "engine.h"
#include "util.h"

#include <errno.h>
#include <string.h>

#define RETRIES		3
#define NARROW		8	/* a piece that fails is cut to an eighth */
#define AT_ONCE_MS	5000	/* a second signal waits no longer */

static const uint32_t pause_ms[RETRIES] = { 1, 2, 8 };

/* One request of the queue and the piece it works on. */
struct slot {
	struct io *io;
	uint64_t at, end;	/* what is left of the piece */
	uint32_t len;		/* of the next try */
	uint32_t tries;		/* that failed at this length */
	uint64_t not_before;	/* clock */
	bool busy, flying;
	bool narrow;		/* the whole piece was given up */
	bool failed;		/* the last try */
};

struct flow {
	const struct stream *s;
	struct engine *e;
	struct step_result *r;
	struct slot slots[ENGINE_DEPTH];
	unsigned n_slots, busy, flying;
	size_t next;		/* index into todo ... */
	uint64_t next_at;	/* ... and the offset within it */
	uint64_t started_ms, heard_ms, sent;
	bool ending;
	enum step_state state;
};

/* ---- what becomes of a request ----------------------------------------- */

static void
end(struct flow *f, enum step_state state, enum reason_code code, int err)
{
	step_fail(f->r, state, code, err, NULL);
	f->state = state;
	f->ending = true;
}

static void
give_up_block(struct flow *f, struct slot *sl, int err)
{
	uint32_t block = f->e->d->lblock;

	f->e->p.errors++;
	f->e->p.done += block;
	err = f->s->lost(f->s->ctx, sl->at, err);
	if (err)
		end(f, STATE_FAILED, REASON_INTERNAL, err);
	sl->at += block;
	sl->len = block;
	sl->tries = 0;
	sl->failed = false;
}

/* A physical block at a time, as long as it can be: a drive with 4 KiB sectors
 * must read a bad one before it can write an eighth of it. */
static uint32_t
narrowed(const struct drive *d, const struct slot *sl)
{
	uint32_t len = sl->len / NARROW, unit = d->pblock;

	if (unit < d->lblock || unit % d->lblock)
		unit = d->lblock;
	if (sl->len > unit && sl->at % unit == 0)
		return len > unit ? len - len % unit : unit;
	len -= len % d->lblock;
	return len ? len : d->lblock;
}

static bool
is_gone(int err)
{
	return err == ENODEV || err == ENXIO;
}

static void
trouble(struct flow *f, struct slot *sl, int err)
{
	uint32_t block = f->e->d->lblock;

	sl->failed = true;
	/* which is told by its size, if it still has one */
	if (!engine_same_size(f->e, f->r) || is_gone(err)) {
		end(f, STATE_FAILED, REASON_DEVICE_LOST, err);
		return;
	}
	/* of its recorded size, but what it stands on is full */
	if (err == ENOSPC && sl->io->write) {
		end(f, STATE_FAILED, REASON_WRITE_FAILED, err);
		return;
	}
	if ((!sl->narrow || sl->len == block) && sl->tries < RETRIES) {
		sl->not_before = engine_clock(f->e) + pause_ms[sl->tries++];
		return;
	}
	if (sl->len == block) {
		give_up_block(f, sl, err);
		return;
	}
	sl->len = narrowed(f->e->d, sl);
	sl->tries = 0;
	sl->narrow = true;
}

static void
advance(struct flow *f, struct slot *sl, uint32_t n)
{
	int err = f->s->moved(f->s->ctx, sl->io, n);

	if (err) {
		end(f, STATE_FAILED, REASON_INTERNAL, err);
		return;
	}
	if (sl->failed)
		f->r->retries++;
	sl->failed = false;
	sl->tries = 0;
	f->e->p.done += n;
	sl->at += n;
	if (sl->narrow && n == sl->len)
		sl->len = n < f->s->chunk / NARROW ? n * NARROW : f->s->chunk;
}

/* Nothing transferred without an error is the end of a device that has
 * become smaller, or whose disk was pulled. */
static void
land(struct flow *f, struct slot *sl)
{
	int32_t res = sl->io->res;
	uint32_t block = f->e->d->lblock;

	if (res < 0) {
		trouble(f, sl, -res);
	} else if (!res) {
		if (engine_same_size(f->e, f->r))
			step_fail(f->r, STATE_FAILED, REASON_DEVICE_LOST,
				  ENODATA, NULL);
		end(f, STATE_FAILED, REASON_DEVICE_LOST, 0);
	} else if ((uint32_t)res > sl->io->len) {
		end(f, STATE_FAILED, REASON_INTERNAL, EPROTO);
	} else if ((uint32_t)res < block) {
		trouble(f, sl, EIO);
	} else {
		advance(f, sl, (uint32_t)res - (uint32_t)res % block);
	}
	if (sl->at < sl->end)
		return;
	sl->busy = false;
	f->busy--;
}

/* ---- what is asked next ------------------------------------------------ */

static bool
cut_piece(struct flow *f, struct slot *sl)
{
	const struct range *range;
	uint64_t left;

	if (f->next == f->s->n_todo)
		return false;
	range = &f->s->todo[f->next];
	left = range->len - f->next_at;
	sl->at = range->at + f->next_at;
	sl->len = left < f->s->chunk ? (uint32_t)left : f->s->chunk;
	sl->end = sl->at + sl->len;
	sl->tries = 0;
	sl->not_before = 0;
	sl->narrow = sl->failed = false;
	sl->busy = true;
	f->busy++;
	f->next_at += sl->len;
	if (f->next_at == range->len) {
		f->next++;
		f->next_at = 0;
	}
	return true;
}

static void
launch(struct flow *f, struct slot *sl)
{
	unsigned i = (unsigned)(sl - f->slots);
	uint64_t left = sl->end - sl->at;
	int err;

	if (left < sl->len)
		sl->len = (uint32_t)left;
	sl->io->at = sl->at;
	sl->io->len = sl->len;
	sl->io->tag = i;
	err = f->s->ready(f->s->ctx, i, sl->io);
	if (!err)
		err = drive_io_submit(f->e->h, sl->io);
	if (err) {
		end(f, STATE_FAILED, REASON_INTERNAL, err);
		return;
	}
	if (!f->flying)
		f->heard_ms = engine_clock(f->e);
	sl->flying = true;
	f->flying++;
	f->sent += sl->len;
}

/* Milliseconds until the rate limit lets the next piece through. */
static uint64_t
held_back(const struct flow *f, uint64_t now)
{
	uint64_t rate = f->e->rate_limit, due;

	if (!rate)
		return 0;
	due = f->started_ms + f->sent / rate * 1000 +
	      f->sent % rate * 1000 / rate;
	return due > now ? due - now : 0;
}

/* Starts what can be started; returns how long until more can be. */
static uint64_t
launch_due(struct flow *f)
{
	uint64_t now, wait = ENGINE_TICK_MS, held;
	struct slot *sl;

	for (sl = f->slots; sl < f->slots + f->n_slots && !f->ending; sl++) {
		if (sl->flying || (!sl->busy && !cut_piece(f, sl)))
			continue;
		now = engine_clock(f->e);
		held = held_back(f, now);
		if (sl->not_before > now + held)
			held = sl->not_before - now;
		if (!held)
			launch(f, sl);
		else if (held < wait)
			wait = held;
	}
	return wait;
}

/* ---- the loop ---------------------------------------------------------- */

/* One request that came back, or the wait for it. */
static void
hear(struct flow *f, uint64_t wait)
{
	uint64_t before = mono_ms(), took;
	struct io *io = NULL;
	int n = 0;

	if (f->flying)
		n = drive_io_reap(f->e->h, (int)wait, &io);
	else
		drive_wait(f->e->h, (uint32_t)wait);
	if (n < 0 || (n && (io->tag >= f->n_slots ||
			    !f->slots[io->tag].flying))) {
		end(f, STATE_FAILED, REASON_INTERNAL, n < 0 ? n : EPROTO);
		f->e->stuck = true;
		return;
	}
	if (!n) {
		took = mono_ms() - before;
		f->e->skew_ms += wait > took ? wait - took : 0;
		return;
	}
	f->heard_ms = engine_clock(f->e);
	f->slots[io->tag].flying = false;
	f->flying--;
	if (!f->ending)
		land(f, &f->slots[io->tag]);
}

static void
watch(struct flow *f)
{
	uint64_t silent = engine_clock(f->e) - f->heard_ms;

	if (engine_tick(f->e, false) && !f->ending &&
	    !engine_same_size(f->e, f->r))
		end(f, STATE_FAILED, REASON_DEVICE_LOST, 0);
	if (f->e->stop != STOP_NO && !f->ending)
		end(f, STATE_INTERRUPTED, REASON_INTERRUPTED, 0);
	if (!f->flying)
		return;
	if (silent >= ENGINE_STUCK_MS) {
		end(f, STATE_FAILED, REASON_STUCK, ETIMEDOUT);
		f->e->stuck = true;
	} else if (f->e->stop == STOP_NOW && silent >= AT_ONCE_MS) {
		f->e->stuck = true;
	}
}

static int
open_slots(struct flow *f)
{
	int err = drive_queue(f->e->h, ENGINE_DEPTH, f->s->chunk);

	while (!err && f->n_slots < ENGINE_DEPTH) {
		struct io *io = drive_io_get(f->e->h);

		if (!io)
			return f->n_slots ? 0 : -ENOBUFS;
		f->slots[f->n_slots++].io = io;
	}
	return err;
}

static void
close_slots(struct flow *f)
{
	unsigned i;

	for (i = 0; i < f->n_slots; i++)
		if (!f->slots[i].flying)
			drive_io_put(f->e->h, f->slots[i].io);
}

/* True: nothing new now, the drive is to be asked how hot it is.  What is in
 * flight comes back first, and the time it needs to cool is not held against
 * anybody. */
static bool
breathe(struct flow *f)
{
	uint64_t before = engine_clock(f->e);

	if (f->ending || !engine_heat_due(f->e))
		return false;
	if (f->flying)
		return true;
	engine_cool(f->e);
	f->started_ms += engine_clock(f->e) - before;
	return false;
}

enum step_state
stream_run(const struct stream *s, struct step_result *r)
{
	struct flow f = { .s = s, .e = s->e, .r = r };
	uint64_t wait = 0;
	int err = open_slots(&f);

	if (err)
		end(&f, STATE_FAILED, REASON_INTERNAL, err);
	f.started_ms = f.heard_ms = engine_clock(f.e);
	while (!f.e->stuck) {
		if (breathe(&f))
			wait = ENGINE_TICK_MS;
		else if (!f.ending)
			wait = launch_due(&f);
		if (!f.flying && (f.ending || !f.busy))
			break;
		hear(&f, f.ending ? ENGINE_TICK_MS : wait);
		watch(&f);
	}
	close_slots(&f);
	if (!f.ending)
		f.state = STATE_DONE;
	return f.state;
}
