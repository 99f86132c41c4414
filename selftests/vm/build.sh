#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Builds a module for one kernel and copies it to a file.
#   build.sh KERNEL FILE [MAKE-ARGUMENT...]
# The sources are copied, with their times, to a directory of the cache that belongs to
# this work tree and kernel: rebuilding is incremental and the work tree stays clean.
# CENSUS_END=close, abort or none builds other ways to end an orphan, see Kbuild.
# FRESH=yes builds all anew and fails on a warning. MODULE=DIR: the one that is there, not
# tcp_census; its sources are *.c and Kbuild.
set -eu
. "$(dirname "$0")/lib.sh"

kernel=$1
ko=$2
shift 2
tree=$(sh "$VM/kernel.sh" "$kernel")
kernel_parts "$tree"
sources='Kbuild dkms.conf module'
[ -z "${MODULE:-}" ] || sources=.
objects=$CACHE/build/$(echo "$TOP ${MODULE:-} $build ${CENSUS_END:-} $*" | cksum | cut -d ' ' -f 1)
log=$objects/log
lock "build-${objects##*/}"

[ -z "${FRESH:-}" ] || rm -rf "$objects"
mkdir -p "$objects"
cd "$TOP/${MODULE:-}"
# Sources that are gone must not be found by an #include.
find "$objects" -name '*.[chS]' ! -name '*.mod.c' -delete
# shellcheck disable=SC2086 # a list
find $sources -type f \( -name '*.[chS]' -o -name Kbuild -o -name dkms.conf \) \
	! -name '*.mod.c' | cpio -pdmu --quiet "$objects"

# The compiler that built the kernel; the machine's own if it is not older; that of a newer Debian.
version=$(sed -n 's/^CONFIG_GCC_VERSION=\([0-9]*\)[0-9]\{4\}$/\1/p' "$build/.config")
if command -v "gcc-$version" >/dev/null; then
	make='make'
elif [ "$(gcc -dumpversion)" -ge "${version:-0}" ]; then
	make='make CC=gcc'
else
	make="sh $VM/chroot.sh make CC=gcc-14"
fi

# shellcheck disable=SC2086 # words
nice $make -j "$(nproc)" -C "$build" M="$objects" "$@" modules >"$log" 2>&1 || {
	cat "$log" >&2
	die "the module does not build for $release."
}
# Debian's kernel was built by another release of the same compiler, and with pahole.
if grep -iE '(warning|error):' "$log" | grep -vE '(compiler|pahole version) differs' >&2; then
	[ -z "${FRESH:-}" ] || die "warnings for $release."
fi
cp "$objects"/*.ko "$ko"
