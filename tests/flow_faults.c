/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whatever a drive does, "erased" is said only of a drive that holds none of
 * its old data, and an honest erasure survives what can be survived.
 */
#include "emu/fixture.h"
#include "sanitized.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../src/util.h"

#define MIB	(1ULL << 20)
#define SIZE	(6 * MIB + 5 * 512)

enum expect {
	SURVIVES,	/* erased, for real */
	BLOCKS,		/* exceptions if tolerated, else failed */
	DATA,		/* erased if the medium is right, else a mismatch */
	FAILS,		/* with this reason */
	CUT		/* refused before anything was written: err */
};

struct fault_case {
	const char *name;
	enum expect expect;
	enum reason_code why;
	int err;
	struct emu_fault f[2];
};

#define F(...) { __VA_ARGS__ }

static const struct fault_case faults[] = {
	{ "none", SURVIVES, 0, 0, { { 0 } } },
	{ "slow", SURVIVES, 0, 0, { F(EMU_SLOW, .arg = 3) } },
	{ "write fails once", SURVIVES, 0, 0,
	  { F(EMU_WRITE_ERROR, .at = 3 * MIB, .len = 512, .times = 1) } },
	{ "write fails eight times", SURVIVES, 0, 0,
	  { F(EMU_WRITE_ERROR, .at = 3 * MIB, .len = 512, .times = 8) } },
	{ "a write is interrupted", SURVIVES, 0, 0,
	  { F(EMU_WRITE_ERROR, .skip = 4, .times = 1, .err = EINTR) } },
	{ "read fails once", SURVIVES, 0, 0,
	  { F(EMU_READ_ERROR, .at = 2 * MIB, .len = 512, .times = 1) } },
	{ "read fails eight times", SURVIVES, 0, 0,
	  { F(EMU_READ_ERROR, .at = 0, .len = 512, .times = 8) } },
	{ "short writes", SURVIVES, 0, 0,
	  { F(EMU_SHORT_WRITE, .arg = 512 * 700) } },
	{ "short writes of a block", SURVIVES, 0, 0,
	  { F(EMU_SHORT_WRITE, .at = 0, .len = 4096, .arg = 512) } },
	{ "short writes off the block", SURVIVES, 0, 0,
	  { F(EMU_SHORT_WRITE, .times = 5, .arg = 5000) } },
	{ "short reads", SURVIVES, 0, 0,
	  { F(EMU_SHORT_READ, .arg = 512 * 333) } },
	{ "short reads off the block", SURVIVES, 0, 0,
	  { F(EMU_SHORT_READ, .times = 5, .arg = 1025) } },

	{ "bad blocks", BLOCKS, REASON_BLOCKS_NOT_WRITTEN, 0,
	  { F(EMU_WRITE_ERROR, .at = 3 * MIB + 512, .len = 1024),
	    F(EMU_READ_ERROR, .at = 3 * MIB + 512, .len = 1024) } },
	{ "blocks that only cannot be written", BLOCKS,
	  REASON_BLOCKS_NOT_WRITTEN, 0,
	  { F(EMU_WRITE_ERROR, .at = 4096, .len = 512, .err = ENODATA),
	    F(EMU_WRITE_ERROR, .at = SIZE - 512, .len = 512) } },
	{ "blocks that only cannot be read", BLOCKS, REASON_BLOCKS_NOT_READ,
	  0, { F(EMU_READ_ERROR, .at = 512, .len = 512),
	       F(EMU_READ_ERROR, .at = SIZE - 512, .len = 512) } },

	{ "lies everywhere", DATA, REASON_MISMATCH, 0,
	  { F(EMU_LIE, .skip = 0) } },
	{ "lies about a tenth", DATA, REASON_MISMATCH, 0,
	  { F(EMU_LIE, .at = 4 * MIB, .len = 6 * MIB / 10) } },
	{ "lies about the first block", DATA, REASON_MISMATCH, 0,
	  { F(EMU_LIE, .at = 0, .len = 512) } },
	{ "lies about the last block", DATA, REASON_MISMATCH, 0,
	  { F(EMU_LIE, .at = SIZE - 512, .len = 512) } },
	{ "lies from the third write on", DATA, REASON_MISMATCH, 0,
	  { F(EMU_LIE, .skip = 2) } },
	{ "lies once", DATA, REASON_MISMATCH, 0,
	  { F(EMU_LIE, .skip = 2, .times = 1) } },
	{ "lies behind the page cache", DATA, REASON_MISMATCH, 0,
	  { F(EMU_LIE_CACHED, .skip = 0) } },
	{ "one write misdirected", DATA, REASON_MISMATCH, 0,
	  { F(EMU_MISDIRECT, .at = 2 * MIB, .len = 512, .times = 1,
	      .arg = 2 * MIB) } },
	{ "fake capacity", DATA, REASON_MISMATCH, 0,
	  { F(EMU_WRAP, .arg = 4 * MIB) } },
	{ "lies and bad blocks", DATA, REASON_MISMATCH, 0,
	  { F(EMU_LIE, .at = 4 * MIB, .len = 6 * MIB / 10),
	    F(EMU_WRITE_ERROR, .at = MIB, .len = 512) } },

	{ "all writes fail", FAILS, REASON_TOO_MANY_ERRORS, 0,
	  { F(EMU_WRITE_ERROR, .skip = 0) } },
	{ "all reads fail", FAILS, REASON_TOO_MANY_ERRORS, 0,
	  { F(EMU_READ_ERROR, .skip = 0) } },
	{ "flush fails", FAILS, REASON_FLUSH_FAILED, 0,
	  { F(EMU_FLUSH, .skip = 0) } },
	{ "flush fails once", FAILS, REASON_FLUSH_FAILED, 0,
	  { F(EMU_FLUSH, .times = 1) } },
	{ "caches do not drop", FAILS, REASON_NOT_VERIFIED, 0,
	  { F(EMU_DROP, .skip = 1) } },
	{ "vanishes", FAILS, REASON_DEVICE_LOST, 0,
	  { F(EMU_VANISH, .skip = 3) } },
	{ "vanishes with ENODEV", FAILS, REASON_DEVICE_LOST, 0,
	  { F(EMU_VANISH, .skip = 3, .err = ENODEV) } },
	{ "vanishes with EIO", FAILS, REASON_DEVICE_LOST, 0,
	  { F(EMU_VANISH, .skip = 3, .err = EIO) } },
	{ "says it is gone", FAILS, REASON_DEVICE_LOST, 0,
	  { F(EMU_WRITE_ERROR, .skip = 2, .err = ENXIO) } },
	{ "is full before its end", FAILS, REASON_WRITE_FAILED, 0,
	  { F(EMU_WRITE_ERROR, .at = 5 * MIB, .len = MIB, .err = ENOSPC) } },
	{ "writes nothing", FAILS, REASON_DEVICE_LOST, 0,
	  { F(EMU_SHORT_WRITE, .at = MIB, .len = 512) } },
	{ "ends before its end", FAILS, REASON_DEVICE_LOST, 0,
	  { F(EMU_SHORT_READ, .at = 0, .len = 512) } },
	{ "vanishes while it is read", FAILS, REASON_DEVICE_LOST, 0,
	  { F(EMU_VANISH, .at = SIZE - 512, .len = 512, .skip = 1),
	    F(EMU_FLIP_READ, .at = SIZE, .len = 1) } },
	{ "shrinks", FAILS, REASON_SIZE_CHANGED, 0,
	  { F(EMU_SHRINK, .skip = 2, .arg = 3 * MIB) } },
	{ "grows", FAILS, REASON_SIZE_CHANGED, 0,
	  { F(EMU_SHRINK, .skip = 2, .arg = SIZE + 512) } },
	{ "another serial in between", FAILS, REASON_IDENTITY_CHANGED, 0,
	  { F(EMU_SERIAL, .skip = 2) } },
	{ "another instance at the end", FAILS, REASON_IDENTITY_CHANGED, 0,
	  { F(EMU_DISKSEQ, .skip = 4) } },
	{ "silent at the end", FAILS, REASON_DEVICE_LOST, 0,
	  { F(EMU_IDENTIFY, .skip = 4) } },
	{ "hangs at a write", FAILS, REASON_STUCK, 0,
	  { F(EMU_HANG, .at = MIB, .len = 512) } },
	{ "hangs at a read", FAILS, REASON_STUCK, 0,
	  { F(EMU_HANG, .at = 0, .len = 512, .skip = 1),
	    F(EMU_FLIP_READ, .at = SIZE, .len = 1) } },
	{ "flips a bit when read", FAILS, REASON_MISMATCH, 0,
	  { F(EMU_FLIP_READ, .at = 0, .len = 512, .times = 1) } },
	{ "flips a bit when written", FAILS, REASON_MISMATCH, 0,
	  { F(EMU_FLIP_WRITE, .at = SIZE - 512, .len = 512) } },

	{ "busy", CUT, 0, -EBUSY, { F(EMU_BUSY, .skip = 0) } },
	{ "mounted meanwhile", CUT, 0, -EBUSY, { F(EMU_USED, .skip = 0) } },
	{ "another serial", CUT, 0, -ESTALE, { F(EMU_SERIAL, .skip = 0) } },
	{ "another instance", CUT, 0, -ESTALE, { F(EMU_DISKSEQ, .skip = 0) } },
	{ "another size", CUT, 0, -ESTALE, { F(EMU_SWAPPED_SIZE, .skip = 0) } },
	{ "silent", CUT, 0, -EIO, { F(EMU_IDENTIFY, .err = EIO) } },
};

static const struct {
	const char *passes;
	unsigned written;	/* how many; faults by count mean the first */
} lists[] = {
	{ "random", 1 }, { "0x00", 1 }, { "0x924924", 1 },
	{ "0x00,0xff,random", 3 }, { "random,verify,0x00", 2 },
};

static const struct verify_how hows[] = {
	{ VERIFY_FULL, 1000000 }, { VERIFY_SAMPLE, 100000 },
};

/* ppm 1000 of 6 MiB are 12 blocks */
static const uint32_t tolerances[] = { 0, 1000 };

static unsigned n_cases, n_false_success, n_false_failure, n_wrong;

static void
complain(unsigned *count, const struct fault_case *c, const struct fixture *f,
	 const char *what)
{
	++*count;
	fprintf(stderr, "%s: passes %s, %s, %u ppm: %s: outcome %s, reason %s,"
		" err %d\n", c->name, f->rq.passes,
		f->rq.verify.mode == VERIFY_FULL ? "full" : "sample",
		f->p.bad_max_ppm, what, outcome_name(f->v.outcome),
		f->v.reasons.n ? reason_name(f->v.reasons.r[0].code) : "none",
		f->err);
}

/* Old data may be only where the records say that something was left out. */
static void
check_truth(const struct fault_case *c, const struct fixture *f)
{
	struct ranges out = f->r.unwritten;
	uint64_t first, i;

	for (i = 0; i < f->r.unread.n; i++)
		ranges_add(&out, f->r.unread.r[i].at, f->r.unread.r[i].len);
	if (f->v.outcome == OUTCOME_ERASED &&
	    (emu_remains(f->d, &first) || out.total))
		complain(&n_false_success, c, f, "old data is left");
	if (f->v.outcome == OUTCOME_EXCEPTIONS &&
	    (!out.total || fixture_wrong(f, &out)))
		complain(&n_false_success, c, f, "old data is not listed");
	if (f->v.outcome != OUTCOME_ERASED && f->v.level != LEVEL_NONE)
		complain(&n_false_success, c, f, "a level without success");
}

static void
check_outcome(const struct fault_case *c, const struct fixture *f)
{
	bool tolerant = f->p.bad_max_ppm != 0;
	enum outcome want = OUTCOME_FAILED;

	if (c->expect == SURVIVES ||
	    (c->expect == DATA && !fixture_wrong(f, NULL)))
		want = OUTCOME_ERASED;
	if (c->expect == DATA && f->r.unwritten.total)
		want = OUTCOME_FAILED;	/* both faults at once */
	if (c->expect == BLOCKS && tolerant)
		want = OUTCOME_EXCEPTIONS;
	if (f->v.outcome != want)
		complain(want == OUTCOME_ERASED ? &n_false_failure : &n_wrong,
			 c, f, "not as it should be");
	else if (want == OUTCOME_FAILED && c->expect != CUT && c->why &&
		 !fixture_has(&f->v.reasons, c->why))
		complain(&n_wrong, c, f, "not the reason");
	if (f->err != (c->expect == CUT ? c->err : 0))
		complain(&n_wrong, c, f, "not the error");
}

static void
check_untouched(const struct fault_case *c, const struct fixture *f)
{
	uint64_t first;
	size_t at;

	if (c->expect == CUT && (emu_count(f->d, EMU_WRITE, &at) ||
				 emu_remains(f->d, &first) < SIZE - 64))
		complain(&n_wrong, c, f, "it was touched");
}

static void
run_case(const struct fault_case *c, unsigned list, struct verify_how how,
	 uint32_t ppm)
{
	struct fixture *f = fixture_new(SIZE, 512, lists[list].passes, how,
					ppm);
	unsigned i;

	for (i = 0; i < 2 && c->f[i].kind != EMU_NO_FAULT; i++)
		emu_fault(f->d, c->f[i]);
	fixture_run(f);
	n_cases++;
	check_truth(c, f);
	check_outcome(c, f);
	check_untouched(c, f);
	fixture_free(&f);
}

static void
test_matrix(void **state)
{
	size_t c, l, h, t;

	(void)state;
	for (c = 0; c < ARRAY_SIZE(faults); c++)
		for (l = 0; l < ARRAY_SIZE(lists); l++)
			for (h = 0; h < ARRAY_SIZE(hows); h++)
				for (t = (c + l + h) % STRIDE;
				     t < ARRAY_SIZE(tolerances); t += STRIDE)
					run_case(&faults[c], l, hows[h],
						 tolerances[t]);
	printf("%u cases%s, %u false successes, %u false failures, %u other"
	       " deviations\n", n_cases, STRIDE_TEXT, n_false_success,
	       n_false_failure, n_wrong);
	assert_int_equal(n_false_success, 0);
	assert_int_equal(n_false_failure, 0);
	assert_int_equal(n_wrong, 0);
}

/* ---- details that a matrix does not show ------------------------------- */

static const struct verify_how full = { VERIFY_FULL, 1000000 };

static void
test_blocks_are_listed_exactly(void **state)
{
	struct fixture *f = fixture_new(SIZE, 512, "random", full, 1000);
	uint64_t first;

	(void)state;
	emu_fault(f->d, (struct emu_fault){ .kind = EMU_WRITE_ERROR,
		  .at = 2 * MIB + 7 * 512, .len = 3 * 512 });
	emu_fault(f->d, (struct emu_fault){ .kind = EMU_READ_ERROR,
		  .at = 5 * MIB + 512, .len = 512 });
	fixture_run(f);
	assert_int_equal(f->v.outcome, OUTCOME_EXCEPTIONS);
	assert_int_equal(f->r.unwritten.n, 1);
	assert_int_equal(f->r.unwritten.r[0].at, 2 * MIB + 7 * 512);
	assert_int_equal(f->r.unwritten.r[0].len, 3 * 512);
	assert_int_equal(f->r.unread.n, 1);
	assert_int_equal(f->r.unread.r[0].at, 5 * MIB + 512);
	assert_int_equal(f->r.unread.r[0].len, 512);
	assert_int_equal(f->r.results[0].bytes, SIZE - 3 * 512);
	assert_int_equal(f->r.results[1].bytes, SIZE - 4 * 512);
	assert_int_equal(f->r.results[1].mismatches, 0);
	assert_int_equal(emu_remains(f->d, &first), 3 * 512);
	assert_int_equal(first, 2 * MIB + 7 * 512);
	fixture_free(&f);
}

static void
test_a_mismatch_is_shown(void **state)
{
	struct fixture *f = fixture_new(SIZE, 512, "0x55", full, 0);
	const struct step_result *r;
	unsigned i;

	(void)state;
	emu_fault(f->d, (struct emu_fault){ .kind = EMU_LIE, .at = 3 * MIB,
		  .len = 512 * 9 });
	fixture_run(f);
	r = &f->r.results[1];
	assert_int_equal(f->v.outcome, OUTCOME_FAILED);
	assert_int_equal(r->mismatches, 9);
	assert_int_equal(r->first.at, 3 * MIB);
	assert_int_equal(r->first.len, EVIDENCE_BYTES);
	for (i = 0; i < EVIDENCE_BYTES; i++)
		assert_int_equal(r->first.expected[i], 0x55);
	assert_memory_equal(r->first.found, "OLD-DATA", 8);
	assert_string_equal(r->why.arg, "9 @ 3145728");
	fixture_free(&f);
}

static void
test_a_random_mismatch_is_shown_as_read(void **state)
{
	struct fixture *f = fixture_new(SIZE, 512, "random", full, 0);
	uint64_t equal;

	(void)state;
	emu_fault(f->d, (struct emu_fault){ .kind = EMU_LIE,
		  .at = 3 * MIB + 512, .len = 512 });
	fixture_run(f);
	assert_int_equal(f->r.results[1].mismatches, 1);
	/* one random byte of 256 is the old one by chance */
	equal = f->r.results[1].first.at - (3 * MIB + 512);
	assert_true(equal < 8);
	assert_memory_equal(f->r.results[1].first.found, "OLD-DATA" + equal,
			    8 - equal);
	fixture_free(&f);
}

static void
test_a_missed_block_of_an_earlier_pass(void **state)
{
	struct fixture *f = fixture_new(SIZE, 512, "0x00,random", full, 0);

	(void)state;
	/* three lengths down to a block, that in two rounds 4 times each */
	emu_fault(f->d, (struct emu_fault){ .kind = EMU_WRITE_ERROR,
		  .at = MIB, .len = 512, .times = 11 });
	fixture_run(f);
	assert_int_equal(f->r.results[0].bytes, SIZE - 512);
	assert_int_equal(f->r.unwritten.total, 0);
	assert_int_equal(f->v.outcome, OUTCOME_ERASED);
	fixture_free(&f);
}

/* Its old content happens to be right: an exception all the same. */
static void
test_an_unwritten_block_is_never_compared(void **state)
{
	struct fixture *f = fixture_new(SIZE, 512, "0x00", full, 1000);

	(void)state;
	memset(f->d->media + MIB, 0, 512);
	emu_fault(f->d, (struct emu_fault){ .kind = EMU_WRITE_ERROR,
		  .at = MIB, .len = 512 });
	fixture_run(f);
	assert_int_equal(f->r.results[1].bytes, SIZE - 512);
	assert_int_equal(f->v.outcome, OUTCOME_EXCEPTIONS);
	fixture_free(&f);
}

/* A drive that is gone is not asked again and again. */
static void
test_a_lost_drive_is_left_alone(void **state)
{
	struct fixture *f = fixture_new(SIZE, 512, "random", full, 0);
	size_t at;

	(void)state;
	emu_fault(f->d, (struct emu_fault){ .kind = EMU_VANISH, .skip = 3,
		  .err = EIO });
	fixture_run(f);
	assert_int_equal(f->r.why.code, REASON_DEVICE_LOST);
	assert_in_range(emu_count(f->d, EMU_WRITE, &at), 4,
			4 + 8);		/* what was in flight */
	fixture_free(&f);
}

/* Ten minutes without an answer, by the clock of the drive. */
static void
test_patience(void **state)
{
	struct fixture *f = fixture_new(SIZE, 512, "random", full, 0);

	(void)state;
	emu_fault(f->d, (struct emu_fault){ .kind = EMU_HANG, .at = MIB,
		  .len = 512 });
	fixture_run(f);
	assert_int_equal(f->r.why.code, REASON_STUCK);
	assert_in_range(f->ticks, 2990, 3020);
	fixture_free(&f);
}

static void
stops(enum stop stop, bool flushed)
{
	const uint64_t size = 24 * MIB;	/* not all at once */
	struct fixture *f = fixture_new(size, 512, "random", full, 0);

	emu_fault(f->d, (struct emu_fault){ .kind = EMU_SLOW, .skip = 2,
		  .arg = 9 });
	f->stop_at = 5;
	f->stop = stop;
	fixture_run(f);
	assert_int_equal(f->err, 0);
	assert_int_equal(f->v.outcome, OUTCOME_INTERRUPTED);
	assert_int_equal(f->r.state, STATE_INTERRUPTED);
	assert_int_equal(f->r.results[0].state, STATE_INTERRUPTED);
	assert_int_equal(f->r.results[0].flushed, flushed);
	assert_true(f->r.results[0].bytes < size);
	fixture_free(&f);
}

static void
test_stop(void **state)
{
	(void)state;
	stops(STOP_SAFE, true);
	stops(STOP_NOW, false);
}

/* A second signal does not wait ten minutes for a drive that hangs. */
static void
test_stop_now_while_it_hangs(void **state)
{
	struct fixture *f = fixture_new(SIZE, 512, "random", full, 0);

	(void)state;
	emu_fault(f->d, (struct emu_fault){ .kind = EMU_HANG, .at = MIB,
		  .len = 512 });
	f->stop_at = 3;
	f->stop = STOP_NOW;
	fixture_run(f);
	assert_int_equal(f->v.outcome, OUTCOME_INTERRUPTED);
	assert_true(f->ticks < 60);
	fixture_free(&f);
}

static void
test_rate_limit(void **state)
{
	struct fixture *f = fixture_new(2 * MIB, 512, "random", full, 0);

	(void)state;
	f->rq.rate_limit = 10 * MIB;
	fixture_plan(f, 0);
	fixture_run(f);
	assert_int_equal(f->v.outcome, OUTCOME_ERASED);
	/* the second MiB of each step waits for a tenth of a second */
	assert_in_range(f->r.results[0].ms, 80, 2000);
	assert_in_range(f->r.results[1].ms, 80, 2000);
	fixture_free(&f);
}

/* What random bytes happen to look like is no remainder, if every one of them
 * has just been read back, or those that made it a signature are the pass's.
 * Anything less, and it counts. */
static void
test_a_signature_made_by_the_pass(void **state)
{
	static const struct {
		const char *passes;
		struct verify_how how;
		uint64_t at, len;	/* what made it one */
		bool bad;		/* a block cannot be read */
		enum outcome outcome;
	} cases[] = {
		{ "random", { VERIFY_FULL, 1000000 }, 0, 0, false,
		  OUTCOME_ERASED },
		{ "random", { VERIFY_FULL, 1000000 }, 0, 0, true,
		  OUTCOME_FAILED },
		{ "random", { VERIFY_SAMPLE, 1000 }, 0, 0, false,
		  OUTCOME_FAILED },
		{ "0x00", { VERIFY_FULL, 1000000 }, 1040, 2, false,
		  OUTCOME_FAILED },
		/* its own bytes are read back, whatever was sampled */
		{ "random", { VERIFY_SAMPLE, 1000 }, 1040, 2, false,
		  OUTCOME_ERASED },
		{ "random", { VERIFY_SAMPLE, 1000 }, SIZE - 1, 1, false,
		  OUTCOME_ERASED },
		{ "random", { VERIFY_FULL, 1000000 }, 1023, 2, true,
		  OUTCOME_FAILED },
		{ "random", { VERIFY_FULL, 1000000 }, 1024, 2, true,
		  OUTCOME_EXCEPTIONS },
		{ "random", { VERIFY_SAMPLE, 1000 }, SIZE - 1, 2, false,
		  OUTCOME_FAILED },
	};
	struct fixture *f;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		f = fixture_new(SIZE, 512, cases[i].passes, cases[i].how,
				1000);
		emu_fault(f->d, (struct emu_fault){ .kind = EMU_FINDS,
			  .at = cases[i].at, .len = cases[i].len });
		if (cases[i].bad)
			emu_fault(f->d, (struct emu_fault){
				.kind = EMU_READ_ERROR, .at = 512,
				.len = 512 });
		fixture_run(f);
		assert_int_equal(f->v.outcome, cases[i].outcome);
		assert_int_equal(fixture_has(&f->v.reasons,
					     REASON_SIGNATURE_LEFT),
				 cases[i].outcome == OUTCOME_FAILED);
		fixture_free(&f);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_matrix),
		cmocka_unit_test(test_blocks_are_listed_exactly),
		cmocka_unit_test(test_a_mismatch_is_shown),
		cmocka_unit_test(test_a_random_mismatch_is_shown_as_read),
		cmocka_unit_test(test_a_missed_block_of_an_earlier_pass),
		cmocka_unit_test(test_an_unwritten_block_is_never_compared),
		cmocka_unit_test(test_a_lost_drive_is_left_alone),
		cmocka_unit_test(test_patience),
		cmocka_unit_test(test_stop),
		cmocka_unit_test(test_stop_now_while_it_hangs),
		cmocka_unit_test(test_rate_limit),
		cmocka_unit_test(test_a_signature_made_by_the_pass),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
