/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What does a verifier need of a PDF?  The signature that pades.c writes as
 * the last change of the file, and the attachments it covers; ISO 32000-2,
 * 12.8.1 and 7.5.6.  No general PDF reader: whatever does not look as we
 * write it does not hold.
 *
 * Only a signature over all of the file but its own hex string counts.  That
 * closes the door for what could be appended, or hidden in the gap.
 */
#include "cert.h"
#include "../src/util.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define PDF_MAX		(64 * 1024 * 1024)
#define DICT_MAX	1024	/* of our objects' dictionaries */
#define ENTRIES_MAX	64	/* of the last change; we write fewer */

/* A cursor that cannot leave [at, end). */
struct cursor {
	const uint8_t *at, *end;
};

static void
skip_space(struct cursor *c)
{
	while (c->at < c->end && (*c->at == ' ' || *c->at == '\n' ||
				  *c->at == '\r' || *c->at == '\t'))
		c->at++;
}

static bool
take_word(struct cursor *c, const char *word)
{
	size_t n = strlen(word);

	skip_space(c);
	if ((size_t)(c->end - c->at) < n ||
	    memcmp(c->at, word, n) != 0)
		return false;
	c->at += n;
	return true;
}

static bool
take_number(struct cursor *c, size_t *out)
{
	size_t v = 0;
	int digits = 0;

	skip_space(c);
	for (; c->at < c->end && *c->at >= '0' && *c->at <= '9'; c->at++) {
		if (++digits > 12)
			return false;
		v = v * 10 + (size_t)(*c->at - '0');
	}
	*out = v;
	return digits > 0;
}

/* Moves behind the last `word`. */
static bool
find_last(struct cursor *c, const char *word)
{
	size_t n = strlen(word);

	for (const uint8_t *p = c->end; p >= c->at + n; p--) {
		if (!memcmp(p - n, word, n)) {
			c->at = p;
			return true;
		}
	}
	return false;
}

static bool
find_first(struct cursor *c, const char *word)
{
	const uint8_t *hit = memmem(c->at, (size_t)(c->end - c->at), word,
				    strlen(word));

	if (!hit)
		return false;
	c->at = hit + strlen(word);
	return true;
}

/* ---- the signature ---------------------------------------------------- */

struct gap {
	size_t from, to;	/* "<", and behind ">" */
};

static bool
read_range(const uint8_t *pdf, size_t len, struct gap *g)
{
	struct cursor c = { pdf, pdf + len };
	size_t start, n, tail;

	if (!find_last(&c, "/ByteRange") || !take_word(&c, "[") ||
	    !take_number(&c, &start) || !take_number(&c, &n) ||
	    !take_number(&c, &g->to) || !take_number(&c, &tail) ||
	    !take_word(&c, "]"))
		return false;
	g->from = n;
	/* The hex string, and nothing else, is what follows the range. */
	return start == 0 && take_word(&c, "/Contents") &&
		(skip_space(&c), c.at == pdf + n) &&
		g->to > n + 1 && g->to <= len && tail == len - g->to;
}

static int
nibble(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;	/* upper case would be a second way to write it */
}

/* Length of the DER at the start of p, 0 if it is none that fits. */
static size_t
der_length(const uint8_t *p, size_t len)
{
	size_t n = 0, width;

	if (len < 2 || p[0] != 0x30)
		return 0;
	if (p[1] < 0x80)
		return (size_t)p[1] + 2 <= len ? (size_t)p[1] + 2 : 0;
	width = p[1] & 0x7fU;
	if (width < 1 || width > 3 || len < 2 + width)
		return 0;
	for (size_t i = 0; i < width; i++)
		n = n << 8 | p[2 + i];
	return n + 2 + width <= len ? n + 2 + width : 0;
}

/* *der: malloc'd; what pads the hex string must be zeros. */
static bool
read_contents(const uint8_t *pdf, const struct gap *g, uint8_t **der,
	      size_t *len)
{
	const uint8_t *hex = pdf + g->from + 1;
	size_t n = g->to - g->from - 2;

	*der = NULL;
	if (n % 2 || pdf[g->from] != '<' || pdf[g->to - 1] != '>')
		return false;
	*der = malloc(n / 2 + 1);
	if (!*der)
		return false;
	for (size_t i = 0; i < n / 2; i++) {
		int hi = nibble(hex[2 * i]), lo = nibble(hex[2 * i + 1]);

		if (hi < 0 || lo < 0)
			return false;
		(*der)[i] = (uint8_t)(hi << 4 | lo);
	}
	*len = der_length(*der, n / 2);
	for (size_t i = *len; i < n / 2; i++) {
		if ((*der)[i])
			return false;
	}
	return *len > 0;
}

static bool
our_kind(const uint8_t *pdf, const struct gap *g)
{
	size_t back = g->from < DICT_MAX ? g->from : DICT_MAX;
	struct cursor c = { pdf + g->from - back, pdf + g->from };

	return find_last(&c, "/Type /Sig ") &&
		find_first(&c, "/SubFilter /ETSI.CAdES.detached");
}

void
pdf_verify(const uint8_t *pdf, size_t len, const char *const *trust,
	   size_t n_trust, struct signer *s)
{
	uint8_t *der = NULL, *data = NULL;
	size_t der_len = 0, covered;
	struct gap g;
	const char *why;

	memset(s, 0, sizeof(*s));
	why = "there is no signature";
	if (len < 16 || len > PDF_MAX || memcmp(pdf, "%PDF-", 5) != 0 ||
	    !memmem(pdf, len, "/ByteRange", 10))
		goto bad;
	why = "the signature does not cover the whole file";
	if (!read_range(pdf, len, &g))
		goto bad;
	why = "the signature file was changed";
	if (!our_kind(pdf, &g) || !read_contents(pdf, &g, &der, &der_len))
		goto bad;
	why = "out of memory";
	covered = g.from + (len - g.to);
	data = malloc(covered);
	if (!data)
		goto bad;
	memcpy(data, pdf, g.from);
	memcpy(data + g.from, pdf + g.to, len - g.to);
	sign_verify(data, covered, der, der_len, trust, n_trust, s);
	why = NULL;
bad:
	if (why)
		text_copy(s->why, sizeof(s->why), why);
	free(data);
	free(der);
}

/* ---- attachments ------------------------------------------------------ */

/* At "N G obj" of entry i (from 0) of the last cross-reference section. */
static bool
entry_at(const uint8_t *pdf, size_t len, size_t i, size_t *num,
	 struct cursor *out)
{
	struct cursor c = { pdf, pdf + len };
	size_t start, first, n, at;

	if (!find_last(&c, "startxref") || !take_number(&c, &start) ||
	    start >= len)
		return false;
	c.at = pdf + start;
	if (!take_word(&c, "xref"))
		return false;
	while (take_number(&c, &first) && take_number(&c, &n)) {
		skip_space(&c);
		if (n > (size_t)(c.end - c.at) / 20)
			return false;
		if (i >= n) {
			i -= n;
			c.at += n * 20;
			continue;
		}
		c.at += i * 20;
		if (c.at[17] != 'n' || !take_number(&c, &at) || at >= len)
			return false;
		*num = first + i;
		*out = (struct cursor){ pdf + at, pdf + len };
		return true;
	}
	return false;
}

/* Moves into the object: behind "N G obj <<". */
static bool
enter(struct cursor *c, size_t num)
{
	size_t n, gen;

	return take_number(c, &n) && n == num && take_number(c, &gen) &&
		take_word(c, "obj") && take_word(c, "<<");
}

static bool
object_of(const uint8_t *pdf, size_t len, size_t num, struct cursor *out)
{
	size_t n;

	for (size_t i = 0; i < ENTRIES_MAX && entry_at(pdf, len, i, &n, out);
	     i++) {
		if (n == num)
			return enter(out, num);
	}
	return false;
}

/* A file specification: its name, and the number of its stream. */
static bool
read_spec(struct cursor c, char name[80], size_t *stream)
{
	size_t gen, n = 0;

	if (c.end - c.at > DICT_MAX)
		c.end = c.at + DICT_MAX;
	if (!take_word(&c, "/Type /Filespec") || !find_first(&c, "/UF ("))
		return false;
	while (c.at < c.end && *c.at != ')' && n < 79) {
		if (*c.at < 0x21 || *c.at > 0x7e || strchr("\\(/", *c.at))
			return false;
		name[n++] = (char)*c.at++;
	}
	name[n] = '\0';
	return n > 0 && take_word(&c, ")") && find_first(&c, "/EF <<") &&
		take_word(&c, "/F") && take_number(&c, stream) &&
		take_number(&c, &gen) && take_word(&c, "R");
}

static bool
read_stream(struct cursor c, const uint8_t **data, size_t *len)
{
	struct cursor dict = c;
	size_t n;

	if (dict.end - dict.at > DICT_MAX)
		dict.end = dict.at + DICT_MAX;
	if (!take_word(&dict, "/Type /EmbeddedFile") ||
	    !find_first(&dict, "/Length") || !take_number(&dict, &n) ||
	    !find_first(&dict, ">>\nstream\n"))
		return false;
	/* No filter is read, so none may be declared. */
	if (memmem(c.at, (size_t)(dict.at - c.at), "/Filter", 7))
		return false;
	c.at = dict.at;
	if (n > (size_t)(c.end - c.at))
		return false;
	*data = c.at;
	*len = n;
	c.at += n;
	return take_word(&c, "endstream");
}

int
pdf_attachment(const uint8_t *pdf, size_t len, size_t i, char name[80],
	       const uint8_t **data, size_t *data_len)
{
	struct cursor c;
	size_t num, stream;

	for (size_t k = 0; k < ENTRIES_MAX && entry_at(pdf, len, k, &num, &c);
	     k++) {
		if (!enter(&c, num) || !read_spec(c, name, &stream) || i-- > 0)
			continue;
		if (!object_of(pdf, len, stream, &c) ||
		    !read_stream(c, data, data_len))
			return -ENOENT;
		return 0;
	}
	return -ENOENT;
}
