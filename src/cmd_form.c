/* SPDX-License-Identifier: Apache-2.0 */
/*
 * massho form: documents about media that were not erased here: returned,
 * destroyed by people, kept on application, or nothing handled at all.
 */
#include "case.h"
#include "cmd_docs.h"

#include "util.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define USAGE "massho form none_handled|returned|destroyed|retention" \
	" [MEDIUM...] [how=TEXT] [date=DATE] [reason=TEXT] [until=DATE]" \
	" [note=TEXT] [form=TEXT] [replaces=ID] --case DIR" \
	" [--trust CERT.pem]..."

enum word { WORD_HOW, WORD_DATE, WORD_REASON, WORD_UNTIL, WORD_NOTE,
	    WORD_FORM, WORD_REPLACES, WORD_COUNT };

static const struct {
	const char *key;
	enum case_kind kind;
} words[WORD_COUNT] = {
	[WORD_HOW] = { "how", KIND_TEXT },
	[WORD_DATE] = { "date", KIND_DATE },
	[WORD_REASON] = { "reason", KIND_TEXT },
	[WORD_UNTIL] = { "until", KIND_DATE },
	[WORD_NOTE] = { "note", KIND_TEXT },
	[WORD_FORM] = { "form", KIND_TEXT },
	[WORD_REPLACES] = { "replaces", KIND_TEXT },
};

/* Words that every form takes. */
#define EVERY (1U << WORD_NOTE | 1U << WORD_FORM | 1U << WORD_REPLACES)

static const struct kind {
	const char *name;
	unsigned needs, takes;	/* bits of enum word */
	bool media;
	bool numbered;		/* the case's form number is meant for it */
	bool destroys;
} kinds[] = {
	{ "none_handled", 0, EVERY, false, true, false },
	{ "returned", 0, EVERY | 1U << WORD_HOW | 1U << WORD_DATE, true,
	  false, false },
	{ "destroyed", 1U << WORD_HOW | 1U << WORD_DATE,
	  EVERY | 1U << WORD_HOW | 1U << WORD_DATE, true, true, true },
	{ "retention", 1U << WORD_REASON | 1U << WORD_UNTIL,
	  EVERY | 1U << WORD_REASON | 1U << WORD_UNTIL, true, false, false },
};

struct form_job {
	struct cli cli;
	const struct kind *kind;
	struct casefile *c;
	char value[WORD_COUNT][CASE_TEXT];
	size_t n_rows;		/* chosen; none is all of them */
	const struct case_medium *row[CASE_MEDIA_MAX];
	struct docs docs;
	struct key *key;
	struct evidence *log;
};

/* ---- the words of the command line ------------------------------------- */

static const struct case_medium *
find_row(const struct casefile *c, const char *name)
{
	const struct case_medium *m = case_match(c, name);
	uint32_t i;

	for (i = 0; !m && i < c->n_media; i++)
		if (c->media[i].asset[0] &&
		    strcasecmp(c->media[i].asset, name) == 0)
			m = &c->media[i];
	return m;
}

static json_t *
json_row(const struct case_medium *m)
{
	return json_pack(
		"{s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:b}",
		"name", m->name, "qty", m->qty[0] ? m->qty : "1",
		"unit", m->unit[0] ? m->unit : "個",
		"asset_no", json_text_or_null(m->asset),
		"model", json_text_or_null(m->model),
		"serial", json_text_or_null(m->serial),
		"items", json_text_or_null(m->items), "in_media_csv", 1);
}

/* 1: it is no KEY=VALUE of ours. */
static int
take_word(struct form_job *j, const char *arg)
{
	char err[1024] = "";
	struct case_source src = { "form", j->cli.lang, err, sizeof(err) };
	int i, bad;

	for (i = 0; i < WORD_COUNT; i++) {
		size_t n = strlen(words[i].key);

		if (strncmp(arg, words[i].key, n) != 0 || arg[n] != '=')
			continue;
		if (!(j->kind->takes & 1U << i)) {
			cli_error(_("'%s=' does not belong to the form '%s'"),
				  words[i].key, j->kind->name);
			return -EINVAL;
		}
		bad = case_clean(&src, 0, arg + n + 1);
		if (!bad && words[i].kind == KIND_TEXT)
			bad = case_wording(&src, 0, words[i].key,
					   i == WORD_HOW && j->kind->destroys ?
					   WORDING_DESTRUCTION : WORDING_NOTE,
					   arg + n + 1);
		if (!bad)
			bad = case_value(&src, 0, words[i].key, words[i].kind,
					 arg + n + 1, j->value[i], CASE_TEXT);
		if (bad)
			cli_error("%s", err);
		return bad;
	}
	return 1;
}

static int
take_words(struct form_job *j)
{
	size_t k;
	int i, err;

	for (i = 1; i < j->cli.argc; i++) {
		const struct case_medium *m;

		err = take_word(j, j->cli.argv[i]);
		if (err < 0)
			return err;
		if (err == 0)
			continue;
		m = j->kind->media ? find_row(j->c, j->cli.argv[i]) : NULL;
		if (!m) {
			cli_error(_("'%s' is neither a serial nor an asset"
				    " number of media.csv"), j->cli.argv[i]);
			return -EINVAL;
		}
		for (k = 0; k < j->n_rows && j->row[k] != m; k++)
			;
		if (k == j->n_rows)
			j->row[j->n_rows++] = m;
	}
	return 0;
}

/* What is still missing, and days that have not come yet. */
static int
check_words(const struct form_job *j)
{
	char today[TIME_LEN], err[1024];
	int i;

	for (i = 0; i < WORD_COUNT; i++)
		if (j->kind->needs & 1U << i && !j->value[i][0]) {
			cli_error(_("the form '%s' needs '%s=...'"),
				  j->kind->name, words[i].key);
			return -EINVAL;
		}
	time_now(today);
	today[10] = '\0';
	if (case_today(j->c, today, j->cli.lang, err, sizeof(err))) {
		cli_error("%s", err);
		return -EINVAL;
	}
	if (j->value[WORD_DATE][0] && strcmp(j->value[WORD_DATE], today) > 0) {
		cli_error(_("the day %s has not come yet (today is %s)"),
			  j->value[WORD_DATE], today);
		return -EINVAL;
	}
	if (j->kind->media && !j->c->n_media) {
		cli_error(_("media.csv lists no medium; the form '%s' is about"
			    " media"), j->kind->name);
		return -EINVAL;
	}
	return 0;
}

/* ---- what the case has already ------------------------------------------ */

static int
stands(const struct form_job *j, const struct doc *d, const char *said)
{
	cli_error(_("the form '%s' would contradict '%s' (%s); correct that by"
		    " replaces=%s if it is wrong"), j->kind->name,
		  d->report.cert_id, said, d->report.cert_id);
	return -EINVAL;
}

/* An erasure is not taken back by a form. */
static int
check_replaced(const struct form_job *j, const struct doc **out)
{
	const char *id = j->value[WORD_REPLACES];
	const json_t *type;

	*out = *id ? docs_find(&j->docs, id) : NULL;
	type = *out ? json_object_get((*out)->json, "doc_type") : NULL;
	if (!*id || (type && strcmp(json_string_value(type), "erase") != 0))
		return 0;
	cli_error(*out ? _("'%s' tells of an erasure and cannot be replaced by"
			   " a form") :
		  _("'%s' is no document that counts in this case, or was"
		    " replaced already"), id);
	return -EINVAL;
}

static int
check_row(const struct form_job *j, const struct case_medium *m,
	  const struct doc *replaced)
{
	bool kept = strcmp(j->kind->name, "retention") == 0;
	const struct doc *d;
	enum row_state s = docs_state(&j->docs, m, &d);

	if (!d || d == replaced)
		return 0;
	if (s == ROW_RETURNED || s == ROW_DESTROYED ||
	    (kept && s == ROW_ERASED))
		return stands(j, d, docs_state_text(s));
	return 0;
}

static int
check_nothing(const struct form_job *j, const struct doc *replaced)
{
	const struct docs *d = &j->docs;
	size_t i;

	for (i = 0; i < d->n; i++)
		if (d->doc[i].json && &d->doc[i] != replaced &&
		    !docs_replaced(d, &d->doc[i]))
			return stands(j, &d->doc[i],
				      strcmp(cert_get(d->doc[i].json,
						      "doc_type"),
					     "none_handled") ?
				      _("it tells of media") :
				      _("it says already that nothing was"
					" handled"));
	if (!d->n_loose)
		return 0;
	cli_error(_("an erasure was begun %s: it cannot be said that nothing"
		    " was handled"), d->loose[0].time);
	return -EINVAL;
}

/* No two documents may say what cannot both be. */
static int
check_docs(struct form_job *j)
{
	const struct doc *replaced, *nothing;
	size_t i;
	int err = docs_load(&j->cli, j->c, &j->docs);

	if (err) {
		cli_error(_("cannot read the documents of '%s': %s"), j->c->dir,
			  strerror(-err));
		return err;
	}
	err = check_replaced(j, &replaced);
	if (err)
		return err;
	if (!j->kind->media)
		return check_nothing(j, replaced);
	nothing = docs_nothing_handled(&j->docs);
	if (nothing && nothing != replaced)
		return stands(j, nothing, _("nothing was handled"));
	for (i = 0; !err && i < j->n_rows; i++)
		err = check_row(j, j->row[i], replaced);
	for (i = 0; !err && !j->n_rows && i < j->c->n_media; i++)
		err = check_row(j, &j->c->media[i], replaced);
	return err;
}

/* ---- the document ------------------------------------------------------ */

static json_t *
extra(const struct form_job *j)
{
	json_t *out = json_object(), *media = json_array();
	size_t i;

	for (i = 0; i < j->n_rows; i++)
		json_array_append_new(media, json_row(j->row[i]));
	if (j->n_rows)
		json_object_set(out, "media", media);
	json_decref(media);
	if (j->value[WORD_REPLACES][0])
		json_object_set_new(out, "supersedes",
				    json_string(j->value[WORD_REPLACES]));
	if (j->value[WORD_HOW][0])
		json_object_set_new(out, "method", json_pack(
			"{s:s}", "text", j->value[WORD_HOW]));
	if (j->value[WORD_DATE][0])
		json_object_set_new(out, "date",
				    json_string(j->value[WORD_DATE]));
	if (j->value[WORD_REASON][0])
		json_object_set_new(out, "retention", json_pack(
			"{s:s, s:s}", "reason", j->value[WORD_REASON],
			"until", j->value[WORD_UNTIL]));
	if (j->value[WORD_FORM][0] || !j->kind->numbered)
		json_object_set_new(out, "form", json_pack(
			"{s:o, s:n, s:o}",
			"no", json_text_or_null(j->value[WORD_FORM]), "clause",
			"seal", json_text_or_null(j->c->f[CASE_FORM_SEAL])));
	if (j->value[WORD_NOTE][0])
		json_object_set_new(out, "notes",
				    json_string(j->value[WORD_NOTE]));
	return out;
}

static int
open_log(struct form_job *j)
{
	char dir[PATH_LEN + 16], station[65] = "", err[300] = "";
	int ret;

	snprintf(dir, sizeof(dir), "%s/evidence", j->c->dir);
	if (gethostname(station, sizeof(station) - 1) || !station[0])
		text_copy(station, sizeof(station), "station");
	ret = evidence_open(dir, station, &j->log, err, sizeof(err));
	if (ret)
		cli_error("%s", err[0] ? err : strerror(-ret));
	return ret;
}

static int
issue(struct form_job *j)
{
	json_t *more = extra(j), *doc = NULL, *body = NULL;
	char out[PATH_LEN + 8], id[40] = "", err[512] = "";
	int ret;

	snprintf(out, sizeof(out), "%s/out", j->c->dir);
	ret = more ? cert_build_form(j->kind->name, j->c, j->key, more, &doc) :
	      -ENOMEM;
	if (!ret)
		ret = cert_issue(out, doc, j->key, id, &body, err, sizeof(err));
	if (ret) {
		cli_error(_("no document could be issued: %s"),
			  err[0] ? err : strerror(-ret));
		goto out;
	}
	ret = evidence_append(j->log, "certificate", json_incref(body), NULL,
			      NULL);
	if (ret)
		cli_error(_("document '%s' is issued, but the evidence log"
			    " cannot be written: %s"), id, strerror(-ret));
	if (j->cli.json)
		cli_json(json_pack("{s:s, s:s, s:o}", "cert_id", id,
				   "doc_type", j->kind->name, "files",
				   json_incref(body)));
	else
		printf("%s/%s.pdf\n", out, id);
out:
	json_decref(more);
	json_decref(doc);
	json_decref(body);
	return ret;
}

static int
prepare(struct form_job *j)
{
	const char *dir = j->cli.case_dir ? j->cli.case_dir : "case";
	char missing[2048];
	int err = docs_case(dir, j->cli.lang, &j->c);

	if (!err)
		err = ready_people(&j->cli, j->c);
	if (err)
		return err;
	if (case_complete_form(j->c, j->kind->media, j->cli.lang, missing,
			       sizeof(missing))) {
		cli_error("%s", missing);
		return -EINVAL;
	}
	err = take_words(j);
	if (!err)
		err = check_words(j);
	if (!err)
		err = check_docs(j);
	if (!err)
		err = docs_folder(j->c->dir);
	if (!err)
		err = docs_key(&j->cli, j->c->dir, &j->key);
	return err ? err : open_log(j);
}

int
cmd_form(int argc, char **argv)
{
	struct form_job j = { 0 };
	size_t i;
	int ret = cli_parse(argc, argv, CLI_CASE | CLI_KEY | CLI_TRUST |
			    CLI_PEOPLE, USAGE, &j.cli);

	if (ret >= 0)
		return ret;
	for (i = 0; j.cli.argc > 0 && i < ARRAY_SIZE(kinds); i++)
		if (strcmp(j.cli.argv[0], kinds[i].name) == 0)
			j.kind = &kinds[i];
	if (!j.kind || j.cli.no_case) {
		cli_error(_("usage: %s"), USAGE);
		return EXIT_USAGE;
	}
	ret = prepare(&j);
	if (!ret)
		ret = issue(&j);
	evidence_close(&j.log);
	key_free(&j.key);
	docs_free(&j.docs);
	free(j.c);
	return ret ? EXIT_USAGE : 0;
}
