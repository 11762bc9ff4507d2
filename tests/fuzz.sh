#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Runs each fuzzer for FUZZ_TIME seconds, two at a time.
#
# usage: O=build-fuzz tests/fuzz.sh NAME...
#
# Seeds are in tests/data/fuzz/NAME; a finding is kept in O/crash and ends
# with exit 1.
set -euo pipefail
: "${O:?}" "${FUZZ_TIME:=60}"
cd "$(dirname "$0")/.."
mkdir -p "$O/crash"
export ASAN_OPTIONS=detect_leaks=1 LC_ALL=C.UTF-8
export LSAN_OPTIONS=print_suppressions=0:suppressions=tests/lsan.supp

fuzz()
{
	local name=$1 corpus=$O/corpus/$1
	mkdir -p "$corpus"
	if "$O/fuzz/$name" -max_total_time="$FUZZ_TIME" -timeout=10 \
		-rss_limit_mb=1024 -print_final_stats=1 -verbosity=0 \
		-artifact_prefix="$O/crash/$name-" \
		"$corpus" "tests/data/fuzz/$name" \
		>"$O/$name.log" 2>&1; then
		echo "ok    $name: $(sed -n \
			's/^stat::number_of_executed_units: *//p' \
			"$O/$name.log") inputs"
	else
		echo "FAIL  $name"
		tail -n 40 "$O/$name.log"
		return 1
	fi
}

[ $# -gt 0 ] || { echo "no fuzzers"; exit 1; }
bad=0 running=0
for name; do
	if [ "$running" -ge "$(nproc)" ]; then
		wait -n || bad=1
		running=$((running - 1))
	fi
	fuzz "$name" &
	running=$((running + 1))
done
while [ "$running" -gt 0 ]; do
	wait -n || bad=1
	running=$((running - 1))
done
exit $bad
