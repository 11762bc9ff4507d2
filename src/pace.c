/* SPDX-License-Identifier: Apache-2.0 */
/* How is a drive kept to a rate, and all drives to one together?  PURE. */
#include "pace.h"

#define RATE_MAX	(1000ULL * 1000 * 1000 * 1000)	/* nobody reaches it */
#define LONG_MS		(60 * 60 * 1000ULL)
/* A drive that needs little keeps room to need more. */
#define IDLE_PART	8	/* of an equal share, at least */
#define GROWTH_PERCENT	125
#define USED_PERCENT	90	/* of what it may: it could use more */

void
pace_set(struct pace *p, uint64_t rate, uint64_t now_ms)
{
	if (rate > RATE_MAX)
		rate = 0;
	if (!p->rate || !rate) {
		p->credit = 0;
		p->at_ms = now_ms;
	}
	p->rate = rate;
}

static void
count(struct pace *p, uint64_t now_ms)
{
	uint64_t ms = now_ms > p->at_ms ? now_ms - p->at_ms : 0;
	int64_t most = (int64_t)(p->rate * PACE_BURST_MS);

	if (ms > LONG_MS)
		ms = LONG_MS;
	p->credit += (int64_t)(p->rate * ms);
	if (p->credit > most)
		p->credit = most;
	p->at_ms = now_ms;
}

uint64_t
pace_wait(struct pace *p, uint64_t now_ms)
{
	if (!p->rate)
		return 0;
	count(p, now_ms);
	if (p->credit >= 0)
		return 0;
	return ((uint64_t)-p->credit + p->rate - 1) / p->rate;
}

void
pace_take(struct pace *p, uint64_t bytes)
{
	if (p->rate)
		p->credit -= (int64_t)(bytes * 1000);
}

/* ---- a rate for all drives together ------------------------------------- */

/* What it could use at most, given an equal share. */
static uint64_t
demand(const struct share *s, uint64_t equal)
{
	uint64_t least = equal / IDLE_PART, wish = UINT64_MAX;

	if (s->now && s->used < s->now / 100 * USED_PERCENT) {
		wish = s->used < RATE_MAX ? s->used * GROWTH_PERCENT / 100 :
					    UINT64_MAX;
		wish = wish < least ? least : wish;
	}
	if (s->most && s->most < wish)
		wish = s->most;
	return wish ? wish : 1;
}

void
pace_deal(uint64_t total, struct share *s, size_t n)
{
	uint64_t equal = n ? total / n : 0, left = total, part, wish;
	size_t open = n, before, i;

	for (i = 0; i < n; i++)
		s[i].deal = 0;
	/* Whoever needs less than its part of what is left is served first;
	 * that makes the parts of the others larger. */
	do {
		before = open;
		for (i = 0; i < n; i++) {
			part = open ? left / open : 0;
			if (s[i].deal)
				continue;
			wish = demand(&s[i], equal);
			if (wish > part)
				continue;
			s[i].deal = wish;
			left -= wish;
			open--;
		}
	} while (open < before);
	part = open ? left / open : 0;
	for (i = 0; i < n; i++)
		if (!s[i].deal)
			s[i].deal = part ? part : 1;
}
