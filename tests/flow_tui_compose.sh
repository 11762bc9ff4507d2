#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Japanese is composed by the program before the terminal on the short form
# only, and only while that is wanted: never where a passphrase or the end of a
# serial is typed.  That program is here one that notes what it is told.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need tmux
# shellcheck source=tests/terminal.sh
. "$TOP/tests/terminal.sh"
cd "$W"

new_case case
letters 2M >a.img
mkfifo mode
sleep 600 <>mode &			# it stays open
PIDS+=($!)
exec 7<>mode
told()
{
	local line
	read -r -t 5 line <&7 || line=nothing
	echo "$line"
}
quiet()
{
	local line
	! read -r -t 1 line <&7 || fail "told '$line' $1"
}
export UIM_FEP_SETMODE=$W/mode

screen en --image a.img --case here --key case/key.p8
shown 'F4: Japanese input'
is 0 "$(told)" "at the start"
press F4
shown 'Japanese input is on'
keep 1-form-compose
is 1 "$(told)" "on the form"
type_in '業務'
press F4
is 0 "$(told)" "switched off"
shown 'contract \(name\): 業務'
press F4
is 1 "$(told)" "switched on again"
for text in '' '見本市長' '株式会社見本' '佐藤' '鈴木' '電算室' '台帳'; do
	type_in "$text"
	press Enter
done
shown '1/8 contract case'
is 0 "$(told)" "behind the form"
press F4 Enter
shown '2/8'
press F4 Enter
shown '3/8 (drives|ドライブ)'
press F4 Space Enter
shown '4/8 plan'
press F4 Enter
shown 'passphrase'
press F4
type_in "$PASSPHRASE"
press F4 Enter
shown '5/8'
press F4
type_in 7152
quiet "where something is typed that is not for it"
press Enter
shown '7/8'
tm kill-server

# ---- and where there is none nothing is offered ---------------------------------
unset UIM_FEP_SETMODE
screen en --image a.img --case there
shown 'new contract case'
not_shown 'F4'
press F4
not_shown 'Japanese input'
