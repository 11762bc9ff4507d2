/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What `case` and `form` share: the documents that a case already has, the
 * runs that have none, the key that signs new ones.
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
	json_t *json;		/* NULL if it counts for nothing */
	char why[400];		/* then the reason */
};

/* An erasure that was begun and of which no document tells. */
struct loose {
	uint8_t receipt[DIGEST_LEN];
	char time[TIME_LEN];
	char model[80], serial[80], wwn[80], path[PATH_LEN];
	uint32_t nsid;		/* 0: of no drive that has namespaces */
	char result[32];	/* "": it has no outcome */
	char cert_id[40];	/* "": the log knows of no document either */
	char log[80];		/* name of the file it stands in */
	bool went_on;		/* in a later one, which is told of instead */
};

struct docs {
	size_t n;
	struct doc *doc;	/* in the order of their file names */
	size_t n_loose;
	struct loose *loose;	/* in the order of the log */
	char log_why[400];	/* a log that cannot be relied on */
	json_t *seen;		/* namespaces by serial, as the log saw them */
};

/*
 * Reads and checks every certificate in DIR/out, and the logs in DIR/evidence.
 * A document counts if all of it holds, if DIR/key.crt, the key named or those
 * trusted vouch for its signer, if it is of this contract and, of an erasure,
 * if its log is here and knows of it.  Others stay in the list, without their
 * content.
 */
int docs_load(const struct cli *cli, const struct casefile *c,
	      struct docs *out) MUST;
/* What counts under this ID and was not replaced; or NULL. */
const struct doc *docs_find(const struct docs *d, const char *cert_id);
/* The document that says so, unless it was replaced; or NULL. */
const struct doc *docs_nothing_handled(const struct docs *d);
bool docs_replaced(const struct docs *d, const struct doc *one);
/* Makes DIR/out unless it is there; says what is wrong. */
int docs_folder(const char *dir) MUST;
void docs_free(struct docs *d);
/*
 * What the newest document about this medium says; *which may be NULL.  Of a
 * drive with several namespaces the worst that is said of one of them, and
 * ROW_OPEN instead of a settled state if docs_spaces_open() has any.
 */
enum row_state docs_state(const struct docs *d, const struct case_medium *m,
			     const struct doc **which);
/*
 * The namespaces of the drive behind this line, as [{nsid, size, ...}] by their
 * numbers, that any document or the log knows of, and of which no document
 * tells that counts.  [] also if none at all tells of the drive; NULL: no
 * memory.
 */
json_t *docs_spaces_open(const struct docs *d,
			 const struct case_medium *m) MUST;
/* Keeps what the line of a drive in the log says of its namespaces. */
int docs_saw(struct docs *d, const json_t *drive) MUST;
/* The document by which exactly this drive was erased, if none that is later
 * tells of it; or NULL. */
const struct doc *docs_erased(const struct docs *d, const struct drive *drive);
const char *docs_state_name(enum row_state s);	/* for JSON */
const char *docs_state_text(enum row_state s);	/* translated */
/* Nothing more has to be done with this medium. */
bool docs_settled(enum row_state s);

/* ---- cmd_ready.c: is the case good for these drives? -------------------- */

/* Loads the case, complete, printable and possible today; says what is wrong,
 * and warns of what is odd.  *out is malloc'd, also then. */
int ready_case(const char *dir, enum lang lang, struct casefile **out) MUST;
/* --operator and --witness: people that the case names. */
int ready_people(const struct cli *cli, struct casefile *c) MUST;
/* A serial that could be an individual number. */
void ready_warn_numbers(const struct casefile *c);
/* Every --asset names a line that there is, one drive, and none twice. */
int ready_assets(const struct cli *cli, const struct casefile *c) MUST;
/* The line of cli->argv[drive], by its serial or by --asset; *out may be
 * NULL. */
int ready_row(const struct cli *cli, const struct casefile *c, int drive,
	      const struct drive *d, const struct case_medium **out) MUST;
/* What the case adds to the request: where, and which class. */
struct request ready_request(const struct cli *cli, const struct casefile *c,
			     const struct case_medium *row);
/* Says so of a drive that is on no line of the list. */
void ready_hint(const struct casefile *c, const char *path,
		const struct drive *d, const struct case_medium *row);

/*
 * cmd_issue.c: documents for the erasures that have an outcome and no document,
 * from the log alone.  Exit code.
 */
int docs_issue(const struct cli *cli, const struct casefile *c,
	       const struct docs *d) MUST;
/* The same with a key that is open, prints nothing; made: their numbers. */
int docs_issue_by(const struct cli *cli, const struct casefile *c,
		  const struct docs *d, const struct key *key,
		  json_t *made) MUST;

/* ---- cmd_report.c ------------------------------------------------------- */

/* Says which documents and logs count for nothing; how many. */
size_t docs_say_bad(const struct docs *d);
/* Says which erasures nobody would hear of otherwise; the same as JSON. */
void docs_say_loose(const struct docs *d);
json_t *docs_json_loose(const struct docs *d);
/* Says of which namespace no document tells, where others of its drive have
 * one. */
void docs_say_spaces(const struct casefile *c, const struct docs *d);
/*
 * Issues the report on return and disposal, signed by the key that is open or,
 * if NULL, by the case's, and says what is wrong or still open.  *path: where
 * it lies, *open: media that are not settled; both only for exit codes 0 and
 * EXIT_EXCEPTIONS (something is open, and the report says so).
 */
int docs_report(const struct cli *cli, const struct casefile *c,
		const struct docs *d, const struct key *key, char *path,
		size_t path_len, uint32_t *open) MUST;

/* Loads the case into *out (malloc'd); says what is wrong. */
int docs_case(const char *dir, enum lang lang, struct casefile **out) MUST;
/* The key of --key, or DIR/key.p8; says what is wrong. */
int docs_key(const struct cli *cli, const char *dir, struct key **out) MUST;

#endif
