/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What did the log say was planned, and who agreed?  Nouns read back from what
 * json.c and json_run.c wrote; json_read_drive.c has drives, json_read_run.c
 * runs.  Whoever uses them compares digest and verdict with the log's own: what
 * is read wrong here cannot become a document.
 */
#include "json_read.h"
#include "../src/util.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* ---- the pieces ---------------------------------------------------------- */

bool
read_text(const json_t *j, const char *key, char *out, size_t len)
{
	const json_t *v = json_object_get(j, key);
	const char *s = json_string_value(v);

	out[0] = '\0';
	if (json_is_null(v) || (s && !strcmp(s, "unknown")))
		return true;
	return s && !text_copy(out, len, s);
}

/* An integer, or digits as a text where it is too big for one. */
bool
read_count(const json_t *j, const char *key, uint64_t *out)
{
	const json_t *v = json_object_get(j, key);
	const char *s = json_string_value(v);
	uint64_t n;
	char *end;

	*out = 0;
	if (json_is_integer(v) && json_integer_value(v) >= 0) {
		*out = (uint64_t)json_integer_value(v);
		return true;
	}
	if (!s || *s < '1' || *s > '9')
		return false;
	errno = 0;
	n = strtoull(s, &end, 10);
	if (errno || *end || n < UINT64_C(1) << 53)
		return false;
	*out = n;
	return true;
}

bool
read_number(const json_t *j, const char *key, uint32_t *out)
{
	uint64_t n;
	bool ok = read_count(j, key, &n) && n <= UINT32_MAX;

	*out = ok ? (uint32_t)n : 0;
	return ok;
}

bool
read_errno(const json_t *j, const char *key, int32_t *out)
{
	uint64_t n;
	bool ok = read_count(j, key, &n) && n <= INT32_MAX;

	*out = ok ? (int32_t)n : 0;
	return ok;
}

bool
read_flag(const json_t *j, const char *key, bool *out)
{
	const json_t *v = json_object_get(j, key);

	*out = json_is_true(v);
	return json_is_boolean(v);
}

bool
read_digest(const json_t *j, const char *key, uint8_t out[DIGEST_LEN])
{
	const json_t *v = json_object_get(j, key);
	const char *s = json_string_value(v);

	memset(out, 0, DIGEST_LEN);
	return json_is_null(v) || (s && !hex_decode(out, DIGEST_LEN, s));
}

bool
read_bytes(const json_t *j, const char *key, uint8_t *out, size_t max,
	   size_t *len)
{
	const json_t *v = json_object_get(j, key);
	const char *s = json_string_value(v);
	size_t n = s ? strlen(s) / 2 : 0;

	memset(out, 0, max);
	*len = 0;
	if (json_is_null(v))
		return true;
	if (!s || n > max || hex_decode(out, n, s))
		return false;
	*len = n;
	return true;
}

const json_t *
read_list(const json_t *j, const char *key, size_t max)
{
	const json_t *list = json_object_get(j, key);

	return json_is_array(list) && json_array_size(list) <= max ? list :
		NULL;
}

bool
read_reason(const json_t *j, struct reason *out)
{
	int code = READ_NAMED(j, "code", REASON_COUNT, reason_name);

	memset(out, 0, sizeof(*out));
	if (json_is_null(j))
		return true;
	out->code = code < 0 ? REASON_UNKNOWN : (enum reason_code)code;
	return code >= 0 && read_text(j, "arg", out->arg, sizeof(out->arg));
}

bool
read_reasons(const json_t *list, struct reasons *out)
{
	const json_t *one;
	size_t i;

	memset(out, 0, sizeof(*out));
	if (!json_is_array(list) || json_array_size(list) > REASONS_MAX)
		return false;
	json_array_foreach((json_t *)list, i, one) {
		if (!json_is_object(one) ||
		    !read_reason(one, &out->r[out->n++]))
			return false;
	}
	return true;
}

bool
read_identity(const json_t *j, struct identity *out)
{
	return read_text(j, "vendor", out->vendor, sizeof(out->vendor)) &&
		read_text(j, "model", out->model, sizeof(out->model)) &&
		read_text(j, "serial", out->serial, sizeof(out->serial)) &&
		read_text(j, "wwn", out->wwn, sizeof(out->wwn)) &&
		read_text(j, "firmware", out->firmware,
			  sizeof(out->firmware)) &&
		read_count(j, "size", &out->size) &&
		read_count(j, "diskseq", &out->diskseq);
}

int
json_read_identity(const json_t *j, struct identity *out)
{
	memset(out, 0, sizeof(*out));
	return read_identity(j, out) ? 0 : -EBADMSG;
}

/* ---- a step -------------------------------------------------------------- */

static bool
pattern(const json_t *j, struct pass *out)
{
	const json_t *v = json_object_get(j, "pattern");
	const char *s = json_string_value(v);
	struct pass list[STEPS_MAX];
	uint32_t n = 0;
	size_t bad;

	memset(out, 0, sizeof(*out));
	if (json_is_null(v))
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
	int mode = READ_NAMED(v, "mode", VERIFY_FULL + 1, json_verify_name);

	memset(out, 0, sizeof(*out));
	if (json_is_null(v))
		return true;
	out->mode = mode < 0 ? VERIFY_NONE : (enum verify_mode)mode;
	return mode >= 0 && read_number(v, "share_ppm", &out->share_ppm);
}

static bool
password(const json_t *j, enum password *out)
{
	const json_t *v = json_object_get(j, "password");
	int p = READ_NAMED(v, "name", PASSWORD_COUNT, password_name);
	const char *typed = json_string_value(json_object_get(v, "typed"));

	*out = p < 0 ? PASSWORD_NONE : (enum password)p;
	return json_is_null(v) ||
		(p > PASSWORD_NONE && typed &&
		 !strcmp(typed, password_text(*out)));
}

/* What is overwritten and read back is so by the host; all others that have a
 * method name it. */
static bool
method(const json_t *j, struct step *out)
{
	int m = READ_NAMED(j, "method", METHOD_COUNT, method_name);

	if (out->kind == STEP_FIRMWARE || out->kind == STEP_PROVE) {
		out->method = m < 0 ? METHOD_NONE : (enum method)m;
		return m > METHOD_NONE;
	}
	if (out->kind == STEP_OVERWRITE || out->kind == STEP_VERIFY)
		out->method = METHOD_OVERWRITE;
	return json_is_null(json_object_get(j, "method"));
}

/* What belongs to all names none; the signatures are looked for in the last. */
static bool
attempt(const json_t *j, const struct plan *p, struct step *out)
{
	uint32_t n;

	if (json_is_null(json_object_get(j, "attempt"))) {
		if (out->kind == STEP_SIGNATURES && p->n_attempts)
			out->attempt = p->n_attempts - 1;
		return out->kind != STEP_MARK_AGAIN &&
			out->kind != STEP_FIRMWARE &&
			out->kind != STEP_PROVE &&
			out->kind != STEP_OVERWRITE &&
			out->kind != STEP_VERIFY;
	}
	if (!read_number(j, "attempt", &n) || !n || n > p->n_attempts)
		return false;
	out->attempt = n - 1;
	return true;
}

static bool
marks(const json_t *j, struct step *out)
{
	if (out->kind == STEP_MARK || out->kind == STEP_MARK_AGAIN)
		return read_flag(j, "marks", &out->marks);
	return json_is_null(json_object_get(j, "marks"));
}

static bool
step(const json_t *j, const struct plan *p, uint32_t i, struct step *out)
{
	int kind = READ_NAMED(j, "kind", STEP_KIND_COUNT, step_name);
	uint32_t n;

	out->kind = kind < 0 ? STEP_NONE : (enum step_kind)kind;
	return kind > STEP_NONE && read_number(j, "n", &n) && n == i + 1 &&
		read_number(j, "pass_no", &out->pass_no) &&
		pattern(j, &out->pass) && how(j, &out->how) &&
		method(j, out) && attempt(j, p, out) &&
		password(j, &out->password) && marks(j, out) &&
		read_count(j, "len", &out->len) &&
		read_number(j, "est_s", &out->est_s);
}

/* ---- a plan -------------------------------------------------------------- */

static bool
steps(const json_t *j, struct plan *out)
{
	const json_t *list = read_list(j, "steps", STEPS_MAX), *one;
	size_t i;

	json_array_foreach((json_t *)list, i, one) {
		if (!step(one, out, (uint32_t)i, &out->steps[i]))
			return false;
		out->n_steps++;
	}
	return list;
}

static bool
attempts(const json_t *j, struct plan *out)
{
	const json_t *list = read_list(j, "attempts", ATTEMPTS_MAX), *one;
	size_t i;

	json_array_foreach((json_t *)list, i, one) {
		struct attempt *a = &out->attempts[out->n_attempts++];
		int m = READ_NAMED(one, "method", METHOD_COUNT, method_name);
		int level = READ_NAMED(one, "level", LEVEL_COUNT, level_name);

		if (m <= METHOD_NONE || level < 0 ||
		    !read_reasons(json_object_get(one, "level_reasons"),
				  &a->level_reasons))
			return false;
		a->method = (enum method)m;
		a->level = (enum level)level;
	}
	return list;
}

static bool
passed(const json_t *j, struct plan *out)
{
	const json_t *list = read_list(j, "passed", METHOD_COUNT), *one, *why;
	size_t i;

	json_array_foreach((json_t *)list, i, one) {
		struct passed_over *o = &out->passed[out->n_passed++];
		int m = READ_NAMED(one, "method", METHOD_COUNT, method_name);

		why = json_object_get(one, "why");
		if (m < 0 || !json_is_object(why) || !read_reason(why, &o->why))
			return false;
		o->method = (enum method)m;
	}
	return list;
}

static bool
seed(const json_t *j, uint64_t *out)
{
	const char *s = json_string_value(json_object_get(j, "seed"));
	char *end;

	if (!s || strlen(s) != 18 || strncmp(s, "0x", 2) != 0 ||
	    strspn(s + 2, "0123456789abcdef") != 16)
		return false;
	*out = strtoull(s, &end, 16);
	return !*end;
}

static bool
standing(const json_t *j, enum status_of_standard *out)
{
	const char *s = json_string_value(json_object_get(j, "standing"));
	bool current = s && !strcmp(s, "current");

	*out = current ? STANDARD_CURRENT : STANDARD_WITHDRAWN;
	return current || (s && !strcmp(s, "withdrawn"));
}

static bool
policy_of(const json_t *j, struct plan *out)
{
	return read_text(j, "policy", out->policy, sizeof(out->policy)) &&
		read_text(j, "policy_title", out->policy_title,
			  sizeof(out->policy_title)) &&
		read_text(j, "policy_title_ja", out->policy_title_ja,
			  sizeof(out->policy_title_ja)) &&
		standing(j, &out->standing) && seed(j, &out->seed) &&
		read_flag(j, "destroy_after", &out->destroy_after) &&
		read_number(j, "bad_max_ppm", &out->bad_max_ppm);
}

static bool
promise(const json_t *j, struct plan *out)
{
	int medium = READ_NAMED(j, "medium", MEDIUM_COUNT, medium_name);
	int m = READ_NAMED(j, "method", METHOD_COUNT, method_name);
	int level = READ_NAMED(j, "level", LEVEL_COUNT, level_name);

	if (medium < 0 || m < 0 || level < 0)
		return false;
	out->medium = (enum medium)medium;
	out->method = (enum method)m;
	out->level = (enum level)level;
	return read_reasons(json_object_get(j, "level_reasons"),
			    &out->level_reasons) &&
		read_reasons(json_object_get(j, "refusals"), &out->refusals);
}

int
json_read_plan(const json_t *j, struct plan *out)
{
	memset(out, 0, sizeof(*out));
	return read_text(j, "path", out->path, sizeof(out->path)) &&
		read_text(j, "driver", out->driver, sizeof(out->driver)) &&
		read_identity(json_object_get(j, "identity"), &out->id) &&
		policy_of(j, out) && promise(j, out) &&
		read_number(j, "lblock", &out->lblock) &&
		read_flag(j, "image", &out->image) &&
		read_count(j, "size_full", &out->size_full) &&
		read_number(j, "est_s", &out->est_s) &&
		attempts(j, out) && passed(j, out) &&
		read_text(j, "controllers", out->controllers,
			  sizeof(out->controllers)) &&
		read_spaces(j, "spaces", out->spaces, &out->n_spaces) &&
		steps(j, out) && read_digest(j, "digest", out->digest) &&
		read_text(j, "confirm_token", out->token,
			  sizeof(out->token)) ? 0 : -EBADMSG;
}

/* ---- a consent ----------------------------------------------------------- */

static enum consent_how
consent_how(const char *name)
{
	return !strcmp(name, "typed") ? CONSENT_TYPED :
		!strcmp(name, "token") ? CONSENT_TOKEN :
		!strcmp(name, "job") ? CONSENT_JOB : CONSENT_NONE;
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
		read_digest(j, "plan_digest", out->plan_digest) &&
		read_text(j, "serial", out->serial, sizeof(out->serial)) &&
		read_text(j, "who", out->who, sizeof(out->who)) &&
		read_text(j, "at", out->at, sizeof(out->at)) ? 0 : -EBADMSG;
}
