/* SPDX-License-Identifier: Apache-2.0 */
/* What proving right after the erase and on another day share. */
#ifndef PROVE_H
#define PROVE_H

#include "marks.h"

/* What is looked for, on every victim.  docs/FORMATS.md ("Marks"). */
struct search {
	const struct step *s;	/* PROVE */
	const enum method *chain;
	size_t n_chain;
	const struct kept *kept;	/* by every MARK */
	uint8_t salt[DIGEST_LEN];
	struct step_result *r;
	struct blockmap map;	/* what could not be read of the drive itself */
	struct ranges *unread;	/* the same, as it goes on record */
	uint64_t odd;		/* blocks that do not agree */
	uint64_t n_victims;	/* that were looked at */
	enum content_class odd_class;
	uint64_t votes;		/* for proof.pattern */
	uint64_t total, lost;	/* bytes to read, and that were not */
};

/* Reads every victim.  Fills q->r. */
void prove_search(struct engine *e, struct search *q, const struct victim *v,
		  size_t n, bool *dropped);

/* ---- prove_known.c ------------------------------------------------------ */

/* What one MARK left on one victim. */
struct trace {
	const struct places *places;	/* NULL = none */
	struct marker *marker;		/* NULL = no marks were written */
	const uint8_t *mac_key;
	bool last;			/* of the last MARK */
};

/* What all of them left there. */
struct known {
	struct search *q;
	uint32_t nsid, lblock;
	size_t n;
	struct trace t[MARKS_MAX];
	uint64_t places, random;	/* drawn by the last MARK, read again */
};

/* victim: its number among those that were marked. */
int known_open(struct known *k, struct search *q, size_t victim,
	       uint32_t nsid, uint32_t lblock) MUST;
void known_close(struct known *k);
/* Is this one of them, or was one here?  Counts in the proof of q->r. */
int known_check(struct known *k, uint64_t at, const uint8_t *block,
		enum content_class c) MUST;
/* Where they are; by malloc, neighbours merged. */
int known_ranges(const struct known *k, struct range **out, size_t *n) MUST;
/* All of it was read: may there be so many random blocks? */
void known_end(struct known *k, uint64_t n_random);

#endif
