/* SPDX-License-Identifier: Apache-2.0 */
/* The job file of a bench: which drives may be erased with nobody standing by,
 * and how; good only with a signature of the case's key. */
#ifndef JOBFILE_H
#define JOBFILE_H

#include "massho.h"

#define JOB_MAX		(256U << 10)	/* bytes of a job file */

struct job_name {
	bool asset;		/* a 管理番号; else a serial */
	char text[64];
	uint32_t line;
};

struct jobfile {
	char contract[CASE_TEXT];	/* must be the case's contract number */
	char policy[48];
	char verify[32];		/* "", or as --verify takes it */
	char until[11];			/* last day in Japan, "2026-12-31" */
	char who[64];			/* whose decision it is */
	uint32_t n;
	struct job_name names[DRIVES_MAX];
	uint8_t digest[DIGEST_LEN];	/* SHA-256 of the file */
};

/*
 * PURE.  Strict like case.ini: unknown words, words twice, a drive twice and
 * anything missing are errors.  -EINVAL and "path:line: what" in err.
 */
int jobfile_parse(const char *path, const char *text, size_t len,
		  enum lang lang, struct jobfile *out, char *err,
		  size_t err_len) MUST;
/* Is it of this case and of this day, and does media.csv know its asset
 * numbers?  -EINVAL and err. */
int jobfile_fits(const struct jobfile *f, const struct casefile *c,
		 const char *today, enum lang lang, char *err,
		 size_t err_len) MUST;
/* The serial that a name stands for, in its one spelling.  -ENOENT: the line of
 * media.csv has none. */
int jobfile_serial(const struct job_name *name, const struct casefile *c,
		   char *out, size_t len) MUST;

#endif
