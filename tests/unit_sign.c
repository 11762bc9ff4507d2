/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: a signature by any accepted key verifies, is what the profile says,
 * and no single bit of the signed bytes or of the signature can change.
 */
#undef NDEBUG
#include "../certs/x509.h"
#include "../src/util.h"
#include "scratch.h"

#include <errno.h>
#include <openssl/cms.h>
#include <openssl/crypto.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <cmocka.h>

#define PASS "correct horse battery staple"

static char dir[SCRATCH_LEN];
static const char data[] = "{\"result\":\"erased\"}";

static const struct key_subject who = {
	.cn = "𠮷田 太郎", .o = "株式会社テスト", .ou = "第一課", .c = "JP",
};

static const char *
in_dir(const char *name)
{
	static char path[4][160];
	static unsigned turn;

	turn = (turn + 1) % 4;
	snprintf(path[turn], sizeof(path[turn]), "%s/%s", dir, name);
	return path[turn];
}

static struct key *
fresh(const char *name, enum key_alg alg)
{
	char err[256] = "", p8[176];
	struct key *k = NULL;

	if (key_new(in_dir(name), alg, &who, PASS, err, sizeof(err)))
		fail_msg("key_new: %s", err);
	snprintf(p8, sizeof(p8), "%s.p8", in_dir(name));
	if (key_load(p8, PASS, &k, err, sizeof(err)))
		fail_msg("key_load: %s", err);
	return k;
}

static enum trust
verdict(const void *d, size_t len, const uint8_t *der, size_t n,
	const char *trust)
{
	struct signer s;

	sign_verify(d, len, der, n, &trust, trust ? 1 : 0, &s);
	assert_true((s.trust == TRUST_BAD) == (s.why[0] != '\0'));
	return s.trust;
}

/* Independent of the code under test: OpenSSL's own CMS verification. */
static void
openssl_agrees(const uint8_t *der, size_t n, X509 *crt)
{
	const uint8_t *p = der;
	CMS_ContentInfo *cms = d2i_CMS_ContentInfo(NULL, &p, (long)n);
	X509_STORE *store = X509_STORE_new();
	BIO *in = BIO_new_mem_buf(data, sizeof(data) - 1);
	CMS_SignerInfo *si;

	assert_non_null(cms);
	assert_int_equal(X509_STORE_add_cert(store, crt), 1);
	assert_int_equal(CMS_verify(cms, NULL, store, in, NULL,
				    CMS_BINARY | CMS_CADES), 1);
	si = sk_CMS_SignerInfo_value(CMS_get0_SignerInfos(cms), 0);
	assert_int_equal(CMS_signed_get_attr_by_NID(si, NID_pkcs9_signingTime,
						    -1), -1);
	assert_true(CMS_signed_get_attr_by_NID(
		si, NID_id_smime_aa_signingCertificateV2, -1) >= 0);
	assert_int_equal(CMS_signed_get_attr_count(si), 3);
	assert_int_equal(CMS_unsigned_get_attr_count(si), -1);
	BIO_free(in);
	X509_STORE_free(store);
	CMS_ContentInfo_free(cms);
}

static void
round_trip(const char *name, enum key_alg alg, const char *text)
{
	struct key *k = fresh(name, alg);
	char crt[160];
	uint8_t *der;
	size_t n;
	struct signer s;
	const char *trust = crt;

	snprintf(crt, sizeof(crt), "%s.crt", in_dir(name));
	assert_int_equal(sign_cms(k, data, sizeof(data) - 1, &der, &n), 0);
	openssl_agrees(der, n, k->crt);
	sign_verify(data, sizeof(data) - 1, der, n, &trust, 1, &s);
	assert_int_equal(s.trust, TRUST_OK);
	assert_string_equal(s.algorithm, text);
	assert_string_equal(s.subject,
			    "CN=𠮷田 太郎,OU=第一課,O=株式会社テスト,C=JP");
	assert_int_equal(verdict(data, sizeof(data) - 1, der, n, NULL),
			 TRUST_UNKNOWN_SIGNER);
	free(der);
	key_free(&k);
	assert_null(k);
}

static void
p256(void **state)
{
	(void)state;
	round_trip("p256", KEY_P256, "ECDSA P-256 with SHA-256");
}

static void
p384(void **state)
{
	(void)state;
	round_trip("p384", KEY_P384, "ECDSA P-384 with SHA-384");
}

static void
rsa3072(void **state)
{
	(void)state;
	round_trip("rsa", KEY_RSA3072, "RSA-3072 with SHA-256");
}

static void
every_bit_counts(void **state)
{
	struct key *k = fresh("bits", KEY_P256);
	char copy[sizeof(data)];
	uint8_t *der;
	size_t n;

	(void)state;
	assert_int_equal(sign_cms(k, data, sizeof(data) - 1, &der, &n), 0);
	for (size_t i = 0; i < 8 * n; i++) {
		der[i / 8] ^= (uint8_t)(1 << i % 8);
		if (verdict(data, sizeof(data) - 1, der, n, NULL) != TRUST_BAD)
			fail_msg("signature bit %zu can change", i);
		der[i / 8] ^= (uint8_t)(1 << i % 8);
	}
	for (size_t i = 0; i < 8 * (sizeof(data) - 1); i++) {
		memcpy(copy, data, sizeof(data));
		copy[i / 8] = (char)(copy[i / 8] ^ 1 << i % 8);
		assert_int_equal(verdict(copy, sizeof(data) - 1, der, n, NULL),
				 TRUST_BAD);
	}
	for (size_t cut = 0; cut < n; cut++)
		assert_int_equal(verdict(data, sizeof(data) - 1, der, cut,
					 NULL), TRUST_BAD);
	assert_int_equal(verdict(data, sizeof(data) - 1, der, n, NULL),
			 TRUST_UNKNOWN_SIGNER);
	free(der);
	key_free(&k);
}

/* A valid signature of another key over the same bytes is not a pinned one. */
static void
other_key_is_not_trusted(void **state)
{
	struct key *a = fresh("a", KEY_P256), *b = fresh("b", KEY_P256);
	uint8_t *der;
	size_t n;

	(void)state;
	assert_int_equal(sign_cms(a, data, sizeof(data) - 1, &der, &n), 0);
	assert_int_equal(verdict(data, sizeof(data) - 1, der, n,
				 in_dir("b.crt")), TRUST_UNKNOWN_SIGNER);
	assert_int_equal(verdict(data, sizeof(data) - 1, der, n,
				 in_dir("none.crt")), TRUST_UNKNOWN_SIGNER);
	assert_int_equal(verdict(data, sizeof(data) - 1, der, n,
				 in_dir("a.crt")), TRUST_OK);
	free(der);
	key_free(&a);
	key_free(&b);
}

static X509 *
certify_for(EVP_PKEY *subject, X509 *issuer, EVP_PKEY *by, const EVP_MD *md,
	    const char *usage)
{
	X509 *crt = X509_new();
	X509_NAME *name = X509_get_subject_name(crt);
	X509V3_CTX ctx;
	X509_EXTENSION *e;

	X509_set_version(crt, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(crt), 7);
	X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
				   (const unsigned char *)(issuer ? "leaf" :
				   "root"), -1, -1, 0);
	X509_set_issuer_name(crt, X509_get_subject_name(issuer ? issuer : crt));
	X509_gmtime_adj(X509_getm_notBefore(crt), -7200);
	X509_gmtime_adj(X509_getm_notAfter(crt), 7200);
	X509_set_pubkey(crt, subject);
	X509V3_set_ctx(&ctx, issuer ? issuer : crt, crt, NULL, NULL, 0);
	e = X509V3_EXT_conf_nid(NULL, &ctx, NID_key_usage, usage);
	X509_add_ext(crt, e, -1);
	X509_EXTENSION_free(e);
	if (!issuer) {
		e = X509V3_EXT_conf_nid(NULL, &ctx, NID_basic_constraints,
					"critical,CA:TRUE");
		X509_add_ext(crt, e, -1);
		X509_EXTENSION_free(e);
	}
	assert_true(X509_sign(crt, by, md) > 0);
	return crt;
}

static void
save(const char *path, X509 *crt)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(PEM_write_X509(f, crt), 1);
	fclose(f);
}

static enum trust
with_key(EVP_PKEY *pkey, X509 *crt, const char *trust)
{
	struct key k = { .pkey = pkey, .crt = crt };
	enum trust t;
	uint8_t *der;
	size_t n;

	assert_int_equal(sign_cms(&k, data, sizeof(data) - 1, &der, &n), 0);
	t = verdict(data, sizeof(data) - 1, der, n, trust);
	free(der);
	return t;
}

static void
chains_to_a_pinned_authority(void **state)
{
	EVP_PKEY *ca = EVP_EC_gen("P-256"), *leaf = EVP_EC_gen("P-256");
	X509 *root = certify_for(ca, NULL, ca, EVP_sha256(), "keyCertSign");
	X509 *crt = certify_for(leaf, root, ca, EVP_sha256(),
				"digitalSignature");

	(void)state;
	save(in_dir("root.crt"), root);
	assert_int_equal(with_key(leaf, crt, in_dir("root.crt")), TRUST_OK);
	assert_int_equal(with_key(leaf, crt, NULL), TRUST_UNKNOWN_SIGNER);
	X509_free(crt);
	X509_free(root);
	EVP_PKEY_free(leaf);
	EVP_PKEY_free(ca);
}

static void
weak_keys_do_not_hold(void **state)
{
	static const char *const curve[] = { "secp256k1", "P-224" };
	EVP_PKEY *rsa = EVP_RSA_gen(2048);
	X509 *crt = certify_for(rsa, NULL, rsa, EVP_sha256(),
				"digitalSignature");

	(void)state;
	assert_int_equal(with_key(rsa, crt, NULL), TRUST_BAD);
	X509_free(crt);
	EVP_PKEY_free(rsa);
	for (size_t i = 0; i < ARRAY_SIZE(curve); i++) {
		EVP_PKEY *ec = EVP_EC_gen(curve[i]);

		crt = certify_for(ec, NULL, ec, EVP_sha256(),
				  "digitalSignature");
		assert_int_equal(with_key(ec, crt, NULL), TRUST_BAD);
		X509_free(crt);
		EVP_PKEY_free(ec);
	}
}

static void
a_certificate_for_encryption_cannot_sign(void **state)
{
	EVP_PKEY *ec = EVP_EC_gen("P-256");
	X509 *crt = certify_for(ec, NULL, ec, EVP_sha256(), "keyAgreement");

	(void)state;
	assert_int_equal(with_key(ec, crt, NULL), TRUST_BAD);
	X509_free(crt);
	EVP_PKEY_free(ec);
}

/* Signatures that OpenSSL itself makes, but not in this profile. */
static void
foreign_profiles_do_not_hold(void **state)
{
	static const unsigned flags[] = {
		CMS_BINARY | CMS_DETACHED,		/* no ESS */
		CMS_BINARY | CMS_CADES,			/* not detached */
		CMS_BINARY | CMS_DETACHED | CMS_CADES | CMS_NOCERTS,
		CMS_BINARY | CMS_DETACHED | CMS_NOATTR,
	};
	struct key *k = fresh("foreign", KEY_P256);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(flags); i++) {
		BIO *in = BIO_new_mem_buf(data, sizeof(data) - 1);
		CMS_ContentInfo *cms = CMS_sign(k->crt, k->pkey, NULL, in,
						flags[i]);
		uint8_t *der = NULL;
		int n = i2d_CMS_ContentInfo(cms, &der);

		assert_true(n > 0);
		assert_int_equal(verdict(data, sizeof(data) - 1, der,
					 (size_t)n, NULL), TRUST_BAD);
		OPENSSL_free(der);
		CMS_ContentInfo_free(cms);
		BIO_free(in);
	}
	key_free(&k);
}

static void
sha1_does_not_hold(void **state)
{
	struct key *k = fresh("sha1", KEY_P256);
	BIO *in = BIO_new_mem_buf(data, sizeof(data) - 1);
	CMS_ContentInfo *cms = CMS_sign(NULL, NULL, NULL, in, CMS_PARTIAL |
					CMS_BINARY | CMS_DETACHED);
	uint8_t *der = NULL;
	int n;

	(void)state;
	assert_non_null(CMS_add1_signer(cms, k->crt, k->pkey, EVP_sha1(),
					CMS_BINARY | CMS_CADES));
	assert_int_equal(CMS_final(cms, in, NULL, CMS_BINARY | CMS_DETACHED),
			 1);
	n = i2d_CMS_ContentInfo(cms, &der);
	assert_int_equal(verdict(data, sizeof(data) - 1, der, (size_t)n, NULL),
			 TRUST_BAD);
	OPENSSL_free(der);
	CMS_ContentInfo_free(cms);
	BIO_free(in);
	key_free(&k);
}

/* The private numbers lie in the locked heap and leave it again. */
static void
a_loaded_key_is_locked(void **state)
{
	struct key *k = fresh("locked", KEY_RSA3072);
	struct rlimit core;
	size_t used = CRYPTO_secure_used();

	(void)state;
	assert_int_equal(CRYPTO_secure_malloc_initialized(), 1);
	assert_true(used >= 3072 / 8);
	assert_int_equal(prctl(PR_GET_DUMPABLE, 0, 0, 0, 0), 0);
	assert_int_equal(getrlimit(RLIMIT_CORE, &core), 0);
	assert_int_equal(core.rlim_cur, 0);
	key_free(&k);
	assert_true(CRYPTO_secure_used() < used);
}

static int
make_dir(void **state)
{
	(void)state;
	return scratch_make(dir);
}

static int
remove_dir(void **state)
{
	(void)state;
	return scratch_remove(dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(p256),
		cmocka_unit_test(p384),
		cmocka_unit_test(rsa3072),
		cmocka_unit_test(every_bit_counts),
		cmocka_unit_test(other_key_is_not_trusted),
		cmocka_unit_test(chains_to_a_pinned_authority),
		cmocka_unit_test(weak_keys_do_not_hold),
		cmocka_unit_test(a_certificate_for_encryption_cannot_sign),
		cmocka_unit_test(foreign_profiles_do_not_hold),
		cmocka_unit_test(sha1_does_not_hold),
		cmocka_unit_test(a_loaded_key_is_locked),
	};

	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
