/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An erasure was interrupted: what of it still counts, and where does it go
 * on?  PURE.  What the log does not say for sure is done again; what was
 * written last is read back again, whatever was read before.
 */
#include "engine.h"

#include <string.h>

void
parts_add(struct run_parts *ps, const struct run_part *p)
{
	const uint32_t middle = PARTS_MAX / 2;

	if (ps->n == PARTS_MAX) {
		memmove(&ps->p[middle], &ps->p[middle + 1],
			(PARTS_MAX - middle - 1) * sizeof(*ps->p));
		ps->n--;
		ps->lost++;
	}
	ps->p[ps->n++] = *p;
}

/* Is every byte of this pass read back, or written over, later on? */
static bool
is_seen_later(const struct plan *p, uint32_t step)
{
	uint32_t i;

	for (i = step + 1; i < p->n_steps; i++) {
		if (p->steps[i].kind == STEP_OVERWRITE)
			return true;
		if (p->steps[i].kind == STEP_VERIFY)
			return p->steps[i].how.mode == VERIFY_FULL;
	}
	return false;
}

uint64_t
resume_margin(const struct plan *p, uint32_t step, uint64_t at)
{
	return at < RESUME_MARGIN || !is_seen_later(p, step) ? at :
							     RESUME_MARGIN;
}

/* ---- the same drive, the same plan --------------------------------------- */

static bool
is_known_again(const struct identity *id)
{
	return id->serial[0] || id->wwn[0];
}

bool
resume_same_drive(const struct identity *then, const struct identity *now)
{
	struct identity a = *then;

	if (is_known_again(now))
		a.diskseq = now->diskseq;
	return !identity_differs(&a, now);
}

bool
resume_same_plan(const struct plan *then, const struct plan *now)
{
	static const uint8_t none[DIGEST_LEN];
	struct plan a = *then;
	uint32_t i;

	plan_seal(&a);
	if (memcmp(a.digest, then->digest, DIGEST_LEN) != 0 ||
	    a.n_spaces != now->n_spaces || a.n_spaces > SPACES_MAX)
		return false;
	if (is_known_again(&now->id)) {
		a.id.diskseq = now->id.diskseq;
		memcpy(a.path, now->path, sizeof(a.path));
		for (i = 0; i < a.n_spaces; i++)
			memcpy(a.spaces[i].node, now->spaces[i].node,
			       sizeof(a.spaces[i].node));
	}
	plan_seal(&a);
	return memcmp(a.digest, none, DIGEST_LEN) != 0 &&
	       !memcmp(a.digest, now->digest, DIGEST_LEN);
}

/* ---- where it goes on ---------------------------------------------------- */

/* These change what the drive is, and that may not have lasted. */
static bool
changes_drive(enum step_kind k)
{
	return k == STEP_READY || k == STEP_UNLOCK || k == STEP_EXPOSE;
}

static bool
was_begun(const struct step_result *r)
{
	return r->state != STATE_SKIPPED &&
	       (r->state != STATE_NONE || r->started[0]);
}

/* It ended, and what was to come after it had begun. */
static bool
is_behind(const struct plan *p, const struct resume *f, uint32_t i)
{
	const struct step_result *r = &f->results[i];
	uint32_t k;

	if (r->state == STATE_DONE || r->state == STATE_SKIPPED)
		return true;
	if (r->state == STATE_NONE || r->state == STATE_INTERRUPTED ||
	    attempts_ends_run(r))
		return false;
	for (k = i + 1; k < p->n_steps; k++)
		if (was_begun(&f->results[k]))
			return true;
	return false;
}

/* The last OVERWRITE among those before `end`; n_steps: none. */
static uint32_t
last_write(const struct plan *p, const struct resume *f, uint32_t end)
{
	uint32_t i, last = p->n_steps;

	for (i = 0; i < end && i < p->n_steps; i++)
		if (p->steps[i].kind == STEP_OVERWRITE &&
		    f->results[i].state == STATE_DONE)
			last = i;
	return last;
}

/* The first step that is not behind, but never after the reading back of what
 * stands there now. */
static uint32_t
find_step(const struct plan *p, const struct resume *f)
{
	uint32_t i, at = 0, written;

	while (at < p->n_steps && is_behind(p, f, at) &&
	       !changes_drive(p->steps[at].kind))
		at++;
	if (at < p->n_steps && p->steps[at].kind == STEP_OVERWRITE &&
	    f->results[at].reached)
		return at;
	written = last_write(p, f, at);
	if (written == p->n_steps)
		return 0;
	if (at < p->n_steps && p->steps[at].kind == STEP_OVERWRITE)
		return at;
	for (i = written + 1; i < at; i++)
		if (p->steps[i].kind == STEP_VERIFY)
			return i;
	return at < p->n_steps ? at : 0;
}

/* What was given up before `at`; what lies beyond is tried again. */
static void
cut(struct ranges *rs, uint64_t at)
{
	struct ranges all = *rs;
	uint32_t i;

	memset(rs, 0, sizeof(*rs));
	for (i = 0; i < all.n; i++)
		if (all.r[i].at < at)
			ranges_add(rs, all.r[i].at, all.r[i].len <
				   at - all.r[i].at ? all.r[i].len :
				   at - all.r[i].at);
}

/* Where the pass goes on; 0 if that is not known for sure. */
static uint64_t
reached(const struct plan *p, const struct resume *f)
{
	static const uint8_t none[KEY_LEN];
	const struct step *s = &p->steps[f->step];
	const struct step_result *r = &f->results[f->step];
	uint64_t at = r->reached;

	if (s->kind != STEP_OVERWRITE || at > s->len || f->unwritten.lost ||
	    !p->lblock || at % p->lblock ||
	    (s->pass.kind == PASS_RANDOM && !memcmp(r->key, none, KEY_LEN)))
		return 0;
	return at;
}

/* Which blocks were given up is not on record: that pass is done again. */
static bool
is_blurred(const struct plan *p, const struct resume *f, uint32_t written)
{
	return written < f->step &&
	       p->steps[f->step].kind != STEP_OVERWRITE &&
	       f->results[written].bytes + f->unwritten.total !=
	       p->steps[written].len;
}

void
resume_find(const struct plan *p, struct resume *f)
{
	uint32_t i, written;
	bool within;

	f->step = find_step(p, f);
	written = last_write(p, f, f->step);
	if (is_blurred(p, f, written)) {
		f->step = written;
		f->results[written].reached = 0;
	} else if (written < f->step && !is_seen_later(p, written)) {
		/* it is all there, and will be read back to the last byte */
		f->step = written;
		f->results[written].reached = p->steps[written].len;
	}
	within = reached(p, f) != 0;
	for (i = 0; i < f->step; i++)
		f->results[i].carried = true;
	for (i = within ? f->step + 1 : f->step; i < STEPS_MAX; i++)
		memset(&f->results[i], 0, sizeof(f->results[i]));
	if (p->steps[f->step].kind == STEP_OVERWRITE)
		cut(&f->unwritten, f->results[f->step].reached);
}

/* The pass that was written last, or is to be the first; n_steps: none. */
static uint32_t
pass_at_work(const struct plan *p, const struct run *r)
{
	uint32_t i, at = p->n_steps;

	for (i = 0; i < p->n_steps && i < STEPS_MAX; i++) {
		if (p->steps[i].kind != STEP_OVERWRITE)
			continue;
		if (was_begun(&r->results[i]) ||
		    (at == p->n_steps && p->n_attempts == 1))
			at = i;
	}
	return at;
}

void
resume_not_begun(const struct plan *p, struct run *r)
{
	uint32_t at = pass_at_work(p, r);

	if (at == p->n_steps || was_begun(&r->results[at]))
		return;
	memset(&r->unwritten, 0, sizeof(r->unwritten));
	ranges_add(&r->unwritten, 0, p->steps[at].len);
}

void
resume_cut_off(const struct plan *p, struct run *r)
{
	uint32_t at = pass_at_work(p, r);
	const struct step_result *x;
	uint64_t len, known;

	if (at == p->n_steps)
		return;
	x = &r->results[at];
	len = p->steps[at].len;
	if (x->state != STATE_DONE) {
		cut(&r->unwritten, x->reached);
		if (x->reached < len)
			ranges_add(&r->unwritten, x->reached,
				   len - x->reached);
		return;
	}
	/* how much it gave up is known, but not everywhere where */
	known = x->bytes + r->unwritten.total;
	if (known < len) {
		r->unwritten.lost += len - known;
		r->unwritten.total += len - known;
	}
}

/* ---- can it be followed? ------------------------------------------------- */

/* The drive's own methods are not carried over but as what had failed. */
static bool
may_carry(enum step_kind k, const struct step_result *r)
{
	switch (k) {
	case STEP_OVERWRITE:
	case STEP_VERIFY:
		return true;
	case STEP_MARK:
	case STEP_MARK_AGAIN:
	case STEP_FIRMWARE:
	case STEP_PROVE:
		return r->state != STATE_NONE;
	default:
		return false;
	}
}

bool
resume_sound(const struct plan *p, const struct resume *f)
{
	uint32_t i, written = last_write(p, f, f->step);
	bool within;

	if (!f->parts.n || f->parts.n > PARTS_MAX || f->step >= p->n_steps)
		return false;
	for (i = 0; i < f->step; i++)
		if (!f->results[i].carried || !is_behind(p, f, i) ||
		    !may_carry(p->steps[i].kind, &f->results[i]))
			return false;
	within = f->results[f->step].reached != 0;
	if (within && !reached(p, f))
		return false;
	if (f->step && written == p->n_steps && !within)
		return false;
	if (p->steps[f->step].kind == STEP_OVERWRITE)
		return true;
	/* what stands there now has not been read back by an earlier part */
	for (i = written + 1; i < f->step; i++)
		if (p->steps[i].kind == STEP_VERIFY)
			return false;
	return !f->step || p->steps[f->step].kind == STEP_VERIFY;
}
