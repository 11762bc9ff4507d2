/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who does an X.509 certificate name, and is its key strong enough?
 * Strength: CRYPTREC LS-0001-2022 (algorithms) and LS-0003-2022 (key lengths,
 * 128 bits for what must stand beyond 2030).
 */
#include "x509.h"
#include "../src/util.h"

#include <errno.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

#define PEM_MAX	(256 * 1024)

static const char *
curve_text(EVP_PKEY *pkey)
{
	char group[64] = "";

	if (EVP_PKEY_get_utf8_string_param(pkey, OSSL_PKEY_PARAM_GROUP_NAME,
					   group, sizeof(group), NULL) != 1)
		return NULL;
	if (!strcmp(group, "prime256v1") || !strcmp(group, "P-256"))
		return "ECDSA P-256";
	if (!strcmp(group, "secp384r1") || !strcmp(group, "P-384"))
		return "ECDSA P-384";
	if (!strcmp(group, "secp521r1") || !strcmp(group, "P-521"))
		return "ECDSA P-521";
	return NULL;
}

const char *
x509_key_text(EVP_PKEY *pkey)
{
	int bits;

	if (!pkey)
		return NULL;
	if (EVP_PKEY_get_base_id(pkey) == EVP_PKEY_EC)
		return curve_text(pkey);
	if (EVP_PKEY_get_base_id(pkey) != EVP_PKEY_RSA)
		return NULL;
	bits = EVP_PKEY_get_bits(pkey);
	if (bits < 3072 || bits > 16384)
		return NULL;
	return bits == 3072 ? "RSA-3072" : bits == 4096 ? "RSA-4096" :
		bits < 4096 ? "RSA of 3072 bits or more" :
		"RSA of 4096 bits or more";
}

const EVP_MD *
x509_digest(EVP_PKEY *pkey)
{
	const char *text = x509_key_text(pkey);

	if (text && (strstr(text, "P-384") || strstr(text, "P-521")))
		return EVP_sha384();
	return EVP_sha256();
}

bool
x509_may_sign(X509 *crt)
{
	static const char *const purposes[] = {
		"1.3.6.1.5.5.7.3.4",	/* emailProtection */
		"1.3.6.1.5.5.7.3.36",	/* documentSigning, RFC 9336 */
	};
	EXTENDED_KEY_USAGE *list;
	bool ok = false;
	char oid[80];
	int critical;

	if (!(X509_get_key_usage(crt) &
	      (KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION)))
		return false;
	list = X509_get_ext_d2i(crt, NID_ext_key_usage, &critical, NULL);
	if (!list)
		return critical == -1;	/* there is none */
	for (int i = 0; i < sk_ASN1_OBJECT_num(list); i++) {
		if (OBJ_obj2txt(oid, sizeof(oid),
				sk_ASN1_OBJECT_value(list, i), 1) <= 0)
			continue;
		for (size_t k = 0; k < ARRAY_SIZE(purposes); k++)
			ok = ok || !strcmp(oid, purposes[k]);
	}
	EXTENDED_KEY_USAGE_free(list);
	return ok;
}

void
x509_name_text(const X509_NAME *name, char *out, size_t len)
{
	unsigned long how = XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB;
	BIO *bio = BIO_new(BIO_s_mem());
	char *text = NULL;
	long n = 0;

	out[0] = '\0';
	if (bio && X509_NAME_print_ex(bio, name, 0, how) >= 0)
		n = BIO_get_mem_data(bio, &text);
	if (n > 0)
		text_clean(out, len, text, (size_t)n);
	BIO_free(bio);
}

int
x509_fingerprint(const X509 *crt, char hex[2 * DIGEST_LEN + 1])
{
	uint8_t digest[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	hex[0] = '\0';
	if (X509_digest(crt, EVP_sha256(), digest, &n) != 1 || n != DIGEST_LEN)
		return -EIO;
	hex_encode(hex, digest, n);
	return 0;
}

void
x509_time_text(const ASN1_TIME *t, char out[TIME_LEN])
{
	struct tm tm;

	out[0] = '\0';
	if (t && ASN1_TIME_to_tm(t, &tm) == 1)
		snprintf(out, TIME_LEN, "%04u-%02u-%02uT%02u:%02u:%02u+00:00",
			 (unsigned)(tm.tm_year + 1900) % 10000U,
			 (unsigned)(tm.tm_mon + 1) % 100U,
			 (unsigned)tm.tm_mday % 100U,
			 (unsigned)tm.tm_hour % 100U,
			 (unsigned)tm.tm_min % 100U,
			 (unsigned)tm.tm_sec % 100U);
}

int
x509_load(const char *path, STACK_OF(X509) **out)
{
	STACK_OF(X509) *list = NULL;
	X509 *crt = NULL;
	BIO *bio = NULL;
	char *text = NULL;
	size_t len = 0;
	int err;

	*out = NULL;
	err = file_read(path, PEM_MAX, &text, &len);
	if (err)
		return err;
	err = -ENOMEM;
	bio = BIO_new_mem_buf(text, (int)len);
	list = sk_X509_new_null();
	if (!bio || !list)
		goto out;
	while ((crt = PEM_read_bio_X509(bio, NULL, NULL, NULL))) {
		if (!sk_X509_push(list, crt)) {
			X509_free(crt);
			goto out;
		}
	}
	err = -EINVAL;
	if (sk_X509_num(list) == 0)
		goto out;
	*out = list;
	list = NULL;
	err = 0;
out:
	ERR_clear_error();
	sk_X509_pop_free(list, X509_free);
	BIO_free(bio);
	free(text);
	return err;
}

static json_t *
serial_of(X509 *crt)
{
	BIGNUM *n = ASN1_INTEGER_to_BN(X509_get0_serialNumber(crt), NULL);
	char *hex = n ? BN_bn2hex(n) : NULL;
	json_t *j = json_text(hex);

	OPENSSL_free(hex);
	BN_free(n);
	return j;
}

json_t *
x509_json(X509 *crt)
{
	char subject[512], issuer[512], hex[2 * DIGEST_LEN + 1];
	char from[TIME_LEN], until[TIME_LEN];
	const char *kind = x509_key_text(X509_get0_pubkey(crt));

	x509_name_text(X509_get_subject_name(crt), subject, sizeof(subject));
	x509_name_text(X509_get_issuer_name(crt), issuer, sizeof(issuer));
	x509_time_text(X509_get0_notBefore(crt), from);
	x509_time_text(X509_get0_notAfter(crt), until);
	if (x509_fingerprint(crt, hex))
		return NULL;
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:s, s:s}",
			 "subject", json_text(subject),
			 "issuer", json_text(issuer),
			 "serial", serial_of(crt),
			 "not_before", json_text(from),
			 "not_after", json_text(until),
			 "algorithm", kind ? kind : "not accepted",
			 "fingerprint_sha256", hex);
}
