/* SPDX-License-Identifier: Apache-2.0 */
/* `massho check` and `massho-check`: which files, whose word, what to say? */
#include "check.h"
#include "cert_text.h"
#include "x509.h"
#include "../src/util.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#define TRUST_MAX	16
#define LOGS_MAX	64

struct options {
	const char *name;	/* "massho check" or "massho-check" */
	bool json;
	enum lang lang;
	const char *trust[TRUST_MAX];
	size_t n_trust;
	const char *logs[LOGS_MAX];
	size_t n_logs;
};

static const char *
pick(const struct options *o, const char *ja, const char *en)
{
	return o->lang == LANG_JA ? ja : en;
}

static void
usage(const struct options *o, FILE *to)
{
	fprintf(to, pick(o,
		"使い方: %s FILE... [--trust CERT.pem]... [--json]"
		" [--lang ja|en]\n"
		"  FILE                証明書（.json と横の .json.p7s）、その"
		" PDF、作業記録（.jsonl）\n"
		"  --trust CERT.pem    署名者本人又はその発行者の証明書（繰返し"
		"可）\n"
		"  --json              ファイルごとに1行の JSON を出力\n"
		"  --lang ja|en        言語\n"
		"終了コード: 0 すべて検証できた、3 署名・ダイジェスト・連鎖・内"
		"容を検証できない、\n"
		"            4 署名者だけが信頼する証明書にない、1 使い方又は入"
		"力の誤り\n",
		"usage: %s FILE... [--trust CERT.pem]... [--json]"
		" [--lang ja|en]\n"
		"  FILE                certificate (.json with its .json.p7s),"
		" its PDF, evidence log (.jsonl)\n"
		"  --trust CERT.pem    certificate of the signer or of who"
		" issued it; may be repeated\n"
		"  --json              one JSON object a line for each file\n"
		"  --lang ja|en        language\n"
		"exit: 0 everything holds; 3 signature, digest, chain or"
		" content does not hold;\n"
		"      4 only the signer is not among --trust; 1 usage or"
		" input error\n"), o->name);
}

static int
complain(const struct options *o, const char *ja, const char *en,
	 const char *what)
{
	fprintf(stderr, "%s: ", o->name);
	fprintf(stderr, pick(o, ja, en), what);
	fputc('\n', stderr);
	return 1;
}

/* A pin that cannot be read must not look like one that does not match. */
static int
add_trust(struct options *o, const char *path)
{
	STACK_OF(X509) *pins = NULL;

	if (o->n_trust == TRUST_MAX)
		return complain(o, "--trust が多すぎます: '%s'",
				"too many --trust: '%s'", path);
	if (x509_load(path, &pins))
		return complain(o, "証明書 '%s' を読めません",
				"cannot read certificate '%s'", path);
	sk_X509_pop_free(pins, X509_free);
	o->trust[o->n_trust++] = path;
	return 0;
}

/* -1: go on; else the exit code. */
static int
parse(int argc, char **argv, struct options *o)
{
	static const struct option longs[] = {
		{ "trust", required_argument, NULL, 't' },
		{ "json", no_argument, NULL, 'j' },
		{ "lang", required_argument, NULL, 'l' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'v' },
		{ 0 }
	};
	int c;

	o->lang = cert_lang();
	optind = 1;
	while ((c = getopt_long(argc, argv, "h", longs, NULL)) != -1) {
		switch (c) {
		case 't':
			if (add_trust(o, optarg))
				return 1;
			break;
		case 'j':
			o->json = true;
			break;
		case 'l':
			if (strcmp(optarg, "ja") != 0 &&
			    strcmp(optarg, "en") != 0)
				return complain(o, "言語 '%s' はありません: ja"
						" 又は en", "no language '%s':"
						" ja or en", optarg);
			o->lang = strcmp(optarg, "ja") ? LANG_EN : LANG_JA;
			break;
		case 'h':
			usage(o, stdout);
			return 0;
		case 'v':
			fputs("massho-check " MASSHO_VERSION "\n", stdout);
			return 0;
		default:
			usage(o, stderr);
			return 1;
		}
	}
	if (optind < argc)
		return -1;
	usage(o, stderr);
	return 1;
}

static void
find_logs(struct options *o, int argc, char **argv)
{
	for (int i = optind; i < argc && o->n_logs < LOGS_MAX; i++) {
		size_t n = strlen(argv[i]);

		if (n > 6 && !strcmp(argv[i] + n - 6, ".jsonl"))
			o->logs[o->n_logs++] = argv[i];
	}
}

static void
print_json(const struct check_report *r)
{
	json_t *list = json_array(), *j;
	char *text;

	for (uint32_t i = 0; list && i < r->n; i++)
		json_array_append_new(list, json_pack(
			"{s:o, s:s, s:o}", "holds", r->lines[i].looked ?
			json_boolean(r->lines[i].holds) : json_null(),
			"what", r->lines[i].what,
			"detail", json_text(r->lines[i].detail)));
	j = json_pack("{s:o, s:s, s:i, s:b, s:o, s:o, s:o, s:o}",
		      "file", json_text(r->file), "kind", r->kind,
		      "exit", r->exit, "holds", r->exit == 0,
		      "cert_id", json_text_or_null(r->cert_id),
		      "result", json_text_or_null(r->result),
		      "level", json_text_or_null(r->level), "lines", list);
	text = j ? json_dumps(j, JSON_COMPACT | JSON_SORT_KEYS) : NULL;
	fputs(text ? text : "{\"error\":\"out of memory\"}", stdout);
	fputc('\n', stdout);
	free(text);
	json_decref(j);
}

static const char *
level_of(const struct check_report *r, enum lang lang)
{
	int l = LEVEL_COUNT - 1;

	while (l > LEVEL_NONE &&
	       strcmp(r->level, level_name((enum level)l)) != 0)
		l--;
	return level_text((enum level)l, lang);
}

/* What it says, next to whether it holds: one must not be read as the other. */
static void
print_head(const struct options *o, const struct check_report *r)
{
	enum outcome says = cert_outcome(r->result);

	fprintf(stdout, "%s: %s\n", r->file, r->exit == 0 ?
		pick(o, "検証できました（改変なし）", "holds") : r->exit == 4 ?
		pick(o, "改変はありませんが、署名者を確認できません",
		     "holds, but nobody vouches for the signer") :
		pick(o, "検証できません（改変又は不整合）",
		     "DOES NOT HOLD"));
	if (says != OUTCOME_COUNT && r->exit != 3)
		fprintf(stdout, pick(o, "  証明書 %s: %s（消去の水準: %s）\n",
				     "  certificate %s: %s (%s)\n"),
			r->cert_id, outcome_text(says, o->lang),
			level_of(r, o->lang));
}

static void
print_line(const struct options *o, const struct check_line *l)
{
	const char *what = check_what_text(l->what, o->lang);
	const char *sign = !l->looked ? "-- " : l->holds ? "ok " :
			   !strcmp(l->what, "trust") ? "?? " : "BAD";
	/* A kanji takes three bytes and two columns. */
	int width = o->lang == LANG_JA ? (int)strlen(what) / 3 * 2 :
		(int)strlen(what);

	fprintf(stdout, "  %s %s%*s %s\n", sign, what,
		width < 9 ? 9 - width : 0, "", l->detail);
}

static void
print(const struct options *o, const struct check_report *r)
{
	if (o->json) {
		print_json(r);
		return;
	}
	if (r->exit == 1) {
		fprintf(stderr, "%s: %s: %s\n", o->name, r->file,
			r->n ? r->lines[0].detail : "");
		return;
	}
	print_head(o, r);
	for (uint32_t i = 0; i < r->n; i++)
		print_line(o, &r->lines[i]);
}

/* 3 over 1 over 4: what was found bad outweighs what could not be read. */
static int
graver(int a, int b)
{
	static const int gravity[] = { 0, 2, 2, 3, 1 };

	return gravity[a] >= gravity[b] ? a : b;
}

int
check_main(int argc, char **argv)
{
	struct options o = {
		.name = strcmp(argv[0], "check") ? "massho-check" :
			"massho check",
	};
	struct check_report r;
	int ret = parse(argc, argv, &o);

	if (ret >= 0)
		return ret;
	find_logs(&o, argc, argv);
	ret = 0;
	for (int i = optind; i < argc; i++) {
		check_file_with(argv[i], o.trust, o.n_trust, o.logs, o.n_logs,
				o.lang, &r);
		print(&o, &r);
		ret = graver(ret, r.exit);
	}
	if (fflush(stdout) || ferror(stdout))
		return complain(&o, "出力できません: %s", "cannot write: %s",
				strerror(errno));
	return ret;
}
