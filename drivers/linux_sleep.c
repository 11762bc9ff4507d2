/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Can this machine sleep and wake by itself, so that its drives lose power and
 * start anew, without what the firmware froze when it booted?
 *
 * Everything is read and written below a root folder, so that a test can offer
 * one of its own; nothing else of the wire is needed.
 */
#include "driver.h"

#include "../src/util.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define BATTERY_MIN	30	/* percent */
#define GENERATIONS_MAX	64	/* of processes, to be looked at */
#define WAKEALARM	"/sys/class/rtc/rtc0/wakealarm"
#define MEM_SLEEP	"/sys/power/mem_sleep"

struct sleep {
	const char *root;
	char *why;		/* the reason of a refusal */
	size_t len;
};

static int __attribute__((format(printf, 2, 3)))
refuse(const struct sleep *s, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(s->why, s->len, fmt, ap);
	va_end(ap);
	return -EPERM;
}

static int
open_below(const struct sleep *s, const char *path, int flags)
{
	char full[PATH_MAX];
	int fd;

	if (snprintf(full, sizeof(full), "%s%s", s->root, path) >= PATH_MAX)
		return -ENAMETOOLONG;
	fd = open(full, flags | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/* The file's beginning, without the newline at its end; "" and false if it
 * cannot be read. */
static bool
get(const struct sleep *s, const char *path, char *out, size_t len)
{
	int fd = open_below(s, path, O_RDONLY);
	ssize_t n;

	out[0] = '\0';
	if (fd < 0)
		return false;
	n = read(fd, out, len - 1);
	close(fd);
	if (n < 0)
		n = 0;
	while (n && out[n - 1] == '\n')
		n--;
	out[n] = '\0';
	return n > 0;
}

/* -1: no number. */
static long
number(const struct sleep *s, const char *path)
{
	char text[16], *end;
	long n;

	get(s, path, text, sizeof(text));
	n = strtol(text, &end, 10);
	return end == text ? -1 : n;
}

static int
put(const struct sleep *s, const char *path, const char *text)
{
	int fd = open_below(s, path, O_WRONLY);
	int r = 0;

	if (fd < 0)
		return fd;
	if (write(fd, text, strlen(text)) < 0)
		r = -errno;
	close(fd);
	return r;
}

static bool
exists(const struct sleep *s, const char *path)
{
	int fd = open_below(s, path, O_PATH);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

/* Is word one of those in text, in brackets or not? */
static bool
has_word(const char *text, const char *word)
{
	size_t n = strlen(word);
	const char *at = text;

	while ((at = strstr(at, word))) {
		if ((at == text || strchr(" [", at[-1])) &&
		    (!at[n] || strchr(" ]", at[n])))
			return true;
		at += n;
	}
	return false;
}

/* ---- what speaks against it -------------------------------------------- */

static bool
starts_with_any(const char *text, const char *const *words)
{
	for (; *words; words++)
		if (strncmp(text, *words, strlen(*words)) == 0)
			return true;
	return false;
}

/* The drives of a virtual machine have no power to lose. */
static int
check_machine(const struct sleep *s, bool allow_virtual)
{
	static const char *const makers[] = {
		"QEMU", "VMware", "innotek", "Xen", "Parallels", "Bochs",
		"Amazon EC2", "OpenStack", "KVM", "Red Hat", NULL,
	};
	static const char *const products[] = {
		"Virtual Machine", "VirtualBox", "KVM", "Standard PC", "HVM",
		"VMware", "Parallels", "Google Compute Engine", NULL,
	};
	char maker[64], product[64], cpus[8192];

	if (allow_virtual)
		return 0;
	get(s, "/sys/class/dmi/id/sys_vendor", maker, sizeof(maker));
	get(s, "/sys/class/dmi/id/product_name", product, sizeof(product));
	get(s, "/proc/cpuinfo", cpus, sizeof(cpus));
	if (starts_with_any(maker, makers) ||
	    starts_with_any(product, products) ||
	    exists(s, "/sys/hypervisor/type") || has_word(cpus, "hypervisor"))
		return refuse(s, "this machine is virtual (%s%s%s)", maker,
			      maker[0] && product[0] ? " " : "", product);
	return 0;
}

/* 0: none, or not to be told.  *ssh: it is a server of ours. */
static long
parent_of(const struct sleep *s, const char *pid, bool *ssh)
{
	static const char *const servers[] = { "sshd", "dropbear", NULL };
	char path[64], text[512];
	const char *name, *rest;
	long parent;

	*ssh = false;
	snprintf(path, sizeof(path), "/proc/%.20s/stat", pid);
	get(s, path, text, sizeof(text));
	name = strchr(text, '(');
	rest = strrchr(text, ')');	/* the name may hold one as well */
	/* ") S 123 ..." */
	if (!name || !rest || strlen(rest) < 5)
		return 0;
	parent = strtol(rest + 4, NULL, 10);
	*ssh = starts_with_any(name + 1, servers);
	return parent;
}

/* sudo and su take the variable away. */
static bool
is_remote(const struct sleep *s)
{
	char pid[21] = "self";
	bool ssh = false;
	long parent;
	int i;

	if (getenv("SSH_CONNECTION"))
		return true;
	for (i = 0; i < GENERATIONS_MAX; i++) {
		parent = parent_of(s, pid, &ssh);
		if (ssh || parent <= 1)
			break;
		snprintf(pid, sizeof(pid), "%ld", parent);
	}
	return ssh;
}

/* SMBIOS 3.6, 7.4.1: cases of machines that serve others. */
static int
check_server(const struct sleep *s)
{
	static const int chassis[] = { 17, 23, 25, 28, 29 };
	long type = number(s, "/sys/class/dmi/id/chassis_type");
	size_t i;

	for (i = 0; i < ARRAY_SIZE(chassis); i++)
		if (type == chassis[i])
			return refuse(s, "this machine is a server "
				      "(chassis type %ld)", type);
	if (exists(s, "/dev/ipmi0"))
		return refuse(s, "this machine is a server (it has IPMI)");
	if (is_remote(s))
		return refuse(s, "this session comes over the network, and "
			      "would be cut off");
	return 0;
}

struct power {
	const struct sleep *s;
	bool mains, battery;
	long charge;		/* percent, of the fullest battery */
};

static void
look_at_supply(struct power *p, const char *name)
{
	char path[PATH_MAX], text[32];
	long n;

	snprintf(path, sizeof(path), "/sys/class/power_supply/%.200s/scope",
		 name);
	if (get(p->s, path, text, sizeof(text)) && strcmp(text, "Device") == 0)
		return;		/* of a mouse */
	snprintf(path, sizeof(path), "/sys/class/power_supply/%.200s/type",
		 name);
	get(p->s, path, text, sizeof(text));
	if (strcmp(text, "Battery") == 0) {
		p->battery = true;
		snprintf(path, sizeof(path),
			 "/sys/class/power_supply/%.200s/capacity", name);
		n = number(p->s, path);
		if (n > p->charge)
			p->charge = n;
	} else {
		snprintf(path, sizeof(path),
			 "/sys/class/power_supply/%.200s/online", name);
		p->mains = p->mains || number(p->s, path) == 1;
	}
}

/* A machine without batteries runs on mains. */
static int
check_power(const struct sleep *s)
{
	struct power p = { .s = s };
	struct dirent *e;
	int fd = open_below(s, "/sys/class/power_supply",
			    O_RDONLY | O_DIRECTORY);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);

	if (fd >= 0 && !d)
		close(fd);
	while (d && (e = readdir(d)))
		if (e->d_name[0] != '.')
			look_at_supply(&p, e->d_name);
	if (d)
		closedir(d);
	if (p.battery && !p.mains && p.charge <= BATTERY_MIN)
		return refuse(s, "the battery is at %ld %%; connect the power "
			      "supply", p.charge);
	return 0;
}

static int
check_modes(const struct sleep *s)
{
	char text[64];

	if (!get(s, "/sys/power/state", text, sizeof(text)) ||
	    !has_word(text, "mem"))
		return refuse(s, "the kernel offers no suspend to RAM");
	if (!get(s, MEM_SLEEP, text, sizeof(text)) || !has_word(text, "deep"))
		return refuse(s, "this machine sleeps without cutting the "
			      "power of its drives (no S3)");
	if (!exists(s, WAKEALARM))
		return refuse(s, "the clock of this machine cannot wake it");
	return 0;
}

/* Is the device, a folder of sysfs, behind a USB port that forgets it? */
static bool
forgotten(char *dir)
{
	char path[PATH_MAX + 16], text[8];
	const struct sleep below = { .root = "" };
	char *slash;

	if (!strstr(dir, "/usb"))
		return false;
	while ((slash = strrchr(dir, '/')) && slash != dir) {
		*slash = '\0';
		snprintf(path, sizeof(path), "%s/busnum", dir);
		if (!exists(&below, path))
			continue;
		snprintf(path, sizeof(path), "%s/power/persist", dir);
		return !get(&below, path, text, sizeof(text)) ||
		       strcmp(text, "1") != 0;
	}
	return true;
}

/* A stick that the system runs from must still be there afterwards. */
static int
check_mounts(const struct sleep *s)
{
	char path[PATH_MAX], real[PATH_MAX], line[2048], dev[24], point[256];
	int r = 0;
	FILE *f;

	snprintf(path, sizeof(path), "%s/proc/self/mountinfo", s->root);
	f = fopen(path, "re");
	if (!f)
		return refuse(s, "'%s' cannot be read", path);
	while (!r && fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%*s %*s %23s %*s %255s", dev, point) != 2)
			continue;
		snprintf(path, sizeof(path), "%s/sys/dev/block/%s", s->root,
			 dev);
		if (realpath(path, real) && forgotten(real))
			r = refuse(s, "'%s' lies on a USB drive that may be "
				   "gone after sleep", point);
	}
	if (!r && ferror(f))
		r = refuse(s, "the mounts cannot be read");
	fclose(f);
	return r;
}

static int
check(const struct sleep *s, bool allow_virtual)
{
	int r = check_machine(s, allow_virtual);

	if (!r)
		r = check_server(s);
	if (!r)
		r = check_power(s);
	if (!r)
		r = check_modes(s);
	if (!r)
		r = check_mounts(s);
	return r;
}

int
drive_can_suspend(const char *root, bool allow_virtual, char *why, size_t len)
{
	struct sleep s = { .root = root, .why = why, .len = len };

	why[0] = '\0';
	return check(&s, allow_virtual);
}

/* ---- sleeping ---------------------------------------------------------- */

/* Milliseconds that this machine has slept since it was booted: what one clock
 * counts and the other does not. */
static int64_t
slept_ms(void)
{
	struct timespec boot, awake;

	clock_gettime(CLOCK_BOOTTIME, &boot);
	clock_gettime(CLOCK_MONOTONIC, &awake);
	return (boot.tv_sec - awake.tv_sec) * 1000LL +
	       (boot.tv_nsec - awake.tv_nsec) / 1000000;
}

/* "s2idle [deep]": the word in brackets. */
static void
chosen_mode(const struct sleep *s, char *out, size_t len)
{
	char text[64], *from, *to;

	out[0] = '\0';
	get(s, MEM_SLEEP, text, sizeof(text));
	from = strchr(text, '[');
	to = from ? strchr(from, ']') : NULL;
	if (!to)
		return;
	*to = '\0';
	text_copy(out, len, from + 1);
}

static int
set_alarm(const struct sleep *s, uint32_t seconds)
{
	char text[16];
	int r = put(s, WAKEALARM, "0");	/* an old one stands in the way */

	snprintf(text, sizeof(text), "+%u", seconds);
	if (!r)
		r = put(s, WAKEALARM, text);
	if (r)
		refuse(s, "the alarm that wakes this machine cannot be set: %s",
		       strerror(-r));
	return r;
}

static int
sleep_now(const struct sleep *s)
{
	int64_t before = slept_ms();
	int r;

	sync();
	r = put(s, "/sys/power/state", "mem");	/* returns when awake again */
	if (r) {
		refuse(s, "the kernel did not go to sleep: %s", strerror(-r));
		return r;
	}
	if (slept_ms() - before >= 1000)
		return 0;
	refuse(s, "this machine came back without having slept");
	return -EIO;
}

int
drive_suspend(const char *root, bool allow_virtual, uint32_t seconds, char *why,
	      size_t len)
{
	struct sleep s = { .root = root, .why = why, .len = len };
	char mode[16];
	int r;

	why[0] = '\0';
	r = check(&s, allow_virtual);
	if (r)
		return r;
	chosen_mode(&s, mode, sizeof(mode));
	r = strcmp(mode, "deep") ? put(&s, MEM_SLEEP, "deep") : 0;
	if (r) {
		refuse(&s, "deep sleep cannot be chosen: %s", strerror(-r));
		return r;
	}
	r = set_alarm(&s, seconds);
	if (!r) {
		r = sleep_now(&s);
		/* its time may not have come, if a key woke the machine */
		if (put(&s, WAKEALARM, "0") && !r)
			refuse(&s, "the alarm could not be cleared");
	}
	if (mode[0] && strcmp(mode, "deep") != 0 &&
	    put(&s, MEM_SLEEP, mode) && !r)
		refuse(&s, "'%s' could not be chosen again in '%s'", mode,
		       MEM_SLEEP);
	return r;
}
