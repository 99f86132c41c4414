#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Proves: the module can go while thousands are in its lists, many of them
# overdue, its timers run, and connections come and go; and it begins exact each
# time it comes back (timeout.c, table.c, main.c).
. "$(dirname "$0")/lib/census.sh"

# Somebody is overdue in every state that one can be held in.
late_everywhere() {
	awk 'NR > 1 && $1 != "CLOSING" && !$3 { none = 1 } END { exit none }' $census/timeouts
}

somebody_late() { [ "$(late)" -gt 0 ]; }

# A crowd of both families, and traffic.
busy_start() { # EACH
	# Orphans must not give up meanwhile.
	echo 15 > /proc/sys/net/ipv4/tcp_orphan_retries
	hold_start 7300 -n "$1" && hold_start 7310 -6 -n "$1" || return 1
	"$bin/traffic" churn -t 900 -j 1 -p 7400 > /dev/null & churn=$!
}

busy_stop() {
	kill -0 $churn
	status=$?
	pkill -x traffic
	wait $churn
	hold_stop
	forget
	echo 0 > /proc/sys/net/ipv4/tcp_orphan_retries
	return $status
}

# All lists are long, and the tracepoint looks at who becomes overdue.
full_lists() { # ROUNDS
	busy_start 100 || return 1
	i=0
	status=0
	while [ $i -lt "$1" ] && [ $status -eq 0 ]; do
		timeouts 1 && trace_on && poll 60 late_everywhere &&
		[ "$(table records)" -gt 2000 ] && [ "$(late)" -gt 1000 ] && unload && load
		status=$?
		i=$((i + 1))
	done
	busy_stop && trace_off && return $status
}

loads() { # ROUNDS
	i=0
	while [ $i -lt "$1" ]; do
		load && timeouts 1 || return 1
		# At once, or when the timer has run.
		[ $((i % 5)) -ne 1 ] || poll 20 somebody_late || return 1
		unload || return 1
		i=$((i + 1))
	done
	load
}

armed() { # ROUNDS
	unload
	busy_start 10 && loads "$1"
	status=$?
	busy_stop && return $status
}

cases() {
	loaded || load || return
	run alone poll 240 alone
	forget
	reload
	run full_lists full_lists 3
	run exact_after_full_lists exact_again
	run twenty_loads_with_timeouts armed 20
	run exact_after_twenty_loads exact_again
}

main cases "$@"
