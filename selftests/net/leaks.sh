#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Proves, on a kernel with kmemleak and when all other tests are done (run.sh): no memory is
# lost, neither by what they did nor by the unloading (free_rcu() in table.c).
. "$(dirname "$0")/lib/census.sh"
. "$(dirname "$0")/lib/kernel.sh"

cases() {
	run kmemleak_is_there has_kmemleak
	run nothing_lost no_leak
	unload
	run nothing_lost_by_unloading no_leak
}

main cases "$@"
