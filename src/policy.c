/* SPDX-License-Identifier: Apache-2.0 */
/* Which policy is meant, and which passes does a list in words mean? */
#include "util.h"

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

/* "0x" and whole bytes: "0x0" is as wrong as no digits at all. */
static int
parse_fill(const char *word, size_t len, struct pass *out)
{
	char hex[2 * PASS_BYTES_MAX + 1];
	size_t n = len / 2 - 1;

	if (len % 2 || !n || n > PASS_BYTES_MAX)
		return -EINVAL;
	snprintf(hex, sizeof(hex), "%.*s", (int)(2 * n), word + 2);
	if (hex_decode(out->bytes, n, hex))
		return -EINVAL;
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
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
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
