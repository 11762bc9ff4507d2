/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whatever bytes a PDF holds: no crash, no attachment that lies outside of
 * it, and no trust without a pin.
 */
#include "../certs/cert.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct signer s;
	const uint8_t *at;
	char name[80];
	size_t len;

	memset(&s, 0xa5, sizeof(s));
	pdf_verify(data, size, NULL, 0, &s);
	must(s.trust != TRUST_OK);
	must((s.trust == TRUST_BAD) == (s.why[0] != '\0'));
	for (size_t i = 0; i < 70; i++) {
		if (pdf_attachment(data, size, i, name, &at, &len))
			break;
		must(memchr(name, '\0', sizeof(name)) && name[0]);
		must(!strchr(name, '/'));
		must(at >= data && len <= size &&
		     (size_t)(at - data) <= size - len);
	}
	return 0;
}
