#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Built again from nothing, every package fetched anew, the image and the pair
# are bit for bit the same.  Says how long it took, and how long a build takes
# where nothing has to be fetched.  It takes up to 1200 s.
. "$(dirname "$0")/stick-lib"
need mmdebstrap
mkdir "$W/again"
start=$SECONDS
env -u MASSHO -u MASSHO_CHECK O="$W/again" \
	"$TOP/src/usb/build" >"$W/build.log" 2>&1 || {
	tail -n 20 "$W/build.log"
	exit 1
}
echo "from nothing: $((SECONDS - start)) s"

# Packages that the mirror got since the first build are no fault of ours.
listed()
{
	jq -r '.packages[] | select(.name != "massho") |
		"\(.name) \(.versionInfo)"' "$1/massho.spdx.json"
}
cmp -s <(listed "${image%/*}") <(listed "$W/again") ||
	skip "the mirror has other packages than when the image was built"
for one in massho.manifest initrd.img vmlinuz massho.img; do
	claim "$one is the same" cmp "${image%/*}/$one" "$W/again/$one"
done
claim "less than 320 MiB" \
	test "$(stat -c %s "$image")" -lt $((320 * 1024 * 1024))

start=$SECONDS
env -u MASSHO -u MASSHO_CHECK O="$W/again" \
	"$TOP/src/usb/build" >"$W/build.log" 2>&1
echo "again, nothing fetched: $((SECONDS - start)) s"
claim "and once more" cmp "$image" "$W/again/massho.img"
[ $failed -eq 0 ]
