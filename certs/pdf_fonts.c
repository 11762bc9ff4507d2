/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which font draws this character?  明朝体 first, Noto Serif CJK for what
 * IPAex lacks, and nothing else: what fontconfig would offer in its place
 * differs between machines, and a box instead of a name is worse than an error.
 */
#include "cert.h"
#include "pdf.h"

#include <errno.h>
#include <hb.h>
#include <pango/pangocairo.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *family, *package;
	bool needed;
} families[] = {
	{ "IPAexMincho", "fonts-ipaexfont-mincho", true },
	{ "Noto Serif CJK JP", "fonts-noto-cjk", false },
};

#define FAMILIES G_N_ELEMENTS(families)

struct pdf_fonts {
	PangoFontMap *map;
	PangoContext *context;
	PangoFont *font[FAMILIES];	/* NULL: not installed */
};

/* Fontconfig answers with another family when it does not know this one. */
static PangoFont *
load(struct pdf_fonts *f, const char *family)
{
	PangoFontDescription *want = pango_font_description_new();
	PangoFontDescription *got;
	PangoFont *font;

	pango_font_description_set_family(want, family);
	pango_font_description_set_absolute_size(want, 10 * PANGO_SCALE);
	font = pango_font_map_load_font(f->map, f->context, want);
	pango_font_description_free(want);
	if (!font)
		return NULL;
	got = pango_font_describe(font);
	if (strcmp(pango_font_description_get_family(got), family) != 0) {
		g_object_unref(font);
		font = NULL;
	}
	pango_font_description_free(got);
	return font;
}

/* No hinting and no rounding: the same glyph stands at the same place on
 * every machine and at every resolution. */
static void
steady(PangoContext *context)
{
	cairo_font_options_t *o = cairo_font_options_create();

	cairo_font_options_set_hint_style(o, CAIRO_HINT_STYLE_NONE);
	cairo_font_options_set_hint_metrics(o, CAIRO_HINT_METRICS_OFF);
	cairo_font_options_set_antialias(o, CAIRO_ANTIALIAS_GRAY);
	pango_cairo_context_set_font_options(context, o);
	cairo_font_options_destroy(o);
	pango_context_set_round_glyph_positions(context, FALSE);
	pango_context_set_base_dir(context, PANGO_DIRECTION_LTR);
	pango_context_set_language(context, pango_language_from_string("ja"));
}

int
pdf_fonts_open(struct pdf_fonts **out, char *err, size_t err_len)
{
	struct pdf_fonts *f = calloc(1, sizeof(*f));
	size_t i;

	*out = NULL;
	if (!f)
		return -ENOMEM;
	/* in a Japanese locale the names of families would be Japanese */
	setenv("FC_LANG", "en", 1);
	f->map = pango_cairo_font_map_new_for_font_type(CAIRO_FONT_TYPE_FT);
	f->context = pango_font_map_create_context(f->map);
	steady(f->context);
	for (i = 0; i < FAMILIES; i++) {
		f->font[i] = load(f, families[i].family);
		if (!f->font[i] && families[i].needed) {
			snprintf(err, err_len, _("font '%s' is not installed; "
				 "install the package %s"), families[i].family,
				 families[i].package);
			pdf_fonts_close(&f);
			return -ENOENT;
		}
	}
	*out = f;
	return 0;
}

void
pdf_fonts_close(struct pdf_fonts **fp)
{
	struct pdf_fonts *f = *fp;
	size_t i;

	if (!f)
		return;
	for (i = 0; i < FAMILIES; i++)
		if (f->font[i])
			g_object_unref(f->font[i]);
	g_object_unref(f->context);
	g_object_unref(f->map);
	free(f);
	*fp = NULL;
}

void *
pdf_fonts_context(struct pdf_fonts *f)
{
	return f->context;
}

static bool
selector(gunichar c)
{
	return (c >= 0xfe00 && c <= 0xfe0f) || (c >= 0xe0100 && c <= 0xe01ef);
}

/* A font without the variation would draw the plain form of a name's kanji
 * and nobody would notice: so the pair counts as one character. */
static bool
has(PangoFont *font, gunichar c, gunichar variation)
{
	hb_font_t *hb = pango_font_get_hb_font(font);
	hb_codepoint_t glyph = 0;

	if (variation)
		return hb_font_get_variation_glyph(hb, c, variation, &glyph) &&
		       glyph != 0;
	return hb_font_get_nominal_glyph(hb, c, &glyph) && glyph != 0;
}

static int
find(const struct pdf_fonts *f, gunichar c, gunichar variation, size_t *which)
{
	size_t i;

	for (i = 0; i < FAMILIES; i++)
		if (f->font[i] && has(f->font[i], c, variation)) {
			*which = i;
			return 0;
		}
	return -EILSEQ;
}

static void
lost(gunichar c, gunichar variation, const char *text, char *err,
     size_t err_len)
{
	char pair[32] = "", shown[8] = "";

	if (variation)
		snprintf(pair, sizeof(pair), " U+%04X", variation);
	if (g_unichar_isprint(c))
		shown[g_unichar_to_utf8(c, shown)] = '\0';
	snprintf(err, err_len, _("no font has U+%04X%s '%s' of '%.120s'; "
		 "install fonts-noto-cjk or write it another way"), c, pair,
		 shown, text);
}

static void
assign(PangoAttrList *list, size_t which, const char *text, const char *from,
       const char *to)
{
	PangoAttribute *a = pango_attr_family_new(families[which].family);

	a->start_index = (guint)(from - text);
	a->end_index = (guint)(to - text);
	pango_attr_list_insert(list, a);
}

int
pdf_fonts_choose(struct pdf_fonts *f, const char *text, void **attrs,
		 char *err, size_t err_len)
{
	PangoAttrList *list = pango_attr_list_new();
	const char *at = text;

	*attrs = NULL;
	pango_attr_list_insert(list, pango_attr_fallback_new(FALSE));
	/* A hyphen that is not in a serial must not be on the paper. */
	pango_attr_list_insert(list, pango_attr_insert_hyphens_new(FALSE));
	while (*at) {
		gunichar c = g_utf8_get_char(at), variation = 0;
		const char *next = g_utf8_next_char(at);
		size_t which = 0;

		if (*next && selector(g_utf8_get_char(next))) {
			variation = g_utf8_get_char(next);
			next = g_utf8_next_char(next);
		}
		if (c != '\n' && find(f, c, variation, &which)) {
			lost(c, variation, text, err, err_len);
			pango_attr_list_unref(list);
			return -EILSEQ;
		}
		assign(list, which, text, at, next);
		at = next;
	}
	*attrs = list;
	return 0;
}

int
form_printable(const char *text, char *err, size_t err_len)
{
	/* opened once: a list of media asks a thousand times */
	static struct pdf_fonts *f;
	void *attrs = NULL;
	int ret = 0;

	if (!g_utf8_validate(text, -1, NULL)) {
		snprintf(err, err_len, "text is not UTF-8");
		return -EILSEQ;
	}
	if (!f)
		ret = pdf_fonts_open(&f, err, err_len);
	if (!ret)
		ret = pdf_fonts_choose(f, text, &attrs, err, err_len);
	if (attrs)
		pango_attr_list_unref(attrs);
	return ret;
}
