/* SPDX-License-Identifier: Apache-2.0 */
/* What is told to the orderer at the end: what each medium's documents say, and
 * which erasures have none. */
#include "cmd_docs.h"

#include "util.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define REPORTS_MAX 1000

/* Documents and logs that count for nothing. */
size_t
docs_say_bad(const struct docs *d)
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
void
docs_say_loose(const struct docs *d)
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

json_t *
docs_json_loose(const struct docs *d)
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

/* Of drives of which others have one. */
static json_t *
json_spaces_open(const struct casefile *c, const struct docs *d)
{
	json_t *out = json_array(), *list, *s;
	uint32_t i;
	size_t k;
	bool lost = !out;

	for (i = 0; i < c->n_media && !lost; i++) {
		list = docs_spaces_open(d, &c->media[i]);
		lost = !list;
		json_array_foreach(list, k, s)
			lost |= json_array_append_new(out, json_pack(
				"{s:i, s:I, s:O*}", "row", (int)i, "nsid",
				(json_int_t)cert_nsid(s), "size",
				json_object_get(s, "size"))) != 0;
		json_decref(list);
	}
	if (lost)
		json_decref(out);
	return lost ? NULL : out;
}

/* Where a line is open although its serial has a document. */
void
docs_say_spaces(const struct casefile *c, const struct docs *d)
{
	json_t *list = json_spaces_open(c, d), *s;
	size_t i;

	json_array_foreach(list, i, s) {
		const struct case_medium *m = &c->media[json_integer_value(
			json_object_get(s, "row"))];

		cli_error(_("media.csv line %u (%s%s%s): no document tells of"
			    " namespace %u"), m->line, m->asset,
			  m->asset[0] && m->serial[0] ? " " : "", m->serial,
			  cert_nsid(s));
	}
	json_decref(list);
}

/* ---- the report --------------------------------------------------------- */

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
	json_t *runs = docs_json_loose(d), *spaces = json_spaces_open(c, d);
	uint8_t *pdf = NULL, *sealed = NULL;
	size_t n = 0, i, len = 0, sealed_len = 0;
	char err[512] = "";
	int ret = -ENOMEM;

	if (!list || !spaces || json_array_size(runs) != d->n_loose)
		goto out;
	for (i = 0; i < d->n; i++)
		if (d->doc[i].json)
			list[n++] = d->doc[i].json;
	ret = form_report(c, list, n, runs, spaces, &pdf, &len, err,
			  sizeof(err));
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
	json_decref(spaces);
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

/* Nothing that contradicts another may be put together. */
static int
may_report(const struct cli *cli, const struct casefile *c,
	   const struct docs *d)
{
	char missing[2048];

	if (case_complete_form(c, false, cli->lang, missing, sizeof(missing))) {
		cli_error("%s", missing);
		return EXIT_USAGE;
	}
	if (docs_say_bad(d)) {
		cli_error(_("no report is issued while a document does not"
			    " count; see `massho check`, and --trust for"
			    " earlier keys"));
		return EXIT_NOT_ERASED;
	}
	if (contradicts(d))
		return EXIT_NOT_ERASED;
	if (!d->n && !c->n_media && !d->n_loose) {
		cli_error(_("nothing to report: no document in '%s/out' and no"
			    " line in media.csv"), c->dir);
		return EXIT_USAGE;
	}
	return docs_folder(c->dir) ? EXIT_USAGE : 0;
}

int
docs_report(const struct cli *cli, const struct casefile *c,
	    const struct docs *d, const struct key *key, char *path,
	    size_t path_len, uint32_t *open)
{
	struct key *own = NULL;
	int ret = may_report(cli, c, d);

	if (ret)
		return ret;
	docs_say_loose(d);
	*open = say_open(c, d);
	docs_say_spaces(c, d);
	if (!key)
		ret = docs_key(cli, c->dir, &own);
	if (!ret)
		ret = issue_report(c, d, key ? key : own, path, path_len);
	key_free(&own);
	if (ret)
		return EXIT_USAGE;
	if (*open)
		cli_error(_("%u of %u media are still open; the report says"
			    " so"), *open, c->n_media);
	if (d->n_loose)
		cli_error(_("%zu erasures have no document; `massho case issue"
			    " %s` makes those whose outcome is recorded; erase"
			    " the other media again, or tell the orderer"),
			  d->n_loose, c->dir);
	return *open || d->n_loose ? EXIT_EXCEPTIONS : 0;
}
