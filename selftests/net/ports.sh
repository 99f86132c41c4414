#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Proves: the population of watched local ports is what ss counts, after the list
# changed again and again under traffic, too; who got no record is not in it; a
# list that cannot be had leaves the old one; it goes with its namespace and the
# module; and each user has his own (ports.c, portlist.c).
. "$(dirname "$0")/lib/census.sh"

watch() { echo "$*" > $settings/ports; } # PORT...
watched() { cat $settings/ports; }

# A row for each watched port, from the file and from ss.
ports_by_file() { awk 'NR > 1 { $1 = $1; print }' $census/ports; }

ports_by_ss() {
	ss -Htan | awk -v list="$(watched)" '
		BEGIN {
			ports = split(list, port)
			states = split("SYN-SENT SYN-RECV ESTAB FIN-WAIT-1 FIN-WAIT-2 CLOSING TIME-WAIT CLOSE-WAIT LAST-ACK LISTEN", state)
		}
		{ sub(/.*:/, "", $4); n[$4, $1]++ }
		END {
			for (p = 1; p <= ports; p++) {
				printf "%d", port[p]
				for (s = 1; s <= states; s++) printf " %d", n[port[p], state[s]]
				print ""
			}
		}'
}

same_ports() {
	before=$(ports_by_file)
	witness=$(ports_by_ss)
	[ -n "$witness" ] && [ "$before" = "$witness" ] && [ "$(ports_by_file)" = "$before" ]
}

port_equals_ss() {
	poll $patience same_ports && return
	note "ports and ss differ:"
	ports_by_file | sed 's/^/# ports /'
	ports_by_ss | sed 's/^/# ss    /'
	return 1
}

# Below zero would be shown as zero, but not when there are some again.
nobody_and_some() { # PORT
	forget
	poll 20 nobody && hold_start "$1" -n 2 && port_equals_ss
	status=$?
	hold_stop
	forget
	poll 20 nobody && return $status
}

nobody() { ports_by_file | awk '{ for (i = 2; i <= NF; i++) n += $i } END { exit !NR || n }'; }
sum() { ports_by_file | awk '{ for (i = 2; i <= NF; i++) n += $i } END { print n + 0 }'; }

few_ports() { echo 32768 34767 > /proc/sys/net/ipv4/ip_local_port_range; }

# Those of listeners and those of connect() without bind().
many="7400 7401 7402 $(seq -s ' ' 32768 32828)"

change() { # SECONDS
	until_s=$(($(date +%s) + $1))
	while [ "$(date +%s)" -lt $until_s ]; do
		# shellcheck disable=SC2086 # a list
		watch $many && watch 7401 32800 && watch && watch 1 7400 || return 1
	done
}

whole_lines() { awk 'NF != 11 || (NR > 1 && /[^0-9 ]/) { bad = 1 } END { exit bad }' $census/ports; }

reads() { # PID
	while kill -0 "$1" 2> /dev/null; do
		whole_lines || return 1
	done
}

under_traffic() { # in a namespace
	few_ports && "$bin/traffic" churn -t 50 -j 3 -p 7400 > /dev/null & churn=$!
	"$bin/traffic" churn -6 -t 50 -j 1 -p 7402 > /dev/null & churn6=$!
	poll 20 busy || return 1
	change 20 & one=$!
	reads $one & two=$!
	change 20 && wait $one && wait $two || return 1
	# shellcheck disable=SC2086 # a list
	kill -0 $churn && watch $many && wait $churn && wait $churn6 && port_equals_ss && equals_ss &&
	[ "$(sum)" -gt 30 ] && nobody_and_some 7400
}

busy() { [ "$(ss -Htan | wc -l)" -gt 100 ]; }

# More than are looked at in one go, in the list of each CPU and state.
long_lists() { # in a namespace
	hold_start 7400 -n 150 && hold_start 7410 -6 -n 150 && stand inturn 7420 -n 200 || return 1
	for list in "7400 7401 7403" "7402 7410 7413" "7411 7420 7622 8523" "7400 7401 7403 7411"; do
		# shellcheck disable=SC2086 # a list
		watch $list && port_equals_ss && [ "$(sum)" -ge 100 ]
		status=$?
		[ $status -eq 0 ] || break
	done
	hold_stop
	[ $status -eq 0 ] && nobody_and_some 7400
}

untracked() { # in a namespace
	watch 7400 7401 7403
	max_tracked 0 && hold_start 7400 -n 20 && equals_ss && nobody &&
	max_tracked 1000000 && nobody && hold_start 7410 -n 20 && nobody &&
	# They come to LAST_ACK and so on with a record.
	hold_stop && forget && nobody_and_some 7400
}

refused() { # WHY PORT...
	why=$1
	was=$(watched)
	shift
	said=$(LC_ALL=C sysctl -w net.tcp_census.ports="$*" 2>&1)
	case $said in *"$why"*) [ "$(watched)" != "$was" ] || return 0 ;; esac
	note "$*: sysctl said $said, and ports are $(watched)"
	return 1
}

# The list and what it counts stay.
no_memory() { # in a namespace
	watch 7400 7401
	hold_start 7400 -n 3 || return 1
	fail_alloc 100
	refused "Cannot allocate memory" 7403 && watch && watch 7400 7401 2> /dev/null
	status=$?
	fail_alloc 0
	[ $status -ne 0 ] && [ -z "$(watched)" ] && watch 7400 7401 && port_equals_ss &&
	refused "Invalid argument" 7400 70000 && port_equals_ss
	status=$?
	hold_stop
	return $status
}

nobody_else() { setpriv --reuid 65534 --regid 65534 --clear-groups "$@"; } # COMMAND...

# shellcheck disable=SC2016 # his shell's
users() {
	watch 22
	own='echo 443,80 > /proc/sys/net/tcp_census/ports && cat /proc/sys/net/tcp_census/ports'
	! nobody_else sh -c "$own" 2> /dev/null && ! nobody_else unshare -U -r sh -c "$own" 2> /dev/null &&
	[ "$(nobody_else unshare -U -r -n sh -c "$own")" = "80 443" ] &&
	[ "$(nobody_else cat $census/ports | wc -l)" -eq 2 ] && [ "$(watched)" = 22 ]
	status=$?
	watch
	return $status
}

# Its minisocks are still there when it goes.
of_a_namespace() {
	i=0
	while [ $i -lt 20 ]; do
		ns_add short && in_ns short brief && ip netns del short || return 1
		i=$((i + 1))
	done
	poll 100 alone
}

# shellcheck disable=SC2086 # a list
brief() { # in a namespace
	few_ports && watch 7400 && watch $many && "$bin/traffic" churn -n 60 -j 1 -p 7400 > /dev/null &&
	[ "$(sum)" -ge 5 ]
}

across_unload() {
	i=0
	"$bin/traffic" churn -t 300 -j 2 -p 7400 > /dev/null & churn=$!
	while [ $i -lt 6 ]; do
		# shellcheck disable=SC2086 # a list
		[ -z "$(watched)" ] && watch 7400 7401 && watch $many && reload || break
		i=$((i + 1))
	done
	watch 7400 7401
	pkill -x traffic
	wait $churn
	[ $i -eq 6 ] && port_equals_ss && nobody_and_some 7400
}

anew() { # FUNCTION
	ns_add ports && in_ns ports "$1"
	status=$?
	ns_del ports
	return $status
}

cases() {
	loaded || load || return
	run alone poll 240 alone
	forget
	reload
	run under_traffic anew under_traffic
	run long_lists anew long_lists
	run untracked anew untracked
	run no_memory anew no_memory
	run users users
	run of_a_namespace of_a_namespace
	run across_unload across_unload
	run exact_afterwards exact_again
	reload
}

main cases "$@"
