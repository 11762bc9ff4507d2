/* SPDX-License-Identifier: Apache-2.0 */
/* How does `massho erase` tell a person, or a program, where it is? */
#include "erase.h"

#include "util.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool
live(const struct erase *e)
{
	return !e->cli.json && isatty(STDERR_FILENO);
}

/* Takes the live lines away so that something can be printed. */
static void
show_clear(const struct erase *e)
{
	if (live(e))
		fputs("\r\033[J", stderr);
}

static json_t *
event(const char *name, const struct job *j)
{
	return json_pack("{s:s, s:s}", "event", name, "drive", j->arg);
}

/* Why a stronger method is not used. */
static void
tell_passed(const struct erase *e, const struct job *j)
{
	char text[900];

	for (uint32_t i = 0; i < j->p.n_passed; i++)
		fprintf(stderr, _("  not used: %s\n"),
			cli_passed(&j->p, i, e->cli.lang, text, sizeof(text)));
}

/* What else of the device goes with it, and what the drive's own commands
 * would be: whoever consents consents to that. */
static void
tell_methods(const struct erase *e, const struct job *j)
{
	const struct plan *p = &j->p;
	char text[900];

	for (uint32_t i = 0; i < p->n_spaces; i++)
		fprintf(stderr, _("  erased as well: %s\n"),
			cli_space(&p->spaces[i], text, sizeof(text)));
	if (p->controllers[0])
		fprintf(stderr, _("  controllers through which hosts lose it:"
				  " %s\n"), p->controllers);
	if (p->size_full != p->id.size)
		fprintf(stderr, _("  with hidden areas: %s\n"),
			size_text(p->size_full, text, sizeof(text)));
	for (uint32_t i = 0; i < p->n_attempts; i++)
		fprintf(stderr, i ? _("  if that fails: %s; level: %s\n") :
			_("  method: %s; level: %s\n"),
			cli_attempt(p, i, e->cli.lang, text, sizeof(text)),
			level_text(p->attempts[i].level, e->cli.lang));
	tell_passed(e, j);
}

/* What would be lost: the last chance to notice the wrong drive. */
static void
tell_contents(const struct job *j)
{
	char size[32];
	uint32_t i;

	for (i = 0; i < j->d.n_contents; i++) {
		const struct content *c = &j->d.contents[i];

		fprintf(stderr, _("  on it: %s %s %s %s\n"), c->node, c->type,
			c->label, size_text(c->len, size, sizeof(size)));
	}
}

static void
tell_reason(const struct erase *e, const struct job *j,
	    const struct reason *r)
{
	char buf[400];

	fprintf(stderr, "massho: %s: %s\n", j->arg,
		reason_text(r, e->cli.lang, buf, sizeof(buf)));
}

static void
show_plan(const struct erase *e, const struct job *j)
{
	char size[32], time[32];
	const struct plan *p = &j->p;
	json_t *line;
	uint32_t i;

	if (e->cli.json) {
		line = event("plan", j);
		json_object_set_new(line, "plan", json_plan(p, e->cli.lang));
		cli_json(line);
		return;
	}
	fprintf(stderr, "%s  %s %s  %s  %s\n", j->arg, j->d.id.model,
		j->d.id.serial, size_text(j->d.id.size, size, sizeof(size)),
		transport_text(j->d.transport, e->cli.lang));
	tell_contents(j);
	fprintf(stderr, _("  plan: %s; %u steps, about %s; level: %s\n"),
		e->cli.lang == LANG_JA ? p->policy_title_ja : p->policy_title,
		p->n_steps, duration_text(p->est_s, time, sizeof(time)),
		level_text(p->level, e->cli.lang));
	tell_methods(e, j);
	if (e->c && j->row)
		fprintf(stderr, _("  media.csv line %u: %s %s\n"), j->row->line,
			j->row->asset, j->row->name);
	for (i = 0; i < p->level_reasons.n; i++)
		if (p->level_reasons.r[i].code == REASON_CLASS_DESTROY ||
		    p->level_reasons.r[i].code == REASON_CLASS_PURGE ||
		    p->level_reasons.r[i].code == REASON_DESTROY_PENDING)
			tell_reason(e, j, &p->level_reasons.r[i]);
}

static void
show_refusals(const struct erase *e, const struct job *j)
{
	uint32_t i;

	show_clear(e);
	for (i = 0; i < j->p.refusals.n; i++)
		tell_reason(e, j, &j->p.refusals.r[i]);
	if (j->p.refusals.n && j->p.refusals.r[0].code ==
	    REASON_LEVEL_UNREACHABLE)
		tell_passed(e, j);
	if (j->refusal.code)
		tell_reason(e, j, &j->refusal);
}

static void
show_step(const struct erase *e, const struct job *j, uint32_t step,
	  const struct step_result *r)
{
	json_t *line;

	if (!e->cli.json)
		return;
	line = event("step", j);
	json_object_set_new(line, "result",
			    json_step_result(&j->p, step, r, e->cli.lang));
	cli_json(line);
}

/* Columns and lines of the screen; every terminal has 80 and 24, a shell may
 * export more. */
static size_t
screen(const char *name, size_t usual, size_t least)
{
	const char *env = getenv(name);
	long n = env ? strtol(env, NULL, 10) : 0;

	return n >= (long)least && n <= 1000 ? (size_t)n : usual;
}

static void
progress_json(const struct erase *e)
{
	size_t i;

	for (i = 0; i < e->n_jobs; i++) {
		const struct job *j = &e->jobs[i];
		const struct progress *p = &j->progress;
		json_t *line;

		if (!j->started || j->over || j->ended)
			continue;
		line = event("progress", j);
		json_object_update_new(line, json_pack(
			"{s:i, s:i, s:s, s:I, s:I, s:I, s:o, s:I, s:I, s:o,"
			" s:b, s:o}",
			"step", (int)p->step + 1, "steps", (int)j->p.n_steps,
			"kind", step_name(p->kind),
			"done", (json_int_t)p->done,
			"total", (json_int_t)p->total,
			"rate", (json_int_t)p->rate,
			"limit", p->limit ?
			json_integer((json_int_t)p->limit) : json_null(),
			"errors", (json_int_t)p->errors,
			"stalled_s", (json_int_t)p->stalled_s,
			"celsius", p->celsius.known ?
			json_integer((json_int_t)p->celsius.n) : json_null(),
			"paused", p->paused, "left_s",
			p->left_s == UINT32_MAX ? json_null() :
						  json_integer(p->left_s)));
		cli_json(line);
	}
}

static void
show_progress(struct erase *e)
{
	static const size_t least = 4;
	size_t n, i, rows = screen("LINES", 24, least);
	char (*line)[SCREEN_LINE];

	if (e->cli.json) {
		progress_json(e);
		return;
	}
	line = live(e) ? calloc(rows, sizeof(*line)) : NULL;
	if (!line)
		return;
	/* the cursor needs a line of its own */
	n = screen_lines(e, rows - 1, screen("COLUMNS", 80, 20), line);
	for (i = 0; i < n; i++)
		fprintf(stderr, "%s\033[K\n", line[i]);
	fputs("\033[J", stderr);
	for (i = 0; i < n; i++)
		fputs("\033[A", stderr);
	fflush(stderr);
	free(line);
}

static void
result_json(const struct erase *e, const struct job *j)
{
	json_t *line = event("result", j);
	bool ran = j->started;

	json_object_set_new(line, "result", json_string(
		ran ? outcome_name(erase_told(j)) : "refused"));
	json_object_set_new(line, "level", json_string(
		level_name(ran ? erase_told_level(j) : LEVEL_NONE)));
	json_object_set_new(line, "exit", json_integer(j->exit));
	json_object_set_new(line, "cert_id", j->cert_id[0] ?
			    json_string(j->cert_id) : json_null());
	json_object_set_new(line, "error", j->cert_error[0] ?
			    json_string(j->cert_error) : json_null());
	json_object_set_new(line, "documented", json_boolean(
		ran && !j->unrecorded && !j->undocumented));
	json_object_set_new(line, "serial", json_text(j->d.id.serial));
	if (ran) {
		json_object_set_new(line, "reasons",
			json_reasons(&j->verdict.reasons, e->cli.lang));
		json_object_set_new(line, "unwritten",
				    json_ranges(&j->run.unwritten));
		json_object_set_new(line, "unread",
				    json_ranges(&j->run.unread));
	} else {
		struct reasons all = j->p.refusals;

		if (j->refusal.code)
			reasons_add(&all, j->refusal.code, j->refusal.arg);
		json_object_set_new(line, "reasons",
				    json_reasons(&all, e->cli.lang));
	}
	cli_json(line);
}

static void
show_result(const struct erase *e, const struct job *j)
{
	uint32_t i;

	show_clear(e);
	if (e->cli.json) {
		result_json(e, j);
		return;
	}
	if (!j->started)
		return;		/* refused: said already */
	printf(_("%s: %s (level: %s)\n"), j->arg,
	       erase_told_text(j, e->cli.lang),
	       level_text(erase_told_level(j), e->cli.lang));
	for (i = 0; i < j->p.n_steps; i++)
		if (screen_anew(j, i))
			printf(_("  - step %u began anew: what was written"
				 " before the interruption was not there\n"),
			       i + 1);
	for (i = 0; i < j->verdict.reasons.n; i++) {
		char buf[400];

		printf("  - %s\n", reason_text(&j->verdict.reasons.r[i],
					       e->cli.lang, buf, sizeof(buf)));
	}
	if (j->cert_id[0])
		printf(_("  document: %s/out/%s.pdf\n"), e->dir, j->cert_id);
	fflush(stdout);
	if (j->cert_error[0])
		cli_error("%s: %s", j->arg, j->cert_error);
	if (j->undocumented && e->c)
		cli_error(_("%s: its outcome is in the evidence log; `massho"
			    " case issue %s` makes the document from it"),
			  j->arg, e->dir);
}

static void
show_message(const struct erase *e, const char *text)
{
	show_clear(e);
	cli_error("%s", text);
}

const struct face show_face = {
	.plan = show_plan,
	.refused = show_refusals,
	.step = show_step,
	.progress = show_progress,
	.result = show_result,
	.message = show_message,
};
