#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A PC with too little memory is told so, on its screen and on the serial line,
# and nothing is started; neither is a copy of the system that is damaged.
. "$(dirname "$0")/stick-lib"
pair=(-kernel "${image%/*}/vmlinuz"
	-append 'quiet loglevel=1 console=ttyS0 console=tty0')

VM_MEMORY=640 STICK_BOOT=1 vm_start small bios "${pair[@]}" -initrd "${image%/*}/initrd.img"
claim "640 MiB: it says what is missing" \
	says 'massho needs 1 GB' 120
claim "640 MiB: nothing is started" never_ready
claim "640 MiB: the screen tells it, too" is_lit
vm_kill

# cut short, as by a stick that was not written to its end
cp --sparse=always "${image%/*}/initrd.img" "$W/initrd.img"
truncate -s -40M "$W/initrd.img"
STICK_BOOT=1 vm_start cut bios "${pair[@]}" -initrd "$W/initrd.img"
claim "a copy that is cut short: it says so" \
	says 'damaged or was not loaded completely' 180
claim "a copy that is cut short: nothing is started" never_ready
[ $failed -eq 0 ]
