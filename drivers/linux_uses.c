/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Is the drive in use, by any path?  A source that cannot be read makes the
 * whole answer unknown, and unknown is refused.
 */
#include "linux.h"

#include "../src/util.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CLAIM_TRIES 5

static void
find_mounts(const struct family *f)
{
	const struct member *m;
	const struct mount *t;
	size_t i;

	for (i = 0; i < f->n_mounts; i++) {
		t = &f->mounts[i];
		m = family_find(f, t->dev);
		if (!m)
			continue;
		if (t->who[0])
			use_add(f->out, USE_MOUNT, family_base(f, m),
				"%.100s in %s", t->point, t->who);
		else
			use_add(f->out, USE_MOUNT, family_base(f, m), "%s",
				t->point);
	}
}

static void
find_holders(const struct family *f)
{
	const struct member *m;
	size_t i;

	for (i = 0; i < f->n; i++) {
		m = &f->m[i];
		if (m->kind != USE_UNKNOWN && m->what[0])
			use_add(f->out, m->kind, family_base(f, m), "%s",
				m->what);
	}
}

/* One line of /proc/swaps begins with a path.  One that does not exist here is
 * that of another namespace; what it lies on is claimed by the kernel all the
 * same, so it cannot be opened for erasure. */
static void
look_at_swap(const struct family *f, char *line)
{
	char *path = strtok(line, " \t");
	const struct member *m;
	struct stat st;

	if (!path || path[0] != '/')
		return;
	proc_unescape(path);
	if (stat(path, &st))
		return;
	m = S_ISBLK(st.st_mode) ? family_find(f, st.st_rdev) :
				  family_file(f, st.st_dev, st.st_ino);
	if (!m && !S_ISBLK(st.st_mode))
		m = family_under(f, path);
	if (m)
		use_add(f->out, USE_SWAP, family_base(f, m), "%s", path);
}

static void
find_swaps(const struct family *f)
{
	char line[1024];
	FILE *file = fopen("/proc/swaps", "re");

	if (!file) {
		if (errno != ENOENT)	/* a kernel without swap */
			use_blind(f->out, "/proc/swaps", -errno);
		return;
	}
	while (fgets(line, sizeof(line), file))
		look_at_swap(f, line);
	if (ferror(file))
		use_blind(f->out, "/proc/swaps", -EIO);
	fclose(file);
}

/* ---- ZFS: the members are known by their labels, the pool by its folder - */

#define ZFS_POOLS "/proc/spl/kstat/zfs"

static void
look_at_label(const struct family *f, const struct content *c)
{
	char path[128];
	struct stat st;
	size_t i, n = strlen(c->label);

	snprintf(path, sizeof(path), ZFS_POOLS "/%.63s", c->label);
	if (!same_text(c->type, "zfs_member") || !n || stat(path, &st))
		return;
	use_add(f->out, USE_ZFS, c->node, "%s", c->label);
	for (i = 0; i < f->n_mounts; i++) {
		const struct mount *m = &f->mounts[i];

		if (!same_text(m->fstype, "zfs") || m->who[0] ||
		    !starts_with(m->source, c->label) ||
		    (m->source[n] && m->source[n] != '/'))
			continue;
		use_add(f->out, USE_MOUNT, c->node, "%s", m->point);
		if (same_text(m->point, "/")) {
			f->out->boot = true;
			use_add(f->out, USE_BOOT, c->node, "/");
		}
	}
}

static void
find_zfs(const struct family *f, struct wire *w)
{
	struct drive *d;
	struct stat st;
	uint32_t i;
	int r;

	if (stat(ZFS_POOLS, &st))
		return;
	d = calloc(1, sizeof(*d));
	r = d ? wire_contents(w, d) : -ENOMEM;
	if (r)
		use_blind(f->out, ZFS_POOLS, r);
	for (i = 0; !r && i < d->n_contents; i++)
		look_at_label(f, &d->contents[i]);
	free(d);
}

/* ---- the last word ---------------------------------------------------- */

/*
 * Whatever claims the drive without having been found: another container, a
 * file system of the kernel's own.  The handle of a victim holds that claim
 * itself, which is the proof; for a look it is taken and given back, and so it
 * is of the other names of the medium, of which there is no handle.
 */
static void
try_claim(const struct wire *w, const struct member *m, const char *path,
	  struct drive *d)
{
	int fd = -EBUSY, i;

	for (i = 0; fd == -EBUSY && i < CLAIM_TRIES; i++) {
		if (i)
			linux_nap();
		fd = m->dev == w->disk ?
		     linux_reopen(w, O_RDONLY | O_EXCL | O_NONBLOCK) :
		     linux_open_node(m->dev, O_RDONLY | O_EXCL);
	}
	if (fd >= 0)
		close(fd);
	else if (fd == -EBUSY)
		use_add(d, USE_EXCLUSIVE, m->name, "%s", path);
	else if (fd != -ENOMEDIUM && fd != -ENXIO)
		use_blind(d, path, fd);
}

static void
try_claims(const struct wire *w, const struct family *f)
{
	char path[80];
	size_t i;

	if (w->how != OPEN_VICTIM)
		try_claim(w, &f->m[0], w->path, f->out);
	for (i = 1; i < f->n_disks; i++) {
		snprintf(path, sizeof(path), "/dev/%s", f->m[i].name);
		if (!f->m[i].held)
			try_claim(w, &f->m[i], path, f->out);
	}
}

static void
try_lease(const struct wire *w, struct drive *d)
{
	int i;

	for (i = 0; i < CLAIM_TRIES; i++) {
		if (linux_file_shared(w->fd) != 1)
			return;
		linux_nap();
	}
	use_add(d, USE_EXCLUSIVE, d->name, "%s", w->path);
}

static bool
explained(const struct drive *d)
{
	uint32_t i;

	for (i = 0; i < d->n_uses; i++)
		if (d->uses[i].kind != USE_UNKNOWN)
			return true;
	return false;
}

int
wire_uses(struct wire *w, struct drive *out)
{
	struct family *f;

	out->n_uses = out->n_grounds = 0;
	out->boot = false;
	out->uses_known = true;	/* until a source fails */
	f = family_new(w, out);
	if (!f) {
		out->uses_known = false;
		return -ENOMEM;
	}
	boot_find(f);
	find_mounts(f);
	find_swaps(f);
	find_holders(f);
	find_zfs(f, w);
	exports_find(f);
	procs_find(w, f);
	if (!explained(out)) {
		if (w->image)
			try_lease(w, out);
		else
			try_claims(w, f);
	}
	family_free(&f);
	return 0;
}
