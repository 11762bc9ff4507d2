/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the parts of an erasure share, whichever face it has: what comes before
 * the first write (erase_begin.c), waking drives (erase_wake.c), running
 * (erase_run.c), finishing (erase_end.c, erase_paper.c).  The faces are the
 * command line (cmd_erase.c, erase_show.c) and the technician's screen
 * (tui*.c).
 */
#ifndef ERASE_H
#define ERASE_H

#include "cli.h"
#include "worker.h"

#include "../certs/cert.h"

/* Of the document, once the outcome is on record. */
enum paper { PAPER_NONE, PAPER_DUE, PAPER_MAKING };

/* One drive on its way. */
struct job {
	const char *arg;		/* as named on the command line */
	struct drive d;
	struct plan p;
	struct consent consent;
	struct run run;
	struct verdict verdict;
	struct resume *from;		/* earlier parts that it goes on from */
	struct reason afresh;		/* why there are none */
	const struct case_medium *row;	/* of media.csv, or NULL */
	struct worker w;
	bool refused, started, ended;
	bool undocumented;		/* in the log, without its document */
	bool unrecorded;		/* not even in the log */
	struct reason refusal;		/* why, when refused later than plan */
	struct progress progress;
	enum stop stop;			/* what its worker was told */
	uint64_t heard_ms;		/* the worker's last word */
	uint64_t told_limit;		/* bytes/s; 0 = none */
	bool told_silent;
	bool waits;			/* its worker, for its last line */
	const struct step_result *told;	/* the step that line is of, or NULL */
	bool held;			/* until the others are ready as well */
	bool begun;			/* it has the word to begin */
	bool over;			/* has said its last word, and ends */
	bool logged;			/* its outcome is */
	enum paper paper;
	struct worker maker;		/* of the document */
	uint64_t paper_ms;		/* when that one began */
	int exit;
	char cert_id[40];		/* "" = none */
	char cert_digest[2 * DIGEST_LEN + 1];	/* of its JSON */
	char cert_error[200];
};

struct erase;

/* What a face is told; it decides nothing but when somebody wants to stop. */
struct face {
	void (*plan)(const struct erase *e, const struct job *j);
	void (*refused)(const struct erase *e, const struct job *j);
	void (*step)(const struct erase *e, const struct job *j, uint32_t step,
		     const struct step_result *r);
	/* Some four times a second while drives are at work. */
	void (*progress)(struct erase *e);
	void (*result)(const struct erase *e, const struct job *j);
	/* One line for the operator, translated. */
	void (*message)(const struct erase *e, const char *text);
	/* Standard input can be read; NULL: the face takes none.  It may call
	 * erase_stop(). */
	void (*input)(struct erase *e);
};

struct erase {
	const struct face *face;
	void *screen;			/* the face's own */
	struct cli cli;
	struct casefile *c;		/* NULL with --no-case */
	char dir[PATH_LEN];		/* of the case, or "." */
	struct key *key;		/* NULL with --no-case */
	struct evidence *log;
	bool log_lost;
	uint64_t began_ms;		/* when the workers were started */
	uint64_t shared_ms;		/* when the total was last dealt out */
	size_t n_jobs;
	struct job *jobs;
};

/* ---- erase_begin.c: each says what is wrong and returns an exit code ---- */

/* Rows of media.csv, plans, refusals of every job. */
int erase_plan(struct erase *e) MUST;
/* Words that no certificate may carry; for consented jobs. */
int erase_check_words(const struct erase *e) MUST;
/* Folders, room, and the log, locked; e->log. */
int erase_open_log(struct erase *e) MUST;
/* Puts down drives, plans, consents and refusals. */
void erase_begin(struct erase *e);
/* Rows of media.csv without their drive here, and drives without a row. */
void erase_say_missing(const struct erase *e);
const char *erase_who(const struct erase *e);	/* consents */
/* Operator and witness, for the INTENT; null without a case. */
json_t *erase_people(const struct erase *e);
void erase_refuse(struct job *j, enum reason_code code, const char *arg);
void erase_free(struct erase *e);

/* ---- erase_run.c ---- */

/* Starts every consented job, and returns when all have ended. */
void erase_run(struct erase *e);
/* Is its worker at work, and listening? */
bool erase_runs(const struct job *j);
/* Asks a running job to stop; never takes back what was asked before. */
void erase_stop(struct job *j, enum stop how);

/* ---- erase_share.c ---- */

/* What of --limit and --limit-total a drive begins with. */
uint64_t erase_first_limit(const struct erase *e);
/* Deals the total out anew, at most once a second. */
void erase_share(struct erase *e, uint64_t now);

/* ---- erase_resume.c ---- */

/* Finds in the log where each job's erasure was interrupted: from, or afresh.
 * Exit code. */
int erase_look_back(struct erase *e) MUST;
/* --resume: the same, and those that are not found are refused. */
int erase_resume(struct erase *e) MUST;
/* What an INTENT says of the earlier parts; null: there are none. */
json_t *erase_resumes(const struct job *j);

/* ---- erase_wake.c: --unfreeze ---- */

/* Every job's drive is looked at anew.  Exit code. */
int erase_unfreeze(struct erase *e) MUST;

/* ---- erase_end.c ---- */

/* OUTCOME and exit code of one job.  It has ended, or its document is due. */
void erase_finish(struct erase *e, struct job *j);
/* It has ended, with its document or, err, without. */
void erase_conclude(struct erase *e, struct job *j, int err);
/* One evidence line, on stable storage; steals body; false once the log is
 * lost. */
bool erase_log(struct erase *e, const char *event, json_t *body);
/* One that nobody may rely on, or be told of, before erase_sync(): a bench
 * full of drives shares the waiting.  hash: the line's own, may be NULL. */
bool erase_note(struct erase *e, const char *event, json_t *body,
		uint8_t hash[DIGEST_LEN]);
bool erase_sync(struct erase *e);
/* One line to the face. */
void erase_say(const struct erase *e, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* What is told of a job that ran: one that is in no log is none, whoever reads
 * only this. */
enum outcome erase_told(const struct job *j);
enum level erase_told_level(const struct job *j);
/* What was erased and has no document must not pass for done. */
const char *erase_told_text(const struct job *j, enum lang lang);

/* ---- erase_paper.c ---- */

/* Begins what is due, a few at a time, and gives up what hangs. */
void erase_papers(struct erase *e);
/* The one that makes this job's document has something to say, or died. */
void erase_paper_hear(struct erase *e, struct job *j);

/* ---- erase_show.c: the face of the command line ---- */

extern const struct face show_face;

/* ---- erase_screen.c: PURE ---- */

#define SCREEN_LINE 400

/*
 * What a screen of rows lines of cols columns shows of all drives that were
 * started: a line each, or where they are too many, those that need a look and
 * those that end last; and a line about all.  Returns how many lines.
 */
size_t screen_lines(const struct erase *e, size_t rows, size_t cols,
		    char (*out)[SCREEN_LINE]);
/* Had what earlier parts wrote to vanish, so that this pass began anew?  Said
 * wherever the drive is shown: its time left is not what was planned. */
bool screen_anew(const struct job *j, uint32_t step);
/* What a running step does, in a word or two. */
const char *screen_step_words(const struct job *j, enum lang lang, char *buf,
			      size_t len);

#endif
