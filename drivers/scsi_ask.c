/* SPDX-License-Identifier: Apache-2.0 */
/* Which questions are put to a SCSI disk, and how?  Read-only commands. */
#include "scsi.h"

#include "../src/util.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define ASK_MS		15000U	/* a disk that must spin up first */
#define AGAIN_MS	500U
#define TRIES		6	/* several unit attentions can be waiting */

struct scsi_memory *
scsi_memory(struct wire *w)
{
	void **keep = wire_memory(w);

	if (!*keep)
		*keep = calloc(1, sizeof(struct scsi_memory));
	return *keep;
}

/*
 * Whoever asks gets what the drive has been waiting to say, once; so what an
 * erase must know is kept here, whatever the question was.
 */
static void
remember(struct wire *w, int err, const struct sense *s)
{
	struct scsi_memory *m = scsi_memory(w);

	if (!m || !m->accepted)
		return;
	if (err)
		m->lost = true;
	if (s->key == SENSE_UNIT_ATTENTION && s->asc == SCSI_ASC_RESET)
		m->reset = true;
	if (s->deferred && (s->key == SENSE_MEDIUM_ERROR ||
			    s->key == SENSE_HARDWARE_ERROR ||
			    s->key == SENSE_ABORTED))
		m->blamed = true;
}

int
scsi_do(struct wire *w, struct wire_scsi *c, struct scsi_answer *a)
{
	int r;

	*a = (struct scsi_answer){ 0 };
	c->status = c->sense_len = 0;
	c->done = 0;
	r = wire_scsi(w, c);
	if (!r) {
		a->status = c->status;
		a->done = c->done < c->len ? c->done : c->len;
		(void)sense_parse(c->sense, c->sense_len < WIRE_SENSE_MAX ?
				  c->sense_len : WIRE_SENSE_MAX, &a->sense);
	}
	remember(w, r, &a->sense);
	return r;
}

static bool
passes_by(const struct scsi_answer *a)
{
	return a->status == SCSI_BUSY || a->status == SCSI_QUEUE_FULL ||
	       (a->status == SCSI_CHECK &&
		a->sense.key == SENSE_UNIT_ATTENTION);
}

/* What is over once it has been said, and what passes by, is asked again. */
static int
ask(struct wire *w, struct wire_scsi *c, struct scsi_answer *a)
{
	unsigned int i;
	int r = 0;

	c->dir = c->len ? WIRE_IN : WIRE_NONE;
	c->timeout_ms = ASK_MS;
	for (i = 0; i < TRIES; i++) {
		if (c->len)
			memset(c->data, 0, c->len);
		r = scsi_do(w, c, a);
		if (r || !passes_by(a))
			break;
		if (a->status != SCSI_CHECK)
			wire_wait(w, AGAIN_MS);
	}
	return r;
}

/* What came of it, if it went well; *n: how much. */
static int
ask_data(struct wire *w, struct wire_scsi *c, size_t *n)
{
	struct scsi_answer a;
	int r = ask(w, c, &a);

	*n = 0;
	if (r)
		return r;
	if (a.status == SCSI_CONFLICT)
		return -EACCES;
	if (a.status != SCSI_GOOD)
		return -EREMOTEIO;
	*n = a.done;
	return 0;
}

/* ---- who it is ---------------------------------------------------------- */

int
scsi_ask_inquiry(struct wire *w, struct scsi_inquiry *out)
{
	uint8_t buf[SCSI_INQUIRY_LEN] = { 0 };
	struct wire_scsi c = {
		.cdb = { SCSI_INQUIRY, 0, 0, 0, SCSI_INQUIRY_LEN },
		.cdb_len = 6, .data = buf, .len = sizeof(buf),
	};
	size_t n;
	int r = ask_data(w, &c, &n);

	*out = (struct scsi_inquiry){ 0 };
	return r ? r : scsi_parse_inquiry(buf, n, out);
}

int
scsi_ask_vpd(struct wire *w, uint8_t page, uint8_t *buf, uint16_t room,
	     size_t *len)
{
	struct wire_scsi c = {
		.cdb = { SCSI_INQUIRY, SCSI_EVPD, page, room >> 8,
			 room & 0xff },
		.cdb_len = 6, .data = buf, .len = room,
	};

	memset(buf, 0, room);
	return ask_data(w, &c, len);
}

static int
ask_capacity16(struct wire *w, struct scsi_capacity *out)
{
	uint8_t buf[SCSI_CAPACITY_16_LEN] = { 0 };
	struct wire_scsi c = {
		.cdb = { SCSI_SERVICE_IN_16, SCSI_SA_CAPACITY_16,
			 [13] = SCSI_CAPACITY_16_LEN },
		.cdb_len = 16, .data = buf, .len = sizeof(buf),
	};
	size_t n;
	int r = ask_data(w, &c, &n);

	return r ? r : scsi_parse_capacity16(buf, n, out);
}

/* Some USB sticks hang on the longer one. */
int
scsi_ask_capacity(struct wire *w, bool simple, struct scsi_capacity *out)
{
	uint8_t buf[SCSI_CAPACITY_10_LEN] = { 0 };
	struct wire_scsi c = {
		.cdb = { SCSI_READ_CAPACITY_10 },
		.cdb_len = 10, .data = buf, .len = sizeof(buf),
	};
	size_t n;
	int r;

	*out = (struct scsi_capacity){ 0 };
	if (!simple) {
		r = ask_capacity16(w, out);
		if (r != -EREMOTEIO && r != -EBADMSG)
			return r;
	}
	r = ask_data(w, &c, &n);
	if (!r)
		r = scsi_parse_capacity10(buf, n, out);
	return r == -EOVERFLOW ? ask_capacity16(w, out) : r;
}

/* ---- what it can -------------------------------------------------------- */

static const struct {
	uint8_t opcode, action;
} ops[SCSI_OP_COUNT] = {
	[SCSI_OP_OVERWRITE] = { SCSI_SANITIZE, SCSI_SAN_OVERWRITE },
	[SCSI_OP_BLOCK] = { SCSI_SANITIZE, SCSI_SAN_BLOCK },
	[SCSI_OP_CRYPTO] = { SCSI_SANITIZE, SCSI_SAN_CRYPTO },
	[SCSI_OP_FORMAT] = { SCSI_FORMAT_UNIT, 0 },
};

/* The way of asking that every drive has that has any is the last one. */
static int
ask_support(struct wire *w, enum scsi_op op, uint8_t how,
	    struct scsi_answer *a, enum answer *out)
{
	uint8_t buf[SCSI_RSOC_LEN] = { 0 };
	struct wire_scsi c = {
		.cdb = { SCSI_MAINTENANCE_IN, SCSI_SA_SUPPORTED, how,
			 ops[op].opcode, 0, ops[op].action,
			 [9] = SCSI_RSOC_LEN },
		.cdb_len = 12, .data = buf, .len = sizeof(buf),
	};
	int r = ask(w, &c, a);

	*out = ANSWER_UNKNOWN;
	if (!r && a->status == SCSI_GOOD)
		*out = scsi_parse_support(buf, a->done, ops[op].opcode);
	return r;
}

int
scsi_ask_support(struct wire *w, enum scsi_op op, enum answer *out,
		 enum scsi_says *why)
{
	struct scsi_answer a;
	int r = ask_support(w, op, SCSI_RSOC_EITHER, &a, out);

	*why = SCSI_SAYS_UNKNOWN;
	if (r)
		return r;
	if (a.status == SCSI_CHECK && a.sense.asc == SCSI_ASC_FIELD_CDB)
		r = ask_support(w, op, ops[op].action ? SCSI_RSOC_ACTION :
							SCSI_RSOC_OPCODE,
				&a, out);
	if (!r && a.status == SCSI_CHECK)
		*why = scsi_says(&a.sense);
	return r;
}

int
scsi_ask_protected(struct wire *w, enum answer *out)
{
	uint8_t buf[SCSI_MODE_LEN] = { 0 };
	struct wire_scsi c = {
		.cdb = { SCSI_MODE_SENSE_10, SCSI_MODE_NO_BLOCKS,
			 SCSI_MODE_CONTROL, [8] = SCSI_MODE_LEN },
		.cdb_len = 10, .data = buf, .len = sizeof(buf),
	};
	size_t n;
	int r = ask_data(w, &c, &n);

	*out = r ? ANSWER_UNKNOWN : scsi_parse_protected(buf, n);
	return r;
}

/* ---- health ------------------------------------------------------------- */

static int
ask_defects(struct wire *w, struct count *out)
{
	/* only the head: the list can be megabytes long */
	uint8_t buf[SCSI_DEFECTS_HEAD] = { 0 };
	struct wire_scsi c = {
		.cdb = { SCSI_READ_DEFECTS_12,
			 SCSI_DEFECTS_GROWN | SCSI_DEFECTS_INDEX,
			 [9] = SCSI_DEFECTS_HEAD },
		.cdb_len = 12, .data = buf, .len = sizeof(buf),
	};
	struct scsi_answer a;
	int r = ask(w, &c, &a);

	/* "recovered": it came in a format other than the one asked for */
	if (!r && (a.status == SCSI_GOOD ||
		   (a.status == SCSI_CHECK &&
		    a.sense.key == SENSE_RECOVERED)))
		*out = scsi_parse_defects(buf, a.done);
	return r;
}

int
scsi_ask_health(struct wire *w, struct health *out)
{
	static const uint8_t pages[] = {
		SCSI_LOG_TEMPERATURE, SCSI_LOG_EXCEPTIONS, SCSI_LOG_SOLID,
		SCSI_LOG_READ_ERRORS, SCSI_LOG_SCAN,
	};
	uint8_t buf[SCSI_LOG_LEN] = { 0 };
	size_t i, n;
	int r = 0;

	*out = (struct health){ 0 };
	for (i = 0; i < ARRAY_SIZE(pages); i++) {
		struct wire_scsi c = {
			.cdb = { SCSI_LOG_SENSE, 0,
				 SCSI_LOG_CUMULATIVE | pages[i],
				 [8] = SCSI_LOG_LEN },
			.cdb_len = 10, .data = buf, .len = sizeof(buf),
		};

		r = ask_data(w, &c, &n);
		if (!r && n && (buf[0] & SCSI_LOG_PAGE) == pages[i])
			scsi_parse_log(buf, n, out);
		else if (r && r != -EREMOTEIO)
			return r;
	}
	return ask_defects(w, &out->grown);
}

/* ---- where it is -------------------------------------------------------- */

static void
keep(struct reply *reply, uint8_t status, const struct sense *s,
     const uint8_t *raw, size_t n)
{
	*reply = (struct reply){ 0 };
	reply->status = (uint32_t)s->key << 16 | SENSE_CODE(s);
	if (status != SCSI_GOOD && status != SCSI_CHECK)
		reply->err = scsi_errno(status, s);
	reply->raw_len = n < REPLY_RAW ? (uint32_t)n : REPLY_RAW;
	memcpy(reply->raw, raw, reply->raw_len);
}

/* Sense data is what REQUEST SENSE answers; its own is about itself. */
static int
request_sense(struct wire *w, struct sense *s, struct reply *reply)
{
	uint8_t buf[252] = { 0 };
	struct wire_scsi c = {
		.cdb = { SCSI_REQUEST_SENSE, [4] = sizeof(buf) },
		.cdb_len = 6, .data = buf, .len = sizeof(buf),
	};
	struct scsi_answer a;
	int r = ask(w, &c, &a);

	*s = (struct sense){ 0 };
	*reply = (struct reply){ .err = -r };
	if (r)
		return r;
	if (a.status == SCSI_GOOD) {
		(void)sense_parse(buf, a.done, s);
		keep(reply, a.status, s, buf, s->valid ? a.done : 0);
		remember(w, 0, s);
	} else {
		*s = a.sense;
		keep(reply, a.status, s, c.sense, c.sense_len);
	}
	return 0;
}

static int
test_ready(struct wire *w, enum scsi_says *says, struct reply *reply)
{
	struct wire_scsi c = { .cdb = { SCSI_TEST_UNIT_READY },
			       .cdb_len = 6 };
	struct scsi_answer a;
	int r = ask(w, &c, &a);

	if (r) {
		*reply = (struct reply){ .err = -r };
		return r;
	}
	if (a.status == SCSI_GOOD)
		return 0;
	*says = a.status == SCSI_CHECK ? scsi_says(&a.sense) :
					 SCSI_SAYS_UNKNOWN;
	/* "nothing" would be a reason to be ready */
	if (*says == SCSI_SAYS_NOTHING)
		*says = SCSI_SAYS_UNKNOWN;
	keep(reply, a.status, &a.sense, c.sense, c.sense_len);
	return 0;
}

static int
sense_says(struct wire *w, enum scsi_says *says, struct reply *reply,
	   struct sense *s)
{
	unsigned int i;
	int r = 0;

	*says = SCSI_SAYS_ATTENTION;
	for (i = 0; i < TRIES && *says == SCSI_SAYS_ATTENTION && !r; i++) {
		r = request_sense(w, s, reply);
		*says = scsi_says(s);
	}
	return r;
}

int
scsi_look(struct wire *w, enum scsi_says *says, struct reply *reply,
	  uint32_t *permille, bool *known)
{
	struct sense s;
	int r = sense_says(w, says, reply, &s);

	if (!r && *says == SCSI_SAYS_NOTHING)
		r = test_ready(w, says, reply);
	if (!r && *says == SCSI_SAYS_NOTHING)
		r = sense_says(w, says, reply, &s);
	if (r) {
		*says = SCSI_SAYS_UNKNOWN;
		return r;
	}
	if (*says == SCSI_SAYS_UNKNOWN && !reply->err)
		reply->err = EAGAIN;
	if (permille) {
		*known = s.has_progress &&
			 (*says == SCSI_SAYS_SANITIZING ||
			  *says == SCSI_SAYS_FORMATTING);
		*permille = *known ? s.progress * 1000U / 65536 : 0;
	}
	return 0;
}

int
scsi_ask_sense(struct wire *w, enum scsi_says *says)
{
	struct reply ignored;
	struct sense s;

	return sense_says(w, says, &ignored, &s);
}
