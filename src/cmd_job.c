/* SPDX-License-Identifier: Apache-2.0 */
/*
 * massho job: erasing on a bench with nobody standing by.  Which drives may go
 * is decided and signed before; what is not exactly as it was decided is not
 * touched, and stops that drive only.
 */
#include "erase_order.h"

#include "cmd_docs.h"
#include "util.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define USAGE "massho job sign|show|run FILE --case DIR [--key FILE]"

/* A job file, and the case that it is of. */
struct told {
	struct order o;
	struct casefile *c;
	char dir[PATH_LEN];
};

static int
load(const struct cli *cli, const char *path, bool is_signed, struct told *t)
{
	text_copy(t->dir, sizeof(t->dir), cli->case_dir ? cli->case_dir :
							  "case");
	if (ready_case(t->dir, cli->lang, &t->c) ||
	    ready_people(cli, t->c))
		return EXIT_USAGE;
	return is_signed ? order_load(cli, path, t->c, t->dir, &t->o) :
			   order_read(cli, path, t->c, t->dir, &t->o);
}

static void
drop(struct told *t)
{
	order_free(&t->o);
	free(t->c);
}

/* ---- sign, show --------------------------------------------------------- */

static int
sign_order(const struct cli *c, const char *path)
{
	struct told t = { 0 };
	struct key *k = NULL;
	uint8_t *der = NULL;
	char p7s[PATH_LEN * 2];
	size_t len = 0;
	int ret = load(c, path, false, &t), err;

	if (ret || docs_key(c, t.dir, &k)) {
		drop(&t);
		return EXIT_USAGE;
	}
	snprintf(p7s, sizeof(p7s), "%s.p7s", path);
	err = sign_cms(k, t.o.text, t.o.len, &der, &len);
	/* that of an earlier version is worth nothing any more */
	if (!err && unlink(p7s) && errno != ENOENT)
		err = -errno;
	if (!err)
		err = file_create(p7s, der, len, false);
	if (err)
		cli_error(_("cannot write '%s': %s"), p7s, strerror(-err));
	else if (c->json)
		cli_json(json_pack("{s:o}", "signature", json_text(p7s)));
	else
		printf(_("signature: %s\n"), p7s);
	free(der);
	key_free(&k);
	drop(&t);
	return err ? EXIT_USAGE : 0;
}

static int
show_order(const struct cli *c, const char *path)
{
	struct told t = { 0 };
	int ret = load(c, path, true, &t);
	const struct jobfile *f = &t.o.f;
	uint32_t i;

	if (!ret && c->json) {
		cli_json(order_json(&t.o));
	} else if (!ret) {
		printf(_("policy %s, until %s, ordered by %s, signed by %s\n"),
		       f->policy, f->until, f->who, t.o.signer.subject);
		for (i = 0; i < f->n; i++)
			printf("  %s %s\n", f->names[i].asset ?
			       _("asset number") : _("serial"),
			       f->names[i].text);
	}
	drop(&t);
	return ret;
}

/* ---- run ---------------------------------------------------------------- */

static int
find_drives(struct erase *e, const struct order *o)
{
	struct drive *d = calloc(DRIVES_MAX, sizeof(*d));
	size_t n = 0;
	int ret, err = d ? probe_all(d, DRIVES_MAX, &n) : -ENOMEM;

	if (err) {
		/* two of one serial could not be told from one */
		cli_error(_("the list is not complete: %s"), strerror(-err));
		ret = EXIT_USAGE;
	} else {
		ret = order_find(e, o, d, n);
	}
	free(d);
	return ret;
}

static int
prepare(struct erase *e, const struct order *o, int *left)
{
	int ret = order_request(e, o);

	if (!ret)
		ret = docs_key(&e->cli, e->dir, &e->key) ? EXIT_USAGE : 0;
	if (!ret)
		ret = order_skip_erased(e, o, left);
	if (!ret)
		ret = erase_plan(e);
	return ret ? ret : erase_open_log(e);
}

static int
run_jobs(struct erase *e, const struct order *o)
{
	size_t i;
	int ret = 0;

	order_consent(e, o);
	erase_log(e, "job", order_json(o));
	for (i = 0; i < e->n_jobs; i++)
		if (e->cli.json || !e->jobs[i].refused)
			e->face->plan(e, &e->jobs[i]);
	erase_begin(e);
	erase_run(e);
	for (i = 0; i < e->n_jobs; i++)
		ret = exit_graver(ret, e->jobs[i].exit);
	return ret;
}

static int
run_order(const struct cli *c, const char *path)
{
	struct erase e = { .face = &show_face, .cli = *c };
	struct told t = { 0 };
	int ret = load(c, path, true, &t), left = 0;

	if (!ret)
		left = find_drives(&e, &t.o);
	if (!ret && e.n_jobs && left != EXIT_USAGE) {
		e.c = t.c;
		ret = prepare(&e, &t.o, &left);
		if (!ret)
			ret = run_jobs(&e, &t.o);
	}
	e.c = NULL;		/* dropped with the order */
	erase_free(&e);
	drop(&t);
	return exit_graver(ret, left);
}

int
cmd_job(int argc, char **argv)
{
	struct cli c;
	int ret = cli_parse(argc, argv, CLI_CASE | CLI_KEY | CLI_PEOPLE, USAGE,
			    &c);

	if (ret >= 0)
		return ret;
	if (c.argc == 2 && !strcmp(c.argv[0], "sign"))
		return sign_order(&c, c.argv[1]);
	if (c.argc == 2 && !strcmp(c.argv[0], "show"))
		return show_order(&c, c.argv[1]);
	if (c.argc == 2 && !strcmp(c.argv[0], "run"))
		return run_order(&c, c.argv[1]);
	cli_error(_("usage: %s"), USAGE);
	return EXIT_USAGE;
}
