#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Only the erasure that was interrupted goes on: not another plan's, another
# drive's, one that ended, or one of which the log was changed.  Of what the
# drive does not bear out, nothing is believed.
. "$(dirname "$0")/lib.sh"

need_loop
need jq
cd "$W"
SIZE=10M

claim() { echo "claim: $*"; }

# erase OPTION...: with the token of the same request
erase()
{
	local request=() one
	for one; do
		[ "$one" = --resume ] || request+=("$one")
	done
	"$MASSHO" erase "$TARGET" "${ROOM[@]}" "${KEY[@]}" "$@" --lang en \
		--confirm "$(token "$TARGET" "${ROOM[@]}" "${request[@]}")" \
		3<<<"$PASSPHRASE"
}

# Does a log end with how far a pass is?
has_checkpoint()
{
	local log
	for log in evidence/*.jsonl case/evidence/*.jsonl; do
		[ ! -e "$log" ] || ! tail -n 1 "$log" |
			grep -q '"event":"checkpoint"' || return 0
	done
	return 1
}

# interrupted: killed once it has put on record how far it was
interrupted()
{
	local n pid
	in_background erase --limit 4M >said 2>said.err </dev/null
	for n in $(seq 200); do
		! has_checkpoint || break
		[ "$n" -lt 200 ] || fail "nothing goes on record: $(cat said.err)"
		sleep 0.05
	done
	pid=$(pgrep -P "$PID" -x massho)
	kill -9 "$pid"
	wait "$PID" 2>/dev/null || true
	for n in $(seq 100); do
		! "$MASSHO" plan "$TARGET" "${ROOM[@]}" --json >plan.json ||
			return 0
		sleep 0.1
	done
	fail "$TARGET stays in use: $(cat plan.json)"
}

# untouched FILE WORDS OPTION...: refused with these words, nothing changed
untouched()
{
	local file=$1 words=$2 before
	shift 2
	before=$(hash_of "$file")
	exits '1|2' erase "$@"
	grep -qE "$words" out err || fail "nobody said '$words': $(cat out err)"
	is "$before" "$(hash_of "$file")" "content of $file"
}

new_case case
ROOM=(--case case) KEY=(--pass-fd 3)
disk drive $SIZE
TARGET=$DEV
none='no interrupted erasure of this drive'

claim "one that never began"
untouched drive "$none" --resume

claim "one by another plan"
interrupted
untouched drive 'other|another' --resume --limit 4M --passes 0x00
untouched drive 'other|another' --resume --limit 4M --verify sample

claim "one of another drive"
cp drive other
attach other
TARGET=$DEV
untouched other "$none" --resume --limit 4M
detach "$DEV"
TARGET=${LOOPS[0]}

claim "one whose log was changed"
cp -r case kept
for what in checkpoint intent step; do
	line=$(grep -n "\"event\":\"$what\"" case/evidence/*.jsonl |
		tail -n 1 | cut -d : -f 1)
	# a time, where the line tells one: the smallest lie
	sed -i "${line}s/\"time\":\"20\(.\)/\"time\":\"21\1/" \
		case/evidence/*.jsonl
	! cmp -s case/evidence/*.jsonl kept/evidence/*.jsonl ||
		fail "the line $line was not changed"
	untouched drive 'line .* was changed' --resume --limit 4M
	cp kept/evidence/*.jsonl case/evidence/
done

claim "what was written last is not there: the pass begins anew, and says so"
letters 4K | dd of=drive conv=notrunc status=none
exits 0 erase --resume --limit 4M
! grep -q -a MASSHO-MARKER drive || fail "old content is left"
last() { jq -se "map(select(.event == \"step\" and
	.body.kind == \"overwrite\")) | last | .body.resumed | $1" \
	case/evidence/*.jsonl; }
is true "$(last .restarted)" "begun anew, says the log"
doc=$(ls -t case/out/*.json | head -n 1)
is 1 "$(jq '.method.parts | length' "$doc")" "parts before it"
is true "$(jq '.method.passes[0].resumed.restarted' "$doc")" \
	"begun anew, says the certificate"
exits 0 "$MASSHO" check "$doc" --trust case/key.crt

claim "one that has ended"
untouched drive "$none" --resume --limit 4M

claim "the same without a case, and of an image file"
ROOM=(--no-case) KEY=()
letters $SIZE | dd of=drive bs=1M iflag=fullblock oflag=direct status=none
interrupted
exits 0 erase --resume --limit 4M
! grep -q -a MASSHO-MARKER drive || fail "old content is left"
letters $SIZE >image
ROOM=(--no-case --image)
TARGET=image
interrupted
exits 0 erase --resume --limit 4M
! grep -q -a MASSHO-MARKER image || fail "old content is left"
is 2 "$(jq -s 'map(select(.event == "step" and .body.resumed.at > 0 and
	.body.state == "done")) | length' evidence/*.jsonl)" \
	"passes that went on where they were"
exits 0 "$MASSHO" check evidence/*.jsonl
