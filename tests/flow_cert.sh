#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The document of an erasure checks with the tools of others, says what the
# form must say, and no byte of it can be changed unseen.
. "$(dirname "$0")/lib.sh"

need_loop
need jq openssl pdfsig pdftotext perl
cd "$W"

disk drive 16M
new_case case
exits 0 with_pass "$MASSHO" erase "$DEV" --case case --pass-fd 3 \
	--confirm "$(token "$DEV" --case case)" --json
id=$(jq -r 'select(.event == "result") | .cert_id' out)
[[ $id =~ ^[0-9]{8}-[0-9a-f]{12}$ ]] || fail "cert_id is '$id'"
json=case/out/$id.json pdf=case/out/$id.pdf
logs=(case/evidence/*.jsonl)
is 1 "${#logs[@]}" "evidence logs"

echo "claim: openssl and pdfsig find both signatures valid"
exits 0 openssl cms -verify -binary -content "$json" -inform DER \
	-in "$json.p7s" -CAfile case/key.crt -out verified
cmp -s "$json" verified || fail "openssl verified other bytes"
pdfsig "$pdf" >sig 2>&1 || true
grep -q 'Signature is Valid' sig || { cat sig; fail "pdfsig"; }
grep -q 'Total document signed' sig || { cat sig; fail "pdfsig: not whole"; }

echo "claim: the JSON is canonical and holds the numbers of this drive"
is "$(jq -cS . "$json")" "$(cat "$json")" "canonical bytes"
is "erased clear $((16 << 20))" "$(jq -r \
	'"\(.result) \(.level) \(.media[0].size)"' "$json")" "result"
is "$(jq -r 'select(.event == "intent") | .hash' "${logs[0]}")" \
	"$(jq -r .evidence.receipt "$json")" "the receipt"

echo "claim: the page holds the six columns and their values"
# Without spaces.  A cell breaks its lines, and its neighbours' lines come
# between: so a value is there if it is found in at most five pieces in order.
pdftotext "$pdf" - | tr -d ' \n\f' >page
for text in データ消去証明書 情報項目 媒体名 数量 廃棄又は消去の方法 責任者 \
	廃棄又は消去の年月日 様式２ 見本市長 住民異動届の入力データ 佐藤花子 \
	株式会社見本データサービス "$(jq -r '.media[0].name' "$json")" \
	"$(jq -r '.method.text' "$json")" "$id" \
	"$(sha256sum <"$json" | cut -c 1-64)"; do
	perl -CSDA -e '
		my ($page, $text) = (<STDIN>, @ARGV);
		my ($at, $pieces) = (0, 0);
		$text =~ s/\s//g;
		while (length $text) {
			my $n = length $text;
			my $found;
			$n-- while $n && ($found =
				index $page, substr($text, 0, $n), $at) < 0;
			exit 1 if !$n || ++$pieces > 5;
			$at = $found + $n;
			$text = substr $text, $n;
		}' "$text" <page || fail "the page does not hold '$text'"
done
grep -qE '令和[^年]{1,2}年[^月]{1,2}月[^日]{1,2}日' page || fail "the page has no date of the era"
grep -qE '100[%％]' page && fail "the page claims 100 %"

echo "claim: massho check and massho-check say that everything holds"
echo "claim: a log that is not here is not said to hold, and breaks nothing"
mkdir apart
cp "$json" "$json.p7s" apart/
exits 0 "$MASSHO_CHECK" "apart/$id.json" --trust case/key.crt
grep -qE -e '-- +evidence' out || fail "of a log elsewhere: $(cat out)"
exits 0 "$MASSHO_CHECK" "apart/$id.json" --trust case/key.crt --json
jq -e '.holds and ([.lines[] | select(.what == "evidence") | .holds] ==
	[null])' out >held || fail "its JSON: $(cat out)"

for tool in "$MASSHO check" "$MASSHO_CHECK"; do
	# shellcheck disable=SC2086  # a command and its first argument
	exits 0 $tool "$json" "$pdf" "${logs[0]}" --trust case/key.crt
	# shellcheck disable=SC2086
	exits 4 $tool "$json"
done

# changed FILE COUNT: makes changed/N/ with everything in it and one byte of
# FILE another, COUNT times at random places, or at each byte of it.
changed()
{
	rm -rf changed
	perl - "$1" "$2" "$json" "$json.p7s" "$pdf" "${logs[0]}" <<'END'
		use strict;
		my ($file, $count, @all) = @ARGV;
		my %have;
		for (@all) {
			open my $in, '<:raw', $_ or die;
			local $/; $have{$_} = <$in>;
		}
		srand($ENV{SEED} // 1);
		my $size = length $have{$file};
		$count = $size if $count eq 'all';
		mkdir 'changed';
		for my $n (1 .. $count) {
			my $at = $count == $size ? $n - 1 : int rand $size;
			my %now = %have;
			substr($now{$file}, $at, 1) ^=
				chr(1 + int rand 255);
			mkdir "changed/$at";
			for (@all) {
				next if /pdf$/ && $file !~ /pdf$/ or
					/jsonl$/ && $file !~ /jsonl$/;
				my ($name) = m{([^/]*)$};
				open my $out, '>:raw', "changed/$at/$name"
					or die;
				print $out $now{$_};
			}
		}
END
}

# unseen NAME: how many changed files of that name were not found out
unseen()
{
	printf '%s\0' changed/*/"$1" | xargs -0 "$MASSHO" check --json \
		--trust case/key.crt >checked 2>err || true
	is "$(find changed -name "$1" | wc -l)" "$(jq -s length checked)" \
		"files that check spoke of ($(tail -n 1 err))"
	jq -r 'select(.exit != 3) | .file' checked
}

for what in "$json:400" "$json.p7s:all" "$pdf:120" "${logs[0]}:400"; do
	file=${what%:*} count=${what##*:}
	echo "claim: one changed byte of ${file##*/} is found ($count places)"
	changed "$file" "$count"
	name=${file##*/}
	is "" "$(unseen "${name%.p7s}")" "changed and not found out"
	exits 3 "$MASSHO" check "$(find changed -name "${name%.p7s}" |
		head -n 1)" --trust case/key.crt --lang en
	grep -qF "${name%.p7s}" out err || fail "$name is not named"
done

echo "claim: a missing line and a cut document are found"
sed 3d "${logs[0]}" >missing.jsonl
exits 3 "$MASSHO" check missing.jsonl
mkdir cut
head -c -7 "$pdf" >"cut/$id.pdf"
exits 3 "$MASSHO" check "cut/$id.pdf"
cp "$json" cut/
exits 3 "$MASSHO" check "cut/$id.json"

echo "claim: the drive is still what the certificate says, until written to"
exits 0 "$MASSHO" verify "$DEV" --cert "$json" --trust case/key.crt
exits 4 "$MASSHO" verify "$DEV" --cert "$json"
exits 0 "$MASSHO" verify "$DEV" --cert "$json" --trust case/key.crt \
	--verify sample:1
grep -q 'would have been found with probability' "$W/out" ||
	fail "a sample makes no claim"
exits 0 "$MASSHO" verify "$DEV" --cert "$json" --trust case/key.crt \
	--verify sample:2M
for how in sample: sample:0 sample:2X sample:M sample:2MM samples full:2M; do
	exits 1 "$MASSHO" verify "$DEV" --cert "$json" --verify "$how"
done
exits 1 "$MASSHO" verify "$DEV.none" --cert "$json" --trust case/key.crt
exits 1 "$MASSHO" verify "$DEV" --cert none.json --trust case/key.crt
printf 'x' | dd of="$DEV" bs=1 seek=5000000 conv=notrunc,fsync status=none
exits 3 "$MASSHO" verify "$DEV" --cert "$json" --trust case/key.crt
grep -q 'first at byte 5000000$' "$W/out" || fail "not named: where"
grep -q '^    expected [0-9a-f]*$' "$W/out" || fail "not named: expected"
grep -q '^    found    78[0-9a-f]*$' "$W/out" || fail "not named: found"
