/* SPDX-License-Identifier: Apache-2.0 */
/* How far has a drive come that erases itself, and what has it left out? */
#include "emu_dev.h"

#include <string.h>

#define GRAIN 512	/* bytes that an erase does or leaves as one */

static uint64_t
scramble(uint64_t x)
{
	x += 0x9e3779b97f4a7c15ULL;
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9ULL;
	x = (x ^ x >> 27) * 0x94d049bb133111ebULL;
	return x ^ x >> 31;
}

/* Once by bytes; from there on each copy is as long as all before it. */
static void
repeat(uint8_t *out, uint64_t at, uint64_t len, const struct emu_fill *f)
{
	uint64_t done, n;

	for (done = 0; done < len && done < f->len; done++)
		out[done] = f->bytes[(at + done) % f->len];
	for (; done < len; done += n) {
		n = len - done < done ? len - done : done;
		memcpy(out + done, out, n);
	}
}

static void
make_bytes(uint8_t *out, uint64_t at, uint64_t len, const struct emu_fill *f)
{
	uint64_t i, word;

	if (f->len)
		repeat(out, at, len, f);
	for (i = 0; !f->len && i < len; i += 8) {
		word = scramble(f->key ^ scramble((at + i) / 8));
		memcpy(out + i, &word, len - i < 8 ? len - i : 8);
	}
}

void
emu_fill(struct emu_drive *d, uint64_t at, uint64_t len,
	 const struct emu_fill *f)
{
	if (at > d->media_len || len > d->media_len - at)
		emu_fail("filled past the end of the media");
	make_bytes(d->media + at, at, len, f);
	if (d->cache)
		memcpy(d->cache + at, d->media + at, len);
}

static bool
covers(const struct emu_fault *f, uint64_t at)
{
	return !f->len || (at + GRAIN > f->at && at < f->at + f->len);
}

static bool
is_left(const struct emu_drive *d, const struct emu_job *j, uint64_t at)
{
	unsigned i;

	if (j->keep_hidden && at >= emu_current(d))
		return true;
	for (i = 0; i < j->n_keep; i++)
		if (covers(j->keep[i], at))
			return true;
	for (i = 0; i < d->n_faults; i++)
		if (d->faults[i].kind == EMU_BAD && covers(&d->faults[i], at))
			return true;
	return false;
}

static void
advance(struct emu_drive *d, struct emu_job *j, uint64_t to)
{
	uint64_t at, n;

	to = to == j->len ? to : to / GRAIN * GRAIN;
	for (; j->done < to; j->done += n) {
		at = j->at + j->done;
		n = j->len - j->done < GRAIN ? j->len - j->done : GRAIN;
		if (is_left(d, j, at))
			continue;
		if (j->unmap)
			make_bytes(d->cache + at, at, n, &j->fill);
		else
			emu_fill(d, at, n, &j->fill);
	}
}

static uint64_t
share(const struct emu_fault *f, uint64_t ms, unsigned whole)
{
	return f ? ms * (f->arg < whole ? f->arg : whole - 1) / whole :
	       UINT64_MAX;
}

/* Which of its faults stand for this erase. */
static void
doom(struct emu_drive *d, struct emu_job *j)
{
	const struct emu_fault *f = emu_dev_fires(d, EMU_DRAG);
	unsigned i;

	if (f && f->arg)
		j->ms *= f->arg;
	j->fail_ms = share(emu_dev_fires(d, EMU_FAIL_AT), j->ms, 100);
	j->off_ms = share(emu_dev_fires(d, EMU_POWER_LOSS_AT), j->ms, 100);
	j->stuck_ms = share(emu_dev_fires(d, EMU_NEVER_ENDS), j->ms, 1000);
	j->keep_hidden = emu_dev_fires(d, EMU_KEEP_HIDDEN);
	j->unmap = emu_dev_fires(d, EMU_UNMAP);
	for (i = 0; i < d->n_faults; i++)
		if (emu_stands(&d->faults[i], EMU_KEEP, d->op))
			j->keep[j->n_keep++] = &d->faults[i];
}

bool
emu_job_start(struct emu_drive *d, struct emu_job *j, uint64_t at,
	      uint64_t len, uint64_t ms, const struct emu_fill *f)
{
	if (emu_dev_fires(d, EMU_STALE))
		return false;
	*j = (struct emu_job){ .state = EMU_JOB_RUNS, .op = d->op, .at = at };
	j->len = len;
	j->ms = ms;
	j->last_ms = emu_now();
	j->fill = *f;
	doom(d, j);
	if (j->unmap && !d->cache) {
		d->cache = emu_alloc(d->media_len);
		memcpy(d->cache, d->media, d->media_len);
	}
	d->unmapped |= j->unmap;
	emu_job_tick(d, j);
	return true;
}

void
emu_job_tick(struct emu_drive *d, struct emu_job *j)
{
	uint64_t stop = j->fail_ms, now = emu_now();

	if (j->state != EMU_JOB_RUNS)
		return;
	d->busy_ms = now;
	stop = j->stuck_ms < stop ? j->stuck_ms : stop;
	stop = j->off_ms < stop ? j->off_ms : stop;
	stop = j->ms < stop ? j->ms : stop;
	j->ran_ms += now - j->last_ms;
	j->last_ms = now;
	if (j->ran_ms > stop)
		j->ran_ms = stop;
	advance(d, j, j->ran_ms >= j->ms ? j->len :
		(uint64_t)((double)j->len * (double)j->ran_ms /
			   (double)j->ms));
	if (j->ran_ms >= j->ms)
		j->state = EMU_JOB_DONE;
	else if (j->ran_ms >= j->off_ms) {
		j->off_ms = UINT64_MAX;
		emu_power_off(d);
	} else if (j->ran_ms >= j->fail_ms)
		j->state = EMU_JOB_FAILED;
}

void
emu_job_resume(struct emu_job *j)
{
	j->last_ms = emu_now();
}

void
emu_job_drop(struct emu_job *j)
{
	*j = (struct emu_job){ .state = EMU_JOB_NONE, .op = j->op };
}

uint64_t
emu_job_end(const struct emu_job *j)
{
	uint64_t ms = j->fail_ms < j->ms ? j->fail_ms : j->ms;

	if (j->state != EMU_JOB_RUNS)
		return emu_now();
	if (j->stuck_ms < ms || j->off_ms < ms)
		return UINT64_MAX;
	return j->last_ms + (ms - j->ran_ms);
}

uint32_t
emu_job_permille(struct emu_drive *d, const struct emu_job *j)
{
	const struct emu_fault *f;
	uint32_t real = 999;

	if (j->state == EMU_JOB_RUNS)
		real = (uint32_t)(j->ran_ms * 1000 / j->ms);
	real = real > 999 ? 999 : real;
	f = emu_op_fires(d, EMU_PROGRESS_FROZEN, j->op);
	if (f)
		return f->arg > 999 ? 999 : (uint32_t)f->arg;
	if (emu_op_fires(d, EMU_PROGRESS_BACK, j->op))
		return 999 - real;
	return real;
}

enum emu_job_state
emu_job_told(struct emu_drive *d, const struct emu_job *j)
{
	if (j->state != EMU_JOB_NONE && j->state != EMU_JOB_FAILED) {
		if (emu_op_fires(d, EMU_STATUS_NEVER, j->op) &&
		    j->state == EMU_JOB_DONE)
			return EMU_JOB_NONE;
		if (emu_op_fires(d, EMU_STATUS_EARLY, j->op))
			return EMU_JOB_DONE;
	}
	return j->state;
}

/* ---- answers ------------------------------------------------------------ */

void
emu_sense(struct emu_drive *d, struct wire_scsi *c, bool fixed, uint8_t key,
	  uint8_t asc, uint8_t ascq, const uint8_t *info, uint8_t n)
{
	c->status = 0x02;	/* CHECK CONDITION, SAM-5 5.3.1 */
	memset(c->sense, 0, sizeof(c->sense));
	if (fixed || emu_dev_fires(d, EMU_FIXED_SENSE)) {
		c->sense[0] = 0x70;	/* SPC-5 4.4.3 */
		c->sense[2] = key;
		c->sense[7] = 10;
		c->sense[12] = asc;
		c->sense[13] = ascq;
		c->sense_len = 18;
		return;
	}
	c->sense[0] = 0x72;	/* SPC-5 4.4.2 */
	c->sense[1] = key;
	c->sense[2] = asc;
	c->sense[3] = ascq;
	c->sense[7] = n;
	if (n)
		memcpy(c->sense + 8, info, n);
	c->sense_len = (uint8_t)(8 + n);
}

void
emu_data(struct wire_scsi *c, const void *data, uint32_t len)
{
	c->status = 0;
	c->done = len < c->len ? len : c->len;
	if (c->done)
		memcpy(c->data, data, c->done);
}
