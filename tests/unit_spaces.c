/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: what the log says of one namespace is not taken for another's, though
 * they have one serial and no names: an erasure without a document is told of
 * although another namespace has one, and --resume goes on with its own.
 */
#undef NDEBUG
#include "../src/cmd_docs.h"
#include "../src/erase_trail.h"
#include "../src/util.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "cert_folder.h"

static struct evidence *e;

static int
setup(void **state)
{
	(void)state;
	sample_open(&s, "clear");
	return mkdir(file("out"), 0755);
}

/* Namespace nsid of the drive, of which there are three. */
static void
becomes(uint32_t nsid)
{
	struct request rq = policy("clear");

	s.d = flash();
	s.d.id.wwn[0] = '\0';
	s.d.scope.n_spaces = 3;
	for (uint32_t i = 0; i < 3; i++) {
		s.d.scope.spaces[i] = s.d.scope.spaces[0];
		s.d.scope.spaces[i].nsid = i + 1;
		s.d.scope.spaces[i].self = i + 1 == nsid;
	}
	snprintf(s.d.path, sizeof(s.d.path), "/dev/nvme0n%u", nsid);
	sample_plan(&s, &rq);
}

static void
begin(void)
{
	assert_int_equal(evidence_append(e, "drive", json_drive(&s.d, LANG_EN),
					 NULL, NULL), 0);
	assert_int_equal(evidence_append(e, "intent", json_pack(
		"{s:o, s:o}", "identity", json_identity(&s.p.id), "plan",
		json_plan(&s.p, LANG_EN)), s.consent.receipt, NULL), 0);
}

/* A second later, as the log counts time. */
static void
certify(void)
{
	json_t *cert = NULL, *body = NULL;
	char err[512] = "", hex[2 * DIGEST_LEN + 1];

	sleep(1);
	begin();
	hex_encode(hex, s.consent.receipt, DIGEST_LEN);
	verify_judge(&s.p, &s.consent, &s.r, &s.v);
	assert_int_equal(evidence_append(e, "outcome", json_pack(
		"{s:s, s:s, s:s}", "receipt", hex, "result",
		outcome_name(s.v.outcome), "level", level_name(s.v.level)),
		NULL, NULL), 0);
	json_decref(s.evidence);
	s.evidence = evidence_position(e);
	json_object_set_new(s.evidence, "receipt", json_string(hex));
	assert_int_equal(sample_build(&s, &cert), 0);
	if (cert_issue(file("out"), cert, s.key, id, &body, err, sizeof(err)))
		fail_msg("%s", err);
	assert_int_equal(evidence_append(e, "certificate", body, NULL, NULL),
			 0);
	json_decref(cert);
}

static void
test_a_document_of_another_namespace(void **state)
{
	struct cli cli = { .lang = LANG_EN };
	struct case_medium row = { 0 };
	struct docs docs;
	char err[512] = "";
	json_t *lack;

	(void)state;
	if (evidence_open(file("evidence"), "st", &e, err, sizeof(err)))
		fail_msg("%s", err);
	becomes(1);
	begin();
	becomes(2);
	certify();
	evidence_close(&e);
	text_copy(s.c.dir, sizeof(s.c.dir), s.dir);
	assert_int_equal(docs_load(&cli, &s.c, &docs), 0);
	assert_int_equal(docs.n, 1);
	if (!docs.doc[0].json)
		fail_msg("%s", docs.doc[0].why);
	assert_int_equal(docs.n_loose, 1);
	assert_string_equal(docs.loose[0].path, "/dev/nvme0n1");
	assert_int_equal(docs.loose[0].nsid, 1);
	/* and so it is on the list */
	text_copy(row.serial, sizeof(row.serial), s.d.id.serial);
	lack = docs_spaces_open(&docs, &row);
	assert_int_equal(json_array_size(lack), 2);
	assert_int_equal(cert_nsid(json_array_get(lack, 0)), 1);
	assert_int_equal(cert_nsid(json_array_get(lack, 1)), 3);
	assert_non_null(json_object_get(docs.seen, s.d.id.serial));
	json_decref(lack);
	docs_free(&docs);
}

static void
test_a_later_document_of_the_same(void **state)
{
	struct cli cli = { .lang = LANG_EN };
	struct docs docs;
	char err[512] = "";

	(void)state;
	if (evidence_open(file("evidence"), "st", &e, err, sizeof(err)))
		fail_msg("%s", err);
	becomes(1);
	begin();
	certify();
	evidence_close(&e);
	text_copy(s.c.dir, sizeof(s.c.dir), s.dir);
	assert_int_equal(docs_load(&cli, &s.c, &docs), 0);
	assert_int_equal(docs.n_loose, 0);
	docs_free(&docs);
}

static int
follow(void *ctx, const struct evidence_line *l)
{
	trail_follow(ctx, l);
	return 0;
}

/* The trail of namespace nsid, as far as the log goes. */
static struct trail *
trail_of(uint32_t nsid)
{
	struct trail *t = calloc(1, sizeof(*t));
	int fd = open(file("evidence/st.jsonl"), O_RDONLY | O_CLOEXEC);
	struct log_chain chain = { 0 };

	assert_non_null(t);
	assert_true(fd >= 0);
	becomes(nsid);
	t->of = s.d.id;
	t->nsid = identity_nsid(&s.d.scope);
	assert_int_equal(evidence_scan(fd, follow, t, &chain), 0);
	assert_int_equal(chain.fault, CHAIN_HOLDS);
	chain_free(&chain);
	close(fd);
	return t;
}

static void
test_each_goes_on_with_its_own(void **state)
{
	uint8_t receipt[3][DIGEST_LEN];
	struct trail *t;
	char err[512] = "";

	(void)state;
	if (evidence_open(file("evidence"), "st", &e, err, sizeof(err)))
		fail_msg("%s", err);
	for (uint32_t i = 1; i <= 2; i++) {
		becomes(i);
		begin();
		memcpy(receipt[i], s.consent.receipt, DIGEST_LEN);
	}
	evidence_close(&e);
	for (uint32_t i = 1; i <= 2; i++) {
		t = trail_of(i);
		assert_true(t->found && t->sound);
		assert_memory_equal(t->receipt, receipt[i], DIGEST_LEN);
		free(t);
	}
	t = trail_of(3);	/* one that was never begun */
	assert_false(t->found);
	free(t);
}

/* Nodes have other names after another start. */
static void
test_a_node_that_was_anothers(void **state)
{
	uint8_t receipt[DIGEST_LEN];
	struct trail *t;
	char err[512] = "";

	(void)state;
	if (evidence_open(file("evidence"), "st", &e, err, sizeof(err)))
		fail_msg("%s", err);
	becomes(1);
	begin();
	memcpy(receipt, s.consent.receipt, DIGEST_LEN);
	becomes(2);
	text_copy(s.d.path, sizeof(s.d.path), "/dev/nvme0n1");
	text_copy(s.p.path, sizeof(s.p.path), "/dev/nvme0n1");
	begin();
	evidence_close(&e);
	t = trail_of(1);
	assert_memory_equal(t->receipt, receipt, DIGEST_LEN);
	free(t);
	t = trail_of(2);
	assert_memory_equal(t->receipt, s.consent.receipt, DIGEST_LEN);
	free(t);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, sample_teardown)
	const struct CMUnitTest tests[] = {
		T(test_a_document_of_another_namespace),
		T(test_a_later_document_of_the_same),
		T(test_each_goes_on_with_its_own),
		T(test_a_node_that_was_anothers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
