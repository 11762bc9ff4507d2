/* SPDX-License-Identifier: Apache-2.0 */
/* What proving right after the erase and on another day share. */
#ifndef PROVE_H
#define PROVE_H

#include "marks.h"

/* What is looked for, on every victim. */
struct search {
	const struct step *s;	/* PROVE */
	const enum method *chain;
	size_t n_chain;
	const uint8_t *key;	/* of the marks; NULL = there are none */
	const uint8_t *mac_key;	/* of the pre-images; NULL = none */
	uint8_t salt[DIGEST_LEN];
	struct step_result *r;
	struct blockmap map;	/* what could not be read of the drive itself */
	struct ranges *unread;	/* the same, as it goes on record */
	uint64_t odd;		/* blocks that do not agree */
	enum content_class odd_class;
	uint64_t votes;		/* for proof.pattern */
	uint64_t total, lost;	/* bytes to read, and that were not */
};

/* Reads every victim; m: what MARK kept, NULL = nothing.  Fills q->r. */
void prove_search(struct engine *e, struct search *q, const struct victim *v,
		  size_t n, const struct marks *m, bool *dropped);

#endif
