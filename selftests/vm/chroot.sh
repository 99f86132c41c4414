#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Runs a command in a Debian of the cache that has a newer compiler than this machine, where
# it sees the cache, too, and nothing else. No root is needed where user namespaces are allowed.
#   chroot.sh COMMAND...
set -eu
. "$(dirname "$0")/lib.sh"

suite=trixie
root=$CACHE/chroot
map=--map-root-user uidmap=uidmap
[ "$(id -u)" != 0 ] || map='' uidmap=''

make_it()
{
	sh "$VM/deps" mmdebstrap $uidmap
	echo "installing a compiler of Debian $suite in $root" >&2
	rm -rf "$CACHE/.chroot"
	# The hook's $1 is the new root.
	mmdebstrap --quiet --variant=essential --include=gcc-14,make,libelf1t64,sparse \
		--dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
		--dpkgopt='path-exclude=/usr/share/locale/*' \
		--customize-hook="mkdir -p \"\$1$CACHE\"" \
		"$suite" "$CACHE/.chroot" "${DEBIAN_MIRROR:-http://deb.debian.org}/debian"
	mv "$CACHE/.chroot" "$root"
}

lock chroot
[ -d "$root" ] || make_it
export root CACHE
# shellcheck disable=SC2016 # of the shell inside
exec unshare $map --mount sh -ec '
	mount --rbind "$CACHE" "$root$CACHE"
	mount --rbind /proc "$root/proc"
	mount --rbind /dev "$root/dev"
	exec chroot "$root" "$@"' sh "$@" 9>&-
