#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Started from its stick, massho begins nothing that it could not put down
# there, says why, never takes the stick for a victim, tells on the certificate
# what it was started from, and what it has reported outlasts a power cut.
#
# A file system in a file stands for the stick, FAT where the kernel has it; a
# copy of that file, taken while massho writes, is what a power cut leaves.
. "$(dirname "$0")/lib.sh"

need_loop
need jq unshare mkfs.ext4
cd "$W"

# The folder that the stick's /init fills is seen by this test alone.
if [ -z "${OWN_RUN:-}" ]; then
	cd /
	rmdir "$W"
	unshare -m --propagation private true 2>/dev/null ||
		skip "no mount namespaces here"
	OWN_RUN=1 exec unshare -m --propagation private "$TOP/tests/flow_stick.sh"
fi
mount -t tmpfs tmpfs /run
MOUNTS+=(/run)
run=/run/massho
mkdir -p $run/stick

modprobe vfat 2>/dev/null || true
if grep -qw vfat /proc/filesystems && command -v mkfs.fat fsck.fat >/dev/null
then
	kind=vfat options=dirsync,noatime,utf8,time_offset=540,umask=077
	make_fs() { mkfs.fat -F 32 -n MASSHO "$1" >/dev/null; }
	mend() { fsck.fat -a "$1" || [ $? -eq 1 ]; }
else
	kind=ext4 options=dirsync,noatime
	make_fs() { mkfs.ext4 -q -F -L MASSHO "$1"; }
	mend() { fsck.ext4 -p "$1" >/dev/null || [ $? -eq 1 ]; }
fi
echo "the stick is $kind"

truncate -s 96M stick
make_fs stick
attach "$W/stick"
STICK=$DEV
mounted -t $kind -o $options "$STICK" $run/stick
touch $run/live
echo "$STICK" >$run/device
image=$(echo image | sha256sum | cut -c 1-64)
echo "$image" >$run/image
new_case case
cp -r case $run/stick/
case=$run/stick/case
disk drive 16M
letters=$(hash_of drive)

erase()
{
	with_pass "$MASSHO" erase "$DEV" --case $case --pass-fd 3 --lang en \
		--confirm "$(token "$DEV" --case $case)" --json
}

# starts_nothing CODE WORDS
starts_nothing()
{
	exits "$1" erase
	grep -q "$2" err || { cat err; fail "nobody said '$2'"; }
	is "$letters" "$(hash_of drive)" "the drive"
}

echo "claim: the stick itself is never taken for a victim"
exits 0 "$MASSHO" list "$STICK" --json
jq -e '.drives[0].refusals[] | select(.code == "boot_medium")' out >where ||
	fail "the stick may be erased: $(cat out)"

echo "claim: on a read-only, full or missing stick nothing starts"
mount -o remount,ro $run/stick
starts_nothing 1 'the stick cannot be written'
mount -o remount,rw $run/stick
free=$(df --output=avail -B1M $run/stick | tail -n 1)
head -c $((free - 8))M /dev/zero >$run/stick/ballast
sync -f $run/stick
starts_nothing 1 'the stick is full'
rm $run/stick/ballast
sync -f $run/stick
attach "$W/drive"
SPARE=$DEV DEV=${LOOPS[1]}
echo "$SPARE" >$run/device	# what was pulled has a node no more
detach "$SPARE"
starts_nothing 1 'the stick is not there'
echo "$STICK" >$run/device
cp -r case $run/case
case=$run/case
starts_nothing 1 'the stick is not there'
case=$run/stick/case

echo "claim: the certificate tells what massho was started from"
touch $run/shell
printf '%s\n' -32400 '鈴木 一郎' 2026-11-21T11:48:00+09:00 \
	'2026-11-21 11:48:03' yes >$run/clock
exits 0 erase
id=$(jq -r 'select(.event == "result") | .cert_id' out)
is "$image yes -32400" "$(jq -r '.tool.live |
	"\(.image) \(.shell) \(.clock.offset_s)"' $case/out/"$id".json)" \
	"what the certificate says"
exits 0 "$MASSHO" check $case/out/"$id".json --trust case/key.crt
if command -v pdftotext >/dev/null; then
	pdftotext $case/out/"$id".pdf - | tr -d ' \n\f' >page
	grep -q "$image" page || fail "the image is not printed"
	grep -q シェルを開ける設定で起動しています page ||
		fail "the shell is not printed"
fi
rm -f $run/shell

echo "claim: what was reported outlasts a power cut, and nothing false is left"
# survives N: of the copy cut.N; what was reported before it is in told.N
survives()
{
	local doc one node
	attach "$W/cut.$1"
	node=$DEV
	mend "$node" >mended 2>&1 || { cat mended; fail "cannot be mended"; }
	mkdir -p after
	mount -t $kind -o ro "$node" after
	MOUNTS+=("$W/after")
	# what was written holds; that it stopped there is no secret
	exits '0|3' "$MASSHO" check after/case/evidence/*.jsonl --lang en
	grep -qE '^ +ok +chain' out || { cat out; fail "the log does not hold"; }
	! grep -E '^ +BAD' out | grep -vE 'BAD +(closed|outcome)' ||
		fail "the log lies"
	while read -r one; do
		exits 0 "$MASSHO" check after/case/out/"$one".json \
			--trust case/key.crt
	done <"told.$1"
	for doc in after/case/out/*.json; do
		[ -s "$doc" ] || continue
		exits 0 "$MASSHO" check "$doc" --trust case/key.crt
		one=$(basename "$doc" .json)
		# complete, but its line in the log may have been cut off
		[ "$(jq -r .result "$doc")" = erased ] || fail "$one: result"
	done
	umount after
	unset 'MOUNTS[-1]'
	detach "$node"
	rm "cut.$1"
}

DEV=${LOOPS[1]}
RANDOM=${SEED:=$$}
echo "SEED=$SEED"
: >out
begun=$(date +%s%N)
exits 0 erase
whole_ms=$((($(date +%s%N) - begun) / 1000000))
jq -r 'select(.event == "result") | .cert_id' out >known
echo "$id" >>known
for n in 1 2 3 4 5 6 7 8; do
	letters 16M >refill
	dd if=refill of="$DEV" bs=1M oflag=direct status=none
	tok=$(token "$DEV" --case $case)
	# in the second half are the documents
	after_ms=$((whole_ms / 3 + RANDOM % whole_ms))
	with_pass "$MASSHO" erase "$DEV" --case $case --pass-fd 3 --json \
		--confirm "$tok" >running 2>err </dev/null &
	pid=$!
	PIDS+=("$pid")
	sleep "$(printf '%d.%03d' $((after_ms / 1000)) $((after_ms % 1000)))"
	cp known "told.$n"
	jq -r 'select(.event == "result") | .cert_id' running \
		>>"told.$n" 2>/dev/null || true
	cp --sparse=always stick "cut.$n"
	wait "$pid" || fail "massho failed: $(cat err)"
	jq -r 'select(.event == "result") | .cert_id' running >>known
	node=$DEV
	echo "cut $n after $after_ms of $whole_ms ms," \
		"$(wc -l <"told.$n") reported"
	survives "$n"
	DEV=$node
done
