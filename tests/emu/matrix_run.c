/* SPDX-License-Identifier: Apache-2.0 */
/* How does one cell of the matrix get from a drive to its verdict? */
#include "matrix.h"

#include "../../src/engine.h"
#include "../../src/util.h"

#include <errno.h>
#include <string.h>

#undef NDEBUG
#include <assert.h>

static enum stop
tick(void *ctx, const struct progress *p)
{
	(void)ctx;
	(void)p;
	return STOP_NO;
}

static int
record(void *ctx, uint32_t step, const struct step_result *r)
{
	struct matrix_cell *m = ctx;

	assert(step < m->p.n_steps);
	m->begun += r->state == STATE_NONE;
	emu_note(m->d, (int)(r->state == STATE_NONE ? step : 1000 + step));
	return 0;
}

static int
probe(struct matrix_cell *m)
{
	struct handle *h = NULL;
	int err = drive_open(m->d->d.path, OPEN_LOOK, false, &h);

	memset(&m->drive, 0, sizeof(m->drive));
	if (err)
		return err;
	err = drive_identify(h, &m->drive);
	if (!err)
		err = drive_uses(h, &m->drive);
	/* one that is locked or has failed cannot be read */
	if (!err && drive_contents(h, &m->drive))
		m->drive.n_contents = 0;
	drive_close(&h);
	return err;
}

enum matrix_end
matrix_plan(struct matrix_cell *m)
{
	memset(&m->rq, 0, sizeof(m->rq));
	if (m->method)
		text_copy(m->rq.method, sizeof(m->rq.method),
			  method_name(m->method));
	if (probe(m))
		return MATRIX_UNSEEN;
	assert(!plan_make(&m->drive, &m->rq, &m->p));
	return m->p.refusals.n ? MATRIX_REFUSED : MATRIX_RAN;
}

void
matrix_run(struct matrix_cell *m)
{
	assert(!consent_token(&m->p, m->p.token, "operator", &m->c));
	m->c.has_receipt = true;
	memset(m->c.receipt, 0x5a, sizeof(m->c.receipt));
	m->ui = (struct ui){ .ctx = m, .tick = tick, .record = record };
	m->begun = 0;
	m->agreed = m->d->n_ops;
	m->err = execute_plan(&m->p, &m->c, &m->rq, &m->ui, &m->r);
	verify_judge(&m->p, &m->c, &m->r, &m->v);
}

bool
matrix_says_erased(const struct matrix_cell *m)
{
	return m->v.outcome == OUTCOME_ERASED ||
	       m->v.outcome == OUTCOME_EXCEPTIONS;
}

/* What a certificate would say of this run. */
static bool
proven(const struct matrix_cell *m, struct proven *out)
{
	uint32_t a = attempts_won(&m->p, m->r.results), i;

	memset(out, 0, sizeof(*out));
	for (i = 0; i < m->p.n_steps; i++) {
		const struct step *s = &m->p.steps[i];
		const struct step_result *x = &m->r.results[i];

		if (attempts_marks(s->kind) && x->state == STATE_DONE) {
			if (out->marks)
				memcpy(out->earlier[out->n_earlier++],
				       out->key, KEY_LEN);
			out->marks = x->proof.marks;
			memcpy(out->key, x->key, KEY_LEN);
		}
		if (s->kind != STEP_PROVE || s->attempt != a)
			continue;
		memcpy(out->salt, x->salt, DIGEST_LEN);
		out->attempt = a;
		out->pass = s->pass;
		out->how = s->how;
		out->n_chain = (uint32_t)attempts_chain(&m->p, m->r.results, i,
							out->chain);
		return true;
	}
	return false;
}

int
matrix_again(const struct matrix_cell *m)
{
	static struct step_result x;
	static struct ranges unread;
	static struct drive now;
	struct proven what;
	struct handle *h = NULL;
	int err;

	if (!proven(m, &what))
		return -ENOENT;
	memset(&x, 0, sizeof(x));
	memset(&unread, 0, sizeof(unread));
	err = drive_open(m->d->d.path, OPEN_LOOK, false, &h);
	if (!err)
		err = drive_identify(h, &now);
	drive_close(&h);
	if (!err)
		err = prove_device(m->d->d.path, false, &what,
				   (struct ui *)&m->ui, &now, &x, &unread);
	return err ? err : x.state == STATE_DONE ? 0 : -EILSEQ;
}
