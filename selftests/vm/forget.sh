#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Removes the cache: what these scripts put there, and nothing else.
set -eu
. "$(dirname "$0")/lib.sh"

cd "$CACHE" 2>/dev/null || exit 0
# Without root, the files in there belong to others.
rm -rf chroot .chroot 2>/dev/null || mmdebstrap --unshare-helper rm -rf "$PWD/chroot" "$PWD/.chroot"
rm -rf apt apt.* rootfs.* .rootfs.* dkms.* build busybox prometheus ccache debs.* kernels runs source .source \
	.kernel.* ./*.lock
rmdir "$CACHE" 2>/dev/null || :
