/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Why was something refused, lowered or left out, and what to do about it?
 *
 * One row per reason.  The letter tells what the argument is:
 *   -  none             m  mount point        d  device, disk or partition
 *   u  user: holder, array, process, service  n  number, offset or range
 *   w  stable ASCII word or words             t  free text
 * The sentences are printed on screens and on certificates, so they hold
 * before a run as well as after it.
 */
#include "massho.h"
#include "util.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

struct sentence {
	const char *name;
	char arg;
	const char *en, *ja;
};

static const struct sentence sentences[REASON_COUNT] = {
	[REASON_UNKNOWN] = { "unknown", '-',
		"reason not known; treat the drive as not erased",
		"理由を特定できません。消去できていないものとして扱ってください" },

	/* the guard */
	[REASON_MOUNTED] = { "mounted", 'm',
		"in use: %s is mounted; unmount it with umount",
		"使用中です：%s がマウントされています。umount で外してください" },
	[REASON_SWAP] = { "swap", 'd',
		"in use: %s is swap space; release it with swapoff",
		"使用中です：%s がスワップです。swapoff で解放してください" },
	[REASON_HOLDER] = { "holder", 'u',
		"in use: %s is built on it; take it down first (cryptsetup "
		"close, vgchange -an, dmsetup remove, mdadm --stop)",
		"使用中です：%s がこの上にあります。先に解除してください"
		"（cryptsetup close、vgchange -an、dmsetup remove、"
		"mdadm --stop）" },
	[REASON_LOOP_BACKING] = { "loop_backing", 'd',
		"in use: loop device %s stands on the same storage; detach it "
		"with losetup -d",
		"使用中です：ループデバイス %s が同じ記憶域の上にあります。"
		"losetup -d で外してください" },
	[REASON_PROCESS] = { "process", 'u',
		"in use: process %s has it open; end that process",
		"使用中です：プロセス %s が開いています。そのプロセスを終了"
		"してください" },
	[REASON_EXCLUSIVE] = { "exclusive", 't',
		"in use: opened exclusively (%s); find the user with lsof or "
		"fuser -v and end it",
		"使用中です：排他的に開かれています（%s）。lsof や fuser -v で"
		"調べ、終了してください" },
	[REASON_BOOT_MEDIUM] = { "boot_medium", 't',
		"the running system is on this drive (%s); start from another "
		"medium to erase it",
		"起動中のシステムがあるドライブです（%s）。別の媒体から起動"
		"してください" },
	[REASON_EXPORTED] = { "exported", 'u',
		"in use: exported to others (%s); end the export first",
		"使用中です：他へ公開されています（%s）。先に公開を止めて"
		"ください" },
	[REASON_MEMBER_ACTIVE] = { "member_active", 'u',
		"in use: member of %s, which is active; release it first "
		"(umount, zpool export, mdadm --stop)",
		"使用中です：稼働中の %s の構成ディスクです。先に解除して"
		"ください（umount、zpool export、mdadm --stop）" },
	[REASON_EVIDENCE_HERE] = { "evidence_here", 't',
		"the case or its evidence log is on this drive (%s); keep it "
		"on another medium",
		"案件フォルダまたは作業記録がこのドライブにあります（%s）。別の"
		"媒体に置いてください" },
	[REASON_GUARD_BLIND] = { "guard_blind", 't',
		"cannot tell what uses this drive (%s); run as root with /proc "
		"and /sys mounted",
		"使用中かどうかを確認できません（%s）。root で、/proc と /sys が"
		"ある環境で実行してください" },
	[REASON_SAME_MEDIUM] = { "same_medium", 'd',
		"the same medium as %s, or not told apart from it; name one of "
		"them at a time",
		"%s と同じ媒体か、区別できない媒体です。一度に一方だけを指定"
		"してください" },

	/* refused by nature */
	[REASON_READ_ONLY] = { "read_only", '-',
		"the drive is read-only; release its write protection",
		"書き込みが禁止されています。書き込み禁止を解除してください" },
	[REASON_NO_MEDIUM] = { "no_medium", '-',
		"no medium in the drive; insert one",
		"媒体が入っていません。挿入してください" },
	[REASON_PARTITION] = { "partition", 'd',
		"%s is a partition; name the whole disk",
		"%s はパーティションです。ディスク全体を指定してください" },
	[REASON_STACKED] = { "stacked", 'd',
		"%s is not a medium by itself; name the disks under it",
		"%s は媒体そのものではありません。その下のディスクを指定して"
		"ください" },
	[REASON_NETWORK] = { "network", 't',
		"network storage (%s): others may use it and keep copies; it "
		"is touched only with --allow network",
		"ネットワーク上の記憶装置（%s）で、他者が使用し、複製が残る"
		"おそれがあります。対象とするには --allow network を指定して"
		"ください" },
	[REASON_OPTICAL] = { "optical", '-',
		"optical discs and tapes are not erased by overwriting; destroy "
		"the medium physically",
		"光ディスクと磁気テープは上書き消去の対象外です。物理的に破壊"
		"してください" },
	[REASON_ZONED] = { "zoned", '-',
		"zoned drive: it cannot be overwritten in place; use an erase "
		"command of the drive or destroy it physically",
		"ゾーン方式のドライブで、上書きできません。ドライブ内蔵の消去"
		"命令か物理的な破壊によってください" },
	[REASON_NOT_BLOCK] = { "not_block", 't',
		"%s is not a block device; for a disk image add --image",
		"%s はブロックデバイスではありません。ディスクイメージには "
		"--image を付けてください" },
	[REASON_SIZE_ZERO] = { "size_zero", '-',
		"the drive reports size 0; check its cable, enclosure and "
		"medium",
		"容量が 0 です。ケーブル・ケース・媒体を確認してください" },
	[REASON_IDENTITY_CHANGED] = { "identity_changed", 't',
		"not the drive that was planned (%s); run massho plan again",
		"計画時のドライブと一致しません（%s）。massho plan から"
		"やり直してください" },

	/* the plan */
	[REASON_LEVEL_UNREACHABLE] = { "level_unreachable", 'w',
		"the level the policy wants cannot be reached (wanted/"
		"reachable: %s); choose another policy or destroy the medium "
		"physically",
		"方式が求める水準に届きません（要求/到達可能：%s）。別の方式を"
		"選ぶか、物理的に破壊してください" },
	[REASON_MEDIUM_MISMATCH] = { "medium_mismatch", 'w',
		"the policy is not meant for this kind of medium (%s); choose "
		"another, see massho policy list",
		"この種類の媒体（%s）のための方式ではありません。massho policy "
		"list から別の方式を選んでください" },
	[REASON_TOO_SMALL] = { "too_small", 'n',
		"the drive is smaller than the policy allows (%s); choose the "
		"variant for smaller drives, see massho policy list",
		"方式が定める容量に足りません（%s）。massho policy list から"
		"小容量向けの方式を選んでください" },
	[REASON_METHOD_NOT_OFFERED] = { "method_not_offered", 'w',
		"the drive does not offer this method (%s); choose another "
		"with --method or destroy the medium physically",
		"ドライブがこの手段（%s）に対応していません。--method で別の"
		"手段を選ぶか、物理的に破壊してください" },
	[REASON_BAD_GEOMETRY] = { "bad_geometry", 't',
		"size and block size do not fit together (%s); check the "
		"enclosure, or the length of the image",
		"容量とブロック長が整合しません（%s）。ケースやイメージの長さを"
		"確認してください" },
	[REASON_TOO_MANY_STEPS] = { "too_many_steps", 'n',
		"too many steps (%s); name fewer passes",
		"手順が多すぎます（%s）。回数を減らしてください" },

	/* why a level is not higher */
	[REASON_OVERWRITE_FLASH] = { "overwrite_flash", '-',
		"flash: overwriting does not reach spare and remapped cells; "
		"Purge takes an erase command of the drive",
		"フラッシュメモリの予備領域・代替領域には上書きが届きません。"
		"Purgeにはドライブ内蔵の消去命令が必要です" },
	[REASON_OVERWRITE_ONLY] = { "overwrite_only", '-',
		"overwriting from the host reaches Clear at most; Purge takes "
		"an erase command of the drive",
		"ホストからの上書きで到達する水準はClearまでです。Purgeには"
		"ドライブ内蔵の消去命令が必要です" },
	[REASON_VIRTUAL_BACKING] = { "virtual_backing", '-',
		"virtual drive: copies, snapshots and old blocks of the "
		"storage beneath it are not reached",
		"仮想的なドライブのため、実体の記憶装置に残る複製・スナップ"
		"ショット・旧ブロックには届きません" },
	[REASON_MEDIUM_UNKNOWN] = { "medium_unknown", '-',
		"the kind of medium is not known, so the lowest level that "
		"fits is taken",
		"媒体の種類が不明のため、低い側の水準としました" },
	[REASON_USB_IDENTITY] = { "usb_identity", '-',
		"behind a USB bridge: model, serial number and size may be the "
		"bridge's; compare them with the drive's label",
		"USB変換器を経由しており、型番・製造番号・容量が変換器のもので"
		"ある可能性があります。現物のラベルと照合してください" },
	[REASON_HIDDEN_UNKNOWN] = { "hidden_unknown", '-',
		"hidden areas (HPA, DCO, AMAC) are not examined",
		"隠し領域（HPA・DCO・AMAC）は確認していません" },
	[REASON_REALLOCATED_UNKNOWN] = { "reallocated_unknown", '-',
		"sectors the drive has replaced may keep their content and are "
		"not examined",
		"代替処理済みセクタには内容が残る可能性があり、確認して"
		"いません" },
	[REASON_SAMPLED] = { "sampled", 't',
		"read back by sampling (%s), not in full",
		"検証は抜き取り（%s）であり、全領域ではありません" },
	[REASON_NOT_VERIFIED] = { "not_verified", '-',
		"what was written has not been read back; erase again with "
		"verification",
		"書き込んだ内容の読み戻しによる検証ができていません。検証を"
		"含めて消去をやり直してください" },
	[REASON_BLOCKS_NOT_WRITTEN] = { "blocks_not_written", 'n',
		"blocks that could not be written may keep their content (%s); "
		"destroy the medium physically if that is not acceptable",
		"書き込めなかったブロックに内容が残る可能性があります（%s）。"
		"許容できない場合は物理的に破壊してください" },
	[REASON_BLOCKS_NOT_READ] = { "blocks_not_read", 'n',
		"blocks that could not be read back are not verified (%s); "
		"destroy the medium physically if that is not acceptable",
		"読み戻せなかったブロックは検証できていません（%s）。許容"
		"できない場合は物理的に破壊してください" },
	[REASON_DESTROY_PENDING] = { "destroy_pending", '-',
		"physical destruction must follow; this erasure alone does not "
		"suffice",
		"この消去だけでは足りません。物理的な破壊が別途必要です" },
	[REASON_WITHDRAWN] = { "withdrawn", 'w',
		"%s is not a current standard; its passes do not raise the "
		"level",
		"%s は現行規格ではなく、その上書き回数によって水準は上がり"
		"ません" },
	[REASON_NO_SERIAL] = { "no_serial", '-',
		"the drive reports no serial number; keep its asset number and "
		"label with the record",
		"製造番号を取得できません。管理番号と現物のラベルを記録に添えて"
		"ください" },

	/* how a run went wrong */
	[REASON_MISMATCH] = { "mismatch", 'n',
		"not erased: what was read back is not what was written (%s); "
		"erase again or destroy the medium physically",
		"消去できていません：読み戻した内容が書き込みと一致しません"
		"（%s）。消去をやり直すか、物理的に破壊してください" },
	[REASON_WRITE_FAILED] = { "write_failed", 't',
		"writing failed (%s); erase again or destroy the medium "
		"physically",
		"書き込みに失敗しました（%s）。消去をやり直すか、物理的に破壊"
		"してください" },
	[REASON_FLUSH_FAILED] = { "flush_failed", 't',
		"the drive did not confirm that the data reached the medium "
		"(%s); erase again or destroy the medium physically",
		"媒体への書き込み完了（フラッシュ）を確認できませんでした"
		"（%s）。消去をやり直すか、物理的に破壊してください" },
	[REASON_DEVICE_LOST] = { "device_lost", 't',
		"the drive takes no more reads and writes (%s); check power, "
		"cable and capacity, then erase again",
		"ドライブの読み書きを続けられなくなりました（%s）。電源・"
		"ケーブル・容量を確認し、消去をやり直してください" },
	[REASON_SIZE_CHANGED] = { "size_changed", 'n',
		"the drive changed its size during the run (%s); check the "
		"drive and erase again",
		"実行中に容量が変わりました（%s）。ドライブを確認し、消去を"
		"やり直してください" },
	[REASON_INTERRUPTED] = { "interrupted", '-',
		"interrupted before the end; erase again",
		"途中で中断されました。消去をやり直してください" },
	[REASON_WORKER_DIED] = { "worker_died", 't',
		"the erasing process ended unexpectedly (%s); erase again",
		"消去プロセスが異常終了しました（%s）。消去をやり直してください" },
	[REASON_SIGNATURE_LEFT] = { "signature_left", 'w',
		"not erased: a known signature is still found (%s); erase "
		"again",
		"消去できていません：既知の識別情報（%s）が残っています。消去を"
		"やり直してください" },
	[REASON_STEP_MISSING] = { "step_missing", 't',
		"not every step of the plan was carried out (%s); erase again",
		"計画の手順がすべては実行されていません（%s）。消去をやり直して"
		"ください" },
	[REASON_TOO_MANY_ERRORS] = { "too_many_errors", 'n',
		"more blocks failed than the policy tolerates (%s); destroy "
		"the medium physically",
		"方式の許容を超えるブロックで失敗しました（%s）。物理的に破壊"
		"してください" },
	[REASON_NO_RECEIPT] = { "no_receipt", '-',
		"the start was not recorded in the evidence log; nothing may "
		"be written without that",
		"開始が作業記録に記録されていません。記録なしに書き込みは"
		"できません" },
	[REASON_INTERNAL] = { "internal", 't',
		"internal error (%s); treat the drive as not erased and report "
		"this",
		"内部エラーです（%s）。消去できていないものとして扱い、報告して"
		"ください" },
	[REASON_EVIDENCE_LOST] = { "evidence_lost", 't',
		"the evidence log could not be written (%s); check the medium "
		"that holds it, then erase again",
		"作業記録を書き込めませんでした（%s）。記録先の媒体を確認し、"
		"消去をやり直してください" },
	[REASON_NOT_CONFIRMED] = { "not_confirmed", '-',
		"not confirmed; type what is asked on a terminal or give "
		"--confirm TOKEN from massho plan",
		"確認されていません。端末で入力するか、massho plan の確認"
		"トークンを --confirm で指定してください" },
	[REASON_STUCK] = { "stuck", 't',
		"the drive does not answer (%s); check power and cable, then "
		"erase again",
		"ドライブが応答しません（%s）。電源とケーブルを確認し、消去を"
		"やり直してください" },
	[REASON_POLICY_LOWERED] = { "policy_lowered", 'w',
		"the level wanted could not be had, so the policy goes on at "
		"the lower one (wanted/reachable: %s)",
		"求める水準に届かないため、方式の定めにより低い水準としました"
		"（要求/到達可能：%s）" },
	[REASON_CLOCK_SET_BACK] = { "clock_set_back", 'n',
		"the clock of this machine was set back during the run, which "
		"therefore ends before it starts; its steps took %s s",
		"作業中に機器の時計が戻されたため、終了の時刻が開始より前に"
		"なっています（各工程の実際の所要時間は計%s秒です）" },
	[REASON_CLASS_DESTROY] = { "class_destroy", '-',
		"information of class 1: physical destruction must follow; "
		"this erasure alone does not suffice (as policy mic-class-1 "
		"says)",
		"分類1の情報を保存する媒体です。この消去だけでは足りず、物理的な"
		"破壊が別途必要です（方式 mic-class-1）" },
	[REASON_CLASS_PURGE] = { "class_purge", '-',
		"the level that information of class 2 asks for when it is "
		"erased outside the office (Purge, policy mic-class-2) is not "
		"reached; erase it on the premises, or destroy the medium "
		"afterwards",
		"分類2の情報を庁舎外で消去する場合に求められる水準（Purge、方式 "
		"mic-class-2）に達していません。庁舎内で消去するか、消去後に物理"
		"的に破壊してください" },
};

static const struct sentence *
find(enum reason_code code)
{
	unsigned int i = code;

	return &sentences[i < REASON_COUNT ? i : REASON_UNKNOWN];
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
translate(const char *arg)
{
	static const char *const words[][2] = {
		{ "size", "容量" }, { "serial", "製造番号" },
		{ "model", "型番" }, { "wwn", "WWN" }, { "vendor", "製造元" },
		{ "diskseq", "接続の通し番号" }, { "key", "鍵" },
		{ "step", "工程" }, { "plan digest", "計画のダイジェスト" },
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

/* A bare number says nothing: of what it is, the reason knows. */
static void
say_arg(const struct reason *r, bool en, char *buf, size_t len)
{
	char number[24], at[24];
	const char *arg = r->arg;
	char tail;
	bool one = *arg && !arg[strspn(arg, "0123456789")];

	if (one && r->code == REASON_TOO_MANY_ERRORS)
		snprintf(buf, len, en ? "%s blocks" : "%sブロック", arg);
	else if (one && (r->code == REASON_STEP_MISSING ||
			 r->code == REASON_NOT_VERIFIED ||
			 r->code == REASON_MISMATCH))
		snprintf(buf, len, en ? "step %s" : "工程%s", arg);
	else if (en)
		text_copy(buf, len, arg);
	else if (sscanf(arg, "%20[0-9] -> %20[0-9]%c", number, at, &tail) == 2)
		snprintf(buf, len, "%s バイトから %s バイトへ", number, at);
	else if (sscanf(arg, "%20[0-9], %20[0-9] B%c", number, at, &tail) == 2)
		snprintf(buf, len, "%sブロック、%s バイト", number, at);
	else if (sscanf(arg, "%20[0-9] @ %20[0-9]%c", number, at, &tail) == 2)
		snprintf(buf, len, "%sか所、最初は位置 %s", number, at);
	else
		text_copy(buf, len, translate(arg));
}

const char *
reason_text(const struct reason *r, enum lang lang, char *buf, size_t len)
{
	bool en = lang == LANG_EN;
	const struct sentence *s = find(r->code);
	const char *text = en ? s->en : s->ja;
	const char *aside = en ? " (%s)" : "（%s）";
	char more[768], arg[sizeof(r->arg) + 64];

	if (!strstr(text, "%s")) {
		/* an argument all the same: nothing known is withheld */
		snprintf(more, sizeof(more), "%s%s", text,
			 *r->arg ? aside : "");
		text = more;
	}
	say_arg(r, en, arg, sizeof(arg));
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
