#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A limit for each drive, and one for all together, are kept to; and what one
# drive no longer needs goes to the others.
. "$(dirname "$0")/lib.sh"
need jq
cd "$W"

# small, middle, large: 40 MiB, each written and read back
truncate -s 4M small
truncate -s 12M middle
truncate -s 24M large
images=(small middle large)
MOVED=80

erase()
{
	local confirm=() one
	for one in "${images[@]}"; do
		confirm+=(--confirm "$(token --image "$one")")
	done
	"$MASSHO" erase --image "${images[@]}" --no-case --json \
		"${confirm[@]}" "$@"
}

# ms COMMAND...: how long it takes, in $MS
ms()
{
	local from
	from=$(date +%s%N)
	"$@"
	MS=$((($(date +%s%N) - from) / 1000000))
}

within()
{
	[ "$2" -ge "$1" ] && [ "$2" -le "$3" ] ||
		fail "$4: took $2 ms, not $1 to $3"
}

ms exits 0 erase
free=$MS	# a busy machine is slow at all of it

# A third each to the end would take 14.4 s; shared, it is 8 s and what
# starting and finishing takes in any case.
ms exits 0 erase --limit-total 10M
within $((MOVED * 1000 / 10 - 500)) "$MS" $((11500 + 2 * free)) "10 MiB/s for all"
is 3 "$(jq -r 'select(.event == "result") | .result' out | grep -cx erased)" \
	"erased in the end"
# Each began with its third, and none was ever told more than all.
is 1 "$(jq -s '[.[] | select(.event == "progress") | .limit] |
	(min >= 1 and max <= 10485760) | if . then 1 else 0 end' out)" \
	"limits that were told"
is 0 "$(jq -s '[.[] | select(.event == "progress" and .step == 1 and
	.done == 0 and .left_s == 0)] | length' out)" \
	"drives that have not begun and say that they are done"
jq -e -s '[.[] | select(.event == "progress" and .drive == "large") | .limit] |
	first < last' out >"$W/more" ||
	fail "the large one never got more: $(cat "$W/more")"

ms exits 0 erase --limit 8M
within 5000 "$MS" $((9500 + 2 * free)) "8 MiB/s each"
ms exits 0 erase --limit 4M --limit-total 1G
within 11000 "$MS" $((16000 + 2 * free)) "the lower limit counts"

exits 1 erase --limit-total 0
exits 1 erase --limit-total
exits 1 erase --stuck never
echo "limits are kept to; free: $free ms"
