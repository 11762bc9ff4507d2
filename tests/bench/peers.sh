# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# How much faster than the others?  They and massho write the same device in
# turn, a random pass each, nothing read back but what massho samples.

NWIPE_CRYPTOGRAPHIC='^(isaac|isaac64|aes_ctr_prng|chacha20)$'
NWIPE_NAMES='s/.*(\(mersenne|[a-z0-9_|]*\)).*/\1/p'

# nwipe_run GENERATOR: bytes/s between its own lines that tell of the pass, its
# last sync included: without a screen it reports a throughput of 0.  It writes
# below /etc, so it gets one of its own.
nwipe_run()
{
	local line
	[ -d "$W/etc" ] || cp -a /etc "$W/etc"
	# shellcheck disable=SC2016  # expanded in the other shell
	line=$(watch --between 'Starting pass' 'Finished pass' -- \
		unshare -m bash -c 'mount --bind "$1" /etc && shift &&
			exec stdbuf -oL "$@"' own-etc "$W/etc" \
		"$NWIPE" --autonuke --nogui --nowait --nousb --noblank \
		--method=random --rounds=1 --verify=off --prng="$1" \
		--PDFreportpath=noPDF "$DEV")
	grep -q ' bytes written to ' "$W/run" ||
		fail "nwipe says nothing of what it wrote: $(tail -n 3 "$W/run")"
	calc "$PEER_BYTES / $(value between "$line")"
}

# Of those generators that this nwipe has, the fastest on this device.
fastest()
{
	local one
	for one; do
		echo "$(nwipe_run "$one") $one"
	done | sort -rg | sed -n 1p | cut -d ' ' -f 2
}

choose_generators()
{
	local all=() cryptographic=() one
	mapfile -t all < <("$NWIPE" --help | sed -n "$NWIPE_NAMES" |
		tr '|' '\n' | grep -v '^mersenne$')
	[ ${#all[@]} -gt 0 ] || fail 'nwipe names no generators'
	for one in "${all[@]}"; do
		[[ ! $one =~ $NWIPE_CRYPTOGRAPHIC ]] || cryptographic+=("$one")
	done
	say "nwipe: which of ${all[*]} is the fastest?"
	FAST=$(fastest "${all[@]}")
	CRYPTOGRAPHIC=$(fastest "${cryptographic[@]}")
}

# The pass alone and the whole program.
massho_peer()
{
	local cost
	tokens "$DEV" --policy clear --verify sample:0.1
	cost=$(erase -- "$DEV" --policy clear --verify sample:0.1)
	note peer.massho "$(step overwrite)"
	note peer.whole "$(calc "$PEER_BYTES / $(value wall "$cost")")"
}

shred_run()
{
	local line
	line=$(watch -- shred -n1 "$DEV")
	calc "$PEER_BYTES / $(value wall "$line")"
}

# The kernel's own random numbers, with the flush that a pass must end with.
urandom_run()
{
	local line
	line=$(watch -- dd if=/dev/urandom of="$DEV" bs=1M iflag=fullblock \
		oflag=direct conv=fsync count=$((PEER_BYTES >> 20)) status=none)
	calc "$PEER_BYTES / $(value wall "$line")"
}

part_peers()
{
	local i
	PEER_BYTES=$(numfmt --from=iec "$PEER_SIZE")
	ram peers "$PEER_SIZE"
	choose_generators
	for ((i = 1; i <= ROUNDS; i++)); do
		say "peers, round $i of $ROUNDS"
		note nwipe.fast "$(nwipe_run "$FAST")"
		massho_peer
		note nwipe.crypto "$(nwipe_run "$CRYPTOGRAPHIC")"
		note shred "$(shred_run)"
		note urandom "$(urandom_run)"
	done
	ram_gone peers "$DEV"

	each '$1 / $2' nwipe.fast.ratio peer.massho nwipe.fast
	each '$1 / $2' nwipe.crypto.ratio peer.massho nwipe.crypto
	each '$1 / $2' shred.ratio peer.whole shred
	each '$1 / $2' urandom.ratio peer.whole urandom
	judge 'against the fastest generator of nwipe' \
		"$(mib "$(of median peer.massho)")" \
		"$FAST, $(mib "$(of median nwipe.fast)")" \
		nwipe.fast.ratio min 1.5
	judge 'against the cryptographic generator of nwipe' \
		"$(mib "$(of median peer.massho)")" \
		"$CRYPTOGRAPHIC, $(mib "$(of median nwipe.crypto)")" \
		nwipe.crypto.ratio min 7
	judge 'against shred -n1, whole process, synced' \
		"$(mib "$(of median peer.whole)")" \
		"$(mib "$(of median shred)")" shred.ratio min 5
	tell 'against dd if=/dev/urandom, whole process, synced' \
		"$(mib "$(of median peer.whole)")" \
		"$(mib "$(of median urandom)")" urandom.ratio
}
