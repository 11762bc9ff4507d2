#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# 64 drives at once, of which one hangs, one fails, one vanishes, one becomes
# slow and one is full of bad blocks: the other 59 finish, with their
# certificates, in the time that they would have taken without those five.
#
# It runs alone: while a file system beneath a loop device is dying, the guard
# cannot see what uses which drive, and refuses every one.  The drive that gets
# too hot is in flow_many64.c.
. "$(dirname "$0")/lib.sh"

need_loop
need jq fusermount3
[ -c /dev/fuse ] || skip "this kernel offers no /dev/fuse"
cd "$W"

GOOD=59
SIZE=4M
STUCK_S=30	# --stuck

good=()
letters $SIZE >old
for ((i = 0; i < GOOD; i++)); do
	cp old "good$i"
	attach "good$i"
	good+=("$DEV")
done
bad()
{
	letters 24M >"$1.medium"
	bad_medium "$1" "$1.medium" "$2"
}
bad hangs hang:6000000 && hangs=$DEV
bad fails sync-error && fails=$DEV
bad gone vanish:6000000 && gone=$DEV
bad slow slow:4000000 && slow=$DEV
bad hurt write-error:2097152:65536 && hurt=$DEV
# what is worst comes first, so that nothing waits behind it unnoticed
all=("$hangs" "$fails" "$gone" "$slow" "$hurt" "${good[@]}")
new_case case

confirm=()
while read -r token; do
	confirm+=(--confirm "$token")
done < <("$MASSHO" plan "${all[@]}" --case case --json |
	jq -r '.drives[].confirm_token')
is 128 ${#confirm[@]} "tokens, with their option"

# Every line with the second it came in.
started=$(date +%s)
with_pass "$MASSHO" erase "${all[@]}" --case case "${confirm[@]}" \
	--pass-fd 3 --json --stuck 0.5 2>messages </dev/null |
	while IFS= read -r line; do
		printf '%s %s\n' "$(($(date +%s) - started))" "$line"
	done >timed || true
took=$(($(date +%s) - started))
sed 's/^[0-9]* //' timed >results
is 64 "$(jq -r 'select(.event == "result") | .drive' results | sort -u |
	wc -l)" "drives with a result"

of()
{
	jq -r --arg d "$1" \
		"select(.event == \"result\" and .drive == \$d) | $2" results
}
# when DEVICE: the second in which its result came
when()
{
	grep '"event":"result"' timed | grep -F "\"drive\":\"$1\"" |
		cut -d ' ' -f 1
}

last=0
for ((i = 0; i < GOOD; i++)); do
	dev=${good[i]}
	is erased "$(of "$dev" .result)" "good drive $i"
	is 0 "$(of "$dev" .exit)" "exit code of good drive $i"
	! grep -q -a MASSHO-MARKER "good$i" || fail "drive $i holds its data"
	[ "$(when "$dev")" -le "$last" ] || last=$(when "$dev")
done
exits 0 "$MASSHO" check case/out/*-*.json --trust case/key.crt
docs=(case/out/*-*.json)
is 64 ${#docs[@]} "documents"
is $((GOOD + 1)) "$(jq -r .result "${docs[@]}" | grep -cx 'erased')" \
	"documents that say erased, one of them of the slow drive"
echo "good ones done after $last s, all after $took s"
grep -v note messages
for dev in "$hangs" "$fails" "$gone" "$slow" "$hurt"; do echo "$dev $(when $dev) $(of $dev .result) $(of $dev .reasons[0].code)"; done
for ev in plan progress step result; do echo $ev $(grep "\"event\":\"$ev\"" timed | sed -n '1s/ .*//p;$s/ .*//p'); done
grep '"event":"result"' timed | cut -d' ' -f1 | uniq -c
