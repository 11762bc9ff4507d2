#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A medium in use is refused under each of its names: a loop device that stands
# on it, another over the same file, another path to the same drive.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"

need_loop
need jq sha256sum perl mkfs.ext4 mkswap sfdisk partx
trap forget_nodes EXIT
cd "$W"

name()
{
	echo "${1##*/}"
}

make_ext4()
{
	mkfs.ext4 -q -E lazy_itable_init=0,lazy_journal_init=0 "$1"
}

# ext4 NAME: a disk of 16 MiB with a file system, $DEV
ext4()
{
	disk "$1" 16M
	make_ext4 "$DEV"
}

# on DEVICE [options]: a loop device that stands on it, or on a file: $DEV;
# the token it has as long as that is free: $TOK
on()
{
	attach "$@"
	TOK=$(token "$DEV")
}

# Lets a loop device of the test go that has others, or a mount, below it.
gone()
{
	local one
	for one; do
		detach "$one"
	done
}

# is_free DEVICE yes|no, as `massho list` has it
is_free()
{
	is "$2" "$("$MASSHO" list --json "$1" | jq -r '.drives[0] | if
		.uses == [] and .uses_known and .refusals == []
		then "yes" else "no" end')" "whether $1 is free"
}

on_mounted()
{
	local a c d ctok
	ext4 below.img && a=$DEV
	on "$a" && c=$DEV ctok=$TOK
	is_free "$c" yes
	mkdir m
	mounted "$a" "$W/m"
	is_free "$c" no
	refused below.img "$ctok" "in use: $W/m \($(name "$a")\) is mounted" \
		"$c"
	# the program itself runs from there
	if cp "$MASSHO" m/massho 2>/dev/null; then
		exits 2 m/massho plan "$c" --lang en
		grep -qF "running system is on this drive (massho ($(name "$a"))" \
			out || fail "its own medium is not recognised"
		rm m/massho
	fi
	umount m
	gone "$c"

	# not from its beginning, and two loop devices deep
	on "$a" -o 1M && c=$DEV
	on "$c" && d=$DEV
	mount "$a" m
	for one in "$c" "$d"; do
		refused below.img "$TOK" \
			"in use: $W/m \($(name "$a")\) is mounted" "$one"
	done
	umount m
	gone "$d" "$c"

	# nothing but this loop device uses it: then it is erased
	on "$a" && c=$DEV
	exits 0 "$MASSHO" erase "$c" --no-case --confirm "$TOK"
	is 0 "$(grep -c -a MASSHO-MARKER below.img || true)" "markers left"
	gone "$c" "$a"
}

on_partition()
{
	local a c
	disk parts.img 16M && a=$DEV
	sfdisk -q "$a" <<<'label: gpt
size=4M
size=8M' >/dev/null 2>&1 || true
	partx -d "$a" 2>/dev/null || true	# of whoever had it before
	partx -a "$a" 2>/dev/null || true
	[ -b "${a}p2" ] || { echo "no partition nodes here"; return; }
	make_ext4 "${a}p2"
	on "${a}p1" && c=$DEV
	mkdir p2
	mounted "${a}p2" "$W/p2"
	refused parts.img "$TOK" "in use: $W/p2 \($(name "$a")p2\) is mounted" \
		"$c"
	umount p2
	gone "$c"
	partx -d "$a"
	gone "$a"
}

on_swap()
{
	local a c rc=0
	disk swap.img 16M && a=$DEV
	mkswap "$a" >/dev/null
	on "$a" && c=$DEV
	if swapon "$a" 2>/dev/null; then
		HASHED=4096	# the kernel may swap, but not to the header
		(refused swap.img "$TOK" "in use: $a \($(name "$a")\) is swap" \
			"$c") || rc=$?
		swapoff "$a"
		[ $rc -eq 0 ] || exit $rc
		HASHED=
	else
		echo "no swap here"
	fi
	gone "$c" "$a"

	# the file itself
	letters 16M >swap.file
	mkswap swap.file >/dev/null 2>&1
	chmod 600 swap.file
	on "$W/swap.file" && c=$DEV
	if swapon swap.file 2>/dev/null; then
		HASHED=4096
		(refused swap.file "$TOK" "in use: $W/swap.file is swap" \
			"$c") || rc=$?
		swapoff swap.file
		[ $rc -eq 0 ] || exit $rc
		HASHED=
	else
		echo "no swap file here"
	fi
	gone "$c"
}

on_open()
{
	local a c
	disk open.img 4M && a=$DEV
	on "$a" && c=$DEV
	in_background sleep 1000 3<"$a"
	refused open.img "$TOK" "process sleep\[$PID\] \($(name "$a")\)" "$c"
	end_it
	# what is behind the last of them
	in_background sleep 1000 3<open.img
	refused open.img "$TOK" "process sleep\[$PID\] \($(name "$a")\)" "$c"
	gone "$c"
	refused open.img "$(token open.img --image)" "process sleep\[$PID\]" "$a"
	end_it
	in_background "$TOOLS/mapped" open.img >mapped
	until_ready mapped || fail "the file could not be mapped"
	refused open.img 0000000000000000 "process mapped\[$PID\]" "$a"
	end_it
	is_free "$a" yes
	gone "$a"
}

# Claimed by a process that cannot be seen from where massho runs.
on_unseen()
{
	local a c
	unshare -p -f -m --mount-proc true 2>/dev/null ||
		{ echo "no namespaces"; return; }
	disk unseen.img 4M && a=$DEV
	on "$a" && c=$DEV
	exits 0 unshare -p -f -m --mount-proc "$MASSHO" plan "$c"
	claim "$a" unseen
	exits 2 unshare -p -f -m --mount-proc "$MASSHO" plan "$c" --lang en
	grep -qF "opened exclusively ($a ($(name "$a")))" out ||
		fail "an unseen claim is not refused"
	end_it
	gone "$c" "$a"
}

# Two loop devices over one file: of the second, the first is a user.
on_same_file()
{
	local a b c
	ext4 same.img && a=$DEV
	TOK=$(token "$a")
	ln same.img link.img
	mkdir s
	mounted "$a" "$W/s"
	for c in "$W/same.img" "$W/link.img" "$W/same.img -o 1M"; do
		# shellcheck disable=SC2086
		attach $c && b=$DEV
		is_free "$b" no
		refused same.img "$TOK" "in use: loop device $(name "$a") \(" "$b"
		refused same.img "$TOK" "in use: $W/s is mounted" "$b"
		gone "$b"
	done
	refused same.img "$TOK" "in use: loop device $(name "$a") \(" \
		link.img --image
	umount s

	# the second one is used, and a third stands on the first
	on "$a" && c=$DEV
	attach "$W/same.img" && b=$DEV
	mount "$b" s
	refused same.img "$TOK" "in use: loop device $(name "$b") \(" "$c"
	umount s
	gone "$c" "$b"
	is_free "$a" yes
	gone "$a"
}

# said_of DEVICE REASON: with this reason it was refused in the last run
said_of()
{
	jq -s -e --arg d "$1" --arg r "$2" 'any(.[]; .event == "result" and
		.drive == $d and .result == "refused" and
		any(.reasons[]; .code == $r))' out >/dev/null || {
		cat out >&2
		fail "$1: nobody said '$2'"
	}
}

# Two names of one medium in one run: one key each, and one of them a lie.
together()
{
	local a b c before tok
	disk twice.img 4M && a=$DEV
	tok=$(token "$a")
	attach "$W/twice.img" && b=$DEV
	before=$(hash_of twice.img)
	exits 2 "$MASSHO" erase "$a" "$b" --no-case --json --confirm "$tok"
	said_of "$a" loop_backing
	said_of "$b" loop_backing
	is "$before" "$(hash_of twice.img)" "content under two names"
	gone "$b"

	on "$a" && c=$DEV
	exits 2 "$MASSHO" erase "$a" "$c" --no-case --json --confirm "$TOK" \
		--confirm "$tok"
	said_of "$a" loop_backing
	said_of "$c" same_medium
	is "$before" "$(hash_of twice.img)" "content under two names"
	gone "$c" "$a"
}

# with_names DEVICE NAME... -- COMMAND: each of these devices tells this name, as
# the kernel has it, to this command and no other.  Two paths to one drive tell
# the same.
with_names()
{
	# shellcheck disable=SC2016
	unshare -m bash -euc '
		while [ "$1" != -- ]; do
			dir=$(readlink -f "/sys/block/${1##*/}")
			copy=$(mktemp -d "$PWD/sysfs.XXXXXX")
			mount -t tmpfs none "$copy"
			cp -r "$dir/." "$copy" 2>/dev/null || :
			echo "$2" >"$copy/wwid"
			mount --move "$copy" "$dir"
			rmdir "$copy"
			shift 2
		done
		shift
		exec "$@"' - "$@"
}

by_another_path()
{
	local a b name=naa.5000c500a0b1c2d3 twin before tok_a tok_b
	ext4 path-a.img && a=$DEV
	disk path-b.img 8M && b=$DEV
	twin=(with_names "$a" "$name" "$b" "$name" --)
	"${twin[@]}" "$MASSHO" list --json "$b" >out 2>err &&
		[ "$(jq -r '.drives[0].wwn' out)" = $name ] ||
		{ echo "no mount namespaces"; return; }
	exits 0 "${twin[@]}" "$MASSHO" plan "$a" "$b" --json
	tok_a=$(jq -r '.drives[0].confirm_token' out)
	tok_b=$(jq -r '.drives[1].confirm_token' out)

	# each is free, but they are one
	before=$(hash_of path-a.img)$(hash_of path-b.img)
	exits 2 "${twin[@]}" "$MASSHO" erase "$a" "$b" --no-case --json \
		--confirm "$tok_a" --confirm "$tok_b"
	said_of "$a" same_medium
	said_of "$b" same_medium
	is "$before" "$(hash_of path-a.img)$(hash_of path-b.img)" \
		"content by two paths"

	# one is in use, and so is the other
	mkdir path
	mounted "$a" "$W/path"
	before=$(hash_of path-b.img)
	exits 2 "${twin[@]}" "$MASSHO" erase "$b" --no-case --lang en \
		--confirm "$tok_b"
	cat out err | grep -qF "in use: $W/path ($(name "$a")) is mounted" ||
		fail "nobody said that the other path is mounted"
	is "$before" "$(hash_of path-b.img)" "content by the other path"
	umount path
	gone "$a" "$b"
}

# named WWN NAME: as NAME, of the kernel, stands in the list
named()
{
	exits 0 with_names "$DEV" "$2" -- "$MASSHO" list --json "$DEV"
	is "$1" "$(jq -r '.drives[0].wwn' out)" "what becomes of '$2'"
}

# An ATA drive without a world wide name has its model and its serial for one,
# each filled up with blanks to its 40 and 20 characters: of two drives of one
# model nothing differs but the end of it.
by_name_of_ata()
{
	local a b model='WDC WD5000AAKX-001CA0' filled plain
	disk ata-a.img 2M && a=$DEV
	disk ata-b.img 2M && b=$DEV
	unshare -m true 2>/dev/null || { echo "no mount namespaces"; return; }
	printf -v filled 't10.ATA     %-40s' "$model"
	plain="t10.ATA $model"
	named "$plain WD-WCAYUR000001" "$filled     WD-WCAYUR000001"
	named "$plain WD-WCAYUR000001" "${filled}WD-WCAYUR000001     "
	# 40 and 20 characters without a blank: half of it is nobody's name
	named unknown "t10.ATA     $(printf '%060d' 1)"

	two=(with_names "$a" "$filled     WD-WCAYUR000001"
		"$b" "$filled     WD-WCAYUR000002" --)
	exits 0 "${two[@]}" "$MASSHO" plan "$a" "$b" --json
	exits 0 "${two[@]}" "$MASSHO" erase "$a" "$b" --no-case --json \
		--confirm "$(jq -r '.drives[0].confirm_token' out)" \
		--confirm "$(jq -r '.drives[1].confirm_token' out)"
	gone "$a" "$b"
}

on_mounted
on_partition
on_swap
on_open
on_unseen
on_same_file
together
by_another_path
by_name_of_ata
