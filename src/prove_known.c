/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Is what is read now something that MARK knew, and what became of the places
 * that it knew?
 */
#include "prove.h"
#include "util.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int
known_open(struct known *k, struct search *q, size_t victim, uint32_t nsid,
	   uint32_t lblock)
{
	const struct kept *kept = q->kept;
	size_t i;
	int err = 0;

	*k = (struct known){ .q = q, .nsid = nsid, .lblock = lblock };
	for (i = 0; !err && i < kept->n && i < ARRAY_SIZE(k->t); i++) {
		const struct marks *m = kept->m[i];
		struct trace *t = &k->t[k->n];

		if (!m)
			continue;
		k->n++;
		t->places = victim < m->n ? &m->v[victim] : NULL;
		t->mac_key = m->mac_key;
		t->last = i == kept->last;
		if (m->laid)
			err = marker_open(m->key, nsid, lblock, &t->marker);
	}
	return err;
}

void
known_close(struct known *k)
{
	while (k->n)
		marker_close(&k->t[--k->n].marker);
}

/* ---- one block ----------------------------------------------------------- */

static void
survivor(struct known *k, uint64_t *count, uint64_t at)
{
	struct proof *p = &k->q->r->proof;

	if (!(p->marks_left + p->preimages_left) || at < p->first_left)
		p->first_left = at;
	++*count;
}

/* 1: a mark is left here, whole or damaged. */
static int
check_mark(struct known *k, const struct trace *t, uint64_t at,
	   const uint8_t *block, const struct place *place)
{
	struct proof *p = &k->q->r->proof;
	uint64_t of;
	uint32_t nsid;
	int found;

	if (!t->marker)
		return 0;
	found = marker_find(t->marker, block, &of, &nsid);
	if (found < 0)
		return found;
	if (found && (of != at || nsid != k->nsid))
		p->misplaced++;
	if (!found && !(place && place->kind == PLACE_MARK && place->held &&
			marker_resembles(t->marker, at, block)))
		return 0;
	survivor(k, &p->marks_left, at);
	return 1;
}

/* 1: what was here before is here. */
static int
check_preimage(struct known *k, const struct trace *t, uint64_t at,
	       const uint8_t *block, const struct place *place)
{
	uint8_t mac[MAC_LEN];
	int err;

	if (!place || place->kind != PLACE_PREIMAGE || !place->held)
		return 0;
	err = mark_preimage(t->mac_key, k->nsid, at, block, k->lblock, mac);
	if (err || memcmp(mac, place->mac, MAC_LEN) != 0)
		return err;
	survivor(k, &k->q->r->proof.preimages_left, at);
	return 1;
}

/* A block counts once, whatever is known of it. */
int
known_check(struct known *k, uint64_t at, const uint8_t *block,
	    enum content_class c)
{
	bool left = false;
	size_t i;
	int found;

	for (i = 0; i < k->n; i++) {
		const struct trace *t = &k->t[i];
		const struct place *p = t->places ?
			places_find(t->places, at) : NULL;

		if (p && t->last && p->held && p->drawn) {
			k->places++;
			k->random += c == CLASS_RANDOM;
		}
		if (left)
			continue;
		found = check_mark(k, t, at, block, p);
		if (!found)
			found = check_preimage(k, t, at, block, p);
		if (found < 0)
			return found;
		left = found;
	}
	return 0;
}

/* ---- all of them --------------------------------------------------------- */

static bool
any(const struct place *p)
{
	(void)p;
	return true;
}

int
known_ranges(const struct known *k, struct range **out, size_t *n)
{
	struct range *all = NULL, *some, *more;
	size_t n_all = 0, n_some, i;
	int err = 0;

	for (i = 0; !err && i < k->n; i++) {
		if (!k->t[i].places)
			continue;
		err = places_ranges(k->t[i].places, k->lblock, any, &some,
				    &n_some);
		more = err ? NULL : realloc(all, (n_all + n_some + 1) *
					    sizeof(*all));
		if (more) {
			all = more;
			memcpy(all + n_all, some, n_some * sizeof(*all));
			n_all += n_some;
		} else if (!err) {
			err = -ENOMEM;
		}
		free(some);
	}
	if (err) {
		free(all);
		return err;
	}
	*out = all;
	*n = all ? sample_merge(all, n_all) : 0;
	return 0;
}

/*
 * A new key makes random what was written, wherever it lies.  Where not one of
 * the places that had something to change has become random, those that are
 * were not treated as they were.
 */
void
known_end(struct known *k, uint64_t n_random)
{
	struct search *q = k->q;
	struct proof *p = &q->r->proof;

	if (!q->n_victims++ || k->places < p->places)
		p->places = k->places;
	p->places_random += k->random;
	if (!n_random || !k->places || k->random)
		return;
	if (!q->odd || CLASS_RANDOM < q->odd_class)
		q->odd_class = CLASS_RANDOM;
	q->odd += n_random;
}
