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

/* Where the marks of this key were: every one of them counts as laid. */
static int
remember(const uint8_t key[KEY_LEN], const struct victim *v,
	 struct kept *kept)
{
	struct marks *m = calloc(1, sizeof(*m));
	size_t i;
	int err;

	if (!m)
		return -ENOMEM;
	kept->m[kept->n++] = m;
	memcpy(m->key, key, KEY_LEN);
	m->laid = true;
	err = places_before(key, v->nsid, v->d->id.size, v->d->lblock, NULL, 0,
			    &m->v[m->n++]);
	for (i = 0; !err && i < m->v[0].n; i++)
		m->v[0].p[i].held = m->v[0].p[i].kind == PLACE_MARK;
	return err;
}

static int
remember_all(const struct proven *what, const struct victim *v,
	     struct kept *kept)
{
	uint32_t i;
	int err = what->n_earlier < MARKS_MAX ? 0 : -EINVAL;

	for (i = 0; !err && i < what->n_earlier; i++)
		err = remember(what->earlier[i], v, kept);
	kept->last = kept->n;
	return err || !what->marks ? err : remember(what->key, v, kept);
}

static void
prove_again(struct engine *e, const struct proven *what, struct drive *d,
	    struct step_result *out, struct ranges *unread)
{
	struct step s = {
		.kind = STEP_PROVE, .attempt = what->attempt,
		.pass = what->pass, .how = what->how, .len = d->id.size,
	};
	struct kept kept = { 0 };
	struct search q = {
		.s = &s, .chain = what->chain, .n_chain = what->n_chain,
		.kept = &kept, .r = out, .unread = unread,
	};
	struct victim v = {
		.h = e->h, .d = d, .nsid = identity_nsid(&d->scope),
	};
	bool dropped;
	int err = remember_all(what, &v, &kept);

	memcpy(q.salt, what->salt, sizeof(q.salt));
	memcpy(out->salt, what->salt, sizeof(out->salt));
	if (err)
		step_fail(out, STATE_FAILED, REASON_INTERNAL, err, NULL);
	else
		prove_search(e, &q, &v, 1, &dropped);
	while (kept.n)
		marks_free(&kept.m[--kept.n]);
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
