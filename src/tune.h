/* SPDX-License-Identifier: Apache-2.0 */
/* How many requests of which size does a drive get?  PURE. */
#ifndef TUNE_H
#define TUNE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TUNE_DEPTH_MAX	32
#define TUNE_CHUNK_MAX	(4U << 20)
#define TUNE_AREA_MAX	(8U << 20)	/* depth times chunk */
#define TUNE_CHOICES	4
#define TUNE_ZONES	8	/* equal parts of a drive, each tuned alone */
#define TUNE_TRIAL_MS	100	/* of one choice, at least ... */
#define TUNE_TRIAL	(64U << 20)	/* ... and so many bytes, but ... */
#define TUNE_LONG_MS	1000	/* ... no longer than this */

/* What a stream is, as far as it matters here. */
enum tune_use {
	TUNE_NOT,		/* takes what is known to be good */
	TUNE_READ, TUNE_WRITE,
	TUNE_USES
};

/* Of one drive, for all its streams. */
struct tune {
	unsigned depth;		/* in force ... */
	uint32_t chunk;		/* ... whole units of the stream */
	bool due;		/* others wait until nothing is under way */

	/* tune.c's own */
	bool on;
	unsigned now, next;	/* choice in force; the one that is due */
	unsigned first, tried;	/* trials: the one it began with, how many */
	bool trying;
	unsigned zone, elsewhere;	/* requests in a row from another one */
	unsigned gaps;
	uint64_t since_ms, heard_ms, bytes;	/* of this trial */
	uint64_t rate[TUNE_CHOICES];	/* bytes/s */
	uint8_t kept[TUNE_USES][TUNE_ZONES];	/* choice plus 1 */
	uint8_t last[TUNE_USES];
};

struct stream;	/* engine.h; its e->tune is what all of these work on */

/* Before the queue is made. */
void tune_begin(const struct stream *s);
/* So many bytes at `at` were moved, without trouble so far. */
void tune_moved(const struct stream *s, uint64_t at, uint32_t len,
		uint64_t now_ms);
/* Nothing is under way: what was due is in force. */
void tune_turn(const struct stream *s);

#endif
