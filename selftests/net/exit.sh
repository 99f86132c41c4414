#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Proves: a namespace can go while overdue minisocks are in its lists, and its
# timer runs, and its overdue orphans and listeners before it (netns.c); for who
# is older than the module the timeout begins at load (seed.c).
. "$(dirname "$0")/lib/census.sh"

# Orphans end soon, and with them the namespace.
impatient() { timeouts 1 && echo 1 > /proc/sys/net/ipv4/tcp_orphan_retries; }

late_namespace() { # NAME
	ns_add "$1" && in_ns "$1" impatient || return 1
	within="nsenter --net=/run/netns/$1"
	stand hold 7300 -n 5 && stand timers 7310 -n 3
	status=$?
	within=''
	return $status
}

# The rules stay, so that FINs are lost.
deserted() {
	# shellcheck disable=SC2086 # a list
	kill $held
	held=''
	wait
}

namespaces() { # NAME...
	for ns; do
		late_namespace "$ns" || return 1
	done
	for ns; do
		in_ns "$ns" poll 30 all_late || return 1
	done
	deserted
	for ns; do
		ip netns del "$ns" || return 1
	done
	poll 100 alone
}

seconds() { cut -d . -f 1 /proc/uptime; }
later_than() { [ "$(seconds)" -gt "$1" ]; } # SECONDS

each_exceeded() {
	awk 'FNR == 1 { next }
	     NR == FNR { n[$1] = $4; next }
	     n[$1] < $2 { bad = 1 }
	     END { exit bad }' $census/timeouts $census/states
}

# Where loading took so long that it cannot be told, nothing is said about the
# beginning.
older_than_the_module() {
	unload
	hold_start 7300 -n 10 && poll 60 later_than $(($(seconds) + 5)) || return 1
	began=$(seconds)
	load && timeouts 4 || return 1
	n=$(late)
	later_than $((began + 3)) || [ "$n" -eq 0 ] || return 1
	poll 20 all_late && later_than $((began + 3)) && each_exceeded && equals_ss
	status=$?
	hold_stop
	forget
	return $status
}

cases() {
	loaded || load || return
	run alone poll 240 alone
	forget
	reload
	run tracepoint_on trace_on
	run namespaces namespaces exit1 exit2 exit3
	run tracepoint_off trace_off
	run exact_without_namespaces exact_again
	run counted_from_load older_than_the_module
	run exact_afterwards exact_again
}

main cases "$@"
