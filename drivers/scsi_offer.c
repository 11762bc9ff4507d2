/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who is a SCSI disk, which of its commands does it offer, and if one is not
 * offered, why?  PURE.
 */
#include "scsi.h"

#include "../src/util.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* ---- the drive as a noun ------------------------------------------------ */

static void
replace(char *dst, size_t len, const char *src)
{
	if (src[0])
		text_copy(dst, len, src);
}

static enum medium
medium_of(const struct scsi_character *c, enum medium kernel)
{
	if (kernel == MEDIUM_VIRTUAL)
		return kernel;
	if (c->solid)
		return MEDIUM_FLASH;
	return c->rpm ? MEDIUM_ROTATING : kernel;
}

/*
 * The kernel shows what it cannot use as 0 bytes: blocks of 520 bytes, and a
 * drive that sanitized when it was found.  Such a drive is listed as it is.
 */
static void
measure(const struct scsi_capacity *c, struct drive *d)
{
	uint64_t size = c->blocks * c->lblock;

	/* MODE SELECT can make a disk smaller, and none tells by how much */
	d->areas.hpa = ANSWER_UNKNOWN;
	d->areas.dco_set = d->areas.amac = ANSWER_NO;
	d->areas.current = size;
	if (!size)
		return;
	if (c->protection)
		d->meta = SCSI_PROTECTION_LEN << c->intervals;
	if (!scsi_block_usable(c->lblock) || !d->id.size) {
		d->id.size = size;
		d->lblock = c->lblock;
	}
	if (d->lblock == c->lblock) {
		d->pblock = c->pblock;
		d->aligned = c->aligned;
	}
}

/* Texts of a bridge are no better than the kernel's: they are the same. */
void
scsi_fill(const struct scsi_facts *f, struct drive *d)
{
	struct identity *id = &d->id;

	replace(id->vendor, sizeof(id->vendor), f->inq.vendor);
	replace(id->model, sizeof(id->model), f->inq.model);
	replace(id->firmware, sizeof(id->firmware), f->inq.firmware);
	replace(id->serial, sizeof(id->serial), f->serial);
	replace(id->wwn, sizeof(id->wwn), f->wwn);
	d->medium = medium_of(&f->character, d->medium);
	d->rpm = f->character.rpm;
	d->trim = f->trim;
	d->zoned |= f->inq.zoned;
	d->read_only |= f->protected_ == ANSWER_YES;
	measure(&f->cap, d);
}

/*
 * A format that runs or has failed is one as well: the drive is waited for, and
 * gives its data to nobody.  SCSI keeps no record of one that went well.
 */
void
scsi_sanitize_state(const struct scsi_facts *f, struct sanitize *out)
{
	*out = (struct sanitize){ 0 };
	switch (f->says) {
	case SCSI_SAYS_SANITIZING:
	case SCSI_SAYS_FORMATTING:
		out->state = SANITIZE_RUNNING;
		out->permille = f->permille;
		return;
	case SCSI_SAYS_SANITIZE_FAILED:
	case SCSI_SAYS_FORMAT_FAILED:
		out->state = SANITIZE_FAILED;
		return;
	default:
		break;
	}
	if (f->can[SCSI_OP_OVERWRITE] == ANSWER_NO &&
	    f->can[SCSI_OP_BLOCK] == ANSWER_NO &&
	    f->can[SCSI_OP_CRYPTO] == ANSWER_NO)
		out->state = SANITIZE_ABSENT;
}

/* ---- offers ------------------------------------------------------------- */

static void
deny(struct offer *o, enum reason_code code, const char *arg)
{
	if (o->why.code)
		return;		/* the first reason is the one to be told */
	o->offered = false;
	o->why.code = code;
	text_copy(o->why.arg, sizeof(o->why.arg), arg);
}

/* What keeps the host out as well. */
static void
deny_to_all(const struct scsi_facts *f, const struct drive *d,
	    struct offer *o)
{
	uint64_t size = f->cap.blocks * f->cap.lblock;
	char arg[96];

	if (size && !scsi_block_usable(f->cap.lblock)) {
		snprintf(arg, sizeof(arg), "%" PRIu32 "-byte blocks: first "
			 "sg_format --format --size=512", f->cap.lblock);
		deny(o, REASON_BAD_GEOMETRY, arg);
	} else if (size && !d->bridge.name[0] &&
		   (size != d->id.size || f->cap.lblock != d->lblock)) {
		/* USB bridges count one too many; the kernel corrects them */
		snprintf(arg, sizeof(arg), "kernel: %" PRIu64 ", drive: %"
			 PRIu64 ": reconnect it", d->id.size, size);
		deny(o, REASON_BAD_GEOMETRY, arg);
	}
	if (f->inq.zoned)
		deny(o, REASON_ZONED, "");
	if (f->reserved)
		deny(o, REASON_EXPORTED, "SCSI reservation of another host");
	if (f->protected_ == ANSWER_YES)
		deny(o, REASON_READ_ONLY, "");
}

static void
offer(const struct scsi_facts *f, struct drive *d, enum method m,
      enum scsi_op op)
{
	struct offer *o = &d->offers[m];
	char arg[80];

	/* libata knows none of these, and what other layers make of them for
	 * an ATA drive does not come back */
	if (f->inq.ata || f->can[op] == ANSWER_NO)
		deny(o, REASON_NOT_SUPPORTED, "");
	if (d->bridge.name[0]) {
		snprintf(arg, sizeof(arg), "%s%s", d->bridge.name,
			 bridge_is_nvme(d->bridge.name) ? ", NVMe" : "");
		deny(o, REASON_BRIDGE, arg);
	}
	if (f->can[op] != ANSWER_YES)
		deny(o, REASON_NOT_SUPPORTED,
		     "REPORT SUPPORTED OPERATION CODES: no answer");
	deny_to_all(f, d, o);
	o->offered = !o->why.code;
}

void
scsi_offers(const struct scsi_facts *f, struct drive *d)
{
	static const enum method foreign[] = {
		METHOD_FORMAT_CRYPTO, METHOD_SECURITY_ERASE,
		METHOD_SECURITY_ERASE_ENHANCED,
	};
	unsigned int i;

	for (i = METHOD_NONE + 1; i < METHOD_COUNT; i++)
		d->offers[i] = (struct offer){ 0 };
	for (i = 0; i < ARRAY_SIZE(foreign); i++)
		deny(&d->offers[foreign[i]], REASON_NOT_SUPPORTED, "");
	offer(f, d, METHOD_SANITIZE_OVERWRITE, SCSI_OP_OVERWRITE);
	offer(f, d, METHOD_SANITIZE_BLOCK, SCSI_OP_BLOCK);
	offer(f, d, METHOD_SANITIZE_CRYPTO, SCSI_OP_CRYPTO);
	offer(f, d, METHOD_FORMAT, SCSI_OP_FORMAT);
	driver_host_offer(d);
	deny_to_all(f, d, &d->offers[METHOD_OVERWRITE]);
}
