#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# An image is the file that was planned for: another one in its place is not
# erased with its token, and one that was put there meanwhile is not called
# erased.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"

need jq
cd "$W"

image()
{
	letters 4M >"$1"
}

erase()
{
	"$MASSHO" erase a.img --image --no-case --json "$@"
}

markers()
{
	grep -c -a -o MASSHO-MARKER "$1" || true
}

outcome()
{
	jq -r 'select(.event == "result") | .result, .reasons[].code' "$W/out"
}

# the right one, also under its token's second use
image a.img
tok=$(token a.img --image)
is "$tok" "$(token a.img --image)" "token of the same file"
exits 0 erase --confirm "$tok"
is 0 "$(markers a.img)" "markers in what was erased"

# another in its place, of the same size
image b.img
before=$(sha256sum <b.img)
tok=$(token a.img --image)
mv a.img away.img
mv b.img a.img
exits '1|2' erase --confirm "$tok"
is "$before" "$(sha256sum <a.img)" "content of the other file"

# a name does not make another file of it
mv a.img b.img
mv away.img a.img
is "$tok" "$(token a.img --image)" "token of the file that came back"

# another put there while the first is erased
tok=$(token a.img --image)
in_background erase --confirm "$tok" --limit 2M >out 2>err
for ((i = 0; i < 100; i++)); do
	! grep -q '"event":"progress"' out || break
	sleep 0.02
done
mv a.img away.img
mv b.img a.img
rc=0
wait "$PID" || rc=$?
is 3 "$rc" "exit code after the image was replaced"
outcome | grep -qx identity_changed || {
	cat out >&2
	fail "nobody said that the file is another one"
}
is "$before" "$(sha256sum <a.img)" "content of the file put there"

# why something is no image
mkdir folder
truncate -s 1000 odd
for one in folder odd /dev/null; do
	exits 1 "$MASSHO" plan --image "$one"
	cat err
done | sed 's/^.*: //' | sort | uniq -d >same
is "" "$(cat same)" "the same words for different causes"
