/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A SCSI disk is offered what it lists itself, and nothing that could not be
 * told to have worked; what stands in between is judged.
 */
#undef NDEBUG
#include "scsi_script.h"

static struct drive d;

static void
look(struct wire *w)
{
	memset(&d, 0, sizeof(d));
	assert_int_equal(scsi_driver.identify(w, &d), 0);
}

static void
none_offered(enum reason_code code)
{
	static const enum method ours[] = { METHOD_SANITIZE_BLOCK,
		METHOD_SANITIZE_CRYPTO, METHOD_SANITIZE_OVERWRITE,
		METHOD_FORMAT };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(ours); i++) {
		assert_false(d.offers[ours[i]].offered);
		assert_int_equal(d.offers[ours[i]].why.code, code);
	}
}

static void
disk_is_identified(void **state)
{
	struct wire *w = a_disk();

	(void)state;
	w->protection = 1;
	look(w);
	assert_string_equal(d.id.vendor, "EXAMPLE");
	assert_string_equal(d.id.model, "SAS DISK");
	assert_string_equal(d.id.serial, "SN42");
	assert_string_equal(d.id.firmware, "0001");
	assert_string_equal(d.id.wwn, "naa.5000c50012345678");
	assert_int_equal(d.medium, MEDIUM_FLASH);
	assert_int_equal(d.areas.current, BLOCKS * 512);
	assert_int_equal(d.meta, 8);
	assert_int_equal(d.lock.supported, ANSWER_NO);
	assert_int_equal(d.bridge.identity, ANSWER_YES);
	assert_true(d.offers[METHOD_SANITIZE_BLOCK].offered);
	assert_true(d.offers[METHOD_SANITIZE_CRYPTO].offered);
	assert_true(d.offers[METHOD_SANITIZE_OVERWRITE].offered);
	assert_true(d.offers[METHOD_FORMAT].offered);
	assert_true(d.offers[METHOD_OVERWRITE].offered);
	assert_int_equal(d.offers[METHOD_SECURITY_ERASE].why.code,
			 REASON_NOT_SUPPORTED);
	assert_int_equal(w->n_erase + w->n_exit, 0);
	end(w);
}

/* Every way in which a drive may tell, or not tell, what it can. */
static void
only_what_is_listed_is_offered(void **state)
{
	static const struct {
		uint8_t can[SCSI_OP_COUNT];
		uint32_t rsoc, either;
		uint8_t offered[SCSI_OP_COUNT];
		enum sanitize_state san;
	} t[] = {
		{ { 3, 3, 3, 3 }, 0, 0, { 1, 1, 1, 1 }, SANITIZE_UNKNOWN },
		{ { 3, 1, 1, 3 }, 0, 0, { 1, 0, 0, 1 }, SANITIZE_UNKNOWN },
		{ { 1, 1, 1, 3 }, 0, 0, { 0, 0, 0, 1 }, SANITIZE_ABSENT },
		{ { 5, 0, 7, 5 }, 0, 0, { 0, 0, 0, 0 }, SANITIZE_UNKNOWN },
		{ { 3, 3, 3, 3 }, NO_OPCODE, 0, { 0, 0, 0, 0 },
		  SANITIZE_UNKNOWN },
		{ { 3, 3, 3, 3 }, NO_FIELD, 0, { 0, 0, 0, 0 },
		  SANITIZE_UNKNOWN },
		/* knows only the older ways of asking */
		{ { 3, 3, 1, 3 }, 0, NO_FIELD, { 1, 1, 0, 1 },
		  SANITIZE_UNKNOWN },
	};
	static const enum method m[SCSI_OP_COUNT] = {
		METHOD_SANITIZE_OVERWRITE, METHOD_SANITIZE_BLOCK,
		METHOD_SANITIZE_CRYPTO, METHOD_FORMAT };
	struct wire *w;
	size_t i, k;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		w = a_disk();
		memcpy(w->can, t[i].can, sizeof(w->can));
		w->rsoc_sense = t[i].rsoc;
		w->either_sense = t[i].either;
		look(w);
		for (k = 0; k < SCSI_OP_COUNT; k++) {
			assert_int_equal(d.offers[m[k]].offered,
					 t[i].offered[k]);
			assert_int_equal(d.offers[m[k]].why.code ==
					 REASON_NOT_SUPPORTED,
					 !t[i].offered[k]);
		}
		assert_int_equal(d.sanitize.state, t[i].san);
		assert_true(d.offers[METHOD_OVERWRITE].offered);
		end(w);
	}
}

static void
odd_blocks_are_listed_and_refused(void **state)
{
	static const uint32_t odd[] = { 520, 524, 528, 4104, 256 };
	struct wire *w;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(odd); i++) {
		w = a_disk();
		w->lblock = odd[i];
		w->kernel_size = 0;
		look(w);
		assert_int_equal(d.id.size, (uint64_t)BLOCKS * odd[i]);
		assert_int_equal(d.lblock, odd[i]);
		none_offered(REASON_BAD_GEOMETRY);
		assert_false(d.offers[METHOD_OVERWRITE].offered);
		assert_non_null(strstr(d.offers[METHOD_OVERWRITE].why.arg,
				       "sg_format"));
		end(w);
	}
}

static void
kernel_and_drive_must_agree(void **state)
{
	struct wire *w = a_disk();

	(void)state;
	w->kernel_size -= 512;
	look(w);
	none_offered(REASON_BAD_GEOMETRY);
	assert_false(d.offers[METHOD_OVERWRITE].offered);
	w->kernel_size += 512;
	w->kernel_lblock = 4096;
	look(w);
	none_offered(REASON_BAD_GEOMETRY);
	/* the kernel corrects what USB bridges count too many */
	w->kernel_lblock = 512;
	w->kernel_size -= 512;
	w->bridge = "1234:5678 usb-storage";
	look(w);
	assert_true(d.offers[METHOD_OVERWRITE].offered);
	end(w);
}

static void
what_keeps_everybody_out(void **state)
{
	struct wire *w = a_disk();

	(void)state;
	w->mode_conflict = true;
	look(w);
	none_offered(REASON_EXPORTED);
	assert_false(d.offers[METHOD_OVERWRITE].offered);
	w->mode_conflict = false;
	w->tur_conflict = true;
	look(w);
	none_offered(REASON_EXPORTED);
	w->tur_conflict = false;
	w->protected_ = true;
	look(w);
	none_offered(REASON_READ_ONLY);
	assert_true(d.read_only);
	assert_false(d.offers[METHOD_OVERWRITE].offered);
	w->protected_ = false;
	w->inquiry[0] = 0x14;
	look(w);
	none_offered(REASON_ZONED);
	assert_true(d.zoned);
	end(w);
}

/* One that was broken off must be able to be begun anew. */
static void
state_is_told(void **state)
{
	static const struct {
		uint32_t now;
		enum sanitize_state san;
		bool sanitize, format;
	} t[] = {
		{ SANITIZING, SANITIZE_RUNNING, true, false },
		{ SAN_FAILED, SANITIZE_FAILED, true, false },
		{ FORMATTING, SANITIZE_RUNNING, false, true },
		{ FMT_FAILED, SANITIZE_FAILED, false, true },
		{ 0x033100, SANITIZE_FAILED, false, true },
		{ 0x020401, SANITIZE_UNKNOWN, false, false },
	};
	struct wire *w;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		w = a_disk();
		w->now = w->rsoc_sense = t[i].now;
		w->kernel_size = 0;
		look(w);
		assert_int_equal(d.sanitize.state, t[i].san);
		assert_int_equal(d.offers[METHOD_SANITIZE_BLOCK].offered,
				 t[i].sanitize);
		assert_int_equal(d.offers[METHOD_FORMAT].offered, t[i].format);
		assert_int_equal(d.id.size, BLOCKS * 512);
		end(w);
	}
}

/* ---- what stands in between --------------------------------------------- */

/* IDENTIFY DEVICE data with its checksum, in page 89h. */
static void
hand_over(struct wire *w, uint32_t sectors)
{
	uint8_t *p = w->ata + SCSI_89_DATA, sum = 0;
	size_t i;

	memset(w->ata, 0, sizeof(w->ata));
	w->ata[1] = 0x89;
	w->ata[2] = 2;
	w->ata[3] = 0x38;
	w->ata[56] = 0xec;
	put_text(p + 20, 20, "ESIRLA1#");
	put_text(p + 54, 40, "eRlad irev");
	for (i = 0; i < 4; i++)
		p[120 + i] = (uint8_t)(sectors >> 8 * i);
	p[510] = 0xa5;
	for (i = 0; i < 511; i++)
		sum += p[i];
	p[511] = (uint8_t)-sum;
	memcpy(w->pages, "\x80\x83\x89\xb1", 5);
}

static void
bridges_are_not_believed(void **state)
{
	static const struct {
		const char *name;
		uint32_t sectors;	/* 0: no page 89h */
		int damage;
		enum answer identity;
		enum medium medium;
	} t[] = {
		{ "152d:0578 uas", 0, 0, ANSWER_UNKNOWN, MEDIUM_FLASH },
		{ "0bc2:2322 uas", BLOCKS, 0, ANSWER_YES, MEDIUM_FLASH },
		{ "0bc2:2322 uas", BLOCKS + 7, 0, ANSWER_YES, MEDIUM_FLASH },
		{ "0bc2:2322 uas", BLOCKS + 8, 0, ANSWER_NO, MEDIUM_FLASH },
		{ "0bc2:2322 uas", BLOCKS - 1, 0, ANSWER_NO, MEDIUM_FLASH },
		{ "0bc2:2322 uas", BLOCKS, 1, ANSWER_UNKNOWN, MEDIUM_FLASH },
	};
	struct wire *w;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		w = a_disk();
		w->bridge = t[i].name;
		if (t[i].sectors)
			hand_over(w, t[i].sectors);
		w->ata[100] = (uint8_t)(w->ata[100] + t[i].damage);
		look(w);
		none_offered(REASON_BRIDGE);
		assert_non_null(strstr(d.offers[METHOD_FORMAT].why.arg,
				       t[i].name));
		assert_true(d.offers[METHOD_OVERWRITE].offered);
		assert_int_equal(d.bridge.identity, t[i].identity);
		assert_int_equal(d.bridge.registers, ANSWER_UNKNOWN);
		assert_string_equal(d.id.serial, t[i].identity == ANSWER_YES ?
				    "SERIAL#1" : "SN42");
		end(w);
	}
}

static void
nvme_bridges_are_known(void **state)
{
	struct wire *w = a_disk();

	(void)state;
	assert_true(bridge_is_nvme("152d:0583 usb-storage"));
	assert_true(bridge_is_nvme("0bda:9210 uas"));
	assert_false(bridge_is_nvme("152d:0578 uas"));
	assert_false(bridge_is_nvme(""));
	w->bridge = "174c:2362 uas";
	w->character[5] = 0;		/* it does not say of what it is made */
	look(w);
	assert_int_equal(d.medium, MEDIUM_FLASH);
	none_offered(REASON_BRIDGE);
	assert_non_null(strstr(d.offers[METHOD_FORMAT].why.arg, "NVMe"));
	end(w);
}

/* No command of the SCSI drive's own reaches an ATA one as it should. */
static void
translated_drives_are_offered_nothing(void **state)
{
	struct wire *w = a_disk();

	(void)state;
	memcpy(w->inquiry + 8, "ATA     ", 8);
	look(w);
	none_offered(REASON_NOT_SUPPORTED);
	assert_true(d.offers[METHOD_OVERWRITE].offered);
	end(w);
}

/* ---- match -------------------------------------------------------------- */

static void
only_disks_match(void **state)
{
	struct wire *w = a_disk();

	(void)state;
	assert_int_equal(scsi_driver.match(w), 1);
	w->inquiry[0] = 0x05;
	assert_int_equal(scsi_driver.match(w), 0);
	w->inquiry[0] = 0x14;
	assert_int_equal(scsi_driver.match(w), 1);
	end(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(disk_is_identified),
		cmocka_unit_test(only_what_is_listed_is_offered),
		cmocka_unit_test(odd_blocks_are_listed_and_refused),
		cmocka_unit_test(kernel_and_drive_must_agree),
		cmocka_unit_test(what_keeps_everybody_out),
		cmocka_unit_test(state_is_told),
		cmocka_unit_test(bridges_are_not_believed),
		cmocka_unit_test(nvme_bridges_are_known),
		cmocka_unit_test(translated_drives_are_offered_nothing),
		cmocka_unit_test(only_disks_match),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
