/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An honest drive of any size is erased: every byte of it holds what the last
 * pass should have left, and the verdict says so.
 */
#include "emu/fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const struct verify_how full = { VERIFY_FULL, 1000000 };
static const struct verify_how tenth = { VERIFY_SAMPLE, 100000 };

static void
erases(uint64_t size, uint32_t lblock, const char *passes,
       struct verify_how how)
{
	struct fixture *f = fixture_new(size, lblock, passes, how, 0);
	uint64_t first;
	size_t at;

	assert_true(emu_remains(f->d, &first) > 0);
	fixture_run(f);
	assert_int_equal(f->err, 0);
	assert_int_equal(f->r.state, STATE_DONE);
	assert_int_equal(f->v.outcome, OUTCOME_ERASED);
	assert_int_equal(f->v.level, LEVEL_CLEAR);
	assert_int_equal(fixture_wrong(f, NULL), 0);
	assert_int_equal(emu_remains(f->d, &first), 0);
	assert_true(emu_count(f->d, EMU_FLUSHED, &at) > 0);
	fixture_free(&f);
}

static const char *const passes[] = {
	"random", "0x00", "0xff", "0x924924", "random,0x00", "0x55,0xaa,random",
	"0x00,verify,0xff,verify,random", "0x0123456789abcdef0123456789abcdef",
	"0x0102030405", "random,random",
};

static void
test_passes(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(passes) / sizeof(passes[0]); i++) {
		erases((3 << 20) + 512 * 5, 512, passes[i], full);
		erases((3 << 20) + 4096 * 3, 4096, passes[i], full);
	}
}

static void
test_sizes(void **state)
{
	static const uint64_t sizes[] = {
		2560, 4096, 65536, (1 << 20) - 512, 1 << 20, (1 << 20) + 512,
		(8 << 20) - 512, 8 << 20, (9 << 20) + 512 * 77,
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		erases(sizes[i], 512, "random", full);
		erases(sizes[i], 512, "0x924924", full);
		erases(sizes[i], 512, "0x00", tenth);
	}
}

static void
test_block_sizes(void **state)
{
	uint32_t lblock;

	(void)state;
	for (lblock = 512; lblock <= 65536; lblock *= 2) {
		erases(37ULL * lblock + (2 << 20), lblock, "random", full);
		erases(37ULL * lblock + (2 << 20), lblock, "0x010203", full);
	}
}

/* Each block is asked to be written exactly once per pass. */
static void
test_each_block_once(void **state)
{
	struct fixture *f = fixture_new((5 << 20) + 1536, 512, "random", full,
					0);
	struct ranges seen = { 0 };
	uint64_t sum = 0;
	size_t i;

	(void)state;
	fixture_run(f);
	for (i = 0; i < f->d->n_ops; i++) {
		if (f->d->ops[i].kind != EMU_WRITE)
			continue;
		sum += f->d->ops[i].len;
		ranges_add(&seen, f->d->ops[i].at, f->d->ops[i].len);
	}
	assert_int_equal(sum, f->p.id.size);
	assert_int_equal(seen.total, f->p.id.size);
	assert_int_equal(seen.n, 1);
	fixture_free(&f);
}

static void
test_sample_reads_its_share(void **state)
{
	struct fixture *f = fixture_new(64 << 20, 512, "random", tenth, 0);
	const struct step_result *r;
	uint64_t read = 0;
	size_t i;

	(void)state;
	fixture_run(f);
	r = &f->r.results[1];
	assert_int_equal(f->v.outcome, OUTCOME_ERASED);
	assert_true(fixture_has(&f->v.reasons, REASON_SAMPLED));
	assert_int_equal(r->sections, 1000);
	assert_int_equal(r->samples, 2000);
	assert_int_equal(r->claim_conf_ppm, 990000);
	assert_in_range(r->claim_share_ppb, 2299000, 2301000);
	for (i = 0; i < f->d->n_ops; i++)
		if (f->d->ops[i].kind == EMU_READ)
			read += f->d->ops[i].len;
	assert_int_equal(read, r->bytes);
	assert_in_range(read, f->p.id.size / 10, f->p.id.size / 4);
	fixture_free(&f);
}

/* The progress told is of this plan and never goes beyond its end. */
static void
test_progress(void **state)
{
	struct fixture *f = fixture_new(4 << 20, 512, "0x00,random", full, 0);

	(void)state;
	emu_fault(f->d, (struct emu_fault){ .kind = EMU_SLOW, .arg = 4 });
	fixture_run(f);
	assert_int_equal(f->v.outcome, OUTCOME_ERASED);
	assert_true(f->ticks >= 8);
	assert_int_equal(f->last.n_steps, 4);
	assert_true(f->last.done <= f->last.total);
	fixture_free(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_passes),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_block_sizes),
		cmocka_unit_test(test_each_block_once),
		cmocka_unit_test(test_sample_reads_its_share),
		cmocka_unit_test(test_progress),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
