/* SPDX-License-Identifier: Apache-2.0 */
/* How are drives found, besides one by one: after a sleep? */
#ifndef PROBE_H
#define PROBE_H

#include "massho.h"

/* ---- probe_sleep.c ---- */

/*
 * Suspends this machine for so many seconds, so that its drives lose their
 * power and with it what the firmware froze.  -EPERM: it may not, or would not
 * wake; *why says so in English.  0: it slept (why: what could not be put
 * back, or "").  Every drive must be looked at again.
 */
int probe_can_sleep(bool allow_virtual, char *why, size_t len) MUST;
int probe_sleep(bool allow_virtual, uint32_t seconds, char *why,
		size_t len) MUST;

#endif
