#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# After an erasure no node of a partition that was is left, neither of those
# the kernel found nor of those that were added by hand.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"

need_loop
need jq sfdisk partx

# table FILE: a disk image with two partitions
table()
{
	truncate -s 8M "$1"
	sfdisk -q "$1" <<<'label: dos
start=2048, size=2048
start=4096, size=2048' >/dev/null
}

erased_without_nodes()
{
	local dev=$1
	exits 0 "$MASSHO" erase "$dev" --no-case --confirm "$(token "$dev")"
	is '' "$(echo "/sys/block/${dev##*/}/${dev##*/}p"*[0-9] |
		grep -v '\*')" "partitions of $dev"
}

trap forget_nodes EXIT

cd "$W"
table added
attach added
partx -d "$DEV" 2>/dev/null || true	# of whoever had it before
partx -a "$DEV" || skip "this kernel makes no partitions of loop devices"
erased_without_nodes "$DEV"

table scanned
attach scanned -P
if [ -b "${DEV}p2" ]; then
	erased_without_nodes "$DEV"
else
	echo "this kernel does not read tables: its own nodes not tried"
fi
