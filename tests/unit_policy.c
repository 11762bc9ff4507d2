/* SPDX-License-Identifier: Apache-2.0 */
/* Claim: every policy writes exactly the passes that its name stands for,
 * methods are worth what the standards say, and lists of passes are read as
 * written or refused. */
#undef NDEBUG
#include "../src/massho.h"
#include "../src/util.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* Typed from the sources, in the words of --passes; never from the table. */
static const struct {
	const char *name, *passes;
	bool current;
} expected[] = {
	{ "clear", "random", true },
	{ "zero", "0x00", true },
	{ "purge", "random", true },
	{ "purge-or-clear", "random", true },
	{ "mic-class-1", "random", true },
	{ "mic-class-2", "random", true },
	{ "mic-class-3", "random", true },
	{ "ism-0354", "random,verify", true },
	{ "ism-0354-3", "random,random,random,verify", true },
	{ "ism-0359", "random,random,verify", true },
	{ "nist-r1-usb", "char,complement,verify", false },
	{ "dod-5220.22-m-3", "char,complement,char,verify", false },
	{ "dod-5220.22-m-vendor", "0x00,0xff,random,verify", false },
	{ "dod-5220.22-m-nwipe",
	  "char,complement,random,char,char,complement,random", false },
	{ "dod-5220.22-m-ece",
	  "char,complement,char,verify,random,char,complement,char,verify",
	  false },
	{ "nsa", "random,random,0x00,verify", false },
	{ "ncsc-tg-025", "0x00,verify,0xff,verify,char,verify", false },
	{ "ar-380-19", "char,char,complement,verify", false },
	{ "ar-380-19-nara", "random,0x00,0xff,verify", false },
	{ "navso-p-5239-26-mfm", "0xff,0xfdffffff,random,verify", false },
	{ "navso-p-5239-26-rll", "0xff,0xe4ffffff,random,verify", false },
	{ "navso-p-5239-26-mfm-jp", "0x01,0x7fffffff,random,verify", false },
	{ "navso-p-5239-26-rll-jp", "0x01,0x27ffffff,random,verify", false },
	{ "afssi-5020", "0x00,0xff,char,verify", false },
	{ "afssi-5020-vendor", "0x00,0xff,random,verify", false },
	{ "hmg-is5-baseline", "0x00,verify", false },
	{ "hmg-is5-enhanced", "0x00,0xff,random,verify", false },
	{ "rcmp-tssit-ops-ii",
	  "0x00,0xff,0x00,0xff,0x00,0xff,char,verify", false },
	{ "bsi-vsitr", "0x00,0xff,0x00,0xff,0x00,0xff,0xaa", false },
	{ "schneier", "0xff,0x00,random,random,random,random,random", false },
	{ "pfitzner-33",
	  "random,random,random,random,random,random,random,random,random,"
	  "random,random,random,random,random,random,random,random,random,"
	  "random,random,random,random,random,random,random,random,random,"
	  "random,random,random,random,random,random", false },
	{ "pfitzner-7", "random,random,random,random,random,random,random",
	  false },
	{ "gutmann",
	  "random,random,random,random,0x55,0xaa,0x924924,0x492492,0x249249,"
	  "0x00,0x11,0x22,0x33,0x44,0x55,0x66,0x77,0x88,0x99,0xaa,0xbb,0xcc,"
	  "0xdd,0xee,0xff,0x924924,0x492492,0x249249,0x6db6db,0xb6db6d,"
	  "0xdb6db6,random,random,random,random", false },
};

static void
spell(const struct pass *p, uint32_t n, char *out, size_t len)
{
	size_t at = 0;

	out[0] = '\0';
	for (uint32_t i = 0; i < n; i++) {
		char word[64];

		pass_text(&p[i], word, sizeof(word));
		assert_true(at + strlen(word) + 2 < len);
		at += (size_t)snprintf(out + at, len - at, "%s%s",
				       i ? "," : "", word);
	}
}

static void
every_policy_writes_what_its_name_stands_for(void **state)
{
	char text[1024];

	(void)state;
	assert_int_equal(n_policies, ARRAY_SIZE(expected));
	for (size_t i = 0; i < ARRAY_SIZE(expected); i++) {
		const struct policy *p = policy_find(expected[i].name);

		assert_non_null(p);
		spell(p->passes, p->n_passes, text, sizeof(text));
		assert_string_equal(text, expected[i].passes);
		assert_int_equal(p->standing == STANDARD_CURRENT,
				 expected[i].current);
	}
	assert_string_equal(policies[0].name, "clear");
	assert_string_equal(policies[1].name, "zero");
	assert_int_equal(policy_find("gutmann")->n_passes, 35);
	assert_null(policy_find("dod"));
	assert_null(policy_find(""));
}

static void
every_row_is_complete_and_fits_a_plan(void **state)
{
	static const struct plan *const p;

	(void)state;
	for (size_t i = 0; i < n_policies; i++) {
		const struct policy *q = &policies[i];

		assert_true(strlen(q->name) < sizeof(p->policy));
		assert_true(strlen(q->title) < sizeof(p->policy_title));
		assert_true(strlen(q->title_ja) < sizeof(p->policy_title_ja));
		assert_true(*q->source && *q->title && *q->title_ja);
		assert_true(text_valid(q->title_ja) && text_valid(q->source));
		assert_true(q->level > LEVEL_NONE);
		assert_int_equal(q->verify.mode, VERIFY_FULL);
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(q->name, policies[k].name);
	}
}

static void
limits_are_those_of_the_sources(void **state)
{
	(void)state;
	assert_int_equal(policy_find("ism-0354")->size_min, 15000000000);
	assert_int_equal(policy_find("ism-0354")->media,
			 1U << MEDIUM_ROTATING);
	assert_int_equal(policy_find("ism-0359")->media, 1U << MEDIUM_FLASH);
	assert_true(policy_find("mic-class-1")->destroy_after);
	assert_false(policy_find("mic-class-2")->destroy_after);
	assert_int_equal(policy_find("mic-class-1")->level, LEVEL_CLEAR);
	assert_int_equal(policy_find("mic-class-2")->level, LEVEL_PURGE);
	assert_int_equal(policy_find("mic-class-2")->level_on_premises,
			 LEVEL_CLEAR);
	assert_int_equal(policy_find("mic-class-3")->level, LEVEL_CLEAR);
	assert_int_equal(policy_find("mic-class-1")->bad_max_ppm, 0);
	assert_int_equal(policy_find("mic-class-2")->bad_max_ppm, 0);
	assert_int_equal(policy_find("mic-class-3")->bad_max_ppm, 0);
	assert_int_equal(policy_find("hmg-is5-enhanced")->bad_max_ppm, 0);
	assert_int_equal(policy_find("clear")->bad_max_ppm, 10000);
	assert_int_equal(policy_find("gutmann")->bad_max_ppm, 10000);
	for (size_t i = 0; i < n_policies; i++)
		assert_int_equal(policies[i].lower_ok,
				 !strcmp(policies[i].name, "purge-or-clear"));
}

/* The drive's own commands only where the source names levels, not passes. */
static void
only_policies_of_levels_use_the_drives_commands(void **state)
{
	static const char *const by_drive[] = {
		"purge", "purge-or-clear", "mic-class-1", "mic-class-2",
		"mic-class-3",
	};

	(void)state;
	for (size_t i = 0; i < n_policies; i++) {
		bool want = false;

		for (size_t k = 0; k < ARRAY_SIZE(by_drive); k++)
			want |= !strcmp(policies[i].name, by_drive[k]);
		assert_int_equal(policies[i].firmware, want);
	}
}

/* Typed from IEEE 2883 and the tables of NIST SP 800-88, never from the code:
 * C Clear, P Purge; rotating, flash, unknown, virtual. */
static void
levels_are_those_of_the_standards(void **state)
{
	static const enum medium media[] = {
		MEDIUM_ROTATING, MEDIUM_FLASH, MEDIUM_UNKNOWN, MEDIUM_VIRTUAL,
	};
	static const struct {
		enum method m;
		const char *levels;
	} rows[] = {
		{ METHOD_OVERWRITE, "CCCC" },
		{ METHOD_FORMAT, "CCCC" },
		{ METHOD_FORMAT_CRYPTO, "CCCC" },
		{ METHOD_SECURITY_ERASE, "CCCC" },
		{ METHOD_SECURITY_ERASE_ENHANCED, "PCCC" },
		{ METHOD_SANITIZE_OVERWRITE, "PPCC" },
		{ METHOD_SANITIZE_CRYPTO, "CCCC" },
		{ METHOD_SANITIZE_BLOCK, "PPCC" },
	};
	enum reason_code why;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		for (size_t k = 0; k < ARRAY_SIZE(media); k++) {
			bool purge = rows[i].levels[k] == 'P';

			assert_int_equal(policy_level(rows[i].m, media[k],
						      &why),
					 purge ? LEVEL_PURGE : LEVEL_CLEAR);
			assert_int_equal(why == REASON_UNKNOWN, purge);
		}
		assert_int_equal(policy_level(rows[i].m, MEDIUM_TAPE, &why),
				 LEVEL_NONE);
		assert_int_equal(policy_level(rows[i].m, MEDIUM_OPTICAL, &why),
				 LEVEL_NONE);
	}
	assert_int_equal(policy_level(METHOD_NONE, MEDIUM_FLASH, &why),
			 LEVEL_NONE);
	assert_int_equal(policy_level(METHOD_COUNT, MEDIUM_FLASH, &why),
			 LEVEL_NONE);
}

static void
chains_go_from_strong_to_weak(void **state)
{
	struct chain c[32];
	enum reason_code why;

	(void)state;
	for (int m = 0; m < MEDIUM_COUNT; m++) {
		size_t n = policy_chains((enum medium)m, c, ARRAY_SIZE(c));
		enum level last = LEVEL_PURGE;

		if (m == MEDIUM_OPTICAL || m == MEDIUM_TAPE) {
			assert_int_equal(n, 0);
			continue;
		}
		assert_true(n > 0 && n < 16);
		for (size_t i = 0; i < n; i++) {
			enum level l;

			assert_true(c[i].n == 1 || c[i].n == 2);
			l = policy_level(c[i].m[c[i].n - 1], (enum medium)m,
					 &why);
			assert_true(l != LEVEL_NONE && l <= last);
			last = l;
		}
		assert_int_equal(policy_chains((enum medium)m, c, 2), 2);
		assert_int_equal(c[0].m[0], METHOD_SANITIZE_CRYPTO);
		assert_int_equal(c[0].m[1], m == MEDIUM_ROTATING ?
				 METHOD_SANITIZE_OVERWRITE :
				 METHOD_SANITIZE_BLOCK);
	}
}

static void
good_lists_are_read_as_written(void **state)
{
	static const struct {
		const char *in, *out;
	} lists[] = {
		{ "random", "random" },
		{ "random,0x00,0xff,0x924924,verify",
		  "random,0x00,0xff,0x924924,verify" },
		{ " char , complement,\tverify ", "char,complement,verify" },
		{ "0XAbCd", "0xabcd" },
		{ "0x00112233445566778899aabbccddeeff",
		  "0x00112233445566778899aabbccddeeff" },
		{ "char,random,complement", "char,random,complement" },
	};
	struct pass p[STEPS_MAX];
	char text[1024];
	uint32_t n;
	size_t bad;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		assert_int_equal(policy_parse_passes(lists[i].in, p, &n, &bad),
				 0);
		spell(p, n, text, sizeof(text));
		assert_string_equal(text, lists[i].out);
	}
	for (size_t i = 0; i < ARRAY_SIZE(expected); i++) {
		assert_int_equal(policy_parse_passes(expected[i].passes, p, &n,
						     &bad), 0);
		spell(p, n, text, sizeof(text));
		assert_string_equal(text, expected[i].passes);
	}
}

static void
bad_lists_are_refused_at_the_wrong_word(void **state)
{
	static const struct {
		const char *in;
		size_t bad;
	} lists[] = {
		{ "", 0 }, { " ", 1 }, { ",", 0 }, { "random,", 7 },
		{ "random,,random", 7 }, { "Random", 0 }, { "rand", 0 },
		{ "randomly", 0 }, { "0x", 0 }, { "0x0", 0 }, { "0x000", 0 },
		{ "0xg0", 0 }, { "random,0x0g", 7 }, { "00", 0 },
		{ "0x00112233445566778899aabbccddeeff00", 0 },
		{ "verify", 0 }, { "verify,random", 0 }, { "complement", 0 },
		{ "random,complement", 7 }, { "random, verify none", 8 },
		{ "random;0x00", 0 }, { "none", 0 }, { "fill", 0 },
	};
	struct pass p[STEPS_MAX];
	uint32_t n;
	size_t bad;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		n = bad = 77;
		assert_int_equal(policy_parse_passes(lists[i].in, p, &n, &bad),
				 -EINVAL);
		assert_int_equal(bad, lists[i].bad);
		assert_int_equal(n, 0);
	}
}

static void
lists_end_at_their_limit(void **state)
{
	struct pass p[STEPS_MAX];
	char text[8 * (STEPS_MAX + 1)];
	uint32_t n;
	size_t bad, at = 0;

	(void)state;
	for (int i = 0; i < STEPS_MAX; i++)
		at += (size_t)snprintf(text + at, sizeof(text) - at, "%s0x00",
				       i ? "," : "");
	assert_int_equal(policy_parse_passes(text, p, &n, &bad), 0);
	assert_int_equal(n, STEPS_MAX);
	snprintf(text + at, sizeof(text) - at, ",0x00");
	assert_int_equal(policy_parse_passes(text, p, &n, &bad), -EINVAL);
	assert_int_equal(bad, at + 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_policy_writes_what_its_name_stands_for),
		cmocka_unit_test(every_row_is_complete_and_fits_a_plan),
		cmocka_unit_test(limits_are_those_of_the_sources),
		cmocka_unit_test(
			only_policies_of_levels_use_the_drives_commands),
		cmocka_unit_test(levels_are_those_of_the_standards),
		cmocka_unit_test(chains_go_from_strong_to_weak),
		cmocka_unit_test(good_lists_are_read_as_written),
		cmocka_unit_test(bad_lists_are_refused_at_the_wrong_word),
		cmocka_unit_test(lists_end_at_their_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
