#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What is in use is refused: exit 2, one line that names the use, and not one
# byte of it changed.
#
# Each case erases with the token that was valid while the drive was free, and
# without one: a plan that is refused has none to give.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"

need_loop
need jq sha256sum perl mkfs.ext4 sfdisk partx

trap forget_nodes EXIT

cd "$W"

in_mounted_file_system()
{
	local dev tok
	disk mounted.img 16M && dev=$DEV
	mkfs.ext4 -q -E lazy_itable_init=0,lazy_journal_init=0 "$dev"
	tok=$(token "$dev")
	mkdir -p "$W/a place"
	mounted "$dev" "$W/a place"
	refused mounted.img "$tok" "in use: $W/a place is mounted" "$dev"

	# a file in there behind a loop device of its own: both ends are used
	cp /dev/null "$W/a place/inner.img"
	truncate -s 1M "$W/a place/inner.img"
	attach "$W/a place/inner.img"
	refused mounted.img "$tok" "in use: loop device ${DEV##*/} \(" "$dev"
	detach "$DEV"

	# the program itself runs from there
	if cp "$MASSHO" "$W/a place/massho" 2>/dev/null; then
		exits 2 "$W/a place/massho" plan "$dev" --lang en
		grep -qE 'running system is on this drive \(massho\)' "$W/out" ||
			fail "its own medium is not recognised"
	fi
}

in_mounted_partition()
{
	local dev tok
	disk parts.img 16M && dev=$DEV
	sfdisk -q "$dev" <<<'label: gpt
size=4M
size=8M' >/dev/null 2>&1 || true
	partx -d "$dev" 2>/dev/null || true	# of whoever had it before
	partx -a "$dev" 2>/dev/null || true
	[ -b "${dev}p2" ] || { echo "no partition nodes here"; return; }
	mkfs.ext4 -q -E lazy_itable_init=0,lazy_journal_init=0 "${dev}p2"
	tok=$(token "$dev")
	mkdir p2
	mounted "${dev}p2" "$W/p2"
	refused parts.img "$tok" "$W/p2 \(${dev##*/}p2\) is mounted" "$dev"
	umount "$W/p2"
	refused parts.img "$tok" "${dev##*/}p2 is a partition" "${dev}p2"
}

in_swap()
{
	local dev tok
	disk swap.img 16M && dev=$DEV
	mkswap "$dev" >/dev/null
	tok=$(token "$dev")
	swapon "$dev" 2>/dev/null || { echo "no swap here"; return; }
	# the kernel may swap while this runs, but never to the header, where
	# an overwrite begins
	HASHED=4096
	(refused swap.img "$tok" "in use: $dev is swap space" "$dev") || {
		swapoff "$dev"
		exit 1
	}
	swapoff "$dev"
	HASHED=
}

in_loop()
{
	local dev tok
	disk backing.img 4M && dev=$DEV
	refused backing.img 0000000000000000 \
		"in use: loop device ${dev##*/} " backing.img --image
	tok=$(token "$dev")
	attach "$dev"
	refused backing.img "$tok" "in use: loop device ${DEV##*/} \($dev\)" \
		"$dev"
	detach "$DEV"
}

in_process()
{
	local dev tok
	disk open.img 4M && dev=$DEV
	tok=$(token "$dev")
	in_background sleep 1000 3<"$dev"
	refused open.img "$tok" "process sleep\[$PID\]" "$dev"
	end_it

	claim "$dev" claimed
	refused open.img "$tok" "process perl\[$PID\]" "$dev"
	end_it

	# without any descriptor of it
	in_background "$TOOLS/mapped" "$dev" >mapped
	until_ready mapped || fail "the device could not be mapped"
	refused open.img "$tok" "process mapped\[$PID\]" "$dev"
	end_it

	dd if=/dev/urandom of=image bs=4096 count=16 status=none
	tok=$(token image --image)
	in_background sleep 1000 3<image
	refused image "$tok" "process sleep\[$PID\]" image --image
	end_it
	in_background "$TOOLS/mapped" image >mapped.image
	until_ready mapped.image || fail "the image could not be mapped"
	refused image "$tok" "process mapped\[$PID\]" image --image
	end_it
	tok=$(token image --image)
	exits 0 "$MASSHO" erase image --image --no-case --confirm "$tok"
}

in_other_namespace()
{
	local dev tok
	command -v unshare >/dev/null || return 0
	disk apart.img 16M && dev=$DEV
	mkfs.ext4 -q -E lazy_itable_init=0,lazy_journal_init=0 "$dev"
	tok=$(token "$dev")
	mkdir apart
	in_background unshare -m sh -c \
		"mount '$dev' '$W/apart' && echo ready && exec sleep 1000" >entered
	until_ready entered || { echo "no namespaces"; return; }
	refused apart.img "$tok" "in use: $W/apart in [a-z]+\[$PID\] is mounted" \
		"$dev"
	end_it
}

# Held by a process that cannot be seen from where massho runs.
unseen()
{
	local dev
	unshare -p -f -m --mount-proc true 2>/dev/null ||
		{ echo "no namespaces"; return; }
	disk unseen.img 4M && dev=$DEV
	claim "$dev" unseen
	exits 2 unshare -p -f -m --mount-proc "$MASSHO" plan "$dev" --lang en
	grep -q "opened exclusively ($dev)" "$W/out" ||
		fail "an unseen claim is not refused"
	end_it

	head -c 65536 /dev/zero >unseen.file
	exits 0 unshare -p -f -m --mount-proc "$MASSHO" plan --image unseen.file
	in_background sleep 1000 3<unseen.file
	exits 2 unshare -p -f -m --mount-proc "$MASSHO" plan --image unseen.file
	end_it
}

in_btrfs()
{
	local one two tok
	command -v mkfs.btrfs >/dev/null || { echo "no btrfs here"; return; }
	grep -qw btrfs /proc/filesystems || { echo "no btrfs here"; return; }
	disk one.img 128M && one=$DEV
	disk two.img 128M && two=$DEV
	mkfs.btrfs -q -f -d raid1 -m raid1 "$one" "$two"
	tok=$(token "$two")
	mkdir btrfs
	mounted -o "device=$two" "$one" "$W/btrfs"
	refused two.img "$tok" "in use: $W/btrfs is mounted" "$two"
}

read_only()
{
	disk ro.img 4M && detach "$DEV"
	attach "$W/ro.img" -r
	refused ro.img 0000000000000000 'read-only' "$DEV"
}

# All of that is worth nothing if it refused everything.
free()
{
	local dev tok
	disk free.img 4M && dev=$DEV
	tok=$(token "$dev")
	in_background sleep 1000 3<"$dev"
	refused free.img "$tok" "process sleep\[$PID\]" "$dev"
	end_it
	exits 0 "$MASSHO" erase "$dev" --no-case --confirm "$tok"
}

in_mounted_file_system
in_mounted_partition
in_swap
in_loop
in_process
in_other_namespace
unseen
in_btrfs
read_only
free
