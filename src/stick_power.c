/* SPDX-License-Identifier: Apache-2.0 */
/* How does this PC end, so that the next one can begin with the same stick? */
#include "stick.h"

#include "../drivers/machine.h"

#include <errno.h>
#include <stdio.h>

/* What was pulled already has nothing left to be flushed; what was reported to
 * the operator was on it before. */
static int
let_go(const struct stick *s)
{
	int err = machine_unmount(s->dir);

	return err == -EINVAL || s->state == STICK_GONE ? 0 : err;
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
	if (err || what == NEXT_PULL)
		return err;
	return what == NEXT_POWER_OFF ? machine_power_off() :
					machine_restart();
}
