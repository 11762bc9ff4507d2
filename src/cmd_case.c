/* SPDX-License-Identifier: Apache-2.0 */
/*
 * massho case new | show | issue | close: begin a contract case, see what was
 * filled in and which media are still open, make documents that could not be
 * written, report it to the orderer.
 */
#include "case.h"
#include "cmd_docs.h"

#include "util.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define USAGE "massho case new|show|issue|close DIR [--key FILE]" \
	" [--pass-fd N] [--trust CERT.pem]..."
#define REPORTS_MAX 1000

/* ---- new --------------------------------------------------------------- */

static int
begin(const struct cli *cli, const char *dir)
{
	char err[1024];

	/* what the contract's people fill in is Japanese unless asked for */
	if (case_new(dir, cli->lang_given ? cli->lang : LANG_JA, cli->lang,
		     err, sizeof(err))) {
		cli_error("%s", err);
		return EXIT_USAGE;
	}
	if (cli->json) {
		cli_json(json_pack("{s:s, s:[s, s, s, s, s]}", "case", dir,
				   "created", "case.ini", "media.csv",
				   "README.txt", "out", "evidence"));
		return 0;
	}
	printf(_("case '%s' made\n"), dir);
	printf(_("fill in %s/case.ini and %s/media.csv, then see `massho case"
		 " show %s`\n"), dir, dir, dir);
	return 0;
}

/* ---- show -------------------------------------------------------------- */

static void
line(const char *left, size_t width, const char *right)
{
	char cell[CASE_TEXT];

	text_pad(cell, sizeof(cell), left, width);
	printf("  %s  %s\n", cell, right);
}

/* In the words that the template asks for. */
static const char *
yes_no(enum case_field f, bool yes, enum lang lang)
{
	if (lang == LANG_EN)
		return yes ? "yes" : "no";
	if (f == CASE_PLACE_ON_PREMISES)
		return yes ? "はい" : "いいえ";
	return yes ? "あり" : "なし";
}

static void
print_fields(const struct casefile *c, enum lang lang)
{
	size_t width = 0, w;
	int i;

	for (i = 0; i < CASE_FIELD_COUNT; i++) {
		w = text_width(case_field_name((enum case_field)i, lang));
		width = w > width && c->f[i][0] ? w : width;
	}
	for (i = 0; i < CASE_FIELD_COUNT; i++) {
		const char *value = c->f[i];

		if (case_keys[i].kind == KIND_YESNO && *value)
			value = yes_no((enum case_field)i,
				       strcmp(value, "yes") == 0, lang);
		if (*value)
			line(case_field_name((enum case_field)i, lang), width,
			     value);
	}
}

static void
print_items(const struct casefile *c)
{
	uint32_t i;

	printf(_("information items: %u\n"), c->n_items);
	for (i = 0; i < c->n_items; i++) {
		const struct case_item *it = &c->items[i];
		const char *const parts[] = {
			it->kind, it->class_, it->count, it->origin
		};
		size_t k;

		printf("  %s", it->item);
		for (k = 0; k < ARRAY_SIZE(parts); k++)
			if (parts[k][0])
				printf("  %s", parts[k]);
		putchar('\n');
	}
}

static void
print_medium(const struct case_medium *m, const char *state,
	     const struct doc *doc)
{
	char asset[160], name[CASE_TEXT + 40], serial[160], what[160];

	text_pad(asset, sizeof(asset), m->asset[0] ? m->asset : "-", 12);
	text_pad(name, sizeof(name), m->name[0] ? m->name : "-", 24);
	text_pad(serial, sizeof(serial), m->serial[0] ? m->serial : "-", 20);
	text_pad(what, sizeof(what), state, 22);
	printf("  %4u  %s  %s  %s  %s  %s\n", m->line, asset, name, serial,
	       what, doc ? doc->report.cert_id : "-");
}

/* Documents and logs that count for nothing. */
static size_t
say_bad(const struct docs *d)
{
	size_t i, bad = 0;

	for (i = 0; i < d->n; i++) {
		if (d->doc[i].json)
			continue;
		bad++;
		cli_error(_("'%s' counts for nothing: %s"),
			  d->doc[i].report.file, d->doc[i].why);
	}
	if (d->log_why[0]) {
		bad++;
		cli_error(_("an evidence log does not hold: %s"), d->log_why);
	}
	return bad;
}

/* Erasures that nobody would hear of otherwise. */
static void
say_loose(const struct docs *d)
{
	size_t i;

	for (i = 0; i < d->n_loose; i++) {
		const struct loose *l = &d->loose[i];

		if (l->cert_id[0]) {
			cli_error(_("an erasure begun %s has the document '%s',"
				    " which is not in the case or does not"
				    " count; put it back"), l->time,
				  l->cert_id);
			continue;
		}
		cli_error(_("an erasure begun %s has no document: %s %s %s:"
			    " %s"),
			  l->time, l->path, l->model, l->serial,
			  strcmp(l->result, outcome_name(OUTCOME_ERASED)) == 0 ?
			  _("erased, but not certified") :
			  strcmp(l->result, outcome_name(OUTCOME_EXCEPTIONS)) ==
			  0 ? _("erased with exceptions, but not certified") :
			  _("NOT ERASED"));
	}
}

static json_t *
json_loose(const struct docs *d)
{
	json_t *out = json_array();
	size_t i;

	for (i = 0; i < d->n_loose; i++)
		json_array_append_new(out, json_pack(
			"{s:s, s:s, s:s, s:s, s:o}", "time", d->loose[i].time,
			"path", d->loose[i].path, "model", d->loose[i].model,
			"serial", d->loose[i].serial,
			"result", json_text_or_null(d->loose[i].result)));
	return out;
}

static void
print_case(const struct casefile *c, const struct docs *d, enum lang lang)
{
	uint32_t i, open = 0;

	printf("%s\n", c->dir);
	print_fields(c, lang);
	print_items(c);
	printf(_("media: %u\n"), c->n_media);
	for (i = 0; i < c->n_media; i++) {
		const struct doc *doc;
		enum row_state s = docs_state(d, &c->media[i], &doc);

		open += !docs_settled(s);
		print_medium(&c->media[i], docs_state_text(s), doc);
	}
	if (c->n_media)
		printf(_("still open: %u of %u\n"), open, c->n_media);
}

static json_t *
json_fields(const struct casefile *c)
{
	json_t *out = json_object();
	int i;

	for (i = 0; i < CASE_FIELD_COUNT; i++)
		json_object_set_new(out, case_field_name((enum case_field)i,
							 LANG_EN),
				    json_text_or_null(c->f[i]));
	return out;
}

static json_t *
json_items(const struct casefile *c)
{
	json_t *out = json_array();
	uint32_t i;

	for (i = 0; i < c->n_items; i++) {
		const struct case_item *it = &c->items[i];

		json_array_append_new(out, json_pack(
			"{s:s, s:o, s:o, s:o, s:o}", "item", it->item,
			"kind", json_text_or_null(it->kind),
			"class", json_text_or_null(it->class_),
			"count", json_text_or_null(it->count),
			"origin", json_text_or_null(it->origin)));
	}
	return out;
}

static json_t *
json_media(const struct casefile *c, const struct docs *d)
{
	json_t *out = json_array();
	uint32_t i;

	for (i = 0; i < c->n_media; i++) {
		const struct case_medium *m = &c->media[i];
		const struct doc *doc;
		enum row_state s = docs_state(d, m, &doc);

		json_array_append_new(out, json_pack(
			"{s:i, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:s,"
			" s:b, s:o}", "line", (int)m->line,
			"asset", json_text_or_null(m->asset),
			"name", json_text_or_null(m->name),
			"serial", json_text_or_null(m->serial),
			"model", json_text_or_null(m->model),
			"qty", json_text_or_null(m->qty),
			"unit", json_text_or_null(m->unit),
			"items", json_text_or_null(m->items),
			"notes", json_text_or_null(m->notes),
			"state", docs_state_name(s),
			"settled", docs_settled(s),
			"cert_id", json_text_or_null(doc ? doc->report.cert_id :
						     "")));
	}
	return out;
}

static json_t *
json_documents(const struct docs *d)
{
	json_t *out = json_array();
	size_t i;

	for (i = 0; i < d->n; i++)
		json_array_append_new(out, json_pack(
			"{s:s, s:s, s:b, s:o}", "file", d->doc[i].report.file,
			"cert_id", d->doc[i].report.cert_id,
			"holds", d->doc[i].json != NULL,
			"why", json_text_or_null(d->doc[i].json ? "" :
						 d->doc[i].why)));
	return out;
}

static int
show(const struct cli *cli, const struct casefile *c, const struct docs *d)
{
	char missing[2048] = "";
	int lacks = case_complete(c, cli->lang, missing, sizeof(missing));
	size_t bad;

	if (cli->json)
		cli_json(json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:o}",
				   "case", c->dir, "fields", json_fields(c),
				   "items", json_items(c),
				   "media", json_media(c, d),
				   "documents", json_documents(d),
				   "undocumented", json_loose(d),
				   "missing", json_text_or_null(missing)));
	else
		print_case(c, d, cli->lang);
	ready_warn_numbers(c);
	bad = say_bad(d);
	say_loose(d);
	if (lacks)
		cli_error("%s", missing);
	return bad ? EXIT_NOT_ERASED : lacks ? EXIT_USAGE : 0;
}

/* ---- close ------------------------------------------------------------- */

/* out/report.pdf, or the next number that is free. */
static int
store_report(const char *dir, const uint8_t *pdf, size_t len, char *path,
	     size_t path_len)
{
	int n, err = -EEXIST;

	for (n = 1; n < REPORTS_MAX && err == -EEXIST; n++) {
		if (n == 1)
			snprintf(path, path_len, "%s/out/report.pdf", dir);
		else
			snprintf(path, path_len, "%s/out/report-%d.pdf", dir,
				 n);
		err = file_create(path, pdf, len, false);
	}
	return err;
}

static int
issue_report(const struct casefile *c, const struct docs *d,
	     const struct key *k, char *path, size_t path_len)
{
	json_t **list = calloc(d->n + 1, sizeof(json_t *));
	json_t *runs = json_loose(d);
	uint8_t *pdf = NULL, *sealed = NULL;
	size_t n = 0, i, len = 0, sealed_len = 0;
	char err[512] = "";
	int ret = -ENOMEM;

	if (!list || json_array_size(runs) != d->n_loose)
		goto out;
	for (i = 0; i < d->n; i++)
		if (d->doc[i].json)
			list[n++] = d->doc[i].json;
	ret = form_report(c, list, n, runs, &pdf, &len, err, sizeof(err));
	if (!ret)
		ret = pades_sign(pdf, len, NULL, 0, k, &sealed, &sealed_len);
	if (!ret)
		ret = store_report(c->dir, sealed, sealed_len, path, path_len);
out:
	if (ret)
		cli_error(_("the report could not be issued: %s"),
			  err[0] ? err : strerror(-ret));
	free(sealed);
	free(pdf);
	json_decref(runs);
	free(list);
	return ret;
}

static uint32_t
say_open(const struct casefile *c, const struct docs *d)
{
	uint32_t i, open = 0;

	for (i = 0; i < c->n_media; i++) {
		const struct case_medium *m = &c->media[i];
		enum row_state s = docs_state(d, m, NULL);

		if (docs_settled(s))
			continue;
		open++;
		cli_error(_("media.csv line %u (%s%s%s): %s"), m->line,
			  m->asset[0] || m->serial[0] ? m->asset : m->name,
			  m->asset[0] && m->serial[0] ? " " : "", m->serial,
			  docs_state_text(s));
	}
	return open;
}

/* Nothing was handled, says one; another tells of a medium. */
static bool
contradicts(const struct docs *d)
{
	const struct doc *nothing = docs_nothing_handled(d);
	size_t i;

	for (i = 0; nothing && i < d->n; i++)
		if (&d->doc[i] != nothing && !docs_replaced(d, &d->doc[i])) {
			cli_error(_("'%s' says that nothing was handled, but"
				    " '%s' is there; replace the former"),
				  nothing->report.cert_id,
				  d->doc[i].report.cert_id);
			return true;
		}
	return false;
}

static int
end(const struct cli *cli, const struct casefile *c, const struct docs *d)
{
	char path[PATH_LEN + 40] = "", missing[2048];
	struct key *key = NULL;
	uint32_t open;
	int ret;

	if (case_complete_form(c, false, cli->lang, missing, sizeof(missing))) {
		cli_error("%s", missing);
		return EXIT_USAGE;
	}
	if (say_bad(d)) {
		cli_error(_("no report is issued while a document does not"
			    " count; see `massho check`, and --trust for"
			    " earlier keys"));
		return EXIT_NOT_ERASED;
	}
	if (contradicts(d))
		return EXIT_NOT_ERASED;
	say_loose(d);
	open = say_open(c, d);
	if (!d->n && !c->n_media && !d->n_loose) {
		cli_error(_("nothing to report: no document in '%s/out' and no"
			    " line in media.csv"), c->dir);
		return EXIT_USAGE;
	}
	ret = docs_folder(c->dir);
	if (!ret)
		ret = docs_key(cli, c->dir, &key);
	if (!ret)
		ret = issue_report(c, d, key, path, sizeof(path));
	key_free(&key);
	if (ret)
		return EXIT_USAGE;
	if (cli->json)
		cli_json(json_pack("{s:s, s:s, s:i, s:i, s:o, s:o}",
				   "case", c->dir,
				   "report", path, "documents", (int)d->n,
				   "open", (int)open,
				   "undocumented", json_loose(d),
				   "media", json_media(c, d)));
	else
		printf(_("report: %s\n"), path);
	if (open)
		cli_error(_("%u of %u media are still open; the report says"
			    " so"), open, c->n_media);
	if (d->n_loose)
		cli_error(_("%zu erasures have no document; `massho case issue"
			    " %s` makes those whose outcome is recorded; erase"
			    " the other media again, or tell the orderer"),
			  d->n_loose, c->dir);
	return open || d->n_loose ? EXIT_EXCEPTIONS : 0;
}

/* ---- all --------------------------------------------------------------- */

static int
with_case(const struct cli *cli, const char *dir,
	  int (*use)(const struct cli *, const struct casefile *,
		     const struct docs *))
{
	struct casefile *c = NULL;
	struct docs d = { 0 };
	int ret = EXIT_USAGE, err;

	if (docs_case(dir, cli->lang, &c))
		goto out;
	err = docs_load(cli, c, &d);
	if (err)
		cli_error(_("cannot read the documents of '%s': %s"), dir,
			  strerror(-err));
	else
		ret = use(cli, c, &d);
out:
	docs_free(&d);
	free(c);
	return ret;
}

int
cmd_case(int argc, char **argv)
{
	struct cli cli;
	int ret = cli_parse(argc, argv, CLI_KEY | CLI_TRUST, USAGE, &cli);
	const char *verb;

	if (ret >= 0)
		return ret;
	if (cli.argc != 2) {
		cli_error(_("usage: %s"), USAGE);
		return EXIT_USAGE;
	}
	verb = cli.argv[0];
	if (strcmp(verb, "new") == 0)
		return begin(&cli, cli.argv[1]);
	if (strcmp(verb, "show") == 0)
		return with_case(&cli, cli.argv[1], show);
	if (strcmp(verb, "issue") == 0)
		return with_case(&cli, cli.argv[1], docs_issue);
	if (strcmp(verb, "close") == 0)
		return with_case(&cli, cli.argv[1], end);
	cli_error(_("unknown '%s'; see `massho case --help`"), verb);
	return EXIT_USAGE;
}
