/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What does an ATA drive say about itself?  PURE: IDENTIFY DEVICE data (ACS-4),
 * logs, SMART, and the registers that tell of sizes and states.
 */
#include "ata.h"

#include "../src/util.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* ---- words -------------------------------------------------------------- */

static uint16_t
word(const uint8_t *p, unsigned int n)
{
	return (uint16_t)(p[2 * n] | p[2 * n + 1] << 8);
}

static uint64_t
le(const uint8_t *p, unsigned int bytes)
{
	uint64_t v = 0;

	while (bytes--)
		v = v << 8 | p[bytes];
	return v;
}

static uint8_t
sum(const uint8_t *p, size_t n)
{
	uint8_t s = 0;

	while (n--)
		s += *p++;
	return s;
}

/* 0000h and FFFFh: the word says nothing. */
static bool
told(uint16_t w)
{
	return w != 0 && w != 0xffff;
}

/* Bit of a word that says itself, in bits 15:14, whether it is valid. */
static bool
marked(const uint8_t *p, unsigned int n, uint16_t bit)
{
	uint16_t w = word(p, n);

	return (w & ATA_WORD_MASK) == ATA_WORD_VALID && w & bit;
}

static bool
flag(const uint8_t *p, unsigned int n, uint16_t bit)
{
	uint16_t w = word(p, n);

	return told(w) && w & bit;
}

static enum answer
answer_of(bool yes)
{
	return yes ? ANSWER_YES : ANSWER_NO;
}

/* The first of two characters is the high byte of a word. */
static void
string(const uint8_t *p, unsigned int at, unsigned int n, char *out,
       size_t len)
{
	char raw[2 * ATA_W_MODEL_N] = "";
	unsigned int i;

	for (i = 0; i < n; i++) {
		raw[2 * i] = (char)p[2 * (at + i) + 1];
		raw[2 * i + 1] = (char)p[2 * (at + i)];
	}
	/* some firmwares fill up with NUL */
	n *= 2;
	while (n && !raw[n - 1])
		n--;
	text_clean(out, len, raw, n);
}

/* ---- IDENTIFY DEVICE ---------------------------------------------------- */

enum { CFA_SIGNATURE = 0x848a };	/* a CompactFlash card is a disk */

static int
check(const uint8_t *p, struct ata_id *out)
{
	uint16_t w = word(p, ATA_W_GENERAL);

	if (w != CFA_SIGNATURE && w & (ATA_0_NOT_ATA | ATA_0_INCOMPLETE))
		return -EBADMSG;
	if (p[2 * ATA_W_INTEGRITY] != ATA_255_SIGNATURE)
		return 0;
	out->proven = sum(p, ATA_BLOCK) == 0;
	return out->proven ? 0 : -EBADMSG;
}

static void
names(const uint8_t *p, struct ata_id *out)
{
	uint64_t wwn = (uint64_t)word(p, ATA_W_WWN) << 48 |
		       (uint64_t)word(p, ATA_W_WWN + 1) << 32 |
		       (uint64_t)word(p, ATA_W_WWN + 2) << 16 |
		       word(p, ATA_W_WWN + 3);

	string(p, ATA_W_MODEL, ATA_W_MODEL_N, out->model, sizeof(out->model));
	string(p, ATA_W_SERIAL, ATA_W_SERIAL_N, out->serial,
	       sizeof(out->serial));
	string(p, ATA_W_FIRMWARE, ATA_W_FIRMWARE_N, out->firmware,
	       sizeof(out->firmware));
	if (marked(p, ATA_W_CMD_84, ATA_84_WWN) && wwn && wwn != UINT64_MAX)
		snprintf(out->wwn, sizeof(out->wwn), "naa.%016" PRIx64, wwn);
}

/* The word has it the other way round: where in a physical block the first
 * logical one lies. */
static struct count
aligned(const uint8_t *p, unsigned int shift)
{
	uint32_t per = UINT32_C(1) << shift, at;

	if (!shift)
		return (struct count){ .known = true };
	if (!marked(p, ATA_W_ALIGNMENT, ATA_WORD_VALID))
		return (struct count){ 0 };
	at = word(p, ATA_W_ALIGNMENT) & ATA_209_OFFSET;
	return (struct count){ .known = at < per, .n = (per - at) % per };
}

static void
geometry(const uint8_t *p, struct ata_id *out)
{
	uint16_t w = word(p, ATA_W_SECTOR_SIZE);
	unsigned int shift = 0;

	out->lblock = 512;
	if (marked(p, ATA_W_SECTOR_SIZE, ATA_106_LARGE))
		out->lblock = (uint32_t)(2 * le(p + 2 * ATA_W_LOGICAL, 4));
	if (marked(p, ATA_W_SECTOR_SIZE, ATA_106_MULTIPLE))
		shift = w & ATA_106_POWER;
	if (out->lblock < 512 || out->lblock > 65536)
		out->lblock = 0;
	out->pblock = out->lblock << shift;
	out->aligned = aligned(p, shift);

	out->lba48 = marked(p, ATA_W_CMD_83, ATA_83_LBA48);
	out->sectors = le(p + 2 * ATA_W_SECTORS28, 4);
	if (out->lba48 && le(p + 2 * ATA_W_SECTORS48, 8))
		out->sectors = le(p + 2 * ATA_W_SECTORS48, 8);
	if (out->lba48 && flag(p, ATA_W_EXTRA, ATA_69_SECTORS_EXT) &&
	    flag(p, ATA_W_VALID, ATA_53_64_70))
		out->sectors = le(p + 2 * ATA_W_SECTORS_EXT, 8);
	if (out->sectors > UINT64_C(1) << 48)
		out->sectors = 0;
}

static void
features(const uint8_t *p, struct ata_id *out)
{
	uint16_t w = word(p, ATA_W_ROTATION);

	out->gpl = marked(p, ATA_W_CMD_84, ATA_84_GPL) ||
		   marked(p, ATA_W_ON_87, ATA_84_GPL);
	out->smart = flag(p, ATA_W_CMD_82, ATA_82_SMART) &&
		     flag(p, ATA_W_ON_85, ATA_85_SMART);
	out->hpa = flag(p, ATA_W_CMD_82, ATA_82_HPA) &&
		   flag(p, ATA_W_ON_85, ATA_85_HPA);
	out->dco = marked(p, ATA_W_CMD_83, ATA_83_DCO);
	out->amac = flag(p, ATA_W_ON_86, ATA_86_119_VALID) &&
		    marked(p, ATA_W_CMD_119, ATA_119_AMAC);
	out->sanitize = flag(p, ATA_W_SANITIZE, ATA_59_SANITIZE);
	out->crypto = out->sanitize && flag(p, ATA_W_SANITIZE, ATA_59_CRYPTO);
	out->block = out->sanitize && flag(p, ATA_W_SANITIZE, ATA_59_BLOCK);
	out->overwrite = out->sanitize &&
			 flag(p, ATA_W_SANITIZE, ATA_59_OVERWRITE);
	out->solid = w == ATA_217_SOLID;
	if (w >= ATA_217_RPM_MIN && w <= ATA_217_RPM_MAX)
		out->rpm = w;
	if (word(p, ATA_W_TRIM) != 0xffff)
		out->trim = answer_of(flag(p, ATA_W_TRIM, ATA_169_TRIM));
	if (out->trim == ANSWER_YES) {
		out->trim_same = answer_of(flag(p, ATA_W_EXTRA,
						ATA_69_TRIM_SAME));
		out->trim_zeros = answer_of(flag(p, ATA_W_EXTRA,
						 ATA_69_TRIM_SAME) &&
					    flag(p, ATA_W_EXTRA,
						 ATA_69_TRIM_ZEROS));
	}
	/* before ACS-3 the bit was reserved */
	if (flag(p, ATA_W_EXTRA, ATA_69_ENCRYPTS))
		out->encrypts = ANSWER_YES;
	else if (flag(p, ATA_W_MAJOR, ATA_80_ACS3) &&
		 word(p, ATA_W_EXTRA) != 0xffff)
		out->encrypts = ANSWER_NO;
}

/* Words 89 and 90: minutes; *open: at least as many. */
static uint32_t
minutes(uint16_t w, bool *open)
{
	uint32_t n;

	*open = false;
	if (w & ATA_89_EXTENDED) {
		n = w & ATA_89_EXTENDED_MAX;
		*open = n == ATA_89_EXTENDED_MAX;
	} else {
		n = w & ATA_89_SHORT_MAX;
		*open = n == ATA_89_SHORT_MAX;
	}
	return 2 * n;
}

/*
 * Two words tell of the feature set.  Where they disagree, or word 128 is
 * blank in the other way, nothing is taken for known.
 */
static void
security(const uint8_t *p, struct ata_id *out)
{
	uint16_t w = word(p, ATA_W_SECURITY);
	bool listed = flag(p, ATA_W_CMD_82, ATA_82_SECURITY);
	struct lock *l = &out->lock;

	if (w == 0xffff || listed != (bool)(w & ATA_128_SUPPORTED))
		return;
	l->supported = answer_of(listed);
	l->enabled = answer_of(listed && w & ATA_128_ENABLED);
	l->locked = answer_of(listed && w & ATA_128_LOCKED);
	l->frozen = answer_of(listed && w & ATA_128_FROZEN);
	l->expired = answer_of(listed && w & ATA_128_EXPIRED);
	l->enhanced = answer_of(listed && w & ATA_128_ENHANCED);
	l->maximum = answer_of(listed && w & ATA_128_ENABLED &&
			       w & ATA_128_MAXIMUM);
	if (!listed)
		return;
	if (told(word(p, ATA_W_MASTER_ID)))
		l->master_id = word(p, ATA_W_MASTER_ID);
	l->erase_min = minutes(word(p, ATA_W_ERASE), &out->erase_open);
	l->enhanced_min = minutes(word(p, ATA_W_ENHANCED),
				  &out->enhanced_open);
}

int
ata_id_parse(const uint8_t p[ATA_BLOCK], struct ata_id *out)
{
	*out = (struct ata_id){ 0 };
	if (check(p, out))
		return -EBADMSG;
	names(p, out);
	geometry(p, out);
	if (!out->model[0] || !out->lblock) {
		*out = (struct ata_id){ 0 };
		return -EBADMSG;
	}
	features(p, out);
	security(p, out);
	return 0;
}

/* ---- logs --------------------------------------------------------------- */

#define QWORD_VALID	(UINT64_C(1) << 63)

bool
ata_id_security_page(const uint8_t p[ATA_BLOCK], uint64_t *out)
{
	uint64_t v = le(p + ATA_IDS_CAPABILITIES, 8);

	*out = 0;
	if (!(le(p, 8) & QWORD_VALID) || p[2] != ATA_ID_SECURITY ||
	    !(v & QWORD_VALID) || v == UINT64_MAX)
		return false;
	*out = v;
	return true;
}

static void
set(struct count *c, uint64_t n)
{
	*c = (struct count){ true, n };
}

static void
statistic(const uint8_t *p, unsigned int at, unsigned int bytes,
	  struct count *out)
{
	const uint8_t both = ATA_STAT_SUPPORTED | ATA_STAT_VALID;

	if ((p[at + 7] & both) == both)
		set(out, le(p + at, bytes));
}

void
ata_stats_parse(const uint8_t p[ATA_BLOCK], unsigned int page,
		struct health *out)
{
	if (p[2] != page || !le(p, 2) || le(p, 2) == 0xffff)
		return;
	switch (page) {
	case ATA_STAT_GENERAL:
		statistic(p, ATA_STAT_HOURS, 4, &out->hours);
		break;
	case ATA_STAT_ROTATING:
		statistic(p, ATA_STAT_REALLOCATED, 4, &out->reallocated);
		statistic(p, ATA_STAT_PENDING, 4, &out->pending);
		break;
	case ATA_STAT_ERRORS:
		statistic(p, ATA_STAT_UNCORRECTABLE, 4, &out->uncorrectable);
		break;
	case ATA_STAT_TEMPERATURE:
		/* signed: what is below zero is not a worry */
		if (p[ATA_STAT_CELSIUS] < 0x80)
			statistic(p, ATA_STAT_CELSIUS, 1, &out->celsius);
		break;
	case ATA_STAT_SOLID:
		statistic(p, ATA_STAT_PERCENT_USED, 1, &out->percent_used);
		break;
	}
}

/*
 * Raw values are the makers' own: only as many bytes are taken as all of them
 * use for the number itself.
 */
void
ata_smart_parse(const uint8_t p[ATA_BLOCK], struct health *out)
{
	struct smart_data d;
	const struct smart_attribute *a;
	bool celsius = false;

	memcpy(&d, p, sizeof(d));
	if (sum(p, ATA_BLOCK) || !le(d.revision, 2))
		return;
	for (a = d.a; a < d.a + SMART_ATTRIBUTES; a++) {
		switch (a->id) {
		case SMART_REALLOCATED:
			set(&out->reallocated, le(a->raw, 2));
			break;
		case SMART_HOURS:
			set(&out->hours, le(a->raw, 3));
			break;
		case SMART_PENDING:
			set(&out->pending, le(a->raw, 4));
			break;
		case SMART_UNCORRECTABLE:
			set(&out->uncorrectable, le(a->raw, 4));
			break;
		case SMART_CELSIUS:
			celsius = true;
			set(&out->celsius, a->raw[0]);
			break;
		case SMART_AIRFLOW:
			if (!celsius)
				set(&out->celsius, a->raw[0]);
			break;
		}
	}
}

uint64_t
ata_dco_sectors(const uint8_t p[ATA_BLOCK])
{
	struct ata_dco d;
	uint64_t last;

	memcpy(&d, p, sizeof(d));
	if (d.signature != ATA_255_SIGNATURE || sum(p, ATA_BLOCK))
		return 0;
	last = le(d.max_lba, sizeof(d.max_lba));
	return last && last < UINT64_C(1) << 48 ? last + 1 : 0;
}

/* ---- registers ---------------------------------------------------------- */

enum answer
ata_smart_failing(const struct ata_answer *a)
{
	if (a->outcome != ATA_OK || !a->s.has_ata)
		return ANSWER_UNKNOWN;
	if ((a->s.lba & ATA_SMART_MASK) == ATA_SMART_KEY)
		return ANSWER_NO;
	if ((a->s.lba & ATA_SMART_MASK) == ATA_SMART_BAD)
		return ANSWER_YES;
	return ANSWER_UNKNOWN;
}

uint64_t
ata_native_sectors(const struct ata_answer *a, bool ext)
{
	uint64_t last = a->s.lba;

	if (a->outcome != ATA_OK || !a->s.has_ata)
		return 0;
	if (ext && !a->s.ata_complete)
		return 0;
	if (!ext)
		last = (last & 0xffffff) |
		       (uint64_t)(a->s.ata_device & 0x0f) << 24;
	/* zeros and ones are what a lost register looks like */
	return last && last < UINT64_C(0xffffffffffff) ? last + 1 : 0;
}

enum answer
ata_hides(uint64_t now, uint64_t behind)
{
	if (!now || !behind || behind < now)
		return ANSWER_UNKNOWN;
	return answer_of(behind > now);
}

void
ata_sanitize_parse(const struct ata_answer *a, struct sanitize *out)
{
	const uint16_t both = ATA_SAN_DONE | ATA_SAN_RUNS;
	uint16_t n = a->s.count;

	*out = (struct sanitize){ 0 };
	if (a->outcome == ATA_REFUSED && a->s.has_ata &&
	    a->s.ata_error & ATA_ER_ABRT) {
		if ((a->s.lba & 0xff) == ATA_SAN_WHY_FAILED)
			out->state = SANITIZE_FAILED;
		else if ((a->s.lba & 0xff) == ATA_SAN_WHY_FROZEN)
			out->state = SANITIZE_FROZEN;
	}
	if (a->outcome != ATA_OK || !a->s.ata_complete || (n & both) == both)
		return;
	if (n & ATA_SAN_RUNS) {
		out->state = SANITIZE_RUNNING;
		out->permille = (uint32_t)((a->s.lba & 0xffff) * 1000 / 65536);
	} else if (n & ATA_SAN_DONE) {
		out->state = SANITIZE_DONE;
	} else {
		out->state = n & ATA_SAN_FROZEN ? SANITIZE_FROZEN :
						  SANITIZE_NEVER;
	}
}

enum answer
ata_power_registers(const struct ata_answer *a)
{
	/* standby, standby_y, NV cache up or down, idle a to c, active */
	static const uint8_t modes[] = { 0x00, 0x01, 0x40, 0x41, 0x80, 0x81,
					 0x82, 0x83, 0xff };

	if (a->outcome == ATA_REFUSED && a->s.has_ata)
		return ANSWER_YES;
	if (a->outcome == ATA_OK && a->s.has_ata)
		return answer_of(memchr(modes, a->s.count & 0xff,
					sizeof(modes)));
	return ANSWER_NO;
}
