/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How does an ATA command cross SCSI, and what does the answer mean?
 * SAT-4 clause 12.2.
 *
 * An answer without registers is one that could not be told, never a success.
 */
#include "ata.h"

#include "../src/util.h"

#include <errno.h>
#include <string.h>

enum {				/* SAM-5 5.3.1 */
	STATUS_GOOD = 0x00, STATUS_CHECK_CONDITION = 0x02
};

enum {				/* SPC-5 F.2 */
	CODE_ATA_INFORMATION = 0x001d, CODE_INVALID_OPCODE = 0x2000,
	CODE_INVALID_FIELD = 0x2400, CODE_RESET = 0x2900
};

enum { ATTENTION_TRIES = 4 };	/* several can be waiting */

/* ---- build -------------------------------------------------------------- */

/*
 * Registers come back if CK_COND asks for them.  With a data transfer it is
 * not asked: translation layers are known that then lose the data or the
 * status; there, GOOD is the drive's own success (SAT-4 12.2.2.8).
 */
static uint8_t
flags_of(enum sat_protocol p)
{
	const uint8_t block = SAT_BYT_BLOK | SAT_LENGTH_COUNT;

	switch (p) {
	case SAT_PIO_IN:
		return SAT_T_DIR_IN | block;
	case SAT_PIO_OUT:
		return block;
	case SAT_NON_DATA:
		break;
	}
	return SAT_CK_COND;
}

static void
frame(const struct ata_cmd *c, uint8_t cdb_len, struct wire_scsi *out)
{
	out->cdb_len = cdb_len;
	out->timeout_ms = c->timeout_ms;
	out->dir = c->protocol == SAT_PIO_OUT ? WIRE_OUT :
		   c->protocol == SAT_NON_DATA ? WIRE_NONE : WIRE_IN;
	out->len = c->protocol == SAT_NON_DATA ? 0 : ATA_BLOCK;
}

void
ata_build16(const struct ata_cmd *c, struct wire_scsi *out)
{
	const struct sat_cdb16 cdb = {
		.opcode = SAT_16,
		.protocol = c->protocol << 1 | (c->ext ? SAT_EXTEND : 0),
		.flags = flags_of(c->protocol),
		.feature_8 = c->ext ? c->feature >> 8 : 0,
		.feature_0 = c->feature & 0xff,
		.count_8 = c->ext ? c->count >> 8 : 0,
		.count_0 = c->count & 0xff,
		.lba_0 = c->lba & 0xff,
		.lba_8 = c->lba >> 8 & 0xff,
		.lba_16 = c->lba >> 16 & 0xff,
		.lba_24 = c->ext ? c->lba >> 24 & 0xff : 0,
		.lba_32 = c->ext ? c->lba >> 32 & 0xff : 0,
		.lba_40 = c->ext ? c->lba >> 40 & 0xff : 0,
		.device = ATA_DEV_LBA | (c->ext ? 0 : c->lba >> 24 & 0x0f),
		.command = c->command,
	};

	*out = (struct wire_scsi){ 0 };
	memcpy(out->cdb, &cdb, sizeof(cdb));
	frame(c, sizeof(cdb), out);
}

void
ata_build12(const struct ata_cmd *c, struct wire_scsi *out)
{
	const struct sat_cdb12 cdb = {
		.opcode = SAT_12,
		.protocol = c->protocol << 1,
		.flags = flags_of(c->protocol),
		.feature = c->feature & 0xff,
		.count = c->count & 0xff,
		.lba_0 = c->lba & 0xff,
		.lba_8 = c->lba >> 8 & 0xff,
		.lba_16 = c->lba >> 16 & 0xff,
		.device = ATA_DEV_LBA | (c->lba >> 24 & 0x0f),
		.command = c->command,
	};

	*out = (struct wire_scsi){ 0 };
	memcpy(out->cdb, &cdb, sizeof(cdb));
	frame(c, sizeof(cdb), out);
}

/* ---- parse -------------------------------------------------------------- */

static bool
registers_say(const struct sense *s, uint8_t bits)
{
	return s->has_ata && s->ata_status & bits;
}

/* A bridge that loses registers hands over zeros, or whatever lay there. */
static bool
registers_can_be(const struct sense *s)
{
	return s->has_ata && s->ata_status & ATA_ST_DRDY &&
	       s->ata_status != 0xff;
}

static enum ata_outcome
judge_information(const struct sense *s)
{
	const uint8_t bad = ATA_ST_BSY | ATA_ST_DF | ATA_ST_DRQ | ATA_ST_ERR;

	if (!registers_can_be(s))
		return ATA_LOST;
	return s->ata_status & bad ? ATA_REFUSED : ATA_OK;
}

static enum ata_outcome
judge_sense(const struct sense *s)
{
	uint16_t code = SENSE_CODE(s);

	if (s->deferred)
		return ATA_LOST;
	switch (s->key) {
	case SENSE_NO_SENSE:
	case SENSE_RECOVERED:
		return code == CODE_ATA_INFORMATION ? judge_information(s) :
						      ATA_LOST;
	case SENSE_UNIT_ATTENTION:
		return ATA_ATTENTION;
	case SENSE_ILLEGAL_REQUEST:
		if ((code == CODE_INVALID_OPCODE ||
		     code == CODE_INVALID_FIELD) &&
		    !registers_say(s, ATA_ST_ERR))
			return ATA_FOREIGN;
		break;
	}
	return ATA_REFUSED;
}

static int
errno_of(enum ata_outcome o)
{
	switch (o) {
	case ATA_OK:
		return 0;
	case ATA_FOREIGN:
		return EOPNOTSUPP;
	case ATA_ATTENTION:
		return ECONNRESET;
	case ATA_REFUSED:
		return EIO;
	case ATA_LOST:
		break;
	}
	return EPROTO;
}

static void
keep(const struct wire_scsi *c, struct ata_answer *a)
{
	uint8_t n = c->sense_len < WIRE_SENSE_MAX ? c->sense_len :
						    WIRE_SENSE_MAX;

	_Static_assert(WIRE_SENSE_MAX <= REPLY_RAW, "a reply holds all sense");
	memcpy(a->reply.raw, c->sense, n);
	a->reply.raw_len = n;
	if (a->s.has_ata)
		a->reply.status = a->s.ata_error << 8 | a->s.ata_status;
	a->reply.err = errno_of(a->outcome);
}

void
ata_judge(const struct wire_scsi *c, enum sat_protocol protocol,
	  struct ata_answer *out)
{
	size_t n = c->sense_len < WIRE_SENSE_MAX ? c->sense_len :
						   WIRE_SENSE_MAX;
	bool sensed;

	*out = (struct ata_answer){ 0 };
	sensed = !sense_parse(c->sense, n, &out->s);
	if (c->status == STATUS_CHECK_CONDITION && sensed)
		out->outcome = judge_sense(&out->s);
	else if (c->status == STATUS_GOOD && protocol == SAT_NON_DATA)
		/* some layers hand the registers over with GOOD */
		out->outcome = sensed ? judge_sense(&out->s) : ATA_LOST;
	else if (c->status == STATUS_GOOD)
		out->outcome = ATA_OK;
	if (out->outcome == ATA_OK && c->done != c->len)
		out->outcome = ATA_LOST;
	/* the same bytes are no registers if they cannot be */
	if (!registers_can_be(&out->s))
		out->s.has_ata = out->s.ata_complete = false;
	out->reset = (out->s.has_ata &&
		      out->s.ata_status == ATA_RESET_STATUS &&
		      out->s.ata_error == ATA_RESET_ERROR) ||
		     (out->outcome == ATA_ATTENTION &&
		      SENSE_CODE(&out->s) >> 8 == CODE_RESET >> 8);
	keep(c, out);
}

/* ---- send --------------------------------------------------------------- */

static int
send(struct wire *w, const struct ata_cmd *c, struct wire_scsi *x, void *data,
     struct sent *log, struct ata_answer *out)
{
	struct command *entry = NULL;
	int r;

	x->data = data;
	if (log)
		entry = sent_begin(log, c->name, x->cdb, x->cdb_len);
	r = wire_scsi(w, x);
	if (r) {
		*out = (struct ata_answer){ .reply.err = -r };
		goto out;
	}
	ata_judge(x, c->protocol, out);
out:
	if (entry)
		entry->reply = out->reply;
	return r;
}

/* The twelve bytes have no room for the high halves. */
static int
once(struct wire *w, const struct ata_cmd *c, void *data, struct sent *log,
     struct ata_answer *out)
{
	struct ata_memory *m = ata_memory(w);
	struct wire_scsi x;
	int r;

	if (!m) {
		*out = (struct ata_answer){ .reply.err = ENOMEM };
		return -ENOMEM;
	}
	if (!m->only12) {
		ata_build16(c, &x);
		r = send(w, c, &x, data, log, out);
		if (r || out->outcome != ATA_FOREIGN ||
		    SENSE_CODE(&out->s) != CODE_INVALID_OPCODE || c->ext)
			return r;
	} else if (c->ext) {
		*out = (struct ata_answer){ .outcome = ATA_FOREIGN,
					    .reply.err = EOPNOTSUPP };
		return 0;
	}
	ata_build12(c, &x);
	r = send(w, c, &x, data, log, out);
	if (!r && out->outcome == ATA_OK)
		m->only12 = true;
	return r;
}

int
ata_do(struct wire *w, const struct ata_cmd *c, void *data, struct sent *log,
       struct ata_answer *out)
{
	int r, i;

	for (i = 0; i < ATTENTION_TRIES; i++) {
		r = once(w, c, data, log, out);
		if (r || log || out->outcome != ATA_ATTENTION)
			return r;
	}
	return 0;
}
