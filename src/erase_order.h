/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A job file as an order to erase: good only with the signature of the case's
 * key.  For `massho job` and the technician's screen.  What returns an exit
 * code has said what is wrong.
 */
#ifndef ERASE_ORDER_H
#define ERASE_ORDER_H

#include "erase.h"
#include "jobfile.h"

/* A job file with all that must hold of it. */
struct order {
	struct jobfile f;
	char *text;
	size_t len;
	struct signer signer;
	const struct casefile *c;
	char dir[PATH_LEN];		/* of the case */
};

/* Is it well-formed, of this case and of this day? */
int order_read(const struct cli *cli, const char *path,
	       const struct casefile *c, const char *dir, struct order *o) MUST;
/* And is it signed by the key of --key, or of the case? */
int order_load(const struct cli *cli, const char *path,
	       const struct casefile *c, const char *dir, struct order *o) MUST;
void order_free(struct order *o);
json_t *order_json(const struct order *o) MUST;

/* A job for each drive that is named and here; the others are told. */
int order_find(struct erase *e, const struct order *o, const struct drive *d,
	       size_t n) MUST;
/* Policy and verification as ordered. */
int order_request(struct erase *e, const struct order *o) MUST;
/* Those with a certificate that says erased are told and left alone; *left
 * grows.  So what is started a second time goes on where it was. */
int order_skip_erased(struct erase *e, const struct order *o, int *left) MUST;
/* The order is the consent to every plan that is for a drive it names. */
void order_consent(struct erase *e, const struct order *o);

#endif
