/* SPDX-License-Identifier: Apache-2.0 */
/*
 * 媒体及び消去の明細: which medium exactly, what was done to it and how it was
 * checked, and what could not be reached.  Long lists follow as tables.
 */
#include "form.h"

#include <string.h>

#define INLINE_PASSES 6
#define INLINE_RANGES 3
#define LABEL_WIDTH 70	/* and the edges of a cell */

/* ---- words of the machine, for people ----------------------------------- */

const char *
form_gloss(const char *name)
{
	static const char *const words[][2] = {
		{ "overwrite", "上書き" }, { "verify", "読出し照合" },
		{ "signatures", "識別情報の残存確認" }, { "done", "完了" },
		{ "skipped", "不要" },
		{ "failed", "失敗" }, { "refused", "拒否" },
		{ "interrupted", "中断" }, { "none", "未実施" },
		{ "random", "乱数（AES-256-CTR）" }, { "char", "固定値" },
		{ "complement", "補数" }, { "full", "全域の読出し照合" },
		{ "sample", "抽出による読出し照合" },
		{ "withdrawn", "現行の規格ではない" },
		{ "current", "現行の規格" },
	};
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(words); i++)
		if (!strcmp(name, words[i][0]))
			return words[i][1];
	return name;
}

static const char *
medium_kind(struct form *f, const json_t *m)
{
	const char *medium = form_value(f, m, "medium");
	const char *transport = form_value(f, m, "transport");
	int i;

	for (i = 0; i < MEDIUM_COUNT; i++)
		if (!strcmp(medium, medium_name((enum medium)i)))
			medium = medium_text((enum medium)i, LANG_JA);
	for (i = 0; i < TRANSPORT_COUNT; i++)
		if (!strcmp(transport, transport_name((enum transport)i)))
			transport = transport_text((enum transport)i, LANG_JA);
	return form_join(f, medium, "、", transport);
}

/* ---- the medium --------------------------------------------------------- */

static void
medium_rows(struct form *f, struct pdf_table *t, const json_t *m)
{
	const char *vendor = form_value(f, m, "vendor");
	const char *model = form_join(f, strcmp(vendor, "不明") ? vendor : "",
				      " ", form_value(f, m, "model"));
	const char *size = form_bytes(f, m, "size");
	const char *block = form_value(f, m, "lblock");

	if (*block)
		size = form_say(f, "%s\n論理ブロック %s バイト", size, block);
	form_pair2(t, "型番", model, "製造番号", form_value(f, m, "serial"));
	form_pair2(t, "容量", size, "種別・接続", medium_kind(f, m));
	form_pair2(t, "WWN", form_value(f, m, "wwn"), "ファームウェア",
		   form_value(f, m, "firmware"));
}

/* ---- what was done ------------------------------------------------------ */

static const char *
pass_line(struct form *f, const json_t *p)
{
	const char *kind = form_gloss(form_value(f, p, "kind"));
	const char *what = form_join(f, kind, " ",
				     form_gloss(form_value(f, p, "pattern")));
	const char *bytes = form_value(f, p, "bytes");

	what = form_say(f, "%s回目　%s：%s", form_value(f, p, "n"), what,
			form_gloss(form_or(form_value(f, p, "state"), "none")));
	if (*bytes)
		what = form_say(f, "%s、%s バイト", what, bytes);
	return what;
}

static const char *
technique(struct form *f)
{
	const json_t *m = form_node(f->doc, "method"), *p;
	const json_t *passes = form_node(m, "passes");
	const char *standing = form_value(f, m, "standing");
	const char *text = form_or(form_value(f, m, "policy_title_ja"),
				   form_value(f, m, "policy_title"));
	size_t i;

	if (*standing)
		text = form_say(f, "%s［%s、%s］", text,
				form_value(f, m, "policy"),
				form_gloss(standing));
	text = form_join(f, text, "\n", form_by_drive(f));
	if (json_array_size(passes) > INLINE_PASSES)
		return form_say(f, "%s\n全%zu回（別表「消去の各回」のとおり）",
				text, json_array_size(passes));
	json_array_foreach((json_t *)passes, i, p)
		text = form_join(f, text, "\n", pass_line(f, p));
	return text;
}

/* ---- how it was checked ------------------------------------------------- */

static const char *
mismatch(struct form *f)
{
	const json_t *m = form_node(f->doc, "verification.first_mismatch");

	if (!json_is_object(m))
		return "";
	return form_say(f, "最初の不一致　位置 %s、期待値 %s、読出し値 %s",
			form_value(f, m, "at"), form_value(f, m, "expected"),
			form_value(f, m, "found"));
}

/* Silence is not success: only a check that ended counts as one. */
static const char *
check_line(struct form *f, const json_t *v)
{
	bool drive = json_is_object(form_node(v, "proof"));
	const char *mode = form_value(f, v, "mode");
	const char *state = form_value(f, v, "state");
	const char *bytes = form_value(f, v, "bytes");

	if (!*mode || !strcmp(mode, "none"))
		return "読出し照合は行っていません";
	if (strcmp(state, "done") != 0)
		return form_say(f, "%s：%s（照合は完了していません）",
				form_gloss(mode),
				form_gloss(form_or(state, "none")));
	if (drive)
		return form_say(f, "%s：完了、%s バイトを読み出しました",
				!strcmp(mode, "full") ? "全域の読出し確認" :
				"抽出による読出し確認", form_or(bytes, "不明"));
	return form_say(f, "%s：完了、%s バイトを照合、不一致 %s",
			form_gloss(mode), form_or(bytes, "不明"),
			form_or(form_value(f, v, "mismatches"), "不明"));
}

static const char *
verification(struct form *f)
{
	const json_t *v = form_node(f->doc, "verification");
	const char *left = form_value(f, v, "signatures_left");
	const char *text = check_line(f, v);

	if (json_is_true(form_node(v, "cache_dropped")))
		text = json_is_object(form_node(v, "proof")) ?
			form_join(f, text, "。", "キャッシュではなく媒体から"
				  "読み出しました") :
			form_join(f, text, "\n", "読出しの前に、書込み時のキ"
				  "ャッシュを破棄しました");
	text = form_join(f, text, "\n", mismatch(f));
	text = form_join(f, text, "\n", form_proof(f));
	text = form_join(f, text, "\n", form_value(f, v, "claim.text"));
	if (*left && strcmp(left, "0") != 0)
		text = form_join(f, text, "\n",
				 form_say(f, "残っている識別情報：%s", left));
	return text;
}

static const char *
element(struct form *f, const json_t *range, size_t i)
{
	const json_t *v = json_array_get(range, i);

	if (json_is_string(v))
		return json_string_value(v);
	return json_is_integer(v) && json_integer_value(v) >= 0 ?
	       form_digits(f, (uint64_t)json_integer_value(v)) : "不明";
}

/* So few that they need no table of their own. */
static bool
few(const json_t *r)
{
	size_t n = json_array_size(form_node(r, "ranges"));

	return n <= INLINE_RANGES && form_number(r, "lost") == 0 &&
	       (n || form_number(r, "total") == 0);
}

static const char *
ranges_summary(struct form *f, const char *path, const char *what)
{
	const json_t *r = form_node(f->doc, path);
	const json_t *list = form_node(r, "ranges"), *one;
	const char *text = "";
	size_t i, n = json_array_size(list);

	if (form_number(r, "total") == 0 && n == 0)
		return "";
	if (form_number(r, "lost") > 0)
		return form_say(f, "・%s：合計 %s。長い順に %zu か所を"
				"別表「%s」に示す", what,
				form_bytes(f, r, "total"), n, what);
	if (!few(r))
		return form_say(f, "・%s：%zu か所、合計 %s（別表「%s」のとお"
				"り）", what, n, form_bytes(f, r, "total"),
				what);
	json_array_foreach((json_t *)list, i, one)
		text = form_join(f, text, "、", form_say(
			f, "位置 %s から %s バイト", element(f, one, 0),
			element(f, one, 1)));
	return form_say(f, "・%s：%zu か所、合計 %s（%s）", what, n,
			form_bytes(f, r, "total"), text);
}

static const char *
exceptions(struct form *f)
{
	const char *text = form_banner_tells(f) ?
			   "冒頭の枠内のとおり" :
			   form_list(f, "exceptions.reasons", NULL,
				     NULL);

	text = form_join(f, text, "\n", ranges_summary(
		f, "exceptions.unwritten", "上書きされていない範囲"));
	text = form_join(f, text, "\n", ranges_summary(
		f, "exceptions.unread", "読み出せなかった範囲"));
	if (*text)
		return text;
	return f->outcome == OUTCOME_ERASED ? "なし" :
	       "理由は記録されていません";
}

static const char *
level(struct form *f)
{
	const char *text = form_join(f, form_get(f, "level_text"), "：",
				     form_get(f, "level_gloss"));
	/* No reason for a level; it has its own heading. */
	const char *elsewhere = *form_resume(f) ? reason_name(REASON_RESUMED) :
				NULL;
	const char *why = form_list(f, "level_reasons", "exceptions.reasons",
				    elsewhere);

	if (*why)
		text = form_join(f, text, "\n", form_say(f, *form_mark(f) ||
			!strcmp(form_get(f, "level"), level_name(LEVEL_PURGE)) ?
			"留意事項\n%s" :
			"より上の水準としない理由・留意事項\n%s", why));
	return text;
}

/* ---- who says so -------------------------------------------------------- */

/* Secure Boot does not vouch for what the image holds: its digest does. */
static const char *
started_from(struct form *f, const char *text)
{
	const char *image = form_get(f, "tool.live.image");
	const char *offset;

	if (!*image)
		return text;
	text = form_join(f, text, "\n起動イメージ SHA-256 ", image);
	if (!strcmp(form_get(f, "tool.live.shell"), "yes"))
		text = form_join(f, text, "\n",
				 "シェルを開ける設定で起動しています");
	offset = form_get(f, "tool.live.clock.rtc");
	return *offset ? form_say(f, "%s\n時刻は%sが確認（確認前の本体の時計："
				  "%s）", text,
				  form_get(f, "tool.live.clock.confirmed_by"),
				  offset) : text;
}

/* On one line if there is room, else not torn within the digest. */
static const char *
software(struct form *f)
{
	const char *name = form_join(f, form_get(f, "tool.name"), " ",
				     form_get(f, "tool.version"));
	const char *build = form_get(f, "tool.build");
	const char *hash = form_get(f, "tool.sha256"), *line;
	double room = pdf_right(f->p) - pdf_left(f->p) - LABEL_WIDTH;

	if (*build && strcmp(build, form_get(f, "tool.version")) != 0)
		name = form_say(f, "%s（%s）", name, build);
	line = form_join(f, name, "　SHA-256 ", hash);
	line = pdf_text_width(f->p, f->size.small, line) < room ? line :
	       form_join(f, name, "\nSHA-256 ", hash);
	return started_from(f, line);
}

static const char *
record(struct form *f)
{
	const char *text = form_join(f, form_get(f, "evidence.file"), "　",
		form_say(f, "第%s行", form_get(f, "evidence.seq")));

	return form_join(f, text, "　", form_get(f, "evidence.head"));
}

static const char *
signature(struct form *f)
{
	const char *text = form_join(f, form_get(f, "signer.subject"), "　",
				     form_get(f, "crypto.signature"));

	text = form_join(f, text, "、", form_get(f, "crypto.list"));
	return form_join(f, text, "\n証明書の指紋 SHA-256 ",
			 form_get(f, "signer.fingerprint_sha256"));
}

/* ---- long lists --------------------------------------------------------- */

void
form_heading(struct form *f, const char *text)
{
	pdf_skip(f->p, 8);
	pdf_need(f->p, 70);
	pdf_flow(f->p, f->size.cell, PDF_LEFT, text);
	pdf_skip(f->p, 2);
}

static void
pass_table(struct form *f)
{
	static const struct pdf_column col[] = {
		{ "回", 24, PDF_CENTRE, NULL }, { "種別", 62, PDF_LEFT, NULL },
		{ "値", 92, PDF_LEFT, NULL }, { "結果", 36, PDF_CENTRE, NULL },
		{ "バイト数", 84, PDF_RIGHT, NULL },
		{ "終了", 136, PDF_LEFT, NULL },
		{ "再試行", 34, PDF_RIGHT, NULL },
	};
	const json_t *list = form_node(f->doc, "method.passes"), *p;
	struct pdf_table t;
	size_t i;

	if (json_array_size(list) <= INLINE_PASSES)
		return;
	form_heading(f, "別表　消去の各回");
	pdf_table_begin(&t, f->p, col, G_N_ELEMENTS(col), f->size.small - 0.5);
	json_array_foreach((json_t *)list, i, p)
		pdf_table_row(&t, (const char *const[]) {
			form_value(f, p, "n"),
			form_gloss(form_value(f, p, "kind")),
			form_gloss(form_value(f, p, "pattern")),
			form_gloss(form_or(form_value(f, p, "state"), "none")),
			form_value(f, p, "bytes"),
			form_time(f, form_value(f, p, "finished")),
			form_value(f, p, "retries") });
}

static void
range_table(struct form *f, const char *path, const char *what)
{
	static const struct pdf_column col[] = {
		{ "番号", 34, PDF_CENTRE, NULL },
		{ "先頭の位置（バイト）", 110, PDF_RIGHT, NULL },
		{ "長さ（バイト）", 90, PDF_RIGHT, NULL },
		{ "番号", 34, PDF_CENTRE, NULL },
		{ "先頭の位置（バイト）", 110, PDF_RIGHT, NULL },
		{ "長さ（バイト）", 90, PDF_RIGHT, NULL },
	};
	const json_t *r = form_node(f->doc, path);
	const json_t *list = form_node(r, "ranges");
	size_t i, n = json_array_size(list);
	struct pdf_table t;

	if (few(r))
		return;
	form_heading(f, form_say(f, "別表　%s", what));
	pdf_table_begin(&t, f->p, col, G_N_ELEMENTS(col), f->size.small);
	for (i = 0; i < n; i += 2) {
		const json_t *one = json_array_get(list, i);
		const json_t *two = json_array_get(list, i + 1);

		pdf_table_row(&t, (const char *const[]) {
			form_digits(f, i + 1), element(f, one, 0),
			element(f, one, 1),
			two ? form_digits(f, i + 2) : "",
			two ? element(f, two, 0) : "",
			two ? element(f, two, 1) : "" });
	}
	if (form_number(r, "lost") > 0)
		pdf_table_row(&t, (const char *const[]) {
			form_say(f, "一覧に収まらなかった範囲：合計 %s",
				 form_bytes(f, r, "lost")), NULL, NULL, NULL,
			NULL, NULL });
}

/* ---- documents about media that were not erased here -------------------- */

static void
media_table(struct form *f)
{
	static const struct pdf_column col[] = {
		{ "媒体名", 130, PDF_LEFT, NULL },
		{ "管理番号", 100, PDF_LEFT, NULL },
		{ "型番", 119, PDF_LEFT, NULL },
		{ "製造番号", 119, PDF_LEFT, NULL },
	};
	const json_t *list = form_node(f->doc, "media"), *m;
	struct pdf_table t;
	size_t i;

	if (f->kind == FORM_NONE_HANDLED || json_array_size(list) == 0)
		return;
	form_heading(f, "媒体の明細");
	pdf_table_begin(&t, f->p, col, G_N_ELEMENTS(col), f->size.small);
	json_array_foreach((json_t *)list, i, m)
		pdf_table_row(&t, (const char *const[]) {
			form_value(f, m, "name"), form_value(f, m, "asset_no"),
			form_value(f, m, "model"),
			form_value(f, m, "serial") });
}

static void
erase_table(struct form *f)
{
	const json_t *media = form_node(f->doc, "media"), *m;
	const char *reach = form_list(f, "not_examined", NULL, NULL);
	struct pdf_table t;
	size_t i;

	form_pairs_begin(f, &t, f->size.small);
	json_array_foreach((json_t *)media, i, m)
		medium_rows(f, &t, m);
	form_pair(&t, "方式", technique(f));
	form_pair2(&t, "開始", form_time(f, form_get(f, "started_at")), "終了",
		   form_time(f, form_get(f, "finished_at")));
	if (*form_resume(f))
		form_pair(&t, "中断と再開\nの経過", form_resume(f));
	form_pair(&t, "検証結果", verification(f));
	form_pair(&t, "例外", exceptions(f));
	form_pair(&t, "消去の水準", level(f));
	if (*reach)
		form_pair(&t, "確認の\n及ばない範囲", reach);
	if (*form_drive(f))
		form_pair(&t, "ドライブ", form_drive(f));
	form_pair(&t, "ソフトウェア", software(f));
	form_pair(&t, "作業記録", record(f));
	form_pair(&t, "署名者", signature(f));
	if (*form_get(f, "supersedes"))
		form_pair(&t, "差替え元", form_get(f, "supersedes"));
}

void
form_detail(struct form *f)
{
	if (f->kind != FORM_ERASE) {
		form_items(f);
		media_table(f);
		return;
	}
	if (f->annex) {
		pdf_flow(f->p, f->size.text, PDF_CENTRE,
			 "別紙　媒体及び消去の明細");
		pdf_skip(f->p, 4);
	} else {
		pdf_skip(f->p, 4);
	}
	erase_table(f);
	form_items(f);
	pass_table(f);
	range_table(f, "exceptions.unwritten", "上書きされていない範囲");
	range_table(f, "exceptions.unread", "読み出せなかった範囲");
}
