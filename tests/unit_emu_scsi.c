/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The emulated SCSI disk keeps the rules of SPC-5 and SBC-4: what it refuses,
 * what a sanitize and a format reach and survive, how sense data say so.
 */
#include "emu/emu_scsi.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define PATH	"/dev/emu0"
#define SIZE	(256ULL << 10)

static struct emu_drive *d;
static struct emu_scsi *s;
static struct wire *w;
static uint8_t page[256];
static struct wire_scsi last;

#define GOOD		0
#define ILLEGAL(asc)	(0x02050000U | (asc) << 8)
#define SANITIZING	0x0202041bU
#define FORMATTING	0x02020404U
#define FAILED		0x02033103U
#define CORRUPT		0x02033100U
#define ATTENTION	0x02062900U

static void
add(enum emu_scsi_kind kind)
{
	d = emu_scsi_add(PATH, SIZE, 512, kind);
	s = emu_scsi_of(d);
}

static void
on(void)
{
	emu_soil(d);
	assert_int_equal(wire_open(PATH, OPEN_VICTIM, false, &w), 0);
}

static void
off(void)
{
	wire_close(&w);
	emu_reset();
}

/* STATUS, key, ASC, ASCQ; of either format. */
static uint32_t
send(const uint8_t *cdb, uint8_t n, enum wire_dir dir, void *data,
     uint32_t len)
{
	const uint8_t *x = last.sense;

	last = (struct wire_scsi){ .cdb_len = n, .dir = dir, .data = data,
				   .len = len, .timeout_ms = WIRE_FOREVER };
	memcpy(last.cdb, cdb, n);
	assert_int_equal(wire_scsi(w, &last), 0);
	if (last.status != 0x02)
		return (uint32_t)last.status << 24;
	if (x[0] == 0x72)
		return 0x02000000U | (x[1] & 0xfU) << 16 |
		       (uint32_t)x[2] << 8 | x[3];
	assert_int_equal(x[0] & 0x7f, 0x70);
	return 0x02000000U | (x[2] & 0xfU) << 16 | (uint32_t)x[12] << 8 |
	       x[13];
}

static uint32_t
plain(uint8_t opcode)
{
	uint8_t cdb[6] = { opcode };

	return send(cdb, 6, WIRE_NONE, NULL, 0);
}

static uint32_t
sanitize(uint8_t byte1)
{
	uint8_t cdb[10] = { 0x48, byte1 };

	return send(cdb, 10, WIRE_NONE, NULL, 0);
}

static uint32_t
overwrite(uint8_t byte1, uint8_t count, const char *pattern, uint8_t n)
{
	uint8_t list[32] = { count, 0, 0, n };
	uint8_t cdb[10] = { 0x48, (uint8_t)(byte1 | 1), [8] = 4 + n };

	memcpy(list + 4, pattern, n);
	return send(cdb, 10, WIRE_OUT, list, 4U + n);
}

static uint32_t
get(const uint8_t *cdb, uint8_t n, uint32_t len)
{
	memset(page, 0xaa, sizeof(page));
	return send(cdb, n, WIRE_IN, page, len);
}

static uint32_t
inquiry(uint8_t evpd, uint8_t which)
{
	uint8_t cdb[6] = { 0x12, evpd, which, 0, 252 };

	return get(cdb, 6, 252);
}

/* key << 16 | ASC << 8 | ASCQ of REQUEST SENSE; progress in *n, or -1. */
static uint32_t
sense(bool descriptor, int32_t *n)
{
	uint8_t cdb[6] = { 0x03, descriptor, 0, 0, 252 };

	assert_int_equal(get(cdb, 6, 252), GOOD);
	*n = -1;
	if (descriptor) {
		assert_int_equal(page[0], 0x72);
		if (page[7] == 8 && page[12] & 0x80)
			*n = page[13] << 8 | page[14];
		return page[1] << 16 | page[2] << 8 | page[3];
	}
	assert_int_equal(page[0], 0x70);
	if (page[15] & 0x80)
		*n = page[16] << 8 | page[17];
	return (page[2] & 0xf) << 16 | page[12] << 8 | page[13];
}

static uint32_t
supports(uint8_t how, uint8_t op, uint8_t action)
{
	uint8_t cdb[12] = { 0xa3, 0x0c, how, op, 0, action, [9] = 64 };
	uint32_t r = get(cdb, 12, 64);

	return r ? r : page[1] & 7U;
}

static int32_t
transfer(bool write)
{
	struct io *io, *back;
	int32_t res;

	assert_int_equal(wire_queue(w, 1, 512), 0);
	io = wire_io_get(w);
	io->len = 512;
	io->write = write;
	assert_int_equal(wire_io_submit(w, io), 0);
	if (!wire_io_reap(w, 0, &back))
		return EMU_IO_WAITS;
	res = io->res;
	wire_io_put(w, io);
	return res;
}

static uint64_t
left(void)
{
	uint64_t first;

	return emu_remains(d, &first);
}

static void
test_inventory(void **state)
{
	static const uint8_t capacity[16] = { 0x9e, 0x10, [13] = 32 };
	static const uint8_t mode[10] = { 0x5a, 0x08, 0x0a, [8] = 64 };
	static const uint8_t heat[10] = { 0x4d, 0, 0x4d, [8] = 64 };
	static const uint8_t defects[12] = { 0xb7, 0x18, [9] = 8 };

	(void)state;
	add(EMU_SCSI_SSD);
	s->grown = 3;
	s->wabereq = 3;
	s->protection = 2;
	on();
	assert_int_equal(inquiry(0, 0), GOOD);
	assert_memory_equal(page + 8, "EMULATEDSAS SSD         1.0 ", 28);
	assert_int_equal(inquiry(1, 0x80), GOOD);
	assert_memory_equal(page + 4, "EMU0000", 7);
	assert_int_equal(inquiry(1, 0x83), GOOD);
	assert_int_equal(page[5], 0x03);
	assert_int_equal(page[8], 0x50);
	assert_int_equal(inquiry(1, 0xb1), GOOD);
	assert_int_equal(page[5], 1);
	assert_int_equal(page[7] >> 6, 3);
	assert_int_equal(inquiry(1, 0x89), ILLEGAL(0x24));
	assert_int_equal(get(capacity, 16, 32), GOOD);
	assert_int_equal(page[6] << 8 | page[7], SIZE / 512 - 1);
	assert_int_equal(page[10] << 8 | page[11], 512);
	assert_int_equal(page[12], 3);		/* PROT_EN, type 2 */
	assert_int_equal(get(mode, 10, 64), GOOD);
	assert_int_equal(page[8], 0x0a);
	assert_int_equal(get(heat, 10, 64), GOOD);
	assert_int_equal(page[9], 38);
	assert_int_equal(get(defects, 12, 8), GOOD);
	assert_int_equal(page[7] | page[6] << 8, 40 * 8);
	assert_int_equal(plain(0xc7), ILLEGAL(0x20));
	off();
}

static void
test_opcodes(void **state)
{
	(void)state;
	add(EMU_SCSI_SED);
	on();
	assert_int_equal(supports(3, 0x48, 1), 3);
	assert_int_equal(supports(3, 0x48, 2), 1);
	assert_int_equal(supports(2, 0x48, 3), 3);
	assert_int_equal(supports(1, 0x48, 0), ILLEGAL(0x24));
	assert_int_equal(supports(1, 0x04, 0), 3);
	assert_int_equal(supports(0x83, 0x48, 1), 3);
	assert_int_equal(page[1] & 0x80, 0x80);	/* timeouts follow */
	assert_int_equal(page[21], 10);
	s->no_action_option = true;
	assert_int_equal(supports(2, 0x48, 3), ILLEGAL(0x24));
	off();
	add(EMU_SCSI_OLD);
	on();
	assert_int_equal(supports(3, 0x04, 0), ILLEGAL(0x20));
	assert_int_equal(sanitize(0x82), ILLEGAL(0x20));
	off();
}

static void
test_sanitize(void **state)
{
	int32_t n;

	(void)state;
	add(EMU_SCSI_SSD);
	on();
	assert_int_equal(sense(false, &n), 0);
	assert_int_equal(sanitize(0x82), GOOD);
	assert_int_equal(sanitize(0x83), SANITIZING);
	assert_int_equal(plain(0x00), SANITIZING);
	assert_int_equal(last.sense[0], 0x70);
	assert_int_equal(last.sense[15] & 0x80, 0x80);
	assert_int_equal(inquiry(0, 0), GOOD);
	assert_int_equal(plain(0x25), SANITIZING);
	assert_int_equal(transfer(false), EMU_IO_WAITS);
	emu_pass(s->block_ms / 2);
	assert_int_equal(sense(false, &n), 0x02041b);
	assert_in_range(n, 32000, 33500);
	assert_int_equal(sense(true, &n), 0x02041b);
	assert_in_range(n, 32000, 33500);
	assert_true(left() > 0);
	emu_pass(s->block_ms);
	assert_int_equal(sense(false, &n), 0);
	assert_int_equal(plain(0x00), GOOD);
	assert_int_equal(left(), 0);
	off();
}

static void
test_overwrite(void **state)
{
	(void)state;
	add(EMU_SCSI_HDD);
	on();
	assert_int_equal(overwrite(0x80, 0, "ab", 2), ILLEGAL(0x26));
	assert_int_equal(overwrite(0x80, 1, "", 0), ILLEGAL(0x1a));
	assert_int_equal(sanitize(0x82), ILLEGAL(0x24));	/* no block */
	assert_int_equal(overwrite(0x80, 2, "ab", 2), GOOD);
	emu_pass(s->overwrite_ms);
	assert_int_equal(plain(0x00), SANITIZING);	/* a second pass */
	emu_pass(s->overwrite_ms);
	assert_int_equal(plain(0x00), GOOD);
	assert_memory_equal(d->media, "abab", 4);
	assert_int_equal(overwrite(0x80, 0x82, "ab", 2), GOOD);
	emu_pass(s->overwrite_ms * 2);
	assert_int_equal(d->media[0], (uint8_t)~'a');
	/* without IMMED it answers at its end */
	assert_int_equal(overwrite(0, 1, "xyzt", 4), GOOD);
	assert_memory_equal(d->media + SIZE, "xyzt", 4);
	off();
}

static void
fail_once(uint32_t op)
{
	emu_fault(d, (struct emu_fault){ .kind = EMU_FAIL_AT, .arg = 50,
		.op = op, .times = 1 });
}

static void
test_failure(void **state)
{
	int32_t n;

	(void)state;
	add(EMU_SCSI_SSD);
	fail_once(EMU_OP(0x48));
	on();
	assert_int_equal(sanitize(0x1f), GOOD);		/* nothing to leave */
	assert_int_equal(sanitize(0x82), GOOD);
	emu_pass(s->block_ms);
	assert_int_equal(plain(0x00), FAILED);
	assert_int_equal(sense(false, &n), 0x033103);
	assert_int_equal(n, -1);
	assert_int_equal(transfer(false), -ENODATA);
	assert_int_equal(sanitize(0x1f), FAILED);
	assert_int_equal(sanitize(0xa2), FAILED);	/* AUSE */
	assert_int_equal(plain(0x04), FAILED);
	assert_int_equal(sanitize(0x83), GOOD);
	emu_pass(s->crypto_ms);
	assert_int_equal(plain(0x00), GOOD);
	assert_int_equal(left(), 0);
	off();
	add(EMU_SCSI_SSD);
	fail_once(EMU_OP(0x48));
	on();
	assert_int_equal(sanitize(0x22), FAILED);	/* waited for */
	assert_int_equal(sanitize(0x1f), GOOD);
	assert_int_equal(plain(0x00), GOOD);
	assert_true(left() > 0);
	off();
}

static void
test_survives(void **state)
{
	uint64_t bytes;
	int32_t n;

	(void)state;
	add(EMU_SCSI_SSD);
	on();
	assert_int_equal(sanitize(0x82), GOOD);
	emu_pass(s->block_ms / 4);
	wire_close(&w);
	emu_power_off(d);
	emu_pass(s->block_ms);		/* does not count */
	emu_power_cycle(d);
	assert_int_equal(wire_open(PATH, OPEN_VICTIM, false, &w), 0);
	assert_int_equal(plain(0x00), ATTENTION);
	assert_int_equal(sense(false, &n), 0x02041b);
	assert_int_equal(wire_size(w, &bytes), 0);
	assert_int_equal(bytes, 0);	/* as the kernel found it */
	emu_pass(s->block_ms);
	assert_int_equal(wire_remeasure(w, &bytes), 0);
	assert_int_equal(bytes, SIZE);
	assert_int_equal(left(), 0);
	off();
}

static void
test_format(void **state)
{
	uint8_t cdb[6] = { 0x04, 0x10 }, list[4] = { 0, 0x02 };
	int32_t n;

	(void)state;
	add(EMU_SCSI_HDD);
	on();
	cdb[4] = 1;				/* FFMT: no erase */
	assert_int_equal(send(cdb, 6, WIRE_OUT, list, 4), GOOD);
	assert_true(left() > SIZE);
	cdb[4] = 0;
	assert_int_equal(send(cdb, 6, WIRE_OUT, list, 4), GOOD);
	assert_int_equal(plain(0x00), FORMATTING);
	assert_int_equal(sense(false, &n), 0x020404);
	emu_pass(s->format_ms / 2);
	wire_close(&w);
	emu_power_cycle(d);
	assert_int_equal(wire_open(PATH, OPEN_VICTIM, false, &w), 0);
	assert_int_equal(plain(0x00), ATTENTION);
	assert_int_equal(plain(0x00), CORRUPT);
	assert_int_equal(transfer(false), -ENODATA);
	assert_int_equal(send(cdb, 6, WIRE_OUT, list, 4), GOOD);
	emu_pass(s->format_ms);
	assert_int_equal(plain(0x00), GOOD);
	assert_int_equal(left(), 16 * 512);	/* what no LBA reaches */
	off();
}

static void
test_sense(void **state)
{
	int32_t n;

	(void)state;
	add(EMU_SCSI_SSD);
	s->wabereq = 3;
	s->lag = 2;
	s->descriptor = s->no_progress = true;
	on();
	assert_int_equal(sanitize(0x82), GOOD);
	assert_int_equal(sense(false, &n), 0);	/* it lags */
	assert_int_equal(plain(0x00), GOOD);
	assert_int_equal(sense(false, &n), 0x02041b);
	assert_int_equal(n, -1);
	assert_int_equal(plain(0x00), SANITIZING);
	assert_int_equal(last.sense[0], 0x72);
	emu_pass(s->block_ms);
	assert_int_equal(transfer(false), -ENODATA);
	assert_int_equal(transfer(true), 512);
	assert_int_equal(transfer(false), 512);
	s->reserved = true;
	assert_int_equal(plain(0x00), 0x18000000);
	assert_int_equal(inquiry(0, 0), GOOD);
	assert_int_equal(transfer(true), -EBADE);
	off();
}

static void
test_odd_blocks(void **state)
{
	(void)state;
	d = emu_scsi_add(PATH, 520 * 512, 520, EMU_SCSI_HDD);
	s = emu_scsi_of(d);
	on();
	assert_int_equal(overwrite(0x80, 1, "ab", 2), GOOD);
	emu_pass(s->overwrite_ms);
	assert_int_equal(left(), 0);
	off();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_inventory),
		cmocka_unit_test(test_opcodes),
		cmocka_unit_test(test_sanitize),
		cmocka_unit_test(test_overwrite),
		cmocka_unit_test(test_failure),
		cmocka_unit_test(test_survives),
		cmocka_unit_test(test_format),
		cmocka_unit_test(test_sense),
		cmocka_unit_test(test_odd_blocks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
