/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A region of the drive takes long: where to go on meanwhile?  PURE.
 *
 * Forward through what nobody has had trouble with; what begins at trouble is
 * halved, so that its far half is read forward as well, until halves are small;
 * these are taken from their good end backward, and what has trouble at both
 * ends comes last.  So a drive with one bad region is done from both ends.
 */
#include "stream.h"

#include <string.h>

#define HALVED_MIN	(64ULL << 20)	/* a seek is cheaper than that much */

static uint64_t
end_of(const struct range *r)
{
	return r->at + r->len;
}

void
leap_begin(struct leap *l, uint64_t size)
{
	memset(l, 0, sizeof(*l));
	l->s[0].r.len = size;
	l->n = size != 0;
}

static unsigned
first_good(const struct leap *l, bool back)
{
	unsigned i;

	if (l->now < l->n && !(back ? l->s[l->now].bad_hi :
			       l->s[l->now].bad_lo))
		return l->now;
	for (i = 0; i < l->n; i++)
		if (!(back ? l->s[i].bad_hi : l->s[i].bad_lo))
			break;
	return i;
}

/* Halves the largest; its far half is good at its beginning.  False: none is
 * worth it. */
static bool
halve(struct leap *l)
{
	unsigned i, most = 0;
	struct span far;

	for (i = 1; i < l->n; i++)
		if (l->s[i].r.len > l->s[most].r.len)
			most = i;
	if (l->n == LEAP_SPANS || l->s[most].r.len < 2 * HALVED_MIN)
		return false;
	far = l->s[most];
	far.r.len = l->s[most].r.len / 2;
	far.r.len -= far.r.len % HALVED_MIN;
	far.r.at = end_of(&l->s[most].r) - far.r.len;
	far.bad_lo = false;
	l->s[most].r.len -= far.r.len;
	l->s[most].bad_hi = false;
	memmove(&l->s[most + 2], &l->s[most + 1],
		(l->n - most - 1) * sizeof(l->s[0]));
	l->s[most + 1] = far;
	l->n++;
	l->now = most + 1;
	return true;
}

bool
leap_next(struct leap *l, struct range *within, bool *back)
{
	unsigned i = first_good(l, false);

	*back = false;
	if (!l->n)
		return false;
	if (i == l->n && halve(l))
		i = l->now;
	if (i == l->n) {
		i = first_good(l, true);
		*back = i < l->n;
	}
	l->now = i < l->n ? i : 0;
	*within = l->s[l->now].r;
	return true;
}

void
leap_took(struct leap *l, const struct range *piece, bool back)
{
	struct range *r = &l->s[l->now].r;

	if (!piece->len) {
		r->len = 0;
	} else if (back) {
		r->len = piece->at - r->at;
	} else {
		r->len = end_of(r) - end_of(piece);
		r->at = end_of(piece);
	}
	if (r->len)
		return;
	l->n--;
	memmove(&l->s[l->now], &l->s[l->now + 1],
		(l->n - l->now) * sizeof(l->s[0]));
}

void
leap_away(struct leap *l, uint64_t at, uint64_t end, uint64_t reach)
{
	struct span *s;

	for (s = l->s; s < l->s + l->n; s++) {
		if (s->r.at >= at && s->r.at - at <= reach)
			s->bad_lo = true;
		if (end_of(&s->r) <= end && end - end_of(&s->r) <= reach)
			s->bad_hi = true;
	}
}
