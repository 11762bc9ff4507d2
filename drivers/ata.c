/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ATA drives, behind whatever passes ATA PASS-THROUGH on to them: an AHCI port,
 * a SAS host adapter, a USB bridge.
 */
#include "ata.h"

#include "../src/util.h"

#include <errno.h>
#include <stdlib.h>

/* ---- match -------------------------------------------------------------- */

enum {				/* SPC-5 6.7.2, SAT-4 12.4 */
	DISK = 0x00, ZONED_DISK = 0x14, REMOVABLE = 0x80, EVPD = 0x01,
	ATA_PAGE = 0x89, INQUIRY_LEN = 36
};

/* 1: it answered, with what an answer must have; 0, -errno. */
static int
inquire(struct wire *w, uint8_t evpd, uint8_t page,
	uint8_t out[INQUIRY_LEN]) /* NOLINT: the wire writes to it */
{
	struct wire_scsi c = {
		.cdb = { 0x12, evpd, page, 0, INQUIRY_LEN }, .cdb_len = 6,
		.dir = WIRE_IN, .data = out, .len = INQUIRY_LEN,
		.timeout_ms = 15000,
	};
	int r = wire_scsi(w, &c);

	return r ? r : c.status == 0 && c.done >= 8;
}

/* A stick is not an ATA drive, and some hang on what they do not know; what
 * translates for one says so in a page of its own. */
static int
may_translate(struct wire *w)
{
	uint8_t data[INQUIRY_LEN] = { 0 };
	struct drive *d = calloc(1, sizeof(*d));
	int r = d ? wire_identify(w, d) : -ENOMEM;

	if (!r && !d->bridge.name[0])
		r = 1;
	else if (!r)
		r = inquire(w, EVPD, ATA_PAGE, data);
	if (r > 0 && d->bridge.name[0])
		r = data[1] == ATA_PAGE;
	free(d);
	return r;
}

/*
 * What may be asked for ATA at all.  To an optical drive, the opcode of ATA
 * PASS-THROUGH (12) means "blank the medium".
 */
static int
is_disk(struct wire *w)
{
	uint8_t data[INQUIRY_LEN] = { 0 };
	int r = inquire(w, 0, 0, data);

	if (r <= 0)
		return r;
	if (data[0] != DISK && data[0] != ZONED_DISK)
		return 0;
	return data[1] & REMOVABLE ? may_translate(w) : 1;
}

/* A bridge that chokes on the question is not an ATA drive to us; the next
 * command set may still have a way with it. */
static int
match(struct wire *w)
{
	struct ata_id id;
	int r;

	if (wire_kind(w) != WIRE_SCSI)
		return 0;
	r = is_disk(w);
	if (r > 0) {
		r = ata_id_read(w, &id);
		if (!r)
			return 1;
	}
	return r == -ENODEV || r == -ENOMEM ? r : 0;
}

/* ---- identify ----------------------------------------------------------- */

/* May the drive be sanitized although it is locked? */
static bool
sanitize_unlocks(struct wire *w, const struct ata_id *id)
{
	const struct ata_cmd c = { "READ LOG EXT", SAT_PIO_IN, true,
		ATA_READ_LOG_EXT, 0, 1, 15000,
		ATA_LOG_IDENTIFY | ATA_ID_SECURITY << 8 };
	uint8_t page[ATA_BLOCK] = { 0 };
	struct ata_answer a;
	uint64_t caps;

	if (!id->gpl || !id->sanitize || id->lock.locked != ANSWER_YES)
		return false;
	if (ata_do(w, &c, page, NULL, &a) || a.outcome != ATA_OK)
		return false;
	return ata_id_security_page(page, &caps) &&
	       caps & ATA_IDS_SAN_OVERRIDES;
}

static void
ask_sanitize(struct wire *w, const struct ata_id *id, struct sanitize *out)
{
	*out = (struct sanitize){ 0 };
	if (!id->sanitize)
		out->state = SANITIZE_ABSENT;
	else if (ata_sanitize_read(w, out, NULL))
		out->state = SANITIZE_UNKNOWN;
}

static int
identify(struct wire *w, struct drive *out)
{
	struct ata_memory *m = ata_memory(w);
	struct ata_id id;
	int r;

	if (!m)
		return -ENOMEM;
	if (m->pending)
		return -EBUSY;	/* it would wait for the end of the erase */
	r = wire_identify(w, out);
	if (!r)
		r = ata_id_read(w, &id);
	if (r)
		return r;
	if (!out->areas.kernel)
		out->areas.kernel = out->id.size;
	ata_prove_bridge(w, &id, out);
	ata_fill(&id, out);
	ask_sanitize(w, &id, &out->sanitize);
	/* one that sanitizes refuses these, and the kernel may have found no
	 * size when it looked */
	if (out->sanitize.state != SANITIZE_RUNNING)
		ata_areas_read(w, &id, &out->areas);
	else if (!out->id.size)
		out->id.size = out->areas.current;
	ata_health_read(w, &id, &out->health);
	ata_offers(&id, sanitize_unlocks(w, &id), out);
	return 0;
}

static int
health(struct wire *w, struct health *out)
{
	struct ata_memory *m = ata_memory(w);
	struct ata_id id;
	int r;

	*out = (struct health){ 0 };
	if (!m)
		return -ENOMEM;
	if (m->pending)
		return -EBUSY;
	r = ata_id_read(w, &id);
	if (!r)
		ata_health_read(w, &id, out);
	return r;
}

/* ---- steps -------------------------------------------------------------- */

static bool
is_sanitize(const struct step *s)
{
	return s->kind == STEP_READY ||
	       (s->kind == STEP_FIRMWARE &&
		(s->method == METHOD_SANITIZE_CRYPTO ||
		 s->method == METHOD_SANITIZE_BLOCK ||
		 s->method == METHOD_SANITIZE_OVERWRITE));
}

static bool
is_security(const struct step *s)
{
	return s->kind == STEP_FIRMWARE &&
	       (s->method == METHOD_SECURITY_ERASE ||
		s->method == METHOD_SECURITY_ERASE_ENHANCED);
}

static int
start(struct wire *w, const struct step *s, struct reply *out,
      struct sent *log)
{
	switch (s->kind) {
	case STEP_READY:
		return ata_ready_start(w, out, log);
	case STEP_UNLOCK:
		return ata_unlock(w, s, out, log);
	case STEP_EXPOSE:
		return ata_expose(w, out, log);
	case STEP_FIRMWARE:
		if (is_sanitize(s))
			return ata_sanitize_start(w, s, out, log);
		if (is_security(s))
			return ata_erase_start(w, s, out, log);
		out->err = EOPNOTSUPP;
		return 0;
	default:
		return driver_host_start(w, s, out, log);
	}
}

/* UNLOCK and EXPOSE ended when they started: what does the drive show? */
static int
poll_shown(struct wire *w, const struct step *s, struct drive_progress *out)
{
	struct areas areas = { 0 };
	struct ata_id id;
	int r = ata_id_read(w, &id);

	if (r)
		return r;
	out->state = DRIVE_FAILED;
	if (s->kind == STEP_UNLOCK) {
		if (id.lock.enabled == ANSWER_NO)
			out->state = DRIVE_DONE;
		return 0;
	}
	ata_areas_read(w, &id, &areas);
	if (areas.hpa == ANSWER_NO && areas.dco_set == ANSWER_NO &&
	    areas.amac == ANSWER_NO)
		out->state = DRIVE_DONE;
	return 0;
}

static int
poll(struct wire *w, const struct step *s, struct drive_progress *out)
{
	if (s->kind == STEP_UNLOCK || s->kind == STEP_EXPOSE)
		return poll_shown(w, s, out);
	if (is_sanitize(s))
		return ata_sanitize_poll(w, s, out);
	if (is_security(s))
		return ata_erase_poll(w, out);
	if (s->kind == STEP_FIRMWARE)
		return -EOPNOTSUPP;
	return driver_host_poll(w, s, out);
}

/* The kernel that booted while the drive sanitized has found no size. */
static int
measure_anew(struct wire *w)
{
	uint64_t bytes;
	int r = wire_size(w, &bytes);

	return r || bytes ? r : wire_remeasure(w, &bytes);
}

static int
settle(struct wire *w, const struct step *s, struct reply *out,
       struct sent *log)
{
	int r;

	if (s->kind == STEP_UNLOCK || s->kind == STEP_EXPOSE)
		return 0;	/* complete, or said what is left */
	if (is_security(s))
		return ata_erase_settle(w, s, out, log);
	if (is_sanitize(s)) {
		r = ata_sanitize_settle(w, out, log);
		return r || out->err ? r : measure_anew(w);
	}
	if (s->kind == STEP_FIRMWARE)
		return 0;
	return driver_host_settle(w, s, out, log);
}

const struct driver ata_driver = {
	.name = "ata",
	.match = match,
	.identify = identify,
	.start = start,
	.poll = poll,
	.settle = settle,
	.health = health,
};
