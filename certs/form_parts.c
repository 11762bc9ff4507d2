/* SPDX-License-Identifier: Apache-2.0 */
/* The letter around the tables: head, parties, title, statement, foot. */
#include "form.h"

#include <string.h>

#define QR_SIDE (20 * PDF_MM)

static double
width(const struct pdf *p)
{
	return pdf_right(p) - pdf_left(p);
}

/* ---- on every page ------------------------------------------------------ */

static void
foot_of_report(struct form *f)
{
	struct pdf *p = f->p;
	double y = pdf_height(p) - 13 * PDF_MM - pdf_lead(p, 7.5);

	pdf_line(p, pdf_left(p), y - 3, pdf_right(p), y - 3, PDF_RULE);
	pdf_text(p, pdf_left(p), y, width(p), 7.5, PDF_LEFT,
		 "作成　massho " MASSHO_VERSION);
	pdf_text(p, pdf_left(p), y, width(p), 7.5, PDF_RIGHT,
		 form_say(f, "%u／%u", pdf_page(p), pdf_pages(p)));
	pdf_bounds(p, 20 * PDF_MM, y - 9);
}

static void
foot_text(struct form *f, double y, double w)
{
	struct pdf *p = f->p;
	double x = pdf_left(p), size = 7.5, lead = pdf_lead(p, size);

	pdf_text(p, x, y, w, size, PDF_LEFT,
		 form_say(f, "%s　%s", form_id_label(f),
			  form_get(f, "cert_id")));
	pdf_text(p, x, y + lead, w, size, PDF_LEFT,
		 form_say(f, "SHA-256　%s", f->sha256));
	pdf_text(p, x, y + 2 * lead, w, size, PDF_LEFT,
		 form_say(f, "作成　%s %s",
			  form_or(form_get(f, "tool.name"), "massho"),
			  form_or(form_get(f, "tool.version"),
				  MASSHO_VERSION)));
	pdf_text(p, x, y + 2 * lead, w, size, PDF_RIGHT,
		 form_say(f, "%u／%u", pdf_page(p), pdf_pages(p)));
}

/* The first page carries the QR code; the digest on every page binds them. */
static void
foot(struct form *f)
{
	struct pdf *p = f->p;
	double bottom = pdf_height(p) - 13 * PDF_MM, size = 7.5;
	double y = bottom - 3 * pdf_lead(p, size), w = width(p);
	bool first = pdf_page(p) == 1;

	if (first) {
		double side = QR_SIDE;

		w -= side + 6;
		pdf_qr(p, pdf_right(p) - side, bottom - side + 4, side,
		       form_say(f, "massho:1:%s:%s", form_get(f, "cert_id"),
				f->sha256));
		y -= pdf_lead(p, size);
		pdf_text(p, pdf_left(p), y + 3 * pdf_lead(p, size), w, size,
			 PDF_LEFT, "内容は、添付の電子データ（JSON）と電子署名"
			 "により確かめられます。右のコードは番号と SHA-256 で"
			 "す。");
	}
	foot_text(f, y, w);
	pdf_line(p, pdf_left(p), y - 3, pdf_left(p) + w, y - 3, PDF_RULE);
	pdf_bounds(p, 18 * PDF_MM, (first ? bottom - QR_SIDE + 4 : y - 3) - 6);
}

static void
head_of_next_page(struct form *f)
{
	struct pdf *p = f->p;
	const char *mark = form_mark(f);
	double y = pdf_y(p);

	pdf_text(p, pdf_left(p), y, width(p), f->size.small, PDF_LEFT,
		 form_get(f, "title"));
	pdf_text(p, pdf_left(p), y, width(p), f->size.small, PDF_RIGHT,
		 form_get(f, "cert_id"));
	pdf_move(p, y + pdf_lead(p, f->size.small) + 4);
	if (!*mark)
		return;
	y = pdf_y(p);
	pdf_box(p, pdf_left(p) + 1, y, width(p) - 2, 22, 2);
	pdf_text(p, pdf_left(p), y + 11 - pdf_lead(p, 12) / 2, width(p), 12,
		 PDF_CENTRE, mark);
	pdf_move(p, y + 22 + 6);
}

void
form_furniture(struct pdf *p, void *form)
{
	struct form *f = form;

	f->p = p;
	if (f->kind == FORM_REPORT)
		foot_of_report(f);
	else
		foot(f);
	if (pdf_page(p) > 1)
		head_of_next_page(f);
}

/* ---- the head of the letter --------------------------------------------- */

static void
form_number_and_date(struct form *f)
{
	struct pdf *p = f->p;
	const char *no = form_get(f, "form.no");
	const char *clause = form_get(f, "form.clause");
	double y = pdf_y(p);

	if (*no && !strstr(no, "様式"))
		no = form_say(f, "様式第%s号", no);
	if (*clause)
		clause = form_say(f, strstr(clause, "関係") ? "（%s）" :
				  "（%s関係）", clause);
	pdf_text(p, pdf_left(p), y, width(p) / 2, f->size.cell, PDF_LEFT,
		 form_say(f, "%s%s", no, clause));
	pdf_text(p, pdf_left(p) + width(p) / 2, y, width(p) / 2, f->size.text,
		 PDF_RIGHT, form_era(f, form_get(f, "issued_at")));
	pdf_move(p, y + pdf_lead(p, f->size.text) + 5);
}

static bool
is_office(const char *name)
{
	static const char *const ends[] = {
		"市長", "区長", "町長", "村長", "知事", "管理者", "理事長",
		"局長", "部長", "課長", "所長", "院長", "校長", "連合長",
		"組合長", "企業長", "委員会",
	};
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(ends); i++)
		if (g_str_has_suffix(name, ends[i]))
			return true;
	return false;
}

/* A body comes before the office in it, 「みどり市」「市長」 as one word; a
 * person comes after it. */
static const char *
office(struct form *f, const char *name, const char *title)
{
	static const char *const bodies[] = {
		"市", "区", "町", "村", "都", "道", "府", "県", "組合", "局",
		"会社", "広域連合", "機構",
	};
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(bodies); i++) {
		if (!g_str_has_suffix(name, bodies[i]))
			continue;
		if (g_str_has_prefix(title, bodies[i]))
			return form_say(f, "%s%s", name,
					title + strlen(bodies[i]));
		if (!strcmp(title, "知事"))
			return form_say(f, "%s%s", name, title);
		return form_join(f, name, "　", title);
	}
	return form_join(f, title, "　", name);
}

/* Bodies without an honorific write 「（宛先）○○市長」. */
static void
addressee(struct form *f)
{
	const char *honorific = form_get(f, "addressee.honorific");
	const char *name = form_get(f, "addressee.name");
	const char *title = form_get(f, "addressee.title");
	/* Its section comes before 「みどり市長　様」, on a line of its own. */
	const char *who = is_office(name) ? form_join(f, title, "\n", name) :
			  office(f, name, title);
	bool before = !*honorific || strstr(honorific, "先") ||
		      strstr(honorific, "あて");

	if (!before)
		who = form_say(f, "%s　%s", who, honorific);
	else if (!g_str_has_prefix(name, "（"))
		who = form_say(f, "%s%s", form_or(honorific, "（宛先）"), who);
	pdf_flow(f->p, f->size.text + 0.5, PDF_LEFT, who);
}

/* aside: room that is kept beside it, for the seal. */
static void
issuer_line(struct form *f, const char *label, const char *value, double aside)
{
	struct pdf *p = f->p;
	double x = pdf_left(p) + width(p) * 0.44, y = pdf_y(p), h;
	double at = x + 72, w = pdf_right(p) - at - aside;

	if (!*value)
		return;
	pdf_text(p, x, y, 70, f->size.cell, PDF_LEFT, label);
	h = pdf_text(p, at, y, w, f->size.cell, PDF_LEFT, value);
	pdf_move(p, y + h);
}

static void
issuer(struct form *f)
{
	struct pdf *p = f->p;
	double y;

	issuer_line(f, "所在地", form_get(f, "contractor.address"), 0);
	issuer_line(f, "商号又は名称", form_get(f, "contractor.name"), 0);
	y = pdf_y(p);
	issuer_line(f, "代表者職氏名",
		    form_join(f, form_get(f, "contractor.rep_title"), "　",
			      form_get(f, "contractor.rep_name")), 22);
	if (!strcmp(form_get(f, "form.seal"), "yes")) {
		pdf_box(p, pdf_right(p) - 18, y - 3, 18, 18, PDF_RULE);
		pdf_text(p, pdf_right(p) - 18, y + 6 - pdf_lead(p, 8) / 2, 18,
			 8, PDF_CENTRE, "印");
	}
	issuer_line(f, "法人番号", form_get(f, "contractor.reg_no"), 0);
	issuer_line(f, "発行責任者", form_get(f, "contact.issuer"), 0);
	issuer_line(f, "担当者", form_get(f, "contact.person"), 0);
	issuer_line(f, "連絡先", form_get(f, "contact.phone"), 0);
}

void
form_letter(struct form *f)
{
	struct pdf *p = f->p;
	const char *title = form_get(f, "title");
	double size = pdf_text_width(p, 16, title) < width(p) ? 16 : 13;

	form_number_and_date(f);
	addressee(f);
	pdf_skip(p, 4);
	issuer(f);
	pdf_skip(p, 9);
	pdf_flow(p, size, PDF_CENTRE, title);
	pdf_skip(p, 5);
}

/* ---- banner, statement, end --------------------------------------------- */

static void
framed(struct form *f, const char *big, const char *text, double rule)
{
	struct pdf *p = f->p;
	double inner = width(p) - 24, size = 18, h, y;

	h = 14 + (*big ? pdf_lead(p, size) : 0) +
	    pdf_text_height(p, inner, f->size.cell, text);
	pdf_need(p, h + 6);
	y = pdf_y(p);
	pdf_box(p, pdf_left(p) + rule / 2, y, width(p) - rule, h, rule);
	y += 7;
	if (*big)
		y += pdf_text(p, pdf_left(p) + 12, y, inner, size, PDF_CENTRE,
			      big);
	pdf_text(p, pdf_left(p) + 12, y, inner, f->size.cell, PDF_LEFT, text);
	pdf_move(p, pdf_y(p) + h + 6);
}

static const char *
ranges_line(struct form *f, const char *path, const char *what)
{
	const json_t *r = form_node(f->doc, path);

	if (form_number(r, "total") == 0)
		return "";
	return form_say(f, "・%s範囲：合計 %s", what,
			form_bytes(f, r, "total"));
}

static const char *
exceptions(struct form *f)
{
	const char *text = form_list(f, "exceptions.reasons", NULL, NULL);

	text = form_join(f, text, "\n", ranges_line(f, "exceptions.unwritten",
						    "上書きされていない"));
	return form_join(f, text, "\n", ranges_line(f, "exceptions.unread",
						    "読み出せなかった"));
}

static const char *
pending(struct form *f)
{
	static const enum reason_code codes[] = {
		REASON_DESTROY_PENDING, REASON_CLASS_DESTROY,
		REASON_CLASS_PURGE,
	};
	const json_t *list = form_node(f->doc, "level_reasons"), *one;
	size_t i, k;

	json_array_foreach((json_t *)list, i, one)
		for (k = 0; k < G_N_ELEMENTS(codes); k++)
			if (!strcmp(form_value(f, one, "code"),
				    reason_name(codes[k])))
				return form_value(f, one, "text");
	return "";
}

/* More than fits above the table is told in the details. */
bool
form_banner_tells(struct form *f)
{
	const char *text = exceptions(f);

	return *text && f->outcome != OUTCOME_ERASED &&
	       pdf_text_height(f->p, width(f->p) - 24, f->size.cell, text) <
	       220;
}

void
form_banner(struct form *f)
{
	const char *left = pending(f), *text;

	if (f->kind != FORM_ERASE)
		return;
	text = form_banner_tells(f) ? exceptions(f) :
	       "例外及び理由は、明細の「例外」の欄のとおりです。";
	if (*form_mark(f))
		framed(f, form_mark(f), form_join(f,
			"この媒体には情報が残っているおそれがあります。消去済み"
			"の媒体として取り扱わないでください。", "\n", text), 3);
	else if (f->outcome == OUTCOME_EXCEPTIONS)
		framed(f, "", form_say(f,
			"次の例外があります。例外の部分には情報が残っているおそ"
			"れがあります。\n%s", text), 1.5);
	if (*left && !*form_mark(f))
		framed(f, "", form_say(f, "残っている措置：%s", left), 1.5);
}

void
form_statement(struct form *f)
{
	struct pdf *p = f->p;

	if (*form_get(f, "statement"))
		pdf_flow(p, f->size.text, PDF_LEFT,
			 form_say(f, "　%s", form_get(f, "statement")));
	pdf_skip(p, 3);
	pdf_flow(p, f->size.text, PDF_CENTRE, "記");
	pdf_skip(p, 3);
}

void
form_end(struct form *f)
{
	pdf_skip(f->p, 3);
	pdf_flow(f->p, f->size.text, PDF_RIGHT, "以上");
}
