/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of a CMS signature that both who signs and who verifies need. */
#ifndef CMS_PARTS_H
#define CMS_PARTS_H

#include "../src/massho.h"

#include <openssl/cms.h>

/* DER of the signed attributes as a SET OF, as it is signed; OPENSSL_free. */
int cms_attributes(CMS_SignerInfo *si, uint8_t **out, size_t *len) MUST;
/*
 * Is der exactly what a signer of ours writes for this one signer?  Every
 * byte that the signature does not cover (versions, algorithm identifiers,
 * the certificate) must be the only byte that can stand there.
 */
bool cms_layout_fits(const uint8_t *der, size_t len, CMS_SignerInfo *si,
		     X509 *crt);

#endif
