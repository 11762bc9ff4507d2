/* SPDX-License-Identifier: Apache-2.0 */
/* What signer, key and verifier must agree on about an X.509 certificate. */
#ifndef X509_FACTS_H
#define X509_FACTS_H

#include "cert.h"

#include <openssl/evp.h>
#include <openssl/x509.h>

struct key {
	EVP_PKEY *pkey;		/* its numbers in the locked heap */
	X509 *crt;
};

/* key.c: a locked heap for keys, no core dumps; before any key exists. */
int key_lock_memory(char *err, size_t err_len) MUST;

/* "ECDSA P-256", "RSA-3072"; NULL if the key is not one of the kinds and
 * lengths that 電子政府推奨暗号リスト and its strength criteria allow. */
const char *x509_key_text(EVP_PKEY *pkey);
/* The digest to sign with: SHA-384 for P-384 and P-521, else SHA-256. */
const EVP_MD *x509_digest(EVP_PKEY *pkey);
/* Its key usages are those of documents: a web server's certificate of the same
 * authority must not sign for anybody. */
bool x509_may_sign(X509 *crt);
/* RFC 2253 order, UTF-8, cleaned. */
void x509_name_text(const X509_NAME *name, char *out, size_t len);
int x509_fingerprint(const X509 *crt, char hex[2 * DIGEST_LEN + 1]) MUST;
/* RFC 3339 in UTC; "" if the certificate's time is not a time. */
void x509_time_text(const ASN1_TIME *t, char out[TIME_LEN]);
/* Every certificate of a PEM file; -ENOENT, -EINVAL (no certificate in it). */
int x509_load(const char *path, STACK_OF(X509) **out) MUST;
json_t *x509_json(X509 *crt);

#endif
