/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: a certificate says what the run was: every key is there, a failure
 * can never be taken for a success, and a document that contradicts itself is
 * neither built nor accepted.
 */
#undef NDEBUG
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "../certs/cert_text.h"
#include "cert_setup.h"

#include <errno.h>

static const char *
get(const json_t *j, const char *key)
{
	const char *text = json_string_value(json_object_get(j, key));

	return text ? text : "";
}

static json_t *
build(void)
{
	json_t *j;

	assert_int_equal(sample_build(&s, &j), 0);
	return j;
}

/* docs/FORMATS.md, all of it. */
static void
every_key_is_there(void **state)
{
	static const char *const keys[] = {
		"schema", "cert_id", "doc_type", "supersedes", "title", "form",
		"issued_at", "statement", "addressee", "orderer",
		"contractor", "contract", "info_items", "media", "method",
		"responsible", "operator", "validator", "witness", "approval",
		"instruction", "place", "purpose", "contact", "date",
		"started_at", "finished_at", "result", "level", "level_text",
		"level_gloss", "level_reasons", "verification", "exceptions",
		"consent", "notes", "not_examined", "tool", "evidence",
		"crypto", "signer", "drive",
	};
	static const char *const medium[] = {
		"name", "qty", "unit", "asset_no", "model", "serial",
		"vendor", "wwn", "firmware", "size", "lblock", "pblock",
		"medium", "transport", "path", "image", "in_media_csv",
	};
	json_t *j = build(), *m;
	char id[CERT_ID_LEN + 1];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		if (!json_object_get(j, keys[i]))
			fail_msg("no '%s'", keys[i]);
	}
	assert_int_equal(json_object_size(j), ARRAY_SIZE(keys));
	m = json_array_get(json_object_get(j, "media"), 0);
	for (size_t i = 0; i < ARRAY_SIZE(medium); i++)
		assert_non_null(json_object_get(m, medium[i]));
	assert_int_equal(cert_id_of(j, id), 0);
	assert_string_equal(get(j, "cert_id"), id);
	assert_int_equal(strlen(id), CERT_ID_LEN);
	json_decref(j);
}

static void
a_success_says_so(void **state)
{
	json_t *j = build();
	const json_t *method = json_object_get(j, "method");

	(void)state;
	assert_string_equal(get(j, "result"), "erased");
	assert_string_equal(get(j, "level"), "clear");
	assert_string_equal(get(j, "title"), "データ消去証明書");
	assert_non_null(strstr(get(j, "statement"), "証明します"));
	assert_string_equal(get(method, "text"),
		"データ消去ソフトウェア massho " MASSHO_VERSION
		" による上書き消去（乱数1回＋全域読出検証、"
		"NIST SP 800-88 Clear相当）");
	json_decref(j);
}

static void
forbidden_words_are_absent(const json_t *j)
{
	static const char *const words[] = {
		"廃棄", "100%", "100 %", "１００", "第三者", "復元不可能",
		"完全",
	};
	static const char *const where[] = { "title", "statement" };
	const char *method = get(json_object_get(j, "method"), "text");

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		assert_null(strstr(method, words[i]));
		for (size_t k = 0; k < ARRAY_SIZE(where); k++)
			assert_null(strstr(get(j, where[k]), words[i]));
	}
}

/* Breaks the run in one way; what is certified must not read like success. */
static void
is_no_success(const char *result)
{
	json_t *j = build();
	const char *title = get(j, "title");

	assert_string_equal(get(j, "result"), result);
	assert_string_equal(get(j, "level"), "none");
	assert_null(strstr(title, "証明"));
	assert_true(strstr(title, "消去できていません") ||
		    strstr(title, "消去は完了していません"));
	assert_null(strstr(get(j, "statement"), "証明"));
	assert_null(strstr(get(json_object_get(j, "method"), "text"), "相当"));
	assert_true(json_array_size(json_object_get(
		json_object_get(j, "exceptions"), "reasons")) > 0);
	forbidden_words_are_absent(j);
	json_decref(j);
}

static void
a_failure_is_no_success(void **state)
{
	(void)state;
	/* The case's own title is for a success only. */
	text_copy(s.c.f[CASE_FORM_TITLE], CASE_TEXT, "データ消去証明書");
	for (int way = 0; way < 8; way++) {
		sample_run(&s);
		switch (way) {
		case 0:
			s.r.results[1].mismatches = 1;
			break;
		case 1:
			s.r.results[0].flushed = false;
			break;
		case 2:
			s.r.results[0].bytes -= 512;
			break;
		case 3:
			s.r.results[2].state = STATE_FAILED;
			break;
		case 4:
			s.r.n_results = 1;
			break;
		case 5:
			text_copy(s.r.after.serial, 64, "OTHER");
			break;
		case 6:
			s.r.cache_dropped = false;
			break;
		case 7:
			text_copy(s.r.results[2].signature, 32, "ntfs");
			break;
		}
		is_no_success("failed");
	}
}

static void
an_interruption_is_no_success(void **state)
{
	(void)state;
	s.r.state = STATE_INTERRUPTED;
	s.r.why.code = REASON_INTERRUPTED;
	s.r.n_results = 1;
	s.r.results[0].state = STATE_INTERRUPTED;
	s.r.finished[0] = '\0';
	is_no_success("interrupted");
}

/* A few blocks that the policy tolerates: told in title and statement. */
static void
exceptions_are_told(void **state)
{
	json_t *j, *e;
	uint8_t *pdf = NULL;
	char err[512] = "", sha[65];
	size_t len;

	(void)state;
	s.p.bad_max_ppm = 1000;
	plan_seal(&s.p);
	memcpy(s.consent.plan_digest, s.p.digest, DIGEST_LEN);
	sample_run(&s);
	ranges_add(&s.r.unwritten, 4096, 512);
	s.r.results[0].bytes -= 512;
	s.r.results[1].bytes -= 512;
	j = build();
	e = json_object_get(j, "exceptions");
	assert_string_equal(get(j, "result"), "erased_with_exceptions");
	assert_string_equal(get(j, "title"), "データ消去証明書（例外あり）");
	assert_non_null(strstr(get(j, "statement"), "例外として記載した部分"));
	assert_int_equal(json_integer_value(json_object_get(
		json_object_get(e, "unwritten"), "total")), 512);
	assert_true(json_array_size(json_object_get(e, "reasons")) > 0);
	forbidden_words_are_absent(j);
	memset(sha, 'a', 64);
	sha[64] = '\0';
	if (form_render(j, sha, &pdf, &len, err, sizeof(err)))
		fail_msg("the form: %s", err);
	free(pdf);
	json_decref(j);
}

static void
wording_of_success(void **state)
{
	static const char *const names[] = { "clear", "dod-5220.22-m-3",
		"gutmann", "zero" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		struct request rq = policy(names[i]);
		json_t *j;

		if (!policy_find(names[i]))
			continue;
		s.p = make(&s.d, &rq);
		memcpy(s.consent.plan_digest, s.p.digest, DIGEST_LEN);
		sample_run(&s);
		j = build();
		assert_string_equal(get(j, "result"), "erased");
		forbidden_words_are_absent(j);
		json_decref(j);
	}
}

static void
missing_fields_stop_it(void **state)
{
	static const enum case_field f[] = {
		CASE_CONTRACT_NAME, CASE_ADDRESSEE_NAME,
		CASE_CONTRACTOR_NAME, CASE_RESPONSIBLE_NAME,
		CASE_OPERATOR_NAME, CASE_PLACE_NAME,
	};
	json_t *j;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(f); i++) {
		sample_case(&s.c);
		s.c.f[f[i]][0] = '\0';
		assert_int_equal(sample_build(&s, &j), -EINVAL);
		assert_null(j);
	}
	sample_case(&s.c);
	s.c.n_items = 0;
	assert_int_equal(sample_build(&s, &j), -EINVAL);
}

static void
a_row_names_its_own_items(void **state)
{
	struct case_medium m = { .items = "給与支払報告書、申請書" };
	const json_t *list;
	json_t *j;

	(void)state;
	verify_judge(&s.p, &s.consent, &s.r, &s.v);
	assert_int_equal(cert_build(&(struct cert_input){
		.c = &s.c, .medium = &m, .d = &s.d, .p = &s.p,
		.consent = &s.consent, .r = &s.r, .v = &s.v, .key = s.key,
		.evidence = s.evidence }, &j), 0);
	list = json_object_get(j, "info_items");
	assert_int_equal(json_array_size(list), 2);
	assert_string_equal(get(json_array_get(list, 0), "item"),
			    "給与支払報告書");
	assert_string_equal(get(json_array_get(list, 1), "item"), "申請書");
	json_decref(j);
}

/* Sets one value and the ID that would belong to it: a signer who lies. */
static bool
holds_with(json_t *doc, const char *in, const char *key, json_t *value)
{
	json_t *j = json_deep_copy(doc);
	json_t *at = in ? json_object_get(j, in) : j;
	char id[CERT_ID_LEN + 1], why[256];
	bool ok;

	if (json_is_array(at))
		at = json_array_get(at, 0);
	assert_non_null(at);
	assert_int_equal(json_object_set_new(at, key, value), 0);
	assert_int_equal(cert_id_of(j, id), 0);
	json_object_set_new(j, "cert_id", json_string(id));
	ok = !cert_rules(j, LANG_EN, why, sizeof(why));
	assert_true(ok == !why[0]);
	json_decref(j);
	return ok;
}

static void
contradictions_do_not_hold(void **state)
{
	json_t *j = build(), *p;

	(void)state;
	assert_true(holds_with(j, NULL, "notes", json_string("x")));
	assert_false(holds_with(j, "verification", "mismatches",
				json_integer(1)));
	assert_false(holds_with(j, "verification", "state",
				json_string("failed")));
	assert_false(holds_with(j, "verification", "bytes",
				json_integer(512)));
	assert_false(holds_with(j, "verification", "signatures_left",
				json_string("ntfs")));
	assert_false(holds_with(j, NULL, "level", json_string("none")));
	assert_false(holds_with(j, NULL, "level", json_string("purge")));
	assert_false(holds_with(j, NULL, "result", json_string("failed")));
	assert_false(holds_with(j, NULL, "result", json_string("perfect")));
	assert_false(holds_with(j, NULL, "result", json_null()));
	assert_false(holds_with(j, NULL, "doc_type", json_string("party")));
	assert_false(holds_with(j, NULL, "schema", json_string("other")));
	assert_false(holds_with(j, NULL, "consent", json_null()));
	assert_false(holds_with(j, "consent", "how", json_string("none")));
	assert_false(holds_with(j, "evidence", "receipt", json_null()));
	assert_false(holds_with(j, "media", "size", json_integer(1)));
	assert_false(holds_with(j, "media", "qty", json_null()));
	assert_false(holds_with(j, "method", "text",
				json_string("上書きによる廃棄")));
	assert_false(holds_with(j, "method", "passes", json_array()));
	p = json_pack("{s:i}", "total", 512);
	assert_false(holds_with(j, "exceptions", "unwritten",
				json_incref(p)));
	assert_false(holds_with(j, "exceptions", "unread", p));
	assert_false(holds_with(j, NULL, "responsible", json_object()));
	json_decref(j);
}

static void
a_failure_with_the_words_of_a_success_does_not_hold(void **state)
{
	json_t *j;

	(void)state;
	s.r.results[1].mismatches = 1;
	j = build();
	assert_true(holds_with(j, NULL, "notes", json_string("x")));
	assert_false(holds_with(j, NULL, "title",
				json_string("データ消去証明書")));
	assert_false(holds_with(j, NULL, "statement",
				json_string("消去したことを証明します")));
	assert_false(holds_with(j, NULL, "level", json_string("clear")));
	assert_false(holds_with(j, NULL, "result", json_string("erased")));
	json_decref(j);
}

static void
the_id_is_that_of_the_content(void **state)
{
	json_t *j = build();
	char why[256];

	(void)state;
	json_object_set_new(j, "notes", json_string("later"));
	assert_int_equal(cert_rules(j, LANG_EN, why, sizeof(why)), -EINVAL);
	assert_non_null(strstr(why, "ID"));
	json_decref(j);
}

static void
forms_without_a_drive(void **state)
{
	static const char *const types[] = {
		"none_handled", "returned", "destroyed", "retention"
	};
	json_t *j, *extra = json_pack("{s:s}", "date", "2026-11-20");

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		assert_int_equal(cert_build_form(types[i], &s.c, s.key, extra,
						 &j), 0);
		assert_true(json_is_null(json_object_get(j, "result")));
		assert_true(json_is_null(json_object_get(j, "level")));
		assert_string_equal(get(j, "date"), "2026-11-20");
		assert_false(holds_with(j, NULL, "result",
					json_string("erased")));
		json_decref(j);
	}
	assert_int_equal(cert_build_form("erase", &s.c, s.key, NULL, &j),
			 -EINVAL);
	json_decref(extra);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, sample_setup, sample_teardown)
	const struct CMUnitTest tests[] = {
		T(every_key_is_there),
		T(a_success_says_so),
		T(a_failure_is_no_success),
		T(an_interruption_is_no_success),
		T(exceptions_are_told),
		T(wording_of_success),
		T(missing_fields_stop_it),
		T(a_row_names_its_own_items),
		T(contradictions_do_not_hold),
		T(a_failure_with_the_words_of_a_success_does_not_hold),
		T(the_id_is_that_of_the_content),
		T(forms_without_a_drive),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
