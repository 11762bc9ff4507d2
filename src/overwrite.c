/* SPDX-License-Identifier: Apache-2.0 */
/* How is every logical block of a drive written with one pattern? */
#include "engine.h"
#include "pattern.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

struct writing {
	struct stream s;
	struct pattern *pattern;
	struct step_result *r;
	struct ranges *unwritten;
	uint64_t limit;		/* bytes that may fail */
	unsigned period;	/* of the pattern; 0 = never the same */
	unsigned phase[ENGINE_DEPTH];	/* that a buffer holds, plus 1 */
};

static uint32_t
common_divisor(uint32_t a, uint32_t b)
{
	while (b) {
		uint32_t rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

/*
 * The most bytes of one request after which both the pattern and the blocks
 * begin anew, so that a buffer once filled serves the whole pass.
 */
static uint32_t
choose_chunk(const struct drive *d, unsigned period)
{
	uint32_t unit = d->pblock > 4096 ? d->pblock : 4096, len;

	if (unit % d->lblock)
		unit = d->lblock;
	if (period)
		unit *= period / common_divisor(unit, period);
	len = ENGINE_CHUNK - ENGINE_CHUNK % unit;
	return len ? len : ENGINE_CHUNK - ENGINE_CHUNK % d->lblock;
}

static int
ready(void *ctx, unsigned slot, struct io *io)
{
	struct writing *w = ctx;
	unsigned phase;

	io->write = true;
	if (!w->period)
		return pattern_fill(w->pattern, io->at, io->buf, io->len);
	phase = (unsigned)(io->at % w->period) + 1;
	if (w->phase[slot] == phase)
		return 0;
	w->phase[slot] = phase;
	return pattern_fill(w->pattern, io->at, io->buf, w->s.chunk);
}

static int
moved(void *ctx, const struct io *io, uint32_t len)
{
	struct writing *w = ctx;

	(void)io;
	w->r->bytes += len;
	return 0;
}

static int
lost(void *ctx, uint64_t at, int err)
{
	struct writing *w = ctx;
	uint32_t block = w->s.e->d->lblock;
	char arg[64];

	ranges_add(w->unwritten, at, block);
	if (!w->r->err)
		w->r->err = err;
	if (w->unwritten->total <= w->limit)
		return 0;
	snprintf(arg, sizeof(arg), "%" PRIu64, w->unwritten->total / block);
	step_fail(w->r, STATE_FAILED, REASON_TOO_MANY_ERRORS, err, arg);
	return -E2BIG;
}

/* Also after an interruption at a safe point: what was written is to stay. */
static void
flush(struct engine *e, struct step_result *r)
{
	int err = drive_flush(e->h);

	if (!err) {
		r->flushed = true;
		return;
	}
	if (r->state == STATE_INTERRUPTED)
		r->why.code = REASON_UNKNOWN;	/* this is graver */
	step_fail(r, STATE_FAILED, REASON_FLUSH_FAILED, err, NULL);
}

/* DONE is earned: every byte counted, flushed, on a drive of the same size. */
static void
finish(struct writing *w, const struct step *s, enum step_state state)
{
	struct engine *e = w->s.e;
	struct step_result *r = w->r;
	bool all = r->bytes + w->unwritten->total == s->len;

	if (e->stuck)
		return;
	if (state == STATE_DONE ||
	    (state == STATE_INTERRUPTED && e->stop == STOP_SAFE))
		flush(e, r);
	if (state != STATE_DONE || !r->flushed || !engine_same_size(e, r))
		return;
	if (all)
		r->state = STATE_DONE;
	else
		step_fail(r, STATE_FAILED, REASON_INTERNAL, ENODATA, NULL);
}

void
overwrite_pass(struct engine *e, const struct step *s, struct step_result *r,
	       struct ranges *unwritten)
{
	struct range all = { 0, s->len };
	struct writing w = {
		.r = r,
		.unwritten = unwritten,
		.limit = verify_bad_limit(s->len, e->d->lblock,
					  e->bad_max_ppm),
		.s = {
			.e = e, .todo = &all, .n_todo = 1,
			.ready = ready, .moved = moved, .lost = lost,
		},
	};
	int err;

	r->state = STATE_NONE;
	w.s.ctx = &w;
	w.period = s->pass.kind == PASS_FILL ? s->pass.len : 0;
	w.s.chunk = choose_chunk(e->d, w.period);
	err = w.s.chunk && s->len && s->len % e->d->lblock == 0 ?
	      pattern_open(&s->pass, r->key, w.s.chunk, &w.pattern) : -EINVAL;
	if (err) {
		step_fail(r, STATE_FAILED, REASON_INTERNAL, err, NULL);
		return;
	}
	(void)engine_tick(e, true);
	finish(&w, s, stream_run(&w.s, r));
	(void)engine_tick(e, true);
	pattern_close(&w.pattern);
}
