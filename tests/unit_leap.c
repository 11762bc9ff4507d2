/* SPDX-License-Identifier: Apache-2.0 */
/* Everything is tried once; what lies beside trouble, after all the rest. */
#undef NDEBUG
#include "../src/stream.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../src/util.h"

#define MIB	(1ULL << 20)
#define PIECE	(4 * MIB)
#define PIECES	2048U		/* a drive of 8 GiB */
#define REACH	(4 * PIECE)

/* Where a drive takes long, in pieces. */
struct slow {
	unsigned at, n;
};

/* Takes every piece of a drive that takes long there; order[i]: which piece
 * came as the ith. */
static void
go_over(const struct slow *slow, size_t n_slow, unsigned order[PIECES])
{
	bool done[PIECES] = { false };
	unsigned i, n = 0;
	struct leap l;
	struct range within, piece;
	struct blockmap todo;
	bool back;

	blockmap_init(&todo, 512);
	assert_int_equal(blockmap_add(&todo, 0, PIECES * PIECE), 0);
	leap_begin(&l, PIECES * PIECE);
	while (leap_next(&l, &within, &back)) {
		assert_int_equal(blockmap_take(&todo, &within, back, PIECE,
					       &piece), 1);
		leap_took(&l, &piece, back);
		i = (unsigned)(piece.at / PIECE);
		assert_false(done[i]);
		done[i] = true;
		order[n++] = i;
		for (size_t s = 0; s < n_slow; s++)
			if (i >= slow[s].at && i < slow[s].at + slow[s].n)
				leap_away(&l, piece.at, piece.at + piece.len,
					  REACH);
	}
	assert_int_equal(n, PIECES);
	assert_int_equal(todo.n, 0);
	blockmap_free(&todo);
}

static bool
is_slow(const struct slow *slow, size_t n_slow, unsigned i)
{
	for (size_t s = 0; s < n_slow; s++)
		if (i >= slow[s].at && i < slow[s].at + slow[s].n)
			return true;
	return false;
}

/* How many pieces that take long came before the last good one. */
static unsigned
slow_before_good(const struct slow *slow, size_t n_slow,
		 const unsigned order[PIECES])
{
	unsigned i, n = 0, before = 0;

	for (i = 0; i < PIECES; i++) {
		if (is_slow(slow, n_slow, order[i]))
			n++;
		else
			before = n;
	}
	return before;
}

static void
test_a_healthy_drive_is_done_in_order(void **state)
{
	unsigned order[PIECES] = { 0 }, i;

	(void)state;
	go_over(NULL, 0, order);
	for (i = 0; i < PIECES; i++)
		assert_int_equal(order[i], i);
}

/* It is met from in front, from behind, and left for the end. */
static void
test_a_region_is_met_from_both_ends(void **state)
{
	static const struct slow slow[] = { { 700, 100 } };
	unsigned order[PIECES] = { 0 }, i;

	(void)state;
	go_over(slow, 1, order);
	for (i = 0; i <= 700; i++)
		assert_int_equal(order[i], i);
	assert_true(order[701] > 800);
	assert_in_range(slow_before_good(slow, 1, order), 1, 4);
}

static void
test_regions_anywhere(void **state)
{
	static const struct slow cases[][4] = {
		{ { 0, 50 } },
		{ { PIECES - 50, 50 } },
		{ { 0, 1 }, { PIECES - 1, 1 } },
		{ { 100, 30 }, { 900, 30 }, { 1500, 30 } },
		{ { 1, 60 }, { 1000, 60 }, { 1100, 60 }, { 2000, 40 } },
		{ { 1024, 200 } },
		{ { 512, 1 }, { 1024, 1 }, { 1025, 1 }, { 1536, 1 } },
	};
	unsigned order[PIECES] = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		go_over(cases[i], 4, order);
		/* each is touched a few times while its ends are found, and
		 * where a half happened to begin in it */
		assert_in_range(slow_before_good(cases[i], 4, order), 0, 40);
	}
}

/* Worse than any plan: it still ends, and nothing is left out. */
static void
test_trouble_everywhere(void **state)
{
	struct slow slow[256];
	unsigned order[PIECES] = { 0 }, i;

	(void)state;
	for (i = 0; i < 256; i++)
		slow[i] = (struct slow){ i * 8, 1 };
	go_over(slow, 256, order);
	slow[0] = (struct slow){ 0, PIECES };
	go_over(slow, 1, order);
}

static void
test_nothing_to_do(void **state)
{
	struct leap l;
	struct range within;
	bool back;

	(void)state;
	leap_begin(&l, 0);
	assert_false(leap_next(&l, &within, &back));
	/* only the end of it is wanted */
	leap_begin(&l, 4096);
	assert_true(leap_next(&l, &within, &back));
	assert_int_equal(within.len, 4096);
	leap_took(&l, &(struct range){ 0, 0 }, back);
	assert_false(leap_next(&l, &within, &back));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_healthy_drive_is_done_in_order),
		cmocka_unit_test(test_a_region_is_met_from_both_ends),
		cmocka_unit_test(test_regions_anywhere),
		cmocka_unit_test(test_trouble_everywhere),
		cmocka_unit_test(test_nothing_to_do),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
