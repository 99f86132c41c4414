#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Removes the cache: what these scripts put there, and nothing else.
set -eu
. "$(dirname "$0")/lib.sh"

cd "$CACHE" 2>/dev/null || exit 0
rm -rf apt build busybox debs.* kernels runs source .source ./*.lock
rmdir "$CACHE" 2>/dev/null || :
