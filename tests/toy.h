/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A toy command set under the core, so that each answer a drive may give can be
 * chosen, also those that no real command set allows.  The core's own callers
 * of drive_start() are compiled in here, with the toy in their way.
 */
#ifndef TOY_H
#define TOY_H

#include "emu/fixture.h"

#include "../src/util.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum effect {
	NOTHING, ZEROS, RANDOM, NOISE, TEXT, LITTLE, MOVED, ALL_BUT_ONE
};

/* What the toy does with a method. */
struct toy {
	int start_err, refuse, settle_err, left;
	enum effect effect;
	unsigned busy;		/* polls until it has ended */
	enum drive_state end;	/* 0: DONE */
	int poll_err;
	uint32_t permille;	/* grows by so much per poll */
	bool mute;		/* no progress */
	bool no_log;		/* its command is not on record */
	bool misnamed;		/* another one is */
	unsigned settle_fails;	/* so often, then it is settled */
};

static struct toy toys[METHOD_COUNT], exposing, readying, unlocking;
static struct emu_drive *main_drive, *space_drive;
static bool shared, space_kept, password, password_stays, hidden, foreign,
	    in_use;
static unsigned polls, starts, settles, identified;
static unsigned last_identified;	/* when start was called */
static unsigned serial_after;	/* identified so often, another answers */
static uint64_t full_size;

static struct toy *
toy_of(const struct step *s)
{
	return s->kind == STEP_EXPOSE ? &exposing :
	       s->kind == STEP_READY ? &readying :
	       s->kind == STEP_UNLOCK ? &unlocking : &toys[s->method];
}

static bool
by_toy(const struct step *s)
{
	return s->kind == STEP_FIRMWARE || s->kind == STEP_EXPOSE ||
	       s->kind == STEP_READY || s->kind == STEP_UNLOCK;
}

static void
apply(struct emu_drive *d, enum effect e)
{
	uint64_t n = d->d.id.size, i, x = 88172645463325252ULL;
	uint8_t keep[512];

	memcpy(keep, d->media + n / 2, sizeof(keep));
	switch (e) {
	case NOTHING:
		return;
	case NOISE:		/* other bytes when other lengths are read */
		emu_fault(d, (struct emu_fault){ .kind = EMU_FLIP_READ });
		/* fall through */
	case RANDOM:
		for (i = 0; i < n; i += 8) {
			x ^= x << 13, x ^= x >> 7, x ^= x << 17;
			memcpy(d->media + i, &x, 8);
		}
		return;
	case LITTLE:		/* all but the last hundredth */
		memset(d->media, 0, n - n / 100);
		return;
	case MOVED:		/* still there, elsewhere */
		memmove(d->media, d->media + 4096, n - 4096);
		memset(d->media + n - 4096, 0, 4096);
		return;
	default:
		memset(d->media, 0, n);
	}
	if (e == TEXT)
		memcpy(d->media + n / 3 / 512 * 512, "Dear Sir", 8);
	if (e == ALL_BUT_ONE)
		memcpy(d->media + n / 2, keep, sizeof(keep));
}

static int
spy_start(struct handle *h, const struct step *s, struct reply *out,
	  struct sent *log)
{
	struct toy *t = toy_of(s);
	struct command *c;

	starts++;
	last_identified = identified;
	emu_note(main_drive, 5000 + (int)s->kind);
	if (!by_toy(s))
		return drive_start(h, s, out, log);
	*out = (struct reply){ .err = t->refuse };
	polls = 0;
	if (t->start_err)
		return t->start_err;
	if (!t->no_log) {
		c = sent_begin(log, t->misnamed ? "TOY" :
			       method_command(s->method, "block"),
			       (const uint8_t *)"\x01", 1);
		c->reply = *out;
	}
	if (t->refuse)
		return 0;
	if (s->password && s->kind == STEP_FIRMWARE)
		password = true;
	if (s->kind == STEP_UNLOCK && !foreign)
		password = false;
	if (s->kind == STEP_EXPOSE && hidden && !t->effect) {
		main_drive->size = main_drive->d.id.size = full_size;
		hidden = false;
	}
	if (s->kind == STEP_FIRMWARE) {
		apply(main_drive, t->effect);
		if (shared && space_drive && !space_kept)
			apply(space_drive, t->effect);
	}
	return 0;
}

static int
spy_poll(struct handle *h, const struct step *s, struct drive_progress *out)
{
	struct toy *t = toy_of(s);

	if (!by_toy(s))
		return drive_poll(h, s, out);
	*out = (struct drive_progress){ .known = !t->mute };
	if (t->poll_err)
		return t->poll_err;
	out->permille = polls * t->permille > 999 ? 999 :
			polls * t->permille;
	if (polls++ < t->busy)
		out->state = DRIVE_BUSY;
	else
		out->state = t->end ? t->end : DRIVE_DONE;
	out->reply.err = out->state == DRIVE_FAILED ? EIO : 0;
	return 0;
}

static int
spy_settle(struct handle *h, const struct step *s, struct reply *out,
	   struct sent *log)
{
	struct toy *t = toy_of(s);

	settles++;
	emu_note(main_drive, 6000 + (int)s->kind);
	if (!by_toy(s))
		return drive_settle(h, s, out, log);
	*out = (struct reply){ .err = t->left };
	if (t->settle_fails) {
		t->settle_fails--;
		settles--;
		return -EIO;
	}
	if (!password_stays)
		password = false;
	return t->settle_err;
}

static int
spy_identify(struct handle *h, struct drive *out)
{
	int err = drive_identify(h, out);
	struct space *self = &out->scope.spaces[0], *other = self + 1;
	bool is_main = !strcmp(out->path, FIXTURE_PATH);
	int m;

	if (err)
		return err;
	if (is_main)
		identified++;
	if (is_main && serial_after && identified > serial_after)
		text_copy(out->id.serial, sizeof(out->id.serial), "OTHER");
	if (!is_main)
		text_copy(out->id.serial, sizeof(out->id.serial),
			  main_drive->d.id.serial);
	out->lock.enabled = password ? ANSWER_YES : ANSWER_NO;
	out->lock.locked = password ? ANSWER_YES : ANSWER_NO;
	out->areas.hpa = hidden ? ANSWER_YES : ANSWER_NO;
	out->areas.dco_set = out->areas.amac = ANSWER_NO;
	for (m = METHOD_FORMAT; m < METHOD_COUNT; m++)
		out->offers[m] = (struct offer){ .offered = true,
						 .shared = shared };
	if (!space_drive)
		return 0;
	out->scope.n_spaces = 2;
	*self = (struct space){ .nsid = 1, .lblock = 512, .self = is_main,
				.size = main_drive->size, .attached = true,
				.node = "emu0" };
	*other = (struct space){ .nsid = 2, .lblock = 512, .self = !is_main,
				 .size = space_drive->size, .attached = true,
				 .node = "emu1" };
	if (in_use)
		text_copy(other->used_by, sizeof(other->used_by), "/mnt");
	return 0;
}

static int
spy_open_space(struct handle *h, const struct space *s, struct handle **out)
{
	(void)h, (void)s;
	return drive_open("/dev/emu1", OPEN_VICTIM, false, out);
}

#define drive_start spy_start
#define drive_poll spy_poll
#define drive_settle spy_settle
#define drive_identify spy_identify
#define drive_open_space spy_open_space
/* NOLINTBEGIN(bugprone-suspicious-include): with the toy */
#include "../src/execute_admit.c"
#include "../src/execute.c"
#include "../src/firmware.c"
/* NOLINTEND(bugprone-suspicious-include) */
#undef drive_start
#undef drive_poll
#undef drive_settle
#undef drive_identify
#undef drive_open_space

#define SIZE	(12ULL << 20)

static const struct verify_how full = { VERIFY_FULL, 1000000 };

static inline struct step *
lay(struct plan *p, enum step_kind kind, uint32_t attempt, enum method m)
{
	struct step *s = &p->steps[p->n_steps++];

	memset(s, 0, sizeof(*s));
	s->kind = kind;
	s->attempt = attempt;
	s->method = m;
	s->len = p->size_full;
	s->how = full;
	if (m == METHOD_SANITIZE_OVERWRITE)
		s->pass = (struct pass){ PASS_FILL, 4, { 0 } };
	return s;
}

static inline void
try_method(struct plan *p, enum method first, enum method second)
{
	uint32_t a = p->n_attempts++;
	enum method last = second ? second : first;
	struct step *s;

	if (a)
		lay(p, STEP_MARK_AGAIN, a, METHOD_NONE)->marks = true;
	s = lay(p, STEP_FIRMWARE, a, first);
	if (first == METHOD_SECURITY_ERASE)
		s->password = PASSWORD_MASSHO;
	if (second) {
		lay(p, STEP_MARK_AGAIN, a, METHOD_NONE)->marks = true;
		(void)lay(p, STEP_FIRMWARE, a, second);
	}
	(void)lay(p, STEP_PROVE, a, last);
	p->attempts[a].method = last;
	p->attempts[a].level = LEVEL_PURGE;
}

static inline void
try_overwrite(struct plan *p)
{
	uint32_t a = p->n_attempts++;
	struct step *s = lay(p, STEP_OVERWRITE, a, METHOD_OVERWRITE);

	s->pass = (struct pass){ PASS_FILL, 1, { 0 } };
	s->pass_no = 1;
	s = lay(p, STEP_VERIFY, a, METHOD_OVERWRITE);
	s->pass = (struct pass){ PASS_FILL, 1, { 0 } };
	s->pass_no = 1;
	p->attempts[a].method = METHOD_OVERWRITE;
	p->attempts[a].level = LEVEL_CLEAR;
}

static inline struct fixture *
begin(void)
{
	struct fixture *f = fixture_new(SIZE, 512, "0x00", full, 0);

	main_drive = f->d;
	space_drive = NULL;
	memset(toys, 0, sizeof(toys));
	memset(&exposing, 0, sizeof(exposing));
	memset(&readying, 0, sizeof(readying));
	memset(&unlocking, 0, sizeof(unlocking));
	shared = space_kept = password = password_stays = false;
	hidden = foreign = in_use = false;
	polls = starts = settles = identified = serial_after = 0;
	f->p.n_steps = f->p.n_attempts = 0;
	f->p.size_full = SIZE;
	memset(f->p.steps, 0, sizeof(f->p.steps));
	memset(f->p.attempts, 0, sizeof(f->p.attempts));
	lay(&f->p, STEP_MARK, 0, METHOD_NONE)->marks = true;
	return f;
}

static inline void
ready_plan(struct fixture *f)
{
	struct plan *p = &f->p;

	(void)lay(p, STEP_SIGNATURES, p->n_attempts - 1, METHOD_NONE);
	p->method = p->attempts[0].method;
	plan_seal(p);
	fixture_consent(f);
	f->d->n_ops = 0;
}

/* One method, then, if wanted, an overwrite. */
static inline struct fixture *
begin_with(enum method m, struct toy toy, bool overwrite)
{
	struct fixture *f = begin();

	try_method(&f->p, m, METHOD_NONE);
	if (overwrite)
		try_overwrite(&f->p);
	toys[m] = toy;
	ready_plan(f);
	return f;
}

static inline bool
fell_with(const struct fixture *f, const char *part)
{
	uint32_t i;

	for (i = 0; i < f->v.reasons.n; i++)
		if (f->v.reasons.r[i].code == REASON_FELL_BACK &&
		    strstr(f->v.reasons.r[i].arg, part))
			return true;
	return false;
}

/* Nothing is said that is not so. */
static inline void
truthful(struct fixture *f)
{
	uint64_t first;

	if (f->v.outcome == OUTCOME_ERASED)
		assert_int_equal(emu_remains(f->d, &first), 0);
	else
		assert_int_equal(f->v.level, LEVEL_NONE);
	assert_int_equal(starts, settles);
}

#endif
