/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Do a certificate and an evidence log know of each other?  The certificate
 * names a line of its log by number and hash: a log that was shortened or made
 * anew does not have it.
 */
#include "check.h"
#include "cert_text.h"
#include "../src/util.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What a certificate claims of the log, and what was found of it. */
struct place {
	uint64_t seq;
	uint8_t head[DIGEST_LEN], receipt[DIGEST_LEN], digest[DIGEST_LEN];
	const char *cert_id, *result, *level;
	const json_t *parts;	/* earlier ones, borrowed */
	size_t n_parts;		/* of them, found in their order */
	bool reached, head_fits, intent, outcome, outcome_fits;
	bool issued, issued_fits;
};

static bool
digest_is(const json_t *j, const char *key, const uint8_t want[DIGEST_LEN])
{
	uint8_t digest[DIGEST_LEN];

	return !hex_decode(digest, DIGEST_LEN, cert_get(j, key)) &&
		!memcmp(digest, want, DIGEST_LEN);
}

static bool
lists_digest(const json_t *body, const uint8_t want[DIGEST_LEN])
{
	const json_t *files = json_object_get(body, "files");

	for (size_t i = 0; i < json_array_size(files); i++) {
		if (digest_is(json_array_get(files, i), "sha256", want))
			return true;
	}
	return false;
}

/* Each has its own line, one after the other. */
static void
look_for_part(struct place *p, const struct evidence_line *l)
{
	if (p->n_parts < json_array_size(p->parts) && digest_is(
		json_array_get(p->parts, p->n_parts), "receipt", l->hash))
		p->n_parts++;
}

static bool
knows_parts(const struct place *p)
{
	return p->n_parts == json_array_size(p->parts);
}

static int
look(void *ctx, const struct evidence_line *l)
{
	struct place *p = ctx;

	if (l->seq == p->seq) {
		p->reached = true;
		p->head_fits = !memcmp(l->hash, p->head, DIGEST_LEN);
	}
	if (!strcmp(l->event, "intent") && !p->intent)
		look_for_part(p, l);
	if (!strcmp(l->event, "intent") &&
	    !memcmp(l->hash, p->receipt, DIGEST_LEN) && l->seq <= p->seq)
		p->intent = true;
	if (!strcmp(l->event, "outcome") &&
	    digest_is(l->body, "receipt", p->receipt)) {
		p->outcome = true;
		p->outcome_fits = l->seq <= p->seq &&
			!strcmp(cert_get(l->body, "result"), p->result) &&
			!strcmp(cert_get(l->body, "level"), p->level);
	}
	if (!strcmp(l->event, "certificate") &&
	    !strcmp(cert_get(l->body, "cert_id"), p->cert_id)) {
		p->issued = true;
		p->issued_fits = lists_digest(l->body, p->digest);
	}
	return 0;
}

/* A torn end is no fault of what stands before it. */
static bool
chain_holds(const struct log_chain *c)
{
	return c->fault == CHAIN_HOLDS || c->fault == CHAIN_TORN;
}

static bool
place_fits(const struct place *p, const struct log_chain *chain)
{
	return chain_holds(chain) && p->reached && p->head_fits && p->intent &&
		p->outcome && p->outcome_fits && knows_parts(p) &&
		(!p->issued || p->issued_fits);
}

static void
judge_place(struct check *c, const char *log, const struct place *p,
	    const struct log_chain *chain)
{
	char why[256];

	chain_text(chain, c->lang, why, sizeof(why));
	if (!chain_holds(chain))
		check_say(c, false, "evidence", "作業記録 '%s' を検証できませ"
			  "ん: %s", "the evidence log '%s' does not hold:"
			  " %s", log, why);
	else if (!p->reached)
		check_say(c, false, "evidence", "作業記録 '%s' は%" PRIu64
			  "行目に届きません: 行が失われています",
			  "the evidence log '%s' ends before line %" PRIu64
			  " that this certificate names: lines were cut off",
			  log, p->seq);
	else if (!p->head_fits)
		check_say(c, false, "evidence", "作業記録 '%s' の%" PRIu64
			  "行目が証明書の示すものと異なります",
			  "line %2$" PRIu64 " of the evidence log '%1$s' is"
			  " not the one that this certificate names",
			  log, p->seq);
	else if (!p->intent || !p->outcome)
		check_say(c, false, "evidence", "作業記録 '%s' にこの消去の記録"
			  "がありません", "the evidence log '%s' does not know"
			  " of this erasure", log);
	else if (!knows_parts(p))
		check_say(c, false, "evidence", "作業記録 '%s' に、中断前の作業"
			  "の記録がありません", "the evidence log '%s' does not"
			  " know of the parts before the interruption", log);
	else if (!p->outcome_fits)
		check_say(c, false, "evidence", "作業記録 '%s' の結果が証明書と"
			  "異なります", "the evidence log '%s' records another"
			  " result", log);
	else if (p->issued && !p->issued_fits)
		check_say(c, false, "evidence", "作業記録 '%s' に記録された証"
			  "明書と内容が異なります", "the evidence log '%s'"
			  " records other bytes for this certificate", log);
	else
		check_say(c, true, "evidence", "作業記録 '%s' の%" PRIu64
			  "行目までと一致します", "agrees with the evidence log"
			  " '%s' up to line %" PRIu64, log, p->seq);
	if (place_fits(p, chain) && chain->fault == CHAIN_TORN)
		check_say(c, true, "damage", "作業記録 '%s' の末尾に損傷があり"
			  "ます: %s", "the end of the evidence log '%s' is"
			  " damaged: %s", log, why);
}

static const char *
base(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* ../FOLDER/NAME of the file that is checked. */
static int
beside(const struct check *c, const char *folder, const char *name, char *out,
       size_t len)
{
	return (size_t)snprintf(out, len, "%.*s../%s/%s",
				(int)(base(c->path) - c->path), c->path,
				folder, name) < len ? 0 : -ENAMETOOLONG;
}

static int
open_log(const char *path)
{
	return open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
}

/* True: this log was the last to be asked, and what it says was said. */
static bool
hold_against(struct check *c, const char *log, int fd, struct place *p,
	     bool last)
{
	struct log_chain chain;
	int err = evidence_scan(fd, look, p, &chain);
	bool said = last || (!err && place_fits(p, &chain));

	if (said && err)
		check_say(c, false, "evidence", "作業記録 '%s' を読めません: "
			  "%s", "the evidence log '%s' cannot be read: %s",
			  log, strerror(-err));
	else if (said)
		judge_place(c, log, p, &chain);
	chain_free(&chain);
	return said;
}

/*
 * The log beside the certificate decides: CASE/evidence/FILE for
 * CASE/out/ID.json.  Without it those that were named: cases may share a
 * station, so several can have this name and one of them must fit.
 */
static bool
ask_logs(struct check *c, const char *file, const struct place *want)
{
	char path[PATH_LEN * 2];
	struct place p = *want;
	size_t left = 0;
	bool said = false;
	int fd;

	if (!beside(c, "evidence", file, path, sizeof(path)) &&
	    (fd = open_log(path)) >= 0) {
		said = hold_against(c, path, fd, &p, true);
		close(fd);
		return said;
	}
	for (size_t i = 0; i < c->n_logs; i++)
		left += !strcmp(base(c->logs[i]), file);
	for (size_t i = 0; i < c->n_logs && !said; i++) {
		if (strcmp(base(c->logs[i]), file) != 0)
			continue;
		p = *want;
		fd = open_log(c->logs[i]);
		if (fd < 0 && --left == 0)
			return false;
		if (fd < 0)
			continue;
		said = hold_against(c, c->logs[i], fd, &p, --left == 0);
		close(fd);
	}
	return said;
}

static bool
place_of(const json_t *doc, struct place *p)
{
	const json_t *e = json_object_get(doc, "evidence");
	json_int_t seq = json_integer_value(json_object_get(e, "seq"));

	*p = (struct place){
		.seq = (uint64_t)seq, .cert_id = cert_get(doc, "cert_id"),
		.result = cert_get(doc, "result"),
		.level = cert_get(doc, "level"),
		.parts = cert_at(doc, "method.parts"),
	};
	return seq >= 1 && cert_log_name(cert_get(e, "file")) &&
		!hex_decode(p->head, DIGEST_LEN, cert_get(e, "head")) &&
		!hex_decode(p->receipt, DIGEST_LEN, cert_get(e, "receipt"));
}

void
check_place(struct check *c, const json_t *doc,
	    const uint8_t digest[DIGEST_LEN])
{
	const char *file = cert_get(doc, "evidence.file");
	struct place p;

	if (!place_of(doc, &p)) {
		check_say(c, false, "evidence", "作業記録のどの行に係るものか"
			  "を示していません", "does not say which line of which"
			  " evidence log it rests on");
		return;
	}
	memcpy(p.digest, digest, DIGEST_LEN);
	if (!ask_logs(c, file, &p))
		check_skip(c, "evidence", "作業記録 '%s' はここになく、照合して"
			   "いません", "the evidence log '%s' is not here and"
			   " was not looked at", file);
}

/* ---- a log against the certificates beside it --------------------------- */

static json_t *
load(const char *path)
{
	char *text = NULL;
	size_t len = 0;
	json_t *j = NULL;

	if (!file_read(path, CERT_MAX, &text, &len))
		j = json_load_canonical(text, len);
	free(text);
	return j;
}

/* False once a certificate was found that this log does not bear out. */
static bool
borne_out(struct check *c, int log, const char *path)
{
	json_t *doc = load(path);
	struct log_chain chain = { 0 };
	struct place p;
	bool ok = true;

	if (strcmp(cert_get(doc, "evidence.file"), base(c->path)) != 0 ||
	    !place_of(doc, &p))
		goto out;
	ok = !evidence_scan(log, look, &p, &chain) && p.reached && p.head_fits;
	if (!ok)
		check_say(c, false, "evidence", "証明書 '%s' の示す%" PRIu64
			  "行目がないか、異なります: 行の欠落又は作り直し",
			  "line %2$" PRIu64 " that certificate '%1$s' names is"
			  " missing or another: lines were cut off, or the log"
			  " was made anew", base(path), p.seq);
	chain_free(&chain);
out:
	json_decref(doc);
	return ok;
}

void
check_beside(struct check *c, int log)
{
	char path[PATH_LEN * 2];
	struct dirent *e;
	DIR *dir = NULL;
	bool ok = true;

	if (!beside(c, "out", "", path, sizeof(path)))
		dir = opendir(path);
	while (ok && dir && (e = readdir(dir))) {
		if (cert_ends_in(e->d_name, ".json") &&
		    !beside(c, "out", e->d_name, path, sizeof(path)))
			ok = borne_out(c, log, path);
	}
	if (dir)
		closedir(dir);
}
