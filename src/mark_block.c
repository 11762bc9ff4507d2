/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What does a mark look like, and is this one?  PURE.  HMAC of RFC 2104 and
 * AES-256-CTR by OpenSSL; docs/FORMATS.md ("Marks") is the contract.
 *
 *   0  8  "MASSHOMK"
 *   8  8  its own offset on the drive, bytes, little-endian
 *  16  4  namespace, little-endian; 0 = a drive without
 *  20  4  0
 *  24 16  the run
 *  40     body: the RANDOM stream of the body key at the same offsets
 * -32 32  HMAC-SHA-256 over all before
 */
#include "marks.h"
#include "pattern.h"
#include "util.h"

#include <errno.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdlib.h>
#include <string.h>

#define RUN_LEN		16
#define LEN_MIN		(MARK_HEAD + MARK_TAG + 8)
#define LABEL_MAX	64
#define ALIKE		8	/* a mark resembles by an eighth */

static const char magic[8] = { 'M', 'A', 'S', 'S', 'H', 'O', 'M', 'K' };

struct marker {
	uint32_t nsid, lblock;
	uint8_t run[RUN_LEN];
	uint8_t tag_key[DIGEST_LEN];
	struct pattern *body;
	uint8_t *scratch;	/* lblock bytes */
};

static int
hmac(const uint8_t key[KEY_LEN], const void *data, size_t len,
     uint8_t out[DIGEST_LEN])
{
	unsigned n = 0;

	if (!HMAC(EVP_sha256(), key, KEY_LEN, data, len, out, &n) ||
	    n != DIGEST_LEN)
		return -EIO;
	return 0;
}

static void
put_le(uint8_t *out, uint64_t v, unsigned len)
{
	for (; len; len--, v >>= 8)
		*out++ = (uint8_t)v;
}

static uint64_t
get_le(const uint8_t *in, unsigned len)
{
	uint64_t v = 0;

	while (len--)
		v = v << 8 | in[len];
	return v;
}

int
mark_derive(const uint8_t key[KEY_LEN], const char *text, uint32_t nsid,
	    uint8_t out[DIGEST_LEN])
{
	uint8_t in[LABEL_MAX + 4];
	size_t len = strlen(text);

	if (len > LABEL_MAX)
		return -EINVAL;
	memcpy(in, text, len);	/* NOLINT: bytes to be hashed, no string */
	put_le(in + len, nsid, 4);
	return hmac(key, in, len + 4, out);
}

/* The run and its tags are the same on every namespace, so that a mark is
 * known wherever it turns up; the body is not. */
static int
derive_all(struct marker *k, const uint8_t key[KEY_LEN])
{
	struct pass pass = { .kind = PASS_RANDOM };
	uint8_t bytes[DIGEST_LEN];
	int err = mark_derive(key, "massho mark run", 0, bytes);

	memcpy(k->run, bytes, RUN_LEN);
	if (!err)
		err = mark_derive(key, "massho mark tag", 0, k->tag_key);
	if (!err)
		err = mark_derive(key, "massho mark body", k->nsid, bytes);
	if (!err)
		err = pattern_open(&pass, bytes, &k->body);
	return err;
}

int
marker_open(const uint8_t key[KEY_LEN], uint32_t nsid, uint32_t lblock,
	    struct marker **out)
{
	struct marker *k;
	int err;

	*out = NULL;
	if (lblock < LEN_MIN)
		return -EINVAL;
	k = calloc(1, sizeof(*k));
	if (!k)
		return -ENOMEM;
	k->nsid = nsid;
	k->lblock = lblock;
	k->scratch = malloc(lblock);
	err = k->scratch ? derive_all(k, key) : -ENOMEM;
	if (err)
		marker_close(&k);
	*out = k;
	return err;
}

void
marker_close(struct marker **k)
{
	if (!*k)
		return;
	pattern_close(&(*k)->body);
	free((*k)->scratch);
	free(*k);
	*k = NULL;
}

int
marker_fill(struct marker *k, uint64_t at, uint8_t *block)
{
	uint32_t end = k->lblock - MARK_TAG;
	int err;

	memcpy(block, magic, sizeof(magic));
	put_le(block + 8, at, 8);
	put_le(block + 16, k->nsid, 4);
	put_le(block + 20, 0, 4);
	memcpy(block + 24, k->run, RUN_LEN);
	err = pattern_fill(k->body, at + MARK_HEAD, block + MARK_HEAD,
			   end - MARK_HEAD);
	return err ? err : hmac(k->tag_key, block, end, block + end);
}

int
marker_find(const struct marker *k, const uint8_t *block, uint64_t *at,
	    uint32_t *nsid)
{
	uint32_t end = k->lblock - MARK_TAG;
	uint8_t tag[DIGEST_LEN];
	int err;

	if (memcmp(block, magic, sizeof(magic)) != 0 ||
	    memcmp(block + 24, k->run, RUN_LEN) != 0)
		return 0;
	err = hmac(k->tag_key, block, end, tag);
	if (err)
		return err;
	if (memcmp(tag, block + end, MARK_TAG) != 0)
		return 0;
	*at = get_le(block + 8, 8);
	*nsid = (uint32_t)get_le(block + 16, 4);
	return 1;
}

bool
marker_resembles(struct marker *k, uint64_t at, const uint8_t *block)
{
	uint32_t i, same = 0;

	if (marker_fill(k, at, k->scratch))
		return true;	/* cannot be told: the worse of the two */
	for (i = 0; i < k->lblock; i++)
		same += block[i] == k->scratch[i];
	return same >= k->lblock / ALIKE;
}

int
mark_preimage(const uint8_t key[KEY_LEN], uint32_t nsid, uint64_t at,
	      const uint8_t *block, uint32_t len, uint8_t out[MAC_LEN])
{
	uint8_t in[8 + 4 + DIGEST_LEN], mac[DIGEST_LEN] = { 0 };
	int err = sha256(block, len, in + 12);

	put_le(in, at, 8);
	put_le(in + 8, nsid, 4);
	if (!err)
		err = hmac(key, in, sizeof(in), mac);
	memcpy(out, mac, MAC_LEN);
	return err;
}
