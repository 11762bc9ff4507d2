#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The stick as it ships, with Secure Boot: from power-on to certificates by
# key presses alone, for a drive of every kind.  What the certificates say is
# read on another machine, and so are the drives.  It takes up to 1200 s.
. "$(dirname "$0")/stick-lib"
need pdfsig
put_case
with_disks
vm_start secure sb "${disks[@]}"
road 6 || {
	tail -c 800 "$serial"
	exit 1
}
grep -a '^massho: ' "$serial"
claim "Secure Boot is enforced" grep -aq 'secure boot on' "$serial"
claim "the kernel is locked down" grep -aq 'lockdown none \[integrity\]' \
	"$serial"
claim "the screen is fbterm" grep -aq 'screen fbterm' "$serial"

# one page as long as they work; it changes whenever one ends
until [ "$(files_of case/out | grep -c '\.pdf$')" -ge 6 ]; do
	[ $((SECONDS - started)) -lt 480 ] || break
	sleep 3
done
sleep 5
seen=
arrive 7-result 60 || exit 1
key q
arrive 7-qr 60 || exit 1
key ret
arrive 7-again 60 || exit 1
key ret
arrive 8-next 60 || exit 1
key ret			# more drives of this PC: the list says what is done
arrive 3-erased 120 || exit 1
key esc
arrive 8-again 60 || exit 1
key down ret
claim "the PC switches itself off" wait_end 60

for one in nvme1 nvme2 ahci scsi usb sd; do
	claim "$one: nothing is left of what was on it" is_clean $one
done
data_to "$W/data"
claim "the file system is clean" fat_clean
out=$W/data/case/out
n=$(find "$out" -name '*.json' | wc -l)
claim "$n certificates" test "$n" -eq 6
claim "certificates and log hold" check_data "$W/data"

# settled CASE SERIAL: is nothing left to do with what has this serial?
settled()
{
	"$MASSHO" case show "$1" --json |
		jq -e --arg serial "$2" '[.media[] |
			select(.serial == $serial).settled] == [true]'
}
settled_not()
{
	! settled "$@"
}
claim "the drive with two namespaces is settled" \
	settled "$W/data/case" NVME00$TAIL
cp -r "$W/data" "$W/half"
rm "$(grep -l 'nvme0n2' "$W"/half/case/out/*.json | head -n 1)"
claim "but not by the document of one of them" \
	settled_not "$W/half/case" NVME00$TAIL
image_id=$(sha256sum <"${image%.img}.manifest" | cut -d' ' -f1)
for one in "$out"/*.json; do
	claim "$(jq -r '.media[0].serial' "$one"): erased, by this image" \
		erased_by "$one" "$image_id"
	claim "$(basename "${one%.json}.pdf"): pdfsig agrees" \
		grep -q 'Signature is Valid' <(pdfsig "${one%.json}.pdf")
done
[ $failed -eq 0 ]
