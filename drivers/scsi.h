/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the SCSI command set share among themselves. */
#ifndef SCSI_H
#define SCSI_H

#include "scsi_spec.h"
#include "sense.h"
#include "wire.h"

/* ---- scsi_identify.c: PURE ---------------------------------------------- */

/*
 * Each takes what a drive answered, whatever that is: len bytes, as many as
 * have come.  -EBADMSG: it makes no sense, and *out is all zero.
 */

struct scsi_inquiry {
	bool zoned;		/* host managed */
	bool removable;
	bool ata;		/* something translates for an ATA drive */
	char vendor[32], model[64], firmware[32];
};
/* -ENOTBLK: it is there, but no disk. */
int scsi_parse_inquiry(const uint8_t *p, size_t len,
		       struct scsi_inquiry *out) MUST;
bool scsi_parse_list(const uint8_t *p, size_t len, uint8_t page);
void scsi_parse_serial(const uint8_t *p, size_t len, char out[64]);
/* The name of the logical unit, as the kernel writes it; "" if none. */
void scsi_parse_names(const uint8_t *p, size_t len, char out[64]);

/* Vital product data of block devices. */
struct scsi_character {
	bool solid;
	uint32_t rpm;		/* 0 = not told or does not rotate */
	/*
	 * What a read does after a block erase (WABEREQ) or crypto erase
	 * (WACEREQ) until the block is written: 0 not told, 1 succeeds,
	 * 2 medium error, 3 medium error "write after sanitize required".
	 */
	uint8_t after_block, after_crypto;
};
void scsi_parse_character(const uint8_t *p, size_t len,
			  struct scsi_character *out);
/* limits, provisioning: pages B0h and B2h, NULL = not there. */
enum answer scsi_parse_trim(const uint8_t *limits, size_t limits_len,
			    const uint8_t *provisioning, size_t len);

struct scsi_capacity {
	uint64_t blocks;	/* 0 = unknown */
	uint32_t lblock, pblock;
	struct count aligned;	/* see struct drive */
	uint8_t protection;	/* type; 0 = none */
	uint8_t intervals;	/* 2^n of it in each block */
};
/* -EOVERFLOW: more than ten bytes can say. */
int scsi_parse_capacity10(const uint8_t *p, size_t len,
			  struct scsi_capacity *out) MUST;
int scsi_parse_capacity16(const uint8_t *p, size_t len,
			  struct scsi_capacity *out) MUST;
/* Linux's sd_mod reads and writes no other sizes. */
bool scsi_block_usable(uint32_t lblock);

/* REPORT SUPPORTED OPERATION CODES, one command. */
enum answer scsi_parse_support(const uint8_t *p, size_t len, uint8_t opcode);
/* Control mode page: may it be written? */
enum answer scsi_parse_protected(const uint8_t *p, size_t len);
/* Any page of LOG SENSE; what it does not have stays. */
void scsi_parse_log(const uint8_t *p, size_t len, struct health *out);
/* READ DEFECT DATA (12): how many have grown. */
struct count scsi_parse_defects(const uint8_t *p, size_t len);

/* What sense data says of an erase that the drive carries out by itself. */
enum scsi_says {
	SCSI_SAYS_UNKNOWN,	/* something else, or nothing readable */
	SCSI_SAYS_ATTENTION,	/* first this: ask again */
	SCSI_SAYS_SANITIZE_FAILED, SCSI_SAYS_FORMAT_FAILED,
	SCSI_SAYS_SANITIZING, SCSI_SAYS_FORMATTING,
	SCSI_SAYS_NOTHING	/* of any */
};
enum scsi_says scsi_says(const struct sense *s);
/* errno for a status that is no success. */
int scsi_errno(uint8_t status, const struct sense *s);

/* ---- bridge.c: PURE ----------------------------------------------------- */

/* What something that translates for an ATA drive says that it is. */
struct bridge_ata {
	char model[64], serial[64], firmware[32];
	uint64_t size;		/* bytes */
};
/* VPD page 89h.  -EBADMSG: none, or its checksum is not right. */
int bridge_parse_ata(const uint8_t *p, size_t len,
		     struct bridge_ata *out) MUST;
/* Is there an NVMe drive behind this chip? */
bool bridge_is_nvme(const char *name);
/*
 * Whose are serial and size?  Fills bridge.identity and bridge.registers, and
 * names the drive behind the bridge if that is proven.  behind: NULL = not
 * told.
 */
void bridge_judge(const struct bridge_ata *behind, struct drive *d);

/* ---- scsi_offer.c: PURE ------------------------------------------------- */

enum scsi_op { SCSI_OP_OVERWRITE, SCSI_OP_BLOCK, SCSI_OP_CRYPTO,
	       SCSI_OP_FORMAT, SCSI_OP_COUNT };

/* What was read of a drive. */
struct scsi_facts {
	struct scsi_inquiry inq;
	char serial[64], wwn[64];
	struct scsi_character character;
	struct scsi_capacity cap;
	enum answer trim, protected_;
	enum answer can[SCSI_OP_COUNT];
	bool reserved;		/* for another host */
	enum scsi_says says;
	uint32_t permille;
};
/* Who it is, its sizes and its medium, into *d, which holds what the kernel
 * knows. */
void scsi_fill(const struct scsi_facts *f, struct drive *d);
void scsi_sanitize_state(const struct scsi_facts *f, struct sanitize *out);
/* Every method of this command set: offered, or why not. */
void scsi_offers(const struct scsi_facts *f, struct drive *d);

/* ---- scsi_ask.c --------------------------------------------------------- */

struct scsi_answer {
	uint8_t status;
	struct sense sense;
	uint32_t done;		/* bytes that came */
};
/* One command.  0: answered, or what wire_scsi() said.  Keeps in memory what a
 * waiting erase must know of: resets, deferred errors, answers that got
 * lost. */
int scsi_do(struct wire *w, struct wire_scsi *c, struct scsi_answer *a) MUST;

/* Read-only.  0, -errno of the wire, -EREMOTEIO: the drive refused, or -EACCES:
 * it is reserved for another host. */
int scsi_ask_inquiry(struct wire *w, struct scsi_inquiry *out) MUST;
int scsi_ask_vpd(struct wire *w, uint8_t page, uint8_t *buf, uint16_t room,
		 size_t *len) MUST;
/* simple: the longer command only if the shorter one cannot say it. */
int scsi_ask_capacity(struct wire *w, bool simple,
		      struct scsi_capacity *out) MUST;
/* ANSWER_UNKNOWN: it does not tell; *why: what it says instead. */
int scsi_ask_support(struct wire *w, enum scsi_op op, enum answer *out,
		     enum scsi_says *why) MUST;
int scsi_ask_protected(struct wire *w, enum answer *out) MUST;
int scsi_ask_health(struct wire *w, struct health *out) MUST;
/*
 * TEST UNIT READY between two of REQUEST SENSE: SCSI_SAYS_NOTHING only if all
 * three agree.  *reply: the sense data that decided; err is 0 unless nothing
 * could be told.  permille: NULL = not wanted; *known: it told any.
 */
int scsi_look(struct wire *w, enum scsi_says *says, struct reply *reply,
	      uint32_t *permille, bool *known) MUST;
/* REQUEST SENSE alone, once. */
int scsi_ask_sense(struct wire *w, enum scsi_says *says) MUST;

/* ---- scsi_erase.c ------------------------------------------------------- */

#define SCSI_LIST_MAX	8	/* bytes of a parameter list */

/* What start leaves with the wire for poll and settle. */
struct scsi_memory {
	bool sent;		/* and not refused */
	bool accepted, seen;	/* seen: at work on it, after the start */
	bool format;		/* else SANITIZE */
	bool quick;		/* may have ended before it can be seen */
	bool failed_before;
	bool reset;		/* a reset came after the start */
	bool lost;		/* an answer did not come, after the start */
	bool blamed;		/* a deferred error came after the start */
	unsigned int clean;	/* looks in a row that showed nothing */
	uint64_t at_ms;
	struct scsi_capacity before;
	uint32_t entry;		/* of the record of commands */
	uint8_t list[SCSI_LIST_MAX];	/* its parameter list */
};
/* NULL: no memory. */
struct scsi_memory *scsi_memory(struct wire *w);

bool scsi_is_sanitize(enum method m);

/* Building is PURE.  list: the parameter list, kept by the caller. */
void scsi_build_sanitize(enum method m, const uint8_t pattern[4],
			 uint8_t list[SCSI_LIST_MAX], struct wire_scsi *out);
void scsi_build_exit(struct wire_scsi *out);
/* Block length and protection stay what they are. */
void scsi_build_format(const struct scsi_capacity *cap,
		       uint8_t list[SCSI_LIST_MAX], struct wire_scsi *out);
/* Is what it says the end of what was started?  PURE. */
enum drive_state scsi_judge(const struct scsi_memory *m, enum scsi_says says,
			    uint64_t elapsed_ms);

/* The three verbs of struct driver, of METHOD_SANITIZE_* and METHOD_FORMAT. */
int scsi_erase_start(struct wire *w, const struct step *s, struct reply *out,
		     struct sent *log) MUST;
int scsi_erase_poll(struct wire *w, struct drive_progress *out) MUST;
int scsi_erase_settle(struct wire *w, struct reply *out,
		      struct sent *log) MUST;
int scsi_ready_start(struct wire *w, struct reply *out,
		     struct sent *log) MUST;
int scsi_ready_poll(struct wire *w, struct drive_progress *out) MUST;
int scsi_ready_settle(struct wire *w, struct reply *out) MUST;

#endif
