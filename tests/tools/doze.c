/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Puts the machine to sleep as --unfreeze does, once it has been refused as a
 * virtual one.  Only ever run inside a machine of a test's own.
 *
 * usage: doze SECONDS
 */
#include "../../drivers/driver.h"

#include <stdio.h>
#include <stdlib.h>

int
main(int argc, char **argv)
{
	char why[200];
	int r;

	if (argc != 2)
		return 2;
	r = drive_can_suspend("", false, why, sizeof(why));
	printf("refused: %d %s\n", r, why);
	fflush(stdout);
	r = drive_suspend("", true, (uint32_t)strtoul(argv[1], NULL, 10), why,
			  sizeof(why));
	printf("slept: %d %s\n", r, why);
	return r ? 1 : 0;
}
