/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What stands on a drive, by any path, and how is each thing called?
 *
 * The family of a drive begins with the disk, whatever else is the same medium
 * (linux_twins.c) and their partitions, and grows upwards until nothing is
 * added: holders (device-mapper, md, bcache), loop devices whose file lies on a
 * member or is one, other members of a btrfs.  So a mount on LVM on LUKS on md
 * on a partition is a mount on the drive, and every disk of a mirrored root is
 * a disk of the root.
 */
#include "linux.h"

#include "../src/util.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

/* One step of growing: the member in hand and what it may add to. */
struct growth {
	struct family *f;
	const struct wire *w;
	size_t i;
	char dir[SYS_LEN];
};

void
use_add(struct drive *d, enum use_kind kind, const char *node, const char *fmt,
	...)
{
	char by[sizeof(d->uses[0].by)];
	struct use *u;
	uint32_t i;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(by, sizeof(by), fmt, ap);
	va_end(ap);
	for (i = 0; i < d->n_uses; i++)
		if (d->uses[i].kind == kind && same_text(d->uses[i].by, by) &&
		    same_text(d->uses[i].node, node))
			return;
	if (d->n_uses == USES_MAX)
		return;
	u = &d->uses[d->n_uses++];
	u->kind = kind;
	text_clean(u->node, sizeof(u->node), node, strlen(node));
	text_clean(u->by, sizeof(u->by), by, strlen(by));
}

void
use_blind(struct drive *d, const char *source, int err)
{
	d->uses_known = false;
	use_add(d, USE_UNKNOWN, d->name, "%s: %s", source,
		strerrorname_np(-err));
}

const struct member *
family_find(const struct family *f, dev_t dev)
{
	size_t i;

	for (i = 0; dev && i < f->n; i++)
		if (f->m[i].dev == dev)
			return &f->m[i];
	return NULL;
}

const struct member *
family_file(const struct family *f, dev_t fs, ino_t ino)
{
	size_t i;

	for (i = 0; i < f->n_files; i++)
		if (f->files[i].fs == fs && f->files[i].ino == ino)
			return &f->m[f->files[i].base];
	return NULL;
}

const char *
family_base(const struct family *f, const struct member *m)
{
	return f->m[m->base].name;
}

/* base < 0: the new member is part of the target and its own base. */
static struct member *
add(struct family *f, dev_t dev, int base, enum use_kind kind)
{
	struct member *m;

	if (!dev || family_find(f, dev))
		return NULL;
	if (f->n == FAMILY_MAX) {
		use_blind(f->out, f->m[0].name, -E2BIG);
		return NULL;
	}
	m = &f->m[f->n];
	*m = (struct member){ .dev = dev, .kind = kind };
	m->base = base < 0 ? (int)f->n : base;
	f->n++;
	if (major(dev) && sys_name(dev, m->name, sizeof(m->name)))
		snprintf(m->name, sizeof(m->name), "%u:%u", major(dev),
			 minor(dev));
	return m;
}

struct member *
family_add_disk(struct family *f, dev_t dev)
{
	return add(f, dev, -1, USE_UNKNOWN);
}

void
family_add_file(struct family *f, dev_t fs, ino_t ino, int base)
{
	if (family_file(f, fs, ino))
		return;
	if (f->n_files == STORES_MAX)
		use_blind(f->out, f->m[base].name, -E2BIG);
	else
		f->files[f->n_files++] = (struct store){ fs, ino, base };
}

/* ---- upwards through sysfs -------------------------------------------- */

static int
add_partition(const char *name, void *ctx)
{
	struct growth *g = ctx;
	const struct member *on = &g->f->m[g->i];
	char attr[300];
	struct member *m;
	dev_t dev;

	snprintf(attr, sizeof(attr), "%s/partition", name);
	if (!sys_number(g->dir, attr, 0))
		return 0;
	snprintf(attr, sizeof(attr), "%s/dev", name);
	if (sys_dev(g->dir, attr, &dev))
		return 0;
	m = add(g->f, dev, on->kind == USE_UNKNOWN ? -1 : on->base, on->kind);
	if (m)
		text_copy(m->what, sizeof(m->what), on->what);
	return 0;
}

static enum use_kind
name_dm(const char *dir, struct member *m)
{
	char name[64], uuid[64];

	if (sys_text(dir, "dm/name", name, sizeof(name)))
		name[0] = '\0';
	if (sys_text(dir, "dm/uuid", uuid, sizeof(uuid)))
		uuid[0] = '\0';
	snprintf(m->what, sizeof(m->what), "%.30s (%.60s%s)", m->name, name,
		 starts_with(uuid, "CRYPT-") ? ", dm-crypt" :
		 starts_with(uuid, "mpath-") ? ", multipath" :
		 starts_with(uuid, "DMRAID-") ? ", dmraid" : "");
	return starts_with(uuid, "LVM-") ? USE_LVM : USE_DM;
}

static enum use_kind
name_holder(struct member *m)
{
	char dir[SYS_LEN], level[24];

	sys_dir(m->dev, dir, sizeof(dir));
	text_copy(m->what, sizeof(m->what), m->name);
	if (starts_with(m->name, "dm-"))
		return name_dm(dir, m);
	if (starts_with(m->name, "bcache"))
		return USE_BCACHE;
	if (!sys_text(dir, "md/level", level, sizeof(level)))
		snprintf(m->what, sizeof(m->what), "%.60s (%s)", m->name,
			 level);
	return starts_with(m->name, "md") ? USE_MD : USE_DM;
}

static int
add_holder(const char *name, void *ctx)
{
	struct growth *g = ctx;
	char attr[300];
	struct member *m;
	dev_t dev;
	int r;

	snprintf(attr, sizeof(attr), "holders/%s/dev", name);
	r = sys_dev(g->dir, attr, &dev);
	if (r) {
		use_blind(g->f->out, name, r);
		return 0;
	}
	m = add(g->f, dev, g->f->m[g->i].base, USE_DM);
	if (m)
		m->kind = name_holder(m);
	return 0;
}

/* A registered bcache set keeps its devices even while nothing is attached. */
static void
add_bcache(struct growth *g)
{
	char path[SYS_LEN + 8];
	struct stat st;

	snprintf(path, sizeof(path), "%s/bcache", g->dir);
	if (!stat(path, &st) && S_ISDIR(st.st_mode))
		use_add(g->f->out, USE_BCACHE,
			family_base(g->f, &g->f->m[g->i]), "bcache");
}

/* ---- loop devices ----------------------------------------------------- */

static const struct member *
loop_stands_on(const struct growth *g, const struct loop_status *s,
	       const char *file)
{
	const struct member *m;

	if (s->is)
		return family_find(g->f, s->is);
	m = family_file(g->f, s->fs, s->ino);
	if (!m)
		m = family_find(g->f, s->fs);
	return m ? m : family_under(g->f, file);
}

static int
add_loop(const char *name, void *ctx)
{
	struct growth *g = ctx;
	char dir[SYS_LEN], file[PATH_LEN];
	const struct member *on;
	struct loop_status s;
	struct member *m;
	dev_t dev;
	int r;

	snprintf(dir, sizeof(dir), "/sys/block/%.60s", name);
	if (!starts_with(name, "loop") || sys_dev(dir, "dev", &dev) ||
	    family_find(g->f, dev) ||
	    sys_text(dir, "loop/backing_file", file, sizeof(file)))
		return 0;
	r = twins_loop(name, &s);
	/* let go meanwhile, or over a file system whose server has died: what
	 * answers no request reaches no drive */
	if (r == -ENXIO || r == -ENOTCONN)
		return 0;
	/* an image is free of unknown loops too if nobody has it open */
	if (r && !(g->w->image && linux_file_shared(g->w->fd) == 0)) {
		g->f->out->uses_known = false;
		use_add(g->f->out, USE_UNKNOWN, g->f->out->name,
			"%.16s, whose file %.72s does not answer (%s): "
			"losetup -d /dev/%.16s", name, file,
			strerrorname_np(-r), name);
	}
	on = r ? NULL : loop_stands_on(g, &s, file);
	m = on ? add(g->f, dev, on->base, USE_LOOP) : NULL;
	if (m)
		snprintf(m->what, sizeof(m->what), "%.24s (%.96s)", name,
			 file);
	return 0;
}

/* ---- btrfs: one file system, several devices -------------------------- */

struct btrfs {
	struct family *f;
	char dir[SYS_LEN];	/* /sys/fs/btrfs/UUID/devices */
	const struct member *on;
	dev_t other;
	bool grew;
};

static int
btrfs_device(const char *name, void *ctx)
{
	struct btrfs *b = ctx;
	char attr[300];
	dev_t dev;

	snprintf(attr, sizeof(attr), "%s/dev", name);
	if (sys_dev(b->dir, attr, &dev))
		return 0;
	if (!b->on)
		b->on = family_find(b->f, dev);
	return 0;
}

/* A mount shows one device of the file system; it is a mount on them all. */
static int
btrfs_mounts(const char *name, void *ctx)
{
	struct btrfs *b = ctx;
	char attr[300];
	dev_t dev;
	size_t i;

	snprintf(attr, sizeof(attr), "%s/dev", name);
	if (sys_dev(b->dir, attr, &dev))
		return 0;
	for (i = 0; i < b->f->n_mounts; i++)
		if (b->f->mounts[i].src == dev &&
		    add(b->f, b->f->mounts[i].dev, b->on->base, USE_BTRFS))
			b->grew = true;
	return 0;
}

static int
add_btrfs(const char *uuid, void *ctx)
{
	struct family *f = ctx;
	struct btrfs b = { .f = f };

	snprintf(b.dir, sizeof(b.dir), "/sys/fs/btrfs/%.64s/devices", uuid);
	/* not every entry is a file system; that one has no devices */
	if (sys_each(b.dir, btrfs_device, &b) || !b.on)
		return 0;
	use_add(f->out, USE_BTRFS, family_base(f, b.on), "btrfs %.64s", uuid);
	if (sys_each(b.dir, btrfs_mounts, &b))
		use_blind(f->out, b.dir, -EIO);
	return 0;
}

/* Any other file system without a number of its own, by its source. */
static void
add_by_source(struct family *f)
{
	const struct member *on;
	size_t i;

	for (i = 0; i < f->n_mounts; i++) {
		on = family_find(f, f->mounts[i].src);
		if (on)
			add(f, f->mounts[i].dev, on->base, USE_MOUNT);
	}
}

/* ---- together --------------------------------------------------------- */

static void
grow_member(struct growth *g)
{
	const struct member *m = &g->f->m[g->i];
	char holders[SYS_LEN + 10];
	int r;

	if (!major(m->dev))
		return;
	sys_dir(m->dev, g->dir, sizeof(g->dir));
	snprintf(holders, sizeof(holders), "%s/holders", g->dir);
	r = sys_each(g->dir, add_partition, g);
	if (!r)
		r = sys_each(holders, add_holder, g);
	if (r)
		use_blind(g->f->out, m->name, r);
	if (m->kind == USE_UNKNOWN)
		add_bcache(g);
}

/* Everything found can carry more, so until a whole round adds nothing. */
static void
grow(struct family *f, const struct wire *w)
{
	struct growth g = { .f = f, .w = w };
	size_t before;
	int r;

	do {
		before = f->n;
		for (; g.i < f->n; g.i++)
			grow_member(&g);
		r = sys_each("/sys/block", add_loop, &g);
		if (r)
			use_blind(f->out, "/sys/block", r);
		r = sys_each("/sys/fs/btrfs", add_btrfs, f);
		if (r && r != -ENOENT)
			use_blind(f->out, "/sys/fs/btrfs", r);
		add_by_source(f);
	} while (f->n > before);
}

const struct member *
family_under(const struct family *f, const char *path)
{
	struct statx sx;
	size_t i;

	if (statx(AT_FDCWD, path, AT_STATX_DONT_SYNC,
		  STATX_TYPE | STATX_MNT_ID, &sx))
		return NULL;
	for (i = 0; (sx.stx_mask & STATX_MNT_ID) && i < f->n_mounts; i++)
		if (!f->mounts[i].who[0] &&
		    (uint64_t)f->mounts[i].id == sx.stx_mnt_id)
			return family_find(f, f->mounts[i].dev);
	return family_find(f, makedev(sx.stx_dev_major, sx.stx_dev_minor));
}

struct family *
family_new(const struct wire *w, struct drive *out)
{
	struct family *f = calloc(1, sizeof(*f));
	int r;

	if (!f)
		return NULL;
	f->out = out;
	r = mounts_read(f);
	if (r)
		use_blind(out, "/proc/self/mountinfo", r);
	if (w->image) {
		/* the file itself: no number, but a name to stand on */
		f->n = 1;
		text_copy(f->m[0].name, sizeof(f->m[0].name), w->name);
		family_add_file(f, w->dev, w->ino, 0);
	} else {
		(void)family_add_disk(f, w->disk);
	}
	twins_find(f);
	grow(f, w);
	return f;
}

void
family_free(struct family **f)
{
	if (*f)
		free((*f)->mounts);
	free(*f);
	*f = NULL;
}
