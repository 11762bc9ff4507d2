/* SPDX-License-Identifier: Apache-2.0 */
/*
 * On a bench: which drives go was decided and signed before, and lies on the
 * stick.  Whoever opened the key says that it may begin, and nothing else.
 */
#include "tui.h"

#include <errno.h>

static int
load(struct show *s)
{
	char path[PATH_LEN + 16];
	struct tui *t = &s->t;

	if (t->declined || !t->c || !t->has_key ||
	    !stick_job(&t->media, t->case_dir, path, sizeof(path)))
		return -ENOENT;
	/* standard error says what is wrong with it, and why one is left */
	return order_load(&s->e.cli, path, s->c, t->case_dir, &s->order);
}

void
order_offer(struct show *s)
{
	struct tui *t = &s->t;
	int left = 0, ret;

	round_begin(s);
	ret = load(s);
	if (!ret)
		left = order_find(&s->e, &s->order, t->drives, t->n_drives);
	if (!ret && s->e.n_jobs)
		ret = order_request(&s->e, &s->order);
	if (!ret && s->e.n_jobs)
		ret = order_skip_erased(&s->e, &s->order, &left);
	if (!ret && s->e.n_jobs)
		ret = erase_plan(&s->e);
	if (!ret && s->e.n_jobs)
		ret = round_earlier(s);
	if (ret || !s->e.n_jobs) {
		round_free(s);
		return;
	}
	t->order = &s->order;
	tui_go(t, PAGE_ORDER);
}

void
order_start(struct show *s)
{
	struct tui *t = &s->t;
	size_t i, n = 0;

	order_consent(&s->e, &s->order);
	for (i = 0; i < s->e.n_jobs; i++)
		n += s->e.jobs[i].consent.how != CONSENT_NONE;
	if (n)
		round_start(s);
	else
		tui_note(t, _("none of these drives can be erased by this"
			      " plan"));
}
