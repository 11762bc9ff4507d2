/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What can be done to a drive of which nothing is known but that it has
 * blocks?  The host overwrites every one of them.
 */
#include "driver.h"
#include "wire.h"

#include <errno.h>

static int
match(struct wire *w)
{
	(void)w;
	return 1;	/* the wire opens nothing that has no blocks */
}

/* Whatever else the drive could do, nobody has heard it answer. */
static int
identify(struct wire *w, struct drive *out)
{
	int m, r = wire_identify(w, out);

	out->lock = (struct lock){ 0 };
	out->sanitize = (struct sanitize){ 0 };
	out->health = (struct health){ 0 };
	out->rpm = out->meta = 0;
	out->trim = out->encrypts = ANSWER_UNKNOWN;
	for (m = 0; m < METHOD_COUNT; m++)
		out->offers[m] = (struct offer){
			.why.code = REASON_NOT_SUPPORTED,
		};
	if (!r)
		driver_host_offer(out);
	return r;
}

static int
health(struct wire *w, struct health *out)
{
	(void)w;
	(void)out;
	return -EOPNOTSUPP;
}

const struct driver block_driver = {
	.name = "block",
	.match = match,
	.identify = identify,
	.start = driver_host_start,
	.poll = driver_host_poll,
	.settle = driver_host_settle,
	.health = health,
};
