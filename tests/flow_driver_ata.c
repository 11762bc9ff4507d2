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

/* A maximum that the drive does not tell is not set. */
static void
test_maximum_that_is_not_told(void **state)
{
	struct step s = { .kind = STEP_EXPOSE, .len = SIZE };

	(void)state;
	add(EMU_ATA_SSD);
	emu_ata_hide_amac(f.d, HIDDEN);
	on(OPEN_VICTIM);
	emu_fault(f.d, (struct emu_fault){ .kind = EMU_NO_REGISTERS,
					   .op = EMU_OP_SUB(0x78, 0U),
					   .skip = 1, .times = 1 });
	assert_int_not_equal(start(&s), 0);
	assert_int_equal(sent("SET ACCESSIBLE MAX ADDRESS EXT"), 0);
	off();
}

/* ---- health ------------------------------------------------------------- */

/* A drive that sanitizes is not asked for what it may take amiss. */
static void
test_health_while_sanitizing(void **state)
{
	struct step s = firmware(METHOD_SANITIZE_BLOCK);
	struct health now;

	(void)state;
	add(EMU_ATA_SSD);
	on(OPEN_VICTIM);
	assert_int_equal(drive_health(f.h, &now), 0);
	assert_true(now.celsius.known && now.failing == ANSWER_NO);
	assert_int_equal(start(&s), 0);
	assert_int_equal(drive_health(f.h, &now), 0);
	assert_true(!now.celsius.known && now.failing == ANSWER_UNKNOWN);
	assert_int_equal(follow(&s, 1000), DRIVE_DONE);
	assert_int_equal(drive_health(f.h, &now), 0);
	assert_true(now.celsius.known && now.failing == ANSWER_NO);
	off();
}

/* Refused once, or lost: not asked again by this handle. */
static void
test_health_asked_in_vain(void **state)
{
	struct health now;

	(void)state;
	add(EMU_ATA_SSD);
	on(OPEN_VICTIM);
	emu_fault(f.d, (struct emu_fault){ .kind = EMU_REFUSE, .times = 1,
					   .op = EMU_OP_SUB(0xb0, 0xdaU) });
	assert_int_equal(drive_health(f.h, &now), 0);
	assert_int_equal(now.failing, ANSWER_UNKNOWN);
	assert_true(now.celsius.known);
	assert_int_equal(drive_health(f.h, &now), 0);
	assert_int_equal(now.failing, ANSWER_UNKNOWN);
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

/* Of a command whose acceptance got lost, an old success is none. */
static void
test_stale_success(void **state)
{
	const uint32_t block_erase = EMU_OP_SUB(0xb4, 0x12U);
	struct step s = firmware(METHOD_SANITIZE_BLOCK);

	(void)state;
	add(EMU_ATA_SSD);
	on(OPEN_VICTIM);
	assert_int_equal(start(&s), 0);
	assert_int_equal(follow(&s, 1000), DRIVE_DONE);
	emu_soil(f.d);
	emu_fault(f.d, (struct emu_fault){ .kind = EMU_STALE });
	emu_fault(f.d, (struct emu_fault){ .kind = EMU_NO_REGISTERS,
					   .op = block_erase });
	assert_int_not_equal(start(&s), 0);
	assert_int_equal(follow(&s, 1000), DRIVE_IDLE);
	assert_true(left() > 0);
	off();
}

/* At its end before anybody could look, and not for the first time. */
static void
test_quick_sanitize(void **state)
{
	static const enum method chain[] = { METHOD_SANITIZE_CRYPTO,
		METHOD_SANITIZE_BLOCK, METHOD_SANITIZE_BLOCK };
	struct step s;
	size_t i;

	(void)state;
	add(EMU_ATA_SSD);
	f.a->crypto_ms = f.a->block_ms = 0;
	on(OPEN_VICTIM);
	for (i = 0; i < ARRAY_SIZE(chain); i++) {
		emu_soil(f.d);
		s = firmware(chain[i]);
		assert_int_equal(start(&s), 0);
		assert_int_equal(follow(&s, 10), DRIVE_DONE);
		assert_int_equal(settle(&s), 0);
		assert_int_equal(left(), 0);
	}
	off();
}

/* What is on record of it is what became of it. */
static void
test_acceptance_lost(void **state)
{
	const uint32_t block_erase = EMU_OP_SUB(0xb4, 0x12U);
	struct step s = firmware(METHOD_SANITIZE_BLOCK);

	(void)state;
	add(EMU_ATA_SSD);
	on(OPEN_VICTIM);
	emu_fault(f.d, (struct emu_fault){ .kind = EMU_NO_REGISTERS,
					   .op = block_erase });
	assert_int_equal(start(&s), 0);
	assert_int_equal(sent("BLOCK ERASE EXT"), 1);
	assert_int_equal(f.log.c[f.log.n - 1].reply.err, 0);
	assert_int_equal(follow(&s, 1000), DRIVE_DONE);
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

/* A stick: nothing of ATA is sent to what does not say that it translates. */
static void
test_stick(void **state)
{
	(void)state;
	add(EMU_ATA_SSD);
	emu_ata_bridge(f.d, "152d:0578 usb-storage",
		       (struct emu_bridge){ .on = true, .removable = true });
	emu_fault(f.d, (struct emu_fault){ .kind = EMU_COMMAND_HANG,
					   .op = EMU_OP(0xec) });
	assert_int_equal(drive_open(PATH, OPEN_LOOK, false, &f.h), 0);
	assert_int_equal(drive_identify(f.h, &f.seen), 0);
	assert_string_equal(f.seen.driver, "scsi");
	off();
	/* the port of a drive that can be pulled out says so as well */
	add(EMU_ATA_SSD);
	f.a->bridge.removable = true;
	on(OPEN_LOOK);
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
		cmocka_unit_test(test_maximum_that_is_not_told),
		cmocka_unit_test(test_health_while_sanitizing),
		cmocka_unit_test(test_health_asked_in_vain),
		cmocka_unit_test(test_sanitize),
		cmocka_unit_test(test_stale_success),
		cmocka_unit_test(test_quick_sanitize),
		cmocka_unit_test(test_acceptance_lost),
		cmocka_unit_test(test_sanitize_that_fails),
		cmocka_unit_test(test_failure_that_cannot_be_left),
		cmocka_unit_test(test_power_loss_while_sanitizing),
		cmocka_unit_test(test_frozen_sanitize),
		cmocka_unit_test(test_registers_lost),
		cmocka_unit_test(test_bridge),
		cmocka_unit_test(test_stick),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
