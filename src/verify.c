/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Does the drive hold what was written to it, and nothing else?  Reads it
 * back, all of it or samples, and compares; verify_judge.c draws the
 * conclusion.
 */
#include "engine.h"
#include "pattern.h"
#include "util.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A drive that lies, lies everywhere: enough is known after that many. */
#define MISMATCHES_MAX 65536

struct reading {
	struct stream s;
	const struct verify_job *job;
	struct pattern *pattern;
	struct step_result *r;
	struct blockmap unread;
	uint64_t excepted;	/* bytes not read: never written */
};

static int
ready(void *ctx, unsigned slot, struct io *io)
{
	(void)ctx, (void)slot, (void)io;
	return 0;
}

/* What should be there and what is, from the first byte that differs. */
static int
show(struct reading *rd, uint64_t at, const uint8_t *found, uint32_t len)
{
	struct mismatch *m = &rd->r->first;

	m->at = at;
	m->len = len < EVIDENCE_BYTES ? len : EVIDENCE_BYTES;
	memcpy(m->found, found, m->len);
	return pattern_fill(rd->pattern, at, m->expected, m->len);
}

static int
count_mismatch(struct reading *rd, uint64_t at, const uint8_t *found,
	       uint32_t len)
{
	int err = 0;

	/* requests come back in any order: the first is the lowest */
	if (!rd->r->mismatches++ || at < rd->r->first.at)
		err = show(rd, at, found, len);
	if (err || rd->r->mismatches < MISMATCHES_MAX)
		return err;
	return -EILSEQ;
}

/* Something differs in [at, at+len): which logical blocks? */
static int
compare_blocks(struct reading *rd, uint64_t at, uint8_t *buf, uint32_t len)
{
	uint32_t block = rd->s.e->d->lblock, i;
	size_t same;
	int err = 0;

	for (i = 0; !err && i < len; i += block) {
		err = pattern_compare(rd->pattern, at + i, buf + i, block,
				      &same);
		if (err)
			break;
		rd->r->bytes += block;
		if (same < block)
			err = count_mismatch(rd, at + i + same, buf + i + same,
					     block - (uint32_t)same);
	}
	return err;
}

static int
moved(void *ctx, const struct io *io, uint32_t len)
{
	struct reading *rd = ctx;
	size_t same;
	int err;

	err = pattern_compare(rd->pattern, io->at, io->buf, len, &same);
	if (err)
		return err;
	if (same < len)
		return compare_blocks(rd, io->at, io->buf, len);
	rd->r->bytes += len;
	return 0;
}

static int
lost(void *ctx, uint64_t at, int err)
{
	struct reading *rd = ctx;

	if (!rd->r->err)
		rd->r->err = err;
	return blockmap_add(&rd->unread, at, rd->s.e->d->lblock);
}

/* The salt is drawn now, after the writes: nobody could know before which
 * blocks would be looked at. */
static int
choose_ranges(struct reading *rd, struct sample *sample)
{
	const struct verify_job *job = rd->job;
	uint32_t share = 1000000;
	size_t i;
	int err;

	if (job->how.mode == VERIFY_SAMPLE) {
		share = job->how.share_ppm;
		err = random_bytes(rd->r->salt, sizeof(rd->r->salt));
		if (err)
			return err;
	} else if (job->how.mode != VERIFY_FULL) {
		return -EINVAL;
	}
	err = sample_make(job->written->len, rd->s.e->d->lblock, share,
			  rd->r->salt, job->spots, job->n_spots, sample);
	rd->s.todo = sample->r;
	rd->s.n_todo = sample->n;
	for (i = 0; rd->s.skip && i < sample->n; i++)
		rd->excepted += blockmap_overlap(rd->s.skip, sample->r[i].at,
						 sample->r[i].len);
	return err;
}

static uint64_t
sum(const struct stream *s)
{
	uint64_t total = 0;
	size_t i;

	for (i = 0; i < s->n_todo; i++)
		total += s->todo[i].len;
	return total;
}

/* A mismatch is graver than whatever else ended the reading. */
static void
blame_mismatch(struct step_result *r)
{
	char arg[64];

	snprintf(arg, sizeof(arg), "%" PRIu64 " @ %" PRIu64, r->mismatches,
		 r->first.at);
	r->why.code = REASON_UNKNOWN;
	step_fail(r, STATE_FAILED, REASON_MISMATCH, 0, arg);
}

/* DONE is earned: every byte accounted for, none different. */
static void
finish(struct reading *rd, const struct sample *sample, enum step_state state)
{
	struct step_result *r = rd->r;

	if (r->mismatches) {
		blame_mismatch(r);
		return;
	}
	if (state != STATE_DONE || !engine_same_size(rd->s.e, r))
		return;
	if (r->bytes + rd->excepted + rd->unread.total != sum(&rd->s)) {
		step_fail(r, STATE_FAILED, REASON_INTERNAL, ENODATA, NULL);
		return;
	}
	r->state = STATE_DONE;
	r->sections = sample->sections;
	r->samples = sample->samples;
	if (!sample->sections || rd->excepted || rd->unread.total)
		return;
	r->claim_conf_ppm = SAMPLE_CONF_PPM;
	r->claim_share_ppb = sample_claim_ppb(sample->samples,
					      SAMPLE_CONF_PPM);
}

static void
read_back(struct reading *rd)
{
	struct engine *e = rd->s.e;
	const struct step *s = rd->job->written;
	struct sample sample = { 0 };
	int err = choose_ranges(rd, &sample);

	if (!err)
		err = pattern_open(&s->pass, rd->job->key, &rd->pattern);
	if (err) {
		step_fail(rd->r, STATE_FAILED, REASON_INTERNAL, err, NULL);
	} else {
		e->p.total = sum(&rd->s) - rd->excepted;
		(void)engine_tick(e, true);
		finish(rd, &sample, stream_run(&rd->s, rd->r));
		(void)engine_tick(e, true);
	}
	pattern_close(&rd->pattern);
	sample_free(&sample);
}

void
verify_back(struct engine *e, const struct verify_job *job,
	    struct step_result *r, struct ranges *unread, bool *dropped)
{
	struct reading rd = {
		.job = job,
		.r = r,
		.s = {
			.e = e,
			.skip = job->unwritten,
			.chunk = TUNE_CHUNK_MAX, .use = TUNE_READ,
			.ready = ready, .moved = moved, .lost = lost,
		},
	};
	int err = drive_drop_caches(e->h);

	rd.s.ctx = &rd;
	blockmap_init(&rd.unread, e->d->lblock);
	*dropped = !err;
	if (err)
		step_fail(r, STATE_FAILED, REASON_NOT_VERIFIED, err, NULL);
	else
		read_back(&rd);
	blockmap_ranges(&rd.unread, unread);
	blockmap_free(&rd.unread);
}

static bool
is_of_pass(struct engine *e, const struct step *pass,
	   const uint8_t key[KEY_LEN], bool all, const struct drive *d)
{
	uint32_t i;

	if (!pass || pass->pass.kind != PASS_RANDOM)
		return false;
	for (i = 0; !all && i < d->n_contents; i++)
		if (i >= CONTENTS_MAX ||
		    !margin_is_pass(e, pass, key, d->contents[i].magic,
				    d->contents[i].magic_len))
			return false;
	return true;
}

void
verify_signatures(struct engine *e, const struct step *pass,
		  const uint8_t key[KEY_LEN], bool all, struct step_result *r)
{
	struct drive *d = malloc(sizeof(*d));
	int err = -ENOMEM;

	if (d) {
		*d = *e->d;
		d->n_contents = UINT32_MAX;	/* "none" must be said */
		err = drive_drop_caches(e->h);
	}
	if (!err)
		err = drive_contents(e->h, d);
	if (err) {
		step_fail(r, STATE_FAILED, REASON_NOT_VERIFIED, err, NULL);
	} else if (d->n_contents && !is_of_pass(e, pass, key, all, d)) {
		text_copy(r->signature, sizeof(r->signature),
			  d->n_contents <= CONTENTS_MAX ?
			  d->contents[0].type : "unknown");
		step_fail(r, STATE_FAILED, REASON_SIGNATURE_LEFT, 0,
			  r->signature);
	} else {
		r->state = STATE_DONE;
	}
	free(d);
}

int
verify_device(const char *path, bool image, const struct step *written,
	      const uint8_t key[KEY_LEN], const struct verify_how *how,
	      const struct ranges *except, struct ui *ui,
	      const struct drive *expect, struct step_result *out,
	      struct ranges *unread)
{
	struct engine e = { .ui = ui, .p.n_steps = 1 };
	struct blockmap left_out = { 0 };
	struct verify_job job = { .written = written, .key = key, .how = *how,
				  .unwritten = &left_out };
	struct drive *d = calloc(1, sizeof(*d));
	bool dropped;
	int err = -ENOMEM;

	memset(out, 0, sizeof(*out));
	memset(unread, 0, sizeof(*unread));
	if (d)
		err = drive_open(path, OPEN_READ, image, &e.h);
	if (!err)
		err = drive_identify(e.h, d);
	if (!err && (identity_differs(&d->id, &expect->id) || !d->lblock ||
		     d->id.size != written->len))
		err = -ESTALE;
	if (!err && except) {
		blockmap_init(&left_out, d->lblock);
		err = blockmap_load(&left_out, except);
	}
	if (!err) {
		e.d = d;
		time_now(out->started);
		out->ms = mono_ms();
		engine_begin(&e, 0, STEP_VERIFY, written->len);
		verify_back(&e, &job, out, unread, &dropped);
		out->ms = mono_ms() - out->ms;
		time_now(out->finished);
	}
	blockmap_free(&left_out);
	drive_close(&e.h);
	free(d);
	return err;
}
