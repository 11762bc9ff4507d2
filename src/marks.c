/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What was on the drive before it erased itself, so that it can be told
 * afterwards whether it did?  Takes pre-images (nothing is written, nothing
 * can be learnt from what is kept) and lays marks.
 *
 * DANGER: writes to every victim; called by execute.c alone.
 */
#include "marks.h"
#include "util.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One victim on its way. */
struct laying {
	struct stream s;
	struct marks *m;
	struct places *places;
	struct marker *marker;
	uint32_t nsid;
	uint8_t *block;		/* scratch, one logical block */
	struct step_result *r;	/* of the step */
	uint64_t lost;
	bool tired;		/* too much was lost; what there is must do */
};

struct marks_self
marks_turn(struct engine *e, const struct victim *v)
{
	struct marks_self self = { e->h, e->d };

	e->h = v->h;
	e->d = v->d;
	return self;
}

void
marks_back(struct engine *e, struct marks_self self)
{
	e->h = self.h;
	e->d = self.d;
}

void
marks_free(struct marks **m)
{
	size_t i;

	if (!*m)
		return;
	for (i = 0; i < (*m)->n; i++)
		places_free(&(*m)->v[i]);
	zeroise(*m, sizeof(**m));
	free(*m);
	*m = NULL;
}

/* ---- one way through some of the places --------------------------------- */

static bool
is_preimage(const struct place *p)
{
	return p->kind == PLACE_PREIMAGE;
}

static bool
is_mark(const struct place *p)
{
	return p->kind == PLACE_MARK;
}

static bool
is_written(const struct place *p)
{
	return p->kind == PLACE_MARK && p->held;
}

/* A block that fails says nothing; the others still do. */
static int
lost(void *ctx, uint64_t at, int err)
{
	struct laying *l = ctx;
	struct place *p = places_find(l->places, at);

	if (p)
		p->held = false;
	if (!l->r->err)
		l->r->err = err;
	if (++l->lost <= MARK_LOST_MAX)
		return 0;
	l->tired = true;
	return -E2BIG;
}

/* What was not looked at again is not known to be there. */
static void
left(void *ctx, uint64_t at, uint64_t len)
{
	struct laying *l = ctx;
	uint32_t block = l->s.e->d->lblock;
	struct place *p;

	for (; len; at += block, len -= block) {
		p = places_find(l->places, at);
		if (p)
			p->held = false;
	}
}

/* False: the step has failed. */
static bool
run(struct laying *l, bool (*want)(const struct place *))
{
	struct step_result local = { 0 };
	struct range *todo = NULL;
	enum step_state state;
	int err = places_ranges(l->places, l->s.e->d->lblock, want, &todo,
				&l->s.n_todo);

	if (err) {
		step_fail(l->r, STATE_FAILED, REASON_INTERNAL, err, NULL);
		return false;
	}
	l->s.todo = todo;
	state = stream_run(&l->s, &local);
	free(todo);
	l->r->retries += local.retries;
	if (local.why.code == REASON_TOO_MANY_ERRORS)
		l->tired = true;
	if (state == STATE_DONE || (l->tired && !l->s.e->stuck))
		return true;
	step_fail(l->r, state, local.why.code, local.err, local.why.arg);
	return false;
}

/* ---- pre-images ---------------------------------------------------------- */

static int
read_ready(void *ctx, unsigned slot, struct io *io)
{
	(void)ctx, (void)slot, (void)io;
	return 0;
}

/* Zeros, ones and patterns are what an erased block holds as well: they could
 * never tell old from new. */
static int
note_preimage(struct laying *l, struct place *p, const uint8_t *block)
{
	uint32_t len = l->s.e->d->lblock;
	uint8_t pattern[16];
	enum content_class c = classify(block, len, pattern);

	p->held = false;
	if (c != CLASS_STRUCTURED && c != CLASS_RANDOM)
		return 0;
	p->held = true;
	return mark_preimage(l->m->mac_key, l->nsid, p->at, block, len,
			     p->mac);
}

static int
take_preimages(void *ctx, const struct io *io, uint32_t len)
{
	struct laying *l = ctx;
	uint32_t block = l->s.e->d->lblock, i;
	struct place *p;
	int err = 0;

	for (i = 0; !err && i < len; i += block) {
		p = places_find(l->places, io->at + i);
		err = p ? note_preimage(l, p, io->buf + i) : -EPROTO;
	}
	return err;
}

/* ---- marks --------------------------------------------------------------- */

static int
write_ready(void *ctx, unsigned slot, struct io *io)
{
	struct laying *l = ctx;
	uint32_t block = l->s.e->d->lblock, i;
	int err = 0;

	(void)slot;
	io->write = true;
	for (i = 0; !err && i < io->len; i += block)
		err = marker_fill(l->marker, io->at + i, io->buf + i);
	return err;
}

static int
written(void *ctx, const struct io *io, uint32_t len)
{
	struct laying *l = ctx;
	uint32_t block = l->s.e->d->lblock, i;
	struct place *p;

	for (i = 0; i < len; i += block) {
		p = places_find(l->places, io->at + i);
		if (!p)
			return -EPROTO;
		p->held = true;
	}
	return 0;
}

/* A mark of another place here: the drive has less room than it says. */
static int
check_mark(struct laying *l, struct place *p, const uint8_t *block)
{
	struct proof *proof = &l->r->proof;
	uint64_t at;
	uint32_t nsid;
	int found, err = marker_fill(l->marker, p->at, l->block);

	if (err || !memcmp(block, l->block, l->s.e->d->lblock))
		return err;
	p->held = false;
	found = marker_find(l->marker, block, &at, &nsid);
	if (found > 0 && !proof->misplaced++)
		proof->first_left = p->at;
	return found < 0 ? found : 0;
}

static int
read_back(void *ctx, const struct io *io, uint32_t len)
{
	struct laying *l = ctx;
	uint32_t block = l->s.e->d->lblock, i;
	struct place *p;
	int err = 0;

	for (i = 0; !err && i < len; i += block) {
		p = places_find(l->places, io->at + i);
		err = p ? check_mark(l, p, io->buf + i) : -EPROTO;
	}
	return err;
}

static bool
lay(struct laying *l)
{
	struct engine *e = l->s.e;
	int err;

	l->m->laid = true;
	l->s.ready = write_ready;
	l->s.moved = written;
	if (!run(l, is_mark))
		return false;
	err = drive_flush(e->h);
	if (err) {
		step_fail(l->r, STATE_FAILED, REASON_FLUSH_FAILED, err, NULL);
		return false;
	}
	err = drive_drop_caches(e->h);
	if (err) {
		step_fail(l->r, STATE_FAILED, REASON_NOT_VERIFIED, err, NULL);
		return false;
	}
	l->s.ready = read_ready;
	l->s.moved = read_back;
	return run(l, is_written);
}

/* ---- the step ------------------------------------------------------------ */

static void
count(struct laying *l)
{
	struct proof *proof = &l->r->proof;
	uint64_t marks = 0, images = 0, least = l->places->sections;
	size_t i;

	for (i = 0; i < l->places->n; i++) {
		const struct place *p = &l->places->p[i];

		marks += p->held && p->kind == PLACE_MARK;
		images += p->held && p->kind == PLACE_PREIMAGE;
	}
	proof->marks += marks;
	proof->preimages += images;
	l->r->sections += l->places->sections;
	if (least > MARK_PROOF_MIN)
		least = MARK_PROOF_MIN;
	if ((!marks && !images) || marks + images < least)
		proof->thin++;
}

static bool
lay_on(struct engine *e, const struct victim *v, const struct step *s,
       struct marks *m, struct step_result *r)
{
	struct laying l = {
		.s = {
			.e = e, .ready = read_ready, .moved = take_preimages,
			.lost = lost, .left = left,
			.chunk = ENGINE_CHUNK - ENGINE_CHUNK % e->d->lblock,
		},
		.m = m, .places = &m->v[m->n], .nsid = v->nsid, .r = r,
		.block = malloc(e->d->lblock),
	};
	bool ok = false;
	int err = l.block ? 0 : -ENOMEM;

	l.s.ctx = &l;
	if (!err)
		err = places_before(m->key, v->nsid, e->d->id.size,
				    e->d->lblock, v->spots, v->n_spots,
				    l.places);
	m->n++;
	if (!err)
		err = marker_open(m->key, v->nsid, e->d->lblock, &l.marker);
	if (!err)
		err = drive_drop_caches(e->h);
	if (err) {
		step_fail(r, STATE_FAILED, REASON_INTERNAL, err, NULL);
	} else {
		ok = run(&l, is_preimage);
		if (ok && s->marks)
			ok = lay(&l);
		count(&l);
	}
	marker_close(&l.marker);
	free(l.block);
	return ok;
}

static int
prepare(struct marks *m, struct step_result *r)
{
	int err = random_bytes(m->mac_key, sizeof(m->mac_key));

	memcpy(m->key, r->key, KEY_LEN);
	if (!err)
		err = random_bytes(m->salt, sizeof(m->salt));
	if (!err)
		err = sha256(m->salt, sizeof(m->salt), r->commitment);
	return err;
}

static void
finish(struct engine *e, const struct marks *m, struct step_result *r)
{
	char arg[64];

	if (r->proof.misplaced) {
		snprintf(arg, sizeof(arg), "%" PRIu64 " @ %" PRIu64,
			 r->proof.misplaced, r->proof.first_left);
		step_fail(r, STATE_FAILED, REASON_MISMATCH, 0, arg);
		return;
	}
	if (m->laid && engine_wait(e, MARK_REST_MS)) {
		step_fail(r, STATE_INTERRUPTED, REASON_INTERRUPTED, 0, NULL);
		return;
	}
	r->flushed = m->laid;
	r->state = STATE_DONE;
}

int
marks_lay(struct engine *e, const struct victim *v, size_t n,
	  const struct step *s, struct step_result *r, struct marks **out)
{
	struct marks *m = calloc(1, sizeof(*m));
	bool ok = true;
	size_t i;
	int err;

	*out = NULL;
	r->state = STATE_NONE;
	if (!m)
		return -ENOMEM;
	err = n <= ARRAY_SIZE(m->v) ? prepare(m, r) : -E2BIG;
	if (err) {
		marks_free(&m);
		return err;
	}
	*out = m;
	for (i = 0; ok && i < n; i++) {
		struct marks_self self = marks_turn(e, &v[i]);

		ok = lay_on(e, &v[i], s, m, r);
		marks_back(e, self);
	}
	/* those that were not come to say nothing */
	r->proof.thin += n - m->n;
	if (ok)
		finish(e, m, r);
	(void)engine_tick(e, true);
	return 0;
}
