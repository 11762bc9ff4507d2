/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How far did the erasure of one drive get, by the lines of the log alone?
 * The last INTENT of the drive counts; one that went on from an earlier one
 * inherits what that had done.
 */
#include "erase_trail.h"

#include "util.h"

#include <stdlib.h>
#include <string.h>

static bool
is_receipt(const json_t *j, const uint8_t receipt[DIGEST_LEN])
{
	uint8_t digest[DIGEST_LEN];

	return !hex_decode(digest, DIGEST_LEN, cert_get(j, "receipt")) &&
	       !memcmp(digest, receipt, DIGEST_LEN);
}

/* An earlier part ends where the next one begins. */
void
trail_inherit(struct trail *t)
{
	parts_add(&t->r.parts, &t->part);
	resume_find(&t->p, &t->r);
}

bool
trail_carries(const struct trail *t)
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
		trail_inherit(t);
	else
		memset(&t->r, 0, sizeof(t->r));
	t->found = true;
	t->ended = t->may_go_on = false;
	t->sound = then && !json_read_plan(json_object_get(l->body, "plan"),
					   then);
	if (goes_on)
		t->sound = t->sound && (!trail_carries(t) ||
					resume_same_plan(&t->p, then));
	else
		t->sound = t->sound && (!from || json_is_null(from));
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

/* An INTENT does not name its namespace, but the path of one whose line came
 * before. */
static void
take_drive(struct trail *t, const struct evidence_line *l)
{
	const char *path = cert_get(l->body, "path");
	uint32_t nsid = cert_own_nsid(json_object_get(l->body, "scope"));
	struct identity id = { 0 };

	if (!json_read_identity(l->body, &id) &&
	    resume_same_drive(&id, &t->of) &&
	    !identity_tells_apart(id.wwn, nsid, t->of.wwn, t->nsid))
		text_copy(t->path, sizeof(t->path), path);
	else if (strcmp(t->path, path) == 0)
		t->path[0] = '\0';
}

static bool
is_of(const struct trail *t, const struct evidence_line *l)
{
	struct identity id = { 0 };

	if (strcmp(l->event, "intent") != 0)
		return t->found && is_receipt(l->body, t->receipt);
	return !json_read_identity(json_object_get(l->body, "identity"), &id) &&
	       resume_same_drive(&id, &t->of) &&
	       (!t->nsid ||
		strcmp(cert_get(l->body, "plan.path"), t->path) == 0);
}

void
trail_follow(struct trail *t, const struct evidence_line *l)
{
	if (!strcmp(l->event, "opened"))
		t->path[0] = '\0';
	if (!strcmp(l->event, "drive"))
		take_drive(t, l);
	if (!is_of(t, l))
		return;
	if (!strcmp(l->event, "intent"))
		take_intent(t, l);
	else if (!strcmp(l->event, "step"))
		take_step(t, l);
	else if (!strcmp(l->event, "checkpoint"))
		take_checkpoint(t, l);
	else if (!strcmp(l->event, "outcome"))
		take_outcome(t, l);
}
