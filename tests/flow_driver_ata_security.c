/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SECURITY ERASE UNIT through the ATA driver: what it calls done is done, and
 * whatever goes wrong, no password stays that is not said to be there.
 */
#include "driver_ata.h"

static void
erases(enum emu_ata_kind kind, enum method m)
{
	struct step s = firmware(m);
	struct drive d;
	struct health h;

	add(kind);
	emu_soil(f.d);
	on(OPEN_VICTIM);
	assert_int_equal(start(&s), 0);
	assert_int_equal(follow(&s, 10), DRIVE_BUSY);
	/* nothing else goes to it meanwhile */
	assert_int_equal(drive_identify(f.h, &d), -EBUSY);
	assert_int_equal(drive_health(f.h, &h), -EBUSY);
	assert_int_equal(settle(&s), EBUSY);
	assert_int_equal(follow(&s, 1000), DRIVE_DONE);
	assert_int_equal(follow(&s, 1000), DRIVE_DONE);
	assert_int_equal(settle(&s), 0);
	assert_int_equal(left(), 0);
	assert_false(f.a->enabled);
	assert_int_equal(sent("SECURITY SET PASSWORD"), 1);
	assert_int_equal(sent("SECURITY ERASE PREPARE"), 1);
	assert_int_equal(sent("SECURITY ERASE UNIT"), 1);
	assert_int_equal(sent("SECURITY DISABLE PASSWORD"), 0);
	assert_int_equal(f.log.c[f.log.n - 1].reply.err, 0);
	off();
}

static void
test_security_erase(void **state)
{
	(void)state;
	erases(EMU_ATA_HDD, METHOD_SECURITY_ERASE);
	erases(EMU_ATA_HDD, METHOD_SECURITY_ERASE_ENHANCED);
	erases(EMU_ATA_SSD_OLD, METHOD_SECURITY_ERASE);
}

/* Nothing is set where it could not be taken away. */
static void
test_no_password_there(void **state)
{
	struct step s = firmware(METHOD_SECURITY_ERASE);
	int i;

	(void)state;
	for (i = 0; i < 5; i++) {
		add(i == 4 ? EMU_ATA_PLAIN : EMU_ATA_HDD);
		if (i == 0)
			f.a->frozen = true;
		else if (i == 1)
			emu_ata_lock(f.d, "of somebody");
		else if (i == 2)
			emu_ata_bridge(f.d, "152d:0578 usb-storage",
				       (struct emu_bridge){ .on = true });
		else if (i == 3)
			f.a->expired = true;
		on(OPEN_VICTIM);
		assert_int_not_equal(start(&s), 0);
		assert_int_equal(settle(&s), 0);
		assert_int_equal(f.log.n, 0);
		off();
	}
}

/* Some of its answers may be missing. */
static bool
ends_badly(const struct step *s)
{
	struct drive_progress at;
	int i;

	for (i = 0; i < 100000; i++) {
		at = (struct drive_progress){ 0 };
		drive_wait(f.h, 60000);
		if (!drive_poll(f.h, s, &at) && at.state != DRIVE_BUSY)
			break;
	}
	return at.state != DRIVE_DONE;
}

/* Whatever goes wrong, and wherever: no password stays. */
static void
test_faults_of_security(void **state)
{
	static const struct emu_fault faults[] = {
		{ .kind = EMU_REFUSE, .op = EMU_OP(0xf1) },
		{ .kind = EMU_REFUSE, .op = EMU_OP(0xf3) },
		{ .kind = EMU_REFUSE, .op = EMU_OP(0xf4) },
		{ .kind = EMU_REFUSE, .op = EMU_OP(0xf4), .times = 2 },
		{ .kind = EMU_COMMAND_ERROR, .op = EMU_OP(0xf1), .times = 1 },
		{ .kind = EMU_COMMAND_ERROR, .op = EMU_OP(0xf3), .times = 1 },
		{ .kind = EMU_COMMAND_ERROR, .op = EMU_OP(0xf4), .times = 1 },
		{ .kind = EMU_COMMAND_HANG, .op = EMU_OP(0xf4), .times = 1 },
		{ .kind = EMU_FAIL_AT, .arg = 30, .op = EMU_OP(0xf4) },
		{ .kind = EMU_GARBAGE, .op = EMU_OP(0xec), .times = 1,
		  .skip = 1, .arg = 5 },
		{ .kind = EMU_GARBAGE, .op = EMU_OP(0xec), .times = 1,
		  .skip = 2, .arg = 5 },
		{ .kind = EMU_KEEP_PASSWORD, .op = EMU_OP(0xf4) },
	};
	struct step s = firmware(METHOD_SECURITY_ERASE);
	size_t i;
	int err;

	(void)state;
	/* a drive that locks at a reset, and one that does not */
	for (i = 0; i < 2 * ARRAY_SIZE(faults); i++) {
		add(EMU_ATA_HDD);
		f.a->ssp = i % 2;
		emu_soil(f.d);
		on(OPEN_VICTIM);
		emu_fault(f.d, faults[i / 2]);
		err = drive_start(f.h, &s, &f.reply, &f.log);
		if (!err && !f.reply.err)
			assert_true(ends_badly(&s) || !left());
		assert_int_equal(drive_settle(f.h, &s, &f.reply, &f.log), 0);
		assert_int_equal(f.reply.err != 0, f.a->enabled);
		assert_false(f.a->enabled);
		off();
	}
}

/* Refused once, as a drive does that was spoken to in between. */
static void
test_second_try(void **state)
{
	struct step s = firmware(METHOD_SECURITY_ERASE);

	(void)state;
	add(EMU_ATA_HDD);
	emu_soil(f.d);
	on(OPEN_VICTIM);
	emu_fault(f.d, (struct emu_fault){ .kind = EMU_REFUSE,
					   .op = EMU_OP(0xf4), .times = 1 });
	assert_int_equal(start(&s), 0);
	assert_int_equal(sent("SECURITY ERASE UNIT"), 2);
	assert_int_equal(follow(&s, 1000), DRIVE_DONE);
	assert_int_equal(settle(&s), 0);
	off();
}

/* That the password is gone is not enough: the drive refused. */
static void
test_refused_without_password(void **state)
{
	struct step s = firmware(METHOD_SECURITY_ERASE);

	(void)state;
	add(EMU_ATA_HDD);
	emu_soil(f.d);
	on(OPEN_VICTIM);
	emu_fault(f.d, (struct emu_fault){ .kind = EMU_FAIL_AT, .arg = 30,
					   .op = EMU_OP(0xf4) });
	assert_int_equal(start(&s), 0);
	f.a->enabled = false;
	assert_int_equal(follow(&s, 1000), DRIVE_FAILED);
	assert_int_equal(f.reply.status, 0x0451);
	assert_int_equal(settle(&s), 0);
	assert_true(left() > 0);
	off();
}

/* The one password that cannot be taken away is said to be there. */
static void
test_password_left(void **state)
{
	struct step s = firmware(METHOD_SECURITY_ERASE);

	(void)state;
	add(EMU_ATA_HDD);
	on(OPEN_VICTIM);
	emu_fault(f.d, (struct emu_fault){ .kind = EMU_KEEP_PASSWORD });
	assert_int_equal(start(&s), 0);
	assert_int_equal(follow(&s, 1000), DRIVE_FAILED);
	assert_int_not_equal(settle(&s), 0);
	assert_true(f.a->enabled);
	off();
}

static void
test_power_loss_while_erasing(void **state)
{
	struct step unlock = { .kind = STEP_UNLOCK,
			       .password = PASSWORD_MASSHO };
	struct step s = firmware(METHOD_SECURITY_ERASE);
	struct drive_progress at = { 0 };

	(void)state;
	add(EMU_ATA_HDD);
	emu_soil(f.d);
	on(OPEN_VICTIM);
	assert_int_equal(start(&s), 0);
	assert_int_equal(follow(&s, 10), DRIVE_BUSY);
	emu_power_off(f.d);
	drive_close(&f.h);
	emu_power_cycle(f.d);

	on(OPEN_VICTIM);
	assert_int_equal(f.seen.lock.locked, ANSWER_YES);
	assert_true(f.seen.offers[METHOD_SECURITY_ERASE].offered);
	assert_int_equal(drive_poll(f.h, &s, &at), 0);
	assert_int_equal(at.state, DRIVE_FAILED);
	memset(&f.log, 0, sizeof(f.log));
	assert_int_equal(start(&s), EACCES);
	assert_int_equal(f.log.n, 0);
	assert_int_equal(start(&unlock), 0);
	assert_int_equal(sent("SECURITY UNLOCK"), 1);
	assert_int_equal(start(&s), 0);
	assert_int_equal(follow(&s, 1000), DRIVE_DONE);
	assert_int_equal(settle(&s), 0);
	assert_int_equal(left(), 0);
	off();
}

/*
 * Cut off before any of its commands, or after: the next start finds a drive
 * without password, or one that the documented password opens.
 */
static void
test_power_loss_anywhere(void **state)
{
	struct step unlock = { .kind = STEP_UNLOCK,
			       .password = PASSWORD_MASSHO };
	struct step s = firmware(METHOD_SECURITY_ERASE_ENHANCED);
	unsigned int i, locked = 0;
	int err;

	(void)state;
	for (i = 0; i < 40; i++) {
		add(EMU_ATA_HDD);
		emu_soil(f.d);
		on(OPEN_VICTIM);
		emu_fault(f.d, (struct emu_fault){
			.kind = i % 2 ? EMU_POWER_LOSS_AFTER : EMU_POWER_LOSS,
			.skip = i / 2, .times = 1 });
		err = drive_start(f.h, &s, &f.reply, &f.log);
		if (!err && !f.reply.err)
			assert_true(ends_badly(&s) || !left());
		err = drive_settle(f.h, &s, &f.reply, &f.log);
		assert_true(err || f.reply.err || !f.a->enabled);
		drive_close(&f.h);
		emu_mend(f.d, i % 2 ? EMU_POWER_LOSS_AFTER : EMU_POWER_LOSS);
		emu_power_cycle(f.d);
		on(OPEN_VICTIM);
		locked += f.seen.lock.locked == ANSWER_YES;
		assert_int_equal(start(&unlock), 0);
		assert_false(f.a->enabled);
		off();
	}
	assert_true(locked > 0);
}

static void
test_wrong_password(void **state)
{
	struct step unlock = { .kind = STEP_UNLOCK,
			       .password = PASSWORD_MASSHO };

	(void)state;
	add(EMU_ATA_HDD);
	emu_ata_lock(f.d, "of somebody");
	on(OPEN_VICTIM);
	assert_int_equal(start(&unlock), EACCES);
	assert_int_equal(f.a->wrong, 1);	/* once is enough */
	assert_int_equal(settle(&unlock), 0);
	assert_int_equal(f.a->wrong, 1);
	off();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_security_erase),
		cmocka_unit_test(test_no_password_there),
		cmocka_unit_test(test_faults_of_security),
		cmocka_unit_test(test_second_try),
		cmocka_unit_test(test_refused_without_password),
		cmocka_unit_test(test_password_left),
		cmocka_unit_test(test_power_loss_while_erasing),
		cmocka_unit_test(test_power_loss_anywhere),
		cmocka_unit_test(test_wrong_password),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
