/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every kind of drive, by every method that it offers, with every fault and
 * with some of them together: nothing is called erased that is not, every
 * honest drive is erased, and what was broken off is taken up by the next run.
 */
#include "emu/matrix.h"
#include "sanitized.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#undef NDEBUG
#include <assert.h>

#define WORKERS	2

static struct matrix_cell m;
static struct matrix_count n;

/* Which cell it was that the emulator ended: by its own abort(), so that no
 * other call is under way. */
/* NOLINTBEGIN(bugprone-signal-handler,cert-sig30-c) */
static void
on_abort(int signal)
{
	const char *words[] = { "in: ", m.kind ? m.kind->name : "", ", ",
				method_name(m.method), ", ",
				m.fault ? m.fault : "", " + ",
				m.also ? m.also : "", "\n" };
	unsigned i;

	(void)signal;
	for (i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (write(2, words[i], strlen(words[i])) < 0)
			break;
}
/* NOLINTEND(bugprone-signal-handler,cert-sig30-c) */

/* ---- one cell ------------------------------------------------------------ */

static void
begin(const struct matrix_kind *kind, enum method method)
{
	memset(&m, 0, sizeof(m));
	m.kind = kind;
	m.method = method;
	matrix_make(&m);
}

static bool
arm(const struct matrix_fault *f, bool after)
{
	return !f || f->after != after || f->arm(&m);
}

static void
note(const struct matrix_fault *a, const struct matrix_fault *b)
{
	m.fault = a->name;
	m.also = b ? b->name : NULL;
	m.expect = b ? MATRIX_FAIR : a->expect;
	m.lasting = a->lasting || (b && b->lasting);
	m.cut = a->cut || (b && b->cut);
	m.hides = a->hides || (b && b->hides);
	m.beyond = a->beyond || (b && b->beyond);
}

static void
next(void)
{
	m.d->n_ops = 0;
	if (matrix_plan(&m) == MATRIX_RAN)
		matrix_run(&m);
	else
		m.v = (struct verdict){ .reasons = m.p.refusals };
}

/*
 * The next start, on a drive that does what it should.  A disk whose format was
 * broken off does not tell its capacity, without which it is not formatted
 * again; what the plan would do by itself is done to it.
 */
static void
again(void)
{
	if (m.lasting || m.v.outcome == OUTCOME_ERASED)
		return;
	matrix_mend(&m);
	m.cut = m.hides = m.beyond = false;
	if (!strcmp(m.kind->driver, "scsi") && m.method == METHOD_FORMAT)
		m.method = METHOD_NONE;
	m.expect = MATRIX_FAIR;
	next();
	/* a drive that is locked does not tell all that it hides: it is found
	 * larger than planned, once it is not locked any more */
	if (matrix_says(&m, REASON_SIZE_CHANGED) &&
	    m.drive.lock.locked == ANSWER_YES)
		next();
	matrix_check_again(&m, &n);
}

static void
later(void)
{
	if (!m.hides && m.expect != MATRIX_MUST)
		return;
	emu_power_cycle(m.d);
	matrix_check_later(&m, &n);
}

static void
cell(const struct matrix_kind *kind, enum method method,
     const struct matrix_fault *a, const struct matrix_fault *b)
{
	enum matrix_end end;

	begin(kind, method);
	note(a, b);
	if (!arm(a, false) || !arm(b, false)) {
		emu_reset();
		return;
	}
	end = matrix_plan(&m);
	if (end == MATRIX_RAN && (!arm(a, true) || !arm(b, true))) {
		emu_reset();
		return;
	}
	n.cases++;
	if (end != MATRIX_RAN) {
		n.unseen += end == MATRIX_UNSEEN;
		n.refused += end == MATRIX_REFUSED;
		m.v.reasons = m.p.refusals;
		matrix_check_refused(&m, &n);
	} else {
		matrix_run(&m);
		matrix_check(&m, &n);
		later();
	}
	again();
	emu_reset();
}

/* ---- the matrix ---------------------------------------------------------- */

/* Those that this kind offers; NONE is first: what the plan would do. */
static size_t
methods(const struct matrix_kind *kind, enum method out[METHOD_COUNT])
{
	size_t k = 0;
	int i;

	out[k++] = METHOD_NONE;
	for (i = METHOD_NONE + 1; i < METHOD_COUNT; i++) {
		begin(kind, (enum method)i);
		if (matrix_plan(&m) == MATRIX_RAN)
			out[k++] = (enum method)i;
		assert(!strcmp(m.drive.driver, kind->driver));
		emu_reset();
	}
	assert(k > 1);
	return k;
}

/* Nothing happens without a consent, nor with one that has no receipt. */
static void
without_consent(const struct matrix_kind *kind)
{
	size_t lines;

	begin(kind, METHOD_NONE);
	assert(matrix_plan(&m) == MATRIX_RAN);
	lines = m.d->n_ops;
	assert(execute_plan(&m.p, &m.c, &m.rq, &m.ui, &m.r) == -1);
	assert(!consent_token(&m.p, m.p.token, "operator", &m.c));
	assert(execute_plan(&m.p, &m.c, &m.rq, &m.ui, &m.r) == -1);
	assert(m.d->n_ops == lines);
	emu_reset();
}

/* Not the same ones for every kind and every method. */
static bool
left_out(const struct matrix_kind *kind, size_t row, size_t column)
{
	return ((size_t)(kind - matrix_kinds) + row + column) % STRIDE;
}

static void
pairs(const struct matrix_kind *kind)
{
	size_t i, k;

	for (i = 0; i < matrix_n_faults; i++)
		for (k = i + 1; k < matrix_n_faults; k++)
			if (matrix_faults[i].pairs &&
			    matrix_faults[k].pairs && !left_out(kind, i, k))
				cell(kind, METHOD_NONE, &matrix_faults[i],
				     &matrix_faults[k]);
}

static unsigned
tell(const struct matrix_kind *kind, size_t n_methods,
     const struct matrix_count *before)
{
	printf("%-24s %zu methods %5u cases: %5u erased %4u with exceptions "
	       "%5u failed %4u refused %4u unseen\n", kind->name, n_methods,
	       n.cases - before->cases, n.erased - before->erased,
	       n.exceptions - before->exceptions, n.failed - before->failed,
	       n.refused - before->refused, n.unseen - before->unseen);
	fflush(stdout);
	return (unsigned)n_methods;
}

static void
row(const struct matrix_kind *kind, unsigned *n_methods)
{
	enum method list[METHOD_COUNT];
	struct matrix_count before = n;
	size_t k, f, count;

	without_consent(kind);
	count = methods(kind, list);
	for (k = 0; k < count; k++)
		for (f = 0; f < matrix_n_faults; f++)
			if ((list[k] != METHOD_OVERWRITE ||
			     matrix_faults[f].host) && !left_out(kind, k, f))
				cell(kind, list[k], &matrix_faults[f], NULL);
	pairs(kind);
	*n_methods += tell(kind, count, &before);
}

/* What the workers have in common. */
struct share {
	atomic_uint next;	/* kind that nobody has begun */
	unsigned methods[WORKERS];
	struct matrix_count n[WORKERS];
};

static int
work(struct share *share, unsigned self)
{
	size_t i;

	while ((i = atomic_fetch_add(&share->next, 1)) < matrix_n_kinds)
		row(&matrix_kinds[i], &share->methods[self]);
	share->n[self] = n;
	return 0;
}

/* -> false: one ended before its time. */
static bool
work_all(struct share *share)
{
	pid_t pid[WORKERS];
	bool ok = true;
	int status;
	unsigned i;

	fflush(NULL);
	for (i = 0; i < WORKERS; i++) {
		pid[i] = fork();
		assert(pid[i] >= 0);
		if (!pid[i]) {
			(void)work(share, i);
			exit(0);
		}
	}
	for (i = 0; i < WORKERS; i++)
		ok = waitpid(pid[i], &status, 0) == pid[i] && !status && ok;
	return ok;
}

static void
add_up(const struct share *share, unsigned *n_methods)
{
	const unsigned *from;
	unsigned *to = (unsigned *)&n;
	size_t i, k;

	_Static_assert(sizeof(n) % sizeof(*to) == 0, "counts alone");
	for (i = 0; i < WORKERS; i++) {
		from = (const unsigned *)&share->n[i];
		for (k = 0; k < sizeof(n) / sizeof(*to); k++)
			to[k] += from[k];
		*n_methods += share->methods[i];
	}
}

int
main(void)
{
	struct share *share = mmap(NULL, sizeof(*share),
				   PROT_READ | PROT_WRITE,
				   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	unsigned n_methods = 0;
	bool ok;

	assert(share != MAP_FAILED);
	signal(SIGABRT, on_abort);
	ok = work_all(share);
	add_up(share, &n_methods);
	printf("taken up again: %u; lies found by reading after a power "
	       "cycle: %u; other breaches: %u\n", n.again, n.found_later,
	       n.broken);
	printf("matrix: %zu kinds, %u methods, %zu faults, %u cases%s, "
	       "%u false successes, %u false failures on honest drives\n",
	       matrix_n_kinds, n_methods, matrix_n_faults, n.cases,
	       STRIDE_TEXT, n.false_success, n.false_failure);
	assert(n.found_later && n.erased && n.exceptions && n.failed);
	return !ok || n.false_success || n.false_failure || n.broken;
}
