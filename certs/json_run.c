/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How is a plan, its consent, its run and its verdict said in JSON?  The keys
 * are those of docs/FORMATS.md.
 */
#include "cert.h"
#include "../src/util.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* What is written, by the host or by the drive itself. */
static json_t *
pattern_of(const struct step *s)
{
	char text[64];

	if (s->pass.kind == PASS_NONE)
		return json_null();
	return json_string(pass_text(&s->pass, text, sizeof(text)));
}

static json_t *
how_of(const struct step *s)
{
	if (s->kind != STEP_VERIFY && s->kind != STEP_PROVE)
		return json_null();
	return json_pack("{s:s, s:i}", "mode", json_verify_name(s->how.mode),
			 "share_ppm", (int)s->how.share_ppm);
}

/* Those that are for all attempts name none. */
static bool
is_of_attempt(const struct step *s)
{
	return s->kind == STEP_MARK_AGAIN || s->kind == STEP_FIRMWARE ||
	       s->kind == STEP_PROVE || s->kind == STEP_OVERWRITE ||
	       s->kind == STEP_VERIFY;
}

json_t *
json_step(const struct plan *p, uint32_t i, enum lang lang)
{
	static const struct step nothing;
	const struct step *s = i < p->n_steps && i < STEPS_MAX ?
		&p->steps[i] : &nothing;
	bool method = s->kind == STEP_FIRMWARE || s->kind == STEP_PROVE;

	return json_pack(
		"{s:i, s:s, s:i, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:i,"
		" s:o}", "n", (int)i + 1, "kind", step_name(s->kind),
		"pass_no", (int)s->pass_no, "pattern", pattern_of(s),
		"verify", how_of(s), "attempt", is_of_attempt(s) ?
		json_count(s->attempt + 1ULL) : json_null(),
		"method", method ? json_string(method_name(s->method)) :
		json_null(), "method_text", method ?
		json_string(method_text(s->method, lang)) : json_null(),
		"command", s->kind == STEP_FIRMWARE ?
		json_string(method_command(s->method, p->driver)) :
		json_null(), "password", json_password(s->password),
		"marks", s->kind == STEP_MARK || s->kind == STEP_MARK_AGAIN ?
		json_boolean(s->marks) : json_null(), "est_s", (int)s->est_s,
		"len", json_count(s->len));
}

static json_t *
steps_of(const struct plan *p, enum lang lang)
{
	json_t *list = json_array();

	for (uint32_t i = 0; list && i < p->n_steps && i < STEPS_MAX; i++)
		json_array_append_new(list, json_step(p, i, lang));
	return list;
}

static json_t *
attempts_of(const struct plan *p, enum lang lang)
{
	json_t *list = json_array();

	for (uint32_t i = 0; list && i < p->n_attempts && i < ATTEMPTS_MAX;
	     i++) {
		const struct attempt *a = &p->attempts[i];

		json_array_append_new(list, json_pack(
			"{s:s, s:s, s:s, s:s, s:s, s:o}",
			"method", method_name(a->method),
			"text", method_text(a->method, lang),
			"command", method_command(a->method, p->driver),
			"level", level_name(a->level),
			"level_text", level_text(a->level, lang),
			"level_reasons", json_reasons(&a->level_reasons,
						      lang)));
	}
	return list;
}

static json_t *
passed_of(const struct plan *p, enum lang lang)
{
	json_t *list = json_array();

	for (uint32_t i = 0; list && i < p->n_passed && i < METHOD_COUNT;
	     i++) {
		enum method m = p->passed[i].method;

		json_array_append_new(list, json_pack(
			"{s:s, s:s, s:s, s:o}", "method", method_name(m),
			"text", method_text(m, lang),
			"command", method_command(m, p->driver),
			"why", json_why(&p->passed[i].why, lang)));
	}
	return list;
}

static json_t *
by_drive(const struct plan *p, enum lang lang)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}",
			 "driver", json_text(p->driver),
			 "controllers", json_text_or_null(p->controllers),
			 "size_full", json_count(p->size_full),
			 "attempts", attempts_of(p, lang),
			 "passed", passed_of(p, lang),
			 "spaces", json_spaces(p->spaces, p->n_spaces));
}

json_t *
json_plan(const struct plan *p, enum lang lang)
{
	char seed[20];

	snprintf(seed, sizeof(seed), "0x%016" PRIx64, p->seed);
	return json_merge(by_drive(p, lang), json_pack(
		"{s:o, s:o, s:o, s:o, s:o, s:s, s:s, s:s, s:s, s:i, s:s, s:b,"
		" s:s, s:s, s:s, s:o, s:o, s:b, s:i, s:i, s:o, s:o, s:o}",
		"path", json_text(p->path), "identity", json_identity(&p->id),
		"policy", json_text(p->policy),
		"policy_title", json_text(p->policy_title),
		"policy_title_ja", json_text(p->policy_title_ja), "standing",
		p->standing == STANDARD_CURRENT ? "current" : "withdrawn",
		"method", method_name(p->method),
		"method_text", method_text(p->method, lang),
		"seed", seed, "lblock", (int)p->lblock,
		"medium", medium_name(p->medium), "image", p->image,
		"level", level_name(p->level),
		"level_text", level_text(p->level, lang),
		"level_gloss", level_gloss(p->level, lang),
		"level_reasons", json_reasons(&p->level_reasons, lang),
		"refusals", json_reasons(&p->refusals, lang),
		"destroy_after", p->destroy_after,
		"bad_max_ppm", (int)p->bad_max_ppm, "est_s", (int)p->est_s,
		"steps", steps_of(p, lang),
		"digest", json_hex(p->digest, DIGEST_LEN),
		"confirm_token", json_text_or_null(p->token)));
}

static const char *
how_name(enum consent_how how)
{
	switch (how) {
	case CONSENT_TYPED:
		return "typed";
	case CONSENT_TOKEN:
		return "token";
	case CONSENT_JOB:
		return "job";
	case CONSENT_NONE:
		break;
	}
	return "none";
}

json_t *
json_consent(const struct consent *c)
{
	return json_pack("{s:s, s:o, s:o, s:o, s:o, s:o}",
			 "how", how_name(c->how), "who", json_text(c->who),
			 "at", json_text(c->at), "serial", json_text(c->serial),
			 "plan_digest", json_hex(c->plan_digest, DIGEST_LEN),
			 "receipt", c->has_receipt ?
			 json_hex(c->receipt, DIGEST_LEN) : json_null());
}

/* Of so many bytes, rounded up. */
static uint64_t
share_of(uint64_t bytes, uint64_t ppb)
{
	unsigned __int128 all = (unsigned __int128)bytes * ppb;

	return (uint64_t)(all / 1000000000) + (all % 1000000000 != 0);
}

json_t *
json_claim(const struct step_result *r, uint64_t bytes)
{
	uint64_t ppb = r->claim_share_ppb, share = share_of(bytes, ppb);
	uint32_t ppm = r->claim_conf_ppm;
	char ja[256], en[256], of_ja[48] = "", of_en[48] = "";
	json_t *j;

	if (!ppm || !ppb)
		return json_null();
	if (ppm > 999999)	/* no sample can claim certainty */
		ppm = 999999;
	if (bytes) {
		snprintf(of_ja, sizeof(of_ja), "（%" PRIu64 "バイト）", share);
		snprintf(of_en, sizeof(of_en), " (%" PRIu64 " bytes)", share);
	}
	snprintf(ja, sizeof(ja), "全体の%" PRIu64 ".%07" PRIu64 "%%%s以上が"
		 "消去されずに残っていれば、%u.%04u%%以上の確率で発見された",
		 ppb / 10000000, ppb % 10000000, of_ja, ppm / 10000,
		 ppm % 10000);
	snprintf(en, sizeof(en), "an unerased share of %" PRIu64 ".%07" PRIu64
		 " %%%s or more would have been found with probability"
		 " %u.%04u %% or more", ppb / 10000000, ppb % 10000000, of_en,
		 ppm / 10000, ppm % 10000);
	j = json_pack("{s:o, s:i, s:s, s:s}", "share_ppb", json_count(ppb),
		      "confidence_ppm", (int)ppm, "text", ja, "text_en", en);
	if (j && bytes)
		json_object_set_new(j, "bytes", json_count(share));
	return j;
}

json_t *
json_mismatch(const struct step_result *r)
{
	uint32_t len = r->first.len;

	if (!r->mismatches)
		return json_null();
	if (len > EVIDENCE_BYTES)
		len = EVIDENCE_BYTES;
	return json_pack("{s:o, s:o, s:o}", "at", json_count(r->first.at),
			 "expected", json_hex(r->first.expected, len),
			 "found", json_hex(r->first.found, len));
}

/* The key lets anyone recompute what was written; without one it is null. */
json_t *
json_stream_key(const struct step *s, const struct step_result *r)
{
	if (s->kind != STEP_OVERWRITE || s->pass.kind != PASS_RANDOM)
		return json_null();
	return json_digest_or_null(r->key);
}

/* Of a pass that earlier parts had begun; else null. */
json_t *
json_resumed(const struct step_result *r)
{
	if (!r->resumed_at && !r->restarted)
		return json_null();
	return json_pack("{s:o, s:o, s:b}", "at", json_count(r->resumed_at),
			 "margin", json_count(r->margin),
			 "restarted", r->restarted);
}

static json_t *
of_overwrite(const struct step *s, const struct step_result *r)
{
	return json_pack("{s:b, s:o, s:o, s:o}", "flushed", r->flushed,
			 "key", json_stream_key(s, r),
			 "reached", json_count(r->reached),
			 "resumed", json_resumed(r));
}

static json_t *
of_verify(const struct plan *p, const struct step *s,
	  const struct step_result *r)
{
	/* The share is of one medium; of several no sum is told. */
	uint64_t bytes = s->kind == STEP_PROVE && !p->n_spaces ? s->len : 0;

	return json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:o}",
			 "mode", json_verify_name(s->how.mode),
			 "mismatches", json_count(r->mismatches),
			 "first_mismatch", json_mismatch(r),
			 "samples", json_count(r->samples),
			 "sections", json_count(r->sections),
			 "claim", json_claim(r, bytes),
			 "salt", json_digest_or_null(r->salt));
}

/* The key and the commitment are on record before the drive erases. */
static json_t *
of_mark(const struct step *s, const struct step_result *r)
{
	return json_pack("{s:b, s:b, s:o, s:o, s:o, s:o}", "marks", s->marks,
			 "flushed", r->flushed,
			 "sections", json_count(r->sections),
			 "key", json_digest_or_null(r->key),
			 "commitment", json_digest_or_null(r->commitment),
			 "proof", json_proof(&r->proof));
}

/* What is needed to unlock the drive is on record before it is locked. */
static json_t *
of_drive(const struct plan *p, const struct step *s,
	 const struct step_result *r, enum lang lang)
{
	bool erases = s->kind == STEP_FIRMWARE;

	return json_pack("{s:o, s:o, s:o, s:o, s:o}",
			 "method", erases ? json_string(method_name(
				s->method)) : json_null(),
			 "method_text", erases ? json_string(method_text(
				s->method, lang)) : json_null(),
			 "command", erases ? json_string(method_command(
				s->method, p->driver)) : json_null(),
			 "password", json_password(s->password),
			 "reply", json_reply(p->driver, &r->reply));
}

static json_t *
of_kind(const struct plan *p, const struct step *s,
	const struct step_result *r, enum lang lang)
{
	switch (s->kind) {
	case STEP_OVERWRITE:
		return of_overwrite(s, r);
	case STEP_VERIFY:
		return of_verify(p, s, r);
	case STEP_MARK:
	case STEP_MARK_AGAIN:
		return of_mark(s, r);
	case STEP_PROVE:
		return json_merge(of_verify(p, s, r), json_pack(
			"{s:s, s:o}", "method", method_name(s->method),
			"proof", json_proof(&r->proof)));
	case STEP_EXPOSE:
		return json_merge(of_drive(p, s, r, lang), json_pack(
			"{s:o}", "areas", json_areas(&r->areas)));
	case STEP_READY:
	case STEP_UNLOCK:
	case STEP_FIRMWARE:
		return of_drive(p, s, r, lang);
	default:
		return json_pack("{s:o}", "signature",
				 json_text_or_null(r->signature));
	}
}

/* Whatever its state: what is judged by its reason is judged again by it. */
json_t *
json_step_why(const struct step_result *r, enum lang lang)
{
	return json_reason(&r->why, lang);
}

json_t *
json_step_result(const struct plan *p, uint32_t i, const struct step_result *r,
		 enum lang lang)
{
	static const struct step nothing;
	const struct step *s = i < p->n_steps && i < STEPS_MAX ?
		&p->steps[i] : &nothing;

	return json_merge(json_pack(
		"{s:i, s:s, s:i, s:o, s:s, s:o, s:i, s:o, s:o, s:o, s:o, s:o,"
		" s:b}", "step", (int)i + 1, "kind", step_name(s->kind),
		"pass_no", (int)s->pass_no, "attempt", is_of_attempt(s) ?
		json_count(s->attempt + 1ULL) : json_null(),
		"state", step_state_name(r->state),
		"why", json_step_why(r, lang), "errno", (int)r->err,
		"started", json_text_or_null(r->started),
		"finished", json_text_or_null(r->finished),
		"ms", json_count(r->ms), "bytes", json_count(r->bytes),
		"retries", json_count(r->retries),
		"carried", r->carried), of_kind(p, s, r, lang));
}

json_t *
json_checkpoint(uint32_t step, const struct step_result *r,
		const struct ranges *unwritten)
{
	return json_pack("{s:i, s:o, s:o, s:o, s:o}", "step", (int)step + 1,
			 "reached", json_count(r->reached),
			 "bytes", json_count(r->bytes),
			 "retries", json_count(r->retries),
			 "unwritten", json_ranges(unwritten));
}

static json_t *
one_part(const struct run_part *p, uint32_t n)
{
	return json_pack("{s:i, s:o, s:o, s:o, s:i, s:s, s:o}", "n", (int)n,
			 "receipt", json_hex(p->receipt, DIGEST_LEN),
			 "started", json_text_or_null(p->started),
			 "last", json_text_or_null(p->last),
			 "step", (int)p->step + 1,
			 "kind", step_name(p->kind),
			 "reached", json_count(p->reached));
}

/* Those left out of the middle are counted by their numbers. */
json_t *
json_parts(const struct run_parts *ps)
{
	json_t *list = json_array();
	uint32_t n = ps->n < PARTS_MAX ? ps->n : PARTS_MAX, i;

	for (i = 0; list && i < n; i++)
		json_array_append_new(list, one_part(
			&ps->p[i], i + 1 + (i < PARTS_MAX / 2 ? 0 :
					    ps->lost)));
	return list;
}

static json_t *
of_run(const struct plan *p, const struct run *r)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
			 "parts", json_parts(&r->parts),
			 "commands", json_sent(p->driver, &r->sent),
			 "commands_lost", json_count(r->sent.lost),
			 "areas", json_areas(&r->areas),
			 "health_before", json_health(&r->health_before),
			 "health_after", json_health(&r->health_after),
			 "lock_after", json_lock(&r->lock_after));
}

json_t *
json_run(const struct plan *p, const struct run *r, enum lang lang)
{
	json_t *results = json_array();

	for (uint32_t i = 0; results && i < r->n_results && i < STEPS_MAX; i++)
		json_array_append_new(results, json_step_result(
			p, i, &r->results[i], lang));
	return json_merge(of_run(p, r), json_pack(
		"{s:o, s:o, s:o, s:o, s:o, s:s, s:o, s:i, s:b, s:o, s:o, s:o}",
		"plan_digest", json_hex(r->plan_digest, DIGEST_LEN),
		"before", json_identity(&r->before), "after", r->after_known ?
		json_identity(&r->after) : json_string("unknown"),
		"started", json_text_or_null(r->started),
		"finished", json_text_or_null(r->finished),
		"state", step_state_name(r->state),
		"why", json_reason(&r->why, lang), "errno", (int)r->err,
		"cache_dropped", r->cache_dropped, "steps", results,
		"unwritten", json_ranges(&r->unwritten),
		"unread", json_ranges(&r->unread)));
}

json_t *
json_verdict(const struct verdict *v, enum lang lang)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:o}",
			 "result", outcome_name(v->outcome),
			 "result_text", outcome_text(v->outcome, lang),
			 "level", level_name(v->level),
			 "level_text", level_text(v->level, lang),
			 "level_gloss", level_gloss(v->level, lang),
			 "reasons", json_reasons(&v->reasons, lang));
}

static int
longer_first(const void *a, const void *b)
{
	const struct range *x = a, *y = b;

	if (x->len != y->len)
		return x->len < y->len ? 1 : -1;
	return x->at < y->at ? -1 : x->at > y->at;
}

json_t *
json_ranges(const struct ranges *rs)
{
	struct range sorted[RANGES_MAX];
	uint32_t n = rs->n < RANGES_MAX ? rs->n : RANGES_MAX;
	json_t *list = json_array();

	memcpy(sorted, rs->r, n * sizeof(*sorted));
	qsort(sorted, n, sizeof(*sorted), longer_first);
	for (uint32_t i = 0; list && i < n; i++)
		json_array_append_new(list, json_pack(
			"[o, o]", json_count(sorted[i].at),
			json_count(sorted[i].len)));
	return json_pack("{s:o, s:o, s:o}", "total", json_count(rs->total),
			 "lost", json_count(rs->lost), "ranges", list);
}
