/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Does a certificate agree with itself?  Asked before one is signed and again
 * by everyone who checks one: a signature says who said it, not that it makes
 * sense.  What is said to be erased must be backed by every number in it.
 */
#include "cert_text.h"
#include "../src/util.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct rules {
	const json_t *doc;
	enum lang lang;
	char *why;
	size_t len;
};

static const json_t *
at(const json_t *j, const char *path)
{
	char key[32];
	size_t n;

	for (; j; path += n + 1) {
		n = strcspn(path, ".");
		snprintf(key, sizeof(key), "%.*s", (int)n, path);
		j = json_object_get(j, key);
		if (!path[n])
			return j;
	}
	return NULL;
}

/* "" if it is no string. */
static const char *
text(const json_t *j, const char *path)
{
	const char *s = json_string_value(at(j, path));

	return s ? s : "";
}

static bool
is(const json_t *j, const char *path, const char *value)
{
	return !strcmp(text(j, path), value);
}

static bool
is_zero(const json_t *j, const char *path)
{
	const json_t *n = at(j, path);

	return json_is_integer(n) && json_integer_value(n) == 0;
}

static bool
is_digest(const json_t *j, const char *path)
{
	uint8_t digest[DIGEST_LEN];

	return !hex_decode(digest, DIGEST_LEN, text(j, path));
}

static int
broken(struct rules *r, const char *ja, const char *en)
{
	snprintf(r->why, r->len, "%s", r->lang == LANG_JA ? ja : en);
	return -EINVAL;
}

static int
missing(struct rules *r, const char *path)
{
	snprintf(r->why, r->len, r->lang == LANG_JA ?
		 "'%s' がないか、正しくありません" :
		 "'%s' is missing or not what it should be", path);
	return -EINVAL;
}

int
cert_id_of(const json_t *doc, char out[CERT_ID_LEN + 1])
{
	const char *day = text(doc, "issued_at");
	json_t *copy = json_copy((json_t *)doc);
	uint8_t digest[DIGEST_LEN];
	char hex[2 * DIGEST_LEN + 1], *bytes = NULL;
	size_t len;
	int err = -ENOMEM;

	if (!copy || json_object_set_new(copy, "cert_id", json_string("")))
		goto out;
	err = json_canonical(copy, &bytes, &len);
	if (!err)
		err = sha256(bytes, len, digest);
	if (!err && strlen(day) < 10)
		err = -EINVAL;
	if (err)
		goto out;
	hex_encode(hex, digest, DIGEST_LEN);
	snprintf(out, CERT_ID_LEN + 1, "%.4s%.2s%.2s-%.12s", day, day + 5,
		 day + 8, hex);
out:
	free(bytes);
	json_decref(copy);
	return err;
}

bool
cert_is_time(const char *s)
{
	static const char form[] = "0000-00-00T00:00:00+00:00";

	for (size_t i = 0; i < sizeof(form); i++) {
		bool digit = s[i] >= '0' && s[i] <= '9';

		if (form[i] == '0' ? !digit : s[i] != form[i] &&
		    !(form[i] == '+' && s[i] == '-'))
			return false;
	}
	return true;
}

static int
rules_of_all(struct rules *r)
{
	static const char *const named[] = {
		"title", "statement", "addressee.name", "contractor.name",
		"contract.name", "responsible.name", "date", "tool.name",
		"tool.version", "crypto.list", "crypto.digest",
		"crypto.signature", "signer.subject", "signer.algorithm",
	};
	char id[CERT_ID_LEN + 1];

	if (!is(r->doc, "schema", CERT_SCHEMA))
		return missing(r, "schema");
	if (!cert_is_time(text(r->doc, "issued_at")))
		return missing(r, "issued_at");
	if (cert_id_of(r->doc, id) || !is(r->doc, "cert_id", id))
		return broken(r, "証明書番号が内容と一致しません",
			      "the ID is not that of this content");
	for (size_t i = 0; i < ARRAY_SIZE(named); i++) {
		if (!*text(r->doc, named[i]))
			return missing(r, named[i]);
	}
	if (!is_digest(r->doc, "signer.fingerprint_sha256"))
		return missing(r, "signer.fingerprint_sha256");
	if (!json_is_array(at(r->doc, "info_items")))
		return missing(r, "info_items");
	if (!json_is_array(at(r->doc, "media")))
		return missing(r, "media");
	return 0;
}

static bool
is_success(const json_t *doc)
{
	return is(doc, "result", outcome_name(OUTCOME_ERASED)) ||
		is(doc, "result", outcome_name(OUTCOME_EXCEPTIONS));
}

/* What every document about an erasure has, whatever came of it. */
static int
rules_of_record(struct rules *r)
{
	static const char *const named[] = {
		"method.text", "method.technique", "method.policy",
		"operator.name", "place.performed", "started_at",
		"finished_at", "level_text", "level_gloss", "consent.who",
		"consent.at", "evidence.file", "evidence.station",
		"verification.mode", "verification.state",
	};
	static const char *const digests[] = {
		"consent.plan_digest", "evidence.head", "evidence.receipt",
	};
	const json_t *m = json_array_get(at(r->doc, "media"), 0);

	for (size_t i = 0; i < ARRAY_SIZE(named); i++) {
		if (!*text(r->doc, named[i]))
			return missing(r, named[i]);
	}
	for (size_t i = 0; i < ARRAY_SIZE(digests); i++) {
		if (!is_digest(r->doc, digests[i]))
			return missing(r, digests[i]);
	}
	if (!is(r->doc, "consent.how", "typed") &&
	    !is(r->doc, "consent.how", "token"))
		return missing(r, "consent.how");
	if (!json_array_size(at(r->doc, "info_items")))
		return missing(r, "info_items");
	if (!*text(m, "name") || !*text(m, "qty") ||
	    !json_is_integer(at(m, "size")) || is_zero(m, "size"))
		return missing(r, "media");
	if (!json_array_size(at(r->doc, "method.passes")))
		return missing(r, "method.passes");
	if (!json_is_integer(at(r->doc, "exceptions.unwritten.total")) ||
	    !json_is_integer(at(r->doc, "exceptions.unread.total")))
		return missing(r, "exceptions");
	if (!json_is_integer(at(r->doc, "evidence.seq")))
		return missing(r, "evidence.seq");
	return 0;
}

static int
rules_of_wording(struct rules *r)
{
	const char *title = text(r->doc, "title");
	enum outcome o = OUTCOME_COUNT;
	char own[256];

	for (int i = 0; i < OUTCOME_COUNT; i++) {
		if (is(r->doc, "result", outcome_name((enum outcome)i)))
			o = (enum outcome)i;
	}
	if (o == OUTCOME_COUNT)
		return missing(r, "result");
	cert_title(o, "", own, sizeof(own));
	if (strstr(text(r->doc, "method.text"), "廃棄"))
		return broken(r, "ソフトウェアによる消去を廃棄と称しています",
			      "it calls an erasure by software 廃棄");
	if (o == OUTCOME_EXCEPTIONS && !strstr(title, "例外あり"))
		return broken(r, "標題が例外を示していません",
			      "the title does not tell of the exceptions");
	if (is_success(r->doc))
		return 0;
	if (strcmp(title, own) != 0 ||
	    strstr(text(r->doc, "statement"), "証明"))
		return broken(r, "消去できていないのに証明書の体裁です",
			      "it reads like a success, but is none");
	return 0;
}

/* Of an earlier pass a block may be missing that a later one has reached. */
static int
rules_of_passes(struct rules *r, json_int_t size)
{
	const json_t *list = at(r->doc, "method.passes"), *last = NULL;

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *p = json_array_get(list, i);

		if (!is(p, "state", step_state_name(STATE_DONE)))
			return broken(r, "完了していない回があるのに消去済み"
				      "としています", "it says erased, but not"
				      " every pass was done");
		if (!is(p, "kind", step_name(STEP_OVERWRITE)))
			continue;
		last = p;
		if (!json_is_true(at(p, "flushed")))
			return broken(r, "書込みが確定していない回があるのに"
				      "消去済みとしています", "it says erased,"
				      " but a pass was not flushed");
	}
	if (!last)
		return missing(r, "method.passes");
	if (is(r->doc, "result", outcome_name(OUTCOME_ERASED)) &&
	    json_integer_value(at(last, "bytes")) != size)
		return broken(r, "最後の回が全域に及んでいないのに消去済みとし"
			      "ています", "it says erased, but the last pass"
			      " did not cover the medium");
	return 0;
}

static int
rules_of_verification(struct rules *r, json_int_t size)
{
	const json_t *v = at(r->doc, "verification");

	if (!is_zero(v, "mismatches"))
		return broken(r, "不一致があるのに消去済みとしています",
			      "it says erased, but verification found data");
	if (is(v, "mode", "none"))
		return 0;
	if (!is(v, "state", step_state_name(STATE_DONE)))
		return broken(r, "検証が完了していないのに消去済みとしていま"
			      "す", "it says erased, but verification did not"
			      " end");
	if (is(v, "mode", "full") &&
	    is(r->doc, "result", outcome_name(OUTCOME_ERASED)) &&
	    json_integer_value(at(v, "bytes")) != size)
		return broken(r, "全域を検証していないのに全域検証としていま"
			      "す", "it says fully verified, but not every byte"
			      " was read");
	return 0;
}

static int
rules_of_exceptions(struct rules *r, bool clean)
{
	const json_t *e = at(r->doc, "exceptions");

	/* A medium that was not reached everywhere may have no level. */
	if (clean && !json_array_size(at(e, "reasons")))
		return broken(r, "例外の内容がありません",
			      "it tells of exceptions, but names none");
	return 0;
}

static int
rules_of_success(struct rules *r)
{
	const json_t *m = json_array_get(at(r->doc, "media"), 0);
	json_int_t size = json_integer_value(at(m, "size"));
	const json_t *e = at(r->doc, "exceptions");
	bool clean = is_zero(e, "unwritten.total") &&
		is_zero(e, "unread.total");
	int err;

	err = rules_of_passes(r, size);
	if (!err)
		err = rules_of_verification(r, size);
	if (err)
		return err;
	if (is(r->doc, "result", outcome_name(OUTCOME_EXCEPTIONS)))
		return rules_of_exceptions(r, clean);
	if (!is(r->doc, "level", level_name(LEVEL_CLEAR)) &&
	    !is(r->doc, "level", level_name(LEVEL_PURGE)))
		return broken(r, "水準がないのに消去済みとしています",
			      "it says erased, but names no level");
	if (!clean)
		return broken(r, "書込み又は読出しのできない範囲があるのに消去"
			      "済みとしています", "it says erased, but a part"
			      " could not be written or read");
	if (!json_is_null(at(r->doc, "verification.signatures_left")))
		return broken(r, "識別情報が残っているのに消去済みとしていま"
			      "す", "it says erased, but a file system was"
			      " still found or not looked for");
	return 0;
}

static bool
known_form(const char *type)
{
	char title[256], statement[1024];

	return cert_form_words(type, "", title, sizeof(title), statement,
			       sizeof(statement));
}

int
cert_rules(const json_t *doc, enum lang lang, char *why, size_t len)
{
	struct rules r = { doc, lang, why, len };
	int err;

	why[0] = '\0';
	err = rules_of_all(&r);
	if (err)
		return err;
	if (!is(doc, "doc_type", "erase")) {
		if (!known_form(text(doc, "doc_type")))
			return missing(&r, "doc_type");
		/* Only an erasure has a result to claim. */
		return json_is_null(at(doc, "result")) &&
			json_is_null(at(doc, "level")) ? 0 :
			missing(&r, "result");
	}
	err = rules_of_record(&r);
	if (!err)
		err = rules_of_wording(&r);
	if (err)
		return err;
	if (!*text(doc, "level") || !is(doc, "method.level",
					text(doc, "level")))
		return missing(&r, "level");
	if (is_success(doc))
		return rules_of_success(&r);
	return is(doc, "level", level_name(LEVEL_NONE)) ? 0 :
		broken(&r, "消去できていないのに水準を示しています",
		       "it names a level, but nothing was erased");
}
