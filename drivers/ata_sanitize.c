/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How does an ATA drive sanitize itself?  ACS-4, Sanitize Device feature set.
 *
 * A command that was accepted has only started; it cannot be called back, and
 * goes on after resets and power loss.  That it ended well says one bit of
 * SANITIZE STATUS EXT, in registers that came back complete; nothing else does.
 */
#include "ata.h"

#include <errno.h>

enum { START_MS = 60 * 1000 };

/* ---- build -------------------------------------------------------------- */

/* The pattern's lowest byte is the first on the medium. */
static uint64_t
pattern_of(const struct pass *p)
{
	return (uint64_t)p->bytes[3] << 24 | (uint64_t)p->bytes[2] << 16 |
	       (uint64_t)p->bytes[1] << 8 | p->bytes[0];
}

/*
 * FAILURE MODE is set, so that a failure can be left again: what the run falls
 * to next could not be tried, nor the medium be read, in a drive that takes
 * nothing but another sanitize.  Nothing is risked by it: that the sanitize
 * failed is on record, and the drive's leaving the state counts for nothing.
 *
 * Only after a failure that cannot be left (`restricted`) the bit is cleared,
 * since the drive then refuses the command with it.
 */
static int
build(const struct step *s, bool restricted, struct ata_cmd *c)
{
	*c = (struct ata_cmd){ .protocol = SAT_NON_DATA, .ext = true,
			       .command = ATA_SANITIZE,
			       .timeout_ms = START_MS };
	c->count = restricted ? 0 : ATA_SAN_FAILURE_MODE;
	switch (s->method) {
	case METHOD_SANITIZE_CRYPTO:
		c->name = "CRYPTO SCRAMBLE EXT";
		c->feature = ATA_SAN_CRYPTO;
		c->lba = ATA_KEY_CRYPTO;
		return 0;
	case METHOD_SANITIZE_BLOCK:
		c->name = "BLOCK ERASE EXT";
		c->feature = ATA_SAN_BLOCK;
		c->lba = ATA_KEY_BLOCK;
		return 0;
	case METHOD_SANITIZE_OVERWRITE:
		if (s->pass.kind != PASS_FILL || s->pass.len != 4)
			return -EINVAL;
		c->name = "OVERWRITE EXT";
		c->feature = ATA_SAN_OVERWRITE;
		c->lba = ATA_KEY_OVERWRITE | pattern_of(&s->pass);
		c->count |= ATA_SAN_ONE_PASS;
		return 0;
	default:
		return -EOPNOTSUPP;
	}
}

static bool
supports(const struct ata_id *id, enum method m)
{
	return (m == METHOD_SANITIZE_CRYPTO && id->crypto) ||
	       (m == METHOD_SANITIZE_BLOCK && id->block) ||
	       (m == METHOD_SANITIZE_OVERWRITE && id->overwrite);
}

/* ---- start -------------------------------------------------------------- */

/* Why not from this state; 0 = nothing. */
static int
obstacle(enum sanitize_state state)
{
	switch (state) {
	case SANITIZE_RUNNING:
		return EBUSY;
	case SANITIZE_FROZEN:
		return EPERM;
	case SANITIZE_NEVER:
	case SANITIZE_DONE:
	case SANITIZE_FAILED:
		return 0;
	default:
		return EPROTO;	/* its end could not be told either */
	}
}

/*
 * The answer got lost, which says nothing.  None ran before: one that runs now
 * is ours, and so is a success where there was none.
 */
static bool
began(struct wire *w, enum sanitize_state before)
{
	struct sanitize now;

	if (ata_sanitize_read(w, &now, NULL))
		return false;
	return now.state == SANITIZE_RUNNING ||
	       (now.state == SANITIZE_DONE && before != SANITIZE_DONE);
}

/*
 * It was accepted, in registers that came back complete.  From then on a drive
 * tells of this command, of an earlier one no more (ACS-4: it is in SD2, or
 * past it): one that is quick is at its end before anybody looked.  One that
 * lies about it, the proof finds out.
 */
static bool
tells_of_ours(struct wire *w, const struct ata_answer *a)
{
	const uint16_t any = ATA_SAN_DONE | ATA_SAN_RUNS;
	struct sanitize now;

	if (a->outcome != ATA_OK || !a->s.ata_complete)
		return false;
	if (a->s.count & any)
		return true;
	return !ata_sanitize_read(w, &now, NULL) &&
	       (now.state == SANITIZE_RUNNING || now.state == SANITIZE_DONE);
}

static int
order(struct wire *w, const struct ata_cmd *c, enum sanitize_state before,
      struct reply *out, struct sent *log)
{
	struct ata_memory *m = ata_memory(w);
	struct ata_answer a;
	int r;

	if (!m)
		return -ENOMEM;
	m->started = true;
	m->was_done = before == SANITIZE_DONE;
	m->seen_ours = false;
	r = ata_do(w, c, NULL, log, &a);
	*out = a.reply;
	if (r)
		return r;
	m->seen_ours = tells_of_ours(w, &a);
	if (a.outcome == ATA_LOST && began(w, before)) {
		out->err = 0;
		log->c[log->n - 1].reply.err = 0;
	}
	return 0;
}

int
ata_sanitize_start(struct wire *w, const struct step *s, struct reply *out,
		   struct sent *log)
{
	struct sanitize before;
	struct ata_cmd c;
	struct ata_id id;
	bool bridged, proven;
	int r = build(s, false, &c);

	if (!r)
		r = ata_look(w, &id, &bridged, &proven);
	if (r)
		goto out;
	if (!proven || !supports(&id, s->method)) {
		out->err = EOPNOTSUPP;
		return 0;
	}
	r = ata_sanitize_read(w, &before, out);
	if (r)
		goto out;
	out->err = obstacle(before.state);
	if (out->err)
		return 0;
	r = build(s, before.state == SANITIZE_FAILED, &c);
	if (!r)
		r = order(w, &c, before.state, out, log);
out:
	if (r)
		out->err = -r;
	return r;
}

/* ---- poll --------------------------------------------------------------- */

/*
 * A success that was there before, of a command that the drive never told of,
 * is the old one.
 */
static enum drive_state
done_state(const struct ata_memory *m)
{
	return m->started && m->was_done && !m->seen_ours ? DRIVE_IDLE :
							    DRIVE_DONE;
}

int
ata_sanitize_poll(struct wire *w, const struct step *s,
		  struct drive_progress *out)
{
	struct ata_memory *m = ata_memory(w);
	struct sanitize now;
	int r;

	if (!m)
		return -ENOMEM;
	r = ata_sanitize_read(w, &now, &out->reply);
	if (r)
		return r;
	out->state = DRIVE_UNKNOWN;
	switch (now.state) {
	case SANITIZE_RUNNING:
		m->seen_ours = true;
		out->state = DRIVE_BUSY;
		out->known = true;
		out->permille = now.permille;
		break;
	case SANITIZE_DONE:
		out->state = s->kind == STEP_READY ? DRIVE_DONE :
						     done_state(m);
		break;
	case SANITIZE_NEVER:
	case SANITIZE_FROZEN:
		/* READY waits for the end of any, and none runs */
		out->state = s->kind == STEP_READY ? DRIVE_DONE : DRIVE_IDLE;
		break;
	case SANITIZE_FAILED:
		out->state = DRIVE_FAILED;
		break;
	default:
		break;
	}
	return 0;
}

/* ---- failure mode ------------------------------------------------------- */

static int
leave_failure(struct wire *w, struct reply *out, struct sent *log)
{
	struct ata_cmd c = *ata_command(ATA_C_SAN_STATUS);
	struct ata_answer a;
	struct sanitize now;
	int r;

	c.count = ATA_SAN_CLEAR_FAILED;
	r = ata_do(w, &c, NULL, log, &a);
	*out = a.reply;
	if (!r)
		r = ata_sanitize_read(w, &now, NULL);
	if (r)
		out->err = -r;
	else if (now.state == SANITIZE_FAILED ||
		 now.state == SANITIZE_UNKNOWN)
		out->err = out->err ? out->err : EIO;
	else
		out->err = 0;
	return r;
}

int
ata_ready_start(struct wire *w, struct reply *out, struct sent *log)
{
	struct sanitize now;
	int r = ata_sanitize_read(w, &now, out);

	if (r) {
		out->err = -r;
		return r;
	}
	if (now.state == SANITIZE_FAILED)
		return leave_failure(w, out, log);
	out->err = now.state == SANITIZE_UNKNOWN ? EPROTO : 0;
	return 0;
}

/* One that runs cannot be stopped; it is not left behind by us, but it is
 * there, and the caller says so. */
int
ata_sanitize_settle(struct wire *w, struct reply *out, struct sent *log)
{
	struct ata_memory *m = ata_memory(w);
	struct sanitize now;
	int r;

	if (!m)
		return -ENOMEM;
	r = ata_sanitize_read(w, &now, out);
	out->err = -r;
	if (r)
		return r;
	if (now.state == SANITIZE_FAILED)
		return leave_failure(w, out, log);
	if (now.state == SANITIZE_RUNNING)
		out->err = EBUSY;
	else if (now.state == SANITIZE_UNKNOWN && m->started)
		out->err = EPROTO;
	return 0;
}
