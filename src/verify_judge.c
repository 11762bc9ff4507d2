/* SPDX-License-Identifier: Apache-2.0 */
/*
 * May this run be called an erasure?  PURE over its records, and the only
 * place that sets a verdict.  It starts as failed and every part must be
 * earned; what is missing, unknown or contradictory is a failure.
 */
#include "verify_judge.h"
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

bool
trial_blame(const struct trial *t, enum reason_code code, const char *arg)
{
	reasons_add(t->why, code, arg);
	return false;
}

bool
trial_blame_step(const struct trial *t, enum reason_code code, uint32_t i)
{
	char arg[16];

	snprintf(arg, sizeof(arg), "%" PRIu32, i + 1);
	return trial_blame(t, code, arg);
}

bool
trial_except(struct trial *t, enum reason_code code, const char *arg)
{
	reasons_add(t->why, code, arg);
	t->excepted = true;
	return true;
}

const char *
trial_blocks(const struct trial *t, uint64_t bytes, char buf[64])
{
	snprintf(buf, 64, "%" PRIu64 ", %" PRIu64 " B",
		 bytes / (t->p->lblock ? t->p->lblock : 1), bytes);
	return buf;
}

uint32_t
trial_find(const struct trial *t, enum step_kind kind)
{
	uint32_t i;

	for (i = 0; i < t->p->n_steps && i < STEPS_MAX; i++)
		if (t->p->steps[i].kind == kind)
			return i;
	return t->p->n_steps;
}

/* ---- the run as a whole -------------------------------------------------- */

/* One plan, as it was sealed, agreed to, and carried out. */
static bool
consented(const struct trial *t)
{
	static const uint8_t none[DIGEST_LEN];
	struct plan again = *t->p;

	if (t->c->how == CONSENT_NONE)
		return trial_blame(t, REASON_NOT_CONFIRMED, NULL);
	if (!t->c->has_receipt || !memcmp(t->c->receipt, none, DIGEST_LEN))
		return trial_blame(t, REASON_NO_RECEIPT, NULL);
	plan_seal(&again);
	if (!memcmp(t->p->digest, none, DIGEST_LEN) ||
	    memcmp(again.digest, t->p->digest, DIGEST_LEN) != 0 ||
	    memcmp(t->c->plan_digest, t->p->digest, DIGEST_LEN) != 0 ||
	    memcmp(t->r->plan_digest, t->p->digest, DIGEST_LEN) != 0 ||
	    strcmp(t->c->serial, t->p->id.serial) != 0)
		return trial_blame(t, REASON_INTERNAL, "plan digest");
	if (t->p->refusals.n)
		return trial_blame(t, t->p->refusals.r[0].code,
			     t->p->refusals.r[0].arg);
	return true;
}

/* Bytes that every step had before it: more than the plan's drive has only
 * once a limit was removed. */
static uint64_t
size_of(const struct trial *t)
{
	uint32_t e = trial_find(t, STEP_EXPOSE);

	if (e >= t->p->n_steps || t->p->size_full <= t->p->id.size)
		return t->p->id.size;
	if (t->r->results[e].state == STATE_DONE ||
	    t->r->after.size == t->p->size_full)
		return t->p->size_full;
	return t->p->id.size;
}

static const char *
differs_after(const struct trial *t)
{
	struct identity want = t->r->before;

	if (!t->r->after_known)
		return NULL;
	/* one that became small again is judged as that */
	if (t->r->after.size == t->size)
		want.size = t->size;
	return identity_differs(&want, &t->r->after);
}

static bool
same_drive(const struct trial *t)
{
	const char *what;

	/* the worker ended before it said which drive it held */
	if (!t->r->before.size)
		return trial_blame(t, t->r->why.code ? t->r->why.code :
			     REASON_DEVICE_LOST, NULL);
	what = identity_differs(&t->p->id, &t->r->before);
	if (!what)
		what = differs_after(t);
	if (what)
		return trial_blame(t, REASON_IDENTITY_CHANGED, what);
	if (!t->r->after_known)	/* one that still erases tells nothing */
		return t->r->why.code == REASON_STILL_ERASING ? false :
		       trial_blame(t, REASON_DEVICE_LOST, NULL);
	return t->p->id.size ? true : trial_blame(t, REASON_SIZE_ZERO, NULL);
}

/* ---- what the host wrote ------------------------------------------------- */

/* What a step of the plan had before it, and whether it planned for all. */
static bool
covers(const struct trial *t, const struct step *s, uint64_t *len)
{
	uint64_t full = trial_find(t, STEP_EXPOSE) < t->p->n_steps ?
			t->p->size_full : t->p->id.size;

	*len = s->len < t->size ? s->len : t->size;
	return s->len == full;
}

/* Of an earlier pass only the number of blocks left out is still known; the
 * last pass must have reached each of them. */
static bool
overwrite_holds(const struct trial *t, uint32_t i)
{
	static const uint8_t none[KEY_LEN];
	const struct step *s = &t->p->steps[i];
	const struct step_result *x = &t->r->results[i];
	uint64_t len, left_out;

	if (!covers(t, s, &len) || x->bytes > len)
		return trial_blame_step(t, REASON_STEP_MISSING, i);
	left_out = len - x->bytes;
	if (!x->flushed)
		return trial_blame(t, REASON_FLUSH_FAILED, NULL);
	if (s->pass.kind == PASS_RANDOM && !memcmp(x->key, none, KEY_LEN))
		return trial_blame(t, REASON_INTERNAL, "key");
	if (i == t->last ? left_out != t->r->unwritten.total :
	    left_out > verify_bad_limit(len, t->p->lblock, t->p->bad_max_ppm))
		return trial_blame_step(t, REASON_STEP_MISSING, i);
	return true;
}

static bool
sample_holds(const struct step *s, const struct step_result *x,
	     uint64_t len, uint64_t accounted)
{
	return s->how.mode == VERIFY_SAMPLE && s->how.share_ppm &&
	       x->sections >= SAMPLE_SECTIONS_MIN &&
	       x->samples == 2 * x->sections &&
	       accounted >= verify_tolerated(len, s->how.share_ppm);
}

static bool
verify_holds(const struct trial *t, uint32_t i)
{
	const struct step *s = &t->p->steps[i];
	const struct step_result *x = &t->r->results[i];
	uint64_t excepted = i > t->last ? t->r->unwritten.total +
			    t->r->unread.total : 0;
	uint64_t len, limit;

	if (x->mismatches)
		return trial_blame_step(t, REASON_MISMATCH, i);
	if (s->how.mode != VERIFY_FULL && s->how.mode != VERIFY_SAMPLE)
		return trial_blame(t, REASON_NOT_VERIFIED, NULL);
	if (!covers(t, s, &len) || x->bytes > len)
		return trial_blame_step(t, REASON_STEP_MISSING, i);
	limit = verify_bad_limit(len, t->p->lblock, t->p->bad_max_ppm);
	if (x->samples ? sample_holds(s, x, len, x->bytes + excepted) :
	    i > t->last ? x->bytes + excepted == len :
	    len - x->bytes <= 2 * limit)
		return true;
	return trial_blame_step(t, REASON_NOT_VERIFIED, i);
}

/* ---- each step, and each attempt ----------------------------------------- */

static bool
is_done(const struct trial *t, uint32_t i)
{
	const struct step_result *x = &t->r->results[i];

	if (x->state == STATE_DONE && x->why.code == REASON_UNKNOWN)
		return true;
	if (x->why.code != REASON_UNKNOWN)
		return trial_blame(t, x->why.code, x->why.arg);
	return trial_blame_step(t, REASON_STEP_MISSING, i);
}

static bool
common_holds(struct trial *t, uint32_t i)
{
	const struct step_result *x = &t->r->results[i];

	switch (t->p->steps[i].kind) {
	case STEP_READY:	/* its result counts for nothing */
	case STEP_EXPOSE:	/* firmware_leftovers() */
		return x->state != STATE_NONE && x->state != STATE_SKIPPED ?
		       true : trial_blame_step(t, REASON_STEP_MISSING, i);
	case STEP_UNLOCK:	/* firmware_leftovers() as well */
		return (attempts_forgiven(t->p, i, x) &&
			t->r->lock_after.locked == ANSWER_NO) || is_done(t, i);
	case STEP_MARK:
		return mark_holds(t, i);
	case STEP_SIGNATURES:
		return is_done(t, i) && (!*x->signature ||
		       trial_blame(t, REASON_SIGNATURE_LEFT, x->signature));
	default:
		return is_done(t, i);
	}
}

/* Of the attempt that succeeded. */
static bool
step_holds(struct trial *t, uint32_t i)
{
	const struct step_result *x = &t->r->results[i];

	if (attempts_may_fail(t->p, i) && x->why.code != REASON_UNKNOWN &&
	    (x->state == STATE_REFUSED || x->state == STATE_FAILED))
		return true;		/* tell_falls() */
	if (!is_done(t, i))
		return false;
	switch (t->p->steps[i].kind) {
	case STEP_MARK_AGAIN:
		return true;		/* firmware_level() */
	case STEP_FIRMWARE:
		return firmware_holds(t, i);
	case STEP_PROVE:
		return proof_holds(t, i);
	case STEP_OVERWRITE:
		return overwrite_holds(t, i);
	case STEP_VERIFY:
		return verify_holds(t, i);
	default:
		return trial_blame(t, REASON_INTERNAL, "step");
	}
}

/* An attempt before it failed at one step, for a reason, and went no further;
 * none after it was begun. */
static bool
others_hold(const struct trial *t, uint32_t a)
{
	bool fell = false, skipped = true, done = true;
	const struct step_result *x;
	uint32_t i;

	for (i = 0; i < t->p->n_steps; i++) {
		if (attempts_common(t->p->steps[i].kind) ||
		    t->p->steps[i].attempt != a)
			continue;
		x = &t->r->results[i];
		skipped = skipped && x->state == STATE_SKIPPED;
		if (fell && x->state != STATE_SKIPPED)
			return trial_blame_step(t, REASON_STEP_MISSING, i);
		done = x->state == STATE_DONE || attempts_may_fail(t->p, i);
		if (!done && !fell && x->state != STATE_SKIPPED)
			fell = x->why.code != REASON_UNKNOWN &&
			       !attempts_ends_run(x);
	}
	return (a < t->won ? fell : skipped) ? true :
	       trial_blame(t, REASON_STEP_MISSING, NULL);
}

static bool
steps_hold(struct trial *t)
{
	const struct plan *p = t->p;
	uint32_t i, a;

	if (!attempts_sound(p))
		return trial_blame(t, REASON_INTERNAL, "plan");
	if (t->r->n_results != p->n_steps || t->won == p->n_attempts) {
		for (i = 0; i < p->n_steps && i < t->r->n_results; i++)
			if (!attempts_forgiven(p, i, &t->r->results[i]) &&
			    t->r->results[i].state != STATE_SKIPPED &&
			    !is_done(t, i))
				return false;
		return trial_blame_step(t, REASON_STEP_MISSING,
					t->r->n_results);
	}
	for (i = 0; i < p->n_steps; i++)
		if (p->steps[i].kind == STEP_MARK_AGAIN &&
		    t->r->results[i].proof.misplaced)
			return trial_blame(t, REASON_MISMATCH,
					   t->r->results[i].why.arg);
	for (i = 0; i < p->n_steps; i++)
		if (attempts_common(p->steps[i].kind) ? !common_holds(t, i) :
		    p->steps[i].attempt == t->won && !step_holds(t, i))
			return false;
	for (a = 0; a < p->n_attempts; a++)
		if (a != t->won && !others_hold(t, a))
			return false;
	if (t->r->state != STATE_DONE)
		return trial_blame(t, REASON_STEP_MISSING, NULL);
	return true;
}

/* What was done last was read back afterwards, past every cache. */
static bool
verified(const struct trial *t)
{
	const struct step *last = &t->p->steps[t->last], *s;
	bool read = false;
	uint32_t i;

	for (i = t->last + 1; i < t->p->n_steps; i++) {
		s = &t->p->steps[i];
		if (s->attempt != last->attempt)
			continue;
		if (s->kind == STEP_PROVE && last->kind == STEP_FIRMWARE)
			read = s->method == last->method;
		if (s->kind == STEP_VERIFY && last->kind == STEP_OVERWRITE &&
		    s->pass_no == last->pass_no &&
		    s->pass.kind == last->pass.kind &&
		    s->pass.len == last->pass.len &&
		    !memcmp(s->pass.bytes, last->pass.bytes,
			    sizeof(s->pass.bytes)))
			read = true;
	}
	return read && t->r->cache_dropped ? true :
	       trial_blame(t, REASON_NOT_VERIFIED, NULL);
}

/* ---- what is told, whatever the outcome ---------------------------------- */

static void
tell_blocks(const struct trial *t, enum reason_code code, uint64_t bytes)
{
	char arg[64];

	if (bytes)
		(void)trial_blame(t, code, trial_blocks(t, bytes, arg));
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
	(void)trial_blame(t, REASON_CLOCK_SET_BACK, arg);
}

/* "sanitize-block: lied: 12 @ 4096", "format: BLOCK ERASE EXT: 5104h" */
static void
tell_fall(const struct trial *t, uint32_t i)
{
	const struct step_result *x = &t->r->results[i];
	bool lied = x->why.code == REASON_MARK_LEFT ||
		    x->why.code == REASON_PREIMAGE_LEFT;
	char arg[160];

	snprintf(arg, sizeof(arg), "%s: %s%.100s",
		 method_name(t->p->steps[i].method), lied ? "lied: " : "",
		 *x->why.arg ? x->why.arg : reason_name(x->why.code));
	(void)trial_blame(t, REASON_FELL_BACK, arg);
	if (x->why.code == REASON_BLOCK_SID ||	/* this can be helped */
	    x->why.code == REASON_RESET_FIRST ||
	    x->why.code == REASON_PMR_ENABLED)
		(void)trial_blame(t, x->why.code, x->why.arg);
}

/* Each command and each attempt that was to be more than what came of it. */
static void
tell_falls(const struct trial *t)
{
	const struct step_result *x;
	uint32_t i;

	for (i = 0; i < t->p->n_steps && i < t->r->n_results &&
	     i < STEPS_MAX; i++) {
		x = &t->r->results[i];
		if (attempts_common(t->p->steps[i].kind) ||
		    attempts_marks(t->p->steps[i].kind) ||
		    x->state == STATE_DONE || x->state == STATE_SKIPPED ||
		    x->why.code == REASON_UNKNOWN ||
		    (x->why.code == t->r->why.code &&
		     !strcmp(x->why.arg, t->r->why.arg)))
			continue;
		tell_fall(t, i);
	}
}

static uint32_t
last_of(const struct trial *t)
{
	uint32_t i, last = 0;

	for (i = 0; i < t->p->n_steps && i < STEPS_MAX; i++)
		if (t->p->steps[i].attempt == t->won &&
		    t->r->results[i].state == STATE_DONE &&
		    (t->p->steps[i].kind == STEP_OVERWRITE ||
		     t->p->steps[i].kind == STEP_FIRMWARE))
			last = i;
	return last;
}

static void
carry_level(const struct attempt *a, struct verdict *out)
{
	uint32_t i;

	for (i = 0; i < a->level_reasons.n && i < REASONS_MAX; i++)
		reasons_add(&out->reasons, a->level_reasons.r[i].code,
			    a->level_reasons.r[i].arg);
}

static bool
holds(struct trial *t)
{
	bool ok = consented(t);

	ok = same_drive(t) && ok;
	ok = steps_hold(t) && ok;
	ok = trial_parts_hold(t) && ok;
	ok = verified(t) && ok;
	return ok && t->r->why.code == REASON_UNKNOWN;
}

/* How much could be left out: of what the host wrote, block by block; of what
 * the drive did, proof_holds() has judged. */
static bool
tolerable(struct trial *t)
{
	uint64_t bad = t->r->unwritten.total + t->r->unread.total;
	char arg[32];

	if (t->p->attempts[t->won].method != METHOD_OVERWRITE)
		return true;
	t->excepted = t->excepted || bad;
	if (bad <= verify_tolerated(t->size, t->p->bad_max_ppm))
		return true;
	snprintf(arg, sizeof(arg), "%" PRIu64,
		 bad / (t->p->lblock ? t->p->lblock : 1));
	return trial_blame(t, REASON_TOO_MANY_ERRORS, arg);
}

void
verify_judge(const struct plan *p, const struct consent *c,
	     const struct run *r, struct verdict *out)
{
	struct trial t = { .p = p, .c = c, .r = r, .why = &out->reasons };
	enum level level;

	memset(out, 0, sizeof(*out));
	out->outcome = OUTCOME_FAILED;
	t.won = attempts_sound(p) ? attempts_won(p, r->results) :
				    p->n_attempts;
	t.last = last_of(&t);
	t.size = size_of(&t);
	if (r->why.code != REASON_UNKNOWN)
		(void)trial_blame(&t, r->why.code, r->why.arg);
	tell_blocks(&t, REASON_BLOCKS_NOT_WRITTEN, r->unwritten.total);
	tell_blocks(&t, REASON_BLOCKS_NOT_READ, r->unread.total);
	tell_clock(&t);
	trial_tell_parts(&t);
	tell_falls(&t);
	if (r->state == STATE_INTERRUPTED) {
		out->outcome = OUTCOME_INTERRUPTED;
		(void)trial_blame(&t, REASON_INTERRUPTED, NULL);
	}
	firmware_leftovers(&t);
	if (r->state == STATE_INTERRUPTED || !holds(&t) || !tolerable(&t))
		return;
	level = firmware_level(&t, p->attempts[t.won].level);
	carry_level(&p->attempts[t.won], out);
	if (t.excepted) {
		out->outcome = OUTCOME_EXCEPTIONS;
		return;
	}
	out->outcome = OUTCOME_ERASED;
	out->level = level;
}
