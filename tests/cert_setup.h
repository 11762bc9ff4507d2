/* SPDX-License-Identifier: Apache-2.0 */
/* The one certificate that a test program works with, made anew for each of
 * its tests. */
#ifndef CERT_SETUP_H
#define CERT_SETUP_H

#include "cert_sample.h"

static struct cert_sample s;

static inline int
sample_setup(void **state)
{
	(void)state;
	sample_open(&s, "clear");
	return 0;
}

static inline int
sample_teardown(void **state)
{
	(void)state;
	sample_close(&s);
	return 0;
}

#endif
