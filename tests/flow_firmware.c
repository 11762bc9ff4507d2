/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a drive does by itself is followed until it has ended and believed only
 * as far as it can be proven; what fails falls to the next attempt, on record.
 */
#include "toy.h"

#include "../src/marks.h"

/* ---- honest drives ------------------------------------------------------- */

static void
test_honest(void **state)
{
	static const struct {
		enum method m;
		enum effect e;
	} cases[] = {
		{ METHOD_SANITIZE_BLOCK, ZEROS },
		{ METHOD_SANITIZE_OVERWRITE, ZEROS },
		{ METHOD_SANITIZE_CRYPTO, ZEROS },
		{ METHOD_SANITIZE_CRYPTO, RANDOM },
		{ METHOD_FORMAT, ZEROS }, { METHOD_FORMAT_CRYPTO, RANDOM },
		{ METHOD_SECURITY_ERASE, ZEROS },
		{ METHOD_SECURITY_ERASE_ENHANCED, RANDOM },
	};
	const struct step_result *r;
	struct fixture *f;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		f = begin_with(cases[i].m, (struct toy){
			.effect = cases[i].e, .busy = 30, .permille = 30 },
			true);
		fixture_run(f);
		truthful(f);
		assert_int_equal(f->v.outcome, OUTCOME_ERASED);
		assert_int_equal(f->v.level, LEVEL_PURGE);
		assert_int_equal(f->r.results[3].state, STATE_SKIPPED);
		assert_int_equal(f->r.results[4].state, STATE_SKIPPED);
		r = &f->r.results[0];
		assert_in_range(r->proof.marks, 990, 1000);
		assert_in_range(r->proof.preimages, 990, 1100);
		assert_int_equal(f->r.results[2].proof.looked, SIZE / 512);
		assert_true(f->r.results[1].ms >= 30000);
		fixture_free(&f);
	}
}

/* A thousandth of a larger drive is enough to know. */
static void
test_a_sample_is_enough(void **state)
{
	struct fixture *f = begin();
	struct verify_how how = { VERIFY_SAMPLE, 1000 };

	(void)state;
	emu_reset();
	f->d = main_drive = emu_add(FIXTURE_PATH, 64 << 20, 512);
	emu_soil(f->d);
	f->p.id.size = f->p.size_full = 64 << 20;
	text_copy(f->p.id.serial, sizeof(f->p.id.serial), f->d->d.id.serial);
	f->p.id.diskseq = f->d->d.id.diskseq;
	f->p.steps[0].len = 64 << 20;
	try_method(&f->p, METHOD_SANITIZE_BLOCK, METHOD_NONE);
	f->p.steps[2].how = how;
	toys[METHOD_SANITIZE_BLOCK].effect = ZEROS;
	ready_plan(f);
	fixture_run(f);
	truthful(f);
	assert_int_equal(f->v.outcome, OUTCOME_ERASED);
	assert_int_equal(f->r.results[2].samples, 2000);
	assert_in_range(f->r.results[2].claim_share_ppb, 2299000, 2301000);
	assert_in_range(f->r.results[2].proof.looked, 4000, 20000);
	fixture_free(&f);
}

/* ---- drives that lie ----------------------------------------------------- */

static void
lies(enum effect e, bool marks, enum reason_code why)
{
	struct fixture *f = begin();

	f->p.steps[0].marks = marks;
	try_method(&f->p, METHOD_SANITIZE_BLOCK, METHOD_NONE);
	toys[METHOD_SANITIZE_BLOCK].effect = e;
	ready_plan(f);
	fixture_run(f);
	truthful(f);
	assert_int_equal(f->r.results[1].state, STATE_DONE);
	assert_int_equal(f->v.outcome, OUTCOME_FAILED);
	assert_int_equal(f->r.results[2].why.code, why);
	assert_true(fixture_has(&f->v.reasons, why));
	fixture_free(&f);
}

static void
test_lies(void **state)
{
	(void)state;
	lies(NOTHING, true, REASON_MARK_LEFT);
	lies(NOTHING, false, REASON_PREIMAGE_LEFT);
	lies(LITTLE, true, REASON_MARK_LEFT);
	lies(LITTLE, false, REASON_PREIMAGE_LEFT);
	lies(MOVED, true, REASON_MARK_LEFT);
	lies(MOVED, false, REASON_CONTENT_ODD);
	lies(TEXT, true, REASON_CONTENT_ODD);
	lies(RANDOM, true, REASON_CONTENT_ODD);	/* block erase is no key */
}

/* The middle of the drive is where a pre-image happens to be or not; what is
 * read there is structured in any case. */
static void
test_one_block_is_kept(void **state)
{
	struct fixture *f = begin_with(METHOD_SANITIZE_BLOCK,
				       (struct toy){ .effect = ALL_BUT_ONE },
				       false);

	(void)state;
	fixture_run(f);
	truthful(f);
	assert_int_equal(f->v.outcome, OUTCOME_FAILED);
	fixture_free(&f);
}

/* The data must go, and the lie is told. */
static void
test_a_liar_is_overwritten(void **state)
{
	struct fixture *f = begin_with(METHOD_SANITIZE_BLOCK,
				       (struct toy){ .effect = NOTHING },
				       true);

	(void)state;
	fixture_run(f);
	truthful(f);
	assert_int_equal(f->v.outcome, OUTCOME_ERASED);
	assert_int_equal(f->v.level, LEVEL_CLEAR);
	assert_true(fell_with(f, "sanitize-block: lied: "));
	fixture_free(&f);
}

static void
test_noise_that_changes(void **state)
{
	struct fixture *f = begin_with(METHOD_SANITIZE_CRYPTO,
				       (struct toy){ .effect = NOISE },
				       false);

	(void)state;
	fixture_run(f);
	assert_true(f->r.results[2].proof.unstable > 0);
	truthful(f);
	assert_int_equal(f->v.outcome, OUTCOME_FAILED);
	fixture_free(&f);
}

/* ---- what the status says ------------------------------------------------ */

static void
falls(struct toy toy, enum reason_code why, enum step_state is)
{
	struct fixture *f = begin_with(METHOD_SANITIZE_BLOCK, toy, true);

	fixture_run(f);
	truthful(f);
	assert_int_equal(f->r.results[1].state, is);
	assert_int_equal(f->r.results[1].why.code, why);
	assert_int_equal(f->r.results[2].state, STATE_SKIPPED);
	assert_int_equal(f->v.outcome, OUTCOME_ERASED);
	assert_int_equal(f->v.level, LEVEL_CLEAR);
	assert_true(fell_with(f, "sanitize-block: "));
	fixture_free(&f);
	/* and with nothing to fall to */
	f = begin_with(METHOD_SANITIZE_BLOCK, toy, false);
	fixture_run(f);
	truthful(f);
	assert_int_equal(f->v.outcome, OUTCOME_FAILED);
	assert_true(fixture_has(&f->v.reasons, why));
	fixture_free(&f);
}

/* Each with the medium in fact erased: the status alone decides. */
static void
test_only_done_is_done(void **state)
{
	(void)state;
	falls((struct toy){ .effect = ZEROS, .refuse = EIO },
	      REASON_DRIVE_REFUSED, STATE_REFUSED);
	falls((struct toy){ .effect = ZEROS, .start_err = -ETIMEDOUT },
	      REASON_DRIVE_FAILED, STATE_FAILED);
	falls((struct toy){ .effect = ZEROS, .busy = 5,
			    .end = DRIVE_FAILED },
	      REASON_DRIVE_FAILED, STATE_FAILED);
	falls((struct toy){ .effect = ZEROS, .end = DRIVE_IDLE },
	      REASON_NEVER_STARTED, STATE_FAILED);
	falls((struct toy){ .effect = ZEROS, .end = DRIVE_HOST },
	      REASON_NOT_SUPPORTED, STATE_REFUSED);
	falls((struct toy){ .effect = ZEROS, .poll_err = -EIO },
	      REASON_NO_STATUS, STATE_FAILED);
	falls((struct toy){ .effect = ZEROS, .busy = 100000,
			    .permille = 0 },
	      REASON_STALLED, STATE_FAILED);
	falls((struct toy){ .effect = ZEROS, .busy = 100000, .mute = true },
	      REASON_STALLED, STATE_FAILED);
}

/* What has ended has ended: a question after it that fails once is asked again,
 * and one that is never answered is an exception. */
static void
test_done_stays_done(void **state)
{
	struct fixture *f = begin_with(METHOD_SANITIZE_BLOCK,
		(struct toy){ .effect = ZEROS, .settle_fails = 1 }, true);

	(void)state;
	fixture_run(f);
	truthful(f);
	assert_int_equal(f->v.outcome, OUTCOME_ERASED);
	assert_int_equal(f->v.level, LEVEL_PURGE);
	fixture_free(&f);
	f = begin_with(METHOD_SANITIZE_BLOCK,
		(struct toy){ .effect = ZEROS, .settle_fails = 9 }, true);
	fixture_run(f);
	assert_int_equal(f->r.results[1].state, STATE_DONE);
	assert_int_equal(f->v.outcome, OUTCOME_EXCEPTIONS);
	assert_true(fixture_has(&f->v.reasons, REASON_UNSETTLED));
	fixture_free(&f);
}

/* What cannot be called back is left alone: no next attempt is begun. */
static void
test_what_goes_on_inside(void **state)
{
	struct fixture *f = begin_with(METHOD_FORMAT,
		(struct toy){ .effect = ZEROS, .busy = 100000, .mute = true,
			      .left = EBUSY }, true);

	(void)state;
	fixture_run(f);
	truthful(f);
	assert_int_equal(f->r.results[1].why.code, REASON_STILL_ERASING);
	assert_int_equal(f->r.n_results, 2);
	assert_int_equal(f->v.outcome, OUTCOME_FAILED);
	assert_false(fixture_has(&f->v.reasons, REASON_DEVICE_LOST));
	fixture_free(&f);
	f = begin_with(METHOD_FORMAT, (struct toy){ .effect = ZEROS,
			.busy = 200, .left = EBUSY }, true);
	f->stop = STOP_NOW;
	f->stop_at = 300;
	fixture_run(f);
	truthful(f);
	assert_int_equal(f->v.outcome, OUTCOME_INTERRUPTED);
	assert_true(fixture_has(&f->v.reasons, REASON_STILL_ERASING));
	fixture_free(&f);
}

/* A drive that works on its key alone may take its time. */
static void
test_a_slow_format_is_waited_for(void **state)
{
	struct fixture *f = begin_with(METHOD_FORMAT_CRYPTO,
		(struct toy){ .effect = RANDOM, .busy = 150, .mute = true },
		false);

	(void)state;
	fixture_run(f);
	truthful(f);
	assert_true(f->r.results[1].ms > 15 * 60000);
	assert_int_equal(f->v.outcome, OUTCOME_ERASED);
	fixture_free(&f);
}

/* Another command of the step was accepted: that is none that erases. */
static void
test_another_command_is_none(void **state)
{
	struct fixture *f = begin_with(METHOD_SECURITY_ERASE,
		(struct toy){ .effect = ZEROS, .misnamed = true }, false);

	(void)state;
	fixture_run(f);
	truthful(f);
	assert_int_equal(f->v.outcome, OUTCOME_FAILED);
	assert_true(fixture_has(&f->v.reasons, REASON_NEVER_STARTED));
	fixture_free(&f);
}

/* Noise in the second half only, far behind the first thousands of blocks. */
static void
test_noise_is_found_anywhere(void **state)
{
	struct fixture *f = begin_with(METHOD_SANITIZE_CRYPTO,
				       (struct toy){ .effect = RANDOM },
				       false);

	(void)state;
	emu_fault(f->d, (struct emu_fault){ .kind = EMU_FLIP_READ,
					    .at = SIZE / 2, .len = SIZE / 2 });
	fixture_run(f);
	assert_true(f->r.results[2].proof.unstable > 0);
	assert_int_equal(f->v.outcome, OUTCOME_FAILED);
	fixture_free(&f);
}

/* A command that is not on record was not accepted. */
static void
test_no_command_no_success(void **state)
{
	struct fixture *f = begin_with(METHOD_SANITIZE_BLOCK,
		(struct toy){ .effect = ZEROS, .no_log = true }, false);

	(void)state;
	fixture_run(f);
	truthful(f);
	assert_int_equal(f->v.outcome, OUTCOME_FAILED);
	assert_true(fixture_has(&f->v.reasons, REASON_NEVER_STARTED));
	fixture_free(&f);
}

static void
test_a_disk_is_not_that_fast(void **state)
{
	struct fixture *f = begin();

	(void)state;
	try_method(&f->p, METHOD_SANITIZE_OVERWRITE, METHOD_NONE);
	toys[METHOD_SANITIZE_OVERWRITE].effect = ZEROS;
	f->p.medium = MEDIUM_ROTATING;
	ready_plan(f);
	fixture_run(f);
	truthful(f);
	assert_int_equal(f->v.outcome, OUTCOME_EXCEPTIONS);
	assert_true(fixture_has(&f->v.reasons, REASON_TOO_FAST));
	fixture_free(&f);
}

/* ---- chains and falls ---------------------------------------------------- */

static void
test_the_last_of_a_chain_counts(void **state)
{
	struct fixture *f = begin();

	(void)state;
	try_method(&f->p, METHOD_SANITIZE_CRYPTO, METHOD_SANITIZE_BLOCK);
	toys[METHOD_SANITIZE_CRYPTO].refuse = EIO;
	toys[METHOD_SANITIZE_BLOCK].effect = ZEROS;
	ready_plan(f);
	fixture_run(f);
	truthful(f);
	assert_int_equal(f->v.outcome, OUTCOME_ERASED);
	assert_true(fell_with(f, "sanitize-crypto: "));
	fixture_free(&f);

	f = begin();
	try_method(&f->p, METHOD_SANITIZE_CRYPTO, METHOD_SANITIZE_BLOCK);
	toys[METHOD_SANITIZE_CRYPTO].effect = RANDOM;
	toys[METHOD_SANITIZE_BLOCK].refuse = EIO;
	ready_plan(f);
	fixture_run(f);
	truthful(f);
	assert_int_equal(f->v.outcome, OUTCOME_FAILED);
	fixture_free(&f);
}

static void
test_each_attempt_in_turn(void **state)
{
	struct fixture *f = begin();

	(void)state;
	try_method(&f->p, METHOD_SANITIZE_CRYPTO, METHOD_SANITIZE_BLOCK);
	try_method(&f->p, METHOD_SANITIZE_OVERWRITE, METHOD_NONE);
	try_method(&f->p, METHOD_FORMAT, METHOD_NONE);
	try_overwrite(&f->p);
	toys[METHOD_SANITIZE_CRYPTO].refuse = EIO;
	toys[METHOD_SANITIZE_BLOCK].end = DRIVE_FAILED;
	toys[METHOD_SANITIZE_OVERWRITE].effect = LITTLE;
	toys[METHOD_FORMAT] = (struct toy){ .effect = ZEROS, .busy = 30 };
	ready_plan(f);
	fixture_run(f);
	truthful(f);
	assert_int_equal(f->v.outcome, OUTCOME_ERASED);
	assert_int_equal(f->v.level, LEVEL_PURGE);	/* that attempt's */
	assert_true(fell_with(f, "sanitize-crypto: "));
	assert_true(fell_with(f, "sanitize-block: "));
	assert_true(fell_with(f, "sanitize-overwrite: lied: "));
	assert_int_equal(f->r.results[f->p.n_steps - 2].state, STATE_SKIPPED);
	fixture_free(&f);
}

/* ---- another day --------------------------------------------------------- */

static int
again(struct fixture *f, struct step_result *out, struct ranges *unread)
{
	struct proven what = {
		.marks = true, .n_chain = 1, .how = full,
		.chain = { METHOD_SANITIZE_BLOCK },
	};

	memcpy(what.key, f->r.results[0].key, KEY_LEN);
	memcpy(what.salt, f->r.results[2].salt, DIGEST_LEN);
	return prove_device(FIXTURE_PATH, false, &what, &f->ui, &f->drive, out,
			    unread);
}

static void
test_another_day(void **state)
{
	struct fixture *f = begin_with(METHOD_SANITIZE_BLOCK,
				       (struct toy){ .effect = ZEROS },
				       false);
	struct ranges unread;
	struct step_result r;
	uint8_t mark[512];
	struct marker *k;

	(void)state;
	fixture_run(f);
	assert_int_equal(f->v.outcome, OUTCOME_ERASED);
	assert_int_equal(again(f, &r, &unread), 0);
	assert_int_equal(r.state, STATE_DONE);
	assert_int_equal(r.proof.looked, SIZE / 512);
	/* a mark that comes back, where no mark was */
	assert_int_equal(marker_open(f->r.results[0].key, 0, 512, &k), 0);
	assert_int_equal(marker_fill(k, 512 * 99, mark), 0);
	marker_close(&k);
	memcpy(f->d->media + 512 * 777, mark, 512);
	assert_int_equal(again(f, &r, &unread), 0);
	assert_int_equal(r.why.code, REASON_MARK_LEFT);
	assert_int_equal(r.proof.misplaced, 1);
	assert_int_equal(r.proof.first_left, 512 * 777);
	/* something new */
	memcpy(f->d->media + 512 * 777, "a new file system", 17);
	memset(f->d->media + 512 * 777 + 17, 0, 512 - 17);
	assert_int_equal(again(f, &r, &unread), 0);
	assert_int_equal(r.why.code, REASON_CONTENT_ODD);
	/* another drive */
	f->drive.id.serial[0] ^= 1;
	assert_int_equal(again(f, &r, &unread), -ESTALE);
	fixture_free(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_honest),
		cmocka_unit_test(test_a_sample_is_enough),
		cmocka_unit_test(test_lies),
		cmocka_unit_test(test_one_block_is_kept),
		cmocka_unit_test(test_a_liar_is_overwritten),
		cmocka_unit_test(test_noise_that_changes),
		cmocka_unit_test(test_only_done_is_done),
		cmocka_unit_test(test_done_stays_done),
		cmocka_unit_test(test_what_goes_on_inside),
		cmocka_unit_test(test_a_slow_format_is_waited_for),
		cmocka_unit_test(test_another_command_is_none),
		cmocka_unit_test(test_noise_is_found_anywhere),
		cmocka_unit_test(test_no_command_no_success),
		cmocka_unit_test(test_a_disk_is_not_that_fast),
		cmocka_unit_test(test_the_last_of_a_chain_counts),
		cmocka_unit_test(test_each_attempt_in_turn),
		cmocka_unit_test(test_another_day),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
