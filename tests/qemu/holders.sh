#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A real kernel: a disk under device-mapper, LVM, dm-crypt, md, a mount or swap
# is refused by name and not one byte of it changes; a free one is erased.
set -euo pipefail
here=$(dirname "$0")
: "${TMPDIR:=/tmp}"
W=$(mktemp -d "$TMPDIR/massho.XXXXXX")
trap 'rm -rf "$W"' EXIT

truncate -s 8M "$W/a" "$W/b"
rc=0
"$here/vm" "$here/holders.guest" \
	-drive "if=none,format=raw,file=$W/a,id=a" \
	-device virtio-blk-pci,drive=a,serial=HOLDER-a \
	-drive "if=none,format=raw,file=$W/b,id=b" \
	-device virtio-blk-pci,drive=b,serial=HOLDER-b \
	>"$W/said" || rc=$?
cat "$W/said"
[ $rc -ne 77 ] || exit 77
[ "$(grep -c '^PASS' "$W/said")" -eq 11 ] || rc=1
exit $rc
