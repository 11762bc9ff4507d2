/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Of which namespace does a document, or the log, tell?  A drive's serial
 * stands for all that it has.
 */
#include "cert.h"

#include <errno.h>
#include <string.h>

uint32_t
cert_nsid(const json_t *space)
{
	json_int_t n = json_integer_value(json_object_get(space, "nsid"));

	return n > 0 && n <= UINT32_MAX ? (uint32_t)n : 0;
}

uint32_t
cert_own_nsid(const json_t *scope)
{
	const json_t *list = json_object_get(scope, "spaces"), *s;
	size_t i;

	json_array_foreach((json_t *)list, i, s)
		if (json_is_true(json_object_get(s, "self")))
			return cert_nsid(s);
	return 0;
}

static const char *
wwn_of(const json_t *doc)
{
	return cert_get(json_array_get(json_object_get(doc, "media"), 0),
			"wwn");
}

bool
cert_tells_apart(const json_t *doc, const char *wwn, uint32_t nsid)
{
	return identity_tells_apart(wwn_of(doc),
				    cert_own_nsid(cert_at(doc, "drive.scope")),
				    wwn, nsid);
}

bool
cert_are_apart(const json_t *a, const json_t *b)
{
	return cert_tells_apart(a, wwn_of(b),
				cert_own_nsid(cert_at(b, "drive.scope")));
}

int
cert_note_nsid(json_t *paths, const struct evidence_line *l)
{
	const json_t *b = l->body;

	if (strcmp(l->event, "opened") == 0)
		return json_object_clear(paths) ? -ENOMEM : 0;
	if (strcmp(l->event, "drive") != 0)
		return 0;
	return json_object_set_new(paths, cert_get(b, "path"), json_integer(
			cert_own_nsid(json_object_get(b, "scope")))) ?
	       -ENOMEM : 0;
}

uint32_t
cert_intent_nsid(const json_t *paths, const json_t *intent)
{
	json_int_t n = json_integer_value(json_object_get(paths,
					cert_get(intent, "plan.path")));

	return n > 0 && n <= UINT32_MAX ? (uint32_t)n : 0;
}
