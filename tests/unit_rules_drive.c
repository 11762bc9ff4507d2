/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: the certificate of what a drive did itself says which command it
 * took, what was found afterwards and what no command reaches; and a signer
 * who lies about any one of it is found out by the rest of the document.
 */
#undef NDEBUG
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "rules_sample.h"

#include <errno.h>

/* ---- what it says ------------------------------------------------------- */

static void
it_says_what_was_done(void **state)
{
	json_t *j = build(OUTCOME_ERASED);

	(void)state;
	assert_string_equal(cert_get(j, "level"), "purge");
	assert_string_equal(cert_get(j, "method.technique"),
			    "sanitize-block");
	assert_string_equal(cert_get(j, "method.text"),
		"データ消去ソフトウェア massho " MASSHO_VERSION " によるドライ"
		"ブ内蔵の消去命令での消去（NVMe サニタイズ（暗号化消去）→サニタ"
		"イズ（ブロック消去）＋抽出読出検証、NIST SP 800-88 Purge相当"
		"）");
	assert_true(says(j, "statement", "NVMe サニタイズ（暗号化消去）"));
	assert_true(says(j, "statement", "証明します"));
	assert_true(says(j, "not_examined", "RPMB"));
	assert_true(says(j, "not_examined", "起動用パーティション"));
	assert_false(says(j, "not_examined", "予備領域"));
	assert_true(says(j, "verification.claim.text",
			 "全体の0.2299936%（1177820664バイト）以上が"));
	assert_int_equal(json_array_size(cert_at(j, "method.passes")), 0);
	assert_int_equal(json_array_size(cert_at(j, "method.commands")), 2);
	assert_true(says(j, "method.commands", "\"sent\": \"84000000\""));
	assert_true(says(j, "drive.health.before", "\"hours\": 8123"));
	assert_string_equal(cert_get(j, "crypto.encryption"), "AES-256-CTR");
	json_decref(j);
}

static void
answers_are_told_in_words(void **state)
{
	static const struct {
		const char *driver;
		int32_t err;
		uint32_t status;
		const char *text;
	} answer[] = {
		{ "nvme", 0, 0, "no error" },
		{ "nvme", EOPNOTSUPP, 0x2, "Invalid Field in Command (0002h)" },
		{ "nvme", EOPNOTSUPP, 0x4002,
		  "Invalid Field in Command (4002h)" },
		{ "nvme", EIO, 0x1c, "Sanitize Failed (001Ch)" },
		{ "ata", 0, 0x50, "no error (0050h)" },
		{ "ata", EIO, 0x0451, "command aborted (0451h)" },
		{ "ata", EIO, 0x50, "Input/output error (0050h)" },
		{ "scsi", EIO, 0x033103,
		  "MEDIUM ERROR, SANITIZE COMMAND FAILED (033103h)" },
		{ "scsi", EIO, 0x044400, "HARDWARE ERROR (044400h)" },
		{ "scsi", EINPROGRESS, 0, "no answer" },
		{ "block", ENODEV, 0, "No such device" },
	};
	char text[96];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(answer); i++)
		assert_string_equal(reply_text(answer[i].driver, answer[i].err,
					       answer[i].status, text,
					       sizeof(text)), answer[i].text);
}

/* ---- one lie ------------------------------------------------------------ */

static void
one_lie_is_found(void **state)
{
	static const char *const lie[][2] = {
		{ "method.technique", "\"sanitize-crypto\"" },
		{ "method.technique", "\"overwrite\"" },
		{ "method.driver", "\"ata\"" },
		{ "method.driver", "\"\"" },
		{ "method.steps.1.method", "\"sanitize-overwrite\"" },
		{ "method.steps.1.command", "\"Sanitize (Block Erase)\"" },
		{ "method.steps.1.state", "\"skipped\"" },
		{ "method.steps.2.state", "\"failed\"" },
		{ "method.steps.2.state", "\"skipped\"" },
		{ "method.steps.3.state", "\"failed\"" },
		{ "method.steps.3.state", "\"skipped\"" },
		{ "method.steps.4.state", "\"failed\"" },
		{ "method.steps.10.state", "\"failed\"" },
		{ "method.steps.0.state", "\"failed\"" },
		{ "method.steps.5.state", "\"done\"" },
		{ "method.steps.6.state", "\"done\"" },
		{ "method.steps.1.n", "7" },
		{ "method.steps.1.kind", "\"party\"" },
		{ "method.steps.1.attempt", "9" },
		{ "method.steps.1.attempt", "null" },
		{ "method.steps.1.password", "{\"name\":\"massho\",\"typed\":"
			"\"massho\"}" },
		{ "method.steps.1.reply.text", "\"all is well\"" },
		{ "method.steps", "[]" },
		{ "method.attempts.0.level", "\"clear\"" },
		{ "method.attempts.1.level", "\"purge\"" },
		{ "method.attempts.0.state", "\"failed\"" },
		{ "method.attempts.1.state", "\"done\"" },
		{ "method.attempts.0.method", "\"format\"" },
		{ "method.attempts", "[]" },
		{ "method.commands", "[]" },
		{ "method.commands.1.errno", "5" },
		{ "method.commands.1.text", "\"Sanitize Failed (001Ch)\"" },
		{ "method.commands.1.status", "\"001c\"" },
		{ "method.commands.1.status", "\"fine\"" },
		{ "method.commands.1.step", "99" },
		{ "method.commands.1.step", "2" },
		{ "method.commands.1.command", "\"Format NVM\"" },
		{ "method.commands.1.command", "\"\"" },
		{ "method.passes", "[{}]" },
		{ "verification.salt", "null" },
		{ "verification.proof", "null" },
		{ "verification.proof.commitment", "null" },
		{ "verification.proof.key", "null" },
		{ "verification.proof.marks_left", "1" },
		{ "verification.proof.preimages_left", "1" },
		{ "verification.proof.misplaced", "1" },
		{ "verification.proof.unstable", "1" },
		{ "verification.proof.first_left", "4096" },
		{ "verification.proof.thin", "1" },
		{ "verification.proof.marks", "3000000" },
		{ "verification.proof.looked", "1999" },
		{ "verification.proof.classes.structured", "1" },
		{ "verification.proof.classes.unknown", "1" },
		{ "verification.proof.classes.unreadable", "1" },
		{ "verification.proof.classes.zeros", "0" },
		{ "verification.proof.classes", "{}" },
		{ "verification.proof.chain", "[]" },
		{ "verification.proof.chain", "[\"sanitize-block\"]" },
		{ "verification.bytes", "1000000" },
		{ "verification.mode", "\"full\"" },
		{ "verification.mode", "\"none\"" },
		{ "verification.samples", "20" },
		{ "verification.sections", "10" },
		{ "verification.state", "\"failed\"" },
		{ "verification.mismatches", "1" },
		{ "verification.cache_dropped", "false" },
		{ "verification.signatures_left", "\"ntfs\"" },
		{ "verification.claim", "null" },
		{ "verification.claim.share_ppb", "1000" },
		{ "verification.claim.bytes", "1" },
		{ "verification.claim.text", "\"安心\"" },
		{ "drive.scope.rpmb", "\"no\"" },
		{ "drive.lock.after.enabled", "\"yes\"" },
		{ "drive.bridge", "{\"name\":\"x\",\"identity\":\"unknown\"}" },
		{ "not_examined", "[\"なし\"]" },
		{ "media.0.transport", "\"usb\"" },
		{ "media.0.transport", "\"virtio\"" },
		{ "media.0.medium", "\"unknown\"" },
		{ "media.0.virtual", "true" },
		{ "media.0.virtual", "null" },
		{ "media.0.network", "true" },
		{ "level", "\"clear\"" },
		{ "level_reasons", "[{\"code\":\"no_proof\",\"text\":\"x\","
			"\"text_en\":\"x\"}]" },
		{ "level_reasons", "[{\"code\":\"fell_back\",\"arg\":"
			"\"format: refused\",\"text\":\"x\",\"text_en\":"
			"\"x\"}]" },
		{ "exceptions.reasons", "[{\"code\":\"no_proof\",\"text\":"
			"\"x\",\"text_en\":\"x\"}]" },
		{ "result", "\"erased_with_exceptions\"" },
		{ "crypto.encryption", "null" },
	};

	(void)state;
	no_lie_holds(build(OUTCOME_ERASED), lie, ARRAY_SIZE(lie));
}

/* The other salt is a digest like any other, but not what was promised. */
static void
a_salt_drawn_afterwards_is_found(void **state)
{
	json_t *j = build(OUTCOME_ERASED);
	char text[2 * DIGEST_LEN + 3] = "\"";

	(void)state;
	memset(text + 1, 'a', 2 * DIGEST_LEN);
	text[2 * DIGEST_LEN + 1] = '"';
	text[2 * DIGEST_LEN + 2] = 0;
	assert_false(holds_with(j, "verification.salt", text));
	assert_false(holds_with(j, "verification.proof.commitment", text));
	json_decref(j);
}

/* What the drive did itself needs all of its record. */
static void
the_record_cannot_be_left_out(void **state)
{
	static const char *const part[] = {
		"drive", "method.steps", "method.attempts", "method.driver",
		"method.commands", "method.commands_lost",
		"verification.proof",
	};
	json_t *j = build(OUTCOME_ERASED);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(part); i++) {
		json_t *copy = json_deep_copy(j), *at;
		char last[32];

		at = walk(copy, part[i], last, sizeof(last));
		assert_int_equal(json_object_del(at, last), 0);
		if (holds_with(copy, "notes", "\"x\""))
			fail_msg("without %s", part[i]);
		json_decref(copy);
	}
	json_decref(j);
}

/* One of before the drive's record was kept is as good as it was. */
static void
an_older_certificate_still_holds(void **state)
{
	static const char *const added[] = {
		"driver", "steps", "attempts", "passed", "commands_lost",
	};
	struct request rq = policy("clear");
	json_t *j, *method;

	(void)state;
	s.d = disk();
	sample_plan(&s, &rq);
	j = build(OUTCOME_ERASED);
	json_object_del(j, "drive");
	method = json_object_get(j, "method");
	for (size_t i = 0; i < ARRAY_SIZE(added); i++)
		json_object_del(method, added[i]);
	json_object_del(json_object_get(j, "verification"), "proof");
	json_object_del(json_array_get(json_object_get(j, "media"), 0),
			"virtual");
	json_object_del(json_array_get(json_object_get(j, "media"), 0),
			"network");
	assert_true(holds_with(j, "notes", "\"x\""));
	assert_false(holds_with(j, "level", "\"purge\""));
	json_decref(j);
}

/* ---- falling back ------------------------------------------------------- */

static void
refuse(uint32_t i)
{
	struct step_result *x = &s.r.results[i];
	struct command *c = &s.r.sent.c[s.r.sent.n++];

	x->state = STATE_REFUSED;
	x->why.code = REASON_DRIVE_REFUSED;
	text_copy(x->why.arg, sizeof(x->why.arg), "Sanitize: 0002h");
	x->err = EOPNOTSUPP;
	x->reply = (struct reply){ .err = EOPNOTSUPP, .status = 2 };
	*c = (struct command){ .step = i, .name = "Sanitize", .sent_len = 1,
			       .sent = { 0x84 }, .reply = x->reply };
}

/* The first attempt up to `at` stays; the second one is carried out. */
static void
fall_to_the_second(void)
{
	for (uint32_t i = 0; i < s.p.n_steps; i++) {
		if (s.p.steps[i].attempt != 1)
			continue;
		s.p.steps[i].attempt = 0;
		sample_step(&s, i);
		s.p.steps[i].attempt = 1;
	}
}

static void
a_refused_method_is_told(void **state)
{
	static const char *const lie[][2] = {
		{ "level", "\"purge\"" },
		{ "level_reasons", "[]" },
		{ "method.technique", "\"sanitize-block\"" },
		{ "method.steps.1.state", "\"skipped\"" },
		{ "method.steps.2.state", "\"failed\"" },
		{ "method.attempts.0.state", "\"done\"" },
		{ "method.commands.0.text", "\"no error\"" },
	};
	json_t *j;

	(void)state;
	memset(&s.r.sent, 0, sizeof(s.r.sent));
	s.d.offers[METHOD_SANITIZE_CRYPTO].offered = false;
	plan(s.d);
	memset(&s.r.sent, 0, sizeof(s.r.sent));
	refuse(find(STEP_FIRMWARE, 0));
	s.r.results[find(STEP_PROVE, 0)] = (struct step_result){
		.state = STATE_SKIPPED };
	fall_to_the_second();
	j = build(OUTCOME_ERASED);
	assert_string_equal(cert_get(j, "level"), "clear");
	assert_true(says(j, "level_reasons", "fell_back"));
	assert_true(says(j, "method.text", "フォーマット命令による消去"));
	assert_true(says(j, "not_examined", "予備領域"));
	assert_true(says(j, "method.commands", "Invalid Field in Command"));
	no_lie_holds(j, lie, ARRAY_SIZE(lie));
}

/* Crypto erase refused, block erase done: Purge all the same, and told. */
static void
one_of_two_may_be_refused(void **state)
{
	uint32_t crypto = find(STEP_FIRMWARE, 0);
	static const char *const lie[][2] = {
		{ "level_reasons", "[]" },
		{ "verification.proof.chain",
		  "[\"sanitize-crypto\",\"sanitize-block\"]" },
	};
	json_t *j;

	(void)state;
	s.r.sent.c[0] = s.r.sent.c[1];
	s.r.sent.n = 1;
	refuse(crypto);
	j = build(OUTCOME_ERASED);
	assert_string_equal(cert_get(j, "level"), "purge");
	assert_false(says(j, "method.text", "暗号化消去"));
	assert_true(says(j, "level_reasons", "sanitize-crypto: "));
	no_lie_holds(j, lie, ARRAY_SIZE(lie));
}

static void
a_drive_that_lied_is_no_success(void **state)
{
	uint32_t prove = find(STEP_PROVE, 0);
	struct step_result *x = &s.r.results[prove];
	json_t *j;

	(void)state;
	x->state = STATE_FAILED;
	x->why.code = REASON_MARK_LEFT;
	text_copy(x->why.arg, sizeof(x->why.arg), "12 @ 4096");
	x->proof.marks_left = 12;
	x->proof.first_left = 4096;
	s.r.state = STATE_FAILED;
	s.r.why = x->why;
	j = build(OUTCOME_FAILED);
	assert_string_equal(cert_get(j, "level"), "none");
	assert_true(says(j, "exceptions.reasons", "mark_left"));
	assert_true(says(j, "verification.proof", "\"marks_left\": 12"));
	assert_false(holds_with(j, "result", "\"erased\""));
	json_decref(j);
	/* the next one did it: the lie stays on record */
	s.r.state = STATE_DONE;
	s.r.why = (struct reason){ 0 };
	fall_to_the_second();
	j = build(OUTCOME_ERASED);
	assert_true(says(j, "level_reasons", "sanitize-block: lied: 12"));
	assert_false(holds_with(j, "level_reasons", "[]"));
	json_decref(j);
}

/* ---- ATA ---------------------------------------------------------------- */

static void
a_password_is_on_record_and_gone(void **state)
{
	static const char *const lie[][2] = {
		{ "method.steps.1.password", "null" },
		{ "method.steps.1.password.typed", "\"secret\"" },
		{ "drive.lock.after.enabled", "\"yes\"" },
		{ "drive.lock.after.enabled", "\"unknown\"" },
		{ "media.0.medium", "\"flash\"" },
		{ "drive.spaces", "[{\"nsid\":7,\"node\":null}]" },
		{ "method.commands.0.command", "\"SECURITY DISABLE"
			" PASSWORD\"" },
	};
	json_t *j;

	(void)state;
	plan(locker());
	j = build(OUTCOME_ERASED);
	assert_string_equal(cert_get(j, "level"), "purge");
	assert_string_equal(cert_get(j, "method.technique"),
			    "security-erase-enhanced");
	assert_true(says(j, "method.text", "ATA セキュアイレース（拡張）"));
	assert_true(says(j, "method.steps", "\"typed\": \"massho\""));
	assert_true(says(j, "not_examined", "代替処理"));
	no_lie_holds(j, lie, ARRAY_SIZE(lie));
}

static void
enhanced_erase_of_flash_is_clear(void **state)
{
	json_t *j;

	(void)state;
	s.d = locker();
	s.d.medium = MEDIUM_FLASH;
	plan(s.d);
	j = build(OUTCOME_ERASED);
	assert_string_equal(cert_get(j, "level"), "clear");
	assert_false(holds_with(j, "media.0.medium", "\"rotating\""));
	json_decref(j);
}

/* A limit that could not be removed: an exception, and no level. */
static void
a_hidden_area_is_an_exception(void **state)
{
	static const char *const lie[][2] = {
		{ "result", "\"erased\"" },
		{ "level", "\"clear\"" },
		{ "exceptions.reasons", "[]" },
		{ "exceptions.reasons", "[{\"code\":\"usb_identity\",\"text\":"
			"\"x\",\"text_en\":\"x\"}]" },
	};
	struct step_result *x;
	json_t *j;

	(void)state;
	s.d = locker();
	s.d.areas.hpa = ANSWER_YES;
	s.d.areas.native += 1048576;
	s.d.areas.dco += 1048576;
	plan(s.d);
	for (uint32_t i = 0; i < s.p.n_steps; i++) {
		x = &s.r.results[i];
		if (s.p.steps[i].kind == STEP_PROVE)
			x->proof.looked = x->bytes / 512;
	}
	x = &s.r.results[find(STEP_EXPOSE, 0)];
	x->state = STATE_REFUSED;
	x->why.code = REASON_DRIVE_REFUSED;
	x->reply = (struct reply){ .err = EIO, .status = 0x0451 };
	j = build(OUTCOME_EXCEPTIONS);
	assert_true(says(j, "exceptions.reasons", "hidden_left"));
	assert_true(says(j, "exceptions.reasons", "1048576"));
	assert_string_equal(cert_get(j, "level"), "none");
	assert_string_equal(cert_get(j, "title"),
			    "データ消去証明書（例外あり）");
	no_lie_holds(j, lie, ARRAY_SIZE(lie));
}

/* Not locked, so erased without the methods that need the password. */
static void
a_password_that_stays_is_an_exception(void **state)
{
	static const char *const lie[][2] = {
		{ "result", "\"erased\"" },
		{ "exceptions.reasons", "[]" },
		{ "drive.lock.after.locked", "\"yes\"" },
		{ "drive.lock.after.locked", "\"unknown\"" },
		{ "method.steps.0.state", "\"skipped\"" },
		{ "method.steps.0.why.code", "\"locked\"" },
		{ "method.steps.0.why", "null" },
	};
	struct step_result *x;
	json_t *j;

	(void)state;
	s.d = flash();
	s.d.lock = locker().lock;
	s.d.lock.enabled = ANSWER_YES;
	plan(s.d);
	x = &s.r.results[find(STEP_UNLOCK, 0)];
	x->state = STATE_REFUSED;
	x->why.code = REASON_PASSWORD_STAYS;
	text_copy(x->why.arg, sizeof(x->why.arg), "massho");
	j = build(OUTCOME_EXCEPTIONS);
	assert_true(says(j, "exceptions.reasons", "password_kept"));
	no_lie_holds(j, lie, ARRAY_SIZE(lie));
}

/* ---- before it starts --------------------------------------------------- */

static void
every_end_could_be_certified(void **state)
{
	struct drive d[] = { flash(), flash(), locker(), locker(), disk() };
	char err[512];

	(void)state;
	d[1].sanitize.state = SANITIZE_FAILED;	/* nothing can be marked */
	d[2].lock.enabled = d[2].lock.locked = ANSWER_YES;
	d[3].areas.hpa = ANSWER_YES;
	d[3].areas.native += 1048576;
	for (size_t i = 0; i < ARRAY_SIZE(d); i++) {
		plan(d[i]);
		if (cert_preflight(&s.c, NULL, &s.d, &s.p, &s.consent, s.key,
				   err, sizeof(err)))
			fail_msg("%zu: %s", i, err);
	}
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, sample_teardown)
	const struct CMUnitTest tests[] = {
		T(it_says_what_was_done),
		T(answers_are_told_in_words),
		T(one_lie_is_found),
		T(a_salt_drawn_afterwards_is_found),
		T(the_record_cannot_be_left_out),
		T(an_older_certificate_still_holds),
		T(a_refused_method_is_told),
		T(one_of_two_may_be_refused),
		T(a_drive_that_lied_is_no_success),
		T(a_password_is_on_record_and_gone),
		T(enhanced_erase_of_flash_is_clear),
		T(a_hidden_area_is_an_exception),
		T(a_password_that_stays_is_an_exception),
		T(every_end_could_be_certified),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
