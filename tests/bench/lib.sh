# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# What the parts of the bench share: numbers, one measurement of each program,
# and the table.  Source tests/lib.sh first.
#
# A measurement is a number in $D/NAME, one line for each round.  A row judges
# the median over the rounds, of ratios made within a round where two are
# compared.  What was never measured has missed its target.

: "${D:=$W/numbers}" "${ROUNDS:=5}"
BENCH=$TOP/tests/bench
MISSED=0
mkdir -p "$D"

# ---- numbers ----------------------------------------------------------------

# note NAME NUMBER: one more measurement
note()
{
	[[ $2 =~ ^[0-9]+(\.[0-9]+)?$ ]] || fail "no number for '$1': '$2'"
	echo "$2" >>"$D/$1"
}

# forget NAME...: begin anew
forget()
{
	local name
	for name; do
		rm -f "$D/$name"
	done
}

# median, least, greatest: of the numbers on standard input
median()
{
	sort -g | awk '{ v[NR] = $1 } END { if (!NR) exit 1
		m = int((NR + 1) / 2)
		printf "%.12g\n", NR % 2 ? v[m] : (v[m] + v[m + 1]) / 2 }'
}
least() { sort -g | sed -n 1p; }
greatest() { sort -g | sed -n "\$p"; }

# of HOW NAME: median, least or greatest of a measurement
of() { "$1" <"$D/$2"; }

# each EXPRESSION OUT NAME...: OUT of a round is the expression of awk over
# $1, $2 ... of the same round.
each()
{
	local expression=$1 out=$2
	shift 2
	(cd "$D" && paste "$@") | awk "NF != $# { exit 1 }
		{ printf \"%.12g\\n\", $expression }" >"$D/$out" ||
		fail "'$out' needs as many rounds of each of: $*"
}

# calc EXPRESSION: of awk
calc() { awk "BEGIN { printf \"%.12g\\n\", $1 }"; }

# ---- the table --------------------------------------------------------------

mib() { awk -v n="$1" 'BEGIN { printf "%.0f MiB/s", n / 1048576 }'; }

# line WHAT MEASURED AGAINST RATIO TARGET VERDICT
line() { printf '| %s | %s | %s | %s | %s | %s |\n' "$@" >>"$D/table"; }

# judge WHAT MEASURED AGAINST NAME min|max TARGET [UNIT]: a row about NAME
judge()
{
	local what=$1 measured=$2 against=$3 name=$4 how=$5 target=$6
	local unit=${7:-} value least greatest sign='>=' verdict=ok
	[ "$how" = min ] || sign='<='
	if ! [ -s "$D/$name" ]; then
		line "$what" "$measured" "$against" 'not measured' \
			"$sign $target$unit" '**MISSED**'
		MISSED=$((MISSED + 1))
		return 0
	fi
	value=$(of median "$name")
	least=$(of least "$name") greatest=$(of greatest "$name")
	if ! awk -v v="$value" -v t="$target" -v how="$how" 'BEGIN {
		exit !(how == "min" ? v >= t : v <= t) }'; then
		verdict='**MISSED**'
		MISSED=$((MISSED + 1))
	fi
	line "$what" "$measured" "$against" "$(printf '%.3g%s (%.3g to %.3g)' \
		"$value" "$unit" "$least" "$greatest")" \
		"$sign $target$unit" "$verdict"
}

# tell WHAT MEASURED AGAINST NAME [UNIT]: the same of what has no target
tell()
{
	line "$1" "$2" "$3" "$(printf '%.3g%s (%.3g to %.3g)' \
		"$(of median "$4")" "${5:-}" "$(of least "$4")" \
		"$(of greatest "$4")")" '' ''
}

say() { printf '%s  %s\n' "$(date +%T)" "$*" >&2; }

# ---- devices ----------------------------------------------------------------

# ram NAME SIZE: a loop device in $DEV over a file in memory, all of whose
# pages are there before anything is measured
ram()
{
	local bytes
	bytes=$(numfmt --from=iec "$2")
	if ! mountpoint -q "$W/ram"; then
		mkdir -p "$W/ram"
		mounted -t tmpfs -o size=90% massho-bench "$W/ram"
	fi
	head -c "$bytes" /dev/zero >"$W/ram/$1" ||
		fail "no $2 of memory for '$1'; try a smaller SIZE"
	attach "$W/ram/$1" --direct-io=on || attach "$W/ram/$1"
}

# ram_gone NAME DEVICE
ram_gone()
{
	detach "$2"
	rm "$W/ram/$1"
}

# null SIZE RATE: a loop device in $DEV that keeps nothing, of RATE bytes/s (0:
# as fast as it can), served by $NULL
null()
{
	local dir n
	dir=$(mktemp -d "$W/null.XXXXXX")
	"$TOOLS/nullfile" "$(numfmt --from=iec "$1")" "$2" -- "$dir" -f \
		-o max_threads=4 2>>"$W/errors" &
	NULL=$!
	SERVERS+=("$NULL")
	for ((n = 0; n < 100; n++)); do
		[ ! -e "$dir/disk" ] || break
		sleep 0.05
	done
	MOUNTS+=("$dir")
	attach "$dir/disk" --direct-io=on
	NULL_DIR=$dir
}

# null_gone: the one that was made last
null_gone()
{
	local n
	detach "$DEV"
	for ((n = 0; n < 100; n++)); do
		! umount "$NULL_DIR" 2>/dev/null || break
		sleep 0.05
	done
	wait "$NULL" || true
}

# ---- one run ----------------------------------------------------------------

# watch OPTION... -- COMMAND...: a line of what it cost, its output in $W/run.
# What it must exit with is $EXITS (0).
watch()
{
	local line what=$*
	line=$("$BENCH/watch.pl" --to "$W/run" "$@" 2>>"$W/errors" </dev/null) ||
		{ tail -n 5 "$W/errors" >&2; fail "not measured: $*"; }
	if ! [[ $line =~ ^exit=(${EXITS:-0})\  ]]; then
		tail -n 5 "$W/errors" >&2
		jq -rR 'fromjson? | select(.event == "result" and
			.result != "erased") | "\(.drive): \(.result), \(
			[.reasons[] | .text_en] | join("; "))"' "$W/run" >&2
		fail "$line: ${what:0:200}"
	fi
	echo "$line"
}

# value NAME LINE
value() { sed -n "s/.*\\<$1=\\([0-9.]*\\).*/\\1/p" <<<"$2"; }

# fio_run read|write BLOCK DEPTH DEVICE...: bytes/s over all of them, each in full,
# $TIMES times (1)
fio_run()
{
	local rw=$1 bs=$2 depth=$3 dev jobs=() which=write
	shift 3
	[ "$rw" = write ] || which='read'
	for dev; do
		jobs+=(--name="${dev##*/}" --filename="$dev")
	done
	fio --rw="$rw" --bs="$bs" --iodepth="$depth" --direct=1 \
		--ioengine=io_uring --fixedbufs=1 --registerfiles=1 \
		--zero_buffers --end_fsync=1 --loops="${TIMES:-1}" \
		--group_reporting \
		--output-format=json "${jobs[@]}" >"$W/fio" \
		2>>"$W/errors" || fail "fio: $(tail -n 3 "$W/errors")"
	jq -re ".jobs[0].$which.bw_bytes" "$W/fio"
}

# tokens DEVICES-AND-OPTIONS...: --confirm TOKEN for each drive, in CONFIRM
tokens()
{
	local token
	CONFIRM=()
	"$MASSHO" plan --json --lang en "$@" >"$W/plan" 2>>"$W/errors" || true
	while read -r token; do
		[ "$token" != null ] || fail "refused: $(jq -r \
			'.drives[].refusals[].text_en' "$W/plan" | sort -u)"
		CONFIRM+=(--confirm "$token")
	done < <(jq -r '.drives[].confirm_token' "$W/plan")
	[ ${#CONFIRM[@]} -gt 0 ] || fail "no plan for: $*"
}

# erase WATCH-OPTIONS -- DEVICES-AND-OPTIONS: one run, watched, with the consent
# that `tokens` made
erase()
{
	local options=()
	while [ "$1" != -- ]; do
		options+=("$1")
		shift
	done
	shift
	rm -rf "$W"/massho-*.json "$W/evidence"
	watch "${options[@]}" -- "$MASSHO" erase "$@" --no-case --json \
		"${CONFIRM[@]}"
}

# step KIND: bytes/s of that step of the run in $W/run
step()
{
	jq -rse --arg kind "$1" '[.[] | select(.event == "step") | .result |
		select(.kind == $kind and .bytes > 0 and .ms > 0)][-1] |
		if . then .bytes / .ms * 1000 else error("none") end' \
		"$W/run" || fail "massho told nothing of step '$1'"
}
