/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which bytes were left out?  Ascending ranges that never touch each other, in
 * fixed room; what does not fit is counted as lost, never forgotten.
 */
#include "massho.h"

#include <string.h>

/* Index of the first range that ends at or after `at`. */
static uint32_t
find(const struct ranges *rs, uint64_t at)
{
	uint32_t lo = 0, hi = rs->n, mid;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (rs->r[mid].at + rs->r[mid].len < at)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static void
insert(struct ranges *rs, uint32_t i, uint64_t at, uint64_t len)
{
	if (rs->n == RANGES_MAX) {
		rs->lost += len;
		rs->total += len;
		return;
	}
	memmove(&rs->r[i + 1], &rs->r[i], (rs->n - i) * sizeof(rs->r[0]));
	rs->r[i] = (struct range){ at, len };
	rs->n++;
	rs->total += len;
}

void
ranges_add(struct ranges *rs, uint64_t at, uint64_t len)
{
	uint32_t first = find(rs, at), last = first;
	uint64_t end, held = 0;

	if (!len)
		return;
	if (len > UINT64_MAX - at)
		len = UINT64_MAX - at;
	end = at + len;
	for (; last < rs->n && rs->r[last].at <= end; last++) {
		held += rs->r[last].len;
		if (rs->r[last].at < at)
			at = rs->r[last].at;
		if (rs->r[last].at + rs->r[last].len > end)
			end = rs->r[last].at + rs->r[last].len;
	}
	if (last == first) {
		insert(rs, first, at, len);
		return;
	}
	rs->r[first] = (struct range){ at, end - at };
	rs->total += end - at - held;
	memmove(&rs->r[first + 1], &rs->r[last],
		(rs->n - last) * sizeof(rs->r[0]));
	rs->n -= last - first - 1;
}

uint64_t
ranges_overlap(const struct ranges *rs, uint64_t at, uint64_t len)
{
	uint64_t end = at + len, from, to, sum = 0;
	uint32_t i;

	for (i = find(rs, at); i < rs->n && rs->r[i].at < end; i++) {
		from = rs->r[i].at > at ? rs->r[i].at : at;
		to = rs->r[i].at + rs->r[i].len;
		if (to > end)
			to = end;
		if (to > from)
			sum += to - from;
	}
	return sum;
}
