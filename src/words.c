/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is each thing called: stable ASCII for machines, Japanese and English
 * for people?
 *
 * These words are printed on certificates.  They state what was done and never
 * what nobody can know: no word here claims that data cannot be recovered.
 */
#include "words.h"

/* Glosses: the words of Japanese administrative practice for the levels of
 * NIST SP 800-88 and IEEE 2883. */
static const struct word levels[LEVEL_COUNT] = {
	[LEVEL_NONE] = { "none", "なし", "none" },
	[LEVEL_CLEAR] = { "clear", "Clear（消去）", "Clear" },
	[LEVEL_PURGE] = { "purge", "Purge（除去）", "Purge" },
};

static const struct word glosses[LEVEL_COUNT] = {
	[LEVEL_NONE] = { "none", "消去の水準に達していません",
		"no sanitization level is met" },
	[LEVEL_CLEAR] = { "clear", "一般に入手可能な復元ツールに耐える",
		"withstands recovery tools that anyone can get" },
	[LEVEL_PURGE] = { "purge", "研究所レベルの攻撃に耐える",
		"withstands attacks with laboratory techniques" },
};

const char *
level_name(enum level l)
{
	return pick(levels, LEVEL_COUNT, l)->name;
}

const char *
level_text(enum level l, enum lang lang)
{
	return say(pick(levels, LEVEL_COUNT, l), lang);
}

const char *
level_gloss(enum level l, enum lang lang)
{
	return say(pick(glosses, LEVEL_COUNT, l), lang);
}

static const struct word media[MEDIUM_COUNT] = {
	[MEDIUM_UNKNOWN] = { "unknown", "不明", "unknown" },
	[MEDIUM_ROTATING] = { "rotating", "磁気ディスク", "rotating disk" },
	[MEDIUM_FLASH] = { "flash", "フラッシュメモリ", "flash" },
	[MEDIUM_VIRTUAL] = { "virtual", "仮想ディスク", "virtual disk" },
	[MEDIUM_OPTICAL] = { "optical", "光ディスク", "optical disc" },
	[MEDIUM_TAPE] = { "tape", "磁気テープ", "tape" },
};

const char *
medium_name(enum medium m)
{
	return pick(media, MEDIUM_COUNT, m)->name;
}

const char *
medium_text(enum medium m, enum lang lang)
{
	return say(pick(media, MEDIUM_COUNT, m), lang);
}

static const struct word transports[TRANSPORT_COUNT] = {
	[TRANSPORT_UNKNOWN] = { "unknown", "不明", "unknown" },
	[TRANSPORT_SATA] = { "sata", "SATA接続", "SATA" },
	[TRANSPORT_NVME] = { "nvme", "NVMe接続", "NVMe" },
	[TRANSPORT_SAS] = { "sas", "SAS接続", "SAS" },
	[TRANSPORT_SCSI] = { "scsi", "SCSI接続", "SCSI" },
	[TRANSPORT_USB] = { "usb", "USB接続", "USB" },
	[TRANSPORT_MMC] = { "mmc", "SD/eMMC接続", "SD/eMMC" },
	[TRANSPORT_VIRTIO] = { "virtio", "virtio（仮想）", "virtio" },
	[TRANSPORT_LOOP] = { "loop", "ループデバイス", "loop device" },
	[TRANSPORT_IMAGE] = { "image", "イメージファイル", "image file" },
	[TRANSPORT_RAID] = { "raid", "RAIDボリューム", "RAID volume" },
	[TRANSPORT_NETWORK] = { "network", "ネットワーク接続", "network" },
	[TRANSPORT_STACKED] = { "stacked", "論理デバイス（dm・md等）",
		"stacked device (dm, md ...)" },
};

const char *
transport_name(enum transport t)
{
	return pick(transports, TRANSPORT_COUNT, t)->name;
}

const char *
transport_text(enum transport t, enum lang lang)
{
	return say(pick(transports, TRANSPORT_COUNT, t), lang);
}

static const struct word outcomes[OUTCOME_COUNT] = {
	[OUTCOME_FAILED] = { "failed", "消去できていません",
		"failed: not erased" },
	[OUTCOME_INTERRUPTED] = { "interrupted",
		"中断（消去は完了していません）",
		"interrupted: not erased" },
	[OUTCOME_EXCEPTIONS] = { "erased_with_exceptions",
		"消去済み（例外あり）", "erased with exceptions" },
	[OUTCOME_ERASED] = { "erased", "消去済み", "erased" },
};

const char *
outcome_name(enum outcome o)
{
	return pick(outcomes, OUTCOME_COUNT, o)->name;
}

const char *
outcome_text(enum outcome o, enum lang lang)
{
	return say(pick(outcomes, OUTCOME_COUNT, o), lang);
}

static const struct word uses[USE_COUNT] = {
	[USE_UNKNOWN] = { "unknown", "不明な使用", "unknown use" },
	[USE_MOUNT] = { "mount", "マウント", "mount" },
	[USE_SWAP] = { "swap", "スワップ", "swap" },
	[USE_DM] = { "dm", "デバイスマッパー(dm)", "device mapper" },
	[USE_MD] = { "md", "ソフトウェアRAID(md)", "software RAID (md)" },
	[USE_LVM] = { "lvm", "論理ボリューム(LVM)", "LVM" },
	[USE_BCACHE] = { "bcache", "キャッシュ(bcache)", "bcache" },
	[USE_ZFS] = { "zfs", "ZFSプール", "ZFS pool" },
	[USE_LOOP] = { "loop", "ループデバイスの実体", "loop backing" },
	[USE_BTRFS] = { "btrfs", "btrfsの構成デバイス", "btrfs member" },
	[USE_PROCESS] = { "process", "プロセス", "process" },
	[USE_EXCLUSIVE] = { "exclusive", "排他使用", "exclusive use" },
	[USE_EXPORT] = { "export", "他機への公開", "export" },
	[USE_BOOT] = { "boot", "起動中のシステム", "running system" },
};

const char *
use_name(enum use_kind k)
{
	return pick(uses, USE_COUNT, k)->name;
}

const char *
use_text(enum use_kind k, enum lang lang)
{
	return say(pick(uses, USE_COUNT, k), lang);
}

static const struct word classes[CLASS_COUNT] = {
	[CLASS_UNKNOWN] = { "unknown", "不明", "unknown" },
	[CLASS_STRUCTURED] = { "structured", "構造のあるデータ",
		"structured data" },
	[CLASS_UNREADABLE] = { "unreadable", "読み取り不能", "unreadable" },
	[CLASS_RANDOM] = { "random", "乱数状のデータ", "random-looking data" },
	[CLASS_PATTERN] = { "pattern", "繰り返しのパターン",
		"repeating pattern" },
	[CLASS_CONSTANT] = { "constant", "同じ値の連続", "one constant byte" },
	[CLASS_ONES] = { "ones", "すべて1（FF）", "all ones (FF)" },
	[CLASS_ZEROS] = { "zeros", "すべて0（00）", "all zeros (00)" },
};

const char *
class_name(enum content_class c)
{
	return pick(classes, CLASS_COUNT, c)->name;
}

const char *
class_text(enum content_class c, enum lang lang)
{
	return say(pick(classes, CLASS_COUNT, c), lang);
}

const char *
answer_name(enum answer a)
{
	static const char *const names[ANSWER_COUNT] = {
		[ANSWER_UNKNOWN] = "unknown",
		[ANSWER_NO] = "no",
		[ANSWER_YES] = "yes",
	};

	return names[(unsigned int)a < ANSWER_COUNT ? a : ANSWER_UNKNOWN];
}

const char *
sanitize_name(enum sanitize_state s)
{
	static const char *const names[SANITIZE_STATE_COUNT] = {
		[SANITIZE_UNKNOWN] = "unknown",
		[SANITIZE_FAILED] = "failed",
		[SANITIZE_RUNNING] = "running",
		[SANITIZE_FROZEN] = "frozen",
		[SANITIZE_NEVER] = "never",
		[SANITIZE_DONE] = "done",
		[SANITIZE_ABSENT] = "absent",
	};

	return names[(unsigned int)s < SANITIZE_STATE_COUNT ?
		     s : SANITIZE_UNKNOWN];
}
