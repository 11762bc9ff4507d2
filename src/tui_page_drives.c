/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which drives are there, what would be done to them, and does somebody agree?
 * PURE.
 */
#include "tui.h"

#include "hidden.h"
#include "util.h"

#include <string.h>

static const char *
or_dash(const char *s)
{
	return *s ? s : "-";
}

/* Without "/dev/", which says nothing here. */
static const char *
short_name(const struct drive *d)
{
	return d->name[0] ? d->name : d->path;
}

const char *
page_drive_name(const struct drive *d, char *buf, size_t len)
{
	char size[32];

	snprintf(buf, len, "%s  %s%s%s  %s %s  %s", short_name(d),
		 d->id.vendor, d->id.vendor[0] ? " " : "",
		 or_dash(d->id.model), _("S/N"), or_dash(d->id.serial),
		 size_text(d->id.size, size, sizeof(size)));
	return buf;
}

/* What is on it, in one line. */
static void
contents_text(const struct drive *d, char *buf, size_t len)
{
	size_t at = 0;

	buf[0] = '\0';
	for (uint32_t i = 0; i < d->n_contents && at + 1 < len; i++) {
		const struct content *c = &d->contents[i];

		if (c->kind == CONTENT_TABLE && d->n_contents > 1)
			continue;
		snprintf(buf + at, len - at, "%s%s%s%s%s", at ? ", " : "",
			 c->type, *c->label ? " \"" : "", c->label,
			 *c->label ? "\"" : "");
		at += strlen(buf + at);
	}
	if (!at)
		text_copy(buf, len, _("nothing recognised"));
}

static bool
is_own_stick(const struct tui *t, size_t i)
{
	const struct reasons *against = &t->choices[i].against;

	return t->media.live && against->n &&
	       against->r[0].code == REASON_BOOT_MEDIUM;
}

/* By what, and what is on it all the same. */
static void
erased_line(const struct tui *t, struct pen *p, size_t i)
{
	const struct choice *c = &t->choices[i];
	char since[400] = "";

	if (!tui_erased(t, i))
		contents_text(&t->drives[i], since, sizeof(since));
	pen_line(p, *since ? LOOK_WARN : LOOK_GOOD, "      %s %s%s%s | %s %s",
		 _("has its certificate"), c->cert_id,
		 *since ? _("; on it since: ") : "", since,
		 c->row ? c->row->asset : "", c->row ? c->row->name : "");
}

static void
drive_lines(const struct tui *t, struct pen *p, size_t i)
{
	const struct drive *d = &t->drives[i];
	const struct choice *c = &t->choices[i];
	bool here = i == t->at, can = !c->hung && !c->against.n;
	char name[400], text[700], size[32];
	int row = pen_row(p);

	snprintf(name, sizeof(name), "%s %s %-10.24s %9s %s  %s%s%s  %s",
		 here ? ">" : " ", c->chosen ? "[x]" : can ? "[ ]" : " - ",
		 short_name(d), size_text(d->id.size, size, sizeof(size)),
		 medium_text(d->medium, t->lang), d->id.vendor,
		 d->id.vendor[0] ? " " : "", or_dash(d->id.model),
		 or_dash(d->id.serial));
	pen_line(p, here ? LOOK_CHOSEN : can ? LOOK_PLAIN : LOOK_DIM, "%s",
		 name);
	if (row >= 0 && here)	/* the bar over the whole line */
		for (int k = canvas_width(name); k < p->width; k++)
			canvas_text(p->c, row, p->left + k, 1, LOOK_CHOSEN,
				    " ");
	if (c->hung) {
		pen_line(p, LOOK_BAD, "      ! %s", _("does not answer"));
		return;
	}
	if (is_own_stick(t, i)) {
		pen_line(p, LOOK_DIM, "      %s",
			 _("massho's own stick, with the case and the"
			   " certificates; it is not erased"));
		return;
	}
	if (c->against.n) {
		pen_line(p, LOOK_WARN, "      ! %s",
			 reason_text(&c->against.r[0], t->lang, text,
				     sizeof(text)));
		return;
	}
	if ((tui_frozen(d) && !tui_erased(t, i)) ||
	    d->lock.locked == ANSWER_YES) {
		pen_line(p, LOOK_WARN, "      ! %s", tui_frozen(d) ?
			 _("frozen by the firmware: choose it, then u thaws"
			   " it") :
			 _("locked with a password: w says with whose"));
		return;
	}
	if (tui_begun(t, i)) {
		pen_line(p, LOOK_WARN, "      ! %s%s%s",
			 c->row ? c->row->asset : "", c->row ? ": " : "",
			 _("begun earlier and cut off, NOT erased: choose it"
			   " to go on"));
		return;
	}
	if (c->cert_id[0]) {
		erased_line(t, p, i);
		return;
	}
	contents_text(d, text, sizeof(text));
	if (c->row)
		pen_line(p, LOOK_PLAIN, "      %s %s %s | %s", _("no."),
			 or_dash(c->row->asset), c->row->name, text);
	else if (t->c && t->c->n_media)
		pen_line(p, LOOK_WARN, "      %s | %s",
			 _("not in media.csv"), text);
	else
		pen_line(p, LOOK_PLAIN, "      %s", text);
}

/* Lines before the one that must be seen, when `each` lines make one. */
static int
scrolled(const struct pen *p, size_t at, int each)
{
	int room = (p->bottom - p->top - p->line) / each;
	int over = (int)at - room + 1;

	return over > 0 ? over * each : 0;
}

static const struct policy *
policy_of(const struct tui *t)
{
	return policy_find(t->rq.policy[0] ? t->rq.policy : "purge-or-clear");
}

void
page_drives(const struct tui *t, struct pen *p)
{
	const struct policy *po = policy_of(t);
	size_t i, n = 0, own = 0;
	struct pen list;

	for (i = 0; i < t->n_drives; i++) {
		n += t->choices[i].chosen;
		own += is_own_stick(t, i);
	}
	pen_wrap(p, LOOK_BOLD, 2, _("%zu drives, %zu chosen; policy: %s"),
		 t->n_drives - own, n, !po ? t->rq.policy : t->lang == LANG_JA ?
		 po->title_ja : po->title);
	for (i = 0; i < t->n_hidden && i < 2; i++) {
		char text[TUI_NOTE_LEN];

		pen_wrap(p, LOOK_WARN, 4, "  ! %s",
			 hidden_text(&t->hidden[i], t->lang, text,
				     sizeof(text)));
	}
	if (!t->n_drives) {
		pen_gap(p);
		pen_wrap(p, LOOK_WARN, 0, "%s",
			 _("no drive is seen here. If there is one: look in"
			   " this PC's firmware for RAID, RST or VMD and switch"
			   " it to AHCI, then press r"));
		return;
	}
	list = pen_on(p->c, p->top + p->line, p->bottom, 0);
	list.skip = scrolled(&list, t->at, 2);
	for (i = 0; i < t->n_drives; i++)
		drive_lines(t, &list, i);
}

static void
methods(const struct tui *t, struct pen *p, const struct drive *d)
{
	char text[700];

	for (int m = METHOD_NONE + 1; m < METHOD_COUNT; m++) {
		const struct offer *o = &d->offers[m];

		if (o->offered)
			pen_wrap(p, LOOK_PLAIN, 4, "  + %s",
				 method_text((enum method)m, t->lang));
		else if (o->why.code)
			pen_wrap(p, LOOK_DIM, 4, "  - %s: %s",
				 method_text((enum method)m, t->lang),
				 reason_text(&o->why, t->lang, text,
					     sizeof(text)));
	}
}

void
page_drive(const struct tui *t, struct pen *p)
{
	const struct drive *d = &t->drives[t->at];
	const struct choice *c = &t->choices[t->at];
	const struct unfinished *begun = tui_begun(t, t->at);
	char text[700], size[32];

	pen_pair(p, _("device"), d->path);
	snprintf(text, sizeof(text), "%s%s%s", d->id.vendor,
		 d->id.vendor[0] ? " " : "", d->id.model);
	pen_pair(p, _("model"), text);
	pen_pair(p, _("serial"), d->id.serial);
	pen_pair(p, _("firmware"), d->id.firmware);
	pen_pair(p, "WWN", d->id.wwn);
	snprintf(text, sizeof(text), "%s (%llu B)  %s  %s",
		 size_text(d->id.size, size, sizeof(size)),
		 (unsigned long long)d->id.size,
		 medium_text(d->medium, t->lang),
		 transport_text(d->transport, t->lang));
	pen_pair(p, _("size"), text);
	if (c->row) {
		snprintf(text, sizeof(text), "%s  %s", c->row->asset,
			 c->row->name);
		pen_pair(p, _("asset number"), text);
	}
	if (c->cert_id[0])
		pen_pair(p, _("erased by"), c->cert_id);
	for (uint32_t i = 0; i < c->against.n; i++)
		pen_wrap(p, LOOK_WARN, 2, "! %s",
			 reason_text(&c->against.r[i], t->lang, text,
				     sizeof(text)));
	if (begun)
		pen_wrap(p, LOOK_WARN, 2, _("! begun %.10s %.5s and cut off,"
			 " NOT erased: choose it to go on"), begun->time,
			 begun->time + 11);
	pen_line(p, LOOK_BOLD, "%s", _("on it"));
	if (!d->n_contents)
		pen_line(p, LOOK_PLAIN, "  %s", _("nothing recognised"));
	for (uint32_t i = 0; i < d->n_contents; i++)
		pen_wrap(p, LOOK_PLAIN, 4, "  %s %s %s %s",
			 d->contents[i].node, d->contents[i].type,
			 d->contents[i].label,
			 size_text(d->contents[i].len, size, sizeof(size)));
	pen_line(p, LOOK_BOLD, "%s", _("what it can do"));
	methods(t, p, d);
}

void
page_rows(const struct tui *t, struct pen *p)
{
	struct pen list;

	char name[400];

	pen_line(p, LOOK_BOLD, "%s", page_drive_name(&t->drives[t->drive],
						     name, sizeof(name)));
	pen_line(p, LOOK_BOLD, "%s",
		 _("which line of media.csv is this drive? Read the label on"
		   " it"));
	list = pen_on(p->c, p->top + p->line + 1, p->bottom, 0);
	list.skip = scrolled(&list, t->at, 1);
	for (uint32_t i = 0; i < t->c->n_media; i++) {
		const struct case_medium *m = &t->c->media[i];

		pen_line(&list, i == t->at ? LOOK_CHOSEN : LOOK_PLAIN,
			 "%s %-12s %s  %s %s", i == t->at ? ">" : " ", m->asset,
			 m->name, m->model, m->serial);
	}
}

void
page_policies(const struct tui *t, struct pen *p)
{
	const struct policy *at = &policies[t->at];
	struct pen list = pen_on(p->c, p->top, p->bottom - 6, 0);

	list.skip = scrolled(&list, t->at, 1);
	for (size_t i = 0; i < n_policies; i++)
		pen_line(&list, i == t->at ? LOOK_CHOSEN : LOOK_PLAIN,
			 "%s %-22s %s", i == t->at ? ">" : " ",
			 policies[i].name, t->lang == LANG_JA ?
			 policies[i].title_ja : policies[i].title);
	*p = pen_on(p->c, p->bottom - 5, p->bottom, 0);
	pen_wrap(p, LOOK_BOLD, 0, "%s", t->lang == LANG_JA ? at->title_ja :
							     at->title);
	if (at->standing == STANDARD_WITHDRAWN)
		pen_line(p, LOOK_WARN, "%s", _("this standard is withdrawn"));
	pen_wrap(p, LOOK_DIM, 0, "%s: %s", _("source"), at->source);
}

void
page_passwords(const struct tui *t, struct pen *p)
{
	pen_wrap(p, LOOK_PLAIN, 0, "%s",
		 _("an erasure that was cut off leaves a drive locked with the"
		   " password of the program that began it. The plan unlocks it"
		   " with this one; a wrong one is refused by the drive"));
	pen_gap(p);
	for (int w = PASSWORD_NONE + 1; w < PASSWORD_COUNT; w++) {
		bool here = (size_t)w == t->at + 1;

		pen_line(p, here ? LOOK_CHOSEN : LOOK_PLAIN, "%s %s",
			 here ? ">" : " ", password_name((enum password)w));
	}
}

void
page_sleep(const struct tui *t, struct pen *p)
{
	pen_gap(p);
	if (!t->sleepy) {
		pen_wrap(p, LOOK_WARN, 0, "%s",
			 _("this screen would stay dark after a sleep, since it"
			   " has no driver of its own. Pull the power of the"
			   " frozen drive for a moment while the PC runs, or"
			   " use another PC"));
		return;
	}
	pen_wrap(p, LOOK_PLAIN, 0, "%s",
		 _("the firmware has frozen drives that were chosen: they take"
		   " no erase command until they lose their power. The PC can"
		   " sleep for 15 seconds, which does that. Nothing is erased"
		   " by it. The screen goes dark; a key or the power button"
		   " wakes the PC if it does not wake by itself"));
	pen_gap(p);
	pen_line(p, LOOK_BOLD, "%s", _("sleep now? (y/n)"));
}

/* ---- the plan ----------------------------------------------------------- */

static void
reasons_lines(const struct tui *t, struct pen *p, enum look look,
	      const struct reasons *rs)
{
	char text[700];

	for (uint32_t i = 0; i < rs->n; i++)
		pen_wrap(p, look, 6, "    - %s",
			 reason_text(&rs->r[i], t->lang, text, sizeof(text)));
}

static void
refused_lines(const struct tui *t, struct pen *p, const struct job *j)
{
	char text[900];

	pen_line(p, LOOK_BAD, "  %s", _("will NOT be erased:"));
	reasons_lines(t, p, LOOK_WARN, &j->p.refusals);
	if (j->refusal.code)
		pen_wrap(p, LOOK_WARN, 6, "    - %s",
			 reason_text(&j->refusal, t->lang, text,
				     sizeof(text)));
	for (uint32_t i = 0; i < j->p.n_passed; i++)
		pen_wrap(p, LOOK_DIM, 6, "    - %s",
			 cli_passed(&j->p, i, t->lang, text, sizeof(text)));
}

/* How, how long, how well; what goes with it; why not better. */
static void
plan_lines(const struct tui *t, struct pen *p, const struct job *j)
{
	char text[900], time[64];
	const struct plan *pl = &j->p;

	for (uint32_t i = 0; i < pl->n_attempts; i++)
		pen_wrap(p, LOOK_PLAIN, 4, "  %s %s  %s: %s",
			 i ? _("if that fails:") : _("method:"),
			 cli_attempt(pl, i, t->lang, text, sizeof(text)),
			 _("level"), level_text(pl->attempts[i].level,
						t->lang));
	pen_line(p, LOOK_PLAIN, "  %s %s", _("takes about:"),
		 duration_text(pl->est_s, time, sizeof(time)));
	for (uint32_t i = 0; i < pl->n_spaces; i++)
		if (!pl->spaces[i].self)
			pen_wrap(p, LOOK_WARN, 4, "  %s %s",
				 _("ERASED AS WELL:"),
				 cli_space(&pl->spaces[i], text,
					   sizeof(text)));
	reasons_lines(t, p, LOOK_DIM, &pl->level_reasons);
	for (uint32_t i = 0; i < pl->level_reasons.n; i++)
		if (pl->level_reasons.r[i].code == REASON_POLICY_LOWERED)
			pen_wrap(p, LOOK_WARN, 4, "  ! %s",
				 _("if the contract demands more than this"
				   " level, ask the orderer before going on"));
}

/* Where it goes on, when it was cut off earlier. */
static void
earlier_lines(struct pen *p, const struct job *j)
{
	const struct resume *f = j->from;
	const char *when = f ? f->parts.p[0].started : "";
	uint64_t done = f ? f->results[f->step].reached : 0;
	char size[32];

	if (f && !f->step && !done)
		pen_wrap(p, LOOK_BOLD, 4, _("  begun %.10s %.5s and cut off"
			 " before anything was on record: from the start"),
			 when, when + 11);
	else if (f)
		pen_wrap(p, LOOK_BOLD, 4, _("  begun %.10s %.5s and cut off:"
			 " goes on in step %u of %u, of which %s are done"),
			 when, when + 11, f->step + 1, j->p.n_steps,
			 size_text(done, size, sizeof(size)));
	else if (j->afresh.code == REASON_OTHER_PLAN)
		pen_wrap(p, LOOK_WARN, 4, _("  was begun by another plan (%s):"
			 " begins again from the start; Esc, then p chooses the"
			 " policy of then"), j->afresh.arg);
}

/* Nobody erases it once more unawares. */
static void
again_line(const struct tui *t, struct pen *p, const char *path)
{
	const struct choice *c = tui_choice(t, path);

	if (c && c->cert_id[0])
		pen_line(p, LOOK_WARN, "  ! %s %s", _("has its certificate"),
			 c->cert_id);
}

/* What the contract says of it. */
static void
contract_lines(const struct tui *t, struct pen *p, const struct job *j)
{
	if (!t->c)
		return;
	if (j->row)
		pen_line(p, LOOK_PLAIN, "  %s %s %s", _("no."),
			 or_dash(j->row->asset), j->row->name);
	else if (t->c->n_media)
		pen_line(p, LOOK_WARN, "  %s %s", _("contract:"),
			 _("not in media.csv"));
	if (j->p.destroy_after)
		pen_line(p, LOOK_WARN, "  %s",
			 _("the contract's class demands physical destruction"
			   " afterwards"));
}

static void
plans(const struct tui *t, struct pen *p)
{
	char name[400];

	for (size_t i = 0; i < t->e->n_jobs; i++) {
		const struct job *j = &t->e->jobs[i];

		pen_gap(p);
		pen_line(p, LOOK_BOLD, "%s", page_drive_name(&j->d, name,
							     sizeof(name)));
		if (j->refused) {
			refused_lines(t, p, j);
			continue;
		}
		again_line(t, p, j->arg);
		contract_lines(t, p, j);
		earlier_lines(p, j);
		plan_lines(t, p, j);
	}
}

static const char *
policy_title(const struct tui *t)
{
	const struct plan *pl = &t->e->jobs[0].p;

	return t->lang == LANG_JA ? pl->policy_title_ja : pl->policy_title;
}

void
page_plan(const struct tui *t, struct pen *p)
{
	pen_wrap(p, LOOK_BOLD, 0, "%s", policy_title(t));
	plans(t, p);
}

/* Decided and signed before; here it is only said that it may begin. */
void
page_order(const struct tui *t, struct pen *p)
{
	const struct order *o = t->order;
	char text[120];

	pen_line(p, LOOK_BAD, "%s",
		 _("a signed order is here: everything on these drives will be"
		   " erased for ever"));
	snprintf(text, sizeof(text), "%.63s  (%s %s)", o->f.who, _("until"),
		 o->f.until);
	pen_pair(p, _("ordered by"), text);
	pen_pair(p, _("signed by"), o->signer.subject);
	pen_pair(p, _("policy"), policy_title(t));
	snprintf(text, sizeof(text), _("%u named, %zu to be erased here"),
		 o->f.n, t->e->n_jobs);
	pen_pair(p, _("drives"), text);
	pen_line(p, LOOK_BOLD, "%s", _("erase them as ordered? (y/n)"));
	plans(t, p);
}

/* ---- the consent -------------------------------------------------------- */

void
page_consent(const struct tui *t, struct pen *p)
{
	const struct job *j = &t->e->jobs[t->at];
	char name[400], text[900], tail[8], label[64];
	bool skipped = false;
	size_t i, left = 0;

	for (i = tui_ask_next(t, 0); i < t->e->n_jobs;
	     i = tui_ask_next(t, i + 1))
		left++;
	for (i = 0; i < t->e->n_jobs; i++)
		skipped |= t->e->jobs[i].refusal.code == REASON_NOT_CONFIRMED;
	pen_line(p, LOOK_PLAIN, _("drives still to be asked about: %zu"), left);
	pen_gap(p);
	pen_line(p, LOOK_BAD, "%s",
		 _("everything on this drive will be erased for ever:"));
	pen_wrap(p, LOOK_BOLD, 2, "%s", page_drive_name(&j->d, name,
							sizeof(name)));
	if (j->row)
		pen_line(p, LOOK_BOLD, "%s %s %s", _("asset number"),
			 j->row->asset, j->row->name);
	again_line(t, p, j->arg);
	contents_text(&j->d, text, sizeof(text));
	pen_wrap(p, LOOK_PLAIN, 2, "%s: %s", _("on it"), text);
	for (uint32_t k = 0; k < j->p.n_spaces && k < 3; k++)
		if (!j->p.spaces[k].self)
			pen_wrap(p, LOOK_WARN, 2, "%s %s",
				 _("ERASED AS WELL:"),
				 cli_space(&j->p.spaces[k], text,
					   sizeof(text)));
	pen_gap(p);
	consent_tail(&j->p.id, tail);
	pen_wrap(p, LOOK_PLAIN, 0, j->p.id.serial[0] ?
		 _("read the label on the drive: to consent, type the last %d"
		   " characters of its serial number") :
		 _("this drive tells no serial number: to consent, type the"
		   " last %d digits of its size in bytes (%llu)"),
		 canvas_width(tail), (unsigned long long)j->p.id.size);
	if (left == 1 && !skipped)
		pen_line(p, LOOK_WARN, "%s",
			 _("after Enter the erasure begins"));
	pen_gap(p);
	snprintf(label, sizeof(label), "%s", j->p.id.serial[0] ?
		 _("end of the serial") : _("end of the size"));
	page_input(p, label, &t->edit);
}

/* Some were left out: what is left, and whether it is meant. */
void
page_begin(const struct tui *t, struct pen *p)
{
	char name[400];

	pen_line(p, LOOK_BAD, "%s", _("these drives will be erased now:"));
	for (size_t i = 0; i < t->e->n_jobs; i++)
		if (t->e->jobs[i].consent.how != CONSENT_NONE)
			pen_line(p, LOOK_BOLD, "  %s  %s",
				 page_drive_name(&t->e->jobs[i].d, name,
						 sizeof(name)),
				 t->e->jobs[i].row ?
				 t->e->jobs[i].row->asset : "");
	pen_gap(p);
	pen_line(p, LOOK_PLAIN, "%s", _("the others are left as they are"));
}
