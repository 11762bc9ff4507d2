/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A verdict is earned by every part of the records: one run that is good in
 * all of them is erased, and any single defect makes it something less.
 */
#include "../src/engine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "../src/util.h"

#define SIZE	(1000000ULL * 512)

struct records {
	struct plan p;
	struct consent c;
	struct run r;
};

enum { W1, V1, W2, V2, SIG, STEPS };

static void
lay(struct plan *p, uint32_t i, enum step_kind kind, uint32_t pass_no,
    enum pass_kind pass)
{
	struct step *s = &p->steps[i];

	s->kind = kind;
	s->pass_no = pass_no;
	s->pass.kind = pass;
	s->pass.len = pass == PASS_FILL;
	s->len = SIZE;
	if (kind == STEP_VERIFY)
		s->how = (struct verify_how){ VERIFY_FULL, 1000000 };
}

static void
sealed(struct records *x)
{
	plan_seal(&x->p);
	memcpy(x->c.plan_digest, x->p.digest, DIGEST_LEN);
	memcpy(x->r.plan_digest, x->p.digest, DIGEST_LEN);
}

/* 0x00 verified, random verified, signatures: all as it should be. */
static void
good(struct records *x)
{
	uint32_t i;

	memset(x, 0, sizeof(*x));
	text_copy(x->p.id.vendor, sizeof(x->p.id.vendor), "ATA");
	text_copy(x->p.id.model, sizeof(x->p.id.model), "Disk");
	text_copy(x->p.id.serial, sizeof(x->p.id.serial), "S1");
	text_copy(x->p.id.wwn, sizeof(x->p.id.wwn), "0x5");
	x->p.id.size = SIZE;
	x->p.id.diskseq = 9;
	x->p.lblock = 512;
	x->p.size_full = SIZE;
	x->p.method = METHOD_OVERWRITE;
	x->p.n_attempts = 1;
	x->p.attempts[0].method = METHOD_OVERWRITE;
	x->p.attempts[0].level = LEVEL_CLEAR;
	reasons_add(&x->p.attempts[0].level_reasons, REASON_OVERWRITE_ONLY,
		    NULL);
	x->p.n_steps = STEPS;
	lay(&x->p, W1, STEP_OVERWRITE, 1, PASS_FILL);
	lay(&x->p, V1, STEP_VERIFY, 1, PASS_FILL);
	lay(&x->p, W2, STEP_OVERWRITE, 2, PASS_RANDOM);
	lay(&x->p, V2, STEP_VERIFY, 2, PASS_RANDOM);
	lay(&x->p, SIG, STEP_SIGNATURES, 0, PASS_NONE);
	x->c.how = CONSENT_TYPED;
	text_copy(x->c.serial, sizeof(x->c.serial), "S1");
	x->c.has_receipt = true;
	x->c.receipt[3] = 1;
	sealed(x);
	x->r.before = x->r.after = x->p.id;
	x->r.after_known = true;
	x->r.state = STATE_DONE;
	x->r.cache_dropped = true;
	x->r.n_results = STEPS;
	for (i = 0; i < STEPS; i++) {
		x->r.results[i].state = STATE_DONE;
		x->r.results[i].bytes = i == SIG ? 0 : SIZE;
	}
	x->r.results[W1].flushed = x->r.results[W2].flushed = true;
	x->r.results[W2].key[0] = 1;
}

static bool
has(const struct verdict *v, enum reason_code code)
{
	uint32_t i;

	for (i = 0; i < v->reasons.n; i++)
		if (v->reasons.r[i].code == code)
			return true;
	return false;
}

static void
test_good_is_erased(void **state)
{
	struct records x;
	struct verdict v;

	(void)state;
	good(&x);
	verify_judge(&x.p, &x.c, &x.r, &v);
	assert_int_equal(v.outcome, OUTCOME_ERASED);
	assert_int_equal(v.level, LEVEL_CLEAR);
	assert_int_equal(v.reasons.n, 1);
	assert_true(has(&v, REASON_OVERWRITE_ONLY));
}

static void
test_nothing_is_nothing(void **state)
{
	static struct records zero;
	struct verdict v;

	(void)state;
	memset(&v, 0xff, sizeof(v));
	verify_judge(&zero.p, &zero.c, &zero.r, &v);
	assert_int_equal(v.outcome, OUTCOME_FAILED);
	assert_int_equal(v.level, LEVEL_NONE);
	assert_true(v.reasons.n > 0);
}

/* ---- one defect each --------------------------------------------------- */

static struct records x;

#define DEFECT(name, spoil) \
	static void name(void) { spoil; }

DEFECT(no_consent, x.c.how = CONSENT_NONE)
DEFECT(no_receipt, x.c.has_receipt = false)
DEFECT(empty_receipt, x.c.receipt[3] = 0)
DEFECT(consent_elsewhere, x.c.plan_digest[0] ^= 1)
DEFECT(consent_other_serial, x.c.serial[0] = 'T')
DEFECT(run_elsewhere, x.r.plan_digest[31] ^= 1)
DEFECT(plan_changed, x.p.steps[W2].pass.kind = PASS_FILL)

static void
refused(void)
{
	reasons_add(&x.p.refusals, REASON_MOUNTED, "/");
	sealed(&x);
}

DEFECT(fewer_results, x.r.n_results--)
DEFECT(more_results, x.r.n_results++)

static void
no_steps(void)
{
	x.p.n_steps = x.r.n_results = 0;
	sealed(&x);
}

DEFECT(run_failed, x.r.state = STATE_FAILED)
DEFECT(run_none, x.r.state = STATE_NONE)
DEFECT(run_blamed, x.r.why.code = REASON_EVIDENCE_LOST)
DEFECT(write_none, x.r.results[W2].state = STATE_NONE)
DEFECT(write_failed, x.r.results[W2].state = STATE_FAILED)
DEFECT(first_write_failed, x.r.results[W1].state = STATE_FAILED)
DEFECT(write_refused, x.r.results[W2].state = STATE_REFUSED)
DEFECT(write_cut, x.r.results[W2].state = STATE_INTERRUPTED)
DEFECT(write_blamed, x.r.results[W2].why.code = REASON_STUCK)
DEFECT(not_flushed, x.r.results[W2].flushed = false)
DEFECT(first_not_flushed, x.r.results[W1].flushed = false)
DEFECT(less_written, x.r.results[W2].bytes -= 512)
DEFECT(more_written, x.r.results[W2].bytes += 512)
DEFECT(first_much_less, x.r.results[W1].bytes -= 65 * 512)
DEFECT(no_key, x.r.results[W2].key[0] = 0)

static void
shorter_pass(void)
{
	x.p.steps[W2].len -= 512;
	x.r.results[W2].bytes -= 512;
	sealed(&x);
}

static void
shorter_verify(void)
{
	x.p.steps[V2].len -= 512;
	x.r.results[V2].bytes -= 512;
	sealed(&x);
}

DEFECT(mismatch, x.r.results[V2].mismatches = 1)
DEFECT(first_mismatch, x.r.results[V1].mismatches = 1)
DEFECT(less_read, x.r.results[V2].bytes -= 512)
DEFECT(first_much_less_read, x.r.results[V1].bytes = 0)
DEFECT(more_read, x.r.results[V2].bytes += 512)
DEFECT(verify_not_done, x.r.results[V2].state = STATE_NONE)

static void
verify_nothing(void)
{
	x.p.steps[V2].how.mode = VERIFY_NONE;
	sealed(&x);
}

static void
verify_of_other_pass(void)
{
	x.p.steps[V2].pass_no = 1;
	sealed(&x);
}

static void
verify_of_other_pattern(void)
{
	x.p.steps[V2].pass.kind = PASS_FILL;
	sealed(&x);
}

static void
verify_before_write(void)
{
	struct step s = x.p.steps[W2];
	struct step_result r = x.r.results[W2];

	x.p.steps[W2] = x.p.steps[V2];
	x.p.steps[V2] = s;
	x.r.results[W2] = x.r.results[V2];
	x.r.results[V2] = r;
	sealed(&x);
}

static void
never_verified(void)
{
	x.p.steps[V2] = x.p.steps[SIG];
	x.r.results[V2] = x.r.results[SIG];
	sealed(&x);
}

static void
never_searched(void)
{
	x.p.n_steps = x.r.n_results = SIG;
	sealed(&x);
}

static void
written_after_all(void)
{
	lay(&x.p, STEPS, STEP_OVERWRITE, 3, PASS_FILL);
	x.r.results[STEPS] = x.r.results[W1];
	x.p.n_steps = x.r.n_results = STEPS + 1;
	sealed(&x);
}

static void
never_overwritten(void)
{
	x.p.steps[W1] = x.p.steps[W2] = x.p.steps[V2];
	x.p.steps[V1] = x.p.steps[V2];
	sealed(&x);
}

static void
unknown_step(void)
{
	x.p.steps[V1].kind = STEP_NONE;
	sealed(&x);
}

static void
signature_left(void)
{
	text_copy(x.r.results[SIG].signature, 32, "ntfs");
}

DEFECT(cache_kept, x.r.cache_dropped = false)
DEFECT(gone_after, x.r.after_known = false)
DEFECT(serial_after, x.r.after.serial[1] = '2')
DEFECT(wwn_after, x.r.after.wwn[2] = '6')
DEFECT(model_after, x.r.after.model[0] = 'd')
DEFECT(vendor_after, x.r.after.vendor[0] = 'a')
DEFECT(size_after, x.r.after.size -= 512)
DEFECT(diskseq_after, x.r.after.diskseq++)

static void
serial_before(void)
{
	x.r.before.serial[1] = x.r.after.serial[1] = '2';
}

static void
size_before(void)
{
	x.r.before.size = x.r.after.size = SIZE * 2;
}

static void
unwritten(void)
{
	ranges_add(&x.r.unwritten, 512, 512);
	x.r.results[W2].bytes -= 512;
	x.r.results[V2].bytes -= 512;
}

DEFECT(unwritten_unsaid, ranges_add(&x.r.unwritten, 512, 512))

static void
unread(void)
{
	ranges_add(&x.r.unread, 512, 512);
	x.r.results[V2].bytes -= 512;
}

static void
sampled(void)
{
	x.p.steps[V2].how = (struct verify_how){ VERIFY_SAMPLE, 100000 };
	x.r.results[V2].bytes = SIZE / 10;
	x.r.results[V2].sections = 1000;
	x.r.results[V2].samples = 2000;
	sealed(&x);
}

static void
sampled_too_little(void)
{
	sampled();
	x.r.results[V2].bytes -= 512;
}

static void
sampled_too_few_sections(void)
{
	sampled();
	x.r.results[V2].sections = 999;
	x.r.results[V2].samples = 1998;
}

static void
sampled_once_each(void)
{
	sampled();
	x.r.results[V2].samples = 1000;
}

static void
sampled_instead_of_full(void)
{
	sampled();
	x.p.steps[V2].how = (struct verify_how){ VERIFY_FULL, 1000000 };
	sealed(&x);
}

#define D(f) { #f, f }
static const struct {
	const char *name;
	void (*spoil)(void);
} defects[] = {
	D(no_consent), D(no_receipt), D(empty_receipt), D(consent_elsewhere),
	D(consent_other_serial), D(run_elsewhere), D(plan_changed), D(refused),
	D(fewer_results), D(more_results), D(no_steps), D(run_failed),
	D(run_none), D(run_blamed), D(write_none), D(write_failed),
	D(first_write_failed), D(write_refused), D(write_cut),
	D(write_blamed), D(not_flushed), D(first_not_flushed),
	D(less_written), D(more_written), D(first_much_less), D(no_key),
	D(shorter_pass), D(shorter_verify), D(mismatch), D(first_mismatch),
	D(less_read), D(first_much_less_read), D(more_read),
	D(verify_not_done), D(verify_nothing), D(verify_of_other_pass),
	D(verify_of_other_pattern), D(verify_before_write),
	D(never_verified), D(never_searched), D(written_after_all),
	D(never_overwritten),
	D(unknown_step), D(signature_left), D(cache_kept), D(gone_after),
	D(serial_after), D(wwn_after), D(model_after), D(vendor_after),
	D(size_after), D(diskseq_after), D(serial_before), D(size_before),
	D(unwritten), D(unwritten_unsaid), D(unread), D(sampled_too_little),
	D(sampled_too_few_sections), D(sampled_once_each),
	D(sampled_instead_of_full),
};

static void
test_one_defect_is_enough(void **state)
{
	struct verdict v;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(defects); i++) {
		good(&x);
		defects[i].spoil();
		verify_judge(&x.p, &x.c, &x.r, &v);
		if (v.outcome != OUTCOME_FAILED || v.level != LEVEL_NONE ||
		    !v.reasons.n)
			fail_msg("'%s' was not seen", defects[i].name);
	}
	printf("%zu single defects, each seen\n", ARRAY_SIZE(defects));
}

/* ---- what is less than erased, but not a failure ----------------------- */

static void
test_tolerated_blocks_are_exceptions(void **state)
{
	static void (*const spoil[])(void) = { unwritten, unread };
	static const enum reason_code why[] = {
		REASON_BLOCKS_NOT_WRITTEN, REASON_BLOCKS_NOT_READ,
	};
	struct verdict v;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(spoil); i++) {
		good(&x);
		x.p.bad_max_ppm = 1;	/* of a million blocks */
		sealed(&x);
		spoil[i]();
		verify_judge(&x.p, &x.c, &x.r, &v);
		assert_int_equal(v.outcome, OUTCOME_EXCEPTIONS);
		assert_int_equal(v.level, LEVEL_NONE);
		assert_true(has(&v, why[i]));
		assert_string_equal(v.reasons.r[0].arg, "1, 512 B");
	}
	/* two together are more than what is tolerated */
	good(&x);
	x.p.bad_max_ppm = 1;
	sealed(&x);
	unwritten();
	ranges_add(&x.r.unread, 51200, 512);
	x.r.results[V2].bytes -= 512;
	verify_judge(&x.p, &x.c, &x.r, &v);
	assert_int_equal(v.outcome, OUTCOME_FAILED);
}

static void
test_earlier_pass_may_miss_what_the_last_reached(void **state)
{
	struct verdict v;

	(void)state;
	good(&x);
	x.r.results[W1].bytes -= 2 * 512;
	x.r.results[V1].bytes -= 2 * 512;
	verify_judge(&x.p, &x.c, &x.r, &v);
	assert_int_equal(v.outcome, OUTCOME_ERASED);
}

static void
test_sample_is_enough(void **state)
{
	struct verdict v;

	(void)state;
	good(&x);
	sampled();
	verify_judge(&x.p, &x.c, &x.r, &v);
	assert_int_equal(v.outcome, OUTCOME_ERASED);
	/* a drive too small to sample was read in full */
	x.r.results[V2].bytes = SIZE;
	x.r.results[V2].sections = x.r.results[V2].samples = 0;
	verify_judge(&x.p, &x.c, &x.r, &v);
	assert_int_equal(v.outcome, OUTCOME_ERASED);
	x.r.results[V2].bytes -= 512;
	verify_judge(&x.p, &x.c, &x.r, &v);
	assert_int_equal(v.outcome, OUTCOME_FAILED);
}

/* Firmware may change under the same drive; nothing else may. */
static void
test_what_tells_two_drives_apart(void **state)
{
	struct identity a, b;

	(void)state;
	good(&x);
	a = b = x.p.id;
	text_copy(b.firmware, sizeof(b.firmware), "2.0");
	assert_null(identity_differs(&a, &b));
#define APART(member, word) \
	b = a; \
	memset(&b.member, 1, 1); \
	assert_string_equal(identity_differs(&a, &b), word); \
	assert_string_equal(identity_differs(&b, &a), word)
	APART(serial, "serial");
	APART(wwn, "wwn");
	APART(vendor, "vendor");
	APART(model, "model");
	APART(size, "size");
	APART(diskseq, "diskseq");
}

static bool
apart(const char *wwn, const char *other)
{
	return identity_tells_apart(wwn, 0, other, 0);
}

/* One serial, several media: only names of one kind tell, or numbers. */
static void
test_what_one_serial_stands_for(void **state)
{
	(void)state;
	assert_true(apart("eui.0001", "eui.0002"));
	assert_true(apart("naa.5000c500a", "naa.5000c500b"));
	assert_false(apart("eui.0001", "eui.0001"));
	assert_false(apart("naa.0001", "eui.0002"));
	assert_false(apart("eui.0001", "unknown"));
	assert_false(apart("unknown", "eui.0001"));
	assert_false(apart("unknown", "unknowN"));
	assert_false(apart("", "eui.0001"));
	assert_false(apart("eui.0001", ""));
	assert_true(identity_tells_apart("", 1, "", 2));
	assert_true(identity_tells_apart("eui.0001", 1, "unknown", 2));
	assert_true(identity_tells_apart("eui.0001", 1, "eui.0002", 1));
	assert_false(identity_tells_apart("", 1, "", 1));
	assert_false(identity_tells_apart("", 0, "", 2));
	assert_false(identity_tells_apart("", 1, "", 0));
}

/* A clock that was set back changes no result, but is told with every one. */
static void
test_clock_set_back_is_told(void **state)
{
	static const enum step_state states[] = {
		STATE_DONE, STATE_FAILED, STATE_INTERRUPTED,
	};
	static const enum outcome outcomes[] = {
		OUTCOME_ERASED, OUTCOME_FAILED, OUTCOME_INTERRUPTED,
	};
	struct verdict v;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(states); i++) {
		good(&x);
		x.r.state = states[i];
		text_copy(x.r.started, TIME_LEN, "2026-11-21T10:00:00+09:00");
		verify_judge(&x.p, &x.c, &x.r, &v);	/* no end is known */
		assert_false(has(&v, REASON_CLOCK_SET_BACK));
		text_copy(x.r.finished, TIME_LEN, x.r.started);
		verify_judge(&x.p, &x.c, &x.r, &v);
		assert_false(has(&v, REASON_CLOCK_SET_BACK));
		text_copy(x.r.finished, TIME_LEN, "2026-11-21T09:59:59+09:00");
		x.r.results[W1].ms = 1500;
		x.r.results[V2].ms = 2600;
		verify_judge(&x.p, &x.c, &x.r, &v);
		assert_int_equal(v.outcome, outcomes[i]);
		assert_true(has(&v, REASON_CLOCK_SET_BACK));
		assert_int_equal(v.reasons.r[0].code, REASON_CLOCK_SET_BACK);
		assert_string_equal(v.reasons.r[0].arg, "4");
	}
}

static void
test_interrupted(void **state)
{
	struct verdict v;

	(void)state;
	good(&x);
	x.r.state = STATE_INTERRUPTED;
	x.r.why.code = REASON_INTERRUPTED;
	verify_judge(&x.p, &x.c, &x.r, &v);
	assert_int_equal(v.outcome, OUTCOME_INTERRUPTED);
	assert_int_equal(v.level, LEVEL_NONE);
	assert_true(has(&v, REASON_INTERRUPTED));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good_is_erased),
		cmocka_unit_test(test_nothing_is_nothing),
		cmocka_unit_test(test_one_defect_is_enough),
		cmocka_unit_test(test_tolerated_blocks_are_exceptions),
		cmocka_unit_test(
			test_earlier_pass_may_miss_what_the_last_reached),
		cmocka_unit_test(test_sample_is_enough),
		cmocka_unit_test(test_interrupted),
		cmocka_unit_test(test_what_tells_two_drives_apart),
		cmocka_unit_test(test_what_one_serial_stands_for),
		cmocka_unit_test(test_clock_set_back_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
