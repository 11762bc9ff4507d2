/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which sentences does a certificate say?  In the contractor's own name about
 * what the contractor did: 証明します only for a success, never 廃棄 for what
 * software did, never a promise that nobody can keep.
 */
#include "cert_text.h"
#include "../src/util.h"

#include <stdarg.h>
#include <string.h>

#define PASSES_SHOWN	7	/* more are told by their number */

static void
say(char *out, size_t len, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Appends; what does not fit is left out at a character. */
static void
say(char *out, size_t len, const char *fmt, ...)
{
	size_t n = strlen(out);
	char part[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(part, sizeof(part), fmt, ap);
	va_end(ap);
	text_copy(out + n, len - n, part);
}

void
cert_title(enum outcome o, const char *own, char *out, size_t len)
{
	const char *title = own && *own ? own : "データ消去証明書";

	out[0] = '\0';
	switch (o) {
	case OUTCOME_ERASED:
		say(out, len, "%s", title);
		return;
	case OUTCOME_EXCEPTIONS:
		say(out, len, "%s（例外あり）", title);
		return;
	case OUTCOME_INTERRUPTED:
		say(out, len, "データ消去中断報告書（消去は完了していません）");
		return;
	case OUTCOME_FAILED:
	case OUTCOME_COUNT:
		break;
	}
	say(out, len, "データ消去未完了報告書（消去できていません）");
}

static const char *
checked_how(const char *mode)
{
	if (!strcmp(mode, json_verify_name(VERIFY_FULL)))
		return "上書きと全域の読出しによる確認";
	return strcmp(mode, json_verify_name(VERIFY_SAMPLE)) ? "上書き" :
		"上書きと抽出による読出しの確認";
}

void
cert_statement(const json_t *doc, char *out, size_t len)
{
	const char *name = cert_get(doc, "contract.name");
	const char *how = checked_how(cert_get(doc, "verification.mode"));

	out[0] = '\0';
	say(out, len, "「%s」に係る下記の記録媒体について、", name);
	switch (cert_outcome(cert_get(doc, "result"))) {
	case OUTCOME_ERASED:
		say(out, len, "データ消去用ソフトウェアによる%sを行い、通常の"
		    "方法では判読、復元できないように消去したことを証明しま"
		    "す。", how);
		break;
	case OUTCOME_EXCEPTIONS:
		say(out, len, "データ消去用ソフトウェアによる%sを行いました"
		    "が、消去又は確認ができなかった部分があります。例外とし"
		    "て記載した部分を除き、通常の方法では判読、復元できない"
		    "ように消去したことを証明します。", how);
		break;
	case OUTCOME_INTERRUPTED:
		say(out, len, "データ消去を開始しましたが、途中で中断し、完了"
		    "していないことを報告します。情報が残っているおそれがあ"
		    "ります。");
		return;
	case OUTCOME_FAILED:
	case OUTCOME_COUNT:
		say(out, len, "データ消去を試みましたが、消去できなかったこと"
		    "を報告します。情報が残っているおそれがあります。");
		return;
	}
	say(out, len, "この証明は、消去を行った者が自らの記録に基づいて行うも"
	    "のです。");
}

static void
say_pattern(const char *pattern, json_int_t times, char *out, size_t len)
{
	if (!strcmp(pattern, "random"))
		say(out, len, "乱数%" JSON_INTEGER_FORMAT "回", times);
	else
		say(out, len, "固定値%s %" JSON_INTEGER_FORMAT "回", pattern,
		    times);
}

/* 「乱数2回→固定値0x00 1回」, or 「35回」. */
static void
say_passes(const json_t *passes, char *out, size_t len)
{
	const char *before = NULL;
	json_int_t n = 0, times = 0;
	json_t *pass;
	size_t i;

	json_array_foreach((json_t *)passes, i, pass)
		n += !strcmp(cert_get(pass, "kind"),
			     step_name(STEP_OVERWRITE));
	if (n > PASSES_SHOWN) {
		say(out, len, "%" JSON_INTEGER_FORMAT "回", n);
		return;
	}
	json_array_foreach((json_t *)passes, i, pass) {
		const char *now = cert_get(pass, "pattern");

		if (strcmp(cert_get(pass, "kind"),
			   step_name(STEP_OVERWRITE)) != 0)
			continue;
		if (before && strcmp(before, now) != 0) {
			say_pattern(before, times, out, len);
			say(out, len, "→");
			times = 0;
		}
		before = now;
		times++;
	}
	if (before)
		say_pattern(before, times, out, len);
}

void
cert_method(const json_t *doc, char *out, size_t len)
{
	const char *mode = cert_get(doc, "verification.mode");
	const char *policy = cert_get(doc, "method.policy_title_ja");
	const char *level = cert_get(doc, "level");

	out[0] = '\0';
	say(out, len, "データ消去ソフトウェア massho %s による上書き消去（",
	    cert_get(doc, "tool.version"));
	if (strcmp(cert_get(doc, "method.policy"), "clear") != 0 &&
	    strcmp(policy, "unknown") != 0)
		say(out, len, "%s、", policy);
	say_passes(cert_at(doc, "method.passes"), out, len);
	if (!strcmp(mode, json_verify_name(VERIFY_FULL)))
		say(out, len, "＋全域読出検証");
	else
		say(out, len, strcmp(mode, json_verify_name(VERIFY_SAMPLE)) ?
		    "、読出検証なし" : "＋抽出読出検証");
	/* What was not reached is not named: a failure's level is none. */
	if (!strcmp(level, level_name(LEVEL_CLEAR)))
		say(out, len, "、NIST SP 800-88 Clear相当");
	else if (!strcmp(level, level_name(LEVEL_PURGE)))
		say(out, len, "、NIST SP 800-88 Purge相当");
	say(out, len, "）");
}

const char *
cert_medium_name(const struct drive *d, char *out, size_t len)
{
	out[0] = '\0';
	if (d->image || d->transport == TRANSPORT_IMAGE)
		say(out, len, "イメージファイル");
	else
		say(out, len, "%s（%s）", d->medium == MEDIUM_UNKNOWN ?
		    "記憶装置" : medium_text(d->medium, LANG_JA),
		    transport_text(d->transport, LANG_JA));
	return out;
}

const char *
cert_medium_unit(const struct drive *d)
{
	return d->medium == MEDIUM_ROTATING ? "台" : "個";
}

json_t *
cert_not_examined(const struct drive *d)
{
	json_t *list = json_array();
	const char *const common[] = {
		"この媒体の外にある複製及びバックアップ",
		"機器のその他の記憶部（ファームウェア、TPM等）",
	};
	const char *own = "予備領域、代替処理された領域及び隠し領域"
		"（HPA・DCO等）";

	if (d->image)
		own = "ファイルシステムが以前に使用した領域、スナップショット"
			"及び複製";
	else if (d->virtual_ || d->medium == MEDIUM_VIRTUAL)
		own = "仮想ディスクの下位の記憶装置、スナップショット及び複製";
	else if (d->medium == MEDIUM_FLASH)
		own = "予備領域（オーバープロビジョニング）及び代替処理された"
			"セル";
	json_array_append_new(list, json_string(own));
	for (size_t i = 0; i < ARRAY_SIZE(common); i++)
		json_array_append_new(list, json_string(common[i]));
	return list;
}

bool
cert_form_words(const char *doc_type, const char *contract, char *title,
		size_t title_len, char *statement, size_t len)
{
	static const struct {
		const char *type, *title, *statement;
	} form[] = {
		{ "none_handled", "機密情報・個人情報取扱いなし報告書",
		  "「%s」の履行に当たり、機密情報及び個人情報を取り扱わなかった"
		  "ことを報告します。" },
		{ "returned", "返還報告書",
		  "「%s」に係る下記の情報及び記録媒体を返還したことを報告しま"
		  "す。" },
		{ "destroyed", "廃棄報告書",
		  "「%s」に係る下記の記録媒体を、下記の方法により廃棄したこと"
		  "を報告します。" },
		{ "retention", "継続保有・利用申請書",
		  "「%s」に係る下記の情報を、下記の理由により継続して保有するこ"
		  "とを申請します。" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(form); i++) {
		if (strcmp(form[i].type, doc_type) != 0)
			continue;
		text_copy(title, title_len, form[i].title);
		snprintf(statement, len, form[i].statement, contract);
		return true;
	}
	return false;
}
