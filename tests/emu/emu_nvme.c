/* SPDX-License-Identifier: Apache-2.0 */
/* Which commands does an NVM subsystem take in the state it is in? */
#include "emu_nvme.h"

#include "../../src/util.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define SPARE_BLOCKS 16

#define GET_LOG		0x02
#define IDENTIFY	0x06
#define ABORT		0x08
#define SET_FEATURES	0x09
#define GET_FEATURES	0x0a
#define ASYNC_EVENT	0x0c
#define KEEP_ALIVE	0x18
#define FORMAT		0x80
#define SECURITY_RECV	0x82
#define SANITIZE	0x84

#define INVALID_OPCODE	0x001
#define INVALID_FIELD	0x002
#define SANITIZE_FAILED	0x01c
#define SANITIZE_RUNS	0x01d
#define FORMAT_RUNS	0x084
#define ACCESS_DENIED	0x286

#define FEATURE_SANITIZE 0x17

struct emu_nvme *
emu_nvme_of(const struct emu_drive *d)
{
	if (!d->dev || strcmp(d->dev->kind, "nvme") != 0)
		emu_fail("not an NVMe drive");
	return d->state;
}

struct emu_nvme_ns *
emu_nvme_self(const struct emu_drive *d)
{
	struct emu_nvme *s = emu_nvme_of(d);
	unsigned i;

	for (i = 0; i < s->n_ns; i++)
		if (s->ns[i].node == d)
			return &s->ns[i];
	emu_fail("a node without a namespace");
}

struct emu_nvme_ns *
emu_nvme_find(struct emu_nvme *s, uint32_t nsid)
{
	unsigned i;

	for (i = 0; i < s->n_ns; i++)
		if (s->ns[i].nsid == nsid)
			return &s->ns[i];
	return NULL;
}

bool
emu_nvme_runs(const struct emu_nvme *s)
{
	return s->sans == EMU_SANS_RUNS || s->sans == EMU_SANS_RUNS_OPEN;
}

bool
emu_nvme_failed(const struct emu_nvme *s)
{
	return s->sans == EMU_SANS_FAILED || s->sans == EMU_SANS_FAILED_OPEN;
}

/* ---- commands ------------------------------------------------------------ */

/* B figure 142: while a sanitize runs, and as long as it is one that failed. */
static bool
allowed_while_sanitizing(const struct wire_nvme *c)
{
	uint8_t lid = (uint8_t)c->cdw10;

	switch (c->opcode) {
	case GET_LOG:	/* error, SMART, changed, boot, reservation, sanitize */
		return lid == 0x01 || lid == 0x02 || lid == 0x04 ||
		       lid == 0x15 || lid == 0x80 || lid == 0x81;
	case IDENTIFY: case ABORT: case SET_FEATURES: case GET_FEATURES:
	case ASYNC_EVENT: case KEEP_ALIVE:
		return true;
	default:
		return false;
	}
}

static void
features(struct emu_nvme *s, struct wire_nvme *c)
{
	if ((c->cdw10 & 0xff) != FEATURE_SANITIZE || !(s->sanicap & 7))
		c->status = INVALID_FIELD;
	else if (c->opcode == SET_FEATURES)
		s->nodrm = c->cdw11 & 1;
	else
		c->result = s->nodrm;
}

/* Has the state that it is in answered already? */
static bool
barred(const struct emu_nvme *s, struct wire_nvme *c)
{
	if (s->formatting && c->opcode != GET_LOG && c->opcode != IDENTIFY)
		c->status = FORMAT_RUNS;
	else if (emu_nvme_runs(s) && !allowed_while_sanitizing(c))
		c->status = SANITIZE_RUNS;
	else if (emu_nvme_failed(s) && !allowed_while_sanitizing(c) &&
		 c->opcode != SANITIZE)
		c->status = SANITIZE_FAILED;
	else if (s->blocked && (c->opcode == FORMAT || c->opcode == SANITIZE))
		c->status = INVALID_OPCODE;
	else if (s->tcg_locked &&
		 (c->opcode == FORMAT || c->opcode == SANITIZE))
		c->status = ACCESS_DENIED;
	return c->status;
}

static int
nvme(struct emu_drive *d, struct wire_nvme *c, uint64_t *took_ms)
{
	struct emu_nvme *s = emu_nvme_of(d);

	c->status = 0;
	c->result = 0;
	if (s->formatting && s->deaf_in_format) {
		*took_ms = UINT64_MAX;
		return 0;
	}
	if (barred(s, c))
		return 0;
	switch (c->opcode) {
	case IDENTIFY:
		emu_nvme_identify(d, c);
		break;
	case GET_LOG:
		emu_nvme_log(d, c);
		break;
	case SET_FEATURES: case GET_FEATURES:
		features(s, c);
		break;
	case SECURITY_RECV:
		emu_nvme_security(d, c);
		break;
	case SANITIZE:
		emu_nvme_sanitize(d, c);
		break;
	case FORMAT:
		emu_nvme_format(d, c, took_ms);
		break;
	default:
		c->status = INVALID_OPCODE;
	}
	return 0;
}

static int
nvme_end(struct emu_drive *d, struct wire_nvme *c)
{
	if (c->opcode == FORMAT)
		emu_nvme_format_end(d, c);
	return 0;
}

static uint32_t
op(const struct emu_drive *d, const struct wire_scsi *scsi,
   const struct wire_nvme *c)
{
	(void)d;
	(void)scsi;
	switch (c->opcode) {
	case SANITIZE:
		return EMU_OP_SUB(SANITIZE, c->cdw10 & 7);
	case FORMAT:
		return EMU_OP_SUB(FORMAT, c->cdw10 >> 9 & 7);
	case SECURITY_RECV:
		return EMU_OP_SUB(SECURITY_RECV, c->cdw10 >> 24);
	default:
		return EMU_OP_SUB(c->opcode, c->cdw10 & 0xff);
	}
}

static int
refuse(struct emu_drive *d, struct wire_scsi *scsi, struct wire_nvme *c)
{
	(void)d;
	(void)scsi;
	c->status = INVALID_FIELD;
	return 0;
}

/* ---- doors of struct emu_dev --------------------------------------------- */

static void
tick(struct emu_drive *d)
{
	emu_nvme_advance(emu_nvme_of(d));
}

/* As Linux shows it: 1Dh and 1Ch are EIO at once, a Format drains the queues
 * and keeps them. */
static int
io(struct emu_drive *d, const struct io *io)
{
	struct emu_nvme_ns *ns = emu_nvme_self(d);
	struct emu_nvme *s = emu_nvme_of(d);
	uint64_t at = io->at / d->d.lblock, n = io->len / d->d.lblock;

	if (s->formatting)
		return EMU_IO_WAITS;
	if (emu_nvme_runs(s) || emu_nvme_failed(s) || s->tcg_locked)
		return -EIO;
	if (io->at + io->len > emu_current(d) ||
	    (io->write && ns->protected_))
		return -EIO;
	if (!io->write)
		return emu_blank_any(ns->blank, at, n) ? -ENODATA : 0;
	emu_blank_set(ns->blank, at, n, false);
	s->gde = false;
	return 0;
}

/* A controller reset: a sanitize goes on, a Format does not. */
static void
reset(struct emu_drive *d)
{
	struct emu_nvme *s = emu_nvme_of(d);

	s->resets++;
	s->needs_reset = false;
	emu_nvme_format_lost(s);
}

static void
power_off(struct emu_drive *d)
{
	emu_nvme_format_lost(emu_nvme_of(d));
}

static void
power(struct emu_drive *d)
{
	struct emu_nvme *s = emu_nvme_of(d);
	struct emu_nvme_ns *ns = emu_nvme_self(d);

	if (ns->job.state == EMU_JOB_RUNS)
		emu_job_resume(&ns->job);
	s->needs_reset = false;
}

static void
forget(struct emu_drive *d)
{
	struct emu_nvme *s = emu_nvme_of(d);

	free(emu_nvme_self(d)->blank);
	if (!--s->users)
		free(s);
}

static const struct emu_dev dev = {
	.kind = "nvme",
	.nvme = nvme,
	.nvme_end = nvme_end,
	.op = op,
	.refuse = refuse,
	.tick = tick,
	.io = io,
	.reset = reset,
	.power_off = power_off,
	.power = power,
	.free = forget,
};

/* ---- for the test -------------------------------------------------------- */

#define SANICAP_CRYPTO		(1U << 0)
#define SANICAP_BLOCK		(1U << 1)
#define SANICAP_OVERWRITE	(1U << 2)
#define NODMMAS_MODIFIED	(2U << 30)

static void
furnish(struct emu_nvme *s, enum emu_nvme_kind kind)
{
	s->version = kind == EMU_NVME_FULL ? 0x020100 :
		     kind == EMU_NVME_CONSUMER ? 0x010300 : 0x010200;
	if (kind == EMU_NVME_FULL)
		s->sanicap = SANICAP_CRYPTO | SANICAP_BLOCK |
			     SANICAP_OVERWRITE | NODMMAS_MODIFIED;
	else if (kind == EMU_NVME_CONSUMER)
		s->sanicap = SANICAP_CRYPTO | SANICAP_BLOCK;
	s->short_log = kind == EMU_NVME_CONSUMER;
	s->oacs = kind == EMU_NVME_PLAIN ? 0 : 0x3;	/* Format, security */
	if (kind == EMU_NVME_FULL)
		s->oacs |= 0x8;		/* namespaces are managed */
	s->fna = kind == EMU_NVME_FULL || kind == EMU_NVME_CONSUMER ? 0x4 : 0;
	s->bpcap = kind == EMU_NVME_FULL;
	s->rpmb_units = kind == EMU_NVME_FULL ? 2 : 0;
	s->controllers = 1;
	s->dlfeat = 1;
	s->crypto_ms = 2000;
	s->block_ms = 30000;
	s->overwrite_ms = 600000;
	s->format_ms = 20000;
	s->block_fill = s->format_fill = (struct emu_fill){ .len = 1 };
	s->crypto_random = true;
}

/* What the kernel tells of the subsystem, the same for all but `self`. */
static void
tell_kernel(struct emu_nvme *s)
{
	struct scope *sc;
	unsigned i, k;

	for (i = 0; i < s->n_ns; i++) {
		if (!s->ns[i].node)
			continue;
		sc = &s->ns[i].node->d.scope;
		text_copy(sc->subsystem, sizeof(sc->subsystem),
			  "nqn.2014-08.org.example:emu");
		sc->n_spaces = 0;
		for (k = 0; k < s->n_ns; k++) {
			struct space *sp = &sc->spaces[sc->n_spaces];

			if (!s->ns[k].node)
				continue;
			*sp = (struct space){ .nsid = s->ns[k].nsid };
			sp->self = i == k;
			sp->attached = true;
			sp->size = s->ns[k].size;
			sp->lblock = s->ns[k].node->d.lblock;
			text_copy(sp->node, sizeof(sp->node),
				  s->ns[k].node->d.name);
			sc->n_spaces++;
		}
	}
}

static struct emu_nvme_ns *
new_ns(struct emu_nvme *s, uint64_t size)
{
	struct emu_nvme_ns *ns = &s->ns[s->n_ns];

	if (s->n_ns == EMU_NVME_SPACES)
		emu_fail("too many namespaces");
	*ns = (struct emu_nvme_ns){ .nsid = ++s->n_ns, .size = size };
	return ns;
}

static struct emu_drive *
new_node(struct emu_nvme *s, const char *path, uint64_t size, uint32_t lblock,
	 uint64_t more)
{
	struct emu_drive *d = emu_add(path, size, lblock);
	struct emu_nvme_ns *ns = new_ns(s, size);

	ns->node = d;
	ns->len = size + SPARE_BLOCKS * (uint64_t)lblock;
	ns->blank = emu_alloc(size / lblock);
	emu_room(d, ns->len + more);
	d->dev = &dev;
	d->state = s;
	s->users++;
	text_copy(d->d.id.vendor, sizeof(d->d.id.vendor), "");
	text_copy(d->d.id.model, sizeof(d->d.id.model), "Emulated NVMe SSD");
	text_copy(d->d.id.serial, sizeof(d->d.id.serial), "EMUNVME01");
	snprintf(d->d.id.wwn, sizeof(d->d.id.wwn),
		 "eui.00000000000000%02x", ns->nsid);
	d->d.medium = MEDIUM_FLASH;
	d->d.transport = TRANSPORT_NVME;
	d->d.rpm = 0;
	return d;
}

struct emu_drive *
emu_nvme_add(const char *path, uint64_t size, uint32_t lblock,
	     enum emu_nvme_kind kind)
{
	struct emu_nvme *s = emu_alloc(sizeof(*s));
	struct emu_drive *d;

	furnish(s, kind);
	d = new_node(s, path, size, lblock, SPARE_BLOCKS * (uint64_t)lblock);
	s->formats[0] = lblock == 4096 ? 12U << 16 : 9U << 16;
	s->formats[1] = lblock == 4096 ? 9U << 16 : 12U << 16;
	s->n_formats = 2;
	tell_kernel(s);
	return d;
}

struct emu_drive *
emu_nvme_add_ns(struct emu_drive *first, const char *path, uint64_t size,
		uint32_t lblock)
{
	struct emu_nvme *s = emu_nvme_of(first);
	struct emu_drive *d = new_node(s, path, size, lblock, 0);

	s->ns[s->n_ns - 1].format = lblock != first->d.lblock;
	tell_kernel(s);
	return d;
}

void
emu_nvme_add_unattached(struct emu_drive *first, uint64_t size)
{
	struct emu_nvme *s = emu_nvme_of(first);
	struct emu_nvme_ns *ns = new_ns(s, size);

	ns->at = first->media_len;
	ns->len = size;
	emu_room(first, first->media_len + size);
}

void
emu_nvme_use(struct emu_drive *first, uint32_t nsid, const char *by)
{
	struct emu_nvme *s = emu_nvme_of(first);
	unsigned i, k;

	for (i = 0; i < s->n_ns; i++) {
		struct scope *sc;

		if (!s->ns[i].node)
			continue;
		sc = &s->ns[i].node->d.scope;
		for (k = 0; k < sc->n_spaces; k++)
			if (sc->spaces[k].nsid == nsid)
				text_copy(sc->spaces[k].used_by,
					  sizeof(sc->spaces[k].used_by), by);
	}
}
