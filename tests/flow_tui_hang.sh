#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# One drive that answers nothing any more: the screen stays usable, the others
# are erased and documented, it alone can be given up and is NOT erased; and at
# the next look it holds up no other.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
need tmux jq fusermount3
[ -c /dev/fuse ] || skip "this kernel offers no /dev/fuse"
# shellcheck source=tests/terminal.sh
. "$TOP/tests/terminal.sh"
cd "$W"

letters 12M >medium
letters 3M >good.img
mkdir fs
"$TOOLS/badfile" medium hang:4194304 -- fs -f -o max_threads=8 &
SERVERS+=($!)
MOUNTS+=("$W/fs")
for ((i = 0; i < 100; i++)); do
	[ ! -e fs/disk ] || break
	sleep 0.05
done
[ -e fs/disk ] || skip "no file system in user space here"

screen en --image fs/disk good.img --no-case
shown '1/8'
press Enter
shown '2/8'
press Enter
shown '2 drives'
press Space Down Space
shown '\[x\] good\.img'
press Enter
shown '4/8'
press Enter
shown '12582912'
type_in 2912
press Enter
shown '3145728'
type_in 5728
press Enter

# ---- the other one ends as if nothing were --------------------------------------
shown '1 at work, 1 ended'
shown '\[ERASED\]'
keep 6-hang
is 0 "$(grep -c -a MASSHO-MARKER good.img)" "markers in the good one"
press d				# every key goes on doing what it does
shown 'overwrite'
press Escape F3
shown 'messages'
press Escape
shown '1 at work'

# ---- it alone is given up --------------------------------------------------------
press Home s
shown 'stop this drive\?'
press y
shown 'stopping'
press s				# it cannot even stop
shown 'stop this drive\?'
press y
shown '6/8'
sleep 6				# it is given a while, and then given up
shown '7/8'
shown 'ATTENTION: only 1 of 2'
shown '\[NOT ERASED.*disk'
is 'erased' "$(cat evidence/*.jsonl | jq -r 'select(.event == "outcome" and
	.body.result == "erased") | .body.result' | paste -sd' ')" "what is erased"
is 2 "$(cat evidence/*.jsonl | jq -r 'select(.event == "outcome") |
	.event' | wc -l)" "outcomes"

# ---- the next look ---------------------------------------------------------------
press Enter
shown '8/8'
press Enter
shown 'drives: 1 have not answered yet'
keep 3-waiting
press Escape
shown 'does not answer'
shown '2 drives, 0 chosen'
press Home Space
shown 'replug it'
not_shown '1 chosen'
press Down Space
shown '1 chosen'
