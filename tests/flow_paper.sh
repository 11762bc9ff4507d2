#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What the case demands, forbids or only plans is said before the erasure and
# stands on its document: classes, dates, people, the line of media.csv.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need jq pdftotext
export LANGUAGE=en
cd "$W"

claim_() { echo "claim: $*"; }

# The words of a PDF, without the blanks between them, in the file page.
text_of()
{
	pdftotext "$1" - | perl -CS -0pe 's/\s//g' >page
}

# erased CASE FILE...: erases it; $json is its document
erased()
{
	local c=$1 file=$2
	shift 2
	exits 0 with_pass "$MASSHO" erase --image "$file" --case "$c" \
		--pass-fd 3 --json "$@" --confirm \
		"$(token --image "$file" --case "$c" "$@" 2>/dev/null)"
	json=$c/out/$(jq -r 'select(.event == "result") | .cert_id' out).json
	text_of "${json%.json}.pdf"
}

claim_ "a class that demands more is told before and on the document"
new_case two
sed -i 's/^庁舎内 = はい/庁舎内 = いいえ/' two/case.ini
letters 1M >drive
exits 0 "$MASSHO" plan --image drive --case two --lang ja
grep -q '分類2の情報を庁舎外で消去する場合に求められる水準（Purge' out ||
	fail "plan is silent: $(cat out)"
exits 2 with_pass "$MASSHO" erase --image drive --case two --lang en --pass-fd 3
grep -q 'information of class 2 .*Purge, policy mic-class-2' err ||
	fail "erase is silent: $(cat err)"
erased two drive
jq -e '.level_reasons[] | select(.code == "class_purge")' "$json" >code ||
	fail "the certificate is silent"
is 2 "$(grep -o '求められる水準（Purge、方式mic-class-2）' page | wc -l)" \
	"times on the page"
new_case one
sed -i '0,/^分類 = 2/s//分類 = 1/' one/case.ini
erased one drive
jq -e '.level_reasons[] | select(.code == "class_destroy")' "$json" >code ||
	fail "class 1 does not ask for destruction"
grep -q '残っている措置：分類1の情報' page || fail "$(cat page)"
new_case in
erased in drive
is '' "$(jq -r '.level_reasons[].code | select(startswith("class"))' "$json")" \
	"class 2 on the premises"

claim_ "people who will watch and confirm are planned, and sign by hand"
is 'true true' "$(jq -r '"\(.witness.planned) \(.validator.planned)"' "$json")" \
	"planned"
for word in '田中三郎（予定）' '髙橋次郎（予定）' '確認方法（予定）'; do
	grep -q "$word" page || fail "the page does not hold '$word'"
done
grep -q '署名・押印' page || fail "nowhere to sign"

claim_ "an approval that is yet to come is refused, work out of time is noted"
new_case dates
sed -i 's/^承認日 = .*/承認日 = 2099-01-01/' dates/case.ini
line=$(grep -n ^承認日 dates/case.ini | cut -d: -f1)
for run in plan erase; do
	exits 1 "$MASSHO" $run --image drive --case dates --lang en
	grep -q "dates/case.ini:$line: .*has not come yet" err ||
		fail "$run: $(cat err)"
done
with_pass exits 1 "$MASSHO" form returned --case dates --pass-fd 3
new_case late
sed -i 's/^契約日 = .*/契約日 = 2020-04-01/; s/^開始日 = .*/開始日 = 2020-04-01/
	s/^終了日 = .*/終了日 = 2021-03-31/' late/case.ini
exits 0 "$MASSHO" plan --image drive --case late --lang en
grep -q "outside the contract's period (2020-04-01 to 2021-03-31)" err ||
	fail "no warning: $(cat err)"
erased late drive
jq -r .notes "$json" | grep -q '履行期間（2020-04-01から2021-03-31まで）の外' ||
	fail "no note on the certificate"

claim_ "a drive without a serial is bound to its line by --asset"
new_case asset
printf '%s\n' '管理番号,媒体名,製造番号' A-1,黒いメモリ, A-2,白いメモリ, \
	A-3,ディスク,S1 >asset/media.csv
letters 1M >white
for run in plan erase; do
	fd=()
	[ $run = plan ] || fd=(--pass-fd 3)
	exits '0|2' with_pass "$MASSHO" $run --image drive --case asset \
		--lang en "${fd[@]}"
	grep -q "by --asset 'drive=NUMBER'" err || fail "$run: $(cat err)"
done
wrong()
{
	exits 1 "$MASSHO" erase --image drive white --case asset --lang en \
		"${@:2}"
	grep -q -- "$1" err || fail "${*:2}: $(cat err)"
}
wrong "asset number 'A-9'" --asset drive=A-9
wrong 'does not say which drive' --asset A-1
wrong "has the serial 'S1'" --asset drive=A-3
wrong 'same drive or line' --asset drive=A-1 --asset white=A-1
wrong 'same drive or line' --asset drive=A-1 --asset drive=A-2
exits 1 "$MASSHO" erase --image drive --no-case --asset A-1 --lang en
erased asset drive --asset drive=A-1
is 'A-1 黒いメモリ true' "$(jq -r '.media[0] | "\(.asset_no) \(.name) \(.in_media_csv)"' \
	"$json")" "the line"
grep -q '管理番号A-1' page || fail "not on the page"
is A-1 "$(jq -r 'select(.event == "intent") | .body.asset_no' \
	asset/evidence/*.jsonl)" "the line in the log"
erased asset white --asset A-2
exits 0 "$MASSHO" case show asset --json
is 'erased erased open' "$(jq -r '[.media[].state] | join(" ")' out)" states
with_pass exits 4 "$MASSHO" case close asset --pass-fd 3 --json
text_of "$(jq -r .report out)"
grep -q '管理番号A-2' page || fail "not in the report"

claim_ "a drive that is not on the list is told of before and after"
exits 0 with_pass "$MASSHO" erase --image drive --case asset --pass-fd 3 \
	--confirm "$(token --image drive --case asset 2>/dev/null)" --lang en
is 2 "$(grep -c "by --asset 'drive=NUMBER'" err)" "times it is told of"

claim_ "plan gives no token for a case that erase refuses"
new_case title
printf '標題 = 報告書\n' | sed -i '/^\[様式\]/r /dev/stdin' title/case.ini
exits 1 "$MASSHO" erase --image drive --case title --lang en --confirm \
	"$(token --image drive --no-case)" 3<<<"$PASSPHRASE" --pass-fd 3
exits 1 "$MASSHO" plan --image drive --case title --lang en
! grep -qi token out || fail "a token all the same"
printf '[その他]\n' >bare.ini
mkdir bare
mv bare.ini bare/case.ini
exits 1 "$MASSHO" plan --image drive --case bare --lang en

claim_ "a document under another's name does not hold"
a=$(find in/out -name '*.pdf') b=$(find one/out -name '*.pdf')
mkdir named
cp "${a%.pdf}".json* named/
cp "$b" "named/${a##*/}"
exits 3 "$MASSHO" check "named/${a##*/}" --trust one/key.crt --lang en
id=${b##*/}
grep -q "holds document '${id%.pdf}'" out || fail "$(cat out)"
cp "${b%.pdf}.json" "named/x.json"
cp "$a" named/x.pdf
exits 3 "$MASSHO" check named/x.pdf --trust one/key.crt
cp "${b%.pdf}.json" "named/${a##*/}.json"
cp "$a" named/mine.pdf
exits 0 "$MASSHO" check named/mine.pdf --trust one/key.crt

claim_ "who reads the machine form hears of every drive, also of a bad path"
exits 1 "$MASSHO" erase --json --image drive none white --no-case
is 'drive refused unknown
none refused unknown
white refused unknown' "$(jq -r '"\(.drive) \(.result) \(.serial)"' out)" results

claim_ "messages say what is the case"
new_case none
: >none/media.csv
with_pass exits 0 "$MASSHO" form none_handled --case none --pass-fd 3
with_pass exits 1 "$MASSHO" form none_handled --case none --pass-fd 3
grep -q 'says already that nothing was handled' err || fail "$(cat err)"
letters 2M >bigger
exits 2 "$MASSHO" verify --image bigger --cert "$json" --trust asset/key.crt
grep -q "'bigger' (model disk image, serial unknown, 2097152 bytes)" err ||
	fail "$(cat err)"
head -c 70000 /dev/zero >big.p8
exits 1 with_pass "$MASSHO" erase --image drive --case in --key big.p8 \
	--pass-fd 3 --confirm "$(token --image drive --case in)"
! grep -q 'key new' err || fail "$(cat err)"
sed -i 's/,WD-WCC4E0000001,/,123456789018,/' in/media.csv
exits 0 "$MASSHO" plan --image drive --case in --lang en
grep -q 'in/media.csv:2: .*could be an individual number' err ||
	fail "no warning: $(cat err)"
