/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is mounted, in this and in every other mount namespace that can be
 * seen?  Fields are those of proc_pid_mountinfo(5).
 */
#include "linux.h"

#include "../src/util.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define MOUNT_SPACES_MAX 128		/* mount namespaces looked into */

struct spaces {
	struct family *f;
	size_t n;
	ino_t seen[MOUNT_SPACES_MAX];
};

/* Blank, tab, newline and backslash stand as \ooo there. */
void
proc_unescape(char *s)
{
	char *to = s;

	while (*s) {
		if (s[0] == '\\' && s[1] >= '0' && s[1] <= '3' && s[2] &&
		    s[3]) {
			*to++ = (s[1] & 3) << 6 | (s[2] & 7) << 3 | (s[3] & 7);
			s += 4;
		} else {
			*to++ = *s++;
		}
	}
	*to = '\0';
}

static bool
known(const struct family *f, const struct mount *m)
{
	size_t i;

	for (i = 0; i < f->n_mounts; i++)
		if (f->mounts[i].dev == m->dev &&
		    same_text(f->mounts[i].point, m->point))
			return true;
	return false;
}

static int
add(struct family *f, const struct mount *m)
{
	struct mount *grown;

	if (f->n_mounts % 64 == 0) {
		grown = realloc(f->mounts,
				(f->n_mounts + 64) * sizeof(*grown));
		if (!grown)
			return -ENOMEM;
		f->mounts = grown;
	}
	f->mounts[f->n_mounts++] = *m;
	return 0;
}

/* Only file systems without a device number of their own (btrfs) need their
 * source looked up. */
static dev_t
source_dev(const char *source, dev_t dev)
{
	struct stat st;

	if (major(dev) || source[0] != '/' || stat(source, &st) ||
	    !S_ISBLK(st.st_mode))
		return 0;
	return st.st_rdev;
}

/* "36 35 98:0 /root /point options - type source superoptions" */
static int
parse(struct family *f, char *line, const char *who)
{
	char *tail = strstr(line, " - "), *end, *save;
	char *point, *type, *source, *options;
	struct mount m = { 0 };

	m.id = strtol(line, &end, 10);
	(void)strtol(end, &end, 10);	/* the parent's id */
	if (!tail || *end != ' ' || parse_dev(end + 1, &end, &m.dev) ||
	    *end != ' ')
		return -EINVAL;
	*tail = '\0';
	(void)strtok_r(end, " ", &save);	/* the root within it */
	point = strtok_r(NULL, " ", &save);
	type = strtok_r(tail + 3, " ", &save);
	source = strtok_r(NULL, " ", &save);
	options = strtok_r(NULL, " \n", &save);
	if (!point || !type || !source)
		return -EINVAL;
	proc_unescape(point);
	proc_unescape(source);
	m.src = source_dev(source, m.dev);
	text_clean(m.point, sizeof(m.point), point, strlen(point));
	text_clean(m.fstype, sizeof(m.fstype), type, strlen(type));
	text_clean(m.source, sizeof(m.source), source, strlen(source));
	text_copy(m.who, sizeof(m.who), who);
	if (!who[0] && same_text(m.point, "/") && same_text(type, "overlay") &&
	    options)
		text_copy(f->root_layers, sizeof(f->root_layers), options);
	return who[0] && known(f, &m) ? 0 : add(f, &m);
}

static int
read_space(struct family *f, const char *path, const char *who)
{
	char *line = NULL;
	size_t len = 0;
	int r = 0;
	FILE *file = fopen(path, "re");

	if (!file)
		return -errno;
	while (!r && (errno = 0, getline(&line, &len, file)) > 0)
		r = parse(f, line, who);
	if (!r && errno)
		r = -errno;
	free(line);
	fclose(file);
	return r;
}

static bool
first_of_space(struct spaces *s, const char *pid)
{
	char path[64];
	struct stat st;
	size_t i;

	snprintf(path, sizeof(path), "/proc/%.16s/ns/mnt", pid);
	if (stat(path, &st))
		return false;
	for (i = 0; i < s->n; i++)
		if (s->seen[i] == st.st_ino)
			return false;
	if (s->n < MOUNT_SPACES_MAX)
		s->seen[s->n++] = st.st_ino;
	return true;
}

/* What other namespaces mount is claimed by the kernel all the same; this only
 * finds its name.  So a process that ends meanwhile does not matter. */
static int
other_space(const char *pid, void *ctx)
{
	struct spaces *s = ctx;
	char path[64], comm[24], who[64];

	if (!isdigit((unsigned char)pid[0]) || !first_of_space(s, pid))
		return 0;
	snprintf(path, sizeof(path), "/proc/%.16s", pid);
	if (sys_text(path, "comm", comm, sizeof(comm)))
		comm[0] = '\0';
	snprintf(who, sizeof(who), "%s[%.12s]", comm, pid);
	snprintf(path, sizeof(path), "/proc/%.16s/mountinfo", pid);
	return read_space(s->f, path, who) == -ENOMEM ? -ENOMEM : 0;
}

int
mounts_read(struct family *f)
{
	struct spaces s = { .f = f };
	int r = read_space(f, "/proc/self/mountinfo", "");

	if (r)
		return r;
	first_of_space(&s, "self");
	return sys_each("/proc", other_space, &s);
}
