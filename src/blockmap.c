/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which blocks, exactly, in little room?  Eight bytes for each range, so that a
 * drive with a million bad sectors costs as many bytes as a few requests.
 *
 * A range is one word, its first block above its length in blocks.  Ascending
 * and apart; one that is longer than a word can say is several that touch.
 */
#include "engine.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define LEN_BITS	24
#define LEN_MASK	((1ULL << LEN_BITS) - 1)
#define LEN_MAX		(1ULL << (LEN_BITS - 1))	/* whole requests fit */
#define START_MAX	((1ULL << (64 - LEN_BITS)) - 1)
#define ROOM_MIN	64

static uint64_t
smaller(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t
larger(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

static uint64_t
start_of(const struct blockmap *m, size_t i)
{
	return m->e[m->first + i] >> LEN_BITS;
}

static uint64_t
end_of(const struct blockmap *m, size_t i)
{
	return start_of(m, i) + (m->e[m->first + i] & LEN_MASK);
}

static void
put(struct blockmap *m, size_t i, uint64_t start, uint64_t end)
{
	m->e[m->first + i] = start << LEN_BITS | (end - start);
}

/* Index of the first range that ends at or after a block. */
static size_t
find(const struct blockmap *m, uint64_t block)
{
	size_t lo = 0, hi = m->n, mid;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (end_of(m, mid) < block)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

void
blockmap_init(struct blockmap *m, uint32_t block)
{
	*m = (struct blockmap){ .block = block };
}

void
blockmap_free(struct blockmap *m)
{
	free(m->e);
	m->e = NULL;
	m->first = m->n = m->room = 0;
	m->total = 0;
}

static int
make_room(struct blockmap *m, size_t more)
{
	size_t room = m->room ? m->room : ROOM_MIN;
	uint64_t *e;

	if (m->n + more > BLOCKMAP_MAX)
		return -E2BIG;
	if (m->first + m->n + more <= m->room)
		return 0;
	if (m->first) {
		memmove(m->e, m->e + m->first, m->n * sizeof(*m->e));
		m->first = 0;
	}
	while (room < m->n + more)
		room += room / 2;
	if (room == m->room)
		return 0;
	e = reallocarray(m->e, room, sizeof(*e));
	if (!e)
		return -ENOMEM;
	m->e = e;
	m->room = room;
	return 0;
}

/* Gives back what was taken from the front, when that is most of it. */
static void
shrink(struct blockmap *m)
{
	size_t room = m->n + m->n / 2 + ROOM_MIN;
	uint64_t *e;

	if (m->first < m->room / 2 || m->room < 4 * ROOM_MIN)
		return;
	memmove(m->e, m->e + m->first, m->n * sizeof(*m->e));
	m->first = 0;
	e = reallocarray(m->e, room, sizeof(*e));
	if (!e)
		return;		/* too large is not wrong */
	m->e = e;
	m->room = room;
}

/* Makes `now` ranges of the `was` at i. */
static int
splice(struct blockmap *m, size_t i, size_t was, size_t now)
{
	uint64_t *at;
	int err = now > was ? make_room(m, now - was) : 0;

	if (err)
		return err;
	if (!i && was >= now) {		/* taken from the front, mostly */
		m->first += was - now;
	} else {
		at = m->e + m->first + i;
		memmove(at + now, at + was,
			(m->n - i - was) * sizeof(*m->e));
	}
	m->n = m->n - was + now;
	shrink(m);
	return 0;
}

int
blockmap_add(struct blockmap *m, uint64_t at, uint64_t len)
{
	uint64_t start = at / m->block, end = start + len / m->block, held = 0;
	size_t i, to, k, n;
	int err;

	if (at % m->block || len % m->block || len > UINT64_MAX - at)
		return -EINVAL;
	if (end > START_MAX)
		return -EFBIG;
	if (!len)
		return 0;
	i = to = find(m, start);
	for (; to < m->n && start_of(m, to) <= end; to++) {
		held += end_of(m, to) - start_of(m, to);
		if (start_of(m, to) < start)
			start = start_of(m, to);
		if (end_of(m, to) > end)
			end = end_of(m, to);
	}
	n = (size_t)((end - start + LEN_MAX - 1) / LEN_MAX);
	err = splice(m, i, to - i, n);
	for (k = 0; !err && k < n; k++, start += LEN_MAX) {
		put(m, i + k, start, end - start > LEN_MAX ? start + LEN_MAX :
		    end);
		m->total += (end_of(m, i + k) - start_of(m, i + k)) * m->block;
	}
	m->total -= err ? 0 : held * m->block;
	return err;
}

/* Takes [start, end) out of the range at i, which holds it. */
static int
cut(struct blockmap *m, size_t i, uint64_t start, uint64_t end)
{
	uint64_t s = start_of(m, i), e = end_of(m, i);
	int err = 0;

	if (s == start && e == end) {
		err = splice(m, i, 1, 0);
	} else if (s == start) {
		put(m, i, end, e);
	} else if (e == end) {
		put(m, i, s, start);
	} else {
		err = splice(m, i, 1, 2);
		if (err)
			return err;
		put(m, i, s, start);
		put(m, i + 1, end, e);
	}
	m->total -= err ? 0 : (end - start) * m->block;
	return err;
}

int
blockmap_remove(struct blockmap *m, uint64_t at, uint64_t len)
{
	uint64_t start = at / m->block, end = start + len / m->block;
	size_t i;
	int err = 0;

	if (at % m->block || len % m->block || len > UINT64_MAX - at)
		return -EINVAL;
	while (!err) {
		i = find(m, start + 1);
		if (i == m->n || start_of(m, i) >= end)
			break;
		err = cut(m, i, larger(start_of(m, i), start),
			  smaller(end_of(m, i), end));
	}
	return err;
}

int
blockmap_take(struct blockmap *m, const struct range *within, bool back,
	      uint32_t max, struct range *out)
{
	uint64_t lo = within->at / m->block, n = max / m->block, s, e;
	uint64_t hi = lo + within->len / m->block;
	size_t i = back ? find(m, hi) : find(m, lo + 1);
	int err;

	*out = (struct range){ 0, 0 };
	/* going back, the one found is often the next after it */
	if (back && i && (i == m->n || start_of(m, i) >= hi))
		i--;
	if (!n)
		return -EINVAL;
	if (i == m->n || start_of(m, i) >= hi || end_of(m, i) <= lo)
		return 0;
	s = larger(start_of(m, i), lo);
	e = smaller(end_of(m, i), hi);
	if (back)
		s = larger(s, (e - 1) / n * n);
	else
		e = smaller(e, s / n * n + n);
	err = cut(m, i, s, e);
	if (err)
		return err;
	*out = (struct range){ s * m->block, (e - s) * m->block };
	return 1;
}

bool
blockmap_next(const struct blockmap *m, size_t *i, struct range *out)
{
	uint64_t start, end;

	if (*i >= m->n)
		return false;
	start = start_of(m, *i);
	end = end_of(m, *i);
	while (++*i < m->n && start_of(m, *i) == end)
		end = end_of(m, *i);
	*out = (struct range){ start * m->block, (end - start) * m->block };
	return true;
}

uint64_t
blockmap_overlap(const struct blockmap *m, uint64_t at, uint64_t len)
{
	uint64_t end = at + len, from, to, sum = 0;
	size_t i;

	if (!m->n)
		return 0;
	for (i = find(m, at / m->block);
	     i < m->n && start_of(m, i) * m->block < end; i++) {
		from = larger(start_of(m, i) * m->block, at);
		to = smaller(end_of(m, i) * m->block, end);
		sum += to > from ? to - from : 0;
	}
	return sum;
}

int
blockmap_load(struct blockmap *m, const struct ranges *rs)
{
	uint32_t i;
	int err = 0;

	blockmap_free(m);
	for (i = 0; !err && i < rs->n; i++)
		err = blockmap_add(m, rs->r[i].at, rs->r[i].len);
	return err;
}

/* ---- what of it goes on record ------------------------------------------- */

static bool
goes_before(const struct range *a, const struct range *b)
{
	return a->len != b->len ? a->len > b->len : a->at < b->at;
}

/* The heap's top is the one that is the first to go. */
static void
sink(struct range *heap, uint32_t n, uint32_t i)
{
	uint32_t child;
	struct range held = heap[i];

	while ((child = 2 * i + 1) < n) {
		if (child + 1 < n && goes_before(&heap[child],
						 &heap[child + 1]))
			child++;
		if (goes_before(&heap[child], &held))
			break;
		heap[i] = heap[child];
		i = child;
	}
	heap[i] = held;
}

static int
lower_first(const void *a, const void *b)
{
	const struct range *x = a, *y = b;

	return x->at < y->at ? -1 : x->at > y->at;
}

void
blockmap_ranges(const struct blockmap *m, struct ranges *out)
{
	struct range one;
	size_t i = 0;
	uint32_t k;

	memset(out, 0, sizeof(*out));
	while (blockmap_next(m, &i, &one)) {
		out->total += one.len;
		if (out->n < RANGES_MAX) {
			out->r[out->n++] = one;
			for (k = out->n == RANGES_MAX ? RANGES_MAX / 2 : 0; k;
			     k--)
				sink(out->r, RANGES_MAX, k - 1);
		} else if (goes_before(&one, &out->r[0])) {
			out->lost += out->r[0].len;
			out->r[0] = one;
			sink(out->r, RANGES_MAX, 0);
		} else {
			out->lost += one.len;
		}
	}
	qsort(out->r, out->n, sizeof(*out->r), lower_first);
}
