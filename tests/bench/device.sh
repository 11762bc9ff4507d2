# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# What does massho make of what one device and one core can give?

# Which requests suit this device?  fio gets the best of those that it is fair
# to offer; massho has to find its own.
scout()
{
	local shape bs depth rate
	for shape in '1M 8' '512k 8' '256k 16' '128k 32'; do
		read -r bs depth <<<"$shape"
		rate=$(fio_run "$1" "$bs" "$depth" "$DEV")
		echo "$rate $bs $depth"
	done | sort -rn | sed -n 1p | cut -d ' ' -f 2,3
}

# One core, large blocks: what there is for the stream at most.
aes_speed()
{
	openssl speed -mr -elapsed -seconds 1 -evp aes-256-ctr -bytes 65536 \
		2>/dev/null | sed -n 's/^+F:[0-9]*:AES-256-CTR:\([0-9.]*\).*/\1/p'
}

# overwrite POLICY NAME: one pass, all of it read back
overwrite()
{
	local cost
	tokens "$DEV" --policy "$1" --verify full
	cost=$(erase -- "$DEV" --policy "$1" --verify full)
	note "$2.write" "$(step overwrite)"
	note "$2.verify" "$(step verify)"
	note "$2.wall" "$(value wall "$cost")"
}

# Processor time of the whole program; nearly nothing is read back.
overwrite_cost()
{
	local cost
	tokens "$DEV" --policy clear --verify sample:0.1
	cost=$(erase -- "$DEV" --policy clear --verify sample:0.1)
	note cpu.user "$(value user "$cost")"
	note cpu.sys "$(value sys "$cost")"
}

part_device()
{
	local i to_write to_read gib
	ram device "$SIZE"
	gib=$(calc "$(numfmt --from=iec "$SIZE") / 1073741824")
	read -ra to_write < <(scout write)
	read -ra to_read < <(scout read)
	for ((i = 1; i <= ROUNDS; i++)); do
		say "device, round $i of $ROUNDS"
		note fio.write "$(fio_run write "${to_write[@]}" "$DEV")"
		overwrite zero zero
		note aes "$(aes_speed)"
		overwrite clear random
		note fio.read "$(fio_run read "${to_read[@]}" "$DEV")"
		overwrite_cost
	done
	ram_gone device "$DEV"

	each '$1 < $2 ? $1 : $2' ceiling fio.write aes
	each '$1 / $2' random.ratio random.write ceiling
	each '$1 / $2' zero.ratio zero.write fio.write
	each '$1 / $2' zero.verify.ratio zero.verify fio.read
	each '$1 / $2' random.verify.ratio random.verify fio.read
	each "\$1 / $gib" cpu.gib cpu.user
	each "\$1 / $gib" cpu.sys.gib cpu.sys
	local write read
	write=$(mib "$(of median fio.write)")
	read=$(mib "$(of median fio.read)")
	judge 'random overwrite' "$(mib "$(of median random.write)")" \
		"the lower of fio zeros, $write, and one core of AES-256-CTR, \
$(mib "$(of median aes)")" random.ratio min 0.85
	judge 'zero overwrite' "$(mib "$(of median zero.write)")" \
		"fio zeros, ${to_write[*]}, $write" zero.ratio min 0.97
	judge 'full verification of zeros' \
		"$(mib "$(of median zero.verify)")" \
		"fio read, ${to_read[*]}, $read" zero.verify.ratio min 0.95
	judge 'full verification of a random pass' \
		"$(mib "$(of median random.verify)")" \
		"fio read, ${to_read[*]}, $read" random.verify.ratio min 0.80
	judge 'user CPU per GiB, random overwrite' 'the whole program' '' \
		cpu.gib max 0.20 ' s'
	tell 'kernel CPU per GiB, random overwrite' \
		'its part of the whole program' '' cpu.sys.gib ' s'
}
