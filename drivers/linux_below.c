/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What does a drive stand on inside this machine, and has all of that
 * forgotten what was written?
 *
 * A loop device reads its file through the page cache of that file, unless it
 * was told to go past it: O_DIRECT on the loop device proves nothing about the
 * store below.  And what is below may be a loop device again.
 */
#include "linux.h"

#include "../src/util.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/loop.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

#define WINDOW	(1ULL << 30)	/* bytes looked at in one go */
#define TRIES	10		/* a page may be held for a moment */
#define DEEPEST	16

/* The kernel's encoding of device numbers towards user space is not glibc's. */
static dev_t
decode_dev(uint64_t v)
{
	return makedev((v >> 8) & 0xfff, (v & 0xff) | ((v >> 12) & 0xfff00));
}

static int
loop_status(int fd, struct loop_status *out)
{
	struct loop_info64 info = { 0 };
	int r = linux_ask(fd, LOOP_GET_STATUS64, &info);

	if (r)
		return r;
	out->fs = decode_dev(info.lo_device);
	out->ino = info.lo_inode;
	out->is = decode_dev(info.lo_rdevice);
	return 0;
}

int
linux_loop_status(const char *node, struct loop_status *out)
{
	int fd = open(node, O_RDONLY | O_NONBLOCK | O_CLOEXEC), r;

	*out = (struct loop_status){ 0 };
	if (fd < 0)
		return -errno;
	r = loop_status(fd, out);
	close(fd);
	return r;
}

/* ---- one page cache ---------------------------------------------------- */

/* In a file system of memory the pages are the medium. */
static bool
is_memory(int fd)
{
	struct statfs fs;
	struct stat st;

	/* asked of a device node, it would be where the node lies */
	return !fstat(fd, &st) && S_ISREG(st.st_mode) && !fstatfs(fd, &fs) &&
	       (fs.f_type == TMPFS_MAGIC || fs.f_type == (long)RAMFS_MAGIC);
}

/* Is any page of these bytes in memory?  1, 0 or -errno. */
static int
window_resident(int fd, uint64_t at, size_t len)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE), i, n;
	unsigned char *in;
	int r = 0;
	void *p;

	n = (len + page - 1) / page;
	p = mmap(NULL, len, PROT_NONE, MAP_PRIVATE, fd, (off_t)at);
	if (p == MAP_FAILED)
		return -errno;
	in = malloc(n);
	if (!in)
		r = -ENOMEM;
	else if (mincore(p, len, in))
		r = -errno;
	for (i = 0; !r && i < n; i++)
		r = in[i] & 1;
	free(in);
	munmap(p, len);
	return r;
}

/* cachestat(2), since Linux 6.5, by the number that it has everywhere: how many
 * pages of the file are in memory, at a cost that does not grow with the file.
 * 1, 0 or -errno. */
static int
any_resident(int fd)
{
	const struct { uint64_t at, len; } all = { 0, 0 };
	struct { uint64_t cache, dirty, writeback, evicted, recently; } found;

	if (syscall(451, fd, &all, &found, 0U))
		return -errno;
	return found.cache != 0;
}

/* Where one file system lies on another, the pages are the other's, and it
 * would count none: it is believed only if it sees one that was just mapped,
 * the way by which mincore() would look.  A read might go past the cache. */
static bool
sees_pages(int fd)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	void *p = mmap(NULL, page, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd,
		       0);
	bool sees = p != MAP_FAILED && any_resident(fd) == 1;

	if (p != MAP_FAILED)
		munmap(p, page);
	return sees;
}

static int
resident(int fd)
{
	uint64_t at, end;
	off_t size = lseek(fd, 0, SEEK_END);
	int r = 0;

	if (size < 0)
		return -errno;
	end = (uint64_t)size;
	for (at = 0; !r && at < end; at += WINDOW)
		r = window_resident(fd, at, end - at < WINDOW ? end - at :
							       WINDOW);
	return r;
}

/* The kernel takes DONTNEED as advice, so it is looked whether it did. */
int
linux_forget(int fd)
{
	int i, r = 1;
	bool counts;

	if (is_memory(fd))
		return 0;
	counts = sees_pages(fd);
	for (i = 0; r == 1 && i < TRIES; i++) {
		if (i)
			linux_nap();
		/* EINVAL: of a file system that is never written */
		r = fsync(fd) && errno != EINVAL ? -errno :
		    -posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
		if (!r)
			r = counts ? any_resident(fd) : resident(fd);
	}
	return r == 1 ? -EBUSY : r;
}

/* ---- one loop device --------------------------------------------------- */

static int
open_backing(const char *dir, const struct loop_status *s)
{
	char path[PATH_MAX];
	struct stat st;
	int fd, r = sys_text(dir, "loop/backing_file", path, sizeof(path));

	if (r)
		return r;
	fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	/* the path is as the kernel saw it when the file was attached */
	if (!fstat(fd, &st) && st.st_dev == s->fs && st.st_ino == s->ino)
		return fd;
	close(fd);
	return -ESTALE;
}

/*
 * Where the file cannot be reached by its path or does not let go of its pages,
 * the loop device must go past them.  That alone is the second choice: it
 * changes the device, and some file systems take O_DIRECT for a mere wish.
 */
static int
forget_file(int loop, const char *dir, struct loop_status *s)
{
	int fd, r = loop_status(loop, s);

	if (r)
		return r;
	fd = open_backing(dir, s);
	r = fd < 0 ? fd : linux_forget(fd);
	if (fd >= 0)
		close(fd);
	return r && linux_ask(loop, LOOP_SET_DIRECT_IO, (void *)1) ? r : 0;
}

int
linux_open_node(dev_t dev, int flags)
{
	char name[64], path[80];
	struct stat st;
	int fd, r = sys_name(dev, name, sizeof(name));

	if (r)
		return r;
	snprintf(path, sizeof(path), "/dev/%s", name);
	fd = open(path, flags | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (!fstat(fd, &st) && S_ISBLK(st.st_mode) && st.st_rdev == dev)
		return fd;
	close(fd);
	return -ESTALE;
}

/* ---- all the way down -------------------------------------------------- */

struct layer {
	char dir[SYS_LEN];
	int depth;
};

static int descend(dev_t dev, int depth);

static int
descend_slave(const char *name, void *ctx)
{
	const struct layer *l = ctx;
	char attr[300];
	dev_t dev;
	int r;

	snprintf(attr, sizeof(attr), "slaves/%s/dev", name);
	r = sys_dev(l->dir, attr, &dev);
	return r ? r : descend(dev, l->depth + 1);
}

static int
descend_loop(dev_t dev, const struct layer *l)
{
	struct loop_status s = { 0 };
	int fd = linux_open_node(dev, O_RDONLY), r;

	if (fd < 0)
		return fd;
	r = forget_file(fd, l->dir, &s);
	close(fd);
	return r ? r : descend(s.is ? s.is : s.fs, l->depth + 1);
}

static int
descend(dev_t dev, int depth)
{
	struct layer l = { .depth = depth };
	char path[SYS_LEN + 24];
	struct stat st;
	int r;

	if (!major(dev))
		return 0;	/* a file system without a device */
	if (depth > DEEPEST)
		return -ELOOP;
	dev = sys_disk(dev);
	sys_dir(dev, l.dir, sizeof(l.dir));
	snprintf(path, sizeof(path), "%s/loop", l.dir);
	if (!stat(path, &st))
		return descend_loop(dev, &l);
	snprintf(path, sizeof(path), "%s/slaves", l.dir);
	r = sys_each(path, descend_slave, &l);
	return r == -ENOENT ? 0 : r;
}

int
linux_forget_below(dev_t dev)
{
	return descend(dev, 0);
}
