/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the verifier share. */
#ifndef CHECK_H
#define CHECK_H

#include "cert.h"

struct check {
	struct check_report *out;
	enum lang lang;
	const char *path;
	const char *const *trust;
	size_t n_trust;
	const char *const *logs;	/* evidence files that were named */
	size_t n_logs;
	char signer[65];		/* fingerprint of the last signature */
	bool cut;			/* read from `.tmp`: never renamed */
};

#define CHECK_PDF_MAX	(64 * 1024 * 1024)

/* check.c */
void check_say(struct check *c, bool holds, const char *what, const char *ja,
	       const char *en, ...)
	__attribute__((format(printf, 4, 6), format(printf, 5, 6)));
/* What could not be looked at: neither holds nor speaks against the rest. */
void check_skip(struct check *c, const char *what, const char *ja,
		const char *en, ...)
	__attribute__((format(printf, 3, 5), format(printf, 4, 5)));
/* of: what was signed, "PDF" or "JSON" */
void check_signer(struct check *c, const char *of, const struct signer *s);
/* As check_file, but also against these logs. */
void check_file_with(const char *path, const char *const *trust,
		     size_t n_trust, const char *const *logs, size_t n_logs,
		     enum lang lang, struct check_report *out);

/* check_cert.c: the bytes of ID.json and of ID.json.p7s (NULL: not there) */
void check_cert(struct check *c, const char *json, size_t len,
		const uint8_t *p7s, size_t p7s_len);
/* A file that is named like a document must be that one. */
void check_name(struct check *c, const char *cert_id);
/* check_pdf.c */
void check_pdf(struct check *c, const uint8_t *pdf, size_t len);
/* check_log.c: a log by itself; check_place.c: certificates against logs */
void check_log(struct check *c, int fd);
void check_place(struct check *c, const json_t *doc,
		 const uint8_t digest[DIGEST_LEN]);
/* The certificates in CASE/out beside CASE/evidence/LOG: does one of them name
 * a line that this log does not have, or has otherwise? */
void check_beside(struct check *c, int log);

#endif
