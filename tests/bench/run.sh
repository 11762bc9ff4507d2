#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# How fast is massho against what the device gives, and against its peers?
#
# Everything runs on one loop device over tmpfs, A and B in turn, ROUNDS times;
# medians are compared.  Fails loudly where a target is missed.  Not for CI:
# a number is worth what the quiet of the machine is worth.
. "$(dirname "$0")/../lib.sh"

need_loop
need fio jq shred
: "${SIZE:=2G}" "${ROUNDS:=5}"
bytes=$(numfmt --from=iec "$SIZE")
missed=0

mkdir "$W/ram"
mounted -t tmpfs -o "size=$((bytes + (64 << 20)))" massho-bench "$W/ram"
truncate -s "$SIZE" "$W/ram/disk"
# every page is there before anything is measured
dd if=/dev/zero of="$W/ram/disk" bs=1M conv=notrunc status=none \
	count=$((bytes >> 20))
attach "$W/ram/disk" --direct-io=on || attach "$W/ram/disk"
cd "$W"

now() { date +%s%N; }

# seconds COMMAND...: how long it takes
seconds()
{
	local t0
	t0=$(now)
	"$@" >/dev/null 2>>"$W/errors" </dev/null ||
		{ tail -n 5 "$W/errors" >&2; fail "$*"; }
	echo "$t0 $(now)" | awk '{ printf "%.6f\n", ($2 - $1) / 1e9 }'
}

median() { sort -g | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

fio_run()
{
	fio --name=x --filename="$DEV" --rw="$1" --bs=1M --direct=1 \
		--ioengine=io_uring --iodepth=8 --size="$SIZE" --zero_buffers \
		--output-format=json |
		jq -r ".jobs[0].$2.bw_bytes"
}
fio_write() { fio_run write write; }
fio_read() { fio_run read read; }

# One run of massho: bytes/s of the write and of the verification.
massho_run()
{
	"$MASSHO" erase "$DEV" --no-case --verify full --json \
		--confirm "$(token "$DEV" --verify full)" >run.json ||
		fail "massho erase failed: $(tail -n 1 run.json)"
	jq -rs '[.[] | select(.event == "step" and .result.state == "done") |
		.result | {kind, rate: (.bytes / .ms * 1000)}] |
		"\((map(select(.kind == "overwrite"))[0].rate) | floor) \(
		(map(select(.kind == "verify"))[0].rate) | floor)"' run.json
	rm -f massho-*.json
}

# Greatest resident size of any of its processes in KiB, and milliseconds from
# the start to the first write.  A run of its own: looking costs time.
massho_watched()
{
	local tok t0 first=0 peak=0 kib pid wrote
	tok=$(token "$DEV")
	t0=$(now)
	in_background "$MASSHO" erase "$DEV" --no-case --confirm "$tok" \
		>/dev/null 2>&1
	while kill -0 "$PID" 2>/dev/null; do
		for pid in $PID $(pgrep -P "$PID" || true); do
			kib=$(awk '/^VmHWM/ { print $2 }' \
				"/proc/$pid/status" 2>/dev/null || true)
			[ "${kib:-0}" -le "$peak" ] || peak=$kib
		done
		wrote=$(awk '{ print $7 }' "/sys/block/${DEV##*/}/stat")
		if [ "$first" -eq 0 ] && [ "$wrote" -gt "$1" ]; then
			first=$((($(now) - t0) / 1000000))
		fi
		sleep 0.005
	done
	wait "$PID" || fail "massho erase failed"
	rm -f massho-*.json
	echo "$peak $first"
}

row() { printf '%-42s %12s %10s %10s  %s\n' "$@"; }
rate() { numfmt --to=iec --suffix=B/s "$1"; }

# judge WHAT VALUE RATIO TARGET
judge()
{
	local verdict=ok
	awk -v a="$3" -v b="$4" 'BEGIN { exit !(a >= b) }' ||
		{ verdict=MISSED; missed=1; }
	row "$1" "$2" "$3" ">= $4" "$verdict"
}

echo "machine: $(nproc) x $(sed -n 's/^model name.*: //p' /proc/cpuinfo |
	head -n 1), kernel $(uname -r)"
echo "device:  $DEV, $SIZE over tmpfs, direct I/O" \
	"$(losetup -n -O DIO "$DEV" | tr -d ' ')"
echo "tools:   $("$MASSHO" --version 2>/dev/null | head -n 1)," \
	"$(fio --version), $(nwipe --version 2>&1 | head -n 1)," \
	"$(shred --version | head -n 1), $(openssl version)"
echo

for i in $(seq "$ROUNDS"); do
	fio_write >>fio.write
	massho_run >>massho
	fio_read >>fio.read
	echo "round $i, bytes/s written and read: massho $(tail -n 1 massho)," \
		"fio $(tail -n 1 fio.write) $(tail -n 1 fio.read)" >&2
done
write=$(cut -d ' ' -f 1 massho | median)
verify=$(cut -d ' ' -f 2 massho | median)
read -r peak first < <(massho_watched \
	"$(awk '{ print $7 }' "/sys/block/${DEV##*/}/stat")")
fio_w=$(median <fio.write)
fio_r=$(median <fio.read)
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", a / b }'; }

row 'what' 'median' 'ratio' 'target' ''
row 'fio, zeros, io_uring, 1 MiB' "$(rate "$fio_w")" - - ''
judge 'massho, random pass / fio write' "$(rate "$write")" \
	"$(ratio "$write" "$fio_w")" 0.70
row 'fio, read' "$(rate "$fio_r")" - - ''
judge 'massho, full verification / fio read' "$(rate "$verify")" \
	"$(ratio "$verify" "$fio_r")" 0.60
judge 'peak resident, 64 MiB / it' "$((peak / 1024)) MiB" \
	"$(ratio 65536 "$peak")" 1.00
judge 'start to first write, 1 s / it' "$first ms" \
	"$(ratio 1000 "$((first > 0 ? first : 1))")" 1.00

# peer NAME COMMAND...: its rate over one whole random pass, flushed
peer()
{
	local name=$1 i
	shift
	: >peer
	for i in $(seq $(((ROUNDS + 1) / 2))); do
		seconds "$@" >>peer
	done
	speed=$(awk -v b="$bytes" -v s="$(median <peer)" \
		'BEGIN { printf "%d", b / s }')
	row "$name" "$(rate "$speed")" "$(ratio "$write" "$speed")" - \
		'massho write / it'
}
peer 'shred -n1' shred -n1 "$DEV"
peer 'dd if=/dev/urandom' dd if=/dev/urandom of="$DEV" bs=1M oflag=direct \
	iflag=fullblock count=$((bytes >> 20)) conv=fsync
if command -v nwipe >/dev/null; then
	peer 'nwipe, random, 1 round, no verification' nwipe --autonuke \
		--nogui --nowait --nousb --method=random --rounds=1 \
		--verify=off --noblank "$DEV"
fi

echo
if [ $missed -ne 0 ]; then
	echo 'a target was MISSED'
	exit 1
fi
echo 'every target is met'
