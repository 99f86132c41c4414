#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Proves: tcpcensus says what the files of the live module say, in this namespace
# and in another, and one sentence when there is no module.
. "$(dirname "$0")/lib/census.sh"
reader=$here/../../tools/tcpcensus

# The same words, whatever the white space.
words() { awk '{ $1 = $1; print }' "$1"; }

same_words() { # FILE COMMAND...
	words "$census/$1" > /tmp/file
	shift
	"$@" | words - > /tmp/said
	cmp /tmp/file /tmp/said
}

states() { same_words states "$reader" states; }
transitions() { same_words transitions "$reader" transitions -z; }
listeners() { [ "$(wc -l < $census/listeners)" -gt 1 ] && same_words listeners "$reader" listeners; }

# A sentence while there is none.
ports() {
	"$reader" ports | grep -q 'net.tcp_census.ports="80 443"' && echo 8300 8303 > $settings/ports &&
	[ "$(wc -l < $census/ports)" -eq 3 ] && same_words ports "$reader" ports
	status=$?
	echo > $settings/ports
	return $status
}

summary() { same_words summary "$reader" summary; }

# 0 is no timeout, and reads so.
timeouts() {
	words $census/timeouts | awk 'NR > 1 && $2 == 0 { $2 = "none" } { print }' > /tmp/file
	"$reader" timeouts | words - | cmp /tmp/file -
}

# Count and sum, of all states, against the file; no state has more dwells than came out of it.
# Where line breaks are is up to libsmartcols.
dwell() {
	"$reader" -j dwell | tr '{},' '\n' | awk -F '[:,]' '
		/"state"/ { gsub(/[ "]/, "", $2); state = toupper($2) }
		/"sum_us"/ { sum = $2 + 0 }
		/"count"/ && !(state in count) { count[state] = $2 + 0 }
		/"sum_us"/ { print state, count[state], sum }' > /tmp/said
	awk 'NR > 1 { print $1, $2, $3 }' $census/dwell | cmp - /tmp/said &&
	awk '$1 == "ESTABLISHED" && $2 > 100 && $3 > 0 { ok = 1 } END { exit !ok }' /tmp/said
}

# The rows of the file, by state and addresses, whatever their age.
oldest() {
	awk 'NR > 1 { print $1, $2, $3 }' $debug/oldest > /tmp/file
	"$reader" oldest | awk 'NR > 1 { print $1, $3, $4 }' > /tmp/said
	cmp /tmp/file /tmp/said && [ "$(wc -l < /tmp/said)" -gt 20 ]
}

# Held by traffic, which has to be named with its pid and a descriptor of its own.
oldest_programs() {
	"$reader" oldest -s established -p > /tmp/said &&
	grep -q "users:((\"traffic\",pid=[0-9]*,fd=[0-9]*" /tmp/said &&
	sed -n 's/.*"traffic",pid=\([0-9]*\),fd=\([0-9]*\).*/\1 \2/p' /tmp/said |
	while read -r pid fd; do
		case $(readlink "/proc/$pid/fd/$fd") in socket:*) ;; *) exit 1 ;; esac
	done
}

oldest_elsewhere() {
	ip netns add empty
	"$reader" -N empty oldest -j > /tmp/said
	status=$?
	ip netns del empty
	[ $status -eq 0 ] && ! grep -q '"state"' /tmp/said
}

# A line on what looks wrong follows.
by_default() { "$reader" | head -n 11 | words - > /tmp/said && words $census/states | cmp - /tmp/said; }

json() {
	"$reader" -j states | grep -q '"state": *"listen"' && "$reader" -j transitions | grep -q '"event": *"active-open"'
}

# Too narrow for the table, which must not be cut.
narrow() {
	script -qec "stty cols 30; '$reader' transitions -z" /dev/null < /dev/null | tr -d '\r' | words - > /tmp/said
	words $census/transitions | cmp - /tmp/said
}

watch() {
	"$bin/traffic" churn -t 3 -p 8100 > /dev/null &
	"$reader" -i 1 -c 2 states > /tmp/watched
	status=$?
	wait
	# Connections were entered while it watched.
	[ $status -eq 0 ] && awk '$1 == "ESTABLISHED" && $3 > 0 { seen = 1 } END { exit !seen }' /tmp/watched
}

other_namespace() {
	ip netns add other && ip -n other link set lo up &&
	in_ns other other_traffic &&
	[ "$("$reader" -N other states | awk '$1 == "SYN_SENT" { print $3 }')" -eq 60 ] &&
	"$reader" -N other states | grep -q '^TIME_WAIT *[1-9]'
	status=$?
	ip netns del other
	return $status
}

other_traffic() { "$bin/traffic" churn -n 60 -p 8200 > /dev/null; }

no_such_namespace() {
	! "$reader" -N nosuch > /tmp/said 2> /tmp/error && [ ! -s /tmp/said ] && [ "$(wc -l < /tmp/error)" -eq 1 ]
}

without_module() {
	unload
	"$reader" > /tmp/said 2> /tmp/error
	[ $? -eq 1 ] && [ ! -s /tmp/said ] && grep -q 'modprobe tcp_census' /tmp/error
	status=$?
	load && return $status
}

cases() {
	loaded || load || return
	"$bin/traffic" churn -n 300 -p 8000 > /dev/null
	hold_start 8300 -n 3 || return
	run states poll 10 states
	run transitions poll 10 transitions
	run listeners poll 10 listeners
	run ports poll 10 ports
	run summary summary
	run timeouts poll 10 timeouts
	run dwell poll 10 dwell
	run oldest poll 10 oldest
	run oldest_programs poll 10 oldest_programs
	run oldest_elsewhere oldest_elsewhere
	run by_default poll 10 by_default
	run narrow_terminal poll 10 narrow
	hold_stop
	run json json
	run watch watch
	run other_namespace other_namespace
	run no_such_namespace no_such_namespace
	run without_module without_module
}

main cases "$@"
