/* SPDX-License-Identifier: Apache-2.0 */
/* A signer who lies: one value is changed, and the ID with it. */
#ifndef CERT_TAMPER_H
#define CERT_TAMPER_H

#include "../certs/cert_text.h"

#include <stdlib.h>

/* "method.passes.0.errno": the object that holds the last of it, and that. */
static inline json_t *
walk(json_t *j, const char *path, char *last, size_t len)
{
	const char *dot;

	while ((dot = strchr(path, '.'))) {
		char key[32];

		snprintf(key, sizeof(key), "%.*s", (int)(dot - path), path);
		j = json_is_array(j) ?
			json_array_get(j, (size_t)strtoul(key, NULL, 10)) :
			json_object_get(j, key);
		assert_non_null(j);
		path = dot + 1;
	}
	snprintf(last, len, "%s", path);
	return j;
}

/* With this value there, and the ID that would belong to it. */
static inline bool
holds_with(const json_t *doc, const char *path, const char *value)
{
	json_t *j = json_deep_copy(doc), *at;
	char id[CERT_ID_LEN + 1], why[512], last[32];
	bool ok;

	at = walk(j, path, last, sizeof(last));
	assert_int_equal(json_object_set_new(at, last, json_loads(
		value, JSON_DECODE_ANY, NULL)), 0);
	if (!cert_id_of(j, id))
		json_object_set_new(j, "cert_id", json_string(id));
	ok = !cert_rules(j, LANG_JA, why, sizeof(why));
	assert_true(ok == !why[0]);
	json_decref(j);
	return ok;
}

#endif
