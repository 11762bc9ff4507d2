/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What does an NVM subsystem tell about itself?  Identify: B 5.1.13, N 4.1.5;
 * logs: B 5.1.12; Security Receive: B 5.1.24, TCG Core 2.01 3.3.6.
 */
#include "emu_nvme.h"

#include "../../src/util.h"

#include <string.h>

#define INVALID_FIELD	0x002
#define INVALID_NS	0x00b
#define INVALID_LOG	0x109

#define ID_LEN		4096U
#define KELVIN		273U

static void
put_le(uint8_t *p, uint64_t x, unsigned n)
{
	unsigned i;

	for (i = 0; i < n; i++)
		p[i] = (uint8_t)(i < 8 ? x >> 8 * i : 0);
}

static void
put_text(uint8_t *p, unsigned n, const char *text)
{
	size_t len = strlen(text);

	memset(p, ' ', n);
	memcpy(p, text, len < n ? len : n);
}

/* ---- Identify ------------------------------------------------------------ */

static uint64_t
free_bytes(const struct emu_nvme *s)
{
	const struct emu_drive *first = s->ns[0].node;
	uint64_t used = s->ns[0].len;
	unsigned i;

	for (i = 1; i < s->n_ns; i++)
		used += s->ns[i].node ? 0 : s->ns[i].len;
	return first->media_len - used;
}

static uint64_t
all_bytes(const struct emu_nvme *s)
{
	uint64_t sum = free_bytes(s);
	unsigned i;

	for (i = 0; i < s->n_ns; i++)
		sum += s->ns[i].len;
	return sum;
}

static void
controller(struct emu_drive *d, const struct emu_nvme *s, uint8_t *p)
{
	put_text(p + 4, 20, emu_serial(d));
	put_text(p + 24, 40, d->d.id.model);
	put_text(p + 64, 8, d->d.id.firmware);
	p[76] = s->controllers > 1 ? 0x3 : 0;	/* CMIC */
	p[77] = 5;				/* MDTS */
	put_le(p + 78, 1, 2);			/* CNTLID */
	put_le(p + 80, s->version, 4);
	p[102] = s->bpcap;
	p[111] = s->version >= 0x010400;	/* I/O controller */
	put_le(p + 256, s->oacs, 2);
	if (s->oacs & 0x8) {
		put_le(p + 280, all_bytes(s), 16);
		put_le(p + 296, free_bytes(s), 16);
	}
	put_le(p + 312, s->rpmb_units, 4);
	put_le(p + 328, s->sanicap, 4);
	p[512] = 0x66;
	p[513] = 0x44;
	put_le(p + 516, s->oacs & 0x8 ? 32 : s->n_ns, 4);
	put_le(p + 520, 0x0c, 2);		/* DSM, Write Zeroes */
	p[524] = s->fna;
	p[525] = 1;				/* a volatile write cache */
	text_copy((char *)p + 768, 256, "nqn.2014-08.org.example:emu");
}

/* N figure 114.  An inactive namespace is all zeros. */
static void
describe(const struct emu_nvme *s, const struct emu_nvme_ns *ns, uint8_t *p)
{
	uint32_t ms = s->formats[ns->format];
	uint64_t n = (ns->node ? emu_current(ns->node) : ns->size) >>
		     (ms >> 16 & 0xff);
	unsigned i;

	put_le(p, n, 8);
	put_le(p + 8, n, 8);
	put_le(p + 16, n, 8);
	p[25] = (uint8_t)(s->n_formats - 1);
	p[26] = ns->format;
	p[29] = ns->pi;
	if (s->formatting && ns->job.state == EMU_JOB_RUNS)
		p[32] = (uint8_t)(0x80 | (100 - ns->job.ran_ms * 100 /
					  ns->job.ms));
	p[33] = s->dlfeat;
	p[99] = ns->protected_;
	p[127] = (uint8_t)ns->nsid;		/* EUI64 */
	for (i = 0; i < s->n_formats; i++)
		put_le(p + 128 + 4 * i, s->formats[i], 4);
}

static void
list(const struct emu_nvme *s, uint32_t from, bool allocated, uint8_t *p)
{
	unsigned i;

	for (i = 0; i < s->n_ns; i++) {
		if (s->ns[i].nsid <= from || (!s->ns[i].node && !allocated))
			continue;
		put_le(p, s->ns[i].nsid, 4);
		p += 4;
	}
}

/* CNS 12h, 13h: how many, then their CNTLID, from CDW10 31:16 on. */
static void
controllers(const struct emu_nvme *s, uint32_t from, uint8_t *p)
{
	unsigned i, n = 0;

	for (i = 1; i <= s->controllers; i++)
		if (i >= from)
			put_le(p + 2 + 2 * n++, i, 2);
	put_le(p, n, 2);
}

static void
identify_ns(struct emu_nvme *s, struct wire_nvme *c, uint8_t *p)
{
	const struct emu_nvme_ns *ns = emu_nvme_find(s, c->nsid);
	uint8_t cns = (uint8_t)c->cdw10;

	if (!c->nsid || c->nsid == UINT32_MAX)
		c->status = INVALID_NS;
	else if (cns == 0x03) {			/* EUI-64 */
		p[0] = 1;
		p[1] = 8;
		p[11] = (uint8_t)c->nsid;
		if (!ns)
			c->status = INVALID_NS;
	} else if (ns && (ns->node || cns == 0x11))
		describe(s, ns, p);
}

void
emu_nvme_identify(struct emu_drive *d, struct wire_nvme *c)
{
	struct emu_nvme *s = emu_nvme_of(d);
	uint8_t p[ID_LEN] = { 0 }, cns = (uint8_t)c->cdw10;

	if (c->dir != WIRE_IN || c->len != ID_LEN)
		emu_fail("Identify transfers 4096 bytes");
	if (cns == 0x01)
		controller(d, s, p);
	else if (cns == 0x00 || (cns == 0x03 && s->version >= 0x010300) ||
		 (cns == 0x11 && s->oacs & 0x8))
		identify_ns(s, c, p);
	else if (cns == 0x02 || (cns == 0x10 && s->oacs & 0x8))
		list(s, c->nsid, cns == 0x10, p);
	else if (cns == 0x13 && (s->oacs & 0x8 || s->controllers > 1))
		controllers(s, c->cdw10 >> 16, p);
	else
		c->status = INVALID_FIELD;
	if (!c->status)
		memcpy(c->data, p, sizeof(p));
}

/* ---- logs ---------------------------------------------------------------- */

static void
smart(struct emu_drive *d, const struct emu_nvme *s, uint8_t *p)
{
	put_le(p + 1, (uint64_t)emu_celsius(d) + KELVIN, 2);
	p[3] = 100;
	p[4] = 10;
	p[5] = 3;
	put_le(p + 128, 1234, 16);
	put_le(p + 160, s->media_errors, 16);
}

/* As the status says it, faults of the status included. */
static uint8_t
told(const struct emu_nvme *s, const struct emu_job *job)
{
	enum emu_job_state is;

	if (!s->by || s->formatting)
		return s->sos;
	is = emu_job_told(s->by, job);
	if (emu_nvme_runs(s) && is == EMU_JOB_DONE)
		return 1;
	if (s->sos == 1 && is == EMU_JOB_NONE && job->op)
		return 0;
	return s->sos;
}

static uint8_t
state(const struct emu_nvme *s, uint8_t sos)
{
	if (s->version < 0x020100)
		return 0;
	if (emu_nvme_runs(s) && sos != 2)
		return 0;
	return (uint8_t)(s->sans | s->failed_in << 4);
}

/* B figure 302 */
static void
sanitize_log(const struct emu_nvme *s, uint8_t *p)
{
	const struct emu_job *job = s->by ? &emu_nvme_self(s->by)->job : NULL;
	uint8_t sos = told(s, job);
	uint32_t progress = 0xffff;

	if (sos == 2)
		progress = emu_job_permille(s->by, job) * 65536U / 1000;
	put_le(p, progress, 2);
	put_le(p + 2, sos | s->passes << 3 | (uint32_t)s->gde << 8, 2);
	put_le(p + 4, s->scdw10, 4);
	put_le(p + 8, s->overwrite_ms * 16 / 1000, 4);
	put_le(p + 12, s->block_ms / 1000, 4);
	put_le(p + 16, s->crypto_ms / 1000, 4);
	if (s->version < 0x010400)
		return;
	memset(p + 20, 0xff, 16);	/* not reported */
	p[36] = state(s, sos);
}

static void
boot_log(const struct emu_nvme *s, uint8_t *p)
{
	p[0] = 0x15;
	put_le(p + 4, s->bpcap ? 8 : 0, 4);	/* of 128 KiB */
}

void
emu_nvme_log(struct emu_drive *d, struct wire_nvme *c)
{
	const struct emu_nvme *s = emu_nvme_of(d);
	uint32_t len = ((c->cdw10 >> 16 | (c->cdw11 & 0xffff) << 16) + 1) * 4;
	uint8_t p[512] = { 0 }, lid = (uint8_t)c->cdw10;

	if (c->dir != WIRE_IN || c->len != len)
		emu_fail("NUMD is not what is transferred");
	if (lid == 0x02)
		smart(d, s, p);
	else if (lid == 0x81 && s->sanicap & 7) {
		if (s->short_log && len > 20)
			c->status = INVALID_FIELD;
		sanitize_log(s, p);
	} else if (lid == 0x15 && s->version >= 0x020000)
		boot_log(s, p);
	else if (lid != 0x01)
		c->status = INVALID_LOG;
	if (c->status)
		return;
	memset(c->data, 0, c->len);
	memcpy(c->data, p, len < sizeof(p) ? len : sizeof(p));
}

/* ---- Security Receive ---------------------------------------------------- */

/* Level 0 discovery with TPer and Locking; big-endian. */
static void
discovery(const struct emu_nvme *s, uint8_t *p)
{
	p[3] = 48 - 4 + 16 + 16;
	p[7] = 1;
	p[48 + 1] = 0x01;	/* TPer */
	p[48 + 3] = 12;
	p[64 + 1] = 0x02;	/* Locking */
	p[64 + 3] = 12;
	p[64 + 4] = (uint8_t)(0x09 | s->tcg_locked << 1 | s->tcg_locked << 2);
}

void
emu_nvme_security(struct emu_drive *d, struct wire_nvme *c)
{
	const struct emu_nvme *s = emu_nvme_of(d);
	uint8_t p[512] = { 0 };

	if (!(s->oacs & 1)) {
		c->status = 0x001;
		return;
	}
	if (c->dir != WIRE_IN || c->len != c->cdw11)
		emu_fail("AL is not what is transferred");
	if (c->cdw10 == 0) {			/* protocols */
		p[7] = s->tcg ? 2 : 1;
		p[9] = 1;
	} else if (s->tcg && c->cdw10 == 0x01000100) {
		discovery(s, p);
	} else {
		c->status = INVALID_FIELD;
		return;
	}
	memset(c->data, 0, c->len);
	memcpy(c->data, p, c->len < sizeof(p) ? c->len : sizeof(p));
}
