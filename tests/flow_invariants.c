/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The order of things: nothing is opened without the right consent, nothing
 * written before the drive was looked at again, nothing started that was not
 * recorded, and what was started is settled.
 *
 * execute.c is compiled in here with spies in place of two calls, because its
 * start and settle leave no trace on a drive that the host overwrites.
 */
#include "emu/fixture.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { NOTE_START = 5000, NOTE_SETTLE };

static struct emu_drive *spied;
static int start_err, settle_err;

static int
spy_start(struct handle *h, const struct step *s, struct reply *out,
	  struct sent *log)
{
	emu_note(spied, NOTE_START);
	*out = (struct reply){ .err = -start_err };
	return start_err ? start_err : drive_start(h, s, out, log);
}

static int
spy_settle(struct handle *h, const struct step *s, struct reply *out,
	   struct sent *log)
{
	emu_note(spied, NOTE_SETTLE);
	if (settle_err)
		return settle_err;
	return drive_settle(h, s, out, log);
}

#define drive_start spy_start
#define drive_settle spy_settle
/* NOLINTNEXTLINE(bugprone-suspicious-include): with the spies */
#include "../src/execute.c"
#undef drive_start
#undef drive_settle

#define SIZE (2ULL << 20)

static const struct verify_how full = { VERIFY_FULL, 1000000 };

static struct fixture *
begin(const char *passes)
{
	struct fixture *f = fixture_new(SIZE, 512, passes, full, 0);

	spied = f->d;
	start_err = settle_err = 0;
	return f;
}

static unsigned
notes(const struct fixture *f, int number)
{
	unsigned n = 0;
	size_t i;

	for (i = 0; i < f->d->n_ops; i++)
		n += f->d->ops[i].kind == EMU_NOTE &&
		     f->d->ops[i].res == number;
	return n;
}

static size_t
where(const struct fixture *f, enum emu_op_kind kind, int res)
{
	size_t i;

	for (i = 0; i < f->d->n_ops; i++)
		if (f->d->ops[i].kind == kind &&
		    (kind == EMU_WRITE || f->d->ops[i].res == res))
			break;
	return i;
}

static void
refused(struct fixture *f, int err)
{
	static const struct run zero;
	uint64_t first;
	size_t at;

	fixture_run(f);
	assert_int_equal(f->err, err);
	assert_int_equal(f->v.outcome, OUTCOME_FAILED);
	assert_int_equal(emu_count(f->d, EMU_WRITE, &at), 0);
	assert_true(emu_remains(f->d, &first) >= SIZE - 64);
	assert_int_equal(f->records, 0);
	if (err == -EPERM) {
		assert_int_equal(f->d->n_ops, 0);
		assert_memory_equal(&f->r, &zero, sizeof(zero));
	}
	fixture_free(&f);
}

/* Invariants 1 and 4. */
static void
test_no_consent_no_opening(void **state)
{
	struct fixture *f;

	(void)state;
	f = begin("random");
	f->c.plan_digest[7] ^= 0x80;
	refused(f, -EPERM);
	f = begin("random");
	f->c.has_receipt = false;
	refused(f, -EPERM);
	f = begin("random");
	memset(f->c.receipt, 0, DIGEST_LEN);
	refused(f, -EPERM);
	f = begin("random");
	memset(&f->c, 0, sizeof(f->c));
	refused(f, -EPERM);
	f = begin("random");
	f->c.how = CONSENT_NONE;
	refused(f, -EPERM);
	f = begin("random");
	f->c.serial[0] ^= 1;
	refused(f, -EPERM);
}

/* Invariant 1: the plan itself must be what was agreed to. */
static void
test_a_changed_plan_is_not_executed(void **state)
{
	struct fixture *f;

	(void)state;
	f = begin("random,0x00");
	f->p.steps[1].len -= 512;
	refused(f, -EPERM);
	f = begin("random");
	strcpy(f->p.path, "/dev/emu1");
	refused(f, -EPERM);
	f = begin("random");
	f->p.bad_max_ppm = 1000000;
	refused(f, -EPERM);
	f = begin("random");
	f->p.n_steps = STEPS_MAX + 1;
	refused(f, -EPERM);
	f = begin("random");
	f->p.n_steps = 0;
	refused(f, -EPERM);
	f = begin("random");
	reasons_add(&f->p.refusals, REASON_MOUNTED, "/");
	plan_seal(&f->p);
	memcpy(f->c.plan_digest, f->p.digest, DIGEST_LEN);
	refused(f, -EPERM);
}

/* Invariant 2, and the guard, on the erasing handle. */
static void
test_looked_at_again_before_writing(void **state)
{
	struct fixture *f = begin("random");
	size_t open, id, uses, start, write;

	(void)state;
	fixture_run(f);
	assert_int_equal(f->v.outcome, OUTCOME_ERASED);
	open = where(f, EMU_OPEN, OPEN_VICTIM);
	id = where(f, EMU_IDENTIFIED, OPEN_VICTIM);
	uses = where(f, EMU_USES, OPEN_VICTIM);
	start = where(f, EMU_NOTE, NOTE_START);
	write = where(f, EMU_WRITE, 0);
	assert_true(open < id && id < uses && uses < start && start < write);
	assert_true(write < f->d->n_ops);
	/* and between the record of the start and the start */
	for (id = where(f, EMU_NOTE, 0); id < start; id++)
		if (f->d->ops[id].kind == EMU_IDENTIFIED)
			break;
	assert_true(id < start);
	fixture_free(&f);
}

static void
stale(enum emu_fault_kind kind, int err)
{
	struct fixture *f = begin("random");

	emu_fault(f->d, (struct emu_fault){ .kind = kind });
	refused(f, err);
}

static void
test_another_drive_is_not_touched(void **state)
{
	(void)state;
	stale(EMU_SERIAL, -ESTALE);
	stale(EMU_DISKSEQ, -ESTALE);
	stale(EMU_SWAPPED_SIZE, -ESTALE);
	stale(EMU_USED, -EBUSY);
	stale(EMU_BUSY, -EBUSY);
}

/* Also before each later pass. */
static void
test_swapped_between_passes(void **state)
{
	struct fixture *f = begin("0x00,0xff");
	size_t i;

	(void)state;
	/* admitted, first pass, second pass */
	emu_fault(f->d, (struct emu_fault){ .kind = EMU_SERIAL, .skip = 2 });
	fixture_run(f);
	assert_int_equal(f->v.outcome, OUTCOME_FAILED);
	assert_int_equal(f->r.results[1].state, STATE_REFUSED);
	assert_int_equal(f->r.why.code, REASON_IDENTITY_CHANGED);
	for (i = 0; i < SIZE; i++)
		assert_int_equal(f->d->media[i], 0);
	fixture_free(&f);
}

/* Invariant 3: a drive that does not accept the start is not written. */
static void
test_not_started_is_not_done(void **state)
{
	struct fixture *f = begin("random");
	size_t at;

	(void)state;
	start_err = -EIO;
	fixture_run(f);
	assert_int_equal(f->err, 0);
	assert_int_equal(f->v.outcome, OUTCOME_FAILED);
	assert_int_equal(f->r.results[0].state, STATE_REFUSED);
	assert_int_equal(emu_count(f->d, EMU_WRITE, &at), 0);
	assert_int_equal(notes(f, NOTE_SETTLE), 1);
	fixture_free(&f);
}

/* Invariant 4: no start without its record, nothing after a lost one. */
static void
test_no_record_no_start(void **state)
{
	struct fixture *f;
	unsigned n;
	size_t at;

	(void)state;
	for (n = 1; n <= 6; n++) {	/* two passes, a verify; two each */
		f = begin("0x00,random");
		f->fail_at = n;
		fixture_run(f);
		assert_int_equal(f->err, 0);
		assert_int_equal(f->v.outcome, OUTCOME_FAILED);
		assert_int_equal(f->r.why.code, REASON_EVIDENCE_LOST);
		assert_int_equal(f->r.n_results, (n + 1) / 2);
		assert_int_equal(notes(f, NOTE_START), n / 2 < 2 ? n / 2 : 2);
		if (n == 1)
			assert_int_equal(emu_count(f->d, EMU_WRITE, &at), 0);
		fixture_free(&f);
	}
}

/* A key is on stable storage before the first byte of its stream is on the
 * medium, and no pass has another's. */
static void
test_keys(void **state)
{
	static const uint8_t none[KEY_LEN];
	struct fixture *f = begin("random,random");

	(void)state;
	fixture_run(f);
	assert_int_equal(f->v.outcome, OUTCOME_ERASED);
	assert_memory_equal(f->recorded_key[0], f->r.results[0].key, KEY_LEN);
	assert_memory_equal(f->recorded_key[1], f->r.results[1].key, KEY_LEN);
	assert_memory_not_equal(f->recorded_key[0], none, KEY_LEN);
	assert_memory_not_equal(f->recorded_key[0], f->recorded_key[1],
				KEY_LEN);
	fixture_free(&f);
}

/* Invariant 6. */
static void
test_a_failed_flush_fails_the_pass(void **state)
{
	struct fixture *f = begin("0x00,random");

	(void)state;
	emu_fault(f->d, (struct emu_fault){ .kind = EMU_FLUSH, .times = 1 });
	fixture_run(f);
	assert_int_equal(f->r.results[0].state, STATE_FAILED);
	assert_int_equal(f->r.results[0].why.code, REASON_FLUSH_FAILED);
	assert_int_equal(f->r.n_results, 1);
	assert_int_equal(f->v.outcome, OUTCOME_FAILED);
	fixture_free(&f);
}

static void
settles(struct emu_fault fault, unsigned stop_at)
{
	struct fixture *f = begin("random");

	if (fault.kind)
		emu_fault(f->d, fault);
	f->stop_at = stop_at;
	f->stop = STOP_SAFE;
	fixture_run(f);
	assert_int_equal(f->err, 0);
	assert_int_equal(notes(f, NOTE_START), 1);
	assert_int_equal(notes(f, NOTE_SETTLE), 1);
	assert_true(where(f, EMU_NOTE, NOTE_START) <
		    where(f, EMU_NOTE, NOTE_SETTLE));
	fixture_free(&f);
}

/* Invariant 7: success, failure, loss, hang, interruption. */
static void
test_settle_follows_start(void **state)
{
	(void)state;
	settles((struct emu_fault){ .kind = EMU_NO_FAULT }, 0);
	settles((struct emu_fault){ .kind = EMU_WRITE_ERROR }, 0);
	settles((struct emu_fault){ .kind = EMU_VANISH, .skip = 1 }, 0);
	settles((struct emu_fault){ .kind = EMU_HANG }, 0);
	settles((struct emu_fault){ .kind = EMU_FLUSH }, 0);
	settles((struct emu_fault){ .kind = EMU_SLOW, .arg = 9 }, 4);
}

static void
test_a_failed_settle_fails_the_step(void **state)
{
	struct fixture *f = begin("random");

	(void)state;
	settle_err = -EIO;
	fixture_run(f);
	assert_int_equal(f->r.results[0].state, STATE_FAILED);
	assert_int_equal(f->v.outcome, OUTCOME_FAILED);
	fixture_free(&f);
}

/* Invariant 8: everything that writes went through one exclusive handle. */
static void
test_one_exclusive_handle(void **state)
{
	struct fixture *f = begin("random");
	size_t at;

	(void)state;
	fixture_run(f);
	assert_int_equal(emu_count(f->d, EMU_OPEN, &at), 1);
	assert_int_equal(f->d->ops[at].res, OPEN_VICTIM);
	assert_int_equal(emu_count(f->d, EMU_CLOSE, &at), 1);
	assert_int_equal(at, f->d->n_ops - 1);
	fixture_free(&f);
}

/* Reading back comes after the flush, and past the page cache. */
static void
test_caches_are_dropped_between(void **state)
{
	struct fixture *f = begin("random");
	size_t flush, drop, read;

	(void)state;
	fixture_run(f);
	assert_int_equal(emu_count(f->d, EMU_FLUSHED, &flush), 1);
	assert_true(emu_count(f->d, EMU_READ, &read) > 0);
	for (drop = flush; drop < read; drop++)
		if (f->d->ops[drop].kind == EMU_DROPPED)
			break;
	assert_true(flush < drop && drop < read);
	fixture_free(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_consent_no_opening),
		cmocka_unit_test(test_a_changed_plan_is_not_executed),
		cmocka_unit_test(test_looked_at_again_before_writing),
		cmocka_unit_test(test_another_drive_is_not_touched),
		cmocka_unit_test(test_swapped_between_passes),
		cmocka_unit_test(test_not_started_is_not_done),
		cmocka_unit_test(test_no_record_no_start),
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_a_failed_flush_fails_the_pass),
		cmocka_unit_test(test_settle_follows_start),
		cmocka_unit_test(test_a_failed_settle_fails_the_step),
		cmocka_unit_test(test_one_exclusive_handle),
		cmocka_unit_test(test_caches_are_dropped_between),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
