/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: a log in which a byte was changed, or a line is missing, moved or
 * put in, does not hold, and nothing is appended to it.
 */
#undef NDEBUG
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "log_sample.h"


static size_t
whole_log(char **text)
{
	struct evidence *e = start();

	one_run(e, true);
	one_run(e, true);
	evidence_close(&e);
	return load(text);
}

static void
every_changed_byte_is_found(void **state)
{
	char *text;
	size_t len = whole_log(&text), last = last_line(text, len);

	(void)state;
	for (size_t i = 0; i < len; i++) {
		text[i] ^= 1 << i % 7;
		store(text, len);
		assert_int_not_equal(fault(), CHAIN_HOLDS);
		/* Of the last line alone it cannot be told from a tear. */
		if (i < last && i % 5 == 0)
			does_not_open(-EBADMSG);
		text[i] ^= 1 << i % 7;
	}
	store(text, len);
	assert_int_equal(fault(), CHAIN_HOLDS);
	free(text);
}

static size_t
split(char *text, size_t len, char *line[], size_t max)
{
	size_t n = 0;

	for (size_t at = 0; at < len && n < max; at++) {
		line[n++] = text + at;
		while (text[at] != '\n')
			at++;
	}
	line[n] = text + len;
	return n;
}

/* The log with its lines in this order. */
static void
store_lines(char *line[], const size_t order[], size_t n)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	for (size_t i = 0; i < n; i++) {
		size_t k = order[i], len = (size_t)(line[k + 1] - line[k]);

		assert_int_equal(write(fd, line[k], len), len);
	}
	close(fd);
}

static void
missing_moved_and_doubled_lines_are_found(void **state)
{
	char *text, *line[33] = { 0 };
	size_t len = whole_log(&text), n = split(text, len, line, 32);
	size_t order[34] = { 0 };

	(void)state;
	assert_int_equal(n, 8);
	for (size_t gone = 0; gone + 1 < n; gone++) {
		for (size_t i = 0; i + 1 < n; i++)
			order[i] = i < gone ? i : i + 1;
		store_lines(line, order, n - 1);
		assert_int_equal(fault(), CHAIN_GAP);
		does_not_open(-EBADMSG);
	}
	for (size_t swap = 0; swap + 1 < n; swap++) {
		for (size_t i = 0; i < n; i++)
			order[i] = i == swap ? i + 1 : i == swap + 1 ? i - 1 :
				i;
		store_lines(line, order, n);
		assert_int_equal(fault(), CHAIN_GAP);
	}
	for (size_t twice = 0; twice < n; twice++) {
		for (size_t i = 0; i <= n; i++)
			order[i] = i <= twice ? i : i - 1;
		store_lines(line, order, n + 1);
		assert_int_equal(fault(), CHAIN_GAP);
	}
	/* Without its end a log holds, but does not say that it is whole. */
	for (size_t i = 0; i < n; i++)
		order[i] = i;
	store_lines(line, order, n - 1);
	assert_int_equal(fault(), CHAIN_HOLDS);
	assert_false(is_closed());
	free(text);
}

static void
line_ends_of_another_system_are_a_change(void **state)
{
	char *text, *all;
	size_t len = whole_log(&text), n = 0;

	(void)state;
	all = malloc(2 * len);
	for (size_t i = 0; i < len; i++) {
		if (text[i] == '\n')
			all[n++] = '\r';
		all[n++] = text[i];
	}
	store(all, n);
	assert_int_equal(fault(), CHAIN_CHANGED);
	does_not_open(-EBADMSG);
	free(all);
	free(text);
}

/* Torn bytes that were recorded must stay as they are. */
static void
kept_bytes_are_covered_too(void **state)
{
	char *text, *all;
	size_t len = killed_log(&text), cut = len - 30, n;

	(void)state;
	store(text, cut);
	recovers(text, cut, 1);
	n = load(&all);
	for (size_t i = last_line(text, len); i < cut + 6; i++) {
		all[i] ^= 4;
		store(all, n);
		assert_int_not_equal(fault(), CHAIN_HOLDS);
		all[i] ^= 4;
	}
	memmove(all + cut - 3, all + cut, n - cut);
	store(all, n - 3);
	assert_int_equal(fault(), CHAIN_CHANGED);
	free(all);
	free(text);
}

static void
an_outcome_needs_its_intent(void **state)
{
	struct evidence *e = start();
	char hex[65];

	(void)state;
	memset(hex, 'a', 64);
	hex[64] = '\0';
	put(e, "outcome", hex, NULL);
	evidence_close(&e);
	assert_int_equal(fault(), CHAIN_ORDER);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(every_changed_byte_is_found),
		T(missing_moved_and_doubled_lines_are_found),
		T(line_ends_of_another_system_are_a_change),
		T(kept_bytes_are_covered_too),
		T(an_outcome_needs_its_intent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
