#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Killed at random moments and resumed until the end, five drives at a time:
# nothing of the old content is left, the stream is the recorded one, and the
# certificate tells of every part.
. "$(dirname "$0")/lib.sh"

need_loop
need jq pgrep
cd "$W"
SIZE=12M LIMIT=8M ROUNDS=${ROUNDS:-10} DRIVES=5
least=1	# that went on within a pass
# A sanitized build takes longer to start than to write what is here.
! grep -q __asan_init "$MASSHO" || ROUNDS=2 least=0
RANDOM=${SEED:=$$}
echo "SEED=$SEED"

new_case case
devs=() tokens=()
for n in $(seq $DRIVES); do
	disk "drive$n" $SIZE
	devs+=("$DEV")
	tokens+=("$(token "$DEV" --case case --limit $LIMIT)")
done
log() { cat case/evidence/*.jsonl; }

# start N... [-- options]: erases the drives of these numbers
start()
{
	local which=() confirm=() n
	while [ $# -gt 0 ] && [ "$1" != -- ]; do
		n=$1
		which+=("${devs[n]}")
		confirm+=(--confirm "${tokens[n]}")
		shift
	done
	[ $# -eq 0 ] || shift
	"$MASSHO" erase "${which[@]}" --case case --limit $LIMIT \
		"${confirm[@]}" --pass-fd 3 "$@" 3<<<"$PASSPHRASE" \
		>said 2>said.err </dev/null
}

# state N: what the log says came of the last erasure of this drive in this
# round, which began after so many lines
state()
{
	log | tail -n +$((before + 1)) | jq -rn --arg path "${devs[$1]}" '
		reduce inputs as $l ({receipt: "", came: "none"};
		if $l.event == "intent" and $l.body.plan.path == $path then
			{receipt: $l.hash, came: "open"}
		elif $l.event == "outcome" and
			$l.body.receipt == .receipt then
			.came = $l.body.result
		else . end) | .came'
}

# Until the workers, which die with their parent, have let go of the drives.
wait_free()
{
	local dev
	for dev in "${devs[@]}"; do
		for _ in $(seq 100); do
			! "$MASSHO" plan "$dev" --json >plan.json || continue 2
			sleep 0.1
		done
		fail "$dev stays in use: $(jq -c '.drives[0].refusals' plan.json)"
	done
}

intents()
{
	log 2>/dev/null | grep -c '"event":"intent"' || true
}

# killed AFTER_MS N... [-- options]: starts, and kills it if it still runs then.
# The time counts from the first intent, however slow the machine is; now and
# then from the start.
killed()
{
	local after=$1 pid shell had
	shift
	had=$(intents)
	in_background start "$@"
	shell=$PID
	if ((RANDOM % 8)); then
		for _ in $(seq 400); do
			[ "$(intents)" -eq "$had" ] || break
			kill -0 "$shell" 2>/dev/null || break
			sleep 0.05
		done
	fi
	sleep "$(printf '%d.%03d' $((after / 1000)) $((after % 1000)))"
	pid=$(pgrep -P "$shell" -x massho || true)
	[ -z "$pid" ] || kill -9 "$pid" 2>/dev/null || true
	wait "$shell" 2>/dev/null || true
	wait_free
}

# Nobody is taken for interrupted who never began.
exits 2 start 0 -- --resume
grep -q 'no interrupted erasure' said.err || fail "$(cat said.err)"

parts=0 within=0 most=0 kills=0 before=0
for round in $(seq "$ROUNDS"); do
	for n in $(seq $DRIVES); do
		letters $SIZE | dd of="${devs[n - 1]}" bs=1M iflag=fullblock \
			oflag=direct status=none
	done
	before=$(log | wc -l)
	killed $((RANDOM % 3000)) 0 1 2 3 4
	kills=$((kills + 1))
	for try in 1 2 3 4 5 6 7 8 9; do
		# the log of whom was killed has no outcome before the next start
		open=() fresh=()
		for n in 0 1 2 3 4; do
			case $(state $n) in
			open | interrupted | refused) open+=("$n") ;;
			none) fresh+=("$n") ;;
			failed) fail "drive $n has failed" ;;
			esac
		done
		[ ${#fresh[@]} -eq 0 ] || start "${fresh[@]}" || true
		[ ${#open[@]} -gt 0 ] || break
		if [ $try -lt 9 ] && ((RANDOM % 3)); then
			killed $((RANDOM % 3000)) "${open[@]}" -- \
				--resume
			kills=$((kills + 1))
		else
			exits 0 start "${open[@]}" -- --resume
		fi
	done
	for n in 0 1 2 3 4; do
		is erased "$(state $n)" "the end of drive $n in round $round"
	done
	! grep -q -a MASSHO-MARKER drive[1-5] ||
		fail "old content is left: $(for n in 0 1 2 3 4; do
			state $n; done; log | tail -n +$((before + 1)) |
			jq -c '[.event, .body.receipt, .body.result]')"
done

# Killed between outcome and document: the log makes it.
exits 0 with_pass "$MASSHO" case issue case --pass-fd 3

# Every document of a success: read the last ones again, count the parts.
exits 0 "$MASSHO" check case/out/*.json --trust case/key.crt
exits 0 "$MASSHO" check case/evidence/*.jsonl
erased=0
for doc in case/out/*.json; do
	[ "$(jq -r .result "$doc")" = erased ] || continue
	erased=$((erased + 1))
	n=$(jq '.method.parts | length' "$doc")
	parts=$((parts + n))
	[ "$n" -le $most ] || most=$n
	within=$((within + $(jq '[.method.passes[].resumed |
		select(. != null)] | length' "$doc")))
	is "$n" "$(jq -r '[.level_reasons[] | select(.code == "resumed")
		.arg][0] // "0"' "$doc")" "what $doc tells of its parts"
done
is $((ROUNDS * DRIVES)) "$erased" "documents"
for n in 0 1 2 3 4; do
	# the newest erasure: a document may be of one long before it
	doc=$(grep -l "\"path\":\"${devs[n]}\"" case/out/*.json |
		xargs grep -l '"result":"erased"' | xargs jq -r \
		'.finished_at + " " + input_filename' | sort |
		tail -n 1 | cut -d ' ' -f 2)
	exits 0 "$MASSHO" verify "${devs[n]}" --cert "$doc" \
		--trust case/key.crt
done
echo "$((ROUNDS * DRIVES)) erasures, killed $kills times; $parts parts," \
	"at most $most of one, $within went on within a pass"
[ "$parts" -ge $((ROUNDS * least)) ] || fail "hardly any erasure was interrupted"
[ "$within" -ge $least ] || fail "none went on within a pass"
