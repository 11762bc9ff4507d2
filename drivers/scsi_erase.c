/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SANITIZE and FORMAT UNIT: start it, tell where it is, tell whether it was
 * this one that ended.
 *
 * SBC-4.  Both are sent with IMMED, so that a command that succeeds has only
 * begun.  There is no record of how one ended but the sense data of a drive
 * that failed; so "nothing runs" is success only of what was seen at work.
 *
 * While one runs, the kernel repeats every read and write of the block node
 * until it has ended: nothing here touches that node before.
 */
#include "scsi.h"

#include "../src/util.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define START_MS	120000U		/* it only has to start */
#define SETTLED_MS	60000U		/* a failure still shown then is ours */
#define GLANCES		3
#define GLANCE_MS	20U
/* Right after the start some drives still show what was before. */
#define CLEAN_LOOKS	4

static const char SANITIZE[] = "SANITIZE", FORMAT[] = "FORMAT UNIT";

bool
scsi_is_sanitize(enum method m)
{
	return m == METHOD_SANITIZE_OVERWRITE || m == METHOD_SANITIZE_CRYPTO ||
	       m == METHOD_SANITIZE_BLOCK;
}

/* ---- build -------------------------------------------------------------- */

/*
 * AUSE stays 0, the restricted mode: should it fail, the drive gives its data
 * to nobody, and nothing but a sanitize that succeeds leads out.  Nobody gets
 * a drive back that only looks usable.
 */
void
scsi_build_sanitize(enum method m, const uint8_t pattern[4],
		    uint8_t list[SCSI_LIST_MAX], struct wire_scsi *out)
{
	uint8_t action = m == METHOD_SANITIZE_BLOCK ? SCSI_SAN_BLOCK :
			 m == METHOD_SANITIZE_CRYPTO ? SCSI_SAN_CRYPTO :
						       SCSI_SAN_OVERWRITE;

	*out = (struct wire_scsi){
		.cdb = { SCSI_SANITIZE, SCSI_SAN_IMMED | action },
		.cdb_len = 10, .timeout_ms = START_MS,
	};
	if (action != SCSI_SAN_OVERWRITE)
		return;
	memset(list, 0, SCSI_LIST_MAX);
	list[0] = SCSI_SAN_COUNT(1);
	list[3] = SCSI_SAN_PATTERN;
	memcpy(list + SCSI_SAN_HEAD, pattern, SCSI_SAN_PATTERN);
	out->dir = WIRE_OUT;
	out->data = list;
	out->len = out->cdb[8] = SCSI_SAN_HEAD + SCSI_SAN_PATTERN;
}

void
scsi_build_exit(struct wire_scsi *out)
{
	*out = (struct wire_scsi){
		.cdb = { SCSI_SANITIZE, SCSI_SAN_EXIT },
		.cdb_len = 10, .timeout_ms = START_MS,
	};
}

/*
 * What the drive has: type 1 is "protected", types 2 and 3 "and not checked by
 * the application", 3 with a bit more (SBC-4, FMTPINFO and PROTECTION FIELD
 * USAGE).  Several intervals in a block need the long header.
 */
void
scsi_build_format(const struct scsi_capacity *cap,
		  uint8_t list[SCSI_LIST_MAX], struct wire_scsi *out)
{
	uint8_t info = cap->protection > 2 ? 3 : cap->protection ?
		       cap->protection + 1 : 0;

	*out = (struct wire_scsi){
		.cdb = { SCSI_FORMAT_UNIT, SCSI_FMT_PINFO(info) |
			 SCSI_FMT_DATA },
		.cdb_len = 6, .dir = WIRE_OUT, .data = list,
		.len = SCSI_FMT_SHORT_HEAD, .timeout_ms = START_MS,
	};
	memset(list, 0, SCSI_LIST_MAX);
	list[0] = cap->protection == 3 ? 1 : 0;
	list[1] = SCSI_FMT_IMMED;
	if (!cap->intervals)
		return;
	out->cdb[1] |= SCSI_FMT_LONG;
	out->len = SCSI_FMT_LONG_HEAD;
	list[3] = cap->intervals;
}

/* ---- judge -------------------------------------------------------------- */

/*
 * What is over in a moment was perhaps never seen at work.  That is believed of
 * a crypto or block erase alone, if nothing came in between that would have
 * hidden its end.  A format that a reset broke off may look ready.
 */
static enum drive_state
nothing_runs(const struct scsi_memory *m)
{
	if (!m->accepted)
		return DRIVE_IDLE;
	if (m->blamed || (m->format && m->reset))
		return DRIVE_FAILED;
	if (m->seen)
		return DRIVE_DONE;
	if (m->clean < CLEAN_LOOKS)
		return DRIVE_UNKNOWN;
	return m->quick && !m->reset && !m->lost ? DRIVE_DONE : DRIVE_IDLE;
}

enum drive_state
scsi_judge(const struct scsi_memory *m, enum scsi_says says,
	   uint64_t elapsed_ms)
{
	switch (says) {
	case SCSI_SAYS_SANITIZING:
	case SCSI_SAYS_FORMATTING:
		return DRIVE_BUSY;
	case SCSI_SAYS_SANITIZE_FAILED:
	case SCSI_SAYS_FORMAT_FAILED:
		return m->accepted && m->failed_before && !m->seen &&
		       elapsed_ms < SETTLED_MS ? DRIVE_UNKNOWN : DRIVE_FAILED;
	case SCSI_SAYS_NOTHING:
		return nothing_runs(m);
	case SCSI_SAYS_UNKNOWN:
	case SCSI_SAYS_ATTENTION:
		break;
	}
	return DRIVE_UNKNOWN;
}

/* What this look adds to what is known. */
static void
note(struct scsi_memory *m, enum scsi_says says)
{
	if (m->accepted && says == (m->format ? SCSI_SAYS_FORMATTING :
						SCSI_SAYS_SANITIZING))
		m->seen = true;
	m->clean = says == SCSI_SAYS_NOTHING ? m->clean + 1 : 0;
}

/* ---- start -------------------------------------------------------------- */

static bool
failed_before(enum scsi_says says)
{
	return says == SCSI_SAYS_SANITIZE_FAILED ||
	       says == SCSI_SAYS_FORMAT_FAILED;
}

/*
 * Through a bridge, or what translates for an ATA drive, nothing of this is
 * sent: the plan has no such step, and this is the last place to see to it.
 */
static int
is_direct(struct wire *w, bool *direct)
{
	struct drive d = { 0 };
	struct scsi_inquiry inq = { 0 };
	int r = wire_identify(w, &d);

	if (!r)
		r = scsi_ask_inquiry(w, &inq);
	*direct = !r && !d.bridge.name[0] && !inq.ata && !inq.zoned;
	return r;
}

/* What must be known before the command goes out; out->err: why it does not. */
static int
prepare(struct wire *w, struct scsi_memory *m, struct reply *out)
{
	enum scsi_says says;
	bool direct;
	int r = is_direct(w, &direct);

	if (!r && !direct) {
		out->err = EOPNOTSUPP;
		return 0;
	}
	if (!r)
		r = scsi_look(w, &says, out, NULL, NULL);
	if (r)
		return r;
	m->failed_before = failed_before(says);
	if (says != SCSI_SAYS_NOTHING && !m->failed_before) {
		if (!out->err)
			out->err = EBUSY;
		return 0;
	}
	*out = (struct reply){ 0 };
	/* one that has failed takes no writes, and holds none back */
	if (!m->failed_before)
		r = wire_drop_caches(w);
	if (!r)
		r = scsi_ask_capacity(w, false, &m->before);
	/* nothing in it is needed for a sanitize */
	if (m->failed_before && !m->format &&
	    (r == -EREMOTEIO || r == -EBADMSG))
		r = 0;
	return r;
}

/* What reads will do afterwards goes on record before: it explains blocks
 * that cannot be read. */
static void
record_character(struct wire *w, enum method m, struct sent *log)
{
	const uint8_t cdb[6] = { SCSI_INQUIRY, SCSI_EVPD, SCSI_VPD_CHARACTER,
				 0, REPLY_RAW };
	struct scsi_character ch;
	uint8_t buf[REPLY_RAW] = { 0 };
	struct command *c;
	char name[40];
	uint8_t after;
	size_t n;

	if (scsi_ask_vpd(w, SCSI_VPD_CHARACTER, buf, sizeof(buf), &n))
		return;
	scsi_parse_character(buf, n, &ch);
	after = m == METHOD_SANITIZE_CRYPTO ? ch.after_crypto : ch.after_block;
	if (!after)
		return;
	snprintf(name, sizeof(name), "INQUIRY page B1h: %s %u",
		 m == METHOD_SANITIZE_CRYPTO ? "WACEREQ" : "WABEREQ", after);
	c = sent_begin(log, name, cdb, sizeof(cdb));
	c->reply = (struct reply){ .raw_len = (uint32_t)n };
	memcpy(c->reply.raw, buf, n);
}

/* Sends what changes something, on record. */
static int
send_logged(struct wire *w, struct wire_scsi *c, const char *name,
	    struct reply *out, struct sent *log)
{
	struct command *e = sent_begin(log, name, c->cdb, c->cdb_len);
	struct scsi_answer a;
	int r = scsi_do(w, c, &a);

	*out = (struct reply){ .err = -r };
	if (!r) {
		out->err = scsi_errno(a.status, &a.sense);
		out->status = (uint32_t)a.sense.key << 16 |
			      SENSE_CODE(&a.sense);
		out->raw_len = c->sense_len < REPLY_RAW ? c->sense_len :
							  REPLY_RAW;
		memcpy(out->raw, c->sense, out->raw_len);
	}
	e->reply = *out;
	return r;
}

/* At work right now?  What is over in a moment is seen only now. */
static void
glance(struct wire *w, struct scsi_memory *m)
{
	enum scsi_says says;
	unsigned int i;

	for (i = 0; i < GLANCES && !m->seen; i++) {
		if (i)
			wire_wait(w, GLANCE_MS);
		if (scsi_ask_sense(w, &says))
			return;
		note(m, says);
	}
	m->clean = 0;
}

static const char *
build(const struct step *s, struct scsi_memory *m, struct wire_scsi *c)
{
	if (!m->format) {
		scsi_build_sanitize(s->method, s->pass.bytes, m->list, c);
		return SANITIZE;
	}
	scsi_build_format(&m->before, m->list, c);
	return FORMAT;
}

int
scsi_erase_start(struct wire *w, const struct step *s, struct reply *out,
		 struct sent *log)
{
	struct scsi_memory *m = scsi_memory(w);
	struct wire_scsi c;
	const char *name;
	int r;

	if (!m)
		return -ENOMEM;
	if (s->method == METHOD_SANITIZE_OVERWRITE &&
	    (s->pass.kind != PASS_FILL || s->pass.len != SCSI_SAN_PATTERN))
		return -EINVAL;
	*m = (struct scsi_memory){
		.format = s->method == METHOD_FORMAT,
		.quick = s->method == METHOD_SANITIZE_CRYPTO ||
			 s->method == METHOD_SANITIZE_BLOCK,
	};
	r = prepare(w, m, out);
	if (r) {
		out->err = -r;
		return r == -EREMOTEIO || r == -EBADMSG || r == -EACCES ||
		       r == -ENOTBLK ? 0 : r;
	}
	if (out->err)
		return 0;
	if (m->quick)
		record_character(w, s->method, log);
	name = build(s, m, &c);
	r = send_logged(w, &c, name, out, log);
	m->entry = log->n - 1;
	m->sent = r || !out->err;	/* without an answer: perhaps */
	if (r || out->err)
		return r;
	m->accepted = true;
	m->at_ms = wire_clock(w);
	glance(w, m);
	return 0;
}

/* ---- poll and settle ---------------------------------------------------- */

/* The erase went well, but a drive of another shape is another drive. */
static void
compare(struct wire *w, const struct scsi_memory *m,
	struct drive_progress *out)
{
	struct scsi_capacity now;
	int r = scsi_ask_capacity(w, false, &now);

	if (r) {		/* not told yet: asked again */
		out->state = DRIVE_UNKNOWN;
		out->reply.err = -r;
	} else if (m->before.blocks &&
		   (now.blocks != m->before.blocks ||
		    now.lblock != m->before.lblock ||
		    now.protection != m->before.protection ||
		    now.intervals != m->before.intervals)) {
		out->state = DRIVE_FAILED;
		out->reply.err = ESTALE;
	}
}

static int
fault_of(const struct scsi_memory *m)
{
	return m->reset ? ECONNRESET : EIO;
}

int
scsi_erase_poll(struct wire *w, struct drive_progress *out)
{
	struct scsi_memory *m = scsi_memory(w);
	enum scsi_says says;
	int r;

	if (!m)
		return -ENOMEM;
	r = scsi_look(w, &says, &out->reply, &out->permille, &out->known);
	if (r)
		return r;
	note(m, says);
	out->state = scsi_judge(m, says, wire_clock(w) - m->at_ms);
	if (out->state == DRIVE_DONE)
		compare(w, m, out);
	if (out->state == DRIVE_FAILED && !out->reply.err)
		out->reply.err = fault_of(m);
	return 0;
}

/* The command's record gets the sense data of the end. */
static void
complete(const struct scsi_memory *m, const struct reply *last,
	 struct sent *log)
{
	struct command *c = &log->c[m->entry];

	if (m->entry >= log->n ||
	    strcmp(c->name, m->format ? FORMAT : SANITIZE) != 0 ||
	    c->reply.err)
		return;		/* reused, or never accepted */
	c->reply.status = last->status;
	c->reply.raw_len = last->raw_len;
	memcpy(c->reply.raw, last->raw, sizeof(c->reply.raw));
}

/* The kernel that found the drive while it sanitized has found no size. */
static int
measure_anew(struct wire *w)
{
	uint64_t bytes;
	int r = wire_size(w, &bytes);

	return r || bytes ? r : wire_remeasure(w, &bytes);
}

/* What is left, if anything; nothing but its own success ends one that runs or
 * a restricted one that failed. */
static int
what_is_left(enum scsi_says says)
{
	switch (says) {
	case SCSI_SAYS_SANITIZING:
	case SCSI_SAYS_FORMATTING:
		return EBUSY;
	case SCSI_SAYS_SANITIZE_FAILED:
	case SCSI_SAYS_FORMAT_FAILED:
		return EIO;
	case SCSI_SAYS_NOTHING:
		return 0;
	case SCSI_SAYS_UNKNOWN:
	case SCSI_SAYS_ATTENTION:
		break;
	}
	return EAGAIN;
}

int
scsi_erase_settle(struct wire *w, struct reply *out, struct sent *log)
{
	struct scsi_memory *m = scsi_memory(w);
	enum scsi_says says;
	int r;

	if (!m)
		return -ENOMEM;
	if (!m->sent)
		return 0;
	r = scsi_look(w, &says, out, NULL, NULL);
	if (r)
		return r;
	complete(m, out, log);
	if (!out->err)
		out->err = what_is_left(says);
	if (out->err)
		return 0;
	r = wire_rescan(w);		/* the partitions' nodes must go */
	(void)r;			/* where there are none, it may fail */
	return measure_anew(w);
}

/* ---- READY: what ran, or has failed, before this program came ----------- */

int
scsi_ready_start(struct wire *w, struct reply *out, struct sent *log)
{
	struct reply answer = { 0 };
	enum scsi_says says;
	struct wire_scsi c;
	bool direct = false;
	int r = scsi_look(w, &says, out, NULL, NULL);

	out->err = 0;		/* it is waited for, whatever it says */
	if (!r && says == SCSI_SAYS_SANITIZE_FAILED)
		r = is_direct(w, &direct);
	if (r || !direct)
		return r;
	scsi_build_exit(&c);
	r = send_logged(w, &c, "SANITIZE: exit failure mode", &answer, log);
	/* A refusal is on record.  It refuses nothing that follows: a new
	 * sanitize leads out of a failed one as well. */
	out->status = answer.status;
	return r;
}

/* DONE says only that nothing runs any more. */
int
scsi_ready_poll(struct wire *w, struct drive_progress *out)
{
	enum scsi_says says;
	int r = scsi_look(w, &says, &out->reply, &out->permille, &out->known);

	if (r)
		return r;
	if (says == SCSI_SAYS_SANITIZING || says == SCSI_SAYS_FORMATTING)
		out->state = DRIVE_BUSY;
	else if (says == SCSI_SAYS_NOTHING || failed_before(says))
		out->state = DRIVE_DONE;
	return 0;
}

int
scsi_ready_settle(struct wire *w, struct reply *out)
{
	enum scsi_says says;
	int r = scsi_look(w, &says, out, NULL, NULL);

	if (r)
		return r;
	if (!out->err)
		out->err = what_is_left(says);
	return out->err ? 0 : measure_anew(w);
}
