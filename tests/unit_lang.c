/* SPDX-License-Identifier: Apache-2.0 */
/* Claim: whoever asks for Japanese gets it, also where the only locale is
 * C.UTF-8, in which the C library translates nothing; and English stays. */
#undef NDEBUG
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "../src/cli.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
speaks(enum lang lang, const char *all, const char *want)
{
	const char *name;

	setenv("LC_ALL", all, 1);
	cli_lang_set(lang);
	name = setlocale(LC_MESSAGES, NULL);
	assert_true(MB_CUR_MAX > 1);
	assert_string_equal(_("drives"), want);
	assert_string_equal(setlocale(LC_NUMERIC, NULL), "C");
	/* in one of these newer C libraries ignore LANGUAGE */
	if (lang == LANG_JA)
		assert_true(name[0] != 'C' || (name[1] && name[1] != '.'));
}

static void
test_every_locale(void **state)
{
	static const char *const all[] = {
		"C.UTF-8", "C.utf8", "C", "POSIX", "", "xx_XX.UTF-8"
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(all) / sizeof(*all); i++) {
		speaks(LANG_JA, all[i], "ドライブ");
		speaks(LANG_EN, all[i], "drives");
		speaks(LANG_JA, all[i], "ドライブ");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_locale),
	};
	const char *o = getenv("O");
	char dir[4096];

	snprintf(dir, sizeof(dir), "%s/locale", o ? o : "build");
	bindtextdomain("massho", dir);
	bind_textdomain_codeset("massho", "UTF-8");
	textdomain("massho");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
