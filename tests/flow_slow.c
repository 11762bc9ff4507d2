/* SPDX-License-Identifier: Apache-2.0 */
/* A drive that falls to a small share of its own speed is told of, and is
 * waited for all the same. */
#include "emu/fixture.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define SIZE	(64ULL << 20)

static uint32_t slowest;
static bool told_at_once;
static enum stop (*told)(void *, const struct progress *);

static enum stop
watch(void *ctx, const struct progress *p)
{
	if (p->slow_percent && p->done < SIZE / 2)
		told_at_once = true;
	if (p->slow_percent > slowest)
		slowest = p->slow_percent;
	return told(ctx, p);
}

/* The second half takes so many times 200 ms per request. */
static void
run(unsigned delay)
{
	static const struct verify_how full = { VERIFY_FULL, 1000000 };
	struct fixture *f = fixture_new(SIZE, 512, "0x00", full, 0);

	slowest = 0;
	told_at_once = false;
	told = f->ui.tick;
	f->ui.tick = watch;
	emu_fault(f->d, (struct emu_fault){ .kind = EMU_SLOW,
		.at = SIZE / 2, .len = SIZE / 2, .arg = delay });
	emu_fault(f->d, (struct emu_fault){ .kind = EMU_SLOW, .arg = 1 });
	fixture_run(f);
	assert_int_equal(f->v.outcome, OUTCOME_ERASED);
	fixture_free(&f);
}

static void
test_a_tenth_of_its_speed_is_told(void **state)
{
	(void)state;
	run(1000);
	assert_in_range(slowest, 1, 10);
	assert_false(told_at_once);
}

static void
test_half_its_speed_is_not(void **state)
{
	(void)state;
	run(2);
	assert_int_equal(slowest, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_tenth_of_its_speed_is_told),
		cmocka_unit_test(test_half_its_speed_is_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
