/* SPDX-License-Identifier: Apache-2.0 */
/* Will there be a document, however this ends?  Asked while all is still there:
 * what the rules object to then is the words of the case. */
#include "cert_text.h"
#include "../src/util.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* As if every step were done; the last block left out if that is asked. */
static void
imagine(const struct plan *p, enum outcome o, struct run *r)
{
	uint64_t left_out = o == OUTCOME_EXCEPTIONS ? p->lblock : 0;

	memset(r, 0, sizeof(*r));
	memcpy(r->plan_digest, p->digest, DIGEST_LEN);
	r->before = r->after = p->id;
	r->after_known = r->cache_dropped = true;
	time_now(r->started);
	time_now(r->finished);
	r->state = STATE_DONE;
	if (left_out)
		ranges_add(&r->unwritten, 0, left_out);
	for (uint32_t i = 0; i < p->n_steps && i < STEPS_MAX; i++) {
		struct step_result *x = &r->results[r->n_results++];

		x->state = STATE_DONE;
		if (p->steps[i].kind == STEP_SIGNATURES)
			continue;
		x->bytes = p->steps[i].len - left_out;
		x->flushed = p->steps[i].kind == STEP_OVERWRITE;
		memset(x->key, 1, sizeof(x->key));
		if (p->steps[i].how.mode == VERIFY_SAMPLE)
			memset(x->salt, 1, sizeof(x->salt));
	}
}

static void
judge(const struct plan *p, enum outcome o, struct verdict *v)
{
	*v = (struct verdict){ .outcome = o };
	if (o == OUTCOME_ERASED) {
		v->level = p->level;
		v->reasons = p->level_reasons;
	} else {
		reasons_add(&v->reasons, o == OUTCOME_EXCEPTIONS ?
			    REASON_BLOCKS_NOT_WRITTEN : REASON_INTERRUPTED,
			    "1");
	}
}

static json_t *
position(void)
{
	static const uint8_t some[DIGEST_LEN] = { 1 };

	return json_pack("{s:s, s:s, s:i, s:o, s:o}", "station", "preflight",
			 "file", "preflight.jsonl", "seq", 1,
			 "head", json_hex(some, DIGEST_LEN),
			 "receipt", json_hex(some, DIGEST_LEN));
}

int
cert_preflight(const struct casefile *c, const struct case_medium *medium,
	       const struct drive *d, const struct plan *p,
	       const struct consent *consent, const struct key *key,
	       char *err, size_t err_len)
{
	struct run *r = malloc(sizeof(*r));
	json_t *where = position(), *doc = NULL;
	struct verdict v;
	int ret = r && where ? 0 : -ENOMEM;

	err[0] = '\0';
	for (int o = 0; !ret && o < OUTCOME_COUNT; o++) {
		imagine(p, (enum outcome)o, r);
		judge(p, (enum outcome)o, &v);
		ret = cert_make(&(struct cert_input){
			.c = c, .medium = medium, .d = d, .p = p,
			.consent = consent, .r = r, .v = &v, .key = key,
			.evidence = where }, &doc, err, err_len);
		if (!ret)
			ret = form_check(doc, err, err_len);
		json_decref(doc);
		doc = NULL;
	}
	if (ret && !err[0])
		snprintf(err, err_len, "%s", strerror(-ret));
	json_decref(where);
	free(r);
	return ret;
}
