/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where do marks lie, and of which blocks are pre-images taken?  PURE.
 * docs/FORMATS.md ("Marks") is the contract.
 */
#include "marks.h"
#include "util.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define END_BLOCKS	8	/* pre-images at both ends of the drive */

/* From the start and before the end of a spot: boot sectors, super blocks and
 * their backups. */
static const uint32_t near[] = { 0, 1024, 4096, 65536 };

struct plot {
	struct places *out;
	uint64_t blocks;
	uint32_t lblock;
	uint64_t sections;
};

static void
put_as(struct plot *l, uint64_t block, enum place_kind kind, bool drawn)
{
	if (block < l->blocks && l->out->n < l->out->room)
		l->out->p[l->out->n++] = (struct place){
			.at = block * l->lblock, .kind = (uint8_t)kind,
			.drawn = drawn,
		};
}

static void
put(struct plot *l, uint64_t block, enum place_kind kind)
{
	put_as(l, block, kind, false);
}

/* Block where section i starts; sections differ by at most one block. */
static uint64_t
start_of(const struct plot *l, uint64_t i)
{
	return i * (l->blocks / l->sections) +
	       i * (l->blocks % l->sections) / l->sections;
}

/* Two different blocks of section i. */
static int
draw(struct plot *l, struct dice *dice, uint64_t i, uint64_t *a, uint64_t *b)
{
	uint64_t from = start_of(l, i), len = start_of(l, i + 1) - from;
	int err = dice_roll(dice, len, a);

	if (!err)
		err = dice_roll(dice, len - 1, b);
	if (err)
		return err;
	*b = from + (*a + 1 + *b) % len;
	*a += from;
	return 0;
}

static int
put_sections(struct plot *l, const uint8_t seed[DIGEST_LEN])
{
	struct dice *dice = NULL;
	uint64_t i, a, b;
	int err = dice_open(seed, &dice);

	for (i = 0; !err && i < l->sections; i++) {
		err = draw(l, dice, i, &a, &b);
		if (err)
			break;
		put_as(l, a, PLACE_MARK, true);
		put_as(l, b, PLACE_PREIMAGE, true);
	}
	dice_close(&dice);
	return err;
}

/* What is not on the drive is left out by put(). */
static void
put_spot(struct plot *l, uint64_t from, uint64_t to)
{
	uint64_t first = from / l->lblock;
	size_t i;

	if (first)
		put(l, first - 1, PLACE_PREIMAGE);
	put(l, first + 1, PLACE_PREIMAGE);
	put(l, to / l->lblock, PLACE_PREIMAGE);
	for (i = 0; i < ARRAY_SIZE(near); i++) {
		put(l, (from + near[i]) / l->lblock, PLACE_PREIMAGE);
		if (to > near[i])
			put(l, (to - near[i] - 1) / l->lblock, PLACE_PREIMAGE);
	}
}

static void
put_ends(struct plot *l)
{
	uint64_t i;

	for (i = 0; i < END_BLOCKS && i < l->blocks; i++) {
		put(l, i, PLACE_PREIMAGE);
		put(l, l->blocks - 1 - i, PLACE_PREIMAGE);
	}
	put_spot(l, 0, l->blocks * l->lblock);
}

static int
by_place(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	if (x->kind != y->kind)
		return (int)y->kind - (int)x->kind;
	return (int)y->drawn - (int)x->drawn;
}

static void
sort(struct places *p)
{
	size_t i, n = 0;

	if (p->n)
		qsort(p->p, p->n, sizeof(p->p[0]), by_place);
	for (i = 0; i < p->n; i++)
		if (!n || p->p[n - 1].at != p->p[i].at)
			p->p[n++] = p->p[i];
	p->n = n;
}

static int
open_plot(struct plot *l, uint64_t size, uint32_t lblock, struct places *out)
{
	if (!lblock || !size || size % lblock)
		return -EINVAL;
	l->out = out;
	l->lblock = lblock;
	l->blocks = size / lblock;
	l->sections = l->blocks / 2 < MARK_SECTIONS ? l->blocks / 2 :
						      MARK_SECTIONS;
	return 0;
}

int
places_before(const uint8_t key[KEY_LEN], uint32_t nsid, uint64_t size,
	      uint32_t lblock, const struct range *spots, size_t n_spots,
	      struct places *out)
{
	struct plot l;
	uint8_t seed[DIGEST_LEN];
	size_t i;
	int err;

	memset(out, 0, sizeof(*out));
	err = open_plot(&l, size, lblock, out);
	if (!err)
		err = mark_derive(key, "massho mark places", nsid, seed);
	if (!err) {
		out->room = 2 * l.sections + 2 * END_BLOCKS +
			    (n_spots + 1) * (3 + 2 * ARRAY_SIZE(near));
		out->p = calloc(out->room, sizeof(out->p[0]));
		err = out->p ? 0 : -ENOMEM;
	}
	if (!err && l.sections)
		err = put_sections(&l, seed);
	if (err) {
		places_free(out);
		return err;
	}
	out->sections = l.sections;
	put_ends(&l);
	for (i = 0; i < n_spots; i++)
		put_spot(&l, spots[i].at, spots[i].at + spots[i].len);
	sort(out);
	return 0;
}

void
places_free(struct places *p)
{
	free(p->p);
	memset(p, 0, sizeof(*p));
}

struct place *
places_find(const struct places *p, uint64_t at)
{
	size_t from = 0, to = p->n, mid;

	while (from < to) {
		mid = from + (to - from) / 2;
		if (p->p[mid].at == at)
			return &p->p[mid];
		if (p->p[mid].at < at)
			from = mid + 1;
		else
			to = mid;
	}
	return NULL;
}

int
places_ranges(const struct places *p, uint32_t lblock,
	      bool (*want)(const struct place *), struct range **out,
	      size_t *n)
{
	struct range *r = calloc(p->n ? p->n : 1, sizeof(*r));
	size_t i;

	*out = r;
	*n = 0;
	if (!r)
		return -ENOMEM;
	for (i = 0; i < p->n; i++) {
		if (!want(&p->p[i]))
			continue;
		if (*n && r[*n - 1].at + r[*n - 1].len == p->p[i].at)
			r[*n - 1].len += lblock;
		else
			r[(*n)++] = (struct range){ p->p[i].at, lblock };
	}
	return 0;
}
