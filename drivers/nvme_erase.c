/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How are the commands built that erase an NVMe drive, and how is it recorded
 * that they were sent?
 *
 * NVM Express Base Specification 2.1, clauses 5.1.10 and 5.1.22.
 */
#include "nvme.h"

#include "../src/util.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define SANITIZE_MS	120000U		/* it only has to start */
/* Format NVM answers when it is done.  The kernel resets a controller that is
 * late, in the middle of the erase: so this is beyond what any drive needs.
 * It is for the watchdog of the core to complain, which resets nothing. */
#define FORMAT_MS	(12U * 60 * 60 * 1000)

bool
nvme_is_sanitize(enum method m)
{
	return m == METHOD_SANITIZE_OVERWRITE || m == METHOD_SANITIZE_CRYPTO ||
	       m == METHOD_SANITIZE_BLOCK;
}

bool
nvme_is_format(enum method m)
{
	return m == METHOD_FORMAT || m == METHOD_FORMAT_CRYPTO;
}

/*
 * Deallocated blocks read as zeros whatever the medium holds: the proof is
 * worth more if the drive leaves them allocated.  But only if it says what
 * that does to the medium, and if they can be read then:
 *  - after a block erase, cells that nobody wrote give read errors, unless the
 *    drive writes them once more (NODMMAS 10b);
 *  - with protection information the checks would fail (B 8.1.24.2).
 */
static bool
keeps_allocated(enum method m, const struct nvme_ctrl *c, bool pi)
{
	uint32_t after = NVME_SANICAP_NODMMAS(c->sanicap);

	if (c->sanicap & NVME_SANICAP_NDI || pi)
		return false;
	return after == NVME_NODMMAS_MODIFIED ||
	       (after == NVME_NODMMAS_KEPT && m != METHOD_SANITIZE_BLOCK);
}

/*
 * AUSE stays 0, the restricted mode: should the sanitize fail, the drive gives
 * its data to nobody and takes no command but another restricted sanitize.
 * There is no way out but success; nobody gets a drive back that only looks
 * usable.
 */
void
nvme_build_sanitize(enum method m, const struct nvme_ctrl *c, bool pi,
		    uint32_t pattern, struct wire_nvme *out)
{
	*out = (struct wire_nvme){ .opcode = NVME_SANITIZE,
				   .timeout_ms = SANITIZE_MS };
	if (m == METHOD_SANITIZE_OVERWRITE) {
		out->cdw10 = NVME_SANACT(NVME_SANACT_OVERWRITE) |
			     NVME_SANITIZE_OWPASS(1);
		out->cdw11 = pattern;
	} else if (m == METHOD_SANITIZE_BLOCK) {
		out->cdw10 = NVME_SANACT(NVME_SANACT_BLOCK);
	} else {
		out->cdw10 = NVME_SANACT(NVME_SANACT_CRYPTO);
	}
	if (keeps_allocated(m, c, pi))
		out->cdw10 |= NVME_SANITIZE_NDAS;
	/* before 2.4 the bit of SANICAP was reserved */
	if (c->version >= NVME_VER(2, 4) && c->sanicap & NVME_SANICAP_PURGE)
		out->cdw10 |= NVME_SANITIZE_PREQ;
}

void
nvme_build_exit(uint32_t action, struct wire_nvme *out)
{
	*out = (struct wire_nvme){ .opcode = NVME_SANITIZE,
				   .cdw10 = NVME_SANACT(action),
				   .timeout_ms = SANITIZE_MS };
}

void
nvme_build_format(enum method m, uint32_t nsid, const struct nvme_ns *ns,
		  struct wire_nvme *out)
{
	*out = (struct wire_nvme){ .opcode = NVME_FORMAT_NVM, .nsid = nsid,
				   .timeout_ms = FORMAT_MS };
	out->cdw10 = NVME_FORMAT_LBAFL(ns->format) |
		     NVME_FORMAT_LBAFU(ns->format) | NVME_FORMAT_PI(ns->pi) |
		     NVME_FORMAT_SES(m == METHOD_FORMAT_CRYPTO ?
				     NVME_SES_CRYPTO : NVME_SES_ERASE);
	if (ns->inline_meta)
		out->cdw10 |= NVME_FORMAT_MSET;
	if (ns->pi_first)
		out->cdw10 |= NVME_FORMAT_PIL;
}

int
nvme_errno(uint16_t status)
{
	switch (status) {
	case 0:
		return 0;
	/* What Identify offers is sent; a drive that then knows no such opcode
	 * was told by the computer's firmware to refuse it (Block SID).  That
	 * is lifted by suspend to RAM or in the firmware's setup. */
	case NVME_INVALID_OPCODE:
		return EPERM;
	case NVME_INVALID_FIELD:
	case NVME_INVALID_FORMAT:
	case NVME_INVALID_NAMESPACE:
		return EOPNOTSUPP;
	case NVME_SANITIZE_RUNNING:
	case NVME_FORMAT_RUNNING:
	case NVME_SELF_TEST_RUNNING:
	case NVME_RESERVED_ELSEWHERE:
		return EBUSY;
	case NVME_WRITE_PROTECTED:
		return EROFS;
	case NVME_OPERATION_DENIED:
	case NVME_ACCESS_DENIED:
	case NVME_LOCKDOWN:
		return EACCES;
	}
	return EIO;
}

/* ---- sending ------------------------------------------------------------ */

struct nvme_memory *
nvme_memory(struct wire *w)
{
	void **keep = wire_memory(w);

	if (!*keep)
		*keep = calloc(1, sizeof(struct nvme_memory));
	return *keep;
}

static void
put32(uint8_t *p, uint32_t v)
{
	unsigned int i;

	for (i = 0; i < 4; i++)
		p[i] = (uint8_t)(v >> 8 * i);
}

struct command *
nvme_record(struct sent *log, const char *name, const struct wire_nvme *c)
{
	uint8_t bytes[13] = { c->opcode };

	put32(bytes + 1, c->nsid);
	put32(bytes + 5, c->cdw10);
	put32(bytes + 9, c->cdw11);
	return sent_begin(log, name, bytes, sizeof(bytes));
}

void
nvme_answer(const struct wire_nvme *c, struct reply *out)
{
	out->status = c->status;
	out->err = nvme_errno(c->status);
}

int
nvme_send_logged(struct wire *w, struct wire_nvme *c, const char *name,
		 struct reply *out, struct sent *log)
{
	struct command *e = nvme_record(log, name, c);
	int r = wire_nvme(w, c);

	nvme_answer(c, out);
	if (r)
		out->err = -r;
	e->reply = *out;
	return r;
}
