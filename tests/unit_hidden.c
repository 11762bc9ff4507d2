/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: a storage controller behind which drives may hide is told, each kind
 * as what it is, and one whose drives are listed is not.
 *
 * The machine is a folder.
 */
#undef NDEBUG
#include "../drivers/machine.h"
#include "../src/hidden.h"
#include "../src/util.h"
#include "scratch.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define PCI "sys/bus/pci/devices"

static char root[SCRATCH_LEN];

static void
put(const char *where, const char *attr, const char *text)
{
	char path[512], *c;
	FILE *f;

	snprintf(path, sizeof(path), "%s/" PCI "/%s/%s", root, where, attr);
	for (c = path + strlen(root) + 1; (c = strchr(c, '/')); c++) {
		*c = '\0';
		if (mkdir(path, 0700) && errno != EEXIST)
			fail_msg("%s", path);
		*c = '/';
	}
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
}

static void
device(const char *where, const char *class, const char *vendor,
       const char *id, bool driven)
{
	put(where, "class", class);
	put(where, "vendor", vendor);
	put(where, "device", id);
	if (driven)
		put(where, "driver", "");
}

static int
setup(void **state)
{
	(void)state;
	return scratch_make(root);
}

static int
teardown(void **state)
{
	(void)state;
	return scratch_remove(root);
}

static struct hidden
one(enum hidden_kind kind)
{
	struct hidden h[4];
	size_t n;

	assert_int_equal(machine_hidden(root, h, 4, &n), 0);
	assert_int_equal(n, 1);
	assert_int_equal(h[0].kind, kind);
	return h[0];
}

static void
test_nothing_hides(void **state)
{
	struct hidden h[4];
	size_t n = 9;

	(void)state;
	assert_int_equal(machine_hidden(root, h, 4, &n), 0);
	assert_int_equal(n, 0);
	device("0000:00:17.0", "0x010601\n", "0x8086\n", "0xa352\n", true);
	put("0000:00:17.0", "remapped_nvme", "0\n");
	device("0000:01:00.0", "0x010802\n", "0x144d\n", "0xa80a\n", true);
	device("0000:02:00.0", "0x010400\n", "0x1000\n", "0x005d\n", true);
	device("0000:00:02.0", "0x030000\n", "0x8086\n", "0x9a49\n", false);
	device("10000:e0:06.0", "0x010400\n", "0x8086\n", "0x9a0b\n", true);
	assert_int_equal(machine_hidden(root, h, 4, &n), 0);
	assert_int_equal(n, 0);
}

static void
test_remapped_nvme(void **state)
{
	struct hidden h;

	(void)state;
	device("0000:00:17.0", "0x010601\n", "0x8086\n", "0xa353\n", true);
	put("0000:00:17.0", "remapped_nvme", "2\n");
	h = one(HIDDEN_REMAPPED);
	assert_int_equal(h.drives, 2);
	assert_string_equal(h.where, "0000:00:17.0");
	assert_string_equal(h.id, "8086:a353");
}

/* A controller in RAID mode that AHCI took shows its disks; what it remapped
 * still is not seen. */
static void
test_remapped_in_raid_mode(void **state)
{
	(void)state;
	device("0000:00:17.0", "0x010400\n", "0x8086\n", "0x2822\n", true);
	put("0000:00:17.0", "remapped_nvme", "1\n");
	one(HIDDEN_REMAPPED);
}

static void
test_vmd_without_its_driver(void **state)
{
	(void)state;
	device("0000:00:0e.0", "0x010400\n", "0x8086\n", "0x9a0b\n", false);
	one(HIDDEN_VMD);
}

static void
test_raid_that_nobody_drives(void **state)
{
	(void)state;
	device("0000:00:17.0", "0x010400\n", "0x8086\n", "0x2822\n", false);
	one(HIDDEN_RAID);
	/* the number alone makes no VMD: another maker's */
	device("0000:00:17.0", "0x010400\n", "0x1022\n", "0x9a0b\n", false);
	one(HIDDEN_RAID);
}

static void
test_any_controller_that_nobody_drives(void **state)
{
	(void)state;
	device("0000:03:00.0", "0x010700\n", "0x9005\n", "0x028f\n", false);
	one(HIDDEN_CONTROLLER);
}

static void
test_a_full_table_is_told(void **state)
{
	struct hidden h[1];
	size_t n;

	(void)state;
	device("0000:03:00.0", "0x010700\n", "0x9005\n", "0x028f\n", false);
	device("0000:04:00.0", "0x010700\n", "0x9005\n", "0x028f\n", false);
	assert_int_equal(machine_hidden(root, h, 1, &n), -ENOSPC);
	assert_int_equal(n, 1);
}

/* Every kind says in both languages what to do, and where. */
static void
test_words(void **state)
{
	struct hidden h = { .drives = 3, .where = "0000:00:17.0",
			    .id = "8086:a353" };
	char text[640];

	(void)state;
	for (int k = 0; k < HIDDEN_COUNT; k++) {
		for (int lang = LANG_JA; lang <= LANG_EN; lang++) {
			h.kind = (enum hidden_kind)k;
			hidden_text(&h, (enum lang)lang, text, sizeof(text));
			assert_non_null(strstr(text, "0000:00:17.0"));
			assert_non_null(strchr(text, '3'));
			assert_true(text_valid(text));
			assert_true(strlen(text) < sizeof(text) - 1);
		}
		assert_true(strlen(hidden_name((enum hidden_kind)k)) > 2);
	}
}

/* One light among those of two keyboards is enough. */
static void
test_caps_lock(void **state)
{
#define LIGHTS	"../../../class/leds"
	(void)state;
	assert_false(machine_caps_lock(root));
	put(LIGHTS, "input3::capslock/brightness", "0\n");
	put(LIGHTS, "input3::numlock/brightness", "1\n");
	assert_false(machine_caps_lock(root));
	put(LIGHTS, "input7::capslock/brightness", "1\n");
	assert_true(machine_caps_lock(root));
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_nothing_hides), T(test_remapped_nvme),
		T(test_remapped_in_raid_mode), T(test_vmd_without_its_driver),
		T(test_raid_that_nobody_drives),
		T(test_any_controller_that_nobody_drives),
		T(test_a_full_table_is_told), T(test_words), T(test_caps_lock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
