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

#include "util.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What the log has told so far of one drive. */
struct trail {
	const struct job *j;
	bool found, sound, same_plan, ended, may_go_on;
	uint8_t receipt[DIGEST_LEN];	/* of its last INTENT */
	struct run_part part;		/* that one's */
	struct resume r;
	struct plan p;			/* then */
};

struct trails {
	size_t n;
	struct trail **t;
};

static bool
is_receipt(const json_t *j, const uint8_t receipt[DIGEST_LEN])
{
	uint8_t digest[DIGEST_LEN];

	return !hex_decode(digest, DIGEST_LEN, cert_get(j, "receipt")) &&
	       !memcmp(digest, receipt, DIGEST_LEN);
}

/* ---- the lines ----------------------------------------------------------- */

/* An earlier part ends where the next one begins. */
static void
inherit(struct trail *t)
{
	parts_add(&t->r.parts, &t->part);
	resume_find(&t->p, &t->r);
}

static bool
carries(const struct trail *t)
{
	return t->r.step || t->r.results[0].reached;
}

static void
note(struct trail *t, const struct evidence_line *l, uint32_t i)
{
	t->part.step = i;
	t->part.kind = t->p.steps[i].kind;
	t->part.reached = t->r.results[i].reached;
	text_copy(t->part.last, sizeof(t->part.last), l->time);
}

static void
take_intent(struct trail *t, const struct evidence_line *l)
{
	const json_t *from = json_object_get(l->body, "resumes");
	struct plan *then = calloc(1, sizeof(*then));
	bool goes_on = t->found && t->sound && t->may_go_on &&
		       is_receipt(from, t->receipt);

	if (goes_on)
		inherit(t);
	else
		memset(&t->r, 0, sizeof(t->r));
	t->found = true;
	t->ended = t->may_go_on = false;
	t->sound = then && !json_read_plan(json_object_get(l->body, "plan"),
					   then) &&
		   (goes_on ? !carries(t) || resume_same_plan(&t->p, then) :
		    !from || json_is_null(from));
	if (then)
		t->p = *then;
	free(then);
	memcpy(t->receipt, l->hash, DIGEST_LEN);
	memset(&t->part, 0, sizeof(t->part));
	memcpy(t->part.receipt, l->hash, DIGEST_LEN);
	text_copy(t->part.started, sizeof(t->part.started), l->time);
	note(t, l, t->r.step);
}

static void
take_step(struct trail *t, const struct evidence_line *l)
{
	struct step_result x;
	uint32_t i = 0;

	if (json_read_step(l->body, &t->p, &i, &x)) {
		t->sound = false;
		return;
	}
	/* a pass that begins at its start knows nothing of what was given up */
	if (t->p.steps[i].kind == STEP_OVERWRITE && x.state == STATE_NONE &&
	    !x.reached)
		memset(&t->r.unwritten, 0, sizeof(t->r.unwritten));
	t->r.results[i] = x;
	note(t, l, i);
}

static void
take_checkpoint(struct trail *t, const struct evidence_line *l)
{
	struct ranges unwritten;
	struct step_result x = { 0 };
	uint32_t i = 0;

	if (json_read_checkpoint(l->body, &t->p, &i, &x, &unwritten)) {
		t->sound = false;
		return;
	}
	t->r.results[i].reached = x.reached;
	t->r.results[i].bytes = x.bytes;
	t->r.results[i].retries = x.retries;
	t->r.unwritten = unwritten;
	note(t, l, i);
}

/* Whether it may go on is told by why it ended; one that was added at the next
 * start, because nothing more was heard of it, has no run. */
static void
take_outcome(struct trail *t, const struct evidence_line *l)
{
	static const enum reason_code blameless[] = {
		REASON_INTERRUPTED, REASON_DEVICE_LOST, REASON_STUCK,
		REASON_WORKER_DIED, REASON_EVIDENCE_LOST,
		REASON_STILL_ERASING,
	};
	const char *why = cert_get(l->body, "run.why.code");
	const char *result = cert_get(l->body, "result");
	size_t i;

	t->ended = true;
	if (!strcmp(result, outcome_name(OUTCOME_INTERRUPTED)))
		t->may_go_on = true;
	else if (!strcmp(result, "refused"))	/* and so left as it was */
		t->may_go_on = t->r.parts.n > 0;
	else if (!strcmp(result, outcome_name(OUTCOME_FAILED)))
		for (i = 0; i < ARRAY_SIZE(blameless); i++)
			t->may_go_on |= !strcmp(why,
						reason_name(blameless[i]));
	if (json_object_get(l->body, "run"))
		text_copy(t->part.last, sizeof(t->part.last), l->time);
}

static bool
is_of(const struct trail *t, const struct evidence_line *l)
{
	struct identity id = { 0 };

	if (strcmp(l->event, "intent") != 0)
		return t->found && is_receipt(l->body, t->receipt);
	return !json_read_identity(json_object_get(l->body, "identity"), &id) &&
	       resume_same_drive(&id, &t->j->d.id);
}

static int
take_line(void *ctx, const struct evidence_line *l)
{
	struct trails *all = ctx;
	size_t i;

	for (i = 0; i < all->n; i++) {
		struct trail *t = all->t[i];

		if (!t || !is_of(t, l))
			continue;
		if (!strcmp(l->event, "intent"))
			take_intent(t, l);
		else if (!strcmp(l->event, "step"))
			take_step(t, l);
		else if (!strcmp(l->event, "checkpoint"))
			take_checkpoint(t, l);
		else if (!strcmp(l->event, "outcome"))
			take_outcome(t, l);
	}
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
	inherit(t);
	if (carries(t) && !resume_same_plan(&t->p, &j->p)) {
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
		all.t[i]->j = &e->jobs[i];
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
