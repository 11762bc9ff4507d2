/* SPDX-License-Identifier: Apache-2.0 */
/* Claim: without its font nothing is drawn, and the package is named. */
#undef NDEBUG
#include "form_sample.h"
#include "scratch.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static char dir[SCRATCH_LEN];

static int
no_fonts(void **state)
{
	static const char text[] = "<?xml version=\"1.0\"?>\n"
		"<!DOCTYPE fontconfig SYSTEM \"urn:fontconfig:fonts.dtd\">\n"
		"<fontconfig></fontconfig>\n";
	char conf[SCRATCH_LEN + 16];
	FILE *f;

	(void)state;
	if (scratch_make(dir))
		return -1;
	snprintf(conf, sizeof(conf), "%s/fonts.conf", dir);
	f = fopen(conf, "w");
	if (!f)
		return -1;
	fputs(text, f);
	return fclose(f) ? -1 : setenv("FONTCONFIG_FILE", conf, 1);
}

static int
remove_fonts(void **state)
{
	(void)state;
	return scratch_remove(dir);
}

static void
names_the_package(void **state)
{
	json_t *doc = sample();
	char err[512] = "";
	uint8_t *pdf = NULL;
	size_t len;

	(void)state;
	assert_int_equal(form_printable("a", err, sizeof(err)), -ENOENT);
	assert_non_null(strstr(err, "fonts-ipaexfont"));
	err[0] = '\0';
	assert_int_equal(form_render(doc, SAMPLE_SHA, &pdf, &len, err,
				     sizeof(err)), -ENOENT);
	assert_null(pdf);
	assert_non_null(strstr(err, "fonts-ipaexfont"));
	json_decref(doc);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_the_package),
	};

	return cmocka_run_group_tests(tests, no_fonts, remove_fonts);
}
