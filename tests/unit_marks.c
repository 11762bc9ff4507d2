/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A mark is known wherever it turns up and cannot be taken for another; the
 * places follow from the key as docs/FORMATS.md says, two in each section,
 * and every edge has its pre-images.
 */
#include "../src/marks.h"

#include <errno.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../src/util.h"

static const uint8_t key[KEY_LEN] = "thirty-two bytes of a test key.";
static const uint8_t other[KEY_LEN] = "thirty-two bytes, another key..";

/* ---- marks --------------------------------------------------------------- */

static void
test_a_mark_knows_its_place(void **state)
{
	static const uint32_t lblocks[] = { 512, 520, 4096, 65536 };
	uint8_t *block = malloc(65536);
	struct marker *k = NULL;
	uint64_t at;
	uint32_t nsid;
	size_t i;

	(void)state;
	assert_non_null(block);
	for (i = 0; i < ARRAY_SIZE(lblocks); i++) {
		assert_int_equal(marker_open(key, 3, lblocks[i], &k), 0);
		assert_int_equal(marker_fill(k, 7ULL * lblocks[i] << 30,
					     block), 0);
		assert_int_equal(marker_find(k, block, &at, &nsid), 1);
		assert_true(at == 7ULL * lblocks[i] << 30);
		assert_int_equal(nsid, 3);
		marker_close(&k);
	}
	assert_int_equal(marker_open(key, 0, 64, &k), -EINVAL);
	free(block);
}

/* Computed apart from the product's code, from the words of FORMATS.md. */
static void
test_a_mark_as_documented(void **state)
{
	uint8_t block[512], sub[32], iv[16] = { 0 }, body[440], tag[32];
	static const uint8_t zeros[8 + 440];
	uint8_t shifted[8 + 440];
	uint64_t at = 0x1122334455667700ULL & ~511ULL;
	struct marker *k = NULL;
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	uint64_t counter = (at + 40) / 16;
	unsigned i, len = 0;
	int n;

	(void)state;
	assert_int_equal(marker_open(key, 5, 512, &k), 0);
	assert_int_equal(marker_fill(k, at, block), 0);
	marker_close(&k);
	assert_memory_equal(block, "MASSHOMK", 8);
	for (i = 0; i < 8; i++)
		assert_int_equal(block[8 + i], at >> (8 * i) & 0xff);
	assert_memory_equal(block + 16, "\5\0\0\0\0\0\0\0", 8);
	HMAC(EVP_sha256(), key, 32, (const uint8_t *)"massho mark run\0\0\0\0",
	     19, sub, &len);
	assert_memory_equal(block + 24, sub, 16);
	HMAC(EVP_sha256(), key, 32,
	     (const uint8_t *)"massho mark body\5\0\0\0", 20, sub, &len);
	for (i = 0; i < 8; i++)
		iv[15 - i] = (uint8_t)(counter >> (8 * i));
	assert_int_equal(EVP_EncryptInit_ex(ctx, EVP_aes_256_ctr(), NULL, sub,
					    iv), 1);
	/* at + 40 is in the middle of a cipher block */
	assert_int_equal(EVP_EncryptUpdate(ctx, shifted, &n, zeros,
					   sizeof(zeros)), 1);
	memcpy(body, shifted + 8, sizeof(body));
	assert_memory_equal(block + 40, body, 440);
	HMAC(EVP_sha256(), key, 32, (const uint8_t *)"massho mark tag\0\0\0\0",
	     19, sub, &len);
	HMAC(EVP_sha256(), sub, 32, block, 480, tag, &len);
	assert_memory_equal(block + 480, tag, 32);
	EVP_CIPHER_CTX_free(ctx);
}

static void
test_no_other_block_is_a_mark(void **state)
{
	uint8_t block[512], copy[512];
	struct marker *k = NULL, *o = NULL;
	uint64_t at;
	uint32_t nsid;
	unsigned i;

	(void)state;
	assert_int_equal(marker_open(key, 0, 512, &k), 0);
	assert_int_equal(marker_open(other, 0, 512, &o), 0);
	assert_int_equal(marker_fill(k, 1 << 20, block), 0);
	for (i = 0; i < 512; i++) {	/* any change of one bit */
		memcpy(copy, block, 512);
		copy[i] ^= 1;
		assert_int_equal(marker_find(k, copy, &at, &nsid), 0);
		assert_true(marker_resembles(k, 1 << 20, copy));
	}
	assert_int_equal(marker_find(o, block, &at, &nsid), 0);
	memset(copy, 0, 512);
	assert_int_equal(marker_find(k, copy, &at, &nsid), 0);
	assert_false(marker_resembles(k, 1 << 20, copy));
	memset(copy, 0xff, 512);
	assert_false(marker_resembles(k, 1 << 20, copy));
	marker_close(&k);
	marker_close(&o);
}

/* An eighth of it is enough, wherever. */
static void
test_what_is_left_of_a_mark(void **state)
{
	uint8_t block[4096], copy[4096] = { 0 };
	struct marker *k = NULL;

	(void)state;
	assert_int_equal(marker_open(key, 0, 4096, &k), 0);
	assert_int_equal(marker_fill(k, 8192, block), 0);
	memcpy(copy + 1024, block + 1024, 512);
	assert_true(marker_resembles(k, 8192, copy));
	memset(copy, 0, sizeof(copy));
	memcpy(copy, block, 256);
	assert_false(marker_resembles(k, 8192, copy));
	/* random bytes, as after a crypto erase */
	assert_int_equal(random_bytes(copy, sizeof(copy)), 0);
	assert_false(marker_resembles(k, 8192, copy));
	marker_close(&k);
}

static void
test_preimages(void **state)
{
	uint8_t block[512] = "old", a[MAC_LEN], b[MAC_LEN];

	(void)state;
	assert_int_equal(mark_preimage(key, 1, 512, block, 512, a), 0);
	assert_int_equal(mark_preimage(key, 1, 512, block, 512, b), 0);
	assert_memory_equal(a, b, MAC_LEN);
	assert_int_equal(mark_preimage(other, 1, 512, block, 512, b), 0);
	assert_memory_not_equal(a, b, MAC_LEN);
	assert_int_equal(mark_preimage(key, 2, 512, block, 512, b), 0);
	assert_memory_not_equal(a, b, MAC_LEN);
	assert_int_equal(mark_preimage(key, 1, 1024, block, 512, b), 0);
	assert_memory_not_equal(a, b, MAC_LEN);
	block[511] = 1;
	assert_int_equal(mark_preimage(key, 1, 512, block, 512, b), 0);
	assert_memory_not_equal(a, b, MAC_LEN);
}

/* ---- places -------------------------------------------------------------- */

static size_t
count(const struct places *p, enum place_kind kind, uint64_t from, uint64_t to)
{
	size_t i, n = 0;

	for (i = 0; i < p->n; i++)
		n += p->p[i].kind == kind && p->p[i].at >= from &&
		     p->p[i].at < to;
	return n;
}

static void
well_formed(const struct places *p, uint64_t size, uint32_t lblock)
{
	size_t i;

	for (i = 0; i < p->n; i++) {
		assert_true(p->p[i].at + lblock <= size);
		assert_int_equal(p->p[i].at % lblock, 0);
		assert_true(!i || p->p[i].at > p->p[i - 1].at);
		assert_ptr_equal(places_find(p, p->p[i].at), &p->p[i]);
	}
	assert_null(places_find(p, size));
}

static void
test_sizes(void **state)
{
	static const struct {
		uint64_t size;
		uint32_t lblock;
	} cases[] = {
		{ 512, 512 }, { 1024, 512 }, { 1536, 512 }, { 4096, 4096 },
		{ 999 * 512, 512 }, { 2001 * 512, 512 }, { 64 << 20, 520 * 8 },
		{ 123456789ULL * 4096, 4096 }, { 1ULL << 60, 4096 },
		{ (1ULL << 63) - 512, 512 },
	};
	struct places p;
	uint64_t size;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		size = cases[i].size - cases[i].size % cases[i].lblock;
		assert_int_equal(places_before(key, 0, size, cases[i].lblock,
					       NULL, 0, &p), 0);
		well_formed(&p, size, cases[i].lblock);
		assert_non_null(places_find(&p, 0));
		assert_non_null(places_find(&p, size - cases[i].lblock));
		assert_int_equal(count(&p, PLACE_MARK, 0, size), p.sections);
		if (size / cases[i].lblock >= 2000)
			assert_int_equal(p.sections, 1000);
		places_free(&p);
	}
	assert_int_equal(places_before(key, 0, 0, 512, NULL, 0, &p), -EINVAL);
	assert_int_equal(places_before(key, 0, 513, 512, NULL, 0, &p),
			 -EINVAL);
	assert_int_equal(places_before(key, 0, 512, 0, NULL, 0, &p), -EINVAL);
}

/* One mark and at least one pre-image in each section, whatever the rest of
 * the division. */
static void
test_each_section(void **state)
{
	const uint64_t blocks = 1234567, size = blocks * 512;
	struct places p;
	uint64_t i, from, to;

	(void)state;
	assert_int_equal(places_before(key, 0, size, 512, NULL, 0, &p), 0);
	for (i = 0; i < 1000; i++) {
		from = i * 1234 + i * 567 / 1000;
		to = (i + 1) * 1234 + (i + 1) * 567 / 1000;
		assert_int_equal(count(&p, PLACE_MARK, from * 512, to * 512),
				 1);
		assert_true(count(&p, PLACE_PREIMAGE, from * 512, to * 512) >=
			    1);
	}
	assert_true(to == blocks);
	places_free(&p);
}

static void
test_keys_and_namespaces_differ(void **state)
{
	struct places a, b, c, d;
	size_t i, same = 0;

	(void)state;
	assert_int_equal(places_before(key, 1, 1 << 30, 512, NULL, 0, &a), 0);
	assert_int_equal(places_before(key, 1, 1 << 30, 512, NULL, 0, &d), 0);
	assert_int_equal(places_before(key, 2, 1 << 30, 512, NULL, 0, &b), 0);
	assert_int_equal(places_before(other, 1, 1 << 30, 512, NULL, 0, &c),
			 0);
	assert_int_equal(a.n, d.n);
	for (i = 0; i < a.n; i++) {
		assert_true(a.p[i].at == d.p[i].at);
		same += a.p[i].kind == PLACE_MARK &&
			(places_find(&b, a.p[i].at) ||
			 places_find(&c, a.p[i].at));
	}
	assert_true(same < 20);
	places_free(&a);
	places_free(&b);
	places_free(&c);
	places_free(&d);
}

static bool
any(const struct place *p)
{
	(void)p;
	return true;
}

/* Edges have pre-images on both sides, also where a mark would be. */
static void
test_spots(void **state)
{
	static const struct range spots[] = {
		{ 20 << 20, 7 << 20 }, { 63 << 20, 40 << 20 }, { 4096, 0 },
		{ 0, 32 << 20 },
	};
	static const uint64_t edges[] = {
		20 << 20, (20 << 20) - 512, (20 << 20) + 512,
		(20 << 20) + 1024, (20 << 20) + 4096, (20 << 20) + 65536,
		27 << 20, (27 << 20) - 512, (27 << 20) - 1536,
		(63 << 20) - 512, 63 << 20, 4096, 3584, 4608,
		32 << 20, (32 << 20) - 512, 0, 512, 3584, (64 << 20) - 512,
	};
	struct places p;
	struct range *r;
	uint64_t sum = 0;
	size_t i, n;

	(void)state;
	assert_int_equal(places_before(key, 0, 64 << 20, 512, spots,
				       ARRAY_SIZE(spots), &p), 0);
	well_formed(&p, 64 << 20, 512);
	for (i = 0; i < ARRAY_SIZE(edges); i++)
		assert_non_null(places_find(&p, edges[i]));
	assert_int_equal(places_ranges(&p, 512, any, &r, &n), 0);
	for (i = 0; i < n; i++) {
		sum += r[i].len;
		assert_true(!i || r[i].at > r[i - 1].at + r[i - 1].len);
	}
	assert_int_equal(sum, p.n * 512);
	free(r);
	places_free(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_mark_knows_its_place),
		cmocka_unit_test(test_a_mark_as_documented),
		cmocka_unit_test(test_no_other_block_is_a_mark),
		cmocka_unit_test(test_what_is_left_of_a_mark),
		cmocka_unit_test(test_preimages),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_each_section),
		cmocka_unit_test(test_keys_and_namespaces_differ),
		cmocka_unit_test(test_spots),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
