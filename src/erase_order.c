/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What has somebody decided and signed before, and what of it may begin here?
 * Whatever is not exactly as it was decided is not touched, and stops that
 * drive only.
 */
#include "erase_order.h"

#include "cmd_docs.h"
#include "util.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define P7S_MAX (64U << 10)

/* ---- reading and holding it against the case ---------------------------- */

int
order_read(const struct cli *cli, const char *path, const struct casefile *c,
	   const char *dir, struct order *o)
{
	char err[1024] = "", today[TIME_LEN];
	int ret;

	o->c = c;
	text_copy(o->dir, sizeof(o->dir), dir);
	ret = file_read(path, JOB_MAX, &o->text, &o->len);
	if (ret) {
		cli_error(_("cannot read '%s': %s"), path, strerror(-ret));
		return EXIT_USAGE;
	}
	time_now(today);
	today[10] = '\0';
	if (jobfile_parse(path, o->text, o->len, cli->lang, &o->f, err,
			  sizeof(err)) ||
	    jobfile_fits(&o->f, c, today, cli->lang, err, sizeof(err))) {
		cli_error("%s", err);
		return EXIT_USAGE;
	}
	return 0;
}

/* Only the case's own key decides over its drives. */
static int
signer_certificate(const struct cli *c, const struct order *o, char *out,
		   size_t len)
{
	char key[PATH_LEN + 16];
	size_t n;

	snprintf(key, sizeof(key), "%s/key.p8", o->dir);
	if (c->key && text_copy(key, sizeof(key), c->key))
		return -ENAMETOOLONG;
	n = strlen(key);
	if (n < 3 || strcmp(key + n - 3, ".p8") != 0)
		return -EINVAL;
	return (size_t)snprintf(out, len, "%.*s.crt", (int)n - 3, key) < len ?
	       0 : -ENAMETOOLONG;
}

static int
check_signature(const struct cli *c, const char *path, struct order *o)
{
	char p7s[PATH_LEN * 2], crt[PATH_LEN + 16], *der = NULL;
	const char *trust[] = { crt };
	size_t len = 0;
	int ret;

	snprintf(p7s, sizeof(p7s), "%s.p7s", path);
	ret = file_read(p7s, P7S_MAX, &der, &len);
	if (ret) {
		cli_error(_("'%s' is not signed (no '%s'): sign it by"
			    " `massho job sign`"), path, p7s);
		return EXIT_REFUSED;
	}
	if (signer_certificate(c, o, crt, sizeof(crt)))
		crt[0] = '\0';
	sign_verify(o->text, o->len, (const uint8_t *)der, len, trust, 1,
		    &o->signer);
	free(der);
	if (o->signer.trust == TRUST_OK)
		return 0;
	cli_error(o->signer.trust == TRUST_BAD ?
		  _("the signature of '%s' does not hold (%s); nothing was"
		    " touched") :
		  _("'%s' is not signed by the key of this case (%s); nothing"
		    " was touched"), path, o->signer.trust == TRUST_BAD ?
		  sign_why_text(o->signer.why, c->lang) : o->signer.subject);
	return EXIT_REFUSED;
}

int
order_load(const struct cli *cli, const char *path, const struct casefile *c,
	   const char *dir, struct order *o)
{
	int ret = order_read(cli, path, c, dir, o);

	return ret ? ret : check_signature(cli, path, o);
}

void
order_free(struct order *o)
{
	free(o->text);
	memset(o, 0, sizeof(*o));
}

static json_t *
names_json(const struct jobfile *f)
{
	json_t *list = json_array();

	for (uint32_t i = 0; list && i < f->n; i++)
		json_array_append_new(list, json_pack("{s:s, s:o}",
			"kind", f->names[i].asset ? "asset_no" : "serial",
			"value", json_text(f->names[i].text)));
	return list;
}

json_t *
order_json(const struct order *o)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
			 "sha256", json_hex(o->f.digest, DIGEST_LEN),
			 "contract_no", json_text(o->f.contract),
			 "policy", json_text(o->f.policy),
			 "verify", json_text_or_null(o->f.verify),
			 "until", json_text(o->f.until),
			 "ordered_by", json_text(o->f.who),
			 "signer", json_text(o->signer.fingerprint),
			 "drives", names_json(&o->f));
}

/* ---- which of its drives are here? -------------------------------------- */

/* One that was named and is not taken: said, and nothing else stops. */
static void
leave(const struct erase *e, const struct job_name *name, const char *why,
      const char *text)
{
	if (e->cli.json)
		cli_json(json_pack("{s:s, s:o, s:s}", "event", "left",
				   "name", json_text(name->text), "why", why));
	cli_error(_("line %u, '%s': %s"), name->line, name->text, text);
}

static struct job *
add_job(struct erase *e, const struct drive *d)
{
	struct job *j = &e->jobs[e->n_jobs];
	size_t i;

	for (i = 0; i < e->n_jobs; i++)
		if (strcmp(e->jobs[i].d.path, d->path) == 0)
			return NULL;
	j->d = *d;
	j->arg = j->d.path;
	j->w.fd = -1;
	e->n_jobs++;
	return j;
}

static int
take_name(struct erase *e, const struct order *o, const struct job_name *name,
	  const struct drive *d, size_t n)
{
	const struct drive *found = NULL;
	char serial[512];
	size_t i;

	if (jobfile_serial(name, o->c, serial, sizeof(serial))) {
		leave(e, name, "no_serial", _("its line of media.csv has no"
					      " serial; erase it by hand"));
		return EXIT_REFUSED;
	}
	for (i = 0; i < n; i++) {
		if (!*serial || strcasecmp(d[i].id.serial, serial) != 0)
			continue;
		if (found) {
			leave(e, name, "ambiguous", _("two drives tell this"
				" serial; neither is touched"));
			return EXIT_REFUSED;
		}
		found = &d[i];
	}
	if (!found)
		leave(e, name, "absent", _("is not in this machine"));
	else if (!add_job(e, found))
		leave(e, name, "twice", _("is named in another line as well"));
	return 0;
}

int
order_find(struct erase *e, const struct order *o, const struct drive *d,
	   size_t n)
{
	int ret = 0;
	uint32_t i;

	e->jobs = calloc(o->f.n, sizeof(*e->jobs));
	if (!e->jobs) {
		cli_error("%s", strerror(ENOMEM));
		return EXIT_USAGE;
	}
	for (i = 0; i < o->f.n; i++)
		ret = exit_graver(ret, take_name(e, o, &o->f.names[i], d, n));
	if (e->n_jobs)
		return ret;
	cli_error(_("none of the job's drives is in this machine"));
	return exit_graver(ret, EXIT_REFUSED);
}

int
order_request(struct erase *e, const struct order *o)
{
	text_copy(e->dir, sizeof(e->dir), o->dir);
	text_copy(e->cli.rq.policy, sizeof(e->cli.rq.policy), o->f.policy);
	if (o->f.verify[0] && cli_verify(o->f.verify, &e->cli.rq)) {
		cli_error(_("bad value '%s' of 'verify': full, sample,"
			    " sample:PCT or sample:SIZE"), o->f.verify);
		return EXIT_USAGE;
	}
	return cli_check_request(&e->cli.rq);
}

/* ---- which of them are erased already? ---------------------------------- */

/* Started a second time, as after a power failure, it goes on where it was. */
int
order_skip_erased(struct erase *e, const struct order *o, int *left)
{
	const struct doc *doc;
	struct docs docs;
	size_t i, kept = 0;

	if (docs_load(&e->cli, o->c, &docs)) {
		cli_error(_("the documents of the case cannot be read"));
		docs_free(&docs);
		return EXIT_USAGE;
	}
	for (i = 0; i < e->n_jobs; i++) {
		struct job *j = &e->jobs[i];

		j->row = case_match(o->c, j->d.id.serial);
		doc = docs_erased(&docs, &j->d);
		if (!doc) {
			if (kept != i) {
				e->jobs[kept] = *j;
				e->jobs[kept].arg = e->jobs[kept].d.path;
			}
			kept++;
			continue;
		}
		if (e->cli.json)
			cli_json(json_pack("{s:s, s:o, s:s, s:s}", "event",
				"left", "name", json_text(j->d.id.serial),
				"why", "erased", "cert_id",
				cert_get(doc->json, "cert_id")));
		cli_error(_("%s (%s) is left alone: certificate %s says that it"
			    " was erased"), j->arg, j->d.id.serial,
			  cert_get(doc->json, "cert_id"));
	}
	if (kept < e->n_jobs)
		*left = exit_graver(*left, EXIT_REFUSED);
	e->n_jobs = kept;
	docs_free(&docs);
	return 0;
}

void
order_consent(struct erase *e, const struct order *o)
{
	char serial[512], err[400];
	uint32_t k;
	size_t i;

	for (i = 0; i < e->n_jobs; i++) {
		struct job *j = &e->jobs[i];
		int no = -EACCES;

		for (k = 0; !j->refused && no && k < o->f.n; k++)
			if (!jobfile_serial(&o->f.names[k], o->c, serial,
					    sizeof(serial)))
				no = consent_job(&j->p, serial, o->f.who,
						 &j->consent);
		if (j->refused)
			continue;
		if (no) {
			erase_refuse(j, REASON_NOT_CONFIRMED, "");
			continue;
		}
		if (cert_preflight(o->c, j->row, &j->d, &j->p, &j->consent,
				   e->key, err, sizeof(err))) {
			cli_error(_("%s: no certificate could be issued,"
				    " nothing was touched: %s"), j->arg, err);
			memset(&j->consent, 0, sizeof(j->consent));
			erase_refuse(j, REASON_INTERNAL, "certificate");
		}
	}
}

