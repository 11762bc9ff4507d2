#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A new case is refused until its required fields are filled in; then it can
# be shown, given documents, and closed, and nothing is ever overwritten.
. "$(dirname "$0")/lib.sh"
need jq pdftotext
export LC_ALL=C.UTF-8 LANGUAGE=en

# fill FILE SECTION KEY VALUE: writes behind a key of the template.
fill()
{
	perl -CSDA -i -pe 'BEGIN { ($s, $k, $v) = splice @ARGV, 0, 3 }
		$in = $1 if /^\[(.*)\]/;
		s/^\Q$k\E = (\r?)$/$k = $v$1/ if defined $in && $in eq $s' \
		"$2" "$3" "$4" "$1"
}

# The template: everything is there, nothing of it is accepted as filled in.
exits 0 "$MASSHO" --lang ja case new "$W/c"
for f in case.ini media.csv README.txt out evidence; do
	[ -e "$W/c/$f" ] || fail "no $f in a new case"
done
head -c3 "$W/c/media.csv" | cmp -s - <(printf '\xef\xbb\xbf') ||
	fail "media.csv has no BOM: Excel would not read it"
grep -q '★必須' "$W/c/case.ini" || fail "nothing is marked as required"
exits 1 "$MASSHO" case show "$W/c" --lang ja
for word in '契約 業務名' '宛先 宛名' '受注者 商号又は名称' '責任者 氏名' \
	'作業者 氏名' '実施場所 場所' '情報項目 項目'; do
	grep -q "$word" "$W/err" || fail "'$word' is not named as missing"
done

# Never over anything.
before=$(sha256sum "$W/c/case.ini")
exits 1 "$MASSHO" case new "$W/c"
grep -q 'not empty' "$W/err" || fail "no reason why a case is not made anew"
is "$before" "$(sha256sum "$W/c/case.ini")" "case.ini after a second 'new'"
touch "$W/file"
exits 1 "$MASSHO" case new "$W/file"

# A FIFO in the place of a file holds nobody up.
mkdir "$W/fifo"
mkfifo "$W/fifo/case.ini"
exits 1 timeout 20 "$MASSHO" case show "$W/fifo"

# Filled in, in the template's own words.
ini=$W/c/case.ini
fill "$ini" 契約 業務名 消去業務
fill "$ini" 宛先 宛名 見本市長
fill "$ini" 受注者 商号又は名称 株式会社見本
fill "$ini" 責任者 氏名 '佐藤 花子'
fill "$ini" 作業者 氏名 '鈴木 一郎'
fill "$ini" 実施場所 場所 電算室
exits 1 "$MASSHO" case show "$W/c"
grep -q 'item.item' "$W/err" || fail "a case without items is complete"
fill "$ini" '情報項目 1' 項目 住民データ
exits 0 "$MASSHO" --json case show "$W/c"
is 住民データ "$(jq -r '.items[0].item' "$W/out")" item
is '佐藤 花子' "$(jq -r '.fields["responsible.name"]' "$W/out")" responsible
is null "$(jq -r .missing "$W/out")" missing

# The English template has the same fields.
exits 0 "$MASSHO" case new "$W/e" --lang en
is "$(grep -c ' = ' "$ini")" "$(grep -c ' = ' "$W/e/case.ini")" \
	"keys of the English template"
exits 1 "$MASSHO" case show "$W/e" --lang en
grep -q 'contract.name' "$W/err" || fail "the English template is complete"

# A mistake is named with its line.
sed -i 's/^業務名 = /業務命 = /' "$ini"
line=$(grep -n '^業務命' "$ini" | cut -d: -f1)
exits 1 "$MASSHO" case show "$W/c"
grep -q "case.ini:$line: .*'業務名'" "$W/err" || fail "no line, no suggestion"

# What every command takes may stand before it, and nothing else.
is "$("$MASSHO" policy list --lang ja)" "$("$MASSHO" --lang ja policy list)" \
	"--lang before the command"
is "$("$MASSHO" --version)" "$("$MASSHO" --lang ja --json --version)" version
exits 1 "$MASSHO" --image list
grep -q "'--image' goes after the command" "$W/err" || fail "$(cat "$W/err")"
exits 1 "$MASSHO" --lang
exits 1 "$MASSHO" --json

# Documents without a drive, and the end of the case.
new_case "$W/k"
with_pass exits 0 "$MASSHO" form destroyed 見情-0103 how=細断 \
	date=2026-01-15 --case "$W/k" --pass-fd 3 --json
id=$(jq -r .cert_id "$W/out")
exits 4 "$MASSHO_CHECK" "$W/k/out/$id.json"
exits 0 "$MASSHO" case show "$W/k" --json
is 'open open destroyed' "$(jq -r '[.media[].state] | join(" ")' "$W/out")" \
	"states of the media"
with_pass exits 4 "$MASSHO" case close "$W/k" --pass-fd 3 --json
is 2 "$(jq -r .open "$W/out")" "open media at the first close"
[ -s "$W/k/out/report.pdf" ] || fail "no report"
first=$(sha256sum "$W/k/out/report.pdf")
with_pass exits 1 "$MASSHO" form returned 見情-0101 無し --case "$W/k" \
	--pass-fd 3
with_pass exits 0 "$MASSHO" form returned 見情-0101 S4EWNX0M000002 \
	--case "$W/k" --pass-fd 3 --json
back=$(jq -r .cert_id "$W/out")
with_pass exits 0 "$MASSHO" case close "$W/k" --pass-fd 3
[ -s "$W/k/out/report-2.pdf" ] || fail "no second report"
is "$first" "$(sha256sum "$W/k/out/report.pdf")" "the first report"

# What cannot both be is not signed: twice returned, returned and destroyed,
# kept though destroyed, nothing handled.  A correction names what it replaces.
refused()
{
	with_pass exits 1 "$MASSHO" form "$@" --case "$W/k" --pass-fd 3
	grep -q "contradict '2" "$W/err" || fail "'$*': $(cat "$W/err")"
}
refused returned 見情-0101
refused destroyed 見情-0101 how=細断 date=2026-01-15
refused retention 見情-0103 reason=監査 until=2027-03-31
refused none_handled
with_pass exits 1 "$MASSHO" form destroyed 見情-0103 how=細断 \
	date=2026-01-15 replaces=20260101-000000000000 --case "$W/k" --pass-fd 3
with_pass exits 0 "$MASSHO" form destroyed 見情-0103 how=破砕 \
	date=2026-01-15 "replaces=$id" --case "$W/k" --pass-fd 3 --json
new=$(jq -r .cert_id "$W/out")
is "$id" "$(jq -r .supersedes "$W/k/out/$new.json")" "what it replaces"
exits 0 "$MASSHO" case show "$W/k" --json
is "$new" "$(jq -r '.media[2].cert_id' "$W/out")" "the standing document"
with_pass exits 1 "$MASSHO" form destroyed 見情-0103 how=細断 \
	date=2026-01-15 "replaces=$id" --case "$W/k" --pass-fd 3

# Nor a promise, nor an erasure that calls itself a destruction.
with_pass exits 1 "$MASSHO" form returned 見情-0101 note=100％消去 \
	--case "$W/k" --pass-fd 3
with_pass exits 1 "$MASSHO" form destroyed how=masshoによる上書き \
	date=2026-01-15 --case "$W/k" --pass-fd 3
grep -q 'leaves the medium whole' "$W/err" || fail "software destroys"

# Nobody vouches for another key's document, and another contract's is not
# ours: neither counts until somebody does.
"$MASSHO" key new "$W/old" --cn 別人 --pass-fd 3 3<<<"$PASSPHRASE" >"$W/out"
new_case "$W/f"
with_pass exits 0 "$MASSHO" form returned --case "$W/f" --key "$W/old.p8" \
	--pass-fd 3
exits 3 "$MASSHO" case show "$W/f" --json
is 'open open open' "$(jq -r '[.media[].state] | join(" ")' "$W/out")" \
	"states by an unknown signer"
with_pass exits 3 "$MASSHO" case close "$W/f" --pass-fd 3
[ ! -e "$W/f/out/report.pdf" ] || fail "a report over an unknown signer"
chmod 640 "$W/f/key.p8"
with_pass exits 0 "$MASSHO" case close "$W/f" --pass-fd 3 \
	--trust "$W/old.crt"
grep -q "others can read the key '$W/f/key.p8'" "$W/err" ||
	fail "no warning of a key that others can read"
chmod 600 "$W/f/key.p8"
with_pass exits 1 "$MASSHO" case close "$W/f" --pass-fd 3 \
	--key "$(printf '%0300d' 0).p8"
is 1 "$(grep -c 'is too long' "$W/err")" "a path that is too long"
sed -i 's/118号/119号/' "$W/f/case.ini"
with_pass exits 3 "$MASSHO" case close "$W/f" --pass-fd 3 \
	--trust "$W/old.crt"
grep -q "contract.no' differs" "$W/err" || fail "another contract's counts"

# An erasure counts with its log only; one that was killed is not forgotten.
new_case "$W/m"
letters 8M >"$W/disk"
erase()
{
	"$MASSHO" erase --image "$1" --case "$W/m" --pass-fd 3 "${@:2}" \
		--confirm "$(token --image "$1" "${@:2}")" 3<<<"$PASSPHRASE"
}
exits '0|4' erase "$W/disk"
with_pass exits 4 "$MASSHO" case close "$W/m" --pass-fd 3 --json
is 0 "$(jq '.undocumented | length' "$W/out")" "runs without a document"
mv "$W/m/evidence" "$W/evidence"
with_pass exits 3 "$MASSHO" case close "$W/m" --pass-fd 3
grep -q 'is not in the case' "$W/err" || fail "counts without its log"
mv "$W/evidence" "$W/m/evidence"
letters 8M >"$W/other"
tok=$(token --image "$W/other" --limit 1M)
in_background "$MASSHO" erase --image "$W/other" --limit 1M --case "$W/m" \
	--confirm "$tok" --pass-fd 3 3<<<"$PASSPHRASE" >/dev/null 2>&1
for n in $(seq 100); do
	! grep -c '"event":"intent"' "$W"/m/evidence/*.jsonl | grep -qx 2 ||
		break
	[ "$n" -lt 100 ] || fail "the second erasure does not start"
	sleep 0.1
done
kill -9 "$PID"
wait "$PID" 2>/dev/null || true
with_pass exits 4 "$MASSHO" case close "$W/m" --pass-fd 3 --json
is "$W/other" "$(jq -r '.undocumented[].path' "$W/out")" "the one killed"
grep -q "has no document: $W/other .*NOT ERASED" "$W/err" ||
	fail "a killed erasure is not named"
pdftotext -layout "$(jq -r .report "$W/out")" "$W/report.txt"
grep -q '証明書のない作業' "$W/report.txt" || fail "the report hides it"
with_pass exits 1 "$MASSHO" form none_handled --case "$W/m" --pass-fd 3
sleep 1	# a document of the same second is not known to be the later one
exits '0|4' erase "$W/other"
with_pass exits 4 "$MASSHO" case close "$W/m" --pass-fd 3 --json
is 0 "$(jq '.undocumented | length' "$W/out")" "after it was erased"

# A document that was changed counts for nothing.
sed -i 's/見本 太郎/見本 次郎/' "$W/k/out/$back.json"
exits 3 "$MASSHO" case show "$W/k" --json
is open "$(jq -r '.media[0].state' "$W/out")" "state by a changed document"
with_pass exits 3 "$MASSHO" case close "$W/k" --pass-fd 3
exits 3 "$MASSHO_CHECK" "$W/k/out/$back.json"
