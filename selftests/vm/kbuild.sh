#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Builds a kernel from Debian's source, and prints its directory in the cache.
#   kbuild.sh 6.12-check   that branch, configured by config/machine and config/check
# It is built again when its configuration or the compiler changes (UPDATE=1: or when there
# is newer source). What was compiled before, ccache remembers. Kept are the image, and what
# a module needs to be built.
set -eu
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/apt.sh"

branch=${1%%-*} kind=${1#*-}
link=$CACHE/kernels/$1
work=$CACHE/.kernel.$1
source=$work/source
config="$VM/config/machine $VM/config/$kind"
# shellcheck disable=SC2086 # a list
key=$({ cat $config && gcc --version; } | cksum | cut -d ' ' -f 1)

# Where the source of a branch may be when its packages are gone.
suites='trixie-backports trixie sid'

# The newest source of the branch: its $version, and the $package that holds it, or none when
# it is a source package, of the suite that apt is left with.
look_for()
{
	package=linux-source-$branch
	apt_update
	version=$(private_apt cache show "$package" 2>/dev/null | sed -n 's/^Version: //p' | head -n 1)
	[ -z "$version" ] || return 0
	package=''
	for suite in $suites; do
		from_suite "$suite" deb-src
		apt_update
		version=$(private_apt cache showsrc linux | sed -n "s/^Version: \($branch\.\)/\1/p" |
			sort -rV | head -n 1)
		[ -z "$version" ] || return 0
	done
	die "the source of kernel $branch is offered neither by this machine's apt sources nor by Debian's $suites."
}

# shellcheck disable=SC2154 # $debs
unpack()
{
	if [ -n "$package" ]; then
		download "$package"
		dpkg-deb --fsys-tarfile "$debs"/*.deb | tar -xO "./usr/src/$package.tar.xz" |
			tar -xJ -C "$source" --strip-components=1
		rm -rf "$debs"
	else
		(cd "$work" && private_apt get source --download-only --tar-only "linux=$version") >&2 ||
			die "could not download the source of linux $version."
		tar -xJf "$work"/linux_*.orig.tar.xz -C "$source" --strip-components=1
	fi
}

# Whatever would make two builds differ is fixed, for ccache.
kmake()
{
	CCACHE_DIR=$CACHE/ccache CCACHE_MAXSIZE=1G KBUILD_BUILD_TIMESTAMP=@1 \
		KBUILD_BUILD_USER=tcp_census KBUILD_BUILD_HOST=tcp_census \
		nice make -s -C "$source" -j "$(nproc)" CC='ccache gcc' HOSTCC='ccache gcc' "$@" \
		>>"$work/log" 2>&1 || {
		tail -n 20 "$work/log" >&2
		die "kernel $branch-$kind does not build, see $work/log."
	}
}

# Kconfig says nothing about what it drops: branches differ in what they have.
configure()
{
	# shellcheck disable=SC2086 # a list
	cat $config >"$work/config"
	kmake KCONFIG_ALLCONFIG="$work/config" allnoconfig
	grep '^CONFIG_' "$work/config" | grep -vxF -f "$source/.config" | sed 's/^/without /' >&2
}

# What kernel_parts() in lib.sh looks for, and what modules are built with.
keep()
{
	mkdir "$work/kept"
	(cd "$source" && tar -c --exclude='*.o' --exclude='*.cmd' .config Makefile Module.symvers \
		arch/x86/Makefile* arch/x86/include arch/x86/boot/bzImage include scripts \
		tools/objtool/objtool) | tar -x -C "$work/kept"
	echo "$version" >"$work/kept/version"
}

build()
{
	sh "$VM/deps" flex bison bc libelf-dev libssl-dev ccache lz4
	rm -rf "$work"
	mkdir -p "$source" "$CACHE/kernels"
	echo "downloading the source of linux $version" >&2
	unpack
	echo "building kernel $branch-$kind: about 15 minutes on two cores, once" >&2
	configure
	kmake bzImage modules
	keep
	kept=$(cat "$work/kept/include/config/kernel.release")-$key
	rm -rf "$CACHE/kernels/${kept%-*}"-*
	mv "$work/kept" "$CACHE/kernels/$kept"
	ln -sfn "$kept" "$link"
	rm -rf "$work"
}

lock "kernel-$1"
there=$(readlink "$link") || there=''
if [ "${there##*-}" != "$key" ]; then
	look_for
	build
elif [ -n "${UPDATE:-}" ]; then
	look_for
	[ "$version" = "$(cat "$link/version")" ] || build
fi
readlink -f "$link"
