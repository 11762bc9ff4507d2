# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# What does the technician's screen cost while drives erase themselves?
#
# No drive here has firmware, so QEMU's do: each is told Format NVM, which QEMU
# carries out by zeroes to a file of RATE bytes/s.  Its first 2 GiB pass at
# once, what follows waits; nothing of that is the guest's work.
#
# The processor is emulated as well.  Its clock counts instructions, one a
# nanosecond, so that neither emulation nor whatever else goes on here is in a
# figure; how much slower than this machine that is stands beside it.

# firmware_calls: seconds that the system calls which firmware.guest makes, to
# learn what its processor is worth, take here
firmware_calls()
{
	{ TIMEFORMAT='%3U %3S'; time busybox dd if=/dev/zero of=/dev/null \
		bs=1 count=100000 2>/dev/null; } 2>&1 |
		awk '{ print $1 + $2 }'
}

# firmware_run: one machine, its drives told to erase themselves by the keys
# that a technician would press
firmware_run()
{
	local i name file options=()
	for ((i = 0; i < FIRMWARE_DRIVES; i++)); do
		truncate -s 4G "$W/firmware$i"
		file="if=none,format=raw,file=$W/firmware$i,id=d$i"
		options+=(-drive "$file,throttling.bps-write=$FIRMWARE_RATE"
			-device "nvme,id=c$i,serial=FW-$i-beef"
			-device "nvme-ns,drive=d$i,bus=c$i")
	done
	{
		echo "N=$FIRMWARE_DRIVES SECONDS_LONG=$FIRMWARE_SECONDS"
		echo "TERMINFO=$(infocmp -0 -Q2 -q linux)"
		cat "$BENCH/firmware.guest"
	} >"$W/guest"
	VM_PROGRAMS=script VM_TIMEOUT=560 "$TOP/tests/qemu/vm" "$W/guest" \
		-smp 1 -icount shift=0,sleep=on,align=off \
		"${options[@]}" >"$W/said" || {
		tail -n 40 "$W/said" >&2
		return 1
	}
	# a machine that was started anew may have begun to tell
	for name in calls all screen workers wakes; do
		note "firmware.$name" "$(sed -n "s/^$name //p" "$W/said" |
			tail -n 1)"
	done
	note firmware.calls.here "$(firmware_calls)"
	rm "$W"/firmware*
}

part_firmware()
{
	local i parts slower
	for ((i = 1; i <= FIRMWARE_ROUNDS; i++)); do
		say "firmware, round $i of $FIRMWARE_ROUNDS"
		firmware_run || {
			forget firmware.all	# not measured is missed
			break
		}
	done
	if [ -s "$D/firmware.all" ]; then
		each '$1 / $2' firmware.slower firmware.calls \
			firmware.calls.here
		parts="the screen $(printf %.2g "$(of median \
			firmware.screen)") %, the workers $(printf %.2g \
			"$(of median firmware.workers)") %"
		slower="all of an emulated core; system calls take \
$(printf %.2g "$(of median firmware.slower)") times as long there"
	fi
	judge "processor time of the screen and its workers while \
$FIRMWARE_DRIVES drives erase by firmware" "${parts:-}" "${slower:-}" \
		firmware.all max 2 ' %'
	[ -z "${parts:-}" ] || tell 'how often they wake' \
		'the screen and its workers' '' firmware.wakes ' a second'
}
