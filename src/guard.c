/* SPDX-License-Identifier: Apache-2.0 */
/*
 * May this drive be touched?
 *
 * Pure: it turns what was found into refusals, one for each thing that speaks
 * against.  What is not known speaks against.  There is no way around it; what
 * the operator can do is to end the use that is named.
 */
#include "massho.h"
#include "util.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* The last entry stands for every kind that is not known here. */
static const struct {
	enum use_kind kind;
	enum reason_code code;
} refused_uses[] = {
	/* in the order in which they are said: the gravest first */
	{ USE_BOOT, REASON_BOOT_MEDIUM },
	{ USE_MOUNT, REASON_MOUNTED },
	{ USE_SWAP, REASON_SWAP },
	{ USE_DM, REASON_HOLDER },
	{ USE_LVM, REASON_HOLDER },
	{ USE_BCACHE, REASON_HOLDER },
	{ USE_MD, REASON_HOLDER },
	{ USE_ZFS, REASON_MEMBER_ACTIVE },
	{ USE_BTRFS, REASON_MEMBER_ACTIVE },
	{ USE_LOOP, REASON_LOOP_BACKING },
	{ USE_EXPORT, REASON_EXPORTED },
	{ USE_PROCESS, REASON_PROCESS },
	{ USE_EXCLUSIVE, REASON_EXCLUSIVE },
	{ USE_UNKNOWN, REASON_GUARD_BLIND },
};

static size_t
rank(enum use_kind kind)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(refused_uses) - 1; i++)
		if (refused_uses[i].kind == kind)
			break;
	return i;
}

/* "/mnt/data (sda1)": by what, and by which part of the drive. */
static void
refuse_use(const struct drive *d, const struct use *u, enum reason_code code,
	   struct reasons *out)
{
	const char *by = u->by[0] ? u->by : u->node;
	char line[sizeof(u->by) + sizeof(u->node) + 4];

	if (!u->node[0] || !strcmp(u->node, d->name) || by == u->node)
		snprintf(line, sizeof(line), "%s", by);
	else
		snprintf(line, sizeof(line), "%s (%s)", by, u->node);
	reasons_add(out, code, line);
}

static void
check_uses(const struct drive *d, struct reasons *out)
{
	uint32_t i, n = d->n_uses < USES_MAX ? d->n_uses : USES_MAX;
	bool boot_said = false, blind_said = false;
	size_t k;

	for (k = 0; k < ARRAY_SIZE(refused_uses); k++) {
		for (i = 0; i < n; i++) {
			if (rank(d->uses[i].kind) != k)
				continue;
			refuse_use(d, &d->uses[i], refused_uses[k].code, out);
			boot_said |= d->uses[i].kind == USE_BOOT;
			blind_said |= refused_uses[k].code ==
				      REASON_GUARD_BLIND;
		}
		if (!k && d->boot && !boot_said)
			reasons_add(out, REASON_BOOT_MEDIUM, d->name);
	}
	if (!d->uses_known && !blind_said)
		reasons_add(out, REASON_GUARD_BLIND, d->name);
}

static bool
geometry_fits(const struct drive *d)
{
	return d->lblock && !(d->lblock & (d->lblock - 1)) &&
	       !(d->id.size % d->lblock);
}

static void
check_size(const struct drive *d, struct reasons *out)
{
	char arg[64];

	if (!d->id.size) {
		reasons_add(out, d->removable ? REASON_NO_MEDIUM :
						REASON_SIZE_ZERO, "");
		return;
	}
	if (geometry_fits(d))
		return;
	snprintf(arg, sizeof(arg), "%" PRIu64 " / %" PRIu32, d->id.size,
		 d->lblock);
	reasons_add(out, REASON_BAD_GEOMETRY, arg);
}

static void
check_nature(const struct drive *d, const struct request *rq,
	     struct reasons *out)
{
	if (!d->driver[0])
		reasons_add(out, REASON_NOT_BLOCK, d->path);
	if (!d->whole)
		reasons_add(out, REASON_PARTITION, d->name);
	if (d->transport == TRANSPORT_STACKED)
		reasons_add(out, REASON_STACKED, d->name);
	if ((d->network || d->transport == TRANSPORT_NETWORK) &&
	    !rq->allow_network)
		reasons_add(out, REASON_NETWORK, d->name);
	if (d->medium == MEDIUM_OPTICAL || d->medium == MEDIUM_TAPE)
		reasons_add(out, REASON_OPTICAL, "");
	if (d->zoned)
		reasons_add(out, REASON_ZONED, "");
	if (d->read_only)
		reasons_add(out, REASON_READ_ONLY, "");
	check_size(d, out);
}

bool
guard_same_medium(const struct drive *a, const struct drive *b)
{
	uint32_t i, k;

	for (i = 0; i < a->n_grounds && i < GROUNDS_MAX; i++)
		for (k = 0; k < b->n_grounds && k < GROUNDS_MAX; k++)
			if (a->grounds[i].dev == b->grounds[k].dev &&
			    a->grounds[i].ino == b->grounds[k].ino)
				return true;
	/* units of one drive may share its serial, but not a name */
	if (a->id.wwn[0] && b->id.wwn[0])
		return strcmp(a->id.wwn, b->id.wwn) == 0;
	return a->id.model[0] && a->id.serial[0] &&
	       strcmp(a->id.model, b->id.model) == 0 &&
	       strcmp(a->id.serial, b->id.serial) == 0 &&
	       a->id.size == b->id.size;
}

void
guard_spaces(const struct drive *d, struct reasons *refusals)
{
	const struct scope *s = &d->scope;
	char arg[sizeof(s->spaces[0].node) + sizeof(s->spaces[0].used_by) + 4];

	for (uint32_t i = 0; i < s->n_spaces && i < SPACES_MAX; i++) {
		const struct space *sp = &s->spaces[i];

		if (sp->self || !sp->used_by[0])
			continue;
		if (sp->node[0])
			snprintf(arg, sizeof(arg), "%s: %s", sp->node,
				 sp->used_by);
		else
			snprintf(arg, sizeof(arg), "%" PRIu32 ": %s", sp->nsid,
				 sp->used_by);
		reasons_add(refusals, REASON_SPACE_IN_USE, arg);
	}
}

void
guard_check(const struct drive *d, const struct request *rq,
	    struct reasons *refusals)
{
	check_uses(d, refusals);
	check_nature(d, rq, refusals);
}
