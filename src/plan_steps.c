/* SPDX-License-Identifier: Apache-2.0 */
/*
 * In which steps is it done?  First what readies the drive and looks at what
 * is on it, then each attempt, and at the end one look for signatures.  PURE.
 */
#include "plan.h"

#include "util.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* ---- characters of a policy -------------------------------------------- */

/* The nth random character.  Never 00 or FF, which other passes write anyway,
 * nor what the pass before it left. */
static int
draw(uint64_t seed, uint32_t nth, const struct pass *before,
     struct pass *out)
{
	uint8_t in[12], digest[DIGEST_LEN], c;
	int err;

	for (unsigned int i = 0; i < 8; i++)
		in[i] = (uint8_t)(seed >> (56 - 8 * i));
	for (unsigned int i = 0; i < 4; i++)
		in[8 + i] = (uint8_t)(nth >> (24 - 8 * i));
	err = sha256(in, sizeof(in), digest);
	if (err)
		return err;
	c = (uint8_t)(1 + digest[0] % 254);
	if (before->kind == PASS_FILL && before->len == 1 &&
	    before->bytes[0] == c)
		c = (uint8_t)(1 + c % 254);
	out->kind = PASS_FILL;
	out->len = 1;
	out->bytes[0] = c;
	return 0;
}

static int
complement(const struct pass *of, struct pass *out)
{
	if (of->kind != PASS_FILL)
		return -EINVAL;
	out->kind = PASS_FILL;
	out->len = of->len;
	for (unsigned int i = 0; i < of->len; i++)
		out->bytes[i] = (uint8_t)~of->bytes[i];
	return 0;
}

/* ---- laying ------------------------------------------------------------ */

/* Steps as they are laid, one after the other. */
struct lay {
	struct plan *p;
	uint32_t attempt;
	uint32_t n_wanted;	/* may exceed STEPS_MAX; then nothing is kept */
	uint32_t pass_no, n_chars;
	struct pass last;	/* last written pass */
	struct pass base;	/* what a complement complements */
	bool read_back;		/* the last written pass has its VERIFY */
	bool marked, marks;	/* there is a MARK; it writes */
	struct step spare;	/* takes what does not fit */
};

static struct step *
lay_step(struct lay *l, enum step_kind kind)
{
	struct step *s = &l->spare;

	if (l->n_wanted++ < STEPS_MAX)
		s = &l->p->steps[l->p->n_steps++];
	memset(s, 0, sizeof(*s));
	s->kind = kind;
	s->attempt = l->attempt;
	s->len = l->p->size_full;
	return s;
}

static void
lay_pass(struct lay *l, enum step_kind kind, const struct verify_how *how)
{
	struct step *s = lay_step(l, kind);

	s->method = METHOD_OVERWRITE;
	s->pass_no = l->pass_no;
	s->pass = l->last;
	if (how)
		s->how = *how;
}

static void
lay_verify(struct lay *l, const struct verify_how *how)
{
	if (l->read_back)
		return;
	lay_pass(l, STEP_VERIFY, how);
	l->read_back = true;
}

static int
lay_write(struct lay *l, const struct pass *pass)
{
	struct pass new;
	int err = 0;

	memset(&new, 0, sizeof(new));
	switch (pass->kind) {
	case PASS_CHAR:
		err = draw(l->p->seed, l->n_chars++, &l->last, &new);
		break;
	case PASS_COMPLEMENT:
		err = complement(&l->base, &new);
		break;
	default:
		memcpy(&new, pass, sizeof(new));
	}
	if (err)
		return err;
	if (pass->kind == PASS_CHAR || pass->kind == PASS_FILL)
		memcpy(&l->base, &new, sizeof(new));
	memcpy(&l->last, &new, sizeof(new));
	l->pass_no++;
	l->read_back = false;
	lay_pass(l, STEP_OVERWRITE, NULL);
	return 0;
}

static int
lay_overwrite(struct lay *l, const struct wish *w)
{
	int err;

	for (uint32_t i = 0; i < w->n_passes; i++) {
		if (w->passes[i].kind == PASS_VERIFY) {
			lay_verify(l, &w->how);
			continue;
		}
		err = lay_write(l, &w->passes[i]);
		if (err)
			return err;
	}
	lay_verify(l, &w->how);
	return 0;
}

/* An earlier command may have destroyed what stood there before, and a later
 * one that does nothing would look as if it had: each has marks of its own. */
static void
lay_marks_again(struct lay *l)
{
	lay_step(l, STEP_MARK_AGAIN)->marks = l->marks;
}

/* One pass of zeros, as every sanitize-overwrite is started. */
static void
lay_pattern(struct step *s, enum method m)
{
	if (m != METHOD_SANITIZE_OVERWRITE)
		return;
	s->pass.kind = PASS_FILL;
	s->pass.len = 4;
}

static void
lay_firmware(struct lay *l, const struct wish *w, const struct chain *c)
{
	struct step *s;

	for (uint32_t i = 0; i < c->n; i++) {
		if (l->marked && (i || l->attempt))
			lay_marks_again(l);
		s = lay_step(l, STEP_FIRMWARE);
		s->method = c->m[i];
		if (c->m[i] == METHOD_SECURITY_ERASE ||
		    c->m[i] == METHOD_SECURITY_ERASE_ENHANCED)
			s->password = PASSWORD_MASSHO;
		lay_pattern(s, c->m[i]);
	}
	s = lay_step(l, STEP_PROVE);
	s->method = c->m[c->n - 1];
	s->how = w->prove;
	lay_pattern(s, s->method);
}

/* ---- before the first attempt ------------------------------------------ */

static bool
hides(const struct drive *d)
{
	return d->areas.hpa == ANSWER_YES || d->areas.dco_set == ANSWER_YES ||
	       d->areas.amac == ANSWER_YES;
}

/* What the drive says it has is believed only upwards, and in whole blocks. */
uint64_t
plan_size_full(const struct drive *d)
{
	uint64_t full = d->id.size;

	if (!hides(d))
		return full;
	if (d->areas.native > full)
		full = d->areas.native;
	if (d->areas.dco > full)
		full = d->areas.dco;
	return d->lblock && full % d->lblock ? d->id.size : full;
}

/* One that the BIOS has frozen cannot be removed, none can through a bridge,
 * and a drive takes five wrong ones only: then what is offered goes without. */
bool
plan_unlocks(const struct drive *d)
{
	return d->lock.enabled == ANSWER_YES &&
	       d->lock.frozen != ANSWER_YES &&
	       d->lock.expired != ANSWER_YES && !d->bridge.name[0];
}

static bool
any_firmware(const struct plan *p)
{
	for (uint32_t i = 0; i < p->n_attempts; i++)
		if (plan_firmware(p->attempts[i].method))
			return true;
	return false;
}

static void
lay_before(struct lay *l, const struct drive *d, const struct request *rq)
{
	enum sanitize_state state = d->sanitize.state;
	struct step *s;

	if (state == SANITIZE_RUNNING || state == SANITIZE_FAILED)
		lay_step(l, STEP_READY)->len = l->p->id.size;
	if (plan_unlocks(d)) {
		s = lay_step(l, STEP_UNLOCK);
		s->len = l->p->id.size;
		s->password = rq->unlock != PASSWORD_NONE ? rq->unlock :
							    PASSWORD_MASSHO;
	}
	if (hides(d))
		lay_step(l, STEP_EXPOSE);
	/* after READY and UNLOCK it may be readable; where not, it may fail */
	if (!any_firmware(l->p) ||
	    (d->lock.locked == ANSWER_YES && !plan_unlocks(d)))
		return;
	l->marked = true;
	l->marks = !rq->no_marks;
	lay_step(l, STEP_MARK)->marks = l->marks;
}

int
plan_lay(const struct drive *d, const struct request *rq,
	 const struct wish *w, const struct chain *chains, struct plan *p)
{
	struct lay l = { .p = p };
	char arg[32];
	int err;

	lay_before(&l, d, rq);
	for (uint32_t i = 0; i < p->n_attempts; i++) {
		l.attempt = i;
		if (plan_firmware(p->attempts[i].method)) {
			lay_firmware(&l, w, &chains[i]);
			continue;
		}
		err = lay_overwrite(&l, w);
		if (err)
			return err;
	}
	if (p->n_attempts)
		lay_step(&l, STEP_SIGNATURES);
	if (l.n_wanted <= STEPS_MAX)
		return 0;
	snprintf(arg, sizeof(arg), "%" PRIu32 " > %d", l.n_wanted, STEPS_MAX);
	reasons_add(&p->refusals, REASON_TOO_MANY_STEPS, arg);
	memset(p->steps, 0, sizeof(p->steps));
	p->n_steps = 0;
	return 0;
}
