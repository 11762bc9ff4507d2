/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Does erasing cost more per byte on a larger drive, or near its end?  Whole
 * erasures, a pass of zeros to the last byte and samples of it read back, over
 * a drive that takes no time: what is left is massho's own work.
 *
 * usage: pass SIZE...	(64G, 16T)
 *
 * Prints lines of NAME SIZE NUMBER: "request", nanoseconds of one request near
 * the end of the pass, and "growth", that by what it is on a drive of the first
 * size; "sample" and "sample_ms", bytes read back and
 * milliseconds, at a share of the drive that proves the same everywhere, and
 * "claim", what it proves, in parts per billion.
 */
#include "null_wire.h"

#include "../../src/massho.h"
#include "../../src/ui.h"
#include "../../src/util.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SAMPLED (1ULL << 30)	/* bytes to read back, of a drive of any size */
#define ALL_PPM 1000000U

static enum stop
tick(void *ctx, const struct progress *p)
{
	(void)ctx, (void)p;
	return STOP_NO;
}

static int
record(void *ctx, uint32_t step, const struct step_result *r)
{
	(void)ctx, (void)step, (void)r;
	return 0;
}

static int
checkpoint(void *ctx, uint32_t step, const struct step_result *r,
	   const struct ranges *unwritten)
{
	(void)ctx, (void)step, (void)r, (void)unwritten;
	return 0;
}

/* Too large for the stack, and plain data. */
struct all {
	struct drive d;
	struct request rq;
	struct plan p;
	struct consent c;
	struct run r;
	struct verdict v;
};

static int
erase(struct all *a)
{
	struct ui ui = {
		.tick = tick, .record = record, .checkpoint = checkpoint,
	};
	int err = probe_one("/dev/null0", false, &a->d);

	if (!err)
		err = plan_make(&a->d, &a->rq, &a->p);
	if (!err && a->p.refusals.n) {
		fprintf(stderr, "the plan is refused\n");
		err = -EPERM;
	}
	if (!err)
		err = consent_token(&a->p, a->p.token, "bench", &a->c);
	if (err)
		return err;
	/* there is no log, and nothing to lose */
	a->c.has_receipt = true;
	memset(a->c.receipt, 0x5a, sizeof(a->c.receipt));
	err = execute_plan(&a->p, &a->c, &a->rq, &ui, &a->r);
	if (!err)
		verify_judge(&a->p, &a->c, &a->r, &a->v);
	return err ? err : a->v.outcome == OUTCOME_ERASED ? 0 : -EIO;
}

static void
show(const struct all *a, const char *name, uint64_t request_ns)
{
	uint32_t i;

	printf("request %s %" PRIu64 "\n", name, request_ns);
	printf("sample %s %" PRIu64 "\n", name, null_read());
	for (i = 0; i < a->p.n_steps; i++) {
		if (a->p.steps[i].kind != STEP_VERIFY)
			continue;
		printf("sample_ms %s %" PRIu64 "\n", name, a->r.results[i].ms);
		printf("claim %s %" PRIu64 "\n", name,
		       (uint64_t)a->r.results[i].claim_share_ppb);
	}
}

/* "64G"; 0: not a size */
static uint64_t
parse(const char *text)
{
	char *end;
	uint64_t n = strtoull(text, &end, 10);

	if (*end == 'G' && !end[1])
		return n << 30;
	if (*end == 'T' && !end[1])
		return n << 40;
	return 0;
}

/* Erases a drive of that size.  What a request took, or 0. */
static uint64_t
measure(struct all *a, const char *name)
{
	uint64_t size = parse(name);
	int err = size < 16 * SAMPLED ? -ERANGE : 0;

	memset(a, 0, sizeof(*a));
	if (!err) {
		null_drive(size);
		text_copy(a->rq.policy, sizeof(a->rq.policy), "zero");
		a->rq.verify_set = true;
		a->rq.verify.mode = VERIFY_SAMPLE;
		a->rq.verify.share_ppm = (uint32_t)(SAMPLED /
						    (size / ALL_PPM));
		err = erase(a);
	}
	if (err)
		fprintf(stderr, "%s: %s\n", name, strerror(-err));
	return err ? 0 : null_request_ns();
}

/* A processor is a quarter faster in one second than in the next; so each size
 * is held against the first one, erased at once after it. */
static bool
compare(struct all *a, const char *name, const char *first)
{
	uint64_t ns = measure(a, name), of_first;

	if (!ns)
		return false;
	show(a, name, ns);
	of_first = measure(a, first);
	if (of_first)
		printf("growth %s %.4f\n", name,
		       (double)ns / (double)of_first);
	return of_first != 0;
}

int
main(int argc, char **argv)
{
	struct all *a = calloc(1, sizeof(*a));
	bool ok = a && argc > 1;
	int i;

	if (argc < 2)
		fprintf(stderr, "usage: pass SIZE...\n");
	for (i = 1; i < argc && ok; i++)
		ok = compare(a, argv[i], argv[1]);
	free(a);
	return ok ? 0 : 1;
}
