/* SPDX-License-Identifier: Apache-2.0 */
/* How does a kernel with drives in memory answer the functions of wire.h? */
#include "emu.h"

#include "../../src/util.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define DRIVES	8
#define POISON	0xdb

enum slot_state { FREE, TAKEN, FLYING };

struct slot {
	struct io io;
	enum slot_state state;
	uint32_t delay;		/* reaps that must time out first */
	uint64_t sum;		/* of the buffer when it was submitted */
};

struct wire {
	struct emu_drive *d;
	enum open_how how;
	unsigned depth;
	uint32_t chunk;
	struct slot *slots;
};

static struct emu_drive *drives[DRIVES];
static unsigned n_drives;

static void __attribute__((noreturn))
fail(const char *what)
{
	fprintf(stderr, "emu: %s\n", what);
	abort();
}

static void *
must(void *p)
{
	if (!p)
		fail("out of memory");
	return p;
}

/* ---- for the test ------------------------------------------------------ */

struct emu_drive *
emu_add(const char *path, uint64_t size, uint32_t lblock)
{
	struct emu_drive *d = must(calloc(1, sizeof(*d)));
	struct drive *t = &d->d;

	if (n_drives == DRIVES)
		fail("too many drives");
	text_copy(t->path, sizeof(t->path), path);
	text_copy(t->name, sizeof(t->name), strrchr(path, '/') + 1);
	text_copy(t->id.vendor, sizeof(t->id.vendor), "EMU");
	text_copy(t->id.model, sizeof(t->id.model), "Memory Disk");
	snprintf(t->id.serial, sizeof(t->id.serial), "EMU%05u", n_drives);
	text_copy(t->id.wwn, sizeof(t->id.wwn), "0x50000000000000e0");
	text_copy(t->id.firmware, sizeof(t->id.firmware), "1.0");
	t->id.size = d->size = size;
	t->id.diskseq = 7 + n_drives;
	t->lblock = lblock;
	t->pblock = lblock > 4096 ? lblock : 4096;
	t->medium = MEDIUM_ROTATING;
	t->transport = TRANSPORT_SATA;
	t->whole = true;
	d->media = must(calloc(1, size));
	d->rng = 0x9e3779b97f4a7c15ULL;
	drives[n_drives++] = d;
	return d;
}

void
emu_fault(struct emu_drive *d, struct emu_fault f)
{
	if (d->n_faults == EMU_FAULTS)
		fail("too many faults");
	d->faults[d->n_faults++] = f;
	if (f.kind == EMU_WRAP)	/* there is no medium behind */
		memset(d->media + f.arg, 0, d->d.id.size - f.arg);
	if (f.kind == EMU_LIE_CACHED && !d->cache) {
		d->cache = must(malloc(d->d.id.size));
		memcpy(d->cache, d->media, d->d.id.size);
	}
}

void
emu_reset(void)
{
	while (n_drives) {
		struct emu_drive *d = drives[--n_drives];

		if (d->opened)
			fail("a drive was left open");
		free(d->media);
		free(d->cache);
		free(d->ops);
		free(d);
	}
}

static void
log_op(struct emu_drive *d, enum emu_op_kind kind, uint64_t at, uint32_t len,
       int32_t res)
{
	if (d->n_ops == d->ops_room) {
		d->ops_room = d->ops_room ? 2 * d->ops_room : 64;
		d->ops = must(realloc(d->ops, d->ops_room * sizeof(*d->ops)));
	}
	d->ops[d->n_ops++] = (struct emu_op){ kind, at, len, res };
}

void
emu_note(struct emu_drive *d, int number)
{
	log_op(d, EMU_NOTE, 0, 0, number);
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

/* ---- old data ---------------------------------------------------------- */

static const char tag[8] = { 'O', 'L', 'D', '-', 'D', 'A', 'T', 'A' };

void
emu_soil(struct emu_drive *d)
{
	uint64_t at, number;

	for (at = 0; at < d->size; at += 16) {
		number = at / 16;
		memcpy(d->media + at, tag, sizeof(tag));
		memcpy(d->media + at + 8, &number, sizeof(number));
	}
	memcpy(d->media + 3, "NTFS    ", 8);
	memcpy(d->media + d->d.lblock, "EFI PART", 8);
	if (d->cache)
		memcpy(d->cache, d->media, d->size);
}

uint64_t
emu_remains(const struct emu_drive *d, uint64_t *first)
{
	uint64_t at, n = 0;

	*first = 0;
	for (at = 0; at < d->d.id.size; at += 16) {
		if (memcmp(d->media + at, tag, sizeof(tag)) != 0)
			continue;
		if (!n)
			*first = at;
		n += 16;
	}
	return n;
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
	struct emu_drive *d = NULL;
	struct emu_fault *f;
	unsigned i;

	*out = NULL;
	for (i = 0; i < n_drives; i++)
		if (!strcmp(drives[i]->d.path, path) &&
		    drives[i]->d.image == image)
			d = drives[i];
	if (!d || d->gone)
		return -ENOENT;
	f = how == OPEN_VICTIM ? emu_fires(d, EMU_BUSY, 0, d->size) : NULL;
	if (f)
		return -EBUSY;
	if (how == OPEN_VICTIM && d->d.read_only)
		return -EROFS;
	log_op(d, EMU_OPEN, 0, 0, how);
	*out = must(calloc(1, sizeof(**out)));
	(*out)->d = d;
	(*out)->how = how;
	d->opened++;
	return 0;
}

static void
free_queue(struct wire *w)
{
	unsigned i;

	for (i = 0; i < w->depth; i++)
		free(w->slots[i].io.buf);
	free(w->slots);
	w->slots = NULL;
	w->depth = 0;
}

void
wire_close(struct wire **w)
{
	if (!*w)
		return;
	log_op((*w)->d, EMU_CLOSE, 0, 0, 0);
	(*w)->d->opened--;
	free_queue(*w);
	free(*w);
	*w = NULL;
}

int
wire_identify(struct wire *w, struct drive *out)
{
	struct emu_drive *d = w->d;
	struct emu_fault *f = emu_fires(d, EMU_IDENTIFY, 0, d->size);

	*out = d->d;
	out->id.size = d->size;
	log_op(d, EMU_IDENTIFIED, 0, 0, w->how);
	if (f || d->gone)
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
	log_op(w->d, EMU_USES, 0, 0, w->how);
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

int
wire_contents(struct wire *w, struct drive *out)
{
	const struct emu_drive *d = w->d;
	struct emu_fault *f = emu_fires(w->d, EMU_CONTENTS, 0, d->size);
	const uint8_t *m = d->cache ? d->cache : d->media;

	log_op(w->d, EMU_SEARCHED, 0, 0, w->how);
	if (f || d->gone)
		return -(f && f->err ? f->err : ENODEV);
	out->n_contents = 0;
	if (!memcmp(m + 3, "NTFS    ", 8))
		found(out, "ntfs", 0, d->size);
	if (!memcmp(m + d->d.lblock, "EFI PART", 8))
		found(out, "gpt", d->d.lblock, d->size / 2);
	if (m[1080] == 0x53 && m[1081] == 0xef)
		found(out, "ext4", 1024, d->size);
	return 0;
}

int
wire_size(struct wire *w, uint64_t *bytes)
{
	*bytes = w->d->size;
	return 0;
}

int
wire_flush(struct wire *w)
{
	struct emu_fault *f = emu_fires(w->d, EMU_FLUSH, 0, w->d->size);

	log_op(w->d, EMU_FLUSHED, 0, 0, f ? -EIO : 0);
	return f ? -(f->err ? f->err : EIO) : 0;
}

int
wire_drop_caches(struct wire *w)
{
	struct emu_drive *d = w->d;
	struct emu_fault *f = emu_fires(d, EMU_DROP, 0, d->size);

	log_op(d, EMU_DROPPED, 0, 0, f ? -EIO : 0);
	if (f)
		return -(f->err ? f->err : EIO);
	if (d->cache)
		memcpy(d->cache, d->media, d->d.id.size);
	return 0;
}

int
wire_rescan(struct wire *w)
{
	log_op(w->d, EMU_RESCAN, 0, 0, 0);
	return 0;
}

/* ---- wire.h: the queue ------------------------------------------------- */

static uint64_t
checksum(const uint8_t *p, uint32_t len)
{
	uint64_t sum = len, word;
	uint32_t i;

	for (i = 0; i + 8 <= len; i += 8) {
		memcpy(&word, p + i, 8);
		sum = (sum ^ word) * 0x100000001b3ULL;
	}
	return sum;
}

static bool
is_flying(const struct wire *w)
{
	unsigned i;

	for (i = 0; i < w->depth; i++)
		if (w->slots[i].state == FLYING)
			return true;
	return false;
}

int
wire_queue(struct wire *w, unsigned depth, uint32_t chunk)
{
	unsigned i;

	if (!depth || !chunk || chunk % w->d->d.lblock)
		return -EINVAL;
	if (is_flying(w))
		return -EBUSY;
	free_queue(w);
	log_op(w->d, EMU_QUEUE, 0, chunk, (int32_t)depth);
	w->slots = must(calloc(depth, sizeof(*w->slots)));
	for (i = 0; i < depth; i++)
		w->slots[i].io.buf = must(aligned_alloc(4096, (chunk + 4095) /
							4096 * 4096));
	w->depth = depth;
	w->chunk = chunk;
	return 0;
}

struct io *
wire_io_get(struct wire *w)
{
	uint8_t *buf;
	unsigned i;

	for (i = 0; i < w->depth; i++) {
		if (w->slots[i].state != FREE)
			continue;
		buf = w->slots[i].io.buf;
		memset(buf, POISON, w->chunk);
		w->slots[i].io = (struct io){ .buf = buf };
		w->slots[i].state = TAKEN;
		return &w->slots[i].io;
	}
	return NULL;
}

static struct slot *
slot_of(struct wire *w, const struct io *io)
{
	unsigned i;

	for (i = 0; i < w->depth; i++)
		if (&w->slots[i].io == io)
			return &w->slots[i];
	fail("a request that is not of this queue");
}

void
wire_io_put(struct wire *w, struct io *io)
{
	struct slot *s = slot_of(w, io);

	if (s->state != TAKEN)
		fail("put back while in flight");
	s->state = FREE;
}

int
wire_io_submit(struct wire *w, struct io *io)
{
	struct slot *s = slot_of(w, io);

	if (s->state != TAKEN)
		fail("submitted twice");
	if (io->write && w->how != OPEN_VICTIM)
		fail("written through a handle that is not a victim's");
	if (!io->len || io->len > w->chunk || io->len % w->d->d.lblock ||
	    io->at % w->d->d.lblock || io->at + io->len > w->d->d.id.size)
		fail("not within the drive's blocks");
	s->state = FLYING;
	s->delay = emu_delay(w->d, io);
	s->sum = io->write ? checksum(io->buf, io->len) : 0;
	if (!io->write)
		memset(io->buf, POISON, io->len);
	return 0;
}

static uint64_t
shuffle(struct emu_drive *d)
{
	d->rng ^= d->rng << 13;
	d->rng ^= d->rng >> 7;
	d->rng ^= d->rng << 17;
	return d->rng;
}

static void
complete(struct wire *w, struct slot *s)
{
	if (s->io.write && checksum(s->io.buf, s->io.len) != s->sum)
		fail("a buffer changed while it was in flight");
	s->io.res = emu_transfer(w->d, &s->io);
	log_op(w->d, s->io.write ? EMU_WRITE : EMU_READ, s->io.at, s->io.len,
	       s->io.res);
	s->state = TAKEN;
}

int
wire_io_reap(struct wire *w, int timeout_ms, struct io **out)
{
	unsigned i, from = w->depth ? (unsigned)(shuffle(w->d) % w->depth) : 0;
	struct slot *s;

	*out = NULL;
	for (i = 0; i < w->depth; i++) {
		s = &w->slots[(from + i) % w->depth];
		if (s->state != FLYING || s->delay)
			continue;
		complete(w, s);
		*out = &s->io;
		return 1;
	}
	for (i = 0; i < w->depth && timeout_ms; i++)
		if (w->slots[i].delay && w->slots[i].delay != UINT32_MAX)
			w->slots[i].delay--;
	return 0;
}
