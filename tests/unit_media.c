/* SPDX-License-Identifier: Apache-2.0 */
/* media.csv is read as written, in either encoding, or refused by line. */
#undef NDEBUG
#include "../src/case.h"
#include "../src/util.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A casefile and what was said about it. */
static struct casefile *out;
static char said[1024];

static int
csv_len(const char *text, size_t len, enum lang lang)
{
	const struct case_source src = { "media.csv", lang, said,
					 sizeof(said) };

	memset(out, 0, sizeof(*out));
	said[0] = '\0';
	return case_csv_parse(&src, text, len, out);
}

static int
setup(void **state)
{
	(void)state;
	out = malloc(sizeof(*out));
	return out ? 0 : -1;
}

static int
teardown(void **state)
{
	(void)state;
	free(out);
	return 0;
}

/* ---- media.csv --------------------------------------------------------- */

#define HEAD "管理番号,媒体名,製造番号,型番,数量,単位,情報項目,備考\n"

static void
reads_a_list(void **state)
{
	static const char text[] = "\xef\xbb\xbf" HEAD
		"A-1,\"内蔵, HDD\",0012,,1,台,,\"彼は \"\"はい\"\" と\"\r\n"
		"\r\n,,,,,,,\n"
		"\"=\"\"0034\"\"\",SSD,=\"0056\",,１,個\n"
		"A-3,USB, S 1 ,M,,,,,,\n";

	(void)state;
	assert_int_equal(csv_len(text, sizeof(text) - 1, LANG_EN), 0);
	assert_int_equal(out->n_media, 3);
	assert_string_equal(out->media[0].name, "内蔵, HDD");
	assert_string_equal(out->media[0].serial, "0012");
	assert_string_equal(out->media[0].notes, "彼は \"はい\" と");
	assert_int_equal(out->media[0].line, 2);
	assert_string_equal(out->media[1].asset, "0034");
	assert_string_equal(out->media[1].serial, "0056");
	assert_string_equal(out->media[1].qty, "1");
	assert_int_equal(out->media[1].line, 5);
	assert_string_equal(out->media[2].serial, "S 1");
	assert_ptr_equal(case_match(out, " s 1"), &out->media[2]);
	assert_ptr_equal(case_match(out, "0056"), &out->media[1]);
	assert_null(case_match(out, "56"));
	assert_null(case_match(out, ""));
	assert_null(case_match(out, "  "));
}

static void
takes_columns_in_any_order(void **state)
{
	static const char text[] =
		"Serial,#memo,ASSET,　数量　\nS1,x,A1,1\nS2,,A2";

	(void)state;
	assert_int_equal(csv_len(text, sizeof(text) - 1, LANG_EN), 0);
	assert_int_equal(out->n_media, 2);
	assert_string_equal(out->media[0].asset, "A1");
	assert_string_equal(out->media[0].qty, "1");
	assert_string_equal(out->media[1].serial, "S2");
	assert_int_equal(csv_len("", 0, LANG_EN), 0);
	assert_int_equal(out->n_media, 0);
	assert_int_equal(csv_len(HEAD, strlen(HEAD), LANG_EN), 0);
	assert_int_equal(out->n_media, 0);
}

static const struct {
	const char *text;
	unsigned line;
	const char *en;
} bad_csv[] = {
	{ "製造番号,色\nS1,赤\n", 1, "unknown column '色'" },
	{ "製造番号,型晩\nS1,x\n", 1, "did you mean '型番'" },
	{ "見情-1,内蔵SSD,S1\n", 1, "no names of columns in this line" },
	{ "製造番号\t型番\nS1\tx\n", 1, "not separated by commas" },
	{ "製造番号;型番\nS1;x\n", 1, "not separated by commas" },
	{ "管理番号,媒体名\nA,B\n", 1, "no column 'serial'" },
	{ "serial,製造番号\n", 1, "two columns" },
	{ "製造番号,\nS1,x\n", 2, "a column without a name" },
	{ "製造番号\nS1,x\n", 2, "a column without a name" },
	{ HEAD "A,B,S1\nB,C,S2\nC,D, s1 \n", 4, "in line 2 already" },
	{ HEAD "A,B,S1\na,B,S2\n", 3, "asset 'a' is in line 2 already" },
	{ HEAD ",,,M\n", 2, "without serial, asset and name" },
	{ HEAD "A,B,S1,,2\n", 2, "quantity 2 with one serial" },
	{ HEAD "A,B,,,0\n", 2, "quantity '0'" },
	{ HEAD "A,B,,,2台\n", 2, "quantity '2台'" },
	{ HEAD "A,\"B,S1\n", 2, "opened and not closed" },
	{ HEAD "A,\"B\"x,S1\n", 2, "behind a closing quote" },
	{ HEAD "A,B\"x,S1\n", 2, "a quote inside" },
	{ HEAD "A,\"B\nC\",S1\n", 2, "a line break inside" },
	{ HEAD "\nA,=A1+1,S1\n", 3, "is a formula" },
	{ HEAD "A,B,1.23457E+11\n", 2, "has rounded" },
	{ HEAD "A,1234-5678-9018,S1\n", 2, "individual number" },
	{ HEAD "123456789018,B,S1\n", 2, "individual number" },
	{ HEAD "A,\x01,S1\n", 2, "control character" },
	{ HEAD "A,B\tC,S1\n", 2, "a tab" },
	{ HEAD "A,B,S\x07\n", 2, "control character" },
	{ HEAD "A,B,S1\n\nA\xe7\xae,内,S\n", 4, "broken byte in UTF-8" },
	{ "\xef\xbb\xbf" HEAD "A,\x8a\xc7,S\n", 2, "broken byte in UTF-8" },
	{ HEAD "A,B,0123456789012345678901234567890123456789012345678901234"
	  "567890123\n", 2, "serial: too long" },
};

static void
refuses_bad_lists(void **state)
{
	char where[64];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(bad_csv); i++) {
		int err = csv_len(bad_csv[i].text, strlen(bad_csv[i].text),
				  LANG_EN);

		snprintf(where, sizeof(where), "media.csv:%u: ",
			 bad_csv[i].line);
		if (err != -EINVAL || !strstr(said, bad_csv[i].en) ||
		    strncmp(said, where, strlen(where)) != 0)
			print_error("%zu: %d '%s', not '%s%s'\n", i, err,
				    said, where, bad_csv[i].en);
		assert_int_equal(err, -EINVAL);
		assert_int_equal(strncmp(said, where, strlen(where)), 0);
		assert_non_null(strstr(said, bad_csv[i].en));
		(void)csv_len(bad_csv[i].text, strlen(bad_csv[i].text),
			      LANG_JA);
		assert_int_equal(strncmp(said, where, strlen(where)), 0);
	}
}

static void
leaves_serials_alone(void **state)
{
	static const char text[] = HEAD "A,B,123456789018\n";

	(void)state;
	assert_int_equal(csv_len(text, sizeof(text) - 1, LANG_EN), 0);
	assert_string_equal(out->media[0].serial, "123456789018");
}

static void
refuses_utf16(void **state)
{
	static const char text[] = "\xff\xfe" "a\0,\0";

	(void)state;
	assert_int_equal(csv_len(text, sizeof(text) - 1, LANG_EN), -EINVAL);
	assert_non_null(strstr(said, "UTF-16"));
	assert_int_equal(csv_len("a\0b", 3, LANG_EN), -EINVAL);
	assert_non_null(strstr(said, "not a CSV file"));
}

static void
holds_so_many_media(void **state)
{
	size_t size = 64 * 1024, n;
	char *text = malloc(size);
	int i;

	(void)state;
	assert_non_null(text);
	n = (size_t)snprintf(text, size, "serial\n");
	for (i = 0; i < CASE_MEDIA_MAX; i++)
		n += (size_t)snprintf(text + n, size - n, "S%d\n", i);
	assert_int_equal(csv_len(text, n, LANG_EN), 0);
	assert_int_equal(out->n_media, CASE_MEDIA_MAX);
	n += (size_t)snprintf(text + n, size - n, "last\n");
	assert_int_equal(csv_len(text, n, LANG_EN), -EINVAL);
	assert_non_null(strstr(said, "media.csv:514: more than 512 media"));
	free(text);
}

/* 管理番号,媒体名,製造番号 / ①,㈱髙, S1 in the bytes of Windows. */
#define CP932_HEAD "\x8a\xc7\x97\x9d\x94\xd4\x8d\x86,\x94\x7d\x91\xcc\x96\xbc" \
	",\x90\xbb\x91\xa2\x94\xd4\x8d\x86\r\n"

static void
reads_cp932(void **state)
{
	static const char text[] = CP932_HEAD
		"\x87\x40,\x87\x8a\xfb\xfc,S1\r\n"
		"\x95\x5c\x8e\xa6,\xb6\xc5,S2\r\n";

	(void)state;
	assert_int_equal(csv_len(text, sizeof(text) - 1, LANG_EN), 0);
	assert_int_equal(out->n_media, 2);
	assert_string_equal(out->media[0].asset, "①");
	assert_string_equal(out->media[0].name, "㈱髙");
	/* 表 ends in a byte that is a backslash elsewhere */
	assert_string_equal(out->media[1].asset, "表示");
	assert_string_equal(out->media[1].name, "ｶﾅ");
}

static const struct {
	const char *tail, *en;
	unsigned line;
} broken_cp932[] = {
	{ "A,\x87\x40\x81,S1\r\n", "neither UTF-8 nor CP932", 2 },
	{ "A,B,S1\r\nA,B,\x81\x20\r\n", "neither UTF-8 nor CP932", 3 },
	{ "A,B,S1\r\n\r\nA,B,\x8a", "neither UTF-8 nor CP932", 4 },
	{ "A,\xf0\x40,S1\r\n", "U+E000", 2 },
	{ "A,\x80,S1\r\n", "", 2 },
};

static void
refuses_broken_cp932(void **state)
{
	char text[256], where[64];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(broken_cp932); i++) {
		snprintf(text, sizeof(text), CP932_HEAD "%s",
			 broken_cp932[i].tail);
		snprintf(where, sizeof(where), "media.csv:%u: ",
			 broken_cp932[i].line);
		if (csv_len(text, strlen(text), LANG_EN) != -EINVAL ||
		    !strstr(said, broken_cp932[i].en) ||
		    strncmp(said, where, strlen(where)) != 0)
			fail_msg("%zu: '%s'", i, said);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_a_list),
		cmocka_unit_test(takes_columns_in_any_order),
		cmocka_unit_test(refuses_bad_lists),
		cmocka_unit_test(leaves_serials_alone),
		cmocka_unit_test(refuses_utf16),
		cmocka_unit_test(holds_so_many_media),
		cmocka_unit_test(reads_cp932),
		cmocka_unit_test(refuses_broken_cp932),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
