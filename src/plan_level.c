/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is a method worth on this very drive, and why not more?  policy_level.c
 * knows the medium; here it is what lies before and around it.  What is not
 * known lowers the level or is listed, never passed over.
 */
#include "plan.h"

#include "util.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static enum method
last_of(const struct chain *c)
{
	return c->n ? c->m[c->n - 1] : METHOD_NONE;
}

static bool
is_network(const struct drive *d)
{
	return d->network || d->transport == TRANSPORT_NETWORK;
}

bool
plan_over_storage(const struct drive *d, const struct plan *p)
{
	return p->medium == MEDIUM_VIRTUAL || p->image || d->virtual_ ||
	       d->transport == TRANSPORT_LOOP ||
	       d->transport == TRANSPORT_VIRTIO ||
	       d->transport == TRANSPORT_IMAGE ||
	       d->transport == TRANSPORT_RAID;
}

static bool
is_bridged(const struct drive *d)
{
	return d->transport == TRANSPORT_USB || d->bridge.name[0];
}

/* Serial and size may be the bridge's; then so may its answers. */
static bool
is_doubtful(const struct drive *d)
{
	return is_bridged(d) && d->bridge.identity != ANSWER_YES;
}

enum level
plan_level(const struct drive *d, const struct plan *p, const struct chain *c)
{
	enum reason_code why;
	enum level l = policy_level(last_of(c), p->medium, &why);

	if (l > LEVEL_CLEAR && (plan_over_storage(d, p) || is_network(d) ||
				is_doubtful(d)))
		return LEVEL_CLEAR;
	return l;
}

/* ---- what a method does not reach -------------------------------------- */

/* What is found is opened first (EXPOSE); what cannot be found out is told, and
 * with it what hides the answer: the verdict goes by that. */
static void
explain_hidden(const struct drive *d, enum method m, struct reasons *rs)
{
	struct areas a = d->areas;

	a.hpa = a.hpa == ANSWER_YES ? ANSWER_NO : a.hpa;
	a.dco_set = a.dco_set == ANSWER_YES ? ANSWER_NO : a.dco_set;
	a.amac = a.amac == ANSWER_YES ? ANSWER_NO : a.amac;
	if (reach_hidden(d->driver, m, &a, is_bridged(d)) == REACH_ALL)
		return;
	reasons_add(rs, REASON_HIDDEN_UNKNOWN, !is_bridged(d) ? NULL :
		    d->bridge.name[0] ? d->bridge.name : "USB");
}

static void
explain_reallocated(const struct drive *d, struct reasons *rs)
{
	const struct count *n = d->health.reallocated.known ?
		&d->health.reallocated : &d->health.grown;
	char arg[24];

	if (!n->known)
		reasons_add(rs, REASON_REALLOCATED_UNKNOWN, NULL);
	if (!n->known || !n->n)
		return;
	snprintf(arg, sizeof(arg), "%" PRIu64, n->n);
	reasons_add(rs, REASON_REALLOCATED, arg);
}

static void
explain_reach(const struct drive *d, enum method m, struct reasons *rs)
{
	const struct scope *s = &d->scope;
	char parts[96] = "";

	explain_hidden(d, m, rs);
	if (!reach_is_whole(m))
		explain_reallocated(d, rs);
	if (!reach_is_sanitize(m)) {
		if (s->unallocated.known && s->unallocated.n)
			text_copy(parts, sizeof(parts),
				  ", unallocated capacity");
	}
	if (s->rpmb == ANSWER_YES)
		text_copy(parts + strlen(parts), sizeof(parts) - strlen(parts),
			  ", RPMB");
	if (s->boot_partitions == ANSWER_YES)
		text_copy(parts + strlen(parts), sizeof(parts) - strlen(parts),
			  ", boot partitions");
	if (s->pmr == ANSWER_YES)
		text_copy(parts + strlen(parts), sizeof(parts) - strlen(parts),
			  ", PMR");
	if (parts[0])
		reasons_add(rs, REASON_NOT_REACHED, parts + 2);
}

/* ---- all of it --------------------------------------------------------- */

static void
explain_medium(const struct drive *d, const struct plan *p,
	       const struct chain *c, struct reasons *rs)
{
	enum method m = last_of(c);
	enum reason_code why;

	policy_level(m, p->medium, &why);
	if (why == REASON_OVERWRITE_FLASH)
		reasons_add(rs, why, NULL);
	if (p->medium == MEDIUM_UNKNOWN)
		reasons_add(rs, REASON_MEDIUM_UNKNOWN, NULL);
	if (plan_firmware(m) && d->transport == TRANSPORT_RAID)
		reasons_add(rs, REASON_RAID_VOLUME, d->id.model);
	else if (plan_firmware(m) && plan_over_storage(d, p))
		reasons_add(rs, REASON_VIRTUAL_DRIVE, d->id.model);
	if (plan_over_storage(d, p))
		reasons_add(rs, REASON_VIRTUAL_BACKING, NULL);
	if (m == METHOD_OVERWRITE)
		reasons_add(rs, REASON_OVERWRITE_ONLY, NULL);
	else if (why != REASON_UNKNOWN)
		reasons_add(rs, why, NULL);
	if (p->medium != MEDIUM_VIRTUAL)
		explain_reach(d, m, rs);
}

static void
explain_sample(const struct verify_how *how, struct reasons *rs)
{
	uint32_t pct100 = how->share_ppm / 100;
	char arg[32];

	if (how->mode != VERIFY_SAMPLE)
		return;
	snprintf(arg, sizeof(arg), "%" PRIu32 ".%02" PRIu32 " %%",
		 pct100 / 100, pct100 % 100);
	reasons_add(rs, REASON_SAMPLED, arg);
}

/* Nothing can be read before, so nothing can be compared after. */
static bool
is_unreadable(const struct drive *d)
{
	return d->lock.locked == ANSWER_YES && !plan_unlocks(d);
}

void
plan_explain(const struct drive *d, const struct request *rq,
	     const struct wish *w, const struct plan *p, const struct chain *c,
	     struct attempt *a)
{
	bool firmware = plan_firmware(last_of(c));
	struct reasons *rs = &a->level_reasons;
	char arg[64];

	if (a->level < w->wanted) {
		snprintf(arg, sizeof(arg), "%s/%s", level_name(w->wanted),
			 level_name(a->level));
		reasons_add(rs, REASON_POLICY_LOWERED, arg);
	}
	if (rq->info_class == 1)
		reasons_add(rs, REASON_CLASS_DESTROY, NULL);
	else if (p->destroy_after)
		reasons_add(rs, REASON_DESTROY_PENDING, NULL);
	else if (rq->info_class == 2 && !rq->on_premises &&
		 a->level < LEVEL_PURGE)
		reasons_add(rs, REASON_CLASS_PURGE, NULL);
	explain_medium(d, p, c, rs);
	if (firmware && is_unreadable(d))
		reasons_add(rs, REASON_NO_PROOF, NULL);
	explain_sample(firmware ? &w->prove : &w->how, rs);
	if (is_network(d))
		reasons_add(rs, REASON_NETWORK, d->name);
	if (is_doubtful(d))
		reasons_add(rs, REASON_USB_IDENTITY, NULL);
	if (!*d->id.serial && !p->image)
		reasons_add(rs, REASON_NO_SERIAL, NULL);
	if (p->standing != STANDARD_CURRENT)
		reasons_add(rs, REASON_WITHDRAWN, p->policy);
}
