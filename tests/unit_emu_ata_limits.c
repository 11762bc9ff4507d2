/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The emulated ATA drive hides what HPA, DCO and AMAC hide, and shows it by the
 * rules of the specification.
 */
#include "emu/ask_ata.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void
test_hpa(void **state)
{
	uint64_t size;

	(void)state;
	ask_add(EMU_ATA_HDD);
	emu_ata_hide_hpa(q.d, 65536);
	ask_on();
	assert_int_equal(ask_word(100), ASK_BLOCKS - 128);
	assert_int_equal(ask(0x27, 0, 0, 0), OK);
	assert_int_equal(q.lba, ASK_BLOCKS - 1);
	assert_int_equal(ask(0xe5, 0, 0, 0), OK);
	assert_int_equal(ask(0x37, 0, 1, ASK_BLOCKS - 1), REFUSED);
	ask(0x27, 0, 0, 0);
	assert_int_equal(ask(0x37, 0, 1, ASK_BLOCKS), 0x5110);	/* IDNF */
	ask(0x27, 0, 0, 0);
	assert_int_equal(ask(0x37, 0, 0, ASK_BLOCKS - 1), OK);	/* volatile */
	assert_int_equal(ask_word(100), ASK_BLOCKS & 0xffff);
	assert_int_equal(wire_size(q.w, &size), 0);
	assert_int_equal(size, ASK_SIZE - 65536);	/* kernel view */
	assert_int_equal(wire_remeasure(q.w, &size), 0);
	assert_int_equal(size, ASK_SIZE);
	assert_int_equal(ask_transfer(ASK_SIZE - 512, false), 512);
	ask_recycle();
	assert_int_equal(ask_word(100), ASK_BLOCKS - 128);
	ask(0x27, 0, 0, 0);
	assert_int_equal(ask(0x37, 0, 1, ASK_BLOCKS - 1), OK);
	ask(0x27, 0, 0, 0);
	assert_int_equal(ask(0x37, 0, 1, 99), 0x5110);	/* one per cycle */
	ask_recycle();
	assert_int_equal(ask_word(100), ASK_BLOCKS & 0xffff);
	ask_off();
}

static void
test_beyond_maximum(void **state)
{
	(void)state;
	ask_add(EMU_ATA_HDD);
	ask_on();
	assert_int_equal(ask_in(0x24, 0, ASK_BLOCKS - 1, true), OK);
	assert_int_equal(q.done, 512);
	ask(0x27, 0, 0, 0);
	assert_int_equal(ask(0x37, 0, 0, ASK_BLOCKS - 129), OK);
	assert_int_equal(ask_in(0x24, 0, ASK_BLOCKS - 128, true), 0x5110);
	assert_int_equal(ask_transfer(ASK_SIZE - 65536, false), -EIO);
	assert_int_equal(ask_transfer(ASK_SIZE - 65536 - 512, false), 512);
	ask_off();
}

static void
test_dco(void **state)
{
	uint64_t last = 0;
	unsigned i;

	(void)state;
	ask_add(EMU_ATA_HDD);
	emu_ata_hide_dco(q.d, 65536);
	emu_ata_hide_hpa(q.d, 4096);
	ask_on();
	ask(0x27, 0, 0, 0);
	assert_int_equal(q.lba, ASK_BLOCKS - 129);
	assert_int_equal(ask_in(0xb1, 0xc2, 0, false), OK);
	for (i = 0; i < 8; i++)
		last |= (uint64_t)q.data[6 + i] << 8 * i;
	assert_int_equal(last, ASK_BLOCKS - 1);
	assert_int_equal(ask28(0xb1, 0xc0, 0, 0), REFUSED);	/* HPA is set */
	ask(0x27, 0, 0, 0);
	assert_int_equal(ask(0x37, 0, 1, ASK_BLOCKS - 129), OK);
	assert_int_equal(ask28(0xb1, 0xc0, 0, 0), OK);
	assert_int_equal(ask_word(100), ASK_BLOCKS & 0xffff);
	assert_int_equal(ask28(0xb1, 0xc1, 0, 0), OK);
	assert_int_equal(ask_in(0xb1, 0xc2, 0, false), REFUSED);
	ask_off();
}

static void
test_amac(void **state)
{
	(void)state;
	ask_add(EMU_ATA_SSD);
	emu_ata_hide_amac(q.d, 65536);
	ask_on();
	assert_int_equal(ask_word(119) & 0x100, 0x100);
	assert_int_equal(ask(0x27, 0, 0, 0), REFUSED);
	assert_int_equal(ask(0x78, 0, 0, 0), OK);
	assert_int_equal(q.lba, ASK_BLOCKS - 1);
	assert_int_equal(ask(0x78, 1, 0, ASK_BLOCKS - 1), OK);
	assert_int_equal(ask_word(100), ASK_BLOCKS & 0xffff);
	assert_int_equal(ask(0x78, 1, 0, 99), REFUSED);
	ask_recycle();
	assert_int_equal(ask_word(100), ASK_BLOCKS & 0xffff);
	assert_int_equal(ask(0x78, 2, 0, 0), OK);
	assert_int_equal(ask(0x78, 1, 0, 99), REFUSED);
	ask_off();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hpa),
		cmocka_unit_test(test_beyond_maximum),
		cmocka_unit_test(test_dco),
		cmocka_unit_test(test_amac),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
