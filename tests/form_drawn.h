/* SPDX-License-Identifier: Apache-2.0 */
/* Draws a document and reads the form again: what does it show? */
#ifndef FORM_DRAWN_H
#define FORM_DRAWN_H

#include "../certs/form.h"
#include "form_sample.h"

#include <errno.h>
#include <poppler.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct drawn {
	uint8_t *pdf;
	size_t len;
	int pages;
	char *text;	/* of all pages, blanks and line ends removed */
};

static inline char *
squeeze(const char *s)
{
	GString *out = g_string_new("");

	for (; *s; s = g_utf8_next_char(s)) {
		gunichar c = g_utf8_get_char(s);

		if (!g_unichar_isspace(c) && c != 0x3000)
			g_string_append_unichar(out, c);
	}
	return g_string_free(out, FALSE);
}

static inline void
read_back(struct drawn *d)
{
	GBytes *bytes = g_bytes_new_static(d->pdf, d->len);
	PopplerDocument *doc = poppler_document_new_from_bytes(bytes, NULL,
							       NULL);
	GString *all = g_string_new("");
	int i;

	assert_non_null(doc);
	d->pages = poppler_document_get_n_pages(doc);
	for (i = 0; i < d->pages; i++) {
		PopplerPage *page = poppler_document_get_page(doc, i);
		char *text = poppler_page_get_text(page);

		g_string_append(all, text);
		g_free(text);
		g_object_unref(page);
	}
	d->text = squeeze(all->str);
	g_string_free(all, TRUE);
	g_object_unref(doc);
	g_bytes_unref(bytes);
}

/* Steals doc. */
static inline struct drawn
draw(json_t *doc)
{
	struct drawn d = { 0 };
	char err[512];

	assert_non_null(doc);
	if (form_render(doc, SAMPLE_SHA, &d.pdf, &d.len, err, sizeof(err)))
		fail_msg("form_render: %s", err);
	json_decref(doc);
	read_back(&d);
	return d;
}

static inline void
done(struct drawn *d)
{
	g_free(d->text);
	free(d->pdf);
}

/* A full-width space may be a gap between columns to a reader: each part. */
static inline void
shows(const struct drawn *d, const char *text)
{
	char **part = g_strsplit(text, "　", 0);
	size_t i;

	for (i = 0; part[i]; i++) {
		char *plain = squeeze(part[i]);

		if (!strstr(d->text, plain))
			fail_msg("the form does not show '%s'", text);
		g_free(plain);
	}
	g_strfreev(part);
}

static inline void
hides(const struct drawn *d, const char *text)
{
	if (strstr(d->text, text))
		fail_msg("the form shows '%s'", text);
}

/* Steals doc. */
static inline void
refused(json_t *doc, int want, const char *names)
{
	char err[512] = "";
	uint8_t *pdf = NULL;
	size_t len;

	assert_int_equal(form_render(doc, SAMPLE_SHA, &pdf, &len, err,
				     sizeof(err)), want);
	assert_null(pdf);
	if (!strstr(err, names))
		fail_msg("'%s' does not name '%s'", err, names);
	json_decref(doc);
}

#endif
