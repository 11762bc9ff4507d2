/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Does an evidence log hold, and does it know of a certificate?  A log whose
 * end was cut off at a good line looks whole; only a certificate that names a
 * later line can tell.  So each certificate is held against its log.
 */
#include "check.h"
#include "../src/util.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

void
check_log(struct check *c, int fd)
{
	struct chain chain;
	char why[256];
	int err = evidence_scan(fd, NULL, NULL, &chain);

	if (err) {
		check_say(c, false, "chain", "読めません: %s",
			  "cannot be read: %s", strerror(-err));
		goto out;
	}
	chain_text(&chain, c->lang, why, sizeof(why));
	if (chain.fault != CHAIN_HOLDS) {
		check_say(c, false, "chain", "%s", "%s", why);
		goto out;
	}
	if (!chain.seq) {
		check_say(c, false, "chain", "空です", "is empty");
		goto out;
	}
	check_say(c, true, "chain", "%" PRIu64 "行の連鎖は保たれています",
		  "%" PRIu64 " lines hold together", chain.seq);
	if (chain.unclosed || chain.recovered)
		check_say(c, true, "sessions", "%u回のうち%u回は途中で終わり、"
			  "次の開始時に記録されています",
			  "of %u sessions %u ended abruptly and were recorded"
			  " as such", chain.sessions, chain.unclosed);
	if (chain.n_open)
		check_say(c, false, "outcome", "%u件の消去に結果がありません"
			  "（実行中、又は中断）", "%u erasure(s) without an"
			  " outcome: still running, or interrupted",
			  chain.n_open);
	if (!chain.closed)
		check_say(c, false, "closed", "最後の回が閉じられていません"
			  "（実行中、中断、又は末尾の欠落）", "the last session"
			  " was not closed: it is still running, was"
			  " interrupted, or lines were cut off");
out:
	chain_free(&chain);
}

/* What a certificate claims of the log, and what was found of it. */
struct place {
	uint64_t seq;
	uint8_t head[DIGEST_LEN], receipt[DIGEST_LEN], digest[DIGEST_LEN];
	const char *cert_id, *result, *level;
	bool reached, head_fits, intent, outcome, outcome_fits;
	bool issued, issued_fits;
};

static const char *
text(const json_t *j, const char *key)
{
	const char *s = json_string_value(json_object_get(j, key));

	return s ? s : "";
}

static bool
digest_is(const json_t *j, const char *key, const uint8_t want[DIGEST_LEN])
{
	uint8_t digest[DIGEST_LEN];

	return !hex_decode(digest, DIGEST_LEN, text(j, key)) &&
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

static int
look(void *ctx, const struct evidence_line *l)
{
	struct place *p = ctx;

	if (l->seq == p->seq) {
		p->reached = true;
		p->head_fits = !memcmp(l->hash, p->head, DIGEST_LEN);
	}
	if (!strcmp(l->event, "intent") &&
	    !memcmp(l->hash, p->receipt, DIGEST_LEN) && l->seq <= p->seq)
		p->intent = true;
	if (!strcmp(l->event, "outcome") &&
	    digest_is(l->body, "receipt", p->receipt)) {
		p->outcome = true;
		p->outcome_fits = l->seq <= p->seq &&
			!strcmp(text(l->body, "result"), p->result) &&
			!strcmp(text(l->body, "level"), p->level);
	}
	if (!strcmp(l->event, "certificate") &&
	    !strcmp(text(l->body, "cert_id"), p->cert_id)) {
		p->issued = true;
		p->issued_fits = lists_digest(l->body, p->digest);
	}
	return 0;
}

static void
judge_place(struct check *c, const char *log, const struct place *p,
	    const struct chain *chain)
{
	char why[256];

	chain_text(chain, c->lang, why, sizeof(why));
	/* A torn end is no fault of what stands before it. */
	if (chain->fault != CHAIN_HOLDS && chain->fault != CHAIN_TORN)
		check_say(c, false, "evidence", "証拠ログ '%s' が保たれていま"
			  "せん: %s", "the evidence log '%s' does not hold:"
			  " %s", log, why);
	else if (!p->reached)
		check_say(c, false, "evidence", "証拠ログ '%s' は%" PRIu64
			  "行目に届きません: 行が失われています",
			  "the evidence log '%s' ends before line %" PRIu64
			  " that this certificate names: lines were cut off",
			  log, p->seq);
	else if (!p->head_fits)
		check_say(c, false, "evidence", "証拠ログ '%s' の%" PRIu64
			  "行目が証明書の示すものと異なります",
			  "line %2$" PRIu64 " of the evidence log '%1$s' is"
			  " not the one that this certificate names",
			  log, p->seq);
	else if (!p->intent || !p->outcome)
		check_say(c, false, "evidence", "証拠ログ '%s' にこの消去の記録"
			  "がありません", "the evidence log '%s' does not know"
			  " of this erasure", log);
	else if (!p->outcome_fits)
		check_say(c, false, "evidence", "証拠ログ '%s' の結果が証明書と"
			  "異なります", "the evidence log '%s' records another"
			  " result", log);
	else if (p->issued && !p->issued_fits)
		check_say(c, false, "evidence", "証拠ログ '%s' に記録された証"
			  "明書と内容が異なります", "the evidence log '%s'"
			  " records other bytes for this certificate", log);
	else
		check_say(c, true, "evidence", "証拠ログ '%s' の%" PRIu64
			  "行目までと一致します", "agrees with the evidence log"
			  " '%s' up to line %" PRIu64, log, p->seq);
}

static void
hold_against(struct check *c, const char *log, int fd, struct place *p)
{
	struct chain chain;
	int err = evidence_scan(fd, look, p, &chain);

	if (err)
		check_say(c, false, "evidence", "証拠ログ '%s' を読めません: "
			  "%s", "the evidence log '%s' cannot be read: %s",
			  log, strerror(-err));
	else
		judge_place(c, log, p, &chain);
	chain_free(&chain);
}

static const char *
base(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* A log that was named, or CASE/evidence/FILE beside CASE/out/ID.json. */
static int
find_log(struct check *c, const char *file, char *path, size_t len)
{
	const char *name = base(c->path);

	for (size_t i = 0; i < c->n_logs; i++) {
		if (!strcmp(base(c->logs[i]), file) &&
		    !text_copy(path, len, c->logs[i]))
			return open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	}
	if ((size_t)snprintf(path, len, "%.*s../evidence/%s",
			     (int)(name - c->path), c->path, file) >= len)
		return -1;
	return open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
}

void
check_place(struct check *c, const json_t *doc,
	    const uint8_t digest[DIGEST_LEN])
{
	const json_t *e = json_object_get(doc, "evidence");
	const char *file = text(e, "file");
	struct place p = {
		.seq = (uint64_t)json_integer_value(json_object_get(e, "seq")),
		.cert_id = text(doc, "cert_id"),
		.result = text(doc, "result"), .level = text(doc, "level"),
	};
	char path[PATH_LEN * 2];
	int fd;

	if (!*file || strchr(file, '/') || file[0] == '.' || !p.seq ||
	    hex_decode(p.head, DIGEST_LEN, text(e, "head")) ||
	    hex_decode(p.receipt, DIGEST_LEN, text(e, "receipt")))
		return;		/* "content" has said so already */
	memcpy(p.digest, digest, DIGEST_LEN);
	fd = find_log(c, file, path, sizeof(path));
	if (fd < 0) {
		check_say(c, true, "evidence", "証拠ログ '%s' はここになく、照"
			  "合していません", "the evidence log '%s' is not here"
			  " and was not looked at", file);
		return;
	}
	hold_against(c, path, fd, &p);
	close(fd);
}
