/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What was begun under this case and not brought to an end, and is its drive
 * in this machine?  And what did the repair of the stick's file system say?
 */
#include "stick.h"

#include "util.h"

#include "../certs/cert.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define REPAIR_MAX	(1U << 20)

struct entry {
	struct unfinished u;
	uint8_t receipt[DIGEST_LEN];
	uint32_t order;		/* of reading */
	bool certified;
};

struct reading {
	size_t n;
	struct entry *e;
	json_t *nsids;		/* of the drives of this log, by their paths */
};

static int
add_intent(struct reading *r, const struct evidence_line *l)
{
	struct entry *more = realloc(r->e, (r->n + 1) * sizeof(*more));
	const json_t *b = l->body;
	struct unfinished *u;

	if (!more)
		return -ENOMEM;
	r->e = more;
	more += r->n;
	memset(more, 0, sizeof(*more));
	more->order = (uint32_t)r->n++;
	memcpy(more->receipt, l->hash, DIGEST_LEN);
	u = &more->u;
	u->drive = UINT32_MAX;
	text_copy(u->time, sizeof(u->time), l->time);
	text_copy(u->model, sizeof(u->model), cert_get(b, "identity.model"));
	text_copy(u->serial, sizeof(u->serial), cert_get(b, "identity.serial"));
	text_copy(u->wwn, sizeof(u->wwn), cert_get(b, "identity.wwn"));
	text_copy(u->asset, sizeof(u->asset), cert_get(b, "asset_no"));
	text_copy(u->policy, sizeof(u->policy), cert_get(b, "plan.policy"));
	text_copy(u->path, sizeof(u->path), cert_get(b, "plan.path"));
	u->nsid = cert_intent_nsid(r->nsids, b);
	return 0;
}

static int
take_line(void *ctx, const struct evidence_line *l)
{
	struct reading *r = ctx;
	uint8_t receipt[DIGEST_LEN];
	size_t i;

	if (cert_note_nsid(r->nsids, l))
		return -ENOMEM;
	if (strcmp(l->event, "intent") == 0)
		return add_intent(r, l);
	if (hex_decode(receipt, DIGEST_LEN, cert_get(l->body, "receipt")))
		return 0;
	for (i = 0; i < r->n; i++) {
		struct entry *e = &r->e[i];

		if (memcmp(e->receipt, receipt, DIGEST_LEN) != 0)
			continue;
		if (strcmp(l->event, "outcome") == 0)
			text_copy(e->u.result, sizeof(e->u.result),
				  cert_get(l->body, "result"));
		else if (strcmp(l->event, "certificate") == 0)
			e->certified = true;
	}
	return 0;
}

static int
scan(const char *path, struct reading *r)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), err;
	struct log_chain chain = { 0 };

	if (fd < 0)
		return -errno;
	json_object_clear(r->nsids);
	err = evidence_scan(fd, take_line, r, &chain);
	/* a torn end is what a machine leaves that went down */
	if (!err && chain.fault != CHAIN_HOLDS && chain.fault != CHAIN_TORN)
		err = -EBADMSG;
	chain_free(&chain);
	close(fd);
	return err;
}

static int
is_log(const struct dirent *e)
{
	size_t n = strlen(e->d_name);

	return e->d_name[0] != '.' && n > 6 &&
	       strcmp(e->d_name + n - 6, ".jsonl") == 0;
}

static int
scan_all(const char *case_dir, struct reading *r)
{
	char folder[PATH_LEN * 2], path[PATH_LEN * 4];
	struct dirent **names = NULL;
	int n, i, err = 0;

	snprintf(folder, sizeof(folder), "%s/evidence", case_dir);
	n = scandir(folder, &names, is_log, alphasort);
	if (n < 0)
		return errno == ENOENT ? 0 : -errno;
	for (i = 0; i < n; i++) {
		snprintf(path, sizeof(path), "%s/%s", folder,
			 names[i]->d_name);
		if (!err)
			err = scan(path, r);
		free(names[i]);
	}
	free(names);
	return err;
}

static bool
named(const char *s)
{
	return *s && strcmp(s, "unknown") != 0;
}

/* By the serial; a drive that tells none by the path it had. */
static bool
same_drive(const struct unfinished *a, const struct unfinished *b)
{
	if (named(a->serial) || named(b->serial))
		return strcmp(a->serial, b->serial) == 0 &&
		       strcmp(a->model, b->model) == 0 &&
		       !identity_tells_apart(a->wwn, a->nsid, b->wwn,
					     b->nsid);
	return strcmp(a->path, b->path) == 0;
}

static bool
newer(const struct entry *a, const struct entry *b)
{
	int c = strcmp(a->u.time, b->u.time);

	return c > 0 || (c == 0 && a->order > b->order);
}

/* A later run of the same drive tells what became of it. */
static bool
is_newest(const struct reading *r, size_t k)
{
	size_t i;

	for (i = 0; i < r->n; i++)
		if (i != k && same_drive(&r->e[i].u, &r->e[k].u) &&
		    newer(&r->e[i], &r->e[k]))
			return false;
	return true;
}

static bool
is_unfinished(struct entry *e)
{
	const char *result = e->u.result;

	e->u.kind = UNFINISHED_RUN;
	if (!*result || !strcmp(result, outcome_name(OUTCOME_INTERRUPTED)))
		return true;
	e->u.kind = UNFINISHED_PAPER;
	return !e->certified && strcmp(result, "refused") != 0;
}

static bool
is_drive(const struct unfinished *u, const struct drive *d)
{
	if (!named(u->serial))
		return !named(d->id.serial) && !strcmp(d->path, u->path);
	return !strcmp(d->id.serial, u->serial) &&
	       !strcmp(d->id.model, u->model) &&
	       !identity_tells_apart(d->id.wwn, identity_nsid(&d->scope),
				     u->wwn, u->nsid);
}

static void
find_drive(struct unfinished *u, const struct drive *d, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (is_drive(u, &d[i]))
			u->drive = (uint32_t)i;
}

int
stick_unfinished(const char *case_dir, const struct drive *drives,
		 size_t n_drives, struct unfinished *out, size_t max, size_t *n)
{
	struct reading r = { .nsids = json_object() };
	bool here;
	size_t i;
	int err;

	*n = 0;
	err = r.nsids ? scan_all(case_dir, &r) : -ENOMEM;
	for (i = 0; !err && i < r.n; i++)
		find_drive(&r.e[i].u, drives, n_drives);
	for (here = true;; here = false) {
		for (i = 0; !err && i < r.n && *n < max; i++)
			if ((r.e[i].u.drive != UINT32_MAX) == here &&
			    is_newest(&r, i) && is_unfinished(&r.e[i]))
				out[(*n)++] = r.e[i].u;
		if (!here)
			break;
	}
	json_decref(r.nsids);
	free(r.e);
	return err;
}

/* ---- the repair --------------------------------------------------------- */

int
stick_keep_repair(const char *run, const char *case_dir)
{
	char from[PATH_LEN * 2], dir[PATH_LEN * 2], path[PATH_LEN * 3];
	char hex[2 * DIGEST_LEN + 1], *text = NULL;
	uint8_t digest[DIGEST_LEN];
	size_t len = 0;
	int err;

	snprintf(from, sizeof(from), "%s/repair", run);
	err = file_read(from, REPAIR_MAX, &text, &len);
	if (err)
		return err == -ENOENT ? 0 : err;
	err = sha256(text, len, digest);
	if (err)
		goto out;
	hex_encode(hex, digest, 6);
	snprintf(dir, sizeof(dir), "%s/evidence", case_dir);
	err = mkdir(dir, 0755) && errno != EEXIST ? -errno : 0;
	/* without a date: nobody has said yet what the time is */
	snprintf(path, sizeof(path), "%s/repair-%s.txt", dir, hex);
	if (!err)
		err = file_create(path, text, len, false);
	/* the same words are kept already */
	err = err == -EEXIST ? 0 : err ? err : 1;
	snprintf(path, sizeof(path), "%s/repaired", run);
	if (err >= 0 && rename(from, path))
		err = -errno;
out:
	free(text);
	return err;
}
