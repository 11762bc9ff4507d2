/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whoever stops massho does not stop the drive that erases itself: the next
 * start waits until it has ended, believes nothing of it, and has it done
 * again; with --resume it is told of as the same erasure, without it is not.
 */
#include "emu/emu_ata.h"
#include "emu/emu_nvme.h"
#include "emu/emu_scsi.h"
#include "emu/fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "../src/util.h"

#define SIZE	(4ULL << 20)

static struct emu_drive *
ata_ssd(void)
{
	return emu_ata_add(FIXTURE_PATH, SIZE, 512, EMU_ATA_SSD);
}

static struct emu_drive *
ata_hdd(void)
{
	return emu_ata_add(FIXTURE_PATH, SIZE, 512, EMU_ATA_HDD_SANITIZE);
}

static struct emu_drive *
nvme(void)
{
	return emu_nvme_add(FIXTURE_PATH, SIZE, 512, EMU_NVME_FULL);
}

static struct emu_drive *
scsi_ssd(void)
{
	return emu_scsi_add(FIXTURE_PATH, SIZE, 512, EMU_SCSI_SSD);
}

static struct emu_drive *
scsi_hdd(void)
{
	return emu_scsi_add(FIXTURE_PATH, SIZE, 512, EMU_SCSI_HDD);
}

static const struct way {
	struct emu_drive *(*add)(void);
	const char *method;
} ways[] = {
	{ ata_ssd, "sanitize-block" },
	{ ata_hdd, "sanitize-overwrite" },
	{ nvme, "sanitize-block" },
	{ nvme, "sanitize-overwrite" },
	{ scsi_ssd, "sanitize-block" },
	{ scsi_hdd, "sanitize-overwrite" },
};

/* What the log has of the run that was stopped. */
static struct resume log_of;

static int
record(void *ctx, uint32_t step, const struct step_result *r)
{
	(void)ctx;
	log_of.results[step] = *r;
	return 0;
}

/* As soon as the drive is at it. */
static enum stop
tick(void *ctx, const struct progress *p)
{
	(void)ctx;
	return p->kind == STEP_FIRMWARE && p->done ? STOP_NOW : STOP_NO;
}

static const struct step_result *
of_kind(const struct fixture *f, enum step_kind kind)
{
	uint32_t i;

	for (i = 0; i < f->p.n_steps; i++)
		if (f->p.steps[i].kind == kind)
			return &f->r.results[i];
	return NULL;
}

static bool
says_erased(const struct fixture *f)
{
	return f->v.outcome == OUTCOME_ERASED ||
	       f->v.outcome == OUTCOME_EXCEPTIONS;
}

static void
stop_in_the_middle(struct emu_drive *d, const struct request *rq)
{
	struct fixture *f = fixture_on(d, rq);
	struct run_part part = {
		.started = "2026-11-21T10:00:00+09:00",
		.last = "2026-11-21T10:10:00+09:00",
	};
	const struct step_result *r;

	memset(&log_of, 0, sizeof(log_of));
	f->ui.record = record;
	f->ui.tick = tick;
	fixture_run(f);
	assert_int_equal(f->err, 0);
	assert_int_equal(f->v.outcome, OUTCOME_INTERRUPTED);
	r = of_kind(f, STEP_FIRMWARE);
	assert_non_null(r);
	assert_int_equal(r->why.code, REASON_STILL_ERASING);
	memset(part.receipt, 7, DIGEST_LEN);
	part.step = f->r.n_results - 1;
	part.kind = STEP_FIRMWARE;
	parts_add(&log_of.parts, &part);
	resume_find(&f->p, &log_of);
	assert_int_equal(log_of.step, 0);
	assert_int_equal(log_of.results[0].reached, 0);
	fixture_drop(&f);
}

static void
take_up(struct emu_drive *d, const struct request *rq, bool resume)
{
	struct fixture *f = fixture_on(d, rq);
	const struct step_result *ready, *erased;
	uint64_t first;
	uint32_t i;

	assert_true(resume_sound(&f->p, &log_of));
	f->err = execute_resume(&f->p, &f->c, &f->rq, resume ? &log_of : NULL,
				&f->ui, &f->r);
	verify_judge(&f->p, &f->c, &f->r, &f->v);
	assert_int_equal(f->err, 0);
	assert_true(says_erased(f));
	assert_int_equal(emu_remains(d, &first), 0);
	/* it was waited for, and then had to do it once more */
	ready = of_kind(f, STEP_READY);
	erased = of_kind(f, STEP_FIRMWARE);
	assert_non_null(ready);
	assert_int_equal(ready->state, STATE_DONE);
	assert_true(ready->ms > 0);
	assert_int_equal(erased->state, STATE_DONE);
	assert_true(erased->ms >= ready->ms);
	for (i = 0; i < f->p.n_steps; i++)
		assert_false(f->r.results[i].carried);
	assert_int_equal(f->r.parts.n, resume ? 1 : 0);
	assert_true(fixture_has(&f->v.reasons, REASON_RESUMED) == resume);
	fixture_drop(&f);
}

static void
test_taken_up(void **state)
{
	size_t i;
	int resume;

	(void)state;
	for (i = 0; i < 2 * ARRAY_SIZE(ways); i++) {
		const struct way *w = &ways[i / 2];
		struct emu_drive *d = w->add();
		struct request rq = { 0 };

		resume = i % 2;
		print_message("%zu: %s, %s\n", i / 2, w->method,
			      resume ? "resumed" : "started anew");
		text_copy(rq.method, sizeof(rq.method), w->method);
		emu_soil(d);
		stop_in_the_middle(d, &rq);
		take_up(d, &rq, resume);
		emu_reset();
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_taken_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
