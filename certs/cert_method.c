/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What was done to the medium, and how was it checked?  Every step of the plan
 * with what came of it, every command with the drive's own answer, and of the
 * attempt that ended the run how it was verified.
 */
#include "cert_text.h"
#include "../src/util.h"

#include <string.h>

static const struct step_result *
result_of(const struct cert_input *in, uint32_t i)
{
	static const struct step_result nothing;

	return i < in->r->n_results && i < STEPS_MAX ? &in->r->results[i] :
		&nothing;
}

static uint32_t
n_steps(const struct cert_input *in)
{
	return in->p->n_steps < STEPS_MAX ? in->p->n_steps : STEPS_MAX;
}

/* A step whose worker died has a start, and no state. */
static bool
was_begun(const struct step_result *r)
{
	return r->state != STATE_SKIPPED &&
		(r->state != STATE_NONE || r->started[0]);
}

static bool
is_of_attempt(const struct step *s)
{
	return s->kind == STEP_MARK_AGAIN || s->kind == STEP_FIRMWARE ||
	       s->kind == STEP_PROVE || s->kind == STEP_OVERWRITE ||
	       s->kind == STEP_VERIFY;
}

/* The attempt that the run ended with: the last one of which anything was
 * begun. */
static uint32_t
last_attempt(const struct cert_input *in)
{
	uint32_t last = 0;

	for (uint32_t i = 0; i < n_steps(in); i++) {
		const struct step *s = &in->p->steps[i];

		if (is_of_attempt(s) && was_begun(result_of(in, i)) &&
		    s->attempt < ATTEMPTS_MAX && s->attempt > last)
			last = s->attempt;
	}
	return last;
}

static enum method
technique_of(const struct cert_input *in)
{
	uint32_t a = last_attempt(in);

	return a < in->p->n_attempts ? in->p->attempts[a].method :
		in->p->method;
}

/* Bytes of the medium: with what was hidden, once it is not any more. */
uint64_t
cert_size_of(const struct cert_input *in)
{
	const struct plan *p = in->p;

	for (uint32_t i = 0; i < n_steps(in); i++) {
		if (p->steps[i].kind == STEP_EXPOSE &&
		    p->size_full > p->id.size &&
		    (result_of(in, i)->state == STATE_DONE ||
		     in->r->after.size == p->size_full))
			return p->size_full;
	}
	return in->d->id.size;
}

/* ---- passes of the host ------------------------------------------------- */

/* The key of the pass that step i writes, or reads back. */
static json_t *
key_of(const struct cert_input *in, uint32_t i)
{
	const struct step *s = in->p->steps;

	if (s[i].kind == STEP_OVERWRITE)
		return json_stream_key(&s[i], result_of(in, i));
	for (uint32_t k = i; k-- > 0;) {
		if (s[k].kind == STEP_OVERWRITE && s[k].pass_no ==
		    s[i].pass_no)
			return json_stream_key(&s[k], result_of(in, k));
	}
	return json_null();
}

static json_t *
one_pass(const struct cert_input *in, uint32_t i)
{
	const struct step *s = &in->p->steps[i];
	const struct step_result *r = result_of(in, i);
	char pattern[64];

	return json_pack(
		"{s:i, s:s, s:s, s:o, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:i,"
		" s:b, s:o}", "n", (int)s->pass_no, "kind", step_name(s->kind),
		"pattern", pass_text(&s->pass, pattern, sizeof(pattern)),
		"key", key_of(in, i), "state", step_state_name(r->state),
		"bytes", json_count(r->bytes),
		"started", json_text_or_null(r->started),
		"finished", json_text_or_null(r->finished),
		"ms", json_count(r->ms), "retries", json_count(r->retries),
		"flushed", s->kind == STEP_OVERWRITE ?
		json_boolean(r->flushed) : json_null(), "errno", (int)r->err,
		"carried", r->carried, "resumed", json_resumed(r));
}

/* Of an attempt that never came to it there are no passes to show. */
static json_t *
passes_of(const struct cert_input *in)
{
	json_t *list = json_array();

	for (uint32_t i = 0; i < n_steps(in); i++) {
		const struct step *s = &in->p->steps[i];

		if ((s->kind == STEP_OVERWRITE || s->kind == STEP_VERIFY) &&
		    s->attempt == last_attempt(in))
			json_array_append_new(list, one_pass(in, i));
	}
	return list;
}

/* ---- steps and attempts ------------------------------------------------- */

static bool
marks(enum step_kind k)
{
	return k == STEP_MARK || k == STEP_MARK_AGAIN;
}

/* Each that was laid has a key and a promise of its own. */
static json_t *
laid_of(const struct step *s, const struct step_result *r)
{
	static const uint8_t none[DIGEST_LEN];

	if (!marks(s->kind) || !was_begun(r))
		return json_null();
	return json_pack("{s:o, s:o, s:b}", "key", json_digest_or_null(
				s->marks ? r->key : none),
			 "commitment", json_digest_or_null(r->commitment),
			 "flushed", r->flushed);
}

static json_t *
one_step(const struct cert_input *in, uint32_t i)
{
	const struct step_result *r = result_of(in, i);
	enum step_kind k = in->p->steps[i].kind;
	bool asked = k == STEP_READY || k == STEP_UNLOCK ||
		k == STEP_EXPOSE || k == STEP_FIRMWARE;
	json_t *j = json_pack(
		"{s:s, s:b, s:o, s:i, s:o, s:o, s:o, s:o, s:o, s:o}",
		"state", step_state_name(r->state), "carried", r->carried,
		"why", json_step_why(r, LANG_JA), "errno", (int)r->err,
		"started", json_text_or_null(r->started),
		"finished", json_text_or_null(r->finished),
		"ms", json_count(r->ms), "reply", asked && was_begun(r) ?
		json_reply(in->p->driver, &r->reply) : json_null(),
		"proof", (marks(k) || k == STEP_PROVE) && was_begun(r) ?
		json_proof(&r->proof) : json_null(),
		"laid", laid_of(&in->p->steps[i], r));

	j = json_merge(json_step(in->p, i, LANG_JA), j);
	if (j)
		json_object_del(j, "est_s");
	return j;
}

static json_t *
steps_of(const struct cert_input *in)
{
	json_t *list = json_array();

	for (uint32_t i = 0; list && i < n_steps(in); i++)
		json_array_append_new(list, one_step(in, i));
	return list;
}

/* As a whole: done, if its proof or its reading back is. */
static enum step_state
state_of(const struct cert_input *in, uint32_t attempt)
{
	enum step_state state = STATE_NONE;

	for (uint32_t i = 0; i < n_steps(in); i++) {
		const struct step *s = &in->p->steps[i];
		const struct step_result *r = result_of(in, i);

		if (!is_of_attempt(s) || s->attempt != attempt)
			continue;
		if (s->kind == STEP_PROVE || s->kind == STEP_VERIFY)
			state = r->state;
		if (was_begun(r) && r->state != STATE_DONE &&
		    s->kind != STEP_FIRMWARE && !marks(s->kind))
			return r->state;
	}
	if (state == STATE_SKIPPED && attempt <= last_attempt(in))
		return STATE_FAILED;
	return state;
}

static json_t *
attempts_of(const struct cert_input *in)
{
	const struct plan *p = in->p;
	json_t *list = json_array();

	for (uint32_t i = 0; i < p->n_attempts && i < ATTEMPTS_MAX; i++) {
		enum method m = p->attempts[i].method;

		json_array_append_new(list, json_pack(
			"{s:i, s:s, s:s, s:s, s:s, s:s}", "n", (int)i + 1,
			"method", method_name(m),
			"text", method_text(m, LANG_JA),
			"command", method_command(m, p->driver),
			"level", level_name(p->attempts[i].level),
			"state", step_state_name(state_of(in, i))));
	}
	return list;
}

static json_t *
passed_of(const struct plan *p)
{
	json_t *list = json_array();

	for (uint32_t i = 0; i < p->n_passed && i < METHOD_COUNT; i++) {
		enum method m = p->passed[i].method;

		json_array_append_new(list, json_pack(
			"{s:s, s:s, s:s, s:o}", "method", method_name(m),
			"text", method_text(m, LANG_JA),
			"command", method_command(m, p->driver),
			"why", json_why(&p->passed[i].why, LANG_JA)));
	}
	return list;
}

json_t *
cert_method_of(const struct cert_input *in, enum level level)
{
	const struct plan *p = in->p;

	return json_pack(
		"{s:s, s:s, s:o, s:s, s:o, s:o, s:o, s:s, s:o, s:o, s:o, s:o,"
		" s:o, s:o, s:o}",
		"text", "", "level", level_name(level),
		"parts", json_parts(&in->r->parts),
		"technique", method_name(technique_of(in)),
		"policy", json_text(p->policy),
		"policy_title", json_text(p->policy_title),
		"policy_title_ja", json_text(p->policy_title_ja), "standing",
		p->standing == STANDARD_CURRENT ? "current" : "withdrawn",
		"passes", passes_of(in),
		"commands", json_sent(p->driver, &in->r->sent),
		"commands_lost", json_count(in->r->sent.lost),
		"driver", json_text(p->driver), "steps", steps_of(in),
		"attempts", attempts_of(in), "passed", passed_of(p));
}

/* ---- how it was checked ------------------------------------------------- */

/* What libblkid still found: null nothing, "unknown" if it did not say. */
static json_t *
signatures_left(const struct cert_input *in)
{
	for (uint32_t i = n_steps(in); i-- > 0;) {
		const struct step_result *r = result_of(in, i);

		if (in->p->steps[i].kind != STEP_SIGNATURES)
			continue;
		if (r->signature[0])
			return json_text(r->signature);
		return r->state == STATE_DONE ? json_null() : json_text("");
	}
	return json_text("");
}

/* The methods of its attempt that the drive carried out before `prove`. */
static json_t *
chain_of(const struct cert_input *in, uint32_t prove)
{
	json_t *list = json_array();

	for (uint32_t i = 0; i < prove; i++) {
		const struct step *s = &in->p->steps[i];

		if (s->kind == STEP_FIRMWARE &&
		    s->attempt == in->p->steps[prove].attempt &&
		    result_of(in, i)->state == STATE_DONE)
			json_array_append_new(list, json_string(
				method_name(s->method)));
	}
	return list;
}

/* What was laid last, and what of all that was laid was found again. */
static json_t *
proof_of(const struct cert_input *in, uint32_t prove)
{
	const struct step_result *mark = result_of(in, STEPS_MAX);
	static const uint8_t none[DIGEST_LEN];
	const uint8_t *key = none, *commitment = none;
	struct proof p = result_of(in, prove)->proof;
	bool written = false;

	for (uint32_t i = 0; i < prove; i++) {
		if (!marks(in->p->steps[i].kind) ||
		    result_of(in, i)->state != STATE_DONE)
			continue;
		mark = result_of(in, i);
		written = in->p->steps[i].marks;
	}
	if (mark->state == STATE_DONE) {
		p.marks = mark->proof.marks;
		p.preimages = mark->proof.preimages;
		p.thin += mark->proof.thin;
		key = written ? mark->key : none;
		commitment = mark->commitment;
	}
	return json_merge(json_proof(&p), json_pack(
		"{s:o, s:o, s:i, s:o}", "key", json_digest_or_null(key),
		"commitment", json_digest_or_null(commitment), "attempt",
		(int)in->p->steps[prove].attempt + 1,
		"chain", chain_of(in, prove)));
}

/* The share is of one medium; of several namespaces no sum is told. */
static uint64_t
claim_of(const struct cert_input *in, uint32_t i)
{
	return in->p->steps[i].kind == STEP_PROVE && !in->p->n_spaces ?
		cert_size_of(in) : 0;
}

json_t *
cert_verification_of(const struct cert_input *in)
{
	static const struct step no_step;
	const struct step_result *last = result_of(in, STEPS_MAX);
	const struct step_result *first_bad = last;
	const struct step *s = &no_step;
	json_t *proof = json_null();
	uint64_t mismatches = 0, bytes = 0;

	for (uint32_t i = 0; i < n_steps(in); i++) {
		enum step_kind k = in->p->steps[i].kind;

		if ((k != STEP_VERIFY && k != STEP_PROVE) ||
		    in->p->steps[i].attempt != last_attempt(in))
			continue;
		s = &in->p->steps[i];
		last = result_of(in, i);
		bytes = claim_of(in, i);
		if (last->mismatches && !mismatches)
			first_bad = last;
		mismatches += last->mismatches;
		json_decref(proof);
		proof = k == STEP_PROVE ? proof_of(in, i) : json_null();
	}
	return json_pack(
		"{s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:b, s:o, s:o}",
		"mode", json_verify_name(s->how.mode),
		"state", step_state_name(last->state),
		"bytes", json_count(last->bytes),
		"mismatches", json_count(mismatches),
		"first_mismatch", json_mismatch(first_bad),
		"samples", json_count(last->samples),
		"sections", json_count(last->sections),
		"claim", json_claim(last, bytes),
		"salt", json_digest_or_null(last->salt),
		"cache_dropped", in->r->cache_dropped,
		"signatures_left", signatures_left(in), "proof", proof);
}

/* ---- what the drive is apart from its blocks ---------------------------- */

json_t *
cert_drive_of(const struct cert_input *in)
{
	const struct drive *d = in->d;
	const struct run *r = in->r;

	return json_pack(
		"{s:o, s:o, s:{s:o, s:o}, s:{s:o, s:o}, s:{s:o, s:o}, s:o}",
		"bridge", json_bridge(&d->bridge),
		"scope", json_scope(&d->scope),
		"areas", "before", json_areas(&d->areas),
		"after", json_areas(&r->areas),
		"health", "before", json_health(&r->health_before),
		"after", json_health(&r->health_after),
		"lock", "before", json_lock(&d->lock),
		"after", json_lock(&r->lock_after),
		"spaces", json_spaces(in->p->spaces, in->p->n_spaces));
}
