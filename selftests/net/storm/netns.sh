#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Proves: namespaces can come and go with live minisocks and request sockets in
# them while all files are read and the module is loaded and unloaded (netns.c).
. "$(dirname "$0")/../lib/census.sh"
. "$(dirname "$0")/../lib/orphans.sh"
. "$(dirname "$0")/../lib/kernel.sh"
. "$(dirname "$0")/../lib/storm.sh"

# Connections in TIME_WAIT, FIN_WAIT2 and SYN_RECV, and one that never ends well.
one_namespace() { # NAME
	ns_add "$1" || return 1
	within="nsenter --net=/run/netns/$1"
	$within sysctl -q net.ipv4.tcp_orphan_retries=1
	stand hold 7300 -n 3 && stand timers 7310 -6 -n 2
	status=$?
	within=''
	return $status
}

# The programs go before or after the name; minisocks do not keep a namespace.
end_namespace() { # NAME ROUND
	[ $(($2 % 2)) -eq 0 ] || ip netns del "$1"
	# shellcheck disable=SC2086 # a list
	kill $held
	# shellcheck disable=SC2086
	wait $held 2> /dev/null
	held=''
	[ $(($2 % 2)) -ne 0 ] || ip netns del "$1"
}

one_round() { # ROUND
	one_namespace "brief$1" && end_namespace "brief$1" "$1" &&
	"$bin/traffic" namespaces -n 3 -j 3
}

rounds() {
	storm_starts $((storm / 2)) || return 1
	made=0
	while storming; do
		one_round $made || return 1
		made=$((made + 1))
	done
	note "$made rounds of 4 namespaces"
	[ $made -gt 0 ]
}

with_readers() {
	churn_start || return 1
	nice -n 19 "$bin/storm/nibble" -t 100000 -j 1 $census $debug & reader=$!
	rounds
	status=$?
	kill -0 $reader || status=1
	pkill -x nibble
	wait $reader 2> /dev/null
	churn_stop && return $status
}

# The rounds are made by another shell, this one loads and unloads.
with_loading() {
	churn_start || return 1
	CENSUS_STORM=$storm sh "$0" rounds & maker=$!
	loads_until_gone $maker
	status=$?
	churn_stop && return $status
}

cases() {
	step prepare storm_prepare
	step with_readers with_readers
	step exact_after_readers exact_everywhere
	step with_loading with_loading
	step exact_after_loading exact_everywhere
	storm_over
}

main cases "$@"
