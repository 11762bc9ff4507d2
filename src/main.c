/* SPDX-License-Identifier: Apache-2.0 */
/* Which subcommand?  One table, which also prints the usage. */
#include "cli.h"

#include "util.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *help;
} commands[] = {
	{ "list", cmd_list, N_("the drives and what each offers") },
	{ "plan", cmd_plan, N_("what `erase` would do; touches nothing") },
	{ "erase", cmd_erase, N_("erase, verify, certify") },
	{ "job", cmd_job, N_("erase without a hand: job files signed by the"
			     " case's key") },
	{ "verify", cmd_verify, N_("hold a device against its certificate") },
	{ "check", cmd_check, N_("verify certificates and evidence logs") },
	{ "case", cmd_case, N_("the contract case: new, show, close") },
	{ "form", cmd_form, N_("documents without a drive") },
	{ "key", cmd_key, N_("signing keys: new, show, csr") },
	{ "evidence", cmd_evidence, N_("show or export an evidence log") },
	{ "policy", cmd_policy, N_("every policy with its passes and source") },
	{ "tui", cmd_tui, N_("the technician's screen; also without a command"
			     " on a terminal") },
};

static void
usage(FILE *to)
{
	size_t i;

	fprintf(to, _("massho %s: erases drives, proves what it did, signs the"
		      " proof\n"), MASSHO_VERSION);
	fprintf(to, _("usage: massho COMMAND [...]; each has --help\n\n"));
	for (i = 0; i < ARRAY_SIZE(commands); i++)
		fprintf(to, "  %-9s %s\n", commands[i].name,
			_(commands[i].help));
}

/* Translations lie beside a binary that was built but not installed; of the
 * names "locale" one is a program, which the slash tells apart. */
static void
find_translations(void)
{
	char exe[PATH_LEN], dir[PATH_LEN + 8];
	ssize_t n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
	char *slash;

	exe[n > 0 ? n : 0] = '\0';
	slash = strrchr(exe, '/');
	if (slash) {
		*slash = '\0';
		snprintf(dir, sizeof(dir), "%s/locale/", exe);
	}
	bindtextdomain("massho", slash && access(dir, X_OK) == 0 ? dir :
		       LOCALEDIR);
	bind_textdomain_codeset("massho", "UTF-8");
	textdomain("massho");
}

/* A descriptor that is closed at the start would be given to the next file
 * opened: an evidence log that standard output is then printed into. */
static bool
take_standard_descriptors(void)
{
	int fd;

	for (fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 &&
		    open("/dev/null", O_RDWR) != fd)
			return false;
	return true;
}

/* A result that nobody could read is no success.  What `erase` did is in its
 * log and its documents; who waited for the words must look there. */
static int
finish(int ret, bool erase)
{
	if (!fflush(stdout) && !ferror(stdout))
		return ret;
	cli_error(_("cannot write the result to standard output"));
	return ret ? ret : erase ? EXIT_EXCEPTIONS : EXIT_USAGE;
}

/* What every command takes may stand before it as well. */
static void
command_first(int argc, char **argv)
{
	char *command;
	int at = 1;

	while (at < argc && (!strcmp(argv[at], "--json") ||
			     !strncmp(argv[at], "--lang", 6)))
		at += strcmp(argv[at], "--lang") ? 1 : 2;
	if (at >= argc)
		return;
	command = argv[at];
	memmove(argv + 2, argv + 1, (size_t)(at - 1) * sizeof(*argv));
	argv[1] = command;
}

static int
run(int argc, char **argv)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(commands); i++)
		if (strcmp(argv[1], commands[i].name) == 0)
			return finish(commands[i].run(argc - 1, argv + 1),
				      commands[i].run == cmd_erase ||
				      commands[i].run == cmd_tui ||
				      commands[i].run == cmd_job);
	cli_error(argv[1][0] == '-' ?
		  _("option '%s' goes after the command; see `massho --help`") :
		  _("unknown command '%s'; see `massho --help`"), argv[1]);
	return EXIT_USAGE;
}

int
main(int argc, char **argv)
{
	if (!take_standard_descriptors())
		return EXIT_USAGE;
	/* passphrases and keys never reach a core file or a debugger */
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	/* a reader that goes away must not end an erasure */
	signal(SIGPIPE, SIG_IGN);
	cli_lang_set(cli_lang_asked(argc, argv));
	find_translations();
	if (argc < 2 && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO))
		return cmd_tui(1, (char *[]){ "tui", NULL });
	if (argc < 2) {
		usage(stderr);
		return EXIT_USAGE;
	}
	command_first(argc, argv);
	if (strcmp(argv[1], "--version") == 0) {
		printf("massho %s\n", MASSHO_VERSION);
		return 0;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
		usage(stdout);
		return 0;
	}
	return run(argc, argv);
}
