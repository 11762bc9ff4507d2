#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# What tests of the technician's screen share: a terminal, keys pressed in it,
# and what it shows.  Source it after lib.sh.
#
# COLS, ROWS and TERMINAL: another size or kind than 80x24 of "screen".
LANGUAGE_OF=en
SCREEN_NO=0 PRESSED=0
[ -z "${SCREENS:-}" ] || SCREENS=$(realpath "$SCREENS")

tm()
{
	tmux -S "$W/tmux$SCREEN_NO" -f /dev/null "$@"
}

# screen LANG ARGUMENTS...: a new terminal with `massho tui` in it
screen()
{
	local lang=$1
	shift
	LANGUAGE_OF=$lang
	tm kill-server 2>/dev/null || true
	SCREEN_NO=$((SCREEN_NO + 1))	# the old one's may be dying still
	: >exited
	tm new-session -d -x "${COLS:-80}" -y "${ROWS:-24}" \
		"env LC_ALL=C.UTF-8 TERM=${TERMINAL:-screen} \
		$MASSHO tui --lang $lang $*; echo \"exit \$?\" >$W/exited; cat"
	tm set-option -g status off
	tm resize-window -x "${COLS:-80}" -y "${ROWS:-24}"
}

# shown REGEX: waits until the screen shows it.
shown()
{
	local i
	for ((i = 0; i < 600; i++)); do
		tm capture-pane -p >now 2>/dev/null || true
		! grep -qE -- "$1" now || return 0
		sleep 0.05
	done
	cat now >&2
	fail "the screen does not show '$1'"
}

not_shown()
{
	tm capture-pane -p >now
	! grep -qE -- "$1" now || fail "the screen shows '$1'"
}

press()
{
	PRESSED=$((PRESSED + $#))
	tm send-keys "$@"
}

type_in()
{
	PRESSED=$((PRESSED + ${#1}))
	tm send-keys -l -- "$1"
}

# keep NAME: this screen, for the documentation
keep()
{
	[ -n "${SCREENS:-}" ] || return 0
	tm capture-pane -p >"$SCREENS/$LANGUAGE_OF-$1.txt"
}

# ended CODE: the program has left the terminal, with this exit code.
ended()
{
	local i
	for ((i = 0; i < 600; i++)); do
		[ ! -s exited ] || break
		sleep 0.05
	done
	is "exit $1" "$(cat exited)" "end of the screen"
}

# to_drives: from the first page to the list
to_drives()
{
	shown '1/8'
	keep 1-case
	press Enter
	shown '2/8'
	keep 2-clock
	press Enter
	shown '3/8 (drives|ドライブ)'
}

# opens_key STATION: where the passphrase is asked for
opens_key()
{
	shown "$1/8 (signing key|署名鍵)"
	shown 'key\.p8'
	keep "$1-key"
	type_in "$PASSPHRASE"
	press Enter
}

# to_consent: from the plan to its first question, by way of the key
to_consent()
{
	press Enter
	opens_key 4
	shown '5/8'
}

finish()
{
	local rc=$?
	tm kill-server 2>/dev/null || true
	set +e
	(exit $rc)
	cleanup
}
trap finish EXIT
