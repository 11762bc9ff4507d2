#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The stick as it ships, with Secure Boot: from power-on to certificates by
# key presses alone, for a drive of every kind.  What the certificates say is
# read on another machine, and so are the drives.
. "$(dirname "$0")/stick-lib"
put_case
with_disks
vm_start secure sb "${disks[@]}"
if ! wait_serial 'massho: ready' 300; then
	tail -c 800 "$serial"
	wrong "it starts"
	exit 1
fi
grep -a '^massho: ready' "$serial"
claim "Secure Boot is enforced" grep -aq 'secure boot on' "$serial"
claim "the kernel is locked down" grep -aq 'lockdown none \[integrity\]' \
	"$serial"
wait_serial 'screen fbterm' 60 || wrong "the screen is fbterm"
sleep 4
echo "power-on to the first page: $((SECONDS - started)) s"
road 6
end=$((SECONDS + 240))
until for one in nvme1 nvme2 ahci scsi usb sd; do is_clean $one || break; done &&
	is_clean sd; do
	[ $SECONDS -lt $end ] || break
	sleep 2
done
for one in nvme1 nvme2 ahci scsi usb sd; do
	claim "$one holds nothing of what was on it" is_clean $one
done
settled 120 || wrong "the result page stands still"
page 7-result ret
page 8-next down ret
claim "the PC switches itself off" wait_end 60

data_to "$W/data"
claim "the file system is clean" test -z "$(fsck.fat -n \
	<(dd if="$W/stick.img" bs=1M iflag=skip_bytes \
		skip="$(offset_of MASSHO "$W/stick.img")" status=none) \
	2>&1 | grep -i dirty)"
n=$(find "$W/data/case/out" -name '*-*.json' | wc -l)
claim "$n documents, one for each drive" test "$n" -ge 5
claim "certificates and log hold" "$MASSHO_CHECK" "$W/data"/case/out/*.json \
	"$W/data"/case/out/*-*.pdf "$W/data"/case/evidence/*.jsonl \
	--trust "$W/case/key.crt"
for one in "$W/data"/case/out/*-*.pdf; do
	claim "$(basename "$one"): pdfsig" grep -q 'Signature is Valid' \
		<(pdfsig "$one" 2>/dev/null)
done
image_id=$(sha256sum <"${image%.img}.manifest" | cut -d' ' -f1)
for one in "$W/data"/case/out/*-*.json; do
	case $one in *report*) continue ;; esac
	jq -r '"\(.media.serial // .media.identity.serial // "") \(.result)"' \
		"$one" 2>/dev/null || :
	claim "it names the image it was made with" \
		grep -q "$image_id" "$one"
done
[ $failed -eq 0 ]
