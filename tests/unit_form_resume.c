/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: the form tells of an interruption once, under a heading of its own and
 * not among the reasons for a level; and it names who is responsible once.
 */
#undef NDEBUG
#include "form_drawn.h"

#define TOLD "消去は途中で中断し、それまでの作業記録に基づいて再開しまし" \
	"た（中断1回）"

static json_t *
resumed(void)
{
	json_t *doc = sample(), *reasons, *pass;

	reasons = json_object_get(doc, "level_reasons");
	json_array_insert_new(reasons, 0, json_pack("{s:s, s:s, s:s}", "code",
		reason_name(REASON_RESUMED), "arg", "1", "text", TOLD));
	json_object_set_new(json_object_get(doc, "method"), "parts", json_pack(
		"[{s:i, s:s, s:s, s:s, s:i, s:s, s:i}]", "n", 1, "receipt",
		SAMPLE_SHA, "started", "2026-11-20T10:03:00+09:00", "last",
		"2026-11-20T11:40:00+09:00", "step", 1, "kind", "overwrite",
		"reached", 268435456));
	pass = json_array_get(form_node(doc, "method.passes"), 0);
	json_object_set_new(pass, "resumed", json_pack("{s:i, s:i, s:b}", "at",
		268435456, "margin", 67108864, "restarted", false));
	return doc;
}

/* Where it stands, counted from the start of the form's text. */
static size_t
place_of(const struct drawn *d, const char *words)
{
	char *plain = squeeze(words);
	const char *at = strstr(d->text, plain);

	if (!at)
		fail_msg("the form does not show '%s'", words);
	g_free(plain);
	return (size_t)(at - d->text);
}

static size_t
times(const struct drawn *d, const char *words)
{
	char *plain = squeeze(words);
	const char *at = d->text;
	size_t n = 0;

	while ((at = strstr(at, plain))) {
		at += strlen(plain);
		n++;
	}
	g_free(plain);
	return n;
}

static void
an_interruption_is_no_reason_for_a_level(void **state)
{
	struct drawn d = draw(resumed());

	(void)state;
	assert_int_equal(d.pages, 1);
	shows(&d, "中断と再開の経過");
	shows(&d, "第1部　開始 令和8年11月20日 10時03分00秒（+09:00）");
	shows(&d, "268,435,456 バイトの位置から続行");
	assert_int_equal(times(&d, TOLD), 1);
	/* what was checked stands between the two */
	assert_true(place_of(&d, TOLD) <
		    place_of(&d, "全域の読出し照合：完了"));
	assert_true(place_of(&d, "より上の水準としない理由・留意事項") >
		    place_of(&d, "全域の読出し照合：完了"));
	shows(&d, "より上の水準としない理由・留意事項・上書きだけでは、代替処理"
	      "された領域に届かない");
	done(&d);
}

/* A document that names no parts must not lose the sentence. */
static void
without_parts_it_stays_where_it_was(void **state)
{
	json_t *doc = resumed();
	struct drawn d;

	(void)state;
	json_object_del(json_object_get(doc, "method"), "parts");
	d = draw(doc);
	hides(&d, "中断と再開の経過");
	shows(&d, "より上の水準としない理由・留意事項・" TOLD);
	done(&d);
}

/* In the column 責任者, as the contracts have it; 発行責任者 is another. */
static void
who_is_responsible_is_named_once(void **state)
{
	json_t *doc = sample();
	struct drawn d;

	(void)state;
	/* in one piece: a reader may take a full-width space for a gap */
	sample_set(json_object_get(doc, "contact"), "issuer", "業務部長");
	sample_set(json_object_get(doc, "responsible"), "name", "佐藤花子");
	d = draw(doc);
	assert_int_equal(times(&d, "佐藤花子"), 1);
	shows(&d, "責任者の所属・連絡先");
	shows(&d, "業務部");
	shows(&d, "0277-00-0001");
	shows(&d, "𠮷田　二郎");
	done(&d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_interruption_is_no_reason_for_a_level),
		cmocka_unit_test(without_parts_it_stays_where_it_was),
		cmocka_unit_test(who_is_responsible_is_named_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
