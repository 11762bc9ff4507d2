/* SPDX-License-Identifier: Apache-2.0 */
/* Which contract is worked on, is it still the same, and what was left of it?
 */
#include "tui.h"

#include "cmd_docs.h"
#include "util.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CASE_MAX	(16U << 20)	/* bytes of a file of it */

/* The last words are the reason. */
static void
stop_by_words(struct show *s)
{
	show_words(s);
	show_stopped(s, s->t.n_notes ?
		  s->t.notes[(s->t.n_notes - 1) % TUI_NOTES] : "");
}

void
show_look_back(struct show *s)
{
	struct tui *t = &s->t;
	size_t i, n = 0;
	int err = stick_unfinished(t->no_case ? "." : t->case_dir, t->drives,
				   t->n_drives, t->unfinished, TUI_UNFINISHED,
				   &t->n_unfinished);

	/* without a case there is no document to be missed */
	for (i = 0; t->no_case && i < t->n_unfinished; i++)
		if (t->unfinished[i].kind == UNFINISHED_RUN)
			t->unfinished[n++] = t->unfinished[i];
	if (t->no_case)
		t->n_unfinished = n;
	if (err && err != -ENOENT)
		tui_note(t, _("the evidence log of this case does not hold;"
			      " keep it, and continue in another case"
			      " folder"));
}

static void
keep_repair(struct show *s)
{
	if (s->t.stick && stick_keep_repair(s->run, s->t.case_dir) < 0)
		tui_note(&s->t, _("what the repair of the stick said could not"
				  " be kept"));
}

/* Of what the case is read from; all zero if that cannot be read. */
static void
digest_case(const char *dir, uint8_t out[DIGEST_LEN])
{
	static const char *const files[] = { "case.ini", "media.csv" };
	uint8_t both[2 * DIGEST_LEN] = { 0 };
	char path[PATH_LEN + 16], *text;
	size_t len;
	int err = 0;

	for (size_t i = 0; !err && i < ARRAY_SIZE(files); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, files[i]);
		err = file_read(path, CASE_MAX, &text, &len);
		if (err == -ENOENT && i) {
			err = 0;	/* there need not be a list */
			continue;
		}
		if (!err) {
			err = sha256(text, len, both + i * DIGEST_LEN);
			free(text);
		}
	}
	if (err || sha256(both, sizeof(both), out))
		memset(out, 0, DIGEST_LEN);
}

bool
show_same_case(struct show *s)
{
	static const uint8_t none[DIGEST_LEN];
	uint8_t now[DIGEST_LEN];

	if (!s->c)
		return true;
	digest_case(s->t.case_dir, now);
	return memcmp(now, none, DIGEST_LEN) != 0 &&
	       !memcmp(now, s->case_digest, DIGEST_LEN);
}

void
show_case(struct show *s)
{
	struct tui *t = &s->t;

	round_free(s);
	free(s->c);
	t->c = s->c = NULL;
	t->n_drives = 0;	/* they were looked up in the old one's list */
	t->looked = false;
	digest_case(t->case_dir, s->case_digest);
	if (ready_case(t->case_dir, t->lang, &s->c) ||
	    ready_people(&s->cli, s->c)) {
		stop_by_words(s);
		free(s->c);
		s->c = NULL;
		return;
	}
	t->c = s->c;
	key_find(s);
	show_look_back(s);
	keep_repair(s);
	show_words(s);
	tui_go(t, PAGE_CASE);
}

void
show_first(struct show *s)
{
	struct tui *t = &s->t;
	char why[TUI_NOTE_LEN], ini[PATH_LEN + 16];

	if (t->let_go) {
		show_busy(s, _("looking for the stick"));
		stick_take_back(s->run);
		t->busy[0] = '\0';
		t->let_go = false;
	}
	stick_look(s->run, &t->media);
	t->sleepy = !t->media.live || t->media.native_screen;
	if (t->stick && t->media.state != STICK_READY) {
		show_stopped(s, stick_why(&t->media, t->lang, why,
					  sizeof(why)));
		return;
	}
	if (t->no_case) {
		show_look_back(s);
		tui_go(t, PAGE_CASE);
		return;
	}
	if (s->cli.case_dir)
		text_copy(t->case_dir, sizeof(t->case_dir), s->cli.case_dir);
	else if (!t->stick)
		text_copy(t->case_dir, sizeof(t->case_dir), "case");
	else if (stick_case_dir(&t->media, t->case_dir,
				sizeof(t->case_dir)) == -ENOTUNIQ) {
		tui_go(t, PAGE_CASES);
		return;
	} else if (!t->media.n_cases) {
		snprintf(t->case_dir, sizeof(t->case_dir), "%.*s/case",
			 (int)sizeof(t->case_dir) - 6, t->media.dir);
	}
	snprintf(ini, sizeof(ini), "%s/case.ini", t->case_dir);
	if (access(ini, F_OK) && errno == ENOENT)
		tui_go(t, PAGE_FORM);
	else
		show_case(s);
}

/* Another stick, or an edited one: its evidence and its key are not those of
 * the contract that was agreed to. */
void
show_other_case(struct show *s)
{
	s->e.key = NULL;
	key_free(&s->key);
	s->t.has_key = false;
	show_first(s);
	tui_note(&s->t, _("the case is not the one that was loaded (another"
			  " stick?); nothing was touched. Look at it again"));
}

/* By its name, as the case has it: nobody is typed in. */
void
show_person(struct show *s)
{
	struct tui *t = &s->t;
	const struct case_people *p = &s->c->people[t->role];

	if (t->at < p->n && case_choose(s->c, t->role, p->name[t->at]))
		tui_note(t, _("the case does not name this person"));
	tui_go(t, PAGE_CASE);
}

/* ---- a short case ------------------------------------------------------- */

static int
write_form(const struct tui *t, const char *path)
{
	static const char *const keys[FORM_COUNT] = {
		[FORM_CONTRACT] = "[contract]\nname",
		[FORM_ORDERER] = "[addressee]\nname",
		[FORM_CONTRACTOR] = "[contractor]\nname",
		[FORM_RESPONSIBLE] = "[responsible]\nname",
		[FORM_OPERATOR] = "[operator]\nname",
		[FORM_PLACE] = "[place]\nname",
		[FORM_ITEM] = "[item 1]\nitem",
	};
	char text[FORM_COUNT * 320] = "";
	size_t at = 0;

	for (int f = 0; f < FORM_COUNT; f++) {
		snprintf(text + at, sizeof(text) - at, "%s = %s\n\n", keys[f],
			 t->form[f].text);
		at += strlen(text + at);
	}
	return file_create(path, text, at, false);
}

void
show_form(struct show *s)
{
	struct tui *t = &s->t;
	char path[PATH_LEN + 16];
	int err;

	for (size_t f = 0; f < FORM_COUNT; f++) {
		if (t->form[f].text[0])
			continue;
		t->at = f;
		tui_note(t, _("every line must be filled in"));
		return;
	}
	if (mkdir(t->case_dir, 0755) && errno != EEXIST) {
		err = -errno;
		goto out;
	}
	snprintf(path, sizeof(path), "%s/case.ini", t->case_dir);
	err = write_form(t, path);
out:
	if (err) {
		char text[TUI_NOTE_LEN];

		snprintf(text, sizeof(text), _("cannot write '%s': %s"),
			 t->case_dir, strerror(-err));
		tui_note(t, text);
		return;
	}
	show_case(s);
}
