/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What does a pass cost apart from the drive and the kernel?  A drive of any
 * size that answers at once, keeps nothing and reads as zeros, in place of
 * drivers/linux*.c.
 */
#include "null_wire.h"

#include "../../drivers/wire.h"
#include "../../src/util.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BATCH	256		/* requests that are timed together */
#define BATCHES	1024		/* the last ones that count */

enum slot_state { FREE, TAKEN, FLYING };

struct slot {
	struct io io;
	uint8_t *own;
	enum slot_state state;
};

struct wire {
	struct slot *slots;
	unsigned depth, first, flying;
	unsigned *order;	/* of those in flight: a ring */
	void *memory;
};

static struct {
	uint64_t size, read;
	uint64_t requests, batches, since;
	uint64_t took[BATCHES];
} drive;

static uint64_t
now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000U + (uint64_t)t.tv_nsec;
}

void
null_drive(uint64_t size)
{
	memset(&drive, 0, sizeof(drive));
	drive.size = size;
}

static int
by_value(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

uint64_t
null_request_ns(void)
{
	size_t n = drive.batches < BATCHES ? drive.batches : BATCHES;

	if (!n)
		return 0;
	qsort(drive.took, n, sizeof(drive.took[0]), by_value);
	return drive.took[n / 2] / BATCH;
}

uint64_t
null_read(void)
{
	return drive.read;
}

static void
count_write(void)
{
	uint64_t now;

	if (drive.requests++ % BATCH)
		return;
	now = now_ns();
	if (drive.since)
		drive.took[drive.batches++ % BATCHES] = now - drive.since;
	drive.since = now;
}

/* ---- the drive --------------------------------------------------------- */

int
wire_list(char (*paths)[PATH_LEN], size_t max, size_t *n)
{
	(void)paths, (void)max;
	*n = 0;
	return 0;
}

int
wire_open(const char *path, enum open_how how, bool image, struct wire **out)
{
	(void)path, (void)how, (void)image;
	*out = calloc(1, sizeof(**out));
	return *out ? 0 : -ENOMEM;
}

static void
free_queue(struct wire *w)
{
	unsigned i;

	for (i = 0; i < w->depth; i++)
		free(w->slots[i].own);
	free(w->slots);
	free(w->order);
	w->slots = NULL;
	w->order = NULL;
	w->depth = w->first = w->flying = 0;
}

void
wire_close(struct wire **w)
{
	if (!*w)
		return;
	free_queue(*w);
	free((*w)->memory);
	free(*w);
	*w = NULL;
}

int
wire_identify(struct wire *w, struct drive *out)
{
	(void)w;
	memset(out, 0, sizeof(*out));
	text_copy(out->path, sizeof(out->path), "/dev/null0");
	text_copy(out->name, sizeof(out->name), "null0");
	text_copy(out->id.vendor, sizeof(out->id.vendor), "BENCH");
	text_copy(out->id.model, sizeof(out->id.model), "Null");
	text_copy(out->id.serial, sizeof(out->id.serial), "NULL0");
	text_copy(out->id.wwn, sizeof(out->id.wwn), "0x50000000000000e1");
	text_copy(out->id.firmware, sizeof(out->id.firmware), "1.0");
	out->id.size = out->areas.kernel = drive.size;
	out->id.diskseq = 1;
	out->lblock = 512;
	out->pblock = 4096;
	out->medium = MEDIUM_ROTATING;
	out->transport = TRANSPORT_SATA;
	out->whole = true;
	return 0;
}

int
wire_uses(struct wire *w, struct drive *out)
{
	(void)w;
	out->n_uses = 0;
	out->uses_known = true;
	return 0;
}

int
wire_contents(struct wire *w, struct drive *out)
{
	(void)w;
	out->n_contents = 0;
	return 0;
}

int
wire_size(struct wire *w, uint64_t *bytes)
{
	(void)w;
	*bytes = drive.size;
	return 0;
}

int
wire_remeasure(struct wire *w, uint64_t *bytes)
{
	return wire_size(w, bytes);
}

int
wire_celsius(struct wire *w, struct count *out)
{
	(void)w, (void)out;
	return -ENODATA;
}

enum wire_kind
wire_kind(const struct wire *w)
{
	(void)w;
	return WIRE_BLOCKS;
}

int
wire_scsi(struct wire *w, struct wire_scsi *c)
{
	(void)w, (void)c;
	return -EOPNOTSUPP;
}

int
wire_nvme(struct wire *w, struct wire_nvme *c)
{
	(void)w, (void)c;
	return -EOPNOTSUPP;
}

int
wire_scsi_send(struct wire *w, struct wire_scsi *c)
{
	return wire_scsi(w, c);
}

int
wire_nvme_send(struct wire *w, struct wire_nvme *c)
{
	return wire_nvme(w, c);
}

int
wire_sent(struct wire *w, uint32_t ms, int *err)
{
	(void)w, (void)ms;
	*err = 0;
	return -ENOENT;
}

void **
wire_memory(struct wire *w)
{
	return &w->memory;
}

void
wire_wait(struct wire *w, uint32_t ms)
{
	struct timespec t = { ms / 1000, ms % 1000 * 1000000L };

	(void)w;
	nanosleep(&t, NULL);
}

uint64_t
wire_clock(struct wire *w)
{
	(void)w;
	return now_ns() / 1000000;
}

int
wire_open_space(struct wire *w, const struct space *s, struct wire **out)
{
	(void)w, (void)s;
	*out = NULL;
	return -EOPNOTSUPP;
}

int
wire_flush(struct wire *w)
{
	(void)w;
	return 0;
}

int
wire_drop_caches(struct wire *w)
{
	(void)w;
	return 0;
}

int
wire_rescan(struct wire *w)
{
	(void)w;
	return 0;
}

/* ---- the queue: first in, first out ------------------------------------ */

int
wire_queue(struct wire *w, unsigned depth, uint32_t chunk)
{
	unsigned i;

	if (!depth || !chunk || chunk % 512)
		return -EINVAL;
	if (w->flying)
		return -EBUSY;
	free_queue(w);
	w->slots = calloc(depth, sizeof(*w->slots));
	w->order = calloc(depth, sizeof(*w->order));
	if (!w->slots || !w->order)
		return -ENOMEM;
	for (w->depth = 0; w->depth < depth; w->depth++) {
		i = w->depth;
		w->slots[i].own = aligned_alloc(4096, ((size_t)chunk + 4095) /
						4096 * 4096);
		if (!w->slots[i].own)
			return -ENOMEM;
		memset(w->slots[i].own, 0, chunk);
	}
	return 0;
}

struct io *
wire_io_get(struct wire *w)
{
	unsigned i;

	for (i = 0; i < w->depth; i++) {
		struct slot *s = &w->slots[i];

		if (s->state != FREE)
			continue;
		s->io = (struct io){ .buf = s->own };
		s->state = TAKEN;
		return &s->io;
	}
	return NULL;
}

static struct slot *
slot_of(struct io *io)
{
	return (struct slot *)((char *)io - offsetof(struct slot, io));
}

void
wire_io_put(struct wire *w, struct io *io)
{
	(void)w;
	slot_of(io)->state = FREE;
}

int
wire_io_submit(struct wire *w, struct io *io)
{
	struct slot *s = slot_of(io);

	if (s->state != TAKEN || !io->len || io->at > drive.size ||
	    io->len > drive.size - io->at)
		return -EINVAL;
	s->state = FLYING;
	w->order[(w->first + w->flying++) % w->depth] =
		(unsigned)(s - w->slots);
	return 0;
}

int
wire_io_reap(struct wire *w, int timeout_ms, struct io **out)
{
	struct slot *s;

	(void)timeout_ms;
	*out = NULL;
	if (!w->flying)
		return 0;
	s = &w->slots[w->order[w->first]];
	w->first = (w->first + 1) % w->depth;
	w->flying--;
	s->state = TAKEN;
	s->io.res = (int32_t)s->io.len;
	if (s->io.write) {
		count_write();
	} else {
		memset(s->io.buf, 0, s->io.len);
		drive.read += s->io.len;
	}
	*out = &s->io;
	return 1;
}
