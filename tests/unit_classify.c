/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a block holds is named rightly, and only what a method can leave agrees
 * with it.
 */
#include "../src/engine.h"
#include "../src/pattern.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../src/util.h"

#define LEN_MAX 4096

static uint8_t block[LEN_MAX];
static uint8_t pattern[16];
static const uint32_t lens[] = { 512, 520, 528, 4096 };

static void
fill(const char *bytes, size_t n)
{
	size_t i;

	for (i = 0; i < LEN_MAX; i++)
		block[i] = (uint8_t)bytes[i % n];
}

static void
is(enum content_class want)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(lens); i++)
		assert_int_equal(classify(block, lens[i], pattern), want);
}

static void
test_uniform(void **state)
{
	static const uint8_t none[16];

	(void)state;
	fill("\0", 1);
	is(CLASS_ZEROS);
	assert_memory_equal(pattern, none, 16);
	fill("\xff", 1);
	is(CLASS_ONES);
	fill("\x5a", 1);
	is(CLASS_CONSTANT);
	assert_int_equal(pattern[15], 0x5a);
}

static void
test_patterns(void **state)
{
	(void)state;
	fill("\x33\xcc\x55\xaa", 4);
	is(CLASS_PATTERN);
	assert_memory_equal(pattern, "\x33\xcc\x55\xaa\x33\xcc\x55\xaa", 8);
	fill("\0\xff", 2);
	is(CLASS_PATTERN);
	fill("01234567", 8);
	is(CLASS_PATTERN);
	fill("0123456789abcdef", 16);
	is(CLASS_PATTERN);
	assert_memory_equal(pattern, "0123456789abcdef", 16);
	fill("0123456789", 10);
	is(CLASS_STRUCTURED);
}

/* One byte that differs makes something else of it, wherever it is. */
static void
test_one_byte_is_structure(void **state)
{
	uint32_t at;

	(void)state;
	for (at = 0; at < 512; at++) {
		memset(block, 0, sizeof(block));
		block[at] = 1;
		assert_int_equal(classify(block, 512, pattern),
				 CLASS_STRUCTURED);
		memset(block, 0xff, sizeof(block));
		block[at] = 0xfe;
		assert_int_equal(classify(block, 512, pattern),
				 CLASS_STRUCTURED);
	}
}

/* Forty thousand blocks of a keystream: an honest drive after a crypto erase,
 * with never a false alarm. */
static void
test_random(void **state)
{
	struct pass pass = { .kind = PASS_RANDOM };
	uint8_t key[KEY_LEN] = { 7 };
	struct pattern *p = NULL;
	uint64_t i;
	size_t l;

	(void)state;
	assert_int_equal(pattern_open(&pass, key, &p), 0);
	for (i = 0; i < 10000; i++) {
		assert_int_equal(pattern_fill(p, i * LEN_MAX, block, LEN_MAX),
				 0);
		for (l = 0; l < ARRAY_SIZE(lens); l++)
			assert_int_equal(classify(block, lens[l], pattern),
					 CLASS_RANDOM);
	}
	pattern_close(&p);
}

static void
test_structured(void **state)
{
	static const char text[] = "The quick brown fox jumps over the lazy dog"
		" and 1234567890 other animals that it met on its way home.\n";
	uint32_t i;

	(void)state;
	fill(text, sizeof(text) - 1);
	is(CLASS_STRUCTURED);
	for (i = 0; i < LEN_MAX; i++)	/* every byte as often as another */
		block[i] = (uint8_t)i;
	is(CLASS_STRUCTURED);
	for (i = 0; i < LEN_MAX; i++)
		block[i] = (uint8_t)(i * 77 + (i >> 8));
	is(CLASS_STRUCTURED);
	for (i = 0; i < LEN_MAX; i += 4)
		memcpy(block + i, &(uint32_t){ 0x1000 + i }, 4);
	is(CLASS_STRUCTURED);
	for (i = 0; i < LEN_MAX; i += 16) {
		memset(block + i, 'O', 8);
		memcpy(block + i + 8, &(uint64_t){ i / 16 }, 8);
	}
	is(CLASS_STRUCTURED);
}

static void
test_half_random_is_structured(void **state)
{
	(void)state;
	assert_int_equal(random_bytes(block, LEN_MAX), 0);
	memset(block + 256, 0, 256);
	assert_int_equal(classify(block, 512, pattern), CLASS_STRUCTURED);
	assert_int_equal(random_bytes(block, LEN_MAX), 0);
	memset(block, 0, LEN_MAX / 2);
	assert_int_equal(classify(block, LEN_MAX, pattern), CLASS_STRUCTURED);
}

static void
test_too_short_is_unknown(void **state)
{
	(void)state;
	memset(block, 0, sizeof(block));
	assert_int_equal(classify(block, 0, pattern), CLASS_UNKNOWN);
	assert_int_equal(classify(block, 31, pattern), CLASS_UNKNOWN);
}

/* ---- what agrees ------------------------------------------------------- */

static bool
after(enum content_class c, enum method a, enum method b)
{
	enum method chain[2] = { a, b };

	return classify_agrees(c, chain, b == METHOD_NONE ? 1 : 2);
}

static void
test_never(void **state)
{
	enum method m = METHOD_NONE;

	(void)state;
	assert_false(classify_agrees(CLASS_ZEROS, &m, 0));
	for (m = METHOD_NONE; m < METHOD_COUNT; m++) {
		assert_false(after(CLASS_STRUCTURED, m, METHOD_NONE));
		assert_false(after(CLASS_UNKNOWN, m, METHOD_NONE));
		assert_false(after(CLASS_COUNT, m, METHOD_NONE));
	}
	assert_false(after(CLASS_ZEROS, METHOD_NONE, METHOD_NONE));
	assert_false(after(CLASS_ZEROS, METHOD_OVERWRITE, METHOD_NONE));
	assert_false(after(CLASS_ZEROS, METHOD_COUNT, METHOD_NONE));
}

static void
test_uniform_agrees(void **state)
{
	enum content_class c;
	enum method m;

	(void)state;
	for (m = METHOD_FORMAT; m < METHOD_COUNT; m++)
		for (c = CLASS_PATTERN; c < CLASS_COUNT; c++)
			assert_true(after(c, m, METHOD_NONE));
}

static void
test_random_agrees(void **state)
{
	const enum content_class r = CLASS_RANDOM;

	(void)state;
	assert_true(after(r, METHOD_SANITIZE_CRYPTO, METHOD_NONE));
	assert_true(after(r, METHOD_FORMAT, METHOD_NONE));
	assert_true(after(r, METHOD_FORMAT_CRYPTO, METHOD_NONE));
	assert_true(after(r, METHOD_SECURITY_ERASE_ENHANCED, METHOD_NONE));
	assert_false(after(r, METHOD_SANITIZE_CRYPTO, METHOD_SANITIZE_BLOCK));
	assert_false(after(r, METHOD_FORMAT_CRYPTO, METHOD_SANITIZE_BLOCK));
	assert_false(after(r, METHOD_SANITIZE_BLOCK, METHOD_NONE));
	assert_false(after(r, METHOD_SECURITY_ERASE, METHOD_NONE));
	assert_false(after(r, METHOD_SANITIZE_OVERWRITE, METHOD_NONE));
	assert_false(after(r, METHOD_SANITIZE_CRYPTO,
			   METHOD_SANITIZE_OVERWRITE));
	assert_false(after(r, METHOD_SANITIZE_CRYPTO, METHOD_SECURITY_ERASE));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_uniform),
		cmocka_unit_test(test_patterns),
		cmocka_unit_test(test_one_byte_is_structure),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_structured),
		cmocka_unit_test(test_half_random_is_structured),
		cmocka_unit_test(test_too_short_is_unknown),
		cmocka_unit_test(test_never),
		cmocka_unit_test(test_uniform_agrees),
		cmocka_unit_test(test_random_agrees),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
