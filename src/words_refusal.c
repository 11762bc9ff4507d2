/* SPDX-License-Identifier: Apache-2.0 */
/* Why is a drive or a method not touched, and what to do about it? */
#include "words.h"

const struct sentence words_refusals[REASON_COUNT] = {
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
	[REASON_SAME_MEDIUM] = { "same_medium", 'd',
		"the same medium as %s, or not told apart from it; name one of "
		"them at a time",
		"%s と同じ媒体か、区別できない媒体です。一度に一方だけを指定"
		"してください" },
	[REASON_PROCESS] = { "process", 'u',
		"in use: process %s has it open; end that process, or wait if "
		"it is erasing",
		"使用中です：プロセス %s が開いています。そのプロセスを終了"
		"するか、消去中であれば終わるまで待ってください" },
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
		"cannot tell what uses this drive (%s); detach the device named "
		"here if it is dead, or run as root with /proc and /sys mounted",
		"使用中かどうかを確認できません（%s）。ここに示した装置が応答しない"
		"場合は取り外し、そうでなければ root で、/proc と /sys がある環境で"
		"実行してください" },

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
	[REASON_LEVEL_UNREACHABLE] = { "level_unreachable", 'l',
		"the level the policy wants cannot be reached (%s); choose "
		"another policy or destroy the medium physically",
		"方式が求める水準に届きません（%s）。別の方式を"
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

	/* why a method of the drive is not offered, or not used */
	[REASON_NOT_SUPPORTED] = { "not_supported", 'q',
		"the drive does not have this command",
		"ドライブがこの命令を備えていません" },
	[REASON_FROZEN] = { "frozen", '-',
		"frozen: this computer's firmware has blocked the security "
		"commands until the drive loses power; try --unfreeze, or "
		"replug the drive's power while the system runs",
		"凍結（フリーズ）状態です：この機械のファームウェアが"
		"セキュリティ命令を禁止しています。--unfreeze を試すか、"
		"起動後にドライブの電源を挿し直してください" },
	[REASON_LOCKED] = { "locked", 't',
		"locked with a password that is not ours (%s); if another "
		"tool left it, say which with --unlock, else remove it in the "
		"BIOS setup of the machine it came from",
		"ほかのパスワードでロックされています（%s）。別のツールの"
		"ものなら --unlock で指定し、それ以外は元の機械のBIOS設定で"
		"解除してください" },
	[REASON_COUNT_EXPIRED] = { "count_expired", '-',
		"too many wrong passwords were tried; switch the drive's "
		"power off and on, then try again",
		"パスワードの誤りが上限に達しています。ドライブの電源を入れ"
		"直してから、やり直してください" },
	[REASON_LOCKED_FIRST] = { "locked_first", '-',
		"locked with a password: unlocked first, with that of massho "
		"or the one named by --unlock; any other must be removed in "
		"the BIOS setup of the machine it came from",
		"ロックされています。先に massho か --unlock のパスワードで解"
		"除します。ほかのものは元の機械のBIOS設定で解除してください" },
	[REASON_PASSWORD_FIRST] = { "password_first", '-',
		"a password is set: removed first, if it is that of massho "
		"or the one named by --unlock; with any other this is left "
		"out",
		"パスワードが設定されています。massho か --unlock のものなら"
		"先に解除し、それ以外ならこの方法を使いません" },
	[REASON_SANITIZE_RESTRICTED] = { "sanitize_restricted", '-',
		"a sanitize has failed in restricted mode: until another one "
		"succeeds the drive takes no format and no data; sanitize "
		"it, or destroy the medium physically",
		"制限モードのサニタイズが失敗し、次に成功するまで書き込みもで"
		"きません。サニタイズするか、物理的に破壊してください" },
	[REASON_SANITIZE_FROZEN] = { "sanitize_frozen", '-',
		"sanitize is frozen until the drive loses power; switch its "
		"power off and on, then try again",
		"サニタイズが凍結（フリーズ）状態です。ドライブの電源を入れ"
		"直してから、やり直してください" },
	[REASON_SANITIZE_RUNNING] = { "sanitize_running", '-',
		"the drive is sanitizing itself; wait until that has ended",
		"サニタイズの実行中です。終わるまで待ってください" },
	[REASON_BRIDGE] = { "bridge", 'u',
		"the bridge (%s) is not proven to pass this command on; "
		"connect the drive directly",
		"変換器（%s）がこの命令を正しく伝えることを確認できません。"
		"ドライブを直接接続してください" },
	[REASON_RAID_VOLUME] = { "raid_volume", 't',
		"RAID volume (%s): the command would act on the controller "
		"and not on its disks; set the controller to HBA (JBOD) mode",
		"RAIDボリューム（%s）では、命令がコントローラーに働き、"
		"個々のディスクに届きません。HBA（JBOD）モードに切り替えて"
		"ください" },
	[REASON_VIRTUAL_DRIVE] = { "virtual_drive", 't',
		"virtual drive (%s): its commands may stop at the host and "
		"erase nothing; they are sent only with --allow virtual and "
		"count as Clear at most",
		"仮想ドライブ（%s）では、命令が実体に届かない可能性が"
		"あります。--allow virtual を指定したときだけ使い、水準は"
		"Clearまでとします" },
	[REASON_SPACE_IN_USE] = { "space_in_use", 't',
		"it would also erase another namespace, which is in use (%s); "
		"end that use first",
		"使用中の別の名前空間も消去されます（%s）。先に使用を終えて"
		"ください" },
	[REASON_SAME_SUBSYSTEM] = { "same_subsystem", 'd',
		"a namespace of the same device as %s, and erasing one erases "
		"the other; name only one of them",
		"%s と同じ装置の名前空間で、一方を消去すると他方も消去されます。"
		"どちらか一方だけを指定してください" },
	[REASON_KNOWN_BAD] = { "known_bad", 't',
		"drives of this model (%s) are known to hang in this command, "
		"so it is not sent",
		"この型番（%s）はこの命令で応答しなくなることが知られている"
		"ため、送りません" },
	[REASON_WRITE_PROTECTED] = { "write_protected", 't',
		"a namespace is write-protected (%s); release the protection, "
		"or switch the drive's power off and on",
		"書き込み禁止の名前空間があります（%s）。解除するか、ドライブの"
		"電源を入れ直してください" },
	[REASON_TCG_LOCKED] = { "tcg_locked", '-',
		"locked by its TCG security; unlock it, or revert it with the "
		"PSID on its label",
		"TCGのセキュリティ機能でロックされています。解除するか、ラベルに"
		"あるPSIDで初期状態に戻してください" },
	[REASON_NO_STATUS] = { "no_status", '-',
		"the drive's results do not come back on this connection, so "
		"failure could not be told from success; connect the drive "
		"directly",
		"この接続では命令の結果が返らず、成否を判定できません。ドライブを"
		"直接接続してください" },
	[REASON_WEAKER] = { "weaker", 'q',
		"%s is stronger and is used",
		"より強い %s を使います" },
	[REASON_POLICY_OVERWRITES] = { "policy_overwrites", '-',
		"the policy is one of overwriting; massho policy list shows "
		"those that use the drive's own commands",
		"上書きによる方式です。ドライブ内蔵の消去命令を使う方式は"
		"massho policy list で確認してください" },
	[REASON_METHOD_CHOSEN] = { "method_chosen", 'q',
		"--method chooses %s instead",
		"--method で %s が指定されています" },
	[REASON_NOT_INTERRUPTED] = { "not_interrupted", '-',
		"the evidence log has no interrupted erasure of this drive to "
		"go on with; leave --resume out to erase it from the start",
		"このドライブの中断した消去が作業記録にありません。最初から消去"
		"するには --resume を付けずに実行してください" },
	[REASON_OTHER_PLAN] = { "other_plan", 't',
		"the erasure that was interrupted had another plan (%s); give "
		"the same options as then, or leave --resume out to erase "
		"from the start",
		"中断した消去は別の計画によるものです（%s）。その時と同じ指定で"
		"実行するか、--resume を付けずに最初から消去してください" },
};
