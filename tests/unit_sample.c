/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A sample covers its share, every section twice, both ends and every spot;
 * it can be computed again from its salt, and claims no more than it proves.
 */
/* NOLINTNEXTLINE(bugprone-suspicious-include): its statics are tested */
#include "../src/sample.c"

#include <openssl/evp.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define GIB (1ULL << 30)

static const uint8_t salt[DIGEST_LEN] = "thirty-two bytes of a test salt";

static bool
covers(const struct sample *s, uint64_t at, uint64_t len)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		if (s->r[i].at <= at &&
		    at + len <= s->r[i].at + s->r[i].len)
			return true;
	return false;
}

static uint64_t
total(const struct sample *s)
{
	uint64_t sum = 0;
	size_t i;

	for (i = 0; i < s->n; i++)
		sum += s->r[i].len;
	return sum;
}

/* Ascending, apart, whole blocks, inside the drive. */
static void
well_formed(const struct sample *s, uint64_t size, uint32_t lblock)
{
	uint64_t end = 0;
	size_t i;

	assert_true(s->n > 0);
	for (i = 0; i < s->n; i++) {
		assert_true(!i || s->r[i].at > end);
		assert_true(s->r[i].len > 0);
		assert_int_equal(s->r[i].at % lblock, 0);
		assert_int_equal(s->r[i].len % lblock, 0);
		end = s->r[i].at + s->r[i].len;
	}
	assert_true(end <= size);
}

/* By hand, from docs/FORMATS.md: the windows of each section. */
struct by_hand {
	EVP_CIPHER_CTX *ctx;
};

static uint64_t
word(struct by_hand *h)
{
	static const uint8_t zero[8];
	uint8_t b[8];
	uint64_t v = 0;
	int n, i;

	assert_int_equal(EVP_EncryptUpdate(h->ctx, b, &n, zero, 8), 1);
	for (i = 0; i < 8; i++)
		v = v << 8 | b[i];
	return v;
}

static uint64_t
below(struct by_hand *h, uint64_t n)
{
	unsigned __int128 all = (unsigned __int128)1 << 64;
	unsigned __int128 limit = all - all % n;
	uint64_t v;

	do {
		v = word(h);
	} while (v >= limit);
	return v % n;
}

static void
recompute(const struct sample *s, uint32_t lblock)
{
	static const uint8_t iv[16];
	struct by_hand h = { EVP_CIPHER_CTX_new() };
	uint64_t z = s->section_len / lblock, w = s->window_len / lblock;
	uint64_t i, k, a, b;

	assert_int_equal(EVP_EncryptInit_ex(h.ctx, EVP_aes_256_ctr(), NULL,
					    salt, iv), 1);
	for (i = 0; i < s->sections; i++) {
		a = below(&h, z);
		b = (a + w + below(&h, z - 2 * w + 1)) % z;
		for (k = 0; k < w; k++) {
			uint64_t at = i * z + (a + k) % z;
			uint64_t bt = i * z + (b + k) % z;

			assert_true(covers(s, at * lblock, lblock));
			assert_true(covers(s, bt * lblock, lblock));
			/* neither window holds a block of the other */
			assert_true((a + k - b + z) % z >= w);
		}
	}
	EVP_CIPHER_CTX_free(h.ctx);
}

static const struct {
	uint64_t size;
	uint32_t lblock, ppm, sections;
} cases[] = {
	{ 64 << 20, 512, 100000, 1000 },
	{ (64 << 20) + 512 * 333, 512, 100000, 1000 },
	{ (256 << 20) + 4096, 4096, 50000, 1000 },
	{ 2 << 20, 512, 1, 1000 },
	{ 40 * GIB, 512, 100000, 2048 },
	{ 400 * GIB, 4096, 100000, 10000 },
	{ 18000 * GIB, 512, 500, 4608 },
};

static void
test_coverage(void **state)
{
	struct sample s;
	uint64_t i, share;
	size_t c;

	(void)state;
	for (c = 0; c < sizeof(cases) / sizeof(cases[0]); c++) {
		uint64_t size = cases[c].size;

		assert_int_equal(sample_make(size, cases[c].lblock,
					     cases[c].ppm, salt, NULL, 0, &s),
				 0);
		well_formed(&s, size, cases[c].lblock);
		assert_int_equal(s.sections, cases[c].sections);
		assert_int_equal(s.samples, 2 * s.sections);
		share = size / 1000000 * cases[c].ppm;
		assert_true(total(&s) >= share);
		assert_true(covers(&s, 0, 1 << 20));
		assert_true(covers(&s, size - (1 << 20), 1 << 20));
		/* what is not in a section is read anyway */
		if (size > s.sections * s.section_len)
			assert_true(covers(&s, s.sections * s.section_len,
					   size - s.sections *
					   s.section_len));
		for (i = 0; i < s.sections; i += 97) {
			assert_true(covers(&s, i * s.section_len,
					   cases[c].lblock));
			assert_true(covers(&s, (i + 1) * s.section_len -
					   cases[c].lblock, cases[c].lblock));
		}
		sample_free(&s);
	}
}

static void
test_recomputable(void **state)
{
	struct sample s;

	(void)state;
	assert_int_equal(sample_make(64 << 20, 512, 100000, salt, NULL, 0,
				     &s), 0);
	recompute(&s, 512);
	sample_free(&s);
	assert_int_equal(sample_make((1 << 20) + 512 * 99, 512, 10000, salt,
				     NULL, 0, &s), 0);
	recompute(&s, 512);
	sample_free(&s);
}

/* Where rejecting matters: almost half of all words are beyond this n. */
static void
test_no_bias(void **state)
{
	static const uint8_t iv[16];
	uint64_t n = (1ULL << 63) + 1, got;
	struct by_hand h = { EVP_CIPHER_CTX_new() };
	struct dice *dice = NULL;
	int i;

	(void)state;
	assert_int_equal(EVP_EncryptInit_ex(h.ctx, EVP_aes_256_ctr(), NULL,
					    salt, iv), 1);
	assert_int_equal(dice_open(salt, &dice), 0);
	for (i = 0; i < 2000; i++) {
		assert_int_equal(dice_roll(dice, n, &got), 0);
		assert_true(got == below(&h, n));
	}
	dice_close(&dice);
	EVP_CIPHER_CTX_free(h.ctx);
}

static void
test_spots(void **state)
{
	static const struct range spots[] = {
		{ 20 << 20, 7 << 20 }, { 63 << 20, 40 << 20 }, { 4096, 0 },
	};
	struct sample s;

	(void)state;
	assert_int_equal(sample_make(64 << 20, 512, 10000, salt, spots, 3, &s),
			 0);
	well_formed(&s, 64 << 20, 512);
	assert_true(covers(&s, (20 << 20) - 65536, 65536 + 131072));
	assert_true(covers(&s, (27 << 20) - 65536, 65536 + 131072));
	assert_true(covers(&s, (63 << 20) - 65536, 65536 + 131072));
	sample_free(&s);
}

/* Each block of a section is met about equally often, its ends included. */
static void
test_every_block_is_as_likely(void **state)
{
	struct sample s;
	uint8_t key[DIGEST_LEN] = { 0 };
	uint64_t hits[8] = { 0 }, i, z, k;
	unsigned round;

	(void)state;
	for (round = 0; round < 40; round++) {
		key[0] = (uint8_t)round;
		assert_int_equal(sample_make(16 << 20, 512, 60000, key, NULL,
					     0, &s), 0);
		z = s.section_len / 512;
		assert_int_equal(z, 32);
		/* inner blocks only: the first and last are always read, and
		 * the drive's ends are as well */
		for (i = 100; i < 900; i++)
			for (k = 1; k < z - 1; k++)
				hits[k * 8 / z] += covers(&s, (i * z + k) *
							  512, 512);
		sample_free(&s);
	}
	/* 40 * 800 sections, 1 block each, two windows of 1 in 32: 2000 a
	 * block; 4 blocks an eighth, 3 at the ends */
	for (k = 0; k < 8; k++)
		assert_in_range(hits[k] / (k == 0 || k == 7 ? 3 : 4), 1850,
				2150);
}

static void
test_other_salt_other_places(void **state)
{
	uint8_t other[DIGEST_LEN];
	struct sample a, b;
	bool differ;
	size_t i;

	(void)state;
	memcpy(other, salt, sizeof(other));
	other[31] ^= 1;
	assert_int_equal(sample_make(64 << 20, 512, 10000, salt, NULL, 0, &a),
			 0);
	assert_int_equal(sample_make(64 << 20, 512, 10000, other, NULL, 0,
				     &b), 0);
	differ = a.n != b.n;
	for (i = 0; !differ && i < a.n; i++)
		differ = a.r[i].at != b.r[i].at ||
			 a.r[i].len != b.r[i].len;
	assert_true(differ);
	sample_free(&a);
	sample_free(&b);
}

static void
test_small_or_all_is_everything(void **state)
{
	static const struct {
		uint64_t size;
		uint32_t ppm;
	} all[] = {
		{ 512, 1 }, { 512 * 1999, 100000 }, { 512 * 2000, 1 },
		{ 64 << 20, 1000000 }, { 64 << 20, 999999 },
	};
	struct sample s;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		assert_int_equal(sample_make(all[i].size, 512, all[i].ppm,
					     salt, NULL, 0, &s), 0);
		assert_int_equal(s.sections, 0);
		assert_int_equal(s.samples, 0);
		assert_int_equal(s.n, 1);
		assert_int_equal(total(&s), all[i].size);
		sample_free(&s);
	}
}

static void
test_nonsense_is_refused(void **state)
{
	struct sample s;

	(void)state;
	assert_int_equal(sample_make(0, 512, 1, salt, NULL, 0, &s), -EINVAL);
	assert_int_equal(sample_make(513, 512, 1, salt, NULL, 0, &s), -EINVAL);
	assert_int_equal(sample_make(512, 0, 1, salt, NULL, 0, &s), -EINVAL);
	assert_int_equal(sample_make(512, 512, 0, salt, NULL, 0, &s), -EINVAL);
	assert_int_equal(sample_make(512, 512, 1000001, salt, NULL, 0, &s),
			 -EINVAL);
}

/* Known values of 1 - 0.01^(1/n), and never less than the truth. */
static void
test_claim(void **state)
{
	(void)state;
	assert_int_equal(sample_claim_ppb(1, 990000), 990000000);
	assert_int_equal(sample_claim_ppb(2, 990000), 900000000);
	assert_int_equal(sample_claim_ppb(1000, 990000), 4594583);
	assert_int_equal(sample_claim_ppb(2000, 990000), 2299937);
	assert_int_equal(sample_claim_ppb(20000, 990000), 230233);
	assert_int_equal(sample_claim_ppb(0, 990000), 1000000000);
	assert_int_equal(sample_claim_ppb(5, 1000000), 1000000000);
}

/* As much read of a small drive as of a large one is as many samples, as many
 * bytes, and the same confidence. */
static void
test_cost_is_of_the_bytes_not_of_the_drive(void **state)
{
	static const uint64_t tb[] = { 1, 2, 4, 20 };
	struct request rq = {
		.verify_set = true, .verify.mode = VERIFY_SAMPLE,
		.verify_bytes = 8ULL << 30,
	};
	uint64_t bytes[4] = { 0 }, claim[4];
	struct sample s;
	size_t i, k;

	(void)state;
	for (k = 0; k < 4; k++) {
		uint64_t size = tb[k] * 1000000000000ULL / 4096 * 4096;

		assert_int_equal(sample_make(size, 4096,
			plan_verify(&rq, size).share_ppm, salt, NULL, 0, &s),
			0);
		for (i = 0; i < s.n; i++)
			bytes[k] += s.r[i].len;
		claim[k] = sample_claim_ppb(s.samples, SAMPLE_CONF_PPM);
		assert_in_range(s.samples, 8100, 8300);
		sample_free(&s);
		assert_in_range(bytes[k], bytes[0] - bytes[0] / 50,
				bytes[0] + bytes[0] / 50);
		assert_in_range(claim[k], claim[0] - claim[0] / 50,
				claim[0] + claim[0] / 50);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cost_is_of_the_bytes_not_of_the_drive),
		cmocka_unit_test(test_coverage),
		cmocka_unit_test(test_recomputable),
		cmocka_unit_test(test_no_bias),
		cmocka_unit_test(test_spots),
		cmocka_unit_test(test_every_block_is_as_likely),
		cmocka_unit_test(test_other_salt_other_places),
		cmocka_unit_test(test_small_or_all_is_everything),
		cmocka_unit_test(test_nonsense_is_refused),
		cmocka_unit_test(test_claim),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
