/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What does libblkid find on the drive: tables, partitions, file systems,
 * members of arrays and volume groups?
 *
 * Everything is probed through one descriptor of the whole drive, by offset,
 * so that no partition node is needed and none has to be up to date.
 */
#include "linux.h"

#include "../src/util.h"

#include <blkid/blkid.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SECTOR 512		/* libblkid's unit for partitions, always */

struct scan {
	struct drive *out;
	blkid_probe probe;
	int fd;
};

static void
value(blkid_probe pr, const char *name, char *out, size_t len)
{
	const char *data;
	size_t n;

	out[0] = '\0';
	if (!blkid_probe_lookup_value(pr, name, &data, &n) && n)
		text_clean(out, len, data, n - 1);	/* without its NUL */
}

static enum content_kind
kind_of(blkid_probe pr)
{
	char usage[24];

	value(pr, "USAGE", usage, sizeof(usage));
	return !strcmp(usage, "filesystem") ? CONTENT_FILESYSTEM :
	       !strcmp(usage, "raid") ? CONTENT_RAID :
	       !strcmp(usage, "crypto") ? CONTENT_CRYPTO : CONTENT_OTHER;
}

/* By which bytes it was told; of some kinds libblkid does not say. */
static void
take_magic(blkid_probe pr, const char *kind, struct content *c)
{
	char name[32], at[32], *end;
	const char *bytes;
	size_t n;

	snprintf(name, sizeof(name), "%s_OFFSET", kind);
	value(pr, name, at, sizeof(at));
	if (!at[0] || blkid_probe_lookup_value(pr, kind, &bytes, &n) || !n ||
	    n > UINT32_MAX)
		return;
	errno = 0;
	c->magic = c->at + strtoull(at, &end, 10);
	if (!errno && !*end)
		c->magic_len = (uint32_t)n;
}

static struct content *
add(struct scan *s, enum content_kind kind, const char *node, uint64_t at,
    uint64_t len)
{
	struct content *c;

	if (s->out->n_contents == CONTENTS_MAX)
		return NULL;
	c = &s->out->contents[s->out->n_contents++];
	*c = (struct content){ .kind = kind, .at = at, .len = len };
	text_copy(c->node, sizeof(c->node), node);
	return c;
}

/*
 * Every signature from at on, not only the one that would win: remains of an
 * older file system count as well.  libblkid goes on where it stopped.
 */
static int
find_all(struct scan *s, const char *node, uint64_t at, uint64_t len,
	 bool tables)
{
	struct content *c;
	char type[sizeof(c->type)];
	int r;

	blkid_reset_probe(s->probe);
	if (blkid_probe_set_device(s->probe, s->fd, at, len))
		return -EIO;
	blkid_probe_enable_superblocks(s->probe, 1);
	blkid_probe_set_superblocks_flags(s->probe, BLKID_SUBLKS_TYPE |
					  BLKID_SUBLKS_LABEL |
					  BLKID_SUBLKS_USAGE |
					  BLKID_SUBLKS_MAGIC);
	blkid_probe_enable_partitions(s->probe, tables);
	blkid_probe_set_partitions_flags(s->probe, BLKID_PARTS_MAGIC);
	while (!(r = blkid_do_probe(s->probe)) &&
	       s->out->n_contents < CONTENTS_MAX) {
		value(s->probe, "TYPE", type, sizeof(type));
		if (type[0]) {
			c = add(s, kind_of(s->probe), node, at, len);
			value(s->probe, "LABEL", c->label, sizeof(c->label));
			take_magic(s->probe, "SBMAGIC", c);
		} else {
			value(s->probe, "PTTYPE", type, sizeof(type));
			if (!type[0])
				continue;
			c = add(s, CONTENT_TABLE, node, at, len);
			take_magic(s->probe, "PTMAGIC", c);
		}
		text_copy(c->type, sizeof(c->type), type);
	}
	return r < 0 ? -EIO : 0;
}

/* "sda1", "nvme0n1p1": a digit at the end takes a "p". */
static void
partition_name(const struct drive *d, int no, char *out, size_t len)
{
	size_t n = strlen(d->name);
	bool digit = n && d->name[n - 1] >= '0' && d->name[n - 1] <= '9';

	snprintf(out, len, "%.50s%s%d", d->name, digit ? "p" : "", no);
}

struct part {
	int no;
	uint64_t at, len;
	char name[64];
};

/* The list belongs to the probe, which is needed for what lies inside. */
static int
read_table(struct scan *s, struct part *out, size_t max, size_t *n)
{
	blkid_partlist list;
	blkid_partition p;
	const char *name;
	int i, all;

	*n = 0;
	blkid_reset_probe(s->probe);
	if (blkid_probe_set_device(s->probe, s->fd, 0, s->out->id.size))
		return -EIO;
	blkid_probe_enable_superblocks(s->probe, 0);
	blkid_probe_enable_partitions(s->probe, 1);
	list = blkid_probe_get_partitions(s->probe);
	all = list ? blkid_partlist_numof_partitions(list) : 0;
	for (i = 0; i < all && *n < max; i++) {
		p = blkid_partlist_get_partition(list, i);
		name = blkid_partition_get_name(p);
		out[*n] = (struct part){
			.no = blkid_partition_get_partno(p),
			.at = (uint64_t)blkid_partition_get_start(p) * SECTOR,
			.len = (uint64_t)blkid_partition_get_size(p) * SECTOR,
		};
		if (name)
			text_clean(out[*n].name, sizeof(out[*n].name), name,
				   strlen(name));
		(*n)++;
	}
	return 0;
}

/* A table may claim what is not there. */
static bool
inside(const struct part *p, uint64_t size)
{
	return p->len && p->at < size && p->len <= size - p->at;
}

static int
find_partitions(struct scan *s)
{
	struct part parts[CONTENTS_MAX];
	struct content *c;
	char node[64];
	uint32_t before;
	size_t i, n;
	int r = read_table(s, parts, CONTENTS_MAX, &n);

	for (i = 0; !r && i < n; i++) {
		before = s->out->n_contents;
		partition_name(s->out, parts[i].no, node, sizeof(node));
		if (inside(&parts[i], s->out->id.size))
			r = find_all(s, node, parts[i].at, parts[i].len,
				     false);
		if (r || s->out->n_contents > before)
			continue;
		c = add(s, CONTENT_OTHER, node, parts[i].at, parts[i].len);
		if (!c)
			continue;
		text_copy(c->type, sizeof(c->type), "partition");
		text_copy(c->label, sizeof(c->label), parts[i].name);
	}
	return r;
}

/* libblkid reads through the page cache: what is in it must come from the
 * medium.  Looking at a drive in use must not make it write. */
static int
fresh_fd(struct wire *w)
{
	int fd, r = w->how == OPEN_LOOK ? 0 : wire_drop_caches(w);

	if (r)
		return r;
	fd = linux_reopen(w, O_RDONLY | O_NONBLOCK);
	if (fd >= 0)
		posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
	return fd;
}

int
wire_contents(struct wire *w, struct drive *out)
{
	struct scan s = { .out = out };
	int r;

	out->n_contents = 0;
	text_copy(out->name, sizeof(out->name), w->name);
	if (w->fd < 0)
		return w->open_err;
	r = wire_size(w, &out->id.size);
	if (r || !out->id.size)
		return r ? r : -ENODEV;
	s.fd = fresh_fd(w);
	if (s.fd < 0)
		return s.fd;
	s.probe = blkid_new_probe();
	r = s.probe ? find_all(&s, w->name, 0, out->id.size, true) : -ENOMEM;
	if (!r)
		r = find_partitions(&s);
	blkid_free_probe(s.probe);
	close(s.fd);
	return r;
}
