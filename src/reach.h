/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What does a method act on?  PURE.  The same for plan, verdict and
 * certificate.  Included by massho.h, which states the rules for all nouns.
 */
#ifndef REACH_H
#define REACH_H

/* What is left of the areas that a drive may hide, worst first. */
enum reach {
	REACH_LEFT,		/* they are there: an exception */
	REACH_UNKNOWN,		/* they may be: an exception */
	REACH_TOLD,		/* the connection does not show them: told, at
				   a level that promises nothing of them */
	REACH_ALL		/* none, or the method acts on them as well */
};
bool reach_is_sanitize(enum method m);
/* Does it act on what no address leads to? */
bool reach_is_whole(enum method m);
/* It changes a key, and nothing else for sure. */
bool reach_is_crypto(enum method m);
/* bridged: something stands between that may not pass the question on. */
enum reach reach_hidden(const char *driver, enum method m,
			const struct areas *a, bool bridged);
/*
 * Namespaces that are erased along and that nothing was read of: those without
 * a node; unless read, all of them.  True: arg names them by their numbers.
 */
bool reach_spaces(const struct space *s, uint32_t n, bool read,
		  char *arg, size_t len);
/* Is a command of this name the method's own?  "Sanitize" is sent for
 * "Sanitize (Block Erase)". */
bool reach_is_command(const char *sent, enum method m, const char *driver);

#endif
