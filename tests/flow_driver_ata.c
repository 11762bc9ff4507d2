/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ATA driver on a drive that behaves as the standard says, and on some
 * that do not: what it shows is there, and a sanitize that it calls done is.
 */
#include "driver_ata.h"

/* ---- identify ----------------------------------------------------------- */

static void
test_identify(void **state)
{
	(void)state;
	add(EMU_ATA_SSD);
	on(OPEN_LOOK);
	assert_int_equal(f.seen.medium, MEDIUM_FLASH);
	assert_true(f.seen.offers[METHOD_SANITIZE_BLOCK].offered);
	assert_true(f.seen.offers[METHOD_SANITIZE_CRYPTO].offered);
	assert_true(f.seen.offers[METHOD_SECURITY_ERASE].offered);
	assert_false(f.seen.offers[METHOD_SANITIZE_OVERWRITE].offered);
	assert_int_equal(f.seen.sanitize.state, SANITIZE_NEVER);
	assert_int_equal(f.seen.areas.current, SIZE);
	assert_int_equal(f.seen.areas.native, SIZE);
	assert_int_equal(f.seen.areas.amac, ANSWER_NO);
	assert_int_equal(f.seen.health.failing, ANSWER_NO);
	assert_true(f.seen.health.reallocated.known);
	assert_true(f.seen.id.serial[0] != '\0');
	off();
}

static void
test_hidden_areas(void **state)
{
	struct step s = { .kind = STEP_EXPOSE, .len = SIZE };
	uint64_t bytes;

	(void)state;
	add(EMU_ATA_HDD);
	emu_ata_hide_dco(f.d, HIDDEN);
	emu_ata_hide_hpa(f.d, HIDDEN);
	emu_soil(f.d);
	on(OPEN_VICTIM);
	assert_int_equal(f.seen.areas.hpa, ANSWER_YES);
	assert_int_equal(f.seen.areas.dco_set, ANSWER_YES);
	assert_int_equal(f.seen.areas.current, SIZE - 2 * HIDDEN);
	assert_int_equal(f.seen.areas.native, SIZE - HIDDEN);
	assert_int_equal(f.seen.areas.dco, SIZE);
	assert_int_equal(start(&s), 0);
	assert_int_equal(drive_size(f.h, &bytes), 0);
	assert_int_equal(bytes, SIZE);
	assert_int_equal(drive_identify(f.h, &f.seen), 0);
	assert_int_equal(f.seen.areas.hpa, ANSWER_NO);
	assert_int_equal(f.seen.areas.dco_set, ANSWER_NO);
	off();
}

static void
test_hidden_areas_that_stay(void **state)
{
	struct step s = { .kind = STEP_EXPOSE, .len = SIZE };

	(void)state;
	add(EMU_ATA_HDD);
	emu_ata_hide_hpa(f.d, HIDDEN);
	f.a->max_frozen = true;
	on(OPEN_VICTIM);
	assert_int_not_equal(start(&s), 0);
	assert_int_equal(f.seen.areas.hpa, ANSWER_YES);
	off();

	add(EMU_ATA_SSD);
	emu_ata_hide_amac(f.d, HIDDEN);
	on(OPEN_VICTIM);
	assert_int_equal(f.seen.areas.amac, ANSWER_YES);
	assert_int_equal(start(&s), 0);
	off();

	add(EMU_ATA_SSD);
	emu_ata_hide_amac(f.d, HIDDEN);
	f.a->amac_frozen = true;
	on(OPEN_VICTIM);
	assert_int_not_equal(start(&s), 0);
	off();
}

/* Once per power cycle for good; then until it loses power. */
static void
test_second_change_of_the_maximum(void **state)
{
	struct step s = { .kind = STEP_EXPOSE, .len = SIZE };

	(void)state;
	add(EMU_ATA_HDD);
	emu_ata_hide_hpa(f.d, HIDDEN);
	f.a->max_changed = true;
	on(OPEN_VICTIM);
	assert_int_equal(start(&s), 0);
	assert_int_equal(sent("SET MAX ADDRESS EXT"), 2);
	off();
}

/* ---- sanitize ----------------------------------------------------------- */

static void
sanitize(enum emu_ata_kind kind, enum method m)
{
	struct step s = firmware(m);

	add(kind);
	emu_soil(f.d);
	on(OPEN_VICTIM);
	assert_int_equal(start(&s), 0);
	assert_int_equal(follow(&s, 1000), DRIVE_DONE);
	assert_int_equal(settle(&s), 0);
	assert_int_equal(left(), 0);
	/* and once more, though it says "done" from the start */
	assert_int_equal(start(&s), 0);
	assert_int_not_equal(follow(&s, 1), DRIVE_UNKNOWN);
}

static void
test_sanitize(void **state)
{
	(void)state;
	sanitize(EMU_ATA_SSD, METHOD_SANITIZE_BLOCK);
	off();
	sanitize(EMU_ATA_SSD, METHOD_SANITIZE_CRYPTO);
	off();
	sanitize(EMU_ATA_HDD_SANITIZE, METHOD_SANITIZE_OVERWRITE);
	assert_memory_equal(f.d->media, ((uint8_t[]){ 1, 2, 3, 4 }), 4);
	off();
}

/* An old success is none of this command. */
static void
test_stale_success(void **state)
{
	struct step s = firmware(METHOD_SANITIZE_BLOCK);

	(void)state;
	add(EMU_ATA_SSD);
	on(OPEN_VICTIM);
	assert_int_equal(start(&s), 0);
	assert_int_equal(follow(&s, 1000), DRIVE_DONE);
	emu_soil(f.d);
	emu_fault(f.d, (struct emu_fault){ .kind = EMU_STALE });
	assert_int_equal(start(&s), 0);
	assert_int_equal(follow(&s, 1000), DRIVE_IDLE);
	assert_true(left() > 0);
	off();
}

static void
test_sanitize_that_fails(void **state)
{
	struct step s = firmware(METHOD_SANITIZE_BLOCK);

	(void)state;
	add(EMU_ATA_SSD);
	emu_soil(f.d);
	on(OPEN_VICTIM);
	emu_fault(f.d, (struct emu_fault){ .kind = EMU_FAIL_AT, .arg = 50,
					   .times = 1 });
	assert_int_equal(start(&s), 0);
	assert_int_equal(follow(&s, 1000), DRIVE_FAILED);
	/* it is left again, so that something else can be tried */
	assert_int_equal(settle(&s), 0);
	assert_int_equal(f.a->sd, SD0_IDLE);
	s = firmware(METHOD_SANITIZE_CRYPTO);
	assert_int_equal(start(&s), 0);
	assert_int_equal(follow(&s, 1000), DRIVE_DONE);
	off();
}

/* Of another program, by a command that allows nothing but success. */
static void
test_failure_that_cannot_be_left(void **state)
{
	struct step ready = { .kind = STEP_READY, .len = SIZE };
	struct step s = firmware(METHOD_SANITIZE_BLOCK);

	(void)state;
	add(EMU_ATA_SSD);
	emu_soil(f.d);
	f.a->sd = SD3_FAILED;
	f.a->may_leave = false;
	on(OPEN_VICTIM);
	assert_int_equal(f.seen.sanitize.state, SANITIZE_FAILED);
	assert_int_not_equal(start(&ready), 0);
	assert_int_not_equal(settle(&ready), 0);
	assert_int_equal(start(&s), 0);
	assert_int_equal(follow(&s, 1000), DRIVE_DONE);
	assert_int_equal(settle(&s), 0);
	assert_int_equal(left(), 0);
	off();
}

static void
test_power_loss_while_sanitizing(void **state)
{
	struct step ready = { .kind = STEP_READY, .len = SIZE };
	struct step s = firmware(METHOD_SANITIZE_OVERWRITE);

	(void)state;
	add(EMU_ATA_HDD_SANITIZE);
	emu_soil(f.d);
	on(OPEN_VICTIM);
	assert_int_equal(start(&s), 0);
	assert_int_equal(follow(&s, 10), DRIVE_BUSY);
	drive_close(&f.h);
	emu_power_cycle(f.d);
	on(OPEN_VICTIM);
	assert_int_equal(f.seen.sanitize.state, SANITIZE_RUNNING);
	assert_true(f.seen.offers[METHOD_SANITIZE_OVERWRITE].offered);
	/* not while it runs */
	assert_int_equal(start(&s), EBUSY);
	assert_int_equal(start(&ready), 0);
	assert_int_equal(follow(&ready, 1000), DRIVE_DONE);
	assert_int_equal(settle(&ready), 0);
	assert_int_equal(left(), 0);
	off();
}

static void
test_frozen_sanitize(void **state)
{
	struct step s = firmware(METHOD_SANITIZE_BLOCK);

	(void)state;
	add(EMU_ATA_SSD);
	f.a->sd = SD1_FROZEN;
	on(OPEN_VICTIM);
	assert_int_equal(f.seen.offers[METHOD_SANITIZE_BLOCK].why.code,
			 REASON_SANITIZE_FROZEN);
	assert_int_equal(start(&s), EPERM);
	off();
}

/* Whatever tells nothing is not "done". */
static void
test_registers_lost(void **state)
{
	static const enum emu_fault_kind kinds[] = {
		EMU_NO_REGISTERS, EMU_ZERO_REGISTERS, EMU_FIXED_SENSE
	};
	struct step s = firmware(METHOD_SANITIZE_BLOCK);
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		add(EMU_ATA_SSD);
		emu_fault(f.d, (struct emu_fault){ .kind = kinds[i] });
		on(OPEN_VICTIM);
		assert_int_equal(f.seen.sanitize.state, SANITIZE_UNKNOWN);
		assert_int_equal(f.seen.offers[METHOD_SANITIZE_BLOCK].why.code,
				 REASON_NO_STATUS);
		assert_int_not_equal(start(&s), 0);
		assert_int_equal(sent("BLOCK ERASE EXT"), 0);
		off();
		/* from the start on only */
		add(EMU_ATA_SSD);
		on(OPEN_VICTIM);
		assert_int_equal(start(&s), 0);
		emu_fault(f.d, (struct emu_fault){ .kind = kinds[i] });
		assert_int_equal(follow(&s, 1000), DRIVE_UNKNOWN);
		off();
	}
}

/* ---- bridges ------------------------------------------------------------ */

static void
test_bridge(void **state)
{
	(void)state;
	add(EMU_ATA_SSD);
	emu_ata_bridge(f.d, "152d:0578 usb-storage",
		       (struct emu_bridge){ .on = true, .no_16 = true });
	on(OPEN_LOOK);
	assert_int_equal(f.seen.bridge.identity, ANSWER_YES);
	assert_int_equal(f.seen.bridge.registers, ANSWER_YES);
	assert_int_equal(f.seen.offers[METHOD_SECURITY_ERASE].why.code,
			 REASON_BRIDGE);
	/* its fixed format has no room for the state of a sanitize */
	assert_false(f.seen.offers[METHOD_SANITIZE_BLOCK].offered);
	off();

	add(EMU_ATA_SSD);
	emu_ata_bridge(f.d, "152d:0578 usb-storage",
		       (struct emu_bridge){ .on = true,
					    .drops_registers = true });
	on(OPEN_LOOK);
	assert_int_equal(f.seen.bridge.registers, ANSWER_NO);
	assert_int_equal(f.seen.offers[METHOD_SANITIZE_BLOCK].why.code,
			 REASON_BRIDGE);
	assert_int_equal(f.seen.areas.amac, ANSWER_UNKNOWN);
	off();

	add(EMU_ATA_SSD);
	emu_ata_bridge(f.d, "152d:0578 usb-storage",
		       (struct emu_bridge){ .on = true, .no_16 = true,
					    .no_12 = true });
	assert_int_equal(drive_open(PATH, OPEN_LOOK, false, &f.h), 0);
	assert_int_equal(drive_identify(f.h, &f.seen), 0);
	assert_string_not_equal(f.seen.driver, "ata");
	off();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_identify),
		cmocka_unit_test(test_hidden_areas),
		cmocka_unit_test(test_hidden_areas_that_stay),
		cmocka_unit_test(test_second_change_of_the_maximum),
		cmocka_unit_test(test_sanitize),
		cmocka_unit_test(test_stale_success),
		cmocka_unit_test(test_sanitize_that_fails),
		cmocka_unit_test(test_failure_that_cannot_be_left),
		cmocka_unit_test(test_power_loss_while_sanitizing),
		cmocka_unit_test(test_frozen_sanitize),
		cmocka_unit_test(test_registers_lost),
		cmocka_unit_test(test_bridge),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
