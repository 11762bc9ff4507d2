/* SPDX-License-Identifier: Apache-2.0 */
/* What does the emulated ATA drive answer to these bytes? */
#include "ask_ata.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

struct ask q;

void
ask_add(enum emu_ata_kind kind)
{
	memset(&q, 0, sizeof(q));
	q.d = emu_ata_add("/dev/emu0", ASK_SIZE, 512, kind);
	q.a = emu_ata_of(q.d);
}

void
ask_on(void)
{
	emu_soil(q.d);
	assert_int_equal(wire_open("/dev/emu0", OPEN_VICTIM, false, &q.w), 0);
}

void
ask_off(void)
{
	wire_close(&q.w);
	emu_reset();
}

void
ask_recycle(void)
{
	wire_close(&q.w);
	emu_power_cycle(q.d);
	assert_int_equal(wire_open("/dev/emu0", OPEN_VICTIM, false, &q.w), 0);
}

/* STATUS << 8 | ERROR as the sense says; 5000h of one that tells none. */
uint32_t
ask_registers(const struct wire_scsi *c)
{
	const uint8_t *s = c->sense;

	q.lba = q.count = 0;
	memcpy(q.sense, s, sizeof(q.sense));
	q.sense_len = c->sense_len;
	q.done = c->done;
	if (!c->status)
		return 0x5000;
	if (s[0] == 0x72 && s[7] >= 14 && s[8] == 0x09) {
		q.lba = s[15] | s[17] << 8 | (uint64_t)s[19] << 16 |
			(uint64_t)s[14] << 24 | (uint64_t)s[16] << 32 |
			(uint64_t)s[18] << 40;
		q.count = (uint32_t)s[12] << 8 | s[13];
		return (uint32_t)s[21] << 8 | s[11];
	}
	if ((s[0] & 0x7f) == 0x70 && s[0] & 0x80) {
		q.lba = s[9] | s[10] << 8 | (uint64_t)s[11] << 16;
		q.count = s[6];
		return (uint32_t)s[4] << 8 | s[3];
	}
	return ODD;
}

/* A 48-bit or 28-bit command through ATA PASS-THROUGH(16). */
struct wire_scsi
ask_cdb(uint8_t command, uint16_t feature, uint16_t count, uint64_t lba,
	bool ext)
{
	struct wire_scsi c = { .cdb_len = 16, .timeout_ms = 15000 };
	uint8_t *b = c.cdb;

	b[0] = 0x85;
	b[1] = (uint8_t)(3 << 1 | ext);
	b[2] = 0x20;
	b[3] = (uint8_t)(feature >> 8);
	b[4] = (uint8_t)feature;
	b[5] = (uint8_t)(count >> 8);
	b[6] = (uint8_t)count;
	b[7] = (uint8_t)(lba >> 24);
	b[8] = (uint8_t)lba;
	b[9] = (uint8_t)(lba >> 32);
	b[10] = (uint8_t)(lba >> 8);
	b[11] = (uint8_t)(lba >> 40);
	b[12] = (uint8_t)(lba >> 16);
	b[13] = 0x40;
	b[14] = command;
	return c;
}

uint32_t
ask(uint8_t command, uint16_t feature, uint16_t count, uint64_t lba)
{
	struct wire_scsi c = ask_cdb(command, feature, count, lba, true);

	assert_int_equal(wire_scsi(q.w, &c), 0);
	return ask_registers(&c);
}

uint32_t
ask28(uint8_t command, uint16_t feature, uint16_t count, uint64_t lba)
{
	struct wire_scsi c = ask_cdb(command, feature, count, lba, false);

	assert_int_equal(wire_scsi(q.w, &c), 0);
	return ask_registers(&c);
}

uint32_t
ask_in(uint8_t command, uint16_t feature, uint64_t lba, bool ext)
{
	struct wire_scsi c = ask_cdb(command, feature, 1, lba, ext);

	c.cdb[1] = (uint8_t)(4 << 1 | ext);
	c.cdb[2] = 0x0e;
	c.dir = WIRE_IN;
	c.data = q.data;
	c.len = sizeof(q.data);
	memset(q.data, 0xdb, sizeof(q.data));
	assert_int_equal(wire_scsi(q.w, &c), 0);
	return ask_registers(&c);
}

struct wire_scsi
ask_out(uint8_t command, uint8_t flags, uint8_t level, const char *password)
{
	struct wire_scsi c = ask_cdb(command, 0, 1, 0, false);

	c.cdb[1] = 5 << 1;
	c.cdb[2] = 0x06;
	c.dir = WIRE_OUT;
	c.data = q.data;
	c.len = sizeof(q.data);
	c.timeout_ms = WIRE_FOREVER;
	memset(q.data, 0, sizeof(q.data));
	q.data[0] = flags;
	q.data[1] = level;
	memcpy(q.data + 2, password, strlen(password));
	return c;
}

uint32_t
ask_secure(uint8_t command, uint8_t flags, uint8_t level, const char *password)
{
	struct wire_scsi c = ask_out(command, flags, level, password);

	assert_int_equal(wire_scsi(q.w, &c), 0);
	return ask_registers(&c);
}

uint16_t
ask_word(unsigned n)
{
	uint8_t sum = 0;
	unsigned i;

	assert_int_equal(ask_in(0xec, 0, 0, false), 0x5000);
	for (i = 0; i < 512; i++)
		sum = (uint8_t)(sum + q.data[i]);
	assert_int_equal(sum, 0);
	assert_int_equal(q.data[510], 0xa5);
	return (uint16_t)(q.data[2 * n] | q.data[2 * n + 1] << 8);
}

int32_t
ask_transfer(uint64_t at, bool write)
{
	struct io *io;
	int32_t res;

	assert_int_equal(wire_queue(q.w, 1, 512), 0);
	io = wire_io_get(q.w);
	assert_non_null(io);
	io->at = at;
	io->len = 512;
	io->write = write;
	memset(io->buf, 0x11, 512);
	assert_int_equal(wire_io_submit(q.w, io), 0);
	if (wire_io_reap(q.w, 0, &io) != 1)
		return EMU_IO_WAITS;
	res = io->res;
	wire_io_put(q.w, io);
	return res;
}

uint64_t
ask_left(void)
{
	uint64_t first;

	return emu_remains(q.d, &first);
}
