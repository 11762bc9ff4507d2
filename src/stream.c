/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How does every byte of a step get through the queue once, in spite of
 * errors, and when is it time to give up?
 *
 * A short transfer is continued from where it stopped, by another request; a
 * piece that fails is a matter for defects.c.
 */
#include "stream.h"
#include "util.h"

#include <errno.h>
#include <string.h>

#define AT_ONCE_MS	5000	/* a second signal waits no longer */

/* ---- what becomes of a request ----------------------------------------- */

void
stream_end(struct flow *f, enum step_state state, enum reason_code code,
	   int err)
{
	step_fail(f->r, state, code, err, NULL);
	f->state = state;
	f->ending = true;
}

static void
advance(struct flow *f, struct slot *sl, uint32_t n)
{
	int err;

	if (sl->probe) {
		defects_alive(f, sl);
		return;
	}
	err = f->s->moved(f->s->ctx, sl->io, n);
	if (err) {
		stream_end(f, STATE_FAILED, REASON_INTERNAL, err);
		return;
	}
	f->e->p.done += n;
	if (!f->d.failures)
		tune_moved(f->s, sl->at, n, engine_clock(f->e));
	defects_moved(f, sl, n);
}

/* Nothing transferred without an error is the end of a device that has
 * become smaller, or whose disk was pulled. */
static void
land(struct flow *f, struct slot *sl)
{
	int32_t res = sl->io->res;
	uint32_t block = f->e->d->lblock;

	if (res < 0) {
		defects_trouble(f, sl, -res);
	} else if (!res) {
		if (engine_same_size(f->e, f->r))
			step_fail(f->r, STATE_FAILED, REASON_DEVICE_LOST,
				  ENODATA, NULL);
		stream_end(f, STATE_FAILED, REASON_DEVICE_LOST, 0);
	} else if ((uint32_t)res > sl->io->len) {
		stream_end(f, STATE_FAILED, REASON_INTERNAL, EPROTO);
	} else if ((uint32_t)res < block) {
		defects_trouble(f, sl, EIO);
	} else {
		advance(f, sl, (uint32_t)res - (uint32_t)res % block);
	}
	if (sl->at < sl->end)
		return;
	sl->busy = false;
	f->busy--;
}

/* ---- what is asked next ------------------------------------------------ */

/* Requests of another size wait until these are through, but not for one that
 * hangs. */
static bool
turning(const struct flow *f)
{
	return f->e->tune.due && !defects_hang(f);
}

static bool
cut_piece(struct flow *f, struct slot *sl)
{
	struct range piece;
	int n = 1;

	if (turning(f) || f->d.probing)
		return false;
	sl->probe = defects_probe(f, &piece);
	if (!sl->probe)
		n = defects_next(f, f->e->tune.chunk, &piece);
	if (n < 0)
		stream_end(f, STATE_FAILED, REASON_INTERNAL, n);
	if (n <= 0)
		return false;
	sl->at = piece.at;
	sl->end = piece.at + piece.len;
	sl->tries = 0;
	sl->not_before = sl->pause = 0;
	sl->busy = true;
	f->busy++;
	return true;
}

static void
launch(struct flow *f, struct slot *sl)
{
	unsigned i = (unsigned)(sl - f->slots);
	int err;

	sl->len = (uint32_t)(sl->end - sl->at);
	sl->io->at = sl->at;
	sl->io->len = sl->len;
	sl->io->tag = i;
	err = f->s->ready(f->s->ctx, i, sl->io);
	if (!err)
		err = drive_io_submit(f->e->h, sl->io);
	if (err) {
		stream_end(f, STATE_FAILED, REASON_INTERNAL, err);
		return;
	}
	sl->sent_ms = engine_clock(f->e);
	if (!f->flying)
		f->heard_ms = sl->sent_ms;
	sl->flying = true;
	sl->late = false;
	f->flying++;
	pace_take(&f->e->pace, sl->len);
}

/* Starts this piece, if it is time; else returns how long until it is. */
static uint64_t
launch_one(struct flow *f, struct slot *sl)
{
	uint64_t now = engine_clock(f->e);
	uint64_t held = pace_wait(&f->e->pace, now);

	if (sl->not_before > now + held)
		held = sl->not_before - now;
	if (!held)
		launch(f, sl);
	return held ? held : ENGINE_TICK_MS;
}

/*
 * Starts what can be started; returns how long until more can be.  What waits
 * goes before anything new, and nothing new is cut only to wait for the rate:
 * it would be left behind by what comes after it.
 */
static uint64_t
launch_due(struct flow *f)
{
	uint64_t wait = ENGINE_TICK_MS, held;
	struct slot *sl, *end = f->slots + f->n_slots;

	for (sl = f->slots; sl < end && !f->ending; sl++) {
		if (sl->flying || !sl->busy)
			continue;
		held = launch_one(f, sl);
		wait = held < wait ? held : wait;
	}
	for (sl = f->slots; sl < end && !f->ending; sl++) {
		if (sl->flying || sl->busy)
			continue;
		held = pace_wait(&f->e->pace, engine_clock(f->e));
		if (held && f->busy)
			return held < wait ? held : wait;
		if (!cut_piece(f, sl))
			continue;
		held = launch_one(f, sl);
		wait = held < wait ? held : wait;
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
		stream_end(f, STATE_FAILED, REASON_INTERNAL,
			   n < 0 ? n : EPROTO);
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
	if (!f->ending || f->state == STATE_INTERRUPTED)
		land(f, &f->slots[io->tag]);
}

static void
watch(struct flow *f)
{
	uint64_t silent = engine_clock(f->e) - f->heard_ms;

	defects_estimate(f);
	if (engine_tick(f->e, false) && !f->ending) {
		if (!engine_same_size(f->e, f->r))
			stream_end(f, STATE_FAILED, REASON_DEVICE_LOST, 0);
		defects_watch(f);
	}
	if (f->e->stop != STOP_NO && !f->ending)
		stream_end(f, STATE_INTERRUPTED, REASON_INTERRUPTED, 0);
	if (!f->flying)
		return;
	if (silent >= engine_patience(f->e)) {
		stream_end(f, STATE_FAILED, REASON_STUCK, ETIMEDOUT);
		f->e->stuck = true;
	} else if (f->e->stop == STOP_NOW && silent >= AT_ONCE_MS) {
		f->e->stuck = true;
	}
}

static int
open_slots(struct flow *f)
{
	int err = drive_queue(f->e->h, f->e->tune.depth, f->e->tune.chunk);

	f->n_slots = 0;
	if (!err && f->s->renewed)
		f->s->renewed(f->s->ctx);
	while (!err && f->n_slots < f->e->tune.depth) {
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

static void
turn(struct flow *f)
{
	int err;

	close_slots(f);
	tune_turn(f->s);
	err = open_slots(f);
	if (err)
		stream_end(f, STATE_FAILED, REASON_INTERNAL, err);
}

/* True: nothing new now, the drive is to be asked how hot it is.  What is in
 * flight comes back first, but for what hangs: that would hold up the rest. */
static bool
breathe(struct flow *f)
{
	if (f->ending || !engine_heat_due(f->e) || defects_hang(f))
		return false;
	if (f->flying)
		return true;
	engine_cool(f->e);
	defects_rested(f);
	return false;
}

enum step_state
stream_run(const struct stream *s, struct step_result *r)
{
	struct flow f = { .s = s, .e = s->e, .r = r };
	uint64_t wait = 0;
	int err = defects_begin(&f);

	tune_begin(s);
	if (!err)
		err = open_slots(&f);
	if (err)
		stream_end(&f, STATE_FAILED, REASON_INTERNAL, err);
	f.heard_ms = engine_clock(f.e);
	while (!f.e->stuck) {
		if (turning(&f) && !f.busy && !f.ending)
			turn(&f);
		if (breathe(&f))
			wait = ENGINE_TICK_MS;
		else if (!f.ending)
			wait = launch_due(&f);
		if (!f.flying && (f.ending || !f.busy))
			break;
		hear(&f, f.ending ? ENGINE_TICK_MS : wait);
		watch(&f);
	}
	defects_end(&f);
	close_slots(&f);
	if (!f.ending)
		f.state = STATE_DONE;
	return f.state;
}
