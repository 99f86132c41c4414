#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Proves: CPUs may come and go, and take with them neither counts nor connections
# that they have in their lists; the module may be loaded while some are away
# (stats.c, fifo.c, timeout.c).
. "$(dirname "$0")/../lib/census.sh"
. "$(dirname "$0")/../lib/orphans.sh"
. "$(dirname "$0")/../lib/kernel.sh"
. "$(dirname "$0")/../lib/storm.sh"

cpu=/sys/devices/system/cpu/cpu1/online
cpu_is() { echo "$1" > $cpu && [ "$(cat $cpu)" = "$1" ]; } # 0|1

hotplug() {
	churn_start && timeouts 1 && storm_starts $((storm / 2)) || return 1
	status=0
	turns=0
	while storming && [ $status -eq 0 ]; do
		cpu_is $((turns % 2)) || status=1
		cat $census/* $debug/* > /dev/null || status=1
		turns=$((turns + 1))
	done
	note "$turns turns"
	cpu_is 0
	churn_stop && [ $status -eq 0 ] && [ $turns -gt 1 ]
}

# What the one that is away counted is in all sums.
exact_while_away() { cpu_is 0 && exact_everywhere && all_tracked; }

# Connections in the lists of both CPUs. Those of one that is away become overdue,
# and end, as others.
lists_of_the_absent() {
	timeouts 0 && cpu_is 1 && stand inturn 7400 -n 100 && cpu_is 0 || return 1
	late_before=$(late)
	timeouts 1 && poll 20 all_late && equals_ss && [ "$late_before" -eq 0 ]
	status=$?
	hold_stop
	equals_ss && all_tracked && return $status
}

loaded_meanwhile() {
	churn_start && storm_starts $((storm / 2)) || return 1
	status=0
	turns=0
	while storming && [ $status -eq 0 ]; do
		cpu_is $((turns % 2)) && unload_soon && cpu_is $((1 - turns % 2)) && load || status=1
		[ $((turns % 3)) -eq 0 ] || cpu_is $((turns % 2)) || status=1
		turns=$((turns + 1))
	done
	note "$turns loads"
	churn_stop && return $status
}

cases() {
	step prepare storm_prepare
	step hotplug hotplug
	step exact_while_away exact_while_away
	step lists_of_the_absent lists_of_the_absent
	step loaded_meanwhile loaded_meanwhile
	step cpu_back cpu_is 1
	storm_over
}

main cases "$@"
