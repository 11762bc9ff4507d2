#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Claim: what massho signs is what others call signed: openssl and pdfsig
# accept keys, certificates and forms; massho check and massho-check agree.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"
need openssl pdfsig jq perl
cd "$W"

key()
{
	"$MASSHO" key "$@" --pass-fd 3 3<<<"$PASSPHRASE" >/dev/null
}

"$MASSHO" case new case >/dev/null
cat >case/case.ini <<'INI'
[contract]
name = 住民税課税データ入力業務委託
[addressee]
name = みどり市長
[contractor]
name = 株式会社桐生データサービス
[responsible]
name = 佐藤　花子
[operator]
name = 𠮷田　二郎
[place]
name = 第１作業室
[item 1]
item = 住民税課税データ
INI

for alg in p256 p384 rsa3072; do
	key new "$alg" --alg "$alg" --cn "試験 $alg" --org 株式会社テスト
	is 600 "$(stat -c %a "$alg.p8")" "mode of $alg.p8"

	# The key file: PBES2, AES-256, PBKDF2 with 600,000 rounds of SHA-256.
	openssl asn1parse -in "$alg.p8" >asn1
	for word in PBES2 PBKDF2 hmacWithSHA256 aes-256-cbc; do
		grep -q ":$word" asn1 || fail "$alg.p8 is not sealed by $word"
	done
	rounds=$((16#$(awk -F: '/INTEGER/ { n = $NF } END { print n }' asn1)))
	[ "$rounds" -ge 600000 ] || fail "only $rounds rounds"
	openssl pkey -in "$alg.p8" -passin "pass:$PASSPHRASE" -noout -check \
		>/dev/null 2>&1 || fail "openssl cannot open $alg.p8"

	# The certificate.
	openssl x509 -in "$alg.crt" -noout -ext \
		keyUsage,extendedKeyUsage,basicConstraints >ext
	grep -A1 'Key Usage: critical' ext |
		grep -q 'Digital Signature, Non Repudiation' || fail "key usage"
	grep -q 'E-mail Protection' ext || fail "e-mail protection"
	grep -qE '1\.3\.6\.1\.5\.5\.7\.3\.36|Document Signing' ext ||
		fail "document signing"
	grep -q 'CA:FALSE' ext || fail "basic constraints"
	openssl verify -CAfile "$alg.crt" "$alg.crt" >/dev/null ||
		fail "openssl does not verify $alg.crt"
	is "$(openssl x509 -in "$alg.crt" -noout -fingerprint -sha256 |
		tr -d : | sed 's/.*=//' | tr A-F a-f)" \
		"$("$MASSHO" key show "$alg.p8" --json |
			jq -r .fingerprint_sha256)" "fingerprint of $alg"
	key csr "$alg.p8"
	openssl req -in "$alg.csr" -noout -verify 2>/dev/null ||
		fail "openssl does not accept the request"

	# A signed document.
	"$MASSHO" form none_handled --case case --key "$alg.p8" --json \
		--pass-fd 3 3<<<"$PASSPHRASE" >doc || fail "no document"
	id=case/out/$(jq -r .cert_id doc)
	for how in "" -cades; do
		# shellcheck disable=SC2086
		openssl cms -verify $how -binary -content "$id.json" \
			-inform DER -in "$id.json.p7s" -CAfile "$alg.crt" \
			-out signed 2>err || fail "openssl cms $how: $(cat err)"
		cmp signed "$id.json"
	done
	openssl cms -cmsout -print -inform DER -in "$id.json.p7s" >printed
	! grep -q signingTime printed || fail "there is a signing time"
	grep -q 'id-smime-aa-signingCertificateV2' printed || fail "no ESS"
	pdfsig "$id.pdf" >sig
	grep -q 'Signature is Valid' sig || fail "pdfsig: $(cat sig)"
	grep -q 'Total document signed' sig || fail "not the whole document"
	grep -q 'ETSI.CAdES.detached' sig || fail "not PAdES"
	for check in "$MASSHO check" "$MASSHO_CHECK"; do
		# shellcheck disable=SC2086
		exits 0 $check "$id.json" "$id.pdf" --trust "$alg.crt"
		# shellcheck disable=SC2086
		exits 4 $check "$id.json" "$id.pdf"
	done
done

# Another signer's word is not enough; a pin that cannot be read is an error.
exits 4 "$MASSHO_CHECK" "$id.json" --trust p256.crt
exits 1 "$MASSHO_CHECK" "$id.json" --trust nothing.crt
exits 1 "$MASSHO_CHECK" nothing.json
exits 1 "$MASSHO_CHECK"
exits 0 "$MASSHO_CHECK" --help
exits 0 "$MASSHO" key --help
! grep -q -- '--key ' "$W/out" || fail "key takes --key"
exits 0 "$MASSHO_CHECK" case/evidence/*.jsonl
"$MASSHO_CHECK" "$id.json" "$id.pdf" --json --trust "$alg.crt" |
	jq -es 'length == 2 and all(.[]; .holds and .exit == 0)' >/dev/null ||
	fail "the JSON of check"

# One changed byte is found and named; the others still hold.
for f in "$id.json" "$id.json.p7s" "$id.pdf"; do
	cp "$f" kept
	perl -0777 -pe 'substr($_, 700, 1) ^= "\x01"' kept >"$f"
	exits 3 "$MASSHO_CHECK" "$f" --trust "$alg.crt"
	grep -q 'BAD signature' "$W/out" || fail "$f: not named"
	cp kept "$f"
done

# Keys that must not be used.
exits 1 "$MASSHO" key new short --cn x --pass-fd 3 3<<<'thirteen char'
[ ! -e short.p8 ] || fail "a key with a short passphrase"
exits 1 "$MASSHO" key new p256 --cn x --pass-fd 3 3<<<"$PASSPHRASE"
grep -q 'exists' "$W/err" || fail "an existing key: $(cat "$W/err")"
exits 1 "$MASSHO" key csr p256.p8 --pass-fd 3 3<<<'not the passphrase'
grep -q passphrase "$W/err" || fail "a wrong passphrase is not called so"
cp p384.crt stray.crt && cp p256.p8 stray.p8
exits 1 "$MASSHO" key csr stray.p8 --pass-fd 3 3<<<"$PASSPHRASE"
grep -q 'another key' "$W/err" || fail "a stray certificate"
openssl req -x509 -newkey rsa:2048 -keyout weak.pem -out weak.crt -subj /CN=w \
	-days 1 -passout "pass:$PASSPHRASE" 2>/dev/null
openssl pkcs8 -topk8 -in weak.pem -passin "pass:$PASSPHRASE" \
	-passout "pass:$PASSPHRASE" -out weak.p8
exits 1 "$MASSHO" key csr weak.p8 --pass-fd 3 3<<<"$PASSPHRASE"
grep -q weak "$W/err" || fail "a weak key: $(cat "$W/err")"
openssl pkcs8 -topk8 -nocrypt -in p256.p8 -passin "pass:$PASSPHRASE" \
	-out bare.p8
cp p256.crt bare.crt
exits 1 "$MASSHO" key csr bare.p8 --pass-fd 3 3<<<"$PASSPHRASE"
grep -q 'not an encrypted' "$W/err" || fail "a bare key: $(cat "$W/err")"
openssl x509 -in p256.crt -signkey <(openssl pkey -in p256.p8 \
	-passin "pass:$PASSPHRASE") -days 0 -out old.crt 2>/dev/null
cp p256.p8 old.p8
exits 1 "$MASSHO" key csr old.p8 --pass-fd 3 3<<<"$PASSPHRASE"
grep -q expired "$W/err" || fail "an expired certificate: $(cat "$W/err")"
