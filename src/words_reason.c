/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Why was something refused, lowered or left out, and what to do about it?
 * The sentences are in words_refusal.c and words_outcome.c; here they get
 * their arguments, which the engine and the kernel wrote, not people.
 */
#include "words.h"

#include "util.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const struct sentence *
find(enum reason_code code)
{
	unsigned int i = code;

	if (i >= REASON_COUNT)
		i = REASON_UNKNOWN;
	return words_refusals[i].name ? &words_refusals[i] :
					&words_outcomes[i];
}

const char *
reason_name(enum reason_code code)
{
	return find(code)->name;
}

static void
fill(char *buf, size_t len, const char *text, const char *hole,
     const char *with)
{
	const char *at = strstr(text, hole);
	char all[1024];

	snprintf(all, sizeof(all), "%.*s%s%s", (int)(at - text), text, with,
		 at + strlen(hole));
	text_copy(buf, len, all);
}

/* What engine and kernel call things, where people are told of them. */
static const char *
japanese(const char *arg)
{
	static const char *const words[][2] = {
		{ "size", "容量" }, { "serial", "製造番号" },
		{ "model", "型番" }, { "wwn", "WWN" }, { "vendor", "製造元" },
		{ "diskseq", "接続の通し番号" }, { "key", "鍵" },
		{ "step", "工程" }, { "plan digest", "計画のダイジェスト" },
		{ "lied", "成功と報告したが残存" },
		{ "boot partitions", "起動用パーティション" },
		{ "PMR", "永続メモリ領域(PMR)" },
		{ "password", "パスワード" }, { "namespaces", "名前空間" },
		{ "password_kept", "パスワードが設定済み" },
	};
	static const struct {
		int err;
		const char *text;
	} errors[] = {
		{ EIO, "入出力エラー" }, { ENOSPC, "容量が足りません" },
		{ ENODEV, "デバイスがありません" },
		{ ENXIO, "デバイスがありません" },
		{ ENODATA, "データが返されません" },
		{ ETIMEDOUT, "時間内に応答がありません" },
		{ EREMOTEIO, "ドライブ側のエラー" },
		{ EILSEQ, "データの誤り" }, { EROFS, "書き込み禁止" },
		{ EBUSY, "使用中" }, { EACCES, "権限がありません" },
		{ EPERM, "許可されていません" }, { EINVAL, "無効な要求" },
		{ EPROTO, "通信規約の誤り" },
		{ ESTALE, "別のドライブ" }, { ENOMEM, "メモリ不足" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (!strcmp(arg, words[i][0]))
			return words[i][1];
	for (size_t i = 0; i < ARRAY_SIZE(errors); i++)
		if (!strcmp(arg, strerrordesc_np(errors[i].err)))
			return errors[i].text;
	return arg;
}

/* The text of a method, a class of content, or any other word. */
static const char *
say_word(const char *word, char letter, enum lang lang)
{
	for (int m = METHOD_NONE + 1; letter == 'q' && m < METHOD_COUNT; m++)
		if (!strcmp(word, method_name((enum method)m)))
			return method_text((enum method)m, lang);
	for (int c = CLASS_UNKNOWN; letter == 'c' && c < CLASS_COUNT; c++)
		if (!strcmp(word, class_name((enum content_class)c)))
			return class_text((enum content_class)c, lang);
	return lang == LANG_EN ? word : japanese(word);
}

/* "sanitize-block: ...": each part between the separators for itself. */
static void
say_list(const char *arg, char letter, enum lang lang, char *buf, size_t len)
{
	const char *sep = letter == 'a' ? ", " : ": ";
	const char *ja = letter == 'a' ? "、" : "：";
	size_t at = 0;

	buf[0] = '\0';
	for (;;) {
		const char *end = strstr(arg, sep);
		char word[sizeof(((struct reason *)0)->arg)];

		snprintf(word, sizeof(word), "%.*s",
			 (int)(end ? (size_t)(end - arg) : strlen(arg)), arg);
		text_copy(buf + at, len - at, say_word(word, letter, lang));
		at += strlen(buf + at);
		if (!end)
			break;
		text_copy(buf + at, len - at, lang == LANG_EN ? sep : ja);
		at += strlen(buf + at);
		arg = end + strlen(sep);
	}
}

/* "purge/clear": which one was wanted, and which can be had. */
static void
say_levels(const char *arg, enum lang lang, char *buf, size_t len)
{
	const char *said[2] = { arg, strchr(arg, '/') };

	if (said[1])
		said[1]++;
	for (int l = LEVEL_NONE; l < LEVEL_COUNT; l++) {
		const char *name = level_name((enum level)l);
		size_t n = strlen(name);

		if (!strncmp(arg, name, n) && arg[n] == '/')
			said[0] = level_text((enum level)l, lang);
		if (said[1] && !strcmp(said[1], name))
			said[1] = level_text((enum level)l, lang);
	}
	if (said[1])
		snprintf(buf, len, lang == LANG_EN ?
			 "wanted: %s, reachable: %s" :
			 "求める水準：%s、到達できる水準：%s", said[0], said[1]);
	else
		text_copy(buf, len, arg);
}

/* A bare number says nothing: of what it is, the reason's letter knows. */
static const char *
unit(char letter, bool en)
{
	switch (letter) {
	case 'b':
		return en ? "%s blocks" : "%sブロック";
	case 'k':
		return en ? "step %s" : "工程%s";
	case 's':
		return en ? "%s s" : "%s秒";
	case 'i':
		return en ? "%s min" : "%s分";
	case 'p':
		return en ? "times: %s" : "%s回";
	default:
		return NULL;
	}
}

static void
say_arg(const struct reason *r, char letter, enum lang lang, char *buf,
	size_t len)
{
	const char *arg = r->arg;
	bool one = *arg && !arg[strspn(arg, "0123456789")];
	char a[24], b[24], tail;

	if (one && unit(letter, lang == LANG_EN))
		snprintf(buf, len, unit(letter, lang == LANG_EN), arg);
	else if (letter == 'q' || letter == 'c' || letter == 'a')
		say_list(arg, letter, lang, buf, len);
	else if (letter == 'l')
		say_levels(arg, lang, buf, len);
	else if (lang == LANG_EN)
		text_copy(buf, len, arg);
	else if (sscanf(arg, "%20[0-9] -> %20[0-9]%c", a, b, &tail) == 2)
		snprintf(buf, len, "%s バイトから %s バイトへ", a, b);
	else if (sscanf(arg, "%20[0-9], %20[0-9] B%c", a, b, &tail) == 2)
		snprintf(buf, len, "%sブロック、%s バイト", a, b);
	else if (sscanf(arg, "%20[0-9] @ %20[0-9]%c", a, b, &tail) == 2)
		snprintf(buf, len, "%sか所、最初は位置 %s", a, b);
	else if (sscanf(arg, "%20[A-Z] %20[0-9] B%c", a, b, &tail) == 2)
		snprintf(buf, len, "%s：%s バイト", a, b);
	else
		text_copy(buf, len, japanese(arg));
}

const char *
reason_text(const struct reason *r, enum lang lang, char *buf, size_t len)
{
	bool en = lang == LANG_EN;
	const struct sentence *s = find(r->code);
	const char *text = en ? s->en : s->ja;
	const char *aside = en ? " (%s)" : "（%s）";
	char more[768], arg[2 * sizeof(r->arg)];

	if (!strstr(text, "%s")) {
		/* an argument all the same: nothing known is withheld */
		snprintf(more, sizeof(more), "%s%s", text,
			 *r->arg ? aside : "");
		text = more;
	}
	say_arg(r, s->arg, lang, arg, sizeof(arg));
	if (*r->arg)
		fill(buf, len, text, "%s", arg);
	else if (strstr(text, aside))
		fill(buf, len, text, aside, "");
	else if (strstr(text, "%s"))
		fill(buf, len, text, "%s", en ? "unknown" : "不明");
	else
		text_copy(buf, len, text);
	return buf;
}

void
reasons_add(struct reasons *rs, enum reason_code code, const char *arg)
{
	struct reason new = { .code = code };

	if (arg)
		text_copy(new.arg, sizeof(new.arg), arg);
	if (rs->n > REASONS_MAX)
		rs->n = REASONS_MAX;
	for (uint32_t i = 0; i < rs->n; i++)
		if (rs->r[i].code == code &&
		    !strcmp(rs->r[i].arg, new.arg))
			return;
	if (rs->n < REASONS_MAX)
		rs->r[rs->n++] = new;
}
