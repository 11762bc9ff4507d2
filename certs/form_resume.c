/* SPDX-License-Identifier: Apache-2.0 */
/*
 * 中断と再開の経過: when was the erasure interrupted, how far had it got, and
 * from where did it go on?  Each part with its own line of the log.
 */
#include "form.h"

#include <string.h>

#define RECEIPT_SHOWN 16	/* digits; the document has them all */

static bool
is_true(const json_t *j, const char *key)
{
	return json_is_true(json_object_get(j, key));
}

static const char *
kind_text(struct form *f, const json_t *j)
{
	const char *kind = form_value(f, j, "kind");
	const char *text = form_gloss(kind);

	return strcmp(text, kind) != 0 ? text : "ドライブの準備又は内部の消去";
}

static const char *
one_part(struct form *f, const json_t *p)
{
	const char *text = form_say(
		f, "第%s部　開始 %s、最後の記録 %s\n　　工程%s（%s）",
		form_value(f, p, "n"), form_time(f, form_value(f, p,
							       "started")),
		form_time(f, form_value(f, p, "last")),
		form_value(f, p, "step"), kind_text(f, p));

	if (form_number(p, "reached"))
		text = form_say(f, "%sの %s バイトまで", text,
				form_value(f, p, "reached"));
	return form_say(f, "%sで中断（作業開始の記録 %.*s…）", text,
			RECEIPT_SHOWN, form_value(f, p, "receipt"));
}

/* The numbers of the parts say which were left out. */
static const char *
parts(struct form *f, const json_t *list, uint64_t *n)
{
	const char *text = "";
	json_t *p;
	size_t i;

	*n = 0;
	json_array_foreach((json_t *)list, i, p) {
		if (form_number(p, "n") != *n + 1)
			text = form_join(f, text, "\n", form_say(
				f, "（第%s部から第%s部までは作業記録に記載）",
				form_digits(f, *n + 1),
				form_digits(f, form_number(p, "n") - 1)));
		*n = form_number(p, "n");
		text = form_join(f, text, "\n", one_part(f, p));
	}
	return text;
}

static const char *
how_it_went_on(struct form *f, const json_t *p)
{
	const json_t *r = json_object_get(p, "resumed");

	if (is_true(p, "carried"))
		return form_say(f, "%s回目の%s：中断の前に完了",
				form_value(f, p, "n"), kind_text(f, p));
	if (!json_is_object(r))
		return "";
	if (is_true(r, "restarted"))
		return form_say(f, "%s回目の%s：中断の直前に書き込んだ内容を確"
				"認できず、最初からやり直し",
				form_value(f, p, "n"), kind_text(f, p));
	return form_say(f, "%s回目の%s：%s バイトの位置から続行（直前の %s バ"
			"イトは、書き込んだとおりであることを確認）",
			form_value(f, p, "n"), kind_text(f, p),
			form_value(f, r, "at"), form_value(f, r, "margin"));
}

/* That it was interrupted at all, and how often. */
static const char *
in_short(struct form *f)
{
	const json_t *list = form_node(f->doc, "level_reasons"), *one;
	size_t i;

	json_array_foreach((json_t *)list, i, one)
		if (!strcmp(form_value(f, one, "code"),
			    reason_name(REASON_RESUMED)))
			return form_value(f, one, "text");
	return "";
}

const char *
form_resume(struct form *f)
{
	const json_t *list = form_node(f->doc, "method.parts"), *passes;
	const char *text;
	bool anew = true;
	uint64_t n;
	json_t *p;
	size_t i;

	if (!json_array_size(list))
		return "";
	text = form_join(f, in_short(f), "\n", parts(f, list, &n));
	text = form_join(f, text, "\n", form_say(
		f, "第%s部　開始 %s、終了 %s", form_digits(f, n + 1),
		form_time(f, form_get(f, "started_at")),
		form_time(f, form_get(f, "finished_at"))));
	passes = form_node(f->doc, "method.passes");
	json_array_foreach((json_t *)passes, i, p)
		if (*how_it_went_on(f, p)) {
			text = form_say(f, "%s\n　　%s", text,
					how_it_went_on(f, p));
			anew = false;
		}
	return anew ? form_say(f, "%s\n　　最初から実施（引き継ぐ記録なし）",
			       text) : text;
}
