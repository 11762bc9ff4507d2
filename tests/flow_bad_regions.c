/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Most of a drive is bad, or it is known beforehand what is: whatever can be
 * written is, and what the rest takes is counted, bounded and foretold.
 */
#undef NDEBUG
#include "emu/fixture.h"

#include "../src/engine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../src/util.h"

#define MIB	(1ULL << 20)
#define WIDE	(64 * MIB)	/* larger than all that is ever in flight */
#define TICKS	10000U
#define SURE_MS	3000U		/* what is foretold may be off by that */

static const struct verify_how full = { VERIFY_FULL, 1000000 };

static void
fault(struct emu_drive *d, enum emu_fault_kind kind, uint64_t at, uint64_t len)
{
	emu_fault(d, (struct emu_fault){ .kind = kind, .at = at, .len = len });
}

/* Exactly these bytes. */
static void
assert_only(const struct ranges *rs, uint64_t at, uint64_t len)
{
	assert_int_equal(rs->total, len);
	assert_int_equal(rs->n, 1);
	assert_int_equal(rs->r[0].at, at);
	assert_int_equal(rs->r[0].len, len);
}

/* ---- nothing succeeds where it is tried first ---------------------------- */

/* No file system is left where nothing can be written. */
static void
forget(struct emu_drive *d)
{
	memset(d->media, 0x5c, d->d.id.size);
}

static void
bad_at_first(enum emu_fault_kind kind, uint64_t good, uint64_t good_len)
{
	struct fixture *f = fixture_new(WIDE, 4096, "random", full, 990000);
	const struct ranges *bad = kind == EMU_WRITE_ERROR ? &f->r.unwritten :
							     &f->r.unread;

	forget(f->d);
	if (good)
		fault(f->d, kind, 0, good);
	if (good + good_len < WIDE)
		fault(f->d, kind, good + good_len, WIDE - good - good_len);
	fixture_run(f);
	assert_int_equal(f->v.outcome, OUTCOME_EXCEPTIONS);
	assert_int_equal(bad->total, WIDE - good_len);
	assert_int_equal(ranges_overlap(bad, good, good_len), 0);
	assert_int_equal(fixture_wrong(f, &f->r.unwritten), 0);
	fixture_free(&f);
}

static void
test_what_is_good_is_found_wherever_it_is(void **state)
{
	static const struct range good[] = {
		{ 40 * MIB, 24 * MIB },		/* of what begins badly */
		{ 63 * MIB, MIB },
		{ 29 * MIB, 2 * MIB },
		{ 0, MIB },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(good); i++) {
		bad_at_first(EMU_WRITE_ERROR, good[i].at, good[i].len);
		bad_at_first(EMU_READ_ERROR, good[i].at, good[i].len);
	}
}

/* And if there is none, that is said by how often it was tried. */
static void
test_a_dead_drive_is_tried_all_over(void **state)
{
	struct fixture *f = fixture_new(WIDE, 512, "random", full, 990000);
	bool tried[16] = { false };
	size_t i, n = 0;

	(void)state;
	forget(f->d);
	fault(f->d, EMU_WRITE_ERROR, 0, 0);
	fixture_run(f);
	assert_int_equal(f->r.why.code, REASON_TOO_MANY_ERRORS);
	for (i = 0; i < f->d->n_ops; i++) {
		if (f->d->ops[i].kind != EMU_WRITE)
			continue;
		tried[f->d->ops[i].at / (WIDE / 16)] = true;
		n++;
	}
	assert_in_range(n, 1, 200);
	for (i = 0; i < 16; i++)
		assert_true(tried[i]);
	assert_in_range(strtoul(f->r.why.arg, NULL, 10), 1, n);
	assert_only(&f->r.unwritten, 0, WIDE);
	fixture_free(&f);
}

/* ---- a pass that goes on ------------------------------------------------- */

struct part {
	struct emu_drive *d;
	struct drive drive;
	struct ui ui;
	struct engine e;
	struct step s;
	struct step_result r;
	struct ranges unwritten;
	struct blockmap exact;
	uint64_t bad;		/* bytes that will fail */
	/* what the face was told once all was tried once */
	unsigned n;
	uint64_t ms[TICKS];
	uint32_t left_s[TICKS];
};

static enum stop
tick(void *ctx, const struct progress *p)
{
	struct part *t = ctx;

	if (p->done + t->bad >= p->total && t->n < TICKS) {
		t->ms[t->n] = engine_clock(&t->e);
		t->left_s[t->n++] = p->left_s;
	}
	return STOP_NO;
}

/* Zeroes over what is not; earlier parts have written all before `at`. */
static struct part *
begin(uint32_t block, uint64_t at)
{
	struct part *t = calloc(1, sizeof(*t));

	assert_non_null(t);
	t->d = emu_add(FIXTURE_PATH, WIDE, block);
	emu_soil(t->d);
	memset(t->d->media, 0, at);
	t->ui = (struct ui){ .ctx = t, .tick = tick };
	t->s = (struct step){ .kind = STEP_OVERWRITE, .len = WIDE,
			      .pass = { .kind = PASS_FILL, .len = 1 } };
	t->r.resumed_at = at;
	t->e.ui = &t->ui;
	t->e.d = &t->drive;
	assert_int_equal(drive_open(FIXTURE_PATH, OPEN_VICTIM, false, &t->e.h),
			 0);
	assert_int_equal(drive_identify(t->e.h, &t->drive), 0);
	return t;
}

/* They gave this up, and there is what was there before. */
static void
given_up(struct part *t, uint64_t at, uint64_t len)
{
	ranges_add(&t->unwritten, at, len);
	memset(t->d->media + at, 0x5c, len);
}

static void
run(struct part *t)
{
	t->d->n_ops = 0;
	engine_begin(&t->e, 0, STEP_OVERWRITE, WIDE);
	overwrite_pass(&t->e, &t->s, &t->r, &t->unwritten, &t->exact);
}

/* Every byte outside of what is listed. */
static bool
is_written(const struct part *t)
{
	uint64_t i;

	for (i = 0; i < WIDE; i += 512)
		if (t->d->media[i] &&
		    !blockmap_overlap(&t->exact, i, 512))
			return false;
	return t->r.bytes + t->exact.total == WIDE;
}

static void
end(struct part **t)
{
	blockmap_free(&(*t)->exact);
	drive_close(&(*t)->e.h);
	free(*t);
	*t = NULL;
	emu_reset();
}

/* Nothing in the region succeeds, and the rest is done before it is tried. */
static void
test_a_region_that_is_known_comes_last(void **state)
{
	const uint64_t at = 4 * MIB, len = 40 * MIB;
	struct part *t = begin(4096, at + len);
	size_t i, last = 0, first = SIZE_MAX;

	(void)state;
	given_up(t, at, len);
	fault(t->d, EMU_WRITE_ERROR, at, len);
	run(t);
	assert_int_equal(t->r.state, STATE_DONE);
	assert_only(&t->unwritten, at, len);
	assert_true(is_written(t));
	for (i = 0; i < t->d->n_ops; i++) {
		const struct emu_op *o = &t->d->ops[i];

		if (o->kind != EMU_WRITE)
			continue;
		if (o->at >= at + len && o->len > 4096)
			last = i;
		else if (first == SIZE_MAX)
			first = i;
	}
	assert_true(last < first);
	end(&t);
}

/* Nothing but single bad blocks is left, and what is beside the last of them:
 * every good one of these is written. */
static void
test_only_defects_are_left(void **state)
{
	struct part *t = begin(512, WIDE);
	uint64_t i;

	(void)state;
	for (i = 0; i < 448; i++)
		given_up(t, i * 128 * 1024, i < 400 ? 512 : 4096);
	emu_fault(t->d, (struct emu_fault){ .kind = EMU_SPECKLED,
		  .at = 0, .len = 56 * MIB, .arg = 256 });
	run(t);
	assert_int_equal(t->r.state, STATE_DONE);
	assert_int_equal(t->unwritten.n, 448);
	assert_int_equal(t->unwritten.total, 448 * 512);
	assert_true(is_written(t));
	end(&t);
}

/* ---- time ---------------------------------------------------------------- */

/* Errors that come at once cost little but the pauses after them. */
static void
test_pauses_count(void **state)
{
	struct part *t = begin(512, 0);
	uint64_t began;

	(void)state;
	t->e.trouble_max_ms = 60 * 1000;
	fault(t->d, EMU_WRITE_ERROR, 20 * MIB, 3 * MIB);
	began = engine_clock(&t->e);
	run(t);
	assert_int_equal(t->r.why.code, REASON_TROUBLE_TIME);
	assert_string_equal(t->r.why.arg, "1");
	assert_in_range(engine_clock(&t->e) - began, 59 * 1000, 80 * 1000);
	assert_only(&t->unwritten, 20 * MIB, 3 * MIB);
	assert_true(is_written(t));
	end(&t);
}

/* What the face is told is unknown, or is true. */
static void
test_the_end_is_foretold(void **state)
{
	struct part *t = begin(512, 0);
	unsigned i, known = 0;

	(void)state;
	t->bad = 3 * MIB / 2;
	fault(t->d, EMU_WRITE_ERROR, 20 * MIB, t->bad);
	run(t);
	assert_int_equal(t->r.state, STATE_DONE);
	assert_int_equal(t->unwritten.total, t->bad);
	for (i = 0; i < t->n; i++) {
		uint64_t is = t->ms[t->n - 1] - t->ms[i];

		if (t->left_s[i] == UINT32_MAX)
			continue;
		known++;
		assert_in_range(t->left_s[i] * 1000ULL + SURE_MS, is * 3 / 4,
				is * 5 / 4 + 2 * SURE_MS);
	}
	assert_in_range(known, t->n * 3 / 4, t->n);
	end(&t);
}

static int
reset(void **state)
{
	(void)state;
	emu_reset();
	return 0;
}

#define TEST(name)	cmocka_unit_test_teardown(name, reset)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_what_is_good_is_found_wherever_it_is),
		TEST(test_a_dead_drive_is_tried_all_over),
		TEST(test_a_region_that_is_known_comes_last),
		TEST(test_only_defects_are_left),
		TEST(test_pauses_count),
		TEST(test_the_end_is_foretold),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
