/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is each method called, by people and by each command set, and each
 * step, and the passwords that a drive may be found locked with?
 */
#include "words.h"

#include "util.h"

#include <string.h>

static const struct word methods[METHOD_COUNT] = {
	[METHOD_NONE] = { "none", "なし", "none" },
	[METHOD_OVERWRITE] = { "overwrite", "上書き", "overwrite" },
	[METHOD_FORMAT] = { "format", "フォーマット命令による消去",
		"format command" },
	[METHOD_FORMAT_CRYPTO] = { "format-crypto",
		"フォーマット命令による暗号化消去",
		"format command, crypto erase" },
	[METHOD_SECURITY_ERASE] = { "security-erase",
		"セキュアイレース（通常）", "ATA security erase" },
	[METHOD_SECURITY_ERASE_ENHANCED] = { "security-erase-enhanced",
		"セキュアイレース（拡張）", "ATA security erase, enhanced" },
	[METHOD_SANITIZE_OVERWRITE] = { "sanitize-overwrite",
		"サニタイズ（上書き）", "sanitize, overwrite" },
	[METHOD_SANITIZE_CRYPTO] = { "sanitize-crypto",
		"サニタイズ（暗号化消去）", "sanitize, crypto erase" },
	[METHOD_SANITIZE_BLOCK] = { "sanitize-block",
		"サニタイズ（ブロック消去）", "sanitize, block erase" },
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

/* ACS-4, NVMe Base 2.1, SBC-4: as their clauses are headed. */
static const struct {
	const char *driver;
	const char *commands[METHOD_COUNT];
} command_sets[] = {
	{ "ata", {
		[METHOD_SECURITY_ERASE] = "SECURITY ERASE UNIT",
		[METHOD_SECURITY_ERASE_ENHANCED] =
			"SECURITY ERASE UNIT (enhanced)",
		[METHOD_SANITIZE_OVERWRITE] = "OVERWRITE EXT",
		[METHOD_SANITIZE_CRYPTO] = "CRYPTO SCRAMBLE EXT",
		[METHOD_SANITIZE_BLOCK] = "BLOCK ERASE EXT",
	} },
	{ "nvme", {
		[METHOD_FORMAT] = "Format NVM (User Data Erase)",
		[METHOD_FORMAT_CRYPTO] = "Format NVM (Cryptographic Erase)",
		[METHOD_SANITIZE_OVERWRITE] = "Sanitize (Overwrite)",
		[METHOD_SANITIZE_CRYPTO] = "Sanitize (Crypto Erase)",
		[METHOD_SANITIZE_BLOCK] = "Sanitize (Block Erase)",
	} },
	{ "scsi", {
		[METHOD_FORMAT] = "FORMAT UNIT",
		[METHOD_SANITIZE_OVERWRITE] = "SANITIZE (OVERWRITE)",
		[METHOD_SANITIZE_CRYPTO] = "SANITIZE (CRYPTOGRAPHIC ERASE)",
		[METHOD_SANITIZE_BLOCK] = "SANITIZE (BLOCK ERASE)",
	} },
};

const char *
method_command(enum method m, const char *driver)
{
	unsigned int i = m;
	const char *name = NULL;

	for (size_t k = 0; i < METHOD_COUNT && k < ARRAY_SIZE(command_sets);
	     k++)
		if (!strcmp(command_sets[k].driver, driver))
			name = command_sets[k].commands[i];
	if (name)
		return name;
	return m == METHOD_OVERWRITE ? "WRITE" : "-";
}

const char *
step_name(enum step_kind k)
{
	static const char *const names[STEP_KIND_COUNT] = {
		[STEP_NONE] = "none",
		[STEP_READY] = "ready",
		[STEP_UNLOCK] = "unlock",
		[STEP_EXPOSE] = "expose",
		[STEP_MARK] = "mark",
		[STEP_MARK_AGAIN] = "mark-again",
		[STEP_FIRMWARE] = "firmware",
		[STEP_PROVE] = "prove",
		[STEP_OVERWRITE] = "overwrite",
		[STEP_VERIFY] = "verify",
		[STEP_SIGNATURES] = "signatures",
	};

	return names[(unsigned int)k < STEP_KIND_COUNT ? k : STEP_NONE];
}

const char *
step_state_name(enum step_state s)
{
	static const char *const names[] = {
		[STATE_NONE] = "none",
		[STATE_REFUSED] = "refused",
		[STATE_FAILED] = "failed",
		[STATE_INTERRUPTED] = "interrupted",
		[STATE_SKIPPED] = "skipped",
		[STATE_DONE] = "done",
	};

	return names[(unsigned int)s < ARRAY_SIZE(names) ? s : STATE_NONE];
}

/*
 * hdparm's is the one in the instructions for ATA Secure Erase of the kernel's
 * wiki, which nearly everyone has copied.  ironic gives hdparm the word NULL,
 * which means 32 zero bytes.
 */
static const struct {
	const char *name, *typed;
} passwords[PASSWORD_COUNT] = {
	[PASSWORD_NONE] = { "none", "" },
	[PASSWORD_MASSHO] = { "massho", "massho" },
	[PASSWORD_HDPARM] = { "hdparm", "Eins" },
	[PASSWORD_IRONIC] = { "ironic", "" },
};

const char *
password_name(enum password p)
{
	return passwords[(unsigned int)p < PASSWORD_COUNT ?
			 p : PASSWORD_NONE].name;
}

const char *
password_text(enum password p)
{
	return passwords[(unsigned int)p < PASSWORD_COUNT ?
			 p : PASSWORD_NONE].typed;
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
