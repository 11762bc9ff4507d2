/* SPDX-License-Identifier: Apache-2.0 */
/*
 * 64 drives at once, each in its process, of which one hangs, one cannot be
 * written, one vanishes, one is slow and one gets too hot: the other 59 are
 * erased as if they were alone, and the five end as what they are.
 */
#undef NDEBUG
#include "emu/fixture.h"

#include "../src/util.h"
#include "../src/worker.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define DRIVES	64
#define SIZE	(4ULL << 20)

enum { HANGS = 3, FAILS = 17, VANISHES = 31, SLOW = 44, HOT = 63 };

struct one {
	char path[32];
	struct plan p;
	struct consent c;
	struct request rq;
	struct worker w;
	struct run r;
	struct verdict v;
	bool ended;
};

static struct one *all;
static struct record *heard;

static void
spoil(struct emu_drive *d, int which)
{
	switch (which) {
	case HANGS:
		emu_fault(d, (struct emu_fault){ .kind = EMU_HANG, .skip = 2 });
		break;
	case FAILS:
		emu_fault(d, (struct emu_fault){ .kind = EMU_WRITE_ERROR,
						 .err = 5 });
		break;
	case VANISHES:
		emu_fault(d, (struct emu_fault){ .kind = EMU_VANISH,
						 .skip = 2 });
		break;
	case SLOW:
		emu_fault(d, (struct emu_fault){ .kind = EMU_SLOW, .arg = 9 });
		break;
	case HOT:
		d->d.medium = MEDIUM_FLASH;
		emu_fault(d, (struct emu_fault){ .kind = EMU_SENSOR });
		emu_fault(d, (struct emu_fault){ .kind = EMU_HOT,
						 .arg = 90000 });
		break;
	}
}

static void
ready(struct one *o, int i)
{
	struct drive *found = calloc(1, sizeof(*found));
	struct emu_drive *d;

	assert_non_null(found);
	snprintf(o->path, sizeof(o->path), "/dev/emu%d", i);
	d = emu_add(o->path, SIZE, 512);
	snprintf(d->d.id.serial, sizeof(d->d.id.serial), "SERIAL%04d", i);
	emu_soil(d);
	spoil(d, i);
	assert_int_equal(text_copy(o->rq.passes, sizeof(o->rq.passes),
				   "0x55,random"), 0);
	o->rq.verify_set = true;
	o->rq.verify = (struct verify_how){ VERIFY_FULL, 1000000 };
	assert_int_equal(probe_one(o->path, false, found), 0);
	assert_int_equal(plan_make(found, &o->rq, &o->p), 0);
	assert_int_equal(o->p.refusals.n, 0);
	assert_int_equal(consent_token(&o->p, o->p.token, "operator", &o->c),
			 0);
	o->c.has_receipt = true;
	memset(o->c.receipt, 0x5a, sizeof(o->c.receipt));
	free(found);
}

static void
hear(struct one *o)
{
	int got;

	while (!o->ended && (got = worker_read(&o->w, heard)) != 0) {
		assert_int_equal(got, 1);
		switch (heard->kind) {
		case RECORD_PROGRESS:
			break;
		case RECORD_STEP:
		case RECORD_CHECKPOINT:
			assert_int_equal(worker_ack(&o->w, 0), 0);
			break;
		case RECORD_RUN:
			o->r = heard->u.run;
			o->ended = true;
			break;
		default:
			fail_msg("%s: %d", o->path, heard->err);
		}
	}
	if (o->ended)
		worker_end(&o->w, false);
}

static void
run_all(void)
{
	struct pollfd fds[DRIVES];
	unsigned left = DRIVES;
	int i;

	while (left > 0) {
		for (i = 0; i < DRIVES; i++)
			fds[i] = (struct pollfd){
				.fd = all[i].ended ? -1 : all[i].w.fd,
				.events = POLLIN,
			};
		assert_true(poll(fds, DRIVES, 120000) > 0);
		for (left = 0, i = 0; i < DRIVES; i++) {
			if (fds[i].revents)
				hear(&all[i]);
			left += !all[i].ended;
		}
	}
	for (i = 0; i < DRIVES; i++)
		while (!worker_gone(&all[i].w))
			(void)poll(NULL, 0, 5);
}

static void
test_five_of_64(void **state)
{
	unsigned good = 0;
	int i;

	(void)state;
	for (i = 0; i < DRIVES; i++)
		ready(&all[i], i);
	for (i = 0; i < DRIVES; i++)
		assert_int_equal(worker_start(&all[i].p, &all[i].c, &all[i].rq,
					      NULL, (struct forget){ 0 },
					      &all[i].w), 0);
	run_all();
	for (i = 0; i < DRIVES; i++) {
		struct one *o = &all[i];

		verify_judge(&o->p, &o->c, &o->r, &o->v);
		if (i == HANGS || i == FAILS || i == VANISHES) {
			assert_int_equal(o->v.outcome, OUTCOME_FAILED);
			assert_int_equal(o->v.level, LEVEL_NONE);
			continue;
		}
		good += o->v.outcome == OUTCOME_ERASED;
		assert_int_equal(o->r.results[0].bytes, SIZE);
		/* the emulated time of each is its own */
		if (i == HOT)
			assert_true(o->r.results[0].ms >= 90000);
		else if (i == SLOW)
			assert_true(o->r.results[0].ms >= 1800);
		else
			assert_true(o->r.results[0].ms < 60000);
	}
	assert_int_equal(good, DRIVES - 3);
	assert_int_equal(all[HANGS].r.why.code, REASON_STUCK);
	assert_int_equal(all[VANISHES].r.why.code, REASON_DEVICE_LOST);
	emu_reset();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_five_of_64),
	};
	int failed;

	all = calloc(DRIVES, sizeof(*all));
	heard = calloc(1, sizeof(*heard));
	if (!all || !heard)
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	free(all);
	free(heard);
	return failed;
}
