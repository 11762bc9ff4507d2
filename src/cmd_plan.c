/* SPDX-License-Identifier: Apache-2.0 */
/* massho plan: what would `erase` do, what would it be worth?  Only looks. */
#include "cmd_docs.h"

#include "util.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define USAGE "massho plan DEV... [--policy NAME] [--case DIR] [options]"

/* `erase` will ask the same of the same case. */
static int
load_case(const struct cli *c, struct casefile **out)
{
	const char *dir = c->case_dir ? c->case_dir : "case";

	*out = NULL;
	if (!c->no_case &&
	    (c->case_dir || access("case/case.ini", F_OK) == 0) &&
	    ready_case(dir, c->lang, out))
		return EXIT_USAGE;
	return ready_assets(c, *out) ? EXIT_USAGE : 0;
}

/* Words that no certificate may carry: `erase` refuses them, so no token. */
static int
check_words(const struct casefile *file, const struct case_medium *row,
	    const struct drive *d, const struct plan *p)
{
	struct consent consent;
	char err[400];

	if (!file || p->refusals.n)
		return 0;
	if (consent_token(p, p->token, file->f[CASE_OPERATOR_NAME], &consent))
		return EXIT_USAGE;
	if (!cert_preflight(file, row, d, p, &consent, NULL, err, sizeof(err)))
		return 0;
	cli_error(_("%s: no certificate could be issued: %s"), p->path, err);
	return EXIT_USAGE;
}

static void
print_step(const struct plan *p, uint32_t i, size_t width, enum lang lang)
{
	const struct step *s = &p->steps[i];
	char kind[128], what[200], padded[64], time[32];

	cli_step_what(p, s, lang, what, sizeof(what));
	duration_text(s->est_s, time, sizeof(time));
	text_pad(kind, sizeof(kind), cli_step_kind(s), width);
	text_pad(padded, sizeof(padded), time, *what ? 12 : 0);
	printf("  %3" PRIu32 "  %s  %s%s%s\n", i + 1, kind, padded,
	       *what ? "  " : "", what);
}

/* What a later attempt is for, before its first step. */
static void
print_attempt(const struct plan *p, uint32_t i, enum lang lang)
{
	uint32_t now = p->steps[i].attempt;
	char text[200];

	if (!i || p->steps[i].kind == STEP_SIGNATURES ||
	    now == p->steps[i - 1].attempt || now >= p->n_attempts)
		return;
	printf(_("       only if that fails: %s; level then: %s\n"),
	       cli_attempt(p, now, lang, text, sizeof(text)),
	       level_text(p->attempts[now].level, lang));
}

static void
print_steps(const struct plan *p, enum lang lang)
{
	size_t width = 0;

	for (uint32_t i = 0; i < p->n_steps; i++) {
		size_t w = text_width(cli_step_kind(&p->steps[i]));

		if (w > width)
			width = w;
	}
	for (uint32_t i = 0; i < p->n_steps; i++) {
		print_attempt(p, i, lang);
		print_step(p, i, width, lang);
	}
}

static void
print_spaces(const struct plan *p)
{
	char text[160];

	if (p->n_spaces)
		printf("  %s\n", _("erased as well, being of the same"
				   " device:"));
	for (uint32_t i = 0; i < p->n_spaces; i++)
		printf("    - %s\n", cli_space(&p->spaces[i], text,
					       sizeof(text)));
	if (p->controllers[0])
		printf(_("  controllers through which hosts lose it: %s\n"),
		       p->controllers);
}

static void
print_passed(const struct plan *p, enum lang lang)
{
	char text[900];

	if (p->n_passed)
		printf("  %s\n", _("stronger methods that are not used:"));
	for (uint32_t i = 0; i < p->n_passed; i++)
		printf("    - %s\n", cli_passed(p, i, lang, text,
						sizeof(text)));
}

static void
print_reasons(const char *head, const struct reasons *rs, enum lang lang)
{
	char text[640];

	if (rs->n)
		printf("  %s\n", head);
	for (uint32_t i = 0; i < rs->n; i++)
		printf("    - %s\n",
		       reason_text(&rs->r[i], lang, text, sizeof(text)));
}

static void
print_head(const struct drive *d, const struct plan *p, enum lang lang)
{
	char size[32];

	printf("%s  %s  %s %s\n", p->path, *p->id.model ? p->id.model : "-",
	       _("serial"), *p->id.serial ? p->id.serial : "-");
	printf("  %s %s (%" PRIu64 " B), %s, %s\n", _("drive:"),
	       size_text(p->id.size, size, sizeof(size)), p->id.size,
	       medium_text(p->medium, lang),
	       transport_text(d->transport, lang));
	if (p->size_full != p->id.size)
		printf("  %s %s (%" PRIu64 " B)\n", _("with hidden areas:"),
		       size_text(p->size_full, size, sizeof(size)),
		       p->size_full);
	printf("  %s %s: %s%s\n", _("policy:"), p->policy,
	       lang == LANG_JA ? p->policy_title_ja : p->policy_title,
	       p->standing == STANDARD_CURRENT ? "" :
	       _(" (not a current standard)"));
}

static void
print_plan(const struct drive *d, const struct plan *p, enum lang lang)
{
	char time[32];

	print_head(d, p, lang);
	if (p->refusals.n) {
		print_reasons(_("refused, nothing would be touched:"),
			      &p->refusals, lang);
		print_passed(p, lang);
		return;
	}
	print_steps(p, lang);
	print_spaces(p);
	printf("  %s %s\n", _("time, estimated:"),
	       duration_text(p->est_s, time, sizeof(time)));
	printf("  %s %s: %s\n", _("level:"), level_text(p->level, lang),
	       level_gloss(p->level, lang));
	print_reasons(_("why it is not higher, and what to know:"),
		      &p->level_reasons, lang);
	print_passed(p, lang);
	printf("  %s %s\n", _("confirmation token:"), p->token);
}

/* The exit code of one drive; its plan goes to `all` or to the screen. */
static int
plan_one(const struct cli *c, const struct casefile *file, int drive,
	 json_t *all)
{
	const char *path = c->argv[drive];
	const struct case_medium *row;
	struct request rq;
	struct drive d;
	struct plan p;
	int err = probe_one(path, c->rq.image, &d);

	if (err)
		return cli_probe_error(path, err);
	if (ready_row(c, file, drive, &d, &row))
		return EXIT_USAGE;
	rq = ready_request(c, file, row);
	err = plan_make(&d, &rq, &p);
	if (err) {
		cli_error(_("no plan for '%s': %s; check --policy, --method"
			    " and --verify"), path, strerror(-err));
		return EXIT_USAGE;
	}
	err = check_words(file, row, &d, &p);
	if (err)
		return err;
	ready_hint(file, path, &d, row);
	if (c->json)
		json_array_append_new(all, json_plan(&p, c->lang));
	else
		print_plan(&d, &p, c->lang);
	return p.refusals.n ? EXIT_REFUSED : 0;
}

int
cmd_plan(int argc, char **argv)
{
	struct casefile *file = NULL;
	struct cli c;
	json_t *all = NULL;
	int ret = cli_parse(argc, argv, CLI_PLAN | CLI_IMAGE | CLI_CASE |
			    CLI_NO_CASE | CLI_ASSET, USAGE, &c);

	if (ret >= 0)
		return ret;
	if (c.argc < 1 || c.argc > DRIVES_MAX) {
		cli_error(_("name the drives to plan for (1 to %d); `massho"
			    " list` shows them"), DRIVES_MAX);
		return EXIT_USAGE;
	}
	ret = cli_check_request(&c.rq);
	if (!ret)
		ret = load_case(&c, &file);
	if (ret) {
		free(file);
		return ret;
	}
	if (c.json)
		all = json_array();
	for (int i = 0; i < c.argc; i++) {
		if (i && !c.json)
			puts("");
		ret = exit_graver(ret, plan_one(&c, file, i, all));
	}
	if (c.json)
		cli_json(json_pack("{s:o}", "drives", all));
	free(file);
	return ret;
}
