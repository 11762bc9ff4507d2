/* SPDX-License-Identifier: Apache-2.0 */
/* Which command set answers on this drive, and how does the core reach it? */
#include "driver.h"
#include "wire.h"

#include "../src/util.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct handle {
	struct wire *wire;
	const struct driver *driver;
};

/*
 * Ordered: the first that matches wins, so a command set that knows more about
 * a drive stands before one that knows less.
 *   nvme	has a door of its own and shares it with nobody
 *   ata	before scsi: what translates for an ATA drive answers SCSI as
 *		well, but passes on few of the commands that erase it
 *   scsi	every other drive behind that door, USB sticks too
 *   block	answers on everything the kernel can read and write
 */
static const struct driver *const drivers[] = {
	&nvme_driver,
	&ata_driver,
	&scsi_driver,
	&block_driver,
};

/*
 * A drive that could not be asked is looked at as one that only has blocks.
 * It is not erased as one: the plan was made for what answered then.
 */
static int
choose(struct handle *h, enum open_how how)
{
	void **kept = wire_memory(h->wire);
	size_t i;
	int r;

	for (i = 0; i < ARRAY_SIZE(drivers); i++) {
		free(*kept);	/* of the one that did not answer */
		*kept = NULL;
		r = drivers[i]->match(h->wire);
		if (r < 0 && how == OPEN_VICTIM)
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
		r = choose(h, how);
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
drive_start(struct handle *h, const struct step *s, struct reply *out,
	    struct sent *log)
{
	*out = (struct reply){ 0 };
	return h->driver->start(h->wire, s, out, log);
}

int
drive_poll(struct handle *h, const struct step *s, struct drive_progress *out)
{
	*out = (struct drive_progress){ 0 };
	return h->driver->poll(h->wire, s, out);
}

int
drive_settle(struct handle *h, const struct step *s, struct reply *out,
	     struct sent *log)
{
	*out = (struct reply){ 0 };
	return h->driver->settle(h->wire, s, out, log);
}

int
drive_health(struct handle *h, struct health *out)
{
	int err;

	*out = (struct health){ 0 };
	err = h->driver->health(h->wire, out);
	/* what the drive does not tell us it may tell the kernel */
	if ((!err || err == -EOPNOTSUPP) && !out->celsius.known &&
	    !wire_celsius(h->wire, &out->celsius))
		err = 0;
	return err;
}

void
drive_wait(struct handle *h, uint32_t ms)
{
	wire_wait(h->wire, ms);
}

int
drive_remeasure(struct handle *h, uint64_t *bytes)
{
	*bytes = 0;
	return wire_remeasure(h->wire, bytes);
}

/* The same command set, or it would not be the same subsystem. */
int
drive_open_space(struct handle *h, const struct space *s, struct handle **out)
{
	struct handle *other;
	int r;

	*out = NULL;
	other = calloc(1, sizeof(*other));
	if (!other)
		return -ENOMEM;
	r = wire_open_space(h->wire, s, &other->wire);
	if (!r)
		r = choose(other, OPEN_VICTIM);
	if (!r && other->driver != h->driver)
		r = -ESTALE;
	if (r)
		drive_close(&other);
	*out = other;
	return r;
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

/* ---- what every driver shares ------------------------------------------ */

static bool
by_host(enum step_kind kind)
{
	return kind == STEP_MARK || kind == STEP_MARK_AGAIN ||
	       kind == STEP_PROVE ||
	       kind == STEP_OVERWRITE || kind == STEP_VERIFY ||
	       kind == STEP_SIGNATURES;
}

/* A step that covers nothing asks only whether there is a drive. */
static int
same_size(struct wire *w, const struct step *s)
{
	uint64_t size = 0;
	int r = wire_size(w, &size);

	if (!r && !size)
		r = -ENODEV;
	if (!r && s->len && size != s->len)
		r = -ESTALE;
	return r;
}

/*
 * The host writes, so starting means: nothing the page cache still holds can
 * reach the medium after a pass, and the drive is as large as it was planned.
 */
int
driver_host_start(struct wire *w, const struct step *s, struct reply *out,
		  struct sent *log)
{
	int r;

	(void)log;		/* nothing is sent */
	if (!by_host(s->kind))
		return -EOPNOTSUPP;
	r = wire_drop_caches(w);
	if (!r)
		r = same_size(w, s);
	out->err = -r;
	return r;
}

int
driver_host_poll(struct wire *w, const struct step *s,
		 struct drive_progress *out)
{
	int r;

	if (!by_host(s->kind))
		return -EOPNOTSUPP;
	r = same_size(w, s);
	out->state = r ? DRIVE_FAILED : DRIVE_HOST;
	out->reply.err = -r;
	return 0;
}

/*
 * The nodes of partitions that no longer exist must go.  A kernel that cannot
 * scan this device (a loop without partitions, an image) has none to forget:
 * its answer is kept, not judged.
 */
int
driver_host_settle(struct wire *w, const struct step *s, struct reply *out,
		   struct sent *log)
{
	(void)s;
	(void)log;
	out->err = -wire_rescan(w);
	return 0;
}

void
driver_host_offer(struct drive *d)
{
	struct offer *o = &d->offers[METHOD_OVERWRITE];

	*o = (struct offer){ 0 };
	if (d->read_only)
		o->why.code = REASON_READ_ONLY;
	else if (!d->id.size)
		o->why.code = d->removable ? REASON_NO_MEDIUM :
					     REASON_SIZE_ZERO;
	else if (d->zoned)
		o->why.code = REASON_ZONED;
	else if (d->medium == MEDIUM_OPTICAL || d->medium == MEDIUM_TAPE)
		o->why.code = REASON_OPTICAL;
	else if (!d->lblock || d->id.size % d->lblock)
		o->why.code = REASON_BAD_GEOMETRY;
	else
		o->offered = true;
}

/* What has no answer yet reads as one that failed, never as one that went
 * well. */
struct command *
sent_begin(struct sent *log, const char *name, const uint8_t *bytes,
	   size_t len)
{
	struct command *c;

	if (log->n < COMMANDS_MAX)
		log->n++;
	else
		log->lost++;
	c = &log->c[log->n - 1];
	*c = (struct command){ .reply.err = EINPROGRESS };
	text_copy(c->name, sizeof(c->name), name);
	c->sent_len = len < sizeof(c->sent) ? len : sizeof(c->sent);
	if (c->sent_len)
		memcpy(c->sent, bytes, c->sent_len);
	return c;
}
