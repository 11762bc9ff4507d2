/* SPDX-License-Identifier: Apache-2.0 */
/* Which drives are here and cannot be listed, and what is to be changed? */
#ifndef HIDDEN_H
#define HIDDEN_H

#include "massho.h"

/* ---- probe_hidden.c ---- */

/* What probe_all() cannot list, because firmware or a missing driver stands in
 * front of it.  -ENOSPC: the first max are valid. */
int probe_hidden(struct hidden *out, size_t max, size_t *n) MUST;

/* ---- words_hidden.c: PURE ---- */

const char *hidden_name(enum hidden_kind k);	/* "remapped", for JSON */
/* What it is, and what to change in the firmware setup; returns buf. */
const char *hidden_text(const struct hidden *h, enum lang lang, char *buf,
			size_t len);

#endif
