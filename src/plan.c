/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What would be done to this drive, what would it be worth, and what speaks
 * against it?  PURE: the same drive and request give the same plan, byte for
 * byte.
 */
#include "plan.h"

#include "util.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define LBLOCK_MAX	65536U
/* Read after a firmware erase unless --verify says how much: a thousandth of
 * the drive, but a gigabyte at least.  That is seconds on flash, and about a
 * minute on a disk. */
#define PROVE_PPM	1000U
#define PROVE_BYTES	1000000000ULL

/* Rounded up; bytes are less than size. */
static uint32_t
share_of(uint64_t bytes, uint64_t size)
{
	return (uint32_t)(((unsigned __int128)bytes * ALL_PPM + size - 1) /
			  size);
}

/* The same number of bytes is the same number of samples on every drive, and
 * so the same confidence for the same time. */
struct verify_how
plan_verify(const struct request *rq, uint64_t size)
{
	struct verify_how how = rq->verify;

	if (how.mode != VERIFY_SAMPLE || !rq->verify_bytes)
		return how;
	how.share_ppm = ALL_PPM;
	if (rq->verify_bytes < size)
		how.share_ppm = share_of(rq->verify_bytes, size);
	return how;
}

/* An unverified erasure is never "erased", so "none" cannot be asked for. */
static int
choose_verify(const struct request *rq, uint64_t size, struct verify_how *how)
{
	if (rq->verify_set)
		*how = plan_verify(rq, size);
	switch (how->mode) {
	case VERIFY_FULL:
		how->share_ppm = ALL_PPM;
		return 0;
	case VERIFY_SAMPLE:
		return how->share_ppm && how->share_ppm <= ALL_PPM ? 0 :
		       -EINVAL;
	default:
		return -EINVAL;
	}
}

static struct verify_how
usual_proof(uint64_t size)
{
	struct verify_how how = { VERIFY_FULL, ALL_PPM };
	uint32_t ppm;

	if (size <= PROVE_BYTES)
		return how;
	ppm = share_of(PROVE_BYTES, size);
	how.mode = VERIFY_SAMPLE;
	how.share_ppm = ppm > PROVE_PPM ? ppm : PROVE_PPM;
	return how;
}

static bool
writes(const struct pass *p)
{
	return p->kind != PASS_NONE && p->kind != PASS_VERIFY;
}

/* Its number, NONE for none, -EINVAL for a word that is none. */
static int
find_method(const char *name)
{
	for (int m = METHOD_NONE + 1; *name && m < METHOD_COUNT; m++)
		if (!strcmp(name, method_name((enum method)m)))
			return m;
	return *name ? -EINVAL : METHOD_NONE;
}

/* Passes of one's own have no more behind them than their Clear. */
static const struct policy *
find_policy(const struct request *rq)
{
	if (*rq->policy)
		return policy_find(rq->policy);
	return policy_find(*rq->passes ? "clear" : "purge-or-clear");
}

static int
choose(const struct drive *d, const struct request *rq, struct wish *w)
{
	const struct policy *pol = find_policy(rq);
	uint64_t size = plan_size_full(d);
	int method = find_method(rq->method);
	bool written = false;
	size_t bad;

	memset(w, 0, sizeof(*w));
	if (!pol || method < 0)
		return -EINVAL;
	w->policy = pol;
	w->forced = (enum method)method;
	w->custom = *rq->passes;
	w->n_passes = pol->n_passes;
	memcpy(w->passes, pol->passes, sizeof(w->passes));
	if (w->custom && policy_parse_passes(rq->passes, w->passes,
					     &w->n_passes, &bad))
		return -EINVAL;
	for (uint32_t i = 0; i < w->n_passes; i++)
		written |= writes(&w->passes[i]);
	if (!written)
		return -EINVAL;
	w->wanted = pol->level;
	if (rq->on_premises && pol->level_on_premises != LEVEL_NONE)
		w->wanted = pol->level_on_premises;
	w->how = pol->verify;
	w->prove = usual_proof(size);
	return choose_verify(rq, size, &w->how) ||
	       choose_verify(rq, size, &w->prove) ? -EINVAL : 0;
}

/*
 * Own passes have no standard behind them.  A policy named beside them still
 * says what must be reached, so it stays in the titles.
 */
static void
entitle(const struct request *rq, const struct wish *w, struct plan *p)
{
	const char *base = *rq->policy ? rq->policy : "";

	if (!w->custom) {
		text_copy(p->policy, sizeof(p->policy), w->policy->name);
		text_copy(p->policy_title, sizeof(p->policy_title),
			  w->policy->title);
		text_copy(p->policy_title_ja, sizeof(p->policy_title_ja),
			  w->policy->title_ja);
		p->standing = w->policy->standing;
		return;
	}
	text_copy(p->policy, sizeof(p->policy), "custom");
	snprintf(p->policy_title, sizeof(p->policy_title),
		 "own passes%s%s", *base ? ", requirements of " : "", base);
	snprintf(p->policy_title_ja, sizeof(p->policy_title_ja),
		 "任意指定の上書き%s%s%s", *base ? "（" : "", base,
		 *base ? " の要件）" : "");
	p->standing = STANDARD_WITHDRAWN;
}

static void
describe(const struct drive *d, const struct request *rq, const struct wish *w,
	 struct plan *p)
{
	p->id = d->id;
	text_copy(p->path, sizeof(p->path), d->path);
	entitle(rq, w, p);
	text_copy(p->driver, sizeof(p->driver), d->driver);
	p->size_full = plan_size_full(d);
	p->lblock = d->lblock;
	p->image = d->image || rq->image;
	p->medium = p->image ? MEDIUM_VIRTUAL : d->medium;
	p->destroy_after = w->policy->destroy_after || rq->info_class == 1;
	p->bad_max_ppm = w->policy->bad_max_ppm;
}

/* ---- what speaks against it ------------------------------------------ */

static void
check_geometry(const struct drive *d, struct reasons *no)
{
	uint32_t b = d->lblock;
	char arg[80];

	if (!d->id.size) {
		if (!plan_has(no, REASON_SIZE_ZERO) &&
		    !plan_has(no, REASON_NO_MEDIUM))
			reasons_add(no, REASON_SIZE_ZERO, NULL);
		return;
	}
	if (b && !(b & (b - 1)) && b <= LBLOCK_MAX && d->id.size % b == 0)
		return;
	snprintf(arg, sizeof(arg), "%" PRIu64 " / %" PRIu32, d->id.size, b);
	reasons_add(no, REASON_BAD_GEOMETRY, arg);
}

static void
check_policy(const struct policy *pol, struct plan *p)
{
	char arg[80];

	if (pol->media && !(pol->media & 1U << p->medium))
		reasons_add(&p->refusals, REASON_MEDIUM_MISMATCH,
			    medium_name(p->medium));
	if (p->id.size >= pol->size_min)
		return;
	snprintf(arg, sizeof(arg), "%" PRIu64 " < %" PRIu64, p->id.size,
		 pol->size_min);
	reasons_add(&p->refusals, REASON_TOO_SMALL, arg);
}

/* ---- all together ------------------------------------------------------ */

static uint64_t
first64(const uint8_t d[DIGEST_LEN])
{
	uint64_t v = 0;

	for (unsigned int i = 0; i < 8; i++)
		v = v << 8 | d[i];
	return v;
}

/*
 * The default seed follows the drive, not its socket, so that a token given
 * by `plan` still holds after a reboot.  53 bits: JSON carries it exactly.
 */
static int
choose_seed(const struct request *rq, struct plan *p)
{
	const struct identity *id = &p->id;
	uint8_t digest[DIGEST_LEN];
	char text[256];
	int n, err;

	if (rq->seed_set) {
		p->seed = rq->seed;
		return 0;
	}
	n = snprintf(text, sizeof(text), "massho-seed-1\n%s\n%s\n%s\n%" PRIu64,
		     id->model, id->serial, id->wwn, id->size);
	if (n < 0 || (size_t)n >= sizeof(text))
		return -EINVAL;
	err = sha256(text, (size_t)n, digest);
	if (!err)
		p->seed = first64(digest) >> 11;
	return err;
}

int
plan_make(const struct drive *d, const struct request *rq,
	  struct plan *out)
{
	struct chain chains[ATTEMPTS_MAX];
	struct wish w;
	int err;

	memset(out, 0, sizeof(*out));
	err = choose(d, rq, &w);
	if (err)
		return err;
	guard_check(d, rq, &out->refusals);
	describe(d, rq, &w, out);
	plan_methods(d, rq, &w, out, chains);
	check_geometry(d, &out->refusals);
	check_policy(w.policy, out);
	err = choose_seed(rq, out);
	if (!err)
		err = plan_lay(d, rq, &w, chains, out);
	if (err) {
		memset(out, 0, sizeof(*out));
		return err;
	}
	for (uint32_t i = 0; i < out->n_attempts; i++)
		plan_explain(d, rq, &w, out, &chains[i],
			     &out->attempts[i]);
	if (out->n_attempts)
		out->level_reasons = out->attempts[0].level_reasons;
	if (out->n_attempts && !out->refusals.n)
		out->level = out->attempts[0].level;
	plan_estimate(d, rq, out);
	plan_seal(out);
	return 0;
}
