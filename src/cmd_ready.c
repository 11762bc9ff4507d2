/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Is the case good for these drives?  Asked alike by `plan` and by `erase`, so
 * that a token is printed only for what will not be refused.
 */
#include "case.h"
#include "cmd_docs.h"

#include "util.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* ---- the case by itself -------------------------------------------------- */

static bool
printable(const char *what, const char *text)
{
	char err[300] = "";

	if (form_printable(text, err, sizeof(err)) == 0)
		return true;
	cli_error(_("%s: '%s' cannot be printed on the certificate: %s"), what,
		  text, err);
	return false;
}

/* A letter that no font has is found now, not when the drive is erased. */
static int
check_letters(const struct casefile *c)
{
	bool ok = true;
	uint32_t i;
	int f;

	for (f = 0; f < CASE_FIELD_COUNT && ok; f++)
		ok = printable("case.ini", c->f[f]);
	for (i = 0; i < c->n_items && ok; i++)
		ok = printable("case.ini", c->items[i].item) &&
		     printable("case.ini", c->items[i].count);
	for (i = 0; i < c->n_media && ok; i++)
		ok = printable("media.csv", c->media[i].name) &&
		     printable("media.csv", c->media[i].asset) &&
		     printable("media.csv", c->media[i].items);
	return ok ? 0 : -EILSEQ;
}

/* Late work, or a contract's dates mistyped: the certificate will say it. */
static void
warn_period(const struct casefile *c, const char *today)
{
	const char *start = c->f[CASE_CONTRACT_START];
	const char *end = c->f[CASE_CONTRACT_END];

	if ((*start && strcmp(today, start) < 0) ||
	    (*end && strcmp(today, end) > 0))
		cli_error(_("warning: today (%s) is outside the contract's"
			    " period (%s to %s); the certificate will say so"),
			  today, *start ? start : "-", *end ? end : "-");
}

void
ready_warn_numbers(const struct casefile *c)
{
	uint32_t i;

	for (i = 0; i < c->n_media; i++)
		if (case_has_mynumber(c->media[i].serial))
			cli_error(_("warning: %s/media.csv:%u: the serial '%s'"
				    " could be an individual number (My"
				    " Number); make sure that it is the"
				    " drive's"),
				  c->dir, c->media[i].line,
				  c->media[i].serial);
}

int
ready_case(const char *dir, enum lang lang, struct casefile **out)
{
	struct casefile *c = *out = calloc(1, sizeof(*c));
	char err[2048] = "", today[TIME_LEN];

	time_now(today);
	today[10] = '\0';
	if (!c)
		return -ENOMEM;
	if (case_load(dir, lang, c, err, sizeof(err)) ||
	    case_complete(c, lang, err, sizeof(err)) ||
	    case_today(c, today, lang, err, sizeof(err))) {
		cli_error("%s", err);
		return -EINVAL;
	}
	if (check_letters(c))
		return -EILSEQ;
	warn_period(c, today);
	ready_warn_numbers(c);
	return 0;
}

static int
choose(struct casefile *c, enum case_role r, const char *name)
{
	const struct case_people *p = &c->people[r];
	char list[1024] = "";

	if (!case_choose(c, r, name))
		return 0;
	for (uint32_t i = 0; i < p->n; i++) {
		size_t n = strlen(list);

		snprintf(list + n, sizeof(list) - n, "%s'%s'", i ? ", " : "",
			 p->name[i]);
	}
	cli_error(r == CASE_OPERATOR ?
		  _("'%s' is no operator of this case; it names: %s") :
		  _("'%s' is no witness of this case; it names: %s"), name,
		  *list ? list : "-");
	return -ENOENT;
}

int
ready_people(const struct cli *cli, struct casefile *c)
{
	int err = 0;

	for (int r = 0; r < CASE_ROLE_COUNT && !err; r++)
		if (cli->people[r])
			err = choose(c, (enum case_role)r, cli->people[r]);
	return err;
}

/* ---- which line of media.csv is this drive? ------------------------------ */

/* The drive that --asset is about, and the number: "/dev/sdb=A-1", or "A-1"
 * where there is one drive only. */
static int
split_asset(const struct cli *cli, const char *spec, const char **number)
{
	int i;

	for (i = 0; i < cli->argc; i++) {
		size_t n = strlen(cli->argv[i]);

		if (strncmp(spec, cli->argv[i], n) == 0 && spec[n] == '=') {
			*number = spec + n + 1;
			return i;
		}
	}
	*number = spec;
	return cli->argc == 1 ? 0 : -1;
}

static const struct case_medium *
find_asset(const struct casefile *c, const char *number)
{
	uint32_t i;

	for (i = 0; *number && i < c->n_media; i++)
		if (strcasecmp(c->media[i].asset, number) == 0)
			return &c->media[i];
	return NULL;
}

int
ready_assets(const struct cli *cli, const struct casefile *c)
{
	const char *number, *other;
	size_t i, k;

	if (cli->n_asset && !c) {
		cli_error(_("--asset names a line of media.csv: it needs a"
			    " case"));
		return -EINVAL;
	}
	for (i = 0; i < cli->n_asset; i++) {
		int at = split_asset(cli, cli->asset[i], &number);

		if (at < 0) {
			cli_error(_("--asset '%s' does not say which drive;"
				    " write --asset DEV=NUMBER"),
				  cli->asset[i]);
			return -EINVAL;
		}
		if (!find_asset(c, number)) {
			cli_error(_("no line of media.csv has the asset number"
				    " '%s'"), number);
			return -EINVAL;
		}
		for (k = 0; k < i; k++)
			if (split_asset(cli, cli->asset[k], &other) == at ||
			    find_asset(c, other) == find_asset(c, number)) {
				cli_error(_("--asset '%s' and '%s' are about"
					    " the same drive or line"),
					  cli->asset[k], cli->asset[i]);
				return -EINVAL;
			}
	}
	return 0;
}

static bool
same_serial(const struct case_medium *m, const char *serial)
{
	struct casefile *one = calloc(1, sizeof(*one));
	bool same;

	if (!one)
		return false;
	one->n_media = 1;
	one->media[0] = *m;
	same = case_match(one, serial) != NULL;
	free(one);
	return same;
}

int
ready_row(const struct cli *cli, const struct casefile *c, int drive,
	  const struct drive *d, const struct case_medium **out)
{
	const struct case_medium *own;
	const char *number;
	size_t i;

	*out = own = c ? case_match(c, d->id.serial) : NULL;
	for (i = 0; c && i < cli->n_asset; i++) {
		if (split_asset(cli, cli->asset[i], &number) != drive)
			continue;
		*out = find_asset(c, number);
		if (!*out)
			return -EINVAL;
		if ((*out)->serial[0] && !same_serial(*out, d->id.serial)) {
			cli_error(_("--asset '%s': line %u of media.csv has the"
				    " serial '%s', the drive '%s' has '%s'"),
				  number, (*out)->line, (*out)->serial,
				  cli->argv[drive],
				  d->id.serial[0] ? d->id.serial : "-");
			return -EINVAL;
		}
		if (own && own != *out) {
			cli_error(_("--asset '%s': the serial of '%s' is in"
				    " line %u of media.csv already"), number,
				  cli->argv[drive], own->line);
			return -EINVAL;
		}
	}
	return 0;
}

struct request
ready_request(const struct cli *cli, const struct casefile *c,
	      const struct case_medium *row)
{
	struct request rq = cli->rq;

	if (c) {
		rq.on_premises = !strcmp(c->f[CASE_PLACE_ON_PREMISES], "yes");
		rq.info_class = case_class(c, row);
	}
	return rq;
}

void
ready_hint(const struct casefile *c, const char *path, const struct drive *d,
	   const struct case_medium *row)
{
	if (c && c->n_media && !row && !d->id.serial[0])
		cli_error(_("note: '%s' tells no serial number; say which line"
			    " of media.csv it is by --asset '%s=NUMBER'"),
			  path, path);
	else if (c && c->n_media && !row)
		cli_error(_("note: '%s' (serial %s) is not in media.csv"), path,
			  d->id.serial);
}
