/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What does case.ini say?  [section], key = value, # or ; at the start of a
 * line.  Strict, because the values are printed and signed: general INI
 * libraries cut long lines, section names and whatever follows a semicolon
 * without a word, and this must not lose a character.
 */
#include "case.h"

#include "util.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* What remembers where things stood. */
struct reader {
	const struct case_source *src;
	struct casefile *out;
	uint32_t line;
	enum case_section section;
	uint32_t item_no;	/* of [item N]; 0: not numbered */
	uint32_t unnamed;	/* how many sections [item] without number */
	struct {
		uint32_t no, line[ATTR_COUNT];
	} items[CASE_ITEMS_MAX];
};

/* Items of [item] sections without number; beyond any number written. */
#define UNNAMED_BASE 1000000U

static bool
is_word(const struct case_word *w, const char *text)
{
	return strcasecmp(w->in[LANG_JA], text) == 0 ||
	       strcasecmp(w->in[LANG_EN], text) == 0;
}

/* Which spelling to suggest: the language that was written in. */
static const char *
spelling(const struct case_word *w, const char *like)
{
	return w->in[(unsigned char)like[0] < 0x80 ? LANG_EN : LANG_JA];
}

/* Cuts a trailing number off ("項目12" -> "項目", 12); 0 if there is none. */
static uint32_t
cut_number(char *word)
{
	size_t n = strlen(word), end = n;
	unsigned long no;

	while (n > 0 && word[n - 1] >= '0' && word[n - 1] <= '9')
		n--;
	if (n == end || n == 0 || end - n > 4)
		return 0;
	no = strtoul(word + n, NULL, 10);
	word[n] = '\0';
	case_trim(word);
	return (uint32_t)no;
}

static void
nearer(const char *word, const char *candidate, unsigned *best,
       const char **out)
{
	unsigned d = case_distance(word, candidate);

	if (d < *best) {
		*best = d;
		*out = candidate;
	}
}

/* ---- sections ---------------------------------------------------------- */

static int
unknown_section(struct reader *r, const char *word)
{
	const char *near = "";
	unsigned best = UINT32_MAX;
	int i;

	for (i = SECTION_NONE + 1; i < SECTION_COUNT; i++)
		nearer(word, spelling(&case_sections[i], word), &best, &near);
	return case_say(r->src, r->line,
			"unknown section [%s]; did you mean [%s]?",
			"[%s] という区分はありません。[%s] ではありませんか",
			word, near);
}

static int
open_section(struct reader *r, const char *word)
{
	char name[CASE_LINE_MAX];
	int i;

	if (case_fold(name, sizeof(name), word))
		return -EINVAL;
	for (i = SECTION_NONE + 1; i < SECTION_COUNT; i++)
		if (is_word(&case_sections[i], name))
			break;
	r->item_no = 0;
	if (i == SECTION_COUNT) {
		r->item_no = cut_number(name);
		if (is_word(&case_sections[SECTION_ITEM], name) ||
		    strcasecmp(name, "items") == 0)
			i = SECTION_ITEM;
	}
	if (i == SECTION_COUNT)
		return unknown_section(r, word);
	r->section = (enum case_section)i;
	if (i == SECTION_ITEM && r->item_no == 0)
		r->unnamed++;
	return 0;
}

/* ---- values ------------------------------------------------------------ */

static int
twice(struct reader *r, const char *name, uint32_t first)
{
	return case_say(r->src, r->line, "'%s' is there twice, first in line"
			" %u; remove one", "「%s」が二重に書かれています（%u "
					   "行目"
			"にもあります）。一つにしてください", name, first);
}

/* 敬称 is a field of its own and would be printed twice. */
static int
check_addressee(const struct reader *r, const char *name, const char *value)
{
	static const char *const ends[] = { "様", "殿", "御中", "宛" };
	char text[CASE_LINE_MAX];
	bool found;
	size_t n, i;

	if (case_fold(text, sizeof(text), value))
		return -EINVAL;
	n = strlen(text);
	found = strncmp(text, "(宛先)", strlen("(宛先)")) == 0 ||
		strncmp(text, "(あて先)", strlen("(あて先)")) == 0;
	for (i = 0; i < ARRAY_SIZE(ends); i++)
		found = found || (n > strlen(ends[i]) &&
			strcmp(text + n - strlen(ends[i]), ends[i]) == 0);
	if (found)
		return case_say(r->src, r->line, "%s: '%s' has an honorific;"
				" write it under 'honorific' instead",
				"%s: 「%s」に敬称が入っています。敬称は「敬称」"
				"の項目に書いてください", name, value);
	return 0;
}

/* What is printed as the contractor's own words. */
static int
check_words(const struct reader *r, enum case_field f, const char *name,
	    const char *value)
{
	switch (f) {
	case CASE_ADDRESSEE_NAME:
		return check_addressee(r, name, value);
	case CASE_FORM_TITLE:
		return case_wording(r->src, r->line, name, WORDING_ERASURE,
				    value);
	case CASE_NOTES:
	case CASE_PURPOSE:
	case CASE_WITNESS_METHOD:
		return case_wording(r->src, r->line, name, WORDING_NOTE, value);
	default:
		return 0;
	}
}

static int
set_field(struct reader *r, enum case_field f, const char *value)
{
	const char *name = case_field_name(f, r->src->lang);
	uint32_t *line = &r->out->line[f];
	int err;

	if (*line)
		return twice(r, name, *line);
	*line = r->line;
	err = check_words(r, f, name, value);
	return err ? err : case_value(r->src, r->line, name, case_keys[f].kind,
				      value, r->out->f[f], CASE_TEXT);
}

/* The place of item `no`, a new one if need be; -1: the table is full. */
static int
find_item(struct reader *r, uint32_t no)
{
	uint32_t i;

	for (i = 0; i < r->out->n_items; i++)
		if (r->items[i].no == no)
			return (int)i;
	if (i == CASE_ITEMS_MAX)
		return -1;
	r->items[i].no = no;
	r->out->n_items++;
	return (int)i;
}

static int
set_attr(struct reader *r, enum case_attr a, uint32_t no, const char *value)
{
	const char *name = case_attrs[a].name.in[r->src->lang == LANG_EN];
	struct case_item *it;
	char *to[ATTR_COUNT];
	static const size_t len[ATTR_COUNT] = {
		[ATTR_ITEM] = sizeof(it->item),
		[ATTR_KIND] = sizeof(it->kind),
		[ATTR_CLASS] = sizeof(it->class_),
		[ATTR_COUNT_OF] = sizeof(it->count),
		[ATTR_ORIGIN] = sizeof(it->origin),
	};
	int i = find_item(r, no);

	if (i < 0)
		return case_say(r->src, r->line, "more than %d items; put some"
				" together", "情報項目は %d 件までです。"
				"まとめて書いてください", CASE_ITEMS_MAX);
	if (r->items[i].line[a])
		return twice(r, name, r->items[i].line[a]);
	r->items[i].line[a] = r->line;
	it = &r->out->items[i];
	to[ATTR_ITEM] = it->item;
	to[ATTR_KIND] = it->kind;
	to[ATTR_CLASS] = it->class_;
	to[ATTR_COUNT_OF] = it->count;
	to[ATTR_ORIGIN] = it->origin;
	return case_value(r->src, r->line, name, case_attrs[a].kind, value,
			  to[a], len[a]);
}

static int
unknown_key(struct reader *r, const char *word)
{
	const char *near = "", *at = spelling(&case_sections[r->section], word);
	unsigned best = UINT32_MAX;
	int i;

	for (i = 0; i < CASE_FIELD_COUNT; i++)
		if (case_keys[i].section == r->section)
			nearer(word, spelling(&case_keys[i].key, word), &best,
			       &near);
	for (i = 0; r->section == SECTION_ITEM && i < ATTR_COUNT; i++)
		nearer(word, spelling(&case_attrs[i].key, word), &best, &near);
	/* or the right word in the wrong section */
	for (i = 0; i < CASE_FIELD_COUNT && best > 0; i++) {
		const char *other = spelling(&case_keys[i].key, word);

		if (best > 1 && case_distance(word, other) == 0) {
			at = spelling(&case_sections[case_keys[i].section],
				      word);
			near = other;
			best = 0;
		}
	}
	return case_say(r->src, r->line, "unknown key '%1$s'; did you mean"
			" '%2$s' of [%3$s]?", "「%1$s」という項目はありません。"
			"[%3$s] の「%2$s」ではありませんか", word, near, at);
}

static int
set_item(struct reader *r, const char *key, const char *value)
{
	char word[CASE_LINE_MAX];
	uint32_t no;
	int i;

	if (text_copy(word, sizeof(word), key))
		return -EINVAL;
	no = cut_number(word);
	for (i = 0; i < ATTR_COUNT; i++)
		if (is_word(&case_attrs[i].key, word))
			break;
	if (i == ATTR_COUNT)
		return unknown_key(r, key);
	if (no && r->item_no)
		return case_say(r->src, r->line, "'%s' has a number inside a"
				" numbered section; remove one of them",
				"番号付きの区分の中の「%s」に番号があります。"
				"どちらかを消してください", key);
	no = no ? no : r->item_no ? r->item_no : UNNAMED_BASE + r->unnamed;
	return set_attr(r, (enum case_attr)i, no, value);
}

static int
set(struct reader *r, const char *key, const char *value)
{
	char word[CASE_LINE_MAX];
	int i;

	if (case_fold(word, sizeof(word), key))
		return -EINVAL;
	if (r->section == SECTION_NONE)
		return case_say(r->src, r->line, "'%s' stands before the first"
				" section; put it under one such as"
				" [contract]", "「%s」の前に区分がありませ"
					       "ん。[契約]"
				" などの区分の下に書いてください", key);
	if (r->section == SECTION_ITEM)
		return set_item(r, word, value);
	for (i = 0; i < CASE_FIELD_COUNT; i++)
		if (case_keys[i].section == r->section &&
		    is_word(&case_keys[i].key, word))
			return set_field(r, (enum case_field)i, value);
	return unknown_key(r, word);
}

/* ---- lines ------------------------------------------------------------- */

static int
take_header(struct reader *r, char *s)
{
	char *end = strchr(s, ']');

	if (!end || end[1] != '\0')
		return case_say(r->src, r->line, "'%s' is not a section;"
				" write [name] alone on its line",
				"「%s」は区分として読めません。[区分名] だけを"
				"1行に書いてください", s);
	*end = '\0';
	return open_section(r, case_trim(s + 1));
}

static int
take_line(struct reader *r, char *s)
{
	char *equals;
	int err = case_clean(r->src, r->line, s);

	if (err)
		return err;
	s = case_trim(s);
	if (*s == '\0' || *s == '#' || *s == ';')
		return 0;
	if (*s == '[')
		return take_header(r, s);
	equals = strchr(s, '=');
	if (!equals && strstr(s, "＝"))
		return case_say(r->src, r->line, "'%s' has a full-width '＝';"
				" write '='", "「%s」の「＝」が全角です。"
				"半角の「=」で書いてください", s);
	if (!equals || equals == s)
		return case_say(r->src, r->line, "'%s' is not 'key = value';"
				" put '#' in front of a remark",
				"「%s」は「項目 = 値」の形ではありません。"
				"メモなら先頭に「#」を付けてください", s);
	*equals = '\0';
	return set(r, case_trim(s), case_trim(equals + 1));
}

/* Items that were left blank, as in the template, are none; one that has
 * particulars but no name is a mistake. */
static int
drop_blank_items(struct reader *r)
{
	struct casefile *c = r->out;
	uint32_t i, a, n = 0;

	for (i = 0; i < c->n_items; i++) {
		const struct case_item *it = &c->items[i];

		if (it->item[0]) {
			c->items[n++] = *it;
			continue;
		}
		if (!it->kind[0] && !it->class_[0] && !it->count[0] &&
		    !it->origin[0])
			continue;
		for (a = 0; a < ATTR_COUNT; a++)
			if (r->items[i].line[a])
				r->line = r->items[i].line[a];
		return case_say(r->src, r->line, "an item without '%s'; write"
				" what information it is",
				"「%s」のない情報項目があります。情報の名称を"
				"書いてください",
				case_attrs[ATTR_ITEM].name.in[r->src->lang ==
							      LANG_EN]);
	}
	memset(&c->items[n], 0, sizeof(c->items[0]) * (c->n_items - n));
	c->n_items = n;
	return 0;
}

static int
parse(struct reader *r, const char *text, size_t len)
{
	const char *end = text + len;
	char line[CASE_LINE_MAX];
	int err;

	while (text < end) {
		const char *lf = memchr(text, '\n', (size_t)(end - text));
		size_t n = (size_t)((lf ? lf : end) - text);

		r->line++;
		if (n > 0 && text[n - 1] == '\r')
			n--;
		if (n >= sizeof(line))
			return case_say(r->src, r->line, "line too long; at"
					" most %zu bytes", "行が長すぎます。%zu"
					" バイトまでにしてください",
					sizeof(line) - 1);
		if (memchr(text, '\0', n))
			return case_say(r->src, r->line, "NUL byte; save the"
					" file as UTF-8 text",
					"テキストではありません（NUL バイト）。"
					"UTF-8 で保存し直してください");
		memcpy(line, text, n);
		line[n] = '\0';
		err = take_line(r, line);
		if (err)
			return err;
		text = lf ? lf + 1 : end;
	}
	return drop_blank_items(r);
}

int
case_ini_parse(const struct case_source *src, const char *text, size_t len,
	       struct casefile *out)
{
	struct reader *r = calloc(1, sizeof(*r));
	int err;

	if (!r)
		return -ENOMEM;
	r->src = src;
	r->out = out;
	if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
		text += 3;
		len -= 3;
	}
	err = parse(r, text, len);
	free(r);
	return err;
}
