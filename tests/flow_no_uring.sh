#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Where the kernel refuses io_uring, a drive is erased and verified all the
# same.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"

need jq perl
[ "$(uname -m)" = x86_64 ] || skip "the filter knows x86-64's numbers only"

rc=$(code without_uring true)
[ "$rc" -eq 0 ] || skip "no seccomp filters here"

# an odd tail, so that the last request is shorter than the others
cd "$W"
yes MASSHO-MARKER 2>/dev/null | head -c $((9 * 1024 * 1024 + 512)) >image ||
	true
token=$(token image --image)
exits 0 without_uring "$MASSHO" erase image --image --no-case \
	--confirm "$token"
if grep -q MASSHO-MARKER image; then
	fail "the marker is still there"
fi
is $((9 * 1024 * 1024 + 512)) "$(stat -c %s image)" "size of the image"
