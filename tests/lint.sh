#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Reads every source with clang-tidy, cppcheck and shellcheck.
#
# usage: CHECK_FLAGS='-I...' tests/lint.sh [FILE.c...]
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
shopt -s nullglob
broken=0

if [ $# -gt 0 ]; then
	files=("$@")
else
	files=(src/*.c drivers/*.c certs/*.c tests/*.c tests/emu/*.c
		tests/tools/*.c tests/bench/*.c)
fi
read -ra flags <<<"${CHECK_FLAGS-}"
flags+=(-std=gnu11 -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 '-DLOCALEDIR=""')

scripts=(tests/*.sh tests/run tests/*/*.sh src/usb/build src/usb/sbom
	debian/install-deps .ci/run)

# The large ones first, so that all processors end together.
stat -c '%s %n' "${files[@]}" | sort -rn | cut -d ' ' -f 2 |
	xargs -P "$(nproc)" -I {} \
	clang-tidy --quiet {} -- "${flags[@]}" 2>/dev/null || broken=1

# Suppressed: what cppcheck cannot know (library headers), what is only about
# how a table is written, and what says "I did not look further".
cppcheck --quiet --std=c11 --enable=warning,portability,performance \
	--inline-suppr --error-exitcode=1 -j "$(nproc)" \
	--suppress=missingIncludeSystem --suppress=unknownMacro \
	--suppress=normalCheckLevelMaxBranches --suppress=toomanyconfigs \
	--suppress=checkersReport \
	-D_GNU_SOURCE -DLOCALEDIR='""' '-D__attribute__(x)=' \
	"${files[@]}" || broken=1

printf '%s\n' "${scripts[@]}" | xargs -P "$(nproc)" -n 6 \
	shellcheck -S warning -x -P SCRIPTDIR || broken=1

[ $broken -eq 0 ] && echo "lint is clean"
exit $broken
