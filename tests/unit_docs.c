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

static struct identity
drive(int nsid)
{
	struct identity id = { .serial = "S-1", .model = "M", .size = 4096 };

	if (nsid)
		snprintf(id.wwn, sizeof(id.wwn), "eui.%04d", nsid);
	return id;
}

static void
test_the_newest_counts(void **state)
{
	struct identity id = drive(0);

	(void)state;
	assert_int_equal(state_now(), ROW_OPEN);
	assert_null(docs_erased(&docs, &id));
	says("2026-11-21T10:00:00", "failed", 0, 0);
	assert_int_equal(state_now(), ROW_FAILED);
	assert_null(docs_erased(&docs, &id));
	says("2026-11-21T11:00:00", "erased", 0, 0);
	assert_int_equal(state_now(), ROW_ERASED);
	assert_ptr_equal(docs_erased(&docs, &id), &docs.doc[1]);
	says("2026-11-21T12:00:00", "interrupted", 0, 0);
	assert_int_equal(state_now(), ROW_INTERRUPTED);
	assert_null(docs_erased(&docs, &id));
}

static void
test_of_one_second_the_worse_counts(void **state)
{
	struct identity id = drive(0);

	(void)state;
	says("2026-11-21T10:00:00", "failed", 0, 0);
	says("2026-11-21T10:00:00", "erased", 0, 0);
	assert_int_equal(state_now(), ROW_FAILED);
	assert_null(docs_erased(&docs, &id));
}

static void
test_one_namespace_says_nothing_of_another(void **state)
{
	struct identity first = drive(1), second = drive(2);

	(void)state;
	says("2026-11-21T10:00:00", "failed", 1, 2);
	says("2026-11-21T11:00:00", "erased", 2, 2);
	assert_int_equal(state_now(), ROW_FAILED);
	assert_null(docs_erased(&docs, &first));
	assert_ptr_equal(docs_erased(&docs, &second), &docs.doc[1]);
	says("2026-11-21T12:00:00", "erased", 1, 2);
	assert_int_equal(state_now(), ROW_ERASED);
}

/* Of an old drive, whose namespaces have no names of their own */
static void
test_namespaces_without_names(void **state)
{
	(void)state;
	for (int n = 1; n <= 2; n++)
		json_object_set_new(json_array_get(json_object_get(
			says(n == 1 ? "2026-11-21T10:00:00" :
				      "2026-11-21T11:00:00", n == 1 ? "failed" :
			     "erased", n, 2), "media"), 0), "wwn",
			json_string("unknown"));
	assert_int_equal(state_now(), ROW_FAILED);
}

static void
test_a_namespace_that_no_document_tells_of(void **state)
{
	json_t *doc;

	(void)state;
	doc = says("2026-11-21T10:00:00", "erased", 1, 2);
	assert_int_equal(state_now(), ROW_OPEN);
	/* unless its own erasure took it along */
	json_array_append_new(json_object_get(json_object_get(doc, "drive"),
		"spaces"), json_pack("{s:i}", "nsid", 2));
	assert_int_equal(state_now(), ROW_ERASED);
}

static void
test_exactly_that_drive(void **state)
{
	struct identity id = drive(0);

	(void)state;
	says("2026-11-21T10:00:00", "erased", 0, 0);
	assert_non_null(docs_erased(&docs, &id));
	text_copy(id.model, sizeof(id.model), "OTHER");
	assert_null(docs_erased(&docs, &id));
	id = drive(0);
	id.size = 8192;
	assert_null(docs_erased(&docs, &id));
	id = drive(1);			/* a name that no document knows */
	assert_null(docs_erased(&docs, &id));
	id = drive(0);
	id.serial[0] = '\0';
	assert_null(docs_erased(&docs, &id));
}

static void
test_what_was_replaced_counts_no_more(void **state)
{
	struct identity id = drive(0);
	json_t *doc;

	(void)state;
	says("2026-11-21T10:00:00", "erased", 0, 0);
	doc = says("2026-11-21T09:00:00", "failed", 0, 0);
	json_object_set_new(doc, "supersedes",
			    json_string("2026-11-21T10:00:00"));
	assert_int_equal(state_now(), ROW_FAILED);
	assert_null(docs_erased(&docs, &id));
}

int
main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_the_newest_counts),
		T(test_of_one_second_the_worse_counts),
		T(test_one_namespace_says_nothing_of_another),
		T(test_namespaces_without_names),
		T(test_a_namespace_that_no_document_tells_of),
		T(test_exactly_that_drive),
		T(test_what_was_replaced_counts_no_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
