/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every kind of drive, by every method it offers, with every fault: what each
 * cell of that matrix is made of.
 */
#ifndef MATRIX_H
#define MATRIX_H

#include "emu.h"

#include "../../src/ui.h"

#define MATRIX_PATH	"/dev/emu0"
#define MATRIX_SIZE	(256ULL << 10)
#define MATRIX_HIDDEN	(32ULL << 10)
#define MATRIX_OPS	5

/* One kind of drive. */
struct matrix_kind {
	const char *name;
	const char *driver;	/* that must answer */
	uint32_t ops[MATRIX_OPS];	/* commands that erase; 0 ends */
	uint32_t identify;	/* the question that tells who it is */
	struct emu_drive *(*make)(void);
	enum reason_code excepted;	/* why it may have to be with one */
};
extern const struct matrix_kind matrix_kinds[];
extern const size_t matrix_n_kinds;

/* What a fault allows to come of a run. */
enum matrix_expect {
	MATRIX_FAIR,		/* whatever agrees with the media */
	MATRIX_MUST,		/* erased, with the level of the plan */
	MATRIX_FALLS,		/* erased, by what the plan falls to */
	MATRIX_NEVER		/* neither erased, nor with exceptions */
};

/* One run, from a drive to its verdict. */
struct matrix_cell {
	const struct matrix_kind *kind;
	enum method method;	/* NONE: what the plan would do by itself */
	const char *fault, *also;	/* names */
	enum matrix_expect expect;
	struct emu_drive *d;	/* the one to be erased */
	struct emu_drive *d2;	/* another namespace of it, or NULL */
	uint64_t others;	/* bytes of old data on d2 before */
	bool lasting;		/* cannot be undone for a second run */
	bool cut;		/* by power loss */
	bool hides;		/* the lie shows after a power cycle only */
	bool beyond;		/* it is about what no command reads */
	struct drive drive;
	struct request rq;
	struct plan p;
	struct consent c;
	struct run r;
	struct verdict v;
	struct ui ui;
	int err;		/* of execute_plan() */
	size_t agreed;		/* line of the journal at the consent */
	unsigned begun;		/* steps */
};

struct matrix_fault {
	const char *name;
	enum matrix_expect expect;
	bool after;		/* the drive is like that once it is planned */
	bool lasting, cut, hides, beyond;
	bool pairs;		/* tried together with every other such */
	bool host;		/* concerns one that only the host erases */
	bool (*arm)(struct matrix_cell *m);	/* false: not this kind's */
};
extern const struct matrix_fault matrix_faults[];
extern const size_t matrix_n_faults;

/* ---- matrix_kinds.c ------------------------------------------------------ */

/* Makes the drive, soiled; m->kind and m->method are set. */
void matrix_make(struct matrix_cell *m);
/* Bytes of it that no command makes addressable, or all if all is known to be
 * addressable: its media without what is spare. */
uint64_t matrix_reach(const struct matrix_cell *m);
/* The password that it has now; NULL: none. */
const char *matrix_password(const struct emu_drive *d);
/* As after a day: faults gone, power cut and back, what ran has ended. */
void matrix_mend(struct matrix_cell *m);
/* An erase of long ago is still on record, and all was written since. */
void matrix_history(struct matrix_cell *m);

/* ---- matrix_run.c -------------------------------------------------------- */

enum matrix_end { MATRIX_UNSEEN, MATRIX_REFUSED, MATRIX_RAN };

/* Probes and plans.  UNSEEN: it could not be identified. */
enum matrix_end matrix_plan(struct matrix_cell *m);
/* Consents, executes, judges. */
void matrix_run(struct matrix_cell *m);
bool matrix_says_erased(const struct matrix_cell *m);
/* Reads it again, as another day: 0: nothing is left of it. */
int matrix_again(const struct matrix_cell *m);

/* ---- matrix_check.c ------------------------------------------------------ */

struct matrix_count {
	unsigned cases, refused, unseen;
	unsigned erased, exceptions, failed;
	unsigned found_later;	/* lies that showed after a power cycle */
	unsigned again;		/* runs that took one up again */
	unsigned false_success, false_failure, broken;
};

/* Each says what is wrong with the cell, and counts it. */
void matrix_check(const struct matrix_cell *m, struct matrix_count *n);
void matrix_check_refused(const struct matrix_cell *m,
			  struct matrix_count *n);
/* After the second run. */
void matrix_check_again(const struct matrix_cell *m, struct matrix_count *n);
/* Is this among the reasons of its verdict? */
bool matrix_says(const struct matrix_cell *m, enum reason_code code);
void matrix_check_later(const struct matrix_cell *m, struct matrix_count *n);

#endif
