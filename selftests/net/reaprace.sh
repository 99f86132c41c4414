#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Proves: the reaper may come at the very moment at which the peer acknowledges
# everything, resets or closes, while connections come and go, the module is
# unloaded, the namespace dies, ss -K or the kernel itself kill the same orphans,
# and settings change: no peer gets wrong data, and nothing is left (reap.c).
# CENSUS_RACE: how many orphans a round; 10000 want a guest with 2 GB.
. "$(dirname "$0")/lib/census.sh"
. "$(dirname "$0")/lib/kernel.sh"
. "$(dirname "$0")/lib/orphans.sh"

many=${CENSUS_RACE:-2000}
timeout=2
on() { setting timeout $timeout && setting reap 2; }

race_start() { # ORPHANS-ARGS...
	orphans_start -n $((many / 2)) -b 8192 -p 7600 "$@" &&
	orphans_start -6 -n $((many / 2)) -b 8192 -p 7700 "$@"
}

# Before and while the reaper may come, which looks twice a second.
deadline() { echo "-a mix -w $((timeout * 1000 - 400)) -j 1200"; }
# shellcheck disable=SC2046 # a list
at_the_deadline() { race_start $(deadline); }

# Half of them last until the reaper comes, however long the unloading takes.
# shellcheck disable=SC2046
at_the_deadline_or_later() {
	orphans_start -n $((many / 2)) -b 8192 -p 7600 $(deadline) &&
	orphans_start -6 -n $((many / 2)) -b 8192 -p 7700
}

churn_start() {
	"$bin/traffic" churn -t 900 -j 1 -p 7400 > /dev/null & churn=$!
	"$bin/traffic" churn -6 -t 900 -j 1 -p 7450 > /dev/null & churn6=$!
}

# Its own connections are in FIN_WAIT1 for a moment.
churn_stop() {
	kill -0 $churn && kill -0 $churn6
	churned=$?
	pkill -x --ns $$ --nslist net traffic
	wait $churn $churn6
	return $churned
}

ports='( sport >= :7600 and sport < :7800 )'
orphans_over() { no_fin_wait1 "$ports"; }

# Either all data, or the reset.
legitimate() {
	orphans_end && [ "$(outcome open)" -eq 0 ] &&
	[ $(($(outcome complete) + $(outcome reset) + $(outcome left))) -eq "$many" ]
}

# It may be a second old.
knows_of_none() { [ "$(reaper orphans)" -eq 0 ]; }

clean() {
	poll 10 no_fin_wait1 && equals_ss && poll 3 knows_of_none &&
	[ "$(table stale)" -eq 0 ] && healthy
}

# Of those that churn makes the kernel would kill every one, as it closes.
begin() { # FUNCTION
	[ "$1" = kernel_kills ] || { churn_start && wait_until $((first + timeout * 1000 - 200)); }
}

stop() { [ "$1" = kernel_kills ] || churn_stop; } # FUNCTION

# Until all are gone.
meanwhile() { # FUNCTION
	until orphans_over; do
		past $((last + 60000)) && return 1
		"$1" || return 1
	done
}

round() { # in a namespace: FUNCTION [TIMEOUT [ORPHANS]]
	timeout=${2:-$timeout}
	[ "$1" != unloading ] || bite 1	# while they are made
	on && ${3:-at_the_deadline} && begin "$1" && meanwhile "$1"
	status=$?
	stop "$1" || status=1
	"after_$1" || status=1
	legitimate && clean && [ $status -eq 0 ]
}

reaped() { # AT-LEAST
	note "$(reaper reaped) reaped, $(reaper spared_late) spared late, $(reaper spared_progress) for progress, $(reaper failed) failed"
	[ "$(reaper reaped)" -ge "$1" ]
}

plain() { sleep 0.1; }
after_plain() { reaped $((many / 8)); }

# In the middle of a run, or of several; loaded again it begins anew with those
# that are left.
bite() { echo "$1" > $settings/reap_batch; } # ORPHANS

unloading() {
	poll 3 some_reaped
	unloaded=$((unloaded + 1))
	reaped_before=$((reaped_before + $(reaper reaped)))
	unload && load && bite $((many / 16)) && on
}

some_reaped() { [ "$(reaper reaped)" -gt 0 ] || orphans_over; }

unloaded=0
reaped_before=0

after_unloading() {
	note "unloaded $unloaded times with $reaped_before reaped before"
	[ $unloaded -gt 1 ] && [ $reaped_before -gt 0 ]
}

# A few at a time: one call for all would be over before the reaper comes.
ss_kills() {
	from=$((32768 + killing % 15 * 2000))
	killing=$((killing + 1))
	ss -HtanK state fin-wait-1 "$ports" "dport >= :$from" "dport < :$((from + 2000))" > /dev/null
}

killing=0
after_ss_kills() { reaped $((many / 20)); }

# The kernel ends those whose timer runs while there are too many: always a few. It
# runs 0.2, 0.6, 1.4 and 3 s after the close().
kernel_kills() {
	few=$(($(sockstat orphan) - many / 20))
	in_first sysctl -q net.ipv4.tcp_max_orphans=$((few > 0 ? few : 0))
	sleep 0.1
}

after_kernel_kills() {
	in_first sysctl -q net.ipv4.tcp_max_orphans=262144
	killed=$(nstat -asz TcpExtTCPAbortOnMemory | awk '$1 == "TcpExtTCPAbortOnMemory" { print $2 }')
	note "$killed killed by the kernel"
	# Unless it took so long to make them that the first were reaped meanwhile.
	reaped 1 && { [ "$killed" -gt 0 ] || [ $((last - first)) -gt $((timeout * 500)) ]; }
}

settings_change() {
	for mode in 0 2 1 2; do
		setting reap $mode && setting timeout $((mode + 1)) && setting max_age $((mode * 2)) &&
		setting min_bytes $((mode * 4000 + 1)) && setting min_orphans $((mode % 2 * 1000000)) &&
		echo $((mode * 300 + 1)) > $settings/reap_batch || return 1
	done
	sleep 0.05
}
after_settings_change() { reaped 1; }

# Those who made them are gone, and the net, but the orphans keep the namespace.
deserted() { # in a namespace
	race_start && ip link set lo down || return 1
	orphans_leave
	[ "$(ss -Htan state fin-wait-1 | wc -l)" -eq "$many" ] && no_other_states
}

no_other_states() { [ "$(ss -Htan exclude fin-wait-1 | wc -l)" -eq 0 ]; }

# The last orphan that is reaped takes it along. The kernel alone would need
# minutes.
dying_namespaces() {
	ns_add dying1 dying2 dying3 && churn_start || return 1
	for ns in dying1 dying2 dying3; do
		in_ns $ns deserted || return 1
	done
	[ "$(counted)" -ge 4 ] || return 1
	for ns in dying1 dying2 dying3; do
		in_ns $ns on
		ip netns del $ns || return 1
	done
	poll 20 alone && churn_stop && forget && [ "$(table stale)" -eq 0 ]
}

in_one() { # FUNCTION [TIMEOUT]
	ns_add race && in_ns race round "$@"
	status=$?
	ns_del race
	return $status
}

orphan_count_back() {
	poll 10 orphans_were && return
	note "orphans: $orphans before, $(sockstat orphan) now"
	return 1
}

orphans_were() { [ "$(sockstat orphan)" -eq "$orphans" ]; }

# Neither of this namespace nor of one that dies.
no_orphans() { forget; alone && [ "$(sockstat orphan)" -eq 0 ]; }

cases() {
	loaded || load || return
	run alone poll 240 no_orphans
	forget
	reload
	room_start
	orphans=$(sockstat orphan)
	run plain in_one plain
	run with_unloading in_one unloading 1 at_the_deadline_or_later
	run in_dying_namespaces dying_namespaces
	run with_ss_kills in_one ss_kills
	run with_kernel_kills in_one kernel_kills 3
	run with_changing_settings in_one settings_change
	run orphan_count_back orphan_count_back
	run all_namespaces_gone poll 60 alone
	run exact_afterwards equals_ss
	run nothing_left all_tracked
	run no_splat no_splat
	run no_leak no_leak
	room_stop
	reload
}

main cases "$@"
