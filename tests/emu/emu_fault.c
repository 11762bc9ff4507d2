/* SPDX-License-Identifier: Apache-2.0 */
/* What happens to the bytes of one request, on a drive with these faults? */
#include "emu_dev.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool
touches(const struct emu_fault *f, uint64_t at, uint64_t len)
{
	return !f->len || (at < f->at + f->len && f->at < at + len);
}

struct emu_fault *
emu_fires(struct emu_drive *d, enum emu_fault_kind kind, uint64_t at,
	  uint64_t len)
{
	struct emu_fault *f;

	for (f = d->faults; f < d->faults + d->n_faults; f++) {
		if (f->kind != kind || !touches(f, at, len))
			continue;
		f->seen++;
		if (f->seen > f->skip &&
		    (!f->times || f->seen <= f->skip + f->times))
			return f;
	}
	return NULL;
}

static bool
is_about(const struct emu_fault *f, uint32_t op)
{
	uint32_t mask = f->op & 0x20000U ? UINT32_MAX : 0x100ffU;

	return !f->op || (op & mask) == f->op;
}

bool
emu_stands(struct emu_fault *f, enum emu_fault_kind kind, uint32_t op)
{
	if (f->kind != kind || !is_about(f, op))
		return false;
	f->seen++;
	return f->seen > f->skip &&
	       (!f->times || f->seen <= f->skip + f->times);
}

struct emu_fault *
emu_op_fires(struct emu_drive *d, enum emu_fault_kind kind, uint32_t op)
{
	struct emu_fault *f;

	for (f = d->faults; f < d->faults + d->n_faults; f++)
		if (emu_stands(f, kind, op))
			return f;
	return NULL;
}

struct emu_fault *
emu_dev_fires(struct emu_drive *d, enum emu_fault_kind kind)
{
	return emu_op_fires(d, kind, d->op);
}

uint64_t
emu_random(struct emu_drive *d)
{
	d->rng ^= d->rng << 13;
	d->rng ^= d->rng >> 7;
	d->rng ^= d->rng << 17;
	return d->rng;
}

const char *
emu_serial(const struct emu_drive *d)
{
	return d->other_serial ? "OTHER" : d->d.id.serial;
}

uint64_t
emu_current(const struct emu_drive *d)
{
	return d->current - (d->other_size ? d->d.lblock : 0);
}

int
emu_celsius(struct emu_drive *d)
{
	struct emu_fault *f = emu_fires(d, EMU_HOT, 0, 0);

	return f && emu_now() < d->busy_ms + f->arg ? 80 : 38;
}

uint32_t
emu_delay(struct emu_drive *d, const struct io *io)
{
	struct emu_fault *f;

	if (emu_fires(d, EMU_HANG, io->at, io->len))
		return UINT32_MAX;
	f = emu_fires(d, EMU_SLOW, io->at, io->len);
	return f ? (uint32_t)f->arg : 0;
}

/* Faults that change the drive as a whole from some request on. */
static void
decay(struct emu_drive *d, const struct io *io)
{
	struct emu_fault *f = emu_fires(d, EMU_SHRINK, io->at, io->len);

	if (f)
		d->size = f->arg;
	f = emu_fires(d, EMU_VANISH, io->at, io->len);
	if (!f)
		return;
	d->gone = true;
	d->gone_err = f->err;
	d->size = 0;
}

uint64_t
emu_place(struct emu_drive *d, uint64_t at)
{
	struct emu_fault *f = emu_fires(d, EMU_WRAP, at, 1);

	return f ? at % f->arg : at;
}

/* Stores all but what a lie keeps back. */
static void
store(struct emu_drive *d, uint64_t at, const uint8_t *buf, uint32_t len)
{
	struct emu_fault *lie = emu_fires(d, EMU_LIE, at, len);
	struct emu_fault *cached = emu_fires(d, EMU_LIE_CACHED, at, len);
	const struct emu_fault *f = lie ? lie : cached;
	uint32_t step = d->d.lblock, i;
	uint64_t where;

	for (i = 0; i < len; i += step) {
		if (cached && d->cache)
			memcpy(d->cache + at + i, buf + i, step);
		if (f && touches(f, at + i, step))
			continue;
		where = emu_place(d, at + i);
		memcpy(d->media + where, buf + i, step);
		if (d->cache && !cached)
			memcpy(d->cache + where, buf + i, step);
	}
}

static int32_t
write_media(struct emu_drive *d, const struct io *io, uint32_t len)
{
	struct emu_fault *f = emu_fires(d, EMU_MISDIRECT, io->at, len);
	uint64_t at = io->at;
	uint8_t *copy;

	if (f)
		at = at + f->arg + len <= d->size ? at + f->arg : 0;
	f = emu_fires(d, EMU_FLIP_WRITE, io->at, len);
	if (!f || !len) {
		store(d, at, io->buf, len);
		return (int32_t)len;
	}
	copy = malloc(len);
	if (!copy)
		abort();
	memcpy(copy, io->buf, len);
	copy[f->len ? (f->at > at ? f->at - at : 0) : len / 2] ^= 0x10;
	store(d, at, copy, len);
	free(copy);
	return (int32_t)len;
}

static int32_t
read_media(struct emu_drive *d, const struct io *io, uint32_t len)
{
	const uint8_t *from = d->cache ? d->cache : d->media;
	uint32_t step = d->d.lblock, i;

	for (i = 0; i < len; i += step)
		memcpy(io->buf + i, from + emu_place(d, io->at + i), step);
	if (emu_fires(d, EMU_FLIP_READ, io->at, len))
		io->buf[len / 3] ^= 1;
	return (int32_t)len;
}

/* Offset within the request of its first speck. */
static bool
meets_speck(const struct emu_drive *d, const struct emu_fault *f,
	    const struct io *io, uint32_t *offset)
{
	uint64_t step = f->arg * d->d.lblock, at = io->at > f->at ? io->at :
								    f->at;

	at = (at + step - 1) / step * step;
	if (at >= io->at + io->len || (f->len && at >= f->at + f->len))
		return false;
	*offset = (uint32_t)(at - io->at);
	return true;
}

/* How much of it happens before an error, and the error. */
static int32_t
limit(struct emu_drive *d, const struct io *io, uint32_t *len)
{
	struct emu_fault *f = emu_fires(d, io->write ? EMU_WRITE_ERROR :
					EMU_READ_ERROR, io->at, io->len);

	if (!f)
		f = emu_fires(d, EMU_BAD, io->at, io->len);
	if (f) {
		*len = f->len && f->at > io->at ? (uint32_t)(f->at - io->at) :
		       0;
		return -(f->err ? f->err : EIO);
	}
	f = emu_fires(d, EMU_SPECKLED, io->at, io->len);
	if (f && meets_speck(d, f, io, len))
		return -(f->err ? f->err : EIO);
	f = emu_fires(d, io->write ? EMU_SHORT_WRITE : EMU_SHORT_READ, io->at,
		      io->len);
	if (f && f->arg < *len)
		*len = (uint32_t)f->arg;
	return 0;
}

int32_t
emu_transfer(struct emu_drive *d, const struct io *io)
{
	uint32_t len = io->len;
	int32_t err, done;

	decay(d, io);
	if (d->gone && d->gone_err)
		return -d->gone_err;
	if (io->at >= d->size)	/* as Linux says it of a dead disk */
		return io->write ? -ENOSPC : 0;
	if (io->at + len > d->size)
		len = (uint32_t)(d->size - io->at);
	err = limit(d, io, &len);
	done = io->write ? write_media(d, io, len) : read_media(d, io, len);
	return err ? err : done;
}
