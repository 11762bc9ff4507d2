/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whatever an NVMe drive answers is read as what it is, or as unknown.
 */
#undef NDEBUG
#include "../drivers/nvme.h"
#include "../src/util.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static uint8_t page[NVME_IDENTIFY_LEN];

static void
put(uint8_t *p, unsigned int bytes, uint64_t v)
{
	while (bytes--) {
		*p++ = (uint8_t)v;
		v >>= 8;
	}
}

static void
put_text(uint8_t *p, size_t len, const char *s)
{
	for (; len; len--)
		*p++ = *s ? (uint8_t)*s++ : ' ';
}

/* ---- Identify Controller ------------------------------------------------ */

static struct nvme_id_ctrl *
a_controller(void)
{
	struct nvme_id_ctrl *c = (void *)page;

	memset(page, 0, sizeof(page));
	put_text(c->sn, sizeof(c->sn), "S4EWNX0R123456");
	put_text(c->mn, sizeof(c->mn), "Example NVMe SSD 1TB");
	put_text(c->fr, sizeof(c->fr), "2B2QEXM7");
	put(c->ver, 4, NVME_VER(1, 4));
	put(c->oacs, 2, NVME_OACS_FORMAT | NVME_OACS_SECURITY);
	put(c->sanicap, 4, 0xa0000007);
	put(c->nn, 4, 1);
	c->fna = NVME_FNA_CRYPTO;
	put_text(c->subnqn, 38, "nqn.2014-08.org.example:S4EWNX0R123456");
	return c;
}

static void
controller_is_read(void **state)
{
	struct nvme_id_ctrl *c = a_controller();
	struct nvme_ctrl n;

	(void)state;
	assert_int_equal(nvme_parse_ctrl(page, sizeof(page), &n), 0);
	assert_string_equal(n.serial, "S4EWNX0R123456");
	assert_string_equal(n.model, "Example NVMe SSD 1TB");
	assert_string_equal(n.firmware, "2B2QEXM7");
	assert_string_equal(n.subsystem,
			    "nqn.2014-08.org.example:S4EWNX0R123456");
	assert_int_equal(n.sanicap, 0xa0000007);
	assert_false(n.unallocated.known);
	assert_false(n.rpmb);

	put(c->oacs, 2, NVME_OACS_NAMESPACES);
	put(c->unvmcap, 16, 123456789);
	put(c->rpmbs, 4, 0x00000002);
	assert_int_equal(nvme_parse_ctrl(page, sizeof(page), &n), 0);
	assert_true(n.unallocated.known && n.unallocated.n == 123456789);
	assert_true(n.rpmb);

	put(c->unvmcap + 8, 8, 1);	/* 2^64 bytes: nobody has them */
	assert_int_equal(nvme_parse_ctrl(page, sizeof(page), &n), 0);
	assert_false(n.unallocated.known);
}

static void
controller_is_refused(void **state)
{
	struct nvme_ctrl n;

	(void)state;
	a_controller();
	assert_int_equal(nvme_parse_ctrl(page, sizeof(page) - 1, &n), -EBADMSG);
	assert_int_equal(nvme_parse_ctrl(page, 0, &n), -EBADMSG);
	memset(page, 0, sizeof(page));
	assert_int_equal(nvme_parse_ctrl(page, sizeof(page), &n), -EBADMSG);
	memset(page, 0xff, sizeof(page));
	assert_int_equal(nvme_parse_ctrl(page, sizeof(page), &n), -EBADMSG);
}

/* Control characters of a text never reach a terminal or a
 * certificate. */
static void
texts_are_cleaned(void **state)
{
	struct nvme_id_ctrl *c = a_controller();
	struct nvme_ctrl n;

	(void)state;
	memcpy(c->sn, "  A\033[2J\xff" "B\n\0         C", 20);
	assert_int_equal(nvme_parse_ctrl(page, sizeof(page), &n), 0);
	assert_true(text_valid(n.serial));
	assert_null(strchr(n.serial, '\033'));
	assert_null(strchr(n.serial, '\n'));
	assert_int_equal(n.serial[0], 'A');
}

/* ---- Identify Namespace ------------------------------------------------- */

static struct nvme_id_ns *
a_namespace(uint64_t blocks, unsigned int format, unsigned int shift,
	    unsigned int meta)
{
	struct nvme_id_ns *d = (void *)page;

	memset(page, 0, sizeof(page));
	put(d->nsze, 8, blocks);
	d->nlbaf = (uint8_t)(format < 4 ? 3 : format);
	d->flbas = (uint8_t)((format & 0xf) | (format & 0x30) << 1);
	put(d->lbaf[format], 2, meta);
	d->lbaf[format][2] = (uint8_t)shift;
	return d;
}

static void
namespace_is_read(void **state)
{
	static const struct {
		uint64_t blocks, size;
		unsigned int format, shift, meta;
		int r;
	} t[] = {
		{ 1953525168, 1000204886016, 0, 9, 0, 0 },
		{ 244190646, 1000204886016, 1, 12, 8, 0 },
		{ 8, 4096, 3, 9, 64, 0 },
		{ 8, 4096, 17, 9, 8, 0 },	/* upper index bits */
		{ 8, 4096, 63, 9, 8, 0 },
		{ 0, 0, 0, 9, 0, -ENOENT },
		{ 8, 0, 0, 0, 0, -EBADMSG },	/* format that is not there */
		{ 8, 0, 0, 8, 0, -EBADMSG },
		{ 8, 0, 0, 25, 0, -EBADMSG },
		{ 8, 0, 0, 255, 0, -EBADMSG },
		{ UINT64_MAX, 0, 0, 9, 0, -EBADMSG },
		{ 1ULL << 55, 0, 0, 9, 0, -EBADMSG },
		{ (1ULL << 55) - 1, ((1ULL << 55) - 1) << 9, 0, 9, 0, 0 },
	};
	struct nvme_ns n;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		a_namespace(t[i].blocks, t[i].format, t[i].shift, t[i].meta);
		assert_int_equal(nvme_parse_ns(page, sizeof(page), &n),
				 t[i].r);
		if (t[i].r)
			continue;
		assert_true(n.size == t[i].size);
		assert_int_equal(n.lblock, 1U << t[i].shift);
		assert_int_equal(n.meta, t[i].meta);
		assert_int_equal(n.format, t[i].format);
		assert_false(n.write_protected);
	}
	memset(page, 0xff, sizeof(page));
	assert_int_equal(nvme_parse_ns(page, sizeof(page), &n), -EBADMSG);
	a_namespace(8, 0, 9, 0);
	assert_int_equal(nvme_parse_ns(page, 4095, &n), -EBADMSG);
}

/* All that it could be formatted to, and none of those without a size. */
static void
layouts_are_listed(void **state)
{
	struct nvme_id_ns *d = a_namespace(8, 1, 12, 0);
	struct nvme_ns n;

	(void)state;
	memset(d->lbaf, 0, sizeof(d->lbaf));
	d->nlbaf = 3;
	d->lbaf[0][2] = 9;
	d->lbaf[1][2] = 12;
	d->lbaf[3][0] = 8;
	d->lbaf[3][2] = 12;
	d->lbaf[4][2] = 9;		/* past the last */
	assert_int_equal(nvme_parse_ns(page, sizeof(page), &n), 0);
	assert_int_equal(n.n_layouts, 3);
	assert_int_equal(n.layouts[0].lblock, 512);
	assert_int_equal(n.layouts[1].lblock, 4096);
	assert_int_equal(n.layouts[2].lblock, 4096);
	assert_int_equal(n.layouts[2].meta, 8);
	d->nlbaf = 255;
	memset(d->lbaf, 9, sizeof(d->lbaf));
	assert_int_equal(nvme_parse_ns(page, sizeof(page), &n), 0);
	assert_int_equal(n.n_layouts, LAYOUTS_MAX);
}

static void
controllers_are_named(void **state)
{
	char ids[IDS_LEN], few[16];

	(void)state;
	memset(page, 0, sizeof(page));
	put(page, 2, 3);
	put(page + 2, 2, 1);
	put(page + 4, 2, 7);
	put(page + 6, 2, 65001);
	nvme_name_controllers(page, ids, sizeof(ids));
	assert_string_equal(ids, "1, 7, 65001");
	nvme_name_controllers(page, few, sizeof(few));
	assert_string_equal(few, "1, 7, ...");
}

/* With up to 16 formats the upper bits of FLBAS are reserved: garbage there
 * must not choose another format. */
static void
reserved_format_bits_are_not_read(void **state)
{
	struct nvme_id_ns *d = a_namespace(8, 1, 12, 0);
	struct nvme_ns n;

	(void)state;
	d->flbas |= 0x60;
	assert_int_equal(nvme_parse_ns(page, sizeof(page), &n), 0);
	assert_int_equal(n.format, 1);
	d->flbas = 5;			/* of four */
	assert_int_equal(nvme_parse_ns(page, sizeof(page), &n), -EBADMSG);
}

static void
namespace_attributes(void **state)
{
	struct nvme_id_ns *d = a_namespace(8, 0, 9, 8);
	struct nvme_ns n;

	(void)state;
	d->flbas |= NVME_FLBAS_INLINE;
	d->dps = 0x0b;			/* type 3, first */
	d->nsattr = 1;
	put(d->eui64, 8, 0x8877665544332211);
	assert_int_equal(nvme_parse_ns(page, sizeof(page), &n), 0);
	assert_true(n.inline_meta && n.pi_first && n.write_protected);
	assert_int_equal(n.pi, 3);
	assert_string_equal(n.wwn, "eui.1122334455667788");
	put(d->nguid, 8, 0x0807060504030201);
	put(d->nguid + 8, 8, 0x100f0e0d0c0b0a09);
	assert_int_equal(nvme_parse_ns(page, sizeof(page), &n), 0);
	assert_string_equal(n.wwn, "eui.0102030405060708090a0b0c0d0e0f10");
}

static void
names_prefer_what_the_kernel_does(void **state)
{
	static const uint8_t eui[] = { 1, 8, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8 };
	static const uint8_t uuid[] = { 3, 16, 0, 0, 0x12, 0x34, 0x56, 0x78,
					0x9a, 0xbc, 0xde, 0xf0, 1, 2, 3, 4, 5,
					6, 7, 8 };
	static const uint8_t wrong[] = { 3, 15, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8,
					 9, 10, 11, 12, 13, 14, 15 };
	uint8_t both[64] = { 0 };
	char wwn[64];

	(void)state;
	memcpy(both, uuid, sizeof(uuid));
	memcpy(both + sizeof(uuid), eui, sizeof(eui));
	nvme_parse_names(both, sizeof(both), wwn);
	assert_string_equal(wwn, "uuid.12345678-9abc-def0-0102-030405060708");
	nvme_parse_names(eui, sizeof(eui), wwn);
	assert_string_equal(wwn, "eui.0102030405060708");
	/* cut short, of a wrong length, blank, none: no name */
	nvme_parse_names(eui, sizeof(eui) - 1, wwn);
	assert_string_equal(wwn, "");
	nvme_parse_names(wrong, sizeof(wrong), wwn);
	assert_string_equal(wwn, "");
	memset(both + 4, 0, sizeof(both) - 4);
	nvme_parse_names(both, sizeof(both), wwn);
	assert_string_equal(wwn, "");
	nvme_parse_names(both, 0, wwn);
	assert_string_equal(wwn, "");
}

/* ---- lists -------------------------------------------------------------- */

static void
list_of(const uint32_t *ids, size_t n)
{
	size_t i;

	memset(page, 0, sizeof(page));
	for (i = 0; i < n; i++)
		put(page + 4 * i, 4, ids[i]);
}

static void
lists_are_read(void **state)
{
	static const struct {
		uint32_t ids[4];
		size_t n;
		int r;
	} t[] = {
		{ { 0 }, 0, 0 },
		{ { 1 }, 1, 0 },
		{ { 1, 2, 7, 0xfffffffd }, 4, 0 },
		{ { 2, 1 }, 1, -EBADMSG },
		{ { 3, 3 }, 1, -EBADMSG },
		{ { 1, 0xffffffff }, 1, -EBADMSG },
		{ { 0xfffffffe }, 0, -EBADMSG },
	};
	uint32_t out[SPACES_MAX], many[NVME_LIST_MAX];
	size_t i, n;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		list_of(t[i].ids, 4);
		assert_int_equal(nvme_parse_list(page, sizeof(page), out,
						 SPACES_MAX, &n), t[i].r);
		assert_int_equal(n, t[i].n);
	}
	for (i = 0; i < NVME_LIST_MAX; i++)
		many[i] = (uint32_t)i + 1;
	list_of(many, SPACES_MAX);
	assert_int_equal(nvme_parse_list(page, sizeof(page), out, SPACES_MAX,
					 &n), 0);
	assert_int_equal(n, SPACES_MAX);
	list_of(many, SPACES_MAX + 1);
	assert_int_equal(nvme_parse_list(page, sizeof(page), out, SPACES_MAX,
					 &n), -ENOSPC);
	/* a full list may have a second page */
	list_of(many, NVME_LIST_MAX);
	assert_int_equal(nvme_parse_list(page, sizeof(page), many,
					 NVME_LIST_MAX, &n), -ENOSPC);
	assert_int_equal(nvme_parse_list(page, 8, out, SPACES_MAX, &n),
			 -EBADMSG);
}

static void
controllers_are_counted(void **state)
{
	uint64_t n;

	(void)state;
	memset(page, 0, sizeof(page));
	assert_int_equal(nvme_parse_controllers(page, sizeof(page), &n),
			 -EBADMSG);	/* at least the one that answers */
	put(page, 2, 2);
	put(page + 4, 2, 1);
	assert_int_equal(nvme_parse_controllers(page, sizeof(page), &n), 0);
	assert_int_equal(n, 2);
	put(page, 2, 3);		/* the third is not ascending */
	assert_int_equal(nvme_parse_controllers(page, sizeof(page), &n),
			 -EBADMSG);
	put(page, 2, 2048);
	assert_int_equal(nvme_parse_controllers(page, sizeof(page), &n),
			 -EBADMSG);
	put(page, 2, 0xffff);
	assert_int_equal(nvme_parse_controllers(page, sizeof(page), &n),
			 -EBADMSG);
}

/* ---- logs --------------------------------------------------------------- */

static void
smart_is_read(void **state)
{
	struct nvme_smart_log *l = (void *)page;
	struct health h;
	unsigned int bit;

	(void)state;
	memset(page, 0, sizeof(page));
	nvme_parse_smart(page, NVME_LOG_LEN, &h);
	assert_int_equal(h.failing, ANSWER_UNKNOWN);
	assert_false(h.celsius.known || h.hours.known);
	put(l->temperature, 2, 273 + 41);
	l->used = 7;
	put(l->hours, 16, 12345);
	put(l->media_errors, 16, 3);
	nvme_parse_smart(page, NVME_LOG_LEN, &h);
	assert_int_equal(h.failing, ANSWER_NO);
	assert_true(h.celsius.known && h.celsius.n == 41);
	assert_true(h.hours.known && h.hours.n == 12345);
	assert_true(h.uncorrectable.known && h.uncorrectable.n == 3);
	assert_true(h.percent_used.known && h.percent_used.n == 7);
	assert_false(h.reallocated.known || h.pending.known || h.grown.known);
	for (bit = 0; bit < 8; bit++) {
		l->warning = (uint8_t)(1U << bit);
		nvme_parse_smart(page, NVME_LOG_LEN, &h);
		/* neither heat nor the memory region is the medium failing */
		assert_int_equal(h.failing, bit == 0 || (bit > 1 && bit < 5) ?
				 ANSWER_YES : ANSWER_NO);
	}
	put(l->temperature, 2, 0xffff);
	nvme_parse_smart(page, NVME_LOG_LEN, &h);
	assert_false(h.celsius.known);
	nvme_parse_smart(page, NVME_LOG_LEN - 1, &h);
	assert_int_equal(h.failing, ANSWER_UNKNOWN);
	memset(page, 0xff, sizeof(page));
	nvme_parse_smart(page, NVME_LOG_LEN, &h);
	assert_int_equal(h.failing, ANSWER_UNKNOWN);
}

static void
sanitize_log_long_and_short(void **state)
{
	struct nvme_sanitize_log *l = (void *)page;
	struct nvme_sanlog n;

	(void)state;
	memset(page, 0, sizeof(page));
	put(l->sprog, 2, 32768);
	put(l->sstat, 2, 0x0102);
	put(l->scdw10, 4, 2);
	put(l->eto, 4, 16000);
	put(l->etbe, 4, 90);
	put(l->etce, 4, NVME_TIME_UNKNOWN);
	put(l->etbend, 4, 95);
	l->ssi = 0x21;
	assert_int_equal(nvme_parse_sanlog(page, NVME_LOG_LEN, &n), 0);
	assert_int_equal(n.sprog, 32768);
	assert_int_equal(nvme_permille(&n), 500);
	assert_int_equal(NVME_SSTAT_SOS(n.sstat), NVME_SOS_RUNNING);
	assert_int_equal(n.scdw10, 2);
	assert_int_equal(n.est_s[0], 1000);	/* one pass, not 16 */
	assert_int_equal(n.est_s[1], 90);
	assert_int_equal(n.est_s[2], 0);
	assert_int_equal(n.est_kept_s[1], 95);
	assert_int_equal(NVME_SSI_STATE(n.ssi), 1);
	/* 20 bytes: what is behind them is not the drive's */
	assert_int_equal(nvme_parse_sanlog(page, 20, &n), 0);
	assert_int_equal(n.est_s[1], 90);
	assert_int_equal(n.est_kept_s[1], 0);
	assert_int_equal(n.ssi, 0);
	assert_int_equal(nvme_parse_sanlog(page, 19, &n), -EBADMSG);
	memset(page, 0xff, sizeof(page));
	assert_int_equal(nvme_parse_sanlog(page, NVME_LOG_LEN, &n), -EBADMSG);
	n.sprog = 0xffff;
	assert_int_equal(nvme_permille(&n), 0);
	n.sprog = 0xfffe;
	assert_int_equal(nvme_permille(&n), 999);
}

static void
boot_and_tcg(void **state)
{
	struct nvme_boot_log *b = (void *)page;

	(void)state;
	memset(page, 0, sizeof(page));
	assert_int_equal(nvme_parse_boot(page, 16), ANSWER_UNKNOWN);
	b->lid = NVME_LOG_BOOT;
	assert_int_equal(nvme_parse_boot(page, 16), ANSWER_NO);
	put(b->bpinfo, 4, 0x80000000);
	assert_int_equal(nvme_parse_boot(page, 16), ANSWER_NO);
	put(b->bpinfo, 4, 0x80000020);
	assert_int_equal(nvme_parse_boot(page, 16), ANSWER_YES);
	assert_int_equal(nvme_parse_boot(page, 15), ANSWER_UNKNOWN);

	memset(page, 0, sizeof(page));
	assert_int_equal(nvme_parse_tcg(page, 512), ANSWER_UNKNOWN);
	page[3] = 48 + 16 + 16 - 4;
	page[48 + 1] = 1;			/* TPer feature */
	page[48 + 3] = 12;
	page[64 + 1] = NVME_TCG_LOCKING;
	page[64 + 3] = 12;
	page[64 + 4] = 0x03;
	assert_int_equal(nvme_parse_tcg(page, 512), ANSWER_NO);
	page[64 + 4] = 0x07;
	assert_int_equal(nvme_parse_tcg(page, 512), ANSWER_YES);
	assert_int_equal(nvme_parse_tcg(page, 68), ANSWER_NO);
	page[0] = 0xff;				/* says more than came */
	assert_int_equal(nvme_parse_tcg(page, 512), ANSWER_YES);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(controller_is_read),
		cmocka_unit_test(controller_is_refused),
		cmocka_unit_test(texts_are_cleaned),
		cmocka_unit_test(namespace_is_read),
		cmocka_unit_test(reserved_format_bits_are_not_read),
		cmocka_unit_test(layouts_are_listed),
		cmocka_unit_test(controllers_are_named),
		cmocka_unit_test(namespace_attributes),
		cmocka_unit_test(names_prefer_what_the_kernel_does),
		cmocka_unit_test(lists_are_read),
		cmocka_unit_test(controllers_are_counted),
		cmocka_unit_test(smart_is_read),
		cmocka_unit_test(sanitize_log_long_and_short),
		cmocka_unit_test(boot_and_tcg),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
