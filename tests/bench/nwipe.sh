#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Which nwipe is the newest that can be had, and where is it?
#
# usage: tests/bench/nwipe.sh FOLDER
#
# Prints "PATH VERSION SUITE".  Debian's source of it is asked for in the
# newest suite first, through the archive that this machine's apt already uses
# and with its keys, but with lists and a cache of its own, so that nothing of
# the machine changes.  What was built stays in FOLDER for the next time; the
# packaged one is the last resort.
set -eu
dir=$(mkdir -p "$1" && cd "$1" && pwd)
log=$dir/log
suites='sid trixie'

if [ -x "$dir/nwipe" ]; then
	cat "$dir/which"
	exit 0
fi

archive=$(apt-get indextargets --format '$(REPO_URI)|$(ORIGIN)|$(CODENAME)' |
	grep '|Debian|[a-z]*$' | sed -n 1p | cut -d '|' -f 1)
key=/usr/share/keyrings/debian-archive-keyring.gpg

# All of apt's state is below $dir.
own_apt()
{
	local tool=$1
	shift
	"$tool" -qq -o Dir::Etc::sourcelist="$dir/sources.list" \
		-o Dir::Etc::sourceparts=- -o Dir::State::lists="$dir/lists" \
		-o Dir::State::status=/dev/null -o Dir::Cache="$dir/cache" \
		-o APT::Sandbox::User=root -o Acquire::Retries=1 "$@"
}

# The upstream source alone: what Debian adds is about packaging.  apt holds it
# against the signed list.
get()
{
	mkdir -p "$dir/lists/partial" "$dir/cache/archives/partial"
	echo "deb-src [signed-by=$key] $archive $1 main" >"$dir/sources.list"
	own_apt apt-get update || return
	version=$(own_apt apt-cache showsrc nwipe |
		sed -n 's/^Version: //p' | sort -V | tail -n 1)
	[ -n "$version" ] || return
	own_apt apt-get source --tar-only --download-only "nwipe=$version"
}

build()
{
	rm -rf "$dir/source"
	mkdir "$dir/source"
	tar -x -f "$dir"/nwipe_*.orig.tar.* -C "$dir/source" --strip-components=1
	cd "$dir/source"
	autoreconf -fi && ./configure --quiet && make -j"$(nproc)" &&
		cp src/nwipe "$dir/nwipe"
}

cd "$dir"
for suite in $suites; do
	rm -f nwipe_*
	if get "$suite" >>"$log" 2>&1 && (build) >>"$log" 2>&1; then
		echo "$dir/nwipe $version $suite" | tee "$dir/which"
		exit 0
	fi
done
if command -v nwipe >/dev/null; then
	version=$(dpkg-query -W -f '${Version}' nwipe)
	echo "$(command -v nwipe) $version installed"
	exit 0
fi
tail -n 5 "$log" >&2
echo 'no nwipe can be built, and none is installed' >&2
exit 1
