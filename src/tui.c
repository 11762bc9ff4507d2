/* SPDX-License-Identifier: Apache-2.0 */
/* massho tui: how does a technician who is no engineer erase a PC's drives? */
#include "tui.h"

#include "cmd_docs.h"
#include "util.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <unistd.h>

#define USAGE	"massho tui [DEV...] [--case DIR | --no-case] [options]"
#define TURN_MS	500

/* Has it the letters?  The console of the kernel has none. */
static bool
has_japanese(void)
{
	const char *term = getenv("TERM");

	return term && strcmp(term, "linux") != 0 &&
	       strncmp(term, "vt", 2) != 0;
}

static bool
wants_color(void)
{
	const char *no = getenv("NO_COLOR");

	return !no || !*no;
}

/* What is said on standard error would be written over the screen. */
static int
catch_words(struct show *s)
{
	int old = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);

	s->words = memfd_create("words", MFD_CLOEXEC);
	if (s->words < 0 || old < 0)
		return -1;
	fcntl(s->words, F_SETFL, O_APPEND);
	dup2(s->words, STDERR_FILENO);
	return old;
}

static int
catch_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static void
loop(struct show *s, int signals)
{
	while (!s->over) {
		struct pollfd fds[] = {
			{ .fd = STDIN_FILENO, .events = POLLIN },
			{ .fd = signals, .events = POLLIN },
		};

		show_turn(s);
		if (poll(fds, 2, TURN_MS) < 0 && errno != EINTR)
			break;
		if (fds[1].revents)
			break;
	}
}

static void
set_up(struct show *s, bool stick)
{
	struct tui *t = &s->t;

	s->run = STICK_RUN;
	s->e.face = &round_face;
	s->e.screen = s;
	s->e.cli = s->cli;
	t->e = &s->e;
	t->stick = stick;
	t->no_case = s->cli.no_case;
	t->japanese = has_japanese();
	t->lang = s->cli.lang;
	t->rq = s->cli.rq;
	text_copy(t->version, sizeof(t->version), MASSHO_VERSION);
	stick_clock(s->run, &t->clock);
	if (mlock(t->secret, sizeof(t->secret)))
		tui_note(t, _("warning: the passphrase cannot be kept in locked"
			      " memory"));
}

static int
run(struct show *s)
{
	int old = catch_words(s), signals = catch_signals(), err;

	if (old < 0 || signals < 0) {
		cli_error("%s", strerror(errno));
		return EXIT_USAGE;
	}
	err = term_open(wants_color(), &s->term);
	if (!err) {
		compose_begin(s);
		show_first(s);
		loop(s, signals);
	}
	term_close(&s->term);
	dup2(old, STDERR_FILENO);
	if (err)
		cli_error(_("this terminal cannot be used: is TERM right?"));
	return err ? EXIT_USAGE : s->exit;
}

int
cmd_tui(int argc, char **argv)
{
	struct show *s = calloc(1, sizeof(*s));
	int ret = EXIT_USAGE;

	if (!s)
		return ret;
	ret = cli_parse(argc, argv, CLI_PLAN | CLI_IMAGE | CLI_CASE |
			CLI_NO_CASE | CLI_KEY | CLI_STICK | CLI_PEOPLE, USAGE,
			&s->cli);
	if (ret < 0)
		ret = cli_check_request(&s->cli.rq);
	else
		goto out;
	if (!ret && s->cli.json) {
		cli_error(_("the screen has no machine form; see `massho erase"
			    " --help`"));
		ret = EXIT_USAGE;
	}
	if (!ret && (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))) {
		cli_error(_("the screen needs a terminal; see `massho --help`"
			    " for commands without one"));
		ret = EXIT_USAGE;
	}
	if (!ret && s->cli.pass_fd >= 0 && !s->cli.no_case &&
	    docs_key(&s->cli, s->cli.case_dir ? s->cli.case_dir : "case",
		     &s->key))
		ret = EXIT_USAGE;
	if (ret)
		goto out;
	set_up(s, s->cli.stick);
	s->t.has_key = s->key != NULL;
	ret = run(s);
out:
	show_free(s);
	zeroise(s->t.secret, sizeof(s->t.secret));
	free(s);
	return ret;
}
