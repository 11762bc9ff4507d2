/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Does each step of the plan happen, in its order, on record, and what comes
 * after one that did not?
 *
 * DANGER: drive_start() is called here and in firmware.c, nowhere else.
 * Everything that destroys data is reached from here, after the questions of
 * execute_admit.c, and each time after the drive was identified again.
 */
#include "execute.h"
#include "util.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static uint64_t
bytes_of(const struct step *s)
{
	if (s->kind == STEP_VERIFY && s->how.mode == VERIFY_SAMPLE)
		return verify_tolerated(s->len, s->how.share_ppm);
	return s->kind == STEP_SIGNATURES ? 0 : s->len;
}

/* ---- one step ------------------------------------------------------------ */

/*
 * The drive must accept the step and leave it to the host; from the moment it
 * was asked, settle follows whatever happens.
 */
static void
by_host(struct job *j, const struct step *s, struct step_result *r,
	void (*work)(struct job *, const struct step *, struct step_result *))
{
	struct drive_progress at = { 0 };
	struct reply reply;
	int err = drive_start(j->e.h, s, &reply, &j->out->sent);

	if (!err)
		err = drive_poll(j->e.h, s, &at);
	if (err || reply.err || at.state != DRIVE_HOST)
		step_fail(r, STATE_REFUSED, REASON_WRITE_FAILED,
			  err ? err : reply.err ? reply.err : at.reply.err,
			  NULL);
	else
		work(j, s, r);
	err = drive_settle(j->e.h, s, &reply, &j->out->sent);
	if (err)
		step_fail(r, STATE_FAILED, REASON_WRITE_FAILED, err, NULL);
}

/*
 * Earlier parts have written as much of this pass as r->reached says.  If what
 * they wrote last is not there, nothing of it is believed, and that is on
 * record before anything is written.
 */
static bool
goes_back(struct job *j, const struct step *s, struct step_result *r)
{
	uint64_t at = r->reached;
	int err = margin_holds(&j->e, s, r->key,
			       resume_margin(j->p, j->e.p.step, at), at, r,
			       &j->out->unwritten);

	engine_again(&j->e);
	if (!err) {
		r->resumed_at = at;
		return true;
	}
	if (attempts_ends_run(r))
		return false;
	r->reached = 0;
	r->restarted = true;
	memset(&j->out->unwritten, 0, sizeof(j->out->unwritten));
	err = j->e.ui->checkpoint ?
	      j->e.ui->checkpoint(j->e.ui->ctx, j->e.p.step, r,
				  &j->out->unwritten) : 0;
	if (err)
		step_fail(r, STATE_FAILED, REASON_EVIDENCE_LOST, err, NULL);
	return !err;
}

static void
overwrite(struct job *j, const struct step *s, struct step_result *r)
{
	if (r->reached && !goes_back(j, s, r))
		return;
	overwrite_pass(&j->e, s, r, &j->out->unwritten, &j->unwritten);
}

/* Does this attempt erase the other namespaces as well? */
static bool
is_shared(const struct job *j, uint32_t attempt)
{
	const struct step *s;
	uint32_t i;

	for (i = 0; i < j->p->n_steps; i++) {
		s = &j->p->steps[i];
		if (s->kind == STEP_FIRMWARE && s->attempt == attempt &&
		    j->drive.offers[s->method].shared)
			return true;
	}
	return false;
}

static void
mark(struct job *j, const struct step *s, struct step_result *r)
{
	struct kept *k = &j->kept;
	size_t n = s->kind == STEP_MARK || is_shared(j, s->attempt) ?
		   j->n_victims : 1;
	int err = -E2BIG;

	if (k->n < ARRAY_SIZE(k->m)) {
		j->marked[k->n] = j->e.p.step;
		err = marks_lay(&j->e, j->victims, n, s, r, &k->m[k->n++]);
	}
	if (err)
		step_fail(r, STATE_FAILED, REASON_INTERNAL, err, NULL);
}

static void
verify(struct job *j, const struct step *s, struct step_result *r)
{
	const struct step *written = &j->written;
	struct verify_job job = {
		.written = written,
		.key = j->key,
		.how = s->how,
		.spots = j->spots,
		.n_spots = j->n_spots,
		.unwritten = &j->unwritten,
	};
	int err = 0;

	/* an earlier part of this erasure wrote it */
	if (j->unwritten.total != j->out->unwritten.total) {
		blockmap_init(&j->unwritten, j->drive.lblock);
		err = blockmap_load(&j->unwritten, &j->out->unwritten);
	}

	/* what is read back is the last pass, or it proves nothing */
	if (!j->is_written || written->pass_no != s->pass_no ||
	    written->pass.kind != s->pass.kind || written->len != s->len)
		step_fail(r, STATE_REFUSED, REASON_NOT_VERIFIED, EINVAL, NULL);
	else if (err)
		step_fail(r, STATE_FAILED, REASON_INTERNAL, err, NULL);
	else
		verify_back(&j->e, &job, r, &j->out->unread,
			    &j->out->cache_dropped);
	j->is_equal = r->state == STATE_DONE && s->how.mode == VERIFY_FULL &&
		      r->bytes == s->len && !r->mismatches &&
		      !j->out->unread.total && !j->out->unwritten.total;
}

static void
prove(struct job *j, const struct step *s, struct step_result *r)
{
	enum method chain[CHAIN_MAX];
	size_t n = attempts_chain(j->p, j->out->results, j->e.p.step, chain);
	uint32_t last = attempts_marked(j->p, j->out->results, j->e.p.step);
	struct kept *k = &j->kept;

	for (k->last = 0; k->last < k->n; k->last++)
		if (j->marked[k->last] == last)
			break;
	/* what is proven is the command that was just carried out */
	if (!n || chain[n - 1] != s->method)
		step_fail(r, STATE_REFUSED, REASON_NOT_VERIFIED, EINVAL, NULL);
	else
		prove_erased(&j->e, j->victims,
			     is_shared(j, s->attempt) ? j->n_victims : 1,
			     k, s, chain, n, r, &j->out->unread,
			     &j->out->cache_dropped);
}

static void
signatures(struct job *j, struct step_result *r)
{
	uint32_t won = attempts_won(j->p, j->out->results);
	size_t n = is_shared(j, won) ? j->n_victims : 1, i;

	for (i = 0; i < n; i++) {
		struct engine e = j->e;

		e.h = j->victims[i].h;
		e.d = j->victims[i].d;
		r->state = STATE_NONE;
		verify_signatures(&e, j->is_written ? &j->written : NULL,
				  j->key, j->is_equal, r);
		if (r->state != STATE_DONE)
			break;
	}
}

static void
expose(struct job *j, const struct step *s, struct step_result *r)
{
	r->areas = j->drive.areas;
	firmware_step(&j->e, s, r, &j->out->sent);
	if (!attempts_ends_run(r))
		admit_size(j, r);
}

/* Whether the password was the right one, the drive itself says.  A wrong one
 * on a drive that is not locked keeps only the security methods out. */
static void
unlock(struct job *j, const struct step *s, struct step_result *r)
{
	int err;

	firmware_step(&j->e, s, r, &j->out->sent);
	if (attempts_ends_run(r))
		return;
	err = admit_again(j, &j->again);
	if (err) {
		step_fail(r, STATE_FAILED, REASON_DEVICE_LOST, err, NULL);
	} else if (j->again.lock.locked != ANSWER_NO) {
		step_fail(r, STATE_FAILED, REASON_LOCKED, 0,
			  password_name(s->password));
	} else if (r->state != STATE_DONE) {
		r->why.code = REASON_UNKNOWN;	/* this tells what to do */
		step_fail(r, STATE_REFUSED, REASON_PASSWORD_STAYS, 0,
			  password_name(s->password));
	}
}

static void
carry_out(struct job *j, const struct step *s, struct step_result *r)
{
	switch (s->kind) {
	case STEP_READY:
	case STEP_FIRMWARE:
		firmware_step(&j->e, s, r, &j->out->sent);
		break;
	case STEP_UNLOCK:
		unlock(j, s, r);
		break;
	case STEP_EXPOSE:
		expose(j, s, r);
		break;
	case STEP_MARK:
	case STEP_MARK_AGAIN:
		by_host(j, s, r, mark);
		break;
	case STEP_PROVE:
		prove(j, s, r);
		break;
	case STEP_OVERWRITE:
		by_host(j, s, r, overwrite);
		j->written = *s;
		j->key = r->key;
		j->is_written = r->state == STATE_DONE;
		break;
	case STEP_VERIFY:
		verify(j, s, r);
		break;
	case STEP_SIGNATURES:
		signatures(j, r);
		break;
	default:
		step_fail(r, STATE_REFUSED, REASON_INTERNAL, EINVAL, NULL);
	}
}

/* In the middle of a pass: with its key, and what it had given up. */
static bool
is_within(const struct job *j, uint32_t i)
{
	return j->from && i == j->from->step && j->from->results[i].reached;
}

static int
take_up(struct job *j, uint32_t i, struct step_result *r)
{
	const struct step_result *then = &j->from->results[i];

	j->out->unwritten = j->from->unwritten;
	memcpy(r->key, then->key, KEY_LEN);
	r->reached = then->reached;
	r->retries = then->retries;
	return 0;
}

/* What was known of the medium ends where it is erased again. */
static int
prepare(struct job *j, const struct step *s, uint32_t i, struct step_result *r)
{
	if (s->kind == STEP_OVERWRITE || s->kind == STEP_FIRMWARE) {
		memset(&j->out->unwritten, 0, sizeof(j->out->unwritten));
		memset(&j->out->unread, 0, sizeof(j->out->unread));
		j->out->cache_dropped = false;
		j->is_written = j->is_equal = false;
	}
	if (is_within(j, i))
		return take_up(j, i, r);
	/* a key of its own for each pass, recorded before it is used */
	if (attempts_marks(s->kind) ||
	    (s->kind == STEP_OVERWRITE && s->pass.kind == PASS_RANDOM))
		return random_bytes(r->key, KEY_LEN);
	return 0;
}

static int
record(struct job *j, uint32_t i, struct step_result *r)
{
	int err = j->e.ui->record(j->e.ui->ctx, i, r);

	if (err)
		step_fail(r, STATE_FAILED, REASON_EVIDENCE_LOST, err, NULL);
	return err;
}

/* Where a limit could not be removed, what can be addressed. */
static const struct step *
addressable(struct job *j, uint32_t i)
{
	j->step = j->p->steps[i];
	if (j->step.len > j->size)
		j->step.len = j->size;
	return &j->step;
}

/* Why it could not be identified again. */
static enum reason_code
blame_for(int err)
{
	switch (err) {
	case -ESTALE:
		return REASON_IDENTITY_CHANGED;
	case -EBUSY:		/* it answers, and is at an erase */
		return REASON_STILL_ERASING;
	default:
		return REASON_DEVICE_LOST;
	}
}

/* Told while its record was waited for: the last moment to leave undone what
 * cannot be stopped. */
static bool
called_off(struct job *j, const struct step *s, struct step_result *r)
{
	if (s->kind != STEP_FIRMWARE)
		return false;
	(void)engine_tick(&j->e, true);
	if (j->e.stop != STOP_NO)
		step_fail(r, STATE_INTERRUPTED, REASON_INTERRUPTED, 0, NULL);
	return j->e.stop != STOP_NO;
}

static void
run_step(struct job *j, uint32_t i)
{
	const struct step *s = addressable(j, i);
	struct step_result *r = &j->out->results[i];
	uint64_t began = engine_clock(&j->e);
	int err;

	time_now(r->started);
	engine_begin(&j->e, i, s->kind, bytes_of(s));
	err = prepare(j, s, i, r);
	if (err) {
		step_fail(r, STATE_REFUSED, REASON_INTERNAL, err, NULL);
	} else if (!record(j, i, r)) {
		began = engine_clock(&j->e);	/* the drive's own time */
		err = admit_again(j, &j->again);
		if (err)
			step_fail(r, STATE_REFUSED, blame_for(err), err, NULL);
		else if (!called_off(j, s, r) &&
			 (s->kind != STEP_FIRMWARE ||
			  admit_scope(j, s->method, &j->again, r)))
			carry_out(j, s, r);
	}
	if (r->state == STATE_NONE)
		step_fail(r, STATE_FAILED, REASON_INTERNAL, 0, NULL);
	r->ms = engine_clock(&j->e) - began;
	time_now(r->finished);
	if (r->why.code != REASON_EVIDENCE_LOST)
		(void)record(j, i, r);
}

/* ---- the run ------------------------------------------------------------- */

/* True: an attempt before this one has not failed, so it has succeeded. */
static bool
is_spare(const struct job *j, uint32_t attempt)
{
	uint32_t a;

	for (a = 0; a < attempt; a++)
		if (!j->failed[a])
			return true;
	return false;
}

static bool
is_needed(const struct job *j, uint32_t i)
{
	const struct step *s = &j->p->steps[i];

	return attempts_common(s->kind) ||
	       (!j->failed[s->attempt] && !is_spare(j, s->attempt));
}

static void
leave_out(struct job *j, uint32_t i)
{
	struct step_result *r = &j->out->results[i];

	time_now(r->started);
	time_now(r->finished);
	r->state = STATE_SKIPPED;
	(void)record(j, i, r);
}

/* True: go on, with this attempt or the next one. */
static bool
goes_on(struct job *j, uint32_t i)
{
	const struct step *s = &j->p->steps[i];
	const struct step_result *r = &j->out->results[i];

	j->out->n_results = i + 1;
	if (r->state == STATE_DONE || r->state == STATE_SKIPPED)
		return true;
	if (!j->e.stuck && !attempts_ends_run(r)) {
		if (attempts_forgiven(j->p, i, r))
			return true;
		if (!attempts_common(s->kind)) {
			j->failed[s->attempt] = true;
			if (s->attempt + 1 < j->p->n_attempts)
				return true;
		}
	}
	j->out->state = r->state;
	j->out->why = r->why;
	j->out->err = r->err;
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

/* What follows in this attempt, if all goes well. */
static void
look_ahead(struct job *j, uint32_t i)
{
	const struct plan *p = j->p;
	uint32_t at = p->steps[i].attempt;

	j->e.later = 0;
	j->e.later_s = 0;
	while (++i < p->n_steps) {
		const struct step *s = &p->steps[i];

		if (!attempts_common(s->kind) && s->attempt != at)
			continue;
		if (s->kind == STEP_OVERWRITE || s->kind == STEP_VERIFY)
			j->e.later += bytes_of(s);
		else
			j->e.later_s += s->est_s;
	}
}

/* What earlier parts of this erasure did; it is on record already. */
static bool
carry_over(struct job *j)
{
	const struct resume *f = j->from;
	uint32_t i;

	j->out->parts = f->parts;
	for (i = 0; i < f->step; i++) {
		struct step_result *r = &j->out->results[i];

		*r = f->results[i];
		if (j->p->steps[i].kind == STEP_OVERWRITE) {
			j->written = j->p->steps[i];
			j->key = r->key;
			j->is_written = r->state == STATE_DONE;
		}
		if (!goes_on(j, i))
			return false;
	}
	j->out->unwritten = f->unwritten;
	return true;
}

static void
run_steps(struct job *j)
{
	uint32_t i;

	if (j->from && !carry_over(j))
		return;
	for (i = j->from ? j->from->step : 0; i < j->p->n_steps; i++) {
		if (!is_needed(j, i)) {
			leave_out(j, i);
		} else {
			if (asked_to_stop(j))
				return;
			look_ahead(j, i);
			run_step(j, i);
		}
		if (!goes_on(j, i))
			return;
	}
	j->out->state = STATE_DONE;
}

/* Asked of a drive that does not answer, this would hang as well. */
static void
look_again(struct job *j)
{
	struct run *out = j->out;

	if (j->e.stuck || drive_identify(j->e.h, &j->again))
		return;
	out->after = j->again.id;
	out->after_known = true;
	out->areas = j->again.areas;
	out->health_after = j->again.health;
	out->lock_after = j->again.lock;
}

int
execute_plan(const struct plan *p, const struct consent *c,
	     const struct request *rq, struct ui *ui, struct run *out)
{
	return execute_resume(p, c, rq, NULL, ui, out);
}

int
execute_resume(const struct plan *p, const struct consent *c,
	       const struct request *rq, const struct resume *from,
	       struct ui *ui, struct run *out)
{
	struct job *j;
	int err;

	memset(out, 0, sizeof(*out));
	err = admit_consent(p, c);
	if (!err && from && !resume_sound(p, from))
		err = -EINVAL;
	if (err)
		return err;
	j = calloc(1, sizeof(*j));
	if (!j)
		return -ENOMEM;
	j->p = p;
	j->rq = rq;
	j->from = from;
	j->out = out;
	j->size = p->id.size;
	j->e.d = &j->drive;
	j->e.ui = ui;
	j->e.rate_limit = rq->rate_limit;
	j->e.stuck_ms = rq->stuck_s * 1000;
	j->e.bad_max_ppm = p->bad_max_ppm;
	j->e.p.n_steps = p->n_steps;
	err = admit_drive(j);
	if (!err) {
		memcpy(out->plan_digest, p->digest, DIGEST_LEN);
		time_now(out->started);
		run_steps(j);
		look_again(j);
		time_now(out->finished);
	}
	blockmap_free(&j->unwritten);
	while (j->kept.n)
		marks_free(&j->kept.m[--j->kept.n]);
	admit_close(j);
	free(j);
	return err;
}
