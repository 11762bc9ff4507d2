/* SPDX-License-Identifier: Apache-2.0 */
/* What every subcommand does alike: options and messages. */
#include "cli.h"

#include "util.h"

#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

#define MESSAGE_LEN	2048	/* of a message; longer ones are cut */

enum {
	OPT_POLICY = 256, OPT_PASSES, OPT_METHOD, OPT_VERIFY, OPT_SEED,
	OPT_ALLOW, OPT_LIMIT, OPT_MARKS, OPT_UNLOCK, OPT_UNFREEZE, OPT_RESUME,
	OPT_IMAGE, OPT_LIMIT_TOTAL, OPT_STUCK,
	OPT_CASE, OPT_NO_CASE, OPT_KEY, OPT_PASS_FD, OPT_CONFIRM, OPT_ASSET,
	OPT_OPERATOR, OPT_WITNESS, OPT_STICK, OPT_TRUST,
	OPT_CERT, OPT_ALG, OPT_CN, OPT_ORG, OPT_UNIT, OPT_COUNTRY, OPT_DAYS,
	OPT_OUT, OPT_JSON, OPT_LANG, OPT_HELP
};

static const struct {
	const char *name, *arg, *help;
	unsigned takes;		/* 0: every command */
	int id;
} options[] = {
	{ "policy", "NAME", N_("erasure policy, see `massho policy list`"),
	  CLI_PLAN, OPT_POLICY },
	{ "passes", "LIST", N_("own passes: random,0x00,0x924924,verify"),
	  CLI_PLAN, OPT_PASSES },
	{ "method", "NAME", N_("one method, as `massho list` names them;"
			       " default is the strongest"),
	  CLI_PLAN, OPT_METHOD },
	{ "verify", "HOW", N_("full, sample, sample:PCT or sample:SIZE"),
	  CLI_PLAN | CLI_VERIFY, OPT_VERIFY },
	{ "seed", "N", N_("seed for the random characters of a policy"),
	  CLI_PLAN, OPT_SEED },
	{ "allow", "WHAT", N_("network or virtual: open what is refused by"
			      " default"), CLI_PLAN, OPT_ALLOW },
	{ "limit", "SIZE", N_("bytes per second and drive, such as 50M"),
	  CLI_PLAN, OPT_LIMIT },
	{ "limit-total", "SIZE", N_("bytes per second of all drives together,"
				    " shared evenly"), CLI_MANY,
	  OPT_LIMIT_TOTAL },
	{ "stuck", "MIN", N_("give a drive up that does not answer for so many"
			     " minutes; default 10, and 30 for its cache"),
	  CLI_MANY, OPT_STUCK },
	{ "marks", "none|write", N_("before the drive erases itself, write"
				    " marks that must be gone after it"
				    " (default) or nothing"),
	  CLI_PLAN, OPT_MARKS },
	{ "unlock", "WHOSE", N_("a locked drive has the password of massho"
				" (default), hdparm or ironic"),
	  CLI_PLAN, OPT_UNLOCK },
	{ "unfreeze", NULL, N_("put this computer to sleep for a moment, so"
			       " that frozen drives lose their power"),
	  CLI_UNFREEZE, OPT_UNFREEZE },
	{ "resume", NULL, N_("go on where an erasure of these drives was"
			     " interrupted"), CLI_RESUME, OPT_RESUME },
	{ "image", NULL, N_("the target is a regular file, a disk image"),
	  CLI_IMAGE, OPT_IMAGE },
	{ "case", "DIR", N_("folder of the contract case; default ./case"),
	  CLI_CASE, OPT_CASE },
	{ "no-case", NULL, N_("evidence and JSON results in the current"
			      " folder, no certificate"), CLI_NO_CASE,
	  OPT_NO_CASE },
	{ "key", "FILE", N_("signing key; default CASE/key.p8"), CLI_KEY,
	  OPT_KEY },
	{ "pass-fd", "N", N_("read the key's passphrase from descriptor N"),
	  CLI_KEY | CLI_KEYGEN, OPT_PASS_FD },
	{ "confirm", "TOKEN", N_("token that `massho plan` printed; one for"
				 " each drive"), CLI_CONFIRM, OPT_CONFIRM },
	{ "asset", "[DEV=]NO", N_("line of media.csv that this drive is, by its"
				  " asset number"), CLI_ASSET, OPT_ASSET },
	{ "operator", "NAME", N_("who erases today, of those that the case"
				 " names; default the first"), CLI_PEOPLE,
	  OPT_OPERATOR },
	{ "witness", "NAME", N_("who is present for the orderer, of those that"
				" the case names; default the first"),
	  CLI_PEOPLE, OPT_WITNESS },
	{ "stick", NULL, N_("as the USB stick starts it: case and key from its"
			    " data partition, then power off or the next PC"),
	  CLI_STICK, OPT_STICK },
	{ "trust", "CERT.pem", N_("certificate that signers must be or chain"
				  " to"), CLI_TRUST, OPT_TRUST },
	{ "cert", "ID.json", N_("the certificate to hold the device against"),
	  CLI_CERT, OPT_CERT },
	{ "alg", "NAME", N_("p256, p384, rsa3072 or rsa4096"), CLI_KEYGEN,
	  OPT_ALG },
	{ "cn", "TEXT", N_("name of the signer in the certificate"),
	  CLI_KEYGEN, OPT_CN },
	{ "org", "TEXT", N_("organisation of the signer"), CLI_KEYGEN,
	  OPT_ORG },
	{ "unit", "TEXT", N_("department of the signer"), CLI_KEYGEN,
	  OPT_UNIT },
	{ "country", "CC", N_("country of the signer; default JP"), CLI_KEYGEN,
	  OPT_COUNTRY },
	{ "days", "N", N_("validity of the certificate; default 3650"),
	  CLI_KEYGEN, OPT_DAYS },
	{ "out", "FILE", N_("where to write"), CLI_KEYGEN,
	  OPT_OUT },
	{ "json", NULL, N_("machine form on standard output"), 0, OPT_JSON },
	{ "lang", "ja|en", N_("language; default from the locale"), 0,
	  OPT_LANG },
	{ "help", NULL, N_("this text"), 0, OPT_HELP },
};

int
exit_graver(int a, int b)
{
	static const int gravity[] = {
		[EXIT_ERASED] = 0, [EXIT_USAGE] = 1, [EXIT_REFUSED] = 2,
		[EXIT_EXCEPTIONS] = 3, [EXIT_INTERRUPTED] = 4,
		[EXIT_NOT_ERASED] = 5
	};

	return gravity[a] >= gravity[b] ? a : b;
}

void
cli_error(const char *fmt, ...)
{
	char text[MESSAGE_LEN], clean[MESSAGE_LEN];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	/* a name may hold what a terminal would obey */
	text_clean(clean, sizeof(clean), text, strlen(text));
	fprintf(stderr, "massho: %s\n", clean);
}

void
cli_json(json_t *j)
{
	char *text = j ? json_dumps(j, JSON_COMPACT | JSON_SORT_KEYS) : NULL;

	puts(text ? text : "{\"error\":\"out of memory\"}");
	fflush(stdout);
	free(text);
	json_decref(j);
}

static int
help(unsigned takes, const char *usage)
{
	char left[64];
	size_t i;

	printf(_("usage: %s\n"), usage);
	for (i = 0; i < ARRAY_SIZE(options); i++) {
		if (options[i].takes && !(options[i].takes & takes))
			continue;
		snprintf(left, sizeof(left), "--%s%s%s", options[i].name,
			 options[i].arg ? " " : "",
			 options[i].arg ? options[i].arg : "");
		printf("  %-20s %s\n", left, _(options[i].help));
	}
	return 0;
}

/* "50M", "1G", "4096": binary multiples. */
static int
parse_size(const char *text, uint64_t *out)
{
	static const char units[] = "KMGT";
	const char *u;
	char *end;

	errno = 0;
	*out = strtoull(text, &end, 10);
	if (errno || *text < '0' || *text > '9' || *out == 0 ||
	    *out > INT64_MAX)
		return -EINVAL;
	if (!*end)
		return 0;
	u = strchr(units, *end & ~0x20);
	if (!u || end[1] || *out >> (54 - 10 * (u - units)))
		return -EINVAL;
	*out <<= 10 * (u - units + 1);
	return 0;
}

/* "10": per cent. */
static int
parse_share(const char *text, uint32_t *ppm)
{
	char *end;
	double pct;

	if (strspn(text, "0123456789.") != strlen(text))
		return -EINVAL;
	pct = strtod(text, &end);
	if (end == text || *end || !(pct >= 0.0001 && pct <= 100))
		return -EINVAL;
	*ppm = (uint32_t)(pct * 10000 + 0.5);
	return 0;
}

int
cli_verify(const char *text, struct request *rq)
{
	struct verify_how *how = &rq->verify;

	rq->verify_set = true;
	rq->verify_bytes = 0;
	how->mode = VERIFY_FULL;
	how->share_ppm = 1000000;
	if (strcmp(text, "full") == 0)
		return 0;
	how->mode = VERIFY_SAMPLE;
	how->share_ppm = 100000;
	if (strncmp(text, "sample", 6) != 0)
		return -EINVAL;
	text += 6;
	if (!*text)
		return 0;
	if (*text++ != ':' || !*text)
		return -EINVAL;
	if (strpbrk(text, "KMGTkmgt"))
		return parse_size(text, &rq->verify_bytes);
	return parse_share(text, &how->share_ppm);
}

static int
parse_number(const char *text, uint64_t max, uint64_t *out)
{
	char *end;

	errno = 0;
	*out = strtoull(text, &end, 0);
	return errno || *text < '0' || *text > '9' || *end || *out > max ?
	       -EINVAL : 0;
}

/* "10", or "0.5"; at most a week. */
static int
parse_minutes(const char *text, uint32_t *out)
{
	double n = strtod(text, NULL);

	if (strspn(text, "0123456789.") != strlen(text) ||
	    !(n >= 0.05 && n <= 7 * 24 * 60))
		return -EINVAL;
	*out = (uint32_t)(n * 60 + 0.5);
	return 0;
}

static int
parse_allow(const char *text, struct request *rq)
{
	if (strcmp(text, "network") == 0)
		rq->allow_network = true;
	else if (strcmp(text, "virtual") == 0)
		rq->allow_virtual = true;
	else
		return -EINVAL;
	return 0;
}

static int
parse_marks(const char *text, struct request *rq)
{
	rq->no_marks = strcmp(text, "none") == 0;
	return rq->no_marks || strcmp(text, "write") == 0 ? 0 : -EINVAL;
}

static int
parse_unlock(const char *text, struct request *rq)
{
	for (int p = PASSWORD_NONE + 1; p < PASSWORD_COUNT; p++) {
		if (strcmp(text, password_name((enum password)p)) != 0)
			continue;
		rq->unlock = (enum password)p;
		return 0;
	}
	return -EINVAL;
}

/* Options of the plan; 1 if id is not one of them. */
static int
take_plan(int id, const char *arg, struct request *rq)
{
	switch (id) {
	case OPT_POLICY:
		return text_copy(rq->policy, sizeof(rq->policy), arg);
	case OPT_PASSES:
		return text_copy(rq->passes, sizeof(rq->passes), arg);
	case OPT_METHOD:
		return text_copy(rq->method, sizeof(rq->method), arg);
	case OPT_VERIFY:
		return cli_verify(arg, rq);
	case OPT_SEED:
		rq->seed_set = true;
		return parse_number(arg, UINT64_MAX, &rq->seed);
	case OPT_ALLOW:
		return parse_allow(arg, rq);
	case OPT_LIMIT:
		return parse_size(arg, &rq->rate_limit);
	case OPT_MARKS:
		return parse_marks(arg, rq);
	case OPT_UNLOCK:
		return parse_unlock(arg, rq);
	case OPT_IMAGE:
		rq->image = true;
		return 0;
	}
	return 1;
}

/* What lies in a folder has a longer path, which must fit as well. */
static int
take_path(const char *arg, const char **out)
{
	*out = arg;
	return strlen(arg) < PATH_LEN ? 0 : -ENAMETOOLONG;
}

static int
take(int id, char *arg, struct cli *c)
{
	uint64_t n = 0;
	int err = take_plan(id, arg, &c->rq);

	if (err != 1)
		return err;
	err = 0;
	switch (id) {
	case OPT_CASE: err = take_path(arg, &c->case_dir); break;
	case OPT_NO_CASE: c->no_case = true; break;
	case OPT_UNFREEZE: c->unfreeze = true; break;
	case OPT_STICK: c->stick = true; break;
	case OPT_RESUME: c->resume = true; break;
	case OPT_LIMIT_TOTAL: err = parse_size(arg, &c->limit_total); break;
	case OPT_STUCK: err = parse_minutes(arg, &c->rq.stuck_s); break;
	case OPT_KEY: err = take_path(arg, &c->key); break;
	case OPT_CERT: c->cert = arg; break;
	case OPT_ALG: c->alg = arg; break;
	case OPT_CN: c->cn = arg; break;
	case OPT_ORG: c->org = arg; break;
	case OPT_UNIT: c->unit = arg; break;
	case OPT_COUNTRY: c->country = arg; break;
	case OPT_OUT: c->out = arg; break;
	case OPT_JSON: c->json = true; break;
	case OPT_PASS_FD:
		err = parse_number(arg, 65535, &n);
		c->pass_fd = (int)n;
		break;
	case OPT_DAYS:
		err = parse_number(arg, 36500, &n);
		err = err || n == 0 ? -EINVAL : 0;
		c->days = (uint32_t)n;
		break;
	case OPT_CONFIRM:
		if (c->n_confirm == DRIVES_MAX)
			return -E2BIG;
		c->confirm[c->n_confirm++] = arg;
		break;
	case OPT_ASSET:
		if (c->n_asset == DRIVES_MAX)
			return -E2BIG;
		c->asset[c->n_asset++] = arg;
		break;
	case OPT_OPERATOR: c->people[CASE_OPERATOR] = arg; break;
	case OPT_WITNESS: c->people[CASE_WITNESS] = arg; break;
	case OPT_TRUST:
		if (c->n_trust == ARRAY_SIZE(c->trust))
			return -E2BIG;
		c->trust[c->n_trust++] = arg;
		break;
	case OPT_LANG:
		if (strcmp(arg, "ja") != 0 && strcmp(arg, "en") != 0)
			return -EINVAL;
		c->lang_given = true;
		break;
	}
	return err;
}

static void
getopt_table(unsigned takes, struct option out[ARRAY_SIZE(options) + 1])
{
	size_t i, n = 0;

	for (i = 0; i < ARRAY_SIZE(options); i++) {
		if (options[i].takes && !(options[i].takes & takes))
			continue;
		out[n++] = (struct option){
			.name = options[i].name, .val = options[i].id,
			.has_arg = options[i].arg ? required_argument :
						    no_argument,
		};
	}
	out[n] = (struct option){ 0 };
}

/*
 * getopt_long() takes "--pass" for "--passes".  A tool that destroys does not
 * guess: NULL, or the first word that is no option by its full name.
 */
static const char *
find_inexact(int argc, char **argv, const struct option *table)
{
	int i;

	for (i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
		const struct option *o = table;
		size_t n;

		if (strncmp(argv[i], "--", 2) != 0)
			continue;
		n = strcspn(argv[i] + 2, "=");
		while (o->name && (strlen(o->name) != n ||
				   strncmp(o->name, argv[i] + 2, n) != 0))
			o++;
		if (!o->name)
			return argv[i];
		if (o->has_arg == required_argument && !argv[i][2 + n])
			i++;	/* its value is none of our business */
	}
	return NULL;
}

static int
complain_unknown(const char *word, const char *command)
{
	cli_error(_("unknown option '%s'; see `massho %s --help`"), word,
		  command);
	return EXIT_USAGE;
}

int
cli_parse(int argc, char **argv, unsigned takes, const char *usage,
	  struct cli *out)
{
	struct option table[ARRAY_SIZE(options) + 1];
	char letter[] = "-?";
	int id, which = 0, err;

	memset(out, 0, sizeof(*out));
	out->pass_fd = -1;
	out->lang = cli_lang_asked(argc, argv);
	cli_lang_set(out->lang);
	getopt_table(takes, table);
	if (find_inexact(argc, argv, table))
		return complain_unknown(find_inexact(argc, argv, table),
					argv[0]);
	optind = 0;
	opterr = 0;
	while ((id = getopt_long(argc, argv, ":h", table, &which)) != -1) {
		if (id == 'h' || id == OPT_HELP)
			return help(takes, usage);
		if (id == ':') {
			cli_error(_("option '%s' needs a value; see"
				    " `massho %s --help`"), argv[optind - 1],
				  argv[0]);
			return EXIT_USAGE;
		}
		if (id == '?') {
			letter[1] = (char)optopt;
			return complain_unknown(optopt ? letter :
						argv[optind - 1], argv[0]);
		}
		/* an empty value is a variable that was not set */
		err = optarg && !*optarg ? -EINVAL :
		      take(id, optarg ? optarg : "", out);
		if (err) {
			cli_error(err == -ENAMETOOLONG ?
				  _("value '%s' of option '--%s' is too long;"
				    " see `massho %s --help`") :
				  _("bad value '%s' of option '--%s'; see"
				    " `massho %s --help`"), optarg,
				  table[which].name, argv[0]);
			return EXIT_USAGE;
		}
	}
	out->argc = argc - optind;
	out->argv = argv + optind;
	if (out->lang_given && !cli_lang_speaks(out->lang))
		cli_error("Japanese needs a UTF-8 locale; install the package"
			  " 'locales-all'");
	return -1;
}

size_t
text_width(const char *s)
{
	size_t width = 0;
	mbstate_t st = { 0 };
	wchar_t wc;

	while (*s) {
		size_t n = mbrtowc(&wc, s, MB_CUR_MAX, &st);
		int w;

		if (n == (size_t)-1 || n == (size_t)-2)
			return width + strlen(s);
		w = wcwidth(wc);
		width += w > 0 ? (size_t)w : 0;
		s += n;
	}
	return width;
}

void
text_pad(char *buf, size_t len, const char *s, size_t width)
{
	size_t w = text_width(s), n;

	text_copy(buf, len, s);
	n = strlen(buf);
	for (; w < width && n + 1 < len; w++)
		buf[n++] = ' ';
	buf[n] = '\0';
}
