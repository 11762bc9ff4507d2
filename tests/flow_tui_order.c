/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: on the technician's screen a signed order erases the drives it names
 * and no other, begins by one key that nothing else takes, and one that is not
 * as it was signed is not offered.
 *
 * The screen itself, on a terminal without colours, over the emulator.
 */
#include "job_sample.h"

#include <poll.h>
#include <pty.h>
#include <sys/wait.h>

#define REDRAW "\f"

struct terminal {
	int fd;
	pid_t pid;
	char seen[65536];
};

static void
turn_on(struct terminal *t)
{
	struct winsize size = { .ws_row = 24, .ws_col = 80 };
	char *argv[] = { "tui", "--case", (char *)at("case"), "--lang", "en",
			 NULL };

	fflush(NULL);
	t->pid = forkpty(&t->fd, NULL, NULL, &size);
	assert_true(t->pid >= 0);
	if (t->pid)
		return;
	setenv("TERM", "vt100", 1);
	_exit(cmd_tui(5, argv));
}

static void
press(struct terminal *t, const char *keys)
{
	assert_int_equal(write(t->fd, keys, strlen(keys)), strlen(keys));
}

/* What is on the screen now, without what places it there. */
static void
look(struct terminal *t)
{
	struct pollfd in = { .fd = t->fd, .events = POLLIN };
	size_t n = 0;
	bool escape = false;
	char c;

	press(t, REDRAW);
	while (n + 1 < sizeof(t->seen) && poll(&in, 1, 200) > 0 &&
	       read(t->fd, &c, 1) == 1) {
		if (c == '\033')
			escape = true;
		else if (!escape && (unsigned char)c >= ' ')
			t->seen[n++] = c;
		else if (escape && (c >= 'A' && c != '['))
			escape = false;
	}
	t->seen[n] = '\0';
}

static void
shows(struct terminal *t, const char *text)
{
	for (int i = 0; i < 100; i++) {
		look(t);
		if (strstr(t->seen, text))
			return;
	}
	fail_msg("no '%s' on the screen: %s", text, t->seen);
}

static void
turn_off(struct terminal *t)
{
	int status;

	close(t->fd);
	assert_int_equal(waitpid(t->pid, &status, 0), t->pid);
	assert_true(WIFEXITED(status));
}

static void
open_key(struct terminal *t)
{
	turn_on(t);
	shows(t, "1/8");
	press(t, "\r");
	shows(t, "2/8 clock");
	press(t, "\r");
	shows(t, "2/8 signing key");
	shows(t, "an order (job.ini) is here");
	press(t, PASS "\r");
}

static void
order(const char *text)
{
	put("case/job.ini", text);
	put("job.ini", text);
	assert_int_equal(job("sign", at("case/key.p8")), 0);
	assert_int_equal(rename(at("job.ini.p7s"), at("case/job.ini.p7s")), 0);
}

static void
test_an_order_begins_by_one_key(void **state)
{
	struct terminal t;

	(void)state;
	order(HEAD "管理番号 = PC-1\nserial = two\nserial = AWAY\n");
	open_key(&t);
	shows(&t, "signed order is here");
	shows(&t, "3 named, 2 to be erased here");
	/* whoever leans on a key begins nothing */
	press(&t, "\r\r\r   aqsx123\b");
	shows(&t, "erase them as ordered?");
	assert_int_equal(logged("intent", NULL), 0);
	press(&t, "y");
	shows(&t, "all 2 drives are erased");
	turn_off(&t);
	assert_int_equal(logged("job", NULL), 1);
	assert_int_equal(logged("intent", "ONE"), 1);
	assert_int_equal(logged("intent", "TWO"), 1);
	assert_int_equal(logged("intent", "THREE"), 0);
	assert_int_equal(logged("certificate", NULL), 2);
	/* a second time it finds that all of it is done */
	open_key(&t);
	shows(&t, "3/8");
	turn_off(&t);
	assert_int_equal(logged("intent", NULL), 2);
}

static void
test_an_order_can_be_declined(void **state)
{
	struct terminal t;

	(void)state;
	order(HEAD "serial = ONE\n");
	open_key(&t);
	shows(&t, "signed order is here");
	press(&t, "n");
	shows(&t, "3 drives, 0 chosen");
	/* the key stays open */
	press(&t, " \r");
	shows(&t, "4/8 plan");
	press(&t, "\r");
	shows(&t, "5/8");
	turn_off(&t);
	assert_int_equal(logged("intent", NULL), 0);
	assert_int_equal(logged("job", NULL), 0);
}

/* Without one nobody types a passphrase before there is something to plan. */
static void
test_no_order_asks_for_no_key(void **state)
{
	struct terminal t;

	(void)state;
	turn_on(&t);
	shows(&t, "1/8");
	press(&t, "\r");
	shows(&t, "2/8 clock");
	press(&t, "\r");
	shows(&t, "3 drives, 0 chosen");
	/* one that comes meanwhile is asked about at the next look */
	order(HEAD "serial = ONE\n");
	press(&t, "r");
	shows(&t, "2/8 signing key");
	press(&t, PASS "\r");
	shows(&t, "signed order is here");
	shows(&t, "1 named, 1 to be erased here");
	turn_off(&t);
	assert_int_equal(logged("intent", NULL), 0);
}

static void
test_what_was_changed_is_not_offered(void **state)
{
	struct terminal t;

	(void)state;
	order(HEAD "serial = ONE\n");
	put("case/job.ini", HEAD "serial = TWO\n");
	open_key(&t);
	shows(&t, "3 drives, 0 chosen");
	assert_null(strstr(t.seen, "signed order is here"));
	press(&t, "y");
	shows(&t, "3 drives, 0 chosen");
	turn_off(&t);
	assert_int_equal(logged("intent", NULL), 0);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_an_order_begins_by_one_key),
		T(test_an_order_can_be_declined),
		T(test_what_was_changed_is_not_offered),
		T(test_no_order_asks_for_no_key),
	};

	cli_lang_set(LANG_EN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
