/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which methods are attempted, in which order, and why is a stronger one not?
 *
 * What the drive offers may still be out of the question: its command could
 * stop at a host or a controller, or erase a namespace that is in use.
 */
#include "plan.h"

#include "util.h"

#include <stdio.h>
#include <string.h>

bool
plan_firmware(enum method m)
{
	return m > METHOD_OVERWRITE && m < METHOD_COUNT;
}

bool
plan_has(const struct reasons *rs, enum reason_code code)
{
	for (uint32_t i = 0; i < rs->n; i++)
		if (rs->r[i].code == code)
			return true;
	return false;
}

/* What is asked of while methods are chosen. */
struct choice {
	const struct drive *d;
	const struct request *rq;
	const struct wish *w;
	struct plan *p;
	struct chain all[CHAINS_MAX];
	size_t n;
	enum level best;	/* of what could be done at all */
};

static bool
say(struct reason *why, enum reason_code code, const char *arg)
{
	why->code = code;
	text_copy(why->arg, sizeof(why->arg), arg);
	return false;
}

/* A command for a medium that is not the drive's own. */
static bool
reaches_medium(const struct choice *c, struct reason *why)
{
	if (c->rq->allow_virtual)
		return true;
	if (c->d->transport == TRANSPORT_RAID)
		return say(why, REASON_RAID_VOLUME, c->d->id.model);
	if (plan_over_storage(c->d, c->p))
		return say(why, REASON_VIRTUAL_DRIVE, c->d->id.model);
	return true;
}

static bool
spaces_free(const struct choice *c, struct reason *why)
{
	struct reasons busy = { 0 };

	guard_spaces(c->d, &busy);
	if (busy.n)
		*why = busy.r[0];
	return !busy.n;
}

static bool
offered(const struct choice *c, enum method m, struct reason *why)
{
	const struct offer *o = &c->d->offers[m];

	memset(why, 0, sizeof(*why));
	if (!o->offered) {
		*why = o->why;
		if (why->code != REASON_UNKNOWN)
			return false;
		if (plan_firmware(m))
			return say(why, REASON_NOT_SUPPORTED, "");
		return say(why, REASON_METHOD_NOT_OFFERED, method_name(m));
	}
	if (!plan_firmware(m))
		return true;
	if (!reaches_medium(c, why))
		return false;
	return !o->shared || spaces_free(c, why);
}

static bool
chain_offered(const struct choice *c, const struct chain *ch)
{
	struct reason why;

	for (uint32_t i = 0; i < ch->n; i++)
		if (!offered(c, ch->m[i], &why))
			return false;
	return ch->n > 0;
}

static bool
holds(const struct chain *ch, enum method m)
{
	return (ch->n > 0 && ch->m[0] == m) || (ch->n > 1 && ch->m[1] == m);
}

/* One that failed is not sent again by a chain that has nothing more. */
static bool
repeats(const struct chain *taken, uint32_t n, const struct chain *ch)
{
	for (uint32_t i = 0; i < n; i++)
		if (holds(&taken[i], ch->m[0]) &&
		    holds(&taken[i], ch->m[ch->n - 1]))
			return true;
	return false;
}

/* Does the policy allow to end with this? */
static bool
suffices(const struct choice *c, enum level l)
{
	return l != LEVEL_NONE &&
	       (l >= c->w->wanted || c->w->policy->lower_ok);
}

static void
take(struct choice *c, const struct chain *ch, struct chain *chains,
     uint32_t max)
{
	struct plan *p = c->p;
	enum level l = plan_level(c->d, p, ch);
	struct attempt *a;

	if (l > c->best)
		c->best = l;
	if (!suffices(c, l) || p->n_attempts >= max ||
	    repeats(chains, p->n_attempts, ch))
		return;
	chains[p->n_attempts] = *ch;
	a = &p->attempts[p->n_attempts++];
	a->method = ch->m[ch->n - 1];
	a->level = l;
}

/* May the drive's own commands be used at all? */
static bool
by_drive(const struct choice *c)
{
	return c->w->policy->firmware && !c->w->custom;
}

static void
take_strongest(struct choice *c, struct chain *chains)
{
	static const struct chain host = { 1, { METHOD_OVERWRITE } };
	bool last = chain_offered(c, &host);

	for (size_t i = 0; by_drive(c) && i < c->n; i++) {
		if (last && holds(&c->all[i], METHOD_OVERWRITE))
			break;
		if (chain_offered(c, &c->all[i]))
			take(c, &c->all[i], chains, ATTEMPTS_MAX - last);
	}
	if (last)
		take(c, &host, chains, ATTEMPTS_MAX);
}

static void
take_forced(struct choice *c, struct chain *chains)
{
	struct chain only = { 1, { c->w->forced } };

	if (plan_firmware(c->w->forced) && !by_drive(c))
		return;
	if (chain_offered(c, &only))
		take(c, &only, chains, 1);
}

/* ---- what is not used -------------------------------------------------- */

/* A command of another command set was never a question, unless the drive
 * has more to say about it. */
static bool
worth_saying(const struct choice *c, enum method m, const struct reason *why)
{
	return strcmp(method_command(m, c->d->driver), "-") != 0 ||
	       (why->code != REASON_NOT_SUPPORTED &&
		why->code != REASON_UNKNOWN);
}

static void
pass_over(struct choice *c, enum method m)
{
	struct plan *p = c->p;
	struct reason why;

	for (uint32_t i = 0; i < p->n_passed; i++)
		if (p->passed[i].method == m)
			return;
	if (offered(c, m, &why)) {
		if (!by_drive(c))
			say(&why, REASON_POLICY_OVERWRITES, "");
		else if (c->w->forced)
			say(&why, REASON_METHOD_CHOSEN,
			    method_name(c->w->forced));
		else
			return;		/* it had no chain of its own */
	}
	if (!worth_saying(c, m, &why) || p->n_passed >= METHOD_COUNT)
		return;
	p->passed[p->n_passed].method = m;
	p->passed[p->n_passed++].why = why;
}

/* Everything that stands before what is used. */
static void
note_passed(struct choice *c, const struct chain *used)
{
	for (size_t i = 0; i < c->n; i++) {
		const struct chain *ch = &c->all[i];

		if (used->n == ch->n && used->m[0] == ch->m[0] &&
		    used->m[1] == ch->m[1])
			break;
		for (uint32_t k = 0; k < ch->n; k++)
			if (plan_firmware(ch->m[k]) && !holds(used, ch->m[k]))
				pass_over(c, ch->m[k]);
	}
}

/* ---- what is erased with it -------------------------------------------- */

static void
copy_spaces(const struct choice *c, const struct chain *chains)
{
	const struct scope *s = &c->d->scope;
	struct plan *p = c->p;
	bool shared = false, any = false;

	for (uint32_t a = 0; a < p->n_attempts; a++)
		for (uint32_t k = 0; k < chains[a].n; k++)
			if (plan_firmware(chains[a].m[k])) {
				any = true;
				shared |= c->d->offers[chains[a].m[k]].shared;
			}
	if (any)
		text_copy(p->controllers, sizeof(p->controllers),
			  s->controller_ids);
	for (uint32_t i = 0; shared && i < s->n_spaces && i < SPACES_MAX; i++)
		if (!s->spaces[i].self)
			p->spaces[p->n_spaces++] = s->spaces[i];
}

/* ---- what speaks against it -------------------------------------------- */

static void
refuse_level(struct choice *c)
{
	char arg[64];

	snprintf(arg, sizeof(arg), "%s/%s", level_name(c->w->wanted),
		 level_name(c->best));
	reasons_add(&c->p->refusals, REASON_LEVEL_UNREACHABLE, arg);
}

static void
refuse(struct choice *c)
{
	enum method m = c->w->forced ? c->w->forced : METHOD_OVERWRITE;
	struct reasons *no = &c->p->refusals;
	struct reason why;

	if (plan_firmware(m) && !by_drive(c))
		reasons_add(no, REASON_POLICY_OVERWRITES, NULL);
	else if (offered(c, m, &why) || c->best != LEVEL_NONE)
		refuse_level(c);
	else if (!plan_has(no, why.code))
		reasons_add(no, why.code,
			    why.code == REASON_NOT_SUPPORTED && !why.arg[0] ?
			    method_name(m) : why.arg);
}

/* A sanitize that is offered all the same overrides the lock. */
static bool
overrides_lock(const struct plan *p)
{
	uint32_t i;

	for (i = 0; i < p->n_attempts; i++)
		if (!reach_is_sanitize(p->attempts[i].method))
			return false;
	return p->n_attempts > 0;
}

/*
 * A password that can no longer be tried keeps everything else out, the host's
 * writes included.
 */
static void
check_lock(const struct drive *d, const struct plan *p, struct reasons *no)
{
	if (d->lock.locked != ANSWER_YES || overrides_lock(p))
		return;
	if (d->lock.frozen == ANSWER_YES && !plan_has(no, REASON_FROZEN))
		reasons_add(no, REASON_FROZEN, NULL);
	if (d->lock.expired == ANSWER_YES &&
	    !plan_has(no, REASON_COUNT_EXPIRED))
		reasons_add(no, REASON_COUNT_EXPIRED, NULL);
}

void
plan_methods(const struct drive *d, const struct request *rq,
	     const struct wish *w, struct plan *p,
	     struct chain chains[ATTEMPTS_MAX])
{
	struct chain asked = { 1, { w->forced ? w->forced :
				    METHOD_OVERWRITE } };
	struct choice c = { .d = d, .rq = rq, .w = w, .p = p };

	c.n = policy_chains(p->medium, c.all, CHAINS_MAX);
	memset(chains, 0, ATTEMPTS_MAX * sizeof(*chains));
	if (w->forced)
		take_forced(&c, chains);
	else
		take_strongest(&c, chains);
	if (!p->n_attempts)
		refuse(&c);
	check_lock(d, p, &p->refusals);
	note_passed(&c, p->n_attempts ? &chains[0] : &asked);
	p->method = p->n_attempts ? p->attempts[0].method : asked.m[0];
	copy_spaces(&c, chains);
}
