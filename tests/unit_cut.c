/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: what a power cut leaves of a document on FAT, where a rename is not
 * one step, is still the document if all of it is there, and is nothing if it
 * is not: `.tmp` without a name, an empty file under the name, or both.
 */
#undef NDEBUG
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "../certs/check.h"
#include "cert_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

static char crt[160], receipt[2 * DIGEST_LEN + 1];

static int
setup(void **state)
{
	json_t *cert = NULL, *body = NULL;
	struct evidence *e;
	char err[512] = "";

	(void)state;
	sample_open(&s, "clear");
	assert_int_equal(mkdir(file("out"), 0755), 0);
	snprintf(crt, sizeof(crt), "%s/key.crt", s.dir);
	e = log_one(&cert, receipt);
	if (cert_issue(file("out"), cert, s.key, id, &body, err, sizeof(err)))
		fail_msg("%s", err);
	json_decref(body);
	json_decref(cert);
	evidence_close(&e);
	return 0;
}

static void
touch(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	assert_true(fd >= 0);
	close(fd);
}

/* As a cut in the rename: its name is lost, or is there with nothing in it. */
static void
cut(const char *kind, bool empty)
{
	char tmp[280];

	snprintf(tmp, sizeof(tmp), "%s.tmp", doc(kind));
	assert_int_equal(rename(doc(kind), tmp), 0);
	if (empty)
		touch(doc(kind));
}

static int
check(const char *path, bool *said)
{
	const char *trust = crt;
	struct check_report r;

	memset(&r, 0xa5, sizeof(r));
	check_file(path, &trust, 1, LANG_EN, &r);
	*said = false;
	for (uint32_t i = 0; i < r.n; i++)
		*said = *said || strstr(r.lines[i].detail, ".tmp");
	return r.exit;
}

static void
test_what_is_whole_is_read(void **state)
{
	static const char *const kinds[] = { "json", "json.p7s", "pdf" };
	char tmp[280];
	bool said;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		for (int empty = 0; empty < 2; empty++) {
			cut(kinds[i], empty);
			assert_int_equal(check(doc(kinds[i]), &said), 0);
			assert_true(said);
			assert_int_equal(check(doc("json"), &said), 0);
			assert_int_equal(check(doc("pdf"), &said), 0);
			/* by the name that it has */
			snprintf(tmp, sizeof(tmp), "%s.tmp", doc(kinds[i]));
			assert_int_equal(check(tmp, &said), 0);
			assert_true(said);
			assert_int_equal(file_settle(doc(kinds[i])), 0);
			assert_int_equal(check(doc(kinds[i]), &said), 0);
			assert_false(said);
			assert_int_equal(access(tmp, F_OK), -1);
		}
	}
}

static void
test_what_is_torn_does_not_hold(void **state)
{
	static const char *const kinds[] = { "json", "json.p7s", "pdf" };
	char tmp[280];
	struct stat st;
	bool said;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		cut(kinds[i], true);
		snprintf(tmp, sizeof(tmp), "%s.tmp", doc(kinds[i]));
		assert_int_equal(stat(tmp, &st), 0);
		assert_int_equal(truncate(tmp, st.st_size - 1), 0);
		assert_int_equal(check(doc(kinds[i]), &said), 3);
		assert_int_equal(check(tmp, &said), 3);
		/* as the rest of it is not */
		assert_int_equal(truncate(tmp, 0), 0);
		assert_int_equal(check(doc(kinds[i]), &said), 3);
		unlink(doc(kinds[i]));
		unlink(tmp);
		assert_int_equal(check(doc(kinds[i]), &said), 1);
		sample_teardown(state);
		setup(state);
	}
}

static void
test_a_document_is_never_replaced(void **state)
{
	char tmp[280], *was = NULL, *is = NULL;
	size_t n, m;

	(void)state;
	assert_int_equal(file_read(doc("json"), 1 << 20, &was, &n), 0);
	snprintf(tmp, sizeof(tmp), "%s.tmp", doc("json"));
	touch(tmp);
	assert_int_equal(file_settle(doc("json")), -EEXIST);
	assert_int_equal(file_read(doc("json"), 1 << 20, &is, &m), 0);
	assert_int_equal(n, m);
	assert_memory_equal(was, is, n);
	free(was);
	free(is);
}

static int
restore(char *err, size_t len)
{
	json_t *body = NULL;
	int ret = cert_restore(file("out"), id, s.key, receipt, &s.v, &body,
			       err, len);

	json_decref(body);
	return ret;
}

/* Whatever was cut off last: the PDF holds all of it. */
static void
test_what_was_cut_off_is_restored(void **state)
{
	char err[512];
	bool said;

	(void)state;
	for (int empty = 0; empty < 2; empty++) {
		cut("pdf", empty);
		unlink(doc("json.p7s"));
		unlink(doc("json"));
		if (empty)
			touch(doc("json"));
		if (restore(err, sizeof(err)))
			fail_msg("%s", err);
		assert_int_equal(check(doc("json"), &said), 0);
		assert_int_equal(check(doc("pdf"), &said), 0);
		assert_false(said);
	}
}

static void
test_a_torn_pdf_restores_nothing(void **state)
{
	char err[512], tmp[280];
	struct stat st;

	(void)state;
	cut("pdf", false);
	unlink(doc("json.p7s"));
	unlink(doc("json"));
	snprintf(tmp, sizeof(tmp), "%s.tmp", doc("pdf"));
	assert_int_equal(stat(tmp, &st), 0);
	assert_int_equal(truncate(tmp, st.st_size - 1), 0);
	assert_int_not_equal(restore(err, sizeof(err)), 0);
	assert_int_equal(access(doc("json"), F_OK), -1);
	assert_int_equal(access(doc("pdf"), F_OK), -1);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, sample_teardown)
	const struct CMUnitTest tests[] = {
		T(test_what_is_whole_is_read),
		T(test_what_is_torn_does_not_hold),
		T(test_a_document_is_never_replaced),
		T(test_what_was_cut_off_is_restored),
		T(test_a_torn_pdf_restores_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
