/* SPDX-License-Identifier: Apache-2.0 */
/* One erasure from drive to verdict over the emulator, for flow tests. */
#ifndef FIXTURE_H
#define FIXTURE_H

#include "emu.h"

#include "../../src/ui.h"

#define FIXTURE_PATH "/dev/emu0"

struct fixture {
	struct emu_drive *d;
	struct drive drive;
	struct request rq;
	struct plan p;
	struct consent c;
	struct run r;
	struct verdict v;
	int contents_err;	/* of drive_contents: a locked drive's */
	int err;		/* of execute_plan */
	/* the face */
	struct ui ui;
	unsigned ticks, stop_at;	/* stop_at: tick that stops; 0 = none */
	enum stop stop;
	unsigned records, fail_at;	/* fail_at: record that is not stored */
	struct progress last;
	uint8_t recorded_key[STEPS_MAX][KEY_LEN];	/* before the start */
};

/* A soiled drive with a sealed plan and a consent with its receipt. */
struct fixture *fixture_new(uint64_t size, uint32_t lblock, const char *passes,
			    struct verify_how how, uint32_t bad_max_ppm);
/* The same on a drive that the test made and soiled; nothing in the plan is
 * changed but bad_max_ppm, which is 0. */
struct fixture *fixture_on(struct emu_drive *d, const struct request *rq);
/* Frees it; its drive stays as it is, for another run. */
void fixture_drop(struct fixture **f);
/* Plans again after a test changed the request; consents again. */
void fixture_plan(struct fixture *f, uint32_t bad_max_ppm);
void fixture_consent(struct fixture *f);
/* execute_plan() and verify_judge(). */
void fixture_run(struct fixture *f);
/* Frees it and every emulated drive. */
void fixture_free(struct fixture **f);

/* Bytes of the media that are not what the last pass should have left, outside
 * `but`; computed apart from the product's pattern code. */
uint64_t fixture_wrong(const struct fixture *f, const struct ranges *but);
bool fixture_has(const struct reasons *rs, enum reason_code code);

#endif
