/* SPDX-License-Identifier: Apache-2.0 */
/* case.ini is read as written, or refused with the line and the way out. */
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
ini_len(const char *text, size_t len, enum lang lang)
{
	const struct case_source src = { "case.ini", lang, said, sizeof(said) };

	memset(out, 0, sizeof(*out));
	said[0] = '\0';
	return case_ini_parse(&src, text, len, out);
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

/* ---- case.ini ---------------------------------------------------------- */

static const struct {
	const char *text;
	enum case_field field;
	const char *value;
} good_ini[] = {
	{ "[契約]\n業務名 = 甲乙\n", CASE_CONTRACT_NAME, "甲乙" },
	{ "\xef\xbb\xbf[契約]\r\n業務名=甲乙\r\n", CASE_CONTRACT_NAME, "甲乙" },
	{ "[contract]\nname = a; b # c = d\n", CASE_CONTRACT_NAME,
	  "a; b # c = d" },
	{ "[Contract]\nNAME=x", CASE_CONTRACT_NAME, "x" },
	/* names of contracts are not ours */
	{ "[契約]\n業務名=100%出資法人の端末廃棄（第三者証明付き）",
	  CASE_CONTRACT_NAME, "100%出資法人の端末廃棄（第三者証明付き）" },
	{ "[その他]\n備考=廃棄は発注者が別途行う", CASE_NOTES,
	  "廃棄は発注者が別途行う" },
	{ "[契約]\n　業務名　＝ = x\n", CASE_FIELD_COUNT, NULL },
	{ "　[契約]　\n　業務名　=　甲　乙　\n", CASE_CONTRACT_NAME, "甲　乙" },
	{ "#x\n;y\n\n[契約]\n終了日=令和9年3月31日\n", CASE_CONTRACT_END,
	  "2027-03-31" },
	{ "[受注者]\n法人番号 = 7000012050002\n", CASE_CONTRACTOR_REG_NO,
	  "7000012050002" },
	{ "[受注者]\n法人番号 = ７-0000-1205-0002\n", CASE_CONTRACTOR_REG_NO,
	  "7000012050002" },
	{ "[立会者]\n立会いの求め = あり\n", CASE_WITNESS_REQUESTED, "yes" },
	{ "[witness]\nrequested = No\n", CASE_WITNESS_REQUESTED, "no" },
	{ "[実施場所]\n庁舎内 = はい\n", CASE_PLACE_ON_PREMISES, "yes" },
	{ "[宛先]\n敬称 = 御中\n", CASE_ADDRESSEE_HONORIFIC, "御中" },
	{ "[宛先]\n敬称 = （宛先）\n", CASE_ADDRESSEE_HONORIFIC, "（宛先）" },
	{ "[契約]\n業務名 =\n", CASE_CONTRACT_NAME, "" },
	{ "[その他]\n備考 = 𠮷野家 葛\xf3\xa0\x84\x80城 ①㈱髙\n", CASE_NOTES,
	  "𠮷野家 葛\xf3\xa0\x84\x80城 ①㈱髙" },
	/* a contract number of twelve digits in all is not refused */
	{ "[契約]\n契約番号 = 2026-001-00123\n", CASE_CONTRACT_NO,
	  "2026-001-00123" },
};

static void
reads_good_ini(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(good_ini); i++) {
		int err = ini_len(good_ini[i].text, strlen(good_ini[i].text),
				  LANG_EN);

		if (!good_ini[i].value) {
			assert_int_equal(err, -EINVAL);
			continue;
		}
		if (err)
			print_error("%zu: %s\n", i, said);
		assert_int_equal(err, 0);
		assert_string_equal(out->f[good_ini[i].field],
				    good_ini[i].value);
	}
}

static const struct {
	const char *text;
	unsigned line;
	const char *en, *ja;	/* parts of the message */
} bad_ini[] = {
	{ "[様式]\n標題 = データ廃棄証明書\n", 2, "is no '廃棄'",
	  "ソフトウェアによる消去は「廃棄」ではありません" },
	{ "[様式]\n標題 = 消去証明書（１００ ％）\n", 2, "'100%'", "「100%」" },
	{ "[その他]\n備考 = 完全に復元 不可能\n", 2, "'復元不可能'",
	  "「復元不可能」" },
	{ "[その他]\n備考 = 第三者機関が証明\n", 2, "'第三者…証明'",
	  "保証できないため" },
	{ "[その他]\n\n目的 = 完全に消去\n", 3, "'完全に消去'",
	  "保証できないため" },
	{ "[立会者]\n確認方法 = 第三者証明\n", 2, "'第三者…証明'",
	  "立会者 確認方法" },
	{ "[宛先]\n宛名 = （宛先）見本市長\n", 2, "has an honorific",
	  "敬称が入っています" },
	{ "[宛先]\n宛名 = 見本市長様\n", 2, "has an honorific",
	  "敬称が入っています" },
	{ "[契約]\n業務命 = x\n", 2, "did you mean '業務名' of [契約]",
	  "「業務命」という項目はありません" },
	{ "[contract]\nnmae = x\n", 2, "did you mean 'name'", "「name」" },
	{ "[契約]\n氏名 = x\n", 2, "'氏名' of [責任者]",
	  "[責任者] の「氏名」" },
	{ "\n[契役]\n", 2, "did you mean [契約]", "[契約] ではありませんか" },
	{ "[responsable]\n", 1, "did you mean [responsible]",
	  "[responsible]" },
	{ "[契約]\n業務名=a\n\n業務名=b\n", 4, "twice, first in line 2",
	  "2 行目" },
	{ "[契約]\nname=a\n[contract]\n業務名=b\n", 4, "twice", "二重" },
	{ "業務名 = a\n", 1, "before the first section", "区分がありません" },
	{ "[契約\n", 1, "is not a section", "区分として読めません" },
	{ "[契約] x\n", 1, "is not a section", "区分として読めません" },
	{ "[契約]\n業務名 甲\n", 2, "is not 'key = value'", "の形では" },
	{ "[契約]\n= x\n", 2, "is not 'key = value'", "の形では" },
	{ "[契約]\n業務名 ＝ 甲\n", 2, "full-width", "全角" },
	{ "[契約]\n契約日 = 令和8年2月29日\n", 2, "there is no day",
	  "という日付はありません" },
	{ "[契約]\n契約日 = 来月\n", 2, "is not a date", "日付として読めませ"
							 "ん" },
	{ "[受注者]\n法人番号 = 7000012050003\n", 2, "corporate number",
	  "法人番号（13桁）ではありません" },
	{ "[受注者]\n法人番号 = 700001205000\n", 2, "corporate number",
	  "法人番号" },
	{ "[立会者]\n立会いの求め = たぶん\n", 2, "yes or no",
	  "「あり」か「なし」" },
	{ "[宛先]\n敬称 = さん\n", 2, "one of", "様・殿" },
	{ "[契約]\n業務名 = a\x01z\n", 2, "control character U+0001",
	  "制御文字" },
	{ "[契約]\n業務名 = a\xc2\x85z\n", 2, "control character U+0085",
	  "制御文字" },
	{ "[契約]\n業務名 = a\tz\n", 2, "a tab", "タブ" },
	{ "[契約]\n業務名 = \xe2\x80\xae" "abc\n", 2, "invisible character"
	  " U+202E", "見えない文字" },
	{ "[契約]\n業務名 = \xee\x80\x80\n", 2, "U+E000", "外字" },
	{ "[契約]\n業務名 = \x8c\x5f\n", 2, "not valid UTF-8", "UTF-8" },
	{ "[契約]\n業務名 = \xc0\xaf\n", 2, "not valid UTF-8", "UTF-8" },
	{ "[契約]\n業務名 = \xed\xa0\x80\n", 2, "not valid UTF-8", "UTF-8" },
	{ "[その他]\n備考 = 番号は123456789018です\n", 2, "individual number",
	  "個人番号" },
	{ "[その他]\n備考 = １２３４－５６７８－９０１８\n", 2,
	  "individual number", "個人番号" },
	{ "\n# 1234 5678 9018\n", 2, "individual number", "個人番号" },
	{ "[情報項目 1]\n区分 = 個人情報\n", 2, "an item without",
	  "のない情報項目" },
	{ "[情報項目 1]\n項目=a\n[情報項目 1]\n項目=b\n", 4, "twice", "二重" },
	{ "[情報項目]\n項目1=a\n項目１=b\n", 3, "twice", "二重" },
	{ "[情報項目 2]\n項目1=a\n", 2, "numbered section", "番号付き" },
	{ "[情報項目 1]\n名前=a\n", 2, "unknown key",
	  "という項目はありません" },
	{ "[情報項目 1]\n項目=a\n区分=秘密\n", 3, "confidential, personal",
	  "機密情報・個人情報" },
	{ "[情報項目 1]\n項目=a\n分類=4\n", 3, "1, 2 or 3", "1・2・3" },
	{ "[情報項目 1]\n項目=a\n件数=01234567890123456789012345678901\n", 3,
	  "too long", "長すぎます" },
};

static void
refuses_bad_ini(void **state)
{
	char where[64];
	size_t i, lang;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(bad_ini); i++)
		for (lang = LANG_JA; lang <= LANG_EN; lang++) {
			const char *part = lang == LANG_EN ? bad_ini[i].en :
					   bad_ini[i].ja;
			int err = ini_len(bad_ini[i].text,
					  strlen(bad_ini[i].text),
					  (enum lang)lang);

			snprintf(where, sizeof(where), "case.ini:%u: ",
				 bad_ini[i].line);
			if (err != -EINVAL || !strstr(said, part) ||
			    strncmp(said, where, strlen(where)) != 0)
				print_error("%zu: %d '%s', not '%s%s'\n", i,
					    err, said, where, part);
			assert_int_equal(err, -EINVAL);
			assert_int_equal(strncmp(said, where, strlen(where)),
					 0);
			assert_non_null(strstr(said, part));
			assert_true(text_valid(said));
		}
}

static void
refuses_long_and_binary_ini(void **state)
{
	static const char nul[] = "[契約]\n業務名 = a\0b\n";
	char text[4096] = "[契約]\n業務名 = ";
	size_t n = strlen(text);

	(void)state;
	memset(text + n, 'x', CASE_TEXT - 1);
	assert_int_equal(ini_len(text, strlen(text), LANG_EN), 0);
	assert_int_equal(strlen(out->f[CASE_CONTRACT_NAME]), CASE_TEXT - 1);
	text[n + CASE_TEXT - 1] = 'x';
	assert_int_equal(ini_len(text, strlen(text), LANG_EN), -EINVAL);
	assert_non_null(strstr(said, "case.ini:2: contract.name: too long"));
	memset(text + n, 'x', sizeof(text) - n - 1);
	assert_int_equal(ini_len(text, strlen(text), LANG_EN), -EINVAL);
	assert_non_null(strstr(said, "case.ini:2: line too long"));
	assert_int_equal(ini_len(nul, sizeof(nul) - 1, LANG_EN), -EINVAL);
	assert_non_null(strstr(said, "case.ini:2: NUL"));
}

static void
collects_items(void **state)
{
	static const char *const ways[] = {
		"[情報項目 1]\n項目=甲\n区分=個人情報\n件数=3件\n"
		"[情報項目 2]\n項目=乙\n由来=backup\n",
		"[items]\n項目1=甲\n区分1=personal\n件数1=3件\n項目2=乙\n"
		"由来2=バックアップ\n",
		"[情報項目]\n項目=甲\n区分=個人情報\n件数=3件\n"
		"[情報項目]\n項目=乙\n由来=バックアップ\n",
		"[item 7]\nitem=甲\nkind=personal\ncount=3件\n[item 8]\nitem=\n"
		"[item 9]\nitem=乙\norigin=backup\n",
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(ways); i++) {
		assert_int_equal(ini_len(ways[i], strlen(ways[i]), LANG_EN), 0);
		assert_int_equal(out->n_items, 2);
		assert_string_equal(out->items[0].item, "甲");
		assert_string_equal(out->items[0].kind, "個人情報");
		assert_string_equal(out->items[0].count, "3件");
		assert_string_equal(out->items[1].item, "乙");
		assert_string_equal(out->items[1].kind, "");
		assert_string_equal(out->items[1].origin, "バックアップ");
	}
}

static void
knows_the_items_of_a_row(void **state)
{
	static const char text[] = "[items]\n項目1=甲、乙\n項目2=丙\n";
	char which[CASE_TEXT];

	(void)state;
	assert_int_equal(ini_len(text, strlen(text), LANG_EN), 0);
	assert_false(case_unknown_item(out, "", which));
	assert_false(case_unknown_item(out, "甲、乙", which));
	assert_false(case_unknown_item(out, "丙，丙; 丙", which));
	assert_true(case_unknown_item(out, "丙、乙", which));
	assert_string_equal(which, "乙");
}

static void
tells_destruction_from_erasure(void **state)
{
	static const char *const erasures[] = {
		"データ消去ソフトmasshoによる上書き", "上書", "ＭＡＳＳＨＯ",
		"ディスクの初期化", "overwritten by software",
	};
	const struct case_source src = { "f", LANG_EN, said, sizeof(said) };
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(erasures); i++) {
		assert_int_equal(case_wording(&src, 0, "how",
					      WORDING_DESTRUCTION,
					      erasures[i]), -EINVAL);
		assert_non_null(strstr(said, "leaves the medium whole"));
		assert_int_equal(case_wording(&src, 0, "how", WORDING_NOTE,
					      erasures[i]), 0);
	}
	assert_int_equal(case_wording(&src, 0, "how", WORDING_DESTRUCTION,
				      "細断（6mm）"), 0);
	assert_int_equal(case_wording(&src, 0, "note", WORDING_NOTE,
				      "100％"), -EINVAL);
}

static void
counts_items(void **state)
{
	char text[8192] = "[items]\n";
	size_t n = strlen(text);
	int i;

	(void)state;
	for (i = 1; i <= CASE_ITEMS_MAX; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n,
				      "item%d=x%d\n", i, i);
	assert_int_equal(ini_len(text, n, LANG_EN), 0);
	assert_int_equal(out->n_items, CASE_ITEMS_MAX);
	n += (size_t)snprintf(text + n, sizeof(text) - n, "item%d=x\n", i);
	assert_int_equal(ini_len(text, n, LANG_EN), -EINVAL);
	assert_non_null(strstr(said, "case.ini:66: more than 64 items"));
}

/* ---- what is missing --------------------------------------------------- */

static void
names_what_is_missing(void **state)
{
	static const char full[] =
		"[契約]\n業務名=a\n[宛先]\n宛名=b\n[受注者]\n商号又は名称=c\n"
		"[責任者]\n氏名=d\n[作業者]\n氏名=e\n[実施場所]\n場所=f\n"
		"[情報項目 1]\n項目=g\n[契約]\n";
	char text[1024];

	(void)state;
	assert_int_equal(ini_len("", 0, LANG_EN), 0);
	assert_int_equal(case_complete(out, LANG_EN, said, sizeof(said)),
			 -EINVAL);
	assert_non_null(strstr(said, "contract.name, addressee.name,"
			       " contractor.name, responsible.name,"
			       " operator.name, place.name, item.item"));
	assert_int_equal(case_complete(out, LANG_JA, said, sizeof(said)),
			 -EINVAL);
	assert_non_null(strstr(said, "契約 業務名、宛先 宛名、"));
	assert_int_equal(ini_len(full, strlen(full), LANG_EN), 0);
	assert_int_equal(case_complete(out, LANG_EN, said, sizeof(said)), 0);
	assert_string_equal(said, "");

	snprintf(text, sizeof(text), "%s開始日=R8.4.1\n終了日=R8.3.31\n", full);
	assert_int_equal(ini_len(text, strlen(text), LANG_EN), 0);
	assert_int_equal(case_complete(out, LANG_EN, said, sizeof(said)),
			 -EINVAL);
	assert_non_null(strstr(said, ":17: contract.end (2026-03-31) is before"
			       " contract.start (2026-04-01)"));
	snprintf(text, sizeof(text), "[契約]\n\n業務名=\n");
	assert_int_equal(ini_len(text, strlen(text), LANG_EN), 0);
	assert_int_equal(case_complete(out, LANG_EN, said, sizeof(said)),
			 -EINVAL);
	assert_non_null(strstr(said, "contract.name (line 3), addressee"));
	snprintf(text, sizeof(text), "%s[立会者]\n立会いの求め=あり\n", full);
	assert_int_equal(ini_len(text, strlen(text), LANG_EN), 0);
	assert_int_equal(case_complete(out, LANG_EN, said, sizeof(said)),
			 -EINVAL);
	assert_non_null(strstr(said, "witness.name"));
}

static void
every_field_has_its_row(void **state)
{
	int i, k, lang;

	(void)state;
	for (i = 0; i < CASE_FIELD_COUNT; i++)
		for (lang = LANG_JA; lang <= LANG_EN; lang++) {
			const char *name = case_field_name((enum case_field)i,
							   (enum lang)lang);

			assert_non_null(name);
			assert_non_null(case_keys[i].help.in[lang]);
			for (k = 0; k < i; k++)
				assert_string_not_equal(name, case_field_name(
					(enum case_field)k, (enum lang)lang));
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_good_ini),
		cmocka_unit_test(refuses_bad_ini),
		cmocka_unit_test(refuses_long_and_binary_ini),
		cmocka_unit_test(collects_items),
		cmocka_unit_test(knows_the_items_of_a_row),
		cmocka_unit_test(tells_destruction_from_erasure),
		cmocka_unit_test(counts_items),
		cmocka_unit_test(names_what_is_missing),
		cmocka_unit_test(every_field_has_its_row),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
