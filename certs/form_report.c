/* SPDX-License-Identifier: Apache-2.0 */
/*
 * 返還・廃棄・消去報告書: every document of a case in one table, what they
 * add up to, and which media of the register have none.
 */
#include "form.h"
#include "../src/util.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct report {
	struct form f;
	const struct casefile *c;
	json_t *const *docs;
	size_t n;
	const json_t *runs;	/* without a document */
	const json_t *spaces;	/* of drives, the same */
};

/* ---- which document speaks for which medium ----------------------------- */

static bool
same(const char *a, const char *b)
{
	char x[CASE_TEXT], y[CASE_TEXT];

	text_clean(x, sizeof(x), a, strlen(a));
	text_clean(y, sizeof(y), b, strlen(b));
	return *x && strcmp(x, "unknown") != 0 && !strcasecmp(x, y);
}

/* By serial; by the register's number only where one side has no serial. */
static bool
about(const json_t *doc, const char *serial, const char *asset)
{
	const json_t *list = json_object_get(doc, "media"), *m;
	size_t i;

	json_array_foreach((json_t *)list, i, m) {
		const char *its = cert_get(m, "serial");

		if (same(serial, its))
			return true;
		if ((!*serial || !*its) && same(asset, cert_get(m, "asset_no")))
			return true;
	}
	return false;
}

/* A later document about the same medium, or one that names this as replaced:
 * then this one no longer counts, though it stays in the list. */
static const char *
overtaken(const struct report *r, size_t i)
{
	const json_t *m = json_array_get(json_object_get(r->docs[i], "media"),
					 0);
	const char *id = cert_get(r->docs[i], "cert_id");
	size_t k;

	for (k = 0; k < r->n; k++) {
		const json_t *d = r->docs[k];

		if (k == i)
			continue;
		if (*id && !strcmp(cert_get(d, "supersedes"), id))
			return cert_get(d, "cert_id");
		if (m && form_kind_of(d) == FORM_ERASE &&
		    form_kind_of(r->docs[i]) == FORM_ERASE &&
		    strcmp(cert_get(d, "issued_at"),
			   cert_get(r->docs[i], "issued_at")) > 0 &&
		    !cert_are_apart(d, r->docs[i]) &&
		    about(d, cert_get(m, "serial"), cert_get(m, "asset_no")))
			return cert_get(d, "cert_id");
	}
	return "";
}

/* ---- the table ---------------------------------------------------------- */

enum tally {
	TALLY_FAILED, TALLY_INTERRUPTED, TALLY_EXCEPTIONS, TALLY_ERASED,
	TALLY_RETURNED, TALLY_DESTROYED, TALLY_RETENTION, TALLY_NONE,
	TALLY_OPEN, TALLY_COUNT
};

static const char *const tallies[TALLY_COUNT] = {
	[TALLY_FAILED] = "消去できていません",
	[TALLY_INTERRUPTED] = "消去は完了していません",
	[TALLY_EXCEPTIONS] = "消去済み（例外あり）",
	[TALLY_ERASED] = "消去済み",
	[TALLY_RETURNED] = "返還済み",
	[TALLY_DESTROYED] = "廃棄済み",
	[TALLY_RETENTION] = "継続保有（申請）",
	[TALLY_NONE] = "取扱いなし",
	[TALLY_OPEN] = "未処理",
};

static enum tally
tally_of(const json_t *doc)
{
	switch (form_kind_of(doc)) {
	case FORM_ERASE:
		switch (form_outcome_of(doc)) {
		case OUTCOME_ERASED:
			return TALLY_ERASED;
		case OUTCOME_EXCEPTIONS:
			return TALLY_EXCEPTIONS;
		case OUTCOME_INTERRUPTED:
			return TALLY_INTERRUPTED;
		default:
			return TALLY_FAILED;
		}
	case FORM_RETURNED:
		return TALLY_RETURNED;
	case FORM_DESTROYED:
		return TALLY_DESTROYED;
	case FORM_RETENTION:
		return TALLY_RETENTION;
	case FORM_NONE_HANDLED:
		return TALLY_NONE;
	default:
		return TALLY_FAILED;
	}
}

static const struct pdf_column columns[] = {
	{ "No", 20, PDF_CENTRE, NULL },
	{ "情報項目", 96, PDF_LEFT, NULL },
	{ "媒体名（型番・番号）", 138, PDF_LEFT, NULL },
	{ "数量", 28, PDF_CENTRE, NULL },
	{ "方法", 110, PDF_LEFT, NULL },
	{ "責任者", 54, PDF_LEFT, NULL },
	{ "年月日", 88, PDF_CENTRE, NULL },
	{ "結果", 68, PDF_LEFT, NULL },
	{ "文書番号", 112, PDF_LEFT, NULL },
};

static const char *
items(struct report *r, const json_t *doc, const json_t *m)
{
	const json_t *list = json_object_get(doc, "info_items"), *one;
	const char *text = cert_get(m, "items");
	size_t i;

	if (*text)
		return text;
	json_array_foreach((json_t *)list, i, one)
		text = form_join(&r->f, text, "\n", cert_get(one, "item"));
	return text;
}

static const char *
medium(struct report *r, const char *name, const char *model,
       const char *serial, const char *asset)
{
	struct form *f = &r->f;
	const char *text = name;

	if (*model)
		text = form_join(f, text, "\n", form_say(f, "型番 %s", model));
	if (*serial)
		text = form_join(f, text, "\n", form_say(f, "製造番号 %s",
							 serial));
	if (*asset)
		text = form_join(f, text, "\n", form_say(f, "管理番号 %s",
							 asset));
	return text;
}

/* A drive's rows have one serial: of which namespace is this? */
static const char *
which_space(struct report *r, const char *text, const json_t *doc)
{
	const json_t *scope = cert_at(doc, "drive.scope");
	uint32_t nsid = cert_own_nsid(scope);

	if (!nsid || json_array_size(json_object_get(scope, "spaces")) < 2)
		return text;
	return form_say(&r->f, "%s\n名前空間 %u", text, nsid);
}

static void
row(struct report *r, struct pdf_table *t, size_t no, size_t i,
    const json_t *m, const char *later)
{
	const json_t *doc = r->docs[i];
	struct form *f = &r->f;
	enum tally what = tally_of(doc);
	const char *result = tallies[what];
	bool done = what != TALLY_FAILED && what != TALLY_INTERRUPTED &&
		    what != TALLY_RETENTION;

	if (*later)
		result = form_say(f, "%s\n（後の文書：%s）", result, later);
	pdf_table_row(t, (const char *const[]) {
		form_digits(f, no), items(r, doc, m), which_space(r,
		medium(r, form_value(f, m, "name"), form_value(f, m, "model"),
		       form_value(f, m, "serial"),
		       form_value(f, m, "asset_no")), doc),
		form_say(f, "%s%s", form_value(f, m, "qty"),
			 form_value(f, m, "unit")),
		done ? form_value(f, doc, "method.text") : "―",
		form_value(f, doc, "responsible.name"),
		done ? form_era(f, form_value(f, doc, "date")) : "―",
		result, form_value(f, doc, "cert_id") });
}

static void
row_open(struct report *r, struct pdf_table *t, size_t no,
	 const struct case_medium *m)
{
	struct form *f = &r->f;

	pdf_table_row(t, (const char *const[]) {
		form_digits(f, no), m->items,
		medium(r, m->name, m->model, m->serial, m->asset),
		form_say(f, "%s%s", m->qty, m->unit), "―",
		r->c->f[CASE_RESPONSIBLE_NAME], "―", tallies[TALLY_OPEN],
		"―" });
}

/* One namespace of a drive of which the others have documents. */
static void
row_space(struct report *r, struct pdf_table *t, size_t no,
	  const struct case_medium *m, const json_t *space)
{
	struct form *f = &r->f;
	const char *text = medium(r, m->name, m->model, m->serial, m->asset);

	text = form_say(f, "%s\n名前空間 %u", text, cert_nsid(space));
	text = form_join(f, text, "\n", form_bytes(f, space, "size"));
	pdf_table_row(t, (const char *const[]) {
		form_digits(f, no), m->items, text, "―", "―",
		r->c->f[CASE_RESPONSIBLE_NAME], "―", tallies[TALLY_OPEN],
		"―" });
}

static bool
open_medium(const struct report *r, const struct case_medium *m)
{
	size_t i;

	for (i = 0; i < r->n; i++)
		if (about(r->docs[i], m->serial, m->asset))
			return false;
	return true;
}

/* What no document tells of, in the order of the register. */
static void
table_open(struct report *r, struct pdf_table *t, size_t no,
	   uint32_t sum[TALLY_COUNT])
{
	const json_t *one;
	size_t i, k;

	for (i = 0; i < r->c->n_media && i < CASE_MEDIA_MAX; i++) {
		const struct case_medium *m = &r->c->media[i];

		if (open_medium(r, m)) {
			row_open(r, t, ++no, m);
			sum[TALLY_OPEN]++;
		}
		json_array_foreach((json_t *)r->spaces, k, one) {
			if (form_number(one, "row") != i)
				continue;
			row_space(r, t, ++no, m, one);
			sum[TALLY_OPEN]++;
		}
	}
}

static void
table(struct report *r, uint32_t sum[TALLY_COUNT])
{
	const json_t *m;
	struct pdf_table t;
	size_t i, k, no = 0;

	pdf_table_begin(&t, r->f.p, columns, G_N_ELEMENTS(columns),
			r->f.size.small);
	for (i = 0; i < r->n; i++) {
		const json_t *list = json_object_get(r->docs[i], "media");
		const char *later = overtaken(r, i);

		if (json_array_size(list) == 0)
			row(r, &t, ++no, i, NULL, later);
		json_array_foreach((json_t *)list, k, m)
			row(r, &t, ++no, i, m, later);
		if (!*later)
			sum[tally_of(r->docs[i])] += json_array_size(list) ?
				(uint32_t)json_array_size(list) : 1;
	}
	table_open(r, &t, no, sum);
}

/* What holds the files to this list: the digest of each, and the place in
 * the log that it was made from. */
static void
proofs(struct report *r)
{
	static const struct pdf_column col[] = {
		{ "文書番号", 92, PDF_LEFT, NULL },
		{ "文書（JSON）の SHA-256", 258, PDF_LEFT, NULL },
		{ "作業記録", 106, PDF_LEFT, NULL },
		{ "作業記録のその行のハッシュ", 258, PDF_LEFT, NULL },
	};
	struct form *f = &r->f;
	char hex[2 * DIGEST_LEN + 1], *bytes;
	uint8_t digest[DIGEST_LEN];
	struct pdf_table t;
	size_t i, len;

	if (r->n == 0)
		return;
	form_heading(f, "別表　文書及び作業記録の照合用の値");
	pdf_table_begin(&t, f->p, col, G_N_ELEMENTS(col), 6.5);
	for (i = 0; i < r->n; i++) {
		const json_t *e = json_object_get(r->docs[i], "evidence");
		int ret = json_canonical(r->docs[i], &bytes, &len);

		if (!ret) {
			ret = sha256(bytes, len, digest);
			free(bytes);
		}
		if (ret) {
			pdf_fail(f->p, ret, "%s",
				 _("a document has no canonical form"));
			return;
		}
		hex_encode(hex, digest, DIGEST_LEN);
		pdf_table_row(&t, (const char *const[]) {
			cert_get(r->docs[i], "cert_id"), hex,
			json_is_object(e) ?
			form_say(f, "%s 第%s行", form_value(f, e, "file"),
				 form_value(f, e, "seq")) : "―",
			form_or(form_value(f, e, "head"), "―") });
	}
}

static void
totals(struct report *r, const uint32_t sum[TALLY_COUNT])
{
	struct form *f = &r->f;
	const char *text = "";
	int i;

	for (i = TALLY_COUNT - 1; i >= 0; i--)
		if (sum[i])
			text = form_join(f, form_say(f, "%s %u件", tallies[i],
						     sum[i]), "、", text);
	pdf_skip(f->p, 4);
	pdf_flow(f->p, f->size.cell, PDF_LEFT,
		 form_say(f, "合計　%s", form_or(text, "０件")));
	if (sum[TALLY_OPEN] || sum[TALLY_FAILED] || sum[TALLY_INTERRUPTED])
		pdf_flow(f->p, f->size.cell, PDF_LEFT,
			 "未処理及び消去できていない媒体には、情報が残っている"
			 "おそれがあります。");
	if (json_array_size(r->spaces))
		pdf_flow(f->p, f->size.cell, PDF_LEFT,
			 "名前空間は、１台のドライブの中を分けた区画です。文書"
			 "のない名前空間も、未処理として数えています。");
}

/* A run may lack its document because no font has a letter of it. */
static const char *
legible(const char *text)
{
	char err[256];

	return form_printable(text, err, sizeof(err)) ?
	       "印字できない文字を含みます" : text;
}

/* What the log alone says is no proof, whatever it says. */
static void
undocumented(struct report *r)
{
	static const struct pdf_column col[] = {
		{ "作業の開始", 170, PDF_LEFT, NULL },
		{ "媒体（型番・番号）", 200, PDF_LEFT, NULL },
		{ "作業時の装置名", 200, PDF_LEFT, NULL },
		{ "作業記録上の結果", 144, PDF_LEFT, NULL },
	};
	struct form *f = &r->f;
	struct pdf_table t;
	const json_t *one;
	size_t i;

	if (json_array_size(r->runs) == 0)
		return;
	form_heading(f, "証明書のない作業");
	pdf_table_begin(&t, f->p, col, G_N_ELEMENTS(col), f->size.small);
	json_array_foreach((json_t *)r->runs, i, one) {
		enum outcome o = form_outcome_of(one);
		bool done = o == OUTCOME_ERASED || o == OUTCOME_EXCEPTIONS;

		pdf_table_row(&t, (const char *const[]) {
			form_time(f, form_value(f, one, "time")),
			medium(r, "", legible(form_value(f, one, "model")),
			       legible(form_value(f, one, "serial")), ""),
			legible(form_value(f, one, "path")),
			form_say(f, done ? "%s（証明されていません）" : "%s",
				 outcome_text(o, LANG_JA)) });
	}
	pdf_skip(f->p, 4);
	pdf_flow(f->p, f->size.cell, PDF_LEFT,
		 "上記の作業は、開始の記録がありますが、証明書等の文書が発行さ"
		 "れていません。情報が残っているおそれがあります。");
}

/* ---- the letter --------------------------------------------------------- */

/* The same keys as in a certificate, so that the letter is the same. */
static json_t *
letter(const struct casefile *c, const char *issued)
{
	const char (*v)[CASE_TEXT] = c->f;

	return json_pack(
		"{s:s, s:s, s:s, s:s,"
		" s:{s:s, s:s, s:s}, s:{s:s, s:s, s:s, s:s, s:s},"
		" s:{s:s, s:s, s:s}, s:{s:s},"
		" s:{s:s, s:s, s:s, s:s, s:s, s:s}}",
		"title", "返還・廃棄・消去報告書", "cert_id", "",
		"issued_at", issued, "statement",
		"契約に係る機密情報・個人情報の返還、廃棄及び消去の状況を、下記"
		"のとおり報告します。",
		"addressee", "name", v[CASE_ADDRESSEE_NAME],
		"title", v[CASE_ADDRESSEE_TITLE],
		"honorific", v[CASE_ADDRESSEE_HONORIFIC],
		"contractor", "name", v[CASE_CONTRACTOR_NAME],
		"address", v[CASE_CONTRACTOR_ADDRESS],
		"rep_title", v[CASE_CONTRACTOR_REP_TITLE],
		"rep_name", v[CASE_CONTRACTOR_REP_NAME],
		"reg_no", v[CASE_CONTRACTOR_REG_NO],
		"contact", "issuer", v[CASE_CONTACT_ISSUER],
		"person", v[CASE_CONTACT_PERSON],
		"phone", v[CASE_CONTACT_PHONE],
		"form", "seal", v[CASE_FORM_SEAL],
		"contract", "name", v[CASE_CONTRACT_NAME],
		"no", v[CASE_CONTRACT_NO], "date", v[CASE_CONTRACT_DATE],
		"start", v[CASE_CONTRACT_START], "end", v[CASE_CONTRACT_END],
		"completed_on", v[CASE_CONTRACT_COMPLETED]);
}

static int
draw(struct report *r, uint32_t *pages, uint8_t **pdf, size_t *len, char *err,
     size_t err_len)
{
	struct form *f = &r->f;
	uint32_t sum[TALLY_COUNT] = { 0 };
	const struct pdf_info info = {
		.title = form_get(f, "title"),
		.author = form_get(f, "contractor.name"),
		.created = form_get(f, "issued_at"),
		.landscape = true,
		.lead = f->size.lead,
		.pages = pdf ? *pages : 0,
		.furniture = form_furniture,
		.ctx = f,
	};
	struct pdf *p = pdf_begin(&info);

	if (!p)
		return -ENOMEM;
	form_letter(f);
	form_statement(f);
	form_contract(f);
	table(r, sum);
	totals(r, sum);
	undocumented(r);
	form_end(f);
	proofs(r);
	f->p = NULL;
	return pdf_end(&p, pdf, len, pages, err, err_len);
}

/* Signed now; but not before its newest document, should the clock say so. */
static void
as_of(json_t *const *docs, size_t n, char out[TIME_LEN])
{
	const char *one;
	size_t i;

	time_now(out);
	for (i = 0; i < n; i++) {
		one = cert_get(docs[i], "issued_at");
		if (strlen(one) < TIME_LEN && strcmp(one, out) > 0)
			text_copy(out, TIME_LEN, one);
	}
}

int
form_report(const struct casefile *c, json_t *const *docs, size_t n,
	    const json_t *runs, const json_t *spaces, uint8_t **pdf,
	    size_t *len, char *err, size_t err_len)
{
	struct report r = {
		.f = { .kind = FORM_REPORT, .sha256 = "",
		       .size = { 10.5, 9, 8, 1.36 } },
		.c = c, .docs = docs, .n = n, .runs = runs,
		.spaces = spaces,
	};
	char issued[TIME_LEN];
	uint32_t pages = 0;
	json_t *doc;
	int ret;

	*pdf = NULL;
	*len = 0;
	if (err_len)
		*err = '\0';
	as_of(docs, n, issued);
	doc = letter(c, issued);
	if (!doc) {
		snprintf(err, err_len, "%s",
			 _("a field of the case is not UTF-8"));
		return -EINVAL;
	}
	r.f.doc = doc;
	r.f.words = g_string_chunk_new(4096);
	ret = draw(&r, &pages, NULL, NULL, err, err_len);
	if (!ret)
		ret = draw(&r, &pages, pdf, len, err, err_len);
	g_string_chunk_free(r.f.words);
	json_decref(doc);
	return ret;
}
