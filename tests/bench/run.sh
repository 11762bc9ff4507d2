#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Is massho as fast as the device and the processor let it be?
#
# usage: tests/bench/run.sh [PART...]
#
# The parts: device peers many slow size footprint firmware where; default all.
# Writes the table to $O/bench.md and prints it.  Exit 1 if a target was missed.
#
# A and B run in turn, ROUNDS times.  All devices are loop devices over memory
# or over a file system that keeps nothing, made here, or drives of an emulated
# machine.  Not for CI: a number is worth what the quiet of the machine is worth.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/lib.sh"

: "${SIZE:=8G}" "${PEER_SIZE:=512M}" "${DRIVES:=64}" "${MANY_SIZE:=144M}"
: "${FOOT_SIZE:=32M}" "${SLOW_SIZE:=1G}" "${SLOW_RATE:=268435456}"
: "${SIZE_RATE:=1073741824}"
: "${FIRMWARE_DRIVES:=8}" "${FIRMWARE_SECONDS:=40}" "${FIRMWARE_ROUNDS:=3}"
: "${FIRMWARE_RATE:=8388608}"
: "${SIZES:=1G 64G 1T 16T}" "${SIZE_SECONDS:=2}" "${WHOLE_SIZES:=64G 1T 16T}"
PARTS='device peers many slow size footprint firmware where'
[ $# -gt 0 ] || read -ra parts <<<"$PARTS"
[ $# -eq 0 ] || parts=("$@")
for part in "${parts[@]}"; do
	[[ " $PARTS " = *" $part "* ]] || fail "no part '$part': $PARTS"
	# shellcheck source=/dev/null
	. "$BENCH/$part.sh"
done

LOAD=$(cut -d ' ' -f 1 /proc/loadavg)
need_loop
need fio jq perl shred openssl fusermount3
[ -c /dev/fuse ] || skip "this kernel offers no /dev/fuse"
for tool in "$MASSHO" "$TOOLS/nullfile" "$O/tests/bench/pass"; do
	[ -x "$tool" ] || fail "'$tool' is not built: run \`make bench\`"
done
cd "$W"
NWIPE=- nwipe='not asked for'
if [[ " ${parts[*]} " = *' peers '* ]]; then
	say 'nwipe: looking for the newest source'
	read -r NWIPE version suite < <("$BENCH/nwipe.sh" "$O/bench-nwipe") ||
		fail "no nwipe"
	nwipe="$version ($suite; it calls itself \
$("$NWIPE" --version | grep -o '[0-9.]*$'))"
fi

about()
{
	local forbidden=/proc/sys/kernel/io_uring_disabled
	echo "machine: $(nproc) x $(sed -n 's/^model name.*: //p' \
		/proc/cpuinfo | sed -n 1p), $(awk '/^MemTotal/ {
		printf "%d GiB", $2 / 1048576 + 0.5 }' /proc/meminfo)"
	echo "kernel: $(uname -r), io_uring $( [ "$(cat $forbidden \
		2>/dev/null || echo 0)" -eq 0 ] && echo allowed ||
		echo forbidden)"
	echo "load just before: $LOAD"
	echo "massho: $("$MASSHO" --version | sed -n 1p)"
	echo "rivals: $(fio --version); nwipe $nwipe; $(shred --version |
		sed -n 1p); $(openssl version | cut -d ' ' -f 1,2)"
	echo "rounds: $ROUNDS, A and B in turn; medians, and in brackets" \
		'the least and the greatest; ratios are made within a round'
}

report()
{
	date '+# Bench of %F'
	echo
	about | sed 's/^/- /'
	echo
	echo '| work | massho | against | median | must be | |'
	echo '|---|---|---|---|---|---|'
	cat "$D/table"
	[ ! -s "$D/where" ] || { echo; cat "$D/where"; }
	echo
	if [ "$MISSED" -gt 0 ]; then
		echo "$MISSED of the targets MISSED."
	else
		echo 'Every target is met.'
	fi
}

: >"$D/table"
started=$SECONDS
for part in "${parts[@]}"; do
	"part_$part"
	report >"$O/bench.md"	# what is measured outlives what fails
done
say "took $((SECONDS - started)) s; the table is in $O/bench.md"
cat "$O/bench.md"
[ "$MISSED" -eq 0 ]
