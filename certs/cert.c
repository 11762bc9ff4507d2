/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What does a certificate hold?  Case, drive, plan, consent, run and verdict
 * as one document (docs/FORMATS.md).  cert_issue.c signs and writes it.
 */
#include "cert_text.h"
#include "x509.h"
#include "../src/util.h"

#include <errno.h>
#include <libintl.h>
#include <stdlib.h>
#include <string.h>

#define _(s)	gettext(s)

/* ---- what the run says ------------------------------------------------ */

static json_t *
medium_of(const struct cert_input *in)
{
	const struct case_medium *m = in->medium;
	const struct drive *d = in->d;
	char name[128];

	return json_pack(
		"{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:i, s:i,"
		" s:s, s:s, s:o, s:b, s:b, s:b, s:b}",
		"name", json_text(m && m->name[0] ? m->name :
				  cert_medium_name(d, name, sizeof(name))),
		"qty", json_text(m && m->qty[0] ? m->qty : "1"),
		"unit", json_text(m && m->unit[0] ? m->unit :
				  cert_medium_unit(d)),
		"asset_no", json_text_or_null(m ? m->asset : ""),
		"model", json_text(d->id.model),
		"serial", json_text(d->id.serial),
		"vendor", json_text(d->id.vendor),
		"wwn", json_text(d->id.wwn),
		"firmware", json_text(d->id.firmware),
		"size", json_count(cert_size_of(in)),
		"lblock", (int)d->lblock, "pblock", (int)d->pblock,
		"medium", medium_name(d->medium),
		"transport", transport_name(d->transport),
		"path", json_text(d->path), "image", d->image,
		"virtual", d->virtual_, "network", d->network,
		"in_media_csv", m != NULL);
}

/* What a bridge (the argument) does not show limits the level. */
static bool
is_behind_bridge(const struct reason *r)
{
	return r->code == REASON_HIDDEN_UNKNOWN && *r->arg;
}

static json_t *
exceptions_of(const struct cert_input *in, const json_t *method)
{
	enum outcome o = in->v->outcome;
	bool success = o == OUTCOME_ERASED || o == OUTCOME_EXCEPTIONS;
	json_t *doc = json_pack("{s:O}", "method", method);
	struct reasons why = { 0 };

	for (uint32_t i = 0; i < in->v->reasons.n && i < REASONS_MAX; i++) {
		const struct reason *r = &in->v->reasons.r[i];

		/* Of a success only what was left out, not what limits its
		 * level. */
		if (!success || (o == OUTCOME_EXCEPTIONS &&
				 cert_is_exception(doc, r->code) &&
				 !is_behind_bridge(r)))
			reasons_add(&why, r->code, r->arg);
	}
	json_decref(doc);
	return json_pack("{s:o, s:o, s:o}",
			 "unwritten", json_ranges(&in->r->unwritten),
			 "unread", json_ranges(&in->r->unread),
			 "reasons", json_reasons(&why, LANG_JA));
}

static json_t *
consent_of(const struct cert_input *in)
{
	json_t *j = json_consent(in->consent);

	if (!j || json_object_del(j, "receipt") ||
	    json_object_del(j, "serial") ||
	    json_object_set_new(j, "token", json_text_or_null(in->p->token))) {
		json_decref(j);
		return NULL;
	}
	return j;
}

static json_t *
of_run(const struct cert_input *in, enum level level)
{
	json_t *method = cert_method_of(in, level);
	const struct run *r = in->r;
	char date[11] = "";

	snprintf(date, sizeof(date), "%.10s", r->finished);
	return json_pack(
		"{s:[o], s:o, s:o, s:o, s:o, s:s, s:s, s:s, s:s, s:o, s:o,"
		" s:o, s:o, s:o}",
		"media", medium_of(in), "method", method,
		"date", json_text(date), "started_at", json_text(r->started),
		"finished_at", json_text(r->finished),
		"result", outcome_name(in->v->outcome),
		"level", level_name(level),
		"level_text", level_text(level, LANG_JA),
		"level_gloss", level_gloss(level, LANG_JA),
		"level_reasons", json_reasons(&in->v->reasons, LANG_JA),
		"verification", cert_verification_of(in),
		"exceptions", exceptions_of(in, method),
		"consent", consent_of(in),
		"drive", cert_drive_of(in));
}

/* ---- the document ----------------------------------------------------- */

/* Before a key is opened: good enough to be held against the rules. */
static json_t *
of_no_key(void)
{
	static const uint8_t some[DIGEST_LEN] = { 1 };

	return json_pack("{s:{s:s, s:s, s:s, s:n}, s:{s:s, s:o, s:s}}",
			 "crypto", "list", CERT_CRYPTO, "digest", "SHA-256",
			 "signature", "none with SHA-256", "encryption",
			 "signer", "subject", "preflight",
			 "fingerprint_sha256", json_hex(some, DIGEST_LEN),
			 "algorithm", "none with SHA-256");
}

static json_t *
of_key(const struct key *k)
{
	const char *kind;
	char digest[16], algorithm[64], subject[256], hex[2 * DIGEST_LEN + 1];

	if (!k)
		return of_no_key();
	kind = x509_key_text(k->pkey);
	if (!kind || x509_fingerprint(k->crt, hex))
		return NULL;
	snprintf(digest, sizeof(digest), "SHA-%d",
		 EVP_MD_get_size(x509_digest(k->pkey)) * 8);
	snprintf(algorithm, sizeof(algorithm), "%s with %s", kind, digest);
	x509_name_text(X509_get_subject_name(k->crt), subject,
		       sizeof(subject));
	return json_pack(
		"{s:{s:s, s:s, s:s, s:n}, s:{s:o, s:s, s:s}}",
		"crypto", "list", CERT_CRYPTO, "digest", digest,
		"signature", algorithm, "encryption",
		"signer", "subject", json_text(subject),
		"fingerprint_sha256", hex, "algorithm", algorithm);
}

/* Steals more; on any failure everything is gone and -ENOMEM returned. */
static int
merge(json_t **doc, json_t *more)
{
	int bad = !*doc || !more || json_object_update(*doc, more);

	json_decref(more);
	if (bad) {
		json_decref(*doc);
		*doc = NULL;
	}
	return bad ? -ENOMEM : 0;
}

/* What follows from the finished record: sentences, and what was used. */
static int
put_sentences(json_t *doc)
{
	json_t *method = json_object_get(doc, "method");
	json_t *crypto = json_object_get(doc, "crypto");
	char text[1024];

	if (json_object_set_new(doc, "not_examined", cert_not_examined(doc)))
		return -ENOMEM;
	if (cert_uses_stream(doc) && json_object_set_new(
		crypto, "encryption", json_string("AES-256-CTR")))
		return -ENOMEM;
	cert_statement(doc, text, sizeof(text));
	if (json_object_set_new(doc, "statement", json_text(text)))
		return -ENOMEM;
	cert_method(doc, text, sizeof(text));
	return json_object_set_new(method, "text", json_text(text)) ?
		-ENOMEM : 0;
}

/* What the reader would ask: why this day, why so late? */
static int
put_notes(const struct cert_input *in, json_t *doc)
{
	const char *start = in->c->f[CASE_CONTRACT_START];
	const char *end = in->c->f[CASE_CONTRACT_END];
	char text[CASE_TEXT + 400], day[11] = "";
	bool outside;
	int n;

	snprintf(day, sizeof(day), "%.10s", in->r->finished);
	outside = *day && ((*start && strcmp(day, start) < 0) ||
			   (*end && strcmp(day, end) > 0));
	if (!outside && !in->tool)
		return 0;
	n = snprintf(text, sizeof(text), "%s", in->c->f[CASE_NOTES]);
	if (outside)
		n += snprintf(text + n, sizeof(text) - (size_t)n,
			      "%s作業日（%s）は、契約の履行期間（%sから%sま"
			      "で）の外です。", n ? "　" : "", day, start, end);
	if (in->tool)
		snprintf(text + n, sizeof(text) - (size_t)n, "%sこの文書は、作"
			 "業の終了後に、作業記録に基づいて改めて発行したもので"
			 "す。",
			 n ? "　" : "");
	return json_object_set_new(doc, "notes", json_text(text)) ? -ENOMEM : 0;
}

/* Sets the ID and holds the finished document against the rules; on failure
 * the document is gone. */
static int
seal(json_t **doc, char *err, size_t err_len)
{
	char id[CERT_ID_LEN + 1];
	int ret = cert_id_of(*doc, id);

	if (!ret && json_object_set_new(*doc, "cert_id", json_string(id)))
		ret = -ENOMEM;
	if (!ret)
		ret = cert_rules(*doc, cert_lang(), err, err_len);
	if (ret) {
		json_decref(*doc);
		*doc = NULL;
	}
	return ret;
}

static json_t *
head(const char *doc_type, const char *title, const char *statement,
     const struct casefile *c)
{
	char now[TIME_LEN];

	time_now(now);
	return json_pack("{s:s, s:s, s:s, s:o, s:s, s:o, s:o, s:o, s:o}",
			 "schema", CERT_SCHEMA, "cert_id", "",
			 "doc_type", doc_type, "title", json_text(title),
			 "issued_at", now, "statement", json_text(statement),
			 "supersedes", json_null(),
			 "notes", json_text_or_null(c->f[CASE_NOTES]),
			 "tool", cert_tool());
}

int
cert_make(const struct cert_input *in, json_t **out, char *err,
	  size_t err_len)
{
	enum outcome o = in->v->outcome;
	bool success = o == OUTCOME_ERASED || o == OUTCOME_EXCEPTIONS;
	/* A level is what was reached; a failure has reached none. */
	enum level level = success ? in->v->level : LEVEL_NONE;
	char title[CASE_TEXT + 64];
	json_t *doc;
	int ret;

	*out = NULL;
	err[0] = '\0';
	if (!in->consent || !in->evidence) {
		snprintf(err, err_len,
			 _("key, consent or evidence is missing"));
		return -EINVAL;
	}
	ret = case_complete(in->c, cert_lang(), err, err_len);
	if (ret)
		return -EINVAL;
	cert_title(o, in->c->f[CASE_FORM_TITLE], title, sizeof(title));
	doc = json_pack("{s:o, s:O, s:o}",
			"info_items", cert_items(in->c, in->medium),
			"evidence", in->evidence,
			"supersedes", json_text_or_null(in->supersedes));
	if (merge(&doc, cert_of_case(in->c)) ||
	    merge(&doc, of_run(in, level)) ||
	    merge(&doc, of_key(in->key)))
		return -ENOMEM;
	*out = head("erase", title, "", in->c);
	ret = merge(out, doc);
	if (!ret && in->tool && json_object_set(*out, "tool", in->tool))
		ret = -ENOMEM;
	if (!ret)
		ret = put_notes(in, *out);
	if (!ret)
		ret = put_sentences(*out);
	if (!ret)
		return seal(out, err, err_len);
	json_decref(*out);
	*out = NULL;
	return ret;
}

int
cert_build(const struct cert_input *in, json_t **out)
{
	char err[512];

	*out = NULL;
	return in->key ? cert_make(in, out, err, sizeof(err)) : -EINVAL;
}

static json_t *
media_of_case(const struct casefile *c)
{
	json_t *list = json_array();

	for (uint32_t i = 0; i < c->n_media && i < CASE_MEDIA_MAX; i++) {
		const struct case_medium *m = &c->media[i];

		json_array_append_new(list, json_pack(
			"{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:b}",
			"name", json_text(m->name),
			"qty", json_text(m->qty[0] ? m->qty : "1"),
			"unit", json_text(m->unit[0] ? m->unit : "個"),
			"asset_no", json_text_or_null(m->asset),
			"model", json_text_or_null(m->model),
			"serial", json_text_or_null(m->serial),
			"items", json_text_or_null(m->items),
			"in_media_csv", 1));
	}
	return list;
}

int
cert_build_form(const char *doc_type, const struct casefile *c,
		const struct key *k, const json_t *extra, json_t **out)
{
	char title[CASE_TEXT], statement[1024], why[512];
	char today[TIME_LEN];
	json_t *doc;
	int ret;

	*out = NULL;
	if (!k || !cert_form_words(doc_type, c->f[CASE_CONTRACT_NAME], title,
				   sizeof(title), statement,
				   sizeof(statement)))
		return -EINVAL;
	time_now(today);
	today[10] = '\0';
	doc = json_pack("{s:o, s:o, s:s, s:n, s:n, s:n}",
			"info_items", cert_items(c, NULL),
			"media", strcmp(doc_type, "none_handled") ?
			media_of_case(c) : json_array(),
			"date", today, "result", "level", "evidence");
	if (merge(&doc, cert_of_case(c)) || merge(&doc, of_key(k)))
		return -ENOMEM;
	*out = head(doc_type, title, statement, c);
	ret = merge(out, doc);
	if (!ret && extra && json_object_update(*out, (json_t *)extra)) {
		json_decref(*out);
		*out = NULL;
		ret = -ENOMEM;
	}
	return ret ? ret : seal(out, why, sizeof(why));
}
