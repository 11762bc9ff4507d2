/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: the last of several commands is worth no more than the marks that
 * were laid for it show, and random bytes no more than the places that were
 * known before.
 */
#include "judge_sample.h"

/* ---- the last of a chain ------------------------------------------------- */

DEFECT(again_failed, X(AGAIN).state = STATE_FAILED;
       X(AGAIN).why.code = REASON_FLUSH_FAILED;
       memcpy(X(MARK).commitment, X(AGAIN).commitment, DIGEST_LEN))
DEFECT(again_thin, X(AGAIN).proof.thin = 1)
DEFECT(again_nothing, X(AGAIN).proof.marks = 0)
DEFECT(again_unflushed, X(AGAIN).flushed = false)

/* What was laid before the crypto erase tells nothing of the block erase: then
 * there is that crypto erase, and no more. */
static void
test_a_second_command_needs_marks_of_its_own(void **state)
{
	static void (*const cases[])(void) = {
		again_failed, again_thin, again_nothing, again_unflushed,
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		good();
		cases[i]();
		verify_judge(&p, &c, &r, &v);
		assert_int_equal(v.outcome, OUTCOME_ERASED);
		assert_int_equal(v.level, LEVEL_CLEAR);
		assert_true(has(REASON_CRYPTO_ALONE));
		/* that did nothing: what stood before it still tells */
		good();
		cases[i]();
		X(CRYPTO).state = STATE_REFUSED;
		X(CRYPTO).why.code = REASON_DRIVE_REFUSED;
		verify_judge(&p, &c, &r, &v);
		assert_int_equal(v.outcome, OUTCOME_ERASED);
		assert_int_equal(v.level, LEVEL_PURGE);
		assert_false(has(REASON_CRYPTO_ALONE));
		/* nobody knows what that did */
		X(CRYPTO).state = STATE_FAILED;
		verify_judge(&p, &c, &r, &v);
		assert_int_equal(v.outcome, OUTCOME_EXCEPTIONS);
		assert_true(has(REASON_NO_PROOF));
	}
}

static void
test_random_where_it_was_known(void **state)
{
	(void)state;
	good();
	by_format(8, 1000, 1);
	verify_judge(&p, &c, &r, &v);
	assert_int_equal(v.outcome, OUTCOME_ERASED);
	/* so many places allow to say so much, sampled or not */
	X(PROVE).claim_conf_ppm = 990000;
	X(PROVE).claim_share_ppb = 4594582;
	verify_judge(&p, &c, &r, &v);
	assert_int_equal(v.outcome, OUTCOME_ERASED);
	X(PROVE).claim_share_ppb--;
	verify_judge(&p, &c, &r, &v);
	assert_int_equal(v.outcome, OUTCOME_FAILED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_second_command_needs_marks_of_its_own),
		cmocka_unit_test(test_random_where_it_was_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
