#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Proves: where memory is short times are lost and counts are not (table.c,
# netns.c). fail_alloc makes the module's own allocations fail; a kernel that can
# inject faults makes those of the record cache fail as well.
. "$(dirname "$0")/lib/census.sh"

untracked() { value summary untracked; }

churn() { "$bin/traffic" churn -n "$1" -j 2 -p 7000 > /dev/null; } # CONNECTIONS

# 20,000 connections and all witnesses, edge by edge.
witnessed() {
	CENSUS_LOAD=fail_alloc=50 sh "$here/witness.sh" > /tmp/witnessed &&
	[ "$(untracked)" -gt 20000 ] && [ "$(table alloc_failures)" -gt 20000 ] &&
	[ "$(dwell ESTABLISHED count)" -gt 5000 ] && no_record_too_many && return
	grep -v '^ok' /tmp/witnessed | sed 's/^/# /'
	sed 's/^/# /' $debug/table $census/dwell
	return 1
}

records_of_the_living() { [ "$(table records)" -le "$(alive)" ]; }
no_record_too_many() { poll 20 records_of_the_living && [ "$(table stale)" -eq 0 ]; }

# A stay is timed or it is not, but never twice.
timed_in_part() {
	awk 'FNR == 1 { next }
	     NR == FNR { timed[$1] = $2; next }
	     $4 && (timed[$1] > $4 || $4 > 100 && (!timed[$1] || timed[$1] == $4)) { bad = 1 }
	     END { exit bad }' $census/dwell $census/states
}

in_part() { exact && timed_in_part && [ "$(untracked)" -gt 0 ]; }

# Each of them may fail to get its counters at first.
four_at_once() {
	four="fail1 fail2 fail3 fail4"
	# shellcheck disable=SC2086 # a list
	ns_add $four
	for ns in $four; do
		in_ns $ns churn 1000 &
	done
	wait
	for ns in $four; do
		in_ns $ns in_part || return 1
	done
	# shellcheck disable=SC2086
	ns_del $four
}

anew() { # FUNCTION
	ns_add anew && in_ns anew "$1"
	status=$?
	ns_del anew
	return $status
}

by_and_by() { # in a namespace
	fail_alloc 0 && churn 500 && exact && all_timed &&
	fail_alloc 50 && churn 500 && in_part
	status=$?
	fail_alloc 0
	return $status
}

# The namespace does not even get its counters.
always() {
	churn 1000 && hold_start 7300 -n 10 && exact && none_timed && [ "$(untracked)" -gt 1000 ] &&
	[ "$(table records)" -eq 0 ] && ! grep -q : $debug/oldest || return 1
	fail_alloc 0
	poll 10 tracks_again && churn 500 && exact && [ "$(dwell SYN_SENT count)" -ge 500 ]
	status=$?
	hold_stop
	[ $status -eq 0 ] && equals_ss && healthy
}

tracks_again() { churn 2 && [ "$(table records)" -gt 0 ]; }

# "alive" in this namespace and nowhere else.
at_insmod() {
	forget
	reload fail_alloc=100 && anew always
}

seeds() {
	equals_ss && healthy && no_record_too_many && [ "$(value summary seeded)" -ge 2500 ]
}

# Thousands of sockets are there when half of the allocations fail.
seeding() {
	hold_start 7300 -n 250 && reload fail_alloc=50 && seeds &&
	reload fail_alloc=100 && seeds && [ "$(table records)" -eq 0 ] &&
	reload fail_alloc=50 && seeds
	status=$?
	hold_stop
	[ $status -eq 0 ] && equals_ss && healthy
}

whole_again() {
	reload && churn 500 && equals_ss && healthy && all_tracked && [ "$(untracked)" -eq 0 ]
}

can_inject() { [ -d /sys/kernel/debug/failslab ] && [ -f /sys/kernel/slab/tcp_census_record/failslab ]; }

inject() { # KEY VALUE...
	while [ $# -gt 0 ]; do
		echo "$2" > "/sys/kernel/debug/failslab/$1" || return 1
		shift 2
	done
}

injected() { # in a namespace
	failed_before=$(table alloc_failures)
	echo 1 > /sys/kernel/slab/tcp_census_record/failslab &&
	inject cache-filter Y ignore-gfp-wait N verbose 0 interval 1 space 0 times -1 probability 50 &&
	churn 3000 && in_part && [ "$(table alloc_failures)" -gt $((failed_before + 1000)) ]
	status=$?
	inject probability 0
	echo 0 > /sys/kernel/slab/tcp_census_record/failslab
	return $status
}

cases() {
	loaded || load || return
	run every_second_fails witnessed
	run every_second_fails_in_new_namespaces four_at_once
	run at_run_time anew by_and_by
	run all_fail_from_the_start at_insmod
	run seeding seeding
	! can_inject || run kernels_fault_injection anew injected
	run whole_again whole_again
}

main cases "$@"
