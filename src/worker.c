/* SPDX-License-Identifier: Apache-2.0 */
/* How does one drive run without being able to hold up another? */
#include "worker.h"

#include "util.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define GRACE_MS	500	/* to end by itself */

/* What the parent says. */
enum order_kind {
	ORDER_NONE,
	ORDER_ACK,		/* of a record that waits for it: err */
	ORDER_STOP,
	ORDER_LIMIT
};

struct order {
	enum order_kind kind;
	int32_t err;
	enum stop stop;
	uint64_t limit;
};

/* The worker's side of the pipe; the context of its struct ui. */
struct pipe_ui {
	int fd;
	enum stop stop;
	uint64_t limit;
	uint64_t told_ms;
};

static size_t
record_len(enum record_kind kind)
{
	size_t head = offsetof(struct record, u);

	switch (kind) {
	case RECORD_PROGRESS:
		return head + sizeof(struct progress);
	case RECORD_STEP:
		return head + sizeof(struct step_result);
	case RECORD_CHECKPOINT:
		return head + sizeof(((struct record *)0)->u.mark);
	case RECORD_RUN:
		return head + sizeof(struct run);
	case RECORD_REFUSED:
		return head;
	case RECORD_NONE:
		break;
	}
	return 0;
}

/* A record goes out in one piece, or the worker's last word would be lost.
 * What the kernel adds for its own use is doubled by it already. */
static int
make_room(int fd)
{
	int want = (int)sizeof(struct record) + 4096, have = 0;
	socklen_t len = sizeof(have);

	if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &want, sizeof(want)) &&
	    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &want, sizeof(want)))
		return -errno;
	if (getsockopt(fd, SOL_SOCKET, SO_SNDBUF, &have, &len))
		return -errno;
	return have > want ? 0 : -ENOBUFS;
}

static int
send_record(int fd, const struct record *r, int flags)
{
	ssize_t n;

	do
		n = send(fd, r, record_len(r->kind), MSG_NOSIGNAL | flags);
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : 0;
}

/* Takes what the parent said.  1: an ack, 0: nothing more, -errno. */
static int
hear(struct pipe_ui *ui, bool wait, int *ack)
{
	struct order o;
	ssize_t n;

	for (;;) {
		n = recv(ui->fd, &o, sizeof(o), wait ? 0 : MSG_DONTWAIT);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno == EAGAIN ? 0 : -errno;
		if (n != sizeof(o))
			return -EPIPE;
		if (o.kind == ORDER_ACK) {
			*ack = o.err;
			return 1;
		}
		if (o.kind == ORDER_STOP && o.stop > ui->stop)
			ui->stop = o.stop;
		if (o.kind == ORDER_LIMIT)
			ui->limit = o.limit;
	}
}

static uint64_t
limit(void *ctx)
{
	const struct pipe_ui *ui = ctx;

	return ui->limit;
}

static enum stop
tick(void *ctx, const struct progress *p)
{
	struct pipe_ui *ui = ctx;
	uint64_t now = mono_ms();
	struct record r;
	int ack, err;

	if (hear(ui, false, &ack) < 0)
		return STOP_NOW;	/* nobody is left to record anything */
	if (now - ui->told_ms >= 200) {
		memset(&r, 0, record_len(RECORD_PROGRESS));
		r.kind = RECORD_PROGRESS;
		r.u.progress = *p;
		ui->told_ms = now;
		/* no drive waits for a parent that is at something else */
		err = send_record(ui->fd, &r, MSG_DONTWAIT);
		if (err && err != -EAGAIN)
			return STOP_NOW;
	}
	return ui->stop;
}

/* 0 once the parent has it on stable storage. */
static int
deliver(struct pipe_ui *ui, const struct record *r)
{
	int ack = -EIO, err = send_record(ui->fd, r, 0);

	if (err)
		return err;
	err = hear(ui, true, &ack);
	return err < 0 ? err : ack;
}

static int
record(void *ctx, uint32_t step, const struct step_result *result)
{
	struct record r;

	memset(&r, 0, record_len(RECORD_STEP));
	r.kind = RECORD_STEP;
	r.step = step;
	r.u.result = *result;
	return deliver(ctx, &r);
}

static int
checkpoint(void *ctx, uint32_t step, const struct step_result *result,
	   const struct ranges *unwritten)
{
	struct record r;

	memset(&r, 0, record_len(RECORD_CHECKPOINT));
	r.kind = RECORD_CHECKPOINT;
	r.step = step;
	r.u.mark.result = *result;
	r.u.mark.unwritten = *unwritten;
	return deliver(ctx, &r);
}

static void
work(int fd, const struct plan *p, const struct consent *c,
     const struct request *rq, const struct resume *from)
{
	struct pipe_ui pipe_ui = { .fd = fd, .limit = rq->rate_limit };
	struct ui ui = { .ctx = &pipe_ui, .tick = tick, .record = record,
			 .checkpoint = checkpoint, .limit = limit };
	struct record *r = calloc(1, sizeof(*r));

	if (!r)
		_exit(1);
	r->kind = RECORD_RUN;
	r->err = execute_resume(p, c, rq, from, &ui, &r->u.run);
	if (r->err)
		r->kind = RECORD_REFUSED;
	_exit(send_record(fd, r, 0) ? 1 : 0);
}

/*
 * Everything but standard error and the pipe: above all the lock of the
 * evidence log, which must fall with the parent.  0 and 1 stay taken, so that
 * no drive is ever opened as anybody's standard output.
 */
static void
close_others(int keep)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null < 0 || dup2(null, STDIN_FILENO) < 0 ||
	    dup2(null, STDOUT_FILENO) < 0)
		_exit(1);
	if (keep > 3)
		close_range(3, (unsigned)keep - 1, 0);
	close_range((unsigned)keep + 1, ~0U, 0);
}

void
worker_become(pid_t parent, int keep)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	signal(SIGINT, SIG_IGN);	/* the parent hears it and */
	signal(SIGTERM, SIG_IGN);	/* decides for every drive */
	signal(SIGHUP, SIG_IGN);
	/* a session each: the kernel deals the processor out to sessions
	 * first (autogroups), and all workers of a bench together would get
	 * what one drive's loop or cipher thread gets */
	(void)setsid();
	close_others(keep);
}

int
worker_start(const struct plan *p, const struct consent *c,
	     const struct request *rq, const struct resume *from,
	     struct forget forget, struct worker *out)
{
	pid_t parent = getpid(), pid;
	int pair[2], err;

	*out = (struct worker){ .fd = -1 };
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		return -errno;
	err = make_room(pair[1]);
	pid = err ? -1 : fork();
	if (pid < 0) {
		err = err ? err : -errno;
		close(pair[0]);
		close(pair[1]);
		return err;
	}
	if (pid == 0) {
		if (forget.call)
			forget.call(forget.ctx);
		worker_become(parent, pair[1]);
		work(pair[1], p, c, rq, from);
	}
	close(pair[1]);
	out->pid = pid;
	out->fd = pair[0];
	return 0;
}

int
worker_read(struct worker *w, struct record *out)
{
	ssize_t n;

	do
		n = recv(w->fd, out, sizeof(*out), MSG_DONTWAIT);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return errno == EAGAIN ? 0 : -EPIPE;
	if (n == 0)
		return -EPIPE;
	if ((size_t)n < offsetof(struct record, u) ||
	    (size_t)n != record_len(out->kind))
		return -EBADMSG;
	return 1;
}

static int
order(struct worker *w, const struct order *o)
{
	ssize_t n;

	if (w->fd < 0)
		return -EPIPE;
	do
		n = send(w->fd, o, sizeof(*o), MSG_NOSIGNAL | MSG_DONTWAIT);
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : 0;
}

int
worker_ack(struct worker *w, int err)
{
	struct order o = { .kind = ORDER_ACK, .err = err };

	return order(w, &o);
}

void
worker_stop(struct worker *w, enum stop how)
{
	struct order o = { .kind = ORDER_STOP, .stop = how };

	/* If it cannot be told, it is gone or will be ended. */
	if (order(w, &o))
		return;
}

int
worker_limit(struct worker *w, uint64_t rate)
{
	struct order o = { .kind = ORDER_LIMIT, .limit = rate };

	return order(w, &o);
}

void
worker_end(struct worker *w, bool kill_it)
{
	if (w->fd >= 0)
		close(w->fd);
	w->fd = -1;
	if (!w->ended_ms)
		w->ended_ms = mono_ms();
	if (!kill_it || w->killed || w->pid <= 0)
		return;
	kill(w->pid, SIGKILL);
	w->killed = true;
}

bool
worker_gone(struct worker *w)
{
	if (w->pid <= 0)
		return true;
	if (!w->ended_ms)
		return false;		/* it is at work */
	if (waitpid(w->pid, NULL, WNOHANG) != 0) {
		w->pid = 0;
		return true;
	}
	if (mono_ms() - w->ended_ms >= GRACE_MS)
		worker_end(w, true);
	return false;
}
