/* SPDX-License-Identifier: Apache-2.0 */
/* IDENTIFY DEVICE data of a disk, with words of it changed. */
#ifndef ATA_SAMPLE_H
#define ATA_SAMPLE_H

#include "../drivers/ata.h"

#include "../src/util.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

struct word {
	uint16_t at, value;
};

static inline void
put(uint8_t *p, unsigned int at, uint16_t value)
{
	p[2 * at] = value & 0xff;
	p[2 * at + 1] = value >> 8;
}

static inline void
put_text(uint8_t *p, unsigned int at, unsigned int n, const char *text)
{
	unsigned int i;

	for (i = 0; i < 2 * n; i++)
		p[2 * at + (i ^ 1)] = *text ? (uint8_t)*text++ : ' ';
}

static inline void
seal(uint8_t *p)
{
	uint8_t sum = 0;
	int i;

	p[510] = 0xa5;
	for (i = 0; i < 511; i++)
		sum += p[i];
	p[511] = (uint8_t)-sum;
}

/* As a SATA disk of 500 GB and 7200 turns a minute tells it. */
static inline void
make(uint8_t p[ATA_BLOCK], const struct word *w, size_t n)
{
	static const struct word disk[] = {
		{ 0, 0x0040 }, { 49, 0x2f00 }, { 53, 0x0006 },
		{ 59, 0x5110 },			/* sanitize, overwrite */
		{ 60, 0xffff }, { 61, 0x0fff },
		{ 69, 0x0000 }, { 78, 0x0040 }, { 80, 0x07f0 },
		{ 82, 0x746b }, { 83, 0x7d61 }, { 84, 0x6163 },
		{ 85, 0x7469 }, { 86, 0xbc41 }, { 87, 0x6163 },
		{ 89, 0x0027 }, { 90, 0x8030 }, { 92, 0xfffe },
		{ 100, 0x6030 }, { 101, 0x3a38 },	/* 976773168 */
		{ 106, 0x6003 }, { 108, 0x5000 }, { 109, 0xc500 },
		{ 110, 0x1234 }, { 111, 0xabcd }, { 119, 0x401c },
		{ 128, 0x0021 }, { 217, 0x1c20 }, { 222, 0x107e },
	};
	size_t i;

	memset(p, 0, ATA_BLOCK);
	put_text(p, 10, 10, "  Z1D0ABCD");
	put_text(p, 23, 4, "SN05");
	put_text(p, 27, 20, "ST500DM002-1BD142");
	for (i = 0; i < ARRAY_SIZE(disk); i++)
		put(p, disk[i].at, disk[i].value);
	for (i = 0; i < n; i++)
		put(p, w[i].at, w[i].value);
	seal(p);
}

static inline struct ata_id
read_with(const struct word *w, size_t n)
{
	uint8_t p[ATA_BLOCK];
	struct ata_id id;

	make(p, w, n);
	assert_int_equal(ata_id_parse(p, &id), 0);
	return id;
}

#define READ(...) read_with((const struct word[]){ __VA_ARGS__ }, \
	sizeof((const struct word[]){ __VA_ARGS__ }) / sizeof(struct word))

#endif
