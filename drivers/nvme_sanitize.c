/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sanitize: start it, tell where it is, tell whether it was this one that
 * ended.
 *
 * NVM Express Base Specification 2.1, clauses 5.1.22, 5.1.12.1.33 and 8.1.24.
 * A command that succeeds has only begun.  The status log is kept for years,
 * so it says "success" of a sanitize of long ago as well.
 */
#include "nvme.h"

#include "../src/util.h"

#include <errno.h>
#include <string.h>

/* A log that after this time still shows the failure of before shows ours. */
#define SETTLED_MS	60000U

static const char SANITIZE[] = "Sanitize";

/*
 * The log has moved on since the start: another result, another command, or
 * "nothing was written since" where something had been.
 */
static bool
moved(const struct nvme_sanlog *before, const struct nvme_sanlog *now)
{
	return NVME_SSTAT_SOS(before->sstat) != NVME_SSTAT_SOS(now->sstat) ||
	       before->scdw10 != now->scdw10 ||
	       (!(before->sstat & NVME_SSTAT_GDE) &&
		now->sstat & NVME_SSTAT_GDE);
}

/* The signet counts in moved(): a drive may keep of it what it likes. */
static bool
is_ours(const struct nvme_memory *m, const struct nvme_sanlog *now)
{
	return !((now->scdw10 ^ m->cdw10) & ~m->signet);
}

enum drive_state
nvme_sanitize_judge(const struct nvme_memory *m, const struct nvme_sanlog *now,
		    uint64_t elapsed_ms)
{
	bool ours = m->accepted && is_ours(m, now);
	bool after = m->seen || (m->accepted && moved(&m->before, now));
	uint32_t phase = NVME_SSI_STATE(now->ssi);

	switch (NVME_SSTAT_SOS(now->sstat)) {
	case NVME_SOS_NEVER:
		return DRIVE_IDLE;
	case NVME_SOS_RUNNING:
		return DRIVE_BUSY;
	case NVME_SOS_FAILED:
		return after || !m->accepted || elapsed_ms >= SETTLED_MS ?
		       DRIVE_FAILED : DRIVE_UNKNOWN;
	case NVME_SOS_DONE:
	case NVME_SOS_DEALLOCATED:
		if (phase == NVME_SANS_DEALLOCATING)
			return DRIVE_BUSY;
		/* all other phases contradict "success" */
		return phase == NVME_SANS_IDLE && ours && after ?
		       DRIVE_DONE : DRIVE_UNKNOWN;
	}
	return DRIVE_UNKNOWN;
}

/* ---- start -------------------------------------------------------------- */

static void
keep_raw(struct reply *out, const uint8_t raw[REPLY_RAW])
{
	memcpy(out->raw, raw, REPLY_RAW);
	out->raw_len = REPLY_RAW;
}

/* The log, and how it was answered. */
static int
read_log(struct wire *w, struct nvme_sanlog *l, struct reply *out)
{
	uint8_t raw[REPLY_RAW] = { 0 };
	int r = nvme_ask_sanlog(w, l, raw);

	if (r >= 0)
		out->status = (uint32_t)r;
	if (r > 0)
		out->err = nvme_errno((uint16_t)r);
	else if (r < 0)
		out->err = -r;
	else
		keep_raw(out, raw);
	return r;
}

/* At work on what we sent, seen now: then any end of it is new. */
static void
glimpse(struct nvme_memory *m, const struct nvme_sanlog *l)
{
	if (m->accepted && is_ours(m, l) &&
	    NVME_SSTAT_SOS(l->sstat) == NVME_SOS_RUNNING)
		m->seen = true;
}

static uint32_t
pattern_of(const struct step *s)
{
	return s->pass.kind == PASS_FILL && s->pass.len == 4 ?
	       le32(s->pass.bytes) : 0;
}

/* What is known before the command goes out: without it, an old success
 * could not be told from a new one, so nothing is sent. */
static int
prepare(struct wire *w, const struct step *s, struct nvme_memory *m,
	struct wire_nvme *c, struct reply *out)
{
	struct nvme_ctrl ctrl;
	int r = wire_drop_caches(w);

	if (!r)
		r = nvme_ask_ctrl(w, &ctrl);
	if (r) {
		out->status = r > 0 ? (uint32_t)r : 0;
		out->err = r > 0 ? nvme_errno((uint16_t)r) : -r;
		return r < 0 ? r : 0;
	}
	r = read_log(w, &m->before, out);
	if (r)
		return r < 0 ? r : 0;
	if (NVME_SSTAT_SOS(m->before.sstat) == NVME_SOS_RUNNING) {
		out->err = EBUSY;
		return 0;
	}
	nvme_build_sanitize(s->method, &ctrl, nvme_ask_pi(w, &ctrl),
			    pattern_of(s), c);
	return 0;
}

/*
 * The log keeps CDW10, and a success with this one was there before: so ours
 * gets a bit that means nothing to its action, the number of passes where
 * nothing is overwritten, or their inversion where there is but one.
 */
static uint32_t
signet(const struct nvme_memory *m, uint32_t cdw10)
{
	uint32_t sos = NVME_SSTAT_SOS(m->before.sstat);

	if (m->before.scdw10 != cdw10 ||
	    (sos != NVME_SOS_DONE && sos != NVME_SOS_DEALLOCATED))
		return 0;
	return (cdw10 & 7) == NVME_SANACT_OVERWRITE ? NVME_SANITIZE_OIPBP :
						      NVME_SANITIZE_OWPASS(1);
}

/* Once, and again without what is only good to have, if the drive takes
 * exception to a field; a command that it refuses has done nothing. */
static int
send(struct wire *w, struct nvme_memory *m, struct wire_nvme *c,
     struct reply *out, struct sent *log)
{
	uint32_t plain = c->cdw10, refused = 0;
	int r;

	for (;;) {
		m->signet = signet(m, plain) & ~refused;
		c->cdw10 = plain | m->signet;
		*out = (struct reply){ 0 };
		r = nvme_send_logged(w, c, SANITIZE, out, log);
		if (r || c->status != NVME_INVALID_FIELD)
			return r;
		if (plain & NVME_SANITIZE_PREQ)
			plain &= ~NVME_SANITIZE_PREQ;
		else if (m->signet)
			refused = m->signet;
		else
			return 0;
	}
}

int
nvme_sanitize_start(struct wire *w, const struct step *s, struct reply *out,
		    struct sent *log)
{
	struct nvme_memory *m = nvme_memory(w);
	struct nvme_sanlog l;
	struct wire_nvme c = { 0 };
	int r;

	if (!m)
		return -ENOMEM;
	if (s->method == METHOD_SANITIZE_OVERWRITE &&
	    (s->pass.kind != PASS_FILL || s->pass.len != 4))
		return -EINVAL;
	m->sent = m->accepted = m->seen = false;
	r = prepare(w, s, m, &c, out);
	if (r || out->err)
		return r;
	r = send(w, m, &c, out, log);
	m->entry = log->n - 1;
	/* without an answer it may well be at work */
	m->sent = r || !out->err;
	if (r || out->err)
		return r;
	m->accepted = true;
	m->cdw10 = c.cdw10;
	m->at_ms = wire_clock(w);
	/* a drive that is quick is at work only now */
	if (!nvme_ask_sanlog(w, &l, out->raw)) {
		out->raw_len = REPLY_RAW;
		glimpse(m, &l);
	}
	return 0;
}

/* ---- poll and settle ---------------------------------------------------- */

static void
show(const struct nvme_sanlog *l, struct drive_progress *out)
{
	if (NVME_SSTAT_SOS(l->sstat) != NVME_SOS_RUNNING ||
	    l->sprog == NVME_SPROG_IDLE)
		return;
	out->known = true;
	out->permille = nvme_permille(l);
}

int
nvme_sanitize_poll(struct wire *w, const struct step *s,
		   struct drive_progress *out)
{
	struct nvme_memory *m = nvme_memory(w);
	struct nvme_sanlog l;
	int r;

	(void)s;
	if (!m)
		return -ENOMEM;
	r = read_log(w, &l, &out->reply);
	if (r)
		return r < 0 ? r : 0;	/* still DRIVE_UNKNOWN */
	glimpse(m, &l);
	show(&l, out);
	out->state = nvme_sanitize_judge(m, &l, wire_clock(w) - m->at_ms);
	if (out->state == DRIVE_FAILED)
		out->reply.err = EIO;
	return 0;
}

/* The command's record gets the log as it was at the end. */
static void
complete(const struct nvme_memory *m, const struct reply *last,
	 struct sent *log)
{
	struct command *c = &log->c[m->entry];

	if (m->entry >= log->n || strcmp(c->name, SANITIZE) != 0)
		return;		/* the record was full and is reused */
	memcpy(c->reply.raw, last->raw, sizeof(c->reply.raw));
	c->reply.raw_len = last->raw_len;
}

/*
 * A restricted sanitize that failed, or one that runs, is left behind by
 * necessity: nothing but the drive's own success ends it.
 */
int
nvme_sanitize_settle(struct wire *w, struct reply *out, struct sent *log)
{
	struct nvme_memory *m = nvme_memory(w);
	struct nvme_sanlog l;
	uint32_t sos;
	int r;

	if (!m)
		return -ENOMEM;
	if (!m->sent)
		return 0;
	r = read_log(w, &l, out);
	if (r)
		return r < 0 ? r : 0;
	complete(m, out, log);
	sos = NVME_SSTAT_SOS(l.sstat);
	if (sos == NVME_SOS_RUNNING)
		out->err = EBUSY;
	else if (sos == NVME_SOS_FAILED)
		out->err = EIO;
	else
		r = wire_rescan(w);	/* the partitions' nodes must go */
	(void)r;			/* where there are none, it may fail */
	return 0;
}

/* ---- READY: what ran, or has failed, before this program came ----------- */

int
nvme_ready_start(struct wire *w, struct reply *out, struct sent *log)
{
	struct reply answer = { 0 };
	struct nvme_sanlog l;
	struct wire_nvme c;
	uint32_t phase, exit = 0;
	int r = read_log(w, &l, out);

	if (r)
		return r < 0 ? r : 0;
	phase = NVME_SSI_STATE(l.ssi);
	if (phase == NVME_SANS_VERIFYING)
		exit = NVME_SANACT_EXIT_VERIFY;
	else if (NVME_SSTAT_SOS(l.sstat) == NVME_SOS_FAILED &&
		 l.scdw10 & NVME_SANITIZE_AUSE &&
		 (phase == NVME_SANS_IDLE || phase == NVME_SANS_FAILED_OPEN))
		exit = NVME_SANACT_EXIT_FAILED;
	if (!exit)
		return 0;
	nvme_build_exit(exit, &c);
	r = nvme_send_logged(w, &c, exit == NVME_SANACT_EXIT_VERIFY ?
			     "Sanitize: exit media verification" :
			     "Sanitize: exit failure mode", &answer, log);
	/* A refusal is on record.  It refuses nothing that follows: a new
	 * sanitize leads out of a failed one as well. */
	out->status = answer.status;
	return r;
}

/*
 * DONE says only that nothing runs any more.  A sanitize that failed in the
 * restricted mode stays so until another one succeeds, which the steps after
 * this one begin with.
 */
int
nvme_ready_poll(struct wire *w, struct drive_progress *out)
{
	struct nvme_sanlog l;
	uint32_t phase;
	int r = read_log(w, &l, &out->reply);

	if (r)
		return r < 0 ? r : 0;
	phase = NVME_SSI_STATE(l.ssi);
	show(&l, out);
	out->state = NVME_SSTAT_SOS(l.sstat) == NVME_SOS_RUNNING ||
		     phase == NVME_SANS_VERIFYING ||
		     phase == NVME_SANS_DEALLOCATING ? DRIVE_BUSY : DRIVE_DONE;
	return 0;
}
