/* SPDX-License-Identifier: Apache-2.0 */
/* Claim: the strongest methods that a drive really offers are planned in their
 * order, each stronger one that is not has its reason, and no level is claimed
 * that its evidence could not bear. */
#undef NDEBUG
#include "../src/massho.h"
#include "../src/util.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sample.h"

static bool
says(const struct reasons *rs, enum reason_code code, const char *arg)
{
	for (uint32_t i = 0; i < rs->n; i++)
		if (rs->r[i].code == code &&
		    (!arg || !strcmp(rs->r[i].arg, arg)))
			return true;
	return false;
}

/* "mark;0 sanitize-block;0 prove;1 overwrite": steps with their attempts. */
static void
spell(const struct plan *p, char *out, size_t len)
{
	size_t at = 0;

	out[0] = '\0';
	for (uint32_t i = 0; i < p->n_steps; i++) {
		const struct step *s = &p->steps[i];
		const char *name = s->kind == STEP_FIRMWARE ?
			method_name(s->method) : step_name(s->kind);
		char no[16] = "";

		if (s->kind >= STEP_FIRMWARE && s->kind < STEP_SIGNATURES)
			snprintf(no, sizeof(no), "%u ", s->attempt);
		at += (size_t)snprintf(out + at, len - at, "%s%s%s",
				       i ? ";" : "", no, name);
		assert_true(at < len);
	}
}

static struct plan
plans(const struct drive *d, const struct request *rq, const char *want)
{
	struct plan p = make(d, rq);
	char text[2048];

	spell(&p, text, sizeof(text));
	assert_string_equal(text, want);
	assert_int_equal(p.refusals.n, 0);
	assert_int_equal(p.level, p.attempts[0].level);
	assert_int_equal(p.method, p.attempts[0].method);
	assert_memory_equal(&p.level_reasons, &p.attempts[0].level_reasons,
			    sizeof(p.level_reasons));
	for (uint32_t i = 1; i < p.n_attempts; i++)
		assert_true(p.attempts[i].level <= p.attempts[i - 1].level);
	return p;
}

static const struct passed_over *
passed(const struct plan *p, enum method m)
{
	for (uint32_t i = 0; i < p->n_passed; i++)
		if (p->passed[i].method == m)
			return &p->passed[i];
	return NULL;
}

static void
is_passed(const struct plan *p, enum method m, enum reason_code code)
{
	const struct passed_over *o = passed(p, m);

	assert_non_null(o);
	assert_int_equal(o ? o->why.code : REASON_UNKNOWN, code);
}

static struct request
by(const char *method)
{
	struct request rq = { 0 };

	text_copy(rq.method, sizeof(rq.method), method);
	return rq;
}

static void
flash_is_purged_by_crypto_then_block(void **state)
{
	struct drive d = ssd("ata");
	struct request rq = { 0 };
	struct plan p = plans(&d, &rq,
		"mark;0 sanitize-crypto;mark-again;0 sanitize-block;0 prove;"
		"mark-again;1 sanitize-crypto;"
		"mark-again;1 sanitize-overwrite;1 prove;mark-again;"
		"2 security-erase-enhanced;2 prove;"
		"3 overwrite;3 verify;signatures");

	(void)state;
	assert_int_equal(p.level, LEVEL_PURGE);
	assert_int_equal(p.method, METHOD_SANITIZE_BLOCK);
	assert_int_equal(p.n_passed, 0);
	assert_true(p.steps[0].marks);
	assert_int_equal(p.steps[3].method, METHOD_SANITIZE_BLOCK);
	assert_int_equal(p.steps[11].password, PASSWORD_MASSHO);
	assert_int_equal(p.attempts[2].level, LEVEL_CLEAR);
	assert_true(says(&p.attempts[2].level_reasons,
			 REASON_POLICY_LOWERED, "purge/clear"));
	assert_true(says(&p.attempts[2].level_reasons, REASON_SECURITY_CLEAR,
			 NULL));
	assert_false(says(&p.level_reasons, REASON_POLICY_LOWERED, NULL));
	assert_string_equal(p.driver, "ata");
}

static void
nvme_falls_to_format_before_overwriting(void **state)
{
	struct drive d = ssd("nvme");
	struct request rq = { 0 };
	struct plan p;

	(void)state;
	plans(&d, &rq,
	      "mark;0 sanitize-crypto;mark-again;0 sanitize-block;0 prove;"
	      "mark-again;1 sanitize-crypto;"
	      "mark-again;1 sanitize-overwrite;1 prove;mark-again;"
	      "2 format;2 prove;3 overwrite;3 verify;signatures");
	deny(&d, METHOD_SANITIZE_CRYPTO, REASON_NOT_SUPPORTED);
	deny(&d, METHOD_SANITIZE_BLOCK, REASON_KNOWN_BAD);
	deny(&d, METHOD_SANITIZE_OVERWRITE, REASON_NOT_SUPPORTED);
	p = plans(&d, &rq, "mark;0 format;0 prove;mark-again;"
		  "1 format-crypto;1 prove;"
		  "2 overwrite;2 verify;signatures");
	assert_int_equal(p.level, LEVEL_CLEAR);
	assert_true(says(&p.level_reasons, REASON_FORMAT_CLEAR, NULL));
	assert_int_equal(p.level_reasons.r[0].code, REASON_POLICY_LOWERED);
	assert_int_equal(p.n_passed, 3);
	is_passed(&p, METHOD_SANITIZE_BLOCK, REASON_KNOWN_BAD);
	is_passed(&p, METHOD_SANITIZE_CRYPTO, REASON_NOT_SUPPORTED);
}

static void
a_disk_is_sanitized_by_overwriting(void **state)
{
	struct drive d = ssd("ata");
	struct request rq = { 0 };
	struct plan p;

	(void)state;
	d.medium = MEDIUM_ROTATING;
	deny(&d, METHOD_SANITIZE_CRYPTO, REASON_NOT_SUPPORTED);
	deny(&d, METHOD_SANITIZE_BLOCK, REASON_NOT_SUPPORTED);
	p = plans(&d, &rq, "mark;0 sanitize-overwrite;0 prove;mark-again;"
		  "1 security-erase-enhanced;1 prove;"
		  "2 overwrite;2 verify;signatures");
	assert_int_equal(p.level, LEVEL_PURGE);
	assert_int_equal(p.attempts[1].level, LEVEL_PURGE);
	assert_int_equal(p.n_passed, 1);
	is_passed(&p, METHOD_SANITIZE_CRYPTO, REASON_NOT_SUPPORTED);
	for (int i = 1; i <= 2; i++) {
		assert_int_equal(p.steps[i].pass.kind, PASS_FILL);
		assert_int_equal(p.steps[i].pass.len, 4);
	}
	assert_int_equal(p.steps[3].pass.kind, PASS_NONE);
}

/* Overwriting comes last even where weaker commands are to be had. */
static void
weaker_commands_are_used_only_by_name(void **state)
{
	struct drive d = ssd("ata");
	struct request rq = { 0 };
	struct plan p;

	(void)state;
	d.medium = MEDIUM_ROTATING;
	for (int m = METHOD_SECURITY_ERASE_ENHANCED; m < METHOD_COUNT; m++)
		deny(&d, (enum method)m, REASON_NOT_SUPPORTED);
	plans(&d, &rq, "0 overwrite;0 verify;signatures");
	rq = by("security-erase");
	p = plans(&d, &rq, "mark;0 security-erase;0 prove;signatures");
	assert_int_equal(p.level, LEVEL_CLEAR);
	assert_true(says(&p.level_reasons, REASON_SECURITY_CLEAR, NULL));
	d.offers[METHOD_OVERWRITE].offered = false;
	rq = by("");
	plans(&d, &rq, "mark;0 security-erase;0 prove;signatures");
}

static void
a_named_method_is_the_only_one(void **state)
{
	struct drive d = ssd("ata");
	struct request rq = by("sanitize-crypto");
	struct plan p = plans(&d, &rq,
			      "mark;0 sanitize-crypto;0 prove;signatures");

	(void)state;
	assert_int_equal(p.level, LEVEL_CLEAR);
	assert_true(says(&p.level_reasons, REASON_CRYPTO_ALONE, NULL));
	is_passed(&p, METHOD_SANITIZE_BLOCK, REASON_METHOD_CHOSEN);
	assert_string_equal(passed(&p, METHOD_SANITIZE_BLOCK)->why.arg,
			    "sanitize-crypto");
	rq = by("overwrite");
	plans(&d, &rq, "0 overwrite;0 verify;signatures");

	deny(&d, METHOD_SANITIZE_CRYPTO, REASON_FROZEN);
	rq = by("sanitize-crypto");
	p = make(&d, &rq);
	assert_true(says(&p.refusals, REASON_FROZEN, NULL));
	assert_int_equal(p.n_steps, 0);
	rq = by("format");
	p = make(&d, &rq);
	assert_true(says(&p.refusals, REASON_NOT_SUPPORTED, "format"));
	rq = by("security-erase");
	text_copy(rq.policy, sizeof(rq.policy), "purge");
	p = make(&d, &rq);
	assert_true(says(&p.refusals, REASON_LEVEL_UNREACHABLE,
			 "purge/clear"));
}

static void
a_policy_of_overwriting_sends_no_command(void **state)
{
	struct drive d = ssd("ata");

	(void)state;
	for (size_t i = 0; i < n_policies; i++) {
		struct request rq = policy(policies[i].name);
		struct plan p = make(&d, &rq);

		if (policies[i].firmware || p.refusals.n)
			continue;
		for (uint32_t k = 0; k < p.n_steps; k++)
			assert_true(p.steps[k].kind >= STEP_OVERWRITE);
		is_passed(&p, METHOD_SANITIZE_BLOCK,
			  REASON_POLICY_OVERWRITES);
		text_copy(rq.method, sizeof(rq.method), "sanitize-block");
		p = make(&d, &rq);
		assert_true(says(&p.refusals, REASON_POLICY_OVERWRITES,
				 NULL));
	}
}

static void
purge_takes_nothing_less(void **state)
{
	struct drive d = ssd("ata");
	struct request rq = policy("purge");
	struct plan p;

	(void)state;
	plans(&d, &rq, "mark;0 sanitize-crypto;mark-again;0 sanitize-block;"
	      "0 prove;mark-again;1 sanitize-crypto;mark-again;"
	      "1 sanitize-overwrite;1 prove;signatures");
	deny(&d, METHOD_SANITIZE_BLOCK, REASON_SANITIZE_FROZEN);
	deny(&d, METHOD_SANITIZE_OVERWRITE, REASON_SANITIZE_FROZEN);
	p = make(&d, &rq);
	assert_true(says(&p.refusals, REASON_LEVEL_UNREACHABLE,
			 "purge/clear"));
	is_passed(&p, METHOD_SANITIZE_BLOCK, REASON_SANITIZE_FROZEN);
	assert_string_equal(p.token, "");
}

static void
what_is_hidden_is_opened_first(void **state)
{
	struct drive d = ssd("ata");
	struct request rq = by("security-erase");
	struct plan p;

	(void)state;
	d.areas.hpa = ANSWER_YES;
	d.areas.native = d.id.size + 1024 * MB;
	d.areas.dco = d.areas.native;
	p = plans(&d, &rq, "expose;mark;0 security-erase;0 prove;signatures");
	assert_int_equal(p.size_full, d.areas.native);
	for (uint32_t i = 0; i < p.n_steps; i++)
		assert_int_equal(p.steps[i].len, p.size_full);
	d.areas.native = d.id.size + 100;	/* no whole blocks */
	d.areas.dco = 0;
	p = make(&d, &rq);
	assert_int_equal(p.size_full, d.id.size);
	d.areas.native = d.id.size / 2;		/* nonsense */
	p = make(&d, &rq);
	assert_int_equal(p.size_full, d.id.size);
}

static void
what_is_not_known_is_said(void **state)
{
	struct drive d = ssd("ata");
	struct request rq = by("security-erase");
	struct plan p;

	(void)state;
	d.areas.dco_set = ANSWER_UNKNOWN;
	d.health.reallocated.n = 12;
	p = make(&d, &rq);
	assert_true(says(&p.level_reasons, REASON_HIDDEN_UNKNOWN, NULL));
	assert_true(says(&p.level_reasons, REASON_REALLOCATED, "12"));
	rq = by("sanitize-block");	/* reaches both */
	p = make(&d, &rq);
	assert_false(says(&p.level_reasons, REASON_HIDDEN_UNKNOWN, NULL));
	assert_false(says(&p.level_reasons, REASON_REALLOCATED, NULL));
	d = ssd("nvme");
	d.scope.rpmb = d.scope.boot_partitions = ANSWER_YES;
	p = make(&d, &rq);
	assert_int_equal(p.level, LEVEL_PURGE);
	assert_true(says(&p.level_reasons, REASON_NOT_REACHED,
			 "RPMB, boot partitions"));
	rq = by("format");
	d.scope.unallocated = (struct count){ true, 4096 };
	p = make(&d, &rq);
	assert_true(says(&p.level_reasons, REASON_NOT_REACHED,
			 "unallocated capacity, RPMB, boot partitions"));
}

static void
an_interrupted_erasure_is_taken_up(void **state)
{
	struct drive d = ssd("ata");
	struct request rq = by("sanitize-block");
	struct plan p;

	(void)state;
	d.sanitize.state = SANITIZE_RUNNING;
	plans(&d, &rq, "ready;mark;0 sanitize-block;0 prove;signatures");
	d.sanitize.state = SANITIZE_FAILED;
	/* out of its failure mode it may be readable again */
	plans(&d, &rq, "ready;mark;0 sanitize-block;0 prove;signatures");
	d = ssd("ata");
	d.lock.enabled = d.lock.locked = ANSWER_YES;
	rq = by("security-erase");
	p = plans(&d, &rq, "unlock;mark;0 security-erase;0 prove;signatures");
	assert_int_equal(p.steps[0].password, PASSWORD_MASSHO);
	assert_false(says(&p.level_reasons, REASON_NO_PROOF, NULL));
	rq.unlock = PASSWORD_HDPARM;
	p = make(&d, &rq);
	assert_int_equal(p.steps[0].password, PASSWORD_HDPARM);
	assert_int_equal(p.steps[2].password, PASSWORD_MASSHO);
}

/* Five wrong passwords are all that a drive takes. */
static void
no_password_is_tried_that_is_not_needed(void **state)
{
	struct drive d = ssd("ata");
	struct request rq = by("sanitize-block");
	struct plan p;

	(void)state;
	d.lock.enabled = d.lock.locked = d.lock.expired = ANSWER_YES;
	p = plans(&d, &rq, "0 sanitize-block;0 prove;signatures");
	assert_true(says(&p.level_reasons, REASON_NO_PROOF, NULL));
	d = ssd("ata");
	d.lock.enabled = ANSWER_YES;
	text_copy(d.bridge.name, sizeof(d.bridge.name), "152d:0578 uas");
	d.bridge.identity = ANSWER_YES;
	plans(&d, &rq, "mark;0 sanitize-block;0 prove;signatures");
}

static void
a_lock_that_cannot_be_tried_refuses(void **state)
{
	struct drive d = ssd("ata");
	struct request rq = { 0 };
	struct plan p;

	(void)state;
	d.lock.enabled = d.lock.locked = d.lock.frozen = ANSWER_YES;
	p = make(&d, &rq);
	assert_true(says(&p.refusals, REASON_FROZEN, NULL));
	d.lock.frozen = ANSWER_NO;
	d.lock.expired = ANSWER_YES;
	p = make(&d, &rq);
	assert_true(says(&p.refusals, REASON_COUNT_EXPIRED, NULL));
	/* opened by the BIOS and then frozen: sanitize still works */
	d.lock.locked = d.lock.expired = ANSWER_NO;
	d.lock.frozen = ANSWER_YES;
	rq = by("sanitize-block");
	plans(&d, &rq, "mark;0 sanitize-block;0 prove;signatures");
}

static void
other_namespaces_are_named_and_guarded(void **state)
{
	struct drive d = ssd("nvme");
	struct request rq = by("sanitize-block");
	uint8_t digest[DIGEST_LEN];
	struct plan p;

	(void)state;
	d.scope.n_spaces = 2;
	d.scope.spaces[0] = (struct space){ .nsid = 1, .self = true };
	d.scope.spaces[1] = (struct space){ .nsid = 2, .node = "nvme0n2",
					    .size = 64 * GB };
	text_copy(d.scope.controller_ids, IDS_LEN, "0, 3");
	p = make(&d, &rq);
	assert_int_equal(p.n_spaces, 0);	/* not shared */
	assert_string_equal(p.controllers, "0, 3");
	memcpy(digest, p.digest, DIGEST_LEN);
	text_copy(d.scope.controller_ids, IDS_LEN, "0, 4");
	p = make(&d, &rq);
	assert_memory_not_equal(digest, p.digest, DIGEST_LEN);
	for (int m = METHOD_FORMAT; m < METHOD_COUNT; m++)
		d.offers[m].shared = true;
	p = make(&d, &rq);
	assert_int_equal(p.n_spaces, 1);
	assert_int_equal(p.spaces[0].nsid, 2);
	text_copy(d.scope.spaces[1].used_by, 160, "/mnt");
	p = make(&d, &rq);
	assert_true(says(&p.refusals, REASON_SPACE_IN_USE, "nvme0n2: /mnt"));
	rq = by("");
	p = plans(&d, &rq, "0 overwrite;0 verify;signatures");
	assert_int_equal(p.n_spaces, 0);
	is_passed(&p, METHOD_SANITIZE_BLOCK, REASON_SPACE_IN_USE);
	is_passed(&p, METHOD_FORMAT, REASON_SPACE_IN_USE);
}

static void
virtual_drives_and_volumes_keep_their_commands(void **state)
{
	struct drive d = ssd("nvme");
	struct request rq = { 0 };
	struct plan p;

	(void)state;
	d.virtual_ = true;
	p = plans(&d, &rq, "0 overwrite;0 verify;signatures");
	is_passed(&p, METHOD_SANITIZE_BLOCK, REASON_VIRTUAL_DRIVE);
	rq = by("format");
	p = make(&d, &rq);
	assert_true(says(&p.refusals, REASON_VIRTUAL_DRIVE, d.id.model));
	rq = by("sanitize-block");
	rq.allow_virtual = true;
	p = plans(&d, &rq, "mark;0 sanitize-block;0 prove;signatures");
	assert_int_equal(p.level, LEVEL_CLEAR);
	assert_true(says(&p.level_reasons, REASON_VIRTUAL_DRIVE, NULL));
	d = ssd("scsi");
	d.transport = TRANSPORT_RAID;
	rq = by("format");
	p = make(&d, &rq);
	assert_true(says(&p.refusals, REASON_RAID_VOLUME, d.id.model));
	rq.allow_virtual = true;
	p = make(&d, &rq);
	assert_true(says(&p.level_reasons, REASON_RAID_VOLUME, NULL));
}

static void
a_bridge_that_is_not_proven_lowers_the_level(void **state)
{
	struct drive d = ssd("ata");
	struct request rq = by("sanitize-block");
	struct plan p;

	(void)state;
	d.transport = TRANSPORT_USB;
	text_copy(d.bridge.name, sizeof(d.bridge.name), "152d:0578 uas");
	p = make(&d, &rq);
	assert_int_equal(p.level, LEVEL_CLEAR);
	assert_true(says(&p.level_reasons, REASON_USB_IDENTITY, NULL));
	d.bridge.identity = ANSWER_YES;
	p = make(&d, &rq);
	assert_int_equal(p.level, LEVEL_PURGE);
	assert_false(says(&p.level_reasons, REASON_USB_IDENTITY, NULL));
}

static void
proof_is_by_sample_unless_asked(void **state)
{
	static const struct {
		uint64_t size;
		enum verify_mode mode;
		uint32_t ppm_min, ppm_max;
	} rows[] = {
		{ 512 * MB, VERIFY_FULL, 1000000, 1000000 },
		{ 128 * GB, VERIFY_SAMPLE, 7813, 7900 },
		{ 1000 * GB, VERIFY_SAMPLE, 1000, 1001 },
		{ 20000 * GB, VERIFY_SAMPLE, 1000, 1000 },
	};
	struct drive d = ssd("ata");
	struct request rq = by("sanitize-block");
	struct plan p;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		d.id.size = rows[i].size;
		p = make(&d, &rq);
		assert_int_equal(p.steps[2].kind, STEP_PROVE);
		assert_int_equal(p.steps[2].how.mode, rows[i].mode);
		assert_in_range(p.steps[2].how.share_ppm, rows[i].ppm_min,
				rows[i].ppm_max);
		assert_int_equal(says(&p.level_reasons, REASON_SAMPLED, NULL),
				 rows[i].mode == VERIFY_SAMPLE);
		assert_true(p.steps[2].est_s < 120);
	}
	rq.verify_set = true;
	rq.verify = (struct verify_how){ VERIFY_FULL, 0 };
	p = make(&d, &rq);
	assert_int_equal(p.steps[2].how.mode, VERIFY_FULL);
	assert_int_equal(p.steps[2].how.share_ppm, 1000000);
	rq.no_marks = true;
	p = make(&d, &rq);
	assert_int_equal(p.steps[0].kind, STEP_MARK);
	assert_false(p.steps[0].marks);
}

/* Whatever a drive offers, on whatever it is. */
static void
no_level_exceeds_its_evidence(void **state)
{
	(void)state;
	for (int medium = 0; medium < MEDIUM_COUNT; medium++)
	for (int t = 0; t < TRANSPORT_COUNT; t++)
	for (int set = 0; set < 512; set++)
	for (int virt = 0; virt < 2; virt++) {
		struct drive d = ssd("ata");
		struct request rq = { .allow_virtual = true,
				      .allow_network = true };
		struct plan p;

		d.medium = (enum medium)medium;
		d.transport = (enum transport)t;
		d.virtual_ = virt;
		for (int m = METHOD_OVERWRITE; m < METHOD_COUNT; m++)
			d.offers[m].offered = set & 1 << m;
		p = make(&d, &rq);
		assert_int_equal(!p.refusals.n, p.level != LEVEL_NONE);
		assert_true(p.n_steps <= STEPS_MAX);
		for (uint32_t i = 0; i < p.n_attempts; i++) {
			const struct attempt *a = &p.attempts[i];

			assert_true(d.offers[a->method].offered);
			if (a->level < LEVEL_PURGE)
				assert_true(a->level_reasons.n > 0);
			if (medium != MEDIUM_ROTATING &&
			    medium != MEDIUM_FLASH)
				assert_true(a->level < LEVEL_PURGE);
			if (virt || t == TRANSPORT_USB || t == TRANSPORT_RAID ||
			    a->method < METHOD_SECURITY_ERASE_ENHANCED ||
			    a->method == METHOD_SANITIZE_CRYPTO)
				assert_true(a->level < LEVEL_PURGE);
		}
	}
}

static void
estimates_are_the_drives_own(void **state)
{
	struct drive d = ssd("ata");
	struct request rq = by("sanitize-overwrite");
	struct plan p;

	(void)state;
	p = make(&d, &rq);
	assert_int_equal(p.steps[1].est_s, 1500 * GB / (400 * MB));
	d.offers[METHOD_SANITIZE_OVERWRITE].est_s = 7200;
	p = make(&d, &rq);
	assert_int_equal(p.steps[1].est_s, 7200);
	assert_true(p.est_s > 7200 && p.est_s < 7300);
	rq = by("");		/* later attempts do not count */
	p = make(&d, &rq);
	assert_true(p.est_s < 600);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(flash_is_purged_by_crypto_then_block),
		cmocka_unit_test(nvme_falls_to_format_before_overwriting),
		cmocka_unit_test(a_disk_is_sanitized_by_overwriting),
		cmocka_unit_test(weaker_commands_are_used_only_by_name),
		cmocka_unit_test(a_named_method_is_the_only_one),
		cmocka_unit_test(a_policy_of_overwriting_sends_no_command),
		cmocka_unit_test(purge_takes_nothing_less),
		cmocka_unit_test(what_is_hidden_is_opened_first),
		cmocka_unit_test(what_is_not_known_is_said),
		cmocka_unit_test(an_interrupted_erasure_is_taken_up),
		cmocka_unit_test(no_password_is_tried_that_is_not_needed),
		cmocka_unit_test(a_lock_that_cannot_be_tried_refuses),
		cmocka_unit_test(other_namespaces_are_named_and_guarded),
		cmocka_unit_test(
			virtual_drives_and_volumes_keep_their_commands),
		cmocka_unit_test(a_bridge_that_is_not_proven_lowers_the_level),
		cmocka_unit_test(proof_is_by_sample_unless_asked),
		cmocka_unit_test(no_level_exceeds_its_evidence),
		cmocka_unit_test(estimates_are_the_drives_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
