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
		struct run run;
	} u;
};

struct worker {
	pid_t pid;		/* 0 = none */
	int fd;			/* -1 = none */
};

/* What the child does first: give up what only the parent may hold. */
struct forget {
	void (*call)(void *ctx);
	void *ctx;
};

/* Starts the worker of one drive; it dies with the parent. */
int worker_start(const struct plan *p, const struct consent *c,
		 const struct request *rq, struct forget forget,
		 struct worker *out) MUST;
/* One record, without waiting: 1 and *out, 0 none yet, -EPIPE: the worker is
 * gone, -EBADMSG: not a record. */
int worker_read(struct worker *w, struct record *out) MUST;
/* Answers a RECORD_STEP: 0 = it is on stable storage, else -errno. */
int worker_ack(struct worker *w, int err) MUST;
/* Asks the worker to stop. */
void worker_stop(struct worker *w, enum stop how);
/* Ends it (SIGKILL if it still runs) and lets go; a process that cannot be
 * killed because the kernel holds it is left behind. */
void worker_end(struct worker *w);

#endif
