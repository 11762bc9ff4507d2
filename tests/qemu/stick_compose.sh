#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A stick without a case: it is typed in on the stick's own screen, in Japanese
# where that is switched on and in letters where it is not.
. "$(dirname "$0")/stick-lib"
disk ahci 16
vm_start compose bios \
	-drive "if=none,id=ahci,format=raw,file=$W/ahci.img" \
	-device ide-hd,drive=ahci,bus=ide.0,serial=AHCI00$TAIL
says 'massho: screen fbterm' 240 && arrive 1-form 60 || {
	tail -c 800 "$serial"
	exit 1
}

# look NAME: this picture, with some time for it to be drawn
look()
{
	sleep 2
	shot "$W/$1.ppm"
}

# differ NAME NAME
differ()
{
	! cmp -s "$W/$1.ppm" "$W/$2.ppm"
}

# field ROMAJI KEYS...: composed, and on to the next one
field()
{
	types "$1"
	shift
	key "$@"
	sleep 1
	key ret
}

look off
key f4
look on
claim "it can be switched on" differ off on
field tesuto ret
types yamada
key spc
look composed
claim "what is being composed is shown" differ on composed
sleep 11		# in between massho writes all of the screen anew
look later
claim "and stays" cmp "$W/composed.ppm" "$W/later.ppm"
key ret
sleep 1
key ret
key f4
field ABC
key f4
field satou spc ret
field suzuki spc ret
field sitsu ret
field daichou spc ret
arrive 1-case 60 || exit 1
until files_of case | grep -q case.ini; do
	vm_runs && [ $((SECONDS - started)) -lt 300 ] || break
	sleep 1
done
sleep 3
vm_kill
fat_check -a >"$W/fsck" || [ $? -eq 1 ]
data_to "$W/data"
ini=$W/data/case/case.ini
cat "$ini"
claim "hiragana" grep -q 'てすと' "$ini"
claim "kanji: 山田" grep -q '山田' "$ini"
claim "switched off, letters are letters" grep -q 'ABC' "$ini"
claim "kanji: 台帳" grep -q '台帳' "$ini"
[ $failed -eq 0 ]
