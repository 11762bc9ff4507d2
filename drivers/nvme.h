/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the NVMe command set share among themselves. */
#ifndef NVME_H
#define NVME_H

#include "nvme_spec.h"
#include "wire.h"

/* ---- nvme_identify.c: PURE ---------------------------------------------- */

/*
 * Each takes what a drive answered, whatever that is, and fills *out only if
 * it makes sense.  -EBADMSG: it does not.
 */

struct nvme_ctrl {
	char model[64], serial[64], firmware[32], subsystem[256];
	uint32_t version, nn, sanicap;
	uint16_t oacs, oncs;
	uint8_t cmic, fna, bpcap;
	bool rpmb;
	struct count unallocated;	/* bytes */
};
int nvme_parse_ctrl(const uint8_t *buf, size_t len,
		    struct nvme_ctrl *out) MUST;

struct nvme_ns {
	uint64_t size;		/* bytes */
	uint32_t lblock, meta;
	uint8_t format;		/* index of its LBA format */
	uint32_t n_layouts;	/* that it could have */
	struct layout layouts[LAYOUTS_MAX];
	bool inline_meta, pi_first, write_protected;
	uint8_t pi;		/* type; 0 = none */
	char wwn[64];		/* as the kernel writes it; "" = none */
};
/* -ENOENT: no such namespace, or it is inactive. */
int nvme_parse_ns(const uint8_t *buf, size_t len, struct nvme_ns *out) MUST;
/* The name that the kernel prefers; "" if it holds none. */
void nvme_parse_names(const uint8_t *buf, size_t len, char wwn[64]);
/* A list of namespaces, ascending.  -ENOSPC: more than max. */
int nvme_parse_list(const uint8_t *buf, size_t len, uint32_t *out, size_t max,
		    size_t *n) MUST;
int nvme_parse_controllers(const uint8_t *buf, size_t len, uint64_t *n) MUST;
/* Of a list that was parsed: "0, 1, 17"; one that is too long ends in "...". */
void nvme_name_controllers(const uint8_t *buf, char *out, size_t len);
enum answer nvme_parse_boot(const uint8_t *buf, size_t len);
/* Is a range of this TCG drive locked?  Level 0 discovery. */
enum answer nvme_parse_tcg(const uint8_t *buf, size_t len);
void nvme_parse_smart(const uint8_t *buf, size_t len, struct health *out);

struct nvme_sanlog {
	uint16_t sprog, sstat;
	uint32_t scdw10;
	uint32_t est_s[3], est_kept_s[3];	/* overwrite, block, crypto */
	uint8_t ssi;
};
/* Drives up to 1.3 fill the first 20 bytes: what follows must be zero. */
int nvme_parse_sanlog(const uint8_t *buf, size_t len,
		      struct nvme_sanlog *out) MUST;
/* Of something that runs. */
uint32_t nvme_permille(const struct nvme_sanlog *l);

/* ---- nvme_offer.c: PURE ------------------------------------------------- */

/* What was read of a drive. */
struct nvme_facts {
	struct nvme_ctrl ctrl;
	struct nvme_ns self;
	bool self_known;
	bool log_known;
	struct nvme_sanlog log;
	char blind[80];		/* why not every namespace is known; "" = is */
	char protected_[64];	/* the first that is write-protected; "" = none
				   or unknown */
	bool tcg_locked;
};
/* Adds one namespace that the drive lists to those that the kernel knows.
 * ns: NULL = it did not tell more.  -ENOSPC: there are too many. */
int nvme_add_space(struct scope *sc, uint32_t nsid, bool attached,
		   const struct nvme_ns *ns) MUST;
void nvme_sanitize_state(const struct nvme_facts *f, struct sanitize *out);
/* Every method of this command set: offered, or why not; the one of the host,
 * which driver_host_offer() has filled, is denied where none is taken. */
void nvme_offers(const struct nvme_facts *f, struct drive *d);

/* ---- nvme_ask.c --------------------------------------------------------- */

/* Read-only.  0, -errno, or the drive's status, which is positive; buf is
 * zeroed before. */
int nvme_ask_identify(struct wire *w, uint8_t cns, uint32_t nsid,
		      uint8_t buf[NVME_IDENTIFY_LEN]) MUST;
int nvme_ask_log(struct wire *w, uint8_t lid, uint8_t *buf,
		 uint32_t len) MUST;
int nvme_ask_ctrl(struct wire *w, struct nvme_ctrl *out) MUST;
int nvme_ask_ns(struct wire *w, uint32_t nsid, bool attached,
		struct nvme_ns *out) MUST;
/* raw: the log's first bytes as they came; NULL = not wanted. */
int nvme_ask_sanlog(struct wire *w, struct nvme_sanlog *out,
		    uint8_t raw[REPLY_RAW]) MUST;
/* -ENOENT: which namespace this node is could not be told. */
int nvme_ask_self(struct wire *w, uint32_t *nsid) MUST;
/* Has any namespace protection information?  Yes, if that cannot be told. */
bool nvme_ask_pi(struct wire *w, const struct nvme_ctrl *c);
enum answer nvme_ask_tcg(struct wire *w);

/* ---- nvme_erase.c: building is PURE ------------------------------------- */

bool nvme_is_sanitize(enum method m);
bool nvme_is_format(enum method m);
/* pi: a namespace has protection information, or may have. */
void nvme_build_sanitize(enum method m, const struct nvme_ctrl *c, bool pi,
			 uint32_t pattern, struct wire_nvme *out);
void nvme_build_exit(uint32_t action, struct wire_nvme *out);
/* The LBA format stays what it is. */
void nvme_build_format(enum method m, uint32_t nsid, const struct nvme_ns *ns,
		       struct wire_nvme *out);
/* errno for a status that is no success. */
int nvme_errno(uint16_t status);

/* ---- nvme_sanitize.c, nvme_format.c ------------------------------------- */

/* What start leaves with the wire for poll and settle. */
struct nvme_memory {
	/* Sanitize */
	bool sent;		/* and not refused */
	bool accepted, seen;	/* seen: at work on it, after the start */
	uint32_t cdw10;
	uint32_t signet;	/* bits of it that mean nothing to the drive */
	uint64_t at_ms;
	struct nvme_sanlog before;
	/* Format NVM */
	bool flying, ended;
	int err;
	struct wire_nvme c;
	uint32_t nsid;
	struct nvme_ns ns;	/* before */
	/* of both: which entry of the record of commands it is */
	uint32_t entry;
};
/* NULL: no memory. */
struct nvme_memory *nvme_memory(struct wire *w);
/* Sends what changes something, on record.  0: see out and c->status. */
int nvme_send_logged(struct wire *w, struct wire_nvme *c, const char *name,
		     struct reply *out, struct sent *log) MUST;
struct command *nvme_record(struct sent *log, const char *name,
			    const struct wire_nvme *c);
void nvme_answer(const struct wire_nvme *c, struct reply *out);

/* The three verbs of struct driver, of steps that they can do. */
int nvme_sanitize_start(struct wire *w, const struct step *s,
			struct reply *out, struct sent *log) MUST;
int nvme_sanitize_poll(struct wire *w, const struct step *s,
		       struct drive_progress *out) MUST;
int nvme_sanitize_settle(struct wire *w, struct reply *out,
			 struct sent *log) MUST;
int nvme_ready_start(struct wire *w, struct reply *out,
		     struct sent *log) MUST;
int nvme_ready_poll(struct wire *w, struct drive_progress *out) MUST;
int nvme_format_start(struct wire *w, const struct step *s, struct reply *out,
		      struct sent *log) MUST;
int nvme_format_poll(struct wire *w, struct drive_progress *out) MUST;
int nvme_format_settle(struct wire *w, struct reply *out,
		       struct sent *log) MUST;
/* A Format is on its way: nothing else must be sent. */
bool nvme_format_flies(struct wire *w);
/*
 * Is what the log says the end of a sanitize that began after `before`?  PURE.
 * seen: it was observed at work since.
 */
enum drive_state nvme_sanitize_judge(const struct nvme_memory *m,
				     const struct nvme_sanlog *now,
				     uint64_t elapsed_ms);

#endif
