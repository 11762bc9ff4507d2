/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How does a case begin?  A folder with a form to fill in: every key of
 * case.ini with what it means and an example, an empty media.csv, a page of
 * instructions, and the folders that the certificates and the log go to.
 */
#include "case.h"

#include "util.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define BOM "\xef\xbb\xbf"

static const char head_ja[] =
	"# massho 契約案件ファイル\r\n"
	"#\r\n"
	"# 「=」の右に記入してください。★必須 の項目が空欄のままでは消去を開"
	"始しません。\r\n"
	"# 「#」で始まる行は説明です。消しても構いません。\r\n"
	"# 日付は 令和8年11月21日 でも 2026-11-21 でも書けます。\r\n"
	"# 個人番号（マイナンバー）はどこにも書かないでください。\r\n";
static const char head_en[] =
	"# massho contract case\r\n"
	"#\r\n"
	"# Fill in what stands right of '='. Nothing is erased while a field"
	" marked\r\n# REQUIRED is empty.\r\n"
	"# Lines that start with '#' are remarks and may be removed.\r\n"
	"# Dates: 2026-11-21 or 令和8年11月21日.\r\n"
	"# Never write an individual number (マイナンバー) anywhere.\r\n";

static const char readme_ja[] = BOM
	"massho 契約案件フォルダー\r\n"
	"\r\n"
	"1. case.ini をメモ帳などで開き、★必須 の項目を記入して上書き保存して"
	"ください（UTF-8）。\r\n"
	"2. media.csv を表計算ソフトで開き、消去する媒体を1行に1台ずつ記入し"
	"てください。\r\n"
	"   製造番号はドライブのラベルのとおりに書いてください。これでドライ"
	"ブと照合します。\r\n"
	"   0 で始まる番号や桁の多い番号は、セルの書式を「文字列」にしてから"
	"入力してください。\r\n"
	"   列: 管理番号, 媒体名, 製造番号, 型番, 数量, 単位, 情報項目, 備考"
	"\r\n"
	"   保存形式は「CSV UTF-8」でも「CSV（コンマ区切り）」でも構いませ"
	"ん。\r\n"
	"3. このフォルダーを、USBメモリ MASSHO に case という名前で入れます。"
	"パソコンを\r\n"
	"   そのUSBメモリから起動すると、後は画面が案内します。署名鍵（key.p8、"
	"key.crt）\r\n"
	"   がなければ、画面で作成できます。\r\n"
	"\r\n"
	"Linuxで作業するとき:\r\n"
	"  署名鍵の作成  massho key new このフォルダー/key --cn '責任者の氏名'"
	" --org '会社名'\r\n"
	"  記入の確認    massho case show このフォルダー\r\n"
	"  消去          massho erase /dev/… --case このフォルダー\r\n"
	"  報告書の作成  massho case close このフォルダー（全部終わったら）\r\n"
	"\r\n"
	"out/       証明書（.json .p7s .pdf）と報告書。変更しないでください。"
	"\r\n"
	"evidence/  作業記録。1文字でも変わると検証に失敗します。\r\n"
	"\r\n"
	"個人番号（マイナンバー）はどのファイルにも書かないでください。\r\n"
	"製造番号の列だけは、12桁の製造番号があるため検査していません。\r\n";
static const char readme_en[] = BOM
	"massho contract case\r\n"
	"\r\n"
	"1. Open case.ini in an editor, fill in every field marked REQUIRED,"
	" save it as UTF-8.\r\n"
	"2. Open media.csv in a spreadsheet, one line for each medium."
	" Write the serial as it\r\n"
	"   stands on the label: drives are found by it. Format the cells as"
	" text first.\r\n"
	"   Columns: asset, name, serial, model, qty, unit, items, notes\r\n"
	"3. Put this folder onto the stick MASSHO, named case, and start a PC"
	" from it: the\r\n"
	"   screen leads on from there.  Without a signing key (key.p8,"
	" key.crt) it makes one.\r\n"
	"\r\n"
	"On Linux:\r\n"
	"  a key       massho key new DIR/key --cn 'RESPONSIBLE' --org"
	" 'COMPANY'\r\n"
	"  a look      massho case show DIR\r\n"
	"  erasing     massho erase /dev/... --case DIR\r\n"
	"  the report  massho case close DIR, when all is done\r\n"
	"\r\n"
	"out/       certificates (.json .p7s .pdf) and reports; do not change"
	" them\r\n"
	"evidence/  the log; a single changed character is found out\r\n"
	"\r\n"
	"Never write an individual number (マイナンバー) into any file."
	" The column of\r\nserials alone is not searched for them, since"
	" serials may have twelve digits.\r\n";

static void
write_section(FILE *f, enum case_section s, enum lang lang)
{
	fprintf(f, "\r\n# ---- %s\r\n[%s%s]\r\n", case_section_help[s].in[lang],
		case_sections[s].in[lang], s == SECTION_ITEM ? " 1" : "");
}

static void
write_key(FILE *f, const struct case_key *k, enum lang lang)
{
	const char *example = k->example.in[lang];

	fprintf(f, "# %s%s", k->help.in[lang], !k->required ? "" :
		lang == LANG_EN ? " REQUIRED" : " ★必須");
	if (*example)
		fprintf(f, lang == LANG_EN ? " (for example: %s)" :
			"（例: %s）", example);
	fprintf(f, "\r\n%s = \r\n", k->key.in[lang]);
}

static int
template(enum lang lang, char **out, size_t *len)
{
	FILE *f = open_memstream(out, len);
	bool broken;
	int s, i;

	if (!f)
		return -ENOMEM;
	fputs(BOM, f);
	fputs(lang == LANG_EN ? head_en : head_ja, f);
	for (s = SECTION_NONE + 1; s < SECTION_COUNT; s++) {
		write_section(f, (enum case_section)s, lang);
		for (i = 0; i < CASE_FIELD_COUNT; i++)
			if (case_keys[i].section == (enum case_section)s)
				write_key(f, &case_keys[i], lang);
		for (i = 0; s == SECTION_ITEM && i < ATTR_COUNT; i++)
			write_key(f, &case_attrs[i], lang);
	}
	broken = ferror(f);
	return fclose(f) || broken ? -ENOMEM : 0;
}

static int
header_row(enum lang lang, char *out, size_t len)
{
	size_t n = 0;
	int c, got;

	for (c = 0; c < COLUMN_COUNT; c++) {
		got = snprintf(out + n, len - n, "%s%s", c ? "," : BOM,
			       case_columns[c][lang == LANG_EN]);
		if (got < 0 || (size_t)got >= len - n)
			return -ENAMETOOLONG;
		n += (size_t)got;
	}
	if (n + 3 > len)
		return -ENAMETOOLONG;
	memcpy(out + n, "\r\n", 3);
	return 0;
}

/* 0 also if it is there and empty. */
static int
make_folder(const char *path, bool may_exist)
{
	struct dirent *e;
	DIR *d;
	int err = 0;

	if (mkdir(path, 0755) == 0)
		return 0;
	if (errno != EEXIST || !may_exist)
		return -errno;
	d = opendir(path);
	if (!d)
		return -errno;
	while (!err && (e = readdir(d)))
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
			err = -ENOTEMPTY;
	closedir(d);
	return err;
}

static int
place(const char *dir, const char *name, const char *text, size_t len)
{
	char path[PATH_LEN + 16];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return text ? file_create(path, text, len, false) :
	       make_folder(path, false);
}

static int
fill(const char *dir, enum lang lang)
{
	const char *readme = lang == LANG_EN ? readme_en : readme_ja;
	char *ini = NULL, header[512];
	size_t len = 0;
	int err = template(lang, &ini, &len);

	if (!err)
		err = header_row(lang, header, sizeof(header));
	if (!err)
		err = place(dir, "out", NULL, 0);
	if (!err)
		err = place(dir, "evidence", NULL, 0);
	if (!err)
		err = place(dir, "media.csv", header, strlen(header));
	if (!err)
		err = place(dir, "README.txt", readme, strlen(readme));
	if (!err)
		err = place(dir, "case.ini", ini, len);
	free(ini);
	return err;
}

int
case_new(const char *dir, enum lang template_lang, enum lang lang, char *err,
	 size_t err_len)
{
	struct case_source src = { dir, lang, err, err_len };
	int bad;

	if (err_len)
		err[0] = '\0';
	bad = strlen(dir) >= PATH_LEN ? -ENAMETOOLONG : make_folder(dir, true);
	if (bad == -ENOTEMPTY)
		case_say(&src, 0, "not empty; name a new folder, nothing is"
			 " overwritten", "空のフォルダーではありません。"
			 "新しいフォルダーを指定してください（上書きしませ"
			 "ん）");
	else if (bad == -ENOTDIR || bad == -EEXIST)
		case_say(&src, 0, "there is a file of this name; name a new"
			 " folder", "同じ名前のファイルがあります。"
			 "新しいフォルダーを指定してください");
	else if (!bad)
		bad = fill(dir, template_lang);
	if (bad && err_len && !err[0])
		case_say(&src, 0, "cannot create the case: %s",
			 "案件フォルダーを作成できません: %s", strerror(-bad));
	return bad;
}
