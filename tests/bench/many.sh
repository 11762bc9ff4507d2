# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# What do 64 drives at once make of the machine, and is each served alike?

# What the drives of the run in $W/run did, as fio sums up: all bytes by the
# longest time; and the slowest by the mean.
many_steps()
{
	jq -rse '[.[] | select(.event == "step") | .result |
		select(.kind == "overwrite" and .state == "done")] as $s |
		if ($s | length) != '"$DRIVES"' then error("not all drives") else
		($s | map(.bytes / .ms)) as $r |
		"\(($s | map(.bytes) | add) / ($s | map(.ms) | max) * 1000) \(
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
		note many.fio "$(fio_run write 1M 2 "${MANY[@]}")"
		many_run zero many.zero
		many_run clear many.random
	done
	for ((i = 0; i < DRIVES; i++)); do
		ram_gone "many$i" "${MANY[i]}"
	done

	each '$1 / $2' many.ratio many.zero.sum many.fio
	each '$1 / $2' many.random.ratio many.random.sum many.fio
	judge "$DRIVES loop devices at once, zeros" \
		"$(mib "$(of median many.zero.sum)")" \
		"fio on all of them, $(mib "$(of median many.fio)")" \
		many.ratio min 0.90
	judge 'slowest of them against their mean' '' '' many.zero.worst \
		min 0.80
	tell "$DRIVES at once, random: both cores also make the data" \
		"$(mib "$(of median many.random.sum)")" \
		"the same, zeros" many.random.ratio
	judge 'slowest of them against their mean, random' '' '' \
		many.random.worst min 0.80
}
