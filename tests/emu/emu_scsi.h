/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A SCSI or SAS disk as SPC-5 and SBC-4 have it: what it is can be set by a
 * test before it is used, what state it is in can be read.
 */
#ifndef EMU_SCSI_H
#define EMU_SCSI_H

#include "emu_dev.h"

enum emu_scsi_kind {
	EMU_SCSI_HDD,		/* SANITIZE overwrite, FORMAT UNIT */
	EMU_SCSI_SED,		/* rotating, crypto and overwrite */
	EMU_SCSI_SSD,		/* block, crypto and overwrite */
	EMU_SCSI_OLD		/* FORMAT UNIT; reports no opcodes */
};

/* SBC-4 4.11: the state of what it does with the medium. */
enum emu_medium_state {
	EMU_MEDIUM_READY, EMU_MEDIUM_SANITIZES, EMU_MEDIUM_SANITIZE_FAILED,
	EMU_MEDIUM_FORMATS, EMU_MEDIUM_FORMAT_FAILED, EMU_MEDIUM_CORRUPT
};

struct emu_scsi {
	/* ---- what it is */
	bool flash, overwrite, block, crypto, format;
	bool no_opcodes;	/* no REPORT SUPPORTED OPERATION CODES */
	bool no_action_option;	/* ... and of it no option 2, as libata */
	bool no_defects;	/* no READ DEFECT DATA */
	bool no_progress;	/* sense without a progress indication */
	bool descriptor;	/* D_SENSE: descriptor format by default */
	unsigned lag;		/* polls that say "nothing" after a start */
	uint8_t wabereq, wacereq;	/* VPD B1h: 0 unspecified, 1 GOOD,
				   2 another error, 3 write required */
	uint8_t protection;	/* type, as READ CAPACITY(16); 0 = none */
	uint64_t crypto_ms, block_ms, overwrite_ms, format_ms;
	struct emu_fill block_fill, format_fill;
	bool crypto_random;
	/* ---- state */
	enum emu_medium_state state;
	bool open;		/* AUSE of what runs or has failed */
	bool attention;		/* 6/29/00 comes first */
	bool reserved;		/* by another host */
	uint64_t capacity;	/* of what it addresses; the kernel that
				   found it busy believes that it has none */
	unsigned lagged;
	uint8_t action;		/* of the last SANITIZE */
	struct emu_job job;
	bool *blank;		/* per block; see WABEREQ */
	uint32_t primary, grown;	/* defects */
};

/* 16 spare blocks. */
struct emu_drive *emu_scsi_add(const char *path, uint64_t size,
			       uint32_t lblock, enum emu_scsi_kind kind);
struct emu_scsi *emu_scsi_of(const struct emu_drive *d);
/* It tells the host fewer blocks than it has (MODE SELECT); before soiling. */
void emu_scsi_shorten(struct emu_drive *d, uint64_t bytes);

/* ---- between emu_scsi*.c ------------------------------------------------- */

/* CHECK CONDITION as this drive tells it, in the format that it is set to. */
void emu_scsi_check(struct emu_drive *d, struct wire_scsi *c, uint8_t key,
		    uint8_t asc, uint8_t ascq);
void emu_scsi_illegal(struct emu_drive *d, struct wire_scsi *c, uint8_t asc);
/* What the state that it is in has to say; false: nothing. */
bool emu_scsi_state_sense(struct emu_drive *d, uint8_t sense[3],
			  int32_t *progress);

/* Each true: it was one of theirs. */
bool emu_scsi_tell(struct emu_drive *d, struct wire_scsi *c);
bool emu_scsi_erase(struct emu_drive *d, struct wire_scsi *c,
		    uint64_t *took_ms);
void emu_scsi_erase_end(struct emu_drive *d, struct wire_scsi *c);
void emu_scsi_advance(struct emu_drive *d);

#endif
