# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2034
# What the scripts of this directory share; sourced by them.
#
# Everything downloaded or built lives in one cache directory:
#   kernels/RELEASE/  a Debian kernel with its headers, unpacked, never installed
#   kernels/6.1       a link to the newest RELEASE of that branch found so far
#   kernels/RELEASE-check-KEY/  a kernel that was built here, with KEY's configuration
#   ccache/           what was compiled for it
#   chroot/           a Debian with a newer compiler, for newer kernels
#   rootfs.SUITE/     a Debian release as a server: kernel, compiler, dkms, tools
#   build/            module objects, one directory per work tree and kernel
#   ksft/             kselftest's headers, checkpatch.pl
#   runs/             console logs of failed runs

PATH=$PATH:/usr/sbin:/sbin
TOP=$(cd "$(dirname "$0")/../.." && pwd -P)
VM=$TOP/selftests/vm
CACHE=${TCP_CENSUS_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/tcp_census}
KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg

die()
{
	echo "${0##*/}: $*" >&2
	exit 1
}

# Keeps two runs in one work tree out of each other's way until this script ends.
lock()
{
	mkdir -p "$CACHE"
	exec 9>"$CACHE/$1.lock"
	flock 9
}

# Where the parts of a kernel lie: $1 is what kernel.sh printed, an unpacked
# Debian kernel or the build directory of a kernel's source; or a root filesystem in which
# $2 is installed.
kernel_parts()
{
	if [ -f "$1/include/config/kernel.release" ]; then
		release=$(cat "$1/include/config/kernel.release")
		image=$1/arch/x86/boot/bzImage
		build=$1
	else
		release=${2:-${1##*/}}
		image=$1/boot/vmlinuz-$release
		[ -f "$image" ] || image=$1/lib/modules/$release/vmlinuz # from 7.0 on
		build=$1/lib/modules/$release/build
	fi
	modules=$1/lib/modules
	[ -f "$image" ] || die "$1 holds no kernel image (${image#"$1/"}): is it built?"
}
