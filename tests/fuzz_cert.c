/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whatever a certificate and its signature hold: no crash, no trust without a
 * pin, and no content accepted that calls erased what its numbers do not.
 *
 * Input: length of the JSON (2 bytes, big-endian), the JSON, the signature.
 */
#include "../certs/cert_text.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static json_int_t
number(const json_t *doc, const char *a, const char *b)
{
	const json_t *n = json_object_get(json_object_get(doc, a), b);

	return json_is_integer(n) ? json_integer_value(n) : -1;
}

static const char *
text(const json_t *j, const char *key)
{
	const char *s = json_string_value(json_object_get(j, key));

	return s ? s : "";
}

/* The ID is set right first, so that what lies behind it is reached. */
static void
judge(json_t *doc)
{
	char id[CERT_ID_LEN + 1] = "", why[256];
	bool ok;

	if (json_is_object(doc) && !cert_id_of(doc, id))
		json_object_set_new(doc, "cert_id", json_string(id));
	ok = !cert_rules(doc, LANG_JA, why, sizeof(why));
	must(ok == !why[0]);
	if (!ok || strcmp(text(doc, "result"), "erased") != 0)
		return;
	must(!number(doc, "verification", "mismatches"));
	must(strcmp(text(doc, "level"), "none"));
	must(!strstr(text(doc, "title"), "できていません"));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct signer s;
	json_t *doc;
	size_t n;

	if (size < 2)
		return 0;
	n = (size_t)data[0] << 8 | data[1];
	data += 2;
	size -= 2;
	if (n > size)
		n = size;
	memset(&s, 0xa5, sizeof(s));
	sign_verify(data, n, data + n, size - n, NULL, 0, &s);
	must(s.trust != TRUST_OK);
	must((s.trust == TRUST_BAD) == (s.why[0] != '\0'));
	doc = json_load_canonical((const char *)data, n);
	json_decref(doc);
	doc = json_loadb((const char *)data, n, 0, NULL);
	if (doc)
		judge(doc);
	json_decref(doc);
	return 0;
}
