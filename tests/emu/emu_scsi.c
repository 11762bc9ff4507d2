/* SPDX-License-Identifier: Apache-2.0 */
/* Which commands does a SCSI disk take in the state it is in? */
#include "emu_scsi.h"

#include "../../src/util.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define SPARE_BLOCKS 16

#define TEST_UNIT_READY	0x00
#define REQUEST_SENSE	0x03
#define FORMAT_UNIT	0x04
#define INQUIRY		0x12
#define SANITIZE	0x48
#define LOG_SENSE	0x4d
#define MAINTENANCE_IN	0xa3
#define REPORT_LUNS	0xa0

#define GOOD			0x00
#define RESERVATION_CONFLICT	0x18

#define NOT_READY	0x2
#define MEDIUM_ERROR	0x3
#define ILLEGAL_REQUEST	0x5
#define UNIT_ATTENTION	0x6

struct emu_scsi *
emu_scsi_of(const struct emu_drive *d)
{
	if (!d->dev || strcmp(d->dev->kind, "scsi") != 0)
		emu_fail("not a SCSI disk");
	return d->state;
}

/* ---- what it says -------------------------------------------------------- */

/* Sense-key specific progress: a descriptor, SPC-5 4.4.2.4; or bytes 15 to 17
 * of the fixed format. */
static void
put_progress(struct wire_scsi *c, int32_t progress)
{
	uint8_t *s = c->sense;

	if (progress < 0)
		return;
	if ((s[0] & 0x7e) == 0x70) {
		s[15] = 0x80;		/* SKSV */
		s[16] = (uint8_t)(progress >> 8);
		s[17] = (uint8_t)progress;
		return;
	}
	s[7] = 8;
	s[8] = 0x02;
	s[9] = 0x06;
	s[12] = 0x80;
	s[13] = (uint8_t)(progress >> 8);
	s[14] = (uint8_t)progress;
	c->sense_len = 16;
}

void
emu_scsi_check(struct emu_drive *d, struct wire_scsi *c, uint8_t key,
	       uint8_t asc, uint8_t ascq)
{
	emu_sense(d, c, !emu_scsi_of(d)->descriptor, key, asc, ascq, NULL, 0);
}

void
emu_scsi_illegal(struct emu_drive *d, struct wire_scsi *c, uint8_t asc)
{
	emu_scsi_check(d, c, ILLEGAL_REQUEST, asc, 0);
}

/* As its status tells it, faults of the status included. */
static enum emu_medium_state
told(struct emu_drive *d, const struct emu_scsi *s)
{
	bool runs = s->state == EMU_MEDIUM_SANITIZES ||
		    s->state == EMU_MEDIUM_FORMATS;

	if (runs && emu_job_told(d, &s->job) == EMU_JOB_DONE)
		return EMU_MEDIUM_READY;
	return s->state;
}

bool
emu_scsi_state_sense(struct emu_drive *d, uint8_t sense[3], int32_t *progress)
{
	static const uint8_t words[][3] = {
		[EMU_MEDIUM_SANITIZES] = { NOT_READY, 0x04, 0x1b },
		[EMU_MEDIUM_SANITIZE_FAILED] = { MEDIUM_ERROR, 0x31, 0x03 },
		[EMU_MEDIUM_FORMATS] = { NOT_READY, 0x04, 0x04 },
		[EMU_MEDIUM_FORMAT_FAILED] = { MEDIUM_ERROR, 0x31, 0x01 },
		[EMU_MEDIUM_CORRUPT] = { MEDIUM_ERROR, 0x31, 0x00 },
	};
	struct emu_scsi *s = emu_scsi_of(d);
	enum emu_medium_state state = told(d, s);

	*progress = -1;
	if (state == EMU_MEDIUM_READY)
		return false;
	memcpy(sense, words[state], 3);
	if ((state == EMU_MEDIUM_SANITIZES || state == EMU_MEDIUM_FORMATS) &&
	    !s->no_progress)
		*progress = (int32_t)(emu_job_permille(d, &s->job) * 65536U /
				      1000);
	return true;
}

/* ---- the door ------------------------------------------------------------ */

static bool
lags(struct emu_scsi *s)
{
	if (s->state == EMU_MEDIUM_READY || s->lagged >= s->lag)
		return false;
	s->lagged++;
	return true;
}

/* The sense data is the data; always GOOD. */
static void
request_sense(struct emu_drive *d, struct wire_scsi *c)
{
	struct emu_scsi *s = emu_scsi_of(d);
	uint8_t x[3] = { 0 };
	struct wire_scsi as = { 0 };
	int32_t progress = -1;
	bool any = !lags(s) && emu_scsi_state_sense(d, x, &progress);

	emu_sense(d, &as, !(c->cdb[1] & 1), any ? x[0] : 0, any ? x[1] : 0,
		  any ? x[2] : 0, NULL, 0);
	put_progress(&as, progress);
	emu_data(c, as.sense, c->cdb[4] < as.sense_len ? c->cdb[4] :
		 as.sense_len);
}

/* SBC-4 4.11.3: what it answers whatever happens to the medium. */
static bool
always_answers(const struct wire_scsi *c)
{
	switch (c->cdb[0]) {
	case INQUIRY: case REQUEST_SENSE: case LOG_SENSE: case REPORT_LUNS:
	case MAINTENANCE_IN: case SANITIZE:
		return true;
	default:
		return false;
	}
}

static bool
leads_out(const struct emu_scsi *s, const struct wire_scsi *c)
{
	return c->cdb[0] == FORMAT_UNIT &&
	       (s->state == EMU_MEDIUM_FORMAT_FAILED ||
		s->state == EMU_MEDIUM_CORRUPT);
}

/* Has the state that it is in answered already? */
static bool
barred(struct emu_drive *d, struct emu_scsi *s, struct wire_scsi *c)
{
	uint8_t x[3], op = c->cdb[0];
	int32_t progress;

	if (s->attention && op != INQUIRY && op != REQUEST_SENSE &&
	    op != REPORT_LUNS) {
		s->attention = false;
		emu_scsi_check(d, c, UNIT_ATTENTION, 0x29, 0x00);
		return true;
	}
	if (s->reserved && op != INQUIRY && op != REQUEST_SENSE &&
	    op != REPORT_LUNS) {
		c->status = RESERVATION_CONFLICT;
		return true;
	}
	if (always_answers(c) || leads_out(s, c) ||
	    (op == TEST_UNIT_READY && lags(s)) ||
	    !emu_scsi_state_sense(d, x, &progress))
		return false;
	emu_scsi_check(d, c, x[0], x[1], x[2]);
	put_progress(c, progress);
	return true;
}

static int
scsi(struct emu_drive *d, struct wire_scsi *c, uint64_t *took_ms)
{
	struct emu_scsi *s = emu_scsi_of(d);

	c->status = GOOD;
	c->sense_len = 0;
	c->done = c->dir == WIRE_OUT ? c->len : 0;
	if (barred(d, s, c))
		return 0;
	if (c->cdb[0] == REQUEST_SENSE)
		request_sense(d, c);
	else if (c->cdb[0] != TEST_UNIT_READY && !emu_scsi_tell(d, c) &&
		 !emu_scsi_erase(d, c, took_ms))
		emu_scsi_illegal(d, c, 0x20);	/* INVALID OPERATION CODE */
	return 0;
}

static int
scsi_end(struct emu_drive *d, struct wire_scsi *c)
{
	if (c->cdb[0] == SANITIZE || c->cdb[0] == FORMAT_UNIT)
		emu_scsi_erase_end(d, c);
	return 0;
}

static uint32_t
op(const struct emu_drive *d, const struct wire_scsi *c,
   const struct wire_nvme *nvme)
{
	(void)d;
	(void)nvme;
	switch (c->cdb[0]) {
	case SANITIZE: case MAINTENANCE_IN: case 0x9e:
		return EMU_OP_SUB(c->cdb[0], c->cdb[1] & 0x1f);
	case INQUIRY:
		return EMU_OP_SUB(INQUIRY, c->cdb[1] & 1 ? c->cdb[2] : 0xff);
	case LOG_SENSE: case 0x1a: case 0x5a:
		return EMU_OP_SUB(c->cdb[0], c->cdb[2] & 0x3f);
	default:
		return EMU_OP_SUB(c->cdb[0], 0);
	}
}

static int
refuse(struct emu_drive *d, struct wire_scsi *c, struct wire_nvme *nvme)
{
	(void)nvme;
	emu_scsi_illegal(d, c, 0x24);	/* INVALID FIELD IN CDB */
	return 0;
}

/* ---- doors of struct emu_dev --------------------------------------------- */

static void
tick(struct emu_drive *d)
{
	emu_scsi_advance(d);
}

/* sd tries again what is answered 02/04/1B, so that a read waits. */
static int
io(struct emu_drive *d, const struct io *io)
{
	struct emu_scsi *s = emu_scsi_of(d);
	uint64_t at = io->at / d->d.lblock, n = io->len / d->d.lblock;

	if (s->state == EMU_MEDIUM_SANITIZES || s->state == EMU_MEDIUM_FORMATS)
		return EMU_IO_WAITS;
	if (s->reserved)
		return -EBADE;
	if (s->state != EMU_MEDIUM_READY)
		return -ENODATA;
	if (io->at + io->len > emu_current(d))
		return -EIO;
	if (!io->write)
		return emu_blank_any(s->blank, at, n) ? -ENODATA : 0;
	emu_blank_set(s->blank, at, n, false);
	return 0;
}

/* A logical unit reset: a sanitize goes on, a FORMAT UNIT is broken off. */
static void
lost(struct emu_scsi *s)
{
	if (s->state != EMU_MEDIUM_FORMATS)
		return;
	emu_job_drop(&s->job);
	s->state = EMU_MEDIUM_CORRUPT;
}

static void
reset(struct emu_drive *d)
{
	struct emu_scsi *s = emu_scsi_of(d);

	lost(s);
	s->attention = true;
}

static void
power_off(struct emu_drive *d)
{
	lost(emu_scsi_of(d));
}

/* The kernel finds no size on one that is busy, and asks no more by itself. */
static void
power(struct emu_drive *d)
{
	struct emu_scsi *s = emu_scsi_of(d);

	s->attention = true;
	if (s->state != EMU_MEDIUM_SANITIZES)
		return;
	emu_job_resume(&s->job);
	d->current = 0;
}

static void
forget(struct emu_drive *d)
{
	free(emu_scsi_of(d)->blank);
	free(d->state);
}

static const struct emu_dev dev = {
	.kind = "scsi",
	.scsi = scsi,
	.scsi_end = scsi_end,
	.op = op,
	.refuse = refuse,
	.tick = tick,
	.io = io,
	.reset = reset,
	.power_off = power_off,
	.power = power,
	.free = forget,
};

/* ---- for the test -------------------------------------------------------- */

static void
furnish(struct emu_scsi *s, enum emu_scsi_kind kind)
{
	s->flash = kind == EMU_SCSI_SSD;
	s->overwrite = kind != EMU_SCSI_OLD;
	s->block = kind == EMU_SCSI_SSD;
	s->crypto = kind == EMU_SCSI_SSD || kind == EMU_SCSI_SED;
	s->format = true;
	s->no_opcodes = kind == EMU_SCSI_OLD;
	s->wabereq = s->wacereq = 1;
	s->crypto_ms = 2000;
	s->block_ms = 30000;
	s->overwrite_ms = s->flash ? 600000 : 2 * 3600000ULL;
	s->format_ms = s->overwrite_ms;
	s->block_fill = s->format_fill = (struct emu_fill){ .len = 1 };
	s->crypto_random = true;
	s->primary = 37;
}

struct emu_drive *
emu_scsi_add(const char *path, uint64_t size, uint32_t lblock,
	     enum emu_scsi_kind kind)
{
	struct emu_drive *d = emu_add(path, size, lblock);
	struct emu_scsi *s = emu_alloc(sizeof(*s));

	emu_room(d, size + SPARE_BLOCKS * (uint64_t)lblock);
	d->dev = &dev;
	d->state = s;
	furnish(s, kind);
	s->blank = emu_alloc(size / lblock);
	s->capacity = size;
	d->d.transport = TRANSPORT_SAS;
	d->d.medium = s->flash ? MEDIUM_FLASH : MEDIUM_ROTATING;
	d->d.rpm = s->flash ? 0 : 10500;
	text_copy(d->d.id.vendor, sizeof(d->d.id.vendor), "EMULATED");
	text_copy(d->d.id.model, sizeof(d->d.id.model), s->flash ?
		  "SAS SSD" : "SAS HDD");
	return d;
}

void
emu_scsi_shorten(struct emu_drive *d, uint64_t bytes)
{
	d->current -= bytes;
	emu_scsi_of(d)->capacity = d->current;
	d->size = d->d.id.size = d->current;
}
