#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Of the operators and witnesses that a case lists one of each is chosen, by
# name or on the screen, and the log, the consent and the certificate name them
# and nobody else, also a certificate that is made later; a stranger is not
# taken, and nothing is touched.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need tmux jq
# shellcheck source=tests/terminal.sh
. "$TOP/tests/terminal.sh"
export LANGUAGE=en
cd "$W"

new_case case
sed -i -e 's/^\[作業者\]/&\nほかの氏名 = 伊藤 四郎、渡辺 五郎/' \
	-e 's/^\[立会者\]/&\nほかの氏名 = 中村 六子/' case/case.ini
first='鈴木 一郎' present='田中 三郎'

erase()
{
	local tok
	letters 2M >a.img
	tok=$(token --image a.img --case case)
	"$MASSHO" erase --image a.img --case case --confirm "$tok" \
		--pass-fd 3 "$@" 3<<<"$PASSPHRASE"
}

# names FILE: operator and witness of a certificate
names()
{
	jq -r '[.operator.name, .witness.name // "-"] | join(" / ")' "$1"
}

newest()
{
	ls -t case/out/*.json | head -n 1
}

last()
{
	jq -r "select(.event == \"$1\") | $2" case/evidence/*.jsonl | tail -n 1
}

# ---- by name ---------------------------------------------------------------------
exits 0 erase
is "$first / $present" "$(names "$(newest)")" "nobody chosen"
exits 0 erase --operator '渡辺 五郎' --witness '中村 六子'
is "渡辺 五郎 / 中村 六子" "$(names "$(newest)")" "both chosen"
is "渡辺 五郎" "$(jq -r .consent.who "$(newest)")" "who consented"
is '渡辺 五郎 中村 六子' "$(last intent \
	'[.body.people.operator, .body.people.witness] | join(" ")')" "the log"
exits 0 "$MASSHO_CHECK" "$(newest)" --trust case/key.crt

# ---- a stranger ------------------------------------------------------------------
n=$(grep -c '"intent"' case/evidence/*.jsonl)
for who in '渡辺' '中村 六子' ''; do
	exits 1 erase --operator "$who"
done
exits 1 erase --operator '知らない人'
grep -q "it names: '$first', '伊藤 四郎', '渡辺 五郎'" err ||
	fail "$(cat err)"
exits 1 erase --no-case --operator '渡辺 五郎'
is "$n" "$(grep -c '"intent"' case/evidence/*.jsonl)" "erasures begun"
[ "$(grep -c -a MASSHO-MARKER a.img)" -gt 0 ] || fail "something was touched"

# ---- a document made later names who was at work then ----------------------------
mv case/out away
mkdir case/out
rc=0
letters 2M >a.img
in_background "$MASSHO" erase --image a.img --case case --limit 1M --confirm \
	"$(token --image a.img --case case --limit 1M)" --operator '伊藤 四郎' \
	--pass-fd 3 3<<<"$PASSPHRASE" >out 2>err
for ((i = 0; i < 200; i++)); do
	[ "$(grep -c '"intent"' case/evidence/*.jsonl)" -le "$n" ] || break
	sleep 0.05
done
rmdir case/out
touch case/out
wait "$PID" || rc=$?
is 4 "$rc" "exit code without its document"
rm case/out
mv away case/out
exits 0 "$MASSHO" case issue case --pass-fd 3 3<<<"$PASSPHRASE"
is "伊藤 四郎 / $present" "$(names "$(newest)")" "the document made later"

# ---- on the screen ---------------------------------------------------------------
letters 2M >a.img
screen ja --image a.img --case case
shown 'o: ほかの人'
shown 'w: ほかの人'
press o
shown '本日の作業者'
keep 1-people
press Down Down Enter
shown '渡辺 五郎'
press w
shown '立会者はどなた'
press Down Enter
shown '中村 六子'
to_drives
press Space Enter
shown '4/8'
to_consent
type_in 7152
press Enter
shown '7/8'
tm kill-server
is "渡辺 五郎 / 中村 六子" "$(names "$(newest)")" "chosen on the screen"
