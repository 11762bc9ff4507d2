#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What was cut off is told of at the next start, by name and as NOT erased; it
# goes on where it stopped if that is wanted, begins again if not, and the
# certificate tells of every part.  What another plan had begun is not gone on
# with.  An erasure that ended, and whose document was lost, gets it: before the
# drives are looked at, or before a plan that was read meanwhile begins.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need tmux jq pgrep
# shellcheck source=tests/terminal.sh
. "$TOP/tests/terminal.sh"
cd "$W"

new_case case
outcomes()
{
	cat case/evidence/*.jsonl | jq -r 'select(.event == "outcome") |
		.body.result' | paste -sd' '
}

# to_plan: from the list to the plan of the only drive
to_plan()
{
	press Space
	shown '\[x\]'
	press Enter
	shown '4/8'
}

# consents: up to the first step
consents()
{
	to_consent
	type_in 2912			# of 12582912
	press Enter
	shown '[67]/8'
}

# cut_off ARGUMENTS...: begins, and is killed once so much is on record
cut_off()
{
	letters 12M >a.img
	screen en --image a.img --case case "$@"
	to_drives
	to_plan
	not_shown 'goes on in step'
	consents
	for ((i = 0; i < 400; i++)); do
		! tail -n 1 case/evidence/*.jsonl | grep -q '"checkpoint"' ||
			break
		sleep 0.05
	done
	tail -n 1 case/evidence/*.jsonl | grep -q '"checkpoint"' ||
		fail "no checkpoint"
	pid=$(pgrep -P "$(tm display-message -p '#{pane_pid}')" -x massho ||
		tm display-message -p '#{pane_pid}')
	kill -9 "$pid"
	for ((i = 0; i < 100; i++)); do
		"$MASSHO" plan a.img --image >plan.txt 2>&1 || true
		! grep -q 'in use' plan.txt || { sleep 0.1; continue; }
		break
	done
}

# ---- it goes on ------------------------------------------------------------------
cut_off --limit 1M
is "" "$(outcomes)" "outcome before the next start"
screen en --image a.img --case case
shown 'begun earlier and not finished'
shown 'NOT ERASED'
keep 1-unfinished
to_drives
shown 'cut off, NOT erased'
keep 3-unfinished
to_plan
shown 'cut off: goes on in step'
keep 4-resume
is interrupted "$(outcomes)" "outcome of what was cut off"
consents
shown '7/8'
shown 'the drive is erased'
tm kill-server
is "interrupted erased" "$(outcomes)" "outcomes"
is 0 "$(grep -c -a MASSHO-MARKER a.img)" "markers left"
exits 0 "$MASSHO_CHECK" case/out/*.json --trust case/key.crt
doc=$(grep -l '"result":"erased"' case/out/*.json)
is 1 "$(jq ".method.parts | length" "$doc")" "earlier parts"
is 1 "$(jq '[.method.passes[].resumed | select(. != null)] | length' "$doc")" \
	"passes that went on"
is resumed "$(jq -r '[.level_reasons[].code | select(. == "resumed")][0]' \
	"$doc")" "reason on the certificate"

# ---- from the start, if that is wanted -------------------------------------------
cut_off --limit 1M
screen en --image a.img --case case
to_drives
to_plan
shown 'cut off: goes on in step'
press b
shown 'begin again from the start'
not_shown 'goes on in step'
consents
shown 'the drive is erased'
tm kill-server
doc=$(grep -l '"result":"erased"' case/out/*.json | xargs ls -t | head -n 1)
is 0 "$(jq '[.method.passes[].resumed | select(. != null)] | length' "$doc")" \
	"passes that went on, though not wanted"

# ---- another plan: said, and begun again ------------------------------------------
cut_off --limit 1M
screen en --image a.img --case case --policy zero
to_drives
to_plan
shown 'another plan \(purge-or-clear\)'
not_shown 'goes on in step'
consents
shown 'the drive is erased'
tm kill-server
doc=$(grep -l '"result":"erased"' case/out/*.json | xargs ls -t | head -n 1)
is 0 "$(jq '.method.parts | length' "$doc")" "parts of another plan"
exits 0 "$MASSHO" check case/evidence/*.jsonl --lang en

# ---- an erasure whose document was lost with the power ------------------------------
# The one that was cut off before it was told of by that document only.
n=$(jq -r .event case/evidence/*.jsonl | grep -n '^outcome$' | tail -n 1 |
	cut -d: -f1)
sed -i "$((n + 1)),\$d" case/evidence/*.jsonl
rm "${doc%.json}".*
before=$(find case/out -name '*.json' | wc -l)
screen en --image a.img --case case
shown 'its document is missing'
press Enter
shown '2/8 clock'
press Enter
shown 'a document is missing: it is made'
press Escape
shown '2/8 clock'			# there is no way around it
press Enter
opens_key 2
shown '3/8 (drives|ドライブ)'
shown '2 documents that were missing are made now'
to_plan
press Enter
shown '5/8'				# it is open
tm kill-server
is $((before + 2)) "$(find case/out -name '*.json' | wc -l)" "documents"
exits 0 "$MASSHO_CHECK" case/out/*.json --trust case/key.crt

# ---- the same while a plan is read: it gets it, and the plan is still good -----------
cut_off --limit 1M
screen en --image a.img --case case
to_drives
to_plan
shown 'cut off: goes on in step'
letters 2M >b.img
exits 0 "$MASSHO" erase --image b.img --case case --confirm \
	"$(token --image b.img --case case)" --pass-fd 3 3<<<"$PASSPHRASE"
n=$(jq -r .event case/evidence/*.jsonl | grep -n '^outcome$' | tail -n 1 |
	cut -d: -f1)
sed -i "$((n + 1)),\$d" case/evidence/*.jsonl
doc=$(ls -t case/out/*.json | head -n 1)
rm "${doc%.json}".*
to_consent
shown '2 documents that were missing are made now'
type_in 2912
press Enter
shown 'the drive is erased'
tm kill-server
exits 0 "$MASSHO_CHECK" case/out/*.json --trust case/key.crt
doc=$(ls -t case/out/*.json | head -n 1)
is 1 "$(jq ".method.parts | length" "$doc")" "earlier parts"

# ---- what was written is not there any more: begun anew, and said so --------------
cut_off --limit 1M
dd if=/dev/zero of=a.img bs=1M count=12 conv=notrunc status=none
screen en --image a.img --case case --limit 2M
to_drives
to_plan
shown 'cut off: goes on in step'
consents
shown 'begun anew'
keep 6-anew
shown 'the drive is erased'
press d
shown 'begun anew: what was written'
tm kill-server
doc=$(grep -l '"result":"erased"' case/out/*.json | xargs ls -t | head -n 1)
is true "$(jq '[.method.passes[].resumed.restarted | select(.)][0]' "$doc")" \
	"a pass that began anew, on the certificate"
cut_off --limit 1M
dd if=/dev/zero of=a.img bs=1M count=12 conv=notrunc status=none
LANGUAGE=en exits 0 "$MASSHO" erase --image a.img --case case --resume \
	--confirm "$(token --image a.img --case case)" --pass-fd 3 \
	3<<<"$PASSPHRASE"
grep -q 'step 1 began anew' out || fail "not told as a result: $(cat out)"
grep -q 'is not there; step 1 began anew' err ||
	fail "not told as it happened: $(cat err)"

# ---- the Japanese screens, to be looked at -----------------------------------------
cut_off --limit 1M
screen ja --image a.img --case case
shown '消去できていません'
keep 1-unfinished
to_drives
keep 3-unfinished
to_plan
shown '続きから再開します'
keep 4-resume
