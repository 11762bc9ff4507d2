/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which bytes stand for a document?  RFC 8785 (JCS) for the subset used here.
 *
 * jansson's JSON_SORT_KEYS | JSON_COMPACT writes the same bytes as RFC 8785
 * under four conditions, all of which are checked before it is asked to:
 *   keys are ASCII           byte order is then the UTF-16 order of 3.2.3
 *   no reals                 3.2.2.3 needs the shortest ECMAScript form
 *   |integer| <= 2^53 - 1    beyond it an ECMAScript reader loses digits
 *   no control characters    jansson writes \u001F, 3.2.2.2 wants \u001f
 * What is left to escape is the quote and the backslash, alike in both.
 */
#include "cert.h"

#include <errno.h>
#include <string.h>

#define DEPTH_MAX	24
#define INTEGER_MAX	((json_int_t)9007199254740991)	/* 2^53 - 1 */

static bool
text_fits(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if ((unsigned char)s[i] < 0x20 || s[i] == 0x7f)
			return false;
	}
	return true;
}

static bool
key_fits(const char *s)
{
	for (; *s; s++) {
		if ((unsigned char)*s < 0x20 || (unsigned char)*s >= 0x7f)
			return false;
	}
	return true;
}

static bool value_fits(const json_t *j, int depth);

static bool
object_fits(const json_t *j, int depth)
{
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)j, key, value) {
		if (!key_fits(key) || !value_fits(value, depth + 1))
			return false;
	}
	return true;
}

static bool
array_fits(const json_t *j, int depth)
{
	for (size_t i = 0; i < json_array_size(j); i++) {
		if (!value_fits(json_array_get(j, i), depth + 1))
			return false;
	}
	return true;
}

static bool
value_fits(const json_t *j, int depth)
{
	json_int_t n;

	if (depth > DEPTH_MAX)
		return false;
	switch (json_typeof(j)) {
	case JSON_OBJECT:
		return object_fits(j, depth);
	case JSON_ARRAY:
		return array_fits(j, depth);
	case JSON_STRING:
		return text_fits(json_string_value(j), json_string_length(j));
	case JSON_INTEGER:
		n = json_integer_value(j);
		return n <= INTEGER_MAX && n >= -INTEGER_MAX;
	case JSON_TRUE:
	case JSON_FALSE:
	case JSON_NULL:
		return true;
	case JSON_REAL:
		break;
	}
	return false;
}

int
json_canonical(const json_t *j, char **out, size_t *len)
{
	*out = NULL;
	*len = 0;
	if (!j || !value_fits(j, 0))
		return -EINVAL;
	*out = json_dumps(j, JSON_SORT_KEYS | JSON_COMPACT | JSON_ENCODE_ANY);
	if (!*out)
		return -ENOMEM;
	*len = strlen(*out);
	return 0;
}

json_t *
json_load_canonical(const char *text, size_t len)
{
	char *again;
	size_t n;
	json_t *j;

	j = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
	if (!j || json_canonical(j, &again, &n)) {
		json_decref(j);
		return NULL;
	}
	if (n != len || memcmp(again, text, len) != 0) {
		json_decref(j);
		j = NULL;
	}
	free(again);
	return j;
}
