/* SPDX-License-Identifier: Apache-2.0 */
/* Claim: everything has a name and both languages, says nothing that nobody
 * can know, and stays inside the caller's buffer. */
#undef NDEBUG
#include "../src/massho.h"
#include "../src/util.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* What no certificate may say: promises, and 廃棄 for an erasure. */
static void
is_honest(const char *text)
{
	static const char *const forbidden[] = {
		"100", "廃棄", "復元不可能", "復元不能", "復元できない", "保証",
		"約束", "完全", "絶対", "証明", "guarantee", "promise",
		"impossible", "completely", "unrecoverable", "certif",
	};

	for (size_t i = 0; i < ARRAY_SIZE(forbidden); i++)
		if (strstr(text, forbidden[i]))
			fail_msg("'%s' in '%s'", forbidden[i], text);
}

static bool
is_ascii(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s >= 0x80)
			return false;
	return true;
}

static void
is_name(const char *s)
{
	assert_true(*s);
	assert_int_equal(strspn(s, "abcdefghijklmnopqrstuvwxyz_-"), strlen(s));
}

static void
is_pair(const char *ja, const char *en)
{
	assert_true(*ja && *en);
	assert_false(is_ascii(ja));
	assert_true(is_ascii(en));
	assert_true(text_valid(ja));
	is_honest(ja);
	is_honest(en);
}

#define CHECK(noun, count) \
	do { \
		for (unsigned int i = 0; i < (count); i++) { \
			is_name(noun ## _name(i)); \
			is_pair(noun ## _text(i, LANG_JA), \
				noun ## _text(i, LANG_EN)); \
			for (unsigned int k = 0; k < i; k++) \
				assert_string_not_equal(noun ## _name(i), \
							noun ## _name(k)); \
		} \
		assert_string_equal(noun ## _name(count), noun ## _name(0)); \
		assert_string_equal(noun ## _name(-1), noun ## _name(0)); \
	} while (0)

#define CHECK_NAMES(noun, count) \
	do { \
		for (unsigned int i = 0; i < (count); i++) { \
			is_name(noun ## _name(i)); \
			for (unsigned int k = 0; k < i; k++) \
				assert_string_not_equal(noun ## _name(i), \
							noun ## _name(k)); \
		} \
		assert_string_equal(noun ## _name(count), noun ## _name(0)); \
		assert_string_equal(noun ## _name(-1), noun ## _name(0)); \
	} while (0)

static void
every_value_has_a_name_and_both_languages(void **state)
{
	(void)state;
	CHECK(level, LEVEL_COUNT);
	CHECK(medium, MEDIUM_COUNT);
	CHECK(transport, TRANSPORT_COUNT);
	CHECK(outcome, OUTCOME_COUNT);
	CHECK(use, USE_COUNT);
	CHECK(method, METHOD_COUNT);
	CHECK(class, CLASS_COUNT);
	for (int i = 0; i < LEVEL_COUNT; i++)
		is_pair(level_gloss((enum level)i, LANG_JA),
			level_gloss((enum level)i, LANG_EN));
	CHECK_NAMES(step, STEP_KIND_COUNT);
	CHECK_NAMES(step_state, STATE_DONE + 1);
	CHECK_NAMES(answer, ANSWER_COUNT);
	CHECK_NAMES(sanitize, SANITIZE_STATE_COUNT);
	CHECK_NAMES(password, PASSWORD_COUNT);
	assert_string_equal(step_name((enum step_kind)99), "none");
	assert_string_equal(step_state_name((enum step_state)99), "none");
}

static void
names_of_the_contract_hold(void **state)
{
	(void)state;
	assert_string_equal(outcome_name(OUTCOME_ERASED), "erased");
	assert_string_equal(outcome_name(OUTCOME_EXCEPTIONS),
			    "erased_with_exceptions");
	assert_string_equal(outcome_name(OUTCOME_FAILED), "failed");
	assert_string_equal(outcome_name(OUTCOME_INTERRUPTED), "interrupted");
	assert_string_equal(level_name(LEVEL_NONE), "none");
	assert_string_equal(level_name(LEVEL_CLEAR), "clear");
	assert_string_equal(level_name(LEVEL_PURGE), "purge");
	assert_string_equal(reason_name(REASON_MOUNTED), "mounted");
	assert_string_equal(method_name(METHOD_OVERWRITE), "overwrite");
	assert_string_equal(method_name(METHOD_FORMAT), "format");
	assert_string_equal(method_name(METHOD_FORMAT_CRYPTO), "format-crypto");
	assert_string_equal(method_name(METHOD_SECURITY_ERASE),
			    "security-erase");
	assert_string_equal(method_name(METHOD_SECURITY_ERASE_ENHANCED),
			    "security-erase-enhanced");
	assert_string_equal(method_name(METHOD_SANITIZE_OVERWRITE),
			    "sanitize-overwrite");
	assert_string_equal(method_name(METHOD_SANITIZE_CRYPTO),
			    "sanitize-crypto");
	assert_string_equal(method_name(METHOD_SANITIZE_BLOCK),
			    "sanitize-block");
	assert_string_equal(level_gloss(LEVEL_CLEAR, LANG_JA),
			    "一般に入手可能な復元ツールに耐える");
	assert_string_equal(level_gloss(LEVEL_PURGE, LANG_JA),
			    "研究所レベルの攻撃に耐える");
}

/* A person who must unlock a drive by hand types these. */
static void
passwords_can_be_typed(void **state)
{
	(void)state;
	assert_string_equal(password_text(PASSWORD_MASSHO), "massho");
	assert_string_equal(password_text(PASSWORD_HDPARM), "Eins");
	assert_string_equal(password_text(PASSWORD_IRONIC), "");
	for (int i = 0; i <= PASSWORD_COUNT; i++) {
		const char *typed = password_text((enum password)i);

		assert_true(strlen(typed) <= 32);
		assert_true(is_ascii(typed) && text_valid(typed));
	}
}

static void
commands_are_named_by_their_command_set(void **state)
{
	static const char *const sets[] = { "ata", "nvme", "scsi", "block" };

	(void)state;
	assert_string_equal(method_command(METHOD_SANITIZE_BLOCK, "ata"),
			    "BLOCK ERASE EXT");
	assert_string_equal(method_command(METHOD_FORMAT, "scsi"),
			    "FORMAT UNIT");
	assert_string_equal(method_command(METHOD_FORMAT, "ata"), "-");
	assert_string_equal(method_command(METHOD_SECURITY_ERASE, "nvme"),
			    "-");
	assert_string_equal(method_command(METHOD_OVERWRITE, "ata"), "WRITE");
	assert_string_equal(method_command(METHOD_SANITIZE_BLOCK, "?"), "-");
	for (size_t i = 0; i < ARRAY_SIZE(sets); i++)
		for (int m = -1; m <= METHOD_COUNT; m++)
			assert_true(*method_command((enum method)m, sets[i]));
}

/* Nothing that is not a success may read like one. */
static void
a_failure_never_reads_like_a_success(void **state)
{
	(void)state;
	for (int i = 0; i <= OUTCOME_INTERRUPTED; i++) {
		enum outcome o = (enum outcome)i;

		assert_null(strstr(outcome_text(o, LANG_JA), "消去済み"));
		assert_non_null(strstr(outcome_text(o, LANG_EN),
				       "not erased"));
	}
	assert_string_not_equal(outcome_text(OUTCOME_EXCEPTIONS, LANG_JA),
				outcome_text(OUTCOME_ERASED, LANG_JA));
}

static void
every_reason_has_a_sentence(void **state)
{
	char ja[1024], en[1024];

	(void)state;
	for (int i = 0; i < REASON_COUNT; i++) {
		struct reason r = { .code = (enum reason_code)i };

		is_name(reason_name(r.code));
		for (int k = 0; k < i; k++)
			assert_string_not_equal(reason_name(r.code),
				reason_name((enum reason_code)k));
		for (int arg = 0; arg < 2; arg++) {
			text_copy(r.arg, sizeof(r.arg), arg ? "%s%n/mnt" : "");
			is_pair(reason_text(&r, LANG_JA, ja, sizeof(ja)),
				reason_text(&r, LANG_EN, en, sizeof(en)));
			assert_int_equal(!!strstr(ja, "%s%n/mnt"), arg);
			assert_int_equal(!!strstr(en, "%s%n/mnt"), arg);
			assert_int_equal(!!strstr(en, "%"), arg);
			assert_null(strstr(en, "()"));
			assert_true(en[strlen(en) - 1] != '.');
		}
	}
}

static void
a_sentence_says_what_to_do(void **state)
{
	struct reason r = { .code = REASON_MOUNTED, .arg = "/mnt" };
	char text[400];

	(void)state;
	assert_string_equal(reason_text(&r, LANG_EN, text, sizeof(text)),
			    "in use: /mnt is mounted; unmount it with umount");
	assert_string_equal(reason_text(&r, LANG_JA, text, sizeof(text)),
		"使用中です：/mnt がマウントされています。umount で外して"
		"ください");
	r.arg[0] = '\0';
	r.code = REASON_EXCLUSIVE;
	assert_string_equal(reason_text(&r, LANG_EN, text, sizeof(text)),
		"in use: opened exclusively; find the user with lsof or "
		"fuser -v and end it");
	r.code = REASON_READ_ONLY;
	text_copy(r.arg, sizeof(r.arg), "sdb");
	assert_string_equal(reason_text(&r, LANG_EN, text, sizeof(text)),
		"the drive is read-only; release its write protection (sdb)");
}

/* One style on paper and screen: です・ます. */
static void
sentences_are_polite(void **state)
{
	static const char *const ends[] = {
		"です", "ます", "ません", "ください", "ました",
	};
	char text[400];

	(void)state;
	for (int i = 0; i < REASON_COUNT; i++) {
		struct reason r = { .code = (enum reason_code)i };
		bool polite = false;
		size_t len;

		reason_text(&r, LANG_JA, text, sizeof(text));
		len = strlen(text);
		if (len > 3 && !strcmp(text + len - 3, "）"))
			len = (size_t)(strstr(text, "（") - text);
		for (size_t k = 0; k < ARRAY_SIZE(ends); k++) {
			size_t n = strlen(ends[k]);

			polite |= len >= n &&
				!memcmp(text + len - n, ends[k], n);
		}
		if (!polite)
			fail_msg("'%s' is not in the style", text);
	}
}

/* The words of the kernel and the engine are not for a mayor. */
static void
arguments_are_said_in_words(void **state)
{
	static const struct {
		struct reason r;
		const char *ja;
	} rows[] = {
		{ { REASON_IDENTITY_CHANGED, "size" }, "（容量）" },
		{ { REASON_STEP_MISSING, "2" }, "（工程2）" },
		{ { REASON_TOO_MANY_ERRORS, "9" }, "（9ブロック）" },
		{ { REASON_MISMATCH, "3 @ 4096" },
			"（3か所、最初は位置 4096）" },
		{ { REASON_BLOCKS_NOT_READ, "2, 1024 B" },
			"（2ブロック、1024 バイト）" },
		{ { REASON_SIZE_CHANGED, "67108864 -> 34603008" },
			"（67108864 バイトから 34603008 バイトへ）" },
		{ { REASON_DEVICE_LOST, "No space left on device" },
			"ドライブの読み書きを続けられなくなりました（容量が"
			"足りません）" },
		{ { REASON_WRITE_FAILED, "Input/output error" },
			"（入出力エラー）" },
		{ { REASON_MARK_LEFT, "2 @ 512" },
			"（2か所、最初は位置 512）" },
		{ { REASON_HIDDEN_LEFT, "HPA 1048576 B" },
			"（HPA：1048576 バイト）" },
		{ { REASON_NOT_REACHED, "RPMB, boot partitions" },
			"（RPMB、起動用パーティション）" },
		{ { REASON_WEAKER, "sanitize-block" },
			"より強い サニタイズ（ブロック消去） を使います" },
		{ { REASON_FELL_BACK, "sanitize-block: lied: 3 marks" },
			"（サニタイズ（ブロック消去）：成功と報告したが残存："
			"3 marks）" },
		{ { REASON_CONTENT_ODD, "structured" },
			"（構造のあるデータ）" },
		{ { REASON_STALLED, "30" }, "（30分）" },
		{ { REASON_TOO_FAST, "4" }, "（4秒）" },
		{ { REASON_UNREADABLE, "7" }, "（7ブロック）" },
	};
	char text[400];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		reason_text(&rows[i].r, LANG_JA, text, sizeof(text));
		if (!strstr(text, rows[i].ja))
			fail_msg("'%s' does not say '%s'", text, rows[i].ja);
	}
}

/* 400 bytes, the smallest buffer in use, hold the longest argument. */
static void
no_sentence_overflows_or_is_cut(void **state)
{
	char buf[402], full[2048];

	(void)state;
	for (int i = 0; i < REASON_COUNT * 2; i++) {
		struct reason r = { .code = (enum reason_code)(i / 2) };
		enum lang lang = i % 2 ? LANG_EN : LANG_JA;

		for (size_t k = 0; k + 3 < sizeof(r.arg); k += 3)
			memcpy(r.arg + k, "漢", 3);
		reason_text(&r, lang, full, sizeof(full));
		assert_true(strlen(full) < 400);
		for (size_t len = 1; len <= 400; len++) {
			memset(buf, 'X', sizeof(buf));
			assert_ptr_equal(reason_text(&r, lang, buf, len), buf);
			assert_int_equal(buf[len], 'X');
			assert_true(strlen(buf) < len);
			assert_true(text_valid(buf));
		}
	}
}

static void
reasons_keep_the_first_and_no_doubles(void **state)
{
	struct reasons rs = { 0 };
	char arg[16];

	(void)state;
	reasons_add(&rs, REASON_MOUNTED, "/a");
	reasons_add(&rs, REASON_MOUNTED, "/a");
	reasons_add(&rs, REASON_MOUNTED, "/b");
	reasons_add(&rs, REASON_SWAP, NULL);
	reasons_add(&rs, REASON_SWAP, "");
	assert_int_equal(rs.n, 3);
	for (int i = 0; i < 100; i++) {
		snprintf(arg, sizeof(arg), "%d", i);
		reasons_add(&rs, REASON_PROCESS, arg);
	}
	assert_int_equal(rs.n, REASONS_MAX);
	assert_string_equal(rs.r[0].arg, "/a");
	assert_string_equal(rs.r[REASONS_MAX - 1].arg, "12");
}

static void
passes_are_said_as_they_are_typed(void **state)
{
	static const struct {
		struct pass p;
		const char *text;
	} rows[] = {
		{ { .kind = PASS_NONE }, "none" },
		{ { .kind = PASS_RANDOM }, "random" },
		{ { .kind = PASS_CHAR }, "char" },
		{ { .kind = PASS_COMPLEMENT }, "complement" },
		{ { .kind = PASS_VERIFY }, "verify" },
		{ { .kind = PASS_FILL, .len = 1 }, "0x00" },
		{ { .kind = PASS_FILL, .len = 3,
		    .bytes = { 0x92, 0x49, 0x24 } }, "0x924924" },
		{ { .kind = PASS_FILL, .len = 0 }, "fill" },
		{ { .kind = PASS_FILL, .len = PASS_BYTES_MAX + 1 }, "fill" },
		{ { .kind = (enum pass_kind)99 }, "none" },
	};
	char text[64], small[5];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		assert_string_equal(pass_text(&rows[i].p, text, sizeof(text)),
				    rows[i].text);
	assert_string_equal(pass_text(&rows[1].p, small, sizeof(small)),
			    "rand");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_value_has_a_name_and_both_languages),
		cmocka_unit_test(names_of_the_contract_hold),
		cmocka_unit_test(passwords_can_be_typed),
		cmocka_unit_test(commands_are_named_by_their_command_set),
		cmocka_unit_test(a_failure_never_reads_like_a_success),
		cmocka_unit_test(every_reason_has_a_sentence),
		cmocka_unit_test(a_sentence_says_what_to_do),
		cmocka_unit_test(sentences_are_polite),
		cmocka_unit_test(arguments_are_said_in_words),
		cmocka_unit_test(no_sentence_overflows_or_is_cut),
		cmocka_unit_test(reasons_keep_the_first_and_no_doubles),
		cmocka_unit_test(passes_are_said_as_they_are_typed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
