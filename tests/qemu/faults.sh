#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A real kernel and drives of five kinds: each is recognised; honest ones are
# erased; of those with bad blocks exactly these are listed; one that is pulled
# or shrinks meanwhile is not called erased.
set -euo pipefail
here=$(dirname "$0")
: "${TMPDIR:=/tmp}"
W=$(mktemp -d "$TMPDIR/massho.XXXXXX")
trap 'exec 8>&- 2>/dev/null; rm -rf "$W"' EXIT

for name in nvme sata write read pulled shrinks; do
	truncate -s 8M "$W/$name"
done

# bad FILE IOTYPE SECTOR...: a blkdebug configuration
bad()
{
	local file=$1 type=$2 sector
	shift 2
	for sector; do
		printf '[inject-error]\nevent = "none"\niotype = "%s"\n' "$type"
		printf 'errno = "5"\nsector = "%s"\n' "$sector"
	done >"$W/$file.conf"
}
bad write write 4096 8192
bad read read 4096

# The machine's monitor, to pull a drive and to shrink one.
mkfifo "$W/monitor.in" "$W/monitor.out"
exec 8<>"$W/monitor.in" 9<>"$W/monitor.out"

drive() { echo "if=none,format=raw,file=$W/$1,id=$1"; }
report=werror=report,rerror=report
: >"$W/said"
rc=0
"$here/vm" "$here/faults.guest" \
	-chardev "pipe,id=monitor,path=$W/monitor" -mon chardev=monitor \
	-drive "$(drive nvme)" -device nvme,drive=nvme,serial=HONEST-NVME \
	-device ahci,id=ahci -drive "$(drive sata)" \
	-device ide-hd,drive=sata,bus=ahci.0,serial=HONEST-SATA \
	-drive "if=none,format=raw,id=write,file=blkdebug:$W/write.conf:$W/write" \
	-device virtio-blk-pci,drive=write,serial=WRITE-ERROR,$report \
	-device virtio-scsi-pci \
	-drive "if=none,format=raw,id=read,file=blkdebug:$W/read.conf:$W/read" \
	-device scsi-hd,drive=read,serial=READ-ERROR,$report \
	-device qemu-xhci -drive "$(drive pulled)" \
	-device usb-storage,id=stick,drive=pulled,serial=PULLED \
	-drive "$(drive shrinks)" \
	-device virtio-blk-pci,drive=shrinks,serial=SHRINKS |
	while IFS= read -r line; do
		printf '%s\n' "$line" >>"$W/said"
		case $line in
		'PULL NOW') echo 'device_del stick' >&8 ;;
		'SHRINK NOW') echo 'block_resize shrinks 4M' >&8 ;;
		esac
	done || rc=$?
exec 9>&-
grep -v '^LIST' "$W/said"
if grep -q '^needs\|^the kernels' "$W/said"; then
	exit 77
fi

is()
{
	local found
	found=$(sed -n 's/^LIST //p' "$W/said" | jq -r --arg s "$1" \
		'.drives[] | select(.serial == $s) | "\(.transport) \(.size)"')
	if [ "$found" != "$2" ]; then
		echo "FAIL the drive $1 is '$found', not '$2'"
		rc=1
	fi
}
is HONEST-NVME 'nvme 8388608'
is HONEST-SATA 'sata 8388608'
is WRITE-ERROR 'virtio 8388608'
is READ-ERROR 'virtio 8388608'
is PULLED 'usb 8388608'
[ "$(grep -c '^PASS' "$W/said")" -eq 6 ] || rc=1
exit $rc
