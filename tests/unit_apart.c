/* SPDX-License-Identifier: Apache-2.0 */
/* Those who look at drives: sent early, asked later, and for those drives only.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "../src/probe.h"
#include "../src/util.h"
#include "emu/emu.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MIB	(1ULL << 20)

static char paths[3][PATH_LEN];
static int forgotten[2];

/* Two drives of different sizes, and one that is not there. */
static int
set_up(void **state)
{
	(void)state;
	if (pipe(forgotten))
		return -1;
	for (size_t i = 0; i < 3; i++) {
		snprintf(paths[i], PATH_LEN, "/dev/emu%zu", i);
		if (i < 2 && !emu_add(paths[i], (i + 1) * MIB, 512))
			return -1;
	}
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	emu_reset();
	return 0;
}

/* In the process that looks. */
static void
forget(void *ctx)
{
	(void)!write(forgotten[1], ctx, 1);
}

static void
test_answers_come_in_order(void **state)
{
	struct drive *d = calloc(3, sizeof(*d));
	bool hung[3] = { true, true, true };
	struct apart *a = NULL;
	static char other[3][PATH_LEN];
	char heard[8] = "";
	size_t n = 9;

	(void)state;
	assert_non_null(d);
	assert_int_equal(probe_apart_begin(paths, 3, false, forget, "x", &a),
			 0);
	assert_true(probe_apart_same(a, paths, 3));
	/* what is there only now was not looked at then */
	assert_false(probe_apart_same(a, paths, 2));
	memcpy(other, paths, sizeof(paths));
	other[2][0] = '.';
	assert_false(probe_apart_same(a, other, 3));
	probe_apart_end(&a, NULL, NULL, d, hung, &n);
	assert_null(a);
	assert_int_equal(n, 2);		/* the third is gone, not hung */
	for (size_t i = 0; i < n; i++) {
		assert_false(hung[i]);
		assert_string_equal(d[i].path, paths[i]);
		assert_int_equal(d[i].id.size, (i + 1) * MIB);
	}
	assert_int_equal(read(forgotten[0], heard, sizeof(heard)), 3);
	free(d);
}

static bool
no_longer(void *ctx, size_t left)
{
	(void)ctx;
	(void)left;
	return false;
}

/* Nothing is known of who was not waited for, and that is said. */
static void
test_no_answer_is_no_drive(void **state)
{
	struct drive *d = calloc(1, sizeof(*d));
	struct apart *a = NULL;
	bool hung[1] = { false };
	size_t n = 0;

	(void)state;
	assert_non_null(d);
	assert_int_equal(probe_apart_begin(paths, 1, false, NULL, NULL, &a), 0);
	probe_apart_end(&a, no_longer, NULL, d, hung, &n);
	assert_int_equal(n, 1);
	assert_true(hung[0]);
	assert_string_equal(d->path, paths[0]);
	assert_int_equal(d->id.size, 0);
	assert_false(d->uses_known);
	free(d);
}

static void
test_nobody_waits(void **state)
{
	struct apart *a = NULL;

	(void)state;
	assert_false(probe_apart_same(NULL, paths, 0));
	assert_int_equal(probe_apart_begin(paths, 2, false, NULL, NULL, &a), 0);
	probe_apart_drop(&a);
	assert_null(a);
	probe_apart_drop(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answers_come_in_order),
		cmocka_unit_test(test_no_answer_is_no_drive),
		cmocka_unit_test(test_nobody_waits),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
