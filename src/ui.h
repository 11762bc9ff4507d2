/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the core may ask of a face.  The core never prints and never reads a
 * terminal.  In a worker process the face is the pipe to the parent.
 */
#ifndef UI_H
#define UI_H

#include "massho.h"

enum stop { STOP_NO, STOP_SAFE /* at the next safe point */, STOP_NOW };

struct ui {
	void *ctx;

	/*
	 * Called at least twice a second while something runs, and whenever
	 * it waits.  Returns whether the operator wants it to stop.
	 */
	enum stop (*tick)(void *ctx, const struct progress *p);

	/*
	 * A step is about to start (r->state == STATE_NONE) or has ended.
	 * Returns 0 only once the record is on stable storage; anything else
	 * and the step must not start, or the run ends as failed.
	 */
	int (*record)(void *ctx, uint32_t step, const struct step_result *r);

	/*
	 * A pass goes on: r->reached bytes are flushed, but for what is
	 * unwritten.  Returns as record does.  NULL: nobody keeps it.
	 */
	int (*checkpoint)(void *ctx, uint32_t step,
			  const struct step_result *r,
			  const struct ranges *unwritten);

	/* Bytes per second that this drive may move from now on; 0 = as fast
	 * as it goes.  NULL: what the request says. */
	uint64_t (*limit)(void *ctx);
};

#endif
