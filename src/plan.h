/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What do the parts of planning share?  plan.c asks, plan_methods.c chooses
 * the methods, plan_level.c says what they are worth, plan_steps.c lays the
 * steps.  All PURE.
 */
#ifndef PLAN_H
#define PLAN_H

#include "massho.h"

#define ALL_PPM		1000000U
#define CHAINS_MAX	16U

/* What the request comes to once its names are looked up. */
struct wish {
	const struct policy *policy;
	bool custom;		/* passes are the request's own */
	enum method forced;	/* --method, or NONE */
	uint32_t n_passes;
	struct pass passes[STEPS_MAX];
	struct verify_how how;	/* of VERIFY */
	struct verify_how prove;	/* of PROVE */
	enum level wanted;
};

/* ---- plan_methods.c ---------------------------------------------------- */

/*
 * Fills method, attempts without their levels' reasons, passed and spaces of
 * *p, and in chains what each attempt does; refuses where there is nothing to
 * attempt.
 */
void plan_methods(const struct drive *d, const struct request *rq,
		  const struct wish *w, struct plan *p,
		  struct chain chains[ATTEMPTS_MAX]);
/* Is it a command of the drive? */
bool plan_firmware(enum method m);
/* Would a reason with this code stand there twice? */
bool plan_has(const struct reasons *rs, enum reason_code code);

/* ---- plan_level.c ------------------------------------------------------ */

/* What this chain is worth on this drive, not only on its medium. */
enum level plan_level(const struct drive *d, const struct plan *p,
		      const struct chain *c);
/* Every reason why it is not more, the weightiest first. */
void plan_explain(const struct drive *d, const struct request *rq,
		  const struct wish *w, const struct plan *p,
		  const struct chain *c, struct attempt *a);
/* Its data lies on some other storage, or behind a controller. */
bool plan_over_storage(const struct drive *d, const struct plan *p);

/* ---- plan_steps.c ------------------------------------------------------ */

/* Bytes it has once hidden areas are removed. */
uint64_t plan_size_full(const struct drive *d);
/* Is a password tried, and removed, before anything else? */
bool plan_unlocks(const struct drive *d);
/* Lays every step of every attempt.  -EINVAL: a pass that fits nothing. */
int plan_lay(const struct drive *d, const struct request *rq,
	     const struct wish *w, const struct chain *chains,
	     struct plan *p) MUST;

/* ---- plan_time.c ------------------------------------------------------- */

/* Estimates each step, and the time until the first attempt has ended. */
void plan_estimate(const struct drive *d, const struct request *rq,
		   struct plan *p);

#endif
