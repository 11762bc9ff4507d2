/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How long will it take yet, also on a disk whose outer tracks are faster?
 *
 * A disk turns at one speed and holds the same number of bits per millimetre on
 * every track.  So both its rate and the bytes of a track grow with the radius;
 * the bytes outside a radius with its square.  The square of the rate therefore
 * falls in a straight line with the address:
 *
 *	rate(x)^2 = rate(0)^2 * (1 - c * x),	x = 0 outside .. 1 inside
 *
 * with c = 1 - (inner radius / outer radius)^2.  Disks have ratios of 0.4 to
 * 0.6, hence c of about 0.75; what is measured counts the more, the more of the
 * disk it covers.  Other media are expected to be even, and go on as they did
 * of late: flash becomes slow once its fast cells are full.
 *
 * Once a whole step was measured, the next one follows its profile.
 */
#include "forecast.h"

#include <math.h>
#include <string.h>

#define USUAL_FALL	0.75	/* c */
#define USUAL_SPREAD	0.12	/* its standard deviation among disks */
#define FALL_MAX	0.85
/* Tracks are grouped into zones of one rate each: steps, not a line. */
#define NOISE_MIN	0.02	/* of the square of the rate */
#define LATELY_S	10.0	/* at least, and a quarter of what was done */
#define FIRST_S		1.0	/* nothing is said before */
#define TRUST_S		5.0	/* that a profile's own pace counts for */
#define WHOLE		0.95	/* of a step, to be a profile */

static double
width(const struct forecast *f)
{
	return (double)f->total / FORECAST_PARTS;
}

static bool
is_whole(const struct forecast *f)
{
	uint32_t i;

	if (!f->total)
		return false;
	for (i = 0; i < FORECAST_PARTS; i++)
		if (f->part[i].bytes < WHOLE * width(f) || f->part[i].s <= 0)
			return false;
	return true;
}

void
forecast_begin(struct forecast *f, uint64_t total, uint64_t done,
	       uint64_t now_ms)
{
	if (is_whole(f)) {
		memcpy(f->before, f->part, sizeof(f->before));
		f->known = true;
	}
	memset(f->part, 0, sizeof(f->part));
	f->total = total;
	f->done = done < total ? done : total;
	f->told_ms = now_ms;
	f->since = 0;
}

static uint32_t
part_of(const struct forecast *f, double at)
{
	double i = f->total ? at / width(f) : 0;

	return i < FORECAST_PARTS ? (uint32_t)i : FORECAST_PARTS - 1;
}

void
forecast_tell(struct forecast *f, uint64_t done, bool paused, uint64_t now_ms)
{
	double s = now_ms > f->told_ms ?
		   (double)(now_ms - f->told_ms) / 1000 : 0;
	double from = (double)f->done, len, upto, n;

	if (done > f->total)
		done = f->total;
	len = done > f->done ? (double)(done - f->done) : 0;
	f->told_ms = now_ms;
	f->done = done;
	if (paused && len <= 0) {
		f->paused_s += s;
		return;
	}
	f->active_s += s;
	if (len <= 0) {
		f->part[part_of(f, from)].s += s;
		return;
	}
	while (from < (double)done) {
		uint32_t i = part_of(f, from);

		upto = i + 1 < FORECAST_PARTS ? width(f) * (i + 1) :
						(double)done;
		n = (upto < (double)done ? upto : (double)done) - from;
		if (n <= 0)
			break;		/* less than a double can tell */
		f->part[i].bytes += n;
		f->part[i].s += s * n / len;
		from += n;
	}
}

void
forecast_turn(struct forecast *f)
{
	uint32_t i = part_of(f, (double)f->done);

	/* what this part has seen of the old pace is forgotten */
	f->since = i;
	f->part[i].s = f->part[i].bytes = 0;
}

/* ---- how the drive is made ---------------------------------------------- */

static double
middle(uint32_t i)
{
	return (i + 0.5) / FORECAST_PARTS;
}

/* Those of which enough was seen to call it a rate. */
static bool
counts(const struct forecast *f, uint32_t i)
{
	return i >= f->since && f->part[i].s > 0 &&
	       f->part[i].bytes >= width(f) / 2;
}

static double
square(const struct forecast *f, uint32_t i)
{
	double rate = f->part[i].bytes / f->part[i].s;

	return rate * rate;
}

/* How steeply the square of the rate falls: a straight line through what was
 * measured, weighed against what is usual by how sure either is. */
static double
fall(const struct forecast *f)
{
	double n = 0, sx = 0, sy = 0, sxx = 0, sxy = 0, rest = 0;
	double a, b, noise, x, y, seen, doubt;
	const double usual = USUAL_SPREAD * USUAL_SPREAD;
	uint32_t i;

	for (i = 0; i < FORECAST_PARTS; i++) {
		if (!counts(f, i))
			continue;
		n += 1;
		sx += middle(i);
		sy += square(f, i);
	}
	if (n < 4)
		return USUAL_FALL;
	for (i = 0; i < FORECAST_PARTS; i++) {
		if (!counts(f, i))
			continue;
		x = middle(i) - sx / n;
		y = square(f, i) - sy / n;
		sxx += x * x;
		sxy += x * y;
	}
	b = sxy / sxx;
	a = sy / n - b * sx / n;
	if (!(a > 0))
		return USUAL_FALL;
	for (i = 0; i < FORECAST_PARTS; i++) {
		if (!counts(f, i))
			continue;
		y = square(f, i) - a - b * middle(i);
		rest += y * y;
	}
	noise = sqrt(rest / (n - 2)) / a;
	noise = noise < NOISE_MIN ? NOISE_MIN : noise;
	doubt = noise * noise / sxx;
	seen = (USUAL_FALL / usual - b / a / doubt) / (1 / usual + 1 / doubt);
	return seen < 0 ? 0 : seen > FALL_MAX ? FALL_MAX : seen;
}

/* Seconds per byte of each part, or in proportion to it. */
static void
shape(const struct forecast *f, double out[FORECAST_PARTS])
{
	double c = f->rotates && !f->known ? fall(f) : 0;
	uint32_t i;

	for (i = 0; i < FORECAST_PARTS; i++)
		out[i] = f->known ? f->before[i].s / f->before[i].bytes :
				    1 / sqrt(1 - c * middle(i));
}

/* ---- how fast it is of late --------------------------------------------- */

/* Measured seconds for each that the shape says; 0 = not known yet. */
static double
pace(const struct forecast *f, const double shape[FORECAST_PARTS])
{
	double all = 0, bytes = 0, s = 0, says = 0;
	uint32_t i, last = part_of(f, (double)f->done);

	for (i = 0; i <= last; i++)
		all += f->part[i].bytes;
	for (i = last; i != UINT32_MAX && i >= f->since; i--) {
		bytes += f->part[i].bytes;
		s += f->part[i].s;
		says += f->part[i].bytes * shape[i];
		if (s >= LATELY_S && bytes >= all / 4)
			break;
	}
	if (f->known)
		return (s + TRUST_S) / (says + TRUST_S);
	return s >= FIRST_S && says > 0 ? s / says : 0;
}

uint32_t
forecast_left_s(const struct forecast *f, uint64_t later)
{
	double by_part[FORECAST_PARTS], rest = 0, whole = 0, from, to, s;
	uint32_t i;

	if (!f->total)
		return UINT32_MAX;
	shape(f, by_part);
	for (i = 0; i < FORECAST_PARTS; i++) {
		from = width(f) * i;
		to = width(f) * (i + 1);
		if (from < (double)f->done)
			from = (double)f->done;
		rest += from < to ? (to - from) * by_part[i] : 0;
		whole += by_part[i] / FORECAST_PARTS;
	}
	s = pace(f, by_part);
	if (!(s > 0))
		return UINT32_MAX;
	s *= rest + whole * (double)later;
	if (f->active_s > 0)
		s *= 1 + f->paused_s / f->active_s;
	return s < UINT32_MAX ? (uint32_t)(s + 0.5) : UINT32_MAX;
}
