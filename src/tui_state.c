/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is so on the screen now, and where does its road go on?  PURE.
 *
 * The road asks for nothing that is not needed yet: for the key's passphrase
 * only once there is a drive that it would sign for.
 */
#include "tui.h"

#include "util.h"

#include <string.h>

void
tui_go(struct tui *t, enum page p)
{
	if (t->page == PAGE_DRIVES)
		t->drive = t->at;	/* hands go back to where they were */
	t->at = p == PAGE_DRIVES && t->drive < t->n_drives ? t->drive : 0;
	t->page = p;
	t->composing = false;
	t->top = 0;
	edit_clear(&t->edit);
	for (size_t i = 0; i < ARRAY_SIZE(t->secret); i++)
		t->secret[i].secret = true;
}

void
tui_note(struct tui *t, const char *text)
{
	if (!*text)
		return;
	text_clean(t->notes[t->n_notes % TUI_NOTES], TUI_NOTE_LEN, text,
		   strlen(text));
	t->n_notes++;
}

size_t
tui_ask_next(const struct tui *t, size_t from)
{
	size_t i;

	for (i = from; i < t->e->n_jobs; i++)
		if (!t->e->jobs[i].refused &&
		    t->e->jobs[i].consent.how == CONSENT_NONE)
			break;
	return i;
}

void
tui_ask_key(struct tui *t, bool for_plan)
{
	tui_go(t, t->no_key ? PAGE_KEY_NEW : PAGE_KEY);
	t->key_for_plan = for_plan;
	t->key_for_report = false;
}

/* The first question, or why there is none to ask. */
void
tui_ask_first(struct tui *t)
{
	size_t i = tui_ask_next(t, 0);

	if (i == t->e->n_jobs) {
		tui_note(t, _("none of these drives can be erased by this"
			      " plan"));
		return;
	}
	if (!t->has_key && !t->no_case) {
		tui_ask_key(t, true);
		return;
	}
	tui_go(t, PAGE_CONSENT);
	t->at = i;
}

/* Always in one order: hands learn it, on the second of forty PCs. */
size_t
tui_next(const struct tui *t, enum wish out[NEXT_MAX])
{
	size_t n = 0;

	out[n++] = t->let_go ? WISH_CASE : WISH_LOOK;
	if (!t->stick) {
		out[n++] = WISH_LEAVE;
	} else {
		out[n++] = WISH_OFF;
		out[n++] = WISH_RESTART;
		if (!t->let_go)
			out[n++] = WISH_PULL;
	}
	if (t->c && !t->let_go && (t->clock.confirmed || !t->stick))
		out[n++] = WISH_REPORT;
	return n;
}

bool
tui_goes_on(const struct tui *t)
{
	for (size_t i = 0; i < t->e->n_jobs; i++) {
		const struct resume *f = t->e->jobs[i].from;

		if (f && (f->step || f->results[f->step].reached))
			return true;
	}
	return false;
}

static bool
erased_now(const struct tui *t, const char *path)
{
	for (size_t i = 0; i < t->e->n_jobs; i++)
		if (!strcmp(t->e->jobs[i].arg, path))
			return t->e->jobs[i].ended &&
			       erase_told(&t->e->jobs[i]) == OUTCOME_ERASED;
	return false;
}

const struct choice *
tui_choice(const struct tui *t, const char *path)
{
	for (size_t i = 0; i < t->n_drives; i++)
		if (!strcmp(t->drives[i].path, path))
			return &t->choices[i];
	return NULL;
}

size_t
tui_first_left(const struct tui *t)
{
	for (size_t i = 0; i < t->n_drives; i++)
		if (!t->choices[i].hung && !t->choices[i].against.n &&
		    !tui_erased(t, i))
			return i;
	return 0;
}

size_t
tui_left(const struct tui *t)
{
	size_t n = 0;

	for (size_t i = 0; i < t->n_drives; i++)
		n += !t->choices[i].hung && !t->choices[i].against.n &&
		     !tui_erased(t, i) && !erased_now(t, t->drives[i].path);
	return n;
}

size_t
tui_lines(const struct tui *t)
{
	enum wish next[NEXT_MAX];

	switch (t->page) {
	case PAGE_CASES:
		return t->media.n_cases;
	case PAGE_FORM:
		return FORM_COUNT;
	case PAGE_PEOPLE:
		return t->c ? t->c->people[t->role].n : 0;
	case PAGE_DRIVES:
		return t->n_drives;
	case PAGE_ROWS:
		return t->c ? t->c->n_media : 0;
	case PAGE_POLICIES:
		return n_policies;
	case PAGE_PASSWORDS:
		return PASSWORD_COUNT - 1;
	case PAGE_RUN:
	case PAGE_RESULT:
		return t->e->n_jobs;
	case PAGE_KEY_NEW:
		return ARRAY_SIZE(t->secret);
	case PAGE_CLOCK:
		return tui_two_clocks(t) ? 2 : 0;
	case PAGE_NEXT:
		return tui_next(t, next);
	default:
		return 0;
	}
}

bool
tui_two_clocks(const struct tui *t)
{
	return t->stick && !t->clock.confirmed && t->clock.as_local[0] &&
	       strcmp(t->clock.as_local, t->clock.now) != 0;
}

bool
tui_frozen(const struct drive *d)
{
	return d->lock.frozen == ANSWER_YES ||
	       d->sanitize.state == SANITIZE_FROZEN;
}

bool
tui_erased(const struct tui *t, size_t drive)
{
	return t->choices[drive].cert_id[0] && !t->drives[drive].n_contents &&
	       !tui_begun(t, drive);
}

const struct unfinished *
tui_begun(const struct tui *t, size_t drive)
{
	for (size_t i = 0; i < t->n_unfinished; i++)
		if (t->unfinished[i].kind == UNFINISHED_RUN &&
		    t->unfinished[i].drive == drive)
			return &t->unfinished[i];
	return NULL;
}

bool
tui_paper_missing(const struct tui *t)
{
	for (size_t i = 0; i < t->n_unfinished; i++)
		if (t->unfinished[i].kind == UNFINISHED_PAPER)
			return true;
	return false;
}
