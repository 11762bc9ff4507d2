/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: with nobody standing by, only drives that a job file names are erased,
 * and only if the case's key has signed it as it is; whatever is not as it was
 * decided stops that drive and no other.
 *
 * The command itself, over the emulator.  A worker erases its own copy of the
 * emulated medium, so what was done is read from the documents and the log.
 */
#include "emu/emu.h"

#include "../certs/cert.h"
#include "../src/cli.h"
#include "../src/util.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#undef NDEBUG
#include <cmocka.h>

#define PASS "correct horse battery staple"
#define HEAD "契約番号 = 見情契第118号\n消去方式 = clear\n検証 = full\n" \
	     "期限 = 2099-12-31\n指示者 = 佐藤 花子\n"

static char dir[64], output[65536];

static const char *
at(const char *name)
{
	static char path[8][192];
	static unsigned turn;

	turn = (turn + 1) % 8;
	snprintf(path[turn], sizeof(path[turn]), "%s/%s", dir, name);
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

static void
add(const char *path, const char *serial, unsigned number)
{
	struct emu_drive *d = emu_add(path, 2 << 20, 512);

	text_copy(d->d.id.serial, sizeof(d->d.id.serial), serial);
	snprintf(d->d.id.wwn, sizeof(d->d.id.wwn), "0x5000000000000e%02x",
		 number);
	emu_soil(d);
}

static int
setup(void **state)
{
	static const struct key_subject who = { .cn = "試験", .c = "JP" };
	const char *top = getenv("TOP");
	char path[512], err[256], *text;
	size_t len;

	(void)state;
	strcpy(dir, "/tmp/massho-job.XXXXXX");
	assert_non_null(mkdtemp(dir));
	assert_int_equal(mkdir(at("case"), 0755), 0);
	snprintf(path, sizeof(path), "%s/tests/data/case/case.ini",
		 top ? top : ".");
	assert_int_equal(file_read(path, 1 << 20, &text, &len), 0);
	put("case/case.ini", text);
	free(text);
	put("case/media.csv", "管理番号,媒体名,製造番号\n"
	    "PC-1,ハードディスク,ONE\nPC-2,ハードディスク,\n");
	if (key_new(at("case/key"), KEY_P256, &who, PASS, err, sizeof(err)) ||
	    key_new(at("other"), KEY_P256, &who, PASS, err, sizeof(err)))
		fail_msg("%s", err);
	add("/dev/emu0", "ONE", 1);
	add("/dev/emu1", "TWO", 2);
	add("/dev/emu2", "THREE", 3);
	return 0;
}

static int
remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	return remove(path);
}

static int
teardown(void **state)
{
	(void)state;
	emu_reset();
	return nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* massho job WHAT job.ini: its exit code; what it printed is in `output`. */
static int
job(const char *what, const char *key)
{
	char fd[16];
	char *argv[] = { "job", (char *)what, (char *)at("job.ini"), "--case",
			 (char *)at("case"), "--key", (char *)key,
			 "--pass-fd", fd, "--json", "--lang", "en", NULL };
	int pipes[2], out, kept[2], ret;
	ssize_t n;

	assert_int_equal(pipe(pipes), 0);
	assert_int_equal(write(pipes[1], PASS "\n", sizeof(PASS)),
			 sizeof(PASS));
	close(pipes[1]);
	snprintf(fd, sizeof(fd), "%d", pipes[0]);
	out = open(at("output"), O_RDWR | O_CREAT | O_TRUNC, 0600);
	assert_true(out >= 0);
	fflush(NULL);
	kept[0] = dup(STDOUT_FILENO);
	kept[1] = dup(STDERR_FILENO);
	dup2(out, STDOUT_FILENO);
	dup2(out, STDERR_FILENO);
	ret = cmd_job(12, argv);
	fflush(NULL);
	dup2(kept[0], STDOUT_FILENO);
	dup2(kept[1], STDERR_FILENO);
	close(kept[0]);
	close(kept[1]);
	n = pread(out, output, sizeof(output) - 1, 0);
	output[n > 0 ? n : 0] = '\0';
	close(out);
	close(pipes[0]);
	return ret;
}

static int
signed_job(const char *text)
{
	put("job.ini", text);
	if (job("sign", at("case/key.p8")))
		fail_msg("%s", output);
	return job("run", at("case/key.p8"));
}

/* How many lines of the log are of this event and about this serial. */
struct asked {
	const char *event, *serial;
	unsigned n;
};

static int
count_line(void *ctx, const struct evidence_line *l)
{
	struct asked *a = ctx;
	const char *serial = cert_get(l->body, "identity.serial");

	a->n += !strcmp(l->event, a->event) &&
		(!a->serial || !strcmp(serial, a->serial));
	return 0;
}

static unsigned
logged(const char *event, const char *serial)
{
	struct asked a = { event, serial, 0 };
	struct log_chain chain = { 0 };
	char host[65] = "", name[96];
	int fd;

	assert_int_equal(gethostname(host, sizeof(host) - 1), 0);
	snprintf(name, sizeof(name), "case/evidence/%s.jsonl", host);
	fd = open(at(name), O_RDONLY);
	if (fd < 0)
		return 0;
	assert_int_equal(evidence_scan(fd, count_line, &a, &chain), 0);
	assert_int_equal(chain.fault, CHAIN_HOLDS);
	chain_free(&chain);
	close(fd);
	return a.n;
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
