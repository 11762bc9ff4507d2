/* SPDX-License-Identifier: Apache-2.0 */
/* What did the log say was done?  What json_run.c wrote of a run, step by step,
 * and every command with its answer. */
#include "json_read.h"
#include "../src/util.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* ---- ranges -------------------------------------------------------------- */

static bool
range(const json_t *one, struct range *out)
{
	json_t *both = json_pack("{s:O, s:O}", "at", json_array_get(one, 0),
				 "len", json_array_get(one, 1));
	bool ok = json_array_size(one) == 2 &&
		read_count(both, "at", &out->at) &&
		read_count(both, "len", &out->len);

	json_decref(both);
	return ok;
}

static int
lower_first(const void *a, const void *b)
{
	const struct range *x = a, *y = b;

	return x->at < y->at ? -1 : x->at > y->at;
}

/* Written with the longest first; kept in their order on the drive. */
bool
json_read_ranges(const json_t *j, struct ranges *out)
{
	const json_t *list = read_list(j, "ranges", RANGES_MAX), *one;
	size_t i;

	memset(out, 0, sizeof(*out));
	if (!list || !read_count(j, "total", &out->total) ||
	    !read_count(j, "lost", &out->lost))
		return false;
	json_array_foreach((json_t *)list, i, one) {
		if (!range(one, &out->r[out->n++]))
			return false;
	}
	qsort(out->r, out->n, sizeof(*out->r), lower_first);
	return true;
}

/* ---- what the drive answered --------------------------------------------- */

static bool
reply(const json_t *j, struct reply *out)
{
	const char *s = json_string_value(json_object_get(j, "status"));
	size_t len;
	char *end;

	memset(out, 0, sizeof(*out));
	if (!s || !*s || strlen(s) > 8 ||
	    strspn(s, "0123456789abcdef") != strlen(s) ||
	    !read_errno(j, "errno", &out->err) ||
	    !read_bytes(j, "raw", out->raw, sizeof(out->raw), &len))
		return false;
	out->status = (uint32_t)strtoul(s, &end, 16);
	out->raw_len = (uint32_t)len;
	return true;
}

static bool
command(const json_t *j, const struct plan *p, struct command *out)
{
	uint32_t n;
	size_t len;

	if (!read_number(j, "step", &n) || !n || n > p->n_steps ||
	    !read_text(j, "command", out->name, sizeof(out->name)) ||
	    !read_bytes(j, "sent", out->sent, sizeof(out->sent), &len) ||
	    !reply(j, &out->reply))
		return false;
	out->step = n - 1;
	out->sent_len = (uint8_t)len;
	return true;
}

static bool
commands(const json_t *j, const struct plan *p, struct sent *out)
{
	const json_t *list = read_list(j, "commands", COMMANDS_MAX), *one;
	size_t i;

	if (!list || !read_number(j, "commands_lost", &out->lost))
		return false;
	json_array_foreach((json_t *)list, i, one) {
		if (!command(one, p, &out->c[out->n++]))
			return false;
	}
	return true;
}

/* ---- what was read back -------------------------------------------------- */

static bool
mismatch(const json_t *j, struct mismatch *out)
{
	size_t a, b;

	if (json_is_null(j))
		return true;
	if (!read_count(j, "at", &out->at) ||
	    !read_bytes(j, "expected", out->expected, EVIDENCE_BYTES, &a) ||
	    !read_bytes(j, "found", out->found, EVIDENCE_BYTES, &b) || a != b)
		return false;
	out->len = (uint32_t)a;
	return true;
}

static bool
claim(const json_t *j, struct step_result *out)
{
	return json_is_null(j) ||
		(read_count(j, "share_ppb", &out->claim_share_ppb) &&
		 read_number(j, "confidence_ppm", &out->claim_conf_ppm));
}

static bool
of_verify(const json_t *j, struct step_result *out)
{
	return read_count(j, "mismatches", &out->mismatches) &&
		mismatch(json_object_get(j, "first_mismatch"), &out->first) &&
		read_count(j, "samples", &out->samples) &&
		read_count(j, "sections", &out->sections) &&
		claim(json_object_get(j, "claim"), out) &&
		read_digest(j, "salt", out->salt);
}

static bool
classes(const json_t *j, struct proof *out)
{
	for (int c = 0; c < CLASS_COUNT; c++)
		if (!read_count(j, class_name((enum content_class)c),
				&out->classes[c]))
			return false;
	return true;
}

/* The first survivor is told only if there is one. */
static bool
proof(const json_t *j, struct proof *out)
{
	size_t len;

	if (!read_count(j, "marks", &out->marks) ||
	    !read_count(j, "preimages", &out->preimages) ||
	    !read_count(j, "looked", &out->looked) ||
	    !read_count(j, "marks_left", &out->marks_left) ||
	    !read_count(j, "preimages_left", &out->preimages_left) ||
	    !read_count(j, "misplaced", &out->misplaced) ||
	    !read_count(j, "unstable", &out->unstable) ||
	    !read_count(j, "thin", &out->thin) ||
	    !read_count(j, "places", &out->places) ||
	    !read_count(j, "places_random", &out->places_random) ||
	    !classes(json_object_get(j, "classes"), out) ||
	    !read_bytes(j, "pattern", out->pattern, sizeof(out->pattern),
			&len))
		return false;
	out->pattern_len = (uint32_t)len;
	if (out->marks_left || out->preimages_left || out->misplaced)
		return read_count(j, "first_left", &out->first_left);
	return json_is_null(json_object_get(j, "first_left"));
}

static bool
of_mark(const json_t *j, struct step_result *out)
{
	return read_digest(j, "key", out->key) &&
		read_digest(j, "commitment", out->commitment) &&
		read_flag(j, "flushed", &out->flushed) &&
		read_count(j, "sections", &out->sections) &&
		proof(json_object_get(j, "proof"), &out->proof);
}

/* ---- an erasure in several parts ----------------------------------------- */

static bool
resumed(const json_t *j, struct step_result *out)
{
	const json_t *r = json_object_get(j, "resumed");

	return read_count(j, "reached", &out->reached) &&
		(json_is_null(r) || (read_count(r, "at", &out->resumed_at) &&
		 read_count(r, "margin", &out->margin) &&
		 read_flag(r, "restarted", &out->restarted)));
}

static bool
part(const json_t *j, uint32_t before, uint32_t *n, struct run_part *out)
{
	int kind = READ_NAMED(j, "kind", STEP_KIND_COUNT, step_name);
	static const uint8_t none[DIGEST_LEN];
	uint32_t step;

	if (kind < 0 || !read_number(j, "n", n) || *n <= before ||
	    !read_digest(j, "receipt", out->receipt) ||
	    !memcmp(out->receipt, none, DIGEST_LEN) ||
	    !read_text(j, "started", out->started, sizeof(out->started)) ||
	    !read_text(j, "last", out->last, sizeof(out->last)) ||
	    !read_number(j, "step", &step) || !step || step > STEPS_MAX ||
	    !read_count(j, "reached", &out->reached))
		return false;
	out->step = step - 1;
	out->kind = (enum step_kind)kind;
	return true;
}

/* A gap in their numbers is what was left out of the middle. */
int
json_read_parts(const json_t *j, struct run_parts *out)
{
	const json_t *list = read_list(j, "parts", PARTS_MAX), *one;
	uint32_t n = 0;
	size_t i;

	memset(out, 0, sizeof(*out));
	json_array_foreach((json_t *)list, i, one) {
		if (!part(one, n, &n, &out->p[out->n]))
			return -EBADMSG;
		out->n++;
	}
	out->lost = n - out->n;
	return list ? 0 : -EBADMSG;
}

/* ---- a step -------------------------------------------------------------- */

static bool
of_kind(const json_t *j, enum step_kind kind, struct step_result *out)
{
	switch (kind) {
	case STEP_OVERWRITE:
		return read_flag(j, "flushed", &out->flushed) &&
			read_digest(j, "key", out->key) && resumed(j, out);
	case STEP_VERIFY:
		return of_verify(j, out);
	case STEP_MARK:
	case STEP_MARK_AGAIN:
		return of_mark(j, out);
	case STEP_PROVE:
		return of_verify(j, out) &&
			proof(json_object_get(j, "proof"), &out->proof);
	case STEP_EXPOSE:
		return reply(json_object_get(j, "reply"), &out->reply) &&
			read_areas(json_object_get(j, "areas"), &out->areas);
	case STEP_READY:
	case STEP_UNLOCK:
	case STEP_FIRMWARE:
		return reply(json_object_get(j, "reply"), &out->reply);
	case STEP_SIGNATURES:
		return read_text(j, "signature", out->signature,
				 sizeof(out->signature));
	case STEP_NONE:
	case STEP_KIND_COUNT:
		break;
	}
	return false;
}

static bool
result(const json_t *j, const struct step *s, uint32_t i,
       struct step_result *out)
{
	int state = READ_NAMED(j, "state", STATE_DONE + 1, step_state_name);
	int kind = READ_NAMED(j, "kind", STEP_KIND_COUNT, step_name);
	uint32_t n;

	if (state < 0 || kind != (int)s->kind ||
	    !read_number(j, "step", &n) || n != i + 1 ||
	    !read_reason(json_object_get(j, "why"), &out->why) ||
	    !read_errno(j, "errno", &out->err) ||
	    !read_text(j, "started", out->started, sizeof(out->started)) ||
	    !read_text(j, "finished", out->finished, sizeof(out->finished)) ||
	    !read_count(j, "ms", &out->ms) ||
	    !read_count(j, "bytes", &out->bytes) ||
	    !read_count(j, "retries", &out->retries))
		return false;
	out->state = (enum step_state)state;
	return read_flag(j, "carried", &out->carried) &&
	       of_kind(j, s->kind, out);
}

static bool
which(const json_t *j, const struct plan *p, uint32_t *i)
{
	uint32_t n;

	if (!read_number(j, "step", &n) || !n || n > p->n_steps)
		return false;
	*i = n - 1;
	return true;
}

int
json_read_step(const json_t *j, const struct plan *p, uint32_t *i,
	       struct step_result *out)
{
	memset(out, 0, sizeof(*out));
	return which(j, p, i) && result(j, &p->steps[*i], *i, out) ? 0 :
		-EBADMSG;
}

int
json_read_checkpoint(const json_t *j, const struct plan *p, uint32_t *i,
		     struct step_result *out, struct ranges *unwritten)
{
	return which(j, p, i) && p->steps[*i].kind == STEP_OVERWRITE &&
		read_count(j, "reached", &out->reached) &&
		read_count(j, "bytes", &out->bytes) &&
		read_count(j, "retries", &out->retries) &&
		json_read_ranges(json_object_get(j, "unwritten"), unwritten) ?
		0 : -EBADMSG;
}

static bool
results(const json_t *j, const struct plan *p, struct run *out)
{
	const json_t *list = read_list(j, "steps", p->n_steps), *one;
	size_t i;

	json_array_foreach((json_t *)list, i, one) {
		if (!result(one, &p->steps[i], (uint32_t)i, &out->results[i]))
			return false;
		out->n_results++;
	}
	return list;
}

/* ---- the run ------------------------------------------------------------- */

static bool
after(const json_t *j, struct run *out)
{
	const json_t *v = json_object_get(j, "after");
	const char *s = json_string_value(v);

	out->after_known = json_is_object(v);
	return out->after_known ? read_identity(v, &out->after) :
		s && !strcmp(s, "unknown");
}

static bool
of_drive(const json_t *j, const struct plan *p, struct run *out)
{
	return commands(j, p, &out->sent) &&
		read_areas(json_object_get(j, "areas"), &out->areas) &&
		read_health(json_object_get(j, "health_before"),
			    &out->health_before) &&
		read_health(json_object_get(j, "health_after"),
			    &out->health_after) &&
		read_lock(json_object_get(j, "lock_after"), &out->lock_after);
}

int
json_read_run(const json_t *j, const struct plan *p, struct run *out)
{
	int state = READ_NAMED(j, "state", STATE_DONE + 1, step_state_name);

	memset(out, 0, sizeof(*out));
	if (state < 0 || !read_digest(j, "plan_digest", out->plan_digest) ||
	    !read_identity(json_object_get(j, "before"), &out->before) ||
	    !after(j, out) ||
	    !read_text(j, "started", out->started, sizeof(out->started)) ||
	    !read_text(j, "finished", out->finished, sizeof(out->finished)) ||
	    !read_reason(json_object_get(j, "why"), &out->why) ||
	    !read_errno(j, "errno", &out->err) ||
	    !read_flag(j, "cache_dropped", &out->cache_dropped) ||
	    json_read_parts(j, &out->parts) ||
	    !results(j, p, out) || !of_drive(j, p, out) ||
	    !json_read_ranges(json_object_get(j, "unwritten"),
			      &out->unwritten) ||
	    !json_read_ranges(json_object_get(j, "unread"), &out->unread))
		return -EBADMSG;
	out->state = (enum step_state)state;
	return 0;
}
