#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# On an overlay the pages of a file are the lower file system's: also there the
# host's cache is looked at, and not taken for empty because none is counted.
. "$(dirname "$0")/lib.sh"
need_loop
need strace unshare
cd "$W"

mkdir merged disk
truncate -s 64M store
mkfs.ext4 -q store || skip "no mkfs.ext4"
attach store
store=$DEV
mounted "$store" disk
mkdir disk/{lower,upper,work}
mounted -t overlay -o "lowerdir=$W/disk/lower,upperdir=$W/disk/upper,workdir=$W/disk/work" \
	overlay merged || skip "this kernel has no overlay"
letters 8M >merged/image
tok=$(token --image merged/image --policy zero)
# who is traced cannot look for leaks
export ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=0
exits 0 strace -f -o calls "$MASSHO" erase --image merged/image --policy zero \
	--no-case --confirm "$tok"
grep -q 'mincore(' calls || fail "the pages were not looked at"
is 0 "$(grep -c -a MASSHO-MARKER merged/image)" "markers left"
