/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What do the documents of a case say of a medium, of a drive, of each other?
 * PURE.
 */
#include "cmd_docs.h"

#include "util.h"

#include <errno.h>
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

static bool
is_erasure(const json_t *doc)
{
	return strcmp(cert_get(doc, "doc_type"), "erase") == 0;
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
	if (!is_erasure(doc))
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
		    !cert_are_apart(other->json, one->json))
			return true;
	}
	return false;
}

/* ---- the namespaces of a drive ------------------------------------------ */

/* A set of them is an object with a member for each, named by its number. */
struct space_name {
	char text[12];
};

static struct space_name
space_name(const json_t *space)
{
	struct space_name name;

	snprintf(name.text, sizeof(name.text), "%u", cert_nsid(space));
	return name;
}

static int
keep_spaces(json_t *set, const json_t *spaces)
{
	const json_t *s;
	size_t i;

	json_array_foreach((json_t *)spaces, i, s)
		if (cert_nsid(s) && json_object_set(set, space_name(s).text,
						    (json_t *)s))
			return -ENOMEM;
	return 0;
}

int
docs_saw(struct docs *d, const json_t *drive)
{
	const json_t *spaces = cert_at(drive, "scope.spaces");
	const char *serial = cert_get(drive, "serial");
	json_t *set;

	if (!json_array_size(spaces) || !*serial || !strcmp(serial, "unknown"))
		return 0;
	if (!d->seen)
		d->seen = json_object();
	if (!json_object_get(d->seen, serial) &&
	    json_object_set_new(d->seen, serial, json_object()))
		return -ENOMEM;
	set = json_object_get(d->seen, serial);
	return keep_spaces(set, spaces);
}

/* All that any erasure's document tells of, or the log by its serial.  A form
 * knows of none, and may list other drives before this one. */
static int
know_spaces(const struct docs *d, const struct case_medium *m, json_t *known)
{
	json_t *set;
	size_t i;
	int err = 0;

	for (i = 0; !err && i < d->n; i++) {
		const json_t *doc = d->doc[i].json;

		if (!doc || !is_erasure(doc) || !about(doc, m))
			continue;
		err = keep_spaces(known, cert_at(doc, "drive.scope.spaces"));
		set = json_object_get(d->seen, cert_get(json_array_get(
			json_object_get(doc, "media"), 0), "serial"));
		if (!err && set)
			err = json_object_update(known, set);
	}
	return err;
}

/* Takes away those of which this document tells what became of them.  One that
 * is no erasure is about all of the drive; an erasure that does not say of
 * which it was may be that of a drive that has but one. */
static void
tell_spaces(json_t *known, const json_t *doc)
{
	const json_t *scope = cert_at(doc, "drive.scope");
	enum row_state state = state_of(doc);
	uint32_t own = cert_own_nsid(scope);
	const json_t *s;
	size_t i;

	if (!is_erasure(doc) || (!own && json_object_size(known) == 1))
		json_object_clear(known);
	json_array_foreach(json_object_get(scope, "spaces"), i, s)
		if (json_is_true(json_object_get(s, "self")))
			json_object_del(known, space_name(s).text);
	if (state != ROW_ERASED && state != ROW_EXCEPTIONS)
		return;
	json_array_foreach((json_t *)cert_at(doc, "drive.spaces"), i, s)
		json_object_del(known, space_name(s).text);
}

static json_t *
in_order(json_t *set)
{
	json_t *out = json_array(), *s, *least;
	const char *name;

	while (out && json_object_size(set)) {
		least = NULL;
		json_object_foreach(set, name, s)
			if (!least || cert_nsid(s) < cert_nsid(least))
				least = s;
		if (json_array_append(out, least)) {
			json_decref(out);
			return NULL;
		}
		json_object_del(set, space_name(least).text);
	}
	return out;
}

json_t *
docs_spaces_open(const struct docs *d, const struct case_medium *m)
{
	json_t *known = json_object(), *out = NULL;
	bool any = false;
	size_t i;

	if (!known || know_spaces(d, m, known))
		goto out;
	for (i = 0; i < d->n; i++) {
		const struct doc *one = &d->doc[i];

		if (!counts_for(d, one, m) || is_overtaken(d, one, m))
			continue;
		tell_spaces(known, one->json);
		any = true;
	}
	if (!any)		/* open as a whole */
		json_object_clear(known);
	out = in_order(known);
out:
	json_decref(known);
	return out;
}

/* What could not be found out counts as open. */
static bool
leaves_space(const struct docs *d, const struct case_medium *m)
{
	json_t *open = docs_spaces_open(d, m);
	bool leaves = !open || json_array_size(open) > 0;

	json_decref(open);
	return leaves;
}

/* ---- the state ---------------------------------------------------------- */

enum row_state
docs_state(const struct docs *d, const struct case_medium *m,
	   const struct doc **which)
{
	enum row_state state = ROW_OPEN, s;
	const struct doc *worst = NULL;
	size_t i;

	for (i = 0; i < d->n; i++) {
		const struct doc *one = &d->doc[i];

		if (!counts_for(d, one, m) || is_overtaken(d, one, m))
			continue;
		s = state_of(one->json);
		if (worst && s > state)
			continue;
		worst = one;
		state = s;
	}
	if (which)
		*which = worst;
	return docs_settled(state) && leaves_space(d, m) ? ROW_OPEN : state;
}

/* "unknown" in a document stands for an empty string. */
static bool
same_text(const char *said, const char *told)
{
	return strcmp(said, told) == 0 ||
	       (strcmp(said, "unknown") == 0 && !told[0]);
}

/* Without a name it is the same only if the number says so. */
static bool
is_exactly(const json_t *doc, const struct drive *d)
{
	const json_t *its = json_array_get(json_object_get(doc, "media"), 0);
	uint32_t nsid = cert_own_nsid(cert_at(doc, "drive.scope"));

	return same_text(cert_get(its, "serial"), d->id.serial) &&
	       same_text(cert_get(its, "model"), d->id.model) &&
	       same_text(cert_get(its, "wwn"), d->id.wwn) &&
	       (d->id.wwn[0] || d->scope.n_spaces < 2 ||
		nsid == identity_nsid(&d->scope)) &&
	       (uint64_t)json_integer_value(json_object_get(its, "size")) ==
	       d->id.size;
}

/* Was it begun once more since, and has no document tell of that? */
static bool
is_begun_since(const struct docs *d, const struct doc *last,
	       const struct identity *id, uint32_t nsid)
{
	const char *issued = cert_get(last->json, "issued_at");
	size_t i;

	for (i = 0; i < d->n_loose; i++) {
		const struct loose *l = &d->loose[i];

		if (strcmp(l->time, issued) >= 0 &&
		    strcmp(l->result, "refused") != 0 &&
		    same_text(l->serial, id->serial) &&
		    same_text(l->model, id->model) &&
		    !identity_tells_apart(l->wwn, l->nsid, id->wwn, nsid))
			return true;
	}
	return false;
}

const struct doc *
docs_erased(const struct docs *d, const struct drive *drive)
{
	uint32_t nsid = identity_nsid(&drive->scope);
	const struct identity *id = &drive->id;
	struct case_medium m = { 0 };
	const struct doc *last = NULL;
	size_t i;

	text_copy(m.serial, sizeof(m.serial), id->serial);
	for (i = 0; *id->serial && i < d->n; i++) {
		const struct doc *one = &d->doc[i];

		if (counts_for(d, one, &m) &&
		    !cert_tells_apart(one->json, id->wwn, nsid) &&
		    (!last || !is_later(last->json, one->json)))
			last = one;
	}
	return last && state_of(last->json) == ROW_ERASED &&
	       is_exactly(last->json, drive) &&
	       !is_begun_since(d, last, id, nsid) ? last : NULL;
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
