/* SPDX-License-Identifier: Apache-2.0 */
/* Claim: only the right answer for exactly this sealed plan is a consent. */
#undef NDEBUG
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sample.h"

static struct plan
default_plan(void)
{
	struct drive d = disk();
	struct request rq = { 0 };

	return make(&d, &rq);
}

static void
tail_is(const char *serial, uint64_t size, const char *want)
{
	struct identity id = { .size = size };
	char tail[8];

	assert_int_equal(text_copy(id.serial, sizeof(id.serial), serial), 0);
	memset(tail, 0xa5, sizeof(tail));
	consent_tail(&id, tail);
	assert_string_equal(tail, want);
}

static void
the_tail_is_the_end_of_serial_or_size(void **state)
{
	(void)state;
	tail_is("WD-WCC4E1234567", 1, "4567");
	tail_is("WD-WCC4E1234567  ", 1, "4567");
	tail_is("AB1", 1, "AB1");
	tail_is("A", 1, "A");
	tail_is("SERIAL  12", 1, "12");
	tail_is("", 268435456, "5456");
	tail_is("   ", 1000204886016, "6016");
	tail_is("", 512, "512");
	tail_is("番号12", 1, "号12");
	tail_is("製造番号", 1, "番号");
}

static void
typed(const struct plan *p, const char *text, int want)
{
	static const struct consent zero;
	struct consent c;

	memset(&c, 0xa5, sizeof(c));
	assert_int_equal(consent_typed(p, text, "operator", &c), want);
	if (want) {
		assert_memory_equal(&c, &zero, sizeof(c));
		return;
	}
	assert_int_equal(c.how, CONSENT_TYPED);
	assert_memory_equal(c.plan_digest, p->digest, DIGEST_LEN);
	assert_string_equal(c.serial, p->id.serial);
	assert_string_equal(c.who, "operator");
	assert_int_equal(strlen(c.at), strlen("2026-11-21T14:03:00+09:00"));
	assert_false(c.has_receipt);
}

static void
only_the_tail_is_an_answer(void **state)
{
	static const char *const wrong[] = {
		"", " ", "y", "yes", "YES", "123", "234", "12345", "01234",
		"0001234", "EX-0001234", "12 34", "1235", "１２３４",
	};
	struct plan p = default_plan();

	(void)state;
	typed(&p, "1234", 0);
	typed(&p, " 1234\n", 0);
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++)
		typed(&p, wrong[i], -EACCES);
}

static void
letters_may_be_small_or_large(void **state)
{
	struct plan p = default_plan();

	(void)state;
	text_copy(p.id.serial, sizeof(p.id.serial), "EX-00AbC9");
	plan_seal(&p);
	typed(&p, "abc9", 0);
	typed(&p, "0abc9", -EACCES);
	typed(&p, "ABC9", 0);
}

static void
token(const struct plan *p, const char *text, int want)
{
	static const struct consent zero;
	struct consent c;

	memset(&c, 0xa5, sizeof(c));
	assert_int_equal(consent_token(p, text, "operator", &c), want);
	if (want) {
		assert_memory_equal(&c, &zero, sizeof(c));
		return;
	}
	assert_int_equal(c.how, CONSENT_TOKEN);
	assert_memory_equal(c.plan_digest, p->digest, DIGEST_LEN);
	assert_false(c.has_receipt);
}

static void
only_the_token_is_an_answer(void **state)
{
	struct plan p = default_plan(), other;
	struct drive d = disk();
	struct request rq = policy("zero");
	char near[TOKEN_LEN + 2];

	(void)state;
	token(&p, p.token, 0);
	token(&p, "", -EACCES);
	token(&p, "1234", -EACCES);
	for (int i = 0; i < TOKEN_LEN; i++) {
		text_copy(near, sizeof(near), p.token);
		near[i] = near[i] == '0' ? '1' : '0';
		token(&p, near, -EACCES);
		near[i] = '\0';
		token(&p, near, -EACCES);
	}
	snprintf(near, sizeof(near), "%s0", p.token);
	token(&p, near, -EACCES);
	other = make(&d, &rq);
	token(&p, other.token, -EACCES);
	d.id.serial[0] = 'Z';
	rq = policy("clear");
	other = make(&d, &rq);
	token(&p, other.token, -EACCES);
}

static void
a_refused_plan_takes_no_consent(void **state)
{
	struct plan p = default_plan();
	char before[TOKEN_LEN + 1];

	(void)state;
	text_copy(before, sizeof(before), p.token);
	reasons_add(&p.refusals, REASON_MOUNTED, "/mnt");
	typed(&p, "1234", -EPERM);
	token(&p, before, -EPERM);
	plan_seal(&p);
	typed(&p, "1234", -EPERM);
	token(&p, before, -EPERM);
	token(&p, "", -EPERM);
	memset(&p, 0, sizeof(p));
	typed(&p, "", -EPERM);
	token(&p, "", -EPERM);
}

static void
a_changed_plan_takes_no_consent(void **state)
{
	struct plan p = default_plan();

	(void)state;
	p.steps[0].len -= 512;
	typed(&p, "1234", -EACCES);
	token(&p, p.token, -EACCES);
	p = default_plan();
	p.id.diskseq++;
	typed(&p, "1234", -EACCES);
	p = default_plan();
	memset(p.digest, 0, sizeof(p.digest));
	typed(&p, "1234", -EACCES);
	p = default_plan();
	p.token[0] = p.token[0] == '0' ? '1' : '0';
	token(&p, p.token, -EACCES);
}

static void
nobody_cannot_consent(void **state)
{
	struct plan p = default_plan();
	struct consent c;

	(void)state;
	assert_int_equal(consent_typed(&p, "1234", "", &c), -EINVAL);
	assert_int_equal(consent_token(&p, p.token, "  ", &c), -EINVAL);
	assert_int_equal(c.how, CONSENT_NONE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_tail_is_the_end_of_serial_or_size),
		cmocka_unit_test(only_the_tail_is_an_answer),
		cmocka_unit_test(letters_may_be_small_or_large),
		cmocka_unit_test(only_the_token_is_an_answer),
		cmocka_unit_test(a_refused_plan_takes_no_consent),
		cmocka_unit_test(a_changed_plan_takes_no_consent),
		cmocka_unit_test(nobody_cannot_consent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
