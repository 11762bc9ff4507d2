/* SPDX-License-Identifier: Apache-2.0 */
/* Which commands does an ATA drive take in the state it is in? */
#include "emu_ata.h"

#include "../../src/util.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define SPARE_BLOCKS 64

struct emu_ata *
emu_ata_of(const struct emu_drive *d)
{
	if (!d->dev || strcmp(d->dev->kind, "ata") != 0)
		emu_fail("not an ATA drive");
	return d->state;
}

void
emu_ata_error(struct emu_tf *tf, uint8_t error)
{
	tf->status = 0x51;	/* DRDY, ERR; ACS-4 6.2 */
	tf->error = error;
	tf->out_count = 0;
	tf->out_lba = 0;
	tf->done = 0;
}

/* While it sanitizes, or has failed to: ACS-4 table 25. */
static bool
allowed_while_sanitizing(const struct emu_tf *tf)
{
	switch (tf->command) {
	case 0xec: case 0xe5: case 0xe0: case 0xe1: case 0xb4:
		return true;
	case 0x2f: case 0x47:
		return (tf->lba & 0xff) == 0x30 || (tf->lba & 0xff) == 0x10 ||
		       (tf->lba & 0xff) == 0xe0;
	case 0xb0:
		return tf->feature == 0xd0 || tf->feature == 0xda;
	default:
		return false;
	}
}

/* READ SECTOR(S) EXT: past the end, or locked: no. */
static void
read_sectors(struct emu_drive *d, struct emu_tf *tf)
{
	struct emu_ata *a = emu_ata_of(d);
	uint64_t n = tf->count ? tf->count : 65536, len = n * d->d.lblock;

	if (a->locked || a->torn || !tf->ext)
		emu_ata_error(tf, EMU_ABRT);
	else if (tf->lba + n > a->max)
		emu_ata_error(tf, EMU_IDNF);
	else if (emu_fires(d, EMU_BAD, tf->lba * d->d.lblock, len))
		emu_ata_error(tf, EMU_UNC);
	else {
		tf->done = tf->len < len ? tf->len : (uint32_t)len;
		memcpy(tf->data, (d->cache ? d->cache : d->media) +
		       tf->lba * d->d.lblock, tf->done);
	}
}

static void
other(struct emu_drive *d, struct emu_tf *tf)
{
	switch (tf->command) {
	case 0x24:
		read_sectors(d, tf);
		break;
	case 0xe5:		/* CHECK POWER MODE: active */
		tf->out_count = 0xff;
		break;
	case 0xe7: case 0xea:	/* FLUSH CACHE */
		if (emu_ata_of(d)->locked)
			emu_ata_error(tf, EMU_ABRT);
		break;
	case 0xe0: case 0xe1: case 0xef:
		break;
	default:
		emu_ata_error(tf, EMU_ABRT);
		break;
	}
}

void
emu_ata_run(struct emu_drive *d, struct emu_tf *tf)
{
	struct emu_ata *a = emu_ata_of(d);

	tf->status = 0x50;	/* DRDY, DSC */
	tf->error = 0;
	tf->out_count = 0;
	tf->out_lba = tf->ext ? 0 : tf->lba;
	if ((a->sd == SD2_RUNS || a->sd == SD3_FAILED) &&
	    !allowed_while_sanitizing(tf))
		emu_ata_error(tf, EMU_ABRT);
	else if (!emu_ata_logs(d, tf) && !emu_ata_security(d, tf) &&
		 !emu_ata_sanitize(d, tf) && !emu_ata_limits(d, tf))
		other(d, tf);
	a->last = tf->status & 1 ? 0 : tf->command;
}

void
emu_ata_end(struct emu_drive *d, struct emu_tf *tf)
{
	tf->status = 0x50;
	if (tf->command == 0xf4)
		emu_ata_security_end(d, tf);
}

/* ---- doors of struct emu_dev -------------------------------------------- */

static void
tick(struct emu_drive *d)
{
	struct emu_ata *a = emu_ata_of(d);

	emu_job_tick(d, &a->erase);
	emu_job_tick(d, &a->job);
	if (a->sd == SD2_RUNS && a->job.state == EMU_JOB_DONE)
		a->sd = SD4_DONE;
	else if (a->sd == SD2_RUNS && a->job.state == EMU_JOB_FAILED)
		a->sd = SD3_FAILED;
}

static int
io(struct emu_drive *d, const struct io *io)
{
	const struct emu_ata *a = emu_ata_of(d);

	if (a->erase.state == EMU_JOB_RUNS)
		return EMU_IO_WAITS;
	if (a->sd == SD2_RUNS)
		return a->io_waits ? EMU_IO_WAITS : -EIO;
	if (a->sd == SD3_FAILED || a->locked || a->torn)
		return -EIO;
	return io->at + io->len > emu_current(d) ? -EIO : 0;
}

/* A COMRESET: what runs in the foreground is lost, sanitize goes on. */
static void
reset(struct emu_drive *d)
{
	struct emu_ata *a = emu_ata_of(d);

	a->last = 0;
	if (a->erase.state != EMU_JOB_RUNS && a->ssp)
		return;
	if (a->erase.state == EMU_JOB_RUNS)
		emu_job_drop(&a->erase);
	if (a->ssp)
		return;
	a->locked = a->enabled;
	a->frozen = a->expired = false;
	a->wrong = 0;
}

static void
power_off(struct emu_drive *d)
{
	struct emu_ata *a = emu_ata_of(d);

	if (a->erase.state == EMU_JOB_RUNS)
		emu_job_drop(&a->erase);
}

static void
power(struct emu_drive *d)
{
	struct emu_ata *a = emu_ata_of(d);

	a->power_ons++;
	a->last = 0;
	a->locked = a->enabled;
	a->frozen = a->freezes_at_power_on && !a->locked;
	a->expired = a->max_changed = a->max_frozen = a->max_locked = false;
	a->amac_changed = a->amac_frozen = a->dco_frozen = false;
	a->wrong = 0;
	a->antifrozen = false;
	if (a->sd == SD1_FROZEN)
		a->sd = SD0_IDLE;
	a->max = a->max_kept;
	d->current = a->max * d->d.lblock;
	if (a->sd == SD2_RUNS)
		emu_job_resume(&a->job);
}

static void
forget(struct emu_drive *d)
{
	free(d->state);
}

static const struct emu_dev ata = {
	.kind = "ata",
	.one_at_a_time = true,
	.scsi = emu_sat_scsi,
	.scsi_end = emu_sat_end,
	.op = emu_sat_op,
	.refuse = emu_sat_refuse,
	.tick = tick,
	.io = io,
	.reset = reset,
	.power_off = power_off,
	.power = power,
	.free = forget,
};

/* ---- for the test ------------------------------------------------------- */

static void
furnish(struct emu_ata *a, enum emu_ata_kind kind)
{
	a->flash = kind == EMU_ATA_SSD || kind == EMU_ATA_SSD_OLD;
	a->block = kind == EMU_ATA_SSD;
	a->crypto = a->encrypts = kind == EMU_ATA_SSD || kind == EMU_ATA_SED;
	a->overwrite = kind == EMU_ATA_SED || kind == EMU_ATA_HDD_SANITIZE;
	a->antifreeze = a->block || a->overwrite;
	a->security = a->enhanced = kind != EMU_ATA_PLAIN;
	a->hpa = a->dco = kind == EMU_ATA_HDD || kind == EMU_ATA_PLAIN ||
			  kind == EMU_ATA_SSD_OLD;
	a->amac = !a->hpa;
	a->ssp = true;
	a->torn_needs_erase = true;
	a->crypto_random = true;
	a->master_id = 0xfffe;
	a->normal_min = a->flash ? 2 : 180;
	a->enhanced_min = a->flash ? 2 : 180;
	a->normal_ms = a->enhanced_ms = a->flash ? 20000 : 2 * 3600000ULL;
	a->crypto_ms = 2000;
	a->block_ms = 30000;
	a->overwrite_ms = 2 * 3600000ULL;
	a->normal_fill = (struct emu_fill){ .len = 1 };
	a->enhanced_fill = (struct emu_fill){
		.len = 4, .bytes = { 0x33, 0xcc, 0x55, 0xaa }
	};
	a->block_fill = (struct emu_fill){ .len = 1, .bytes = { 0xff } };
	a->crypto_fill = (struct emu_fill){ .len = 1 };
}

struct emu_drive *
emu_ata_add(const char *path, uint64_t size, uint32_t lblock,
	    enum emu_ata_kind kind)
{
	struct emu_drive *d = emu_add(path, size, lblock);
	struct emu_ata *a = emu_alloc(sizeof(*a));

	emu_room(d, size + SPARE_BLOCKS * (uint64_t)lblock);
	d->dev = &ata;
	d->state = a;
	furnish(a, kind);
	a->max = a->max_kept = a->native = a->factory = size / lblock;
	a->spare = size;
	text_copy(d->d.id.vendor, sizeof(d->d.id.vendor), "ATA");
	text_copy(d->d.id.model, sizeof(d->d.id.model), a->flash ?
		  "Emulated SSD" : "Emulated HDD");
	d->d.medium = a->flash ? MEDIUM_FLASH : MEDIUM_ROTATING;
	d->d.rpm = a->flash ? 0 : 7200;
	return d;
}

void
emu_ata_lock(struct emu_drive *d, const char *password)
{
	struct emu_ata *a = emu_ata_of(d);

	memset(a->user, 0, sizeof(a->user));
	memcpy(a->user, password, strlen(password));
	a->enabled = a->locked = true;
}

void
emu_ata_remap(struct emu_drive *d, uint64_t lba)
{
	struct emu_ata *a = emu_ata_of(d);
	uint32_t lblock = d->d.lblock;

	if (a->reallocated == SPARE_BLOCKS)
		emu_fail("no spare block is left");
	memcpy(d->media + a->spare + a->reallocated++ * (uint64_t)lblock,
	       d->media + lba * lblock, lblock);
}

void
emu_ata_bridge(struct emu_drive *d, const char *name,
	       struct emu_bridge bridge)
{
	struct emu_ata *a = emu_ata_of(d);

	a->bridge = bridge;
	a->bridge.on = true;
	d->d.transport = TRANSPORT_USB;
	text_copy(d->d.bridge.name, sizeof(d->d.bridge.name), name);
	text_copy(d->d.id.vendor, sizeof(d->d.id.vendor), "Bridge");
}
