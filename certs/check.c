/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Does this file hold?  Certificates, their PDF and evidence logs, with what
 * lies beside them, offline.  Everything is said; the gravest thing decides:
 * 3 something does not hold, 4 only the signer is unknown, 0 all of it holds,
 * 1 the file could not be read at all.
 */
#include "check.h"
#include "cert_text.h"
#include "../src/util.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A full report keeps its last line for what does not hold. */
static struct check_line *
line_for(struct check_report *r, bool holds)
{
	if (r->n == ARRAY_SIZE(r->lines)) {
		if (holds)
			return NULL;
		r->n--;
	}
	return &r->lines[r->n++];
}

static void
put(struct check_line *l, const char *what, const char *fmt, va_list ap)
{
	char text[1024];

	text_copy(l->what, sizeof(l->what), what);
	vsnprintf(text, sizeof(text), fmt, ap);
	text_clean(l->detail, sizeof(l->detail), text, strlen(text));
}

void
check_say(struct check *c, bool holds, const char *what, const char *ja,
	  const char *en, ...)
{
	struct check_line *l = line_for(c->out, holds);
	va_list ap;

	if (!l)
		return;
	l->looked = true;
	l->holds = holds;
	va_start(ap, en);
	put(l, what, c->lang == LANG_JA ? ja : en, ap);
	va_end(ap);
	if (!holds)
		c->out->exit = !strcmp(what, "trust") && c->out->exit != 3 ?
			       4 : 3;
}

void
check_skip(struct check *c, const char *what, const char *ja, const char *en,
	   ...)
{
	struct check_line *l = line_for(c->out, true);
	va_list ap;

	if (!l)
		return;
	l->holds = true;
	l->looked = false;
	va_start(ap, en);
	put(l, what, c->lang == LANG_JA ? ja : en, ap);
	va_end(ap);
}

void
check_signer(struct check *c, const char *of, const struct signer *s)
{
	bool again = c->signer[0] && !strcmp(c->signer, s->fingerprint);

	text_copy(c->signer, sizeof(c->signer), s->fingerprint);
	if (s->trust == TRUST_BAD) {
		check_say(c, false, "signature", "%s: %s", "%s: %s", of,
			  sign_why_text(s->why, c->lang));
		return;
	}
	check_say(c, true, "signature",
		  "%s の署名を検証できました: %s（%s、証明書の指紋 %s）",
		  "%s is signed by %s (%s, certificate %s)", of, s->subject,
		  s->algorithm, s->fingerprint);
	if (again)
		return;
	if (s->trust == TRUST_OK)
		check_say(c, true, "trust", "署名者は信頼する証明書に含まれま"
			  "す", "the signer is among the trusted");
	else if (!c->n_trust)
		check_say(c, false, "trust", "署名者を保証するものが指定され"
			  "ていません: --trust で署名者の証明書を指定してくだ"
			  "さい", "nobody vouches for the signer: name its"
			  " certificate by --trust");
	else
		check_say(c, false, "trust", "署名者は信頼する証明書に含まれ"
			  "ません", "the signer is not among the trusted");
}

const char *
check_what_text(const char *what, enum lang lang)
{
	static const char *const ja[][2] = {
		{ "signature", "署名" }, { "trust", "署名者" },
		{ "signer", "署名者" }, { "content", "内容" },
		{ "validity", "有効期間" }, { "evidence", "作業記録" },
		{ "chain", "連鎖" }, { "sessions", "中断" },
		{ "outcome", "結果" }, { "closed", "終了" },
		{ "damage", "損傷" }, { "copy", "写し" },
		{ "file", "ファイル" },
	};

	for (size_t i = 0; lang == LANG_JA && i < ARRAY_SIZE(ja); i++) {
		if (!strcmp(ja[i][0], what))
			return ja[i][1];
	}
	return what;
}

enum kind { KIND_NONE, KIND_CERT, KIND_PDF, KIND_LOG };

/* The bytes decide; the name only where they are too damaged to. */
static enum kind
kind_of(const char *path, const char *start, size_t len)
{
	if (len >= 5 && !memcmp(start, "%PDF-", 5))
		return KIND_PDF;
	if (cert_ends_in(path, ".jsonl"))
		return KIND_LOG;
	if (cert_ends_in(path, ".pdf"))
		return KIND_PDF;
	if (cert_ends_in(path, ".json") ||
	    memmem(start, len, "\"cert_id\"", 9))
		return KIND_CERT;
	if (memmem(start, len, "\"prev\"", 6))
		return KIND_LOG;
	return KIND_NONE;
}

static void
check_cert_file(struct check *c, const char *json, size_t len)
{
	char path[PATH_LEN * 2], *p7s = NULL;
	bool cut = false;
	size_t n = 0;

	if ((size_t)snprintf(path, sizeof(path), "%s.p7s", c->path) >=
	    sizeof(path) ||
	    file_read_cut(path, 1024 * 1024, &p7s, &n, &cut))
		p7s = NULL;
	c->cut |= cut;
	check_cert(c, json, len, (const uint8_t *)p7s, n);
	free(p7s);
}

static int
open_regular(const char *path, int *fd)
{
	struct stat st;

	*fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (*fd < 0)
		return -errno;
	if (fstat(*fd, &st))
		return -errno;
	return S_ISREG(st.st_mode) ? 0 : S_ISDIR(st.st_mode) ? -EISDIR :
		-EINVAL;
}

/* A document, or `.tmp` if that is all that a power cut left of it. */
static int
open_document(const char *path, int *fd)
{
	char tmp[PATH_LEN * 2 + 8];
	int err = open_regular(path, fd);

	if (err != -ENOENT || cert_ends_in(path, ".jsonl") ||
	    (size_t)snprintf(tmp, sizeof(tmp), "%s.tmp", path) >= sizeof(tmp))
		return err;
	return open_regular(tmp, fd);
}

/* ID.json.tmp is ID.json before it got its name, unless it has got it. */
static void
own_name(struct check *c, char *buf, size_t len)
{
	static const char *const ends[] = { ".json", ".json.p7s", ".pdf" };
	size_t n = strlen(c->path);
	struct stat st;

	if (n >= len || !cert_ends_in(c->path, ".tmp"))
		return;
	memcpy(buf, c->path, n - 4);
	buf[n - 4] = '\0';
	if (!stat(buf, &st) && st.st_size > 0)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(ends); i++)
		if (cert_ends_in(buf, ends[i]))
			c->path = buf;
}

static void
dispatch(struct check *c, int fd)
{
	char start[4096], *text = NULL;
	ssize_t got = pread(fd, start, sizeof(start), 0);
	enum kind kind = kind_of(c->path, start, got > 0 ? (size_t)got : 0);
	size_t len = 0;
	bool cut = false;
	int err = 0;

	text_copy(c->out->kind, sizeof(c->out->kind),
		  kind == KIND_PDF ? "pdf" : kind == KIND_LOG ? "evidence" :
		  kind == KIND_CERT ? "certificate" : "unknown");
	if (kind == KIND_LOG) {
		check_log(c, fd);
		return;
	}
	if (kind != KIND_NONE)
		err = file_read_cut(c->path, CHECK_PDF_MAX, &text, &len, &cut);
	c->cut |= cut;
	if (err)
		check_say(c, false, "file", "読めません: %s",
			  "cannot be read: %s", strerror(-err));
	else if (kind == KIND_PDF)
		check_pdf(c, (const uint8_t *)text, len);
	else if (kind == KIND_CERT)
		check_cert_file(c, text, len);
	else
		check_say(c, false, "file", "証明書でも作業記録でもありません",
			  "is neither a certificate nor an evidence log");
	free(text);
}

void
check_file_with(const char *path, const char *const *trust, size_t n_trust,
		const char *const *logs, size_t n_logs, enum lang lang,
		struct check_report *out)
{
	char json[PATH_LEN * 2], name[PATH_LEN * 2];
	struct check c = {
		.out = out, .lang = lang, .path = path, .trust = trust,
		.n_trust = n_trust, .logs = logs, .n_logs = n_logs,
	};
	int fd = -1, err;

	memset(out, 0, sizeof(*out));
	text_clean(out->file, sizeof(out->file), path, strlen(path));
	err = open_document(path, &fd);
	own_name(&c, name, sizeof(name));
	/* A signature alone says nothing: what it signs is checked. */
	if (!err && cert_ends_in(c.path, ".json.p7s") &&
	    strlen(c.path) < sizeof(json)) {
		snprintf(json, sizeof(json), "%.*s", (int)strlen(c.path) - 4,
			 c.path);
		c.path = json;
		close(fd);
		err = open_document(json, &fd);
	}
	if (err) {
		check_say(&c, false, "file", "開けません: %s",
			  "cannot be opened: %s", strerror(-err));
		out->exit = 1;
	} else {
		dispatch(&c, fd);
		if (c.cut)
			check_say(&c, true, "file", "書込みの途中で電源が切れ"
				  "、仮の名前（.tmp）で残っています。`massho "
				  "case issue` で直ります", "was left under its"
				  " temporary name (.tmp) by a power cut;"
				  " `massho case issue` mends it");
		/* Nothing said is nothing held. */
		if (!out->n)
			out->exit = 3;
	}
	if (fd >= 0)
		close(fd);
}

void
check_file(const char *path, const char *const *trust, size_t n_trust,
	   enum lang lang, struct check_report *out)
{
	check_file_with(path, trust, n_trust, NULL, 0, lang, out);
}
