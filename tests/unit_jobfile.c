/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: a job file says exactly what it says: nothing unknown, missing, twice
 * or of another case or day is taken for an order to erase.
 */
#undef NDEBUG
#include "../src/jobfile.h"
#include "../src/util.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define GOOD "contract_no = 7-12\npolicy = purge\nuntil = 2026-12-31\n" \
	     "ordered_by = 抹消 花子\n"

static struct jobfile f;
static char err[512];

static int
parse(const char *text)
{
	err[0] = '\0';
	return jobfile_parse("job.ini", text, strlen(text), LANG_EN, &f, err,
			     sizeof(err));
}

static void
test_what_is_said_is_taken(void **state)
{
	uint8_t digest[DIGEST_LEN];
	const char *text = "\xef\xbb\xbf# 作業台\r\n"
		"契約番号 = 7-12\r\n消去方式 = purge-or-clear\r\n"
		"検証 = full\r\n期限 = 令和8年12月31日\r\n"
		"指示者 = 抹消 花子\r\n"
		"製造番号 = WD-1\r\n管理番号 = PC-2\r\nserial = S 3\r\n";

	(void)state;
	assert_int_equal(parse(text), 0);
	assert_string_equal(f.contract, "7-12");
	assert_string_equal(f.policy, "purge-or-clear");
	assert_string_equal(f.verify, "full");
	assert_string_equal(f.until, "2026-12-31");
	assert_string_equal(f.who, "抹消 花子");
	assert_int_equal(f.n, 3);
	assert_false(f.names[0].asset);
	assert_true(f.names[1].asset);
	assert_string_equal(f.names[1].text, "PC-2");
	assert_int_equal(f.names[2].line, 9);
	/* the digest is of the file, mark and all */
	assert_int_equal(sha256(text, strlen(text), digest), 0);
	assert_memory_equal(f.digest, digest, DIGEST_LEN);
}

static void
test_what_is_wrong_is_named(void **state)
{
	static const struct {
		const char *text, *said;
	} bad[] = {
		{ GOOD, "no drive" },
		{ GOOD "drive = A\n", "unknown key 'drive'" },
		{ GOOD "serial = A\nserial = a\n", "is there twice" },
		{ GOOD "serial = A\npolicy = zero\n", "is there twice" },
		{ GOOD "serial =\n", "is empty" },
		{ GOOD "serial A\n", "is not 'key = value'" },
		{ GOOD "serial = A\x01\n", ":5" },
		{ GOOD "serial = 0123456789012345678901234567890123456789"
		  "0123456789012345678901234\n", "too long" },
		{ "policy = purge\nuntil = 2026-12-31\nordered_by = x\n"
		  "serial = A\n", "'contract_no' is missing" },
		{ "contract_no = 1\nuntil = 2026-12-31\nordered_by = x\n"
		  "serial = A\n", "'policy' is missing" },
		{ "contract_no = 1\npolicy = purge\nordered_by = x\n"
		  "serial = A\n", "'until' is missing" },
		{ "contract_no = 1\npolicy = purge\nuntil = 2026-12-31\n"
		  "serial = A\n", "'ordered_by' is missing" },
		{ "until = 2026-02-30\n", "is no date" },
		{ "", "is missing" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		assert_int_equal(parse(bad[i].text), -EINVAL);
		if (!strstr(err, bad[i].said))
			fail_msg("%zu: '%s' does not say '%s'", i, err,
				 bad[i].said);
	}
}

static void
test_more_drives_than_fit(void **state)
{
	char text[DRIVES_MAX * 24 + 256] = GOOD;
	size_t n = strlen(text);

	(void)state;
	for (int i = 0; i < DRIVES_MAX; i++)
		n += (size_t)sprintf(text + n, "serial = N%d\n", i);
	assert_int_equal(parse(text), 0);
	assert_int_equal(f.n, DRIVES_MAX);
	sprintf(text + n, "serial = MORE\n");
	assert_int_equal(parse(text), -EINVAL);
}

static void
test_of_this_case_and_day(void **state)
{
	struct casefile *c = calloc(1, sizeof(*c));
	char serial[128];

	(void)state;
	assert_non_null(c);
	text_copy(c->f[CASE_CONTRACT_NO], CASE_TEXT, "7-12");
	c->n_media = 2;
	text_copy(c->media[0].asset, sizeof(c->media[0].asset), "PC-1");
	text_copy(c->media[0].serial, sizeof(c->media[0].serial), "ＷＤ-1");
	text_copy(c->media[1].asset, sizeof(c->media[1].asset), "PC-2");
	assert_int_equal(parse(GOOD "asset_no = pc-1\nasset_no = PC-2\n"
			       "serial = Ｓ9\n"), 0);
#define FITS(day) jobfile_fits(&f, c, day, LANG_EN, err, sizeof(err))
	assert_int_equal(FITS("2026-12-31"), 0);
	assert_int_equal(FITS("2027-01-01"), -EINVAL);
	assert_non_null(strstr(err, "ended on 2026-12-31"));
	assert_int_equal(jobfile_serial(&f.names[0], c, serial,
					sizeof(serial)), 0);
	assert_string_equal(serial, "WD-1");
	assert_int_equal(jobfile_serial(&f.names[1], c, serial,
					sizeof(serial)), -ENOENT);
	assert_int_equal(jobfile_serial(&f.names[2], c, serial,
					sizeof(serial)), 0);
	assert_string_equal(serial, "S9");
	c->n_media = 1;
	assert_int_equal(FITS("2026-11-21"), -EINVAL);
	assert_non_null(strstr(err, "'PC-2'"));
	c->n_media = 2;
	text_copy(c->f[CASE_CONTRACT_NO], CASE_TEXT, "7-13");
	assert_int_equal(FITS("2026-11-21"), -EINVAL);
	assert_non_null(strstr(err, "contract '7-12'"));
	/* two cases without any number are not the same one */
	c->f[CASE_CONTRACT_NO][0] = '\0';
	assert_int_equal(FITS("2026-11-21"), -EINVAL);
	free(c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_said_is_taken),
		cmocka_unit_test(test_what_is_wrong_is_named),
		cmocka_unit_test(test_more_drives_than_fit),
		cmocka_unit_test(test_of_this_case_and_day),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
