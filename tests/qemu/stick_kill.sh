#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The power fails at a random moment of the work, 30 times: the stick's file
# system mounts, the log holds, no certificate says of a drive what is not so,
# and at the next start the work goes on to its end.
#
# The machine is brought to the last key before the erasure once, and its memory
# is kept; each round goes on from there, with disks as they were then, erases,
# and ends by SIGKILL to QEMU.  What is looked at are the disks as they then
# lie.  After three of the rounds the machine is started anew, from power-on.
# Two rounds run at a time.
# It takes up to 1500 s.
. "$(dirname "$0")/stick-lib"
ROUNDS=${ROUNDS:-30}
SEED=${SEED:-$(date +%s)}
RANDOM=$SEED
echo "SEED=$SEED"

put_case
disk ahci 128
top=$W
images=(stick ahci)

disks_here()
{
	disks=(
		-drive "if=none,id=ahci,format=raw,file=$W/ahci.img"
		-device "ide-hd,drive=ahci,bus=ide.0,serial=AHCI00$TAIL"
	)
}
disks_here

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

# lane FOLDER: for what runs beside others, a place of its own
lane()
{
	saved=$W
	W=$W/$1
	mkdir -p "$W"
	ln -s "$saved/case" "$W/case"
	trap vm_kill EXIT
}

# begin NAME: from there, and Enter
begin()
{
	local one
	for one in "${images[@]}"; do
		cp --sparse=always "$top/$one.saved" "$W/$one.img"
	done
	disks_here
	vm_start "$1" bios "${disks[@]}" -incoming "exec:cat $top/state"
	until grep -aq 'VM status: running' "$W/$1.mon"; do
		vm_runs && [ $((SECONDS - started)) -lt 120 ] || return 1
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

# Is that all that is said against what was checked: that the log was not
# closed, or that its end was torn off?
only_broken_off()
{
	grep -q BAD "$W/checked" && ! grep BAD "$W/checked" |
		grep -qvE 'BAD closed |BAD chain .*on the end is damaged'
}

# The log is whole as far as it goes.  That it was broken off it says itself,
# and until it begins nothing is erased.
log_holds()
{
	if [ ! -s "$1" ]; then
		! is_clean ahci
		return
	fi
	"$MASSHO_CHECK" "$1" >"$W/checked" 2>&1 || :
	! grep BAD "$W/checked" | grep -qvE \
		'BAD (outcome|closed) |BAD chain .*on the end is damaged'
}

# says_true CASE: no certificate says of a drive what is not so
says_true()
{
	local one
	certificates=0
	for one in "$1"/out/*.json; do
		# a form or a signature that is not there yet makes none
		"$MASSHO_CHECK" "$one" --trust "$W/case/key.crt" \
			>/dev/null 2>&1 || continue
		[ "$(jq -r .result "$one")" = erased ] || continue
		certificates=$((certificates + 1))
		is_clean ahci || return 1
	done
}

has_begun()
{
	grep -aq '"event":"intent"' "$1/evidence/massho.jsonl" 2>/dev/null
}

# goes_through CASE: what was begun gets its document, from the log alone, and
# then all of it holds, the end that was torn off on record.  Where no document
# was missing, nobody has opened the log again.
goes_through()
{
	has_begun "$1" || return 0
	chmod 600 "$1/key.p8"
	"$MASSHO" case issue "$1" --pass-fd 3 3<<<"$PASSPHRASE" || return 1
	"$MASSHO_CHECK" "$1"/out/*.json "$1"/out/*.pdf "$1"/evidence/*.jsonl \
		--trust "$W/case/key.crt" >"$W/checked" 2>&1 ||
		only_broken_off || {
		cat "$W/checked"
		return 1
	}
	says_true "$1"
}

# holds: what a power failure left, with how many certificates, and how many
# there are once what has ended got its own
holds()
{
	local data=$W/data found
	certificates=0 ended=0
	rm -rf "$data"
	# -a: what the next start does
	fat_check -a >"$W/fsck" || [ $? -eq 1 ] || {
		cat "$W/fsck"
		return 1
	}
	mkdir -p "$data"
	mcopy -s -n -m -i "$W/fat" '::*' "$data/" || return 1
	log_holds "$data/case/evidence/massho.jsonl" || {
		cat "$W/checked"
		return 1
	}
	says_true "$data/case" || return 1
	found=$certificates
	goes_through "$data/case" || return 1
	ended=$certificates certificates=$found
}

# The moments, chosen beforehand; two lanes are slower than one.
moments=(0)
for ((round = 1; round <= ROUNDS; round++)); do
	moments+=($((whole * 2 * RANDOM / 32768)))
done

# rounds LANE: every second one; a line for each says what came of it
rounds()
{
	local round moment halves=0
	lane "lane$1"
	for ((round = $1; round <= ROUNDS; round += 2)); do
		moment=${moments[round]}
		begin "round$round" || {
			echo "$round bad does not start"
			break
		}
		sleep "$((moment / 1000)).$(printf %03d $((moment % 1000)))"
		vm_kill
		rm -f "$W/round$round".*
		certificates=0
		if ! holds >"$W/said"; then
			sed "s/^/round $round, $moment ms: /" "$W/said" >&2
			echo "$round bad"
			continue
		fi
		echo "$round $([ $certificates -gt 0 ] && echo with ||
			echo without) $(grep -qi dirty "$W/fsck" && echo dirty)"
		# some that were in the midst of their work go on below
		if [ $halves -lt 2 ] && [ $ended -eq 0 ] &&
			has_begun "$W/data/case"; then
			halves=$((halves + 1))
			mkdir -p "$top/half$round"
			for one in "${images[@]}"; do
				mv "$W/$one.img" "$top/half$round/$one.img"
			done
		fi
	done
}
rounds 1 >"$W/rounds1" &
first=$!
rounds 2 >"$W/rounds2" &
wait $first $! || :
count()
{
	cat "$W"/rounds[12] | grep -c "$1" || :
}
echo "$ROUNDS power failures: $(count dirty) dirty file systems repaired," \
	"$(count without) without and $(count 'with ') with certificates," \
	"$(count bad) wrong"
claim "all of them took place" test "$(count .)" -eq "$ROUNDS"
claim "nothing is lost or false after any of them" test "$(count bad)" -eq 0
rm -f "$W/state"

# goes_on FOLDER: the next start, from power-on: what was broken off is named,
# and brought to its end.
goes_on()
{
	lane "$1"
	disks_here
	vm_start resume bios "${disks[@]}"
	to_drives || return 1
	claim "the repair is told" grep -aq 'data partition repaired' "$serial"
	key a
	arrive 3-chosen 60 || return 1
	consents 1 || return 1
	key ret
	arrive 6-run 60 || return 1
	arrive 7-result 400 || return 1
	vm_kill
	claim "afterwards everything holds" holds
	claim "the drive has its certificate" test "$certificates" -eq 1
	claim "what the repair said is kept with the evidence" \
		test -n "$(find "$W/data/case/evidence" -name 'repair-*')"
	return $failed
}
n=0 running=()
for one in "$W"/half*; do
	[ -d "$one" ] && [ $n -lt 3 ] || continue
	n=$((n + 1))
	goes_on "${one##*/}" &
	running+=($!)
	[ ${#running[@]} -lt 2 ] || {
		wait "${running[0]}" || failed=1
		running=("${running[@]:1}")
	}
done
for one in "${running[@]}"; do
	wait "$one" || failed=1
done
[ $n -gt 0 ] || skip "no power failure came in the midst of the work"
echo "$n of them started anew"
[ $failed -eq 0 ]
