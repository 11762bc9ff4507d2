/* SPDX-License-Identifier: Apache-2.0 */
/* A case with its key, three emulated drives and a job file that can be signed.
 * For the tests of orders. */
#ifndef JOB_SAMPLE_H
#define JOB_SAMPLE_H

#include "emu/emu.h"

#include "../certs/cert.h"
#include "../src/cli.h"
#include "../src/util.h"
#include "scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#undef NDEBUG
#include <cmocka.h>

#define PASS "correct horse battery staple"
#define HEAD "契約番号 = 見情契第118号\n消去方式 = clear\n検証 = full\n" \
	     "期限 = 2099-12-31\n指示者 = 佐藤 花子\n"

static char dir[SCRATCH_LEN], output[65536];

static inline const char *
at(const char *name)
{
	static char path[8][256];
	static unsigned turn;

	turn = (turn + 1) % 8;
	snprintf(path[turn], sizeof(path[turn]), "%s/%s", dir, name);
	return path[turn];
}

static inline void
put(const char *name, const char *text)
{
	FILE *f = fopen(at(name), "w");

	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
}

static inline void
add(const char *path, const char *serial, unsigned number)
{
	struct emu_drive *d = emu_add(path, 2 << 20, 512);

	text_copy(d->d.id.serial, sizeof(d->d.id.serial), serial);
	snprintf(d->d.id.wwn, sizeof(d->d.id.wwn), "0x5000000000000e%02x",
		 number);
	emu_soil(d);
}

static inline int
setup(void **state)
{
	static const struct key_subject who = { .cn = "試験", .c = "JP" };
	const char *top = getenv("TOP");
	char path[512], err[256], *text;
	size_t len;

	(void)state;
	assert_int_equal(scratch_make(dir), 0);
	assert_int_equal(mkdir(at("case"), 0755), 0);
	snprintf(path, sizeof(path), "%s/tests/data/case/case.ini",
		 top ? top : ".");
	assert_int_equal(file_read(path, 1 << 20, &text, &len), 0);
	put("case/case.ini", text);
	free(text);
	put("case/media.csv", "管理番号,媒体名,製造番号\n"
	    "PC-1,ハードディスク,ONE\nPC-2,ハードディスク,\n");
	if (key_new(at("case/key"), KEY_P256, &who, PASS, err, sizeof(err)) ||
	    key_new(at("other"), KEY_P256, &who, PASS, err, sizeof(err)))
		fail_msg("%s", err);
	add("/dev/emu0", "ONE", 1);
	add("/dev/emu1", "TWO", 2);
	add("/dev/emu2", "THREE", 3);
	return 0;
}

static inline int
teardown(void **state)
{
	(void)state;
	emu_reset();
	return scratch_remove(dir);
}

/* massho job WHAT job.ini: its exit code; what it printed is in `output`. */
static inline int
job(const char *what, const char *key)
{
	char fd[16];
	char *argv[] = { "job", (char *)what, (char *)at("job.ini"), "--case",
			 (char *)at("case"), "--key", (char *)key,
			 "--pass-fd", fd, "--json", "--lang", "en", NULL };
	int pipes[2], out, kept[2], ret;
	ssize_t n;

	assert_int_equal(pipe(pipes), 0);
	assert_int_equal(write(pipes[1], PASS "\n", sizeof(PASS)),
			 sizeof(PASS));
	close(pipes[1]);
	snprintf(fd, sizeof(fd), "%d", pipes[0]);
	out = open(at("output"), O_RDWR | O_CREAT | O_TRUNC, 0600);
	assert_true(out >= 0);
	fflush(NULL);
	kept[0] = dup(STDOUT_FILENO);
	kept[1] = dup(STDERR_FILENO);
	dup2(out, STDOUT_FILENO);
	dup2(out, STDERR_FILENO);
	ret = cmd_job(12, argv);
	fflush(NULL);
	dup2(kept[0], STDOUT_FILENO);
	dup2(kept[1], STDERR_FILENO);
	close(kept[0]);
	close(kept[1]);
	n = pread(out, output, sizeof(output) - 1, 0);
	output[n > 0 ? n : 0] = '\0';
	close(out);
	close(pipes[0]);
	return ret;
}

/* How many lines of the log are of this event and about this serial. */
struct asked {
	const char *event, *serial;
	unsigned n;
};

static inline int
count_line(void *ctx, const struct evidence_line *l)
{
	struct asked *a = ctx;
	const char *serial = cert_get(l->body, "identity.serial");

	a->n += !strcmp(l->event, a->event) &&
		(!a->serial || !strcmp(serial, a->serial));
	return 0;
}

static inline unsigned
logged(const char *event, const char *serial)
{
	struct asked a = { event, serial, 0 };
	struct log_chain chain = { 0 };
	char host[65] = "", name[96];
	int fd;

	assert_int_equal(gethostname(host, sizeof(host) - 1), 0);
	snprintf(name, sizeof(name), "case/evidence/%s.jsonl", host);
	fd = open(at(name), O_RDONLY);
	if (fd < 0)
		return 0;
	assert_int_equal(evidence_scan(fd, count_line, &a, &chain), 0);
	assert_int_equal(chain.fault, CHAIN_HOLDS);
	chain_free(&chain);
	close(fd);
	return a.n;
}

#endif
