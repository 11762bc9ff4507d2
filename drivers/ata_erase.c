/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SECURITY ERASE UNIT, and the password that it needs.  ACS-4, Security
 * feature set.
 *
 * The danger is a drive that stays locked.  So: the password is the documented
 * one, it is set only on a drive that said a moment ago that it has none, never
 * through a bridge, and it is taken away again on every path.  No password is
 * tried twice: a drive counts, and stops listening at five.
 */
#include "ata.h"

#include "../src/util.h"

#include <errno.h>
#include <string.h>

enum {
	COMMAND_MS = 60 * 1000,
	EARLY_MS = 2000		/* a refusal comes at once */
};

static const char erase_name[] = "SECURITY ERASE UNIT";

/* ---- build -------------------------------------------------------------- */

/* hdparm takes the word NULL for a password of 32 zero bytes. */
static void
fill_password(struct ata_password *p, enum password which, uint16_t control)
{
	const char *text = password_text(which);
	size_t n = strlen(text);

	*p = (struct ata_password){ 0 };
	p->control[0] = control & 0xff;
	p->control[1] = control >> 8;
	if (strcmp(text, "NULL") != 0)
		memcpy(p->password, text,
		       n < sizeof(p->password) ? n : sizeof(p->password));
}

static struct ata_cmd
data_command(const char *name, uint8_t command, uint32_t timeout_ms)
{
	return (struct ata_cmd){ name, SAT_PIO_OUT, false, command, 0, 1,
				 timeout_ms, 0 };
}

static int
say(struct wire *w, const char *name, uint8_t command, enum password which,
    struct sent *log, struct ata_answer *out)
{
	struct ata_cmd c = data_command(name, command, COMMAND_MS);
	struct ata_password p;

	fill_password(&p, which, 0);
	return ata_do(w, &c, &p, log, out);
}

/* ---- taking a password away --------------------------------------------- */

/* Why not; 0 = nothing. */
static int
why_kept(const struct lock *l)
{
	if (l->enabled == ANSWER_UNKNOWN || l->locked == ANSWER_UNKNOWN)
		return EPROTO;
	if (l->frozen != ANSWER_NO)
		return EPERM;
	if (l->locked == ANSWER_YES && l->expired != ANSWER_NO)
		return EACCES;
	return 0;
}

/*
 * UNLOCK once if need be, then DISABLE PASSWORD; *out->err is 0 only if the
 * drive itself says afterwards that none is set.
 */
static int
remove_password(struct wire *w, enum password which, struct reply *out,
		struct sent *log)
{
	struct ata_answer a;
	struct ata_id id;
	int r = ata_id_read(w, &id);

	if (r || id.lock.enabled == ANSWER_NO) {
		out->err = -r;
		return r;
	}
	out->err = why_kept(&id.lock);
	if (out->err)
		return 0;
	if (id.lock.locked == ANSWER_YES) {
		r = say(w, "SECURITY UNLOCK", ATA_SECURITY_UNLOCK, which, log,
			&a);
		*out = a.reply;
		if (r)
			return r;
		if (a.outcome != ATA_OK) {
			out->err = EACCES;
			return 0;
		}
	}
	r = say(w, "SECURITY DISABLE PASSWORD", ATA_SECURITY_DISABLE, which,
		log, &a);
	*out = a.reply;
	if (!r)
		r = ata_id_read(w, &id);
	if (r)
		out->err = -r;
	else if (id.lock.enabled == ANSWER_NO)
		out->err = 0;
	else if (!out->err || a.outcome == ATA_REFUSED)
		out->err = EACCES;
	return r;
}

int
ata_unlock(struct wire *w, const struct step *s, struct reply *out,
	   struct sent *log)
{
	struct ata_id id;
	bool bridged, proven;
	int r = ata_look(w, &id, &bridged, &proven);

	if (r) {
		out->err = -r;
		return r;
	}
	if (bridged) {
		out->err = EOPNOTSUPP;
		return 0;
	}
	return remove_password(w, s->password, out, log);
}

/* ---- start -------------------------------------------------------------- */

/* Why no password may be set; 0 = nothing. */
static int
obstacle(const struct lock *l, enum method m)
{
	if (l->supported != ANSWER_YES ||
	    (m == METHOD_SECURITY_ERASE_ENHANCED &&
	     l->enhanced != ANSWER_YES))
		return EOPNOTSUPP;
	if (l->frozen != ANSWER_NO)
		return EPERM;
	if (l->enabled != ANSWER_NO || l->locked != ANSWER_NO ||
	    l->expired != ANSWER_NO)
		return EACCES;
	return 0;
}

/*
 * The drive must show what it accepted: through something that only pretended
 * to pass it on, the erase would not come either.
 */
static int
set_password(struct wire *w, enum password which, struct reply *out,
	     struct sent *log)
{
	struct ata_memory *m = ata_memory(w);
	struct ata_answer a;
	struct ata_id id;
	int r;

	m->touched_password = true;
	r = say(w, "SECURITY SET PASSWORD", ATA_SECURITY_SET_PASSWORD, which,
		log, &a);
	*out = a.reply;
	if (r || a.outcome != ATA_OK)
		return r;
	r = ata_id_read(w, &id);
	if (r) {
		out->err = -r;
		return r;
	}
	if (id.lock.enabled == ANSWER_YES && id.lock.locked == ANSWER_NO)
		return 0;
	/* not shown is not "not done": settle would find nothing to do */
	r = say(w, "SECURITY DISABLE PASSWORD", ATA_SECURITY_DISABLE, which,
		log, &a);
	out->err = EPROTO;
	return r;
}

static struct command *
erase_entry(struct sent *log)
{
	uint32_t i;

	for (i = log->n; i > 0; i--)
		if (strcmp(log->c[i - 1].name, erase_name) == 0)
			return &log->c[i - 1];
	return NULL;
}

/* 1: ended; the answer is in m->answer.  0: still at it, -errno. */
static int
wait_for_end(struct wire *w, struct ata_memory *m, uint32_t ms)
{
	int err = 0, r = wire_sent(w, ms, &err);

	if (r <= 0)
		return r;
	m->pending = false;
	m->ended = true;
	if (err) {
		m->answer = (struct ata_answer){ .reply.err = -err };
		return 1;
	}
	ata_judge(&m->erase, SAT_PIO_OUT, &m->answer);
	return 1;
}

/*
 * PREPARE, and ERASE UNIT at once: any command between the two, and the drive
 * refuses.  1: it ended within a moment, 0: it is at work, -errno.
 */
static int
send_erase(struct wire *w, const struct ata_cmd *c, struct reply *out,
	   struct sent *log)
{
	const struct ata_cmd prepare = { "SECURITY ERASE PREPARE",
		SAT_NON_DATA, false, ATA_SECURITY_ERASE_PREPARE, 0, 0,
		COMMAND_MS, 0 };
	struct ata_memory *m = ata_memory(w);
	struct command *entry;
	struct ata_answer a;
	int r;

	if (m->only12)
		ata_build12(c, &m->erase);
	else
		ata_build16(c, &m->erase);
	m->erase.data = &m->password;
	r = ata_do(w, &prepare, NULL, log, &a);
	*out = a.reply;
	if (r)
		return r;
	if (a.outcome != ATA_OK) {
		m->answer = a;
		m->ended = true;
		return 1;
	}
	entry = sent_begin(log, c->name, m->erase.cdb, m->erase.cdb_len);
	r = wire_scsi_send(w, &m->erase);
	if (r) {
		entry->reply.err = out->err = -r;
		return r;
	}
	*out = (struct reply){ 0 };
	m->ended = false;
	m->pending = true;
	r = wait_for_end(w, m, EARLY_MS);
	if (r == 1)
		*out = entry->reply = m->answer.reply;
	return r;
}

/* Refused at once: perhaps something else came in between.  Once more. */
static int
erase(struct wire *w, const struct ata_id *id, bool enhanced,
      const struct step *s, struct reply *out, struct sent *log)
{
	struct ata_cmd c = data_command(erase_name, ATA_SECURITY_ERASE_UNIT,
		ata_erase_timeout_ms(id, enhanced));
	struct ata_memory *m = ata_memory(w);
	int r, i;

	for (i = 0; i < 2; i++) {
		fill_password(&m->password, s->password,
			      enhanced ? ATA_SEC_ENHANCED : 0);
		r = send_erase(w, &c, out, log);
		if (r <= 0)
			return r;
		if (m->answer.outcome != ATA_REFUSED)
			break;
	}
	return 0;
}

int
ata_erase_start(struct wire *w, const struct step *s, struct reply *out,
		struct sent *log)
{
	struct ata_memory *m = ata_memory(w);
	struct ata_id id;
	bool bridged, proven;
	int r;

	if (!m)
		return -ENOMEM;
	m->started = true;
	m->touched_password = m->pending = m->ended = false;
	r = ata_look(w, &id, &bridged, &proven);
	if (r) {
		out->err = -r;
		return r;
	}
	out->err = bridged || !proven ? EOPNOTSUPP :
					obstacle(&id.lock, s->method);
	if (out->err)
		return 0;
	r = set_password(w, s->password, out, log);
	if (r || out->err)
		return r;
	return erase(w, &id, s->method == METHOD_SECURITY_ERASE_ENHANCED, s,
		     out, log);
}

/* ---- poll --------------------------------------------------------------- */

/*
 * Done is what the drive accepted, what no reset broke off, and what it shows:
 * a whole erase takes the password away with it.
 */
static int
conclude(struct wire *w, const struct ata_memory *m,
	 struct drive_progress *out)
{
	struct ata_id id;
	int r;

	out->state = DRIVE_FAILED;
	out->reply = m->answer.reply;
	if (m->answer.outcome != ATA_OK)
		return 0;
	if (m->answer.reset) {
		out->reply.err = ECONNRESET;
		return 0;
	}
	r = ata_id_read(w, &id);
	if (r) {
		out->state = DRIVE_UNKNOWN;
		out->reply.err = -r;
		return r;
	}
	if (id.lock.enabled == ANSWER_YES || id.lock.locked == ANSWER_YES)
		out->reply.err = EACCES;
	else if (id.lock.enabled == ANSWER_NO && id.lock.locked == ANSWER_NO)
		out->state = DRIVE_DONE;
	else
		out->state = DRIVE_UNKNOWN;
	return 0;
}

/* A handle that sent nothing: an erase that was cut off leaves the password,
 * and one that was not leaves no trace of having been. */
static int
look_back(struct wire *w, struct drive_progress *out)
{
	struct ata_id id;
	int r = ata_id_read(w, &id);

	out->state = DRIVE_UNKNOWN;
	out->reply.err = r ? -r : ENODATA;
	if (!r && id.lock.enabled == ANSWER_YES) {
		out->state = DRIVE_FAILED;
		out->reply.err = EACCES;
	}
	return r;
}

int
ata_erase_poll(struct wire *w, struct drive_progress *out)
{
	struct ata_memory *m = ata_memory(w);
	int r;

	if (!m)
		return -ENOMEM;
	if (m->pending) {
		r = wait_for_end(w, m, 0);
		if (r == 0)
			out->state = DRIVE_BUSY;
		if (r <= 0)
			return r;
	}
	return m->ended ? conclude(w, m, out) : look_back(w, out);
}

/* ---- settle ------------------------------------------------------------- */

int
ata_erase_settle(struct wire *w, const struct step *s, struct reply *out,
		 struct sent *log)
{
	struct ata_memory *m = ata_memory(w);
	struct command *entry;
	bool bridged, proven;
	struct ata_id id;
	int r = 0;

	if (!m)
		return -ENOMEM;
	if (m->pending && wait_for_end(w, m, 0) != 1) {
		/* it holds the drive: a command now would only wait */
		out->err = EBUSY;
		return 0;
	}
	entry = m->ended ? erase_entry(log) : NULL;
	if (entry && entry->reply.err == EINPROGRESS)
		entry->reply = m->answer.reply;
	if (m->started && !m->touched_password)
		return 0;	/* whatever is set there, it is not ours */
	if (!m->started) {
		r = ata_look(w, &id, &bridged, &proven);
		if (!r && bridged)
			return 0;
	}
	if (!r)
		r = remove_password(w, s->password, out, log);
	if (r)
		out->err = -r;
	return r;
}
