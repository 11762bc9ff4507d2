/* SPDX-License-Identifier: Apache-2.0 */
/* massho check: the verifier, inside the program that also erases. */
#include "cli.h"

#include "../certs/cert.h"

int
cmd_check(int argc, char **argv)
{
	return check_main(argc, argv);
}
