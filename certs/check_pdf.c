/* SPDX-License-Identifier: Apache-2.0 */
/* Does a PDF hold: its signature, the certificate in it, the one beside it? */
#include "check.h"
#include "cert_text.h"
#include "../src/util.h"

#include <stdlib.h>
#include <string.h>

struct inner {
	char name[80];
	const uint8_t *json, *p7s;
	size_t json_len, p7s_len;
};

/* How many attachments there are; the certificate's go to *out. */
static size_t
find_inner(const uint8_t *pdf, size_t len, struct inner *out)
{
	const uint8_t *data;
	char name[80], sig[96] = "";
	size_t i, n;

	for (i = 0; !pdf_attachment(pdf, len, i, name, &data, &n); i++) {
		if (!out->json && cert_ends_in(name, ".json")) {
			text_copy(out->name, sizeof(out->name), name);
			snprintf(sig, sizeof(sig), "%s.p7s", name);
			out->json = data;
			out->json_len = n;
		}
	}
	for (size_t k = 0; k < i && sig[0]; k++) {
		if (!pdf_attachment(pdf, len, k, name, &data, &n) &&
		    !strcmp(name, sig)) {
			out->p7s = data;
			out->p7s_len = n;
		}
	}
	return i;
}

static void
same_as_beside(struct check *c, const char *name, const void *data, size_t n)
{
	const char *slash = strrchr(c->path, '/');
	char path[PATH_LEN * 2], *text = NULL;
	size_t len = 0;
	bool cut;

	if ((size_t)snprintf(path, sizeof(path), "%.*s%s",
			     slash ? (int)(slash - c->path) + 1 : 0, c->path,
			     name) >= sizeof(path) ||
	    file_read_cut(path, CHECK_PDF_MAX, &text, &len, &cut))
		return;		/* the PDF stands alone: that is its purpose */
	if (len == n && !memcmp(text, data, n))
		check_say(c, true, "copy", "'%s' と埋込みは同一です",
			  "'%s' beside it is the embedded one", name);
	else
		check_say(c, false, "copy", "'%s' が埋込みと異なります",
			  "'%s' beside it differs from the embedded one",
			  name);
	free(text);
}

/* NAME.json beside NAME.pdf, whatever their name, is the one in it. */
static void
same_as_named(struct check *c, const struct inner *in)
{
	const char *slash = strrchr(c->path, '/');
	const char *name = slash ? slash + 1 : c->path;
	size_t n = strlen(name);
	char json[PATH_LEN];

	if (n < 5 || strcmp(name + n - 4, ".pdf") != 0 ||
	    (size_t)snprintf(json, sizeof(json), "%.*s.json", (int)n - 4,
			     name) >= sizeof(json) ||
	    strcmp(json, in->name) == 0)
		return;
	same_as_beside(c, json, in->json, in->json_len);
}

void
check_pdf(struct check *c, const uint8_t *pdf, size_t len)
{
	struct inner in = { 0 };
	struct signer s;
	char sig[96], outer[65];
	size_t n;

	pdf_verify(pdf, len, c->trust, c->n_trust, &s);
	check_signer(c, "PDF", &s);
	if (s.trust == TRUST_BAD)
		return;		/* nothing in it can be believed */
	text_copy(outer, sizeof(outer), s.fingerprint);
	n = find_inner(pdf, len, &in);
	if (!n) {
		check_say(c, true, "content", "証明書は埋め込まれていません",
			  "a signed document without a certificate in it");
		return;
	}
	if (!in.json || !in.p7s) {
		check_say(c, false, "content", "埋め込まれた証明書又はその署名"
			  "を読めません", "the embedded certificate or its"
			  " signature cannot be read");
		return;
	}
	check_cert(c, (const char *)in.json, in.json_len, in.p7s, in.p7s_len);
	if (strcmp(outer, c->signer) != 0)
		check_say(c, false, "signer", "PDFと埋込みの証明書の署名者が異"
			  "なります", "the PDF and the certificate in it were"
			  " signed by different signers");
	same_as_beside(c, in.name, in.json, in.json_len);
	same_as_named(c, &in);
	snprintf(sig, sizeof(sig), "%s.p7s", in.name);
	same_as_beside(c, sig, in.p7s, in.p7s_len);
}
