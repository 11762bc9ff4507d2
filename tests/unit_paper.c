/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: documents are made by children, a few at a time, while the parent goes
 * on; a drive has ended with its certificate only once that is on the disk and
 * in the log; and a child that dies or hangs leaves an outcome without a
 * document, said plainly, and the next one its turn.
 */
#undef NDEBUG
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "../src/erase.h"
#include "cert_sample.h"

#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>

#define JOBS	3
#define LATE_MS	(11 * 60 * 1000ULL)

static struct cert_sample s;
static struct erase e;
static size_t told;

static void
on_result(const struct erase *x, const struct job *j)
{
	(void)x;
	assert_true(j->ended);
	told++;
}

static void
on_message(const struct erase *x, const char *text)
{
	(void)x;
	fail_msg("%s", text);
}

static const struct face face = { .result = on_result, .message = on_message };

/* Drives that are erased, and whose outcome is on record. */
static int
setup(void **state)
{
	char dir[PATH_LEN], err[300];

	(void)state;
	sample_open(&s, "clear");
	snprintf(dir, sizeof(dir), "%s/out", s.dir);
	assert_int_equal(mkdir(dir, 0755), 0);
	snprintf(dir, sizeof(dir), "%s/evidence", s.dir);
	e = (struct erase){ .face = &face, .c = &s.c, .key = s.key,
			    .n_jobs = JOBS };
	text_copy(e.dir, sizeof(e.dir), s.dir);
	e.jobs = calloc(JOBS, sizeof(*e.jobs));
	assert_non_null(e.jobs);
	assert_int_equal(evidence_open(dir, "st", &e.log, err, sizeof(err)),
			 0);
	told = 0;
	for (size_t i = 0; i < JOBS; i++) {
		struct job *j = &e.jobs[i];

		j->arg = "/dev/sdx";
		j->d = s.d;
		j->p = s.p;
		j->run = s.r;
		j->w.fd = -1;
		j->started = true;
		j->consent = s.consent;
		assert_int_equal(evidence_append(e.log, "intent", json_pack(
			"{s:i}", "n", (int)i), j->consent.receipt, NULL), 0);
		erase_finish(&e, j);
		assert_int_equal(j->verdict.outcome, OUTCOME_ERASED);
		assert_false(j->ended);
	}
	assert_int_equal(told, 0);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	free(e.jobs);
	evidence_close(&e.log);
	sample_close(&s);
	return 0;
}

static size_t
making(void)
{
	size_t n = 0;

	for (size_t i = 0; i < JOBS; i++)
		n += e.jobs[i].paper == PAPER_MAKING;
	return n;
}

static bool
there(const struct job *j, const char *ending)
{
	char path[PATH_LEN];

	snprintf(path, sizeof(path), "%s/out/%s%s", s.dir, j->cert_id, ending);
	return access(path, F_OK) == 0;
}

/* What the screen shows must be what the paper says. */
static void
is_digest_of_json(const struct job *j)
{
	char path[PATH_LEN], hex[2 * DIGEST_LEN + 1], *text = NULL;
	uint8_t digest[DIGEST_LEN];
	size_t len;

	snprintf(path, sizeof(path), "%s/out/%s.json", s.dir, j->cert_id);
	assert_int_equal(file_read(path, 1U << 24, &text, &len), 0);
	assert_int_equal(sha256(text, len, digest), 0);
	free(text);
	hex_encode(hex, digest, DIGEST_LEN);
	assert_string_equal(j->cert_digest, hex);
}

/* What the log says of this job, as the number of such lines. */
struct counted {
	const char *event;
	const struct job *j;
	size_t n;
};

static int
count_line(void *ctx, const struct evidence_line *l)
{
	struct counted *c = ctx;
	char receipt[2 * DIGEST_LEN + 1];

	hex_encode(receipt, c->j->consent.receipt, DIGEST_LEN);
	c->n += !strcmp(l->event, c->event) &&
		!strcmp(cert_get(l->body, "receipt"), receipt);
	return 0;
}

static size_t
logged(const struct job *j, const char *event)
{
	struct counted c = { event, j, 0 };
	struct log_chain chain = { 0 };
	char path[PATH_LEN];
	FILE *f;

	snprintf(path, sizeof(path), "%s/evidence/st.jsonl", s.dir);
	f = fopen(path, "r");
	assert_non_null(f);
	assert_int_equal(evidence_scan(fileno(f), count_line, &c, &chain), 0);
	assert_int_equal(chain.fault, CHAIN_HOLDS);
	chain_free(&chain);
	fclose(f);
	return c.n;
}

static void
hear(struct job *j)
{
	struct pollfd in = { .fd = j->maker.fd, .events = POLLIN };

	assert_int_equal(j->paper, PAPER_MAKING);
	assert_int_equal(poll(&in, 1, 60000), 1);
	erase_paper_hear(&e, j);
}

static void
is_documented(const struct job *j)
{
	assert_true(j->ended);
	assert_false(j->undocumented);
	assert_string_equal(j->cert_error, "");
	assert_int_equal(j->exit, EXIT_ERASED);
	is_digest_of_json(j);
	assert_true(there(j, ".json") && there(j, ".json.p7s") &&
		    there(j, ".pdf"));
	assert_int_equal(logged(j, "certificate"), 1);
}

static void
is_undocumented(const struct job *j, const char *why)
{
	assert_true(j->ended);
	assert_true(j->undocumented);
	assert_string_equal(j->cert_id, "");
	assert_non_null(strstr(j->cert_error, why));
	assert_int_equal(j->exit, EXIT_EXCEPTIONS);
	assert_string_equal(erase_told_text(j, LANG_EN),
			    "erased, but no document");
	assert_int_equal(logged(j, "certificate"), 0);
	assert_int_equal(logged(j, "undocumented"), 1);
}

static void
test_the_parent_goes_on(void **state)
{
	uint64_t began = mono_ms(), returned;

	(void)state;
	erase_papers(&e);
	returned = mono_ms() - began;
	assert_int_equal(making(), 2);
	assert_int_equal(told, 0);
	for (size_t i = 0; i < JOBS; i++)
		assert_false(e.jobs[i].ended);
	hear(&e.jobs[0]);
	printf("started two in %llu ms, the first was there after %llu ms\n",
	       (unsigned long long)returned,
	       (unsigned long long)(mono_ms() - began));
	is_documented(&e.jobs[0]);
	assert_int_equal(told, 1);
	assert_int_equal(e.jobs[2].paper, PAPER_DUE);
	erase_papers(&e);		/* one has ended, the next begins */
	assert_int_equal(making(), 2);
	hear(&e.jobs[1]);
	hear(&e.jobs[2]);
	is_documented(&e.jobs[1]);
	is_documented(&e.jobs[2]);
	assert_int_equal(told, JOBS);
	erase_papers(&e);
	assert_int_equal(making(), 0);
	assert_int_equal(told, JOBS);
}

static void
test_one_that_dies(void **state)
{
	(void)state;
	erase_papers(&e);
	assert_int_equal(kill(e.jobs[0].maker.pid, SIGKILL), 0);
	hear(&e.jobs[0]);
	is_undocumented(&e.jobs[0], "died");
	erase_papers(&e);
	hear(&e.jobs[1]);
	hear(&e.jobs[2]);
	is_documented(&e.jobs[1]);
	is_documented(&e.jobs[2]);
}

static void
test_one_that_hangs(void **state)
{
	pid_t pid;

	(void)state;
	erase_papers(&e);
	pid = e.jobs[0].maker.pid;
	assert_int_equal(kill(pid, SIGSTOP), 0);
	hear(&e.jobs[1]);
	erase_papers(&e);
	assert_int_equal(e.jobs[0].paper, PAPER_MAKING);
	assert_true(e.jobs[0].paper_ms > LATE_MS);
	e.jobs[0].paper_ms -= LATE_MS;
	erase_papers(&e);
	is_undocumented(&e.jobs[0], "10 minutes");
	hear(&e.jobs[2]);
	is_documented(&e.jobs[1]);
	is_documented(&e.jobs[2]);
	while (!worker_gone(&e.jobs[0].maker))
		poll(NULL, 0, 10);
	assert_int_equal(kill(pid, 0), -1);	/* it is left behind nowhere */
}

/* AddressSanitizer locks nothing. */
#ifdef __SANITIZE_ADDRESS__
#define SANITIZED true
#else
#define SANITIZED false
#endif

/* No document is signed with a key that could be swapped out. */
static void
test_no_locked_memory_no_document(void **state)
{
	struct rlimit was, none = { 0 };
	uid_t me = geteuid();

	(void)state;
	if (SANITIZED)
		skip();
	assert_int_equal(getrlimit(RLIMIT_MEMLOCK, &was), 0);
	none.rlim_max = was.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_MEMLOCK, &none), 0);
	if (me == 0)			/* root may lock what it likes */
		assert_int_equal(seteuid(65534), 0);
	erase_papers(&e);
	if (me == 0)
		assert_int_equal(seteuid(me), 0);
	assert_int_equal(setrlimit(RLIMIT_MEMLOCK, &was), 0);
	hear(&e.jobs[0]);
	hear(&e.jobs[1]);
	is_undocumented(&e.jobs[0], "cannot be locked");
	is_undocumented(&e.jobs[1], "cannot be locked");
	erase_papers(&e);
	hear(&e.jobs[2]);
	is_documented(&e.jobs[2]);
}

/* It cannot be written: its reason is told, as it always was. */
static void
test_no_folder(void **state)
{
	char dir[PATH_LEN];

	(void)state;
	snprintf(dir, sizeof(dir), "%s/out", s.dir);
	assert_int_equal(rmdir(dir), 0);
	erase_papers(&e);
	hear(&e.jobs[0]);
	is_undocumented(&e.jobs[0], "cannot write");
	hear(&e.jobs[1]);
	erase_papers(&e);
	hear(&e.jobs[2]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_the_parent_goes_on,
						setup, teardown),
		cmocka_unit_test_setup_teardown(test_one_that_dies, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_one_that_hangs, setup,
						teardown),
		cmocka_unit_test_setup_teardown(
			test_no_locked_memory_no_document, setup, teardown),
		cmocka_unit_test_setup_teardown(test_no_folder, setup,
						teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
