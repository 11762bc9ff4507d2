/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What comes before the first write, whoever's face asks: the plans, what
 * speaks against them, the log, and what is put down in it.
 */
#include "erase.h"

#include "cmd_docs.h"
#include "stick.h"
#include "util.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* What a document and its lines in the log may take, generously. */
#define ROOM_PER_DRIVE	(8ULL << 20)

void
erase_refuse(struct job *j, enum reason_code code, const char *arg)
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
				erase_refuse(b, REASON_SAME_SUBSYSTEM, a->arg);
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
				erase_refuse(j, REASON_SAME_MEDIUM,
					     e->jobs[k].arg);
	}
}

int
erase_plan(struct erase *e)
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
			erase_refuse(j, REASON_EVIDENCE_HERE, j->arg);
		}
	}
	refuse_siblings(e);
	refuse_twins(e);
	return 0;
}

const char *
erase_who(const struct erase *e)
{
	const char *login;

	if (e->c)
		return e->c->f[CASE_OPERATOR_NAME];
	login = getlogin();
	return login ? login : "unknown";
}

/* Whoever makes the document later must not take it for another's work. */
json_t *
erase_people(const struct erase *e)
{
	if (!e->c)
		return json_null();
	return json_pack("{s:o, s:o}", "operator", json_text_or_null(
				case_person(e->c, CASE_OPERATOR)),
			 "witness", json_text_or_null(
				case_person(e->c, CASE_WITNESS)));
}

/* Words that no certificate may carry are found before they cost the data. */
int
erase_check_words(const struct erase *e)
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

/* In a live system there is no other place that outlasts its power. */
static int
check_stick(const struct erase *e)
{
	struct stick s;
	char why[400];

	if (!stick_ready(STICK_RUN, e->dir, 0, &s) || !s.live)
		return 0;
	erase_say(e, "%s", stick_why(&s, e->cli.lang, why, sizeof(why)));
	return EXIT_USAGE;
}

int
erase_open_log(struct erase *e)
{
	char dir[PATH_LEN + 16], station[65] = "", err[300] = "";
	struct statvfs fs = { 0 };
	int ret = check_stick(e);

	if (ret)
		return ret;
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
			    " outcome; they are recorded as interrupted"),
			  evidence_recovered(e->log));
	return 0;
}

static void
log_refusal(struct erase *e, const struct job *j)
{
	struct reasons all = j->p.refusals;

	if (j->refusal.code)
		reasons_add(&all, j->refusal.code, j->refusal.arg);
	erase_note(e, "refused", json_pack("{s:s, s:o}", "drive", j->arg,
		   "reasons", json_reasons(&all, e->cli.lang)), NULL);
}

static void
log_beginning(struct erase *e)
{
	size_t i;

	for (i = 0; i < e->n_jobs; i++) {
		struct job *j = &e->jobs[i];

		erase_note(e, "drive", json_drive(&j->d, e->cli.lang), NULL);
		erase_note(e, "plan", json_plan(&j->p, e->cli.lang), NULL);
		if (j->refused)
			log_refusal(e, j);
		else
			erase_note(e, "consent", json_consent(&j->consent),
				   NULL);
	}
}

void
erase_begin(struct erase *e)
{
	size_t i;

	log_beginning(e);
	erase_sync(e);
	for (i = 0; i < e->n_jobs; i++) {
		if (!e->jobs[i].refused)
			continue;
		e->face->refused(e, &e->jobs[i]);
		e->face->result(e, &e->jobs[i]);
	}
}

/* Rows of media.csv without their drive here, and drives without a row. */
void
erase_say_missing(const struct erase *e)
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

void
erase_free(struct erase *e)
{
	evidence_close(&e->log);
	key_free(&e->key);
	free(e->c);
	for (size_t i = 0; e->jobs && i < e->n_jobs; i++)
		free(e->jobs[i].from);
	free(e->jobs);
}
