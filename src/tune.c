/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How many requests of which size does a drive get?  PURE.
 *
 * What is good for its kind, to begin with.  A long stream tries the others
 * for some tenths of a second each, in every zone of the drive, since a disk
 * slows down towards its end and flash once its cache is full.  What is found
 * best stays for the zone, also in later passes.  No choice wastes anything
 * while it is tried: it writes or reads what has to be anyway.
 *
 * The product of both is bounded: more in flight costs memory and the cache,
 * and a slow drive must not sit on requests for longer than a bus waits.
 */
#include "engine.h"

#define GAP_MS		1000	/* without a request: the drive was busy with
				   itself, or resting */
#define GAPS_MAX	3
#define BETTER_PCT	3	/* less is taken for chance */
#define WORTH		4	/* a zone takes so many times its trials */
#define SPARSE		(1U << 20)	/* ranges shorter than that */
#define LONG		(64U << 20)	/* ranges worth a trial */

struct choice {
	unsigned depth;
	uint32_t chunk;
};

enum kind { DISK, STICK, OTHER, KINDS };

/* The first is good for all of its kind. */
static const struct choice choices[KINDS][TUNE_CHOICES] = {
	/* long and in order; the queue hides the way back to the host */
	[DISK] = {
		{ 4, 2U << 20 }, { 8, 1U << 20 }, { 2, 4U << 20 },
		{ 16, 512U << 10 },
	},
	/* one request at work and one behind it: more stalls a stick */
	[STICK] = {
		{ 2, 1U << 20 }, { 2, 4U << 20 }, { 4, 256U << 10 },
		{ 8, 1U << 20 },
	},
	/* no more than the processor's cache holds beside other work */
	[OTHER] = {
		{ 4, 1U << 20 }, { 16, 512U << 10 }, { 32, 256U << 10 },
		{ 4, 2U << 20 },
	},
};

/* Single blocks here and there, where it counts how many; and at a rate that is
 * set, which long requests would only keep by jerks. */
static const struct choice sparse[KINDS] = {
	[DISK] = { 32, 256U << 10 },
	[STICK] = { 4, 256U << 10 },
	[OTHER] = { 32, 256U << 10 },
};

static enum kind
kind_of(const struct drive *d)
{
	if (d->medium == MEDIUM_ROTATING)
		return DISK;
	return d->transport == TRANSPORT_USB || d->transport == TRANSPORT_MMC ?
	       STICK : OTHER;
}

/* Whole units of the stream, blocks at least. */
static void
force(const struct stream *s, const struct choice *c)
{
	struct tune *t = &s->e->tune;
	uint32_t lblock = s->e->d->lblock, unit = s->unit ? s->unit : lblock;
	uint32_t chunk = c->chunk < s->chunk ? c->chunk : s->chunk;

	if (chunk >= unit)
		chunk -= chunk % unit;
	else
		chunk -= chunk % lblock;
	t->chunk = chunk ? chunk : lblock;
	t->depth = c->depth;
	while (t->depth > 1 && (uint64_t)t->depth * t->chunk > TUNE_AREA_MAX)
		t->depth /= 2;
}

static unsigned
zone_of(const struct drive *d, uint64_t at)
{
	uint64_t len = d->id.size / TUNE_ZONES;

	return len && at / len < TUNE_ZONES ? (unsigned)(at / len) :
					      TUNE_ZONES - 1;
}

static void
want(struct tune *t, unsigned i)
{
	t->next = i;
	t->due = i != t->now;
	t->since_ms = t->bytes = 0;
}

static void
enter(const struct stream *s, unsigned zone)
{
	struct tune *t = &s->e->tune;
	uint8_t kept = t->kept[s->use][zone];

	t->zone = zone;
	t->elsewhere = t->gaps = t->tried = 0;
	t->trying = !kept;
	t->first = t->now;
	want(t, kept ? kept - 1U : t->now);
}

void
tune_begin(const struct stream *s)
{
	struct tune *t = &s->e->tune;
	enum kind kind = kind_of(s->e->d);
	uint64_t total = 0;
	size_t i;

	for (i = 0; i < s->n_todo; i++)
		total += s->todo[i].len;
	t->on = t->due = false;
	if (total / SPARSE < s->n_todo || s->e->pace.rate) {
		force(s, &sparse[kind]);
		return;
	}
	t->now = t->last[s->use];
	t->on = s->use != TUNE_NOT && total / LONG >= s->n_todo;
	if (t->on) {
		enter(s, zone_of(s->e->d, s->todo[0].at));
		t->now = t->next;
		t->first = t->now;
		t->due = false;
	}
	force(s, &choices[kind][t->now]);
}

static void
settle(const struct stream *s)
{
	struct tune *t = &s->e->tune;
	unsigned best = t->first, i;

	for (i = 0; i < TUNE_CHOICES; i++)
		if (t->rate[i] > t->rate[best] &&
		    t->rate[i] > t->rate[t->first] / 100 * (100 + BETTER_PCT))
			best = i;
	t->trying = false;
	t->kept[s->use][t->zone] = (uint8_t)(best + 1);
	t->last[s->use] = (uint8_t)best;
	want(t, best);
}

/* Does the rest of the zone take long enough, at the rate found first? */
static bool
worth(const struct stream *s, uint64_t at, uint64_t ms)
{
	const struct tune *t = &s->e->tune;
	uint64_t size = s->e->d->id.size, rate = t->rate[t->first];
	uint64_t end = t->zone + 1 < TUNE_ZONES ?
		       size / TUNE_ZONES * (t->zone + 1) : size;

	return rate && at < end &&
	       (end - at) / rate * 1000 + (end - at) % rate * 1000 / rate >=
	       WORTH * TUNE_CHOICES * ms;
}

static void
end_trial(const struct stream *s, uint64_t at, uint64_t ms)
{
	struct tune *t = &s->e->tune;

	if (!t->tried++)
		for (unsigned i = 0; i < TUNE_CHOICES; i++)
			t->rate[i] = 0;
	t->rate[t->now] = t->bytes * 1000 / ms;
	if (t->tried == TUNE_CHOICES ||
	    (t->tried == 1 && !worth(s, at, ms)))
		settle(s);
	else
		want(t, (t->first + t->tried) % TUNE_CHOICES);
}

/* The clock of a trial begins with the first request that comes back. */
static void
count(const struct stream *s, uint64_t at, uint32_t len, uint64_t now)
{
	struct tune *t = &s->e->tune;
	uint64_t ms;

	if (t->since_ms && now - t->heard_ms > GAP_MS) {
		t->since_ms = 0;
		if (++t->gaps > GAPS_MAX) {
			t->trying = false;	/* nothing to be learnt here */
			want(t, t->first);
			return;
		}
	}
	t->heard_ms = now;
	if (!t->since_ms) {
		t->since_ms = now;
		t->bytes = 0;
		return;
	}
	t->bytes += len;
	ms = now - t->since_ms;
	if (ms >= TUNE_LONG_MS ||
	    (ms >= TUNE_TRIAL_MS && t->bytes >= TUNE_TRIAL))
		end_trial(s, at, ms);
}

void
tune_moved(const struct stream *s, uint64_t at, uint32_t len, uint64_t now_ms)
{
	struct tune *t = &s->e->tune;
	unsigned zone;

	if (!t->on || t->due)
		return;
	zone = zone_of(s->e->d, at);
	if (zone == t->zone)
		t->elsewhere = 0;
	/* requests come back in any order, also around a border */
	else if (++t->elsewhere > 2 * TUNE_DEPTH_MAX)
		enter(s, zone);
	if (t->trying && !t->due)
		count(s, at, len, now_ms);
}

void
tune_turn(const struct stream *s)
{
	struct tune *t = &s->e->tune;

	t->now = t->next;
	t->due = false;
	t->since_ms = t->bytes = 0;
	force(s, &choices[kind_of(s->e->d)][t->now]);
}
