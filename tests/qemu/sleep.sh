#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A real kernel: suspended to RAM and woken by its clock the way --unfreeze does
# it, everything is put back and the drives are there again.
set -euo pipefail
here=$(dirname "$0")
: "${TMPDIR:=/tmp}" "${O:=$here/../../build}"
W=$(mktemp -d "$TMPDIR/massho.XXXXXX")
trap 'rm -rf "$W"' EXIT

truncate -s 4M "$W/a" "$W/b"
rc=0
VM_PROGRAMS="$O/tests/tools/doze" "$here/vm" "$here/sleep.guest" -machine q35 \
	-drive "if=none,format=raw,file=$W/a,id=a" \
	-device nvme,drive=a,serial=SLEEP-a \
	-drive "if=none,format=raw,file=$W/b,id=b" \
	-device ide-hd,drive=b,bus=ide.0,serial=SLEEP-b \
	>"$W/said" || rc=$?
cat "$W/said"
[ $rc -ne 77 ] || exit 77
[ "$(grep -c '^PASS' "$W/said")" -eq 4 ] || rc=1
exit $rc
