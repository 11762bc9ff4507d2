/* SPDX-License-Identifier: Apache-2.0 */
/* How do the drives of this machine lose their power for a moment? */
#include "probe.h"

#include "../drivers/driver.h"

int
probe_can_sleep(bool allow_virtual, char *why, size_t len)
{
	return drive_can_suspend("", allow_virtual, why, len);
}

int
probe_sleep(bool allow_virtual, uint32_t seconds, char *why, size_t len)
{
	return drive_suspend("", allow_virtual, seconds, why, len);
}
