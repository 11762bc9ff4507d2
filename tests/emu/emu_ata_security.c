/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which Security command does an ATA drive obey in which state, and what comes
 * of it?  ACS-4 4.16 (SEC1: disabled, SEC2: disabled and frozen, SEC4: locked,
 * SEC5: enabled and unlocked, SEC6: SEC5 and frozen).
 */
#include "emu_ata.h"

#include <string.h>

#define SET_PASSWORD	0xf1	/* ACS-4 7.43 */
#define UNLOCK		0xf2	/* 7.45 */
#define ERASE_PREPARE	0xf3	/* 7.40 */
#define ERASE_UNIT	0xf4	/* 7.41 */
#define FREEZE_LOCK	0xf5	/* 7.42 */
#define DISABLE		0xf6	/* 7.39 */

#define WRONG_MAX 5

/* Payload, ACS-4 tables 157, 163, 165 */
#define BY_MASTER(p)	((p)[0] & 1)
#define ENHANCED(p)	((p)[0] & 2)
#define MAXIMUM(p)	((p)[1] & 1)
#define PASSWORD(p)	((p) + 2)

static void
set_password(struct emu_ata *a, struct emu_tf *tf)
{
	const uint8_t *p = tf->data;
	uint16_t id = (uint16_t)(p[34] | p[35] << 8);

	if (a->locked || a->frozen) {
		emu_ata_error(tf, EMU_ABRT);
	} else if (BY_MASTER(p)) {
		memcpy(a->master, PASSWORD(p), 32);
		if (id && id != 0xffff)
			a->master_id = id;
	} else {
		memcpy(a->user, PASSWORD(p), 32);
		a->enabled = true;
		a->maximum = MAXIMUM(p);
	}
}

static bool
matches(const struct emu_ata *a, const uint8_t *p)
{
	return !memcmp(PASSWORD(p), BY_MASTER(p) ? a->master : a->user, 32);
}

/* Opens it?  Level Maximum leaves the master nothing but to erase. */
static bool
opens(const struct emu_ata *a, const uint8_t *p)
{
	return matches(a, p) && !(BY_MASTER(p) && a->maximum);
}

static void
unlock(struct emu_ata *a, struct emu_tf *tf)
{
	if (!a->enabled || a->frozen || a->expired) {
		emu_ata_error(tf, EMU_ABRT);
	} else if (opens(a, tf->data)) {
		a->locked = false;
	} else {
		emu_ata_error(tf, EMU_ABRT);
		if (a->locked && ++a->wrong >= WRONG_MAX)
			a->expired = true;
	}
}

static void
disable(struct emu_drive *d, struct emu_ata *a, struct emu_tf *tf)
{
	if (!a->enabled || a->locked || a->frozen || !opens(a, tf->data) ||
	    emu_dev_fires(d, EMU_KEEP_PASSWORD)) {
		emu_ata_error(tf, EMU_ABRT);
		return;
	}
	a->enabled = a->maximum = false;
	memset(a->user, 0, sizeof(a->user));
}

static bool
may_erase(const struct emu_ata *a, const struct emu_tf *tf)
{
	const uint8_t *p = tf->data;

	if (a->last != ERASE_PREPARE || a->frozen || a->expired)
		return false;
	if (ENHANCED(p) && !a->enhanced)
		return false;
	if (!a->enabled)
		return BY_MASTER(p) && (a->master_unchecked || matches(a, p));
	return matches(a, p);
}

static void
open_up(struct emu_drive *d, struct emu_ata *a)
{
	a->torn = false;
	if (emu_op_fires(d, EMU_KEEP_PASSWORD, a->erase.op))
		return;
	a->enabled = a->locked = a->maximum = false;
	memset(a->user, 0, sizeof(a->user));
}

/* Normal reaches what is addressable, enhanced every block that can hold
 * data, reallocated ones too. */
static void
erase_unit(struct emu_drive *d, struct emu_ata *a, struct emu_tf *tf)
{
	bool enhanced;
	uint64_t end;

	if (!may_erase(a, tf)) {
		emu_ata_error(tf, EMU_ABRT);
		return;
	}
	enhanced = ENHANCED(tf->data);
	a->erase.op = d->op;
	if (!emu_job_start(d, &a->erase, 0, enhanced ? d->media_len :
			   a->max * d->d.lblock, enhanced ? a->enhanced_ms :
			   a->normal_ms, enhanced ? &a->enhanced_fill :
			   &a->normal_fill)) {
		open_up(d, a);
		return;
	}
	if (a->erase.state == EMU_JOB_RUNS)
		a->torn = a->torn_needs_erase;
	end = emu_job_end(&a->erase);
	tf->took_ms = end == UINT64_MAX ? end : end - emu_now();
	if (!tf->took_ms)
		emu_ata_security_end(d, tf);
}

void
emu_ata_security_end(struct emu_drive *d, struct emu_tf *tf)
{
	struct emu_ata *a = emu_ata_of(d);

	if (a->erase.state == EMU_JOB_DONE) {
		open_up(d, a);
		return;
	}
	emu_job_drop(&a->erase);
	emu_ata_error(tf, EMU_ABRT);
}

bool
emu_ata_security(struct emu_drive *d, struct emu_tf *tf)
{
	struct emu_ata *a = emu_ata_of(d);

	if (tf->command < SET_PASSWORD || tf->command > DISABLE)
		return false;
	if (!a->security)
		emu_ata_error(tf, EMU_ABRT);
	else if (tf->command == SET_PASSWORD)
		set_password(a, tf);
	else if (tf->command == UNLOCK)
		unlock(a, tf);
	else if (tf->command == ERASE_UNIT)
		erase_unit(d, a, tf);
	else if (tf->command == DISABLE)
		disable(d, a, tf);
	else if (tf->command == ERASE_PREPARE ? a->frozen : a->locked)
		emu_ata_error(tf, EMU_ABRT);
	else if (tf->command == FREEZE_LOCK)
		a->frozen = true;
	return true;
}
