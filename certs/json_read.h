/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files that read nouns back from the log share.  Each says whether it
 * was there and of its kind; what it fills is zero where it was not.  "unknown"
 * and null stand for an empty text, an unknown count, an all-zero digest, as
 * json.c writes them.
 */
#ifndef JSON_READ_H
#define JSON_READ_H

#include "cert.h"

/* ---- json_read.c: the pieces -------------------------------------------- */

bool read_text(const json_t *j, const char *key, char *out, size_t len) MUST;
bool read_count(const json_t *j, const char *key, uint64_t *out) MUST;
bool read_number(const json_t *j, const char *key, uint32_t *out) MUST;
bool read_errno(const json_t *j, const char *key, int32_t *out) MUST;
bool read_flag(const json_t *j, const char *key, bool *out) MUST;
bool read_digest(const json_t *j, const char *key,
		 uint8_t out[DIGEST_LEN]) MUST;
/* Of max bytes at most; null: none. */
bool read_bytes(const json_t *j, const char *key, uint8_t *out, size_t max,
		size_t *len) MUST;
bool read_reason(const json_t *j, struct reason *out) MUST;
bool read_reasons(const json_t *list, struct reasons *out) MUST;
bool read_identity(const json_t *j, struct identity *out) MUST;

/* The place of a name among n; -1: it is none of them. */
#define READ_NAMED(j, key, n, name) __extension__ ({ \
	const char *name_ = json_string_value(json_object_get(j, key)); \
	int at_ = -1; \
	for (int i_ = 0; name_ && i_ < (int)(n) && at_ < 0; i_++) \
		if (!strcmp(name_, name(i_))) \
			at_ = i_; \
	at_; })

/* The list under key, which has at most max members; NULL: it is none. */
const json_t *read_list(const json_t *j, const char *key, size_t max) MUST;

/* ---- json_read_drive.c: what a drive has besides its blocks ------------- */

bool read_areas(const json_t *j, struct areas *out) MUST;
bool read_health(const json_t *j, struct health *out) MUST;
bool read_lock(const json_t *j, struct lock *out) MUST;
bool read_spaces(const json_t *j, const char *key, struct space *out,
		 uint32_t *n) MUST;

#endif
