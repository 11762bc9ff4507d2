/* SPDX-License-Identifier: Apache-2.0 */
/* A set of blocks is exact, whatever is added and taken, in little room. */
#undef NDEBUG
#include "../src/engine.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define BLOCK	512U
#define BLOCKS	700U

/* ---- against a map of flags -------------------------------------------- */

static struct blockmap m;
static bool flags[BLOCKS];

static void
set(unsigned at, unsigned n, bool on)
{
	while (n--)
		flags[at + n] = on;
}

static void
agree(void)
{
	struct range r, last = { 0, 0 };
	uint64_t total = 0;
	bool seen[BLOCKS] = { false };
	size_t i = 0;
	unsigned b;

	while (blockmap_next(&m, &i, &r)) {
		/* ascending, and apart */
		assert_true(!last.len || r.at > last.at + last.len);
		for (b = 0; b < r.len / BLOCK; b++)
			seen[r.at / BLOCK + b] = true;
		last = r;
	}
	assert_memory_equal(seen, flags, sizeof(flags));
	for (b = 0; b < BLOCKS; b++) {
		total += flags[b] ? BLOCK : 0;
		assert_int_equal(blockmap_overlap(&m, b * BLOCK, BLOCK),
				 flags[b] ? BLOCK : 0);
	}
	assert_int_equal(m.total, total);
	assert_int_equal(blockmap_overlap(&m, 0, BLOCKS * BLOCK), total);
}

/* What should be taken, found by looking at every flag. */
static void
take(unsigned at, unsigned n, bool back, unsigned max)
{
	struct range within = { at * BLOCK, n * BLOCK }, got;
	unsigned lo = at, hi = at + n, len = 1;
	int err = blockmap_take(&m, &within, back, max * BLOCK, &got);

	while (!back && lo < hi && !flags[lo])
		lo++;
	while (back && lo < hi && !flags[hi - 1])
		hi--;
	if (lo == hi) {
		assert_int_equal(err, 0);
		return;
	}
	if (!back)
		while (lo + len < hi && flags[lo + len] && (lo + len) % max)
			len++;
	else
		while (hi - len > lo && flags[hi - len - 1] &&
		       (hi - len) % max)
			len++;
	assert_int_equal(err, 1);
	assert_int_equal(got.at, (back ? hi - len : lo) * BLOCK);
	assert_int_equal(got.len, len * BLOCK);
	set((unsigned)(got.at / BLOCK), len, false);
}

static void
test_against_flags(void **state)
{
	unsigned turn, at, n;

	(void)state;
	srandom(7);
	blockmap_init(&m, BLOCK);
	for (turn = 0; turn < 4000; turn++) {
		at = (unsigned)random() % BLOCKS;
		n = (unsigned)random() % 40 % (BLOCKS - at) + 1;
		switch (random() % 4) {
		case 0:
			assert_int_equal(blockmap_remove(&m, at * BLOCK,
							 n * BLOCK), 0);
			set(at, n, false);
			break;
		case 1:
			take(at, BLOCKS - at, random() % 2,
			     (unsigned)random() % 20 + 1);
			break;
		default:
			n = n > 6 ? n % 6 + 1 : n;
			assert_int_equal(blockmap_add(&m, at * BLOCK,
						      n * BLOCK), 0);
			set(at, n, true);
		}
		agree();
	}
	blockmap_free(&m);
	assert_int_equal(m.n + m.total, 0);
}

/* ---- large drives ------------------------------------------------------- */

/* Longer than one word can say; pieces of it still end at multiples. */
static void
test_a_large_drive(void **state)
{
	const uint64_t size = 16ULL << 40;
	const struct range all = { 0, size };
	struct range r;
	size_t i = 0;

	(void)state;
	blockmap_init(&m, BLOCK);
	assert_int_equal(blockmap_add(&m, 0, size), 0);
	assert_int_equal(m.total, size);
	assert_true(blockmap_next(&m, &i, &r));
	assert_int_equal(r.len, size);
	assert_false(blockmap_next(&m, &i, &r));
	assert_int_equal(blockmap_take(&m, &all, true, 1 << 20, &r), 1);
	assert_int_equal(r.at, size - (1 << 20));
	assert_int_equal(blockmap_take(&m, &all, false, 1 << 20, &r), 1);
	assert_int_equal(r.len, 1 << 20);
	assert_int_equal(blockmap_add(&m, 0, 1 << 20), 0);
	assert_int_equal(blockmap_add(&m, size - (1 << 20), 1 << 20), 0);
	assert_int_equal(m.total, size);
	assert_int_equal(blockmap_overlap(&m, size / 2 - 512, 1024), 1024);
	assert_int_equal(blockmap_remove(&m, 0, size), 0);
	assert_int_equal(m.n, 0);
	blockmap_free(&m);
}

static void
test_what_it_refuses(void **state)
{
	struct range r, all = { 0, 4096 };

	(void)state;
	blockmap_init(&m, BLOCK);
	assert_int_equal(blockmap_add(&m, 1, 512), -EINVAL);
	assert_int_equal(blockmap_add(&m, 512, 100), -EINVAL);
	assert_int_equal(blockmap_remove(&m, 512, 100), -EINVAL);
	assert_int_equal(blockmap_add(&m, UINT64_MAX - 1023, 512), -EFBIG);
	assert_int_equal(blockmap_add(&m, 0, 0), 0);
	assert_int_equal(m.n, 0);
	assert_int_equal(blockmap_add(&m, 0, 4096), 0);
	assert_int_equal(blockmap_take(&m, &all, false, 100, &r), -EINVAL);
	assert_int_equal(m.total, 4096);
	blockmap_free(&m);
}

/* ---- a million bad sectors ---------------------------------------------- */

#define MANY	1000000U

static void
test_a_million(void **state)
{
	const struct range all = { 0, 4ULL * MANY * BLOCK };
	struct range r;
	size_t i, most = 0;

	(void)state;
	blockmap_init(&m, BLOCK);
	for (i = 0; i < MANY; i++)
		assert_int_equal(blockmap_add(&m, i * 4 * BLOCK, BLOCK), 0);
	assert_int_equal(m.n, MANY);
	assert_int_equal(m.total, (uint64_t)MANY * BLOCK);
	assert_in_range(m.room * sizeof(*m.e), 0, 13 << 20);
	/* room is given back as it empties */
	for (i = 0; blockmap_take(&m, &all, false, BLOCK, &r) == 1; i++)
		if (m.n < MANY / 16 && m.room > most)
			most = m.room;
	assert_int_equal(i, MANY);
	assert_in_range(most, 1, MANY / 4);
	blockmap_free(&m);
}

static void
test_there_is_an_end(void **state)
{
	size_t i;
	int err = 0;

	(void)state;
	blockmap_init(&m, BLOCK);
	for (i = 0; !err && i < 3ULL * ENGINE_PLACES_MAX; i++)
		err = blockmap_add(&m, i * 2 * BLOCK, BLOCK);
	assert_int_equal(err, -E2BIG);
	assert_int_equal(m.n, BLOCKMAP_MAX);
	assert_int_equal(m.total, (uint64_t)BLOCKMAP_MAX * BLOCK);
	blockmap_free(&m);
}

/* ---- what goes on record ------------------------------------------------ */

/* The longest are kept, of those as long the first; the rest is counted. */
static void
test_the_longest_go_on_record(void **state)
{
	static struct ranges rs;
	uint64_t total = 0, kept = 0, at;
	unsigned i, n = 3 * RANGES_MAX, len;

	(void)state;
	blockmap_init(&m, BLOCK);
	for (i = 0; i < n; i++) {
		len = i * 7919 % n / 2 + 1;	/* each length twice */
		at = i * 2ULL * n * BLOCK;
		assert_int_equal(blockmap_add(&m, at, len * BLOCK), 0);
		total += len * BLOCK;
	}
	blockmap_ranges(&m, &rs);
	assert_int_equal(rs.n, RANGES_MAX);
	assert_int_equal(rs.total, total);
	for (i = 0; i < rs.n; i++) {
		assert_true(rs.r[i].len / BLOCK > n / 2 - RANGES_MAX / 2);
		assert_true(!i || rs.r[i].at > rs.r[i - 1].at);
		assert_int_equal(blockmap_overlap(&m, rs.r[i].at,
						  rs.r[i].len), rs.r[i].len);
		kept += rs.r[i].len;
	}
	assert_int_equal(rs.lost, total - kept);
	assert_int_equal(blockmap_load(&m, &rs), 0);
	assert_int_equal(m.total, kept);
	blockmap_free(&m);
	blockmap_ranges(&m, &rs);
	assert_int_equal(rs.n + rs.total + rs.lost, 0);
}

static void
test_of_those_as_long_the_first(void **state)
{
	static struct ranges rs;
	unsigned i;

	(void)state;
	blockmap_init(&m, BLOCK);
	for (i = 0; i < RANGES_MAX + 100; i++)
		assert_int_equal(blockmap_add(&m, i * 2 * BLOCK, BLOCK), 0);
	blockmap_ranges(&m, &rs);
	for (i = 0; i < RANGES_MAX; i++)
		assert_int_equal(rs.r[i].at, i * 2 * BLOCK);
	assert_int_equal(rs.lost, 100 * BLOCK);
	blockmap_free(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_against_flags),
		cmocka_unit_test(test_a_large_drive),
		cmocka_unit_test(test_what_it_refuses),
		cmocka_unit_test(test_a_million),
		cmocka_unit_test(test_there_is_an_end),
		cmocka_unit_test(test_the_longest_go_on_record),
		cmocka_unit_test(test_of_those_as_long_the_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
