/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Old data that looks random, as encrypted volumes do, on drives on which only
 * few of the blocks can be known before: where a little of it is kept, and
 * where the second command of two does nothing, no drive is called purged.
 */
#include "emu/matrix.h"

#include "emu/emu_ata.h"
#include "emu/emu_nvme.h"
#include "emu/emu_scsi.h"

#include "../src/engine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#undef NDEBUG
#include <assert.h>

#define SIZE	(16ULL << 20)
#define KEPT	4096ULL

/* What a new key makes of the blocks. */
enum key { UNIFORM, RANDOM, KEYS };

static struct matrix_cell m;
static uint8_t *before;
static enum key key;

/* What came of all of it. */
static struct {
	unsigned cells, found, level, claimed, honest, false_success;
} n;

/* ---- drives -------------------------------------------------------------- */

static struct emu_drive *
ata(enum emu_ata_kind kind)
{
	struct emu_drive *d = emu_ata_add(MATRIX_PATH, SIZE, 512, kind);

	emu_ata_of(d)->crypto_random = key == RANDOM;
	if (key == RANDOM)
		emu_ata_of(d)->enhanced_fill.key = 77;
	return d;
}

static struct emu_drive *
nvme(enum emu_nvme_kind kind)
{
	struct emu_drive *d = emu_nvme_add(MATRIX_PATH, SIZE, 512, kind);

	emu_nvme_of(d)->crypto_random = key == RANDOM;
	return d;
}

static struct emu_drive *
ata_ssd(void)
{
	return ata(EMU_ATA_SSD);
}

static struct emu_drive *
ata_ssd_old(void)
{
	return ata(EMU_ATA_SSD_OLD);
}

static struct emu_drive *
nvme_full(void)
{
	return nvme(EMU_NVME_FULL);
}

static struct emu_drive *
nvme_old(void)
{
	return nvme(EMU_NVME_OLD);
}

static struct emu_drive *
scsi_ssd(void)
{
	struct emu_drive *d = emu_scsi_add(MATRIX_PATH, SIZE, 512,
					   EMU_SCSI_SSD);

	emu_scsi_of(d)->crypto_random = key == RANDOM;
	return d;
}

/* The first of the commands that erase is the block erase. */
static const struct matrix_kind kinds[] = {
	{ "ATA SSD", "ata", { EMU_OP_SUB(0xb4, 0x12U),
	  EMU_OP_SUB(0xb4, 0x11U), EMU_OP_SUB(0xb4, 0x14U), EMU_OP(0xf4) },
	  EMU_OP(0xec), ata_ssd, 0 },
	{ "ATA SSD, old", "ata", { EMU_OP(0xf4) }, EMU_OP(0xec), ata_ssd_old,
	  0 },
	{ "NVMe", "nvme", { EMU_OP_SUB(0x84, 2U), EMU_OP_SUB(0x84, 3U),
	  EMU_OP_SUB(0x84, 4U), EMU_OP_SUB(0x80, 1U), EMU_OP_SUB(0x80, 2U) },
	  EMU_OP_SUB(0x06, 1U), nvme_full, 0 },
	{ "NVMe 1.2", "nvme", { EMU_OP_SUB(0x80, 1U), EMU_OP_SUB(0x80, 2U) },
	  EMU_OP_SUB(0x06, 1U), nvme_old, 0 },
	{ "SCSI SSD", "scsi", { EMU_OP_SUB(0x48, 2U), EMU_OP_SUB(0x48, 3U),
	  EMU_OP_SUB(0x48, 1U), EMU_OP(0x04) }, EMU_OP(0x12), scsi_ssd, 0 },
};

#define N_KINDS	(sizeof(kinds) / sizeof(*kinds))

/* Nothing of it can be told from what a new key leaves. */
static void
soil(struct emu_drive *d)
{
	uint64_t at, x = 0x9e3779b97f4a7c15ULL;

	for (at = 0; at < d->media_len; at += 8) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		memcpy(d->media + at, &x, 8);
	}
	if (d->cache)
		memcpy(d->cache, d->media, d->media_len);
	memcpy(before, d->media, SIZE);
}

static void
begin(const struct matrix_kind *kind, enum method method)
{
	memset(&m, 0, sizeof(m));
	m.kind = kind;
	m.method = method;
	m.d = kind->make();
	soil(m.d);
}

static void
lie(struct emu_fault f, bool every)
{
	unsigned i;

	for (i = 0; i < MATRIX_OPS && m.kind->ops[i] && (every || !i); i++) {
		f.op = m.kind->ops[i];
		emu_fault(m.d, f);
	}
}

/* ---- what came of it ----------------------------------------------------- */

/* Blocks that are as they were. */
static uint64_t
remains(void)
{
	uint64_t at, left = 0;

	for (at = 0; at < SIZE; at += 512)
		left += !memcmp(m.d->media + at, before + at, 512);
	return left;
}

static const struct step_result *
proof(void)
{
	uint32_t a = attempts_won(&m.p, m.r.results), i;

	for (i = 0; i < m.p.n_steps; i++)
		if (m.p.steps[i].kind == STEP_PROVE &&
		    m.p.steps[i].attempt == a)
			return &m.r.results[i];
	return NULL;
}

/*
 * Where a new key has made everything random, what was kept is told by the
 * places alone that were known: then no more is claimed than these allow.
 */
static bool
is_claimed(void)
{
	const struct step_result *r = proof();

	return key == RANDOM && r && r->proof.places >= 1900 &&
	       r->proof.places_random == r->proof.places &&
	       r->claim_conf_ppm == SAMPLE_CONF_PPM &&
	       r->claim_share_ppb == sample_claim_ppb(r->proof.places,
						      SAMPLE_CONF_PPM);
}

static void
tell(const char *what)
{
	char text[256];
	uint32_t i;

	for (i = 0; i < m.v.reasons.n; i++)
		printf("(%s) ", reason_text(&m.v.reasons.r[i], LANG_EN, text,
					    sizeof(text)));
	printf("%s, %s, %s, %s: %s, %s, %llu blocks are left\n", m.kind->name,
	       m.method ? method_name(m.method) : "plan",
	       key == RANDOM ? "random" : "uniform", what,
	       outcome_name(m.v.outcome), level_name(m.v.level),
	       (unsigned long long)remains());
	n.false_success++;
}

static void
judge(const char *what)
{
	n.cells++;
	if (!matrix_says_erased(&m) || !remains())
		n.found++;
	else if (is_claimed())
		n.claimed++;
	else
		tell(what);
}

/* ---- a little is kept ---------------------------------------------------- */

static void
keep(const struct matrix_kind *kind, enum method method, uint64_t at)
{
	begin(kind, method);
	lie((struct emu_fault){ .kind = EMU_KEEP, .at = at, .len = KEPT },
	    true);
	if (matrix_plan(&m) == MATRIX_RAN) {
		matrix_run(&m);
		judge("keeps a little");
	}
	emu_reset();
}

/* By what the plan would do, and by each method that may leave random bytes or
 * that others must not be mistaken for. */
static void
keep_each(const struct matrix_kind *kind)
{
	static const enum method methods[] = {
		METHOD_NONE, METHOD_FORMAT, METHOD_SECURITY_ERASE_ENHANCED,
		METHOD_SANITIZE_CRYPTO, METHOD_SANITIZE_BLOCK,
	};
	static const uint64_t places[] = { 1, 12 };
	size_t i, k;

	for (i = 0; i < sizeof(methods) / sizeof(*methods); i++)
		for (k = 0; k < sizeof(places) / sizeof(*places) &&
		     (!k || !i); k++)
			keep(kind, methods[i],
			     places[k] * (1 << 20) + k * 40960 + 8192);
}

/* ---- the second of two --------------------------------------------------- */

/* A chain of two, of which the second one is the block erase. */
static bool
has_two(void)
{
	return m.p.method == METHOD_SANITIZE_BLOCK && m.p.n_steps > 3 &&
	       m.p.steps[1].method == METHOD_SANITIZE_CRYPTO &&
	       m.p.steps[2].kind == STEP_MARK_AGAIN;
}

static void
second_lies(const struct matrix_kind *kind, enum emu_fault_kind how)
{
	uint32_t a;

	begin(kind, METHOD_NONE);
	lie((struct emu_fault){ .kind = how }, false);
	if (matrix_plan(&m) == MATRIX_RAN && has_two()) {
		matrix_run(&m);
		a = attempts_won(&m.p, m.r.results);
		n.cells++;
		if (matrix_says_erased(&m) && m.v.level == LEVEL_PURGE && !a)
			tell(how == EMU_STALE ? "block erase does nothing" :
			     "block erase keeps all");
		else
			n.found++;
	}
	emu_reset();
}

/* The fresh marks cannot be laid: what is proven is the crypto erase. */
static void
no_fresh_marks(const struct matrix_kind *kind)
{
	begin(kind, METHOD_NONE);
	if (matrix_plan(&m) == MATRIX_RAN && has_two()) {
		emu_fault(m.d, (struct emu_fault){ .kind = EMU_FLUSH,
						   .skip = 1, .times = 1 });
		matrix_run(&m);
		n.cells++;
		if (m.v.outcome == OUTCOME_ERASED &&
		    m.v.level == LEVEL_CLEAR &&
		    matrix_says(&m, REASON_CRYPTO_ALONE))
			n.level++;
		else
			tell("no fresh marks");
	}
	emu_reset();
}

static void
honest(const struct matrix_kind *kind)
{
	begin(kind, METHOD_NONE);
	assert(matrix_plan(&m) == MATRIX_RAN);
	matrix_run(&m);
	n.cells++;
	if (m.v.outcome == OUTCOME_ERASED && m.v.level == m.p.level &&
	    !remains())
		n.honest++;
	else
		tell("honest");
	emu_reset();
}

int
main(void)
{
	size_t i;

	before = malloc(SIZE);
	assert(before);
	for (key = UNIFORM; key < KEYS; key++)
		for (i = 0; i < N_KINDS; i++) {
			honest(&kinds[i]);
			keep_each(&kinds[i]);
			second_lies(&kinds[i], EMU_STALE);
			second_lies(&kinds[i], EMU_KEEP);
			no_fresh_marks(&kinds[i]);
		}
	printf("remains: %u cells, %u honest, %u found, %u at a lower level,"
	       " %u within what is claimed, %u false\n", n.cells, n.honest,
	       n.found, n.level, n.claimed, n.false_success);
	free(before);
	fflush(stdout);
	assert(n.honest == KEYS * N_KINDS && n.found && n.level);
	return n.false_success != 0;
}
