/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ranges hold exactly the bytes that were added, however they were added, and
 * say how many they could not hold.
 */
#include "../src/massho.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define BYTES 600

/* The same by a map of bytes. */
static void
agree(const struct ranges *rs, const bool *map)
{
	uint64_t at, total = 0, prev_end = 0;
	uint32_t i;

	for (at = 0; at < BYTES; at++) {
		total += map[at];
		assert_int_equal(ranges_overlap(rs, at, 1), map[at]);
	}
	assert_int_equal(rs->total, total);
	assert_int_equal(rs->lost, 0);
	assert_int_equal(ranges_overlap(rs, 0, BYTES), total);
	for (i = 0; i < rs->n; i++) {
		assert_true(rs->r[i].len > 0);
		/* a gap, else they would be one range */
		assert_true(!i || rs->r[i].at > prev_end);
		prev_end = rs->r[i].at + rs->r[i].len;
	}
}

static void
test_against_a_map(void **state)
{
	uint32_t seed = 1, round, n;

	(void)state;
	for (round = 0; round < 60; round++) {
		struct ranges rs = { 0 };
		bool map[BYTES] = { false };

		for (n = 0; n < 25; n++) {
			uint64_t at, len;

			seed = seed * 1664525 + 1013904223;
			at = (seed >> 8) % BYTES;
			len = (seed >> 20) % (round % 2 ? 40 : 4);
			if (len > BYTES - at)
				len = BYTES - at;
			ranges_add(&rs, at, len);
			memset(map + at, true, len);
			agree(&rs, map);
		}
	}
}

static void
test_neighbours_become_one(void **state)
{
	struct ranges rs = { 0 };

	(void)state;
	ranges_add(&rs, 1024, 512);
	ranges_add(&rs, 0, 512);
	assert_int_equal(rs.n, 2);
	ranges_add(&rs, 512, 512);
	assert_int_equal(rs.n, 1);
	assert_int_equal(rs.r[0].at, 0);
	assert_int_equal(rs.r[0].len, 1536);
	ranges_add(&rs, 512, 512);
	assert_int_equal(rs.total, 1536);
}

static void
test_what_does_not_fit_is_counted(void **state)
{
	struct ranges rs = { 0 };
	uint64_t i;

	(void)state;
	for (i = 0; i < RANGES_MAX + 10; i++)
		ranges_add(&rs, i * 1024, 512);
	assert_int_equal(rs.n, RANGES_MAX);
	assert_int_equal(rs.lost, 10 * 512);
	assert_int_equal(rs.total, (RANGES_MAX + 10) * 512);
	ranges_add(&rs, 512, 512);	/* joins two: there is room again */
	assert_int_equal(rs.n, RANGES_MAX - 1);
	assert_int_equal(rs.total, (RANGES_MAX + 11) * 512);
}

static void
test_end_of_the_address_space(void **state)
{
	struct ranges rs = { 0 };

	(void)state;
	ranges_add(&rs, UINT64_MAX - 100, 512);
	assert_int_equal(rs.n, 1);
	assert_int_equal(rs.total, 100);
	ranges_add(&rs, 0, 0);
	assert_int_equal(rs.n, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_against_a_map),
		cmocka_unit_test(test_neighbours_become_one),
		cmocka_unit_test(test_what_does_not_fit_is_counted),
		cmocka_unit_test(test_end_of_the_address_space),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
