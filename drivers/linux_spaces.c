/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which other namespaces lie on the same NVM subsystem, and who uses them?
 *
 * The number in a node's name is that of the subsystem or of a controller, as
 * the kernel was built; only the subsystem's own name (NQN) tells what belongs
 * together.  Both kinds of folder, controller and subsystem, hold it.
 */
#include "linux.h"

#include "../src/util.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/nvme_ioctl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#define BLOCKS	"/sys/block"
#define CTRLS	"/sys/class/nvme"

#define NQN_LEN	256		/* NVMe Base 2.1, 4.7: 223 bytes at most */

/* The subsystem of a block device; -ENODATA: none, or an older kernel. */
static int
block_nqn(const char *name, char out[NQN_LEN])
{
	char attr[300];

	snprintf(attr, sizeof(attr), "%.128s/device/subsysnqn", name);
	return sys_text(BLOCKS, attr, out, NQN_LEN);
}

static int
own_nqn(const struct wire *w, char out[NQN_LEN])
{
	char dir[SYS_LEN];

	sys_dir(w->disk, dir, sizeof(dir));
	return sys_text(dir, "device/subsysnqn", out, NQN_LEN);
}

/* ---- who uses a sibling ------------------------------------------------ */

/*
 * Does this process have it open for writing?  It opens a block device so only
 * as a victim: the claim that stands in everybody's way is its own.
 */
static bool
held_here(dev_t rdev)
{
	struct dirent *e;
	struct stat st;
	bool held = false;
	DIR *d = opendir("/proc/self/fd");
	int fd, flags;

	while (d && !held && (e = readdir(d))) {
		fd = (int)strtol(e->d_name, NULL, 10);
		flags = e->d_name[0] == '.' ? -1 : fcntl(fd, F_GETFL);
		held = flags >= 0 && (flags & O_ACCMODE) == O_RDWR &&
		       !fstat(fd, &st) && S_ISBLK(st.st_mode) &&
		       st.st_rdev == rdev;
	}
	if (d)
		closedir(d);
	return held;
}

static void
take_first(const struct wire *w, const struct drive *d, struct space *s)
{
	uint32_t i;

	if (!d->uses_known)
		text_copy(s->used_by, sizeof(s->used_by),
			  "could not be found out");
	for (i = 0; i < d->n_uses; i++) {
		if (d->uses[i].kind == USE_EXCLUSIVE && held_here(w->rdev))
			continue;
		text_copy(s->used_by, sizeof(s->used_by), d->uses[i].by);
		return;
	}
}

/* What cannot be looked at is not free. */
static void
find_user(struct space *s)
{
	struct drive *d = calloc(1, sizeof(*d));
	char path[PATH_LEN];
	struct wire *w;
	int r;

	snprintf(path, sizeof(path), "/dev/%s", s->node);
	r = d ? wire_open(path, OPEN_LOOK, false, &w) : -ENOMEM;
	if (!r) {
		r = wire_uses(w, d);
		if (!r)
			take_first(w, d, s);
		wire_close(&w);
	}
	if (r)
		snprintf(s->used_by, sizeof(s->used_by), "%.64s: %.64s", path,
			 strerror(-r));
	free(d);
}

/* ---- the list ---------------------------------------------------------- */

struct search {
	const struct wire *w;
	struct scope *out;
};

static int
look_at(const char *name, void *ctx)
{
	struct search *f = ctx;
	struct space *s;
	char dir[300];
	char nqn[NQN_LEN];
	dev_t dev;

	snprintf(dir, sizeof(dir), BLOCKS "/%.128s", name);
	/* a hidden one is a path to another that is not */
	if (!starts_with(name, "nvme") || sys_number(dir, "hidden", 0) ||
	    block_nqn(name, nqn) || !same_text(nqn, f->out->subsystem) ||
	    sys_dev(dir, "dev", &dev))
		return 0;
	if (f->out->n_spaces == SPACES_MAX)
		return -ENOSPC;
	s = &f->out->spaces[f->out->n_spaces++];
	*s = (struct space){ .attached = true, .self = dev == f->w->disk };
	s->nsid = sys_number(dir, "nsid", 0);
	s->lblock = sys_number(dir, "queue/logical_block_size", 0);
	s->meta = sys_number(dir, "metadata_bytes", 0);
	s->size = sys_number(dir, "size", 0) * 512;
	text_copy(s->node, sizeof(s->node), name);
	if (!s->self)
		find_user(s);
	return 0;
}

static int
by_nsid(const void *a, const void *b)
{
	const struct space *x = a, *y = b;

	return x->nsid < y->nsid ? -1 : x->nsid > y->nsid;
}

void
spaces_find(const struct wire *w, struct scope *out)
{
	struct search f = { .w = w, .out = out };
	int r;

	if (w->image || !starts_with(w->name, "nvme") ||
	    own_nqn(w, out->subsystem))
		return;
	r = sys_each(BLOCKS, look_at, &f);
	/* one that cannot be named must stop what erases all of them */
	if (r && out->n_spaces)
		snprintf(out->spaces[out->n_spaces - 1].used_by,
			 sizeof(out->spaces[0].used_by),
			 "more namespaces, not listed: %.64s", strerror(-r));
	qsort(out->spaces, out->n_spaces, sizeof(out->spaces[0]), by_nsid);
}

/* ---- one of them, as a victim ------------------------------------------ */

/* Is what was opened what was meant?  The node may lead elsewhere by now. */
static int
same_space(const struct wire *w, const struct wire *other,
	   const struct space *s)
{
	char mine[NQN_LEN], its[NQN_LEN];
	int r, nsid;

	if (wire_kind(other) != WIRE_NVME || other->rdev == w->rdev)
		return -ESTALE;
	r = own_nqn(w, mine);
	if (!r)
		r = own_nqn(other, its);
	if (r)
		return r;
	nsid = linux_ask(other->fd, NVME_IOCTL_ID, NULL);
	if (nsid < 0)
		return nsid;
	return same_text(mine, its) && (uint32_t)nsid == s->nsid ? 0 : -ESTALE;
}

int
wire_open_space(struct wire *w, const struct space *s, struct wire **out)
{
	char path[PATH_LEN];
	int r;

	*out = NULL;
	if (wire_kind(w) != WIRE_NVME)
		return -EOPNOTSUPP;
	if (!s->node[0] || strchr(s->node, '/'))
		return -ENOENT;
	snprintf(path, sizeof(path), "/dev/%s", s->node);
	r = wire_open(path, OPEN_VICTIM, false, out);
	if (!r)
		r = same_space(w, *out, s);
	if (r)
		wire_close(out);
	return r;
}

/* ---- after a change of size -------------------------------------------- */

struct rescan {
	char nqn[NQN_LEN];
	bool done;		/* by one of the controllers, which is enough */
	int r;			/* why not by the last one */
};

static int
rescan_one(const char *name, void *ctx)
{
	struct rescan *s = ctx;
	char path[300];
	char nqn[NQN_LEN];
	int fd, r;

	snprintf(path, sizeof(path), "%.128s/subsysnqn", name);
	if (sys_text(CTRLS, path, nqn, sizeof(nqn)) || !same_text(nqn, s->nqn))
		return 0;
	snprintf(path, sizeof(path), "/dev/%.128s", name);
	fd = open(path, O_RDWR | O_CLOEXEC);
	r = fd < 0 ? -errno : linux_ask(fd, NVME_IOCTL_RESCAN, NULL);
	if (fd >= 0)
		close(fd);
	if (r)
		s->r = r;
	else
		s->done = true;
	return 0;		/* the next one: it may be alive */
}

int
spaces_rescan(const struct wire *w)
{
	struct rescan s = { .r = -ENODEV };
	int r = own_nqn(w, s.nqn);

	if (!r)
		r = sys_each(CTRLS, rescan_one, &s);
	return r ? r : s.done ? 0 : s.r;
}
