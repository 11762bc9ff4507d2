/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Does the drive still hold what this pass wrote there?
 *
 * Asked of what an earlier part wrote last: a cache that was lost with the
 * power, another drive with the same serial, a log that does not belong here,
 * each would show.  And of what looks like a signature in random bytes.
 */
#include "engine.h"
#include "pattern.h"

#include <errno.h>
#include <string.h>

/* Of a margin, in blocks: on a disk that needs the tool most some went bad
 * meanwhile.  They are written once more. */
#define LOST_MAX	128U

struct look {
	struct stream s;
	struct pattern *pattern;
	const struct ranges *unwritten;
	struct ranges *lost;	/* cannot be read any more; NULL = none may */
	uint64_t same;		/* bytes as written, given up then, or lost */
};

static int
ready(void *ctx, unsigned slot, struct io *io)
{
	(void)ctx, (void)slot, (void)io;
	return 0;
}

static int
moved(void *ctx, const struct io *io, uint32_t len)
{
	struct look *l = ctx;
	uint32_t block = l->s.e->d->lblock, i;
	size_t same = 0;
	int err = 0;

	for (i = 0; !err && i < len; i += block) {
		if (!ranges_overlap(l->unwritten, io->at + i, block)) {
			err = pattern_compare(l->pattern, io->at + i,
					      io->buf + i, block, &same);
			if (!err && same < block)
				err = -EILSEQ;
		}
	}
	l->same += err ? 0 : len;
	return err;
}

/* One that was never written need not be readable. */
static int
lost(void *ctx, uint64_t at, int err)
{
	struct look *l = ctx;
	uint32_t block = l->s.e->d->lblock;

	if (!ranges_overlap(l->unwritten, at, block)) {
		if (!l->lost || l->lost->total >= (uint64_t)LOST_MAX * block)
			return err ? -err : -EIO;
		ranges_add(l->lost, at, block);
	}
	l->same += block;
	return 0;
}

/* What is left behind of the attempt to read: only what ends the run. */
static int
conclude(struct step_result *r, const struct step_result *look)
{
	if (attempts_ends_run(look))
		step_fail(r, look->state, look->why.code, look->err,
			  look->why.arg);
	return -EILSEQ;
}

/* Whole blocks, past every cache: 0, or they are not, or were not read. */
static int
compare(struct engine *e, const struct step *s, const uint8_t key[KEY_LEN],
	const struct ranges *unwritten, struct range todo,
	struct ranges *again, struct step_result *found)
{
	struct look l = {
		.unwritten = unwritten, .lost = again,
		.s = {
			.e = e, .todo = &todo, .n_todo = 1,
			.chunk = ENGINE_CHUNK - ENGINE_CHUNK % e->d->lblock,
			.ready = ready, .moved = moved, .lost = lost,
		},
	};
	enum step_state state = STATE_NONE;
	int err = drive_drop_caches(e->h);

	l.s.ctx = &l;
	if (!err)
		err = pattern_open(&s->pass, key, &l.pattern);
	if (!err)
		state = stream_run(&l.s, found);
	pattern_close(&l.pattern);
	if (err || state != STATE_DONE || l.same != todo.len)
		return -EILSEQ;
	return 0;
}

int
margin_holds(struct engine *e, const struct step *s,
	     const uint8_t key[KEY_LEN], uint64_t len, uint64_t at,
	     struct step_result *r, struct ranges *unwritten)
{
	struct step_result found = { 0 };
	struct ranges again = { 0 };
	uint32_t i;

	r->margin = 0;
	if (compare(e, s, key, unwritten, (struct range){ at - len, len },
		    &again, &found) || again.lost)
		return conclude(r, &found);
	for (i = 0; i < again.n; i++)
		ranges_add(unwritten, again.r[i].at, again.r[i].len);
	if (unwritten->lost)
		return conclude(r, &found);
	r->margin = len;
	return 0;
}

bool
margin_is_pass(struct engine *e, const struct step *s,
	       const uint8_t key[KEY_LEN], uint64_t at, uint64_t len)
{
	static const struct ranges none;
	uint64_t end = at + len, block = e->d->lblock;
	struct step_result found = { 0 };

	if (!len || end < at || end > s->len)
		return false;
	at -= at % block;
	end += (block - end % block) % block;
	return !compare(e, s, key, &none, (struct range){ at, end - at },
			NULL, &found);
}
