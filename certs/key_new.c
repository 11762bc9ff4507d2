/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How is a signing key made?  PKCS#8 (RFC 5208) sealed by PBES2 (RFC 8018):
 * PBKDF2-HMAC-SHA-256, AES-256-CBC; a self-signed X.509 v3 certificate, or a
 * request for one (PKCS#10).
 */
#include "x509.h"
#include "../src/util.h"

#include <errno.h>
#include <libintl.h>
#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define _(s)	gettext(s)

#define ROUNDS		600000
#define SALT_LEN	16
#define DAYS_DEFAULT	3650
#define DAYS_MAX	36500

static const struct {
	int nid;
	const char *value;
} extensions[] = {
	{ NID_basic_constraints, "critical,CA:FALSE" },
	{ NID_key_usage, "critical,digitalSignature,nonRepudiation" },
	/* documentSigning (RFC 9336) alone makes poppler and OpenSSL doubt
	 * the purpose; emailProtection is what both look for. */
	{ NID_ext_key_usage, "emailProtection,1.3.6.1.5.5.7.3.36" },
	{ NID_subject_key_identifier, "hash" },
};

static EVP_PKEY *
generate(enum key_alg alg)
{
	switch (alg) {
	case KEY_P256:
		return EVP_EC_gen("P-256");
	case KEY_P384:
		return EVP_EC_gen("P-384");
	case KEY_RSA3072:
		return EVP_RSA_gen(3072);
	case KEY_RSA4096:
		return EVP_RSA_gen(4096);
	}
	return NULL;
}

static int
name_fill(X509_NAME *name, const struct key_subject *s)
{
	const struct {
		const char *type, *value;
	} part[] = {
		{ "C", s->c }, { "O", s->o }, { "OU", s->ou }, { "CN", s->cn },
	};

	for (size_t i = 0; i < ARRAY_SIZE(part); i++) {
		if (part[i].value[0] && X509_NAME_add_entry_by_txt(
			name, part[i].type, MBSTRING_UTF8,
			(const unsigned char *)part[i].value, -1, -1, 0) != 1)
			return -EINVAL;
	}
	return 0;
}

static int
serial_fill(X509 *crt)
{
	BIGNUM *n = BN_new();
	int ok = n && BN_rand(n, 127, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) &&
		BN_to_ASN1_INTEGER(n, X509_get_serialNumber(crt));

	BN_free(n);
	return ok ? 0 : -EIO;
}

static STACK_OF(X509_EXTENSION) *
make_extensions(X509V3_CTX *ctx)
{
	STACK_OF(X509_EXTENSION) *list = sk_X509_EXTENSION_new_null();

	for (size_t i = 0; list && i < ARRAY_SIZE(extensions); i++) {
		X509_EXTENSION *e = X509V3_EXT_conf_nid(
			NULL, ctx, extensions[i].nid, extensions[i].value);

		if (!e || !sk_X509_EXTENSION_push(list, e)) {
			X509_EXTENSION_free(e);
			sk_X509_EXTENSION_pop_free(list, X509_EXTENSION_free);
			return NULL;
		}
	}
	return list;
}

static int
add_extensions(X509 *crt)
{
	STACK_OF(X509_EXTENSION) *list;
	X509V3_CTX ctx;
	int ok = 1;

	X509V3_set_ctx(&ctx, crt, crt, NULL, NULL, 0);
	list = make_extensions(&ctx);
	if (!list)
		return -EIO;
	for (int i = 0; ok && i < sk_X509_EXTENSION_num(list); i++)
		ok = X509_add_ext(crt, sk_X509_EXTENSION_value(list, i), -1);
	sk_X509_EXTENSION_pop_free(list, X509_EXTENSION_free);
	return ok ? 0 : -EIO;
}

static X509 *
self_signed(EVP_PKEY *pkey, const struct key_subject *s, const char **why)
{
	uint32_t days = s->days ? s->days : DAYS_DEFAULT;
	X509 *crt = X509_new();

	*why = _("the certificate cannot be built");
	if (!crt || X509_set_version(crt, X509_VERSION_3) != 1 ||
	    serial_fill(crt))
		goto bad;
	*why = _("the names do not fit: a name has at most 64 characters, a"
		" country two letters");
	if (name_fill(X509_get_subject_name(crt), s))
		goto bad;
	*why = _("the certificate cannot be signed");
	if (X509_set_issuer_name(crt, X509_get_subject_name(crt)) != 1 ||
	    !X509_gmtime_adj(X509_getm_notBefore(crt), 0) ||
	    !X509_time_adj_ex(X509_getm_notAfter(crt), (int)days, 0, NULL) ||
	    X509_set_pubkey(crt, pkey) != 1 || add_extensions(crt) ||
	    !X509_sign(crt, pkey, x509_digest(pkey)))
		goto bad;
	return crt;
bad:
	X509_free(crt);
	return NULL;
}

/* PBES2 with everything named: the defaults of libcrypto are 2048 rounds. */
static X509_SIG *
seal(EVP_PKEY *pkey, const char *pass)
{
	PKCS8_PRIV_KEY_INFO *plain = EVP_PKEY2PKCS8(pkey);
	X509_ALGOR *pbe = NULL;
	X509_SIG *sealed = NULL;
	uint8_t salt[SALT_LEN];

	if (!plain || RAND_bytes(salt, sizeof(salt)) != 1)
		goto out;
	pbe = PKCS5_pbe2_set_iv(EVP_aes_256_cbc(), ROUNDS, salt, sizeof(salt),
				NULL, NID_hmacWithSHA256);
	if (!pbe)
		goto out;
	sealed = PKCS8_set0_pbe(pass, (int)strlen(pass), plain, pbe);
	if (sealed)
		pbe = NULL;
out:
	X509_ALGOR_free(pbe);
	PKCS8_PRIV_KEY_INFO_free(plain);
	return sealed;
}

static int
store(const char *path, BIO *bio, bool secret, char *err, size_t err_len)
{
	char *text = NULL;
	long len = BIO_get_mem_data(bio, &text);
	int ret = len > 0 ? file_create(path, text, (size_t)len, secret) : -EIO;

	if (ret)
		snprintf(err, err_len, _("cannot write '%s': %s"), path,
			 strerror(-ret));
	return ret;
}

static int
write_pair(const char *name, X509_SIG *sealed, X509 *crt, char *err,
	   size_t err_len)
{
	BIO *key = BIO_new(BIO_s_mem()), *pem = BIO_new(BIO_s_mem());
	char p8[PATH_LEN], path[PATH_LEN];
	int ret = -ENOMEM;

	if (!key || !pem || PEM_write_bio_PKCS8(key, sealed) != 1 ||
	    PEM_write_bio_X509(pem, crt) != 1)
		goto out;
	snprintf(p8, sizeof(p8), "%s.p8", name);
	snprintf(path, sizeof(path), "%s.crt", name);
	ret = -EEXIST;
	if (!access(p8, F_OK) || !access(path, F_OK)) {
		snprintf(err, err_len, _("'%s.p8' or '%s.crt' exists already; a"
			 " key is never overwritten"), name, name);
		goto out;
	}
	ret = store(p8, key, true, err, err_len);
	if (ret)
		goto out;
	ret = store(path, pem, false, err, err_len);
	if (ret)
		unlink(p8);	/* ours, made a moment ago */
out:
	BIO_free(key);
	BIO_free(pem);
	return ret;
}

static bool
has_control(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s < 0x20 || *s == 0x7f)
			return true;
	return false;
}

static int
may_make(const char *name, const struct key_subject *s, const char *pass,
	 char *err, size_t err_len)
{
	size_t chars = 0;

	for (const char *p = pass; *p; p++)
		chars += ((unsigned char)*p & 0xc0) != 0x80;
	if (chars < KEY_PASS_MIN)
		snprintf(err, err_len, _("the passphrase is too short: %d"
			 " characters or more"), KEY_PASS_MIN);
	else if (!s->cn[0])
		snprintf(err, err_len, _("the signer's name is missing: --cn"));
	else if (has_control(s->cn) || has_control(s->o) ||
		 has_control(s->ou) || has_control(s->c))
		snprintf(err, err_len, _("--cn, --org, --unit and --country"
					 " take no control characters"));
	else if (s->days > DAYS_MAX)
		snprintf(err, err_len, _("too long a validity: at most %d"
					 " days"), DAYS_MAX);
	else if (strlen(name) + 5 > PATH_LEN)
		snprintf(err, err_len, _("the name is too long"));
	else
		return 0;
	return -EINVAL;
}

int
key_new(const char *name, enum key_alg alg, const struct key_subject *s,
	const char *pass, char *err, size_t err_len)
{
	EVP_PKEY *pkey = NULL;
	X509_SIG *sealed = NULL;
	X509 *crt = NULL;
	const char *why;
	int ret;

	ret = may_make(name, s, pass, err, err_len);
	if (ret || (ret = key_lock_memory(err, err_len)))
		return ret;
	ret = -EIO;
	pkey = generate(alg);
	sealed = pkey ? seal(pkey, pass) : NULL;
	if (!sealed) {
		snprintf(err, err_len, _("the key cannot be made"));
		goto out;
	}
	crt = self_signed(pkey, s, &why);
	if (!crt) {
		snprintf(err, err_len, "%s", why);
		ret = -EINVAL;
		goto out;
	}
	ret = write_pair(name, sealed, crt, err, err_len);
out:
	X509_free(crt);
	X509_SIG_free(sealed);
	EVP_PKEY_free(pkey);
	ERR_clear_error();
	return ret;
}

static X509_REQ *
request(const struct key *k)
{
	STACK_OF(X509_EXTENSION) *list = NULL;
	X509_REQ *req = X509_REQ_new();
	X509V3_CTX ctx;
	int ok;

	ok = req && X509_REQ_set_version(req, X509_REQ_VERSION_1) &&
		X509_REQ_set_subject_name(req, X509_get_subject_name(k->crt)) &&
		X509_REQ_set_pubkey(req, k->pkey);
	if (ok) {
		X509V3_set_ctx(&ctx, NULL, NULL, req, NULL, 0);
		list = make_extensions(&ctx);
	}
	ok = list && X509_REQ_add_extensions(req, list) &&
		X509_REQ_sign(req, k->pkey, x509_digest(k->pkey));
	sk_X509_EXTENSION_pop_free(list, X509_EXTENSION_free);
	if (!ok) {
		X509_REQ_free(req);
		req = NULL;
	}
	return req;
}

int
key_csr(const struct key *k, const char *path, char *err, size_t err_len)
{
	BIO *bio = BIO_new(BIO_s_mem());
	X509_REQ *req = request(k);
	int ret = -EIO;

	if (bio && req && PEM_write_bio_X509_REQ(bio, req) == 1)
		ret = store(path, bio, false, err, err_len);
	else
		snprintf(err, err_len, _("the request cannot be built"));
	X509_REQ_free(req);
	BIO_free(bio);
	ERR_clear_error();
	return ret;
}
