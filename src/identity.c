/* SPDX-License-Identifier: Apache-2.0 */
/* Is it the same drive?  PURE over what two looks at it have told. */
#include "massho.h"

#include <string.h>

const char *
identity_differs(const struct identity *a, const struct identity *b)
{
	if (strcmp(a->serial, b->serial) != 0)
		return "serial";
	if (strcmp(a->wwn, b->wwn) != 0)
		return "wwn";
	if (strcmp(a->vendor, b->vendor) != 0)
		return "vendor";
	if (strcmp(a->model, b->model) != 0)
		return "model";
	if (a->size != b->size)
		return "size";
	return a->diskseq != b->diskseq ? "diskseq" : NULL;
}

bool
identity_tells_apart(const char *wwn, uint32_t nsid, const char *other,
		     uint32_t other_nsid)
{
	size_t kind = strcspn(wwn, ".");

	return (nsid && other_nsid && nsid != other_nsid) ||
	       (wwn[kind] && strncmp(wwn, other, kind + 1) == 0 &&
		strcmp(wwn, other) != 0);
}

uint32_t
identity_nsid(const struct scope *s)
{
	uint32_t i;

	for (i = 0; i < s->n_spaces && i < SPACES_MAX; i++)
		if (s->spaces[i].self)
			return s->spaces[i].nsid;
	return 0;
}
