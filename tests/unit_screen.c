/* SPDX-License-Identifier: Apache-2.0 */
/*
 * 64 drives fit on a screen of 24 lines: those that need a look are on it, the
 * sums count all of them, and no line is wider than the screen.
 */
#undef NDEBUG
#include "../src/erase.h"
#include "../src/util.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ROWS	23		/* and one for the cursor */
#define COLS	80
#define MIB	(1ULL << 20)

static struct erase *e;
static char line[DRIVES_MAX + 2][SCREEN_LINE];
static char name[DRIVES_MAX][16];
static size_t n;

static void
begin(size_t jobs)
{
	size_t i;

	e = calloc(1, sizeof(*e));
	assert_non_null(e);
	e->cli.lang = LANG_EN;
	e->n_jobs = jobs;
	e->jobs = calloc(jobs, sizeof(*e->jobs));
	assert_non_null(e->jobs);
	for (i = 0; i < jobs; i++) {
		struct job *j = &e->jobs[i];

		snprintf(name[i], sizeof(name[i]), "/dev/sd%c%c",
			 'a' + (int)(i / 26), 'a' + (int)(i % 26));
		j->arg = name[i];
		j->started = true;
		j->p.n_steps = 2;
		j->p.steps[0].kind = STEP_OVERWRITE;
		j->p.steps[0].pass.kind = PASS_RANDOM;
		j->p.steps[0].est_s = 100;
		j->p.steps[1].kind = STEP_VERIFY;
		j->p.steps[1].est_s = 100;
		j->progress = (struct progress){
			.n_steps = 2, .kind = STEP_OVERWRITE,
			.done = 40, .total = 100, .rate = 100 * MIB,
			.left_s = 3600,
		};
	}
}

static void
end(void)
{
	free(e->jobs);
	free(e);
}

static void
draw(size_t rows, size_t cols)
{
	n = screen_lines(e, rows, cols, line);
	assert_true(n <= rows);
	for (size_t i = 0; i < n; i++) {
		assert_true(text_width(line[i]) < cols);
		assert_null(strchr(line[i], '\n'));
	}
}

/* The line of this drive, or n. */
static size_t
line_of(size_t job)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (!strncmp(line[i], name[job], strlen(name[job])))
			break;
	return i;
}

static bool
says(size_t at, const char *what)
{
	return at < n && strstr(line[at], what);
}

static void
test_one_drive_is_one_line(void **state)
{
	(void)state;
	begin(1);
	draw(ROWS, COLS);
	assert_int_equal(n, 1);
	assert_true(says(0, "write random"));
	assert_true(says(0, "40.0 %"));
	e->jobs[0].started = false;	/* refused: said already */
	draw(ROWS, COLS);
	assert_int_equal(n, 0);
	end();
}

/* Its drive is free and its outcome on record; it is not erased before its
 * document is there. */
static void
test_a_document_in_the_making(void **state)
{
	(void)state;
	begin(2);
	e->jobs[0].over = true;
	e->jobs[0].verdict.outcome = OUTCOME_ERASED;
	draw(ROWS, COLS);
	assert_true(says(0, "at its end"));
	e->jobs[0].paper = PAPER_MAKING;
	draw(ROWS, COLS);
	assert_int_equal(n, 3);
	assert_true(says(0, "making the certificate"));
	assert_false(says(0, "%"));
	assert_true(says(2, "2 drives: 2 running, 0 erased"));
	end();
}

static void
test_begun_anew(void **state)
{
	(void)state;
	begin(1);
	draw(ROWS, COLS);
	assert_false(says(0, "begun anew"));
	e->jobs[0].run.results[e->jobs[0].progress.step].restarted = true;
	draw(ROWS, COLS);
	assert_true(says(0, "begun anew"));
	end();
}

static void
test_few_have_a_line_each_and_a_sum(void **state)
{
	(void)state;
	begin(22);
	e->jobs[3].ended = true;
	e->jobs[3].exit = EXIT_ERASED;
	e->jobs[3].verdict.outcome = OUTCOME_ERASED;
	e->jobs[9].progress.left_s = 7200;
	draw(ROWS, COLS);
	assert_int_equal(n, 23);
	for (size_t i = 0; i < 22; i++)
		assert_int_equal(line_of(i), i);	/* in their order */
	assert_true(says(22, "22 drives: 21 running, 1 erased"));
	assert_true(says(22, "left 2 h"));
	assert_null(strstr(line[22], "faulty"));
	end();
}

static void
test_what_needs_a_look_is_seen(void **state)
{
	(void)state;
	begin(64);
	e->jobs[60].told_silent = true;
	e->jobs[61].progress.errors = 7;
	e->jobs[62].progress.paused = true;
	e->jobs[62].progress.celsius = (struct count){ true, 66 };
	e->jobs[63].progress.rate = 20 * MIB;
	e->jobs[50].progress.stalled_s = 150;
	e->jobs[51].ended = true;
	e->jobs[51].exit = EXIT_NOT_ERASED;
	e->jobs[40].progress.left_s = 9000;
	draw(ROWS, COLS);
	assert_int_equal(n, ROWS);
	assert_int_equal(line_of(50), 0);
	assert_true(says(0, "no progress for 2 min"));
	assert_int_equal(line_of(60), 1);
	assert_true(says(1, "does not answer"));
	assert_true(says(line_of(61), "7 bad blocks"));
	assert_true(says(line_of(62), "66 C"));
	assert_true(line_of(63) < n);	/* slow */
	assert_true(line_of(51) < n);	/* failed */
	assert_true(line_of(40) < n);	/* ends last */
	assert_true(says(n - 2, "and 43 more"));
	assert_true(says(n - 1, "64 drives: 63 running, 0 erased, 1 faulty"));
	assert_true(says(n - 1, "left 2 h 30 min"));
	end();
}

/* Erased ones make room; none of what goes on is pushed off by them. */
static void
test_what_is_done_goes_last(void **state)
{
	size_t i;

	(void)state;
	begin(64);
	for (i = 0; i < 50; i++) {
		e->jobs[i].ended = true;
		e->jobs[i].exit = EXIT_ERASED;
	}
	draw(ROWS, COLS);
	for (i = 50; i < 64; i++)
		assert_int_equal(line_of(i), i - 50);
	assert_true(says(n - 1, "14 running, 50 erased"));
	assert_true(says(n - 2, "100.0 % to 100.0 %"));
	/* nor does an outcome without its document count as one */
	e->jobs[7].undocumented = true;
	e->jobs[7].exit = EXIT_EXCEPTIONS;
	draw(ROWS, COLS);
	assert_true(says(n - 1, "49 erased, 1 faulty"));
	end();
}

static void
test_sums(void **state)
{
	size_t i;

	(void)state;
	begin(64);
	for (i = 0; i < 64; i++) {
		e->jobs[i].progress.step = i % 2;
		e->jobs[i].progress.kind = i % 2 ? STEP_VERIFY : STEP_OVERWRITE;
	}
	e->jobs[5].progress.kind = STEP_FIRMWARE;	/* counts no bytes */
	draw(ROWS, COLS);
	assert_true(says(n - 1, "45.0 %"));	/* of 20 % and 70 % */
	assert_true(says(n - 1, "6.2 GiB/s"));
	assert_true(says(n - 2, "20.0 % to 70.0 %"));
	end();
}

static void
test_any_screen(void **state)
{
	static const size_t jobs[] = { 1, 2, 3, 22, 23, 64, DRIVES_MAX };
	size_t i, rows, cols;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(jobs); i++) {
		begin(jobs[i]);
		e->jobs[0].progress.left_s = UINT32_MAX;
		for (rows = 1; rows < 140; rows += rows < 30 ? 1 : 13)
			for (cols = 20; cols < 240; cols += 37)
				draw(rows, cols);
		e->cli.lang = LANG_JA;
		draw(ROWS, COLS);
		end();
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_drive_is_one_line),
		cmocka_unit_test(test_a_document_in_the_making),
		cmocka_unit_test(test_begun_anew),
		cmocka_unit_test(test_few_have_a_line_each_and_a_sum),
		cmocka_unit_test(test_what_needs_a_look_is_seen),
		cmocka_unit_test(test_what_is_done_goes_last),
		cmocka_unit_test(test_sums),
		cmocka_unit_test(test_any_screen),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
