/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What exactly does a consent bind?  PURE.
 *
 * The digest covers the whole plan, its estimates aside, as text: one "key
 * length:value" line each, where the length keeps a strange serial number from
 * imitating another line.  The token covers what stays true across a reboot or
 * another socket: the drive's identity without its kernel instance, what the
 * policy promises, demands and tolerates, the steps, and what else of the
 * device they erase.  A drive that tells neither serial nor WWN cannot be known
 * again, so there the token holds for this node and this kernel instance alone.
 * If either cannot be computed both stay empty, and no consent matches them.
 */
#include "massho.h"
#include "util.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* 96 steps of at most 200 bytes, 96 reasons of at most 240, 32 spaces of at
 * most 340, and the head. */
#define TEXT_MAX 65536

struct text {
	size_t n;
	bool cut;
	char b[TEXT_MAX];
};

static void __attribute__((format(printf, 3, 4)))
line(struct text *t, const char *key, const char *fmt, ...)
{
	char value[512];
	va_list ap;
	int n, m;

	va_start(ap, fmt);
	n = vsnprintf(value, sizeof(value), fmt, ap);
	va_end(ap);
	if (n < 0 || (size_t)n >= sizeof(value)) {
		t->cut = true;
		return;
	}
	m = snprintf(t->b + t->n, sizeof(t->b) - t->n, "%s %d:%s\n", key, n,
		     value);
	if (m < 0 || (size_t)m >= sizeof(t->b) - t->n)
		t->cut = true;
	else
		t->n += (size_t)m;
}

static void
put_who(struct text *t, const struct identity *id)
{
	line(t, "model", "%s", id->model);
	line(t, "serial", "%s", id->serial);
	line(t, "wwn", "%s", id->wwn);
	line(t, "size", "%" PRIu64, id->size);
}

static void
put_instance(struct text *t, const struct plan *p)
{
	line(t, "vendor", "%s", p->id.vendor);
	line(t, "firmware", "%s", p->id.firmware);
	line(t, "diskseq", "%" PRIu64, p->id.diskseq);
	line(t, "path", "%s", p->path);
	line(t, "driver", "%s", p->driver);
	line(t, "lblock", "%" PRIu32, p->lblock);
	line(t, "medium", "%s", medium_name(p->medium));
	line(t, "image", "%d", p->image);
}

static const char *
mode_name(enum verify_mode m)
{
	return m == VERIFY_FULL ? "full" : m == VERIFY_SAMPLE ? "sample" :
	       "none";
}

static void
put_steps(struct text *t, const struct plan *p)
{
	uint32_t n = p->n_steps;

	if (n > STEPS_MAX) {
		t->cut = true;
		return;
	}
	line(t, "steps", "%" PRIu32, n);
	for (uint32_t i = 0; i < n; i++) {
		const struct step *s = &p->steps[i];
		char pass[64];

		line(t, "step", "%" PRIu32 " %s %s %s %d %" PRIu32 " %s %s %"
		     PRIu32 " %" PRIu64, s->attempt, step_name(s->kind),
		     method_name(s->method), password_name(s->password),
		     s->marks, s->pass_no,
		     pass_text(&s->pass, pass, sizeof(pass)),
		     mode_name(s->how.mode), s->how.share_ppm, s->len);
	}
}

/* What is erased as well.  Their names are this kernel's, their numbers the
 * drive's. */
static void
put_spaces(struct text *t, const struct plan *p, bool names)
{
	if (p->n_spaces > SPACES_MAX) {
		t->cut = true;
		return;
	}
	if (p->controllers[0])
		line(t, "controllers", "%s", p->controllers);
	line(t, "spaces", "%" PRIu32, p->n_spaces);
	for (uint32_t i = 0; i < p->n_spaces; i++) {
		const struct space *s = &p->spaces[i];

		line(t, "space", "%" PRIu32 " %" PRIu32 " %" PRIu32 " %"
		     PRIu64, s->nsid, s->lblock, s->meta, s->size);
		if (!names)
			continue;
		line(t, "attached", "%d %d", s->attached, s->self);
		line(t, "node", "%s", s->node);
		line(t, "used_by", "%s", s->used_by);
	}
}

static void
put_reasons(struct text *t, const char *key, const struct reasons *rs)
{
	if (rs->n > REASONS_MAX) {
		t->cut = true;
		return;
	}
	line(t, key, "%" PRIu32, rs->n);
	for (uint32_t i = 0; i < rs->n; i++)
		line(t, reason_name(rs->r[i].code), "%s", rs->r[i].arg);
}

/* What the operator agrees to: what is promised, demanded and tolerated. */
static void
put_promise(struct text *t, const struct plan *p)
{
	line(t, "policy", "%s", p->policy);
	line(t, "level", "%s", level_name(p->level));
	put_reasons(t, "level_reasons", &p->level_reasons);
	line(t, "destroy_after", "%d", p->destroy_after);
	line(t, "bad_max_ppm", "%" PRIu32, p->bad_max_ppm);
}

static void
put_attempts(struct text *t, const struct plan *p)
{
	if (p->n_attempts > ATTEMPTS_MAX) {
		t->cut = true;
		return;
	}
	line(t, "attempts", "%" PRIu32, p->n_attempts);
	for (uint32_t i = 0; i < p->n_attempts; i++) {
		line(t, "attempt", "%s %s", method_name(p->attempts[i].method),
		     level_name(p->attempts[i].level));
		put_reasons(t, "attempt_reasons",
			    &p->attempts[i].level_reasons);
	}
}

/* Why a stronger method is not used. */
static void
put_passed(struct text *t, const struct plan *p)
{
	if (p->n_passed > METHOD_COUNT) {
		t->cut = true;
		return;
	}
	line(t, "passed", "%" PRIu32, p->n_passed);
	for (uint32_t i = 0; i < p->n_passed; i++) {
		line(t, "over", "%s %s", method_name(p->passed[i].method),
		     reason_name(p->passed[i].why.code));
		line(t, "why", "%s", p->passed[i].why.arg);
	}
}

static void
put_policy(struct text *t, const struct plan *p)
{
	put_promise(t, p);
	line(t, "title", "%s", p->policy_title);
	line(t, "title_ja", "%s", p->policy_title_ja);
	line(t, "standing", "%s",
	     p->standing == STANDARD_CURRENT ? "current" : "withdrawn");
	line(t, "method", "%s", method_name(p->method));
	line(t, "seed", "%" PRIu64, p->seed);
	put_reasons(t, "refusals", &p->refusals);
	line(t, "size_full", "%" PRIu64, p->size_full);
}

static int
hash(const struct text *t, uint8_t out[DIGEST_LEN])
{
	return t->cut ? -1 : sha256(t->b, t->n, out);
}

/* Crockford's alphabet: no I, L, O, U to misread.  80 bits in 16 letters. */
static void
spell(const uint8_t digest[DIGEST_LEN], char out[TOKEN_LEN + 1])
{
	static const char letters[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

	for (unsigned int i = 0; i < TOKEN_LEN; i++) {
		unsigned int bit = i * 5, at = bit / 8;
		unsigned int two = (unsigned int)digest[at] << 8 |
				   digest[at + 1];

		out[i] = letters[two >> (11 - bit % 8) & 31];
	}
	out[TOKEN_LEN] = '\0';
}

static int
seal_digest(struct plan *p)
{
	struct text t = { 0 };

	line(&t, "massho-plan", "2");
	put_who(&t, &p->id);
	put_instance(&t, p);
	put_policy(&t, p);
	put_attempts(&t, p);
	put_passed(&t, p);
	put_spaces(&t, p, true);
	put_steps(&t, p);
	return hash(&t, p->digest);
}

/* A plan with refusals has no token: there is nothing to consent to. */
static int
seal_token(struct plan *p)
{
	struct text t = { 0 };
	uint8_t digest[DIGEST_LEN];

	if (p->refusals.n)
		return 0;
	line(&t, "massho-token", "2");
	put_who(&t, &p->id);
	if (!p->id.serial[0] && !p->id.wwn[0]) {
		line(&t, "path", "%s", p->path);
		line(&t, "diskseq", "%" PRIu64, p->id.diskseq);
	}
	put_spaces(&t, p, false);
	put_promise(&t, p);
	put_steps(&t, p);
	if (hash(&t, digest))
		return -1;
	spell(digest, p->token);
	return 0;
}

void
plan_seal(struct plan *p)
{
	memset(p->digest, 0, sizeof(p->digest));
	memset(p->token, 0, sizeof(p->token));
	if (seal_digest(p) || seal_token(p)) {
		memset(p->digest, 0, sizeof(p->digest));
		memset(p->token, 0, sizeof(p->token));
	}
}
