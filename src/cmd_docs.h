/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What `case` and `form` share: the documents that a case already has, the
 * key that signs new ones.
 */
#ifndef CMD_DOCS_H
#define CMD_DOCS_H

#include "cli.h"

#include "../certs/cert.h"

/* What the documents say about one medium; zero is nothing done. */
enum row_state {
	ROW_OPEN, ROW_FAILED, ROW_INTERRUPTED, ROW_RETAINED,
	ROW_EXCEPTIONS, ROW_ERASED, ROW_RETURNED, ROW_DESTROYED,
	ROW_STATE_COUNT
};

struct doc {
	struct check_report report;
	json_t *json;		/* NULL if it does not hold */
};

struct docs {
	size_t n;
	struct doc *doc;	/* in the order of their file names */
};

/*
 * Reads and checks every certificate in DIR/out.  One that does not hold stays
 * in the list, without its content: it proves nothing.
 */
int docs_load(const char *dir, enum lang lang, struct docs *out) MUST;
/* Makes DIR/out unless it is there; says what is wrong. */
int docs_folder(const char *dir) MUST;
void docs_free(struct docs *d);
/* What the newest document about this medium says; *which may be NULL. */
enum row_state docs_state(const struct docs *d, const struct case_medium *m,
			     const struct doc **which);
const char *docs_state_name(enum row_state s);	/* for JSON */
const char *docs_state_text(enum row_state s);	/* translated */
/* Nothing more has to be done with this medium. */
bool docs_settled(enum row_state s);

/* Loads the case into *out (malloc'd); says what is wrong. */
int docs_case(const char *dir, enum lang lang, struct casefile **out) MUST;
/* The key of --key, or DIR/key.p8; says what is wrong. */
int docs_key(const struct cli *cli, const char *dir, struct key **out) MUST;

#endif
