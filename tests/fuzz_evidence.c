/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whatever bytes a log holds: it is read without a crash; and if only its end
 * is damaged, the next start leaves a log that holds, with every byte kept.
 */
#include "../certs/cert.h"
#include "../src/util.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static int
count(void *ctx, const struct evidence_line *l)
{
	uint64_t *n = ctx;

	must(l->seq == ++*n && l->event && l->time && l->len);
	return 0;
}

static enum chain_fault
scan(int fd)
{
	struct log_chain c;
	char why[256];
	uint64_t n = 0;

	must(!evidence_scan(fd, count, &n, &c));
	must(c.seq == n && c.fault != CHAIN_UNREAD);
	must(c.fault == CHAIN_HOLDS || c.at_line > 0);
	chain_text(&c, LANG_JA, why, sizeof(why));
	must(why[0]);
	chain_free(&c);
	return c.fault;
}

static void
start_on(const uint8_t *data, size_t size)
{
	char dir[] = "/dev/shm/massho-fuzz-XXXXXX", path[64], err[512];
	struct evidence *e;
	char *after;
	size_t len;
	int fd;

	must(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/st.jsonl", dir);
	fd = open(path, O_RDWR | O_CREAT | O_EXCL, 0600);
	must(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	must(!evidence_open(dir, "st", &e, err, sizeof(err)));
	evidence_close(&e);
	must(scan(fd) == CHAIN_HOLDS);
	must(!file_read(path, 1 << 26, &after, &len) && len > size);
	must(!size || !memcmp(after, data, size));
	free(after);
	close(fd);
	unlink(path);
	rmdir(dir);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = memfd_create("log", 0);
	enum chain_fault f;

	must(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	f = scan(fd);
	close(fd);
	/* Hashing the own binary makes a start slow: not for each. */
	if ((f == CHAIN_HOLDS || f == CHAIN_TORN) && size % 16 == 0)
		start_on(data, size);
	return 0;
}
