/* SPDX-License-Identifier: Apache-2.0 */
/* What the drive that takes no time has counted. */
#ifndef NULL_WIRE_H
#define NULL_WIRE_H

#include <stddef.h>
#include <stdint.h>

/* Its size from now on; forgets what was counted. */
void null_drive(uint64_t size);
/* Nanoseconds of one request, as the median of what the last writes took from
 * one to the next; 0: too few. */
uint64_t null_request_ns(void);
/* Bytes that were read through the queue. */
uint64_t null_read(void);

#endif
