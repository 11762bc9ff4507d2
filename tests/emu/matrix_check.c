/* SPDX-License-Identifier: Apache-2.0 */
/* Does what was said of a run agree with what it did and with the media? */
#include "matrix.h"

#include "../../src/engine.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define MARK "MASSHOMK"

static void __attribute__((format(printf, 3, 4)))
complain(const struct matrix_cell *m, unsigned *count, const char *fmt, ...)
{
	char text[256];
	va_list ap;
	uint32_t i;

	printf("%s, %s, %s%s%s: ", m->kind->name,
	       m->method ? method_name(m->method) : "plan", m->fault,
	       m->also ? " + " : "", m->also ? m->also : "");
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	printf(" (%s", outcome_name(m->v.outcome));
	for (i = 0; i < m->v.reasons.n; i++)
		printf("; %s", reason_text(&m->v.reasons.r[i], LANG_EN, text,
					   sizeof(text)));
	printf(")\n");
	++*count;
}

bool
matrix_says(const struct matrix_cell *m, enum reason_code code)
{
	uint32_t i;

	for (i = 0; i < m->v.reasons.n; i++)
		if (m->v.reasons.r[i].code == code)
			return true;
	return false;
}

/* ---- the media ----------------------------------------------------------- */

static bool
is_bad(const struct emu_drive *d, uint64_t at)
{
	unsigned i;

	for (i = 0; i < d->n_faults; i++) {
		const struct emu_fault *f = &d->faults[i];

		if ((f->kind == EMU_BAD || f->kind == EMU_WRITE_ERROR) &&
		    at + 512 > f->at &&
		    at < f->at + f->len)
			return true;
	}
	return false;
}

/* Bytes of what was there, or was put there to see it vanish; what cannot be
 * read counts if `bad` says so. */
static uint64_t
left(const struct emu_drive *d, uint64_t len, bool bad, uint64_t *first)
{
	uint64_t at, n = 0, here, found;

	*first = 0;
	if (len > d->media_len)
		len = d->media_len;
	for (at = 0; at < len; at += 512) {
		if (!bad && is_bad(d, at))
			continue;
		here = emu_remains_in(d, at, 512, &found);
		if (!memcmp(d->media + at, MARK, 8))
			here = 512;
		if (here && !n)
			*first = at;
		n += here;
	}
	return n;
}

/* Did the attempt that succeeded erase the other namespaces too? */
static bool
was_shared(const struct matrix_cell *m)
{
	uint32_t a = attempts_won(&m->p, m->r.results), i;

	for (i = 0; i < m->p.n_steps; i++)
		if (m->p.steps[i].kind == STEP_FIRMWARE &&
		    m->p.steps[i].attempt == a &&
		    m->drive.offers[m->p.steps[i].method].shared)
			return true;
	return false;
}

/* Purge is about all that there is; the rest is about what can be addressed,
 * hidden areas among it.  A lie about what nobody reads is found by nobody. */
static uint64_t
scope_of(const struct matrix_cell *m)
{
	if (m->v.outcome != OUTCOME_ERASED || m->beyond ||
	    !strcmp(m->p.driver, "block"))
		return m->d->current;
	return m->v.level == LEVEL_PURGE ? m->d->media_len : matrix_reach(m);
}

static void
check_media(const struct matrix_cell *m, struct matrix_count *n)
{
	bool erased = m->v.outcome == OUTCOME_ERASED;
	uint64_t first, bytes = left(m->d, scope_of(m), erased, &first);

	if (bytes && !m->hides)
		complain(m, &n->false_success, "%llu bytes are left at %llu",
			 (unsigned long long)bytes, (unsigned long long)first);
	if (!m->d2 || !was_shared(m) || m->hides)
		return;
	bytes = left(m->d2, m->d2->current, erased, &first);
	if (bytes)
		complain(m, &n->false_success, "%llu bytes are left at %llu "
			 "of the other namespace", (unsigned long long)bytes,
			 (unsigned long long)first);
}

/* What the plan does not name is not touched. */
static void
check_others(const struct matrix_cell *m, struct matrix_count *n)
{
	uint64_t first;

	if (m->d2 && !m->p.n_spaces &&
	    emu_remains(m->d2, &first) != m->others)
		complain(m, &n->broken, "the other namespace was touched");
}

/* ---- the journal --------------------------------------------------------- */

static bool
is_op(const struct emu_op *o, uint32_t op)
{
	uint32_t mask = op & 0x20000U ? UINT32_MAX : 0x100ffU;

	return o->kind == EMU_COMMAND && (o->op & mask) == op;
}

static bool
erases(const struct matrix_kind *k, const struct emu_op *o)
{
	unsigned i;

	for (i = 0; i < MATRIX_OPS && k->ops[i]; i++)
		if (is_op(o, k->ops[i]))
			return true;
	return false;
}

/* Nothing but looking before the consent; then who it is, before each. */
static void
check_journal(const struct matrix_cell *m, struct matrix_count *n)
{
	const struct emu_op *o = m->d->ops;
	bool asked = false, noted = false;
	bool mute = !strcmp(m->p.driver, "block");
	size_t i;

	for (i = 0; i < m->d->n_ops; i++, o++) {
		bool changes = erases(m->kind, o) || o->kind == EMU_WRITE;

		if (i < m->agreed && (changes || (o->kind == EMU_COMMAND &&
						  o->how == OPEN_VICTIM)))
			complain(m, &n->broken, "line %zu is before the "
				 "consent", i);
		if (o->kind == EMU_NOTE) {
			asked = false;
			noted = o->res < 1000;
		}
		/* who answers nothing is known to the kernel alone */
		asked = asked || is_op(o, m->kind->identify) ||
			(mute && o->kind == EMU_IDENTIFIED);
		if (i >= m->agreed && changes && !(noted && asked)) {
			complain(m, &n->broken, "line %zu: it was not asked "
				 "who it is", i);
			return;
		}
	}
}

/* What erases is on record, each time that it was sent. */
static void
check_records(const struct matrix_cell *m, struct matrix_count *n)
{
	const struct sent *s = &m->r.sent;
	const struct emu_op *o = m->d->ops + m->agreed;
	size_t sent = 0, told = 0, i;

	for (i = m->agreed; i < m->d->n_ops; i++, o++)
		sent += erases(m->kind, o);
	for (i = 0; i < s->n && i < COMMANDS_MAX; i++) {
		struct emu_op like = { .kind = EMU_COMMAND };
		const uint8_t *b = s->c[i].sent;

		if (!strcmp(m->kind->driver, "nvme"))
			like.op = b[0] == 0x84 ? EMU_OP_SUB(0x84, b[5] & 7U) :
				  EMU_OP_SUB(b[0], b[6] >> 1 & 7U);
		else if (!strcmp(m->kind->driver, "scsi"))
			like.op = EMU_OP_SUB(b[0], b[1] & 0x1fU);
		else
			like.op = EMU_OP_SUB(b[0] == 0xa1 ? b[9] : b[14],
					     (uint32_t)(b[0] == 0xa1 ? b[3] :
							b[4]));
		told += erases(m->kind, &like);
	}
	if (sent > told + s->lost)
		complain(m, &n->broken, "%zu commands were sent and %zu are "
			 "on record", sent, told);
}

/* ---- what is left of it -------------------------------------------------- */

static void
check_password(const struct matrix_cell *m, struct matrix_count *n)
{
	if (!matrix_password(m->d) || m->cut || m->d->off || m->d->gone)
		return;
	if (!matrix_says(m, REASON_PASSWORD_LEFT))
		complain(m, &n->broken, "has password \"%.32s\", and nobody "
			 "is told", matrix_password(m->d));
}

static void
count(const struct matrix_cell *m, struct matrix_count *n)
{
	n->erased += m->v.outcome == OUTCOME_ERASED;
	n->exceptions += m->v.outcome == OUTCOME_EXCEPTIONS;
	n->failed += !matrix_says_erased(m);
}

static bool
has_fired(const struct matrix_cell *m)
{
	unsigned i;

	for (i = 0; i < m->d->n_faults; i++)
		if (m->d->faults[i].seen > m->d->faults[i].skip)
			return true;
	return m->d2 && m->d2->n_faults;
}

/* More cannot come of an honest drive of this kind. */
static bool
is_best(const struct matrix_cell *m)
{
	if (m->kind->excepted && m->v.outcome == OUTCOME_EXCEPTIONS)
		return matrix_says(m, m->kind->excepted);
	return m->v.outcome == OUTCOME_ERASED && m->v.level == m->p.level;
}

/* What it fell to is not about the other namespaces of the plan. */
static bool
fell_short(const struct matrix_cell *m)
{
	return m->v.outcome == OUTCOME_EXCEPTIONS && m->p.n_spaces &&
	       matrix_says(m, REASON_SPACE_UNREAD);
}

static void
check_expected(const struct matrix_cell *m, struct matrix_count *n)
{
	if (m->expect == MATRIX_MUST && !is_best(m))
		complain(m, &n->false_failure, "level %s of %s",
			 level_name(m->v.level), level_name(m->p.level));
	if (m->expect == MATRIX_FALLS && !m->method && m->p.n_attempts > 1 &&
	    m->v.outcome != OUTCOME_ERASED && !is_best(m) && !fell_short(m))
		complain(m, &n->false_failure, "did not fall to the next");
	if (m->expect == MATRIX_NEVER && matrix_says_erased(m) &&
	    has_fired(m))
		complain(m, &n->false_success, "must not be erased");
	if (m->v.outcome == OUTCOME_ERASED && m->v.level == LEVEL_NONE)
		complain(m, &n->broken, "erased to no level");
}

void
matrix_check(const struct matrix_cell *m, struct matrix_count *n)
{
	count(m, n);
	check_expected(m, n);
	if (matrix_says_erased(m))
		check_media(m, n);
	check_others(m, n);
	check_journal(m, n);
	check_records(m, n);
	check_password(m, n);
}

void
matrix_check_refused(const struct matrix_cell *m, struct matrix_count *n)
{
	size_t first;

	if (m->expect == MATRIX_MUST)
		complain(m, &n->false_failure, "no plan: %s",
			 m->p.refusals.n ?
			 reason_name(m->p.refusals.r[0].code) : "unseen");
	if (emu_count(m->d, EMU_WRITE, &first))
		complain(m, &n->broken, "written to without a plan");
}

/* What was broken off is taken up; perhaps nothing could be looked at before,
 * and then that is said. */
void
matrix_check_again(const struct matrix_cell *m, struct matrix_count *n)
{
	bool unproven = m->v.outcome == OUTCOME_EXCEPTIONS &&
			(matrix_says(m, REASON_NO_PROOF) ||
			 matrix_says(m, REASON_SPACE_UNREAD));

	n->again++;
	if (m->v.outcome != OUTCOME_ERASED && !unproven && !is_best(m))
		complain(m, &n->false_failure, "run again");
	if (matrix_says_erased(m))
		check_media(m, n);
	check_others(m, n);
	if (matrix_password(m->d))
		complain(m, &n->broken, "still has password \"%.32s\"",
			 matrix_password(m->d));
}

void
matrix_check_later(const struct matrix_cell *m, struct matrix_count *n)
{
	int err = matrix_again(m);

	if (m->hides && m->v.outcome == OUTCOME_ERASED) {
		n->found_later += err != 0;
		if (!err)
			complain(m, &n->false_success, "not even another "
				 "reading finds what is left");
	} else if (m->expect == MATRIX_MUST && err &&
		   m->p.method != METHOD_OVERWRITE) {
		complain(m, &n->false_failure, "read again: error %d", -err);
	}
}
