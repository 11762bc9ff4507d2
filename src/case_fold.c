/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What does a text say, however it is spelled?  PURE, and without the parsers
 * of a case: a verifier asks it of what was signed.
 */
#include "case.h"

#include "util.h"

#include <errno.h>
#include <string.h>

uint32_t
case_next(const char **p)
{
	const unsigned char *s = (const unsigned char *)*p;
	uint32_t c = s[0], min;
	int more = c < 0x80 ? 0 : (c & 0xe0) == 0xc0 ? 1 :
		   (c & 0xf0) == 0xe0 ? 2 : (c & 0xf8) == 0xf0 ? 3 : -1;
	int i;

	if (c == 0)
		return 0;
	*p += 1;
	if (more < 0)
		return UINT32_MAX;
	min = more == 3 ? 0x10000 : more == 2 ? 0x800 : more ? 0x80 : 0;
	if (more)
		c &= 0x3fU >> more;
	for (i = 1; i <= more; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return UINT32_MAX;
		c = c << 6 | (s[i] & 0x3f);
	}
	if (c < min || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return UINT32_MAX;
	*p += more;
	return c;
}

static bool
is_blank(uint32_t c)
{
	return c == ' ' || c == '\t' || c == 0xa0 || c == 0x3000;
}

uint32_t
case_narrow(uint32_t c)
{
	if (c >= 0xff01 && c <= 0xff5e)
		return c - 0xff01 + '!';
	return is_blank(c) ? ' ' : c;
}

char *
case_trim(char *s)
{
	char *end = s, *keep = s;
	const char *p = s, *next = s;
	uint32_t c;

	while (is_blank(case_next(&next)))
		p = next;
	s += p - s;
	for (keep = s; (next = p, c = case_next(&next)) != 0; p = next)
		if (!is_blank(c))
			keep = s + (next - s);
	end = keep;
	*end = '\0';
	return s;
}

int
case_fold(char *dst, size_t len, const char *src)
{
	size_t n = 0;
	char *trimmed;

	while (*src) {
		const char *from = src;
		uint32_t c = case_narrow(case_next(&src));
		size_t bytes = c < 0x80 ? 1 : (size_t)(src - from);

		if (n + bytes >= len)
			return -ENAMETOOLONG;
		if (bytes == 1)
			dst[n] = c < 0x80 ? (char)c : *from;
		else
			memcpy(dst + n, from, bytes);
		n += bytes;
	}
	dst[n] = '\0';
	trimmed = case_trim(dst);
	memmove(dst, trimmed, strlen(trimmed) + 1);
	return 0;
}

/* ---- promises ---------------------------------------------------------- */

/* As written here, so are they found: folded, without blanks, small. */
static const char *const promises[] = {
	"100%", "100パーセント", "百パーセント", "復元不可能", "復元は不可能",
	"復元が不可能", "完全に消去", "完全消去", "unrecoverabl",
	"irrecoverabl", "completelyerased",
};

int
case_squeeze(char *dst, size_t len, const char *src)
{
	char *to = dst;
	const char *p;
	int err = case_fold(dst, len, src);

	for (p = dst; !err && *p; p++)
		if (*p != ' ')
			*to++ = *p >= 'A' && *p <= 'Z' ? *p | 0x20 : *p;
	*to = '\0';
	return err;
}

const char *
case_promise(const char *text)
{
	char plain[CASE_LINE_MAX];
	size_t i;

	if (case_squeeze(plain, sizeof(plain), text))
		return text;
	for (i = 0; i < ARRAY_SIZE(promises); i++)
		if (strstr(plain, promises[i]))
			return promises[i];
	return strstr(plain, "第三者") && strstr(plain, "証明") ?
	       "第三者…証明" : NULL;
}
