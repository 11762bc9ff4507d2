/* SPDX-License-Identifier: Apache-2.0 */
/* massho list: the drives, what is on them, what uses them.  Only looks. */
#include "cmd_detail.h"
#include "hidden.h"
#include "util.h"

#include "../certs/cert.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define USAGE "massho list [DEV...] [--json]"

enum { DEVICE, MODEL, SERIAL, SIZE, MEDIUM, TRANSPORT, STATE, COLUMNS };

#define CELL 160

struct table {
	size_t rows;
	char (*cells)[COLUMNS][CELL];
};

static const char *
or_dash(const char *s)
{
	return *s ? s : "-";
}

/* One word on whether it may be touched at all. */
static const char *
state_text(const struct drive *d)
{
	if (d->boot)
		return _("running system");
	if (d->n_uses || !d->uses_known)
		return d->uses_known ? _("in use") : _("not known");
	if (!d->id.size)
		return _("no medium");
	return d->read_only ? _("read-only") : _("free");
}

static void
fill_row(const struct drive *d, enum lang lang, char cells[COLUMNS][CELL])
{
	text_copy(cells[DEVICE], CELL, d->path);
	snprintf(cells[MODEL], CELL, "%s%s%s", d->id.vendor,
		 *d->id.vendor && *d->id.model ? " " : "",
		 *d->id.vendor ? d->id.model : or_dash(d->id.model));
	text_copy(cells[SERIAL], CELL, or_dash(d->id.serial));
	size_text(d->id.size, cells[SIZE], CELL);
	text_copy(cells[MEDIUM], CELL, medium_text(d->medium, lang));
	text_copy(cells[TRANSPORT], CELL, transport_text(d->transport, lang));
	text_copy(cells[STATE], CELL, state_text(d));
}

static void
fill_head(char cells[COLUMNS][CELL])
{
	text_copy(cells[DEVICE], CELL, _("device"));
	text_copy(cells[MODEL], CELL, _("model"));
	text_copy(cells[SERIAL], CELL, _("serial"));
	text_copy(cells[SIZE], CELL, _("size"));
	text_copy(cells[MEDIUM], CELL, _("medium"));
	text_copy(cells[TRANSPORT], CELL, _("transport"));
	text_copy(cells[STATE], CELL, _("state"));
}

static void
print_row(const struct table *t, size_t row)
{
	char padded[2 * CELL];
	size_t i, k, width, w;

	for (i = 0; i < COLUMNS; i++) {
		width = 0;
		for (k = 0; k < t->rows; k++) {
			w = text_width(t->cells[k][i]);
			if (w > width)
				width = w;
		}
		if (i == COLUMNS - 1)
			width = 0;	/* no blanks at the end of a line */
		text_pad(padded, sizeof(padded), t->cells[row][i], width);
		printf("%s%s", i ? "  " : "", padded);
	}
	putchar('\n');
}

static void
print_identity(const struct drive *d)
{
	printf("    %s %s  %s %s  %s %" PRIu32 "/%" PRIu32 "%s%s\n", "WWN",
	       or_dash(d->id.wwn), _("firmware"), or_dash(d->id.firmware),
	       _("blocks"), d->lblock, d->pblock,
	       d->removable ? "  " : "", d->removable ? _("removable") : "");
	if (d->backing[0])
		printf("    %s %s\n", _("file behind it:"), d->backing);
}

static void
print_contents(const struct drive *d)
{
	char size[32];

	for (uint32_t i = 0; i < d->n_contents; i++) {
		const struct content *c = &d->contents[i];

		printf("    %s %s: %s%s%s%s (%s)\n", _("on it:"), c->node,
		       c->type, *c->label ? " \"" : "", c->label,
		       *c->label ? "\"" : "",
		       size_text(c->len, size, sizeof(size)));
	}
}

/* What uses it and what else stands against it, each with what to do. */
static void
print_refusals(const struct drive *d, const struct cli *c)
{
	struct reasons rs = { 0 };
	char text[640];

	guard_check(d, &c->rq, &rs);
	for (uint32_t i = 0; i < rs.n; i++)
		printf("    ! %s\n", reason_text(&rs.r[i], c->lang, text,
						 sizeof(text)));
}

static int
print_table(const struct drive *d, size_t n, const struct cli *c)
{
	struct table t = { .rows = n + 1 };
	struct plan *p = calloc(1, sizeof(*p));
	int r = -ENOMEM;

	t.cells = calloc(t.rows, sizeof(*t.cells));
	if (!t.cells || !p)
		goto out;
	fill_head(t.cells[0]);
	for (size_t i = 0; i < n; i++)
		fill_row(&d[i], c->lang, t.cells[i + 1]);
	print_row(&t, 0);
	for (size_t i = 0; i < n; i++) {
		print_row(&t, i + 1);
		print_identity(&d[i]);
		print_contents(&d[i]);
		if (c->argc) {	/* named: all of it */
			detail_print(&d[i], c);
			detail_methods(&d[i], c, p);
		} else {
			detail_best(&d[i], c, p);
		}
		print_refusals(&d[i], c);
	}
	r = 0;
out:
	free(t.cells);
	free(p);
	return r;
}

/* What the drive is, and beside it what each method would be worth here. */
static json_t *
json_of(const struct drive *d, const struct cli *c, struct plan *p)
{
	json_t *j = json_drive(d, c->lang);
	struct reasons rs = { 0 };

	guard_check(d, &c->rq, &rs);
	if (!j || json_object_set_new(j, "levels", detail_levels(d, c, p)) ||
	    json_object_set_new(j, "backing", d->backing[0] ?
				json_string(d->backing) : json_null()) ||
	    json_object_set_new(j, "refusals", json_reasons(&rs, c->lang))) {
		json_decref(j);
		return NULL;
	}
	return j;
}

/* Drives that cannot be listed; NULL: whether there are any is not known. */
static json_t *
json_hidden(const struct cli *c)
{
	struct hidden h[HIDDEN_MAX];
	json_t *list = json_array();
	char text[640];
	size_t n;

	if (probe_hidden(h, ARRAY_SIZE(h), &n) && !n) {
		json_decref(list);
		return json_null();
	}
	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, json_pack(
			"{s:s, s:i, s:s, s:s, s:o}", "kind",
			hidden_name(h[i].kind), "drives", (int)h[i].drives,
			"where", h[i].where, "id", h[i].id, "text",
			json_text(hidden_text(&h[i], c->lang, text,
					      sizeof(text)))));
	return list;
}

/* Below the table, so that a drive that is not in it is not forgotten. */
static void
print_hidden(const struct cli *c)
{
	struct hidden h[HIDDEN_MAX];
	char text[640];
	size_t n;

	if (probe_hidden(h, ARRAY_SIZE(h), &n) && !n)
		cli_error(_("warning: whether drives are hidden is not known:"
			    " the PCI devices cannot be read"));
	for (size_t i = 0; i < n; i++)
		printf("! %s\n", hidden_text(&h[i], c->lang, text,
					     sizeof(text)));
}

static int
print_json(const struct drive *d, size_t n, const struct cli *c)
{
	struct plan *p = calloc(1, sizeof(*p));
	json_t *list = json_array();
	int r = p && list ? 0 : -ENOMEM;

	for (size_t i = 0; !r && i < n; i++)
		if (json_array_append_new(list, json_of(&d[i], c, p)))
			r = -ENOMEM;
	if (!r && c->argc)
		cli_json(json_pack("{s:O}", "drives", list));
	else if (!r)
		cli_json(json_pack("{s:O, s:o}", "drives", list, "hidden",
				   json_hidden(c)));
	json_decref(list);
	free(p);
	return r;
}

static int
look(const struct cli *c, struct drive *out, size_t *n)
{
	int r, ret = 0;

	*n = 0;
	if (!c->argc) {
		r = probe_all(out, DRIVES_MAX, n);
		if (r)
			cli_error(_("the list is not complete: %s"),
				  strerror(-r));
		return r ? EXIT_USAGE : 0;
	}
	for (int i = 0; i < c->argc; i++) {
		r = probe_one(c->argv[i], c->rq.image, &out[*n]);
		if (!r) {
			(*n)++;
			continue;
		}
		ret = cli_probe_error(c->argv[i], r);
	}
	return ret;
}

int
cmd_list(int argc, char **argv)
{
	struct drive *drives;
	struct cli c;
	size_t n;
	int r, ret = cli_parse(argc, argv, CLI_IMAGE, USAGE, &c);

	if (ret >= 0)
		return ret;
	if (c.argc > DRIVES_MAX) {
		cli_error(_("name at most %d drives"), DRIVES_MAX);
		return EXIT_USAGE;
	}
	drives = calloc(DRIVES_MAX, sizeof(*drives));
	if (!drives) {
		cli_error("%s", strerror(ENOMEM));
		return EXIT_USAGE;
	}
	ret = look(&c, drives, &n);
	r = c.json ? print_json(drives, n, &c) : print_table(drives, n, &c);
	if (!c.json && !c.argc)
		print_hidden(&c);
	if (r) {
		cli_error("%s", strerror(-r));
		ret = EXIT_USAGE;
	}
	free(drives);
	return ret;
}
