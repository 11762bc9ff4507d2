/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What did the log say?  Nouns read back from what json.c and json_run.c wrote.
 * Whoever uses them compares digest and verdict with the log's own: what is
 * read wrong here cannot become a document.
 */
#include "cert.h"
#include "../src/util.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* ---- the pieces: each returns whether it was there ----------------------- */

/* "unknown" and null stand for an empty text. */
static bool
text(const json_t *j, const char *key, char *out, size_t len)
{
	const json_t *v = json_object_get(j, key);
	const char *s = json_string_value(v);

	out[0] = '\0';
	if (json_is_null(v) || (s && !strcmp(s, "unknown")))
		return true;
	return s && !text_copy(out, len, s);
}

/* An integer, or digits as a text where it is too big for one. */
static bool
count(const json_t *j, const char *key, uint64_t *out)
{
	const json_t *v = json_object_get(j, key);
	const char *s = json_string_value(v);
	char *end;

	*out = 0;
	if (json_is_integer(v) && json_integer_value(v) >= 0)
		*out = (uint64_t)json_integer_value(v);
	else if (!s || *s < '0' || *s > '9')
		return false;
	if (!s)
		return true;
	errno = 0;
	*out = strtoull(s, &end, 10);
	return !errno && !*end;
}

static bool
number(const json_t *j, const char *key, uint32_t *out)
{
	uint64_t n;
	bool ok = count(j, key, &n) && n <= UINT32_MAX;

	*out = ok ? (uint32_t)n : 0;
	return ok;
}

static bool
flag(const json_t *j, const char *key, bool *out)
{
	const json_t *v = json_object_get(j, key);

	*out = json_is_true(v);
	return json_is_boolean(v);
}

/* null: all zero. */
static bool
digest(const json_t *j, const char *key, uint8_t out[DIGEST_LEN])
{
	const char *s = json_string_value(json_object_get(j, key));

	memset(out, 0, DIGEST_LEN);
	if (json_is_null(json_object_get(j, key)))
		return true;
	return s && !hex_decode(out, DIGEST_LEN, s);
}

/* The place of a name among n; -1: it is none of them. */
#define NAMED(j, key, n, name) __extension__ ({ \
	int at_ = -1; \
	for (int i_ = 0; i_ < (int)(n) && at_ < 0; i_++) \
		if (!strcmp(cert_get(j, key), name(i_))) \
			at_ = i_; \
	at_; })

static bool
reason(const json_t *j, struct reason *out)
{
	int code = NAMED(j, "code", REASON_COUNT, reason_name);

	memset(out, 0, sizeof(*out));
	if (json_is_null(j))
		return true;
	out->code = code < 0 ? REASON_UNKNOWN : (enum reason_code)code;
	return code >= 0 && text(j, "arg", out->arg, sizeof(out->arg));
}

static bool
reasons(const json_t *list, struct reasons *out)
{
	const json_t *one;
	size_t i;

	memset(out, 0, sizeof(*out));
	if (!json_is_array(list) || json_array_size(list) > REASONS_MAX)
		return false;
	json_array_foreach((json_t *)list, i, one) {
		if (!reason(one, &out->r[out->n++]))
			return false;
	}
	return true;
}

static bool
identity(const json_t *j, struct identity *out)
{
	return text(j, "vendor", out->vendor, sizeof(out->vendor)) &&
		text(j, "model", out->model, sizeof(out->model)) &&
		text(j, "serial", out->serial, sizeof(out->serial)) &&
		text(j, "wwn", out->wwn, sizeof(out->wwn)) &&
		text(j, "firmware", out->firmware, sizeof(out->firmware)) &&
		count(j, "size", &out->size) &&
		count(j, "diskseq", &out->diskseq);
}

/* ---- drive, plan, consent ------------------------------------------------ */

int
json_read_drive(const json_t *j, struct drive *out)
{
	int medium = NAMED(j, "medium", MEDIUM_COUNT, medium_name);
	int transport = NAMED(j, "transport", TRANSPORT_COUNT, transport_name);

	memset(out, 0, sizeof(*out));
	if (medium < 0 || transport < 0 || !identity(j, &out->id) ||
	    !text(j, "path", out->path, sizeof(out->path)) ||
	    !text(j, "name", out->name, sizeof(out->name)) ||
	    !number(j, "lblock", &out->lblock) ||
	    !number(j, "pblock", &out->pblock) ||
	    !flag(j, "image", &out->image) ||
	    !flag(j, "virtual", &out->virtual_) ||
	    !flag(j, "network", &out->network))
		return -EBADMSG;
	out->medium = (enum medium)medium;
	out->transport = (enum transport)transport;
	return 0;
}

static bool
pattern(const json_t *j, struct pass *out)
{
	const char *s = json_string_value(json_object_get(j, "pattern"));
	struct pass list[STEPS_MAX];
	uint32_t n = 0;
	size_t bad;

	memset(out, 0, sizeof(*out));
	if (json_is_null(json_object_get(j, "pattern")))
		return true;
	if (!s || policy_parse_passes(s, list, &n, &bad) || n != 1)
		return false;
	*out = list[0];
	return true;
}

static bool
how(const json_t *j, struct verify_how *out)
{
	const json_t *v = json_object_get(j, "verify");
	int mode = NAMED(v, "mode", VERIFY_FULL + 1, json_verify_name);

	memset(out, 0, sizeof(*out));
	if (json_is_null(v))
		return true;
	out->mode = mode < 0 ? VERIFY_NONE : (enum verify_mode)mode;
	return mode >= 0 && number(v, "share_ppm", &out->share_ppm);
}

static bool
step(const json_t *j, struct step *out)
{
	int kind = NAMED(j, "kind", STEP_SIGNATURES + 1, step_name);

	out->kind = kind < 0 ? STEP_NONE : (enum step_kind)kind;
	return kind > 0 && number(j, "pass_no", &out->pass_no) &&
		pattern(j, &out->pass) && how(j, &out->how) &&
		count(j, "len", &out->len) && number(j, "est_s", &out->est_s);
}

static bool
steps(const json_t *list, struct plan *out)
{
	const json_t *one;
	size_t i;

	if (!json_is_array(list) || json_array_size(list) > STEPS_MAX)
		return false;
	json_array_foreach((json_t *)list, i, one) {
		if (!step(one, &out->steps[out->n_steps++]))
			return false;
	}
	return true;
}

int
json_read_plan(const json_t *j, struct plan *out)
{
	int medium = NAMED(j, "medium", MEDIUM_COUNT, medium_name);
	int method = NAMED(j, "method", METHOD_COUNT, method_name);
	int level = NAMED(j, "level", LEVEL_COUNT, level_name);
	char *end;

	memset(out, 0, sizeof(*out));
	if (medium < 0 || method < 0 || level < 0 ||
	    !text(j, "path", out->path, sizeof(out->path)) ||
	    !identity(json_object_get(j, "identity"), &out->id) ||
	    !text(j, "policy", out->policy, sizeof(out->policy)) ||
	    !text(j, "policy_title", out->policy_title,
		  sizeof(out->policy_title)) ||
	    !text(j, "policy_title_ja", out->policy_title_ja,
		  sizeof(out->policy_title_ja)) ||
	    !number(j, "lblock", &out->lblock) ||
	    !flag(j, "image", &out->image) ||
	    !reasons(json_object_get(j, "level_reasons"),
		     &out->level_reasons) ||
	    !reasons(json_object_get(j, "refusals"), &out->refusals) ||
	    !flag(j, "destroy_after", &out->destroy_after) ||
	    !number(j, "bad_max_ppm", &out->bad_max_ppm) ||
	    !number(j, "est_s", &out->est_s) ||
	    !steps(json_object_get(j, "steps"), out) ||
	    !digest(j, "digest", out->digest) ||
	    !text(j, "confirm_token", out->token, sizeof(out->token)))
		return -EBADMSG;
	out->medium = (enum medium)medium;
	out->method = (enum method)method;
	out->level = (enum level)level;
	out->standing = strcmp(cert_get(j, "standing"), "current") ?
		STANDARD_WITHDRAWN : STANDARD_CURRENT;
	out->seed = strtoull(cert_get(j, "seed"), &end, 16);
	return *end ? -EBADMSG : 0;
}

static enum consent_how
consent_how(const char *name)
{
	return !strcmp(name, "typed") ? CONSENT_TYPED :
		!strcmp(name, "token") ? CONSENT_TOKEN : CONSENT_NONE;
}

int
json_read_consent(const json_t *j, const uint8_t receipt[DIGEST_LEN],
		  struct consent *out)
{
	memset(out, 0, sizeof(*out));
	out->how = consent_how(cert_get(j, "how"));
	memcpy(out->receipt, receipt, DIGEST_LEN);
	out->has_receipt = out->how != CONSENT_NONE;
	return out->has_receipt &&
		digest(j, "plan_digest", out->plan_digest) &&
		text(j, "serial", out->serial, sizeof(out->serial)) &&
		text(j, "who", out->who, sizeof(out->who)) &&
		text(j, "at", out->at, sizeof(out->at)) ? 0 : -EBADMSG;
}

/* ---- run ----------------------------------------------------------------- */

static bool
ranges(const json_t *j, struct ranges *out)
{
	const json_t *list = json_object_get(j, "ranges"), *one;
	size_t i;

	memset(out, 0, sizeof(*out));
	if (!count(j, "total", &out->total) || !count(j, "lost", &out->lost) ||
	    !json_is_array(list) || json_array_size(list) > RANGES_MAX)
		return false;
	json_array_foreach((json_t *)list, i, one) {
		json_t *both = json_pack("{s:O, s:O}", "at",
					 json_array_get(one, 0), "len",
					 json_array_get(one, 1));
		struct range *r = &out->r[out->n++];
		bool ok = count(both, "at", &r->at) &&
			count(both, "len", &r->len);

		json_decref(both);
		if (!ok)
			return false;
	}
	return true;
}

static bool
mismatch(const json_t *j, struct mismatch *out)
{
	const char *expected = cert_get(j, "expected");
	const char *found = cert_get(j, "found");
	size_t len = strlen(expected) / 2;

	if (json_is_null(j))
		return true;
	out->len = (uint32_t)len;
	return len <= EVIDENCE_BYTES && count(j, "at", &out->at) &&
		!hex_decode(out->expected, len, expected) &&
		!hex_decode(out->found, len, found);
}

static bool
of_verify(const json_t *j, struct step_result *out)
{
	const json_t *claim = json_object_get(j, "claim");

	return count(j, "mismatches", &out->mismatches) &&
		mismatch(json_object_get(j, "first_mismatch"), &out->first) &&
		count(j, "samples", &out->samples) &&
		count(j, "sections", &out->sections) &&
		digest(j, "salt", out->salt) && (json_is_null(claim) ||
		(count(claim, "share_ppb", &out->claim_share_ppb) &&
		 number(claim, "confidence_ppm", &out->claim_conf_ppm)));
}

static bool
result(const json_t *j, enum step_kind kind, struct step_result *out)
{
	int state = NAMED(j, "state", STATE_DONE + 1, step_state_name);
	uint32_t err;

	if (state < 0 || strcmp(cert_get(j, "kind"), step_name(kind)) != 0 ||
	    !reason(json_object_get(j, "why"), &out->why) ||
	    !number(j, "errno", &err) ||
	    !text(j, "started", out->started, sizeof(out->started)) ||
	    !text(j, "finished", out->finished, sizeof(out->finished)) ||
	    !count(j, "ms", &out->ms) || !count(j, "bytes", &out->bytes) ||
	    !count(j, "retries", &out->retries))
		return false;
	out->state = (enum step_state)state;
	out->err = (int32_t)err;
	if (kind == STEP_OVERWRITE)
		return flag(j, "flushed", &out->flushed) &&
			digest(j, "key", out->key);
	if (kind == STEP_VERIFY)
		return of_verify(j, out);
	return text(j, "signature", out->signature, sizeof(out->signature));
}

static bool
results(const json_t *list, const struct plan *p, struct run *out)
{
	const json_t *one;
	size_t i;

	if (!json_is_array(list) || json_array_size(list) > p->n_steps)
		return false;
	json_array_foreach((json_t *)list, i, one) {
		if (!result(one, p->steps[i].kind, &out->results[i]))
			return false;
		out->n_results++;
	}
	return true;
}

int
json_read_run(const json_t *j, const struct plan *p, struct run *out)
{
	const json_t *after = json_object_get(j, "after");
	int state = NAMED(j, "state", STATE_DONE + 1, step_state_name);
	uint32_t err;

	memset(out, 0, sizeof(*out));
	out->after_known = json_is_object(after);
	if (state < 0 || !digest(j, "plan_digest", out->plan_digest) ||
	    !identity(json_object_get(j, "before"), &out->before) ||
	    (out->after_known && !identity(after, &out->after)) ||
	    !text(j, "started", out->started, sizeof(out->started)) ||
	    !text(j, "finished", out->finished, sizeof(out->finished)) ||
	    !reason(json_object_get(j, "why"), &out->why) ||
	    !number(j, "errno", &err) ||
	    !flag(j, "cache_dropped", &out->cache_dropped) ||
	    !results(json_object_get(j, "steps"), p, out) ||
	    !ranges(json_object_get(j, "unwritten"), &out->unwritten) ||
	    !ranges(json_object_get(j, "unread"), &out->unread))
		return -EBADMSG;
	out->state = (enum step_state)state;
	out->err = (int32_t)err;
	return 0;
}
