/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The six columns the contracts ask for, in their words and their order, and
 * under them who did it, who watched, where, and who allowed it.
 */
#include "form.h"

#include <string.h>

/* ---- contract ----------------------------------------------------------- */

void
form_contract(struct form *f)
{
	const char *name = form_get(f, "contract.name");
	const char *no = form_get(f, "contract.no");
	const char *date = form_era(f, form_get(f, "contract.date"));
	const char *start = form_era(f, form_get(f, "contract.start"));
	const char *end = form_era(f, form_get(f, "contract.end"));
	const char *done = form_era(f, form_get(f, "contract.completed_on"));
	const char *text = "";

	if (*no)
		text = form_say(f, "契約番号　%s", no);
	if (*date)
		text = form_join(f, text, "、", form_say(f, "%s契約", date));
	pdf_flow(f->p, f->size.cell, PDF_LEFT, form_say(f, *text ?
		 "契約件名　%s（%s）" : "契約件名　%s%s", name, text));
	text = "";
	if (*start || *end)
		text = form_say(f, "履行期間　%sから%sまで", start, end);
	if (*done)
		text = form_join(f, text, "　", form_say(f, "業務完了日　%s",
							 done));
	if (*text)
		pdf_flow(f->p, f->size.cell, PDF_LEFT, text);
	pdf_skip(f->p, 4);
}

/* ---- the table ---------------------------------------------------------- */

#define AGAIN "同上"
#define ITEM_WIDTH 100
#define ITEMS_MAX 8	/* more of them get a list of their own */

static const struct pdf_column six[] = {
	{ "情報項目", ITEM_WIDTH, PDF_LEFT, AGAIN },
	{ "媒体名", 80, PDF_LEFT, AGAIN },
	{ "数量", 24, PDF_CENTRE, AGAIN },
	{ "廃棄又は消去の方法", 110.5, PDF_LEFT, AGAIN },
	{ "責任者", 70, PDF_LEFT, AGAIN },
	{ "廃棄又は消去\nの年月日", 83.5, PDF_CENTRE, AGAIN },
};

static const struct pdf_column six_returned[] = {
	{ "情報項目", ITEM_WIDTH, PDF_LEFT, AGAIN },
	{ "媒体名", 80, PDF_LEFT, AGAIN },
	{ "数量", 24, PDF_CENTRE, AGAIN },
	{ "返還の方法", 110.5, PDF_LEFT, AGAIN },
	{ "責任者", 70, PDF_LEFT, AGAIN },
	{ "返還の年月日", 83.5, PDF_CENTRE, AGAIN },
};

static const struct pdf_column six_retained[] = {
	{ "情報項目", ITEM_WIDTH, PDF_LEFT, AGAIN },
	{ "媒体名", 80, PDF_LEFT, AGAIN },
	{ "数量", 24, PDF_CENTRE, AGAIN },
	{ "保有・利用する理由", 110.5, PDF_LEFT, AGAIN },
	{ "責任者", 70, PDF_LEFT, AGAIN },
	{ "保有する期限", 83.5, PDF_CENTRE, AGAIN },
};

static const char *
item_text(struct form *f, const json_t *j)
{
	const char *class_ = form_value(f, j, "class");
	const char *parts[] = {
		form_value(f, j, "kind"),
		*class_ ? form_say(f, "分類%s", class_) : "",
		form_value(f, j, "count"), form_value(f, j, "origin"),
	};
	const char *more = "", *line = "";
	size_t i;

	/* Broken between the particulars, not in one. */
	for (i = 0; i < G_N_ELEMENTS(parts); i++) {
		const char *longer = form_join(f, line, "、", parts[i]);

		if (*line && *parts[i] && pdf_text_width(f->p, f->size.cell,
			form_say(f, "（%s）", longer)) > ITEM_WIDTH - 7) {
			more = form_join(f, more, "\n", form_say(f, "%s、",
								 line));
			longer = parts[i];
		}
		line = longer;
	}
	more = form_join(f, more, "\n", line);
	return form_say(f, *more ? "%s\n（%s）" : "%s%s",
			form_value(f, j, "item"), more);
}

static const char *
items_text(struct form *f)
{
	const json_t *list = form_node(f->doc, "info_items"), *one;
	const char *text = "";
	size_t i, n = json_array_size(list);

	if (n > ITEMS_MAX)
		return form_say(f, "%s　ほか%zu項目\n（別表「情報項目」のとお"
				"り）", form_value(f, json_array_get(list, 0),
						  "item"), n - 1);
	json_array_foreach((json_t *)list, i, one)
		text = form_join(f, text, "\n", item_text(f, one));
	return text;
}

void
form_items(struct form *f)
{
	static const struct pdf_column col[] = {
		{ "番号", 34, PDF_CENTRE, NULL },
		{ "情報項目", 218, PDF_LEFT, NULL },
		{ "区分", 76, PDF_CENTRE, NULL },
		{ "分類", 30, PDF_CENTRE, NULL },
		{ "件数", 60, PDF_RIGHT, NULL },
		{ "由来", 50, PDF_CENTRE, NULL },
	};
	const json_t *list = form_node(f->doc, "info_items"), *one;
	struct pdf_table t;
	size_t i;

	if (json_array_size(list) <= ITEMS_MAX)
		return;
	form_heading(f, "別表　情報項目");
	pdf_table_begin(&t, f->p, col, G_N_ELEMENTS(col), f->size.small);
	json_array_foreach((json_t *)list, i, one)
		pdf_table_row(&t, (const char *const[]) {
			form_digits(f, i + 1), form_value(f, one, "item"),
			form_value(f, one, "kind"),
			form_value(f, one, "class"),
			form_value(f, one, "count"),
			form_value(f, one, "origin") });
}

static const char *
medium_name_text(struct form *f, const json_t *m)
{
	const char *asset = form_value(f, m, "asset_no");

	const char *name = form_value(f, m, "name");
	const char *aside = strstr(name, "（");

	if (aside && aside > name)
		name = form_say(f, "%.*s\n%s", (int)(aside - name), name,
				aside);
	return form_join(f, name, "\n", *asset ?
			 form_say(f, "管理番号 %s", asset) : "");
}

static const char *
responsible(struct form *f)
{
	return form_join(f, form_get(f, "responsible.title"), "\n",
			 form_get(f, "responsible.name"));
}

static const char *
how(struct form *f, const json_t *m)
{
	const char *text = form_get(f, "method.text");

	if (f->kind == FORM_RETENTION)
		return form_or(form_value(f, m, "reason"),
			       form_get(f, "retention.reason"));
	if (*form_mark(f))
		return form_say(f, "【%s】\n試みた方法：%s", form_mark(f),
				text);
	return form_or(text, "―");
}

static const char *
when(struct form *f)
{
	if (f->kind == FORM_RETENTION)
		return form_era(f, form_get(f, "retention.until"));
	if (*form_mark(f))
		return form_mark(f);
	return form_era(f, form_get(f, "date"));
}

static void
one_row(struct form *f, struct pdf_table *t, const json_t *m, bool first)
{
	const char *items = form_value(f, m, "items");
	const char *qty = form_say(f, "%s%s", form_value(f, m, "qty"),
				   form_value(f, m, "unit"));

	if (!*items)
		items = first ? items_text(f) : "同上";
	pdf_table_row(t, (const char *const[]) {
		items, medium_name_text(f, m), qty, how(f, m), responsible(f),
		when(f) });
}

static void
row_of_nothing(struct form *f, struct pdf_table *t)
{
	pdf_table_row(t, (const char *const[]) {
		"取扱いなし", "該当なし", "０", "該当なし", responsible(f),
		"該当なし" });
}

void
form_columns(struct form *f)
{
	const json_t *media = form_node(f->doc, "media"), *m;
	const struct pdf_column *col = six;
	struct pdf_table t;
	size_t i;

	if (f->kind == FORM_RETURNED)
		col = six_returned;
	if (f->kind == FORM_RETENTION)
		col = six_retained;
	form_contract(f);
	pdf_table_begin(&t, f->p, col, 6, f->size.cell);
	if (f->kind == FORM_NONE_HANDLED)
		row_of_nothing(f, &t);
	else
		json_array_foreach((json_t *)media, i, m)
			one_row(f, &t, m, i == 0);
	pdf_skip(f->p, 5);
}

/* ---- people ------------------------------------------------------------- */

void
form_pairs_begin(struct form *f, struct pdf_table *t, double size)
{
	static const struct pdf_column pairs[] = {
		{ NULL, 63, PDF_CENTRE, "（続き）" },
		{ NULL, 171, PDF_LEFT, NULL },
		{ NULL, 63, PDF_CENTRE, "（続き）" },
		{ NULL, 171, PDF_LEFT, NULL },
	};

	pdf_table_begin(t, f->p, pairs, 4, size);
}

void
form_pair(struct pdf_table *t, const char *label, const char *value)
{
	pdf_table_row(t, (const char *const[]) {
		label, form_or(value, "―"), NULL, NULL });
}

void
form_pair2(struct pdf_table *t, const char *label, const char *value,
	   const char *label2, const char *value2)
{
	pdf_table_row(t, (const char *const[]) {
		label, form_or(value, "―"), label2, form_or(value2, "―") });
}

/* The name stands in the table above, where the contracts want it. */
static const char *
reach_responsible(struct form *f)
{
	return form_join(f, form_get(f, "responsible.org"), "\n",
			 form_get(f, "responsible.contact"));
}

static const char *
with_contact(struct form *f, const char *path)
{
	const char *contact = form_value(f, form_node(f->doc, path),
					 "contact");

	return form_join(f, form_person(f, path), "\n", contact);
}

/* What people will do is planned until they have signed that they did. */
static const char *
by_hand(struct form *f, const char *act, const char *who, const char *how)
{
	if (*how)
		how = form_say(f, "確認方法（予定）：%s\n", how);
	return form_say(f, "%s（予定）\n%s%s日　　　　年　　月　　日\n"
			"署名・押印\n　", who, how, act);
}

static const char *
witness(struct form *f)
{
	const json_t *w = form_node(f->doc, "witness");
	const json_t *asked = form_node(w, "requested");
	const char *text = form_value(f, w, "requested");
	const char *who = form_person(f, "witness");

	if (json_is_false(asked) || !strcmp(text, "no"))
		return "求めなし";
	if (json_is_true(asked) || *text)
		text = "求めあり";
	/* Nobody has confirmed an erasure that is none. */
	if (!*who || *form_mark(f))
		return form_join(f, text, "　", who);
	return form_join(f, text, "　", by_hand(f, "立会", who,
			 form_value(f, w, "method")));
}

static const char *
validator(struct form *f)
{
	const char *who = form_person(f, "validator");

	/* Of what failed there is nothing to confirm. */
	return *who && !*form_mark(f) ? by_hand(f, "確認", who, "") : "";
}

static const char *
place(struct form *f)
{
	const json_t *p = form_node(f->doc, "place");
	const json_t *inside = form_node(p, "on_premises");
	const char *text = form_value(f, p, "performed");
	const char *filed = form_value(f, p, "filed");
	const char *yes = form_value(f, p, "on_premises");

	if (json_is_true(inside) || !strcmp(yes, "yes"))
		text = form_join(f, text, "", "（庁舎内）");
	if (*filed)
		text = form_join(f, text, "\n", form_say(f, "届出場所：%s",
							 filed));
	return text;
}

static const char *
approval(struct form *f)
{
	const char *date = form_era(f, form_get(f, "approval.date"));
	const char *text = form_join(f, form_get(f, "approval.no"), "　", date);

	return form_join(f, text, "\n", form_get(f, "approval.by"));
}

static void
receipt(struct form *f)
{
	struct pdf_table t;

	if (f->kind != FORM_RETURNED)
		return;
	pdf_skip(f->p, 8);
	pdf_need(f->p, 70);
	pdf_flow(f->p, f->size.cell, PDF_LEFT,
		 "受領欄　上記のとおり受領しました。");
	form_pairs_begin(f, &t, f->size.cell);
	form_pair2(&t, "受領年月日", "　　　　年　　月　　日",
		   "受領者\n所属・職\n氏名", "　");
	pdf_skip(f->p, 5);
}

void
form_people(struct form *f)
{
	static const char reach[] = "責任者の\n所属・連絡先";
	struct pdf_table t;

	form_pairs_begin(f, &t, f->size.small);
	if (f->kind == FORM_ERASE || f->kind == FORM_DESTROYED) {
		form_pair2(&t, reach, reach_responsible(f), "作業者",
			   with_contact(f, "operator"));
		/* side by side: the two who sign need room */
		form_pair2(&t, "確認者", validator(f), "立会者", witness(f));
		form_pair2(&t, "実施場所", place(f), "事前承認", approval(f));
	} else {
		form_pair2(&t, reach, reach_responsible(f), "実施場所",
			   place(f));
		if (f->kind != FORM_NONE_HANDLED)
			form_pair2(&t, "担当者", with_contact(f, "operator"),
				   "事前承認", approval(f));
	}
	form_pair2(&t, "指示", form_get(f, "instruction"), "目的",
		   form_get(f, "purpose"));
	if (*form_get(f, "notes"))
		form_pair(&t, "備考", form_get(f, "notes"));
	receipt(f);
}
