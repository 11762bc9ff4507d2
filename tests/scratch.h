/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where does a test put its files?  Into a folder of its own, below the one
 * that tests/run gave it, so that nothing stays behind even if it dies.
 */
#ifndef SCRATCH_H
#define SCRATCH_H

#include <ftw.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define SCRATCH_LEN 128		/* of its path */

static inline const char *
scratch_above(bool in_memory)
{
	const char *dir = getenv(in_memory ? "MEMDIR" : "TMPDIR");

	if (dir && *dir)
		return dir;
	return in_memory && !access("/dev/shm", W_OK) ? "/dev/shm" : "/tmp";
}

static inline int
scratch_at(char dir[SCRATCH_LEN], bool in_memory)
{
	int n = snprintf(dir, SCRATCH_LEN, "%s/massho.XXXXXX",
			 scratch_above(in_memory));

	return n < SCRATCH_LEN && mkdtemp(dir) ? 0 : -1;
}

/* Makes a folder. */
static inline int
scratch_make(char dir[SCRATCH_LEN])
{
	return scratch_at(dir, false);
}

/* For thousands of fsyncs: in memory if there is such a place. */
static inline int
scratch_make_quick(char dir[SCRATCH_LEN])
{
	return scratch_at(dir, true);
}

static inline int
scratch_remove_one(const char *path, const struct stat *st, int kind,
		   struct FTW *ftw)
{
	(void)st;
	(void)kind;
	(void)ftw;
	return remove(path);
}

/* With all that is in it. */
static inline int
scratch_remove(const char *dir)
{
	return nftw(dir, scratch_remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

#endif
