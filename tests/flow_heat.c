/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A drive that gets too hot is left alone until it has cooled, and asked no
 * more than twice a minute; one that tells no temperature is not waited for.
 */
#include "emu/fixture.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static unsigned asked, hot_for, written_hot;
static uint64_t last_asked, degrees;
static bool often, tells;
static struct fixture *f;

static int
spy_health(struct handle *h, struct health *out)
{
	size_t at;

	(void)h;
	*out = (struct health){ 0 };
	if (!tells)
		return -EOPNOTSUPP;
	often = often || (asked && emu_now() - last_asked < 29000);
	last_asked = emu_now();
	asked++;
	if (asked > 1 && asked <= 1 + hot_for)
		written_hot += (unsigned)emu_count(f->d, EMU_WRITE, &at);
	out->celsius = (struct count){ true, asked > hot_for ? 40 : degrees };
	return 0;
}

#define drive_health spy_health
/* NOLINTNEXTLINE(bugprone-suspicious-include): with the spy */
#include "../src/engine.c"
#undef drive_health

static bool paused;
static enum stop (*told)(void *, const struct progress *);

static enum stop
watch(void *ctx, const struct progress *p)
{
	paused = paused || p->paused;
	return told(ctx, p);
}

static void
begin(enum medium medium, uint64_t celsius, unsigned times)
{
	static const struct verify_how full = { VERIFY_FULL, 1000000 };

	f = fixture_new(4 << 20, 512, "0x00", full, 0);
	f->d->d.medium = medium;
	told = f->ui.tick;
	f->ui.tick = watch;
	asked = written_hot = 0;
	often = paused = false;
	tells = true;
	degrees = celsius;
	hot_for = times;
	fixture_run(f);
	assert_false(often);
	assert_int_equal(written_hot, 0);
}

static void
test_waits_until_it_has_cooled(void **state)
{
	(void)state;
	begin(MEDIUM_ROTATING, 65, 4);
	assert_int_equal(f->v.outcome, OUTCOME_ERASED);
	assert_true(paused);
	assert_true(asked >= 5);
	assert_true(f->r.results[0].ms >= 4 * 30000);
	fixture_free(&f);
	begin(MEDIUM_FLASH, 75, 2);
	assert_int_equal(f->v.outcome, OUTCOME_ERASED);
	assert_true(paused);
	fixture_free(&f);
}

static void
test_warm_is_not_hot(void **state)
{
	(void)state;
	begin(MEDIUM_ROTATING, 64, 1000);
	assert_int_equal(f->v.outcome, OUTCOME_ERASED);
	assert_false(paused);
	fixture_free(&f);
	begin(MEDIUM_FLASH, 74, 1000);
	assert_false(paused);
	fixture_free(&f);
}

static void
test_one_that_tells_nothing_is_not_waited_for(void **state)
{
	static const struct verify_how full = { VERIFY_FULL, 1000000 };

	(void)state;
	tells = false;
	f = fixture_new(4 << 20, 512, "0x00", full, 0);
	fixture_run(f);
	assert_int_equal(f->v.outcome, OUTCOME_ERASED);
	fixture_free(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_waits_until_it_has_cooled),
		cmocka_unit_test(test_warm_is_not_hot),
		cmocka_unit_test(test_one_that_tells_nothing_is_not_waited_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
