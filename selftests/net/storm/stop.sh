#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Proves: who owns a namespace and its sockets may be stopped or frozen for as
# long as one likes, and the namespace lose its name meanwhile: others go on,
# timeouts and the reaper go on for the stopped ones as well, and all is right
# when they wake up or die (timeout.c, reap.c, netns.c).
. "$(dirname "$0")/../lib/census.sh"
. "$(dirname "$0")/../lib/orphans.sh"
. "$(dirname "$0")/../lib/kernel.sh"
. "$(dirname "$0")/../lib/storm.sh"

cage=/sys/fs/cgroup/storm

freeze() { # 0|1
	echo "$1" > $cage/cgroup.freeze && poll 10 grep -q "frozen $1" $cage/cgroup.events
}

# The namespace that has no name any more; descriptor 8 is it.
inside() { nsenter --net=/proc/self/fd/8 env CENSUS_KO="$CENSUS_KO" CENSUS_BIN="$bin" sh "$0" "$@"; }

impatient() { timeouts 1 && setting timeout 1 && setting reap 2; }
orphans_gone() { [ "$(value reaper reaped)" -gt 0 ] && no_fin_wait1; }

# Nobody moves in there, but all of them become overdue.
clock_goes_on() { inside impatient && inside poll 30 all_late && inside equals_ss; }

owned() { # STOP WAKE: functions
	ns_add owned || return 1
	within="nsenter --net=/run/netns/owned"
	$within sysctl -q net.ipv4.tcp_orphan_retries=15
	stand hold 7300 -n 10
	status=$?
	owner=$last
	exec 8< "/proc/$owner/ns/net"
	[ $status -eq 0 ] && "$1" && ip netns del owned && clock_goes_on &&
	inside poll 30 orphans_gone && unload_soon && load && clock_goes_on && "$2" || status=1
	within=''
	kill -KILL "$owner" 2> /dev/null
	wait "$owner" 2> /dev/null
	inside equals_ss && inside forget || status=1
	exec 8<&-
	held=''
	poll 240 counted_as_before && return $status
}

# Ours, and those of the places with traffic.
counted_as_before() { [ "$(counted)" -le 3 ]; }

signal_stop() { kill -STOP "$owner"; }
signal_wake() { kill -CONT "$owner" && inside equals_ss; }
cgroup_stop() { mkdir -p $cage && echo "$owner" > $cage/cgroup.procs && freeze 1; }
cgroup_wake() { freeze 0 && inside equals_ss; }

# All that churns is stopped at a moment of its own, again and again.
stuttering() {
	churn_start && storm_starts || return 1
	status=0
	turns=0
	while storming && [ $status -eq 0 ]; do
		churn_signal STOP && exact_everywhere || status=1
		churn_signal CONT
		sleep 0.5
		turns=$((turns + 1))
	done
	note "$turns turns"
	churn_stop && return $status
}

under_churn() { # FUNCTION ARGS...
	churn_start || return 1
	"$@"
	result=$?
	churn_stop && return $result
}

cases() {
	step prepare storm_prepare
	step stopped under_churn owned signal_stop signal_wake
	step stopped_and_killed owned signal_stop true
	step frozen owned cgroup_stop cgroup_wake
	step stuttering stuttering
	storm_over
	rmdir $cage
}

main cases "$@"
