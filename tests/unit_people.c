/* SPDX-License-Identifier: Apache-2.0 */
/* Claim: of the people that a case lists one is chosen by name, and nobody
 * else; a case that lists none is what it always was. */
#undef NDEBUG
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "../src/massho.h"
#include "../src/util.h"
#include "scratch.h"

#include <errno.h>
#include <string.h>

static struct casefile c;
static char err[1024];

/* A case of this text and nothing else; what case_load() says. */
static int
load(const char *text)
{
	char dir[SCRATCH_LEN], path[SCRATCH_LEN + 16];
	int ret;

	assert_int_equal(scratch_make_quick(dir), 0);
	snprintf(path, sizeof(path), "%s/case.ini", dir);
	assert_int_equal(file_create(path, text, strlen(text), false), 0);
	ret = case_load(dir, LANG_EN, &c, err, sizeof(err));
	assert_int_equal(scratch_remove(dir), 0);
	return ret;
}

static void
are(enum case_role r, const char *want)
{
	char got[CASE_PEOPLE_MAX * 16] = "";

	for (uint32_t i = 0; i < c.people[r].n; i++)
		snprintf(got + strlen(got), sizeof(got) - strlen(got), "%s|",
			 c.people[r].name[i]);
	assert_string_equal(got, want);
}

static void
test_one_name_is_no_choice(void **state)
{
	(void)state;
	assert_int_equal(load("[作業者]\n氏名 = 鈴木、一郎\n"), 0);
	are(CASE_OPERATOR, "鈴木、一郎|");	/* one name, as it always was */
	assert_string_equal(case_person(&c, CASE_OPERATOR), "鈴木、一郎");
	assert_false(case_may_choose(&c, CASE_OPERATOR));
	are(CASE_WITNESS, "");
	assert_string_equal(case_person(&c, CASE_WITNESS), "");
	assert_false(case_may_choose(&c, CASE_WITNESS));
}

static void
test_the_named_one_comes_first(void **state)
{
	(void)state;
	assert_int_equal(load("[作業者]\nほかの氏名 = 伊藤 四郎、渡辺，B , \n"
			      "氏名 = 鈴木\n[witness]\nothers = 鈴木, A, A\n"),
			 0);
	are(CASE_OPERATOR, "鈴木|伊藤 四郎|渡辺|B|");
	are(CASE_WITNESS, "鈴木|A|");
	assert_string_equal(case_person(&c, CASE_OPERATOR), "鈴木");
	assert_true(case_may_choose(&c, CASE_OPERATOR));
	/* nobody is the witness until somebody is chosen */
	assert_string_equal(case_person(&c, CASE_WITNESS), "");
	assert_true(case_may_choose(&c, CASE_WITNESS));
}

static void
test_only_who_is_listed(void **state)
{
	(void)state;
	assert_int_equal(load("[operator]\nname = A\nothers = B、C\n"), 0);
	assert_int_equal(case_choose(&c, CASE_OPERATOR, "D"), -ENOENT);
	assert_int_equal(case_choose(&c, CASE_OPERATOR, ""), -ENOENT);
	assert_int_equal(case_choose(&c, CASE_WITNESS, "B"), -ENOENT);
	assert_string_equal(case_person(&c, CASE_OPERATOR), "A");
	assert_int_equal(case_choose(&c, CASE_OPERATOR, "C"), 0);
	assert_string_equal(case_person(&c, CASE_OPERATOR), "C");
	assert_string_equal(c.f[CASE_OPERATOR_NAME], "C");
	are(CASE_OPERATOR, "A|B|C|");		/* and back again */
	assert_int_equal(case_choose(&c, CASE_OPERATOR, "A"), 0);
	assert_string_equal(case_person(&c, CASE_OPERATOR), "A");
}

static void
test_too_many(void **state)
{
	char text[400] = "[operator]\nname = N\nothers = ";

	(void)state;
	for (int i = 1; i < CASE_PEOPLE_MAX; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text),
			 "N%d,", i);
	assert_int_equal(load(text), 0);
	assert_int_equal(c.people[CASE_OPERATOR].n, CASE_PEOPLE_MAX);
	snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s",
		 "one more");
	assert_int_equal(load(text), -EINVAL);
	assert_non_null(strstr(err, "case.ini:3: more than 16 names"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_name_is_no_choice),
		cmocka_unit_test(test_the_named_one_comes_first),
		cmocka_unit_test(test_only_who_is_listed),
		cmocka_unit_test(test_too_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
