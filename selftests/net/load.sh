#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Proves: the module can be loaded and unloaded at any moment under load, with
# connections alive in every state, and each load begins exact (main.c, seed.c).
. "$(dirname "$0")/lib/census.sh"

loads_under_traffic() { # ROUNDS
	"$bin/traffic" churn -t 3600 -j 3 -p 7100 > /dev/null &
	churn=$!
	i=0
	while [ $i -lt "$1" ]; do
		load || return 1
		# A moment that differs from round to round.
		[ $((i % 3)) -eq 0 ] || cat $census/* > /dev/null
		[ $((i % 4)) -eq 0 ] || ss -tan > /dev/null
		unload || return 1
		i=$((i + 1))
	done
	load
	status=$?
	kill -0 $churn || status=1
	pkill -x traffic
	wait $churn
	return $status
}

unload_with_everything_alive() {
	hold_start 7200 -n 20 || return 1
	unload && load && equals_ss && healthy
	status=$?
	hold_stop
	return $status
}

unload_while_namespaces_die() {
	"$bin/traffic" namespaces -n 40 -j 8 && unload && load
}

# A file that is open when its module goes.
open_across_unload() {
	exec 9< $census/states
	unload && ! cat <&9 2>/dev/null >&2
	status=$?
	exec 9<&-
	load && return $status
}

cases() {
	unload
	run twenty_loads_under_traffic loads_under_traffic 20
	run exact_after_twenty_loads equals_ss
	run healthy_after_twenty_loads healthy
	run unload_with_everything_alive unload_with_everything_alive
	run exact_when_all_is_gone equals_ss
	run unload_while_namespaces_die unload_while_namespaces_die
	run open_file_across_unload open_across_unload
}

main cases "$@"
