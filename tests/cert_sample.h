/* SPDX-License-Identifier: Apache-2.0 */
/* A case, a key and a finished run, for the tests of certificates. */
#ifndef CERT_SAMPLE_H
#define CERT_SAMPLE_H

#include "../certs/cert.h"
#include "../src/util.h"
#include "sample.h"

#include <stdlib.h>
#include <unistd.h>

#define SAMPLE_PASS "correct horse battery staple"

struct cert_sample {
	char dir[64];
	struct casefile c;
	struct drive d;
	struct plan p;
	struct consent consent;
	struct run r;
	struct verdict v;
	struct key *key;
	json_t *evidence;
};

static inline void
sample_case(struct casefile *c)
{
	static const struct {
		enum case_field f;
		const char *text;
	} value[] = {
		{ CASE_CONTRACT_NAME, "住民税課税データ入力業務委託" },
		{ CASE_ADDRESSEE_NAME, "みどり市長" },
		{ CASE_ADDRESSEE_HONORIFIC, "様" },
		{ CASE_ORDERER_NAME, "みどり市" },
		{ CASE_CONTRACTOR_NAME, "株式会社桐生データサービス" },
		{ CASE_CONTRACTOR_ADDRESS, "群馬県桐生市織姫町１番１号" },
		{ CASE_RESPONSIBLE_NAME, "佐藤　花子" },
		{ CASE_OPERATOR_NAME, "𠮷田　二郎" },
		{ CASE_PLACE_NAME, "第１作業室" },
		{ CASE_PLACE_ON_PREMISES, "no" },
	};

	memset(c, 0, sizeof(*c));
	for (size_t i = 0; i < ARRAY_SIZE(value); i++)
		text_copy(c->f[value[i].f], CASE_TEXT, value[i].text);
	c->n_items = 2;
	text_copy(c->items[0].item, CASE_TEXT, "住民税課税データ");
	text_copy(c->items[0].kind, sizeof(c->items[0].kind), "個人情報");
	text_copy(c->items[1].item, CASE_TEXT, "給与支払報告書");
}

/* Every step done as planned. */
static inline void
sample_run(struct cert_sample *s)
{
	struct run *r = &s->r;

	memset(r, 0, sizeof(*r));
	memcpy(r->plan_digest, s->p.digest, DIGEST_LEN);
	r->before = r->after = s->p.id;
	r->after_known = r->cache_dropped = true;
	r->state = STATE_DONE;
	time_now(r->started);
	time_now(r->finished);
	r->n_results = s->p.n_steps;
	for (uint32_t i = 0; i < s->p.n_steps; i++) {
		struct step_result *x = &r->results[i];

		x->state = STATE_DONE;
		time_now(x->started);
		time_now(x->finished);
		if (s->p.steps[i].kind != STEP_SIGNATURES)
			x->bytes = s->p.steps[i].len;
		if (s->p.steps[i].kind == STEP_OVERWRITE) {
			x->flushed = true;
			memset(x->key, 0x5a, KEY_LEN);
		}
	}
}

static inline void
sample_open(struct cert_sample *s, const char *policy_name)
{
	static const struct key_subject who = { .cn = "試験", .c = "JP" };
	struct request rq = policy(policy_name);
	char name[96], p8[112], err[256] = "";

	memset(s, 0, sizeof(*s));
	snprintf(s->dir, sizeof(s->dir), "%s/massho-cert-XXXXXX",
		 access("/dev/shm", W_OK) ? "/tmp" : "/dev/shm");
	assert_non_null(mkdtemp(s->dir));
	snprintf(name, sizeof(name), "%s/key", s->dir);
	snprintf(p8, sizeof(p8), "%s.p8", name);
	if (key_new(name, KEY_P256, &who, SAMPLE_PASS, err, sizeof(err)) ||
	    key_load(p8, SAMPLE_PASS, &s->key, err, sizeof(err)))
		fail_msg("%s", err);
	sample_case(&s->c);
	s->d = disk();
	s->p = make(&s->d, &rq);
	s->consent.how = CONSENT_TYPED;
	memcpy(s->consent.plan_digest, s->p.digest, DIGEST_LEN);
	text_copy(s->consent.serial, sizeof(s->consent.serial),
		  s->p.id.serial);
	text_copy(s->consent.who, sizeof(s->consent.who), "𠮷田　二郎");
	time_now(s->consent.at);
	s->consent.has_receipt = true;
	memset(s->consent.receipt, 0x77, DIGEST_LEN);
	s->evidence = json_pack(
		"{s:s, s:s, s:i, s:o, s:o}", "station", "st",
		"file", "st.jsonl", "seq", 7,
		"head", json_hex(s->consent.receipt, DIGEST_LEN),
		"receipt", json_hex(s->consent.receipt, DIGEST_LEN));
	sample_run(s);
}

static inline int
sample_build(struct cert_sample *s, json_t **out)
{
	verify_judge(&s->p, &s->consent, &s->r, &s->v);
	return cert_build(&(struct cert_input){
		.c = &s->c, .d = &s->d, .p = &s->p, .consent = &s->consent,
		.r = &s->r, .v = &s->v, .key = s->key,
		.evidence = s->evidence }, out);
}

static inline void
sample_close(struct cert_sample *s)
{
	char path[96];

	snprintf(path, sizeof(path), "%s/key.p8", s->dir);
	unlink(path);
	snprintf(path, sizeof(path), "%s/key.crt", s->dir);
	unlink(path);
	rmdir(s->dir);
	key_free(&s->key);
	json_decref(s->evidence);
}

#endif
