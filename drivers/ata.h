/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of the ATA command set share: a command and its answer, what
 * IDENTIFY DEVICE says, and what is remembered of one open drive.
 */
#ifndef ATA_H
#define ATA_H

#include "ata_spec.h"
#include "sense.h"
#include "wire.h"

#include "../src/massho.h"

/* ---- ata_sat.c: one command there and back ------------------------------ */

struct ata_cmd {
	const char *name;	/* as the standard has it */
	enum sat_protocol protocol;
	bool ext;		/* 48-bit; ATA PASS-THROUGH (16) only */
	uint8_t command;
	uint16_t feature, count;
	uint32_t timeout_ms;
	uint64_t lba;
};

enum ata_outcome {
	ATA_LOST,		/* what became of it could not be told */
	ATA_FOREIGN,		/* what is in between does not pass it on */
	ATA_ATTENTION,		/* a reset or a change came before it */
	ATA_REFUSED,		/* the drive did not do it */
	ATA_OK
};

struct ata_answer {
	enum ata_outcome outcome;
	bool reset;		/* STATUS and ERROR as a reset leaves them */
	struct sense s;		/* s.has_ata: with registers that can be */
	struct reply reply;	/* err is 0 only for ATA_OK */
};

/* PURE.  The CDB, and what is said around it. */
void ata_build16(const struct ata_cmd *c, struct wire_scsi *out);
void ata_build12(const struct ata_cmd *c, struct wire_scsi *out);
/* PURE.  What the answer in *c means for a command with this protocol. */
void ata_judge(const struct wire_scsi *c, enum sat_protocol protocol,
	       struct ata_answer *out);

/*
 * Sends, and judges.  data: ATA_BLOCK bytes, or NULL.  log: NULL for a command
 * that only reads; such a one is repeated after ATA_ATTENTION.  0, or what
 * wire_scsi() said; then out->reply.err says it as well.
 */
int ata_do(struct wire *w, const struct ata_cmd *c, void *data,
	   struct sent *log, struct ata_answer *out) MUST;
/* ---- ata_identify.c: PURE ----------------------------------------------- */

/* What IDENTIFY DEVICE says. */
struct ata_id {
	bool proven;		/* its checksum is there, and right */
	char model[64], serial[64], firmware[32], wwn[64];
	uint64_t sectors;
	uint32_t lblock, pblock;
	struct count aligned;	/* see struct drive */
	bool lba48, gpl, smart;	/* smart: and switched on */
	bool hpa, dco, amac;	/* such commands are supported */
	bool sanitize, crypto, block, overwrite;
	uint32_t rpm;
	bool solid;
	enum answer trim, trim_same, trim_zeros, encrypts;
	struct lock lock;
	bool erase_open, enhanced_open;	/* the times mean "or more" */
};

/* -EBADMSG: not the data of an ATA disk, or damaged; *out is all zero. */
int ata_id_parse(const uint8_t p[ATA_BLOCK], struct ata_id *out) MUST;
/* Capabilities in log 30h page 06h; false: the page does not hold them. */
bool ata_id_security_page(const uint8_t p[ATA_BLOCK], uint64_t *out) MUST;
/* SMART READ DATA; what it does not have stays. */
void ata_smart_parse(const uint8_t p[ATA_BLOCK], struct health *out);
/* A page of log 04h; what it does not have stays. */
void ata_stats_parse(const uint8_t p[ATA_BLOCK], unsigned int page,
		     struct health *out);
/* SMART RETURN STATUS. */
enum answer ata_smart_failing(const struct ata_answer *a);
/* DEVICE CONFIGURATION IDENTIFY: sectors; 0 = unknown. */
uint64_t ata_dco_sectors(const uint8_t p[ATA_BLOCK]);
/* The answer of READ NATIVE MAX ADDRESS and its like: sectors; 0 = unknown. */
uint64_t ata_native_sectors(const struct ata_answer *a, bool ext);
/* SANITIZE STATUS EXT.  Only complete registers tell of anything but a
 * failure. */
void ata_sanitize_parse(const struct ata_answer *a, struct sanitize *out);
/* CHECK POWER MODE: did registers come back that can be a drive's? */
enum answer ata_power_registers(const struct ata_answer *a);
/* Does a larger maximum lie behind? */
enum answer ata_hides(uint64_t now, uint64_t behind);

/* ---- ata_offers.c: PURE ------------------------------------------------- */

/* Identity, geometry, medium, lock into *d, which holds what the kernel
 * knows. */
void ata_fill(const struct ata_id *id, struct drive *d);
/* Every method of ATA: offered, or the reason.  *d is complete otherwise. */
void ata_offers(const struct ata_id *id, bool sanitize_unlocks,
		struct drive *d);
/* How long SECURITY ERASE UNIT may take before it is given up. */
uint32_t ata_erase_timeout_ms(const struct ata_id *id, bool enhanced);

/* ---- ata_ask.c: what several steps need -------------------------- */

enum ata_command {		/* those that only ask */
	ATA_C_IDENTIFY, ATA_C_POWER, ATA_C_SAN_STATUS, ATA_C_SMART_STATUS,
	ATA_C_SMART_DATA, ATA_C_DCO_IDENTIFY, ATA_C_NATIVE, ATA_C_NATIVE_EXT,
	ATA_C_MAX_NATIVE
};
const struct ata_cmd *ata_command(enum ata_command c);

/* Kept with the wire; all zero on a fresh handle. */
struct ata_memory {
	bool only12;		/* ATA PASS-THROUGH (16) is not known here */
	bool started;		/* a method of the drive, by this handle */
	bool mute_status, mute_data, mute_log;	/* health: asked in vain */
	/* SANITIZE DEVICE */
	bool was_done;		/* one before ours had ended with success */
	bool seen_ours;		/* what the drive tells is about ours */
	/* SECURITY ERASE UNIT */
	bool touched_password;	/* SET PASSWORD may have been done */
	bool pending;		/* sent, and not seen to end */
	bool ended;
	struct ata_answer answer;	/* once ended */
	struct wire_scsi erase;
	struct ata_password password;	/* its data */
};
/* NULL: no memory. */
struct ata_memory *ata_memory(struct wire *w);

/* IDENTIFY DEVICE, read now. */
int ata_id_read(struct wire *w, struct ata_id *out) MUST;
/*
 * The same, and what stands in between.  *proven: nothing, or a bridge that
 * passes commands and registers on.
 */
int ata_look(struct wire *w, struct ata_id *out, bool *bridged,
	     bool *proven) MUST;
/* Fills bridge.identity and bridge.registers; bridge.name is there. */
void ata_prove_bridge(struct wire *w, const struct ata_id *id,
		      struct drive *d);
int ata_sanitize_read(struct wire *w, struct sanitize *out,
		      struct reply *reply) MUST;
/* READ NATIVE MAX ADDRESS (EXT), in sectors; 0 = unknown. */
uint64_t ata_native_read(struct wire *w, const struct ata_id *id);
/* GET NATIVE MAX ADDRESS EXT, likewise. */
uint64_t ata_max_native_read(struct wire *w);
/* Fills areas but kernel. */
void ata_areas_read(struct wire *w, const struct ata_id *id,
		    struct areas *out);
/*
 * Unknown while the drive says that it sanitizes: it may refuse these commands
 * then, or not answer, and a timeout means a reset.  What was asked in vain
 * once is not asked again by this handle.
 */
void ata_health_read(struct wire *w, const struct ata_id *id,
		     struct health *out);

/* ---- the steps: ata_sanitize.c, ata_expose.c, ata_erase.c --------------- */

int ata_sanitize_start(struct wire *w, const struct step *s,
		       struct reply *out, struct sent *log) MUST;
int ata_sanitize_poll(struct wire *w, const struct step *s,
		      struct drive_progress *out) MUST;
int ata_sanitize_settle(struct wire *w, struct reply *out,
			struct sent *log) MUST;
/* READY: leaves the failure mode, or has nothing to do. */
int ata_ready_start(struct wire *w, struct reply *out,
		    struct sent *log) MUST;

int ata_expose(struct wire *w, struct reply *out, struct sent *log) MUST;

int ata_erase_start(struct wire *w, const struct step *s,
		    struct reply *out, struct sent *log) MUST;
int ata_erase_poll(struct wire *w, struct drive_progress *out) MUST;
int ata_erase_settle(struct wire *w, const struct step *s,
		     struct reply *out, struct sent *log) MUST;
int ata_unlock(struct wire *w, const struct step *s, struct reply *out,
	       struct sent *log) MUST;

#endif
