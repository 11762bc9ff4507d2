/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An ATA drive behind a SAT layer, as ACS-4 and SAT-4 have it: what it is can
 * be set by a test before it is used, what state it is in can be read.
 */
#ifndef EMU_ATA_H
#define EMU_ATA_H

#include "emu_dev.h"

enum emu_ata_kind {
	EMU_ATA_HDD,		/* no sanitize; normal and enhanced erase */
	EMU_ATA_HDD_SANITIZE,	/* overwrite */
	EMU_ATA_SED,		/* rotating, crypto and overwrite */
	EMU_ATA_SSD,		/* block and crypto */
	EMU_ATA_SSD_OLD,	/* SECURITY ERASE only */
	EMU_ATA_PLAIN		/* no security, no sanitize */
};

/* ACS-4 4.17: the sanitize state machine. */
enum emu_sd { SD0_IDLE, SD1_FROZEN, SD2_RUNS, SD3_FAILED, SD4_DONE };

/* What stands between: a USB bridge. */
struct emu_bridge {
	bool on;
	bool no_16, no_12;	/* refuses that pass-through */
	bool drops_registers;
	bool own_identity;	/* answers IDENTIFY for itself */
	bool no_data_out;
	bool removable;		/* says that the medium is */
};

/* A command in the drive's registers. */
struct emu_tf {
	uint8_t command, device;
	uint16_t feature, count;
	uint64_t lba;
	bool ext;		/* 48-bit registers were written */
	bool ck_cond;
	uint8_t protocol;
	uint8_t *data;
	uint32_t len;
	/* the answer */
	uint8_t status, error;
	uint16_t out_count;
	uint64_t out_lba;
	uint32_t done;		/* bytes into data */
	uint64_t took_ms;
};

struct emu_ata {
	/* ---- what it is */
	bool flash, crypto, block, overwrite, antifreeze;
	bool security, enhanced, encrypts;
	bool hpa, dco, amac;	/* feature sets */
	bool definitive;	/* DEFINITIVE ENDING PATTERN */
	bool overrides_lock;	/* sanitize works though locked */
	bool ssp;		/* settings survive a COMRESET */
	bool no_logs;		/* no general purpose logging */
	bool master_unchecked;	/* F4 by master when disabled: any password */
	bool freezes_at_power_on;	/* as firmware does after POST */
	bool torn_needs_erase;	/* interrupted F4: no I/O until a whole one */
	bool fixed_errors;	/* D_SENSE = 0 */
	bool old_kernel;	/* ABRT is 5/21/04 instead of B/00/00 */
	bool io_waits;		/* I/O waits while it sanitizes */
	uint16_t normal_min, enhanced_min;	/* as IDENTIFY tells */
	uint64_t normal_ms, enhanced_ms, crypto_ms, block_ms, overwrite_ms;
	struct emu_fill normal_fill, enhanced_fill, block_fill, crypto_fill;
	bool crypto_random;	/* reads are random by the new key; else
				   crypto_fill */
	struct emu_bridge bridge;
	/* ---- security state */
	bool enabled, locked, frozen, expired, maximum;
	uint8_t user[32], master[32];
	uint16_t master_id;
	unsigned wrong;		/* passwords so far */
	bool torn;		/* an F4 did not end */
	/* ---- sanitize state */
	enum emu_sd sd;
	bool may_leave, antifrozen;
	struct emu_job job;	/* sanitize */
	struct emu_job erase;	/* SECURITY ERASE UNIT */
	/* ---- hidden areas, in logical blocks */
	uint64_t max, max_kept;	/* addressable now; after power cycle */
	uint64_t native, factory;	/* without HPA or AMAC; and DCO */
	uint64_t spare;		/* byte offset of what no LBA reaches */
	bool max_changed, max_frozen, max_locked, amac_changed, amac_frozen,
	     dco_frozen;
	/* ---- the rest */
	uint8_t last;		/* command before this one, if it succeeded */
	uint32_t reallocated, pending, uncorrectable, power_ons;
	bool failing;
};

/* Addresses `size` bytes; nothing is hidden yet; 64 spare blocks. */
struct emu_drive *emu_ata_add(const char *path, uint64_t size, uint32_t lblock,
			      enum emu_ata_kind kind);
struct emu_ata *emu_ata_of(const struct emu_drive *d);
/* To be called before emu_soil(): the last of its bytes are hidden. */
void emu_ata_hide_hpa(struct emu_drive *d, uint64_t bytes);
void emu_ata_hide_amac(struct emu_drive *d, uint64_t bytes);
void emu_ata_hide_dco(struct emu_drive *d, uint64_t bytes);
/* As a password set earlier: text, zero-padded; locked at once. */
void emu_ata_lock(struct emu_drive *d, const char *password);
/* This block becomes bad and another takes its place: what it held stays in
 * the spare area. */
void emu_ata_remap(struct emu_drive *d, uint64_t lba);
/* Puts a USB bridge before it. */
void emu_ata_bridge(struct emu_drive *d, const char *name,
		    struct emu_bridge bridge);

/* ---- between emu_ata*.c and emu_sat.c ----------------------------------- */

void emu_ata_run(struct emu_drive *d, struct emu_tf *tf);
/* What took time is over. */
void emu_ata_end(struct emu_drive *d, struct emu_tf *tf);
void emu_ata_identify(struct emu_drive *d, uint8_t out[512]);

/* Each true: it was one of theirs. */
bool emu_ata_security(struct emu_drive *d, struct emu_tf *tf);
bool emu_ata_sanitize(struct emu_drive *d, struct emu_tf *tf);
bool emu_ata_limits(struct emu_drive *d, struct emu_tf *tf);
bool emu_ata_logs(struct emu_drive *d, struct emu_tf *tf);
void emu_ata_security_end(struct emu_drive *d, struct emu_tf *tf);

/* ERROR bits, ACS-4 6.3 */
#define EMU_ABRT 0x04
#define EMU_IDNF 0x10
#define EMU_UNC  0x40
void emu_ata_error(struct emu_tf *tf, uint8_t error);

/* emu_sat.c: doors of struct emu_dev. */
int emu_sat_scsi(struct emu_drive *d, struct wire_scsi *c, uint64_t *took_ms);
int emu_sat_end(struct emu_drive *d, struct wire_scsi *c);
uint32_t emu_sat_op(const struct emu_drive *d, const struct wire_scsi *s,
		    const struct wire_nvme *n);
int emu_sat_refuse(struct emu_drive *d, struct wire_scsi *s,
		   struct wire_nvme *n);

#endif
