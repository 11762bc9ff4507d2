/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: the report of a case lists every document and every medium and run
 * that has none, and counts as erased only what its latest document says is
 * erased.
 */
#undef NDEBUG
#include "../certs/form.h"
#include "../src/util.h"
#include "form_sample.h"

#include <poppler.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#define FIELD(c, field, text) snprintf((c)->f[field], CASE_TEXT, "%s", text)

static struct casefile *
a_case(void)
{
	static const char *const media[][4] = {
		{ "KDS-2024-017", "ノートパソコン内蔵HDD", "rcf50ace1234ab",
			"台" },
		{ "KDS-2024-018", "USBメモリ", "USB0001", "本" },
		{ "KDS-2024-019", "外付けハードディスク", "WX0002", "台" },
	};
	struct casefile *c = calloc(1, sizeof(*c));
	size_t i;

	assert_non_null(c);
	FIELD(c, CASE_CONTRACT_NAME, "住民税課税データ入力業務委託");
	FIELD(c, CASE_CONTRACT_DATE, "2026-04-01");
	FIELD(c, CASE_ADDRESSEE_NAME, "みどり市");
	FIELD(c, CASE_ADDRESSEE_TITLE, "市長");
	FIELD(c, CASE_ADDRESSEE_HONORIFIC, "様");
	FIELD(c, CASE_CONTRACTOR_NAME, "株式会社桐生データサービス");
	FIELD(c, CASE_CONTRACTOR_ADDRESS, "群馬県桐生市織姫町１番１号");
	FIELD(c, CASE_CONTRACTOR_REP_TITLE, "代表取締役");
	FIELD(c, CASE_CONTRACTOR_REP_NAME, "髙﨑　一郎");
	FIELD(c, CASE_RESPONSIBLE_NAME, "佐藤　花子");
	FIELD(c, CASE_CONTACT_PHONE, "0277-00-0002");
	for (i = 0; i < G_N_ELEMENTS(media); i++) {
		struct case_medium *m = &c->media[c->n_media++];

		snprintf(m->asset, sizeof(m->asset), "%s", media[i][0]);
		snprintf(m->name, sizeof(m->name), "%s", media[i][1]);
		snprintf(m->serial, sizeof(m->serial), "%s", media[i][2]);
		snprintf(m->unit, sizeof(m->unit), "%s", media[i][3]);
		snprintf(m->qty, sizeof(m->qty), "1");
	}
	return c;
}

static json_t *
document(bool failed, const char *id, const char *issued, const char *serial)
{
	json_t *doc = failed ? sample_failed() : sample();

	sample_set(doc, "cert_id", id);
	sample_set(doc, "issued_at", issued);
	json_object_set_new(json_array_get(json_object_get(doc, "media"), 0),
			    "serial", json_string(serial));
	return doc;
}

/* All its text, without blanks; frees the documents. */
static char *
text_with(const struct casefile *c, json_t **docs, size_t n,
	  const json_t *runs, const json_t *spaces)
{
	GString *out = g_string_new("");
	PopplerDocument *doc;
	char err[512], *at;
	uint8_t *pdf;
	size_t len, i;
	GBytes *bytes;

	if (form_report(c, docs, n, runs, spaces, &pdf, &len, err,
			sizeof(err)))
		fail_msg("form_report: %s", err);
	bytes = g_bytes_new_static(pdf, len);
	doc = poppler_document_new_from_bytes(bytes, NULL, NULL);
	assert_non_null(doc);
	for (i = 0; i < (size_t)poppler_document_get_n_pages(doc); i++) {
		PopplerPage *page = poppler_document_get_page(doc, (int)i);
		char *text = poppler_page_get_text(page);

		for (at = text; *at; at = g_utf8_next_char(at))
			if (!g_unichar_isspace(g_utf8_get_char(at)))
				g_string_append_unichar(out,
					g_utf8_get_char(at));
		g_free(text);
		g_object_unref(page);
	}
	g_object_unref(doc);
	g_bytes_unref(bytes);
	free(pdf);
	for (i = 0; i < n; i++)
		json_decref(docs[i]);
	return g_string_free(out, FALSE);
}

static char *
text_of(const struct casefile *c, json_t **docs, size_t n)
{
	return text_with(c, docs, n, NULL, NULL);
}

static time_t
made_at(const struct casefile *c, const char *issued)
{
	json_t *docs[] = {
		document(false, "20261121-0123456789ab", issued, "RCF50"),
	};
	PopplerDocument *doc;
	char err[512];
	uint8_t *pdf;
	GBytes *bytes;
	time_t t;
	size_t len;

	assert_int_equal(form_report(c, docs, 1, NULL, NULL, &pdf, &len, err,
				     sizeof(err)), 0);
	bytes = g_bytes_new_static(pdf, len);
	doc = poppler_document_new_from_bytes(bytes, NULL, NULL);
	assert_non_null(doc);
	t = poppler_document_get_creation_date(doc);
	g_object_unref(doc);
	g_bytes_unref(bytes);
	free(pdf);
	json_decref(docs[0]);
	return t;
}

/* Which is what the signature claims, too. */
static void
is_of_the_moment_it_is_made(void **state)
{
	struct casefile *c = a_case();
	time_t before = time(NULL), made;

	(void)state;
	made = made_at(c, "2026-01-02T03:04:05+09:00");
	assert_true(made >= before && made <= time(NULL));
	/* but of none before what it tells of: 2099-01-02 in Japan */
	assert_int_equal(made_at(c, "2099-01-02T03:04:05+09:00"), 4070973845);
	free(c);
}

static void
digest_of(const json_t *doc, char out[2 * DIGEST_LEN + 1])
{
	uint8_t digest[DIGEST_LEN];
	char *bytes;
	size_t len;

	assert_int_equal(json_canonical(doc, &bytes, &len), 0);
	assert_int_equal(sha256(bytes, len, digest), 0);
	hex_encode(out, digest, DIGEST_LEN);
	free(bytes);
}

static void
lists_documents_and_gaps(void **state)
{
	struct casefile *c = a_case();
	json_t *docs[] = {
		document(false, "20261121-0123456789ab",
			 "2026-11-21T15:42:10+09:00", "RCF50ACE1234AB"),
		document(true, "20261121-bbbbbbbbbbbb",
			 "2026-11-21T16:00:00+09:00", "USB0001"),
	};
	char digest[2][2 * DIGEST_LEN + 1], *text;
	size_t i;

	for (i = 0; i < 2; i++)
		digest_of(docs[i], digest[i]);
	text = text_of(c, docs, 2);

	(void)state;
	assert_non_null(strstr(text, "返還・廃棄・消去報告書"));
	assert_non_null(strstr(text, "20261121-0123456789ab"));
	assert_non_null(strstr(text, "20261121-bbbbbbbbbbbb"));
	assert_non_null(strstr(text, "WX0002"));
	for (i = 0; i < 2; i++)
		assert_non_null(strstr(text, digest[i]));
	assert_non_null(strstr(text, "kds-01.jsonl第17行" SAMPLE_SHA));
	assert_non_null(strstr(text, "消去できていません1件、消去済み1件、"
			       "未処理1件"));
	assert_non_null(strstr(text, "情報が残っているおそれがあります"));
	g_free(text);
	free(c);
}

static void
latest_document_counts(void **state)
{
	struct casefile *c = a_case();
	json_t *docs[] = {
		document(false, "20261121-000000000001",
			 "2026-11-21T10:00:00+09:00", "RCF50ACE1234AB"),
		document(true, "20261121-000000000002",
			 "2026-11-21T11:00:00+09:00", "RCF50ACE1234AB"),
	};
	char *text = text_of(c, docs, 2);

	(void)state;
	assert_non_null(strstr(text, "（後の文書："));
	assert_non_null(strstr(text, "合計消去できていません1件、未処理2件"));
	g_free(text);
	free(c);
}

/* One namespace that was erased says nothing of the other, though they have
 * one serial. */
static void
namespaces_stand_for_themselves(void **state)
{
	struct casefile *c = a_case();
	json_t *docs[] = {
		document(true, "20261121-000000000001",
			 "2026-11-21T10:00:00+09:00", "RCF50ACE1234AB"),
		document(false, "20261121-000000000002",
			 "2026-11-21T11:00:00+09:00", "RCF50ACE1234AB"),
	};
	static const char *const wwn[] = { "eui.0000000000000001",
		"eui.0000000000000002" };
	char *text;

	(void)state;
	for (size_t i = 0; i < 2; i++)
		json_object_set_new(json_array_get(json_object_get(docs[i],
			"media"), 0), "wwn", json_string(wwn[i]));
	text = text_of(c, docs, 2);
	assert_null(strstr(text, "（後の文書："));
	assert_non_null(strstr(text, "合計消去できていません1件、消去済み1件"));
	g_free(text);
	free(c);
}

/* Of an old drive, whose namespaces have no names of their own. */
static json_t *
space(json_t *doc, int nsid)
{
	json_t *spaces = json_array();

	for (int i = 1; i <= 3; i++)
		json_array_append_new(spaces, json_pack("{s:i, s:b}", "nsid",
							i, "self", i == nsid));
	json_object_set_new(json_array_get(json_object_get(doc, "media"), 0),
			    "wwn", json_string("unknown"));
	json_object_set_new(doc, "drive", json_pack(
		"{s:{s:o}, s:[]}", "scope", "spaces", spaces, "spaces"));
	return doc;
}

/* Nor do their numbers, and the third has no document. */
static void
namespaces_without_names(void **state)
{
	struct casefile *c = a_case();
	json_t *docs[] = {
		space(document(true, "20261121-000000000001",
			       "2026-11-21T10:00:00+09:00",
			       "RCF50ACE1234AB"), 1),
		space(document(false, "20261121-000000000002",
			       "2026-11-21T11:00:00+09:00",
			       "RCF50ACE1234AB"), 2),
	};
	json_t *spaces = json_pack("[{s:i, s:i, s:i}]", "row", 0, "nsid", 3,
				   "size", 4096);
	char *text = text_with(c, docs, 2, NULL, spaces);

	(void)state;
	assert_null(strstr(text, "（後の文書："));
	assert_non_null(strstr(text, "合計消去できていません1件、消去済み1件、"
			       "未処理3件"));
	for (int i = 1; i <= 3; i++) {
		char name[32];

		snprintf(name, sizeof(name), "名前空間%d", i);
		assert_non_null(strstr(text, name));
	}
	assert_non_null(strstr(text, "4,096バイト（4.0KiB）"));
	assert_non_null(strstr(text, "文書のない名前空間も、未処理"));
	assert_non_null(strstr(text, "情報が残っているおそれがあります"));
	g_free(text);
	json_decref(spaces);
	free(c);
}

static void
unknown_serials_match_nothing(void **state)
{
	struct casefile *c = a_case();
	json_t *doc = document(false, "20261121-000000000003",
			       "2026-11-21T10:00:00+09:00", "unknown");
	char *text;

	(void)state;
	snprintf(c->media[0].serial, sizeof(c->media[0].serial), "unknown");
	json_object_set_new(json_array_get(json_object_get(doc, "media"), 0),
			    "asset_no", json_null());
	text = text_of(c, &doc, 1);
	assert_non_null(strstr(text, "合計消去済み1件、未処理3件"));
	g_free(text);
	free(c);
}

static void
nothing_done_yet(void **state)
{
	struct casefile *c = a_case();
	char *text = text_of(c, NULL, 0);

	(void)state;
	assert_non_null(strstr(text, "合計未処理3件"));
	g_free(text);
	free(c);
}

/* Whatever the log says of them, nobody has certified it. */
static void
runs_without_a_document_are_told(void **state)
{
	struct casefile *c = a_case();
	json_t *runs = json_pack(
		"[{s:s, s:s, s:s, s:s, s:n}, {s:s, s:s, s:s, s:s, s:s}]",
		"time", "2026-11-21T09:00:00+09:00", "path", "/dev/sdx",
		"model", "MASSHO DISK", "serial", "LOOSE1", "result",
		"time", "2026-11-21T09:30:00+09:00", "path", "/tmp/\U0001f984",
		"model", "unknown", "serial", "LOOSE2", "result", "erased");
	char *text = text_with(c, NULL, 0, runs, NULL);

	(void)state;
	assert_non_null(strstr(text, "証明書のない作業"));
	assert_non_null(strstr(text, "型番MASSHODISK"));
	assert_non_null(strstr(text, "製造番号LOOSE1"));
	assert_non_null(strstr(text, "/dev/sdx消去できていません"));
	assert_non_null(strstr(text, "型番不明"));
	assert_non_null(strstr(text, "製造番号LOOSE2"));
	assert_non_null(strstr(text, "印字できない文字を含みます"
			       "消去済み（証明されていません）"));
	assert_non_null(strstr(text, "合計未処理3件"));
	g_free(text);
	text = text_of(c, NULL, 0);
	assert_null(strstr(text, "証明書のない作業"));
	g_free(text);
	json_decref(runs);
	free(c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_of_the_moment_it_is_made),
		cmocka_unit_test(lists_documents_and_gaps),
		cmocka_unit_test(latest_document_counts),
		cmocka_unit_test(namespaces_stand_for_themselves),
		cmocka_unit_test(namespaces_without_names),
		cmocka_unit_test(unknown_serials_match_nothing),
		cmocka_unit_test(nothing_done_yet),
		cmocka_unit_test(runs_without_a_document_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
