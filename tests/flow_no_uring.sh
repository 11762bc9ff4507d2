#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Where the kernel refuses io_uring, a drive is erased and verified all the
# same.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"

need jq perl
[ "$(uname -m)" = x86_64 ] || skip "the filter knows x86-64's numbers only"

# without_uring COMMAND...: io_uring_setup (425) answers EPERM, as sandboxes
# do.  prctl is 157; seccomp's mode 2 takes a filter of four instructions.
without_uring()
{
	perl -e '
		my $f = pack("SCCL" x 4, 0x20, 0, 0, 0, 0x15, 0, 1, 425,
			0x06, 0, 0, 0x00050001, 0x06, 0, 0, 0x7fff0000);
		my $p = pack("Sx6P", 4, $f);
		exit 70 if syscall(157, 38, 1, 0, 0, 0) ||
			syscall(157, 22, 2, $p, 0, 0);
		exec @ARGV' "$@"
}

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
