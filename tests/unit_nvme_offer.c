/* SPDX-License-Identifier: Apache-2.0 */
/*
 * No NVMe command that erases more than is known of is ever offered, each is
 * built as the clause says, and no old success passes for a new one.
 */
#undef NDEBUG
#include "../drivers/nvme.h"
#include "../src/util.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* ---- what is offered ---------------------------------------------------- */

/* A drive that has everything, in one namespace. */
static struct nvme_facts
all_of_it(void)
{
	struct nvme_facts f = { .self_known = true, .log_known = true };

	text_copy(f.ctrl.model, sizeof(f.ctrl.model), "Example");
	f.ctrl.oacs = NVME_OACS_FORMAT;
	f.ctrl.fna = NVME_FNA_CRYPTO;
	f.ctrl.sanicap = NVME_SANICAP_ANY;
	f.log.est_s[1] = 30;
	return f;
}

static const enum method sanitizes[] = { METHOD_SANITIZE_BLOCK,
					 METHOD_SANITIZE_CRYPTO,
					 METHOD_SANITIZE_OVERWRITE };
static const enum method formats[] = { METHOD_FORMAT, METHOD_FORMAT_CRYPTO };

static void
expect(const struct nvme_facts *f, const enum method *m, size_t n,
       enum reason_code why)
{
	struct drive d = { 0 };
	size_t i;

	text_copy(d.name, sizeof(d.name), "nvme0n1");
	nvme_offers(f, &d);
	for (i = 0; i < n; i++) {
		assert_int_equal(d.offers[m[i]].why.code, why);
		assert_int_equal(d.offers[m[i]].offered, why == 0);
	}
}

static void
offers_have_reasons(void **state)
{
	struct nvme_facts f = all_of_it();
	struct drive d = { 0 };

	(void)state;
	expect(&f, sanitizes, 3, 0);
	expect(&f, formats, 2, 0);
	nvme_offers(&f, &d);
	assert_int_equal(d.offers[METHOD_SANITIZE_BLOCK].est_s, 30);
	assert_true(d.offers[METHOD_SANITIZE_BLOCK].shared);
	assert_false(d.offers[METHOD_FORMAT].shared);
	assert_int_equal(d.offers[METHOD_SECURITY_ERASE].why.code,
			 REASON_NOT_SUPPORTED);
	assert_int_equal(d.offers[METHOD_SECURITY_ERASE_ENHANCED].why.code,
			 REASON_NOT_SUPPORTED);

	f.ctrl.sanicap = NVME_SANICAP_CRYPTO;
	expect(&f, sanitizes + 1, 1, 0);
	expect(&f, sanitizes, 1, REASON_NOT_SUPPORTED);
	f = all_of_it();
	f.ctrl.fna = 0;
	expect(&f, formats, 1, 0);
	expect(&f, formats + 1, 1, REASON_NOT_SUPPORTED);
	f.ctrl.oacs = 0;
	expect(&f, formats, 2, REASON_NOT_SUPPORTED);
	f = all_of_it();
	f.log_known = false;		/* its end could not be seen */
	expect(&f, sanitizes, 3, REASON_NO_STATUS);
	f = all_of_it();
	f.tcg_locked = true;
	expect(&f, sanitizes, 3, REASON_TCG_LOCKED);
	expect(&f, formats, 2, REASON_TCG_LOCKED);
	f = all_of_it();
	text_copy(f.ctrl.model, sizeof(f.ctrl.model), "INTEL SSDPEKNW512G8");
	expect(&f, sanitizes, 1, REASON_KNOWN_BAD);
	expect(&f, sanitizes + 1, 2, 0);
	expect(&f, formats, 2, 0);
}

/* After one has failed in the restricted mode, only a sanitize is taken. */
static void
restricted_failure_refuses_the_rest(void **state)
{
	static const struct {
		uint16_t sstat;
		uint32_t scdw10;
		uint8_t ssi;
		bool restricted;
	} cases[] = {
		{ NVME_SOS_FAILED, 2, 0, true },
		{ NVME_SOS_FAILED, 2, NVME_SANS_FAILED, true },
		{ NVME_SOS_FAILED, 2 | NVME_SANITIZE_AUSE, 0, false },
		{ NVME_SOS_FAILED, 2 | NVME_SANITIZE_AUSE,
		  NVME_SANS_FAILED_OPEN, false },
		{ NVME_SOS_FAILED, 2, NVME_SANS_FAILED_OPEN, false },
		{ NVME_SOS_DONE, 2, 0, false },
	};
	struct nvme_facts f = all_of_it();
	struct drive d = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		f.log.sstat = cases[i].sstat;
		f.log.scdw10 = cases[i].scdw10;
		f.log.ssi = cases[i].ssi;
		expect(&f, sanitizes, 3, 0);
		expect(&f, formats, 2, cases[i].restricted ?
		       REASON_SANITIZE_RESTRICTED : REASON_UNKNOWN);
		d.offers[METHOD_OVERWRITE] = (struct offer){ .offered = true };
		nvme_offers(&f, &d);
		assert_int_equal(d.offers[METHOD_OVERWRITE].offered,
				 !cases[i].restricted);
	}
}

/* The guard must know what a shared command would erase as well. */
static void
shared_needs_the_whole_scope(void **state)
{
	struct nvme_facts f = all_of_it();

	(void)state;
	text_copy(f.blind, sizeof(f.blind), "too many namespaces");
	expect(&f, sanitizes, 3, REASON_GUARD_BLIND);
	expect(&f, formats, 2, 0);
	f.ctrl.fna |= NVME_FNA_ERASES_ALL;
	expect(&f, formats, 2, REASON_GUARD_BLIND);

	f = all_of_it();
	text_copy(f.protected_, sizeof(f.protected_), "nvme0n2");
	expect(&f, sanitizes, 3, REASON_WRITE_PROTECTED);
	expect(&f, formats, 2, 0);
	f.ctrl.fna |= NVME_FNA_ERASES_ALL;
	expect(&f, formats, 2, REASON_WRITE_PROTECTED);
	f = all_of_it();
	f.self.write_protected = true;
	expect(&f, formats, 2, REASON_WRITE_PROTECTED);
	f = all_of_it();
	f.self_known = false;
	expect(&f, formats, 2, REASON_GUARD_BLIND);
}

static void
spaces_are_merged(void **state)
{
	struct nvme_ns ns = { .size = 1 << 20, .lblock = 4096, .meta = 8 };
	struct scope sc = { .n_spaces = 1 };
	uint32_t i;

	(void)state;
	sc.spaces[0] = (struct space){ .nsid = 2, .self = true,
				       .node = "nvme0n2", .used_by = "x" };
	assert_int_equal(nvme_add_space(&sc, 2, true, &ns), 0);
	assert_int_equal(sc.n_spaces, 1);
	assert_true(sc.spaces[0].self && sc.spaces[0].attached);
	assert_string_equal(sc.spaces[0].node, "nvme0n2");
	assert_string_equal(sc.spaces[0].used_by, "x");
	assert_int_equal(sc.spaces[0].size, 1 << 20);
	assert_int_equal(sc.spaces[0].meta, 8);
	/* a second list takes nothing back */
	assert_int_equal(nvme_add_space(&sc, 2, false, NULL), 0);
	assert_true(sc.spaces[0].attached);
	assert_int_equal(sc.spaces[0].lblock, 4096);
	assert_int_equal(nvme_add_space(&sc, 9, false, NULL), 0);
	assert_int_equal(sc.n_spaces, 2);
	assert_false(sc.spaces[1].attached || sc.spaces[1].self);
	for (i = 2; i < SPACES_MAX; i++)
		assert_int_equal(nvme_add_space(&sc, 100 + i, true, NULL), 0);
	assert_int_equal(nvme_add_space(&sc, 1000, true, &ns), -ENOSPC);
	assert_int_equal(nvme_add_space(&sc, 102, true, &ns), 0);
	assert_int_equal(sc.n_spaces, SPACES_MAX);
}

static void
sanitize_states(void **state)
{
	static const struct {
		uint16_t sstat, sprog;
		uint8_t ssi;
		enum sanitize_state want;
		uint32_t permille;
	} t[] = {
		{ 0, 0xffff, 0, SANITIZE_NEVER, 0 },
		{ 1, 0xffff, 0, SANITIZE_DONE, 0 },
		{ 4, 0xffff, 0, SANITIZE_DONE, 0 },
		{ 2, 0x4000, 1, SANITIZE_RUNNING, 250 },
		{ 3, 0xffff, 2, SANITIZE_FAILED, 0 },
		{ 3, 0x8000, 0, SANITIZE_FAILED, 0 },
		{ 1, 0xffff, 5, SANITIZE_RUNNING, 0 },
		{ 1, 0xffff, 6, SANITIZE_RUNNING, 0 },
		{ 5, 0, 0, SANITIZE_UNKNOWN, 0 },
		{ 7, 0, 0, SANITIZE_UNKNOWN, 0 },
	};
	struct nvme_facts f = all_of_it();
	struct sanitize s;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		f.log = (struct nvme_sanlog){ .sstat = t[i].sstat,
					      .sprog = t[i].sprog,
					      .ssi = t[i].ssi };
		nvme_sanitize_state(&f, &s);
		assert_int_equal(s.state, t[i].want);
		assert_int_equal(s.permille, t[i].permille);
	}
	f.log_known = false;
	nvme_sanitize_state(&f, &s);
	assert_int_equal(s.state, SANITIZE_UNKNOWN);
	f.ctrl.sanicap = 0xe0000000;
	nvme_sanitize_state(&f, &s);
	assert_int_equal(s.state, SANITIZE_ABSENT);
}

/* ---- what is sent ------------------------------------------------------- */

static void
sanitize_commands(void **state)
{
	/* NODMMAS 31:30, NDI 29 */
	static const struct {
		enum method m;
		uint32_t sanicap;
		uint8_t pi;
		uint32_t cdw10;
	} t[] = {
		{ METHOD_SANITIZE_BLOCK, 0x00000007, 0, 0x002 },
		{ METHOD_SANITIZE_CRYPTO, 0x00000007, 0, 0x004 },
		{ METHOD_SANITIZE_OVERWRITE, 0x00000007, 0, 0x013 },
		{ METHOD_SANITIZE_BLOCK, 0x40000007, 0, 0x002 },
		{ METHOD_SANITIZE_CRYPTO, 0x40000007, 0, 0x204 },
		{ METHOD_SANITIZE_OVERWRITE, 0x40000007, 0, 0x213 },
		{ METHOD_SANITIZE_BLOCK, 0x80000007, 0, 0x202 },
		{ METHOD_SANITIZE_CRYPTO, 0x80000007, 0, 0x204 },
		{ METHOD_SANITIZE_BLOCK, 0x80000007, 1, 0x002 },
		{ METHOD_SANITIZE_BLOCK, 0xa0000007, 0, 0x002 },
		{ METHOD_SANITIZE_CRYPTO, 0xc0000007, 0, 0x004 },
		{ METHOD_SANITIZE_BLOCK, 0x00000027, 0, 0x802 },
		{ METHOD_SANITIZE_CRYPTO, 0x80000027, 0, 0xa04 },
	};
	struct nvme_ctrl c = { 0 };
	struct wire_nvme w;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		c.sanicap = t[i].sanicap;
		c.version = NVME_VER(2, 4);
		nvme_build_sanitize(t[i].m, &c, t[i].pi, 0x12345678, &w);
		assert_int_equal(w.opcode, 0x84);
		assert_int_equal(w.nsid, 0);
		assert_int_equal(w.cdw10, t[i].cdw10);
		assert_int_equal(w.cdw11, t[i].m == METHOD_SANITIZE_OVERWRITE ?
				 0x12345678 : 0);
		assert_false(w.cdw10 & NVME_SANITIZE_AUSE);
		assert_true(w.timeout_ms > 0);
		assert_int_equal(w.dir, WIRE_NONE);
	}
	/* the capability was reserved before */
	c.version = NVME_VER(2, 1);
	c.sanicap = 0x00000027;
	nvme_build_sanitize(METHOD_SANITIZE_BLOCK, &c, false, 0, &w);
	assert_int_equal(w.cdw10, 0x002);
}

static void
format_commands(void **state)
{
	static const struct {
		struct nvme_ns ns;
		enum method m;
		uint32_t cdw10;
	} t[] = {
		{ { .format = 0 }, METHOD_FORMAT, 0x200 },
		{ { .format = 1 }, METHOD_FORMAT_CRYPTO, 0x401 },
		{ { .format = 3, .inline_meta = true, .pi = 3,
		    .pi_first = true }, METHOD_FORMAT, 0x373 },
		{ { .format = 0x21 }, METHOD_FORMAT, 0x2201 },
	};
	struct wire_nvme w;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		nvme_build_format(t[i].m, 7, &t[i].ns, &w);
		assert_int_equal(w.opcode, 0x80);
		assert_int_equal(w.nsid, 7);
		assert_int_equal(w.cdw10, t[i].cdw10);
		assert_true(w.timeout_ms >= 2 * 60 * 60 * 1000);
	}
}

/* ---- whose success is it ------------------------------------------------ */

#define OURS	0x002U
#define OTHER	0x004U

static void
success_must_be_ours_and_new(void **state)
{
	static const struct {	/* NOLINT(*-optin.performance.Padding) */
		struct nvme_sanlog before, now;
		bool accepted, seen;
		uint64_t ms;
		enum drive_state want;
	} t[] = {
		/* never sanitized before: any success is new */
		{ { .sstat = 0 }, { .sstat = 1, .scdw10 = OURS }, true, false,
		  0, DRIVE_DONE },
		/* the log of years ago, not a bit of it changed */
		{ { .sstat = 1, .scdw10 = OURS },
		  { .sstat = 1, .scdw10 = OURS }, true, false, 1 << 30,
		  DRIVE_UNKNOWN },
		{ { .sstat = 0x101, .scdw10 = OURS },
		  { .sstat = 0x101, .scdw10 = OURS }, true, false, 0,
		  DRIVE_UNKNOWN },
		/* the same, but it was seen at work */
		{ { .sstat = 0x101, .scdw10 = OURS },
		  { .sstat = 0x101, .scdw10 = OURS }, true, true, 0,
		  DRIVE_DONE },
		/* written to since then, and now globally erased */
		{ { .sstat = 0x001, .scdw10 = OURS },
		  { .sstat = 0x101, .scdw10 = OURS }, true, false, 0,
		  DRIVE_DONE },
		/* the other way round proves nothing */
		{ { .sstat = 0x101, .scdw10 = OURS },
		  { .sstat = 0x001, .scdw10 = OURS }, true, false, 0,
		  DRIVE_UNKNOWN },
		/* progress alone proves nothing */
		{ { .sstat = 1, .scdw10 = OURS, .sprog = 0xffff },
		  { .sstat = 1, .scdw10 = OURS, .sprog = 9 }, true, false, 0,
		  DRIVE_UNKNOWN },
		/* another command's success */
		{ { .sstat = 0 }, { .sstat = 1, .scdw10 = OTHER }, true, true,
		  0, DRIVE_UNKNOWN },
		{ { .sstat = 1, .scdw10 = OTHER },
		  { .sstat = 1, .scdw10 = OURS }, true, false, 0, DRIVE_DONE },
		{ { .sstat = 3, .scdw10 = OURS },
		  { .sstat = 1, .scdw10 = OURS }, true, false, 0, DRIVE_DONE },
		{ { .sstat = 0 }, { .sstat = 4, .scdw10 = OURS }, true, false,
		  0, DRIVE_DONE },
		/* nothing was sent from here */
		{ { .sstat = 0 }, { .sstat = 1, .scdw10 = 0 }, false, false, 0,
		  DRIVE_UNKNOWN },
		/* never sanitized, though the command was accepted */
		{ { .sstat = 0 }, { .sstat = 0, .scdw10 = OURS,
				    .sprog = 0xffff }, true, true, 0,
		  DRIVE_IDLE },
		{ { .sstat = 0 }, { .sstat = 2, .scdw10 = OURS,
				    .sprog = 0xffff }, true, true, 0,
		  DRIVE_BUSY },
		/* failed: progress says FFFFh as after success */
		{ { .sstat = 0 }, { .sstat = 3, .scdw10 = OURS,
				    .sprog = 0xffff }, true, true, 0,
		  DRIVE_FAILED },
		/* failed before already: for a moment it may be the old one */
		{ { .sstat = 3, .scdw10 = OURS },
		  { .sstat = 3, .scdw10 = OURS }, true, false, 0,
		  DRIVE_UNKNOWN },
		{ { .sstat = 3, .scdw10 = OURS },
		  { .sstat = 3, .scdw10 = OURS }, true, false, 60000,
		  DRIVE_FAILED },
		/* success that contradicts itself, or is not over yet */
		{ { .sstat = 0 }, { .sstat = 1, .scdw10 = OURS, .ssi = 2 },
		  true, true, 0, DRIVE_UNKNOWN },
		{ { .sstat = 0 }, { .sstat = 1, .scdw10 = OURS, .ssi = 5 },
		  true, true, 0, DRIVE_UNKNOWN },
		{ { .sstat = 0 }, { .sstat = 1, .scdw10 = OURS, .ssi = 6 },
		  true, true, 0, DRIVE_BUSY },
		{ { .sstat = 0 }, { .sstat = 5, .scdw10 = OURS }, true, true,
		  0, DRIVE_UNKNOWN },
		{ { .sstat = 0 }, { .sstat = 7, .scdw10 = OURS }, true, true,
		  0, DRIVE_UNKNOWN },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		struct nvme_memory m = { .accepted = t[i].accepted,
					 .seen = t[i].seen, .cdw10 = OURS,
					 .before = t[i].before };

		if (nvme_sanitize_judge(&m, &t[i].now, t[i].ms) != t[i].want)
			fail_msg("row %zu", i);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(offers_have_reasons),
		cmocka_unit_test(restricted_failure_refuses_the_rest),
		cmocka_unit_test(shared_needs_the_whole_scope),
		cmocka_unit_test(spaces_are_merged),
		cmocka_unit_test(sanitize_states),
		cmocka_unit_test(sanitize_commands),
		cmocka_unit_test(format_commands),
		cmocka_unit_test(success_must_be_ours_and_new),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
