/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a drive did by itself is erased only if every part of the records says
 * so: the good ones are, and any single defect makes them something less.
 */
#include "judge_sample.h"

#include <stdio.h>

static void
test_good_is_erased(void **state)
{
	(void)state;
	good();
	verify_judge(&p, &c, &r, &v);
	assert_int_equal(v.outcome, OUTCOME_ERASED);
	assert_int_equal(v.level, LEVEL_PURGE);
	assert_int_equal(v.reasons.n, 0);
	fallen();
	verify_judge(&p, &c, &r, &v);
	assert_int_equal(v.outcome, OUTCOME_ERASED);
	assert_int_equal(v.level, LEVEL_CLEAR);
	assert_true(has(REASON_FELL_BACK));
}

/* ---- one defect each ----------------------------------------------------- */

DEFECT(block_failed, X(BLOCK).state = STATE_FAILED)
DEFECT(block_skipped, X(BLOCK).state = STATE_SKIPPED)
DEFECT(block_none, X(BLOCK).state = STATE_NONE)
DEFECT(block_blamed, X(BLOCK).why.code = REASON_STALLED)
DEFECT(block_answer, X(BLOCK).reply.err = 5)
DEFECT(block_unsent, r.sent.n--)
DEFECT(block_refused, r.sent.c[2].reply.err = 5)
DEFECT(crypto_silent, X(CRYPTO).state = STATE_FAILED)
DEFECT(crypto_skipped, X(CRYPTO).state = STATE_SKIPPED)
DEFECT(proof_none, X(PROVE).state = STATE_NONE)
DEFECT(proof_skipped, X(PROVE).state = STATE_SKIPPED)
DEFECT(proof_failed, X(PROVE).state = STATE_FAILED)
DEFECT(proof_blamed, X(PROVE).why.code = REASON_STUCK)
DEFECT(mark_left, PROOF.marks_left = 1)
DEFECT(preimage_left, PROOF.preimages_left = 1)
DEFECT(misplaced, PROOF.misplaced = 1)
DEFECT(unstable, PROOF.unstable = 1)
DEFECT(looked_nowhere, PROOF.looked = PROOF.classes[CLASS_ZEROS] = 0)
DEFECT(looked_less, PROOF.looked--)
DEFECT(class_unknown, PROOF.classes[CLASS_UNKNOWN] = 1)
DEFECT(class_less, PROOF.classes[CLASS_ZEROS]--)
DEFECT(bytes_less, X(PROVE).bytes -= 512)
DEFECT(cache_kept, r.cache_dropped = false)
DEFECT(salt_changed, X(PROVE).salt[1] ^= 1)
DEFECT(salt_none, X(PROVE).salt[0] = 0)
DEFECT(commitment_changed, X(AGAIN).commitment[1] ^= 1)
DEFECT(mark_wraps, X(MARK).proof.misplaced = 1)
DEFECT(mark_unflushed, X(MARK).flushed = false)
DEFECT(again_wraps, X(AGAIN).state = STATE_FAILED;
       X(AGAIN).why.code = REASON_MISMATCH; X(AGAIN).proof.misplaced = 1)
DEFECT(again_skipped, X(AGAIN).state = STATE_SKIPPED)
DEFECT(again_none, X(AGAIN).state = STATE_NONE)
DEFECT(claim_great, X(PROVE).claim_conf_ppm = 990000;
       X(PROVE).claim_share_ppb = 2299936)
DEFECT(exposed_never, X(EXPOSE).state = STATE_NONE)
DEFECT(write_begun, X(WRITE).state = STATE_FAILED)
DEFECT(write_done_too, X(WRITE).state = STATE_DONE)
DEFECT(size_other, r.after.size = SIZE - 512)
DEFECT(unread_intolerable, ranges_add(&r.unread, 0, 512))
DEFECT(not_done, r.state = STATE_FAILED)
DEFECT(no_signatures, X(SIG).state = STATE_SKIPPED)
DEFECT(signature, text_copy(X(SIG).signature, 8, "ntfs"))
DEFECT(results_less, r.n_results--)

static void
structured(void)
{
	PROOF.classes[CLASS_ZEROS]--;
	PROOF.classes[CLASS_STRUCTURED]++;
}

/* Random is there after a crypto erase only; here that failed. */
static void
random_after_block(void)
{
	X(CRYPTO).state = STATE_REFUSED;
	X(CRYPTO).why.code = REASON_DRIVE_REFUSED;
	PROOF.classes[CLASS_ZEROS]--;
	PROOF.classes[CLASS_RANDOM]++;
}

/* Nothing that was known has become so. */
DEFECT(random_alone, by_format(8, 1000, 0))
DEFECT(random_too_many, by_format(8, 1000, 9))

DEFECT(few_sections, sampled(999, 1998, 4000))
DEFECT(one_each, sampled(1000, 1000, 4000))
DEFECT(less_than_said, sampled(1000, 2000, 999))
DEFECT(sampled_not_full, sampled(1000, 2000, 4000);
       p.steps[PROVE].how.mode = VERIFY_FULL; sealed())

/* Only the places that were known tell anything of random bytes. */
static void
claim_of_samples(void)
{
	sampled(1000, 2000, 4000);
	by_format(4000, 1000, 900);
	X(PROVE).claim_conf_ppm = 990000;
	X(PROVE).claim_share_ppb = 2299936;
}

static void
proof_of_other(void)
{
	p.steps[PROVE].method = METHOD_SANITIZE_CRYPTO;
	sealed();
}

static void
no_proof_step(void)
{
	p.steps[PROVE].kind = STEP_VERIFY;
	sealed();
}

static void
method_of_host(void)
{
	p.steps[BLOCK].method = p.steps[PROVE].method = METHOD_OVERWRITE;
	p.attempts[0].method = p.method = METHOD_OVERWRITE;
	sealed();
}

#define D(f) { #f, f }
static const struct {
	const char *name;
	void (*spoil)(void);
} defects[] = {
	D(block_failed), D(block_skipped), D(block_none), D(block_blamed),
	D(block_answer), D(block_unsent), D(block_refused), D(crypto_silent),
	D(crypto_skipped), D(proof_none), D(proof_skipped), D(proof_failed),
	D(proof_blamed), D(mark_left), D(preimage_left), D(misplaced),
	D(unstable), D(looked_nowhere), D(looked_less), D(class_unknown),
	D(class_less), D(bytes_less), D(cache_kept), D(salt_changed),
	D(salt_none), D(commitment_changed), D(mark_wraps), D(mark_unflushed),
	D(again_wraps), D(again_skipped), D(again_none), D(claim_great),
	D(random_alone), D(random_too_many), D(claim_of_samples),
	D(exposed_never), D(write_begun), D(write_done_too), D(size_other),
	D(unread_intolerable), D(not_done), D(no_signatures), D(signature),
	D(results_less), D(structured), D(random_after_block),
	D(few_sections), D(one_each), D(less_than_said), D(sampled_not_full),
	D(proof_of_other), D(no_proof_step), D(method_of_host),
};

static void
test_one_defect_is_enough(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(defects); i++) {
		good();
		defects[i].spoil();
		verify_judge(&p, &c, &r, &v);
		if (v.outcome != OUTCOME_FAILED || v.level != LEVEL_NONE ||
		    !v.reasons.n)
			fail_msg("'%s' was not seen", defects[i].name);
	}
	printf("%zu single defects, each seen\n", ARRAY_SIZE(defects));
}

/* A fall must have a reason, and nothing after it. */
static void
test_a_fall_is_explained(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < 5; i++) {
		fallen();
		if (i == 0)
			X(BLOCK).why.code = REASON_UNKNOWN;
		if (i == 1)
			X(BLOCK).why.code = REASON_IDENTITY_CHANGED;
		if (i == 2)
			X(PROVE).state = STATE_FAILED;
		if (i == 3)
			X(BLOCK).state = STATE_SKIPPED;
		if (i == 4)
			X(WRITE).flushed = false;
		verify_judge(&p, &c, &r, &v);
		assert_int_equal(v.outcome, OUTCOME_FAILED);
	}
}

/* ---- exceptions ---------------------------------------------------------- */

DEFECT(mark_failed, X(MARK).state = STATE_FAILED)
DEFECT(mark_thin, X(MARK).proof.thin = 1)
DEFECT(mark_nothing, X(MARK).proof.marks = X(MARK).proof.preimages = 0)
DEFECT(expose_refused, X(EXPOSE).state = STATE_REFUSED)
DEFECT(hidden_again, r.after.size = SIZE - 51200)
DEFECT(lock_left, r.lock_after.enabled = ANSWER_YES)
DEFECT(settle_left, X(BLOCK).err = 5)

/* As large as the drive; with a node it is read as well, without one not. */
static void
a_space(const char *node, uint64_t read)
{
	p.n_spaces = 1;
	p.spaces[0] = (struct space){ .nsid = 7, .size = SIZE };
	text_copy(p.spaces[0].node, sizeof(p.spaces[0].node), node);
	r.results[PROVE].bytes = read;
	sealed();
}

static void
a_space_without_a_node(void)
{
	a_space("", SIZE);
}

static void
spaces_not_read(void)
{
	a_space("nvme0n7", SIZE);
}

static void
unread(void)
{
	p.bad_max_ppm = 10;
	ranges_add(&r.unread, 0, 512);
	X(PROVE).bytes -= 512;
	PROOF.looked--;
	PROOF.classes[CLASS_ZEROS]--;
	PROOF.classes[CLASS_UNREADABLE]++;
	sealed();
}

static void
test_exceptions(void **state)
{
	static const struct {
		void (*spoil)(void);
		enum reason_code why;
	} cases[] = {
		{ mark_failed, REASON_NO_PROOF },
		{ mark_thin, REASON_NO_PROOF },
		{ mark_nothing, REASON_NO_PROOF },
		{ expose_refused, REASON_HIDDEN_LEFT },
		{ hidden_again, REASON_HIDDEN_BACK },
		{ lock_left, REASON_PASSWORD_KEPT },
		{ a_space_without_a_node, REASON_SPACE_UNREAD },
		{ spaces_not_read, REASON_SPACE_UNREAD },
		{ settle_left, REASON_UNSETTLED },
		{ unread, REASON_UNREADABLE },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		good();
		cases[i].spoil();
		verify_judge(&p, &c, &r, &v);
		assert_int_equal(v.outcome, OUTCOME_EXCEPTIONS);
		assert_int_equal(v.level, LEVEL_NONE);
		assert_true(has(cases[i].why));
	}
}

/* One unreadable block of a small sample is not one of the whole drive. */
static void
test_a_sample_stands_for_the_drive(void **state)
{
	(void)state;
	good();
	unread();
	p.bad_max_ppm = 200;
	sampled(1000, 2000, 4000);
	PROOF.classes[CLASS_UNREADABLE] = 1;
	verify_judge(&p, &c, &r, &v);
	assert_int_equal(v.outcome, OUTCOME_FAILED);
	assert_true(has(REASON_UNREADABLE));
}

/* What works on addresses does not reach what is hidden; sanitize does. */
static void
test_hidden_areas(void **state)
{
	(void)state;
	fallen();
	r.areas.dco_set = ANSWER_UNKNOWN;
	verify_judge(&p, &c, &r, &v);
	assert_int_equal(v.outcome, OUTCOME_EXCEPTIONS);
	assert_true(has(REASON_HIDDEN_UNKNOWN));
	fallen();
	r.areas.amac = ANSWER_YES;
	verify_judge(&p, &c, &r, &v);
	assert_int_equal(v.outcome, OUTCOME_EXCEPTIONS);
	assert_true(has(REASON_HIDDEN_LEFT));
	good();
	r.areas.dco_set = ANSWER_UNKNOWN;
	verify_judge(&p, &c, &r, &v);
	assert_int_equal(v.outcome, OUTCOME_ERASED);
	/* the plan told what keeps the answer back, at a level that fits */
	fallen();
	reasons_add(&p.attempts[1].level_reasons, REASON_HIDDEN_UNKNOWN,
		    "152d:0578 uas");
	sealed();
	r.areas.dco_set = ANSWER_UNKNOWN;
	verify_judge(&p, &c, &r, &v);
	assert_int_equal(v.outcome, OUTCOME_ERASED);
	assert_int_equal(v.level, LEVEL_CLEAR);
	assert_true(has(REASON_HIDDEN_UNKNOWN));
	r.areas.hpa = ANSWER_YES;
	verify_judge(&p, &c, &r, &v);
	assert_int_equal(v.outcome, OUTCOME_EXCEPTIONS);
}

static void
test_sectors_that_were_replaced_are_told(void **state)
{
	(void)state;
	fallen();
	r.health_after.reallocated = (struct count){ true, 7 };
	verify_judge(&p, &c, &r, &v);
	assert_int_equal(v.outcome, OUTCOME_ERASED);
	assert_true(has(REASON_REALLOCATED));
	good();
	r.health_after.reallocated = (struct count){ true, 7 };
	verify_judge(&p, &c, &r, &v);
	assert_false(has(REASON_REALLOCATED));
}

/* The pattern of SANITIZE OVERWRITE, and no other. */
static void
test_the_pattern_is_the_one_asked_for(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < 4; i++) {
		good();
		p.steps[BLOCK].method = p.steps[PROVE].method =
			METHOD_SANITIZE_OVERWRITE;
		command(BLOCK);
		p.method = p.attempts[0].method = METHOD_SANITIZE_OVERWRITE;
		p.steps[PROVE].pass = (struct pass){ PASS_FILL, 4,
						     { 1, 2, 3, 4 } };
		sealed();
		PROOF.classes[CLASS_ZEROS] = 0;
		PROOF.classes[i == 1 ? CLASS_ZEROS : i == 2 ? CLASS_RANDOM :
			      CLASS_PATTERN] = SIZE / 512;
		memcpy(PROOF.pattern, i == 3 ? "\1\2\3\5\1\2\3\5\1\2\3\5" :
		       "\1\2\3\4\1\2\3\4\1\2\3\4", 12);
		memcpy(PROOF.pattern + 12, PROOF.pattern, 4);
		PROOF.pattern_len = 16;
		verify_judge(&p, &c, &r, &v);
		assert_int_equal(v.outcome, i ? OUTCOME_FAILED :
				 OUTCOME_ERASED);
	}
}

/* It keeps only the security methods out; so it must be seen not to lock. */
static void
test_a_password_that_keeps_nothing_out(void **state)
{
	static const struct {
		enum reason_code why;
		enum answer locked;
		enum outcome outcome;
	} cases[] = {
		{ REASON_PASSWORD_STAYS, ANSWER_NO, OUTCOME_EXCEPTIONS },
		{ REASON_PASSWORD_STAYS, ANSWER_YES, OUTCOME_FAILED },
		{ REASON_PASSWORD_STAYS, ANSWER_UNKNOWN, OUTCOME_FAILED },
		{ REASON_LOCKED, ANSWER_NO, OUTCOME_FAILED },
		{ REASON_UNKNOWN, ANSWER_NO, OUTCOME_FAILED },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		good();
		p.steps[EXPOSE].kind = STEP_UNLOCK;
		p.steps[EXPOSE].password = PASSWORD_MASSHO;
		p.id.size = r.before.size = SIZE;
		sealed();
		r.results[EXPOSE].state = STATE_REFUSED;
		r.results[EXPOSE].why.code = cases[i].why;
		r.lock_after.enabled = ANSWER_YES;
		r.lock_after.locked = cases[i].locked;
		verify_judge(&p, &c, &r, &v);
		assert_int_equal(v.outcome, cases[i].outcome);
		assert_true(has(REASON_PASSWORD_KEPT));
		assert_false(has(REASON_UNLOCKED));
	}
}

static void
test_a_failed_run_tells_its_password(void **state)
{
	(void)state;
	good();
	r.state = STATE_FAILED;
	r.lock_after.enabled = ANSWER_YES;
	verify_judge(&p, &c, &r, &v);
	assert_int_equal(v.outcome, OUTCOME_FAILED);
	assert_true(has(REASON_PASSWORD_KEPT));
	assert_false(has(REASON_PASSWORD_LEFT));
	/* it was the wrong one, which is told already */
	r.why.code = REASON_LOCKED;
	verify_judge(&p, &c, &r, &v);
	assert_true(has(REASON_LOCKED));
	assert_false(has(REASON_PASSWORD_KEPT));
	/* one of our own */
	r.why.code = REASON_UNKNOWN;
	p.steps[BLOCK].method = METHOD_SECURITY_ERASE;
	p.steps[BLOCK].password = PASSWORD_MASSHO;
	verify_judge(&p, &c, &r, &v);
	assert_true(has(REASON_PASSWORD_LEFT));
}

/* A password that was set is no erasure. */
static void
test_only_the_erasing_command_counts(void **state)
{
	(void)state;
	good();
	strcpy(r.sent.c[2].name, "SECURITY SET PASSWORD");
	verify_judge(&p, &c, &r, &v);
	assert_int_equal(v.outcome, OUTCOME_FAILED);
	assert_true(has(REASON_NEVER_STARTED));
}

/* One of its own is erased; those of the other spaces are not shown to be. */
static void
test_an_overwrite_is_of_one_namespace(void **state)
{
	(void)state;
	fallen();
	p.n_spaces = 1;
	p.spaces[0] = (struct space){ .nsid = 7, .size = SIZE,
				      .node = "nvme0n7" };
	sealed();
	verify_judge(&p, &c, &r, &v);
	assert_int_equal(v.outcome, OUTCOME_EXCEPTIONS);
	assert_true(has(REASON_SPACE_UNREAD));
}

/* It still erases, so it tells nothing: that is no lost device. */
static void
test_what_goes_on_inside_is_not_lost(void **state)
{
	(void)state;
	good();
	r.state = STATE_FAILED;
	r.why.code = REASON_STILL_ERASING;
	r.after_known = false;
	verify_judge(&p, &c, &r, &v);
	assert_int_equal(v.outcome, OUTCOME_FAILED);
	assert_true(has(REASON_STILL_ERASING));
	assert_false(has(REASON_DEVICE_LOST));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good_is_erased),
		cmocka_unit_test(test_one_defect_is_enough),
		cmocka_unit_test(test_a_fall_is_explained),
		cmocka_unit_test(test_exceptions),
		cmocka_unit_test(test_a_sample_stands_for_the_drive),
		cmocka_unit_test(test_hidden_areas),
		cmocka_unit_test(test_sectors_that_were_replaced_are_told),
		cmocka_unit_test(test_the_pattern_is_the_one_asked_for),
		cmocka_unit_test(test_a_password_that_keeps_nothing_out),
		cmocka_unit_test(test_a_failed_run_tells_its_password),
		cmocka_unit_test(test_only_the_erasing_command_counts),
		cmocka_unit_test(test_an_overwrite_is_of_one_namespace),
		cmocka_unit_test(test_what_goes_on_inside_is_not_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
