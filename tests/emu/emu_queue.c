/* SPDX-License-Identifier: Apache-2.0 */
/* In which order, and with what, do requests of the bulk queue come back? */
#include "emu_dev.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define POISON	0xdb
#define FRESH	65536U		/* bytes of a new buffer that are poisoned */

enum slot_state { FREE, TAKEN, FLYING };

struct emu_slot {
	struct io io;
	uint8_t *own;		/* its buffer; a write may use another's */
	enum slot_state state;
	uint32_t delay;		/* reaps that must time out first */
	uint64_t sum;		/* of the buffer when it was submitted */
	uint32_t used;		/* bytes of the buffer that hold old data */
};

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

static void
free_queue(struct wire *w)
{
	unsigned i;

	for (i = 0; i < w->depth; i++)
		free(w->slots[i].own);
	free(w->slots);
	w->slots = NULL;
	w->depth = 0;
}

void
wire_close(struct wire **w)
{
	if (!*w)
		return;
	emu_log((*w)->d, EMU_CLOSE, 0, 0, 0);
	(*w)->d->opened--;
	emu_forget(*w);
	free_queue(*w);
	free((*w)->memory);
	free(*w);
	*w = NULL;
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
	emu_log(w->d, EMU_QUEUE, 0, chunk, (int32_t)depth);
	w->slots = emu_alloc(depth * sizeof(*w->slots));
	for (i = 0; i < depth; i++) {
		w->slots[i].own = aligned_alloc(4096, (chunk + 4095) /
						4096 * 4096);
		if (!w->slots[i].own)
			emu_fail("out of memory");
		w->slots[i].used = chunk < FRESH ? chunk : FRESH;
	}
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
		buf = w->slots[i].own;
		memset(buf, POISON, w->slots[i].used);
		w->slots[i].io = (struct io){ .buf = buf };
		w->slots[i].state = TAKEN;
		return &w->slots[i].io;
	}
	return NULL;
}

static struct emu_slot *
slot_of(struct wire *w, const struct io *io)
{
	unsigned i;

	for (i = 0; i < w->depth; i++)
		if (&w->slots[i].io == io)
			return &w->slots[i];
	emu_fail("a request that is not of this queue");
}

void
wire_io_put(struct wire *w, struct io *io)
{
	struct emu_slot *s = slot_of(w, io);

	if (s->state != TAKEN)
		emu_fail("put back while in flight");
	s->state = FREE;
}

static bool
within(const struct wire *w, const struct emu_slot *s)
{
	const uint8_t *buf = s->io.buf, *own;
	unsigned i;

	if (!s->io.write)
		return buf == s->own;
	for (i = 0; i < w->depth; i++) {
		own = w->slots[i].own;
		if (buf >= own && buf + s->io.len <= own + w->chunk)
			return true;
	}
	return false;
}

int
wire_io_submit(struct wire *w, struct io *io)
{
	struct emu_slot *s = slot_of(w, io);

	if (s->state != TAKEN)
		emu_fail("submitted twice");
	if (io->write && w->how != OPEN_VICTIM)
		emu_fail("written through a handle that is not a victim's");
	if (!io->len || io->len > w->chunk || io->len % w->d->d.lblock ||
	    io->at % w->d->d.lblock ||
	    (!emu_dead(w) && io->at + io->len > w->d->d.id.size))
		emu_fail("not within the drive's blocks");
	if (!within(w, s))
		emu_fail("not within the queue's buffers");
	s->state = FLYING;
	s->used = io->len > s->used ? io->len : s->used;
	s->delay = emu_delay(w->d, io);
	s->sum = io->write ? checksum(io->buf, io->len) : 0;
	if (!io->write)
		memset(io->buf, POISON, io->len);
	return 0;
}

/* False: the kernel keeps it until the drive takes it. */
static bool
complete(struct wire *w, struct emu_slot *s)
{
	struct emu_drive *d = w->d;
	int refused = 0;

	if (s->io.write && checksum(s->io.buf, s->io.len) != s->sum)
		emu_fail("a buffer changed while it was in flight");
	if (d->off || w->life != d->life)
		refused = -EIO;
	else if (d->dev && d->dev->io && !d->gone)
		refused = d->dev->io(d, &s->io);
	if (refused == EMU_IO_WAITS)
		return false;
	s->io.res = refused ? refused : emu_transfer(d, &s->io);
	d->busy_ms = emu_now();
	emu_log(d, s->io.write ? EMU_WRITE : EMU_READ, s->io.at, s->io.len,
		s->io.res);
	s->state = TAKEN;
	return true;
}

int
wire_io_reap(struct wire *w, int timeout_ms, struct io **out)
{
	unsigned i, from;
	struct emu_slot *s;

	from = w->depth ? (unsigned)(emu_random(w->d) % w->depth) : 0;
	*out = NULL;
	for (i = 0; i < w->depth; i++) {
		s = &w->slots[(from + i) % w->depth];
		if (s->state != FLYING || s->delay || !complete(w, s))
			continue;
		*out = &s->io;
		return 1;
	}
	for (i = 0; i < w->depth && timeout_ms; i++)
		if (w->slots[i].delay && w->slots[i].delay != UINT32_MAX)
			w->slots[i].delay--;
	if (timeout_ms > 0)
		emu_pass((uint64_t)timeout_ms);
	return 0;
}
