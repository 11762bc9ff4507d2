/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: a certificate whose signer lies in any one place is found out by the
 * rest of it, and a case whose words cannot be certified is found out before
 * anything is erased; a contract's own name is never the reason.
 */
#undef NDEBUG
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "../certs/cert_text.h"
#include "cert_setup.h"
#include "cert_tamper.h"

#include <errno.h>

static json_t *
build(void)
{
	json_t *j;

	assert_int_equal(sample_build(&s, &j), 0);
	return j;
}

static void
one_lie_is_found(void **state)
{
	static const char *const lie[][2] = {
		{ "level", "\"purge\"" },
		{ "level_text", "\"Purge\"" },
		{ "level_gloss", "\"誰にも復元できない\"" },
		{ "title", "\"データ廃棄証明書\"" },
		{ "title", "\"感謝状\"" },
		{ "statement", "\"完全に消去しました。\"" },
		{ "method.text", "\"上書き消去\"" },
		{ "method.technique", "\"crypto\"" },
		{ "method.level", "\"purge\"" },
		{ "verification.mode", "\"none\"" },
		{ "verification.mode", "\"sample\"" },
		{ "verification.mode", "\"bogus\"" },
		{ "verification.state", "\"fine\"" },
		{ "verification.bytes", "0" },
		{ "verification.first_mismatch", "{\"at\":0}" },
		{ "verification.cache_dropped", "false" },
		{ "verification.samples", "1" },
		{ "method.passes.1.bytes", "5" },
		{ "method.passes.1.kind", "\"overwrite\"" },
		{ "method.passes.1.pattern", "\"0x00\"" },
		{ "method.passes.0.errno", "5" },
		{ "method.passes.0.flushed", "null" },
		{ "method.passes.0.started", "\"foo\"" },
		{ "method.passes.0.ms", "-1" },
		{ "method.passes.0.key", "null" },
		{ "media.0.size", "-1" },
		{ "media.0.lblock", "0" },
		{ "exceptions.unwritten.ranges", "[[0,512]]" },
		{ "exceptions.unwritten.lost", "99" },
		{ "exceptions.unread.total", "512" },
		{ "exceptions.reasons", "[{\"code\":\"mismatch\",\"text\":"
			"\"x\",\"text_en\":\"x\"}]" },
		{ "exceptions.reasons", "[{}]" },
		{ "level_reasons", "[{}]" },
		{ "result", "\"erased_with_exceptions\"" },
		{ "date", "\"xx\"" },
		{ "date", "\"2001-01-01\"" },
		{ "started_at", "\"foo\"" },
		{ "started_at", "\"2099-01-01T00:00:00+09:00\"" },
		{ "finished_at", "\"2001-01-01T00:00:00+09:00\"" },
		{ "issued_at", "\"2001-02-31T00:00:00+09:00\"" },
		{ "consent.at", "\"noon\"" },
		{ "info_items", "[{}]" },
		{ "info_items", "[]" },
		{ "media", "[]" },
		{ "not_examined", "[]" },
		{ "surprise", "1" },
		{ "crypto.signature", "\"MD5\"" },
		{ "crypto.digest", "\"SHA-1\"" },
		{ "crypto.list", "\"mine\"" },
		{ "crypto.encryption", "null" },
		{ "evidence.seq", "0" },
		{ "evidence.seq", "-5" },
		{ "evidence.file", "\"/etc/passwd\"" },
		{ "evidence.file", "\"../st.jsonl\"" },
		{ "notes", "\"100%復元不可能な状態にした\"" },
		{ "notes", "\"第三者がこれを証明する\"" },
		{ "notes", "\"１ ０ ０ ％消去\"" },
		{ "notes", "\"Irrecoverably erased\"" },
		{ "purpose", "\"完全消去\"" },
	};
	json_t *j = build();

	(void)state;
	assert_true(holds_with(j, "notes", "\"第１作業室\""));
	for (size_t i = 0; i < ARRAY_SIZE(lie); i++) {
		if (holds_with(j, lie[i][0], lie[i][1]))
			fail_msg("%s = %s", lie[i][0], lie[i][1]);
	}
	json_decref(j);
}

/* A run may end before it starts if it says why, and only then. */
static void
a_clock_set_back_is_told(void **state)
{
	json_t *j = build(), *told;
	char why[512], *text;

	(void)state;
	text_copy(s.r.started, TIME_LEN, "2099-01-01T00:00:00+09:00");
	s.r.results[0].ms = 7000;
	told = build();
	if (cert_rules(told, LANG_JA, why, sizeof(why)) ||
	    form_check(told, why, sizeof(why)))
		fail_msg("%s", why);
	assert_string_equal(cert_get(told, "result"), "erased");
	text = json_dumps(json_object_get(told, "level_reasons"), 0);
	assert_non_null(strstr(text, "計7秒"));
	assert_true(holds_with(told, "notes", "\"x\""));
	assert_false(holds_with(j, "level_reasons", text));
	free(text);
	assert_false(holds_with(told, "level_reasons", "[]"));
	json_decref(told);
	json_decref(j);
}

/* A PC whose clock runs in Japanese time is nine hours ahead of UTC: the only
 * number on a certificate that may be below zero. */
static void
a_clock_may_be_off_either_way(void **state)
{
	json_t *j = build();

	(void)state;
	assert_true(holds_with(j, "tool.live", "{\"clock\":"
		"{\"offset_s\":-32400,\"rtc\":\"2026-11-21 11:48:03\"}}"));
	assert_true(holds_with(j, "tool.live",
			       "{\"clock\":{\"offset_s\":32400}}"));
	assert_false(holds_with(j, "tool.live", "{\"offset_s\":-32400}"));
	assert_false(holds_with(j, "tool.live",
			"{\"clock\":{\"offset_s\":-1,\"off\":-1}}"));
	json_decref(j);
}

static void
two_media_are_not_one_erasure(void **state)
{
	json_t *j = build(), *list = json_object_get(j, "media");
	char *text;

	(void)state;
	json_array_append(list, json_array_get(list, 0));
	text = json_dumps(list, 0);
	assert_false(holds_with(j, "media", text));
	free(text);
	json_decref(j);
}

static void
a_pass_left_out_is_missed(void **state)
{
	json_t *j = build(), *passes;
	char *text;

	(void)state;
	passes = json_object_get(json_object_get(j, "method"), "passes");
	json_array_remove(passes, 1);
	text = json_dumps(passes, 0);
	assert_false(holds_with(j, "method.passes", text));
	free(text);
	json_decref(j);
}

/* A sample says only what so many blocks allow to say. */
static void
a_sample_claims_no_more_than_it_can(void **state)
{
	struct step_result *x = &s.r.results[1];
	json_t *j;

	(void)state;
	s.p.steps[1].how = (struct verify_how){ VERIFY_SAMPLE, 50000 };
	plan_seal(&s.p);
	memcpy(s.consent.plan_digest, s.p.digest, DIGEST_LEN);
	sample_run(&s);
	x->sections = 1000;
	x->samples = 2000;
	x->bytes = s.p.id.size / 10;
	memset(x->salt, 1, sizeof(x->salt));
	x->claim_conf_ppm = 990000;
	x->claim_share_ppb = 2299936;
	j = build();
	assert_true(holds_with(j, "notes", "\"x\""));
	assert_false(holds_with(j, "verification.samples", "1"));
	assert_false(holds_with(j, "verification.sections", "999"));
	assert_false(holds_with(j, "verification.salt", "null"));
	assert_false(holds_with(j, "verification.claim", "null"));
	assert_false(holds_with(j, "verification.claim.share_ppb", "1000"));
	assert_false(holds_with(j, "verification.claim.text", "\"安心\""));
	json_decref(j);
}

static void
forms_say_their_own_sentence(void **state)
{
	json_t *j, *how = json_pack("{s:{s:s}}", "method", "text",
				    "データ消去ソフトによる上書き");

	(void)state;
	assert_int_equal(cert_build_form("destroyed", &s.c, s.key, NULL, &j),
			 0);
	assert_false(holds_with(j, "title", "\"データ消去証明書\""));
	assert_false(holds_with(j, "statement", "\"消去しました。\""));
	assert_false(holds_with(j, "surprise", "1"));
	assert_false(holds_with(j, "crypto.signature", "\"MD5\""));
	json_decref(j);
	assert_int_equal(cert_build_form("destroyed", &s.c, s.key, how, &j),
			 -EINVAL);
	assert_null(j);
	json_decref(how);
}

static int
preflight(char *err, size_t len)
{
	return cert_preflight(&s.c, NULL, &s.d, &s.p, &s.consent, s.key, err,
			      len);
}

static void
a_contract_may_have_any_name(void **state)
{
	static const char *const names[] = {
		"庁内パソコンのデータ消去及び消去証明書発行業務委託",
		"市100%出資法人端末の完全消去業務",
		"第三者による廃棄の証明に係る復元不可能化業務",
	};
	char err[512];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		text_copy(s.c.f[CASE_CONTRACT_NAME], CASE_TEXT, names[i]);
		text_copy(s.c.f[CASE_NOTES], CASE_TEXT, names[i]);
		if (preflight(err, sizeof(err)))
			fail_msg("%s: %s", names[i], err);
	}
}

static void
words_that_cannot_be_certified_are_found_before(void **state)
{
	static const struct {
		enum case_field f;
		const char *text;
	} bad[] = {
		{ CASE_FORM_TITLE, "第三者によるデータ廃棄証明書（100％）" },
		{ CASE_FORM_TITLE, "データ廃棄証明書" },
		{ CASE_NOTES, "100%復元不可能な状態にした" },
		{ CASE_PURPOSE, "第三者の証明" },
		{ CASE_CONTRACT_NAME, "" },
	};
	char err[512];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		sample_case(&s.c);
		assert_int_equal(preflight(err, sizeof(err)), 0);
		text_copy(s.c.f[bad[i].f], CASE_TEXT, bad[i].text);
		if (!preflight(err, sizeof(err)) || !err[0])
			fail_msg("accepted: %s", bad[i].text);
	}
}

static void
every_policy_could_be_certified(void **state)
{
	char err[512];
	uint64_t began;

	(void)state;
	for (size_t i = 0; i < n_policies; i++) {
		struct request rq = policy(policies[i].name);

		s.p = make(&s.d, &rq);
		if (s.p.refusals.n)
			continue;
		began = mono_ms();
		if (preflight(err, sizeof(err)))
			fail_msg("%s: %s", policies[i].name, err);
		assert_true(mono_ms() - began < 500);
	}
}

static void
without_consent_there_is_no_document(void **state)
{
	char err[512];

	(void)state;
	s.consent.how = CONSENT_NONE;
	assert_int_equal(preflight(err, sizeof(err)), -EINVAL);
	assert_true(err[0]);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, sample_setup, sample_teardown)
	const struct CMUnitTest tests[] = {
		T(one_lie_is_found),
		T(a_clock_set_back_is_told),
		T(a_clock_may_be_off_either_way),
		T(two_media_are_not_one_erasure),
		T(a_pass_left_out_is_missed),
		T(a_sample_claims_no_more_than_it_can),
		T(forms_say_their_own_sentence),
		T(a_contract_may_have_any_name),
		T(words_that_cannot_be_certified_are_found_before),
		T(every_policy_could_be_certified),
		T(without_consent_there_is_no_document),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
