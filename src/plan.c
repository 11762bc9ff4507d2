/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What would be done to this drive, what would it be worth, and what speaks
 * against it?  PURE: the same drive and request give the same plan, byte for
 * byte.  Levels follow NIST SP 800-88 Rev. 2 and IEEE 2883: what the host
 * overwrites is Clear at most, on any medium.
 */
#include "massho.h"
#include "util.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define ALL_PPM		1000000U
#define LBLOCK_MAX	65536U

/* What the request comes to once its names are looked up. */
struct wish {
	const struct policy *policy;
	bool custom;		/* passes are the request's own */
	uint32_t n_passes;
	struct pass passes[STEPS_MAX];
	struct verify_how how;
	enum level wanted;
};

/* An unverified erasure is never "erased", so "none" cannot be asked for. */
static int
choose_verify(const struct request *rq, struct verify_how *how)
{
	if (rq->verify_set)
		*how = rq->verify;
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

static bool
writes(const struct pass *p)
{
	return p->kind != PASS_NONE && p->kind != PASS_VERIFY;
}

static int
choose(const struct request *rq, struct wish *w)
{
	const struct policy *pol;
	bool written = false;
	size_t bad;

	memset(w, 0, sizeof(*w));
	if (*rq->method &&
	    strcmp(rq->method, method_name(METHOD_OVERWRITE)) != 0)
		return -EINVAL;
	pol = w->policy = policy_find(*rq->policy ? rq->policy : "clear");
	if (!pol)
		return -EINVAL;
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
	return choose_verify(rq, &w->how);
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
	p->method = METHOD_OVERWRITE;
	p->lblock = d->lblock;
	p->image = d->image || rq->image;
	p->medium = p->image ? MEDIUM_VIRTUAL : d->medium;
	p->destroy_after = w->policy->destroy_after || rq->info_class == 1;
	p->bad_max_ppm = w->policy->bad_max_ppm;
}

/* ---- what speaks against it ------------------------------------------ */

static bool
has(const struct reasons *rs, enum reason_code code)
{
	for (uint32_t i = 0; i < rs->n; i++)
		if (rs->r[i].code == code)
			return true;
	return false;
}

static void
check_offer(const struct drive *d, struct reasons *no)
{
	const struct offer *o = &d->offers[METHOD_OVERWRITE];

	if (o->offered)
		return;
	if (o->why.code != REASON_UNKNOWN) {
		if (!has(no, o->why.code))
			reasons_add(no, o->why.code, o->why.arg);
		return;
	}
	reasons_add(no, REASON_METHOD_NOT_OFFERED,
		    method_name(METHOD_OVERWRITE));
}

static void
check_geometry(const struct drive *d, struct reasons *no)
{
	uint32_t b = d->lblock;
	char arg[80];

	if (!d->id.size) {
		if (!has(no, REASON_SIZE_ZERO) && !has(no, REASON_NO_MEDIUM))
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

/* ---- steps -------------------------------------------------------------- */

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

/* The nth random character.  Never 00 or FF, which other passes write anyway,
 * nor what the pass before it left. */
static int
draw(uint64_t seed, uint32_t nth, const struct pass *before,
     struct pass *out)
{
	uint8_t in[12], digest[DIGEST_LEN], c;
	int err;

	for (unsigned int i = 0; i < 8; i++)
		in[i] = (uint8_t)(seed >> (56 - 8 * i));
	for (unsigned int i = 0; i < 4; i++)
		in[8 + i] = (uint8_t)(nth >> (24 - 8 * i));
	err = sha256(in, sizeof(in), digest);
	if (err)
		return err;
	c = (uint8_t)(1 + digest[0] % 254);
	if (before->kind == PASS_FILL && before->len == 1 &&
	    before->bytes[0] == c)
		c = (uint8_t)(1 + c % 254);
	out->kind = PASS_FILL;
	out->len = 1;
	out->bytes[0] = c;
	return 0;
}

static int
complement(const struct pass *of, struct pass *out)
{
	if (of->kind != PASS_FILL)
		return -EINVAL;
	out->kind = PASS_FILL;
	out->len = of->len;
	for (unsigned int i = 0; i < of->len; i++)
		out->bytes[i] = (uint8_t)~of->bytes[i];
	return 0;
}

/* Steps as they are laid, one after the other. */
struct lay {
	struct plan *p;
	uint32_t n_wanted;	/* may exceed STEPS_MAX; then nothing is kept */
	uint32_t pass_no, n_chars;
	struct pass last;	/* last written pass */
	struct pass base;	/* what a complement complements */
	bool read_back;		/* the last written pass has its VERIFY */
};

static void
lay_step(struct lay *l, enum step_kind kind, const struct verify_how *how)
{
	struct step *s;

	if (l->n_wanted++ >= STEPS_MAX)
		return;
	s = &l->p->steps[l->p->n_steps++];
	s->kind = kind;
	s->len = l->p->id.size;
	if (kind == STEP_SIGNATURES)
		return;
	s->pass_no = l->pass_no;
	s->pass = l->last;
	if (how)
		s->how = *how;
}

static void
lay_verify(struct lay *l, const struct verify_how *how)
{
	if (l->read_back)
		return;
	lay_step(l, STEP_VERIFY, how);
	l->read_back = true;
}

static int
lay_write(struct lay *l, const struct pass *pass)
{
	struct pass new;
	int err = 0;

	memset(&new, 0, sizeof(new));
	switch (pass->kind) {
	case PASS_CHAR:
		err = draw(l->p->seed, l->n_chars++, &l->last, &new);
		break;
	case PASS_COMPLEMENT:
		err = complement(&l->base, &new);
		break;
	default:
		memcpy(&new, pass, sizeof(new));
	}
	if (err)
		return err;
	if (pass->kind == PASS_CHAR || pass->kind == PASS_FILL)
		memcpy(&l->base, &new, sizeof(new));
	memcpy(&l->last, &new, sizeof(new));
	l->pass_no++;
	l->read_back = false;
	lay_step(l, STEP_OVERWRITE, NULL);
	return 0;
}

static int
lay_all(const struct wish *w, struct plan *p)
{
	struct lay l;
	char arg[32];
	int err;

	memset(&l, 0, sizeof(l));
	l.p = p;
	for (uint32_t i = 0; i < w->n_passes; i++) {
		if (w->passes[i].kind == PASS_VERIFY) {
			lay_verify(&l, &w->how);
			continue;
		}
		err = lay_write(&l, &w->passes[i]);
		if (err)
			return err;
	}
	lay_verify(&l, &w->how);
	lay_step(&l, STEP_SIGNATURES, NULL);
	if (l.n_wanted <= STEPS_MAX)
		return 0;
	snprintf(arg, sizeof(arg), "%" PRIu32 " > %d", l.n_wanted, STEPS_MAX);
	reasons_add(&p->refusals, REASON_TOO_MANY_STEPS, arg);
	memset(p->steps, 0, sizeof(p->steps));
	p->n_steps = 0;
	return 0;
}

/* ---- time --------------------------------------------------------------- */

/*
 * MB/s that drives of a kind usually sustain.  An estimate for the operator's
 * day, not a promise: the progress of the run shows the real rate.
 */
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

static void
estimate(const struct drive *d, const struct request *rq, struct plan *p)
{
	uint64_t rate = usual_rate(d, p) * 1000000ULL, sum = 0;

	if (rq->rate_limit && rq->rate_limit < rate)
		rate = rq->rate_limit;
	for (uint32_t i = 0; i < p->n_steps; i++) {
		struct step *s = &p->steps[i];
		uint64_t bytes = s->len;

		if (s->kind == STEP_VERIFY && s->how.mode == VERIFY_SAMPLE)
			bytes = bytes / ALL_PPM * s->how.share_ppm +
				bytes % ALL_PPM * s->how.share_ppm / ALL_PPM;
		s->est_s = s->kind == STEP_SIGNATURES ? 2 :
			   seconds(bytes, rate);
		sum += s->est_s;
	}
	p->est_s = sum < UINT32_MAX ? (uint32_t)sum : UINT32_MAX;
}

/* ---- level -------------------------------------------------------------- */

static enum level
reach(enum medium m)
{
	switch (m) {
	case MEDIUM_ROTATING:
	case MEDIUM_FLASH:
	case MEDIUM_VIRTUAL:
	case MEDIUM_UNKNOWN:
		return LEVEL_CLEAR;
	default:
		return LEVEL_NONE;
	}
}

/* Only a policy that says so goes on below what it wants, never to nothing. */
static void
settle_level(const struct wish *w, struct plan *p)
{
	char arg[64];

	p->level = reach(p->medium);
	if (p->level != LEVEL_NONE && p->level >= w->wanted)
		return;
	snprintf(arg, sizeof(arg), "%s/%s", level_name(w->wanted),
		 level_name(p->level));
	if (w->policy->lower_ok && p->level != LEVEL_NONE)
		reasons_add(&p->level_reasons, REASON_POLICY_LOWERED, arg);
	else
		reasons_add(&p->refusals, REASON_LEVEL_UNREACHABLE, arg);
}

static bool
over_storage(const struct drive *d, const struct plan *p)
{
	return p->medium == MEDIUM_VIRTUAL || d->virtual_ ||
	       d->transport == TRANSPORT_LOOP ||
	       d->transport == TRANSPORT_VIRTIO ||
	       d->transport == TRANSPORT_RAID;
}

static void
explain_medium(const struct drive *d, const struct plan *p, struct reasons *rs)
{
	if (p->medium == MEDIUM_FLASH)
		reasons_add(rs, REASON_OVERWRITE_FLASH, NULL);
	if (p->medium == MEDIUM_UNKNOWN)
		reasons_add(rs, REASON_MEDIUM_UNKNOWN, NULL);
	if (over_storage(d, p))
		reasons_add(rs, REASON_VIRTUAL_BACKING, NULL);
	reasons_add(rs, REASON_OVERWRITE_ONLY, NULL);
	if (p->medium != MEDIUM_VIRTUAL) {
		reasons_add(rs, REASON_HIDDEN_UNKNOWN, NULL);
		reasons_add(rs, REASON_REALLOCATED_UNKNOWN, NULL);
	}
}

/* Every reason why the level is not higher, the weightiest first. */
static void
explain(const struct drive *d, const struct request *rq, const struct wish *w,
	struct plan *p)
{
	struct reasons *rs = &p->level_reasons;
	uint32_t pct100 = w->how.share_ppm / 100;
	char arg[32];

	if (rq->info_class == 1)
		reasons_add(rs, REASON_CLASS_DESTROY, NULL);
	else if (p->destroy_after)
		reasons_add(rs, REASON_DESTROY_PENDING, NULL);
	else if (rq->info_class == 2 && !rq->on_premises &&
		 p->level < LEVEL_PURGE)
		reasons_add(rs, REASON_CLASS_PURGE, NULL);
	explain_medium(d, p, rs);
	if (w->how.mode == VERIFY_SAMPLE) {
		snprintf(arg, sizeof(arg), "%" PRIu32 ".%02" PRIu32 " %%",
			 pct100 / 100, pct100 % 100);
		reasons_add(rs, REASON_SAMPLED, arg);
	}
	if (d->network || d->transport == TRANSPORT_NETWORK)
		reasons_add(rs, REASON_NETWORK, d->name);
	if (d->transport == TRANSPORT_USB)
		reasons_add(rs, REASON_USB_IDENTITY, NULL);
	if (!*d->id.serial && !p->image)
		reasons_add(rs, REASON_NO_SERIAL, NULL);
	if (p->standing != STANDARD_CURRENT)
		reasons_add(rs, REASON_WITHDRAWN, p->policy);
}

int
plan_make(const struct drive *d, const struct request *rq, struct plan *out)
{
	struct wish w;
	int err;

	memset(out, 0, sizeof(*out));
	err = choose(rq, &w);
	if (err)
		return err;
	guard_check(d, rq, &out->refusals);
	describe(d, rq, &w, out);
	check_offer(d, &out->refusals);
	check_geometry(d, &out->refusals);
	check_policy(w.policy, out);
	err = choose_seed(rq, out);
	if (!err)
		err = lay_all(&w, out);
	if (err) {
		memset(out, 0, sizeof(*out));
		return err;
	}
	settle_level(&w, out);
	explain(d, rq, &w, out);
	estimate(d, rq, out);
	if (out->refusals.n)
		out->level = LEVEL_NONE;
	plan_seal(out);
	return 0;
}
