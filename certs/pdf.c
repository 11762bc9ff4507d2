/* SPDX-License-Identifier: Apache-2.0 */
/* Ink on paper: pages, text and rules, drawn by cairo and Pango. */
#include "pdf.h"

#include <cairo-pdf.h>
#include <errno.h>
#include <pango/pangocairo.h>
#include <qrencode.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define A4_SHORT (210 * PDF_MM)
#define A4_LONG (297 * PDF_MM)

struct pdf {
	struct pdf_info info;
	struct pdf_fonts *fonts;
	cairo_surface_t *surface;
	cairo_t *cr;
	double width, height;
	double left, right, top, bottom, y;
	uint32_t page;
	struct pdf_mark *mark;
	size_t n_mark, room_mark;
	uint8_t *buf;
	size_t len, room;
	int err;
	char why[512];
};

void
pdf_fail(struct pdf *p, int err, const char *fmt, ...)
{
	va_list ap;

	if (p->err)
		return;
	p->err = err;
	va_start(ap, fmt);
	vsnprintf(p->why, sizeof(p->why), fmt, ap);
	va_end(ap);
}

static cairo_status_t
collect(void *ctx, const unsigned char *data, unsigned len)
{
	struct pdf *p = ctx;

	if (p->room - p->len < len) {
		size_t room = (p->room + len) * 2;
		uint8_t *more = realloc(p->buf, room);

		if (!more)
			return CAIRO_STATUS_WRITE_ERROR;
		p->buf = more;
		p->room = room;
	}
	memcpy(p->buf + p->len, data, len);
	p->len += len;
	return CAIRO_STATUS_SUCCESS;
}

static void
describe(struct pdf *p)
{
	cairo_surface_t *s = p->surface;

	/* 1.4: later versions of cairo write object streams from 1.5 on, and
	 * a signature is then no longer a matter of plain bytes. */
	cairo_pdf_surface_restrict_to_version(s, CAIRO_PDF_VERSION_1_4);
	cairo_pdf_surface_set_metadata(s, CAIRO_PDF_METADATA_TITLE,
				       p->info.title);
	cairo_pdf_surface_set_metadata(s, CAIRO_PDF_METADATA_AUTHOR,
				       p->info.author);
	cairo_pdf_surface_set_metadata(s, CAIRO_PDF_METADATA_CREATOR,
				       "massho " MASSHO_VERSION);
	cairo_pdf_surface_set_metadata(s, CAIRO_PDF_METADATA_CREATE_DATE,
				       p->info.created);
}

static void
start_page(struct pdf *p)
{
	p->page++;
	pdf_bounds(p, 20 * PDF_MM, p->height - 20 * PDF_MM);
	if (p->info.furniture)
		p->info.furniture(p, p->info.ctx);
}

struct pdf *
pdf_begin(const struct pdf_info *info)
{
	struct pdf *p = calloc(1, sizeof(*p));

	if (!p)
		return NULL;
	p->info = *info;
	p->width = info->landscape ? A4_LONG : A4_SHORT;
	p->height = info->landscape ? A4_SHORT : A4_LONG;
	p->left = 25 * PDF_MM;
	p->right = p->width - 20 * PDF_MM;
	p->err = pdf_fonts_open(&p->fonts, p->why, sizeof(p->why));
	p->surface = cairo_pdf_surface_create_for_stream(collect, p, p->width,
							 p->height);
	p->cr = cairo_create(p->surface);
	describe(p);
	start_page(p);
	return p;
}

/* cairo 1.16 leaves out the "D:" that a date begins with. */
static int
mend_date(struct pdf_update *u)
{
	char *dict = NULL, *at;
	int ret = pdf_update_dict(u, u->info, &dict);

	if (ret)
		return ret;
	at = strstr(dict, "/CreationDate (");
	if (at && !g_str_has_prefix(at, "/CreationDate (D:")) {
		at += strlen("/CreationDate (");
		pdf_update_object(u, u->info);
		pdf_update_say(u, "<< %.*sD:%s >>\nendobj\n",
			       (int)(at - dict), dict, at);
	}
	free(dict);
	return 0;
}

/* What cairo cannot say: the language, and that the title is to be shown. */
static int
complete(struct pdf *p, uint8_t **out, size_t *len)
{
	struct pdf_update u;
	char *dict = NULL;
	int ret = pdf_update_begin(&u, p->buf, p->len);

	if (ret)
		return ret;
	ret = mend_date(&u);
	if (!ret)
		ret = pdf_update_dict(&u, u.root, &dict);
	if (!ret) {
		pdf_update_object(&u, u.root);
		pdf_update_say(&u, "<< %s\n/Version /1.7 /Lang (ja-JP)\n"
			       "/ViewerPreferences << /DisplayDocTitle true >> "
			       ">>\nendobj\n", dict);
	}
	free(dict);
	if (ret)
		u.err = ret;
	return pdf_update_end(&u, out, len);
}

static void
release(struct pdf *p)
{
	size_t i;

	cairo_destroy(p->cr);
	cairo_surface_destroy(p->surface);
	pdf_fonts_close(&p->fonts);
	for (i = 0; i < p->n_mark; i++)
		free(p->mark[i].text);
	free(p->mark);
	free(p->buf);
	free(p);
}

static void
finish(struct pdf *p, uint8_t **out, size_t *len)
{
	int ret;

	cairo_show_page(p->cr);
	cairo_surface_finish(p->surface);
	if (cairo_status(p->cr) || cairo_surface_status(p->surface))
		pdf_fail(p, -EIO, _("cairo cannot draw the form: %s"),
			 cairo_status_to_string(cairo_status(p->cr) ?
				cairo_status(p->cr) :
				cairo_surface_status(p->surface)));
	if (p->err)
		return;
	ret = complete(p, out, len);
	if (ret) {
		pdf_fail(p, ret, "%s",
			 _("the PDF that was drawn cannot be completed"));
		return;
	}
	ret = pdf_compare(*out, *len, p->mark, p->n_mark, p->why,
			  sizeof(p->why));
	if (ret) {
		p->err = ret;
		free(*out);
		*out = NULL;
	}
}

int
pdf_end(struct pdf **pp, uint8_t **out, size_t *len, uint32_t *pages,
	char *err, size_t err_len)
{
	struct pdf *p = *pp;
	int ret;

	*pp = NULL;
	*pages = p->page;
	if (out && !p->err)
		finish(p, out, len);
	ret = p->err;
	if (ret)
		snprintf(err, err_len, "%s", p->why);
	release(p);
	return ret;
}

/* ---- where we are ------------------------------------------------------- */

double
pdf_left(const struct pdf *p)
{
	return p->left;
}

double
pdf_right(const struct pdf *p)
{
	return p->right;
}

double
pdf_height(const struct pdf *p)
{
	return p->height;
}

double
pdf_y(const struct pdf *p)
{
	return p->y;
}

double
pdf_room(const struct pdf *p)
{
	return p->bottom - p->y;
}

uint32_t
pdf_page(const struct pdf *p)
{
	return p->page;
}

uint32_t
pdf_pages(const struct pdf *p)
{
	return p->info.pages;
}

void
pdf_move(struct pdf *p, double y)
{
	p->y = y;
}

void
pdf_skip(struct pdf *p, double dy)
{
	p->y = p->y + dy > p->bottom ? p->bottom : p->y + dy;
}

void
pdf_bounds(struct pdf *p, double top, double bottom)
{
	p->top = p->y = top;
	p->bottom = bottom;
}

void
pdf_turn(struct pdf *p)
{
	if (p->page > 999)
		pdf_fail(p, -EFBIG, "the form does not end; this is a fault of "
			 "the layout");
	if (p->err) {
		p->y = p->top;
		return;
	}
	cairo_show_page(p->cr);
	start_page(p);
}

void
pdf_need(struct pdf *p, double height)
{
	if (pdf_room(p) < height && p->y > p->top)
		pdf_turn(p);
}

/* ---- text --------------------------------------------------------------- */

double
pdf_lead(const struct pdf *p, double size)
{
	return size * p->info.lead;
}

static void
drop(PangoLayout *l)
{
	if (l)
		g_object_unref(l);
}

static PangoLayout *
lay(struct pdf *p, double width, double size, const char *text)
{
	PangoFontDescription *font;
	void *attrs = NULL;
	PangoLayout *l;

	if (p->err)
		return NULL;
	if (!g_utf8_validate(text, -1, NULL)) {
		pdf_fail(p, -EILSEQ, "%s",
			 _("a text of the form is not UTF-8"));
		return NULL;
	}
	p->err = pdf_fonts_choose(p->fonts, text, &attrs, p->why,
				  sizeof(p->why));
	if (p->err)
		return NULL;
	l = pango_layout_new(pdf_fonts_context(p->fonts));
	font = pango_font_description_new();
	pango_font_description_set_family(font, "IPAexMincho");
	pango_font_description_set_absolute_size(font, size * PANGO_SCALE);
	pango_layout_set_font_description(l, font);
	pango_font_description_free(font);
	pango_layout_set_attributes(l, attrs);
	pango_attr_list_unref(attrs);
	pango_layout_set_auto_dir(l, FALSE);
	pango_layout_set_wrap(l, PANGO_WRAP_WORD_CHAR);
	if (width > 0)
		pango_layout_set_width(l, (int)(width * PANGO_SCALE));
	pango_layout_set_text(l, text, -1);
	if (pango_layout_get_unknown_glyphs_count(l) > 0) {
		pdf_fail(p, -EILSEQ, "no glyph for a character of '%.160s'",
			 text);
		drop(l);
		return NULL;
	}
	return l;
}

static void
remember(struct pdf *p, double x, double y, double w, double h,
	 const char *text, size_t len)
{
	struct pdf_mark *m;

	if (p->n_mark == p->room_mark) {
		size_t room = p->room_mark * 2 + 64;

		m = reallocarray(p->mark, room, sizeof(*m));
		if (!m) {
			pdf_fail(p, -ENOMEM, "out of memory");
			return;
		}
		p->mark = m;
		p->room_mark = room;
	}
	m = &p->mark[p->n_mark];
	*m = (struct pdf_mark) { p->page, x, y, x + w, y + h,
				 strndup(text, len) };
	if (m->text)
		p->n_mark++;
	else
		pdf_fail(p, -ENOMEM, "out of memory");
}

static void
draw_line(struct pdf *p, PangoLayoutLine *line, double x, double y,
	  double width, double size, enum pdf_align align)
{
	const char *text = pango_layout_get_text(line->layout);
	PangoRectangle r;
	double w;

	if (line->length == 0)
		return;
	pango_layout_line_get_extents(line, NULL, &r);
	w = (double)r.width / PANGO_SCALE;
	if (align == PDF_CENTRE)
		x += (width - w) / 2;
	if (align == PDF_RIGHT)
		x += width - w;
	if (x < 0 || x + w > p->width || y < 0 ||
	    y + pdf_lead(p, size) > p->height)
		pdf_fail(p, -ERANGE, _("'%.160s' does not fit on the paper"),
			 text);
	remember(p, x, y, w, pdf_lead(p, size), text + line->start_index,
		 (size_t)line->length);
	/* The em square of a CJK font: 0.88 above the baseline. */
	y += (pdf_lead(p, size) - size) / 2 + size * 0.88;
	cairo_move_to(p->cr, x, y);
	pango_cairo_show_layout_line(p->cr, line);
}

uint32_t
pdf_text_lines(struct pdf *p, double width, double size, const char *text)
{
	PangoLayout *l = *text ? lay(p, width, size, text) : NULL;
	uint32_t n = l ? (uint32_t)pango_layout_get_line_count(l) : 0;

	drop(l);
	return n;
}

double
pdf_text_height(struct pdf *p, double width, double size, const char *text)
{
	return pdf_text_lines(p, width, size, text) * pdf_lead(p, size);
}

double
pdf_text_width(struct pdf *p, double size, const char *text)
{
	PangoLayout *l = lay(p, 0, size, text);
	int w = 0;

	if (l)
		pango_layout_get_size(l, &w, NULL);
	drop(l);
	return (double)w / PANGO_SCALE;
}

void
pdf_text_part(struct pdf *p, double x, double y, double width, double size,
	      enum pdf_align align, const char *text, uint32_t first,
	      uint32_t n)
{
	PangoLayout *l = *text ? lay(p, width, size, text) : NULL;
	uint32_t i;

	for (i = 0; l && i < n; i++) {
		PangoLayoutLine *line = pango_layout_get_line_readonly(l,
							(int)(first + i));

		if (!line)
			break;
		draw_line(p, line, x, y + i * pdf_lead(p, size), width, size,
			  align);
	}
	drop(l);
}

double
pdf_text(struct pdf *p, double x, double y, double width, double size,
	 enum pdf_align align, const char *text)
{
	uint32_t n = pdf_text_lines(p, width, size, text);

	pdf_text_part(p, x, y, width, size, align, text, 0, n);
	return n * pdf_lead(p, size);
}

void
pdf_flow(struct pdf *p, double size, enum pdf_align align, const char *text)
{
	double width = p->right - p->left;
	uint32_t n = pdf_text_lines(p, width, size, text), i;

	for (i = 0; i < n && !p->err; i++) {
		pdf_need(p, pdf_lead(p, size));
		pdf_text_part(p, p->left, p->y, width, size, align, text, i,
			      1);
		pdf_skip(p, pdf_lead(p, size));
	}
}

/* ---- rules -------------------------------------------------------------- */

void
pdf_line(struct pdf *p, double x0, double y0, double x1, double y1,
	 double width)
{
	cairo_set_line_width(p->cr, width);
	cairo_set_line_cap(p->cr, CAIRO_LINE_CAP_SQUARE);
	cairo_move_to(p->cr, x0, y0);
	cairo_line_to(p->cr, x1, y1);
	cairo_stroke(p->cr);
}

void
pdf_box(struct pdf *p, double x, double y, double w, double h, double width)
{
	cairo_set_line_width(p->cr, width);
	cairo_rectangle(p->cr, x, y, w, h);
	cairo_stroke(p->cr);
}

void
pdf_qr(struct pdf *p, double x, double y, double side, const char *text)
{
	QRcode *qr = QRcode_encodeData((int)strlen(text),
				       (const unsigned char *)text, 0,
				       QR_ECLEVEL_M);
	double unit;
	int row, i, run;

	if (!qr) {
		pdf_fail(p, -errno, "the QR code cannot be made");
		return;
	}
	/* Four modules of quiet zone on each side are part of the symbol. */
	unit = side / (qr->width + 8);
	for (row = 0; row < qr->width; row++)
		for (i = 0; i < qr->width; i += run + 1) {
			const unsigned char *m = qr->data + row * qr->width;

			for (run = 0; i + run < qr->width && m[i + run] & 1;)
				run++;
			if (run)
				cairo_rectangle(p->cr, x + (i + 4) * unit,
						y + (row + 4) * unit,
						run * unit, unit);
		}
	cairo_fill(p->cr);
	QRcode_free(qr);
}
