/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the parts of `massho erase` share: preparing (cmd_erase.c), waking
 * drives (erase_wake.c), running (erase_run.c), telling (erase_show.c),
 * finishing (erase_end.c).
 */
#ifndef ERASE_H
#define ERASE_H

#include "cli.h"
#include "worker.h"

#include "../certs/cert.h"

/* One drive on its way. */
struct job {
	const char *arg;		/* as named on the command line */
	struct drive d;
	struct plan p;
	struct consent consent;
	struct run run;
	struct verdict verdict;
	struct resume *from;		/* earlier parts, by --resume */
	const struct case_medium *row;	/* of media.csv, or NULL */
	struct worker w;
	bool refused, started, ended;
	bool undocumented;		/* in the log, without its document */
	bool unrecorded;		/* not even in the log */
	struct reason refusal;		/* why, when refused later than plan */
	struct progress progress;
	uint64_t heard_ms;		/* the worker's last word */
	uint64_t told_limit;		/* bytes/s; 0 = none */
	bool told_silent;
	bool over;			/* has said its last word, and ends */
	int exit;
	char cert_id[40];		/* "" = none */
	char cert_error[200];
};

struct erase {
	struct cli cli;
	struct casefile *c;		/* NULL with --no-case */
	char dir[PATH_LEN];		/* of the case, or "." */
	struct key *key;		/* NULL with --no-case */
	struct evidence *log;
	bool log_lost;
	uint64_t shared_ms;		/* when the total was last dealt out */
	size_t n_jobs;
	struct job *jobs;
};

/* erase_share.c: what of --limit and --limit-total a drive begins with. */
uint64_t erase_first_limit(const struct erase *e);
/* Deals the total out anew, at most once a second. */
void erase_share(struct erase *e, uint64_t now);

/* erase_run.c: starts every consented job, and returns when all have ended. */
void erase_run(struct erase *e);

/* erase_resume.c: --resume; finds in the log where each job's erasure was
 * interrupted.  Those that are not found are refused.  Exit code. */
int erase_resume(struct erase *e) MUST;
/* What an INTENT says of the earlier parts; null: there are none. */
json_t *erase_resumes(const struct job *j);

/* erase_wake.c: --unfreeze; every job's drive is looked at anew.  Exit code. */
int erase_unfreeze(struct erase *e) MUST;

/* erase_end.c: OUTCOME, certificate or result file, exit code of one job. */
void erase_finish(struct erase *e, struct job *j);
/* One evidence line; false once the log is lost. */
bool erase_log(struct erase *e, const char *event, json_t *body,
	       uint8_t hash[DIGEST_LEN]);

/* erase_show.c */
void show_plan(const struct erase *e, const struct job *j);
void show_refusals(const struct erase *e, const struct job *j);
void show_step(const struct erase *e, const struct job *j, uint32_t step,
	       const struct step_result *r);
/* Live lines on a terminal, JSON lines with --json, else nothing. */
void show_progress(struct erase *e);
/* Takes the live lines away so that a message can be printed. */
void show_clear(const struct erase *e);
void show_result(const struct erase *e, const struct job *j);
/* What was erased and has no document must not pass for done. */
const char *show_outcome(const struct job *j, enum lang lang);

/* erase_screen.c: PURE */

#define SCREEN_LINE 400

/*
 * What a screen of rows lines of cols columns shows of all drives that were
 * started: a line each, or where they are too many, those that need a look and
 * those that end last; and a line about all.  Returns how many lines.
 */
size_t screen_lines(const struct erase *e, size_t rows, size_t cols,
		    char (*out)[SCREEN_LINE]);

#endif
