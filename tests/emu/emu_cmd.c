/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What becomes of a command on its way to a drive and back, and of the time
 * that it takes?
 */
#include "emu_dev.h"

#include "../../src/util.h"

#include <errno.h>
#include <string.h>

#define START_MS 1000	/* of the clock */

static uint64_t passed_ms;

uint64_t
emu_now(void)
{
	return START_MS + passed_ms;
}

/* ---- the answer --------------------------------------------------------- */

static void
spoil(struct emu_drive *d, struct emu_flight *f)
{
	const struct emu_fault *g = emu_op_fires(d, EMU_GARBAGE, f->op);
	uint8_t *p = f->scsi_copy.data;
	uint32_t len = f->scsi_copy.done, i;
	uint64_t x;

	if (!g)
		return;
	if (f->nvme) {
		p = f->nvme_copy.data;
		len = f->nvme_copy.dir == WIRE_IN ? f->nvme_copy.len : 0;
	} else if (f->scsi_copy.dir != WIRE_IN || !len) {
		p = f->scsi_copy.sense;
		len = f->scsi_copy.sense_len;
	}
	x = g->arg * 0x9e3779b97f4a7c15ULL + g->seen;
	for (i = 0; p && i < len; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		if (!g->len || (i >= g->at && i < g->at + g->len))
			p[i] = (uint8_t)(x >> 24);
	}
}

static uint32_t
status_of(const struct emu_flight *f)
{
	const struct wire_scsi *c = &f->scsi_copy;
	const uint8_t *s = c->sense;
	uint32_t status = (uint32_t)c->status << 24;

	if (!f->scsi)
		return f->nvme ? f->nvme_copy.status : 0;
	if (c->sense_len >= 14 && (s[0] & 0x7e) == 0x70)
		return status | (s[2] & 0xfU) << 16 | (uint32_t)s[12] << 8 |
		       s[13];
	if (c->sense_len >= 8)
		return status | (s[1] & 0xfU) << 16 | (uint32_t)s[2] << 8 |
		       s[3];
	return status;
}

/* It is over: the answer goes into the journal and to who waits for it. */
static void
answer(struct emu_drive *d, struct emu_flight *f, int err)
{
	struct emu_op *line = &d->ops[f->line];
	const struct emu_fault *cut = NULL;

	if (!err) {
		cut = emu_op_fires(d, EMU_SHORT_DATA, f->op);
		if (cut && f->scsi_copy.done > cut->arg)
			f->scsi_copy.done = (uint32_t)cut->arg;
		spoil(d, f);
	}
	line->ended = true;
	line->res = f->err = err;
	line->status = err ? 0 : status_of(f);
	if (f->by && f->scsi && !err)
		*f->scsi = f->scsi_copy;
	if (f->by && f->nvme && !err)
		*f->nvme = f->nvme_copy;
	f->on = false;
	if (emu_op_fires(d, EMU_POWER_LOSS_AFTER, f->op))
		emu_power_off(d);
}

static void
end(struct emu_drive *d, struct emu_flight *f)
{
	const struct emu_dev *dev = d->dev;
	int err = f->err;

	d->op = f->op;
	if (!err && dev && f->scsi && dev->scsi_end)
		err = dev->scsi_end(d, &f->scsi_copy);
	else if (!err && dev && f->nvme && dev->nvme_end)
		err = dev->nvme_end(d, &f->nvme_copy);
	answer(d, f, err);
}

void
emu_abort(struct emu_drive *d, int err)
{
	if (d->flight.on)
		answer(d, &d->flight, err);
}

void
emu_forget(struct wire *w)
{
	struct emu_flight *f = &w->d->flight;

	if (f->by != w)
		return;
	f->by = NULL;
	f->scsi_copy.data = f->nvme_copy.data = NULL;
	f->scsi_copy.len = f->nvme_copy.len = 0;
}

/* ---- time and power ----------------------------------------------------- */

/* The host has waited long enough: it resets the drive. */
static void
time_out(struct emu_drive *d, struct emu_flight *f)
{
	answer(d, f, -ETIMEDOUT);
	if (d->dev->reset)
		d->dev->reset(d);
}

/* Does what the clock has reached. */
static void
settle(struct emu_drive *d, struct emu_flight *f)
{
	if (!f->on)
		return;
	if (f->until <= f->deadline && emu_now() >= f->until)
		end(d, f);
	else if (emu_now() >= f->deadline)
		time_out(d, f);
}

void
emu_pass(uint64_t ms)
{
	struct emu_drive *d;
	unsigned i;

	passed_ms += ms;
	for (i = 0; (d = emu_nth(i)); i++) {
		if (d->dev && d->dev->tick && !d->off && !d->gone)
			d->dev->tick(d);
		settle(d, &d->flight);
	}
}

/* Until this time of the clock. */
static void
pass_until(uint64_t when)
{
	if (when == UINT64_MAX)
		emu_fail("waits for ever for a command that never ends");
	emu_pass(when > emu_now() ? when - emu_now() : 0);
}

/* All nodes of one medium share its power. */
static bool
shares_power(const struct emu_drive *a, const struct emu_drive *b)
{
	return a == b || (a->state && a->state == b->state);
}

static void
go_dark(struct emu_drive *d)
{
	if (d->off)
		return;
	d->off = true;
	emu_log(d, EMU_POWERED, 0, 0, 0);
	if (d->dev && d->dev->power_off)
		d->dev->power_off(d);
	emu_abort(d, -EIO);
}

void
emu_power_off(struct emu_drive *d)
{
	struct emu_drive *o;
	unsigned i;

	for (i = 0; (o = emu_nth(i)); i++)
		if (shares_power(o, d))
			go_dark(o);
}

static void
light_up(struct emu_drive *d)
{
	d->off = false;
	if (d->unmapped)
		memcpy(d->cache, d->media, d->media_len);
	d->unmapped = false;
	if (d->dev && d->dev->power)
		d->dev->power(d);
	emu_log(d, EMU_POWERED, 1, 0, 0);
}

void
emu_sleep_cycle(struct emu_drive *d)
{
	struct emu_drive *o;
	unsigned i;

	emu_power_off(d);
	for (i = 0; (o = emu_nth(i)); i++)
		if (shares_power(o, d))
			light_up(o);
}

void
emu_power_cycle(struct emu_drive *d)
{
	struct emu_drive *o;
	unsigned i;

	emu_sleep_cycle(d);
	for (i = 0; (o = emu_nth(i)); i++) {
		if (!shares_power(o, d))
			continue;
		o->life++;
		o->d.id.diskseq += 100;
		o->size = o->dev ? emu_current(o) : o->size;
		o->d.id.size = o->size;
	}
}

uint64_t
wire_clock(struct wire *w)
{
	(void)w;
	return emu_now();
}

int
wire_celsius(struct wire *w, struct count *out)
{
	bool sensor = false;
	unsigned i;

	for (i = 0; i < w->d->n_faults; i++)
		sensor = sensor || w->d->faults[i].kind == EMU_SENSOR;
	*out = (struct count){ 0 };
	if (!sensor)
		return -ENODATA;
	*out = (struct count){ true, (uint64_t)emu_celsius(w->d) };
	return 0;
}

void
wire_wait(struct wire *w, uint32_t ms)
{
	(void)w;
	emu_pass(ms);
}

/* ---- sending ------------------------------------------------------------ */

enum wire_kind
wire_kind(const struct wire *w)
{
	const struct emu_dev *dev = w->d->dev;

	if (!dev || w->d->d.image || !w->d->d.whole)
		return WIRE_BLOCKS;
	return dev->scsi ? WIRE_SCSI : WIRE_NVME;
}

static void
check_scsi(const struct wire *w, const struct wire_scsi *c)
{
	uint8_t n = c->cdb_len;

	if (n != 6 && n != 10 && n != 12 && n != 16)
		emu_fail("a CDB of a length that there is not");
	if (!c->timeout_ms)
		emu_fail("a command without a timeout");
	if ((c->dir == WIRE_NONE) != !c->len || (c->len && !c->data))
		emu_fail("a command whose data and direction disagree");
	if (w->how != OPEN_VICTIM && !wire_scsi_reads(c))
		emu_fail("a command that changes something, through a handle "
			 "that only looks");
}

static void
check_nvme(const struct wire *w, const struct wire_nvme *c)
{
	if (!c->timeout_ms)
		emu_fail("a command without a timeout");
	if ((c->dir == WIRE_NONE) != !c->len || (c->len && !c->data))
		emu_fail("a command whose data and direction disagree");
	if (w->how != OPEN_VICTIM && !wire_nvme_reads(c))
		emu_fail("a command that changes something, through a handle "
			 "that only looks");
}

static void
put_le32(uint8_t *p, uint32_t x)
{
	p[0] = (uint8_t)x;
	p[1] = (uint8_t)(x >> 8);
	p[2] = (uint8_t)(x >> 16);
	p[3] = (uint8_t)(x >> 24);
}

static void
journal(struct wire *w, struct emu_flight *f)
{
	struct emu_drive *d = w->d;
	struct emu_op *o = emu_log(d, EMU_COMMAND, 0, 0, 0);

	f->line = d->n_ops - 1;
	o->op = f->op;
	o->how = w->how;
	if (f->scsi) {
		o->len = f->scsi->len;
		o->n_bytes = f->scsi->cdb_len;
		memcpy(o->bytes, f->scsi->cdb, o->n_bytes);
		return;
	}
	o->len = f->nvme->len;
	o->n_bytes = 13;
	o->bytes[0] = f->nvme->opcode;
	put_le32(o->bytes + 1, f->nvme->nsid);
	put_le32(o->bytes + 5, f->nvme->cdw10);
	put_le32(o->bytes + 9, f->nvme->cdw11);
}

/* What happens to it before the drive gets it.  1: it gets it. */
static int
underway(struct emu_drive *d, struct emu_flight *f)
{
	const struct emu_fault *fault;

	if (emu_dev_fires(d, EMU_POWER_LOSS)) {
		emu_power_off(d);
		return -EIO;
	}
	if (emu_dev_fires(d, EMU_COMMAND_VANISH)) {
		d->gone = true;
		d->size = 0;
		return -ENODEV;
	}
	if (emu_dev_fires(d, EMU_BACK_SERIAL))
		d->other_serial = true;
	if (emu_dev_fires(d, EMU_BACK_SIZE))
		d->other_size = true;
	fault = emu_dev_fires(d, EMU_COMMAND_ERROR);
	if (fault)
		return -(fault->err ? fault->err : EIO);
	if (emu_dev_fires(d, EMU_COMMAND_HANG)) {
		f->until = UINT64_MAX;
		return 0;
	}
	return 1;
}

static int
carry_out(struct emu_drive *d, struct emu_flight *f, uint64_t *took)
{
	if (emu_dev_fires(d, EMU_REFUSE))
		return d->dev->refuse(d, f->scsi ? &f->scsi_copy : NULL,
				      f->nvme ? &f->nvme_copy : NULL);
	if (f->scsi)
		return d->dev->scsi(d, &f->scsi_copy, took);
	return d->dev->nvme(d, &f->nvme_copy, took);
}

/* Hands it to the drive.  f->on afterwards: it takes time. */
static void
launch(struct wire *w, struct emu_flight *f)
{
	struct emu_drive *d = w->d;
	const struct emu_fault *slow;
	uint64_t took = 0;
	int r;

	f->on = true;
	f->op = d->op = d->dev->op(d, f->scsi, f->nvme);
	journal(w, f);
	r = underway(d, f);
	if (r < 0)
		answer(d, f, r);
	if (r <= 0)
		return;
	r = carry_out(d, f, &took);
	slow = emu_op_fires(d, EMU_COMMAND_SLOW, f->op);
	if (!r && slow)
		took += slow->arg;
	if (r || !took) {
		answer(d, f, r);
		return;
	}
	f->until = took > UINT64_MAX - emu_now() ? UINT64_MAX :
		   emu_now() + took;
}

static uint64_t
min_of(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* On a port with one command at a time another one waits its turn, and one
 * that waits too long has the whole port reset. */
static int
take_turn(struct emu_drive *d, const struct emu_flight *f)
{
	struct emu_flight *first = &d->flight;

	if (!d->dev->one_at_a_time || !first->on)
		return 0;
	pass_until(min_of(first->until, f->deadline));
	if (!first->on)
		return 0;
	emu_abort(d, -EIO);
	if (d->dev->reset)
		d->dev->reset(d);
	return -ETIMEDOUT;
}

static int
prepare(struct wire *w, struct emu_flight *f, uint32_t timeout_ms)
{
	struct emu_drive *d = w->d;

	if (emu_dead(w))
		return -ENODEV;
	f->by = w;
	f->deadline = timeout_ms == WIRE_FOREVER ? UINT64_MAX :
		      emu_now() + timeout_ms;
	if (f->scsi)
		f->scsi_copy = *f->scsi;
	if (f->nvme)
		f->nvme_copy = *f->nvme;
	f->scsi_copy.status = f->scsi_copy.sense_len = 0;
	f->scsi_copy.done = 0;
	return take_turn(d, f);
}

/* Sends it and waits. */
static int
run(struct wire *w, struct emu_flight *f, uint32_t timeout_ms)
{
	struct emu_drive *d = w->d;
	int r = prepare(w, f, timeout_ms);

	if (r)
		return r;
	launch(w, f);
	if (f->on)
		pass_until(min_of(f->until, f->deadline));
	if (f->on && emu_dead(w))
		answer(d, f, -EIO);
	settle(d, f);
	return f->err;
}

int
wire_scsi(struct wire *w, struct wire_scsi *c)
{
	struct emu_flight f = { .scsi = c };

	if (wire_kind(w) != WIRE_SCSI)
		return -EOPNOTSUPP;
	check_scsi(w, c);
	return run(w, &f, c->timeout_ms);
}

int
wire_nvme(struct wire *w, struct wire_nvme *c)
{
	struct emu_flight f = { .nvme = c };

	if (wire_kind(w) != WIRE_NVME)
		return -EOPNOTSUPP;
	check_nvme(w, c);
	return run(w, &f, c->timeout_ms);
}

static int
send_off(struct wire *w, struct emu_flight f, uint32_t timeout_ms)
{
	struct emu_drive *d = w->d;
	int r;

	if (d->flight.by)
		return -EBUSY;
	r = prepare(w, &f, timeout_ms);
	if (r)
		return r;
	if (d->flight.on)
		return -EBUSY;
	d->flight = f;
	launch(w, &d->flight);
	return 0;
}

int
wire_scsi_send(struct wire *w, struct wire_scsi *c)
{
	if (wire_kind(w) != WIRE_SCSI)
		return -EOPNOTSUPP;
	check_scsi(w, c);
	return send_off(w, (struct emu_flight){ .scsi = c }, c->timeout_ms);
}

int
wire_nvme_send(struct wire *w, struct wire_nvme *c)
{
	if (wire_kind(w) != WIRE_NVME)
		return -EOPNOTSUPP;
	check_nvme(w, c);
	return send_off(w, (struct emu_flight){ .nvme = c }, c->timeout_ms);
}

int
wire_sent(struct wire *w, uint32_t ms, int *err)
{
	struct emu_flight *f = &w->d->flight;
	uint64_t soon = emu_now() + ms;

	*err = -EINPROGRESS;
	if (f->by != w)
		return -ENOENT;
	if (f->on && ms)
		pass_until(min_of(soon, min_of(f->until, f->deadline)));
	if (f->on)
		return 0;
	*err = f->err;
	f->by = NULL;
	return 1;
}
