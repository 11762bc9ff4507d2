/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The form of a document for people: A4, 明朝体, the words and the order that
 * the contracts ask for.  One page if it fits; otherwise the letter stays on
 * the first and the details follow as 別紙.
 */
#include "form.h"

#include <errno.h>
#include <string.h>

static void
compose(struct form *f)
{
	form_letter(f);
	form_banner(f);
	form_statement(f);
	form_columns(f);
	form_people(f);
	if (!f->annex) {
		form_detail(f);
		form_end(f);
		return;
	}
	pdf_skip(f->p, 5);
	pdf_flow(f->p, f->size.cell, PDF_LEFT,
		 "媒体及び消去の明細は、別紙のとおりです。");
	form_end(f);
	pdf_turn(f->p);
	form_detail(f);
}

/* pdf NULL: only learns how many pages it takes. */
static int
draw(struct form *f, uint32_t *pages, uint8_t **pdf, size_t *len, char *err,
     size_t err_len)
{
	const struct pdf_info info = {
		.title = form_say(f, "%s %s", form_get(f, "title"),
				  form_get(f, "cert_id")),
		.author = form_get(f, "contractor.name"),
		.created = form_get(f, "issued_at"),
		.lead = f->size.lead,
		.pages = pdf ? *pages : 0,
		.furniture = form_furniture,
		.ctx = f,
	};
	struct pdf *p = pdf_begin(&info);

	if (!p)
		return -ENOMEM;
	compose(f);
	f->p = NULL;
	return pdf_end(&p, pdf, len, pages, err, err_len);
}

/* From the most legible layout that fits on one page to the one that needs no
 * fit. */
static int
lay_out(struct form *f, uint8_t **pdf, size_t *len, char *err, size_t err_len)
{
	static const struct {
		struct form_size size;
		bool annex;
	} tries[] = {
		{ { 11, 9, 8.5, 1.5 }, false },
		{ { 11, 9, 8, 1.42 }, false },
		{ { 10.5, 9, 8, 1.36 }, false },
		{ { 10, 8.5, 7.5, 1.3 }, false },
		{ { 10, 8.5, 7.5, 1.22 }, false },
		{ { 10, 8, 7.5, 1.15 }, false },
		{ { 9.5, 8, 7, 1.22 }, false },
		{ { 9.5, 8, 7, 1.14 }, false },
		{ { 10.5, 9, 8, 1.36 }, true },
	};
	const size_t last = G_N_ELEMENTS(tries) - 1;
	uint32_t pages = 0;
	size_t i;
	int ret = 0;

	for (i = 0; !ret && i <= last && pages != 1; i++) {
		/* The smallest takes two thirds of what the largest takes. */
		if (pages > 2)
			i = last;
		f->size = tries[i].size;
		f->annex = tries[i].annex && f->kind == FORM_ERASE;
		ret = draw(f, &pages, NULL, NULL, err, err_len);
	}
	return ret ? ret : draw(f, &pages, pdf, len, err, err_len);
}

int
form_render(const json_t *doc, const char *sha256_hex, uint8_t **pdf,
	    size_t *len, char *err, size_t err_len)
{
	struct form f = {
		.doc = doc, .sha256 = sha256_hex,
		.kind = form_kind_of(doc), .outcome = form_outcome_of(doc),
	};
	int ret;

	*pdf = NULL;
	*len = 0;
	if (err_len)
		*err = '\0';
	f.words = g_string_chunk_new(4096);
	ret = form_rules(&f, err, err_len);
	if (!ret)
		ret = lay_out(&f, pdf, len, err, err_len);
	g_string_chunk_free(f.words);
	return ret;
}
