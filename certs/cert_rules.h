/* SPDX-License-Identifier: Apache-2.0 */
/* What the files that hold a certificate against itself share. */
#ifndef CERT_RULES_H
#define CERT_RULES_H

#include "cert_text.h"

struct rules {
	const json_t *doc;
	enum lang lang;
	char *why;
	size_t len;
};

/* Both say so in r->why and return -EINVAL. */
int rules_broken(struct rules *r, const char *ja, const char *en) MUST;
int rules_missing(struct rules *r, const char *path) MUST;

bool rules_is(const json_t *j, const char *path, const char *value);
bool rules_is_digest(const json_t *j, const char *path);
/* -1: no integer. */
json_int_t rules_number(const json_t *j, const char *path);
/* "erased" and "erased_with_exceptions" */
bool rules_is_success(const json_t *doc);

/* cert_rules_erase.c: the record of an erasure, whatever came of it */
int rules_of_erasure(struct rules *r) MUST;

#endif
