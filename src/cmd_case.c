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
				   "undocumented", docs_json_loose(d),
				   "missing", json_text_or_null(missing)));
	else
		print_case(c, d, cli->lang);
	ready_warn_numbers(c);
	bad = docs_say_bad(d);
	docs_say_loose(d);
	docs_say_spaces(c, d);
	if (lacks)
		cli_error("%s", missing);
	return bad ? EXIT_NOT_ERASED : lacks ? EXIT_USAGE : 0;
}

/* ---- close ------------------------------------------------------------- */

static int
end(const struct cli *cli, const struct casefile *c, const struct docs *d)
{
	char path[PATH_LEN + 40];
	uint32_t open;
	int ret = docs_report(cli, c, d, NULL, path, sizeof(path), &open);

	if (ret == EXIT_USAGE || ret == EXIT_NOT_ERASED)
		return ret;
	if (cli->json)
		cli_json(json_pack("{s:s, s:s, s:i, s:i, s:o, s:o}",
				   "case", c->dir,
				   "report", path, "documents", (int)d->n,
				   "open", (int)open,
				   "undocumented", docs_json_loose(d),
				   "media", json_media(c, d)));
	else
		printf(_("report: %s\n"), path);
	return ret;
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
