/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Format NVM with a secure erase: send it, wait for its answer, and see that
 * the drive kept its shape.
 *
 * NVM Express Base Specification 2.1, clause 5.1.10.  The command answers when
 * it is done, and while it is on its way nothing else is sent: an Identify that
 * the drive leaves unanswered would make the kernel reset the controller, and
 * so break off the erase.
 */
#include "nvme.h"

#include <errno.h>
#include <string.h>

#define GLANCE_MS	1000U	/* within it a refusal comes back */

static const char FORMAT[] = "Format NVM";

/* The record of the command gets its answer. */
static void
complete(const struct nvme_memory *m, struct sent *log)
{
	struct command *c = &log->c[m->entry];

	if (m->entry >= log->n || strcmp(c->name, FORMAT) != 0)
		return;		/* the record was full and is reused */
	c->reply = (struct reply){ 0 };
	nvme_answer(&m->c, &c->reply);
	if (m->err)
		c->reply.err = -m->err;
}

/* 1: it has ended, 0: not yet. */
static int
look(struct wire *w, struct nvme_memory *m, uint32_t ms)
{
	int err = 0, r;

	if (m->ended)
		return 1;
	if (!m->flying)
		return -ENOENT;
	r = wire_sent(w, ms, &err);
	if (r <= 0)
		return r;
	m->flying = false;
	m->ended = true;
	m->err = err;
	return 1;
}

static int
send_one(struct wire *w, struct nvme_memory *m, const struct wire_nvme *c,
	 struct reply *out, struct sent *log)
{
	struct command *e;
	int r;

	m->c = *c;
	m->ended = false;
	e = nvme_record(log, FORMAT, c);
	m->entry = log->n - 1;
	r = wire_nvme_send(w, &m->c);
	if (r) {
		e->reply.err = out->err = -r;
		return r;
	}
	m->flying = true;
	r = look(w, m, GLANCE_MS);
	if (r <= 0)
		return r;
	complete(m, log);
	nvme_answer(&m->c, out);
	if (m->err)
		out->err = -m->err;
	return m->err;
}

/*
 * Some drives take the command for all namespaces only.  That is tried if all
 * are erased anyway, and so are in the plan, or if there can be but one.
 */
static bool
takes_all(const struct nvme_ctrl *c, uint16_t status)
{
	if (c->fna & NVME_FNA_NO_BROADCAST)
		return false;
	if (!(c->fna & NVME_FNA_ERASES_ALL) && c->nn != 1)
		return false;
	return status == NVME_INVALID_OPCODE || status == NVME_INVALID_FIELD ||
	       status == NVME_INVALID_NAMESPACE ||
	       status == NVME_INVALID_FORMAT || status == NVME_SEQUENCE_ERROR;
}

int
nvme_format_start(struct wire *w, const struct step *s, struct reply *out,
		  struct sent *log)
{
	struct nvme_memory *m = nvme_memory(w);
	struct nvme_ctrl ctrl;
	struct wire_nvme c;
	int r;

	if (!m)
		return -ENOMEM;
	if (m->flying)
		return -EBUSY;
	m->ended = false;
	r = wire_drop_caches(w);
	if (!r)
		r = nvme_ask_ctrl(w, &ctrl);
	if (!r)
		r = nvme_ask_self(w, &m->nsid);
	if (!r)
		r = nvme_ask_ns(w, m->nsid, true, &m->ns);
	if (r) {
		out->status = r > 0 ? (uint32_t)r : 0;
		out->err = r > 0 ? nvme_errno((uint16_t)r) : -r;
		return r < 0 ? r : 0;
	}
	nvme_build_format(s->method, m->nsid, &m->ns, &c);
	r = send_one(w, m, &c, out, log);
	if (r || !out->err || !takes_all(&ctrl, m->c.status))
		return r;
	c.nsid = NVME_NSID_ALL;
	*out = (struct reply){ 0 };
	return send_one(w, m, &c, out, log);
}

/* The erase went well, but a drive of another shape is another drive: nothing
 * that was planned for it holds. */
static void
compare(struct wire *w, struct nvme_memory *m, struct drive_progress *out)
{
	struct nvme_ns now;
	uint64_t size = 0;
	int r = nvme_ask_ns(w, m->nsid, true, &now);

	if (!r)
		r = wire_remeasure(w, &size);
	if (r) {		/* not told yet: asked again */
		out->reply.status = r > 0 ? (uint32_t)r : 0;
		out->reply.err = r > 0 ? nvme_errno((uint16_t)r) : -r;
		out->state = DRIVE_UNKNOWN;
	} else if (now.format != m->ns.format ||
		   now.lblock != m->ns.lblock || now.meta != m->ns.meta ||
		   now.inline_meta != m->ns.inline_meta ||
		   now.pi != m->ns.pi || now.size != m->ns.size ||
		   size != now.size) {
		out->reply.err = ESTALE;
		out->state = DRIVE_FAILED;
	} else {
		out->state = DRIVE_DONE;
	}
}

int
nvme_format_poll(struct wire *w, struct drive_progress *out)
{
	struct nvme_memory *m = nvme_memory(w);
	int r;

	if (!m)
		return -ENOMEM;
	r = look(w, m, 0);
	if (r == -ENOENT)
		return 0;	/* none was sent from here: DRIVE_UNKNOWN */
	if (r < 0)
		return r;
	if (!r) {
		out->state = DRIVE_BUSY;
		return 0;
	}
	nvme_answer(&m->c, &out->reply);
	if (m->err)	/* no answer came: whatever happened, it is not done */
		out->reply.err = -m->err;
	if (out->reply.err)
		out->state = DRIVE_FAILED;
	else
		compare(w, m, out);
	return 0;
}

int
nvme_format_settle(struct wire *w, struct reply *out, struct sent *log)
{
	struct nvme_memory *m = nvme_memory(w);
	int r;

	if (!m)
		return -ENOMEM;
	if (!m->flying && !m->ended)
		return 0;
	r = look(w, m, 0);
	if (r < 0)
		return r;
	if (!r) {
		out->err = EBUSY;	/* nothing can call it back */
		return 0;
	}
	complete(m, log);
	r = wire_rescan(w);		/* the partitions' nodes must go */
	(void)r;			/* where there are none, it may fail */
	return 0;
}

bool
nvme_format_flies(struct wire *w)
{
	struct nvme_memory *m = nvme_memory(w);

	/* no memory: it could not have been sent */
	return m && m->flying && look(w, m, 0) != 1;
}
