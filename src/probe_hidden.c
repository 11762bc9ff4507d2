/* SPDX-License-Identifier: Apache-2.0 */
/* Which drives does this machine have that cannot be listed? */
#include "hidden.h"

#include "../drivers/machine.h"

int
probe_hidden(struct hidden *out, size_t max, size_t *n)
{
	return machine_hidden("", out, max, n);
}
