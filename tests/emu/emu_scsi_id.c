/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What does a SCSI disk tell about itself?  INQUIRY and VPD pages: SPC-5 6.7,
 * 7.7, SBC-4 6.6; REPORT SUPPORTED OPERATION CODES: SPC-5 6.34; MODE and LOG
 * pages: SPC-5 7.3, 7.5; READ DEFECT DATA: SBC-4 5.18.
 */
#include "emu_scsi.h"

#include <stdlib.h>
#include <string.h>

static void
put_be(uint8_t *p, uint64_t x, unsigned n)
{
	while (n--) {
		p[n] = (uint8_t)x;
		x >>= 8;
	}
}

static uint64_t
get_be(const uint8_t *p, unsigned n)
{
	uint64_t x = 0;

	while (n--)
		x = x << 8 | *p++;
	return x;
}

static void
put_text(uint8_t *p, const char *text, size_t n)
{
	size_t len = strlen(text);

	memset(p, ' ', n);
	memcpy(p, text, len < n ? len : n);
}

/* No more than the CDB allows for. */
static void
give(struct wire_scsi *c, const uint8_t *p, uint32_t len, uint32_t room)
{
	emu_data(c, p, len < room ? len : room);
}

/* ---- INQUIRY ------------------------------------------------------------- */

static uint32_t
vpd(struct emu_drive *d, const struct emu_scsi *s, uint8_t page, uint8_t *p)
{
	static const uint8_t pages[] = { 0x00, 0x80, 0x83, 0xb0, 0xb1, 0xb2 };
	uint32_t len = 0x3c;

	switch (page) {
	case 0x00:
		memcpy(p + 4, pages, sizeof(pages));
		len = sizeof(pages);
		break;
	case 0x80:
		put_text(p + 4, emu_serial(d), 20);
		len = 20;
		break;
	case 0x83:
		p[4] = 0x01;	/* binary */
		p[5] = 0x03;	/* NAA, of the logical unit */
		p[7] = 8;
		put_be(p + 8, strtoull(d->d.id.wwn, NULL, 16), 8);
		len = 12;
		break;
	case 0xb0:
		break;
	case 0xb1:
		put_be(p + 4, s->flash ? 1 : d->d.rpm, 2);
		p[7] = (uint8_t)(s->wabereq << 6 | s->wacereq << 4 | 2);
		break;
	case 0xb2:
		len = 4;
		p[5] = s->flash ? 0xe4 : 0;	/* UNMAP, zeros afterwards */
		break;
	default:
		return 0;
	}
	p[1] = page;
	put_be(p + 2, len, 2);
	return len + 4;
}

static void
inquiry(struct emu_drive *d, struct wire_scsi *c)
{
	struct emu_scsi *s = emu_scsi_of(d);
	uint32_t room = (uint32_t)get_be(c->cdb + 3, 2), len = 96;
	uint8_t p[256] = { 0 };

	if (c->cdb[1] & 1) {
		len = vpd(d, s, c->cdb[2], p);
		if (!len) {
			emu_scsi_illegal(d, c, 0x24);
			return;
		}
	} else {
		p[2] = 7;		/* SPC-5 */
		p[3] = 2;
		p[4] = 91;
		p[5] = s->protection != 0;
		p[7] = 2;
		put_text(p + 8, d->d.id.vendor, 8);
		put_text(p + 16, d->d.id.model, 16);
		put_text(p + 32, d->d.id.firmware, 4);
	}
	give(c, p, len, room);
}

/* ---- capacity ------------------------------------------------------------ */

static void
capacity(struct emu_drive *d, struct wire_scsi *c)
{
	const struct emu_scsi *s = emu_scsi_of(d);
	uint64_t last = emu_current(d) / d->d.lblock - 1;
	uint32_t ratio = d->d.pblock / d->d.lblock, log2 = 0;
	uint8_t p[32] = { 0 };

	if (c->cdb[0] == 0x25) {
		put_be(p, last > UINT32_MAX ? UINT32_MAX : last, 4);
		put_be(p + 4, d->d.lblock, 4);
		emu_data(c, p, 8);
		return;
	}
	while (ratio >> (log2 + 1))
		log2++;
	put_be(p, last, 8);
	put_be(p + 8, d->d.lblock, 4);
	p[12] = s->protection ? (uint8_t)((s->protection - 1) << 1 | 1) : 0;
	p[13] = (uint8_t)log2;
	p[14] = s->flash ? 0xc0 : 0;
	give(c, p, 32, (uint32_t)get_be(c->cdb + 10, 4));
}

/* ---- REPORT SUPPORTED OPERATION CODES ------------------------------------ */

static bool
has_action(const struct emu_scsi *s, uint8_t op, unsigned action)
{
	switch (op) {
	case 0x48:
		return (action == 0x01 && s->overwrite) ||
		       (action == 0x02 && s->block) ||
		       (action == 0x03 && s->crypto) ||
		       (action == 0x1f &&
			(s->overwrite || s->block || s->crypto));
	case 0x9e:
		return action == 0x10;
	case 0xa3:
		return action == 0x0c;
	default:
		return false;
	}
}

static bool
has_opcode(const struct emu_scsi *s, uint8_t op)
{
	static const uint8_t plain[] = {
		0x00, 0x03, 0x12, 0x1a, 0x25, 0x28, 0x2a, 0x35, 0x4d, 0x5a,
		0x88, 0x8a, 0xa0,
	};

	if (op == 0x04)
		return s->format;
	if (op == 0x37 || op == 0xb7)
		return !s->no_defects;
	return memchr(plain, op, sizeof(plain));
}

static bool
takes_actions(const struct emu_scsi *s, uint8_t op)
{
	return has_action(s, op, 0x01) || has_action(s, op, 0x02) ||
	       has_action(s, op, 0x03) || has_action(s, op, 0x10) ||
	       has_action(s, op, 0x0c);
}

/* One command, with or without a service action; then the timeouts. */
static void
supported_opcodes(struct emu_drive *d, struct wire_scsi *c)
{
	struct emu_scsi *s = emu_scsi_of(d);
	uint8_t p[32] = { 0 }, op = c->cdb[3], how = c->cdb[2] & 7;
	unsigned action = (unsigned)get_be(c->cdb + 4, 2);
	uint32_t len = 4 + 16;
	bool acts = takes_actions(s, op), is;

	if (s->no_opcodes || (c->cdb[1] & 0x1f) != 0x0c) {
		emu_scsi_illegal(d, c, 0x20);
		return;
	}
	if ((how != 1 && how != 2 && how != 3) || (how == 1 && acts) ||
	    (how == 2 && (!acts || s->no_action_option))) {
		emu_scsi_illegal(d, c, 0x24);
		return;
	}
	is = acts ? has_action(s, op, action) : has_opcode(s, op);
	p[1] = is ? 3 : 1;
	if (!is) {
		give(c, p, 4, (uint32_t)get_be(c->cdb + 6, 4));
		return;
	}
	put_be(p + 2, 16, 2);		/* CDB usage data */
	p[4] = op;
	if (c->cdb[2] & 0x80) {		/* RCTD: timeouts */
		p[1] |= 0x80;
		put_be(p + len, 10, 2);
		put_be(p + len + 4, 10, 4);
		put_be(p + len + 8, 7200, 4);
		len += 12;
	}
	give(c, p, len, (uint32_t)get_be(c->cdb + 6, 4));
}

/* ---- MODE SENSE, LOG SENSE, READ DEFECT DATA ----------------------------- */

static void
mode_sense(struct emu_drive *d, struct wire_scsi *c)
{
	const struct emu_scsi *s = emu_scsi_of(d);
	bool ten = c->cdb[0] == 0x5a, dbd = c->cdb[1] & 8;
	unsigned head = ten ? 8 : 4;
	uint8_t p[64] = { 0 }, *q = p + head, page = c->cdb[2] & 0x3f;
	uint32_t room = ten ? (uint32_t)get_be(c->cdb + 7, 2) : c->cdb[4];
	uint8_t *pages;

	if (!dbd) {			/* a short block descriptor */
		p[ten ? 7 : 3] = 8;
		put_be(q, emu_current(d) / d->d.lblock, 4);
		put_be(q + 5, d->d.lblock, 3);
		q += 8;
	}
	pages = q;
	if (page == 0x08 || page == 0x3f) {
		q[0] = 0x08;
		q[1] = 18;
		q[2] = 0x04;		/* WCE */
		q += 20;
	}
	if (page == 0x0a || page == 0x3f) {
		q[0] = 0x0a;
		q[1] = 10;
		q[2] = s->descriptor ? 0x04 : 0;
		q += 12;
	}
	if (q == pages) {
		emu_scsi_illegal(d, c, 0x24);
		return;
	}
	put_be(p, (uint64_t)(q - p) - (ten ? 2 : 1), ten ? 2 : 1);
	give(c, p, (uint32_t)(q - p), room);
}

static void
log_sense(struct emu_drive *d, struct wire_scsi *c)
{
	static const uint8_t pages[] = { 0x00, 0x03, 0x0d, 0x2f };
	uint8_t p[64] = { 0 }, page = c->cdb[2] & 0x3f;
	uint32_t len = 0;

	switch (page) {
	case 0x00:
		len = sizeof(pages);
		memcpy(p + 4, pages, len);
		break;
	case 0x03:			/* uncorrected read errors: none */
		p[5] = 0x06;
		p[7] = 4;
		len = 8;
		break;
	case 0x0d:			/* temperature, and the reference */
		p[7] = 2;
		p[9] = (uint8_t)emu_celsius(d);
		p[11] = 1;
		p[13] = 2;
		p[15] = 60;
		len = 12;
		break;
	case 0x2f:			/* informational exceptions: none */
		p[7] = 4;
		p[10] = (uint8_t)emu_celsius(d);
		len = 8;
		break;
	default:
		emu_scsi_illegal(d, c, 0x24);
		return;
	}
	p[0] = page;
	put_be(p + 2, len, 2);
	give(c, p, len + 4, (uint32_t)get_be(c->cdb + 7, 2));
}

/* The header alone: descriptors follow only as far as there is room. */
static void
defects(struct emu_drive *d, struct wire_scsi *c)
{
	const struct emu_scsi *s = emu_scsi_of(d);
	bool twelve = c->cdb[0] == 0xb7;
	uint8_t how = c->cdb[twelve ? 1 : 2], p[8] = { 0 };
	uint32_t n = (how & 0x10 ? s->primary : 0) +
		     (how & 0x08 ? s->grown : 0);

	if (s->no_defects) {
		emu_scsi_illegal(d, c, 0x20);
		return;
	}
	p[1] = how & 0x1f;
	if (twelve) {
		put_be(p + 4, n * 8, 4);
		give(c, p, 8, (uint32_t)get_be(c->cdb + 6, 4));
	} else {
		put_be(p + 2, n * 8, 2);
		give(c, p, 4, (uint32_t)get_be(c->cdb + 7, 2));
	}
}

bool
emu_scsi_tell(struct emu_drive *d, struct wire_scsi *c)
{
	switch (c->cdb[0]) {
	case 0x12:
		inquiry(d, c);
		return true;
	case 0x25:
		capacity(d, c);
		return true;
	case 0x9e:
		if ((c->cdb[1] & 0x1f) != 0x10)
			return false;
		capacity(d, c);
		return true;
	case 0xa3:
		supported_opcodes(d, c);
		return true;
	case 0x1a: case 0x5a:
		mode_sense(d, c);
		return true;
	case 0x4d:
		log_sense(d, c);
		return true;
	case 0x37: case 0xb7:
		defects(d, c);
		return true;
	case 0x35: case 0x91: case 0x1b:	/* flushes, starts */
		return true;
	default:
		return false;
	}
}
