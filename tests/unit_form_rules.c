/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: no form lets a failure pass for a success, says 廃棄 of an erasure by
 * software, or promises what nobody can know.
 */
#undef NDEBUG
#include "form_drawn.h"

static void
failure_cannot_be_mistaken(void **state)
{
	struct drawn d = draw(sample_failed());
	const char *at = d.text;
	int n;

	(void)state;
	shows(&d, "データ消去未完了報告書（消去できていません）");
	shows(&d, "この媒体には情報が残っているおそれがあります");
	shows(&d, "読み出した内容が書き込んだ内容と一致しない");
	shows(&d, "4d415253484f4d4152534851");
	hides(&d, "証明します");
	hides(&d, "証明書番号20261121");
	for (n = 0; (at = strstr(at, "消去できていません")); n++)
		at++;
	/* Title, banner, method and date, and again on every further page. */
	assert_true(n >= 4 + 2 * (d.pages - 1));
	/* Nobody has confirmed what did not happen. */
	hides(&d, "渡邊三郎");
	hides(&d, "確認方法");
	shows(&d, "文書番号20261121");
	done(&d);
}

static int
times(const char *text, const char *what)
{
	int n = 0;

	while ((text = strstr(text, what))) {
		text++;
		n++;
	}
	return n;
}

/* A reason is a fact, told once; what to do is not for who gets the letter. */
static void
reasons_are_told_once_and_give_no_orders(void **state)
{
	struct reason r = { .code = REASON_IDENTITY_CHANGED, .arg = "size" };
	json_t *doc = sample_failed(), *list;
	char text[400];
	struct drawn d;

	(void)state;
	list = json_pack("[{s:s, s:s}]", "code", reason_name(r.code), "text",
			 reason_text(&r, LANG_JA, text, sizeof(text)));
	json_object_set(json_object_get(doc, "exceptions"), "reasons", list);
	json_array_append(json_object_get(doc, "level_reasons"),
			  json_array_get(list, 0));
	json_decref(list);
	d = draw(doc);
	shows(&d, "計画時のドライブと一致しません（容量）");
	assert_int_equal(times(d.text, "計画時のドライブ"), 1);
	hides(&d, "massho plan");
	hides(&d, "やり直して");
	done(&d);
}

/* What the contract is called is quoted, and claims nothing. */
static void
a_contract_may_be_called_anything(void **state)
{
	static const char name[] =
		"100%完全な廃棄及び消去証明書発行業務委託（復元不可能）";
	json_t *docs[] = { sample(), sample_failed(), sample() };
	char said[512], err[256];
	size_t i;

	(void)state;
	sample_set(docs[2], "result", "erased_with_exceptions");
	sample_set(docs[2], "title", "データ消去証明書（例外あり）");
	for (i = 0; i < G_N_ELEMENTS(docs); i++) {
		json_object_set_new(json_object_get(docs[i], "contract"),
				    "name", json_string(name));
		snprintf(said, sizeof(said), "「%s」について報告します。",
			 name);
		sample_set(docs[i], "statement", said);
		sample_set(docs[i], "notes", name);
		assert_int_equal(form_check(docs[i], err, sizeof(err)), 0);
		/* Outside the name the same word is ours. */
		snprintf(said, sizeof(said), "「%s」について報告します。100%%",
			 name);
		sample_set(docs[i], "statement", said);
		assert_int_equal(form_check(docs[i], err, sizeof(err)),
				 -EINVAL);
		assert_non_null(strstr(err, "statement"));
		json_decref(docs[i]);
	}
}

static void
interruption_says_so(void **state)
{
	json_t *doc = sample_failed();
	struct drawn d;

	(void)state;
	sample_set(doc, "result", "interrupted");
	sample_set(doc, "title",
		   "データ消去中断報告書（消去は完了していません）");
	d = draw(doc);
	shows(&d, "消去は完了していません");
	hides(&d, "証明します");
	done(&d);
}

static json_t *
changed(json_t *doc, const char *key, const char *value)
{
	sample_set(doc, key, value);
	return doc;
}

static void
untrue_forms_are_not_drawn(void **state)
{
	json_t *doc;

	(void)state;
	/* Unknown or missing results are failures, whatever the title says. */
	refused(changed(sample(), "result", "success"), -EINVAL, "title");
	refused(changed(sample(), "result", "failed"), -EINVAL, "title");
	refused(changed(sample(), "result", "interrupted"), -EINVAL, "title");
	doc = sample();
	json_object_del(doc, "result");
	refused(doc, -EINVAL, "title");
	refused(changed(sample_failed(), "statement",
			"消去したことを証明します。"), -EINVAL, "statement");
	refused(changed(sample_failed(), "level", "clear"), -EINVAL, "level");
	refused(changed(sample_failed(), "title", "データ消去証明書"), -EINVAL,
		"title");
	refused(changed(sample(), "level", "none"), -EINVAL, "level");
	refused(changed(sample(), "result", "erased_with_exceptions"), -EINVAL,
		"title");
	refused(changed(sample(), "doc_type", "certificate"), -EINVAL,
		"doc_type");
}

static void
forbidden_words_are_not_drawn(void **state)
{
	static const char *const words[] = {
		"上書き消去し廃棄した", "100 %消去", "１００％消去",
		"復元不可能な消去", "完全に消去", "第三者による証明",
	};
	json_t *doc;
	size_t i;

	(void)state;
	for (i = 0; i < G_N_ELEMENTS(words); i++) {
		doc = sample();
		json_object_set_new(json_object_get(doc, "method"), "text",
				    json_string(words[i]));
		refused(doc, -EINVAL, "method.text");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(failure_cannot_be_mistaken),
		cmocka_unit_test(reasons_are_told_once_and_give_no_orders),
		cmocka_unit_test(a_contract_may_be_called_anything),
		cmocka_unit_test(interruption_says_so),
		cmocka_unit_test(untrue_forms_are_not_drawn),
		cmocka_unit_test(forbidden_words_are_not_drawn),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
