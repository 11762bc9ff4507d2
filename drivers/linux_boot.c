/* SPDX-License-Identifier: Apache-2.0 */
/* Does the running system, or this very program, live on the drive? */
#include "linux.h"

#include "../src/util.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* A live system copied to memory has its medium mounted at none of these:
 * then the stick it came from may be erased.  Our own stick never: the case
 * and the evidence are on it. */
static const char *const places[] = {
	(RUN_FOLDER "/stick"), "/", "/boot", "/boot/efi", "/efi", "/usr",
	"/run/live/medium", "/lib/live/mount/medium", "/run/initramfs/live",
	"/cdrom", "/isodevice", "/run/archiso/bootmnt",
};

/* One use for each file system, by the first name it is found under. */
static void
mark(const struct family *f, bool *said, const struct member *m,
     const char *what)
{
	if (!m || said[m - f->m])
		return;
	said[m - f->m] = true;
	f->out->boot = true;
	use_add(f->out, USE_BOOT, family_base(f, m), "%s", what);
}

/* The layers of an overlay: "lowerdir=/a:/b,upperdir=/c,workdir=/d". */
static void
find_layers(const struct family *f, bool *said)
{
	char text[sizeof(f->root_layers)], *option, *dir, *s, *t;

	text_copy(text, sizeof(text), f->root_layers);
	for (option = strtok_r(text, ",", &s); option;
	     option = strtok_r(NULL, ",", &s)) {
		if (!starts_with(option, "lowerdir=") &&
		    !starts_with(option, "upperdir="))
			continue;
		for (dir = strtok_r(option + 9, ":", &t); dir;
		     dir = strtok_r(NULL, ":", &t))
			mark(f, said, family_under(f, dir),
			     "/ (overlay)");
	}
}

/* root=/dev/sda2, root=UUID=..., root=PARTUUID=..., root=LABEL=... */
static int
root_node(const char *value, char *out, size_t len)
{
	static const struct { const char *key, *dir; } by[] = {
		{ "UUID=", "by-uuid" }, { "PARTUUID=", "by-partuuid" },
		{ "LABEL=", "by-label" }, { "PARTLABEL=", "by-partlabel" },
	};
	size_t i;

	if (starts_with(value, "/dev/"))
		return text_copy(out, len, value);
	for (i = 0; i < ARRAY_SIZE(by); i++)
		if (starts_with(value, by[i].key)) {
			snprintf(out, len, "/dev/disk/%s/%s", by[i].dir,
				 value + strlen(by[i].key));
			return 0;
		}
	return -ENOENT;
}

static void
find_cmdline(const struct family *f, bool *said)
{
	char line[4096], node[PATH_LEN], *word, *save;
	struct stat st;
	int r = sys_text("/proc", "cmdline", line, sizeof(line));

	if (r && r != -ENODATA)
		use_blind(f->out, "/proc/cmdline", r);
	for (word = strtok_r(line, " ", &save); word;
	     word = strtok_r(NULL, " ", &save)) {
		if (!starts_with(word, "root=") ||
		    root_node(word + 5, node, sizeof(node)) ||
		    stat(node, &st) || !S_ISBLK(st.st_mode))
			continue;
		mark(f, said, family_find(f, st.st_rdev), word);
	}
}

void
boot_find(const struct family *f)
{
	bool said[FAMILY_MAX] = { false };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(places); i++)
		mark(f, said, family_under(f, places[i]), places[i]);
	mark(f, said, family_under(f, "/proc/self/exe"), "massho");
	find_layers(f, said);
	find_cmdline(f, said);
}
