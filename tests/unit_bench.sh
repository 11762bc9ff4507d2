#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The table of the bench says MISSED of what missed its target, of what was
# never measured, and of nothing else.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/bench/lib.sh"

row() { tail -n 1 "$D/table"; }

# judged VERDICT min|max TARGET NUMBER...
judged()
{
	local verdict=$1 how=$2 target=$3 before=$MISSED
	shift 3
	rm -f "$D/x"
	for one; do
		note x "$one"
	done
	judge what ours theirs x "$how" "$target"
	[[ $(row) = *" $verdict |" ]] || fail "$* $how $target: $(row)"
	if [ "$verdict" = ok ]; then
		is "$before" "$MISSED" "missed so far"
	else
		is $((before + 1)) "$MISSED" "missed so far"
	fi
}
: >"$D/table"
judged ok min 0.85 0.85
judged '**MISSED**' min 0.85 0.8499
judged ok max 24 24
judged '**MISSED**' max 24 24.01
# the median counts, of an even number the mean of both in the middle
judged ok min 5 0.1 5 9
judged '**MISSED**' min 5 9 4.9 0.1
judged ok min 5 4 6
judged '**MISSED**' min 5 4 5.9
# numbers, not letters
judged ok min 9 10
judged ok max 1000 999 2 30
judged '**MISSED**' min 0.3

for no_number in '' inf -1 1,5 x '1 2'; do
	(note x "$no_number") 2>/dev/null && fail "a number: '$no_number'"
done

# within a round: 1/2 and 30/10, not the median of each
rm -f "$D"/*
note a 1 && note a 30 && note b 2 && note b 10
each '$1 / $2' c a b
is "0.5 3" "$(tr '\n' ' ' <"$D/c" | sed 's/ $//')" "ratios of rounds"
note b 7
(each '$1 / $2' c a b) 2>/dev/null && fail "rounds that have no partner"

# what watch.pl says of a command
cd "$W"
watched=$("$BENCH/watch.pl" --to out --between one two -- \
	sh -c 'echo one; sleep 0.2; echo two; exit 3')
[[ $watched =~ ^exit=3\ .*between=0\.[2-9] ]] || fail "watched: $watched"
"$BENCH/watch.pl" --to out --between one two -- echo one 2>/dev/null &&
	fail "an end that never came was measured"
is "exit=130" "$("$BENCH/watch.pl" --to out --stop-after 0.1 -- sleep 60 |
	cut -d ' ' -f 1)" "stopped"
is "exit=127" "$("$BENCH/watch.pl" --to out -- ./none 2>/dev/null |
	cut -d ' ' -f 1)" \
	"a program that is not there"
echo "the bench judges as it says"
