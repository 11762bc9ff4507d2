#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The power fails at a random moment of the work, 30 times: the stick's file
# system mounts, the log holds, no certificate says of a drive what is not so,
# and at the next start the work goes on to its end.
#
# The machine is brought to the last key before the erasure once; each time it
# starts from there, so that a failure costs seconds and not a boot.
# It takes up to 1500 s.
. "$(dirname "$0")/stick-lib"
ROUNDS=${ROUNDS:-30}
SEED=${SEED:-$(date +%s)}
RANDOM=$SEED
echo "SEED=$SEED"

put_case
disk ahci 8
disks=(
	-drive "if=none,id=ahci,format=raw,file=$W/ahci.img"
	-device "ide-hd,drive=ahci,bus=ide.0,serial=AHCI00$TAIL"
)
images=(stick ahci)

# The machine as it stands before the last Enter
vm_start prepare bios "${disks[@]}"
to_drives || exit 1
key a
arrive 3-chosen 60 || exit 1
consents 1 || exit 1
sleep 1
mon stop
mon "migrate \"exec:cat >$W/state\""
until grep -aq 'Migration status: completed' "$W/prepare.mon"; do
	vm_runs && [ $((SECONDS - started)) -lt 400 ] || {
		tail -n 3 "$W/prepare.mon"
		exit 1
	}
	mon 'info migrate'
	sleep 2
done
mon quit
wait_end 20 || vm_kill
for one in "${images[@]}"; do
	mv "$W/$one.img" "$W/$one.saved"
done
echo "prepared after $SECONDS s"

# begin NAME: from there, and Enter
begin()
{
	local one
	for one in "${images[@]}"; do
		cp --sparse=always "$W/$one.saved" "$W/$one.img"
	done
	vm_start "$1" bios "${disks[@]}" -incoming "exec:cat $W/state"
	until grep -aq 'VM status: running' "$W/$1.mon"; do
		vm_runs && [ $((SECONDS - started)) -lt 60 ] || return 1
		mon cont
		mon 'info status'
		sleep 0.3
	done
	key ret
}

# How long the work takes, to know where the moments lie
begin whole
begun=$(date +%s%N)
until [ "$(files_of case/out | grep -c '\.pdf$')" -ge 1 ]; do
	vm_runs && [ $((SECONDS - started)) -lt 120 ] || {
		echo "the work does not end"
		exit 1
	}
	sleep 0.3
done
whole=$((($(date +%s%N) - begun) / 1000000))
vm_kill
echo "the work takes $whole ms"

# The log is whole as far as it goes.  That it was broken off it says itself,
# and until it begins nothing is erased.
log_holds()
{
	if [ ! -s "$W/data/case/evidence/massho.jsonl" ]; then
		! is_clean ahci
		return
	fi
	"$MASSHO_CHECK" "$W/data/case/evidence/massho.jsonl" \
		>"$W/checked" 2>&1 || :
	grep -q 'ok  chain' "$W/checked" &&
		! grep BAD "$W/checked" | grep -qvE 'BAD (outcome|closed) '
}

# holds ROUND: what a power failure left
holds()
{
	local data=$W/data one
	rm -rf "$data"
	# -a: what the next start does
	fat_check -a >"$W/fsck" || [ $? -eq 1 ] || {
		cat "$W/fsck"
		return 1
	}
	mkdir -p "$data"
	mcopy -s -n -m -i "$W/fat" '::*' "$data/" || return 1
	log_holds || {
		cat "$W/checked"
		return 1
	}
	certificates=0
	for one in "$data"/case/out/*.json; do
		# a form or a signature that is not there yet makes none
		"$MASSHO_CHECK" "$one" --trust "$W/case/key.crt" \
			>/dev/null 2>&1 || continue
		certificates=$((certificates + 1))
		is_clean ahci || return 1
	done
}

bad=0 dirty=0 none=0 with=0 half=
for ((round = 1; round <= ROUNDS; round++)); do
	begin "round$round" || {
		wrong "round $round does not start"
		break
	}
	moment=$((whole * 11 / 10 * RANDOM / 32768))
	sleep "$((moment / 1000)).$(printf %03d $((moment % 1000)))"
	vm_kill
	rm -f "$W/round$round".*
	if ! holds $round; then
		bad=$((bad + 1))
		echo "round $round, $moment ms: see above"
		continue
	fi
	! grep -qi dirty "$W/fsck" || dirty=$((dirty + 1))
	if [ $certificates -eq 0 ]; then
		none=$((none + 1))
	else
		with=$((with + 1))
	fi
	# one that was in the midst of its work goes on below
	if [ -z "$half" ] && [ $certificates -eq 0 ] &&
		[ $moment -gt $((whole / 5)) ]; then
		half=$round
		for one in "${images[@]}"; do
			cp --sparse=always "$W/$one.img" "$W/$one.half"
		done
	fi
done
echo "$ROUNDS power failures: $dirty dirty file systems repaired," \
	"$none without and $with with certificates, $bad wrong"
claim "nothing is lost or false after any of them" test $bad -eq 0
rm -f "$W/state"

# The next start: what was broken off is named, and brought to its end.
[ -n "$half" ] || skip "no power failure came in the midst of the work"
for one in "${images[@]}"; do
	mv "$W/$one.half" "$W/$one.img"
done
vm_start resume bios "${disks[@]}"
to_drives || exit 1
claim "the repair is told" grep -aq 'data partition repaired' "$serial"
key a
arrive 3-chosen 60 || exit 1
consents 1 || exit 1
key ret
until [ "$(files_of case/out | grep -c '\.pdf$')" -ge 1 ]; do
	vm_runs && [ $((SECONDS - started)) -lt 300 ] || break
	sleep 1
done
vm_kill
claim "afterwards everything holds" holds resume
claim "the drive has its certificate" test "$certificates" -eq 1
claim "what the repair said is kept with the evidence" \
	test -n "$(find "$W/data/case/evidence" -name 'repair-*')"
[ $failed -eq 0 ]
