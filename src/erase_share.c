/* SPDX-License-Identifier: Apache-2.0 */
/* How is one rate for all drives shared among those that run? */
#include "erase.h"

#include "pace.h"
#include "util.h"

#define DEAL_MS		1000
#define STALE_MS	3000	/* what it said before that says nothing */
#define WORTH_PERCENT	2	/* a smaller change is not worth an order */

uint64_t
erase_first_limit(const struct erase *e)
{
	uint64_t own = e->cli.rq.rate_limit, part;
	size_t i, n = 0;

	if (!e->cli.limit_total)
		return own;
	for (i = 0; i < e->n_jobs; i++)
		n += !e->jobs[i].refused;
	part = n ? e->cli.limit_total / n : 0;
	if (!part)
		part = 1;
	return own && own < part ? own : part;
}

/* What a drive does by itself, or one that cools or hangs, moves nothing. */
static uint64_t
used(const struct job *j, uint64_t now)
{
	const struct progress *p = &j->progress;
	bool host = p->kind == STEP_OVERWRITE || p->kind == STEP_VERIFY;

	return host && !p->paused && now - j->heard_ms < STALE_MS ? p->rate : 0;
}

/* An order is sent only once the one before it is kept to; more would only
 * fill the pipe of a worker that cannot listen. */
static void
tell(struct job *j, uint64_t deal)
{
	uint64_t off = deal > j->told_limit ? deal - j->told_limit :
					      j->told_limit - deal;

	if (j->progress.limit != j->told_limit ||
	    off <= j->told_limit / 100 * WORTH_PERCENT)
		return;
	if (!worker_limit(&j->w, deal))
		j->told_limit = deal;
}

void
erase_share(struct erase *e, uint64_t now)
{
	struct share s[DRIVES_MAX];
	struct job *of[DRIVES_MAX];
	size_t i, n = 0;

	if (!e->cli.limit_total || now - e->shared_ms < DEAL_MS)
		return;
	e->shared_ms = now;
	for (i = 0; i < e->n_jobs && n < DRIVES_MAX; i++) {
		struct job *j = &e->jobs[i];

		if (!erase_runs(j))
			continue;
		of[n] = j;
		/* before its first step it has had no use for any */
		s[n++] = (struct share){ .now = j->progress.kind ?
						j->progress.limit : 0,
					 .used = used(j, now),
					 .most = e->cli.rq.rate_limit };
	}
	pace_deal(e->cli.limit_total, s, n);
	/* what some get others must give first */
	for (i = 0; i < n; i++)
		if (s[i].deal < of[i]->told_limit)
			tell(of[i], s[i].deal);
	for (i = 0; i < n; i++)
		if (s[i].deal > of[i]->told_limit)
			tell(of[i], s[i].deal);
}
