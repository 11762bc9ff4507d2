/* SPDX-License-Identifier: Apache-2.0 */
/* Is the stick there, can it be written, and what lies on it? */
#include "stick.h"

#include "util.h"

#include "../drivers/machine.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define TRIAL	".massho-trial"

/* ---- what /init left ---------------------------------------------------- */

static bool
run_has(const char *run, const char *name)
{
	char path[PATH_LEN * 2];

	return (size_t)snprintf(path, sizeof(path), "%s/%s", run, name) <
		       sizeof(path) && access(path, F_OK) == 0;
}

/* The first line, without control characters; "" if there is none. */
static void
run_text(const char *run, const char *name, char *out, size_t len)
{
	char path[PATH_LEN * 2], *text = NULL;
	size_t n = 0;

	out[0] = '\0';
	snprintf(path, sizeof(path), "%s/%s", run, name);
	if (file_read(path, 4096, &text, &n))
		return;
	text_clean(out, len, text, strcspn(text, "\r\n"));
	free(text);
}

static void
read_image(const char *run, struct stick *out)
{
	uint8_t digest[DIGEST_LEN];
	char text[2 * DIGEST_LEN + 2];

	run_text(run, "image", text, sizeof(text));
	if (!hex_decode(digest, DIGEST_LEN, text))
		hex_encode(out->image, digest, DIGEST_LEN);
}

bool
stick_layer(const struct stick *s, const struct drive *d)
{
	bool in_file = false;

	if (!s->live || d->transport != TRANSPORT_LOOP || !d->read_only ||
	    !d->uses_known || !d->n_uses)
		return false;
	for (uint32_t i = 0; i < d->n_grounds && i < GROUNDS_MAX; i++) {
		const struct ground *g = &d->grounds[i];

		if (g->ino)
			in_file = true;
		else if (g->dev != makedev(d->major, d->minor))
			return false;	/* it lies on a disk */
	}
	return in_file;
}

/* ---- the data partition ------------------------------------------------- */

/* One that was pulled goes on being mounted, and answers what it remembers:
 * only its node tells. */
static bool
is_pulled(const struct stick *s)
{
	struct stat mounted, node;

	if (!s->device[0])
		return false;
	return stat(s->dir, &mounted) || stat(s->device, &node) ||
	       !S_ISBLK(node.st_mode) || node.st_rdev != mounted.st_dev;
}

static enum stick_state
fail(struct stick *s, int err)
{
	s->err = err;
	switch (err) {
	case ENODEV:
	case ENOENT:
	case ENXIO:
	case ENOMEDIUM:
		return STICK_GONE;
	case EROFS:
		return STICK_READ_ONLY;
	case ENOSPC:
	case EDQUOT:
		return STICK_FULL;
	default:
		return STICK_BROKEN;
	}
}

static enum stick_state
judge(struct stick *s)
{
	struct statvfs fs;

	if (!machine_is_mounted(s->dir) || is_pulled(s))
		return fail(s, ENODEV);
	if (statvfs(s->dir, &fs))
		return fail(s, errno);
	s->free = (uint64_t)fs.f_bavail * fs.f_frsize;
	if (fs.f_flag & ST_RDONLY)
		return fail(s, EROFS);
	return s->free < STICK_ROOM ? fail(s, ENOSPC) : STICK_READY;
}

/* ---- the cases on it ---------------------------------------------------- */

static int
is_entry(const struct dirent *e)
{
	return e->d_name[0] != '.';
}

static bool
holds_case(const char *dir)
{
	char path[PATH_LEN * 2 + 16];

	snprintf(path, sizeof(path), "%s/case.ini", dir);
	return access(path, R_OK) == 0;
}

static void
add_case(struct stick *s, const char *name)
{
	char dir[PATH_LEN * 2];

	if (s->n_cases == STICK_CASES_MAX ||
	    (size_t)snprintf(dir, sizeof(dir), "%s/%s", s->dir, name) >=
	    PATH_LEN || !holds_case(dir))
		return;
	text_copy(s->cases[s->n_cases++], PATH_LEN, dir);
}

static void
find_cases(struct stick *s)
{
	struct dirent **names = NULL;
	int n = scandir(s->dir, &names, is_entry, alphasort), i;

	add_case(s, "case");
	for (i = 0; i < n; i++) {
		/* FAT takes CASE and case for the same; and what cases are
		 * made of is none */
		if (strcasecmp(names[i]->d_name, "case") != 0 &&
		    strcasecmp(names[i]->d_name, "template") != 0)
			add_case(s, names[i]->d_name);
		free(names[i]);
	}
	free(names);
}

void
stick_look(const char *run, struct stick *out)
{
	char screen[16];

	memset(out, 0, sizeof(*out));
	out->live = run_has(run, "live");
	if (!out->live)
		return;
	out->shell = run_has(run, "shell");
	out->repaired = run_has(run, "repair") || run_has(run, "repaired");
	run_text(run, "screen", screen, sizeof(screen));
	out->native_screen = strcmp(screen, "native") == 0;
	out->caps_lock = machine_caps_lock("");
	run_text(run, "keys", out->keys, sizeof(out->keys));
	run_text(run, "device", out->device, sizeof(out->device));
	read_image(run, out);
	if ((size_t)snprintf(out->dir, sizeof(out->dir), "%s/stick", run) >=
	    sizeof(out->dir))
		return;
	out->state = judge(out);
	if (out->state != STICK_GONE && out->state != STICK_BROKEN)
		find_cases(out);
}

const char *
stick_why(const struct stick *s, enum lang lang, char *buf, size_t len)
{
	static const struct {
		const char *en, *ja;
	} why[] = {
		[STICK_UNKNOWN] = {
			"it is not known whether the stick can be written;"
			" nothing is started; start this PC from the stick"
			" again",
			"USBメモリに書き込めるか分からないため、開始できま"
			"せん。USBメモリから起動し直してください" },
		[STICK_GONE] = {
			"the stick is not there: put it back in; nothing is"
			" started without it",
			"USBメモリが見つかりません。差し直してください。"
			"差すまで何も開始しません" },
		[STICK_BROKEN] = {
			"the stick answers with errors: copy what is on it to"
			" a new one; nothing is started",
			"USBメモリの読み書きでエラーが出ています。内容を"
			"新しいものに写してください。何も開始しません" },
		[STICK_READ_ONLY] = {
			"the stick cannot be written: slide its switch, or if"
			" it has none, start this PC from it again so that it"
			" is repaired; nothing is started",
			"USBメモリに書き込めません。書込禁止スイッチを解除"
			"してください。スイッチがなければ、起動し直すと修復"
			"されます。何も開始しません" },
		[STICK_FULL] = {
			"the stick is full: copy finished cases to another"
			" place and delete them from it; nothing is started",
			"USBメモリの空き容量が足りません。終わった案件を別の"
			"場所に写してから削除してください。何も開始しません" },
		[STICK_READY] = { "", "" },
	};
	size_t k = (unsigned)s->state < ARRAY_SIZE(why) ? s->state :
							  STICK_UNKNOWN;

	snprintf(buf, len, "%s", lang == LANG_JA ? why[k].ja : why[k].en);
	return buf;
}

/* ---- may work begin? ---------------------------------------------------- */

static int
sync_dir(const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int err = 0;

	if (fd < 0)
		return -errno;
	if (fsync(fd) && errno != EINVAL && errno != ENOSYS)
		err = -errno;
	close(fd);
	return err;
}

/* Only what came back from the medium shows that it takes what it is given. */
static int
try_writing(const char *dir)
{
	char path[PATH_LEN * 2], block[4096];
	int fd, err = 0;

	if ((size_t)snprintf(path, sizeof(path), "%s/" TRIAL, dir) >=
	    sizeof(path))
		return -ENAMETOOLONG;
	memset(block, 'm', sizeof(block));
	fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC,
		  0600);
	if (fd < 0)
		return -errno;
	errno = EIO;
	if (write(fd, block, sizeof(block)) != sizeof(block) || fsync(fd))
		err = -errno;
	if (close(fd) && !err)
		err = -errno;
	if (unlink(path) && !err)
		err = -errno;
	return err ? err : sync_dir(dir);
}

static bool
lies_below(const char *dir, const char *top)
{
	char *a = realpath(dir, NULL), *b = realpath(top, NULL);
	size_t n = b ? strlen(b) : 0;
	bool below = a && b && !strncmp(a, b, n) &&
		     (a[n] == '/' || !a[n]);

	free(a);
	free(b);
	return below;
}

/* What a live system keeps in memory is gone with its power. */
static bool
is_memory(const char *dir, const char *run)
{
	struct stat here, root, mem;

	return stat(dir, &here) || stat("/", &root) || stat(run, &mem) ||
	       here.st_dev == root.st_dev || here.st_dev == mem.st_dev;
}

int
stick_ready(const char *run, const char *dir, uint64_t room, struct stick *out)
{
	struct stick own = { 0 }, *s = out ? out : &own;
	struct statvfs fs;
	int err = 0;

	stick_look(run, s);
	if (s->live && !lies_below(dir, s->dir))
		err = is_memory(dir, run) ? -ENODEV : 0;
	else if (s->live && s->state != STICK_READY)
		err = -(s->err ? s->err : EIO);
	if (!err && statvfs(dir, &fs))
		err = -errno;
	if (!err && (uint64_t)fs.f_bavail * fs.f_frsize < room)
		err = -ENOSPC;
	if (!err)
		err = try_writing(dir);
	/* between the look and the write it may have been pulled */
	s->state = err ? fail(s, s->live && is_pulled(s) ? ENODEV : -err) :
			 STICK_READY;
	return err;
}

/* ---- which case, which key ---------------------------------------------- */

int
stick_case_dir(const struct stick *s, char *out, size_t len)
{
	const char *slash;

	if (s->n_cases == 0)
		return -ENOENT;
	slash = strrchr(s->cases[0], '/');
	if (s->n_cases > 1 && strcmp(slash, "/case") != 0)
		return -ENOTUNIQ;
	return text_copy(out, len, s->cases[0]);
}

static int
is_key(const struct dirent *e)
{
	size_t n = strlen(e->d_name);

	return e->d_name[0] != '.' && n > 3 &&
	       strcasecmp(e->d_name + n - 3, ".p8") == 0;
}

/* The only key at the top of the stick. */
static int
lone_key(const char *dir, char *out, size_t len)
{
	struct dirent **names = NULL;
	int n = scandir(dir, &names, is_key, alphasort), err = -ENOENT, i;

	if (n > 1)
		err = -ENOTUNIQ;
	if (n == 1)
		err = (size_t)snprintf(out, len, "%s/%s", dir,
				       names[0]->d_name) >= len ?
		      -ENAMETOOLONG : 0;
	for (i = 0; i < n; i++)
		free(names[i]);
	free(names);
	return err;
}

int
stick_key(const struct stick *s, const char *case_dir, char *out, size_t len)
{
	char path[PATH_LEN * 2];

	snprintf(path, sizeof(path), "%s/key.p8", case_dir);
	if (access(path, R_OK) == 0)
		return text_copy(out, len, path);
	return lone_key(s->dir, out, len);
}

int
stick_job(const struct stick *s, const char *case_dir, char *out, size_t len)
{
	const char *const dirs[] = { case_dir, s->dir };
	char path[PATH_LEN * 2];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(dirs); i++) {
		snprintf(path, sizeof(path), "%s/job.ini", dirs[i]);
		if (dirs[i][0] && access(path, R_OK) == 0 &&
		    !text_copy(out, len, path))
			return 1;
	}
	return 0;
}
