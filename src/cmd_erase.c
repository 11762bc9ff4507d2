/* SPDX-License-Identifier: Apache-2.0 */
/*
 * massho erase: which drives, under which case, with whose consent?
 * Nothing is touched until every input is known to be good, the key opens and
 * the log and the folder of the documents can be written.
 */
#include "erase.h"

#include "cmd_docs.h"
#include "util.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define USAGE "massho erase DEV... [--case DIR | --no-case] [options]"

static int
load_case(struct erase *e)
{
	const char *dir = e->cli.case_dir ? e->cli.case_dir : "case";

	if (e->cli.no_case && (e->cli.case_dir || e->cli.key)) {
		cli_error(_("--no-case goes with neither --case nor --key"));
		return EXIT_USAGE;
	}
	if (e->cli.no_case && (e->cli.people[CASE_OPERATOR] ||
			       e->cli.people[CASE_WITNESS])) {
		cli_error(_("--operator and --witness choose among the people"
			    " of a case; leave --no-case out"));
		return EXIT_USAGE;
	}
	text_copy(e->dir, sizeof(e->dir), e->cli.no_case ? "." : dir);
	if (e->cli.no_case)
		return 0;
	if (!e->cli.case_dir && access("case/case.ini", F_OK)) {
		cli_error(_("no case: make one with `massho case new case` and"
			    " fill it in, or erase without a certificate by"
			    " --no-case"));
		return EXIT_USAGE;
	}
	return ready_case(dir, e->cli.lang, &e->c) ||
	       ready_people(&e->cli, e->c) ? EXIT_USAGE : 0;
}

static int
load_key(struct erase *e)
{
	if (e->cli.no_case)
		return 0;
	return docs_key(&e->cli, e->dir, &e->key) ? EXIT_USAGE : 0;
}

/* The same disk named twice would be asked for twice. */
static bool
named_before(const struct erase *e, size_t i)
{
	const struct drive *a = &e->jobs[i].d;
	struct stat x, y;
	size_t k;

	for (k = 0; k < i; k++) {
		const struct drive *b = &e->jobs[k].d;

		if (!a->image && a->major == b->major && a->minor == b->minor)
			return true;
		if (a->image && stat(a->path, &x) == 0 &&
		    stat(b->path, &y) == 0 && x.st_dev == y.st_dev &&
		    x.st_ino == y.st_ino)
			return true;
	}
	return false;
}

static int
look_at_drives(struct erase *e)
{
	size_t i;
	int err;

	e->n_jobs = (size_t)e->cli.argc;
	if (e->n_jobs == 0 || e->n_jobs > DRIVES_MAX) {
		cli_error(_("name the drives to erase (1 to %d); `massho list`"
			    " shows them"), DRIVES_MAX);
		return EXIT_USAGE;
	}
	e->jobs = calloc(e->n_jobs, sizeof(*e->jobs));
	if (!e->jobs)
		return EXIT_USAGE;
	for (i = 0; i < e->n_jobs; i++) {
		e->jobs[i].arg = e->cli.argv[i];
		e->jobs[i].w.fd = -1;
	}
	for (i = 0; i < e->n_jobs; i++) {
		struct job *j = &e->jobs[i];

		err = probe_one(j->arg, e->cli.rq.image, &j->d);
		if (err)
			return cli_probe_error(j->arg, err);
		if (named_before(e, i)) {
			cli_error(_("'%s' is named twice"), j->arg);
			return EXIT_USAGE;
		}
	}
	return 0;
}

static bool
all_refused(const struct erase *e)
{
	size_t i;

	for (i = 0; i < e->n_jobs; i++)
		if (!e->jobs[i].refused)
			return false;
	return true;
}

/* Which drives a token is for; none if it was made for one that is refused
 * now, since a refused plan has no token. */
static size_t
fits(const struct erase *e, const char *token)
{
	size_t i, n = 0;

	for (i = 0; i < e->n_jobs; i++)
		n += !e->jobs[i].refused &&
		     strcmp(token, e->jobs[i].p.token) == 0;
	return n;
}

/*
 * A token that fits no drive means that something is not as it was planned,
 * one that fits two that they cannot be told apart: then nothing is touched
 * at all.
 */
static int
check_tokens(struct erase *e)
{
	size_t i, k, spare = 0;

	for (i = 0; i < e->n_jobs; i++)
		spare += e->jobs[i].refused;
	for (k = 0; k < e->cli.n_confirm; k++) {
		size_t n = fits(e, e->cli.confirm[k]);

		if (n == 1 || (n == 0 && spare > 0)) {
			spare -= n == 0;
			continue;
		}
		if (n)
			cli_error(_("--confirm '%s' fits %zu of these drives,"
				    " which claim the same identity; nothing"
				    " was touched; name one at a time"),
				  e->cli.confirm[k], n);
		else
			cli_error(_("--confirm '%s' fits none of these drives"
				    " with this plan; nothing was touched; see"
				    " `massho plan`"), e->cli.confirm[k]);
		for (i = 0; i < e->n_jobs; i++) {
			if (!e->jobs[i].refused)
				erase_refuse(&e->jobs[i],
					     REASON_NOT_CONFIRMED, "");
		}
		return EXIT_REFUSED;
	}
	return 0;
}

static bool
ask(const struct erase *e, struct job *j)
{
	char tail[8], answer[64];

	consent_tail(&j->d.id, tail);
	fprintf(stderr, j->d.id.serial[0] ?
		_("  everything on %s will be erased; to consent, type the last"
		  " characters of its serial (%zu): ") :
		_("  everything on %s will be erased; to consent, type the last"
		  " digits of its size in bytes (%zu): "), j->arg,
		strlen(tail));
	fflush(stderr);
	if (!fgets(answer, sizeof(answer), stdin))
		return false;
	answer[strcspn(answer, "\r\n")] = '\0';
	return consent_typed(&j->p, answer, erase_who(e), &j->consent) == 0;
}

static bool
token_given(const struct erase *e, struct job *j)
{
	size_t k;

	for (k = 0; k < e->cli.n_confirm; k++)
		if (consent_token(&j->p, e->cli.confirm[k], erase_who(e),
				  &j->consent) == 0)
			return true;
	return false;
}

static void
get_consents(struct erase *e)
{
	bool terminal = isatty(STDIN_FILENO) && isatty(STDERR_FILENO) &&
			!e->cli.json;
	size_t i;

	for (i = 0; i < e->n_jobs; i++) {
		struct job *j = &e->jobs[i];

		if (j->refused)
			continue;
		if (token_given(e, j) || (terminal && ask(e, j)))
			continue;
		memset(&j->consent, 0, sizeof(j->consent));
		erase_refuse(j, REASON_NOT_CONFIRMED, "");
	}
}

/* Everything named is in use: that is the answer, whatever else is missing. */
static int
refuse_all(struct erase *e)
{
	struct reasons why;
	size_t i;

	for (i = 0; i < e->n_jobs; i++) {
		memset(&why, 0, sizeof(why));
		guard_check(&e->jobs[i].d, &e->cli.rq, &why);
		if (!why.n)
			return 0;
		e->jobs[i].p.refusals = why;
	}
	if (e->cli.no_case || e->cli.case_dir ||
	    access("case/case.ini", F_OK) == 0)
		return 0;	/* there is a log to put it into */
	for (i = 0; i < e->n_jobs; i++) {
		e->jobs[i].exit = EXIT_REFUSED;
		e->face->refused(e, &e->jobs[i]);
	}
	return EXIT_REFUSED;
}

static int
prepare(struct erase *e)
{
	int ret = cli_check_request(&e->cli.rq);

	if (!ret)
		ret = look_at_drives(e);
	if (!ret)
		ret = refuse_all(e);
	if (!ret && e->cli.unfreeze)
		ret = erase_unfreeze(e);
	if (!ret)
		ret = load_case(e);
	if (!ret)
		ret = erase_plan(e);
	if (!ret)
		ret = check_tokens(e);
	if (!ret && !all_refused(e))
		ret = load_key(e);
	if (!ret)
		ret = erase_open_log(e);
	if (!ret && e->cli.resume)
		ret = erase_resume(e);
	return ret;
}

/* Whoever reads the machine form hears of every drive that was named. */
static void
tell_untouched(struct erase *e, int ret)
{
	size_t i;

	for (i = 0; e->jobs && i < e->n_jobs; i++) {
		struct job *j = &e->jobs[i];

		if (!j->exit)
			j->exit = ret;
		if (!j->p.refusals.n && !j->refusal.code)
			text_copy(j->cert_error, sizeof(j->cert_error),
				  _("nothing was touched; standard error says"
				    " why"));
		e->face->result(e, j);
	}
}

int
cmd_erase(int argc, char **argv)
{
	struct erase e = { .face = &show_face };
	size_t i;
	int ret = cli_parse(argc, argv, CLI_PLAN | CLI_IMAGE | CLI_CASE |
			    CLI_NO_CASE | CLI_KEY | CLI_CONFIRM | CLI_ASSET |
			    CLI_UNFREEZE | CLI_RESUME | CLI_MANY | CLI_PEOPLE,
			    USAGE, &e.cli);

	if (ret >= 0)
		return ret;
	ret = prepare(&e);
	if (ret) {
		tell_untouched(&e, ret);
		erase_free(&e);
		return ret;
	}
	for (i = 0; i < e.n_jobs; i++)
		if (e.cli.json || !e.jobs[i].refused)
			e.face->plan(&e, &e.jobs[i]);
	erase_say_missing(&e);
	get_consents(&e);
	ret = erase_check_words(&e);
	if (ret) {
		tell_untouched(&e, ret);
		erase_free(&e);
		return ret;
	}
	erase_begin(&e);
	erase_run(&e);
	erase_say_missing(&e);
	for (i = 0; i < e.n_jobs; i++)
		ret = exit_graver(ret, e.jobs[i].exit);
	erase_free(&e);
	return ret;
}
