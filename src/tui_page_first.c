/* SPDX-License-Identifier: Apache-2.0 */
/* What stands on the screen before the drives: case, clock, key?  PURE. */
#include "tui.h"

#include "util.h"

#include <string.h>

void
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

static void
input(struct pen *p, const char *label, const struct edit *e, bool here)
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
	if (!here)
		return;
	p->c->cursor_row = row;
	p->c->cursor_col = at;
	canvas_text(p->c, row, at, 1, LOOK_PLAIN, "_");
}

void
page_input(struct pen *p, const char *label, const struct edit *e)
{
	input(p, label, e, true);
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
	pen_line(p, LOOK_WARN, "%s", _("begun earlier and not finished:"));
	for (size_t i = 0; i < t->n_unfinished; i++) {
		const struct unfinished *u = &t->unfinished[i];

		pen_wrap(p, LOOK_PLAIN, 4, "  %.10s %.5s  %s%s%s %s: %s%s",
			 u->time, u->time + 11, u->asset, u->asset[0] ? "  " :
			 "", u->model, strcmp(u->serial, "unknown") ?
			 u->serial : "-",
			 u->kind == UNFINISHED_PAPER ?
			 _("it ended, only its document is missing: the"
			   " passphrase makes it") :
			 _("NOT ERASED; choose it again, and erase it to its"
			   " end"),
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
	pen_wrap(p, LOOK_BOLD, 0, "%s",
		 _("if this is right: Enter. If not: Esc, and correct case.ini"
		   " on any PC"));
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
	snprintf(text, sizeof(text), "%s  %s", c->f[CASE_CONTRACT_NAME],
		 c->f[CASE_CONTRACT_NO]);
	pen_pair(p, _("contract"), text);
	pen_pair(p, _("addressee"), c->f[CASE_ADDRESSEE_NAME]);
	pen_pair(p, _("contractor"), c->f[CASE_CONTRACTOR_NAME]);
	pen_pair(p, _("responsible"), c->f[CASE_RESPONSIBLE_NAME]);
	person(p, c, CASE_OPERATOR, _("operator"), _("(o: another)"));
	person(p, c, CASE_WITNESS, _("witness"), _("(w: another)"));
	pen_pair(p, _("place"), c->f[CASE_PLACE_NAME]);
	pen_pair(p, _("information"), c->n_items ? c->items[0].item : "");
	snprintf(n, sizeof(n), "%u", c->n_media);
	pen_pair(p, _("media listed"), n);
	pen_pair(p, _("folder"), t->case_dir);
	if (t->media.live && t->media.image[0])
		pen_pair(p, _("image"), t->media.image);
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

/* ---- the key ------------------------------------------------------------ */

/* Nobody sees which letter a star is: what may be other than thought? */
static void
keyboard(const struct tui *t, struct pen *p)
{
	pen_gap(p);
	if (!strcmp(t->media.keys, "us"))
		pen_line(p, LOOK_DIM, "%s", _("keyboard: US English"));
	else if (t->media.keys[0])
		pen_line(p, LOOK_DIM, "%s", _("keyboard: Japanese"));
	if (t->media.caps_lock)
		pen_line(p, LOOK_WARN, "%s",
			 _("Caps Lock is on: letters come as capitals"));
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
	if (!t->key_for_plan && !t->key_for_report)
		pen_wrap(p, LOOK_WARN, 0, "%s", tui_paper_missing(t) ?
			 _("a document is missing: it is made before anything"
			   " else") :
			 _("an order (job.ini) is here: it is read once the key"
			   " is open"));
	pen_gap(p);
	page_input(p, _("passphrase"), &t->secret[0]);
	keyboard(t, p);
}

void
page_key_new(const struct tui *t, struct pen *p)
{
	pen_wrap(p, LOOK_PLAIN, 0, "%s",
		 _("there is no signing key in this case. If your company has"
		   " one, leave with Esc and copy key.p8 and key.crt into the"
		   " folder first. Otherwise one is made now, in the name of"
		   " the responsible person"));
	pen_gap(p);
	pen_pair(p, _("responsible"), t->c ? t->c->f[CASE_RESPONSIBLE_NAME] :
					     "");
	pen_pair(p, _("file"), t->key_path);
	pen_gap(p);
	pen_wrap(p, LOOK_PLAIN, 0, "%s",
		 _("choose a passphrase of 14 characters or more, and keep it"
		   " apart from the stick: without it the key is of no use"));
	pen_gap(p);
	input(p, _("passphrase"), &t->secret[0], t->at == 0);
	input(p, _("once more"), &t->secret[1], t->at == 1);
	keyboard(t, p);
}

/* Only what takes its time comes to be seen. */
void
page_look(const struct tui *t, struct pen *p)
{
	(void)t;
	pen_gap(p);
	pen_wrap(p, LOOK_PLAIN, 0, "%s",
		 _("each drive is asked what it is. One that sleeps takes up to"
		   " half a minute to wake; nothing is changed on it"));
}
