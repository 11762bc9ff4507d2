/* SPDX-License-Identifier: Apache-2.0 */
/*
 * If the power fails now, how far was this pass?  Everything before one offset
 * that was written (or given up, and is listed), then flushed, then put on
 * record: only what the record says counts when it goes on.
 */
#include "engine.h"

#include <errno.h>

#define FIRST_MS	1000U	/* at the least between two */
#define USUAL_MS	30000U	/* what a power failure may cost */
#define SHARE		200U	/* of the time: half a percent */

void
checkpoint_begin(struct checkpoint *c, struct engine *e,
		 struct step_result *r, const struct ranges *unwritten)
{
	*c = (struct checkpoint){
		.e = e, .r = r, .unwritten = unwritten,
		.upto = r->resumed_at,
		.begun_ms = engine_clock(e),
	};
	c->due_ms = c->begun_ms + FIRST_MS;
}

/* Joins what lies ahead, in whatever order it came; gaps there are few. */
static void
keep_ahead(struct checkpoint *c, uint64_t at, uint64_t len)
{
	size_t i;

	for (i = 0; i < c->n_ahead; i++) {
		struct range *a = &c->ahead[i];

		if (a->at + a->len == at) {
			a->len += len;
			return;
		}
		if (at + len == a->at) {
			a->at = at;
			a->len += len;
			return;
		}
	}
	if (c->n_ahead == AHEAD_MAX)
		c->off = true;
	else
		c->ahead[c->n_ahead++] = (struct range){ at, len };
}

/* The gap before it has closed. */
static bool
take_ahead(struct checkpoint *c)
{
	size_t i;

	for (i = 0; i < c->n_ahead; i++) {
		if (c->ahead[i].at != c->upto)
			continue;
		c->upto += c->ahead[i].len;
		c->ahead[i] = c->ahead[--c->n_ahead];
		return true;
	}
	return false;
}

void
checkpoint_moved(struct checkpoint *c, uint64_t at, uint64_t len)
{
	if (c->off)
		return;
	if (at != c->upto) {
		keep_ahead(c, at, len);
		return;
	}
	c->upto += len;
	while (take_ahead(c))
		;
}

/* A list that is not complete cannot be gone on from. */
static bool
is_kept(const struct checkpoint *c)
{
	return c->e->ui->checkpoint && !c->off && !c->unwritten->lost &&
	       !c->e->d->zoned;
}

/* What was given up stands in checkpoints alone. */
static int
put_on_record(struct checkpoint *c)
{
	struct step_result *r = c->r;
	int err;

	r->reached = c->upto;
	err = c->e->ui->checkpoint(c->e->ui->ctx, c->e->p.step, r,
				   c->unwritten);
	if (err)
		step_fail(r, STATE_FAILED, REASON_EVIDENCE_LOST, err, NULL);
	return err;
}

int
checkpoint_flushed(struct checkpoint *c)
{
	if (!is_kept(c))
		return 0;
	if (c->unwritten->total)
		return put_on_record(c);
	c->r->reached = c->upto;
	return 0;
}

static uint64_t
larger(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/* Often where little is done, and never so often that it is felt. */
static uint64_t
pause_after(uint64_t cost, uint64_t elapsed)
{
	uint64_t ms = elapsed / 8 < USUAL_MS ? elapsed / 8 : USUAL_MS;

	return larger(larger(ms, FIRST_MS),
		      larger(cost * SHARE, elapsed / SHARE));
}

bool
checkpoint_due(const struct checkpoint *c)
{
	return engine_clock(c->e) >= c->due_ms;
}

int
checkpoint_tell(struct checkpoint *c)
{
	uint64_t before = engine_clock(c->e), after;
	int err;

	if (!is_kept(c) || c->upto <= c->r->reached)
		return 0;
	err = drive_flush(c->e->h);
	if (err) {
		step_fail(c->r, STATE_FAILED, REASON_FLUSH_FAILED, err, NULL);
		return err;
	}
	err = put_on_record(c);
	after = engine_clock(c->e);
	c->due_ms = after + pause_after(after - before, after - c->begun_ms);
	return err;
}
