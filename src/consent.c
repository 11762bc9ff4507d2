/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Did somebody agree to exactly this plan for exactly this drive?
 *
 * There is no way to agree to anything else: no yes to all, no empty answer,
 * no plan that was changed after it was sealed.
 */
#include "massho.h"
#include "util.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define TAIL 4

static bool
blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* The length of s without the blanks at its ends; *s moves past the first. */
static size_t
trim(const char **s)
{
	size_t n;

	while (blank(**s))
		(*s)++;
	n = strlen(*s);
	while (n && blank((*s)[n - 1]))
		n--;
	return n;
}

static bool
continues(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

void
consent_tail(const struct identity *id, char out[8])
{
	const char *s = id->serial, *tail;
	char size[24];
	size_t n = trim(&s), at, left = TAIL;

	if (!n) {
		snprintf(size, sizeof(size), "%" PRIu64, id->size);
		s = size;
		n = strlen(s);
	}
	/* whole characters from the end, as many of the four as fit */
	for (at = n; at && left; left--) {
		size_t prev = at - 1;

		while (prev && continues(s[prev]))
			prev--;
		if (n - prev >= 8)
			break;
		at = prev;
	}
	tail = s + at;
	while (tail < s + n && blank(*tail))
		tail++;
	n -= (size_t)(tail - s);
	memcpy(out, tail, n);
	out[n] = '\0';
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool
same_text(const char *a, size_t n, const char *b)
{
	if (!n || strlen(b) != n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (lower(a[i]) != lower(b[i]))
			return false;
	return true;
}

/* A plan counts only as it was sealed, and only if its seal succeeded. */
static bool
sealed(const struct plan *p)
{
	static const uint8_t none[DIGEST_LEN];
	struct plan again = *p;

	plan_seal(&again);
	return memcmp(p->digest, none, sizeof(none)) != 0 &&
	       !memcmp(p->digest, again.digest, sizeof(again.digest)) &&
	       !memcmp(p->token, again.token, sizeof(again.token));
}

static int
bind(const struct plan *p, enum consent_how how, const char *who,
     struct consent *out)
{
	if (!sealed(p))
		return -EACCES;
	out->how = how;
	memcpy(out->plan_digest, p->digest, sizeof(out->plan_digest));
	text_copy(out->serial, sizeof(out->serial), p->id.serial);
	text_copy(out->who, sizeof(out->who), who);
	time_now(out->at);
	return 0;
}

static int
check(const struct plan *p, const char *who, struct consent *out)
{
	memset(out, 0, sizeof(*out));
	if (p->refusals.n || !p->n_steps)
		return -EPERM;
	return trim(&who) ? 0 : -EINVAL;
}

int
consent_typed(const struct plan *p, const char *typed, const char *who,
	      struct consent *out)
{
	char tail[8] = "";
	int err = check(p, who, out);
	size_t n;

	if (err)
		return err;
	consent_tail(&p->id, tail);
	n = trim(&typed);
	if (!same_text(typed, n, tail))
		return -EACCES;
	return bind(p, CONSENT_TYPED, who, out);
}

int
consent_token(const struct plan *p, const char *token, const char *who,
	      struct consent *out)
{
	int err = check(p, who, out);

	if (err)
		return err;
	if (strlen(p->token) != TOKEN_LEN || strcmp(token, p->token) != 0)
		return -EACCES;
	return bind(p, CONSENT_TOKEN, who, out);
}

int
consent_job(const struct plan *p, const char *serial, const char *who,
	    struct consent *out)
{
	int err = check(p, who, out);
	size_t n;

	if (err)
		return err;
	n = trim(&serial);
	if (!same_text(serial, n, p->id.serial))
		return -EACCES;
	return bind(p, CONSENT_JOB, who, out);
}
