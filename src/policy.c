/* SPDX-License-Identifier: Apache-2.0 */
/* Which policy is meant, and which passes does a list in words mean? */
#include "massho.h"

#include <errno.h>
#include <string.h>

const struct policy *
policy_find(const char *name)
{
	for (size_t i = 0; i < n_policies; i++)
		if (!strcmp(policies[i].name, name))
			return &policies[i];
	return NULL;
}

static int
nibble(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* "0x" and whole bytes: "0x0" is as wrong as no digits at all. */
static int
parse_fill(const char *word, size_t len, struct pass *out)
{
	size_t n = len / 2 - 1;

	if (len % 2 || !n || n > PASS_BYTES_MAX)
		return -EINVAL;
	for (size_t i = 0; i < n; i++) {
		int hi = nibble(word[2 + 2 * i]);
		int lo = nibble(word[3 + 2 * i]);

		if (hi < 0 || lo < 0)
			return -EINVAL;
		out->bytes[i] = (uint8_t)(hi << 4 | lo);
	}
	out->kind = PASS_FILL;
	out->len = (uint8_t)n;
	return 0;
}

static int
parse_word(const char *word, size_t len, struct pass *out)
{
	static const struct {
		const char *word;
		enum pass_kind kind;
	} words[] = {
		{ "random", PASS_RANDOM },
		{ "char", PASS_CHAR },
		{ "complement", PASS_COMPLEMENT },
		{ "verify", PASS_VERIFY },
	};

	memset(out, 0, sizeof(*out));
	if (len >= 2 && word[0] == '0' && (word[1] == 'x' || word[1] == 'X'))
		return parse_fill(word, len, out);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strlen(words[i].word) != len ||
		    memcmp(words[i].word, word, len) != 0)
			continue;
		out->kind = words[i].kind;
		return 0;
	}
	return -EINVAL;
}

/* What can a pass follow?  A read-back needs a write, a complement a byte. */
static bool
fits(const struct pass *p, bool written, bool byte_known)
{
	switch (p->kind) {
	case PASS_VERIFY:
		return written;
	case PASS_COMPLEMENT:
		return byte_known;
	default:
		return true;
	}
}

int
policy_parse_passes(const char *text, struct pass *out, uint32_t *n,
		    size_t *bad)
{
	bool written = false, byte_known = false;
	const char *at = text;

	*n = 0;
	*bad = 0;
	for (;;) {
		const char *comma, *end;
		struct pass p;

		at += strspn(at, " \t");
		comma = at + strcspn(at, ",");
		end = comma;
		while (end > at && (end[-1] == ' ' || end[-1] == '\t'))
			end--;

		*bad = (size_t)(at - text);
		if (*n == STEPS_MAX || parse_word(at, (size_t)(end - at), &p) ||
		    !fits(&p, written, byte_known)) {
			*n = 0;
			return -EINVAL;
		}
		written |= p.kind != PASS_VERIFY;
		byte_known |= p.kind == PASS_FILL || p.kind == PASS_CHAR;
		out[(*n)++] = p;
		if (!*comma)
			break;
		at = comma + 1;
	}
	*bad = 0;
	return 0;
}
