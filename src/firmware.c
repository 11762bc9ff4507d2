/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Did the drive do by itself what it was told, and how long is it waited for?
 * Its status field says when it has ended; progress and clock only say when it
 * is no longer believed.
 *
 * DANGER: starts what destroys data; called by execute.c alone, after its
 * questions.
 */
#include "engine.h"
#include "util.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define MINUTE		60U		/* seconds */
#define HOUR		(60U * MINUTE)
#define SWEEP_RATE	150000000U	/* bytes/s of a slow disk */
#define SLOWEST_RATE	30000000U	/* ... that the driver waits for */
#define STALL_MIN_S	(30U * MINUTE)
#define UNKNOWN_MS	(10U * 60000U)	/* a status that cannot be told */
#define IDLE_MAX	3		/* polls until it must show */
#define POLL_MIN_MS	1000U
#define POLL_MAX_MS	10000U
#define TELL_STALL_S	MINUTE
#define SETTLE_TRIES	3
#define NVME_CODE	0x7ffU		/* of a status: type and code */
#define NVME_NO_SUCH_OPCODE	0x001U
#define NVME_FW_NEEDS_RESET	0x10bU
#define NVME_FW_NEEDS_SUBSYSTEM	0x110U
#define NVME_FW_NEEDS_CTRL	0x111U
#define NVME_PMR_IN_USE		0x123U

/* A command on its way. */
struct watch {
	struct engine *e;
	const struct step *s;
	struct step_result *r;
	uint64_t started;	/* engine_clock() */
	uint64_t moved;		/* when progress last grew */
	uint64_t unknown;	/* since when; 0 = it is known */
	unsigned idle;		/* polls that found nothing running */
	uint32_t most;		/* permille */
	bool known;
};

/* ---- how long it may take ------------------------------------------------ */

static bool
is_security(enum method m)
{
	return m == METHOD_SECURITY_ERASE ||
	       m == METHOD_SECURITY_ERASE_ENHANCED;
}

static uint64_t
larger(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/* Seconds until a drive of this kind has ended for sure. */
static uint64_t
usual_end(const struct drive *d, const struct step *s)
{
	uint64_t sweeps = 3 * (d->id.size / SWEEP_RATE);

	switch (s->method) {
	case METHOD_SANITIZE_CRYPTO:
		return 10 * MINUTE;
	case METHOD_FORMAT_CRYPTO:	/* may write everything as well */
	case METHOD_SANITIZE_BLOCK:
		return 2 * HOUR;
	case METHOD_FORMAT:
		return d->medium == MEDIUM_FLASH ? 2 * HOUR : 80 * HOUR;
	case METHOD_SECURITY_ERASE:
	case METHOD_SECURITY_ERASE_ENHANCED:
		return larger(12 * HOUR, larger(d->id.size, s->len) /
			      SLOWEST_RATE) + 4 * HOUR;
	default:
		return larger(2 * HOUR, sweeps);
	}
}

/*
 * SECURITY ERASE holds the connection, with a time limit of the driver's own,
 * where the drive sets one: that ends first, so that it is the drive's answer
 * that is told, and not that nobody waited for it.
 */
uint64_t
firmware_patience(const struct drive *d, const struct step *s)
{
	return larger(3 * (uint64_t)s->est_s, usual_end(d, s));
}

static uint64_t
seconds(const struct watch *w, uint64_t since)
{
	return (engine_clock(w->e) - since) / 1000;
}

/* True: it is not waited for any longer. */
static bool
too_long(struct watch *w)
{
	uint64_t est = 3 * (uint64_t)w->s->est_s, still = 0;
	char arg[24];

	if (w->known)
		still = seconds(w, w->moved);
	w->e->p.stalled_s = still >= TELL_STALL_S ? (uint32_t)still : 0;
	if (still < larger(STALL_MIN_S, est)) {
		still = seconds(w, w->started);
		if (still < firmware_patience(w->e->d, w->s))
			return false;
	}
	snprintf(arg, sizeof(arg), "%llu",
		 (unsigned long long)(still / MINUTE));
	step_fail(w->r, STATE_FAILED, REASON_STALLED, ETIMEDOUT, arg);
	return true;
}

/* ---- what it says -------------------------------------------------------- */

static bool
is_gone(int err)
{
	return err == -ENODEV || err == -ENXIO;
}

/* "BLOCK ERASE EXT: 5104h, Input/output error" */
static void
blame(struct watch *w, enum step_state state, enum reason_code code,
      const char *command, const struct reply *reply)
{
	char arg[160];

	snprintf(arg, sizeof(arg), "%s: %04xh%s%s", command, reply->status,
		 reply->err ? ", " : "",
		 reply->err ? strerrordesc_np(reply->err) : "");
	step_fail(w->r, state, code, reply->err, arg);
}

/* A refusal that can be helped.  The drive has the command, so that it knows
 * no such opcode is what Block SID of the machine's firmware looks like. */
static enum reason_code
why_refused(const struct watch *w, const struct reply *reply)
{
	if (w->s->kind != STEP_FIRMWARE || strcmp(w->e->d->driver, "nvme") != 0)
		return REASON_DRIVE_REFUSED;
	switch (reply->status & NVME_CODE) {
	case NVME_NO_SUCH_OPCODE:
		return REASON_BLOCK_SID;
	case NVME_FW_NEEDS_RESET:
	case NVME_FW_NEEDS_SUBSYSTEM:
	case NVME_FW_NEEDS_CTRL:
		return REASON_RESET_FIRST;
	case NVME_PMR_IN_USE:
		return REASON_PMR_ENABLED;
	default:
		return REASON_DRIVE_REFUSED;
	}
}

/* A wrong password is not tried again, and nothing else helps.  One that is
 * there already stands before SECURITY ERASE, of which nothing was sent. */
static void
refused(struct watch *w, const char *command, const struct reply *reply,
	bool sent)
{
	if (w->s->kind == STEP_UNLOCK && reply->err == EACCES)
		step_fail(w->r, STATE_REFUSED, REASON_LOCKED, EACCES,
			  password_name(w->s->password));
	else if (is_security(w->s->method) && reply->err == EACCES && !sent)
		step_fail(w->r, STATE_REFUSED, REASON_PASSWORD_KEPT, EACCES,
			  "");
	else
		blame(w, STATE_REFUSED, why_refused(w, reply), command, reply);
}

/* One that tells nothing: how much of the estimate has passed.  Never all. */
static uint64_t
by_clock(const struct watch *w, uint64_t s)
{
	uint64_t permille = s * 1000 / w->s->est_s;

	return permille < 990 ? permille : 990;
}

static void
note_progress(struct watch *w, const struct drive_progress *at)
{
	struct progress *p = &w->e->p;
	uint64_t s = seconds(w, w->started);
	uint32_t permille = at->permille > 1000 ? 1000 : at->permille;

	w->unknown = 0;
	if (at->known && (!w->known || permille > w->most)) {
		w->known = true;
		w->most = permille;
		w->moved = engine_clock(w->e);
	}
	if (!w->known && is_security(w->s->method) && w->s->est_s)
		p->done = w->s->len / 1000 * by_clock(w, s);
	else
		p->done = w->s->len / 1000 * w->most;
	if (w->most)
		s = s * (1000 - w->most) / w->most;
	else
		s = w->s->est_s > s ? w->s->est_s - s : 0;
	s += w->e->later_s;
	p->left_s = s < UINT32_MAX ? (uint32_t)s : UINT32_MAX;
}

/* Accepted, and yet nothing runs.  A moment is given to it. */
static bool
idle(struct watch *w)
{
	if (w->s->kind == STEP_READY) {
		w->r->state = STATE_DONE;
		return true;
	}
	if (++w->idle < IDLE_MAX)
		return false;
	step_fail(w->r, STATE_FAILED, REASON_NEVER_STARTED, 0, NULL);
	return true;
}

static bool
unknown(struct watch *w)
{
	if (!w->unknown)
		w->unknown = engine_clock(w->e);
	if (engine_clock(w->e) - w->unknown < UNKNOWN_MS)
		return false;
	step_fail(w->r, STATE_FAILED, REASON_NO_STATUS, w->r->reply.err, "");
	return true;
}

static bool
failed(struct watch *w, const char *command)
{
	if (w->s->kind == STEP_READY)	/* settle leaves the failure mode */
		w->r->state = STATE_DONE;
	else
		blame(w, STATE_FAILED, REASON_DRIVE_FAILED, command,
		      &w->r->reply);
	return true;
}

/* One look at it.  True: it has ended, one way or another. */
static bool
ask(struct watch *w, const char *command)
{
	struct drive_progress at = { 0 };
	int err = drive_poll(w->e->h, w->s, &at);

	if (is_gone(err)) {
		step_fail(w->r, STATE_FAILED, REASON_DEVICE_LOST, err, NULL);
		return true;
	}
	if (err)
		at = (struct drive_progress){ .reply.err = -err };
	w->r->reply = at.reply;
	switch (at.state) {
	case DRIVE_DONE:
		w->r->state = STATE_DONE;
		return true;
	case DRIVE_FAILED:
		return failed(w, command);
	case DRIVE_BUSY:
		note_progress(w, &at);
		return false;
	case DRIVE_IDLE:
		return idle(w);
	case DRIVE_HOST:
		step_fail(w->r, STATE_REFUSED, REASON_NOT_SUPPORTED, 0,
			  method_name(w->s->method));
		return true;
	default:
		return unknown(w);
	}
}

/*
 * No command of a drive can be called back.  One that goes on by itself is left
 * to it: the record says so, and the next start takes it up.  SECURITY ERASE
 * leaves a password until it has ended, so that its end is the safe point.
 */
static bool
stops(struct watch *w)
{
	char arg[64];

	if (w->e->stop == STOP_NO ||
	    (w->e->stop == STOP_SAFE && is_security(w->s->method)))
		return false;
	snprintf(arg, sizeof(arg), "%s: %u / 1000",
		 method_name(w->s->method), w->most);
	step_fail(w->r, STATE_INTERRUPTED, REASON_INTERRUPTED, 0, arg);
	return true;
}

/* A question to a drive whose connection is held would wait with it. */
static bool
answers_meanwhile(const struct step *s)
{
	return s->kind == STEP_READY || s->method == METHOD_SANITIZE_BLOCK ||
	       s->method == METHOD_SANITIZE_CRYPTO ||
	       s->method == METHOD_SANITIZE_OVERWRITE;
}

static void
follow(struct watch *w, const char *command)
{
	uint64_t ms;

	w->started = w->moved = engine_clock(w->e);
	while (!ask(w, command) && !too_long(w) && !stops(w)) {
		if (answers_meanwhile(w->s))
			(void)engine_heat_ask(w->e);
		ms = (engine_clock(w->e) - w->started) / 20;
		ms = ms < POLL_MIN_MS ? POLL_MIN_MS :
		     ms > POLL_MAX_MS ? POLL_MAX_MS : ms;
		(void)engine_wait(w->e, (uint32_t)ms);
	}
	w->e->p.stalled_s = 0;
}

/* ---- one step ------------------------------------------------------------ */

/* Commands that were added belong to this step. */
static void
claim(const struct engine *e, struct sent *sent, uint32_t from)
{
	uint32_t i;

	if (from && from == COMMANDS_MAX)
		from--;		/* the last one was used again */
	for (i = from; i < sent->n && i < COMMANDS_MAX; i++)
		sent->c[i].step = e->p.step;
}

static struct command *
last_of(struct sent *sent, uint32_t from)
{
	return sent->n > from && sent->n <= COMMANDS_MAX ?
	       &sent->c[sent->n - 1] : NULL;
}

static void
start(struct watch *w, struct sent *sent)
{
	const struct step *s = w->s;
	struct reply reply = { 0 };
	uint32_t from = sent->n;
	int err = drive_start(w->e->h, s, &reply, sent);
	struct command *c = last_of(sent, from);
	const char *name = c ? c->name :
			   s->kind == STEP_FIRMWARE ?
			   method_command(s->method, w->e->d->driver) :
			   step_name(s->kind);

	claim(w->e, sent, from);
	w->r->reply = reply;
	if (is_gone(err)) {
		step_fail(w->r, STATE_FAILED, REASON_DEVICE_LOST, err, NULL);
		return;
	}
	if (err) {		/* nobody knows whether it began */
		reply.err = -err;
		blame(w, STATE_FAILED, REASON_DRIVE_FAILED, name, &reply);
		return;
	}
	if (reply.err) {
		refused(w, name, &reply, c != NULL);
		return;
	}
	if (s->kind == STEP_UNLOCK || s->kind == STEP_EXPOSE) {
		w->r->state = STATE_DONE;	/* complete on return */
		return;
	}
	follow(w, name);
	/* one that held the connection is answered only at its end */
	if (c && c->reply.err == EINPROGRESS && w->r->state == STATE_DONE)
		c->reply = w->r->reply;
}

/* It was not called back, and nobody can: whoever cuts its power now has a
 * drive that is neither erased nor readable. */
static void
still_at_it(struct watch *w)
{
	struct step_result *r = w->r;
	bool stalled = r->why.code == REASON_STALLED;
	const char *name = w->s->kind == STEP_FIRMWARE ?
			   method_name(w->s->method) : step_name(w->s->kind);
	char arg[sizeof(r->why.arg)];

	if (stalled)
		snprintf(arg, sizeof(arg), "%s: %.24s min", name, r->why.arg);
	else
		text_copy(arg, sizeof(arg), name);
	r->why.code = REASON_UNKNOWN;	/* this tells what to do */
	step_fail(r, r->state == STATE_INTERRUPTED ? STATE_INTERRUPTED :
		  STATE_FAILED, REASON_STILL_ERASING, EBUSY, arg);
}

/* Whatever happened, nothing is left behind; where it is, that is told.  A
 * question that fails once is asked again, as poll does. */
static void
settle(struct watch *w, struct sent *sent)
{
	struct reply reply = { 0 };
	uint32_t from = sent->n;
	bool done = w->s->kind == STEP_FIRMWARE && w->r->state == STATE_DONE;
	int err = drive_settle(w->e->h, w->s, &reply, sent), i;

	for (i = 1; i < SETTLE_TRIES && err && err != -EBUSY && !is_gone(err);
	     i++) {
		(void)engine_wait(w->e, POLL_MIN_MS);
		reply = (struct reply){ 0 };
		err = drive_settle(w->e->h, w->s, &reply, sent);
	}
	claim(w->e, sent, from);
	if (!done && (err == -EBUSY || (!err && reply.err == EBUSY)))
		still_at_it(w);
	else if (is_gone(err))
		step_fail(w->r, STATE_FAILED, REASON_DEVICE_LOST, err, NULL);
	else if (err && !done)
		step_fail(w->r, STATE_FAILED, REASON_DRIVE_FAILED, err, NULL);
	else if (err)		/* what it did counts; the judge excepts */
		w->r->err = -err;
	else if (reply.err && !w->r->err)
		w->r->err = reply.err;
}

void
firmware_step(struct engine *e, const struct step *s, struct step_result *r,
	      struct sent *sent)
{
	struct watch w = { .e = e, .s = s, .r = r };

	r->state = STATE_NONE;
	(void)engine_tick(e, true);
	start(&w, sent);
	settle(&w, sent);
	(void)engine_tick(e, true);
}
