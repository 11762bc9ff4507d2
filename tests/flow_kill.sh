#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Killed at any moment, massho leaves no document that says "erased" of a
# drive that is not, and a log that tells the truth at the next start.
. "$(dirname "$0")/lib.sh"

need_loop
need jq pgrep
cd "$W"
SIZE=32M RATE=64M ROUNDS=20
# a sanitized build takes three times as long
! grep -q __asan_init "$MASSHO" || ROUNDS=7
RANDOM=${SEED:=$$}
echo "SEED=$SEED"

disk drive $SIZE
new_case case
tok=$(token "$DEV" --case case --limit $RATE)
log() { cat case/evidence/*.jsonl; }

start()
{
	"$MASSHO" erase "$DEV" --case case --limit $RATE --confirm "$tok" \
		--pass-fd 3 3<<<"$PASSPHRASE" >out 2>err </dev/null
}

refill()
{
	letters $SIZE | dd of="$DEV" bs=1M iflag=fullblock oflag=direct \
		status=none
}

markers()
{
	grep -c -a MASSHO-MARKER drive || true
}

# Until the worker, which dies with its parent, has let go of the drive.
wait_free()
{
	for _ in $(seq 100); do
		"$MASSHO" plan "$DEV" --json >plan.json && return
		sleep 0.1
	done
	fail "the drive stays in use: $(jq -c '.drives[0].refusals' plan.json)"
}

# Every document there is tells the truth about the drive as it is now.
honest()
{
	local doc
	for doc in case/out/*.json; do
		[ -e "$doc" ] || continue
		if [ "$(jq -r .result "$doc")" = erased ]; then
			is 0 "$(markers)" "markers under $doc"
		fi
		mkdir -p seen
		mv "${doc%.json}".* seen/
	done
}

# A whole run tells how long one takes, and that the test can see success.  The
# first also makes the fonts' cache, so the second is timed.
exits 0 start
honest
t0=$(date +%s%N)
exits 0 start
whole_ms=$((($(date +%s%N) - t0) / 1000000))
is 0 "$(markers)" "markers after a whole run"
is 1 "$(find case/out -name "*.pdf" | wc -l)" "documents after a whole run"
honest

intents() { log | grep -c '"event":"intent"' || true; }

# Any moment of a whole run; every other time one while the drive is at work,
# which may be a small part of it.
round=0
while [ $round -lt $ROUNDS ]; do
	refill
	before=$(intents)
	in_background start
	shell=$PID
	after_ms=$((RANDOM * RANDOM % whole_ms))
	if [ $((round % 2)) -eq 1 ]; then
		for _ in $(seq 1000); do
			[ "$(intents)" -eq "$before" ] || break
			sleep 0.02
		done
		after_ms=$((RANDOM % 900))
	fi
	sleep "$(printf '%d.%03d' $((after_ms / 1000)) $((after_ms % 1000)))"
	pid=$(pgrep -P "$shell" -x massho || true)
	if [ -n "$pid" ] && kill -9 "$pid" 2>/dev/null; then
		round=$((round + 1))
	fi
	wait "$shell" 2>/dev/null || true
	wait_free
	echo "round $round: killed after $after_ms ms," \
		"$(log | jq -r .event 2>/dev/null | tail -n 1) was last," \
		"$(markers) markers"
	honest
done

# The worker alone: its parent lives, and says that it died.
for _ in 1 2 3; do
	refill
	in_background start
	shell=$PID
	for _ in $(seq 200); do
		pid=$(pgrep -P "$shell" -x massho || true)
		worker=$([ -z "$pid" ] || pgrep -P "$pid" || true)
		[ -z "$worker" ] || break
		sleep 0.02
	done
	[ -n "$worker" ] || fail "no worker was seen"
	kill -9 "$worker"
	rc=0
	wait "$shell" || rc=$?
	[[ $rc =~ ^(3|5)$ ]] || fail "with its worker killed massho exited $rc"
	wait_free
	honest
done

# The next start closes what was left open, and the chain holds.
refill
exits 0 start
honest
exits 0 "$MASSHO" check case/evidence/*.jsonl
is "$(log | jq -r 'select(.event == "intent") | .hash' | sort)" \
	"$(log | jq -r 'select(.event == "outcome") | .body.receipt' | sort)" \
	"an outcome for every intent"
interrupted=$(log | jq -r 'select(.event == "outcome") | .body.result' |
	grep -cx interrupted) || true
echo "$interrupted runs interrupted"
[ "$interrupted" -ge 1 ] || fail "no run was interrupted"
