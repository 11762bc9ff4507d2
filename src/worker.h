/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One child process per drive.  It talks to the parent in records of a fixed
 * size per kind over a socket pair; nothing is shared.  A drive that hangs,
 * fails or is pulled takes its own process with it and no other.
 */
#ifndef WORKER_H
#define WORKER_H

#include "ui.h"

#include <sys/types.h>

enum record_kind {
	RECORD_NONE,
	RECORD_PROGRESS,	/* u.progress */
	RECORD_STEP,		/* step, u.result; waits for an ack */
	RECORD_CHECKPOINT,	/* step, u.mark; waits for an ack */
	RECORD_RUN,		/* u.run: complete, the last record */
	RECORD_REFUSED		/* err: execute_plan touched nothing */
};

struct record {
	enum record_kind kind;
	uint32_t step;
	int32_t err;
	union {
		struct progress progress;
		struct step_result result;
		struct {
			struct step_result result;
			struct ranges unwritten;
		} mark;
		struct run run;
	} u;
};

struct worker {
	pid_t pid;		/* 0 = none */
	int fd;			/* -1 = none */
	uint64_t ended_ms;	/* when it was let go */
	bool killed;
};

/* What the child does first: give up what only the parent may hold. */
struct forget {
	void (*call)(void *ctx);
	void *ctx;
};

/* Starts the worker of one drive; it dies with the parent.  from: where an
 * earlier part ended; may be NULL. */
int worker_start(const struct plan *p, const struct consent *c,
		 const struct request *rq, const struct resume *from,
		 struct forget forget, struct worker *out) MUST;
/* What every child of a run does first: it dies with the parent, hears none of
 * the signals that are meant for it, and has nothing open but standard error
 * and keep; above all not the log, whose lock must fall with the parent. */
void worker_become(pid_t parent, int keep);
/* One record, without waiting: 1 and *out, 0 none yet, -EPIPE: the worker is
 * gone, -EBADMSG: not a record. */
int worker_read(struct worker *w, struct record *out) MUST;
/* Answers a RECORD_STEP or _CHECKPOINT: 0 = it is on stable storage, else
 * -errno. */
int worker_ack(struct worker *w, int err) MUST;
/* Asks the worker to stop. */
void worker_stop(struct worker *w, enum stop how);
/* Bytes per second from now on, 0 = as fast as it goes; its progress tells
 * when it keeps to it.  -EAGAIN: it does not listen at present. */
int worker_limit(struct worker *w, uint64_t rate) MUST;
/* Lets go of it, without waiting: it has said its last word, or with kill,
 * nobody listens to it any more. */
void worker_end(struct worker *w, bool kill);
/* Is its process gone?  One that was let go and does not end by itself is
 * killed; one that cannot be killed, because the kernel holds it, is to be left
 * behind. */
bool worker_gone(struct worker *w);

#endif
