/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the first tenth on, the time left is right within a tenth: on disks
 * whose outer tracks are faster, on even ones and on noisy ones, in one pass
 * and in many; on flash that became slow, once it is.
 */
#undef NDEBUG
#include "../src/forecast.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define GB 1000000000.0
#define TICK_MS 200

/* A synthetic drive. */
struct disk {
	const char *name;
	bool rotates;
	double gb;
	double (*rate)(const struct disk *d, double x);	/* GB/s at 0..1 */
	double arg;		/* inner against outer radius; zones */
	double noise;		/* of each tick's rate */
	double reads;		/* rate of reading against writing */
	unsigned passes;	/* the last one is read back */
	double start;		/* share of the first pass that was done */
	double pause;		/* share of the time that it is too hot */
	double after;		/* share of the run from which it is right */
};

static double
even(const struct disk *d, double x)
{
	(void)d;
	(void)x;
	return 0.15;
}

/* Constant density: bytes outside grow with the square of the radius. */
static double
zoned(const struct disk *d, double x)
{
	return 0.2 * sqrt(1 - x * (1 - d->arg * d->arg));
}

static double
in_zones(const struct disk *d, double x)
{
	double zone = floor(x * d->arg) / (d->arg - 1);

	return 0.2 * sqrt(1 - zone * 0.75);
}

static double
line(const struct disk *d, double x)
{
	return 0.2 * (1 - x * (1 - d->arg));
}

static double
cliff(const struct disk *d, double x)
{
	return x < d->arg ? 1.5 : 0.3;
}

static double
chance(void)
{
	return (double)random() / RAND_MAX * 2 - 1;
}

struct told {
	double at_s, left_s, share;	/* of the whole run */
};

#define TOLD_MAX 2000000

/* One step; appends what was told to t. */
static size_t
step(const struct disk *d, struct forecast *f, double *now, double speed,
     double from, unsigned steps_after, double *moved, struct told *t, size_t n)
{
	double total = d->gb * GB, done = from * total, all;

	all = total * (d->passes + 1) - d->start * total;
	forecast_begin(f, (uint64_t)total, (uint64_t)done,
		       (uint64_t)*now);
	while (done < total) {
		bool hot = d->pause > 0 &&
			   fmod(*now, 600000) < d->pause * 600000;
		double rate = d->rate(d, done / total) * speed * GB;
		double len = hot ? 0 : rate * TICK_MS / 1000 *
				   (1 + d->noise * chance());

		len = len < total - done ? len : total - done;
		done += len;
		*moved += len;
		*now += TICK_MS;
		forecast_tell(f, (uint64_t)done, hot, (uint64_t)*now);
		if ((int)(*now / TICK_MS) % 64)
			continue;
		assert_true(n < TOLD_MAX);
		t[n++] = (struct told){
			*now / 1000,
			forecast_left_s(f, (uint64_t)(total * steps_after)),
			*moved / all,
		};
	}
	return n;
}

static void
run(const struct disk *d)
{
	static struct told t[TOLD_MAX];
	struct forecast f = { .rotates = d->rotates };
	double now = 0, moved = 0, worst = 0, at = 0;
	size_t n = 0, i;
	unsigned s;

	srandom(11);
	for (s = 0; s <= d->passes; s++)
		n = step(d, &f, &now, s == d->passes ? d->reads : 1,
			 s ? 0 : d->start, d->passes - s, &moved, t, n);
	for (i = 0; i < n; i++) {
		double left = now / 1000 - t[i].at_s, off;

		/* the last seconds, or pauses, cannot be told by a share */
		if (t[i].share < d->after || left < (d->pause > 0 ? 1500 : 20))
			continue;
		off = fabs(t[i].left_s - left) / left;
		if (off > worst) {
			worst = off;
			at = t[i].share;
		}
	}
	print_message("%-28s %5.1f %% off at worst, at %.0f %%\n", d->name,
		      worst * 100, at * 100);
	assert_true(n > 50);
	assert_true(worst <= 0.10);
}

static void
test_right_within_a_tenth(void **state)
{
	static const struct disk disks[] = {
		{ "even", false, 500, even, 0, 0, 1, 1, 0, 0, 0.1 },
		{ "even, noisy", false, 500, even, 0, 0.3, 1, 1, 0, 0, 0.1 },
		{ "even, three passes", false, 100, even, 0, 0.1, 1, 3, 0, 0,
		  0.1 },
		{ "zoned 0.4", true, 1000, zoned, 0.4, 0.1, 1, 1, 0, 0, 0.1 },
		{ "zoned 0.5", true, 1000, zoned, 0.5, 0.1, 1, 1, 0, 0, 0.1 },
		{ "zoned 0.6", true, 1000, zoned, 0.6, 0.1, 1, 1, 0, 0, 0.1 },
		{ "zoned 0.5, no noise", true, 1000, zoned, 0.5, 0, 1, 1, 0, 0,
		  0.1 },
		{ "zoned 0.5, rough", true, 1000, zoned, 0.5, 0.5, 1, 1, 0, 0,
		  0.1 },
		{ "zoned, three passes", true, 300, zoned, 0.45, 0.1, 1, 3, 0,
		  0, 0.1 },
		{ "zoned, 35 passes", true, 80, zoned, 0.5, 0.1, 1, 35, 0, 0,
		  0.01 },
		{ "24 zones", true, 1000, in_zones, 24, 0.05, 1, 1, 0, 0, 0.1 },
		{ "16 zones", true, 1000, in_zones, 16, 0.05, 1, 1, 0, 0, 0.1 },
		{ "12 zones, no noise", true, 1000, in_zones, 12, 0, 1, 1, 0,
		  0, 0.1 },
		{ "a straight line", true, 1000, line, 0.5, 0.05, 1, 1, 0, 0,
		  0.1 },
		{ "reads a little faster", true, 1000, zoned, 0.5, 0.05, 1.05,
		  1, 0, 0, 0.1 },
		{ "goes on at 40 %", true, 1000, zoned, 0.5, 0.05, 1, 1, 0.4,
		  0, 0.1 },
		{ "goes on at 80 %", true, 1000, zoned, 0.5, 0.05, 1, 1, 0.8,
		  0, 0.1 },
		{ "pauses a fifth of the time", true, 2000, zoned, 0.5, 0.05,
		  1, 1, 0, 0.2, 0.1 },
		/* nobody can know of it before */
		{ "flash, full at 5 %", false, 500, cliff, 0.05, 0.1, 1, 1, 0,
		  0, 0.1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(disks) / sizeof(disks[0]); i++)
		run(&disks[i]);
}

static void
test_says_nothing_before_it_knows(void **state)
{
	struct forecast f = { 0 };

	(void)state;
	assert_int_equal(forecast_left_s(&f, 1000), UINT32_MAX);
	forecast_begin(&f, 1000000, 0, 50);
	assert_int_equal(forecast_left_s(&f, 0), UINT32_MAX);
	forecast_tell(&f, 0, false, 100050);	/* stands still */
	assert_int_equal(forecast_left_s(&f, 0), UINT32_MAX);
	forecast_tell(&f, 1, false, 100051);
	assert_true(forecast_left_s(&f, UINT64_MAX) == UINT32_MAX);
	forecast_tell(&f, 1000000, false, 100052);
	assert_int_equal(forecast_left_s(&f, 0), 0);
	/* nothing to move, and more than all of it */
	forecast_begin(&f, 0, 0, 0);
	forecast_tell(&f, 10, false, 2000);
	assert_int_equal(forecast_left_s(&f, 0), UINT32_MAX);
	forecast_begin(&f, 100, 200, 0);
	forecast_tell(&f, 300, false, 2000);
	assert_true(forecast_left_s(&f, 0) == UINT32_MAX ||
		    forecast_left_s(&f, 0) == 0);
}

/* A limit that was lifted is not what the rest will take. */
static void
test_a_new_pace(void **state)
{
	struct forecast f = { 0 };
	uint64_t s;

	(void)state;
	forecast_begin(&f, 100000, 0, 0);
	for (s = 1; s <= 500; s++)
		forecast_tell(&f, s * 10, false, s * 1000);
	assert_in_range(forecast_left_s(&f, 0), 9400, 9600);
	forecast_turn(&f);
	for (; s <= 515; s++)
		forecast_tell(&f, 5000 + (s - 500) * 1000, false, s * 1000);
	assert_in_range(forecast_left_s(&f, 0), 78, 82);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_right_within_a_tenth),
		cmocka_unit_test(test_says_nothing_before_it_knows),
		cmocka_unit_test(test_a_new_pace),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
