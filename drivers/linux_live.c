/* SPDX-License-Identifier: Apache-2.0 */
/* How are the clock and the power of this machine reached, and how does a file
 * system let go so that its medium may be pulled? */
#include "machine.h"

#include "../src/util.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <limits.h>
#include <linux/reboot.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define RTC	"/sys/class/rtc/rtc0/since_epoch"

int
machine_rtc(const char *root, int64_t *out)
{
	char path[PATH_MAX], *text = NULL, *end;
	size_t len = 0;
	int err;

	if ((size_t)snprintf(path, sizeof(path), "%s" RTC, root) >=
	    sizeof(path))
		return -ENAMETOOLONG;
	err = file_read(path, 4096, &text, &len);
	if (err)
		return err;
	errno = 0;
	*out = strtoll(text, &end, 10);
	if (errno || end == text || (*end && *end != '\n'))
		err = -EBADMSG;
	free(text);
	return err;
}

int
machine_set_clock(int64_t seconds)
{
	struct timespec ts = { .tv_sec = (time_t)seconds };

	return clock_settime(CLOCK_REALTIME, &ts) ? -errno : 0;
}

bool
machine_is_mounted(const char *dir)
{
	char up[PATH_MAX];
	struct stat here, above;

	if ((size_t)snprintf(up, sizeof(up), "%s/..", dir) >= sizeof(up) ||
	    stat(up, &above))
		return false;
	/* what was pulled may not even answer this any more */
	return stat(dir, &here) ? errno == EIO || errno == ENODEV :
				  here.st_dev != above.st_dev;
}

/* sync(2) tells nobody that it failed, syncfs(2) does. */
static int
flush(const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int err = 0;

	if (fd < 0)
		return -errno;
	if (syncfs(fd))
		err = -errno;
	close(fd);
	return err;
}

int
machine_unmount(const char *dir)
{
	int err;

	if (!machine_is_mounted(dir))
		return -EINVAL;
	err = flush(dir);
	if (umount2(dir, UMOUNT_NOFOLLOW) && !err)
		err = -errno;
	return err;
}

int
machine_power_off(void)
{
	sync();
	return reboot(RB_POWER_OFF) ? -errno : 0;
}

int
machine_restart(void)
{
	sync();
	return reboot(RB_AUTOBOOT) ? -errno : 0;
}

/* The light of a keyboard says it, of whichever there are. */
bool
machine_caps_lock(const char *root)
{
	char pattern[PATH_MAX], *text;
	glob_t found = { 0 };
	bool on = false;
	size_t len;

	snprintf(pattern, sizeof(pattern),
		 "%s/sys/class/leds/*::capslock/brightness", root);
	if (!glob(pattern, 0, NULL, &found))
		for (size_t i = 0; i < found.gl_pathc; i++)
			if (!file_read(found.gl_pathv[i], 16, &text, &len)) {
				on |= len && text[0] != '0';
				free(text);
			}
	globfree(&found);
	return on;
}
