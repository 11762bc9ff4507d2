/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How is a document signed?  Detached CMS (RFC 5652), CAdES B-B as PAdES wants
 * it (ETSI EN 319 142-1 6.3): content-type, message-digest and
 * signing-certificate-v2 (RFC 5035), and no signing-time.
 *
 * CMS_sign() cannot leave out signing-time before OpenSSL 3.6, so the
 * attributes are put together here and signed by hand: CMS_PARTIAL for the
 * shell, then EVP over the DER of the sorted SET OF attributes (RFC 5652, 5.4).
 */
#include "x509.h"
#include "cms_parts.h"
#include "../src/util.h"

#include <errno.h>
#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/objects.h>
#include <string.h>

static int
add_digest(CMS_SignerInfo *si, const EVP_MD *md, const void *data, size_t len)
{
	uint8_t digest[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	if (EVP_Digest(data, len, digest, &n, md, NULL) != 1 ||
	    CMS_signed_add1_attr_by_NID(si, NID_pkcs9_messageDigest,
					V_ASN1_OCTET_STRING, digest,
					(int)n) != 1 ||
	    CMS_signed_add1_attr_by_NID(si, NID_pkcs9_contentType,
					V_ASN1_OBJECT,
					OBJ_nid2obj(NID_pkcs7_data), -1) != 1)
		return -EIO;
	return 0;
}

static int
sign_attributes(CMS_SignerInfo *si, EVP_PKEY *pkey, const EVP_MD *md)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	uint8_t *attrs = NULL, *sig = NULL;
	size_t attrs_len = 0, sig_len = 0;
	int err;

	err = ctx ? cms_attributes(si, &attrs, &attrs_len) : -ENOMEM;
	if (err)
		goto out;
	err = -EIO;
	if (EVP_DigestSignInit(ctx, NULL, md, NULL, pkey) != 1 ||
	    EVP_DigestSign(ctx, NULL, &sig_len, attrs, attrs_len) != 1)
		goto out;
	sig = OPENSSL_malloc(sig_len);
	if (!sig || EVP_DigestSign(ctx, sig, &sig_len, attrs, attrs_len) != 1)
		goto out;
	ASN1_STRING_set0(CMS_SignerInfo_get0_signature(si), sig, (int)sig_len);
	sig = NULL;
	err = 0;
out:
	OPENSSL_free(sig);
	OPENSSL_free(attrs);
	EVP_MD_CTX_free(ctx);
	return err;
}

int
sign_cms(const struct key *k, const void *data, size_t len, uint8_t **der,
	 size_t *der_len)
{
	const unsigned how = CMS_PARTIAL | CMS_BINARY | CMS_DETACHED |
		CMS_NOSMIMECAP | CMS_CADES;
	const EVP_MD *md = x509_digest(k->pkey);
	CMS_ContentInfo *cms = CMS_sign(NULL, NULL, NULL, NULL,
					CMS_PARTIAL | CMS_BINARY |
					CMS_DETACHED);
	CMS_SignerInfo *si;
	uint8_t *bytes = NULL;
	int n, err = -EIO;

	*der = NULL;
	*der_len = 0;
	if (!cms)
		goto out;
	si = CMS_add1_signer(cms, k->crt, k->pkey, md, how);
	if (!si || add_digest(si, md, data, len))
		goto out;
	err = sign_attributes(si, k->pkey, md);
	if (err)
		goto out;
	err = -EIO;
	n = i2d_CMS_ContentInfo(cms, &bytes);
	if (n <= 0)
		goto out;
	*der = malloc((size_t)n);
	err = *der ? 0 : -ENOMEM;
	if (!err) {
		memcpy(*der, bytes, (size_t)n);
		*der_len = (size_t)n;
	}
out:
	OPENSSL_free(bytes);
	CMS_ContentInfo_free(cms);
	ERR_clear_error();
	return err;
}
