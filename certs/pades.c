/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The signature inside the PDF: PAdES B-B (ETSI EN 319 142-1) by one
 * incremental update, with the attachments it covers.  The bytes that were
 * drawn stay as they are.
 */
#include "cert.h"
#include "pdf.h"
#include "../src/util.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Room for RSA-4096 with a chain and a timestamp that may be added later. */
#define DER_MAX 16384
#define ATTACHMENTS_MAX 8
#define RANGE_DIGITS 10

struct numbers {
	uint32_t page, signature, widget;
	uint32_t file[ATTACHMENTS_MAX], spec[ATTACHMENTS_MAX];
};

/* Where the numbers and the CMS go once everything else is in place. */
struct holes {
	size_t range, contents;
};

static bool
plain(const char *s)
{
	return *s && strlen(s) < 80 && s[strspn(s,
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"0123456789._-")] == '\0';
}

/* A media type as a PDF name: the slash is the one character to escape. */
static int
mime_name(const char *mime, char *out, size_t len)
{
	const char *slash = strchr(mime, '/');

	if (!slash || slash == mime ||
	    mime[strspn(mime, "abcdefghijklmnopqrstuvwxyz0123456789/.+-")] ||
	    strchr(slash + 1, '/'))
		return -EINVAL;
	if ((size_t)snprintf(out, len, "/%.*s#2F%s", (int)(slash - mime), mime,
			     slash + 1) >= len)
		return -EINVAL;
	return 0;
}

static void
number(struct pdf_update *u, size_t n, struct numbers *out)
{
	size_t i;

	out->signature = pdf_update_new(u);
	out->widget = pdf_update_new(u);
	for (i = 0; i < n; i++) {
		out->file[i] = pdf_update_new(u);
		out->spec[i] = pdf_update_new(u);
	}
}

static int
attach(struct pdf_update *u, const struct attachment *a, uint32_t file,
       uint32_t spec)
{
	char mime[96];

	if (!plain(a->name) || mime_name(a->mime, mime, sizeof(mime)))
		return -EINVAL;
	pdf_update_object(u, file);
	pdf_update_say(u, "<< /Type /EmbeddedFile /Subtype %s /Length %zu "
		       "/Params << /Size %zu >> >>\nstream\n", mime, a->len,
		       a->len);
	pdf_update_put(u, a->data, a->len);
	pdf_update_say(u, "\nendstream\nendobj\n");
	pdf_update_object(u, spec);
	pdf_update_say(u, "<< /Type /Filespec /F (%s) /UF (%s) "
		       "/AFRelationship /Data /EF << /F %u 0 R /UF %u 0 R >> "
		       ">>\nendobj\n", a->name, a->name, file, file);
	return u->err;
}

/* ISO 32000-2, 7.9.6: the names of a tree are in the order of their bytes. */
static void
name_tree(struct pdf_update *u, const struct attachment *a, size_t n,
	  const struct numbers *num)
{
	size_t order[ATTACHMENTS_MAX], i, k;

	for (i = 0; i < n; i++) {
		for (k = i; k > 0 && strcmp(a[order[k - 1]].name,
					    a[i].name) > 0; k--)
			order[k] = order[k - 1];
		order[k] = i;
	}
	pdf_update_say(u, "/Names << /EmbeddedFiles << /Names [");
	for (i = 0; i < n; i++)
		pdf_update_say(u, " (%s) %u 0 R", a[order[i]].name,
			       num->spec[order[i]]);
	pdf_update_say(u, " ] >> >>\n/AF [");
	for (i = 0; i < n; i++)
		pdf_update_say(u, " %u 0 R", num->spec[i]);
	pdf_update_say(u, " ]\n");
}

static int
catalogue(struct pdf_update *u, const struct attachment *a, size_t n,
	  const struct numbers *num)
{
	char *dict = NULL;
	int ret = pdf_update_dict(u, u->root, &dict);

	if (ret)
		return ret;
	/* Ours has none of these; a PDF that does is not ours to sign. */
	if (strstr(dict, "/AcroForm") || strstr(dict, "/Names") ||
	    strstr(dict, "/AF ") || strstr(dict, "/Perms"))
		ret = -EINVAL;
	if (!ret) {
		pdf_update_object(u, u->root);
		pdf_update_say(u, "<< %s\n/AcroForm << /SigFlags 3 /Fields "
			       "[ %u 0 R ] >>\n", dict, num->widget);
		if (n > 0)
			name_tree(u, a, n, num);
		pdf_update_say(u, ">>\nendobj\n");
	}
	free(dict);
	return ret;
}

/* Invisible: print and locked, no area.  The form says in words who signed. */
static int
widget(struct pdf_update *u, struct numbers *num)
{
	char *dict = NULL;
	int ret = pdf_update_page(u, &num->page);

	if (!ret)
		ret = pdf_update_dict(u, num->page, &dict);
	if (!ret && strstr(dict, "/Annots"))
		ret = -EINVAL;
	if (!ret) {
		pdf_update_object(u, num->page);
		pdf_update_say(u, "<< %s\n/Annots [ %u 0 R ] >>\nendobj\n",
			       dict, num->widget);
		pdf_update_object(u, num->widget);
		pdf_update_say(u, "<< /Type /Annot /Subtype /Widget /FT /Sig "
			       "/T (Signature1) /F 132 /Rect [ 0 0 0 0 ] "
			       "/P %u 0 R /V %u 0 R >>\nendobj\n", num->page,
			       num->signature);
	}
	free(dict);
	return ret;
}

/* The claimed time: without a signingTime attribute it stands in /M, and is
 * the time of issue, which the form has in its /CreationDate. */
static int
claimed_time(const struct pdf_update *u, char *out, size_t len)
{
	char *dict = NULL, *at;
	int ret = pdf_update_dict(u, u->info, &dict);

	if (ret)
		return ret;
	at = strstr(dict, "/CreationDate (D:");
	if (at)
		at += strlen("/CreationDate (");
	if (!at || strcspn(at, ")") >= len ||
	    at[strcspn(at, ")")] != ')' ||
	    strspn(at, "D:0123456789+-'Z") != strcspn(at, ")"))
		ret = -EINVAL;
	else
		snprintf(out, len, "%.*s", (int)strcspn(at, ")"), at);
	free(dict);
	return ret;
}

static int
signature(struct pdf_update *u, const struct numbers *num, struct holes *out)
{
	static const char zeros[2 * DER_MAX] = { 0 };
	char when[40];
	int ret = claimed_time(u, when, sizeof(when));

	if (ret)
		return ret;
	pdf_update_object(u, num->signature);
	pdf_update_say(u, "<< /Type /Sig /Filter /Adobe.PPKLite "
		       "/SubFilter /ETSI.CAdES.detached\n/M (%s)\n"
		       "/ByteRange [0 ", when);
	out->range = u->len;
	pdf_update_say(u, "%*s %*s %*s]\n/Contents ", RANGE_DIGITS, "",
		       RANGE_DIGITS, "", RANGE_DIGITS, "");
	out->contents = u->len;
	pdf_update_say(u, "<");
	pdf_update_put(u, zeros, sizeof(zeros));
	if (!u->err)
		memset(u->buf + out->contents + 1, '0', sizeof(zeros));
	pdf_update_say(u, ">\n>>\nendobj\n");
	return u->err;
}

/* Signs everything but what stands between, and with, the angle brackets. */
static int
fill(uint8_t *pdf, size_t len, const struct holes *h, const struct key *k)
{
	size_t after = h->contents + 2 * DER_MAX + 2, covered;
	uint8_t *data, *der = NULL;
	char range[3 * RANGE_DIGITS + 3], *hex;
	size_t der_len = 0;
	int ret;

	snprintf(range, sizeof(range), "%-*zu %-*zu %-*zu", RANGE_DIGITS,
		 h->contents, RANGE_DIGITS, after, RANGE_DIGITS, len - after);
	memcpy(pdf + h->range, range, sizeof(range) - 1);
	covered = h->contents + (len - after);
	data = malloc(covered);
	hex = malloc(2 * DER_MAX + 1);
	ret = data && hex ? 0 : -ENOMEM;
	if (!ret) {
		memcpy(data, pdf, h->contents);
		memcpy(data + h->contents, pdf + after, len - after);
		ret = sign_cms(k, data, covered, &der, &der_len);
	}
	if (!ret && der_len > DER_MAX)
		ret = -EMSGSIZE;
	if (!ret) {
		hex_encode(hex, der, der_len);
		memcpy(pdf + h->contents + 1, hex, 2 * der_len);
	}
	free(der);
	free(hex);
	free(data);
	return ret;
}

int
pades_sign(const uint8_t *pdf, size_t len, const struct attachment *a,
	   size_t n, const struct key *k, uint8_t **out, size_t *out_len)
{
	struct numbers num = { 0 };
	struct holes holes = { 0 };
	struct pdf_update u;
	size_t i;
	int ret;

	*out = NULL;
	*out_len = 0;
	if (n > ATTACHMENTS_MAX)
		return -E2BIG;
	ret = pdf_update_begin(&u, pdf, len);
	if (!ret) {
		number(&u, n, &num);
		ret = catalogue(&u, a, n, &num);
	}
	if (!ret)
		ret = widget(&u, &num);
	for (i = 0; !ret && i < n; i++)
		ret = attach(&u, &a[i], num.file[i], num.spec[i]);
	if (!ret)
		ret = signature(&u, &num, &holes);
	if (ret)
		u.err = ret;
	ret = pdf_update_end(&u, out, out_len);
	if (!ret)
		ret = fill(*out, *out_len, &holes, k);
	if (ret) {
		free(*out);
		*out = NULL;
		*out_len = 0;
	}
	return ret;
}
