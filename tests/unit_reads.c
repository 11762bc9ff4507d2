/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: of all commands that there are, a drive that is only looked at gets
 * those that change nothing, and no other.
 *
 * Every opcode, service action, feature and direction is tried; what passes is
 * compared with a list written apart from the one under test.
 */
#undef NDEBUG
#include "../drivers/wire.h"
#include "../src/util.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const uint8_t lens[] = { 6, 10, 12, 16 };
static const enum wire_dir dirs[] = { WIRE_NONE, WIRE_IN, WIRE_OUT };

static bool
scsi(const uint8_t *cdb, uint8_t len, enum wire_dir dir)
{
	struct wire_scsi c = { .cdb_len = len, .dir = dir };

	memcpy(c.cdb, cdb, sizeof(c.cdb));
	return wire_scsi_reads(&c);
}

/* What may pass with all but opcode and byte 1 zero. */
static bool
expected(uint8_t opcode, uint8_t byte1, uint8_t len)
{
	uint8_t action = byte1 & 0x1f;

	switch (opcode) {
	case 0x00: case 0x03: case 0x12: case 0x1a:
		return len == 6;
	case 0x37: case 0x5a:
		return len == 10;
	case 0x25: case 0x4d:
		return len == 10 && !action;
	case 0xa0: case 0xb7:
		return len == 12;
	case 0xa2:
		return len == 12 && (byte1 == 0x00 || byte1 == 0xef);
	case 0xa3:
		return len == 12 && action == 0x0c;
	case 0x9e:
		return len == 16 && action == 0x10;
	}
	return false;	/* ATA PASS-THROUGH holds no command here */
}

static void
test_scsi(void **state)
{
	unsigned int op, b, l, d, passed = 0;

	(void)state;
	for (op = 0; op < 256; op++)
		for (b = 0; b < 256; b++)
			for (l = 0; l < ARRAY_SIZE(lens); l++)
				for (d = 0; d < ARRAY_SIZE(dirs); d++) {
					uint8_t cdb[16] = { op, b };
					bool pass = scsi(cdb, lens[l], dirs[d]);

					assert_int_equal(pass,
						dirs[d] != WIRE_OUT &&
						expected(op, b, lens[l]));
					passed += pass;
				}
	assert_true(passed > 0);
}

/* ---- ATA: every command, protocol, extend, direction, feature ---------- */

static void
put16(uint8_t *c, unsigned int cmd, unsigned int protocol, bool extend,
      bool in, uint16_t feature, uint16_t count, uint64_t lba)
{
	uint8_t cdb[16] = {
		0x85, protocol << 1 | extend, in ? 0x0e : 0x20, feature >> 8,
		feature, count >> 8, count, lba >> 24, lba, lba >> 32, lba >> 8,
		lba >> 40, lba >> 16, 0x40, cmd,
	};

	memcpy(c, cdb, sizeof(cdb));
}

static void
put12(uint8_t *c, unsigned int cmd, unsigned int protocol, bool in,
      uint8_t feature, uint8_t count, uint64_t lba)
{
	uint8_t cdb[16] = {
		0xa1, protocol << 1, in ? 0x0e : 0x20, feature, count, lba,
		lba >> 8, lba >> 16, 0x40, cmd,
	};

	memcpy(c, cdb, sizeof(cdb));
}

static bool
ata_expected(unsigned int cmd, unsigned int protocol, bool extend, bool in,
	     uint16_t feature, uint16_t count, uint64_t lba)
{
	bool data = protocol == 4 && in, none = protocol == 3 && !in;

	switch (cmd) {
	case 0xec:
		return data && !extend;
	case 0x2f:
		return data && extend;
	case 0xb0:
		return !extend && lba == 0xc24f00 &&
		       ((feature == 0xd0 && data) ||
			(feature == 0xda && none));
	case 0xb1:
		return data && !extend && feature == 0xc2;
	case 0xb4:
		return none && extend && !feature && !count && !lba;
	case 0x78:
		return none && extend && !feature;
	case 0x27:
		return none && extend;
	case 0xf8: case 0xe5:
		return none && !extend;
	}
	return false;
}

static const uint16_t features[] = {
	0, 1, 2, 0x11, 0x12, 0x14, 0x20, 0x40, 0xc0, 0xc1, 0xc2, 0xc3, 0xc4,
	0xd0, 0xd2, 0xd4, 0xd5, 0xd6, 0xd8, 0xd9, 0xda, 0xff, 0x100, 0xd000,
};
static const uint64_t lbas[] = {
	0, 1, 0xc24f00, 0x4fc200, 0x43727970, 0x426b4572, 0x46724c6b,
	0x4f5700000000, 0xc24f000000,
};

static unsigned int
one_ata(unsigned int cmd, unsigned int protocol, bool in, uint16_t feature,
	uint64_t lba)
{
	static const uint16_t counts[] = { 0, 1, 0x100, 0x8000 };
	enum wire_dir dir = in ? WIRE_IN : WIRE_NONE;
	unsigned int extend, n, passed = 0;
	uint8_t cdb[16];
	bool high, want;

	for (n = 0; n < ARRAY_SIZE(counts); n++) {
		for (extend = 0; extend < 2; extend++) {
			high = feature >> 8 || counts[n] >> 8 || lba >> 24;
			want = (extend || !high) &&
			       ata_expected(cmd, protocol, extend, in,
					    feature, counts[n], lba);
			put16(cdb, cmd, protocol, extend, in, feature,
			      counts[n], lba);
			assert_int_equal(scsi(cdb, 16, dir), want);
			assert_false(scsi(cdb, 16, WIRE_OUT));
			assert_false(scsi(cdb, 12, dir));
			passed += want;
		}
		if (feature >> 8 || counts[n] >> 8 || lba >> 24)
			continue;
		put12(cdb, cmd, protocol, in, feature, counts[n], lba);
		assert_int_equal(scsi(cdb, 12, dir),
				 ata_expected(cmd, protocol, false, in,
					      feature, counts[n], lba));
		assert_false(scsi(cdb, 12, WIRE_OUT));
		assert_false(scsi(cdb, 16, dir));
	}
	return passed;
}

static void
test_ata(void **state)
{
	unsigned int cmd, protocol, in, f, l, passed = 0;

	(void)state;
	for (cmd = 0; cmd < 256; cmd++)
		for (protocol = 0; protocol < 16; protocol++)
			for (in = 0; in < 2; in++)
				for (f = 0; f < ARRAY_SIZE(features); f++)
					for (l = 0; l < ARRAY_SIZE(lbas); l++)
						passed += one_ata(cmd,
							protocol, in,
							features[f], lbas[l]);
	assert_true(passed > 0);
}

/* Bits that could make a translation layer send something else. */
static void
test_ata_odd(void **state)
{
	uint8_t cdb[16], odd[16];

	(void)state;
	put16(cdb, 0xec, 4, false, true, 0, 1, 0);
	assert_true(scsi(cdb, 16, WIRE_IN));
	memcpy(odd, cdb, 16);
	odd[1] |= 0x20;			/* MULTIPLE_COUNT */
	assert_false(scsi(odd, 16, WIRE_IN));
	memcpy(odd, cdb, 16);
	odd[2] |= 0x40;			/* OFF_LINE */
	assert_false(scsi(odd, 16, WIRE_IN));
	memcpy(odd, cdb, 16);
	odd[2] &= ~0x08;		/* T_DIR: to the device */
	assert_false(scsi(odd, 16, WIRE_IN));
	memcpy(odd, cdb, 16);
	odd[13] |= 0x10;		/* DEV: the other drive on the cable */
	assert_false(scsi(odd, 16, WIRE_IN));
	put16(cdb, 0xe5, 3, false, false, 0, 0, 0);
	assert_true(scsi(cdb, 16, WIRE_NONE));
	cdb[2] |= 2;			/* T_LENGTH: data after all */
	assert_false(scsi(cdb, 16, WIRE_NONE));
	put12(cdb, 0xe5, 3, false, 0, 0, 0);
	assert_true(scsi(cdb, 12, WIRE_NONE));
	cdb[1] |= 1;			/* reserved */
	assert_false(scsi(cdb, 12, WIRE_NONE));
}

/* ---- NVMe, and the security protocols ---------------------------------- */

static bool
nvme(uint8_t opcode, uint32_t cdw10, enum wire_dir dir)
{
	struct wire_nvme c = { .opcode = opcode, .cdw10 = cdw10, .dir = dir };

	return wire_nvme_reads(&c);
}

static void
test_nvme(void **state)
{
	unsigned int op, d;

	(void)state;
	for (op = 0; op < 256; op++)
		for (d = 0; d < ARRAY_SIZE(dirs); d++)
			assert_int_equal(nvme(op, 0, dirs[d]),
				dirs[d] != WIRE_OUT &&
				(op == 0x02 || op == 0x06 || op == 0x0a ||
				 op == 0x82));
	/* the sanitize log, with RAE; and a log that is collected anew */
	assert_true(nvme(0x02, 0x007f8081, WIRE_IN));
	assert_false(nvme(0x02, 0x007f0107, WIRE_IN));
	assert_false(nvme(0x02, 0x007f4007, WIRE_IN));
}

static void
test_security(void **state)
{
	unsigned int protocol, specific;
	uint32_t cdw10;
	bool want;

	(void)state;
	for (protocol = 0; protocol < 256; protocol++)
		for (specific = 0; specific < 0x10000; specific += 1 +
		     (specific > 0x1ff) * 0xfe) {
			uint8_t cdb[16] = { 0xa2, protocol, specific >> 8,
					    specific };

			want = !protocol || (protocol == 1 && specific == 1) ||
			       (protocol == 0xef && !specific);
			cdw10 = (uint32_t)protocol << 24 | specific << 8;
			assert_int_equal(nvme(0x82, cdw10, WIRE_IN), want);
			assert_int_equal(scsi(cdb, 12, WIRE_IN), want);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_scsi),
		cmocka_unit_test(test_ata),
		cmocka_unit_test(test_ata_odd),
		cmocka_unit_test(test_nvme),
		cmocka_unit_test(test_security),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
