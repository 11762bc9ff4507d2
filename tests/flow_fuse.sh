#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A medium that misbehaves under a real kernel is never called erased.
#
# tests/tools/badfile is a file system with one file that misbehaves as told;
# a loop device makes a drive of it.
#
# It runs apart: while a file system beneath a loop device is dying, the guard
# cannot see what uses which drive, and refuses every one.
. "$(dirname "$0")/lib.sh"

need_loop
need jq fusermount3
[ -c /dev/fuse ] || skip "this kernel offers no /dev/fuse"
cd "$W"

MIB=1048576

# bad RULE...: a loop device in $DEV over a 16 MiB medium with these faults;
# its content is $W/medium.
bad()
{
	letters 16M >medium
	bad_medium fs medium "$@"
}

good_again()
{
	detach "$DEV"
	umount fs
	wait "${SERVERS[-1]}" || true
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

# found_between FROM TO: there the first mismatch is said to be.
found_between()
{
	local at
	at=$(jq -r 'select(.event == "step") | .result.first_mismatch |
		select(. != null) | .at' out)
	[ "$at" -ge "$1" ] && [ "$at" -lt "$2" ] ||
		fail "the mismatch between $1 and $2 is said to be at '$at'"
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

claim "more bad blocks than a record lists: all others are overwritten"
# one in 16 KiB, 960 of them, and one row that is longer
bad speckled:$MIB:16384 write-error:$((3 * MIB + 8192)):2048
exits 3 erase
is $((960 * 512 + 2048)) "$(result .unwritten.total)" "unwritten bytes"
is 512 "$(result '.unwritten.ranges | length')" "ranges that are listed"
is "[3153920,2048]" "$(result '.unwritten.ranges[0]')" "the longest"
is $((449 * 512)) "$(result .unwritten.lost)" "bytes that are only counted"
# what is left of the text is in those blocks
cut_good()
{
	local i
	head -c $MIB medium
	for ((i = MIB; i < 16 * MIB; i += 16384)); do
		tail -c +$((i + 513)) medium | head -c 15872
	done
}
[ "$(cut_good | grep -c -a -o MASSHO-MARKER)" -le 80 ] ||
	fail "more than the bad blocks was left"
good_again

claim "a block that takes long to fail is given up in time, the rest is done"
bad late-error:$((5 * MIB + 4096)):512
SECONDS=0
exits '3|4' erase
[ "$SECONDS" -lt 60 ] || fail "one bad block took $SECONDS seconds"
is "[[5246976,512]]" "$(result .unwritten.ranges)" "unwritten ranges"
[ "$(markers)" -le 20 ] || fail "$(markers) markers left"
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
	found_between "$at" $((at + 512))
	good_again
done

claim "nor does the cache of the file below hide a lie"
cached()
{
	bad cached lie:$((4 * MIB)):$((2 * MIB))
	losetup --direct-io=off "$DEV"
}
lie_is_found()
{
	exits 3 erase
	is failed "$(result .result)" "result of a lie below $1"
	found_between $((4 * MIB)) $((6 * MIB))
	[ "$(markers)" -gt 0 ] || fail "this medium did not lie"
}
cached
lie_is_found "a cache"
# of a loop device on a loop device
lower=$DEV
attach "$lower"
lie_is_found "two caches"
detach "$DEV"
DEV=$lower
# its path leads elsewhere by now
mounted -t tmpfs none fs
truncate -s 16M fs/disk
lie_is_found "a cache that has no path"
umount fs
good_again

claim "nor does it when the device is read again another day"
bad cached
losetup --direct-io=off "$DEV"
new_case case
with_pass exits 0 "$MASSHO" erase "$DEV" --case case --pass-fd 3 \
	--confirm "$(token "$DEV" --case case)"
again=("$MASSHO" verify "$DEV" --cert case/out/*.json
	--trust case/key.crt)
exits 0 "${again[@]}"
# what the medium holds and the kernel does not know of
letters 64K | dd of=medium bs=64K seek=100 conv=notrunc status=none
exits 3 "${again[@]}"
good_again

claim "what its certificate excepts is left out another day, and nothing else"
bad write-error:$MIB:512 read-error:$((3 * MIB)):512
new_case case2
with_pass exits 4 "$MASSHO" erase "$DEV" --case case2 --pass-fd 3 \
	--confirm "$(token "$DEV" --case case2)"
again=("$MASSHO" verify "$DEV" --cert case2/out/*.json
	--trust case2/key.crt --lang en)
exits 4 "${again[@]}"
grep -q 'but for 1024 bytes that the certificate excepts' "$W/out" ||
	fail "not named: the exceptions: $(cat "$W/out")"
exits 4 "${again[@]}" --json
is '[true,1024]' "$(jq -c '[.holds, .excepted.total]' "$W/out")" "as JSON"
letters 512 | dd of=medium bs=512 seek=$((MIB / 512 + 1)) conv=notrunc \
	status=none
exits 3 "${again[@]}"
good_again

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

claim "a loop device that does not answer is named to whoever is refused for it"
bad vanish:512
gone=$DEV
dd if=/dev/zero of="$gone" bs=512 count=1 oflag=direct status=none
disk other.img 1M
for ((i = 0; i < 40; i++)); do	# the kernel remembers the file for a while
	code "$MASSHO" plan --lang en "$DEV" >code
	! grep -q "losetup -d $gone" out || break
	sleep 0.05
done
is 2 "$(cat code)" "exit code beside a loop device that does not answer"
[ "$i" -lt 40 ] || fail "nobody said which loop device to detach"
detach "$DEV"
DEV=$gone
good_again

claim "no document says otherwise: the log"
exits 0 "$MASSHO" check evidence/*.jsonl
is 1 "$(jq -r 'select(.event == "outcome") | .body.result' evidence/*.jsonl |
	grep -cx erased)" "outcomes that say erased"
