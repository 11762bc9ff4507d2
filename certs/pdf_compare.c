/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Is every character that was meant to be on the paper there, at its place,
 * and nothing else?  Reads the finished PDF as a stranger would (poppler).
 */
#include "pdf.h"

#include <errno.h>
#include <poppler.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A character found on a page, by the middle of its box. */
struct found {
	gunichar c;
	double x, y;
	uint32_t order;
	bool claimed;
};

struct page {
	struct found *found;
	size_t n;
};

static bool
blank(gunichar c)
{
	return g_unichar_isspace(c) || c == 0x3000;
}

static int
read_page(PopplerDocument *doc, int i, struct page *out)
{
	PopplerPage *page = poppler_document_get_page(doc, i);
	PopplerRectangle *box = NULL;
	guint n_box = 0, k = 0;
	const char *at;
	char *text;

	if (!page)
		return -EBADMSG;
	text = poppler_page_get_text(page);
	if (!poppler_page_get_text_layout(page, &box, &n_box))
		n_box = 0;
	out->found = calloc(n_box + 1, sizeof(*out->found));
	for (at = text; out->found && *at && k < n_box;
	     at = g_utf8_next_char(at), k++) {
		gunichar c = g_utf8_get_char(at);

		if (blank(c))
			continue;
		out->found[out->n++] = (struct found) {
			.c = c, .x = (box[k].x1 + box[k].x2) / 2,
			.y = (box[k].y1 + box[k].y2) / 2, .order = k,
		};
	}
	g_free(text);
	g_free(box);
	g_object_unref(page);
	return out->found ? 0 : -ENOMEM;
}

static int
by_place(const void *a, const void *b)
{
	const struct found *x = *(struct found *const *)a;
	const struct found *y = *(struct found *const *)b;

	/* Characters of one glyph share a box: keep the reader's order. */
	if (x->x < y->x - 0.01 || x->x > y->x + 0.01)
		return x->x < y->x ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

static bool
selector(gunichar c)
{
	return (c >= 0xfe00 && c <= 0xfe0f) || (c >= 0xe0100 && c <= 0xe01ef);
}

/* Skips what a reader of a PDF may leave out: blanks, and variation
 * selectors, whose glyph pdf_fonts_choose has checked. */
static const char *
next_meant(const char *at)
{
	while (*at && (blank(g_utf8_get_char(at)) ||
		       selector(g_utf8_get_char(at))))
		at = g_utf8_next_char(at);
	return at;
}

static int
compare(const struct pdf_mark *m, struct found **in, size_t n, char *err,
	size_t err_len)
{
	const char *at = next_meant(m->text);
	size_t i = 0;

	for (;; at = next_meant(g_utf8_next_char(at)), i++) {
		while (i < n && selector(in[i]->c))
			i++;
		if (!*at || i >= n || g_utf8_get_char(at) != in[i]->c)
			break;
	}
	if (!*at && i >= n)
		return 0;
	if (*at)
		snprintf(err, err_len, _("the PDF lost U+%04X of '%.160s' on "
			 "page %u"), g_utf8_get_char(at), m->text, m->page);
	else
		snprintf(err, err_len, _("the PDF shows U+%04X over '%.160s' "
			 "on page %u"), in[i]->c, m->text, m->page);
	return -EILSEQ;
}

static int
check(const struct pdf_mark *m, struct page *page, struct found **in,
      char *err, size_t err_len)
{
	size_t i, n = 0;

	for (i = 0; i < page->n; i++) {
		struct found *f = &page->found[i];

		if (f->x < m->x0 - 0.5 || f->x > m->x1 + 0.5 ||
		    f->y < m->y0 || f->y >= m->y1)
			continue;
		f->claimed = true;
		in[n++] = f;
	}
	qsort(in, n, sizeof(struct found *), by_place);
	return compare(m, in, n, err, err_len);
}

static int
check_page(const struct pdf_mark *mark, size_t n, uint32_t number,
	   struct page *page, char *err, size_t err_len)
{
	struct found **in = calloc(page->n + 1, sizeof(struct found *));
	int ret = in ? 0 : -ENOMEM;
	size_t i;

	for (i = 0; !ret && i < n; i++)
		if (mark[i].page == number)
			ret = check(&mark[i], page, in, err, err_len);
	for (i = 0; !ret && i < page->n; i++)
		if (!page->found[i].claimed) {
			snprintf(err, err_len, _("the PDF shows U+%04X on "
				 "page %u where nothing was drawn"),
				 page->found[i].c, number);
			ret = -EILSEQ;
		}
	free(in);
	return ret;
}

int
pdf_compare(const uint8_t *pdf, size_t len, const struct pdf_mark *mark,
	    size_t n, char *err, size_t err_len)
{
	GBytes *bytes = g_bytes_new_static(pdf, len);
	PopplerDocument *doc;
	uint32_t last = 0;
	int i, ret = 0;
	size_t k;

	doc = poppler_document_new_from_bytes(bytes, NULL, NULL);
	g_bytes_unref(bytes);
	for (k = 0; k < n; k++)
		if (mark[k].page > last)
			last = mark[k].page;
	if (!doc || poppler_document_get_n_pages(doc) < (int)last) {
		snprintf(err, err_len, "%s",
			 _("the PDF that was drawn cannot be read"));
		if (doc)
			g_object_unref(doc);
		return -EILSEQ;
	}
	for (i = 0; !ret && i < poppler_document_get_n_pages(doc); i++) {
		struct page page = { 0 };

		ret = read_page(doc, i, &page);
		if (!ret)
			ret = check_page(mark, n, (uint32_t)i + 1, &page, err,
					 err_len);
		free(page.found);
	}
	g_object_unref(doc);
	return ret;
}
