/* SPDX-License-Identifier: Apache-2.0 */
/* Claim: a plan does what its policy says, never claims more than overwriting
 * can give, and is refused where its policy cannot be met. */
#undef NDEBUG
#include "../src/massho.h"
#include "../src/util.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sample.h"

static bool
says(const struct reasons *rs, enum reason_code code)
{
	for (uint32_t i = 0; i < rs->n; i++)
		if (rs->r[i].code == code)
			return true;
	return false;
}

static void
refuses(const struct drive *d, const struct request *rq,
	enum reason_code code, const char *arg)
{
	struct plan p = make(d, rq);
	bool found = false;

	for (uint32_t i = 0; i < p.refusals.n; i++)
		if (p.refusals.r[i].code == code &&
		    (!arg || !strcmp(p.refusals.r[i].arg, arg)))
			found = true;
	if (!found)
		fail_msg("not refused: %s", reason_name(code));
	assert_int_equal(p.level, LEVEL_NONE);
	assert_string_equal(p.token, "");
}

/* "W random;V random full;S": the steps in short. */
static void
spell(const struct plan *p, char *out, size_t len)
{
	size_t at = 0;

	out[0] = '\0';
	for (uint32_t i = 0; i < p->n_steps; i++) {
		const struct step *s = &p->steps[i];
		char t[64];

		assert_int_equal(s->len, p->id.size);
		if (s->kind == STEP_SIGNATURES)
			text_copy(t, sizeof(t), "");
		else
			pass_text(&s->pass, t, sizeof(t));
		at += (size_t)snprintf(out + at, len - at, "%s%c%u%s",
			i ? ";" : "", s->kind == STEP_OVERWRITE ? 'W' :
			s->kind == STEP_VERIFY ? 'V' : 'S', s->pass_no, t);
		assert_true(at < len);
	}
}

static void
has_steps(const struct request *rq, const char *want)
{
	struct drive d = disk();
	struct plan p = make(&d, rq);
	char text[4096];

	assert_int_equal(p.refusals.n, 0);
	spell(&p, text, sizeof(text));
	assert_string_equal(text, want);
}

static void
the_default_is_one_random_pass_read_back(void **state)
{
	struct drive d = disk();
	struct request rq = { 0 };
	struct plan p = make(&d, &rq);

	(void)state;
	has_steps(&rq, "W1random;V1random;S0");
	assert_string_equal(p.policy, "purge-or-clear");
	assert_int_equal(p.n_attempts, 1);
	assert_int_equal(p.size_full, d.id.size);
	assert_int_equal(p.method, METHOD_OVERWRITE);
	assert_int_equal(p.level, LEVEL_CLEAR);
	assert_int_equal(p.steps[1].how.mode, VERIFY_FULL);
	assert_int_equal(p.steps[1].how.share_ppm, 1000000);
	assert_int_equal(p.lblock, 512);
	assert_int_equal(p.bad_max_ppm, 10000);
	assert_string_equal(p.path, "/dev/sdz");
	assert_memory_equal(&p.id, &d.id, sizeof(d.id));
}

static void
read_backs_stand_where_the_text_puts_them(void **state)
{
	struct request rq = policy("hmg-is5-baseline");

	(void)state;
	has_steps(&rq, "W10x00;V10x00;S0");
	rq = policy("dod-5220.22-m-vendor");
	has_steps(&rq, "W10x00;W20xff;W3random;V3random;S0");
	rq = policy("bsi-vsitr");
	has_steps(&rq, "W10x00;W20xff;W30x00;W40xff;W50x00;W60xff;W70xaa;"
		  "V70xaa;S0");
	rq = passes("0x924924,verify,verify,random");
	has_steps(&rq, "W10x924924;V10x924924;W2random;V2random;S0");
	rq = passes("0x0ff0,complement,random,complement");
	has_steps(&rq, "W10x0ff0;W20xf00f;W3random;W40xf00f;V40xf00f;S0");
}

static void
gutmann_keeps_its_order(void **state)
{
	struct drive d = disk();
	struct request rq = policy("gutmann");
	struct plan p = make(&d, &rq);
	char t[64];

	(void)state;
	assert_int_equal(p.n_steps, 37);
	assert_string_equal(pass_text(&p.steps[4].pass, t, sizeof(t)), "0x55");
	assert_string_equal(pass_text(&p.steps[30].pass, t, sizeof(t)),
			    "0xdb6db6");
	assert_int_equal(p.steps[35].kind, STEP_VERIFY);
	assert_int_equal(p.steps[35].pass_no, 35);
	assert_int_equal(p.steps[36].kind, STEP_SIGNATURES);
}

static void
characters_follow_the_seed(void **state)
{
	struct drive d = disk();
	struct request rq = policy("dod-5220.22-m-nwipe");
	struct plan p = make(&d, &rq), q;
	bool differs = false;

	(void)state;
	rq.seed_set = true;
	for (uint64_t seed = 0; seed < 2000; seed++) {
		uint8_t c1, c2, c3;

		rq.seed = seed;
		q = make(&d, &rq);
		c1 = q.steps[0].pass.bytes[0];
		c2 = q.steps[3].pass.bytes[0];
		c3 = q.steps[4].pass.bytes[0];
		assert_true(c1 != 0x00 && c1 != 0xff);
		assert_true(c2 != 0x00 && c2 != 0xff);
		assert_true(c3 != 0x00 && c3 != 0xff && c3 != c2);
		assert_int_equal(q.steps[1].pass.bytes[0], (uint8_t)~c1);
		assert_int_equal(q.steps[5].pass.bytes[0], (uint8_t)~c3);
		for (uint32_t i = 0; i + 1 < q.n_steps; i++)
			assert_true(q.steps[i].pass.kind == PASS_FILL ||
				    q.steps[i].pass.kind == PASS_RANDOM);
		differs |= strcmp(q.token, p.token) != 0;
	}
	assert_true(differs);
	assert_true(p.seed < 1ULL << 53);
	/* SHA-256 of twelve zero bytes begins with 15 */
	rq.seed = 0;
	q = make(&d, &rq);
	assert_int_equal(q.steps[0].pass.bytes[0], 1 + 0x15 % 254);
}

static void
the_guard_is_heard(void **state)
{
	struct drive d = disk();
	struct request rq = { 0 };

	(void)state;
	d.n_uses = 1;
	d.uses[0].kind = USE_MOUNT;
	text_copy(d.uses[0].node, sizeof(d.uses[0].node), "sdz1");
	text_copy(d.uses[0].by, sizeof(d.uses[0].by), "/mnt");
	refuses(&d, &rq, REASON_MOUNTED, NULL);
	d = disk();
	d.read_only = true;
	refuses(&d, &rq, REASON_READ_ONLY, NULL);
}

static void
what_a_policy_cannot_have_is_refused(void **state)
{
	struct drive d = disk();
	struct request rq = policy("purge");

	(void)state;
	refuses(&d, &rq, REASON_LEVEL_UNREACHABLE, "purge/clear");
	rq = policy("mic-class-2");
	refuses(&d, &rq, REASON_LEVEL_UNREACHABLE, "purge/clear");
	rq = policy("ism-0359");
	refuses(&d, &rq, REASON_MEDIUM_MISMATCH, "rotating");
	rq = policy("nist-r1-usb");
	refuses(&d, &rq, REASON_MEDIUM_MISMATCH, "rotating");
	rq = policy("ism-0354");
	d.medium = MEDIUM_UNKNOWN;
	refuses(&d, &rq, REASON_MEDIUM_MISMATCH, "unknown");
	d = disk();
	d.id.size = 15 * GB - 512;
	refuses(&d, &rq, REASON_TOO_SMALL, "14999999488 < 15000000000");
	rq = policy("");
	d = disk();
	d.medium = MEDIUM_TAPE;
	refuses(&d, &rq, REASON_LEVEL_UNREACHABLE, "purge/none");
	rq = policy("clear");
	refuses(&d, &rq, REASON_LEVEL_UNREACHABLE, "clear/none");
	rq = policy("purge-or-clear");
	refuses(&d, &rq, REASON_LEVEL_UNREACHABLE, "purge/none");
}

static void
what_a_drive_does_not_offer_is_refused(void **state)
{
	struct drive d = disk();
	struct request rq = { 0 };

	(void)state;
	d.offers[METHOD_OVERWRITE].offered = false;
	refuses(&d, &rq, REASON_METHOD_NOT_OFFERED, "overwrite");
	d.offers[METHOD_OVERWRITE].why.code = REASON_ZONED;
	refuses(&d, &rq, REASON_ZONED, NULL);
}

static void
odd_geometry_is_refused(void **state)
{
	static const uint32_t bad[] = { 0, 3, 520, 131072 };
	struct drive d = disk();
	struct request rq = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		d.lblock = bad[i];
		d.id.size = 520ULL * 131072 * 3;
		refuses(&d, &rq, REASON_BAD_GEOMETRY, NULL);
	}
	d = disk();
	d.id.size += 100;
	refuses(&d, &rq, REASON_BAD_GEOMETRY, "1500000000100 / 512");
	d.id.size = 0;
	refuses(&d, &rq, REASON_SIZE_ZERO, NULL);
	d.removable = true;
	refuses(&d, &rq, REASON_NO_MEDIUM, NULL);
}

static void
the_longest_list_of_passes_fits(void **state)
{
	struct drive d = disk();
	struct request rq = { 0 };
	struct plan p;
	size_t at = 0;

	(void)state;
	while (at + 6 < sizeof(rq.passes))
		at += (size_t)snprintf(rq.passes + at, sizeof(rq.passes) - at,
				       "%s0x00", at ? "," : "");
	p = make(&d, &rq);
	assert_int_equal(p.refusals.n, 0);
	assert_int_equal(p.n_steps, (strlen(rq.passes) + 1) / 5 + 2);
	assert_true(p.n_steps > 50 && p.n_steps <= STEPS_MAX);
}

static void
levels_never_exceed_what_overwriting_gives(void **state)
{
	(void)state;
	for (int m = 0; m < MEDIUM_COUNT; m++)
	for (int t = 0; t < TRANSPORT_COUNT; t++)
	for (size_t i = 0; i < n_policies; i++)
	for (int on = 0; on < 2; on++) {
		struct drive d = disk();
		struct request rq = policy(policies[i].name);
		struct plan p;

		d.medium = (enum medium)m;
		d.transport = (enum transport)t;
		rq.on_premises = on;
		p = make(&d, &rq);
		assert_true(p.level <= LEVEL_CLEAR);
		if (p.refusals.n)
			assert_int_equal(p.level, LEVEL_NONE);
		else
			assert_true(p.level_reasons.n > 0);
		if (m == MEDIUM_OPTICAL || m == MEDIUM_TAPE)
			assert_true(p.refusals.n > 0);
	}
}

static void
the_place_decides_class_two(void **state)
{
	struct drive d = disk();
	struct request rq = policy("mic-class-2");
	struct plan p;

	(void)state;
	rq.on_premises = true;
	p = make(&d, &rq);
	assert_int_equal(p.refusals.n, 0);
	assert_int_equal(p.level, LEVEL_CLEAR);
	rq = policy("mic-class-1");
	p = make(&d, &rq);
	assert_true(p.destroy_after);
	assert_true(says(&p.level_reasons, REASON_DESTROY_PENDING));
}

static void
a_policy_that_allows_it_goes_on_and_says_so(void **state)
{
	struct drive d = disk();
	struct request rq = policy("purge-or-clear");
	struct plan p = make(&d, &rq);

	(void)state;
	assert_int_equal(p.refusals.n, 0);
	assert_int_equal(p.level, LEVEL_CLEAR);
	assert_int_equal(p.level_reasons.r[0].code, REASON_POLICY_LOWERED);
	assert_string_equal(p.level_reasons.r[0].arg, "purge/clear");
}

static void
reasons_fit_the_drive(void **state)
{
	struct drive d = disk();
	struct request rq = policy("gutmann");
	struct plan p = make(&d, &rq);

	(void)state;
	assert_true(says(&p.level_reasons, REASON_OVERWRITE_ONLY));
	assert_true(says(&p.level_reasons, REASON_HIDDEN_UNKNOWN));
	assert_true(says(&p.level_reasons, REASON_REALLOCATED_UNKNOWN));
	assert_true(says(&p.level_reasons, REASON_WITHDRAWN));
	assert_false(says(&p.level_reasons, REASON_OVERWRITE_FLASH));
	assert_false(says(&p.level_reasons, REASON_NO_SERIAL));
	assert_false(says(&p.level_reasons, REASON_VIRTUAL_BACKING));
	rq = policy("");
	d.medium = MEDIUM_FLASH;
	d.transport = TRANSPORT_USB;
	d.id.serial[0] = '\0';
	rq.verify_set = true;
	rq.verify = (struct verify_how){ VERIFY_SAMPLE, 12345 };
	p = make(&d, &rq);
	assert_true(says(&p.level_reasons, REASON_OVERWRITE_FLASH));
	assert_true(says(&p.level_reasons, REASON_USB_IDENTITY));
	assert_true(says(&p.level_reasons, REASON_NO_SERIAL));
	assert_true(says(&p.level_reasons, REASON_SAMPLED));
	assert_false(says(&p.level_reasons, REASON_WITHDRAWN));
	d = disk();
	d.medium = MEDIUM_UNKNOWN;
	p = make(&d, &rq);
	assert_true(says(&p.level_reasons, REASON_MEDIUM_UNKNOWN));
	d = disk();
	d.network = true;
	d.transport = TRANSPORT_NETWORK;
	rq.allow_network = true;
	p = make(&d, &rq);
	assert_int_equal(p.refusals.n, 0);
	assert_true(says(&p.level_reasons, REASON_NETWORK));
}

static void
an_image_is_a_virtual_drive(void **state)
{
	struct drive d = disk();
	struct request rq = { .image = true };
	struct plan p;

	(void)state;
	d.image = true;
	d.transport = TRANSPORT_IMAGE;
	d.medium = MEDIUM_UNKNOWN;
	d.id.serial[0] = '\0';
	p = make(&d, &rq);
	assert_int_equal(p.refusals.n, 0);
	assert_true(p.image);
	assert_int_equal(p.medium, MEDIUM_VIRTUAL);
	assert_int_equal(p.level, LEVEL_CLEAR);
	assert_true(says(&p.level_reasons, REASON_VIRTUAL_BACKING));
}

static void
own_passes_are_named_so(void **state)
{
	struct drive d = disk();
	struct request rq = passes("0x00,random");
	struct plan p = make(&d, &rq);

	(void)state;
	assert_string_equal(p.policy, "custom");
	assert_int_equal(p.standing, STANDARD_WITHDRAWN);
	assert_string_equal(p.policy_title, "own passes");
	text_copy(rq.policy, sizeof(rq.policy), "mic-class-1");
	p = make(&d, &rq);
	assert_string_equal(p.policy, "custom");
	assert_non_null(strstr(p.policy_title, "mic-class-1"));
	assert_non_null(strstr(p.policy_title_ja, "mic-class-1"));
	assert_true(p.destroy_after);
	assert_int_equal(p.bad_max_ppm, 0);
}

static void
unknown_words_are_usage_errors(void **state)
{
	struct drive d = disk();
	struct request rq;
	struct plan p;
	static const struct plan zero;

	(void)state;
#define USAGE_ERROR(code) \
	do { \
		memset(&rq, 0, sizeof(rq)); \
		code; \
		memset(&p, 0xa5, sizeof(p)); \
		assert_int_equal(plan_make(&d, &rq, &p), -EINVAL); \
		assert_memory_equal(&p, &zero, sizeof(p)); \
	} while (0)
	USAGE_ERROR(strcpy(rq.policy, "dod"));
	USAGE_ERROR(strcpy(rq.policy, "custom"));
	USAGE_ERROR(strcpy(rq.method, "sanitize"));
	USAGE_ERROR(strcpy(rq.passes, "random,nothing"));
	USAGE_ERROR(strcpy(rq.passes, "verify"));
	USAGE_ERROR(rq.verify_set = true);
	USAGE_ERROR(rq.verify_set = true; rq.verify.mode = VERIFY_SAMPLE);
	USAGE_ERROR(rq.verify_set = true; rq.verify.mode = VERIFY_SAMPLE;
		    rq.verify.share_ppm = 1000001);
}

/* So much of each drive, whatever its size; never less, never more than all. */
static void
test_a_sample_in_bytes(void **state)
{
	struct request rq = {
		.verify_set = true, .verify = { VERIFY_SAMPLE, 100000 },
		.verify_bytes = 8ULL << 30,
	};
	uint64_t size, bytes;
	uint32_t ppm;

	(void)state;
	for (size = 9ULL << 30; size < 1ULL << 56; size += size / 3 + 512) {
		ppm = plan_verify(&rq, size).share_ppm;
		bytes = size / 1000000 * ppm + size % 1000000 * ppm / 1000000;
		assert_in_range(ppm, 1, 1000000);
		assert_true(bytes >= rq.verify_bytes);
		assert_true(bytes <= rq.verify_bytes + size / 1000000 + 1);
	}
	assert_int_equal(plan_verify(&rq, 8ULL << 30).share_ppm, 1000000);
	assert_int_equal(plan_verify(&rq, 0).share_ppm, 1000000);
	rq.verify_bytes = 0;
	assert_int_equal(plan_verify(&rq, 1 << 30).share_ppm, 100000);
	rq.verify_bytes = 1;
	rq.verify.mode = VERIFY_FULL;
	assert_int_equal(plan_verify(&rq, 1 << 30).mode, VERIFY_FULL);
}

static void
times_are_estimated_by_kind(void **state)
{
	static const struct {
		enum transport t;
		enum medium m;
		uint32_t mb_s;
	} rows[] = {
		{ TRANSPORT_SATA, MEDIUM_ROTATING, 150 },
		{ TRANSPORT_SATA, MEDIUM_FLASH, 400 },
		{ TRANSPORT_NVME, MEDIUM_FLASH, 1500 },
		{ TRANSPORT_USB, MEDIUM_FLASH, 30 },
		{ TRANSPORT_MMC, MEDIUM_FLASH, 40 },
		{ TRANSPORT_LOOP, MEDIUM_VIRTUAL, 1000 },
		{ TRANSPORT_UNKNOWN, MEDIUM_UNKNOWN, 100 },
	};
	struct drive d = disk();
	struct request rq = { 0 };
	struct plan p;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		d.transport = rows[i].t;
		d.medium = rows[i].m;
		p = make(&d, &rq);
		assert_int_equal(p.steps[0].est_s,
				 1500 * GB / (rows[i].mb_s * MB));
		assert_int_equal(p.est_s, 2 * p.steps[0].est_s + 2);
	}
	rq.rate_limit = 1;
	p = make(&d, &rq);
	assert_int_equal(p.est_s, UINT32_MAX);
	rq.rate_limit = 50 * MB;
	rq.verify_set = true;
	rq.verify = (struct verify_how){ VERIFY_SAMPLE, 100000 };
	p = make(&d, &rq);
	assert_int_equal(p.steps[0].est_s, 30000);
	assert_int_equal(p.steps[1].est_s, 3000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_sample_in_bytes),
		cmocka_unit_test(the_default_is_one_random_pass_read_back),
		cmocka_unit_test(read_backs_stand_where_the_text_puts_them),
		cmocka_unit_test(gutmann_keeps_its_order),
		cmocka_unit_test(characters_follow_the_seed),
		cmocka_unit_test(the_guard_is_heard),
		cmocka_unit_test(what_a_policy_cannot_have_is_refused),
		cmocka_unit_test(what_a_drive_does_not_offer_is_refused),
		cmocka_unit_test(odd_geometry_is_refused),
		cmocka_unit_test(the_longest_list_of_passes_fits),
		cmocka_unit_test(levels_never_exceed_what_overwriting_gives),
		cmocka_unit_test(the_place_decides_class_two),
		cmocka_unit_test(a_policy_that_allows_it_goes_on_and_says_so),
		cmocka_unit_test(reasons_fit_the_drive),
		cmocka_unit_test(an_image_is_a_virtual_drive),
		cmocka_unit_test(own_passes_are_named_so),
		cmocka_unit_test(unknown_words_are_usage_errors),
		cmocka_unit_test(times_are_estimated_by_kind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
