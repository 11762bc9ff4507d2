#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Claim: an authority that is trusted vouches for those whom it certified for
# documents, not for its web servers.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"
need openssl
cd "$W"

echo "claim: the key of a web server signs for nobody"
openssl req -x509 -newkey rsa:3072 -nodes -keyout ca.key -out ca.crt -days 9 \
	-subj '/CN=CA' 2>/dev/null
printf '{}' >x.json
for use in serverAuth emailProtection; do
	openssl req -newkey rsa:3072 -nodes -keyout k -out k.csr \
		-subj "/CN=$use" 2>/dev/null
	openssl x509 -req -in k.csr -CA ca.crt -CAkey ca.key -days 9 \
		-CAcreateserial -out k.crt -extfile <(
		printf 'keyUsage=digitalSignature\nextendedKeyUsage=%s\n' \
			"$use") 2>/dev/null
	openssl cms -sign -binary -cades -md sha256 -in x.json -signer k.crt \
		-inkey k -outform DER -out x.json.p7s
	exits 3 "$MASSHO" check x.json --trust ca.crt --lang en
	said=$(grep -c 'not meant for signatures' out || true)
	is "$([ $use = serverAuth ] && echo 1 || echo 0)" "$said" "for $use"
done
