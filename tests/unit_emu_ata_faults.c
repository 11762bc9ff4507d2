/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The faults of the emulated ATA drive, and of what lies before it, are those
 * that a test asked for.
 */
#include "emu/ask_ata.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void
test_sense(void **state)
{
	(void)state;
	ask_add(EMU_ATA_HDD);
	ask_on();
	ask28(0xe5, 0, 0, 0);
	assert_memory_equal(q.sense, "\x72\x01\x00\x1d", 4);
	assert_int_equal(F4("x"), REFUSED);
	assert_memory_equal(q.sense, "\x72\x0b\x00\x00", 4);
	q.a->fixed_errors = q.a->old_kernel = true;
	assert_int_equal(F4("x"), REFUSED);
	assert_int_equal(q.sense[0], 0xf0);
	assert_int_equal(q.sense[2], 0x05);
	assert_memory_equal(q.sense + 12, "\x21\x04", 2);
	assert_int_equal(STATUS(), REFUSED);
	emu_fault(q.d, (struct emu_fault){ .kind = EMU_NO_REGISTERS,
					 .op = EMU_OP(0xe5U) });
	assert_int_equal(ask28(0xe5, 0, 0, 0), ODD);
	emu_mend(q.d, EMU_NO_REGISTERS);
	emu_fault(q.d, (struct emu_fault){ .kind = EMU_ZERO_REGISTERS,
					 .op = EMU_OP(0xe5U) });
	assert_int_equal(ask28(0xe5, 0, 0, 0), 0);
	emu_mend(q.d, EMU_ZERO_REGISTERS);
	emu_fault(q.d, (struct emu_fault){ .kind = EMU_FIXED_SENSE });
	assert_int_equal(ask28(0xe5, 0, 0, 0), OK);
	assert_int_equal(q.sense[0], 0xf0);
	assert_int_equal(q.count, 0xff);
	ask_off();
}

static uint32_t
identify12(void)
{
	struct wire_scsi c = { .cdb_len = 12, .timeout_ms = 15000 };

	memcpy(c.cdb, "\xa1\x08\x0e\x00\x01\x00\x00\x00\x40\xec", 10);
	c.dir = WIRE_IN;
	c.data = q.data;
	c.len = 512;
	assert_int_equal(wire_scsi(q.w, &c), 0);
	return ask_registers(&c);
}

static void
test_bridges(void **state)
{
	(void)state;
	ask_add(EMU_ATA_SSD);
	emu_ata_bridge(q.d, "152d:0578 usb-storage", (struct emu_bridge){
		.no_16 = true, .drops_registers = true, .no_data_out = true });
	ask_on();
	assert_int_equal(ask_in(0xec, 0, 0, false), ODD);
	assert_int_equal(q.sense[0] & 0x7f, 0x70);
	assert_int_equal(q.sense[12], 0x20);
	assert_int_equal(identify12(), OK);
	q.a->bridge = (struct emu_bridge){ .on = true, .no_12 = true,
					 .drops_registers = true,
					 .no_data_out = true };
	assert_int_equal(identify12(), ODD);
	assert_int_equal(STATUS(), OK);		/* GOOD, and nothing else */
	assert_int_equal(q.sense_len, 0);
	assert_int_equal(F1("massho"), ODD);
	assert_false(q.a->enabled);
	q.a->bridge.own_identity = true;
	assert_int_equal(ask_word(10), '0' << 8 | '3');
	ask_off();
}

static void
test_faults_of_commands(void **state)
{
	struct wire_scsi c = ask_cdb(0xe5, 0, 0, 0, false);
	uint64_t began;

	(void)state;
	ask_add(EMU_ATA_HDD);
	ask_on();
	emu_fault(q.d, (struct emu_fault){ .kind = EMU_REFUSE, .skip = 1,
					 .op = EMU_OP(0xf1U) });
	assert_int_equal(F1("massho"), OK);
	assert_int_equal(F1("massho"), REFUSED);
	emu_fault(q.d, (struct emu_fault){ .kind = EMU_KEEP_PASSWORD });
	assert_int_equal(F6("massho"), REFUSED);
	emu_fault(q.d, (struct emu_fault){ .kind = EMU_GARBAGE, .at = 20,
					 .len = 20, .times = 1, .arg = 7 });
	assert_int_equal(ask_in(0xec, 0, 0, false), OK);
	assert_memory_not_equal(q.data + 20, "ME0U0000", 8);
	emu_fault(q.d, (struct emu_fault){ .kind = EMU_BACK_SERIAL });
	assert_int_equal(ask_word(10), 'O' << 8 | 'T');
	emu_fault(q.d, (struct emu_fault){ .kind = EMU_BACK_SIZE });
	assert_int_equal(ask_word(100), ASK_BLOCKS - 1);
	emu_fault(q.d, (struct emu_fault){ .kind = EMU_COMMAND_HANG,
					 .times = 1 });
	began = emu_now();
	assert_int_equal(wire_scsi(q.w, &c), -ETIMEDOUT);
	assert_int_equal(emu_now() - began, 15000);
	emu_fault(q.d, (struct emu_fault){ .kind = EMU_POWER_LOSS });
	assert_int_equal(wire_scsi(q.w, &c), -EIO);
	assert_int_equal(wire_scsi(q.w, &c), -ENODEV);
	assert_int_equal(ask_transfer(0, false), -EIO);
	emu_mend(q.d, EMU_POWER_LOSS);
	ask_recycle();
	assert_int_equal(wire_scsi(q.w, &c), 0);
	emu_fault(q.d, (struct emu_fault){ .kind = EMU_COMMAND_VANISH });
	assert_int_equal(wire_scsi(q.w, &c), -ENODEV);
	ask_off();
}

static void
test_faults_of_erases(void **state)
{
	uint64_t first;

	(void)state;
	ask_add(EMU_ATA_SSD);
	emu_ata_hide_amac(q.d, 65536);
	ask_on();
	emu_fault(q.d, (struct emu_fault){ .kind = EMU_KEEP, .times = 1 });
	emu_fault(q.d, (struct emu_fault){ .kind = EMU_KEEP, .at = 4096,
					 .len = 512, .skip = 1, .times = 1 });
	emu_fault(q.d, (struct emu_fault){ .kind = EMU_KEEP_HIDDEN, .skip = 2,
					 .times = 1 });
	emu_fault(q.d, (struct emu_fault){ .kind = EMU_UNMAP, .skip = 3,
					 .times = 1 });
	emu_fault(q.d, (struct emu_fault){ .kind = EMU_BAD, .at = 8192,
					 .len = 512 });
	ask(0xb4, 0x12, 0, BLOCK);
	emu_pass(q.a->block_ms);
	assert_int_equal(STATUS(), OK);
	assert_int_equal(q.count, 0x8000);
	assert_true(ask_left() >= ASK_SIZE);
	ask(0xb4, 0x12, 0, BLOCK);
	emu_pass(q.a->block_ms);
	assert_int_equal(ask_left(), 1024);
	assert_int_equal(emu_remains_in(q.d, 4096, 512, &first), 512);
	assert_int_equal(ask_transfer(8192, false), -EIO);
	emu_soil(q.d);
	ask(0xb4, 0x12, 0, BLOCK);
	emu_pass(q.a->block_ms);
	assert_int_equal(ask_left(), 65536 + 64 * 512 + 512);
	emu_soil(q.d);
	ask(0xb4, 0x12, 0, BLOCK);
	emu_pass(q.a->block_ms);
	assert_true(ask_left() > ASK_SIZE - 64);
	assert_int_equal(ask_transfer(0, false), 512);
	assert_int_equal(q.d->cache[0], 0xff);
	assert_int_equal(wire_drop_caches(q.w), 0);
	assert_int_equal(q.d->cache[0], 0xff);
	ask_recycle();
	assert_memory_equal(q.d->cache + 16, "OLD-DATA", 8);
	ask_off();
}

static void
test_faults_of_status(void **state)
{
	(void)state;
	ask_add(EMU_ATA_SSD);
	ask_on();
	emu_fault(q.d, (struct emu_fault){ .kind = EMU_STATUS_EARLY,
					 .times = 1 });
	emu_fault(q.d, (struct emu_fault){ .kind = EMU_PROGRESS_BACK,
					 .times = 1 });
	emu_fault(q.d, (struct emu_fault){ .kind = EMU_NEVER_ENDS, .times = 1,
					 .arg = 990 });
	ask(0xb4, 0x12, 0, BLOCK);
	emu_pass(1000);
	STATUS();
	assert_int_equal(q.count, 0x8000);
	STATUS();
	assert_in_range(q.lba, 60000, 65535);
	emu_pass(10 * q.a->block_ms);
	STATUS();
	assert_int_equal(q.count, 0x4000);
	assert_in_range(q.lba, 64000, 65535);
	ask_off();
	ask_add(EMU_ATA_SSD);
	ask_on();
	emu_fault(q.d, (struct emu_fault){ .kind = EMU_STATUS_NEVER,
					 .times = 1 });
	emu_fault(q.d, (struct emu_fault){ .kind = EMU_STALE, .skip = 1 });
	emu_fault(q.d, (struct emu_fault){ .kind = EMU_DRAG, .arg = 3 });
	ask(0xb4, 0x12, 0, BLOCK);
	emu_pass(2 * q.a->block_ms);
	assert_true(ask_left() > 0);
	emu_mend(q.d, EMU_STATUS_NEVER);
	emu_pass(q.a->block_ms);
	emu_fault(q.d, (struct emu_fault){ .kind = EMU_STATUS_NEVER,
					 .times = 1 });
	STATUS();
	assert_int_equal(q.count, 0);
	STATUS();
	assert_int_equal(q.count, 0x8000);
	emu_soil(q.d);
	assert_int_equal(ask(0xb4, 0x12, 0, BLOCK), OK);
	STATUS();
	assert_int_equal(q.count, 0x8000);	/* of the one before */
	assert_true(ask_left() > ASK_SIZE - 64);
	ask_off();
}

static void
test_smart_and_logs(void **state)
{
	(void)state;
	ask_add(EMU_ATA_HDD);
	ask_on();
	emu_ata_remap(q.d, 1);
	q.a->failing = true;
	emu_fault(q.d, (struct emu_fault){ .kind = EMU_HOT, .arg = 1000 });
	assert_int_equal(ask_in(0xb0, 0xd0, 0xc24f00, false), OK);
	assert_int_equal(q.data[2], 5);
	assert_int_equal(q.data[7], 1);
	assert_int_equal(ask28(0xb0, 0xda, 0, 0xc24f00), OK);
	assert_int_equal(q.lba, 0x2cf400);
	assert_int_equal(ask28(0xb0, 0xda, 0, 0), REFUSED);
	assert_int_equal(ask_transfer(0, false), 512);
	assert_int_equal(emu_celsius(q.d), 80);
	emu_pass(1000);
	assert_int_equal(emu_celsius(q.d), 38);
	assert_int_equal(ask_in(0x2f, 0, 0x0230, true), OK);
	assert_int_equal(q.data[8] | q.data[9] << 8, ASK_BLOCKS & 0xffff);
	assert_int_equal(q.data[15], 0x80);
	assert_int_equal(ask_in(0x2f, 0, 0x0304, true), OK);
	assert_int_equal(q.data[0x20], 1);
	assert_int_equal(ask_in(0x2f, 0, 0x0777, true), REFUSED);
	ask_off();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sense),
		cmocka_unit_test(test_bridges),
		cmocka_unit_test(test_faults_of_commands),
		cmocka_unit_test(test_faults_of_erases),
		cmocka_unit_test(test_faults_of_status),
		cmocka_unit_test(test_smart_and_logs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
