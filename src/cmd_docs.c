/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which documents has a case?  Only those that hold, of a trusted signer and of
 * this contract count.  Which erasures have no document at all?
 */
#include "cmd_docs.h"

#include "util.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define DOC_MAX	(16U << 20)

/* ---- reading ----------------------------------------------------------- */

static int
is_certificate(const struct dirent *e)
{
	size_t n = strlen(e->d_name);

	return n > 5 && (strcmp(e->d_name + n - 5, ".json") == 0 ||
			 (n > 9 && !strcmp(e->d_name + n - 9, ".json.tmp")));
}

/* One that a power cut left without its name counts unless it has got it. */
static bool
is_second(char *name, struct dirent *const *names, int n)
{
	size_t len = strlen(name);
	int i;

	if (len < 4 || strcmp(name + len - 4, ".tmp") != 0)
		return false;
	name[len - 4] = '\0';
	for (i = 0; i < n; i++)
		if (names[i] && names[i]->d_name != name &&
		    !strcmp(names[i]->d_name, name))
			return true;
	return false;
}

static int
read_json(const char *path, json_t **out)
{
	char *text;
	size_t len;
	bool cut;
	int err = file_read_cut(path, DOC_MAX, &text, &len, &cut);

	if (err)
		return err;
	*out = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
	free(text);
	return json_is_object(*out) ? 0 : -EBADMSG;
}

/* The gravest complaint: trust is asked for only where all else holds. */
static const char *
complaint(const struct check_report *r)
{
	const char *why = _("its content cannot be read");
	uint32_t i;

	for (i = r->n; i-- > 0;)
		if (!r->lines[i].holds &&
		    strcmp(r->lines[i].what, "trust") == 0)
			why = r->lines[i].detail;
	for (i = r->n; i-- > 0;)
		if (!r->lines[i].holds &&
		    strcmp(r->lines[i].what, "trust") != 0)
			why = r->lines[i].detail;
	return why;
}

/* The name of what is not that of the case; NULL if all is. */
static const char *
foreign(const struct casefile *c, const json_t *doc, enum lang lang)
{
	static const struct {
		const char *path;
		enum case_field field;
	} own[] = {
		{ "contract.name", CASE_CONTRACT_NAME },
		{ "contract.no", CASE_CONTRACT_NO },
		{ "addressee.name", CASE_ADDRESSEE_NAME },
		{ "contractor.name", CASE_CONTRACTOR_NAME },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(own); i++)
		if (strcmp(cert_get(doc, own[i].path),
			   c->f[own[i].field]) != 0)
			return case_field_name(own[i].field, lang);
	return NULL;
}

/* The checker has looked into the log only if it is there. */
static bool
is_logged(const struct casefile *c, const struct doc *d)
{
	const char *file = cert_get(d->json, "evidence.file");
	char path[PATH_LEN * 2];
	uint32_t i;

	if (!*file || *file == '.' || strchr(file, '/') ||
	    (size_t)snprintf(path, sizeof(path), "%s/evidence/%s", c->dir,
			     file) >= sizeof(path) || access(path, R_OK))
		return false;
	for (i = 0; i < d->report.n; i++)
		if (strcmp(d->report.lines[i].what, "evidence") == 0 &&
		    d->report.lines[i].looked && d->report.lines[i].holds)
			return true;
	return false;
}

struct trusted {
	size_t n;
	const char *crt[ARRAY_SIZE(((struct cli *)0)->trust) + 2];
	char own[PATH_LEN + 16], named[PATH_LEN + 16];
};

/* The certificates of the case's key and of the one named, if there are. */
static void
trust(const struct cli *cli, const char *dir, struct trusted *t)
{
	size_t n = cli->key ? strlen(cli->key) : 0;

	for (t->n = 0; t->n < cli->n_trust; t->n++)
		t->crt[t->n] = cli->trust[t->n];
	snprintf(t->own, sizeof(t->own), "%s/key.crt", dir);
	if (access(t->own, R_OK) == 0)
		t->crt[t->n++] = t->own;
	if (n < 3 || n > PATH_LEN || strcmp(cli->key + n - 3, ".p8") != 0)
		return;
	snprintf(t->named, sizeof(t->named), "%.*s.crt", (int)n - 3, cli->key);
	if (access(t->named, R_OK) == 0)
		t->crt[t->n++] = t->named;
}

static void
load_one(const char *path, const struct casefile *c, const struct trusted *t,
	 enum lang lang, struct doc *out)
{
	const char *what;

	check_file(path, t->crt, t->n, lang, &out->report);
	snprintf(out->why, sizeof(out->why), "%s", complaint(&out->report));
	if (out->report.exit != EXIT_ERASED || read_json(path, &out->json) ||
	    strcmp(cert_get(out->json, "cert_id"), out->report.cert_id) != 0)
		goto nothing;
	what = foreign(c, out->json, lang);
	if (what)
		snprintf(out->why, sizeof(out->why), _("it does not belong to"
			 " this case ('%s' differs); move it away"), what);
	else if (strcmp(cert_get(out->json, "doc_type"), "erase") == 0 &&
		 !is_logged(c, out))
		snprintf(out->why, sizeof(out->why), _("its evidence log '%s'"
			 " is not in the case"),
			 cert_get(out->json, "evidence.file"));
	else
		return;
nothing:
	json_decref(out->json);
	out->json = NULL;
}

static int
load_all(const struct cli *cli, const struct casefile *c, struct docs *out)
{
	char folder[PATH_LEN + 8], path[PATH_LEN * 3];
	struct dirent **names = NULL;
	struct trusted t;
	int n, i;

	trust(cli, c->dir, &t);
	snprintf(folder, sizeof(folder), "%s/out", c->dir);
	n = scandir(folder, &names, is_certificate, alphasort);
	if (n < 0)
		return errno == ENOENT ? 0 : -errno;
	out->doc = calloc((size_t)n + 1, sizeof(*out->doc));
	for (i = 0; i < n; i++) {
		if (!out->doc || is_second(names[i]->d_name, names, n))
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, names[i]->d_name);
		load_one(path, c, &t, cli->lang, &out->doc[out->n++]);
	}
	for (i = 0; i < n; i++)
		free(names[i]);
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
	json_decref(d->seen);
	free(d->doc);
	free(d->loose);
	memset(d, 0, sizeof(*d));
}

/* ---- runs without a document ------------------------------------------- */

struct reading {
	struct docs *d;
	const char *log;
	json_t *nsids;		/* of its drives, by their paths */
};

/* What a later line says of an intent; another intent: that it goes on from
 * it, and stands for it as well. */
static void
take_end(struct docs *d, const char *event, const json_t *b)
{
	bool intent = strcmp(event, "intent") == 0;
	uint8_t receipt[DIGEST_LEN];
	size_t i;

	if (hex_decode(receipt, DIGEST_LEN, cert_get(b, intent ?
			"resumes.receipt" : "receipt")))
		return;
	for (i = 0; i < d->n_loose; i++) {
		struct loose *l = &d->loose[i];

		if (memcmp(l->receipt, receipt, DIGEST_LEN) != 0)
			continue;
		l->went_on |= intent;
		if (strcmp(event, "outcome") == 0)
			text_copy(l->result, sizeof(l->result),
				  cert_get(b, "result"));
		else if (strcmp(event, "certificate") == 0)
			text_copy(l->cert_id, sizeof(l->cert_id),
				  cert_get(b, "cert_id"));
	}
}

static int
take_intent(struct reading *r, const struct evidence_line *l)
{
	struct docs *d = r->d;
	const json_t *b = l->body;
	struct loose *more;

	more = realloc(d->loose, (d->n_loose + 1) * sizeof(*more));
	if (!more)
		return -ENOMEM;
	d->loose = more;
	more += d->n_loose++;
	memset(more, 0, sizeof(*more));
	memcpy(more->receipt, l->hash, DIGEST_LEN);
	text_copy(more->log, sizeof(more->log), r->log);
	text_copy(more->time, sizeof(more->time), l->time);
	text_copy(more->model, sizeof(more->model),
		  cert_get(b, "identity.model"));
	text_copy(more->serial, sizeof(more->serial),
		  cert_get(b, "identity.serial"));
	text_copy(more->wwn, sizeof(more->wwn), cert_get(b, "identity.wwn"));
	text_copy(more->path, sizeof(more->path), cert_get(b, "plan.path"));
	more->nsid = cert_intent_nsid(r->nsids, b);
	return 0;
}

static int
take_line(void *ctx, const struct evidence_line *l)
{
	struct reading *r = ctx;
	int err = cert_note_nsid(r->nsids, l);

	take_end(r->d, l->event, l->body);
	if (!err && strcmp(l->event, "drive") == 0)
		err = docs_saw(r->d, l->body);
	if (!err && strcmp(l->event, "intent") == 0)
		err = take_intent(r, l);
	return err;
}

static int
scan_log(const char *path, enum lang lang, struct docs *out)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct reading r = { out, strrchr(path, '/') + 1, json_object() };
	struct log_chain chain = { 0 };
	char why[256];
	int err;

	if (fd < 0) {
		err = -errno;
		json_decref(r.nsids);
		return err;
	}
	err = r.nsids ? evidence_scan(fd, take_line, &r, &chain) : -ENOMEM;
	/* what is written right now, or was cut off, has a torn end */
	if (!err && chain.fault != CHAIN_HOLDS && chain.fault != CHAIN_TORN) {
		chain_text(&chain, lang, why, sizeof(why));
		snprintf(out->log_why, sizeof(out->log_why), "%.100s: %s",
			 path, why);
	}
	chain_free(&chain);
	close(fd);
	json_decref(r.nsids);
	return err;
}

/* Does a document tell of this run, or of a later one of the same drive? */
static bool
is_told(const struct docs *d, const struct loose *l)
{
	size_t i;

	if (l->went_on)
		return true;
	for (i = 0; i < d->n; i++) {
		const json_t *doc = d->doc[i].json;
		const json_t *m = json_array_get(json_object_get(doc, "media"),
						 0);
		bool known = l->serial[0] && strcmp(l->serial, "unknown") != 0;
		uint8_t receipt[DIGEST_LEN];

		if (hex_decode(receipt, DIGEST_LEN,
			       cert_get(doc, "evidence.receipt")) == 0 &&
		    memcmp(receipt, l->receipt, DIGEST_LEN) == 0)
			return true;
		if (strcmp(cert_get(doc, "doc_type"), "erase") == 0 &&
		    strcmp(cert_get(doc, "issued_at"), l->time) > 0 &&
		    (known ? strcmp(cert_get(m, "serial"), l->serial) == 0 &&
		     strcmp(cert_get(m, "model"), l->model) == 0 &&
		     !cert_tells_apart(doc, l->wwn, l->nsid) :
		     json_is_true(json_object_get(m, "image")) &&
		     strcmp(cert_get(m, "path"), l->path) == 0))
			return true;
	}
	return false;
}

static int
is_log(const struct dirent *e)
{
	size_t n = strlen(e->d_name);

	return n > 6 && strcmp(e->d_name + n - 6, ".jsonl") == 0;
}

static int
load_loose(const struct casefile *c, enum lang lang, struct docs *out)
{
	char folder[PATH_LEN + 16], path[PATH_LEN * 3];
	struct dirent **names = NULL;
	int n, i, err = 0;
	size_t k, kept = 0;

	snprintf(folder, sizeof(folder), "%s/evidence", c->dir);
	n = scandir(folder, &names, is_log, alphasort);
	if (n < 0)
		return errno == ENOENT ? 0 : -errno;
	for (i = 0; i < n; i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, names[i]->d_name);
		if (!err)
			err = scan_log(path, lang, out);
		free(names[i]);
	}
	free(names);
	for (k = 0; k < out->n_loose; k++)
		if (!is_told(out, &out->loose[k]))
			out->loose[kept++] = out->loose[k];
	out->n_loose = kept;
	return err;
}

int
docs_load(const struct cli *cli, const struct casefile *c, struct docs *out)
{
	int err;

	memset(out, 0, sizeof(*out));
	err = load_all(cli, c, out);
	return err ? err : load_loose(c, cli->lang, out);
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
	char own[PATH_LEN + 16], pass[1024], err[300] = "";
	const char *path = cli->key ? cli->key : own;
	int ret;

	snprintf(own, sizeof(own), "%s/key.p8", dir);
	if (access(path, R_OK)) {
		cli_error(_("no signing key '%s': make one with `massho key new"
			    " NAME --cn 'SIGNER'`"), path);
		return -ENOENT;
	}
	if (key_is_open(path))
		cli_error(_("warning: others can read the key '%s': `chmod 600`"
			    " it"), path);
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
