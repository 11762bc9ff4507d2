/* SPDX-License-Identifier: Apache-2.0 */
/* Claim: the same input gives the same plan byte for byte; its token changes
 * with the drive and the steps alone, its digest with everything. */
#undef NDEBUG
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sample.h"

static void
same_input_gives_the_same_bytes(void **state)
{
	struct drive d = disk();

	(void)state;
	for (size_t i = 0; i < n_policies; i++) {
		struct request rq = policy(policies[i].name);
		struct plan a, b;

		memset(&a, 0x00, sizeof(a));
		memset(&b, 0xff, sizeof(b));
		assert_int_equal(plan_make(&d, &rq, &a), 0);
		assert_int_equal(plan_make(&d, &rq, &b), 0);
		assert_memory_equal(&a, &b, sizeof(a));
		plan_seal(&b);
		assert_memory_equal(&a, &b, sizeof(a));
		assert_int_equal(a.token[0] == '\0', a.refusals.n != 0);
	}
}

/* Changes that make it another drive, another plan, or neither. */
static void
nothing(struct drive *d, struct request *rq)
{
	(void)d;
	(void)rq;
}

#define CHANGE(name, ...) \
	static void name(struct drive *d, struct request *rq) \
	{ \
		(void)d; \
		(void)rq; \
		__VA_ARGS__; \
	}

CHANGE(new_model, text_copy(d->id.model, sizeof(d->id.model), "OTHER"))
CHANGE(new_serial, d->id.serial[0] = 'F')
CHANGE(no_serial, d->id.serial[0] = '\0')
CHANGE(new_wwn, d->id.wwn[5] = '9')
CHANGE(new_size, d->id.size += 512)
CHANGE(zeros, text_copy(rq->policy, sizeof(rq->policy), "zero"))
CHANGE(pattern, text_copy(rq->passes, sizeof(rq->passes), "0x01"))
CHANGE(one_more, text_copy(rq->passes, sizeof(rq->passes), "random,random"))
CHANGE(more_checks,
       text_copy(rq->passes, sizeof(rq->passes), "random,verify,random"))
CHANGE(sampled, rq->verify_set = true;
       rq->verify = (struct verify_how){ VERIFY_SAMPLE, 100000 })
CHANGE(sampled_less, rq->verify_set = true;
       rq->verify = (struct verify_how){ VERIFY_SAMPLE, 50000 })
CHANGE(new_path, text_copy(d->path, sizeof(d->path), "/dev/sdy"))
CHANGE(new_diskseq, d->id.diskseq++)
CHANGE(new_firmware, text_copy(d->id.firmware, 32, "CC44"))
CHANGE(new_class, text_copy(rq->policy, sizeof(rq->policy), "mic-class-1"))
CHANGE(new_seed, rq->seed_set = true; rq->seed = 99)
CHANGE(hidden, d->areas.hpa = ANSWER_YES;
       d->areas.native = d->id.size + 512)
CHANGE(locked, d->lock.enabled = ANSWER_YES)
CHANGE(sanitizing, d->sanitize.state = SANITIZE_RUNNING)
CHANGE(new_driver, text_copy(d->driver, sizeof(d->driver), "scsi"))
CHANGE(full, rq->verify_set = true; rq->verify.mode = VERIFY_FULL)

static void
tokens_and_digests_follow_what_they_bind(void **state)
{
	static const struct {
		void (*change)(struct drive *, struct request *);
		bool token, digest;
	} rows[] = {
		{ nothing, false, false }, { full, false, false },
		{ new_model, true, true }, { new_serial, true, true },
		{ no_serial, true, true }, { new_wwn, true, true },
		{ new_size, true, true }, { zeros, true, true },
		{ pattern, true, true }, { one_more, true, true },
		{ more_checks, true, true }, { sampled, true, true },
		{ sampled_less, true, true },
		{ new_path, false, true }, { new_diskseq, false, true },
		{ new_firmware, false, true }, { new_class, true, true },
		{ new_seed, false, true }, { hidden, true, true },
		{ locked, true, true }, { sanitizing, true, true },
		{ new_driver, false, true },
	};
	struct drive d0 = disk();
	struct request rq0 = { 0 };
	char tokens[ARRAY_SIZE(rows)][TOKEN_LEN + 1];
	struct plan p0 = make(&d0, &rq0);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct drive d = d0;
		struct request rq = rq0;
		struct plan p;

		rows[i].change(&d, &rq);
		p = make(&d, &rq);
		assert_int_equal(p.refusals.n, 0);
		assert_int_equal(strlen(p.token), TOKEN_LEN);
		assert_int_equal(strspn(p.token,
			"0123456789ABCDEFGHJKMNPQRSTVWXYZ"), TOKEN_LEN);
		assert_int_equal(strcmp(p.token, p0.token) != 0,
				 rows[i].token);
		assert_int_equal(memcmp(p.digest, p0.digest,
					DIGEST_LEN) != 0, rows[i].digest);
		for (size_t k = 0; rows[i].token && k < i; k++)
			assert_string_not_equal(p.token, tokens[k]);
		text_copy(tokens[i], sizeof(tokens[i]), p.token);
	}
}

/* Every field that the digest promises to cover. */
static void
the_digest_covers_the_whole_plan(void **state)
{
	struct drive d = disk();
	struct request rq = { 0 };
	struct plan p = make(&d, &rq), q;

	(void)state;
#define COVERED(code) \
	do { \
		q = p; \
		code; \
		plan_seal(&q); \
		assert_memory_not_equal(q.digest, p.digest, DIGEST_LEN); \
	} while (0)
	COVERED(q.id.vendor[0] = 'X');
	COVERED(q.policy[0] = 'X');
	COVERED(q.policy_title[0] = 'X');
	COVERED(q.policy_title_ja[0] = 'X');
	COVERED(q.standing = STANDARD_WITHDRAWN);
	COVERED(q.method = METHOD_NONE);
	COVERED(q.seed++);
	COVERED(q.lblock = 4096);
	COVERED(q.medium = MEDIUM_FLASH);
	COVERED(q.image = true);
	COVERED(q.level = LEVEL_PURGE);
	COVERED(q.level_reasons.n--);
	COVERED(q.level_reasons.r[0].arg[0] = 'X');
	COVERED(reasons_add(&q.refusals, REASON_MOUNTED, "/mnt"));
	COVERED(q.destroy_after = true);
	COVERED(q.bad_max_ppm = 0);
	COVERED(q.n_steps--);
	COVERED(q.steps[0].kind = STEP_VERIFY);
	COVERED(q.steps[0].pass_no = 2);
	COVERED(q.steps[0].pass.kind = PASS_FILL);
	COVERED(q.steps[0].len -= 512);
	COVERED(q.steps[1].how.mode = VERIFY_NONE);
	COVERED(q.steps[1].how.share_ppm--);
	COVERED(q.driver[0] = 'X');
	COVERED(q.size_full += 512);
	COVERED(q.n_attempts = 0);
	COVERED(q.attempts[0].method = METHOD_SANITIZE_BLOCK);
	COVERED(q.attempts[0].level = LEVEL_PURGE);
	COVERED(q.attempts[0].level_reasons.r[0].arg[0] = 'X');
	COVERED(q.passed[q.n_passed++].method = METHOD_SANITIZE_BLOCK);
	COVERED(q.spaces[q.n_spaces++].nsid = 2);
	for (uint32_t i = 0; i < p.n_steps; i++) {
		COVERED(q.steps[i].attempt++);
		COVERED(q.steps[i].method = METHOD_FORMAT);
		COVERED(q.steps[i].password = PASSWORD_HDPARM);
		COVERED(q.steps[i].marks = true);
	}
	q = p;
	q.est_s++;
	q.steps[0].est_s++;
	plan_seal(&q);
	assert_memory_equal(q.digest, p.digest, DIGEST_LEN);
#define NO_SEAL(code) \
	do { \
		q = p; \
		code; \
		plan_seal(&q); \
		assert_string_equal(q.token, ""); \
		assert_memory_equal(q.digest, (uint8_t[DIGEST_LEN]){ 0 }, \
				    DIGEST_LEN); \
	} while (0)
	NO_SEAL(q.n_steps = STEPS_MAX + 1);
	NO_SEAL(q.n_spaces = SPACES_MAX + 1);
	NO_SEAL(q.n_attempts = ATTEMPTS_MAX + 1);
	NO_SEAL(q.n_passed = METHOD_COUNT + 1);
	NO_SEAL(q.level_reasons.n = REASONS_MAX + 1);
}

/* What is erased besides the drive that was named is consented to as well;
 * what the kernel calls it is not. */
static void
tokens_bind_what_else_is_erased(void **state)
{
	struct drive d = ssd("nvme");
	struct request rq = { 0 };
	struct plan p = make(&d, &rq), q = p;

	(void)state;
#define TOKEN(code, differs) \
	do { \
		struct plan was = q; \
		code; \
		plan_seal(&q); \
		assert_int_equal(strcmp(q.token, was.token) != 0, differs); \
		assert_memory_not_equal(q.digest, was.digest, DIGEST_LEN); \
	} while (0)
	TOKEN(q.spaces[q.n_spaces++].nsid = 2, true);
	TOKEN(q.spaces[0].size = 4096, true);
	TOKEN(q.spaces[0].lblock = 512, true);
	TOKEN(text_copy(q.spaces[0].node, 64, "nvme0n2"), false);
	TOKEN(q.steps[1].method = METHOD_FORMAT, true);
	TOKEN(q.steps[0].marks = false, true);
}

/* Everything at its longest still has a seal. */
static void
the_longest_plan_is_sealed(void **state)
{
	struct drive d = ssd("nvme");
	struct request rq = { 0 };
	struct plan p = make(&d, &rq);

	(void)state;
	memset(p.path, 'x', sizeof(p.path) - 1);
	p.n_steps = STEPS_MAX;
	p.n_spaces = SPACES_MAX;
	p.n_attempts = ATTEMPTS_MAX;
	for (int i = 0; i < STEPS_MAX; i++) {
		p.steps[i] = p.steps[1];
		p.steps[i].len = UINT64_MAX;
	}
	for (int i = 0; i < SPACES_MAX; i++) {
		memset(p.spaces[i].node, 'n', sizeof(p.spaces[i].node) - 1);
		memset(p.spaces[i].used_by, 'u',
		       sizeof(p.spaces[i].used_by) - 1);
	}
	for (int i = 0; i < ATTEMPTS_MAX * REASONS_MAX; i++) {
		struct attempt *a = &p.attempts[i % ATTEMPTS_MAX];
		struct reasons *rs = &a->level_reasons;
		struct reason *r = &rs->r[i / ATTEMPTS_MAX];

		rs->n = REASONS_MAX;
		r->code = REASON_REALLOCATED_UNKNOWN;
		memset(r->arg, 'r', sizeof(r->arg) - 1);
	}
	p.level_reasons = p.attempts[0].level_reasons;
	plan_seal(&p);
	assert_int_equal(strlen(p.token), TOKEN_LEN);
	p.refusals = p.level_reasons;
	plan_seal(&p);
	assert_memory_not_equal(p.digest, (uint8_t[DIGEST_LEN]){ 0 },
				DIGEST_LEN);
}

/* Two sticks of one size without a serial number: a token for one must not
 * consent to the other. */
static void
drives_without_identity_are_told_apart_by_instance(void **state)
{
	struct request rq = { 0 };
	struct drive a = disk(), b, c;
	struct plan pa, pb, pc;

	(void)state;
	a.id.serial[0] = a.id.wwn[0] = '\0';
	b = c = a;
	text_copy(b.path, sizeof(b.path), "/dev/sdy");
	c.id.diskseq++;
	pa = make(&a, &rq);
	pb = make(&b, &rq);
	pc = make(&c, &rq);
	assert_string_not_equal(pa.token, pb.token);
	assert_string_not_equal(pa.token, pc.token);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(same_input_gives_the_same_bytes),
		cmocka_unit_test(tokens_and_digests_follow_what_they_bind),
		cmocka_unit_test(the_digest_covers_the_whole_plan),
		cmocka_unit_test(tokens_bind_what_else_is_erased),
		cmocka_unit_test(the_longest_plan_is_sealed),
		cmocka_unit_test(
			drives_without_identity_are_told_apart_by_instance),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
