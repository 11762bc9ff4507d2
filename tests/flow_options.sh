#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What is asked of the drive's own commands is taken by its exact word or not
# at all, and an image, which has none, is never told to have them.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need jq
cd "$W"
export LANGUAGE=en
truncate -s 8M "$W/disk.img"
plan=("$MASSHO" plan --image "$W/disk.img")

for word in sanitize SANITIZE-BLOCK sanitize-bloc none ''; do
	exits 1 "${plan[@]}" --method "$word"
done
grep -q sanitize-block <(exits 1 "${plan[@]}" --method bogus
	cat "$W/err") || fail 'the names of the methods are not said'
for word in yes WRITE '' no; do
	exits 1 "${plan[@]}" --marks "$word"
done
for word in none seagate MASSHO ''; do
	exits 1 "${plan[@]}" --unlock "$word"
done
exits 1 "${plan[@]}" --unfreeze
exits 0 "${plan[@]}" --marks none --unlock ironic --method overwrite

# Every method of a drive, by name, is refused on an image, and only those.
exits 0 "$MASSHO" list --json --image "$W/disk.img"
methods=$(jq -r '.drives[0].offers[] | select(.offered | not) | .method' \
	"$W/out")
is 7 "$(wc -w <<<"$methods")" 'methods of drives'
for m in $methods; do
	exits 2 "${plan[@]}" --json --method "$m"
	jq -e '.drives[0] | .refusals[0].code == "not_supported" and
		.confirm_token == null and .steps == []' "$W/out" >/dev/null ||
		fail "$m is not refused for what it is"
done
# A policy of overwriting takes no command either, whatever the drive has.
exits 2 "${plan[@]}" --json --policy gutmann --method sanitize-block
jq -e '.drives[0].refusals[0].code == "policy_overwrites"' "$W/out" \
	>/dev/null || fail 'gutmann would sanitize'

# Nothing is frozen, so nothing sleeps.
exits 2 "$MASSHO" erase --image "$W/disk.img" --no-case --unfreeze
grep -q 'none of these drives is frozen' "$W/err" ||
	fail "--unfreeze: $(cat "$W/err")"
cmp -s "$W/disk.img" <(head -c 8M /dev/zero) || fail 'the image was touched'
