/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: what json_run.c and json_drive.c write to the log is read back as it
 * was, so that the digest and the verdict come out again; and what is missing
 * or of another kind is refused, never taken for something else.
 */
#undef NDEBUG
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cert_sample.h"

#include <errno.h>

/* ---- everything there is to say ------------------------------------------ */

static void
all_of_areas(struct areas *a)
{
	*a = (struct areas){
		.kernel = 1, .current = 2, .native = 3, .dco = UINT64_MAX,
		.hpa = ANSWER_YES, .dco_set = ANSWER_NO, .amac = ANSWER_YES,
	};
}

static void
all_of_lock(struct lock *l)
{
	*l = (struct lock){
		.supported = ANSWER_YES, .enabled = ANSWER_YES,
		.locked = ANSWER_NO, .frozen = ANSWER_NO,
		.expired = ANSWER_YES, .enhanced = ANSWER_NO,
		.maximum = ANSWER_YES, .master_id = 0xfffe, .erase_min = 120,
		.enhanced_min = 2,
	};
}

static void
all_of_health(struct health *h)
{
	struct count *c[] = {
		&h->reallocated, &h->pending, &h->uncorrectable, &h->grown,
		&h->hours, &h->percent_used, &h->celsius,
	};

	memset(h, 0, sizeof(*h));
	h->failing = ANSWER_YES;
	for (size_t i = 0; i < ARRAY_SIZE(c); i++) {
		c[i]->known = true;
		c[i]->n = i;
	}
}

static void
all_of_space(struct space *s, uint32_t nsid)
{
	s->nsid = nsid;
	s->lblock = 4096;
	s->meta = 8;
	s->size = 1ULL << 60;
	s->attached = nsid & 1;
	s->self = nsid & 2;
	text_copy(s->node, sizeof(s->node), "nvme0n3");
	text_copy(s->used_by, sizeof(s->used_by), "/mnt");
}

static void
all_of_reply(struct reply *r, uint32_t n)
{
	r->err = (int32_t)n;
	r->status = 0x52400 + n;
	r->raw_len = n % REPLY_RAW;
	memset(r->raw, 0xa0 + (int)n % 16, r->raw_len);
}

static void
all_of_proof(struct proof *p)
{
	p->marks = 1001;
	p->preimages = 1002;
	p->looked = 1003;
	p->marks_left = 3;
	p->preimages_left = 4;
	p->misplaced = 5;
	p->unstable = 6;
	p->first_left = 1ULL << 62;
	p->thin = 7;
	p->places = 8;
	p->places_random = 9;
	for (uint64_t c = 0; c < CLASS_COUNT; c++)
		p->classes[c] = 100 + c;
	p->pattern_len = sizeof(p->pattern);
	memset(p->pattern, 0x92, sizeof(p->pattern));
}

/* A drive that needs every step before the first attempt, and falls. */
static struct drive
all_of_drive(void)
{
	struct drive d = ssd("ata");

	all_of_areas(&d.areas);
	d.areas.native = d.id.size + 512 * 100;
	d.areas.dco = d.id.size + 512 * 200;
	all_of_lock(&d.lock);
	all_of_health(&d.health);
	d.sanitize = (struct sanitize){ SANITIZE_RUNNING, 17 };
	d.scope.n_spaces = 2;
	all_of_space(&d.scope.spaces[0], 1);
	all_of_space(&d.scope.spaces[1], 2);
	text_copy(d.scope.subsystem, sizeof(d.scope.subsystem), "nqn.2014");
	d.scope.controllers = (struct count){ true, 0 };
	text_copy(d.scope.controller_ids, IDS_LEN, "0, 65001");
	d.scope.unallocated = (struct count){ true, UINT64_MAX };
	d.scope.rpmb = d.scope.boot_partitions = ANSWER_YES;
	d.scope.pmr = ANSWER_NO;
	text_copy(d.bridge.name, sizeof(d.bridge.name), "152d:0578 uas");
	d.bridge.identity = d.bridge.registers = ANSWER_YES;
	d.rpm = 7200;
	d.meta = 8;
	d.aligned = (struct count){ true, 7 };
	d.n_layouts = 2;
	d.layouts[0] = (struct layout){ 512, 8 };
	d.layouts[1] = (struct layout){ 4096, 0 };
	d.trim = d.trim_same = ANSWER_YES;
	d.trim_zeros = ANSWER_NO;
	d.encrypts = ANSWER_NO;
	return d;
}

static struct plan
all_of_plan(void)
{
	struct drive d = all_of_drive();
	struct request rq = { .unlock = PASSWORD_IRONIC };
	struct plan p;

	/* or it would not be unlocked */
	memset(&d.bridge, 0, sizeof(d.bridge));
	d.lock.expired = ANSWER_NO;
	p = make(&d, &rq);
	p.image = p.destroy_after = true;
	p.seed = 0x8000000000000001;
	p.bad_max_ppm = 100;
	p.standing = STANDARD_CURRENT;
	p.id.diskseq = UINT64_MAX;
	reasons_add(&p.level_reasons, REASON_NOT_REACHED, "RPMB");
	reasons_add(&p.attempts[0].level_reasons, REASON_SAMPLED, "0.10 %");
	p.n_passed = 1;
	p.passed[0].method = METHOD_SANITIZE_CRYPTO;
	p.passed[0].why.code = REASON_FROZEN;
	text_copy(p.passed[0].why.arg, sizeof(p.passed[0].why.arg), "an arg");
	text_copy(p.controllers, sizeof(p.controllers), "0, 65001");
	p.n_spaces = 2;
	all_of_space(&p.spaces[0], 3);
	all_of_space(&p.spaces[1], UINT32_MAX);
	plan_seal(&p);
	return p;
}

static void
all_of_verify(struct step_result *x)
{
	x->mismatches = 9;
	x->first.at = 1ULL << 55;
	x->first.len = EVIDENCE_BYTES;
	memset(x->first.expected, 0x11, EVIDENCE_BYTES);
	memset(x->first.found, 0x22, EVIDENCE_BYTES);
	x->samples = 2000;
	x->sections = 1000;
	x->claim_share_ppb = 2299936;
	x->claim_conf_ppm = 990000;
	memset(x->salt, 0x33, sizeof(x->salt));
}

static void
all_of_kind(const struct step *s, struct step_result *x)
{
	if (s->kind == STEP_VERIFY || s->kind == STEP_PROVE)
		all_of_verify(x);
	if (s->kind == STEP_MARK || s->kind == STEP_MARK_AGAIN ||
	    s->kind == STEP_PROVE)
		all_of_proof(&x->proof);
	if (s->kind == STEP_MARK || s->kind == STEP_MARK_AGAIN ||
	    s->kind == STEP_OVERWRITE) {
		x->flushed = true;
		memset(x->key, 0x44, sizeof(x->key));
	}
	if (s->kind == STEP_OVERWRITE) {
		x->reached = 1ULL << 57;
		x->resumed_at = 1ULL << 56;
		x->margin = 1ULL << 20;
		x->restarted = true;
	}
	if (s->kind == STEP_MARK || s->kind == STEP_MARK_AGAIN) {
		x->sections = 1000;
		memset(x->commitment, 0x55, sizeof(x->commitment));
	}
	if (s->kind == STEP_EXPOSE)
		all_of_areas(&x->areas);
	if (s->kind == STEP_READY || s->kind == STEP_UNLOCK ||
	    s->kind == STEP_EXPOSE || s->kind == STEP_FIRMWARE)
		all_of_reply(&x->reply, 22);
	if (s->kind == STEP_SIGNATURES)
		text_copy(x->signature, sizeof(x->signature), "ntfs");
}

static void
all_of_results(const struct plan *p, struct run *r)
{
	r->n_results = p->n_steps;
	for (uint32_t i = 0; i < p->n_steps; i++) {
		struct step_result *x = &r->results[i];

		x->state = (enum step_state)(i % (STATE_DONE + 1));
		x->why.code = REASON_DRIVE_REFUSED;
		text_copy(x->why.arg, sizeof(x->why.arg), "no such command");
		x->err = 5;
		time_now(x->started);
		time_now(x->finished);
		x->ms = i;
		x->bytes = 1ULL << 54;
		x->carried = i & 1;
		x->retries = 2;
		all_of_kind(&p->steps[i], x);
	}
}

/* More than there is room for. */
static void
all_of_parts(struct run_parts *ps)
{
	for (uint32_t i = 0; i < PARTS_MAX + 3; i++) {
		struct run_part one = { .step = i, .reached = 1ULL << (i + 40),
					.kind = STEP_OVERWRITE };

		memset(one.receipt, (int)i + 1, sizeof(one.receipt));
		time_now(one.started);
		time_now(one.last);
		parts_add(ps, &one);
	}
}

static void
all_of_run(const struct plan *p, struct run *r)
{
	memset(r, 0, sizeof(*r));
	all_of_parts(&r->parts);
	memcpy(r->plan_digest, p->digest, DIGEST_LEN);
	r->before = r->after = p->id;
	r->after_known = r->cache_dropped = true;
	time_now(r->started);
	time_now(r->finished);
	r->state = STATE_DONE;
	r->why.code = REASON_STALLED;
	text_copy(r->why.arg, sizeof(r->why.arg), "30");
	r->err = 110;
	all_of_results(p, r);
	for (uint64_t i = 0; i < 8; i++) {
		ranges_add(&r->unwritten, i << 30, 512 << (i * 3 % 8));
		ranges_add(&r->unread, i << 56, 4096 << (i * 3 % 8));
	}
	r->unread.lost = 512;
	r->sent.n = COMMANDS_MAX;
	r->sent.lost = 3;
	for (uint32_t i = 0; i < COMMANDS_MAX; i++) {
		struct command *c = &r->sent.c[i];

		c->step = i % p->n_steps;
		text_copy(c->name, sizeof(c->name), "SECURITY ERASE UNIT");
		c->sent_len = (uint8_t)(1 + i % sizeof(c->sent));
		memset(c->sent, 0x85, c->sent_len);
		all_of_reply(&c->reply, i);
	}
	all_of_areas(&r->areas);
	all_of_health(&r->health_before);
	all_of_health(&r->health_after);
	r->health_after.celsius.known = false;
	r->health_after.celsius.n = 0;
	all_of_lock(&r->lock_after);
}

/* ---- through the log ----------------------------------------------------- */

/* What the log's bytes say; takes j. */
static json_t *
through(json_t *j)
{
	char *text = NULL;
	size_t len;
	json_t *again;

	assert_non_null(j);
	assert_int_equal(json_canonical(j, &text, &len), 0);
	again = json_load_canonical(text, len);
	assert_non_null(again);
	free(text);
	json_decref(j);
	return again;
}

static void
same_plan(const struct plan *p)
{
	static struct plan q, sealed;
	json_t *j = through(json_plan(p, LANG_JA));

	memset(&q, 0xa5, sizeof(q));
	assert_int_equal(json_read_plan(j, &q), 0);
	assert_memory_equal(&q, p, sizeof(q));
	sealed = q;
	plan_seal(&sealed);
	assert_memory_equal(sealed.digest, p->digest, DIGEST_LEN);
	assert_string_equal(sealed.token, p->token);
	json_decref(j);
}

static void
same_run(const struct plan *p, const struct consent *c, const struct run *r)
{
	static struct run q;
	struct verdict v, w;
	json_t *j = through(json_run(p, r, LANG_JA));

	memset(&q, 0xa5, sizeof(q));
	assert_int_equal(json_read_run(j, p, &q), 0);
	assert_memory_equal(&q, r, sizeof(q));
	verify_judge(p, c, r, &v);
	verify_judge(p, c, &q, &w);
	assert_memory_equal(&v, &w, sizeof(v));
	json_decref(j);
}

static bool
has(const struct plan *p, enum step_kind kind)
{
	for (uint32_t i = 0; i < p->n_steps; i++)
		if (p->steps[i].kind == kind)
			return true;
	return false;
}

static void
everything_comes_back(void **state)
{
	static struct run r;
	struct plan p = all_of_plan();
	struct consent c = { .how = CONSENT_TOKEN };

	(void)state;
	for (int k = STEP_NONE + 1; k < STEP_KIND_COUNT; k++)
		assert_true(has(&p, (enum step_kind)k));
	same_plan(&p);
	all_of_run(&p, &r);
	same_run(&p, &c, &r);
	memset(&r, 0, sizeof(r));
	same_run(&p, &c, &r);
}

static void
every_policy_comes_back(void **state)
{
	static const char *const drivers[] = { "ata", "nvme", "scsi" };

	(void)state;
	for (size_t i = 0; i < n_policies; i++) {
		struct request rq = policy(policies[i].name);

		for (size_t k = 0; k < ARRAY_SIZE(drivers); k++) {
			struct drive d = k ? ssd(drivers[k]) : disk();
			struct plan p = make(&d, &rq);

			same_plan(&p);
		}
	}
}

/* What a certificate is made of, and what it says. */
static void
a_good_run_is_judged_the_same(void **state)
{
	static struct cert_sample s;
	struct request rq = { 0 };

	(void)state;
	sample_open(&s, "clear");
	same_plan(&s.p);
	same_run(&s.p, &s.consent, &s.r);
	s.d = flash();
	memset(s.d.id.vendor, 0, sizeof(s.d.id.vendor));
	sample_plan(&s, &rq);
	verify_judge(&s.p, &s.consent, &s.r, &s.v);
	assert_int_equal(s.v.outcome, OUTCOME_ERASED);
	same_plan(&s.p);
	same_run(&s.p, &s.consent, &s.r);
	sample_close(&s);
}

/* All but what a certificate has no use for. */
static json_t *
of_use(const struct drive *d)
{
	static const char *const not[] = {
		"offers", "whole", "uses_known", "major", "minor",
	};
	json_t *j = json_drive(d, LANG_JA);

	for (size_t i = 0; i < ARRAY_SIZE(not); i++)
		assert_int_equal(json_object_del(j, not[i]), 0);
	return j;
}

static void
a_drive_comes_back(void **state)
{
	struct drive d = all_of_drive(), e;
	json_t *j, *a, *b;

	(void)state;
	d.virtual_ = d.network = true;
	j = through(json_drive(&d, LANG_JA));
	assert_int_equal(json_read_drive(j, &e), 0);
	assert_memory_equal(&e.id, &d.id, sizeof(d.id));
	assert_memory_equal(&e.areas, &d.areas, sizeof(d.areas));
	assert_memory_equal(&e.lock, &d.lock, sizeof(d.lock));
	assert_memory_equal(&e.health, &d.health, sizeof(d.health));
	assert_memory_equal(&e.scope, &d.scope, sizeof(d.scope));
	a = of_use(&d);
	b = of_use(&e);
	assert_true(json_equal(a, b));
	json_decref(a);
	json_decref(b);
	json_decref(j);
}

/* ---- and nothing else ---------------------------------------------------- */

static struct plan whole;

/* Does what is read from root now differ from what was meant? */
static int
read_plan(const json_t *root, const void *meant)
{
	static struct plan q;
	int err = json_read_plan(root, &q);

	if (!err)
		assert_memory_equal(&q, meant, sizeof(q));
	return err;
}

static int
read_run(const json_t *root, const void *meant)
{
	static struct run q;
	int err = json_read_run(root, &whole, &q);

	if (!err)
		assert_memory_equal(&q, meant, sizeof(q));
	return err;
}

struct spoil {
	json_t *root;
	int (*read)(const json_t *root, const void *meant);
	const void *meant;
	size_t refused, told;	/* told: words that nothing depends on */
};

static void
try_one(struct spoil *s, json_t *in, const char *key, json_t *other)
{
	int err;

	if (other)
		json_object_set_new(in, key, other);
	else
		json_object_del(in, key);
	err = s->read(s->root, s->meant);
	assert_true(!err || err == -EBADMSG);
	if (err)
		s->refused++;
	else
		s->told++;
}

/* Each member in turn: gone, a number that is none, a list, a wrong word. */
static void
spoil(struct spoil *s, json_t *in)
{
	const char *key;
	json_t *v, *copy;
	size_t i;

	json_array_foreach(in, i, v)
		spoil(s, v);
	if (!json_is_object(in))
		return;
	copy = json_copy(in);
	json_object_foreach(copy, key, v) {
		json_incref(v);
		try_one(s, in, key, NULL);
		try_one(s, in, key, json_integer(-1));
		try_one(s, in, key, json_pack("[[]]"));
		if (!json_is_string(v) && !json_is_null(v))
			try_one(s, in, key, json_string("12"));
		json_object_set_new(in, key, v);
		spoil(s, v);
	}
	json_decref(copy);
}

static void
what_is_missing_or_odd_is_refused(void **state)
{
	static struct run r;
	struct spoil s = { .read = read_plan, .meant = &whole };

	(void)state;
	whole = all_of_plan();
	s.root = json_plan(&whole, LANG_JA);
	spoil(&s, s.root);
	assert_int_equal(s.read(s.root, s.meant), 0);
	assert_true(s.refused > 2 * s.told);
	json_decref(s.root);
	all_of_run(&whole, &r);
	s = (struct spoil){ .read = read_run, .meant = &r };
	s.root = json_run(&whole, &r, LANG_JA);
	spoil(&s, s.root);
	assert_int_equal(s.read(s.root, s.meant), 0);
	assert_true(s.refused > 2 * s.told);
	json_decref(s.root);
}

static void
more_than_there_is_room_for_is_refused(void **state)
{
	static const char *const lists[] = {
		"attempts", "passed", "spaces", "steps", "level_reasons",
	};
	static struct plan q;
	struct plan p = all_of_plan();

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		json_t *j = json_plan(&p, LANG_JA);
		json_t *list = json_object_get(j, lists[i]);

		while (json_array_size(list) <= STEPS_MAX)
			json_array_append(list, json_array_get(list, 0));
		assert_int_equal(json_read_plan(j, &q), -EBADMSG);
		json_decref(j);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everything_comes_back),
		cmocka_unit_test(every_policy_comes_back),
		cmocka_unit_test(a_good_run_is_judged_the_same),
		cmocka_unit_test(a_drive_comes_back),
		cmocka_unit_test(what_is_missing_or_odd_is_refused),
		cmocka_unit_test(more_than_there_is_room_for_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
