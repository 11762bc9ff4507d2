/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What do the files of words share?  Nobody else includes this.
 *
 * Of a reason there is one row.  The letter tells what the argument is:
 *   -  none                       m  mount point
 *   d  device, disk or partition  u  user: holder, process, bridge ...
 *   n  number, offset or range    w  stable ASCII word or words
 *   b  number of blocks           k  number of a step
 *   s  seconds                    i  minutes
 *   p  how many times
 *   q  method, perhaps with ": " and more
 *   c  class of content           a  areas of a drive, with commas
 *   l  levels, the one wanted and the one that can be had: "purge/clear"
 *   t  free text
 * The sentences are printed on screens and on certificates, so they hold
 * before a run as well as after it.
 */
#ifndef WORDS_H
#define WORDS_H

#include "massho.h"

struct word {
	const char *name, *ja, *en;
};

/* Out of range is the worst value, as everywhere. */
static inline const struct word *
pick(const struct word *words, size_t n, unsigned int i)
{
	return &words[i < n ? i : 0];
}

static inline const char *
say(const struct word *w, enum lang lang)
{
	return lang == LANG_EN ? w->en : w->ja;
}

struct sentence {
	const char *name;
	char arg;
	const char *en, *ja;
};

/* Each code has its row in exactly one of them. */
extern const struct sentence words_refusals[REASON_COUNT];
extern const struct sentence words_outcomes[REASON_COUNT];

#endif
