/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Another day, on another machine: is a drive that erased itself still what
 * its certificate says?
 */
#include "prove.h"
#include "util.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static uint32_t
own_nsid(const struct drive *d)
{
	uint32_t i;

	for (i = 0; i < d->scope.n_spaces && i < SPACES_MAX; i++)
		if (d->scope.spaces[i].self)
			return d->scope.spaces[i].nsid;
	return 0;
}

static void
prove_again(struct engine *e, const struct proven *what, struct drive *d,
	    struct step_result *out, struct ranges *unread)
{
	struct step s = {
		.kind = STEP_PROVE, .attempt = what->attempt,
		.pass = what->pass, .how = what->how, .len = d->id.size,
	};
	struct search q = {
		.s = &s, .chain = what->chain, .n_chain = what->n_chain,
		.key = what->marks ? what->key : NULL, .r = out,
		.unread = unread,
	};
	struct victim v = { .h = e->h, .d = d, .nsid = own_nsid(d) };
	struct marks *m = calloc(1, sizeof(*m));
	bool dropped;
	int err = m ? 0 : -ENOMEM;

	memcpy(q.salt, what->salt, sizeof(q.salt));
	memcpy(out->salt, what->salt, sizeof(out->salt));
	if (!err && what->marks) {
		m->n = 1;
		err = places_before(what->key, v.nsid, d->id.size, d->lblock,
				    NULL, 0, &m->v[0]);
	}
	if (err)
		step_fail(out, STATE_FAILED, REASON_INTERNAL, err, NULL);
	else
		prove_search(e, &q, &v, 1, m, &dropped);
	marks_free(&m);
}

int
prove_device(const char *path, bool image, const struct proven *what,
	     struct ui *ui, const struct drive *expect,
	     struct step_result *out, struct ranges *unread)
{
	struct engine e = { .ui = ui, .p.n_steps = 1 };
	struct drive *d = calloc(1, sizeof(*d));
	int err = what->n_chain && what->n_chain <= CHAIN_MAX ? 0 : -EINVAL;

	memset(out, 0, sizeof(*out));
	memset(unread, 0, sizeof(*unread));
	if (!err && !d)
		err = -ENOMEM;
	if (!err)
		err = drive_open(path, OPEN_READ, image, &e.h);
	if (!err)
		err = drive_identify(e.h, d);
	if (!err && (identity_differs(&d->id, &expect->id) || !d->lblock ||
		     d->lblock > ENGINE_CHUNK || d->id.size % d->lblock))
		err = -ESTALE;
	if (!err) {
		e.d = d;
		time_now(out->started);
		out->ms = mono_ms();
		engine_begin(&e, 0, STEP_PROVE, d->id.size);
		prove_again(&e, what, d, out, unread);
		out->ms = mono_ms() - out->ms;
		time_now(out->finished);
	}
	drive_close(&e.h);
	free(d);
	return err;
}
