/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What does a block hold, and may it hold that after these methods?  PURE.
 *
 * A block is random if its bytes, and the differences between neighbours, are
 * spread as those of a random block are: chi-square over 256 bins has 255
 * degrees of freedom, mean 255 and sigma 22.6, whatever the block's length
 * from 512 bytes on.  The limits are seven to ten sigma away, so that among
 * the millions of blocks of a crypto-erased drive none is taken for structured
 * by chance; text, tables, code and counters are far outside.
 */
#include "engine.h"

#include <string.h>

#define BINS		256
#define CHI_MIN		100
#define CHI_MAX		500
#define RANDOM_LEN_MIN	256	/* less cannot be told */
#define PERIOD_MAX	16

static bool
is_spread(const uint32_t count[BINS], uint64_t n)
{
	uint64_t squares = 0, chi;
	unsigned i;

	for (i = 0; i < BINS; i++)
		squares += (uint64_t)count[i] * count[i];
	/* sum of (count - n/256)^2 / (n/256) */
	chi = squares * BINS / n;
	return chi >= n + CHI_MIN && chi <= n + CHI_MAX;
}

static bool
is_random(const uint8_t *block, uint32_t len)
{
	uint32_t bytes[BINS] = { 0 }, steps[BINS] = { 0 };
	uint32_t i;

	if (len < RANDOM_LEN_MIN)
		return false;
	for (i = 0; i < len; i++) {
		bytes[block[i]]++;
		steps[(uint8_t)(block[i] - block[i ? i - 1 : len - 1])]++;
	}
	return is_spread(bytes, len) && is_spread(steps, len);
}

static bool
repeats(const uint8_t *block, uint32_t len, uint32_t period)
{
	return len > period && !memcmp(block, block + period, len - period);
}

static void
show(const uint8_t *block, uint32_t period, uint8_t pattern[16])
{
	uint32_t i;

	for (i = 0; i < PERIOD_MAX; i++)
		pattern[i] = block[i % period];
}

enum content_class
classify(const uint8_t *block, uint32_t len, uint8_t pattern[16])
{
	uint32_t period;

	memset(pattern, 0, PERIOD_MAX);
	if (len < 2 * PERIOD_MAX)
		return CLASS_UNKNOWN;
	for (period = 1; period <= PERIOD_MAX; period *= 2) {
		if (!repeats(block, len, period))
			continue;
		if (period == 1 && block[0] == 0x00)
			return CLASS_ZEROS;
		if (period == 1 && block[0] == 0xff)
			return CLASS_ONES;
		show(block, period, pattern);
		return period == 1 ? CLASS_CONSTANT : CLASS_PATTERN;
	}
	return is_random(block, len) ? CLASS_RANDOM : CLASS_STRUCTURED;
}

/* May random bytes be left?  After what rewrites or erases every cell they may
 * not, whatever went before it: they would be old data that looks random. */
static bool
may_be_random(enum method last)
{
	switch (last) {
	case METHOD_SANITIZE_CRYPTO:
	case METHOD_FORMAT:
	case METHOD_FORMAT_CRYPTO:
	case METHOD_SECURITY_ERASE_ENHANCED:
		return true;
	default:
		return false;
	}
}

bool
classify_agrees(enum content_class c, const enum method *chain, size_t n)
{
	if (!n || chain[n - 1] == METHOD_NONE ||
	    chain[n - 1] == METHOD_OVERWRITE || chain[n - 1] >= METHOD_COUNT)
		return false;
	switch (c) {
	case CLASS_ZEROS:
	case CLASS_ONES:
	case CLASS_CONSTANT:
	case CLASS_PATTERN:
		return true;
	case CLASS_RANDOM:
		return may_be_random(chain[n - 1]);
	case CLASS_UNREADABLE:
		return true;	/* the policy says how many there may be */
	default:
		return false;
	}
}
