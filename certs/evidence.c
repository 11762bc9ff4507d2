/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How does the log grow so that it can be believed?  One writer, O_APPEND,
 * one write(2) a line, one fsync(2) before anybody relies on it, and never a
 * byte taken away.  A bench full of drives shares that fsync: on a USB stick
 * one a line would be what they all wait for.
 *
 * The lock belongs to the open file description and falls with the one
 * process that writes.  Workers give it up: one that the kernel holds on to
 * for hours must not keep the other drives of a bench from being erased.
 *
 * Disk full: before an INTENT, room for what follows it (step results, the
 * outcome) is reserved beyond the end of the file (FALLOC_FL_KEEP_SIZE: the
 * size, and so O_APPEND, stay as they are).  A full disk thus stops an erasure
 * before it starts.  File systems that cannot reserve still fail on the append
 * itself, and the caller then starts nothing more.
 */
#include "cert.h"
#include "../src/util.h"

#include <errno.h>
#include <fcntl.h>
#include <libintl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/timex.h>
#include <unistd.h>

#define _(s)		gettext(s)
#define RESERVE		(1024 * 1024)	/* per intent without outcome */
#define STATION_MAX	64

struct evidence {
	int fd;
	bool failed;		/* for good: what is on the disk is unknown */
	char station[STATION_MAX + 1];
	char path[PATH_LEN * 2];
	uint64_t seq, size;
	uint8_t head[DIGEST_LEN];
	uint32_t interrupted;	/* intents found without outcome */
	uint32_t n_open;	/* of this session */
};

/* A file name that needs no quoting anywhere. */
static bool
station_fits(const char *s)
{
	size_t n = strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			  "abcdefghijklmnopqrstuvwxyz0123456789._-");

	return n > 0 && n <= STATION_MAX && !s[n] && s[0] != '.';
}

static int
write_once(int fd, const char *text, size_t len)
{
	ssize_t n;

	do {
		n = write(fd, text, len);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	/* A short write is a full disk or a dying one: the rest would be a
	 * second write, and a line that came in two pieces is not one. */
	return (size_t)n == len ? 0 : -ENOSPC;
}

/* *text: the canonical line with LF, malloc'd; hash: its own. */
static int
render(struct evidence *e, const char *event, json_t *body, char **text,
       size_t *len, uint8_t hash[DIGEST_LEN])
{
	char now[TIME_LEN], *bare = NULL;
	json_t *j;
	int err;

	*text = NULL;
	time_now(now);
	j = json_pack("{s:O, s:s, s:o, s:o, s:s}", "body", body,
		      "event", event, "prev", json_hex(e->head, DIGEST_LEN),
		      "seq", json_count(e->seq + 1), "time", now);
	err = j ? json_canonical(j, &bare, len) : -ENOMEM;
	if (!err)
		err = sha256(bare, *len, hash);
	free(bare);
	if (!err && json_object_set_new(j, "hash", json_hex(hash, DIGEST_LEN)))
		err = -ENOMEM;
	if (!err)
		err = json_canonical(j, text, len);
	json_decref(j);
	if (!err && *len + 1 > EVIDENCE_LINE_MAX)
		err = -E2BIG;
	if (!err)
		(*text)[(*len)++] = '\n';	/* over the NUL */
	return err;
}

static int
reserve(struct evidence *e)
{
	off_t more = (off_t)RESERVE * (e->n_open + 1);

	if (!fallocate(e->fd, FALLOC_FL_KEEP_SIZE, (off_t)e->size, more))
		return 0;
	return errno == EOPNOTSUPP || errno == ENOSYS ? 0 : -errno;
}

/* A log that was deleted or replaced goes on taking lines that nobody will
 * ever read. */
static int
still_there(const struct evidence *e)
{
	struct stat open_one, named;

	if (fstat(e->fd, &open_one) || stat(e->path, &named))
		return -errno;
	return open_one.st_dev == named.st_dev &&
	       open_one.st_ino == named.st_ino ? 0 : -ESTALE;
}

/* before: bytes that have to stand in front of the line, in the same write */
static int
append(struct evidence *e, const char *event, json_t *body, const char *before,
       uint8_t hash[DIGEST_LEN])
{
	size_t len = 0, lead = strlen(before);
	char *text = NULL, *all = NULL;
	int err;

	err = render(e, event, body, &text, &len, hash);
	if (err)
		goto out;
	all = malloc(lead + len);
	if (!all) {
		err = -ENOMEM;
		goto out;
	}
	memcpy(all, before, lead);
	memcpy(all + lead, text, len);
	if (!strcmp(event, "intent"))
		err = reserve(e);
	if (!err)
		err = write_once(e->fd, all, lead + len);
	if (err)
		goto out;
	e->seq++;
	e->size += lead + len;
	memcpy(e->head, hash, DIGEST_LEN);
out:
	free(all);
	free(text);
	return err;
}

static int
write_line(struct evidence *e, const char *event, json_t *body,
	   const char *before, uint8_t hash[DIGEST_LEN])
{
	uint8_t own[DIGEST_LEN];
	int err = e->failed ? -EIO : body ? 0 : -ENOMEM;

	if (!err)
		err = append(e, event, body, before, own);
	json_decref(body);
	if (err) {
		e->failed = true;
		return err;
	}
	if (!strcmp(event, "intent"))
		e->n_open++;
	else if (!strcmp(event, "outcome") && e->n_open)
		e->n_open--;
	if (hash)
		memcpy(hash, own, DIGEST_LEN);
	return 0;
}

int
evidence_write(struct evidence *e, const char *event, json_t *body,
	       uint8_t hash[DIGEST_LEN])
{
	return write_line(e, event, body, "", hash);
}

int
evidence_sync(struct evidence *e)
{
	int err = e->failed ? -EIO : 0;

	if (!err && fsync(e->fd))
		err = -errno;
	if (!err)
		err = still_there(e);
	e->failed |= err != 0;
	return err;
}

static int
append_line(struct evidence *e, const char *event, json_t *body,
	    const char *before)
{
	int err = write_line(e, event, body, before, NULL);

	return err ? err : evidence_sync(e);
}

int
evidence_append(struct evidence *e, const char *event, json_t *body,
		uint8_t hash[DIGEST_LEN], uint64_t *seq)
{
	int err = write_line(e, event, body, "", hash);

	if (!err)
		err = evidence_sync(e);
	if (!err && seq)
		*seq = e->seq;
	return err;
}

static int
sync_dir(const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int err = 0;

	if (fd < 0)
		return -errno;
	/* FUSE and some network file systems cannot sync a folder. */
	if (fsync(fd) && errno != EINVAL && errno != ENOSYS)
		err = -errno;
	close(fd);
	return err;
}

static int
make_dir(const char *dir)
{
	char up[PATH_LEN * 2];

	if (!mkdir(dir, 0755)) {
		if ((size_t)snprintf(up, sizeof(up), "%s/..", dir) >=
		    sizeof(up))
			return -ENAMETOOLONG;
		return sync_dir(up);
	}
	return errno == EEXIST ? 0 : -errno;
}

static int
open_file(struct evidence *e, const char *dir, const char *path)
{
	struct stat st;
	int err = text_copy(e->path, sizeof(e->path), path);

	if (!err)
		err = make_dir(dir);
	if (err)
		return err;
	e->fd = open(path, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC
		     | O_NONBLOCK, 0644);
	if (e->fd < 0)
		return -errno;
	if (flock(e->fd, LOCK_EX | LOCK_NB))
		return errno == EWOULDBLOCK ? -EBUSY : -errno;
	if (fstat(e->fd, &st))
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EINVAL;
	e->size = (uint64_t)st.st_size;
	/* Also if the file is old: who made it may have died before this. */
	return sync_dir(dir);
}

static json_t *
clock_state(void)
{
	struct timex t = { 0 };
	int state = adjtimex(&t);	/* modes 0: only asks */
	const char *synchronised = state < 0 ? "unknown" :
		state == TIME_ERROR || (t.status & STA_UNSYNC) ? "no" : "yes";

	return json_pack("{s:s, s:s}", "source", "system",
			 "synchronised", synchronised);
}

static json_t *
boot_id(void)
{
	char *text = NULL, clean[64] = "";
	size_t len = 0;

	if (!file_read("/proc/sys/kernel/random/boot_id", 4096, &text, &len))
		text_clean(clean, sizeof(clean), text, len);
	free(text);
	return json_text(clean);
}

static int
note_torn(struct evidence *e, const struct log_chain *c)
{
	return append_line(e, "recovered", json_pack(
		"{s:{s:o, s:o}}", "torn", "bytes", json_count(c->torn),
		"sha256", json_hex(c->torn_sha256, DIGEST_LEN)),
		EVIDENCE_TORN);
}

static int
note_interrupted(struct evidence *e, const struct log_chain *c)
{
	struct reasons why = { 0 };
	int err = 0;

	reasons_add(&why, REASON_INTERRUPTED, "");
	for (uint32_t i = 0; !err && i < c->n_open; i++) {
		err = append_line(e, "outcome", json_pack(
			"{s:o, s:s, s:s, s:o}",
			"receipt", json_hex(c->open[i], DIGEST_LEN),
			"result", outcome_name(OUTCOME_INTERRUPTED),
			"level", level_name(LEVEL_NONE),
			"reasons", json_reasons(&why, LANG_JA)), "");
		e->interrupted += !err;
	}
	return err;
}

/* What the last session left undone, then the first line of this one. */
static int
take_up(struct evidence *e, const struct log_chain *c)
{
	int err = 0;

	e->seq = c->seq;
	memcpy(e->head, c->head, DIGEST_LEN);
	if (c->fault == CHAIN_TORN)
		err = note_torn(e, c);
	if (!err)
		err = note_interrupted(e, c);
	if (err)
		return err;
	e->n_open = 0;
	return append_line(e, "opened", json_pack(
		"{s:o, s:s, s:o, s:o}", "tool", cert_tool(),
		"station", e->station, "clock", clock_state(),
		"boot_id", boot_id()), "");
}

static void
explain(int ret, const char *path, const struct log_chain *c, char *err,
	size_t err_len)
{
	char what[256];

	if (ret == -EBADMSG) {
		chain_text(c, LANG_EN, what, sizeof(what));
		snprintf(err, err_len, _("the evidence log '%s' does not hold:"
			 " %s; keep the file as it is, and continue in another"
			 " case folder"), path, what);
	} else if (ret == -EBUSY) {
		snprintf(err, err_len, _("another massho writes to '%s'; wait"
			 " for it to end"), path);
	} else {
		snprintf(err, err_len, _("the evidence log '%s' cannot be"
			 " written: %s"), path, strerror(-ret));
	}
}

int
evidence_open(const char *dir, const char *station, struct evidence **out,
	      char *err, size_t err_len)
{
	struct evidence *e;
	struct log_chain c = { 0 };
	char path[PATH_LEN * 2];
	int ret;

	*out = NULL;
	if (!station_fits(station) ||
	    (size_t)snprintf(path, sizeof(path), "%s/%s.jsonl", dir,
			     station) >= sizeof(path)) {
		snprintf(err, err_len, _("'%s' cannot name an evidence log: use"
			 " letters, digits, '.', '_' and '-'"), station);
		return -EINVAL;
	}
	e = calloc(1, sizeof(*e));
	if (!e)
		return -ENOMEM;
	e->fd = -1;
	text_copy(e->station, sizeof(e->station), station);
	ret = open_file(e, dir, path);
	if (!ret)
		ret = evidence_scan(e->fd, NULL, NULL, &c);
	if (!ret && c.fault != CHAIN_HOLDS && c.fault != CHAIN_TORN)
		ret = -EBADMSG;
	if (!ret)
		ret = take_up(e, &c);
	if (ret) {
		explain(ret, path, &c, err, err_len);
		e->failed = true;
		evidence_close(&e);
	}
	chain_free(&c);
	*out = e;
	return ret;
}

json_t *
evidence_position(const struct evidence *e)
{
	char file[STATION_MAX + 8];

	snprintf(file, sizeof(file), "%s.jsonl", e->station);
	return json_pack("{s:s, s:s, s:o, s:o}", "station", e->station,
			 "file", file, "seq", json_count(e->seq),
			 "head", json_hex(e->head, DIGEST_LEN));
}

uint32_t
evidence_recovered(const struct evidence *e)
{
	return e->interrupted;
}

void
evidence_close(struct evidence **e)
{
	if (!*e)
		return;
	/* With an intent still open the session did not end well: the next
	 * start has to find it like this. */
	if (!(*e)->failed && !(*e)->n_open &&
	    append_line(*e, "closed", json_object(), ""))
		(*e)->failed = true;
	if ((*e)->fd >= 0)
		close((*e)->fd);
	free(*e);
	*e = NULL;
}
