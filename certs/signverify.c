/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who signed these bytes, and does it hold?  The profile of sign.c and nothing
 * wider: one signer, its certificate inside, algorithms of
 * 電子政府推奨暗号リスト, signing-certificate-v2, nothing unsigned around it.
 *
 * Time: a signature says nothing about when it was made, so validity is not
 * judged here.  check.c holds the signer's certificate against the issued_at
 * of the document: one signed in time stays good when the certificate has
 * expired since.  Revocation is not looked up: this works offline.
 */
#include "x509.h"
#include "cms_parts.h"
#include "../src/util.h"

#include <errno.h>
#include <limits.h>
#include <openssl/err.h>
#include <openssl/ess.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

#define DER_MAX	(1024 * 1024)

/* Every reason there is, so that check.c can say it in Japanese too. */
static const struct {
	const char *en, *ja;
} whys[] = {
	{ "not a CMS signature", "CMS署名ではありません" },
	{ "not exactly one signer", "署名者が1人ではありません" },
	{ "the signer's certificate is missing",
	  "署名者の証明書が含まれていません" },
	{ "the signer's key is too weak or of an unlisted kind",
	  "署名者の鍵が弱いか、電子政府推奨暗号リストにない方式です" },
	{ "an algorithm is not accepted",
	  "受け入れられない暗号方式が使われています" },
	{ "the signer's certificate is not meant for signatures",
	  "署名者の証明書が署名用ではありません" },
	{ "a signed attribute is missing", "署名属性が欠けています" },
	{ "the signed bytes were changed",
	  "署名された内容が変更されています" },
	{ "the signature names another certificate",
	  "署名が別の証明書を指しています" },
	{ "the signature value is wrong", "署名値が正しくありません" },
	{ "the signature file was changed",
	  "署名ファイルが変更されています" },
	{ "the signature does not cover the whole file",
	  "署名がファイル全体を対象にしていません" },
	{ "there is no signature", "署名がありません" },
	{ "out of memory", "メモリ不足です" },
};

enum why {
	WHY_NOT_CMS, WHY_SIGNERS, WHY_NO_CERT, WHY_WEAK, WHY_ALGORITHM,
	WHY_USAGE, WHY_ATTRIBUTE, WHY_CONTENT, WHY_ESS, WHY_VALUE, WHY_LAYOUT
};

const char *
sign_why_text(const char *why, enum lang lang)
{
	for (size_t i = 0; i < ARRAY_SIZE(whys); i++) {
		if (!strcmp(whys[i].en, why))
			return lang == LANG_JA ? whys[i].ja : whys[i].en;
	}
	return why;
}

static bool
digest_allowed(int nid)
{
	return nid == NID_sha256 || nid == NID_sha384 || nid == NID_sha512;
}

static bool
signature_allowed(int nid, EVP_PKEY *pkey)
{
	if (EVP_PKEY_get_base_id(pkey) == EVP_PKEY_EC)
		return nid == NID_ecdsa_with_SHA256 ||
			nid == NID_ecdsa_with_SHA384 ||
			nid == NID_ecdsa_with_SHA512;
	return nid == NID_rsaEncryption ||
		nid == NID_sha256WithRSAEncryption ||
		nid == NID_sha384WithRSAEncryption ||
		nid == NID_sha512WithRSAEncryption;
}

/* The digest of the signature, where its OID names one, is the signer's. */
static const EVP_MD *
pick_digest(CMS_SignerInfo *si, EVP_PKEY *pkey)
{
	X509_ALGOR *digest, *sig;
	int nid, sig_nid, inner = NID_undef;

	CMS_SignerInfo_get0_algs(si, NULL, NULL, &digest, &sig);
	nid = OBJ_obj2nid(digest->algorithm);
	sig_nid = OBJ_obj2nid(sig->algorithm);
	if (!digest_allowed(nid) || !signature_allowed(sig_nid, pkey))
		return NULL;
	if (sig_nid != NID_rsaEncryption &&
	    (!OBJ_find_sigid_algs(sig_nid, &inner, NULL) || inner != nid))
		return NULL;
	return EVP_get_digestbynid(nid);
}

static bool
content_fits(CMS_SignerInfo *si, const EVP_MD *md, const void *data,
	     size_t len)
{
	const ASN1_OBJECT *type;
	const ASN1_OCTET_STRING *claim;
	uint8_t digest[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	type = CMS_signed_get0_data_by_OBJ(si,
		OBJ_nid2obj(NID_pkcs9_contentType), -3, V_ASN1_OBJECT);
	claim = CMS_signed_get0_data_by_OBJ(si,
		OBJ_nid2obj(NID_pkcs9_messageDigest), -3, V_ASN1_OCTET_STRING);
	if (!type || OBJ_obj2nid(type) != NID_pkcs7_data || !claim)
		return false;
	return EVP_Digest(data, len, digest, &n, md, NULL) == 1 &&
		ASN1_STRING_length(claim) == (int)n &&
		!memcmp(ASN1_STRING_get0_data(claim), digest, n);
}

/* RFC 5035: the signature itself says whose certificate it was made with. */
static bool
names_certificate(CMS_SignerInfo *si, X509 *crt)
{
	ASN1_STRING *seq = CMS_signed_get0_data_by_OBJ(si,
		OBJ_nid2obj(NID_id_smime_aa_signingCertificateV2), -3,
		V_ASN1_SEQUENCE);
	STACK_OF(X509) *chain = sk_X509_new_null();
	ESS_SIGNING_CERT_V2 *ess = NULL;
	const uint8_t *p;
	bool ok = false;

	if (seq && chain && sk_X509_push(chain, crt)) {
		p = ASN1_STRING_get0_data(seq);
		ess = d2i_ESS_SIGNING_CERT_V2(NULL, &p,
					      ASN1_STRING_length(seq));
		ok = ess && OSSL_ESS_check_signing_certs(NULL, ess, chain,
							 1) == 1;
	}
	ESS_SIGNING_CERT_V2_free(ess);
	sk_X509_free(chain);
	return ok;
}

static bool
value_fits(CMS_SignerInfo *si, EVP_PKEY *pkey, const EVP_MD *md)
{
	const ASN1_OCTET_STRING *sig = CMS_SignerInfo_get0_signature(si);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	uint8_t *attrs = NULL;
	size_t len = 0;
	bool ok = false;

	if (ctx && !cms_attributes(si, &attrs, &len))
		ok = EVP_DigestVerifyInit(ctx, NULL, md, NULL, pkey) == 1 &&
			EVP_DigestVerify(ctx, ASN1_STRING_get0_data(sig),
					 (size_t)ASN1_STRING_length(sig),
					 attrs, len) == 1;
	OPENSSL_free(attrs);
	EVP_MD_CTX_free(ctx);
	return ok;
}

/* Is the signer one of the pinned certificates, or does it chain to one? */
static bool
vouched_by(X509 *crt, STACK_OF(X509) *pins)
{
	X509_STORE *store = X509_STORE_new();
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	bool ok = false;

	for (int i = 0; i < sk_X509_num(pins); i++) {
		if (!X509_cmp(sk_X509_value(pins, i), crt))
			ok = true;
		else if (store)
			X509_STORE_add_cert(store, sk_X509_value(pins, i));
	}
	if (!ok && store && ctx &&
	    X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN |
				 X509_V_FLAG_NO_CHECK_TIME) == 1 &&
	    X509_STORE_CTX_init(ctx, store, crt, NULL) == 1)
		ok = X509_verify_cert(ctx) == 1;
	X509_STORE_CTX_free(ctx);
	X509_STORE_free(store);
	return ok;
}

static bool
trusted(X509 *crt, const char *const *trust, size_t n)
{
	bool ok = false;

	for (size_t i = 0; i < n && !ok; i++) {
		STACK_OF(X509) *pins = NULL;

		if (!x509_load(trust[i], &pins))
			ok = vouched_by(crt, pins);
		sk_X509_pop_free(pins, X509_free);
	}
	return ok;
}

static void
describe(X509 *crt, const EVP_MD *md, struct signer *out)
{
	const char *kind = x509_key_text(X509_get0_pubkey(crt));

	x509_name_text(X509_get_subject_name(crt), out->subject,
		       sizeof(out->subject));
	if (x509_fingerprint(crt, out->fingerprint))
		out->fingerprint[0] = '\0';
	x509_time_text(X509_get0_notBefore(crt), out->not_before);
	x509_time_text(X509_get0_notAfter(crt), out->not_after);
	if (kind && md)
		snprintf(out->algorithm, sizeof(out->algorithm),
			 "%s with SHA-%d", kind, EVP_MD_get_size(md) * 8);
}

/* Index into whys, or -1 if everything holds. */
static int
judge(const void *data, size_t len, const uint8_t *der, size_t der_len,
      CMS_SignerInfo *si, X509 *crt, struct signer *out)
{
	EVP_PKEY *pkey = X509_get0_pubkey(crt);
	const EVP_MD *md;

	describe(crt, NULL, out);
	if (!x509_key_text(pkey))
		return WHY_WEAK;
	md = pick_digest(si, pkey);
	if (!md)
		return WHY_ALGORITHM;
	describe(crt, md, out);
	if (!x509_may_sign(crt))
		return WHY_USAGE;
	if (CMS_signed_get_attr_by_NID(si, NID_pkcs9_messageDigest, -1) < 0)
		return WHY_ATTRIBUTE;
	if (!content_fits(si, md, data, len))
		return WHY_CONTENT;
	if (!names_certificate(si, crt))
		return WHY_ESS;
	if (!value_fits(si, pkey, md))
		return WHY_VALUE;
	if (!cms_layout_fits(der, der_len, si, crt))
		return WHY_LAYOUT;
	return -1;
}

static int
open_and_judge(const void *data, size_t len, const uint8_t *der,
	       size_t der_len, CMS_ContentInfo *cms, struct signer *out,
	       X509 **crt)
{
	STACK_OF(CMS_SignerInfo) *signers = CMS_get0_SignerInfos(cms);
	STACK_OF(X509) *certs;
	CMS_SignerInfo *si;
	int why;

	if (sk_CMS_SignerInfo_num(signers) != 1)
		return WHY_SIGNERS;
	si = sk_CMS_SignerInfo_value(signers, 0);
	certs = CMS_get1_certs(cms);
	if (sk_X509_num(certs) != 1 ||
	    CMS_SignerInfo_cert_cmp(si, sk_X509_value(certs, 0)) ||
	    !X509_get0_pubkey(sk_X509_value(certs, 0))) {
		why = WHY_NO_CERT;
	} else {
		*crt = sk_X509_value(certs, 0);
		X509_up_ref(*crt);
		why = judge(data, len, der, der_len, si, *crt, out);
	}
	sk_X509_pop_free(certs, X509_free);
	return why;
}

void
sign_verify(const void *data, size_t len, const uint8_t *der, size_t der_len,
	    const char *const *trust, size_t n_trust, struct signer *out)
{
	CMS_ContentInfo *cms = NULL;
	X509 *crt = NULL;
	const uint8_t *p = der;
	int why = WHY_NOT_CMS;

	memset(out, 0, sizeof(*out));
	if (der_len > 0 && der_len <= DER_MAX)
		cms = d2i_CMS_ContentInfo(NULL, &p, (long)der_len);
	if (cms && p == der + der_len &&
	    OBJ_obj2nid(CMS_get0_type(cms)) == NID_pkcs7_signed)
		why = open_and_judge(data, len, der, der_len, cms, out, &crt);
	if (why < 0)
		out->trust = trusted(crt, trust, n_trust) ? TRUST_OK :
			TRUST_UNKNOWN_SIGNER;
	else
		text_copy(out->why, sizeof(out->why), whys[why].en);
	X509_free(crt);
	CMS_ContentInfo_free(cms);
	ERR_clear_error();
}
