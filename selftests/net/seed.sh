#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Proves: what exists when the module is loaded is in the gauges exactly, in all
# namespaces, v4 and v6, also while connections open and close (seed.c).
. "$(dirname "$0")/lib/census.sh"

still_life() { # TRAFFIC-ARGS...
	hold_start 7300 -n 25 "$@" || return 1
	reload && equals_ss && healthy &&
	# The population was there, in every state that holds still.
	[ "$(cell ESTABLISHED current)" -ge 25 ] &&
	[ "$(cell SYN_RECV current)" -ge 25 ] &&
	[ "$(cell SYN_SENT current)" -ge 25 ] &&
	[ "$(cell FIN_WAIT1 current)" -ge 50 ] &&
	[ "$(cell CLOSE_WAIT current)" -ge 25 ] &&
	[ "$(cell FIN_WAIT2 current)" -ge 25 ] &&
	[ "$(cell TIME_WAIT current)" -ge 25 ] &&
	[ "$(cell LAST_ACK current)" -ge 25 ] &&
	[ "$(cell LISTEN current)" -ge 3 ] &&
	[ "$(value summary seeded)" -ge 250 ]
	status=$?
	hold_stop
	return $status
}

# All that was seeded ends, and no gauge goes astray.
drains() {
	equals_ss && [ "$(cell ESTABLISHED current)" -eq 0 ]
}

rounds_under_traffic() { # ROUNDS
	i=0
	while [ $i -lt "$1" ]; do
		unload
		"$bin/traffic" churn -t 4 -j 2 -p 7400 > /dev/null & a=$!
		"$bin/traffic" churn -6 -t 4 -j 2 -p 7450 > /dev/null & b=$!
		poll 5 busy || return 1
		load || return 1
		wait $a && wait $b || return 1
		equals_ss || return 1
		healthy || return 1
		i=$((i + 1))
	done
}

busy() { [ "$(ss -Htan | wc -l)" -gt 100 ]; }

several_namespaces() {
	unload
	for n in 1 2 3; do
		ip netns add seed$n && ip -n seed$n link set lo up
		in_ns seed$n ns_traffic $n &
	done
	poll 30 ns_ready || return 1
	load || return 1
	wait
	for n in 1 2 3; do
		in_ns seed$n equals_ss || return 1
		in_ns seed$n healthy || return 1
		in_ns seed$n busy || return 1
	done
	for n in 1 2 3; do
		ip netns del seed$n
	done
}

ns_traffic() { # N
	"$bin/traffic" churn -t 5 -p 7500 > /dev/null
}

ns_ready() {
	for n in 1 2 3; do
		in_ns seed$n busy || return 1
	done
}

cases() {
	run still_life_v4 still_life
	run still_life_v6 still_life -6
	run drains drains
	run under_traffic rounds_under_traffic 4
	run several_namespaces several_namespaces
}

main cases "$@"
