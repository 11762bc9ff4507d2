/* SPDX-License-Identifier: Apache-2.0 */
/* What does sense data say?  PURE.  SPC-5 4.4, SAT-4 12.2. */
#include "sense.h"

#include <errno.h>

enum {
	CURRENT_FIXED = 0x70, DEFERRED_FIXED = 0x71,	/* SPC-5 4.4.1 */
	CURRENT_DESCRIPTOR = 0x72, DEFERRED_DESCRIPTOR = 0x73
};

enum { HEAD_LEN = 8 };			/* then "additional sense length" */

enum {					/* SPC-5 4.4.2.1, table 28 */
	DESC_KEY_SPECIFIC = 0x02, DESC_ATA_STATUS = 0x09, DESC_PROGRESS = 0x0a
};

enum {
	DESC_KEY_SPECIFIC_LEN = 6,	/* SPC-5 4.4.2.4 */
	DESC_PROGRESS_LEN = 6,		/* SPC-5 4.4.2.6 */
	DESC_ATA_STATUS_LEN = 12	/* SAT-4 12.2.6 */
};

enum { SKSV = 0x80, INFORMATION_VALID = 0x80 };

/* SAT-4 12.2.2.8: ATA PASS-THROUGH INFORMATION AVAILABLE */
enum { ASC_ATA = 0x00, ASCQ_ATA = 0x1d };

static uint16_t
be16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

/* SPC-5 4.4.2.4.4: with other keys the same bytes point at a field of the
 * command, or count retries. */
static bool
key_has_progress(uint8_t key)
{
	return key == SENSE_NO_SENSE || key == SENSE_NOT_READY;
}

/* ---- fixed format (SPC-5 4.4.3; registers: SAT-4 12.2.7) ---------------- */

static void
fixed_registers(const uint8_t *p, struct sense *out)
{
	const uint8_t extend = 0x80, count_high = 0x40, lba_high = 0x20;

	out->has_ata = true;
	out->ata_error = p[3];
	out->ata_status = p[4];
	out->ata_device = p[5];
	out->count = p[6];
	out->lba = (uint64_t)p[11] << 16 | (uint64_t)p[10] << 8 | p[9];
	if (!(p[8] & extend))
		return;
	out->count_high = p[8] & count_high;
	out->lba_high = p[8] & lba_high;
}

static void
parse_fixed(const uint8_t *p, size_t len, struct sense *out)
{
	out->fixed = true;
	out->key = p[2] & 0x0f;
	if (len > 12)
		out->asc = p[12];
	if (len > 13)
		out->ascq = p[13];
	if (len > 13 && (p[0] & INFORMATION_VALID ||
			 (out->asc == ASC_ATA && out->ascq == ASCQ_ATA)))
		fixed_registers(p, out);
	if (len > 17 && p[15] & SKSV && key_has_progress(out->key)) {
		out->has_progress = true;
		out->progress = be16(p + 16);
	}
}

/* ---- descriptor format (SPC-5 4.4.2) ------------------------------------ */

/* SAT-4 12.2.6, ATA Status Return descriptor. */
static void
descriptor_registers(const uint8_t *d, struct sense *out)
{
	bool extend = d[2] & 1;

	out->has_ata = true;
	out->ata_complete = extend;
	out->ata_error = d[3];
	out->count = d[5];
	out->lba = (uint64_t)d[11] << 16 | (uint64_t)d[9] << 8 | d[7];
	out->ata_device = d[12];
	out->ata_status = d[13];
	if (!extend)
		return;		/* the high halves are reserved */
	out->count = be16(d + 4);
	out->lba |= (uint64_t)d[10] << 40 | (uint64_t)d[8] << 32 |
		    (uint64_t)d[6] << 24;
}

/* d holds d[1] + 2 bytes.  The progress of the sense key wins over that of
 * another command. */
static void
descriptor(const uint8_t *d, struct sense *out)
{
	switch (d[0]) {
	case DESC_KEY_SPECIFIC:
		if (d[1] < DESC_KEY_SPECIFIC_LEN || !(d[4] & SKSV) ||
		    !key_has_progress(out->key))
			break;
		out->has_progress = true;
		out->progress = be16(d + 5);
		break;
	case DESC_PROGRESS:
		if (d[1] < DESC_PROGRESS_LEN || out->has_progress)
			break;
		out->has_progress = true;
		out->progress = be16(d + 6);
		break;
	case DESC_ATA_STATUS:
		if (d[1] >= DESC_ATA_STATUS_LEN && !out->has_ata)
			descriptor_registers(d, out);
		break;
	}
}

static void
parse_descriptors(const uint8_t *p, size_t len, struct sense *out)
{
	size_t at, n;

	out->key = p[1] & 0x0f;
	out->asc = p[2];
	out->ascq = p[3];
	for (at = HEAD_LEN; at + 2 <= len; at += n) {
		n = 2 + (size_t)p[at + 1];
		if (n > len - at)
			break;
		descriptor(p + at, out);
	}
}

int
sense_parse(const uint8_t *p, size_t len, struct sense *out)
{
	uint8_t code;

	*out = (struct sense){ 0 };
	if (len < HEAD_LEN)
		return -EINVAL;
	code = p[0] & 0x7f;
	if (code < CURRENT_FIXED || code > DEFERRED_DESCRIPTOR)
		return -EINVAL;
	if (len > HEAD_LEN + (size_t)p[7])
		len = HEAD_LEN + (size_t)p[7];
	out->valid = true;
	out->deferred = code == DEFERRED_FIXED || code == DEFERRED_DESCRIPTOR;
	if (code == CURRENT_FIXED || code == DEFERRED_FIXED)
		parse_fixed(p, len, out);
	else
		parse_descriptors(p, len, out);
	return 0;
}
