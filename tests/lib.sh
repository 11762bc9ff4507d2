# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# What shell tests and the demo share: claims, and devices that cannot be
# anything but the test's own.  Source it; it sets -eu and the EXIT trap.
set -euo pipefail

: "${TOP:=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)}"
: "${O:=$TOP/build}"
case $O in /*) ;; *) O=$TOP/$O ;; esac
: "${MASSHO:=$O/massho}" "${MASSHO_CHECK:=$O/massho-check}"
: "${TOOLS:=$O/tests/tools}"
: "${TMPDIR:=/tmp}"
export O MASSHO MASSHO_CHECK TOOLS LC_ALL=C.UTF-8
PASSPHRASE='correct horse battery staple'
LOOPS=() MOUNTS=() PIDS=() SERVERS=()

skip()
{
	echo "$*"
	exit 77
}

fail()
{
	echo "FAILED: $*" >&2
	exit 1
}

# is EXPECTED FOUND WHAT
is()
{
	[ "$1" = "$2" ] || fail "$3: expected '$1', found '$2'"
}

# Exit code of a command, its output in $W/out and $W/err.
code()
{
	local rc=0
	"$@" >"$W/out" 2>"$W/err" </dev/null || rc=$?
	if [ "$rc" -eq 99 ] || [ "$rc" -gt 128 ]; then
		cat "$W/err" >&2
		fail "'$*' died with $rc"
	fi
	echo "$rc"
}

# exits N COMMAND...: the command's exit code must be one of N ("3|4").
exits()
{
	local want=$1 rc
	shift
	rc=$(code "$@")
	if ! [[ $rc =~ ^($want)$ ]]; then
		tail -n 20 "$W/out" "$W/err" >&2
		fail "'$*' exited $rc, not $want"
	fi
}

need_root()
{
	[ "$(id -u)" -eq 0 ] || skip "needs root for loop devices and mounts"
}

need()
{
	local tool
	for tool; do
		command -v "$tool" >/dev/null || skip "needs $tool"
	done
}

need_loop()
{
	need_root
	need losetup
	losetup -f >/dev/null 2>&1 || skip "this kernel offers no loop device"
}

# attach FILE [losetup options]: a loop device over FILE, its path in $DEV.
attach()
{
	local file=$1
	shift
	DEV=$(losetup --show -f "$@" "$file")
	LOOPS+=("$DEV")
}

# What is given back may be another test's in a moment.
detach()
{
	local one kept=()
	losetup -d "$1"
	for one in "${LOOPS[@]}"; do
		[ "$one" = "$1" ] || kept+=("$one")
	done
	LOOPS=("${kept[@]}")
}

# letters SIZE: that much text that must be gone afterwards.
letters()
{
	head -c "$(numfmt --from=iec "$1")" \
		< <(yes 'MASSHO-MARKER: 個人情報' 2>/dev/null)
}

# disk NAME SIZE: a loop device over a fresh file full of letters.
disk()
{
	letters "$2" >"$W/$1"
	attach "$W/$1"
}

mounted()
{
	mount "$@"
	MOUNTS+=("${!#}")
}

# token DEVICE [options]: the confirmation token that `plan` prints.
token()
{
	"$MASSHO" plan --json "$@" | jq -re '.drives[0].confirm_token'
}

# in_background COMMAND...: remembers the pid in $PID; killed at the end.
in_background()
{
	"$@" &
	PID=$!
	PIDS+=("$PID")
}

# bad_medium DIR BACKING RULE...: tests/tools/badfile serves DIR/disk, and a
# loop device over it is $DEV.
bad_medium()
{
	local dir=$1 backing=$2 n
	shift 2
	mkdir -p "$dir"
	"$TOOLS/badfile" "$backing" "$@" -- "$dir" -f -o max_threads=4 &
	SERVERS+=($!)
	for n in $(seq 100); do
		[ ! -e "$dir/disk" ] || break
		[ "$n" -lt 100 ] || fail "badfile does not serve $dir"
		sleep 0.05
	done
	MOUNTS+=("$PWD/$dir")
	attach "$dir/disk" --direct-io=on
}

# A complete case in DIR, with a key whose passphrase is $PASSPHRASE.
new_case()
{
	cp -r "$TOP/tests/data/case" "$1"
	if [ ! -e "$W/key.p8" ]; then
		"$MASSHO" key new "$W/key" --cn '試験 責任者' \
			--org '試験株式会社' --country JP --pass-fd 3 \
			3<<<"$PASSPHRASE" >/dev/null
	fi
	cp "$W/key.p8" "$W/key.crt" "$1/"
}

# with_pass COMMAND...: the passphrase on descriptor 3.
with_pass()
{
	"$@" 3<<<"$PASSPHRASE"
}

cleanup()
{
	local rc=$? one
	trap - EXIT
	set +e
	for one in "${PIDS[@]}"; do
		kill -9 "$one" 2>/dev/null
		wait "$one" 2>/dev/null
	done
	# A loop device whose file's server is dead would blind every guard:
	# the server goes last.
	for one in "${LOOPS[@]}"; do
		case $(losetup -n -O BACK-FILE "$one" 2>/dev/null) in
		"$W"/* | /disk*)	# the latter once its mount is gone
			umount "$one" 2>/dev/null
			losetup -d "$one" 2>/dev/null
			;;
		esac
	done
	for ((one = ${#MOUNTS[@]} - 1; one >= 0; one--)); do
		umount "${MOUNTS[one]}" 2>/dev/null ||
			umount -l "${MOUNTS[one]}" 2>/dev/null
	done
	for one in "${SERVERS[@]}"; do
		kill "$one" 2>/dev/null
		wait "$one" 2>/dev/null
	done
	rm -rf --one-file-system "$W"
	exit "$rc"
}

W=$(mktemp -d "$TMPDIR/massho.XXXXXX")
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
