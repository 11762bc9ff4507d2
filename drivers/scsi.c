/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A SCSI disk, on whatever bus: what is it, what does it offer, and who carries
 * out its steps?  SPC-5, SBC-4.
 */
#include "wire.h"

#include <errno.h>

static int
match(struct wire *w)
{
	(void)w;
	return 0;	/* nothing answers yet */
}

static int
identify(struct wire *w, struct drive *out)
{
	int r = wire_identify(w, out);

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

const struct driver scsi_driver = {
	.name = "scsi",
	.match = match,
	.identify = identify,
	.start = driver_host_start,
	.poll = driver_host_poll,
	.settle = driver_host_settle,
	.health = health,
};
