/* SPDX-License-Identifier: Apache-2.0 */
/* What a certificate says in sentences, and when it contradicts itself. */
#ifndef CERT_TEXT_H
#define CERT_TEXT_H

#include "cert.h"

#define CERT_SCHEMA	"massho-certificate-1"
#define CERT_ID_LEN	21	/* "20261121-0123456789ab" */
#define CERT_MAX	(16 * 1024 * 1024)
#define CERT_CRYPTO	"電子政府推奨暗号リスト LS-0001-2022"

/* ---- cert_get.c: looking things up ------------------------------------ */

bool cert_ends_in(const char *s, const char *tail);
/* OUTCOME_COUNT if it is not the name of one. */
enum outcome cert_outcome(const char *name);
/* METHOD_NONE if it is not the name of one. */
enum method cert_method_named(const char *name);
enum medium cert_medium_named(const char *name);
/* A random stream was written, as a pass or as marks. */
bool cert_uses_stream(const json_t *doc);
/* A reason of this code is listed at this path. */
bool cert_tells(const json_t *doc, const char *path, enum reason_code code);
/* The language that the messages of this process are in. */
enum lang cert_lang(void);
/* Seconds since 1970 of "2026-11-21T14:03:00+09:00"; false if it is none. */
bool cert_instant(const char *s, int64_t *out);
/* The log that a certificate names may be opened by that name. */
bool cert_log_name(const char *file);

/* ---- cert_text.c: the sentences of an erasure ------------------------- */

/*
 * Both sentences are made of the document's own numbers and words, so that
 * who reads it can make them again and compare.
 */
void cert_statement(const json_t *doc, char *out, size_t len);
/* Printed under 廃棄又は消去の方法. */
void cert_method(const json_t *doc, char *out, size_t len);
/* own: the case's title, used as it is for a success only. */
void cert_title(enum outcome o, const char *own, char *out, size_t len);
const char *cert_medium_name(const struct drive *d, char *out, size_t len);
const char *cert_medium_unit(const struct drive *d);
/* What nothing that was done here reaches; of the document's own record. */
json_t *cert_not_examined(const json_t *doc);
/* Does what was left out keep a run from being "erased", and no more? */
bool cert_is_exception(const json_t *doc, enum reason_code code);
/* The title and the sentence of a document without a drive; false: unknown. */
bool cert_form_words(const char *doc_type, const char *contract, char *title,
		     size_t title_len, char *statement, size_t len);

/* ---- cert_method.c: what was done, and how it was checked -------------- */

json_t *cert_method_of(const struct cert_input *in, enum level level);
json_t *cert_verification_of(const struct cert_input *in);
json_t *cert_drive_of(const struct cert_input *in);
uint64_t cert_size_of(const struct cert_input *in);

/* ---- cert_case.c: what the case alone decides ------------------------- */

json_t *cert_of_case(const struct casefile *c);
/* 情報項目: those that this row of media.csv names, else all of the case. */
json_t *cert_items(const struct casefile *c, const struct case_medium *m);

/* ---- cert.c ----------------------------------------------------------- */

/* cert_build, which also says what stands against it. */
int cert_make(const struct cert_input *in, json_t **out, char *err,
	      size_t err_len) MUST;

/* ---- cert_rules.c: what must agree within one document ---------------- */

/* The ID that this document should have. */
int cert_id_of(const json_t *doc, char out[CERT_ID_LEN + 1]) MUST;
/* Does this text, but for the contract's own name, promise what nobody can? */
bool cert_promises(const json_t *doc, const char *path);
/* 0, or -EINVAL with what is wrong, in lang. */
int cert_rules(const json_t *doc, enum lang lang, char *why,
	       size_t len) MUST;

#endif
