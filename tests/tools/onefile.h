/* SPDX-License-Identifier: Apache-2.0 */
/* A file system of one file, MOUNTPOINT/disk: what is the same of every such,
 * whatever the file is like.  Needs FUSE_USE_VERSION. */
#ifndef ONEFILE_H
#define ONEFILE_H

#include <fuse.h>

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#define ONEFILE "/disk"

/* Of the folder, or of the file but for its size. */
static inline int
onefile_getattr(const char *path, struct stat *st)
{
	memset(st, 0, sizeof(*st));
	if (strcmp(path, "/") == 0) {
		st->st_mode = S_IFDIR | 0700;
		st->st_nlink = 2;
		return 0;
	}
	if (strcmp(path, ONEFILE) != 0)
		return -ENOENT;
	st->st_mode = S_IFREG | 0600;
	st->st_nlink = 1;
	return 0;
}

static inline int
onefile_readdir(const char *path, void *buf, fuse_fill_dir_t fill, off_t at,
		struct fuse_file_info *fi, enum fuse_readdir_flags flags)
{
	(void)path;
	(void)at;
	(void)fi;
	(void)flags;
	fill(buf, ".", NULL, 0, 0);
	fill(buf, "..", NULL, 0, 0);
	fill(buf, &ONEFILE[1], NULL, 0, 0);
	return 0;
}

#endif
