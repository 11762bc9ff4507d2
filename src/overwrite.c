/* SPDX-License-Identifier: Apache-2.0 */
/* How is every logical block of a drive written with one pattern? */
#include "engine.h"
#include "pattern.h"

#include <errno.h>
#include <stdlib.h>

struct writing {
	struct stream s;
	struct checkpoint cp;
	struct pattern *pattern;
	struct step_result *r;
	struct ranges *unwritten;	/* as it goes on record */
	struct blockmap *exact;	/* the same; for now with what is set aside */
	uint64_t from;		/* what is before it was written earlier */
	uint32_t lap;		/* bytes after which pattern and blocks begin
				   anew; 0 = never */
	uint8_t *image;		/* NULL = none yet */
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

/* Bytes after which both the pattern and the blocks begin anew. */
static uint32_t
common_multiple(uint32_t block, unsigned period)
{
	return period ? block * (period / common_divisor(block, period)) :
			block;
}

static uint32_t
unit_of(const struct drive *d, unsigned period)
{
	uint32_t unit = d->pblock > 4096 ? d->pblock : 4096;

	if (d->lblock && unit % d->lblock)
		unit = d->lblock;
	return common_multiple(unit, period);
}

static void
renewed(void *ctx)
{
	((struct writing *)ctx)->image = NULL;
}

/*
 * A pattern that repeats itself is laid out once, in a buffer that feeds all
 * requests; wherever one begins, the image holds what belongs there at the same
 * distance from the last multiple of the lap.
 */
static int
ready(void *ctx, unsigned slot, struct io *io)
{
	struct writing *w = ctx;
	uint32_t chunk = w->s.e->tune.chunk, skip;
	int err;

	(void)slot;
	io->write = true;
	if (!w->lap || w->lap > chunk / 2)
		return pattern_fill(w->pattern, io->at, io->buf, io->len);
	if (!w->image) {
		err = pattern_fill(w->pattern, 0, io->buf, chunk);
		if (err)
			return err;
		w->image = io->buf;
	}
	skip = (uint32_t)(io->at % w->lap);
	io->buf = w->image + skip;
	if (io->len > chunk - skip)
		io->len = chunk - skip;
	return 0;
}

/* A piece was either never tried before, or it is known: those that failed wait
 * until no other is left. */
static void
tell_checkpoint(struct writing *w, uint64_t at, uint64_t len)
{
	if (!blockmap_overlap(w->exact, at, len))
		checkpoint_moved(&w->cp, at, len);
}

/* What is on record is what is set aside or given up now. */
static int
keep_record(struct writing *w)
{
	if (!checkpoint_due(&w->cp))
		return 0;
	blockmap_ranges(w->exact, w->unwritten);
	return checkpoint_tell(&w->cp);
}

static int
moved(void *ctx, const struct io *io, uint32_t len)
{
	struct writing *w = ctx;
	int err = 0;

	w->r->bytes += len;
	tell_checkpoint(w, io->at, len);
	if (w->exact->n)
		err = blockmap_remove(w->exact, io->at, len);
	return err ? err : keep_record(w);
}

/* Not written until it is tried again. */
static int
aside(void *ctx, uint64_t at, uint64_t len)
{
	struct writing *w = ctx;

	tell_checkpoint(w, at, len);
	return blockmap_add(w->exact, at, len);
}

static int
lost(void *ctx, uint64_t at, int err)
{
	struct writing *w = ctx;

	if (!w->r->err)
		w->r->err = err;
	return blockmap_add(w->exact, at, w->s.e->d->lblock);
}

/* Nothing was written there, or not to the end. */
static void
left(void *ctx, uint64_t at, uint64_t len)
{
	struct writing *w = ctx;

	if (blockmap_add(w->exact, at, len))
		step_fail(w->r, STATE_FAILED, REASON_INTERNAL, ENOMEM, NULL);
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
	bool all = r->bytes + w->exact->total == s->len;

	blockmap_ranges(w->exact, w->unwritten);
	if (e->stuck)
		return;
	if (state == STATE_DONE ||
	    (state == STATE_INTERRUPTED && e->stop == STOP_SAFE))
		flush(e, r);
	if (r->flushed && checkpoint_flushed(&w->cp))
		return;
	if (state != STATE_DONE || !r->flushed || !engine_same_size(e, r))
		return;
	if (all)
		r->state = STATE_DONE;
	else
		step_fail(r, STATE_FAILED, REASON_INTERNAL, ENODATA, NULL);
}

/* The last block that an earlier part wrote; empty: none was. */
static struct range
last_good(const struct writing *w)
{
	const uint64_t block = w->s.e->d->lblock;
	struct range good = { 0, 0 }, r;
	uint64_t end = 0;
	size_t i = 0;

	while (blockmap_next(w->exact, &i, &r)) {
		if (r.at > end)
			good = (struct range){ r.at - block, block };
		end = r.at + r.len;
	}
	if (w->from > end)
		good = (struct range){ w->from - block, block };
	return good;
}

/*
 * What is to be written: all that is not yet; then what was given up before,
 * again.  By malloc.
 */
static int
choose_ranges(struct writing *w, const struct step *s, struct range **out)
{
	const struct ranges *before = w->unwritten;
	struct range rest = { w->from, s->len - w->from };
	uint32_t i;
	int err = 0;

	*out = calloc(before->n + 1, sizeof(**out));
	if (!*out)
		return -ENOMEM;
	for (i = 0; !err && i < before->n && before->r[i].at < w->from; i++) {
		(*out)[i + 1] = before->r[i];
		err = blockmap_add(w->exact, before->r[i].at,
				   before->r[i].len);
	}
	(*out)[0] = rest;
	w->s.todo = *out;
	w->s.n_todo = rest.len != 0;
	w->s.later = *out + 1;
	w->s.n_later = i;
	w->s.good = last_good(w);
	w->r->bytes = w->from - w->exact->total;
	return err;
}

void
overwrite_pass(struct engine *e, const struct step *s, struct step_result *r,
	       struct ranges *unwritten, struct blockmap *exact)
{
	struct writing w = {
		.r = r,
		.unwritten = unwritten,
		.exact = exact,
		.from = r->resumed_at,
		.s = {
			.e = e, .chunk = TUNE_CHUNK_MAX, .use = TUNE_WRITE,
			.ready = ready, .renewed = renewed, .moved = moved,
			.lost = lost, .aside = aside, .left = left,
		},
	};
	struct range *todo = NULL;
	int err;

	r->state = STATE_NONE;
	w.s.ctx = &w;
	if (s->pass.kind == PASS_FILL)
		w.lap = common_multiple(e->d->lblock, s->pass.len);
	w.s.unit = unit_of(e->d, w.lap ? s->pass.len : 0);
	blockmap_free(exact);
	blockmap_init(exact, e->d->lblock);
	err = s->len && e->d->lblock && s->len % e->d->lblock == 0 ?
	      choose_ranges(&w, s, &todo) : -EINVAL;
	if (!err)
		err = pattern_open(&s->pass, r->key, &w.pattern);
	if (err) {
		step_fail(r, STATE_FAILED, REASON_INTERNAL, err, NULL);
	} else {
		checkpoint_begin(&w.cp, e, r, unwritten);
		e->p.done = r->bytes;
		(void)engine_tick(e, true);
		finish(&w, s, stream_run(&w.s, r));
		(void)engine_tick(e, true);
	}
	pattern_close(&w.pattern);
	free(todo);
}
