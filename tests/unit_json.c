/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: json_canonical writes the bytes of RFC 8785, refuses what it cannot
 * write so, and no noun, however evil its text, is refused.
 */
#undef NDEBUG
#include "../certs/cert.h"
#include "../src/util.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void
same(const char *in, const char *want)
{
	json_t *j = json_loads(in, JSON_DECODE_ANY, NULL);
	char *out;
	size_t len;

	assert_non_null(j);
	assert_int_equal(json_canonical(j, &out, &len), 0);
	assert_string_equal(out, want);
	assert_int_equal(len, strlen(want));
	json_decref(j);
	j = json_load_canonical(out, len);
	assert_true(!j == (in[0] != '{' && in[0] != '['));
	free(out);
	json_decref(j);
}

static void
writes_the_bytes_of_the_rfc(void **state)
{
	(void)state;
	same("{ \"b\" : 1,\n\"a\":[ true , false,null ] }",
	     "{\"a\":[true,false,null],\"b\":1}");
	/* 3.2.3: sorted, also when one key begins with the other */
	same("{\"aa\":1,\"a\":2,\"A\":3,\"_\":4,\"0\":5,\"10\":6,\"1\":7}",
	     "{\"0\":5,\"1\":7,\"10\":6,\"A\":3,\"_\":4,\"a\":2,\"aa\":1}");
	/* 3.2.2.2: what need not be escaped is not */
	same("[\"\\u20ac\\u002f\\/\\\\\\\"\\u65e5\\ud842\\udfb7\"]",
	     "[\"€//\\\\\\\"日𠮷\"]");
	same("[9007199254740991,-9007199254740991,0,-0]",
	     "[9007199254740991,-9007199254740991,0,0]");
	same("{\"z\":{},\"y\":[]}", "{\"y\":[],\"z\":{}}");
}

static void
refuses_what_has_two_spellings(void **state)
{
	static const char *const bad[] = {
		"[1.0]", "[1e3]", "[9007199254740992]", "[-9007199254740992]",
		"[\"\\n\"]", "[\"\\u001f\"]", "[\"\\u007f\"]", "[\"\\t\"]",
		"{\"\\u65e5\":1}", "{\"a\\n\":1}", "{\"a\":{\"b\":[0.5]}}",
	};
	char *out;
	size_t len;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		json_t *j = json_loads(bad[i], 0, NULL);

		assert_non_null(j);
		assert_int_equal(json_canonical(j, &out, &len), -EINVAL);
		assert_null(out);
		json_decref(j);
	}
	assert_int_equal(json_canonical(NULL, &out, &len), -EINVAL);
}

static void
refuses_what_is_too_deep(void **state)
{
	json_t *j = json_array();
	char *out;
	size_t len;

	(void)state;
	for (int i = 0; i < 100; i++) {
		json_t *outer = json_array();

		json_array_append_new(outer, j);
		j = outer;
	}
	assert_int_equal(json_canonical(j, &out, &len), -EINVAL);
	json_decref(j);
}

/* Bytes that mean the same but are not the same are another document. */
static void
reads_only_its_own_bytes(void **state)
{
	static const char *const other[] = {
		"{\"a\": 1}", "{\"a\":1}\n", " {\"a\":1}", "{\"b\":1,\"a\":2}",
		"{\"a\":1,\"a\":1}", "{\"a\":\"\\u0041\"}", "{\"a\":01}",
		"{\"a\":-0}", "{\"a\":1", "", "[1.0]",
	};
	json_t *j = json_load_canonical("{\"a\":1}", 7);

	(void)state;
	assert_non_null(j);
	json_decref(j);
	for (size_t i = 0; i < ARRAY_SIZE(other); i++)
		assert_null(json_load_canonical(other[i], strlen(other[i])));
	assert_null(json_load_canonical("{\"a\":1}\0", 8));
}

/* Takes j. */
static void
has_canonical_bytes(json_t *j)
{
	char *out;
	size_t len;

	assert_non_null(j);
	assert_int_equal(json_canonical(j, &out, &len), 0);
	assert_true(len > 2);
	free(out);
	json_decref(j);
}

#define EVIL "\x01\x7f\xff\n\t\"\\\xe6\x97 \xf0\xa0\xae\xb7"

static void
no_noun_is_refused(void **state)
{
	struct drive d = { .n_uses = USES_MAX, .n_contents = CONTENTS_MAX };
	static struct plan p;
	static struct run r;
	struct consent c = { .has_receipt = true };
	struct verdict v = { .reasons.n = REASONS_MAX };

	(void)state;
	text_copy(d.id.serial, sizeof(d.id.serial), EVIL);
	text_copy(d.id.model, sizeof(d.id.model), EVIL);
	text_copy(d.path, sizeof(d.path), EVIL);
	text_copy(d.uses[0].by, sizeof(d.uses[0].by), EVIL);
	text_copy(d.contents[0].label, sizeof(d.contents[0].label), EVIL);
	d.id.size = UINT64_MAX;
	d.id.diskseq = UINT64_MAX;
	d.scope.n_spaces = SPACES_MAX;
	text_copy(d.scope.subsystem, sizeof(d.scope.subsystem), EVIL);
	text_copy(d.bridge.name, sizeof(d.bridge.name), EVIL);
	text_copy(d.scope.spaces[0].node, sizeof(d.scope.spaces[0].node),
		  EVIL);
	d.health.hours = (struct count){ true, UINT64_MAX };
	d.areas.native = UINT64_MAX;
	d.rpm = d.meta = UINT32_MAX;
	has_canonical_bytes(json_drive(&d, LANG_JA));
	p.id = d.id;
	p.n_steps = STEPS_MAX;
	p.seed = UINT64_MAX;
	for (unsigned i = 0; i < STEPS_MAX; i++) {
		p.steps[i].kind = (enum step_kind)(i % STEP_KIND_COUNT);
		p.steps[i].attempt = UINT32_MAX;
		r.results[i].reply.raw_len = UINT32_MAX;
		r.results[i].proof.looked = UINT64_MAX;
		r.results[i].proof.pattern_len = UINT32_MAX;
		r.results[i].mismatches = UINT64_MAX;
		r.results[i].first.len = UINT32_MAX;
		r.results[i].claim_conf_ppm = 1000000;
		r.results[i].claim_share_ppb = 1;
		text_copy(r.results[i].why.arg,
			  sizeof(r.results[i].why.arg), EVIL);
	}
	p.n_attempts = ATTEMPTS_MAX;
	p.n_passed = METHOD_COUNT;
	p.n_spaces = SPACES_MAX;
	text_copy(p.passed[0].why.arg, sizeof(p.passed[0].why.arg), EVIL);
	has_canonical_bytes(json_plan(&p, LANG_EN));
	text_copy(c.who, sizeof(c.who), EVIL);
	has_canonical_bytes(json_consent(&c));
	r.sent.n = COMMANDS_MAX;
	r.sent.c[0].sent_len = UINT8_MAX;
	r.sent.c[0].step = UINT32_MAX;
	text_copy(r.sent.c[0].name, sizeof(r.sent.c[0].name), EVIL);
	r.n_results = STEPS_MAX;
	r.unwritten.n = RANGES_MAX;
	r.unwritten.lost = r.unwritten.total = UINT64_MAX;
	has_canonical_bytes(json_run(&p, &r, LANG_JA));
	has_canonical_bytes(json_step_result(&p, STEPS_MAX + 5, &r.results[0],
					     LANG_JA));
	text_copy(v.reasons.r[3].arg, sizeof(v.reasons.r[3].arg), EVIL);
	has_canonical_bytes(json_verdict(&v, LANG_JA));
	has_canonical_bytes(json_policy(&(struct policy){
		.name = "x", .title = "x", .title_ja = "x", .source = "x" }));
}

/* Offered, but not before something else is done. */
static void
what_comes_first_is_told(void **state)
{
	static struct drive d = {
		.driver = "ata",
		.offers[METHOD_OVERWRITE] = {
			.offered = true, .why.code = REASON_LOCKED_FIRST },
		.offers[METHOD_FORMAT] = { .why.code = REASON_NOT_SUPPORTED },
	};
	json_t *j = json_firmware(&d, LANG_EN);
	const json_t *offers = json_object_get(j, "offers");
	const json_t *o = json_array_get(offers, METHOD_OVERWRITE - 1);

	(void)state;
	assert_true(json_is_true(json_object_get(o, "offered")));
	assert_true(json_is_null(json_object_get(o, "why")));
	assert_string_equal(json_string_value(json_object_get(
		json_object_get(o, "first"), "code")), "locked_first");
	o = json_array_get(offers, METHOD_FORMAT - 1);
	assert_true(json_is_null(json_object_get(o, "first")));
	assert_true(json_is_object(json_object_get(o, "why")));
	json_decref(j);
}

/* Whoever finds the drive locked after a power cut finds this line. */
static void
a_password_is_told_before_it_is_set(void **state)
{
	static struct plan p = {
		.driver = "ata", .n_steps = 1,
		.steps[0] = { .kind = STEP_FIRMWARE,
			      .method = METHOD_SECURITY_ERASE,
			      .password = PASSWORD_MASSHO },
	};
	static const struct step_result begun;
	json_t *j = json_step_result(&p, 0, &begun, LANG_EN);
	const json_t *password = json_object_get(j, "password");

	(void)state;
	assert_string_equal(json_string_value(json_object_get(
		password, "typed")), password_text(PASSWORD_MASSHO));
	assert_string_equal(json_string_value(json_object_get(
		j, "command")), "SECURITY ERASE UNIT");
	assert_string_equal(json_string_value(json_object_get(j, "state")),
			    "none");
	json_decref(j);
	p.steps[0].method = METHOD_SANITIZE_BLOCK;
	p.steps[0].password = PASSWORD_NONE;
	j = json_step_result(&p, 0, &begun, LANG_EN);
	assert_true(json_is_null(json_object_get(j, "password")));
	json_decref(j);
}

/* What MARK promises is on record; the salt itself is not, before PROVE. */
static void
marks_tell_the_commitment_alone(void **state)
{
	static struct plan p = {
		.driver = "nvme", .n_steps = 1,
		.steps[0] = { .kind = STEP_MARK, .marks = true },
	};
	struct step_result r = { .key = { 1 }, .commitment = { 2 },
				 .salt = { 3 } };
	json_t *j = json_step_result(&p, 0, &r, LANG_EN);

	(void)state;
	assert_non_null(json_string_value(json_object_get(j, "key")));
	assert_non_null(json_string_value(json_object_get(j, "commitment")));
	assert_null(json_object_get(j, "salt"));
	json_decref(j);
}

static void
zero_claims_nothing(void **state)
{
	static const struct verdict v;
	static const struct run r;
	static const struct plan p;
	json_t *j = json_verdict(&v, LANG_EN);

	(void)state;
	assert_string_equal(json_string_value(json_object_get(j, "result")),
			    "failed");
	assert_string_equal(json_string_value(json_object_get(j, "level")),
			    "none");
	json_decref(j);
	j = json_run(&p, &r, LANG_EN);
	assert_string_equal(json_string_value(json_object_get(j, "state")),
			    "none");
	json_decref(j);
}

/* No sample can be certain, whatever its numbers round to. */
static void
a_sample_never_claims_certainty(void **state)
{
	struct step_result r = {
		.claim_conf_ppm = 1000000, .claim_share_ppb = 5000000,
	};
	json_t *j = json_claim(&r, 0);
	const char *en = json_string_value(json_object_get(j, "text_en"));
	const char *ja = json_string_value(json_object_get(j, "text"));

	(void)state;
	assert_non_null(strstr(en, "share of 0.5000000 %"));
	assert_non_null(strstr(en, "99.9999 %"));
	assert_non_null(strstr(ja, "99.9999%"));
	assert_null(strstr(en, "100"));
	json_decref(j);
}

static void
ranges_longest_first(void **state)
{
	static const struct ranges rs = {
		.n = 3, .total = 60,
		.r = { { 0, 10 }, { 100, 30 }, { 200, 20 } },
	};
	json_t *j = json_ranges(&rs);
	char *out;
	size_t len;

	(void)state;
	assert_int_equal(json_canonical(j, &out, &len), 0);
	assert_string_equal(out, "{\"lost\":0,\"ranges\":[[100,30],[200,20],"
			    "[0,10]],\"total\":60}");
	free(out);
	json_decref(j);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_the_bytes_of_the_rfc),
		cmocka_unit_test(refuses_what_has_two_spellings),
		cmocka_unit_test(refuses_what_is_too_deep),
		cmocka_unit_test(reads_only_its_own_bytes),
		cmocka_unit_test(no_noun_is_refused),
		cmocka_unit_test(what_comes_first_is_told),
		cmocka_unit_test(a_password_is_told_before_it_is_set),
		cmocka_unit_test(marks_tell_the_commitment_alone),
		cmocka_unit_test(zero_claims_nothing),
		cmocka_unit_test(a_sample_never_claims_certainty),
		cmocka_unit_test(ranges_longest_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
