/* SPDX-License-Identifier: Apache-2.0 */
/* How far is each drive, and what became of it?  PURE. */
#include "tui.h"

#include "util.h"

#include <string.h>

#define BAR	14	/* so that the numbers fit into 80 columns */

static const char *
short_name(const struct job *j)
{
	return j->d.name[0] ? j->d.name : j->arg;
}

static uint64_t
permille(const struct progress *p)
{
	uint64_t n = p->total ? p->done / (p->total / 1000 + 1) : 0;

	if (p->total && p->total < UINT64_MAX / 1000)
		n = p->done * 1000 / p->total;
	return n > 1000 ? 1000 : n;
}

static const char *
bar(const struct progress *p, char buf[BAR + 3])
{
	size_t full = (size_t)(permille(p) * BAR / 1000);

	buf[0] = '[';
	memset(buf + 1, '#', full);
	memset(buf + 1 + full, '.', BAR - full);
	buf[BAR + 1] = ']';
	buf[BAR + 2] = '\0';
	return buf;
}

/* Does the drive do it by itself?  Then there are no bytes to count. */
static bool
by_drive(const struct progress *p)
{
	return p->kind == STEP_FIRMWARE || p->kind == STEP_READY;
}

/* What is out of the ordinary, or "". */
static void
warning(const struct job *j, char *buf, size_t len)
{
	const struct progress *p = &j->progress;

	buf[0] = '\0';
	if (j->told_silent)
		text_copy(buf, len, _("does not answer"));
	else if (j->stop)
		text_copy(buf, len, _("stopping"));
	else if (p->paused)
		text_copy(buf, len, _("too hot, waiting"));
	else if (screen_anew(j, p->step))
		text_copy(buf, len, _("begun anew"));
	else if (p->stalled_s >= 60)
		snprintf(buf, len, _("no progress for %u min"),
			 p->stalled_s / 60);
}

static void
numbers(const struct job *j, char *buf, size_t len)
{
	const struct progress *p = &j->progress;
	char rate[40] = "", left[40] = "-", heat[16] = "";
	char size[32], time[32];

	if (!by_drive(p) && p->rate)
		snprintf(rate, sizeof(rate), "%s/s  ",
			 size_text(p->rate, size, sizeof(size)));
	if (p->left_s != UINT32_MAX)
		text_copy(left, sizeof(left),
			  duration_text(p->left_s, time, sizeof(time)));
	if (p->celsius.known)
		snprintf(heat, sizeof(heat), "  %llu C",
			 (unsigned long long)p->celsius.n);
	snprintf(buf, len, _("%s%s left%s  errors %llu"), rate, left, heat,
		 (unsigned long long)p->errors);
}

/* What is wrong comes first: the end of a long line is cut off. */
static void
warning_first(const struct job *j, char *buf, size_t len)
{
	char warn[80];

	warning(j, warn, sizeof(warn));
	snprintf(buf, len, "%s%s", warn, warn[0] ? "  " : "");
}

static enum look
look_of(const struct job *j)
{
	char warn[80];

	if (j->started && j->over && !j->ended)
		return LOOK_PLAIN;
	if (!j->started || !j->ended) {
		warning(j, warn, sizeof(warn));
		return warn[0] || j->progress.errors ? LOOK_WARN : LOOK_PLAIN;
	}
	switch (erase_told(j)) {
	case OUTCOME_ERASED:
		return j->undocumented ? LOOK_WARN : LOOK_GOOD;
	case OUTCOME_EXCEPTIONS:
		return LOOK_WARN;
	default:
		return LOOK_BAD;
	}
}

/* Never only a colour: the sign says it too. */
static const char *
sign_of(const struct job *j)
{
	if (!j->started)
		return _("[not touched]");
	if (!j->ended)
		return j->paper ? _("[making the certificate]") :
				  _("[at its end]");
	switch (erase_told(j)) {
	case OUTCOME_ERASED:
		return j->undocumented ? _("[no paper]") : _("[ERASED]");
	case OUTCOME_EXCEPTIONS:
		return _("[EXCEPTIONS]");
	case OUTCOME_INTERRUPTED:
		return _("[NOT ERASED: stopped]");
	default:
		return _("[NOT ERASED]");
	}
}

static void
run_name(const struct tui *t, const struct job *j, bool here, char *buf,
	 size_t len)
{
	char words[96], warn[84];

	if (!j->started || j->over || j->ended) {
		snprintf(buf, len, "%s %-10.24s %s  %s %s", here ? ">" : " ",
			 short_name(j), sign_of(j), j->d.id.model,
			 j->d.id.serial);
		return;
	}
	warning_first(j, warn, sizeof(warn));
	snprintf(buf, len, "%s %-10.24s %u/%u %s  %s%s %s", here ? ">" : " ",
		 short_name(j), j->progress.step + 1, j->p.n_steps,
		 screen_step_words(j, t->lang, words, sizeof(words)), warn,
		 j->d.id.model, j->d.id.serial);
}

static void
run_lines(const struct tui *t, struct pen *p, size_t i, bool narrow)
{
	const struct job *j = &t->e->jobs[i];
	bool here = i == t->at, on = j->started && !j->over && !j->ended;
	char name[500], text[300], meter[BAR + 3], warn[84];
	uint64_t n = permille(&j->progress);

	run_name(t, j, here, name, sizeof(name));
	numbers(j, text, sizeof(text));
	warning_first(j, warn, sizeof(warn));
	if (narrow) {
		if (on)
			snprintf(name, sizeof(name),
				 "%s %-10.24s %3u.%u%%  %s%s", here ? ">" : " ",
				 short_name(j), (unsigned)(n / 10),
				 (unsigned)(n % 10), warn, text);
		pen_line(p, here ? LOOK_CHOSEN : look_of(j), "%s", name);
		return;
	}
	pen_line(p, here ? LOOK_CHOSEN : look_of(j), "%s", name);
	if (on)
		pen_line(p, look_of(j), "    %s %3u.%u%%  %s",
			 bar(&j->progress, meter), (unsigned)(n / 10),
			 (unsigned)(n % 10), text);
	else
		pen_gap(p);
}

void
page_run(const struct tui *t, struct pen *p)
{
	size_t i, done = 0, on = 0, n = t->e->n_jobs;
	struct pen list;
	bool narrow;
	int each, room;

	for (i = 0; i < n; i++) {
		on += t->e->jobs[i].started && !t->e->jobs[i].ended;
		done += t->e->jobs[i].ended;
	}
	pen_line(p, LOOK_BOLD, _("%zu at work, %zu ended; do not switch off"),
		 on, done);
	list = pen_on(p->c, p->top + 2, p->bottom, 0);
	room = list.bottom - list.top;
	narrow = (int)n * 2 > room;
	each = narrow ? 1 : 2;
	if ((int)(t->at + 1) * each > room)
		list.skip = (int)(t->at + 1) * each - room;
	for (i = 0; i < n; i++)
		run_lines(t, &list, i, narrow);
}

static const char *
state_text(enum step_state s)
{
	switch (s) {
	case STATE_REFUSED: return _("refused");
	case STATE_FAILED: return _("FAILED");
	case STATE_INTERRUPTED: return _("stopped");
	case STATE_SKIPPED: return _("not needed");
	case STATE_DONE: return _("done");
	case STATE_NONE: break;
	}
	return "";
}

static void
step_lines(const struct tui *t, struct pen *p, const struct job *j)
{
	for (uint32_t i = 0; i < j->p.n_steps; i++) {
		const struct step_result *r = &j->run.results[i];
		bool now = j->started && !j->ended && i == j->progress.step &&
			   r->state == STATE_NONE;
		char what[160], text[700];

		pen_wrap(p, now ? LOOK_BOLD : LOOK_PLAIN, 6,
			 "%s %2u %s  %s  %s", now ? ">" : " ", i + 1,
			 cli_step_kind(&j->p.steps[i]),
			 cli_step_what(&j->p, &j->p.steps[i], t->lang, what,
				       sizeof(what)),
			 now ? _("now") : state_text(r->state));
		if (screen_anew(j, i))
			pen_wrap(p, LOOK_WARN, 6, "      %s",
				 _("begun anew: what was written before the"
				   " interruption was not there"));
		if (r->why.code)
			pen_wrap(p, LOOK_WARN, 6, "      %s",
				 reason_text(&r->why, t->lang, text,
					     sizeof(text)));
	}
}

void
page_run_drive(const struct tui *t, struct pen *p)
{
	const struct job *j = &t->e->jobs[t->at];
	char text[400], meter[BAR + 3], warn[84];

	pen_wrap(p, LOOK_BOLD, 2, "%s",
		 page_drive_name(&j->d, text, sizeof(text)));
	if (j->row)
		pen_line(p, LOOK_PLAIN, "%s %s %s", _("asset number"),
			 j->row->asset, j->row->name);
	if (j->started && !j->over && !j->ended) {
		numbers(j, text, sizeof(text));
		warning_first(j, warn, sizeof(warn));
		pen_line(p, look_of(j), "%s %s%s", bar(&j->progress, meter),
			 warn, text);
	} else {
		pen_line(p, look_of(j), "%s", sign_of(j));
	}
	pen_gap(p);
	step_lines(t, p, j);
}

void
page_stop(const struct tui *t, struct pen *p)
{
	char name[400];

	pen_gap(p);
	if (t->page == PAGE_STOP)
		pen_wrap(p, LOOK_BOLD, 2, "%s",
			 page_drive_name(&t->e->jobs[t->at].d, name,
					 sizeof(name)));
	pen_wrap(p, LOOK_PLAIN, 0, "%s",
		 _("a drive that is stopped is NOT erased, and its record says"
		   " so. What the drive erases by itself may go on inside it."
		   " Asked a second time, it stops at once"));
	pen_gap(p);
	pen_line(p, LOOK_BOLD, "%s", t->page == PAGE_STOP ?
		 _("stop this drive? (y/n)") : _("stop all drives? (y/n)"));
}

/* ---- the result --------------------------------------------------------- */

/* The second line: where the paper is, or why there is none. */
static void
result_detail(const struct tui *t, struct pen *p, const struct job *j)
{
	const struct reason *why = j->refusal.code ? &j->refusal :
						     &j->p.refusals.r[0];
	char text[700];

	if (j->cert_id[0])
		pen_line(p, j->p.destroy_after ? LOOK_WARN : LOOK_PLAIN,
			 "    %s: %s  out/%s.pdf  %s", _("level"),
			 level_text(erase_told_level(j), t->lang), j->cert_id,
			 j->p.destroy_after ?
			 _("then destroy it physically") : "");
	else if (j->cert_error[0])
		pen_line(p, LOOK_WARN, "    %s", j->cert_error);
	else if (j->started)
		pen_line(p, LOOK_PLAIN, "    %s",
			 erase_told_text(j, t->lang));
	else if (why->code == REASON_NOT_CONFIRMED)
		pen_line(p, LOOK_WARN, "    %s", _("no consent was given"));
	else
		pen_line(p, LOOK_WARN, "    %s",
			 reason_text(why, t->lang, text, sizeof(text)));
}

static void
result_lines(const struct tui *t, struct pen *p, size_t i)
{
	const struct job *j = &t->e->jobs[i];

	pen_line(p, i == t->at ? LOOK_CHOSEN : look_of(j),
		 "%s %s %s  %s %s  %s", i == t->at ? ">" : " ", sign_of(j),
		 short_name(j), j->d.id.model, j->d.id.serial,
		 j->row ? j->row->asset : "");
	result_detail(t, p, j);
}

void
page_result(const struct tui *t, struct pen *p)
{
	size_t i, n = t->e->n_jobs, good = 0;
	struct pen list;
	int room;

	for (i = 0; i < n; i++)
		good += look_of(&t->e->jobs[i]) == LOOK_GOOD;
	if (n == 1 && good)
		pen_line(p, LOOK_GOOD, "%s",
			 _("the drive is erased and documented"));
	else
		pen_line(p, good == n ? LOOK_GOOD : LOOK_BAD, good == n ?
		 _("all %zu drives are erased and documented") :
		 _("ATTENTION: only %zu of %zu drives are erased and"
		   " documented"), good, n);
	list = pen_on(p->c, p->top + 2, p->bottom, 0);
	room = (list.bottom - list.top) / 2;
	if ((int)t->at >= room)
		list.skip = ((int)t->at - room + 1) * 2;
	for (i = 0; i < n; i++)
		result_lines(t, &list, i);
}

void
page_result_drive(const struct tui *t, struct pen *p)
{
	const struct job *j = &t->e->jobs[t->at];
	char text[700];

	pen_wrap(p, LOOK_BOLD, 2, "%s",
		 page_drive_name(&j->d, text, sizeof(text)));
	pen_line(p, look_of(j), "%s", sign_of(j));
	if (j->started) {
		pen_pair(p, _("result"), erase_told_text(j, t->lang));
		pen_pair(p, _("level"), level_text(erase_told_level(j),
						   t->lang));
	}
	pen_pair(p, _("document"), j->cert_id);
	if (j->cert_error[0])
		pen_wrap(p, LOOK_WARN, 2, "! %s", j->cert_error);
	for (uint32_t i = 0; i < j->p.refusals.n; i++)
		pen_wrap(p, LOOK_WARN, 4, "  - %s",
			 reason_text(&j->p.refusals.r[i], t->lang, text,
				     sizeof(text)));
	if (j->refusal.code)
		pen_wrap(p, LOOK_WARN, 4, "  - %s",
			 reason_text(&j->refusal, t->lang, text,
				     sizeof(text)));
	for (uint32_t i = 0; i < j->verdict.reasons.n; i++)
		pen_wrap(p, LOOK_PLAIN, 4, "  - %s",
			 reason_text(&j->verdict.reasons.r[i], t->lang, text,
				     sizeof(text)));
	if (j->started) {
		pen_gap(p);
		step_lines(t, p, j);
	}
}

void
page_qr(const struct tui *t, struct pen *p)
{
	const struct job *j = &t->e->jobs[t->at];
	struct pen left;
	char text[128];

	snprintf(text, sizeof(text), "massho:1:%s:%s", j->cert_id,
		 j->cert_digest);
	for (char *s = text; *s; s++)	/* fewer dots: letters of one case */
		if (*s >= 'a' && *s <= 'z')
			*s = (char)(*s - 'a' + 'A');
	left = pen_on(p->c, p->top, p->bottom, 0);
	left.width = p->c->cols / 2 - 4;
	pen_wrap(&left, LOOK_BOLD, 0, "%s", j->cert_id);
	pen_gap(&left);
	pen_wrap(&left, LOOK_PLAIN, 0, "SHA-256 %s", j->cert_digest);
	pen_gap(&left);
	pen_wrap(&left, LOOK_DIM, 0, "%s",
		 _("number and digest of the certificate; hold them against"
		   " the paper and the stick"));
	if (!qr_draw(p->c, p->top, p->bottom, p->c->cols / 2 - 1, text))
		pen_wrap(&left, LOOK_WARN, 0, "%s",
			 _("this screen is too small for the QR code"));
}
