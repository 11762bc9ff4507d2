/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which of its commands does an NVMe drive offer, what would they erase, and
 * if one is not offered, why?  PURE.
 */
#include "nvme.h"

#include "../src/util.h"

#include <errno.h>
#include <string.h>

int
nvme_add_space(struct scope *sc, uint32_t nsid, bool attached,
	       const struct nvme_ns *ns)
{
	struct space *s = NULL;
	uint32_t i;

	for (i = 0; i < sc->n_spaces && !s; i++)
		if (sc->spaces[i].nsid == nsid)
			s = &sc->spaces[i];
	if (!s) {
		if (sc->n_spaces == SPACES_MAX)
			return -ENOSPC;
		s = &sc->spaces[sc->n_spaces++];
		*s = (struct space){ .nsid = nsid };
	}
	s->attached |= attached;
	if (ns) {
		s->lblock = ns->lblock;
		s->meta = ns->meta;
		s->size = ns->size;
	}
	return 0;
}

void
nvme_sanitize_state(const struct nvme_facts *f, struct sanitize *out)
{
	uint32_t phase = NVME_SSI_STATE(f->log.ssi);

	*out = (struct sanitize){ 0 };
	if (!(f->ctrl.sanicap & NVME_SANICAP_ANY)) {
		out->state = SANITIZE_ABSENT;
		return;
	}
	if (!f->log_known)
		return;
	/* The sanitize has ended with success, but the drive is not back: it
	 * waits for someone to read the raw medium, or deallocates it. */
	if (phase == NVME_SANS_VERIFYING || phase == NVME_SANS_DEALLOCATING) {
		out->state = SANITIZE_RUNNING;
		return;
	}
	switch (NVME_SSTAT_SOS(f->log.sstat)) {
	case NVME_SOS_NEVER:
		out->state = SANITIZE_NEVER;
		break;
	case NVME_SOS_DONE:
	case NVME_SOS_DEALLOCATED:
		out->state = SANITIZE_DONE;
		break;
	case NVME_SOS_RUNNING:
		out->state = SANITIZE_RUNNING;
		out->permille = nvme_permille(&f->log);
		break;
	case NVME_SOS_FAILED:
		out->state = SANITIZE_FAILED;
		break;
	}
}

/* B 8.1.24: nothing leads out of it but a sanitize that succeeds. */
static bool
restricted(const struct nvme_facts *f)
{
	return f->log_known && f->ctrl.sanicap & NVME_SANICAP_ANY &&
	       NVME_SSTAT_SOS(f->log.sstat) == NVME_SOS_FAILED &&
	       !(f->log.scdw10 & NVME_SANITIZE_AUSE) &&
	       NVME_SSI_STATE(f->log.ssi) != NVME_SANS_FAILED_OPEN;
}

/* ---- offers ------------------------------------------------------------- */

static void
deny(struct offer *o, enum reason_code code, const char *arg)
{
	if (o->why.code)
		return;		/* the first reason is the one to be told */
	o->why.code = code;
	text_copy(o->why.arg, sizeof(o->why.arg), arg);
}

/* Block erase of the 660p never ends, and nothing can stop it. */
static bool
hangs(enum method m, const char *model)
{
	static const char *const models[] = { "INTEL SSDPEKNW" };
	size_t i;

	if (m != METHOD_SANITIZE_BLOCK)
		return false;
	for (i = 0; i < ARRAY_SIZE(models); i++)
		if (!strncmp(model, models[i], strlen(models[i])))
			return true;
	return false;
}

static uint32_t
estimate(const struct nvme_facts *f, unsigned int i)
{
	if (!f->log_known)
		return 0;
	return NVME_SANICAP_NODMMAS(f->ctrl.sanicap) == NVME_NODMMAS_MODIFIED &&
	       f->log.est_kept_s[i] ? f->log.est_kept_s[i] : f->log.est_s[i];
}

static void
offer_sanitize(const struct nvme_facts *f, struct drive *d, enum method m,
	       uint32_t cap, unsigned int i)
{
	struct offer *o = &d->offers[m];

	o->shared = true;	/* B 5.1.22: the whole subsystem, always */
	if (!(f->ctrl.sanicap & cap))
		deny(o, REASON_NOT_SUPPORTED, "");
	if (hangs(m, f->ctrl.model))
		deny(o, REASON_KNOWN_BAD, f->ctrl.model);
	if (!f->log_known)
		deny(o, REASON_NO_STATUS, "");
	if (f->blind[0])
		deny(o, REASON_GUARD_BLIND, f->blind);
	if (f->protected_[0])
		deny(o, REASON_WRITE_PROTECTED, f->protected_);
	if (f->tcg_locked)
		deny(o, REASON_TCG_LOCKED, "");
	o->offered = !o->why.code;
	o->est_s = estimate(f, i);
}

static void
offer_format(const struct nvme_facts *f, struct drive *d, enum method m,
	     bool supported)
{
	struct offer *o = &d->offers[m];

	/* B 5.1.10: with SES other than 0 it is this bit that counts */
	o->shared = f->ctrl.fna & NVME_FNA_ERASES_ALL;
	if (!supported)
		deny(o, REASON_NOT_SUPPORTED, "");
	if (!f->self_known)
		deny(o, REASON_GUARD_BLIND, "own namespace");
	if (o->shared && f->blind[0])
		deny(o, REASON_GUARD_BLIND, f->blind);
	if (f->self.write_protected)
		deny(o, REASON_WRITE_PROTECTED, d->name);
	if (o->shared && f->protected_[0])
		deny(o, REASON_WRITE_PROTECTED, f->protected_);
	if (f->tcg_locked)
		deny(o, REASON_TCG_LOCKED, "");
	if (restricted(f))
		deny(o, REASON_SANITIZE_RESTRICTED, "");
	o->offered = !o->why.code;
}

/* It is what driver_host_offer() made it, which knows no sanitize. */
static void
offer_overwrite(const struct nvme_facts *f, struct offer *o)
{
	if (!restricted(f))
		return;
	deny(o, REASON_SANITIZE_RESTRICTED, "");
	o->offered = false;
}

void
nvme_offers(const struct nvme_facts *f, struct drive *d)
{
	bool format = f->ctrl.oacs & NVME_OACS_FORMAT;
	unsigned int m;

	for (m = METHOD_NONE + 1; m < METHOD_COUNT; m++) {
		if (m == METHOD_OVERWRITE)
			continue;	/* the host's */
		d->offers[m] = (struct offer){ 0 };
		if (!nvme_is_sanitize(m) && !nvme_is_format(m))
			deny(&d->offers[m], REASON_NOT_SUPPORTED, "");
	}
	offer_sanitize(f, d, METHOD_SANITIZE_OVERWRITE, NVME_SANICAP_OVERWRITE,
		       0);
	offer_sanitize(f, d, METHOD_SANITIZE_BLOCK, NVME_SANICAP_BLOCK, 1);
	offer_sanitize(f, d, METHOD_SANITIZE_CRYPTO, NVME_SANICAP_CRYPTO, 2);
	offer_overwrite(f, &d->offers[METHOD_OVERWRITE]);
	offer_format(f, d, METHOD_FORMAT, format);
	offer_format(f, d, METHOD_FORMAT_CRYPTO,
		     format && f->ctrl.fna & NVME_FNA_CRYPTO);
}
