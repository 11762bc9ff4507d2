/* SPDX-License-Identifier: Apache-2.0 */
/* What stands on the screen before the drives, after them, and around? PURE. */
#include "tui.h"

#include "util.h"

#include <string.h>

#define MESSAGE_ROWS	5	/* of a message; F3 shows all of it */


/* ---- before ------------------------------------------------------------- */

static void
page_stopped(const struct tui *t, struct pen *p)
{
	pen_gap(p);
	if (!t->let_go)
		pen_line(p, LOOK_BAD, "%s",
			 _("nothing can be erased here yet"));
	pen_gap(p);
	pen_wrap(p, LOOK_PLAIN, 0, "%s", t->stopped);
}

void
page_cases(const struct tui *t, struct pen *p)
{
	pen_line(p, LOOK_PLAIN, "%s", _("several contract cases are here;"
					" which one is worked on?"));
	pen_gap(p);
	for (uint32_t i = 0; i < t->media.n_cases; i++) {
		const char *slash = strrchr(t->media.cases[i], '/');

		pen_line(p, i == t->at ? LOOK_CHOSEN : LOOK_PLAIN, "%s %s",
			 i == t->at ? ">" : " ",
			 slash ? slash + 1 : t->media.cases[i]);
	}
}

void
page_input(struct pen *p, const char *label, const struct edit *e)
{
	int row = pen_row(p), at = p->left, w = p->width - 2;
	char stars[sizeof(e->text)] = "";
	const char *text = e->text;

	if (e->secret) {
		size_t n = 0;

		for (size_t i = 0; e->text[i]; i++)
			n += ((unsigned char)e->text[i] & 0xc0) != 0x80;
		memset(stars, '*', n);
		text = stars;
	}
	p->line++;
	if (row < 0)
		return;
	at += canvas_text(p->c, row, at, w, LOOK_BOLD, label);
	at += canvas_text(p->c, row, at, 2, LOOK_BOLD, ": ");
	w = p->left + p->width - 2 - at;
	while (canvas_width(text) > w)	/* its end is what is typed at */
		for (text++; ((unsigned char)*text & 0xc0) == 0x80; )
			text++;
	at += canvas_text(p->c, row, at, w, LOOK_PLAIN, text);
	p->c->cursor_row = row;
	p->c->cursor_col = at;
	canvas_text(p->c, row, at, 1, LOOK_PLAIN, "_");
}

static const char *
form_label(enum form_field f)
{
	switch (f) {
	case FORM_CONTRACT: return _("contract (name)");
	case FORM_ORDERER: return _("orderer (municipality)");
	case FORM_CONTRACTOR: return _("contractor (company)");
	case FORM_RESPONSIBLE: return _("responsible (name)");
	case FORM_OPERATOR: return _("operator (name)");
	case FORM_PLACE: return _("place of work");
	case FORM_ITEM: return _("information erased");
	case FORM_COUNT: break;
	}
	return "";
}

void
page_form(const struct tui *t, struct pen *p)
{
	pen_wrap(p, LOOK_PLAIN, 0, "%s",
		 _("there is no contract case here. Type what the certificate"
		   " must say; more can be written into case.ini later, on any"
		   " PC"));
	if (t->composer)
		pen_line(p, t->composing ? LOOK_BOLD : LOOK_DIM, "%s",
			 t->composing ? _("Japanese input is on (F4: off)") :
					_("F4: Japanese input"));
	pen_gap(p);
	for (enum form_field f = 0; f < FORM_COUNT; f++) {
		char line[400];

		if (f == t->at) {
			page_input(p, form_label(f), &t->form[f]);
			continue;
		}
		snprintf(line, sizeof(line), "%s: %s", form_label(f),
			 t->form[f].text);
		pen_line(p, LOOK_PLAIN, "%s", line);
	}
}

void
page_people(const struct tui *t, struct pen *p)
{
	const struct case_people *all = &t->c->people[t->role];

	pen_line(p, LOOK_PLAIN, "%s", t->role == CASE_OPERATOR ?
		 _("who erases today? The certificate names this person") :
		 _("who is present for the orderer? The certificate names this"
		   " person"));
	pen_gap(p);
	for (uint32_t i = 0; i < all->n; i++)
		pen_line(p, i == t->at ? LOOK_CHOSEN : LOOK_PLAIN, "%s %s",
			 i == t->at ? ">" : " ", all->name[i]);
}

static void
unfinished(const struct tui *t, struct pen *p)
{
	if (!t->n_unfinished)
		return;
	pen_gap(p);
	pen_line(p, LOOK_WARN, "%s", _("begun earlier and not finished:"));
	for (size_t i = 0; i < t->n_unfinished; i++) {
		const struct unfinished *u = &t->unfinished[i];

		pen_wrap(p, LOOK_PLAIN, 4, "  %.10s %s %s: %s%s", u->time,
			 u->model, u->serial,
			 u->kind == UNFINISHED_PAPER ?
			 _("ended, its document is missing") :
			 _("NOT ERASED; choose it again, and it goes on where"
			   " it stopped"),
			 t->looked && u->drive == UINT32_MAX ?
			 _(" (not in this PC)") : "");
	}
}

/* What to press stands where the choice is. */
static void
person(struct pen *p, const struct casefile *c, enum case_role r,
       const char *label, const char *key)
{
	bool choice = case_may_choose(c, r);
	char text[CASE_TEXT + 32];

	if (!choice && !case_person(c, r)[0])
		return;
	snprintf(text, sizeof(text), "%s%s%s", case_person(c, r),
		 choice && case_person(c, r)[0] ? "  " : "", choice ? key : "");
	pen_pair(p, label, text);
}

void
page_case(const struct tui *t, struct pen *p)
{
	const struct casefile *c = t->c;
	char text[2 * CASE_TEXT + 8], n[32];

	if (!c) {
		pen_wrap(p, LOOK_WARN, 0, "%s",
			 _("without a contract case: evidence and results only,"
			   " no certificate"));
		return;
	}
	snprintf(text, sizeof(text), "%s  %s", c->f[CASE_CONTRACT_NAME],
		 c->f[CASE_CONTRACT_NO]);
	pen_pair(p, _("contract"), text);
	pen_pair(p, _("orderer"), *c->f[CASE_ORDERER_NAME] ?
		 c->f[CASE_ORDERER_NAME] : c->f[CASE_ADDRESSEE_NAME]);
	pen_pair(p, _("contractor"), c->f[CASE_CONTRACTOR_NAME]);
	pen_pair(p, _("responsible"), c->f[CASE_RESPONSIBLE_NAME]);
	person(p, c, CASE_OPERATOR, _("operator"), _("(o: another)"));
	person(p, c, CASE_WITNESS, _("witness"), _("(w: another)"));
	pen_pair(p, _("place"), c->f[CASE_PLACE_NAME]);
	snprintf(n, sizeof(n), "%u", c->n_media);
	pen_pair(p, _("media listed"), n);
	pen_pair(p, _("folder"), t->case_dir);
	if (t->media.live && t->media.image[0]) {
		snprintf(text, sizeof(text), "%.32s...", t->media.image);
		pen_pair(p, _("this stick"), text);
	}
	if (t->media.shell)
		pen_line(p, LOOK_WARN, "%s",
			 _("started with a shell: every certificate says so"));
	if (t->media.repaired)
		pen_wrap(p, LOOK_WARN, 0, "%s",
			 _("the stick was not let go of properly (power"
			   " failure, or pulled); it was repaired, and the"
			   " report is kept as evidence"));
	unfinished(t, p);
	pen_gap(p);
	pen_line(p, LOOK_BOLD, "%s", _("if this is right: Enter"));
}

/* Which of the two it is, only a watch can tell; Windows sets local time. */
static void
two_clocks(const struct tui *t, struct pen *p)
{
	pen_wrap(p, LOOK_BOLD, 0, "%s",
		 _("which of these does your watch show? Certificates carry the"
		   " one that you choose"));
	pen_gap(p);
	for (size_t i = 0; i < 2; i++)
		pen_line(p, i == t->at ? LOOK_CHOSEN : LOOK_PLAIN,
			 "%s %s   %s", i == t->at ? ">" : " ",
			 i ? t->clock.now : t->clock.as_local, i ?
			 _("if this PC's clock is in UTC") :
			 _("if this PC's clock is in Japanese time, as Windows"
			   " sets it"));
}

void
page_clock(const struct tui *t, struct pen *p)
{
	pen_gap(p);
	if (t->page == PAGE_CLOCK && tui_two_clocks(t)) {
		two_clocks(t, p);
		return;
	}
	pen_pair(p, _("Japanese time"), t->clock.now);
	pen_gap(p);
	if (t->page == PAGE_CLOCK_SET) {
		pen_wrap(p, LOOK_PLAIN, 0, "%s",
			 _("type the right time, like 2026-11-21 11:48"));
		pen_gap(p);
		page_input(p, _("Japanese time"), &t->edit);
		return;
	}
	pen_wrap(p, LOOK_BOLD, 0, "%s",
		 _("compare it with your watch: certificates carry this time."
		   " Right: Enter. Wrong: c"));
}

void
page_key(const struct tui *t, struct pen *p)
{
	pen_gap(p);
	pen_pair(p, _("signing key"), t->key_path);
	pen_gap(p);
	pen_wrap(p, LOOK_PLAIN, 0, "%s",
		 _("the key signs every certificate; its passphrase is asked"
		   " once and kept in memory only"));
	if (!t->key_for_plan)
		pen_wrap(p, LOOK_WARN, 0, "%s", tui_paper_missing(t) ?
			 _("a document is missing: it is made before anything"
			   " else") :
			 _("an order (job.ini) is here: it is read once the key"
			   " is open"));
	pen_gap(p);
	page_input(p, _("passphrase"), &t->secret);
}

/* ---- after -------------------------------------------------------------- */

static const char *
next_text(const struct tui *t, enum wish w)
{
	switch (w) {
	case WISH_LOOK:
		return t->looked ? _("erase more drives of this PC") :
				   _("go on");
	case WISH_OFF: return _("power off, then take the stick to the next"
				" PC");
	case WISH_RESTART: return _("restart this PC");
	case WISH_PULL: return _("let go of the stick, so that it may be"
				 " pulled");
	case WISH_LEAVE: return _("leave");
	default: return "";
	}
}

void
page_next(const struct tui *t, struct pen *p)
{
	enum wish next[NEXT_MAX];
	size_t i, n = tui_next(t, next);

	pen_gap(p);
	for (i = 0; i < n; i++)
		pen_line(p, i == t->at ? LOOK_CHOSEN : LOOK_PLAIN, "%s %s",
			 i == t->at ? ">" : " ", next_text(t, next[i]));
}

static void
page_messages(const struct tui *t, struct pen *p)
{
	uint32_t n = t->n_notes < TUI_NOTES ? t->n_notes : TUI_NOTES;

	if (!n)
		pen_line(p, LOOK_DIM, "%s", _("no message yet"));
	for (uint32_t i = 1; i <= n; i++)	/* newest first */
		pen_wrap(p, LOOK_PLAIN, 2, "%s",
			 t->notes[(t->n_notes - i) % TUI_NOTES]);
}

/* ---- around ------------------------------------------------------------- */

static const struct {
	const char *title, *keys;
	int road;
	void (*draw)(const struct tui *t, struct pen *p);
} pages[PAGE_COUNT] = {
	[PAGE_STOPPED] = { N_("waiting"),
			   N_("Enter: try again  Esc: end"), 0,
			   page_stopped },
	[PAGE_CASES] = { N_("contract case"), N_("arrows, Enter: this one"), 1,
			 page_cases },
	[PAGE_FORM] = { N_("new contract case"),
			N_("Enter: next line, after the last one go on"), 1,
			page_form },
	[PAGE_CASE] = { N_("contract case"), N_("Enter: go on  Esc: back"), 1,
			page_case },
	[PAGE_PEOPLE] = { N_("person"),
			  N_("arrows, Enter: this one  Esc: back"), 1,
			  page_people },
	[PAGE_CLOCK] = { N_("clock"), N_("Enter: right  c: wrong  Esc: back"),
			 2, page_clock },
	[PAGE_CLOCK_SET] = { N_("clock"), N_("Enter: this time  Esc: back"), 2,
			     page_clock },
	[PAGE_KEY] = { N_("signing key"), N_("Enter: open  Esc: back"), 2,
		       page_key },
	[PAGE_DRIVES] = { N_("drives"),
			  N_("Space: choose  Enter: plan  d: details  a: all"
			     " listed  n: asset no.  p: policy  u: thaw"
			     "  w: locked  r: look again"), 3, page_drives },
	[PAGE_DRIVE] = { N_("one drive"), N_("arrows: more  Esc: back"), 3,
			 page_drive },
	[PAGE_ROWS] = { N_("asset number"),
			N_("arrows, Enter: this line  Esc: back"), 3,
			page_rows },
	[PAGE_POLICIES] = { N_("policy"),
			    N_("arrows, Enter: this one  Esc: back"), 3,
			    page_policies },
	[PAGE_PASSWORDS] = { N_("password of locked drives"),
			     N_("arrows, Enter: this one  Esc: back"), 3,
			     page_passwords },
	[PAGE_SLEEP] = { N_("thaw frozen drives"),
			 N_("y: sleep now  n: not now"), 3, page_sleep },
	[PAGE_ORDER] = { N_("signed order"),
			 N_("y: erase as ordered  n: choose by hand"
			    "  arrows: more"), 4, page_order },
	[PAGE_PLAN] = { N_("plan"),
			N_("Enter: agree to it  arrows: more  Esc: back"), 4,
			page_plan },
	[PAGE_CONSENT] = { N_("consent"),
			   N_("type the characters, then Enter  Esc: do not"
			      " erase this drive"), 5, page_consent },
	[PAGE_BEGIN] = { N_("last question"),
			 N_("Enter: erase them now  Esc: erase nothing"), 5,
			 page_begin },
	[PAGE_RUN] = { N_("erasing"),
		       N_("d: details  s: stop this drive  x: stop all"), 6,
		       page_run },
	[PAGE_RUN_DRIVE] = { N_("erasing: one drive"),
			     N_("arrows: more  Esc: back"), 6,
			     page_run_drive },
	[PAGE_STOP] = { N_("stop this drive?"), N_("y: stop  n: go on"), 6,
			page_stop },
	[PAGE_STOP_ALL] = { N_("stop all drives?"), N_("y: stop  n: go on"), 6,
			    page_stop },
	[PAGE_RESULT] = { N_("result"),
			  N_("Enter: go on  d: details  q: QR code"), 7,
			  page_result },
	[PAGE_RESULT_DRIVE] = { N_("result: one drive"),
				N_("arrows: more  Esc: back"), 7,
				page_result_drive },
	[PAGE_QR] = { N_("QR code of the certificate"), N_("Esc: back"), 7,
		      page_qr },
	[PAGE_NEXT] = { N_("next"), N_("arrows, Enter: do it"), 8, page_next },
	[PAGE_MESSAGES] = { N_("messages"), N_("arrows: more  Esc: back"), 0,
			    page_messages },
};

/* For the key it is asked at one of two stations. */
static int
road_of(const struct tui *t)
{
	return pages[t->page == PAGE_KEY && t->key_for_plan ? PAGE_PLAN :
		     t->page].road;
}

static void
head(const struct tui *t, struct canvas *c)
{
	char text[400], right[64] = "";
	int w, used, road = road_of(t);

	for (int i = 0; i < c->cols; i++)
		canvas_text(c, 0, i, 1, LOOK_TITLE, " ");
	snprintf(text, sizeof(text), "massho %s  %s", t->version,
		 t->c ? t->c->f[CASE_CONTRACT_NAME] : "");
	if (road)
		snprintf(right, sizeof(right), "%d/8 %s", road,
			 _(pages[t->page].title));
	else
		snprintf(right, sizeof(right), "%s", _(pages[t->page].title));
	w = canvas_width(right);
	used = canvas_text(c, 0, 1, c->cols - w - 6, LOOK_TITLE, text);
	if (used < canvas_width(text))	/* it is told that there is more */
		canvas_text(c, 0, 1 + used, 2, LOOK_TITLE, "..");
	canvas_text(c, 0, c->cols - w - 1, w, LOOK_TITLE, right);
}

/* Lines that a text takes, without drawing it. */
static int
lines_of(struct canvas *c, const char *text)
{
	struct pen p = pen_on(c, 0, 0, 0);

	pen_wrap(&p, LOOK_PLAIN, 0, "%s", text);
	return p.line;
}

/* What is going on, or what was said since the last key. */
static const char *
message_of(const struct tui *t)
{
	if (t->busy[0])
		return t->busy;
	return t->n_notes > t->n_seen && t->page != PAGE_MESSAGES ?
	       t->notes[(t->n_notes - 1) % TUI_NOTES] : "";
}

/* The message, then the keys; returns the row above them. */
static int
foot(const struct tui *t, struct canvas *c)
{
	const char *message = message_of(t);
	char keys[300];
	struct pen p;
	int top, n = lines_of(c, message);

	snprintf(keys, sizeof(keys), "%s%s  F3: %s", _(pages[t->page].keys),
		 !t->japanese ? "" : t->lang == LANG_JA ? "  F2: English" :
		 "  F2: 日本語", _("messages"));
	top = c->rows - lines_of(c, keys);
	p = pen_on(c, top, c->rows, 0);
	pen_wrap(&p, LOOK_DIM, 0, "%s", keys);
	if (t->page == PAGE_QR)
		return top;	/* it needs the room */
	n = n < 2 ? 2 : n > MESSAGE_ROWS ? MESSAGE_ROWS : n;
	p = pen_on(c, top - n, top, 0);
	if (*message)
		pen_wrap(&p, t->busy[0] ? LOOK_BOLD : LOOK_WARN, 0, "%s",
			 message);
	canvas_rule(c, top - n - 1);
	return top - n - 1;
}

void
tui_draw(const struct tui *t, struct canvas *c)
{
	struct pen p;

	canvas_clear(c);
	if (c->rows < TUI_ROWS || c->cols < TUI_COLS) {
		canvas_text(c, 0, 0, c->cols, LOOK_PLAIN,
			    _("this screen is too small: 80x24 at least"));
		return;
	}
	head(t, c);
	p = pen_on(c, 2, foot(t, c), tui_lines(t) ? 0 : t->top);
	pages[t->page].draw(t, &p);
}
