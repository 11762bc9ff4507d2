/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which commands change nothing on a drive?  PURE.
 *
 * An allow-list: what is not in it may not be sent to a drive that is only
 * looked at.  Its numbers are its own on purpose, and not those of the drivers:
 * a slip there must not open this door.
 *
 * Commands by the names and numbers of SPC-5 clause 6, SBC-4 clause 5, SAT-4
 * clause 12.2, ATA8-ACS and ACS-3 clause 7, NVMe Base 2.1 clause 5.1.
 */
#include "wire.h"

#include "../src/util.h"

/* ---- ATA, behind ATA PASS-THROUGH -------------------------------------- */

enum { NON_DATA = 3, PIO_IN = 4 };	/* SAT-4 12.2.2.2, PROTOCOL */

#define LOW_ONLY	0xff		/* 28-bit commands have no other half */

struct ata {
	uint8_t command, protocol, device;
	bool extend;		/* 48-bit */
	uint16_t feature, count;
	uint64_t lba;
};

struct ata_rule {
	uint8_t command, protocol;
	bool extend;
	int32_t feature, count;	/* the only value; -1: any */
	int64_t lba;
};

static const struct ata_rule ata_rules[] = {
	/* IDENTIFY DEVICE */
	{ 0xec, PIO_IN, false, -1, -1, -1 },
	/* READ LOG EXT */
	{ 0x2f, PIO_IN, true, -1, -1, -1 },
	/* SMART READ DATA and RETURN STATUS */
	{ 0xb0, PIO_IN, false, 0xd0, -1, 0xc24f00 },
	{ 0xb0, NON_DATA, false, 0xda, -1, 0xc24f00 },
	/* SANITIZE STATUS EXT; COUNT bit 0 would leave the
	 * failure mode */
	{ 0xb4, NON_DATA, true, 0x0000, 0, 0 },
	/* READ NATIVE MAX ADDRESS and its EXT */
	{ 0xf8, NON_DATA, false, -1, -1, -1 },
	{ 0x27, NON_DATA, true, -1, -1, -1 },
	/* GET NATIVE MAX ADDRESS EXT; 0001h sets it */
	{ 0x78, NON_DATA, true, 0x0000, -1, -1 },
	/* DEVICE CONFIGURATION IDENTIFY */
	{ 0xb1, PIO_IN, false, 0xc2, -1, -1 },
	/* CHECK POWER MODE */
	{ 0xe5, NON_DATA, false, -1, -1, -1 },
};

static void
decode16(const uint8_t *c, struct ata *out)
{
	out->extend = c[1] & 1;
	out->feature = c[3] << 8 | c[4];
	out->count = c[5] << 8 | c[6];
	out->lba = (uint64_t)c[11] << 40 | (uint64_t)c[9] << 32 |
		   (uint64_t)c[7] << 24 | (uint64_t)c[12] << 16 |
		   (uint64_t)c[10] << 8 | c[8];
	out->device = c[13];
	out->command = c[14];
}

static void
decode12(const uint8_t *c, struct ata *out)
{
	out->extend = false;
	out->feature = c[3];
	out->count = c[4];
	out->lba = (uint64_t)c[7] << 16 | (uint64_t)c[6] << 8 | c[5];
	out->device = c[8];
	out->command = c[9];
}

static bool
ata_matches(const struct ata_rule *r, const struct ata *a)
{
	return r->command == a->command && r->protocol == a->protocol &&
	       r->extend == a->extend &&
	       (r->feature < 0 || r->feature == a->feature) &&
	       (r->count < 0 || r->count == a->count) &&
	       (r->lba < 0 || (uint64_t)r->lba == a->lba);
}

/*
 * Nothing that a translation layer could take for another transfer than the
 * rule's: T_DIR and T_LENGTH must agree with the protocol, MULTIPLE_COUNT and
 * OFF_LINE be 0, and DEV be 0, which on a shared cable means the other drive.
 */
static bool
ata_reads(const struct wire_scsi *c, bool sixteen)
{
	const uint8_t in = 1 << 3, lengths = 3, off_line = 0xc0;
	struct ata a = { 0 };
	size_t i;

	if (sixteen)
		decode16(c->cdb, &a);
	else
		decode12(c->cdb, &a);
	a.protocol = c->cdb[1] >> 1 & 0x0f;
	if (c->cdb[1] & 0xe0 || (!sixteen && c->cdb[1] & 1) ||
	    c->cdb[2] & off_line || a.device & 0x10)
		return false;
	if (a.protocol == PIO_IN ? c->dir != WIRE_IN || !(c->cdb[2] & in) :
				   c->dir != WIRE_NONE || c->cdb[2] & lengths)
		return false;
	/* without EXTEND the high halves are reserved */
	if (!a.extend && (a.feature > LOW_ONLY || a.count > LOW_ONLY ||
			  a.lba >> 24))
		return false;
	for (i = 0; i < ARRAY_SIZE(ata_rules); i++)
		if (ata_matches(&ata_rules[i], &a))
			return true;
	return false;
}

/* ---- SCSI -------------------------------------------------------------- */

/*
 * SECURITY PROTOCOL IN and Security Receive: what answers by itself.  Other
 * protocols hand over what a session has asked for, and so take it away from
 * whoever did.
 */
static bool
security_reads(uint8_t protocol, uint16_t specific)
{
	return protocol == 0x00 ||			/* information */
	       (protocol == 0x01 && specific == 1) ||	/* TCG level 0 */
	       (protocol == 0xef && specific == 0);	/* ATA security */
}

struct scsi_rule {
	uint8_t opcode, len;
	int16_t action;		/* byte 1, 4:0: the only one; -1: any */
};

static const struct scsi_rule scsi_rules[] = {
	{ 0x00, 6, -1 },	/* TEST UNIT READY */
	{ 0x03, 6, -1 },	/* REQUEST SENSE */
	{ 0x12, 6, -1 },	/* INQUIRY */
	{ 0x1a, 6, -1 },	/* MODE SENSE(6) */
	{ 0x25, 10, 0 },	/* READ CAPACITY(10) */
	{ 0x37, 10, -1 },	/* READ DEFECT DATA(10) */
	{ 0x4d, 10, 0 },	/* LOG SENSE; bit 0 saves parameters */
	{ 0x5a, 10, -1 },	/* MODE SENSE(10) */
	{ 0x9e, 16, 0x10 },	/* READ CAPACITY(16) */
	{ 0xa0, 12, -1 },	/* REPORT LUNS */
	{ 0xa2, 12, -1 },	/* SECURITY PROTOCOL IN, see above */
	{ 0xa3, 12, 0x0c },	/* REPORT SUPPORTED OPERATION CODES */
	{ 0xb7, 12, -1 },	/* READ DEFECT DATA(12) */
};

bool
wire_scsi_reads(const struct wire_scsi *c)
{
	const struct scsi_rule *r;
	size_t i;

	if (c->dir == WIRE_OUT)
		return false;
	/* to an optical drive A1h is BLANK: wire_kind() knows none */
	if (c->cdb[0] == 0x85 && c->cdb_len == 16)
		return ata_reads(c, true);
	if (c->cdb[0] == 0xa1 && c->cdb_len == 12)
		return ata_reads(c, false);
	if (c->cdb[0] == 0xa2 &&
	    !security_reads(c->cdb[1], c->cdb[2] << 8 | c->cdb[3]))
		return false;
	for (i = 0; i < ARRAY_SIZE(scsi_rules); i++) {
		r = &scsi_rules[i];
		if (r->opcode == c->cdb[0])
			return r->len == c->cdb_len && (r->action < 0 ||
				r->action == (c->cdb[1] & 0x1f));
	}
	return false;
}

/* ---- NVMe -------------------------------------------------------------- */

bool
wire_nvme_reads(const struct wire_nvme *c)
{
	if (c->dir == WIRE_OUT)
		return false;
	switch (c->opcode) {
	case 0x02:		/* Get Log Page: LSP can order the
				 * drive to collect something anew */
		return !(c->cdw10 >> 8 & 0x7f);
	case 0x06:		/* Identify */
	case 0x0a:		/* Get Features */
		return true;
	case 0x82:		/* Security Receive */
		return security_reads(c->cdw10 >> 24, c->cdw10 >> 8);
	}
	return false;
}
