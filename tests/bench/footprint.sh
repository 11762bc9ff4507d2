# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# How much memory does a drive take, and how soon is it written to?  In runs of
# their own: looking costs time.

part_footprint()
{
	local i n cost
	MANY=()
	ram foot "$PEER_SIZE"
	tokens "$DEV" --policy clear --verify full
	for ((i = 1; i <= ROUNDS; i++)); do
		say "footprint, round $i of $ROUNDS"
		cost=$(erase --writes "${DEV##*/}" -- "$DEV" --policy clear \
			--verify full)
		note first "$(value first_write_ms "$cost")"
		cost=$(erase --memory -- "$DEV" --policy clear --verify full)
		note memory.one "$(value peak_kib "$cost")"
	done
	ram_gone foot "$DEV"

	for ((n = 0; n < DRIVES; n++)); do
		ram "foot$n" "$FOOT_SIZE"
		MANY+=("$DEV")
	done
	tokens "${MANY[@]}" --policy clear --verify full
	for ((i = 1; i <= ROUNDS; i++)); do
		cost=$(erase --memory -- "${MANY[@]}" --policy clear \
			--verify full)
		note memory.all "$(value peak_kib "$cost")"
	done
	for ((n = 0; n < DRIVES; n++)); do
		ram_gone "foot$n" "${MANY[n]}"
	done

	each '$1 / 1024' memory.one.mib memory.one
	each "\$1 / 1024 / $DRIVES" memory.all.mib memory.all
	each '$1 / 1000' first.s first
	judge 'resident memory, one drive' 'all processes of the program' '' \
		memory.one.mib max 24 ' MiB'
	judge "resident memory per drive, $DRIVES at once" \
		'all processes of the program' '' memory.all.mib max 24 ' MiB'
	judge 'start to first write' 'from exec to the first completed write' \
		'' first.s max 0.3 ' s'
}
