/* SPDX-License-Identifier: Apache-2.0 */
/* How are values of a document written in a Japanese form? */
#include "form.h"
#include "../src/util.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

const json_t *
form_node(const json_t *j, const char *path)
{
	char key[64];

	while (j && *path) {
		size_t n = strcspn(path, ".");

		if (n >= sizeof(key))
			return NULL;
		memcpy(key, path, n);
		key[n] = '\0';
		j = json_object_get(j, key);
		path += n + (path[n] == '.');
	}
	return j;
}

const char *
form_digits(const struct form *f, uint64_t n)
{
	char plain[24], out[32];
	size_t len = (size_t)snprintf(plain, sizeof(plain), "%" PRIu64, n);
	size_t i, k = 0;

	for (i = 0; i < len; i++) {
		if (i > 0 && (len - i) % 3 == 0)
			out[k++] = ',';
		out[k++] = plain[i];
	}
	out[k] = '\0';
	return g_string_chunk_insert(f->words, out);
}

const char *
form_value(const struct form *f, const json_t *j, const char *path)
{
	const json_t *v = form_node(j, path);

	if (json_is_integer(v) && json_integer_value(v) >= 0)
		return form_digits(f, (uint64_t)json_integer_value(v));
	if (!json_is_string(v))
		return "";
	if (!strcmp(json_string_value(v), "unknown"))
		return "不明";
	return json_string_value(v);
}

const char *
form_get(const struct form *f, const char *path)
{
	return form_value(f, f->doc, path);
}

uint64_t
form_number(const json_t *j, const char *path)
{
	const json_t *v = form_node(j, path);

	if (json_is_integer(v) && json_integer_value(v) >= 0)
		return (uint64_t)json_integer_value(v);
	if (json_is_string(v))
		return strtoull(json_string_value(v), NULL, 10);
	return 0;
}

const char *
form_say(const struct form *f, const char *fmt, ...)
{
	const char *kept;
	va_list ap;
	char *text;

	va_start(ap, fmt);
	text = g_strdup_vprintf(fmt, ap);
	va_end(ap);
	kept = g_string_chunk_insert(f->words, text);
	g_free(text);
	return kept;
}

const char *
form_join(const struct form *f, const char *a, const char *sep, const char *b)
{
	if (!*a)
		return b;
	return *b ? form_say(f, "%s%s%s", a, sep, b) : a;
}

const char *
form_or(const char *text, const char *otherwise)
{
	return *text ? text : otherwise;
}

/* Exactly n digits, and the separator before them unless it is 0. */
static bool
take(const char **at, char separator, size_t n, unsigned *out)
{
	const char *s = *at;
	unsigned v = 0;

	if (separator && *s++ != separator)
		return false;
	for (; n > 0; n--, s++) {
		if (*s < '0' || *s > '9')
			return false;
		v = v * 10 + (unsigned)(*s - '0');
	}
	*at = s;
	*out = v;
	return true;
}

/* The end of the date, or NULL if it is none. */
static const char *
parse_date(const char *at, unsigned *y, unsigned *m, unsigned *d)
{
	if (!take(&at, 0, 4, y) || !take(&at, '-', 2, m) ||
	    !take(&at, '-', 2, d) || *m < 1 || *m > 12 || *d < 1 || *d > 31)
		return NULL;
	return *at == '\0' || *at == 'T' ? at : NULL;
}

const char *
form_era(const struct form *f, const char *date)
{
	/* First day of each era, newest first. */
	static const struct {
		unsigned first, year;
		const char *name;
	} eras[] = {
		{ 20190501, 2018, "令和" }, { 19890108, 1988, "平成" },
		{ 19261225, 1925, "昭和" },
	};
	unsigned y, m, d;
	size_t i;

	if (!parse_date(date, &y, &m, &d))
		return date;
	for (i = 0; i < ARRAY_SIZE(eras); i++)
		if (y * 10000 + m * 100 + d >= eras[i].first)
			return form_say(f, "%s%s年%u月%u日", eras[i].name,
					y - eras[i].year == 1 ? "元" :
					form_say(f, "%u", y - eras[i].year),
					m, d);
	return date;
}

const char *
form_time(const struct form *f, const char *time)
{
	unsigned y, m, d, hour, min, s;
	const char *at = parse_date(time, &y, &m, &d);

	if (!at || !take(&at, 'T', 2, &hour) || !take(&at, ':', 2, &min) ||
	    !take(&at, ':', 2, &s))
		return time;
	return form_say(f, "%s %02u時%02u分%02u秒（%s）", form_era(f, time),
			hour, min, s, at);
}

const char *
form_bytes(const struct form *f, const json_t *j, const char *path)
{
	const json_t *v = form_node(j, path);
	uint64_t n = form_number(j, path);
	char size[32];

	if (!json_is_integer(v) && n == 0)
		return form_value(f, j, path);
	size_text(n, size, sizeof(size));
	return form_say(f, "%s バイト（%s）", form_digits(f, n), size);
}

const char *
form_person(const struct form *f, const char *path)
{
	const json_t *j = form_node(f->doc, path);
	const char *who = form_join(f, form_value(f, j, "title"), "　",
				    form_value(f, j, "name"));

	/* A line of its own keeps the name in one piece. */
	return form_join(f, form_value(f, j, "org"), "\n", who);
}

/* What to do next is for the operator, not for who gets the letter. */
static const char *
fact(const struct form *f, const char *text)
{
	const char *stop = g_strrstr(text, "。");

	if (!stop || !strstr(stop, "ください"))
		return text;
	return form_say(f, "%.*s", (int)(stop - text), text);
}

static bool
has(const json_t *list, const json_t *one)
{
	size_t i;

	for (i = 0; list && i < json_array_size(list); i++)
		if (json_equal(json_array_get(list, i), one))
			return true;
	return false;
}

const char *
form_list(const struct form *f, const char *path, const char *without,
	  const char *code)
{
	const json_t *list = form_node(f->doc, path), *one;
	const json_t *said = without ? form_node(f->doc, without) : NULL;
	const char *text = "";
	size_t i;

	json_array_foreach((json_t *)list, i, one) {
		const char *s = json_is_string(one) ? json_string_value(one) :
				form_value(f, one, "text");

		if (code && !strcmp(form_value(f, one, "code"), code))
			continue;
		if (*s && !has(said, one))
			text = form_join(f, text, "\n", form_say(f, "・%s",
								 fact(f, s)));
	}
	return text;
}
