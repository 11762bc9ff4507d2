/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A SCSI disk, on whatever bus: what is it, what does it offer, and who carries
 * out its steps?  SPC-5, SBC-4.
 */
#include "scsi.h"

#include "../src/util.h"

#include <errno.h>
#include <stdlib.h>

/* ATA drives have been asked for first. */
static int
match(struct wire *w)
{
	struct scsi_inquiry inq;
	int r;

	if (wire_kind(w) != WIRE_SCSI)
		return 0;
	r = scsi_ask_inquiry(w, &inq);
	if (!r)
		return 1;
	return r == -ENOTBLK || r == -EBADMSG || r == -EREMOTEIO ? 0 : r;
}

/* ---- identify ----------------------------------------------------------- */

#define VPD_ROOM	1024

struct page {
	uint8_t buf[VPD_ROOM];
	size_t len;
};

/* Only what the drive lists: to ask for more has hung some. */
static bool
read_page(struct wire *w, const struct page *list, uint8_t page,
	  struct page *out)
{
	/* some old ones return nothing if they are offered much room */
	uint16_t room = page == SCSI_VPD_NAMES || page == SCSI_VPD_ATA ?
			VPD_ROOM : 252;

	out->len = 0;
	return scsi_parse_list(list->buf, list->len, page) &&
	       !scsi_ask_vpd(w, page, out->buf, room, &out->len);
}

static void
look_at_pages(struct wire *w, const struct page *list, struct scsi_facts *f)
{
	struct page a, b;
	bool limits, provisioning;

	if (read_page(w, list, SCSI_VPD_SERIAL, &a))
		scsi_parse_serial(a.buf, a.len, f->serial);
	if (read_page(w, list, SCSI_VPD_NAMES, &a))
		scsi_parse_names(a.buf, a.len, f->wwn);
	if (read_page(w, list, SCSI_VPD_CHARACTER, &a))
		scsi_parse_character(a.buf, a.len, &f->character);
	limits = read_page(w, list, SCSI_VPD_LIMITS, &a);
	provisioning = read_page(w, list, SCSI_VPD_PROVISIONING, &b);
	f->trim = scsi_parse_trim(limits ? a.buf : NULL, a.len,
				  provisioning ? b.buf : NULL, b.len);
}

/*
 * A drive that cannot tell because of what runs, or has failed, has that
 * command set; which actions, it says when one is sent.  Without this, a
 * sanitize that was broken off could not be taken up again.
 */
static enum answer
presume(enum scsi_op op, enum scsi_says why)
{
	bool format = why == SCSI_SAYS_FORMATTING ||
		      why == SCSI_SAYS_FORMAT_FAILED;
	bool sanitize = why == SCSI_SAYS_SANITIZING ||
			why == SCSI_SAYS_SANITIZE_FAILED;

	return (op == SCSI_OP_FORMAT ? format : sanitize) ? ANSWER_YES :
							    ANSWER_UNKNOWN;
}

/*
 * There is no harmless way to try: even to leave a failure mode changes a drive
 * that is in it.  Who does not list its commands is not sent any.
 */
static int
look_at_commands(struct wire *w, struct scsi_facts *f)
{
	enum scsi_says why;
	enum scsi_op op;
	int r = 0;

	for (op = 0; op < SCSI_OP_COUNT && !r; op++) {
		r = scsi_ask_support(w, op, &f->can[op], &why);
		if (!r && f->can[op] == ANSWER_UNKNOWN)
			f->can[op] = presume(op, why);
	}
	return r;
}

static bool
fatal(int r)
{
	return r == -ENODEV || r == -ENOMEM;
}

static int
look_at_state(struct wire *w, struct scsi_facts *f)
{
	struct reply reply;
	bool known;
	int r = scsi_look(w, &f->says, &reply, &f->permille, &known);

	f->reserved |= reply.err == EACCES;
	return r;
}

/*
 * simple: behind a USB bridge, where some things hang on what they do not
 * know.  Nothing of the rest is needed there: no command of the drive is
 * offered.
 */
static int
look_at(struct wire *w, bool simple, struct scsi_facts *f)
{
	struct page list;
	int r = scsi_ask_inquiry(w, &f->inq);

	if (r)
		return r;
	if (!scsi_ask_vpd(w, SCSI_VPD_LIST, list.buf, 252, &list.len))
		look_at_pages(w, &list, f);
	r = scsi_ask_capacity(w, simple, &f->cap);
	if (!fatal(r))
		r = look_at_state(w, f);
	if (simple || r)
		return fatal(r) ? r : 0;
	r = scsi_ask_protected(w, &f->protected_);
	f->reserved |= r == -EACCES;
	if (!fatal(r) && !f->inq.ata)
		r = look_at_commands(w, f);
	return fatal(r) ? r : 0;
}

/* ---- what stands in between --------------------------------------------- */

static void
judge_bridge(struct wire *w, struct drive *d)
{
	struct bridge_ata behind;
	struct page list, page;
	bool told = false;

	if (d->bridge.name[0] &&
	    !scsi_ask_vpd(w, SCSI_VPD_LIST, list.buf, 252, &list.len) &&
	    read_page(w, &list, SCSI_VPD_ATA, &page))
		told = !bridge_parse_ata(page.buf, page.len, &behind);
	bridge_judge(told ? &behind : NULL, d);
}

static int
health(struct wire *w, struct health *out)
{
	struct drive d = { 0 };
	int r = wire_identify(w, &d);

	*out = (struct health){ 0 };
	if (!r && !d.bridge.name[0])
		r = scsi_ask_health(w, out);
	return r;
}

/* Who may not ask is told what the kernel knows, and that nothing is offered
 * but what the host does. */
static int
unasked(struct drive *d, int r)
{
	unsigned int m;

	if (fatal(r))
		return r;
	for (m = METHOD_NONE + 1; m < METHOD_COUNT; m++)
		d->offers[m] = (struct offer){
			.why.code = REASON_NO_STATUS,
		};
	driver_host_offer(d);
	return 0;
}

static int
identify(struct wire *w, struct drive *out)
{
	struct scsi_facts f = { 0 };
	int r = wire_identify(w, out);

	if (r)
		return r;
	out->lock = (struct lock){ .supported = ANSWER_NO };
	out->sanitize = (struct sanitize){ 0 };
	out->health = (struct health){ 0 };
	out->rpm = out->meta = 0;
	out->trim = out->encrypts = ANSWER_UNKNOWN;
	if (!out->areas.kernel)
		out->areas.kernel = out->id.size;
	r = look_at(w, out->bridge.name[0], &f);
	if (r)
		return unasked(out, r);
	scsi_fill(&f, out);
	judge_bridge(w, out);
	scsi_sanitize_state(&f, &out->sanitize);
	scsi_offers(&f, out);
	if (!out->bridge.name[0])
		r = scsi_ask_health(w, &out->health);
	return r == -ENODEV ? r : 0;	/* else unknown, and shown as that */
}

/* ---- steps -------------------------------------------------------------- */

static bool
is_ours(const struct step *s)
{
	return s->kind == STEP_FIRMWARE &&
	       (scsi_is_sanitize(s->method) || s->method == METHOD_FORMAT);
}

/* SCSI knows neither such passwords nor limits that tell of themselves. */
static bool
foreign(const struct step *s)
{
	return (s->kind == STEP_FIRMWARE && !is_ours(s)) ||
	       s->kind == STEP_UNLOCK || s->kind == STEP_EXPOSE;
}

static int
start(struct wire *w, const struct step *s, struct reply *out,
      struct sent *log)
{
	if (foreign(s)) {
		out->err = EOPNOTSUPP;
		return 0;
	}
	if (s->kind == STEP_READY)
		return scsi_ready_start(w, out, log);
	if (is_ours(s))
		return scsi_erase_start(w, s, out, log);
	return driver_host_start(w, s, out, log);
}

static int
poll(struct wire *w, const struct step *s, struct drive_progress *out)
{
	if (foreign(s)) {
		out->reply.err = EOPNOTSUPP;
		out->state = DRIVE_FAILED;
		return 0;
	}
	if (s->kind == STEP_READY)
		return scsi_ready_poll(w, out);
	if (is_ours(s))
		return scsi_erase_poll(w, out);
	return driver_host_poll(w, s, out);
}

static int
settle(struct wire *w, const struct step *s, struct reply *out,
       struct sent *log)
{
	if (foreign(s))
		return 0;		/* nothing was begun */
	if (s->kind == STEP_READY)
		return scsi_ready_settle(w, out);
	if (is_ours(s))
		return scsi_erase_settle(w, out, log);
	return driver_host_settle(w, s, out, log);
}

const struct driver scsi_driver = {
	.name = "scsi",
	.match = match,
	.identify = identify,
	.start = start,
	.poll = poll,
	.settle = settle,
	.health = health,
};
