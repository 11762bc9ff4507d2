#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A PC without UEFI, with a screen of 1920x1080, starts the stick and does what
# a signed order says: two drives are erased by one key, and a third, which the
# order does not name, keeps every byte.
. "$(dirname "$0")/stick-lib"
shape=1920-
put_case
with_disks
{
	echo '契約番号 = 見情契第118号'
	echo '消去方式 = purge-or-clear'
	echo '期限 = 2099-12-31'
	echo '指示者 = 試験 責任者'
	echo "製造番号 = AHCI00$TAIL"
	echo "製造番号 = USB000$TAIL"
} >"$W/case/job.ini"
"$MASSHO" job sign "$W/case/job.ini" --case "$W/case" --pass-fd 3 \
	3<<<"$PASSPHRASE" || exit 1
mcopy -o -i "$W/stick.img@@$(offset_of MASSHO "$W/stick.img")" \
	"$W"/case/job.ini* ::/case/
before=$(sha256sum <"$W/scsi.img")

VM_VGA=none vm_start bios bios -device VGA,xres=1920,yres=1080 "${disks[@]}"
from_power_on && opens_key 2-key && arrive 4-order 180 || {
	tail -c 800 "$serial"
	exit 1
}
grep -a '^massho: ' "$serial"
claim "the screen is fbterm" grep -aq 'screen fbterm' "$serial"
shot "$W/now.ppm"
claim "1920x1080" grep -aqx '1920 1080' <(sed -n 2p "$W/now.ppm")
key y
arrive 6-run 60 || exit 1
until [ "$(files_of case/out | grep -c '\.pdf$')" -ge 2 ]; do
	vm_runs && [ $((SECONDS - started)) -lt 480 ] || break
	sleep 2
done
sleep 3
vm_kill
claim "both are erased" is_clean ahci
claim "both are erased" is_clean usb
claim "the third is as it was" \
	test "$(sha256sum <"$W/scsi.img")" = "$before"
fat_check -a >"$W/fsck" || [ $? -eq 1 ]
data_to "$W/data"
n=$(find "$W/data/case/out" -name '*.json' | wc -l)
claim "$n certificates" test "$n" -eq 2
for one in "$W"/data/case/out/*.json; do
	claim "$(basename "$one") holds" "$MASSHO_CHECK" "$one" \
		--trust "$W/case/key.crt"
done
[ $failed -eq 0 ]
