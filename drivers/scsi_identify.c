/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What does a SCSI disk say of itself?  PURE: bytes in, facts out.  SPC-5,
 * SBC-4.
 */
#include "scsi.h"

#include "../src/util.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define PBLOCK_MAX	(1024U * 1024)
#define LBLOCK_MIN	256U
#define LBLOCK_MAX	65536U

/* Some firmwares fill up with NUL where the standard has blanks. */
static void
clean(char *out, size_t len, const uint8_t *p, size_t n)
{
	while (n && !p[n - 1])
		n--;
	text_clean(out, len, (const char *)p, n);
}

/* ---- INQUIRY ------------------------------------------------------------ */

int
scsi_parse_inquiry(const uint8_t *p, size_t len, struct scsi_inquiry *out)
{
	uint8_t type;

	*out = (struct scsi_inquiry){ 0 };
	if (len < SCSI_INQUIRY_MIN || p[0] & SCSI_INQ_QUALIFIER)
		return -EBADMSG;
	type = p[0] & SCSI_INQ_TYPE;
	if (type != SCSI_TYPE_DISK && type != SCSI_TYPE_ZONED)
		return -ENOTBLK;
	/* PDT 0 is also what a dead bridge answers: with nothing else */
	if (bytes_are(p + SCSI_INQ_VENDOR, 28, 0x00))
		return -EBADMSG;
	out->zoned = type == SCSI_TYPE_ZONED;
	out->removable = p[1] & SCSI_INQ_RMB;
	clean(out->vendor, sizeof(out->vendor), p + SCSI_INQ_VENDOR, 8);
	clean(out->model, sizeof(out->model), p + SCSI_INQ_PRODUCT, 16);
	clean(out->firmware, sizeof(out->firmware), p + SCSI_INQ_REVISION, 4);
	out->ata = !strcmp(out->vendor, "ATA");
	return 0;
}

/* A page is as long as it says, but not longer than what came.  0: it is not
 * that page. */
static size_t
page_len(const uint8_t *p, size_t len, uint8_t page)
{
	size_t said;

	if (len < SCSI_VPD_HEAD || p[1] != page ||
	    p[0] & SCSI_INQ_QUALIFIER)
		return 0;
	said = SCSI_VPD_HEAD + (size_t)be16(p + 2);
	return said < len ? said : len;
}

bool
scsi_parse_list(const uint8_t *p, size_t len, uint8_t page)
{
	size_t i, n = page_len(p, len, SCSI_VPD_LIST);

	for (i = SCSI_VPD_HEAD; i < n; i++)
		if (p[i] == page)
			return true;
	return false;
}

void
scsi_parse_serial(const uint8_t *p, size_t len, char out[64])
{
	size_t n = page_len(p, len, SCSI_VPD_SERIAL);

	out[0] = '\0';
	if (n > SCSI_VPD_HEAD)
		clean(out, 64, p + SCSI_VPD_HEAD, n - SCSI_VPD_HEAD);
}

static bool
name_it(const uint8_t *d, size_t n, char out[64])
{
	uint8_t type = d[1] & SCSI_NAME_TYPE;
	const char *prefix = type == SCSI_NAME_NAA ? "naa" : "eui";
	char hex[33];

	if (n > 16 || bytes_are(d + SCSI_NAME_HEAD, n, 0x00) ||
	    bytes_are(d + SCSI_NAME_HEAD, n, 0xff))
		return false;
	hex_encode(hex, d + SCSI_NAME_HEAD, n);
	snprintf(out, 64, "%s.%s", prefix, hex);
	return true;
}

/* A NAA name goes before an EUI-64. */
void
scsi_parse_names(const uint8_t *p, size_t len, char out[64])
{
	size_t at, n, end = page_len(p, len, SCSI_VPD_NAMES);
	const uint8_t *d;
	uint8_t type;

	out[0] = '\0';
	for (at = SCSI_VPD_HEAD; at + SCSI_NAME_HEAD <= end;
	     at += SCSI_NAME_HEAD + n) {
		d = p + at;
		n = d[3];
		if (n > end - at - SCSI_NAME_HEAD)
			return;
		if ((d[0] & SCSI_NAME_CODE_SET) != SCSI_NAME_BINARY ||
		    d[1] & SCSI_NAME_ASSOCIATION)
			continue;
		type = d[1] & SCSI_NAME_TYPE;
		if (type == SCSI_NAME_NAA && (n == 8 || n == 16) &&
		    name_it(d, n, out))
			return;
		if (type == SCSI_NAME_EUI64 && !out[0] &&
		    (n == 8 || n == 12 || n == 16))
			(void)name_it(d, n, out);
	}
}

/* ---- pages of block devices --------------------------------------------- */

void
scsi_parse_character(const uint8_t *p, size_t len, struct scsi_character *out)
{
	size_t n = page_len(p, len, SCSI_VPD_CHARACTER);
	uint16_t rate;

	*out = (struct scsi_character){ 0 };
	if (n < SCSI_B1_ROTATION + 2)
		return;
	rate = be16(p + SCSI_B1_ROTATION);
	out->solid = rate == SCSI_B1_SOLID;
	if (rate >= SCSI_B1_RPM_MIN && rate <= SCSI_B1_RPM_MAX)
		out->rpm = rate;
	if (n <= SCSI_B1_REQUIREMENTS)
		return;
	out->after_block = p[SCSI_B1_REQUIREMENTS] >> 6;
	out->after_crypto = p[SCSI_B1_REQUIREMENTS] >> 4 & 3;
}

enum answer
scsi_parse_trim(const uint8_t *limits, size_t limits_len,
		const uint8_t *provisioning, size_t len)
{
	size_t n = limits ? page_len(limits, limits_len, SCSI_VPD_LIMITS) : 0;

	/* before SBC-3 had page B2h, a limit was the only word of it */
	if (provisioning &&
	    page_len(provisioning, len, SCSI_VPD_PROVISIONING) >
	    SCSI_B2_FLAGS)
		return provisioning[SCSI_B2_FLAGS] &
		       (SCSI_B2_UNMAP | SCSI_B2_WRITE_SAME) ?
		       ANSWER_YES : ANSWER_NO;
	if (n < SCSI_B0_UNMAP_MAX + 4)
		return ANSWER_UNKNOWN;
	return be32(limits + SCSI_B0_UNMAP_MAX) ? ANSWER_YES : ANSWER_NO;
}

/* ---- READ CAPACITY ------------------------------------------------------ */

bool
scsi_block_usable(uint32_t lblock)
{
	return lblock == 512 || lblock == 1024 || lblock == 2048 ||
	       lblock == 4096;
}

static int
take_capacity(uint64_t last, uint32_t lblock, struct scsi_capacity *out)
{
	if (lblock < LBLOCK_MIN || lblock > LBLOCK_MAX)
		return -EBADMSG;
	if (last >= (uint64_t)INT64_MAX / lblock - 1)
		return -EBADMSG;
	out->blocks = last + 1;
	out->lblock = out->pblock = lblock;
	return 0;
}

int
scsi_parse_capacity10(const uint8_t *p, size_t len, struct scsi_capacity *out)
{
	*out = (struct scsi_capacity){ 0 };
	if (len < SCSI_CAPACITY_10_LEN)
		return -EBADMSG;
	if (be32(p) == UINT32_MAX)
		return be32(p + 4) == UINT32_MAX ? -EBADMSG : -EOVERFLOW;
	return take_capacity(be32(p), be32(p + 4), out);
}

int
scsi_parse_capacity16(const uint8_t *p, size_t len, struct scsi_capacity *out)
{
	unsigned int exponent;
	int r;

	*out = (struct scsi_capacity){ 0 };
	/* what follows the block length came later; some have 12 bytes */
	if (len < 12)
		return -EBADMSG;
	r = take_capacity(be64(p), be32(p + 8), out);
	if (r || len < 14)
		return r;
	exponent = SCSI_CAP_PER_BLOCK(p[13]);
	if ((uint64_t)out->lblock << exponent <= PBLOCK_MAX)
		out->pblock = out->lblock << exponent;
	if (len >= 16)
		out->aligned = (struct count){
			true, be16(p + 14) & SCSI_CAP_ALIGNED };
	if (!(p[12] & SCSI_CAP_PROTECTED))
		return 0;
	if (SCSI_CAP_TYPE(p[12]) > SCSI_CAP_TYPE_MAX ||
	    out->lblock >> SCSI_CAP_INTERVALS(p[13]) == 0) {
		*out = (struct scsi_capacity){ 0 };
		return -EBADMSG;
	}
	out->protection = SCSI_CAP_TYPE(p[12]) + 1;
	out->intervals = SCSI_CAP_INTERVALS(p[13]);
	return 0;
}

/* ---- what it can -------------------------------------------------------- */

enum answer
scsi_parse_support(const uint8_t *p, size_t len, uint8_t opcode)
{
	if (len < 4)
		return ANSWER_UNKNOWN;
	switch (SCSI_RSOC_SUPPORT(p[1])) {
	case SCSI_RSOC_NO:
	case SCSI_RSOC_VENDOR:		/* it does something else then */
		return ANSWER_NO;
	case SCSI_RSOC_STANDARD:
		/* its usage data must be that of this very command */
		return len > SCSI_RSOC_USAGE && be16(p + 2) &&
		       p[SCSI_RSOC_USAGE] == opcode ? ANSWER_YES :
						      ANSWER_UNKNOWN;
	}
	return ANSWER_UNKNOWN;
}

enum answer
scsi_parse_protected(const uint8_t *p, size_t len)
{
	size_t at, said;

	if (len < SCSI_MODE_HEAD)
		return ANSWER_UNKNOWN;
	said = 2 + (size_t)be16(p);
	if (said < len)
		len = said;
	at = SCSI_MODE_HEAD + (size_t)be16(p + 6);
	if (at + 5 > len || (p[at] & SCSI_MODE_PAGE) != SCSI_MODE_CONTROL)
		return ANSWER_UNKNOWN;
	return p[3] & SCSI_MODE_PROTECTED || p[at + 4] & SCSI_MODE_SWP ?
	       ANSWER_YES : ANSWER_NO;
}

/* ---- health ------------------------------------------------------------- */

static void
set(struct count *c, uint64_t n)
{
	*c = (struct count){ true, n };
}

/* Of up to eight bytes; a counter that is longer has zeros in front. */
static uint64_t
number(const uint8_t *p, size_t n)
{
	uint64_t v = 0;

	while (n--)
		v = v << 8 | *p++;
	return v;
}

static void
celsius(uint8_t degrees, struct health *out)
{
	if (degrees != SCSI_LOG_UNKNOWN)
		set(&out->celsius, degrees);
}

static void
exceptions(const uint8_t *p, size_t n, struct health *out)
{
	if (n < 2)
		return;
	if (p[0] == SCSI_ASC_PREDICTED)
		out->failing = ANSWER_YES;
	else if (!p[0])
		out->failing = ANSWER_NO;
	if (n > 2 && p[2] && !out->celsius.known)
		celsius(p[2], out);
}

/* One parameter: n bytes at p. */
static void
parameter(uint8_t page, uint16_t code, const uint8_t *p, size_t n,
	  struct health *out)
{
	switch (page) {
	case SCSI_LOG_READ_ERRORS:
		if (code == SCSI_LOG_UNCORRECTED && n && n <= 8)
			set(&out->uncorrectable, number(p, n));
		break;
	case SCSI_LOG_TEMPERATURE:
		if (code == 0 && n >= 2)
			celsius(p[1], out);
		break;
	case SCSI_LOG_SOLID:
		if (code == SCSI_LOG_USED && n >= 4)
			set(&out->percent_used, p[3]);
		break;
	case SCSI_LOG_SCAN:
		if (code == 0 && n >= 4)
			set(&out->hours, be32(p) / 60);
		break;
	case SCSI_LOG_EXCEPTIONS:
		if (code == 0)
			exceptions(p, n, out);
		break;
	}
}

void
scsi_parse_log(const uint8_t *p, size_t len, struct health *out)
{
	size_t at, n, said;

	if (len < SCSI_LOG_HEAD || p[0] & SCSI_LOG_SUBPAGE)
		return;
	said = SCSI_LOG_HEAD + (size_t)be16(p + 2);
	if (said < len)
		len = said;
	for (at = SCSI_LOG_HEAD; at + SCSI_LOG_PARAM_HEAD <= len;
	     at += SCSI_LOG_PARAM_HEAD + n) {
		n = p[at + 3];
		if (n > len - at - SCSI_LOG_PARAM_HEAD)
			return;
		parameter(p[0] & SCSI_LOG_PAGE, be16(p + at),
			  p + at + SCSI_LOG_PARAM_HEAD, n, out);
	}
}

struct count
scsi_parse_defects(const uint8_t *p, size_t len)
{
	struct count none = { 0 }, c = { .known = true };
	uint32_t each = 8;

	if (len < SCSI_DEFECTS_HEAD || !(p[1] & SCSI_DEFECTS_GROWN))
		return none;
	switch (SCSI_DEFECTS_FORMAT(p[1])) {
	case SCSI_DEFECTS_SHORT:
		each = 4;
		break;
	case SCSI_DEFECTS_LONG:
	case SCSI_DEFECTS_INDEX:
	case SCSI_DEFECTS_SECTOR:
		break;
	default:
		return none;
	}
	if (be32(p + 4) % each)
		return none;
	c.n = be32(p + 4) / each;
	return c;
}

/* ---- sense -------------------------------------------------------------- */

static bool
at_work(const struct sense *s)
{
	return s->key == SENSE_NO_SENSE || s->key == SENSE_NOT_READY;
}

/* Not about any erase: the drive warns, or saves power. */
static bool
beside_the_point(const struct sense *s)
{
	return (s->key == SENSE_NO_SENSE || s->key == SENSE_RECOVERED) &&
	       (s->asc == SCSI_ASC_WARNING || s->asc == SCSI_ASC_PREDICTED ||
		s->asc == SCSI_ASC_LOW_POWER);
}

enum scsi_says
scsi_says(const struct sense *s)
{
	if (!s->valid)
		return SCSI_SAYS_UNKNOWN;
	switch (SENSE_CODE(s)) {
	case SCSI_SANITIZING:
		return at_work(s) && !s->deferred ? SCSI_SAYS_SANITIZING :
						    SCSI_SAYS_UNKNOWN;
	case SCSI_FORMATTING:
		return at_work(s) && !s->deferred ? SCSI_SAYS_FORMATTING :
						    SCSI_SAYS_UNKNOWN;
	/* whatever its key: nothing else can be meant */
	case SCSI_SANITIZE_FAILED:
		return SCSI_SAYS_SANITIZE_FAILED;
	case SCSI_FORMAT_FAILED:
	case SCSI_FORMAT_CORRUPTED:
		return SCSI_SAYS_FORMAT_FAILED;
	}
	if (s->key == SENSE_UNIT_ATTENTION)
		return SCSI_SAYS_ATTENTION;
	if (s->deferred)
		return SCSI_SAYS_UNKNOWN;
	if ((s->key == SENSE_NO_SENSE && !SENSE_CODE(s)) ||
	    beside_the_point(s))
		return SCSI_SAYS_NOTHING;
	return SCSI_SAYS_UNKNOWN;
}

static int
not_ready(const struct sense *s)
{
	enum scsi_says says = scsi_says(s);

	if (says == SCSI_SAYS_SANITIZING || says == SCSI_SAYS_FORMATTING)
		return EBUSY;
	return s->asc == SCSI_ASC_NO_MEDIUM ? ENOMEDIUM : EAGAIN;
}

int
scsi_errno(uint8_t status, const struct sense *s)
{
	if (status == SCSI_GOOD)
		return 0;
	if (status == SCSI_CONFLICT)
		return EACCES;
	if (status == SCSI_BUSY || status == SCSI_QUEUE_FULL)
		return EBUSY;
	if (status != SCSI_CHECK || !s->valid)
		return EPROTO;
	switch (s->key) {
	case SENSE_NOT_READY:
		return not_ready(s);
	case SENSE_ILLEGAL_REQUEST:
		return s->asc == SCSI_ASC_OPCODE ||
		       s->asc == SCSI_ASC_FIELD_CDB ||
		       s->asc == SCSI_ASC_UNIT ||
		       s->asc == SCSI_ASC_FIELD_LIST ? EOPNOTSUPP : EIO;
	case SENSE_UNIT_ATTENTION:
		return ECONNRESET;
	case SENSE_DATA_PROTECT:
		return s->asc == SCSI_ASC_PROTECTED ? EROFS : EACCES;
	}
	return EIO;
}
