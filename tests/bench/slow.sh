# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Does a device that cannot do more than so much ever wait for massho?

part_slow()
{
	local i
	null "$SLOW_SIZE" "$SLOW_RATE"
	for ((i = 1; i <= ROUNDS; i++)); do
		say "slow device, round $i of $ROUNDS"
		# It keeps nothing, so a random pass is not found again: the
		# run ends as not erased, after the pass that is measured.
		tokens "$DEV" --policy clear --verify full
		EXITS=3 erase -- "$DEV" --policy clear --verify full >/dev/null
		note slow.write "$(step overwrite)"
		tokens "$DEV" --policy zero --verify full
		erase -- "$DEV" --policy zero --verify full >/dev/null
		note slow.verify "$(step verify)"
		note slow.fio "$(fio_run write 1M 8 "$DEV")"
	done
	null_gone

	local limit
	limit="its limit, $(mib "$SLOW_RATE")"
	each "\$1 / $SLOW_RATE" slow.write.ratio slow.write
	each "\$1 / $SLOW_RATE" slow.verify.ratio slow.verify
	each "\$1 / $SLOW_RATE" slow.fio.ratio slow.fio
	judge 'throttled device, random overwrite' \
		"$(mib "$(of median slow.write)")" "$limit" \
		slow.write.ratio min 0.99
	judge 'throttled device, full verification' \
		"$(mib "$(of median slow.verify)")" "$limit" \
		slow.verify.ratio min 0.99
	tell 'the same device, fio zeros' "$(mib "$(of median slow.fio)")" \
		"$limit" slow.fio.ratio
}
