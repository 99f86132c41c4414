#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Proves: after 100,000 connections, with "oldest" and "states" read 1,000 times
# each meanwhile, the table holds what is alive and nothing else, every stay was
# timed, and every count is right.
# CENSUS_BAR: how many connections, for slow kernels.
. "$(dirname "$0")/lib/census.sh"

goal=${CENSUS_BAR:-100000}
reads=$((goal / 100))

# Prints how often it was read from begin to end.
read_often() { # FILE
	# shellcheck disable=SC2046 # as many names
	cat $(yes "$1" | head -n "$reads") | grep -c '^state '
}

# So few ports that most connections get a TIME_WAIT's: those begin and end all
# the time, and none ends by itself for a minute after the last connection.
few_ports() { echo 32768 34767 > /proc/sys/net/ipv4/ip_local_port_range; }

reading() { kill -0 $a 2> /dev/null || kill -0 $b 2> /dev/null; }

made=0

connections() { # in a namespace
	few_ports || return 1
	read_often $debug/oldest > /tmp/oldest & a=$!
	read_often $census/states > /tmp/states & b=$!
	while [ $made -lt "$goal" ] || reading; do
		more=$("$bin/traffic" churn -n $((goal / 4)) -j 4 -p 7700) || return 1
		made=$((made + more))
	done
	wait
	note "$made connections, of which $(cell TIME_WAIT left) left TIME_WAIT"
	[ "$(cell SYN_SENT entered)" -eq $made ]
}

read_enough() { [ "$(cat /tmp/oldest)" -eq $reads ] && [ "$(cat /tmp/states)" -eq $reads ]; }

cases() {
	loaded || load || return
	run alone poll 240 alone
	forget
	reload
	ns_add bar
	run connections in_ns bar connections
	run read_1000_times_each read_enough
	run exact in_ns bar exact
	run each_stay_was_timed in_ns bar all_timed
	run only_the_living_are_tracked all_tracked
	in_ns bar forget
	run nobody_is_left all_tracked
	run exact_when_all_is_gone in_ns bar exact
	ns_del bar
}

main cases "$@"
