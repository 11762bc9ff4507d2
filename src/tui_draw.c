/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which cell of the screen holds which letter?  PURE.
 *
 * Every terminal must agree with us about how wide a letter is, or everything
 * right of it moves.  So only letters are drawn whose width nobody doubts: box
 * drawing and kanji, but no "circled one" and nothing beyond the BMP.
 */
#include "tui.h"

#include "util.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#define GETA 0x3013	/* 〓, what printers set for a type they lack */

int
canvas_make(int rows, int cols, struct canvas *out)
{
	*out = (struct canvas){ .rows = rows, .cols = cols };
	if (rows <= 0 || cols <= 0)
		return -EINVAL;
	out->cells = calloc((size_t)rows * (size_t)cols, sizeof(*out->cells));
	if (!out->cells)
		return -ENOMEM;
	canvas_clear(out);
	return 0;
}

void
canvas_free(struct canvas *c)
{
	free(c->cells);
	*c = (struct canvas){ 0 };
}

void
canvas_clear(struct canvas *c)
{
	for (int i = 0; i < c->rows * c->cols; i++)
		c->cells[i] = (struct cell){ ' ', LOOK_PLAIN };
	c->cursor_row = c->cursor_col = -1;
}

/* ---- letters ------------------------------------------------------------ */

/* Common letters that are wide here and narrow there, and what says the same;
 * "(1)" to "(20)", Roman numerals and the like are made by rule. */
static const struct {
	wchar_t from;
	const char *to;
} plain[] = {
	{ 0x2010, "-" }, { 0x2011, "-" }, { 0x2012, "-" }, { 0x2013, "-" },
	{ 0x2014, "-" }, { 0x2015, "-" }, { 0x2018, "'" }, { 0x2019, "'" },
	{ 0x201c, "\"" }, { 0x201d, "\"" }, { 0x2025, ".." },
	{ 0x2026, "..." }, { 0x203b, "*" }, { 0x2103, "C" },
	{ 0x2116, "No." }, { 0x2121, "TEL" }, { 0x2122, "TM" },
	{ 0x2190, "<-" }, { 0x2191, "^" }, { 0x2192, "->" }, { 0x2193, "v" },
	{ 0x21d2, "=>" }, { 0x2212, "-" }, { 0x221e, "oo" }, { 0x2260, "/=" },
	{ 0x2266, "<=" }, { 0x2267, ">=" }, { 0x25a0, "#" }, { 0x25a1, "o" },
	{ 0x25b2, "^" }, { 0x25b3, "^" }, { 0x25bc, "v" }, { 0x25bd, "v" },
	{ 0x25c6, "*" }, { 0x25c7, "*" }, { 0x25cb, "o" }, { 0x25ce, "o" },
	{ 0x25cf, "*" }, { 0x25ef, "O" }, { 0x2605, "*" }, { 0x2606, "*" },
	{ 0x2713, "v" }, { 0x2714, "v" }, { 0x2717, "x" }, { 0x2718, "x" },
	{ 0x3231, "(株)" }, { 0x3232, "(有)" }, { 0x3239, "(代)" },
	{ 0x00d7, "x" }, { 0x00f7, "/" }, { 0x00b1, "+-" }, { 0x00b0, "deg" },
	{ 0x00a7, "S" }, { 0x00b4, "'" }, { 0x00a8, "\"" }, { 0x00b6, "P" },
};

/* NULL: it can stay as it is. */
static const char *
plainer(wchar_t wc, char buf[16])
{
	for (size_t i = 0; i < ARRAY_SIZE(plain); i++)
		if (plain[i].from == wc)
			return plain[i].to;
	if (wc >= 0x2460 && wc <= 0x2473)	/* circled numbers */
		snprintf(buf, 16, "(%d)", (int)(wc - 0x2460 + 1));
	else if (wc >= 0x2160 && wc <= 0x216b)	/* Roman numerals */
		snprintf(buf, 16, "%s", (const char *const[]){ "I", "II",
			 "III", "IV", "V", "VI", "VII", "VIII", "IX", "X",
			 "XI", "XII" }[wc - 0x2160]);
	else if (wc >= 0x2500 && wc <= 0x259f)	/* boxes and blocks */
		return NULL;
	else if ((wc >= 0x2000 && wc <= 0x2bff) || wc == 0xfffd)
		return "?";
	else if (wc > 0xffff || (wc >= 0xe000 && wc <= 0xf8ff))
		return "〓";
	else
		return NULL;
	return buf;
}

/* One letter of UTF-8; what is none becomes '?'. */
static wchar_t
take(const char **s)
{
	mbstate_t st = { 0 };
	wchar_t wc;
	size_t n = mbrtowc(&wc, *s, strlen(*s), &st);

	if (n == 0 || n == (size_t)-1 || n == (size_t)-2) {
		(*s)++;
		return L'?';
	}
	*s += n;
	return wc < ' ' || wc == 0x7f ? L'?' : wc;
}

static int
columns_of(wchar_t wc)
{
	int w = wc == GETA ? 2 : wcwidth(wc);

	return w < 0 ? 1 : w;
}

/* c may be NULL: only the columns are counted. */
static int
put(struct canvas *c, int row, int col, int width, enum look look, wchar_t wc)
{
	int w = columns_of(wc);
	struct cell *cell;

	if (w == 0 || w > width)
		return w == 0 ? 0 : -1;
	if (!c)
		return w;
	cell = &c->cells[row * c->cols + col];
	cell[0] = (struct cell){
		wcwidth(wc) < 0 ? '?' : (uint32_t)wc, (uint8_t)look };
	if (w == 2)
		cell[1] = (struct cell){ 0, (uint8_t)look };
	return w;
}

static int
put_all(struct canvas *c, int row, int col, int width, enum look look,
	const char *text)
{
	int used = 0, w;
	char buf[16];

	while (*text) {
		wchar_t wc = take(&text);
		const char *other = plainer(wc, buf);

		if (other) {
			while (*other) {
				w = put(c, row, col + used, width - used, look,
					take(&other));
				if (w < 0)
					return used;
				used += w;
			}
			continue;
		}
		w = put(c, row, col + used, width - used, look, wc);
		if (w < 0)
			return used;
		used += w;
	}
	return used;
}

int
canvas_width(const char *text)
{
	return put_all(NULL, 0, 0, 1 << 20, LOOK_PLAIN, text);
}

int
canvas_text(struct canvas *c, int row, int col, int width, enum look look,
	    const char *text)
{
	if (row < 0 || row >= c->rows || col < 0 || col >= c->cols)
		return 0;
	if (width > c->cols - col)
		width = c->cols - col;
	return put_all(c, row, col, width, look, text);
}

void
canvas_rule(struct canvas *c, int row)
{
	if (row < 0 || row >= c->rows)
		return;
	for (int i = 0; i < c->cols; i++)
		c->cells[row * c->cols + i] = (struct cell){ 0x2500,
							     LOOK_DIM };
}

/* ---- the pen ------------------------------------------------------------ */

struct pen
pen_on(struct canvas *c, int top, int bottom, int skip)
{
	return (struct pen){ .c = c, .top = top, .bottom = bottom, .left = 1,
			     .width = c->cols - 2, .skip = skip };
}

int
pen_row(const struct pen *p)
{
	int row = p->top + p->line - p->skip;

	return row < p->top || row >= p->bottom ? -1 : row;
}

void
pen_gap(struct pen *p)
{
	p->line++;
}

static void
line(struct pen *p, int indent, enum look look, const char *text)
{
	int row = pen_row(p);

	if (row >= 0)
		canvas_text(p->c, row, p->left + indent, p->width - indent,
			    look, text);
	p->line++;
}

void
pen_line(struct pen *p, enum look look, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	line(p, 0, look, text);
}

/* A line must not begin with these. */
static bool
clings(wchar_t wc)
{
	return wcschr(L"、。,.)」』】！？・ー々;:!?%）：；／"
		      L"ぁぃぅぇぉっゃゅょァィゥェォッャュョ", wc) != NULL;
}

/* A line must not end with these. */
static bool
opens(wchar_t wc)
{
	return wcschr(L"（「『【(", wc) != NULL;
}

/*
 * How many bytes of s go into a line of width columns: up to the last blank,
 * or between two letters that are wide.
 */
static size_t
fits(const char *s, int width)
{
	const char *at = s, *cut = NULL;
	int used = 0;
	bool wide = false, bound = false;

	while (*at && *at != '\n') {
		const char *here = at, *next = at;
		wchar_t wc = take(&next);
		char one[16];
		int w;

		text_copy(one, (size_t)(next - here) + 1 < sizeof(one) ?
			  (size_t)(next - here) + 1 : sizeof(one), here);
		w = canvas_width(one);
		if (wc == L' ' || ((wide || w == 2) && here > s &&
				   !bound && !clings(wc)))
			cut = here;
		if (used + w > width)
			return cut && cut > s ? (size_t)(cut - s) :
			       here > s ? (size_t)(here - s) :
			       (size_t)(next - s);
		used += w;
		wide = w == 2;
		bound = opens(wc);
		at = next;
	}
	return (size_t)(at - s);
}

static void
wrap(struct pen *p, enum look look, int indent, int hang, const char *s)
{
	char text[1024];

	do {
		size_t n = fits(s, p->width - indent);

		text_copy(text, n + 1 < sizeof(text) ? n + 1 : sizeof(text),
			  s);
		line(p, indent, look, text);
		s += n;
		s += *s == '\n';
		while (*s == ' ')
			s++;
		indent = hang;
	} while (*s);
}

void
pen_wrap(struct pen *p, enum look look, int hang, const char *fmt, ...)
{
	char text[4096];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	wrap(p, look, 0, hang, text);
}

void
pen_pair(struct pen *p, const char *label, const char *value)
{
	int row = pen_row(p), w = 18;

	if (row >= 0)
		canvas_text(p->c, row, p->left, w - 1, LOOK_DIM, label);
	wrap(p, LOOK_PLAIN, w, w, *value ? value : "-");
}
