/* SPDX-License-Identifier: Apache-2.0 */
/* What an ATA drive says is understood as it is meant, or not at all; and what
 * is said to it is byte for byte what the standard has. */
#include "ata_sample.h"

/* ---- IDENTIFY DEVICE data ----------------------------------------------- */

static void
test_a_disk(void **state)
{
	struct ata_id id = read_with(NULL, 0);

	(void)state;
	assert_true(id.proven);
	assert_string_equal(id.model, "ST500DM002-1BD142");
	assert_string_equal(id.serial, "Z1D0ABCD");
	assert_string_equal(id.firmware, "SN05");
	assert_string_equal(id.wwn, "naa.5000c5001234abcd");
	assert_int_equal(id.sectors, 976773168);
	assert_int_equal(id.lblock, 512);
	assert_int_equal(id.pblock, 4096);
	assert_int_equal(id.rpm, 7200);
	assert_true(!id.solid && id.lba48 && id.gpl && id.smart);
	assert_true(id.hpa && id.dco && !id.amac);
	assert_true(id.sanitize && id.overwrite && !id.block && !id.crypto);
	assert_int_equal(id.trim, ANSWER_NO);
	assert_int_equal(id.encrypts, ANSWER_NO);
	assert_int_equal(id.lock.supported, ANSWER_YES);
	assert_int_equal(id.lock.enabled, ANSWER_NO);
	assert_int_equal(id.lock.locked, ANSWER_NO);
	assert_int_equal(id.lock.frozen, ANSWER_NO);
	assert_int_equal(id.lock.expired, ANSWER_NO);
	assert_int_equal(id.lock.enhanced, ANSWER_YES);
	assert_int_equal(id.lock.erase_min, 78);
	assert_int_equal(id.lock.enhanced_min, 96);
	assert_int_equal(id.lock.master_id, 0xfffe);
	assert_false(id.erase_open || id.enhanced_open);
}

static void
test_locks(void **state)
{
	static const struct {
		uint16_t w82, w128;
		enum answer supported, enabled, locked, frozen, expired,
			    enhanced, maximum;
	} rows[] = {
#define U ANSWER_UNKNOWN
#define N ANSWER_NO
#define Y ANSWER_YES
		{ 0x746b, 0x0029, Y, N, N, Y, N, Y, N },	/* frozen */
		{ 0x746b, 0x0027, Y, Y, Y, N, N, Y, N },	/* locked */
		{ 0x746b, 0x0017, Y, Y, Y, N, Y, N, N },	/* expired */
		{ 0x746b, 0x0103, Y, Y, N, N, N, N, Y },	/* maximum */
		{ 0x746b, 0x000b, Y, Y, N, Y, N, N, N },	/* SEC6 */
		{ 0x7469, 0x0000, N, N, N, N, N, N, N },	/* none */
		{ 0x0000, 0x0000, N, N, N, N, N, N, N },
		/* the two words disagree, or are blank: not "no" */
		{ 0x746b, 0x0000, U, U, U, U, U, U, U },
		{ 0x7469, 0x0021, U, U, U, U, U, U, U },
		{ 0x746b, 0xffff, U, U, U, U, U, U, U },
		{ 0xffff, 0xffff, U, U, U, U, U, U, U },
#undef U
#undef N
#undef Y
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct ata_id id = READ({ 82, rows[i].w82 },
					{ 128, rows[i].w128 });

		assert_int_equal(id.lock.supported, rows[i].supported);
		assert_int_equal(id.lock.enabled, rows[i].enabled);
		assert_int_equal(id.lock.locked, rows[i].locked);
		assert_int_equal(id.lock.frozen, rows[i].frozen);
		assert_int_equal(id.lock.expired, rows[i].expired);
		assert_int_equal(id.lock.enhanced, rows[i].enhanced);
		assert_int_equal(id.lock.maximum, rows[i].maximum);
	}
}

static void
test_times(void **state)
{
	static const struct {
		uint32_t minutes, timeout_min;	/* 0: for ever */
		uint16_t word;
		bool open;
	} rows[] = {
		{ 0, 720, 0x0000, false },		/* not told: 12 h */
		{ 2, 720, 0x0001, false },		/* never less */
		{ 508, 1016, 0x00fe, false },		/* twice as much */
		{ 510, 0, 0x00ff, true },		/* or more */
		{ 2, 720, 0x7f01, false },		/* reserved bits */
		{ 2, 720, 0x8001, false },
		{ 4800, 9600, 0x8960, false },
		{ 65532, 0, 0xfffe, false },		/* beyond counting */
		{ 65534, 0, 0xffff, true },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct ata_id id = READ({ 89, 2 }, { 90, rows[i].word });
		uint32_t ms = rows[i].timeout_min ?
			      rows[i].timeout_min * 60000 : WIRE_FOREVER;

		assert_int_equal(id.lock.enhanced_min, rows[i].minutes);
		assert_int_equal(id.enhanced_open, rows[i].open);
		assert_int_equal(ata_erase_timeout_ms(&id, true), ms);
		assert_int_equal(ata_erase_timeout_ms(&id, false),
				 720 * 60000);
	}
}

static void
test_sizes(void **state)
{
	struct ata_id id;

	(void)state;
	/* 4 KiB logical blocks */
	id = READ({ 106, 0x5000 }, { 117, 2048 }, { 118, 0 });
	assert_int_equal(id.lblock, 4096);
	assert_int_equal(id.pblock, 4096);
	/* word 106 not valid: 512 */
	id = READ({ 106, 0xffff }, { 117, 2048 });
	assert_int_equal(id.lblock, 512);
	assert_int_equal(id.pblock, 512);
	/* the extended count, for drives that need it */
	id = READ({ 69, 0x0008 }, { 230, 0x0000 }, { 231, 0x0000 },
		  { 232, 0x0001 });
	assert_true(id.sectors == UINT64_C(1) << 32);
	/* 28 bits only */
	id = READ({ 83, 0x4000 }, { 60, 0x5678 }, { 61, 0x0123 });
	assert_int_equal(id.sectors, 0x01235678);
	assert_false(id.lba48);
	/* more than can be */
	id = READ({ 100, 0xffff }, { 101, 0xffff }, { 102, 0xffff },
		  { 103, 0xffff });
	assert_int_equal(id.sectors, 0);
}

/* Of eight logical blocks in a physical one, the first is the second. */
static void
test_alignment(void **state)
{
	static const struct {
		uint16_t w106, w209;
		bool known;
		uint64_t n;
	} t[] = {
		{ 0x6003, 0x4000, true, 0 }, { 0x6003, 0x4001, true, 7 },
		{ 0x6003, 0x4007, true, 1 }, { 0x6003, 0x4008, false, 0 },
		{ 0x6003, 0x0001, false, 0 }, { 0x6003, 0xffff, false, 0 },
		{ 0x4000, 0x0000, true, 0 },
	};
	struct ata_id id;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		id = READ({ 106, t[i].w106 }, { 209, t[i].w209 });
		assert_int_equal(id.aligned.known, t[i].known);
		if (t[i].known)
			assert_int_equal(id.aligned.n, t[i].n);
	}
}

static void
test_ssd(void **state)
{
	struct ata_id id;

	(void)state;
	id = READ({ 59, 0xb000 }, { 69, 0x4010 }, { 169, 1 }, { 217, 1 });
	assert_true(id.solid && !id.rpm && id.block && id.crypto &&
		    !id.overwrite);
	assert_int_equal(id.trim, ANSWER_YES);
	assert_int_equal(id.encrypts, ANSWER_YES);
	assert_int_equal(id.trim_same, ANSWER_YES);
	assert_int_equal(id.trim_zeros, ANSWER_NO);
	id = READ({ 69, 0x4020 }, { 169, 1 });
	assert_int_equal(id.trim_zeros, ANSWER_YES);
	id = READ({ 69, 0x0020 }, { 169, 1 });	/* one means nothing alone */
	assert_int_equal(id.trim_same, ANSWER_NO);
	assert_int_equal(id.trim_zeros, ANSWER_NO);
	id = READ({ 69, 0x4020 }, { 169, 0 });
	assert_int_equal(id.trim_zeros, ANSWER_UNKNOWN);
	/* bits of methods without that of the feature set */
	id = READ({ 59, 0xe000 });
	assert_false(id.sanitize || id.block || id.crypto || id.overwrite);
	id = READ({ 59, 0xffff });
	assert_false(id.sanitize || id.block || id.crypto || id.overwrite);
	/* before ACS-3 nobody said whether it encrypts */
	id = READ({ 80, 0x01f0 }, { 69, 0x4000 });
	assert_int_equal(id.encrypts, ANSWER_UNKNOWN);
}

static void
test_accessible_max_address(void **state)
{
	struct ata_id id;

	(void)state;
	id = READ({ 82, 0x706b }, { 83, 0x7561 }, { 85, 0x7069 },
		  { 119, 0x411c });
	assert_true(id.amac && !id.hpa && !id.dco);
	id = READ({ 86, 0x3c41 }, { 119, 0x411c });
	assert_false(id.amac);
}

static void
test_no_drive(void **state)
{
	struct ata_id id;
	uint8_t p[ATA_BLOCK];
	int i;

	(void)state;
	memset(p, 0x00, sizeof(p));
	assert_int_not_equal(ata_id_parse(p, &id), 0);
	memset(p, 0xff, sizeof(p));
	assert_int_not_equal(ata_id_parse(p, &id), 0);
	assert_true(!id.model[0] && !id.sectors && !id.proven);
	/* one bit flipped anywhere in a block with a checksum; without its
	 * signature there is none, and nothing is proven */
	for (i = 0; i < ATA_BLOCK * 8; i++) {
		make(p, NULL, 0);
		p[i / 8] ^= 1 << i % 8;
		if (ata_id_parse(p, &id) == 0)
			assert_true(i / 8 == 510 && !id.proven);
	}
	/* optical, or not all there yet */
	make(p, (struct word[]){ { 0, 0x8580 } }, 1);
	assert_int_not_equal(ata_id_parse(p, &id), 0);
	make(p, (struct word[]){ { 0, 0x0044 } }, 1);
	assert_int_not_equal(ata_id_parse(p, &id), 0);
	/* a CompactFlash card is one */
	make(p, (struct word[]){ { 0, 0x848a } }, 1);
	assert_int_equal(ata_id_parse(p, &id), 0);
	/* an old one without checksum */
	make(p, NULL, 0);
	p[510] = p[511] = 0;
	assert_int_equal(ata_id_parse(p, &id), 0);
	assert_false(id.proven);
}

static void
test_hostile_names(void **state)
{
	struct ata_id id;
	uint8_t p[ATA_BLOCK];

	(void)state;
	make(p, NULL, 0);
	put_text(p, 27, 20, "\x1b[2J\n\xff\xfe model");
	put_text(p, 10, 10, "");
	seal(p);
	assert_int_equal(ata_id_parse(p, &id), 0);
	assert_true(text_valid(id.model) && !strchr(id.model, 0x1b) &&
		    !strchr(id.model, '\n'));
	assert_string_equal(id.serial, "");
}

/* ---- logs and SMART ----------------------------------------------------- */

static void
put_statistic(uint8_t *p, unsigned int at, uint32_t n, uint8_t flags)
{
	memcpy(p + at, (uint8_t[8]){ n, n >> 8, n >> 16, n >> 24, 0, 0, 0,
				     flags }, 8);
}

static void
test_statistics(void **state)
{
	uint8_t p[ATA_BLOCK] = { 1, 0, ATA_STAT_ROTATING };
	struct health h = { .pending = { true, 7 } };

	(void)state;
	put_statistic(p, 0x20, 70000, 0xc0);
	put_statistic(p, 0x38, 9, 0x80);	/* not valid now */
	ata_stats_parse(p, ATA_STAT_ROTATING, &h);
	assert_true(h.reallocated.known && h.reallocated.n == 70000);
	assert_true(h.pending.known && h.pending.n == 7);
	/* another page than was asked for */
	put_statistic(p, 0x20, 1, 0xc0);
	p[2] = ATA_STAT_GENERAL;
	ata_stats_parse(p, ATA_STAT_ROTATING, &h);
	assert_int_equal(h.reallocated.n, 70000);

	p[2] = ATA_STAT_TEMPERATURE;
	put_statistic(p, 0x08, 41, 0xc0);
	ata_stats_parse(p, ATA_STAT_TEMPERATURE, &h);
	assert_true(h.celsius.known && h.celsius.n == 41);
	put_statistic(p, 0x08, 0xf6, 0xc0);	/* below zero */
	ata_stats_parse(p, ATA_STAT_TEMPERATURE, &h);
	assert_int_equal(h.celsius.n, 41);
	p[2] = ATA_STAT_SOLID;
	put_statistic(p, 0x08, 3, 0xc0);
	ata_stats_parse(p, ATA_STAT_SOLID, &h);
	assert_true(h.percent_used.known && h.percent_used.n == 3);
	memset(p, 0xff, sizeof(p));
	p[2] = ATA_STAT_GENERAL;
	ata_stats_parse(p, ATA_STAT_GENERAL, &h);
	assert_false(h.hours.known);
}

static void
put_attribute(uint8_t *p, int i, uint8_t id, uint64_t raw)
{
	uint8_t *a = p + 2 + 12 * i;
	int k;

	a[0] = id;
	for (k = 0; k < 6; k++)
		a[5 + k] = raw >> 8 * k & 0xff;
}

static void
sum_up(uint8_t *p)
{
	uint8_t sum = 0;
	int i;

	for (i = 0; i < 511; i++)
		sum += p[i];
	p[511] = (uint8_t)-sum;
}

static void
test_smart(void **state)
{
	uint8_t p[ATA_BLOCK] = { 0x10 };
	struct health h = { 0 };

	(void)state;
	put_attribute(p, 0, 5, UINT64_C(0x000100020010));
	put_attribute(p, 1, 9, UINT64_C(0x1234000057e4));
	put_attribute(p, 2, 194, UINT64_C(0x002d00100024));
	put_attribute(p, 3, 190, 99);
	put_attribute(p, 4, 197, 8);
	put_attribute(p, 29, 198, 4);
	sum_up(p);
	ata_smart_parse(p, &h);
	assert_true(h.reallocated.known && h.reallocated.n == 16);
	assert_true(h.hours.known && h.hours.n == 0x57e4);
	assert_true(h.celsius.known && h.celsius.n == 36);
	assert_true(h.pending.known && h.pending.n == 8);
	assert_true(h.uncorrectable.known && h.uncorrectable.n == 4);
	assert_false(h.grown.known || h.percent_used.known);

	h = (struct health){ 0 };
	p[511]++;
	ata_smart_parse(p, &h);
	assert_false(h.reallocated.known || h.celsius.known);
	memset(p, 0, sizeof(p));
	ata_smart_parse(p, &h);
	assert_false(h.reallocated.known || h.celsius.known);
}

static void
test_dco(void **state)
{
	uint8_t p[ATA_BLOCK] = { 2, 0, 0, 0, 0, 0,
				 0xff, 0xff, 0x38, 0x3a, 0, 0, 0, 0 };

	(void)state;
	p[510] = 0xa5;
	sum_up(p);
	assert_int_equal(ata_dco_sectors(p), 0x3a390000);
	p[511]++;
	assert_int_equal(ata_dco_sectors(p), 0);
	p[511]--;
	p[510] = 0;
	assert_int_equal(ata_dco_sectors(p), 0);
	memset(p, 0xff, sizeof(p));
	assert_int_equal(ata_dco_sectors(p), 0);
	memset(p, 0, sizeof(p));
	p[510] = 0xa5;
	sum_up(p);
	assert_int_equal(ata_dco_sectors(p), 0);
}

static void
test_security_page(void **state)
{
	uint8_t p[ATA_BLOCK] = { 1, 0, ATA_ID_SECURITY };
	uint64_t v;

	(void)state;
	p[7] = 0x80;
	p[48] = 0x81;
	p[55] = 0x80;
	assert_true(ata_id_security_page(p, &v));
	assert_true(v & ATA_IDS_SAN_OVERRIDES && v & ATA_IDS_ENCRYPTS);
	p[55] = 0;
	assert_false(ata_id_security_page(p, &v));
	assert_true(v == 0);
	memset(p, 0xff, sizeof(p));
	assert_false(ata_id_security_page(p, &v));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_disk),
		cmocka_unit_test(test_locks),
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_alignment),
		cmocka_unit_test(test_ssd),
		cmocka_unit_test(test_accessible_max_address),
		cmocka_unit_test(test_no_drive),
		cmocka_unit_test(test_hostile_names),
		cmocka_unit_test(test_statistics),
		cmocka_unit_test(test_smart),
		cmocka_unit_test(test_dco),
		cmocka_unit_test(test_security_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
