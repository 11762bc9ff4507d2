/* SPDX-License-Identifier: Apache-2.0 */
/* Which questions are put to an NVMe drive, and how?  Read-only commands. */
#include "nvme.h"

#include "../src/util.h"

#include <errno.h>
#include <string.h>

/* A drive that deletes or sanitizes may take its time; a command that timed
 * out makes the kernel reset the controller, so this is generous. */
#define ASK_MS		120000U
#define AGAIN_MS	500U

static bool
passes_by(uint16_t status)
{
	return status == NVME_TRANSFER_ERROR || status == NVME_INTERNAL_ERROR ||
	       status == NVME_INTERRUPTED || status == NVME_TRANSIENT ||
	       status == NVME_NOT_READY;
}

/* One more try where the status says that it was nothing lasting. */
static int
ask(struct wire *w, struct wire_nvme *c)
{
	unsigned int tries;
	int r = 0;

	c->dir = WIRE_IN;
	c->timeout_ms = ASK_MS;
	for (tries = 0; tries < 2; tries++) {
		if (tries)
			wire_wait(w, AGAIN_MS);
		memset(c->data, 0, c->len);
		c->status = 0;
		r = wire_nvme(w, c);
		if (r || !passes_by(c->status))
			break;
	}
	return r ? r : c->status;
}

int
nvme_ask_identify(struct wire *w, uint8_t cns, uint32_t nsid,
		  uint8_t buf[NVME_IDENTIFY_LEN])
{
	struct wire_nvme c = {
		.opcode = NVME_IDENTIFY, .nsid = nsid, .cdw10 = cns,
		.data = buf, .len = NVME_IDENTIFY_LEN,
	};

	memset(buf, 0, NVME_IDENTIFY_LEN);
	return ask(w, &c);
}

int
nvme_ask_log(struct wire *w, uint8_t lid, uint8_t *buf, uint32_t len)
{
	struct wire_nvme c = {
		.opcode = NVME_GET_LOG_PAGE, .nsid = NVME_NSID_ALL,
		/* the event stays for whoever waits for it */
		.cdw10 = lid | NVME_LOG_RAE | (len / 4 - 1) << 16,
		.data = buf, .len = len,
	};

	memset(buf, 0, len);
	return ask(w, &c);
}

int
nvme_ask_ctrl(struct wire *w, struct nvme_ctrl *out)
{
	uint8_t buf[NVME_IDENTIFY_LEN];
	int r = nvme_ask_identify(w, NVME_CNS_CTRL, 0, buf);

	return r ? r : nvme_parse_ctrl(buf, sizeof(buf), out);
}

int
nvme_ask_ns(struct wire *w, uint32_t nsid, bool attached, struct nvme_ns *out)
{
	uint8_t buf[NVME_IDENTIFY_LEN];
	int r = nvme_ask_identify(w, attached ? NVME_CNS_NS :
						NVME_CNS_NS_ALLOCATED,
				  nsid, buf);

	return r ? r : nvme_parse_ns(buf, sizeof(buf), out);
}

/* Some drives that have 20 bytes of it refuse to be asked for 512. */
int
nvme_ask_sanlog(struct wire *w, struct nvme_sanlog *out,
		uint8_t raw[REPLY_RAW])
{
	uint8_t buf[NVME_LOG_LEN];
	int r = nvme_ask_log(w, NVME_LOG_SANITIZE, buf, sizeof(buf));

	if (r == NVME_INVALID_FIELD) {
		memset(buf, 0, sizeof(buf));
		r = nvme_ask_log(w, NVME_LOG_SANITIZE, buf,
				 NVME_SANITIZE_LOG_1_3);
	}
	if (r)
		return r;
	if (raw)
		memcpy(raw, buf, REPLY_RAW);
	return nvme_parse_sanlog(buf, sizeof(buf), out);
}

/* The kernel knows; else the one that there is. */
int
nvme_ask_self(struct wire *w, uint32_t *nsid)
{
	uint8_t buf[NVME_IDENTIFY_LEN];
	struct drive d = { 0 };
	uint32_t i;
	size_t n;
	int r = wire_identify(w, &d);

	if (r)
		return r;
	for (i = 0; i < d.scope.n_spaces && i < SPACES_MAX; i++)
		if (d.scope.spaces[i].self) {
			*nsid = d.scope.spaces[i].nsid;
			return *nsid ? 0 : -ENOENT;
		}
	r = nvme_ask_identify(w, NVME_CNS_ACTIVE, 0, buf);
	if (r)
		return r < 0 ? r : -ENOENT;
	return nvme_parse_list(buf, sizeof(buf), nsid, 1, &n) || n != 1 ?
	       -ENOENT : 0;
}

/* false: none of this list has it, and all were asked. */
static bool
list_has_pi(struct wire *w, uint8_t cns)
{
	uint8_t buf[NVME_IDENTIFY_LEN];
	uint32_t list[SPACES_MAX];
	struct nvme_ns ns;
	size_t i, n = 0;

	if (nvme_ask_identify(w, cns, 0, buf) ||
	    nvme_parse_list(buf, sizeof(buf), list, SPACES_MAX, &n))
		return true;
	for (i = 0; i < n; i++)
		if (nvme_ask_ns(w, list[i], cns == NVME_CNS_ACTIVE, &ns) ||
		    ns.pi)
			return true;
	return false;
}

bool
nvme_ask_pi(struct wire *w, const struct nvme_ctrl *c)
{
	return list_has_pi(w, NVME_CNS_ACTIVE) ||
	       (c->oacs & NVME_OACS_NAMESPACES &&
		list_has_pi(w, NVME_CNS_ALLOCATED));
}

enum answer
nvme_ask_tcg(struct wire *w)
{
	uint8_t buf[NVME_TCG_LEN] = { 0 };
	struct wire_nvme c = {
		.opcode = NVME_SECURITY_RECEIVE, .cdw10 = NVME_SECP_TCG_LEVEL_0,
		.cdw11 = sizeof(buf), .data = buf, .len = sizeof(buf),
	};

	return ask(w, &c) ? ANSWER_UNKNOWN : nvme_parse_tcg(buf, sizeof(buf));
}
