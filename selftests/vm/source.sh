#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Prints a directory of the cache with a few files of the kernel's source tree: kselftest's
# headers and runner (tools/testing/selftests) and checkpatch (scripts). They come from
# Debian's linux-source package, of which nothing else is kept.
set -eu
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/apt.sh"

fetch()
{
	apt_update
	for package in linux-source-6.12 linux-source-6.1 ''; do
		[ -n "$package" ] || die "this machine's apt sources offer no linux-source package."
		! private_apt cache show "$package" >/dev/null 2>&1 || break
	done
	echo "downloading $package" >&2
	new=$CACHE/.source
	rm -rf "$new"
	mkdir -p "$new"
	download "$package"
	dpkg-deb --fsys-tarfile "$debs"/*.deb | tar -xO "./usr/src/$package.tar.xz" |
		tar -xJ -C "$new" --strip-components=1 --wildcards \
			"$package/scripts/checkpatch.pl" "$package/scripts/spelling.txt" \
			"$package/scripts/const_structs.checkpatch" \
			"$package/tools/testing/selftests/lib.mk" \
			"$package/tools/testing/selftests/kselftest*" \
			"$package/tools/testing/selftests/run_kselftest.sh"
	rm -rf "$debs"
	mv "$new" "$CACHE/source"
}

lock source
[ -d "$CACHE/source" ] || fetch
echo "$CACHE/source"
