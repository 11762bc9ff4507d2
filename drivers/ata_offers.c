/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What does an ATA drive offer, and why not the rest?  PURE over what
 * IDENTIFY DEVICE and the kernel say.
 */
#include "ata.h"

#include "../src/util.h"

/* ---- the drive as a noun ------------------------------------------------ */

static void
replace(char *dst, size_t len, const char *src)
{
	if (src[0])
		text_copy(dst, len, src);
}

static enum medium
medium_of(const struct ata_id *id, enum medium kernel)
{
	if (kernel == MEDIUM_VIRTUAL || kernel == MEDIUM_OPTICAL ||
	    kernel == MEDIUM_TAPE)
		return kernel;
	if (id->solid)
		return MEDIUM_FLASH;
	if (id->rpm)
		return MEDIUM_ROTATING;
	/* the first SSDs do not say that they do not rotate */
	return id->trim == ANSWER_YES ? MEDIUM_FLASH : kernel;
}

/*
 * What a bridge made up, or had from another drive, would name the wrong one:
 * then the kernel's view stays.
 */
void
ata_fill(const struct ata_id *id, struct drive *d)
{
	d->areas.current = id->sectors * id->lblock;
	d->lock = id->lock;
	if (d->bridge.name[0] && d->bridge.identity == ANSWER_NO)
		return;
	replace(d->id.model, sizeof(d->id.model), id->model);
	replace(d->id.serial, sizeof(d->id.serial), id->serial);
	replace(d->id.firmware, sizeof(d->id.firmware), id->firmware);
	replace(d->id.wwn, sizeof(d->id.wwn), id->wwn);
	d->medium = medium_of(id, d->medium);
	d->rpm = id->rpm;
	d->trim = id->trim;
	d->trim_same = id->trim_same;
	d->trim_zeros = id->trim_zeros;
	d->encrypts = id->encrypts;
	if (d->lblock == id->lblock) {
		d->pblock = id->pblock;
		d->aligned = id->aligned;
	}
}

/* ---- offers ------------------------------------------------------------- */

static void
deny(struct drive *d, enum method m, enum reason_code code, const char *arg)
{
	struct offer *o = &d->offers[m];

	*o = (struct offer){ .why.code = code };
	text_copy(o->why.arg, sizeof(o->why.arg), arg);
}

/* before: what the run must do first, if anything. */
static void
allow(struct drive *d, enum method m, uint32_t minutes,
      enum reason_code before)
{
	d->offers[m] = (struct offer){ .offered = true, .why.code = before,
				       .est_s = minutes * 60 };
}

static enum reason_code
before_any(const struct drive *d)
{
	return d->lock.locked == ANSWER_YES ? REASON_LOCKED_FIRST :
					      REASON_UNKNOWN;
}

/* A locked drive is offered what follows its unlocking, if that can be. */
static enum reason_code
why_locked(const struct drive *d)
{
	if (d->lock.locked != ANSWER_YES)
		return REASON_UNKNOWN;
	if (d->lock.expired == ANSWER_YES)
		return REASON_COUNT_EXPIRED;
	if (d->lock.frozen == ANSWER_YES)
		return REASON_FROZEN;
	return d->bridge.name[0] ? REASON_LOCKED : REASON_UNKNOWN;
}

/* Why no command whose result is in the registers. */
static enum reason_code
why_blind(const struct drive *d)
{
	if (d->bridge.name[0] && (d->bridge.identity != ANSWER_YES ||
				  d->bridge.registers != ANSWER_YES))
		return REASON_BRIDGE;
	return d->bridge.registers == ANSWER_YES ? REASON_UNKNOWN :
						   REASON_NO_STATUS;
}

static void
offer_sanitize(struct drive *d, enum method m, bool supported, bool unlocks)
{
	enum reason_code why = why_locked(d);

	if (!supported)
		why = REASON_NOT_SUPPORTED;
	else if (why == REASON_UNKNOWN || unlocks)
		why = why_blind(d);
	if (why == REASON_UNKNOWN && d->sanitize.state == SANITIZE_FROZEN)
		why = REASON_SANITIZE_FROZEN;
	/* a locked drive may refuse even to tell */
	if (why == REASON_UNKNOWN && d->sanitize.state == SANITIZE_UNKNOWN &&
	    d->lock.locked != ANSWER_YES)
		why = REASON_NO_STATUS;
	if (why == REASON_UNKNOWN)
		allow(d, m, 0, unlocks ? REASON_UNKNOWN : before_any(d));
	else
		deny(d, m, why, why == REASON_BRIDGE ? d->bridge.name : "");
}

/*
 * Behind a bridge never, proven or not: a password that was set and an erase
 * that is not passed on, or is cut off by its timeout, lock the drive for good.
 */
static void
offer_security(struct drive *d, enum method m, uint32_t est_min)
{
	enum reason_code why = why_blind(d);

	if (d->lock.supported != ANSWER_YES ||
	    (m == METHOD_SECURITY_ERASE_ENHANCED &&
	     d->lock.enhanced != ANSWER_YES))
		why = REASON_NOT_SUPPORTED;
	else if (d->bridge.name[0])
		why = REASON_BRIDGE;
	else if (d->lock.frozen == ANSWER_YES)
		why = REASON_FROZEN;
	else if (d->lock.expired == ANSWER_YES)
		why = REASON_COUNT_EXPIRED;
	if (why == REASON_UNKNOWN)
		allow(d, m, est_min, d->lock.locked != ANSWER_YES &&
		      d->lock.enabled == ANSWER_YES ? REASON_PASSWORD_FIRST :
						      before_any(d));
	else
		deny(d, m, why, why == REASON_BRIDGE ? d->bridge.name : "");
}

void
ata_offers(const struct ata_id *id, bool sanitize_unlocks, struct drive *d)
{
	enum reason_code locked = why_locked(d);

	driver_host_offer(d);
	if (d->offers[METHOD_OVERWRITE].offered && locked != REASON_UNKNOWN)
		deny(d, METHOD_OVERWRITE, locked, "");
	else if (d->offers[METHOD_OVERWRITE].offered)
		allow(d, METHOD_OVERWRITE, 0, before_any(d));
	deny(d, METHOD_FORMAT, REASON_NOT_SUPPORTED, "");
	deny(d, METHOD_FORMAT_CRYPTO, REASON_NOT_SUPPORTED, "");
	offer_sanitize(d, METHOD_SANITIZE_CRYPTO, id->crypto,
		       sanitize_unlocks);
	offer_sanitize(d, METHOD_SANITIZE_BLOCK, id->block, sanitize_unlocks);
	offer_sanitize(d, METHOD_SANITIZE_OVERWRITE, id->overwrite,
		       sanitize_unlocks);
	offer_security(d, METHOD_SECURITY_ERASE, id->lock.erase_min);
	offer_security(d, METHOD_SECURITY_ERASE_ENHANCED,
		       id->lock.enhanced_min);
}

/* ---- patience ----------------------------------------------------------- */

#define MINUTE_MS	UINT64_C(60000)
#define LEAST_MIN	UINT64_C(720)
#define MARGIN_MIN	120
#define SLOW_BYTES_MIN	(UINT64_C(30) * 1000 * 1000 * 60)	/* 30 MB/s */

/*
 * The kernel resets a drive whose command ran out of time, and that reset
 * breaks the erase off and leaves the drive locked; and drives are known that
 * say 2 minutes and take 20 hours.  So it is the longest of: twice what the
 * drive says, that and two hours, what a slow drive of this size needs, 12
 * hours.  "So long or longer" is for ever.  Until then only the core's watchdog
 * complains, which resets nothing.
 */
uint32_t
ata_erase_timeout_ms(const struct ata_id *id, bool enhanced)
{
	uint64_t told = enhanced ? id->lock.enhanced_min : id->lock.erase_min;
	uint64_t slow = id->sectors * id->lblock / SLOW_BYTES_MIN + 30;
	uint64_t min = LEAST_MIN;

	if (enhanced ? id->enhanced_open : id->erase_open)
		return WIRE_FOREVER;
	min = slow > min ? slow : min;
	min = told + MARGIN_MIN > min ? told + MARGIN_MIN : min;
	min = 2 * told > min ? 2 * told : min;
	/* longer than the kernel can count is as long as it takes */
	return min * MINUTE_MS > INT32_MAX ? WIRE_FOREVER :
					     (uint32_t)(min * MINUTE_MS);
}
