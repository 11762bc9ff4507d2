#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A PC without UEFI starts the stick, up to the list of drives.
. "$(dirname "$0")/stick-lib"
put_case
with_disks
vm_start bios bios "${disks[@]}"
to_drives || {
	tail -c 800 "$serial"
	exit 1
}
grep -a '^massho: ' "$serial"
claim "the screen is fbterm" grep -aq 'screen fbterm' "$serial"
[ $failed -eq 0 ]
