/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A drive is told to erase itself only after every question, on record, and
 * settled whatever happens; what is erased with it is guarded like itself.
 */
#include "toy.h"

/* ---- invariants ---------------------------------------------------------- */

/* 1, 4: and what a plan names that no plan can. */
static void
test_no_consent_no_start(void **state)
{
	struct fixture *f;
	unsigned i;

	(void)state;
	for (i = 0; i < 5; i++) {
		f = begin_with(METHOD_SANITIZE_BLOCK,
			       (struct toy){ .effect = ZEROS }, true);
		if (i == 0)
			f->c.has_receipt = false;
		if (i == 1)
			f->p.steps[1].method = METHOD_FORMAT;
		if (i == 2) {
			f->p.steps[1].method = METHOD_OVERWRITE;
			f->p.steps[2].method = METHOD_OVERWRITE;
		}
		if (i == 3)
			f->p.attempts[0].method = METHOD_FORMAT;
		if (i == 4)
			f->p.n_attempts = 1;
		if (i > 1) {
			plan_seal(&f->p);
			memcpy(f->c.plan_digest, f->p.digest, DIGEST_LEN);
		}
		fixture_run(f);
		assert_int_equal(f->err, -EPERM);
		assert_int_equal(f->d->n_ops, 0);
		assert_int_equal(starts, 0);
		fixture_free(&f);
	}
}

/* 2: on the erasing handle, right before each start. */
static void
test_identified_before_each_start(void **state)
{
	struct fixture *f;
	unsigned n;

	(void)state;
	for (n = 1; n <= 3; n++) {	/* admitted, MARK, FIRMWARE */
		f = begin_with(METHOD_SANITIZE_BLOCK,
			       (struct toy){ .effect = ZEROS }, true);
		serial_after = n - 1;
		if (n == 1)
			serial_after = UINT32_MAX;
		fixture_run(f);
		truthful(f);
		if (n == 1) {
			assert_int_equal(f->v.outcome, OUTCOME_ERASED);
			assert_true(last_identified >= 3);
		} else {
			assert_int_equal(f->v.outcome, OUTCOME_FAILED);
			assert_int_equal(f->r.why.code,
					 REASON_IDENTITY_CHANGED);
			assert_int_equal(starts, n - 2);
			assert_int_equal(f->r.n_results, n - 1);
		}
		fixture_free(&f);
	}
}

/* 4: no start without its record; a lost log ends the run. */
static void
test_no_record_no_start(void **state)
{
	struct fixture *f;
	unsigned n;

	(void)state;
	for (n = 1; n <= 5; n++) {
		f = begin_with(METHOD_SANITIZE_BLOCK,
			       (struct toy){ .effect = ZEROS }, true);
		f->fail_at = n;
		fixture_run(f);
		truthful(f);
		assert_int_equal(f->v.outcome, OUTCOME_FAILED);
		assert_int_equal(f->r.why.code, REASON_EVIDENCE_LOST);
		assert_int_equal(starts, n / 2 < 2 ? n / 2 : 2);
		fixture_free(&f);
	}
}

/* 6: marks that may never have reached the medium prove nothing. */
static void
test_a_failed_flush_is_no_proof(void **state)
{
	struct fixture *f = begin_with(METHOD_SANITIZE_BLOCK,
				       (struct toy){ .effect = ZEROS },
				       false);

	(void)state;
	emu_fault(f->d, (struct emu_fault){ .kind = EMU_FLUSH });
	fixture_run(f);
	truthful(f);
	assert_int_equal(f->r.results[0].why.code, REASON_FLUSH_FAILED);
	assert_int_equal(f->v.outcome, OUTCOME_EXCEPTIONS);
	assert_true(fixture_has(&f->v.reasons, REASON_NO_PROOF));
	fixture_free(&f);
}

/* Not a mark and nothing that says anything: only the drive's word. */
static void
test_nothing_known_is_no_proof(void **state)
{
	struct fixture *f = begin();

	(void)state;
	f->p.steps[0].marks = false;
	memset(f->d->media, 0, SIZE);
	try_method(&f->p, METHOD_SANITIZE_BLOCK, METHOD_NONE);
	toys[METHOD_SANITIZE_BLOCK].effect = ZEROS;
	ready_plan(f);
	fixture_run(f);
	assert_int_equal(f->v.outcome, OUTCOME_EXCEPTIONS);
	assert_true(fixture_has(&f->v.reasons, REASON_NO_PROOF));
	fixture_free(&f);
}

static void
test_a_password_that_stays(void **state)
{
	struct fixture *f = begin_with(METHOD_SECURITY_ERASE,
				       (struct toy){ .effect = ZEROS,
						     .busy = 9, .mute = true },
				       false);

	(void)state;
	password_stays = true;
	fixture_run(f);
	truthful(f);
	assert_int_equal(f->v.outcome, OUTCOME_EXCEPTIONS);
	assert_true(fixture_has(&f->v.reasons, REASON_PASSWORD_LEFT));
	fixture_free(&f);
}

static void
test_unlock(void **state)
{
	struct fixture *f;
	int i;

	(void)state;
	for (i = 0; i < 2; i++) {
		f = begin();
		f->p.n_steps = 0;
		lay(&f->p, STEP_UNLOCK, 0, METHOD_NONE)->password =
			PASSWORD_MASSHO;
		try_method(&f->p, METHOD_SECURITY_ERASE, METHOD_NONE);
		try_overwrite(&f->p);
		toys[METHOD_SECURITY_ERASE].effect = ZEROS;
		password = true;
		foreign = password_stays = i == 1;
		ready_plan(f);
		fixture_run(f);
		truthful(f);
		/* nothing was marked: it could not be read */
		assert_int_equal(f->v.outcome, foreign ? OUTCOME_FAILED :
				 OUTCOME_EXCEPTIONS);
		assert_true(fixture_has(&f->v.reasons, foreign ?
			    REASON_LOCKED : REASON_UNLOCKED));
		assert_int_equal(starts, foreign ? 1 : 2);
		fixture_free(&f);
	}
}

/* A drive that shrank is another one, unless EXPOSE has just made it larger. */
static void
test_expose(void **state)
{
	struct fixture *f;
	int i;

	(void)state;
	for (i = 0; i < 3; i++) {
		f = begin();
		full_size = SIZE;
		hidden = true;
		f->d->size = f->d->d.id.size = SIZE - (1 << 20);
		f->p.id.size = f->d->size;
		f->p.n_steps = 0;
		(void)lay(&f->p, STEP_EXPOSE, 0, METHOD_NONE);
		lay(&f->p, STEP_MARK, 0, METHOD_NONE)->marks = true;
		if (i == 2)
			try_overwrite(&f->p);
		else
			try_method(&f->p, METHOD_SANITIZE_BLOCK, METHOD_NONE);
		toys[METHOD_SANITIZE_BLOCK].effect = ZEROS;
		exposing.refuse = i ? EIO : 0;
		ready_plan(f);
		fixture_run(f);
		assert_int_equal(f->v.outcome, i ? OUTCOME_EXCEPTIONS :
				 OUTCOME_ERASED);
		assert_int_equal(fixture_has(&f->v.reasons,
					     REASON_HIDDEN_LEFT), i != 0);
		assert_int_equal(f->r.after.size, i ? SIZE - (1 << 20) : SIZE);
		if (!i)
			truthful(f);
		fixture_free(&f);
	}
}

/* Says it did, and still hides. */
static void
test_expose_that_did_not(void **state)
{
	struct fixture *f = begin();

	(void)state;
	hidden = true;
	f->d->size = f->d->d.id.size = f->p.id.size = SIZE - (1 << 20);
	f->p.n_steps = 0;
	(void)lay(&f->p, STEP_EXPOSE, 0, METHOD_NONE);
	lay(&f->p, STEP_MARK, 0, METHOD_NONE)->marks = true;
	try_method(&f->p, METHOD_SANITIZE_BLOCK, METHOD_NONE);
	toys[METHOD_SANITIZE_BLOCK].effect = ZEROS;
	exposing.effect = ZEROS;
	ready_plan(f);
	fixture_run(f);
	assert_int_equal(f->r.results[0].why.code, REASON_HIDDEN_LEFT);
	assert_int_equal(f->v.outcome, OUTCOME_EXCEPTIONS);
	fixture_free(&f);
}

/* ---- other namespaces ---------------------------------------------------- */

static struct fixture *
begin_spaces(struct toy toy)
{
	struct fixture *f = begin();

	space_drive = emu_add("/dev/emu1", 4 << 20, 512);
	emu_soil(space_drive);
	shared = true;
	f->p.n_spaces = 1;
	f->p.spaces[0] = (struct space){
		.nsid = 2, .lblock = 512, .size = 4 << 20, .attached = true,
		.node = "emu1",
	};
	try_method(&f->p, METHOD_SANITIZE_BLOCK, METHOD_NONE);
	toys[METHOD_SANITIZE_BLOCK] = toy;
	ready_plan(f);
	return f;
}

static void
test_spaces_are_erased_with_it(void **state)
{
	struct fixture *f = begin_spaces((struct toy){ .effect = ZEROS });
	uint64_t first;
	size_t at;

	(void)state;
	fixture_run(f);
	truthful(f);
	assert_int_equal(f->v.outcome, OUTCOME_ERASED);
	assert_int_equal(emu_remains(space_drive, &first), 0);
	assert_int_equal(emu_count(space_drive, EMU_OPEN, &at), 1);
	assert_int_equal(space_drive->ops[at].res, OPEN_VICTIM);
	assert_int_equal(f->r.results[2].proof.looked,
			 (SIZE + (4 << 20)) / 512);
	fixture_free(&f);
}

/* Kept in the other namespace is kept. */
static void
test_a_space_that_was_kept(void **state)
{
	struct fixture *f = begin_spaces((struct toy){ .effect = ZEROS });

	(void)state;
	space_kept = true;
	fixture_run(f);
	assert_int_equal(f->v.outcome, OUTCOME_FAILED);
	assert_int_equal(f->r.results[2].why.code, REASON_MARK_LEFT);
	fixture_free(&f);
}

static void
not_touched(struct fixture *f, int err)
{
	uint64_t first;
	size_t at;

	fixture_run(f);
	assert_int_equal(f->err, err);
	assert_int_equal(starts, 0);
	assert_int_equal(emu_count(f->d, EMU_WRITE, &at), 0);
	assert_int_equal(emu_count(space_drive, EMU_WRITE, &at), 0);
	assert_true(emu_remains(space_drive, &first) >= (4 << 20) - 64);
	assert_int_equal(f->v.outcome, OUTCOME_FAILED);
	fixture_free(&f);
}

static void
test_spaces_are_guarded(void **state)
{
	struct fixture *f;

	(void)state;
	f = begin_spaces((struct toy){ .effect = ZEROS });
	in_use = true;
	not_touched(f, -EBUSY);
	f = begin_spaces((struct toy){ .effect = ZEROS });
	emu_fault(space_drive, (struct emu_fault){ .kind = EMU_BUSY });
	not_touched(f, -EBUSY);
	f = begin_spaces((struct toy){ .effect = ZEROS });
	emu_fault(space_drive, (struct emu_fault){ .kind = EMU_USED });
	not_touched(f, -EBUSY);
	/* another size, and one more than was agreed to */
	f = begin_spaces((struct toy){ .effect = ZEROS });
	f->p.spaces[0].size -= 512;
	plan_seal(&f->p);
	fixture_consent(f);
	not_touched(f, -ESTALE);
	f = begin_spaces((struct toy){ .effect = ZEROS });
	f->p.spaces[0].nsid = 3;
	plan_seal(&f->p);
	fixture_consent(f);
	not_touched(f, -ESTALE);
	/* there was none when it was planned */
	f = begin_spaces((struct toy){ .effect = ZEROS });
	f->p.n_spaces = 0;
	memset(f->p.spaces, 0, sizeof(f->p.spaces));
	plan_seal(&f->p);
	fixture_consent(f);
	not_touched(f, -ESTALE);
}

static enum stop
mount_it(void *ctx, const struct progress *p)
{
	(void)ctx;
	if (p->kind == STEP_MARK)
		in_use = true;
	return STOP_NO;
}

/* Free when the run began, in use when the command was to be sent. */
static void
test_spaces_are_looked_at_before_each_command(void **state)
{
	struct fixture *f = begin_spaces((struct toy){ .effect = ZEROS });
	uint64_t first;

	(void)state;
	f->ui.tick = mount_it;
	fixture_run(f);
	assert_int_equal(starts, 1);		/* MARK */
	assert_int_equal(f->v.outcome, OUTCOME_FAILED);
	assert_int_equal(f->r.why.code, REASON_SPACE_IN_USE);
	assert_int_equal(f->r.n_results, 2);
	assert_true(emu_remains(space_drive, &first) >= 3 << 20);
	fixture_free(&f);
}

/* One without a node cannot be read: the drive's word for it is no proof. */
static void
test_a_space_that_cannot_be_read(void **state)
{
	struct fixture *f = begin_spaces((struct toy){ .effect = ZEROS });

	(void)state;
	f->p.spaces[0].node[0] = '\0';
	plan_seal(&f->p);
	fixture_consent(f);
	fixture_run(f);
	assert_int_equal(f->v.outcome, OUTCOME_EXCEPTIONS);
	assert_int_equal(f->v.level, LEVEL_NONE);
	assert_true(fixture_has(&f->v.reasons, REASON_SPACE_UNREAD));
	fixture_free(&f);
}

/* ---- the operator, and READY --------------------------------------------- */

static void
stops_at(enum method m, enum stop stop, enum step_state is)
{
	struct fixture *f = begin_with(m, (struct toy){
		.effect = ZEROS, .busy = 200, .permille = 4 }, true);

	f->stop = stop;
	f->stop_at = 300;	/* MARK rests for some fifty */
	fixture_run(f);
	truthful(f);
	assert_int_equal(f->v.outcome, OUTCOME_INTERRUPTED);
	assert_int_equal(f->r.results[1].state, is);
	assert_int_equal(f->r.n_results, 2);
	fixture_free(&f);
}

static void
test_stop(void **state)
{
	(void)state;
	stops_at(METHOD_SANITIZE_BLOCK, STOP_SAFE, STATE_INTERRUPTED);
	stops_at(METHOD_SANITIZE_BLOCK, STOP_NOW, STATE_INTERRUPTED);
	stops_at(METHOD_SECURITY_ERASE, STOP_NOW, STATE_INTERRUPTED);
	/* its safe point is its end: the password goes with it */
	stops_at(METHOD_SECURITY_ERASE, STOP_SAFE, STATE_DONE);
}

static enum stop
stop_there(void *ctx, const struct progress *p)
{
	(void)ctx;
	return p->kind == STEP_FIRMWARE ? STOP_SAFE : STOP_NO;
}

/* Told between its record and the command: the command is not given. */
static void
test_stop_before_the_command(void **state)
{
	struct fixture *f = begin_with(METHOD_SANITIZE_BLOCK, (struct toy){
		.effect = ZEROS, .busy = 200, .permille = 4 }, true);

	(void)state;
	f->ui.tick = stop_there;
	fixture_run(f);
	truthful(f);
	assert_int_equal(f->v.outcome, OUTCOME_INTERRUPTED);
	assert_int_equal(f->r.results[1].state, STATE_INTERRUPTED);
	assert_int_equal(f->r.n_results, 2);
	assert_int_equal(starts, 1);		/* MARK */
	fixture_free(&f);
}

/* What was found running counts for nothing, however it ended. */
static void
test_ready(void **state)
{
	static const enum drive_state ends[] = {
		DRIVE_DONE, DRIVE_IDLE, DRIVE_FAILED, DRIVE_UNKNOWN,
	};
	struct fixture *f;
	size_t i;

	(void)state;
	for (i = 0; i < 8; i++) {
		f = begin();
		f->p.n_steps = 0;
		(void)lay(&f->p, STEP_READY, 0, METHOD_NONE);
		lay(&f->p, STEP_MARK, 0, METHOD_NONE)->marks = true;
		try_method(&f->p, METHOD_SANITIZE_BLOCK, METHOD_NONE);
		readying = (struct toy){ .busy = 50, .permille = 10,
					 .end = ends[i % 4] };
		toys[METHOD_SANITIZE_BLOCK].effect = i < 4 ? ZEROS : NOTHING;
		ready_plan(f);
		fixture_run(f);
		truthful(f);
		assert_int_equal(f->v.outcome, i < 4 ? OUTCOME_ERASED :
				 OUTCOME_FAILED);
		fixture_free(&f);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_consent_no_start),
		cmocka_unit_test(test_identified_before_each_start),
		cmocka_unit_test(test_no_record_no_start),
		cmocka_unit_test(test_a_failed_flush_is_no_proof),
		cmocka_unit_test(test_nothing_known_is_no_proof),
		cmocka_unit_test(test_a_password_that_stays),
		cmocka_unit_test(test_unlock),
		cmocka_unit_test(test_expose),
		cmocka_unit_test(test_expose_that_did_not),
		cmocka_unit_test(test_spaces_are_erased_with_it),
		cmocka_unit_test(test_a_space_that_was_kept),
		cmocka_unit_test(test_spaces_are_guarded),
		cmocka_unit_test(test_spaces_are_looked_at_before_each_command),
		cmocka_unit_test(test_a_space_that_cannot_be_read),
		cmocka_unit_test(test_stop),
		cmocka_unit_test(test_stop_before_the_command),
		cmocka_unit_test(test_ready),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
