/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Does massho run from its own stick, what lies on it, and may work begin?
 *
 * The stick's /init (src/usb/init) leaves what it found in STICK_RUN, and only
 * root can write there.  Each is a file unless said otherwise:
 *
 *   live     exists: started from the stick; nothing below counts without it
 *   stick/   the data partition MASSHO, mounted here; an empty folder: none
 *   plug     the pipe of who mounts it: "add NODE", "gone NODE"
 *   device   the node it was mounted from, "/dev/sdb1"
 *   image    SHA-256 of the initrd in 64 hexadecimal digits
 *   shell    exists: the boot option that opens a shell was given
 *   repair   what `fsck.fat -a` said; exists only if the partition was dirty
 *   repaired the same, once a case has kept it as evidence
 *   screen   "native" if a DRM driver drives the screen: it survives sleep
 *   keys     which keyboard the console takes it for, "jp106" or "us"
 *
 * A stick that is plugged in again is mounted at the same place by a udev rule
 * of the image; stick_look() then finds it ready again.
 *
 * All functions take the run folder, so that a test can offer its own; the
 * product passes STICK_RUN.
 */
#ifndef STICK_H
#define STICK_H

#include "massho.h"
#include "util.h"

#define STICK_RUN	RUN_FOLDER
#define STICK_CASES_MAX	16
#define STICK_ROOM	(32ULL << 20)	/* bytes free that a start needs */

enum stick_state {
	STICK_UNKNOWN,		/* could not be told: nothing may start */
	STICK_GONE,		/* pulled out, or no data partition found */
	STICK_BROKEN,		/* answers with errors */
	STICK_READ_ONLY,	/* its switch, or damage: see stick_why() */
	STICK_FULL,		/* less than STICK_ROOM left */
	STICK_READY
};

struct stick {
	bool live;		/* started from the stick */
	bool shell;		/* with a shell: certificates say so */
	bool native_screen;	/* it survives sleep */
	char keys[16];		/* of the keyboard: "jp106", "us", ""=unknown */
	bool caps_lock;		/* letters come as capitals */
	bool repaired;		/* the partition was dirty at this start */
	enum stick_state state;
	int32_t err;		/* errno behind it, positive; 0 = none */
	char dir[PATH_LEN];	/* the data partition */
	char device[PATH_LEN];	/* its node, or "" */
	char image[2 * DIGEST_LEN + 1];	/* "" = unknown */
	uint64_t free;		/* bytes */
	/* folders with a case.ini, case/ first, then by name; not template/,
	 * which is one to be filled in */
	uint32_t n_cases;
	char cases[STICK_CASES_MAX][PATH_LEN];
};

/* ---- stick.c ----------------------------------------------------------- */

/*
 * Looks anew, cheap enough for once a second: is the stick there, can it be
 * written (a probe file is written, synced and taken away only by
 * stick_ready), which cases are on it?  Always fills *out.
 */
void stick_look(const char *run, struct stick *out);
/* One sentence for people: why nothing can start, and what to do; "" if
 * READY.  Returns buf. */
const char *stick_why(const struct stick *s, enum lang lang, char *buf,
		      size_t len);
/*
 * May something start that must leave evidence in this folder?  Writes, syncs
 * and removes a small file there.  -errno, and *out (may be NULL) says what is
 * wrong: -ENODEV gone, -EROFS, -ENOSPC, -EIO.  Works for any folder, stick or
 * not: `run` tells which words fit.
 */
int stick_ready(const char *run, const char *dir, uint64_t room,
		struct stick *out) MUST;
/* The case to work on: the only one, or case/.  -ENOENT none, -ENOTUNIQ
 * several and none is case/: let the operator choose among out.cases. */
int stick_case_dir(const struct stick *s, char *out, size_t len) MUST;
/* The key of this case: CASE/key.p8, or the only *.p8 at the top of the stick
 * (with its .crt).  -ENOENT, -ENOTUNIQ. */
int stick_key(const struct stick *s, const char *case_dir, char *out,
	      size_t len) MUST;
/* A layer of the live system: a file of its memory behind a loop device that
 * nothing can be written to.  PURE.  It is nobody's drive; on a machine that
 * was not started from the stick nothing is a layer. */
bool stick_layer(const struct stick *s, const struct drive *d);
/* The signed job file at the top of the stick or in the case: 1 there is one,
 * 0 there is none. */
int stick_job(const struct stick *s, const char *case_dir, char *out,
	      size_t len) MUST;

/* ---- stick_unfinished.c ------------------------------------------------- */

enum unfinished_kind {
	UNFINISHED_RUN,		/* begun; no outcome, or "interrupted": the
				   drive is NOT erased */
	UNFINISHED_PAPER	/* ended, but its document is missing: `massho
				   case issue` makes it */
};

struct unfinished {
	enum unfinished_kind kind;
	char time[TIME_LEN];	/* of the INTENT */
	char model[64], serial[64], wwn[64], asset[64];
	char policy[48], path[PATH_LEN];
	char result[32];	/* "" no outcome */
	uint32_t nsid;		/* 0: of no drive that has namespaces */
	uint32_t drive;		/* index into drives, UINT32_MAX: not here */
};

/*
 * What the logs of this case say was begun and not brought to an end, the
 * newest run of each drive only, those of drives that are in this machine
 * first.  *n: how many were filled.  -EBADMSG: a log does not hold.
 */
int stick_unfinished(const char *case_dir, const struct drive *drives,
		     size_t n_drives, struct unfinished *out, size_t max,
		     size_t *n) MUST;
/*
 * Puts what the repair of the file system said into CASE/evidence/repair-*.txt,
 * once, durably.  1: done now, 0: nothing to keep, -errno.
 */
int stick_keep_repair(const char *run, const char *case_dir) MUST;

/* ---- stick_clock.c ------------------------------------------------------ */

/*
 * A PC's clock may be in UTC or in local time, and may be wrong.  The operator
 * says which time it is; from then on the system's clock is right (on the
 * stick only; the PC's own clock is never set), and evidence and certificates
 * tell the difference.
 */
struct stick_clock {
	bool rtc_known;
	char rtc[20];		/* "2026-11-21 02:48:07" as the PC says */
	char now[20];		/* Japanese time by the system's clock */
	char as_local[20];	/* Japanese time if the PC's clock is local */
	bool confirmed;		/* the operator has said so in this boot */
	int64_t offset_s;	/* confirmed time minus RTC read as UTC */
	char by[64], at[TIME_LEN];
};

/* Always fills *out; texts are "" where nothing is known. */
void stick_clock(const char *run, struct stick_clock *out);
/*
 * The operator's word: Japanese time "2026-11-21 11:48" (seconds allowed; full
 * width digits, '/' and 'T' too), or "" = what the system's clock says is
 * right.  Live: sets the system's clock if it differs by more than 60 s, and
 * records RTC, word and offset in RUN/clock, for all evidence and certificates
 * of this boot.  Not live: only compares.  -EINVAL: no such
 * time; -ERANGE: before this program was made, or more than 20 years after;
 * -EPERM: differs, but the clock of this machine is not ours to set.
 */
int stick_clock_say(const char *run, const char *word, const char *by) MUST;

/* ---- stick_power.c ------------------------------------------------------ */

enum stick_next { NEXT_NOTHING, NEXT_POWER_OFF, NEXT_RESTART, NEXT_PULL };

/*
 * The next PC.  Syncs and unmounts the data partition; then, live only, powers
 * off or restarts; NEXT_PULL returns 0 once the stick may be pulled.  -EPERM:
 * not live; -EBUSY: something still writes to it; -EIO: it could not be
 * flushed: do not say that it may be pulled.
 */
int stick_power(const char *run, enum stick_next what) MUST;
/* Let go of, but never pulled: has it mounted again by the image's mounter, and
 * waits some seconds for it.  Nothing if it was put back, or is not there. */
void stick_take_back(const char *run);

#endif
