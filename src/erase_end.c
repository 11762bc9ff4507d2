/* SPDX-License-Identifier: Apache-2.0 */
/* What remains of one drive's run: the outcome, the exit code, and without a
 * case the result file.  Documents are erase_paper.c's. */
#include "erase.h"

#include "stick.h"
#include "util.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

void
erase_say(const struct erase *e, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	e->face->message(e, text);
}

/* On the stick it is the stick: what is to be done is known. */
static void
say_lost(const struct erase *e, int err)
{
	struct stick s;
	char why[400];

	erase_say(e, _("the evidence log cannot be written (%s); nothing more"
		       " is started"), strerror(-err));
	stick_look(STICK_RUN, &s);
	if (s.live && s.state != STICK_READY)
		erase_say(e, "%s", stick_why(&s, e->cli.lang, why,
					     sizeof(why)));
}

static bool
kept(struct erase *e, int err)
{
	if (err) {
		e->log_lost = true;
		say_lost(e, err);
	}
	return err == 0;
}

bool
erase_note(struct erase *e, const char *event, json_t *body,
	   uint8_t hash[DIGEST_LEN])
{
	if (e->log_lost) {
		json_decref(body);
		return false;
	}
	return kept(e, body ? evidence_write(e->log, event, body, hash) :
			      -ENOMEM);
}

bool
erase_sync(struct erase *e)
{
	return !e->log_lost && kept(e, evidence_sync(e->log));
}

bool
erase_log(struct erase *e, const char *event, json_t *body)
{
	return erase_note(e, event, body, NULL) && erase_sync(e);
}

static json_t *
outcome_body(const struct job *j, enum lang lang)
{
	char receipt[2 * DIGEST_LEN + 1];

	hex_encode(receipt, j->consent.receipt, DIGEST_LEN);
	return json_pack("{s:s, s:s, s:s, s:o, s:o}", "receipt", receipt,
			 "result", j->refused ? "refused" :
			 outcome_name(j->verdict.outcome),
			 "level", level_name(j->verdict.level),
			 "reasons", json_reasons(&j->verdict.reasons, lang),
			 "run", json_run(&j->p, &j->run, lang));
}

/* Without a case: what happened, unsigned, in the current folder. */
static int
write_result(struct erase *e, struct job *j)
{
	char path[PATH_LEN + 80], id[13], *text = NULL;
	size_t len = 0;
	json_t *doc;
	int err;

	hex_encode(id, j->consent.receipt, 6);
	snprintf(path, sizeof(path), "massho-%.10s-%s.json", j->run.started,
		 id);
	doc = json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
			"schema", "massho-result-1",
			"drive", json_drive(&j->d, e->cli.lang),
			"plan", json_plan(&j->p, e->cli.lang),
			"consent", json_consent(&j->consent),
			"run", json_run(&j->p, &j->run, e->cli.lang),
			"verdict", json_verdict(&j->verdict, e->cli.lang),
			"evidence", evidence_position(e->log),
			"tool", cert_tool());
	err = doc ? json_canonical(doc, &text, &len) : -ENOMEM;
	if (!err)
		err = file_create(path, text, len, false);
	if (err)
		snprintf(j->cert_error, sizeof(j->cert_error),
			 _("cannot write '%s': %s"), path, strerror(-err));
	free(text);
	json_decref(doc);
	return err;
}

/* The log says it as well: an outcome without a document is no mystery. */
static void
log_undocumented(struct erase *e, const struct job *j)
{
	char receipt[2 * DIGEST_LEN + 1];

	hex_encode(receipt, j->consent.receipt, DIGEST_LEN);
	erase_log(e, "undocumented",
		  json_pack("{s:s, s:o}", "receipt", receipt, "why",
			    json_text(j->cert_error)));
}

static int
exit_of(enum outcome o)
{
	switch (o) {
	case OUTCOME_ERASED:
		return EXIT_ERASED;
	case OUTCOME_EXCEPTIONS:
		return EXIT_EXCEPTIONS;
	case OUTCOME_INTERRUPTED:
		return EXIT_INTERRUPTED;
	case OUTCOME_FAILED:
	case OUTCOME_COUNT:
		break;
	}
	return EXIT_NOT_ERASED;
}

enum outcome
erase_told(const struct job *j)
{
	return j->unrecorded ? OUTCOME_FAILED : j->verdict.outcome;
}

enum level
erase_told_level(const struct job *j)
{
	return j->unrecorded ? LEVEL_NONE : j->verdict.level;
}

const char *
erase_told_text(const struct job *j, enum lang lang)
{
	enum outcome o = erase_told(j);

	if (j->undocumented && o == OUTCOME_ERASED)
		return _("erased, but no document");
	if (j->undocumented && o == OUTCOME_EXCEPTIONS)
		return _("erased with exceptions, but no document");
	return outcome_text(o, lang);
}

void
erase_conclude(struct erase *e, struct job *j, int err)
{
	j->paper = PAPER_NONE;
	j->ended = true;
	if (err && !j->logged) {
		/* Of this outcome nobody will ever hear. */
		j->unrecorded = true;
		j->exit = exit_graver(j->exit, EXIT_NOT_ERASED);
	} else if (err) {
		j->undocumented = !j->cert_id[0];
		j->exit = exit_graver(j->exit, EXIT_EXCEPTIONS);
	}
	if (j->undocumented)
		log_undocumented(e, j);
	e->face->result(e, j);
}

static void
conclude_refused(struct erase *e, struct job *j)
{
	j->ended = true;
	j->started = false;
	j->exit = EXIT_REFUSED;
	e->face->refused(e, j);
	e->face->result(e, j);
}

void
erase_finish(struct erase *e, struct job *j)
{
	j->over = true;
	j->progress.rate = 0;
	j->progress.left_s = 0;
	if (!j->refused)
		verify_judge(&j->p, &j->consent, &j->run, &j->verdict);
	j->logged = erase_log(e, "outcome", outcome_body(j, e->cli.lang));
	if (j->refused) {
		conclude_refused(e, j);
		return;
	}
	j->exit = exit_of(j->verdict.outcome);
	if (!j->logged) {
		snprintf(j->cert_error, sizeof(j->cert_error), "%s",
			 _("the outcome could not be stored: no document is"
			   " issued"));
		erase_conclude(e, j, -EIO);
	} else if (e->c) {
		j->paper = PAPER_DUE;
	} else {
		erase_conclude(e, j, write_result(e, j));
	}
}
