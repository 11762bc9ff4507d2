/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the parts of executing share: admitting (execute_admit.c) and carrying
 * out (execute.c).  Nobody else includes this.
 */
#ifndef EXECUTE_H
#define EXECUTE_H

#include "engine.h"

/* One plan on its way through one drive. */
struct job {
	const struct plan *p;
	const struct request *rq;
	const struct resume *from;	/* earlier parts; NULL: none */
	struct run *out;
	struct engine e;
	struct drive drive;	/* as admitted; its size once it was exposed */
	struct drive again;	/* as identified later */
	uint64_t size;		/* bytes that it must have now */
	struct range spots[CONTENTS_MAX + 1];	/* where old metadata was */
	size_t n_spots;
	/* [0]: the drive itself; then the namespaces that go with it */
	struct victim victims[SPACES_MAX + 1];
	size_t n_victims;
	struct kept kept;	/* by the MARKs */
	uint32_t marked[MARKS_MAX];	/* their steps */
	bool failed[ATTEMPTS_MAX];
	struct step step;	/* as carried out: what can be addressed */
	struct step written;	/* last OVERWRITE that is DONE */
	struct blockmap unwritten;	/* of the last OVERWRITE, exactly */
	bool is_written;
	bool is_equal;		/* and was read back whole, byte for byte */
	const uint8_t *key;	/* of it */
};

/* execute_admit.c */

/* -EPERM: this consent is not for this plan, or it is none. */
int admit_consent(const struct plan *p, const struct consent *c) MUST;
/* Opens the drive and everything that is erased with it, each exclusively,
 * and looks at it all again.  -EBUSY, -ESTALE: nothing was touched. */
int admit_drive(struct job *j) MUST;
/* -ESTALE: not the drive of the plan, or not the size that it must have. */
int admit_again(struct job *j, struct drive *out) MUST;
/* Before a FIRMWARE step: does this method erase other namespaces than those
 * agreed to, or one in use?  Then *r has failed, and it must not be sent. */
bool admit_scope(const struct job *j, enum method m, const struct drive *now,
		 struct step_result *r) MUST;
/* After EXPOSE: how large is it now?  Fails *r if nothing was exposed. */
void admit_size(struct job *j, struct step_result *r);
void admit_close(struct job *j);

#endif
