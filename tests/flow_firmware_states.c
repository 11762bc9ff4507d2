/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Drives in a state that somebody else left them in: what is done is what can
 * be, and what is told is what helps.
 */
#include "emu/emu_ata.h"
#include "emu/emu_nvme.h"
#include "emu/fixture.h"

#include "../src/engine.h"

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

static unsigned
sent_named(const struct fixture *f, const char *name)
{
	unsigned n = 0;
	uint32_t i;

	for (i = 0; i < f->r.sent.n; i++)
		n += !strcmp(f->r.sent.c[i].name, name);
	return n;
}

/* Not locked, so all but the security methods can be had, and is; the one
 * password that is known is tried once. */
static void
test_a_password_without_a_lock(void **state)
{
	static const enum emu_ata_kind kinds[] = { EMU_ATA_SSD, EMU_ATA_HDD };
	static const enum method ends[] = { METHOD_SANITIZE_BLOCK,
					    METHOD_OVERWRITE };
	struct fixture *f;
	unsigned i;

	(void)state;
	for (i = 0; i < 2; i++) {
		struct emu_drive *d = ata(kinds[i]);

		emu_ata_of(d)->enabled = true;
		memcpy(emu_ata_of(d)->user, "bios", 4);
		f = run(d, "");
		assert_int_equal(f->v.outcome, OUTCOME_EXCEPTIONS);
		assert_int_equal(f->r.state, STATE_DONE);
		assert_int_equal(f->p.attempts[attempts_won(&f->p,
				 f->r.results)].method, ends[i]);
		assert_int_equal(f->p.steps[0].kind, STEP_UNLOCK);
		assert_int_equal(f->r.results[0].why.code,
				 REASON_PASSWORD_STAYS);
		assert_true(fixture_has(&f->v.reasons, REASON_PASSWORD_KEPT));
		assert_false(fixture_has(&f->v.reasons, REASON_PASSWORD_LEFT));
		assert_false(fixture_has(&f->v.reasons, REASON_LOCKED));
		assert_int_equal(sent_named(f, "SECURITY DISABLE PASSWORD"),
				 1);
		assert_int_equal(sent_named(f, "SECURITY SET PASSWORD"), 0);
		assert_int_equal(sent_named(f, "SECURITY ERASE UNIT"), 0);
		fixture_free(&f);
	}
}

/* Asked for by name, it is refused by name. */
static void
test_a_password_before_security_erase(void **state)
{
	struct emu_drive *d = ata(EMU_ATA_SSD);
	struct fixture *f;

	(void)state;
	emu_ata_of(d)->enabled = true;
	memcpy(emu_ata_of(d)->user, "bios", 4);
	f = run(d, "security-erase");
	assert_int_equal(f->v.outcome, OUTCOME_FAILED);
	assert_int_equal(f->r.why.code, REASON_PASSWORD_KEPT);
	assert_false(fixture_has(&f->v.reasons, REASON_PASSWORD_LEFT));
	assert_int_equal(sent_named(f, "SECURITY SET PASSWORD"), 0);
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

/* What stands before a sanitize and can be put right is told, with what to do;
 * also where a weaker method has erased the drive all the same. */
static void
test_what_a_sanitize_waits_for(void **state)
{
	static const char *const methods[] = { "sanitize-block", "" };
	struct emu_drive *d;
	struct fixture *f;
	unsigned i;

	(void)state;
	for (i = 0; i < 4; i++) {
		enum reason_code why = i & 1 ? REASON_PMR_ENABLED :
					       REASON_RESET_FIRST;

		d = emu_nvme_add(FIXTURE_PATH, SIZE, 512, EMU_NVME_FULL);
		emu_soil(d);
		emu_nvme_of(d)->pmr_enabled = i & 1;
		emu_nvme_of(d)->needs_reset = !(i & 1);
		f = run(d, methods[i / 2]);
		assert_true(fixture_has(&f->v.reasons, why));
		if (i < 2) {
			assert_int_equal(f->v.outcome, OUTCOME_FAILED);
			assert_int_equal(f->r.why.code, why);
		} else {
			assert_int_equal(f->v.outcome, OUTCOME_ERASED);
			assert_int_equal(f->v.level, LEVEL_CLEAR);
			assert_true(fixture_has(&f->v.reasons,
						REASON_FELL_BACK));
		}
		fixture_free(&f);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_somebody_elses_password),
		cmocka_unit_test(test_a_password_of_the_bios),
		cmocka_unit_test(test_a_password_without_a_lock),
		cmocka_unit_test(test_a_password_before_security_erase),
		cmocka_unit_test(test_our_own_password),
		cmocka_unit_test(test_a_frozen_dco),
		cmocka_unit_test(test_an_erase_without_an_end),
		cmocka_unit_test(test_a_bridge_that_hides),
		cmocka_unit_test(test_block_sid),
		cmocka_unit_test(test_what_a_sanitize_waits_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
