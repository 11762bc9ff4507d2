/* SPDX-License-Identifier: Apache-2.0 */
/* How does this PC end, so that the next one can begin with the same stick? */
#include "stick.h"

#include "../drivers/machine.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

#define BACK_MS	8000	/* a dirty file system is repaired first */

/* What was pulled already has nothing left to be flushed; what was reported to
 * the operator was on it before. */
static int
let_go(const struct stick *s)
{
	int err = machine_unmount(s->dir);

	return err == -EINVAL || s->state == STICK_GONE ? 0 : err;
}

/* It is evidence by now, and the next repair is another; what no case was there
 * to keep stays where it is. */
static void
repair_is_told(const char *run)
{
	char path[PATH_LEN * 2];

	snprintf(path, sizeof(path), "%s/repaired", run);
	unlink(path);
}

int
stick_power(const char *run, enum stick_next what)
{
	struct stick s;
	int err;

	stick_look(run, &s);
	if (!s.live)
		return -EPERM;	/* somebody's own computer */
	if (what == NEXT_NOTHING)
		return -EINVAL;
	err = let_go(&s);
	if (!err && what == NEXT_PULL)
		repair_is_told(run);
	if (err || what == NEXT_PULL)
		return err;
	return what == NEXT_POWER_OFF ? machine_power_off() :
					machine_restart();
}

void
stick_take_back(const char *run)
{
	char path[PATH_LEN * 2], line[PATH_LEN + 8];
	struct stick s;
	int fd, len;

	stick_look(run, &s);
	if (!s.live || s.state == STICK_READY || !s.device[0])
		return;
	snprintf(path, sizeof(path), "%s/plug", run);
	len = snprintf(line, sizeof(line), "add %s\n", s.device);
	fd = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return;
	if (write(fd, line, (size_t)len) == len)
		for (int ms = 0; ms < BACK_MS && s.state != STICK_READY;
		     ms += 100) {
			poll(NULL, 0, 100);
			stick_look(run, &s);
		}
	close(fd);
}
