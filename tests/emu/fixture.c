/* SPDX-License-Identifier: Apache-2.0 */
/* How does a drive in memory get from a request to a verdict? */
#include "fixture.h"

#include "../../src/util.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#undef NDEBUG
#include <assert.h>

static enum stop
tick(void *ctx, const struct progress *p)
{
	struct fixture *f = ctx;

	f->last = *p;
	f->ticks++;
	return f->stop_at && f->ticks >= f->stop_at ? f->stop : STOP_NO;
}

static int
record(void *ctx, uint32_t step, const struct step_result *r)
{
	struct fixture *f = ctx;

	assert(step < f->p.n_steps);
	f->records++;
	if (r->state == STATE_NONE)
		memcpy(f->recorded_key[step], r->key, KEY_LEN);
	emu_note(f->d, (int)(r->state == STATE_NONE ? step : 1000 + step));
	return f->records == f->fail_at ? -5 : 0;
}

void
fixture_consent(struct fixture *f)
{
	assert(!consent_token(&f->p, f->p.token, "operator", &f->c));
	f->c.has_receipt = true;
	memset(f->c.receipt, 0x5a, sizeof(f->c.receipt));
}

void
fixture_plan(struct fixture *f, uint32_t bad_max_ppm)
{
	struct handle *h = NULL;

	assert(!drive_open(f->d->d.path, OPEN_LOOK, false, &h));
	assert(!drive_identify(h, &f->drive));
	assert(!drive_uses(h, &f->drive));
	f->contents_err = drive_contents(h, &f->drive);
	drive_close(&h);
	assert(!plan_make(&f->drive, &f->rq, &f->p));
	assert(!f->p.refusals.n);
	f->p.bad_max_ppm = bad_max_ppm;
	plan_seal(&f->p);
	fixture_consent(f);
}

struct fixture *
fixture_new(uint64_t size, uint32_t lblock, const char *passes,
	    struct verify_how how, uint32_t bad_max_ppm)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert(f);
	f->d = emu_add(FIXTURE_PATH, size, lblock);
	emu_soil(f->d);
	f->ui = (struct ui){ .ctx = f, .tick = tick, .record = record };
	assert(!text_copy(f->rq.passes, sizeof(f->rq.passes), passes));
	f->rq.verify_set = true;
	f->rq.verify = how;
	fixture_plan(f, bad_max_ppm);
	assert(!f->contents_err);
	f->d->n_ops = 0;
	return f;
}

struct fixture *
fixture_on(struct emu_drive *d, const struct request *rq)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert(f);
	f->d = d;
	f->ui = (struct ui){ .ctx = f, .tick = tick, .record = record };
	f->rq = *rq;
	d->n_ops = 0;
	fixture_plan(f, 0);
	return f;
}

void
fixture_drop(struct fixture **f)
{
	free(*f);
	*f = NULL;
}

void
fixture_run(struct fixture *f)
{
	f->err = execute_plan(&f->p, &f->c, &f->rq, &f->ui, &f->r);
	verify_judge(&f->p, &f->c, &f->r, &f->v);
}

void
fixture_free(struct fixture **f)
{
	free(*f);
	*f = NULL;
	emu_reset();
}

/* The whole stream from offset 0, in one call of the cipher per MiB. */
static void
expect(const struct pass *pass, const uint8_t *key, uint8_t *out, uint64_t len)
{
	static const uint8_t iv[16];
	EVP_CIPHER_CTX *ctx;
	uint64_t i;
	int n;

	if (pass->kind == PASS_FILL) {
		for (i = 0; i < len; i++)
			out[i] = pass->bytes[i % pass->len];
		return;
	}
	memset(out, 0, len);
	ctx = EVP_CIPHER_CTX_new();
	assert(ctx);
	assert(EVP_EncryptInit_ex(ctx, EVP_aes_256_ctr(), NULL, key, iv));
	for (i = 0; i < len; i += n) {
		n = len - i < 1 << 20 ? (int)(len - i) : 1 << 20;
		assert(EVP_EncryptUpdate(ctx, out + i, &n, out + i, n) == 1);
	}
	EVP_CIPHER_CTX_free(ctx);
}

uint64_t
fixture_wrong(const struct fixture *f, const struct ranges *but)
{
	uint64_t len = f->d->d.id.size, i, wrong = 0;
	uint8_t *want = malloc(len);
	uint32_t last = 0, s;

	assert(want);
	for (s = 0; s < f->p.n_steps; s++)
		if (f->p.steps[s].kind == STEP_OVERWRITE)
			last = s;
	expect(&f->p.steps[last].pass, f->r.results[last].key, want, len);
	for (i = 0; i < len; i += 16) {
		uint64_t n = len - i < 16 ? len - i : 16;
		const uint8_t *is = f->d->media + emu_place(f->d, i);

		if (memcmp(want + i, is, n) != 0 &&
		    !(but && ranges_overlap(but, i, n)))
			wrong += n;
	}
	free(want);
	return wrong;
}

bool
fixture_has(const struct reasons *rs, enum reason_code code)
{
	uint32_t i;

	for (i = 0; i < rs->n; i++)
		if (rs->r[i].code == code)
			return true;
	return false;
}
