/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: what was issued checks; one changed byte in any of its files, or a
 * log that does not know of it, and it does not, and the report says what.
 */
#undef NDEBUG
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "../certs/check.h"
#include "cert_folder.h"
#include "sanitized.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

static char crt[160];

/* A case with one erasure in its log and its certificate beside it. */
static void
issue(void)
{
	struct evidence *e;
	json_t *cert = NULL, *body = NULL;
	char err[512] = "", hex[65];

	e = log_one(&cert, hex);
	if (cert_issue(file("out"), cert, s.key, id, &body, err, sizeof(err)))
		fail_msg("%s", err);
	assert_int_equal(json_array_size(json_object_get(body, "files")), 3);
	assert_int_equal(evidence_append(e, "certificate", body, NULL, NULL),
			 0);
	evidence_close(&e);
	/* A document is never written over. */
	assert_int_equal(cert_issue(file("out"), cert, s.key, id, &body, err,
				    sizeof(err)), -EEXIST);
	assert_null(body);
	assert_int_equal(id[0], 0);
	text_copy(id, sizeof(id), json_string_value(json_object_get(
		cert, "cert_id")));
	json_decref(cert);
}

static int
setup(void **state)
{
	(void)state;
	sample_open(&s, "clear");
	assert_int_equal(mkdir(file("out"), 0755), 0);
	snprintf(crt, sizeof(crt), "%s/key.crt", s.dir);
	issue();
	return 0;
}

static struct check_report
check(const char *path, bool trusted)
{
	struct check_report r;
	const char *trust = crt;

	memset(&r, 0xa5, sizeof(r));
	check_file(path, &trust, trusted, LANG_EN, &r);
	return r;
}

static bool
blames(const struct check_report *r, const char *what)
{
	for (uint32_t i = 0; i < r->n; i++) {
		if (!r->lines[i].holds && !strcmp(r->lines[i].what, what))
			return r->lines[i].detail[0] != '\0';
	}
	return false;
}

static void
what_was_issued_holds(void **state)
{
	static const char *const names[] = { "json", "pdf", "json.p7s" };
	struct check_report r;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		r = check(doc(names[i]), true);
		assert_int_equal(r.exit, 0);
		assert_string_equal(r.cert_id, id);
		assert_string_equal(r.result, "erased");
		assert_string_equal(r.level, "clear");
		r = check(doc(names[i]), false);
		assert_int_equal(r.exit, 4);
		assert_true(blames(&r, "trust"));
	}
	assert_int_equal(check(file("evidence/st.jsonl"), false).exit, 0);
}

/* Calls check with one byte of path changed to that value. */
static struct check_report
with_byte(const char *path, const char *look_at, size_t at, uint8_t value,
	  uint8_t *was)
{
	struct check_report r;
	int fd = open(path, O_RDWR);

	assert_true(fd >= 0);
	assert_int_equal(pread(fd, was, 1, (off_t)at), 1);
	assert_int_equal(pwrite(fd, &value, 1, (off_t)at), 1);
	r = check(look_at, true);
	assert_int_equal(pwrite(fd, was, 1, (off_t)at), 1);
	close(fd);
	return r;
}

static size_t
size_of(const char *path)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	return (size_t)st.st_size;
}

static void
changes_do_not_hold(const char *path, const char *look_at, size_t step)
{
	size_t len = size_of(path);
	uint8_t was, c;
	int fd = open(path, O_RDONLY);

	for (size_t i = 0; i < len; i += step) {
		struct check_report r;

		assert_int_equal(pread(fd, &c, 1, (off_t)i), 1);
		r = with_byte(path, look_at, i, c ^ (uint8_t)(1 << i % 8),
			      &was);
		if (r.exit != 3)
			fail_msg("byte %zu of %s can change: exit %d", i, path,
				 r.exit);
		assert_true(r.n > 0);
	}
	close(fd);
	assert_int_equal(check(look_at, true).exit, 0);
}

static void
every_byte_of_the_json_counts(void **state)
{
	(void)state;
	changes_do_not_hold(doc("json"), doc("json"), STRIDE);
}

static void
every_byte_of_the_signature_counts(void **state)
{
	(void)state;
	changes_do_not_hold(doc("json.p7s"), doc("json"), STRIDE);
}

static void
every_byte_of_the_log_counts(void **state)
{
	(void)state;
	changes_do_not_hold(file("evidence/st.jsonl"),
			    file("evidence/st.jsonl"), STRIDE);
}

/* All of the signature's surroundings, samples of the rest. */
static void
the_bytes_of_the_pdf_count(void **state)
{
	const char *pdf = doc("pdf");
	size_t len = size_of(pdf);
	struct check_report r;
	uint8_t was, c;
	int fd = open(pdf, O_RDONLY);

	(void)state;
	for (size_t i = 0; i < len; i += i + 34000 < len || i + 600 > len ?
	     499 : 23) {
		assert_int_equal(pread(fd, &c, 1, (off_t)i), 1);
		r = with_byte(pdf, pdf, i, c ^ (uint8_t)(1 << i % 8), &was);
		if (r.exit != 3)
			fail_msg("byte %zu of %zu can change", i, len);
	}
	close(fd);
	assert_int_equal(check(pdf, true).exit, 0);
}

static void
append(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_APPEND);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static void
nothing_can_be_appended(void **state)
{
	const char *const path[] = { doc("json"), doc("json.p7s"), doc("pdf"),
		file("evidence/st.jsonl") };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(path); i++) {
		size_t len = size_of(path[i]);

		append(path[i], "\n");
		assert_int_equal(check(path[i], true).exit, 3);
		assert_int_equal(truncate(path[i], (off_t)len), 0);
		assert_int_equal(check(path[i], true).exit, 0);
	}
}

/* An incremental update after the signature, as an editor would make it. */
static void
a_pdf_that_was_edited_does_not_hold(void **state)
{
	struct check_report r;

	(void)state;
	append(doc("pdf"), "1 0 obj\n<< >>\nendobj\nxref\n0 0\n"
	       "trailer\n<< >>\nstartxref\n0\n%%EOF\n");
	r = check(doc("pdf"), true);
	assert_int_equal(r.exit, 3);
	assert_true(blames(&r, "signature"));
}

static void
another_signer_is_unknown(void **state)
{
	static const struct key_subject who = { .cn = "other" };
	struct check_report r;
	char err[256] = "", other[160];
	const char *trust = other;

	(void)state;
	snprintf(other, sizeof(other), "%s/other.crt", s.dir);
	assert_int_equal(key_new(file("other"), KEY_P256, &who, SAMPLE_PASS,
				 err, sizeof(err)), 0);
	check_file(doc("pdf"), &trust, 1, LANG_JA, &r);
	assert_int_equal(r.exit, 4);
	assert_true(blames(&r, "trust"));
}

static void
without_its_signature_it_does_not_hold(void **state)
{
	struct check_report r;

	(void)state;
	unlink(doc("json.p7s"));
	r = check(doc("json"), true);
	assert_int_equal(r.exit, 3);
	assert_true(blames(&r, "signature"));
	/* The PDF carries its own. */
	assert_int_equal(check(doc("pdf"), true).exit, 0);
}

/* The last session cut off at a good line: only a certificate can tell, and
 * the one beside it is asked even if nobody names it. */
static void
a_shortened_log_is_found_by_the_certificate(void **state)
{
	struct check_report r;
	struct evidence *e;
	char err[256];

	(void)state;
	unlink(file("evidence/st.jsonl"));
	assert_int_equal(evidence_open(file("evidence"), "st", &e, err,
				       sizeof(err)), 0);
	evidence_close(&e);
	r = check(file("evidence/st.jsonl"), false);
	assert_int_equal(r.exit, 3);
	assert_true(blames(&r, "evidence"));
	r = check(doc("json"), true);
	assert_int_equal(r.exit, 3);
	assert_true(blames(&r, "evidence"));
}

static void
a_damaged_end_of_the_log_is_told(void **state)
{
	struct check_report r;
	bool said = false;

	(void)state;
	append(file("evidence/st.jsonl"), "{\"body\":");
	r = check(doc("json"), true);
	assert_int_equal(r.exit, 0);
	for (uint32_t i = 0; i < r.n; i++)
		said = said || strstr(r.lines[i].detail, "damaged");
	assert_true(said);
}

static void
a_signature_alone_is_nothing(void **state)
{
	char path[256];

	(void)state;
	snprintf(path, sizeof(path), "%s.p7s", doc("pdf"));
	assert_int_equal(check(path, true).exit, 1);
	snprintf(path, sizeof(path), "%s.p7s", file("evidence/st.jsonl"));
	assert_int_equal(check(path, true).exit, 1);
	unlink(doc("json.p7s"));
	assert_int_equal(check(doc("json.p7s"), true).exit, 1);
}

/* Two cases of one station have logs of one name. */
static void
of_two_logs_of_one_name_the_right_one_is_held(void **state)
{
	const char *named[2] = { file("a/st.jsonl"),
		file("evidence/st.jsonl") };
	const char *copy = file("x.json"), *trust = crt;
	struct check_report r;
	struct evidence *e;
	char err[256], p7s[192];

	(void)state;
	assert_int_equal(evidence_open(file("a"), "st", &e, err,
				       sizeof(err)), 0);
	evidence_close(&e);
	snprintf(p7s, sizeof(p7s), "%s.p7s", copy);
	assert_int_equal(link(doc("json"), copy), 0);
	assert_int_equal(link(doc("json.p7s"), p7s), 0);
	for (int turn = 0; turn < 2; turn++) {
		const char *logs[2] = { named[turn], named[!turn] };

		check_file_with(copy, &trust, 1, logs, 2, LANG_EN, &r);
		assert_int_equal(r.exit, 0);
		check_file_with(copy, &trust, 1, logs, 1, LANG_EN, &r);
		assert_int_equal(r.exit, turn ? 0 : 3);
		/* What lies beside it needs no name. */
		check_file_with(doc("json"), &trust, 1, logs, 1, LANG_EN, &r);
		assert_int_equal(r.exit, 0);
	}
	unlink(copy);
	unlink(p7s);
	unlink(named[0]);
	rmdir(file("a"));
}

static void
the_log_of_another_run_does_not_know_it(void **state)
{
	struct check_report r;
	struct evidence *e;
	char err[256];

	(void)state;
	unlink(file("evidence/st.jsonl"));
	for (int i = 0; i < 4; i++) {
		assert_int_equal(evidence_open(file("evidence"), "st", &e,
					       err, sizeof(err)), 0);
		evidence_close(&e);
	}
	r = check(doc("json"), true);
	assert_int_equal(r.exit, 3);
	assert_true(blames(&r, "evidence"));
}

static void
without_a_log_it_holds_and_says_so(void **state)
{
	struct check_report r;
	bool said = false;

	(void)state;
	unlink(file("evidence/st.jsonl"));
	r = check(doc("json"), true);
	assert_int_equal(r.exit, 0);
	for (uint32_t i = 0; i < r.n; i++)
		said = said || strstr(r.lines[i].detail, "not here");
	assert_true(said);
}

static void
write_file(const char *path, const char *data, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	assert_int_equal(write(fd, data, len), len);
	close(fd);
}

/* Signed by the very same key, but after its certificate had ended. */
static void
issued_outside_validity_does_not_hold(void **state)
{
	static const char *const when[] = {
		"2001-01-01T00:00:00+09:00", "2199-01-01T00:00:00+09:00" };
	char *text, cid[40];
	struct check_report r;
	uint8_t *der;
	size_t len, der_len;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(when); i++) {
		json_t *j = json_load_file(doc("json"), 0, NULL);
		uint8_t d[DIGEST_LEN];
		char hex[65];

		json_object_set_new(j, "issued_at", json_string(when[i]));
		json_object_set_new(j, "cert_id", json_string(""));
		assert_int_equal(json_canonical(j, &text, &len), 0);
		assert_int_equal(sha256(text, len, d), 0);
		free(text);
		hex_encode(hex, d, DIGEST_LEN);
		snprintf(cid, sizeof(cid), "%.4s0101-%.12s", when[i], hex);
		json_object_set_new(j, "cert_id", json_string(cid));
		assert_int_equal(json_canonical(j, &text, &len), 0);
		assert_int_equal(sign_cms(s.key, text, len, &der, &der_len),
				 0);
		write_file(doc("json"), text, len);
		write_file(doc("json.p7s"), (char *)der, der_len);
		r = check(doc("json"), true);
		assert_int_equal(r.exit, 3);
		assert_true(blames(&r, "validity"));
		free(text);
		free(der);
		json_decref(j);
	}
}

static void
garbage_has_one_clear_line(void **state)
{
	struct check_report r;
	const char *path = file("garbage");

	(void)state;
	r = check(file("nothing.json"), true);
	assert_int_equal(r.exit, 1);
	assert_int_equal(r.n, 1);
	r = check(s.dir, true);
	assert_int_equal(r.exit, 1);
	write_file(path, "hello", 5);
	assert_int_equal(check(path, true).exit, 3);
	write_file(path, "", 0);
	assert_int_equal(check(path, true).exit, 3);
	write_file(path, "%PDF-1.5\n", 9);
	r = check(path, true);
	assert_int_equal(r.exit, 3);
	assert_true(blames(&r, "signature"));
	write_file(path, "{\"cert_id\":\"x\"}", 15);
	assert_int_equal(check(path, true).exit, 3);
	unlink(path);
}

/* Nothing stays behind that looks like a certificate. */
static void
a_failed_issue_leaves_nothing(void **state)
{
	json_t *cert, *body;
	char other[40], err[512] = "", path[3][192];
	static const char *const end[] = { "json", "json.p7s", "pdf" };
	int fd;

	(void)state;
	sleep(1);	/* another second, another ID */
	sample_run(&s);
	assert_int_equal(sample_build(&s, &cert), 0);
	for (size_t i = 0; i < 3; i++)
		snprintf(path[i], sizeof(path[i]), "%s/%s.%s", file("out"),
			 json_string_value(json_object_get(cert, "cert_id")),
			 end[i]);
	/* The last of the three cannot be written. */
	fd = open(path[0], O_CREAT | O_EXCL | O_WRONLY, 0644);
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(cert_issue(file("out"), cert, s.key, other, &body,
				    err, sizeof(err)), -EEXIST);
	assert_true(err[0]);
	assert_int_equal(unlink(path[0]), 0);
	assert_int_equal(access(path[1], F_OK), -1);
	assert_int_equal(access(path[2], F_OK), -1);
	json_decref(cert);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, sample_teardown)
	const struct CMUnitTest tests[] = {
		T(what_was_issued_holds),
		T(every_byte_of_the_json_counts),
		T(every_byte_of_the_signature_counts),
		T(every_byte_of_the_log_counts),
		T(the_bytes_of_the_pdf_count),
		T(nothing_can_be_appended),
		T(a_pdf_that_was_edited_does_not_hold),
		T(another_signer_is_unknown),
		T(without_its_signature_it_does_not_hold),
		T(a_shortened_log_is_found_by_the_certificate),
		T(a_damaged_end_of_the_log_is_told),
		T(a_signature_alone_is_nothing),
		T(of_two_logs_of_one_name_the_right_one_is_held),
		T(the_log_of_another_run_does_not_know_it),
		T(without_a_log_it_holds_and_says_so),
		T(issued_outside_validity_does_not_hold),
		T(garbage_has_one_clear_line),
		T(a_failed_issue_leaves_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
