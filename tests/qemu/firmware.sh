#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Drives that speak NVMe, ATA and SCSI behind a real kernel: massho says the
# same of each as nvme, hdparm and sg_inq; each is erased by the best it offers
# and certified; the image files are empty and the certificates check here.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
here=$TOP/tests/qemu
need jq tar
cd "$W"
SIZE=8388608
wrong=0

# claim WHAT EXPECTED FOUND
claim()
{
	if [ "$2" = "$3" ]; then
		echo "PASS $1"
	else
		echo "FAIL $1: '$2' there, '$3' here"
		wrong=1
	fi
}

for name in nvme1 nvme2 sata scsi usb; do
	letters 8M >$name
	cp $name $name.before
done

# What goes in: a case whose list of media holds these drives, its key, and
# what drawing the form needs.
new_case case
{
	printf '\xef\xbb\xbf'
	echo '管理番号,媒体名,製造番号,型番,数量,単位,情報項目,備考'
	for name in NVME SATA SCSI USB; do
		echo "試-$name,内蔵ディスク,FW-$name,,1,台,,"
	done
} >case/media.csv
mkdir -p in/root
mv case in/root/
cp nvme2 in/root/second
echo "$PASSPHRASE" >in/root/passphrase
for path in /etc/fonts /usr/share/fontconfig \
	/usr/share/fonts/opentype/ipaexfont-mincho; do
	[ ! -e $path ] || cp -r --parents $path in/
done
tar -C in -cf exchange .
truncate -s 96M exchange

drive() { echo "if=none,format=raw,file=$W/$1,id=$1"; }
rc=0
VM_PROGRAMS='nvme hdparm sg_inq sg_readcap sg_opcodes' VM_MEMORY=2048 \
	VM_TIMEOUT=560 \
	"$here/vm" "$here/firmware.guest" \
	-drive "$(drive exchange)" -device virtio-blk-pci,drive=exchange \
	-drive "$(drive nvme1)" -drive "$(drive nvme2)" \
	-device nvme,id=nvme0,serial=FW-NVME \
	-device nvme-ns,drive=nvme1,bus=nvme0,nsid=1 \
	-device nvme-ns,drive=nvme2,bus=nvme0,nsid=2 \
	-device ich9-ahci,id=ahci -drive "$(drive sata)" \
	-device ide-hd,drive=sata,bus=ahci.0,serial=FW-SATA \
	-device virtio-scsi-pci -drive "$(drive scsi)" \
	-device scsi-hd,drive=scsi,serial=FW-SCSI \
	-device qemu-xhci -drive "$(drive usb)" \
	-device usb-storage,drive=usb,serial=FW-USB >said.guest || rc=$?
cat said.guest
if [ $rc -eq 77 ]; then
	exit 77
fi
tar -xf exchange || fail "the machine wrote nothing back"
[ -z "${KEEP-}" ] || cp -r said case "$KEEP/"

# of SERIAL FILTER: what massho's list says of a drive
of()
{
	jq -r --arg s "$1" ".drives[] | select(.serial == \$s) | $2" said/drives
}
# after FILE WORDS: what stands behind the first line that begins with WORDS
after()
{
	sed -n "s/^[[:space:]]*$2[[:space:]]*//p" "said/$1" | head -n 1 |
		sed 's/[[:space:]]*$//'
}

echo 'NVMe, as nvme-cli sees it'
ctrl() { jq -r "$1" said/id-ctrl; }
trim='gsub("^ +| +$"; "")'
first='select(.name == "nvme0n1")'
claim 'serial' "$(ctrl ".sn | $trim")" "$(of FW-NVME "$first | .serial")"
claim 'model' "$(ctrl ".mn | $trim")" "$(of FW-NVME "$first | .model")"
claim 'firmware' "$(ctrl ".fr | $trim")" "$(of FW-NVME "$first | .firmware")"
for ns in 1 2; do
	claim "size of namespace $ns" \
		"$(jq '.nsze * pow(2; .lbafs[.flbas % 16].ds)' said/id-ns-$ns)" \
		"$(of FW-NVME "select(.name == \"nvme0n$ns\") | .size")"
done
claim 'namespaces' '1 2' \
	"$(of FW-NVME "$first | [.scope.spaces[].nsid] | join(\" \")")"
claim 'subsystem' "$(ctrl .subnqn)" \
	"$(of FW-NVME "$first | .scope.subsystem")"

# offered SERIAL METHOD
offered()
{
	of "$1" "${3:-.} | .offers[] | select(.method == \"$2\") | .offered"
}
# bit VALUE N
bit() { if (($1 >> $2 & 1)); then echo true; else echo false; fi; }
claim 'Format NVM' "$(bit "$(ctrl .oacs)" 1)" \
	"$(offered FW-NVME format "$first")"
claim 'its crypto erase' "$(bit "$(ctrl .fna)" 2)" \
	"$(offered FW-NVME format-crypto "$first")"
n=0
for method in crypto block overwrite; do
	claim "sanitize, $method" "$(bit "$(ctrl '.sanicap // 0')" $n)" \
		"$(offered FW-NVME sanitize-$method "$first")"
	n=$((n + 1))
done
claim 'who uses the other namespace' /mnt \
	"$(jq -r '.drives[0].scope.spaces[] | select(.nsid == 2) | .used_by' \
		said/list-mounted)"

echo 'ATA, as hdparm sees it'
claim 'serial' "$(after hdparm 'Serial Number:')" "$(of FW-SATA .serial)"
claim 'model' "$(after hdparm 'Model Number:')" "$(of FW-SATA .model)"
claim 'firmware' "$(after hdparm 'Firmware Revision:')" \
	"$(of FW-SATA .firmware)"
# of a drive without a world wide name the kernel makes one up
claim 'name' 't10.ATA QEMU HARDDISK FW-SATA' "$(of FW-SATA .wwn)"
claim 'sectors' \
	"$(sed -n 's/.*LBA48 *user addressable sectors: *//p' said/hdparm)" \
	"$(($(of FW-SATA .size) / 512))"
security=$(grep -q '^Security:' said/hdparm && echo yes || echo no)
claim 'security' "$security" "$(of FW-SATA .lock.supported)"
for method in security-erase security-erase-enhanced; do
	claim "$method" "$([ $security = yes ] && echo true || echo false)" \
		"$(offered FW-SATA $method)"
done
for method in 'crypto CRYPTO_SCRAMBLE' 'block BLOCK_ERASE' \
	'overwrite OVERWRITE'; do
	claim "sanitize, ${method% *}" "$(grep -q "\*.*${method#* }_EXT" \
		said/hdparm && echo true || echo false)" \
		"$(offered FW-SATA "sanitize-${method% *}")"
done
# hdparm tells of TRIM only where the drive also claims a later standard
words=$(grep -oE '\<[0-9a-f]{4}\>' said/words)
claim 'TRIM' "$(bit "0x$(sed -n 170p <<<"$words")" 0)" \
	"$(of FW-SATA '.trim == "yes"')"

for serial in FW-SCSI FW-USB; do
	echo "SCSI, as sg_inq sees it: $serial"
	claim 'vendor' "$(after inq-$serial 'Vendor identification:')" \
		"$(of $serial .vendor)"
	claim 'product' "$(after inq-$serial 'Product identification:')" \
		"$(of $serial .model)"
	claim 'revision' "$(after inq-$serial 'Product revision level:')" \
		"$(of $serial .firmware)"
	claim 'serial' "$(after inq-$serial 'Unit serial number:')" \
		"$(of $serial .serial)"
	claim 'size' "$(sed -n 's/.*Device size: \([0-9]*\) bytes.*/\1/p' \
		said/readcap-$serial)" "$(of $serial .size)"
	claim 'SANITIZE' false "$(offered $serial sanitize-block)"
done

echo 'Erased, on this side of the machine'
grep -q 'allow virtual' said/refused ||
	claim 'a virtual drive needs --allow virtual' asked 'not asked'
for name in nvme1 sata scsi usb; do
	claim "old text left in $name" 0 "$(grep -a -c MASSHO $name || true)"
	claim "size of $name" $SIZE "$(stat -c %s $name)"
done
claim 'the other namespace is what it was' same \
	"$(cmp -s nvme2 nvme2.before && echo same || echo changed)"

# cert NAME FILTER
cert() { jq -r "$2" "case/out/$(id "$1").json"; }
id()
{
	jq -r --arg d "$(of FW-$1 .path | head -n 1)" 'select(.event == "result" and
		.drive == $d) | .cert_id' said/erase
}
# by NAME: the method that ended it
by()
{
	cert "$1" '[.method.attempts[] | select(.state == "done").method] | last'
}
for name in NVME SATA SCSI USB; do
	claim "$name: certificate checks" 0 "$(code "$MASSHO_CHECK" \
		"case/out/$(id $name).json" "case/out/$(id $name).pdf" \
		case/evidence/*.jsonl --trust case/key.crt)"
	claim "$name: serial on the certificate" FW-$name \
		"$(cert $name '.media[0].serial')"
	claim "$name: level" clear "$(cert $name .level)"
	case $(cert $name .result) in
	erased | erased_with_exceptions) echo "PASS $name: $(cert $name .result)" ;;
	*) claim "$name: result" erased "$(cert $name .result)" ;;
	esac
done
# The drive's own method where there is one, the host's where there is none,
# and then why there is none.
claim 'the namespace was formatted' format "$(by NVME)"
for name in SATA SCSI USB; do
	claim "$name was overwritten" overwrite "$(by $name)"
done
claim 'why not SECURITY ERASE' 'the drive does not have this command' \
	"$(sed -n 's/.*SECURITY ERASE UNIT)*: //p' said/plan-SATA)"
[ $rc -eq 0 ] || wrong=1
exit $wrong
