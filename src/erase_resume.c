/* SPDX-License-Identifier: Apache-2.0 */
/*
 * massho erase --resume: how far did the erasure of each drive get?  By this
 * case's log alone, whose chain was held against itself when it was opened.
 *
 * The last INTENT of a drive counts.  One that went on from an earlier one
 * inherits what that had done.  Goes on only with the plan of then, for a drive
 * that is the one of then, and only if its run ended for no fault of its
 * medium: interrupted, power or drive lost, worker or log lost.
 */
#include "erase.h"

#include "erase_trail.h"
#include "util.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct trails {
	size_t n;
	struct trail **t;
};

static int
take_line(void *ctx, const struct evidence_line *l)
{
	struct trails *all = ctx;
	size_t i;

	for (i = 0; i < all->n; i++)
		if (all->t[i])
			trail_follow(all->t[i], l);
	return 0;
}

/* ---- the log ------------------------------------------------------------- */

/* The log is open for writing: nobody else changes it between. */
static int
read_log(const struct erase *e, struct trails *all)
{
	json_t *position = evidence_position(e->log);
	struct log_chain chain = { 0 };
	char path[PATH_LEN * 2];
	int fd, err;

	snprintf(path, sizeof(path), "%s/evidence/%s", e->dir,
		 cert_get(position, "file"));
	json_decref(position);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return -errno;
	err = evidence_scan(fd, take_line, all, &chain);
	if (!err && chain.fault != CHAIN_HOLDS)
		err = -EBADMSG;
	chain_free(&chain);
	close(fd);
	return err;
}

/* Another plan counts only for what would be carried over. */
static void
conclude(struct job *j, struct trail *t)
{
	j->afresh = (struct reason){ 0 };
	if (!t->found || !t->ended || !t->may_go_on || !t->sound) {
		j->afresh.code = REASON_NOT_INTERRUPTED;
		return;
	}
	trail_inherit(t);
	if (trail_carries(t) && !resume_same_plan(&t->p, &j->p)) {
		j->afresh.code = REASON_OTHER_PLAN;
		text_copy(j->afresh.arg, sizeof(j->afresh.arg), t->p.policy);
		return;
	}
	j->from = malloc(sizeof(*j->from));
	if (j->from) {
		*j->from = t->r;
		return;
	}
	j->afresh.code = REASON_INTERNAL;
	text_copy(j->afresh.arg, sizeof(j->afresh.arg), strerror(ENOMEM));
}

int
erase_look_back(struct erase *e)
{
	struct trails all = { .n = e->n_jobs };
	int err = -ENOMEM;
	size_t i;

	all.t = calloc(all.n, sizeof(struct trail *));
	for (i = 0; all.t && i < all.n; i++) {
		if (e->jobs[i].refused)
			continue;
		all.t[i] = calloc(1, sizeof(struct trail));
		if (!all.t[i])
			goto out;
		all.t[i]->of = e->jobs[i].d.id;
		all.t[i]->nsid = identity_nsid(&e->jobs[i].d.scope);
	}
	if (all.t)
		err = read_log(e, &all);
	for (i = 0; !err && i < all.n; i++)
		if (all.t[i])
			conclude(&e->jobs[i], all.t[i]);
out:
	for (i = 0; all.t && i < all.n; i++)
		free(all.t[i]);
	free(all.t);
	if (!err)
		return 0;
	cli_error(_("the evidence log cannot be read again (%s); nothing was"
		    " touched"), strerror(-err));
	return EXIT_USAGE;
}

int
erase_resume(struct erase *e)
{
	int ret = erase_look_back(e);
	size_t i;

	for (i = 0; !ret && i < e->n_jobs; i++) {
		struct job *j = &e->jobs[i];

		if (!j->refused && !j->from)
			erase_refuse(j, j->afresh.code, j->afresh.arg);
	}
	return ret;
}

/* ---- what is said of it -------------------------------------------------- */

json_t *
erase_resumes(const struct job *j)
{
	const struct resume *f = j->from;
	json_t *out;

	if (!f)
		return json_null();
	out = json_pack("{s:o, s:i, s:o, s:o}", "receipt", json_hex(
			f->parts.p[f->parts.n - 1].receipt, DIGEST_LEN),
			"step", (int)f->step + 1,
			"reached", json_count(f->results[f->step].reached),
			"parts", json_parts(&f->parts));
	return out;
}
