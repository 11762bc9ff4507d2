/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How does an ATA drive look through SCSI?  SAT-4, as libata does it; and as
 * USB bridges do it, each worse in a way of its own.
 */
#include "emu_ata.h"

#include <stdlib.h>
#include <string.h>

#define ATA_12		0xa1	/* SAT-4 12.2.2 */
#define ATA_16		0x85	/* SAT-4 12.2.3 */
#define ILLEGAL_REQUEST	0x5
#define ABORTED_COMMAND	0xb

static bool
is_pass_through(const uint8_t *cdb)
{
	return cdb[0] == ATA_12 || cdb[0] == ATA_16;
}

static struct emu_tf
decode(const struct wire_scsi *c)
{
	const uint8_t *b = c->cdb;
	struct emu_tf tf = { .data = c->data, .len = c->len };

	tf.protocol = b[1] >> 1 & 0xf;
	tf.ck_cond = b[2] & 0x20;
	if (b[0] == ATA_12) {
		tf.feature = b[3];
		tf.count = b[4];
		tf.lba = b[5] | (uint64_t)b[6] << 8 | (uint64_t)b[7] << 16 |
			 (uint64_t)(b[8] & 0xf) << 24;
		tf.device = b[8];
		tf.command = b[9];
		return tf;
	}
	tf.ext = b[1] & 1;
	tf.feature = b[4];
	tf.count = b[6];
	tf.lba = b[8] | (uint64_t)b[10] << 8 | (uint64_t)b[12] << 16;
	tf.device = b[13];
	tf.command = b[14];
	if (tf.ext) {
		tf.feature |= (uint16_t)(b[3] << 8);
		tf.count |= (uint16_t)(b[5] << 8);
		tf.lba |= (uint64_t)b[7] << 24 | (uint64_t)b[9] << 32 |
			  (uint64_t)b[11] << 40;
	} else {
		tf.lba |= (uint64_t)(b[13] & 0xf) << 24;
	}
	return tf;
}

/* Those of the commands a drive knows that move data.  WIRE_NONE: does not. */
static enum wire_dir
moves(const struct emu_tf *tf)
{
	switch (tf->command) {
	case 0xec: case 0x2f: case 0x47: case 0x24:
		return WIRE_IN;
	case 0xb0:
		return tf->feature == 0xd0 ? WIRE_IN : WIRE_NONE;
	case 0xb1:
		return tf->feature == 0xc2 ? WIRE_IN : WIRE_NONE;
	case 0xf1: case 0xf2: case 0xf4: case 0xf6:
		return WIRE_OUT;
	default:
		return WIRE_NONE;
	}
}

/* A command whose CDB says it otherwise than it is would hang a real drive:
 * that is a mistake of the program, not a state of the drive. */
static void
check(const struct wire_scsi *c, const struct emu_tf *tf)
{
	static const uint8_t protocols[] = { 3, 4, 5 };
	enum wire_dir dir = moves(tf);
	uint32_t count = tf->count & 0xff;
	bool dma = tf->command == 0x47;

	if (c->dir != dir)
		emu_fail("an ATA command with the data direction of another");
	if (dma ? tf->protocol != 6 && tf->protocol != 10 :
	    tf->protocol != protocols[dir])
		emu_fail("an ATA command with the protocol of another");
	if (dir == WIRE_NONE)
		return;
	if ((c->cdb[2] & 0x07) != 0x06)
		emu_fail("T_LENGTH is not COUNT in blocks");
	if (!(c->cdb[2] & 0x08) != (dir == WIRE_OUT))
		emu_fail("T_DIR is wrong");
	/* the payload of the Security commands is always one block */
	if (dir == WIRE_OUT ? c->len != 512 : c->len != count * 512)
		emu_fail("COUNT is not what is transferred");
}

/* ---- the answer ---------------------------------------------------------- */

static void
put_descriptor(const struct emu_tf *tf, uint8_t p[14])
{
	memset(p, 0, 14);
	p[0] = 0x09;		/* ATA Status Return, SAT-4 12.2.6 */
	p[1] = 0x0c;
	p[2] = tf->ext;
	p[3] = tf->error;
	p[5] = (uint8_t)tf->out_count;
	p[7] = (uint8_t)tf->out_lba;
	p[9] = (uint8_t)(tf->out_lba >> 8);
	p[11] = (uint8_t)(tf->out_lba >> 16);
	p[12] = tf->device;
	p[13] = tf->status;
	if (tf->ext) {
		p[4] = (uint8_t)(tf->out_count >> 8);
		p[6] = (uint8_t)(tf->out_lba >> 24);
		p[8] = (uint8_t)(tf->out_lba >> 32);
		p[10] = (uint8_t)(tf->out_lba >> 40);
	}
}

static void
put_fixed(struct wire_scsi *c, const uint8_t d[14])
{
	uint8_t *s = c->sense;

	if (d[0] != 0x09)
		return;
	s[0] |= 0x80;
	s[3] = d[3];
	s[4] = d[13];
	s[5] = d[12];
	s[6] = d[5];
	s[8] = (uint8_t)((d[2] & 1) << 7 | !!d[4] << 6 |
			 (d[6] || d[8] || d[10]) << 5);
	s[9] = d[7];
	s[10] = d[9];
	s[11] = d[11];
}

/* What the layer makes of the ERROR register. */
static void
translate(const struct emu_ata *a, const struct emu_tf *tf, uint8_t out[3])
{
	static const uint8_t unc[] = { 0x3, 0x11, 0x04 },
			     idnf[] = { 0x5, 0x21, 0x00 },
			     old[] = { 0x5, 0x21, 0x04 },
			     abrt[] = { ABORTED_COMMAND, 0x00, 0x00 };

	memcpy(out, tf->error & EMU_UNC ? unc : tf->error & EMU_IDNF ? idnf :
	       a->old_kernel ? old : abrt, 3);
}

static void
respond(struct emu_drive *d, struct wire_scsi *c, const struct emu_tf *tf)
{
	const struct emu_ata *a = emu_ata_of(d);
	bool ok = !(tf->status & 0xa9), fixed;
	uint8_t info[14], s[3] = { 0x1, 0x00, 0x1d }, n = sizeof(info);

	c->done = c->dir == WIRE_OUT ? c->len : tf->done;
	c->status = 0;
	c->sense_len = 0;
	put_descriptor(tf, info);
	if (emu_dev_fires(d, EMU_ZERO_REGISTERS))
		memset(info + 2, 0, sizeof(info) - 2);
	if (!ok)
		translate(a, tf, s);
	else if (!tf->ck_cond || a->bridge.drops_registers)
		return;
	if (a->bridge.drops_registers || emu_dev_fires(d, EMU_NO_REGISTERS)) {
		n = 0;
		info[0] = 0;
	}
	fixed = a->bridge.on || (!ok && a->fixed_errors);
	emu_sense(d, c, fixed, s[0], s[1], s[2], info, n);
	if ((c->sense[0] & 0x7e) == 0x70)
		put_fixed(c, info);
}

static void
illegal(struct emu_drive *d, struct wire_scsi *c, uint8_t asc)
{
	emu_sense(d, c, emu_ata_of(d)->fixed_errors || emu_ata_of(d)->bridge.on,
		  ILLEGAL_REQUEST, asc, 0, NULL, 0);
}

/* ---- what the layer answers itself --------------------------------------- */

static void
put_be(uint8_t *p, uint64_t x, unsigned n)
{
	while (n--) {
		p[n] = (uint8_t)x;
		x >>= 8;
	}
}

static void
put_padded(uint8_t *p, const char *text, size_t n)
{
	size_t len = strlen(text);

	memset(p, ' ', n);
	memcpy(p, text, len < n ? len : n);
}

static uint32_t
vpd(struct emu_drive *d, uint8_t page, uint8_t *p)
{
	static const uint8_t pages[] = { 0x00, 0x80, 0x83, 0x89, 0xb0, 0xb1,
					 0xb2 };
	uint32_t len = 0x3c;

	switch (page) {
	case 0x00:
		memcpy(p + 4, pages, sizeof(pages));
		len = sizeof(pages);
		break;
	case 0x80:
		put_padded(p + 4, d->d.id.serial, 20);
		len = 20;
		break;
	case 0x83:
		p[4] = 0x01;	/* binary */
		p[5] = 0x03;	/* NAA, of the logical unit */
		p[7] = 8;
		put_be(p + 8, strtoull(d->d.id.wwn, NULL, 16), 8);
		len = 12;
		break;
	case 0x89:
		put_padded(p + 8, "linux", 8);
		put_padded(p + 16, "libata", 16);
		put_padded(p + 32, "3.00", 4);
		p[56] = 0xec;
		emu_ata_identify(d, p + 60);
		len = 568;
		break;
	case 0xb1:
		put_be(p + 4, d->d.rpm ? d->d.rpm : 1, 2);
		break;
	case 0xb0: case 0xb2:
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
	bool on = emu_ata_of(d)->bridge.on;
	uint8_t p[600] = { 0 };
	uint32_t len = 96;

	if (c->cdb[1] & 1) {
		if (!on || c->cdb[2] == 0x80)
			len = vpd(d, c->cdb[2], p);
		else
			len = 0;	/* a bridge that knows only one */
	} else {
		p[1] = emu_ata_of(d)->bridge.removable ? 0x80 : 0;
		p[2] = 6;
		p[3] = 2;
		p[4] = 91;
		put_padded(p + 8, on ? "Bridge" : "ATA", 8);
		put_padded(p + 16, d->d.id.model, 16);
		put_padded(p + 32, d->d.id.firmware, 4);
	}
	if (len)
		emu_data(c, p, len);
	else
		illegal(d, c, 0x24);
}

static void
capacity(struct emu_drive *d, struct wire_scsi *c)
{
	uint64_t last = d->size / d->d.lblock - 1;
	uint8_t p[32] = { 0 };
	uint32_t ratio = d->d.pblock / d->d.lblock, log2 = 0;

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
	p[13] = (uint8_t)log2;
	emu_data(c, p, 32);
}

/* libata: says "not available" of what it does not translate, and knows no
 * reporting option 2. */
static void
supported_opcodes(struct emu_drive *d, struct wire_scsi *c)
{
	uint8_t p[4] = { 0 }, op = c->cdb[3], how = c->cdb[2] & 7;

	if ((c->cdb[1] & 0x1f) != 0x0c || (how != 1 && how != 3)) {
		illegal(d, c, 0x24);
		return;
	}
	if (op == ATA_16 || op == ATA_12 || op == 0x12 || op == 0x28 ||
	    op == 0x2a || op == 0x88 || op == 0x8a || op == 0x35)
		p[1] = 3;
	emu_data(c, p, sizeof(p));
}

static void
mode_sense(struct emu_drive *d, struct wire_scsi *c)
{
	bool ten = c->cdb[0] == 0x5a;
	uint8_t p[48] = { 0 }, *q = p + (ten ? 8 : 4), page = c->cdb[2] & 0x3f;

	if (page == 0x08 || page == 0x3f) {
		q[0] = 0x08;
		q[1] = 18;
		q[2] = 0x04;	/* WCE */
		q += 20;
	}
	if (page == 0x0a || page == 0x3f) {
		q[0] = 0x0a;
		q[1] = 10;
		q[2] = emu_ata_of(d)->fixed_errors ? 0 : 0x04;	/* D_SENSE */
		q += 12;
	}
	if (q == p + (ten ? 8 : 4)) {
		illegal(d, c, 0x24);
		return;
	}
	if (ten)
		put_be(p, (uint64_t)(q - p) - 2, 2);
	else
		p[0] = (uint8_t)(q - p - 1);
	emu_data(c, p, (uint32_t)(q - p));
}

static void
layer(struct emu_drive *d, struct wire_scsi *c)
{
	static const uint8_t no_sense[18] = { 0x70, [7] = 10 };

	switch (c->cdb[0]) {
	case 0x00: case 0x1b: case 0x35: case 0x91:
		break;
	case 0x03:
		emu_data(c, no_sense, sizeof(no_sense));
		break;
	case 0x12:
		inquiry(d, c);
		break;
	case 0x1a: case 0x5a:
		mode_sense(d, c);
		break;
	case 0x25:
		capacity(d, c);
		break;
	case 0x9e:
		if ((c->cdb[1] & 0x1f) == 0x10)
			capacity(d, c);
		else
			illegal(d, c, 0x20);
		break;
	case 0xa3:
		supported_opcodes(d, c);
		break;
	default:
		illegal(d, c, 0x20);
		break;
	}
}

/* ---- doors of struct emu_dev --------------------------------------------- */

/* What a bridge that answers for itself says: valid, but not the drive. */
static void
own_identity(struct emu_drive *d, struct wire_scsi *c)
{
	uint8_t id[512], sum = 0;
	unsigned i;

	emu_ata_identify(d, id);
	for (i = 20; i < 40; i++)
		id[i] = "3001 00000000000    "[i - 20];
	for (i = 54; i < 94; i++)
		id[i] = i < 64 ? "SU BrBdieg"[i - 54] : ' ';
	id[200] ^= 0x80;	/* not the size that it lets through */
	for (i = 0; i < 511; i++)
		sum = (uint8_t)(sum + id[i]);
	id[511] = (uint8_t)-sum;
	emu_data(c, id, sizeof(id));
}

/* True: the bridge has answered instead of the drive. */
static bool
bridged(struct emu_drive *d, struct wire_scsi *c, const struct emu_tf *tf)
{
	const struct emu_bridge *b = &emu_ata_of(d)->bridge;

	if (!b->on)
		return false;
	if (c->cdb[0] == ATA_16 ? b->no_16 : b->no_12)
		illegal(d, c, 0x20);
	else if (b->no_data_out && c->dir == WIRE_OUT)
		illegal(d, c, 0x24);
	else if (b->own_identity && tf->command == 0xec)
		own_identity(d, c);
	else
		return false;
	return true;
}

int
emu_sat_scsi(struct emu_drive *d, struct wire_scsi *c, uint64_t *took_ms)
{
	struct emu_tf tf;

	if (!is_pass_through(c->cdb)) {
		layer(d, c);
		return 0;
	}
	tf = decode(c);
	if (bridged(d, c, &tf))
		return 0;
	if (tf.protocol == 15 || tf.protocol < 3 ||
	    (tf.command & 0xfc) == 0x5c) {
		illegal(d, c, 0x24);
		return 0;
	}
	check(c, &tf);
	emu_ata_run(d, &tf);
	*took_ms = tf.took_ms;
	respond(d, c, &tf);
	return 0;
}

int
emu_sat_end(struct emu_drive *d, struct wire_scsi *c)
{
	struct emu_tf tf;

	if (!is_pass_through(c->cdb))
		return 0;
	tf = decode(c);
	if (tf.command == 0xf4) {	/* else the answer stands */
		emu_ata_end(d, &tf);
		respond(d, c, &tf);
	}
	return 0;
}

uint32_t
emu_sat_op(const struct emu_drive *d, const struct wire_scsi *s,
	   const struct wire_nvme *n)
{
	struct emu_tf tf = decode(s);

	(void)d;
	(void)n;
	if (!is_pass_through(s->cdb))
		return EMU_OP_SUB(s->cdb[0], 0U);
	if (tf.command == 0xf4)		/* 0: normal, 2: enhanced */
		tf.feature = tf.len ? tf.data[0] & 2 : 0;
	return EMU_OP_SUB(tf.command, (uint32_t)tf.feature & 0xff);
}

int
emu_sat_refuse(struct emu_drive *d, struct wire_scsi *s, struct wire_nvme *n)
{
	struct emu_tf tf = decode(s);

	(void)n;
	if (!is_pass_through(s->cdb)) {
		illegal(d, s, 0x20);
		return 0;
	}
	emu_ata_error(&tf, EMU_ABRT);
	respond(d, s, &tf);
	return 0;
}
