/* SPDX-License-Identifier: Apache-2.0 */
/* Small things every room needs: endian, hex, sizes, time, hashes, zeroise. */
#ifndef UTIL_H
#define UTIL_H

#include "massho.h"

#include <stdio.h>

/* Where the stick's /init leaves what it found; see stick.h. */
#define RUN_FOLDER "/run/massho"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* Copies at most len-1 bytes, never splits a UTF-8 sequence, always ends in
 * NUL.  Returns 0, or -ENAMETOOLONG if it had to cut. */
int text_copy(char *dst, size_t len, const char *src);
/* Drops leading and trailing blanks, replaces control characters and invalid
 * UTF-8 by '?': for text that comes from a drive. */
void text_clean(char *dst, size_t len, const char *src, size_t src_len);
/* True if valid UTF-8 without control characters (tab and newline count). */
bool text_valid(const char *s);

/* out must hold 2 * n + 1. */
void hex_encode(char *out, const uint8_t *in, size_t n);
/* Exactly n bytes; -EINVAL otherwise. */
int hex_decode(uint8_t *out, size_t n, const char *in) MUST;

/* "256.0 MiB"; returns buf. */
const char *size_text(uint64_t bytes, char *buf, size_t len);
/* "1 h 02 min", "3 s", in the language of the messages. */
const char *duration_text(uint64_t s, char *buf, size_t len);

/* Wall clock as RFC 3339 in Japanese time, "+09:00". */
void time_now(char out[TIME_LEN]);
uint64_t mono_ms(void);

/* SHA-256; OpenSSL's failure is -EIO. */
int sha256(const void *data, size_t len, uint8_t out[DIGEST_LEN]) MUST;
/* getrandom(2) until full; -EIO if the kernel has none. */
int random_bytes(void *out, size_t len) MUST;
/* Every one of them has this value; of none, yes. */
bool bytes_are(const uint8_t *p, size_t len, uint8_t value) MUST;
/* Not removed by the optimiser. */
void zeroise(void *p, size_t len);

/* Whole small file into a malloc'd, NUL-terminated buffer; -EFBIG over max. */
int file_read(const char *path, size_t max, char **out, size_t *len) MUST;
/*
 * The same of what file_create() wrote and a power cut may have torn: FAT has
 * no rename in one step, so path may be missing or empty and all of it still in
 * `.tmp`.  *cut: it was read from there.  Only for what carries its own proof,
 * a digest or a signature, and is held against it by the caller.
 */
int file_read_cut(const char *path, size_t max, char **out, size_t *len,
		  bool *cut) MUST;
/* Puts `.tmp` in the place of path, which must be missing or empty, durably.
 * To be called once it has been verified. */
int file_settle(const char *path) MUST;
/*
 * Creates path (mode 0644 or 0600) with this content so that it survives a
 * power cut: write `.tmp`, fsync, link without overwriting, fsync again (FAT
 * needs it), fsync the folder.  -EEXIST if path exists.
 */
int file_create(const char *path, const void *data, size_t len,
		bool secret) MUST;

#endif
