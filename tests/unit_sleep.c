/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: a machine is put to sleep only if it cuts the power of its drives,
 * wakes by itself and loses nothing meanwhile; each reason against it is told;
 * and a machine that did not sleep is not said to have slept.
 *
 * The machine is a folder.  Nothing here can reach the real one.
 */
#undef NDEBUG
#include "../drivers/driver.h"
#include "../src/util.h"
#include "scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <errno.h>
#include <string.h>

#include <cmocka.h>

#define USB "/sys/devices/usb1/1-1"

static char root[SCRATCH_LEN];
static char why[160];

static const char *
at(const char *path)
{
	static char full[512];

	snprintf(full, sizeof(full), "%s%s", root, path);
	return full;
}

static void
put(const char *path, const char *text)
{
	char dir[512], *c;
	FILE *f;

	text_copy(dir, sizeof(dir), at(path));
	for (c = strchr(dir + 1, '/'); c; c = strchr(c + 1, '/')) {
		*c = '\0';
		if (mkdir(dir, 0700) && errno != EEXIST)
			fail_msg("%s", dir);
		*c = '/';
	}
	f = fopen(at(path), "w");
	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
}

static void
get(const char *path, char *out, size_t len)
{
	FILE *f = fopen(at(path), "r");
	size_t n;

	assert_non_null(f);
	n = fread(out, 1, len - 1, f);
	out[n] = '\0';
	fclose(f);
}

static void
drop(const char *path)
{
	assert_int_equal(unlink(at(path)), 0);
}

/* A laptop as one wishes it. */
static int
setup(void **state)
{
	(void)state;
	if (scratch_make(root))
		return -1;
	unsetenv("SSH_CONNECTION");
	put("/sys/class/dmi/id/sys_vendor", "LENOVO\n");
	put("/sys/class/dmi/id/product_name", "20XYZ\n");
	put("/sys/class/dmi/id/chassis_type", "10\n");
	put("/proc/cpuinfo", "flags\t\t: fpu vme de aes\n");
	put("/proc/self/mountinfo",
	    "22 1 8:2 / / rw,relatime shared:1 - ext4 /dev/sda2 rw\n"
	    "23 22 0:21 / /proc rw - proc proc rw\n");
	put("/sys/class/power_supply/AC/type", "Mains\n");
	put("/sys/class/power_supply/AC/online", "1\n");
	put("/sys/class/power_supply/BAT0/type", "Battery\n");
	put("/sys/class/power_supply/BAT0/capacity", "12\n");
	put("/sys/power/state", "freeze mem disk\n");
	put("/sys/power/mem_sleep", "[s2idle] deep\n");
	put("/sys/class/rtc/rtc0/wakealarm", "");
	put("/sys/devices/pci0/sda/dev", "8:0\n");
	put("/sys/dev/block/8:99", "");
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	unsetenv("SSH_CONNECTION");
	return scratch_remove(root);
}

static int
ask(void)
{
	return drive_can_suspend(root, false, why, sizeof(why));
}

static void
refused(const char *word)
{
	assert_int_equal(ask(), -EPERM);
	if (!strstr(why, word))
		fail_msg("'%s' does not say '%s'", why, word);
	/* and nothing is touched when it is told to go ahead nevertheless */
	assert_int_equal(drive_suspend(root, false, 15, why, sizeof(why)),
			 -EPERM);
	assert_non_null(strstr(why, word));
}

static void
untouched(void)
{
	char text[64];

	get("/sys/power/state", text, sizeof(text));
	assert_string_equal(text, "freeze mem disk\n");
	get("/sys/power/mem_sleep", text, sizeof(text));
	assert_string_equal(text, "[s2idle] deep\n");
}

static void
test_agrees(void **state)
{
	(void)state;
	assert_int_equal(ask(), 0);
	assert_string_equal(why, "");
	untouched();
}

static void
test_machine(void **state)
{
	(void)state;
	put("/sys/class/dmi/id/sys_vendor", "QEMU\n");
	refused("virtual (QEMU 20XYZ)");
	assert_int_equal(drive_can_suspend(root, true, why, sizeof(why)), 0);
	put("/sys/class/dmi/id/sys_vendor", "LENOVO\n");
	put("/proc/cpuinfo", "flags\t\t: fpu hypervisor aes\n");
	refused("virtual");
	put("/proc/cpuinfo", "flags\t\t: fpu aes\n");
	put("/sys/hypervisor/type", "xen\n");
	refused("virtual");
	untouched();
}

static void
test_server(void **state)
{
	(void)state;
	put("/sys/class/dmi/id/chassis_type", "23\n");
	refused("chassis type 23");
	put("/sys/class/dmi/id/chassis_type", "3\n");
	assert_int_equal(ask(), 0);
	put("/dev/ipmi0", "");
	refused("IPMI");
	drop("/dev/ipmi0");
	setenv("SSH_CONNECTION", "192.0.2.1 1 192.0.2.2 22", 1);
	refused("network");
	untouched();
}

/* sudo keeps no variable, but it has the same ancestors. */
static void
test_ancestors(void **state)
{
	(void)state;
	put("/proc/self/stat", "70 (massho) R 60 70 60 0\n");
	put("/proc/60/stat", "60 (a ) name) S 50 60 60 0\n");
	put("/proc/50/stat", "50 (bash) S 1 50 50 0\n");
	assert_int_equal(ask(), 0);
	put("/proc/50/stat", "50 (sshd-session) S 1 50 50 0\n");
	refused("network");
	/* a line of ancestors without an end */
	put("/proc/50/stat", "50 (bash) S 60 50 50 0\n");
	assert_int_equal(ask(), 0);
	untouched();
}

static void
test_power(void **state)
{
	(void)state;
	put("/sys/class/power_supply/AC/online", "0\n");
	refused("12 %");
	put("/sys/class/power_supply/BAT0/capacity", "31\n");
	assert_int_equal(ask(), 0);
	/* the battery of a mouse is not the machine's */
	put("/sys/class/power_supply/BAT0/scope", "Device\n");
	put("/sys/class/power_supply/BAT0/capacity", "3\n");
	assert_int_equal(ask(), 0);
	untouched();
}

static void
test_modes(void **state)
{
	(void)state;
	put("/sys/power/mem_sleep", "[s2idle]\n");
	refused("no S3");
	put("/sys/power/mem_sleep", "[deep]\n");
	assert_int_equal(ask(), 0);
	put("/sys/power/state", "freeze disk\n");
	refused("no suspend to RAM");
	put("/sys/power/state", "freeze mem\n");
	drop("/sys/class/rtc/rtc0/wakealarm");
	refused("cannot wake");
}

/* The system runs from a stick. */
static void
test_mounts(void **state)
{
	(void)state;
	put(USB "/busnum", "1\n");
	put(USB "/1-1:1.0/host0/block/sdb/dev", "8:16\n");
	assert_int_equal(symlink("../../devices/usb1/1-1/1-1:1.0/host0/block/"
				 "sdb", at("/sys/dev/block/8:16")), 0);
	put("/proc/self/mountinfo",
	    "22 1 8:16 / /run/live/medium ro - iso9660 /dev/sdb ro\n");
	refused("'/run/live/medium' lies on a USB drive");
	put(USB "/power/persist", "0\n");
	refused("USB drive");
	put(USB "/power/persist", "1\n");
	assert_int_equal(ask(), 0);
	drop("/proc/self/mountinfo");
	refused("mountinfo");
	untouched();
}

/* A folder cannot sleep: said so, and what was set is put back. */
static void
test_did_not_sleep(void **state)
{
	char text[64];

	(void)state;
	assert_int_equal(drive_suspend(root, false, 15, why, sizeof(why)),
			 -EIO);
	assert_non_null(strstr(why, "without having slept"));
	get("/sys/power/state", text, sizeof(text));
	assert_memory_equal(text, "mem", 3);
	get("/sys/power/mem_sleep", text, sizeof(text));
	assert_memory_equal(text, "s2idle", 6);
	get("/sys/class/rtc/rtc0/wakealarm", text, sizeof(text));
	assert_string_equal(text, "015");	/* "0", "+15", "0" */
}

/* Where no alarm can be set the machine is not put to sleep. */
static void
test_no_alarm(void **state)
{
	char text[64];

	(void)state;
	drop("/sys/class/rtc/rtc0/wakealarm");
	assert_int_equal(mkdir(at("/sys/class/rtc/rtc0/wakealarm"), 0700), 0);
	assert_int_equal(drive_suspend(root, false, 15, why, sizeof(why)),
			 -EISDIR);
	assert_non_null(strstr(why, "alarm"));
	get("/sys/power/state", text, sizeof(text));
	assert_string_equal(text, "freeze mem disk\n");
	get("/sys/power/mem_sleep", text, sizeof(text));
	assert_memory_equal(text, "s2idle", 6);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_agrees),
		TEST(test_machine),
		TEST(test_server),
		TEST(test_ancestors),
		TEST(test_power),
		TEST(test_modes),
		TEST(test_mounts),
		TEST(test_did_not_sleep),
		TEST(test_no_alarm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
