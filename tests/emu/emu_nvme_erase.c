/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How does an NVM subsystem sanitize and format itself?  B 5.1.22 and 8.1.24;
 * B 5.1.10.
 */
#include "emu_nvme.h"

#include <string.h>

#define INVALID_FIELD	0x002
#define INTERNAL_ERROR	0x006
#define INVALID_NS	0x00b
#define SANITIZE_FAILED	0x01c
#define SANITIZE_RUNS	0x01d
#define PROTECTED	0x020
#define INVALID_FORMAT	0x10a
#define NEEDS_RESET	0x10b
#define PMR_ENABLED	0x123

#define EXIT_FAILED	1
#define BLOCK		2
#define OVERWRITE	3
#define CRYPTO		4

#define AUSE(x)		((x) >> 3 & 1)
#define OWPASS(x)	((x) >> 4 & 0xf)
#define NDAS(x)		((x) >> 9 & 1)
#define EMVS(x)		((x) >> 10 & 1)
#define PREQ(x)		((x) >> 11 & 1)
#define NDI(cap)	((cap) >> 29 & 1)
#define NODMMAS(cap)	((cap) >> 30)

#define DONE		1
#define RUNS		2
#define FAILED		3
#define DONE_DEALLOCATED 4

/* What deallocated blocks read as: DLFEAT, N 4.1.5.1. */
static struct emu_fill
deallocated(const struct emu_nvme *s, struct emu_fill raw)
{
	if (s->dlfeat == 1)
		return (struct emu_fill){ .len = 1 };
	if (s->dlfeat == 2)
		return (struct emu_fill){ .len = 1, .bytes = { 0xff } };
	return raw;
}

static struct emu_fill
crypto_fill(struct emu_drive *d, const struct emu_nvme *s)
{
	if (s->crypto_random)
		return (struct emu_fill){ .key = emu_random(d) };
	return (struct emu_fill){ .len = 1 };
}

/* ---- the parts of what runs ---------------------------------------------- */

static struct emu_job *
master(struct emu_nvme *s)
{
	return s->by ? &emu_nvme_self(s->by)->job : NULL;
}

/* Begins the part of one node; whole: what is nobody's as well. */
static bool
begin(struct emu_drive *by, struct emu_nvme_ns *ns, bool whole, uint64_t ms,
      const struct emu_fill *fill)
{
	uint64_t len = whole ? ns->node->media_len : ns->len;

	ns->node->op = by->op;
	if (!emu_job_start(ns->node, &ns->job, 0, len, ms, fill))
		return false;
	emu_blank_set(ns->blank, 0, ns->size / ns->node->d.lblock, false);
	return true;
}

static void
conclude_sanitize(struct emu_nvme *s, enum emu_job_state state)
{
	bool raw = NDAS(s->scdw10) && !s->warned &&
		   NODMMAS(s->sanicap) == 1 && (s->scdw10 & 7) == BLOCK;
	unsigned i;

	if (state == EMU_JOB_FAILED) {
		s->failed_in = s->sans;
		s->sos = FAILED;
		s->sans = s->sans == EMU_SANS_RUNS ? EMU_SANS_FAILED :
			  EMU_SANS_FAILED_OPEN;
		return;
	}
	s->sans = EMU_SANS_IDLE;
	s->sos = s->warned ? DONE_DEALLOCATED : DONE;
	s->gde = true;
	if ((s->scdw10 & 7) == OVERWRITE)
		s->passes = OWPASS(s->scdw10) ? OWPASS(s->scdw10) : 16;
	for (i = 0; raw && i < s->n_ns; i++)
		if (s->ns[i].node)
			emu_blank_set(s->ns[i].blank, 0, s->ns[i].size /
				      s->ns[i].node->d.lblock, true);
}

void
emu_nvme_advance(struct emu_nvme *s)
{
	struct emu_job *m = master(s);
	unsigned i;

	if (!m || !(emu_nvme_runs(s) || s->formatting))
		return;
	for (i = 0; i < s->n_ns; i++)
		if (s->ns[i].node && &s->ns[i].job != m)
			emu_job_tick(s->ns[i].node, &s->ns[i].job);
	emu_job_tick(s->by, m);
	if (emu_nvme_runs(s) && m->state != EMU_JOB_RUNS)
		conclude_sanitize(s, m->state);
}

/* ---- Sanitize ------------------------------------------------------------ */

static uint16_t
cannot(const struct emu_nvme *s, const struct wire_nvme *c)
{
	static const uint8_t caps[8] = { [BLOCK] = 2, [OVERWRITE] = 4,
					 [CRYPTO] = 1 };
	unsigned i, action = c->cdw10 & 7;

	if (!(caps[action] & s->sanicap) || EMVS(c->cdw10) ||
	    (PREQ(c->cdw10) && !(s->sanicap & 1U << 5)) ||
	    (NDAS(c->cdw10) && NDI(s->sanicap) && !s->nodrm))
		return INVALID_FIELD;
	if (s->sans == EMU_SANS_FAILED && AUSE(c->cdw10))
		return SANITIZE_FAILED;
	if (s->pmr_enabled)
		return PMR_ENABLED;
	if (s->needs_reset)
		return NEEDS_RESET;
	for (i = 0; i < s->n_ns; i++)
		if (s->ns[i].protected_)
			return PROTECTED;
	return 0;
}

static void
leave_failure(struct emu_nvme *s, struct wire_nvme *c)
{
	if (s->sans == EMU_SANS_FAILED)
		c->status = SANITIZE_FAILED;
	else if (s->sans == EMU_SANS_FAILED_OPEN)
		s->sans = EMU_SANS_IDLE;	/* SOS stays what it was */
}

static struct emu_fill
fill_of(struct emu_drive *d, const struct emu_nvme *s,
	const struct wire_nvme *c, uint64_t *ms)
{
	struct emu_fill fill = s->block_fill;
	unsigned i, passes = OWPASS(c->cdw10) ? OWPASS(c->cdw10) : 16;

	*ms = s->block_ms;
	if ((c->cdw10 & 7) == CRYPTO) {
		*ms = s->crypto_ms;
		fill = crypto_fill(d, s);
	} else if ((c->cdw10 & 7) == OVERWRITE) {
		*ms = s->overwrite_ms * passes;
		fill = (struct emu_fill){ .len = 4 };
		/* inverted or not, the last pass is the pattern itself */
		for (i = 0; i < 4; i++)
			fill.bytes[i] = (uint8_t)(c->cdw11 >> 8 * i);
	}
	if (!NDAS(c->cdw10) || NDI(s->sanicap))
		fill = deallocated(s, fill);
	return fill;
}

static void
begin_sanitize(struct emu_drive *d, struct emu_nvme *s, struct wire_nvme *c)
{
	uint64_t ms;
	struct emu_fill fill = fill_of(d, s, c, &ms);
	unsigned i;

	if (!begin(d, emu_nvme_self(d), true, ms, &fill))
		return;
	for (i = 0; i < s->n_ns; i++)
		if (s->ns[i].node && s->ns[i].node != d)
			(void)begin(d, &s->ns[i], true, ms, &fill);
	s->by = d;
	s->sans = AUSE(c->cdw10) ? EMU_SANS_RUNS_OPEN : EMU_SANS_RUNS;
	s->failed_in = EMU_SANS_IDLE;
	s->sos = RUNS;
	s->scdw10 = c->cdw10;
	s->passes = 0;
	s->warned = NDAS(c->cdw10) && NDI(s->sanicap);
	emu_nvme_advance(s);
}

void
emu_nvme_sanitize(struct emu_drive *d, struct wire_nvme *c)
{
	struct emu_nvme *s = emu_nvme_of(d);

	if (c->dir != WIRE_NONE)
		emu_fail("Sanitize transfers nothing");
	if (!(s->sanicap & 7))
		c->status = 0x001;
	else if (emu_nvme_runs(s))
		c->status = SANITIZE_RUNS;
	else if ((c->cdw10 & 7) == EXIT_FAILED)
		leave_failure(s, c);
	else
		c->status = cannot(s, c);
	if (!c->status && (c->cdw10 & 7) != EXIT_FAILED)
		begin_sanitize(d, s, c);
}

/* ---- Format NVM ---------------------------------------------------------- */

#define SES(x)		((x) >> 9 & 7)
#define LBAF(x)		(((x) & 0xf) | ((x) >> 12 & 3) << 4)

static uint16_t
cannot_format(struct emu_nvme *s, const struct wire_nvme *c)
{
	struct emu_nvme_ns *ns = emu_nvme_find(s, c->nsid);

	if (!(s->oacs & 2))
		return 0x001;
	if (SES(c->cdw10) > 2 || (SES(c->cdw10) == 2 && !(s->fna & 4)))
		return INVALID_FIELD;
	if (LBAF(c->cdw10) >= s->n_formats)
		return INVALID_FORMAT;
	if (c->nsid == UINT32_MAX)
		return s->fna & 8 ? INVALID_FIELD : 0;
	if (!ns || !ns->node)
		return INVALID_NS;
	return ns->protected_ ? PROTECTED : 0;
}

/* FNA: with a secure erase bit 1 says whether it is about all namespaces, even
 * those of nobody; without one bit 0. */
static bool
is_about_all(const struct emu_nvme *s, const struct wire_nvme *c)
{
	return s->fna & (SES(c->cdw10) ? 2 : 1) && !s->sens_ignored;
}

/* SES = 0 takes the mapping away and nothing else: what was written stays. */
static void
unmap_only(struct emu_nvme_ns *ns)
{
	struct emu_drive *d = ns->node;

	if (!d->cache) {
		d->cache = emu_alloc(d->media_len);
		memcpy(d->cache, d->media, d->media_len);
	}
	ns->job.unmap = d->unmapped = true;
}

static bool
begin_format(struct emu_drive *d, const struct wire_nvme *c,
	     struct emu_nvme_ns *ns, bool all, const struct emu_fill *fill)
{
	if (!begin(d, ns, all, emu_nvme_of(d)->format_ms, fill))
		return false;
	if (!SES(c->cdw10))
		unmap_only(ns);
	return true;
}

void
emu_nvme_format(struct emu_drive *d, struct wire_nvme *c, uint64_t *took_ms)
{
	struct emu_nvme *s = emu_nvme_of(d);
	struct emu_fill fill = s->format_fill;
	struct emu_nvme_ns *ns = emu_nvme_find(s, c->nsid), *each;
	bool all;
	uint64_t end;

	if (c->dir != WIRE_NONE)
		emu_fail("Format NVM transfers nothing");
	c->status = cannot_format(s, c);
	if (c->status)
		return;
	all = is_about_all(s, c);
	if (SES(c->cdw10) == 2)
		fill = crypto_fill(d, s);
	fill = deallocated(s, fill);
	if (!ns)
		ns = emu_nvme_self(d);
	if (!begin_format(d, c, ns, all, &fill))
		return;
	for (each = s->ns; each < s->ns + s->n_ns; each++)
		if (each->node && each != ns &&
		    (all || c->nsid == UINT32_MAX))
			(void)begin_format(d, c, each, all, &fill);
	s->by = ns->node;
	s->formatting = true;
	s->format_cdw10 = c->cdw10;
	end = emu_job_end(&ns->job);
	*took_ms = end == UINT64_MAX ? end : end - emu_now();
	if (!*took_ms)
		emu_nvme_format_end(d, c);
}

void
emu_nvme_format_lost(struct emu_nvme *s)
{
	unsigned i;

	if (!s->formatting)
		return;
	s->formatting = false;
	for (i = 0; i < s->n_ns; i++)
		emu_job_drop(&s->ns[i].job);
	s->by = NULL;
}

static void
reshape(struct emu_nvme *s, struct emu_nvme_ns *ns)
{
	uint32_t shift = s->formats[LBAF(s->format_cdw10)] >> 16 & 0xff;

	if (ns->format == LBAF(s->format_cdw10))
		return;
	ns->format = LBAF(s->format_cdw10);
	ns->node->d.lblock = 1U << shift;
	ns->node->current = ns->size >> shift << shift;
}

void
emu_nvme_format_end(struct emu_drive *d, struct wire_nvme *c)
{
	struct emu_nvme *s = emu_nvme_of(d);
	unsigned i;

	emu_nvme_advance(s);
	if (!s->formatting || master(s)->state != EMU_JOB_DONE) {
		emu_nvme_format_lost(s);
		c->status = INTERNAL_ERROR;
		return;
	}
	for (i = 0; i < s->n_ns; i++)
		if (s->ns[i].job.state == EMU_JOB_DONE)
			reshape(s, &s->ns[i]);
	s->formatting = false;
	for (i = 0; i < s->n_ns; i++)
		emu_job_drop(&s->ns[i].job);
	s->by = NULL;
}
