/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An NVMe drive is known by its own words, and what a command would erase with
 * it is known as a whole or not at all.
 */
#undef NDEBUG
#include "nvme_script.h"

/* ---- identify ----------------------------------------------------------- */

static void
identified(struct wire *w, struct drive *d)
{
	*d = (struct drive){ 0 };
	assert_int_equal(nvme_driver.identify(w, d), 0);
	assert_int_equal(w->n_sanitize + w->n_format, 0);
}

static void
the_drive_itself_is_asked(void **state)
{
	struct wire *w = a_drive();
	struct drive d;

	(void)state;
	identified(w, &d);
	assert_string_equal(d.id.serial, "SN1");
	assert_string_equal(d.id.model, "Example");
	assert_int_equal(d.areas.hpa, ANSWER_NO);
	assert_int_equal(d.areas.current, SIZE);
	assert_int_equal(d.sanitize.state, SANITIZE_NEVER);
	assert_int_equal(d.scope.n_spaces, 1);
	assert_true(d.scope.spaces[0].self && d.scope.spaces[0].attached);
	assert_true(d.scope.controllers.known && d.scope.controllers.n == 1);
	assert_true(d.offers[METHOD_SANITIZE_BLOCK].offered);
	assert_true(d.offers[METHOD_FORMAT].offered);
	assert_true(d.offers[METHOD_OVERWRITE].offered);
	/* kernel and drive disagree about the size */
	put(w->ns.nsze, 8, SIZE / 4096 + 1);
	identified(w, &d);
	assert_int_equal(d.areas.hpa, ANSWER_UNKNOWN);
	end(w);
}

static void
a_locked_drive_offers_nothing(void **state)
{
	struct wire *w = a_drive();
	struct drive d;

	(void)state;
	put(w->ctrl.oacs, 2, NVME_OACS_FORMAT | NVME_OACS_SECURITY);
	identified(w, &d);
	assert_true(d.offers[METHOD_FORMAT].offered);
	w->tcg = NVME_TCG_LOCKED;
	identified(w, &d);
	assert_int_equal(d.offers[METHOD_FORMAT].why.code, REASON_TCG_LOCKED);
	assert_int_equal(d.offers[METHOD_SANITIZE_CRYPTO].why.code,
			 REASON_TCG_LOCKED);
	end(w);
}

/* Namespaces without a node, of other controllers, and too many of them. */
static void
the_scope_is_whole_or_unknown(void **state)
{
	struct wire *w = a_drive();
	struct drive d;
	unsigned int i;

	(void)state;
	put(w->ctrl.oacs, 2, NVME_OACS_FORMAT | NVME_OACS_NAMESPACES);
	put(w->ctrl.unvmcap, 16, 4096);
	w->ctrl.cmic = NVME_CMIC_CONTROLLERS;
	w->controllers = 2;
	w->allocated[1] = 5;
	identified(w, &d);
	assert_int_equal(d.scope.n_spaces, 2);
	assert_int_equal(d.scope.spaces[1].nsid, 5);
	assert_false(d.scope.spaces[1].attached);
	assert_true(d.scope.controllers.known && d.scope.controllers.n == 2);
	assert_string_equal(d.scope.controller_ids, "0, 1");
	assert_true(d.scope.unallocated.known &&
		    d.scope.unallocated.n == 4096);
	assert_true(d.offers[METHOD_SANITIZE_BLOCK].offered);

	for (i = 0; i < SPACES; i++)
		w->allocated[i] = i + 1;
	identified(w, &d);
	assert_int_equal(d.scope.n_spaces, SPACES_MAX);
	assert_int_equal(d.offers[METHOD_SANITIZE_BLOCK].why.code,
			 REASON_GUARD_BLIND);
	assert_true(d.offers[METHOD_FORMAT].offered);	/* this one's own */

	/* two controllers, and no list of what the other one has */
	put(w->ctrl.oacs, 2, NVME_OACS_FORMAT);
	identified(w, &d);
	assert_int_equal(d.offers[METHOD_SANITIZE_BLOCK].why.code,
			 REASON_GUARD_BLIND);
	/* a list that makes no sense */
	w->ctrl.cmic = 0;
	w->active[1] = 1;
	identified(w, &d);
	assert_int_equal(d.offers[METHOD_SANITIZE_BLOCK].why.code,
			 REASON_GUARD_BLIND);
	end(w);
}

/* What cannot be followed to its end is not begun. */
static void
the_sanitize_log_decides_what_is_offered(void **state)
{
	struct wire *w = a_drive();
	struct drive d;

	(void)state;
	w->log_status = NVME_INVALID_LOG;
	identified(w, &d);
	assert_int_equal(d.sanitize.state, SANITIZE_UNKNOWN);
	assert_int_equal(d.offers[METHOD_SANITIZE_BLOCK].why.code,
			 REASON_NO_STATUS);
	assert_true(d.offers[METHOD_FORMAT].offered);
	w->log_status = 0;
	w->short_log = true;		/* of 1.3 */
	put(w->log.sstat, 2, 2);
	put(w->log.sprog, 2, 0x8000);
	identified(w, &d);
	assert_int_equal(d.sanitize.state, SANITIZE_RUNNING);
	assert_int_equal(d.sanitize.permille, 500);
	assert_true(d.offers[METHOD_SANITIZE_BLOCK].offered);
	end(w);
}

static void
what_no_erase_reaches(void **state)
{
	struct wire *w = a_drive();
	struct drive d;

	(void)state;
	identified(w, &d);
	assert_int_equal(d.scope.rpmb, ANSWER_NO);
	assert_int_equal(d.scope.boot_partitions, ANSWER_UNKNOWN);
	assert_int_equal(d.scope.pmr, ANSWER_UNKNOWN);
	put(w->ctrl.rpmbs, 4, 1);
	w->ctrl.bpcap = 1;
	put(w->ctrl.ver, 4, NVME_VER(1, 2));
	identified(w, &d);
	assert_int_equal(d.scope.rpmb, ANSWER_YES);
	assert_int_equal(d.scope.boot_partitions, ANSWER_YES);
	assert_int_equal(d.scope.pmr, ANSWER_NO);
	w->ctrl.bpcap = 0;
	identified(w, &d);
	assert_int_equal(d.scope.boot_partitions, ANSWER_NO);
	end(w);
}

/* By its node, so that the operator finds it. */
static void
a_protected_namespace_is_named(void **state)
{
	struct wire *w = a_drive();
	struct drive d;

	(void)state;
	w->ns.nsattr = NVME_NSATTR_PROTECTED;
	identified(w, &d);
	assert_true(d.read_only);
	assert_int_equal(d.offers[METHOD_SANITIZE_BLOCK].why.code,
			 REASON_WRITE_PROTECTED);
	assert_string_equal(d.offers[METHOD_SANITIZE_BLOCK].why.arg,
			    "nvme0n1");
	end(w);
}

static void
which_is_self_must_be_known(void **state)
{
	struct wire *w = a_drive();
	struct drive d;

	(void)state;
	w->kernel_spaces = 0;		/* the only one it can be */
	identified(w, &d);
	assert_true(d.scope.spaces[0].self);
	assert_true(d.offers[METHOD_FORMAT].offered);
	w->active[1] = 2;
	identified(w, &d);
	assert_false(d.offers[METHOD_FORMAT].offered);
	assert_false(d.offers[METHOD_SANITIZE_BLOCK].offered);
	assert_true(d.offers[METHOD_OVERWRITE].offered);
	end(w);
}

static void
who_may_not_ask(void **state)
{
	struct wire *w = a_drive();
	struct drive d = { 0 };
	unsigned int m;

	(void)state;
	w->identify_err = -EACCES;
	identified(w, &d);
	assert_string_equal(d.id.serial, "kernel's");
	for (m = METHOD_NONE + 1; m < METHOD_COUNT; m++)
		assert_int_equal(d.offers[m].offered, m == METHOD_OVERWRITE);
	w->identify_err = -ENODEV;
	assert_int_equal(nvme_driver.identify(w, &d), -ENODEV);
	end(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_drive_itself_is_asked),
		cmocka_unit_test(a_locked_drive_offers_nothing),
		cmocka_unit_test(the_scope_is_whole_or_unknown),
		cmocka_unit_test(the_sanitize_log_decides_what_is_offered),
		cmocka_unit_test(what_no_erase_reaches),
		cmocka_unit_test(a_protected_namespace_is_named),
		cmocka_unit_test(which_is_self_must_be_known),
		cmocka_unit_test(who_may_not_ask),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
