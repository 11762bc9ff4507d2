/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How is a signing key read and shown?  NAME.p8 (PKCS#8, encrypted) and the
 * certificate NAME.crt beside it; key_new.c makes them.
 *
 * The numbers of a loaded key lie in OpenSSL's secure heap: locked (never
 * swapped), between guard pages, cleared when freed; and the process stops
 * being dumpable.  What OpenSSL needs for a moment (the decrypted file, the
 * steps of a decoder) lies in the ordinary heap, which therefore clears
 * whatever is freed.  Only RSA keeps more there: after the first signature its
 * primes, as long as the key is loaded.
 */
#include "cert_text.h"
#include "x509.h"
#include "../src/util.h"

#include <errno.h>
#include <libintl.h>
#include <malloc.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#define _(s)	gettext(s)

#define P8_MAX		(64 * 1024)
#define HEAP_LEN	(64 * 1024)	/* RSA-4096 needs about 8 KiB */
#define HEAP_MIN	32

static void *
heap_get(size_t len, const char *file, int line)
{
	(void)file;
	(void)line;
	return len ? malloc(len) : NULL;
}

static void
heap_free(void *p, const char *file, int line)
{
	(void)file;
	(void)line;
	if (p)
		zeroise(p, malloc_usable_size(p));
	free(p);
}

/* realloc() would leave the old bytes where they were. */
static void *
heap_resize(void *p, size_t len, const char *file, int line)
{
	size_t had = p ? malloc_usable_size(p) : 0;
	void *more = heap_get(len, file, line);

	if (more && p)
		memcpy(more, p, had < len ? had : len);
	if (more || !len)
		heap_free(p, file, line);
	return more;
}

/* OpenSSL takes this before its first allocation only. */
static void __attribute__((constructor))
heap_install(void)
{
	CRYPTO_set_mem_functions(heap_get, heap_resize, heap_free);
}

static bool
heap_installed(void)
{
	CRYPTO_free_fn now = NULL;

	CRYPTO_get_mem_functions(NULL, NULL, &now);
	return now == heap_free;
}

int
key_lock_memory(char *err, size_t err_len)
{
	static const struct rlimit no_core;

	if (!heap_installed()) {
		snprintf(err, err_len, _("memory for the key would not be"
			 " cleared: OpenSSL was in use too early"));
		return -EPERM;
	}
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

int
key_memory(struct key_memory *out)
{
	uint8_t *inner = OPENSSL_secure_malloc(HEAP_MIN), *from = inner,
		*end = inner;

	*out = (struct key_memory){ 0 };
	if (!inner)
		return -ENOMEM;
	/* only addresses are compared; nothing around it is read */
	while (CRYPTO_secure_allocated(from - 1))
		from--;
	while (CRYPTO_secure_allocated(end))
		end++;
	*out = (struct key_memory){ from, (size_t)(end - from) };
	OPENSSL_secure_free(inner);
	return 0;
}

int
key_lock_again(const struct key_memory *m)
{
	return mlock(m->at, m->len) ? -errno : 0;
}

/* NAME.p8 -> NAME.crt */
static int
sibling(const char *p8, char *out, size_t len)
{
	size_t n = strlen(p8) - (cert_ends_in(p8, ".p8") ? 3 : 0);

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
	if (ret && ret != -ENOENT) {
		snprintf(err, err_len, ret == -EFBIG ?
			 _("'%s' is too big to be a key; name the .p8 file") :
			 _("cannot read key '%s': %s"), path, strerror(-ret));
		return ret;
	}
	if (ret) {
		snprintf(err, err_len, _("cannot read key '%s': %s; make one"
			 " with 'massho key new %.*s --cn NAME'"), path,
			 strerror(-ret), (int)(strlen(path) - (cert_ends_in(
			 path, ".p8") ? 3 : 0)), path);
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
	if (!x509_key_text(pkey))
		return _("its algorithm is too weak or not on the list: use"
			" P-256, P-384, P-521 or RSA of 3072 bits or more");
	if (X509_check_private_key(crt, pkey) != 1)
		return _("it belongs to another key");
	if (!x509_may_sign(crt))
		return _("it is not meant for signatures");
	if (X509_cmp_current_time(X509_get0_notBefore(crt)) >= 0)
		return _("it is not valid yet: check the clock of this"
			 " machine");
	if (X509_cmp_current_time(X509_get0_notAfter(crt)) <= 0)
		return _("it has expired: make a new key");
	return NULL;
}

bool
key_is_open(const char *p8_path)
{
	struct stat st;

	return !stat(p8_path, &st) && (st.st_mode & 077);
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

int
key_show(const char *crt_path, json_t **out, char *err, size_t err_len)
{
	STACK_OF(X509) *list = NULL;
	char path[PATH_LEN * 2];
	int ret;

	*out = NULL;
	if (cert_ends_in(crt_path, ".p8"))
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
