/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: massho knows whether it runs from its stick and whether work may
 * begin, says why not, and never sets the clock of, nor switches off, a
 * computer that it was not started on; what it was started from is told.
 *
 * The run folder is the test's own.  Nothing here is mounted: a stick that is
 * there is for the shell tests.
 */
#undef NDEBUG
#include "../src/stick.h"
#include "../certs/cert.h"
#include "scratch.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

static char run[SCRATCH_LEN];

static const char *
at(const char *name)
{
	static char path[4][160];
	static unsigned turn;

	turn = (turn + 1) % 4;
	snprintf(path[turn], sizeof(path[turn]), "%s/%s", run, name);
	return path[turn];
}

static void
put(const char *name, const char *text)
{
	FILE *f = fopen(at(name), "w");

	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
}

static int
setup(void **state)
{
	(void)state;
	return scratch_make(run) ? -1 : mkdir(at("stick"), 0755);
}

static int
teardown(void **state)
{
	(void)state;
	return scratch_remove(run);
}

/* ---- the stick ---------------------------------------------------------- */

static void
test_somebodys_own_computer(void **state)
{
	struct stick s;

	(void)state;
	put("shell", "");
	put("image", "00");
	memset(&s, 0xa5, sizeof(s));
	stick_look(run, &s);
	assert_false(s.live);
	assert_int_equal(s.state, STICK_UNKNOWN);
	assert_int_equal(s.n_cases, 0);
	assert_int_equal(s.image[0], 0);
	/* there any folder that can be written will do, and none that cannot */
	assert_int_equal(stick_ready(run, at("stick"), 1, NULL), 0);
	assert_int_equal(access(at("stick/.massho-trial"), F_OK), -1);
	assert_int_equal(stick_ready(run, at("none"), 1, NULL), -ENOENT);
	assert_int_equal(stick_ready(run, at("stick"), UINT64_MAX, NULL),
			 -ENOSPC);
	assert_int_equal(stick_power(run, NEXT_POWER_OFF), -EPERM);
	assert_int_equal(stick_power(run, NEXT_RESTART), -EPERM);
	assert_int_equal(stick_power(run, NEXT_PULL), -EPERM);
}

static void
test_started_without_a_data_partition(void **state)
{
	struct stick s;
	const char *hex = "0123456789abcdef0123456789abcdef"
			  "0123456789abcdef0123456789abcdef";

	(void)state;
	put("live", "");
	put("shell", "");
	put("repair", "fsck");
	put("screen", "native\n");
	put("device", "/dev/null\n");
	put("image", hex);
	stick_look(run, &s);
	assert_true(s.live && s.shell && s.repaired && s.native_screen);
	assert_string_equal(s.image, hex);
	assert_int_equal(s.state, STICK_GONE);
	assert_int_equal(stick_ready(run, at("stick"), 1, &s), -ENODEV);
	assert_int_equal(s.state, STICK_GONE);
	/* what lies in memory is gone with the power */
	assert_int_equal(stick_ready(run, run, 1, &s), -ENODEV);
	assert_int_equal(stick_power(run, NEXT_NOTHING), -EINVAL);
	put("image", "not hexadecimal");
	stick_look(run, &s);
	assert_int_equal(s.image[0], 0);
}

static void
test_every_state_says_what_to_do(void **state)
{
	struct stick s = { 0 };
	char text[400];

	(void)state;
	for (int k = STICK_UNKNOWN; k <= STICK_READY; k++) {
		for (int lang = LANG_JA; lang <= LANG_EN; lang++) {
			s.state = (enum stick_state)k;
			stick_why(&s, (enum lang)lang, text, sizeof(text));
			assert_int_equal(text[0] == 0, k == STICK_READY);
			assert_true(text_valid(text));
			assert_true(strlen(text) < sizeof(text) - 1);
		}
	}
}

static void
test_which_case_and_key(void **state)
{
	struct stick s = { 0 };
	char path[PATH_LEN];

	(void)state;
	text_copy(s.dir, sizeof(s.dir), at("stick"));
	assert_int_equal(stick_case_dir(&s, path, sizeof(path)), -ENOENT);
	s.n_cases = 2;
	text_copy(s.cases[0], PATH_LEN, at("stick/b"));
	text_copy(s.cases[1], PATH_LEN, at("stick/a"));
	assert_int_equal(stick_case_dir(&s, path, sizeof(path)), -ENOTUNIQ);
	text_copy(s.cases[0], PATH_LEN, at("stick/case"));
	assert_int_equal(stick_case_dir(&s, path, sizeof(path)), 0);
	assert_string_equal(path, at("stick/case"));
	assert_int_equal(mkdir(at("stick/case"), 0755), 0);
#define KEY() stick_key(&s, s.cases[0], path, sizeof(path))
	assert_int_equal(KEY(), -ENOENT);
	put("stick/ichiro.p8", "");
	assert_int_equal(KEY(), 0);
	assert_string_equal(path, at("stick/ichiro.p8"));
	put("stick/JIRO.P8", "");
	assert_int_equal(KEY(), -ENOTUNIQ);
	put("stick/case/key.p8", "");
	assert_int_equal(KEY(), 0);
	assert_string_equal(path, at("stick/case/key.p8"));
	assert_int_equal(stick_job(&s, s.cases[0], path, sizeof(path)), 0);
	put("stick/job.ini", "");
	assert_int_equal(stick_job(&s, s.cases[0], path, sizeof(path)), 1);
	assert_string_equal(path, at("stick/job.ini"));
}

/* ---- what certificates say of it ---------------------------------------- */

static void
test_certificates_tell_the_image(void **state)
{
	const char *hex = "ab23456789abcdef0123456789abcdef"
			  "0123456789abcdef0123456789abcdef";
	json_t *j = cert_live(run);

	(void)state;
	assert_true(json_is_null(j));
	json_decref(j);
	put("live", "");
	put("image", hex);
	j = cert_live(run);
	assert_string_equal(cert_get(j, "image"), hex);
	assert_string_equal(cert_get(j, "shell"), "no");
	assert_true(json_is_null(json_object_get(j, "clock")));
	json_decref(j);
	put("shell", "");
	put("image", "0123");
	put("clock", "-32400\n抹消 太郎\n2026-11-21T11:48:00+09:00\n"
	    "2026-11-21 11:48:03\nyes\n");
	j = cert_live(run);
	assert_string_equal(cert_get(j, "image"), "unknown");
	assert_string_equal(cert_get(j, "shell"), "yes");
	assert_int_equal(json_integer_value(json_object_get(json_object_get(
		j, "clock"), "offset_s")), -32400);
	assert_string_equal(cert_get(j, "clock.confirmed_by"), "抹消 太郎");
	assert_string_equal(cert_get(j, "clock.rtc"), "2026-11-21 11:48:03");
	json_decref(j);
	put("clock", "soon\n");
	j = cert_live(run);
	assert_true(json_is_null(json_object_get(j, "clock")));
	json_decref(j);
}

/* ---- the clock ---------------------------------------------------------- */

static void
test_the_clock_of_others_is_only_compared(void **state)
{
	static const char *const bad[] = {
		"noon", "2026-11-21", "2026-11-31 10:00", "2026-13-01 10:00",
		"2026-11-21 24:00", "2026-11-21 10:60", "2026-11-21 10h",
		"2026-11-21 10:00 x", "2026-11-21 10:00:61", "-",
	};
	time_t t = time(NULL) + 9 * 3600;
	char now[32], full[64] = "";
	struct stick_clock c;
	struct tm tm;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		if (stick_clock_say(run, bad[i], "x") != -EINVAL)
			fail_msg("'%s' was taken for a time", bad[i]);
	assert_int_equal(stick_clock_say(run, "2019-01-01 10:00", "x"),
			 -ERANGE);
	assert_int_equal(stick_clock_say(run, "26-11-21 10:00", "x"), -ERANGE);
	assert_int_equal(stick_clock_say(run, "2099-01-01 10:00", "x"),
			 -ERANGE);
	assert_int_equal(stick_clock_say(run, "2026-01-01 10:00", "x"),
			 -EPERM);
	assert_int_equal(stick_clock_say(run, "", "x"), 0);
	gmtime_r(&t, &tm);
	strftime(now, sizeof(now), "%Y/%m/%dT%H:%M:%S", &tm);
	assert_int_equal(stick_clock_say(run, now, "x"), 0);
	for (size_t i = 0; now[i]; i++)	/* as a Japanese keyboard types it */
		snprintf(full + strlen(full), 4, now[i] >= '0' &&
			 now[i] <= '9' ? "\xef\xbc%c" : "%c",
			 now[i] >= '0' && now[i] <= '9' ?
			 0x90 + now[i] - '0' : now[i]);
	assert_int_equal(stick_clock_say(run, full, "x"), 0);
	assert_int_equal(access(at("clock"), F_OK), -1);
	stick_clock(run, &c);
	assert_false(c.confirmed);
	assert_int_equal(strlen(c.now), 19);
}

static void
test_what_was_confirmed_is_kept(void **state)
{
	struct stick_clock c;
	json_t *j;

	(void)state;
	put("live", "");
	/* "it is right": nothing is set */
	assert_int_equal(stick_clock_say(run, "", "抹消\n太郎"), 0);
	stick_clock(run, &c);
	assert_true(c.confirmed);
	assert_string_equal(c.by, "抹消?太郎");
	assert_int_equal(stick_clock_say(run, "", "抹消 花子"), 0);
	stick_clock(run, &c);
	assert_string_equal(c.by, "抹消 花子");
	j = cert_live(run);
	assert_string_equal(cert_get(j, "clock.confirmed_by"), "抹消 花子");
	json_decref(j);
	put("clock", "x\ny\nz\n");
	stick_clock(run, &c);
	assert_false(c.confirmed);
}

/* ---- what was left unfinished ------------------------------------------- */

static void
run_on(struct evidence *e, const char *serial, const char *wwn,
       const char *result, bool doc)
{
	char hex[2 * DIGEST_LEN + 1];
	uint8_t hash[DIGEST_LEN];

	assert_int_equal(evidence_append(e, "intent", json_pack(
		"{s:{s:s, s:s, s:s}, s:{s:s}, s:s}", "identity", "model",
		"DISK", "serial", serial, "wwn", wwn, "plan", "policy",
		"purge", "asset_no", "A-1"), hash, NULL), 0);
	hex_encode(hex, hash, DIGEST_LEN);
	if (result)
		assert_int_equal(evidence_append(e, "outcome", json_pack(
			"{s:s, s:s}", "receipt", hex, "result", result), NULL,
			NULL), 0);
	if (doc)
		assert_int_equal(evidence_append(e, "certificate", json_pack(
			"{s:s, s:s}", "receipt", hex, "cert_id", "x"), NULL,
			NULL), 0);
}

static void
run_of(struct evidence *e, const char *serial, const char *result, bool doc)
{
	run_on(e, serial, "unknown", result, doc);
}

/* Two namespaces of one drive: the one that was erased hides not the other. */
static void
test_unfinished_namespaces(void **state)
{
	struct drive *d = calloc(2, sizeof(*d));
	struct unfinished u[8];
	struct evidence *e;
	char err[256];
	size_t n;

	(void)state;
	assert_non_null(d);
	assert_int_equal(evidence_open(at("evidence"), "massho", &e, err,
				       sizeof(err)), 0);
	run_on(e, "SAME", "eui.01", NULL, false);
	run_on(e, "SAME", "eui.02", "erased", true);
	evidence_close(&e);
	for (int i = 0; i < 2; i++) {
		text_copy(d[i].id.model, sizeof(d[i].id.model), "DISK");
		text_copy(d[i].id.serial, sizeof(d[i].id.serial), "SAME");
		snprintf(d[i].id.wwn, sizeof(d[i].id.wwn), "eui.0%d", i + 1);
	}
	assert_int_equal(stick_unfinished(run, d, 2, u, 8, &n), 0);
	assert_int_equal(n, 1);
	assert_int_equal(u[0].drive, 0);
	assert_int_equal(u[0].kind, UNFINISHED_RUN);
	free(d);
}

/* The line of a drive in the log: namespace nsid of two that have no names. */
static void
drive_line(struct evidence *e, const char *path, int nsid)
{
	assert_int_equal(evidence_append(e, "drive", json_pack(
		"{s:s, s:s, s:{s:[{s:i, s:b}, {s:i, s:b}]}}", "path", path,
		"serial", "SAME", "scope", "spaces", "nsid", 1, "self",
		nsid == 1, "nsid", 2, "self", nsid == 2), NULL, NULL), 0);
}

static void
run_at(struct evidence *e, const char *path, const char *result)
{
	char hex[2 * DIGEST_LEN + 1];
	uint8_t hash[DIGEST_LEN];

	assert_int_equal(evidence_append(e, "intent", json_pack(
		"{s:{s:s, s:s, s:s}, s:{s:s}}", "identity", "model", "DISK",
		"serial", "SAME", "wwn", "unknown", "plan", "path", path),
		hash, NULL), 0);
	hex_encode(hex, hash, DIGEST_LEN);
	if (!result)
		return;
	assert_int_equal(evidence_append(e, "outcome", json_pack(
		"{s:s, s:s}", "receipt", hex, "result", result), NULL, NULL),
		0);
	assert_int_equal(evidence_append(e, "certificate", json_pack(
		"{s:s, s:s}", "receipt", hex, "cert_id", "x"), NULL, NULL), 0);
}

/* The kernel may give their nodes other names at the next start. */
static void
test_unfinished_namespaces_without_names(void **state)
{
	struct drive *d = calloc(2, sizeof(*d));
	struct unfinished u[8];
	struct evidence *e;
	char err[256];
	size_t n;

	(void)state;
	assert_non_null(d);
	assert_int_equal(evidence_open(at("evidence"), "massho", &e, err,
				       sizeof(err)), 0);
	drive_line(e, "/dev/nvme0n1", 1);
	drive_line(e, "/dev/nvme0n2", 2);
	run_at(e, "/dev/nvme0n1", NULL);
	run_at(e, "/dev/nvme0n2", "erased");
	evidence_close(&e);
	for (uint32_t i = 0; i < 2; i++) {
		text_copy(d[i].id.model, sizeof(d[i].id.model), "DISK");
		text_copy(d[i].id.serial, sizeof(d[i].id.serial), "SAME");
		d[i].scope.n_spaces = 1;
		d[i].scope.spaces[0] = (struct space){
			.nsid = i + 1, .self = true,
		};
	}
	assert_int_equal(stick_unfinished(run, d, 2, u, 8, &n), 0);
	assert_int_equal(n, 1);
	assert_int_equal(u[0].nsid, 1);
	assert_int_equal(u[0].drive, 0);
	assert_int_equal(u[0].kind, UNFINISHED_RUN);
	/* erased at the next start, under the other's name */
	assert_int_equal(evidence_open(at("evidence"), "massho", &e, err,
				       sizeof(err)), 0);
	drive_line(e, "/dev/nvme0n2", 1);
	run_at(e, "/dev/nvme0n2", "erased");
	evidence_close(&e);
	assert_int_equal(stick_unfinished(run, d, 2, u, 8, &n), 0);
	assert_int_equal(n, 0);
	free(d);
}

static void
test_what_was_left_unfinished(void **state)
{
	struct drive *d = calloc(2, sizeof(*d));
	struct unfinished u[8];
	struct evidence *e;
	char err[256], *text;
	size_t n;

	(void)state;
	assert_non_null(d);
	assert_int_equal(stick_unfinished(run, d, 2, u, 8, &n), 0);
	assert_int_equal(n, 0);
	assert_int_equal(evidence_open(at("evidence"), "massho", &e, err,
				       sizeof(err)), 0);
	run_of(e, "DONE", "erased", true);
	run_of(e, "AGAIN", "interrupted", false);
	run_of(e, "AGAIN", "erased", true);
	run_of(e, "FAILED", "failed", true);
	run_of(e, "REFUSED", "refused", false);
	run_of(e, "PAPER", "erased", false);
	run_of(e, "STOPPED", "interrupted", true);
	run_of(e, "BACK", "erased", true);
	run_of(e, "BACK", "interrupted", true);
	run_of(e, "CUT", NULL, false);
	evidence_close(&e);
	text_copy(d[0].id.model, sizeof(d[0].id.model), "OTHER");
	text_copy(d[0].id.serial, sizeof(d[0].id.serial), "PAPER");
	text_copy(d[1].id.model, sizeof(d[1].id.model), "DISK");
	text_copy(d[1].id.serial, sizeof(d[1].id.serial), "CUT");
	assert_int_equal(stick_unfinished(run, d, 2, u, 8, &n), 0);
	assert_int_equal(n, 4);
	assert_string_equal(u[0].serial, "CUT");	/* it is here */
	assert_int_equal(u[0].drive, 1);
	assert_int_equal(u[0].kind, UNFINISHED_RUN);
	assert_string_equal(u[0].asset, "A-1");
	assert_string_equal(u[0].policy, "purge");
	assert_string_equal(u[1].serial, "PAPER");
	assert_int_equal(u[1].kind, UNFINISHED_PAPER);
	assert_int_equal(u[1].drive, UINT32_MAX);
	assert_string_equal(u[2].serial, "STOPPED");
	assert_int_equal(u[2].kind, UNFINISHED_RUN);
	assert_string_equal(u[3].serial, "BACK");
	assert_int_equal(stick_unfinished(run, d, 2, u, 2, &n), 0);
	assert_int_equal(n, 2);
	/* a log that does not hold is not believed */
	assert_int_equal(file_read(at("evidence/massho.jsonl"), 1 << 20, &text,
				   &n), 0);
	*strstr(text, "FAILED") = 'f';
	put("evidence/second.jsonl", text);
	free(text);
	assert_int_equal(stick_unfinished(run, d, 2, u, 8, &n), -EBADMSG);
	assert_int_equal(n, 0);
	free(d);
}

/* A loop device that cannot be written, over a file in memory, in use. */
static struct drive
layer(void)
{
	return (struct drive){
		.path = "/dev/loop0", .transport = TRANSPORT_LOOP,
		.read_only = true, .uses_known = true, .n_uses = 1,
		.major = 7, .minor = 1, .n_grounds = 2,
		.grounds = { { .dev = 7 << 8 | 1 }, { .dev = 2, .ino = 7 } },
		.backing = "/base.sqfs", .whole = true,
	};
}

static void
test_only_its_own_layers_are_no_drives(void **state)
{
	struct stick live = { .live = true }, other = { .live = false };
	struct drive d = layer();

	(void)state;
	assert_true(stick_layer(&live, &d));
	assert_false(stick_layer(&other, &d));
	d.read_only = false;
	assert_false(stick_layer(&live, &d));
	d = layer();
	d.transport = TRANSPORT_USB;
	assert_false(stick_layer(&live, &d));
	d = layer();
	d.n_uses = 0;			/* whose is it? */
	assert_false(stick_layer(&live, &d));
	d = layer();
	d.uses_known = false;
	assert_false(stick_layer(&live, &d));
	d = layer();			/* a file on somebody's disk */
	d.n_grounds = 3;
	d.grounds[2] = (struct ground){ .dev = 8 << 8, .ino = 0 };
	assert_false(stick_layer(&live, &d));
	d = layer();			/* nobody knows where it lies */
	d.n_grounds = 1;
	assert_false(stick_layer(&live, &d));
}

static void
test_the_repair_is_kept(void **state)
{
	char path[512], name[64], hex[13], *text = NULL;
	struct stick s;
	uint8_t digest[DIGEST_LEN];
	size_t len;

	(void)state;
	assert_int_equal(mkdir(at("case"), 0755), 0);
	assert_int_equal(stick_keep_repair(run, at("case")), 0);
	put("repair", "There are differences\n");
	put("live", "");
	assert_int_equal(stick_power(run, NEXT_PULL), 0);
	stick_look(run, &s);
	assert_true(s.repaired);	/* nobody has kept it yet */
	assert_int_equal(stick_keep_repair(run, at("case")), 1);
	assert_int_equal(stick_keep_repair(run, at("case")), 0);
	stick_look(run, &s);
	assert_true(s.repaired);
	assert_int_equal(stick_power(run, NEXT_PULL), 0);
	stick_look(run, &s);
	assert_false(s.repaired);
	assert_int_equal(sha256("There are differences\n", 22, digest), 0);
	hex_encode(hex, digest, 6);
	snprintf(name, sizeof(name), "repair-%s.txt", hex);
	snprintf(path, sizeof(path), "%s/evidence/%s", at("case"), name);
	assert_int_equal(file_read(path, 4096, &text, &len), 0);
	assert_string_equal(text, "There are differences\n");
	free(text);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_somebodys_own_computer),
		T(test_started_without_a_data_partition),
		T(test_every_state_says_what_to_do),
		T(test_which_case_and_key),
		T(test_certificates_tell_the_image),
		T(test_the_clock_of_others_is_only_compared),
		T(test_what_was_confirmed_is_kept),
		T(test_what_was_left_unfinished),
		T(test_unfinished_namespaces),
		T(test_unfinished_namespaces_without_names),
		T(test_only_its_own_layers_are_no_drives),
		T(test_the_repair_is_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
