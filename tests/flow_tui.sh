#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The technician's screen, as it is used: in a terminal of 80x24, by its keys,
# from the case to the certificate.  What was chosen, planned and consented to
# is erased, and nothing else; whatever happens to the terminal, the screen
# stays usable.
#
# SCREENS=DIR keeps every screen that is looked at.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need tmux jq
# shellcheck source=tests/terminal.sh
. "$TOP/tests/terminal.sh"
cd "$W"

image()
{
	letters "$2" >"$1"
}

markers()
{
	grep -c -a -o MASSHO-MARKER "$1" || true
}

new_case case
new_case pristine

# ---- the whole road, in both languages ----------------------------------------
for lang in ja en; do
	rm -rf case
	cp -r pristine case
	image a.img 3M
	image b.img 5M
	image other.img 2M
	before=$(sha256sum <other.img)
	screen $lang --image a.img b.img other.img --case case
	to_drives
	keep 3-drives
	press Enter			# nothing is chosen yet
	shown 'Space|スペースキー'
	press Space Down Space
	shown '\[x\] b\.img'
	keep 3-chosen
	press d
	shown '5242880'
	keep 3-details
	press Escape p
	shown 'ism-0354'
	keep 3-policies
	press Escape Enter
	shown '4/8'
	keep 4-plan
	to_consent
	type_in 9999			# the wrong drive
	press Enter
	shown 'not the end|一致しません'
	keep 5-consent
	type_in 5728			# of 3145728
	press Enter
	shown '5242880'
	[ "$(markers a.img)" -gt 0 ] || fail "erased before the last consent"
	type_in 2880
	press Enter
	shown '7/8'
	shown 'all 2 drives are erased|2台すべての消去'
	keep 7-result
	press d
	shown 'random|乱数'
	keep 7-details
	press Escape q
	shown 'SHA-256'
	keep 7-qr
	id=$(basename "$(ls case/out/*.pdf | head -n 1)" .pdf)
	grep -q "${id%-*}" now || fail "the QR page names no certificate"
	press Escape Enter
	shown '8/8'
	keep 8-next
	press Down Enter
	ended 0
	is "0 0" "$(markers a.img) $(markers b.img)" "markers left"
	is "$before" "$(sha256sum <other.img)" "the one that was not chosen"
	is 2 "$(ls case/out/*.pdf | wc -l)" "certificates"
	exits 0 "$MASSHO_CHECK" case/out/*.json --trust case/key.crt
	is "erased erased" "$(jq -r .result case/out/*.json | paste -sd' ')" \
		"results"
done

# ---- Escape leaves a drive out, and starts nothing ----------------------------
image a.img 3M
image b.img 5M
before=$(sha256sum <b.img)
screen en --image a.img b.img --no-case
shown '1/8'
press Enter
shown '2/8'
press Enter
shown '3/8 (drives|ドライブ)'
press Space Down Space Enter
shown '4/8'
press Enter
shown '3145728'
type_in 5728
press Enter
shown '5242880'
press Escape
shown 'last question'
keep 5-last-question
sleep 0.5
[ "$(markers a.img)" -gt 0 ] || fail "erased by Escape"
press Enter
shown '7/8'
shown 'ATTENTION'
shown 'no consent'
press Enter
shown '8/8'
press Down Enter
ended 2
is 0 "$(markers a.img)" "markers in what was consented to"
is "$before" "$(sha256sum <b.img)" "the one left out"

# ---- at work: a resize, rubbish on the screen, one drive stopped ---------------
image a.img 12M
image b.img 12M
screen en --image a.img b.img --no-case --limit 2M
shown '1/8'
press Enter
shown '2/8'
press Enter
shown '3/8 (drives|ドライブ)'
press Space Down Space Enter
shown '4/8'
press Enter
shown 'a\.img'
type_in 2912
press Enter
shown 'b\.img'
type_in 2912
press Enter
shown '6/8'
shown '\[#'
keep 6-run
pid=$(pgrep -P "$(tm display-message -p '#{pane_pid}')" -x massho ||
	tm display-message -p '#{pane_pid}')
# Waiting, it is woken some times a second and draws as often: each turn reads
# once, each drawing writes once, however fast or busy the machine is.
turns()
{
	awk "/^$1/ { print \$2 }" "/proc/$pid/io"
}
if [ -r "/proc/$pid/io" ]; then
	since=$(date +%s%N) reads=$(turns syscr) writes=$(turns syscw)
	sleep 2
	reads=$(($(turns syscr) - reads)) writes=$(($(turns syscw) - writes))
	tenths=$((($(date +%s%N) - since) / 100000000))
	echo "at work: $reads reads, $writes writes in $tenths tenths of a second"
	[ $((reads * 10)) -le $((tenths * 120)) ] || fail "a busy loop"
	[ $((writes * 10)) -le $((tenths * 60)) ] || fail "it draws too often"
	[ "$writes" -gt 0 ] || fail "it does not draw at all"
fi
tm resize-window -x 60 -y 20
shown 'too small'
tm resize-window -x 120 -y 40
shown '2 at work'
tm resize-window -x 80 -y 24
shown '2 at work'
tty=$(tm display-message -p '#{pane_tty}')
for ((i = 0; i < 40; i++)); do
	printf '\r\n[   12.345678] usb 1-1: reset high-speed USB device' >"$tty"
done
shown 'reset high-speed'
press C-l
shown '2 at work'
not_shown 'reset high-speed'
press d
shown 'read back'
keep 6-details
press Escape Down s
shown 'stop this drive\?'
keep 6-stop
press y
shown 'NOT ERASED: stopped'
shown '1 at work'
keep 6-stopped
shown '7/8'
shown '\[ERASED\] a\.img'
shown '\[NOT ERASED: stopped\] b\.img'
keep 7-stopped
press Enter
shown '8/8'
press Down Enter
ended 5
is 0 "$(markers a.img)" "markers in the one that went on"

# ---- another case where the one was that was agreed to: nothing starts -----------
rm -rf case
cp -r pristine case
image a.img 2M
before=$(sha256sum <a.img)
screen en --image a.img --case case
to_drives
press Space Enter
shown '4/8 plan'
to_consent
sed -i 's/見本市役所/別の市役所/' case/case.ini
type_in 7152
press Enter
shown 'not the one that was loaded'
shown '1/8'
shown '別の市役所'
is "$before" "$(sha256sum <a.img)" "what was consented to for another case"
to_drives
press Space Enter
shown '4/8 plan'
press Enter
shown '4/8 signing key'			# it is asked for anew
sed -i 's/別の市役所/第三の市役所/' case/case.ini
opens_key 4				# and opened for no other one either
shown 'not the one that was loaded'
shown '1/8'
shown '第三の市役所'
is "$before" "$(sha256sum <a.img)" "what was planned for another case"
tm kill-server

# ---- the key is asked for behind the plan, and for nothing less -----------------
rm -rf case
cp -r pristine case
mkdir -p case/out
image a.img 2M
image case/out/b.img 2M			# among the records: in no plan
screen en --image a.img case/out/b.img --case case
to_drives
not_shown 'passphrase'
press Down Space Enter
shown '4/8 plan'
shown 'will NOT be erased'
press Enter
shown 'none of these drives can be erased'
not_shown 'passphrase'
press Escape
shown '3/8 (drives|ドライブ)'
press Space Up Space		# the line that it was on
shown '1 chosen'
press Enter
shown '4/8 plan'
press Enter
shown '4/8 signing key'
type_in 'half of it'
shown '\*{10}'
press Escape
shown '4/8 plan'
press Enter
shown '4/8 signing key'
not_shown '\*'
type_in 'a wrong one'
press Enter
shown "this is not the key's passphrase"
shown '4/8 signing key'
opens_key 4
shown '5/8'
press Escape				# not this drive: and nothing begins
shown 'no drive was consented to'
shown '0 chosen'			# nor the next time unasked
press Space Enter
shown '4/8 plan'
press Enter
shown '5/8'				# asked once
type_in 7152
press Enter
shown 'the drive is erased'
tm kill-server
rm case/out/b.img
exits 0 "$MASSHO_CHECK" case/out/*.json --trust case/key.crt

# ---- one that is not there is told of on the first page --------------------------
mv case/key.p8 away.p8
screen en --image a.img --case case
shown '1/8'
shown 'key.crt is here, its key is not'
tm kill-server
mv away.p8 case/key.p8

# ---- the shortest road, counted ------------------------------------------------
rm -rf case
cp -r pristine case
image a.img 2M
screen en --image a.img --case case
PRESSED=0
to_drives
press Space Enter
shown '4/8'
to_consent
type_in 7152
press Enter
shown '7/8'
press Enter
shown '8/8'
press Down Enter
ended 0
echo "one drive: $PRESSED keys, ${#PASSPHRASE} of them the passphrase"
is 14 $((PRESSED - ${#PASSPHRASE})) "keys besides the passphrase"

# ---- no case: a short form makes one, and a key; and the report ends it --------
image a.img 2M
mkdir empty
cd empty
screen en --image ../a.img --case here
shown 'new contract case'
keep 1-form
for text in '業務' '見本市長' '株式会社見本' '佐藤' '鈴木' '電算室' '台帳'; do
	type_in "$text"
	press Enter
done
shown '1/8 contract case'
shown '見本市長|株式会社見本'
to_drives
press Space Enter
shown '4/8 plan'
press Enter
shown '4/8 new signing key'
keep 4-new-key
type_in short
press Enter
shown 'too short'
press C-u
type_in "$PASSPHRASE"
press Enter
type_in "$PASSPHRASE!"
press Enter
shown 'the two passphrases differ'
[ ! -e here/key.p8 ] || fail "a key was made of a passphrase typed wrongly"
type_in "$PASSPHRASE"
press Enter
type_in "$PASSPHRASE"
press Tab
shown "once more: $PASSPHRASE"
press Enter
shown '5/8'
type_in 7152
press Enter
shown '7/8'
shown 'the drive is erased'
press Enter
shown '8/8'
press Down Down
shown '> make the report'
press Enter
shown 'the report is made: out/report\.pdf'
keep 8-report
press Up Enter
cd ..
ended 0
screen en --image a.img --case empty/here	# at any time, by the key
shown '1/8'
press Escape
shown '8/8'
press Down Down Enter
shown '8/8 signing key'
press Escape
shown '8/8 next'
press Down Down Enter
opens_key 8
shown 'the report is made: out/report-2\.pdf'
press Down Enter
ended 0
exits 0 "$MASSHO_CHECK" empty/here/out/*.json empty/here/out/report.pdf \
	--trust empty/here/key.crt
is '佐藤' "$(openssl x509 -in empty/here/key.crt -noout -subject \
	-nameopt utf8,sep_multiline | sed -n 's/^ *CN=//p')" "the key's name"

# ---- the terminal goes away: recorded, never called erased ---------------------
image a.img 64M
screen en --image a.img --no-case --limit 2M
shown '1/8'
press Enter
shown '2/8'
press Enter
shown '3/8 (drives|ドライブ)'
press Space Enter
shown '4/8'
press Enter
shown '5/8'
type_in 8864
press Enter
shown '6/8'
tm kill-server
for ((i = 0; i < 200; i++)); do
	! grep -q '"outcome"' evidence/*.jsonl 2>/dev/null ||
		[ "$(tail -n 1 evidence/*.jsonl | jq -r .body.result)" != \
			interrupted ] || break
	sleep 0.05
done
is interrupted "$(grep -h '"outcome"' evidence/*.jsonl | tail -n 1 |
	jq -r .body.result)" "outcome of a drive whose terminal went away"

# ---- and without a terminal there is no screen ---------------------------------
exits 1 "$MASSHO" tui --no-case

# ---- without colour: as readable, and by no escape that asks for one -----------
colours()
{
	tm capture-pane -e -p | grep -cE $'\033\\[([0-9;]*;)?[34][0-7]m' || true
}
screen en --image a.img --no-case
shown '1/8'
[ "$(colours)" -gt 0 ] || fail "no colours where they may be"
export NO_COLOR=1
screen en --image a.img --no-case
shown '1/8'
is 0 "$(colours)" "lines with colours"
press Enter
shown '2/8'
press Enter
shown '3/8 (drives|ドライブ)'
press Space
shown '\[x\] a\.img'
is 0 "$(colours)" "lines with colours"
unset NO_COLOR
