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

static json_t *
one_step(const struct step *s, uint32_t n)
{
	char pattern[64];
	json_t *how = json_null(), *pass = json_null();

	if (s->kind == STEP_VERIFY)
		how = json_pack("{s:s, s:i}",
				"mode", json_verify_name(s->how.mode),
				"share_ppm", (int)s->how.share_ppm);
	if (s->kind != STEP_SIGNATURES)
		pass = json_string(pass_text(&s->pass, pattern,
					     sizeof(pattern)));
	return json_pack("{s:i, s:s, s:i, s:o, s:o, s:o, s:i}", "n", (int)n,
			 "kind", step_name(s->kind),
			 "pass_no", (int)s->pass_no, "pattern", pass,
			 "verify", how, "len", json_count(s->len),
			 "est_s", (int)s->est_s);
}

static json_t *
steps_of(const struct plan *p)
{
	json_t *list = json_array();

	for (uint32_t i = 0; list && i < p->n_steps && i < STEPS_MAX; i++)
		json_array_append_new(list, one_step(&p->steps[i], i + 1));
	return list;
}

json_t *
json_plan(const struct plan *p, enum lang lang)
{
	char seed[20];

	snprintf(seed, sizeof(seed), "0x%016" PRIx64, p->seed);
	return json_pack(
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
		"steps", steps_of(p),
		"digest", json_hex(p->digest, DIGEST_LEN),
		"confirm_token", json_text_or_null(p->token));
}

static const char *
how_name(enum consent_how how)
{
	switch (how) {
	case CONSENT_TYPED:
		return "typed";
	case CONSENT_TOKEN:
		return "token";
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

json_t *
json_claim(const struct step_result *r)
{
	uint32_t ppm = r->claim_conf_ppm;
	uint64_t ppb = r->claim_share_ppb;
	char ja[256], en[256];

	if (!ppm || !ppb)
		return json_null();
	if (ppm > 999999)	/* no sample can claim certainty */
		ppm = 999999;
	snprintf(ja, sizeof(ja), "全体の%" PRIu64 ".%07" PRIu64 "%%以上が"
		 "消去されずに残っていれば、%u.%04u%%以上の確率で発見された",
		 ppb / 10000000, ppb % 10000000, ppm / 10000, ppm % 10000);
	snprintf(en, sizeof(en), "an unerased share of %" PRIu64 ".%07" PRIu64
		 " %% or more would have been found with probability"
		 " %u.%04u %% or more",
		 ppb / 10000000, ppb % 10000000, ppm / 10000, ppm % 10000);
	return json_pack("{s:o, s:i, s:s, s:s}", "share_ppb", json_count(ppb),
			 "confidence_ppm", (int)ppm, "text", ja, "text_en", en);
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

static json_t *
of_overwrite(const struct step *s, const struct step_result *r)
{
	return json_pack("{s:b, s:o}", "flushed", r->flushed,
			 "key", json_stream_key(s, r));
}

static json_t *
of_verify(const struct step *s, const struct step_result *r)
{
	return json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:o}",
			 "mode", json_verify_name(s->how.mode),
			 "mismatches", json_count(r->mismatches),
			 "first_mismatch", json_mismatch(r),
			 "samples", json_count(r->samples),
			 "sections", json_count(r->sections),
			 "claim", json_claim(r),
			 "salt", json_digest_or_null(r->salt));
}

json_t *
json_step_result(const struct plan *p, uint32_t i, const struct step_result *r,
		 enum lang lang)
{
	static const struct step nothing;
	const struct step *s = i < p->n_steps && i < STEPS_MAX ?
		&p->steps[i] : &nothing;
	json_t *j, *more = NULL;

	j = json_pack("{s:i, s:s, s:i, s:s, s:o, s:i, s:o, s:o, s:o, s:o, s:o}",
		      "step", (int)i + 1, "kind", step_name(s->kind),
		      "pass_no", (int)s->pass_no,
		      "state", step_state_name(r->state),
		      "why", r->state == STATE_DONE || r->state == STATE_NONE ?
		      json_null() : json_reason(&r->why, lang),
		      "errno", (int)r->err,
		      "started", json_text_or_null(r->started),
		      "finished", json_text_or_null(r->finished),
		      "ms", json_count(r->ms), "bytes", json_count(r->bytes),
		      "retries", json_count(r->retries));
	if (s->kind == STEP_OVERWRITE)
		more = of_overwrite(s, r);
	else if (s->kind == STEP_VERIFY)
		more = of_verify(s, r);
	else
		more = json_pack("{s:o}", "signature",
				 json_text_or_null(r->signature));
	if (!j || !more || json_object_update(j, more)) {
		json_decref(j);
		j = NULL;
	}
	json_decref(more);
	return j;
}

json_t *
json_run(const struct plan *p, const struct run *r, enum lang lang)
{
	json_t *results = json_array();

	for (uint32_t i = 0; results && i < r->n_results && i < STEPS_MAX; i++)
		json_array_append_new(results, json_step_result(
			p, i, &r->results[i], lang));
	return json_pack(
		"{s:o, s:o, s:o, s:o, s:o, s:s, s:o, s:i, s:b, s:o, s:o, s:o}",
		"plan_digest", json_hex(r->plan_digest, DIGEST_LEN),
		"before", json_identity(&r->before), "after", r->after_known ?
		json_identity(&r->after) : json_string("unknown"),
		"started", json_text_or_null(r->started),
		"finished", json_text_or_null(r->finished),
		"state", step_state_name(r->state),
		"why", r->state == STATE_DONE ? json_null() :
		json_reason(&r->why, lang), "errno", (int)r->err,
		"cache_dropped", r->cache_dropped, "steps", results,
		"unwritten", json_ranges(&r->unwritten),
		"unread", json_ranges(&r->unread));
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
