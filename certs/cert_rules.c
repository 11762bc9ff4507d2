/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Does a certificate agree with itself?  Asked before one is signed and again
 * by everyone who checks one: a signature says who said it, not that it makes
 * sense.  Our own sentences are made again from the numbers beside them and
 * must be the same; the numbers themselves are held in cert_rules_erase.c.
 */
#include "cert_rules.h"
#include "../src/util.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int
rules_broken(struct rules *r, const char *ja, const char *en)
{
	snprintf(r->why, r->len, "%s", r->lang == LANG_JA ? ja : en);
	return -EINVAL;
}

int
rules_missing(struct rules *r, const char *path)
{
	snprintf(r->why, r->len, r->lang == LANG_JA ?
		 "'%s' がないか、正しくありません" :
		 "'%s' is missing or not what it should be", path);
	return -EINVAL;
}

bool
rules_is(const json_t *j, const char *path, const char *value)
{
	return !strcmp(cert_get(j, path), value);
}

bool
rules_is_digest(const json_t *j, const char *path)
{
	uint8_t digest[DIGEST_LEN];

	return !hex_decode(digest, DIGEST_LEN, cert_get(j, path));
}

json_int_t
rules_number(const json_t *j, const char *path)
{
	const json_t *n = cert_at(j, path);

	return json_is_integer(n) ? json_integer_value(n) : -1;
}

bool
rules_is_success(const json_t *doc)
{
	return rules_is(doc, "result", outcome_name(OUTCOME_ERASED)) ||
		rules_is(doc, "result", outcome_name(OUTCOME_EXCEPTIONS));
}

int
cert_id_of(const json_t *doc, char out[CERT_ID_LEN + 1])
{
	const char *day = cert_get(doc, "issued_at");
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

/* ---- the members that there are ---------------------------------------- */

/* What nobody defined says nothing, and could say anything. */
static int
rules_of_members(struct rules *r)
{
	static const char *const every[] = {
		"schema", "cert_id", "doc_type", "supersedes", "title", "form",
		"issued_at", "statement", "addressee", "orderer", "contractor",
		"contract", "info_items", "media", "responsible", "operator",
		"validator", "witness", "approval", "instruction", "place",
		"purpose", "contact", "date", "result", "level", "notes",
		"tool", "evidence", "crypto", "signer",
	};
	static const char *const erase[] = {
		"method", "started_at", "finished_at", "level_text",
		"level_gloss", "level_reasons", "verification", "exceptions",
		"consent", "not_examined",
	};
	static const char *const form[] = { "method", "retention" };
	bool erased = rules_is(r->doc, "doc_type", "erase");
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(every); i++, n++) {
		if (!json_object_get(r->doc, every[i]))
			return rules_missing(r, every[i]);
	}
	for (size_t i = 0; erased && i < ARRAY_SIZE(erase); i++, n++) {
		if (!json_object_get(r->doc, erase[i]))
			return rules_missing(r, erase[i]);
	}
	for (size_t i = 0; !erased && i < ARRAY_SIZE(form); i++)
		n += json_object_get(r->doc, form[i]) != NULL;
	/* Certificates of before it was recorded are without. */
	n += erased && json_object_get(r->doc, "drive");
	return json_object_size(r->doc) == n ? 0 :
		rules_broken(r, "定義されていない項目があります",
			     "it has members that no such document has");
}

/* Nothing that is counted here can be less than nothing, but for what one clock
 * is off another. */
static bool
has_negative(const json_t *j, const json_t *offset)
{
	const char *key;
	json_t *value;
	size_t i;

	if (json_is_integer(j))
		return j != offset && json_integer_value(j) < 0;
	json_object_foreach((json_t *)j, key, value) {
		if (has_negative(value, offset))
			return true;
	}
	json_array_foreach((json_t *)j, i, value) {
		if (has_negative(value, offset))
			return true;
	}
	return false;
}

static bool
each_has(const json_t *list, const char *key)
{
	size_t i;
	json_t *value;

	if (!json_is_array(list))
		return false;
	json_array_foreach((json_t *)list, i, value) {
		if (!*cert_get(value, key))
			return false;
	}
	return true;
}

/* Two places for one fact: the algorithms of the signature. */
static int
rules_of_crypto(struct rules *r)
{
	const char *algorithm = cert_get(r->doc, "signer.algorithm");

	if (!rules_is(r->doc, "crypto.list", CERT_CRYPTO))
		return rules_missing(r, "crypto.list");
	if (!*algorithm || !rules_is(r->doc, "crypto.signature", algorithm))
		return rules_missing(r, "crypto.signature");
	return *cert_get(r->doc, "crypto.digest") &&
		cert_ends_in(algorithm, cert_get(r->doc, "crypto.digest")) ?
		0 : rules_missing(r, "crypto.digest");
}

static int
rules_of_all(struct rules *r)
{
	static const char *const named[] = {
		"title", "statement", "addressee.name", "contractor.name",
		"contract.name", "responsible.name", "date", "tool.name",
		"tool.version", "signer.subject",
	};
	char id[CERT_ID_LEN + 1];
	int64_t issued;

	if (!rules_is(r->doc, "schema", CERT_SCHEMA))
		return rules_missing(r, "schema");
	if (!cert_instant(cert_get(r->doc, "issued_at"), &issued))
		return rules_missing(r, "issued_at");
	if (cert_id_of(r->doc, id) || !rules_is(r->doc, "cert_id", id))
		return rules_broken(r, "証明書番号が内容と一致しません",
				    "the ID is not that of this content");
	for (size_t i = 0; i < ARRAY_SIZE(named); i++) {
		if (!*cert_get(r->doc, named[i]))
			return rules_missing(r, named[i]);
	}
	if (!rules_is_digest(r->doc, "signer.fingerprint_sha256"))
		return rules_missing(r, "signer.fingerprint_sha256");
	if (!each_has(cert_at(r->doc, "info_items"), "item"))
		return rules_missing(r, "info_items");
	if (!each_has(cert_at(r->doc, "media"), "name"))
		return rules_missing(r, "media");
	if (has_negative(r->doc, cert_at(r->doc,
					 "tool.live.clock.offset_s")))
		return rules_broken(r, "負の数があります",
				    "it has a number below zero");
	return rules_of_crypto(r);
}

/* ---- words that people typed -------------------------------------------- */

/* text without the contract's name, which may contain any of the words. */
static char *
without(const char *text, const char *name)
{
	size_t n = strlen(name);
	char *out = strdup(text), *hit;

	while (out && n && (hit = strstr(out, name)))
		memmove(hit, hit + n, strlen(hit + n) + 1);
	return out;
}

bool
cert_promises(const json_t *doc, const char *path)
{
	char *s = without(cert_get(doc, path), cert_get(doc, "contract.name"));
	bool found = !s || case_promise(s);

	free(s);
	return found;
}

static int
rules_of_promises(struct rules *r)
{
	static const char *const typed[] = {
		"title", "notes", "purpose", "witness.method",
		"retention.reason",
	};
	bool erased = rules_is(r->doc, "doc_type", "erase");

	for (size_t i = 0; i <= ARRAY_SIZE(typed); i++) {
		const char *path = i < ARRAY_SIZE(typed) ? typed[i] :
			erased ? "" : "method.text";

		if (!cert_promises(r->doc, path))
			continue;
		snprintf(r->why, r->len, r->lang == LANG_JA ?
			 "'%s' が、誰にも約束できないことを述べています" :
			 "'%s' promises what nobody can", path);
		return -EINVAL;
	}
	return 0;
}

/* ---- our own sentences -------------------------------------------------- */

static int
not_ours(struct rules *r, const char *path)
{
	snprintf(r->why, r->len, r->lang == LANG_JA ?
		 "'%s' が、記録された内容から作られるものと異なります" :
		 "'%s' is not what its own record says", path);
	return -EINVAL;
}

/* A case may have a title of its own for what was erased. */
static int
rules_of_title(struct rules *r, enum outcome o)
{
	const char *title = cert_get(r->doc, "title");
	char own[256], bare[256];

	cert_title(o, "", own, sizeof(own));
	if (!strcmp(title, own))
		return 0;
	if (o != OUTCOME_ERASED && o != OUTCOME_EXCEPTIONS)
		return rules_broken(r, "消去できていないのに証明書の体裁です",
				    "it reads like a success, but is none");
	if (o == OUTCOME_EXCEPTIONS) {
		cert_title(o, "標題", bare, sizeof(bare));
		if (!cert_ends_in(title, bare + strlen("標題")))
			return rules_broken(r, "標題が例外を示していません",
					    "the title does not tell of the"
					    " exceptions");
	}
	return strstr(title, "消去") || strstr(title, "抹消") ? 0 :
		rules_broken(r, "消去の標題ではありません（「消去」を含めてくだ"
			     "さい）", "the title is not that of an erasure: it"
			     " must say 消去");
}

static int
rules_of_sentences(struct rules *r)
{
	enum outcome o = cert_outcome(cert_get(r->doc, "result"));
	char text[1024];
	int level = LEVEL_COUNT;
	int err;

	if (o == OUTCOME_COUNT)
		return rules_missing(r, "result");
	for (int i = 0; i < LEVEL_COUNT; i++) {
		if (rules_is(r->doc, "level", level_name((enum level)i)))
			level = i;
	}
	if (level == LEVEL_COUNT || !rules_is(r->doc, "method.level",
					      cert_get(r->doc, "level")))
		return rules_missing(r, "level");
	err = rules_of_title(r, o);
	if (err)
		return err;
	cert_statement(r->doc, text, sizeof(text));
	if (!rules_is(r->doc, "statement", text))
		return not_ours(r, "statement");
	cert_method(r->doc, text, sizeof(text));
	if (!rules_is(r->doc, "method.text", text))
		return not_ours(r, "method.text");
	if (!rules_is(r->doc, "level_text",
		      level_text((enum level)level, LANG_JA)))
		return not_ours(r, "level_text");
	return rules_is(r->doc, "level_gloss",
			level_gloss((enum level)level, LANG_JA)) ? 0 :
		not_ours(r, "level_gloss");
}

/* ---- documents without a drive ------------------------------------------ */

static int
rules_of_form(struct rules *r)
{
	const char *type = cert_get(r->doc, "doc_type");
	const char *how = cert_get(r->doc, "method.text");
	char title[256], statement[1024];

	if (!cert_form_words(type, cert_get(r->doc, "contract.name"), title,
			     sizeof(title), statement, sizeof(statement)))
		return rules_missing(r, "doc_type");
	if (!rules_is(r->doc, "title", title))
		return not_ours(r, "title");
	if (!rules_is(r->doc, "statement", statement))
		return not_ours(r, "statement");
	/* Only an erasure has a result to claim. */
	if (!json_is_null(cert_at(r->doc, "result")) ||
	    !json_is_null(cert_at(r->doc, "level")) ||
	    !json_is_null(cert_at(r->doc, "evidence")))
		return rules_missing(r, "result");
	if (!strcmp(type, "destroyed") && (strstr(how, "上書き") ||
					   strstr(how, "消去ソフト")))
		return rules_broken(r, "ソフトウェアによる消去を廃棄と称してい"
				    "ます", "it calls an erasure by software"
				    " 廃棄");
	return 0;
}

int
cert_rules(const json_t *doc, enum lang lang, char *why, size_t len)
{
	struct rules r = { doc, lang, why, len };
	int err;

	why[0] = '\0';
	err = rules_of_all(&r);
	if (!err)
		err = rules_of_promises(&r);
	if (!err)
		err = rules_of_members(&r);
	if (err)
		return err;
	if (!rules_is(doc, "doc_type", "erase"))
		return rules_of_form(&r);
	err = rules_of_sentences(&r);
	return err ? err : rules_of_erasure(&r);
}
