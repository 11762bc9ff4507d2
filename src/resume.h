/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An erasure that was interrupted: its earlier parts, and where to go on.
 * Included by massho.h, which states the rules for all nouns.
 */
#ifndef RESUME_H
#define RESUME_H

struct run;

#define PARTS_MAX	16
#define RESUME_MARGIN	(64ULL << 20)	/* bytes read back before going on */

/* A run that ended before its end, as its lines in the log tell. */
struct run_part {
	uint8_t receipt[DIGEST_LEN];	/* hash of its INTENT line */
	char started[TIME_LEN], last[TIME_LEN];	/* its first and last line */
	uint32_t step;		/* index of the step at which it ended */
	enum step_kind kind;	/* of that step */
	uint64_t reached;	/* bytes of that step that it had flushed */
};

/* Oldest first; `lost` counts those left out of the middle. */
struct run_parts {
	uint32_t n, lost;
	struct run_part p[PARTS_MAX];
};

/* Where this run goes on, by the evidence of the earlier parts. */
struct resume {
	struct run_parts parts;	/* n == 0: it does not */
	uint32_t step;		/* index; those before it are carried over */
	struct step_result results[STEPS_MAX];	/* of these and of `step` */
	struct ranges unwritten;	/* of the last OVERWRITE among them */
};

/* ---- resume.c: PURE ---- */

/* Leaves out one of the middle if there is no more room. */
void parts_add(struct run_parts *ps, const struct run_part *p);
/*
 * Where to go on, by all that the log has of the earlier parts in r->results
 * and r->unwritten: sets r->step, and takes away what does not count.  Nothing
 * is carried over of an erasure by the drive itself, and never the reading
 * back of what was written last.
 */
void resume_find(const struct plan *p, struct resume *r);
/* Can it be followed and judged? */
bool resume_sound(const struct plan *p, const struct resume *r);
/*
 * Is `now` the plan that was carried out then?  The same digest, but for what
 * only the kernel calls otherwise after another start: path, instance and the
 * names of namespaces.  A drive that tells neither serial nor WWN cannot be
 * known again, so there nothing may differ.
 */
bool resume_same_plan(const struct plan *then, const struct plan *now);
bool resume_same_drive(const struct identity *then,
		       const struct identity *now);
/*
 * A run of which nobody told the end, its worker killed or its machine without
 * power: what of the last pass, or of a first that was not begun, is not on
 * record as written counts as unwritten.
 */
void resume_cut_off(const struct plan *p, struct run *r);
/* One that told its end, before it had begun with its only pass: the same. */
void resume_not_begun(const struct plan *p, struct run *r);
/*
 * Bytes that must have been read back before `at` for that step of p, a pass,
 * to go on there: the last ones; all of them where the reading back at the end
 * only takes samples, which would believe the log of all the others.
 */
uint64_t resume_margin(const struct plan *p, uint32_t step, uint64_t at);

#endif
