/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How many of very many cases does a sanitized build try?  It is several times
 * slower, and what it looks for is in the code, not in the number of cases.
 */
#ifndef SANITIZED_H
#define SANITIZED_H

#include <stdbool.h>

#ifndef __has_feature
#define __has_feature(x) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
#define SANITIZED true
#else
#define SANITIZED false
#endif

/* Every so many-th. */
#define STRIDE (SANITIZED ? 3U : 1U)
/* For the line that tells how many. */
#define STRIDE_TEXT (SANITIZED ? ", every third of them" : "")

#endif
