/* SPDX-License-Identifier: Apache-2.0 */
/* Individual numbers are found, other numbers and days are understood. */
#undef NDEBUG
#include "../src/case.h"
#include "../src/util.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* ---- days -------------------------------------------------------- */

static const struct {
	const char *text, *iso;	/* iso NULL: err */
	int err;
} days[] = {
	{ "2026-11-21", "2026-11-21", 0 }, { "2026/11/21", "2026-11-21", 0 },
	{ "2026.1.2", "2026-01-02", 0 }, { "2026年11月21日", "2026-11-21", 0 },
	{ "令和8年11月21日", "2026-11-21", 0 },
	{ "令和 8年 11月 21日", "2026-11-21", 0 },
	{ "令和元年5月1日", "2019-05-01", 0 },
	{ "令和1年5月1日", "2019-05-01", 0 },
	{ "平成31年4月30日", "2019-04-30", 0 },
	{ "R8.11.21", "2026-11-21", 0 }, { "r8/11/21", "2026-11-21", 0 },
	{ "H31-4-30", "2019-04-30", 0 },
	{ "２０２６－１１－２１", "2026-11-21", 0 },
	{ "令和８年１１月２１日", "2026-11-21", 0 },
	{ "Ｒ８．１１．２１", "2026-11-21", 0 },
	{ "2024-02-29", "2024-02-29", 0 }, { "2000/2/29", "2000-02-29", 0 },
	{ "2026-02-29", NULL, -ERANGE }, { "2100-02-29", NULL, -ERANGE },
	{ "2026-13-01", NULL, -ERANGE }, { "2026-00-01", NULL, -ERANGE },
	{ "2026-04-31", NULL, -ERANGE }, { "2026-04-00", NULL, -ERANGE },
	{ "令和元年4月30日", NULL, -ERANGE },
	{ "平成31年5月1日", NULL, -ERANGE },
	{ "令和0年1月1日", NULL, -ERANGE }, { "1900-01-01", NULL, -ERANGE },
	{ "", NULL, -EINVAL }, { "令和", NULL, -EINVAL },
	{ "2026-11", NULL, -EINVAL }, { "2026-11/21", NULL, -EINVAL },
	{ "26-11-21", NULL, -EINVAL }, { "20261121", NULL, -EINVAL },
	{ "2026-11-21x", NULL, -EINVAL }, { "2026年11月21", NULL, -EINVAL },
	{ "2026-111-2", NULL, -EINVAL }, { "昭和64年1月7日", NULL, -EINVAL },
	{ "2026-11-21 10:00", NULL, -EINVAL }, { "元年1月1日", NULL, -EINVAL },
	{ "令和100年1月1日", NULL, -EINVAL }, { "-1-1-1", NULL, -EINVAL },
};

static void
reads_days(void **state)
{
	char iso[11];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(days); i++) {
		int err = case_date(days[i].text, iso);

		if (err != days[i].err)
			print_error("'%s': %d\n", days[i].text, err);
		assert_int_equal(err, days[i].err);
		if (days[i].iso)
			assert_string_equal(iso, days[i].iso);
	}
}

/* The digit by the ordinance's own words: 11 minus the rest of the weighted
 * sum by 11, 0 where the rest is 0 or 1; Pn counts from the lowest digit. */
static int
digit_of(const char first[12])
{
	int sum = 0, n, rest;

	for (n = 1; n <= 11; n++) {
		int p = first[11 - n] - '0', q = n <= 6 ? n + 1 : n - 5;

		sum += p * q;
	}
	rest = sum % 11;
	return rest <= 1 ? 0 : 11 - rest;
}

static void
knows_check_digits(void **state)
{
	char first[12], number[13];
	unsigned i, d;

	(void)state;
	for (i = 0; i < 2000; i++) {
		snprintf(first, sizeof(first), "%011llu",
			 (i * 7919ULL * 104729ULL + 5) % 100000000000ULL);
		for (d = 0; d < 10; d++) {
			snprintf(number, sizeof(number), "%s%u", first, d);
			assert_int_equal(case_has_mynumber(number),
					 (int)d == digit_of(first));
		}
	}
	assert_true(case_has_mynumber("123456789018"));
	assert_false(case_has_mynumber("123456789017"));
}

static const struct {
	const char *text;
	bool found;
} numbers[] = {
	{ "123456789018", true }, { "１２３４５６７８９０１８", true },
	{ "1234-5678-9018", true }, { "1234 5678 9018", true },
	{ "1234　5678　9018", true }, { "1234－5678‐9018", true },
	{ "1234 - 5678 - 9018", true }, { "123 456 789 018", true },
	{ "123456-789018", true }, { "1 2 3 4 5 6 7 8 9 0 1 8", true },
	{ "12 34 56 78 90 18", true },
	{ "番号は123456789018です", true }, { "No.123456789018", true },
	{ "電話03-1234-5678 番号 1234-5678-9018", true },
	{ "03-1234-5678 123456789018", true },
	{ "1234-1234-5678-9018", true }, { "\"123456789018\"", true },
	{ "x123456789018y", true },
	{ "", false }, { "12345678901", false }, { "1234567890187", false },
	{ "7000012050002", false }, { "7123456789018", false },
	{ "1234567890181", false }, { "1234/5678/9018", false },
	{ "1234,5678,9018", false }, { "1234----5678-9018", false },
	{ "1234-5678-9017", false }, { "12345-678-9018", false },
	{ "2026-11-21", false }, { "1234甲5678乙9018", false },
};

static void
finds_individual_numbers(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(numbers); i++) {
		if (case_has_mynumber(numbers[i].text) != numbers[i].found)
			print_error("'%s'\n", numbers[i].text);
		assert_int_equal(case_has_mynumber(numbers[i].text),
				 numbers[i].found);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_days),
		cmocka_unit_test(knows_check_digits),
		cmocka_unit_test(finds_individual_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
