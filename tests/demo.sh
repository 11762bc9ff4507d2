#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The whole way once, on a disk of its own: data, erasure, proof.
#
# As root it is a loop device with a real file system; otherwise, or where the
# kernel offers no loop device, a disk image.  What it made for you to look at
# stays in build/demo.
. "$(dirname "$0")/lib.sh"
cd "$W"
MARKER='個人番号カード管理台帳'
album=$O/demo
case $album in /*) ;; *) album=$TOP/$album ;; esac

say() { printf '\n\033[1m%s\033[0m\n' "$*" | plain; }
run() { printf '$ %s\n' "$*"; }
plain()
{
	if [ -t 1 ]; then cat; else sed 's/\x1b\[[0-9;]*m//g'; fi
}

markers()
{
	(grep -a -o -- "$MARKER" "$1" || true) | wc -l
}

# Sample files as an office has them, each line with the marker.
fill()
{
	local i
	mkdir -p "$1/共有" "$1/backup"
	for i in $(seq 1 24); do
		yes "$i,$MARKER,見本 太郎,見本市中央一丁目2番3号" |
			head -n 40000 >"$1/共有/台帳_$(printf %02d "$i").csv"
	done 2>/dev/null || true
	cp "$1/共有/台帳_01.csv" "$1/backup/ledger.txt"
	sync
}

say 'A 256 MiB disk with a file system and sample files'
truncate -s 256M disk.img
options=()
if [ "$(id -u)" -eq 0 ] && losetup -f >/dev/null 2>&1; then
	attach disk.img
	dev=$DEV
	if mkfs.ntfs -q -F -f -L OFFICE "$dev" >/dev/null 2>&1 &&
		mkdir mnt && ntfs-3g "$dev" mnt 2>/dev/null; then
		fs=NTFS
	else
		mkfs.ext4 -q -F -L OFFICE "$dev"
		mkdir -p mnt && mount "$dev" mnt
		fs=ext4
	fi
	MOUNTS+=("$W/mnt")
	fill mnt
	files=$(find mnt -type f | wc -l)
	umount mnt
	# ntfs-3g ends a little after its mount
	for _ in $(seq 50); do
		"$MASSHO" plan "$dev" --json >/dev/null && break
		sleep 0.1
	done
else
	echo '(no loop device here: a disk image instead)'
	dev=$W/disk.img fs=ext4 options=(--image)
	fill files
	files=$(find files -type f | wc -l)
	mkfs.ext4 -q -F -L OFFICE -d files "$dev"
fi
printf '%s: %s, %s files, "%s" found %s times\n' "$dev" "$fs" "$files" \
	"$MARKER" "$(markers "$dev")"

say 'A key and a case'
PASSPHRASE=$(openssl rand -base64 24)
cp -r "$TOP/tests/data/case" case
rm case/media.csv	# it lists drives with serials; a loop device has none
run massho key new case/key --cn "'佐藤 花子'" --org "'株式会社見本データサービス'"
with_pass "$MASSHO" key new case/key --cn '佐藤 花子' \
	--org '株式会社見本データサービス' --pass-fd 3

say 'What would be done'
run massho plan "$dev" --case case
"$MASSHO" plan "$dev" --case case "${options[@]}"
TOKEN=$(token "$dev" --case case "${options[@]}")

say 'Erase, verify, certify'
run massho erase "$dev" --case case --confirm "$TOKEN"
with_pass "$MASSHO" erase "$dev" --case case "${options[@]}" \
	--confirm "$TOKEN" --pass-fd 3
printf '"%s" found %s times\n' "$MARKER" "$(markers "$dev")"
[ "$(markers "$dev")" -eq 0 ] || fail 'there is something left'

say 'Another day: is it still what the certificate says?'
json=$(find case/out -name '*-*.json') pdf=${json%.json}.pdf
run massho verify "$dev" --cert "$json" --trust case/key.crt
"$MASSHO" verify "$dev" --cert "$json" --trust case/key.crt "${options[@]}"

say 'Anybody can check the certificate'
run massho check "$json" "$pdf" case/evidence/*.jsonl --trust case/key.crt \
	'| grep holds'
"$MASSHO" check "$json" "$pdf" case/evidence/*.jsonl --trust case/key.crt |
	grep holds
run openssl cms -verify -binary -inform DER -in "$json.p7s" \
	-content "$json" -CAfile case/key.crt
openssl cms -verify -binary -inform DER -in "$json.p7s" -content "$json" \
	-CAfile case/key.crt -out /dev/null 2>&1
run pdfsig "$pdf"
pdfsig "$pdf" 2>/dev/null | grep -E 'Signature Validation|Total document'

rm -rf "$album"
mkdir -p "$album"
cp -r case/out case/evidence case/key.crt "$album/"
say "The form is in $album/out/${pdf##*/}"
