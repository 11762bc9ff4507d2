/* SPDX-License-Identifier: Apache-2.0 */
/* Which documents does an open key make that no erasure makes by itself? */
#include "tui.h"

#include "cmd_docs.h"
#include "util.h"

#include <errno.h>
#include <string.h>

/* What ended without its document, as when the stick was pulled just then, gets
 * it now: the key is open, and nobody here knows another way. */
void
paper_missing(struct show *s)
{
	struct tui *t = &s->t;
	json_t *made = json_array();
	char text[TUI_NOTE_LEN];
	struct docs docs = { 0 };
	struct cli cli = s->cli;

	cli.key = t->key_path;
	if (!tui_paper_missing(t) || !made)
		goto out;
	show_busy(s, _("making the documents that are missing"));
	/* standard error says why one could not be made */
	if (!docs_load(&cli, s->c, &docs) &&
	    docs_issue_by(&cli, s->c, &docs, s->key, made))
		show_words(s);
	if (json_array_size(made)) {
		snprintf(text, sizeof(text),
			 _("%zu documents that were missing are made now; they"
			   " are in the folder out"), json_array_size(made));
		tui_note(t, text);
	}
	docs_free(&docs);
	t->busy[0] = '\0';
out:
	json_decref(made);
}

/* The last words say what is still open, or why there is none. */
void
paper_report(struct show *s)
{
	char path[PATH_LEN + 40], text[TUI_NOTE_LEN];
	struct tui *t = &s->t;
	struct docs docs = { 0 };
	struct cli cli = s->cli;
	uint32_t open = 0;
	int ret;

	if (!show_same_case(s)) {
		show_other_case(s);
		return;
	}
	if (!s->key) {
		tui_ask_key(t, false);
		t->key_for_report = true;
		return;
	}
	cli.key = t->key_path;
	show_busy(s, _("making the report"));
	ret = docs_load(&cli, s->c, &docs);
	if (ret)
		tui_note(t, strerror(-ret));
	else
		ret = docs_report(&cli, s->c, &docs, s->key, path,
				  sizeof(path), &open);
	show_words(s);
	docs_free(&docs);
	t->busy[0] = '\0';
	if (ret && ret != EXIT_EXCEPTIONS)
		return;
	snprintf(text, sizeof(text), open ?
		 _("the report is made: out/%s; in it %u media are still"
		   " open (F3: which)") : _("the report is made: out/%s"),
		 strrchr(path, '/') + 1, open);
	tui_note(t, text);
}
