/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How do cells get onto a terminal, and keys from it?  The only file that knows
 * curses.
 *
 * A kernel message, or a screen that slept, leaves the terminal showing what
 * curses does not know of; so all of it is written anew from time to time.
 */
#define NCURSES_WIDECHAR 1

#include "tui.h"

#include "util.h"

#include <curses.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct term {
	SCREEN *screen;
	bool color;
	struct canvas shown;	/* what curses was given last */
};

/* Blue, yellow and white differ for every eye; no meaning rests on them. */
static void
take_colors(struct term *t)
{
	if (!t->color)
		return;
	start_color();
	if (strcmp(termname(), "bterm") == 0 || use_default_colors() == ERR)
		assume_default_colors(COLOR_WHITE, COLOR_BLACK);
	init_pair(LOOK_TITLE, COLOR_WHITE, COLOR_BLUE);
	init_pair(LOOK_GOOD, COLOR_CYAN, -1);
	init_pair(LOOK_WARN, COLOR_YELLOW, -1);
	init_pair(LOOK_BAD, COLOR_BLACK, COLOR_YELLOW);
	init_pair(LOOK_QR, COLOR_BLACK, COLOR_WHITE);
}

int
term_open(bool color, struct term **out)
{
	static const char *const alike[] = { "linux", "vt100" };
	struct term *t = calloc(1, sizeof(*t));

	*out = NULL;
	if (!t)
		return -ENOMEM;
	t->screen = newterm(NULL, stdout, stdin);
	/* a terminal that the database does not know is much like these */
	for (size_t i = 0; !t->screen && i < ARRAY_SIZE(alike); i++)
		t->screen = newterm(alike[i], stdout, stdin);
	if (!t->screen) {
		free(t);
		return -ENOTTY;
	}
	raw();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	set_escdelay(50);
	t->color = color && has_colors();
	take_colors(t);
	*out = t;
	return 0;
}

void
term_close(struct term **t)
{
	if (!*t)
		return;
	endwin();
	delscreen((*t)->screen);
	canvas_free(&(*t)->shown);
	free(*t);
	*t = NULL;
}

static attr_t
attributes(const struct term *t, enum look look, short *pair)
{
	*pair = 0;
	if (t->color && (look == LOOK_TITLE || look == LOOK_GOOD ||
			 look == LOOK_WARN || look == LOOK_BAD ||
			 look == LOOK_QR))
		*pair = (short)look;
	switch (look) {
	case LOOK_TITLE:
		return A_BOLD | (*pair ? 0 : A_REVERSE);
	case LOOK_BAD:		/* bold black is grey on the console */
		return *pair ? 0 : A_BOLD | A_REVERSE;
	case LOOK_QR:
		return *pair ? 0 : A_REVERSE;
	case LOOK_CHOSEN:
		return A_REVERSE;
	case LOOK_BOLD:
	case LOOK_GOOD:
	case LOOK_WARN:
		return A_BOLD;
	default:
		return 0;
	}
}

static void
put_row(struct term *t, const struct canvas *c, int row)
{
	const struct cell *cells = c->cells + row * c->cols;

	for (int i = 0; i < c->cols; i++) {
		wchar_t text[2] = { (wchar_t)cells[i].ch, 0 };
		short pair;
		attr_t a = attributes(t, (enum look)cells[i].look, &pair);
		cchar_t one;

		if (!cells[i].ch)
			continue;
		if (setcchar(&one, text, a, pair, NULL) == OK)
			mvadd_wch(row, i, &one);
	}
}

static bool
same_row(const struct canvas *a, const struct canvas *b, int row)
{
	for (int i = row * a->cols; i < (row + 1) * a->cols; i++)
		if (a->cells[i].ch != b->cells[i].ch ||
		    a->cells[i].look != b->cells[i].look)
			return false;
	return true;
}

void
term_show(struct term *t, const struct canvas *c)
{
	bool anew = t->shown.rows != c->rows || t->shown.cols != c->cols;

	if (anew) {
		canvas_free(&t->shown);
		if (canvas_make(c->rows, c->cols, &t->shown))
			return;
		erase();
	}
	for (int row = 0; row < c->rows; row++) {
		if (!anew && same_row(c, &t->shown, row))
			continue;
		put_row(t, c, row);
		memcpy(t->shown.cells + row * c->cols,
		       c->cells + row * c->cols,
		       (size_t)c->cols * sizeof(*c->cells));
	}
	curs_set(c->cursor_row >= 0);
	if (c->cursor_row >= 0)
		move(c->cursor_row, c->cursor_col);
	refresh();
}

void
term_redraw(struct term *t)
{
	(void)t;
	redrawwin(stdscr);
	refresh();
}

void
term_wake(struct term *t)
{
	(void)t;
	clearok(curscr, TRUE);
	refresh();
}

void
term_size(struct term *t, int *rows, int *cols)
{
	(void)t;
	getmaxyx(stdscr, *rows, *cols);
}

void
term_forget_keys(struct term *t)
{
	(void)t;
	flushinp();
}

static uint32_t
translate(wint_t w)
{
	switch (w) {
	case KEY_UP: return PRESS_GO_UP;
	case KEY_DOWN: return PRESS_GO_DOWN;
	case KEY_PPAGE: return PRESS_PAGE_UP;
	case KEY_NPAGE: return PRESS_PAGE_DOWN;
	case KEY_HOME: return PRESS_GO_HOME;
	case KEY_END: return PRESS_GO_END;
	case KEY_F(2): return PRESS_LANGUAGE;
	case KEY_F(3): return PRESS_MESSAGES;
	case KEY_F(4): return PRESS_COMPOSE;
	case KEY_RESIZE: return PRESS_SIZE;
	case KEY_ENTER: return PRESS_ENTER;
	case KEY_BACKSPACE:
	case KEY_DC: return PRESS_BACK;
	default: return PRESS_NOTHING;
	}
}

static uint32_t
letter(wint_t w)
{
	switch (w) {
	case '\r': return PRESS_ENTER;
	case 0x7f: return PRESS_BACK;
	case 3: return PRESS_ESCAPE;	/* Ctrl-C goes back, never kills */
	case 12: return PRESS_REDRAW;	/* Ctrl-L */
	default: return w;
	}
}

int
term_key(struct term *t, uint32_t *key)
{
	struct pollfd in = { .fd = STDIN_FILENO, .events = POLLIN };
	wint_t w = 0;

	(void)t;
	*key = PRESS_NOTHING;
	switch (get_wch(&w)) {
	case KEY_CODE_YES:
		*key = translate(w);
		return *key == PRESS_NOTHING ? -EAGAIN : 0;
	case OK:
		*key = letter(w);
		return *key == PRESS_NOTHING ? -EAGAIN : 0;
	default:
		return poll(&in, 1, 0) > 0 &&
		       (in.revents & (POLLHUP | POLLERR | POLLNVAL)) ?
		       -EPIPE : 0;
	}
}
