/* SPDX-License-Identifier: Apache-2.0 */
/* A case, a key and a finished run, for the tests of certificates. */
#ifndef CERT_SAMPLE_H
#define CERT_SAMPLE_H

#include "../certs/cert.h"
#include "../src/util.h"
#include "sample.h"
#include "scratch.h"

#define SAMPLE_PASS "correct horse battery staple"

struct cert_sample {
	char dir[SCRATCH_LEN];
	struct casefile c;
	struct drive d;
	struct plan p;
	struct consent consent;
	struct run r;
	struct verdict v;
	struct key *key;	/* that of all samples */
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

/* Of a drive's own method: the command, and that it was accepted. */
static inline void
sample_command(struct cert_sample *s, uint32_t i)
{
	struct command *c = &s->r.sent.c[s->r.sent.n++];
	const char *name = method_command(s->p.steps[i].method, s->p.driver);

	*c = (struct command){ .step = i, .sent_len = 4,
			       .sent = { 0x84, 0, 0, 0 } };
	/* "Sanitize (Block Erase)" is sent as "Sanitize" */
	snprintf(c->name, sizeof(c->name), "%.*s", strstr(name, " (") ?
		 (int)(strstr(name, " (") - name) : (int)strlen(name), name);
}

static inline void
sample_proof(struct cert_sample *s, const struct step *step,
	     struct step_result *x)
{
	bool whole = step->how.mode == VERIFY_FULL;

	x->bytes = whole ? step->len : step->len / 512 / 500 * 512;
	x->proof.looked = x->bytes / s->p.lblock;
	x->proof.classes[CLASS_ZEROS] = x->proof.looked;
	memset(x->salt, 0x33, DIGEST_LEN);
	if (whole)
		return;
	x->sections = 1000;
	x->samples = 2000;
	x->claim_conf_ppm = 990000;
	x->claim_share_ppb = 2299936;
}

static inline void
sample_mark(const struct step *step, struct step_result *x)
{
	uint8_t salt[DIGEST_LEN];

	memset(salt, 0x33, DIGEST_LEN);
	assert_int_equal(sha256(salt, DIGEST_LEN, x->commitment), 0);
	memset(x->key, 0x44, KEY_LEN);
	x->flushed = step->marks;
	x->proof.marks = step->marks ? 1000 : 0;
	x->proof.preimages = 640;
	x->sections = 1000;
}

static inline void
sample_step(struct cert_sample *s, uint32_t i)
{
	const struct step *step = &s->p.steps[i];
	struct step_result *x = &s->r.results[i];

	if (step->kind != STEP_SIGNATURES && step->attempt) {
		x->state = STATE_SKIPPED;
		return;
	}
	x->state = STATE_DONE;
	time_now(x->started);
	time_now(x->finished);
	if (step->kind == STEP_OVERWRITE || step->kind == STEP_VERIFY)
		x->bytes = step->len;
	if (step->kind == STEP_OVERWRITE) {
		x->flushed = true;
		memset(x->key, 0x5a, KEY_LEN);
	}
	if (step->kind == STEP_FIRMWARE) {
		x->ms = 42000;
		sample_command(s, i);
	}
	if (step->kind == STEP_PROVE)
		sample_proof(s, step, x);
	if (step->kind == STEP_MARK || step->kind == STEP_MARK_AGAIN)
		sample_mark(step, x);
}

/* Every step done as planned; the first attempt succeeded. */
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
	r->areas = s->d.areas;
	r->health_before = r->health_after = s->d.health;
	r->lock_after = s->d.lock;
	r->n_results = s->p.n_steps;
	for (uint32_t i = 0; i < s->p.n_steps; i++)
		sample_step(s, i);
}

/* What is done is planned again: for the drive as it is in *s now. */
static inline void
sample_plan(struct cert_sample *s, const struct request *rq)
{
	s->p = make(&s->d, rq);
	assert_int_equal(s->p.refusals.n, 0);
	memcpy(s->consent.plan_digest, s->p.digest, DIGEST_LEN);
	text_copy(s->consent.serial, sizeof(s->consent.serial),
		  s->p.id.serial);
	sample_run(s);
}

/* An NVMe drive with two ways to sanitize itself, and one to format. */
static inline struct drive
flash(void)
{
	struct drive d = disk();

	text_copy(d.path, sizeof(d.path), "/dev/nvme0n1");
	text_copy(d.name, sizeof(d.name), "nvme0n1");
	text_copy(d.driver, sizeof(d.driver), "nvme");
	text_copy(d.id.model, sizeof(d.id.model), "EXAMPLE NVMe 512GB");
	d.id.vendor[0] = '\0';
	d.id.size = 512110190592;
	d.medium = MEDIUM_FLASH;
	d.transport = TRANSPORT_NVME;
	d.pblock = 512;
	d.offers[METHOD_SANITIZE_BLOCK].offered = true;
	d.offers[METHOD_SANITIZE_CRYPTO].offered = true;
	d.offers[METHOD_FORMAT].offered = true;
	d.sanitize.state = SANITIZE_NEVER;
	d.scope.n_spaces = 1;
	d.scope.spaces[0] = (struct space){
		.nsid = 1, .lblock = 512, .size = d.id.size, .attached = true,
		.self = true, .node = "nvme0n1",
	};
	d.scope.controllers = (struct count){ true, 1 };
	d.scope.unallocated = (struct count){ true, 0 };
	d.scope.rpmb = d.scope.boot_partitions = ANSWER_YES;
	d.scope.pmr = ANSWER_NO;
	d.health.failing = ANSWER_NO;
	d.health.hours = (struct count){ true, 8123 };
	d.health.percent_used = (struct count){ true, 3 };
	d.health.celsius = (struct count){ true, 41 };
	return d;
}

/* A SATA disk with SECURITY ERASE UNIT and nothing else. */
static inline struct drive
locker(void)
{
	struct drive d = disk();

	text_copy(d.driver, sizeof(d.driver), "ata");
	d.offers[METHOD_SECURITY_ERASE].offered = true;
	d.offers[METHOD_SECURITY_ERASE_ENHANCED].offered = true;
	d.areas = (struct areas){
		.kernel = d.id.size, .current = d.id.size,
		.native = d.id.size, .dco = d.id.size, .hpa = ANSWER_NO,
		.dco_set = ANSWER_NO, .amac = ANSWER_NO,
	};
	d.lock = (struct lock){
		.supported = ANSWER_YES, .enabled = ANSWER_NO,
		.locked = ANSWER_NO, .frozen = ANSWER_NO,
		.expired = ANSWER_NO, .enhanced = ANSWER_YES,
		.maximum = ANSWER_NO, .master_id = 0xfffe,
	};
	d.sanitize.state = SANITIZE_ABSENT;
	d.health.reallocated = (struct count){ true, 0 };
	return d;
}

/* The key of all samples of a program; NULL: there is none yet. */
static inline struct key **
sample_key(void)
{
	static struct key *key;

	return &key;
}

/* To make a key, and to open it, takes as long as guessing a passphrase is to
 * take: so it is done once.  Its certificate is dir/key.crt. */
static inline struct key *
sample_key_in(const char *dir)
{
	static const struct key_subject who = { .cn = "試験", .c = "JP" };
	static char *crt;
	char path[SCRATCH_LEN + 16], err[256] = "";
	size_t len;
	FILE *f;

	if (!*sample_key()) {
		snprintf(path, sizeof(path), "%s/key", dir);
		if (key_new(path, KEY_P256, &who, SAMPLE_PASS, err,
			    sizeof(err)))
			fail_msg("%s", err);
		snprintf(path, sizeof(path), "%s/key.p8", dir);
		if (key_load(path, SAMPLE_PASS, sample_key(), err,
			     sizeof(err)))
			fail_msg("%s", err);
		snprintf(path, sizeof(path), "%s/key.crt", dir);
		free(crt);
		assert_int_equal(file_read(path, 1 << 16, &crt, &len), 0);
		return *sample_key();
	}
	snprintf(path, sizeof(path), "%s/key.crt", dir);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(crt, f);
	assert_int_equal(fclose(f), 0);
	return *sample_key();
}

static inline void
sample_open(struct cert_sample *s, const char *policy_name)
{
	struct request rq = policy(policy_name);

	memset(s, 0, sizeof(*s));
	assert_int_equal(scratch_make_quick(s->dir), 0);
	s->key = sample_key_in(s->dir);
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
	assert_int_equal(scratch_remove(s->dir), 0);
	json_decref(s->evidence);
}

#endif
