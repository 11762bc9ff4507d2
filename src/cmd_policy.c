/* SPDX-License-Identifier: Apache-2.0 */
/* massho policy: which methods are there, what do they write, who says so? */
#include "cli.h"
#include "util.h"

#include "../certs/cert.h"

#include <inttypes.h>
#include <string.h>

#define USAGE "massho policy list | show NAME [--json] [--lang ja|en]"

/* "00 FF random x 5": what is repeated is counted. */
static void
print_passes(const struct policy *p)
{
	char text[64], next[64];

	printf("  %s", _("passes:"));
	for (uint32_t i = 0, n; i < p->n_passes; i += n) {
		pass_text(&p->passes[i], text, sizeof(text));
		for (n = 1; i + n < p->n_passes; n++) {
			pass_text(&p->passes[i + n], next, sizeof(next));
			if (strcmp(text, next) != 0)
				break;
		}
		printf(i ? ", %s" : " %s", text);
		if (n > 1)
			printf(" x %" PRIu32, n);
	}
	puts("");
}

static void
print_level(const struct policy *p, enum lang lang)
{
	printf("  %s %s\n", _("methods:"), p->firmware ?
	       _("the drive's own commands, strongest first; then the passes"
		 " where the level allows it") :
	       _("overwriting only"));
	printf("  %s %s", _("level:"), level_text(p->level, lang));
	if (p->level_on_premises != LEVEL_NONE)
		printf(_("; on premises %s"),
		       level_text(p->level_on_premises, lang));
	if (p->lower_ok)
		printf(_("; goes on at a lower level and says so"));
	puts("");
	if (p->destroy_after)
		printf("  %s\n", _("physical destruction must follow"));
}

static void
print_limits(const struct policy *p, enum lang lang)
{
	const char *sep = " ";
	char size[32];

	if (p->media)
		printf("  %s", _("only for:"));
	for (int m = 0; m < MEDIUM_COUNT; m++) {
		if (!(p->media & 1U << m))
			continue;
		printf("%s%s", sep, m == MEDIUM_UNKNOWN ? _("unknown kind") :
		       medium_text((enum medium)m, lang));
		sep = ", ";
	}
	if (p->media)
		puts("");
	if (p->size_min)
		printf("  %s %s (%" PRIu64 " B)\n", _("smallest drive:"),
		       size_text(p->size_min, size, sizeof(size)),
		       p->size_min);
	if (p->bad_max_ppm)
		printf(_("  blocks that cannot be written or read: up to"
			 " %.2f%% of the drive, listed as exceptions\n"),
		       p->bad_max_ppm / 10000.0);
	else
		printf("  %s\n", _("blocks that cannot be written or read:"
				   " none, or the erasure failed"));
}

static void
print_policy(const struct policy *p, enum lang lang)
{
	printf("%s\n  %s\n", p->name,
	       lang == LANG_JA ? p->title_ja : p->title);
	print_passes(p);
	printf("  %s %s\n", _("standing:"), p->standing == STANDARD_CURRENT ?
	       _("current") : _("not a current standard"));
	printf("  %s %s\n", _("source:"), p->source);
	print_level(p, lang);
	print_limits(p, lang);
}

static int
list(const struct cli *c)
{
	json_t *all = c->json ? json_array() : NULL;

	for (size_t i = 0; i < n_policies; i++) {
		if (c->json)
			json_array_append_new(all, json_policy(&policies[i]));
		else
			print_policy(&policies[i], c->lang);
		if (!c->json && i + 1 < n_policies)
			puts("");
	}
	if (c->json)
		cli_json(json_pack("{s:o}", "policies", all));
	return 0;
}

static int
show(const struct cli *c, const char *name)
{
	const struct policy *p = policy_find(name);

	if (!p) {
		cli_error(_("no policy '%s'; see `massho policy list`"), name);
		return EXIT_USAGE;
	}
	if (c->json)
		cli_json(json_policy(p));
	else
		print_policy(p, c->lang);
	return 0;
}

int
cmd_policy(int argc, char **argv)
{
	struct cli c;
	int ret = cli_parse(argc, argv, 0, USAGE, &c);

	if (ret >= 0)
		return ret;
	if (c.argc == 1 && !strcmp(c.argv[0], "list"))
		return list(&c);
	if (c.argc == 2 && !strcmp(c.argv[0], "show"))
		return show(&c, c.argv[1]);
	cli_error(_("what about the policies? usage: %s"), USAGE);
	return EXIT_USAGE;
}
