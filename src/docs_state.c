/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What do the documents of a case say of a medium, of a drive, of each other?
 * PURE.
 */
#include "cmd_docs.h"

#include "util.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* By serial; by the asset number only where one side has no serial. */
static bool
about(const json_t *doc, const struct case_medium *m)
{
	struct casefile *one = calloc(1, sizeof(*one));
	const json_t *list = json_object_get(doc, "media"), *its;
	bool found = false;
	size_t i;

	if (!one)
		return false;
	one->n_media = 1;
	one->media[0] = *m;
	json_array_foreach((json_t *)list, i, its) {
		const char *serial = cert_get(its, "serial");

		if (strcmp(serial, "unknown") == 0)
			serial = "";
		if (*serial && m->serial[0])
			found = found || case_match(one, serial);
		else
			found = found || (m->asset[0] &&
				strcasecmp(m->asset,
					   cert_get(its, "asset_no")) == 0);
	}
	free(one);
	return found;
}

bool
docs_replaced(const struct docs *d, const struct doc *one)
{
	const char *id = cert_get(one->json, "cert_id");
	size_t i;

	for (i = 0; i < d->n; i++)
		if (d->doc[i].json && *id &&
		    strcmp(cert_get(d->doc[i].json, "supersedes"), id) == 0)
			return true;
	return false;
}

const struct doc *
docs_find(const struct docs *d, const char *cert_id)
{
	size_t i;

	for (i = 0; i < d->n; i++)
		if (d->doc[i].json && !docs_replaced(d, &d->doc[i]) &&
		    strcmp(cert_get(d->doc[i].json, "cert_id"), cert_id) == 0)
			return &d->doc[i];
	return NULL;
}

const struct doc *
docs_nothing_handled(const struct docs *d)
{
	size_t i;

	for (i = 0; i < d->n; i++)
		if (strcmp(cert_get(d->doc[i].json, "doc_type"),
			   "none_handled") == 0 &&
		    !docs_replaced(d, &d->doc[i]))
			return &d->doc[i];
	return NULL;
}

static enum row_state
state_of(const json_t *doc)
{
	const char *type = cert_get(doc, "doc_type");
	const char *result = cert_get(doc, "result");

	if (strcmp(type, "returned") == 0)
		return ROW_RETURNED;
	if (strcmp(type, "destroyed") == 0)
		return ROW_DESTROYED;
	if (strcmp(type, "retention") == 0)
		return ROW_RETAINED;
	if (strcmp(type, "erase") != 0)
		return ROW_OPEN;
	if (strcmp(result, outcome_name(OUTCOME_ERASED)) == 0)
		return ROW_ERASED;
	if (strcmp(result, outcome_name(OUTCOME_EXCEPTIONS)) == 0)
		return ROW_EXCEPTIONS;
	if (strcmp(result, outcome_name(OUTCOME_INTERRUPTED)) == 0)
		return ROW_INTERRUPTED;
	return ROW_FAILED;
}

/* Of two of the same second the worse one counts. */
static bool
is_later(const json_t *a, const json_t *b)
{
	int later = strcmp(cert_get(a, "issued_at"), cert_get(b, "issued_at"));

	return later > 0 || (later == 0 && state_of(a) < state_of(b));
}

/* A drive's serial may stand for several media, as an NVMe drive's for each of
 * its namespaces: what is said of one of them says nothing of the others. */
static const char *
wwn_of(const json_t *doc)
{
	return cert_get(json_array_get(json_object_get(doc, "media"), 0),
			"wwn");
}

/* The namespace that it is about; 0: of no drive that has any. */
static json_int_t
nsid_of(const json_t *doc)
{
	const json_t *spaces = cert_at(doc, "drive.scope.spaces"), *s;
	size_t i;

	json_array_foreach((json_t *)spaces, i, s)
		if (json_is_true(json_object_get(s, "self")))
			return json_integer_value(json_object_get(s, "nsid"));
	return 0;
}

static bool
is_another(const json_t *a, const json_t *b)
{
	json_int_t x = nsid_of(a), y = nsid_of(b);

	return (x && y && x != y) ||
	       identity_tells_apart(wwn_of(a), wwn_of(b));
}

static bool
counts_for(const struct docs *d, const struct doc *one,
	   const struct case_medium *m)
{
	return one->json && about(one->json, m) && !docs_replaced(d, one);
}

static bool
is_overtaken(const struct docs *d, const struct doc *one,
	     const struct case_medium *m)
{
	size_t i;

	for (i = 0; i < d->n; i++) {
		const struct doc *other = &d->doc[i];

		if (other != one && counts_for(d, other, m) &&
		    is_later(other->json, one->json) &&
		    !is_another(other->json, one->json))
			return true;
	}
	return false;
}

static bool
has_space(const json_t *spaces, json_int_t nsid, bool itself)
{
	const json_t *s;
	size_t i;

	json_array_foreach((json_t *)spaces, i, s)
		if (json_integer_value(json_object_get(s, "nsid")) == nsid &&
		    (!itself || json_is_true(json_object_get(s, "self"))))
			return true;
	return false;
}

/* Has its drive a namespace that was not erased with it, and of which no
 * document tells? */
static bool
leaves_space(const struct docs *d, const struct doc *one,
	     const struct case_medium *m)
{
	const json_t *spaces = cert_at(one->json, "drive.scope.spaces"), *s;
	size_t i, k;

	json_array_foreach((json_t *)spaces, i, s) {
		json_int_t nsid = json_integer_value(json_object_get(s,
								"nsid"));
		bool told = json_is_true(json_object_get(s, "self")) ||
			    has_space(cert_at(one->json, "drive.spaces"),
				      nsid, false);

		for (k = 0; !told && k < d->n; k++)
			told = counts_for(d, &d->doc[k], m) &&
			       has_space(cert_at(d->doc[k].json,
						 "drive.scope.spaces"), nsid,
					 true);
		if (!told)
			return true;
	}
	return false;
}

enum row_state
docs_state(const struct docs *d, const struct case_medium *m,
	   const struct doc **which)
{
	enum row_state state = ROW_OPEN, s;
	const struct doc *worst = NULL;
	bool part = false;
	size_t i;

	for (i = 0; i < d->n; i++) {
		const struct doc *one = &d->doc[i];

		if (!counts_for(d, one, m) || is_overtaken(d, one, m))
			continue;
		s = state_of(one->json);
		part = part || ((s == ROW_ERASED || s == ROW_EXCEPTIONS) &&
				leaves_space(d, one, m));
		if (worst && s > state)
			continue;
		worst = one;
		state = s;
	}
	if (which)
		*which = worst;
	return part && docs_settled(state) ? ROW_OPEN : state;
}

/* "unknown" in a document stands for an empty string. */
static bool
same_text(const char *said, const char *told)
{
	return strcmp(said, told) == 0 ||
	       (strcmp(said, "unknown") == 0 && !told[0]);
}

const struct doc *
docs_erased(const struct docs *d, const struct identity *id)
{
	struct case_medium m = { 0 };
	const struct doc *last = NULL;
	const json_t *its;
	size_t i;

	text_copy(m.serial, sizeof(m.serial), id->serial);
	for (i = 0; *id->serial && i < d->n; i++) {
		const struct doc *one = &d->doc[i];

		if (counts_for(d, one, &m) &&
		    !identity_tells_apart(wwn_of(one->json), id->wwn) &&
		    (!last || !is_later(last->json, one->json)))
			last = one;
	}
	if (!last || state_of(last->json) != ROW_ERASED)
		return NULL;
	its = json_array_get(json_object_get(last->json, "media"), 0);
	return same_text(cert_get(its, "serial"), id->serial) &&
	       same_text(cert_get(its, "model"), id->model) &&
	       same_text(cert_get(its, "wwn"), id->wwn) &&
	       (uint64_t)json_integer_value(json_object_get(its, "size")) ==
	       id->size ? last : NULL;
}

const char *
docs_state_name(enum row_state s)
{
	static const char *const names[ROW_STATE_COUNT] = {
		[ROW_OPEN] = "open", [ROW_FAILED] = "failed",
		[ROW_INTERRUPTED] = "interrupted",
		[ROW_RETAINED] = "retained",
		[ROW_EXCEPTIONS] = "erased_with_exceptions",
		[ROW_ERASED] = "erased", [ROW_RETURNED] = "returned",
		[ROW_DESTROYED] = "destroyed",
	};

	return names[s];
}

const char *
docs_state_text(enum row_state s)
{
	static const char *const texts[ROW_STATE_COUNT] = {
		[ROW_OPEN] = N_("open"),
		[ROW_FAILED] = N_("NOT ERASED"),
		[ROW_INTERRUPTED] = N_("interrupted"),
		[ROW_RETAINED] = N_("kept on application"),
		[ROW_EXCEPTIONS] = N_("erased with exceptions"),
		[ROW_ERASED] = N_("erased"),
		[ROW_RETURNED] = N_("returned"),
		[ROW_DESTROYED] = N_("destroyed"),
	};

	return _(texts[s]);
}

bool
docs_settled(enum row_state s)
{
	return s == ROW_ERASED || s == ROW_RETURNED ||
	       s == ROW_DESTROYED;
}
