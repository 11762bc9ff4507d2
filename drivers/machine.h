/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The machine itself, no drive concerned: what it hides, its clock, its power,
 * a file system to let go of.  No part of the wire, linked with the emulator
 * too; everything is read below a root folder ("" in the product), so that a
 * test can offer one of its own.
 */
#ifndef MACHINE_H
#define MACHINE_H

#include "../src/massho.h"

/* linux_hidden.c: see probe_hidden(). */
int machine_hidden(const char *root, struct hidden *out, size_t max,
		   size_t *n) MUST;

/* linux_live.c: seconds of the PC's own clock, read as if it were in UTC. */
int machine_rtc(const char *root, int64_t *out) MUST;
/* Sets the system's clock; never the PC's own. */
int machine_set_clock(int64_t seconds) MUST;
/* Is Caps Lock on, at the keyboard of the console?  False where that cannot be
 * told, as on a terminal elsewhere. */
bool machine_caps_lock(const char *root);
/* Flushes everything, and lets go of what is mounted here.  -EBUSY: in use;
 * -EINVAL: nothing is mounted here. */
int machine_unmount(const char *dir) MUST;
/* Is a file system mounted at just this folder? */
bool machine_is_mounted(const char *dir) MUST;
/* Does not return if it works. */
int machine_power_off(void) MUST;
int machine_restart(void) MUST;

#endif
