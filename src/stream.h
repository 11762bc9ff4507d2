/* SPDX-License-Identifier: Apache-2.0 */
/* What the loop over the queue and the handling of its failures share. */
#ifndef STREAM_H
#define STREAM_H

#include "engine.h"

/* One request of the queue and the piece it works on. */
struct slot {
	struct io *io;
	uint64_t at, end;	/* what is left of the piece */
	uint32_t len;		/* of this try */
	uint32_t tries;		/* that failed */
	uint64_t not_before;	/* clock */
	uint32_t pause;		/* ms that it waited for this try */
	uint64_t sent_ms;
	bool busy, flying;
	bool late;		/* in flight for long: the region hangs */
	bool probe;		/* moved already: does that still work? */
};

/* ---- leap.c: PURE ------------------------------------------------------ */

#define LEAP_SPANS	64

/* A part that nothing was tried of yet, and which of its ends meet trouble. */
struct span {
	struct range r;
	bool bad_lo, bad_hi;
};

/* Which part comes next, so that a region that hangs is met last. */
struct leap {
	unsigned n, now;	/* ascending; the one at work */
	struct span s[LEAP_SPANS];
};

void leap_begin(struct leap *l, uint64_t size);
/* Where to take the next piece, and from which end.  False: nothing is left. */
bool leap_next(struct leap *l, struct range *within, bool *back);
/* This much was taken; an empty piece: there was nothing in it. */
void leap_took(struct leap *l, const struct range *piece, bool back);
/* It takes long here: what begins or ends within reach of it can wait. */
void leap_away(struct leap *l, uint64_t at, uint64_t end, uint64_t reach);

/* ---- defects.c --------------------------------------------------------- */

/* Pieces that failed, and how finely they are tried again. */
struct defects {
	struct blockmap todo;	/* at this length ... */
	struct blockmap failed;	/* ... and what is tried again at the next */
	struct leap leap;
	struct range scope;	/* where anything was to be done */
	unsigned scouted;	/* places tried all over it */
	unsigned round;		/* 0: everything for the first time */
	uint64_t round_ms, round_total;	/* when it began, bytes of it */
	uint32_t len;		/* bytes of a piece at most */
	uint32_t longest;	/* of those in failed */
	bool last;		/* a block that fails now is given up */
	bool moved;		/* something was, now or earlier */
	unsigned barren;	/* failures since anything was */
	struct range good;	/* the block that was moved last */
	bool doubted, probing;	/* good is to be tried again; it is now */
	uint64_t failures;
	uint64_t heard_ms;	/* when the last request came back */
};

struct flow {
	const struct stream *s;
	struct engine *e;
	struct step_result *r;
	struct slot slots[ENGINE_DEPTH];
	unsigned n_slots, busy, flying;
	struct defects d;
	uint64_t heard_ms;
	bool ending;
	enum step_state state;
};

/* The stream ends: nothing new is begun. */
void stream_end(struct flow *f, enum step_state state, enum reason_code code,
		int err);

int defects_begin(struct flow *f) MUST;
/* The next piece, of at most max bytes while all goes well.  1, 0: none now,
 * or -errno. */
int defects_next(struct flow *f, uint32_t max, struct range *out) MUST;
/* True: first it is to be seen whether this, which worked, still does. */
bool defects_probe(struct flow *f, struct range *out);
/* It does. */
void defects_alive(struct flow *f, struct slot *sl);
/* This try failed with err (positive). */
void defects_trouble(struct flow *f, struct slot *sl, int err);
/* So many bytes of it were moved. */
void defects_moved(struct flow *f, struct slot *sl, uint32_t n);
/* Looks for requests that are out for long. */
void defects_watch(struct flow *f);
/* Are there any? */
bool defects_hang(const struct flow *f);
/* Tells the engine how long what failed will take yet. */
void defects_estimate(struct flow *f);
/* Time passed that is nobody's fault. */
void defects_rested(struct flow *f);
/* Tells what was neither moved nor lost. */
void defects_end(struct flow *f);

#endif
