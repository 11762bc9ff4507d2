/* SPDX-License-Identifier: Apache-2.0 */
/* A case's folder with one certificate in it, and what is where. */
#ifndef CERT_FOLDER_H
#define CERT_FOLDER_H

#include "cert_setup.h"

static char id[40];		/* of the certificate */

/* In the case's folder; good for the next seven calls. */
static inline const char *
file(const char *name)
{
	static char path[8][SCRATCH_LEN + 128];
	static unsigned turn;

	turn = (turn + 1) % 8;
	snprintf(path[turn], sizeof(path[turn]), "%s/%s", s.dir, name);
	return path[turn];
}

/* What was issued: "json", "json.p7s", "pdf". */
static inline const char *
doc(const char *kind)
{
	char name[96];

	snprintf(name, sizeof(name), "out/%s.%s", id, kind);
	return file(name);
}

/* One erasure in a log that stays open, and the document that is to be of it;
 * its INTENT is `receipt`. */
static inline struct evidence *
log_one(json_t **cert, char receipt[2 * DIGEST_LEN + 1])
{
	struct evidence *e;
	char err[512] = "";

	if (evidence_open(file("evidence"), "st", &e, err, sizeof(err)))
		fail_msg("%s", err);
	assert_int_equal(evidence_append(e, "intent", json_object(),
					 s.consent.receipt, NULL), 0);
	hex_encode(receipt, s.consent.receipt, DIGEST_LEN);
	assert_int_equal(evidence_append(e, "outcome", json_pack(
		"{s:s, s:s, s:s}", "receipt", receipt, "result", "erased",
		"level", "clear"), NULL, NULL), 0);
	json_decref(s.evidence);
	s.evidence = evidence_position(e);
	json_object_set_new(s.evidence, "receipt", json_string(receipt));
	assert_int_equal(sample_build(&s, cert), 0);
	return e;
}

#endif
