# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# What do 64 drives at once make of the machine, and is each served alike?
#
# Policies of seven passes: a drive is as large as a 64th of the memory here, and
# one pass of it would be over while the last ones are still being opened.

# What the drives of the run in $W/run did, each in all its passes: all bytes by
# the longest time, as fio sums up; and the slowest by the mean.
many_steps()
{
	jq -rse '[.[] | select(.event == "step" and
			.result.kind == "overwrite" and
			.result.state == "done")] | group_by(.drive) |
		map({ bytes: (map(.result.bytes) | add),
			ms: (map(.result.ms) | add) }) as $d |
		if ($d | length) != '"$DRIVES"' then error("not all drives") else
		($d | map(.bytes / .ms)) as $r |
		"\(($d | map(.bytes) | add) / ($d | map(.ms) | max) * 1000) \(
		($r | min) / (($r | add) / ($r | length)))" end' "$W/run" ||
		fail 'not every drive was overwritten'
}

# many_run POLICY NAME
many_run()
{
	local sum worst
	tokens "${MANY[@]}" --policy "$1" --verify sample:0.1
	erase -- "${MANY[@]}" --policy "$1" --verify sample:0.1 >/dev/null
	read -r sum worst < <(many_steps)
	note "$2.sum" "$sum"
	note "$2.worst" "$worst"
}

part_many()
{
	local i
	MANY=()
	for ((i = 0; i < DRIVES; i++)); do
		ram "many$i" "$MANY_SIZE"
		MANY+=("$DEV")
	done
	for ((i = 1; i <= ROUNDS; i++)); do
		say "$DRIVES drives, round $i of $ROUNDS"
		note many.fio "$(TIMES=7 fio_run write 1M 2 "${MANY[@]}")"
		many_run bsi-vsitr many.const
		many_run pfitzner-7 many.random
	done
	for ((i = 0; i < DRIVES; i++)); do
		ram_gone "many$i" "${MANY[i]}"
	done

	each '$1 / $2' many.ratio many.const.sum many.fio
	each '$1 / $2' many.random.ratio many.random.sum many.fio
	judge "$DRIVES loop devices at once, seven constant passes" \
		"$(mib "$(of median many.const.sum)")" \
		"fio on all of them, zeros, seven times, \
$(mib "$(of median many.fio)")" many.ratio min 0.90
	judge 'slowest of them against their mean' '' '' many.const.worst \
		min 0.80
	tell "$DRIVES at once, seven random passes: both cores also make \
the data" "$(mib "$(of median many.random.sum)")" \
		"the same, zeros" many.random.ratio
	judge 'slowest of them against their mean, random' '' '' \
		many.random.worst min 0.80
}
