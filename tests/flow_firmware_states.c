/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Drives in a state that somebody else left them in: what is done is what can
 * be, and what is told is what helps.
 */
#include "emu/emu_ata.h"
#include "emu/emu_nvme.h"
#include "emu/fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define SIZE	(8ULL << 20)

static struct fixture *
run(struct emu_drive *d, const char *method)
{
	struct request rq = { 0 };
	struct fixture *f;

	strncpy(rq.method, method, sizeof(rq.method) - 1);
	f = fixture_on(d, &rq);
	assert_int_equal(f->p.refusals.n, 0);
	fixture_run(f);
	return f;
}

static struct emu_drive *
ata(enum emu_ata_kind kind)
{
	struct emu_drive *d = emu_ata_add(FIXTURE_PATH, SIZE, 512, kind);

	emu_soil(d);
	return d;
}

static void
test_somebody_elses_password(void **state)
{
	struct emu_drive *d = ata(EMU_ATA_SSD);
	struct fixture *f;

	(void)state;
	emu_ata_lock(d, "secret");
	f = run(d, "");
	assert_int_equal(f->v.outcome, OUTCOME_FAILED);
	assert_int_equal(f->r.why.code, REASON_LOCKED);
	assert_false(fixture_has(&f->v.reasons, REASON_PASSWORD_LEFT));
	assert_false(fixture_has(&f->v.reasons, REASON_DRIVE_REFUSED));
	assert_int_equal(emu_ata_of(d)->wrong, 1);
	fixture_free(&f);
}

static void
test_a_password_of_the_bios(void **state)
{
	struct emu_drive *d = ata(EMU_ATA_SSD);
	struct fixture *f;

	(void)state;
	emu_ata_of(d)->enabled = emu_ata_of(d)->frozen = true;
	memcpy(emu_ata_of(d)->user, "bios", 4);
	f = run(d, "");
	assert_int_equal(f->v.outcome, OUTCOME_EXCEPTIONS);
	assert_true(fixture_has(&f->v.reasons, REASON_PASSWORD_KEPT));
	assert_false(fixture_has(&f->v.reasons, REASON_PASSWORD_LEFT));
	fixture_free(&f);
}

/* Unlocked first, the drive can be marked. */
static void
test_our_own_password(void **state)
{
	struct emu_drive *d = ata(EMU_ATA_SSD);
	struct fixture *f;

	(void)state;
	emu_ata_lock(d, password_text(PASSWORD_MASSHO));
	f = run(d, "");
	assert_int_equal(f->v.outcome, OUTCOME_ERASED);
	assert_true(fixture_has(&f->v.reasons, REASON_UNLOCKED));
	assert_false(fixture_has(&f->v.reasons, REASON_NO_PROOF));
	fixture_free(&f);
}

/* The plan's promise is kept: enhanced erase reaches what DCO may hide. */
static void
test_a_frozen_dco(void **state)
{
	struct emu_drive *d = ata(EMU_ATA_HDD);
	struct fixture *f;

	(void)state;
	emu_ata_of(d)->dco_frozen = true;
	f = run(d, "");
	assert_int_equal(f->p.method, METHOD_SECURITY_ERASE_ENHANCED);
	assert_int_equal(f->v.outcome, OUTCOME_ERASED);
	assert_int_equal(f->v.level, f->p.level);
	fixture_free(&f);
}

static void
test_an_erase_without_an_end(void **state)
{
	struct emu_drive *d = ata(EMU_ATA_HDD);
	struct fixture *f;

	(void)state;
	emu_ata_of(d)->normal_min = 65534;
	emu_fault(d, (struct emu_fault){ .kind = EMU_NEVER_ENDS, .arg = 500,
					 .op = EMU_OP(0xf4U) });
	f = run(d, "security-erase");
	assert_int_equal(f->v.outcome, OUTCOME_FAILED);
	assert_int_equal(f->r.why.code, REASON_STILL_ERASING);
	assert_false(fixture_has(&f->v.reasons, REASON_DEVICE_LOST));
	assert_true(f->r.results[1].ms < 24 * 3600000ULL);
	fixture_free(&f);
}

/* What hides the answer is told; the level promises nothing of it. */
static void
test_a_bridge_that_hides(void **state)
{
	struct emu_drive *d = ata(EMU_ATA_HDD);
	struct fixture *f;

	(void)state;
	emu_ata_bridge(d, "152d:0578 uas", (struct emu_bridge){
		.on = true, .drops_registers = true });
	f = run(d, "");
	assert_int_equal(f->v.outcome, OUTCOME_ERASED);
	assert_int_equal(f->v.level, LEVEL_CLEAR);
	assert_true(fixture_has(&f->v.reasons, REASON_HIDDEN_UNKNOWN));
	fixture_free(&f);
}

static void
test_block_sid(void **state)
{
	struct emu_drive *d = emu_nvme_add(FIXTURE_PATH, SIZE, 512,
					   EMU_NVME_FULL);
	struct fixture *f;

	(void)state;
	emu_soil(d);
	emu_nvme_of(d)->blocked = true;
	f = run(d, "sanitize-block");
	assert_int_equal(f->v.outcome, OUTCOME_FAILED);
	assert_int_equal(f->r.why.code, REASON_BLOCK_SID);
	fixture_free(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_somebody_elses_password),
		cmocka_unit_test(test_a_password_of_the_bios),
		cmocka_unit_test(test_our_own_password),
		cmocka_unit_test(test_a_frozen_dco),
		cmocka_unit_test(test_an_erase_without_an_end),
		cmocka_unit_test(test_a_bridge_that_hides),
		cmocka_unit_test(test_block_sid),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
