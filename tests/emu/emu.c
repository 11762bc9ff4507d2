/* SPDX-License-Identifier: Apache-2.0 */
/* How does a kernel with drives in memory answer the functions of wire.h? */
#include "emu_dev.h"

#include "../../src/util.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define DRIVES	64

static struct emu_drive *drives[DRIVES];
static unsigned n_drives;

void __attribute__((noreturn))
emu_fail(const char *what)
{
	fprintf(stderr, "emu: %s\n", what);
	abort();
}

void *
emu_alloc(size_t len)
{
	void *p = calloc(1, len);

	if (!p)
		emu_fail("out of memory");
	return p;
}

/* ---- for the test ------------------------------------------------------ */

struct emu_drive *
emu_add(const char *path, uint64_t size, uint32_t lblock)
{
	struct emu_drive *d = emu_alloc(sizeof(*d));
	struct drive *t = &d->d;

	if (n_drives == DRIVES)
		emu_fail("too many drives");
	text_copy(t->path, sizeof(t->path), path);
	text_copy(t->name, sizeof(t->name), strrchr(path, '/') + 1);
	text_copy(t->id.vendor, sizeof(t->id.vendor), "EMU");
	text_copy(t->id.model, sizeof(t->id.model), "Memory Disk");
	snprintf(t->id.serial, sizeof(t->id.serial), "EMU%05u", n_drives);
	text_copy(t->id.wwn, sizeof(t->id.wwn), "0x50000000000000e0");
	text_copy(t->id.firmware, sizeof(t->id.firmware), "1.0");
	t->id.size = d->size = d->current = d->media_len = size;
	t->id.diskseq = 7 + n_drives;
	t->lblock = lblock;
	t->pblock = lblock > 4096 ? lblock : 4096;
	t->medium = MEDIUM_ROTATING;
	t->transport = TRANSPORT_SATA;
	t->whole = true;
	d->media = emu_alloc(size);
	d->rng = 0x9e3779b97f4a7c15ULL;
	drives[n_drives++] = d;
	return d;
}

void
emu_room(struct emu_drive *d, uint64_t media_len)
{
	if (media_len < d->size || d->cache)
		emu_fail("no room for what the drive addresses");
	free(d->media);
	d->media = emu_alloc(media_len);
	d->media_len = media_len;
}

void
emu_fault(struct emu_drive *d, struct emu_fault f)
{
	if (d->n_faults == EMU_FAULTS)
		emu_fail("too many faults");
	d->faults[d->n_faults++] = f;
	if (f.kind == EMU_WRAP)	/* there is no medium behind */
		memset(d->media + f.arg, 0, d->media_len - f.arg);
	if (f.kind == EMU_LIE_CACHED && !d->cache) {
		d->cache = emu_alloc(d->media_len);
		memcpy(d->cache, d->media, d->media_len);
	}
}

void
emu_mend(struct emu_drive *d, enum emu_fault_kind kind)
{
	unsigned i;

	for (i = 0; i < d->n_faults; i++)
		if (d->faults[i].kind == kind)
			d->faults[i].kind = EMU_NO_FAULT;
}

struct emu_drive *
emu_nth(unsigned i)
{
	return i < n_drives ? drives[i] : NULL;
}

struct emu_drive *
emu_find(const char *name)
{
	unsigned i;

	for (i = 0; i < n_drives; i++)
		if (!strcmp(drives[i]->d.path, name) ||
		    !strcmp(drives[i]->d.name, name))
			return drives[i];
	return NULL;
}

void
emu_reset(void)
{
	while (n_drives) {
		struct emu_drive *d = drives[--n_drives];

		if (d->opened)
			emu_fail("a drive was left open");
		if (d->dev && d->dev->free)
			d->dev->free(d);
		free(d->media);
		free(d->cache);
		free(d->ops);
		free(d);
	}
}

struct emu_op *
emu_log(struct emu_drive *d, enum emu_op_kind kind, uint64_t at, uint32_t len,
	int32_t res)
{
	struct emu_op *op;

	if (d->n_ops == d->ops_room) {
		d->ops_room = d->ops_room ? 2 * d->ops_room : 64;
		d->ops = realloc(d->ops, d->ops_room * sizeof(*d->ops));
		if (!d->ops)
			emu_fail("out of memory");
	}
	op = &d->ops[d->n_ops++];
	*op = (struct emu_op){ .kind = kind, .at = at, .len = len, .res = res };
	op->ms = emu_now();
	return op;
}

void
emu_note(struct emu_drive *d, int number)
{
	emu_log(d, EMU_NOTE, 0, 0, number);
}

size_t
emu_count(const struct emu_drive *d, enum emu_op_kind kind, size_t *first)
{
	size_t i, n = 0;

	*first = d->n_ops;
	for (i = 0; i < d->n_ops; i++)
		if (d->ops[i].kind == kind && !n++)
			*first = i;
	return n;
}

size_t
emu_sent(const struct emu_drive *d, uint32_t op, size_t *first)
{
	uint32_t mask = op & 0x20000U ? UINT32_MAX : 0x100ffU;
	size_t i, n = 0;

	*first = d->n_ops;
	for (i = 0; i < d->n_ops; i++)
		if (d->ops[i].kind == EMU_COMMAND &&
		    (!op || (d->ops[i].op & mask) == op) && !n++)
			*first = i;
	return n;
}

void
emu_print(const struct emu_drive *d)
{
	static const char *const names[] = {
		"open", "close", "identified", "uses", "queue", "write", "read",
		"flushed", "dropped", "searched", "rescan", "note", "command",
		"remeasured", "powered"
	};
	const struct emu_op *o;
	char hex[2 * EMU_BYTES + 1];

	for (o = d->ops; o < d->ops + d->n_ops; o++) {
		fprintf(stderr, "%8" PRIu64 " %-10s", o->ms, names[o->kind]);
		hex_encode(hex, o->bytes, o->n_bytes);
		if (o->kind == EMU_COMMAND)
			fprintf(stderr, " %s -> %d %08x%s\n", hex, o->res,
				o->status, o->ended ? "" : " (out)");
		else
			fprintf(stderr, " at %" PRIu64 " len %u res %d\n",
				o->at, o->len, o->res);
	}
}

/* ---- old data ---------------------------------------------------------- */

static const char tag[8] = { 'O', 'L', 'D', '-', 'D', 'A', 'T', 'A' };

void
emu_soil(struct emu_drive *d)
{
	uint64_t at, number;

	for (at = 0; at + 16 <= d->media_len; at += 16) {
		number = at / 16;
		memcpy(d->media + at, tag, sizeof(tag));
		memcpy(d->media + at + 8, &number, sizeof(number));
	}
	memcpy(d->media + 3, "NTFS    ", 8);
	memcpy(d->media + d->d.lblock, "EFI PART", 8);
	if (d->cache)
		memcpy(d->cache, d->media, d->media_len);
}

uint64_t
emu_remains_in(const struct emu_drive *d, uint64_t from, uint64_t len,
	       uint64_t *first)
{
	uint64_t at, n = 0;

	*first = 0;
	for (at = from; at < from + len; at += 16) {
		if (memcmp(d->media + at, tag, sizeof(tag)) != 0)
			continue;
		if (!n)
			*first = at;
		n += 16;
	}
	return n;
}

uint64_t
emu_remains(const struct emu_drive *d, uint64_t *first)
{
	return emu_remains_in(d, 0, d->media_len, first);
}

/* ---- wire.h: open, ask ------------------------------------------------- */

int
wire_list(char (*paths)[PATH_LEN], size_t max, size_t *n)
{
	for (*n = 0; *n < n_drives && *n < max; (*n)++)
		text_copy(paths[*n], PATH_LEN, drives[*n]->d.path);
	return n_drives > max ? -ENOSPC : 0;
}

int
wire_open(const char *path, enum open_how how, bool image, struct wire **out)
{
	struct emu_drive *d = emu_find(path);
	struct emu_fault *f;

	*out = NULL;
	if (!d || strcmp(d->d.path, path) != 0 || d->d.image != image ||
	    d->gone || d->off)
		return -ENOENT;
	f = how == OPEN_VICTIM ? emu_fires(d, EMU_BUSY, 0, d->size) : NULL;
	if (f)
		return -EBUSY;
	if (how == OPEN_VICTIM && d->d.read_only)
		return -EROFS;
	emu_log(d, EMU_OPEN, 0, 0, how);
	*out = emu_alloc(sizeof(**out));
	(*out)->d = d;
	(*out)->how = how;
	(*out)->life = d->life;
	d->opened++;
	return 0;
}

int
wire_open_space(struct wire *w, const struct space *s, struct wire **out)
{
	struct emu_drive *d = s->node[0] ? emu_find(s->node) : NULL;

	*out = NULL;
	if (!d || d == w->d)
		return -ENOENT;
	return wire_open(d->d.path, OPEN_VICTIM, false, out);
}

void **
wire_memory(struct wire *w)
{
	return &w->memory;
}

bool
emu_dead(const struct wire *w)
{
	return w->d->gone || w->d->off || w->life != w->d->life;
}

int
wire_identify(struct wire *w, struct drive *out)
{
	struct emu_drive *d = w->d;
	struct emu_fault *f = emu_fires(d, EMU_IDENTIFY, 0, d->size);

	*out = d->d;
	out->id.size = out->areas.kernel = d->size;
	emu_log(d, EMU_IDENTIFIED, 0, 0, w->how);
	if (f || emu_dead(w))
		return -(f && f->err ? f->err : ENODEV);
	if (emu_fires(d, EMU_SERIAL, 0, d->size))
		text_copy(out->id.serial, sizeof(out->id.serial), "OTHER");
	if (emu_fires(d, EMU_DISKSEQ, 0, d->size))
		out->id.diskseq++;
	if (emu_fires(d, EMU_SWAPPED_SIZE, 0, d->size))
		out->id.size -= out->lblock;
	return 0;
}

int
wire_uses(struct wire *w, struct drive *out)
{
	emu_log(w->d, EMU_USES, 0, 0, w->how);
	out->uses_known = w->d->d.uses_known || !w->d->d.n_uses;
	out->n_uses = 0;
	if (!emu_fires(w->d, EMU_USED, 0, w->d->size))
		return 0;
	out->n_uses = 1;
	out->uses[0] = (struct use){ .kind = USE_MOUNT };
	text_copy(out->uses[0].node, sizeof(out->uses[0].node), "emu0p1");
	text_copy(out->uses[0].by, sizeof(out->uses[0].by), "/mnt");
	return 0;
}

static void
found(struct drive *out, const char *type, uint64_t at, uint64_t len)
{
	struct content *c = &out->contents[out->n_contents++];

	*c = (struct content){ .kind = CONTENT_FILESYSTEM, .at = at };
	c->len = len;
	text_copy(c->node, sizeof(c->node), out->name);
	text_copy(c->type, sizeof(c->type), type);
}

/* The magic alone is two bytes, which random content meets every day. */
static bool
is_ext4(const uint8_t *super)
{
	static const uint8_t magic[] = { 0x53, 0xef }, high[3];

	return !memcmp(super + 56, magic, 2) &&
	       super[24] <= 6 && !memcmp(super + 25, high, 3) &&
	       super[76] <= 1 && !memcmp(super + 77, high, 3);
}

/* Does the drive let anything be read at all? */
static bool
is_readable(struct emu_drive *d)
{
	struct io io = { .at = 0, .len = d->d.lblock };

	return !d->dev || !d->dev->io || !d->dev->io(d, &io);
}

int
wire_contents(struct wire *w, struct drive *out)
{
	const struct emu_drive *d = w->d;
	struct emu_fault *f = emu_fires(w->d, EMU_CONTENTS, 0, d->size);
	const uint8_t *m = d->cache ? d->cache : d->media;

	emu_log(w->d, EMU_SEARCHED, 0, 0, w->how);
	if (f || emu_dead(w))
		return -(f && f->err ? f->err : ENODEV);
	out->n_contents = 0;
	if (!is_readable(w->d))
		return -EIO;
	if (!memcmp(m + 3, "NTFS    ", 8))
		found(out, "ntfs", 0, d->size);
	if (!memcmp(m + d->d.lblock, "EFI PART", 8))
		found(out, "gpt", d->d.lblock, d->size / 2);
	if (is_ext4(m + 1024))
		found(out, "ext4", 1024, d->size);
	f = emu_fires(w->d, EMU_FINDS, 0, d->size);
	if (f) {
		found(out, "minix", 1024, d->size);
		out->contents[out->n_contents - 1].magic = f->at;
		out->contents[out->n_contents - 1].magic_len = (uint32_t)f->len;
	}
	return 0;
}

int
wire_size(struct wire *w, uint64_t *bytes)
{
	*bytes = w->d->off || w->life != w->d->life ? 0 : w->d->size;
	return 0;
}

int
wire_remeasure(struct wire *w, uint64_t *bytes)
{
	struct emu_drive *d = w->d;

	*bytes = 0;
	if (emu_dead(w))
		return -ENODEV;
	if (d->dev) {
		d->size = emu_current(d);
		d->d.id.size = d->size;
	}
	*bytes = d->size;
	emu_log(d, EMU_REMEASURED, d->size, 0, 0);
	return 0;
}

int
wire_flush(struct wire *w)
{
	struct emu_fault *f = emu_fires(w->d, EMU_FLUSH, 0, w->d->size);
	int err = f && f->err ? f->err : EIO;

	if (!f && !(w->d->dev && (emu_dead(w) || !is_readable(w->d))))
		err = 0;
	emu_log(w->d, EMU_FLUSHED, 0, 0, -err);
	return -err;
}

int
wire_drop_caches(struct wire *w)
{
	struct emu_drive *d = w->d;
	struct emu_fault *f = emu_fires(d, EMU_DROP, 0, d->size);

	emu_log(d, EMU_DROPPED, 0, 0, f ? -EIO : 0);
	if (f)
		return -(f->err ? f->err : EIO);
	if (d->cache && !d->unmapped)
		memcpy(d->cache, d->media, d->media_len);
	return 0;
}

int
wire_rescan(struct wire *w)
{
	emu_log(w->d, EMU_RESCAN, 0, 0, 0);
	return 0;
}
