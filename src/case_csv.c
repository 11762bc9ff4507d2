/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What does media.csv list?  RFC 4180, as Excel writes it: UTF-8 or CP932,
 * columns in any order, ="0123" for text that looks like a number.
 *
 * Nothing is lost without a word: a column that is not known is an error
 * unless its name starts with '#'.
 */
#include "case.h"

#include "util.h"

#include <errno.h>
#include <iconv.h>
#include <stdlib.h>
#include <string.h>

#define CELL_MAX	1024
#define CELLS_MAX	64	/* columns of a row */

struct table {
	const struct case_source *src;
	const char *at, *end;
	uint32_t line;		/* of `at` */
	uint32_t row_line;	/* where the row starts */
	uint32_t header_line;
	uint32_t n_cells;
	char cell[CELLS_MAX][CELL_MAX];
	uint32_t n_columns;
	int column[CELLS_MAX];	/* enum case_column, -1 ignored, -2 no name */
};

/* ---- bytes to UTF-8 ---------------------------------------------------- */

int
case_decode(const char *bytes, size_t len, char **out, size_t *out_len,
	    size_t *at)
{
	size_t room = len * 3 + 1, in_left = len, out_left = room - 1;
	iconv_t cd = iconv_open("UTF-8", "CP932");
	char *text = NULL, *to, *in = (char *)(uintptr_t)bytes;
	int err = 0;

	*at = 0;
	if (cd == (iconv_t)-1)
		return -ENOSYS;
	text = malloc(room);
	to = text;
	if (!text)
		err = -ENOMEM;
	else if (iconv(cd, &in, &in_left, &to, &out_left) != 0 || in_left)
		err = -EILSEQ;	/* broken, cut short, or not reversible */
	iconv_close(cd);
	*at = len - in_left;
	if (err) {
		free(text);
		return err;
	}
	*to = '\0';
	*out = text;
	*out_len = (size_t)(to - text);
	return 0;
}

static uint32_t
line_of(const char *bytes, size_t at)
{
	uint32_t line = 1;
	size_t i;

	for (i = 0; i < at; i++)
		line += bytes[i] == '\n';
	return line;
}

struct tally {
	size_t good, bad;	/* sequences of three and more; broken bytes */
	size_t first_bad;
};

static void
tally(const char *bytes, size_t len, struct tally *out)
{
	const char *p = bytes, *from;

	memset(out, 0, sizeof(*out));
	while (p < bytes + len) {
		from = p;
		if (*p == '\0' || case_next(&p) == UINT32_MAX) {
			if (out->bad++ == 0)
				out->first_bad = (size_t)(from - bytes);
			p = from + 1;
		} else if (p - from >= 3) {
			out->good++;
		}
	}
}

/*
 * UTF-8 or CP932?  CP932 hardly ever looks like UTF-8, but UTF-8 with one
 * broken byte does pass as CP932, as nonsense: what is mostly UTF-8 is not
 * tried as anything else.
 */
static int
to_utf8(const struct case_source *src, const char *bytes, size_t len,
	char **out, size_t *out_len)
{
	struct tally t;
	const char *nul;
	size_t at;
	int err;

	if (len >= 2 && (memcmp(bytes, "\xff\xfe", 2) == 0 ||
			 memcmp(bytes, "\xfe\xff", 2) == 0))
		return case_say(src, 1, "this is UTF-16; save it as \"CSV UTF-8"
				" (comma delimited)\"", "UTF-16 です。"
				"「CSV UTF-8（コンマ区切り）」で保存し直して"
				"ください");
	nul = memchr(bytes, '\0', len);
	if (nul)
		return case_say(src, line_of(bytes, (size_t)(nul - bytes)),
				"not a CSV file; save it as \"CSV UTF-8"
				" (comma delimited)\"", "CSV ではありません。"
				"「CSV UTF-8（コンマ区切り）」で保存し直して"
				"ください");
	if (len >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0) {
		bytes += 3;
		len -= 3;
		tally(bytes, len, &t);
		t.good = SIZE_MAX;
	} else {
		tally(bytes, len, &t);
	}
	if (t.bad == 0) {
		*out = strndup(bytes, len);
		*out_len = len;
		return *out ? 0 : -ENOMEM;
	}
	if (t.good >= t.bad)
		return case_say(src, line_of(bytes, t.first_bad),
				"broken byte in UTF-8; save the file again",
				"UTF-8 の文字が壊れています。保存し直してくだ"
				"さい");
	err = case_decode(bytes, len, out, out_len, &at);
	if (err == -EILSEQ)
		return case_say(src, line_of(bytes, at), "neither UTF-8 nor"
				" CP932 (Shift JIS); save the file again",
				"UTF-8 でも CP932（シフト JIS）でもない文字が"
				"あります。保存し直してください");
	if (err == -ENOSYS)
		return case_say(src, 0, "this system cannot read CP932; save"
				" it as UTF-8", "この環境では CP932 を読めま"
						"せん。"
				"UTF-8 で保存し直してください");
	return err;
}

/* ---- RFC 4180 ---------------------------------------------------------- */

static int
too_long(const struct table *t)
{
	return case_say(t->src, t->line, "a cell is longer than %d bytes;"
			" shorten it", "セルが長すぎます。%d バイトまでにして"
			"ください", CELL_MAX - 1);
}

static bool
at_line_end(const struct table *t)
{
	return t->at == t->end || *t->at == '\n' ||
	       (*t->at == '\r' && t->at + 1 < t->end && t->at[1] == '\n');
}

/* After the opening quote. */
static int
quoted(struct table *t, char *out, size_t *n)
{
	uint32_t first = t->line;

	for (;; t->at++) {
		if (t->at == t->end || (*t->at == '\n' &&
		    !memchr(t->at, '"', (size_t)(t->end - t->at))))
			return case_say(t->src, first, "a quote is opened and"
					" not closed", "引用符 \" が閉じられて"
					"いません");
		if (*t->at == '\n')
			return case_say(t->src, first, "a line break inside a"
					" cell; write it in one line",
					"セルの中に改行があります。"
					"1行で書いてください");
		if (*t->at == '"') {
			t->at++;
			if (t->at == t->end || *t->at != '"')
				return 0;
		}
		if (*n + 1 >= CELL_MAX)
			return too_long(t);
		out[(*n)++] = *t->at;
	}
}

/* One cell; at stands behind it, on a comma or at the line's end. */
static int
take_cell(struct table *t, char out[CELL_MAX])
{
	size_t n = 0;
	int err = 0;

	/* ="0123" without further quoting */
	if (t->end - t->at >= 2 && t->at[0] == '=' && t->at[1] == '"')
		t->at++;
	if (t->at < t->end && *t->at == '"') {
		t->at++;
		err = quoted(t, out, &n);
		if (!err && !at_line_end(t) && *t->at != ',')
			err = case_say(t->src, t->line, "text behind a closing"
				       " quote; double the quotes inside",
				       "閉じた引用符の後に文字があります。"
				       "中の引用符は \"\" と書いてください");
	}
	for (; !err && !at_line_end(t) && *t->at != ','; t->at++) {
		if (*t->at == '"')
			err = case_say(t->src, t->line, "a quote inside a cell"
				       " that is not quoted; put the cell in"
				       " quotes and double the quote",
				       "引用符で囲まれていないセルに \" があ"
				       "ります。"
				       "セル全体を囲み、中の \" は \"\" と書"
				       "いてください");
		else if (n + 1 >= CELL_MAX)
			err = too_long(t);
		else
			out[n++] = *t->at;
	}
	out[n] = '\0';
	return err;
}

/* Strips ="..." and blanks; refuses formulas and numbers that Excel ruined. */
static int
tidy(struct table *t, char *cell)
{
	size_t n = strlen(cell);
	char *s = case_trim(cell), *e;

	if (n >= 3 && s[0] == '=' && s[1] == '"' && s[strlen(s) - 1] == '"') {
		s[strlen(s) - 1] = '\0';
		s = case_trim(s + 2);
	} else if (s[0] == '=') {
		return case_say(t->src, t->row_line, "'%s' is a formula; write"
				" its value", "「%s」は数式です。値で書いてく"
					      "ださい",
				s);
	}
	e = strchr(s, 'E');
	if (e && e > s && (e[1] == '+' || e[1] == '-') && e[2] &&
	    strspn(e + 2, "0123456789") == strlen(e + 2) &&
	    strspn(s, "0123456789.") == (size_t)(e - s))
		return case_say(t->src, t->row_line, "'%s' is a number that a"
				" spreadsheet has rounded; format the cell as"
				" text and type it again",
				"「%s」は表計算ソフトが丸めた数値です。セルの"
				"書式を"
				"「文字列」にして入力し直してください", s);
	memmove(cell, s, strlen(s) + 1);
	return 0;
}

/* 1 and a row, 0 at the end.  Empty lines and lines of empty cells count as
 * none. */
static int
take_row(struct table *t)
{
	bool empty = true;
	int err;

	while (t->at < t->end) {
		t->n_cells = 0;
		t->row_line = t->line;
		for (;; t->at++) {
			if (t->n_cells == CELLS_MAX)
				return case_say(t->src, t->line, "more than %d"
						" columns", "列が多すぎます。"
						"%d 列までにしてください",
						CELLS_MAX);
			err = take_cell(t, t->cell[t->n_cells]);
			if (!err)
				err = tidy(t, t->cell[t->n_cells]);
			if (err)
				return err;
			empty = empty && !t->cell[t->n_cells][0];
			t->n_cells++;
			if (at_line_end(t))
				break;
		}
		if (t->at < t->end && *t->at == '\r')
			t->at++;
		if (t->at < t->end)
			t->at++;
		t->line++;
		if (!empty)
			return 1;
	}
	return 0;
}

/* ---- the table of media ------------------------------------------------ */

static int
find_column(const char *name)
{
	int c;
	size_t i;

	for (c = 0; c < COLUMN_COUNT; c++)
		for (i = 0; i < ARRAY_SIZE(case_columns[c]); i++)
			if (case_columns[c][i] &&
			    strcasecmp(case_columns[c][i], name) == 0)
				return c;
	return -1;
}

/* Is there any name of a column in this row? */
static bool
has_names(const struct table *t)
{
	char name[CELL_MAX];
	uint32_t i;

	for (i = 0; i < t->n_cells; i++)
		if (case_fold(name, sizeof(name), t->cell[i]) == 0 &&
		    find_column(name) >= 0)
			return true;
	return false;
}

static int
unknown_column(struct table *t, const char *name, const char *raw)
{
	const char *near = "";
	unsigned best = UINT32_MAX;
	int c;

	if (strchr(raw, '\t') || strchr(raw, ';'))
		return case_say(t->src, t->row_line, "the columns are not"
				" separated by commas; save as CSV",
				"列がコンマで区切られていません。"
				"CSV（コンマ区切り）で保存し直してください");
	for (c = 0; c < COLUMN_COUNT; c++) {
		const char *word = case_columns[c][(unsigned char)*name < 0x80];
		unsigned d = case_distance(name, word);

		if (d < best) {
			best = d;
			near = word;
		}
	}
	if (best > 2 && !has_names(t))
		return case_say(t->src, t->row_line, "no names of columns in"
				" this line; write them first: asset,name,"
				"serial,model,qty,unit,items,notes",
				"この行に列名がありません。1行目に列名を書いて"
				"ください: 管理番号,媒体名,製造番号,型番,数量,"
				"単位,情報項目,備考");
	return case_say(t->src, t->row_line, "unknown column '%1$s'; did you"
			" mean '%2$s'? Put '#' in front of the name to ignore"
			" the column", "「%1$s」という列はありません。"
			"「%2$s」ではありませんか。読み飛ばしてよい列なら列名の"
			"先頭に「#」を付けてください", name, near);
}

static int
take_heading(struct table *t, uint32_t i)
{
	char name[CELL_MAX];
	uint32_t k;
	int err = case_clean(t->src, t->row_line, t->cell[i]);

	if (err)
		return err;
	if (case_fold(name, sizeof(name), t->cell[i]))
		return too_long(t);
	t->column[i] = !name[0] ? -2 : name[0] == '#' ? -1 : find_column(name);
	if (t->column[i] == -1 && name[0] != '#')
		return unknown_column(t, name, t->cell[i]);
	for (k = 0; k < i; k++)
		if (t->column[k] >= 0 && t->column[k] == t->column[i])
			return case_say(t->src, t->row_line, "two columns for"
					" '%s'; remove one", "「%s」の列が二つ"
					"あります。一つにしてください", name);
	return 0;
}

static int
take_header(struct table *t)
{
	bool serial = false;
	uint32_t i;
	int err;

	for (i = 0; i < t->n_cells; i++) {
		err = take_heading(t, i);
		if (err)
			return err;
		serial = serial || t->column[i] == COLUMN_SERIAL;
	}
	t->n_columns = t->n_cells;
	t->header_line = t->row_line;
	if (!serial)
		return case_say(t->src, t->row_line, "no column 'serial';"
				" drives are found by it", "「製造番号」の列が"
				"ありません。ドライブとの照合に必要です");
	return 0;
}

static void
fields_of(struct case_medium *m, char *to[COLUMN_COUNT],
	  size_t len[COLUMN_COUNT])
{
	to[COLUMN_ASSET] = m->asset;
	len[COLUMN_ASSET] = sizeof(m->asset);
	to[COLUMN_NAME] = m->name;
	len[COLUMN_NAME] = sizeof(m->name);
	to[COLUMN_SERIAL] = m->serial;
	len[COLUMN_SERIAL] = sizeof(m->serial);
	to[COLUMN_MODEL] = m->model;
	len[COLUMN_MODEL] = sizeof(m->model);
	to[COLUMN_QTY] = m->qty;
	len[COLUMN_QTY] = sizeof(m->qty);
	to[COLUMN_UNIT] = m->unit;
	len[COLUMN_UNIT] = sizeof(m->unit);
	to[COLUMN_ITEMS] = m->items;
	len[COLUMN_ITEMS] = sizeof(m->items);
	to[COLUMN_NOTES] = m->notes;
	len[COLUMN_NOTES] = sizeof(m->notes);
}

static int
take_value(struct table *t, uint32_t i, struct case_medium *m)
{
	char *to[COLUMN_COUNT];
	size_t len[COLUMN_COUNT];
	int c = i < t->n_columns ? t->column[i] : -2, err = 0;
	const char *name;

	if (!t->cell[i][0] || c == -1)
		return 0;
	if (c == -2)
		return case_say(t->src, t->row_line, "'%s' stands in a column"
				" without a name (line %u has the names)",
				"「%s」の列に列名がありません（列名は %u 行"
				"目）",
				t->cell[i], t->header_line);
	fields_of(m, to, len);
	name = case_columns[c][t->src->lang == LANG_EN];
	/* a serial of twelve digits is the drive's, whatever it looks like */
	if (c == COLUMN_SERIAL)
		err = case_printable(t->src, t->row_line, t->cell[i]);
	else
		err = case_clean(t->src, t->row_line, t->cell[i]);
	if (!err)
		err = case_value(t->src, t->row_line, name, KIND_TEXT,
				 t->cell[i], to[c], len[c]);
	return err;
}

static int
check_quantity(struct table *t, struct case_medium *m)
{
	char folded[CASE_TEXT];

	if (!m->qty[0])
		return 0;
	if (case_fold(folded, sizeof(folded), m->qty) ||
	    strspn(folded, "0123456789") != strlen(folded) ||
	    strlen(folded) > 6 || strtoul(folded, NULL, 10) == 0)
		return case_say(t->src, t->row_line, "quantity '%s' is not a"
				" number from 1 on; the unit has its own"
				" column", "数量「%s」は1以上の数ではありませ"
					   "ん。"
				"単位は「単位」の列に書いてください", m->qty);
	if (m->serial[0] && strtoul(folded, NULL, 10) != 1)
		return case_say(t->src, t->row_line, "quantity %s with one"
				" serial '%s'; write one line for each medium",
				"数量が %s なのに製造番号「%s」が一つです。"
				"媒体ごとに1行で書いてください", folded,
				m->serial);
	memcpy(m->qty, folded, strlen(folded) + 1);
	return 0;
}

static int
check_row(struct table *t, const struct casefile *c, struct case_medium *m)
{
	const struct case_medium *same = case_match(c, m->serial);
	char item[CASE_TEXT];
	uint32_t i;

	if (c->n_items && case_unknown_item(c, m->items, item))
		return case_say(t->src, t->row_line, "item '%s' is not in"
				" case.ini; write it there or correct it here",
				"情報項目「%s」は case.ini にありません。"
				"case.ini に追加するか、ここを直してください",
				item);
	if (same)
		return case_say(t->src, t->row_line, "serial '%s' is in line"
				" %u already", "製造番号「%s」は %u 行目にも"
				"あります。どちらかを直してください", m->serial,
				same->line);
	for (i = 0; m->asset[0] && i < c->n_media; i++)
		if (strcasecmp(c->media[i].asset, m->asset) == 0)
			return case_say(t->src, t->row_line, "asset '%s' is in"
					" line %u already",
					"管理番号「%s」は %u 行目にもあります。"
					"どちらかを直してください", m->asset,
					c->media[i].line);
	if (!m->serial[0] && !m->name[0] && !m->asset[0])
		return case_say(t->src, t->row_line, "a line without serial,"
				" asset and name", "管理番号・媒体名・製造番"
						   "号の"
				"どれもない行です");
	return check_quantity(t, m);
}

static int
take_medium(struct table *t, struct casefile *out)
{
	struct case_medium m = { .line = t->row_line };
	uint32_t i;
	int err;

	for (i = 0; i < t->n_cells; i++) {
		err = take_value(t, i, &m);
		if (err)
			return err;
	}
	err = check_row(t, out, &m);
	if (err)
		return err;
	if (out->n_media == CASE_MEDIA_MAX)
		return case_say(t->src, t->row_line, "more than %d media;"
				" divide them into several cases",
				"媒体は %d 件までです。案件を分けてください",
				CASE_MEDIA_MAX);
	out->media[out->n_media++] = m;
	return 0;
}

static int
parse(struct table *t, struct casefile *out)
{
	int got = take_row(t), err;

	if (got <= 0)
		return got;
	err = take_header(t);
	while (!err && (got = take_row(t)) > 0)
		err = take_medium(t, out);
	return err ? err : got;
}

int
case_csv_parse(const struct case_source *src, const char *bytes, size_t len,
	       struct casefile *out)
{
	struct table *t = NULL;
	char *text = NULL;
	size_t text_len = 0;
	int err = to_utf8(src, bytes, len, &text, &text_len);

	if (err)
		return err;
	t = calloc(1, sizeof(*t));
	if (t) {
		t->src = src;
		t->at = text;
		t->end = text + text_len;
		t->line = 1;
		err = parse(t, out);
	} else {
		err = -ENOMEM;
	}
	free(t);
	free(text);
	return err;
}
