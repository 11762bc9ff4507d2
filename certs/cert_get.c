/* SPDX-License-Identifier: Apache-2.0 */
/* Where in a document is what, and what time is meant? */
#include "cert_text.h"
#include "../src/util.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

const json_t *
cert_at(const json_t *j, const char *path)
{
	char key[32];
	size_t n;

	for (; j; path += n + 1) {
		n = strcspn(path, ".");
		snprintf(key, sizeof(key), "%.*s", (int)n, path);
		j = json_object_get(j, key);
		if (!path[n])
			return j;
	}
	return NULL;
}

const char *
cert_get(const json_t *j, const char *path)
{
	const char *s = json_string_value(cert_at(j, path));

	return s ? s : "";
}

bool
cert_ends_in(const char *s, const char *tail)
{
	size_t n = strlen(s), m = strlen(tail);

	return n > m && !strcmp(s + n - m, tail);
}

enum outcome
cert_outcome(const char *name)
{
	for (int i = 0; i < OUTCOME_COUNT; i++) {
		if (!strcmp(name, outcome_name((enum outcome)i)))
			return (enum outcome)i;
	}
	return OUTCOME_COUNT;
}

const char *
cert_result_text(const char *result, enum lang lang)
{
	enum outcome o = cert_outcome(result);

	return o == OUTCOME_COUNT ? result : outcome_text(o, lang);
}

/* The order in which gettext looks. */
enum lang
cert_lang(void)
{
	static const char *const names[] = {
		"LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"
	};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		const char *v = getenv(names[i]);

		if (v && *v)
			return strncmp(v, "ja", 2) ? LANG_EN : LANG_JA;
	}
	return LANG_EN;
}

static bool
has_form_of_time(const char *s)
{
	static const char form[] = "0000-00-00T00:00:00+00:00";

	for (size_t i = 0; i < sizeof(form); i++) {
		bool digit = s[i] >= '0' && s[i] <= '9';

		if (form[i] == '0' ? !digit : s[i] != form[i] &&
		    !(form[i] == '+' && s[i] == '-'))
			return false;
	}
	return true;
}

/* n digits of a text that is known to have them. */
static int
digits(const char *s, int n)
{
	int v = 0;

	while (n-- > 0)
		v = v * 10 + (*s++ - '0');
	return v;
}

bool
cert_instant(const char *s, int64_t *out)
{
	struct tm tm = { 0 }, same;
	int64_t offset;
	time_t t;

	if (!has_form_of_time(s))
		return false;
	tm.tm_year = digits(s, 4) - 1900;
	tm.tm_mon = digits(s + 5, 2) - 1;
	tm.tm_mday = digits(s + 8, 2);
	tm.tm_hour = digits(s + 11, 2);
	tm.tm_min = digits(s + 14, 2);
	tm.tm_sec = digits(s + 17, 2);
	offset = digits(s + 20, 2) * 3600 + digits(s + 23, 2) * 60;
	if (tm.tm_year < 70 || tm.tm_mon < 0 || tm.tm_mon > 11 ||
	    tm.tm_mday < 1 || tm.tm_mday > 31 || tm.tm_hour > 23 ||
	    tm.tm_min > 59 || tm.tm_sec > 59)
		return false;
	same = tm;
	t = timegm(&same);
	/* It turns the 31st of February into a day of March. */
	if (same.tm_mon != tm.tm_mon)
		return false;
	*out = (int64_t)t - (s[19] == '-' ? -offset : offset);
	return true;
}

bool
cert_log_name(const char *file)
{
	return cert_ends_in(file, ".jsonl") && file[0] != '.' &&
		!strchr(file, '/');
}
