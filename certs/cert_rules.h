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

/* What the rules of an erasure have found so far. */
struct record {
	const json_t *media, *verification, *last_write, *last_read;
	json_int_t size, unwritten, unread;
	enum method technique;
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
bool rules_is_state(const json_t *j, const char *path, enum step_state s);
/* STATE_NONE and the like are states; other words are none. */
bool rules_has_state(const json_t *j);
/* No more is claimed than what was read allows, and no less. */
bool rules_claim_fits(const struct record *x);
/* The numbers of a sample, and the sentence that they allow. */
bool rules_sample_fits(const struct record *x);

/* cert_rules_level.c: what the technique is worth on this medium */
enum level rules_level(const struct rules *r, const struct record *x,
		       enum method m);
int rules_of_result(struct rules *r, const struct record *x) MUST;

/* cert_rules_steps.c: steps, attempts, commands, and how they went */
int rules_of_steps(struct rules *r, const struct record *x) MUST;
/* Of a success: what was not carried out is told of. */
int rules_of_attempts(struct rules *r, const struct record *x) MUST;

/* cert_rules_parts.c: an erasure in several parts */
int rules_of_parts(struct rules *r, const struct record *x) MUST;

/* cert_rules_proof.c: a success of the drive's own commands */
int rules_of_proof(struct rules *r, const struct record *x) MUST;
/* Were marks laid after every command that went before the last?  Else what is
 * proven is no more than the earlier: *crypto: a crypto erase. */
bool rules_proven(const struct rules *r, bool *crypto);
/* How many places the claim may be made of; 0: none. */
json_int_t rules_claimed(const json_t *verification);
/* Of a success: namespaces that nothing was read of are an exception. */
int rules_of_spaces(struct rules *r, const struct record *x) MUST;

#endif
