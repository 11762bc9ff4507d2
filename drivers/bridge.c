/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whose serial and size are it, the drive's or the USB bridge's before it?
 * PURE, of what came back by SCSI.
 *
 * A bridge is believed about its drive only if it hands over the drive's own
 * IDENTIFY DEVICE data, whole, and shows the same capacity itself.  Nothing
 * here makes it believed about commands: one that erases may be swallowed, or
 * cut off by the bridge's own timeout.
 */
#include "scsi.h"

#include "../src/util.h"

#include <errno.h>
#include <string.h>

/* ---- the drive's own words, handed over (SAT-4, ATA Information) -------- */

enum {				/* IDENTIFY DEVICE, ACS-4; in words */
	SERIAL = 10, SERIAL_N = 10, FIRMWARE = 23, FIRMWARE_N = 4,
	MODEL = 27, MODEL_N = 20, SECTORS_28 = 60, COMMANDS_83 = 83,
	SECTORS_48 = 100, SECTOR_SIZE = 106, LOGICAL = 117,
	INTEGRITY = 255
};
enum { DATA_LEN = 512, SIGNATURE = 0xa5, LBA48 = 0x0400, LARGE = 0x1000 };

static uint64_t
words(const uint8_t *p, unsigned int at, unsigned int n)
{
	uint64_t v = 0;

	while (n--)
		v = v << 16 | (uint64_t)p[2 * (at + n) + 1] << 8 |
		    p[2 * (at + n)];
	return v;
}

/* Bits 15:14 of such a word say whether the others are valid. */
static bool
marked(const uint8_t *p, unsigned int at, uint16_t bit)
{
	uint64_t w = words(p, at, 1);

	return (w & 0xc000) == 0x4000 && w & bit;
}

/* The first of two characters is the high byte of a word. */
static void
string(const uint8_t *p, unsigned int at, unsigned int n, char *out,
       size_t len)
{
	char raw[2 * MODEL_N] = { 0 };
	unsigned int i;

	for (i = 0; i < n; i++) {
		raw[2 * i] = (char)p[2 * (at + i) + 1];
		raw[2 * i + 1] = (char)p[2 * (at + i)];
	}
	n *= 2;
	while (n && !raw[n - 1])
		n--;
	text_clean(out, len, raw, n);
}

static bool
whole(const uint8_t *p)
{
	uint8_t sum = 0;
	size_t i;

	for (i = 0; i < DATA_LEN; i++)
		sum += p[i];
	return p[2 * INTEGRITY] == SIGNATURE && !sum;
}

int
bridge_parse_ata(const uint8_t *page, size_t len, struct bridge_ata *out)
{
	const uint8_t *p = page + SCSI_89_DATA;
	uint64_t sectors, lblock = 512;

	*out = (struct bridge_ata){ 0 };
	if (len < SCSI_89_LEN || page[1] != SCSI_VPD_ATA ||
	    page[SCSI_89_COMMAND] != SCSI_89_IDENTIFY_DEVICE || !whole(p))
		return -EBADMSG;
	sectors = words(p, SECTORS_28, 2);
	if (marked(p, COMMANDS_83, LBA48) && words(p, SECTORS_48, 4))
		sectors = words(p, SECTORS_48, 4);
	if (marked(p, SECTOR_SIZE, LARGE))
		lblock = 2 * words(p, LOGICAL, 2);
	if (lblock < 512 || lblock > 65536 || sectors >> 48)
		return -EBADMSG;
	string(p, MODEL, MODEL_N, out->model, sizeof(out->model));
	string(p, SERIAL, SERIAL_N, out->serial, sizeof(out->serial));
	string(p, FIRMWARE, FIRMWARE_N, out->firmware, sizeof(out->firmware));
	out->size = sectors * lblock;
	return 0;
}

/* ---- judgement ---------------------------------------------------------- */

bool
bridge_is_nvme(const char *name)
{
	static const char *const chips[] = {
		"152d:0583", "152d:0586",	/* JMicron JMS583, JMS586 */
		"174c:2362", "174c:2364",	/* ASMedia ASM2362, ASM2364 */
		"0bda:9210", "0bda:9220",	/* Realtek RTL9210, RTL9220 */
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(chips); i++)
		if (!strncmp(name, chips[i], strlen(chips[i])))
			return true;
	return false;
}

/* Where a bridge makes larger blocks of the drive's, the last one may be
 * missing. */
static enum answer
same_size(uint64_t shown, uint64_t behind)
{
	const uint64_t largest_block = 4096;

	if (!shown || !behind)
		return ANSWER_UNKNOWN;
	return shown <= behind && behind - shown < largest_block ?
	       ANSWER_YES : ANSWER_NO;
}

void
bridge_judge(const struct bridge_ata *behind, struct drive *d)
{
	struct identity *id = &d->id;

	d->bridge.identity = d->bridge.registers = ANSWER_YES;
	if (!d->bridge.name[0])
		return;
	/* nothing that would show it is ever sent through one */
	d->bridge.registers = ANSWER_UNKNOWN;
	d->bridge.identity = behind ? same_size(id->size, behind->size) :
				      ANSWER_UNKNOWN;
	/* these chips carry flash; SCSI has no word for NVMe */
	if (d->medium == MEDIUM_UNKNOWN && bridge_is_nvme(d->bridge.name))
		d->medium = MEDIUM_FLASH;
	if (d->bridge.identity != ANSWER_YES)
		return;
	if (!behind->model[0] || !behind->serial[0]) {
		d->bridge.identity = ANSWER_UNKNOWN;
		return;
	}
	text_copy(id->model, sizeof(id->model), behind->model);
	text_copy(id->serial, sizeof(id->serial), behind->serial);
	text_copy(id->firmware, sizeof(id->firmware), behind->firmware);
}
