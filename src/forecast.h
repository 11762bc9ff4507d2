/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How long will it take yet?  A model of one drive at work: which parts of it
 * are slower than others, and how fast it is at present.  PURE.
 */
#ifndef FORECAST_H
#define FORECAST_H

#include <stdbool.h>
#include <stdint.h>

#define FORECAST_PARTS	128	/* of a step */

/* What was measured of one part. */
struct forecast_part {
	double bytes, s;
};

struct forecast {
	bool rotates;		/* the caller's: inner tracks are slower */
	uint64_t total;		/* bytes of this step */
	uint64_t done;		/* of them, when last told */
	uint64_t told_ms;
	double active_s, paused_s;	/* of all steps */
	uint32_t since;		/* part from which on the pace counts */
	struct forecast_part part[FORECAST_PARTS];
	bool known;		/* a whole step before this one: */
	struct forecast_part before[FORECAST_PARTS];
};

/* A step of total bytes begins, of which some may be done already.  What was
 * measured of a whole step before it tells how the drive is made. */
void forecast_begin(struct forecast *f, uint64_t total, uint64_t done,
		    uint64_t now_ms);
/* So much is done now; paused: meanwhile nothing was asked of the drive. */
void forecast_tell(struct forecast *f, uint64_t done, bool paused,
		   uint64_t now_ms);
/* From here on it goes at another pace. */
void forecast_turn(struct forecast *f);
/*
 * Seconds for the rest of the step and for later bytes after it, read or
 * written evenly over the drive.  UINT32_MAX: not known yet.
 */
uint32_t forecast_left_s(const struct forecast *f, uint64_t later);

#endif
