/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The emulated NVM subsystem keeps the rules of the NVM Express Base
 * Specification: what it refuses, what a sanitize reaches and survives, whom a
 * Format is about.
 */
#include "emu/emu_nvme.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define PATH	"/dev/emu0n1"
#define PATH2	"/dev/emu0n2"
#define SIZE	(256ULL << 10)
#define ALL	0xffffffffU

/* SANACT, as bytes: the program's own encoding is not believed. */
#define EXIT	1U
#define BLOCK	2U
#define OVER	(3U | 1U << 4)
#define CRYPTO	4U
#define AUSE	(1U << 3)
#define NDAS	(1U << 9)
#define SES(n)	((n) << 9)

static struct emu_drive *d, *d2;
static struct emu_nvme *s;
static struct wire *w;
static uint8_t page[4096];

static void
add(enum emu_nvme_kind kind, unsigned spaces)
{
	d = emu_nvme_add(PATH, SIZE, 512, kind);
	d2 = spaces > 1 ? emu_nvme_add_ns(d, PATH2, SIZE, 512) : NULL;
	s = emu_nvme_of(d);
}

static void
on(void)
{
	emu_soil(d);
	if (d2)
		emu_soil(d2);
	assert_int_equal(wire_open(PATH, OPEN_VICTIM, false, &w), 0);
}

static void
off(void)
{
	wire_close(&w);
	emu_reset();
}

static uint32_t
send(uint8_t opcode, uint32_t nsid, uint32_t cdw10, uint32_t cdw11)
{
	struct wire_nvme c = { .opcode = opcode, .nsid = nsid, .cdw10 = cdw10,
			       .cdw11 = cdw11, .timeout_ms = 3600000 };

	assert_int_equal(wire_nvme(w, &c), 0);
	return c.status;
}

static uint32_t
get(uint8_t opcode, uint32_t nsid, uint32_t cdw10, uint32_t len)
{
	struct wire_nvme c = { .opcode = opcode, .nsid = nsid, .cdw10 = cdw10,
			       .dir = WIRE_IN, .data = page, .len = len,
			       .timeout_ms = 1000 };

	memset(page, 0xaa, sizeof(page));
	if (opcode == 0x82)
		c.cdw11 = len;
	assert_int_equal(wire_nvme(w, &c), 0);
	return c.status;
}

static uint32_t
identify(uint8_t cns, uint32_t nsid)
{
	return get(0x06, nsid, cns, 4096);
}

static uint32_t
le(unsigned at, unsigned n)
{
	uint32_t x = 0;

	while (n--)
		x = x << 8 | page[at + n];
	return x;
}

/* SSTAT of log 81h, asserted to be readable. */
static uint32_t
sstat(void)
{
	assert_int_equal(get(0x02, ALL, 0x007f0081, 512), 0);
	return le(2, 2);
}

static uint32_t
sanitize(uint32_t cdw10)
{
	return send(0x84, 0, cdw10, 0);
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
left(const struct emu_drive *drive)
{
	uint64_t first;

	return emu_remains(drive, &first);
}

static void
test_identify(void **state)
{
	(void)state;
	add(EMU_NVME_FULL, 2);
	emu_nvme_add_unattached(d, 8192);
	s->controllers = 2;
	on();
	assert_int_equal(identify(0x01, 0), 0);
	assert_memory_equal(page + 4, "EMUNVME01           ", 20);
	assert_int_equal(le(80, 4), 0x020100);
	assert_int_equal(page[76] & 2, 2);
	assert_int_equal(le(328, 4) & 7, 7);
	assert_int_equal(le(312, 4), 2);
	assert_int_equal(page[524], 4);
	assert_true(le(296, 4) > 0);
	assert_int_equal(identify(0x00, 1), 0);
	assert_int_equal(le(0, 4), SIZE / 512);
	assert_int_equal(page[33], 1);		/* DLFEAT */
	assert_int_equal(page[130], 9);		/* LBADS */
	assert_int_equal(identify(0x02, 0), 0);
	assert_int_equal(le(0, 4), 1);
	assert_int_equal(le(4, 4), 2);
	assert_int_equal(le(8, 4), 0);
	assert_int_equal(identify(0x02, 1), 0);	/* those above it */
	assert_int_equal(le(0, 4), 2);
	assert_int_equal(identify(0x10, 0), 0);
	assert_int_equal(le(8, 4), 3);		/* attached to nobody */
	assert_int_equal(identify(0x00, 3), 0);
	assert_int_equal(le(0, 4), 0);		/* inactive */
	assert_int_equal(identify(0x11, 3), 0);
	assert_int_equal(le(0, 4), 8192 / 512);
	assert_int_equal(identify(0x00, ALL), 0x00b);
	assert_int_equal(identify(0x13, 0), 0);
	assert_int_equal(le(0, 2), 2);
	assert_int_equal(identify(0x77, 0), 0x002);
	off();
}

static void
test_logs(void **state)
{
	(void)state;
	add(EMU_NVME_FULL, 1);
	on();
	assert_int_equal(get(0x02, ALL, 0x007f0002, 512), 0);
	assert_int_equal(le(1, 2), 273 + 38);
	assert_int_equal(get(0x02, ALL, 0x007f0015, 512), 0);
	assert_int_equal(page[0], 0x15);
	assert_int_equal(get(0x02, ALL, 0x007f00c5, 512), 0x109);
	assert_int_equal(sstat(), 0);		/* never, written since */
	assert_int_equal(le(0, 2), 0xffff);
	off();
	add(EMU_NVME_CONSUMER, 1);
	on();
	assert_int_equal(get(0x02, ALL, 0x007f0081, 512), 0x002);
	assert_int_equal(get(0x02, ALL, 0x00040081, 20), 0);
	off();
	add(EMU_NVME_OLD, 1);
	on();
	assert_int_equal(get(0x02, ALL, 0x007f0081, 512), 0x109);
	assert_int_equal(sanitize(BLOCK), 0x001);
	off();
}

static void
test_sanitize(void **state)
{
	(void)state;
	add(EMU_NVME_FULL, 2);
	emu_nvme_add_unattached(d, 8192);
	on();
	assert_int_equal(sanitize(BLOCK), 0);
	assert_int_equal(sstat() & 7, 2);
	assert_int_equal(le(4, 4), BLOCK);
	assert_int_equal(page[36], 1);		/* restricted processing */
	assert_int_equal(sanitize(CRYPTO), 0x01d);
	assert_int_equal(send(0x80, 1, SES(1), 0), 0x01d);
	assert_int_equal(get(0x82, 0, 0, 512), 0x01d);
	assert_int_equal(identify(0x01, 0), 0);
	assert_int_equal(transfer(false), -EIO);
	emu_pass(s->block_ms / 2);
	assert_int_equal(sstat() & 7, 2);
	assert_in_range(le(0, 2), 30000, 36000);
	assert_true(left(d) && left(d2));
	emu_pass(s->block_ms);
	assert_int_equal(sstat(), 0x101);	/* success, erased globally */
	assert_int_equal(le(0, 2), 0xffff);
	assert_int_equal(page[36], 0);
	assert_int_equal(left(d), 0);
	assert_int_equal(left(d2), 0);
	assert_int_equal(transfer(true), 512);
	assert_int_equal(sstat(), 0x001);	/* written since */
	off();
}

static void
test_overwrite(void **state)
{
	(void)state;
	add(EMU_NVME_FULL, 1);
	s->dlfeat = 2;
	on();
	assert_int_equal(send(0x84, 0, OVER | NDAS | 1U << 5, 0x04030201), 0);
	emu_pass(s->overwrite_ms * 2);
	assert_int_equal(sstat() & 7, 2);	/* three passes */
	emu_pass(s->overwrite_ms);
	assert_int_equal(sstat() & 0xff, 1 | 3 << 3);
	assert_int_equal(d->media[0], 1);
	assert_int_equal(d->media[3], 4);
	assert_int_equal(send(0x84, 0, OVER, 0x04030201), 0);
	emu_pass(s->overwrite_ms);
	assert_int_equal(d->media[0], 0xff);	/* deallocated: DLFEAT */
	off();
}

static void
test_no_deallocate(void **state)
{
	(void)state;
	add(EMU_NVME_FULL, 1);
	s->sanicap |= 1U << 29;			/* inhibited */
	on();
	assert_int_equal(sanitize(BLOCK | NDAS), 0x002);
	assert_int_equal(send(0x09, 0, 0x17, 1), 0);
	assert_int_equal(sanitize(BLOCK | NDAS), 0);
	emu_pass(s->block_ms);
	assert_int_equal(sstat() & 7, 4);
	off();
	add(EMU_NVME_FULL, 1);
	s->sanicap = 0x7 | 1U << 30;		/* media not modified after */
	on();
	assert_int_equal(sanitize(BLOCK | NDAS), 0);
	emu_pass(s->block_ms);
	assert_int_equal(transfer(false), -ENODATA);
	assert_int_equal(transfer(true), 512);
	assert_int_equal(transfer(false), 512);
	off();
}

static void
test_restricted(void **state)
{
	(void)state;
	add(EMU_NVME_FULL, 1);
	emu_fault(d, (struct emu_fault){ .kind = EMU_FAIL_AT, .arg = 50,
		.op = EMU_OP(0x84), .times = 1 });
	on();
	assert_int_equal(sanitize(BLOCK), 0);
	emu_pass(s->block_ms);
	assert_int_equal(sstat() & 7, 3);
	assert_int_equal(le(0, 2), 0xffff);
	assert_int_equal(page[36], 0x12);	/* failed, while restricted */
	assert_int_equal(transfer(false), -EIO);
	assert_int_equal(sanitize(EXIT), 0x01c);
	assert_int_equal(sanitize(BLOCK | AUSE), 0x01c);
	assert_int_equal(send(0x80, 1, SES(1), 0), 0x01c);
	assert_int_equal(sanitize(CRYPTO), 0);
	emu_pass(s->crypto_ms);
	assert_int_equal(sstat() & 7, 1);
	assert_int_equal(left(d), 0);
	off();
}

static void
test_unrestricted(void **state)
{
	(void)state;
	add(EMU_NVME_FULL, 1);
	emu_fault(d, (struct emu_fault){ .kind = EMU_FAIL_AT, .arg = 50,
		.op = EMU_OP(0x84), .times = 1 });
	on();
	assert_int_equal(sanitize(EXIT), 0);	/* nothing to leave */
	assert_int_equal(sanitize(BLOCK | AUSE), 0);
	assert_int_equal(sstat() & 7, 2);
	assert_int_equal(page[36], 3);
	emu_pass(s->block_ms);
	assert_int_equal(sstat() & 7, 3);
	assert_int_equal(page[36] & 0xf, 4);
	assert_int_equal(sanitize(EXIT), 0);
	assert_int_equal(sstat() & 7, 3);	/* it did fail */
	assert_int_equal(page[36] & 0xf, 0);
	assert_int_equal(transfer(false), 512);
	assert_true(left(d) > 0);
	off();
}

static void
test_survives(void **state)
{
	struct wire_nvme never = { .opcode = 0x06, .cdw10 = 1, .dir = WIRE_IN,
		.data = page, .len = 4096, .timeout_ms = 1000 };

	(void)state;
	add(EMU_NVME_FULL, 2);
	on();
	assert_int_equal(sanitize(BLOCK), 0);
	emu_pass(s->block_ms / 4);
	emu_fault(d, (struct emu_fault){ .kind = EMU_COMMAND_HANG,
		.op = EMU_OP(0x06), .times = 1 });
	assert_int_equal(wire_nvme(w, &never), -ETIMEDOUT);
	assert_int_equal(s->resets, 1);
	assert_int_equal(sstat() & 7, 2);
	wire_close(&w);
	emu_power_off(d);
	emu_pass(s->block_ms);			/* does not count */
	emu_power_cycle(d);
	assert_int_equal(wire_open(PATH, OPEN_VICTIM, false, &w), 0);
	assert_int_equal(sstat() & 7, 2);
	assert_true(left(d2) > 0);
	emu_pass(s->block_ms);
	assert_int_equal(sstat() & 7, 1);
	assert_int_equal(left(d) + left(d2), 0);
	off();
}

static void
test_refusals(void **state)
{
	(void)state;
	add(EMU_NVME_FULL, 2);
	on();
	assert_int_equal(sanitize(0), 0x002);
	assert_int_equal(sanitize(BLOCK | 1U << 10), 0x002);	/* no VERS */
	assert_int_equal(sanitize(BLOCK | 1U << 11), 0x002);	/* no PREQ */
	s->ns[1].protected_ = true;
	assert_int_equal(sanitize(BLOCK), 0x020);
	assert_int_equal(send(0x80, 2, SES(1), 0), 0x020);
	s->ns[1].protected_ = false;
	s->pmr_enabled = true;
	assert_int_equal(sanitize(BLOCK), 0x123);
	s->pmr_enabled = false;
	s->needs_reset = true;
	assert_int_equal(sanitize(BLOCK), 0x10b);
	s->needs_reset = false;
	s->blocked = true;
	assert_int_equal(send(0x80, 1, SES(1), 0), 0x001);
	s->blocked = false;
	s->tcg = s->tcg_locked = true;
	assert_int_equal(get(0x82, 0, 0x01000100, 512), 0);
	assert_int_equal(page[68] & 4, 4);
	assert_int_equal(sanitize(CRYPTO), 0x286);
	assert_int_equal(sstat(), 0);
	off();
}

static void
test_format_one(void **state)
{
	(void)state;
	add(EMU_NVME_FULL, 2);
	on();
	assert_int_equal(send(0x80, 9, SES(1), 0), 0x00b);
	assert_int_equal(send(0x80, 1, SES(3), 0), 0x002);
	assert_int_equal(send(0x80, 1, SES(1) | 7, 0), 0x10a);
	assert_int_equal(send(0x80, 1, SES(2), 0), 0);	/* waits for it */
	assert_true(left(d2) > SIZE);
	/* all but what is no namespace's */
	assert_int_equal(left(d), 16 * 512);
	s->fna &= ~4U;
	assert_int_equal(send(0x80, 1, SES(2), 0), 0x002);
	off();
}

static void
test_format_all(void **state)
{
	(void)state;
	add(EMU_NVME_FULL, 2);
	emu_nvme_add_unattached(d, 8192);
	s->fna = 0x1;			/* all, but not in a secure erase */
	on();
	assert_int_equal(send(0x80, 2, SES(1), 0), 0);
	assert_int_equal(left(d2), 0);
	assert_true(left(d) > SIZE);
	s->fna = 0x8;
	assert_int_equal(send(0x80, ALL, SES(1), 0), 0x002);
	s->fna = 0;
	assert_int_equal(send(0x80, ALL, SES(1), 0), 0);
	/* those that are attached */
	assert_int_equal(left(d), 16 * 512 + 8192);
	s->fna = 0x2;
	assert_int_equal(send(0x80, 2, SES(1), 0), 0);
	assert_int_equal(left(d), 0);
	off();
}

/* SES = 0 is no erase: reads find nothing, and all is there. */
static void
test_format_plain(void **state)
{
	(void)state;
	add(EMU_NVME_FULL, 1);
	on();
	assert_int_equal(send(0x80, 1, SES(0), 0), 0);
	assert_int_equal(d->cache[64], 0);
	assert_true(left(d) > SIZE);
	off();
}

static void
test_format_broken(void **state)
{
	(void)state;
	add(EMU_NVME_FULL, 1);
	emu_fault(d, (struct emu_fault){ .kind = EMU_FAIL_AT, .arg = 50,
		.op = EMU_OP(0x80), .times = 1 });
	emu_fault(d, (struct emu_fault){ .kind = EMU_POWER_LOSS_AT, .arg = 25,
		.op = EMU_OP(0x80), .skip = 1, .times = 1 });
	on();
	assert_int_equal(send(0x80, 1, SES(1), 0), 0x006);
	assert_true(left(d) > SIZE / 4);
	{
		struct wire_nvme c = { .opcode = 0x80, .nsid = 1,
			.cdw10 = SES(1), .timeout_ms = WIRE_FOREVER };

		assert_int_equal(wire_nvme_send(w, &c), 0);
		emu_pass(s->format_ms);
		wire_close(&w);
	}
	emu_power_cycle(d);
	assert_int_equal(wire_open(PATH, OPEN_VICTIM, false, &w), 0);
	assert_int_equal(transfer(false), 512);
	assert_true(left(d) > 0);
	assert_int_equal(send(0x80, 1, SES(1), 0), 0);
	off();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_identify),
		cmocka_unit_test(test_logs),
		cmocka_unit_test(test_sanitize),
		cmocka_unit_test(test_overwrite),
		cmocka_unit_test(test_no_deallocate),
		cmocka_unit_test(test_restricted),
		cmocka_unit_test(test_unrestricted),
		cmocka_unit_test(test_survives),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_format_one),
		cmocka_unit_test(test_format_all),
		cmocka_unit_test(test_format_plain),
		cmocka_unit_test(test_format_broken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
