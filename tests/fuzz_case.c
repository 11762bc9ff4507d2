/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whatever bytes case.ini and media.csv hold: no crash, a complaint with
 * every refusal, and nothing but printable UTF-8 in what was accepted.
 */
#include "../src/case.h"
#include "../src/util.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
look_at(const struct casefile *c)
{
	uint32_t i;

	must(c->n_items <= CASE_ITEMS_MAX && c->n_media <= CASE_MEDIA_MAX);
	for (i = 0; i < CASE_FIELD_COUNT; i++)
		must(text_valid(c->f[i]) && !strpbrk(c->f[i], "\t\n") &&
		     !case_has_mynumber(c->f[i]));
	for (i = 0; i < c->n_items; i++)
		must(c->items[i].item[0] && text_valid(c->items[i].item) &&
		     !case_has_mynumber(c->items[i].item));
	for (i = 0; i < c->n_media; i++) {
		const struct case_medium *m = &c->media[i];

		must(m->line > 1 && text_valid(m->asset) &&
		     text_valid(m->name) && text_valid(m->serial) &&
		     text_valid(m->notes) && !case_has_mynumber(m->notes));
		must(!m->serial[0] || case_match(c, m->serial) == m);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct casefile *c;
	char err[512], *text;
	struct case_source src = { "f", LANG_EN, err, sizeof(err) };
	bool csv;
	int bad;

	if (size < 1)
		return 0;
	c = calloc(1, sizeof(*c));
	text = malloc(size);
	if (!c || !text)
		abort();
	csv = data[0] & 1;
	src.lang = data[0] & 2 ? LANG_JA : LANG_EN;
	memcpy(text, data + 1, size - 1);
	text[size - 1] = '\0';
	err[0] = '\0';
	bad = csv ? case_csv_parse(&src, text, size - 1, c) :
		    case_ini_parse(&src, text, size - 1, c);
	if (bad)
		must(err[0] && text_valid(err));
	else
		look_at(c);
	free(text);
	free(c);
	return 0;
}
