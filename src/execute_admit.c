/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Is this consent for this plan, is this still that drive, and is it still
 * free, with everything that is erased along with it?
 *
 * DANGER: the only one to open a victim.
 */
#include "execute.h"
#include "util.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The plan is sealed again: one that was changed after the operator saw it has
 * another digest than the consent. */
int
admit_consent(const struct plan *p, const struct consent *c)
{
	static const uint8_t none[DIGEST_LEN];
	struct plan again = *p;

	if (c->how == CONSENT_NONE || !c->has_receipt ||
	    !memcmp(c->receipt, none, DIGEST_LEN))
		return -EPERM;
	if (!attempts_sound(p) || p->refusals.n)
		return -EPERM;
	plan_seal(&again);
	if (!memcmp(again.digest, none, DIGEST_LEN) ||
	    memcmp(again.digest, p->digest, DIGEST_LEN) != 0 ||
	    memcmp(c->plan_digest, p->digest, DIGEST_LEN) != 0 ||
	    strcmp(c->serial, p->id.serial) != 0)
		return -EPERM;
	return 0;
}

/* It addresses more or less than when it was admitted, and the kernel has not
 * noticed. */
static bool
is_resized(const struct job *j, const struct drive *now)
{
	const struct areas *was = &j->drive.areas;

	return was->current && now->areas.current &&
	       was->current == j->drive.id.size &&
	       now->areas.current != now->id.size;
}

int
admit_again(struct job *j, struct drive *out)
{
	struct identity want = j->p->id;
	int err = drive_identify(j->e.h, out);

	if (err)
		return err;
	want.size = j->size;
	if (identity_differs(&out->id, &want) || is_resized(j, out) ||
	    strcmp(out->driver, j->p->driver) != 0 || !out->lblock ||
	    out->lblock != j->p->lblock || out->id.size % out->lblock ||
	    out->lblock > ENGINE_CHUNK)
		return -ESTALE;
	return 0;
}

/* What is on it now tells where a sample must look; a drive whose tables
 * cannot be read any more is erased all the same. */
static void
note_spots(struct job *j)
{
	uint32_t i;

	j->victims[0] = (struct victim){
		.h = j->e.h, .d = &j->drive,
		.nsid = identity_nsid(&j->drive.scope), .spots = j->spots,
	};
	j->n_victims = 1;
	/* its end, should it become larger */
	j->spots[j->n_spots++] = (struct range){ 0, j->drive.id.size };
	j->again = j->drive;
	if (drive_contents(j->e.h, &j->again))
		return;
	for (i = 0; i < j->again.n_contents && i < CONTENTS_MAX; i++)
		j->spots[j->n_spots++] = (struct range){
			j->again.contents[i].at, j->again.contents[i].len,
		};
}

/* ---- what is erased with it ---------------------------------------------- */

static const struct space *
planned(const struct plan *p, uint32_t nsid)
{
	uint32_t i;

	for (i = 0; i < p->n_spaces; i++)
		if (p->spaces[i].nsid == nsid)
			return &p->spaces[i];
	return NULL;
}

/* Exactly those that the plan names, which may be none: none more, none gone,
 * none in use. */
static int
check_scope(const struct plan *p, const struct drive *now,
	    struct reasons *refusals)
{
	const struct space *s, *x;
	uint32_t i, n = 0;

	for (i = 0; i < now->scope.n_spaces && i < SPACES_MAX; i++) {
		x = &now->scope.spaces[i];
		if (x->self)
			continue;
		s = planned(p, x->nsid);
		if (!s || s->size != x->size)
			return -ESTALE;
		n++;
	}
	guard_spaces(now, refusals);
	if (refusals->n)
		return -EBUSY;
	return n == p->n_spaces ? 0 : -ESTALE;
}

/* Is any method of the plan one that erases the other namespaces as well? */
static bool
any_shared(const struct plan *p, const struct drive *now)
{
	uint32_t i;

	for (i = 0; i < p->n_steps; i++)
		if (p->steps[i].kind == STEP_FIRMWARE &&
		    now->offers[p->steps[i].method].shared)
			return true;
	return p->n_spaces > 0;
}

bool
admit_scope(const struct job *j, enum method m, const struct drive *now,
	    struct step_result *r)
{
	struct reasons refusals = { 0 };
	int err;

	/* as it was admitted, or as it says now: the wider holds */
	if (!j->drive.offers[m].shared && !now->offers[m].shared)
		return true;
	err = check_scope(j->p, now, &refusals);
	if (err == -EBUSY)
		step_fail(r, STATE_REFUSED, REASON_SPACE_IN_USE, err,
			  refusals.r[0].arg);
	else if (err)
		step_fail(r, STATE_REFUSED, REASON_IDENTITY_CHANGED, err,
			  "namespaces");
	return !err;
}

static int
look_at_space(struct job *j, const struct victim *v, const struct space *s)
{
	struct reasons refusals = { 0 };
	int err = drive_identify(v->h, v->d);

	if (!err && (strcmp(v->d->id.serial, j->p->id.serial) != 0 ||
		     v->d->id.size != s->size || !v->d->lblock ||
		     v->d->lblock != s->lblock ||
		     v->d->lblock > ENGINE_CHUNK))
		err = -ESTALE;
	if (!err)
		err = drive_uses(v->h, v->d);
	if (err)
		return err;
	guard_check(v->d, j->rq, &refusals);
	return refusals.n ? -EBUSY : 0;
}

/* One without a node is not attached here, so nobody here can use it. */
static int
open_space(struct job *j, const struct space *s)
{
	struct victim *v = &j->victims[j->n_victims];
	int err;

	if (!*s->node)
		return 0;
	v->nsid = s->nsid;
	v->d = calloc(1, sizeof(*v->d));
	if (!v->d)
		return -ENOMEM;
	err = drive_open_space(j->e.h, s, &v->h);
	if (err) {
		free(v->d);
		return err;
	}
	j->n_victims++;
	return look_at_space(j, v, s);
}

int
admit_drive(struct job *j)
{
	struct reasons refusals = { 0 };
	uint32_t i;
	int err = drive_open(j->p->path, OPEN_VICTIM, j->p->image, &j->e.h);

	if (!err)
		err = admit_again(j, &j->drive);
	if (!err)
		err = drive_uses(j->e.h, &j->drive);
	if (err)
		return err;
	guard_check(&j->drive, j->rq, &refusals);
	if (refusals.n)
		return -EBUSY;
	note_spots(j);
	if (any_shared(j->p, &j->drive))
		err = check_scope(j->p, &j->drive, &refusals);
	for (i = 0; !err && i < j->p->n_spaces; i++)
		err = open_space(j, &j->p->spaces[i]);
	if (err)
		return err;
	j->victims[0].n_spots = j->n_spots;
	j->out->before = j->drive.id;
	j->out->health_before = j->drive.health;
	return 0;
}

void
admit_close(struct job *j)
{
	while (j->n_victims > 1) {
		struct victim *v = &j->victims[--j->n_victims];

		drive_close(&v->h);
		free(v->d);
	}
	drive_close(&j->e.h);
}

/* ---- after it was exposed ------------------------------------------------ */

static bool
still_hides(const struct areas *a)
{
	return a->hpa == ANSWER_YES || a->dco_set == ANSWER_YES ||
	       a->amac == ANSWER_YES;
}

void
admit_size(struct job *j, struct step_result *r)
{
	uint64_t bytes = 0;
	char arg[64];
	int err = drive_remeasure(j->e.h, &bytes);

	if (!err)
		err = drive_identify(j->e.h, &j->again);
	if (err) {
		step_fail(r, STATE_FAILED, REASON_DEVICE_LOST, err, NULL);
		return;
	}
	j->size = j->again.id.size;
	if (bytes != j->size || (j->size != j->p->id.size &&
				 j->size != j->p->size_full)) {
		snprintf(arg, sizeof(arg), "%" PRIu64 " -> %" PRIu64,
			 j->p->id.size, bytes);
		r->why.code = REASON_UNKNOWN;	/* this is graver */
		step_fail(r, STATE_FAILED, REASON_SIZE_CHANGED, 0, arg);
		return;
	}
	j->drive.id.size = j->size;
	j->drive.areas = j->again.areas;
	if (r->state != STATE_DONE)
		return;
	if (j->size == j->p->size_full && !still_hides(&j->again.areas))
		return;
	snprintf(arg, sizeof(arg), "%" PRIu64 " B",
		 j->p->size_full - j->size);
	step_fail(r, STATE_FAILED, REASON_HIDDEN_LEFT, 0, arg);
}
