/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is each thing called: stable ASCII for machines, Japanese and English
 * for people?
 *
 * These words are printed on certificates.  They state what was done and never
 * what nobody can know: no word here claims that data cannot be recovered.
 */
#include "massho.h"
#include "util.h"

struct word {
	const char *name, *ja, *en;
};

/* Out of range is the worst value, as everywhere. */
static const struct word *
pick(const struct word *words, size_t n, unsigned int i)
{
	return &words[i < n ? i : 0];
}

static const char *
say(const struct word *w, enum lang lang)
{
	return lang == LANG_EN ? w->en : w->ja;
}

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

static const struct word methods[METHOD_COUNT] = {
	[METHOD_NONE] = { "none", "なし", "none" },
	[METHOD_OVERWRITE] = { "overwrite", "上書き", "overwrite" },
};

const char *
method_name(enum method m)
{
	return pick(methods, METHOD_COUNT, m)->name;
}

const char *
method_text(enum method m, enum lang lang)
{
	return say(pick(methods, METHOD_COUNT, m), lang);
}

const char *
step_name(enum step_kind k)
{
	static const char *const names[] = {
		[STEP_NONE] = "none",
		[STEP_OVERWRITE] = "overwrite",
		[STEP_VERIFY] = "verify",
		[STEP_SIGNATURES] = "signatures",
	};

	return names[(unsigned int)k < ARRAY_SIZE(names) ? k : STEP_NONE];
}

const char *
step_state_name(enum step_state s)
{
	static const char *const names[] = {
		[STATE_NONE] = "none",
		[STATE_REFUSED] = "refused",
		[STATE_FAILED] = "failed",
		[STATE_INTERRUPTED] = "interrupted",
		[STATE_DONE] = "done",
	};

	return names[(unsigned int)s < ARRAY_SIZE(names) ? s : STATE_NONE];
}

const char *
pass_text(const struct pass *p, char *buf, size_t len)
{
	static const char *const names[] = {
		[PASS_NONE] = "none",
		[PASS_FILL] = "fill",
		[PASS_RANDOM] = "random",
		[PASS_CHAR] = "char",
		[PASS_COMPLEMENT] = "complement",
		[PASS_VERIFY] = "verify",
	};
	char text[2 + 2 * PASS_BYTES_MAX + 1] = "0x";

	if (p->kind == PASS_FILL && p->len >= 1 && p->len <= PASS_BYTES_MAX)
		hex_encode(text + 2, p->bytes, p->len);
	else
		text_copy(text, sizeof(text),
			  (unsigned int)p->kind < ARRAY_SIZE(names) ?
			  names[p->kind] : names[PASS_NONE]);
	text_copy(buf, len, text);
	return buf;
}
