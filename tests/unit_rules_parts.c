/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: a certificate of an erasure in several parts tells of all of them, is
 * printed, and whoever takes a part away or adds one is found out by the rest.
 */
#undef NDEBUG
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "../certs/cert_text.h"
#include "cert_setup.h"
#include "cert_tamper.h"

static void
add_part(uint8_t receipt, const char *started, const char *last)
{
	struct run_part part = { .step = 1, .kind = STEP_VERIFY };

	memset(part.receipt, receipt, DIGEST_LEN);
	text_copy(part.started, sizeof(part.started), started);
	text_copy(part.last, sizeof(part.last), last);
	parts_add(&s.r.parts, &part);
}

/* 0x00 and random: interrupted in the first pass and in the second. */
static int
setup(void **state)
{
	struct request rq = passes("0x00,random");

	(void)state;
	sample_open(&s, "clear");
	sample_plan(&s, &rq);
	add_part(0x11, "2026-11-20T09:00:00+09:00",
		 "2026-11-20T10:00:00+09:00");
	add_part(0x12, "2026-11-20T11:00:00+09:00",
		 "2026-11-20T12:30:00+09:00");
	s.r.parts.p[1].kind = STEP_OVERWRITE;
	s.r.parts.p[1].reached = 4096 << 12;
	s.r.results[0].carried = true;
	s.r.results[0].resumed_at = 1 << 20;
	s.r.results[0].margin = 1 << 20;
	s.r.results[1].resumed_at = 4096 << 12;
	s.r.results[1].margin = resume_margin(&s.p, 1, 4096 << 12);
	return 0;
}

static json_t *
build(void)
{
	char why[512] = "";
	json_t *j;

	assert_int_equal(sample_build(&s, &j), 0);
	if (cert_rules(j, LANG_JA, why, sizeof(why)) ||
	    form_check(j, why, sizeof(why)))
		fail_msg("%s", why);
	return j;
}

static void
it_tells_of_every_part(void **state)
{
	json_t *j = build(), *told;

	(void)state;
	assert_string_equal(cert_get(j, "result"), "erased");
	assert_int_equal(json_array_size(cert_at(j, "method.parts")), 2);
	told = json_array_get(cert_at(j, "level_reasons"), 0);
	assert_string_equal(cert_get(told, "code"), "resumed");
	assert_string_equal(cert_get(told, "arg"), "2");
	json_decref(j);
}

static void
one_lie_is_found(void **state)
{
	static const char *const lie[][2] = {
		{ "method.parts", "[]" },
		{ "method.parts", "null" },
		{ "method.parts", "{}" },
		{ "method.parts.0.receipt", "\"\"" },
		{ "method.parts.0.receipt", "null" },
		{ "method.parts.0.n", "2" },
		{ "method.parts.1.n", "1" },
		{ "method.parts.1.n", "3" },
		{ "method.parts.0.started", "\"noon\"" },
		{ "method.parts.0.last", "null" },
		{ "method.parts.0.step", "0" },
		{ "method.parts.0.kind", "\"nap\"" },
		{ "method.parts.1.reached", "-1" },
		{ "method.parts.1.reached", "1500000000512" },
		{ "method.parts.1.more", "1" },
		{ "method.passes.0.carried", "false" },
		{ "method.steps.0.carried", "false" },
		{ "method.passes.1.carried", "true" },
		{ "method.passes.2.carried", "true" },
		{ "method.steps.2.carried", "true" },
		{ "method.steps.3.carried", "true" },
		{ "method.passes.1.resumed", "{}" },
		{ "method.passes.1.resumed", "1" },
		{ "method.passes.1.resumed.at", "0" },
		{ "method.passes.1.resumed.at", "1500000000512" },
		{ "method.passes.1.resumed.margin", "0" },
		{ "method.passes.1.resumed.margin", "16777217" },
		{ "method.passes.1.resumed.restarted", "true" },
		{ "method.passes.1.resumed.restarted", "0" },
		{ "method.passes.2.resumed", "{\"at\":512,\"margin\":512,"
			"\"restarted\":false}" },
		{ "level_reasons.0.arg", "\"1\"" },
		{ "level_reasons.0.code", "\"overwrite_only\"" },
	};
	json_t *j = build();
	char same[80] = "\"", *own;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lie); i++)
		if (holds_with(j, lie[i][0], lie[i][1]))
			fail_msg("%s = %s", lie[i][0], lie[i][1]);
	/* a receipt stands for one part only, and not for this one */
	own = json_dumps(cert_at(j, "evidence.receipt"), JSON_ENCODE_ANY);
	assert_false(holds_with(j, "method.parts.0.receipt", own));
	free(own);
	memset(same + 1, '1', 64);
	same[65] = '"';
	assert_true(holds_with(j, "method.parts.0.receipt", same));
	assert_false(holds_with(j, "method.parts.1.receipt", same));
	json_decref(j);
}

/* A certificate of before there were parts. */
static void
without_parts_nothing_is_said_of_them(void **state)
{
	json_t *j, *one;
	char id[CERT_ID_LEN + 1], why[512];
	size_t i;

	(void)state;
	memset(&s.r.parts, 0, sizeof(s.r.parts));
	for (i = 0; i < 2; i++) {
		s.r.results[i].carried = false;
		s.r.results[i].resumed_at = s.r.results[i].margin = 0;
	}
	j = build();
	assert_false(holds_with(j, "method.passes.0.carried", "true"));
	assert_false(holds_with(j, "method.steps.1.carried", "true"));
	json_object_del(json_object_get(j, "method"), "parts");
	json_array_foreach((json_t *)cert_at(j, "method.passes"), i, one) {
		json_object_del(one, "carried");
		json_object_del(one, "resumed");
	}
	json_array_foreach((json_t *)cert_at(j, "method.steps"), i, one)
		json_object_del(one, "carried");
	assert_int_equal(cert_id_of(j, id), 0);
	json_object_set_new(j, "cert_id", json_string(id));
	assert_int_equal(cert_rules(j, LANG_JA, why, sizeof(why)), 0);
	json_decref(j);
}

/* Also of a failure, a part that cannot have been is not printed. */
static void
it_is_told_of_a_failure_too(void **state)
{
	json_t *j;

	(void)state;
	s.r.state = STATE_INTERRUPTED;
	s.r.why.code = REASON_INTERRUPTED;
	s.r.results[2] = (struct step_result){ .state = STATE_INTERRUPTED,
					       .why.code =
					       REASON_INTERRUPTED };
	memset(&s.r.results[3], 0, sizeof(s.r.results[3]));
	s.r.n_results = 3;
	j = build();
	assert_string_equal(cert_get(j, "result"), "interrupted");
	assert_false(holds_with(j, "method.parts", "[]"));
	json_decref(j);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, sample_teardown)
	const struct CMUnitTest tests[] = {
		T(it_tells_of_every_part),
		T(one_lie_is_found),
		T(without_parts_nothing_is_said_of_them),
		T(it_is_told_of_a_failure_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
