/* SPDX-License-Identifier: Apache-2.0 */
/* Does a certificate hold: its signature, its bytes, its content, its time? */
#include "check.h"
#include "cert_text.h"
#include "../src/util.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define CLOCKS_DIFFER	(24 * 3600)	/* between two machines, at most */

/*
 * The document says when it was issued; then its signer's certificate must
 * have been valid.  That it has expired since is worth a word, no more: what
 * was signed in time must still check years later.  issued_at is the signer's
 * own word: who has an expired key could write an earlier time, which only
 * the evidence log or a timestamp authority can contradict.
 */
static void
check_validity(struct check *c, const json_t *doc, const struct signer *s)
{
	int64_t issued, from, until;

	if (!cert_instant(cert_get(doc, "issued_at"), &issued) ||
	    !cert_instant(s->not_before, &from) ||
	    !cert_instant(s->not_after, &until)) {
		check_say(c, false, "validity", "発行日時又は有効期間を読めま"
			  "せん", "the time of issue or the signer's validity"
			  " cannot be read");
		return;
	}
	if (issued < from || issued > until)
		check_say(c, false, "validity", "発行日時 %s は署名者の証明書"
			  "の有効期間（%s から %s）の外です",
			  "issued at %s, outside the validity of the signer's"
			  " certificate (%s to %s)", cert_get(doc, "issued_at"),
			  s->not_before, s->not_after);
	else if (issued > (int64_t)time(NULL) + CLOCKS_DIFFER)
		check_say(c, false, "validity", "発行日時 %s はまだ来ていませ"
			  "ん", "issued at %s, which has not come yet",
			  cert_get(doc, "issued_at"));
	else if ((int64_t)time(NULL) > until)
		check_say(c, true, "validity", "発行時に有効でした（%s に期限"
			  "切れ）", "was valid when issued (has expired on %s)",
			  s->not_after);
	else
		check_say(c, true, "validity", "発行時に有効でした（%s まで）",
			  "was valid when issued (until %s)", s->not_after);
}

void
check_name(struct check *c, const char *cert_id)
{
	const char *slash = strrchr(c->path, '/');
	const char *name = slash ? slash + 1 : c->path;
	size_t i, n = strcspn(name, ".");

	if (n != CERT_ID_LEN || name[8] != '-')
		return;
	for (i = 0; i < n; i++)
		if (i != 8 && !strchr("0123456789abcdef", name[i]))
			return;
	if (strncmp(name, cert_id, n) != 0)
		check_say(c, false, "file", "ファイル名は '%.21s' ですが、内容"
			  "は文書 '%s' です", "is named '%.21s', but holds"
			  " document '%s'", name, cert_id);
}

static void
check_content(struct check *c, const json_t *doc)
{
	char why[512];

	text_clean(c->out->cert_id, sizeof(c->out->cert_id),
		   cert_get(doc, "cert_id"), strlen(cert_get(doc, "cert_id")));
	check_name(c, cert_get(doc, "cert_id"));
	if (cert_rules(doc, c->lang, why, sizeof(why))) {
		check_say(c, false, "content", "%s", "%s", why);
		return;
	}
	text_copy(c->out->result, sizeof(c->out->result),
		  cert_get(doc, "result"));
	text_copy(c->out->level, sizeof(c->out->level), cert_get(doc, "level"));
	check_say(c, true, "content", "内容に矛盾はありません: %s",
		  "the content agrees with itself: %s", cert_get(doc, "title"));
}

static void
check_named_signer(struct check *c, const json_t *doc, const struct signer *s)
{
	const json_t *named = json_object_get(doc, "signer");

	if (strcmp(cert_get(named, "fingerprint_sha256"),
		   s->fingerprint) != 0 ||
	    strcmp(cert_get(named, "algorithm"), s->algorithm) != 0 ||
	    strcmp(cert_get(named, "subject"), s->subject) != 0)
		check_say(c, false, "signer", "文書の示す署名者と実際の署名者"
			  "が異なります", "the document names another signer"
			  " than the one who signed it");
}

void
check_cert(struct check *c, const char *json, size_t len, const uint8_t *p7s,
	   size_t p7s_len)
{
	uint8_t digest[DIGEST_LEN];
	struct signer s = { 0 };
	json_t *doc;

	if (!p7s) {
		check_say(c, false, "signature", "署名ファイル（.p7s）がありま"
			  "せん", "there is no signature file (.p7s) beside"
			  " it");
	} else {
		sign_verify(json, len, p7s, p7s_len, c->trust, c->n_trust, &s);
		check_signer(c, "JSON", &s);
	}
	doc = len <= CERT_MAX ? json_load_canonical(json, len) : NULL;
	if (!doc || sha256(json, len, digest)) {
		check_say(c, false, "content", "正準形のJSONではありません",
			  "is not canonical JSON");
		json_decref(doc);
		return;
	}
	check_content(c, doc);
	if (s.trust != TRUST_BAD) {
		check_named_signer(c, doc, &s);
		check_validity(c, doc, &s);
	}
	if (!strcmp(cert_get(doc, "doc_type"), "erase"))
		check_place(c, doc, digest);
	json_decref(doc);
}
