#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Proves: the module can be loaded and unloaded for as long as one likes while
# connections come and go as fast as they can, in several namespaces; stopped at
# any moment, a load is exact (main.c, seed.c).
. "$(dirname "$0")/../lib/census.sh"
. "$(dirname "$0")/../lib/orphans.sh"
. "$(dirname "$0")/../lib/kernel.sh"
. "$(dirname "$0")/../lib/storm.sh"

# At different ages: at once, with the timers running, after somebody read it.
one_load() { # ROUND
	load || return 1
	case $(($1 % 5)) in
	1) timeouts 1 && setting timeout 1 && setting reap 2 || return 1 ;;
	2) cat $census/* $debug/* > /dev/null || return 1 ;;
	3) sleep 0.3 ;;
	esac
	[ $(($1 % 20)) -ne 19 ] || exact_for_a_moment || return 1
	unload
}

# While nobody moves.
exact_for_a_moment() {
	churn_signal STOP
	exact_everywhere
	moment=$?
	churn_signal CONT
	return $moment
}

loads() {
	unload
	churn_start && storm_starts || return 1
	round=0
	status=0
	while storming && [ $status -eq 0 ]; do
		one_load $round || status=1
		round=$((round + 1))
	done
	note "$round loads"
	loaded || load || status=1
	churn_stop && return $status
}

cases() {
	step prepare storm_prepare
	step loads loads
	storm_over
}

main cases "$@"
