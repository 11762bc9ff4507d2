/* SPDX-License-Identifier: Apache-2.0 */
/* What does a method reach, by which command, and is the rest named? */
#include "../src/massho.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* Plan, verdict and certificate ask the same question. */
static void
test_what_a_method_reaches(void **state)
{
	struct areas a = { .hpa = ANSWER_NO, .dco_set = ANSWER_UNKNOWN,
			   .amac = ANSWER_NO };

	(void)state;
	assert_int_equal(reach_hidden("ata", METHOD_SECURITY_ERASE_ENHANCED,
				      &a, false), REACH_ALL);
	assert_int_equal(reach_hidden("ata", METHOD_SANITIZE_BLOCK, &a, false),
			 REACH_ALL);
	assert_int_equal(reach_hidden("ata", METHOD_SECURITY_ERASE, &a, false),
			 REACH_UNKNOWN);
	assert_int_equal(reach_hidden("ata", METHOD_OVERWRITE, &a, true),
			 REACH_TOLD);
	assert_int_equal(reach_hidden("scsi", METHOD_OVERWRITE, &a, false),
			 REACH_TOLD);
	a.hpa = ANSWER_YES;
	assert_int_equal(reach_hidden("ata", METHOD_OVERWRITE, &a, true),
			 REACH_LEFT);
}

static void
test_a_command_is_the_methods_own(void **state)
{
	(void)state;
	assert_true(reach_is_command("Sanitize", METHOD_SANITIZE_BLOCK,
				     "nvme"));
	assert_true(reach_is_command("BLOCK ERASE EXT", METHOD_SANITIZE_BLOCK,
				     "ata"));
	assert_false(reach_is_command("SECURITY SET PASSWORD",
				      METHOD_SECURITY_ERASE, "ata"));
	assert_false(reach_is_command("", METHOD_SECURITY_ERASE, "ata"));
	assert_false(reach_is_command("S", METHOD_SECURITY_ERASE, "ata"));
}

static void
test_spaces_are_named(void **state)
{
	struct space s[SPACES_MAX] = { { .nsid = 2, .node = "nvme0n2" },
				       { .nsid = 5 } };
	char arg[160];
	uint32_t i;

	(void)state;
	assert_true(reach_spaces(s, 2, true, arg, sizeof(arg)));
	assert_string_equal(arg, "5");
	assert_true(reach_spaces(s, 2, false, arg, sizeof(arg)));
	assert_string_equal(arg, "2, 5");
	assert_false(reach_spaces(s, 1, true, arg, sizeof(arg)));
	assert_false(reach_spaces(s, 0, false, arg, sizeof(arg)));
	for (i = 0; i < SPACES_MAX; i++)
		s[i].nsid = UINT32_MAX - 1;
	assert_true(reach_spaces(s, SPACES_MAX, false, arg, sizeof(arg)));
	assert_true(strlen(arg) < sizeof(arg));
	assert_non_null(strstr(arg, ", ..."));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_a_method_reaches),
		cmocka_unit_test(test_a_command_is_the_methods_own),
		cmocka_unit_test(test_spaces_are_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
