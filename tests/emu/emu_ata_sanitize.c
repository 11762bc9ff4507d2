/* SPDX-License-Identifier: Apache-2.0 */
/* How does an ATA drive sanitize itself?  ACS-4 4.17 and 7.36. */
#include "emu_ata.h"

#include <string.h>

#define SANITIZE_DEVICE	0xb4
#define STATUS_EXT	0x00
#define CRYPTO_SCRAMBLE	0x11
#define BLOCK_ERASE	0x12
#define OVERWRITE	0x14
#define FREEZE_LOCK	0x20
#define ANTIFREEZE	0x40

#define KEY_CRYPTO	0x43727970U	/* "Cryp" */
#define KEY_BLOCK	0x426b4572U	/* "BkEr" */
#define KEY_OVERWRITE	0x4f57U		/* "OW", LBA 47:32 */
#define KEY_FREEZE	0x46724c6bU	/* "FrLk" */
#define KEY_ANTIFREEZE	0x416e7469U	/* "Anti" */

/* SANITIZE DEVICE ERROR REASON, ACS-4 table 139 */
#define WHY_NONE	0
#define WHY_FAILED	1
#define WHY_UNSUPPORTED	2
#define WHY_FROZEN	3
#define WHY_ANTIFREEZE	4

static void
refuse(struct emu_tf *tf, uint8_t why)
{
	emu_ata_error(tf, EMU_ABRT);
	tf->out_lba = why;
}

static bool
has_key(const struct emu_tf *tf)
{
	switch (tf->feature) {
	case CRYPTO_SCRAMBLE:
		return tf->lba == KEY_CRYPTO;
	case BLOCK_ERASE:
		return tf->lba == KEY_BLOCK;
	case OVERWRITE:
		return tf->lba >> 32 == KEY_OVERWRITE;
	case FREEZE_LOCK:
		return tf->lba == KEY_FREEZE;
	default:
		return tf->lba == KEY_ANTIFREEZE;
	}
}

static bool
is_supported(const struct emu_ata *a, uint16_t feature)
{
	switch (feature) {
	case CRYPTO_SCRAMBLE:
		return a->crypto;
	case BLOCK_ERASE:
		return a->block;
	case OVERWRITE:
		return a->overwrite;
	case ANTIFREEZE:
		return a->antifreeze;
	default:
		return feature == FREEZE_LOCK;
	}
}

/* How it stands, as the drive tells it. */
static void
tell(struct emu_drive *d, struct emu_ata *a, struct emu_tf *tf)
{
	enum emu_job_state told = emu_job_told(d, &a->job);
	enum emu_sd sd = a->sd;

	if (sd == SD2_RUNS && told == EMU_JOB_DONE)
		sd = SD4_DONE;
	if (sd == SD4_DONE && told == EMU_JOB_NONE && a->job.op)
		sd = SD0_IDLE;
	tf->out_lba = 0xffff;
	tf->out_count = (uint16_t)((sd == SD4_DONE) << 15 |
				   (sd == SD2_RUNS) << 14 |
				   (sd == SD1_FROZEN) << 13 |
				   a->antifrozen << 12);
	if (sd == SD2_RUNS)
		tf->out_lba = (uint64_t)emu_job_permille(d, &a->job) * 65536 /
			      1000;
}

static void
status(struct emu_drive *d, struct emu_ata *a, struct emu_tf *tf)
{
	if (a->sd == SD3_FAILED && tf->count & 1 && a->may_leave) {
		a->sd = SD0_IDLE;
		emu_job_drop(&a->job);
		a->job.op = 0;
	}
	if (a->sd == SD3_FAILED)
		refuse(tf, WHY_FAILED);
	else
		tell(d, a, tf);
}

/* What the overwriting leaves: the pattern of its last pass. */
static struct emu_fill
pattern_of(const struct emu_ata *a, const struct emu_tf *tf, unsigned passes)
{
	bool inverted = tf->count & 0x80 && passes % 2 == 0 &&
			!(a->definitive && tf->count & 0x40);
	struct emu_fill f = { .len = 4 };
	unsigned i;

	for (i = 0; i < 4; i++)
		f.bytes[i] = (uint8_t)((inverted ? ~tf->lba : tf->lba) >>
				       8 * i);
	return f;
}

static void
begin(struct emu_drive *d, struct emu_ata *a, struct emu_tf *tf)
{
	unsigned passes = tf->count & 0xf ? tf->count & 0xf : 16;
	struct emu_fill fill = a->block_fill;
	uint64_t ms = a->block_ms;

	if (tf->feature == OVERWRITE) {
		fill = pattern_of(a, tf, passes);
		ms = a->overwrite_ms * passes;
	} else if (tf->feature == CRYPTO_SCRAMBLE) {
		fill = a->crypto_fill;
		ms = a->crypto_ms;
		if (a->crypto_random)
			fill = (struct emu_fill){ .key = emu_random(d) };
	}
	if (!emu_job_start(d, &a->job, 0, d->media_len, ms, &fill))
		return;
	a->may_leave = tf->count & 0x10;
	a->sd = SD2_RUNS;
	d->dev->tick(d);
}

static void
start(struct emu_drive *d, struct emu_ata *a, struct emu_tf *tf)
{
	bool fails_hard = a->sd == SD3_FAILED && !a->may_leave;

	if (!is_supported(a, tf->feature))
		refuse(tf, WHY_UNSUPPORTED);
	else if (a->sd == SD1_FROZEN)
		refuse(tf, WHY_FROZEN);
	else if (!has_key(tf) || a->sd == SD2_RUNS)
		refuse(tf, WHY_NONE);
	else if (a->locked && !a->overrides_lock)
		refuse(tf, WHY_NONE);
	else if (fails_hard && tf->count & 0x10)
		refuse(tf, WHY_FAILED);
	else if (tf->feature == FREEZE_LOCK || tf->feature == ANTIFREEZE) {
		if (a->sd == SD3_FAILED)
			refuse(tf, WHY_FAILED);
		else if (tf->feature == ANTIFREEZE)
			a->antifrozen = true;
		else if (a->antifrozen)
			refuse(tf, WHY_ANTIFREEZE);
		else
			a->sd = SD1_FROZEN;
	} else
		begin(d, a, tf);
}

bool
emu_ata_sanitize(struct emu_drive *d, struct emu_tf *tf)
{
	struct emu_ata *a = emu_ata_of(d);

	if (tf->command != SANITIZE_DEVICE)
		return false;
	if (!tf->ext || !(a->crypto || a->block || a->overwrite))
		emu_ata_error(tf, EMU_ABRT);
	else if (tf->feature == STATUS_EXT)
		status(d, a, tf);
	else
		start(d, a, tf);
	return true;
}
