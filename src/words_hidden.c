/* SPDX-License-Identifier: Apache-2.0 */
/* What stands in front of drives that cannot be seen, and what to change? */
#include "hidden.h"
#include "words.h"

#include "util.h"

#include <string.h>

static const struct {
	const char *name, *en, *ja;
} kinds[HIDDEN_COUNT] = {
	[HIDDEN_UNKNOWN] = { "unknown",
		"a storage controller may hide drives; look inside the machine",
		"見えないドライブがある可能性があります。本体の中を確認してください" },
	[HIDDEN_REMAPPED] = { "remapped",
		"NVMe drives are hidden behind the SATA controller (Intel RST): set the SATA mode from RAID/RST to AHCI in the firmware setup and start again",
		"NVMeドライブがSATAコントローラ（Intel RST）の陰に隠れています。BIOS設定でSATAモードをRAID/RSTからAHCIに変え、起動し直してください" },
	[HIDDEN_VMD] = { "vmd",
		"drives are hidden behind Intel VMD: switch VMD off in the firmware setup and start again",
		"ドライブがIntel VMDの陰に隠れています。BIOS設定でVMDを無効にし、起動し直してください" },
	[HIDDEN_RAID] = { "raid",
		"a controller in RAID mode has no driver here, its drives are not listed: set it to AHCI or HBA mode in the firmware setup and start again, or connect the drives to another machine",
		"RAIDモードのコントローラに対応できず、そのドライブは一覧に出ません。BIOS設定でAHCI又はHBAモードに変えて起動し直すか、ドライブを別のパソコンに接続してください" },
	[HIDDEN_CONTROLLER] = { "controller",
		"a storage controller has no driver here, its drives are not listed: connect them to another machine",
		"対応できないストレージコントローラがあり、そのドライブは一覧に出ません。ドライブを別のパソコンに接続してください" },
};

const char *
hidden_name(enum hidden_kind k)
{
	return kinds[(unsigned)k < HIDDEN_COUNT ? k : HIDDEN_UNKNOWN].name;
}

const char *
hidden_text(const struct hidden *h, enum lang lang, char *buf, size_t len)
{
	enum hidden_kind k = (unsigned)h->kind < HIDDEN_COUNT ? h->kind :
								HIDDEN_UNKNOWN;
	char many[64] = "";

	if (h->drives)
		snprintf(many, sizeof(many), lang == LANG_JA ? "（%u台）" :
			 " (%u)", h->drives);
	snprintf(buf, len, lang == LANG_JA ? "%s%s［PCI %s %s］" :
		 "%s%s [PCI %s %s]", lang == LANG_JA ? kinds[k].ja :
		 kinds[k].en, many, h->where, h->id);
	return buf;
}
