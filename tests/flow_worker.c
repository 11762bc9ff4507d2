/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a worker has to say arrives whole: every record, the longest included,
 * however small the system's usual buffers are.
 */
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

static const struct verify_how full = { VERIFY_FULL, 1000000 };

/* Reads until the last record; answers each step. */
static unsigned
listen_to(struct worker *w, struct record *r)
{
	unsigned steps = 0;
	int got;

	for (;;) {
		struct pollfd fd = { .fd = w->fd, .events = POLLIN };

		assert_int_equal(poll(&fd, 1, 60000), 1);
		got = worker_read(w, r);
		assert_true(got >= 0);
		if (!got || r->kind == RECORD_PROGRESS)
			continue;
		if (r->kind != RECORD_STEP)
			return steps;
		steps++;
		assert_int_equal(worker_ack(w, 0), 0);
	}
}

static void
end(struct worker *w)
{
	int i;

	worker_end(w, false);
	for (i = 0; !worker_gone(w); i++) {
		assert_true(i < 1000);
		(void)poll(NULL, 0, 10);
	}
	assert_int_equal(w->pid, 0);
}

static void
test_the_last_word_is_whole(void **state)
{
	struct fixture *f = fixture_new(2 << 20, 512, "0x00,random", full, 0);
	struct record *r = calloc(1, sizeof(*r));
	struct worker w;

	(void)state;
	assert_non_null(r);
	assert_int_equal(worker_start(&f->p, &f->c, &f->rq, NULL,
				      (struct forget){ 0 }, &w), 0);
	assert_int_equal(listen_to(&w, r), 2 * f->p.n_steps);
	assert_int_equal(r->kind, RECORD_RUN);
	assert_int_equal(r->u.run.state, STATE_DONE);
	assert_int_equal(r->u.run.n_results, f->p.n_steps);
	assert_true(r->u.run.after_known);	/* near its end */
	verify_judge(&f->p, &f->c, &r->u.run, &f->v);
	assert_int_equal(f->v.outcome, OUTCOME_ERASED);
	end(&w);
	printf("a record of %zu bytes\n", sizeof(*r));
	free(r);
	fixture_free(&f);
}

static void
test_a_refusal_arrives(void **state)
{
	struct fixture *f = fixture_new(2 << 20, 512, "0x00", full, 0);
	struct record *r = calloc(1, sizeof(*r));
	struct worker w;

	(void)state;
	assert_non_null(r);
	f->c.has_receipt = false;
	assert_int_equal(worker_start(&f->p, &f->c, &f->rq, NULL,
				      (struct forget){ 0 }, &w), 0);
	assert_int_equal(listen_to(&w, r), 0);
	assert_int_equal(r->kind, RECORD_REFUSED);
	assert_true(r->err < 0);
	end(&w);
	free(r);
	fixture_free(&f);
}

/* Begins so slowly that it would take minutes. */
static void
test_a_new_limit_is_kept_to(void **state)
{
	struct fixture *f = fixture_new(8 << 20, 512, "0x00", full, 0);
	struct record *r = calloc(1, sizeof(*r));
	bool told = false, kept = false;
	uint64_t began = mono_ms();
	struct worker w;
	int got;

	(void)state;
	assert_non_null(r);
	f->rq.rate_limit = 64 << 10;
	assert_int_equal(worker_start(&f->p, &f->c, &f->rq, NULL,
				      (struct forget){ 0 }, &w), 0);
	do {
		struct pollfd fd = { .fd = w.fd, .events = POLLIN };

		assert_int_equal(poll(&fd, 1, 30000), 1);
		got = worker_read(&w, r);
		assert_true(got >= 0);
		if (got && r->kind == RECORD_STEP)
			assert_int_equal(worker_ack(&w, 0), 0);
		if (!got || r->kind != RECORD_PROGRESS)
			continue;
		kept = kept || r->u.progress.limit == 1ULL << 40;
		assert_int_equal(r->u.progress.limit,
				 kept ? 1ULL << 40 : 64 << 10);
		if (!told)
			assert_int_equal(worker_limit(&w, 1ULL << 40), 0);
		told = true;
	} while (!got || r->kind != RECORD_RUN);
	assert_true(told);
	assert_true(mono_ms() - began < 60000);
	assert_int_equal(r->u.run.state, STATE_DONE);
	end(&w);
	free(r);
	fixture_free(&f);
}

static void
test_one_that_will_not_end_is_killed(void **state)
{
	struct fixture *f = fixture_new(8 << 20, 512, "0x00", full, 0);
	struct worker w;

	(void)state;
	f->rq.rate_limit = 1;
	assert_int_equal(worker_start(&f->p, &f->c, &f->rq, NULL,
				      (struct forget){ 0 }, &w), 0);
	assert_false(worker_gone(&w));	/* nobody has let it go */
	(void)poll(NULL, 0, 700);
	assert_false(worker_gone(&w));
	worker_end(&w, true);
	end(&w);
	fixture_free(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_new_limit_is_kept_to),
		cmocka_unit_test(test_one_that_will_not_end_is_killed),
		cmocka_unit_test(test_the_last_word_is_whole),
		cmocka_unit_test(test_a_refusal_arrives),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
