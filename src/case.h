/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the case*.c files share: the tables of fields, and where complaints
 * about a line of a file go.  Beside them only cmd_case.c,
 * cmd_form.c and cmd_ready.c include this.
 */
#ifndef CASE_H
#define CASE_H

#include "massho.h"

#define CASE_LINE_MAX	2048	/* bytes of a line of case.ini */
#define CASE_INI_MAX	(256U << 10)
#define CASE_CSV_MAX	(4U << 20)

/* Indexed by enum lang. */
struct case_word {
	const char *in[2];
};

enum case_kind {
	KIND_TEXT, KIND_DATE, KIND_YESNO, KIND_HONORIFIC, KIND_CORPORATE,
	/* of an information item */
	KIND_SECRECY, KIND_CLASS, KIND_ORIGIN
};

enum case_section {
	SECTION_NONE, SECTION_CONTRACT, SECTION_ADDRESSEE, SECTION_ORDERER,
	SECTION_CONTRACTOR, SECTION_RESPONSIBLE, SECTION_OPERATOR,
	SECTION_VALIDATOR, SECTION_WITNESS, SECTION_APPROVAL, SECTION_PLACE,
	SECTION_FORM, SECTION_CONTACT, SECTION_OTHER, SECTION_ITEM,
	SECTION_COUNT
};

struct case_key {
	enum case_section section;
	enum case_kind kind;
	bool required;
	struct case_word key, help, example;
	struct case_word name;	/* with its section, for messages */
};

enum case_attr {
	ATTR_ITEM, ATTR_KIND, ATTR_CLASS, ATTR_COUNT_OF, ATTR_ORIGIN,
	ATTR_COUNT
};

enum case_column {
	COLUMN_ASSET, COLUMN_NAME, COLUMN_SERIAL, COLUMN_MODEL, COLUMN_QTY,
	COLUMN_UNIT, COLUMN_ITEMS, COLUMN_NOTES, COLUMN_COUNT
};

extern const struct case_word case_sections[SECTION_COUNT];
extern const struct case_word case_section_help[SECTION_COUNT];
extern const struct case_key case_keys[CASE_FIELD_COUNT];
extern const struct case_key case_attrs[ATTR_COUNT];
/* Names of the columns of media.csv; the first two are written, all read. */
extern const char *const case_columns[COLUMN_COUNT][6];

/* Whom a parser tells what is wrong, and in which file. */
struct case_source {
	const char *path;
	enum lang lang;
	char *err;
	size_t err_len;
};

/* Puts "path:line: what" into err (line 0: no line); returns -EINVAL. */
int case_say(const struct case_source *src, uint32_t line, const char *en,
	     const char *ja, ...)
	__attribute__((format(printf, 3, 5), format(printf, 4, 5)));

/* ---- case_fold.c, case_check.c, case_words.c ----------------------------- */

/* Next code point of a NUL-terminated text; 0 at its end, UINT32_MAX (and one
 * byte on) where it is not UTF-8. */
uint32_t case_next(const char **p);
/* Full-width forms of ASCII (U+FF01..U+FF5E), and blanks of any kind. */
uint32_t case_narrow(uint32_t c);
/* Full-width letters, digits and signs become ASCII; blanks around go. */
int case_fold(char *dst, size_t len, const char *src) MUST;
/* Folded, small and without any blank: how words are looked for. */
int case_squeeze(char *dst, size_t len, const char *src) MUST;
/* Cuts ASCII and ideographic blanks at both ends, in place. */
char *case_trim(char *s);
/* -EINVAL and a complaint: not UTF-8, control or invisible characters,
 * characters that only one machine's fonts know. */
int case_printable(const struct case_source *src, uint32_t line,
		   const char *text) MUST;
/* The same, and no individual number (マイナンバー) in it. */
int case_clean(const struct case_source *src, uint32_t line,
	       const char *text) MUST;
/* "2026-11-21" from 2026/11/21, 令和8年11月21日, R8.11.21 ...  -EINVAL: not a
 * date; -ERANGE: no such day. */
int case_date(const char *text, char out[11]) MUST;
/* 13 digits with a valid check digit of the 法人番号. */
int case_corporate(const char *text, char out[14]) MUST;
/* Checks a value of this kind and writes it in its one spelling. */
int case_value(const struct case_source *src, uint32_t line, const char *name,
	       enum case_kind kind, const char *text, char *out,
	       size_t len) MUST;
/* What a text that will be printed is about. */
enum case_wording { WORDING_NOTE, WORDING_ERASURE, WORDING_DESTRUCTION };

/* -EINVAL and a complaint: it promises what nobody can keep, or calls an
 * erasure a destruction or the other way round. */
int case_wording(const struct case_source *src, uint32_t line,
		 const char *name, enum case_wording as, const char *text) MUST;
/* Edits between two words, by characters. */
unsigned case_distance(const char *a, const char *b);

/* ---- case.c ----------------------------------------------------------- */

/* The gravest class of the items on this medium (NULL: of all): 1..3; 0: the
 * case does not tell. */
uint8_t case_class(const struct casefile *c, const struct case_medium *m);
/* -EINVAL and "file:line: ..." for what cannot be on this day, "2026-11-21": an
 * approval that is yet to come. */
int case_today(const struct casefile *c, const char *today, enum lang lang,
	       char *err, size_t err_len) MUST;
/* The first item of "A、B" that case.ini does not have. */
bool case_unknown_item(const struct casefile *c, const char *text,
		       char out[CASE_TEXT]);

/* ---- case_people.c ---------------------------------------------------- */

/* Fills c->people.  -EINVAL and a complaint: too many. */
int case_people_list(const struct case_source *src, struct casefile *c) MUST;

/* ---- the parsers; text is NUL-terminated at len ------------------------ */

int case_ini_parse(const struct case_source *src, const char *text, size_t len,
		   struct casefile *out) MUST;
/* Also decodes: UTF-8, or CP932 as Excel writes it. */
int case_csv_parse(const struct case_source *src, const char *bytes,
		   size_t len, struct casefile *out) MUST;
/* CP932 to UTF-8, malloc'd.  -EILSEQ: *at is the offset of a broken byte. */
int case_decode(const char *bytes, size_t len, char **out, size_t *out_len,
		size_t *at) MUST;

#endif
