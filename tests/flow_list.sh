#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# `list` shows a disk with a table, a file system and swap, each by name.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"

need_loop
need jq mkfs.ext4 mkswap sfdisk

disk listed.img 64M
dev=$DEV
sfdisk -q --no-reread --no-tell-kernel "$dev" <<'TABLE' >/dev/null 2>&1
label: gpt
start=2048, size=65536, name=data
start=69632, size=32768, name=more
start=104448, size=2048, name=nothing
TABLE
# through loop devices of their own, so that no partition node is needed
attach "$W/listed.img" -o $((2048 * 512)) --sizelimit $((65536 * 512))
mkfs.ext4 -q -L MASSHO-FS "$DEV"
detach "$DEV"
attach "$W/listed.img" -o $((69632 * 512)) --sizelimit $((32768 * 512))
mkswap -L MASSHO-SWAP "$DEV" >/dev/null
detach "$DEV"
sync

exits 0 "$MASSHO" list --json "$dev"
json=$W/out

# has FILTER WHAT: the filter is true of the one drive.
has()
{
	jq -e ".drives | length == 1 and (.[0] | $1)" "$json" >/dev/null || {
		jq . "$json" >&2
		fail "$2"
	}
}

base=${dev##*/}
has ".path == \"$dev\" and .name == \"$base\"" 'path and name'
has '.size == 67108864 and .lblock == 512 and .whole' 'size and blocks'
has '.transport == "loop" and .medium == "virtual" and .virtual' 'what it is'
has '.model == "loop" and (.serial == null or .serial == "" or
	.serial == "unknown")' 'model and serial of a loop device'
has ".backing == \"$W/listed.img\"" 'the file behind it'
has '.uses == [] and .uses_known and (.boot | not)' 'it is free'
has '.refusals == []' 'nothing speaks against it'
has '[.contents[] | select(.kind == "table" and .type == "gpt")] |
	length == 1' 'the table'
has "any(.contents[]; .kind == \"filesystem\" and .type == \"ext4\" and
	.label == \"MASSHO-FS\" and .node == \"${base}p1\" and
	.at == 1048576 and .len == 33554432)" 'the file system'
has "any(.contents[]; .type == \"swap\" and .label == \"MASSHO-SWAP\" and
	.node == \"${base}p2\" and .at == 35651584)" 'the swap partition'
has "any(.contents[]; .type == \"partition\" and .label == \"nothing\" and
	.node == \"${base}p3\")" 'the partition without anything in it'
has 'any(.offers[]; .method == "overwrite" and .offered)' 'the method'
has '.levels.overwrite == "clear"' 'the level it reaches'

# One that is being erased is looked at from outside only: whoever erases it
# holds this lock.
exec 9<"$dev"
flock -x 9
exits 0 "$MASSHO" list --json "$dev"
has '[.contents[].type] == ["unreadable"]' 'nothing was read of it'
has 'any(.uses[]; .kind == "process")' 'who has it'
exec 9<&-
exits 0 "$MASSHO" list --json "$dev"
has '.uses == [] and (.contents | length) > 3' 'it is free again'

# the same for people, in both languages
for lang in en ja; do
	exits 0 "$MASSHO" list --lang $lang "$dev"
	for word in "$dev" gpt ext4 MASSHO-FS swap MASSHO-SWAP \
		"$W/listed.img" '64.0 MiB' Clear; do
		grep -qF -- "$word" "$W/out" ||
			fail "the $lang table does not say '$word'"
	done
done

# among all drives as well, and the empty loop devices are not there
exits 0 "$MASSHO" list --json
jq -e "any(.drives[]; .path == \"$dev\")" "$json" >/dev/null ||
	fail "not in the list of all drives"
jq -e 'all(.drives[]; .size > 0 and (.name | test("^ram") | not))' \
	"$json" >/dev/null || fail "something without a medium is listed"

# an image is the same disk without the device
detach "$dev"
exits 0 "$MASSHO" list --json --image "$W/listed.img"
has '.image and .transport == "image" and any(.contents[];
	.type == "ext4" and .label == "MASSHO-FS")' 'the image'

# what is not there, or no block device, is said
exits 1 "$MASSHO" list "$W/listed.img"
exits 1 "$MASSHO" list "$W/nothing"
