/* SPDX-License-Identifier: Apache-2.0 */
/* What a certificate says in sentences, and when it contradicts itself. */
#ifndef CERT_TEXT_H
#define CERT_TEXT_H

#include "cert.h"

#define CERT_SCHEMA	"massho-certificate-1"
#define CERT_ID_LEN	21	/* "20261121-0123456789ab" */
#define CERT_MAX	(16 * 1024 * 1024)

/* ---- cert_text.c: the sentences of an erasure ------------------------- */

/* own: the case's title, used as it is for a success only. */
void cert_title(enum outcome o, const char *own, char *out, size_t len);
void cert_statement(const struct cert_input *in, char *out, size_t len);
/* Printed under 廃棄又は消去の方法. */
void cert_method(const struct cert_input *in, char *out, size_t len);
const char *cert_medium_name(const struct drive *d, char *out, size_t len);
const char *cert_medium_unit(const struct drive *d);
json_t *cert_not_examined(const struct drive *d);
/* The title and the sentence of a document without a drive; false: unknown. */
bool cert_form_words(const char *doc_type, const char *contract, char *title,
		     size_t title_len, char *statement, size_t len);

/* ---- cert_case.c: what the case alone decides ------------------------- */

json_t *cert_of_case(const struct casefile *c);
/* 情報項目: those that this row of media.csv names, else all of the case. */
json_t *cert_items(const struct casefile *c, const struct case_medium *m);

/* ---- cert_rules.c: what must agree within one document ---------------- */

/* The ID that this document should have. */
int cert_id_of(const json_t *doc, char out[CERT_ID_LEN + 1]) MUST;
/* "2026-11-21T14:03:00+09:00", by its form. */
bool cert_is_time(const char *s);
/* 0, or -EINVAL with what is wrong, in lang. */
int cert_rules(const json_t *doc, enum lang lang, char *why,
	       size_t len) MUST;

#endif
