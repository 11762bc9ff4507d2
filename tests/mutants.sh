#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Is there a test that notices when a check is taken out?
#
# In a copy of the tree each of the checks below is taken out, one at a time;
# at least one of the tests named beside it must then fail.  A check that is no
# longer found where it was is a failure as well: whoever moves one moves it
# here too.
set -u
top=$(cd "$(dirname "$0")/.." && pwd)
: "${O:=$top/build}"
case $O in /*) ;; *) O=$top/$O ;; esac
copy=$(mktemp -d "${TMPDIR:-/tmp}/massho-mutants.XXXXXX") || exit 1
trap 'rm -rf --one-file-system "$copy"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
# A make above this one has flags and jobs of its own.
unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES
broken=0 count=0

# What was built already need not be built again: same names, same times.
mkdir "$copy/O" &&
	cp -a "$top/Makefile" "$top/src" "$top/drivers" "$top/certs" \
		"$top/tests" "$copy" || exit 1
for room in src drivers certs tests/emu; do
	mkdir -p "$copy/O/$room"
	[ -d "$O/$room" ] && cp -a "$O/$room/." "$copy/O/$room"
done
for f in "$O/.flags" "$O/libmassho.a"; do
	[ -e "$f" ] && cp -a "$f" "$copy/O"
done
cd "$copy" || exit 1
# The dependencies name the folder in which they were made.
find O -name '*.d' -exec sed -i "s#${O#"$top"/}/#O/#g; s#$O/#O/#g" {} +

build()
{
	# shellcheck disable=SC2046
	make -s O=O $(printf 'O/tests/%s ' "$@") >log 2>&1 || {
		printf 'does not build:\n'
		tail -n 20 log
		return 1
	}
}

# passes TEST...: all of them
passes()
{
	local t
	for t in "$@"; do
		{ timeout 120 "O/tests/$t"; } >log 2>&1 || return 1
	done
}

# mutant NAME FILE TIMES FROM TO TEST...: FROM stands in FILE so many times, as
# a whole line but for the tabs before it; it becomes TO.
mutant()
{
	local name=$1 file=$2 times=$3 from=$4 to=$5 found
	shift 5
	count=$((count + 1))
	found=$(sed 's/^\t*//' "$file" | grep -cxF -- "$from")
	if [ "$found" -ne "$times" ]; then
		printf '%s: found %s times in %s, not %s: %s\n' "$name" \
			"$found" "$file" "$times" "$from"
		broken=1
		return
	fi
	cp -a "$file" kept
	FROM=$from TO=$to perl -pi -e \
		's/^(\t*)\Q$ENV{FROM}\E$/$1$ENV{TO}/' "$file"
	# a file must not look older than what is built of the mutant before
	touch "$file"
	if ! build "$@"; then
		printf '%s: %s\n' "$name" "$file"
		broken=1
	elif passes "$@"; then
		printf '%s: taken out of %s, and no test noticed: %s\n' \
			"$name" "$file" "$*"
		broken=1
	else
		printf 'noticed: %s\n' "$name"
	fi
	cp kept "$file"
	touch "$file"
}

tests='unit_nvme_steps flow_driver_ata_security flow_firmware flow_driver_ata
	flow_faults flow_invariants flow_remains flow_resume unit_classify
	unit_guard unit_judge'
# shellcheck disable=SC2086
build $tests || exit 1
for t in $tests; do
	passes "$t" || {
		printf '%s fails without any mutant:\n' "$t"
		tail -n 20 log
		exit 1
	}
done

mutant 'SSTAT, and whose it is' drivers/nvme_sanitize.c 1 \
	'return phase == NVME_SANS_IDLE && ours && after ?' \
	'return phase == NVME_SANS_IDLE ?' unit_nvme_steps
mutant 'password removal' drivers/ata_erase.c 1 \
	'r = remove_password(w, s->password, out, log);' 'r = 0;' \
	flow_driver_ata_security
mutant 'marks' src/prove_known.c 1 'survivor(k, &p->marks_left, at);' \
	'(void)survivor;' flow_firmware
mutant 'pre-images' src/prove_known.c 1 \
	'survivor(k, &k->q->r->proof.preimages_left, at);' '(void)survivor;' \
	flow_firmware
mutant 'HPA removal' drivers/ata_expose.c 2 \
	'r = remove_hpa(w, id, out, log);' '(void)remove_hpa;' flow_driver_ata
mutant 'identity, read again' src/execute_admit.c 1 \
	'if (identity_differs(&out->id, &want) || is_resized(j, out) ||' \
	'if (!want.size ||' flow_faults flow_invariants
mutant 'flush' src/overwrite.c 1 'int err = drive_flush(e->h);' \
	'int err = 0;' flow_faults
mutant 'flush, judged' src/verify_judge.c 1 'if (!x->flushed)' 'if (0)' \
	unit_judge
mutant 'namespaces in use' src/guard.c 1 \
	'reasons_add(refusals, REASON_SPACE_IN_USE, arg);' \
	'(void)refusals;' unit_guard
mutant 'content that is random' src/classify.c 1 \
	'return may_be_random(chain[n - 1]);' 'return may_be_random(chain[0]);' \
	unit_classify
mutant 'marks of a later command' src/verify_judge.c 1 \
	'level = firmware_level(&t, p->attempts[t.won].level);' \
	'level = p->attempts[t.won].level;' flow_remains
mutant 'margin before going on' src/margin.c 1 \
	'if (err || state != STATE_DONE || l.same != todo.len)' 'if (err)' \
	flow_resume
mutant 'flush before a checkpoint' src/checkpoint.c 1 \
	'err = drive_flush(c->e->h);' 'err = 0;' flow_resume
mutant 'what was set aside, on record' src/overwrite.c 2 \
	'blockmap_ranges(w->exact, w->unwritten);' '(void)w->exact;' flow_resume
[ $broken -eq 0 ] && printf 'mutants: %s of %s were noticed\n' $count $count
exit $broken
