/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The emulated ATA drive has the sanitize states of the specification, also
 * over a power cut.
 */
#include "emu/ask_ata.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void
test_sanitize_block(void **state)
{
	uint32_t before;

	(void)state;
	ask_add(EMU_ATA_SSD);
	ask_on();
	emu_ata_remap(q.d, 9);
	assert_int_equal(ask_word(59) & 0xf400, 0xb400);
	assert_int_equal(STATUS(), OK);
	assert_int_equal(q.count, 0);
	assert_int_equal(q.lba, 0xffff);
	assert_int_equal(ask(0xb4, 0x12, 0, BLOCK + 1), REFUSED);
	assert_int_equal(ask(0xb4, 0x14, 1, OVER(0)), REFUSED);
	assert_int_equal(q.lba, 2);	/* not supported */
	assert_int_equal(ask28(0xb4, 0x12, 0, BLOCK), REFUSED);
	assert_int_equal(ask(0xb4, 0x12, 0, BLOCK), OK);
	assert_int_equal(STATUS(), OK);
	assert_int_equal(q.count, 0x4000);
	emu_pass(q.a->block_ms / 2);
	assert_int_equal(STATUS(), OK);
	assert_in_range(q.lba, 32000, 33000);
	before = (uint32_t)q.lba;
	assert_int_equal(ask_transfer(0, false), -EIO);
	assert_int_equal(ask_transfer(0, true), -EIO);
	assert_int_equal(F1("massho"), REFUSED);
	assert_int_equal(ask(0x27, 0, 0, 0), REFUSED);
	assert_int_equal(ask(0xb4, 0x12, 0, BLOCK), REFUSED);
	assert_int_equal(ask_word(0), 0x40);
	assert_int_equal(STATUS(), OK);
	assert_int_equal(q.lba, before);
	emu_pass(q.a->block_ms / 2);
	assert_int_equal(STATUS(), OK);
	assert_int_equal(q.count, 0x8000);
	assert_int_equal(q.lba, 0xffff);
	assert_int_equal(ask_left(), 0);
	assert_int_equal(q.d->media[0], 0xff);
	assert_int_equal(ask_transfer(0, false), 512);
	ask_off();
}

static void
test_sanitize_survives_power_loss(void **state)
{
	uint64_t half;

	(void)state;
	ask_add(EMU_ATA_SSD);
	ask_on();
	assert_int_equal(ask(0xb4, 0x12, 0, BLOCK), OK);
	emu_pass(q.a->block_ms / 2);
	emu_power_off(q.d);
	half = ask_left();
	assert_in_range(half, ASK_SIZE / 3, ASK_SIZE * 2 / 3);
	emu_pass(q.a->block_ms);
	assert_int_equal(ask_left(), half);	/* nothing without power */
	ask_recycle();
	emu_pass(100);
	assert_int_equal(STATUS(), OK);
	assert_int_equal(q.count, 0x4000);
	emu_pass(q.a->block_ms);
	assert_int_equal(STATUS(), OK);
	assert_int_equal(q.count, 0x8000);
	assert_int_equal(ask_left(), 0);
	ask_recycle();
	assert_int_equal(STATUS(), OK);
	assert_int_equal(q.count, 0x8000);
	ask_off();
}

static void
test_sanitize_fails(void **state)
{
	(void)state;
	ask_add(EMU_ATA_SSD);
	ask_on();
	emu_fault(q.d, (struct emu_fault){ .kind = EMU_FAIL_AT, .arg = 30,
					 .times = 1,
					 .op = EMU_OP_SUB(0xb4U, 0x12U) });
	assert_int_equal(ask(0xb4, 0x12, 0, BLOCK), OK);
	emu_pass(q.a->block_ms);
	assert_int_equal(STATUS(), REFUSED);
	assert_int_equal(q.lba, 1);
	assert_int_equal(ask_transfer(0, false), -EIO);
	assert_int_equal(ask(0xb4, 0, 1, 0), REFUSED);	/* FAILURE MODE 0 */
	assert_int_equal(ask(0xb4, 0x12, 0x10, BLOCK), REFUSED);
	ask_recycle();
	assert_int_equal(STATUS(), REFUSED);
	assert_int_equal(ask(0xb4, 0x12, 0, BLOCK), OK);
	emu_pass(q.a->block_ms);
	assert_int_equal(STATUS(), OK);
	assert_int_equal(ask_left(), 0);
	ask_off();
}

static void
test_failure_mode_is_left(void **state)
{
	(void)state;
	ask_add(EMU_ATA_SSD);
	ask_on();
	emu_fault(q.d, (struct emu_fault){ .kind = EMU_FAIL_AT, .arg = 30 });
	assert_int_equal(ask(0xb4, 0x12, 0x10, BLOCK), OK);
	emu_pass(q.a->block_ms);
	assert_int_equal(STATUS(), REFUSED);
	assert_int_equal(ask(0xb4, 0, 1, 0), OK);
	assert_int_equal(STATUS(), OK);
	assert_int_equal(q.count, 0);		/* never done, not success */
	assert_int_equal(ask_transfer(ASK_SIZE - 512, false), 512);
	assert_true(ask_left() > ASK_SIZE / 2);
	ask_off();
}

static void
test_sanitize_freeze(void **state)
{
	(void)state;
	ask_add(EMU_ATA_SSD);
	ask_on();
	assert_int_equal(ask(0xb4, 0x20, 0, 0x46724c6b), OK);
	assert_int_equal(STATUS(), OK);
	assert_int_equal(q.count, 0x2000);
	assert_int_equal(ask(0xb4, 0x11, 0, CRYPTO), REFUSED);
	assert_int_equal(q.lba, 3);
	ask_recycle();
	assert_int_equal(ask(0xb4, 0x40, 0, 0x416e7469), OK);
	assert_int_equal(STATUS(), OK);
	assert_int_equal(q.count, 0x1000);
	assert_int_equal(ask(0xb4, 0x20, 0, 0x46724c6b), REFUSED);
	assert_int_equal(q.lba, 4);
	ask_off();
}

static void
test_sanitize_crypto(void **state)
{
	uint8_t first[512];

	(void)state;
	ask_add(EMU_ATA_SSD);
	ask_on();
	assert_int_equal(ask(0xb4, 0x11, 0, CRYPTO), OK);
	emu_pass(q.a->crypto_ms);
	assert_int_equal(STATUS(), OK);
	assert_int_equal(q.count, 0x8000);
	assert_int_equal(ask_left(), 0);
	memcpy(first, q.d->media, sizeof(first));
	assert_memory_not_equal(first, q.d->media + 512, 512);
	assert_int_equal(ask(0xb4, 0x11, 0, CRYPTO), OK);
	emu_pass(q.a->crypto_ms);
	assert_memory_not_equal(first, q.d->media, 512);
	ask_off();
}

static void
test_sanitize_overwrite(void **state)
{
	(void)state;
	ask_add(EMU_ATA_HDD_SANITIZE);
	ask_on();
	assert_int_equal(ask(0xb4, 0x14, 1, OVER(0x44332211)), OK);
	emu_pass(q.a->overwrite_ms);
	assert_int_equal(STATUS(), OK);
	assert_int_equal(q.count, 0x8000);
	assert_memory_equal(q.d->media, "\x11\x22\x33\x44\x11", 5);
	assert_int_equal(ask_left(), 0);
	assert_int_equal(ask(0xb4, 0x14, 0x82, OVER(0)), OK);
	emu_pass(q.a->overwrite_ms);
	assert_int_equal(STATUS(), OK);
	assert_int_equal(q.count, 0x4000);	/* two passes */
	emu_pass(q.a->overwrite_ms);
	assert_int_equal(q.d->media[7], 0xff);	/* inverted at last */
	assert_int_equal(ask(0xb4, 0x14, 0, OVER(0)), OK);
	emu_pass(q.a->overwrite_ms * 15);
	assert_int_equal(STATUS(), OK);
	assert_int_equal(q.count, 0x4000);	/* 0 means 16 */
	emu_pass(q.a->overwrite_ms);
	assert_int_equal(STATUS(), OK);
	assert_int_equal(q.count, 0x8000);
	ask_off();
}

static void
test_sanitize_when_locked(void **state)
{
	(void)state;
	ask_add(EMU_ATA_SSD);
	emu_ata_lock(q.d, "theirs");
	ask_on();
	assert_int_equal(ask(0xb4, 0x12, 0, BLOCK), REFUSED);
	assert_true(ask_left() > ASK_SIZE - 64);
	q.a->overrides_lock = true;
	assert_int_equal(ask(0xb4, 0x12, 0, BLOCK), OK);
	emu_pass(q.a->block_ms);
	assert_int_equal(ask_left(), 0);
	assert_int_equal(ask_word(128) & 7, 7);
	ask_off();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sanitize_block),
		cmocka_unit_test(test_sanitize_survives_power_loss),
		cmocka_unit_test(test_sanitize_fails),
		cmocka_unit_test(test_failure_mode_is_left),
		cmocka_unit_test(test_sanitize_freeze),
		cmocka_unit_test(test_sanitize_crypto),
		cmocka_unit_test(test_sanitize_overwrite),
		cmocka_unit_test(test_sanitize_when_locked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
