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

/* A flash drive that offers what its command set has. */
static inline struct drive
ssd(const char *driver)
{
	struct drive d = disk();

	text_copy(d.driver, sizeof(d.driver), driver);
	d.medium = MEDIUM_FLASH;
	d.transport = strcmp(driver, "nvme") ? TRANSPORT_SATA : TRANSPORT_NVME;
	d.areas.hpa = d.areas.dco_set = d.areas.amac = ANSWER_NO;
	d.lock.supported = ANSWER_YES;
	d.lock.enabled = d.lock.locked = d.lock.frozen = ANSWER_NO;
	d.sanitize.state = SANITIZE_NEVER;
	d.health.reallocated = (struct count){ true, 0 };
	for (int m = METHOD_FORMAT; m < METHOD_COUNT; m++) {
		d.offers[m].offered =
			strcmp(method_command((enum method)m, driver), "-");
		if (!d.offers[m].offered)
			d.offers[m].why.code = REASON_NOT_SUPPORTED;
	}
	return d;
}

static inline void
deny(struct drive *d, enum method m, enum reason_code code)
{
	d->offers[m].offered = false;
	d->offers[m].why.code = code;
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
