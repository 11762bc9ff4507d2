/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Adds objects to a PDF of our own drawing without touching a byte of it:
 * ISO 32000-2, 7.5.6 incremental updates, classic cross-reference tables only.
 */
#include "pdf.h"
#include "../src/util.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define OBJECTS_MAX 8388607U	/* Annex C: what readers must be able to hold */

static bool
space(uint8_t c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' ||
	       c == '\0';
}

static int
number(const uint8_t *pdf, size_t len, size_t *at, uint64_t *out)
{
	size_t i = *at;
	uint64_t v = 0;

	while (i < len && space(pdf[i]))
		i++;
	if (i >= len || pdf[i] < '0' || pdf[i] > '9')
		return -EINVAL;
	for (; i < len && pdf[i] >= '0' && pdf[i] <= '9'; i++) {
		if (v > UINT32_MAX)
			return -EINVAL;
		v = v * 10 + (pdf[i] - '0');
	}
	*at = i;
	*out = v;
	return 0;
}

static bool
word(const uint8_t *pdf, size_t len, size_t *at, const char *w)
{
	size_t i = *at, n = strlen(w);

	while (i < len && space(pdf[i]))
		i++;
	if (len - i < n || memcmp(pdf + i, w, n) != 0)
		return false;
	*at = i + n;
	return true;
}

/* Offset right behind "key" between at and the end, 0 if it is not there. */
static size_t
behind(const uint8_t *pdf, size_t at, size_t end, const char *key)
{
	const uint8_t *hit = memmem(pdf + at, end - at, key, strlen(key));

	return hit ? (size_t)(hit - pdf) + strlen(key) : 0;
}

/* The end of a dictionary whose "<<" is at `at`: right behind its ">>". */
static size_t
dict_end(const uint8_t *pdf, size_t at, size_t len)
{
	int depth = 0, paren = 0;

	for (; at + 1 < len; at++) {
		if (paren) {
			if (pdf[at] == '\\')
				at++;
			else
				paren += (pdf[at] == '(') - (pdf[at] == ')');
		} else if (pdf[at] == '(') {
			paren = 1;
		} else if (pdf[at] == '<' && pdf[at + 1] == '<') {
			depth++;
			at++;
		} else if (pdf[at] == '<') {
			while (at < len && pdf[at] != '>')
				at++;
		} else if (pdf[at] == '>' && pdf[at + 1] == '>') {
			at++;
			if (--depth == 0)
				return at + 1;
		}
	}
	return 0;
}

static int
value(const uint8_t *pdf, size_t at, size_t end, const char *key,
      uint64_t *out)
{
	at = behind(pdf, at, end, key);
	return at ? number(pdf, end, &at, out) : -ENOENT;
}

static int
trailer(struct pdf_update *u, size_t at)
{
	uint64_t size, root, info;
	size_t end;

	at = behind(u->base, at, u->base_len, "trailer");
	if (!at || !word(u->base, u->base_len, &at, "<<"))
		return -EINVAL;
	end = dict_end(u->base, at - 2, u->base_len);
	if (!end || behind(u->base, at, end, "/Encrypt") ||
	    value(u->base, at, end, "/Size", &size) ||
	    value(u->base, at, end, "/Root", &root) ||
	    value(u->base, at, end, "/Info", &info) ||
	    size > OBJECTS_MAX || root >= size || info >= size)
		return -EINVAL;
	u->size = (uint32_t)size;
	u->root = (uint32_t)root;
	u->info = (uint32_t)info;
	at = behind(u->base, at, end, "/ID [<");
	if (at && end - at > 32 &&
	    strspn((const char *)u->base + at, "0123456789abcdefABCDEF") >= 32)
		memcpy(u->id, u->base + at, 32);
	return 0;
}

int
pdf_update_begin(struct pdf_update *u, const uint8_t *pdf, size_t len)
{
	size_t i, at = 0, mark;
	uint64_t v = 0;

	*u = (struct pdf_update) { .base = pdf, .base_len = len };
	if (len < 16 || len > UINT32_MAX || memcmp(pdf, "%PDF-", 5) != 0)
		return -EINVAL;
	for (i = len - 9; i > 0 && !at; i--)
		if (!memcmp(pdf + i, "startxref", 9))
			at = i + 9;
	if (!at || number(pdf, len, &at, &v) || v >= len)
		return -EINVAL;
	u->startxref = mark = (size_t)v;
	if (!word(pdf, len, &mark, "xref"))
		return -EINVAL;
	if (trailer(u, mark))
		return -EINVAL;
	pdf_update_put(u, pdf, len);
	if (pdf[len - 1] != '\n')
		pdf_update_put(u, "\n", 1);
	if (u->err) {
		free(u->buf);
		u->buf = NULL;
	}
	return u->err;
}

uint32_t
pdf_update_new(struct pdf_update *u)
{
	return u->size++;
}

void
pdf_update_put(struct pdf_update *u, const void *data, size_t len)
{
	if (u->err)
		return;
	if (u->room - u->len < len) {
		size_t room = (u->len + len) * 2;
		uint8_t *more = realloc(u->buf, room);

		if (!more) {
			u->err = -ENOMEM;
			return;
		}
		u->buf = more;
		u->room = room;
	}
	memcpy(u->buf + u->len, data, len);
	u->len += len;
}

void
pdf_update_say(struct pdf_update *u, const char *fmt, ...)
{
	char *text = NULL;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&text, fmt, ap);
	va_end(ap);
	if (n < 0) {
		u->err = u->err ? u->err : -ENOMEM;
		return;
	}
	pdf_update_put(u, text, (size_t)n);
	free(text);
}

void
pdf_update_object(struct pdf_update *u, uint32_t num)
{
	if (u->n == ARRAY_SIZE(u->entry)) {
		u->err = u->err ? u->err : -E2BIG;
		return;
	}
	u->entry[u->n].num = num;
	u->entry[u->n++].at = u->len;
	pdf_update_say(u, "%u 0 obj\n", num);
}

/* Looks num up in one section; *prev is the section before it, 0 if none. */
static int
lookup(const struct pdf_update *u, size_t at, uint32_t num, size_t *found,
       size_t *prev)
{
	const uint8_t *pdf = u->base;
	size_t len = u->base_len, end;
	uint64_t first, n, v;

	*prev = 0;
	if (!word(pdf, len, &at, "xref"))
		return -EINVAL;
	while (!word(pdf, len, &at, "trailer")) {
		if (number(pdf, len, &at, &first) ||
		    number(pdf, len, &at, &n) || n > OBJECTS_MAX)
			return -EINVAL;
		while (at < len && space(pdf[at]))
			at++;
		if (n * 20 > len - at)
			return -EINVAL;
		if (num >= first && num - first < n) {
			size_t line = at + (num - first) * 20;

			if (pdf[line + 17] != 'n' ||
			    number(pdf, len, &line, &v) || v >= len)
				return -EINVAL;
			*found = (size_t)v;
			return 0;
		}
		at += n * 20;
	}
	end = word(pdf, len, &at, "<<") ? dict_end(pdf, at - 2, len) : 0;
	if (end && !value(pdf, at, end, "/Prev", &v) && v < len)
		*prev = (size_t)v;
	return -ENOENT;
}

static int
locate(const struct pdf_update *u, uint32_t num, size_t *at)
{
	size_t section = u->startxref, prev;
	uint64_t v = 0;
	int hops, ret = -ENOENT;

	for (hops = 0; hops < 16 && ret == -ENOENT; hops++) {
		ret = lookup(u, section, num, at, &prev);
		if (ret == -ENOENT && prev == 0)
			return -ENOENT;
		section = prev;
	}
	if (ret)
		return ret;
	if (number(u->base, u->base_len, at, &v) || v != num ||
	    number(u->base, u->base_len, at, &v) ||
	    !word(u->base, u->base_len, at, "obj"))
		return -EINVAL;
	return 0;
}

int
pdf_update_dict(const struct pdf_update *u, uint32_t num, char **out)
{
	size_t at, end;
	int ret = locate(u, num, &at);

	if (ret)
		return ret;
	if (!word(u->base, u->base_len, &at, "<<"))
		return -EINVAL;
	end = dict_end(u->base, at - 2, u->base_len);
	if (!end)
		return -EINVAL;
	*out = strndup((const char *)u->base + at, end - 2 - at);
	return *out ? 0 : -ENOMEM;
}

static int
reference(const struct pdf_update *u, uint32_t num, const char *key,
	  uint32_t *out)
{
	char *dict = NULL;
	uint64_t v = 0;
	size_t at;
	int ret = pdf_update_dict(u, num, &dict);

	if (ret)
		return ret;
	at = behind((const uint8_t *)dict, 0, strlen(dict), key);
	if (!at)
		ret = -ENOENT;
	else {
		word((const uint8_t *)dict, strlen(dict), &at, "[");
		ret = number((const uint8_t *)dict, strlen(dict), &at, &v);
	}
	free(dict);
	*out = (uint32_t)v;
	return ret;
}

int
pdf_update_page(const struct pdf_update *u, uint32_t *num)
{
	uint32_t node;
	int depth, ret = reference(u, u->root, "/Pages", &node);

	for (depth = 0; !ret && depth < 16; depth++) {
		ret = reference(u, node, "/Kids", num);
		if (ret == -ENOENT && depth > 0) {
			*num = node;
			return 0;
		}
		node = *num;
	}
	return ret ? ret : -EINVAL;
}

/* 14.4: one half stays with the document for good, the other with this
 * state of it. */
static int
identify(struct pdf_update *u)
{
	char was[2 * DIGEST_LEN + 1], is[2 * DIGEST_LEN + 1];
	uint8_t d[DIGEST_LEN];

	if (sha256(u->base, u->base_len, d))
		return -EIO;
	hex_encode(was, d, DIGEST_LEN);
	if (u->id[0])
		memcpy(was, u->id, 32);
	if (sha256(u->buf, u->len, d))
		return -EIO;
	hex_encode(is, d, DIGEST_LEN);
	pdf_update_say(u, "/ID [<%.32s> <%.32s>]\n", was, is);
	return 0;
}

static int
by_number(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;	/* num is the entry's first member */

	return *x < *y ? -1 : *x > *y;
}

int
pdf_update_end(struct pdf_update *u, uint8_t **out, size_t *len)
{
	size_t table = u->len;
	uint32_t i;

	qsort(u->entry, u->n, sizeof(u->entry[0]), by_number);
	pdf_update_say(u, "xref\n");
	for (i = 0; i < u->n; i++)
		pdf_update_say(u, "%u 1\n%010zu 00000 n \n", u->entry[i].num,
			       u->entry[i].at);
	pdf_update_say(u, "trailer\n<< /Size %u /Root %u 0 R /Info %u 0 R\n"
		       "/Prev %zu\n", u->size, u->root, u->info,
		       u->startxref);
	if (!u->err)
		u->err = identify(u);
	pdf_update_say(u, ">>\nstartxref\n%zu\n%%%%EOF\n", table);
	if (u->err) {
		free(u->buf);
	} else {
		*out = u->buf;
		*len = u->len;
	}
	u->buf = NULL;
	return u->err;
}
