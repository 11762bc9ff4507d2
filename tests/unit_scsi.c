/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whatever a SCSI disk answers is read as what it is, or as unknown.
 */
#undef NDEBUG
#include "../drivers/scsi.h"
#include "../src/util.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* ---- INQUIRY ------------------------------------------------------------ */

static const uint8_t disk[SCSI_INQUIRY_MIN + 1] =
	"\x00\x00\x07\x02\x5b\x01\x10\x02" "SEAGATE " "ST4000NM0023    " "0004";

static void
inquiry_is_read(void **state)
{
	struct scsi_inquiry q;

	(void)state;
	assert_int_equal(scsi_parse_inquiry(disk, SCSI_INQUIRY_MIN, &q), 0);
	assert_string_equal(q.vendor, "SEAGATE");
	assert_string_equal(q.model, "ST4000NM0023");
	assert_string_equal(q.firmware, "0004");
	assert_false(q.ata || q.zoned || q.removable);
}

static void
inquiry_is_judged(void **state)
{
	static const struct {
		const char *vendor;
		size_t len;
		int r;
		uint8_t byte0;
		bool ata, zoned;
	} t[] = {
		{ "ATA     ", 36, 0, 0x00, true, false },
		{ "ATAPLUS ", 36, 0, 0x00, false, false },
		{ "HGST    ", 36, 0, 0x14, false, true },
		{ "HL-DT-ST", 36, -ENOTBLK, 0x05, false, false },
		{ "HP      ", 36, -ENOTBLK, 0x01, false, false },
		{ "LSI     ", 36, -ENOTBLK, 0x0d, false, false },
		{ "NOBODY  ", 36, -ENOTBLK, 0x1f, false, false },
		{ "NOBODY  ", 36, -EBADMSG, 0x7f, false, false },
		{ "AWAY    ", 36, -EBADMSG, 0x20, false, false },
		{ "SHORT   ", 35, -EBADMSG, 0x00, false, false },
		{ "NOTHING ", 0, -EBADMSG, 0x00, false, false },
	};
	uint8_t p[SCSI_INQUIRY_MIN];
	struct scsi_inquiry q;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		memcpy(p, disk, sizeof(p));
		p[0] = t[i].byte0;
		memcpy(p + 8, t[i].vendor, 8);
		assert_int_equal(scsi_parse_inquiry(p, t[i].len, &q), t[i].r);
		assert_int_equal(q.ata, t[i].ata);
		assert_int_equal(q.zoned, t[i].zoned);
	}
	memset(p, 0, sizeof(p));
	assert_int_equal(scsi_parse_inquiry(p, sizeof(p), &q), -EBADMSG);
	memset(p, 0xff, sizeof(p));
	assert_int_equal(scsi_parse_inquiry(p, sizeof(p), &q), -EBADMSG);
}

static void
texts_are_cleaned(void **state)
{
	static const uint8_t nasty[16] = "\033]0;x\007\xff\n AB";
	uint8_t p[SCSI_INQUIRY_MIN], s[12] = "\0\x80\0\x08\033[2JAB\xff\n";
	struct scsi_inquiry q;
	char serial[64];

	(void)state;
	memcpy(p, disk, sizeof(p));
	memcpy(p + 16, nasty, sizeof(nasty));
	assert_int_equal(scsi_parse_inquiry(p, sizeof(p), &q), 0);
	assert_true(text_valid(q.model));
	assert_null(strchr(q.model, '\033'));
	scsi_parse_serial(s, sizeof(s), serial);
	assert_true(text_valid(serial));
	assert_null(strchr(serial, '\033'));
	assert_non_null(strstr(serial, "AB"));
}

/* ---- vital product data ------------------------------------------------- */

static void
pages_are_listed(void **state)
{
	static const uint8_t p[] = { 0, 0, 0, 3, 0x00, 0x80, 0x83, 0xb1 };

	(void)state;
	assert_true(scsi_parse_list(p, sizeof(p), 0x83));
	assert_false(scsi_parse_list(p, sizeof(p), 0xb1));	/* past it */
	assert_false(scsi_parse_list(p, 6, 0x83));	/* did not come */
	assert_false(scsi_parse_list(p, 3, 0x00));
	assert_false(scsi_parse_list((const uint8_t *)"\0\x80\0\1\x80", 5,
				     0x80));		/* another page */
}

static void
names_are_read(void **state)
{
	static const struct {
		const char *page;
		size_t len;
		const char *wwn;
	} t[] = {
		/* NAA of the logical unit, after that of the port */
		{ "\0\x83\0\x18" "\x61\x93\0\x08\x50\0\xc5\0\x55\x55\x55\x55"
		  "\x01\x03\0\x08\x50\0\xc5\0\x12\x34\x56\x78", 28,
		  "naa.5000c50012345678" },
		/* EUI-64 only if there is no NAA */
		{ "\0\x83\0\x18" "\x01\x02\0\x08\1\2\3\4\5\6\7\x08"
		  "\x01\x03\0\x08\x50\0\xc5\0\x12\x34\x56\x78", 28,
		  "naa.5000c50012345678" },
		{ "\0\x83\0\x0c" "\x01\x02\0\x08\1\2\3\4\5\6\7\x08", 16,
		  "eui.0102030405060708" },
		/* all zero, cut off, longer than the page, no page 83h */
		{ "\0\x83\0\x0c" "\x01\x03\0\x08\0\0\0\0\0\0\0\0", 16, "" },
		{ "\0\x83\0\x0c" "\x01\x03\0\x08\x50\0\xc5\0\x12", 9, "" },
		{ "\0\x83\0\x06" "\x01\x03\0\x08\x50\0\xc5\0\1\1\1\1", 16, "" },
		{ "\0\x80\0\x0c" "\x01\x03\0\x08\x50\0\xc5\0\1\1\1\1", 16, "" },
		{ "\0\x83", 2, "" },
	};
	char wwn[64];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		scsi_parse_names((const uint8_t *)t[i].page, t[i].len, wwn);
		assert_string_equal(wwn, t[i].wwn);
	}
}

static void
character_is_read(void **state)
{
	uint8_t p[64] = { 0, 0xb1, 0, 0x3c, 0x1c, 0x20, 0, 0xf2 };
	struct scsi_character c;

	(void)state;
	scsi_parse_character(p, sizeof(p), &c);
	assert_int_equal(c.rpm, 7200);
	assert_int_equal(c.after_block, 3);
	assert_int_equal(c.after_crypto, 3);
	p[4] = 0;
	p[5] = 1;
	p[7] = 0x60;
	scsi_parse_character(p, sizeof(p), &c);
	assert_true(c.solid && !c.rpm);
	assert_int_equal(c.after_block, 1);
	assert_int_equal(c.after_crypto, 2);
	scsi_parse_character(p, 7, &c);		/* an older, shorter page */
	assert_true(c.solid && !c.after_block && !c.after_crypto);
	scsi_parse_character(p, 4, &c);
	assert_false(c.solid);
	memset(p, 0xff, sizeof(p));
	scsi_parse_character(p, sizeof(p), &c);
	assert_false(c.solid || c.rpm || c.after_block);
}

static void
trim_is_read(void **state)
{
	uint8_t b0[64] = { 0, 0xb0, 0, 60 }, b2[8] = { 0, 0xb2, 0, 4 };

	(void)state;
	assert_int_equal(scsi_parse_trim(NULL, 0, NULL, 0), ANSWER_UNKNOWN);
	assert_int_equal(scsi_parse_trim(b0, 64, NULL, 0), ANSWER_NO);
	assert_int_equal(scsi_parse_trim(b0, 16, NULL, 0), ANSWER_UNKNOWN);
	b0[23] = 1;
	assert_int_equal(scsi_parse_trim(b0, 64, NULL, 0), ANSWER_YES);
	assert_int_equal(scsi_parse_trim(b0, 64, b2, 8), ANSWER_NO);
	b2[5] = 0x80;
	assert_int_equal(scsi_parse_trim(NULL, 0, b2, 8), ANSWER_YES);
	assert_int_equal(scsi_parse_trim(NULL, 0, b2, 5), ANSWER_UNKNOWN);
}

/* ---- READ CAPACITY ------------------------------------------------------ */

static void
capacity_is_read(void **state)
{
	static const struct {
		uint64_t last;
		size_t len;
		uint32_t lblock, pblock;
		int r;
		uint8_t p12, p13, type, intervals;
	} t[] = {
		{ 7814037167, 32, 512, 4096, 0, 0, 3, 0, 0 },
		{ 976754645, 32, 4096, 4096, 0, 0, 0, 0, 0 },
		{ 585937499, 32, 520, 520, 0, 0, 0, 0, 0 },
		{ 585937499, 32, 524, 524, 0, 0, 0, 0, 0 },
		{ 585937499, 32, 528, 528, 0, 1, 0, 1, 0 },
		{ 1000, 32, 512, 4096, 0, 0x01, 3, 1, 0 },
		{ 1000, 32, 512, 512, 0, 0x03, 0, 2, 0 },
		{ 1000, 32, 4096, 4096, 0, 0x05, 0x30, 3, 3 },
		/* a type without PROT_EN is none */
		{ 1000, 32, 512, 512, 0, 0x04, 0, 0, 0 },
		/* reserved types, more intervals than bytes */
		{ 1000, 32, 512, 0, -EBADMSG, 0x07, 0, 0, 0 },
		{ 1000, 32, 512, 0, -EBADMSG, 0x01, 0xf0, 0, 0 },
		/* an old, short answer */
		{ 1000, 12, 512, 512, 0, 0x01, 3, 0, 0 },
		{ 1000, 11, 512, 0, -EBADMSG, 0, 0, 0, 0 },
		{ 1000, 0, 512, 0, -EBADMSG, 0, 0, 0, 0 },
		{ 1000, 32, 0, 0, -EBADMSG, 0, 0, 0, 0 },
		{ 1000, 32, 0x10001, 0, -EBADMSG, 0, 0, 0, 0 },
		{ UINT64_MAX, 32, 512, 0, -EBADMSG, 0, 0, 0, 0 },
		{ UINT64_MAX / 512, 32, 512, 0, -EBADMSG, 0, 0, 0, 0 },
	};
	struct scsi_capacity c;
	uint8_t p[32];
	size_t i, b;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		memset(p, 0, sizeof(p));
		for (b = 0; b < 8; b++)
			p[b] = (uint8_t)(t[i].last >> (56 - 8 * b));
		for (b = 0; b < 4; b++)
			p[8 + b] = (uint8_t)(t[i].lblock >> (24 - 8 * b));
		p[12] = t[i].p12;
		p[13] = t[i].p13;
		p[14] = 0xc0;		/* LBPME and LBPRZ */
		p[15] = 7;
		assert_int_equal(scsi_parse_capacity16(p, t[i].len, &c),
				 t[i].r);
		assert_int_equal(c.blocks, t[i].r ? 0 : t[i].last + 1);
		assert_int_equal(c.pblock, t[i].pblock);
		assert_int_equal(c.protection, t[i].type);
		assert_int_equal(c.intervals, t[i].intervals);
		assert_int_equal(c.aligned.known, !t[i].r && t[i].len >= 16);
		assert_int_equal(c.aligned.n, c.aligned.known ? 7 : 0);
	}
	memset(p, 0xff, sizeof(p));
	assert_int_equal(scsi_parse_capacity16(p, 32, &c), -EBADMSG);
	assert_int_equal(scsi_parse_capacity10(p, 8, &c), -EBADMSG);
	p[4] = p[5] = p[7] = 0;
	p[6] = 2;
	assert_int_equal(scsi_parse_capacity10(p, 8, &c), -EOVERFLOW);
	p[0] = 0;
	assert_int_equal(scsi_parse_capacity10(p, 8, &c), 0);
	assert_int_equal(c.blocks, 0x01000000);
	assert_int_equal(scsi_parse_capacity10(p, 7, &c), -EBADMSG);
}

/* ---- what it can -------------------------------------------------------- */

static void
support_is_read(void **state)
{
	static const struct {
		uint8_t p[5];
		size_t len;
		enum answer can;
	} t[] = {
		{ { 0, 3, 0, 10, 0x48 }, 5, ANSWER_YES },
		{ { 0, 0x83, 0, 10, 0x48 }, 5, ANSWER_YES },	/* CTDP */
		{ { 0, 1, 0, 0, 0 }, 5, ANSWER_NO },
		{ { 0, 5, 0, 10, 0x48 }, 5, ANSWER_NO },
		{ { 0, 0, 0, 0, 0 }, 5, ANSWER_UNKNOWN },
		{ { 0, 3, 0, 10, 0x04 }, 5, ANSWER_UNKNOWN },
		{ { 0, 3, 0, 0, 0x48 }, 5, ANSWER_UNKNOWN },
		{ { 0, 3, 0, 10, 0x48 }, 4, ANSWER_UNKNOWN },
		{ { 0, 3, 0, 10, 0x48 }, 0, ANSWER_UNKNOWN },
		{ { 0xff, 0xff, 0xff, 0xff, 0xff }, 5, ANSWER_UNKNOWN },
		{ { 0, 2, 0, 10, 0x48 }, 5, ANSWER_UNKNOWN },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(t); i++)
		assert_int_equal(scsi_parse_support(t[i].p, t[i].len, 0x48),
				 t[i].can);
}

static void
protection_from_writes_is_read(void **state)
{
	uint8_t p[24] = { 0, 18, 0, 0, 0, 0, 0, 0, 0x8a, 0x0a };

	(void)state;
	assert_int_equal(scsi_parse_protected(p, 20), ANSWER_NO);
	p[3] = 0x80;
	assert_int_equal(scsi_parse_protected(p, 20), ANSWER_YES);
	p[3] = 0;
	p[12] = 8;
	assert_int_equal(scsi_parse_protected(p, 20), ANSWER_YES);
	assert_int_equal(scsi_parse_protected(p, 12), ANSWER_UNKNOWN);
	p[8] = 0x08;
	assert_int_equal(scsi_parse_protected(p, 20), ANSWER_UNKNOWN);
	p[7] = 255;		/* block descriptors that are not there */
	assert_int_equal(scsi_parse_protected(p, 20), ANSWER_UNKNOWN);
	assert_int_equal(scsi_parse_protected(p, 0), ANSWER_UNKNOWN);
}

/* ---- health ------------------------------------------------------------- */

static void
logs_are_read(void **state)
{
	static const uint8_t
		hot[] = { 0x0d, 0, 0, 12, 0, 0, 3, 2, 0, 41,
			  0, 1, 3, 2, 0, 68 },
		used[] = { 0x11, 0, 0, 8, 0, 1, 3, 4, 0, 0, 0, 97 },
		scan[] = { 0x15, 0, 0, 8, 0, 0, 3, 4, 0, 0, 0x0e, 0x10 },
		bad[] = { 0x03, 0, 0, 12, 0, 6, 3, 8, 0, 0, 0, 0, 0, 0, 1, 2 },
		fine[] = { 0x2f, 0, 0, 8, 0, 0, 3, 4, 0, 0, 39, 0 },
		dying[] = { 0x2f, 0, 0, 8, 0, 0, 3, 4, 0x5d, 0x10, 0, 0 },
		warned[] = { 0x2f, 0, 0, 8, 0, 0, 3, 4, 0x0b, 0x01, 0, 0 };
	struct health h = { 0 };

	(void)state;
	scsi_parse_log(warned, sizeof(warned), &h);
	assert_int_equal(h.failing, ANSWER_UNKNOWN);
	scsi_parse_log(fine, sizeof(fine), &h);
	assert_int_equal(h.failing, ANSWER_NO);
	assert_int_equal(h.celsius.n, 39);
	scsi_parse_log(hot, sizeof(hot), &h);
	assert_true(h.celsius.known && h.celsius.n == 41);
	scsi_parse_log(used, sizeof(used), &h);
	assert_true(h.percent_used.known && h.percent_used.n == 97);
	scsi_parse_log(scan, sizeof(scan), &h);
	assert_true(h.hours.known && h.hours.n == 60);
	scsi_parse_log(bad, sizeof(bad), &h);
	assert_true(h.uncorrectable.known && h.uncorrectable.n == 0x102);
	scsi_parse_log(dying, sizeof(dying), &h);
	assert_int_equal(h.failing, ANSWER_YES);
	assert_int_equal(h.celsius.n, 41);
}

static void
logs_without_sense_tell_nothing(void **state)
{
	static const struct {
		uint8_t p[10];
		size_t len;
	} t[] = {
		{ { 0x0d, 0, 0, 6, 0, 0, 3, 2, 0, 0xff }, 10 },
		{ { 0x0d, 0, 0, 6, 0, 0, 3, 9, 0, 40 }, 10 },	/* too long */
		{ { 0x0d, 0, 0, 6, 0, 0, 3, 2, 0, 40 }, 9 },	/* cut off */
		{ { 0x0d, 0, 0, 3, 0, 0, 3, 2, 0, 40 }, 10 },
		{ { 0x4d, 1, 0, 6, 0, 0, 3, 2, 0, 40 }, 10 },	/* subpage */
		{ { 0x0d, 0, 0, 6, 0, 0, 3, 1, 0, 40 }, 10 },
		{ { 0 }, 10 }, { { 0x0d }, 1 }, { { 0 }, 0 },
	};
	static const struct health none;
	struct health h;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		memset(&h, 0, sizeof(h));
		scsi_parse_log(t[i].p, t[i].len, &h);
		assert_memory_equal(&h, &none, sizeof(h));
	}
}

static void
defects_are_counted(void **state)
{
	static const struct {
		uint8_t p[8];
		size_t len;
		bool known;
		uint64_t n;
	} t[] = {
		{ { 0, 0x0c, 0, 0, 0, 0, 0, 0 }, 8, true, 0 },
		{ { 0, 0x0c, 0, 0, 0, 0, 0, 24 }, 8, true, 3 },
		{ { 0, 0x08, 0, 0, 0, 0, 0, 24 }, 8, true, 6 },
		{ { 0, 0x0d, 0, 0, 0, 1, 0, 0 }, 8, true, 8192 },
		{ { 0, 0x04, 0, 0, 0, 0, 0, 24 }, 8, false, 0 },
		{ { 0, 0x0e, 0, 0, 0, 0, 0, 24 }, 8, false, 0 },
		{ { 0, 0x0c, 0, 0, 0, 0, 0, 23 }, 8, false, 0 },
		{ { 0, 0x0c, 0, 0, 0, 0, 0, 24 }, 7, false, 0 },
	};
	struct count c;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		c = scsi_parse_defects(t[i].p, t[i].len);
		assert_int_equal(c.known, t[i].known);
		assert_int_equal(c.n, t[i].n);
	}
}

/* ---- sense -------------------------------------------------------------- */

static const struct {
	uint8_t key, asc, ascq;
	enum scsi_says says;
} sayings[] = {
	{ 0x2, 0x04, 0x1b, SCSI_SAYS_SANITIZING },
	{ 0x0, 0x04, 0x1b, SCSI_SAYS_SANITIZING },
	{ 0x5, 0x04, 0x1b, SCSI_SAYS_UNKNOWN },
	{ 0x2, 0x04, 0x04, SCSI_SAYS_FORMATTING },
	{ 0x3, 0x31, 0x03, SCSI_SAYS_SANITIZE_FAILED },
	{ 0x3, 0x31, 0x01, SCSI_SAYS_FORMAT_FAILED },
	{ 0x3, 0x31, 0x00, SCSI_SAYS_FORMAT_FAILED },
	{ 0x0, 0x00, 0x00, SCSI_SAYS_NOTHING },
	{ 0x1, 0x00, 0x00, SCSI_SAYS_UNKNOWN },
	{ 0x1, 0x5d, 0x10, SCSI_SAYS_NOTHING },
	{ 0x0, 0x5e, 0x03, SCSI_SAYS_NOTHING },
	{ 0x6, 0x29, 0x00, SCSI_SAYS_ATTENTION },
	{ 0x6, 0x2a, 0x09, SCSI_SAYS_ATTENTION },
	{ 0x6, 0x5d, 0x00, SCSI_SAYS_ATTENTION },
	{ 0x2, 0x04, 0x01, SCSI_SAYS_UNKNOWN },
	{ 0x2, 0x04, 0x09, SCSI_SAYS_UNKNOWN },
	{ 0x4, 0x44, 0x00, SCSI_SAYS_UNKNOWN },
	{ 0x7, 0x20, 0x02, SCSI_SAYS_UNKNOWN },
};

/* In both formats; and deferred, nothing of it is good news. */
static void
sense_is_understood(void **state)
{
	uint8_t fixed[18] = { 0x70, [7] = 10 }, desc[8] = { 0x72 };
	struct sense s;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(sayings); i++) {
		fixed[2] = desc[1] = sayings[i].key;
		fixed[12] = desc[2] = sayings[i].asc;
		fixed[13] = desc[3] = sayings[i].ascq;
		fixed[0] = 0x70;
		desc[0] = 0x72;
		assert_int_equal(sense_parse(fixed, 18, &s), 0);
		assert_int_equal(scsi_says(&s), sayings[i].says);
		assert_int_equal(sense_parse(desc, 8, &s), 0);
		assert_int_equal(scsi_says(&s), sayings[i].says);
		fixed[0] = 0x71;
		assert_int_equal(sense_parse(fixed, 18, &s), 0);
		assert_int_not_equal(scsi_says(&s), SCSI_SAYS_NOTHING);
		assert_int_not_equal(scsi_says(&s), SCSI_SAYS_SANITIZING);
	}
	s = (struct sense){ 0 };
	assert_int_equal(scsi_says(&s), SCSI_SAYS_UNKNOWN);
}

static void
refusals_have_an_errno(void **state)
{
	static const struct {
		uint8_t status, key, asc, ascq;
		int err;
	} t[] = {
		{ 0x00, 0, 0, 0, 0 },
		{ 0x18, 0, 0, 0, EACCES },
		{ 0x08, 0, 0, 0, EBUSY },
		{ 0x28, 0, 0, 0, EBUSY },
		{ 0x40, 0, 0, 0, EPROTO },
		{ 0x02, 0x5, 0x20, 0, EOPNOTSUPP },
		{ 0x02, 0x5, 0x24, 0, EOPNOTSUPP },
		{ 0x02, 0x5, 0x26, 0, EOPNOTSUPP },
		{ 0x02, 0x5, 0x21, 0, EIO },
		{ 0x02, 0x7, 0x27, 0, EROFS },
		{ 0x02, 0x7, 0x74, 0x71, EACCES },
		{ 0x02, 0x7, 0x20, 0x02, EACCES },
		{ 0x02, 0x2, 0x04, 0x1b, EBUSY },
		{ 0x02, 0x2, 0x04, 0x04, EBUSY },
		{ 0x02, 0x2, 0x3a, 0, ENOMEDIUM },
		{ 0x02, 0x2, 0x04, 0x02, EAGAIN },
		{ 0x02, 0x6, 0x29, 0, ECONNRESET },
		{ 0x02, 0x3, 0x31, 0x03, EIO },
		{ 0x02, 0x4, 0x44, 0, EIO },
	};
	struct sense s;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		s = (struct sense){ .valid = true, .key = t[i].key,
				    .asc = t[i].asc, .ascq = t[i].ascq };
		assert_int_equal(scsi_errno(t[i].status, &s), t[i].err);
	}
	s.valid = false;
	assert_int_equal(scsi_errno(SCSI_CHECK, &s), EPROTO);
}

/* ---- build -------------------------------------------------------------- */

static void
sanitize_is_built(void **state)
{
	static const uint8_t pattern[4] = { 0xde, 0xad, 0xbe, 0xef };
	static const uint8_t block[16] = { 0x48, 0x82 },
		crypto[16] = { 0x48, 0x83 }, leave[16] = { 0x48, 0x1f },
		overwrite[16] = { 0x48, 0x81, [8] = 8 },
		expected[] = { 1, 0, 0, 4, 0xde, 0xad, 0xbe, 0xef };
	uint8_t list[SCSI_LIST_MAX];
	struct wire_scsi c;

	(void)state;
	scsi_build_sanitize(METHOD_SANITIZE_BLOCK, pattern, list, &c);
	assert_memory_equal(c.cdb, block, 16);
	assert_int_equal(c.cdb_len, 10);
	assert_int_equal(c.dir, WIRE_NONE);
	scsi_build_sanitize(METHOD_SANITIZE_CRYPTO, pattern, list, &c);
	assert_memory_equal(c.cdb, crypto, 16);
	scsi_build_sanitize(METHOD_SANITIZE_OVERWRITE, pattern, list, &c);
	assert_memory_equal(c.cdb, overwrite, 16);
	assert_int_equal(c.dir, WIRE_OUT);
	assert_int_equal(c.len, 8);
	assert_memory_equal(c.data, expected, 8);
	scsi_build_exit(&c);
	assert_memory_equal(c.cdb, leave, 16);
}

/* Protection stays what it is; nothing but IMMED is asked for. */
static void
format_is_built(void **state)
{
	static const struct {
		uint8_t type, intervals, cdb1, list0, list3;
		uint32_t len;
	} t[] = {
		{ 0, 0, 0x10, 0, 0, 4 },
		{ 1, 0, 0x90, 0, 0, 4 },
		{ 2, 0, 0xd0, 0, 0, 4 },
		{ 3, 0, 0xd0, 1, 0, 4 },
		{ 2, 3, 0xf0, 0, 3, 8 },
	};
	struct scsi_capacity cap = { 0 };
	uint8_t list[SCSI_LIST_MAX];
	struct wire_scsi c;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		memset(list, 0xff, sizeof(list));
		cap.protection = t[i].type;
		cap.intervals = t[i].intervals;
		scsi_build_format(&cap, list, &c);
		assert_int_equal(c.cdb_len, 6);
		assert_int_equal(c.cdb[0], 0x04);
		assert_int_equal(c.cdb[1], t[i].cdb1);
		assert_int_equal(c.cdb[4], 0);		/* no fast format */
		assert_int_equal(c.len, t[i].len);
		assert_int_equal(list[0], t[i].list0);
		assert_int_equal(list[1], 0x02);
		assert_int_equal(list[2], 0);
		assert_int_equal(list[3], t[i].list3);
		assert_int_equal(list[4] | list[5] | list[6] | list[7], 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(inquiry_is_read),
		cmocka_unit_test(inquiry_is_judged),
		cmocka_unit_test(texts_are_cleaned),
		cmocka_unit_test(pages_are_listed),
		cmocka_unit_test(names_are_read),
		cmocka_unit_test(character_is_read),
		cmocka_unit_test(trim_is_read),
		cmocka_unit_test(capacity_is_read),
		cmocka_unit_test(support_is_read),
		cmocka_unit_test(protection_from_writes_is_read),
		cmocka_unit_test(logs_are_read),
		cmocka_unit_test(logs_without_sense_tell_nothing),
		cmocka_unit_test(defects_are_counted),
		cmocka_unit_test(sense_is_understood),
		cmocka_unit_test(refusals_have_an_errno),
		cmocka_unit_test(sanitize_is_built),
		cmocka_unit_test(format_is_built),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
