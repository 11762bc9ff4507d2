/* SPDX-License-Identifier: Apache-2.0 */
/*
 * By which other names can the medium of a drive be written?
 *
 * By those of what it stands on, if it is a loop device, and by those of every
 * other path to one of its disks.  All of them are the target itself, so that
 * whatever uses one of them uses the target.
 */
#include "linux.h"

#include "../src/util.h"

#include <errno.h>
#include <limits.h>
#include <linux/major.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

/* ---- what a loop device stands on ------------------------------------- */

/* By the kernel's own numbers; by path only where those cannot be had, since
 * a path may lead elsewhere from here than from where it was opened. */
int
twins_loop(const char *name, struct loop_status *out)
{
	char node[80], dir[SYS_LEN], file[PATH_LEN];
	struct stat st;
	int r;

	snprintf(node, sizeof(node), "/dev/%.60s", name);
	r = linux_loop_status(node, out);
	if (!r || r == -ENXIO)
		return r;
	snprintf(dir, sizeof(dir), "/sys/block/%.60s", name);
	if (sys_text(dir, "loop/backing_file", file, sizeof(file)))
		return -ENXIO;	/* let go in the meantime */
	if (stat(file, &st))
		return r;
	out->fs = st.st_dev;
	out->ino = st.st_ino;
	out->is = S_ISBLK(st.st_mode) ? st.st_rdev : 0;
	return 0;
}

struct below {
	struct family *f;
	char dir[SYS_LEN];
};

static int
add_slave(const char *name, void *ctx)
{
	struct below *b = ctx;
	char attr[300];
	struct member *m;
	dev_t dev;
	int r;

	snprintf(attr, sizeof(attr), "slaves/%s/dev", name);
	r = sys_dev(b->dir, attr, &dev);
	if (r) {
		use_blind(b->f->out, name, r);
		return 0;
	}
	m = family_add_disk(b->f, sys_disk(dev));
	if (m)
		m->held = true;
	return 0;
}

static void
add_slaves(struct family *f, dev_t disk)
{
	struct below b = { .f = f };
	char slaves[SYS_LEN + 10];
	int r;

	sys_dir(disk, b.dir, sizeof(b.dir));
	snprintf(slaves, sizeof(slaves), "%s/slaves", b.dir);
	r = sys_each(slaves, add_slave, &b);
	if (r && r != -ENOENT)
		use_blind(f->out, slaves, r);
}

static void
add_backing(struct family *f, size_t i)
{
	struct loop_status s;
	int r = twins_loop(f->m[i].name, &s);

	if (r == -ENXIO)
		return;		/* over nothing: it has no medium */
	if (r)
		use_blind(f->out, f->m[i].name, r);
	else if (s.is)
		(void)family_add_disk(f, sys_disk(s.is));
	else
		family_add_file(f, s.fs, s.ino, (int)i);
}

/* ---- the same drive by another path ----------------------------------- */

struct twin {
	struct family *f;
	char wwid[128];
};

/*
 * Two ports of one drive, or two paths to one logical unit, are two names with
 * the same world wide name; not always of the same size, since a path that has
 * failed, or has not heard that the unit grew, still tells the old one.  Not
 * so behind USB, which has one path only, and bridges that all claim the same
 * name.
 */
static int
twin_name(const char *dir, char *out, size_t len)
{
	char real[PATH_MAX];

	if (!realpath(dir, real) || strstr(real, "/usb"))
		return -ENOENT;
	if (sys_text(dir, "wwid", out, len) &&
	    sys_text(dir, "device/wwid", out, len))
		return -ENOENT;
	return starts_with(out, "t10.") ? -ENOENT : 0;
}

static int
add_twin(const char *name, void *ctx)
{
	struct twin *t = ctx;
	char dir[SYS_LEN], wwid[128];
	dev_t dev;

	snprintf(dir, sizeof(dir), "/sys/block/%.64s", name);
	if (!twin_name(dir, wwid, sizeof(wwid)) && same_text(wwid, t->wwid) &&
	    !sys_dev(dir, "dev", &dev))
		(void)family_add_disk(t->f, dev);
	return 0;
}

static void
add_paths(struct family *f, dev_t disk)
{
	struct twin t = { .f = f };
	char dir[SYS_LEN];

	sys_dir(disk, dir, sizeof(dir));
	if (!twin_name(dir, t.wwid, sizeof(t.wwid)) &&
	    sys_each("/sys/block", add_twin, &t))
		use_blind(f->out, "/sys/block", -EIO);
}

/* ---- together --------------------------------------------------------- */

/* What two drives have in common if they are one medium. */
static void
note_ground(struct drive *d, dev_t dev, ino_t ino)
{
	if (d->n_grounds == GROUNDS_MAX)
		use_blind(d, d->name, -E2BIG);
	else
		d->grounds[d->n_grounds++] = (struct ground){ dev, ino };
}

/*
 * Each disk that is found can stand on more, and have more paths.  A map, an
 * array or a cache is looked beneath only if a loop device stands on it: by
 * itself it is refused, and those disks are in use by it anyway.
 */
void
twins_find(struct family *f)
{
	bool deep = major(f->m[0].dev) == LOOP_MAJOR;
	size_t i;

	for (i = 0; i < f->n && major(f->m[i].dev); i++) {
		add_paths(f, f->m[i].dev);
		if (major(f->m[i].dev) == LOOP_MAJOR)
			add_backing(f, i);
		else if (deep)
			add_slaves(f, f->m[i].dev);
		note_ground(f->out, f->m[i].dev, 0);
	}
	f->n_disks = i;
	for (i = 0; i < f->n_files; i++)
		note_ground(f->out, f->files[i].fs, f->files[i].ino);
}
