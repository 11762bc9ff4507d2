/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a worker has to say arrives whole: every record, the longest included,
 * however small the system's usual buffers are.
 */
#include "emu/fixture.h"

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
test_the_last_word_is_whole(void **state)
{
	struct fixture *f = fixture_new(2 << 20, 512, "0x00,random", full, 0);
	struct record *r = calloc(1, sizeof(*r));
	struct worker w;

	(void)state;
	assert_non_null(r);
	assert_int_equal(worker_start(&f->p, &f->c, &f->rq,
				      (struct forget){ 0 }, &w), 0);
	assert_int_equal(listen_to(&w, r), 2 * f->p.n_steps);
	assert_int_equal(r->kind, RECORD_RUN);
	assert_int_equal(r->u.run.state, STATE_DONE);
	assert_int_equal(r->u.run.n_results, f->p.n_steps);
	assert_true(r->u.run.after_known);	/* near its end */
	verify_judge(&f->p, &f->c, &r->u.run, &f->v);
	assert_int_equal(f->v.outcome, OUTCOME_ERASED);
	worker_end(&w);
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
	assert_int_equal(worker_start(&f->p, &f->c, &f->rq,
				      (struct forget){ 0 }, &w), 0);
	assert_int_equal(listen_to(&w, r), 0);
	assert_int_equal(r->kind, RECORD_REFUSED);
	assert_true(r->err < 0);
	worker_end(&w);
	free(r);
	fixture_free(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_last_word_is_whole),
		cmocka_unit_test(test_a_refusal_arrives),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
