#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A kernel that is short of memory takes a request for io_uring later, or never:
# the drive is erased all the same, or the run ends, and says why.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"

need jq cc
cd "$W"

# Of the doors to io_uring, the one that takes requests; and a clock that runs
# twenty times as fast, so that nobody waits for the end of patience.
cat >short.c <<'C'
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <liburing.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int
io_uring_submit(struct io_uring *ring)
{
	static const int answers[] = { -EAGAIN, -EINTR, -EBUSY, -EAGAIN };
	static unsigned n;
	int (*real)(struct io_uring *);
	const char *never = getenv("NEVER_AFTER");

	n++;
	if (never && n > strtoul(never, NULL, 10))
		return -EAGAIN;
	if (n % 5)
		return answers[n % 5 - 1];
	*(void **)&real = dlsym(RTLD_NEXT, "io_uring_submit");
	return real(ring);
}

int
clock_gettime(clockid_t id, struct timespec *t)
{
	long long ns;
	int r = (int)syscall(SYS_clock_gettime, id, t);

	if (r || id != CLOCK_MONOTONIC)
		return r;
	ns = (t->tv_sec * 1000000000LL + t->tv_nsec) * 20;
	t->tv_sec = ns / 1000000000;
	t->tv_nsec = ns % 1000000000;
	return 0;
}
C
cc -shared -fPIC -o short.so short.c -ldl 2>cc.err ||
	skip "cannot build a library: $(head -n 1 cc.err)"
export ASAN_OPTIONS="${ASAN_OPTIONS:-}:verify_asan_link_order=0"

# short LIMIT: erases a file in that kernel
short()
{
	letters 24M >image
	exits "$1" env LD_PRELOAD="$W/short.so" "${@:2}" "$MASSHO" erase image \
		--image --no-case --policy clear --json \
		--confirm "$(token image --image --policy clear)"
	OUTCOME=$(jq -r 'select(.event == "result") | .result' out)
	REASONS=$(jq -c 'select(.event == "result") | [.reasons[].code]' out)
}

short 0
is erased "$OUTCOME" "result where every request is taken at the fifth try"
is 0 "$(grep -c -a MARKER image || true)" "markers left"

began=$SECONDS
short 3 NEVER_AFTER=40
is failed "$OUTCOME" "result where no request is taken any more"
[[ $REASONS = *internal* ]] || fail "no reason given: $REASONS"
[ $((SECONDS - began)) -lt 20 ] || fail "it took $((SECONDS - began)) s"
