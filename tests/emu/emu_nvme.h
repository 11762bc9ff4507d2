/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An NVM subsystem, as the NVM Express Base Specification 2.1 ("B n") and the
 * NVM Command Set Specification 1.1 ("N n") have it: one medium, one or more
 * controllers, and namespaces, each with a node of its own.  What it is can be
 * set by a test before it is used, what state it is in can be read.
 */
#ifndef EMU_NVME_H
#define EMU_NVME_H

#include "emu_dev.h"

#define EMU_NVME_SPACES 8

enum emu_nvme_kind {
	EMU_NVME_FULL,		/* every sanitize and every Format */
	EMU_NVME_CONSUMER,	/* block and crypto; 1.3: a log of 20 bytes */
	EMU_NVME_OLD,		/* 1.2: Format alone */
	EMU_NVME_PLAIN		/* nothing */
};

/* B 8.1.24.3, the states of Sanitize; as SSI tells them. */
enum emu_sans {
	EMU_SANS_IDLE, EMU_SANS_RUNS, EMU_SANS_FAILED, EMU_SANS_RUNS_OPEN,
	EMU_SANS_FAILED_OPEN
};

/* One namespace.  Those without a node keep their data in [at, at+len) of the
 * first node's media, past what any LBA reaches. */
struct emu_nvme_ns {
	uint32_t nsid;
	struct emu_drive *node;	/* NULL: attached to no controller here */
	uint64_t at, len;	/* of its media: LBAs, then spare */
	uint64_t size;		/* bytes that its LBAs reach */
	uint8_t format;		/* index of its LBA format */
	uint8_t pi;
	bool protected_;	/* write-protected */
	bool *blank;		/* per block: erased, and not written since */
	struct emu_job job;	/* its part of what runs */
};

struct emu_nvme {
	/* ---- what it is */
	uint32_t version;
	uint32_t sanicap;
	uint16_t oacs;
	uint8_t fna, bpcap, dlfeat;
	unsigned rpmb_units, controllers;
	bool short_log;		/* refuses to tell more than 20 bytes of 81h */
	bool blocked;		/* firmware has it refuse what erases */
	bool tcg, tcg_locked;
	bool pmr_enabled, needs_reset;
	bool sens_ignored;	/* erases one although FNA says all */
	bool deaf_in_format;	/* answers nothing while it formats */
	uint64_t crypto_ms, block_ms, overwrite_ms, format_ms;
	struct emu_fill block_fill, format_fill;
	bool crypto_random;	/* without deallocation reads are random */
	uint32_t formats[4];	/* LBA formats: LBADS << 16 | metadata */
	unsigned n_formats;
	/* ---- state */
	struct emu_drive *by;	/* node whose command began what runs */
	enum emu_sans sans, failed_in;
	uint8_t sos;		/* B figure 302; RUNNING while it does */
	uint32_t scdw10;
	unsigned passes;
	bool gde, warned;	/* warned: deallocated though not to */
	bool nodrm;		/* feature 17h: warn, do not refuse */
	bool formatting;
	uint32_t format_cdw10;
	unsigned n_ns;
	struct emu_nvme_ns ns[EMU_NVME_SPACES];
	/* ---- the rest */
	uint64_t media_errors;
	unsigned users;		/* nodes */
	unsigned resets;
};

/* One subsystem with its first namespace; 16 spare blocks and as many that are
 * allocated to nobody. */
struct emu_drive *emu_nvme_add(const char *path, uint64_t size,
			       uint32_t lblock, enum emu_nvme_kind kind);
/* To be called before emu_soil(). */
struct emu_drive *emu_nvme_add_ns(struct emu_drive *first, const char *path,
				  uint64_t size, uint32_t lblock);
/* A namespace that is attached to no controller. */
void emu_nvme_add_unattached(struct emu_drive *first, uint64_t size);
struct emu_nvme *emu_nvme_of(const struct emu_drive *d);
/* This block's namespace has a use: "/mnt". */
void emu_nvme_use(struct emu_drive *first, uint32_t nsid, const char *by);

/* ---- between emu_nvme*.c ------------------------------------------------- */

struct emu_nvme_ns *emu_nvme_self(const struct emu_drive *d);
struct emu_nvme_ns *emu_nvme_find(struct emu_nvme *s, uint32_t nsid);
bool emu_nvme_runs(const struct emu_nvme *s);
bool emu_nvme_failed(const struct emu_nvme *s);

void emu_nvme_identify(struct emu_drive *d, struct wire_nvme *c);
void emu_nvme_log(struct emu_drive *d, struct wire_nvme *c);
void emu_nvme_security(struct emu_drive *d, struct wire_nvme *c);
void emu_nvme_sanitize(struct emu_drive *d, struct wire_nvme *c);
void emu_nvme_format(struct emu_drive *d, struct wire_nvme *c,
		     uint64_t *took_ms);
void emu_nvme_format_end(struct emu_drive *d, struct wire_nvme *c);
/* What runs is brought up to the clock. */
void emu_nvme_advance(struct emu_nvme *s);
/* A Format that runs is lost where it is. */
void emu_nvme_format_lost(struct emu_nvme *s);

#endif
