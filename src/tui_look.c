/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which drives does the technician see?  They are looked at while the case is
 * still being read: one that sleeps takes its time to wake.
 */
#include "tui.h"

#include "cmd_docs.h"
#include "hidden.h"
#include "probe.h"
#include "util.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define WAIT_MS		(60 * 1000U)	/* for a drive to say who it is */
#define EARLY_MS	(60 * 1000U)	/* what was seen is good so long */

struct looking {
	struct show *s;
	uint64_t since_ms, drawn_ms;
};

/* Escape is the only key that means something now. */
static bool
had_enough(struct show *s)
{
	uint32_t key;
	int err;

	do {
		err = term_key(s->term, &key);
		if (!err && key == PRESS_ESCAPE)
			return true;
	} while (err == -EAGAIN || (!err && key != PRESS_NOTHING));
	return err == -EPIPE;
}

static bool
wait_for_drives(void *ctx, size_t left)
{
	struct looking *l = ctx;
	uint64_t now = mono_ms();
	char text[TUI_NOTE_LEN];

	if (now - l->drawn_ms >= 1000) {
		if (l->s->t.page != PAGE_LOOK)
			tui_go(&l->s->t, PAGE_LOOK);
		snprintf(text, sizeof(text),
			 _("looking at the drives: %zu have not answered yet"
			   " (%llu s)"), left,
			 (unsigned long long)((now - l->since_ms) / 1000));
		show_busy(l->s, text);
		l->drawn_ms = now;
	}
	return now - l->since_ms < WAIT_MS && !had_enough(l->s);
}

static void
forget_key(void *ctx)
{
	struct show *s = ctx;

	key_free(&s->key);
}

static int
list_paths(const struct show *s, char (*paths)[PATH_LEN], size_t *n)
{
	*n = 0;
	if (!s->cli.argc)
		return probe_paths(paths, DRIVES_MAX, n);
	for (int i = 0; i < s->cli.argc && *n < DRIVES_MAX; i++)
		if (text_copy(paths[(*n)++], PATH_LEN, s->cli.argv[i]))
			return -ENAMETOOLONG;
	return 0;
}

/* What the case says of it, and what speaks against it. */
static void
judge(const struct tui *t, const struct drive *d, struct choice *c)
{
	memset(&c->against, 0, sizeof(c->against));
	guard_check(d, &t->rq, &c->against);
	if (!c->asset[0])
		c->row = t->c ? case_match(t->c, d->id.serial) : NULL;
}

/* One that hangs has told nothing of itself, and stays. */
static void
leave_layers(struct tui *t, bool *hung)
{
	size_t i, n = 0;

	for (i = 0; i < t->n_drives; i++) {
		if (!hung[i] && stick_layer(&t->media, &t->drives[i]))
			continue;
		if (n != i) {
			t->drives[n] = t->drives[i];
			hung[n] = hung[i];
		}
		n++;
	}
	t->n_drives = n;
}

/* Those that were sent early have the answer by now, if it is of the same
 * drives and not so old that it says little. */
static int
send_lookers(struct show *s, char (*paths)[PATH_LEN], size_t n)
{
	if (mono_ms() - s->early_ms < EARLY_MS &&
	    probe_apart_same(s->early, paths, n))
		return 0;
	probe_apart_drop(&s->early);
	return probe_apart_begin(paths, n, s->cli.rq.image, forget_key, s,
				 &s->early);
}

static int
take_drives(struct show *s, char (*paths)[PATH_LEN], size_t n)
{
	struct looking l = { .s = s, .since_ms = mono_ms() };
	struct tui *t = &s->t;
	bool hung[DRIVES_MAX] = { false };
	int err;

	free(t->drives);
	free(t->choices);
	t->n_drives = 0;
	t->drives = calloc(n ? n : 1, sizeof(*t->drives));
	t->choices = calloc(n ? n : 1, sizeof(*t->choices));
	if (!t->drives || !t->choices)
		return -ENOMEM;
	err = send_lookers(s, paths, n);
	if (err)
		return err;
	probe_apart_end(&s->early, wait_for_drives, &l, t->drives, hung,
			&t->n_drives);
	if (!s->cli.argc)
		leave_layers(t, hung);
	for (size_t i = 0; i < t->n_drives; i++) {
		t->choices[i].hung = hung[i];
		judge(t, &t->drives[i], &t->choices[i]);
	}
	return 0;
}

/* By the documents that lie there now.  A look at them costs little; not to
 * know of one costs the technician an hour. */
static void
mark_erased(struct show *s)
{
	struct tui *t = &s->t;
	struct docs docs = { 0 };
	struct cli cli = s->cli;
	const struct doc *doc;

	cli.key = t->key_path;
	if (s->c && !docs_load(&cli, s->c, &docs))
		for (size_t i = 0; i < t->n_drives; i++) {
			doc = docs_erased(&docs, &t->drives[i]);
			if (doc)
				text_copy(t->choices[i].cert_id,
					  sizeof(t->choices[i].cert_id),
					  cert_get(doc->json, "cert_id"));
		}
	docs_free(&docs);
}

void
look_early(struct show *s)
{
	char (*paths)[PATH_LEN];
	size_t n = 0;

	if (s->early || s->t.looked || s->running)
		return;
	paths = calloc(DRIVES_MAX, sizeof(*paths));
	/* what fails here is told when they are looked at in earnest */
	if (paths && !list_paths(s, paths, &n) &&
	    !probe_apart_begin(paths, n, s->cli.rq.image, forget_key, s,
			       &s->early))
		s->early_ms = mono_ms();
	free(paths);
}

void
round_look(struct show *s)
{
	char (*paths)[PATH_LEN] = calloc(DRIVES_MAX, sizeof(*paths));
	struct tui *t = &s->t;
	char text[TUI_NOTE_LEN];
	size_t n = 0;
	int err = paths ? 0 : -ENOMEM, ret;

	round_free(s);
	show_busy(s, _("looking at the drives"));
	if (!err)
		err = list_paths(s, paths, &n);
	ret = paths ? take_drives(s, paths, n) : -ENOMEM;
	free(paths);
	mark_erased(s);
	t->busy[0] = '\0';
	if (err || ret) {
		snprintf(text, sizeof(text),
			 _("the list is not complete: %s"),
			 strerror(-(err ? err : ret)));
		tui_note(t, text);
	}
	if (!s->cli.argc && probe_hidden(t->hidden, HIDDEN_MAX, &t->n_hidden))
		tui_note(t, _("whether the firmware hides drives could not be"
			      " told"));
	t->looked = true;
	show_look_back(s);
	tui_go(t, PAGE_DRIVES);
	t->at = tui_first_left(t);
	if (!err && !ret)	/* else one serial might be there twice */
		order_offer(s);
}
