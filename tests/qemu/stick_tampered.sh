#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Shim, GRUB and kernel, each with one byte changed that none of them ever
# uses: with Secure Boot not one of them starts, without it all three do.
. "$(dirname "$0")/stick-lib"

# On the ESP, in text that is never shown.
files=(EFI/BOOT/BOOTX64.EFI EFI/BOOT/grubx64.efi boot/vmlinuz)
texts=('shim-' 'GRUB' 'debian-kernel@')

esp()
{
	echo "$W/stick.img@@$(offset_of boot "$W/stick.img")"
}

# tamper FILE TEXT: the first letter of the last place where it says that
tamper()
{
	local at
	mcopy -n -o -i "$(esp)" "::/$1" "$W/file"
	at=$(grep -aobF "$2" "$W/file" | head -n 1 | cut -d: -f1)
	[ -n "$at" ] || {
		echo "'$1' says nowhere '$2'"
		exit 1
	}
	printf '#' | dd of="$W/file" bs=1 seek="$at" conv=notrunc status=none
	mcopy -o -i "$(esp)" "$W/file" "::/$1"
}

for n in 0 1 2; do
	rm -f "$W/stick.img"
	cp --sparse=always "$image" "$W/stick.img"
	tamper "${files[n]}" "${texts[n]}"
	VM_MEMORY=1024 vm_start "sb$n" sb
	claim "${files[n]}: refused" \
		wait_serial 'Access Denied|Security Violation|bad shim signature' 90
	claim "${files[n]}: not started" never_started
	vm_kill
done

# The same three, all at once
rm -f "$W/stick.img"
cp --sparse=always "$image" "$W/stick.img"
for n in 0 1 2; do
	tamper "${files[n]}" "${texts[n]}"
done
vm_start uefi uefi
claim "without Secure Boot all three start" \
	says 'massho: image' 180
[ $failed -eq 0 ]
