/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What do the documents of a case say about its media?  Only documents that
 * hold count, and of several about one medium only the newest.
 */
#include "cmd_docs.h"

#include "util.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define DOC_MAX	(16U << 20)

static const char *
member(const json_t *j, const char *key)
{
	const char *s = json_string_value(json_object_get(j, key));

	return s ? s : "";
}

/* ---- reading ----------------------------------------------------------- */

static int
is_certificate(const struct dirent *e)
{
	size_t n = strlen(e->d_name);

	return n > 5 && strcmp(e->d_name + n - 5, ".json") == 0;
}

static int
read_json(const char *path, json_t **out)
{
	char *text;
	size_t len;
	int err = file_read(path, DOC_MAX, &text, &len);

	if (err)
		return err;
	*out = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
	free(text);
	return json_is_object(*out) ? 0 : -EBADMSG;
}

static void
load_one(const char *path, enum lang lang, struct doc *out)
{
	check_file(path, NULL, 0, lang, &out->report);
	if (out->report.exit != EXIT_ERASED &&
	    out->report.exit != EXIT_EXCEPTIONS)
		return;
	if (read_json(path, &out->json) == 0 &&
	    strcmp(member(out->json, "cert_id"), out->report.cert_id) == 0)
		return;
	json_decref(out->json);
	out->json = NULL;
}

int
docs_load(const char *dir, enum lang lang, struct docs *out)
{
	char folder[PATH_LEN + 8], path[PATH_LEN * 3];
	struct dirent **names = NULL;
	int n, i;

	memset(out, 0, sizeof(*out));
	snprintf(folder, sizeof(folder), "%s/out", dir);
	n = scandir(folder, &names, is_certificate, alphasort);
	if (n < 0)
		return errno == ENOENT ? 0 : -errno;
	out->doc = calloc((size_t)n + 1, sizeof(*out->doc));
	for (i = 0; i < n; i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, names[i]->d_name);
		if (out->doc)
			load_one(path, lang, &out->doc[out->n++]);
		free(names[i]);
	}
	free(names);
	return out->doc ? 0 : -ENOMEM;
}

int
docs_folder(const char *dir)
{
	char path[PATH_LEN + 8];
	int err;

	snprintf(path, sizeof(path), "%s/out", dir);
	if (mkdir(path, 0755) == 0 || errno == EEXIST)
		return 0;
	err = -errno;
	cli_error(_("cannot make '%s': %s"), path, strerror(-err));
	return err;
}

void
docs_free(struct docs *d)
{
	size_t i;

	for (i = 0; i < d->n; i++)
		json_decref(d->doc[i].json);
	free(d->doc);
	memset(d, 0, sizeof(*d));
}

/* ---- what they say ----------------------------------------------------- */

/* By serial; by the asset number only where one side has no serial. */
static bool
about(const json_t *doc, const struct case_medium *m)
{
	struct casefile *one = calloc(1, sizeof(*one));
	const json_t *list = json_object_get(doc, "media"), *its;
	bool found = false;
	size_t i;

	if (!one)
		return false;
	one->n_media = 1;
	one->media[0] = *m;
	json_array_foreach((json_t *)list, i, its) {
		const char *serial = member(its, "serial");

		if (strcmp(serial, "unknown") == 0)
			serial = "";
		if (*serial && m->serial[0])
			found = found || case_match(one, serial);
		else
			found = found || (m->asset[0] &&
				strcasecmp(m->asset,
					   member(its, "asset_no")) == 0);
	}
	free(one);
	return found;
}

static bool
superseded(const struct docs *d, const json_t *doc)
{
	const char *id = member(doc, "cert_id");
	size_t i;

	for (i = 0; i < d->n; i++)
		if (d->doc[i].json && *id &&
		    strcmp(member(d->doc[i].json, "supersedes"), id) == 0)
			return true;
	return false;
}

static enum row_state
state_of(const json_t *doc)
{
	const char *type = member(doc, "doc_type");
	const char *result = member(doc, "result");

	if (strcmp(type, "returned") == 0)
		return ROW_RETURNED;
	if (strcmp(type, "destroyed") == 0)
		return ROW_DESTROYED;
	if (strcmp(type, "retention") == 0)
		return ROW_RETAINED;
	if (strcmp(type, "erase") != 0)
		return ROW_OPEN;
	if (strcmp(result, outcome_name(OUTCOME_ERASED)) == 0)
		return ROW_ERASED;
	if (strcmp(result, outcome_name(OUTCOME_EXCEPTIONS)) == 0)
		return ROW_EXCEPTIONS;
	if (strcmp(result, outcome_name(OUTCOME_INTERRUPTED)) == 0)
		return ROW_INTERRUPTED;
	return ROW_FAILED;
}

enum row_state
docs_state(const struct docs *d, const struct case_medium *m,
	   const struct doc **which)
{
	const struct doc *best = NULL;
	size_t i;

	for (i = 0; i < d->n; i++) {
		const struct doc *one = &d->doc[i];

		if (!one->json || !about(one->json, m) ||
		    superseded(d, one->json))
			continue;
		/* of two of the same second the worse one counts */
		int later = best ? strcmp(member(one->json, "issued_at"),
					  member(best->json, "issued_at")) : 1;
		if (later > 0 || (later == 0 && state_of(one->json) <
				  state_of(best->json)))
			best = one;
	}
	if (which)
		*which = best;
	return best ? state_of(best->json) : ROW_OPEN;
}

const char *
docs_state_name(enum row_state s)
{
	static const char *const names[ROW_STATE_COUNT] = {
		[ROW_OPEN] = "open", [ROW_FAILED] = "failed",
		[ROW_INTERRUPTED] = "interrupted",
		[ROW_RETAINED] = "retained",
		[ROW_EXCEPTIONS] = "erased_with_exceptions",
		[ROW_ERASED] = "erased", [ROW_RETURNED] = "returned",
		[ROW_DESTROYED] = "destroyed",
	};

	return names[s];
}

const char *
docs_state_text(enum row_state s)
{
	static const char *const texts[ROW_STATE_COUNT] = {
		[ROW_OPEN] = N_("open"),
		[ROW_FAILED] = N_("NOT ERASED"),
		[ROW_INTERRUPTED] = N_("interrupted"),
		[ROW_RETAINED] = N_("kept on application"),
		[ROW_EXCEPTIONS] = N_("erased with exceptions"),
		[ROW_ERASED] = N_("erased"),
		[ROW_RETURNED] = N_("returned"),
		[ROW_DESTROYED] = N_("destroyed"),
	};

	return _(texts[s]);
}

bool
docs_settled(enum row_state s)
{
	return s == ROW_ERASED || s == ROW_RETURNED ||
	       s == ROW_DESTROYED;
}

/* ---- the case and its key ---------------------------------------------- */

int
docs_case(const char *dir, enum lang lang, struct casefile **out)
{
	char err[1024] = "";
	int ret;

	*out = calloc(1, sizeof(**out));
	if (!*out)
		return -ENOMEM;
	ret = case_load(dir, lang, *out, err, sizeof(err));
	if (ret)
		cli_error("%s", err[0] ? err : strerror(-ret));
	return ret;
}

int
docs_key(const struct cli *cli, const char *dir, struct key **out)
{
	char path[PATH_LEN + 16], pass[1024], err[300] = "";
	int ret;

	snprintf(path, sizeof(path), "%s/key.p8", dir);
	if (cli->key && text_copy(path, sizeof(path), cli->key))
		return -ENAMETOOLONG;
	if (access(path, R_OK)) {
		cli_error(_("no signing key '%s': make one with `massho key new"
			    " NAME`"), path);
		return -ENOENT;
	}
	if (mlock(pass, sizeof(pass)))
		cli_error(_("warning: memory cannot be locked: %s"),
			  strerror(errno));
	ret = cli_passphrase(cli, false, pass, sizeof(pass));
	if (ret)
		cli_error(_("no passphrase for '%s': type it on a terminal or"
			    " give --pass-fd N"), path);
	else if ((ret = key_load(path, pass, out, err, sizeof(err))))
		cli_error("%s", err[0] ? err : strerror(-ret));
	zeroise(pass, sizeof(pass));
	munlock(pass, sizeof(pass));
	return ret;
}
