/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What does a wish of the technician set in motion, from the clock to the next
 * PC?  The case is tui_case.c's, the drives are tui_round.c's.
 */
#include "tui.h"

#include "cmd_docs.h"
#include "probe.h"
#include "util.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DRAW_MS		500	/* a progress bar needs no more */
#define LOOK_MS		1000U
#define REDRAW_MS	(10 * 1000U)	/* after a kernel message */

/* ---- the screen ---------------------------------------------------------- */

/* What anybody said on standard error, a line at a time. */
void
show_words(struct show *s)
{
	char buf[TUI_NOTE_LEN + 1], *line, *end;
	ssize_t n;

	while ((n = pread(s->words, buf, sizeof(buf) - 1, s->words_at)) > 0) {
		buf[n] = '\0';
		line = buf;
		while ((end = strchr(line, '\n'))) {
			*end = '\0';
			tui_note(&s->t, strncmp(line, "massho: ", 8) ? line :
								line + 8);
			line = end + 1;
		}
		if (line == buf && n < (ssize_t)sizeof(buf) - 1)
			break;		/* the rest of it will come */
		if (line == buf) {
			tui_note(&s->t, buf);
			line += n;
		}
		s->words_at += line - buf;
	}
}

static void
draw(struct show *s)
{
	int rows, cols;

	term_size(s->term, &rows, &cols);
	if (rows != s->canvas.rows || cols != s->canvas.cols) {
		canvas_free(&s->canvas);
		if (canvas_make(rows, cols, &s->canvas))
			return;
	}
	tui_draw(&s->t, &s->canvas);
	term_show(s->term, &s->canvas);
	s->drawn_ms = mono_ms();
	/* what is being composed stands on the screen only */
	if (!s->composes && s->drawn_ms - s->redrawn_ms >= REDRAW_MS) {
		term_redraw(s->term);
		s->redrawn_ms = s->drawn_ms;
	}
}

/* A stick that is pulled is missed at once, not at the next start; while drives
 * are at work as well. */
static void
watch_stick(struct show *s)
{
	enum stick_state before = s->t.media.state;
	uint64_t now = mono_ms();
	char why[TUI_NOTE_LEN];
	struct tui *t = &s->t;

	if (now - s->looked_ms < LOOK_MS)
		return;
	s->looked_ms = now;
	if (t->page == PAGE_CLOCK)
		stick_clock(s->run, &t->clock);
	if (!t->stick || t->page == PAGE_STOPPED || t->let_go)
		return;
	stick_look(s->run, &t->media);
	if (t->media.state != before && t->media.state != STICK_READY)
		tui_note(t, stick_why(&t->media, t->lang, why, sizeof(why)));
}

/* A terminal that is gone would be ready to be read for ever. */
static void
lose_terminal(struct show *s)
{
	int never[2];

	s->over = true;
	s->exit = exit_graver(s->exit, EXIT_INTERRUPTED);
	if (pipe2(never, O_CLOEXEC) == 0)
		dup2(never[0], STDIN_FILENO);
}

void
show_turn(struct show *s)
{
	bool changed = false;
	uint32_t key;
	int err;

	while (!s->over) {
		err = term_key(s->term, &key);
		if (err == -EPIPE)
			lose_terminal(s);
		if (err == -EAGAIN)
			continue;
		if (err || key == PRESS_NOTHING)
			break;
		show_wish(s, tui_key(&s->t, key));
		compose_follow(s);
		changed = true;
	}
	show_words(s);
	watch_stick(s);
	if (changed || mono_ms() - s->drawn_ms >= DRAW_MS)
		draw(s);
	if (s->t.page == PAGE_CASE)
		look_early(s);
}

void
show_busy(struct show *s, const char *text)
{
	text_copy(s->t.busy, sizeof(s->t.busy), text);
	show_words(s);
	draw(s);
}

void
show_stopped(struct show *s, const char *why)
{
	text_copy(s->t.stopped, sizeof(s->t.stopped), why);
	s->t.let_go = false;
	tui_go(&s->t, PAGE_STOPPED);
}

/* ---- the clock ---------------------------------------------------------- */

/* Is there work for the key before any drive is chosen? */
static bool
wants_key(const struct tui *t)
{
	char path[PATH_LEN + 16];

	if (t->has_key || t->no_case)
		return false;
	return tui_paper_missing(t) || (!t->declined &&
	       stick_job(&t->media, t->case_dir, path, sizeof(path)));
}

static void
to_drives(struct show *s)
{
	if (wants_key(&s->t))
		tui_ask_key(&s->t, false);
	else
		round_look(s);
}

/* Where the road goes on: nothing that was asked already is asked again. */
static void
go_on(struct show *s)
{
	struct tui *t = &s->t;

	if (!t->c && !t->no_case)
		show_first(s);
	else if (!t->clock.confirmed && t->stick)
		tui_go(t, PAGE_CLOCK);
	else
		to_drives(s);
}

static const char *
clock_why(int err)
{
	switch (err) {
	case -EINVAL:
		return _("this is no time; write it like 2026-11-21 11:48");
	case -ERANGE:
		return _("this time cannot be right");
	case -EPERM:
		return _("the clock of this machine is not ours to set; correct"
			 " it, then start again");
	}
	return strerror(-err);
}

static void
say_clock(struct show *s)
{
	struct tui *t = &s->t;
	int err = stick_clock_say(s->run, t->edit.text, t->c ?
				  t->c->f[CASE_OPERATOR_NAME] : "");

	stick_clock(s->run, &t->clock);
	if (err && (t->stick || t->edit.text[0])) {
		tui_note(t, clock_why(err));
		return;
	}
	to_drives(s);
}

/* ---- the next PC -------------------------------------------------------- */

static void
power(struct show *s, enum stick_next what)
{
	char text[TUI_NOTE_LEN];
	int err;

	round_free(s);
	key_free(&s->key);
	s->t.has_key = false;
	show_busy(s, _("writing everything to the stick"));
	err = stick_power(s->run, what);
	s->t.busy[0] = '\0';
	if (err) {
		snprintf(text, sizeof(text),
			 _("not done: %s; do NOT pull the stick"),
			 strerror(-err));
		tui_note(&s->t, text);
		return;
	}
	if (what == NEXT_PULL) {
		show_stopped(s, _("the stick may be pulled now. To go on with"
				  " this PC, put it back and press Enter"));
		s->t.let_go = true;
	}
}

static void
change_language(struct show *s)
{
	struct tui *t = &s->t;

	if (!t->japanese) {
		tui_note(t, "this screen has no Japanese letters");
		return;
	}
	t->lang = t->lang == LANG_JA ? LANG_EN : LANG_JA;
	s->cli.lang = s->e.cli.lang = t->lang;
	cli_lang_set(t->lang);
}

static void
wish_of_the_road(struct show *s, enum wish w)
{
	switch (w) {
	case WISH_CASE:
		if (s->t.page == PAGE_CASES)
			show_case(s);
		else
			show_first(s);
		break;
	case WISH_FORM:
		show_form(s);
		break;
	case WISH_PERSON:
		show_person(s);
		break;
	case WISH_CLOCK:
		say_clock(s);
		break;
	case WISH_KEY:
		key_open(s);
		break;
	case WISH_KEY_NEW:
		key_make(s);
		break;
	case WISH_LOOK:
		go_on(s);
		break;
	case WISH_PLAN:
		round_plan(s);
		break;
	case WISH_AFRESH:
		round_afresh(s);
		break;
	case WISH_START:
		round_start(s);
		break;
	case WISH_ORDER:
		order_start(s);
		break;
	case WISH_SLEEP:
		round_sleep(s);
		break;
	case WISH_OFF:
		power(s, NEXT_POWER_OFF);
		break;
	case WISH_RESTART:
		power(s, NEXT_RESTART);
		break;
	case WISH_PULL:
		power(s, NEXT_PULL);
		break;
	case WISH_REPORT:
		paper_report(s);
		break;
	case WISH_LEAVE:
		s->over = !s->t.stick;
		break;
	default:
		break;
	}
}

void
show_wish(struct show *s, enum wish w)
{
	switch (w) {
	case WISH_NOTHING:
		return;
	case WISH_LANGUAGE:
		change_language(s);
		return;
	case WISH_REDRAW:
		term_wake(s->term);
		return;
	case WISH_STOP:
	case WISH_STOP_ALL:
		round_stop(s, w == WISH_STOP_ALL);
		return;
	case WISH_CONSENT:
	case WISH_SKIP:
		round_consent(s, w == WISH_SKIP);
		return;
	default:
		/* while drives are at work there is no other wish */
		if (!s->running)
			wish_of_the_road(s, w);
	}
}

void
show_free(struct show *s)
{
	probe_apart_drop(&s->early);
	round_free(s);
	key_free(&s->key);
	free(s->c);
	free(s->t.drives);
	free(s->t.choices);
	canvas_free(&s->canvas);
}
