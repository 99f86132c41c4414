#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Runs a benchmark in the virtual machine:
#	guest.sh NAME [ARGUMENT...]
# once the kernel has what it needs for random numbers. Until then each of them costs it
# thousands of instructions, and a connection needs several: 162,700 instead of 108,200 in all.
set -eu

name=$1
shift
insmod "${CENSUS_IDLE_KO:?idle.ko, for busy.c}"
modprobe virtio_rng
dd if=/dev/random of=/dev/null bs=1 count=1 status=none # returns when it has
exec sh "$(dirname "$0")/$name.sh" "$@"
