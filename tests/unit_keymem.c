/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: the private key of a loaded key is nowhere in memory but in the
 * locked heap: not while it is loaded, not after it has signed, not in a child
 * that signs, and nowhere at all once it is freed.
 */
#undef NDEBUG
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "../certs/x509.h"
#include "cert_sample.h"
#include "sanitized.h"

#include <fcntl.h>
#include <inttypes.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <sys/wait.h>
#include <unistd.h>

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
	key_free(sample_key());
	assert_int_equal(found(true), 0);
	assert_int_equal(found(false), 0);
	sample_close(&s);
}

/* What a child that makes a document does. */
static int
lock_and_sign(const struct cert_sample *s, const struct key_memory *m)
{
	uint8_t *der = NULL;
	size_t len;

	if (found(true) || !found(false))
		return 2;	/* a lock is not inherited; else this is idle */
	if (key_lock_again(m))
		return 3;
	if (!found(true) || found(false))
		return 4;
	if (sign_cms(s->key, "x", 1, &der, &len))
		return 5;
	free(der);
	return found(false) ? 6 : 0;
}

static void
a_child_that_signs_locks_it_again(void **state)
{
	struct cert_sample s;
	struct key_memory m;
	int status;
	pid_t pid;

	(void)state;
	sample_open(&s, "clear");
	learn(s.key);
	assert_int_equal(key_memory(&m), 0);
	assert_int_equal(m.len % 4096, 0);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid)
		_exit(lock_and_sign(&s, &m));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	assert_true(found(true) > 0);
	assert_int_equal(found(false), 0);
	sample_close(&s);
}

/* AddressSanitizer locks nothing and lets nobody read all of memory. */
int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_key_is_in_locked_memory_only),
		cmocka_unit_test(a_child_that_signs_locks_it_again),
	};

	if (SANITIZED) {
		puts("AddressSanitizer: memory cannot be locked or scanned");
		return 77;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
