#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Does every line stay in its room?  docs/ARCHITECTURE.md has the rules; here
# each is one line.
set -u
cd "$(dirname "$0")/.." || exit 1
shopt -s nullglob
broken=0

code=$(perl tests/code.pl src/*.[ch] drivers/*.[ch] certs/*.[ch] tests/*.c \
	tests/emu/*.[ch]) || exit 1

# only WHAT PATTERN WHERE ALLOWED: lines of code in WHERE (a regular expression
# of files) that match PATTERN may stand in files that match ALLOWED, no other.
only()
{
	local what=$1 pattern=$2 where=$3 allowed=$4 found
	found=$(grep -E "^($where):[0-9]+:" <<<"$code" |
		grep -vE "^($allowed):" |
		grep -E "^[^:]*:[0-9]*:.*($pattern)")
	if [ -n "$found" ]; then
		printf '%s:\n%s\n' "$what" "  ${found//$'\n'/$'\n'  }"
		broken=1
	fi
}

never=NEVER
product='(src|drivers|certs)/[^:]*'

# header WHO-MAY NAME: which files may include a header
header()
{
	only "\"$1\" included outside its rooms" \
		"#[[:space:]]*include[[:space:]]*\"([^\"]*/)?$1\"" \
		"$product" "$2"
}

header '(drive|casefile|resume)\.h' 'src/massho\.h'
header ui.h 'src/[^:]*'
header cli.h 'src/(main|cli[a-z_]*|cmd_[a-z]+|erase[a-z_]*|tui[a-z_]*)\.[ch]'
header tui.h 'src/tui[a-z_]*\.c'
header erase.h 'src/(cmd_[a-z]+|erase[a-z_]*|tui)[a-z_]*\.[ch]'
header driver.h \
	'src/(probe|guard|execute|overwrite|verify)[a-z_]*\.c|src/engine\.h|drivers/[^:]*'
header wire.h 'drivers/[^:]*'
header machine.h 'src/(stick|probe)[a-z_]*\.c|drivers/linux_(hidden|live)\.c'
header stick.h 'src/(stick|cmd_|erase|tui)[a-z_]*\.[ch]'
header jobfile.h 'src/(jobfile|erase_order)\.[ch]'
header erase_order.h 'src/(erase_order|cmd_job|tui[a-z_]*)\.[ch]'
header execute.h 'src/execute[a-z_]*\.c'
header marks.h 'src/(mark_[a-z]+|marks)\.c|src/prove\.h'
header prove.h 'src/prove[a-z_]*\.c'
header verify_judge.h 'src/verify_[a-z]+\.c'
header linux.h 'drivers/linux[a-z_]*\.[ch]'
header '[a-z]+_spec\.h' 'drivers/[^:]*'
header sense.h 'drivers/[^:]*'
header ata.h 'drivers/(ata[a-z_]*|bridge)\.c'
header nvme.h 'drivers/nvme[a-z_]*\.c'
header scsi.h 'drivers/(scsi|bridge)[a-z_]*\.c'
header cert.h 'certs/[^:]*|src/(cmd_[a-z]+|worker|erase[a-z_]*|stick_unfinished|tui)\.[ch]'
header 'pdf\.h' 'certs/[^:]*'

only 'the memory includes more than the nouns' \
	'#[[:space:]]*include[[:space:]]*"\.\./(drivers/|src/([^mu]|ui))' \
	'certs/[^:]*' "$never"
only 'a driver includes more than the nouns' \
	'#[[:space:]]*include[[:space:]]*"\.\./(certs/|src/([^mu]|ui))' \
	'drivers/[^:]*' "$never"
only 'the nouns include more than libc' '#[[:space:]]*include[[:space:]]*"' \
	'src/(drive|casefile|resume)\.h' "$never"
only 'the nouns include more than libc' \
	'#[[:space:]]*include[[:space:]]*"([^dcr]|d[^r]|c[^a]|r[^e])' \
	'src/massho\.h' "$never"

only 'ioctl outside drivers/linux.c' '\<ioctl[[:space:]]*\(' \
	"$product" 'drivers/linux\.c'
only 'the wire asked past driver.c' '\<wire_[a-z_]+[[:space:]]*\(' \
	'(src|certs)/[^:]*' "$never"
only 'io_uring outside drivers/linux' '\<io_uring' \
	"$product" 'drivers/linux[a-z_]*\.[ch]'
only 'start() called outside execute and firmware' '(->start|\<drive_start)[[:space:]]*\(' \
	'src/[^:]*|certs/[^:]*' 'src/(execute|firmware)\.c'
only '->start() forwarded outside driver.c' '->start[[:space:]]*\(' \
	'drivers/[^:]*' 'drivers/driver\.c'
only 'a victim opened outside execute' '\<OPEN_VICTIM\>' \
	'src/[^:]*|certs/[^:]*' 'src/execute[a-z_]*\.c'
only 'a write submitted outside overwrite and marks' \
	'(->|\.)write[[:space:]]*=' \
	'src/[^:]*' 'src/(overwrite[a-z_]*|marks[a-z_]*)\.c'
only 'a verdict set outside verify' \
	'(->|\.)outcome[[:space:]]*=[^=]' \
	'src/[^:]*' 'src/verify[a-z_]*\.c'
only 'success named outside verify' '[^=!]=[[:space:]]*OUTCOME_(ERASED|EXCEPTIONS)' \
	"$product" 'src/verify[a-z_]*\.c'
only 'a consent made outside consent' '(->|\.)how[[:space:]]*=[[:space:]]*CONSENT_' \
	"$product" 'src/consent\.c'
only 'a receipt given outside the erasing face' \
	'has_receipt[[:space:]]*=[[:space:]]*true' \
	"$product" 'src/(worker|erase[a-z_]*|cmd_erase)\.c'
only 'curses outside the terminal' '#[[:space:]]*include[[:space:]]*<n?curses' \
	"$product" 'src/tui_term\.c'
only 'a shell' '\<(system|popen|execl|execlp|execvp|execv|posix_spawnp?)[[:space:]]*\(' \
	"$product" "$never"
only 'a driver or the memory prints' \
	'\<(v?d?f?printf|puts|fputs|putchar|perror)[[:space:]]*\(' \
	'drivers/[^:]*|certs/[^:]*' 'certs/(auditor|check_main|check)\.c'
only 'an unbounded copy' '\<(strcpy|strcat|sprintf|vsprintf|gets|alloca)[[:space:]]*\(' \
	"$product" "$never"
only 'an #ifdef outside drivers/linux' '#[[:space:]]*(ifdef|if[[:space:]])' \
	'(src|drivers|certs)/[^:]*\.c' 'drivers/linux[a-z_]*\.c'
only 'a struct typedef' '\<typedef[[:space:]]+(struct|enum|union)\>' \
	"$product" "$never"
only 'test code in the product' '(tests/|\<emu_)' "$product" "$never"
only 'a test without its asserts' '#[[:space:]]*define[[:space:]]+NDEBUG' \
	'[^:]*' "$never"

# A reason that nothing gives is a sentence that nobody tested.
unraised=$(grep -o '\<REASON_[A-Z_]*' src/drive.h | grep -v '_COUNT$\|_MAX$' |
	grep -vxFf <(grep -vE '^(src/(massho\.h|words_reason\.c)|tests/)' \
		<<<"$code" | grep -o '\<REASON_[A-Z_]*'))
if [ -n "$unraised" ]; then
	printf 'reasons that nothing raises:\n%s\n' "$unraised"
	broken=1
fi

# Facts of the built program, if it is there.
bin=${O:-build}/massho-check
if [ -x "$bin" ]; then
	extra=$(ldd "$bin" | grep -E 'cairo|pango|glib|poppler|uring|blkid|qr')
	if [ -n "$extra" ]; then
		printf 'massho-check links more than it needs:\n%s\n' "$extra"
		broken=1
	fi
	extra=$(nm "$bin" 2>/dev/null |
		grep -E ' T (wire_|drive_|execute_|overwrite_|form_|pades_)')
	if [ -n "$extra" ]; then
		printf 'massho-check holds code that can touch a drive:\n%s\n' \
			"$extra"
		broken=1
	fi
fi
[ $broken -eq 0 ] && echo "layers hold"
exit $broken
