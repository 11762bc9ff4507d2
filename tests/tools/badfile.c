/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How does a real kernel tell that a medium misbehaves?  A file system of one
 * file, MOUNTPOINT/disk, that misbehaves as told; behind a loop device it is a
 * bad drive.
 *
 * usage: badfile BACKING RULE... -- MOUNTPOINT [fuse options]
 *
 * A rule is KIND:AT:LEN in bytes of the file, or KIND:AFTER in bytes written:
 *   write-error:AT:LEN	writes that touch the region fail with EIO
 *   read-error:AT:LEN	reads that touch the region fail with EIO
 *   speckled:AT:EVERY	from AT on, one block of 512 bytes in so many bytes
 *			fails with EIO, written or read
 *   late-error:AT:LEN	what touches the region fails with EIO, after a while
 *   short-write:AT:LEN	writes end where the region begins, or write nothing
 *   lie:AT:LEN		writes into the region succeed and change nothing
 *   sync-error		fsync fails with EIO
 *   cached		the kernel keeps what it has read and written
 *   shrink:AFTER	after that much was written, half of the file is gone
 *   vanish:AFTER	after that much was written, everything fails with EIO
 *   hang:AFTER		after that much was written, nothing comes back any more
 *   slow:RATE		no more than so many bytes a second, read and written
 *
 * Every request is looked at alone and fails or succeeds as a whole; what the
 * good parts of a drive hold can be read in BACKING at any time.
 */
#define FUSE_USE_VERSION 31
#include "onefile.h"

#include <fuse_lowlevel.h>

#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define RULES_MAX 32

enum kind {
	KIND_NONE, KIND_WRITE_ERROR, KIND_READ_ERROR, KIND_SHORT_WRITE,
	KIND_LIE, KIND_SYNC_ERROR, KIND_CACHED, KIND_SHRINK, KIND_VANISH,
	KIND_HANG, KIND_SLOW, KIND_SPECKLED, KIND_LATE_ERROR
};

struct rule {
	enum kind kind;
	uint64_t at, len;	/* SHRINK, VANISH, HANG: at is the bytes
				   written; SLOW: a second */
};

struct bad {
	int fd;
	uint64_t size;
	size_t n;
	struct rule rules[RULES_MAX];
	_Atomic uint64_t written;
	_Atomic uint64_t free_ns;	/* SLOW: when the next may begin */
};

static struct bad *
self(void)
{
	return fuse_get_context()->private_data;
}

static const struct rule *
hit(const struct bad *b, enum kind kind, uint64_t at, uint64_t len)
{
	for (size_t i = 0; i < b->n; i++) {
		const struct rule *r = &b->rules[i];

		if (r->kind == kind && at < r->at + r->len && r->at < at + len)
			return r;
	}
	return NULL;
}

/* Is the medium bad there, for whatever is asked? */
static bool
is_bad(const struct bad *b, uint64_t at, uint64_t len)
{
	static const struct timespec late = { 1, 200000000 };

	if (hit(b, KIND_LATE_ERROR, at, len)) {
		nanosleep(&late, NULL);
		return true;
	}
	for (size_t i = 0; i < b->n; i++) {
		const struct rule *r = &b->rules[i];
		uint64_t from = at > r->at ? at - r->at : 0;

		if (r->kind != KIND_SPECKLED || at + len <= r->at)
			continue;
		if (from % r->len < 512 ||
		    r->len - from % r->len < at + len - r->at - from)
			return true;
	}
	return false;
}

static bool
told(const struct bad *b, enum kind kind)
{
	for (size_t i = 0; i < b->n; i++)
		if (b->rules[i].kind == kind)
			return true;
	return false;
}

/* Has so much been written that this happened? */
static bool
happened(const struct bad *b, enum kind kind)
{
	for (size_t i = 0; i < b->n; i++)
		if (b->rules[i].kind == kind && b->written >= b->rules[i].at)
			return true;
	return false;
}

static void
sleep_until(uint64_t ns)
{
	const struct timespec t = { (time_t)(ns / 1000000000),
				    (long)(ns % 1000000000) };

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL))
		;
}

/* As long as so many bytes take at the rate, one request after the other. */
static void
take_time(struct bad *b, size_t len)
{
	struct timespec now;
	uint64_t rate = 0, from, begin, end;

	for (size_t i = 0; i < b->n; i++)
		if (b->rules[i].kind == KIND_SLOW)
			rate = b->rules[i].at;
	if (!rate)
		return;
	clock_gettime(CLOCK_MONOTONIC, &now);
	from = (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
	begin = b->free_ns;
	do
		end = (begin > from ? begin : from) + len * 1000000000 / rate;
	while (!atomic_compare_exchange_weak(&b->free_ns, &begin, end));
	sleep_until(end);
}

/* Until the file system itself ends: a server that could not be ended would
 * outlive its test. */
static bool
hangs(struct bad *b)
{
	struct fuse_session *s = fuse_get_session(fuse_get_context()->fuse);

	if (!happened(b, KIND_HANG))
		return false;
	while (!fuse_session_exited(s))
		usleep(50000);
	return true;
}

static uint64_t
size_now(const struct bad *b)
{
	return happened(b, KIND_SHRINK) ? b->size / 2 : b->size;
}

static int
bad_getattr(const char *path, struct stat *st, struct fuse_file_info *fi)
{
	const struct bad *b = self();
	int err = onefile_getattr(path, st);

	(void)fi;
	if (err || S_ISDIR(st->st_mode))
		return err;
	if (happened(b, KIND_VANISH))
		return -EIO;
	st->st_size = (off_t)size_now(b);
	st->st_blocks = st->st_size / 512;
	return 0;
}

static int
bad_open(const char *path, struct fuse_file_info *fi)
{
	if (strcmp(path, ONEFILE) != 0)
		return -ENOENT;
	/* A page cache here would keep what the medium lost. */
	fi->direct_io = !told(self(), KIND_CACHED);
	fi->keep_cache = !fi->direct_io;
	return 0;
}

static int
bad_read(const char *path, char *buf, size_t len, off_t off,
	 struct fuse_file_info *fi)
{
	struct bad *b = self();
	uint64_t at = (uint64_t)off, size = size_now(b);
	ssize_t n;

	(void)path;
	(void)fi;
	if (hangs(b) || happened(b, KIND_VANISH) ||
	    hit(b, KIND_READ_ERROR, at, len) ||
	    is_bad(b, at, len))
		return -EIO;
	take_time(b, len);
	if (at >= size)
		return 0;
	if (len > size - at)
		len = size - at;
	n = pread(b->fd, buf, len, off);
	return n < 0 ? -errno : (int)n;
}

/* Writes, but not into the regions that lie. */
static int
store(const struct bad *b, const char *buf, size_t len, uint64_t at)
{
	size_t done = 0;

	while (done < len) {
		size_t part = len - done;
		const struct rule *r = hit(b, KIND_LIE, at + done, part);
		ssize_t n;

		if (r && r->at <= at + done) {
			uint64_t end = r->at + r->len;

			part = end - at - done < part ? end - at - done : part;
			done += part;
			continue;
		}
		if (r)
			part = r->at - at - done;
		n = pwrite(b->fd, buf + done, part, (off_t)(at + done));
		if (n <= 0)
			return n < 0 ? -errno : -EIO;
		done += (size_t)n;
	}
	return (int)len;
}

static int
bad_write(const char *path, const char *buf, size_t len, off_t off,
	  struct fuse_file_info *fi)
{
	struct bad *b = self();
	uint64_t at = (uint64_t)off;
	const struct rule *r;
	int n;

	(void)path;
	(void)fi;
	if (hangs(b) || happened(b, KIND_VANISH) ||
	    hit(b, KIND_WRITE_ERROR, at, len) ||
	    is_bad(b, at, len))
		return -EIO;
	take_time(b, len);
	if (at + len > size_now(b))
		return -ENOSPC;
	r = hit(b, KIND_SHORT_WRITE, at, len);
	if (r)
		len = r->at > at ? r->at - at : 0;
	n = store(b, buf, len, at);
	if (n > 0)
		b->written += (uint64_t)n;
	return n;
}

static int
bad_fsync(const char *path, int data_only, struct fuse_file_info *fi)
{
	struct bad *b = self();

	(void)path;
	(void)data_only;
	(void)fi;
	if (hangs(b) || happened(b, KIND_VANISH))
		return -EIO;
	return told(b, KIND_SYNC_ERROR) ? -EIO : 0;
}

static const struct fuse_operations operations = {
	.getattr = bad_getattr,
	.readdir = onefile_readdir,
	.open = bad_open,
	.read = bad_read,
	.write = bad_write,
	.fsync = bad_fsync,
};

static bool
parse(const char *text, struct rule *out)
{
	static const struct {
		const char *name;
		enum kind kind;
		int numbers;
	} kinds[] = {
		{ "write-error", KIND_WRITE_ERROR, 2 },
		{ "read-error", KIND_READ_ERROR, 2 },
		{ "speckled", KIND_SPECKLED, 2 },
		{ "late-error", KIND_LATE_ERROR, 2 },
		{ "short-write", KIND_SHORT_WRITE, 2 },
		{ "lie", KIND_LIE, 2 },
		{ "sync-error", KIND_SYNC_ERROR, 0 },
		{ "cached", KIND_CACHED, 0 },
		{ "shrink", KIND_SHRINK, 1 },
		{ "vanish", KIND_VANISH, 1 },
		{ "hang", KIND_HANG, 1 },
		{ "slow", KIND_SLOW, 1 },
	};
	size_t name = strcspn(text, ":");
	uint64_t number[2] = { 0, 0 };
	int n = 0;
	char *end;

	for (const char *s = text + name; *s == ':' && n < 2; n++) {
		number[n] = strtoull(s + 1, &end, 10);
		if (end == s + 1 || (*end && *end != ':'))
			return false;
		s = end;
	}
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strlen(kinds[i].name) == name && n == kinds[i].numbers &&
		    strncmp(kinds[i].name, text, name) == 0) {
			out->kind = kinds[i].kind;
			out->at = number[0];
			out->len = number[1];
			return true;
		}
	}
	return false;
}

int
main(int argc, char **argv)
{
	struct bad b = { .fd = -1 };
	struct stat st;
	int i;

	if (argc < 4)
		goto usage;
	b.fd = open(argv[1], O_RDWR | O_CLOEXEC);
	if (b.fd < 0 || fstat(b.fd, &st)) {
		perror(argv[1]);
		return 1;
	}
	b.size = (uint64_t)st.st_size;
	for (i = 2; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (b.n == RULES_MAX || !parse(argv[i], &b.rules[b.n++]))
			goto usage;
	if (i + 1 >= argc)
		goto usage;
	argv[i] = argv[0];
	return fuse_main(argc - i, argv + i, &operations, &b);
usage:
	fprintf(stderr, "usage: badfile BACKING RULE... -- MOUNTPOINT\n");
	return 1;
}
