/* SPDX-License-Identifier: Apache-2.0 */
/* Does a certificate hold: its signature, its bytes, its content, its time? */
#include "check.h"
#include "cert_text.h"
#include "../src/util.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char *
text(const json_t *j, const char *key)
{
	const char *s = json_string_value(json_object_get(j, key));

	return s ? s : "";
}

/* n digits of a text that is known to have them. */
static int
digits(const char *s, int n)
{
	int v = 0;

	while (n-- > 0)
		v = v * 10 + (*s++ - '0');
	return v;
}

/* Seconds since 1970 of an RFC 3339 time; false if it is none. */
static bool
instant(const char *s, int64_t *out)
{
	struct tm tm = { 0 };
	int64_t offset;

	if (!cert_is_time(s))
		return false;
	tm.tm_year = digits(s, 4) - 1900;
	tm.tm_mon = digits(s + 5, 2) - 1;
	tm.tm_mday = digits(s + 8, 2);
	tm.tm_hour = digits(s + 11, 2);
	tm.tm_min = digits(s + 14, 2);
	tm.tm_sec = digits(s + 17, 2);
	offset = digits(s + 20, 2) * 3600 + digits(s + 23, 2) * 60;
	if (tm.tm_year < 70 || tm.tm_mon < 0 || tm.tm_mon > 11 ||
	    tm.tm_mday < 1 || tm.tm_mday > 31 || tm.tm_hour > 23 ||
	    tm.tm_min > 59 || tm.tm_sec > 60)
		return false;
	*out = (int64_t)timegm(&tm) - (s[19] == '-' ? -offset : offset);
	return true;
}

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

	if (!instant(text(doc, "issued_at"), &issued) ||
	    !instant(s->not_before, &from) || !instant(s->not_after, &until)) {
		check_say(c, false, "validity", "発行日時又は有効期間を読めま"
			  "せん", "the time of issue or the signer's validity"
			  " cannot be read");
		return;
	}
	if (issued < from || issued > until)
		check_say(c, false, "validity", "発行日時 %s は署名者の証明書"
			  "の有効期間（%s から %s）の外です",
			  "issued at %s, outside the validity of the signer's"
			  " certificate (%s to %s)", text(doc, "issued_at"),
			  s->not_before, s->not_after);
	else if ((int64_t)time(NULL) > until)
		check_say(c, true, "validity", "発行時に有効でした（%s に期限"
			  "切れ）", "was valid when issued (has expired on %s)",
			  s->not_after);
	else
		check_say(c, true, "validity", "発行時に有効でした（%s まで）",
			  "was valid when issued (until %s)", s->not_after);
}

static void
check_content(struct check *c, const json_t *doc)
{
	char why[256];

	text_clean(c->out->cert_id, sizeof(c->out->cert_id),
		   text(doc, "cert_id"), strlen(text(doc, "cert_id")));
	if (cert_rules(doc, c->lang, why, sizeof(why))) {
		check_say(c, false, "content", "%s", "%s", why);
		return;
	}
	text_copy(c->out->result, sizeof(c->out->result),
		  text(doc, "result"));
	text_copy(c->out->level, sizeof(c->out->level), text(doc, "level"));
	check_say(c, true, "content", "内容に矛盾はありません: %s",
		  "the content agrees with itself: %s", text(doc, "title"));
}

static void
check_named_signer(struct check *c, const json_t *doc, const struct signer *s)
{
	const json_t *named = json_object_get(doc, "signer");

	if (strcmp(text(named, "fingerprint_sha256"), s->fingerprint) != 0 ||
	    strcmp(text(named, "algorithm"), s->algorithm) != 0)
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
	if (!strcmp(text(doc, "doc_type"), "erase"))
		check_place(c, doc, digest);
	json_decref(doc);
}
