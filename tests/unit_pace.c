/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A drive keeps to its rate exactly, without making up for the time it stood
 * still; and a rate for all is dealt out whole, evenly, and never exceeded.
 */
#undef NDEBUG
#include "../src/pace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MIB (1ULL << 20)

/* Bytes that go within ms, asked every step of it. */
static uint64_t
run(struct pace *p, uint64_t from, uint64_t ms, uint64_t piece)
{
	uint64_t sent = 0, now;

	for (now = from; now < from + ms; now++)
		while (!pace_wait(p, now)) {
			pace_take(p, piece);
			sent += piece;
			if (!p->rate)
				return UINT64_MAX;
		}
	return sent;
}

static void
test_keeps_to_the_rate(void **state)
{
	static const uint64_t rates[] = { 1, 4096, 50 * MIB, 3 * MIB + 1,
					  2048 * MIB };

	(void)state;
	for (size_t i = 0; i < sizeof(rates) / sizeof(rates[0]); i++) {
		struct pace p = { 0 };
		uint64_t piece = rates[i] < MIB ? 512 : MIB;
		uint64_t sent, due = rates[i] / 1000 * 99999;

		pace_set(&p, rates[i], 5000);
		sent = run(&p, 5000, 100000, piece);
		assert_true(sent <= rates[i] * 100 + piece);
		assert_true(sent + piece >= due);
	}
}

static void
test_none_is_none(void **state)
{
	struct pace p = { 0 };

	(void)state;
	assert_int_equal(pace_wait(&p, 7), 0);
	pace_take(&p, 1000 * MIB);
	assert_int_equal(pace_wait(&p, 7), 0);
	pace_set(&p, UINT64_MAX, 7);	/* nobody reaches it */
	pace_take(&p, 1000 * MIB);
	assert_int_equal(pace_wait(&p, 7), 0);
}

static void
test_standing_still_is_not_made_up_for(void **state)
{
	struct pace p = { 0 };

	(void)state;
	pace_set(&p, 10 * MIB, 0);
	(void)run(&p, 0, 1000, MIB);
	/* an hour later: no more than a second's worth and the burst */
	assert_true(run(&p, 3600000, 1000, MIB) <= 13 * MIB);
	/* nor does a clock that stands still give anything */
	pace_take(&p, 5 * MIB);
	assert_true(pace_wait(&p, 3600000) > 0);
	assert_true(pace_wait(&p, 3500000) > 0);
}

static void
test_a_new_rate_holds_at_once(void **state)
{
	struct pace p = { 0 };

	(void)state;
	pace_set(&p, 10 * MIB, 0);
	(void)run(&p, 0, 1000, MIB);
	pace_set(&p, 100 * MIB, 1000);
	assert_true(run(&p, 1000, 1000, MIB) >= 98 * MIB);
	pace_set(&p, MIB, 2000);
	assert_true(run(&p, 2000, 10000, MIB) <= 12 * MIB);
	pace_set(&p, 0, 12000);
	assert_int_equal(pace_wait(&p, 12000), 0);
}

/* ---- for all together --------------------------------------------------- */

static uint64_t
sum(const struct share *s, size_t n)
{
	uint64_t all = 0;

	while (n--) {
		assert_true(s[n].deal > 0);
		all += s[n].deal;
	}
	return all;
}

static void
test_equal_parts(void **state)
{
	struct share s[64] = { 0 };

	(void)state;
	pace_deal(640 * MIB, s, 64);
	for (size_t i = 0; i < 64; i++)
		assert_int_equal(s[i].deal, 10 * MIB);
	pace_deal(64, s, 0);
	pace_deal(5, s, 64);	/* less than a byte each: none stands still */
	assert_int_equal(sum(s, 64), 64);
}

static void
test_what_one_cannot_use_goes_to_the_others(void **state)
{
	struct share s[4] = {
		{ .now = 25 * MIB, .used = 25 * MIB },
		{ .now = 25 * MIB, .used = 4 * MIB },	/* a slow one */
		{ .now = 25 * MIB, .used = 25 * MIB, .most = 10 * MIB },
		{ .now = 25 * MIB, .used = 0 },		/* hangs */
	};

	(void)state;
	pace_deal(100 * MIB, s, 4);
	assert_int_equal(s[1].deal, 5 * MIB);	/* room to grow */
	assert_int_equal(s[2].deal, 10 * MIB);	/* its own limit */
	assert_true(s[3].deal >= 3 * MIB);	/* and never nothing */
	assert_true(s[0].deal >= 81 * MIB);
	assert_true(sum(s, 4) <= 100 * MIB);
}

/* One that got little because it used little grows when it can. */
static void
test_grows_again(void **state)
{
	struct share s[2] = {
		{ .now = 90 * MIB, .used = 90 * MIB },
		{ .now = 5 * MIB, .used = 4 * MIB },
	};
	int i;

	(void)state;
	for (i = 0; i < 30; i++) {
		pace_deal(100 * MIB, s, 2);
		s[0].now = s[0].used = s[0].deal;
		s[1].now = s[1].used = s[1].deal;
	}
	assert_in_range(s[1].deal, 49 * MIB, 51 * MIB);
	assert_in_range(s[0].deal, 49 * MIB, 51 * MIB);
}

static void
test_never_more_than_all(void **state)
{
	struct share s[50];
	int round;

	(void)state;
	srandom(7);
	for (round = 0; round < 20000; round++) {
		size_t n = 1 + (size_t)random() % 50, i;
		uint64_t total = n + (uint64_t)random() % (1000 * MIB);

		memset(s, 0, sizeof(s));
		for (i = 0; i < n; i++) {
			s[i].now = random() % 3 ?
				   (uint64_t)random() % total : 0;
			s[i].used = random() % 3 ? s[i].now :
				    (uint64_t)random() % (2 * total);
			s[i].most = random() % 4 ? 0 : 1 + (uint64_t)random();
		}
		pace_deal(total, s, n);
		assert_true(sum(s, n) <= total);
		for (i = 0; i < n; i++)
			assert_true(!s[i].most || s[i].deal <= s[i].most);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keeps_to_the_rate),
		cmocka_unit_test(test_none_is_none),
		cmocka_unit_test(test_standing_still_is_not_made_up_for),
		cmocka_unit_test(test_a_new_rate_holds_at_once),
		cmocka_unit_test(test_equal_parts),
		cmocka_unit_test(test_what_one_cannot_use_goes_to_the_others),
		cmocka_unit_test(test_grows_again),
		cmocka_unit_test(test_never_more_than_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
