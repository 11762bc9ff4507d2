/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What should be on the medium at this offset, and is it?  Random streams are
 * AES-256-CTR of NIST SP 800-38A, section 6.5, by Libgcrypt: it has this mode
 * with VAES, at twice the speed of OpenSSL's, which stops at AES-NI.
 */
#include "pattern.h"
#include "util.h"

#include <errno.h>
#include <gcrypt.h>
#include <stdlib.h>
#include <string.h>

#define AES_BLOCK 16

/* Small enough that a piece is still in the cache when it is looked at. */
#define PIECE (32U << 10)

/* Wide loads on both sides of a comparison are aligned at this distance. */
#define LAP_MIN 64
#define LAP_MAX (LAP_MIN + PASS_BYTES_MAX)

static const uint8_t zeros[PIECE];

struct pattern {
	unsigned period;	/* FILL: length of the bytes; 0 = RANDOM */
	unsigned lap;		/* FILL: a multiple of it, >= LAP_MIN */
	uint8_t laps[2 * LAP_MAX];	/* FILL: one begins at any phase */
	gcry_cipher_hd_t cipher;	/* RANDOM */
};

static int
open_fill(struct pattern *p, const struct pass *pass)
{
	unsigned i;

	if (!pass->len || pass->len > PASS_BYTES_MAX)
		return -EINVAL;
	p->period = pass->len;
	p->lap = (LAP_MIN + p->period - 1) / p->period * p->period;
	for (i = 0; i < 2 * LAP_MAX; i++)
		p->laps[i] = pass->bytes[i % p->period];
	return 0;
}

/* Once in a process, which another library may have done. */
static bool
start_library(void)
{
	if (gcry_control(GCRYCTL_INITIALIZATION_FINISHED_P))
		return true;
	if (!gcry_check_version("1.8.0"))
		return false;
	/* the key of a stream goes on record; there is nothing to lock */
	gcry_control(GCRYCTL_DISABLE_SECMEM, 0);
	gcry_control(GCRYCTL_INITIALIZATION_FINISHED, 0);
	return true;
}

static int
open_random(struct pattern *p, const uint8_t *key)
{
	if (!key)
		return -EINVAL;
	if (!start_library() ||
	    gcry_cipher_open(&p->cipher, GCRY_CIPHER_AES256,
			     GCRY_CIPHER_MODE_CTR, 0) ||
	    gcry_cipher_setkey(p->cipher, key, KEY_LEN))
		return -EIO;
	return 0;
}

int
pattern_open(const struct pass *pass, const uint8_t key[KEY_LEN],
	     struct pattern **out)
{
	struct pattern *p;
	int err = -EINVAL;

	*out = NULL;
	p = calloc(1, sizeof(*p));
	if (!p)
		return -ENOMEM;
	if (pass->kind == PASS_FILL)
		err = open_fill(p, pass);
	else if (pass->kind == PASS_RANDOM)
		err = open_random(p, key);
	if (err)
		pattern_close(&p);
	*out = p;
	return err;
}

void
pattern_close(struct pattern **p)
{
	if (!*p)
		return;
	gcry_cipher_close((*p)->cipher);
	free(*p);
	*p = NULL;
}

unsigned
pattern_period(const struct pattern *p)
{
	return p->period;
}

/* Puts the counter where the keystream of `at` begins. */
static int
seek(struct pattern *p, uint64_t at)
{
	uint8_t iv[AES_BLOCK] = { 0 }, skipped[AES_BLOCK];
	uint64_t counter = at / AES_BLOCK;
	size_t skip = at % AES_BLOCK;
	int i;

	for (i = AES_BLOCK - 1; counter; i--, counter >>= 8)
		iv[i] = (uint8_t)counter;
	if (gcry_cipher_setctr(p->cipher, iv, sizeof(iv)) ||
	    (skip && gcry_cipher_encrypt(p->cipher, skipped, skip, zeros,
					 skip)))
		return -EIO;
	return 0;
}

/* The next len bytes of the keystream, XORed to in; out may be in. */
static int
stream(struct pattern *p, const uint8_t *in, uint8_t *out, size_t len)
{
	return gcry_cipher_encrypt(p->cipher, out, len, in, len) ? -EIO : 0;
}

static size_t
smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* A lap, and then again and again all that there is. */
static void
repeat(const struct pattern *p, uint64_t at, uint8_t *buf, size_t len)
{
	size_t done = smaller(len, p->lap), n;

	memcpy(buf, p->laps + at % p->period, done);
	for (; done < len; done += n) {
		n = smaller(len - done, done);
		memcpy(buf + done, buf, n);
	}
}

int
pattern_fill(struct pattern *p, uint64_t at, uint8_t *buf, size_t len)
{
	size_t done, n;
	int err;

	if (p->period) {
		repeat(p, at, buf, len);
		return 0;
	}
	err = seek(p, at);
	for (done = 0; !err && done < len; done += n) {
		n = smaller(len - done, PIECE);
		err = stream(p, zeros, buf + done, n);
	}
	return err;
}

static size_t
same_bytes(const uint8_t *a, const uint8_t *b, size_t len)
{
	size_t i;

	if (!memcmp(a, b, len))
		return len;
	for (i = 0; i < len && a[i] == b[i]; i++)
		;
	return i;
}

/* What begins as it should and repeats itself is as it should be: so nothing
 * but the buffer is read. */
static size_t
same_laps(const uint8_t *buf, size_t len, const uint8_t *laps, size_t lap)
{
	size_t first = smaller(len, lap), same = same_bytes(buf, laps, first);

	if (same < first)
		return same;
	return first + same_bytes(buf + first, buf, len - first);
}

/* Decrypted, a stream is all zeros; what is not is put back as it was. */
static int
compare_random(struct pattern *p, uint64_t at, uint8_t *buf, size_t len,
	       size_t *out)
{
	size_t done, n, same;
	int err = seek(p, at);

	for (done = 0; !err && done < len; done += n) {
		n = smaller(len - done, PIECE);
		err = stream(p, buf + done, buf + done, n);
		if (err)
			break;
		same = same_laps(buf + done, n, zeros, LAP_MIN);
		if (same == n)
			continue;
		err = seek(p, at);
		if (!err)
			err = stream(p, buf, buf, done + n);
		*out = done + same;
		return err;
	}
	*out = err ? 0 : len;
	return err;
}

int
pattern_compare(struct pattern *p, uint64_t at, uint8_t *buf, size_t len,
		size_t *same)
{
	*same = 0;
	if (!p->period)
		return compare_random(p, at, buf, len, same);
	*same = same_laps(buf, len, p->laps + at % p->period, p->lap);
	return 0;
}
