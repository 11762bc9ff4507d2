#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Without Secure Boot the stick starts as well, up to the list of drives; and
# so it does where the kernel has no driver for the graphics chip.
. "$(dirname "$0")/stick-lib"
put_case
with_disks
VM_VGA=none vm_start uefi uefi -device ramfb "${disks[@]}"
to_drives || {
	tail -c 800 "$serial"
	exit 1
}
grep -a '^massho: ' "$serial"
claim "without Secure Boot" grep -aq 'secure boot off' "$serial"
claim "the screen is fbterm, on the firmware's picture" \
	grep -aqz 'screen firmware.*screen fbterm' "$serial"
[ $failed -eq 0 ]
