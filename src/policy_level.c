/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is a method worth on a medium, and which are tried first?
 *
 * After IEEE 2883-2022 and NIST SP 800-88; where they or their readers differ,
 * the lower level is taken:
 * - A sanitize that erases or overwrites reaches what the host cannot address,
 *   on any medium: Purge.
 * - Crypto erase is Purge only if everything was always encrypted, by a sound
 *   key of which no copy is left.  Nobody can see that from outside: Clear,
 *   unless a sanitize that erases or overwrites follows.
 * - SECURITY ERASE UNIT, enhanced, covers reallocated sectors: Purge on a
 *   rotating disk, Clear on flash (Rev. 1, Table A-8).  The normal one: Clear.
 * - Format NVM and FORMAT UNIT: Clear.  So is what the host overwrites.
 */
#include "massho.h"
#include "util.h"

static bool
erasable(enum medium m)
{
	return m == MEDIUM_ROTATING || m == MEDIUM_FLASH ||
	       m == MEDIUM_VIRTUAL || m == MEDIUM_UNKNOWN;
}

/* On a medium whose nature is known. */
static enum level
level_of(enum method m, enum medium medium, enum reason_code *why)
{
	*why = REASON_UNKNOWN;
	switch (m) {
	case METHOD_SANITIZE_BLOCK:
	case METHOD_SANITIZE_OVERWRITE:
		return LEVEL_PURGE;
	case METHOD_SANITIZE_CRYPTO:
		*why = REASON_CRYPTO_ALONE;
		return LEVEL_CLEAR;
	case METHOD_SECURITY_ERASE_ENHANCED:
		if (medium == MEDIUM_ROTATING)
			return LEVEL_PURGE;
		*why = REASON_SECURITY_CLEAR;
		return LEVEL_CLEAR;
	case METHOD_SECURITY_ERASE:
		*why = REASON_SECURITY_CLEAR;
		return LEVEL_CLEAR;
	case METHOD_FORMAT:
	case METHOD_FORMAT_CRYPTO:
		*why = REASON_FORMAT_CLEAR;
		return LEVEL_CLEAR;
	case METHOD_OVERWRITE:
		*why = medium == MEDIUM_FLASH ? REASON_OVERWRITE_FLASH :
						REASON_OVERWRITE_ONLY;
		return LEVEL_CLEAR;
	case METHOD_NONE:
	case METHOD_COUNT:
		break;
	}
	return LEVEL_NONE;
}

enum level
policy_level(enum method m, enum medium medium, enum reason_code *why)
{
	enum level l = level_of(m, medium, why);

	if (!erasable(medium)) {
		*why = REASON_OPTICAL;
		return LEVEL_NONE;
	}
	if (l <= LEVEL_CLEAR)
		return l;
	if (medium == MEDIUM_VIRTUAL)
		*why = REASON_VIRTUAL_BACKING;
	else if (medium == MEDIUM_UNKNOWN)
		*why = REASON_MEDIUM_UNKNOWN;
	else
		return l;
	return LEVEL_CLEAR;
}

#define ONE(a)		{ 1, { METHOD_ ## a } }
#define TWO(a, b)	{ 2, { METHOD_ ## a, METHOD_ ## b } }

/* Never a weaker level before a stronger one. */
static const struct chain rotating[] = {
	TWO(SANITIZE_CRYPTO, SANITIZE_OVERWRITE),
	ONE(SANITIZE_OVERWRITE),
	ONE(SECURITY_ERASE_ENHANCED),
	ONE(SANITIZE_CRYPTO),
	ONE(OVERWRITE),
	ONE(SECURITY_ERASE),
	ONE(FORMAT),
};

/* Format NVM erases before it only drops a key: some drives did not survive
 * SES=2, and no drive is harmed by SES=1. */
static const struct chain flash[] = {
	TWO(SANITIZE_CRYPTO, SANITIZE_BLOCK),
	TWO(SANITIZE_CRYPTO, SANITIZE_OVERWRITE),
	ONE(SANITIZE_BLOCK),
	ONE(SANITIZE_OVERWRITE),
	ONE(SANITIZE_CRYPTO),
	ONE(FORMAT),
	ONE(FORMAT_CRYPTO),
	ONE(SECURITY_ERASE_ENHANCED),
	ONE(SECURITY_ERASE),
	ONE(OVERWRITE),
};

size_t
policy_chains(enum medium medium, struct chain *out, size_t max)
{
	const struct chain *from = medium == MEDIUM_ROTATING ? rotating : flash;
	size_t n = medium == MEDIUM_ROTATING ? ARRAY_SIZE(rotating) :
					       ARRAY_SIZE(flash), i;

	if (!erasable(medium))
		return 0;
	for (i = 0; i < n && i < max; i++)
		out[i] = from[i];
	return i;
}
