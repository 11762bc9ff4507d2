/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The emulated ATA drive has the Security states of the specification: what it
 * refuses, what a password does, and what an interrupted erase leaves.
 */
#include "emu/ask_ata.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void
test_identify(void **state)
{
	(void)state;
	ask_add(EMU_ATA_HDD);
	ask_on();
	assert_int_equal(ask_word(10), 'E' << 8 | 'M');	/* EMU00000 */
	assert_int_equal(ask_word(128), 0x21);
	assert_int_equal(ask_word(82) & 0x402, 0x402);	/* HPA, security */
	assert_int_equal(ask_word(85) & 2, 0);
	assert_int_equal(ask_word(100), ASK_BLOCKS & 0xffff);
	assert_int_equal(ask_word(89), 90);		/* 180 minutes */
	assert_int_equal(ask_word(106) & 0xc000, 0x4000);
	assert_int_equal(ask_word(108), 0x5000);
	assert_int_equal(ask_word(217), 7200);
	ask_off();
}

static void
test_set_password(void **state)
{
	(void)state;
	ask_add(EMU_ATA_HDD);
	ask_on();
	assert_int_equal(F1("massho"), OK);
	assert_int_equal(ask_word(128) & 7, 3);	/* enabled, not locked */
	assert_int_equal(ask_word(85) & 2, 2);
	assert_int_equal(F6("other"), REFUSED);
	assert_int_equal(F6("massho"), OK);
	assert_int_equal(ask_word(128) & 7, 1);
	assert_int_equal(F6("massho"), REFUSED);
	ask_off();
}

/* A master password alone locks nothing. */
static void
test_master(void **state)
{
	(void)state;
	ask_add(EMU_ATA_HDD);
	ask_on();
	assert_int_equal(ask_secure(0xf1, 1, 0, "boss"), OK);
	assert_int_equal(ask_word(128) & 7, 1);
	assert_int_equal(F1("user"), OK);
	ask_recycle();
	assert_int_equal(ask_word(128) & 7, 7);
	assert_int_equal(ask_secure(0xf2, 1, 0, "boss"), OK);
	assert_int_equal(ask_word(128) & 7, 3);
	assert_int_equal(ask_secure(0xf1, 0, 1, "user"), OK);	/* Maximum */
	assert_int_equal(ask_word(128) & 0x100, 0x100);
	ask_recycle();
	assert_int_equal(ask_secure(0xf2, 1, 0, "boss"), REFUSED);
	assert_int_equal(F3(), OK);
	assert_int_equal(ask_secure(0xf4, 1, 0, "boss"), OK);
	assert_int_equal(ask_word(128) & 0x107, 1);
	ask_off();
}

static void
test_lock(void **state)
{
	(void)state;
	ask_add(EMU_ATA_HDD);
	ask_on();
	assert_int_equal(F1("massho"), OK);
	assert_int_equal(ask_transfer(0, false), 512);
	ask_recycle();
	assert_int_equal(ask_word(128) & 7, 7);
	assert_int_equal(ask_transfer(0, false), -EIO);
	assert_int_equal(ask_transfer(0, true), -EIO);
	assert_int_equal(F1("other"), REFUSED);
	assert_int_equal(F6("massho"), REFUSED);
	assert_int_equal(ask28(0xf5, 0, 0, 0), REFUSED);
	assert_int_equal(F2("massho"), OK);
	assert_int_equal(ask_transfer(0, false), 512);
	assert_int_equal(F6("massho"), OK);
	ask_recycle();
	assert_int_equal(ask_word(128) & 7, 1);
	ask_off();
}

static void
test_count_expires(void **state)
{
	int i;

	(void)state;
	ask_add(EMU_ATA_HDD);
	emu_ata_lock(q.d, "theirs");
	ask_on();
	for (i = 0; i < 5; i++) {
		assert_int_equal(ask_word(128) & 0x10, 0);
		assert_int_equal(F2("guess"), REFUSED);
	}
	assert_int_equal(ask_word(128) & 0x10, 0x10);
	assert_int_equal(F2("theirs"), REFUSED);
	assert_int_equal(F3(), OK);
	assert_int_equal(F4("theirs"), REFUSED);
	ask_recycle();
	assert_int_equal(ask_word(128) & 0x10, 0);
	assert_int_equal(F2("theirs"), OK);
	ask_off();
}

static void
test_frozen(void **state)
{
	(void)state;
	ask_add(EMU_ATA_HDD);
	ask_on();
	assert_int_equal(ask28(0xf5, 0, 0, 0), OK);
	assert_int_equal(ask_word(128) & 8, 8);
	assert_int_equal(F1("massho"), REFUSED);
	assert_int_equal(F2("massho"), REFUSED);
	assert_int_equal(F3(), REFUSED);
	assert_int_equal(F4("massho"), REFUSED);
	assert_int_equal(F6("massho"), REFUSED);
	assert_int_equal(ask_transfer(0, false), 512);
	emu_sleep_cycle(q.d);
	assert_int_equal(ask_word(128) & 8, 0);
	q.a->freezes_at_power_on = true;
	emu_sleep_cycle(q.d);
	assert_int_equal(ask_word(128) & 8, 8);
	ask_off();
}

static void
test_erase_needs_prepare(void **state)
{
	(void)state;
	ask_add(EMU_ATA_HDD);
	ask_on();
	assert_int_equal(F4(""), REFUSED);
	assert_int_equal(F3(), OK);
	assert_int_equal(F4("massho"), REFUSED);	/* no password set */
	assert_int_equal(F1("massho"), OK);
	assert_int_equal(F4("massho"), REFUSED);
	assert_int_equal(F3(), OK);
	ask_word(128);					/* in between */
	assert_int_equal(F4("massho"), REFUSED);
	assert_int_equal(F3(), OK);
	assert_int_equal(F4("wrong"), REFUSED);
	assert_true(ask_left() > ASK_SIZE - 64);
	assert_int_equal(F3(), OK);
	assert_int_equal(F4("massho"), OK);
	assert_int_equal(ask_word(128) & 7, 1);
	ask_off();
}

/* Normal: what is addressable.  Enhanced: everything. */
static void
test_erase_scope(void **state)
{
	uint64_t first, began;

	(void)state;
	ask_add(EMU_ATA_HDD);
	emu_ata_hide_hpa(q.d, 65536);
	ask_on();
	emu_ata_remap(q.d, 5);
	assert_int_equal(F1("massho"), OK);
	assert_int_equal(F3(), OK);
	began = emu_now();
	assert_int_equal(F4("massho"), OK);
	assert_int_equal(emu_now() - began, q.a->normal_ms);
	assert_int_equal(emu_remains_in(q.d, 0, ASK_SIZE - 65536, &first), 0);
	assert_int_equal(ask_left(), 65536 + 64 * 512);
	assert_int_equal(q.d->media[0], 0);
	assert_int_equal(F1("massho"), OK);
	assert_int_equal(F3(), OK);
	assert_int_equal(ask_secure(0xf4, 2, 0, "massho"), OK);
	assert_int_equal(ask_left(), 0);
	assert_memory_equal(q.d->media, "\x33\xcc\x55\xaa", 4);
	q.a->enhanced = false;
	assert_int_equal(F1("massho"), OK);
	assert_int_equal(F3(), OK);
	assert_int_equal(ask_secure(0xf4, 2, 0, "massho"), REFUSED);
	ask_off();
}

/* It is half done, and locked, and nothing can be read before a whole one. */
static void
test_erase_loses_power(void **state)
{
	struct wire_scsi c;
	uint64_t half;

	(void)state;
	ask_add(EMU_ATA_HDD);
	ask_on();
	emu_fault(q.d, (struct emu_fault){ .kind = EMU_POWER_LOSS_AT, .arg = 50,
					 .times = 1 });
	assert_int_equal(F1("massho"), OK);
	assert_int_equal(F3(), OK);
	c = ask_out(0xf4, 0, 0, "massho");
	assert_int_equal(wire_scsi_send(q.w, &c), 0);
	emu_pass(q.a->normal_ms);
	assert_true(q.d->off);
	half = ask_left();
	assert_in_range(half, ASK_SIZE / 3, ASK_SIZE * 2 / 3);
	ask_recycle();
	assert_int_equal(ask_word(128) & 7, 7);
	assert_int_equal(ask_left(), half);
	assert_int_equal(F2("massho"), OK);
	assert_int_equal(ask_transfer(0, false), -EIO);
	assert_int_equal(F3(), OK);
	assert_int_equal(F4("massho"), OK);
	assert_int_equal(ask_transfer(0, false), 512);
	assert_int_equal(ask_word(128) & 7, 1);
	ask_off();
}

/* Another command has to wait; one that waits too long resets the port, and
 * with it the erase is lost. */
static void
test_erase_is_disturbed(void **state)
{
	struct wire_scsi c, other = ask_cdb(0xe5, 0, 0, 0, false);
	int err;

	(void)state;
	ask_add(EMU_ATA_HDD);
	ask_on();
	assert_int_equal(F1("massho"), OK);
	assert_int_equal(F3(), OK);
	c = ask_out(0xf4, 0, 0, "massho");
	assert_int_equal(wire_scsi_send(q.w, &c), 0);
	assert_int_equal(wire_sent(q.w, 1000, &err), 0);
	assert_int_equal(wire_scsi_send(q.w, &c), -EBUSY);
	assert_int_equal(wire_scsi(q.w, &other), -ETIMEDOUT);
	assert_int_equal(wire_sent(q.w, 0, &err), 1);
	assert_int_equal(err, -EIO);
	assert_int_equal(wire_sent(q.w, 0, &err), -ENOENT);
	emu_pass(q.a->normal_ms);
	assert_true(ask_left() > ASK_SIZE / 2);
	assert_int_equal(ask_word(128) & 3, 3);
	ask_off();
}

static void
test_erase_is_sent(void **state)
{
	struct wire_scsi c;
	int err, n = 0;

	(void)state;
	ask_add(EMU_ATA_SSD_OLD);
	ask_on();
	assert_int_equal(F1("massho"), OK);
	assert_int_equal(F3(), OK);
	c = ask_out(0xf4, 0, 0, "massho");
	assert_int_equal(wire_scsi_send(q.w, &c), 0);
	while (!wire_sent(q.w, 200, &err))
		n++;
	assert_int_equal(n, q.a->normal_ms / 200 - 1);
	assert_int_equal(err, 0);
	assert_int_equal(c.status, 0);
	assert_int_equal(ask_word(128) & 7, 1);
	ask_off();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_identify),
		cmocka_unit_test(test_set_password),
		cmocka_unit_test(test_master),
		cmocka_unit_test(test_lock),
		cmocka_unit_test(test_count_expires),
		cmocka_unit_test(test_frozen),
		cmocka_unit_test(test_erase_needs_prepare),
		cmocka_unit_test(test_erase_scope),
		cmocka_unit_test(test_erase_loses_power),
		cmocka_unit_test(test_erase_is_disturbed),
		cmocka_unit_test(test_erase_is_sent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
