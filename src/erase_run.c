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

static void
forget_key(void *ctx)
{
	key_free(ctx);
}

/* INTENT first: no worker before its line is on stable storage. */
static bool
intend(struct erase *e, struct job *j)
{
	json_t *body = json_pack("{s:o, s:o, s:o, s:o}",
				 "asset_no", json_text_or_null(j->row ?
							j->row->asset : ""),
				 "consent", json_consent(&j->consent),
				 "identity", json_identity(&j->p.id),
				 "plan", json_plan(&j->p, e->cli.lang));

	if (!erase_log(e, "intent", body, j->consent.receipt))
		return false;
	j->consent.has_receipt = true;
	return true;
}

static void
start(struct erase *e, struct job *j)
{
	int err;

	memcpy(j->run.plan_digest, j->p.digest, DIGEST_LEN);
	j->run.n_results = j->p.n_steps;
	time_now(j->run.started);
	err = worker_start(&j->p, &j->consent, &e->cli.rq,
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
	worker_end(&j->w);
	j->run.state = code == REASON_INTERRUPTED ? STATE_INTERRUPTED :
						    STATE_FAILED;
	j->run.why.code = code;
	time_now(j->run.finished);
	erase_finish(e, j);
}

static void
take_run(struct erase *e, struct job *j, const struct record *r)
{
	worker_end(&j->w);
	if (r->kind == RECORD_RUN) {
		j->run = r->u.run;
		erase_finish(e, j);
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
	erase_finish(e, j);
}

static void
take_step(struct erase *e, struct job *j, const struct record *r)
{
	json_t *body;
	bool ok;

	if (r->step >= j->p.n_steps) {
		lose_worker(e, j, REASON_INTERNAL);
		return;
	}
	j->run.results[r->step] = r->u.result;
	body = json_step_result(&j->p, r->step, &r->u.result, e->cli.lang);
	if (body) {
		char receipt[2 * DIGEST_LEN + 1];

		hex_encode(receipt, j->consent.receipt, DIGEST_LEN);
		json_object_set_new(body, "receipt", json_string(receipt));
	}
	ok = erase_log(e, "step", body, NULL);
	switch (worker_ack(&j->w, ok ? 0 : -EIO)) {
	case 0:
		break;
	case -EPIPE:
		return;		/* gone; the next read tells */
	default:
		lose_worker(e, j, REASON_INTERNAL);
		return;
	}
	e->face->step(e, j, r->step, &r->u.result);
}

static void
hear(struct erase *e, struct job *j, struct record *r)
{
	int got;

	while (!j->ended && (got = worker_read(&j->w, r)) != 0) {
		if (got < 0) {
			lose_worker(e, j, REASON_WORKER_DIED);
			return;
		}
		j->heard_ms = mono_ms();
		j->told_silent = false;
		if (r->kind == RECORD_PROGRESS)
			j->progress = r->u.progress;
		else if (r->kind == RECORD_STEP)
			take_step(e, j, r);
		else
			take_run(e, j, r);
	}
}

static void
watch(struct erase *e, struct job *j)
{
	uint64_t silent = mono_ms() - j->heard_ms;

	if (j->ended)
		return;
	if (j->stop == STOP_NOW && silent >= STOP_MS) {
		lose_worker(e, j, REASON_INTERRUPTED);
		return;
	}
	if (silent < SILENT_MS)
		return;
	if (silent >= STUCK_MS) {
		lose_worker(e, j, REASON_STUCK);
		return;
	}
	if (!j->told_silent) {
		erase_say(e, _("%s: no answer from the drive for %llu minutes;"
			       " still waiting, the others go on"), j->arg,
			  (unsigned long long)(SILENT_MS / 60000));
		j->told_silent = true;
	}
}

void
erase_stop(struct job *j, enum stop how)
{
	if (!j->started || j->ended || how <= j->stop)
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
		bool on = j->started && !j->ended;

		fds[i] = (struct pollfd){ .fd = on ? j->w.fd : -1,
					  .events = POLLIN };
		n += on;
	}
	return n;
}

static int
block_signals(sigset_t *old)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, old);
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
		if (poll(fds, e->n_jobs + 2, 250) < 0 && errno != EINTR) {
			stop = STOP_NOW;
			stop_all(e, stop);
		}
		if (fds[e->n_jobs].revents)
			hear_signal(e, sig, &stop);
		if (e->face->input)
			e->face->input(e);
		for (i = 0; i < e->n_jobs; i++) {
			if (fds[i].fd < 0)
				continue;
			if (fds[i].revents)
				hear(e, &e->jobs[i], r);
			watch(e, &e->jobs[i]);
		}
		now = mono_ms();
		if (now - drawn >= period) {
			e->face->progress(e);
			drawn = now;
		}
	}
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
	if (sig >= 0)
		close(sig);
	sigprocmask(SIG_SETMASK, &old, NULL);
	free(fds);
	free(r);
}
