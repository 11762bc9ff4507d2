/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What does a key mean on this page?  PURE.
 *
 * Enter goes on, Escape goes back, and neither ever destroys: an erasure
 * begins only after the last characters of a serial were typed, drive by drive.
 */
#include "tui.h"

#include "util.h"

#include <string.h>

#define LINES_MAX	4000	/* of what is scrolled */

/* Up and down: among lines to choose from, else through what is long. */
static bool
move(struct tui *t, uint32_t key)
{
	size_t n = tui_lines(t), page = 8;

	switch (key) {
	case PRESS_GO_UP:
		t->at -= t->at > 0;
		t->top -= !n && t->top > 0;
		return true;
	case PRESS_GO_DOWN:
		t->at += t->at + 1 < n;
		t->top += !n && t->top < LINES_MAX;
		return true;
	case PRESS_PAGE_UP:
		t->at -= t->at < page ? t->at : page;
		t->top = n || t->top < (int)page ? 0 : t->top - (int)page;
		return true;
	case PRESS_PAGE_DOWN:
		t->at = n && t->at + page < n ? t->at + page : n ? n - 1 : 0;
		t->top += !n && t->top < LINES_MAX ? (int)page : 0;
		return true;
	case PRESS_GO_HOME:
		t->at = 0;
		t->top = 0;
		return true;
	case PRESS_GO_END:
		t->at = n ? n - 1 : 0;
		return true;
	}
	return false;
}

/* On pages about one of a list, up and down must not leave it. */
static bool
scroll(struct tui *t, uint32_t key)
{
	size_t at = t->at;
	bool moved = move(t, key);

	t->at = at;
	return moved;
}

/* The same line again, on the page that it was chosen on. */
static void
back_to(struct tui *t, enum page p)
{
	size_t at = t->at;

	tui_go(t, p);
	t->at = at;
}

static size_t
chosen(const struct tui *t, bool only_frozen)
{
	size_t i, n = 0;

	for (i = 0; i < t->n_drives; i++)
		n += t->choices[i].chosen &&
		     (!only_frozen || tui_frozen(&t->drives[i]));
	return n;
}

/* What speaks against a drive is said, and nothing is chosen. */
static void
choose(struct tui *t, size_t i)
{
	struct choice *c = &t->choices[i];
	char text[640];

	if (c->hung || c->against.n) {
		tui_note(t, c->hung ?
			 _("this drive does not answer; replug it, then look"
			   " again with r") :
			 reason_text(&c->against.r[0], t->lang, text,
				     sizeof(text)));
		return;
	}
	c->chosen = !c->chosen;
	if (c->chosen && tui_erased(t, i)) {
		snprintf(text, sizeof(text),
			 _("this drive has its certificate %s already; if it is"
			   " to be erased once more, go on"), c->cert_id);
		tui_note(t, text);
	}
}

/* Those that the contract lists and that are not erased yet. */
static void
choose_listed(struct tui *t)
{
	size_t n = 0, erased = 0;

	/* pressed again, or held, it takes nothing back */
	for (size_t i = 0; i < t->n_drives; i++) {
		struct choice *c = &t->choices[i];

		if (!c->row || c->hung || c->against.n)
			continue;
		erased += tui_erased(t, i);
		c->chosen = c->chosen || !tui_erased(t, i);
		n++;
	}
	if (n && erased == n)
		tui_note(t, _("those of media.csv have their certificates; the"
			      " space bar chooses one all the same"));
	if (!n)
		tui_note(t, _("none of these drives is in media.csv; choose"
			      " them one by one with the space bar"));
}

/* Its own line is the one that Enter takes again. */
static void
to_rows(struct tui *t)
{
	const struct case_medium *own = t->choices[t->at].row;

	tui_go(t, PAGE_ROWS);
	if (own)
		t->at = (size_t)(own - t->c->media);
}

/* The one in force is the one that Enter takes again. */
static void
to_policies(struct tui *t)
{
	const char *now = t->rq.policy[0] ? t->rq.policy : "purge-or-clear";

	tui_go(t, PAGE_POLICIES);
	for (size_t i = 0; i < n_policies; i++)
		if (!strcmp(policies[i].name, now))
			t->at = i;
}

static enum wish
key_drives(struct tui *t, uint32_t key)
{
	if (t->n_drives && key == ' ')
		choose(t, t->at);
	else if (key == 'a')
		choose_listed(t);
	else if (t->n_drives && key == 'd')
		back_to(t, PAGE_DRIVE);
	else if (key == 'r')
		return WISH_LOOK;
	else if (key == 'p')
		to_policies(t);
	else if (key == 'w')
		tui_go(t, PAGE_PASSWORDS);
	else if (t->n_drives && key == 'n' && t->c && t->c->n_media &&
		 !t->choices[t->at].hung && !t->choices[t->at].against.n) {
		to_rows(t);
	} else if (key == 'u' && chosen(t, true))
		tui_go(t, PAGE_SLEEP);
	else if (key == PRESS_ENTER && chosen(t, false))
		return WISH_PLAN;
	else if (key == PRESS_ENTER)
		tui_note(t, _("no drive is chosen; the space bar chooses"));
	else if (key == PRESS_ESCAPE)
		tui_go(t, PAGE_NEXT);
	return WISH_NOTHING;
}

/* Where serials are known, they decide. */
static bool
is_its_row(struct tui *t, const struct case_medium *row)
{
	const char *serial = t->drives[t->drive].id.serial;
	const struct case_medium *own = case_match(t->c, serial);
	char text[TUI_NOTE_LEN];

	if (own == row || (!own && !row->serial[0]))
		return true;
	if (own)
		snprintf(text, sizeof(text),
			 _("by its serial number %s this drive is %s"), serial,
			 own->asset[0] ? own->asset : own->name);
	else
		snprintf(text, sizeof(text),
			 _("this line is of the serial number %s, the drive has"
			   " %s"), row->serial, serial[0] ? serial : "-");
	tui_note(t, text);
	return false;
}

/* The number by hand, for a drive that tells no serial. */
static enum wish
key_rows(struct tui *t, uint32_t key)
{
	struct choice *c = &t->choices[t->drive];

	if (key == PRESS_ENTER && !is_its_row(t, &t->c->media[t->at]))
		return WISH_NOTHING;
	if (key == PRESS_ENTER) {
		c->row = &t->c->media[t->at];
		text_copy(c->asset, sizeof(c->asset), c->row->asset);
	}
	if (key == PRESS_ENTER || key == PRESS_ESCAPE)
		tui_go(t, PAGE_DRIVES);
	return WISH_NOTHING;
}

static enum wish
key_policies(struct tui *t, uint32_t key)
{
	if (key == PRESS_ENTER) {
		text_copy(t->rq.policy, sizeof(t->rq.policy),
			  policies[t->at].name);
		tui_note(t, t->lang == LANG_JA ? policies[t->at].title_ja :
						 policies[t->at].title);
	}
	if (key == PRESS_ENTER || key == PRESS_ESCAPE)
		tui_go(t, PAGE_DRIVES);
	return WISH_NOTHING;
}

static enum wish
key_passwords(struct tui *t, uint32_t key)
{
	if (key == PRESS_ENTER)
		t->rq.unlock = (enum password)(t->at + 1);
	if (key == PRESS_ENTER || key == PRESS_ESCAPE)
		tui_go(t, PAGE_DRIVES);
	return WISH_NOTHING;
}

static enum wish
key_plan(struct tui *t, uint32_t key)
{
	if (key == PRESS_ENTER)
		tui_ask_first(t);
	else if (key == PRESS_ESCAPE)
		tui_go(t, PAGE_DRIVES);
	else if (key == 'b' && tui_goes_on(t))
		return WISH_AFRESH;
	return WISH_NOTHING;
}

static enum wish
key_consent(struct tui *t, uint32_t key)
{
	if (key == PRESS_ESCAPE)
		return WISH_SKIP;
	if (key == PRESS_ENTER && t->edit.text[0])
		return WISH_CONSENT;
	if (strlen(t->edit.text) < 16 || key == PRESS_BACK)
		edit_key(&t->edit, key);
	return WISH_NOTHING;
}

static enum wish
key_order(struct tui *t, uint32_t key)
{
	if (key == 'y')
		return WISH_ORDER;
	if (key != 'n' && key != PRESS_ESCAPE)
		return WISH_NOTHING;
	t->declined = true;
	tui_go(t, PAGE_DRIVES);
	return WISH_NOTHING;
}

static enum wish
key_run(struct tui *t, uint32_t key)
{
	const struct job *j = &t->e->jobs[t->at];

	if (key == 'd')
		back_to(t, PAGE_RUN_DRIVE);
	else if (key == 's' && j->started && !j->over && !j->ended)
		back_to(t, PAGE_STOP);
	else if (key == 'x')
		back_to(t, PAGE_STOP_ALL);
	return WISH_NOTHING;
}

static enum wish
key_stop(struct tui *t, uint32_t key, enum wish w)
{
	if (key != 'y' && key != 'n' && key != PRESS_ESCAPE)
		return WISH_NOTHING;
	back_to(t, PAGE_RUN);
	return key == 'y' ? w : WISH_NOTHING;
}

static enum wish
key_result(struct tui *t, uint32_t key)
{
	if (key == 'd')
		back_to(t, PAGE_RESULT_DRIVE);
	else if (key == 'q' && t->e->jobs[t->at].cert_id[0])
		back_to(t, PAGE_QR);
	else if (key == PRESS_ENTER)
		tui_go(t, PAGE_NEXT);
	return WISH_NOTHING;
}

static enum wish
key_next(struct tui *t, uint32_t key)
{
	enum wish next[NEXT_MAX];

	if (key != PRESS_ENTER)
		return WISH_NOTHING;
	t->declined = false;	/* for other drives it may be wanted */
	if (t->at >= tui_next(t, next))
		return WISH_NOTHING;
	if (next[t->at] == WISH_LOOK && !t->looked && (t->c || t->no_case)) {
		tui_go(t, PAGE_CASE);	/* nobody has agreed to it yet */
		return WISH_NOTHING;
	}
	return next[t->at];
}

static enum wish
key_form(struct tui *t, uint32_t key)
{
	if (key == PRESS_ENTER && t->at + 1 == FORM_COUNT)
		return WISH_FORM;
	if (key == PRESS_ENTER || key == PRESS_NEXT)
		t->at = (t->at + 1) % FORM_COUNT;
	else if (key == PRESS_COMPOSE)
		t->composing = t->composer && !t->composing;
	else if (key == PRESS_ESCAPE)
		tui_go(t, PAGE_NEXT);
	else
		edit_key(&t->form[t->at], key);
	return WISH_NOTHING;
}

static enum wish
key_clock(struct tui *t, uint32_t key)
{
	if (key == PRESS_ENTER) {
		edit_clear(&t->edit);
		if (tui_two_clocks(t) && t->at == 0)
			text_copy(t->edit.text, sizeof(t->edit.text),
				  t->clock.as_local);
		return WISH_CLOCK;
	}
	if (key == 'c') {
		tui_go(t, PAGE_CLOCK_SET);
		text_copy(t->edit.text, sizeof(t->edit.text),
			  t->clock.as_local[0] ? t->clock.as_local :
						 t->clock.now);
	} else if (key == PRESS_ESCAPE) {
		tui_go(t, PAGE_CASE);
	}
	return WISH_NOTHING;
}

static enum wish
key_clock_set(struct tui *t, uint32_t key)
{
	if (key == PRESS_ENTER && t->edit.text[0])
		return WISH_CLOCK;
	if (key == PRESS_ESCAPE)
		tui_go(t, PAGE_CLOCK);
	else
		edit_key(&t->edit, key);
	return WISH_NOTHING;
}

/* Nobody leaves half a passphrase here. */
static void
leave_key(struct tui *t)
{
	for (size_t i = 0; i < ARRAY_SIZE(t->secret); i++)
		edit_clear(&t->secret[i]);
	tui_go(t, t->key_for_report ? PAGE_NEXT : t->key_for_plan ? PAGE_PLAN :
								PAGE_CLOCK);
}

/* What is typed is shown for as long as somebody wants it. */
static void
show_secret(struct tui *t)
{
	for (size_t i = 0; i < ARRAY_SIZE(t->secret); i++)
		t->secret[i].secret = !t->secret[i].secret;
}

/* What is too short is told before it is typed twice. */
static void
take_first(struct tui *t, const struct edit *e)
{
	char text[TUI_NOTE_LEN];
	size_t n = 0;

	for (const char *s = e->text; *s; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	if (n >= KEY_PASS_MIN) {
		t->at = 1;
		return;
	}
	snprintf(text, sizeof(text), _("the passphrase is too short: %d"
		 " characters or more"), KEY_PASS_MIN);
	tui_note(t, text);
}

static enum wish
key_key(struct tui *t, uint32_t key)
{
	struct edit *e = &t->secret[t->page == PAGE_KEY_NEW ? t->at : 0];

	if (key == PRESS_ESCAPE)
		leave_key(t);
	else if (key == PRESS_NEXT)
		show_secret(t);
	else if (key != PRESS_ENTER)
		edit_key(e, key);
	else if (t->page == PAGE_KEY && e->text[0])
		return WISH_KEY;
	else if (t->page == PAGE_KEY_NEW && t->at == 0)
		take_first(t, e);
	else if (t->page == PAGE_KEY_NEW && e->text[0])
		return WISH_KEY_NEW;
	return WISH_NOTHING;
}

/* The one who is at work now is the one that Enter takes again. */
static void
to_people(struct tui *t, enum case_role r)
{
	tui_go(t, PAGE_PEOPLE);
	t->role = r;
	for (size_t i = 0; i < t->c->people[r].n; i++)
		if (!strcmp(t->c->people[r].name[i], case_person(t->c, r)))
			t->at = i;
}

static enum wish
key_people(struct tui *t, uint32_t key)
{
	if (key == PRESS_ESCAPE)
		tui_go(t, PAGE_CASE);
	return key == PRESS_ENTER ? WISH_PERSON : WISH_NOTHING;
}

static enum wish
key_first(struct tui *t, uint32_t key)
{
	if (t->page == PAGE_CASE && t->c && key == 'o' &&
	    case_may_choose(t->c, CASE_OPERATOR))
		to_people(t, CASE_OPERATOR);
	else if (t->page == PAGE_CASE && t->c && key == 'w' &&
		 case_may_choose(t->c, CASE_WITNESS))
		to_people(t, CASE_WITNESS);
	if (t->page == PAGE_CASES && key == PRESS_ENTER) {
		text_copy(t->case_dir, sizeof(t->case_dir),
			  t->media.cases[t->at]);
		return WISH_CASE;
	}
	if (t->page == PAGE_CASE && key == PRESS_ENTER)
		tui_go(t, PAGE_CLOCK);
	if (key == PRESS_ESCAPE && t->page == PAGE_CASE &&
	    t->media.n_cases > 1)
		tui_go(t, PAGE_CASES);
	else if (key == PRESS_ESCAPE)
		tui_go(t, PAGE_NEXT);
	return WISH_NOTHING;
}

static enum wish
key_of_page(struct tui *t, uint32_t key)
{
	switch (t->page) {
	case PAGE_STOPPED:
		if (key == PRESS_ESCAPE && t->stick)
			tui_go(t, PAGE_NEXT);
		return key == PRESS_ENTER ? WISH_CASE :
		       key == PRESS_ESCAPE && !t->stick ? WISH_LEAVE :
							WISH_NOTHING;
	case PAGE_CASES:
	case PAGE_CASE:
		return key_first(t, key);
	case PAGE_FORM:
		return key_form(t, key);
	case PAGE_PEOPLE:
		return key_people(t, key);
	case PAGE_CLOCK:
		return key_clock(t, key);
	case PAGE_CLOCK_SET:
		return key_clock_set(t, key);
	case PAGE_KEY:
	case PAGE_KEY_NEW:
		return key_key(t, key);
	case PAGE_DRIVES:
		return key_drives(t, key);
	case PAGE_ROWS:
		return key_rows(t, key);
	case PAGE_POLICIES:
		return key_policies(t, key);
	case PAGE_PASSWORDS:
		return key_passwords(t, key);
	case PAGE_CONSENT:
		return key_consent(t, key);
	case PAGE_BEGIN:
		if (key == PRESS_ESCAPE)
			tui_go(t, PAGE_DRIVES);
		return key == PRESS_ENTER ? WISH_START : WISH_NOTHING;
	case PAGE_ORDER:
		return key_order(t, key);
	case PAGE_RUN:
		return key_run(t, key);
	case PAGE_STOP:
		return key_stop(t, key, WISH_STOP);
	case PAGE_STOP_ALL:
		return key_stop(t, key, WISH_STOP_ALL);
	case PAGE_RESULT:
		return key_result(t, key);
	case PAGE_NEXT:
		return key_next(t, key);
	case PAGE_SLEEP:
		if (key == PRESS_ESCAPE || key == 'n')
			tui_go(t, PAGE_DRIVES);
		return key == 'y' && t->sleepy ? WISH_SLEEP : WISH_NOTHING;
	case PAGE_PLAN:
		return key_plan(t, key);
	case PAGE_LOOK:
	case PAGE_DRIVE:
	case PAGE_RUN_DRIVE:
	case PAGE_RESULT_DRIVE:
	case PAGE_QR:
	case PAGE_MESSAGES:
	case PAGE_COUNT:
		break;
	}
	return WISH_NOTHING;
}

/* Where Escape and Enter lead from pages that only show something. */
static enum page
behind(const struct tui *t)
{
	switch (t->page) {
	case PAGE_DRIVE:
		return PAGE_DRIVES;
	case PAGE_RUN_DRIVE:
		return PAGE_RUN;
	case PAGE_RESULT_DRIVE:
	case PAGE_QR:
		return PAGE_RESULT;
	case PAGE_MESSAGES:
		return t->before;
	default:
		return PAGE_COUNT;
	}
}

enum wish
tui_key(struct tui *t, uint32_t key)
{
	t->n_seen = t->n_notes;
	if (key == PRESS_LANGUAGE)
		return WISH_LANGUAGE;
	if (key == PRESS_REDRAW || key == PRESS_SIZE)
		return WISH_REDRAW;
	if (key == PRESS_MESSAGES && t->page != PAGE_MESSAGES) {
		t->before = t->page;
		back_to(t, PAGE_MESSAGES);
		return WISH_NOTHING;
	}
	if (behind(t) != PAGE_COUNT) {
		if (key == PRESS_ESCAPE || key == PRESS_ENTER)
			back_to(t, behind(t));
		else
			scroll(t, key);
		return WISH_NOTHING;
	}
	if (t->page != PAGE_CONSENT && move(t, key))
		return WISH_NOTHING;
	return key_of_page(t, key);
}
