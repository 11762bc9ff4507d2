/* SPDX-License-Identifier: Apache-2.0 */
/* Which drives are there, what is each, and what is on it?  Only looks. */
#include "probe.h"
#include "util.h"

#include "../drivers/driver.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/*
 * A drive that cannot be read is still a drive; that it could not be read is
 * what is known of its content.  One that sanitizes is not asked: the kernel
 * would wait with the answer until it has done so, be it for days.
 */
static void
look_inside(struct handle *h, struct drive *out)
{
	struct content *c;
	int r = 0;

	if (out->sanitize.state == SANITIZE_RUNNING)
		r = -EBUSY;
	else if (out->id.size)
		r = drive_contents(h, out);
	if (!r)
		return;
	if (out->n_contents >= CONTENTS_MAX)
		out->n_contents = CONTENTS_MAX - 1;
	c = &out->contents[out->n_contents++];
	*c = (struct content){ .kind = CONTENT_UNKNOWN, .len = out->id.size };
	text_copy(c->node, sizeof(c->node), out->name);
	text_copy(c->type, sizeof(c->type), "unreadable");
	text_copy(c->label, sizeof(c->label), strerrorname_np(-r));
}

int
probe_one(const char *path, bool image, struct drive *out)
{
	struct handle *h;
	int r;

	memset(out, 0, sizeof(*out));
	r = drive_open(path, OPEN_LOOK, image, &h);
	if (r)
		return r;
	r = drive_identify(h, out);
	if (!r) {
		look_inside(h, out);
		r = drive_uses(h, out);
	}
	drive_close(&h);
	return r;
}

/* Gone since it was listed: not an error, it is simply not there. */
static bool
vanished(int err)
{
	return err == -ENOENT || err == -ENODEV || err == -ENXIO;
}

void
probe_nothing(const char *path, struct drive *out)
{
	const char *slash = strrchr(path, '/');

	memset(out, 0, sizeof(*out));
	text_copy(out->path, sizeof(out->path), path);
	text_copy(out->name, sizeof(out->name), slash ? slash + 1 : path);
	out->whole = true;
}

int
probe_all(struct drive *out, size_t max, size_t *n)
{
	char (*paths)[PATH_LEN] = calloc(max, sizeof(*paths));
	size_t i, found = 0;
	int r, listed;

	*n = 0;
	if (!paths)
		return -ENOMEM;
	listed = drive_list(paths, max, &found);
	for (i = 0; i < found; i++) {
		r = probe_one(paths[i], false, &out[*n]);
		if (vanished(r))
			continue;
		if (r)
			probe_nothing(paths[i], &out[*n]);
		(*n)++;
	}
	free(paths);
	return listed;
}
