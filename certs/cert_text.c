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

static bool
by_drive(const json_t *doc)
{
	return cert_method_named(cert_get(doc, "method.technique")) >
		METHOD_OVERWRITE;
}

/* 「NVMe サニタイズ（暗号化消去）→サニタイズ（ブロック消去）」: what the drive
 * carried out in the end, or what was tried last. */
static void
say_methods(const json_t *doc, char *out, size_t len)
{
	static const char *const sets[][2] = {
		{ "ata", "ATA " }, { "nvme", "NVMe " }, { "scsi", "SCSI " },
	};
	const json_t *now = cert_at(doc, "verification.proof.attempt");
	const char *driver = cert_get(doc, "method.driver");
	json_t *s;
	size_t i, n = 0;

	for (i = 0; i < ARRAY_SIZE(sets); i++) {
		if (!strcmp(driver, sets[i][0]))
			say(out, len, "%s", sets[i][1]);
	}
	json_array_foreach((json_t *)cert_at(doc, "method.steps"), i, s) {
		if (strcmp(cert_get(s, "kind"),
			   step_name(STEP_FIRMWARE)) != 0 ||
		    strcmp(cert_get(s, "state"),
			   step_state_name(STATE_DONE)) != 0 ||
		    !json_equal(json_object_get(s, "attempt"), (json_t *)now))
			continue;
		say(out, len, "%s%s", n++ ? "→" : "", method_text(
			cert_method_named(cert_get(s, "method")), LANG_JA));
	}
	if (!n)
		say(out, len, "%s", method_text(cert_method_named(
			cert_get(doc, "method.technique")), LANG_JA));
}

static void
say_how(const json_t *doc, char *out, size_t len)
{
	const char *mode = cert_get(doc, "verification.mode");

	if (by_drive(doc)) {
		say(out, len, "ドライブ内蔵の消去命令（");
		say_methods(doc, out, len);
		say(out, len, "）の実行");
	} else {
		say(out, len, "上書き");
	}
	if (!strcmp(mode, json_verify_name(VERIFY_FULL)))
		say(out, len, "と全域の読出しによる確認");
	else if (!strcmp(mode, json_verify_name(VERIFY_SAMPLE)))
		say(out, len, "と抽出による読出しの確認");
}

void
cert_statement(const json_t *doc, char *out, size_t len)
{
	const char *name = cert_get(doc, "contract.name");
	char how[512] = "";

	say_how(doc, how, sizeof(how));
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

/* The usual ones are told by their passes alone. */
static bool
is_named(const char *policy)
{
	return strcmp(policy, "clear") != 0 &&
		strcmp(policy, "purge-or-clear") != 0;
}

void
cert_method(const json_t *doc, char *out, size_t len)
{
	const char *mode = cert_get(doc, "verification.mode");
	const char *policy = cert_get(doc, "method.policy_title_ja");
	const char *level = cert_get(doc, "level");

	out[0] = '\0';
	say(out, len, "データ消去ソフトウェア massho %s による%s消去（",
	    cert_get(doc, "tool.version"), by_drive(doc) ?
	    "ドライブ内蔵の消去命令での" : "上書き");
	if (by_drive(doc)) {
		say_methods(doc, out, len);
	} else {
		if (is_named(cert_get(doc, "method.policy")) &&
		    strcmp(policy, "unknown") != 0)
			say(out, len, "%s、", policy);
		say_passes(cert_at(doc, "method.passes"), out, len);
	}
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

/* ---- what was not reached ----------------------------------------------- */

static bool
is_sanitize(enum method m)
{
	return m == METHOD_SANITIZE_BLOCK || m == METHOD_SANITIZE_CRYPTO ||
		m == METHOD_SANITIZE_OVERWRITE;
}

/* Of the medium itself; NULL: the method reaches all of it. */
static const char *
own_rest(const json_t *medium, enum method m)
{
	enum medium kind = cert_medium_named(cert_get(medium, "medium"));

	if (json_is_true(json_object_get(medium, "image")))
		return "ファイルシステムが以前に使用した領域、スナップショット"
			"及び複製";
	if (json_is_true(json_object_get(medium, "virtual")) ||
	    kind == MEDIUM_VIRTUAL)
		return "仮想ディスクの下位の記憶装置、スナップショット及び複製";
	if (m == METHOD_SANITIZE_CRYPTO)
		return "暗号鍵の複製の有無及び暗号化の方式（ドライブの外からは"
			"確認できません）";
	if (is_sanitize(m))
		return NULL;
	if (kind == MEDIUM_FLASH)
		return "予備領域（オーバープロビジョニング）及び代替処理された"
			"セル";
	return "予備領域、代替処理された領域及び隠し領域（HPA・DCO等）";
}

/* Parts that no command for erasing acts on. */
static void
add_apart(const json_t *doc, json_t *list)
{
	static const struct {
		const char *path, *text;
	} part[] = {
		{ "drive.scope.rpmb", "RPMB（認証付きの小さな保護領域）" },
		{ "drive.scope.boot_partitions", "起動用パーティション" },
		{ "drive.scope.pmr", "永続メモリ領域（PMR）" },
	};
	const json_t *free = cert_at(doc, "drive.scope.unallocated");
	char text[256] = "";

	for (size_t i = 0; i < ARRAY_SIZE(part); i++) {
		if (!strcmp(cert_get(doc, part[i].path),
			    answer_name(ANSWER_YES)))
			say(text, sizeof(text), "%s%s", text[0] ? "、" :
			    "消去命令の対象とならない部分：", part[i].text);
	}
	if (text[0])
		json_array_append_new(list, json_string(text));
	if (json_integer_value(free) > 0 && !is_sanitize(cert_method_named(
		cert_get(doc, "method.technique"))))
		json_array_append_new(list, json_string(
			"どの名前空間にも割り当てられていない容量"));
}

json_t *
cert_not_examined(const json_t *doc)
{
	const json_t *medium = json_array_get(cert_at(doc, "media"), 0);
	const char *own = own_rest(medium, cert_method_named(
		cert_get(doc, "method.technique")));
	json_t *list = json_array();

	if (own)
		json_array_append_new(list, json_string(own));
	add_apart(doc, list);
	json_array_append_new(list, json_string(
		"この媒体の外にある複製及びバックアップ"));
	json_array_append_new(list, json_string(
		"機器のその他の記憶部（ファームウェア、TPM等）"));
	return list;
}

bool
cert_is_exception(const json_t *doc, enum reason_code code)
{
	switch (code) {
	case REASON_HIDDEN_UNKNOWN:
		/* of what has such areas, by what works on addresses */
		return !strcmp(cert_get(doc, "method.driver"), "ata") &&
			!reach_is_whole(cert_method_named(cert_get(
				doc, "method.technique")));
	case REASON_BLOCKS_NOT_WRITTEN:
	case REASON_BLOCKS_NOT_READ:
	case REASON_UNREADABLE:
	case REASON_HIDDEN_LEFT:
	case REASON_HIDDEN_BACK:
	case REASON_NO_PROOF:
	case REASON_TOO_FAST:
	case REASON_PASSWORD_LEFT:
	case REASON_PASSWORD_KEPT:
	case REASON_SPACE_UNREAD:
	case REASON_UNSETTLED:
	case REASON_DRIVE_FAILED:
		return true;
	default:
		return false;
	}
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
