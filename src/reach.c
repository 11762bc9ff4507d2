/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How far does a method reach on a drive, and by which command?  PURE.  Asked
 * by the plan, which promises, by the verdict, and by the rules that hold a
 * certificate against itself: they must not differ.
 */
#include "massho.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

bool
reach_is_sanitize(enum method m)
{
	return m == METHOD_SANITIZE_BLOCK || m == METHOD_SANITIZE_OVERWRITE ||
	       m == METHOD_SANITIZE_CRYPTO;
}

bool
reach_is_crypto(enum method m)
{
	return m == METHOD_SANITIZE_CRYPTO || m == METHOD_FORMAT_CRYPTO;
}

bool
reach_is_whole(enum method m)
{
	return reach_is_sanitize(m) || m == METHOD_SECURITY_ERASE_ENHANCED;
}

enum reach
reach_hidden(const char *driver, enum method m, const struct areas *a,
	     bool bridged)
{
	if (reach_is_whole(m) || !strcmp(driver, "nvme"))
		return REACH_ALL;
	if (a->hpa == ANSWER_YES || a->dco_set == ANSWER_YES ||
	    a->amac == ANSWER_YES)
		return REACH_LEFT;
	if (a->hpa == ANSWER_NO && a->dco_set == ANSWER_NO &&
	    a->amac == ANSWER_NO)
		return REACH_ALL;
	/* other command sets cannot ask for them at all */
	return bridged || strcmp(driver, "ata") != 0 ? REACH_TOLD :
						       REACH_UNKNOWN;
}

bool
reach_spaces(const struct space *s, uint32_t n, bool read, char *arg,
	     size_t len)
{
	char one[16];
	uint32_t i;
	size_t at = 0;

	arg[0] = '\0';
	for (i = 0; i < n && i < SPACES_MAX; i++) {
		if (read && s[i].node[0])
			continue;
		snprintf(one, sizeof(one), "%s%" PRIu32, at ? ", " : "",
			 s[i].nsid);
		if (at + strlen(one) + sizeof(", ...") > len) {
			snprintf(arg + at, len - at, ", ...");
			break;
		}
		at += (size_t)snprintf(arg + at, len - at, "%s", one);
	}
	return at > 0;
}

bool
reach_is_command(const char *sent, enum method m, const char *driver)
{
	const char *of = method_command(m, driver);
	size_t n = strlen(sent);

	return n && !strncmp(sent, of, n) && (!of[n] || of[n] == ' ');
}
