#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Every message of the program exists in Japanese, with the same places for
# its arguments, and no translation is a guess or of a message that is gone.
. "$(dirname "$0")/lib.sh"
need xgettext msgmerge msgfmt msgattrib
cd "$TOP" || exit
export LC_ALL=C.UTF-8

src/po/update "$W/massho.pot" 2>"$W/err" || fail "xgettext: $(cat "$W/err")"
! grep -i warning "$W/err" || fail "xgettext complains: $(cat "$W/err")"

# lacking PO FILTER WHAT: nothing may be left by this filter of msgattrib
lacking()
{
	local left
	left=$(msgattrib --no-obsolete --no-location "$2" "$1" |
		grep '^msgid "..*"\|^"' | grep -v '^"[A-Z][A-Za-z-]*:' || true)
	[ -z "$left" ] || fail "$1: $3: $left"
}

n=0
for po in src/po/*.po; do
	msgmerge --quiet --no-fuzzy-matching "$po" "$W/massho.pot" \
		-o "$W/new.po"
	lacking "$W/new.po" --untranslated 'not translated'
	lacking "$po" --only-fuzzy 'only guessed'
	msgfmt --check -o "$W/x.mo" "$po" || fail "$po does not fit the messages"
	gone=$(msgcomm --unique --no-location --omit-header "$po" \
		"$W/massho.pot" 2>/dev/null | grep '^msgid' || true)
	[ -z "$gone" ] || fail "$po: no longer in the program: $gone"
	n=$((n + 1))
done
[ "$n" -gt 0 ] || fail "no translation"

# Japanese text: messages to people are in one style, signs are full-width.
plain=$(msgattrib --translated --no-obsolete --no-wrap --no-location \
	src/po/ja.po | grep '^msgstr' |
	grep -P '(である|だった|(?<!ま)した|ない|だ)[。"]|[ぁ-んァ-ヶ一-龠][,.;!?]' ||
	true)
[ -z "$plain" ] || fail "ja.po: style: $plain"
