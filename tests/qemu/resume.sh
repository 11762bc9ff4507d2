#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The power fails, again and again: a whole machine is killed while it erases
# two drives, started again, and goes on until the end.  Nothing of the old
# content is left; the log that was being written holds; each certificate tells
# of every part, and of a drive that had lost what it was said to have written.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
here=$TOP/tests/qemu
need jq mke2fs debugfs
cd "$W"
KILLS=${KILLS:-4} SIZE=16M
RANDOM=${SEED:=$$}
echo "SEED=$SEED"

for name in nvme sata; do
	letters $SIZE >$name
done
letters $SIZE >before

# The station's own disk: the case, its key, and what drawing the form needs.
new_case case
{
	printf '\xef\xbb\xbf'
	echo '管理番号,媒体名,製造番号,型番,数量,単位,情報項目,備考'
	for name in NVME SATA; do
		echo "試-$name,内蔵ディスク,RESUME-$name,,1,台,,"
	done
} >case/media.csv
mkdir station.d
mv case station.d/
echo "$PASSPHRASE" >station.d/passphrase
for path in /etc/fonts /usr/share/fontconfig \
	/usr/share/fonts/opentype/ipaexfont-mincho; do
	[ ! -e $path ] || cp -r --parents $path station.d/
done
truncate -s 64M station
mke2fs -q -t ext4 -d station.d station

drive() { echo "if=none,format=raw,file=$W/$1,id=$1"; }

# From the power switch on until it ends; what it says in the file said.
machine()
{
	"$here/vm" "$here/resume.guest" -pidfile "$W/pid" \
		-drive "$(drive station)" \
		-device virtio-blk-pci,drive=station,serial=STATION \
		-drive "$(drive nvme)" \
		-device nvme,drive=nvme,serial=RESUME-NVME \
		-device ahci,id=ahci -drive "$(drive sata)" \
		-device ide-hd,drive=sata,bus=ahci.0,serial=RESUME-SATA \
		>said 2>&1
}

# has_said WORDS: waits for it
has_said()
{
	local n
	for ((n = 0; n < 1800; n++)); do
		! grep -q "$1" said 2>/dev/null || return 0
		kill -0 "$PID" 2>/dev/null || break
		sleep 0.1
	done
	return 1
}

kills=0
for ((n = 1; n <= KILLS; n++)); do
	rm -f said pid
	in_background machine
	if ! has_said 'ERASING NOW'; then
		wait "$PID" || true
		cat said
		! grep -q '^needs\|^the kernels' said || exit 77
		fail "the machine does not erase"
	fi
	# every other one while it is at work, the rest at any moment
	((n % 2 == 0)) || has_said WRITING || fail "$(cat said)"
	sleep "$((RANDOM % 6)).$((RANDOM % 10))"
	! kill -9 "$(cat pid)" 2>/dev/null || kills=$((kills + 1))
	wait "$PID" || true
	grep -a '^TRY' said || true
	# its cache was not what it said: a MiB that counted as written, is not
	if [ $n -eq 1 ]; then
		dd if=before of=sata bs=1M count=1 conv=notrunc status=none
	fi
done
rm -f said pid
machine || { cat said; fail "the last start did not erase them"; }
grep -a '^TRY\|^PASS' said

# What is left of the machine: its disks.
for name in nvme sata; do
	! grep -q -a MASSHO-MARKER $name || fail "old content is left on $name"
done
mkdir back
debugfs -R "rdump /case $W/back" station >debugfs.out 2>&1 ||
	fail "$(cat debugfs.out)"
exits 0 "$MASSHO" check back/case/evidence/*.jsonl
exits 0 "$MASSHO" check back/case/out/*.json --trust back/case/key.crt
parts=0
for name in NVME SATA; do
	for doc in back/case/out/*.json; do
		if jq -e --arg serial "RESUME-$name" '.result == "erased" and
			any(.media[]; .serial == $serial)' "$doc" >out; then
			break
		fi
		doc=
	done
	[ -n "$doc" ] || fail "no certificate says that $name is erased"
	n=$(jq '.method.parts | length' "$doc")
	is "$n" "$(jq -r '[.level_reasons[] | select(.code == "resumed")
		.arg][0] // "0"' "$doc")" "what $doc tells of its parts"
	[ "$n" -ge 1 ] || fail "$name was never interrupted"
	parts=$((parts + n))
done
restarted=$(jq -s '[.[] | select(.event == "step" and
	.body.resumed.restarted)] | length' back/case/evidence/*.jsonl)
echo "switched off $kills times; $parts parts, $restarted begun anew"
[ "$kills" -ge 3 ] || fail "the machine was hardly ever switched off"
