/* SPDX-License-Identifier: Apache-2.0 */
/* How does a SCSI disk sanitize and format itself?  SBC-4 4.11, 5.33, 5.4. */
#include "emu_scsi.h"

#include <string.h>

#define OVERWRITE	0x01
#define BLOCK_ERASE	0x02
#define CRYPTO_ERASE	0x03
#define EXIT_FAILURE	0x1f

#define IMMED		0x80
#define AUSE		0x20

#define NOT_READY	0x2
#define MEDIUM_ERROR	0x3
#define IN_LIST		0x26	/* INVALID FIELD IN PARAMETER LIST */
#define IN_CDB		0x24
#define LIST_LENGTH	0x1a
#define NO_OPCODE	0x20

static bool
has(const struct emu_scsi *s, uint8_t action)
{
	return (action == OVERWRITE && s->overwrite) ||
	       (action == BLOCK_ERASE && s->block) ||
	       (action == CRYPTO_ERASE && s->crypto);
}

/* ---- what ends ----------------------------------------------------------- */

/* What a read of a block says that nobody has written since. */
static bool
leaves_blank(const struct emu_scsi *s)
{
	return (s->action == BLOCK_ERASE && s->wabereq > 1) ||
	       (s->action == CRYPTO_ERASE && s->wacereq > 1);
}

void
emu_scsi_advance(struct emu_drive *d)
{
	struct emu_scsi *s = emu_scsi_of(d);
	bool formats = s->state == EMU_MEDIUM_FORMATS;

	if (!formats && s->state != EMU_MEDIUM_SANITIZES)
		return;
	emu_job_tick(d, &s->job);
	if (s->job.state == EMU_JOB_FAILED)
		s->state = formats ? EMU_MEDIUM_FORMAT_FAILED :
			   EMU_MEDIUM_SANITIZE_FAILED;
	if (s->job.state == EMU_JOB_RUNS)
		return;
	d->current = s->capacity;
	if (s->job.state != EMU_JOB_DONE)
		return;
	s->state = EMU_MEDIUM_READY;
	if (!formats && leaves_blank(s))
		emu_blank_set(s->blank, 0, s->capacity / d->d.lblock, true);
}

static uint64_t
begin(struct emu_drive *d, uint64_t len, uint64_t ms,
      const struct emu_fill *fill, enum emu_medium_state state, bool immed)
{
	struct emu_scsi *s = emu_scsi_of(d);
	uint64_t end;

	if (!emu_job_start(d, &s->job, 0, len, ms, fill))
		return 0;
	emu_blank_set(s->blank, 0, s->capacity / d->d.lblock, false);
	s->state = state;
	s->lagged = 0;
	emu_scsi_advance(d);
	end = emu_job_end(&s->job);
	return immed || end == UINT64_MAX ? (immed ? 0 : end) :
	       end - emu_now();
}

/* ---- SANITIZE ------------------------------------------------------------ */

/* The parameter list of OVERWRITE; 0, or what is wrong with it. */
static uint8_t
parse_overwrite(const struct emu_drive *d, const struct wire_scsi *c,
		struct emu_fill *fill, unsigned *passes)
{
	const uint8_t *p = c->data;
	uint32_t len = (uint32_t)c->cdb[7] << 8 | c->cdb[8], n;
	bool inverted;
	unsigned i;

	if (len < 5 || len != c->len)
		return LIST_LENGTH;
	n = (uint32_t)p[2] << 8 | p[3];
	*passes = p[0] & 0x1f;
	if (!*passes || !n || n > d->d.lblock || p[1] || p[0] & 0x60)
		return IN_LIST;
	if (len != 4 + n)
		return LIST_LENGTH;
	if (n > sizeof(fill->bytes) || d->d.lblock % n)
		emu_fail("a pattern of a length that is not emulated");
	inverted = p[0] & 0x80 && *passes % 2 == 0;
	*fill = (struct emu_fill){ .len = (uint8_t)n };
	for (i = 0; i < n; i++)
		fill->bytes[i] = inverted ? (uint8_t)~p[4 + i] : p[4 + i];
	return 0;
}

static uint8_t
parse(struct emu_drive *d, const struct wire_scsi *c, struct emu_fill *fill,
      uint64_t *ms)
{
	struct emu_scsi *s = emu_scsi_of(d);
	uint8_t action = c->cdb[1] & 0x1f;
	unsigned passes = 1;
	uint8_t bad = 0;

	if (!has(s, action))
		return IN_CDB;
	*fill = s->block_fill;
	*ms = s->block_ms;
	if (action == OVERWRITE) {
		bad = parse_overwrite(d, c, fill, &passes);
		*ms = s->overwrite_ms * passes;
	} else if (c->cdb[7] || c->cdb[8]) {
		bad = IN_CDB;
	} else if (action == CRYPTO_ERASE) {
		*fill = (struct emu_fill){ .len = 1 };
		if (s->crypto_random)
			*fill = (struct emu_fill){ .key = emu_random(d) };
		*ms = s->crypto_ms;
	}
	return bad;
}

/* Only after a sanitize that may be left, and then nothing is erased. */
static void
leave_failure(struct emu_drive *d, struct wire_scsi *c)
{
	struct emu_scsi *s = emu_scsi_of(d);

	if (s->state == EMU_MEDIUM_SANITIZES)
		emu_scsi_check(d, c, NOT_READY, 0x04, 0x1b);
	else if (s->state == EMU_MEDIUM_SANITIZE_FAILED && !s->open)
		emu_scsi_check(d, c, MEDIUM_ERROR, 0x31, 0x03);
	else if (s->state == EMU_MEDIUM_SANITIZE_FAILED)
		s->state = EMU_MEDIUM_READY;
}

static void
sanitize(struct emu_drive *d, struct wire_scsi *c, uint64_t *took_ms)
{
	struct emu_scsi *s = emu_scsi_of(d);
	bool failed = s->state == EMU_MEDIUM_SANITIZE_FAILED;
	struct emu_fill fill;
	uint64_t ms;
	uint8_t bad;

	if (!(s->overwrite || s->block || s->crypto)) {
		emu_scsi_illegal(d, c, NO_OPCODE);
		return;
	}
	if ((c->cdb[1] & 0x1f) == EXIT_FAILURE) {
		leave_failure(d, c);
		return;
	}
	bad = parse(d, c, &fill, &ms);
	if (bad) {
		emu_scsi_illegal(d, c, bad);
	} else if (s->state == EMU_MEDIUM_SANITIZES ||
		   s->state == EMU_MEDIUM_FORMATS) {
		emu_scsi_check(d, c, NOT_READY, 0x04,
			       s->state == EMU_MEDIUM_FORMATS ? 0x04 : 0x1b);
	} else if (failed && !s->open && c->cdb[1] & AUSE) {
		emu_scsi_check(d, c, MEDIUM_ERROR, 0x31, 0x03);
	} else {
		s->open = c->cdb[1] & AUSE;
		s->action = c->cdb[1] & 0x1f;
		*took_ms = begin(d, d->media_len, ms, &fill,
				 EMU_MEDIUM_SANITIZES, c->cdb[1] & IMMED);
	}
}

/* ---- FORMAT UNIT --------------------------------------------------------- */

/* What an LBA reaches; not what was replaced, nor what is spare. */
static void
format(struct emu_drive *d, struct wire_scsi *c, uint64_t *took_ms)
{
	struct emu_scsi *s = emu_scsi_of(d);
	const uint8_t *p = c->data;
	bool immed = false;

	if (c->cdb[1] & 0x10) {			/* FMTDATA */
		if (c->len < (c->cdb[1] & 0x20 ? 8U : 4U)) {
			emu_scsi_illegal(d, c, LIST_LENGTH);
			return;
		}
		immed = p[1] & 0x02;
		if (p[1] & 0x08 && c->len < 8) {	/* IP */
			emu_scsi_illegal(d, c, IN_LIST);
			return;
		}
	} else if (c->len) {
		emu_fail("a parameter list without FMTDATA");
	}
	if (c->cdb[4] & 0x03) {		/* FFMT: nothing is written */
		s->state = EMU_MEDIUM_READY;
		return;
	}
	*took_ms = begin(d, emu_current(d), s->format_ms, &s->format_fill,
			 EMU_MEDIUM_FORMATS, immed);
}

bool
emu_scsi_erase(struct emu_drive *d, struct wire_scsi *c, uint64_t *took_ms)
{
	const struct emu_scsi *s = emu_scsi_of(d);

	if (c->cdb[0] == 0x48) {
		sanitize(d, c, took_ms);
		return true;
	}
	if (c->cdb[0] == 0x04 && s->format) {
		format(d, c, took_ms);
		return true;
	}
	return false;
}

/* One that held the connection is over. */
void
emu_scsi_erase_end(struct emu_drive *d, struct wire_scsi *c)
{
	struct emu_scsi *s = emu_scsi_of(d);

	emu_scsi_advance(d);
	if (s->state == EMU_MEDIUM_SANITIZE_FAILED)
		emu_scsi_check(d, c, MEDIUM_ERROR, 0x31, 0x03);
	else if (s->state == EMU_MEDIUM_FORMAT_FAILED)
		emu_scsi_check(d, c, MEDIUM_ERROR, 0x31, 0x01);
}
