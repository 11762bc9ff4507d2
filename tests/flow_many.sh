#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# One drive's failure changes nothing for another: four at once, of which one
# goes away and one cannot be written everywhere.
#
# It runs apart: while a file system beneath a loop device is dying, the guard
# cannot see what uses which drive, and refuses every one.
. "$(dirname "$0")/lib.sh"

need_loop
need jq fusermount3
[ -c /dev/fuse ] || skip "this kernel offers no /dev/fuse"
cd "$W"

# bad NAME RULE: a 24 MiB loop device in $DEV over a misbehaving medium
bad()
{
	letters 24M >"$1.medium"
	bad_medium "$1" "$1.medium" "$2"
}

disk one 24M && one=$DEV
disk two 24M && two=$DEV
bad gone vanish:10000000 && gone=$DEV
bad hurt write-error:8388608:512 && hurt=$DEV
new_case case

confirm=()
for dev in "$one" "$two" "$gone" "$hurt"; do
	confirm+=(--confirm "$(token "$dev" --case case)")
done
exits 3 with_pass "$MASSHO" erase "$one" "$gone" "$hurt" "$two" --case case \
	"${confirm[@]}" --pass-fd 3 --json
mv out results

of()
{
	jq -r --arg d "$1" \
		"select(.event == \"result\" and .drive == \$d) | $2" results
}
is erased "$(of "$one" .result)" "the first good drive"
is erased "$(of "$two" .result)" "the second good drive"
is failed "$(of "$gone" .result)" "the drive that went away"
is 3 "$(of "$gone" .exit)" "its exit code"
[[ $(of "$hurt" .exit) =~ ^(3|4)$ ]] || fail "the drive with a bad block"
is 0 "$(of "$one" .exit)" "exit code of the first"
is 0 "$(of "$two" .exit)" "exit code of the second"
grep -q -a MASSHO-MARKER one two && fail "a good drive holds its data"

for dev in "$one" "$two"; do
	exits 0 "$MASSHO" check "case/out/$(of "$dev" .cert_id).json" \
		--trust case/key.crt
done
for dev in "$gone" "$hurt"; do
	id=$(of "$dev" .cert_id)
	[ "$id" != null ] || fail "$dev has no document: $(of "$dev" .error)"
	[ "$(jq -r .result "case/out/$id.json")" != erased ] ||
		fail "the document of $dev says erased"
done
exits 0 "$MASSHO" check case/evidence/*.jsonl


echo "four at once: as it should be"
