/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: a form shows every value of its document in the words and the order
 * of the contracts, on one page where one is enough, and loses no character.
 */
#undef NDEBUG
#include "form_drawn.h"

/* The sample, drawn once for every test that only looks at it. */
static struct drawn plain;

static int
draw_plain(void **state)
{
	(void)state;
	plain = draw(sample());
	return 0;
}

static int
drop_plain(void **state)
{
	(void)state;
	done(&plain);
	return 0;
}

static const char *const labels[] = {
	"情報項目", "媒体名", "数量", "廃棄又は消去の方法", "責任者",
	"廃棄又は消去の年月日",
};

/* Where a label stands on the height of the others; -1 if nowhere. */
static double
column_at(PopplerPage *page, const char *label, double *y)
{
	GList *hits = poppler_page_find_text(page, label), *l;
	double x = -1;

	for (l = hits; l && x < 0; l = l->next) {
		PopplerRectangle *r = l->data;

		if (*y < 0)
			*y = r->y1;
		if (r->y1 > *y - 1 && r->y1 < *y + 1)
			x = r->x1;
	}
	g_list_free_full(hits, (GDestroyNotify)poppler_rectangle_free);
	return x;
}

static void
in_order(const struct drawn *d)
{
	GBytes *bytes = g_bytes_new_static(d->pdf, d->len);
	PopplerDocument *doc = poppler_document_new_from_bytes(bytes, NULL,
							       NULL);
	PopplerPage *page = poppler_document_get_page(doc, 0);
	double y = -1, x, last = 0;
	size_t i;

	column_at(page, labels[3], &y);
	for (i = 0; i < 5; i++) {
		x = column_at(page, labels[i], &y);
		assert_true(x > last);
		last = x;
	}
	y = -1;		/* on two lines */
	assert_true(column_at(page, "の年月日", &y) > last);
	g_object_unref(page);
	g_object_unref(doc);
	g_bytes_unref(bytes);
}

static void
six_columns_in_order(void **state)
{
	static const char *const values[] = {
		"住民税課税データ（氏名、", "ノートパソコン", "1台",
		"データ消去ソフトウェ",
		"情報管理責任者", "令和8年11月21日",
	};
	size_t i;

	(void)state;
	assert_int_equal(plain.pages, 1);
	in_order(&plain);
	for (i = 0; i < 6; i++) {
		shows(&plain, labels[i]);
		shows(&plain, values[i]);
	}
}

static void
letter_and_details(void **state)
{
	static const char *const words[] = {
		"様式第２号（第７条関係）", "みどり市長　様",
		"データ消去証明書", "群馬県桐生市織姫町１番１号",
		"株式会社桐生データサービス", "印",
		"住民税課税データ入力業務委託", "み税第１２３号",
		"令和8年4月1日", "令和9年3月31日", "業務部長",
		"0277-00-0002",
		"HGST HTS725050A7E630", "RCF50ACE1234AB", "500,107,862,016",
		"令和8年11月21日 10時03分00秒（+09:00）",
		"令和8年11月21日 14時31分45秒（+09:00）", "不一致 0",
		"Clear（消去）：一般に入手可能な復元ツールに耐える",
		"代替処理されたセクタの数を確認できない", "求めあり",
		"み税第４５６号　令和8年11月18日", "第１作業室", "以上",
		"証明書番号　20261121-0123456789ab", SAMPLE_SHA,
		"massho 0.1.0", "1／1",
		"電子政府推奨暗号リスト LS-0001-2022",
	};
	size_t i;

	(void)state;
	for (i = 0; i < G_N_ELEMENTS(words); i++)
		shows(&plain, words[i]);
	hides(&plain, "消去できていません");
}

static void
addressees(void **state)
{
	static const char *const cases[][4] = {
		{ "みどり市", "市長", "様", "みどり市長" },
		{ "群馬県", "知事", "殿", "群馬県知事" },
		{ "見本市長", "情報政策課", "様", "情報政策課見本市長　様" },
		{ "山田　太郎", "見本市長", "様", "見本市長　山田　太郎　様" },
		{ "見本市長", "", "", "（宛先）見本市長" },
		{ "見本市長", "税務課", "（宛先）", "（宛先）税務課見本市長" },
		{ "（宛先）見本市長", "", "", "（宛先）見本市長" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < G_N_ELEMENTS(cases); i++) {
		json_t *doc = sample();
		struct drawn d;

		json_object_set_new(doc, "addressee", json_pack(
			"{s:s, s:s, s:s}", "name", cases[i][0], "title",
			cases[i][1], "honorific", cases[i][2]));
		d = draw(doc);
		shows(&d, cases[i][3]);
		hides(&d, "（宛先）（宛先）");
		done(&d);
	}
}

static void
rare_kanji_survive(void **state)
{
	(void)state;
	shows(&plain, "𠮷田　二郎");	/* beyond the BMP */
	shows(&plain, "髙﨑　一郎");	/* compatibility ideograph U+FA11 */
	shows(&plain, "葛");		/* with U+E0100 */
	shows(&plain, "西　葵");
}

static void
lost_character_is_an_error(void **state)
{
	json_t *doc = sample();
	char err[256] = "";

	(void)state;
	json_object_set_new(json_object_get(doc, "operator"), "name",
			    json_string("吉\xf3\xb0\x80\x80田"));
	refused(doc, -EILSEQ, "U+F0000");
	doc = sample();
	/* A variation of a kanji that no font draws is not that kanji. */
	json_object_set_new(json_object_get(doc, "operator"), "name",
			    json_string("葛\xf3\xa0\x87\xaf西"));
	refused(doc, -EILSEQ, "U+E01EF");
	assert_int_equal(form_printable("葛󠄀西　𠮷田", err, sizeof(err)), 0);
	assert_int_equal(form_printable("\xf3\xb0\x80\x80", err, sizeof(err)),
			 -EILSEQ);
	assert_non_null(strstr(err, "U+F0000"));
	assert_int_equal(form_printable("\xff", err, sizeof(err)), -EILSEQ);
}

static json_t *
with_exceptions(size_t n)
{
	json_t *doc = sample(), *list = json_array();
	json_t *e = json_object_get(doc, "exceptions");
	size_t i;

	sample_set(doc, "result", "erased_with_exceptions");
	sample_set(doc, "title", "データ消去証明書（例外あり）");
	sample_set(doc, "statement",
		   "例外を除き、下記のとおり消去したことを証明します。");
	for (i = 0; i < n; i++)
		json_array_append_new(list, json_pack("[I, I]",
			(json_int_t)1000448 * (json_int_t)(i + 1),
			(json_int_t)4096));
	json_object_set_new(e, "unwritten", json_pack(
		"{s:I, s:I, s:o}", "total", (json_int_t)n * 4096 + 8192,
		"lost", (json_int_t)8192, "ranges", list));
	json_object_set_new(e, "reasons", json_pack(
		"[{s:s, s:s}]", "code", "blocks_not_written", "text",
		"書き込めなかったブロックがある"));
	return doc;
}

static void
exceptions_come_first(void **state)
{
	struct drawn d = draw(with_exceptions(201));
	const char *said = strstr(d.text, "書き込めなかったブロックがある");
	const char *claim = strstr(d.text, "証明します");

	(void)state;
	assert_non_null(said);
	assert_non_null(claim);
	assert_true(said < claim);
	assert_true(d.pages > 1);
	shows(&d, "1,000,448");
	shows(&d, "201,090,048");
	shows(&d, "一覧に収まらなかった範囲：合計 8,192 バイト");
	shows(&d, "長い順に 201 か所を別表「上書きされていない範囲」に示す");
	done(&d);
}

static void
many_items_flow_over_pages(void **state)
{
	json_t *doc = sample(), *list = json_object_get(doc, "info_items");
	struct drawn d;
	char name[64];
	int i;

	(void)state;
	for (i = 3; i <= 40; i++) {
		snprintf(name, sizeof(name), "固定資産課税台帳第%d分冊", i);
		json_array_append_new(list, json_pack(
			"{s:s, s:s, s:s}", "item", name, "kind", "個人情報",
			"count", "1,000件"));
	}
	d = draw(doc);
	assert_true(d.pages > 1);
	for (i = 3; i <= 40; i++) {
		snprintf(name, sizeof(name), "固定資産課税台帳第%d分冊", i);
		shows(&d, name);
	}
	done(&d);
}

/* A cell higher than a page: a chapter where a word was expected. */
static void
endless_text_is_not_clipped(void **state)
{
	GString *long_text = g_string_new("");
	json_t *doc = sample();
	struct drawn d;
	int i;

	(void)state;
	for (i = 0; i < 900; i++)
		g_string_append_printf(long_text, "備考の第%d文。", i);
	sample_set(doc, "notes", long_text->str);
	g_string_free(long_text, TRUE);
	d = draw(doc);
	assert_true(d.pages > 2);
	shows(&d, "備考の第0文。");
	shows(&d, "備考の第899文。");
	done(&d);
}

/* No hyphen where a word is cut, no ligature that reads as another letter. */
static void
latin_text_stays_as_it_is(void **state)
{
	static const char serial[] =
		"0123456789abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMN";
	json_t *doc = sample();
	struct drawn d;

	(void)state;
	json_object_set_new(json_array_get(json_object_get(doc, "media"), 0),
			    "serial", json_string(serial));
	sample_set(doc, "notes", "office affinity fluffy -- \"A\" <&> ...");
	d = draw(doc);
	shows(&d, "officeaffinityfluffy");
	shows(&d, "\"A\"<&>...");
	hides(&d, "‐");
	done(&d);
}

static void
every_pass_is_listed(void **state)
{
	json_t *doc = sample(), *list = json_array();
	struct drawn d;
	int i;

	(void)state;
	for (i = 1; i <= 35; i++)
		json_array_append_new(list, json_pack(
			"{s:i, s:s, s:s, s:s, s:i, s:s, s:i}", "n", i,
			"kind", "overwrite", "pattern", "0x924924", "state",
			i == 35 ? "failed" : "done", "bytes", i * 1000,
			"finished", "2026-11-21T12:20:11+09:00", "retries",
			0));
	json_object_set_new(json_object_get(doc, "method"), "passes", list);
	d = draw(doc);
	shows(&d, "全35回");
	shows(&d, "0x924924失敗35,000");
	done(&d);
}

static void
other_documents(void **state)
{
	static const struct {
		const char *type, *title, *word;
	} kinds[] = {
		{ "none_handled", "機密情報・個人情報　取扱いなし報告書",
			"取扱いなし" },
		{ "returned", "機密情報・個人情報　返還報告書",
			"返還の年月日" },
		{ "destroyed", "廃棄報告書", "文書番号" },
		{ "retention", "機密情報・個人情報　継続保有申請書",
			"保有する期限" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < G_N_ELEMENTS(kinds); i++) {
		json_t *doc = sample();
		struct drawn d;

		sample_set(doc, "doc_type", kinds[i].type);
		sample_set(doc, "title", kinds[i].title);
		json_object_del(doc, "result");
		json_object_set_new(doc, "retention", json_pack(
			"{s:s, s:s}", "reason", "次年度の同一業務", "until",
			"2028-03-31"));
		json_object_set_new(json_object_get(doc, "method"), "text",
				    json_string("裁断による破壊（廃棄）"));
		d = draw(doc);
		assert_int_equal(d.pages, 1);
		shows(&d, kinds[i].title);
		shows(&d, kinds[i].word);
		hides(&d, "証明書番号20261121");
		shows(&d, "住民税課税データ入力業務委託");
		done(&d);
	}
}

static void
nothing_handled_needs_no_medium(void **state)
{
	json_t *doc = sample();
	struct drawn d;
	size_t i;

	(void)state;
	sample_set(doc, "doc_type", "none_handled");
	sample_set(doc, "title", "取扱いなし報告書");
	json_object_set_new(doc, "media", json_array());
	json_object_set_new(doc, "method", json_null());
	json_object_set_new(doc, "witness", json_null());
	json_object_set_new(doc, "date", json_null());
	d = draw(doc);
	for (i = 0; i < 6; i++)
		shows(&d, labels[i]);
	shows(&d, "取扱いなし");
	done(&d);
}

/* The check that every form goes through, against pages that are wrong. */
static void
a_wrong_page_is_noticed(void **state)
{
	const struct drawn d = plain;
	struct pdf_mark all = { 1, 0, 0, 600, 850, (char *)"データ消去" };
	struct pdf_mark none = { 1, 1, 1, 5, 5, (char *)"髙" };
	char err[512] = "";

	(void)state;
	assert_int_equal(pdf_compare(d.pdf, d.len, NULL, 0, err, sizeof(err)),
			 -EILSEQ);
	assert_non_null(strstr(err, "nothing was drawn"));
	assert_int_equal(pdf_compare(d.pdf, d.len, &all, 1, err, sizeof(err)),
			 -EILSEQ);
	assert_int_equal(pdf_compare(d.pdf, d.len, &none, 1, err, sizeof(err)),
			 -EILSEQ);
	assert_non_null(strstr(err, "lost U+9AD9"));
	none.page = 2;
	assert_int_equal(pdf_compare(d.pdf, d.len, &none, 1, err, sizeof(err)),
			 -EILSEQ);
	assert_int_equal(pdf_compare(d.pdf, 100, &none, 1, err, sizeof(err)),
			 -EILSEQ);
}

static void
same_document_same_bytes(void **state)
{
	struct drawn again = draw(sample());

	(void)state;
	assert_int_equal(again.len, plain.len);
	assert_memory_equal(again.pdf, plain.pdf, plain.len);
	done(&again);
}

static void
eras(void **state)
{
	struct form f = { .words = g_string_chunk_new(256) };

	(void)state;
	assert_string_equal(form_era(&f, "2026-11-21"), "令和8年11月21日");
	assert_string_equal(form_era(&f, "2019-05-01T00:00:00+09:00"),
			    "令和元年5月1日");
	assert_string_equal(form_era(&f, "2019-04-30"), "平成31年4月30日");
	assert_string_equal(form_era(&f, "1989-01-07"), "昭和64年1月7日");
	assert_string_equal(form_era(&f, "不明"), "不明");
	assert_string_equal(form_era(&f, "2026-13-01"), "2026-13-01");
	g_string_chunk_free(f.words);
}

/* The longest usual case of a drive that erased itself: still one page. */
static void
a_drive_that_erased_itself(void **state)
{
	static const char *const words[] = {
		"NVMe サニタイズ（暗号化消去）［Sanitize (Crypto Erase)］：完"
		"了",
		"NVMe サニタイズ（ブロック消去）［Sanitize (Block Erase)］：完"
		"了", "抽出による読出し確認：完了、1,024,220,160 バイトを読み出"
		"しました", "消去前に書き込んだ目印 1,000 か所、控えた元の内容 "
		"1,312 か所：いずれも残っていません",
		"すべて0（00） 1,999,406 ブロック、すべて1（FF） 1,024 ブロッ"
		"ク", "全体の0.2299936%（1177820664バイト）以上が",
		"キャッシュではなく媒体から読み出しました", "RPMB",
		"名前空間 1、コントローラー 1、未割当 0 バイト",
		"消耗度(%) 3→3、使用時間 8,123→8,123", "留意事項",
		"Purge（除去）：研究所レベルの攻撃に耐える",
	};
	struct drawn d = draw(sample_firmware());
	size_t i;

	(void)state;
	assert_int_equal(d.pages, 1);
	for (i = 0; i < G_N_ELEMENTS(words); i++)
		shows(&d, words[i]);
	hides(&d, "照合");
	hides(&d, "代替処理済み不明");
	hides(&d, "より上の水準");
	done(&d);
}

/* A refusal is told with the drive's own answer. */
static void
a_refused_command_is_told(void **state)
{
	json_t *doc = sample_firmware(), *step, *proof;
	struct drawn d;

	(void)state;
	step = json_array_get(form_node(doc, "method.steps"), 1);
	sample_set(step, "state", "refused");
	json_object_set_new(step, "reply", json_pack(
		"{s:s}", "text", "Invalid Field in Command (0002h)"));
	proof = (json_t *)form_node(doc, "verification.proof");
	json_object_set_new(proof, "marks", json_integer(0));
	json_object_set_new(proof, "preimages", json_integer(0));
	d = draw(doc);
	assert_int_equal(d.pages, 1);
	shows(&d, "［Sanitize (Crypto Erase)］：拒否（ドライブの応答：Inva"
	      "lid Field in Command (0002h)）");
	shows(&d, "消去前との比較はしていません");
	done(&d);
}

/* What survived stands where the check is told of. */
static void
a_lie_is_shown(void **state)
{
	json_t *doc = sample_failed();
	json_t *v = json_object_get(doc, "verification");
	json_t *from = sample_firmware();
	json_t *proof = json_object_get(json_object_get(from, "verification"),
					"proof");
	struct drawn d;

	(void)state;
	json_object_set_new(proof, "marks_left", json_integer(12));
	json_object_set_new(proof, "first_left", json_integer(4096));
	json_object_set(v, "proof", proof);
	sample_set(v, "state", "failed");
	json_object_set(doc, "method", json_object_get(from, "method"));
	json_decref(from);
	d = draw(doc);
	shows(&d, "のうち、12 か所が残っていました（最初の位置 4,096）");
	hides(&d, "いずれも残っていません");
	hides(&d, "証明します");
	done(&d);
}

static void
unknown_and_null_are_said(void **state)
{
	json_t *doc = sample();
	struct drawn d;

	(void)state;
	json_object_set_new(json_array_get(json_object_get(doc, "media"), 0),
			    "serial", json_string("unknown"));
	json_object_set_new(doc, "approval", json_null());
	json_object_set_new(json_object_get(doc, "verification"), "state",
			    json_string("none"));
	d = draw(doc);
	shows(&d, "製造番号不明");
	shows(&d, "照合は完了していません");
	hides(&d, "unknown");
	done(&d);
}

static void
no_witness_where_none_is_asked_for(void **state)
{
	json_t *doc = sample();
	struct drawn d;

	(void)state;
	json_object_set_new(json_object_get(doc, "witness"), "requested",
			    json_false());
	d = draw(doc);
	shows(&d, "求めなし");
	hides(&d, "みどり市税務課主査");
	hides(&d, "確認方法");
	done(&d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(six_columns_in_order),
		cmocka_unit_test(letter_and_details),
		cmocka_unit_test(addressees),
		cmocka_unit_test(rare_kanji_survive),
		cmocka_unit_test(lost_character_is_an_error),
		cmocka_unit_test(exceptions_come_first),
		cmocka_unit_test(many_items_flow_over_pages),
		cmocka_unit_test(endless_text_is_not_clipped),
		cmocka_unit_test(latin_text_stays_as_it_is),
		cmocka_unit_test(every_pass_is_listed),
		cmocka_unit_test(other_documents),
		cmocka_unit_test(nothing_handled_needs_no_medium),
		cmocka_unit_test(a_wrong_page_is_noticed),
		cmocka_unit_test(same_document_same_bytes),
		cmocka_unit_test(eras),
		cmocka_unit_test(a_drive_that_erased_itself),
		cmocka_unit_test(a_refused_command_is_told),
		cmocka_unit_test(a_lie_is_shown),
		cmocka_unit_test(unknown_and_null_are_said),
		cmocka_unit_test(no_witness_where_none_is_asked_for),
	};

	return cmocka_run_group_tests(tests, draw_plain, drop_plain);
}
