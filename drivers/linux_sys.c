/* SPDX-License-Identifier: Apache-2.0 */
/* How are sysfs and udev's database read, and which block devices are there? */
#include "linux.h"

#include "../src/util.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

void
sys_dir(dev_t dev, char *out, size_t len)
{
	snprintf(out, len, "/sys/dev/block/%u:%u", major(dev), minor(dev));
}

ssize_t
sys_bytes(const char *dir, const char *attr, void *out, size_t len)
{
	char path[PATH_MAX];
	ssize_t n;
	int fd, r;

	if (snprintf(path, sizeof(path), "%s/%s", dir, attr) >= PATH_MAX)
		return -ENAMETOOLONG;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	n = read(fd, out, len);
	r = n < 0 ? -errno : 0;
	close(fd);
	return r ? r : n;
}

int
sys_write(const char *dir, const char *attr, const char *text)
{
	size_t len = strlen(text);
	char path[PATH_MAX];
	ssize_t n;
	int fd, r;

	if (snprintf(path, sizeof(path), "%s/%s", dir, attr) >= PATH_MAX)
		return -ENAMETOOLONG;
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	n = write(fd, text, len);
	r = n < 0 ? -errno : (size_t)n == len ? 0 : -EIO;
	close(fd);
	return r;
}

int
sys_text(const char *dir, const char *attr, char *out, size_t len)
{
	char raw[PATH_MAX];
	ssize_t n = sys_bytes(dir, attr, raw, sizeof(raw));
	char *end;

	out[0] = '\0';
	if (n < 0)
		return n;
	end = memchr(raw, '\n', n);
	text_clean(out, len, raw, end ? (size_t)(end - raw) : (size_t)n);
	return out[0] ? 0 : -ENODATA;
}

uint64_t
sys_number(const char *dir, const char *attr, uint64_t otherwise)
{
	char text[32], *end;
	uint64_t v;

	if (sys_text(dir, attr, text, sizeof(text)))
		return otherwise;
	v = strtoull(text, &end, 10);
	return *end || end == text ? otherwise : v;
}

int
parse_dev(const char *text, char **end, dev_t *out)
{
	unsigned long maj, min;

	*out = 0;
	maj = strtoul(text, end, 10);
	if (*end == text || **end != ':')
		return -EINVAL;
	text = *end + 1;
	min = strtoul(text, end, 10);
	if (*end == text)
		return -EINVAL;
	*out = makedev(maj, min);
	return 0;
}

int
sys_dev(const char *dir, const char *attr, dev_t *out)
{
	char text[32], *end;
	int r = sys_text(dir, attr, text, sizeof(text));

	*out = 0;
	return r ? r : parse_dev(text, &end, out);
}

int
sys_name(dev_t dev, char *out, size_t len)
{
	char dir[SYS_LEN], real[PATH_MAX], *base, *c;

	out[0] = '\0';
	sys_dir(dev, dir, sizeof(dir));
	if (!realpath(dir, real))
		return -errno;
	base = strrchr(real, '/') + 1;
	for (c = base; *c; c++)
		if (*c == '!')
			*c = '/';
	text_clean(out, len, base, strlen(base));
	return 0;
}

bool
sys_is_partition(dev_t dev)
{
	char dir[SYS_LEN];

	sys_dir(dev, dir, sizeof(dir));
	return sys_number(dir, "partition", 0) != 0;
}

dev_t
sys_disk(dev_t dev)
{
	char dir[SYS_LEN];
	dev_t disk;

	if (!sys_is_partition(dev))
		return dev;
	sys_dir(dev, dir, sizeof(dir));
	return sys_dev(dir, "../dev", &disk) ? dev : disk;
}

bool
sys_renamed(const char *real, dev_t rdev)
{
	char name[NAME_MAX + 1], dir[SYS_LEN], *c;
	dev_t dev;

	if (!starts_with(real, "/dev/") || strlen(real) >= sizeof(name))
		return false;
	text_copy(name, sizeof(name), real + 5);
	for (c = name; *c; c++)
		if (*c == '/')
			*c = '!';
	snprintf(dir, sizeof(dir), "/sys/class/block/%s", name);
	return !sys_dev(dir, "dev", &dev) && dev != rdev;
}

int
udev_property(dev_t dev, const char *key, char *out, size_t len)
{
	char path[64], line[512];
	size_t n = strlen(key);
	int r = -ENODATA;
	FILE *f;

	out[0] = '\0';
	snprintf(path, sizeof(path), "/run/udev/data/b%u:%u", major(dev),
		 minor(dev));
	f = fopen(path, "re");
	if (!f)
		return -errno;
	while (r && fgets(line, sizeof(line), f)) {
		if (!starts_with(line, "E:") || !starts_with(line + 2, key) ||
		    line[2 + n] != '=')
			continue;
		line[strcspn(line, "\n")] = '\0';
		text_clean(out, len, line + 3 + n, strlen(line + 3 + n));
		r = out[0] ? 0 : -ENODATA;
	}
	fclose(f);
	return r;
}

int
sys_each(const char *dir, int (*fn)(const char *name, void *ctx), void *ctx)
{
	struct dirent *e;
	DIR *d = opendir(dir);
	int r = 0;

	if (!d)
		return -errno;
	while (!r && (errno = 0, e = readdir(d)))
		if (e->d_name[0] != '.')
			r = fn(e->d_name, ctx);
	if (!r && errno)
		r = -errno;
	closedir(d);
	return r;
}

/* ---- the list --------------------------------------------------------- */

struct list {
	char (*paths)[PATH_LEN];
	size_t max, n;
};

/*
 * A drive that shows no capacity is there nevertheless: it may have been found
 * while it was sanitizing, or have blocks of a size that the kernel does not
 * know.  What shows none and takes media is only waiting for one.
 */
static bool
shows_nothing(const char *dir, const char *name)
{
	return !sys_number(dir, "size", 0) &&
	       !((starts_with(name, "sd") || starts_with(name, "nvme")) &&
		 !sys_number(dir, "removable", 1));
}

/* Not there for anyone: no capacity, no backing, internal to the kernel. */
static bool
skip(const char *name)
{
	char dir[SYS_LEN], text[8];

	snprintf(dir, sizeof(dir), "/sys/class/block/%s", name);
	if (starts_with(name, "ram") && isdigit((unsigned char)name[3]))
		return true;
	if (sys_number(dir, "hidden", 0) || shows_nothing(dir, name))
		return true;
	return starts_with(name, "loop") &&
	       sys_text(dir, "loop/backing_file", text, sizeof(text));
}

static int
enlist(const char *name, void *ctx)
{
	struct list *l = ctx;
	char *c;
	int n;

	if (skip(name))
		return 0;
	if (l->n == l->max)
		return -ENOSPC;
	n = snprintf(l->paths[l->n], PATH_LEN, "/dev/%s", name);
	if (n >= PATH_LEN)
		return -ENAMETOOLONG;
	for (c = l->paths[l->n]; *c; c++)
		if (*c == '!')
			*c = '/';
	l->n++;
	return 0;
}

static size_t
letters(const char *s)
{
	size_t n = 0;

	while (isalpha((unsigned char)s[n]))
		n++;
	return s[n] ? 0 : n;
}

/* sda .. sdz, sdaa: shorter first; nvme2n1 before nvme10n1: by number. */
static int
kernel_order(const void *a, const void *b)
{
	const char *x = (const char *)a + strlen("/dev/");
	const char *y = (const char *)b + strlen("/dev/");
	size_t n = letters(x), m = letters(y);

	if (n > 2 && m > 2 && x[0] == y[0] && x[1] == y[1] && n != m)
		return n < m ? -1 : 1;
	return strverscmp(x, y);
}

int
wire_list(char (*paths)[PATH_LEN], size_t max, size_t *n)
{
	struct list l = { .paths = paths, .max = max };
	int r = sys_each("/sys/block", enlist, &l);

	qsort(paths, l.n, sizeof(*paths), kernel_order);
	*n = l.n;
	return r;
}
