/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How is a drive that the firmware froze at boot made to listen?  The machine
 * sleeps for a moment, the drives lose their power, and each is looked at anew.
 * Firmware may freeze them again, so nothing is believed but what they say
 * afterwards.  Nothing has been written by then, and no log is open.
 */
#include "erase.h"

#include "probe.h"
#include "util.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define SLEEP_S		15U
#define RETURN_MS	(30 * 1000U)	/* a drive spins up again */
#define AGAIN_MS	500U

static bool
is_frozen(const struct drive *d)
{
	return d->lock.frozen == ANSWER_YES ||
	       d->sanitize.state == SANITIZE_FROZEN;
}

static bool
any_frozen(const struct erase *e)
{
	for (size_t i = 0; i < e->n_jobs; i++)
		if (is_frozen(&e->jobs[i].d))
			return true;
	return false;
}

/* What must not lose its power now; NULL if nothing of the kind. */
static const char *
must_stay_awake(const struct drive *d)
{
	if (d->sanitize.state == SANITIZE_RUNNING)
		return _("it is sanitizing itself");
	if (d->lock.enabled == ANSWER_YES && d->lock.locked != ANSWER_YES)
		return _("it has a password and would wake up locked");
	return NULL;
}

static int
check_all_drives(void)
{
	struct drive *all = calloc(DRIVES_MAX, sizeof(*all));
	const char *why;
	size_t n = 0;
	int err = all ? probe_all(all, DRIVES_MAX, &n) : -ENOMEM;

	if (err)
		cli_error(_("--unfreeze: cannot look at all drives: %s"),
			  strerror(-err));
	for (size_t i = 0; !err && i < n; i++) {
		why = must_stay_awake(&all[i]);
		if (!why)
			continue;
		cli_error(_("--unfreeze: '%s' must not lose its power: %s"),
			  all[i].path, why);
		err = -EBUSY;
	}
	free(all);
	return err;
}

static int
check_targets(const struct erase *e)
{
	struct reasons why = { 0 };
	char text[640];

	for (size_t i = 0; i < e->n_jobs && !why.n; i++) {
		guard_check(&e->jobs[i].d, &e->cli.rq, &why);
		if (why.n)
			cli_error("--unfreeze: %s: %s", e->jobs[i].arg,
				  reason_text(&why.r[0], e->cli.lang, text,
					      sizeof(text)));
	}
	return why.n ? -EBUSY : 0;
}

/* The same drive?  Its instance may be a new one: it was away. */
static bool
came_back(const struct job *j, const struct drive *now)
{
	struct identity id = now->id;

	id.diskseq = j->d.id.diskseq;
	return !identity_differs(&j->d.id, &id);
}

static int
look_again(const struct erase *e, struct job *j)
{
	const struct timespec pause = { 0, AGAIN_MS * 1000000L };
	uint64_t until = mono_ms() + RETURN_MS;
	struct drive *now = malloc(sizeof(*now));
	int err = -ENOMEM;

	while (now) {
		err = probe_one(j->arg, e->cli.rq.image, now);
		if (!err && !came_back(j, now))
			err = -ESTALE;
		if (!err || mono_ms() >= until)
			break;
		nanosleep(&pause, NULL);
	}
	if (!err)
		j->d = *now;
	else
		cli_error(_("'%s' did not come back as the same drive after"
			    " the sleep: %s; nothing was touched"), j->arg,
			  strerror(-err));
	free(now);
	return err;
}

static void
say_frozen(const struct erase *e)
{
	for (size_t i = 0; i < e->n_jobs; i++)
		if (is_frozen(&e->jobs[i].d))
			cli_error(_("'%s' is still frozen: this computer's"
				    " firmware freezes it again; replug its"
				    " power while the system runs, or use"
				    " another computer"), e->jobs[i].arg);
}

int
erase_unfreeze(struct erase *e)
{
	char why[256] = "";
	size_t i;

	if (!any_frozen(e)) {
		cli_error(_("note: none of these drives is frozen; the computer"
			    " does not sleep"));
		return 0;
	}
	if (check_targets(e) || check_all_drives())
		return EXIT_REFUSED;
	if (probe_can_sleep(e->cli.rq.allow_virtual, why, sizeof(why))) {
		cli_error("--unfreeze: %s", gettext(why));
		return EXIT_REFUSED;
	}
	cli_error(_("the computer sleeps for %u seconds now; the screen goes"
		    " dark, and a key or the power button wakes it"), SLEEP_S);
	sync();
	if (probe_sleep(e->cli.rq.allow_virtual, SLEEP_S, why, sizeof(why))) {
		cli_error("--unfreeze: %s", gettext(why));
		return EXIT_REFUSED;
	}
	if (why[0])
		cli_error("--unfreeze: %s", gettext(why));
	for (i = 0; i < e->n_jobs; i++)
		if (look_again(e, &e->jobs[i]))
			return EXIT_REFUSED;
	say_frozen(e);
	return 0;
}
