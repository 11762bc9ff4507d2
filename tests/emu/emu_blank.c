/* SPDX-License-Identifier: Apache-2.0 */
/* Which blocks were erased, and cannot be read until they are written? */
#include "emu_dev.h"

bool
emu_blank_any(const bool *blank, uint64_t at, uint64_t n)
{
	while (n)
		if (blank[at + --n])
			return true;
	return false;
}

void
emu_blank_set(bool *blank, uint64_t at, uint64_t n, bool is)
{
	while (n)
		blank[at + --n] = is;
}
