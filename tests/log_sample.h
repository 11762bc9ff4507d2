/* SPDX-License-Identifier: Apache-2.0 */
/* A folder with one evidence log, for the tests of the log. */
#ifndef LOG_SAMPLE_H
#define LOG_SAMPLE_H

#include "../certs/cert.h"
#include "../src/util.h"
#include "scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

static char dir[SCRATCH_LEN], path[160];

static inline int
setup(void **state)
{
	(void)state;
	if (scratch_make_quick(dir))
		return -1;
	snprintf(path, sizeof(path), "%s/st.jsonl", dir);
	return 0;
}

static inline int
teardown(void **state)
{
	(void)state;
	return scratch_remove(dir);
}

static inline struct evidence *
start(void)
{
	struct evidence *e;
	char err[512] = "";

	if (evidence_open(dir, "st", &e, err, sizeof(err)))
		fail_msg("%s", err);
	return e;
}

static inline void
put(struct evidence *e, const char *event, const char *receipt,
    uint8_t hash[DIGEST_LEN])
{
	json_t *body = receipt ? json_pack("{s:s, s:s}", "receipt", receipt,
					   "result", "erased") : json_object();

	assert_int_equal(evidence_append(e, event, body, hash, NULL), 0);
}

/* A session: one intent, with its outcome if ended. */
static inline void
one_run(struct evidence *e, bool ended)
{
	uint8_t hash[DIGEST_LEN];
	char hex[2 * DIGEST_LEN + 1];

	put(e, "intent", NULL, hash);
	hex_encode(hex, hash, DIGEST_LEN);
	put(e, "step", hex, NULL);
	if (ended)
		put(e, "outcome", hex, NULL);
}

static inline size_t
load(char **out)
{
	size_t len;

	assert_int_equal(file_read(path, 1 << 24, out, &len), 0);
	return len;
}

static inline void
store(const char *data, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, data, len), len);
	close(fd);
}

static inline struct log_chain
scan(void)
{
	struct log_chain c;
	int fd = open(path, O_RDONLY);

	assert_true(fd >= 0);
	assert_int_equal(evidence_scan(fd, NULL, NULL, &c), 0);
	close(fd);
	return c;
}

static inline enum chain_fault
fault(void)
{
	struct log_chain c = scan();
	enum chain_fault f = c.fault;

	chain_free(&c);
	return f;
}

static inline bool
is_closed(void)
{
	struct log_chain c = scan();
	bool closed = c.closed;

	chain_free(&c);
	return closed;
}

/* Starts on what lies there; the log must hold and keep every byte. */
static inline void
recovers(const char *before, size_t len, uint32_t interrupted)
{
	struct evidence *e = start();
	struct log_chain c;
	char *after;
	size_t n;

	assert_int_equal(evidence_recovered(e), interrupted);
	evidence_close(&e);
	n = load(&after);
	assert_true(n > len);
	assert_memory_equal(after, before, len);
	free(after);
	c = scan();
	assert_int_equal(c.fault, CHAIN_HOLDS);
	assert_true(c.closed);
	assert_int_equal(c.n_open, 0);
	chain_free(&c);
}

static inline size_t
last_line(const char *text, size_t len)
{
	size_t at = len - 1;

	while (at > 0 && text[at - 1] != '\n')
		at--;
	return at;
}

/* Leaves a log that was killed after a step. */
static inline size_t
killed_log(char **text)
{
	struct evidence *e = start();
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		one_run(e, false);
		raise(SIGKILL);
	}
	waitpid(pid, &status, 0);
	/* The parent's copy knows nothing of the child's lines: let go. */
	assert_int_equal(evidence_append(e, "x", NULL, NULL, NULL), -ENOMEM);
	evidence_close(&e);
	return load(text);
}

static inline void
does_not_open(int want)
{
	struct evidence *e;
	char err[512] = "";

	assert_int_equal(evidence_open(dir, "st", &e, err, sizeof(err)), want);
	assert_null(e);
	assert_true(err[0]);
}

#endif
