/* SPDX-License-Identifier: Apache-2.0 */
/* massho-check: the verifier alone, for those who only have to read. */
#include "cert.h"

#include <locale.h>

int
main(int argc, char **argv)
{
	setlocale(LC_ALL, "");
	return check_main(argc, argv);
}
