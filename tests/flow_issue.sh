#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# An erasure whose document could not be written is told of as what it is, and
# gets its document later, from the log alone, and never a second one.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need jq pdftotext
export LANGUAGE=en
cd "$W"

claim_() { echo "claim: $*"; }

# The state that a machine leaves behind that goes down after LAST event.
cut_after()
{
	local n
	n=$(jq -r .event "$1" | grep -n "^$2\$" | tail -n 1 | cut -d: -f1)
	sed -i "$((n + 1)),\$d" "$1"
}

issue()
{
	"$MASSHO" case issue "$@" --pass-fd 3 3<<<"$PASSPHRASE"
}

claim_ "without its folder: erased, but no document; exit 4, and the log says so"
new_case c
letters 8M >drive
tok=$(token --image drive --case c --limit 3M)
in_background "$MASSHO" erase --image drive --case c --limit 3M --confirm "$tok" \
	--pass-fd 3 3<<<"$PASSPHRASE" >out 2>err
for ((i = 0; i < 200; i++)); do
	! grep -q '"event":"intent"' c/evidence/*.jsonl 2>/dev/null || break
	sleep 0.05
done
mv c/out c/away
touch c/out
rc=0
wait "$PID" || rc=$?
is 4 "$rc" "exit code"
grep -q 'erased, but no document (level: Clear)' out || fail "$(cat out)"
grep -q 'massho case issue c' err || fail "nobody said what to do: $(cat err)"
logs=(c/evidence/*.jsonl)
is 'outcome undocumented closed' "$(jq -r .event "${logs[0]}" | tail -n 3 |
	xargs)" "last lines"
is erased "$(jq -r 'select(.event == "outcome") | .body.result' "${logs[0]}")" \
	"the outcome"
jq -r 'select(.event == "undocumented") | .body.why' "${logs[0]}" |
	grep -q "c/out/.*: Not a directory" || fail "the log does not say why"
exits 0 "$MASSHO" check "${logs[0]}"
rm c/out
mv c/away c/out
cp -r c before

claim_ "the document comes from the log, with the time at which it was made"
exits 0 issue c --json
id=$(jq -r '.issued[0]' "$W/out")
json=c/out/$id.json
exits 0 "$MASSHO" check "$json" "c/out/$id.pdf" "${logs[0]}" --trust c/key.crt
is "$(jq -c 'select(.event == "outcome") | [.body.result, .body.level,
	.body.receipt, .body.run.finished, .body.run.steps[0].key]' "${logs[0]}")" \
	"$(jq -c '[.result, .level, .evidence.receipt, .finished_at,
	.method.passes[0].key]' "$json")" "what was done"
jq -e '.issued_at >= .finished_at' "$json" >/dev/null || fail "issued_at"
jq -e '.notes | contains("作業記録に基づいて改めて発行")' "$json" >/dev/null ||
	fail "nothing says that it was made later"
exits 0 "$MASSHO" verify --image drive --cert "$json" --trust c/key.crt

claim_ "never a second one: not again, not without the first, not from a copy"
exits 0 issue c
is 1 "$(find c/out -name '*.json' | wc -l)" "documents"
mkdir safe
mv "c/out/$id".* safe/
exits 4 issue c
grep -q 'has a document already' err || fail "$(cat err)"
with_pass exits 4 "$MASSHO" case close c --pass-fd 3
grep -q "the document '$id', which is not in the case" err || fail "$(cat err)"
is 0 "$(find c/out -name '*.json' | wc -l)" "documents"
mv safe/* c/out/

claim_ "a machine that went down after the outcome, or after the PDF"
cp -r c down
rm down/out/*
cut_after down/evidence/*.jsonl outcome
exits 0 issue down --json
exits 0 "$MASSHO" check "down/out/$(jq -r '.issued[0]' "$W/out").json" \
	--trust c/key.crt
new_case half
letters 1M >small
exits 0 with_pass "$MASSHO" erase --image small --case half --pass-fd 3 \
	--confirm "$(token --image small --case half)" --json
id=$(jq -r 'select(.event == "result") | .cert_id' "$W/out")
cp "half/out/$id.json" .
rm half/out/"$id".json*
cut_after half/evidence/*.jsonl outcome
cp -r half planted
"$MASSHO" key new other --cn Other --pass-fd 3 3<<<"$PASSPHRASE" >/dev/null
mv other.p8 planted/key.p8
mv other.crt planted/key.crt
exits 4 issue planted
grep -q 'not the document of this outcome by this key' err ||
	fail "a PDF by another key: $(cat err)"
is 0 "$(find planted/out -name '*.json*' | wc -l)" "files from that PDF"
is 0 "$(jq -r 'select(.event == "certificate").event' planted/evidence/*.jsonl |
	wc -l)" "certificates in the log of that PDF"
exits 0 issue half --json
is "$id" "$(jq -r '.issued[0]' "$W/out")" "the document of that PDF"
cmp "$id.json" "half/out/$id.json"
exits 0 "$MASSHO" check "half/out/$id.json" half/evidence/*.jsonl \
	--trust half/key.crt

claim_ "not from a log that was changed"
cp -r before changed
sed -i 's/"mismatches":0/"mismatches":1/' changed/evidence/*.jsonl
exits 3 issue changed
is 0 "$(find changed/out -name '*.json' | wc -l)" "documents"

claim_ "a run that was killed gets one that says so, wherever it was"
for last in intent step checkpoint; do
	cp -r before "$last"
	cut_after "$last"/evidence/*.jsonl "$last"
	# the last such line, and all after it, with the run's end
	if [ "$last" = step ]; then
		n=$(jq -r .event step/evidence/*.jsonl | grep -n '^step$' |
			sed -n 1p | cut -d: -f1)
		sed -i "$((n + 1)),\$d" step/evidence/*.jsonl
	fi
	exits 0 issue "$last" --json
	id=$(jq -r '.issued[0]' "$W/out")
	json=$last/out/$id.json
	exits 0 "$MASSHO" check "$json" "$last/out/$id.pdf" \
		"$last"/evidence/*.jsonl --trust c/key.crt
	is "interrupted none" "$(jq -r '"\(.result) \(.level)"' "$json")" \
		"result after $last"
	pdftotext "$last/out/$id.pdf" - | tr -d ' \n' | grep -q 中断報告書 ||
		fail "its title does not say so"
	! "$MASSHO" verify --image drive --cert "$json" --trust c/key.crt \
		>out 2>&1 || fail "an interrupted erasure holds: $(cat out)"
	exits 0 issue "$last"
	is 1 "$(find "$last/out" -name '*.json' | wc -l)" "documents"
done
is true "$(jq -r '[.method.passes[0].bytes, .media[0].size] |
	.[0] > 0 and .[0] <= .[1]' "$json")" "what was written by then"
