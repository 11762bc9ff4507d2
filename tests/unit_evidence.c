/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: whatever happens to its writer, the log never loses or invents a
 * line: what was cut off is kept and recorded, what cannot be stored is not
 * said to be.
 */
#undef NDEBUG
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "log_sample.h"

#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>

static void
a_session_holds(void **state)
{
	struct evidence *e = start();
	struct log_chain c;
	json_t *where;

	(void)state;
	one_run(e, true);
	where = evidence_position(e);
	assert_int_equal(json_integer_value(json_object_get(where, "seq")), 4);
	assert_string_equal(json_string_value(json_object_get(where, "file")),
			    "st.jsonl");
	json_decref(where);
	assert_false(is_closed());
	evidence_close(&e);
	assert_null(e);
	c = scan();
	assert_int_equal(c.fault, CHAIN_HOLDS);
	assert_true(c.closed);
	assert_int_equal(c.seq, 5);
	assert_int_equal(c.sessions, 1);
	chain_free(&c);
}

/* Not the code under test: the hash as docs/FORMATS.md says, by hand. */
static void
hashes_are_what_the_format_says(void **state)
{
	struct evidence *e = start();
	uint8_t digest[DIGEST_LEN];
	char *text, *line, *rest, prev[65], hex[65];

	(void)state;
	one_run(e, true);
	evidence_close(&e);
	load(&text);
	memset(prev, '0', 64);
	prev[64] = '\0';
	rest = text;
	while ((line = strsep(&rest, "\n")) && *line) {
		char bare[4096], *at = strstr(line, ",\"hash\":\"");

		assert_non_null(at);
		snprintf(bare, sizeof(bare), "%.*s%s", (int)(at - line), line,
			 at + 9 + 64 + 1);
		assert_int_equal(sha256(bare, strlen(bare), digest), 0);
		hex_encode(hex, digest, DIGEST_LEN);
		assert_memory_equal(hex, at + 9, 64);
		at = strstr(line, ",\"prev\":\"");
		assert_non_null(at);
		assert_memory_equal(prev, at + 9, 64);
		memcpy(prev, hex, 65);
	}
	free(text);
}

static void
torn_at_every_byte(void **state)
{
	char *text;
	size_t len = killed_log(&text), first = last_line(text, len);

	(void)state;
	assert_true(len - first > 100);
	for (size_t cut = first; cut <= len; cut++) {
		store(text, cut);
		assert_int_equal(fault(), cut == first || cut == len ?
				 CHAIN_HOLDS : CHAIN_TORN);
		recovers(text, cut, 1);
	}
	free(text);
}

/* Power lost again while the torn tail of the first time is recorded. */
static void
torn_while_recovering(void **state)
{
	char *text, *twice;
	size_t len = killed_log(&text), at = len - 20, n;

	(void)state;
	store(text, at);
	recovers(text, at, 1);
	n = load(&twice);
	for (size_t cut = at + 1; cut < n; cut += 3) {
		struct log_chain c;
		struct evidence *e;

		store(twice, cut);
		c = scan();
		assert_true(c.fault == CHAIN_HOLDS || c.fault == CHAIN_TORN);
		chain_free(&c);
		e = start();
		evidence_close(&e);
		assert_int_equal(fault(), CHAIN_HOLDS);
	}
	free(twice);
	free(text);
}

static void
odd_tails_are_kept(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
	} tail[] = {
		{ "\0\0\0\0\0\0\0\0", 8 }, { "\0\0\n\0\0\n", 6 },
		{ "garbage\nmore\n", 13 }, { "{}\n", 3 }, { "\n", 1 },
		{ "\r\n", 2 }, { "{\"body\":{},\"event\":\"clo", 23 },
		{ "#torn\n", 6 }, { "x#torn\n#torn\n", 13 },
		{ "\xff\xfe\xfd", 3 }, { "#to", 3 }, { "[[[[[[[[", 8 },
	};
	char *text, *all;
	size_t len = killed_log(&text);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(tail); i++) {
		all = malloc(len + tail[i].len);
		memcpy(all, text, len);
		memcpy(all + len, tail[i].bytes, tail[i].len);
		store(all, len + tail[i].len);
		assert_int_equal(fault(), CHAIN_TORN);
		recovers(all, len + tail[i].len, 1);
		free(all);
	}
	free(text);
}

/* More than one buffer of it, the marker across its edge. */
static void
a_huge_tail_is_kept(void **state)
{
	static const size_t more[] = { 0, 1, 2, 3, 4, 5, 6, 7, 100 };
	char *text, *all;
	size_t len = killed_log(&text), room = EVIDENCE_LINE_MAX + 65536;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(more); i++) {
		size_t n = room - more[i];

		all = malloc(len + n);
		memcpy(all, text, len);
		memset(all + len, 'z', n);
		store(all, len + n);
		recovers(all, len + n, 1);
		free(all);
	}
	free(text);
}

static void
empty_is_new(void **state)
{
	struct evidence *e;

	(void)state;
	store("", 0);
	e = start();
	assert_int_equal(evidence_recovered(e), 0);
	evidence_close(&e);
	assert_int_equal(fault(), CHAIN_HOLDS);
}

static void
an_open_intent_is_not_closed(void **state)
{
	struct evidence *e = start();
	struct log_chain c;

	(void)state;
	one_run(e, false);
	evidence_close(&e);
	c = scan();
	assert_int_equal(c.fault, CHAIN_HOLDS);
	assert_false(c.closed);
	assert_int_equal(c.n_open, 1);
	chain_free(&c);
	e = start();
	assert_int_equal(evidence_recovered(e), 1);
	evidence_close(&e);
	c = scan();
	assert_int_equal(c.unclosed, 1);
	assert_int_equal(c.n_open, 0);
	chain_free(&c);
}

static void
one_writer(void **state)
{
	struct evidence *e = start();
	int wake[2];
	pid_t pid;
	char c;

	(void)state;
	does_not_open(-EBUSY);
	/* A worker that still runs keeps the log from a second massho. */
	assert_int_equal(pipe(wake), 0);
	pid = fork();
	if (pid == 0) {
		close(wake[1]);
		_exit(read(wake[0], &c, 1) == 0 ? 0 : 1);
	}
	evidence_close(&e);
	does_not_open(-EBUSY);
	close(wake[1]);
	waitpid(pid, NULL, 0);
	close(wake[0]);
	e = start();
	evidence_close(&e);
}

static void
limit_file(rlim_t at)
{
	struct rlimit l;

	getrlimit(RLIMIT_FSIZE, &l);
	l.rlim_cur = at;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &l), 0);
}

/* The disk takes `room` more bytes, at every point of a line. */
static void
a_full_disk_is_said(void **state)
{
	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	for (size_t room = 0; room < 300; room += 7) {
		struct evidence *e = start();
		struct log_chain c;
		char *text;
		size_t len = load(&text);
		int err;

		limit_file(len + room);
		err = evidence_append(e, "step", json_pack("{s:s}", "receipt",
			"0123456789012345678901234567890123456789"
			"0123456789012345678901234567890123456789"), NULL,
			NULL);
		assert_true(err < 0);
		limit_file(RLIM_INFINITY);
		/* Room again, but what lies on the disk is not known. */
		assert_int_equal(evidence_append(e, "step", json_object(),
						 NULL, NULL), -EIO);
		evidence_close(&e);
		c = scan();
		assert_false(c.closed);
		assert_int_equal(c.fault, room ? CHAIN_TORN : CHAIN_HOLDS);
		chain_free(&c);
		e = start();
		evidence_close(&e);
		assert_int_equal(fault(), CHAIN_HOLDS);
		free(text);
	}
}

/* A file system of 64 KiB, seen by this process alone. */
static bool
small_disk(void)
{
	return !unshare(CLONE_NEWNS | (geteuid() ? CLONE_NEWUSER : 0)) &&
		!mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) &&
		!mount("none", dir, "tmpfs", 0, "size=64k");
}

/* There is room for the INTENT, but not for what must follow it. */
static void
no_intent_without_room_for_the_outcome(void **state)
{
	int status;
	pid_t pid = fork();

	(void)state;
	if (pid == 0) {
		struct evidence *e;
		struct log_chain c;

		if (!small_disk())
			_exit(77);
		e = start();
		if (evidence_append(e, "intent", json_object(), NULL, NULL) !=
		    -ENOSPC)
			_exit(1);
		evidence_close(&e);
		c = scan();
		_exit(c.fault == CHAIN_HOLDS && !c.n_open && c.seq == 1 ? 0 :
		      2);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 77) {
		print_message("no small file system can be mounted here\n");
		skip();
	}
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void
bad_bodies_are_not_written(void **state)
{
	struct evidence *e = start();

	(void)state;
	assert_int_equal(evidence_append(e, "drive", json_pack("{s:f}", "x",
							       0.5),
					 NULL, NULL), -EINVAL);
	assert_int_equal(evidence_append(e, "drive", json_object(), NULL,
					 NULL), -EIO);
	evidence_close(&e);
	assert_int_equal(fault(), CHAIN_HOLDS);
}

/* Lines of many drives share one wait; what is lost meanwhile is said. */
static void
many_lines_share_one_wait(void **state)
{
	struct evidence *e = start();
	uint8_t first[DIGEST_LEN], second[DIGEST_LEN];
	char *text;

	(void)state;
	assert_int_equal(evidence_write(e, "step", json_object(), first), 0);
	assert_int_equal(evidence_write(e, "step", json_object(), second), 0);
	assert_memory_not_equal(first, second, DIGEST_LEN);
	assert_int_equal(evidence_sync(e), 0);
	assert_int_equal(fault(), CHAIN_HOLDS);
	assert_int_equal(evidence_write(e, "step", json_object(), NULL), 0);
	load(&text);
	assert_non_null(strstr(text, "\"step\""));
	free(text);
	assert_int_equal(unlink(path), 0);
	assert_true(evidence_sync(e) < 0);
	assert_int_equal(evidence_sync(e), -EIO);
	assert_int_equal(evidence_write(e, "step", json_object(), NULL), -EIO);
	evidence_close(&e);
}

static void
killed_at_any_moment(void **state)
{
	uint8_t r[2];

	(void)state;
	for (int i = 0; i < 20; i++) {
		struct evidence *e;
		struct log_chain c;
		pid_t pid;
		uint32_t open;

		assert_int_equal(random_bytes(r, sizeof(r)), 0);
		pid = fork();
		if (pid == 0) {
			e = start();
			for (;;)
				one_run(e, true);
		}
		usleep(1000 + (r[0] << 8 | r[1]) % 30000);
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		if (access(path, F_OK))
			continue;
		c = scan();
		assert_true(c.fault == CHAIN_HOLDS || c.fault == CHAIN_TORN);
		open = c.n_open;
		chain_free(&c);
		e = start();
		assert_int_equal(evidence_recovered(e), open);
		evidence_close(&e);
		c = scan();
		assert_int_equal(c.fault, CHAIN_HOLDS);
		assert_true(c.closed);
		assert_int_equal(c.n_open, 0);
		chain_free(&c);
	}
}

static void
names_that_are_no_file_names(void **state)
{
	static const char *const bad[] = { "", "..", "a/b", ".x", "a b", "あ" };
	struct evidence *e;
	char err[256];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		err[0] = '\0';
		assert_int_equal(evidence_open(dir, bad[i], &e, err,
					       sizeof(err)), -EINVAL);
		assert_null(e);
		assert_true(err[0]);
	}
}

static void
not_a_regular_file(void **state)
{
	(void)state;
	assert_int_equal(symlink("/dev/null", path), 0);
	does_not_open(-ELOOP);
	unlink(path);
	assert_int_equal(mkfifo(path, 0600), 0);
	does_not_open(-EINVAL);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(a_session_holds),
		T(hashes_are_what_the_format_says),
		T(torn_at_every_byte),
		T(torn_while_recovering),
		T(odd_tails_are_kept),
		T(a_huge_tail_is_kept),
		T(empty_is_new),
		T(an_open_intent_is_not_closed),
		T(one_writer),
		T(a_full_disk_is_said),
		T(no_intent_without_room_for_the_outcome),
		T(bad_bodies_are_not_written),
		T(many_lines_share_one_wait),
		T(killed_at_any_moment),
		T(names_that_are_no_file_names),
		T(not_a_regular_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
