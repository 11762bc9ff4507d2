/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: a certificate says no more of a drive's last command than the marks
 * that were laid for it show, and claims no more than they allow.
 */
#undef NDEBUG
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "rules_sample.h"

static void
one_lie_about_marks_is_found(void **state)
{
	static const char *const lie[][2] = {
		{ "method.steps.2.kind", "\"mark\"" },
		{ "method.steps.2.attempt", "null" },
		{ "method.steps.2.proof", "null" },
		{ "method.steps.2.proof.thin", "1" },
		{ "method.steps.2.proof.marks", "1" },
		{ "method.steps.2.laid", "null" },
		{ "method.steps.2.laid.flushed", "false" },
		{ "method.steps.2.laid.key", "null" },
		{ "method.steps.2.laid.commitment", "null" },
		{ "method.steps.0.proof.thin", "1" },
		{ "verification.proof.places", "-1" },
		{ "verification.proof.places", "1641" },
		{ "verification.proof.places", "null" },
		{ "verification.proof.places_random", "1" },
	};

	(void)state;
	no_lie_holds(build(OUTCOME_ERASED), lie, ARRAY_SIZE(lie));
}

/* Without marks of its own the block erase has only said that it did: what is
 * proven is the crypto erase. */
static void
a_command_without_marks_lowers_the_level(void **state)
{
	static const char *const lie[][2] = {
		{ "level", "\"purge\"" },
		{ "level", "\"none\"" },
		{ "level_reasons", "[]" },
		{ "method.steps.1.state", "\"failed\"" },
		{ "method.steps.1.method", "\"sanitize-block\"" },
	};
	struct step_result *x = &s.r.results[find(STEP_MARK_AGAIN, 0)];
	json_t *j;

	(void)state;
	x->state = STATE_FAILED;
	x->why.code = REASON_FLUSH_FAILED;
	x->flushed = false;
	j = build(OUTCOME_ERASED);
	assert_string_equal(cert_get(j, "level"), "clear");
	assert_true(says(j, "level_reasons", "crypto_alone"));
	no_lie_holds(j, lie, ARRAY_SIZE(lie));
}

/* The second half of what was read is random, and all that was known before
 * has become so: no more is claimed than that allows. */
static void
random_is_claimed_by_what_was_known(void **state)
{
	static const char *const lie[][2] = {
		{ "verification.claim", "null" },
		{ "verification.claim.share_ppb", "2299936" },
		{ "verification.proof.places", "0" },
		{ "verification.proof.places_random", "0" },
		{ "verification.proof.places_random", "1001" },
		{ "verification.proof.places", "2000" },
		{ "verification.proof.places_random", "null" },
	};
	struct request rq = policy("purge-or-clear");
	json_t *j;

	(void)state;
	for (int whole = 0; whole < 2; whole++) {
		struct step_result *x;

		s.d = flash();
		text_copy(rq.method, sizeof(rq.method), "format");
		rq.verify_set = whole;
		rq.verify = (struct verify_how){ VERIFY_FULL, 0 };
		sample_plan(&s, &rq);
		x = &s.r.results[find(STEP_PROVE, 0)];
		x->proof.classes[CLASS_RANDOM] =
			x->proof.classes[CLASS_ZEROS] / 2;
		x->proof.classes[CLASS_ZEROS] = x->proof.looked -
			x->proof.classes[CLASS_RANDOM];
		x->proof.places = x->proof.places_random = 1000;
		x->claim_conf_ppm = 990000;
		x->claim_share_ppb = 4594583;
		j = build(OUTCOME_ERASED);
		assert_true(says(j, "verification.claim.text_en", "0.4594583"));
		no_lie_holds(j, lie, ARRAY_SIZE(lie));
	}
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, sample_teardown)
	const struct CMUnitTest tests[] = {
		T(one_lie_about_marks_is_found),
		T(a_command_without_marks_lowers_the_level),
		T(random_is_claimed_by_what_was_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
