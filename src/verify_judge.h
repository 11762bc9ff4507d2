/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the parts of judging share: verify_judge.c for every run,
 * verify_firmware.c for what a drive did by itself.  PURE.  Nobody else
 * includes this.
 */
#ifndef VERIFY_JUDGE_H
#define VERIFY_JUDGE_H

#include "engine.h"

/* The records on trial, and what was found so far. */
struct trial {
	const struct plan *p;
	const struct consent *c;
	const struct run *r;
	struct reasons *why;
	uint32_t won;		/* the attempt that succeeded */
	uint32_t last;		/* index of its last FIRMWARE or OVERWRITE */
	uint64_t size;		/* bytes that could be addressed */
	bool excepted;		/* erased, but for what *why says */
};

/* Each adds a reason; false, so that it can be returned. */
bool trial_blame(const struct trial *t, enum reason_code code,
		 const char *arg);
bool trial_blame_step(const struct trial *t, enum reason_code code,
		      uint32_t i);
/* True: it may stand, but the outcome is one with exceptions. */
bool trial_except(struct trial *t, enum reason_code code, const char *arg);
/* "blocks, bytes B" */
const char *trial_blocks(const struct trial *t, uint64_t bytes, char buf[64]);
/* The first step of a kind; p->n_steps: none. */
uint32_t trial_find(const struct trial *t, enum step_kind kind);

/* verify_parts.c: may what earlier parts of the erasure did be counted? */
bool trial_parts_hold(const struct trial *t);
void trial_tell_parts(const struct trial *t);

/* verify_firmware.c: does this step's record hold? */
bool firmware_holds(struct trial *t, uint32_t i);
bool proof_holds(struct trial *t, uint32_t i);
bool mark_holds(struct trial *t, uint32_t i);
/* How much its last command may be worth: one that others went before is
 * proven by marks that were laid after these, or not at all. */
enum level firmware_level(struct trial *t, enum level planned);
/* What no step shows: hidden areas, a password, sectors that were replaced.
 * Whatever came of the run. */
void firmware_leftovers(struct trial *t);

#endif
