/* SPDX-License-Identifier: Apache-2.0 */
/* What does a job file say, and is it of this case?  PURE. */
#include "jobfile.h"

#include "case.h"
#include "util.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum word {
	WORD_CONTRACT, WORD_POLICY, WORD_VERIFY, WORD_UNTIL, WORD_WHO,
	WORD_SERIAL, WORD_ASSET, WORD_COUNT
};

static const struct case_word words[WORD_COUNT] = {
	[WORD_CONTRACT] = { { "契約番号", "contract_no" } },
	[WORD_POLICY] = { { "消去方式", "policy" } },
	[WORD_VERIFY] = { { "検証", "verify" } },
	[WORD_UNTIL] = { { "期限", "until" } },
	[WORD_WHO] = { { "指示者", "ordered_by" } },
	[WORD_SERIAL] = { { "製造番号", "serial" } },
	[WORD_ASSET] = { { "管理番号", "asset_no" } },
};

struct reader {
	struct case_source src;
	struct jobfile *out;
	uint32_t line, seen[WORD_COUNT];
};

/* ---- one line ----------------------------------------------------------- */

static int
add_name(struct reader *r, bool asset, const char *value)
{
	struct jobfile *f = r->out;
	struct job_name *name = &f->names[f->n];
	uint32_t i;

	for (i = 0; i < f->n; i++)
		if (f->names[i].asset == asset &&
		    strcasecmp(f->names[i].text, value) == 0)
			return case_say(&r->src, r->line, "'%s' is there twice,"
					" first in line %u; remove one",
					"「%s」が二重に書かれています（%u 行目"
					"にもあります）。一つにしてください",
					value, f->names[i].line);
	if (f->n == DRIVES_MAX)
		return case_say(&r->src, r->line, "more than %d drives; make a"
				" second job file", "ドライブは %d 台までです。"
				"ファイルを分けてください", DRIVES_MAX);
	if (text_copy(name->text, sizeof(name->text), value))
		return case_say(&r->src, r->line, "'%s' is too long",
				"「%s」は長すぎます", value);
	name->asset = asset;
	name->line = r->line;
	f->n++;
	return 0;
}

static int
set_date(struct reader *r, const char *value)
{
	if (!case_date(value, r->out->until))
		return 0;
	return case_say(&r->src, r->line, "'%s' is no date; write 2026-11-21",
			"「%s」は日付ではありません。2026-11-21 のように書いて"
			"ください", value);
}

static int
set_text(struct reader *r, enum word w, const char *value)
{
	struct jobfile *f = r->out;
	char *to[] = {
		[WORD_CONTRACT] = f->contract, [WORD_POLICY] = f->policy,
		[WORD_VERIFY] = f->verify, [WORD_UNTIL] = NULL,
		[WORD_WHO] = f->who,
	};
	static const size_t len[] = {
		[WORD_CONTRACT] = sizeof(f->contract),
		[WORD_POLICY] = sizeof(f->policy),
		[WORD_VERIFY] = sizeof(f->verify), [WORD_UNTIL] = 0,
		[WORD_WHO] = sizeof(f->who),
	};

	if (w == WORD_UNTIL)
		return set_date(r, value);
	if (!text_copy(to[w], len[w], value))
		return 0;
	return case_say(&r->src, r->line, "'%s' is too long",
			"「%s」は長すぎます", value);
}

static int
set(struct reader *r, const char *key, const char *value)
{
	char name[CASE_LINE_MAX];
	int w;

	if (case_fold(name, sizeof(name), key))
		return -EINVAL;
	for (w = 0; w < WORD_COUNT; w++)
		if (!strcasecmp(name, words[w].in[LANG_JA]) ||
		    !strcasecmp(name, words[w].in[LANG_EN]))
			break;
	if (w == WORD_COUNT)
		return case_say(&r->src, r->line, "unknown key '%s'; there are"
				" contract_no, policy, verify, until,"
				" ordered_by, serial and asset_no",
				"「%s」という項目はありません。契約番号、"
				"消去方式、検証、期限、指示者、製造番号、"
				"管理番号のどれかです", key);
	if (!*value)
		return case_say(&r->src, r->line, "'%s' is empty",
				"「%s」に値がありません", key);
	if (w == WORD_SERIAL || w == WORD_ASSET)
		return add_name(r, w == WORD_ASSET, value);
	if (r->seen[w])
		return case_say(&r->src, r->line, "'%s' is there twice, first"
				" in line %u; remove one",
				"「%s」が二重に書かれています（%u 行目にもあり"
				"ます）。一つにしてください", key, r->seen[w]);
	r->seen[w] = r->line;
	return set_text(r, (enum word)w, value);
}

static int
take_line(struct reader *r, char *s)
{
	char *equals;
	int err = case_printable(&r->src, r->line, s);

	if (err)
		return err;
	s = case_trim(s);
	if (*s == '\0' || *s == '#' || *s == ';')
		return 0;
	equals = strchr(s, '=');
	if (!equals || equals == s)
		return case_say(&r->src, r->line, "'%s' is not 'key = value';"
				" put '#' in front of a remark",
				"「%s」は「項目 = 値」の形ではありません。"
				"メモなら先頭に「#」を付けてください", s);
	*equals = '\0';
	return set(r, case_trim(s), case_trim(equals + 1));
}

/* ---- all of them -------------------------------------------------------- */

static int
check_whole(struct reader *r)
{
	static const enum word needed[] = {
		WORD_CONTRACT, WORD_POLICY, WORD_UNTIL, WORD_WHO,
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(needed); i++)
		if (!r->seen[needed[i]])
			return case_say(&r->src, 0, "'%s' is missing",
					"「%s」がありません",
					words[needed[i]].in[r->src.lang]);
	if (r->out->n)
		return 0;
	return case_say(&r->src, 0, "no drive; name each by 'serial' or"
			" 'asset_no'", "ドライブがありません。「製造番号」か"
			"「管理番号」で1台ずつ指定してください");
}

static int
take_lines(struct reader *r, const char *text, size_t len)
{
	const char *end = text + len;
	char line[CASE_LINE_MAX];
	int err;

	while (text < end) {
		const char *lf = memchr(text, '\n', (size_t)(end - text));
		size_t n = (size_t)((lf ? lf : end) - text);

		r->line++;
		if (n > 0 && text[n - 1] == '\r')
			n--;
		if (n >= sizeof(line) || memchr(text, '\0', n))
			return case_say(&r->src, r->line, "no line of text",
					"テキストの行ではありません");
		memcpy(line, text, n);
		line[n] = '\0';
		err = take_line(r, line);
		if (err)
			return err;
		text = lf ? lf + 1 : end;
	}
	return check_whole(r);
}

int
jobfile_parse(const char *path, const char *text, size_t len, enum lang lang,
	      struct jobfile *out, char *err, size_t err_len)
{
	struct reader r = { .src = { .path = path, .lang = lang }, .out = out };
	int ret;

	r.src.err = err;
	r.src.err_len = err_len;
	memset(out, 0, sizeof(*out));
	ret = sha256(text, len, out->digest);
	if (ret)
		return ret;
	if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
		text += 3;
		len -= 3;
	}
	return take_lines(&r, text, len);
}

/* ---- of this case? ------------------------------------------------------ */

static const struct case_medium *
find_row(const struct casefile *c, const char *asset)
{
	uint32_t i;

	for (i = 0; i < c->n_media; i++)
		if (strcasecmp(c->media[i].asset, asset) == 0)
			return &c->media[i];
	return NULL;
}

int
jobfile_serial(const struct job_name *name, const struct casefile *c,
	       char *out, size_t len)
{
	const struct case_medium *row;

	if (!name->asset)
		return case_fold(out, len, name->text);
	row = find_row(c, name->text);
	if (!row || !row->serial[0])
		return -ENOENT;
	return case_fold(out, len, row->serial);
}

int
jobfile_fits(const struct jobfile *f, const struct casefile *c,
	     const char *today, enum lang lang, char *err, size_t err_len)
{
	struct case_source src = { .path = "job", .lang = lang };
	uint32_t i;

	src.err = err;
	src.err_len = err_len;
	if (strcmp(f->contract, c->f[CASE_CONTRACT_NO]) != 0)
		return case_say(&src, 0, "is of contract '%s', the case is of"
				" '%s'", "契約番号「%s」の指示ですが、"
				"この案件は「%s」です", f->contract,
				c->f[CASE_CONTRACT_NO]);
	if (strcmp(today, f->until) > 0)
		return case_say(&src, 0, "ended on %s; sign a new one",
				"期限（%s）が過ぎています。作り直して署名して"
				"ください", f->until);
	for (i = 0; i < f->n; i++)
		if (f->names[i].asset && !find_row(c, f->names[i].text))
			return case_say(&src, f->names[i].line, "no line of"
					" media.csv has the asset number '%s'",
					"media.csv に管理番号「%s」の行がありま"
					"せん", f->names[i].text);
	return 0;
}
