/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How much of itself does an ATA drive show?  HPA and DCO: ATA8-ACS 4.10, 4.9;
 * AMAC: ACS-4 7.2.
 */
#include "emu_ata.h"

#include <string.h>

#define READ_NATIVE_MAX		0xf8
#define READ_NATIVE_MAX_EXT	0x27
#define SET_MAX			0xf9
#define SET_MAX_EXT		0x37
#define ACCESSIBLE_MAX		0x78
#define DCO			0xb1

static void
resize(struct emu_drive *d, struct emu_ata *a, uint64_t max)
{
	a->max = max;
	d->current = max * d->d.lblock;
}

static void
native_max(struct emu_ata *a, struct emu_tf *tf, bool ext)
{
	if (!a->hpa || (ext && !tf->ext)) {
		emu_ata_error(tf, EMU_ABRT);
		return;
	}
	tf->out_lba = a->native - 1;
	if (!ext && tf->out_lba > 0xfffffff)
		tf->out_lba = 0xfffffff;
}

/* Only right after its READ NATIVE MAX, and only once per power cycle if it is
 * to stay. */
static void
set_max(struct emu_drive *d, struct emu_ata *a, struct emu_tf *tf, bool ext)
{
	uint8_t before = ext ? READ_NATIVE_MAX_EXT : READ_NATIVE_MAX;
	bool keep = tf->count & 1;

	if (!a->hpa || a->last != before || a->max_frozen || a->max_locked ||
	    a->locked || a->frozen || (ext && !tf->ext)) {
		emu_ata_error(tf, EMU_ABRT);
	} else if (tf->lba >= a->native || (keep && a->max_changed)) {
		emu_ata_error(tf, EMU_IDNF);
	} else {
		resize(d, a, tf->lba + 1);
		if (keep) {
			a->max_kept = a->max;
			a->max_changed = true;
		}
	}
}

/* F9h with another FEATURE is a SET MAX security command, unless a READ NATIVE
 * MAX stands right before it. */
static void
set_max_28(struct emu_drive *d, struct emu_ata *a, struct emu_tf *tf)
{
	if (a->last == READ_NATIVE_MAX || !tf->feature)
		set_max(d, a, tf, false);
	else if (!a->hpa || a->max_frozen)
		emu_ata_error(tf, EMU_ABRT);
	else if (tf->feature == 0x04)
		a->max_frozen = true;
	else if (tf->feature == 0x02)
		a->max_locked = true;
	else
		emu_ata_error(tf, EMU_ABRT);
}

static void
accessible_max(struct emu_drive *d, struct emu_ata *a, struct emu_tf *tf)
{
	if (!a->amac || !tf->ext) {
		emu_ata_error(tf, EMU_ABRT);
	} else if (tf->feature == 0) {
		tf->out_lba = a->native - 1;
	} else if (a->amac_frozen || a->locked) {
		emu_ata_error(tf, EMU_ABRT);
	} else if (tf->feature == 2) {
		a->amac_frozen = true;
	} else if (tf->feature != 1 || a->amac_changed) {
		emu_ata_error(tf, EMU_ABRT);
	} else if (tf->lba >= a->native) {
		emu_ata_error(tf, EMU_IDNF);
	} else {
		resize(d, a, tf->lba + 1);
		a->max_kept = a->max;
		a->amac_changed = true;
	}
}

static void
dco_identify(struct emu_ata *a, struct emu_tf *tf)
{
	uint64_t last = a->factory - 1;
	uint8_t p[512] = { 2 }, sum = 0;	/* revision */
	unsigned i;

	for (i = 0; i < 8; i++)
		p[6 + i] = (uint8_t)(last >> 8 * i);
	p[2] = 0x07;	/* multiword DMA modes */
	p[4] = 0x7f;	/* Ultra DMA modes */
	p[14] = 0xff;	/* feature sets that it allows to change */
	p[510] = 0xa5;
	for (i = 0; i < 511; i++)
		sum = (uint8_t)(sum + p[i]);
	p[511] = (uint8_t)-sum;
	tf->done = tf->len < 512 ? tf->len : 512;
	memcpy(tf->data, p, tf->done);
}

static void
dco(struct emu_drive *d, struct emu_ata *a, struct emu_tf *tf)
{
	if (!a->dco || a->dco_frozen || a->locked) {
		emu_ata_error(tf, EMU_ABRT);
	} else if (tf->feature == 0xc2) {
		dco_identify(a, tf);
	} else if (tf->feature == 0xc1) {
		a->dco_frozen = true;
	} else if (tf->feature == 0xc0 && a->max == a->native) {
		a->native = a->factory;	/* no HPA may be set */
		a->max_kept = a->native;
		resize(d, a, a->native);
	} else {
		emu_ata_error(tf, EMU_ABRT);
	}
}

bool
emu_ata_limits(struct emu_drive *d, struct emu_tf *tf)
{
	struct emu_ata *a = emu_ata_of(d);

	switch (tf->command) {
	case READ_NATIVE_MAX:
	case READ_NATIVE_MAX_EXT:
		native_max(a, tf, tf->command == READ_NATIVE_MAX_EXT);
		return true;
	case SET_MAX_EXT:
		set_max(d, a, tf, true);
		return true;
	case SET_MAX:
		set_max_28(d, a, tf);
		return true;
	case ACCESSIBLE_MAX:
		accessible_max(d, a, tf);
		return true;
	case DCO:
		dco(d, a, tf);
		return true;
	default:
		return false;
	}
}

/* ---- for the test ------------------------------------------------------- */

static uint64_t
hide(struct emu_drive *d, uint64_t bytes)
{
	uint64_t n = bytes / d->d.lblock;
	struct emu_ata *a = emu_ata_of(d);

	if (n >= a->max)
		emu_fail("hides more than there is");
	a->max -= n;
	a->max_kept = a->max;
	d->current = d->size = d->d.id.size = a->max * d->d.lblock;
	return n;
}

void
emu_ata_hide_hpa(struct emu_drive *d, uint64_t bytes)
{
	emu_ata_of(d)->hpa = true;
	hide(d, bytes);
}

void
emu_ata_hide_amac(struct emu_drive *d, uint64_t bytes)
{
	emu_ata_of(d)->amac = true;
	emu_ata_of(d)->hpa = emu_ata_of(d)->dco = false;
	hide(d, bytes);
}

void
emu_ata_hide_dco(struct emu_drive *d, uint64_t bytes)
{
	emu_ata_of(d)->dco = true;
	emu_ata_of(d)->native -= hide(d, bytes);
}
