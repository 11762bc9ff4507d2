#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The pair starts over the network: iPXE fetches vmlinuz and initrd.img by HTTP
# with the script that docs/STICK.md gives; the stick is only there for its
# data partition.
. "$(dirname "$0")/stick-lib"
need busybox
mkdir -p "$W/tftp" "$W/http"
ln "${image%/*}/vmlinuz" "${image%/*}/initrd.img" "$W/http/" 2>/dev/null ||
	cp "${image%/*}/vmlinuz" "${image%/*}/initrd.img" "$W/http/"

# A server of our own, on the first port that is free
for port in 8371 8373 8377 8379 8387; do
	busybox httpd -f -p "127.0.0.1:$port" -h "$W/http" &
	server=$!
	sleep 0.5
	! kill -0 $server 2>/dev/null || break
	server=
done
[ -n "$server" ] || skip "no port is free for a server"
trap 'kill $server 2>/dev/null; cleanup' EXIT
sed -n '/^#!ipxe/,/^boot/p' "$TOP/docs/STICK.md" |
	sed "s/SERVER/10.0.2.2:$port/" >"$W/tftp/massho.ipxe"

put_case
# bootindex of the stick is 0; the network's card comes before it
STICK_BOOT=1 vm_start pxe bios \
	-netdev "user,id=net,tftp=$W/tftp,bootfile=massho.ipxe" \
	-device e1000,netdev=net,bootindex=0
to_drives || {
	tail -c 800 "$serial"
	exit 1
}
image_id=$(sha256sum <"${image%.img}.manifest" | cut -d' ' -f1)
claim "it is the same system" grep -aq "massho: image $image_id" "$serial"
[ $failed -eq 0 ]
