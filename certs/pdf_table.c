/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ruled tables over pages: the header comes again on each, no row is clipped,
 * and a row higher than a page is continued on the next.
 */
#include "pdf.h"

#include <string.h>

#define PAD_X 3.0

/* Above and below the text of a cell. */
static double
pad(double size)
{
	return size * 0.17;
}

/* One row on its way: how many lines of each cell are still to come. */
struct row {
	const char *text[PDF_COLUMNS];
	double x[PDF_COLUMNS], width[PDF_COLUMNS];
	enum pdf_align align[PDF_COLUMNS];
	const char *again[PDF_COLUMNS];
	uint32_t lines[PDF_COLUMNS], done[PDF_COLUMNS];
	uint32_t n, most;
	double size;
};

void
pdf_table_begin(struct pdf_table *t, struct pdf *p,
		const struct pdf_column *col, uint32_t n, double size)
{
	double sum = 0, x = pdf_left(p), scale;
	uint32_t i;

	*t = (struct pdf_table) { .p = p, .n = n, .col = col, .size = size };
	for (i = 0; i < n; i++)
		sum += col[i].width;
	scale = (pdf_right(p) - x) / sum;
	for (i = 0; i < n; i++) {
		t->x[i] = x;
		x += col[i].width * scale;
	}
	t->x[n] = pdf_right(p);
}

static void
prepare(const struct pdf_table *t, const char *const *cell, double size,
	bool head, struct row *out)
{
	uint32_t i, k;

	*out = (struct row) { .size = size };
	for (i = 0; i < t->n; i = k) {
		uint32_t c = out->n++;

		for (k = i + 1; k < t->n && !cell[k];)
			k++;
		out->text[c] = cell[i] ? cell[i] : "";
		out->x[c] = t->x[i];
		out->width[c] = t->x[k] - t->x[i];
		out->align[c] = head ? PDF_CENTRE : t->col[i].align;
		out->again[c] = t->col[i].again;
		out->lines[c] = pdf_text_lines(t->p, out->width[c] - 2 * PAD_X,
					       size, out->text[c]);
		if (out->lines[c] > out->most)
			out->most = out->lines[c];
	}
	if (out->most == 0)
		out->most = 1;
}

static void
draw_cell(const struct pdf_table *t, struct row *r, uint32_t c, double y,
	  double height, uint32_t most, bool split)
{
	const char *text = r->text[c];
	uint32_t left = r->lines[c] - r->done[c], first = r->done[c];
	uint32_t n = left < most ? left : most;
	double lead = pdf_lead(t->p, r->size);

	pdf_box(t->p, r->x[c], y, r->width[c], height, PDF_RULE);
	r->done[c] += n;
	if (left == 0 && r->lines[c] > 0 && r->again[c]) {
		text = r->again[c];
		first = 0;
		n = pdf_text_lines(t->p, r->width[c] - 2 * PAD_X, r->size,
				   text);
	}
	pdf_text_part(t->p, r->x[c] + PAD_X,
		      y + (split ? pad(r->size) : (height - n * lead) / 2),
		      r->width[c] - 2 * PAD_X, r->size, r->align[c], text,
		      first, n);
}

static uint32_t
still(const struct row *r)
{
	uint32_t c, most = 0;

	for (c = 0; c < r->n; c++)
		if (r->lines[c] - r->done[c] > most)
			most = r->lines[c] - r->done[c];
	return most;
}

/* One piece of the row, as many lines as `most`. */
static void
draw_piece(const struct pdf_table *t, struct row *r, uint32_t most, bool split)
{
	double height = most * pdf_lead(t->p, r->size) + 2 * pad(r->size);
	double y = pdf_y(t->p);
	uint32_t c;

	for (c = 0; c < r->n; c++)
		draw_cell(t, r, c, y, height, most, split);
	pdf_move(t->p, y + height);
}

static void
draw_head(struct pdf_table *t)
{
	const char *cell[PDF_COLUMNS];
	struct row r;
	uint32_t i;

	t->open = true;
	if (!t->col[0].head)
		return;
	for (i = 0; i < t->n; i++)
		cell[i] = t->col[i].head;
	prepare(t, cell, t->size, true, &r);
	/* Two lines of content below it, or the header stands alone. */
	pdf_need(t->p, (r.most + 2) * pdf_lead(t->p, r.size) + 4 * pad(r.size));
	draw_piece(t, &r, r.most, false);
}

static uint32_t
lines_that_fit(const struct pdf_table *t)
{
	double room = pdf_room(t->p) - 2 * pad(t->size);

	return room < pdf_lead(t->p, t->size) ? 0 :
	       (uint32_t)(room / pdf_lead(t->p, t->size) + 0.001);
}

static void
turn(struct pdf_table *t)
{
	pdf_turn(t->p);
	draw_head(t);
}

void
pdf_table_row(struct pdf_table *t, const char *const *cell)
{
	struct row r;
	uint32_t fit, left;

	prepare(t, cell, t->size, false, &r);
	if (!t->open)
		draw_head(t);
	fit = lines_that_fit(t);
	if (r.most <= fit) {
		draw_piece(t, &r, r.most, false);
		return;
	}
	/* What would fit on a page of its own is not torn apart. */
	if (r.most <= 12 || fit < 3) {
		turn(t);
		fit = lines_that_fit(t);
	}
	for (left = r.most; left > 0; left = still(&r)) {
		if (fit == 0)
			fit = 1;
		draw_piece(t, &r, left < fit ? left : fit,
			   r.most > fit || left < r.most);
		if (still(&r) == 0)
			break;
		turn(t);
		fit = lines_that_fit(t);
	}
}
