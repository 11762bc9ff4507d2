# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Where does the time of a random pass go?

# A library without symbols counts as one place; kernel threads as one process.
where_table()
{
	awk '$1 ~ /^[0-9.]+%$/ && $2 ~ /^(massho|kworker|iou-|loop)/ {
		sub(/%/, "", $1)
		who = "loop device"
		if ($2 ~ /^massho/)
			who = "massho"
		else if ($2 ~ /^iou-/)
			who = "io_uring worker"
		for (i = 3; i <= NF && $i !~ /^\[[.k]\]$/; i++)
			;
		what = $(i + 1) ~ /^0x/ ? "in " $(i - 1) : $(i + 1)
		if ($i == "[k]")
			what = what " (kernel)"
		share[who " | " what] += $1
		all += $1
	}
	END {
		for (k in share)
			printf "| %.1f %% | %s |\n", share[k] / all * 100, k
	}' | sort -t ' ' -k 2 -rg | sed -n 1,12p
}

part_where()
{
	if ! perf record -e cpu-clock -o "$W/perf" true >/dev/null 2>&1; then
		say 'where: perf does not work here; left out'
		return 0
	fi
	say 'where the time goes'
	ram where "$SIZE"
	tokens "$DEV" --policy clear --verify sample:0.1
	rm -rf "$W/evidence"
	perf record -a -F 997 -e cpu-clock -o "$W/perf" -- "$MASSHO" erase \
		"$DEV" --policy clear --verify sample:0.1 --no-case --json \
		"${CONFIRM[@]}" >"$W/run" 2>>"$W/errors" ||
		fail "massho under perf: $(tail -n 3 "$W/errors")"
	ram_gone where "$DEV"
	{
		echo 'Where the time of a random pass goes, of all that massho and'
		echo 'the kernel threads that serve it take, by perf:'
		echo
		echo '| share | process | where |'
		echo '|---|---|---|'
		perf report -i "$W/perf" --stdio --sort comm,dso,symbol \
			2>/dev/null | where_table
	} >"$D/where"
}
