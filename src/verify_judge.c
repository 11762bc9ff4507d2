/* SPDX-License-Identifier: Apache-2.0 */
/*
 * May this run be called an erasure?  PURE over its records, and the only
 * place that sets a verdict.  It starts as failed and every part must be
 * earned; what is missing, unknown or contradictory is a failure.
 */
#include "engine.h"
#include "util.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define PPM		1000000U
#define BAD_BLOCKS_MIN	64

uint64_t
verify_tolerated(uint64_t size, uint32_t ppm)
{
	if (ppm > PPM)
		ppm = PPM;
	return size / PPM * ppm + size % PPM * ppm / PPM;
}

uint64_t
verify_bad_limit(uint64_t size, uint32_t lblock, uint32_t ppm)
{
	uint64_t share = verify_tolerated(size, ppm);
	uint64_t least = (uint64_t)BAD_BLOCKS_MIN * lblock;

	return share > least ? share : least;
}

/* The records on trial, and what was found so far. */
struct trial {
	const struct plan *p;
	const struct consent *c;
	const struct run *r;
	struct reasons *why;
	uint32_t last;		/* index of the last written pass */
};

static bool
blame(const struct trial *t, enum reason_code code, const char *arg)
{
	reasons_add(t->why, code, arg);
	return false;
}

static bool
blame_step(const struct trial *t, enum reason_code code, uint32_t i)
{
	char arg[16];

	snprintf(arg, sizeof(arg), "%" PRIu32, i + 1);
	return blame(t, code, arg);
}

/* One plan, as it was sealed, agreed to, and carried out. */
static bool
consented(const struct trial *t)
{
	static const uint8_t none[DIGEST_LEN];
	struct plan again = *t->p;

	if (t->c->how == CONSENT_NONE)
		return blame(t, REASON_NOT_CONFIRMED, NULL);
	if (!t->c->has_receipt || !memcmp(t->c->receipt, none, DIGEST_LEN))
		return blame(t, REASON_NO_RECEIPT, NULL);
	plan_seal(&again);
	if (!memcmp(t->p->digest, none, DIGEST_LEN) ||
	    memcmp(again.digest, t->p->digest, DIGEST_LEN) != 0 ||
	    memcmp(t->c->plan_digest, t->p->digest, DIGEST_LEN) != 0 ||
	    memcmp(t->r->plan_digest, t->p->digest, DIGEST_LEN) != 0 ||
	    strcmp(t->c->serial, t->p->id.serial) != 0)
		return blame(t, REASON_INTERNAL, "plan digest");
	if (t->p->refusals.n)
		return blame(t, t->p->refusals.r[0].code,
			     t->p->refusals.r[0].arg);
	return true;
}

static bool
same_drive(const struct trial *t)
{
	const char *what;

	/* the worker ended before it said which drive it held */
	if (!t->r->before.size)
		return blame(t, t->r->why.code ? t->r->why.code :
			     REASON_DEVICE_LOST, NULL);
	what = identity_differs(&t->p->id, &t->r->before);
	if (!what && t->r->after_known)
		what = identity_differs(&t->r->before, &t->r->after);
	if (what)
		return blame(t, REASON_IDENTITY_CHANGED, what);
	if (!t->r->after_known)
		return blame(t, REASON_DEVICE_LOST, NULL);
	return t->p->id.size ? true : blame(t, REASON_SIZE_ZERO, NULL);
}

/* Of an earlier pass only the number of blocks left out is still known; the
 * last pass must have reached each of them. */
static bool
overwrite_holds(const struct trial *t, uint32_t i)
{
	static const uint8_t none[KEY_LEN];
	const struct step *s = &t->p->steps[i];
	const struct step_result *x = &t->r->results[i];
	uint64_t left_out = s->len - x->bytes;

	if (x->bytes > s->len || s->len != t->p->id.size)
		return blame_step(t, REASON_STEP_MISSING, i);
	if (!x->flushed)
		return blame(t, REASON_FLUSH_FAILED, NULL);
	if (s->pass.kind == PASS_RANDOM && !memcmp(x->key, none, KEY_LEN))
		return blame(t, REASON_INTERNAL, "key");
	if (i == t->last ? left_out != t->r->unwritten.total :
	    left_out > verify_bad_limit(s->len, t->p->lblock,
					t->p->bad_max_ppm))
		return blame_step(t, REASON_STEP_MISSING, i);
	return true;
}

static bool
sample_holds(const struct step *s, const struct step_result *x,
	     uint64_t accounted)
{
	return s->how.mode == VERIFY_SAMPLE && s->how.share_ppm &&
	       x->sections >= SAMPLE_SECTIONS_MIN &&
	       x->samples == 2 * x->sections &&
	       accounted >= verify_tolerated(s->len, s->how.share_ppm);
}

static bool
verify_holds(const struct trial *t, uint32_t i)
{
	const struct step *s = &t->p->steps[i];
	const struct step_result *x = &t->r->results[i];
	uint64_t limit = verify_bad_limit(s->len, t->p->lblock,
					  t->p->bad_max_ppm);
	uint64_t excepted = i > t->last ? t->r->unwritten.total +
			    t->r->unread.total : 0;

	if (x->mismatches)
		return blame_step(t, REASON_MISMATCH, i);
	if (s->how.mode != VERIFY_FULL && s->how.mode != VERIFY_SAMPLE)
		return blame(t, REASON_NOT_VERIFIED, NULL);
	if (x->bytes > s->len || s->len != t->p->id.size)
		return blame_step(t, REASON_STEP_MISSING, i);
	if (x->samples ? sample_holds(s, x, x->bytes + excepted) :
	    i > t->last ? x->bytes + excepted == s->len :
	    s->len - x->bytes <= 2 * limit)
		return true;
	return blame_step(t, REASON_NOT_VERIFIED, i);
}

static bool
step_holds(const struct trial *t, uint32_t i)
{
	const struct step_result *x = &t->r->results[i];

	if (x->state != STATE_DONE || x->why.code != REASON_UNKNOWN) {
		if (x->why.code != REASON_UNKNOWN)
			return blame(t, x->why.code, x->why.arg);
		return blame_step(t, REASON_STEP_MISSING, i);
	}
	switch (t->p->steps[i].kind) {
	case STEP_OVERWRITE:
		return overwrite_holds(t, i);
	case STEP_VERIFY:
		return verify_holds(t, i);
	case STEP_SIGNATURES:
		return !*x->signature ||
		       blame(t, REASON_SIGNATURE_LEFT, x->signature);
	default:
		return blame(t, REASON_INTERNAL, "step");
	}
}

static bool
steps_hold(const struct trial *t)
{
	uint32_t i;

	if (t->r->n_results != t->p->n_steps || !t->p->n_steps ||
	    t->p->n_steps > STEPS_MAX)
		return blame_step(t, REASON_STEP_MISSING, t->r->n_results);
	for (i = 0; i < t->p->n_steps; i++)
		if (!step_holds(t, i))
			return false;
	if (t->r->state != STATE_DONE)
		return blame(t, REASON_STEP_MISSING, NULL);
	return true;
}

/* What was written last was read back afterwards, past every cache. */
static bool
verified(const struct trial *t)
{
	const struct step *last = &t->p->steps[t->last], *s;
	bool read = false, clean = false;
	uint32_t i;

	if (last->kind != STEP_OVERWRITE)
		return blame(t, REASON_STEP_MISSING, NULL);
	for (i = t->last + 1; i < t->p->n_steps; i++) {
		s = &t->p->steps[i];
		if (s->kind == STEP_SIGNATURES)
			clean = true;
		else if (s->kind == STEP_VERIFY &&
			 s->pass_no == last->pass_no &&
			 s->pass.kind == last->pass.kind &&
			 s->pass.len == last->pass.len &&
			 !memcmp(s->pass.bytes, last->pass.bytes,
				 sizeof(s->pass.bytes)))
			read = true;
	}
	if (!read || !t->r->cache_dropped)
		return blame(t, REASON_NOT_VERIFIED, NULL);
	return clean ? true : blame(t, REASON_STEP_MISSING, NULL);
}

static void
tell_blocks(const struct trial *t, enum reason_code code, uint64_t bytes)
{
	char arg[64];

	if (!bytes)
		return;
	snprintf(arg, sizeof(arg), "%" PRIu64 ", %" PRIu64 " B",
		 bytes / (t->p->lblock ? t->p->lblock : 1), bytes);
	blame(t, code, arg);
}

/* Told, but not held against the run: nothing was measured by that clock.  All
 * times are of one zone, so that they compare as text. */
static void
tell_clock(const struct trial *t)
{
	uint64_t ms = 0;
	char arg[24];
	uint32_t i;

	if (!*t->r->finished || strcmp(t->r->finished, t->r->started) >= 0)
		return;
	for (i = 0; i < t->r->n_results && i < STEPS_MAX; i++)
		ms += t->r->results[i].ms;
	snprintf(arg, sizeof(arg), "%" PRIu64, ms / 1000);
	blame(t, REASON_CLOCK_SET_BACK, arg);
}

static uint32_t
last_written(const struct plan *p)
{
	uint32_t i, n = p->n_steps < STEPS_MAX ? p->n_steps : STEPS_MAX;
	uint32_t last = 0;

	for (i = 0; i < n; i++)
		if (p->steps[i].kind == STEP_OVERWRITE)
			last = i;
	return last;
}

static void
carry_level(const struct plan *p, struct verdict *out)
{
	uint32_t i;

	for (i = 0; i < p->level_reasons.n && i < REASONS_MAX; i++)
		reasons_add(&out->reasons, p->level_reasons.r[i].code,
			    p->level_reasons.r[i].arg);
}

void
verify_judge(const struct plan *p, const struct consent *c,
	     const struct run *r, struct verdict *out)
{
	struct trial t = {
		.p = p, .c = c, .r = r, .why = &out->reasons,
		.last = last_written(p),
	};
	uint64_t bad = r->unwritten.total + r->unread.total;
	bool ok;

	memset(out, 0, sizeof(*out));
	out->outcome = OUTCOME_FAILED;
	if (r->why.code != REASON_UNKNOWN)
		blame(&t, r->why.code, r->why.arg);
	tell_blocks(&t, REASON_BLOCKS_NOT_WRITTEN, r->unwritten.total);
	tell_blocks(&t, REASON_BLOCKS_NOT_READ, r->unread.total);
	tell_clock(&t);
	if (r->state == STATE_INTERRUPTED) {
		out->outcome = OUTCOME_INTERRUPTED;
		blame(&t, REASON_INTERRUPTED, NULL);
		return;
	}
	ok = consented(&t);
	ok = same_drive(&t) && ok;
	ok = steps_hold(&t) && ok;
	ok = verified(&t) && ok;
	if (!ok || bad > verify_tolerated(p->id.size, p->bad_max_ppm))
		return;
	if (r->why.code != REASON_UNKNOWN)
		return;
	carry_level(p, out);
	if (bad) {
		out->outcome = OUTCOME_EXCEPTIONS;
		return;
	}
	out->outcome = OUTCOME_ERASED;
	out->level = p->level;
}
