/* SPDX-License-Identifier: Apache-2.0 */
/* How does a passphrase come in without being seen, kept or swallowed? */
#include "cli.h"

#include "util.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

/* One line, byte by byte so that nothing behind it is swallowed. */
static int
read_line(int fd, char *buf, size_t len)
{
	size_t n = 0;

	for (;;) {
		char c;
		ssize_t got = read(fd, &c, 1);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		if (got == 0 || c == '\n')
			break;
		if (n + 1 >= len)
			return -ENAMETOOLONG;
		buf[n++] = c;
	}
	if (n > 0 && buf[n - 1] == '\r')
		n--;
	buf[n] = '\0';
	return n ? 0 : -ENODATA;
}

/* -EINTR: a signal that would end or stop us is pending. */
static int
wait_for_line(int fd, int signals)
{
	struct pollfd fds[] = {
		{ .fd = fd, .events = POLLIN },
		{ .fd = signals, .events = POLLIN },
	};

	while (poll(fds, ARRAY_SIZE(fds), -1) < 0)
		if (errno != EINTR)
			return -errno;
	return fds[1].revents ? -EINTR : 0;
}

/* A signal must not leave the terminal without its echo. */
static int
ask_terminal(const char *prompt, char *buf, size_t len)
{
	struct termios old, quiet;
	sigset_t ends, before;
	int fd, err;

	if (!isatty(STDIN_FILENO) || tcgetattr(STDIN_FILENO, &old))
		return -ENOTTY;
	sigemptyset(&ends);
	sigaddset(&ends, SIGINT);
	sigaddset(&ends, SIGTERM);
	sigaddset(&ends, SIGHUP);
	sigaddset(&ends, SIGQUIT);
	sigaddset(&ends, SIGTSTP);
	fd = signalfd(-1, &ends, SFD_CLOEXEC);
	if (fd < 0)
		return -errno;
	sigprocmask(SIG_BLOCK, &ends, &before);
	quiet = old;
	quiet.c_lflag &= ~(tcflag_t)ECHO;
	fputs(prompt, stderr);
	fflush(stderr);
	err = tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet) ? -errno :
	      wait_for_line(STDIN_FILENO, fd);
	if (!err)
		err = read_line(STDIN_FILENO, buf, len);
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &old);
	fputc('\n', stderr);
	close(fd);
	sigprocmask(SIG_SETMASK, &before, NULL);	/* it strikes now */
	return err;
}

int
cli_passphrase(const struct cli *c, bool confirm, char *buf, size_t len)
{
	char again[1024];
	int err;

	if (c->pass_fd >= 0)
		return read_line(c->pass_fd, buf, len);
	err = ask_terminal(_("passphrase of the signing key: "), buf, len);
	if (err || !confirm)
		return err;
	err = ask_terminal(_("the same again: "), again, sizeof(again));
	if (!err && strcmp(buf, again) != 0)
		err = -EINVAL;
	zeroise(again, sizeof(again));
	return err;
}
