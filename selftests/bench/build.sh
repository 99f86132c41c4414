#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Builds, on the host, what read.sh, memory.sh, reap.sh and scale.sh need in the guest:
#   build.sh [KERNEL]
# programs to build/bench, and there scale.ko for KERNEL (default: $KERNEL or 6.12).
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
. "$here/../vm/lib.sh"

out=$TOP/build/bench
mkdir -p "$out"
for name in cost hold spaces; do
	${CC:-cc} -O2 -Wall -Wextra -Wno-unused-parameter -o "$out/$name" "$here/$name.c"
done
# build.sh copies no other directory; the module's own is read where it lies.
MODULE=selftests/bench/scale sh "$VM/build.sh" "${1:-${KERNEL:-6.12}}" "$out/scale.ko" CENSUS="$TOP/module"
