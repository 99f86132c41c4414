#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Prints the directory of a kernel, after downloading it if need be.
#   kernel.sh 6.1        newest Debian kernel of that branch in the cache, or else offered
#                        by apt or another Debian suite (UPDATE=1: look for a newer one)
#   kernel.sh 6.1-cloud  likewise, of that flavour
#   kernel.sh 6.12-check one that kbuild.sh builds: config/ has a file of that name
#   kernel.sh DIR        a kernel's build directory
set -eu
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/apt.sh"

# Where kernels are that this machine's Debian does not offer.
suites='trixie-backports trixie bullseye-security experimental sid'

newest()
{
	branch=${1%%-*} flavour=${1#"${1%%-*}"}
	private_apt cache pkgnames "linux-image-$branch" |
		grep -E "^linux-image-$branch([.+][^-]+|-rc[0-9]+)?(-[0-9]+)?$flavour-amd64\$" | sort -rV |
		while read -r name; do
			# A suite may still have an image whose headers are gone.
			private_apt cache show "linux-headers-${name#linux-image-}" >/dev/null 2>&1 || continue
			echo "${name#linux-image-}"
			break
		done
}

# Newer Debians split the image in linux-base-*, linux-binary-* and linux-modules-*.
parts()
{
	private_apt cache depends --recurse --important "linux-image-$1" "linux-headers-$1" |
		grep -E '^linux-(image|base|binary|modules|headers|kbuild)-' | grep -v -e -unsigned
}

# Without half of the modules: a virtual machine has no such devices.
unpack()
{
	for deb in "$debs"/*.deb; do
		dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$1" \
			--exclude='*/drivers/gpu/*' --exclude='*/drivers/media/*' \
			--exclude='*/drivers/net/wireless/*' --exclude='*/sound/*' \
			--exclude='*/drivers/infiniband/*'
	done
	rm -rf "$debs"
}

# The header packages expect to lie under /usr; without their vmlinux (kept for
# BTF only) modules build without pahole.
relocate()
{
	headers=$final/usr/src/linux-headers-$release
	sed -i "s|/usr/src/|$final/usr/src/|" "$new/usr/src/linux-headers-$release/Makefile"
	rm -f "$new/usr/src/linux-headers-$release/vmlinux"
	[ -d "$new/lib/modules" ] || { mkdir -p "$new/lib"; mv "$new/usr/lib/modules" "$new/lib"; }
	ln -sfn "$headers" "$new/lib/modules/$release/build"
	rm -f "$new/lib/modules/$release/source"
	depmod -b "$new" "$release"
}

# The newest of a branch, in $release; apt is left with the suite that offers it.
look_for()
{
	for suite in '' $suites; do
		[ -z "$suite" ] || from_suite "$suite"
		apt_update
		release=$(newest "$1")
		[ -z "$release" ] || return 0
	done
	die "kernel $1 is offered neither by this machine's apt sources nor by Debian's $suites: choose with KERNEL= or KERNELS=."
}

fetch()
{
	look_for "$1"
	final=$CACHE/kernels/$release
	if [ ! -d "$final" ]; then
		echo "downloading kernel $release" >&2
		new=$CACHE/kernels/.new.$release
		rm -rf "$new"
		mkdir -p "$new"
		# shellcheck disable=SC2046 # a list of packages
		download $(parts "$release")
		unpack "$new"
		relocate
		mv "$new" "$final"
	fi
	ln -sfn "$release" "$CACHE/kernels/$1"
}

case $1 in
*/*)
	[ -f "$1/include/config/kernel.release" ] || die "$1 is not the build directory of a kernel."
	readlink -f "$1"
	exit ;;
*-*)
	[ ! -f "$VM/config/${1#*-}" ] || exec sh "$VM/kbuild.sh" "$1" ;;
esac
lock kernels
if [ ! -d "$CACHE/kernels/$1" ] || [ -n "${UPDATE:-}" ]; then
	fetch "$1"
fi
readlink -f "$CACHE/kernels/$1"
