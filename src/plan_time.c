/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How long will it take?  An estimate for the operator's day, not a promise:
 * the progress of the run shows the real rate.  PURE.
 */
#include "plan.h"

#include "util.h"

#define MINUTE	60U
/* SECURITY ERASE: "this long or longer", which is no estimate. */
#define OPEN_END_S	(65534U * MINUTE)

/* MB/s that drives of a kind usually sustain. */
static uint32_t
usual_rate(const struct drive *d, const struct plan *p)
{
	if (p->image || d->transport == TRANSPORT_LOOP)
		return 1000;
	if (d->transport == TRANSPORT_USB)
		return 30;
	if (d->transport == TRANSPORT_MMC)
		return 40;
	if (d->transport == TRANSPORT_NVME)
		return 1500;
	if (p->medium == MEDIUM_ROTATING)
		return 150;
	if (p->medium == MEDIUM_FLASH)
		return 400;
	return 100;
}

static uint32_t
seconds(uint64_t bytes, uint64_t rate)
{
	uint64_t s = bytes / rate + (bytes % rate != 0);

	return s < UINT32_MAX ? (uint32_t)s : UINT32_MAX;
}

static uint64_t
share(uint64_t bytes, uint32_t ppm)
{
	return bytes / ALL_PPM * ppm + bytes % ALL_PPM * ppm / ALL_PPM;
}

/* The drive's own estimate; where it gives none, what is usual. */
static uint32_t
firmware_time(const struct drive *d, const struct plan *p, enum method m,
	      uint64_t rate)
{
	if (m < METHOD_COUNT && d->offers[m].est_s &&
	    d->offers[m].est_s < OPEN_END_S)
		return d->offers[m].est_s;
	if (m == METHOD_SANITIZE_CRYPTO || m == METHOD_FORMAT_CRYPTO)
		return 10;
	if (m == METHOD_SANITIZE_OVERWRITE || p->medium != MEDIUM_FLASH)
		return seconds(p->size_full, rate);
	return 5 * MINUTE;
}

/* What is left of a sanitize that runs already; nobody knows of which kind. */
static uint32_t
ready_time(const struct drive *d, const struct plan *p, uint64_t rate)
{
	uint32_t all = p->medium == MEDIUM_FLASH ? 5 * MINUTE :
		       seconds(p->size_full, rate);

	if (d->sanitize.state != SANITIZE_RUNNING ||
	    d->sanitize.permille >= 1000)
		return 10;
	return (uint32_t)((uint64_t)all * (1000 - d->sanitize.permille) /
			  1000);
}

static uint32_t
step_time(const struct drive *d, const struct plan *p, const struct step *s,
	  uint64_t own, uint64_t host)
{
	uint32_t seeks = p->medium == MEDIUM_FLASH ? 5 : MINUTE;
	uint64_t bytes = s->how.mode == VERIFY_SAMPLE ?
		share(s->len, s->how.share_ppm) : s->len;
	uint32_t t;

	switch (s->kind) {
	case STEP_READY:
		return ready_time(d, p, own);
	case STEP_UNLOCK:
	case STEP_SIGNATURES:
		return 2;
	case STEP_EXPOSE:
		return 10;
	case STEP_MARK:
	case STEP_MARK_AGAIN:
		return 2 * seeks;
	case STEP_FIRMWARE:
		return firmware_time(d, p, s->method, own);
	case STEP_PROVE:
		t = seconds(bytes, host);
		return t < UINT32_MAX - seeks ? t + seeks : UINT32_MAX;
	case STEP_OVERWRITE:
		return seconds(s->len, host);
	case STEP_VERIFY:
		return seconds(bytes, host);
	case STEP_NONE:
	case STEP_KIND_COUNT:
		break;
	}
	return 0;
}

void
plan_estimate(const struct drive *d, const struct request *rq,
	      struct plan *p)
{
	uint64_t own = usual_rate(d, p) * 1000000ULL, host = own, sum = 0;

	if (rq->rate_limit && rq->rate_limit < host)
		host = rq->rate_limit;
	for (uint32_t i = 0; i < p->n_steps; i++) {
		struct step *s = &p->steps[i];

		s->est_s = step_time(d, p, s, own, host);
		if (!s->attempt || s->kind == STEP_SIGNATURES)
			sum += s->est_s;
	}
	p->est_s = sum < UINT32_MAX ? (uint32_t)sum : UINT32_MAX;
}
