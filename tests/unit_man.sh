#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The manual pages of both languages are well-formed, and they name exactly
# the commands, options and exit codes that the programs have.
. "$(dirname "$0")/lib.sh"
need man
cd "$TOP" || exit
export LC_ALL=C.UTF-8 LANGUAGE=en MANWIDTH=80

# page FILE: as text, without the back-spacing of a terminal.
page()
{
	man -E UTF-8 -l "$1" 2>/dev/null
}

# options: the long options in a text, one a line.
options()
{
	grep -oE -- '(^|[^a-z0-9-])--[a-z][a-z-]*' |
		grep -oE -- '--[a-z][a-z-]*' | sort -u
}

same()
{
	local left
	left=$(comm -3 "$1" "$2")
	[ -z "$left" ] || fail "$3: only in one of them: $left"
}

# source FILE: options that have an entry of their own in a page.
entries()
{
	grep -A1 '^\.TP' "$1" | grep -E '^\.(B|BI|BR) \\-\\-' |
		sed 's/\\//g' | options
}

commands=$("$MASSHO" --help | sed -n 's/^  \([a-z]*\)  *.*/\1/p')
[ "$(wc -w <<<"$commands")" -ge 10 ] || fail "no commands in --help"
for c in $commands; do
	"$MASSHO" "$c" --help
done >"$W/help"
options <"$W/help" | grep -vx -- --version >"$W/program"
"$MASSHO_CHECK" --help | cat - <(echo --help) | options >"$W/check"

for lang in . ja; do
	for f in massho massho-check; do
		p=docs/man/$lang/$f.1
		# a line of Japanese has no blanks to be adjusted by
		man --warnings -E UTF-8 -l -Tutf8 -Z "$p" 2>&1 >/dev/null |
			grep -v 'cannot adjust line' | tee "$W/warnings" || :
		[ ! -s "$W/warnings" ] || fail "$p: warnings"
		page "$p" >"$W/$f"
		[ -s "$W/$f" ] || fail "$p: empty"
	done
	entries "docs/man/$lang/massho.1" >"$W/page"
	same "$W/program" "$W/page" "options of --help and docs/man/$lang"
	entries "docs/man/$lang/massho-check.1" >"$W/page"
	same "$W/check" "$W/page" "massho-check and docs/man/$lang"
	# The synopsis has every command, and no other.
	sed -n 's/^\.B massho \([a-z]*\).*/\1/p' "docs/man/$lang/massho.1" |
		sort -u >"$W/page"
	tr ' ' '\n' <<<"$commands" | sort -u | same - "$W/page" \
		"commands of --help and docs/man/$lang"
	for c in $commands; do
		grep -qE "^\\.BR \"?${c}[ \"]" "docs/man/$lang/massho.1" ||
			fail "docs/man/$lang/massho.1 does not explain '$c'"
	done
	is "0 1 2 3 4 5" "$(grep -oE '^ {7}[0-5]( |$)' "$W/massho" |
		tr -d ' ' | sort -u | paste -sd' ')" "exit codes, $lang"
done
