/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How hot does the kernel say that a drive is?  The sensors of its own drivers,
 * Documentation/hwmon: drivetemp (SATA, below the SCSI device) and nvme (below
 * the controller), in thousandths of a degree.
 */
#include "linux.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define HOTTEST 150000		/* beyond it is no temperature of a drive */

struct search {
	const char *dir;
	struct count *out;
};

static bool
is_of_drive(const char *dir)
{
	char name[32];

	return !sys_text(dir, "name", name, sizeof(name)) &&
	       (same_text(name, "drivetemp") || same_text(name, "nvme"));
}

/* The first sensor is the drive's own; others are inside it. */
static int
try_sensor(const char *name, void *ctx)
{
	const struct search *s = ctx;
	char dir[SYS_LEN + 300], text[32], *end;
	long v;

	if (!starts_with(name, "hwmon") || same_text(name, "hwmon"))
		return 0;
	snprintf(dir, sizeof(dir), "%s/%s", s->dir, name);
	if (!is_of_drive(dir) ||
	    sys_text(dir, "temp1_input", text, sizeof(text)))
		return 0;
	v = strtol(text, &end, 10);
	if (*end || end == text || v > HOTTEST)
		return 0;
	*s->out = (struct count){ true, v > 0 ? (uint64_t)v / 1000 : 0 };
	return 1;
}

/* An NVMe controller holds it itself, a SCSI device one folder below. */
static int
search(const char *device, struct count *out)
{
	char below[SYS_LEN];
	struct search s = { device, out };
	int r = sys_each(device, try_sensor, &s);

	if (r == 1)
		return 0;
	if (snprintf(below, sizeof(below), "%s/hwmon", device) >=
	    (int)sizeof(below))
		return -ENAMETOOLONG;
	s.dir = below;
	r = sys_each(below, try_sensor, &s);
	return r == 1 ? 0 : -ENODATA;
}

int
wire_celsius(struct wire *w, struct count *out)
{
	char dir[SYS_LEN], device[SYS_LEN];

	*out = (struct count){ 0 };
	if (w->image)
		return -ENODATA;
	sys_dir(w->disk, dir, sizeof(dir));
	if (snprintf(device, sizeof(device), "%s/device", dir) >=
	    (int)sizeof(device))
		return -ENAMETOOLONG;
	return search(device, out);
}
