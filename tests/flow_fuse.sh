#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A medium that misbehaves under a real kernel is never called erased.
#
# tests/tools/badfile is a file system with one file that misbehaves as told;
# a loop device makes a drive of it.
. "$(dirname "$0")/lib.sh"

need_loop
need jq fusermount3
[ -c /dev/fuse ] || skip "this kernel offers no /dev/fuse"
cd "$W"

MIB=1048576
DIRECT=--direct-io=on

# bad RULE...: a loop device in $DEV over a 16 MiB medium with these faults;
# its content is $W/medium.
bad()
{
	rm -rf medium
	letters 16M >medium
	mkdir -p fs
	in_background "$TOOLS/badfile" medium "$@" -- fs -f -o max_threads=4
	for _ in $(seq 100); do
		[ ! -e fs/disk ] || break
		sleep 0.05
	done
	MOUNTS+=("$W/fs")
	attach fs/disk $DIRECT
}

good_again()
{
	detach "$DEV"
	umount fs
	wait "$PID" || true
	rm -f massho-*.json
}

erase()
{
	"$MASSHO" erase "$DEV" --no-case --confirm "$(token "$DEV" "$@")" \
		--json "$@"
}

result()
{
	jq -rc "select(.event == \"result\") | $1" "$W/out"
}

markers()
{
	grep -c -a -o MASSHO-MARKER medium || true
}

claim()
{
	echo "claim: $*"
}

claim "the good medium is erased, so that what follows is the faults' doing"
bad
exits 0 erase
is erased "$(result .result)" result
is 0 "$(markers)" markers
good_again

claim "write errors: exactly the bad blocks are listed"
bad write-error:$MIB:1024 write-error:$((5 * MIB + 512)):512 \
	write-error:$((16 * MIB - 512)):512
exits '3|4' erase
is "[[1048576,1024],[5243392,512],[16776704,512]]" \
	"$(result '.unwritten.ranges | sort')" "unwritten ranges"
is 2048 "$(result .unwritten.total)" "unwritten bytes"
cmp -s -i $MIB -n 1024 <(letters 16M) medium ||
	fail "the bad blocks were written after all"
# all but those 4 blocks of 512 bytes is gone
[ "$(markers)" -le 76 ] || fail "$(markers) markers left"
good_again

claim "read errors: what cannot be read is not called verified"
bad read-error:$((3 * MIB)):4096
exits '3|4' erase
is "[[3145728,4096]]" "$(result .unread.ranges)" "unread ranges"
good_again

claim "writes that lie are found, wherever they are"
for at in 0 $((7 * MIB + 4096)) $((16 * MIB - 512)); do
	bad lie:$at:512
	exits 3 erase
	is failed "$(result .result)" "result of a lie at $at"
	is none "$(result .level)" "level of a lie at $at"
	found=$(jq -r 'select(.event == "step") | .result.first_mismatch |
		select(. != null) | .at' out)
	[ "$found" -ge "$at" ] && [ "$found" -lt $((at + 512)) ] ||
		fail "the mismatch at $at is said to be at '$found'"
	good_again
done

claim "short writes, which this kernel may report as complete"
bad short-write:$((9 * MIB + 512)):512
exits '3|4' erase
[ "$(result .result)" != erased ] || fail "a short write was believed"
good_again

claim "a flush that fails is no success"
bad sync-error
exits 3 erase
good_again

claim "a device that loses half of itself"
bad shrink:$((6 * MIB))
exits 3 erase
good_again

claim "a device that goes away, while it is written and while it is read"
bad vanish:$((6 * MIB))
exits 3 erase
good_again
bad vanish:$((16 * MIB))
exits 3 erase
good_again

claim "no document says otherwise: the log"
exits 0 "$MASSHO" check evidence/*.jsonl
is 1 "$(jq -r 'select(.event == "outcome") | .body.result' evidence/*.jsonl |
	grep -cx erased)" "outcomes that say erased"
