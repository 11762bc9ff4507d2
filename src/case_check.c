/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Is this value what its field asks for, and may it be on a certificate?
 *
 * Check digits: 個人番号 by 総務省令第85号 (平成26年) 第5条, 法人番号 by
 * 財務省令第70号 (平成26年) 第2条.  Eras: 令和 from 2019-05-01, 平成 from
 * 1989-01-08.
 */
#include "case.h"

#include "util.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define GROUPS_MAX	12	/* of digits in one number */

/* ---- numbers with check digits ----------------------------------------- */

/* d[0] is the leading digit.  Weights count from the lowest of the first
 * eleven digits: 2 to 7, then 2 to 6. */
static bool
is_individual(const uint8_t d[12])
{
	unsigned n, sum = 0, rest;

	for (n = 1; n <= 11; n++)
		sum += d[11 - n] * (n <= 6 ? n + 1 : n - 5);
	rest = sum % 11;
	return d[11] == (rest <= 1 ? 0 : 11 - rest);
}

/* Signs that people put between the groups of a number. */
static bool
is_joint(uint32_t c)
{
	return c == ' ' || c == '-' || c == 0xff0d || c == 0x2212 ||
	       (c >= 0x2010 && c <= 0x2015) || c == 0x30fc || c == 0xff70;
}

struct groups {
	size_t n;
	size_t len[GROUPS_MAX];
	uint8_t digit[GROUPS_MAX][GROUPS_MAX];
};

/*
 * Do the last groups make up twelve digits?  Groups must be of equal length
 * (4-4-4, 3-3-3-3, 12): otherwise dates with a time and most contract numbers
 * would be refused one time in eleven.
 */
static bool
ends_individual(const struct groups *g)
{
	size_t len = g->n ? g->len[g->n - 1] : 0, want, i;
	uint8_t d[12] = { 0 };

	if (len == 0 || 12 % len)
		return false;
	want = 12 / len;
	if (g->n < want)
		return false;
	for (i = 0; i < want; i++) {
		if (g->len[g->n - want + i] != len)
			return false;
		memcpy(d + i * len, g->digit[g->n - want + i], len);
	}
	return is_individual(d);
}

/* Reads one run of digits; longer ones than a number has count as none. */
static size_t
take_group(const char **p, uint8_t out[GROUPS_MAX])
{
	size_t n = 0;

	for (;;) {
		const char *next = *p;
		uint32_t c = case_narrow(case_next(&next));

		if (c < '0' || c > '9')
			return n <= GROUPS_MAX ? n : 0;
		if (n < GROUPS_MAX)
			out[n] = (uint8_t)(c - '0');
		n++;
		*p = next;
	}
}

static void
push(struct groups *g, const uint8_t d[GROUPS_MAX], size_t len)
{
	if (g->n == GROUPS_MAX) {
		memmove(g->len, g->len + 1, sizeof(g->len[0]) * (g->n - 1));
		memmove(g->digit, g->digit + 1,
			sizeof(g->digit[0]) * (g->n - 1));
		g->n--;
	}
	g->len[g->n] = len;
	memcpy(g->digit[g->n], d, len);
	g->n++;
}

bool
case_has_mynumber(const char *text)
{
	struct groups g = { 0 };
	uint8_t d[GROUPS_MAX] = { 0 };
	unsigned joints = 0;

	while (*text) {
		const char *next = text;
		uint32_t c = case_narrow(case_next(&next));
		size_t len;

		if (c < '0' || c > '9') {
			if (!is_joint(c) || ++joints > 3)
				g.n = 0;
			text = next;
			continue;
		}
		joints = 0;
		len = take_group(&text, d);
		if (len)
			push(&g, d, len);
		else
			g.n = 0;
		if (ends_individual(&g))
			return true;
	}
	return false;
}

int
case_corporate(const char *text, char out[14])
{
	char folded[CASE_TEXT];
	unsigned n, sum = 0, len = 0;
	const char *p;

	if (case_fold(folded, sizeof(folded), text))
		return -EINVAL;
	for (p = folded; *p; p++) {
		if (*p == '-' || *p == ' ')
			continue;
		if (*p < '0' || *p > '9' || len == 13)
			return -EINVAL;
		out[len++] = *p;
	}
	if (len != 13)
		return -EINVAL;
	out[13] = '\0';
	for (n = 1; n <= 12; n++)
		sum += (unsigned)(out[13 - n] - '0') * (n % 2 ? 1 : 2);
	return (unsigned)(out[0] - '0') == 9 - sum % 9 ? 0 : -EINVAL;
}

/* ---- dates ------------------------------------------------------------- */

struct era {
	const char *word;
	unsigned before_first;	/* year before its first */
	unsigned from, until;	/* yyyymmdd */
};

static const struct era eras[] = {
	{ "令和", 2018, 20190501, 99991231 },
	{ "R", 2018, 20190501, 99991231 },
	{ "平成", 1988, 19890108, 20190430 },
	{ "H", 1988, 19890108, 20190430 },
};

static const struct era *
take_era(const char **p)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(eras); i++) {
		size_t n = strlen(eras[i].word);

		if (strncmp(*p, eras[i].word, n) == 0 ||
		    (n == 1 && (**p & ~0x20) == eras[i].word[0])) {
			*p += n;
			return &eras[i];
		}
	}
	return NULL;
}

static bool
take_word(const char **p, const char *word)
{
	size_t n = strlen(word);

	if (strncmp(*p, word, n) != 0)
		return false;
	*p += n;
	return true;
}

static bool
take_number(const char **p, unsigned max_digits, unsigned *out)
{
	unsigned n = 0;

	for (*out = 0; **p >= '0' && **p <= '9'; ++*p) {
		if (++n > max_digits)
			return false;
		*out = *out * 10 + (unsigned)(**p - '0');
	}
	return n > 0;
}

/* Year, month and day apart by 年月日 or by one and the same of "-/." */
static bool
take_day(const char *p, bool era, unsigned *y, unsigned *m, unsigned *d)
{
	const char *start = p;
	char sep[2] = "";

	if (era && take_word(&p, "元"))
		*y = 1;
	else if (!take_number(&p, era ? 2 : 4, y) || (!era && p - start != 4))
		return false;
	if (take_word(&p, "年"))
		return take_number(&p, 2, m) && take_word(&p, "月") &&
		       take_number(&p, 2, d) && take_word(&p, "日") && !*p;
	if (!*p || !strchr("-/.", *p))
		return false;
	sep[0] = *p++;
	return take_number(&p, 2, m) && take_word(&p, sep) &&
	       take_number(&p, 2, d) && !*p;
}

static unsigned
days_of(unsigned y, unsigned m)
{
	static const uint8_t days[] = {
		31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31
	};
	bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;

	return days[m - 1] + (m == 2 && leap ? 1 : 0);
}

int
case_date(const char *text, char out[11])
{
	char s[CASE_TEXT], *to = s;
	const char *p = s;
	const struct era *era;
	unsigned y, m, d, day;

	if (case_fold(s, sizeof(s), text))
		return -EINVAL;
	for (p = s; *p; p++)
		if (*p != ' ')
			*to++ = *p;
	*to = '\0';
	p = s;
	era = take_era(&p);
	if (!take_day(p, era, &y, &m, &d))
		return -EINVAL;
	if (era && y == 0)
		return -ERANGE;
	y += era ? era->before_first : 0;
	if (y < 1989 || y > 2199 || m < 1 || m > 12 || d < 1 ||
	    d > days_of(y, m))
		return -ERANGE;
	day = y * 10000 + m * 100 + d;
	if (era && (day < era->from || day > era->until))
		return -ERANGE;
	snprintf(out, 11, "%04u-%02u-%02u", y % 10000, m % 100, d % 100);
	return 0;
}

/* ---- texts and choices ------------------------------------------------- */

/* Bidirectional overrides and zero-width signs can make a line read other
 * than it is; variation selectors belong to the characters before them. */
static bool
is_hidden(uint32_t c)
{
	return (c >= 0x200b && c <= 0x200f) || (c >= 0x202a && c <= 0x202e) ||
	       (c >= 0x2060 && c <= 0x206f) || c == 0xfeff || c == 0xad ||
	       (c >= 0xfff9 && c <= 0xfffb) || c == 0x2028 || c == 0x2029;
}

int
case_printable(const struct case_source *src, uint32_t line, const char *text)
{
	const char *p = text;
	uint32_t c;

	while ((c = case_next(&p)) != 0) {
		if (c == UINT32_MAX)
			return case_say(src, line,
				"not valid UTF-8; save the file as UTF-8",
				"UTF-8 として読めません。UTF-8 で保存し直して"
				"ください");
		if ((c < 0x20 && c != '\t') || (c >= 0x7f && c < 0xa0))
			return case_say(src, line, "control character"
				" U+%04X; remove it",
				"制御文字 U+%04X が入っています。削除してくだ"
				"さい",
				(unsigned)c);
		if (is_hidden(c))
			return case_say(src, line, "invisible character"
				" U+%04X; remove it",
				"見えない文字 U+%04X が入っています。削除して"
				"ください",
				(unsigned)c);
		if ((c >= 0xe000 && c <= 0xf8ff) || c >= 0xf0000 ||
		    c == 0xfffd || (c & 0xfffe) == 0xfffe)
			return case_say(src, line, "character U+%04X is not"
				" a standard one and cannot be printed;"
				" write it differently",
				"外字 U+%04X は印字できません。"
				"別の字で書いてください", (unsigned)c);
	}
	return 0;
}

int
case_clean(const struct case_source *src, uint32_t line, const char *text)
{
	int err = case_printable(src, line, text);

	if (err)
		return err;
	if (case_has_mynumber(text))
		return case_say(src, line, "this looks like an individual"
			" number (マイナンバー), which must not be recorded;"
			" remove it",
			"個人番号（マイナンバー）と思われる12桁の数字がありま"
			"す。"
			"記録してはならないため、削除してください");
	return 0;
}

struct choice {
	const char *from, *to;
};

static const struct choice yesno[] = {
	{ "yes", "yes" }, { "no", "no" }, { "true", "yes" }, { "false", "no" },
	{ "1", "yes" }, { "0", "no" }, { "on", "yes" }, { "off", "no" },
	{ "はい", "yes" }, { "いいえ", "no" }, { "あり", "yes" },
	{ "なし", "no" }, { "有", "yes" }, { "無", "no" }, { "有り", "yes" },
	{ "無し", "no" }, { "要", "yes" }, { "不要", "no" }, { NULL, NULL }
};
static const struct choice honorifics[] = {
	{ "様", "様" }, { "殿", "殿" }, { "宛", "宛" }, { "あて", "宛" },
	{ "御中", "御中" }, { "(宛先)", "（宛先）" },
	{ "(あて先)", "（あて先）" }, { NULL, NULL }
};
static const struct choice secrecies[] = {
	{ "機密情報", "機密情報" }, { "個人情報", "個人情報" },
	{ "特定個人情報", "特定個人情報" }, { "confidential", "機密情報" },
	{ "personal", "個人情報" }, { "specific", "特定個人情報" },
	{ NULL, NULL }
};
static const struct choice classes[] = {
	{ "1", "1" }, { "2", "2" }, { "3", "3" }, { NULL, NULL }
};
static const struct choice origins[] = {
	{ "原本", "原本" }, { "複製", "複製" }, { "作成物", "作成物" },
	{ "バックアップ", "バックアップ" }, { "original", "原本" },
	{ "copy", "複製" }, { "work", "作成物" }, { "backup", "バックアップ" },
	{ NULL, NULL }
};

static const struct {
	const struct choice *from;
	const char *ja, *en;
} choices[] = {
	[KIND_YESNO] = { yesno, "「あり」か「なし」", "yes or no" },
	[KIND_HONORIFIC] = { honorifics, "様・殿・宛・御中・（宛先） のどれか",
			     "one of 様 殿 宛 御中 （宛先）" },
	[KIND_SECRECY] = { secrecies, "機密情報・個人情報・特定個人情報 のど"
				      "れか",
			   "confidential, personal or specific" },
	[KIND_CLASS] = { classes, "1・2・3 のどれか", "1, 2 or 3" },
	[KIND_ORIGIN] = { origins, "原本・複製・作成物・バックアップ のどれか",
			  "original, copy, work or backup" },
};

static const char *
choose(const struct choice *c, const char *text)
{
	char folded[CASE_TEXT];

	if (case_fold(folded, sizeof(folded), text))
		return NULL;
	for (; c->from; c++)
		if (strcasecmp(c->from, folded) == 0)
			return c->to;
	return NULL;
}

static int
dated(const struct case_source *src, uint32_t line, const char *name,
      const char *text, char out[11])
{
	int err = case_date(text, out);

	if (err == -ERANGE)
		return case_say(src, line, "%s: there is no day '%s'",
				"%s: 「%s」という日付はありません", name, text);
	if (err)
		return case_say(src, line, "%s: '%s' is not a date; write"
				" 2026-11-21 or 令和8年11月21日",
				"%s: 「%s」は日付として読めません。"
				"令和8年11月21日 または 2026-11-21 の形で書い"
				"てください",
				name, text);
	return 0;
}

int
case_value(const struct case_source *src, uint32_t line, const char *name,
	   enum case_kind kind, const char *text, char *out, size_t len)
{
	char day[11], number[14];
	const char *word = text;
	int err = 0;

	if (!*text) {
		out[0] = '\0';
		return 0;
	}
	if (kind == KIND_DATE) {
		err = dated(src, line, name, text, day);
		word = day;
	} else if (kind == KIND_CORPORATE) {
		if (case_corporate(text, number))
			err = case_say(src, line, "%s: '%s' is not a corporate"
				" number: 13 digits, or its check digit is"
				" wrong",
				"%s: 「%s」は法人番号（13桁）ではありません。"
				"桁数か数字に誤りがあります", name, text);
		word = number;
	} else if (kind != KIND_TEXT) {
		word = choose(choices[kind].from, text);
		if (!word)
			return case_say(src, line, "%1$s: '%2$s' is not known;"
				" write %3$s",
				"%1$s: 「%2$s」は使えません。%3$sを書いてくだ"
				"さい",
				name, text, src->lang == LANG_EN ?
				choices[kind].en : choices[kind].ja);
	}
	if (err)
		return err;
	if (strlen(word) >= len)
		return case_say(src, line, "%s: too long, %zu bytes; at most"
				" %zu", "%s: 長すぎます（%zu バイト）。"
				"%zu バイトまでにしてください",
				name, strlen(word), len - 1);
	if (strchr(word, '\t'))
		return case_say(src, line, "%s: a tab in the text; write a"
				" blank", "%s: タブが入っています。空白に"
				"直してください", name);
	memcpy(out, word, strlen(word) + 1);
	return 0;
}

unsigned
case_distance(const char *a, const char *b)
{
	uint32_t w[64];
	unsigned row[65], n = 0, i, up, diagonal;
	uint32_t c;

	while (n < 64 && (c = case_next(&b)) != 0)
		w[n++] = c < 0x80 && c >= 'A' && c <= 'Z' ? c | 0x20 : c;
	for (i = 0; i <= n; i++)
		row[i] = i;
	while ((c = case_next(&a)) != 0) {
		c = c >= 'A' && c <= 'Z' ? c | 0x20 : c;
		diagonal = row[0]++;
		for (i = 0; i < n; i++) {
			up = row[i + 1];
			row[i + 1] = diagonal + (c != w[i]);
			if (up + 1 < row[i + 1])
				row[i + 1] = up + 1;
			if (row[i] + 1 < row[i + 1])
				row[i + 1] = row[i] + 1;
			diagonal = up;
		}
	}
	return row[n];
}
