/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a drive did itself, in words for those who get the letter: which of its
 * commands, what was found on it afterwards, and in what state it is.
 */
#include "form.h"

#include <string.h>

static bool
is(const json_t *j, const char *path, const char *value)
{
	const char *s = json_string_value(form_node(j, path));

	return s && !strcmp(s, value);
}

static const char *
driver_text(struct form *f)
{
	static const char *const sets[][2] = {
		{ "ata", "ATA " }, { "nvme", "NVMe " }, { "scsi", "SCSI " },
	};
	const char *driver = form_get(f, "method.driver");

	for (size_t i = 0; i < G_N_ELEMENTS(sets); i++)
		if (!strcmp(driver, sets[i][0]))
			return sets[i][1];
	return "";
}

/* ---- 方式 --------------------------------------------------------------- */

/* The last thing the drive answered to this step. */
static const char *
answer(struct form *f, const json_t *step)
{
	const json_t *list = form_node(f->doc, "method.commands"), *c;
	const char *text = form_value(f, step, "reply.text");
	size_t i;

	json_array_foreach((json_t *)list, i, c)
		if (form_number(c, "step") == form_number(step, "n") &&
		    json_integer_value(form_node(c, "errno")) != 0)
			text = form_value(f, c, "text");
	return text;
}

static const char *
command_line(struct form *f, const json_t *s)
{
	const char *text = form_say(f, "%s%s［%s］：%s", driver_text(f),
				    form_value(f, s, "method_text"),
				    form_value(f, s, "command"),
				    form_gloss(form_value(f, s, "state")));

	if (!is(s, "state", "done") && *answer(f, s))
		text = form_say(f, "%s（ドライブの応答：%s）", text,
				answer(f, s));
	if (*form_value(f, s, "password.typed") && !is(s, "state", "done"))
		text = form_say(f, "%s（パスワード：%s）", text,
				form_value(f, s, "password.typed"));
	return text;
}

const char *
form_by_drive(struct form *f)
{
	const json_t *steps = form_node(f->doc, "method.steps"), *s;
	const char *text = "";
	size_t i;

	json_array_foreach((json_t *)steps, i, s)
		if (is(s, "kind", step_name(STEP_FIRMWARE)) &&
		    !is(s, "state", "skipped") && !is(s, "state", "none"))
			text = form_join(f, text, "\n", command_line(f, s));
	return text;
}

/* ---- 検証結果 ----------------------------------------------------------- */

static const char *
laid(struct form *f, const json_t *p)
{
	const char *text = "";

	if (form_number(p, "marks"))
		text = form_say(f, "書き込んだ目印 %s か所",
				form_value(f, p, "marks"));
	if (form_number(p, "preimages"))
		text = form_join(f, text, "、", form_say(
			f, "控えた元の内容 %s か所",
			form_value(f, p, "preimages")));
	return text;
}

/* What survived, or that nothing did, out of how many. */
static const char *
survivors(struct form *f, const json_t *p, bool done)
{
	uint64_t left = form_number(p, "marks_left") +
		form_number(p, "preimages_left") + form_number(p, "misplaced");
	const char *text = laid(f, p);

	if (!*text)
		return "消去前の内容を控えることができなかったため、消去前との"
		       "比較はしていません";
	if (left)
		return form_say(f, "消去前に%sのうち、%s か所が残っていました"
				"（最初の位置 %s）", text,
				form_digits(f, left),
				form_value(f, p, "first_left"));
	return form_say(f, done ? "消去前に%s：いずれも残っていません" :
			"消去前に%s：確認は完了していません", text);
}

static const char *
found(struct form *f, const json_t *p)
{
	const json_t *classes = form_node(p, "classes");
	const char *text = "";
	int c;

	for (c = CLASS_COUNT - 1; c >= 0; c--) {
		const char *name = class_name((enum content_class)c);

		if (form_number(classes, name))
			text = form_join(f, text, "、", form_say(
				f, "%s %s ブロック",
				class_text((enum content_class)c, LANG_JA),
				form_value(f, classes, name)));
	}
	if (*form_value(f, p, "pattern"))
		text = form_say(f, "%s（%s）", text,
				form_value(f, p, "pattern"));
	return *text ? form_say(f, "読み出した内容：%s", text) : "";
}

const char *
form_proof(struct form *f)
{
	const json_t *v = form_node(f->doc, "verification");
	const json_t *p = form_node(v, "proof");

	if (!json_is_object(p))
		return "";
	return form_join(f, survivors(f, p, is(v, "state", "done")), "\n",
			 found(f, p));
}

/* ---- ドライブ ----------------------------------------------------------- */

static const char *
answer_text(const char *name)
{
	if (!strcmp(name, answer_name(ANSWER_YES)))
		return "あり";
	return strcmp(name, answer_name(ANSWER_NO)) ? "不明" : "なし";
}

static const char *
areas(struct form *f, const char *path)
{
	const json_t *a = form_node(f->doc, path);

	return form_say(f, "HPA%s・DCO%s・AMAC%s",
			answer_text(form_value(f, a, "hpa")),
			answer_text(form_value(f, a, "dco_set")),
			answer_text(form_value(f, a, "amac")));
}

/* Only where a drive can have them. */
static const char *
hidden(struct form *f)
{
	if (strcmp(form_get(f, "method.driver"), "ata") != 0)
		return "";
	return form_say(f, "隠し領域　消去前：%s、消去後：%s",
			areas(f, "drive.areas.before"),
			areas(f, "drive.areas.after"));
}

static const char *
spaces(struct form *f)
{
	const json_t *list = form_node(f->doc, "drive.spaces"), *s;
	const json_t *scope = form_node(f->doc, "drive.scope");
	const char *text = "";
	size_t i;

	json_array_foreach((json_t *)list, i, s)
		text = form_join(f, text, "、", form_say(
			f, "%s（%s）", form_or(form_value(f, s, "node"),
					      form_value(f, s, "nsid")),
			form_bytes(f, s, "size")));
	if (*text)
		return form_say(f, "ともに消去した名前空間　%s", text);
	return json_array_size(form_node(scope, "spaces")) ?
		form_say(f, "名前空間 %zu、コントローラー %s、未割当 %s バイト",
			 json_array_size(form_node(scope, "spaces")),
			 form_value(f, scope, "controllers"),
			 form_value(f, scope, "unallocated")) : "";
}

/* "代替処理 0→0"; nothing of what the drive does not tell. */
static const char *
counts(struct form *f)
{
	static const char *const names[][2] = {
		{ "reallocated", "代替処理済み" }, { "pending", "代替待ち" },
		{ "uncorrectable", "訂正不能" }, { "grown", "増加欠陥" },
		{ "percent_used", "消耗度(%)" }, { "hours", "使用時間" },
	};
	const json_t *before = form_node(f->doc, "drive.health.before");
	const json_t *after = form_node(f->doc, "drive.health.after");
	const char *text = "";
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(names); i++) {
		const char *a = form_value(f, before, names[i][0]);
		const char *b = form_value(f, after, names[i][0]);

		if (strcmp(a, "不明") != 0 && strcmp(b, "不明") != 0 && *a &&
		    *b)
			text = form_join(f, text, "、", form_say(
				f, "%s %s→%s", names[i][1], a, b));
	}
	return *text ? form_say(f, "状態（消去前→消去後）　%s", text) : "";
}

const char *
form_drive(struct form *f)
{
	const char *text;

	if (!json_is_object(form_node(f->doc, "drive")))
		return "";
	text = form_join(f, hidden(f), "\n", spaces(f));
	text = form_join(f, text, "\n", counts(f));
	if (*form_get(f, "drive.bridge.name"))
		text = form_join(f, text, "\n", form_say(
			f, "変換器　%s", form_get(f, "drive.bridge.name")));
	return text;
}
