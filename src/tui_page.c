/* SPDX-License-Identifier: Apache-2.0 */
/* What stands on the screen after the drives, and around every page?  PURE. */
#include "tui.h"

#include "util.h"

#include <string.h>

#define MESSAGE_ROWS	5	/* of a message; F3 shows all of it */


/* ---- after -------------------------------------------------------------- */

static const char *
next_text(const struct tui *t, enum wish w)
{
	switch (w) {
	case WISH_LOOK:
		return !t->looked ? _("go on") : tui_left(t) ?
		       _("erase more drives of this PC") :
		       _("back to the drives of this PC (none that can be"
			 " erased is left)");
	case WISH_CASE:
		return _("go on with this PC: put the stick back first");
	case WISH_OFF: return _("power off, then take the stick to the next"
				" PC");
	case WISH_RESTART: return _("restart this PC");
	case WISH_PULL: return _("let go of the stick, so that it may be"
				 " pulled");
	case WISH_LEAVE: return _("leave");
	case WISH_REPORT: return _("make the report on return and disposal,"
				   " once all media of the case are done");
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
			   N_("Enter: try again  Esc: power off and more"), 0,
			   page_stopped },
	[PAGE_CASES] = { N_("contract case"), N_("arrows, Enter: this one"), 1,
			 page_cases },
	[PAGE_FORM] = { N_("new contract case"),
			N_("Enter: next line, after the last one go on"), 1,
			page_form },
	[PAGE_CASE] = { N_("contract case"),
			N_("Enter: go on  Esc: power off and more"), 1,
			page_case },
	[PAGE_PEOPLE] = { N_("person"),
			  N_("arrows, Enter: this one  Esc: back"), 1,
			  page_people },
	[PAGE_CLOCK] = { N_("clock"), N_("Enter: right  c: wrong  Esc: back"),
			 2, page_clock },
	[PAGE_CLOCK_SET] = { N_("clock"), N_("Enter: this time  Esc: back"), 2,
			     page_clock },
	[PAGE_KEY] = { N_("signing key"),
		       N_("Enter: open  Tab: show or hide what is typed"
			  "  Esc: back"), 2, page_key },
	[PAGE_KEY_NEW] = { N_("new signing key"),
			   N_("Enter: next  Tab: show or hide what is typed"
			      "  Esc: back"), 2, page_key_new },
	[PAGE_LOOK] = { N_("looking"),
			N_("Esc: go on without those that do not answer"), 3,
			page_look },
	[PAGE_DRIVES] = { N_("drives"),
			  N_("Space: choose  Enter: plan  d: details  a: all"
			     " listed  n: asset no.  p: policy  r: look"
			     " again  Esc: power off and more"), 3,
			  page_drives },
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
	bool key = t->page == PAGE_KEY || t->page == PAGE_KEY_NEW;

	return pages[key && t->key_for_report ? PAGE_NEXT :
		     key && t->key_for_plan ? PAGE_PLAN : t->page].road;
}

static void
head(const struct tui *t, struct canvas *c)
{
	char text[400], right[64] = "";
	int w, used, road = road_of(t);

	/* while the drives are awaited there is nothing to answer yet */
	enum look look = t->page == PAGE_LOOK ? LOOK_DIM : LOOK_TITLE;

	for (int i = 0; i < c->cols; i++)
		canvas_text(c, 0, i, 1, look, " ");
	snprintf(text, sizeof(text), "massho %s  %s", t->version,
		 t->c ? t->c->f[CASE_CONTRACT_NAME] : "");
	if (road)
		snprintf(right, sizeof(right), "%d/8 %s", road,
			 _(pages[t->page].title));
	else
		snprintf(right, sizeof(right), "%s", _(pages[t->page].title));
	w = canvas_width(right);
	used = canvas_text(c, 0, 1, c->cols - w - 6, look, text);
	if (used < canvas_width(text))	/* it is told that there is more */
		canvas_text(c, 0, 1 + used, 2, look, "..");
	canvas_text(c, 0, c->cols - w - 1, w, look, right);
}

/* What can be pressed on this page, as things are; two blanks lie between. */
static void
keys_of(const struct tui *t, char *buf, size_t len)
{
	bool frozen = false, locked = false;

	if (t->busy[0] && t->page != PAGE_LOOK) {
		text_copy(buf, len, _("please wait"));
		return;
	}
	for (size_t i = 0; t->page == PAGE_DRIVES && i < t->n_drives; i++) {
		frozen |= tui_frozen(&t->drives[i]);
		locked |= t->drives[i].lock.locked == ANSWER_YES;
	}
	snprintf(buf, len, "%s%s%s%s%s%s%s", _(pages[t->page].keys),
		 frozen ? _("  u: thaw") : "", locked ? _("  w: locked") : "",
		 t->page == PAGE_PLAN && tui_goes_on(t) ?
		 _("  b: from the start") : "",
		 !t->japanese ? "" : t->lang == LANG_JA ? "  F2: English" :
		 "  F2: 日本語", t->page == PAGE_MESSAGES ? "" : "  F3: ",
		 t->page == PAGE_MESSAGES ? "" : _("messages"));
}

/* None of them is broken. */
static void
draw_keys(struct pen *p, const char *keys)
{
	int at = 0;

	for (const char *end; *keys; keys = end + strspn(end, " ")) {
		char one[160];
		int w, row;

		end = strstr(keys, "  ");
		if (!end)
			end = keys + strlen(keys);
		snprintf(one, sizeof(one), "%.*s", (int)(end - keys), keys);
		w = canvas_width(one);
		if (at && at + 2 + w > p->width) {
			p->line++;
			at = 0;
		}
		row = pen_row(p);
		at += at ? 2 : 0;
		if (row >= 0)
			canvas_text(p->c, row, p->left + at, p->width - at,
				    LOOK_DIM, one);
		at += w;
	}
	p->line++;
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
	char keys[400];
	struct pen p = pen_on(c, 0, 0, 0);
	int top, n = lines_of(c, message);

	keys_of(t, keys, sizeof(keys));
	draw_keys(&p, keys);
	top = c->rows - p.line;
	p = pen_on(c, top, c->rows, 0);
	draw_keys(&p, keys);
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
