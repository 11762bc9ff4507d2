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

static int
identify(struct wire *w, struct drive *out)
{
	struct offer *o = &out->offers[METHOD_OVERWRITE];
	int r = wire_identify(w, out);

	*o = (struct offer){ 0 };
	if (r)
		return r;
	if (out->read_only)
		o->why.code = REASON_READ_ONLY;
	else if (!out->id.size)
		o->why.code = out->removable ? REASON_NO_MEDIUM :
					       REASON_SIZE_ZERO;
	else if (out->zoned)
		o->why.code = REASON_ZONED;
	else if (out->medium == MEDIUM_OPTICAL || out->medium == MEDIUM_TAPE)
		o->why.code = REASON_OPTICAL;
	else if (!out->lblock || out->id.size % out->lblock)
		o->why.code = REASON_BAD_GEOMETRY;
	else
		o->offered = true;
	return 0;
}

/*
 * The host writes, so starting means: nothing the page cache still holds can
 * reach the medium after a pass, and the drive is as large as it was planned.
 */
static int
start(struct wire *w, const struct step *s, struct reply *out)
{
	uint64_t size;
	int r;

	if (s->kind != STEP_OVERWRITE)
		return -EOPNOTSUPP;
	r = wire_drop_caches(w);
	if (!r)
		r = wire_size(w, &size);
	if (!r && !size)
		r = -ENODEV;
	if (!r && size != s->len)
		r = -ESTALE;
	out->err = -r;
	return r;
}

static int
poll(struct wire *w, const struct step *s, struct drive_progress *out)
{
	uint64_t size = 0;
	int r = wire_size(w, &size);

	out->state = DRIVE_FAILED;
	if (r)
		out->reply.err = -r;
	else if (!size)
		out->reply.err = ENODEV;
	else if (size != s->len)
		out->reply.err = ESTALE;
	else
		out->state = DRIVE_HOST;
	return 0;
}

/*
 * The nodes of partitions that no longer exist must go.  A kernel that cannot
 * scan this device (a loop without partitions, an image) has none to forget:
 * its answer is kept, not judged.
 */
static int
settle(struct wire *w, const struct step *s, struct reply *out)
{
	(void)s;
	out->err = -wire_rescan(w);
	return 0;
}

const struct driver block_driver = {
	.name = "block",
	.match = match,
	.identify = identify,
	.start = start,
	.poll = poll,
	.settle = settle,
};
