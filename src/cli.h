/* SPDX-License-Identifier: Apache-2.0 */
/* What the subcommands share: options, messages, exit codes. */
#ifndef CLI_H
#define CLI_H

#include "massho.h"

#include <jansson.h>
#include <libintl.h>

#define _(s) gettext(s)
#define N_(s) (s)

/* The contract of commands: exit codes, worst last by severity below. */
enum {
	EXIT_ERASED = 0, EXIT_USAGE = 1, EXIT_REFUSED = 2, EXIT_NOT_ERASED = 3,
	EXIT_EXCEPTIONS = 4, EXIT_INTERRUPTED = 5
};
/* The graver of two exit codes: 3 > 5 > 4 > 2 > 1 > 0. */
int exit_graver(int a, int b);

/* Groups of options a command may take. */
enum {
	CLI_PLAN = 1U << 0,	/* --policy --passes --method --verify --seed
				   --allow --limit --marks --unlock */
	CLI_IMAGE = 1U << 1,	/* --image */
	CLI_CASE = 1U << 2,	/* --case */
	CLI_KEY = 1U << 3,	/* --key --pass-fd */
	CLI_CONFIRM = 1U << 4,	/* --confirm */
	CLI_TRUST = 1U << 5,	/* --trust */
	CLI_CERT = 1U << 6,	/* --cert */
	CLI_KEYGEN = 1U << 7,	/* --alg --cn --org --unit --country --days
				   --out --pass-fd */
	CLI_NO_CASE = 1U << 8,	/* --no-case */
	CLI_VERIFY = 1U << 9,	/* --verify, without the rest of CLI_PLAN */
	CLI_UNFREEZE = 1U << 10,	/* --unfreeze */
	CLI_ASSET = 1U << 11,	/* --asset */
	CLI_RESUME = 1U << 12,	/* --resume */
	CLI_MANY = 1U << 13,	/* --limit-total --stuck */
	CLI_STICK = 1U << 14,	/* --stick */
	CLI_PEOPLE = 1U << 15	/* --operator --witness */
};

struct cli {
	bool json;
	enum lang lang;
	bool lang_given;	/* by --lang */
	struct request rq;
	const char *case_dir;	/* NULL: not given */
	bool no_case;
	bool resume;		/* go on where the log says it ended */
	bool unfreeze;		/* sleep once, so that drives lose power */
	uint64_t limit_total;	/* bytes/s of all drives together; 0 = none */
	bool stick;		/* started by the stick's /init */
	const char *key;
	int pass_fd;		/* -1: terminal */
	size_t n_confirm;
	const char *confirm[DRIVES_MAX];
	size_t n_asset;
	const char *asset[DRIVES_MAX];
	const char *people[CASE_ROLE_COUNT];	/* NULL: the first */
	size_t n_trust;
	const char *trust[16];
	const char *cert;
	const char *alg, *cn, *org, *unit, *country, *out;
	uint32_t days;
	int argc;		/* what is left after the options */
	char **argv;
};

/* That of --lang, or of the environment. */
enum lang cli_lang_asked(int argc, char **argv);
/* Makes it the language of every message. */
void cli_lang_set(enum lang lang);
/* Did that work?  Without any locale it does not. */
bool cli_lang_speaks(enum lang lang);

/*
 * Parses argv[1..] (argv[0] is the subcommand).  Returns -1 to go on, or the
 * exit code to end with (--help: 0, after printing usage; error: EXIT_USAGE,
 * after one line on stderr).  usage: the untranslated text after "usage: ".
 */
int cli_parse(int argc, char **argv, unsigned takes, const char *usage,
	      struct cli *out);
/* Names of the policy, passes and method: 0, or EXIT_USAGE after one line that
 * names the word which is not known. */
int cli_check_request(const struct request *rq);
/* "full", "sample", "sample:10" per cent, "sample:8G" of each drive: 0, or
 * -EINVAL. */
int cli_verify(const char *text, struct request *rq) MUST;
/* What probe_one() said, and what to do about it; returns EXIT_USAGE. */
int cli_probe_error(const char *path, int err);
/* "massho: ..." on stderr, one line. */
void cli_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* Prints one compact object and LF on stdout and flushes; steals j. */
void cli_json(json_t *j);
/*
 * The passphrase, from --pass-fd (first line) or the terminal without echo;
 * confirm asks twice.  buf is mlocked by the caller.  -ENOTTY: neither.
 */
int cli_passphrase(const struct cli *c, bool confirm, char *buf,
		   size_t len) MUST;
/* Width on a terminal of UTF-8 text (wcwidth), and padding to it. */
size_t text_width(const char *s);
void text_pad(char *buf, size_t len, const char *s, size_t width);

/* cli_step.c: what a step does, in two columns. */
const char *cli_step_kind(const struct step *s);
const char *cli_pass(const struct pass *p, char *buf, size_t len);
const char *cli_step_what(const struct plan *p, const struct step *s,
			  enum lang lang, char *buf, size_t len);
/* The methods of the i-th attempt, as they follow each other. */
const char *cli_attempt(const struct plan *p, uint32_t i, enum lang lang,
			char *buf, size_t len);
/* The i-th method that is passed over, and why. */
const char *cli_passed(const struct plan *p, uint32_t i, enum lang lang,
		       char *buf, size_t len);
const char *cli_space(const struct space *s, char *buf, size_t len);

/* One file per subcommand; argv[0] is its name.  Return the exit code. */
int cmd_list(int argc, char **argv);
int cmd_plan(int argc, char **argv);
int cmd_erase(int argc, char **argv);
int cmd_verify(int argc, char **argv);
int cmd_check(int argc, char **argv);
int cmd_case(int argc, char **argv);
int cmd_form(int argc, char **argv);
int cmd_key(int argc, char **argv);
int cmd_evidence(int argc, char **argv);
int cmd_policy(int argc, char **argv);
int cmd_tui(int argc, char **argv);
int cmd_job(int argc, char **argv);

#endif
