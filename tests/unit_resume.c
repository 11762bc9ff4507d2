/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Of an interrupted erasure nothing counts but what the record says for sure,
 * on the same drive and by the same plan; a verdict over several parts is
 * earned by each of them.
 */
#undef NDEBUG
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../src/engine.h"
#include "cert_setup.h"

#include <errno.h>

enum { W1, V1, W2, V2, SIG };

static struct resume r;

/* 0x00 read back, random read back: interrupted in the second write. */
static void
in_the_second_pass(void)
{
	struct request rq = passes("0x00,verify,random,verify");
	struct run_part part = { .step = W2, .kind = STEP_OVERWRITE };
	uint32_t i;

	sample_plan(&s, &rq);
	assert_int_equal(s.p.n_steps, SIG + 1);
	memset(&r, 0, sizeof(r));
	for (i = 0; i <= SIG; i++)
		r.results[i] = s.r.results[i];
	memset(&r.results[V2], 0, 2 * sizeof(r.results[0]));
	r.results[W2].state = STATE_NONE;
	r.results[W2].reached = part.reached = 512 << 20;
	memset(part.receipt, 7, DIGEST_LEN);
	time_now(part.started);
	time_now(part.last);
	parts_add(&r.parts, &part);
}

static int
setup(void **state)
{
	(void)state;
	sample_open(&s, "clear");
	in_the_second_pass();
	return 0;
}

/* ---- where it goes on ---------------------------------------------------- */

/* Found as asked, and sound. */
static void
finds(uint32_t step, uint64_t reached)
{
	uint32_t i;

	resume_find(&s.p, &r);
	assert_int_equal(r.step, step);
	assert_int_equal(r.results[step].reached, reached);
	for (i = 0; i < STEPS_MAX; i++)
		assert_true(r.results[i].carried == (i < step));
	for (i = step + 1; i < s.p.n_steps; i++)
		assert_int_equal(r.results[i].state, STATE_NONE);
	assert_true(resume_sound(&s.p, &r));
}

static void
it_goes_on_within_a_pass(void **state)
{
	(void)state;
	finds(W2, 512 << 20);
	in_the_second_pass();
	r.results[W2].state = STATE_INTERRUPTED;
	finds(W2, 512 << 20);
	/* the drive was pulled out */
	in_the_second_pass();
	r.results[W2].state = STATE_FAILED;
	r.results[W2].why.code = REASON_DEVICE_LOST;
	finds(W2, 512 << 20);
}

static void
without_its_key_or_its_list_a_pass_begins_anew(void **state)
{
	(void)state;
	memset(r.results[W2].key, 0, KEY_LEN);
	finds(W2, 0);
	in_the_second_pass();
	ranges_add(&r.unwritten, 0, 512);
	r.unwritten.lost = 512;
	finds(W2, 0);
	in_the_second_pass();
	r.results[W2].reached = s.p.id.size + 512;
	finds(W2, 0);
	in_the_second_pass();
	r.results[W2].reached = 513;
	finds(W2, 0);
}

/* What lies beyond is tried again. */
static void
what_was_given_up_before_stays_known(void **state)
{
	(void)state;
	ranges_add(&r.unwritten, 4096, 512);
	ranges_add(&r.unwritten, (512 << 20) - 512, 1024);
	ranges_add(&r.unwritten, 1 << 30, 512);
	finds(W2, 512 << 20);
	assert_int_equal(r.unwritten.n, 2);
	assert_int_equal(r.unwritten.total, 1024);
}

static void
reading_back_is_never_carried_over(void **state)
{
	uint32_t i;

	(void)state;
	for (i = V2; i <= SIG; i++) {
		in_the_second_pass();
		memcpy(&r.results[W2], &s.r.results[W2],
		       (i - W2) * sizeof(r.results[0]));
		finds(V2, 0);
	}
	/* even if all was done, and only the outcome is missing */
	in_the_second_pass();
	memcpy(r.results, s.r.results, sizeof(r.results));
	finds(V2, 0);
	/* nor is that of an earlier pass, as long as it stands there */
	in_the_second_pass();
	memset(&r.results[W2], 0, sizeof(r.results[0]));
	memset(&r.results[V1], 0, sizeof(r.results[0]));
	finds(V1, 0);
}

/* How many blocks a pass left out is known, which is not. */
/* A sample believes what it does not look at: so all of it is read back when it
 * goes on, also where nothing is left to be written. */
static void
before_a_sample_everything_is_read_back(void **state)
{
	const uint64_t most = 512 << 20;

	(void)state;
	assert_in_range(resume_margin(&s.p, W2, most), 1, most - 1);
	assert_int_equal(resume_margin(&s.p, W2, 512), 512);
	s.p.steps[V2].how.mode = VERIFY_SAMPLE;
	assert_int_equal(resume_margin(&s.p, W2, most), most);
	assert_in_range(resume_margin(&s.p, W1, most), 1, most - 1);
	r.results[W2] = s.r.results[W2];
	r.results[W2].reached = 0;
	finds(W2, s.p.steps[W2].len);
	/* read back by the earlier part, or half of it */
	in_the_second_pass();
	s.p.steps[V2].how.mode = VERIFY_SAMPLE;
	r.results[W2] = s.r.results[W2];
	r.results[V2] = s.r.results[V2];
	finds(W2, s.p.steps[W2].len);
	/* without its key nothing can be compared */
	memset(r.results[W2].key, 0, KEY_LEN);
	r.results[W2].carried = false;
	finds(W2, 0);
}

static void
a_pass_whose_list_is_lost_is_done_again(void **state)
{
	(void)state;
	memcpy(r.results, s.r.results, sizeof(r.results));
	r.results[W2].bytes -= 512;
	finds(W2, 0);
	in_the_second_pass();
	memcpy(r.results, s.r.results, sizeof(r.results));
	r.results[W2].bytes -= 512;
	ranges_add(&r.unwritten, 1 << 20, 512);
	finds(V2, 0);
	assert_int_equal(r.unwritten.total, 512);
}

static void
by_the_drive_nothing_is_carried_over(void **state)
{
	struct request rq = { 0 };

	(void)state;
	s.d = flash();
	sample_plan(&s, &rq);
	memcpy(r.results, s.r.results, sizeof(r.results));
	finds(0, 0);
	/* but that it had failed, once the host was at it */
	for (uint32_t i = 0; i < s.p.n_steps; i++) {
		r.results[i] = s.r.results[i];
		if (s.p.steps[i].kind == STEP_FIRMWARE) {
			r.results[i].state = STATE_REFUSED;
			r.results[i].why.code = REASON_DRIVE_REFUSED;
		}
		if (s.p.steps[i].kind == STEP_PROVE)
			r.results[i].state = STATE_SKIPPED;
		if (s.p.steps[i].kind != STEP_OVERWRITE)
			continue;
		r.results[i].state = STATE_NONE;
		r.results[i].reached = 1 << 30;
		time_now(r.results[i].started);
		memset(r.results[i].key, 1, KEY_LEN);
		memset(&r.results[i + 1], 0, sizeof(r.results[0]));
		finds(i, 1 << 30);
		return;
	}
	printf("this plan has no overwrite to fall to\n");
}

/* ---- the same drive, the same plan --------------------------------------- */

static void
only_what_the_kernel_names_may_differ(void **state)
{
	struct plan a = s.p, b = s.p;

	(void)state;
	assert_true(resume_same_plan(&a, &b));
	b.id.diskseq++;
	text_copy(b.path, sizeof(b.path), "/dev/sdq");
	plan_seal(&b);
	assert_true(resume_same_plan(&a, &b));
	assert_true(resume_same_drive(&a.id, &b.id));
	b.bad_max_ppm++;
	plan_seal(&b);
	assert_false(resume_same_plan(&a, &b));
	b = a;
	b.steps[0].pass.bytes[0]++;
	plan_seal(&b);
	assert_false(resume_same_plan(&a, &b));
	b = a;
	b.id.serial[0]++;
	plan_seal(&b);
	assert_false(resume_same_plan(&a, &b));
	assert_false(resume_same_drive(&a.id, &b.id));
	b = a;
	b.id.size += 512;
	assert_false(resume_same_drive(&a.id, &b.id));
	/* a plan that is not what its digest says */
	b = a;
	b.seed++;
	assert_false(resume_same_plan(&b, &a));
}

static void
a_drive_without_a_name_is_not_known_again(void **state)
{
	struct plan a = s.p, b;

	(void)state;
	a.id.serial[0] = a.id.wwn[0] = '\0';
	plan_seal(&a);
	b = a;
	assert_true(resume_same_plan(&a, &b));
	assert_true(resume_same_drive(&a.id, &b.id));
	b.id.diskseq++;
	plan_seal(&b);
	assert_false(resume_same_plan(&a, &b));
	assert_false(resume_same_drive(&a.id, &b.id));
}

/* ---- the log ------------------------------------------------------------- */

/* A checkpoint changes what it says, and nothing else; of no other step. */
static void
a_checkpoint_comes_back(void **state)
{
	struct ranges given_up = { 0 }, read = { 0 };
	struct step_result x = s.r.results[W2];
	uint32_t i = 0;
	json_t *j;

	(void)state;
	ranges_add(&given_up, 1 << 20, 512);
	ranges_add(&given_up, 0, 4096);
	x.reached = 3 << 20;
	x.bytes = 2 << 20;
	x.retries = 5;
	j = json_checkpoint(W2, &x, &given_up);
	x = s.r.results[W2];
	assert_int_equal(json_read_checkpoint(j, &s.p, &i, &x, &read), 0);
	assert_int_equal(i, W2);
	assert_int_equal(x.reached, 3 << 20);
	assert_int_equal(x.bytes, 2 << 20);
	assert_int_equal(x.retries, 5);
	assert_memory_equal(x.key, s.r.results[W2].key, KEY_LEN);
	assert_memory_equal(&read, &given_up, sizeof(read));
	json_object_set_new(j, "step", json_integer(V2 + 1));
	assert_int_equal(json_read_checkpoint(j, &s.p, &i, &x, &read),
			 -EBADMSG);
	json_object_set_new(j, "step", json_integer(s.p.n_steps + 1));
	assert_int_equal(json_read_checkpoint(j, &s.p, &i, &x, &read),
			 -EBADMSG);
	json_decref(j);
	j = json_step_result(&s.p, W2, &s.r.results[W2], LANG_EN);
	assert_int_equal(json_read_step(j, &s.p, &i, &x), 0);
	assert_memory_equal(&x, &s.r.results[W2], sizeof(x));
	json_object_set_new(j, "step", json_integer(V2 + 1));
	assert_int_equal(json_read_step(j, &s.p, &i, &x), -EBADMSG);
	json_decref(j);
}

/* ---- what a run left that nobody ended ----------------------------------- */

static void
what_is_not_on_record_counts_as_unwritten(void **state)
{
	const uint64_t size = s.p.steps[W2].len, most = 512 << 20;
	struct run run = s.r;

	(void)state;
	run.results[W2] = r.results[W2];	/* by its worker's last word */
	time_now(run.results[W2].started);
	ranges_add(&run.unwritten, 4096, 512);
	ranges_add(&run.unwritten, most + 512, 512);
	resume_cut_off(&s.p, &run);
	assert_int_equal(run.unwritten.n, 2);
	assert_int_equal(run.unwritten.r[1].at, most);
	assert_int_equal(run.unwritten.total, 512 + size - most);
	/* written to the end; how much it gave up is known, not where */
	run = s.r;
	run.results[W2].bytes -= 1024;
	ranges_add(&run.unwritten, 4096, 512);
	resume_cut_off(&s.p, &run);
	assert_int_equal(run.unwritten.lost, 512);
	assert_int_equal(run.unwritten.total, 1024);
	/* a run of one method that had not begun */
	s.p.n_attempts = 1;
	run = s.r;
	memset(run.results, 0, sizeof(run.results));
	resume_not_begun(&s.p, &run);
	assert_int_equal(run.unwritten.total, s.p.steps[W1].len);
	run = s.r;
	resume_not_begun(&s.p, &run);
	assert_int_equal(run.unwritten.total, 0);
}

/* ---- the verdict --------------------------------------------------------- */

/* A run that went on in the second pass, and ended well. */
static void
a_good_end(struct run *run)
{
	struct step_result *x = run->results;

	*run = s.r;
	run->parts = r.parts;
	x[W1].carried = x[V1].carried = true;
	x[W2].resumed_at = 512 << 20;
	x[W2].margin = resume_margin(&s.p, W2, 512 << 20);
	x[W2].reached = s.p.id.size;
}

static enum outcome
judged(const struct run *run, bool told)
{
	struct verdict v;
	bool found = false;

	verify_judge(&s.p, &s.consent, run, &v);
	for (uint32_t i = 0; i < v.reasons.n; i++)
		found |= v.reasons.r[i].code == REASON_RESUMED;
	assert_true(found == told);
	return v.outcome;
}

static void
each_part_must_hold(void **state)
{
	static struct run good, bad;
	struct run_part same;

	(void)state;
	a_good_end(&good);
	assert_int_equal(judged(&good, true), OUTCOME_ERASED);
#define SPOILT(told, ...) do { \
		bad = good; \
		__VA_ARGS__; \
		assert_int_equal(judged(&bad, told), OUTCOME_FAILED); \
	} while (0)
	SPOILT(false, bad.parts.n = 0);
	SPOILT(true, bad.parts.n = PARTS_MAX + 1);
	SPOILT(true, memset(bad.parts.p[0].receipt, 0, DIGEST_LEN));
	SPOILT(true, memcpy(bad.parts.p[0].receipt, s.consent.receipt,
			    DIGEST_LEN));
	same = good.parts.p[0];
	SPOILT(true, parts_add(&bad.parts, &same));
	SPOILT(true, bad.results[V2].carried = true);
	SPOILT(true, bad.results[SIG].carried = true);
	SPOILT(true, bad.results[W2].restarted = true);
	SPOILT(true, bad.results[W2].margin = 0);
	SPOILT(true, bad.results[W2].margin--);
	SPOILT(true, bad.results[W2].resumed_at = s.p.id.size + 512);
	SPOILT(true, bad.results[V2].resumed_at = 512);
	SPOILT(true, bad.results[W1].state = STATE_NONE);
	SPOILT(true, bad.results[V1].bytes = 0);
	SPOILT(true, bad.results[W2].bytes -= 512);
	/* begun anew, it counts like any other */
	bad = good;
	bad.results[W2].restarted = true;
	bad.results[W2].resumed_at = bad.results[W2].margin = 0;
	assert_int_equal(judged(&bad, true), OUTCOME_ERASED);
}

static void
the_middle_parts_are_left_out_first(void **state)
{
	struct run_parts ps = { 0 };
	struct run_part one = { 0 };
	uint32_t i;

	(void)state;
	for (i = 0; i < 3 * PARTS_MAX; i++) {
		one.step = i;
		parts_add(&ps, &one);
	}
	assert_int_equal(ps.n, PARTS_MAX);
	assert_int_equal(ps.lost, 2 * PARTS_MAX);
	for (i = 0; i < PARTS_MAX; i++)
		assert_int_equal(ps.p[i].step, i < PARTS_MAX / 2 ? i :
				 i + 2 * PARTS_MAX);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, sample_teardown)
	const struct CMUnitTest tests[] = {
		T(it_goes_on_within_a_pass),
		T(without_its_key_or_its_list_a_pass_begins_anew),
		T(what_was_given_up_before_stays_known),
		T(reading_back_is_never_carried_over),
		T(before_a_sample_everything_is_read_back),
		T(what_is_not_on_record_counts_as_unwritten),
		T(a_pass_whose_list_is_lost_is_done_again),
		T(by_the_drive_nothing_is_carried_over),
		T(only_what_the_kernel_names_may_differ),
		T(a_drive_without_a_name_is_not_known_again),
		T(a_checkpoint_comes_back),
		T(each_part_must_hold),
		T(the_middle_parts_are_left_out_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
