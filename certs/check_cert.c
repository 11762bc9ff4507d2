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

/* Seconds since 1970 of an RFC 3339 time; false if it is none. */
static bool
instant(const char *s, int64_t *out)
{
	unsigned y, mo, d, h, mi, sec, oh, om;
	struct tm tm;
	char sign, end;

	if (sscanf(s, "%4u-%2u-%2uT%2u:%2u:%2u%c%2u:%2u%c", &y, &mo, &d, &h,
		   &mi, &sec, &sign, &oh, &om, &end) != 9)
		return false;
	if (mo < 1 || mo > 12 || d < 1 || d > 31 || h > 23 || mi > 59 ||
	    sec > 60 || oh > 14 || om > 59 || y < 1970)
		return false;
	tm = (struct tm){
		.tm_year = (int)y - 1900, .tm_mon = (int)mo - 1,
		.tm_mday = (int)d, .tm_hour = (int)h, .tm_min = (int)mi,
		.tm_sec = (int)sec,
	};
	*out = (int64_t)timegm(&tm) -
		(sign == '-' ? -1 : 1) * (int64_t)(oh * 3600 + om * 60);
	return sign == '+' || sign == '-';
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

	if (strcmp(text(named, "fingerprint_sha256"), s->fingerprint) ||
	    strcmp(text(named, "algorithm"), s->algorithm))
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
