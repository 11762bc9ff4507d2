/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whatever an ATA drive is found in, the next run ends it: power that went at
 * any command or at any point of an erase, a sanitize that runs or has failed,
 * a password that an interrupted run left.  In between nothing is called
 * erased that is not.
 */
#include "emu/emu_ata.h"
#include "emu/fixture.h"
#include "sanitized.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define SIZE	(256ULL << 10)
#define HIDDEN	(64ULL << 10)

static const struct way {
	enum emu_ata_kind kind;
	const char *method;
	bool hpa;
} ways[] = {
	{ EMU_ATA_HDD, "security-erase", true },
	{ EMU_ATA_HDD, "security-erase-enhanced", false },
	{ EMU_ATA_HDD_SANITIZE, "sanitize-overwrite", false },
	{ EMU_ATA_SSD, "sanitize-block", false },
	{ EMU_ATA_SSD, "sanitize-crypto", false },
	{ EMU_ATA_SSD, "", false },
	{ EMU_ATA_PLAIN, "overwrite", true },
};

static struct emu_drive *
make(enum emu_ata_kind kind, bool hpa)
{
	struct emu_drive *d = emu_ata_add(FIXTURE_PATH, SIZE, 512, kind);
	struct emu_ata *a = emu_ata_of(d);

	/* fewer polls, no other states */
	a->block_ms = a->overwrite_ms = a->normal_ms = a->enhanced_ms = 20000;
	if (hpa)
		emu_ata_hide_hpa(d, HIDDEN);
	emu_soil(d);
	return d;
}

static struct request
by(const char *method)
{
	struct request rq = { 0 };

	strncpy(rq.method, method, sizeof(rq.method) - 1);
	return rq;
}

static bool
says_erased(const struct fixture *f)
{
	return f->v.outcome == OUTCOME_ERASED ||
	       f->v.outcome == OUTCOME_EXCEPTIONS;
}

/* Nothing is left that could be addressed. */
static bool
is_empty(const struct emu_drive *d)
{
	uint64_t first;

	return !emu_remains_in(d, 0, SIZE, &first);
}

/* The run after it, on a drive that does what it should. */
static void
run_again(struct emu_drive *d, const struct request *rq, const char *what)
{
	struct fixture *f;
	char text[256];
	uint32_t i;

	f = fixture_on(d, rq);
	fixture_run(f);
	if (!says_erased(f)) {
		print_message("%s: outcome %d\n", what, f->v.outcome);
		for (i = 0; i < f->v.reasons.n; i++)
			print_message("  %s\n",
				      reason_text(&f->v.reasons.r[i], LANG_EN,
						  text, sizeof(text)));
	}
	assert_int_equal(f->err, 0);
	assert_true(says_erased(f));
	assert_true(is_empty(d));
	assert_false(emu_ata_of(d)->enabled);
	fixture_drop(&f);
}

/* False: the run was over before this fault came. */
static bool
cut(const struct way *w, struct emu_fault fault)
{
	struct emu_drive *d = make(w->kind, w->hpa);
	struct request rq = by(w->method);
	struct fixture *f = fixture_on(d, &rq);
	bool came, erased;

	emu_fault(d, fault);
	fixture_run(f);
	came = d->off;
	erased = says_erased(f);
	assert_true(!erased || (is_empty(d) && !emu_ata_of(d)->enabled));
	assert_true(came || erased);
	fixture_drop(&f);
	if (came) {
		emu_mend(d, fault.kind);
		emu_power_cycle(d);
		run_again(d, &rq, w->method);
	}
	emu_reset();
	return came;
}

static void
test_at_each_command(void **state)
{
	struct emu_fault f = { .kind = EMU_POWER_LOSS, .times = 1 };
	unsigned cases = 0;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
		for (f.skip = 0; cut(&ways[i], f);
		     f.skip += STRIDE)
			cases++;
	print_message("power lost before %u commands%s, taken up each time\n",
		      cases, STRIDE_TEXT);
	assert_true(cases > 200 / STRIDE);
}

static void
test_after_commands(void **state)
{
	struct emu_fault f = { .kind = EMU_POWER_LOSS_AFTER, .times = 1 };
	unsigned cases = 0;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
		for (f.skip = 0; cut(&ways[i], f);
		     f.skip += 3 * STRIDE)
			cases++;
	assert_true(cases > 100 / STRIDE);
}

static void
test_within_each_erase(void **state)
{
	struct emu_fault f = { .kind = EMU_POWER_LOSS_AT, .times = 1 };
	size_t i;

	(void)state;
	for (i = 0; i + 1 < sizeof(ways) / sizeof(ways[0]); i++)
		for (f.arg = 0; f.arg < 100; f.arg += 33)
			assert_true(cut(&ways[i], f));
}

/* ---- found in a bad state ------------------------------------------------ */

static void
start_sanitize(struct emu_drive *d, bool fails)
{
	struct wire_scsi c = { .cdb_len = 16, .timeout_ms = 1000 };
	struct wire *w;

	memcpy(c.cdb, "\x85\x07\x20\x00\x12\x00\x00\x42\x72\x00\x45\x00\x6b"
	       "\x40\xb4", 15);
	if (fails)
		emu_fault(d, (struct emu_fault){ .kind = EMU_FAIL_AT,
						 .arg = 50, .times = 1 });
	assert_int_equal(wire_open(FIXTURE_PATH, OPEN_VICTIM, false, &w), 0);
	assert_int_equal(wire_scsi(w, &c), 0);
	wire_close(&w);
	emu_pass(fails ? emu_ata_of(d)->block_ms : 1000);
	assert_int_equal(emu_ata_of(d)->sd, fails ? SD3_FAILED : SD2_RUNS);
}

static void
test_sanitize_found(void **state)
{
	struct request rq = by("");
	int fails;

	(void)state;
	for (fails = 0; fails < 2; fails++) {
		struct emu_drive *d = make(EMU_ATA_SSD, false);

		start_sanitize(d, fails);
		run_again(d, &rq, fails ? "one that failed" : "one that runs");
		emu_reset();
	}
}

/* The password of a tool, asked for by name. */
static void
test_password_found(void **state)
{
	enum password p;
	size_t at;

	(void)state;
	for (p = PASSWORD_MASSHO; p < PASSWORD_COUNT; p++) {
		struct emu_drive *d = make(EMU_ATA_HDD, false);
		struct request rq = { .unlock = p };

		emu_ata_lock(d, password_text(p));
		run_again(d, &rq, password_name(p));
		assert_int_equal(emu_sent(d, EMU_OP(0xf2U), &at), 1);
		emu_reset();
	}
}

/* Somebody else's: one try, and then nothing that would count against it. */
static void
test_password_unknown(void **state)
{
	struct emu_drive *d = make(EMU_ATA_HDD, false);
	struct request rq = { 0 };
	struct fixture *f;
	size_t at;

	(void)state;
	emu_ata_lock(d, "theirs");
	f = fixture_on(d, &rq);
	fixture_run(f);
	assert_false(says_erased(f));
	assert_in_range(emu_sent(d, EMU_OP(0xf2U), &at), 0, 1);
	assert_int_equal(emu_sent(d, EMU_OP(0xf4U), &at), 0);
	assert_in_range(emu_ata_of(d)->wrong, 0, 1);
	assert_true(emu_ata_of(d)->locked);
	assert_true(emu_remains(d, &(uint64_t){ 0 }) >= SIZE - 64);
	fixture_free(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_at_each_command),
		cmocka_unit_test(test_after_commands),
		cmocka_unit_test(test_within_each_erase),
		cmocka_unit_test(test_sanitize_found),
		cmocka_unit_test(test_password_found),
		cmocka_unit_test(test_password_unknown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
