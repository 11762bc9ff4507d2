/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What should be on the medium?  Streams of bytes that can be computed at any
 * drive offset alone, and the means to recognise them.
 *
 *   FILL    byte x of the drive is bytes[x % len]
 *   RANDOM  AES-256-CTR (SP 800-38A) over zeros; the counter block of the 16
 *           bytes at offset x is x / 16 as a 128-bit big-endian number
 */
#ifndef PATTERN_H
#define PATTERN_H

#include "massho.h"

struct pattern;

/* pass: FILL or RANDOM, anything else is -EINVAL; key: of a RANDOM, else it
 * may be NULL. */
int pattern_open(const struct pass *pass, const uint8_t key[KEY_LEN],
		 struct pattern **out) MUST;
void pattern_close(struct pattern **p);
/* Two offsets that differ by a multiple of it hold the same; 0 = RANDOM. */
unsigned pattern_period(const struct pattern *p);
/* What [at, at+len) of the drive should hold. */
int pattern_fill(struct pattern *p, uint64_t at, uint8_t *buf,
		 size_t len) MUST;
/*
 * How many leading bytes of buf, read at `at`, are what they should be: *same
 * == len means all.  If so, buf is scratch afterwards (a RANDOM is decrypted
 * in place); if not, it holds what was read.
 */
int pattern_compare(struct pattern *p, uint64_t at, uint8_t *buf, size_t len,
		    size_t *same) MUST;

#endif
