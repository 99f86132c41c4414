#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Prints the path of a static busybox in the cache. It is not installed: Debian's
# busybox-static would push a machine's own busybox out.
set -eu
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/apt.sh"

lock busybox
if [ ! -f "$CACHE/busybox/bin/busybox" ]; then
	apt_update
	download busybox-static
	dpkg-deb -x "$debs"/*.deb "$CACHE/busybox"
	rm -rf "$debs"
fi
echo "$CACHE/busybox/bin/busybox"
