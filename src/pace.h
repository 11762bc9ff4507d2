/* SPDX-License-Identifier: Apache-2.0 */
/* How fast may a drive be written and read?  PURE. */
#ifndef PACE_H
#define PACE_H

#include <stddef.h>
#include <stdint.h>

/* A rate that is kept over any while longer than PACE_BURST_MS: what a drive
 * that stood still did not use is not made up for. */
#define PACE_BURST_MS	100

struct pace {
	uint64_t rate;		/* bytes/s; 0 = as fast as it goes */
	int64_t credit;		/* thousandths of bytes */
	uint64_t at_ms;		/* when the credit was counted */
};

void pace_set(struct pace *p, uint64_t rate, uint64_t now_ms);
/* Milliseconds until more may be moved. */
uint64_t pace_wait(struct pace *p, uint64_t now_ms);
/* So many bytes are on their way. */
void pace_take(struct pace *p, uint64_t bytes);

/* ---- a rate for all drives together ------------------------------------- */

/* One drive's part of it. */
struct share {
	uint64_t now;		/* bytes/s it may move now; 0 = not told yet */
	uint64_t used;		/* bytes/s it moves */
	uint64_t most;		/* its own limit; 0 = none */
	uint64_t deal;		/* out: what it may move from now on, never 0 */
};

/*
 * Deals total bytes/s out: every drive gets the same, and what one cannot use
 * goes to those that can.  The deals never sum up to more than total, as long
 * as it is a byte per drive.
 */
void pace_deal(uint64_t total, struct share *s, size_t n);

#endif
