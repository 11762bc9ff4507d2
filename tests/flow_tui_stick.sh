#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# On the stick: the screen finds case and key by itself, asks for the clock and,
# once there is a plan, for the passphrase, each once, erases a drive, puts
# certificate and evidence on the stick, and starts nothing once the stick is
# gone or full.  A drive in use
# cannot be chosen, and the stick itself is no victim.
#
# Nothing here may ever choose "power off" or "restart".
. "$(dirname "$0")/lib.sh"
need_loop
need tmux jq unshare mkfs.ext4

# What /init leaves in /run is this test's alone.
if [ -z "${OWN_RUN:-}" ]; then
	[ -z "${SCREENS:-}" ] || SCREENS=$(realpath "$SCREENS")
	cd /
	rmdir "$W"
	unshare -m --propagation private true 2>/dev/null ||
		skip "no mount namespaces here"
	OWN_RUN=1 exec unshare -m --propagation private \
		"$TOP/tests/flow_tui_stick.sh"
fi
# shellcheck source=tests/terminal.sh
. "$TOP/tests/terminal.sh"
cd "$W"
mount -t tmpfs tmpfs /run
MOUNTS+=(/run)
run=/run/massho
mkdir -p $run/stick
truncate -s 96M stick
mkfs.ext4 -q -F -L MASSHO stick
attach "$W/stick"
STICK=$DEV
mounted -t ext4 -o dirsync "$STICK" $run/stick
touch $run/live
echo "$STICK" >$run/device
echo image | sha256sum | cut -c 1-64 >$run/image
new_case case
mv case $run/stick/case

disk drive 4M
VICTIM=$DEV
truncate -s 8M used
mkfs.ext4 -q -F used
attach "$W/used"
USED=$DEV
mkdir mnt
mounted "$USED" mnt

"$MASSHO" list "$VICTIM" --json | jq -e '.drives[0].refusals == []' >/dev/null ||
	skip "another one's broken device lets nothing be told of any drive"

screen en --stick "$VICTIM" "$USED" "$STICK"
shown '/run/massho/stick/case'
shown 'image  '
press Enter
shown '2/8 clock'
shown 'Japanese time'
press Enter
shown '3/8 (drives|ドライブ)'
keep 3-stick

# what is in use, and the stick, cannot be chosen; it is said why
press Down Space
shown '0 chosen'
shown "mounted|in use"
press Down Space
shown '0 chosen'
shown "running system|boot"
press Home Space
shown '1 chosen'

# full: no start
free=$(df --output=avail -B1M $run/stick | tail -n 1)
head -c $((free - 8))M /dev/zero >$run/stick/ballast
press Enter
shown '(full|free).*'
not_shown '5/8'
rm $run/stick/ballast

# and again, once there is room
shown '3/8 (drives|ドライブ)|4/8'
sleep 1.2
press Enter
shown '4/8 plan'
press Enter
shown '4/8 signing key'
shown '/run/massho/stick/case/key\.p8'
type_in "$PASSPHRASE"
press Enter
shown '5/8'

# pulled before the last character: nothing starts
umount -l $run/stick
type_in 4304
press Enter
shown 'stick'
not_shown '6/8'
is 1 "$(($(grep -c -a MASSHO-MARKER drive) > 0))" "content of the drive"
mount -t ext4 -o dirsync "$STICK" $run/stick

# put back: the plan is still there, the consent is asked again
shown '4/8'
press Enter
shown '5/8'
type_in 4304
press Enter
shown '7/8'
shown 'the drive is erased'
press Enter
shown '8/8'
keep 8-stick
# the first choice only: the others end this machine
press Enter
shown '3/8 (drives|ドライブ)'			# neither clock nor passphrase is asked again
press Space Enter
shown '4/8 plan'
press Enter
shown '5/8'
tm kill-server

is 0 "$(grep -c -a MASSHO-MARKER drive)" "markers left on the drive"
exits 0 "$MASSHO_CHECK" $run/stick/case/out/*.json \
	--trust $run/stick/case/key.crt
is erased "$(jq -r .result $run/stick/case/out/*.json)" "result"
