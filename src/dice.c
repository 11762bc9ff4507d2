/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which numbers follow from a salt?  PURE.  The keystream of AES-256-CTR under
 * the salt, cut into big-endian 64-bit words; docs/FORMATS.md ("Sampling") is
 * the contract.
 */
#include "engine.h"
#include "pattern.h"

#include <errno.h>
#include <stdlib.h>

struct dice {
	struct pattern *stream;
	uint64_t at;
	size_t used;
	uint8_t buf[4096];
};

int
dice_open(const uint8_t salt[DIGEST_LEN], struct dice **out)
{
	struct pass pass = { .kind = PASS_RANDOM };
	struct dice *d = calloc(1, sizeof(*d));
	int err;

	_Static_assert(DIGEST_LEN == KEY_LEN, "a salt is a key");
	*out = NULL;
	if (!d)
		return -ENOMEM;
	d->used = sizeof(d->buf);
	err = pattern_open(&pass, salt, &d->stream);
	if (err)
		dice_close(&d);
	*out = d;
	return err;
}

void
dice_close(struct dice **d)
{
	if (!*d)
		return;
	pattern_close(&(*d)->stream);
	free(*d);
	*d = NULL;
}

static int
next_word(struct dice *d, uint64_t *out)
{
	unsigned i;
	int err;

	if (d->used == sizeof(d->buf)) {
		err = pattern_fill(d->stream, d->at, d->buf, sizeof(d->buf));
		if (err)
			return err;
		d->at += sizeof(d->buf);
		d->used = 0;
	}
	for (*out = 0, i = 0; i < 8; i++)
		*out = *out << 8 | d->buf[d->used++];
	return 0;
}

/* Words beyond the last whole multiple of n are skipped. */
int
dice_roll(struct dice *d, uint64_t n, uint64_t *out)
{
	uint64_t excess, word;
	int err;

	if (!n)
		return -EINVAL;
	excess = (UINT64_MAX % n + 1) % n;
	do {
		err = next_word(d, &word);
		if (err)
			return err;
	} while (word > UINT64_MAX - excess);
	*out = word % n;
	return 0;
}
