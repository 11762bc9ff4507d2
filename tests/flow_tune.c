/* SPDX-License-Identifier: Apache-2.0 */
/*
 * However often the requests change their size and number on the way, every
 * byte is written and read back once, and a request that hangs does not keep
 * the others waiting for the change.
 */
#undef NDEBUG
#include "emu/emu.h"

#include "../src/engine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MIB	(1ULL << 20)
#define SIZE	(96 * MIB + 7 * 512)
#define HANGS	(20 * MIB)

struct run_of_it {
	struct emu_drive *d;
	struct drive drive;
	struct engine e;
	struct ui ui;
	struct step s;
	struct step_result w, v;
	struct ranges unwritten, unread;
	struct blockmap exact;
	bool dropped;
};

/* Something else at every tick, as no drive would have it. */
static enum stop
tick(void *ctx, const struct progress *p)
{
	struct run_of_it *x = ctx;
	struct tune *t = &x->e.tune;

	(void)p;
	t->on = false;
	t->next = (t->now + 1) % TUNE_CHOICES;
	t->due = true;
	return STOP_NO;
}

static struct run_of_it *
begin(const struct pass *pass, uint32_t pblock, bool hangs)
{
	struct run_of_it *x = calloc(1, sizeof(*x));

	assert_non_null(x);
	x->d = emu_add("/dev/emu0", SIZE, 512);
	x->d->d.pblock = pblock;
	emu_soil(x->d);
	if (hangs)
		emu_fault(x->d, (struct emu_fault){ .kind = EMU_HANG,
			  .at = HANGS, .len = 512 });
	/* so that time passes, and with it ticks */
	emu_fault(x->d, (struct emu_fault){ .kind = EMU_SLOW, .arg = 2 });
	x->ui = (struct ui){ .ctx = x, .tick = tick };
	x->e = (struct engine){ .d = &x->drive, .ui = &x->ui };
	x->s = (struct step){
		.kind = STEP_OVERWRITE, .pass = *pass, .len = SIZE,
	};
	memset(x->w.key, 0x5c, KEY_LEN);
	assert_int_equal(drive_open("/dev/emu0", OPEN_VICTIM, false, &x->e.h),
			 0);
	assert_int_equal(drive_identify(x->e.h, &x->drive), 0);
	engine_begin(&x->e, 0, STEP_OVERWRITE, SIZE);
	overwrite_pass(&x->e, &x->s, &x->w, &x->unwritten, &x->exact);
	return x;
}

static void
end(struct run_of_it *x)
{
	blockmap_free(&x->exact);
	drive_close(&x->e.h);
	free(x);
	emu_reset();
}

static void
is_right(const struct run_of_it *x, uint64_t at, uint64_t len)
{
	uint64_t i;

	for (i = at; i < at + len; i++)
		if (x->d->media[i] != x->s.pass.bytes[i % x->s.pass.len])
			fail_msg("wrong at %llu", (unsigned long long)i);
}

static void
reads_back(struct run_of_it *x)
{
	struct verify_job job = {
		.written = &x->s, .key = x->w.key,
		.how = { VERIFY_FULL, 1000000 },
	};

	engine_begin(&x->e, 1, STEP_VERIFY, SIZE);
	verify_back(&x->e, &job, &x->v, &x->unread, &x->dropped);
	assert_int_equal(x->v.state, STATE_DONE);
	assert_int_equal(x->v.bytes, SIZE);
	assert_int_equal(x->v.mismatches, 0);
}

static void
test_patterns(void **state)
{
	static const struct pass passes[] = {
		{ PASS_FILL, 1, { 0 } }, { PASS_FILL, 3, { 0x92, 0x49, 0x24 } },
		{ PASS_FILL, 5, { 1, 2, 3, 4, 5 } },
		{ PASS_FILL, 13, "0123456789abc" },
		/* begins anew with a physical block only after 960 KiB */
		{ PASS_FILL, 15, "0123456789abcde" },
		{ PASS_FILL, 16, "0123456789abcdef" },
		{ PASS_RANDOM, 0, { 0 } },
	};
	size_t i, first;

	(void)state;
	for (i = 0; i < sizeof(passes) / sizeof(passes[0]); i++) {
		struct run_of_it *x = begin(&passes[i], i % 2 ? 512 : 65536,
					    false);

		assert_int_equal(x->w.state, STATE_DONE);
		assert_int_equal(x->w.bytes, SIZE);
		assert_true(emu_count(x->d, EMU_QUEUE, &first) > 5);
		if (passes[i].kind == PASS_FILL)
			is_right(x, 0, SIZE);
		assert_int_equal(emu_remains(x->d, &first), 0);
		reads_back(x);
		assert_true(emu_count(x->d, EMU_QUEUE, &first) > 10);
		end(x);
	}
}

static void
test_one_that_hangs(void **state)
{
	static const struct pass zeros = { PASS_FILL, 1, { 0 } };
	struct run_of_it *x = begin(&zeros, 512, true);
	uint64_t first, left;

	(void)state;
	assert_int_equal(x->w.state, STATE_FAILED);
	/* all but the piece that hangs */
	left = emu_remains(x->d, &first);
	assert_in_range(left, 512, TUNE_CHUNK_MAX);
	assert_in_range(first, HANGS - TUNE_CHUNK_MAX, HANGS);
	end(x);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_patterns),
		cmocka_unit_test(test_one_that_hangs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
