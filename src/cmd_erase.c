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
/* What a document and its lines in the log may take, generously. */
#define ROOM_PER_DRIVE	(8ULL << 20)

static int
load_case(struct erase *e)
{
	const char *dir = e->cli.case_dir ? e->cli.case_dir : "case";

	if (e->cli.no_case && (e->cli.case_dir || e->cli.key)) {
		cli_error(_("--no-case goes with neither --case nor --key"));
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
	return ready_case(dir, e->cli.lang, &e->c) ? EXIT_USAGE : 0;
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

static void
refuse(struct job *j, enum reason_code code, const char *arg)
{
	j->refused = true;
	j->refusal.code = code;
	text_copy(j->refusal.arg, sizeof(j->refusal.arg), arg);
	j->exit = EXIT_REFUSED;
}

/* An image that lies among the records of this very run. */
static bool
in_records(const struct erase *e, const struct job *j)
{
	char *home = realpath(e->dir, NULL), *file = realpath(j->arg, NULL);
	size_t n = home ? strlen(home) : 0;
	bool in = j->d.image && home && file && !strncmp(file, home, n) &&
		  (!strncmp(file + n, "/evidence/", 10) ||
		   !strncmp(file + n, "/out/", 5));

	free(home);
	free(file);
	return in;
}

/* Would it erase more than the namespace that was named? */
static bool
shares(const struct job *j)
{
	bool shared = j->p.n_spaces > 0;

	for (uint32_t i = 0; i < j->p.n_steps; i++)
		shared |= j->p.steps[i].kind == STEP_FIRMWARE &&
			  j->d.offers[j->p.steps[i].method].shared;
	return shared;
}

/* Two namespaces of one device, at least one of which goes with the other:
 * the first one keeps its plan. */
static void
refuse_siblings(struct erase *e)
{
	for (size_t i = 0; i < e->n_jobs; i++) {
		struct job *b = &e->jobs[i];

		for (size_t k = 0; k < i && !b->refused; k++) {
			const struct job *a = &e->jobs[k];

			if (!a->refused && b->d.scope.subsystem[0] &&
			    !strcmp(a->d.scope.subsystem,
				    b->d.scope.subsystem) &&
			    (shares(a) || shares(b)))
				refuse(b, REASON_SAME_SUBSYSTEM, a->arg);
		}
	}
}

/* Erased once, it would be certified twice, each with another key. */
static void
refuse_twins(struct erase *e)
{
	size_t i, k;

	for (i = 0; i < e->n_jobs; i++) {
		struct job *j = &e->jobs[i];

		for (k = 0; k < e->n_jobs && !j->refused; k++)
			if (k != i && guard_same_medium(&j->d, &e->jobs[k].d))
				refuse(j, REASON_SAME_MEDIUM, e->jobs[k].arg);
	}
}

static int
make_plans(struct erase *e)
{
	size_t i;

	if (ready_assets(&e->cli, e->c))
		return EXIT_USAGE;
	for (i = 0; i < e->n_jobs; i++) {
		struct job *j = &e->jobs[i];
		struct request rq;

		if (ready_row(&e->cli, e->c, (int)i, &j->d, &j->row))
			return EXIT_USAGE;
		rq = ready_request(&e->cli, e->c, j->row);
		rq.rate_limit = erase_first_limit(e);
		if (plan_make(&j->d, &rq, &j->p)) {
			cli_error(_("no plan for '%s'; check --policy, --method"
				    " and --verify"), j->arg);
			return EXIT_USAGE;
		}
		if (j->p.refusals.n) {
			j->refused = true;
			j->exit = EXIT_REFUSED;
		} else if (in_records(e, j)) {
			refuse(j, REASON_EVIDENCE_HERE, j->arg);
		}
	}
	refuse_siblings(e);
	refuse_twins(e);
	return 0;
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
				refuse(&e->jobs[i], REASON_NOT_CONFIRMED, "");
		}
		return EXIT_REFUSED;
	}
	return 0;
}

static const char *
who(const struct erase *e)
{
	const char *login;

	if (e->c)
		return e->c->f[CASE_OPERATOR_NAME];
	login = getlogin();
	return login ? login : "unknown";
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
	return consent_typed(&j->p, answer, who(e), &j->consent) == 0;
}

static bool
token_given(const struct erase *e, struct job *j)
{
	size_t k;

	for (k = 0; k < e->cli.n_confirm; k++)
		if (consent_token(&j->p, e->cli.confirm[k], who(e),
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
		refuse(j, REASON_NOT_CONFIRMED, "");
	}
}

/* Words that no certificate may carry are found before they cost the data. */
static int
check_words(const struct erase *e)
{
	char err[400];
	size_t i;

	for (i = 0; e->c && i < e->n_jobs; i++) {
		const struct job *j = &e->jobs[i];

		if (j->refused || !cert_preflight(e->c, j->row, &j->d, &j->p,
						  &j->consent, e->key, err,
						  sizeof(err)))
			continue;
		cli_error(_("%s: no certificate could be issued, nothing was"
			    " touched: %s"), j->arg, err);
		return EXIT_USAGE;
	}
	return 0;
}

static int
open_log(struct erase *e)
{
	char dir[PATH_LEN + 16], station[65] = "", err[300] = "";
	struct statvfs fs = { 0 };
	int ret;

	snprintf(dir, sizeof(dir), "%s/out", e->dir);
	if (e->c && mkdir(dir, 0755) && errno != EEXIST) {
		cli_error(_("cannot make '%s': %s"), dir, strerror(errno));
		return EXIT_USAGE;
	}
	if ((e->c && access(dir, W_OK)) || statvfs(e->dir, &fs)) {
		cli_error(_("cannot write to '%s': %s"), dir, strerror(errno));
		return EXIT_USAGE;
	}
	if ((uint64_t)fs.f_bavail * fs.f_frsize < ROOM_PER_DRIVE * e->n_jobs) {
		cli_error(_("not enough free space in '%s' for evidence and"
			    " documents; %llu MiB must be free"), e->dir,
			  (unsigned long long)(ROOM_PER_DRIVE * e->n_jobs) >>
			  20);
		return EXIT_USAGE;
	}
	snprintf(dir, sizeof(dir), "%s/evidence", e->dir);
	if (gethostname(station, sizeof(station) - 1) || !station[0])
		text_copy(station, sizeof(station), "station");
	ret = evidence_open(dir, station, &e->log, err, sizeof(err));
	if (ret) {
		cli_error("%s", err[0] ? err : strerror(-ret));
		return EXIT_USAGE;
	}
	if (evidence_recovered(e->log))
		cli_error(_("note: %u earlier run(s) had ended without an"
			    " outcome; they are recorded as interrupted, and"
			    " `massho case issue` writes their documents"),
			  evidence_recovered(e->log));
	return 0;
}

static void
log_beginning(struct erase *e)
{
	size_t i;

	for (i = 0; i < e->n_jobs; i++) {
		struct job *j = &e->jobs[i];

		erase_log(e, "drive", json_drive(&j->d, e->cli.lang), NULL);
		erase_log(e, "plan", json_plan(&j->p, e->cli.lang), NULL);
		if (!j->refused)
			erase_log(e, "consent", json_consent(&j->consent),
				  NULL);
	}
}

static void
log_refusals(struct erase *e)
{
	size_t i;

	for (i = 0; i < e->n_jobs; i++) {
		struct job *j = &e->jobs[i];
		struct reasons all = j->p.refusals;

		if (!j->refused)
			continue;
		if (j->refusal.code)
			reasons_add(&all, j->refusal.code, j->refusal.arg);
		erase_log(e, "refused", json_pack("{s:s, s:o}", "drive",
			j->arg, "reasons", json_reasons(&all, e->cli.lang)),
			NULL);
		show_refusals(e, j);
		show_result(e, j);
	}
}

/* Rows of media.csv without their drive here, and drives without a row. */
static void
say_missing(const struct erase *e)
{
	uint32_t r;
	size_t i;

	for (r = 0; e->c && r < e->c->n_media; r++) {
		for (i = 0; i < e->n_jobs; i++)
			if (e->jobs[i].row == &e->c->media[r])
				break;
		if (i == e->n_jobs)
			cli_error(_("note: media.csv line %u (%s %s) is none of"
				    " these drives"), e->c->media[r].line,
				  e->c->media[r].asset, e->c->media[r].serial);
	}
	for (i = 0; i < e->n_jobs; i++)
		ready_hint(e->c, e->jobs[i].arg, &e->jobs[i].d,
			   e->jobs[i].row);
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
		show_refusals(e, &e->jobs[i]);
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
		ret = make_plans(e);
	if (!ret)
		ret = check_tokens(e);
	if (!ret && !all_refused(e))
		ret = load_key(e);
	if (!ret)
		ret = open_log(e);
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
		show_result(e, j);
	}
}

static void
done(struct erase *e)
{
	evidence_close(&e->log);
	key_free(&e->key);
	free(e->c);
	for (size_t i = 0; e->jobs && i < e->n_jobs; i++)
		free(e->jobs[i].from);
	free(e->jobs);
}

int
cmd_erase(int argc, char **argv)
{
	struct erase e = { 0 };
	size_t i;
	int ret = cli_parse(argc, argv, CLI_PLAN | CLI_IMAGE | CLI_CASE |
			    CLI_NO_CASE | CLI_KEY | CLI_CONFIRM | CLI_ASSET |
			    CLI_UNFREEZE | CLI_RESUME | CLI_MANY,
			    USAGE, &e.cli);

	if (ret >= 0)
		return ret;
	ret = prepare(&e);
	if (ret) {
		tell_untouched(&e, ret);
		done(&e);
		return ret;
	}
	for (i = 0; i < e.n_jobs; i++)
		if (e.cli.json || !e.jobs[i].refused)
			show_plan(&e, &e.jobs[i]);
	say_missing(&e);
	get_consents(&e);
	ret = check_words(&e);
	if (ret) {
		tell_untouched(&e, ret);
		done(&e);
		return ret;
	}
	log_beginning(&e);
	log_refusals(&e);
	erase_run(&e);
	say_missing(&e);
	for (i = 0; i < e.n_jobs; i++)
		ret = exit_graver(ret, e.jobs[i].exit);
	done(&e);
	return ret;
}
