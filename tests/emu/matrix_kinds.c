/* SPDX-License-Identifier: Apache-2.0 */
/* Which drives does the matrix try, and what has each that others have not? */
#include "matrix.h"

#include "emu_ata.h"
#include "emu_nvme.h"
#include "emu_scsi.h"

#include <string.h>

#define HOUR_MS	3600000ULL

/* Fewer polls, no other states. */
static struct emu_drive *
ata(enum emu_ata_kind kind)
{
	struct emu_drive *d = emu_ata_add(MATRIX_PATH, MATRIX_SIZE, 512, kind);
	struct emu_ata *a = emu_ata_of(d);

	a->block_ms = a->overwrite_ms = 40000;
	a->normal_ms = a->enhanced_ms = 60000;
	return d;
}

/* What was hidden counts as well. */
static struct emu_drive *
ata_hdd(void)
{
	struct emu_drive *d = ata(EMU_ATA_HDD);

	emu_ata_hide_dco(d, MATRIX_HIDDEN);
	emu_ata_hide_hpa(d, MATRIX_HIDDEN);
	return d;
}

static struct emu_drive *
ata_sed(void)
{
	struct emu_drive *d = ata(EMU_ATA_SED);

	emu_ata_hide_amac(d, MATRIX_HIDDEN);
	return d;
}

static struct emu_drive *
ata_ssd(void)
{
	return ata(EMU_ATA_SSD);
}

static struct emu_drive *
ata_ssd_old(void)
{
	return ata(EMU_ATA_SSD_OLD);
}

static struct emu_drive *
ata_usb(void)
{
	struct emu_drive *d = ata(EMU_ATA_SSD);

	emu_ata_bridge(d, "152d:0578 uas", (struct emu_bridge){ .on = true });
	return d;
}

static struct emu_drive *
nvme(enum emu_nvme_kind kind)
{
	struct emu_drive *d = emu_nvme_add(MATRIX_PATH, MATRIX_SIZE, 512,
					   kind);

	emu_nvme_of(d)->overwrite_ms = 60000;
	return d;
}

static struct emu_drive *
nvme_one(void)
{
	return nvme(EMU_NVME_FULL);
}

static struct emu_drive *
nvme_consumer(void)
{
	return nvme(EMU_NVME_CONSUMER);
}

static struct emu_drive *
nvme_old(void)
{
	return nvme(EMU_NVME_OLD);
}

static struct emu_drive *
nvme_two(void)
{
	struct emu_drive *d = nvme(EMU_NVME_FULL);

	emu_nvme_add_ns(d, "/dev/emu0n2", MATRIX_SIZE, 512);
	return d;
}

/* One that nobody here can read. */
static struct emu_drive *
nvme_unattached(void)
{
	struct emu_drive *d = nvme(EMU_NVME_FULL);

	emu_nvme_add_unattached(d, MATRIX_HIDDEN);
	return d;
}

/* A Format of one erases both. */
static struct emu_drive *
nvme_all(void)
{
	struct emu_drive *d = nvme(EMU_NVME_OLD);

	emu_nvme_add_ns(d, "/dev/emu0n2", MATRIX_SIZE, 512);
	emu_nvme_of(d)->fna = 0x2;
	return d;
}

static struct emu_drive *
scsi(enum emu_scsi_kind kind)
{
	struct emu_drive *d = emu_scsi_add(MATRIX_PATH, MATRIX_SIZE, 512,
					   kind);
	struct emu_scsi *s = emu_scsi_of(d);

	s->overwrite_ms = s->format_ms = 60000;
	return d;
}

static struct emu_drive *
scsi_hdd(void)
{
	return scsi(EMU_SCSI_HDD);
}

static struct emu_drive *
scsi_sed(void)
{
	return scsi(EMU_SCSI_SED);
}

static struct emu_drive *
scsi_ssd(void)
{
	return scsi(EMU_SCSI_SSD);
}

#define ATA_OPS { EMU_OP_SUB(0xb4, 0x11U), EMU_OP_SUB(0xb4, 0x12U), \
		  EMU_OP_SUB(0xb4, 0x14U), EMU_OP(0xf4) }
#define NVME_OPS { EMU_OP_SUB(0x84, 2U), EMU_OP_SUB(0x84, 3U), \
		   EMU_OP_SUB(0x84, 4U), EMU_OP_SUB(0x80, 1U), \
		   EMU_OP_SUB(0x80, 2U) }
#define SCSI_OPS { EMU_OP_SUB(0x48, 1U), EMU_OP_SUB(0x48, 2U), \
		   EMU_OP_SUB(0x48, 3U), EMU_OP(0x04) }
#define ATA_ID	EMU_OP(0xec)
#define NVME_ID	EMU_OP_SUB(0x06, 1U)
#define SCSI_ID	EMU_OP(0x12)

const struct matrix_kind matrix_kinds[] = {
	{ "ATA HDD", "ata", ATA_OPS, ATA_ID, ata_hdd, 0 },
	{ "ATA HDD that encrypts", "ata", ATA_OPS, ATA_ID, ata_sed, 0 },
	{ "ATA SSD", "ata", ATA_OPS, ATA_ID, ata_ssd, 0 },
	{ "ATA SSD, old", "ata", ATA_OPS, ATA_ID, ata_ssd_old, 0 },
	{ "ATA SSD behind USB", "ata", ATA_OPS, ATA_ID, ata_usb, 0 },
	{ "NVMe", "nvme", NVME_OPS, NVME_ID, nvme_one, 0 },
	{ "NVMe 1.3", "nvme", NVME_OPS, NVME_ID, nvme_consumer, 0 },
	{ "NVMe 1.2", "nvme", NVME_OPS, NVME_ID, nvme_old, 0 },
	{ "NVMe, two namespaces", "nvme", NVME_OPS, NVME_ID, nvme_two, 0 },
	{ "NVMe, one unattached", "nvme", NVME_OPS, NVME_ID, nvme_unattached,
	  REASON_SPACE_UNREAD },
	{ "NVMe 1.2, formats both", "nvme", NVME_OPS, NVME_ID, nvme_all, 0 },
	{ "SCSI HDD", "scsi", SCSI_OPS, SCSI_ID, scsi_hdd, 0 },
	{ "SCSI HDD that encrypts", "scsi", SCSI_OPS, SCSI_ID, scsi_sed, 0 },
	{ "SCSI SSD", "scsi", SCSI_OPS, SCSI_ID, scsi_ssd, 0 },
};
const size_t matrix_n_kinds = sizeof(matrix_kinds) / sizeof(*matrix_kinds);

static bool
is(const struct emu_drive *d, const char *kind)
{
	return !strcmp(d->dev->kind, kind);
}

/* ---- one of them --------------------------------------------------------- */

static struct emu_drive *
second(const struct emu_drive *d)
{
	struct emu_nvme *s = is(d, "nvme") ? emu_nvme_of(d) : NULL;

	return s && s->n_ns > 1 ? s->ns[1].node : NULL;
}

static void
soil(struct matrix_cell *m)
{
	uint64_t first;

	emu_soil(m->d);
	if (!m->d2)
		return;
	emu_soil(m->d2);
	m->others = emu_remains(m->d2, &first);
}

void
matrix_make(struct matrix_cell *m)
{
	m->d = m->kind->make();
	m->d2 = second(m->d);
	soil(m);
}

uint64_t
matrix_reach(const struct matrix_cell *m)
{
	const struct emu_drive *d = m->d;

	if (is(d, "ata"))
		return emu_ata_of(d)->factory * d->d.lblock;
	return is(d, "nvme") ? emu_nvme_of(d)->ns[0].size :
			       emu_scsi_of(d)->capacity;
}

const char *
matrix_password(const struct emu_drive *d)
{
	if (!is(d, "ata") || !emu_ata_of(d)->enabled)
		return NULL;
	return (const char *)emu_ata_of(d)->user;
}

static void
forget_faults(struct emu_drive *d)
{
	if (!d)
		return;
	d->n_faults = 0;
	d->gone = d->other_serial = d->other_size = false;
}

static void
heal(struct emu_job *job)
{
	job->stuck_ms = job->off_ms = UINT64_MAX;
}

void
matrix_mend(struct matrix_cell *m)
{
	forget_faults(m->d);
	forget_faults(m->d2);
	emu_power_cycle(m->d);
	/* what stood still because of a fault goes on */
	if (is(m->d, "nvme") && emu_nvme_of(m->d)->by)
		heal(&emu_nvme_self(emu_nvme_of(m->d)->by)->job);
	else if (is(m->d, "ata"))
		heal(&emu_ata_of(m->d)->job);
	else if (is(m->d, "scsi"))
		heal(&emu_scsi_of(m->d)->job);
	if (m->d->size)
		return;
	emu_pass(HOUR_MS);	/* the kernel looks once more */
	emu_power_cycle(m->d);
}

void
matrix_history(struct matrix_cell *m)
{
	if (is(m->d, "nvme") && emu_nvme_of(m->d)->sanicap & 7) {
		struct emu_nvme *s = emu_nvme_of(m->d);

		s->sos = 1;
		s->scdw10 = 2 | 1U << 9;
		s->gde = true;
	} else if (is(m->d, "ata") && emu_ata_of(m->d)->antifreeze) {
		emu_ata_of(m->d)->sd = SD4_DONE;
	}
}
