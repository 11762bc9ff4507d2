/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Does an evidence log hold, and how far?  Read by the writer before it
 * appends and by anyone who checks: one piece of code, one opinion.
 *
 * A line is good if its bytes are canonical, its hash is that of its content,
 * and it follows the good line before.  Bytes that are no line are accepted
 * only as a torn write that the next session found: then EVIDENCE_TORN and a
 * `recovered` line with their length and hash follow.  Anything else is a
 * fault, and nothing after it counts.
 */
#include "cert.h"
#include "../src/util.h"

#include <errno.h>
#include <inttypes.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define OPEN_MAX	4096	/* intents that wait for their outcome */
#define CHUNK		65536
#define TORN_LEN	(sizeof(EVIDENCE_TORN) - 1)

struct scan {
	struct log_chain *out;
	int (*each)(void *ctx, const struct evidence_line *l);
	void *ctx;
	bool in_session;
	/* bytes that are no line, since the last good one */
	EVP_MD_CTX *torn;
	uint64_t torn_line;	/* 0: none */
	bool marker;		/* they end in EVIDENCE_TORN, not yet counted */
};

enum kind { KIND_NOISE, KIND_CHANGED, KIND_GOOD };

static int
fault(struct scan *s, enum chain_fault f, uint64_t line)
{
	s->out->fault = f;
	s->out->at_line = line;
	return 1;
}

/* hash = SHA-256 over the canonical bytes of the object without hash. */
static bool
hash_fits(json_t *j, const uint8_t hash[DIGEST_LEN])
{
	uint8_t digest[DIGEST_LEN];
	char *text = NULL;
	size_t len;
	bool ok;

	ok = !json_object_del(j, "hash") &&
		!json_canonical(j, &text, &len) &&
		!sha256(text, len, digest) &&
		!memcmp(digest, hash, DIGEST_LEN);
	free(text);
	return ok;
}

/* Lower case only: a digit has one spelling. */
static bool
digest_fits(const char *hex, uint8_t out[DIGEST_LEN])
{
	char again[2 * DIGEST_LEN + 1];

	if (hex_decode(out, DIGEST_LEN, hex))
		return false;
	hex_encode(again, out, DIGEST_LEN);
	return !strcmp(again, hex);
}

static bool
members_fit(json_t *j, struct evidence_line *l, uint8_t prev[DIGEST_LEN])
{
	const char *hash = json_string_value(json_object_get(j, "hash"));
	const char *before = json_string_value(json_object_get(j, "prev"));
	const json_t *seq = json_object_get(j, "seq");

	l->event = json_string_value(json_object_get(j, "event"));
	l->time = json_string_value(json_object_get(j, "time"));
	l->body = json_object_get(j, "body");
	if (json_object_size(j) != 6 || !hash || !before || !l->event ||
	    !l->time || !json_is_object(l->body) || !json_is_integer(seq) ||
	    json_integer_value(seq) < 1)
		return false;
	l->seq = (uint64_t)json_integer_value(seq);
	return digest_fits(hash, l->hash) && digest_fits(before, prev);
}

/* *j holds what *l borrows, if good. */
static enum kind
read_line(const char *text, size_t len, struct evidence_line *l,
	  uint8_t prev[DIGEST_LEN], json_t **j)
{
	bool ours;

	*j = json_load_canonical(text, len);
	if (*j && members_fit(*j, l, prev) && hash_fits(*j, l->hash)) {
		l->text = text;
		l->len = len;
		return KIND_GOOD;
	}
	json_decref(*j);
	/* A line of a log that someone has touched, or no line at all? */
	*j = json_loadb(text, len, 0, NULL);
	ours = json_object_get(*j, "hash") && json_object_get(*j, "prev");
	json_decref(*j);
	*j = NULL;
	return ours ? KIND_CHANGED : KIND_NOISE;
}

static int
add_noise(struct scan *s, const char *text, size_t len, uint64_t line)
{
	bool marker = len >= TORN_LEN &&
		!memcmp(text + len - TORN_LEN, EVIDENCE_TORN, TORN_LEN);
	size_t n = marker ? len - TORN_LEN : len;

	if (!s->torn_line) {
		s->torn_line = line;
		s->out->torn = 0;
		s->marker = false;
		if (EVP_DigestInit_ex(s->torn, EVP_sha256(), NULL) != 1)
			return -EIO;
	}
	if (s->marker) {
		s->out->torn += TORN_LEN;
		if (EVP_DigestUpdate(s->torn, EVIDENCE_TORN, TORN_LEN) != 1)
			return -EIO;
	}
	s->marker = marker;
	s->out->torn += n;
	return EVP_DigestUpdate(s->torn, text, n) == 1 ? 0 : -EIO;
}

static int
finish_noise(struct scan *s)
{
	unsigned n = 0;

	return EVP_DigestFinal_ex(s->torn, s->out->torn_sha256, &n) == 1 ?
		0 : -EIO;
}

/* Do the bytes before this `recovered` line agree with what it records? */
static bool
accounts_for(struct scan *s, const struct evidence_line *l)
{
	const json_t *torn = json_object_get(l->body, "torn");
	const json_t *bytes = json_object_get(torn, "bytes");
	const char *hex = json_string_value(json_object_get(torn, "sha256"));
	uint8_t digest[DIGEST_LEN];

	return s->marker && json_is_integer(bytes) && hex &&
		(uint64_t)json_integer_value(bytes) == s->out->torn &&
		!hex_decode(digest, DIGEST_LEN, hex) &&
		!memcmp(digest, s->out->torn_sha256, DIGEST_LEN);
}

static int
intent_opened(struct log_chain *c, const uint8_t hash[DIGEST_LEN])
{
	void *more;

	if (c->n_open >= OPEN_MAX)
		return -E2BIG;
	more = realloc(c->open, (c->n_open + 1) * sizeof(*c->open));
	if (!more)
		return -ENOMEM;
	c->open = more;
	memcpy(c->open[c->n_open++], hash, DIGEST_LEN);
	return 0;
}

static bool
intent_ended(struct log_chain *c, const json_t *body)
{
	const char *hex = json_string_value(json_object_get(body, "receipt"));
	uint8_t receipt[DIGEST_LEN];

	if (!hex || hex_decode(receipt, DIGEST_LEN, hex))
		return false;
	for (uint32_t i = 0; i < c->n_open; i++) {
		if (memcmp(c->open[i], receipt, DIGEST_LEN) != 0)
			continue;
		memmove(c->open[i], c->open[i + 1],
			(c->n_open - i - 1) * sizeof(*c->open));
		c->n_open--;
		return true;
	}
	return false;
}

/* 0, 1: this line cannot stand here, -errno. */
static int
follow_session(struct scan *s, const struct evidence_line *l)
{
	struct log_chain *c = s->out;
	const char *e = l->event;

	c->closed = !strcmp(e, "closed");
	if (!strcmp(e, "opened")) {
		c->sessions++;
		c->unclosed += s->in_session;
		s->in_session = true;
		return 0;
	}
	if (!strcmp(e, "recovered")) {
		c->recovered++;
		return 0;
	}
	if (!s->in_session)
		return 1;
	if (!strcmp(e, "intent"))
		return intent_opened(c, l->hash);
	if (!strcmp(e, "outcome"))
		return !intent_ended(c, l->body);
	if (c->closed) {
		s->in_session = false;
		return c->n_open > 0;
	}
	return 0;
}

static int
take_good(struct scan *s, const struct evidence_line *l,
	  const uint8_t prev[DIGEST_LEN], uint64_t line)
{
	struct log_chain *c = s->out;
	bool records = !strcmp(l->event, "recovered");
	int err;

	if (s->torn_line) {
		err = finish_noise(s);
		if (err)
			return err;
		if (!records || !accounts_for(s, l))
			return fault(s, CHAIN_CHANGED, s->torn_line);
		s->torn_line = 0;
		c->torn = 0;
	} else if (records) {
		return fault(s, CHAIN_CHANGED, line);
	}
	if (l->seq != c->seq + 1 || memcmp(prev, c->head, DIGEST_LEN) != 0)
		return fault(s, CHAIN_GAP, line);
	err = follow_session(s, l);
	if (err)
		return err < 0 ? err : fault(s, CHAIN_ORDER, line);
	c->seq = l->seq;
	memcpy(c->head, l->hash, DIGEST_LEN);
	return s->each ? s->each(s->ctx, l) : 0;
}

/* len includes the LF, if there is one. */
static int
take_piece(struct scan *s, const char *text, size_t len, uint64_t line)
{
	struct evidence_line l = { 0 };
	uint8_t prev[DIGEST_LEN];
	enum kind kind = KIND_NOISE;
	json_t *j = NULL;
	int ret;

	/* Without its LF even a complete line was not written to the end. */
	if (text[len - 1] == '\n' && len <= EVIDENCE_LINE_MAX)
		kind = read_line(text, len - 1, &l, prev, &j);
	if (kind == KIND_GOOD)
		ret = take_good(s, &l, prev, line);
	else if (kind == KIND_CHANGED)
		ret = fault(s, CHAIN_CHANGED,
			    s->torn_line ? s->torn_line : line);
	else
		ret = add_noise(s, text, len, line);
	json_decref(j);
	return ret;
}

static int
read_some(int fd, char *buf, size_t len, uint64_t at, size_t *got)
{
	for (;;) {
		ssize_t n = pread(fd, buf, len, (off_t)at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		*got = (size_t)n;
		return 0;
	}
}

static int
read_pieces(struct scan *s, int fd, char *buf, size_t room)
{
	size_t have = 0, got = 0, from, n;
	uint64_t at = 0, line = 1;
	char *lf;
	int ret;

	for (;;) {
		ret = read_some(fd, buf + have,
				room - have < CHUNK ? room - have : CHUNK, at,
				&got);
		if (ret)
			return ret;
		at += got;
		have += got;
		s->out->size = at;
		from = 0;
		while ((lf = memchr(buf + from, '\n', have - from))) {
			size_t len = (size_t)(lf - (buf + from)) + 1;

			ret = take_piece(s, buf + from, len, line++);
			if (ret)
				return ret;
			from += len;
		}
		memmove(buf, buf + from, have - from);
		have -= from;
		if (have && (!got || have == room)) {
			/* A marker that has begun stays in one piece. */
			n = got ? have - TORN_LEN : have;
			ret = take_piece(s, buf, n, line);
			if (ret)
				return ret;
			memmove(buf, buf + n, have - n);
			have -= n;
		}
		if (!got)
			return 0;
	}
}

int
evidence_scan(int fd, int (*each)(void *ctx, const struct evidence_line *l),
	      void *ctx, struct log_chain *out)
{
	struct scan s = { .out = out, .each = each, .ctx = ctx };
	size_t room = EVIDENCE_LINE_MAX + CHUNK;
	char *buf = malloc(room);
	int ret = -ENOMEM;

	memset(out, 0, sizeof(*out));
	s.torn = EVP_MD_CTX_new();
	if (buf && s.torn)
		ret = read_pieces(&s, fd, buf, room);
	if (!ret && s.torn_line) {
		/* The marker belongs to the torn bytes until its line is
		 * there as well. */
		if (s.marker) {
			s.marker = false;
			out->torn += TORN_LEN;
			if (EVP_DigestUpdate(s.torn, EVIDENCE_TORN,
					     TORN_LEN) != 1)
				ret = -EIO;
		}
		ret = ret ? ret : finish_noise(&s);
		out->fault = CHAIN_TORN;
		out->at_line = s.torn_line;
	} else if (!ret) {
		out->fault = CHAIN_HOLDS;
	} else if (ret == 1 && out->fault != CHAIN_UNREAD) {
		ret = 0;	/* the fault is the answer */
	}
	EVP_MD_CTX_free(s.torn);
	free(buf);
	return ret;
}

void
chain_free(struct log_chain *c)
{
	free(c->open);
	c->open = NULL;
	c->n_open = 0;
}

void
chain_text(const struct log_chain *c, enum lang lang, char *buf, size_t len)
{
	static const char *const text[][2] = {
		[CHAIN_UNREAD] = { "ログを読めません",
			"the log could not be read" },
		[CHAIN_CHANGED] = { "%" PRIu64 "行目が変更されています",
			"line %" PRIu64 " was changed" },
		[CHAIN_GAP] = { "%" PRIu64 "行目が前の行に続いていません"
			"（行の欠落、移動又は挿入）",
			"line %" PRIu64 " does not follow the one before: a"
			" line is missing, was moved or put in" },
		[CHAIN_ORDER] = { "%" PRIu64 "行目はその位置にあり得ない"
			"記録です",
			"line %" PRIu64 " cannot stand where it does" },
		[CHAIN_TORN] = { "%" PRIu64 "行目から後が途切れています"
			"（書込みの途中で停止、又は末尾の改変）",
			"from line %" PRIu64 " on the end is damaged: a write"
			" was cut off, or the end was changed" },
		[CHAIN_HOLDS] = { "連鎖は保たれています", "the chain holds" },
	};

	snprintf(buf, len, text[c->fault][lang == LANG_EN], c->at_line);
}
