#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Where fbterm does not come up, massho is shown all the same, up to the list
# of drives: by bterm in Japanese; on the bare console, with graphics or with
# text alone, and on the serial line in English.
. "$(dirname "$0")/stick-lib"
put_case
disk ahci 16
cp --sparse=always "$W/stick.img" "$W/stick.new"

# begin NAME OPTIONS [QEMU OPTIONS...]: the pair, with the stick as it was
begin()
{
	local name=$1 append=$2
	shift 2
	vm_kill
	cp --sparse=always "$W/stick.new" "$W/stick.img"
	echo "$name:"
	append="quiet loglevel=1 panic=60 mitigations=off console=ttyS0 $append"
	STICK_BOOT=1 vm_start "$name" bios -kernel "${image%/*}/vmlinuz" \
		-initrd "${image%/*}/initrd.img" -append "$append" \
		-drive "if=none,id=ahci,format=raw,file=$W/ahci.img" \
		-device ide-hd,drive=ahci,bus=ide.0,serial=AHCI00$TAIL "$@"
}

give_up()
{
	tail -c 800 "$serial"
	exit 1
}

# tried SCREEN...: these of the chain and no other, in this order
tried()
{
	[ "$(sed -n 's/.*massho: screen \([a-z]*\) .*/\1/p' "$serial" |
		tr '\n' ' ')" = "$* " ]
}

# How many different columns of 8x16 pixels the title has.  Letters that a
# screen has not are all the same box.
letters()
{
	local size width
	size=$(sed -n 2p "$1")
	width=${size% *}
	head -c $((8 + ${#size} + 16 * width * 3)) "$1" |
		tail -c +$((9 + ${#size})) |
		od -An -v -tx1 -w24 | awk -v n=$((width / 8)) '
			{ cell[NR % n] = cell[NR % n] $0 }
			END { for (i in cell) seen[cell[i]]
				print length(seen) }'
}

# Is the middle of the picture black?
is_black()
{
	local size
	size=$(sed -n 2p "$1")
	[ "$(head -c $((8 + ${#size} + ${size% *} * ${size#* } / 2 * 3)) "$1" |
		tail -c 3 | od -An -tx1)" = ' 00 00 00' ]
}

# enough LETTERS LEAST MOST
enough()
{
	[ "$1" -ge "$2" ] && [ "$1" -le "$3" ]
}

# ---- bterm, Japanese ---------------------------------------------------------
begin bterm 'console=tty0 massho.screen=bterm'
to_drives || give_up
claim "bterm: the list of drives, by keys" tried bterm
shot "$W/ja.ppm"
n=$(letters "$W/ja.ppm")
claim "bterm: $n letters in the title, Japanese ones" enough "$n" 40 99
claim "bterm: on black, where yellow and cyan can be read" \
	is_black "$W/ja.ppm"
key f2
sleep 2
shot "$W/en.ppm"
claim "bterm: F2 changes the language" test \
	"$(md5sum <"$W/ja.ppm")" != "$(md5sum <"$W/en.ppm")"

# ---- the bare console --------------------------------------------------------
begin vt 'console=tty0 massho.screen=vt'
to_drives || give_up
claim "bare console: the list of drives, by keys" tried vt
shot "$W/vt.ppm"
n=$(letters "$W/vt.ppm")
claim "bare console: $n letters in the title, English ones" enough "$n" 10 30
key f2
sleep 2
shot "$W/en.ppm"
n=$(letters "$W/en.ppm")
claim "bare console: F2 does not make it Japanese" enough "$n" 10 30

# ---- a PC that has text alone, by itself -------------------------------------
begin text 'console=tty0 nomodeset'
to_drives || give_up
claim "text alone: the list of drives, by keys" tried fbterm bterm vt
shot "$W/now.ppm"
claim "text alone: 80 columns, 25 lines" grep -aqx '720 400' \
	<(sed -n 2p "$W/now.ppm")

# ---- a serial line -----------------------------------------------------------

# All of the screen is written anew every ten seconds, so that each line of it
# comes in one piece.
by_serial()
{
	says 'massho: screen serial' 240 || return 1
	wait_serial 'if this is right: Enter' 60 || return 1
	printf '\r' >&7
	wait_serial '2/8 clock' 30 || return 1
	sleep 1
	printf '\r' >&7
	wait_serial '3/8 drives' 90 && wait_serial "AHCI00$TAIL" 30 || return 1
	printf ' ' >&7
	wait_serial 'drives, 1 chosen' 30
}

colored()
{
	grep -aqP '\033\[[34][0-7](;\d+)*m' "$serial"
}

VM_SERIAL=keys begin serial 'console=tty0 massho.screen=serial'
by_serial || give_up
claim "serial line: the list of drives, by its keys" tried serial
claim "serial line: no colour, which a VT100 has not" eval '! colored'

# ---- a PC without any screen, by itself --------------------------------------
VM_SERIAL=keys VM_VGA=none begin none console=tty0
by_serial || give_up
claim "no screen: the list of drives, on the serial line" \
	tried fbterm bterm vt serial
[ $failed -eq 0 ]
