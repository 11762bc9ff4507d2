#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Does every file keep the form?  Sizes, widths, licence lines, top level.
set -u
cd "$(dirname "$0")/.." || exit 1
shopt -s nullglob
broken=0

complain()
{
	if [ -n "$2" ]; then
		printf '%s:\n%s\n' "$1" "  ${2//$'\n'/$'\n'  }"
		broken=1
	fi
}

sources=(src/*.[ch] drivers/*.[ch] certs/*.[ch] tests/*.[ch] tests/*/*.[ch])
scripts=(tests/run tests/*.sh tests/*.pl tests/*/*.sh tests/qemu/[a-z]*
	debian/install-deps debian/rules .ci/run)
files=("${sources[@]}" "${scripts[@]}" Makefile)

# The top level is fixed; what starts with a dot and what is built is free.
complain 'not of the top level' "$(find . -mindepth 1 -maxdepth 1 \
	! -name '.*' ! -name 'build' ! -name 'build-*' -printf '%f\n' |
	grep -vxE 'src|drivers|certs|tests|docs|debian|Makefile|README\.md|LICENSE')"
complain 'missing at the top level' "$(for f in src drivers certs tests docs \
	debian Makefile README.md LICENSE .ci/run; do
	[ -e $f ] || echo $f
done)"

complain 'files over 600 lines' "$(wc -l "${files[@]}" |
	awk '$1 > 600 && $2 != "total"')"

complain 'functions over 100 lines' "$(ctags -x --c-kinds=f --fields=+ne \
	--_xformat='%{line} %{end} %F %N' "${sources[@]}" |
	awk '$2 - $1 + 1 > 100 { print $3 ": " $4 ", " $2 - $1 + 1 " lines" }')"

# Display width: a tab goes to the next multiple of 8, a kanji is two wide.
# Tables of words are read across, so theirs may be wider.
narrow=()
for f in "${sources[@]}"; do
	case $f in
	src/words* | src/policy_table* | src/case_fields* | src/case_table*) ;;
	*) narrow+=("$f") ;;
	esac
done
complain 'lines over 80 columns' "$(perl -CSD -ne '
	chomp; my $w = 0;
	for my $c (split //) {
		$w += $c eq "\t" ? 8 - $w % 8 :
			$c =~ /\p{Mn}/ ? 0 :
			$c =~ /\p{EastAsianWidth=W}|\p{EastAsianWidth=F}/ ? 2 : 1;
	}
	print "$ARGV:$.: $w\n" if $w > 80;
	close ARGV if eof' "${narrow[@]}")"

complain 'no SPDX line' "$(for f in "${files[@]}"; do
	head -n 3 "$f" | grep -q 'SPDX-License-Identifier: Apache-2.0' ||
		echo "$f"
done)"
complain 'C files that do not say what question they answer' \
	"$(for f in "${sources[@]}"; do
		sed -n 2p "$f" | grep -qE '^(/\*|//)' || echo "$f"
	done)"
complain 'blanks where a tab belongs, or at the end of a line' \
	"$(grep -nE '^ {8}|	 +	|[ 	]+$' "${sources[@]}" "${scripts[@]}" |
		grep -vE '^[^:]*:[0-9]*: \*' | head -n 20)"
complain 'left undone' "$(grep -nwE 'T[O]DO|F[I]XME|X[X]X|H[A]CK' \
	"${files[@]}" docs/*.md README.md)"
complain 'a test program that does nothing' "$(for f in tests/*_*.sh \
	tests/qemu/*.sh tests/unit_*.c tests/flow_*.c; do
	[ "$(wc -l <"$f")" -ge 10 ] || echo "$f"
done)"
complain 'not executable' "$(for f in tests/*.sh tests/qemu/*.sh \
	tests/run debian/rules; do
	case $f in tests/lib.sh) continue ;; esac
	[ -x "$f" ] || echo "$f"
done)"
[ $broken -eq 0 ] && echo "shape holds"
exit $broken
