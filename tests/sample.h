/* SPDX-License-Identifier: Apache-2.0 */
/* A drive that nothing speaks against, and plans for it. */
#ifndef SAMPLE_H
#define SAMPLE_H

#include "../src/massho.h"
#include "../src/util.h"

#include <string.h>

#define MB 1000000ULL
#define GB (1000 * MB)

/* An idle SATA disk that nothing speaks against. */
static inline struct drive
disk(void)
{
	struct drive d = {
		.path = "/dev/sdz", .name = "sdz", .driver = "block",
		.id = {
			.vendor = "ATA", .model = "EXAMPLE 1000",
			.serial = "EX-0001234", .wwn = "0x5000c500a1b2c3d4",
			.firmware = "CC43", .size = 1500 * GB, .diskseq = 7,
		},
		.major = 8, .minor = 400, .lblock = 512, .pblock = 4096,
		.medium = MEDIUM_ROTATING, .transport = TRANSPORT_SATA,
		.whole = true, .uses_known = true,
	};

	d.offers[METHOD_OVERWRITE].offered = true;
	return d;
}

static inline struct request
policy(const char *name)
{
	struct request rq = { 0 };

	text_copy(rq.policy, sizeof(rq.policy), name);
	return rq;
}

static inline struct request
passes(const char *list)
{
	struct request rq = { 0 };

	assert_int_equal(text_copy(rq.passes, sizeof(rq.passes), list), 0);
	return rq;
}

static inline struct plan
make(const struct drive *d, const struct request *rq)
{
	struct plan p;

	memset(&p, 0xa5, sizeof(p));
	assert_int_equal(plan_make(d, rq, &p), 0);
	return p;
}

#endif
