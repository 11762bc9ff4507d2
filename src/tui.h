/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What do the parts of the technician's screen share?
 *
 *   tui_keys.c   PURE: state + key -> state, and what is to be done
 *   tui_state.c  PURE: what is so now, and where the road goes on
 *   tui_edit.c   PURE: one line of typed text
 *   tui_draw.c   PURE: text -> cells of a fixed width
 *   tui_page*.c  PURE: state -> cells, a page of the road each
 *   tui_qr.c     PURE: text -> cells that a telephone reads
 *   tui_term.c   cells -> the terminal, and keys from it; the only file that
 *                knows curses
 *   tui_work.c   what is to be done: clock, the next PC
 *   tui_key.c    what is to be done: the key is opened, or made
 *   tui_paper.c  what is to be done: documents that are missing, the report
 *   tui_compose.c  what is to be done: typing Japanese
 *   tui_case.c   what is to be done: the case, and what was left of it
 *   tui_look.c   what is to be done: which drives are there?
 *   tui_round.c  what is to be done: plans, consents, the erasure
 *   tui_order.c  the same by a signed order, without anybody choosing
 *   tui.c        massho tui
 *
 * Nothing is erased that was not chosen, planned and consented to one by one;
 * the erasure itself is that of erase.h, as for the command line.
 */
#ifndef TUI_H
#define TUI_H

#include "erase_order.h"
#include "stick.h"

#define TUI_ROWS	24	/* the least that every page fits into */
#define TUI_COLS	80
#define TUI_NOTES	32	/* messages kept to be looked at again */
#define TUI_NOTE_LEN	400
#define TUI_UNFINISHED	16

/* ---- tui_draw.c: PURE ---------------------------------------------------- */

enum look {		/* never the only sign of anything */
	LOOK_PLAIN, LOOK_BOLD, LOOK_TITLE, LOOK_CHOSEN, LOOK_GOOD, LOOK_WARN,
	LOOK_BAD, LOOK_DIM, LOOK_QR, LOOK_COUNT
};

struct cell {
	uint32_t ch;		/* 0: the right half of a wide letter */
	uint8_t look;
};

struct canvas {
	int rows, cols;
	struct cell *cells;
	int cursor_row, cursor_col;	/* -1: not to be seen */
};

/* Where text goes on: a part of the canvas that may be scrolled. */
struct pen {
	struct canvas *c;
	int top, bottom;	/* rows, bottom excluded */
	int left, width;
	int skip;		/* lines scrolled away */
	int line;		/* the next one, counted from 0 */
};

int canvas_make(int rows, int cols, struct canvas *out) MUST;
void canvas_free(struct canvas *c);
void canvas_clear(struct canvas *c);
/*
 * UTF-8 at a place, cut to width columns, whole letters only.  What would
 * break the layout is replaced: letters beyond the BMP by 〓, those that are
 * narrow here and wide there by plain ones.  Returns the columns used.
 */
int canvas_text(struct canvas *c, int row, int col, int width, enum look look,
		const char *text);
void canvas_rule(struct canvas *c, int row);
/* Columns that canvas_text() would use. */
int canvas_width(const char *text);

struct pen pen_on(struct canvas *c, int top, int bottom, int skip);
/* One line, cut; or as many as it needs, later ones indented by hang. */
void pen_line(struct pen *p, enum look look, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void pen_wrap(struct pen *p, enum look look, int hang, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
/* "label   value" with values below each other; the value wraps. */
void pen_pair(struct pen *p, const char *label, const char *value);
void pen_gap(struct pen *p);
/* Row of the canvas that the next line comes to; -1: out of sight. */
int pen_row(const struct pen *p);

/* ---- tui_qr.c: PURE ------------------------------------------------------ */

/* From this row and column to the right end of bottom - 1; false if it does
 * not fit. */
bool qr_draw(struct canvas *c, int top, int bottom, int left,
	     const char *text);

/* ---- tui_edit.c: PURE ---------------------------------------------------- */

struct edit {
	char text[256];		/* UTF-8 */
	bool secret;		/* shown as stars */
};

/* True if the key was taken. */
bool edit_key(struct edit *e, uint32_t key);
void edit_clear(struct edit *e);

/* ---- tui_keys.c: PURE ---------------------------------------------------- */

/* Keys that are no letter; letters are their code points. */
enum {
	PRESS_NOTHING = 0, PRESS_BACK = 8, PRESS_NEXT = 9, PRESS_ENTER = 10,
	PRESS_ESCAPE = 27, PRESS_RUB_LINE = 21,
	PRESS_FIRST = 0x110000, PRESS_GO_UP = PRESS_FIRST, PRESS_GO_DOWN,
	PRESS_PAGE_UP, PRESS_PAGE_DOWN, PRESS_GO_HOME, PRESS_GO_END,
	PRESS_LANGUAGE /* F2 */, PRESS_MESSAGES /* F3 */,
	PRESS_COMPOSE /* F4 */,
	PRESS_REDRAW, PRESS_SIZE
};

enum page {
	PAGE_STOPPED,		/* nothing can be done here; the reason */
	PAGE_CASES,		/* several: which one? */
	PAGE_FORM,		/* none: a short one */
	PAGE_CASE, PAGE_PEOPLE, PAGE_CLOCK, PAGE_CLOCK_SET, PAGE_KEY,
	PAGE_KEY_NEW,		/* there is none: one is made */
	PAGE_LOOK,		/* the drives are being looked at */
	PAGE_DRIVES, PAGE_DRIVE, PAGE_ROWS, PAGE_POLICIES, PAGE_PASSWORDS,
	PAGE_SLEEP, PAGE_ORDER,
	PAGE_PLAN, PAGE_CONSENT, PAGE_BEGIN,
	PAGE_RUN, PAGE_RUN_DRIVE, PAGE_STOP, PAGE_STOP_ALL,
	PAGE_RESULT, PAGE_RESULT_DRIVE, PAGE_QR,
	PAGE_NEXT, PAGE_MESSAGES,
	PAGE_COUNT
};

/* What a key asks for; tui_work.c does it. */
enum wish {
	WISH_NOTHING,
	WISH_CASE,		/* load t->case_dir */
	WISH_FORM,		/* make a case of the form */
	WISH_PERSON,		/* t->at of t->role is at work today */
	WISH_CLOCK,		/* t->edit, or "" = it is right */
	WISH_KEY,		/* open the key with t->secret */
	WISH_KEY_NEW,		/* make one with it, and open that */
	WISH_LOOK,		/* look at the drives */
	WISH_PLAN,		/* plan the chosen ones */
	WISH_AFRESH,		/* what could go on begins at its start */
	WISH_SLEEP,		/* thaw the chosen ones */
	WISH_CONSENT,		/* hold t->edit against the current drive */
	WISH_SKIP,		/* it is not to be erased */
	WISH_START,		/* those consented to */
	WISH_ORDER,		/* those that the signed order names */
	WISH_STOP,		/* the current drive */
	WISH_STOP_ALL,
	WISH_OFF, WISH_RESTART, WISH_PULL, WISH_LEAVE,
	WISH_REPORT,		/* on all media of the case */
	WISH_LANGUAGE, WISH_REDRAW
};

enum form_field { FORM_CONTRACT, FORM_ORDERER, FORM_CONTRACTOR,
	FORM_RESPONSIBLE, FORM_OPERATOR, FORM_PLACE, FORM_ITEM, FORM_COUNT };

/* A drive of this machine, and what was decided about it. */
struct choice {
	bool chosen;
	bool hung;			/* it never answered */
	struct reasons against;		/* n > 0: cannot be chosen */
	const struct case_medium *row;
	char asset[64];			/* given by hand; "" = by its serial */
	char cert_id[40];		/* by which it was erased already */
};

struct tui {
	/* set once */
	bool stick, no_case, japanese /* the screen has the letters */;
	bool sleepy;			/* the screen survives sleep */
	bool composer;			/* something can compose Japanese */
	bool composing;			/* and is to, on the form */
	char version[32];
	/* the screen */
	enum page page, before;		/* MESSAGES: where it was called */
	size_t at;			/* the line that is chosen */
	size_t drive;			/* line of DRIVES; ROWS: whose no. */
	enum case_role role;		/* PEOPLE: as what */
	bool key_for_plan;		/* KEY: asked for behind the plan, not
					   before the drives */
	bool key_for_report;		/* or for the report */
	bool no_key;			/* there is no file of one */
	int top;			/* lines scrolled away */
	struct edit edit;
	/* in locked memory, drawn only if asked for; KEY_NEW: typed twice */
	struct edit secret[2];
	uint32_t n_notes;		/* ever; the last TUI_NOTES are kept */
	uint32_t n_seen;		/* those before the last key */
	char notes[TUI_NOTES][TUI_NOTE_LEN];
	char stopped[TUI_NOTE_LEN];	/* STOPPED: why */
	char busy[TUI_NOTE_LEN];	/* something takes a while */
	/* the nouns */
	enum lang lang;
	struct stick media;
	struct stick_clock clock;
	char case_dir[PATH_LEN], key_path[PATH_LEN];
	const struct casefile *c;
	struct request rq;
	struct edit form[FORM_COUNT];
	bool let_go;			/* the stick may be pulled */
	bool has_key, looked;
	size_t n_unfinished;
	struct unfinished unfinished[TUI_UNFINISHED];
	bool afresh;			/* nothing goes on where it stopped */
	const struct order *order;	/* this round is by it */
	bool declined;			/* the order is not wanted */
	size_t n_hidden;		/* drives that the firmware hides */
	struct hidden hidden[HIDDEN_MAX];
	size_t n_drives;
	struct drive *drives;
	struct choice *choices;
	struct erase *e;		/* of this round; its jobs are drawn */
};

/* Changes the state, and says what is to be done. */
enum wish tui_key(struct tui *t, uint32_t key);

/* ---- tui_state.c: PURE --------------------------------------------------- */

/* Goes to a page, from its beginning. */
void tui_go(struct tui *t, enum page p);
void tui_note(struct tui *t, const char *text);
/* The first job from there on that is to be asked about; n_jobs: none. */
size_t tui_ask_next(const struct tui *t, size_t from);
/* Asks for the key's passphrase, or for that of a new one if there is none:
 * behind the plan, or before the drives. */
void tui_ask_key(struct tui *t, bool for_plan);
/* From the plan to the first consent, by way of the key unless it is open; says
 * so if there is none to ask for. */
void tui_ask_first(struct tui *t);
/* Does a drive of this plan go on where it was cut off? */
bool tui_goes_on(const struct tui *t);
/* Drives that could be chosen and were not erased under this case yet. */
size_t tui_left(const struct tui *t);
/* The first of those in the list; 0: there is none. */
size_t tui_first_left(const struct tui *t);
/* What was decided about the drive of this path; NULL: it is not there. */
const struct choice *tui_choice(const struct tui *t, const char *path);
bool tui_frozen(const struct drive *d);
/* A PC's clock may be in Japanese time or in UTC: is that to be asked? */
bool tui_two_clocks(const struct tui *t);
/* Does a certificate say that it is erased, and is nothing on it now? */
bool tui_erased(const struct tui *t, size_t drive);
/* Was an erasure of this drive cut off earlier?  NULL: none that is known. */
const struct unfinished *tui_begun(const struct tui *t, size_t drive);
/* Did an erasure end whose document is not there? */
bool tui_paper_missing(const struct tui *t);
/* How many lines the page has to choose from. */
size_t tui_lines(const struct tui *t);
/* What can be done next, with this PC or another; at most NEXT_MAX. */
#define NEXT_MAX 5
size_t tui_next(const struct tui *t, enum wish out[NEXT_MAX]);

/* ---- tui_page*.c: PURE --------------------------------------------------- */

/* The whole screen.  Less than 80x24 is told, not drawn. */
void tui_draw(const struct tui *t, struct canvas *c);
/* The parts of it: the content, in the rows that are left to it. */
void page_stopped(const struct tui *t, struct pen *p);
void page_case(const struct tui *t, struct pen *p);
void page_cases(const struct tui *t, struct pen *p);
void page_form(const struct tui *t, struct pen *p);
void page_people(const struct tui *t, struct pen *p);
void page_clock(const struct tui *t, struct pen *p);
void page_key(const struct tui *t, struct pen *p);
void page_key_new(const struct tui *t, struct pen *p);
void page_look(const struct tui *t, struct pen *p);
void page_drives(const struct tui *t, struct pen *p);
void page_drive(const struct tui *t, struct pen *p);
void page_rows(const struct tui *t, struct pen *p);
void page_policies(const struct tui *t, struct pen *p);
void page_passwords(const struct tui *t, struct pen *p);
void page_sleep(const struct tui *t, struct pen *p);
void page_order(const struct tui *t, struct pen *p);
void page_plan(const struct tui *t, struct pen *p);
void page_consent(const struct tui *t, struct pen *p);
void page_begin(const struct tui *t, struct pen *p);
void page_run(const struct tui *t, struct pen *p);
void page_run_drive(const struct tui *t, struct pen *p);
void page_stop(const struct tui *t, struct pen *p);
void page_result(const struct tui *t, struct pen *p);
void page_result_drive(const struct tui *t, struct pen *p);
void page_qr(const struct tui *t, struct pen *p);
void page_next(const struct tui *t, struct pen *p);
/* A line to be typed, with the cursor in it. */
void page_input(struct pen *p, const char *label, const struct edit *e);
/* "SAMSUNG MZ7 S4NE..  447.1 GiB", as short as the label on the drive. */
const char *page_drive_name(const struct drive *d, char *buf, size_t len);

/* ---- tui_term.c ---------------------------------------------------------- */

struct term;
int term_open(bool color, struct term **out) MUST;
void term_close(struct term **t);
/* Draws what has changed. */
void term_show(struct term *t, const struct canvas *c);
/* Writes everything anew: something else has written to the screen. */
void term_redraw(struct term *t);
/* The same for a screen that was off. */
void term_wake(struct term *t);
/* The next key, without waiting; PRESS_NOTHING: none; PRESS_SIZE once that has
 * changed.  -EAGAIN: one that means nothing; -EPIPE: the terminal is gone. */
int term_key(struct term *t, uint32_t *key) MUST;
void term_size(struct term *t, int *rows, int *cols);
/* Throws away what was typed before the question was seen. */
void term_forget_keys(struct term *t);

/* ---- tui_work.c ---------------------------------------------------------- */

/* The screen with everything that is not pure. */
struct show {
	struct tui t;
	struct cli cli;
	struct term *term;
	struct canvas canvas;
	struct erase e;
	struct casefile *c;
	uint8_t case_digest[DIGEST_LEN];
	struct key *key;
	struct order order;
	struct apart *early;	/* who looks at the drives already */
	uint64_t early_ms;	/* since then */
	const char *run;	/* STICK_RUN */
	int words;		/* standard error, kept to be shown */
	int64_t words_at;
	bool running, over;
	bool composes;			/* what the composer was told */
	int exit;		/* the gravest of all rounds */
	uint64_t drawn_ms, redrawn_ms, looked_ms;
	struct resume *earlier[DRIVES_MAX];	/* what the plan said */
	char *assets[DRIVES_MAX];	/* "DEV=NO", as the command line's */
	char *paths[DRIVES_MAX];
};

/* Draws, and lets every key that was pressed do what it does. */
void show_turn(struct show *s);
/* Says that something takes a while. */
void show_busy(struct show *s, const char *text);
/* What was said on standard error becomes messages. */
void show_words(struct show *s);
/* Nothing can be done here: why. */
void show_stopped(struct show *s, const char *why);
void show_wish(struct show *s, enum wish w);
void show_free(struct show *s);

/* ---- tui_key.c ----------------------------------------------------------- */

/* Where the key of this case is, and whether there is one. */
void key_find(struct show *s);
/* With the passphrase that was typed; then the road goes on. */
void key_open(struct show *s);
void key_make(struct show *s);

/* ---- tui_paper.c --------------------------------------------------------- */

/* What ended without its document, as after a power failure, gets it. */
void paper_missing(struct show *s);
/* The report to the orderer on what became of all media of the case. */
void paper_report(struct show *s);

/* ---- tui_compose.c ------------------------------------------------------- */

/* Is there something that composes?  It is not to, as yet. */
void compose_begin(struct show *s);
/* Tells it what this page needs. */
void compose_follow(struct show *s);

/* ---- tui_case.c ---------------------------------------------------------- */

/* The first page: of the case, or why there is none. */
void show_first(struct show *s);
void show_case(struct show *s);		/* loads it */
void show_form(struct show *s);		/* makes one of the form */
void show_person(struct show *s);	/* chooses one of its people */
/* What the log says was begun and not finished. */
void show_look_back(struct show *s);
/* Is what lies there still what was loaded?  And if not: from the beginning. */
bool show_same_case(struct show *s);
void show_other_case(struct show *s);

/* ---- tui_look.c ---------------------------------------------------------- */

/* Begins to look at the drives while the technician reads something else; for
 * a minute round_look takes what was seen, if the same drives are there. */
void look_early(struct show *s);
/* Looks at the drives and shows them. */
void round_look(struct show *s);

/* ---- tui_round.c: from the chosen drives to their results ---------------- */

extern const struct face round_face;
void round_plan(struct show *s);
void round_afresh(struct show *s);
void round_sleep(struct show *s);
void round_start(struct show *s);
void round_consent(struct show *s, bool skip);
void round_stop(struct show *s, bool all);
void round_free(struct show *s);
/* An empty round of this case. */
void round_begin(struct show *s);
/* Takes what the log says was cut off into the plans.  Exit code. */
int round_earlier(struct show *s) MUST;

/* ---- tui_order.c --------------------------------------------------------- */

/* Is there a signed order for drives that are here?  Then it is shown. */
void order_offer(struct show *s);
void order_start(struct show *s);

#endif
