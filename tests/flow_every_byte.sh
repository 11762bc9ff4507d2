#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Every byte of the medium is the pattern's byte for its offset, by io_uring as
# by threads, whatever length the pattern repeats at.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"

need jq perl
cd "$W"
# more than is ever in flight at once, and an odd tail
size=$((21 * 1024 * 1024 + 3 * 512))

# holds IMAGE HEX
holds()
{
	perl -e '
		local $/;
		open my $f, "<:raw", $ARGV[0] or die;
		my $is = <$f>;
		my $unit = pack("H*", $ARGV[1]);
		my $n = $ARGV[2];
		my $should = substr($unit x ($n / length($unit) + 1), 0, $n);
		exit($is eq $should ? 0 : 1)' "$1" "$2" "$size"
}

# writes HEX [WRAPPER]
writes()
{
	local hex=$1 tok
	shift
	letters "$size" >image
	tok=$(token image --image --passes "0x$hex")
	exits 0 "$@" "$MASSHO" erase image --image --no-case \
		--passes "0x$hex" --confirm "$tok"
	is "$size" "$(stat -c %s image)" "size of the image"
	holds image "$hex" ||
		fail "after ${*:-io_uring} the image is not 0x$hex throughout"
	rm -rf evidence massho-*.json
}

for hex in 00 ff 924924 0102030405 000102030405060708090a0b0c0d0e0f; do
	writes "$hex"
done
if [ "$(uname -m)" = x86_64 ] && without_uring true; then
	for hex in 00 924924; do
		writes "$hex" without_uring
	done
fi
