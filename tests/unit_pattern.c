/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A pattern is a function of the drive offset alone, its random stream is the
 * AES-256-CTR of SP 800-38A, and a comparison misses no byte.
 */
/* NOLINTNEXTLINE(bugprone-suspicious-include): its statics are tested */
#include "../src/pattern.c"

#include <errno.h>
#include <openssl/evp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define CHUNK 65536

static const char key_hex[] =
	"603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4";
/* SP 800-38A, F.5.5: initial counter block, plaintext and ciphertext */
static const char counter_hex[] = "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff";
static const char plain_hex[] =
	"6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
	"30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710";
static const char cipher_hex[] =
	"601ec313775789a5b7a7f504bbf3d228f443e3ca4d62b59aca84e990cacaf5c5"
	"2b0930daa23de94ce87017ba2d84988ddfc9c58db67aada613c2dd08457941a6";

static struct pattern *
open_key(const char *hex)
{
	struct pass pass = { .kind = PASS_RANDOM };
	uint8_t key[KEY_LEN];
	struct pattern *p;

	assert_int_equal(hex_decode(key, KEY_LEN, hex), 0);
	assert_int_equal(pattern_open(&pass, key, &p), 0);
	return p;
}

static struct pattern *
open_bytes(unsigned len)
{
	struct pass pass = { .kind = PASS_FILL, .len = (uint8_t)len };
	struct pattern *p;
	unsigned i;

	for (i = 0; i < len; i++)
		pass.bytes[i] = (uint8_t)(0x11 * i + 7);
	assert_int_equal(pattern_open(&pass, NULL, &p), 0);
	return p;
}

/* The counter of the vector lies beyond any drive's end, so it is set by hand;
 * what is tested is the stream behind it. */
static void
test_sp800_38a(void **state)
{
	struct pattern *p = open_key(key_hex);
	uint8_t iv[16] = { 0 }, plain[64] = { 0 };
	uint8_t want[64] = { 0 }, got[64] = { 0 };

	(void)state;
	assert_int_equal(hex_decode(iv, 16, counter_hex), 0);
	assert_int_equal(hex_decode(plain, 64, plain_hex), 0);
	assert_int_equal(hex_decode(want, 64, cipher_hex), 0);
	assert_int_equal(gcry_cipher_setctr(p->cipher, iv, 16), 0);
	assert_int_equal(stream(p, plain, got, 64), 0);
	assert_memory_equal(got, want, 64);
	pattern_close(&p);
}

/* What `openssl enc -aes-256-ecb` makes of counter blocks 0, 1, 2^60 - 1. */
static void
test_counter_is_the_offset(void **state)
{
	static const struct {
		uint64_t at;
		const char *hex;
	} table[] = {
		{ 0, "e568f68194cf76d6174d4cc04310a854" },
		{ 16, "91151e5d0b7a1f1bc0d7acd0ae3e51e4" },
		{ 0xfffffffffffff0, "b79788aeace23f5832d6805cd459c30a" },
	};
	struct pattern *p = open_key(key_hex);
	uint8_t want[16] = { 0 }, got[16] = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(table); i++) {
		assert_int_equal(hex_decode(want, 16, table[i].hex), 0);
		assert_int_equal(pattern_fill(p, table[i].at, got, 16), 0);
		assert_memory_equal(got, want, 16);
	}
	pattern_close(&p);
}

/* Another implementation, over long pieces and wherever a counter carries. */
static void
test_openssl_agrees(void **state)
{
	static const uint64_t table[] = {
		0, 4096, (1ULL << 12) - 512, (1ULL << 20) - 512,
		(1ULL << 36) - CHUNK, (1ULL << 36) - 512, (1ULL << 44) - 4096,
	};
	static uint8_t zero[2 * CHUNK], want[2 * CHUNK], got[2 * CHUNK];
	struct pattern *p = open_key(key_hex);
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	uint8_t key[KEY_LEN], iv[16];
	size_t i, b;
	int n;

	(void)state;
	assert_non_null(ctx);
	assert_int_equal(hex_decode(key, KEY_LEN, key_hex), 0);
	for (i = 0; i < ARRAY_SIZE(table); i++) {
		memset(iv, 0, sizeof(iv));
		for (b = 0; b < 8; b++)
			iv[15 - b] = (uint8_t)(table[i] / 16 >> 8 * b);
		assert_int_equal(EVP_EncryptInit_ex(ctx, EVP_aes_256_ctr(),
						    NULL, key, iv), 1);
		assert_int_equal(EVP_EncryptUpdate(ctx, want, &n, zero,
						   sizeof(zero)), 1);
		assert_int_equal(pattern_fill(p, table[i], got, sizeof(got)),
				 0);
		assert_memory_equal(got, want, sizeof(got));
	}
	EVP_CIPHER_CTX_free(ctx);
	pattern_close(&p);
}

/* Any piece alone is what it is as part of the whole. */
static void
pieces_agree(struct pattern *p)
{
	static const size_t lens[] = { 1, 15, 16, 17, 511, 512, 4096, 70000 };
	uint8_t *whole = malloc(4 * CHUNK), *piece = malloc(4 * CHUNK);
	size_t i, at;

	assert_non_null(whole);
	assert_non_null(piece);
	assert_int_equal(pattern_fill(p, 0, whole, 4 * CHUNK), 0);
	for (i = 0; i < ARRAY_SIZE(lens); i++) {
		for (at = 0; at + lens[i] <= 4 * CHUNK; at += 12347) {
			assert_int_equal(pattern_fill(p, at, piece, lens[i]),
					 0);
			assert_memory_equal(piece, whole + at, lens[i]);
		}
	}
	free(whole);
	free(piece);
}

static void
test_offsets(void **state)
{
	struct pattern *p = open_key(key_hex);
	unsigned len;

	(void)state;
	pieces_agree(p);
	pattern_close(&p);
	for (len = 1; len <= PASS_BYTES_MAX; len++) {
		p = open_bytes(len);
		assert_int_equal(pattern_period(p), len);
		pieces_agree(p);
		pattern_close(&p);
	}
}

static void
test_fill_phase(void **state)
{
	struct pattern *p = open_bytes(3);
	uint8_t buf[4] = { 0 };

	(void)state;
	assert_int_equal(pattern_fill(p, 3000000000001, buf, 4), 0);
	/* 3000000000001 = 1 (mod 3) */
	assert_int_equal(buf[0], 0x11 + 7);
	assert_int_equal(buf[1], 0x22 + 7);
	assert_int_equal(buf[2], 7);
	assert_int_equal(buf[3], 0x11 + 7);
	pattern_close(&p);
}

/* Every single flipped byte is found where it is, and the buffer is as read. */
static void
finds_each(struct pattern *p, uint64_t at, size_t len)
{
	uint8_t *buf = calloc(1, len), *copy = calloc(1, len);
	size_t same, i;

	assert_non_null(buf);
	assert_non_null(copy);
	assert_int_equal(pattern_fill(p, at, copy, len), 0);
	memcpy(buf, copy, len);
	assert_int_equal(pattern_compare(p, at, buf, len, &same), 0);
	assert_int_equal(same, len);
	for (i = 0; i < len; i += i < 64 || len - i < 64 ? 1 : 997) {
		copy[i] ^= 0x01;
		memcpy(buf, copy, len);
		assert_int_equal(pattern_compare(p, at, buf, len, &same), 0);
		assert_int_equal(same, i);
		assert_memory_equal(buf, copy, len);
		copy[i] ^= 0x01;
	}
	free(buf);
	free(copy);
}

static void
test_compare(void **state)
{
	static const size_t lens[] = {
		1, 16, 63, 64, 79, 80, 512, 32768, 32769, 70001
	};
	struct pattern *random = open_key(key_hex), *p;
	unsigned period;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(lens); i++) {
		finds_each(random, 1ULL << 40, lens[i]);
		finds_each(random, 777, lens[i]);
	}
	pattern_close(&random);
	for (period = 1; period <= PASS_BYTES_MAX; period++) {
		p = open_bytes(period);
		for (i = 0; i < ARRAY_SIZE(lens); i++)
			finds_each(p, 512, lens[i]);
		pattern_close(&p);
	}
}

/* A buffer that repeats itself, but something else, is not taken for right. */
static void
test_compare_another_pattern(void **state)
{
	struct pattern *is, *should;
	uint8_t buf[4096] = { 0 };
	size_t same;
	unsigned a, b;

	(void)state;
	for (a = 1; a <= PASS_BYTES_MAX; a++) {
		is = open_bytes(a);
		for (b = 1; b <= PASS_BYTES_MAX; b++) {
			should = open_bytes(b);
			assert_int_equal(pattern_fill(is, 0, buf, 4096), 0);
			assert_int_equal(pattern_compare(should, 0, buf, 4096,
							 &same), 0);
			/* they agree until the shorter one begins anew */
			assert_int_equal(same, a == b ? 4096 : a < b ? a : b);
			/* right bytes in the wrong phase */
			assert_int_equal(pattern_compare(is, 1, buf, 4096,
							 &same), 0);
			assert_int_equal(same, a == 1 ? 4096 : 0);
			pattern_close(&should);
		}
		pattern_close(&is);
	}
}

static void
test_refuses_what_it_is_not(void **state)
{
	struct pass pass = { .kind = PASS_NONE };
	uint8_t key[KEY_LEN];
	struct pattern *p = (struct pattern *)key;
	int kind;

	(void)state;
	for (kind = PASS_NONE; kind <= PASS_VERIFY; kind++) {
		if (kind == PASS_RANDOM)
			continue;
		pass.kind = kind;	/* FILL without bytes among them */
		assert_int_equal(pattern_open(&pass, key, &p), -EINVAL);
		assert_null(p);
	}
	pass.kind = PASS_RANDOM;
	assert_int_equal(pattern_open(&pass, NULL, &p), -EINVAL);
	assert_null(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sp800_38a),
		cmocka_unit_test(test_counter_is_the_offset),
		cmocka_unit_test(test_openssl_agrees),
		cmocka_unit_test(test_offsets),
		cmocka_unit_test(test_fill_phase),
		cmocka_unit_test(test_compare),
		cmocka_unit_test(test_compare_another_pattern),
		cmocka_unit_test(test_refuses_what_it_is_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
