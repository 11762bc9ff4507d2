/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Interrupted anywhere, an erasure goes on where the record of it says, with
 * the same stream; if the drive does not bear the record out, at the start of
 * the pass; and it is erased only once all of it was read back.
 */
#include "emu/fixture.h"

#include "../src/engine.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SIZE	(12ULL << 20)
#define NEVER	UINT32_MAX

static const struct verify_how full = { VERIFY_FULL, 1000000 };

/* What a log would hold of the runs so far, and when the machine dies. */
static struct {
	struct fixture *f;
	struct resume r;
	unsigned words, checkpoints;
	unsigned dies_at;		/* no word from this one on is kept */
	uint32_t dies_after;		/* nor after the start of this step */
	uint32_t stop_step;		/* stopped in the middle of it */
	enum stop stop;
	uint8_t keys[STEPS_MAX][KEY_LEN];
} log_of;

static int
record(void *ctx, uint32_t step, const struct step_result *r)
{
	(void)ctx;
	if (++log_of.words >= log_of.dies_at || step > log_of.dies_after ||
	    (step == log_of.dies_after && r->state != STATE_NONE))
		return -EIO;
	if (r->state == STATE_NONE && !r->reached &&
	    log_of.f->p.steps[step].kind == STEP_OVERWRITE)
		memset(&log_of.r.unwritten, 0, sizeof(log_of.r.unwritten));
	log_of.r.results[step] = *r;
	return 0;
}

/* Nothing was written since the drive emptied its cache. */
static bool
is_flushed(const struct emu_drive *d)
{
	size_t i;

	for (i = d->n_ops; i && d->ops[i - 1].kind != EMU_WRITE; i--)
		if (d->ops[i - 1].kind == EMU_FLUSHED)
			return true;
	return false;
}

static int
checkpoint(void *ctx, uint32_t step, const struct step_result *r,
	   const struct ranges *unwritten)
{
	(void)ctx;
	assert_true(!r->reached || is_flushed(log_of.f->d));
	if (++log_of.words >= log_of.dies_at)
		return -EIO;
	log_of.checkpoints++;
	log_of.r.results[step].reached = r->reached;
	log_of.r.results[step].bytes = r->bytes;
	log_of.r.unwritten = *unwritten;
	return 0;
}

static enum stop
tick(void *ctx, const struct progress *p)
{
	(void)ctx;
	return p->step == log_of.stop_step && p->total &&
	       p->done >= p->total / 2 ? log_of.stop : STOP_NO;
}

static struct fixture *
begin(const char *passes, uint32_t bad_max_ppm)
{
	struct fixture *f = fixture_new(SIZE, 512, passes, full, bad_max_ppm);

	memset(&log_of, 0, sizeof(log_of));
	log_of.f = f;
	log_of.dies_at = log_of.stop_step = log_of.dies_after = NEVER;
	log_of.stop = STOP_SAFE;
	f->ui = (struct ui){ .ctx = f, .tick = tick, .record = record,
			     .checkpoint = checkpoint };
	f->rq.rate_limit = 1 << 20;	/* so that time passes */
	return f;
}

/* The next part: with a receipt of its own, and what the log says. */
static void
go_on(struct fixture *f)
{
	struct run_part part = { .started = "2026-11-21T10:00:00+09:00",
				 .last = "2026-11-21T10:10:00+09:00" };
	struct resume from;

	memcpy(part.receipt, f->c.receipt, DIGEST_LEN);
	parts_add(&log_of.r.parts, &part);
	resume_find(&f->p, &log_of.r);
	from = log_of.r;
	f->c.receipt[0]++;
	log_of.words = 0;
	f->d->n_ops = 0;
	f->err = execute_resume(&f->p, &f->c, &f->rq, &from, &f->ui, &f->r);
	verify_judge(&f->p, &f->c, &f->r, &f->v);
}

static void
undisturbed(void)
{
	log_of.dies_at = log_of.stop_step = log_of.dies_after = NEVER;
}

static bool
wrote_in(const struct fixture *f, uint64_t at, uint64_t end)
{
	size_t i;

	for (i = 0; i < f->d->n_ops; i++)
		if (f->d->ops[i].kind == EMU_WRITE &&
		    f->d->ops[i].at < end &&
		    f->d->ops[i].at + f->d->ops[i].len > at)
			return true;
	return false;
}

static void
is_erased(const struct fixture *f)
{
	uint32_t i;

	assert_int_equal(f->err, 0);
	for (i = 0; f->v.outcome != OUTCOME_ERASED && i < f->v.reasons.n; i++)
		printf("%s %s\n", reason_name(f->v.reasons.r[i].code),
		       f->v.reasons.r[i].arg);
	assert_int_equal(f->v.outcome, OUTCOME_ERASED);
	assert_int_equal(fixture_wrong(f, NULL), 0);
}

static void
interrupt(struct fixture *f, uint32_t step)
{
	log_of.stop_step = step;
	fixture_run(f);
	assert_int_equal(f->v.outcome, OUTCOME_INTERRUPTED);
	undisturbed();
}

static void
goes_on_where_it_was(void **state)
{
	struct fixture *f = begin("random", 0);
	uint8_t key[KEY_LEN];
	uint64_t at;

	(void)state;
	interrupt(f, 0);
	at = log_of.r.results[0].reached;
	assert_true(at >= SIZE / 2 && at < SIZE);
	assert_true(log_of.checkpoints > 2);
	memcpy(key, log_of.r.results[0].key, KEY_LEN);
	go_on(f);
	is_erased(f);
	assert_memory_equal(f->r.results[0].key, key, KEY_LEN);
	assert_int_equal(f->r.results[0].resumed_at, at);
	assert_int_equal(f->r.results[0].margin, at);
	assert_false(f->r.results[0].restarted);
	assert_int_equal(f->r.results[0].bytes, SIZE);
	assert_false(wrote_in(f, 0, at));
	assert_int_equal(f->r.results[1].bytes, SIZE);	/* all, read back */
	assert_true(fixture_has(&f->v.reasons, REASON_RESUMED));
	fixture_free(&f);
}

/* A cache that was lost, or not this drive's log. */
static void
what_is_not_there_is_not_believed(void **state)
{
	struct fixture *f = begin("random", 0);
	uint64_t at;

	(void)state;
	interrupt(f, 0);
	at = log_of.r.results[0].reached;
	f->d->media[at - 1] ^= 1;
	go_on(f);
	is_erased(f);
	assert_true(f->r.results[0].restarted);
	assert_int_equal(f->r.results[0].resumed_at, 0);
	assert_true(wrote_in(f, 0, 1));
	fixture_free(&f);
	/* more is claimed than was ever written */
	f = begin("0x00", 0);
	interrupt(f, 0);
	memset(&log_of.r.unwritten, 0, sizeof(log_of.r.unwritten));
	log_of.r.results[0].reached = SIZE - 512;
	go_on(f);
	is_erased(f);
	assert_true(f->r.results[0].restarted);
	fixture_free(&f);
}

/* A block of it that cannot be read any more is written anew; many, and nothing
 * is believed. */
static void
an_unreadable_margin_is_written_again(void **state)
{
	struct fixture *f;
	uint64_t len;

	(void)state;
	for (len = 512; len <= 512 * 512; len *= 512) {
		f = begin("random", 0);
		interrupt(f, 0);
		emu_fault(f->d, (struct emu_fault){ .kind = EMU_READ_ERROR,
			  .err = EIO, .at = 4096, .len = len });
		go_on(f);
		assert_int_not_equal(f->v.outcome, OUTCOME_ERASED);
		assert_int_equal(f->r.results[0].restarted, len > 512);
		assert_int_equal(f->r.results[0].state, STATE_DONE);
		assert_int_equal(f->r.results[0].bytes, SIZE);
		assert_true(wrote_in(f, 4096, 4096 + 512));
		assert_int_equal(wrote_in(f, 0, 4096), len > 512);
		fixture_free(&f);
	}
}

static void
reading_back_is_always_done_anew(void **state)
{
	struct fixture *f = begin("0x00,verify,random", 0);
	uint32_t last;

	(void)state;
	last = f->p.n_steps - 2;
	assert_int_equal(f->p.steps[last].kind, STEP_VERIFY);
	interrupt(f, last);
	go_on(f);
	is_erased(f);
	assert_true(f->r.results[0].carried && f->r.results[1].carried);
	assert_true(f->r.results[last - 1].carried);
	assert_false(f->r.results[last].carried);
	assert_int_equal(f->r.results[last].bytes, SIZE);
	assert_false(wrote_in(f, 0, SIZE));
	fixture_free(&f);
}

/* Changed after it had been read back: by whom, nobody knows. */
static void
a_change_between_the_parts_is_found(void **state)
{
	struct fixture *f = begin("random", 0);

	(void)state;
	log_of.dies_after = 2;	/* all was read back, and that is known */
	fixture_run(f);
	assert_int_equal(log_of.r.results[1].state, STATE_DONE);
	undisturbed();
	f->d->media[4096] ^= 0x10;
	go_on(f);
	assert_int_equal(f->v.outcome, OUTCOME_FAILED);
	assert_true(fixture_has(&f->v.reasons, REASON_MISMATCH));
	fixture_free(&f);
}

/* The machine dies at every word it would put on record, again and again. */
static void
dies_at_every_word(void **state)
{
	struct fixture *f;
	unsigned n, at, parts = 0, gone_on = 0;

	(void)state;
	f = begin("0x00,random", 0);
	fixture_run(f);
	is_erased(f);
	n = log_of.words;
	assert_true(n > 12);
	fixture_free(&f);
	for (at = 1; at <= n; at++) {
		f = begin("0x00,random", 0);
		log_of.dies_at = at;
		fixture_run(f);
		while (f->v.outcome != OUTCOME_ERASED) {
			assert_int_equal(f->v.outcome, OUTCOME_FAILED);
			parts++;
			/* and once more, a little later */
			log_of.dies_at = parts % 3 ? NEVER : 2 + at % 3;
			go_on(f);
			gone_on += f->r.results[0].carried ||
				   f->r.results[0].resumed_at ||
				   f->r.results[1].resumed_at;
		}
		is_erased(f);
		fixture_free(&f);
	}
	printf("%u words, %u parts, %u went on within\n", n, parts, gone_on);
	assert_true(gone_on > n / 2);
}

static void
blocks_given_up_stay_known(void **state)
{
	struct fixture *f = begin("0x00", 1000);

	(void)state;
	emu_fault(f->d, (struct emu_fault){ .kind = EMU_WRITE_ERROR,
					    .at = 1 << 20, .len = 512,
					    .err = EIO });
	interrupt(f, 0);
	assert_true(log_of.r.results[0].reached > 2 << 20);
	assert_int_equal(log_of.r.unwritten.r[0].at, 1 << 20);
	go_on(f);
	assert_int_equal(f->v.outcome, OUTCOME_EXCEPTIONS);
	assert_true(f->r.results[0].resumed_at > 2 << 20);
	assert_int_equal(f->r.unwritten.total, 512);
	assert_int_equal(fixture_wrong(f, &f->r.unwritten), 0);
	/* and when the pass was done, and its reading back was not */
	fixture_free(&f);
	f = begin("0x00", 1000);
	emu_fault(f->d, (struct emu_fault){ .kind = EMU_WRITE_ERROR,
					    .at = 1 << 20, .len = 512,
					    .err = EIO });
	interrupt(f, 1);
	go_on(f);
	assert_int_equal(f->v.outcome, OUTCOME_EXCEPTIONS);
	assert_true(f->r.results[0].carried);
	assert_int_equal(f->r.unwritten.total, 512);
	fixture_free(&f);
}

static void
not_followed(const struct fixture *f, const struct resume *from)
{
	struct run r;

	assert_int_equal(execute_resume(&f->p, &f->c, &f->rq, from,
					(struct ui *)&f->ui, &r), -EINVAL);
	assert_int_equal(f->d->n_ops, 0);
}

static void
an_unsound_record_is_not_followed(void **state)
{
	struct fixture *f = begin("0x00,random", 0);
	struct resume good, bad;

	(void)state;
	interrupt(f, 1);
	log_of.r.parts.n = 1;
	resume_find(&f->p, &log_of.r);
	good = log_of.r;
	assert_true(resume_sound(&f->p, &good));
	f->d->n_ops = 0;
	bad = good;
	bad.parts.n = 0;
	not_followed(f, &bad);
	bad = good;
	bad.step = f->p.n_steps;
	not_followed(f, &bad);
	bad = good;
	bad.step = f->p.n_steps - 1;	/* the reading back left out */
	not_followed(f, &bad);
	bad = good;
	bad.results[0].state = STATE_NONE;
	not_followed(f, &bad);
	bad = good;
	bad.results[0].carried = false;
	not_followed(f, &bad);
	bad = good;
	bad.results[1].reached += 1;
	not_followed(f, &bad);
	bad = good;
	bad.results[1].reached = 2 * SIZE;
	not_followed(f, &bad);
	bad = good;
	memset(bad.results[1].key, 0, KEY_LEN);
	not_followed(f, &bad);
	fixture_free(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(goes_on_where_it_was),
		cmocka_unit_test(what_is_not_there_is_not_believed),
		cmocka_unit_test(an_unreadable_margin_is_written_again),
		cmocka_unit_test(reading_back_is_always_done_anew),
		cmocka_unit_test(a_change_between_the_parts_is_found),
		cmocka_unit_test(dies_at_every_word),
		cmocka_unit_test(blocks_given_up_stay_known),
		cmocka_unit_test(an_unsound_record_is_not_followed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
