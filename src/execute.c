/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Is this consent for this plan, is this still that drive, is it still free,
 * and did each step of the plan happen?
 *
 * DANGER: the only caller of drive_start() and the only one to open a victim.
 * Everything that destroys data is reached from here, after these questions.
 */
#include "engine.h"
#include "util.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* One plan on its way through one drive. */
struct job {
	const struct plan *p;
	const struct request *rq;
	struct run *out;
	struct engine e;
	struct drive drive;	/* as identified on the erasing handle */
	struct drive again;	/* as identified later */
	struct range spots[CONTENTS_MAX];	/* where old metadata was */
	size_t n_spots;
	const struct step *written;	/* last OVERWRITE that is DONE */
	const uint8_t *key;		/* of it */
};

/* ---- before anything is opened ----------------------------------------- */

/* The plan is sealed again: one that was changed after the operator saw it has
 * another digest than the consent. */
static int
permitted(const struct plan *p, const struct consent *c)
{
	static const uint8_t none[DIGEST_LEN];
	struct plan again = *p;

	if (c->how == CONSENT_NONE || !c->has_receipt ||
	    !memcmp(c->receipt, none, DIGEST_LEN))
		return -EPERM;
	if (!p->n_steps || p->n_steps > STEPS_MAX || p->refusals.n)
		return -EPERM;
	if (p->method != METHOD_OVERWRITE)
		return -EPERM;
	plan_seal(&again);
	if (!memcmp(again.digest, none, DIGEST_LEN) ||
	    memcmp(again.digest, p->digest, DIGEST_LEN) != 0 ||
	    memcmp(c->plan_digest, p->digest, DIGEST_LEN) != 0 ||
	    strcmp(c->serial, p->id.serial) != 0)
		return -EPERM;
	return 0;
}

/* ---- before anything is written ---------------------------------------- */

static int
identify(struct job *j, struct drive *out)
{
	int err = drive_identify(j->e.h, out);

	if (err)
		return err;
	if (identity_differs(&out->id, &j->p->id) || !out->lblock ||
	    out->lblock != j->p->lblock || out->id.size % out->lblock ||
	    out->lblock > ENGINE_CHUNK)
		return -ESTALE;
	return 0;
}

/* What is on it now tells where a sample must look; a drive whose tables
 * cannot be read any more is erased all the same. */
static void
note_spots(struct job *j)
{
	uint32_t i;

	j->again = j->drive;
	if (drive_contents(j->e.h, &j->again))
		return;
	for (i = 0; i < j->again.n_contents && i < CONTENTS_MAX; i++)
		j->spots[j->n_spots++] = (struct range){
			j->again.contents[i].at, j->again.contents[i].len,
		};
}

static int
admit(struct job *j)
{
	struct reasons refusals = { 0 };
	int err = identify(j, &j->drive);

	if (!err)
		err = drive_uses(j->e.h, &j->drive);
	if (err)
		return err;
	guard_check(&j->drive, j->rq, &refusals);
	if (refusals.n)
		return -EBUSY;
	note_spots(j);
	j->out->before = j->drive.id;
	return 0;
}

/* ---- one step ---------------------------------------------------------- */

static uint64_t
bytes_of(const struct step *s)
{
	if (s->kind == STEP_VERIFY && s->how.mode == VERIFY_SAMPLE)
		return verify_tolerated(s->len, s->how.share_ppm);
	return s->kind == STEP_SIGNATURES ? 0 : s->len;
}

/*
 * The drive must accept the step and leave the writing to the host; from the
 * moment it was asked, settle follows whatever happens.
 */
static void
overwrite(struct job *j, const struct step *s, struct step_result *r)
{
	struct drive_progress at = { 0 };
	struct reply reply;
	int err = drive_start(j->e.h, s, &reply);

	if (!err)
		err = drive_poll(j->e.h, s, &at);
	if (err || reply.err || at.state != DRIVE_HOST)
		step_fail(r, STATE_REFUSED, REASON_WRITE_FAILED,
			  err ? err : reply.err ? reply.err : at.reply.err,
			  NULL);
	else
		overwrite_pass(&j->e, s, r, &j->out->unwritten);
	err = drive_settle(j->e.h, s, &reply);
	if (err)
		step_fail(r, STATE_FAILED, REASON_WRITE_FAILED, err, NULL);
	if (r->state != STATE_DONE)
		return;
	j->written = s;
	j->key = r->key;
}

static void
verify(struct job *j, const struct step *s, struct step_result *r)
{
	struct verify_job job = {
		.written = j->written,
		.key = j->key,
		.how = s->how,
		.spots = j->spots,
		.n_spots = j->n_spots,
		.unwritten = &j->out->unwritten,
	};

	/* what is read back is the last pass, or it proves nothing */
	if (!j->written || j->written->pass_no != s->pass_no ||
	    j->written->pass.kind != s->pass.kind ||
	    j->written->len != s->len)
		step_fail(r, STATE_REFUSED, REASON_NOT_VERIFIED, EINVAL, NULL);
	else
		verify_back(&j->e, &job, r, &j->out->unread,
			    &j->out->cache_dropped);
}

static void
carry_out(struct job *j, const struct step *s, struct step_result *r)
{
	switch (s->kind) {
	case STEP_OVERWRITE:
		overwrite(j, s, r);
		break;
	case STEP_VERIFY:
		verify(j, s, r);
		break;
	case STEP_SIGNATURES:
		verify_signatures(&j->e, r);
		break;
	default:
		step_fail(r, STATE_REFUSED, REASON_INTERNAL, EINVAL, NULL);
	}
}

/* What was known of the medium ends where it is written again. */
static int
prepare(struct job *j, const struct step *s, struct step_result *r)
{
	if (s->kind != STEP_OVERWRITE)
		return 0;
	memset(&j->out->unwritten, 0, sizeof(j->out->unwritten));
	memset(&j->out->unread, 0, sizeof(j->out->unread));
	j->out->cache_dropped = false;
	j->written = NULL;
	/* a key of its own for each pass, recorded before it is used */
	return s->pass.kind == PASS_RANDOM ? random_bytes(r->key, KEY_LEN) : 0;
}

static int
record(struct job *j, uint32_t i, struct step_result *r)
{
	int err = j->e.ui->record(j->e.ui->ctx, i, r);

	if (err)
		step_fail(r, STATE_FAILED, REASON_EVIDENCE_LOST, err, NULL);
	return err;
}

static void
run_step(struct job *j, uint32_t i)
{
	const struct step *s = &j->p->steps[i];
	struct step_result *r = &j->out->results[i];
	uint64_t began = mono_ms();
	int err;

	time_now(r->started);
	engine_begin(&j->e, i, s->kind, bytes_of(s));
	err = prepare(j, s, r);
	if (err) {
		step_fail(r, STATE_REFUSED, REASON_INTERNAL, err, NULL);
	} else if (!record(j, i, r)) {
		err = identify(j, &j->again);
		if (err)
			step_fail(r, STATE_REFUSED, err == -ESTALE ?
				  REASON_IDENTITY_CHANGED : REASON_DEVICE_LOST,
				  err, NULL);
		else
			carry_out(j, s, r);
	}
	if (r->state == STATE_NONE)
		step_fail(r, STATE_FAILED, REASON_INTERNAL, 0, NULL);
	r->ms = mono_ms() - began;
	time_now(r->finished);
	if (r->why.code != REASON_EVIDENCE_LOST)
		(void)record(j, i, r);
}

/* ---- the run ----------------------------------------------------------- */

/* True: go on. */
static bool
goes_on(struct job *j, uint32_t i)
{
	struct run *out = j->out;
	const struct step_result *r = &out->results[i];

	out->n_results = i + 1;
	if (r->state == STATE_DONE)
		return true;
	out->state = r->state;
	out->why = r->why;
	out->err = r->err;
	return false;
}

/* Between two steps is a safe point. */
static bool
asked_to_stop(struct job *j)
{
	(void)engine_tick(&j->e, true);
	if (j->e.stop == STOP_NO)
		return false;
	j->out->state = STATE_INTERRUPTED;
	j->out->why.code = REASON_INTERRUPTED;
	return true;
}

static void
run_steps(struct job *j)
{
	const struct plan *p = j->p;
	uint32_t i;

	for (i = 0; i < p->n_steps; i++)
		j->e.later += bytes_of(&p->steps[i]);
	for (i = 0; i < p->n_steps; i++) {
		if (asked_to_stop(j))
			return;
		j->e.later -= bytes_of(&p->steps[i]);
		run_step(j, i);
		if (!goes_on(j, i))
			return;
	}
	j->out->state = STATE_DONE;
}

/* Asked of a drive that does not answer, this would hang as well. */
static void
look_again(struct job *j)
{
	if (j->e.stuck || drive_identify(j->e.h, &j->again))
		return;
	j->out->after = j->again.id;
	j->out->after_known = true;
}

int
execute_plan(const struct plan *p, const struct consent *c,
	     const struct request *rq, struct ui *ui, struct run *out)
{
	struct job *j;
	int err;

	memset(out, 0, sizeof(*out));
	err = permitted(p, c);
	if (err)
		return err;
	j = calloc(1, sizeof(*j));
	if (!j)
		return -ENOMEM;
	j->p = p;
	j->rq = rq;
	j->out = out;
	j->e.d = &j->drive;
	j->e.ui = ui;
	j->e.rate_limit = rq->rate_limit;
	j->e.bad_max_ppm = p->bad_max_ppm;
	j->e.p.n_steps = p->n_steps;
	err = drive_open(p->path, OPEN_VICTIM, p->image, &j->e.h);
	if (!err)
		err = admit(j);
	if (!err) {
		memcpy(out->plan_digest, p->digest, DIGEST_LEN);
		time_now(out->started);
		run_steps(j);
		look_again(j);
		time_now(out->finished);
	}
	drive_close(&j->e.h);
	free(j);
	return err;
}
