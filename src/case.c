/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The contract case: what the certificate needs to know that no drive can
 * tell.  Reads DIR/case.ini and DIR/media.csv, says what is missing, and
 * finds the row of a drive.
 */
#include "case.h"

#include "util.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

int
case_say(const struct case_source *src, uint32_t line, const char *en,
	 const char *ja, ...)
{
	char text[4096];
	size_t n;
	va_list ap;

	if (line)
		snprintf(text, sizeof(text), "%s:%u: ", src->path, line);
	else
		snprintf(text, sizeof(text), "%s: ", src->path);
	n = strlen(text);
	va_start(ap, ja);
	vsnprintf(text + n, sizeof(text) - n, src->lang == LANG_EN ? en : ja,
		  ap);
	va_end(ap);
	/* what is quoted may itself be what is wrong */
	text_clean(src->err, src->err_len, text, strlen(text));
	return -EINVAL;
}

static int
cannot_read(const struct case_source *src, int err)
{
	if (err == -EFBIG)
		case_say(src, 0, "too big to be what it should be",
			 "ファイルが大きすぎます");
	else if (err == -ENOENT)
		case_say(src, 0, "not found; `massho case new DIR` makes a"
			 " template", "見つかりません。`massho case new DIR`"
			 " でひな形を作成できます");
	else
		case_say(src, 0, "cannot read: %s",
			 "読み込めません: %s", strerror(-err));
	return err;
}

/* One file of the case; say->path is its folder. */
static int
load(const struct case_source *say, const char *name, size_t max,
     int (*parse)(const struct case_source *src, const char *text, size_t len,
		  struct casefile *out), struct casefile *out)
{
	char path[PATH_LEN + 16];
	struct case_source src = *say;
	char *text;
	size_t len;
	int err;

	snprintf(path, sizeof(path), "%s/%s", say->path, name);
	src.path = path;
	err = file_read(path, max, &text, &len);
	if (err == -ENOENT && parse == case_csv_parse)
		return 0;
	if (err)
		return cannot_read(&src, err);
	err = parse(&src, text, len, out);
	free(text);
	return err;
}

static int
list_people(const struct case_source *say, struct casefile *out)
{
	char path[PATH_LEN + 16];
	struct case_source src = *say;

	snprintf(path, sizeof(path), "%s/case.ini", say->path);
	src.path = path;
	return case_people_list(&src, out);
}

int
case_load(const char *dir, enum lang lang, struct casefile *out, char *err,
	  size_t err_len)
{
	struct case_source src = { dir, lang, err, err_len };
	int bad;

	memset(out, 0, sizeof(*out));
	if (err_len)
		err[0] = '\0';
	if (text_copy(out->dir, sizeof(out->dir), dir)) {
		case_say(&src, 0, "path too long", "パスが長すぎます");
		return -ENAMETOOLONG;
	}
	bad = load(&src, "case.ini", CASE_INI_MAX, case_ini_parse, out);
	if (!bad)
		bad = load(&src, "media.csv", CASE_CSV_MAX, case_csv_parse,
			   out);
	if (!bad)
		bad = list_people(&src, out);
	if (bad)
		memset(out, 0, sizeof(*out));
	return bad;
}

/* ---- is it complete? --------------------------------------------------- */

static void
append(char *list, size_t len, enum lang lang, const char *name, uint32_t line)
{
	char where[32] = "";
	size_t n = strlen(list);

	if (line)
		snprintf(where, sizeof(where), lang == LANG_EN ?
			 " (line %u)" : "（%u行目）", line);
	snprintf(list + n, len - n, "%s%s%s", n == 0 ? "" :
		 lang == LANG_EN ? ", " : "、", name, where);
}

static void
list_missing(const struct casefile *c, enum lang lang, bool items, char *list,
	     size_t len)
{
	int i;

	for (i = 0; i < CASE_FIELD_COUNT; i++)
		if (case_keys[i].required && !c->f[i][0])
			append(list, len, lang,
			       case_field_name((enum case_field)i, lang),
			       c->line[i]);
	if (strcmp(c->f[CASE_WITNESS_REQUESTED], "yes") == 0 &&
	    !c->f[CASE_WITNESS_NAME][0])
		append(list, len, lang,
		       case_field_name(CASE_WITNESS_NAME, lang),
		       c->line[CASE_WITNESS_NAME]);
	if (items && c->n_items == 0)
		append(list, len, lang,
		       case_attrs[ATTR_ITEM].name.in[lang == LANG_EN], 0);
}

/* Pairs of days of which the second cannot come first. */
static const struct {
	enum case_field first, then;
} orders[] = {
	{ CASE_CONTRACT_START, CASE_CONTRACT_END },
	{ CASE_CONTRACT_START, CASE_CONTRACT_COMPLETED },
	{ CASE_CONTRACT_DATE, CASE_CONTRACT_END },
	{ CASE_CONTRACT_DATE, CASE_CONTRACT_COMPLETED },
	{ CASE_CONTRACT_DATE, CASE_APPROVAL_DATE },
};

int
case_complete_form(const struct casefile *c, bool items, enum lang lang,
		   char *err, size_t err_len)
{
	char path[PATH_LEN + 16], missing[2048] = "";
	struct case_source src = { path, lang, err, err_len };
	size_t i;

	snprintf(path, sizeof(path), "%s/case.ini", c->dir);
	list_missing(c, lang, items, missing, sizeof(missing));
	if (missing[0])
		return case_say(&src, 0, "required and missing: %s; fill it in",
				"必須項目が空欄です: %s。記入してください",
				missing);
	for (i = 0; i < ARRAY_SIZE(orders); i++) {
		const char *a = c->f[orders[i].first];
		const char *b = c->f[orders[i].then];

		if (a[0] && b[0] && strcmp(b, a) < 0)
			return case_say(&src, c->line[orders[i].then],
				"%s (%s) is before %s (%s); correct one of"
				" them",
				"「%s」(%s) が「%s」(%s) より前です。"
				"どちらかを直してください",
				case_field_name(orders[i].then, lang), b,
				case_field_name(orders[i].first, lang), a);
	}
	if (err_len)
		err[0] = '\0';
	return 0;
}

int
case_today(const struct casefile *c, const char *today, enum lang lang,
	   char *err, size_t err_len)
{
	char path[PATH_LEN + 16];
	struct case_source src = { path, lang, err, err_len };
	const char *day = c->f[CASE_APPROVAL_DATE];

	if (err_len)
		err[0] = '\0';
	snprintf(path, sizeof(path), "%s/case.ini", c->dir);
	if (!day[0] || strcmp(day, today) <= 0)
		return 0;
	return case_say(&src, c->line[CASE_APPROVAL_DATE],
			"%s (%s) has not come yet (today is %s); correct it, or"
			" the clock of this machine",
			"「%s」(%s) がまだ来ていません（今日は %s）。日付か、こ"
			"の機器の時計を直してください",
			case_field_name(CASE_APPROVAL_DATE, lang), day, today);
}

int
case_complete(const struct casefile *c, enum lang lang, char *err,
	      size_t err_len)
{
	return case_complete_form(c, true, lang, err, err_len);
}

/* ---- the row of a drive ------------------------------------------------ */

static int
plain(char *dst, size_t len, const char *src)
{
	char *trimmed;

	if (strlen(src) >= len)
		return -ENAMETOOLONG;
	memcpy(dst, src, strlen(src) + 1);
	trimmed = case_trim(dst);
	memmove(dst, trimmed, strlen(trimmed) + 1);
	return 0;
}

const struct case_medium *
case_match(const struct casefile *c, const char *serial)
{
	char want[128], have[128];
	uint32_t i;

	if (plain(want, sizeof(want), serial) || !want[0])
		return NULL;
	for (i = 0; i < c->n_media; i++)
		if (plain(have, sizeof(have), c->media[i].serial) == 0 &&
		    strcasecmp(want, have) == 0)
			return &c->media[i];
	return NULL;
}

/* ---- the items of a row ------------------------------------------------- */

static bool
has_item(const struct casefile *c, const char *name)
{
	uint32_t i;

	for (i = 0; i < c->n_items; i++)
		if (strcmp(c->items[i].item, name) == 0)
			return true;
	return false;
}

/* The next of "A、B"; what is behind it. */
static const char *
cut_item(const char *at, char out[CASE_TEXT])
{
	static const char *const cuts[] = { "、", "，", "；", ",", ";" };
	const char *end = at + strlen(at), *hit;
	size_t skip = 0, i;

	for (i = 0; i < ARRAY_SIZE(cuts); i++) {
		hit = strstr(at, cuts[i]);
		if (hit && hit < end) {
			end = hit;
			skip = strlen(cuts[i]);
		}
	}
	text_clean(out, CASE_TEXT, at, (size_t)(end - at));
	return end + skip;
}

bool
case_unknown_item(const struct casefile *c, const char *text,
		  char out[CASE_TEXT])
{
	if (has_item(c, text))
		return false;
	while (*text) {
		text = cut_item(text, out);
		if (*out && !has_item(c, out))
			return true;
	}
	return false;
}

static bool
names_item(const char *text, const char *item)
{
	char one[CASE_TEXT];
	bool found = !*text || strcmp(text, item) == 0;

	while (*text && !found) {
		text = cut_item(text, one);
		found = strcmp(one, item) == 0;
	}
	return found;
}

uint8_t
case_class(const struct casefile *c, const struct case_medium *m)
{
	uint8_t gravest = 0;
	uint32_t i;

	for (i = 0; i < c->n_items; i++) {
		const struct case_item *it = &c->items[i];
		uint8_t class_ = (uint8_t)strtoul(it->class_, NULL, 10);

		if (class_ && (!gravest || class_ < gravest) &&
		    names_item(m ? m->items : "", it->item))
			gravest = class_;
	}
	return gravest;
}
