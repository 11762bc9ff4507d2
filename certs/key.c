/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How is a signing key read and shown?  NAME.p8 (PKCS#8, encrypted) and the
 * certificate NAME.crt beside it; key_new.c makes them.
 *
 * A loaded key lives in OpenSSL's secure heap: locked (never swapped), between
 * guard pages, cleared when freed; and the process stops being dumpable.
 */
#include "x509.h"
#include "../src/util.h"

#include <errno.h>
#include <libintl.h>
#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#define _(s)	gettext(s)

#define P8_MAX		(64 * 1024)
#define HEAP_LEN	(64 * 1024)	/* RSA-4096 needs about 8 KiB */
#define HEAP_MIN	32

int
key_lock_memory(char *err, size_t err_len)
{
	static const struct rlimit no_core;

	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) || setrlimit(RLIMIT_CORE,
							    &no_core)) {
		snprintf(err, err_len,
			 _("core dumps cannot be switched off: %s"),
			 strerror(errno));
		return -EPERM;
	}
	if (CRYPTO_secure_malloc_initialized())
		return 0;
	/* 1: locked; 2: usable but not locked. */
	if (CRYPTO_secure_malloc_init(HEAP_LEN, HEAP_MIN) != 1) {
		snprintf(err, err_len, _("memory for the key cannot be locked: "
			 "allow 64 KiB more by 'ulimit -l'"));
		return -EPERM;
	}
	return 0;
}

/* NAME.p8 -> NAME.crt */
static int
sibling(const char *p8, char *out, size_t len)
{
	size_t n = strlen(p8);

	if (n > 3 && !strcmp(p8 + n - 3, ".p8"))
		n -= 3;
	if ((size_t)snprintf(out, len, "%.*s.crt", (int)n, p8) >= len)
		return -ENAMETOOLONG;
	return 0;
}

static int
decrypt(const char *text, size_t len, const char *pass, EVP_PKEY **out,
	const char **why)
{
	BIO *bio = BIO_new_mem_buf(text, (int)len);
	X509_SIG *sealed = bio ? PEM_read_bio_PKCS8(bio, NULL, NULL, NULL) :
		NULL;
	PKCS8_PRIV_KEY_INFO *plain = NULL;
	int err = -EACCES;

	*out = NULL;
	if (!sealed) {
		*why = _("is not an encrypted PKCS#8 key in PEM form");
		err = -EINVAL;
		goto out;
	}
	*why = _("cannot be opened: wrong passphrase, or the file is damaged");
	plain = PKCS8_decrypt(sealed, pass, (int)strlen(pass));
	if (!plain)
		goto out;
	*out = EVP_PKCS82PKEY(plain);
	if (!*out)
		goto out;
	err = 0;
out:
	PKCS8_PRIV_KEY_INFO_free(plain);
	X509_SIG_free(sealed);
	BIO_free(bio);
	ERR_clear_error();
	return err;
}

static int
read_key(const char *path, const char *pass, EVP_PKEY **out, char *err,
	 size_t err_len)
{
	const char *why = "";
	char *text = NULL;
	size_t len = 0;
	int ret;

	ret = file_read(path, P8_MAX, &text, &len);
	if (ret) {
		snprintf(err, err_len, _("cannot read key '%s': %s; make one"
			 " with 'massho key new'"), path, strerror(-ret));
		return ret;
	}
	ret = decrypt(text, len, pass, out, &why);
	if (ret)
		snprintf(err, err_len, _("key '%s' %s"), path, why);
	free(text);
	return ret;
}

/* May this certificate sign today, with this key?  NULL: yes. */
static const char *
objection(X509 *crt, EVP_PKEY *pkey)
{
	uint32_t usage = X509_get_key_usage(crt);

	if (!x509_key_text(pkey))
		return _("its algorithm is too weak or not on the list: use"
			" P-256, P-384, P-521 or RSA of 3072 bits or more");
	if (X509_check_private_key(crt, pkey) != 1)
		return _("it belongs to another key");
	if (!(usage & (KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION)))
		return _("it is not meant for signatures");
	if (X509_cmp_current_time(X509_get0_notBefore(crt)) >= 0)
		return _("it is not valid yet: check the clock of this"
			 " machine");
	if (X509_cmp_current_time(X509_get0_notAfter(crt)) <= 0)
		return _("it has expired: make a new key");
	return NULL;
}

int
key_load(const char *p8_path, const char *pass, struct key **out, char *err,
	 size_t err_len)
{
	STACK_OF(X509) *list = NULL;
	struct key *k = NULL;
	char crt_path[PATH_LEN * 2];
	const char *why;
	int ret;

	*out = NULL;
	ret = key_lock_memory(err, err_len);
	if (ret)
		return ret;
	k = calloc(1, sizeof(*k));
	if (!k || sibling(p8_path, crt_path, sizeof(crt_path))) {
		ret = k ? -ENAMETOOLONG : -ENOMEM;
		snprintf(err, err_len, _("cannot read key '%s': %s"), p8_path,
			 strerror(-ret));
		goto out;
	}
	ret = read_key(p8_path, pass, &k->pkey, err, err_len);
	if (ret)
		goto out;
	ret = x509_load(crt_path, &list);
	if (ret) {
		snprintf(err, err_len, _("cannot read certificate '%s': %s"),
			 crt_path, ret == -EINVAL ? _("no certificate in it") :
			 strerror(-ret));
		goto out;
	}
	k->crt = sk_X509_shift(list);
	why = objection(k->crt, k->pkey);
	if (why) {
		snprintf(err, err_len, _("certificate '%s' cannot be used: %s"),
			 crt_path, why);
		ret = -EKEYREJECTED;
		goto out;
	}
	*out = k;
	k = NULL;
out:
	ERR_clear_error();
	sk_X509_pop_free(list, X509_free);
	key_free(&k);
	return ret;
}

void
key_free(struct key **k)
{
	if (!*k)
		return;
	EVP_PKEY_free((*k)->pkey);
	X509_free((*k)->crt);
	free(*k);
	*k = NULL;
}

json_t *
key_json(const struct key *k)
{
	return x509_json(k->crt);
}

int
key_show(const char *crt_path, json_t **out, char *err, size_t err_len)
{
	STACK_OF(X509) *list = NULL;
	char path[PATH_LEN * 2];
	size_t n = strlen(crt_path);
	int ret;

	*out = NULL;
	if (n > 3 && !strcmp(crt_path + n - 3, ".p8"))
		ret = sibling(crt_path, path, sizeof(path));
	else
		ret = text_copy(path, sizeof(path), crt_path);
	if (!ret)
		ret = x509_load(path, &list);
	if (ret) {
		snprintf(err, err_len, _("cannot read certificate '%s': %s"),
			 path, ret == -EINVAL ? _("no certificate in it") :
			 strerror(-ret));
		return ret;
	}
	*out = x509_json(sk_X509_value(list, 0));
	sk_X509_pop_free(list, X509_free);
	return *out ? 0 : -ENOMEM;
}
