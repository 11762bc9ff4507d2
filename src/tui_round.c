/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the drives that were chosen to their results, once or again: plan,
 * consents, erasure.  The erasure is erase.h's, this is only its face.
 */
#include "tui.h"

#include "util.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* ---- one round ---------------------------------------------------------- */

void
round_free(struct show *s)
{
	struct face const *face = s->e.face;

	/* case and key stay for the next round */
	s->e.c = NULL;
	s->e.key = NULL;
	erase_free(&s->e);
	for (size_t i = 0; i < DRIVES_MAX; i++) {
		free(s->assets[i]);
		free(s->paths[i]);
		s->assets[i] = s->paths[i] = NULL;
	}
	order_free(&s->order);
	s->t.order = NULL;
	memset(&s->e, 0, sizeof(s->e));
	s->e.face = face;
	s->e.screen = s;
	s->e.cli = s->cli;
	s->e.cli.argc = 0;
}

static int
add_job(struct show *s, size_t drive)
{
	struct tui *t = &s->t;
	struct job *j = &s->e.jobs[s->e.n_jobs];

	s->paths[s->e.n_jobs] = strdup(t->drives[drive].path);
	if (!s->paths[s->e.n_jobs])
		return -ENOMEM;
	j->arg = s->paths[s->e.n_jobs++];
	j->d = t->drives[drive];
	j->w.fd = -1;
	if (!t->choices[drive].asset[0])
		return 0;
	if (asprintf(&s->assets[s->e.cli.n_asset], "%s=%s", j->arg,
		     t->choices[drive].asset) < 0) {
		s->assets[s->e.cli.n_asset] = NULL;
		return -ENOMEM;
	}
	s->e.cli.asset[s->e.cli.n_asset] = s->assets[s->e.cli.n_asset];
	s->e.cli.n_asset++;
	return 0;
}

void
round_begin(struct show *s)
{
	struct tui *t = &s->t;

	round_free(s);
	s->e.c = s->c;
	s->e.key = s->key;
	s->e.cli.rq = t->rq;
	s->e.cli.rq.image = s->cli.rq.image;
	s->e.cli.n_asset = 0;
	if (!t->no_case)
		s->e.cli.key = t->key_path;
	text_copy(s->e.dir, sizeof(s->e.dir), t->no_case ? "." : t->case_dir);
}

/* The jobs of the chosen drives, as if they had been named. */
static int
begin(struct show *s)
{
	struct tui *t = &s->t;
	int err = 0;

	round_begin(s);
	s->e.jobs = calloc(t->n_drives ? t->n_drives : 1,
			   sizeof(*s->e.jobs));
	if (!s->e.jobs)
		return -ENOMEM;
	for (size_t i = 0; i < t->n_drives && !err; i++)
		if (t->choices[i].chosen)
			err = add_job(s, i);
	s->e.cli.argc = (int)s->e.n_jobs;
	s->e.cli.argv = s->paths;
	return err;
}

/* Evidence first: no place for it, no start. */
static bool
stick_holds(struct show *s)
{
	char why[TUI_NOTE_LEN];
	struct tui *t = &s->t;

	if (!t->stick || !stick_ready(s->run, s->e.dir, STICK_ROOM, &t->media))
		return true;
	tui_note(t, stick_why(&t->media, t->lang, why, sizeof(why)));
	return false;
}

static void
forget_earlier(struct erase *e)
{
	for (size_t i = 0; i < e->n_jobs; i++) {
		free(e->jobs[i].from);
		e->jobs[i].from = NULL;
	}
}

/* What was cut off goes on where it stopped, unless somebody wants it not to.
 * The log is let go of: nobody knows how long the plan will be read. */
int
round_earlier(struct show *s)
{
	struct tui *t = &s->t;
	bool any = false;
	int ret;

	for (size_t i = 0; i < t->n_unfinished; i++)
		any |= t->unfinished[i].kind == UNFINISHED_RUN;
	if (!any)
		return 0;
	ret = erase_open_log(&s->e);
	if (!ret)
		ret = erase_look_back(&s->e);
	evidence_close(&s->e.log);
	if (ret)
		forget_earlier(&s->e);
	return ret;
}

void
round_plan(struct show *s)
{
	s->t.afresh = false;
	if (begin(s) || erase_plan(&s->e)) {
		round_free(s);
		return;		/* standard error says why */
	}
	if (!stick_holds(s))
		return;
	if (!show_same_case(s)) {
		show_other_case(s);
		return;
	}
	if (round_earlier(s))
		return;		/* standard error says why */
	tui_go(&s->t, PAGE_PLAN);
}

void
round_afresh(struct show *s)
{
	s->t.afresh = true;
	forget_earlier(&s->e);
	tui_note(&s->t, _("they begin again from the start"));
	tui_go(&s->t, PAGE_PLAN);
}

void
round_sleep(struct show *s)
{
	show_busy(s, _("the PC sleeps now; a key or the power button wakes"
		       " it"));
	if (!begin(s) && erase_unfreeze(&s->e) == 0)
		tui_note(&s->t, _("it slept; the drives are looked at again"));
	s->t.busy[0] = '\0';
	term_wake(s->term);
	round_look(s);
}

/* ---- consent and start -------------------------------------------------- */

static void
withdraw(struct show *s)
{
	for (size_t i = 0; i < s->e.n_jobs; i++)
		memset(&s->e.jobs[i].consent, 0, sizeof(s->e.jobs[i].consent));
}

static bool
same_earlier(const struct resume *a, const struct resume *b)
{
	if (!a || !b)
		return a == b;
	return a->step == b->step && a->parts.n == b->parts.n &&
	       a->results[a->step].reached == b->results[b->step].reached &&
	       !memcmp(a->parts.p[a->parts.n - 1].receipt,
		       b->parts.p[b->parts.n - 1].receipt, DIGEST_LEN);
}

/* Somebody else may have written to the log while the plan was read. */
static bool
earlier_holds(struct show *s)
{
	struct erase *e = &s->e;
	bool same = true, any = false;
	size_t i;

	for (i = 0; i < e->n_jobs; i++)
		any |= e->jobs[i].from != NULL;
	for (i = 0; any && i < e->n_jobs; i++) {
		s->earlier[i] = e->jobs[i].from;
		e->jobs[i].from = NULL;
	}
	if (any)
		same = erase_look_back(e) == 0;
	for (i = 0; any && i < e->n_jobs; i++) {
		same = same && (e->jobs[i].refused ||
				same_earlier(s->earlier[i], e->jobs[i].from));
		free(s->earlier[i]);
		s->earlier[i] = NULL;
	}
	if (!same)
		tui_note(&s->t, _("the log has changed meanwhile; read the"
				  " plan again"));
	return same;
}

void
round_start(struct show *s)
{
	struct tui *t = &s->t;
	enum page back = t->order ? PAGE_ORDER : PAGE_PLAN;
	bool ready = stick_holds(s);

	if (ready && !show_same_case(s)) {
		show_other_case(s);
		return;
	}
	if (!ready || erase_check_words(&s->e) ||
	    erase_open_log(&s->e) || !earlier_holds(s)) {
		evidence_close(&s->e.log);
		withdraw(s);
		tui_go(t, back);
		return;		/* standard error says why */
	}
	s->running = true;
	tui_go(t, PAGE_RUN);
	if (t->order)
		erase_log(&s->e, "job", order_json(t->order));
	erase_begin(&s->e);
	erase_run(&s->e);
	s->running = false;
	evidence_close(&s->e.log);
	for (size_t i = 0; i < s->e.n_jobs; i++)
		s->exit = exit_graver(s->exit, s->e.jobs[i].exit);
	term_forget_keys(s->term);
	tui_go(t, PAGE_RESULT);
}

/* The choice is taken back as well. */
static void
leave_out(struct show *s, struct job *j)
{
	for (size_t i = 0; i < s->t.n_drives; i++)
		if (!strcmp(s->t.drives[i].path, j->arg))
			s->t.choices[i].chosen = false;
	erase_refuse(j, REASON_NOT_CONFIRMED, "");
}

static void
ask_next(struct show *s, bool skipped)
{
	struct tui *t = &s->t;
	size_t i, n = 0;

	i = tui_ask_next(t, 0);
	if (i < s->e.n_jobs) {
		tui_go(t, PAGE_CONSENT);
		t->at = i;
		return;
	}
	for (i = 0; i < s->e.n_jobs; i++)
		n += s->e.jobs[i].consent.how != CONSENT_NONE;
	if (n && skipped) {
		tui_go(t, PAGE_BEGIN);	/* Escape never starts anything */
		return;
	}
	if (n) {
		round_start(s);
		return;
	}
	tui_note(t, _("no drive was consented to; nothing was touched"));
	tui_go(t, PAGE_DRIVES);
}

void
round_consent(struct show *s, bool skip)
{
	struct tui *t = &s->t;
	struct job *j = &s->e.jobs[t->at];
	int err = 0;

	if (skip)
		leave_out(s, j);
	else
		err = consent_typed(&j->p, t->edit.text, erase_who(&s->e),
				    &j->consent);
	edit_clear(&t->edit);
	if (err)
		tui_note(t, j->p.id.serial[0] ?
			 _("this is not the end of its serial number; look at"
			   " the label again") :
			 _("this is not the end of its size"));
	else
		ask_next(s, skip);
}

void
round_stop(struct show *s, bool all)
{
	for (size_t i = 0; i < s->e.n_jobs; i++) {
		struct job *j = &s->e.jobs[i];

		if (all || i == s->t.at)
			erase_stop(j, j->stop == STOP_NO ? STOP_SAFE :
							   STOP_NOW);
	}
}

/* ---- the face ------------------------------------------------------------ */

static void
on_drive(const struct erase *e, const struct job *j)
{
	(void)e;
	(void)j;	/* what is drawn is read from the jobs */
}

static void
on_step(const struct erase *e, const struct job *j, uint32_t step,
	const struct step_result *r)
{
	(void)step;
	(void)r;
	on_drive(e, j);
}

static void
on_progress(struct erase *e)
{
	show_turn(e->screen);
}

static void
on_message(const struct erase *e, const char *text)
{
	struct show *s = e->screen;

	tui_note(&s->t, text);
}

const struct face round_face = {
	.plan = on_drive,
	.refused = on_drive,
	.step = on_step,
	.progress = on_progress,
	.result = on_drive,
	.message = on_message,
	.input = on_progress,
};
