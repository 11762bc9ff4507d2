/* SPDX-License-Identifier: Apache-2.0 */
/* An ATA command crosses SCSI byte for byte as SAT-4 has it, and an answer
 * without registers is never taken for a success. */
#include "../drivers/ata.h"

#include "../src/util.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* ---- CDBs --------------------------------------------------------------- */

static const struct cdb_row {
	struct ata_cmd c;
	const char *sixteen, *twelve;	/* NULL: cannot be said in twelve */
	enum wire_dir dir;
	uint32_t len;
} cdbs[] = {
	{ { "IDENTIFY DEVICE", SAT_PIO_IN, false, 0xec, 0, 1, 1, 0 },
	  "85080e0000000100000000000040ec00", "a1080e000100000040ec0000",
	  WIRE_IN, 512 },
	{ { "SECURITY SET PASSWORD", SAT_PIO_OUT, false, 0xf1, 0, 1, 1, 0 },
	  "850a060000000100000000000040f100", "a10a06000100000040f10000",
	  WIRE_OUT, 512 },
	{ { "SECURITY ERASE PREPARE", SAT_NON_DATA, false, 0xf3, 0, 0, 1, 0 },
	  "8506200000000000000000000040f300", "a10620000000000040f30000",
	  WIRE_NONE, 0 },
	{ { "SMART RETURN STATUS", SAT_NON_DATA, false, 0xb0, 0xda, 0, 1,
	    0xc24f00 },
	  "85062000da00000000004f00c240b000", "a10620da00004fc240b00000",
	  WIRE_NONE, 0 },
	{ { "SET MAX ADDRESS", SAT_NON_DATA, false, 0xf9, 0, 1, 1, 0xabcdef1 },
	  "8506200000000100f100de00bc4af900", "a106200001f1debc4af90000",
	  WIRE_NONE, 0 },
	{ { "SANITIZE STATUS EXT", SAT_NON_DATA, true, 0xb4, 0, 1, 1, 0 },
	  "8507200000000100000000000040b400", NULL, WIRE_NONE, 0 },
	{ { "CRYPTO SCRAMBLE EXT", SAT_NON_DATA, true, 0xb4, 0x11, 0x10, 1,
	    0x43727970 },
	  "8507200011001043700079007240b400", NULL, WIRE_NONE, 0 },
	{ { "BLOCK ERASE EXT", SAT_NON_DATA, true, 0xb4, 0x12, 0x10, 1,
	    0x426b4572 },
	  "8507200012001042720045006b40b400", NULL, WIRE_NONE, 0 },
	{ { "OVERWRITE EXT", SAT_NON_DATA, true, 0xb4, 0x14, 0x8011, 1,
	    UINT64_C(0x4f5744332211) },
	  "85072000148011441157224f3340b400", NULL, WIRE_NONE, 0 },
	{ { "READ NATIVE MAX ADDRESS EXT", SAT_NON_DATA, true, 0x27, 0, 0, 1,
	    0 },
	  "85072000000000000000000000402700", NULL, WIRE_NONE, 0 },
	{ { "SET MAX ADDRESS EXT", SAT_NON_DATA, true, 0x37, 0, 1, 1,
	    UINT64_C(0x665544332211) },
	  "85072000000001441155226633403700", NULL, WIRE_NONE, 0 },
	{ { "READ LOG EXT", SAT_PIO_IN, true, 0x2f, 0, 1, 1, 0x0630 },
	  "85090e00000001003000060000402f00", NULL, WIRE_IN, 512 },
};

static void
bytes_sent_are(const struct wire_scsi *x, const char *hex)
{
	char text[2 * 16 + 1];

	hex_encode(text, x->cdb, x->cdb_len);
	assert_string_equal(text, hex);
}

static void
test_cdbs(void **state)
{
	struct wire_scsi x;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cdbs); i++) {
		const struct cdb_row *r = &cdbs[i];

		ata_build16(&r->c, &x);
		bytes_sent_are(&x, r->sixteen);
		assert_int_equal(x.dir, r->dir);
		assert_int_equal(x.len, r->len);
		assert_int_equal(x.timeout_ms, 1);
		if (!r->twelve)
			continue;
		ata_build12(&r->c, &x);
		bytes_sent_are(&x, r->twelve);
		assert_int_equal(x.dir, r->dir);
		assert_int_equal(x.len, r->len);
	}
}

/* What is not 48-bit has no high halves: they are reserved there. */
static void
test_reserved_bytes(void **state)
{
	struct ata_cmd c = { "", SAT_NON_DATA, false, 0xf9, 0xffff, 0xffff,
			     1, UINT64_C(0xffffffffffff) };
	struct wire_scsi x;

	(void)state;
	ata_build16(&c, &x);
	bytes_sent_are(&x, "85062000ff00ff00ff00ff00ff4ff900");
}

/* Commands that only ask are let through a handle that only looks. */
static void
test_questions_only_read(void **state)
{
	static const enum ata_command all[] = {
		ATA_C_IDENTIFY, ATA_C_POWER, ATA_C_SAN_STATUS,
		ATA_C_SMART_STATUS, ATA_C_SMART_DATA, ATA_C_DCO_IDENTIFY,
		ATA_C_NATIVE, ATA_C_NATIVE_EXT, ATA_C_MAX_NATIVE,
	};
	struct wire_scsi x;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(all); i++) {
		ata_build16(ata_command(all[i]), &x);
		assert_true(wire_scsi_reads(&x));
		if (ata_command(all[i])->ext)
			continue;
		ata_build12(ata_command(all[i]), &x);
		assert_true(wire_scsi_reads(&x));
	}
}

/* ---- answers ------------------------------------------------------------ */

/* Registers as libata gives them back, in descriptor format. */
static struct wire_scsi
answer(uint8_t key, uint8_t asc, uint8_t ascq, uint8_t error, uint8_t status)
{
	struct wire_scsi x = { .status = 2, .sense_len = 22 };
	const uint8_t s[22] = { 0x72, key, asc, ascq, 0, 0, 0, 14, 0x09, 0x0c,
				1, error, 0, 0, 0, 0, 0, 0, 0, 0, 0x40,
				status };

	memcpy(x.sense, s, sizeof(s));
	return x;
}

static enum ata_outcome
outcome(const struct wire_scsi *x, enum sat_protocol p)
{
	struct ata_answer a;

	memset(&a, 0xa5, sizeof(a));
	ata_judge(x, p, &a);
	assert_int_equal(a.reply.err == 0, a.outcome == ATA_OK);
	return a.outcome;
}

static void
test_registers(void **state)
{
	static const struct {
		uint8_t key, asc, ascq, error, status;
		enum ata_outcome is;
	} rows[] = {
		{ 1, 0x00, 0x1d, 0x00, 0x50, ATA_OK },
		{ 0, 0x00, 0x1d, 0x00, 0x50, ATA_OK },
		{ 1, 0x00, 0x1d, 0x00, 0x40, ATA_OK },
		/* lost: zeros, ones, not ready, busy */
		{ 1, 0x00, 0x1d, 0x00, 0x00, ATA_LOST },
		{ 1, 0x00, 0x1d, 0xff, 0xff, ATA_LOST },
		{ 1, 0x00, 0x1d, 0x00, 0x10, ATA_LOST },
		{ 1, 0x00, 0x1d, 0x00, 0xd0, ATA_REFUSED },
		/* announced as a success, and none */
		{ 1, 0x00, 0x1d, 0x04, 0x51, ATA_REFUSED },
		{ 1, 0x00, 0x1d, 0x00, 0x70, ATA_REFUSED },	/* DF */
		{ 1, 0x00, 0x1d, 0x00, 0x58, ATA_REFUSED },	/* DRQ */
		{ 1, 0x17, 0x01, 0x00, 0x50, ATA_LOST },
		{ 0, 0x00, 0x00, 0x00, 0x50, ATA_LOST },
		/* refused, by old and new kernels */
		{ 0xb, 0x00, 0x00, 0x04, 0x51, ATA_REFUSED },
		{ 5, 0x21, 0x04, 0x04, 0x51, ATA_REFUSED },
		{ 5, 0x21, 0x00, 0x10, 0x51, ATA_REFUSED },
		{ 4, 0x44, 0x00, 0x00, 0x71, ATA_REFUSED },
		{ 7, 0x74, 0x71, 0x04, 0x51, ATA_REFUSED },
		{ 3, 0x11, 0x04, 0x40, 0x51, ATA_REFUSED },
		{ 2, 0x04, 0x21, 0x00, 0x50, ATA_REFUSED },
		/* by what stands in between */
		{ 5, 0x20, 0x00, 0x00, 0x00, ATA_FOREIGN },
		{ 5, 0x24, 0x00, 0x00, 0x00, ATA_FOREIGN },
		{ 5, 0x20, 0x00, 0x04, 0x51, ATA_REFUSED },
		{ 6, 0x29, 0x00, 0x00, 0x50, ATA_ATTENTION },
		{ 6, 0x28, 0x00, 0x00, 0x50, ATA_ATTENTION },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct wire_scsi x = answer(rows[i].key, rows[i].asc,
			rows[i].ascq, rows[i].error, rows[i].status);

		assert_int_equal(outcome(&x, SAT_NON_DATA), rows[i].is);
		/* a deferred error is of another command */
		x.sense[0] = 0x73;
		assert_int_equal(outcome(&x, SAT_NON_DATA), ATA_LOST);
	}
}

static void
test_without_registers(void **state)
{
	struct wire_scsi x = { 0 };
	struct ata_answer a;
	int status;

	(void)state;
	/* GOOD, though CK_COND asked */
	assert_int_equal(outcome(&x, SAT_NON_DATA), ATA_LOST);
	/* with a transfer it was not asked */
	assert_int_equal(outcome(&x, SAT_PIO_IN), ATA_OK);
	x.len = 512;
	x.done = 511;
	assert_int_equal(outcome(&x, SAT_PIO_IN), ATA_LOST);
	assert_int_equal(outcome(&x, SAT_PIO_OUT), ATA_LOST);
	x.done = 512;
	assert_int_equal(outcome(&x, SAT_PIO_OUT), ATA_OK);
	/* BUSY, RESERVATION CONFLICT ..., CHECK CONDITION without sense */
	for (status = 1; status < 256; status++) {
		x.status = (uint8_t)status;
		assert_int_equal(outcome(&x, SAT_PIO_OUT), ATA_LOST);
	}
	/* no descriptor: it was refused, by whom is not known */
	x = answer(0xb, 0, 0, 0x04, 0x51);
	x.sense_len = 8;
	ata_judge(&x, SAT_NON_DATA, &a);
	assert_int_equal(a.outcome, ATA_REFUSED);
	assert_false(a.s.has_ata);
	assert_int_equal(a.reply.status, 0);
	/* success by fixed format; count 15:8 did not fit */
	memcpy(x.sense, (uint8_t[18]){ 0xf0, 0, 1, 0, 0x50, 0x40, 0, 10, 0xc0,
				       0, 0, 0, 0, 0x1d }, 18);
	x.sense_len = 18;
	ata_judge(&x, SAT_NON_DATA, &a);
	assert_int_equal(a.outcome, ATA_OK);
	assert_true(a.s.has_ata && !a.s.ata_complete && a.s.count_high);
}

static void
test_reset(void **state)
{
	struct ata_answer a;
	struct wire_scsi x = answer(1, 0x00, 0x1d, 0x01, 0x50);

	(void)state;
	ata_judge(&x, SAT_PIO_OUT, &a);
	assert_true(a.reset);
	assert_int_equal(a.reply.status, 0x0150);
	x = answer(6, 0x29, 0x00, 0, 0);
	ata_judge(&x, SAT_PIO_OUT, &a);
	assert_true(a.reset && a.outcome == ATA_ATTENTION);
	x = answer(6, 0x2a, 0x01, 0, 0);
	ata_judge(&x, SAT_PIO_OUT, &a);
	assert_false(a.reset);
	x = answer(1, 0x00, 0x1d, 0x00, 0x50);
	ata_judge(&x, SAT_PIO_OUT, &a);
	assert_false(a.reset);
}

static void
test_what_is_kept(void **state)
{
	struct wire_scsi x = answer(0xb, 0, 0, 0x04, 0x51);
	struct ata_answer a;

	(void)state;
	ata_judge(&x, SAT_PIO_OUT, &a);
	assert_int_equal(a.reply.err, EIO);
	assert_int_equal(a.reply.status, 0x0451);
	assert_int_equal(a.reply.raw_len, 22);
	assert_memory_equal(a.reply.raw, x.sense, 22);
	x.sense_len = 255;	/* no more than there is room for */
	ata_judge(&x, SAT_PIO_OUT, &a);
	assert_int_equal(a.reply.raw_len, WIRE_SENSE_MAX);
}

/* ---- what registers say ------------------------------------------------- */

static struct ata_answer
sanitize_answer(bool complete, uint16_t count, uint64_t lba)
{
	return (struct ata_answer){
		.outcome = ATA_OK,
		.s = { .valid = true, .has_ata = true,
		       .ata_complete = complete, .ata_status = 0x50,
		       .count = count, .lba = lba },
	};
}

static void
test_sanitize(void **state)
{
	static const struct {
		uint16_t count;
		uint64_t lba;
		enum sanitize_state is;
		uint32_t permille;
	} rows[] = {
		{ 0x0000, 0xffff, SANITIZE_NEVER, 0 },
		{ 0x1000, 0xffff, SANITIZE_NEVER, 0 },
		{ 0x8000, 0xffff, SANITIZE_DONE, 0 },
		{ 0x9000, 0xffff, SANITIZE_DONE, 0 },
		{ 0x4000, 0x0000, SANITIZE_RUNNING, 0 },
		{ 0x4000, 0x8000, SANITIZE_RUNNING, 500 },
		{ 0x4000, 0xffff, SANITIZE_RUNNING, 999 },
		{ 0x2000, 0xffff, SANITIZE_FROZEN, 0 },
		{ 0xa000, 0xffff, SANITIZE_DONE, 0 },
		/* no drive is at it and done */
		{ 0xc000, 0xffff, SANITIZE_UNKNOWN, 0 },
		{ 0xffff, 0xffff, SANITIZE_UNKNOWN, 0 },
		/* progress is not a state */
		{ 0x0000, 0x0000, SANITIZE_NEVER, 0 },
	};
	struct ata_answer a;
	struct sanitize s;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		a = sanitize_answer(true, rows[i].count, rows[i].lba);
		ata_sanitize_parse(&a, &s);
		assert_int_equal(s.state, rows[i].is);
		assert_int_equal(s.permille, rows[i].permille);
		/* what came back incomplete tells nothing */
		a.s.ata_complete = false;
		ata_sanitize_parse(&a, &s);
		assert_int_equal(s.state, SANITIZE_UNKNOWN);
		a.s.ata_complete = true;
		a.outcome = ATA_LOST;
		ata_sanitize_parse(&a, &s);
		assert_int_equal(s.state, SANITIZE_UNKNOWN);
	}
	a = sanitize_answer(false, 0, ATA_SAN_WHY_FAILED);
	a.outcome = ATA_REFUSED;
	a.s.ata_error = ATA_ER_ABRT;
	ata_sanitize_parse(&a, &s);
	assert_int_equal(s.state, SANITIZE_FAILED);
	a.s.lba = ATA_SAN_WHY_FROZEN;
	ata_sanitize_parse(&a, &s);
	assert_int_equal(s.state, SANITIZE_FROZEN);
	a.s.lba = ATA_SAN_WHY_NOT_TOLD;
	ata_sanitize_parse(&a, &s);
	assert_int_equal(s.state, SANITIZE_UNKNOWN);
	a.s.lba = ATA_SAN_WHY_FAILED;
	a.s.has_ata = false;
	ata_sanitize_parse(&a, &s);
	assert_int_equal(s.state, SANITIZE_UNKNOWN);
}

static void
test_native_max(void **state)
{
	struct ata_answer a = sanitize_answer(true, 0,
					      UINT64_C(0x1ffffffff));

	(void)state;
	assert_true(ata_native_sectors(&a, true) == UINT64_C(0x200000000));
	a.s.ata_complete = false;
	assert_int_equal(ata_native_sectors(&a, true), 0);
	a.s.lba = 0x345678;
	a.s.ata_device = 0x42;
	assert_int_equal(ata_native_sectors(&a, false), 0x2345679);
	a.outcome = ATA_REFUSED;
	assert_int_equal(ata_native_sectors(&a, false), 0);
	/* a bridge that shows zeros, or ones */
	a = sanitize_answer(true, 0, 0);
	assert_int_equal(ata_native_sectors(&a, true), 0);
	a = sanitize_answer(true, 0, UINT64_C(0xffffffffffff));
	assert_int_equal(ata_native_sectors(&a, true), 0);

	assert_int_equal(ata_hides(100, 100), ANSWER_NO);
	assert_int_equal(ata_hides(100, 101), ANSWER_YES);
	assert_int_equal(ata_hides(100, 99), ANSWER_UNKNOWN);
	assert_int_equal(ata_hides(100, 0), ANSWER_UNKNOWN);
	assert_int_equal(ata_hides(0, 100), ANSWER_UNKNOWN);
}

static void
test_smart_and_power(void **state)
{
	struct ata_answer a = sanitize_answer(false, 0xff, 0xc24f00);

	(void)state;
	assert_int_equal(ata_smart_failing(&a), ANSWER_NO);
	assert_int_equal(ata_power_registers(&a), ANSWER_YES);
	a.s.lba = 0x2cf400;
	assert_int_equal(ata_smart_failing(&a), ANSWER_YES);
	a.s.lba = 0;
	assert_int_equal(ata_smart_failing(&a), ANSWER_UNKNOWN);
	a.s.count = 0x5a;
	assert_int_equal(ata_power_registers(&a), ANSWER_NO);
	a.outcome = ATA_LOST;
	a.s.count = 0xff;
	assert_int_equal(ata_power_registers(&a), ANSWER_NO);
	assert_int_equal(ata_smart_failing(&a), ANSWER_UNKNOWN);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cdbs),
		cmocka_unit_test(test_reserved_bytes),
		cmocka_unit_test(test_questions_only_read),
		cmocka_unit_test(test_registers),
		cmocka_unit_test(test_without_registers),
		cmocka_unit_test(test_reset),
		cmocka_unit_test(test_what_is_kept),
		cmocka_unit_test(test_sanitize),
		cmocka_unit_test(test_native_max),
		cmocka_unit_test(test_smart_and_power),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
