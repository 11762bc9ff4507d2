/* SPDX-License-Identifier: Apache-2.0 */
/* What the files that compose the printed forms share. */
#ifndef FORM_H
#define FORM_H

#include "cert.h"
#include "pdf.h"

#include <glib.h>

enum form_kind {
	FORM_UNKNOWN, FORM_ERASE, FORM_NONE_HANDLED, FORM_RETURNED,
	FORM_DESTROYED, FORM_RETENTION, FORM_REPORT
};

/* Points: the letter, the six columns, the details; and the lead. */
struct form_size {
	double text, cell, small, lead;
};

/* A document on its way to paper. */
struct form {
	const json_t *doc;
	const char *sha256;
	enum form_kind kind;
	enum outcome outcome;	/* of FORM_ERASE; failed unless it is known */
	struct form_size size;
	bool annex;		/* the details go to pages of their own */
	GStringChunk *words;	/* every string that was composed */
	struct pdf *p;
};

/* ---- form_words.c: how things are written in a Japanese form ------------ */

/* A value by its path, "contract.name": never NULL.  null and missing are "",
 * "unknown" is 不明, integers have thousands separators. */
const char *form_get(const struct form *f, const char *path);
const json_t *form_node(const json_t *j, const char *path);
/* The same for a member of j. */
const char *form_value(const struct form *f, const json_t *j,
		       const char *path);
/* 0 unless it is a number, or a string of digits. */
uint64_t form_number(const json_t *j, const char *path);
/* Composed, and kept as long as the form. */
const char *form_say(const struct form *f, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* a, then the separator only if both are there, then b. */
const char *form_join(const struct form *f, const char *a, const char *sep,
		      const char *b);
const char *form_or(const char *text, const char *otherwise);
/* 令和8年11月21日 of "2026-11-21..."; other text as it is. */
const char *form_era(const struct form *f, const char *date);
/* 令和8年11月21日 14時03分00秒（+09:00） */
const char *form_time(const struct form *f, const char *time);
const char *form_digits(const struct form *f, uint64_t n);	/* 1,234 */
const char *form_bytes(const struct form *f, const json_t *j,
		       const char *path);
/* 所属, and on the next line 職　氏名, of the object at path. */
const char *form_person(const struct form *f, const char *path);
/* One bullet a line: .text of each member, or the strings themselves, as facts
 * without the advice; and neither those of the list without nor those of this
 * code (each may be NULL). */
const char *form_list(const struct form *f, const char *path,
		      const char *without, const char *code);

/* ---- form_rules.c: what must never be printed --------------------------- */

enum form_kind form_kind_of(const json_t *doc);
enum outcome form_outcome_of(const json_t *doc);
/* -EINVAL and err if this document claims what it may not. */
int form_rules(const struct form *f, char *err, size_t err_len) MUST;
/* 「消去できていません」 of a document that is no success, else "". */
const char *form_mark(const struct form *f);
/* 証明書番号 of what is titled a certificate, else 文書番号. */
const char *form_id_label(const struct form *f);

/* ---- form_parts.c: the letter around the tables ------------------------- */

void form_furniture(struct pdf *p, void *form);
void form_letter(struct form *f);
/* The exceptions stand here, unless they are too many. */
void form_banner(struct form *f);
bool form_banner_tells(struct form *f);
void form_statement(struct form *f);
void form_end(struct form *f);		/* 以上 */

/* ---- form_table.c: the six columns, and who was there ------------------- */

void form_contract(struct form *f);
void form_columns(struct form *f);
void form_people(struct form *f);

/* The list of them, if they are too many for the column. */
void form_items(struct form *f);

/* ---- form_detail.c: 媒体及び消去の明細, and the lists ------------------- */

void form_detail(struct form *f);
/* 「完了」 of "done"; what is none of our words stays as it is. */
const char *form_gloss(const char *name);
void form_heading(struct form *f, const char *text);

/* ---- form_resume.c: earlier parts of the erasure; "" if there are none.
 * What is told here stands nowhere else ------------------------------------ */

const char *form_resume(struct form *f);

/* ---- form_drive.c: what a drive did itself; "" if it did nothing --------- */

/* Under 方式: the commands of the attempt that ended, and the fall-backs. */
const char *form_by_drive(struct form *f);
/* Under 検証結果: what was looked for, and what was found. */
const char *form_proof(struct form *f);
/* Hidden areas, namespaces, state before and after. */
const char *form_drive(struct form *f);

/* A table of label and value pairs without a header. */
void form_pairs_begin(struct form *f, struct pdf_table *t, double size);
void form_pair(struct pdf_table *t, const char *label, const char *value);
void form_pair2(struct pdf_table *t, const char *label, const char *value,
		const char *label2, const char *value2);

#endif
