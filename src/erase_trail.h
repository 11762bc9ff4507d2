/* SPDX-License-Identifier: Apache-2.0 */
/* What the evidence log tells of the erasure of one drive, line by line. */
#ifndef ERASE_TRAIL_H
#define ERASE_TRAIL_H

#include "massho.h"

#include "../certs/cert.h"

struct trail {
	struct identity of;		/* the drive */
	uint32_t nsid;			/* and which of its namespaces, or 0;
					   all else begins as zero */
	char path[PATH_LEN];		/* of that, by the drives' own lines */
	bool found, sound, ended, may_go_on;
	uint8_t receipt[DIGEST_LEN];	/* of its last INTENT */
	struct run_part part;		/* that one's */
	struct resume r;		/* .parts: those before it */
	struct plan p;			/* of then; good if `sound` */
};

/* Every line of a log whose chain holds, in their order. */
void trail_follow(struct trail *t, const struct evidence_line *l);
/* The last part has ended: what would go on from it. */
void trail_inherit(struct trail *t);
/* Has it done anything that need not be done again? */
bool trail_carries(const struct trail *t);

#endif
