/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How is a device or an image opened, measured and made to forget its caches
 * on Linux?  The only file that calls ioctl().
 */
#include "linux.h"

#include "../src/util.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/blkpg.h>
#include <linux/fs.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

#ifndef BLKGETDISKSEQ		/* Linux 5.15; glibc's headers may be older */
#define BLKGETDISKSEQ _IOR(0x12, 128, uint64_t)
#endif

#define IMAGE_BLOCK	512
#define NAP_NS		(50 * 1000 * 1000L)
#define LOCK_TRIES	40	/* udev holds its lock for a moment only */
#define BUSY_TRIES	10	/* so does whoever just looks at a drive */

int
linux_ask(int fd, unsigned long request, void *arg)
{
	int r = ioctl(fd, request, arg);

	return r < 0 ? -errno : r;
}

void
linux_nap(void)
{
	struct timespec t = { .tv_nsec = NAP_NS };

	nanosleep(&t, NULL);
}

/*
 * While this lock is held udev does not probe the device: it would read it,
 * find remains of a table and create nodes in the middle of an erasure.
 */
static int
lock_out_udev(int fd)
{
	int i;

	for (i = 0; i < LOCK_TRIES; i++) {
		if (!flock(fd, LOCK_EX | LOCK_NB))
			return 0;
		if (errno != EWOULDBLOCK && errno != EINTR)
			return -errno;
		linux_nap();
	}
	return -EBUSY;
}

static int
open_flags(enum open_how how, bool image)
{
	switch (how) {
	case OPEN_LOOK:
		return O_RDONLY | O_NONBLOCK | O_CLOEXEC;
	case OPEN_READ:
		return O_RDONLY | O_DIRECT | O_CLOEXEC;
	case OPEN_VICTIM:
		/* O_EXCL without O_CREAT claims a block device; on a regular
		 * file it means nothing */
		return O_RDWR | O_DIRECT | O_CLOEXEC | (image ? 0 : O_EXCL);
	}
	return -1;
}

/* Old file systems in memory refuse O_DIRECT: only for an image, reads and
 * writes may go through the page cache, which drop_caches empties. */
static int
open_image(struct wire *w)
{
	int flags = open_flags(w->how, true);

	w->fd = open(w->path, flags | O_NOCTTY);
	if (w->fd < 0 && errno == EINVAL && (flags & O_DIRECT))
		w->fd = open(w->path, (flags & ~O_DIRECT) | O_NOCTTY);
	return w->fd < 0 ? -errno : 0;
}

/*
 * Whoever erases it holds that lock: a question in between, and the drive
 * refuses the erase that was prepared, or waits for days with the answer.  Then
 * it is looked at from outside only.
 */
static void
leave_alone(struct wire *w)
{
	int i;

	for (i = 0; i < BUSY_TRIES; i++) {
		if (!flock(w->fd, LOCK_SH | LOCK_NB)) {
			(void)flock(w->fd, LOCK_UN);
			return;
		}
		if (errno != EWOULDBLOCK && errno != EINTR)
			return;		/* no locks here, so none is held */
		linux_nap();
	}
	close(w->fd);
	w->fd = -1;
	w->open_err = -EBUSY;
}

static int
open_block(struct wire *w)
{
	int flags = open_flags(w->how, false);
	int i;

	for (i = 0; i < BUSY_TRIES; i++) {
		w->fd = open(w->path, flags | O_NOCTTY);
		w->open_err = w->fd < 0 ? -errno : 0;
		if (w->open_err != -EBUSY)
			break;
		linux_nap();
	}
	if (w->fd >= 0 && w->how == OPEN_LOOK)
		leave_alone(w);
	if (w->fd >= 0)
		return 0;
	/* A drive that must not or cannot be opened is still listed. */
	return w->how == OPEN_LOOK && w->open_err != -ENOENT ? 0 : w->open_err;
}

/* What was opened must be what was looked at: a node can be replaced between
 * the two, and then leads to another disk. */
static int
same_object(const struct wire *w)
{
	struct stat st;

	if (w->fd < 0)
		return 0;
	if (fstat(w->fd, &st))
		return -errno;
	if (w->image)
		return S_ISREG(st.st_mode) && st.st_dev == w->dev &&
		       st.st_ino == w->ino ? 0 : -ESTALE;
	return S_ISBLK(st.st_mode) && st.st_rdev == w->rdev ? 0 : -ESTALE;
}

static int
measure_block(struct wire *w)
{
	char dir[SYS_LEN];
	int ro = 0, lblock = 0, r;

	sys_dir(w->disk, dir, sizeof(dir));
	w->lblock = sys_number(dir, "queue/logical_block_size", 0);
	if (w->fd < 0) {
		sys_dir(w->rdev, dir, sizeof(dir));
		w->size = sys_number(dir, "size", 0) * 512;
		return 0;
	}
	r = linux_ask(w->fd, BLKSSZGET, &lblock);
	if (!r)
		w->lblock = lblock;
	if (!r)
		r = wire_size(w, &w->size);
	if (!r && w->how == OPEN_VICTIM)
		r = linux_ask(w->fd, BLKROGET, &ro);
	return r ? r : ro ? -EROFS : 0;
}

static int
measure_image(struct wire *w)
{
	int r;

	w->lblock = IMAGE_BLOCK;
	r = wire_size(w, &w->size);
	if (!r && w->size % IMAGE_BLOCK)
		r = -EINVAL;
	return r;
}

/* An image that a loop device or a virtual machine has open is in use. */
static int
claim_image(struct wire *w)
{
	int i;

	for (i = 0; linux_file_shared(w->fd) == 1; i++) {
		if (i == BUSY_TRIES)
			return -EBUSY;
		linux_nap();
	}
	return lock_out_udev(w->fd);
}

static int
name_target(struct wire *w, const struct stat *st)
{
	char real[PATH_MAX];
	const char *slash;

	if (!realpath(w->path, real))
		return -errno;
	if (w->image) {
		slash = strrchr(real, '/');
		text_clean(w->name, sizeof(w->name), slash + 1,
			   strlen(slash + 1));
		w->dev = st->st_dev;
		w->ino = st->st_ino;
		return S_ISREG(st->st_mode) ? 0 :
		       S_ISDIR(st->st_mode) ? -EISDIR :
		       S_ISBLK(st->st_mode) ? -ENOTSUP : -EMEDIUMTYPE;
	}
	if (!S_ISBLK(st->st_mode))
		return -ENOTBLK;
	w->rdev = st->st_rdev;
	w->disk = sys_disk(w->rdev);
	if (sys_renamed(real, w->rdev))
		return -ESTALE;
	return sys_name(w->rdev, w->name, sizeof(w->name));
}

static int
open_target(struct wire *w)
{
	struct stat st;
	int r;

	if (stat(w->path, &st))
		return -errno;
	r = name_target(w, &st);
	if (r)
		return r;
	r = w->image ? open_image(w) : open_block(w);
	if (!r)
		r = same_object(w);
	if (!r)
		r = w->image ? measure_image(w) : measure_block(w);
	if (!r && w->how == OPEN_VICTIM)
		r = w->image ? claim_image(w) : lock_out_udev(w->fd);
	return r;
}

int
wire_open(const char *path, enum open_how how, bool image, struct wire **out)
{
	struct wire *w;
	int r = -ENAMETOOLONG;

	*out = NULL;
	w = calloc(1, sizeof(*w));
	if (!w)
		return -ENOMEM;
	w->fd = -1;
	w->how = how;
	w->image = image;
	if (!text_copy(w->path, sizeof(w->path), path))
		r = open_target(w);
	if (r)
		wire_close(&w);
	*out = w;
	return r;
}

void
wire_close(struct wire **w)
{
	if (!*w)
		return;
	queue_free(&(*w)->queue);
	/* a command still on its way writes to memory of its own */
	flight_abandon(&(*w)->flight);
	free((*w)->memory);
	if ((*w)->fd >= 0)
		close((*w)->fd);
	free(*w);
	*w = NULL;
}

int
wire_size(struct wire *w, uint64_t *bytes)
{
	struct stat st;

	*bytes = 0;
	if (w->fd < 0)
		return w->open_err;
	if (!w->image)
		return linux_ask(w->fd, BLKGETSIZE64, bytes);
	if (fstat(w->fd, &st))
		return -errno;
	if (st.st_nlink)	/* a deleted image is gone */
		*bytes = st.st_size;
	return 0;
}

int
wire_flush(struct wire *w)
{
	return fsync(w->fd) ? -errno : 0;
}

int
wire_drop_caches(struct wire *w)
{
	int r;

	if (w->fd < 0)
		return w->open_err;
	r = w->how == OPEN_VICTIM ? wire_flush(w) : 0;
	if (!r && !w->image)
		r = linux_ask(w->fd, BLKFLSBUF, NULL);
	if (!r && w->image)
		r = linux_forget(w->fd);
	return r ? r : linux_forget_below(w->image ? w->dev : w->disk);
}

static int
forget_partition(const char *name, void *ctx)
{
	const struct wire *w = ctx;
	struct blkpg_partition part = { 0 };
	struct blkpg_ioctl_arg arg = {
		.op = BLKPG_DEL_PARTITION,
		.datalen = sizeof(part),
		.data = &part,
	};
	char dir[SYS_LEN], attr[128];

	sys_dir(w->disk, dir, sizeof(dir));
	snprintf(attr, sizeof(attr), "%s/partition", name);
	part.pno = sys_number(dir, attr, 0);
	return part.pno ? linux_ask(w->fd, BLKPG, &arg) : 0;
}

/* A device that the kernel does not scan by itself can still have partitions
 * that somebody added by hand; their nodes must not outlive the table. */
int
wire_rescan(struct wire *w)
{
	char dir[SYS_LEN];
	int r;

	if (w->image)
		return 0;
	if (w->fd < 0)
		return w->open_err;
	r = linux_ask(w->fd, BLKRRPART, NULL);
	if (r != -EINVAL || w->disk != w->rdev)
		return r;
	sys_dir(w->disk, dir, sizeof(dir));
	return sys_each(dir, forget_partition, w);
}

/*
 * A write lease is granted only if no other open file description of this file
 * exists, so it also tells of users that no /proc shows us: a loop device, or
 * a process in another container.  It is given back at once; SIGURG, which is
 * ignored by default, is what the kernel would send in between.
 */
int
linux_file_shared(int fd)
{
	if (fcntl(fd, F_SETSIG, SIGURG) < 0)
		return -errno;
	if (!fcntl(fd, F_SETLEASE, F_WRLCK))
		return fcntl(fd, F_SETLEASE, F_UNLCK) ? -errno : 0;
	return errno == EAGAIN || errno == EBUSY ? 1 : -errno;
}

int
linux_reopen(const struct wire *w, int flags)
{
	char path[40];
	int fd;

	if (w->fd < 0)
		return w->open_err;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", w->fd);
	fd = open(path, flags | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

int
linux_geometry(int fd, uint32_t *pblock, uint64_t *diskseq)
{
	unsigned int bytes = 0;
	int r;

	*pblock = 0;
	*diskseq = 0;
	if (linux_ask(fd, BLKGETDISKSEQ, diskseq))
		*diskseq = 0;	/* before Linux 5.15 there is none */
	r = linux_ask(fd, BLKPBSZGET, &bytes);
	*pblock = bytes;
	return r;
}
