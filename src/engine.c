/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What does every step need while it is at work: the time, the face, the
 * drive's size and its temperature.
 */
#include "engine.h"
#include "util.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define ASK_MS		30000	/* between two questions for its temperature */
#define HOT_ROTATING	65	/* degrees Celsius */
#define HOT_FLASH	75
#define COOLER_BY	5	/* until it may go on */
#define USB2_RATE	45000000	/* bytes/s that nobody reaches there */
#define LIMITED_PERCENT	80	/* of its limit: that is what holds it back */
#define SLOW_SHARE	10	/* a tenth of its own best */
#define SLOW_MS		60000	/* for so long: said to the operator */

/* ---- clock and progress ------------------------------------------------ */

uint64_t
engine_clock(const struct engine *e)
{
	return mono_ms() + e->skew_ms;
}

uint32_t
engine_patience(const struct engine *e)
{
	return e->stuck_ms ? e->stuck_ms : ENGINE_STUCK_MS;
}

/* What the drive may move now; the face can change it at any time. */
static void
ask_limit(struct engine *e, uint64_t now)
{
	uint64_t limit = e->ui->limit ? e->ui->limit(e->ui->ctx) :
					e->rate_limit;

	if (limit == e->p.limit && limit == e->pace.rate)
		return;
	e->p.limit = limit;
	pace_set(&e->pace, limit, now);
	forecast_turn(&e->forecast);
}

void
engine_begin(struct engine *e, uint32_t step, enum step_kind kind,
	     uint64_t total)
{
	e->p.step = step;
	e->p.kind = kind;
	e->p.total = total;
	e->p.errors = 0;
	e->p.stalled_s = 0;
	engine_again(e);
	ask_limit(e, e->ticked_ms);
}

void
engine_again(struct engine *e)
{
	e->p.done = 0;
	e->p.slow_percent = 0;
	e->p.paused = false;
	e->p.rate = e->best_rate = e->slow_ms = 0;
	e->ticked_ms = engine_clock(e);
	e->ticked_done = 0;
	e->begun = false;
}

/* Disks are slower inside, but for those that wait for USB 2 everywhere. */
static bool
slows_down(const struct engine *e)
{
	return e->d->medium == MEDIUM_ROTATING &&
	       (e->d->transport != TRANSPORT_USB || e->p.rate > USB2_RATE);
}

/* By the limit it was given? */
static bool
held_back(const struct engine *e)
{
	return e->p.limit && e->p.rate / LIMITED_PERCENT >= e->p.limit / 100;
}

/* What failed takes as long as its rounds say; then comes the rest of the plan,
 * at the pace from before them. */
static uint32_t
left_narrowing(const struct engine *e)
{
	struct forecast whole = e->forecast;
	uint64_t s;

	whole.done = whole.total;
	s = e->later ? forecast_left_s(&whole, e->later) : 0;
	if (e->narrow_ms == UINT64_MAX || s == UINT32_MAX)
		return UINT32_MAX;
	s += e->narrow_ms / 1000;
	return s < UINT32_MAX ? (uint32_t)s : UINT32_MAX;
}

static uint32_t
left_for(const struct engine *e)
{
	uint64_t left = e->p.total - e->p.done + e->later, limit = e->p.limit;
	uint32_t s = forecast_left_s(&e->forecast, e->later);

	if (e->narrowing)	/* its rate says nothing of the rest */
		s = left_narrowing(e);
	else if (held_back(e))	/* then nothing else matters */
		s = left / limit < UINT32_MAX ? (uint32_t)(left / limit) :
						UINT32_MAX;
	return s < UINT32_MAX - e->later_s ? s + e->later_s : UINT32_MAX;
}

/* Of a drive that is dying the rate falls, long before it gives up. */
static void
compare_rate(struct engine *e, uint64_t now)
{
	if (e->p.rate > e->best_rate)
		e->best_rate = e->p.rate;
	if (e->p.paused || held_back(e) ||
	    e->p.rate >= e->best_rate / SLOW_SHARE) {
		e->slow_ms = 0;
		e->p.slow_percent = 0;
		return;
	}
	if (!e->slow_ms)
		e->slow_ms = now;
	if (now - e->slow_ms >= SLOW_MS)
		e->p.slow_percent = (uint32_t)(e->p.rate * 100 /
					       e->best_rate) + 1;
}

/* Rates are a moving average over some two seconds. */
static void
measure(struct engine *e, uint64_t now)
{
	uint64_t ms = now - e->ticked_ms, rate;

	if (!e->begun) {
		e->begun = true;
		e->ticked_done = e->p.done;
		e->moved_ms = now;
		forecast_begin(&e->forecast, e->p.total, e->p.done, now);
	}
	if (!ms)
		return;
	rate = e->p.done > e->ticked_done ?
	       (e->p.done - e->ticked_done) * 1000 / ms : 0;
	e->p.rate = e->p.rate ? (e->p.rate * 7 + rate) / 8 : rate;
	compare_rate(e, now);
	if (rate || e->p.paused)
		e->moved_ms = now;
	e->p.stalled_s = (uint32_t)((now - e->moved_ms) / 1000);
	e->forecast.rotates = slows_down(e);
	if (!e->narrowing)
		forecast_tell(&e->forecast, e->p.done, e->p.paused, now);
	e->p.left_s = left_for(e);
	e->ticked_ms = now;
	e->ticked_done = e->p.done;
}

bool
engine_tick(struct engine *e, bool force)
{
	uint64_t now = engine_clock(e);
	enum stop stop;

	if (!force && now - e->ticked_ms < ENGINE_TICK_MS)
		return false;
	/* how long a drive takes by itself firmware.c tells */
	if (e->p.kind != STEP_FIRMWARE && e->p.kind != STEP_READY)
		measure(e, now);
	e->ticked_ms = now;
	ask_limit(e, now);
	stop = e->ui->tick(e->ui->ctx, &e->p);
	if (stop > e->stop)
		e->stop = stop;
	ask_limit(e, now);	/* it may have heard of another */
	return true;
}

void
step_fail(struct step_result *r, enum step_state state, enum reason_code code,
	  int err, const char *arg)
{
	if (r->why.code != REASON_UNKNOWN)
		return;
	r->state = state;
	r->why.code = code;
	if (err < 0)
		err = -err;
	if (err)
		r->err = err;
	if (!arg && err)
		arg = strerrordesc_np(err);
	text_copy(r->why.arg, sizeof(r->why.arg), arg ? arg : "");
}

bool
engine_same_size(struct engine *e, struct step_result *r)
{
	uint64_t size = 0;
	char arg[64];
	int err = drive_size(e->h, &size);

	if (!err && size == e->d->id.size)
		return true;
	if (err || !size) {
		step_fail(r, STATE_FAILED, REASON_DEVICE_LOST,
			  err ? err : ENODEV, NULL);
		return false;
	}
	snprintf(arg, sizeof(arg), "%" PRIu64 " -> %" PRIu64, e->d->id.size,
		 size);
	step_fail(r, STATE_FAILED, REASON_SIZE_CHANGED, 0, arg);
	return false;
}

/* ---- time and heat ----------------------------------------------------- */

bool
engine_wait(struct engine *e, uint32_t ms)
{
	enum stop stop = e->stop;
	uint64_t before, took;
	uint32_t slice;

	for (; ms && e->stop == stop; ms -= slice) {
		slice = ms < ENGINE_WAIT_MS ? ms : ENGINE_WAIT_MS;
		before = mono_ms();
		drive_wait(e->h, slice);
		took = mono_ms() - before;
		e->skew_ms += slice > took ? slice - took : 0;
		(void)engine_tick(e, false);
	}
	return e->stop != STOP_NO;
}

bool
engine_heat_due(const struct engine *e)
{
	return !e->mute && !e->stuck &&
	       (!e->asked_ms || engine_clock(e) - e->asked_ms >= ASK_MS);
}

static uint64_t
too_hot(const struct drive *d)
{
	return d->medium == MEDIUM_ROTATING ? HOT_ROTATING : HOT_FLASH;
}

bool
engine_heat_ask(struct engine *e)
{
	struct health health = { 0 };
	int err;

	if (!engine_heat_due(e))
		return false;
	e->asked_ms = engine_clock(e);
	err = drive_health(e->h, &health);
	e->mute = err == -EOPNOTSUPP;
	if (err)
		health.celsius.known = false;
	e->p.celsius = health.celsius;
	return !e->p.celsius.known || e->p.celsius.n < too_hot(e->d);
}

/* A drive that no longer tells is taken for cool: it has been waited for, and
 * it protects itself. */
void
engine_cool(struct engine *e)
{
	if (!engine_heat_due(e) || engine_heat_ask(e))
		return;
	e->p.paused = true;
	while (e->p.celsius.known &&
	       e->p.celsius.n > too_hot(e->d) - COOLER_BY) {
		if (engine_wait(e, ASK_MS))
			break;		/* the step ends instead */
		(void)engine_heat_ask(e);
	}
	e->p.paused = false;
}
