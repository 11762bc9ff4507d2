/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whatever is wrong with parts of a drive: all others are overwritten, exactly
 * these are listed, and time and tries have an end.
 */
#undef NDEBUG
#include "emu/emu_ata.h"
#include "emu/fixture.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../src/util.h"

#define MIB	(1ULL << 20)
#define SIZE	(6 * MIB + 5 * 512)
#define WIDE	(64 * MIB)	/* larger than all that is ever in flight */

static const struct verify_how full = { VERIFY_FULL, 1000000 };

static void
fault(struct fixture *f, enum emu_fault_kind kind, uint64_t at, uint64_t len,
      uint64_t arg)
{
	emu_fault(f->d, (struct emu_fault){ .kind = kind, .at = at,
		  .len = len, .arg = arg });
}

/* Every byte is either written, as it should be, or listed. */
static void
assert_map(const struct fixture *f)
{
	const struct ranges *out = &f->r.unwritten;
	uint64_t listed = out->lost;
	uint32_t i;

	for (i = 0; i < out->n; i++)
		listed += out->r[i].len;
	assert_int_equal(listed, out->total);
	assert_int_equal(f->r.results[0].bytes + out->total, f->p.steps[0].len);
	assert_int_equal(fixture_wrong(f, out), 0);
}

/* Requests of a kind that were answered with an error. */
static size_t
errors(const struct fixture *f, enum emu_op_kind kind)
{
	size_t i, n = 0;

	for (i = 0; i < f->d->n_ops; i++)
		n += f->d->ops[i].kind == kind && f->d->ops[i].res < 0;
	return n;
}

/* ---- exactly the bad ones ----------------------------------------------- */

static uint64_t
roll(uint64_t n)
{
	return (uint64_t)rand() % n;
}

/* Faults at random places, but not where a file system that is left would be
 * found; which blocks are bad for what. */
static void
damage(struct fixture *f, uint32_t block, struct ranges *unwritable,
       struct ranges *unreadable)
{
	const uint64_t edge = MIB / block, room = f->d->d.id.size / block -
						  2 * edge;
	uint64_t at, n;
	int i;

	for (i = 0; i < 12; i++) {
		at = roll(room);
		n = roll(4) ? roll(4) + 1 : roll(300) + 1;
		n = n < room - at ? n : room - at;
		at += edge;
		fault(f, i % 3 ? EMU_WRITE_ERROR : EMU_READ_ERROR, at * block,
		      n * block, 0);
		ranges_add(i % 3 ? unwritable : unreadable, at * block,
			   n * block);
	}
}

/* What cannot be read, of what could be written. */
static void
without(const struct ranges *a, const struct ranges *b, uint32_t block,
	struct ranges *out)
{
	uint64_t at;
	uint32_t i;

	for (i = 0; i < a->n; i++)
		for (at = a->r[i].at; at < a->r[i].at + a->r[i].len;
		     at += block)
			if (!ranges_overlap(b, at, block))
				ranges_add(out, at, block);
}

static void
test_defects_anywhere(void **state)
{
	static const uint32_t blocks[] = { 512, 4096, 2048, 512 };
	static const uint32_t physical[] = { 512, 4096, 2048, 4096 };
	unsigned seed;

	(void)state;
	for (seed = 1; seed <= 40; seed++) {
		uint32_t block = blocks[seed % 4];
		struct ranges bad = { 0 }, dumb = { 0 }, unread = { 0 };
		struct fixture *f = fixture_new(SIZE / block * block, block,
						seed % 3 ? "random" :
						"0x92ff01",
						full, 500000);

		srand(seed);
		f->d->d.pblock = physical[seed % 4];
		fixture_plan(f, 500000);
		damage(f, block, &bad, &dumb);
		without(&dumb, &bad, block, &unread);
		fixture_run(f);
		assert_map(f);
		assert_int_equal(f->v.outcome, OUTCOME_EXCEPTIONS);
		assert_int_equal(f->r.unwritten.lost, 0);
		assert_int_equal(f->r.unwritten.n, bad.n);
		assert_memory_equal(f->r.unwritten.r, bad.r,
				    bad.n * sizeof(bad.r[0]));
		assert_int_equal(f->r.unread.n, unread.n);
		assert_memory_equal(f->r.unread.r, unread.r,
				    unread.n * sizeof(bad.r[0]));
		fixture_free(&f);
	}
}

/* More of them than a record lists: the longest are listed, the others are
 * counted, and none is taken for a drive that lies. */
static void
test_more_than_are_listed(void **state)
{
	struct fixture *f = fixture_new(WIDE / 4, 512, "random", full, 60000);
	const uint64_t n = (WIDE / 4 - 2 * MIB) / 512 / 20;
	uint32_t i, longer = 0;

	(void)state;
	fault(f, EMU_SPECKLED, MIB, WIDE / 4 - 2 * MIB, 20);
	fault(f, EMU_WRITE_ERROR, 9 * MIB, 64 * 512, 0);
	fixture_run(f);
	assert_int_equal(f->v.outcome, OUTCOME_EXCEPTIONS);
	assert_int_equal(f->r.results[1].mismatches, 0);
	assert_int_equal(f->r.unwritten.n, RANGES_MAX);
	assert_in_range(f->r.unwritten.total, (n + 60) * 512, (n + 61) * 512);
	assert_int_equal(f->r.unwritten.lost, f->r.unwritten.total -
			 (RANGES_MAX - 1) * 512 - 64 * 512);
	for (i = 0; i < f->r.unwritten.n; i++)
		longer += f->r.unwritten.r[i].len > 512;
	assert_int_equal(longer, 1);
	assert_int_equal(f->r.results[0].bytes + f->r.unwritten.total,
			 WIDE / 4);
	assert_int_equal(f->r.results[1].bytes, f->r.results[0].bytes);
	fixture_free(&f);
}

/* Nor is a list of what the proof could not read what happened to come first:
 * the longest of it, and the sum. */
static void
test_what_a_proof_could_not_read(void **state)
{
	struct emu_drive *d = emu_ata_add(FIXTURE_PATH, WIDE / 4, 512,
					  EMU_ATA_SSD);
	struct request rq = { .method = "sanitize-block", .verify_set = true,
			      .verify = full };
	struct fixture *f;
	const struct ranges *out;
	uint64_t n = 0;
	uint32_t i, longer = 0;

	(void)state;
	emu_soil(d);
	f = fixture_on(d, &rq);
	fixture_plan(f, 60000);
	fault(f, EMU_SPECKLED, MIB, WIDE / 4 - 2 * MIB, 40);
	fault(f, EMU_READ_ERROR, 9 * MIB, 64 * 512, 0);
	fixture_run(f);
	assert_int_equal(f->v.outcome, OUTCOME_EXCEPTIONS);
	out = &f->r.unread;
	assert_int_equal(out->n, RANGES_MAX);
	for (i = 0; i < out->n; i++) {
		longer += out->r[i].len >= 64 * 512;
		n += out->r[i].len;
	}
	assert_int_equal(longer, 1);
	assert_int_equal(out->lost, out->total - n);
	for (i = 0; i < f->p.n_steps; i++)
		if (f->p.steps[i].kind == STEP_PROVE)
			assert_int_equal(f->r.results[i].bytes + out->total,
					 WIDE / 4);
	fixture_free(&f);
}

/* Not one large request succeeds. */
static void
test_a_defect_in_every_piece(void **state)
{
	struct fixture *f = fixture_new(WIDE, 4096, "random", full, 60000);

	(void)state;
	f->d->d.pblock = 4096;
	fault(f, EMU_SPECKLED, 4096, 0, 64);
	fixture_run(f);
	assert_int_equal(f->v.outcome, OUTCOME_EXCEPTIONS);
	assert_int_equal(f->r.unwritten.total, (WIDE / 4096 / 64 - 1) * 4096);
	fixture_free(&f);
}

/* ---- what a defect costs ------------------------------------------------ */

/* Three lengths, then a block in two rounds with pauses; whole physical blocks
 * before their parts. */
static void
test_tries_are_bounded(void **state)
{
	static const uint32_t physical[] = { 512, 4096 };
	unsigned i;

	(void)state;
	for (i = 0; i < 2; i++) {
		struct fixture *f = fixture_new(SIZE, 512, "0x00", full, 1000);
		size_t k, n = 0, whole = 0;

		f->d->d.pblock = physical[i];
		fixture_plan(f, 1000);
		fault(f, EMU_WRITE_ERROR, 2 * MIB + 7 * 512, 512, 0);
		fixture_run(f);
		assert_int_equal(f->r.unwritten.total, 512);
		n = errors(f, EMU_WRITE);
		assert_in_range(n, 8, 11);
		for (k = 0; k < f->d->n_ops; k++) {
			const struct emu_op *o = &f->d->ops[k];

			if (o->kind == EMU_WRITE && o->res < 0 && !whole)
				whole = o->len == 4096;
			assert_true(o->kind != EMU_WRITE || o->res > 0 ||
				    o->len != 512 || whole);
		}
		fixture_free(&f);
	}
}

/* A drive that tries hard by itself is not asked that often. */
static void
test_a_slow_defect_is_tried_less(void **state)
{
	struct fixture *f = fixture_new(SIZE, 512, "0x00", full, 1000);

	(void)state;
	fault(f, EMU_WRITE_ERROR, 2 * MIB + 7 * 512, 512, 0);
	fault(f, EMU_SLOW, 2 * MIB + 7 * 512, 512, 10);
	fixture_run(f);
	assert_int_equal(f->r.unwritten.total, 512);
	assert_in_range(errors(f, EMU_WRITE), 5, 5);
	fixture_free(&f);
}

static void
test_what_fails_for_a_while_is_written_in_the_end(void **state)
{
	struct fixture *f = fixture_new(SIZE, 512, "random", full, 0);

	(void)state;
	emu_fault(f->d, (struct emu_fault){ .kind = EMU_WRITE_ERROR,
		  .at = MIB, .len = 512, .times = 9 });
	fixture_run(f);
	assert_int_equal(f->v.outcome, OUTCOME_ERASED);
	assert_int_equal(f->r.results[0].retries, 9);
	assert_map(f);
	fixture_free(&f);
}

/* The drive's own time is what is counted: four hours of it, then the rest of
 * what is bad is left, and all else has been written. */
static void
test_time_has_an_end(void **state)
{
	struct fixture *f = fixture_new(WIDE, 512, "0x00", full, 500000);
	const uint64_t hour = 3600 * 1000;
	uint64_t began;

	(void)state;
	fault(f, EMU_WRITE_ERROR, 20 * MIB, 6 * MIB, 0);
	fault(f, EMU_SLOW, 20 * MIB, 6 * MIB, 150);
	began = emu_now();
	fixture_run(f);
	assert_int_equal(f->v.outcome, OUTCOME_FAILED);
	assert_int_equal(f->r.why.code, REASON_TROUBLE_TIME);
	assert_string_equal(f->r.why.arg, "240");
	assert_in_range(emu_now() - began, 3 * hour, 5 * hour);
	assert_map(f);
	assert_int_equal(f->r.unwritten.total, 6 * MIB);
	assert_int_equal(f->r.unwritten.n, 1);
	assert_int_equal(f->r.unwritten.r[0].at, 20 * MIB);
	fixture_free(&f);
}

/* Where nothing at all succeeds, nothing is gained by trying all of it. */
static void
test_a_dead_drive_ends_soon(void **state)
{
	struct fixture *f = fixture_new(WIDE * 2, 512, "random", full, 500000);

	(void)state;
	fault(f, EMU_WRITE_ERROR, 0, 0, 0);
	fault(f, EMU_SLOW, 0, 0, 20);
	fixture_run(f);
	assert_int_equal(f->r.why.code, REASON_TOO_MANY_ERRORS);
	assert_in_range(errors(f, EMU_WRITE), 1, 200);
	assert_int_equal(f->r.unwritten.n, 1);
	assert_int_equal(f->r.unwritten.total, WIDE * 2);
	assert_int_equal(f->r.results[0].bytes, 0);
	fixture_free(&f);
}

/* It answers, but from some moment on with errors only, wherever it is asked:
 * that is seen, and not paid for block by block. */
static void
test_one_that_dies_on_the_way_ends_soon(void **state)
{
	unsigned reading;

	(void)state;
	for (reading = 0; reading < 2; reading++) {
		struct fixture *f = fixture_new(WIDE, 512, "random", full,
						500000);
		enum emu_op_kind kind = reading ? EMU_READ : EMU_WRITE;

		emu_fault(f->d, (struct emu_fault){ .kind = reading ?
			  EMU_READ_ERROR : EMU_WRITE_ERROR, .skip = 20 });
		fixture_run(f);
		assert_int_equal(f->v.outcome, OUTCOME_FAILED);
		assert_int_equal(f->r.why.code, REASON_DEVICE_LOST);
		assert_in_range(errors(f, kind), 1, 300);
		assert_map(f);
		assert_true(reading || f->r.unwritten.total > 0);
		fixture_free(&f);
	}
}

/* Nor is it given up for a moment in which nothing succeeds. */
static void
test_one_that_comes_back_is_erased(void **state)
{
	struct fixture *f = fixture_new(WIDE, 512, "random", full, 0);

	(void)state;
	emu_fault(f->d, (struct emu_fault){ .kind = EMU_WRITE_ERROR,
		  .skip = 20, .times = 34 });
	fixture_run(f);
	assert_int_equal(f->v.outcome, OUTCOME_ERASED);
	assert_map(f);
	fixture_free(&f);
}

/* ---- regions that hang -------------------------------------------------- */

/* Requests into the region that came back before the last good part of the
 * drive was written. */
static size_t
met_before_rest(const struct fixture *f, uint64_t at, uint64_t len)
{
	size_t i, n = 0, before = 0;

	for (i = 0; i < f->d->n_ops; i++) {
		const struct emu_op *o = &f->d->ops[i];

		if (o->kind != EMU_WRITE)
			continue;
		if (o->at < at + len && at < o->at + o->len)
			n++;
		else if (o->len > MIB / 4)
			before = n;
	}
	return before;
}

static void
test_the_rest_comes_before_a_region_that_hangs(void **state)
{
	static const uint64_t places[] = { 0, 20 * MIB, WIDE - 12 * MIB };
	unsigned i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(places); i++) {
		struct fixture *f = fixture_new(WIDE, 512, "0x00", full,
						500000);

		fault(f, EMU_SLOW, places[i], 12 * MIB, 100);
		fault(f, EMU_WRITE_ERROR, places[i] + 6 * MIB, 2048, 0);
		fixture_run(f);
		assert_int_equal(f->v.outcome, OUTCOME_EXCEPTIONS);
		assert_map(f);
		assert_int_equal(f->r.unwritten.total, 2048);
		/* of the 12 to 48 requests that it takes */
		assert_in_range(met_before_rest(f, places[i], 12 * MIB), 0,
				10);
		fixture_free(&f);
	}
}

/* It never comes back: the drive has failed, and still nothing is left but
 * what that one request was to write. */
static void
test_all_but_what_never_comes_back(void **state)
{
	struct fixture *f = fixture_new(WIDE, 512, "random", full, 500000);
	uint64_t first;

	(void)state;
	fault(f, EMU_HANG, 20 * MIB + 512, 512, 0);
	fault(f, EMU_WRITE_ERROR, 40 * MIB, 1024, 0);
	fixture_run(f);
	assert_int_equal(f->v.outcome, OUTCOME_FAILED);
	assert_int_equal(f->r.why.code, REASON_STUCK);
	assert_map(f);
	assert_int_equal(f->r.unwritten.n, 2);
	assert_int_equal(ranges_overlap(&f->r.unwritten, 40 * MIB, 1024),
			 1024);
	assert_int_equal(ranges_overlap(&f->r.unwritten, 20 * MIB + 512, 512),
			 512);
	assert_in_range(f->r.unwritten.total, 1024 + 512, 1024 + 4 * MIB);
	assert_in_range(emu_remains(f->d, &first), 1024 + 512,
			f->r.unwritten.total);
	fixture_free(&f);
}

/* ---- the map of what was not overwritten -------------------------------- */

static void
ends_early(struct emu_fault first, struct emu_fault then,
	   enum reason_code why, unsigned stop_at)
{
	struct fixture *f = fixture_new(WIDE / 2, 512, "random", full, 500000);

	emu_fault(f->d, first);
	emu_fault(f->d, then);
	f->stop_at = stop_at;
	f->stop = STOP_SAFE;
	fixture_run(f);
	assert_int_equal(f->r.results[0].why.code, why);
	assert_true(f->r.unwritten.total > 0);
	assert_map(f);
	fixture_free(&f);
}

#define F(...) ((struct emu_fault){ __VA_ARGS__ })

static void
test_a_failed_drive_has_a_map(void **state)
{
	const struct emu_fault bad = F(EMU_WRITE_ERROR, .at = 3 * MIB + 512,
				       .len = 1024);

	(void)state;
	ends_early(bad, F(EMU_VANISH, .at = 20 * MIB, .len = 512),
		   REASON_DEVICE_LOST, 0);
	ends_early(bad, F(EMU_WRITE_ERROR, .at = 20 * MIB, .len = 512,
			  .err = ENOSPC), REASON_WRITE_FAILED, 0);
	ends_early(bad, F(EMU_SLOW, .at = 20 * MIB, .arg = 8),
		   REASON_INTERRUPTED, 6);
	ends_early(bad, F(EMU_HANG, .at = 30 * MIB, .len = MIB),
		   REASON_STUCK, 0);
}

/* Nothing is asked of blocks that were not written. */
static void
test_what_was_not_written_is_not_read(void **state)
{
	struct fixture *f = fixture_new(SIZE, 512, "0x00", full, 1000);
	size_t i;

	(void)state;
	fault(f, EMU_WRITE_ERROR, 2 * MIB, 1024, 0);
	fixture_run(f);
	assert_int_equal(f->v.outcome, OUTCOME_EXCEPTIONS);
	assert_int_equal(f->r.results[1].bytes, SIZE - 1024);
	for (i = 0; i < f->d->n_ops; i++)
		assert_true(f->d->ops[i].kind != EMU_READ ||
			    f->d->ops[i].at >= 2 * MIB + 1024 ||
			    f->d->ops[i].at + f->d->ops[i].len <= 2 * MIB);
	fixture_free(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defects_anywhere),
		cmocka_unit_test(test_more_than_are_listed),
		cmocka_unit_test(test_what_a_proof_could_not_read),
		cmocka_unit_test(test_a_defect_in_every_piece),
		cmocka_unit_test(test_tries_are_bounded),
		cmocka_unit_test(test_a_slow_defect_is_tried_less),
		cmocka_unit_test(
			test_what_fails_for_a_while_is_written_in_the_end),
		cmocka_unit_test(test_time_has_an_end),
		cmocka_unit_test(test_a_dead_drive_ends_soon),
		cmocka_unit_test(test_one_that_dies_on_the_way_ends_soon),
		cmocka_unit_test(test_one_that_comes_back_is_erased),
		cmocka_unit_test(
			test_the_rest_comes_before_a_region_that_hangs),
		cmocka_unit_test(test_all_but_what_never_comes_back),
		cmocka_unit_test(test_a_failed_drive_has_a_map),
		cmocka_unit_test(test_what_was_not_written_is_not_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
