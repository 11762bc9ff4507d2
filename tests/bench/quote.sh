#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Puts the table of the last bench into docs/PERFORMANCE.md.
#
# usage: tests/bench/quote.sh
set -eu
cd "$(dirname "$0")/../.."
table=${O:-build}/bench.md page=docs/PERFORMANCE.md

if [ ! -s "$table" ]; then
	echo "no table in '$table': run \`make bench\`" >&2
	exit 1
fi
new=$(mktemp)
trap 'rm -f "$new"' EXIT
awk -v table="$table" '
	/^<!-- bench: end -->/ { on = 0; ended = 1 }
	!on
	/^<!-- bench: begin -->/ {
		on = 1
		while ((getline line < table) > 0)
			print line ~ /^# / ? "#" line : line
	}
	END { exit !ended || on }' "$page" >"$new" || {
	echo "no place for the table in '$page'" >&2
	exit 1
}
cp "$new" "$page"
