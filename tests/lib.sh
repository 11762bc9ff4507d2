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
HASHED=		# bytes of a content that count in hash_of; all

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

# without_uring COMMAND...: io_uring_setup (425) answers EPERM, as sandboxes
# do.  prctl is 157; seccomp's mode 2 takes a filter of four instructions.
without_uring()
{
	perl -e '
		my $f = pack("SCCL" x 4, 0x20, 0, 0, 0, 0x15, 0, 1, 425,
			0x06, 0, 0, 0x00050001, 0x06, 0, 0, 0x7fff0000);
		my $p = pack("Sx6P", 4, $f);
		exit 70 if syscall(157, 38, 1, 0, 0, 0) ||
			syscall(157, 22, 2, $p, 0, 0);
		exec @ARGV' "$@"
}

# in_background COMMAND...: remembers the pid in $PID; killed at the end.
in_background()
{
	"$@" &
	PID=$!
	PIDS+=("$PID")
}

# until FILE says "ready"
until_ready()
{
	local i
	for ((i = 0; i < 100; i++)); do
		! grep -q ready "$1" 2>/dev/null || return 0
		sleep 0.05
	done
	return 1
}

# Ends what in_background started last.
end_it()
{
	kill "$PID"
	wait "$PID" 2>/dev/null || true
}

# Claims a device as mount does (O_RDONLY | O_EXCL | O_CLOEXEC), in the
# background, and says in FILE when it has it.
claim()
{
	# shellcheck disable=SC2016
	in_background perl -e 'sysopen(my $f, $ARGV[0], 0200 | 02000000) or die;
		print "ready\n"; close STDOUT; sleep 1000' "$1" >"$2"
	until_ready "$2" || fail "the device could not be claimed"
}

hash_of()
{
	sync
	head -c "${HASHED:-1T}" "$1" | sha256sum | cut -d ' ' -f 1
}

# said NAME ARGUMENTS...: `massho erase` refuses and names the use.
said()
{
	local name=$1
	shift
	exits 2 "$MASSHO" erase "$@" --lang en
	if ! cat "$W/out" "$W/err" | grep -qE "$name"; then
		cat "$W/out" "$W/err" >&2
		fail "nobody said '$name'"
	fi
}

# refused FILE TOKEN NAME DEVICE [option]: NAME (a regular expression) is what
# must be named; FILE holds the device's content.
refused()
{
	local file=$1 token=$2 name=$3 before
	shift 3
	before=$(hash_of "$file")
	said "$name" "$@" --no-case --confirm "$token"
	is "$before" "$(hash_of "$file")" "content of $file"
	said "$name" "$@" --no-case
	is "$before" "$(hash_of "$file")" "content of $file"
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

# quick_key FILE: with few rounds, where openssl is there.  A key is opened at
# every start of massho; guessing this passphrase need not take long.
quick_key()
{
	! command -v openssl >/dev/null || PASSPHRASE=$PASSPHRASE \
		openssl pkcs8 -topk8 -in "$1" -passin env:PASSPHRASE \
		-out "$1.quick" -passout env:PASSPHRASE -v2 aes-256-cbc \
		-v2prf hmacWithSHA256 -iter 1000
	[ ! -e "$1.quick" ] || mv "$1.quick" "$1"
}

# A complete case in DIR, with a key whose passphrase is $PASSPHRASE.
new_case()
{
	cp -r "$TOP/tests/data/case" "$1"
	if [ ! -e "$W/key.p8" ]; then
		"$MASSHO" key new "$W/key" --cn '試験 責任者' \
			--org '試験株式会社' --country JP --pass-fd 3 \
			3<<<"$PASSPHRASE" >/dev/null
		quick_key "$W/key.p8"
	fi
	cp "$W/key.p8" "$W/key.crt" "$1/"
}

# with_pass COMMAND...: the passphrase on descriptor 3.
with_pass()
{
	"$@" 3<<<"$PASSPHRASE"
}

# ours FILE: a loop device over it is this test's own
ours()
{
	local one
	[[ $1 != "$W"/* && $1 != /disk* ]] || return 0	# once its mount is gone
	for one in "${LOOPS[@]}"; do
		[[ ! $1 =~ ^$one(p[0-9]+)?$ ]] || return 0
	done
	return 1
}

cleanup()
{
	local rc=$? one i
	trap - EXIT
	set +e
	for one in "${PIDS[@]}"; do
		kill -9 "$one" 2>/dev/null
		wait "$one" 2>/dev/null
	done
	# A loop device whose file's server is dead would blind every guard:
	# the server goes last.
	for ((i = ${#LOOPS[@]} - 1; i >= 0; i--)); do
		one=${LOOPS[i]}
		if ours "$(losetup -n -O BACK-FILE "$one" 2>/dev/null)"; then
			umount "$one" 2>/dev/null
			losetup -d "$one" 2>/dev/null
		fi
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

# Partitions added by hand stay with a loop device even after its file is
# detached: who adds some calls this in place of cleanup.
forget_nodes()
{
	local rc=$? one
	set +e
	[ ${#MOUNTS[@]} -eq 0 ] || umount "${MOUNTS[@]}" 2>/dev/null
	for one in "${LOOPS[@]}"; do
		# what was given back may be another's by now
		[[ $(losetup -n -O BACK-FILE "$one" 2>/dev/null) == "$W/"* ]] &&
			partx -d "$one" 2>/dev/null
	done
	(exit $rc)
	cleanup
}
W=$(mktemp -d "$TMPDIR/massho.XXXXXX")
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
