/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: a line of media.csv counts as erased only if the newest document of
 * each medium behind its serial says so, and none is missing; a drive only if
 * the newest document about exactly that drive does.
 */
#undef NDEBUG
#include "../src/cmd_docs.h"
#include "../src/util.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define DOCS_MAX 4

static struct docs docs;
static const struct case_medium row = { .serial = "S-1", .asset = "A-1" };

static int
setup(void **state)
{
	(void)state;
	docs.doc = calloc(DOCS_MAX, sizeof(*docs.doc));
	return docs.doc ? 0 : -1;
}

static int
teardown(void **state)
{
	(void)state;
	docs_free(&docs);
	return 0;
}

/* Of namespace nsid of a drive that has n of them, erased one by one. */
static json_t *
says(const char *issued, const char *result, int nsid, int n)
{
	json_t *spaces = json_array(), *doc;
	char wwn[16];
	int i;

	assert_true(docs.n < DOCS_MAX);
	for (i = 1; i <= n; i++)
		json_array_append_new(spaces, json_pack("{s:i, s:b, s:b}",
			"nsid", i, "attached", true, "self", i == nsid));
	snprintf(wwn, sizeof(wwn), "eui.%04d", nsid);
	doc = json_pack("{s:s, s:s, s:s, s:s, s:[{s:s, s:s, s:s, s:s, s:i}],"
			" s:{s:{s:o}, s:[]}}", "doc_type", "erase",
			"cert_id", issued, "issued_at", issued,
			"result", result, "media", "serial", "S-1",
			"model", "M", "wwn", nsid ? wwn : "unknown",
			"asset_no", "A-1", "size", 4096, "drive", "scope",
			"spaces", spaces, "spaces");
	assert_non_null(doc);
	docs.doc[docs.n++].json = doc;
	return doc;
}

static enum row_state
state_now(void)
{
	return docs_state(&docs, &row, NULL);
}

/* Of those namespaces that says() tells of, if it is one. */
static const struct drive *
drive(int nsid)
{
	static struct drive all[3];
	struct drive *d = &all[nsid];
	uint32_t i;

	*d = (struct drive){
		.id = { .serial = "S-1", .model = "M", .size = 4096 },
	};
	if (nsid)
		snprintf(d->id.wwn, sizeof(d->id.wwn), "eui.%04d", nsid);
	d->scope.n_spaces = nsid ? 2 : 0;
	for (i = 0; i < d->scope.n_spaces; i++) {
		d->scope.spaces[i].nsid = i + 1;
		d->scope.spaces[i].self = i + 1 == (uint32_t)nsid;
	}
	return d;
}

/* An old drive, whose namespaces have no names of their own. */
static json_t *
nameless(json_t *doc)
{
	json_object_set_new(json_array_get(json_object_get(doc, "media"), 0),
			    "wwn", json_string("unknown"));
	return doc;
}

/* These namespaces of the line have no document: "2 3 ". */
static void
lacks(const char *numbers)
{
	json_t *list = docs_spaces_open(&docs, &row), *s;
	char text[64] = "";
	size_t i;

	assert_non_null(list);
	json_array_foreach(list, i, s)
		snprintf(text + strlen(text), sizeof(text) - strlen(text),
			 "%u ", cert_nsid(s));
	assert_string_equal(text, numbers);
	json_decref(list);
}

/* What a form says, of the drive as a whole. */
static void
form_says(const char *issued, const char *type)
{
	json_t *doc = says(issued, "", 0, 0);

	json_object_set_new(doc, "doc_type", json_string(type));
	json_object_del(doc, "drive");
}

static void
test_the_newest_counts(void **state)
{
	const struct drive *d = drive(0);

	(void)state;
	assert_int_equal(state_now(), ROW_OPEN);
	assert_null(docs_erased(&docs, d));
	says("2026-11-21T10:00:00", "failed", 0, 0);
	assert_int_equal(state_now(), ROW_FAILED);
	assert_null(docs_erased(&docs, d));
	says("2026-11-21T11:00:00", "erased", 0, 0);
	assert_int_equal(state_now(), ROW_ERASED);
	assert_ptr_equal(docs_erased(&docs, d), &docs.doc[1]);
	says("2026-11-21T12:00:00", "interrupted", 0, 0);
	assert_int_equal(state_now(), ROW_INTERRUPTED);
	assert_null(docs_erased(&docs, d));
}

/* What was begun once more, and cut off, may have left anything on it. */
static void
test_begun_once_more(void **state)
{
	const struct drive *d = drive(0);
	struct loose l = { .time = "2026-11-21T10:30:00" };

	(void)state;
	says("2026-11-21T11:00:00", "erased", 0, 0);
	text_copy(l.serial, sizeof(l.serial), d->id.serial);
	text_copy(l.model, sizeof(l.model), d->id.model);
	docs.loose = &l;
	docs.n_loose = 1;
	assert_ptr_equal(docs_erased(&docs, d), &docs.doc[0]);
	text_copy(l.time, sizeof(l.time), "2026-11-21T11:30:00");
	assert_null(docs_erased(&docs, d));
	text_copy(l.result, sizeof(l.result), "refused");
	assert_ptr_equal(docs_erased(&docs, d), &docs.doc[0]);
	text_copy(l.result, sizeof(l.result), "interrupted");
	text_copy(l.serial, sizeof(l.serial), "another");
	assert_ptr_equal(docs_erased(&docs, d), &docs.doc[0]);
	docs.loose = NULL;
	docs.n_loose = 0;
}

static void
test_of_one_second_the_worse_counts(void **state)
{
	const struct drive *d = drive(0);

	(void)state;
	says("2026-11-21T10:00:00", "failed", 0, 0);
	says("2026-11-21T10:00:00", "erased", 0, 0);
	assert_int_equal(state_now(), ROW_FAILED);
	assert_null(docs_erased(&docs, d));
}

static void
test_one_namespace_says_nothing_of_another(void **state)
{
	const struct drive *first = drive(1), *second = drive(2);

	(void)state;
	says("2026-11-21T10:00:00", "failed", 1, 2);
	says("2026-11-21T11:00:00", "erased", 2, 2);
	assert_int_equal(state_now(), ROW_FAILED);
	assert_null(docs_erased(&docs, first));
	assert_ptr_equal(docs_erased(&docs, second), &docs.doc[1]);
	says("2026-11-21T12:00:00", "erased", 1, 2);
	assert_int_equal(state_now(), ROW_ERASED);
}

static void
test_namespaces_without_names(void **state)
{
	struct drive first = *drive(1), second = *drive(2);

	(void)state;
	first.id.wwn[0] = second.id.wwn[0] = '\0';
	nameless(says("2026-11-21T10:00:00", "failed", 1, 2));
	nameless(says("2026-11-21T11:00:00", "erased", 2, 2));
	assert_int_equal(state_now(), ROW_FAILED);
	assert_null(docs_erased(&docs, &first));
	assert_ptr_equal(docs_erased(&docs, &second), &docs.doc[1]);
	/* nobody knows which of them this was */
	nameless(says("2026-11-21T12:00:00", "erased", 0, 0));
	assert_int_equal(state_now(), ROW_OPEN);
	assert_null(docs_erased(&docs, &first));
	assert_null(docs_erased(&docs, &second));
	lacks("1 2 ");
}

static void
test_a_namespace_that_no_document_tells_of(void **state)
{
	json_t *doc;

	(void)state;
	lacks("");
	doc = says("2026-11-21T10:00:00", "erased", 1, 2);
	assert_int_equal(state_now(), ROW_OPEN);
	lacks("2 ");
	/* unless its own erasure took it along */
	json_array_append_new(json_object_get(json_object_get(doc, "drive"),
		"spaces"), json_pack("{s:i}", "nsid", 2));
	assert_int_equal(state_now(), ROW_ERASED);
	lacks("");
	/* if it did */
	json_object_set_new(doc, "result", json_string("failed"));
	lacks("2 ");
}

static void
test_a_namespace_that_only_the_log_knows(void **state)
{
	json_t *line = json_pack("{s:s, s:{s:[{s:i}, {s:i}]}}", "serial",
				 "S-1", "scope", "spaces", "nsid", 12, "nsid",
				 3);

	(void)state;
	assert_int_equal(docs_saw(&docs, line), 0);
	assert_int_equal(docs_saw(&docs, line), 0);
	assert_int_equal(state_now(), ROW_OPEN);
	lacks("");			/* the line is open as a whole */
	says("2026-11-21T10:00:00", "erased", 1, 1);
	assert_int_equal(state_now(), ROW_OPEN);
	lacks("3 12 ");
	says("2026-11-21T11:00:00", "erased", 3, 3);
	lacks("2 12 ");
	/* a form is about all of the drive, until it is erased anew */
	form_says("2026-11-21T12:00:00", "returned");
	assert_int_equal(state_now(), ROW_RETURNED);
	lacks("");
	says("2026-11-21T13:00:00", "erased", 1, 1);
	assert_int_equal(state_now(), ROW_OPEN);
	lacks("2 3 12 ");
	json_decref(line);
}

/* A form may list several drives; those of another are not missed here. */
static void
test_namespaces_of_another_drive(void **state)
{
	json_t *line = json_pack("{s:s, s:{s:[{s:i}, {s:i}]}}", "serial",
				 "S-2", "scope", "spaces", "nsid", 1, "nsid",
				 2);

	(void)state;
	assert_int_equal(docs_saw(&docs, line), 0);
	form_says("2026-11-21T10:00:00", "returned");
	json_array_insert_new(json_object_get(docs.doc[0].json, "media"), 0,
			      json_pack("{s:s}", "serial", "S-2"));
	says("2026-11-21T11:00:00", "erased", 1, 1);
	assert_int_equal(state_now(), ROW_ERASED);
	lacks("");
	json_decref(line);
}

/* It has one namespace, and was erased in a box that does not say so. */
static void
test_the_only_namespace(void **state)
{
	(void)state;
	nameless(says("2026-11-21T10:00:00", "failed", 1, 1));
	nameless(says("2026-11-21T11:00:00", "erased", 0, 0));
	assert_int_equal(state_now(), ROW_ERASED);
	lacks("");
}

static void
test_exactly_that_drive(void **state)
{
	struct drive d = *drive(0);

	(void)state;
	says("2026-11-21T10:00:00", "erased", 0, 0);
	assert_non_null(docs_erased(&docs, &d));
	text_copy(d.id.model, sizeof(d.id.model), "OTHER");
	assert_null(docs_erased(&docs, &d));
	d = *drive(0);
	d.id.size = 8192;
	assert_null(docs_erased(&docs, &d));
	/* a name that no document knows */
	assert_null(docs_erased(&docs, drive(1)));
	d = *drive(0);
	d.id.serial[0] = '\0';
	assert_null(docs_erased(&docs, &d));
}

static void
test_what_was_replaced_counts_no_more(void **state)
{
	const struct drive *d = drive(0);
	json_t *doc;

	(void)state;
	says("2026-11-21T10:00:00", "erased", 0, 0);
	doc = says("2026-11-21T09:00:00", "failed", 0, 0);
	json_object_set_new(doc, "supersedes",
			    json_string("2026-11-21T10:00:00"));
	assert_int_equal(state_now(), ROW_FAILED);
	assert_null(docs_erased(&docs, d));
}

int
main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_the_newest_counts),
		T(test_begun_once_more),
		T(test_of_one_second_the_worse_counts),
		T(test_one_namespace_says_nothing_of_another),
		T(test_namespaces_without_names),
		T(test_a_namespace_that_no_document_tells_of),
		T(test_a_namespace_that_only_the_log_knows),
		T(test_namespaces_of_another_drive),
		T(test_the_only_namespace),
		T(test_exactly_that_drive),
		T(test_what_was_replaced_counts_no_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
