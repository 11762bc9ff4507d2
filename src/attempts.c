/* SPDX-License-Identifier: Apache-2.0 */
/*
 * In which order do a plan's steps stand, and what does the end of one mean
 * for the others?  PURE.  Shared by execute.c, which follows it, and
 * verify_judge.c, which holds the records against it.
 */
#include "engine.h"

bool
attempts_common(enum step_kind k)
{
	return k == STEP_READY || k == STEP_UNLOCK || k == STEP_EXPOSE ||
	       k == STEP_MARK || k == STEP_SIGNATURES;
}

bool
attempts_marks(enum step_kind k)
{
	return k == STEP_MARK || k == STEP_MARK_AGAIN;
}

/* The next command of its chain stands alone. */
static bool
has_next(const struct plan *p, uint32_t i)
{
	uint32_t k = i + 1;

	if (k < p->n_steps && p->steps[k].kind == STEP_MARK_AGAIN)
		k++;
	return k < p->n_steps && p->steps[k].kind == STEP_FIRMWARE &&
	       p->steps[k].attempt == p->steps[i].attempt;
}

bool
attempts_may_fail(const struct plan *p, uint32_t i)
{
	const struct step *s = &p->steps[i];

	switch (s->kind) {
	case STEP_READY:
	case STEP_EXPOSE:
	case STEP_MARK:
	case STEP_MARK_AGAIN:
		return true;
	case STEP_FIRMWARE:
		return has_next(p, i);
	default:
		return false;
	}
}

bool
attempts_forgiven(const struct plan *p, uint32_t i,
		  const struct step_result *r)
{
	return attempts_may_fail(p, i) ||
	       (p->steps[i].kind == STEP_UNLOCK &&
		r->why.code == REASON_PASSWORD_STAYS);
}

bool
attempts_ends_run(const struct step_result *r)
{
	switch (r->why.code) {
	case REASON_INTERRUPTED:
	case REASON_IDENTITY_CHANGED:
	case REASON_SIZE_CHANGED:
	case REASON_DEVICE_LOST:
	case REASON_EVIDENCE_LOST:
	case REASON_STUCK:
	case REASON_SPACE_IN_USE:
	case REASON_STILL_ERASING:
		return true;
	default:
		return r->state == STATE_INTERRUPTED;
	}
}

size_t
attempts_chain(const struct plan *p, const struct step_result *results,
	       uint32_t before, enum method out[CHAIN_MAX])
{
	uint32_t i;
	size_t n = 0;

	for (i = 0; i < before && n < CHAIN_MAX; i++)
		if (p->steps[i].kind == STEP_FIRMWARE &&
		    p->steps[i].attempt == p->steps[before].attempt &&
		    results[i].state == STATE_DONE)
			out[n++] = p->steps[i].method;
	return n;
}

uint32_t
attempts_marked(const struct plan *p, const struct step_result *results,
		uint32_t before)
{
	uint32_t i;

	for (i = before; i-- > 0;)
		if (attempts_marks(p->steps[i].kind) &&
		    results[i].state == STATE_DONE)
			return i;
	return p->n_steps;
}

static bool
succeeded(const struct plan *p, const struct step_result *results, uint32_t a)
{
	bool any = false;
	uint32_t i;

	for (i = 0; i < p->n_steps; i++) {
		if (attempts_common(p->steps[i].kind) ||
		    p->steps[i].attempt != a)
			continue;
		if (results[i].state == STATE_DONE)
			any = true;
		else if (!attempts_may_fail(p, i) ||
			 results[i].state == STATE_SKIPPED)
			return false;
	}
	return any;
}

uint32_t
attempts_won(const struct plan *p, const struct step_result *results)
{
	uint32_t a;

	for (a = 0; a < p->n_attempts; a++)
		if (succeeded(p, results, a))
			break;
	return a;
}

/* ---- is it a plan at all? ------------------------------------------------ */

struct cursor {
	const struct plan *p;
	uint32_t i;
};

/* The next step if it is of this kind and attempt, else NULL. */
static const struct step *
take(struct cursor *c, enum step_kind kind, uint32_t attempt)
{
	const struct step *s = &c->p->steps[c->i];

	if (c->i >= c->p->n_steps || s->kind != kind ||
	    (!attempts_common(kind) && s->attempt != attempt))
		return NULL;
	c->i++;
	return s;
}

static bool
is_firmware(enum method m)
{
	return m > METHOD_OVERWRITE && m < METHOD_COUNT;
}

static bool
by_drive(struct cursor *c, uint32_t a)
{
	const struct step *s, *last = NULL;
	unsigned n;

	for (n = 0; n < CHAIN_MAX; n++) {
		bool marked = take(c, STEP_MARK_AGAIN, a);

		s = take(c, STEP_FIRMWARE, a);
		if (s ? !is_firmware(s->method) : marked)
			return false;
		if (!s)
			break;
		last = s;
	}
	s = take(c, STEP_PROVE, a);
	return s && last && s->method == last->method &&
	       s->method == c->p->attempts[a].method &&
	       s->how.mode != VERIFY_NONE;
}

static bool
by_host(struct cursor *c, uint32_t a)
{
	const struct step *s, *written = NULL;
	bool read = false;

	for (;;) {
		if ((s = take(c, STEP_OVERWRITE, a)) != NULL) {
			written = s;
			read = false;
		} else if (written &&
			   (s = take(c, STEP_VERIFY, a)) != NULL) {
			read = s->pass_no == written->pass_no;
		} else {
			break;
		}
	}
	return written && read &&
	       c->p->attempts[a].method == METHOD_OVERWRITE;
}

bool
attempts_sound(const struct plan *p)
{
	struct cursor c = { .p = p };
	uint32_t a;

	if (!p->n_steps || p->n_steps > STEPS_MAX || !p->n_attempts ||
	    p->n_attempts > ATTEMPTS_MAX || p->n_spaces > SPACES_MAX ||
	    p->method != p->attempts[0].method)
		return false;
	(void)take(&c, STEP_READY, 0);
	(void)take(&c, STEP_UNLOCK, 0);
	(void)take(&c, STEP_EXPOSE, 0);
	(void)take(&c, STEP_MARK, 0);
	for (a = 0; a < p->n_attempts; a++)
		if (!(p->attempts[a].method == METHOD_OVERWRITE ?
		      by_host(&c, a) : by_drive(&c, a)))
			return false;
	return take(&c, STEP_SIGNATURES, 0) && c.i == p->n_steps;
}
