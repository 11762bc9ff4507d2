/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The temperature of a drive is taken from the kernel's own sensor of that
 * drive and from no other, in whole degrees; what is no temperature is not one.
 *
 * The drive's folder is one of the test's own.
 */
#undef NDEBUG
/* The emulator's take the place of these. */
#define wire_celsius linux_celsius
#define wire_list linux_list
/* NOLINTBEGIN(bugprone-suspicious-include): with other names */
#include "../drivers/linux_sys.c"
#include "../drivers/linux_heat.c"
/* NOLINTEND(bugprone-suspicious-include) */
#include "scratch.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static char root[SCRATCH_LEN];

static void
put(const char *path, const char *text)
{
	char full[256], *c;
	FILE *f;

	snprintf(full, sizeof(full), "%s/%s", root, path);
	for (c = full + strlen(root) + 1; (c = strchr(c, '/')); c++) {
		*c = '\0';
		if (mkdir(full, 0700) && errno != EEXIST)
			fail_msg("%s", full);
		*c = '/';
	}
	f = fopen(full, "w");
	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
}

static int
begin(void **state)
{
	(void)state;
	return scratch_make(root);
}

static int
end(void **state)
{
	(void)state;
	return scratch_remove(root);
}

/* UINT64_MAX: it tells none. */
static uint64_t
told(void)
{
	struct count c = { 0 };
	int err = search(root, &c);

	assert_int_equal(err == 0, c.known);
	return c.known ? c.n : UINT64_MAX;
}

static void
test_sata(void **state)
{
	(void)state;
	put("hwmon/hwmon3/name", "drivetemp\n");
	put("hwmon/hwmon3/temp1_input", "41000\n");
	put("hwmon/hwmon3/temp1_max", "60000\n");
	put("model", "DISK\n");
	assert_int_equal(told(), 41);
}

static void
test_nvme(void **state)
{
	(void)state;
	put("hwmon1/name", "nvme\n");
	put("hwmon1/temp1_input", "38850\n");
	put("hwmon1/temp2_input", "90000\n");
	put("nvme0n1/size", "1\n");
	assert_int_equal(told(), 38);
}

static void
test_of_something_else(void **state)
{
	(void)state;
	put("hwmon/hwmon0/name", "coretemp\n");
	put("hwmon/hwmon0/temp1_input", "99000\n");
	assert_int_equal(told(), UINT64_MAX);
	put("hwmon/hwmon7/name", "drivetemp\n");
	put("hwmon/hwmon7/temp1_input", "40999\n");
	assert_int_equal(told(), 40);
}

static void
test_no_temperature(void **state)
{
	static const char *const texts[] = {
		"", "\n", "warm\n", "41000 C\n", "9999000\n",
		"99999999999999999999\n"
	};

	(void)state;
	assert_int_equal(told(), UINT64_MAX);
	put("hwmon/hwmon0/name", "drivetemp\n");
	assert_int_equal(told(), UINT64_MAX);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		put("hwmon/hwmon0/temp1_input", texts[i]);
		assert_int_equal(told(), UINT64_MAX);
	}
	put("hwmon/hwmon0/temp1_input", "-5000\n");	/* in a cold store */
	assert_int_equal(told(), 0);
}

static void
test_an_image_has_none(void **state)
{
	struct wire w = { .fd = -1, .image = true };
	struct count c = { true, 5 };

	(void)state;
	assert_int_equal(linux_celsius(&w, &c), -ENODATA);
	assert_false(c.known);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_sata, begin, end),
		cmocka_unit_test_setup_teardown(test_nvme, begin, end),
		cmocka_unit_test_setup_teardown(test_of_something_else, begin,
						end),
		cmocka_unit_test_setup_teardown(test_no_temperature, begin,
						end),
		cmocka_unit_test(test_an_image_has_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
