/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What does each named method write, and who says so?
 *
 * No logic here.  A row's passes are what its source prints; where sources
 * disagree, each reading is a row of its own and the title names the variant.
 * "Reading:" in a source marks a choice made here because the text leaves it
 * open or was not available; the stricter one was taken.
 *
 * Every row reads the whole last pass back, whatever its source asked.  A row
 * tolerates lost blocks (as listed exceptions) unless its source covers the
 * medium "in its entirety" or its readers expect no exceptions.
 */
#include "massho.h"
#include "util.h"

#define R	{ .kind = PASS_RANDOM }
#define C	{ .kind = PASS_CHAR }
#define NOT_C	{ .kind = PASS_COMPLEMENT }
#define V	{ .kind = PASS_VERIFY }
#define F(b)	{ .kind = PASS_FILL, .len = 1, .bytes = { b } }
#define F3(a, b, c) \
	{ .kind = PASS_FILL, .len = 3, .bytes = { a, b, c } }
#define F4(a, b, c, d) \
	{ .kind = PASS_FILL, .len = 4, .bytes = { a, b, c, d } }
#define PASSES(...) \
	.n_passes = ARRAY_SIZE(((struct pass[]){ __VA_ARGS__ })), \
	.passes = { __VA_ARGS__ }

#define ON(m)		(1U << (m))
#define READ_ALL	{ .mode = VERIFY_FULL, .share_ppm = 1000000 }
#define TOLERANT	10000	/* ppm: 1 % of the drive */

#define CURRENT \
	.standing = STANDARD_CURRENT, .level = LEVEL_CLEAR, .verify = READ_ALL
/* The drive's own commands, strongest first; the passes are what it may fall
 * to.  Only sources that name levels, not passes. */
#define BY_DRIVE .standing = STANDARD_CURRENT, .firmware = true, \
	.verify = READ_ALL
#define LEGACY \
	.standing = STANDARD_WITHDRAWN, .level = LEVEL_CLEAR, \
	.bad_max_ppm = TOLERANT, .verify = READ_ALL

const struct policy policies[] = {
	/* ---- in force ------------------------------------------------- */
	{
		.name = "clear",
		.title = "NIST SP 800-88 Clear, 1 pass: random",
		.title_ja = "NIST SP 800-88 Clear（乱数1回）",
		.source = "NIST SP 800-88 Rev. 2 (2025), 3.1.1: one pass of "
			"overwriting clears, more are not needed; pattern "
			"AES-256-CTR, so that every block can be told from "
			"old data",
		CURRENT, .bad_max_ppm = TOLERANT,
		PASSES(R),
	}, {
		.name = "zero",
		.title = "NIST SP 800-88 Clear, 1 pass: 00",
		.title_ja = "NIST SP 800-88 Clear（00を1回）",
		.source = "NIST SP 800-88 Rev. 2 (2025), 3.1.1; the fixed "
			"value is that of Rev. 1, Table A-5",
		CURRENT, .bad_max_ppm = TOLERANT,
		PASSES(F(0x00)),
	}, {
		.name = "purge",
		.title = "NIST SP 800-88 Purge, by a command of the drive",
		.title_ja = "NIST SP 800-88 Purge（ドライブ内蔵の消去命令）",
		.source = "NIST SP 800-88 Rev. 2 (2025), 3.1.2; IEEE 2883: "
			"sanitize, or on a rotating disk an enhanced security "
			"erase; overwriting by the host never reaches Purge, "
			"so a drive that offers nothing else is refused",
		BY_DRIVE, .level = LEVEL_PURGE, .bad_max_ppm = TOLERANT,
		PASSES(R),
	}, {
		.name = "purge-or-clear",
		.title = "NIST SP 800-88 Purge, or Clear where the drive "
			"offers no more",
		.title_ja = "NIST SP 800-88 Purge（できない場合はClear・乱数1回）",
		.source = "NIST SP 800-88 Rev. 2 (2025), 3.1.1 and 3.1.2; IEEE "
			"2883; going on at Clear, by a weaker command of the "
			"drive or by overwriting, is recorded as a lowered "
			"level",
		BY_DRIVE, .level = LEVEL_PURGE, .lower_ok = true,
		.bad_max_ppm = TOLERANT,
		PASSES(R),
	}, {
		.name = "mic-class-1",
		.title = "MIC guideline, class 1: Clear or more, then "
			"physical destruction",
		.title_ja = "総務省ガイドライン 分類(1)（Clear以上。"
			"物理破壊が別途必要）",
		.source = "総務省 地方公共団体における情報セキュリティポリシーに"
			"関するガイドライン 「情報の機密性に応じた機器の廃棄等の"
			"方法」(1). Reading: from secondary sources; Clear or "
			"more while in the building, and destruction in every "
			"case",
		BY_DRIVE, .level = LEVEL_CLEAR, .destroy_after = true,
		PASSES(R),
	}, {
		.name = "mic-class-2",
		.title = "MIC guideline, class 2: Purge, or Clear on premises",
		.title_ja = "総務省ガイドライン 分類(2)（庁舎外はPurge以上、"
			"庁舎内はClear以上）",
		.source = "総務省 地方公共団体における情報セキュリティポリシーに"
			"関するガイドライン 「情報の機密性に応じた機器の廃棄等の"
			"方法」(2). Reading: from secondary sources; Clear or "
			"more while in the building, Purge or more at the "
			"contractor's; block erase and crypto erase are named",
		BY_DRIVE, .level = LEVEL_PURGE,
		.level_on_premises = LEVEL_CLEAR,
		PASSES(R),
	}, {
		.name = "mic-class-3",
		.title = "MIC guideline, class 3: Clear or more",
		.title_ja = "総務省ガイドライン 分類(3)（Clear以上）",
		.source = "総務省 地方公共団体における情報セキュリティポリシーに"
			"関するガイドライン 「情報の機密性に応じた機器の廃棄等の"
			"方法」(3). Reading: from secondary sources; Clear in "
			"and out of the building, by whatever reaches it",
		BY_DRIVE, .level = LEVEL_CLEAR,
		PASSES(R),
	}, {
		.name = "ism-0354",
		.title = "Australian ISM-0354, magnetic, 15 GB or more, "
			"1 pass: random, verify",
		.title_ja = "豪州ISM-0354（磁気・15GB以上・乱数→検証）",
		.source = "Australian Information Security Manual, control "
			"ISM-0354: at least once in its entirety with a random "
			"pattern, then a read back",
		CURRENT, .media = ON(MEDIUM_ROTATING),
		.size_min = 15000000000ULL,
		PASSES(R, V),
	}, {
		.name = "ism-0354-3",
		.title = "Australian ISM-0354, magnetic, before 2001 or under "
			"15 GB, 3 passes: random, verify",
		.title_ja = "豪州ISM-0354（磁気・2001年より前又は15GB未満・"
			"乱数3回→検証）",
		.source = "Australian Information Security Manual, control "
			"ISM-0354: three times if pre-2001 or under 15 GB, then "
			"a read back; allowed for larger drives too",
		CURRENT, .media = ON(MEDIUM_ROTATING),
		PASSES(R, R, R, V),
	}, {
		.name = "ism-0359",
		.title = "Australian ISM-0359, flash, 2 passes: random, "
			"verify",
		.title_ja = "豪州ISM-0359（フラッシュ・乱数2回→検証）",
		.source = "Australian Information Security Manual, control "
			"ISM-0359: at least twice in its entirety with a random "
			"pattern, then a read back",
		CURRENT, .media = ON(MEDIUM_FLASH),
		PASSES(R, R, V),
	},

	/* ---- withdrawn, superseded, or never a standard ------------------ */
	{
		.name = "nist-r1-usb",
		.title = "NIST SP 800-88 Rev. 1, USB and memory cards, "
			"2 passes: C, ~C, verify",
		.title_ja = "NIST SP 800-88 Rev.1 USBメモリ・カード"
			"（文字→補数→検証）",
		.source = "NIST SP 800-88 Rev. 1 (2014), Appendix A, flash "
			"removable media, Clear: two passes, a pattern and its "
			"complement; withdrawn 2025-09-26. Reading: from "
			"memory of the table; the read back is added",
		LEGACY, .media = ON(MEDIUM_FLASH) | ON(MEDIUM_UNKNOWN),
		PASSES(C, NOT_C, V),
	}, {
		.name = "dod-5220.22-m-3",
		.title = "DoD 5220.22-M (1995, original text), 3 passes: "
			"C, ~C, random character, verify",
		.title_ja = "米国国防総省方式（DoD 5220.22-M 原文, "
			"文字→補数→乱数文字→検証）",
		.source = "DoD 5220.22-M (NISPOM, January 1995), 8-306, "
			"clearing and sanitization matrix, method d; not "
			"approved there for TOP SECRET; dropped in 2006",
		LEGACY,
		PASSES(C, NOT_C, C, V),
	}, {
		.name = "dod-5220.22-m-vendor",
		.title = "DoD 5220.22-M (vendor variant), 3 passes: "
			"00, FF, random, verify",
		.title_ja = "米国国防総省方式（DoD 5220.22-M 準拠の製品方式, "
			"00→FF→乱数→検証）",
		.source = "as erasure products label \"DoD 3-pass\"; the "
			"original text names a character, its complement and a "
			"random character",
		LEGACY,
		PASSES(F(0x00), F(0xff), R, V),
	}, {
		.name = "dod-5220.22-m-nwipe",
		.title = "DoD 5220.22-M (nwipe variant), 7 passes: "
			"c1, ~c1, R, c2, c3, ~c3, R",
		.title_ja = "米国国防総省方式（DoD 5220.22-M nwipe方式7回, "
			"c1→補数→乱数→c2→c3→補数→乱数）",
		.source = "nwipe, method \"dod522022m\" (method.c); the "
			"original text has three passes",
		LEGACY,
		PASSES(C, NOT_C, R, C, C, NOT_C, R),
	}, {
		.name = "dod-5220.22-m-ece",
		.title = "DoD 5220.22-M ECE (vendor), 7 passes: "
			"C, ~C, char, V, R, C, ~C, char, V",
		.title_ja = "米国国防総省方式（DoD 5220.22-M ECE 7回, "
			"原文3回→乱数→原文3回）",
		.source = "vendor name: the three passes of 8-306, a random "
			"pass, the three again. Reading: from memory; each "
			"round of three keeps its own verification",
		LEGACY,
		PASSES(C, NOT_C, C, V, R, C, NOT_C, C, V),
	}, {
		.name = "nsa",
		.title = "NSA (130-1 style), 3 passes: random, random, 00, "
			"verify",
		.title_ja = "米国国家安全保障局方式（NSA, 乱数→乱数→00→検証）",
		.source = "as erasure products label \"NSA\" and DoE M 205.1-2; "
			"from secondary sources. NSA itself now only degausses "
			"or destroys",
		LEGACY,
		PASSES(R, R, F(0x00), V),
	}, {
		.name = "ncsc-tg-025",
		.title = "NCSC-TG-025, 3 passes: 00, verify, FF, verify, "
			"C, verify",
		.title_ja = "米国NCSC-TG-025方式（00→検証→FF→検証→文字→検証）",
		.source = "NCSC-TG-025 version 2 (1991), A Guide to "
			"Understanding Data Remanence; from secondary sources. "
			"Reading: the third pass is a single character",
		LEGACY,
		PASSES(F(0x00), V, F(0xff), V, C, V),
	}, {
		.name = "ar-380-19",
		.title = "US Army AR 380-19 (1998, original text), 3 passes: "
			"random character, C, ~C, verify",
		.title_ja = "米国陸軍方式（AR 380-19 原文, "
			"乱数文字→指定文字→補数→検証）",
		.source = "AR 380-19 (27 February 1998), Appendix F; "
			"superseded by AR 25-2. The specified character is "
			"drawn from the plan's seed",
		LEGACY,
		PASSES(C, C, NOT_C, V),
	}, {
		.name = "ar-380-19-nara",
		.title = "US Army AR 380-19 (order of Nara Prefecture), "
			"3 passes: random, 00, FF, verify",
		.title_ja = "米国陸軍方式（AR 380-19・奈良県仕様の順, "
			"乱数→固定値1(00)→固定値2(FF)→検証）",
		.source = "AR 380-19 as specified by 奈良県: 乱数→固定値1→"
			"固定値2. Reading: the fixed values are not named "
			"there; 00 and FF are written",
		LEGACY,
		PASSES(R, F(0x00), F(0xff), V),
	}, {
		.name = "navso-p-5239-26-mfm",
		.title = "NAVSO P-5239-26 MFM (1993 bit order), 3 passes: "
			"FF, FFFFFFFD, random, verify",
		.title_ja = "米国海軍方式（NAVSO P-5239-26 MFM 原文のビット順, "
			"FF→FFFFFFFD→乱数→検証）",
		.source = "NAVSO P-5239-26 (September 1993), 32-bit words, MFM: "
			"least significant bit 1, next bit 0, the rest 1. "
			"Reading: words lie least significant byte first "
			"(FD FF FF FF)",
		LEGACY,
		PASSES(F(0xff), F4(0xfd, 0xff, 0xff, 0xff), R, V),
	}, {
		.name = "navso-p-5239-26-rll",
		.title = "NAVSO P-5239-26 RLL (1993 bit order), 3 passes: "
			"FF, FFFFFFE4, random, verify",
		.title_ja = "米国海軍方式（NAVSO P-5239-26 RLL 原文のビット順, "
			"FF→FFFFFFE4→乱数→検証）",
		.source = "NAVSO P-5239-26 (September 1993), 32-bit words, RLL: "
			"from the least significant bit 0, 0, 1, 0, 0, then 1. "
			"Reading: words lie least significant byte first "
			"(E4 FF FF FF)",
		LEGACY,
		PASSES(F(0xff), F4(0xe4, 0xff, 0xff, 0xff), R, V),
	}, {
		.name = "navso-p-5239-26-mfm-jp",
		.title = "NAVSO P-5239-26 MFM (variant of Japanese tools), "
			"3 passes: 01, 7FFFFFFF, random, verify",
		.title_ja = "米国海軍方式（NAVSO P-5239-26 MFM 国内製品方式, "
			"01→7FFFFFFF→乱数→検証）",
		.source = "as Japanese erasure products document it; the bit "
			"order differs from the text of 1993. Reading: bytes as "
			"printed (01; 7F FF FF FF)",
		LEGACY,
		PASSES(F(0x01), F4(0x7f, 0xff, 0xff, 0xff), R, V),
	}, {
		.name = "navso-p-5239-26-rll-jp",
		.title = "NAVSO P-5239-26 RLL (variant of Japanese tools), "
			"3 passes: 01, 27FFFFFF, random, verify",
		.title_ja = "米国海軍方式（NAVSO P-5239-26 RLL 国内製品方式, "
			"01→27FFFFFF→乱数→検証）",
		.source = "as Japanese erasure products document it; the bit "
			"order differs from the text of 1993. Reading: bytes as "
			"printed (01; 27 FF FF FF)",
		LEGACY,
		PASSES(F(0x01), F4(0x27, 0xff, 0xff, 0xff), R, V),
	}, {
		.name = "afssi-5020",
		.title = "AFSSI-5020 clearing (original text), 3 passes: "
			"00, FF, any character, verify",
		.title_ja = "米国空軍方式（AFSSI-5020 原文のクリア, "
			"00→FF→任意文字→検証）",
		.source = "AFSSI-5020, clearing; it asked to verify 10 % or "
			"more, here all is read. Replaced by AFSSI 8580 (2008)",
		LEGACY,
		PASSES(F(0x00), F(0xff), C, V),
	}, {
		.name = "afssi-5020-vendor",
		.title = "AFSSI-5020 (vendor variant), 3 passes: "
			"00, FF, random, verify",
		.title_ja = "米国空軍方式（AFSSI-5020 準拠の製品方式, "
			"00→FF→乱数→検証）",
		.source = "as erasure products label \"AFSSI-5020\"; the "
			"original text ends with a single character",
		LEGACY,
		PASSES(F(0x00), F(0xff), R, V),
	}, {
		.name = "hmg-is5-baseline",
		.title = "HMG IS5 Baseline, 1 pass: 00, verify",
		.title_ja = "英国HMG IS5 Baseline方式（00→検証）",
		.source = "HMG Infosec Standard 5, Baseline, as in nwipe; "
			"withdrawn, NCSC guidance applies now",
		LEGACY,
		PASSES(F(0x00), V),
	}, {
		.name = "hmg-is5-enhanced",
		.title = "HMG IS5 Enhanced, 3 passes: 00, FF, random, verify",
		.title_ja = "英国HMG IS5 Enhanced方式（00→FF→乱数→検証）",
		.source = "HMG Infosec Standard 5, Enhanced, order as in nwipe "
			"(others give FF, 00); withdrawn, NCSC guidance applies "
			"now",
		.standing = STANDARD_WITHDRAWN, .level = LEVEL_CLEAR,
		.verify = READ_ALL,
		PASSES(F(0x00), F(0xff), R, V),
	}, {
		.name = "rcmp-tssit-ops-ii",
		.title = "RCMP TSSIT OPS-II, 7 passes: 3 x (00, FF), random "
			"character, verify",
		.title_ja = "カナダRCMP TSSIT OPS-II方式"
			"（(00→FF)×3→乱数文字→検証）",
		.source = "RCMP TSSIT OPS-II, as most products read it; "
			"others end with AA or write pairs of characters. "
			"Superseded by ITSP.40.006",
		LEGACY,
		PASSES(F(0x00), F(0xff), F(0x00), F(0xff), F(0x00), F(0xff),
		       C, V),
	}, {
		.name = "bsi-vsitr",
		.title = "BSI VSITR, 7 passes: 3 x (00, FF), AA",
		.title_ja = "ドイツBSI VSITR方式（(00→FF)×3→AA）",
		.source = "BSI, VS-IT-Richtlinien (VSITR); withdrawn in 2009",
		LEGACY,
		PASSES(F(0x00), F(0xff), F(0x00), F(0xff), F(0x00), F(0xff),
		       F(0xaa)),
	}, {
		.name = "schneier",
		.title = "Schneier, 7 passes: FF, 00, 5 x random",
		.title_ja = "シュナイアー方式（FF→00→乱数5回）",
		.source = "B. Schneier, Applied Cryptography, 2nd ed. (1996); "
			"order FF, 00 (some products write 00 first). Never a "
			"standard",
		LEGACY,
		PASSES(F(0xff), F(0x00), R, R, R, R, R),
	}, {
		.name = "pfitzner-33",
		.title = "Pfitzner, 33 passes: random",
		.title_ja = "フィッツナー方式（乱数33回）",
		.source = "as in scrub, \"pfitzner33\"; never a standard",
		LEGACY,
		PASSES(R, R, R, R, R, R, R, R, R, R, R, R, R, R, R, R, R,
		       R, R, R, R, R, R, R, R, R, R, R, R, R, R, R, R),
	}, {
		.name = "pfitzner-7",
		.title = "Pfitzner, 7 passes: random",
		.title_ja = "フィッツナー方式（乱数7回）",
		.source = "as in scrub, \"pfitzner7\"; never a standard",
		LEGACY,
		PASSES(R, R, R, R, R, R, R),
	}, {
		.name = "gutmann",
		.title = "Gutmann, 35 passes in published order",
		.title_ja = "グートマン方式（35回・論文の順）",
		.source = "P. Gutmann, Secure Deletion of Data from Magnetic "
			"and Solid-State Memory (1996), table 1, passes 5 to 31 "
			"not shuffled; his epilogue: a few random passes are "
			"all one can do on a modern drive",
		LEGACY,
		PASSES(R, R, R, R,
		       F(0x55), F(0xaa),
		       F3(0x92, 0x49, 0x24), F3(0x49, 0x24, 0x92),
		       F3(0x24, 0x92, 0x49),
		       F(0x00), F(0x11), F(0x22), F(0x33), F(0x44), F(0x55),
		       F(0x66), F(0x77), F(0x88), F(0x99), F(0xaa), F(0xbb),
		       F(0xcc), F(0xdd), F(0xee), F(0xff),
		       F3(0x92, 0x49, 0x24), F3(0x49, 0x24, 0x92),
		       F3(0x24, 0x92, 0x49),
		       F3(0x6d, 0xb6, 0xdb), F3(0xb6, 0xdb, 0x6d),
		       F3(0xdb, 0x6d, 0xb6),
		       R, R, R, R),
	},
};

const size_t n_policies = ARRAY_SIZE(policies);
