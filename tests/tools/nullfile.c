/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How does a drive of any size behave that keeps nothing, and one of known
 * speed?  A file system of one file, MOUNTPOINT/disk: what is written to it is
 * thrown away, what is read is zeros; behind a loop device it is a drive.
 *
 * usage: nullfile SIZE RATE -- MOUNTPOINT [fuse options]
 *
 * SIZE in bytes.  RATE in bytes per second, reads and writes together; 0 = as
 * fast as it can.  Like a drive it serves one request after the other, and
 * time in which none is waiting is lost for good.
 */
#define FUSE_USE_VERSION 31
#include "onefile.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define NS 1000000000ULL

struct null {
	uint64_t size, rate;
	pthread_mutex_t lock;
	uint64_t free_ns;	/* when the last request accepted is served */
};

static struct null *
self(void)
{
	return fuse_get_context()->private_data;
}

static uint64_t
now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * NS + (uint64_t)t.tv_nsec;
}

/* Waits in line, and then as long as len bytes take. */
static void
serve(struct null *n, size_t len)
{
	struct timespec until;
	uint64_t now, end;

	if (!n->rate)
		return;
	pthread_mutex_lock(&n->lock);
	now = now_ns();
	end = (n->free_ns > now ? n->free_ns : now) + len * NS / n->rate;
	n->free_ns = end;
	pthread_mutex_unlock(&n->lock);
	until.tv_sec = (time_t)(end / NS);
	until.tv_nsec = (long)(end % NS);
	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) ==
	       EINTR)
		;
}

static void *
null_init(struct fuse_conn_info *conn, struct fuse_config *cfg)
{
	(void)conn;
	/* what is not kept cannot be looked up a second time either */
	cfg->kernel_cache = 0;
	return self();
}

static int
null_getattr(const char *path, struct stat *st, struct fuse_file_info *fi)
{
	int err = onefile_getattr(path, st);

	(void)fi;
	if (!err && S_ISREG(st->st_mode))
		st->st_size = (off_t)self()->size;
	return err;
}

static int
null_open(const char *path, struct fuse_file_info *fi)
{
	if (strcmp(path, ONEFILE) != 0)
		return -ENOENT;
	fi->direct_io = 1;
	return 0;
}

static int
null_read(const char *path, char *buf, size_t len, off_t off,
	  struct fuse_file_info *fi)
{
	struct null *n = self();
	uint64_t at = (uint64_t)off;

	(void)path;
	(void)fi;
	if (at >= n->size)
		return 0;
	if (len > n->size - at)
		len = (size_t)(n->size - at);
	serve(n, len);
	memset(buf, 0, len);
	return (int)len;
}

static int
null_write(const char *path, const char *buf, size_t len, off_t off,
	   struct fuse_file_info *fi)
{
	struct null *n = self();

	(void)path;
	(void)buf;
	(void)fi;
	if ((uint64_t)off > n->size || len > n->size - (uint64_t)off)
		return -ENOSPC;
	serve(n, len);
	return (int)len;
}

static int
null_fsync(const char *path, int data_only, struct fuse_file_info *fi)
{
	(void)path;
	(void)data_only;
	(void)fi;
	return 0;
}

static const struct fuse_operations operations = {
	.init = null_init,
	.getattr = null_getattr,
	.readdir = onefile_readdir,
	.open = null_open,
	.read = null_read,
	.write = null_write,
	.fsync = null_fsync,
};

static bool
number(const char *text, uint64_t *out)
{
	char *end;

	errno = 0;
	*out = strtoull(text, &end, 10);
	return !errno && end != text && !*end && *text != '-';
}

int
main(int argc, char **argv)
{
	struct null n = { .lock = PTHREAD_MUTEX_INITIALIZER };

	if (argc < 5 || !number(argv[1], &n.size) || !n.size ||
	    n.size > INT64_MAX || !number(argv[2], &n.rate) ||
	    strcmp(argv[3], "--") != 0) {
		fprintf(stderr, "usage: nullfile SIZE RATE -- MOUNTPOINT\n");
		return 1;
	}
	argv[3] = argv[0];
	return fuse_main(argc - 3, argv + 3, &operations, &n);
}
