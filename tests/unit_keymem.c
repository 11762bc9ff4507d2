/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: the private key of a loaded key is nowhere in memory but in the
 * locked heap: not while it is loaded, not after it has signed, and nowhere at
 * all once it is freed.
 */
#undef NDEBUG
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "../certs/x509.h"
#include "cert_sample.h"

#include <fcntl.h>
#include <inttypes.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>

#define SCALAR	32

/* The scalar masked: the test itself must not be what is found. */
static uint8_t masked[2][SCALAR];

static void
learn(const struct key *k)
{
	BIGNUM *d = NULL;
	uint8_t *plain = OPENSSL_secure_zalloc(SCALAR);

	assert_int_equal(EVP_PKEY_get_bn_param(
		k->pkey, OSSL_PKEY_PARAM_PRIV_KEY, &d), 1);
	assert_int_equal(BN_bn2binpad(d, plain, SCALAR), SCALAR);
	for (size_t i = 0; i < SCALAR; i++) {
		masked[0][i] = plain[i] ^ 0xa5;
		masked[1][i] = plain[SCALAR - 1 - i] ^ 0xa5;
	}
	OPENSSL_secure_clear_free(plain, SCALAR);
	BN_clear_free(d);
}

/* Either way round: as in a file, and as the words of a number. */
static size_t
count(const uint8_t *p, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i + SCALAR <= len; i++) {
		for (int way = 0; way < 2; way++) {
			size_t k = 0;

			while (k < SCALAR && (p[i + k] ^ 0xa5) ==
			       masked[way][k])
				k++;
			n += k == SCALAR;
		}
	}
	return n;
}

/* Every writable page of this process that is not locked. */
static size_t
found(bool locked)
{
	char line[512];
	uint64_t from = 0, to = 0;
	bool writable = false;
	size_t n = 0;
	FILE *f = fopen("/proc/self/smaps", "r");

	assert_non_null(f);
	while (fgets(line, sizeof(line), f)) {
		char *end, *mode;
		uint64_t a = strtoull(line, &end, 16), b;

		if (end != line && *end == '-') {
			b = strtoull(end + 1, &mode, 16);
			from = a;
			to = b;
			writable = !strncmp(mode, " rw", 3);
		}
		if (!strncmp(line, "VmFlags:", 8) && writable &&
		    (strstr(line, " lo") != NULL) == locked)
			n += count((const uint8_t *)(uintptr_t)from,
				   (size_t)(to - from));
	}
	fclose(f);
	return n;
}

static void
the_key_is_in_locked_memory_only(void **state)
{
	struct cert_sample s;
	uint8_t *der = NULL;
	size_t len;

	(void)state;
	sample_open(&s, "clear");
	learn(s.key);
	assert_true(found(true) > 0);
	assert_int_equal(found(false), 0);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(sign_cms(s.key, "x", 1, &der, &len), 0);
		free(der);
	}
	assert_int_equal(found(false), 0);
	key_free(&s.key);
	assert_int_equal(found(true), 0);
	assert_int_equal(found(false), 0);
	sample_close(&s);
}

/* AddressSanitizer locks nothing and lets nobody read all of memory. */
#ifdef __SANITIZE_ADDRESS__
#define SANITIZED true
#else
#define SANITIZED false
#endif

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_key_is_in_locked_memory_only),
	};

	if (SANITIZED) {
		puts("AddressSanitizer: memory cannot be locked or scanned");
		return 77;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
