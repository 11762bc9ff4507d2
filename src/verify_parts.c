/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An erasure that was interrupted and went on: does what its earlier parts did
 * count?  PURE over the records.
 */
#include "verify_judge.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static bool
is_known_part(const struct trial *t, uint32_t i)
{
	static const uint8_t none[DIGEST_LEN];
	const struct run_parts *ps = &t->r->parts;
	uint32_t k;

	if (!memcmp(ps->p[i].receipt, none, DIGEST_LEN) ||
	    !memcmp(ps->p[i].receipt, t->c->receipt, DIGEST_LEN))
		return false;
	for (k = 0; k < i; k++)
		if (!memcmp(ps->p[i].receipt, ps->p[k].receipt, DIGEST_LEN))
			return false;
	return true;
}

/* By the drive itself nothing counts that another part did, and what stands
 * there now was read back in this one. */
static bool
may_carry(const struct trial *t, uint32_t i)
{
	const struct step *s = &t->p->steps[i];
	const struct step_result *x = &t->r->results[i];
	bool by_host = t->won < t->p->n_attempts &&
		       t->p->attempts[t->won].method == METHOD_OVERWRITE;

	switch (s->kind) {
	case STEP_OVERWRITE:
		return true;
	case STEP_VERIFY:
		return i < t->last;
	case STEP_MARK:
	case STEP_MARK_AGAIN:
		return by_host;
	case STEP_FIRMWARE:
	case STEP_PROVE:
		return by_host && s->attempt != t->won &&
		       x->state != STATE_NONE;
	default:
		return false;
	}
}

/* It went on where the margin before was as it had been written. */
static bool
went_on(const struct trial *t, uint32_t i)
{
	const struct step_result *x = &t->r->results[i];

	return t->p->steps[i].kind == STEP_OVERWRITE && !x->restarted &&
	       x->resumed_at <= t->p->steps[i].len &&
	       x->margin == resume_margin(t->p, i, x->resumed_at);
}

bool
trial_parts_hold(const struct trial *t)
{
	const struct run_parts *ps = &t->r->parts;
	const struct step_result *x;
	uint32_t i;

	if (ps->n > PARTS_MAX || (!ps->n && ps->lost))
		return trial_blame(t, REASON_INTERNAL, "parts");
	for (i = 0; i < ps->n; i++)
		if (!is_known_part(t, i))
			return trial_blame(t, REASON_NO_RECEIPT, NULL);
	for (i = 0; i < t->p->n_steps && i < STEPS_MAX; i++) {
		x = &t->r->results[i];
		if ((x->carried || x->resumed_at || x->restarted) && !ps->n)
			return trial_blame_step(t, REASON_STEP_MISSING, i);
		if (x->carried && !may_carry(t, i))
			return trial_blame_step(t, REASON_STEP_MISSING, i);
		if (x->resumed_at && !went_on(t, i))
			return trial_blame_step(t, REASON_STEP_MISSING, i);
	}
	return true;
}

void
trial_tell_parts(const struct trial *t)
{
	char arg[24];

	snprintf(arg, sizeof(arg), "%" PRIu64,
		 (uint64_t)t->r->parts.n + t->r->parts.lost);
	if (t->r->parts.n)
		(void)trial_blame(t, REASON_RESUMED, arg);
}
