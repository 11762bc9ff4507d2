#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A stick without a case: it is typed in on the stick's own screen, in Japanese
# where that is switched on and in letters where it is not; and its key is made
# there, too.
. "$(dirname "$0")/stick-lib"
disk ahci 16
vm_start compose bios \
	-drive "if=none,id=ahci,format=raw,file=$W/ahci.img" \
	-device ide-hd,drive=ahci,bus=ide.0,serial=AHCI00$TAIL
says 'massho: screen fbterm' 240 && arrive 1-form 60 || {
	tail -c 800 "$serial"
	exit 1
}

# look NAME: this picture, once nothing is drawn any more
look()
{
	local n
	for ((n = 0; n < 10; n++)); do
		sleep 2
		mv "$W/$1.ppm" "$W/before.ppm" 2>/dev/null || :
		shot "$W/$1.ppm"
		! cmp -s "$W/before.ppm" "$W/$1.ppm" || return 0
	done
	echo "the picture '$1' never stands still"
}

# differ NAME NAME
differ()
{
	! cmp -s "$W/$1.ppm" "$W/$2.ppm"
}

# comes COMMAND...: is it true of the picture "now", within some seconds?
comes()
{
	local n
	for ((n = 0; n < 40; n++)); do
		shot "$W/now.ppm"
		! "$@" >/dev/null 2>&1 || return 0
		sleep 0.3
	done
	return 1
}

# Only what is said as a warning is yellow.
warns()
{
	[ "$(od -An -v -tx1 -w3 -j16 "$W/now.ppm" | grep -c '^ ff ff 55$')" \
		-gt 20 ]
}

calm()
{
	! warns
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
claim "and stays" comes cmp "$W/composed.ppm" "$W/now.ppm"	# a cursor blinks
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
# ---- and a key: the road goes to a certificate without any other PC ----------
key ret
arrive 2-clock 60 || exit 1
key ret
arrive 3-drives 120 || exit 1
key spc
arrive 3-chosen 60 || exit 1
key ret
arrive 4-plan 60 || exit 1
key ret
arrive 4-new-key 60 || exit 1
types "$PASSPHRASE"
claim "nothing warns" comes calm
key caps_lock
claim "Caps Lock is told" comes warns
key caps_lock
claim "and no longer told" comes calm
key tab tab ret
types "$PASSPHRASE"
key ret
arrive 5-consent-1 120 || exit 1
types $TAIL
key ret
arrive 6-run 120 || exit 1
arrive 7-result 240 || exit 1
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
claim "the key is there, and not open" \
	grep -q 'BEGIN ENCRYPTED PRIVATE KEY' "$W/data/case/key.p8"
claim "in the name of the responsible" grep -qF \
	"CN=$(sed -n '/responsible/{n;s/name = //p}' "$ini")" \
	<(openssl x509 -noout -in "$W/data/case/key.crt" -subject -nameopt \
		utf8,sep_comma_plus)
mkdir "$W/case"
cp "$W/data/case/key.crt" "$W/case/"
claim "its certificate holds" check_data "$W/data"
claim "and says that the drive is erased" erased_by \
	"$(ls "$W"/data/case/out/*.json)" AHCI00$TAIL
claim "which is so" is_clean ahci
[ $failed -eq 0 ]
