/* SPDX-License-Identifier: Apache-2.0 */
/* How do all drives run at once, each recorded, none waiting for another? */
#include "erase.h"

#include "util.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

/* A worker speaks five times a second, but a flush or a drive that resets may
 * hold it in the kernel for minutes. */
#define SILENT_MS	(2 * 60 * 1000ULL)	/* said to the operator */
#define STUCK_MS	(30 * 60 * 1000ULL)	/* given up */
#define STOP_MS		(10 * 1000ULL)	/* "at once", for one that hangs */
#define GONE_MS		1000ULL		/* for a process to end */
#define TOGETHER_MS	2000ULL		/* for the others to be ready */

static void
forget_key(void *ctx)
{
	key_free(ctx);
}

/* Its line of INTENT, which is to be on stable storage before it starts. */
static bool
intend(struct erase *e, struct job *j)
{
	json_t *body = json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}",
				 "asset_no", json_text_or_null(j->row ?
							j->row->asset : ""),
				 "consent", json_consent(&j->consent),
				 "identity", json_identity(&j->p.id),
				 "people", erase_people(e),
				 "resumes", erase_resumes(j),
				 "plan", json_plan(&j->p, e->cli.lang));

	if (!erase_note(e, "intent", body, j->consent.receipt))
		return false;
	j->consent.has_receipt = true;
	return true;
}

/* Until the worker says a word, this is what is known. */
static void
expect(struct job *j)
{
	uint32_t i, step = j->from ? j->from->step : 0;

	j->progress = (struct progress){
		.step = step, .n_steps = j->p.n_steps,
		.left_s = UINT32_MAX, .limit = j->told_limit,
	};
	if (!j->from)
		return;
	j->run.parts = j->from->parts;
	j->run.unwritten = j->from->unwritten;
	for (i = 0; i < j->from->step; i++)
		j->run.results[i] = j->from->results[i];
}

static void
start(struct erase *e, struct job *j)
{
	struct request rq = e->cli.rq;
	int err;

	memcpy(j->run.plan_digest, j->p.digest, DIGEST_LEN);
	j->run.n_results = j->p.n_steps;
	time_now(j->run.started);
	rq.rate_limit = j->told_limit = erase_first_limit(e);
	expect(j);
	err = worker_start(&j->p, &j->consent, &rq, j->from,
			   (struct forget){ forget_key, &e->key }, &j->w);
	j->started = true;
	j->heard_ms = mono_ms();
	if (err) {
		erase_refuse(j, REASON_INTERNAL, strerror(-err));
		erase_finish(e, j);
	}
}

/* The worker ended without its last record: what is known is what was
 * recorded step by step. */
static void
lose_worker(struct erase *e, struct job *j, enum reason_code code)
{
	worker_end(&j->w, true);
	j->run.state = code == REASON_INTERRUPTED ? STATE_INTERRUPTED :
						    STATE_FAILED;
	j->run.why.code = code;
	time_now(j->run.finished);
	resume_cut_off(&j->p, &j->run);
	erase_finish(e, j);
}

/* The result is told once the process is gone and the drive is free. */
static void
take_run(struct job *j, const struct record *r)
{
	worker_end(&j->w, false);
	j->over = true;
	if (r->kind == RECORD_RUN) {
		j->run = r->u.run;
		resume_not_begun(&j->p, &j->run);
		return;
	}
	switch (r->err) {
	case -ESTALE:
		erase_refuse(j, REASON_IDENTITY_CHANGED, "");
		break;
	case -EBUSY:
		erase_refuse(j, REASON_EXCLUSIVE, "");
		break;
	case -EROFS:
		erase_refuse(j, REASON_READ_ONLY, "");
		break;
	default:
		erase_refuse(j, REASON_INTERNAL, strerror(-r->err));
	}
}

/* Is its outcome yet to be put down? */
static bool
lingers(const struct job *j)
{
	return j->over && !j->ended && j->paper == PAPER_NONE;
}

/*
 * One whose process the kernel still holds, as it lets go of the drive, has
 * said all that there was to say.  One outcome at a time: no drive at work
 * waits for the record of more than one.
 */
static void
see_off(struct erase *e)
{
	struct job *next = NULL;
	size_t i;

	for (i = 0; i < e->n_jobs; i++) {
		struct job *j = &e->jobs[i];
		bool gone = worker_gone(&j->w);

		if (!next && lingers(j) &&
		    (gone || mono_ms() - j->w.ended_ms >= GONE_MS))
			next = j;
	}
	if (next)
		erase_finish(e, next);
	erase_papers(e);
}

/* Into the log, with the receipt it belongs to.  The worker waits until
 * settle() says that it is on stable storage. */
static void
put_down(struct erase *e, struct job *j, const char *event, json_t *body,
	 const struct step_result *told)
{
	char receipt[2 * DIGEST_LEN + 1];

	hex_encode(receipt, j->consent.receipt, DIGEST_LEN);
	if (body)
		json_object_set_new(body, "receipt", json_string(receipt));
	erase_note(e, event, body, NULL);
	j->waits = true;
	j->told = told;
}

/* gone: the next read tells */
static void
answer(struct erase *e, struct job *j, bool ok)
{
	int err = worker_ack(&j->w, ok ? 0 : -EIO);

	if (err && err != -EPIPE)
		lose_worker(e, j, REASON_INTERNAL);
	if (err)
		j->told = NULL;
}

/* The step that its last line is of. */
static uint32_t
step_of(const struct job *j)
{
	return (uint32_t)(j->told - j->run.results);
}

/* Does its worker wait for the word to begin with what takes long? */
static bool
is_ready(const struct job *j)
{
	enum step_kind kind;

	if (j->begun || !j->waits || !j->told || j->told->state != STATE_NONE)
		return false;
	kind = j->p.steps[step_of(j)].kind;
	return kind == STEP_OVERWRITE || kind == STEP_FIRMWARE ||
	       kind == STEP_VERIFY;
}

/* A bench full of drives begins together: the looks that come before would
 * else be slowed down by those drives that are written already.  None waits
 * for long for one that does not answer, nor when it is to stop. */
static bool
is_held(const struct erase *e, const struct job *j)
{
	size_t i;

	if (!is_ready(j) || j->stop || mono_ms() - e->began_ms >= TOGETHER_MS)
		return false;
	for (i = 0; i < e->n_jobs; i++) {
		const struct job *other = &e->jobs[i];

		if (erase_runs(other) && !other->begun && !is_ready(other))
			return true;
	}
	return false;
}

/* Once for all that were heard: a bench full of drives has many steps that end
 * together, and each would wait for the others'. */
static void
settle(struct erase *e)
{
	bool any = false, ok;
	size_t i;

	for (i = 0; i < e->n_jobs; i++) {
		struct job *j = &e->jobs[i];

		j->held = j->waits && is_held(e, j);
		any |= j->waits && !j->held;
	}
	if (!any)
		return;
	ok = erase_sync(e);
	/* all of them before anybody is told of any: who has its answer is at
	 * work, and takes the processor from those that have not */
	for (i = 0; i < e->n_jobs; i++)
		if (e->jobs[i].waits && !e->jobs[i].held &&
		    erase_runs(&e->jobs[i]))
			answer(e, &e->jobs[i], ok);
	for (i = 0; i < e->n_jobs; i++) {
		struct job *j = &e->jobs[i];

		if (!j->waits || j->held)
			continue;
		j->begun |= is_ready(j);
		j->waits = false;
		if (erase_runs(j) && j->told)
			e->face->step(e, j, step_of(j), j->told);
	}
}

/* Once: its time is not what was planned, and its certificate will say it. */
static void
say_anew(const struct erase *e, const struct job *j, uint32_t step,
	 const struct step_result *now)
{
	if (now->restarted && !j->run.results[step].restarted)
		erase_say(e, _("%s: what was written before the interruption is"
			       " not there; step %u began anew"), j->arg,
			  step + 1);
}

static void
take_step(struct erase *e, struct job *j, const struct record *r)
{
	if (r->step >= j->p.n_steps) {
		lose_worker(e, j, REASON_INTERNAL);
		return;
	}
	say_anew(e, j, r->step, &r->u.result);
	j->run.results[r->step] = r->u.result;
	put_down(e, j, "step", json_step_result(&j->p, r->step, &r->u.result,
						e->cli.lang),
		 &j->run.results[r->step]);
}

static void
take_checkpoint(struct erase *e, struct job *j, const struct record *r)
{
	if (r->step >= j->p.n_steps) {
		lose_worker(e, j, REASON_INTERNAL);
		return;
	}
	say_anew(e, j, r->step, &r->u.mark.result);
	j->run.results[r->step] = r->u.mark.result;
	j->run.unwritten = r->u.mark.unwritten;
	put_down(e, j, "checkpoint", json_checkpoint(
		 r->step, &r->u.mark.result, &r->u.mark.unwritten), NULL);
}

static void
hear(struct erase *e, struct job *j, struct record *r)
{
	int got;

	while (!j->ended && !j->over && (got = worker_read(&j->w, r)) != 0) {
		if (got < 0) {
			lose_worker(e, j, REASON_WORKER_DIED);
			return;
		}
		j->heard_ms = mono_ms();
		if (r->kind == RECORD_PROGRESS)
			j->progress = r->u.progress;
		else if (r->kind == RECORD_STEP)
			take_step(e, j, r);
		else if (r->kind == RECORD_CHECKPOINT)
			take_checkpoint(e, j, r);
		else
			take_run(j, r);
	}
}

/* Without a word from the worker, which a flush may hold in the kernel for
 * long; a request that hangs it tells of itself. */
static uint64_t
patience(const struct erase *e)
{
	return e->cli.rq.stuck_s ? e->cli.rq.stuck_s * 1000ULL : STUCK_MS;
}

static void
leave_behind(struct erase *e, struct job *j)
{
	char time[32];

	erase_say(e, _("%s: no answer from the drive for %s; it is given up and"
		       " its process left behind; unplug the drive before it is"
		       " used for anything else"), j->arg,
		  duration_text(patience(e) / 1000, time, sizeof(time)));
	lose_worker(e, j, REASON_STUCK);
}

static void
say_silent(struct erase *e, struct job *j, uint64_t ms)
{
	char time[32];

	if (ms < SILENT_MS && ms < patience(e) / 2) {
		j->told_silent = false;
		return;
	}
	if (j->told_silent)
		return;
	j->told_silent = true;
	erase_say(e, _("%s: no answer from the drive for %s; still waiting, the"
		       " others go on"), j->arg,
		  duration_text(ms / 1000, time, sizeof(time)));
}

/* now: when the pipes were last looked at; what the parent did since is not
 * held against a worker. */
static void
watch(struct erase *e, struct job *j, uint64_t now)
{
	uint64_t silent = now > j->heard_ms ? now - j->heard_ms : 0, still;
	bool host = j->progress.kind == STEP_OVERWRITE ||
		    j->progress.kind == STEP_VERIFY;

	if (j->ended || j->over)
		return;
	if (j->stop == STOP_NOW && silent >= STOP_MS) {
		lose_worker(e, j, REASON_INTERRUPTED);
		return;
	}
	if (silent >= patience(e)) {
		leave_behind(e, j);
		return;
	}
	still = host ? j->progress.stalled_s * 1000ULL : 0;
	say_silent(e, j, silent > still ? silent : still);
}

bool
erase_runs(const struct job *j)
{
	return j->started && !j->ended && !j->over;
}

void
erase_stop(struct job *j, enum stop how)
{
	if (!erase_runs(j) || how <= j->stop)
		return;
	j->stop = how;
	worker_stop(&j->w, how);
}

static void
stop_all(struct erase *e, enum stop how)
{
	size_t i;

	for (i = 0; i < e->n_jobs; i++)
		erase_stop(&e->jobs[i], how);
}

/* The first signal asks for a safe point, the second for now. */
static void
hear_signal(struct erase *e, int fd, enum stop *stop)
{
	struct signalfd_siginfo si;

	if (read(fd, &si, sizeof(si)) != sizeof(si))
		return;
	*stop = *stop == STOP_NO ? STOP_SAFE : STOP_NOW;
	erase_say(e, "%s", *stop == STOP_SAFE ?
		  _("stopping at a safe point; once more stops at once") :
		  _("stopping at once"));
	stop_all(e, *stop);
}

static size_t
running(const struct erase *e, struct pollfd *fds)
{
	size_t i, n = 0;

	for (i = 0; i < e->n_jobs; i++) {
		const struct job *j = &e->jobs[i];

		fds[i] = (struct pollfd){
			.fd = erase_runs(j) ? j->w.fd :
			      j->paper == PAPER_MAKING ? j->maker.fd : -1,
			.events = POLLIN };
		n += j->started && !j->ended;
	}
	return n;
}

/* Is anything due that no worker will tell of? */
static bool
any_due(const struct erase *e)
{
	size_t i;

	for (i = 0; i < e->n_jobs; i++)
		if (lingers(&e->jobs[i]) || e->jobs[i].held)
			return true;
	return false;
}

static int
block_signals(sigset_t *old)
{
	sigset_t set, suspend;

	sigemptyset(&set);
	sigemptyset(&suspend);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, old);
	/* nor may Ctrl-Z stop the one who records and leave the drives at it */
	sigaddset(&suspend, SIGTSTP);
	sigprocmask(SIG_BLOCK, &suspend, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static void
loop(struct erase *e, int sig, struct pollfd *fds, struct record *r)
{
	uint64_t drawn = 0, period = e->cli.json ? 1000 : 250;
	enum stop stop = STOP_NO;

	while (running(e, fds) > 0) {
		uint64_t now;
		size_t i;

		fds[e->n_jobs] = (struct pollfd){ .fd = sig, .events = POLLIN };
		fds[e->n_jobs + 1] = (struct pollfd){
			.fd = e->face->input ? STDIN_FILENO : -1,
			.events = POLLIN };
		if (poll(fds, e->n_jobs + 2, any_due(e) ? 10 : 250) < 0 &&
		    errno != EINTR) {
			stop = STOP_NOW;
			stop_all(e, stop);
		}
		now = mono_ms();
		if (fds[e->n_jobs].revents)
			hear_signal(e, sig, &stop);
		/* no turn for each record */
		if (e->face->input && fds[e->n_jobs + 1].revents)
			e->face->input(e);
		for (i = 0; i < e->n_jobs; i++) {
			if (fds[i].revents && e->jobs[i].paper)
				erase_paper_hear(e, &e->jobs[i]);
			else if (fds[i].revents)
				hear(e, &e->jobs[i], r);
		}
		settle(e);
		for (i = 0; i < e->n_jobs; i++)
			if (fds[i].fd >= 0)
				watch(e, &e->jobs[i], now);
		see_off(e);
		now = mono_ms();
		erase_share(e, now);
		if (now - drawn >= period) {
			e->face->progress(e);
			drawn = now;
		}
	}
}

static bool
all_gone(struct job *j)
{
	bool worker = worker_gone(&j->w), maker = worker_gone(&j->maker);

	return worker && maker;
}

/* Those that were killed are gone in a moment, or held by the kernel. */
static void
see_all_off(struct erase *e)
{
	uint64_t until = mono_ms() + 2 * GONE_MS;
	size_t i, held;

	do {
		held = 0;
		for (i = 0; i < e->n_jobs; i++)
			held += !all_gone(&e->jobs[i]);
	} while (held && mono_ms() < until && poll(NULL, 0, 10) == 0);
	for (i = 0; held && i < e->n_jobs; i++)
		if (!worker_gone(&e->jobs[i].w))
			cli_error(_("%s: process %d cannot be ended before the"
				    " drive answers or is unplugged"),
				  e->jobs[i].arg, (int)e->jobs[i].w.pid);
}

void
erase_run(struct erase *e)
{
	struct pollfd *fds = calloc(e->n_jobs + 2, sizeof(*fds));
	struct record *r = malloc(sizeof(*r));
	sigset_t old;
	int sig = block_signals(&old);
	size_t i;

	if (!fds || !r || sig < 0) {
		cli_error(_("not enough memory or descriptors; nothing was"
			    " touched"));
		e->log_lost = true;
	}
	/* Every INTENT before any worker: a log that fills up between two
	 * drives must not find the first one running. */
	for (i = 0; i < e->n_jobs && !e->log_lost; i++)
		if (!e->jobs[i].refused && !intend(e, &e->jobs[i]))
			break;
	erase_sync(e);
	e->began_ms = mono_ms();
	for (i = 0; i < e->n_jobs; i++) {
		struct job *j = &e->jobs[i];

		if (j->refused)
			continue;
		if (e->log_lost)
			erase_refuse(j, REASON_NO_RECEIPT, "");
		else
			start(e, j);
		if (e->log_lost && !j->started) {
			e->face->refused(e, j);
			e->face->result(e, j);
		}
	}
	if (fds && r && sig >= 0)
		loop(e, sig, fds, r);
	see_all_off(e);
	if (sig >= 0)
		close(sig);
	sigprocmask(SIG_SETMASK, &old, NULL);
	free(fds);
	free(r);
}
