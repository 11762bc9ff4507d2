/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ink on paper for the forms: text, rules, tables that flow over pages.
 * Lengths are points, y grows downwards.  The first error sticks; pdf_end
 * returns it.  Every line of text that is drawn is remembered with its place,
 * and pdf_end holds the finished file against that.
 */
#ifndef PDF_H
#define PDF_H

#include "../src/massho.h"

#include <libintl.h>

#define _(s) gettext(s)
#define PDF_MM (72 / 25.4)
#define PDF_RULE 0.5

struct pdf;

enum pdf_align { PDF_LEFT, PDF_CENTRE, PDF_RIGHT };

struct pdf_info {
	const char *title, *author;
	const char *created;	/* RFC 3339 */
	bool landscape;
	double lead;		/* of a line, in sizes of its text */
	uint32_t pages;		/* of the finished document; 0: not known yet */
	/* Draws what stands on every page and sets its bounds. */
	void (*furniture)(struct pdf *p, void *ctx);
	void *ctx;
};

/* NULL only without memory; a missing font is an error of pdf_end. */
struct pdf *pdf_begin(const struct pdf_info *info);
/* Checks that nothing was lost; malloc'd file.  *out may be left alone (out
 * NULL) to learn only the number of pages.  Frees and nulls *p. */
int pdf_end(struct pdf **p, uint8_t **out, size_t *len, uint32_t *pages,
	    char *err, size_t err_len) MUST;
void pdf_fail(struct pdf *p, int err, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Where we are. */
double pdf_left(const struct pdf *p);
double pdf_right(const struct pdf *p);
double pdf_height(const struct pdf *p);		/* of the paper */
double pdf_y(const struct pdf *p);
double pdf_room(const struct pdf *p);		/* left on this page */
uint32_t pdf_page(const struct pdf *p);		/* from 1 */
uint32_t pdf_pages(const struct pdf *p);	/* 0: not known yet */
void pdf_move(struct pdf *p, double y);
void pdf_skip(struct pdf *p, double dy);	/* not over the end of a page */
void pdf_bounds(struct pdf *p, double top, double bottom);
void pdf_turn(struct pdf *p);			/* to the next page */
/* Turns unless this much room is left. */
void pdf_need(struct pdf *p, double height);

/* Text in a box of this width, wrapped; returns the height it takes. */
double pdf_text_height(struct pdf *p, double width, double size,
		       const char *text);
double pdf_text_width(struct pdf *p, double size, const char *text);
double pdf_text(struct pdf *p, double x, double y, double width, double size,
		enum pdf_align align, const char *text);
double pdf_lead(const struct pdf *p, double size);	/* line to line */
uint32_t pdf_text_lines(struct pdf *p, double width, double size,
			const char *text);
/* n of those lines, from the first-th on. */
void pdf_text_part(struct pdf *p, double x, double y, double width,
		   double size, enum pdf_align align, const char *text,
		   uint32_t first, uint32_t n);
/* A paragraph at the cursor over the whole width; flows over pages. */
void pdf_flow(struct pdf *p, double size, enum pdf_align align,
	      const char *text);
void pdf_line(struct pdf *p, double x0, double y0, double x1, double y1,
	      double width);
void pdf_box(struct pdf *p, double x, double y, double w, double h,
	     double width);
/* The widest square that fits side, drawn as rectangles. */
void pdf_qr(struct pdf *p, double x, double y, double side, const char *text);

/* ---- pdf_table.c -------------------------------------------------------- */

#define PDF_COLUMNS 12

struct pdf_column {
	const char *head;	/* NULL: no header in this table */
	double width;		/* share; scaled to the text width */
	enum pdf_align align;
	const char *again;	/* in a row's continuation, once all is said */
};

struct pdf_table {
	struct pdf *p;
	uint32_t n;
	const struct pdf_column *col;
	double size;
	double x[PDF_COLUMNS + 1];
	bool open;
};

void pdf_table_begin(struct pdf_table *t, struct pdf *p,
		     const struct pdf_column *col, uint32_t n, double size);
/* NULL cells join the cell before them. */
void pdf_table_row(struct pdf_table *t, const char *const *cell);

/* ---- pdf_fonts.c -------------------------------------------------------- */

struct pdf_fonts;

int pdf_fonts_open(struct pdf_fonts **out, char *err, size_t err_len) MUST;
void pdf_fonts_close(struct pdf_fonts **f);
/* PangoContext and PangoAttrList as void: only pdf.c needs Pango's names. */
void *pdf_fonts_context(struct pdf_fonts *f);
/* Which font draws which part; -EILSEQ names what none of them has. */
int pdf_fonts_choose(struct pdf_fonts *f, const char *text, void **attrs,
		     char *err, size_t err_len) MUST;

/* ---- pdf_compare.c ------------------------------------------------------ */

/* A line of text and where it was drawn. */
struct pdf_mark {
	uint32_t page;		/* from 1 */
	double x0, y0, x1, y1;
	char *text;
};

/* Reads the text of a PDF again: each mark must hold exactly its characters,
 * and nothing may stand outside the marks. */
int pdf_compare(const uint8_t *pdf, size_t len, const struct pdf_mark *mark,
		size_t n, char *err, size_t err_len) MUST;

/* ---- pdf_update.c: incremental updates ---------------------------------- */

struct pdf_update {
	const uint8_t *base;
	size_t base_len;
	size_t startxref;
	uint32_t size, root, info;	/* of the trailer */
	char id[33];			/* its permanent half, "" if none */
	uint8_t *buf;			/* base and what was appended */
	size_t len, room;
	uint32_t n;
	struct {
		uint32_t num;
		size_t at;
	} entry[32];
	int err;
};

int pdf_update_begin(struct pdf_update *u, const uint8_t *pdf,
		     size_t len) MUST;
uint32_t pdf_update_new(struct pdf_update *u);
void pdf_update_object(struct pdf_update *u, uint32_t num);
void pdf_update_put(struct pdf_update *u, const void *data, size_t len);
void pdf_update_say(struct pdf_update *u, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* The inside of the dictionary that object num of the base is; malloc'd. */
int pdf_update_dict(const struct pdf_update *u, uint32_t num,
		    char **out) MUST;
/* Object number of the first page. */
int pdf_update_page(const struct pdf_update *u, uint32_t *num) MUST;
/* Table and trailer.  Steals the buffer into *out; frees it on error. */
int pdf_update_end(struct pdf_update *u, uint8_t **out, size_t *len) MUST;

#endif
