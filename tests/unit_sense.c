/* SPDX-License-Identifier: Apache-2.0 */
/* Sense data is read as it stands there, in both formats, and never past its
 * end. */
#include "../drivers/sense.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* What libata hands over for a 48-bit command with CK_COND. */
static const uint8_t registers[] = {
	0x72, 0x01, 0x00, 0x1d, 0, 0, 0, 14,
	0x09, 0x0c, 0x01, 0x00, 0x80, 0x11, 0x36, 0x34, 0x55, 0x33, 0x66, 0x32,
	0x40, 0x50,
};

static const uint8_t fixed_registers[] = {
	0xf0, 0, 0x01, 0x00, 0x50, 0x40, 0x11, 10, 0xe0, 0x34, 0x33, 0x32,
	0x00, 0x1d, 0, 0, 0, 0,
};

static void
test_descriptor_registers(void **state)
{
	struct sense s;

	(void)state;
	assert_int_equal(sense_parse(registers, sizeof(registers), &s), 0);
	assert_true(s.valid && !s.fixed && !s.deferred);
	assert_int_equal(s.key, SENSE_RECOVERED);
	assert_int_equal(SENSE_CODE(&s), 0x001d);
	assert_true(s.has_ata && s.ata_complete);
	assert_int_equal(s.ata_status, 0x50);
	assert_int_equal(s.ata_error, 0x00);
	assert_int_equal(s.ata_device, 0x40);
	assert_int_equal(s.count, 0x8011);
	assert_true(s.lba == UINT64_C(0x665536323334));
	assert_false(s.has_progress);
}

/* Without EXTEND the high halves are reserved, whatever lies there. */
static void
test_descriptor_of_28_bits(void **state)
{
	uint8_t p[sizeof(registers)];
	struct sense s;

	(void)state;
	memcpy(p, registers, sizeof(p));
	p[10] = 0;
	assert_int_equal(sense_parse(p, sizeof(p), &s), 0);
	assert_true(s.has_ata && !s.ata_complete);
	assert_int_equal(s.count, 0x11);
	assert_int_equal(s.lba, 0x323334);
}

static void
test_fixed_registers(void **state)
{
	uint8_t p[sizeof(fixed_registers)];
	struct sense s;

	(void)state;
	memcpy(p, fixed_registers, sizeof(p));
	assert_int_equal(sense_parse(p, sizeof(p), &s), 0);
	assert_true(s.valid && s.fixed && s.has_ata && !s.ata_complete);
	assert_int_equal(s.ata_status, 0x50);
	assert_int_equal(s.count, 0x11);
	assert_int_equal(s.lba, 0x323334);
	assert_true(s.count_high && s.lba_high);

	p[8] = 0x60;		/* of a command without them */
	assert_int_equal(sense_parse(p, sizeof(p), &s), 0);
	assert_true(!s.count_high && !s.lba_high);
	/* neither marked valid, nor announced: no registers */
	p[0] = 0x70;
	p[13] = 0x00;
	assert_int_equal(sense_parse(p, sizeof(p), &s), 0);
	assert_false(s.has_ata);
}

static void
test_progress(void **state)
{
	static const struct {
		uint8_t p[24];
		bool has;
		uint16_t n;
	} rows[] = {
		/* fixed, sanitize in progress */
		{ { 0x70, 0, 2, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0x04, 0x1b, 0,
		    0x80, 0x12, 0x34 }, true, 0x1234 },
		/* key 0 may have it as well */
		{ { 0x70, 0, 0, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0x04, 0x1b, 0,
		    0x80, 0, 1 }, true, 1 },
		/* not marked valid */
		{ { 0x70, 0, 2, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0x04, 0x1b, 0,
		    0x00, 0x12, 0x34 }, false, 0 },
		/* key 5: a pointer into the command */
		{ { 0x70, 0, 5, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0x24, 0x00, 0,
		    0xc0, 0x00, 0x02 }, false, 0 },
		/* shorter than it, by its own account */
		{ { 0x70, 0, 2, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0x04, 0x1b, 0,
		    0x80, 0x12, 0x34 }, false, 0 },
		/* sense key specific descriptor */
		{ { 0x72, 2, 0x04, 0x1b, 0, 0, 0, 8,
		    0x02, 6, 0, 0, 0x80, 0x56, 0x78, 0 }, true, 0x5678 },
		/* ... of another key */
		{ { 0x72, 5, 0x24, 0x00, 0, 0, 0, 8,
		    0x02, 6, 0, 0, 0xc0, 0x00, 0x02, 0 }, false, 0 },
		/* progress of another command; the key's own wins */
		{ { 0x72, 2, 0x04, 0x1b, 0, 0, 0, 16,
		    0x0a, 6, 2, 4, 0x1b, 0, 0x11, 0x11,
		    0x02, 6, 0, 0, 0x80, 0x22, 0x22, 0 }, true, 0x2222 },
		{ { 0x72, 2, 0x04, 0x1b, 0, 0, 0, 8,
		    0x0a, 6, 2, 4, 0x1b, 0, 0x11, 0x11 }, true, 0x1111 },
		/* a descriptor that says it is shorter */
		{ { 0x72, 2, 0x04, 0x1b, 0, 0, 0, 8,
		    0x02, 4, 0, 0, 0x80, 0x56, 0x78, 0 }, false, 0 },
	};
	struct sense s;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(sense_parse(rows[i].p, sizeof(rows[i].p), &s),
				 0);
		assert_int_equal(s.has_progress, rows[i].has);
		assert_int_equal(s.progress, rows[i].n);
	}
}

static void
test_registers_behind_another_descriptor(void **state)
{
	uint8_t p[8 + 8 + 14] = { 0x72, 1, 0x00, 0x1d, 0, 0, 0, 22,
				  0x02, 6, 0, 0, 0, 0, 0, 0 };
	struct sense s;

	(void)state;
	memcpy(p + 16, registers + 8, 14);
	assert_int_equal(sense_parse(p, sizeof(p), &s), 0);
	assert_true(s.has_ata && s.ata_complete);
	assert_int_equal(s.count, 0x8011);
}

static void
test_deferred(void **state)
{
	uint8_t p[sizeof(fixed_registers)];
	struct sense s;

	(void)state;
	memcpy(p, fixed_registers, sizeof(p));
	p[0] = 0x71;
	assert_int_equal(sense_parse(p, sizeof(p), &s), 0);
	assert_true(s.valid && s.fixed && s.deferred);
}

static void
test_nothing_to_read(void **state)
{
	static const uint8_t codes[] = { 0x00, 0x6f, 0x74, 0x7f, 0xff };
	uint8_t p[32] = { 0 };
	struct sense s;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(codes); i++) {
		p[0] = codes[i];
		memset(&s, 0xa5, sizeof(s));
		assert_int_not_equal(sense_parse(p, sizeof(p), &s), 0);
		assert_true(!s.valid && !s.has_ata && !s.has_progress);
	}
	assert_int_not_equal(sense_parse(p, 0, &s), 0);
	assert_int_not_equal(sense_parse(registers, 7, &s), 0);
}

/* In memory of exactly that size, so that one byte further is found. */
static void
test_every_length(void **state)
{
	const uint8_t *whole[] = { registers, fixed_registers };
	const size_t len[] = { sizeof(registers), sizeof(fixed_registers) };
	struct sense s;
	size_t i, n;

	(void)state;
	for (i = 0; i < 2; i++) {
		for (n = 0; n <= len[i]; n++) {
			uint8_t *p = malloc(n ? n : 1);

			assert_non_null(p);
			memcpy(p, whole[i], n);
			if (sense_parse(p, n, &s))
				assert_true(n < 8);
			assert_true(n >= 14 || !s.has_ata);
			assert_true(n == sizeof(registers) ||
				    !s.ata_complete);
			free(p);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_descriptor_registers),
		cmocka_unit_test(test_descriptor_of_28_bits),
		cmocka_unit_test(test_fixed_registers),
		cmocka_unit_test(test_progress),
		cmocka_unit_test(test_registers_behind_another_descriptor),
		cmocka_unit_test(test_deferred),
		cmocka_unit_test(test_nothing_to_read),
		cmocka_unit_test(test_every_length),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
