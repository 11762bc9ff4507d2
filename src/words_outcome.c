/* SPDX-License-Identifier: Apache-2.0 */
/* Why is a level not higher, how did a run go wrong, and what to do now? */
#include "words.h"

const struct sentence words_outcomes[REASON_COUNT] = {
	/* why a level is not higher */
	[REASON_OVERWRITE_FLASH] = { "overwrite_flash", '-',
		"flash: overwriting does not reach spare and remapped cells; "
		"Purge needs an erase command of the drive",
		"フラッシュメモリの予備領域・代替領域には上書きが届きません。"
		"Purgeにはドライブ内蔵の消去命令が必要です" },
	[REASON_OVERWRITE_ONLY] = { "overwrite_only", '-',
		"overwriting from the host reaches Clear at most; Purge needs "
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
	[REASON_HIDDEN_UNKNOWN] = { "hidden_unknown", 'u',
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
	[REASON_NOT_VERIFIED] = { "not_verified", 'k',
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
	[REASON_MISMATCH] = { "mismatch", 'k',
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
		"cable and capacity, then go on (--resume), or erase again",
		"ドライブの読み書きを続けられなくなりました（%s）。電源・"
		"ケーブル・容量を確認し、再開する（--resume）か、消去をやり直して"
		"ください" },
	[REASON_SIZE_CHANGED] = { "size_changed", 'n',
		"the drive changed its size during the run (%s); check the "
		"drive and erase again",
		"実行中に容量が変わりました（%s）。ドライブを確認し、消去を"
		"やり直してください" },
	[REASON_INTERRUPTED] = { "interrupted", '-',
		"interrupted before the end; go on (--resume), or erase "
		"again",
		"途中で中断されました。再開する（--resume）か、消去をやり直して"
		"ください" },
	[REASON_WORKER_DIED] = { "worker_died", 't',
		"the erasing process ended unexpectedly (%s); go on "
		"(--resume), or erase again",
		"消去プロセスが異常終了しました（%s）。再開する（--resume）か、"
		"消去をやり直してください" },
	[REASON_SIGNATURE_LEFT] = { "signature_left", 'w',
		"not erased: a known signature is still found (%s); erase "
		"again",
		"消去できていません：既知の識別情報（%s）が残っています。消去を"
		"やり直してください" },
	[REASON_STEP_MISSING] = { "step_missing", 'k',
		"not every step of the plan was carried out (%s); erase again",
		"計画の手順がすべては実行されていません（%s）。消去をやり直して"
		"ください" },
	[REASON_TOO_MANY_ERRORS] = { "too_many_errors", 'b',
		"more blocks failed than the policy tolerates (%s); destroy "
		"the medium physically",
		"方式の許容を超えるブロックで失敗しました（%s）。物理的に破壊"
		"してください" },
	[REASON_TROUBLE_TIME] = { "trouble_time", 'i',
		"the drive's bad regions took all the time they may cost (%s); "
		"what was not reached is listed; destroy the medium physically",
		"不良箇所の処理が許容時間を超えました（%s）。処理できなかった"
		"範囲は記録にあります。物理的に破壊してください" },
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
		"that holds it, then go on (--resume), or erase again",
		"作業記録を書き込めませんでした（%s）。記録先の媒体を確認し、"
		"再開する（--resume）か、消去をやり直してください" },
	[REASON_NOT_CONFIRMED] = { "not_confirmed", '-',
		"not confirmed; type what is asked on a terminal or give "
		"--confirm TOKEN from massho plan",
		"確認されていません。端末で入力するか、massho plan の確認"
		"トークンを --confirm で指定してください" },
	[REASON_STUCK] = { "stuck", 't',
		"the drive does not answer (%s); check power and cable, then "
		"go on (--resume), or erase again",
		"ドライブが応答しません（%s）。電源とケーブルを確認し、"
		"再開する（--resume）か、消去をやり直してください" },
	[REASON_POLICY_LOWERED] = { "policy_lowered", 'l',
		"the level wanted could not be had, so the policy goes on at "
		"the lower one (%s)",
		"求める水準に届かないため、方式の定めにより低い水準としました"
		"（%s）" },
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
	[REASON_CLOCK_SET_BACK] = { "clock_set_back", 'n',
		"the clock of this machine was set back during the run, which "
		"therefore ends before it starts; its steps took %s s",
		"作業中に機器の時計が戻されたため、終了の時刻が開始より前に"
		"なっています（各工程の実際の所要時間は計%s秒です）" },

	/* why a level is not higher, with methods of the drive */
	[REASON_CRYPTO_ALONE] = { "crypto_alone", '-',
		"crypto erase alone counts as Clear: whether everything was "
		"always encrypted and every copy of the key is gone cannot be "
		"examined from outside",
		"暗号化消去だけの場合はClearとします。全データが常に暗号化されて"
		"いたこと、鍵の複製がないことを外部から確認できません" },
	[REASON_FORMAT_CLEAR] = { "format_clear", '-',
		"a format command counts as Clear; Purge needs a sanitize "
		"command",
		"フォーマット命令による消去の水準はClearまでです。Purgeには"
		"サニタイズ命令が必要です" },
	[REASON_SECURITY_CLEAR] = { "security_clear", '-',
		"ATA security erase counts as Clear on this medium; Purge "
		"takes a sanitize command",
		"この媒体では、セキュアイレースの水準はClearまでです。Purgeには"
		"サニタイズ命令が必要です" },
	[REASON_HIDDEN_LEFT] = { "hidden_left", 't',
		"a hidden area could not be opened and may keep its content "
		"(%s); destroy the medium physically if that is not "
		"acceptable",
		"隠し領域を解除できず、内容が残る可能性があります（%s）。許容"
		"できない場合は物理的に破壊してください" },
	[REASON_NOT_REACHED] = { "not_reached", 'a',
		"parts of the drive that no erase command reaches (%s)",
		"消去命令が届かない領域があります（%s）" },
	[REASON_REALLOCATED] = { "reallocated", 'n',
		"the drive has replaced sectors (%s); the old ones may keep "
		"their content",
		"代替処理済みセクタがあり、元のセクタに内容が残る可能性が"
		"あります（%s）" },
	[REASON_FELL_BACK] = { "fell_back", 'q',
		"a stronger method did not succeed, so the next one was used "
		"(%s)",
		"より強い方法が成功しなかったため、次の方法に移りました（%s）" },
	[REASON_UNLOCKED] = { "unlocked", 'w',
		"the drive was found locked with a known password (%s), which "
		"was removed",
		"既知のパスワード（%s）でロックされていたため、解除しました" },

	/* how a firmware erase went wrong */
	[REASON_DRIVE_REFUSED] = { "drive_refused", 't',
		"the drive refused the command (%s); choose another method or "
		"destroy the medium physically",
		"ドライブが命令を拒否しました（%s）。別の方法を選ぶか、物理的に"
		"破壊してください" },
	[REASON_DRIVE_FAILED] = { "drive_failed", 't',
		"the drive says that its erasure failed (%s); erase again or "
		"destroy the medium physically",
		"ドライブが消去の失敗を報告しました（%s）。消去をやり直すか、"
		"物理的に破壊してください" },
	[REASON_NEVER_STARTED] = { "never_started", '-',
		"the drive's status never showed this command, so nothing "
		"says that it ran; erase again or choose another method",
		"ドライブの状態にこの命令が現れず、実行を確認できません。消去を"
		"やり直すか、別の方法を選んでください" },
	[REASON_STALLED] = { "stalled", 'i',
		"no progress any more (%s); the drive may still be at it: "
		"leave it under power, then erase again",
		"進行が止まりました（%s）。続いている可能性があるため、電源を"
		"切らずにおき、消去をやり直してください" },
	[REASON_TOO_FAST] = { "too_fast", 's',
		"the drive reported the end sooner than this medium can be "
		"erased (%s); erase again by another method or destroy the "
		"medium physically",
		"この媒体の消去に要する時間より早く終了が報告されました（%s）。"
		"別の方法で消去し直すか、物理的に破壊してください" },
	[REASON_MARK_LEFT] = { "mark_left", 'n',
		"not erased, whatever the drive reported: marks laid before "
		"are still there (%s); choose another method or destroy the "
		"medium physically",
		"ドライブの報告にかかわらず、消去できていません：事前に書いた"
		"目印が残っています（%s）。別の方法を選ぶか、物理的に破壊して"
		"ください" },
	[REASON_PREIMAGE_LEFT] = { "preimage_left", 'n',
		"not erased, whatever the drive reported: earlier content is "
		"still there (%s); choose another method or destroy the "
		"medium physically",
		"ドライブの報告にかかわらず、消去できていません：消去前の内容が"
		"残っています（%s）。別の方法を選ぶか、物理的に破壊して"
		"ください" },
	[REASON_CONTENT_ODD] = { "content_odd", 'c',
		"what the drive holds now does not agree with the method "
		"(%s); erase again or destroy the medium physically",
		"消去後の内容が方法と合いません（%s）。消去をやり直すか、物理的に"
		"破壊してください" },
	[REASON_NO_PROOF] = { "no_proof", '-',
		"nothing could be read or marked before, so only the drive's "
		"own word speaks for it; destroy the medium physically if that "
		"is not acceptable",
		"消去前に内容を読むことも目印を書くこともできず、根拠はドライブの"
		"報告だけです。許容できない場合は物理的に破壊してください" },
	[REASON_PASSWORD_LEFT] = { "password_left", 't',
		"a password is left on the drive (%s); run massho erase "
		"again, which removes it",
		"ドライブにパスワードが残っています（%s）。massho erase を"
		"もう一度実行して解除してください" },
	[REASON_UNREADABLE] = { "unreadable", 'b',
		"blocks that could not be read after the erasure are not "
		"examined (%s); destroy the medium physically if that is not "
		"acceptable",
		"消去後に読めなかったブロックは確認できていません（%s）。許容"
		"できない場合は物理的に破壊してください" },
	[REASON_HIDDEN_BACK] = { "hidden_back", 't',
		"a limit of the size that had been removed is there again "
		"(%s); look for what sets it, then erase again",
		"解除した容量の制限が再び設定されています（%s）。原因を調べ、"
		"消去をやり直してください" },
	[REASON_STILL_ERASING] = { "still_erasing", 'q',
		"still erasing inside the drive (%s); do not cut its power; "
		"run massho erase again when it has ended",
		"ドライブの内部で消去が続いています（%s）。電源を切らずにおき、"
		"終わってから massho erase をもう一度実行してください" },
	[REASON_SPACE_UNREAD] = { "space_unread", 't',
		"other namespaces of the same device could not be read, so "
		"nothing shows that they are erased (%s); attach them (nvme "
		"attach-ns), then erase again",
		"同じ装置の他の名前空間を読み出せず、消去されたことを確認でき"
		"ません（%s）。接続（nvme attach-ns）してから、消去をやり直して"
		"ください" },
	[REASON_PASSWORD_KEPT] = { "password_kept", '-',
		"the drive still has a password that this run did not set; "
		"remove it in the BIOS setup of the machine it came from, or "
		"say which it is with --unlock",
		"この作業では設定していないパスワードがドライブに残っています。"
		"元の機械のBIOS設定で解除するか、--unlock で指定してください" },
	[REASON_UNSETTLED] = { "unsettled", 'q',
		"the drive reported the end of its erasure, but could not be "
		"put in order after it (%s); switch its power off and on, then "
		"look at it with massho list",
		"消去の終了は報告されましたが、その後の後始末ができていません"
		"（%s）。ドライブの電源を入れ直し、massho list で確認して"
		"ください" },
	[REASON_BLOCK_SID] = { "block_sid", 't',
		"the firmware blocks the command (Block SID) though the drive "
		"offers it (%s); suspend to RAM (--unfreeze) or disable Block "
		"SID in the BIOS setup",
		"ドライブにある命令がファームウェアに止められています（Block "
		"SID、%s）。サスペンド（--unfreeze）するか、BIOS設定でBlock "
		"SIDを無効にしてください" },
	[REASON_RESUMED] = { "resumed", 'p',
		"the erasure had been interrupted before (%s); its earlier "
		"parts are on record",
		"この消去は途中で中断しています（中断%s）。それまでの経過は作業記"
		"録にあります" },
	[REASON_RESET_FIRST] = { "reset_first", 't',
		"new firmware waits in the drive, which sanitizes only after a "
		"reset (%s); switch the machine off and on, then erase again",
		"ドライブに更新待ちのファームウェアがあり、リセットするまでサニタ"
		"イズできません（%s）。電源を入れ直してください" },
	[REASON_PMR_ENABLED] = { "pmr_enabled", 't',
		"the drive does not sanitize while its persistent memory "
		"region is enabled (%s); release it, then erase again",
		"永続メモリ領域（PMR）が有効な間はサニタイズできません（%s）。"
		"解除してから、消去をやり直してください" },
	[REASON_PASSWORD_STAYS] = { "password_stays", 'w',
		"not locked, but the password tried (%s) does not remove the "
		"one that is set: erased without the security commands; name "
		"another with --unlock, or remove it in the BIOS setup of "
		"the machine it came from",
		"ロックされていませんが、設定されているパスワードは試したもの"
		"（%s）では解除できません。セキュリティ命令は使いません。--un"
		"lock で指定できます" },
};
