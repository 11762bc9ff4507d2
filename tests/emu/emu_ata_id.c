/* SPDX-License-Identifier: Apache-2.0 */
/* What does an ATA drive tell about itself?  ACS-4 7.13, 9, A.11. */
#include "emu_ata.h"

#include <stdlib.h>
#include <string.h>

static void
put_text(uint16_t *w, unsigned words, const char *text)
{
	size_t len = strlen(text), i;

	for (i = 0; i < 2 * words; i += 2)
		w[i / 2] = (uint16_t)((i < len ? text[i] : ' ') << 8 |
				      (i + 1 < len ? text[i + 1] : ' '));
}

static void
put_number(uint16_t *w, uint64_t x, unsigned words)
{
	unsigned i;

	for (i = 0; i < words; i++)
		w[i] = (uint16_t)(x >> 16 * i);
}

static uint16_t
bit(bool set, unsigned n)
{
	return (uint16_t)(set << n);
}

static uint16_t
erase_time(uint16_t minutes)
{
	return minutes < 510 ? minutes / 2 : (uint16_t)(0x8000 | minutes / 2);
}

static void
put_security(const struct emu_ata *a, uint16_t *w)
{
	if (!a->security)
		return;
	w[82] |= 1U << 1;
	w[85] |= bit(a->enabled, 1);
	w[89] = erase_time(a->normal_min);
	w[90] = a->enhanced ? erase_time(a->enhanced_min) : 0;
	w[92] = a->master_id;
	w[128] = (uint16_t)(1U | bit(a->enabled, 1) | bit(a->locked, 2) |
			    bit(a->frozen, 3) | bit(a->expired, 4) |
			    bit(a->enhanced, 5) | bit(a->maximum, 8));
}

static void
put_sizes(struct emu_drive *d, uint16_t *w)
{
	uint64_t n = emu_current(d) / d->d.lblock;
	uint32_t ratio = d->d.pblock / d->d.lblock, log2 = 0;

	while (ratio >> (log2 + 1))
		log2++;
	put_number(w + 60, n > 0xfffffff ? 0xfffffff : n, 2);
	put_number(w + 100, n, 4);
	w[106] = (uint16_t)(0x4000 | log2 | bit(log2, 13) |
			    bit(d->d.lblock != 512, 12));
	put_number(w + 117, d->d.lblock == 512 ? 0 : d->d.lblock / 2, 2);
	w[209] = 0x4000;
}

static void
put_features(struct emu_drive *d, const struct emu_ata *a, uint16_t *w)
{
	bool sanitize = a->crypto || a->block || a->overwrite;

	w[59] = (uint16_t)(bit(a->block, 15) | bit(a->overwrite, 14) |
			   bit(a->crypto, 13) | bit(sanitize, 12) |
			   bit(sanitize, 11) | bit(a->antifreeze, 10));
	w[69] = (uint16_t)(bit(a->flash, 14) | bit(a->flash, 5) |
			   bit(a->encrypts, 4));
	w[82] = (uint16_t)(0x0061 | bit(a->hpa, 10));	/* SMART, caches */
	w[83] = (uint16_t)(0x7400 | bit(a->dco, 11));	/* 48-bit, flushes */
	w[84] = (uint16_t)(0x4100 | bit(!a->no_logs, 5));
	w[85] = w[82];
	w[86] = (uint16_t)(w[83] & 0x3fff) | 0x8000;
	w[87] = w[84];
	w[119] = w[120] = (uint16_t)(0x4000 | bit(a->amac, 8));
	w[169] = a->flash;
	w[217] = a->flash ? 1 : (uint16_t)d->d.rpm;
}

void
emu_ata_identify(struct emu_drive *d, uint8_t out[512])
{
	const struct emu_ata *a = emu_ata_of(d);
	uint64_t wwn = strtoull(d->d.id.wwn, NULL, 16);
	uint16_t w[256] = { 0x0040 };
	uint8_t sum = 0;
	unsigned i;

	put_text(w + 10, 10, emu_serial(d));
	put_text(w + 23, 4, d->d.id.firmware);
	put_text(w + 27, 20, d->d.id.model);
	w[49] = 0x2f00;		/* LBA, DMA */
	w[50] = 0x4000;
	w[53] = 0x0006;
	w[63] = 0x0007;
	w[75] = 31;
	w[76] = 0x010e;
	w[78] = w[79] = bit(a->ssp, 6);
	w[80] = 0x07f0;		/* up to ACS-3 */
	w[88] = 0x407f;
	for (i = 0; i < 4; i++)
		w[108 + i] = (uint16_t)(wwn >> 16 * (3 - i));
	w[168] = 3;
	w[222] = 0x107f;
	put_sizes(d, w);
	put_features(d, a, w);
	put_security(a, w);
	w[255] = 0xa5;
	for (i = 0; i < 256; i++) {
		out[2 * i] = (uint8_t)w[i];
		out[2 * i + 1] = (uint8_t)(w[i] >> 8);
	}
	for (i = 0; i < 511; i++)
		sum = (uint8_t)(sum + out[i]);
	out[511] = (uint8_t)-sum;
}

/* ---- SMART --------------------------------------------------------------- */

static uint8_t *
put_attribute(uint8_t *p, uint8_t id, uint64_t raw)
{
	unsigned i;

	p[0] = id;
	p[3] = p[4] = 100;
	for (i = 0; i < 6; i++)
		p[5 + i] = (uint8_t)(raw >> 8 * i);
	return p + 12;
}

static void
smart_data(struct emu_drive *d, const struct emu_ata *a, uint8_t out[512])
{
	uint8_t *p = out + 2, sum = 0;
	unsigned i;

	memset(out, 0, 512);
	out[0] = 0x10;
	p = put_attribute(p, 0x05, a->reallocated);
	p = put_attribute(p, 0x09, 1234);
	p = put_attribute(p, 0xc2, (uint64_t)emu_celsius(d));
	p = put_attribute(p, 0xc5, a->pending);
	put_attribute(p, 0xc6, a->uncorrectable);
	for (i = 0; i < 511; i++)
		sum = (uint8_t)(sum + out[i]);
	out[511] = (uint8_t)-sum;
}

static void
give(struct emu_tf *tf, const uint8_t *page)
{
	uint32_t n = tf->len < 512 ? tf->len : 512;

	memcpy(tf->data, page, n);
	tf->done = n;
}

static void
smart(struct emu_drive *d, const struct emu_ata *a, struct emu_tf *tf)
{
	uint8_t page[512];

	tf->out_lba = tf->lba;
	if ((tf->lba >> 8 & 0xffff) != 0xc24f)
		emu_ata_error(tf, EMU_ABRT);
	else if (tf->feature == 0xd0) {
		smart_data(d, a, page);
		give(tf, page);
	} else if (tf->feature == 0xda) {
		if (a->failing)
			tf->out_lba = 0x2cf400;
	} else if (tf->feature < 0xd8 || tf->feature > 0xd9)
		emu_ata_error(tf, EMU_ABRT);
}

/* ---- general purpose logs ------------------------------------------------ */

static void
put_qword(uint8_t *p, uint64_t x)
{
	unsigned i;

	for (i = 0; i < 8; i++)
		p[i] = (uint8_t)(x >> 8 * i);
}

#define VALID	(1ULL << 63)
/* A statistic: supported and valid, ACS-4 9.5.1 */
#define STAT	(3ULL << 62)

static bool
identify_page(struct emu_drive *d, const struct emu_ata *a, unsigned page,
	      uint8_t *p)
{
	static const uint8_t pages[] = { 0, 1, 2, 3, 6 };

	put_qword(p, VALID | (uint64_t)page << 16 | 1);
	switch (page) {
	case 0:
		p[8] = sizeof(pages);
		memcpy(p + 9, pages, sizeof(pages));
		return true;
	case 1:
		emu_ata_identify(d, p);
		return true;
	case 2:
		put_qword(p + 8, VALID | emu_current(d) / d->d.lblock);
		return true;
	case 3:
		put_qword(p + 8, VALID | (uint64_t)a->definitive << 51);
		return true;
	case 6:
		put_qword(p + 48, VALID | a->encrypts |
			  (uint64_t)a->overrides_lock << 7);
		return true;
	default:
		return false;
	}
}

static bool
statistics_page(struct emu_drive *d, const struct emu_ata *a, unsigned page,
		uint8_t *p)
{
	static const uint8_t pages[] = { 0, 1, 3, 4, 5 };

	put_qword(p, (uint64_t)page << 16 | 1);
	switch (page) {
	case 0:
		p[8] = sizeof(pages);
		memcpy(p + 9, pages, sizeof(pages));
		return true;
	case 1:
		put_qword(p + 0x08, STAT | a->power_ons);
		put_qword(p + 0x10, STAT | 1234);
		return true;
	case 3:
		put_qword(p + 0x20, STAT | a->reallocated);
		put_qword(p + 0x38, STAT | a->pending);
		return true;
	case 4:
		put_qword(p + 0x08, STAT | a->uncorrectable);
		return true;
	case 5:
		put_qword(p + 0x08, STAT | (uint64_t)emu_celsius(d));
		return true;
	default:
		return false;
	}
}

static void
read_log(struct emu_drive *d, const struct emu_ata *a, struct emu_tf *tf)
{
	unsigned log = tf->lba & 0xff;
	unsigned page = (unsigned)((tf->lba >> 8 & 0xff) |
				   (tf->lba >> 32 & 0xff) << 8);
	uint8_t p[512] = { 0 };
	bool is = false;

	if (!a->no_logs && tf->ext && log == 0x00 && !page) {
		p[0] = 1;
		p[2 * 0x04] = 8;
		p[2 * 0x30] = 9;
		is = true;
	} else if (!a->no_logs && tf->ext && log == 0x30) {
		is = identify_page(d, a, page, p);
	} else if (!a->no_logs && tf->ext && log == 0x04) {
		is = statistics_page(d, a, page, p);
	}
	if (is)
		give(tf, p);
	else
		emu_ata_error(tf, EMU_ABRT);
}

bool
emu_ata_logs(struct emu_drive *d, struct emu_tf *tf)
{
	const struct emu_ata *a = emu_ata_of(d);
	uint8_t id[512];

	switch (tf->command) {
	case 0xec:
		emu_ata_identify(d, id);
		give(tf, id);
		return true;
	case 0xb0:
		smart(d, a, tf);
		return true;
	case 0x2f:
	case 0x47:
		read_log(d, a, tf);
		return true;
	default:
		return false;
	}
}
