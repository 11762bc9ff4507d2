# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Does a GiB of a large drive cost what a GiB of a small one costs?
#
# The smallest is written whole, the others for SIZE_SECONDS: so everything
# that grows with the size of a drive before or during a pass is in it, but not
# what would grow with how far the pass has come.  For that tests/bench/pass.c
# erases whole drives, to the last byte, that take no time.
#
# At full speed the machine's own unrest, a tenth from one second to the next,
# is greater than what is looked for; so the drive has a rate that the machine
# keeps, and the same without a rate is told beside it.

# size_run NAME SIZE RATE: seconds per GiB of the pass, through the kernel, and
# the first write since the start
size_run()
{
	local cost
	null "$2" "$3"
	tokens "$DEV" --policy clear --verify sample
	cost=$(EXITS='0|3|5' erase --stop-after "$SIZE_SECONDS" \
		--writes "${DEV##*/}" -- "$DEV" --policy clear --verify sample)
	note "$1.$2" "$(calc "1073741824 / $(step overwrite)")"
	note "start.$2" "$(calc "$(value first_write_ms "$cost") / 1000")"
	null_gone
}

# spread OUT NAME...: greatest of the medians by the least
spread()
{
	local out=$1 name
	shift
	for name; do
		of median "$name"
	done | sort -g | awk '{ v[NR] = $1 }
		END { printf "%.12g\n", v[NR] / v[1] }' >"$D/$out"
}

# medians FORMAT PREFIX SIZE...
medians()
{
	local format=$1 prefix=$2 size
	shift 2
	for size; do
		# shellcheck disable=SC2059  # the caller's format
		printf "$format " "$(of median "$prefix.$size")"
	done
}

part_size()
{
	local i size name number sizes whole
	read -ra sizes <<<"$SIZES"
	read -ra whole <<<"$WHOLE_SIZES"
	for ((i = 1; i <= ROUNDS; i++)); do
		say "sizes, round $i of $ROUNDS"
		for size in "${sizes[@]}"; do
			size_run size "$size" "$SIZE_RATE"
			size_run fast "$size" 0
		done
		"$O/tests/bench/pass" "${whole[@]}" >"$W/pass" ||
			fail "tests/bench/pass"
		while read -r name size number; do
			note "$name.$size" "$number"
		done <"$W/pass"
	done

	spread size.spread "${sizes[@]/#/size.}"
	spread fast.spread "${sizes[@]/#/fast.}"
	spread growth.spread "${whole[@]/#/growth.}"
	spread sample.spread "${whole[@]/#/sample.}"
	spread claim.spread "${whole[@]/#/claim.}"
	judge "cost per GiB, $SIZES, through the kernel" \
		"$(medians %.3f size "${sizes[@]}")s" \
		"greatest by least, at $(mib "$SIZE_RATE")" size.spread max 1.05
	tell 'the same, at full speed' \
		"$(medians %.3f fast "${sizes[@]}")s" 'greatest by least' \
		fast.spread
	judge "start to first write, ${sizes[-1]}" \
		"$(medians %.3f start "${sizes[@]}")s" "of $SIZES" \
		"start.${sizes[-1]}" max 0.3 ' s'
	judge "own cost of a request at the end of $WHOLE_SIZES" \
		"$(medians %.0f request "${whole[@]}")ns" \
		"greatest by least, each by ${whole[0]} erased at once after" \
		growth.spread max 1.05
	judge "bytes read by a sampled verification of $WHOLE_SIZES" \
		"$(medians %.0f sample "${whole[@]}")" \
		'greatest by least, where it proves the same' \
		sample.spread max 1.05
	judge "what that proves" \
		"$(medians %.0f claim "${whole[@]}")ppb" \
		'greatest by least' claim.spread max 1
}
