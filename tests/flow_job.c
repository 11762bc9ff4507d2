/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: with nobody standing by, only drives that a job file names are erased,
 * and only if the case's key has signed it as it is; whatever is not as it was
 * decided stops that drive and no other.
 *
 * The command itself, over the emulator.  A worker erases its own copy of the
 * emulated medium, so what was done is read from the documents and the log.
 */
#include "job_sample.h"

static int
signed_job(const char *text)
{
	put("job.ini", text);
	if (job("sign", at("case/key.p8")))
		fail_msg("%s", output);
	return job("run", at("case/key.p8"));
}

static unsigned
said(const char *text)
{
	const char *s = output;
	unsigned n = 0;

	while ((s = strstr(s, text))) {
		n++;
		s++;
	}
	return n;
}

static void
test_only_what_is_named_is_erased(void **state)
{
	(void)state;
	assert_int_equal(signed_job(HEAD "管理番号 = PC-1\nserial = two\n"
				    "serial = AWAY\n"), 0);
	assert_int_equal(said("\"result\":\"erased\""), 2);
	assert_int_equal(said("'AWAY': is not in this machine"), 1);
	assert_int_equal(logged("job", NULL), 1);
	assert_int_equal(logged("intent", "ONE"), 1);
	assert_int_equal(logged("intent", "TWO"), 1);
	assert_int_equal(logged("intent", "THREE"), 0);
	assert_int_equal(logged("certificate", NULL), 2);
	/* as after a power failure: it goes on where it was */
	assert_int_equal(job("run", at("case/key.p8")), EXIT_REFUSED);
	assert_int_equal(said("says that it was erased"), 2);
	assert_int_equal(logged("intent", NULL), 2);
}

static int
one_result(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	char *text;
	size_t len, n = strlen(path);
	json_t *doc;

	(void)st;
	(void)flag;
	(void)ftw;
	if (n < 5 || strcmp(path + n - 5, ".json") != 0)
		return 0;
	assert_int_equal(file_read(path, 1 << 22, &text, &len), 0);
	doc = json_loads(text, 0, NULL);
	assert_string_equal(cert_get(doc, "consent.how"), "job");
	assert_string_equal(cert_get(doc, "consent.who"), "佐藤 花子");
	assert_string_equal(cert_get(json_array_get(json_object_get(
		doc, "media"), 0), "serial"), "TWO");
	json_decref(doc);
	free(text);
	return 0;
}

static void
test_the_certificate_tells_whose_decision_it_was(void **state)
{
	(void)state;
	assert_int_equal(signed_job(HEAD "serial = TWO\n"), 0);
	assert_int_equal(nftw(at("case/out"), one_result, 8, FTW_PHYS), 0);
	assert_int_equal(logged("certificate", NULL), 1);
}

static void
test_what_is_odd_stops_that_drive_only(void **state)
{
	struct emu_drive *d = emu_add("/dev/emu3", 2 << 20, 512);

	(void)state;
	text_copy(d->d.id.serial, sizeof(d->d.id.serial), "TWO");
	emu_add("/dev/emu4", 2 << 20, 512)->d.read_only = true;
	assert_int_equal(signed_job(HEAD "serial = TWO\nserial = THREE\n"
				    "管理番号 = PC-2\nserial = EMU00004\n"),
			 EXIT_REFUSED);
	assert_int_equal(said("two drives tell this serial"), 1);
	assert_int_equal(said("its line of media.csv has no serial"), 1);
	assert_int_equal(said("\"result\":\"erased\""), 1);
	assert_int_equal(said("\"result\":\"refused\""), 1);
	assert_int_equal(logged("intent", NULL), 1);
	assert_int_equal(logged("intent", "THREE"), 1);
}

static void
nothing_starts(const char *key, int code, const char *words)
{
	assert_int_equal(job("run", key), code);
	if (!said(words))
		fail_msg("'%s' does not say '%s'", output, words);
	assert_int_equal(logged("intent", NULL), 0);
	assert_int_equal(logged("job", NULL), 0);
}

static void
test_what_is_not_signed_is_no_order(void **state)
{
	const char *own = at("case/key.p8");
	char key[192], p7s[192];

	(void)state;
	text_copy(key, sizeof(key), own);
	put("job.ini", HEAD "serial = ONE\n");
	nothing_starts(key, EXIT_REFUSED, "is not signed");
	/* signed by another */
	assert_int_equal(job("sign", at("other.p8")), 0);
	nothing_starts(key, EXIT_REFUSED, "not signed by the key of this case");
	/* changed after it was signed */
	assert_int_equal(job("sign", key), 0);
	assert_int_equal(job("show", key), 0);
	put("job.ini", HEAD "serial = TWO\n");
	nothing_starts(key, EXIT_REFUSED, "does not hold");
	assert_int_equal(job("show", key), EXIT_REFUSED);
	text_copy(p7s, sizeof(p7s), at("job.ini.p7s"));
	put("job.ini.p7s", "nonsense");
	nothing_starts(key, EXIT_REFUSED, "does not hold");
	/* signed anew it is one again */
	assert_int_equal(job("sign", key), 0);
	assert_int_equal(job("show", key), 0);
	assert_non_null(strstr(output, "\"TWO\""));
}

static void
test_what_does_not_fit_the_case_is_no_order(void **state)
{
	const char *key = at("case/key.p8");
	char own[192];

	(void)state;
	text_copy(own, sizeof(own), key);
	put("job.ini", "contract_no = 1\npolicy = clear\nuntil = 2099-12-31\n"
	    "ordered_by = x\nserial = ONE\n");
	assert_int_equal(job("sign", own), EXIT_USAGE);
	nothing_starts(own, EXIT_USAGE, "is of contract '1'");
	put("job.ini", "contract_no = 見情契第118号\npolicy = clear\n"
	    "until = 2020-12-31\nordered_by = x\nserial = ONE\n");
	nothing_starts(own, EXIT_USAGE, "ended on 2020-12-31");
	put("job.ini", HEAD "asset_no = PC-9\n");
	nothing_starts(own, EXIT_USAGE, "'PC-9'");
	assert_int_equal(signed_job("contract_no = 見情契第118号\n"
		"policy = thorough\nuntil = 2099-12-31\nordered_by = x\n"
		"serial = ONE\n"), EXIT_USAGE);
	assert_int_equal(logged("intent", NULL), 0);
	assert_int_equal(signed_job(HEAD "serial = AWAY\n"), EXIT_REFUSED);
	assert_int_equal(said("none of the job's drives"), 1);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_only_what_is_named_is_erased),
		T(test_the_certificate_tells_whose_decision_it_was),
		T(test_what_is_odd_stops_that_drive_only),
		T(test_what_is_not_signed_is_no_order),
		T(test_what_does_not_fit_the_case_is_no_order),
	};

	cli_lang_set(LANG_EN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
