#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A bench full of drives begins together: none is done before all of them have
# begun, though a pass of one takes a moment only; and one that is refused keeps
# none of the others waiting.
. "$(dirname "$0")/lib.sh"

need_loop
need jq
cd "$W"

drives=()
for n in 1 2 3 4 5 6; do
	disk "d$n" 1M
	drives+=("$DEV")
done

# consents DRIVES AND OPTIONS...: one for each drive, in CONFIRM
consents()
{
	local one
	CONFIRM=()
	while read -r one; do
		CONFIRM+=(--confirm "$one")
	done < <("$MASSHO" plan --json "$@" | jq -r '.drives[].confirm_token')
}

# lines STATE: of the overwrites, where they stand in the output
lines()
{
	jq -r --arg state "$1" 'select(.event == "step" and
		.result.kind == "overwrite" and .result.state == $state) |
		input_line_number' results
}

options=(--policy zero --verify full --no-case)
consents "${drives[@]}" "${options[@]}"
exits 0 "$MASSHO" erase "${drives[@]}" "${options[@]}" --json "${CONFIRM[@]}"
mv out results
is 6 "$(lines none | wc -l)" "drives that began"
is 6 "$(lines "done" | wc -l)" "drives that were written"
[ "$(lines none | tail -n 1)" -lt "$(lines "done" | head -n 1)" ] ||
	fail "a drive was done before another one began"

# The time of a step is the drive's own, not the wait for the others.
[ "$(jq -s 'map(select(.event == "step") | .result.ms) | max' results)" \
	-lt 1500 ] || fail "a step of 1 MiB counts the wait for others"

# After the plan, before the run: somebody else takes one of them.
rm -rf evidence massho-*.json
consents "${drives[@]}" "${options[@]}"
mkfs.ext4 -q "${drives[5]}"
mkdir mnt
mounted "${drives[5]}" mnt
exits 2 "$MASSHO" erase "${drives[@]}" "${options[@]}" --json "${CONFIRM[@]}"
mv out results
is 5 "$(lines "done" | wc -l)" "drives that were written beside a refused one"
echo "drives begin together"
