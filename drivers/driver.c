/* SPDX-License-Identifier: Apache-2.0 */
/* Which command set answers on this drive, and how does the core reach it? */
#include "driver.h"
#include "wire.h"

#include "../src/util.h"

#include <errno.h>
#include <stdlib.h>

struct handle {
	struct wire *wire;
	const struct driver *driver;
};

/*
 * Ordered: the first that matches wins, so a command set that knows more about
 * a drive stands before one that knows less.  "block" answers on everything
 * the kernel can read and write, therefore it is the last.
 */
static const struct driver *const drivers[] = {
	&block_driver,
};

static int
choose(struct handle *h)
{
	size_t i;
	int r;

	for (i = 0; i < ARRAY_SIZE(drivers); i++) {
		r = drivers[i]->match(h->wire);
		if (r < 0)
			return r;
		if (r > 0) {
			h->driver = drivers[i];
			return 0;
		}
	}
	return -EOPNOTSUPP;
}

int
drive_list(char (*paths)[PATH_LEN], size_t max, size_t *n)
{
	return wire_list(paths, max, n);
}

int
drive_open(const char *path, enum open_how how, bool image,
	   struct handle **out)
{
	struct handle *h;
	int r;

	*out = NULL;
	h = calloc(1, sizeof(*h));
	if (!h)
		return -ENOMEM;
	r = wire_open(path, how, image, &h->wire);
	if (!r)
		r = choose(h);
	if (r)
		drive_close(&h);
	*out = h;
	return r;
}

void
drive_close(struct handle **h)
{
	if (!*h)
		return;
	wire_close(&(*h)->wire);
	free(*h);
	*h = NULL;
}

int
drive_identify(struct handle *h, struct drive *out)
{
	int r = h->driver->identify(h->wire, out);

	text_copy(out->driver, sizeof(out->driver), r ? "" : h->driver->name);
	return r;
}

int
drive_uses(struct handle *h, struct drive *out)
{
	return wire_uses(h->wire, out);
}

int
drive_contents(struct handle *h, struct drive *out)
{
	return wire_contents(h->wire, out);
}

int
drive_size(struct handle *h, uint64_t *bytes)
{
	return wire_size(h->wire, bytes);
}

int
drive_start(struct handle *h, const struct step *s, struct reply *out)
{
	*out = (struct reply){ 0 };
	return h->driver->start(h->wire, s, out);
}

int
drive_poll(struct handle *h, const struct step *s, struct drive_progress *out)
{
	*out = (struct drive_progress){ 0 };
	return h->driver->poll(h->wire, s, out);
}

int
drive_settle(struct handle *h, const struct step *s, struct reply *out)
{
	*out = (struct reply){ 0 };
	return h->driver->settle(h->wire, s, out);
}

int
drive_queue(struct handle *h, unsigned depth, uint32_t chunk)
{
	return wire_queue(h->wire, depth, chunk);
}

struct io *
drive_io_get(struct handle *h)
{
	return wire_io_get(h->wire);
}

void
drive_io_put(struct handle *h, struct io *io)
{
	wire_io_put(h->wire, io);
}

int
drive_io_submit(struct handle *h, struct io *io)
{
	return wire_io_submit(h->wire, io);
}

int
drive_io_reap(struct handle *h, int timeout_ms, struct io **out)
{
	return wire_io_reap(h->wire, timeout_ms, out);
}

int
drive_flush(struct handle *h)
{
	return wire_flush(h->wire);
}

int
drive_drop_caches(struct handle *h)
{
	return wire_drop_caches(h->wire);
}
