/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which bytes make up a CMS signature?  RFC 5652, the profile of sign.c.
 *
 * A CMS signature covers its content and the signed attributes, not the shell
 * around them.  Here the whole shell is written again from its parts and
 * compared, so that no byte of a .p7s file can change unnoticed.
 */
#include "cms_parts.h"

#include <errno.h>
#include <openssl/asn1.h>
#include <openssl/objects.h>
#include <stdlib.h>
#include <string.h>

#define ATTRS_MAX	8

struct bytes {
	uint8_t *p;
	size_t len;
	bool bad;
};

static void
append(struct bytes *b, const void *data, size_t len)
{
	uint8_t *more;

	if (b->bad || !(more = realloc(b->p, b->len + len + 1))) {
		b->bad = true;
		return;
	}
	memcpy(more + b->len, data, len);
	b->p = more;
	b->len += len;
}

/* Tag and definite length (X.690 8.1.3) around what b holds. */
static void
wrap(struct bytes *b, uint8_t tag)
{
	struct bytes out = { .bad = b->bad };
	uint8_t head[6] = { tag };
	size_t n = 2;

	if (b->len < 0x80) {
		head[1] = (uint8_t)b->len;
	} else {
		int width = b->len > 0xffffff ? 4 : b->len > 0xffff ? 3 :
			b->len > 0xff ? 2 : 1;

		head[1] = (uint8_t)(0x80 | width);
		for (int i = width - 1; i >= 0; i--)
			head[n++] = (uint8_t)(b->len >> (8 * i));
	}
	append(&out, head, n);
	append(&out, b->p, b->len);
	free(b->p);
	*b = out;
}

/* Appends in to b and frees it. */
static void
take(struct bytes *b, struct bytes *in)
{
	if (in->bad)
		b->bad = true;
	else
		append(b, in->p, in->len);
	free(in->p);
	*in = (struct bytes){ .bad = true };
}

/* A DER encoding that OpenSSL allocated. */
static void
take_der(struct bytes *b, uint8_t *der, int len)
{
	if (len <= 0)
		b->bad = true;
	else
		append(b, der, (size_t)len);
	OPENSSL_free(der);
}

/* DER order of a SET OF (X.690 11.6): as padded with zero octets. */
static int
der_order(const void *x, const void *y)
{
	const struct bytes *a = x, *b = y;
	size_t n = a->len < b->len ? a->len : b->len;
	int d = memcmp(a->p, b->p, n);

	return d ? d : (a->len > b->len) - (a->len < b->len);
}

static void
attributes(CMS_SignerInfo *si, uint8_t tag, struct bytes *out)
{
	struct bytes attr[ATTRS_MAX] = { { 0 } };
	int n = CMS_signed_get_attr_count(si);

	if (n < 1 || n > ATTRS_MAX) {
		out->bad = true;
		return;
	}
	for (int i = 0; i < n; i++) {
		uint8_t *der = NULL;
		int len = i2d_X509_ATTRIBUTE(CMS_signed_get_attr(si, i), &der);

		take_der(&attr[i], der, len);
		if (attr[i].bad)
			out->bad = true;
	}
	if (!out->bad)
		qsort(attr, (size_t)n, sizeof(*attr), der_order);
	for (int i = 0; i < n; i++)
		take(out, &attr[i]);
	wrap(out, tag);
}

int
cms_attributes(CMS_SignerInfo *si, uint8_t **out, size_t *len)
{
	struct bytes set = { 0 };

	*out = NULL;
	attributes(si, 0x31, &set);
	if (!set.bad)
		*out = OPENSSL_memdup(set.p, set.len);
	*len = set.len;
	free(set.p);
	return *out ? 0 : -ENOMEM;
}

/* NULL or nothing may follow the OID, and nothing else. */
static void
algorithm(X509_ALGOR *a, struct bytes *out)
{
	const ASN1_OBJECT *oid;
	uint8_t *der = NULL;
	int type, len;

	X509_ALGOR_get0(&oid, &type, NULL, a);
	if (type != V_ASN1_UNDEF && type != V_ASN1_NULL)
		out->bad = true;
	len = i2d_X509_ALGOR(a, &der);
	take_der(out, der, len);
}

static void
issuer_and_serial(X509 *crt, struct bytes *out)
{
	uint8_t *der = NULL;
	int len = i2d_X509_NAME(X509_get_issuer_name(crt), &der);

	take_der(out, der, len);
	der = NULL;
	len = i2d_ASN1_INTEGER(X509_get0_serialNumber(crt), &der);
	take_der(out, der, len);
	wrap(out, 0x30);
}

/* SET OF SignerInfo, RFC 5652 5.3. */
static void
signer_infos(CMS_SignerInfo *si, X509 *crt, X509_ALGOR *digest,
	     X509_ALGOR *sig, struct bytes *out)
{
	static const uint8_t version[] = { 0x02, 0x01, 0x01 };
	const ASN1_OCTET_STRING *value = CMS_SignerInfo_get0_signature(si);
	struct bytes who = { 0 }, attrs = { 0 }, octets = { 0 };

	append(out, version, sizeof(version));
	issuer_and_serial(crt, &who);
	take(out, &who);
	algorithm(digest, out);
	attributes(si, 0xa0, &attrs);
	take(out, &attrs);
	algorithm(sig, out);
	append(&octets, ASN1_STRING_get0_data(value),
	       (size_t)ASN1_STRING_length(value));
	wrap(&octets, 0x04);
	take(out, &octets);
	wrap(out, 0x30);
	wrap(out, 0x31);
}

bool
cms_layout_fits(const uint8_t *der, size_t len, CMS_SignerInfo *si, X509 *crt)
{
	/* SEQUENCE { id-data }: the content is somewhere else */
	static const uint8_t detached[] = {
		0x30, 0x0b, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d,
		0x01, 0x07, 0x01
	};
	static const uint8_t signed_data[] = {
		0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07,
		0x02
	};
	static const uint8_t version[] = { 0x02, 0x01, 0x01 };
	struct bytes all = { 0 }, part = { 0 }, body = { 0 };
	X509_ALGOR *digest, *sig;
	uint8_t *crt_der = NULL;
	int n;
	bool fits;

	CMS_SignerInfo_get0_algs(si, NULL, NULL, &digest, &sig);
	append(&body, version, sizeof(version));
	algorithm(digest, &part);
	wrap(&part, 0x31);
	take(&body, &part);
	append(&body, detached, sizeof(detached));
	part = (struct bytes){ 0 };
	n = i2d_X509(crt, &crt_der);
	take_der(&part, crt_der, n);
	wrap(&part, 0xa0);
	take(&body, &part);
	part = (struct bytes){ 0 };
	signer_infos(si, crt, digest, sig, &part);
	take(&body, &part);
	wrap(&body, 0x30);
	wrap(&body, 0xa0);
	append(&all, signed_data, sizeof(signed_data));
	take(&all, &body);
	wrap(&all, 0x30);
	fits = !all.bad && all.len == len && !memcmp(all.p, der, len);
	free(all.p);
	return fits;
}
