/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Is the drive offered to other machines by the kernel (LIO, NVMe target)?
 * Neither shows up as a process, and the NVMe target claims nothing.
 */
#include "linux.h"

#include "../src/util.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define CONFIG	"/sys/kernel/config"
#define LIO	CONFIG "/target/core"
#define NVMET	CONFIG "/nvmet/subsystems"

struct exports {
	const struct family *f;
	const char *what;	/* "LIO", "NVMe target" */
	const char *attr;
	char dir[PATH_MAX];
};

static void
compare(const struct exports *x, const char *name, const char *path)
{
	const struct member *m;
	struct stat st;

	if (stat(path, &st))
		return;
	m = S_ISBLK(st.st_mode) ? family_find(x->f, st.st_rdev) :
				  family_file(x->f, st.st_dev, st.st_ino);
	if (!m && !S_ISBLK(st.st_mode))
		m = family_under(x->f, path);
	if (m)
		use_add(x->f->out, USE_EXPORT, family_base(x->f, m),
			"%s %.80s", x->what, name);
}

static int
look_at_object(const char *name, void *ctx)
{
	const struct exports *x = ctx;
	char attr[NAME_MAX + 32], path[PATH_LEN];

	snprintf(attr, sizeof(attr), "%.255s/%s", name, x->attr);
	if (!sys_text(x->dir, attr, path, sizeof(path)))
		compare(x, name, path);
	return 0;
}

struct group {
	struct exports *x;
	const char *root, *below;
};

static int
look_at_group(const char *name, void *ctx)
{
	struct group *g = ctx;
	int r;

	snprintf(g->x->dir, sizeof(g->x->dir), "%s/%.255s%s", g->root, name,
		 g->below);
	r = sys_each(g->x->dir, look_at_object, g->x);
	return r == -ENOTDIR || r == -ENOENT ? 0 : r;
}

/* A target that is loaded while its configuration cannot be seen may export
 * anything. */
static void
look_at(struct group *g, const char *module)
{
	struct stat st;
	int r = sys_each(g->root, look_at_group, g);

	if (!r || (r == -ENOENT && stat(module, &st)))
		return;
	use_blind(g->x->f->out, g->root, r);
}

void
exports_find(const struct family *f)
{
	struct exports x = { .f = f };
	struct group lio = { &x, LIO, "" };
	struct group nvmet = { &x, NVMET, "/namespaces" };

	x.what = "LIO";
	x.attr = "udev_path";
	look_at(&lio, "/sys/module/target_core_mod");
	x.what = "NVMe target";
	x.attr = "device_path";
	look_at(&nvmet, "/sys/module/nvmet");
}
