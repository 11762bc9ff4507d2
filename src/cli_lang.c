/* SPDX-License-Identifier: Apache-2.0 */
/* In which language is everything said, and in which locale does that work? */
#include "cli.h"

#include "util.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static enum lang
from_environment(void)
{
	const char *v = getenv("LANGUAGE");

	if (!v || !*v)
		v = getenv("LC_ALL");
	if (!v || !*v)
		v = getenv("LC_MESSAGES");
	if (!v || !*v)
		v = getenv("LANG");
	if (!v || strncmp(v, "ja", 2) != 0)
		return LANG_EN;
	/* Japanese is printed as UTF-8; elsewhere English can be read */
	v = strchr(v, '.');
	return !v || !strncasecmp(v, ".UTF-8", 6) ||
	       !strncasecmp(v, ".utf8", 5) ? LANG_JA : LANG_EN;
}

/* --lang counts for the messages of the options before it, too. */
enum lang
cli_lang_asked(int argc, char **argv)
{
	enum lang lang = from_environment();
	int i;

	for (i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
		const char *v = "";

		if (strncmp(argv[i], "--lang=", 7) == 0)
			v = argv[i] + 7;
		else if (strcmp(argv[i], "--lang") == 0 && i + 1 < argc)
			v = argv[i + 1];
		if (strcmp(v, "ja") == 0)
			lang = LANG_JA;
		else if (strcmp(v, "en") == 0)
			lang = LANG_EN;
	}
	return lang;
}

/* gettext follows LANGUAGE in every locale but "C", "POSIX" and, as of glibc
 * 2.39, "C.UTF-8" and the like. */
static bool
translates(void)
{
	const char *name = setlocale(LC_MESSAGES, NULL);

	return MB_CUR_MAX > 1 && name && strcmp(name, "POSIX") != 0 &&
	       (name[0] != 'C' || (name[1] && name[1] != '.'));
}

/*
 * Many a machine has no locale but C.UTF-8.  It is loaded by the name C_JP too,
 * since a territory that is not there is left out of the search; and that name
 * translates.
 */
static void
find_locale(enum lang lang)
{
	static const char *const japanese[] = {
		"ja_JP.UTF-8", "C_JP.UTF-8", "en_US.UTF-8"
	};

	if (!setlocale(LC_ALL, ""))
		setlocale(LC_ALL, "C");	/* and not the one before */
	for (size_t i = 0; lang == LANG_JA && i < ARRAY_SIZE(japanese); i++) {
		if (translates())
			return;
		setlocale(LC_ALL, japanese[i]);
	}
	if (MB_CUR_MAX == 1)
		setlocale(LC_ALL, "C.UTF-8");
}

void
cli_lang_set(enum lang lang)
{
	setenv("LANGUAGE", lang == LANG_JA ? "ja" : "en", 1);
	find_locale(lang);
	setlocale(LC_NUMERIC, "C");
}

bool
cli_lang_speaks(enum lang lang)
{
	return lang != LANG_JA || translates();
}
