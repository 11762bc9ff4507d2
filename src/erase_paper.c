/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How does a document come to be while drives are at work?  Drawing and signing
 * one takes seconds, and the stick may be slow: a child makes it, so that
 * nobody waits, neither a drive for its record nor a person for a key.
 *
 * The child writes the files, and reads them again as an auditor would; only
 * then it says so, and the parent puts the certificate into the log.  A child
 * that dies or hangs leaves an outcome without a document, as a power cut
 * does: nothing is claimed, and `massho case issue` makes it later.
 *
 * It signs, so its copy of the key must lie in locked memory as well: it locks
 * it before it does anything else.
 */
#include "erase.h"

#include "util.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define AT_ONCE	2U			/* children; the drives come first */
#define LATE_MS	(10 * 60 * 1000ULL)	/* one that hangs, as its stick may */

/* All that a child ever says. */
struct word {
	int32_t err;
	char id[sizeof(((struct job *)0)->cert_id)];
	char error[sizeof(((struct job *)0)->cert_error)];
	char body[2048];	/* of the evidence line, as JSON */
};

/* ---- the child ----------------------------------------------------------- */

static int
describe(struct word *w, const json_t *body)
{
	char *text = NULL;
	size_t len = 0;
	int err = json_canonical(body, &text, &len);

	if (!err)
		err = text_copy(w->body, sizeof(w->body), text);
	free(text);
	return err;
}

static int
issue(const struct erase *e, const struct job *j, struct word *w)
{
	json_t *cert = NULL, *body = NULL, *position = NULL;
	char out[PATH_LEN + 8], receipt[2 * DIGEST_LEN + 1];
	int err = -ENOMEM;

	snprintf(out, sizeof(out), "%s/out", e->dir);
	position = evidence_position(e->log);
	if (!position)
		goto out;
	hex_encode(receipt, j->consent.receipt, DIGEST_LEN);
	if (json_object_set_new(position, "receipt", json_string(receipt)))
		goto out;
	err = cert_build(&(struct cert_input){
		.c = e->c, .medium = j->row, .d = &j->d, .p = &j->p,
		.consent = &j->consent, .r = &j->run, .v = &j->verdict,
		.key = e->key, .evidence = position,
	}, &cert);
	if (!err)
		err = cert_issue(out, cert, e->key, w->id, &body, w->error,
				 sizeof(w->error));
	if (!err)
		err = describe(w, body);
out:
	json_decref(cert);
	json_decref(body);
	json_decref(position);
	return err;
}

static void
work(const struct erase *e, const struct job *j, int fd,
     const struct key_memory *memory)
{
	struct word w = { 0 };

	w.err = key_lock_again(memory);
	if (w.err)
		text_copy(w.error, sizeof(w.error),
			  _("memory for the key cannot be locked once more"));
	else
		w.err = issue(e, j, &w);
	_exit(send(fd, &w, sizeof(w), MSG_NOSIGNAL) == sizeof(w) ? 0 : 1);
}

/* ---- the parent ---------------------------------------------------------- */

static int
start(const struct erase *e, struct job *j)
{
	pid_t parent = getpid(), pid;
	struct key_memory memory;
	int pair[2], err = key_memory(&memory);

	if (err)
		return err;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		return -errno;
	pid = fork();
	if (pid == 0) {
		worker_become(parent, pair[1]);
		work(e, j, pair[1], &memory);
	}
	err = pid < 0 ? -errno : 0;
	close(pair[1]);
	if (err) {
		close(pair[0]);
		return err;
	}
	j->maker = (struct worker){ .pid = pid, .fd = pair[0] };
	j->paper = PAPER_MAKING;
	j->paper_ms = mono_ms();
	return 0;
}

/* What a person carries out of the room, by a telephone or by hand: that of the
 * JSON, which the paper names, too. */
static void
keep_digest(struct job *j, const json_t *body)
{
	const json_t *file;
	size_t i;

	json_array_foreach(json_object_get(body, "files"), i, file) {
		const char *name = json_string_value(json_object_get(file,
								     "name"));
		const char *hex = json_string_value(json_object_get(file,
								    "sha256"));

		const char *dot = name ? strrchr(name, '.') : NULL;

		if (dot && hex && !strcmp(dot, ".json"))
			text_copy(j->cert_digest, sizeof(j->cert_digest), hex);
	}
}

/* It is on the disk and was read again: on record, and the drive is done. */
static int
take(struct erase *e, struct job *j, const struct word *w)
{
	json_t *body = json_loads(w->body, JSON_REJECT_DUPLICATES, NULL);
	char receipt[2 * DIGEST_LEN + 1];

	hex_encode(receipt, j->consent.receipt, DIGEST_LEN);
	if (!body ||
	    json_object_set_new(body, "receipt", json_string(receipt))) {
		json_decref(body);
		return -EBADMSG;
	}
	text_copy(j->cert_id, sizeof(j->cert_id), w->id);
	keep_digest(j, body);
	if (erase_log(e, "certificate", body))
		return 0;
	snprintf(j->cert_error, sizeof(j->cert_error), "%s",
		 _("the document is issued, but the log could not record"
		   " it"));
	return -EIO;
}

static void
end(struct erase *e, struct job *j, int err, bool kill_it)
{
	worker_end(&j->maker, kill_it);
	if (err && !j->cert_error[0])
		snprintf(j->cert_error, sizeof(j->cert_error),
			 _("no document could be issued: %s"), strerror(-err));
	erase_conclude(e, j, err);
}

void
erase_paper_hear(struct erase *e, struct job *j)
{
	struct word w;
	ssize_t n = recv(j->maker.fd, &w, sizeof(w), MSG_DONTWAIT);
	int err;

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n != sizeof(w) || w.id[sizeof(w.id) - 1] ||
	    w.error[sizeof(w.error) - 1] || w.body[sizeof(w.body) - 1]) {
		text_copy(j->cert_error, sizeof(j->cert_error),
			  _("no document could be issued: the process that"
			    " made it died"));
		end(e, j, -EPIPE, true);
		return;
	}
	text_copy(j->cert_error, sizeof(j->cert_error), w.error);
	err = w.err ? w.err : take(e, j, &w);
	end(e, j, err, false);
}

static void
give_up(struct erase *e, struct job *j)
{
	text_copy(j->cert_error, sizeof(j->cert_error),
		  _("no document could be issued: it was not on the disk after"
		    " 10 minutes"));
	end(e, j, -ETIMEDOUT, true);
}

void
erase_papers(struct erase *e)
{
	uint64_t now = mono_ms();
	size_t i, busy = 0;
	int err;

	for (i = 0; i < e->n_jobs; i++) {
		struct job *j = &e->jobs[i];

		if (j->paper == PAPER_MAKING && now > j->paper_ms &&
		    now - j->paper_ms >= LATE_MS)
			give_up(e, j);
		if (!worker_gone(&j->maker) && j->paper == PAPER_MAKING)
			busy++;
	}
	for (i = 0; i < e->n_jobs && busy < AT_ONCE; i++) {
		struct job *j = &e->jobs[i];

		if (j->paper != PAPER_DUE)
			continue;
		err = start(e, j);
		if (err)
			end(e, j, err, false);
		else
			busy++;
	}
}
