/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What has a drive told of itself, and what would each method be worth on it?
 * What it has not told is said to be unknown.
 */
#include "cmd_detail.h"

#include "util.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char *
answer_text(enum answer a)
{
	return a == ANSWER_YES ? _("yes") : a == ANSWER_NO ? _("no") :
	       _("unknown");
}

static void
print_areas(const struct drive *d)
{
	const struct areas *a = &d->areas;
	char size[32];

	if (a->hpa == ANSWER_UNKNOWN && a->dco_set == ANSWER_UNKNOWN &&
	    a->amac == ANSWER_UNKNOWN)
		return;
	printf("    %s HPA %s, DCO %s, AMAC %s", _("hidden areas:"),
	       answer_text(a->hpa), answer_text(a->dco_set),
	       answer_text(a->amac));
	if (a->native > d->id.size || a->dco > d->id.size)
		printf(_("; with them %s"),
		       size_text(a->dco > a->native ? a->dco : a->native, size,
				 sizeof(size)));
	puts("");
}

static void
print_lock(const struct lock *l)
{
	if (l->supported != ANSWER_YES)
		return;
	printf("    %s %s, %s, %s%s\n", _("password:"),
	       l->enabled == ANSWER_YES ? _("set") :
	       l->enabled == ANSWER_NO ? _("not set") : _("unknown"),
	       l->locked == ANSWER_YES ? _("locked") :
	       l->locked == ANSWER_NO ? _("not locked") : _("unknown"),
	       l->frozen == ANSWER_YES ? _("frozen") :
	       l->frozen == ANSWER_NO ? _("not frozen") : _("unknown"),
	       l->expired == ANSWER_YES ? _(", too many wrong tries") : "");
}

static const char *
sanitize_text(enum sanitize_state s)
{
	switch (s) {
	case SANITIZE_FAILED:
		return _("the last one failed");
	case SANITIZE_RUNNING:
		return _("one is running");
	case SANITIZE_FROZEN:
		return _("frozen");
	case SANITIZE_NEVER:
		return _("never done");
	case SANITIZE_DONE:
		return _("done before");
	default:
		return _("unknown");
	}
}

static void
print_sanitize(const struct sanitize *s)
{
	if (s->state == SANITIZE_ABSENT || s->state == SANITIZE_UNKNOWN)
		return;
	printf("    %s %s", _("sanitize:"), sanitize_text(s->state));
	if (s->state == SANITIZE_RUNNING)
		printf(" (%" PRIu32 ".%" PRIu32 " %%)", s->permille / 10,
		       s->permille % 10);
	puts("");
}

static void
print_count(const char *what, const struct count *n, const char *unit)
{
	if (n->known)
		printf("; %s %" PRIu64 "%s", what, n->n, unit);
}

static void
print_health(const struct health *h)
{
	if (h->failing == ANSWER_UNKNOWN && !h->reallocated.known &&
	    !h->grown.known && !h->hours.known && !h->celsius.known)
		return;
	printf("    %s %s", _("health:"), h->failing == ANSWER_YES ?
	       _("the drive expects to fail") :
	       h->failing == ANSWER_NO ? _("good, says the drive") :
	       _("unknown"));
	print_count(_("replaced sectors"), &h->reallocated, "");
	print_count(_("pending"), &h->pending, "");
	print_count(_("uncorrectable"), &h->uncorrectable, "");
	print_count(_("grown defects"), &h->grown, "");
	print_count(_("used"), &h->percent_used, "%");
	print_count(_("hours"), &h->hours, "");
	print_count(_("temperature"), &h->celsius, " C");
	puts("");
}

static void
print_scope(const struct scope *s)
{
	char text[160];

	for (uint32_t i = 0; i < s->n_spaces && i < SPACES_MAX; i++)
		printf("    %s%s%s%s%s\n", cli_space(&s->spaces[i], text,
						    sizeof(text)),
		       s->spaces[i].self ? _(" (this one)") : "",
		       s->spaces[i].attached ? "" : _(", not attached"),
		       s->spaces[i].used_by[0] ? _(", in use: ") : "",
		       s->spaces[i].used_by);
	if (s->controllers.known && s->controllers.n > 1)
		printf(_("    controllers: %llu (%s), other hosts may use"
			 " it\n"), (unsigned long long)s->controllers.n,
		       s->controller_ids);
	if (s->unallocated.known && s->unallocated.n)
		printf("    %s %s\n", _("unallocated:"),
		       size_text(s->unallocated.n, text, sizeof(text)));
	if (s->rpmb == ANSWER_YES || s->boot_partitions == ANSWER_YES ||
	    s->pmr == ANSWER_YES)
		printf("    %s%s%s%s\n", _("reached by no command:"),
		       s->rpmb == ANSWER_YES ? " RPMB" : "",
		       s->boot_partitions == ANSWER_YES ?
		       _(" boot partitions") : "",
		       s->pmr == ANSWER_YES ? " PMR" : "");
}

/* What it could be formatted to; "512+8" is with 8 bytes of metadata. */
static void
print_layouts(const struct drive *d)
{
	if (d->n_layouts < 2)
		return;
	printf("    %s", _("block sizes it can be formatted to:"));
	for (uint32_t i = 0; i < d->n_layouts && i < LAYOUTS_MAX; i++) {
		printf("%s %" PRIu32, i ? "," : "", d->layouts[i].lblock);
		if (d->layouts[i].meta)
			printf("+%" PRIu32, d->layouts[i].meta);
	}
	puts("");
}

void
detail_print(const struct drive *d, const struct cli *c)
{
	(void)c;
	if (d->bridge.name[0])
		printf(_("    bridge: %s; serial and size are the drive's: %s;"
			 " results come back: %s\n"), d->bridge.name,
		       answer_text(d->bridge.identity),
		       answer_text(d->bridge.registers));
	if (d->rpm)
		printf(_("    %u revolutions per minute\n"), d->rpm);
	if (d->meta)
		printf(_("    %u bytes of metadata in each block\n"), d->meta);
	print_layouts(d);
	if (d->aligned.known && d->aligned.n)
		printf(_("    logical blocks are not aligned: the first to"
			 " begin a physical one is %llu\n"),
		       (unsigned long long)d->aligned.n);
	if (d->trim == ANSWER_YES && d->trim_same != ANSWER_UNKNOWN)
		printf("    %s\n", d->trim_zeros == ANSWER_YES ?
		       _("what was trimmed reads as zeros") :
		       d->trim_same == ANSWER_YES ?
		       _("what was trimmed reads the same each time") :
		       _("what was trimmed may read as anything"));
	if (d->encrypts == ANSWER_YES)
		printf("    %s\n", _("says that it always encrypts"));
	print_areas(d);
	print_lock(&d->lock);
	print_sanitize(&d->sanitize);
	print_health(&d->health);
	print_scope(&d->scope);
}

/* ---- methods ----------------------------------------------------------- */

/* What would be planned once nothing uses the drive any more. */
static int
plan_unused(const struct drive *d, const struct cli *c, enum method m,
	    struct plan *p)
{
	struct request rq = c->rq;
	struct drive unused = *d;

	unused.boot = false;
	unused.n_uses = 0;
	unused.uses_known = true;
	for (uint32_t i = 0; i < SPACES_MAX; i++)
		unused.scope.spaces[i].used_by[0] = '\0';
	if (m != METHOD_NONE)
		text_copy(rq.method, sizeof(rq.method), method_name(m));
	return plan_make(&unused, &rq, p);
}

/* Why not, or REASON_UNKNOWN if it is offered. */
static struct reason
not_offered(const struct drive *d, enum method m)
{
	struct reason why = { 0 };

	if (d->offers[m].offered)
		return why;
	why = d->offers[m].why;
	if (why.code == REASON_UNKNOWN)
		why.code = REASON_NOT_SUPPORTED;
	return why;
}

static void
print_method(const struct drive *d, const struct cli *c, enum method m,
	     struct plan *p)
{
	const char *command = method_command(m, d->driver);
	bool named = strcmp(command, "-") != 0 && m != METHOD_OVERWRITE;
	struct reason no = not_offered(d, m);
	char why[640];

	printf("    [%s] %s%s%s: ", method_name(m), method_text(m, c->lang),
	       named ? ", " : "", named ? command : "");
	if (no.code != REASON_UNKNOWN)
		printf("%s\n", reason_text(&no, c->lang, why, sizeof(why)));
	else if (plan_unused(d, c, m, p))
		printf("%s\n", _("offered"));
	else if (p->refusals.n)
		printf(_("offered; %s\n"),
		       reason_text(&p->refusals.r[0], c->lang, why,
				   sizeof(why)));
	else
		printf(_("offered, would reach %s\n"),
		       level_text(p->level, c->lang));
	if (d->offers[m].offered && d->offers[m].why.code != REASON_UNKNOWN)
		printf("        %s\n", reason_text(&d->offers[m].why, c->lang,
						  why, sizeof(why)));
}

void
detail_methods(const struct drive *d, const struct cli *c, struct plan *p)
{
	const char *sep = " ";
	bool any = false;

	for (int m = METHOD_NONE + 1; m < METHOD_COUNT; m++)
		if (not_offered(d, (enum method)m).code !=
		    REASON_NOT_SUPPORTED)
			print_method(d, c, (enum method)m, p);
	for (int m = METHOD_NONE + 1; m < METHOD_COUNT; m++) {
		if (not_offered(d, (enum method)m).code !=
		    REASON_NOT_SUPPORTED)
			continue;
		if (!any)
			printf("    %s", _("commands the drive does not"
					   " have:"));
		any = true;
		printf("%s%s", sep, method_name((enum method)m));
		sep = ", ";
	}
	if (any)
		puts("");
}

void
detail_best(const struct drive *d, const struct cli *c, struct plan *p)
{
	char text[200];

	if (plan_unused(d, c, METHOD_NONE, p) || p->refusals.n)
		return;		/* what speaks against it is said below */
	printf("    %s %s, %s\n", _("strongest:"),
	       cli_attempt(p, 0, c->lang, text, sizeof(text)),
	       level_text(p->level, c->lang));
}

/* ---- JSON -------------------------------------------------------------- */

json_t *
detail_levels(const struct drive *d, const struct cli *c, struct plan *p)
{
	json_t *levels = json_object();

	for (int m = METHOD_NONE + 1; m < METHOD_COUNT; m++)
		if (d->offers[m].offered &&
		    !plan_unused(d, c, (enum method)m, p))
			json_object_set_new(levels,
				method_name((enum method)m),
				json_string(level_name(p->level)));
	return levels;
}
