/* SPDX-License-Identifier: Apache-2.0 */
/* What tests of the judge of firmware erases share: a good record, and how to
 * spoil it. */
#ifndef JUDGE_SAMPLE_H
#define JUDGE_SAMPLE_H

#include "../src/engine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "../src/util.h"

#define SIZE	(1000000ULL * 512)

/* crypto then block; if that fails, the host overwrites */
enum { EXPOSE, MARK, CRYPTO, AGAIN, BLOCK, PROVE, WRITE, READ, SIG, STEPS };

static struct plan p;
static struct consent c;
static struct run r;
static struct verdict v;

static inline void
sealed(void)
{
	plan_seal(&p);
	memcpy(c.plan_digest, p.digest, DIGEST_LEN);
	memcpy(r.plan_digest, p.digest, DIGEST_LEN);
}

static inline void
lay(uint32_t i, enum step_kind kind, uint32_t attempt, enum method m)
{
	p.steps[i] = (struct step){
		.kind = kind, .attempt = attempt, .method = m, .len = SIZE,
		.how = { VERIFY_FULL, 1000000 },
	};
}

static inline void
command(uint32_t step)
{
	struct command *x = &r.sent.c[r.sent.n++];

	x->step = step;
	text_copy(x->name, sizeof(x->name),
		  method_command(p.steps[step].method, p.driver));
}

static inline void
good_plan(void)
{
	memset(&p, 0, sizeof(p));
	text_copy(p.id.serial, sizeof(p.id.serial), "S1");
	text_copy(p.driver, sizeof(p.driver), "ata");
	p.id.size = SIZE - 51200;
	p.size_full = SIZE;
	p.lblock = 512;
	p.medium = MEDIUM_FLASH;
	p.method = METHOD_SANITIZE_BLOCK;
	p.n_attempts = 2;
	p.attempts[0].method = METHOD_SANITIZE_BLOCK;
	p.attempts[0].level = LEVEL_PURGE;
	p.attempts[1].method = METHOD_OVERWRITE;
	p.attempts[1].level = LEVEL_CLEAR;
	p.n_steps = STEPS;
	lay(EXPOSE, STEP_EXPOSE, 0, METHOD_NONE);
	lay(MARK, STEP_MARK, 0, METHOD_NONE);
	p.steps[MARK].marks = true;
	lay(CRYPTO, STEP_FIRMWARE, 0, METHOD_SANITIZE_CRYPTO);
	lay(AGAIN, STEP_MARK_AGAIN, 0, METHOD_NONE);
	p.steps[AGAIN].marks = true;
	lay(BLOCK, STEP_FIRMWARE, 0, METHOD_SANITIZE_BLOCK);
	lay(PROVE, STEP_PROVE, 0, METHOD_SANITIZE_BLOCK);
	lay(WRITE, STEP_OVERWRITE, 1, METHOD_OVERWRITE);
	lay(READ, STEP_VERIFY, 1, METHOD_OVERWRITE);
	p.steps[WRITE].pass.kind = p.steps[READ].pass.kind = PASS_FILL;
	p.steps[WRITE].pass.len = p.steps[READ].pass.len = 1;
	lay(SIG, STEP_SIGNATURES, 1, METHOD_NONE);
}

static inline void
good(void)
{
	struct step_result *x = r.results;
	uint32_t i;

	good_plan();
	memset(&c, 0, sizeof(c));
	c.how = CONSENT_TYPED;
	text_copy(c.serial, sizeof(c.serial), "S1");
	c.has_receipt = true;
	c.receipt[3] = 1;
	memset(&r, 0, sizeof(r));
	r.before = r.after = p.id;
	r.after.size = SIZE;
	r.after_known = r.cache_dropped = true;
	r.state = STATE_DONE;
	r.n_results = STEPS;
	r.areas.hpa = r.areas.dco_set = r.areas.amac = ANSWER_NO;
	r.lock_after.enabled = ANSWER_NO;
	for (i = 0; i < STEPS; i++)
		x[i].state = STATE_DONE;
	x[WRITE].state = x[READ].state = STATE_SKIPPED;
	x[MARK].proof.marks = 1000;
	x[MARK].proof.preimages = 800;
	x[MARK].flushed = true;
	x[PROVE].salt[0] = 1;
	x[AGAIN] = x[MARK];
	x[AGAIN].proof.preimages = 0;
	assert_int_equal(sha256(x[PROVE].salt, DIGEST_LEN,
				x[AGAIN].commitment), 0);
	x[MARK].commitment[0] = 1;	/* of a salt that nobody needs */
	x[PROVE].proof.looked = SIZE / 512;
	x[PROVE].proof.classes[CLASS_ZEROS] = SIZE / 512;
	x[PROVE].bytes = SIZE;
	command(EXPOSE);
	command(CRYPTO);
	command(BLOCK);
	sealed();
}

/* It fell: the overwrite counts. */
static inline void
fallen(void)
{
	struct step_result *x = r.results;

	good();
	x[BLOCK].state = STATE_FAILED;
	x[BLOCK].why.code = REASON_DRIVE_FAILED;
	x[PROVE] = (struct step_result){ .state = STATE_SKIPPED };
	x[WRITE] = (struct step_result){ .state = STATE_DONE, .bytes = SIZE,
					 .flushed = true };
	x[READ] = (struct step_result){ .state = STATE_DONE, .bytes = SIZE };
	r.areas.hpa = ANSWER_NO;
}

static inline bool
has(enum reason_code code)
{
	uint32_t i;

	for (i = 0; i < v.reasons.n; i++)
		if (v.reasons.r[i].code == code)
			return true;
	return false;
}

#define X(i) (r.results[i])
#define PROOF (X(PROVE).proof)
#define DEFECT(name, spoil) \
	static void name(void) { spoil; }

static inline void
sampled(uint64_t sections, uint64_t samples, uint64_t blocks)
{
	p.steps[PROVE].how = (struct verify_how){ VERIFY_SAMPLE, 1000 };
	X(PROVE).sections = sections;
	X(PROVE).samples = samples;
	X(PROVE).bytes = blocks * 512;
	PROOF.looked = PROOF.classes[CLASS_ZEROS] = blocks;
	sealed();
}

/* One command that may leave random bytes. */
static inline void
by_format(uint64_t random, uint64_t places, uint64_t places_random)
{
	p.steps[CRYPTO].method = p.steps[BLOCK].method =
		p.steps[PROVE].method = p.attempts[0].method = p.method =
		METHOD_FORMAT;
	r.sent.n = 1;
	command(CRYPTO);
	command(BLOCK);
	PROOF.classes[CLASS_ZEROS] -= random;
	PROOF.classes[CLASS_RANDOM] += random;
	PROOF.places = places;
	PROOF.places_random = places_random;
	sealed();
}

#endif
