/* SPDX-License-Identifier: Apache-2.0 */
/* Which process has the drive, one of its partitions, or the image open, or
 * mapped into its memory? */
#include "linux.h"

#include "../src/util.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define CHARS_MAX	64
/* How many naps somebody has to let go: whoever only looks at a drive is gone
 * by then, and udev, which device events of our own wake, is busy longer. */
#define TRIES		10
#define UDEV_TRIES	40

struct search {
	const struct wire *w;
	const struct family *f;
	size_t n_chars;
	struct { dev_t dev; const char *node; } chars[CHARS_MAX];
				/* /dev/sgN, /dev/ngXnY: other doors */
	struct statx exe;	/* our own */
	bool found, udev;	/* somebody has it open; only udev has */
	bool last;		/* no more patience: record them */
	char pid[16], comm[40];
};

/* ---- the character devices of the drive ------------------------------- */

struct doors {
	struct search *s;
	char dir[SYS_LEN + 24];
	const char *prefix, *node;
};

static int
add_door(const char *name, void *ctx)
{
	struct doors *d = ctx;
	struct search *s = d->s;
	char attr[300];
	dev_t dev;

	if (!starts_with(name, d->prefix))
		return 0;
	snprintf(attr, sizeof(attr), "%s/dev", name);
	if (sys_dev(d->dir, attr, &dev))
		return 0;
	if (s->n_chars == CHARS_MAX)
		return -E2BIG;
	s->chars[s->n_chars].dev = dev;
	s->chars[s->n_chars++].node = d->node;
	return 0;
}

static void
find_doors(struct search *s, const struct member *m)
{
	static const struct { const char *dir, *prefix; } where[] = {
		{ "device/scsi_generic", "sg" }, { "device/bsg", "" },
		{ "device", "ng" },
	};
	struct doors d = { .s = s, .node = m->name };
	char dir[SYS_LEN];
	size_t i;
	int r;

	sys_dir(m->dev, dir, sizeof(dir));
	for (i = 0; i < ARRAY_SIZE(where); i++) {
		snprintf(d.dir, sizeof(d.dir), "%s/%s", dir, where[i].dir);
		d.prefix = where[i].prefix;
		r = sys_each(d.dir, add_door, &d);
		if (r && r != -ENOENT)
			use_blind(s->f->out, where[i].dir, r);
	}
}

/* ---- the processes ---------------------------------------------------- */

static const char *
same_object(const struct search *s, const struct statx *sx)
{
	dev_t rdev = makedev(sx->stx_rdev_major, sx->stx_rdev_minor);
	const struct member *m;
	size_t i;

	for (i = 0; S_ISCHR(sx->stx_mode) && i < s->n_chars; i++)
		if (s->chars[i].dev == rdev)
			return s->chars[i].node;
	m = S_ISBLK(sx->stx_mode) ? family_find(s->f, rdev) :
	    S_ISREG(sx->stx_mode) ?
	    family_file(s->f, makedev(sx->stx_dev_major, sx->stx_dev_minor),
			sx->stx_ino) : NULL;
	return m ? family_base(s->f, m) : NULL;
}

static bool
is_udev(const char *comm)
{
	return same_text(comm, "systemd-udevd") ||
	       same_text(comm, "(udev-worker)") || same_text(comm, "udevd");
}

static void
look_at_link(struct search *s, int dir, const char *link)
{
	struct statx sx;
	const char *node;

	/* no question to a server that may be gone; and what not even root may
	 * look at is passed over: one such process would blind every guard */
	if (statx(dir, link, AT_STATX_DONT_SYNC, STATX_TYPE | STATX_INO, &sx))
		return;
	node = same_object(s, &sx);
	if (!node)
		return;
	s->udev = is_udev(s->comm) && (s->udev || !s->found);
	s->found = true;
	if (s->last)
		use_add(s->f->out, USE_PROCESS, node, "%s[%s]", s->comm,
			s->pid);
}

/* Every link of /proc/PID/WHICH. */
static int
look_at_links(struct search *s, const char *which)
{
	char path[64];
	struct dirent *e;
	DIR *d;

	snprintf(path, sizeof(path), "/proc/%.16s/%s", s->pid, which);
	d = opendir(path);
	if (!d)
		return errno == ENOENT || errno == ESRCH ? 0 : -errno;
	while ((e = readdir(d)))
		if (e->d_name[0] != '.')
			look_at_link(s, dirfd(d), e->d_name);
	closedir(d);
	return 0;
}

/* massho maps nothing that it has not open as well, and the workers of a bench,
 * with some hundred mappings each, would all look at each other's. */
static bool
is_one_of_us(const struct search *s)
{
	char path[64];
	struct statx sx;

	snprintf(path, sizeof(path), "/proc/%.16s/exe", s->pid);
	return s->exe.stx_ino &&
	       !statx(AT_FDCWD, path, AT_STATX_DONT_SYNC, STATX_INO, &sx) &&
	       sx.stx_ino == s->exe.stx_ino &&
	       sx.stx_dev_major == s->exe.stx_dev_major &&
	       sx.stx_dev_minor == s->exe.stx_dev_minor;
}

/* A mapping outlives the descriptor it was made through. */
static int
look_at_process(const char *pid, void *ctx)
{
	struct search *s = ctx;
	char path[64];
	int r;

	if (!isdigit((unsigned char)pid[0]) ||
	    strtol(pid, NULL, 10) == getpid())
		return 0;
	snprintf(path, sizeof(path), "/proc/%.16s", pid);
	if (sys_text(path, "comm", s->comm, sizeof(s->comm)))
		return 0;	/* it ended meanwhile */
	text_copy(s->pid, sizeof(s->pid), pid);
	r = look_at_links(s, "fd");
	return r || is_one_of_us(s) ? r : look_at_links(s, "map_files");
}

void
procs_find(const struct wire *w, const struct family *f)
{
	struct search s = { .w = w, .f = f };
	size_t d;
	int i, r = 0;

	if (statx(AT_FDCWD, "/proc/self/exe", 0, STATX_INO, &s.exe))
		s.exe.stx_ino = 0;
	for (d = 0; d < f->n_disks; d++)
		find_doors(&s, &f->m[d]);
	for (i = 1; !r && !s.last; i++) {
		s.last = i > (s.udev ? UDEV_TRIES : TRIES);
		s.found = s.udev = false;
		r = sys_each("/proc", look_at_process, &s);
		if (!r && !s.found)
			return;
		if (!s.last)
			linux_nap();
	}
	/* of an image the kernel knows whether anybody has it open */
	if (r && !(w->image && linux_file_shared(w->fd) == 0))
		use_blind(f->out, "/proc/*/{fd,map_files}", r);
}
