/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which parts of a drive are read when not all of it is, and what does that
 * prove?  PURE.  After NIST SP 800-88 Rev. 1, section 4.7: two unpredictable,
 * non-overlapping windows in each of at least 1,000 equal sections, the first
 * and last of the drive, and here also every spot where old metadata was.
 *
 * docs/FORMATS.md ("Sampling") is the contract: another tool must find the
 * same windows from the same salt.
 */
#include "engine.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define PPM		1000000U
#define WINDOW_MIN	(1U << 20)	/* of more than the least sections */
#define EDGE		(1U << 20)	/* read at both ends of the drive */
#define BEFORE		(64U << 10)	/* a spot: backups of a table ... */
#define AFTER		(128U << 10)	/* ... and super blocks behind it */

/* ---- what to read ------------------------------------------------------ */

/* A list that grows; offsets and lengths in logical blocks. */
struct list {
	struct sample *s;
	uint64_t size;		/* of the drive */
	uint32_t lblock;
	size_t room;
};

static void
put(struct list *l, uint64_t at, uint64_t n)
{
	if (n && l->s->n < l->room)
		l->s->r[l->s->n++] = (struct range){ at * l->lblock,
						     n * l->lblock };
}

/* Within its section a window goes on at the start when it meets the end: so
 * each block of the section is as likely as any other. */
static void
put_window(struct list *l, uint64_t from, uint64_t len, uint64_t start,
	   uint64_t n)
{
	uint64_t first = n < len - start ? n : len - start;

	put(l, from + start, first);
	put(l, from, n - first);
}

static int
put_sections(struct list *l, const uint8_t *salt)
{
	uint64_t len = l->s->section_len / l->lblock, i, a, b;
	uint64_t n = l->s->window_len / l->lblock;
	struct dice *dice = NULL;
	int err = len ? dice_open(salt, &dice) : -EINVAL;

	if (err)
		return err;
	for (i = 0; !err && i < l->s->sections; i++) {
		err = dice_roll(dice, len, &a);
		if (!err)
			err = dice_roll(dice, len - 2 * n + 1, &b);
		if (err)
			break;
		put_window(l, i * len, len, a, n);
		put_window(l, i * len, len, (a + n + b) % len, n);
		put(l, i * len, 1);
		put(l, (i + 1) * len - 1, 1);
	}
	dice_close(&dice);
	return err;
}

static void
put_spot(struct list *l, uint64_t at)
{
	uint64_t from, to;

	if (at > l->size)
		return;
	from = at > BEFORE ? at - BEFORE : 0;
	to = l->size - at > AFTER ? at + AFTER : l->size;
	from /= l->lblock;
	to = to / l->lblock + (to % l->lblock != 0);
	put(l, from, to - from);
}

static int
by_start(const void *a, const void *b)
{
	const struct range *x = a, *y = b;

	return x->at < y->at ? -1 : x->at > y->at;
}

size_t
sample_merge(struct range *r, size_t n)
{
	size_t i, last = 0;
	uint64_t end;

	if (!n)
		return 0;
	qsort(r, n, sizeof(r[0]), by_start);
	for (i = 1; i < n; i++) {
		end = r[last].at + r[last].len;
		if (r[i].at > end)
			r[++last] = r[i];
		else if (r[i].at + r[i].len > end)
			r[last].len = r[i].at + r[i].len - r[last].at;
	}
	return last + 1;
}

/* False: too small, or so large a share, that all of it is read. */
static bool
divide(uint64_t size, uint32_t lblock, uint32_t ppm, struct sample *out)
{
	uint64_t share = size / PPM * ppm + size % PPM * ppm / PPM;
	uint64_t n = share / (2 * WINDOW_MIN), len, window;

	if (n < SAMPLE_SECTIONS_MIN)
		n = SAMPLE_SECTIONS_MIN;
	if (n > SAMPLE_SECTIONS_MAX)
		n = SAMPLE_SECTIONS_MAX;
	len = size / lblock / n;
	window = len / (2 * PPM) * ppm +
		 (len % (2 * PPM) * ppm + 2 * PPM - 1) / (2 * PPM);
	if (2 * window >= len)
		return false;
	out->sections = n;
	out->section_len = len * lblock;
	out->samples = 2 * n;
	out->window_len = window * lblock;
	return true;
}

static int
fill(struct list *l, const uint8_t *salt, const struct range *spots,
     size_t n_spots)
{
	uint64_t blocks = l->size / l->lblock, edge = EDGE / l->lblock;
	uint64_t done = l->s->section_len / l->lblock * l->s->sections;
	size_t i;

	if (!l->s->sections) {
		put(l, 0, blocks);
		return 0;
	}
	if (edge > blocks)
		edge = blocks;
	put(l, 0, edge);
	put(l, blocks - edge, edge);
	put(l, done, blocks - done);
	for (i = 0; i < n_spots; i++) {
		put_spot(l, spots[i].at);
		put_spot(l, spots[i].at + spots[i].len);
	}
	return put_sections(l, salt);
}

int
sample_make(uint64_t size, uint32_t lblock, uint32_t share_ppm,
	    const uint8_t salt[DIGEST_LEN], const struct range *spots,
	    size_t n_spots, struct sample *out)
{
	struct list l = { .s = out, .size = size, .lblock = lblock };
	int err;

	memset(out, 0, sizeof(*out));
	if (!lblock || !size || size % lblock || !share_ppm || share_ppm > PPM)
		return -EINVAL;
	divide(size, lblock, share_ppm, out);
	l.room = 4 + 2 * n_spots + 6 * (size_t)out->sections;
	out->r = calloc(l.room, sizeof(out->r[0]));
	if (!out->r)
		return -ENOMEM;
	err = fill(&l, salt, spots, n_spots);
	if (err)
		sample_free(out);
	else
		out->n = sample_merge(out->r, out->n);
	return err;
}

void
sample_free(struct sample *s)
{
	free(s->r);
	memset(s, 0, sizeof(*s));
}

uint64_t
sample_claim_ppb(uint64_t n, uint32_t conf_ppm)
{
	if (!n || conf_ppm >= PPM)
		return 1000000000U;	/* nothing can be claimed */
	return (uint64_t)ceil(-expm1(log1p(-(conf_ppm / 1e6)) / (double)n) *
			      1e9);
}
