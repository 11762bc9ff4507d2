/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: with 64 drives at work the whole screen is drawn, and written to the
 * terminal, in less than 20 ms: half of all times are shorter.
 */
#undef NDEBUG
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tui_sample.h"

#include <pty.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define TIMES		101
#define LIMIT_US	20000
#define FAILED		1

/* What a drive tells changes all the time. */
static void
move_on(struct scene *s, size_t turn)
{
	for (size_t i = 0; i < s->e.n_jobs; i++) {
		struct progress *p = &s->e.jobs[i].progress;

		p->done += GB / 3 * (1 + i % 3);
		p->rate = (200 + turn % 17 + i) * MB;
		p->left_s -= 1;
		p->celsius.n = 30 + (turn + i) % 20;
	}
}

static int
by_time(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static uint64_t
median_us(struct term *t, struct scene *s)
{
	uint64_t us[TIMES];
	struct canvas c;
	int rows, cols;

	term_size(t, &rows, &cols);
	if (canvas_make(rows, cols, &c))
		_exit(FAILED);
	tui_go(&s->t, PAGE_RUN);
	for (size_t i = 0; i < TIMES; i++) {
		struct timespec a, b;

		move_on(s, i);
		clock_gettime(CLOCK_MONOTONIC, &a);
		tui_draw(&s->t, &c);
		term_show(t, &c);
		term_redraw(t);		/* all of it, not only what changed */
		clock_gettime(CLOCK_MONOTONIC, &b);
		us[i] = (uint64_t)((b.tv_sec - a.tv_sec) * 1000000 +
				   (b.tv_nsec - a.tv_nsec) / 1000);
	}
	canvas_free(&c);
	qsort(us, TIMES, sizeof(*us), by_time);
	return us[TIMES / 2];
}

static void
draw_on(int to)
{
	struct scene *s = scene_new(64);
	struct term *t = NULL;
	uint64_t us;

	setenv("TERM", "xterm-256color", 1);
	if (term_open(true, &t))
		_exit(FAILED);
	us = median_us(t, s);
	term_close(&t);
	_exit(write(to, &us, sizeof(us)) == sizeof(us) ? 0 : FAILED);
}

/* A terminal takes what it is given as fast as it comes. */
static uint64_t
measure(unsigned short rows, unsigned short cols)
{
	struct winsize size = { .ws_row = rows, .ws_col = cols };
	char buf[65536];
	uint64_t us = 0;
	int fd, status, told[2];
	pid_t pid;

	assert_int_equal(pipe(told), 0);
	pid = forkpty(&fd, NULL, NULL, &size);
	assert_true(pid >= 0);
	if (!pid)
		draw_on(told[1]);
	close(told[1]);
	while (read(fd, buf, sizeof(buf)) > 0)
		;
	assert_int_equal(read(told[0], &us, sizeof(us)), sizeof(us));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status) && !WEXITSTATUS(status));
	close(told[0]);
	close(fd);
	return us;
}

static void
test_redraw(void **state)
{
	static const struct { unsigned short rows, cols; } sizes[] = {
		{ 24, 80 }, { 67, 240 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		uint64_t us = measure(sizes[i].rows, sizes[i].cols);

		print_message("64 drives on %ux%u: redrawn in %llu us\n",
			      sizes[i].cols, sizes[i].rows,
			      (unsigned long long)us);
		assert_true(us < LIMIT_US);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_redraw),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
