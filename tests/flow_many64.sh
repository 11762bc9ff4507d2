#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# 64 drives at once, of which one hangs, one hangs as it empties its cache, one
# fails, one vanishes and one is slow: the other 59 are erased, and have their
# certificates, without waiting for those five; no process is large.
#
# It runs alone: while a file system beneath a loop device is dying, the guard
# cannot see what uses which drive, and refuses every one.  The drive that gets
# too hot is in flow_many64.c.
. "$(dirname "$0")/lib.sh"

need_loop
need jq fusermount3
[ -c /dev/fuse ] || skip "this kernel offers no /dev/fuse"
cd "$W"

# what watches its own memory is five times slower, and larger
GOOD=59
! grep -q __asan_init "$MASSHO" || GOOD=11
DRIVES=$((GOOD + 5))
STUCK_S=60	# --stuck 1
MEMORY=24576	# KiB of a process

good=()
letters 4M >old
for ((i = 0; i < GOOD; i++)); do
	cp old "good$i"
	attach "good$i"
	good+=("$DEV")
done
bad()
{
	letters 8M >"$1.medium"
	bad_medium "$1" "$1.medium" "$2"
}
bad hangs hang:6000000 && hangs=$DEV
bad fails sync-error && fails=$DEV
# what is left of it is tried block by block
bad gone vanish:8000000 && gone=$DEV
bad slow slow:1000000 && slow=$DEV
bad silent hang:8388608 && silent=$DEV
# what is worst comes first, so that nothing waits behind it unnoticed
all=("$hangs" "$silent" "$fails" "$gone" "$slow" "${good[@]}")
new_case case

confirm=()
while read -r token; do
	confirm+=(--confirm "$token")
done < <("$MASSHO" plan "${all[@]}" --case case --json 2>notes |
	jq -r '.drives[].confirm_token')
is $((2 * DRIVES)) ${#confirm[@]} "tokens, with their option"

# Every line with the second it came in.
stamped()
{
	while IFS= read -r line; do
		printf '%s %s\n' "$(($(date +%s) - started))" "$line"
	done
}

# What the largest process below PID that has a drive open has held so far, in
# KiB; the two at most that make documents have none.
largest()
{
	local child kib
	for child in $(cat "/proc/$1/task/$1/children" 2>/dev/null); do
		[[ "$(readlink "/proc/$child/fd/"* 2>/dev/null)" = */dev/loop* ]] ||
			continue
		kib=$(sed -n 's/^VmHWM:[^0-9]*\([0-9]*\).*/\1/p' \
			"/proc/$child/status" 2>/dev/null) || continue
		[ "${kib:-0}" -le "$largest" ] || largest=$kib
	done
}

started=$(date +%s) largest=0
mkfifo lines
stamped <lines >timed &
reader=$!
"$MASSHO" erase "${all[@]}" --case case "${confirm[@]}" --pass-fd 3 --json \
	--stuck $((STUCK_S / 60)) 3<<<"$PASSPHRASE" >lines 2>messages \
	</dev/null &
erase=$!
PIDS+=("$erase")
while kill -0 "$erase" 2>/dev/null; do
	largest "$erase"
	sleep 0.2
done
rc=0
wait "$erase" || rc=$?
wait "$reader"
took=$(($(date +%s) - started))

# of DEVICE WHAT: of its result
of()
{
	sed 's/^[0-9]* //' timed | jq -c --arg d "$1" \
		"select(.event == \"result\" and .drive == \$d) | $2"
}
# when EVENT DEVICE: the second in which the last one came
when()
{
	grep "\"event\":\"$1\"" timed | grep -F "\"drive\":\"$2\"" |
		tail -n 1 | cut -d ' ' -f 1
}
not_erased()
{
	is '"failed"' "$(of "$1" .result)" "the drive that $2"
	is '"none"' "$(of "$1" .level)" "level of the drive that $2"
}

is "$DRIVES" "$(sed 's/^[0-9]* //' timed | jq -r 'select(.event == "result") |
	.drive' | sort -u | wc -l)" "drives with a result"
is 3 "$rc" "the exit code, the gravest of all"
given_up=$(when result "$hangs")
for dev in "$hangs" "$silent"; do
	at=$(when result "$dev")
	[ "$at" -ge "$STUCK_S" ] || fail "$dev given up after $at s"
	[ "$at" -ge "$given_up" ] || given_up=$at
done

worked=0 last=0
for ((i = 0; i < GOOD; i++)); do
	dev=${good[i]}
	is '"erased"' "$(of "$dev" .result)" "good drive $i"
	is 0 "$(of "$dev" .exit)" "exit code of good drive $i"
	! grep -q -a MASSHO-MARKER "good$i" || fail "drive $i holds its data"
	at=$(when step "$dev")
	[ "$at" -le "$worked" ] || worked=$at
	at=$(when result "$dev")
	[ "$at" -le "$last" ] || last=$at
done
echo "good ones erased after $worked s, certified after $last s;" \
	"those that hang given up from $given_up s on; all after $took s;" \
	"largest process $largest KiB"
[ "$worked" -lt "$given_up" ] || fail "good drives waited for one that hangs"

not_erased "$hangs" "hangs"
is '"stuck"' "$(of "$hangs" '.reasons[0].code')" "why it hangs"
not_erased "$fails" "fails"
not_erased "$gone" "vanishes"
is '"erased"' "$(of "$slow" .result)" "the slow drive"
# its process is held in the kernel, and says nothing any more
not_erased "$silent" "hangs as it empties its cache"
is '"stuck"' "$(of "$silent" '.reasons[0].code')" "why that one hangs"
grep -q "$silent: .* left behind" messages || fail "nobody was told of $silent"

exits 0 "$MASSHO" check case/out/*-*.json --trust case/key.crt
docs=(case/out/*-*.json)
is "$DRIVES" ${#docs[@]} "documents"
is $((GOOD + 1)) "$(jq -r .result "${docs[@]}" | grep -cx 'erased')" \
	"documents that say erased, one of them of the slow drive"

[ "$GOOD" -lt 59 ] || [ "$largest" -le "$MEMORY" ] ||
	fail "a drive's process holds $largest KiB"
